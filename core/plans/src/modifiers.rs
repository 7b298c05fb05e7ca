//! What changes an amount once the curve has given it: multipliers, caps, floors and pools.

use kernel::{
    Fault,
    documents::{Number, Spanned, place_of},
    formula::MAX_TERMS,
};
use rust_decimal::Decimal;

use crate::{
    choices::{Refusals, by_transaction, is_weighted},
    composites::without_attainment,
    curve::{Tier, Written},
    document::{CapDoc, ComponentDoc, CurveDoc, FloorDoc, MultiplierDoc, PlanDoc, PoolDoc, TargetIncentive},
    fault::{P003, P005},
    gates::acts_on_increase,
    measures::Known,
    rows::{Row, Rows},
    targets::not_negative,
    words::*,
};

/// As many multipliers or gates may follow each other as a formula has terms; an explanation keeps numbers for them.
pub(crate) const MOST_STEPS: usize = MAX_TERMS;

/// Everything that a component without a curve cannot have.
pub(crate) fn unpaid(refusals: &mut Refusals<'_>, component: &ComponentDoc) {
    let file = refusals.file;
    let written = [
        ("weight", component.weight.as_ref().map(|one| place_of(file, one))),
        ("multipliers", component.multipliers().first().map(|one| place_of(file, &one.by))),
        ("cap", component.cap.as_ref().map(|one| place_of(file, one))),
        ("floor", component.floor.as_ref().map(|one| place_of(file, one))),
        ("gate", component.gate.as_ref().map(|one| place_of(file, one))),
        ("pool", component.pool.as_ref().map(|one| place_of(file, one))),
    ];
    for (key, place) in written.into_iter().filter_map(|(key, place)| Some((key, place?))) {
        refusals.add(
            format!("is measured and not paid, but has `{key}`"),
            place,
            "give it a `curve`, or leave this out",
        );
    }
}

/// Every contradiction of a paid component's modifiers, gates apart.
pub(crate) fn faults(known: Known<'_>, component: &ComponentDoc, curve: &CurveDoc) -> Vec<Fault> {
    let mut refusals = Refusals { file: known.file, id: &component.id.value, faults: Vec::new() };
    if let Some(cap) = &component.cap {
        cap_faults(&mut refusals, component, curve, cap);
    }
    if let Some(floor) = &component.floor {
        floor_faults(&mut refusals, component, curve, floor);
    }
    pool(&mut refusals, known, component, curve);
    let mut faults = refusals.faults;
    let what = format!("component `{}`", component.id.value);
    faults.extend(multiplier_faults(known, &what, component.multipliers()));
    faults
}

fn cap_faults(refusals: &mut Refusals<'_>, component: &ComponentDoc, curve: &CurveDoc, cap: &Spanned<CapDoc>) {
    let file = refusals.file;
    let what = format!("component `{}`", refusals.id);
    refusals.faults.extend(not_negative(file, &what, "a cap", &cap.value.at, 10));
    if let Some(over) = &cap.value.over {
        refusals.add("has a cap with `over`", place_of(file, over), "write `holds`; `over` is for the plan's cap");
    }
    holds(refusals, "cap", cap.value.of(), cap.value.holds.as_ref(), &cap.value.at, curve);
    if cap.value.excess != CapExcess::Defer {
        return;
    }
    if cap.value.holds.as_ref().is_some_and(|holds| holds.value == Holds::Transaction) {
        refusals.add(
            "defers what a cap cuts off single transactions",
            place_of(file, cap),
            "write `excess: forfeit`, or `holds: window`",
        );
    }
    if component.gates().iter().any(|gate| acts_on_increase(component, gate)) {
        refusals.add(
            "defers what its cap cuts off, but a gate withholds or takes from what is added: nobody could say \
             whether it was the cap or the gate that pays later",
            place_of(file, cap),
            "write `excess: forfeit`, or a gate with `evaluated: window` and `later: reverse`",
        );
    }
    if component.pool.is_some() {
        refusals.add("defers points of a pool", place_of(file, cap), "write `excess: forfeit`");
    }
}

fn floor_faults(refusals: &mut Refusals<'_>, component: &ComponentDoc, curve: &CurveDoc, floor: &Spanned<FloorDoc>) {
    let file = refusals.file;
    let what = format!("component `{}`", refusals.id);
    let document = &floor.value;
    refusals.faults.extend(not_negative(file, &what, "a floor", &document.at, 10));
    if let Some(over) = &document.over {
        refusals.add("has a floor with `over`", place_of(file, over), "write `holds`; `over` is for the plan's floor");
    }
    holds(refusals, "floor", document.of(), document.holds.as_ref(), &document.at, curve);
    if let Some(cap) = &component.cap
        && cap.value.of() == document.of()
        && cap.value.at.value.0 < document.at.value.0
    {
        refusals.add("has a floor above its cap", place_of(file, &document.at), "let the floor lie below the cap");
    }
}

