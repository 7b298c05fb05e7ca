//! Plans and credit rules as the documents that a designer would write.

mod credits;
mod payout;

use std::fmt::Write as _;

pub use credits::rule_set;

use super::{
    calendar::text,
    company::{
        AttainmentKind, Beyond, Border, Component, Credit, Curve, Gate, Kind, Limit, Lookup, Multiplier, Output, Plan,
        Presence, Ranking, Scope, Second, Shift, TargetIncentive, Tier, Timing, Window,
    },
    numbers::{Decimal, Mode},
};

fn scope(scope: Scope) -> String {
    match scope.parts() {
        ("all", _) => "all".to_owned(),
        (kind, key) => format!("{kind} {key}"),
    }
}

pub fn plan(plan: &Plan) -> String {
    let incentive = match plan.incentive {
        TargetIncentive::Roster => "roster".to_owned(),
        TargetIncentive::None => "none".to_owned(),
        TargetIncentive::Amount(amount) => amount.to_string(),
    };
    let credit = if plan.credit == Credit::Position { "position" } else { "occupancy" };
    let mut out = format!(
        "plan: {}\ntitle: Plan {}\nvalid: {}..{}\nassigned_to: {{role: {}}}\nearning_code: incentive\ncurrency: {}\n\
         paid: {}\ntarget_incentive: {incentive}\ncomponents:\n",
        plan.id,
        plan.id,
        text(plan.from),
        text(plan.to - 1),
        plan.role,
        plan.currency.0,
        plan.paid.word(),
    );
    for one in &plan.components {
        component(&mut out, one);
    }
    let _ = writeln!(
        out,
        "proration: {{pay: {}, target: {}, credit: {credit}{}}}\nrounding: {{at: {}, mode: {}{}}}",
        plan.pay.word(),
        plan.target.word(),
        presence(&plan.presence),
        plan.rounding_at.word(),
        plan.rounding.word(),
        plan.unit_digits.map_or(String::new(), |digits| format!(", unit: {}", 10_i64.pow(digits.unsigned_abs())))
    );
    let limit = |word: &str, limit: &Limit| {
        let of = if limit.of_incentive { "target_incentive" } else { "amount" };
        let excess = excess(word, limit);
        format!("{word}: {{of: {of}, at: {}{excess}, over: {}}}\n", limit.at, plan.span.word())
    };
    out.push_str(&plan.cap.as_ref().map_or(String::new(), |cap| limit("cap", cap)));
    out.push_str(&plan.floor.as_ref().map_or(String::new(), |floor| limit("floor", floor)));
    multipliers(&mut out, &plan.multipliers, "");
    payout::payout(&mut out, plan);
    out
}

fn excess(word: &str, limit: &Limit) -> &'static str {
    match (word, limit.defers) {
        ("cap", true) => ", excess: defer",
        ("cap", false) => ", excess: forfeit",
        _ => "",
    }
}

fn presence(presence: &Presence) -> String {
    let leaves = presence.leaves.join(", ");
    let leaves = if leaves.is_empty() { leaves } else { format!(", leave: [{leaves}]") };
    let minimum = presence.minimum_days.map_or(String::new(), |days| format!(", minimum_days: {days}"));
    leaves + &minimum
}

fn component(out: &mut String, one: &Component) {
    let _ = writeln!(out, "  - id: {}", one.id);
    if let Some(weight) = one.weight {
        let _ = writeln!(out, "    weight: {weight}");
    }
    let _ = writeln!(out, "    measure: {{{}, window: {}}}", measure(one), one.window.word());
    let ramp: Vec<String> = one.wider.ramp.iter().map(Decimal::to_string).collect();
    let ramp = if ramp.is_empty() { String::new() } else { format!(", ramp: [{}]", ramp.join(", ")) };
    let _ = match (one.zero_target, one.target_amount) {
        (Some(zero), _) if matches!(one.kind, Kind::Sum(_, true)) => {
            writeln!(out, "    target: {{sum_of: components, zero_target: {}}}", zero.word())
        }
        (Some(zero), Some(amount)) => {
            writeln!(out, "    target: {{amount: {amount}, zero_target: {}{ramp}}}", zero.word())
        }
        (Some(zero), None) => writeln!(out, "    target: {{set: official, zero_target: {}{ramp}}}", zero.word()),
        (None, _) => writeln!(out, "    target: none"),
    };
    let (digits, mode) = one.attainment;
    let kind = one.attainment_kind;
    let is_plain = (kind, digits, mode) == (AttainmentKind::Ratio, 6, Mode::HalfUp);
    if !is_plain && (one.zero_target.is_some() || kind == AttainmentKind::Absolute) {
        let _ = writeln!(out, "    attainment: {{kind: {}, digits: {digits}, mode: {}}}", kind.word(), mode.word());
    }
    curve(out, one);
    modifiers(out, one);
}

