//! The choices of a curve: whether axis, basis, lookup, timing, output and rate agree with each other and the measure.

use std::collections::BTreeSet;

use kernel::{Fault, Place, documents::place_of};

use crate::{
    composites::has_attainment,
    document::{ComponentDoc, CurveDoc, PlanDoc, Rate, TargetIncentive, Window},
    fault::{P005, P009},
    measures::Known,
    targets::not_negative,
    words::*,
};

/// Faults of one component while they are found.
pub(crate) struct Refusals<'a> {
    pub(crate) file: &'a str,
    pub(crate) id: &'a str,
    pub(crate) faults: Vec<Fault>,
}

impl Refusals<'_> {
    /// Adds a contradiction; the message goes on after the component's name.
    pub(crate) fn add(&mut self, message: impl AsRef<str>, place: Place, hint: &str) {
        let message = format!("component `{}` {}", self.id, message.as_ref());
        self.faults.push(Fault::new(P005, message).place(place).hint(hint));
    }
}

/// Whether a curve is applied to each transaction, or the rate is picked after each.
pub(crate) fn by_transaction(curve: &CurveDoc) -> bool {
    curve.basis.value == Basis::Transaction || curve.by.as_ref().is_some_and(|by| by.value == RunningBy::Transaction)
}

/// Whether the target incentive makes the amount.
pub(crate) fn is_weighted(curve: &CurveDoc) -> bool {
    let per_target = matches!(&curve.rate, Some(rate) if matches!(rate.value, Rate::Word(RateSource::PerTarget)));
    curve.output.value == Output::Percent || per_target
}

/// Every contradiction in the curve of a component.
pub(crate) fn faults(known: Known<'_>, component: &ComponentDoc, curve: &CurveDoc) -> Vec<Fault> {
    let mut refusals = Refusals { file: known.file, id: &component.id.value, faults: Vec::new() };
    windows(&mut refusals, known.plan, component, curve);
    axes(&mut refusals, component, curve);
    transactions(&mut refusals, component, curve);
    lookups(&mut refusals, component, curve);
    rates(&mut refusals, component, curve);
    weights(&mut refusals, known.plan, component, curve);
    second_axis(&mut refusals, known, curve);
    refusals.faults
}

fn axes(refusals: &mut Refusals<'_>, component: &ComponentDoc, curve: &CurveDoc) {
    use MeasureKind::*;
    let kind = component.measure.kind.value;
    let axis = curve.axis.value;
    let place = place_of(refusals.file, &curve.axis);
    if axis == Axis::Attainment && !has_attainment(component) {
        refusals.add(
            "looks up its attainment, but has no target",
            place.clone(),
            "name a target, write `attainment: {kind: absolute}`, or use another axis",
        );
    }
    let is_place = matches!(kind, Rank | Percentile);
    if is_place != (axis == Axis::Rank) {
        let hint = if is_place { "write `axis: rank`" } else { "use `kind: rank` or `percentile`, or another axis" };
        refusals.add(format!("measures `{}`, but looks up `axis: {}`", kind.word(), axis.word()), place.clone(), hint);
    }
    if axis == Axis::Points && !matches!(kind, Objective | Figure | Composite | Custom) {
        refusals.add(format!("looks up points, but measures `{}`", kind.word()), place, "use `axis: value`");
    }
}

/// Whether window, basis, timing and the plan's period agree.
fn windows(refusals: &mut Refusals<'_>, plan: &PlanDoc, component: &ComponentDoc, curve: &CurveDoc) {
    let file = refusals.file;
    let window = component.measure.window.value;
    let at_window = || place_of(file, &component.measure.window);
    let timing = curve.timing.as_ref().map(|timing| timing.value);
    if matches!(window, Window::Rolling(_)) && timing == Some(Timing::TrueUp) {
        let message = format!("component `{}` trues up a rolling window", refusals.id);
        refusals.faults.push(Fault::new(P009, message).place(at_window()));
        return;
    }
    if window == Window::QuarterToDate && plan.paid == Paid::Yearly {
        refusals.add(
            "measures quarters in a plan that pays yearly",
            at_window(),
            "use `period`, `year_to_date` or `plan_to_date`",
        );
        return;
    }
    let basis = curve.basis.value;
    let by_transaction = by_transaction(curve);
    let fits = match basis {
        Basis::Transaction | Basis::Period => window == Window::Period,
        // The running total of one period may still pick a rate after each transaction.
        Basis::Window => window != Window::Period || by_transaction,
    };
    if !fits {
        let hint = if window == Window::Period { "period" } else { "window" };
        refusals.add(
            format!("measures `window: {}`, but its curve has `basis: {}`", window.word(), basis.word()),
            place_of(file, &curve.basis),
            &format!("write `basis: {hint}`, or change the window"),
        );
        return;
    }
    timings(refusals, curve);
}

