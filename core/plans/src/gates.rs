//! Gates: conditions on other components, and the rows they become.

use kernel::{
    Fault,
    documents::{Number, Spanned, place_of},
};
use rust_decimal::Decimal;

use crate::{
    composites::without_attainment,
    curve::too_fine,
    document::{ComponentDoc, GateDoc},
    fault::{P003, P005},
    measures::Known,
    modifiers::MOST_STEPS,
    rows::{Row, Rows},
    words::{Evaluated, Later, Timing, ValueAxis},
};

/// Whether what the component earned before may change.
fn is_trued_up(component: &ComponentDoc) -> bool {
    let timing = component.curve.as_ref().and_then(|curve| curve.value.timing.as_ref());
    timing.is_some_and(|timing| timing.value == Timing::TrueUp)
}

/// Whether a gate changes what is added in the period, and not the whole of the window.
pub(crate) fn acts_on_increase(component: &ComponentDoc, gate: &GateDoc) -> bool {
    is_trued_up(component) && (gate.evaluated == Evaluated::Period || gate.later != Some(Later::Reverse))
}

/// The border of a gate, if exactly one is written.
fn border(gate: &GateDoc) -> Option<(&'static str, &Spanned<Number>)> {
    match (&gate.at_least, &gate.above) {
        (Some(border), None) => Some(("at_least", border)),
        (None, Some(border)) => Some(("above", border)),
        _ => None,
    }
}

/// What a gate looks at.
fn axis(gate: &GateDoc) -> ValueAxis {
    gate.axis.unwrap_or(ValueAxis::Attainment)
}

/// That gates name components with what they look at, agree with the timing and with each other.
pub(crate) fn faults(known: Known<'_>, component: &ComponentDoc) -> Vec<Fault> {
    let id = &component.id.value;
    let what = format!("the gate of component `{id}`");
    let mut faults = Vec::new();
    for gate in component.gates() {
        let named = &gate.component;
        if let Some(fault) = known.component(&what, named) {
            faults.push(fault);
            continue;
        }
        let is_attainment = axis(gate) == ValueAxis::Attainment;
        if is_attainment {
            faults.extend(without_attainment(known, &what, named));
        }
        match border(gate) {
            None => faults.push(
                Fault::new(P005, format!("{what} does not have exactly one border"))
                    .place(place_of(known.file, named))
                    .hint("write one of `at_least: 90%` and `above: 90%`"),
            ),
            Some((_, border)) => {
                faults.extend(too_fine(known.file, &what, border, if is_attainment { 6 } else { 10 }));
            }
        }
        faults.extend(timing(known.file, component, gate));
        let otherwise = &gate.otherwise;
        if otherwise.value.0 < Decimal::ZERO || otherwise.value.0 > Decimal::ONE {
            faults.push(
                Fault::new(P003, format!("{what} pays `{}` while it is shut", otherwise.value.0))
                    .place(place_of(known.file, otherwise))
                    .hint("write a part of what it pays when open, from `0%` to `100%`"),
            );
        }
        faults.extend(too_fine(known.file, &what, otherwise, 6));
    }
    if let Some(last) = component.gates().get(MOST_STEPS) {
        faults.push(
            Fault::new(P005, format!("component `{id}` has more than {MOST_STEPS} gates"))
                .place(place_of(known.file, &last.component))
                .hint("look at a measure of `kind: custom` that takes some of them together"),
        );
    }
    faults
}

fn timing(file: &str, component: &ComponentDoc, gate: &GateDoc) -> Option<Fault> {
    let id = &component.id.value;
    let needed = is_trued_up(component) && gate.evaluated == Evaluated::Window;
    let refuse = |message: &str, hint: &str| {
        Some(
            Fault::new(P005, format!("the gate of component `{id}` {message}"))
                .place(place_of(file, &gate.component))
                .hint(hint),
        )
    };
    match gate.later {
        None if needed => refuse(
            "does not say what happens when it shuts later",
            "add `later: reverse`, `later: withhold` or `later: forfeit`",
        ),
        Some(_) if !needed => refuse(
            "has `later`, but nothing earned before can change",
            "leave `later` out; it needs `evaluated: window` and `timing: true_up`",
        ),
        Some(Later::Withhold) if !gate.otherwise.value.0.is_zero() => {
            refuse("withholds, but also pays a part", "write `otherwise: 0%`")
        }
        _ => None,
    }
}

/// Adds the gates of a component.
pub(crate) fn compile(rows: &mut Rows, file: &str, plan: &str, component: &ComponentDoc) {
    for (at, gate) in component.gates().iter().enumerate() {
        let Some((comparison, border)) = border(gate) else { continue };
        let axis = axis(gate);
        let rate = if axis == ValueAxis::Attainment { border.value.0 } else { Decimal::ZERO };
        rows.add(
            Row::of("plan_gates", file, gate.component.referenced.line())
                .set("plan_id", plan)
                .set("component_id", &component.id.value)
                .set("gate_number", at + 1)
                .set("gate_component_id", &gate.component.value)
                .set("at_least_rate", rate)
                .set("evaluated", gate.evaluated.word())
                .set("later", gate.later.map_or("none", Later::word))
                .set("otherwise_rate", gate.otherwise.value.0)
                .set("gate_axis", axis.word())
                .set("comparison", comparison)
                .set("border_value", border.value.0),
        );
    }
}
