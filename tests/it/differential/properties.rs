//! What the contract says of every plan, whatever it pays: cells and their twins, computed in one project.

mod twins;

use std::collections::BTreeMap;

use super::{
    company::{At, Company, Lookup, Output, RuleSet},
    compare::{Published, published},
    generate,
    numbers::{Decimal, Mode, Q, fixed, rounded, zero},
    project,
    random::Random,
    reference::own,
    setting,
};
use crate::support::Place;

/// Cells of each kind.
const CELLS: usize = 25;

/// A company of twins: for each property its cells, each with its other.
struct Twins {
    company: Company,
    pairs: Vec<(twins::Kind, usize, usize)>,
}

fn twins(seed: u64, count: usize) -> Twins {
    let mut company = Company { products: generate::products(), rule_sets: generate::rule_sets(0), cells: Vec::new() };
    let mut pairs = Vec::new();
    for kind in twins::Kind::ALL {
        for _ in 0..count {
            let name = company.cells.len();
            let number = name;
            let mut random = Random::of(seed ^ 0x7477_696e, number);
            let base = generate::twin(seed, number, name);
            let other = generate::twin(seed, number, name + 1);
            let (base, other) = kind.made(&mut random, base, other);
            pairs.push((kind, name, name + 1));
            company.cells.extend([base, other]);
        }
    }
    Twins { company, pairs }
}

/// A decimal as a table writes it.
fn read(text: &str) -> Q {
    let (digits, fraction) = text.split_once('.').unwrap_or((text, ""));
    let units = format!("{digits}{fraction}").parse().unwrap_or_else(|_| panic!("`{text}` is no decimal"));
    Decimal::new(units, fraction.len() as u32).q()
}

/// What a plan paid: by component, seat and payee (without the name of the cell), and period.
type Pay = BTreeMap<(String, String, String, String), Q>;

fn pay(found: &Published, company: &Company, at: usize) -> Pay {
    let cell = &company.cells[at];
    let name = format!("{:05}", cell.number);
    let plain = |text: &str| text.replacen(&name, "", 1);
    let rows = found.get(&cell.plan.id).cloned().unwrap_or_default();
    rows.into_iter()
        .map(|((component, position, payee, period), row)| {
            ((component, plain(&position), plain(&payee), period), read(row["v"].as_str().expect("an amount")))
        })
        .collect()
}

#[test]
fn what_holds_of_every_plan_holds_of_random_ones() {
    let (seed, count) = (setting("TANTIEME_SEED", 20_261_123), setting("TANTIEME_CELLS", CELLS as u64) as usize);
    let Twins { company, pairs } = twins(seed, count);
    println!("seed {seed}, {} plans", company.cells.len());
    let place = Place::empty();
    project::write(&place, &company);
    place.tantieme(&["run"]).fine();
    let incentives = published(
        &place,
        "select plan_id, component_id, position_id, payee_id, period_id, cast(incentive_amount as varchar) as v, \
         cast(measured_value as varchar) as m from incentives.incentives",
    );
    let mut told = 0;
    for (kind, base, other) in pairs {
        let plan = super::documents::plan(&company.cells[base].plan);
        let (ours, theirs) = (pay(&incentives, &company, base), pay(&incentives, &company, other));
        told += ours.values().filter(|amount| !amount.is_zero()).count();
        let wrong = kind.wrong(&company.cells[base], &ours, &theirs);
        assert!(wrong.is_none(), "{kind:?}: {}\n{plan}", wrong.unwrap_or_default());
    }
    assert!(told > count, "too little is paid to compare");
    slices(&incentives, &company);
    conserved(&place, &company);
    parts(&place);
}

/// Pay by slices is the integral of the flat rate over the value.
fn slices(incentives: &Published, company: &Company) {
    let mut seen = 0;
    for cell in &company.cells {
        for component in &cell.plan.components {
            let curve = &component.curve;
            if cell.plan.components.len() > 1
                || curve.lookup != Lookup::Step
                || curve.by_attainment
                || curve.output != Output::Rate
            {
                continue;
            }
            let rows = incentives.get(&cell.plan.id).cloned().unwrap_or_default();
            let is_single = curve.timing.is_none() && !curve.per_line && !curve.own_rate;
            let is_plain = component.cap.is_none()
                && component.floor.is_none()
                && component.gates.is_empty()
                && component.multipliers.is_empty()
                && component.overrides.is_empty();
            if !is_single || !is_plain || cell.plan.rounding_at != At::Component || !twins::is_whole(cell) {
                continue;
            }
            for (key, row) in rows {
                let value = read(row["m"].as_str().expect("a value"));
                let sign = if value < zero() { -1 } else { 1 };
                let size = if sign < 0 { -value } else { value };
                let is_mirrored = curve.below == super::company::Below::Mirror;
                let mut integral = zero();
                for (at, tier) in curve.tiers.iter().enumerate() {
                    let to = curve.tiers.get(at + 1).map_or(size, |next| next.from.q().min(size));
                    if to > tier.from.q() && (sign > 0 || is_mirrored) {
                        // The flat rate is the same everywhere between two borders.
                        integral += (to - tier.from.q()) * tier.output.q();
                    }
                }
                let integral = if sign < 0 { -integral } else { integral };
                let expected = rounded(integral, cell.plan.digits(), cell.plan.rounding);
                assert_eq!(row["v"].as_str(), Some(fixed(expected, 4).as_str()), "{key:?} of {}", cell.plan.id);
                seen += 1;
            }
        }
    }
    println!("{seen} amounts by slices are integrals");
}

