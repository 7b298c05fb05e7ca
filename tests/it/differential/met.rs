//! What random plans have to meet with figures other than zero, so that their comparison proves anything.

use super::{
    company::{Cell, Component, Gate, Kind, Later, Plan, Ties},
    reference::{Figures, Tally},
};

/// Each named as it is counted below or by the reference.
pub const FEATURES: &[&str] = &[
    "budget",
    "cap of a component",
    "cap of a line",
    "cap of a plan",
    "cap of a plan that puts off",
    "cap that puts off",
    "ceiling",
    "clawback",
    "down",
    "draw",
    "draw by days",
    "draw of a part of the target incentive",
    "floor",
    "floor of a component",
    "floor of a plan",
    "gate on the period",
    "gate on the whole window",
    "gate that forfeits",
    "gate that reverses",
    "gate that withholds",
    "guarantee",
    "half_even",
    "half_odd",
    "half_up",
    "held",
    "held for want of a rate",
    "held to the end",
    "installments",
    "month_average",
    "multiplier of a component",
    "multiplier of a plan",
    "negative_result",
    "non_recoverable",
    "paid after days",
    "paid after months",
    "paid at once",
    "paid at the end of the year",
    "paid later by a component",
    "paid later by a plan",
    "paid on an event",
    "payment below zero",
    "place by a second key",
    "place shared in the mean",
    "put off by a component",
    "put off by a plan",
    "recoverable",
    "recovery limited",
    "recovery of a draw",
    "recovery of a draw limited",
    "released from a hold",
    "rounded at the component",
    "rounded at the plan",
    "rounded at the transaction",
    "several debts in one run",
    "several gates",
    "several multipliers",
    "share of a pot",
    "spot",
    "taken as stated",
    "taken of the rest",
    "taken of what was earned",
    "taken of what was paid",
    "up",
];

/// Counts the amounts other than zero that each choice of a plan gave.
pub fn count(cell: &Cell, figures: &Figures, met: &mut Tally) {
    let mut add = |feature| *met.entry(feature).or_default() += 1;
    for (key, _) in figures.incentives.iter().filter(|(_, amount)| !amount.is_zero()) {
        let component = cell.plan.components.iter().find(|one| one.id == key.0).expect("a component");
        of(component).into_iter().for_each(&mut add);
    }
    for _ in figures.totals.values().filter(|amount| !amount.is_zero()) {
        of_plan(&cell.plan).into_iter().for_each(&mut add);
    }
    for ((component, ..), amount) in figures.deferred.iter().filter(|(_, amount)| !amount.is_zero()) {
        add(match (component.is_empty(), *amount > super::numbers::zero()) {
            (true, true) => "put off by a plan",
            (true, false) => "paid later by a plan",
            (false, true) => "put off by a component",
            (false, false) => "paid later by a component",
        });
    }
}

fn of(component: &Component) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut add = |is_so: bool, feature| {
        if is_so {
            found.push(feature);
        }
    };
    let cap = component.cap.as_ref();
    add(component.pot.is_some(), "share of a pot");
    add(cap.is_some(), "cap of a component");
    add(cap.is_some_and(|cap| cap.per_line), "cap of a line");
    add(cap.is_some_and(|cap| cap.defers), "cap that puts off");
    add(component.floor.is_some(), "floor of a component");
    add(!component.multipliers.is_empty(), "multiplier of a component");
    add(component.multipliers.len() > 1, "several multipliers");
    add(component.gates.len() > 1, "several gates");
    if let Some(gate) = component.gates.first() {
        add(true, of_gate(gate));
    }
    if let Kind::Rank(ranking) = &component.kind {
        add(ranking.shares_mean, "place shared in the mean");
        add(matches!(ranking.ties, Ties::Second(_)), "place by a second key");
    }
    found
}

const fn of_gate(gate: &Gate) -> &'static str {
    match (gate.by_window, gate.later) {
        (false, _) => "gate on the period",
        (true, None) => "gate on the whole window",
        (true, Some(Later::Reverse)) => "gate that reverses",
        (true, Some(Later::Withhold)) => "gate that withholds",
        (true, Some(Later::Forfeit)) => "gate that forfeits",
    }
}

fn of_plan(plan: &Plan) -> Vec<&'static str> {
    let mut found = vec![
        plan.rounding.word(),
        match plan.rounding_at {
            super::company::At::Component => "rounded at the component",
            super::company::At::Plan => "rounded at the plan",
            super::company::At::Transaction => "rounded at the transaction",
        },
    ];
    if let Some(cap) = &plan.cap {
        found.push(if cap.defers { "cap of a plan that puts off" } else { "cap of a plan" });
    }
    if plan.floor.is_some() {
        found.push("floor of a plan");
    }
    if !plan.multipliers.is_empty() {
        found.push("multiplier of a plan");
    }
    found
}
