//! Components: whether their choices agree, and the rows they become.
//!
//! Does not know other plans; names of rule sets are looked up in a list that it is given.

use std::collections::BTreeSet;

use kernel::{Fault, documents::place_of};
use rust_decimal::Decimal;

use crate::{
    curve::{Tier, tiers, too_fine},
    document::{CapDoc, ComponentDoc, GateDoc, PlanDoc, Target, TargetIncentive, Window},
    fault::{P003, P005, P006, P007, P008, P009},
    tables::{Rows, some},
    words::{Axis, Basis, CapOf, Evaluated, Later, Lookup, Output, Paid, Timing, ZeroTarget},
};

/// A component whose choices agree, with its tiers.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    pub(crate) document: ComponentDoc,
    pub(crate) tiers: Vec<Tier>,
}

/// The components of a plan, or every fault in them.
pub(crate) fn components(
    file: &str,
    plan: &PlanDoc,
    rule_sets: &BTreeSet<String>,
    faults: &mut Vec<Fault>,
) -> Vec<Component> {
    let mut read = Vec::new();
    for document in &plan.components {
        faults.extend(choices(file, plan, document));
        if !rule_sets.contains(&document.measure.rule_set.value) {
            let known = rule_sets.iter().map(|set| format!("`{set}`")).collect::<Vec<_>>().join(", ");
            faults.push(
                Fault::new(
                    P006,
                    format!(
                        "component `{}` names rule set `{}`, which does not exist",
                        document.id.value, document.measure.rule_set.value
                    ),
                )
                .place(place_of(file, &document.measure.rule_set))
                .hint(if known.is_empty() {
                    "add a rule set to `plans/`".to_owned()
                } else {
                    format!("the project has {known}")
                }),
            );
        }
        match tiers(file, &document.id.value, &document.curve.value) {
            Ok(tiers) => read.push(Component { document: document.clone(), tiers }),
            Err(more) => faults.extend(more),
        }
    }
    faults.extend(weights(file, plan));
    faults.extend(gates(file, plan));
    read
}

/// Every contradiction within one component.
fn choices(file: &str, plan: &PlanDoc, component: &ComponentDoc) -> Vec<Fault> {
    let id = &component.id.value;
    let curve = &component.curve.value;
    let mut faults = window_choices(file, plan, component);
    let mut refuse = |place, message: String, hint: &str| {
        faults.push(Fault::new(P005, format!("component `{id}` {message}")).place(place).hint(hint))
    };
    let (lookup, output) = (curve.lookup.value, curve.output.value);
    if curve.axis == Axis::Attainment && component.target == Target::None {
        refuse(
            place_of(file, &component.curve),
            "looks up its attainment, but has no target".to_owned(),
            "name a target set, or use `axis: value`",
        );
    }
    if lookup == Lookup::Excess && (curve.axis != Axis::Attainment || output == Output::Amount) {
        refuse(
            place_of(file, &curve.lookup),
            "pays the excess over a target without target or rate".to_owned(),
            "`excess` needs `axis: attainment` and a rate or percentage",
        );
    }
    if lookup == Lookup::Step && output == Output::Amount {
        refuse(
            place_of(file, &curve.lookup),
            "cuts into slices, but each tier gives an amount".to_owned(),
            "use `lookup: flat`, or an output that is a rate",
        );
    }
    if let Some(rate) = &curve.rate
        && output != Output::Rate
    {
        refuse(
            place_of(file, rate),
            format!("takes a rate from the roster, but its output is `{}`", output.word()),
            "use `output: rate_on_basis`",
        );
    }
    let cuts_at_target = curve.axis == Axis::Attainment
        && (lookup == Lookup::Excess || lookup == Lookup::Step && output == Output::Rate);
    if cuts_at_target && matches!(&component.target, Target::Set(target) if target.zero_target == ZeroTarget::Full) {
        refuse(
            place_of(file, &curve.lookup),
            "cuts at its target, but takes a target of zero for reached".to_owned(),
            "use `zero_target: not_payable` or `zero`, or another lookup",
        );
    }
    faults.extend(pay_choices(file, plan, component));
    faults
}

