//! Levels above, channels, margins, volumes, ramps, cohorts, leaves and vacant seats, given to some of a cell.

use super::{some_day, targets};
use crate::differential::{
    calendar::{Day, SECOND_YEAR},
    company::{
        At, AttainmentKind, Beyond, Border, Cell, Cohort, Component, Kind, Leave, Lookup, Output, Override, RateDay,
        Tier, Ties, Timing, Unit,
    },
    numbers::Decimal,
    random::Random,
};

pub fn enrich(random: &mut Random, cell: &mut Cell) {
    for at in 0..3 {
        cell.groups[at] = (random.pick(&["unit", "other"]), random.pick(&["team", "team", "crowd"]));
    }
    currencies(random, cell);
    let converts = cell.plan.measure_rate.is_some();
    for component in &mut cell.plan.components {
        measured(random, component, converts);
        let is_targeted = component.zero_target.is_some() && !matches!(component.kind, Kind::Sum(..));
        if is_targeted && random.chance(20) {
            let parts: [&[i64]; 3] = [&[25, 50, 75], &[0, 333_333], &[90]];
            let parts = random.pick(&parts).iter();
            let scale = |part: &i64| if *part > 100 { 6 } else { 2 };
            component.wider.ramp = parts.map(|part| Decimal::new(*part, scale(part))).collect();
        }
        let is_summed = is_targeted && component.kind == Kind::Sales;
        if is_summed && random.chance(8) && component.overrides.iter().all(|one| one.kind != "unit") {
            let target = Some(random.decimal(500, 9_000, 0));
            let key = "other".to_owned();
            component.overrides.push(Override { kind: "unit", key, weight: None, target, tiers: None });
        }
    }
    presence(random, cell);
    places(random, cell);
    if random.chance(8) {
        // Nobody ever holds the second seat.
        let vacant = cell.positions[1].clone();
        cell.holdings.retain(|one| one.position != vacant);
    }
    let more = targets(random, cell);
    for one in more {
        let is_known = cell.targets.iter().any(|known| {
            (&known.position, known.products, known.unit, &known.period)
                == (&one.position, one.products, one.unit, &one.period)
        });
        if !is_known {
            cell.targets.push(one);
        }
    }
}

/// Another unit, channel or level of the same credits.
fn measured(random: &mut Random, component: &mut Component, converts: bool) {
    if matches!(component.kind, Kind::Attainments(_) | Kind::Sum(..) | Kind::Rank(_)) {
        return;
    }
    component.unit = match (component.unit, random.below(10)) {
        (Unit::Value, 0 | 1) => Unit::Margin,
        (Unit::Quantity, 0..=4) => Unit::Volume,
        (unit, _) => unit,
    };
    if random.chance(15) {
        component.wider.channel = Some(random.pick(&["web", "web", "shop"]));
    }
    let is_single = component.curve.per_line || component.curve.timing == Some(Timing::RunningLine);
    let has_hierarchy = !matches!(component.rule_set, "brands" | "sold");
    match random.below(20) {
        0..=2 if has_hierarchy && !is_single => component.wider.beyond = Some(Beyond::Above),
        3 if !is_single && component.kind == Kind::Sales => {
            component.wider.beyond = Some(Beyond::National);
            // Everywhere there is money of every currency.
            component.unit = match component.unit {
                Unit::Value | Unit::Margin if converts => Unit::Value,
                _ => random.pick(&[Unit::Quantity, Unit::Volume]),
            };
        }
        _ => {}
    }
}

/// Lines in other currencies, mostly where the plan says by which rate they are measured.
fn currencies(random: &mut Random, cell: &mut Cell) {
    let converts = random.chance(30);
    if converts {
        let kind = random.pick(&["budget", "budget", "month_average", "spot"]);
        let at = random.pick(&[RateDay::BookingDate, RateDay::PeriodEnd, RateDay::PlanBegin]);
        cell.plan.measure_rate = Some((kind, at));
    }
    if !converts && !random.chance(8) {
        return;
    }
    let others: Vec<&'static str> =
        ["EUR", "JPY", "KWD"].into_iter().filter(|one| *one != cell.plan.currency.0).collect();
    for line in &mut cell.lines {
        if random.chance(if converts { 30 } else { 4 }) {
            line.currency = Some(random.pick(&others));
        }
    }
}

/// Days that do not count, and how few are too few.
fn presence(random: &mut Random, cell: &mut Cell) {
    if random.chance(35) {
        cell.plan.presence.leaves =
            random.pick(&[vec!["parental"], vec!["parental", "sick"], vec!["sick"], vec!["unpaid"]]);
    }
    if random.chance(15) {
        cell.plan.presence.minimum_days = Some(random.pick(&[5, 20, 28, 31]));
    }
    let mut payees: Vec<String> = cell.holdings.iter().map(|one| one.payee.clone()).collect();
    payees.sort_unstable();
    payees.dedup();
    for payee in payees {
        let mut begins: Vec<Day> = Vec::new();
        while begins.len() < 2 && random.chance(40) {
            let from = some_day(random);
            if !begins.contains(&from) {
                begins.push(from);
                let to = (from + random.pick(&[3, 15, 45, 90])).min(SECOND_YEAR + 365);
                let kind = random.pick(&["parental", "sick", "sick", "holiday"]);
                cell.leaves.push(Leave { payee: payee.clone(), kind, from, to });
            }
        }
    }
}

/// Cohorts beyond the plan, and within it.
fn places(random: &mut Random, cell: &mut Cell) {
    let Some(at) = cell.plan.components.iter().position(|one| matches!(one.kind, Kind::Rank(_))) else { return };
    let first = cell.plan.components[0].id.clone();
    let can_be_first = cell.plan.rounding_at != At::Transaction && at > 0;
    let component = &mut cell.plan.components[at];
    let Kind::Rank(ranking) = &mut component.kind else { return };
    match random.below(5) {
        0 => ranking.cohort = Cohort::Unit,
        1 => ranking.cohort = Cohort::Team,
        2 | 3 if can_be_first => {
            // All plans that name a place alike mean the same by it.
            let (id, is_percentile, is_ascending, minimum, ties, shares_mean) = random.pick(&[
                ("best", false, false, 2, Ties::Competition, false),
                ("least", false, true, 3, Ties::Dense, false),
                ("mean", false, false, 1, Ties::Average, false),
                ("prize", false, false, 2, Ties::Competition, true),
                ("part", true, false, 2, Ties::Competition, false),
                ("few", false, false, 500, Ties::Competition, false),
            ]);
            // The amounts of some have several currencies.
            let currency = if id == "mean" { "" } else { cell.plan.currency.0 };
            component.id = format!("{id}{currency}");
            (ranking.cohort, ranking.of, ranking.by_attainment) = (Cohort::All, first, false);
            (ranking.is_percentile, ranking.is_ascending, ranking.minimum) = (is_percentile, is_ascending, minimum);
            (ranking.ties, ranking.shares_mean) = (ties, shares_mean);
            let borders: &[i64] = if is_percentile { &[0, 25, 50, 100] } else { &[100, 500, 1_000, 2_000] };
            let tier =
                |from: &i64| Tier { from: Decimal::new(*from, 2), output: random.decimal(0, 100_000, 2), border: None };
            component.curve.tiers = borders.iter().map(tier).collect();
            component.curve.border = Border::LowerInclusive;
            component.curve.output = Output::Amount;
            component.attainment_kind = AttainmentKind::Ratio;
            if shares_mean {
                component.curve.lookup = Lookup::Flat;
            }
        }
        _ => {}
    }
}
