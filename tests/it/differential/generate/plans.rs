//! Plans of every choice that the language has.

use super::{NOT_PASSED_UP, SCOPES, credit, mostly, proration, zero_target};
use crate::differential::{
    calendar::{MONTHS, Paid, SECOND_YEAR, month_begin},
    company::{
        At, AttainmentKind, Below, Border, Component, Curve, Gate, Kind, Later, Limit, Lookup, Multiplier, Output,
        Override, Payout, Plan, Presence, Proration, TargetIncentive, Tier, Timing, Unit, Wider, Window, ZeroTarget,
    },
    numbers::{Decimal, Mode},
    random::Random,
};

pub fn plan(random: &mut Random, name: &str) -> Plan {
    let paid =
        random.pick(&[Paid::Monthly, Paid::Monthly, Paid::Monthly, Paid::Quarterly, Paid::Quarterly, Paid::Yearly]);
    let incentive = match random.below(4) {
        0 => TargetIncentive::None,
        1 => TargetIncentive::Amount(random.decimal(50_000, 600_000, 2)),
        _ => TargetIncentive::Roster,
    };
    let (from, to) = match random.below(5) {
        0 => (month_begin(12 + random.below(6)), month_begin(MONTHS)),
        1 => (SECOND_YEAR + 12, month_begin(MONTHS) - random.below(60) as i32),
        _ => (SECOND_YEAR, month_begin(MONTHS)),
    };
    let mut plan = Plan {
        id: format!("p{name}"),
        role: format!("r{name}"),
        from,
        to,
        paid,
        incentive,
        components: Vec::new(),
        pay: proration(random),
        target: proration(random),
        credit: credit(random),
        presence: Presence::default(),
        measure_rate: None,
        rounding: mostly(random, Mode::HalfUp, &Mode::ALL),
        rounding_at: match (incentive, random.below(5)) {
            (TargetIncentive::None, 0 | 1) => At::Transaction,
            (_, 0) => At::Plan,
            _ => At::Component,
        },
        unit_digits: random.chance(8).then_some(1),
        cap: None,
        floor: None,
        span: if paid == Paid::Yearly {
            random.pick(&[Window::Period, Window::YearToDate])
        } else {
            random.pick(&[Window::Period, Window::QuarterToDate, Window::YearToDate])
        },
        multipliers: Vec::new(),
        payout: Payout::default(),
        currency: random.pick(&[("EUR", 2), ("EUR", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3)]),
    };
    let weights: &[i64] = match (incentive, random.below(4)) {
        (TargetIncentive::None, _) => &[],
        (_, 0) => &[1_000_000],
        (_, 1) => &[600_000, 400_000],
        (_, 2) => &[333_333, 666_667],
        _ => &[500_000, 300_000, 200_000],
    };
    for weight in weights {
        let weight = Some(Decimal::new(*weight, 6));
        let component = component(random, &plan, weight);
        plan.components.push(component);
    }
    let others = if weights.is_empty() { random.between(1, 3) } else { random.between(0, 2) };
    for _ in 0..others {
        let component = component(random, &plan, None);
        plan.components.push(component);
    }
    limits(random, &mut plan);
    plan
}

/// Cap and floor of the plan, over the periods they hold.
fn limits(random: &mut Random, plan: &mut Plan) {
    let incentive = plan.incentive;
    // A roster with gaps leaves a limit over several periods unknown.
    let is_known = matches!(incentive, TargetIncentive::Amount(_)) || plan.span == Window::Period;
    let of_incentive = |random: &mut Random| incentive != TargetIncentive::None && is_known && random.chance(40);
    if random.chance(15) {
        let of_incentive = of_incentive(random);
        let at = if of_incentive { Decimal::new(random.pick(&[8, 15, 20]), 1) } else { random.decimal(500, 4_000, 0) };
        plan.cap = Some(Limit { of_incentive, at, per_line: false, defers: false });
    }
    if random.chance(10) {
        let of_incentive = of_incentive(random);
        let at = if of_incentive { Decimal::new(1, 1) } else { random.decimal(1_000, 20_000, 2) };
        plan.floor = Some(Limit { of_incentive, at, per_line: false, defers: false });
    }
    if plan.cap.is_none() && plan.floor.is_none() {
        plan.span = Window::Period;
    }
}