/// The kind of a measure and what it is made of.
fn measure(one: &Component) -> String {
    let level = one.wider.beyond.map_or(if one.is_team { "team" } else { "own" }, Beyond::word);
    let channel = one.wider.channel.map_or(String::new(), |channel| format!(", channel: {channel}"));
    let of = |products: Scope| {
        let (set, products, unit) = (one.rule_set, scope(products), one.unit.word());
        format!("rule_set: {set}, level: {level}, products: {products}, unit: {unit}{channel}")
    };
    let mine = of(one.products);
    let before = |shift: Shift| format!("reference: {{shift: {}, rule_set: {}}}", shift.word(), one.rule_set);
    let market = |products: Scope| format!("market: {{rule_set: {}, products: {}}}", one.rule_set, scope(products));
    match &one.kind {
        Kind::Sales => format!("kind: sales, {mine}"),
        Kind::Growth(shift) => format!("kind: growth, {mine}, {}", before(*shift)),
        Kind::Share(products) => format!("kind: market_share, {mine}, {}", market(*products)),
        Kind::ShareChange(shift, products) => {
            format!("kind: share_change, {mine}, {}, {}", before(*shift), market(*products))
        }
        Kind::Evolution(shift, products) => {
            format!("kind: evolution_index, {mine}, {}, {}", before(*shift), market(*products))
        }
        Kind::Custom(formula, shift, products) => {
            let shift = shift.map_or(String::new(), |shift| format!(", shift: {}", shift.word()));
            let terms = format!("{{a: {{{mine}}}, b: {{{}{shift}}}}}", of(*products));
            format!("kind: custom, custom: {{value: \"{}\", terms: {terms}}}", formula.word())
        }
        Kind::Rank(ranking) => rank(ranking),
        Kind::Attainments(of) => {
            let of: Vec<String> =
                of.iter().map(|(id, weight)| format!("{{component: {id}, weight: {weight}}}")).collect();
            format!("kind: composite, composite: {{by: attainment, of: [{}]}}", of.join(", "))
        }
        Kind::Sum(of, _) => {
            let of: Vec<String> = of.iter().map(|id| format!("{{component: {id}}}")).collect();
            format!("kind: composite, composite: {{by: sum, of: [{}]}}", of.join(", "))
        }
    }
}

fn rank(ranking: &Ranking) -> String {
    let kind = if ranking.is_percentile { "percentile" } else { "rank" };
    format!(
        "kind: {kind}, {kind}: {{of: {}, by: {}, order: {}, cohort: {}, minimum_cohort: {}, ties: {}, tie_pay: {}}}",
        ranking.of,
        axis(ranking.by_attainment),
        if ranking.is_ascending { "ascending" } else { "descending" },
        ranking.cohort.word(),
        ranking.minimum,
        ranking.ties.word(),
        if ranking.shares_mean { "shared_mean" } else { "each" }
    )
}

fn modifiers(out: &mut String, one: &Component) {
    if !one.overrides.is_empty() {
        out.push_str("    overrides:\n");
    }
    for other in &one.overrides {
        let weight = other.weight.map_or(String::new(), |weight| format!(", weight: {weight}"));
        let target = other.target.map_or(String::new(), |target| format!(", target: {target}"));
        let own = other.tiers.as_ref().map_or(String::new(), |own| {
            let curve = Curve { tiers: own.clone(), ..one.curve.clone() };
            format!(", {}", tiers(&curve))
        });
        let _ = writeln!(out, "      - {{{}: {}{weight}{target}{own}}}", other.kind, other.key);
    }
    multipliers(out, &one.multipliers, "    ");
    let is_single = one.curve.per_line || one.curve.timing == Some(Timing::RunningLine);
    let limit = |word: &str, limit: &Limit| {
        let of = if limit.of_incentive { "target_incentive" } else { "amount" };
        let excess = excess(word, limit);
        let holds = match limit.per_line {
            true => ", holds: transaction",
            false if is_single => ", holds: window",
            false => "",
        };
        format!("    {word}: {{of: {of}, at: {}{excess}{holds}}}\n", limit.at)
    };
    out.push_str(&one.cap.as_ref().map_or(String::new(), |cap| limit("cap", cap)));
    out.push_str(&one.floor.as_ref().map_or(String::new(), |floor| limit("floor", floor)));
    if let Some(pot) = one.pot {
        let _ = writeln!(out, "    pool: {{amount: {pot}, cohort: plan}}");
    }
    let gates: Vec<String> = one.gates.iter().map(gate).collect();
    let _ = match gates.as_slice() {
        [] => Ok(()),
        [one] => writeln!(out, "    gate: {one}"),
        many => writeln!(out, "    gate: [{}]", many.join(", ")),
    };
}

/// The factors of a component or of a plan, indented as they stand there.
fn multipliers(out: &mut String, multipliers: &[Multiplier], indent: &str) {
    if !multipliers.is_empty() {
        let _ = writeln!(out, "{indent}multipliers:");
    }
    for factor in multipliers {
        let points = pairs(&factor.tiers);
        let _ = writeln!(
            out,
            "{indent}  - {{by: {}, axis: {}, evaluated: {}, lookup: {}, border: {}, below: {}, above: {}, \
             {}: {points}}}",
            factor.by,
            axis(factor.by_attainment),
            evaluated(factor.by_window),
            if factor.is_sloping { "interpolated" } else { "flat" },
            factor.border.word(),
            factor.below,
            if factor.extends { "extend" } else { "hold" },
            if factor.is_sloping { "points" } else { "tiers" },
        );
    }
}