/// Whether weight, target incentive, cap and output agree.
fn pay_choices(file: &str, plan: &PlanDoc, component: &ComponentDoc) -> Vec<Fault> {
    let id = &component.id.value;
    let output = component.curve.value.output.value;
    let mut faults = Vec::new();
    let mut refuse = |place, message: String, hint: &str| {
        faults.push(Fault::new(P005, format!("component `{id}` {message}")).place(place).hint(hint))
    };
    match (&component.weight, output) {
        (Some(weight), Output::Rate | Output::Amount) => {
            refuse(
                place_of(file, weight),
                format!("has a weight, but its output is `{}`", output.word()),
                "leave `weight` out; it divides a target incentive",
            );
        }
        (None, Output::Percent) => {
            refuse(
                place_of(file, &component.id),
                "is paid as percent of the target incentive, but has no weight".to_owned(),
                "add `weight: 100%`, or its part of the plan",
            );
        }
        _ => {}
    }
    let needs_incentive =
        output == Output::Percent || matches!(&component.cap, Some(cap) if cap.value.of == CapOf::TargetIncentive);
    if needs_incentive && plan.target_incentive.value == TargetIncentive::None {
        refuse(
            place_of(file, &plan.target_incentive),
            "needs a target incentive, but the plan has none".to_owned(),
            "write `target_incentive: roster` or an amount",
        );
    }
    if let Some(cap) = &component.cap
        && cap.value.of == CapOf::TargetIncentive
        && output != Output::Percent
    {
        refuse(
            place_of(file, cap),
            "caps a multiple of the target incentive, but has no weight in it".to_owned(),
            "use `of: amount`",
        );
    }
    let numbers = [(component.weight.as_ref(), 6), (component.cap.as_ref().map(|cap| &cap.value.at), 10)];
    faults.extend(numbers.into_iter().filter_map(|(number, scale)| too_fine(file, id, number?, scale)));
    if let Some(cap) = &component.cap
        && cap.value.at.value.0 < Decimal::ZERO
    {
        faults.push(
            Fault::new(P003, format!("component `{id}` has a cap below zero")).place(place_of(file, &cap.value.at)),
        );
    }
    faults
}

/// Whether window, basis, timing and the plan's period agree.
fn window_choices(file: &str, plan: &PlanDoc, component: &ComponentDoc) -> Vec<Fault> {
    let id = &component.id.value;
    let curve = &component.curve.value;
    let window = component.measure.window.value;
    let at_window = || place_of(file, &component.measure.window);
    let timing = curve.timing.as_ref().map(|timing| timing.value);
    let refuse = |message: String, place, hint: &str| {
        vec![Fault::new(P005, format!("component `{id}` {message}")).place(place).hint(hint)]
    };
    if window == Window::Rolling {
        return match timing {
            Some(Timing::TrueUp) => {
                vec![Fault::new(P009, format!("component `{id}` trues up a rolling window")).place(at_window())]
            }
            _ => refuse(
                "measures a rolling window, which this version does not compute".to_owned(),
                at_window(),
                "use `period`, `quarter_to_date` or `year_to_date`",
            ),
        };
    }
    if window == Window::QuarterToDate && plan.paid == Paid::Yearly {
        return refuse(
            "measures quarters in a plan that pays yearly".to_owned(),
            at_window(),
            "use `period` or `year_to_date`",
        );
    }
    match (window, curve.basis.value) {
        (Window::Period, Basis::Window) | (Window::QuarterToDate | Window::YearToDate, Basis::Period) => {
            let basis = if window == Window::Period { "period" } else { "window" };
            return refuse(
                format!(
                    "measures `window: {}`, but its curve has `basis: {}`",
                    window.word(),
                    curve.basis.value.word()
                ),
                place_of(file, &curve.basis),
                &format!("write `basis: {basis}`, or change the window"),
            );
        }
        _ => {}
    }
    match (curve.basis.value, &curve.timing) {
        (Basis::Window, None) => refuse(
            "adds up a window, but does not say how it is paid".to_owned(),
            place_of(file, &curve.basis),
            "add `timing: true_up` or `timing: running_rate`",
        ),
        (Basis::Period, Some(timing)) => refuse(
            "has a timing, but pays each period by itself".to_owned(),
            place_of(file, timing),
            "leave `timing` out",
        ),
        (Basis::Window, Some(timing))
            if timing.value == Timing::RunningRate && matches!(curve.lookup.value, Lookup::Step | Lookup::Excess) =>
        {
            refuse(
                format!("applies a running rate to `lookup: {}`", curve.lookup.value.word()),
                place_of(file, timing),
                "use `timing: true_up`, or `flat` or `interpolated`",
            )
        }
        _ => Vec::new(),
    }
}