pub fn component(random: &mut Random, plan: &Plan, weight: Option<Decimal>) -> Component {
    let by_lines = plan.rounding_at == At::Transaction;
    let window = if by_lines { Window::Period } else { window(random, plan) };
    let timing = match window {
        Window::Period => None,
        Window::Rolling(_) => Some(Timing::RunningRate),
        _ if random.chance(65) => Some(Timing::TrueUp),
        _ if random.chance(50) && weight.is_none() => Some(Timing::RunningLine),
        _ => Some(Timing::RunningRate),
    };
    let output = match weight {
        Some(_) => Output::Percent,
        None => random.pick(&[Output::Rate, Output::Rate, Output::Amount]),
    };
    let mut target = random.chance(75).then(|| zero_target(random));
    let per_line = timing.is_none() && weight.is_none() && (by_lines || random.chance(25));
    let is_single = per_line || timing == Some(Timing::RunningLine);
    let output = if is_single { Output::Rate } else { output };
    let by_attainment = !per_line && target.is_some() && random.chance(75);
    let (output, lookup) = if per_line && random.chance(25) {
        (Output::Amount, Lookup::Prorated(Decimal::new(50_000, 0)))
    } else {
        (output, lookup(random, by_attainment, timing, output))
    };
    let is_cut = by_attainment && (lookup == Lookup::Excess || lookup == Lookup::Step && output == Output::Rate);
    if is_cut && target == Some(ZeroTarget::Full) {
        target = Some(ZeroTarget::Zero);
    }
    let unit = random.pick(&[Unit::Value, Unit::Value, Unit::Quantity]);
    let mut component = Component {
        id: format!("c{}", plan.components.len() + 1),
        weight,
        rule_set: random.pick(&["aligned", "aligned", "brands", "named", "named", "sold"]),
        is_team: random.chance(30),
        wider: Wider::default(),
        products: random.pick(&SCOPES),
        unit,
        window,
        zero_target: target,
        target_amount: random.chance(15).then(|| random.decimal(500, 8_000, 0)),
        attainment_kind: AttainmentKind::Ratio,
        kind: Kind::Sales,
        attainment: if random.chance(85) {
            (6, Mode::HalfUp)
        } else {
            (random.between(2, 4) as i32, random.pick(&Mode::ALL))
        },
        curve: curve(random, by_attainment, timing, per_line, lookup, output, unit),
        overrides: Vec::new(),
        multipliers: multipliers(random, plan),
        gates: gates(random, plan, timing),
        cap: limit(random, output, per_line, 30),
        floor: limit(random, output, per_line, 8)
            .map(|floor| Limit { at: Decimal::new(floor.at.units, floor.at.scale + 1), ..floor }),
        pot: None,
    };
    component.is_team &= component.rule_set != NOT_PASSED_UP;
    overrides(random, plan, &mut component);
    component
}

fn window(random: &mut Random, plan: &Plan) -> Window {
    let windows: &[Window] = match plan.paid {
        Paid::Yearly => &[Window::Period, Window::YearToDate],
        _ => &[Window::Period, Window::QuarterToDate, Window::YearToDate, Window::YearToDate],
    };
    if random.chance(8) {
        let is_whole = plan.target == Proration::None;
        if is_whole {
            random.pick(&[Window::PlanToDate, Window::Rolling(2), Window::Rolling(3)])
        } else {
            Window::PlanToDate
        }
    } else {
        random.pick(windows)
    }
}

fn lookup(random: &mut Random, by_attainment: bool, timing: Option<Timing>, output: Output) -> Lookup {
    let mut lookups = vec![Lookup::Flat, Lookup::Interpolated];
    if timing != Some(Timing::RunningRate) && output != Output::Amount {
        if timing != Some(Timing::RunningLine) || !by_attainment {
            lookups.extend([Lookup::Step, Lookup::Step]);
        }
        if by_attainment && timing != Some(Timing::RunningLine) {
            lookups.push(Lookup::Excess);
        }
    }
    if !by_attainment && output == Output::Amount && !matches!(timing, Some(Timing::RunningRate | Timing::RunningLine))
    {
        lookups.push(Lookup::Prorated(Decimal::new(50_000, 0)));
    }
    random.pick(&lookups)
}

