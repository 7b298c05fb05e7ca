//! Rates of targets and of products, second axes, weights of some seats, and places.

use crate::differential::{
    company::{
        At, AttainmentKind, Below, Border, Cell, Cohort, Component, Curve, Kind, Lookup, Output, Override, Ranking,
        Scope, Second, Tier, Ties, Timing, Unit, Wider, Window, ZeroTarget,
    },
    numbers::{Decimal, Mode},
    random::Random,
};

/// A rate for each unit of the target, or one by the product of each line.
pub fn rated(random: &mut Random, component: &mut Component) {
    let curve = &mut component.curve;
    let is_single = curve.per_line || curve.timing == Some(Timing::RunningLine);
    if is_single && curve.output == Output::Rate && random.chance(40) {
        curve.own_rate = false;
        curve.product_rates = vec![
            (Scope::Product("press"), random.decimal(0, 9_000, 5)),
            (Scope::Brand("nova"), random.decimal(100, 90_000, 6)),
        ];
        if random.chance(80) {
            curve.product_rates.push((Scope::All, random.decimal(1, 8, 2)));
        }
        return;
    }
    let is_cut =
        matches!(curve.lookup, Lookup::Step | Lookup::Excess) && component.zero_target == Some(ZeroTarget::Full);
    let is_plain = component.kind == Kind::Sales && component.attainment_kind == AttainmentKind::Ratio && !is_cut;
    let is_summed = matches!(curve.timing, None | Some(Timing::TrueUp));
    let is_weighted = curve.output == Output::Percent && component.zero_target.is_some();
    if is_plain && is_summed && is_weighted && random.chance(40) {
        (curve.output, curve.per_target) = (Output::Rate, true);
        for limit in [&mut component.cap, &mut component.floor] {
            *limit = limit.take().filter(|limit| !limit.of_incentive);
        }
    }
}

/// A flat curve looks at another component too.
pub fn matrix(random: &mut Random, before: &[Component], component: &mut Component) {
    let curve = &mut component.curve;
    let is_single = curve.per_line || curve.timing == Some(Timing::RunningLine);
    let others: Vec<&Component> = before.iter().filter(|one| one.zero_target.is_some()).collect();
    if curve.lookup != Lookup::Flat || is_single || others.is_empty() || !random.chance(40) {
        return;
    }
    curve.below = Below::Zero;
    for tier in &mut curve.tiers {
        tier.border = None;
    }
    let by_attainment = random.chance(70);
    let borders: &[i64] = if by_attainment { &[0, 80, 100] } else { &[-100_000, 0, 500_000] };
    curve.second = Some(Second {
        component: random.pick(&others).id.clone(),
        by_attainment,
        borders: borders.iter().map(|units| Decimal::new(*units, 2)).collect(),
    });
    component.overrides.retain(|other| other.tiers.is_none());
}

/// Some seats have other weights, which add up to the whole too.
pub fn weights(random: &mut Random, cell: &mut Cell) {
    let name = cell.plan.role.trim_start_matches('r').to_owned();
    let (kind, key) = random.pick(&[
        ("role", cell.plan.role.clone()),
        ("position", format!("s{name}b")),
        ("payee", format!("e{name}01")),
    ]);
    let mut weights: Vec<Decimal> = cell.plan.components.iter().filter_map(|one| one.weight).collect();
    if weights.len() < 2 || !random.chance(30) {
        return;
    }
    weights.rotate_right(1);
    let weighted = cell.plan.components.iter_mut().filter(|one| one.weight.is_some());
    for (component, weight) in weighted.zip(weights) {
        let weight = Some(weight);
        match component.overrides.iter_mut().find(|one| one.kind == kind && one.key == key) {
            Some(known) => known.weight = weight,
            None => {
                component.overrides.push(Override { kind, key: key.clone(), weight, target: None, tiers: None });
            }
        }
    }
}

/// A component of places at the end.
pub fn rank(random: &mut Random, cell: &mut Cell) {
    let plan = &mut cell.plan;
    if plan.rounding_at == At::Transaction || !random.chance(40) {
        return;
    }
    let by_attainment = random.chance(50);
    let others: Vec<String> = plan
        .components
        .iter()
        .filter(|one| !by_attainment || one.zero_target.is_some() || one.attainment_kind == AttainmentKind::Absolute)
        .map(|one| one.id.clone())
        .collect();
    let Some(of) = others.first().cloned() else { return };
    let is_percentile = random.chance(30);
    let ties = match others.get(1) {
        Some(second) if random.chance(25) => Ties::Second(second.clone()),
        _ => random.pick(&[Ties::Competition, Ties::Dense, Ties::Average]),
    };
    let shares_mean = !is_percentile && matches!(ties, Ties::Competition | Ties::Second(_)) && random.chance(50);
    let ties = if is_percentile { Ties::Competition } else { ties };
    let tiers = prizes(random, is_percentile);
    plan.components.push(Component {
        id: format!("c{}", plan.components.len() + 1),
        weight: None,
        rule_set: "aligned",
        is_team: false,
        wider: Wider::default(),
        products: Scope::All,
        unit: Unit::Value,
        window: Window::Period,
        zero_target: None,
        target_amount: None,
        attainment_kind: AttainmentKind::Ratio,
        kind: Kind::Rank(Ranking {
            is_percentile,
            of,
            by_attainment,
            is_ascending: random.chance(30),
            cohort: Cohort::Plan,
            minimum: random.pick(&[1, 2, 2, 3]),
            ties,
            shares_mean,
        }),
        attainment: (6, Mode::HalfUp),
        curve: Curve {
            by_attainment: false,
            timing: None,
            lookup: if shares_mean { Lookup::Flat } else { random.pick(&[Lookup::Flat, Lookup::Interpolated]) },
            output: Output::Amount,
            own_rate: false,
            per_target: false,
            product_rates: Vec::new(),
            second: None,
            per_line: false,
            below: Below::Zero,
            extends: false,
            border: random.pick(&[Border::LowerInclusive, Border::LowerInclusive, Border::UpperInclusive]),
            tiers,
        },
        overrides: Vec::new(),
        multipliers: Vec::new(),
        gates: Vec::new(),
        cap: None,
        floor: None,
        pot: None,
    });
}

/// By place, or by the part of the others who stand behind.
fn prizes(random: &mut Random, is_percentile: bool) -> Vec<Tier> {
    let borders: Vec<Decimal> = if is_percentile {
        [0, 25, 50, 100].map(|part| Decimal::new(part, 2)).into()
    } else {
        [1, 2, 3, 4].map(|place| Decimal::new(place, 0)).into()
    };
    borders.into_iter().map(|from| Tier { from, output: random.decimal(0, 100_000, 2), border: None }).collect()
}
