//! What a plan may measure besides sales against a target, given to some components of a plain cell.

mod rates;

use rates::{matrix, rated};

use super::SCOPES;
use crate::differential::{
    company::{
        AttainmentKind, Below, Border, Cell, Component, Curve, Formula, Kind, Lookup, Output, Scope, Shift, Tier,
        Timing, Unit, Window, ZeroTarget,
    },
    numbers::{Decimal, Mode},
    random::Random,
};

/// Gives some components other measures, and the cell lines of the year before.
pub fn enrich(random: &mut Random, cell: &mut Cell) {
    earlier(random, cell);
    for at in 0..cell.plan.components.len() {
        let (before, from) = cell.plan.components.split_at_mut(at);
        let component = &mut from[0];
        let is_single = component.curve.per_line || component.curve.timing == Some(Timing::RunningLine);
        // A composite before is rare enough to be made something of whenever there is one.
        let may_nest = before.iter().any(|one| matches!(one.kind, Kind::Attainments(_) | Kind::Sum(..)));
        match random.below(10) {
            _ if may_nest && !is_single => measured(random, before, component),
            0..=2 => attained(random, component),
            3..=5 if !is_single => measured(random, before, component),
            _ => {}
        }
        matrix(random, before, component);
        rated(random, component);
    }
    rates::weights(random, cell);
    rates::rank(random, cell);
}

/// The year before has lines like those of the year.
fn earlier(random: &mut Random, cell: &mut Cell) {
    for at in 0..cell.lines.len() {
        if random.chance(60) {
            let mut line = cell.lines[at].clone();
            line.id += "b";
            line.day = random.between(0, 364) as i32;
            line.amount = Decimal::new(line.amount.units * random.between(3, 15) / 10, line.amount.scale);
            cell.lines.push(line);
        }
    }
}

/// Attainment that is no ratio, with borders to match.
fn attained(random: &mut Random, component: &mut Component) {
    let is_cut = matches!(component.curve.lookup, Lookup::Step | Lookup::Excess);
    if component.zero_target.is_none() || !component.curve.by_attainment || is_cut {
        return;
    }
    component.attainment_kind =
        random.pick(&[AttainmentKind::Index, AttainmentKind::Difference, AttainmentKind::Absolute]);
    let kind = component.attainment_kind;
    if kind == AttainmentKind::Absolute {
        (component.zero_target, component.target_amount) = (None, None);
        for other in &mut component.overrides {
            other.target = None;
        }
        component.overrides.retain(|other| other.tiers.is_some());
    }
    let shift = if kind == AttainmentKind::Difference && component.curve.below == Below::Zero { 100 } else { 0 };
    let border = |from: Decimal| {
        let percent = from.units - shift;
        match (kind, component.unit) {
            (AttainmentKind::Index, _) => Decimal::new(percent, 0),
            (_, Unit::Value | Unit::Margin) => Decimal::new(percent * 40, 0),
            (_, Unit::Quantity | Unit::Volume) => Decimal::new(percent * 3, 1),
        }
    };
    let tiers = component.overrides.iter_mut().filter_map(|other| other.tiers.as_mut());
    for tier in tiers.flatten().chain(&mut component.curve.tiers) {
        tier.from = border(tier.from);
    }
}

/// Another kind of measure, with a curve of its own.
fn measured(random: &mut Random, before: &[Component], component: &mut Component) {
    component.kind = kind(random, before, component);
    component.overrides.clear();
    let by_attainment = random.chance(50);
    let (amounts, borders): (&[i64], &[i64]) = match &component.kind {
        Kind::Evolution(..) => (&[0, 80, 100, 120], &[0, 50, 90, 100, 110, 150]),
        Kind::Sum(..) => (&[0, 900, 4_000], &[0, 1_000, 2_500, 5_000, 10_000]),
        Kind::Custom(formula, ..) if *formula != Formula::Change => (&[0, 900, 4_000], &[0, 500, 1_000, 2_500, 5_000]),
        _ => (&[0, 5, 20, 50], &[-50, 0, 5, 20, 50, 100, 150]),
    };
    let is_part = borders[0] < 0;
    let scaled = |units: i64| Decimal::new(units, if is_part { 2 } else { 0 });
    // Others may look at its attainment.
    let is_looked_at = component.zero_target.is_some();
    component.target_amount = None;
    if matches!(component.kind, Kind::Sum(_, true)) || random.chance(60) {
        component.zero_target = Some(random.pick(&[ZeroTarget::NotPayable, ZeroTarget::Zero, ZeroTarget::Full]));
        component.target_amount = Some(scaled(random.pick(amounts)));
        component.attainment_kind = random.pick(&[
            AttainmentKind::Ratio,
            AttainmentKind::Ratio,
            AttainmentKind::Index,
            AttainmentKind::Difference,
        ]);
    } else {
        component.zero_target = None;
        component.attainment_kind =
            if by_attainment || is_looked_at { AttainmentKind::Absolute } else { AttainmentKind::Ratio };
    }
    let by_attainment =
        by_attainment && (component.zero_target.is_some() || component.attainment_kind == AttainmentKind::Absolute);
    let border = |units: i64| match (by_attainment, component.attainment_kind) {
        (true, AttainmentKind::Ratio) => Decimal::new(units.abs(), 2),
        (true, AttainmentKind::Index) => Decimal::new(units.abs(), 0),
        _ => scaled(units),
    };
    let curve = curve(random, &component.curve, by_attainment, borders.iter().map(|units| border(*units)).collect());
    component.curve = curve;
    if matches!(component.kind, Kind::Attainments(_) | Kind::Sum(..)) {
        (component.window, component.curve.timing) = (Window::Period, None);
        component.gates.iter_mut().for_each(|gate| gate.later = None);
        component.products = Scope::All;
        component.unit = Unit::Value;
    }
}