/// That the weights of what is paid from the target incentive are a whole.
fn weights(file: &str, plan: &PlanDoc) -> Option<Fault> {
    let weighted: Vec<_> = plan
        .components
        .iter()
        .filter(|one| one.curve.value.output.value == Output::Percent)
        .filter_map(|one| one.weight.as_ref())
        .collect();
    let last = weighted.last()?;
    let sum: Decimal = weighted.iter().map(|weight| weight.value.0).sum();
    (sum != Decimal::ONE).then(|| {
        Fault::new(
            P008,
            format!(
                "the weights of plan `{}` add up to `{} %`",
                plan.plan.value,
                (sum * Decimal::ONE_HUNDRED).normalize()
            ),
        )
        .place(place_of(file, last))
    })
}

/// That gates name components with a target, agree with the timing, and do not wait for each other.
fn gates(file: &str, plan: &PlanDoc) -> Vec<Fault> {
    let mut faults = Vec::new();
    for component in &plan.components {
        let Some(gate) = &component.gate else { continue };
        let id = &component.id.value;
        let named = &gate.value.component;
        let Some(other) = plan.components.iter().find(|other| other.id.value == named.value) else {
            faults.push(
                Fault::new(
                    P006,
                    format!(
                        "the gate of component `{id}` names component `{}`, which plan `{}` does not have",
                        named.value, plan.plan.value
                    ),
                )
                .place(place_of(file, named)),
            );
            continue;
        };
        if other.target == Target::None {
            faults.push(
                Fault::new(
                    P005,
                    format!("the gate of component `{id}` looks at `{}`, which has no target", named.value),
                )
                .place(place_of(file, named))
                .hint("give that component a target"),
            );
        }
        faults.extend(gate_timing(file, component, &gate.value));
        let otherwise = &gate.value.otherwise;
        if otherwise.value.0 < Decimal::ZERO || otherwise.value.0 > Decimal::ONE {
            faults.push(
                Fault::new(P003, format!("the gate of component `{id}` pays `{}` while it is shut", otherwise.value.0))
                    .place(place_of(file, otherwise))
                    .hint("write a part of what it pays when open, from `0%` to `100%`"),
            );
        }
        faults.extend(
            [&gate.value.at_least, &gate.value.otherwise]
                .into_iter()
                .filter_map(|number| too_fine(file, id, number, 6)),
        );
        if let Some(circle) = circle(plan, id) {
            faults.push(
                Fault::new(P007, format!("the gates of plan `{}` form a circle: {circle}", plan.plan.value))
                    .place(place_of(file, named)),
            );
            break;
        }
    }
    faults
}

fn gate_timing(file: &str, component: &ComponentDoc, gate: &GateDoc) -> Option<Fault> {
    let id = &component.id.value;
    let true_up = component.curve.value.timing.as_ref().is_some_and(|timing| timing.value == Timing::TrueUp);
    let needed = true_up && gate.evaluated == Evaluated::Window;
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

/// The circle of gates through a component, in words.
fn circle(plan: &PlanDoc, start: &str) -> Option<String> {
    let mut path = vec![start];
    let mut at = start;
    while let Some(gate) = plan.components.iter().find(|one| one.id.value == at).and_then(|one| one.gate.as_ref()) {
        at = &gate.value.component.value;
        let seen = path.iter().position(|earlier| *earlier == at);
        path.push(at);
        if let Some(from) = seen {
            return Some(path[from..].iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" → "));
        }
    }
    None
}