fn timings(refusals: &mut Refusals<'_>, curve: &CurveDoc) {
    let file = refusals.file;
    let lookup = curve.lookup.value;
    match (curve.basis.value, &curve.timing) {
        (Basis::Window, None) => refusals.add(
            "adds up a window, but does not say how it is paid",
            place_of(file, &curve.basis),
            "add `timing: true_up` or `timing: running_rate`",
        ),
        (Basis::Period | Basis::Transaction, Some(timing)) => refusals.add(
            format!("has a timing, but pays each {} by itself", curve.basis.value.word()),
            place_of(file, timing),
            "leave `timing` out",
        ),
        (Basis::Window, Some(timing)) if timing.value == Timing::RunningRate => {
            let place = place_of(file, timing);
            let (allowed, hint): (&[Lookup], _) = match curve.by.as_ref().map(|by| by.value) {
                Some(RunningBy::Transaction) => (
                    &[Lookup::Flat, Lookup::Step, Lookup::Interpolated],
                    "use `flat`, `step` or `interpolated`, or `timing: true_up`",
                ),
                Some(RunningBy::Period) => (
                    &[Lookup::Flat, Lookup::Interpolated],
                    "use `flat` or `interpolated`, `by: transaction`, or `timing: true_up`",
                ),
                None => {
                    refusals.add(
                        "has a running rate, but does not say by what it runs",
                        place,
                        "add `by: transaction` or `by: period`",
                    );
                    return;
                }
            };
            if !allowed.contains(&lookup) {
                refusals.add(format!("applies a running rate to `lookup: {}`", lookup.word()), place, hint);
            }
        }
        _ => {}
    }
    if let Some(by) = &curve.by
        && curve.timing.as_ref().is_none_or(|timing| timing.value != Timing::RunningRate)
    {
        refusals.add(
            "says by what a running rate runs, but has none",
            place_of(file, by),
            "leave `by` out, or write `timing: running_rate`",
        );
    }
}

/// What holds where a curve is applied to single transactions.
fn transactions(refusals: &mut Refusals<'_>, component: &ComponentDoc, curve: &CurveDoc) {
    if !by_transaction(curve) {
        return;
    }
    let file = refusals.file;
    let each = curve.basis.value == Basis::Transaction;
    if component.measure.kind.value != MeasureKind::Sales {
        refusals.add(
            format!("looks at single transactions, but measures `{}`", component.measure.kind.value.word()),
            place_of(file, &component.measure.kind),
            "use `kind: sales`, or `basis: period`",
        );
    }
    if each && curve.axis.value != Axis::Value {
        refusals.add(
            format!("looks up each transaction by its `{}`", curve.axis.value.word()),
            place_of(file, &curve.axis),
            "write `axis: value`; a target is for a period, not for one transaction",
        );
    }
    let output = curve.output.value;
    if output == Output::Percent || !each && output != Output::Rate {
        refusals.add(
            format!("pays single transactions `{}`", output.word()),
            place_of(file, &curve.output),
            "use `output: rate_on_basis`, or another basis",
        );
    }
}

fn lookups(refusals: &mut Refusals<'_>, component: &ComponentDoc, curve: &CurveDoc) {
    let (lookup, output, axis) = (curve.lookup.value, curve.output.value, curve.axis.value);
    let place = place_of(refusals.file, &curve.lookup);
    let is_amount = matches!(output, Output::Amount | Output::Points);
    if lookup == Lookup::Excess && (axis != Axis::Attainment || is_amount) {
        refusals.add(
            "pays the excess over a target without target or rate",
            place.clone(),
            "`excess` needs `axis: attainment` and a rate or percentage",
        );
    }
    if lookup == Lookup::Step && is_amount {
        refusals.add(
            format!(
                "cuts into slices, but each tier gives {}",
                if output == Output::Points { "points" } else { "an amount" }
            ),
            place.clone(),
            "use `lookup: flat` or `prorated_amounts`, or an output that is a rate",
        );
    }
    if lookup == Lookup::ProratedAmounts && output == Output::Rate {
        refusals.add(
            "earns the amounts of its tiers, but its output is a rate",
            place.clone(),
            "use `output: amount`, or `lookup: step`",
        );
    }
    let is_sliced = matches!(lookup, Lookup::Step | Lookup::Excess | Lookup::ProratedAmounts);
    if axis == Axis::Rank && (is_sliced || output == Output::Rate) {
        refusals.add(
            format!("pays places by `lookup: {}` and `output: {}`", lookup.word(), output.word()),
            place.clone(),
            "use `flat` or `interpolated`, and an amount, a percentage or points",
        );
    }
    // Only a ratio to the target can be cut at the target.
    let kind = component.attainment.as_ref().map_or(AttainmentKind::Ratio, |attainment| attainment.value.kind);
    let cuts_at_target =
        axis == Axis::Attainment && (lookup == Lookup::Excess || lookup == Lookup::Step && output == Output::Rate);
    if cuts_at_target && kind != AttainmentKind::Ratio {
        refusals.add(
            format!("cuts at its target, but its attainment is `{}`", kind.word()),
            place.clone(),
            "use `attainment: {kind: ratio}`, or another lookup",
        );
    }
    if cuts_at_target && component.target().is_some_and(|target| target.zero_target == ZeroTarget::Full) {
        refusals.add(
            "cuts at its target, but takes a target of zero for reached",
            place,
            "use `zero_target: not_payable` or `zero`, or another lookup",
        );
    }
}