/// Over what a cap or floor holds, and of what it is a multiple.
fn holds(
    refusals: &mut Refusals<'_>,
    word: &str,
    of: CapOf,
    holds: Option<&Spanned<Holds>>,
    at: &Spanned<Number>,
    curve: &CurveDoc,
) {
    let file = refusals.file;
    if of == CapOf::TargetIncentive && !is_weighted(curve) {
        refusals.add(
            format!("has a {word} of the target incentive, but has no weight in it"),
            place_of(file, at),
            "use `of: amount`",
        );
    }
    match holds {
        None if by_transaction(curve) => refusals.add(
            format!("does not say over what its {word} holds"),
            place_of(file, at),
            "add `holds: transaction` or `holds: window`",
        ),
        Some(one) if one.value == Holds::Transaction && !by_transaction(curve) => refusals.add(
            format!("has a {word} for each transaction, but adds them up before it pays"),
            place_of(file, one),
            "write `holds: window`, or `basis: transaction`",
        ),
        Some(one) if one.value == Holds::Transaction && of == CapOf::TargetIncentive => refusals.add(
            format!("has a {word} for each transaction, but no transaction has a target incentive"),
            place_of(file, one),
            "use `of: amount`",
        ),
        _ => {}
    }
}

fn pool(refusals: &mut Refusals<'_>, known: Known<'_>, component: &ComponentDoc, curve: &CurveDoc) {
    let file = refusals.file;
    let is_points = curve.output.value == Output::Points;
    let Some(pool) = &component.pool else {
        if is_points {
            refusals.add(
                "gives points that nothing turns into money",
                place_of(file, &curve.output),
                "add `pool: {amount: 50_000, cohort: plan}`",
            );
        }
        return;
    };
    if !is_points {
        refusals.add("shares a pool, but gives no points", place_of(file, pool), "write `output: points`");
    }
    if curve.basis.value != Basis::Period {
        refusals.add(
            format!(
                "shares a pot by `basis: {}`, but a pot is shared once, at the end of a period",
                curve.basis.value.word()
            ),
            place_of(file, &curve.basis),
            "write `basis: period`; for the pot of a quarter, a plan of its own with `paid: quarterly`",
        );
    }
    let what = format!("the pool of component `{}`", refusals.id);
    let PoolDoc { amount, rate, of, .. } = &pool.value;
    match (amount, rate, of) {
        (Some(amount), None, None) => refusals.faults.extend(not_negative(file, &what, "an amount", amount, 4)),
        (None, Some(rate), Some(of)) => {
            refusals.faults.extend(not_negative(file, &what, "a rate", rate, 6));
            refusals.faults.extend(known.component(&what, of));
        }
        _ => refusals.add(
            "has a pool that is neither an amount nor a rate of a component",
            place_of(file, pool),
            "write `amount: 50_000`, or `rate: 2%` with `of: COMPONENT`",
        ),
    }
}

/// Every fault of a list of multipliers.
pub(crate) fn multiplier_faults(known: Known<'_>, whose: &str, multipliers: &[MultiplierDoc]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let what = format!("a multiplier of {whose}");
    let mut refuse = |code, message: &str, place, hint: &str| {
        faults.push(Fault::new(code, format!("{what} {message}")).place(place).hint(hint));
    };
    if let Some(last) = multipliers.get(MOST_STEPS) {
        refuse(
            P005,
            &format!("comes after {MOST_STEPS} others"),
            place_of(known.file, &last.by),
            "take fewer together, or multiply by a measure of `kind: custom`",
        );
    }
    for multiplier in multipliers {
        if !matches!(multiplier.lookup.value, Lookup::Flat | Lookup::Interpolated) {
            refuse(
                P005,
                &format!("looks its factor up by `{}`", multiplier.lookup.value.word()),
                place_of(known.file, &multiplier.lookup),
                "use `flat` or `interpolated`",
            );
        }
        let outputs =
            [&multiplier.tiers, &multiplier.points].into_iter().flatten().flat_map(|tiers| tiers.value.outputs());
        for number in outputs.chain([&multiplier.below]) {
            if number.value.0 < Decimal::ZERO {
                refuse(
                    P003,
                    &format!("has a factor of `{}`, below zero", number.value.0),
                    place_of(known.file, number),
                    "write zero or more; 1 leaves the amount as it is",
                );
            }
        }
    }
    for multiplier in multipliers {
        faults.extend(crate::curve::too_fine(known.file, &what, &multiplier.below, 10));
        faults.extend(known.component(&what, &multiplier.by));
        if multiplier.axis == ValueAxis::Attainment {
            faults.extend(without_attainment(known, &what, &multiplier.by));
        }
    }
    faults
}

/// The tiers of each multiplier; faults are added to the list.
pub(crate) fn multiplier_tiers(
    file: &str,
    whose: &str,
    multipliers: &[MultiplierDoc],
    faults: &mut Vec<Fault>,
) -> Vec<Vec<Tier>> {
    let read = |multiplier| Written::of_multiplier(file, whose, multiplier).read();
    let mut all = Vec::new();
    for multiplier in multipliers {
        match read(multiplier) {
            Ok(tiers) => all.push(tiers),
            Err(more) => faults.extend(more),
        }
    }
    all
}