const fn axis(by_attainment: bool) -> &'static str {
    if by_attainment { "attainment" } else { "value" }
}

const fn evaluated(by_window: bool) -> &'static str {
    if by_window { "window" } else { "period" }
}

fn gate(gate: &Gate) -> String {
    let axis = if gate.by_value { ", axis: value" } else { "" };
    let comparison = if gate.is_above { "above" } else { "at_least" };
    let later = gate.later.map_or(String::new(), |later| format!(", later: {}", later.word()));
    format!(
        "{{component: {}{axis}, {comparison}: {}, evaluated: {}{later}, otherwise: {}}}",
        gate.component,
        gate.border,
        evaluated(gate.by_window),
        gate.otherwise
    )
}

fn curve(out: &mut String, one: &Component) {
    let curve = &one.curve;
    let axis = if matches!(one.kind, Kind::Rank(_)) { "rank" } else { axis(curve.by_attainment) };
    let basis = match one.window {
        _ if curve.per_line => "transaction",
        Window::Period => "period",
        _ => "window",
    };
    let timing = match curve.timing {
        Some(Timing::TrueUp) => ", timing: true_up",
        Some(Timing::RunningRate) => ", timing: running_rate, by: period",
        Some(Timing::RunningLine) => ", timing: running_rate, by: transaction",
        None => "",
    };
    let rates: Vec<String> =
        curve.product_rates.iter().map(|(products, rate)| format!("{}: {rate}", scope(*products))).collect();
    let rate = match (curve.output, rates.is_empty()) {
        (Output::Rate, false) => format!(", rate: {{products: {{{}}}}}", rates.join(", ")),
        (Output::Rate, true) if curve.per_target => ", rate: per_target".to_owned(),
        (Output::Rate, true) if curve.own_rate => ", rate: roster".to_owned(),
        _ => String::new(),
    };
    let above = if curve.extends { "extend" } else { "hold" };
    let below = curve.below.word();
    let _ = writeln!(
        out,
        "    curve:\n      {{axis: {axis}, basis: {basis}, lookup: {}, output: {}{timing}{rate}, border: {}, \
         below: {below}, above: {above},\n       {}}}",
        curve.lookup.word(),
        curve.output.word(),
        curve.border.word(),
        tiers(curve)
    );
}

fn pairs(tiers: &[Tier]) -> String {
    let pairs: Vec<String> = tiers.iter().map(|tier| format!("{}: {}", tier.from, tier.output)).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// Every pair of values once.
fn cells(curve: &Curve, second: &Second) -> String {
    let to = |word: &str, next: Option<Decimal>| next.map_or(String::new(), |next| format!(", {word}: {next}"));
    let mut rows = Vec::new();
    for (at, tier) in curve.tiers.iter().enumerate() {
        for (beside, from) in second.borders.iter().enumerate() {
            rows.push(format!(
                "{{from: {}{}, second_from: {from}{}, output: {}}}",
                tier.from,
                to("to", curve.tiers.get(at + 1).map(|next| next.from)),
                to("second_to", second.borders.get(beside + 1).copied()),
                Second::output(tier.output, beside)
            ));
        }
    }
    format!(
        "second_axis: {{component: {}, axis: {}}}, tiers: [{}]",
        second.component,
        axis(second.by_attainment),
        rows.join(", ")
    )
}

fn tiers(curve: &Curve) -> String {
    if let Some(second) = &curve.second {
        return cells(curve, second);
    }
    if curve.tiers.iter().all(|tier| tier.border.is_none()) {
        let word = if curve.lookup == Lookup::Interpolated { "points" } else { "tiers" };
        let until = match curve.lookup {
            Lookup::Prorated(until) => format!(", until: {until}"),
            _ => String::new(),
        };
        return format!("{word}: {}{until}", pairs(&curve.tiers));
    }
    let rows = curve.tiers.iter().enumerate().map(|(at, tier)| {
        let to = curve.tiers.get(at + 1).map_or(String::new(), |next| format!(", to: {}", next.from));
        format!("{{from: {}{to}, output: {}{}}}", tier.from, tier.output, border(curve, at))
    });
    format!("tiers: [{}]", rows.collect::<Vec<_>>().join(", "))
}

/// Which of its ends a tier claims: its begin as it says itself, its end unless the next one begins with it.
fn border(curve: &Curve, at: usize) -> String {
    let claims_begin = |tier: &Tier| tier.border.unwrap_or(curve.border) == Border::LowerInclusive;
    let claims_from = curve.tiers.get(at).is_none_or(claims_begin);
    let claims_to = curve.tiers.get(at + 1).map_or(!claims_from, |next| !claims_begin(next));
    let word = match (claims_from, claims_to) {
        (true, false) => "lower_inclusive",
        (false, true) => "upper_inclusive",
        (true, true) => "both_inclusive",
        (false, false) => "none_inclusive",
    };
    if word == curve.border.word() { String::new() } else { format!(", border: {word}") }
}