fn rates(refusals: &mut Refusals<'_>, component: &ComponentDoc, curve: &CurveDoc) {
    let Some(rate) = &curve.rate else { return };
    let file = refusals.file;
    let place = place_of(file, rate);
    let output = curve.output.value;
    if output != Output::Rate {
        refusals.add(
            format!("takes a rate from elsewhere, but its output is `{}`", output.word()),
            place.clone(),
            "use `output: rate_on_basis`",
        );
    }
    match &rate.value {
        Rate::Word(RateSource::Roster) => {}
        Rate::Word(RateSource::PerTarget) => {
            if component.target().is_none() {
                refusals.add("divides by a target that it does not have", place, "give it a target");
            }
        }
        Rate::Block(rates) => {
            if !by_transaction(curve) {
                refusals.add(
                    "has rates by product, but adds transactions up before it looks",
                    place.clone(),
                    "use `basis: transaction`, or `timing: running_rate` with `by: transaction`",
                );
            }
            if rates.products.0.is_empty() {
                refusals.add("has rates of no product", place, "write them, such as `{all: 2%}`");
            }
            let mut seen = BTreeSet::new();
            for (products, number) in &rates.products.0 {
                if !seen.insert(&products.value) {
                    refusals.add("has two rates of one product scope", place_of(file, products), "remove one");
                }
                let what = format!("component `{}`", refusals.id);
                refusals.faults.extend(not_negative(file, &what, "a rate", number, 6));
            }
        }
    }
}

fn weights(refusals: &mut Refusals<'_>, plan: &PlanDoc, component: &ComponentDoc, curve: &CurveDoc) {
    let file = refusals.file;
    match (&component.weight, is_weighted(curve)) {
        (Some(weight), false) => refusals.add(
            format!("has a weight, but its output is `{}`", curve.output.value.word()),
            place_of(file, weight),
            "leave `weight` out; it divides a target incentive",
        ),
        (None, true) => refusals.add(
            "is paid from the target incentive, but has no weight",
            place_of(file, &component.id),
            "add `weight: 100%`, or its part of the plan",
        ),
        _ => {}
    }
    if is_weighted(curve) && plan.target_incentive.value == TargetIncentive::None {
        refusals.add(
            "needs a target incentive, but the plan has none",
            place_of(file, &plan.target_incentive),
            "write `target_incentive: roster` or an amount",
        );
    }
}

fn second_axis(refusals: &mut Refusals<'_>, known: Known<'_>, curve: &CurveDoc) {
    let Some(second) = &curve.second_axis else { return };
    let file = refusals.file;
    let what = format!("the second axis of component `{}`", refusals.id);
    let named = &second.value.component;
    refusals.faults.extend(known.component(&what, named));
    if second.value.axis == ValueAxis::Attainment {
        refusals.faults.extend(crate::composites::without_attainment(known, &what, named));
    }
    if curve.lookup.value != Lookup::Flat {
        refusals.add(
            format!("looks up two axes by `lookup: {}`", curve.lookup.value.word()),
            place_of(file, &curve.lookup),
            "use `lookup: flat`",
        );
    }
    if curve.below.value == Below::Mirror {
        refusals.add(
            "mirrors what lies below a border of two axes",
            place_of(file, &curve.below),
            "use `below: zero` or `error`",
        );
    }
    if named.value == refusals.id {
        let own: &str = second.value.axis.word();
        if own == curve.axis.value.word() {
            refusals.add("looks up the same axis twice", place_of(file, named), "name another component or axis");
        }
    }
}