/// Adds the rows of multipliers; the plan's own belong to the component ``.
pub(crate) fn compile_multipliers(
    rows: &mut Rows,
    file: &str,
    plan: &str,
    component: &str,
    multipliers: (&[MultiplierDoc], &[Vec<Tier>]),
) {
    for (at, (multiplier, tiers)) in multipliers.0.iter().zip(multipliers.1).enumerate() {
        let curve = format!("{component}:multiplier:{}", at + 1);
        let line = multiplier.by.referenced.line();
        rows.add(
            Row::of("plan_multipliers", file, line)
                .set("plan_id", plan)
                .set("component_id", component)
                .set("multiplier_number", at + 1)
                .set("by_component_id", &multiplier.by.value)
                .set("by_axis", multiplier.axis.word())
                .set("evaluated", multiplier.evaluated.word())
                .set("curve_id", &curve)
                .set("lookup", multiplier.lookup.value.word())
                .set("below_output", multiplier.below.value.0)
                .set("above", multiplier.above.value.word()),
        );
        rows.add(
            Row::of("plan_curves", file, line)
                .set("plan_id", plan)
                .set("curve_id", &curve)
                .set("component_id", component)
                .set("curve_kind", "multiplier")
                .set("scope_kind", "all")
                .set("scope_key", "*")
                .set("scope_rank", 0),
        );
        for (number, tier) in tiers.iter().enumerate() {
            tier.compile(rows, file, (plan, component, &curve), number + 1);
        }
    }
}

/// Adds the row of a component's pool.
pub(crate) fn compile_pool(rows: &mut Rows, file: &str, plan: &str, component: &ComponentDoc) {
    let Some(pool) = &component.pool else { return };
    rows.add(
        Row::of("plan_pools", file, pool.referenced.line())
            .set("plan_id", plan)
            .set("component_id", &component.id.value)
            .maybe("pool_amount", pool.value.amount.as_ref().map(|amount| amount.value.0))
            .maybe("pool_rate", pool.value.rate.as_ref().map(|rate| rate.value.0))
            .maybe("pool_component_id", pool.value.of.as_ref().map(|of| &of.value))
            .set("cohort", pool.value.cohort.word()),
    );
}

/// Every fault of the plan's own multipliers, cap and floor.
pub(crate) fn plan_faults(known: Known<'_>) -> Vec<Fault> {
    let plan = known.plan;
    let what = format!("plan `{}`", plan.plan.value);
    let mut faults = multiplier_faults(known, &what, plan.multipliers.as_deref().unwrap_or_default());
    if let Some(cap) = &plan.cap {
        let CapDoc { at, holds, over, .. } = &cap.value;
        faults.extend(span_faults(known.file, plan, "cap", (cap.value.of(), at, holds.as_ref(), over.as_ref())));
    }
    if let Some(floor) = &plan.floor {
        let FloorDoc { at, holds, over, .. } = &floor.value;
        faults.extend(span_faults(known.file, plan, "floor", (floor.value.of(), at, holds.as_ref(), over.as_ref())));
        if let Some(cap) = &plan.cap
            && cap.value.of() == floor.value.of()
            && cap.value.over.as_ref().map(|one| one.value) == over.as_ref().map(|one| one.value)
            && cap.value.at.value.0 < at.value.0
        {
            faults.push(
                Fault::new(P005, format!("{what} has a floor above its cap"))
                    .place(place_of(known.file, at))
                    .hint("let the floor lie below the cap"),
            );
        }
    }
    faults
}

/// A cap or floor of a plan as written.
type Limit<'a> = (CapOf, &'a Spanned<Number>, Option<&'a Spanned<Holds>>, Option<&'a Spanned<Span>>);

fn span_faults(file: &str, plan: &PlanDoc, word: &str, (of, at, holds, over): Limit<'_>) -> Vec<Fault> {
    let what = format!("plan `{}`", plan.plan.value);
    let mut faults: Vec<Fault> = not_negative(file, &what, &format!("a {word}"), at, 10).into_iter().collect();
    let mut refuse = |message: String, place, hint: &str| {
        faults.push(Fault::new(P005, format!("{what} {message}")).place(place).hint(hint));
    };
    if let Some(holds) = holds {
        refuse(format!("has a {word} with `holds`"), place_of(file, holds), "write `over`; `holds` is for components");
    }
    match over {
        None => refuse(
            format!("does not say over which span its {word} holds"),
            place_of(file, at),
            "add `over: period`, `quarter_to_date` or `year_to_date`",
        ),
        Some(over) if over.value == Span::QuarterToDate && plan.paid == Paid::Yearly => refuse(
            format!("has a {word} over quarters, but pays yearly"),
            place_of(file, over),
            "use `over: period` or `year_to_date`",
        ),
        _ => {}
    }
    if of == CapOf::TargetIncentive && plan.target_incentive.value == TargetIncentive::None {
        refuse(
            format!("has a {word} of a target incentive that it does not have"),
            place_of(file, at),
            "use `of: amount`, or write `target_incentive`",
        );
    }
    faults
}