fn kind(random: &mut Random, before: &[Component], component: &mut Component) -> Kind {
    let shift = random.pick(&[Shift::PreviousYear, Shift::PreviousYear, Shift::PreviousPeriod]);
    let market = if component.products == Scope::All { Scope::Category("machine") } else { Scope::All };
    if market != Scope::All {
        component.products = Scope::Brand("iron");
    }
    // Those that are made of others come first, so that some are made of them again; their own target is no part of one.
    let is_composed = |one: &&Component| matches!(one.kind, Kind::Attainments(_) | Kind::Sum(..));
    let mut added: Vec<&Component> = before.iter().filter(|one| !matches!(one.kind, Kind::Attainments(_))).collect();
    added.sort_by_key(|one| !is_composed(one));
    let is_itself =
        |one: &Component| one.attainment_kind == AttainmentKind::Absolute && one.attainment.1 == Mode::HalfUp;
    let is_compared = |one: &&Component| match is_composed(one) {
        true => is_itself(one),
        false => one.zero_target.is_some() || one.attainment_kind == AttainmentKind::Absolute,
    };
    let mut compared: Vec<&Component> = before.iter().filter(is_compared).collect();
    compared.sort_by_key(|one| !is_composed(one));
    let ids = |of: &[&Component]| of.iter().take(2).map(|one| one.id.clone()).collect::<Vec<_>>();
    let again = added.len() >= 2 && is_composed(&added[0]);
    let drawn = match random.below(9) {
        0..=3 if again => 6,
        4 | 5 if again => 5,
        0 | 1 if added.len() >= 2 => 6,
        drawn => drawn,
    };
    match drawn {
        0 | 1 => Kind::Growth(shift),
        2 => Kind::Share(market),
        3 => Kind::ShareChange(shift, market),
        4 => Kind::Evolution(shift, market),
        5 if compared.len() >= 2 => {
            let weights = [Decimal::new(666_667, 6), Decimal::new(333_333, 6)];
            Kind::Attainments(ids(&compared).into_iter().zip(weights).collect())
        }
        6 if added.len() >= 2 => {
            let of = ids(&added);
            let sums_targets = adds_targets(before, &of) && random.chance(70);
            Kind::Sum(of, sums_targets)
        }
        _ => {
            let shift = random.chance(50).then_some(shift);
            Kind::Custom(random.pick(&Formula::ALL), shift, random.pick(&SCOPES))
        }
    }
}

/// Whether all have targets to add up: each component under them one, and none of them twice.
fn adds_targets(before: &[Component], of: &[String]) -> bool {
    let (mut walk, mut seen) = (of.to_vec(), Vec::new());
    while let Some(id) = walk.pop() {
        let one = before.iter().find(|one| one.id == id).expect("a component before");
        match &one.kind {
            Kind::Sum(parts, true) => walk.extend(parts.iter().cloned()),
            Kind::Sum(..) => return false,
            _ if one.zero_target.is_none() => return false,
            _ => {}
        }
        if seen.contains(&id) {
            return false;
        }
        seen.push(id);
    }
    true
}

/// Flat or sloping, to the same output as before; rates have nothing to be applied to here.
fn curve(random: &mut Random, before: &Curve, by_attainment: bool, mut borders: Vec<Decimal>) -> Curve {
    let lookup = random.pick(&[Lookup::Flat, Lookup::Interpolated]);
    borders.dedup();
    borders.sort_by_key(|border| border.units);
    borders.dedup();
    while borders.len() > 2 && random.chance(50) {
        let gone = random.below(borders.len());
        borders.remove(gone);
    }
    let output = if before.output == Output::Percent { Output::Percent } else { Output::Amount };
    let mut height = random.between(0, 4);
    let is_mirrored = borders[0].units >= 0 && random.chance(40);
    let tiers = borders
        .into_iter()
        .map(|from| {
            height += random.between(0, 5);
            let output = match output {
                Output::Percent => Decimal::new(height * 123, 3),
                _ => Decimal::new(height * 20_013, 2),
            };
            Tier { from, output, border: None }
        })
        .collect();
    Curve {
        by_attainment,
        lookup,
        output,
        own_rate: false,
        per_target: false,
        product_rates: Vec::new(),
        second: None,
        below: if is_mirrored { Below::Mirror } else { random.pick(&[Below::Zero, Below::Zero, Below::Error]) },
        extends: lookup == Lookup::Interpolated && random.chance(40),
        border: random.pick(&[Border::LowerInclusive, Border::UpperInclusive]),
        tiers,
        ..before.clone()
    }
}
