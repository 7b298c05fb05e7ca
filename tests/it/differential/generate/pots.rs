//! Caps that put off, multipliers of the whole plan, and pots that points share.

use super::{SCOPES, plans};
use crate::differential::{
    company::{
        At, AttainmentKind, Below, Border, Cell, Component, Curve, Kind, Limit, Lookup, Output, TargetIncentive, Tier,
        Unit, Wider, Window, ZeroTarget,
    },
    numbers::{Decimal, Mode},
    random::Random,
};

/// Gives a plan what acts on its sums.
pub fn enrich(random: &mut Random, cell: &mut Cell) {
    for component in &mut cell.plan.components {
        deferring(random, cell.plan.rounding_at, component);
    }
    if cell.plan.rounding_at != At::Transaction && random.chance(30) {
        pot(random, cell);
    }
    let plan = &mut cell.plan;
    if random.chance(30) {
        plan.multipliers = plans::multipliers(random, plan);
        for _ in 0..4 {
            if plan.multipliers.is_empty() {
                plan.multipliers = plans::multipliers(random, plan);
            }
        }
    }
    if plan.cap.is_none() && random.chance(25) {
        let of_incentive = matches!(plan.incentive, TargetIncentive::Amount(_)) && random.chance(40);
        let at = if of_incentive { Decimal::new(7, 1) } else { random.decimal(300, 2_000, 0) };
        plan.cap = Some(Limit { of_incentive, at, per_line: false, defers: true });
        if plan.floor.is_none() && plan.incentive == TargetIncentive::None {
            plan.span = random.pick(&[Window::Period, Window::YearToDate]);
        }
    } else if let Some(cap) = &mut plan.cap {
        cap.defers = random.chance(50);
    }
}

/// What is put off is rounded when it is put off; and where a gate acts on growth nothing may be.
fn deferring(random: &mut Random, rounding_at: At, component: &mut Component) {
    let is_gated = component.gates.iter().any(|gate| plans::acts_on_growth(component.curve.timing, gate));
    let is_plain = !is_gated && rounding_at != At::Plan;
    let has_room = component.floor.is_none();
    if component.cap.is_none() && has_room && is_plain && component.curve.output != Output::Points && random.chance(20)
    {
        let at = random.pick(&[Decimal::new(400, 0), Decimal::new(90_025, 2), Decimal::new(150, 0)]);
        component.cap = Some(Limit { of_incentive: false, at, per_line: false, defers: true });
    } else if let Some(cap) = &mut component.cap {
        cap.defers = is_plain && !cap.per_line && random.chance(50);
    }
}

/// A component of points that share a pot, in whole units of the plan.
fn pot(random: &mut Random, cell: &mut Cell) {
    let plan = &mut cell.plan;
    let digits = plan.digits();
    let pot = if digits > 0 && random.chance(60) {
        random.decimal(10_000, 900_000, digits as u32)
    } else {
        Decimal::new(random.between(10, 900) * 10, 0)
    };
    let by_attainment = random.chance(40);
    let borders: &[i64] = if by_attainment { &[0, 50, 80, 100] } else { &[0, 100_000, 500_000, 1_200_000] };
    let mut height = 0;
    let tiers = borders
        .iter()
        .map(|from| {
            height += random.between(0, 7);
            Tier { from: Decimal::new(*from, 2), output: Decimal::new(height, 0), border: None }
        })
        .collect();
    let lookup = random.pick(&[Lookup::Flat, Lookup::Interpolated]);
    let component = Component {
        id: format!("c{}", plan.components.len() + 1),
        weight: None,
        rule_set: random.pick(&["aligned", "named"]),
        is_team: random.chance(20),
        wider: Wider::default(),
        products: random.pick(&SCOPES),
        unit: Unit::Value,
        window: Window::Period,
        zero_target: by_attainment.then(|| random.pick(&[ZeroTarget::NotPayable, ZeroTarget::Zero])),
        target_amount: by_attainment.then(|| random.decimal(500, 8_000, 0)),
        attainment_kind: AttainmentKind::Ratio,
        kind: Kind::Sales,
        attainment: (6, Mode::HalfUp),
        curve: Curve {
            by_attainment,
            timing: None,
            lookup,
            output: Output::Points,
            own_rate: false,
            per_target: false,
            product_rates: Vec::new(),
            second: None,
            per_line: false,
            below: random.pick(&[Below::Zero, Below::Mirror]),
            extends: lookup == Lookup::Interpolated && random.chance(50),
            border: random.pick(&[Border::LowerInclusive, Border::UpperInclusive]),
            tiers,
        },
        overrides: Vec::new(),
        multipliers: plans::multipliers(random, plan),
        gates: plans::gates(random, plan, None),
        cap: random.chance(20).then(|| Limit {
            of_incentive: false,
            at: Decimal::new(random.between(2, 8), 0),
            per_line: false,
            defers: false,
        }),
        floor: None,
        pot: Some(pot),
    };
    plan.components.push(component);
}