fn curve(
    random: &mut Random,
    by_attainment: bool,
    timing: Option<Timing>,
    per_line: bool,
    lookup: Lookup,
    output: Output,
    unit: Unit,
) -> Curve {
    let mut choices = vec![Below::Zero, Below::Zero, Below::Mirror, Below::Mirror];
    if !per_line && timing != Some(Timing::RunningLine) {
        choices.push(Below::Error);
    }
    let below = random.pick(&choices);
    let own_rate = output == Output::Rate && random.chance(25);
    let borders = borders(random, by_attainment, unit, lookup, below);
    let border = random.pick(&[Border::LowerInclusive, Border::UpperInclusive]);
    let own_borders = !matches!(lookup, Lookup::Interpolated | Lookup::Prorated(_)) && random.chance(20);
    let is_falling = random.chance(15);
    let mut height = random.between(0, 6);
    let tiers = borders
        .into_iter()
        .map(|from| {
            height = if is_falling { random.between(0, 12) } else { height + random.between(0, 4) };
            let step = if random.chance(25) { random.between(0, 9) } else { 0 };
            let output = match output {
                // A share of the target incentive for each unit of the axis.
                Output::Percent if lookup == Lookup::Step && !by_attainment => Decimal::new(height * 10 + step, 6),
                Output::Percent => Decimal::new(height * 100 + step, 3),
                Output::Rate if own_rate => Decimal::new(height * 250 + step, 3),
                Output::Rate => Decimal::new(height * 100 + step, 4),
                Output::Amount | Output::Points => Decimal::new(height * 20_000 + step, 2),
            };
            let border = (own_borders && random.chance(50))
                .then(|| random.pick(&[Border::LowerInclusive, Border::UpperInclusive]));
            Tier { from, output, border }
        })
        .collect();
    Curve {
        by_attainment,
        timing,
        lookup,
        output,
        own_rate,
        per_target: false,
        product_rates: Vec::new(),
        second: None,
        per_line,
        below,
        extends: matches!(lookup, Lookup::Interpolated | Lookup::Prorated(_)) && random.chance(40),
        border,
        tiers,
    }
}

fn borders(random: &mut Random, by_attainment: bool, unit: Unit, lookup: Lookup, below: Below) -> Vec<Decimal> {
    let all: Vec<Decimal> = match (by_attainment, unit) {
        (true, _) => [0, 25, 50, 75, 80, 90, 95, 100, 105, 110, 120, 150, 200].map(|part| Decimal::new(part, 2)).into(),
        (false, Unit::Value | Unit::Margin) => {
            [0, 1_000, 2_500, 5_000, 7_500, 10_000, 15_000, 20_000, 40_000].map(|part| Decimal::new(part, 0)).into()
        }
        (false, Unit::Quantity | Unit::Volume) => [0, 5, 10, 20, 40, 60, 100].map(|part| Decimal::new(part, 0)).into(),
    };
    let least = if lookup == Lookup::Interpolated { 2 } else { 1 };
    let count = random.between(least, 5) as usize;
    let mut chosen: Vec<Decimal> = Vec::new();
    let begins_at_zero = random.chance(60);
    while chosen.len() < count {
        let border = if chosen.is_empty() && begins_at_zero { all[0] } else { random.pick(&all) };
        if !chosen.contains(&border) {
            chosen.push(border);
        }
    }
    if below != Below::Mirror && !by_attainment && random.chance(8) {
        chosen.push(Decimal::new(-2_000, 0));
    }
    chosen.sort_by_key(|border| (border.units, border.scale));
    chosen
}

/// What looks at a component looks at one above, so that no two wait for each other.
fn judged(random: &mut Random, plan: &Plan) -> Option<Component> {
    let others: Vec<&Component> = plan.components.iter().filter(|one| one.zero_target.is_some()).collect();
    (!others.is_empty()).then(|| random.pick(&others).clone())
}