/// Sums by rule set, month and currency.
type Sums = BTreeMap<(String, String, String), [Q; 4]>;

/// In scope = credited − over-credited + orphaned, to the last digit, and each is what the lines add up to by hand.
fn conserved(place: &Place, company: &Company) {
    let mut expected = Sums::new();
    for cell in &company.cells {
        for set in &company.rule_sets {
            for line in &cell.lines {
                let Some(credits) = own(company, cell, set, line) else { continue };
                let month = super::calendar::month_of(line.day);
                let key = (set.id.to_owned(), month_id(month), cell.plan.currency.0.to_owned());
                let sums = expected.entry(key).or_insert([zero(); 4]);
                let covered = credits.iter().fold(zero(), |sum, (_, share)| sum + *share);
                let one = super::numbers::one();
                let amount = line.amount.q();
                sums[0] += amount;
                sums[1] += amount * covered;
                // What is credited beside others lacks nothing.
                if set.is_conserving() {
                    sums[2] += amount * (one - covered).max(zero());
                    sums[3] += amount * (covered - one).max(zero());
                }
            }
        }
    }
    let rows = place.query(
        "select rule_set_id, period_id, currency_code, cast(in_scope_amount as varchar) as a, \
         cast(credited_amount as varchar) as b, cast(orphaned_amount as varchar) as c, \
         cast(over_credited_amount as varchar) as d from reporting.conservation",
    );
    let mut found = Sums::new();
    for row in rows.as_array().expect("rows") {
        let text = |name: &str| row[name].as_str().expect("text").to_owned();
        let sums = ["a", "b", "c", "d"].map(|name| read(&text(name)));
        let is_conserving = |set: &RuleSet| set.id == text("rule_set_id") && set.is_conserving();
        if company.rule_sets.iter().any(is_conserving) {
            assert_eq!(sums[0], sums[1] - sums[3] + sums[2], "{row}");
        }
        found.insert((text("rule_set_id"), text("period_id"), text("currency_code")), sums);
    }
    assert_eq!(found, expected);
}

fn month_id(month: usize) -> String {
    super::calendar::Period { paid: super::calendar::Paid::Monthly, number: month }.id()
}

/// What is cut into parts adds up to the whole again.
fn parts(place: &Place) {
    for (whole, sql) in [
        (
            "the tiers of a curve",
            "select count(*) as n from (select i.curve_amount - coalesce(sum(t.tier_amount), 0.0) as rest \
             from incentives.incentives as i left join incentives.curve_tiers as t on i.plan_id = t.plan_id \
             and i.component_id = t.component_id and i.position_id = t.position_id and i.payee_id = t.payee_id \
             and i.period_id = t.period_id group by i.plan_id, i.component_id, i.position_id, i.payee_id, i.period_id, \
             i.curve_amount) where rest <> 0.0",
        ),
        (
            "what a payee is due",
            "select count(*) as n from (select payee_id, period_id, sum(total_amount) as s from incentives.plan_totals \
             group by payee_id, period_id) as i full join (select payee_id, period_id, sum(deposit_amount) as s \
             from incentives.deposits group by payee_id, period_id) as d on i.payee_id = d.payee_id \
             and i.period_id = d.period_id where i.s is null or d.s is null or i.s <> d.s",
        ),
    ] {
        assert_eq!(place.query(sql)[0]["n"], 0, "{whole} do not add up");
    }
}

/// The files of every table, by name; landed tables know the line that a row stood on.
fn tables(place: &Place) -> BTreeMap<String, serde_json::Value> {
    let release: serde_json::Value =
        serde_json::from_str(&place.read("warehouse/releases/0000000001.json")).expect("a release");
    let tables = release["tables"].as_object().expect("tables");
    let of = |table: &serde_json::Value| {
        let partitions = table["partitions"].as_object().into_iter().flatten();
        partitions.map(|(name, one)| (name.clone(), one["files"].clone())).collect::<serde_json::Value>()
    };
    tables.iter().map(|(name, table)| (name.clone(), of(table))).collect()
}

#[test]
fn rows_in_another_order_give_the_same_bytes() {
    let seed = setting("TANTIEME_SEED", 20_261_123);
    let company = generate::company(seed, CELLS);
    let (place, other) = (Place::empty(), Place::empty());
    project::write(&place, &company);
    project::write(&other, &company);
    let mut random = Random::of(seed, CELLS);
    project::data(&other, &company, |rows| {
        for at in (1..rows.len()).rev() {
            rows.swap(at, random.below(at + 1));
        }
    });
    for place in [&place, &other] {
        place.tantieme(&["run"]).fine();
    }
    let (ours, theirs) = (tables(&place), tables(&other));
    assert!(ours.len() > 80, "{} tables", ours.len());
    for (name, files) in &ours {
        assert_eq!(Some(files), theirs.get(name), "{name}");
    }
    let mode = Mode::HalfUp;
    println!("seed {seed}: {} tables are the same bytes ({})", ours.len(), mode.word());
}