impl Component {
    /// Adds the rows of this component.
    pub(crate) fn compile(&self, file: &str, plan: &str, number: usize, rows: &mut Rows) {
        let component = &self.document;
        let (measure, curve) = (&component.measure, &component.curve.value);
        let id = &component.id.value;
        let line = component.id.referenced.line();
        let (target_set, zero_target) = match &component.target {
            Target::None => (None, None),
            Target::Set(target) => (some(&target.set), some(target.zero_target.word())),
        };
        let cap: Option<&CapDoc> = component.cap.as_ref().map(|cap| &cap.value);
        let values = vec![
            some(plan),
            some(id),
            some(component.title.as_ref().unwrap_or(id)),
            some(number),
            component.weight.as_ref().and_then(|weight| some(weight.value.0)),
            some(measure.kind.word()),
            some(&measure.rule_set.value),
            some(measure.level.word()),
            some(measure.products.kind),
            some(&measure.products.key),
            some(measure.unit.word()),
            some(measure.window.value.word()),
            target_set,
            zero_target,
            some(curve.axis.word()),
            some(curve.basis.value.word()),
            some(curve.lookup.value.word()),
            some(curve.output.value.word()),
            some(curve.timing.as_ref().map_or("none", |timing| timing.value.word())),
            some(curve.below.word()),
            some(curve.above.value.word()),
            some(curve.rate.as_ref().map_or("tiers", |rate| rate.value.word())),
            cap.and_then(|cap| some(cap.of.word())),
            cap.and_then(|cap| some(cap.at.value.0)),
            cap.and_then(|cap| some(cap.excess.word())),
            some("curve"),
            some("#1"),
            some("ratio"),
            some(6),
            some("half_up"),
            some(if component.target == Target::None { "none" } else { "set" }),
            None,
            some(match curve.timing.as_ref().map(|timing| timing.value) {
                Some(Timing::RunningRate) => "period",
                _ => "none",
            }),
            None,
            None,
            cap.and_then(|_| some("window")),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        ];
        rows.add("plan_components", values, file, line);
        let term = vec![
            some(plan),
            some(id),
            some(1),
            some("value"),
            some("credits"),
            some(&measure.rule_set.value),
            some(measure.level.word()),
            some(measure.products.kind),
            some(&measure.products.key),
            None,
            some(measure.unit.word()),
            some(measure.window.value.word()),
            some("none"),
            None,
            None,
            None,
            None,
            None,
        ];
        rows.add("plan_terms", term, file, line);
        let curve = vec![some(plan), some(id), some(id), some("payout"), some("all"), some("*"), some(0)];
        rows.add("plan_curves", curve, file, line);
        self.compile_tiers(file, plan, rows);
    }

    fn compile_tiers(&self, file: &str, plan: &str, rows: &mut Rows) {
        let component = &self.document;
        let id = &component.id.value;
        for (at, tier) in self.tiers.iter().enumerate() {
            let values = vec![
                some(plan),
                some(id),
                some(id),
                some(at + 1),
                some(tier.from),
                tier.to.and_then(some),
                some(tier.border.word()),
                some(tier.output_from),
                some(tier.output_to),
                tier.line.and_then(|(from, _)| some(from)),
                tier.line.and_then(|(_, to)| some(to)),
                None,
                None,
                None,
            ];
            rows.add("plan_tiers", values, file, tier.line_number);
        }
        if let Some(gate) = &component.gate {
            let gate_line = gate.referenced.line();
            let gate = &gate.value;
            let values = vec![
                some(plan),
                some(id),
                some(1),
                some(&gate.component.value),
                some(gate.at_least.value.0),
                some(gate.evaluated.word()),
                some(gate.later.map_or("none", Later::word)),
                some(gate.otherwise.value.0),
                some("attainment"),
                some("at_least"),
                some(gate.at_least.value.0),
            ];
            rows.add("plan_gates", values, file, gate_line);
        }
    }
}