pub fn gates(random: &mut Random, plan: &Plan, timing: Option<Timing>) -> Vec<Gate> {
    if !random.chance(35) {
        return Vec::new();
    }
    let mut gates = Vec::new();
    for _ in 0..random.pick(&[1, 1, 1, 2, 3, 8]) {
        let Some(other) = judged(random, plan) else { break };
        let by_window = random.chance(60);
        let needs_later = by_window && timing == Some(Timing::TrueUp);
        let later = needs_later
            .then(|| random.pick(&[Later::Reverse, Later::Withhold, Later::Withhold, Later::Withhold, Later::Forfeit]));
        // What grows is rounded before a gate takes from it; a plan that rounds last has nothing to take from.
        let grows = timing == Some(Timing::TrueUp) && (!by_window || later != Some(Later::Reverse));
        if grows && plan.rounding_at == At::Plan {
            continue;
        }
        let by_value = random.chance(20);
        let otherwise = match later {
            Some(Later::Withhold) => Decimal::new(0, 0),
            _ => random.pick(&[Decimal::new(0, 0), Decimal::new(5, 1), Decimal::new(333_333, 6)]),
        };
        let border = if by_value {
            random.decimal(100, 9_000, 0)
        } else {
            random.pick(&[Decimal::new(5, 1), Decimal::new(8, 1), Decimal::new(1, 0)])
        };
        gates.push(Gate {
            component: other.id,
            by_value,
            is_above: random.chance(25),
            border,
            by_window,
            later,
            otherwise,
        });
    }
    gates
}

pub fn multipliers(random: &mut Random, plan: &Plan) -> Vec<Multiplier> {
    let mut found = Vec::new();
    let most = random.pick(&[2, 2, 9]);
    while found.len() < most && random.chance(if most > 2 { 60 } else { 12 }) {
        let Some(other) = judged(random, plan) else { break };
        let by_attainment = random.chance(75);
        let is_sloping = random.chance(40);
        let borders: [Decimal; 3] = if by_attainment {
            [Decimal::new(8, 1), Decimal::new(1, 0), Decimal::new(125, 2)]
        } else {
            [Decimal::new(1_000, 0), Decimal::new(5_000, 0), Decimal::new(12_500, 0)]
        };
        let tiers =
            borders.into_iter().map(|from| Tier { from, output: random.decimal(80, 150, 2), border: None }).collect();
        found.push(Multiplier {
            by: other.id,
            by_attainment,
            by_window: random.chance(50),
            is_sloping,
            extends: is_sloping && random.chance(40),
            border: random.pick(&[Border::LowerInclusive, Border::UpperInclusive]),
            below: random.decimal(0, 100, 2),
            tiers,
        });
    }
    found
}

fn overrides(random: &mut Random, plan: &Plan, component: &mut Component) {
    if !random.chance(15) {
        return;
    }
    let name = plan.role.trim_start_matches('r');
    let scopes = [
        ("role", plan.role.clone()),
        ("position", format!("s{name}{}", random.pick(&["a", "b", "c"]))),
        ("payee", format!("e{name}{}1", random.below(3))),
    ];
    for (kind, key) in scopes {
        if !random.chance(50) {
            continue;
        }
        let target = (component.zero_target.is_some() && random.chance(60)).then(|| random.decimal(500, 9_000, 0));
        let tiers = (target.is_none() || random.chance(30)).then(|| {
            let times = random.between(1, 3);
            let higher =
                |tier: &Tier| Tier { output: Decimal::new(tier.output.units * times, tier.output.scale), ..*tier };
            component.curve.tiers.iter().map(higher).collect()
        });
        component.overrides.push(Override { kind, key, weight: None, target, tiers });
    }
}

fn limit(random: &mut Random, output: Output, per_line: bool, percent: u64) -> Option<Limit> {
    if !random.chance(percent) {
        return None;
    }
    if output == Output::Percent && random.chance(70) {
        let at = random.pick(&[Decimal::new(12, 1), Decimal::new(5, 1), Decimal::new(2, 0)]);
        return Some(Limit { of_incentive: true, at, per_line: false, defers: false });
    }
    let at = random.pick(&[Decimal::new(300, 0), Decimal::new(75_050, 2), Decimal::new(2_500, 0)]);
    Some(Limit { of_incentive: false, at, per_line: per_line && random.chance(50), defers: false })
}

/// Whether a gate takes from what grew, not from the whole.
pub fn acts_on_growth(timing: Option<Timing>, gate: &Gate) -> bool {
    timing == Some(Timing::TrueUp) && (!gate.by_window || gate.later != Some(Later::Reverse))
}
