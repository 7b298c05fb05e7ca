//! Targets, how values are compared with them, and what is otherwise for some.

use std::collections::BTreeSet;

use kernel::{
    Fault, Place,
    documents::{Number, Spanned, place_of},
};
use rust_decimal::Decimal;

use crate::{
    curve::{Tier, Written, too_fine},
    document::{ComponentDoc, OverrideDoc, TargetDoc},
    fault::{P003, P005},
    measures::{Known, Measure, Source},
    rows::{Row, Rows},
    words::*,
};

/// Attainment is kept to so many decimals.
const MOST_DIGITS: u8 = 6;
/// A ramp ends after so many months.
const MOST_MONTHS: usize = 60;

/// For whom something is otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scope {
    pub(crate) rank: u8,
    pub(crate) kind: &'static str,
    pub(crate) key: String,
}

/// What is otherwise for someone, its tiers read.
#[derive(Debug, Clone)]
pub(crate) struct Override {
    pub(crate) scope: Scope,
    pub(crate) line: u64,
    pub(crate) weight: Option<Decimal>,
    pub(crate) target: Option<Decimal>,
    pub(crate) tiers: Vec<Tier>,
}

/// Every contradiction of target and attainment.
pub(crate) fn faults(known: Known<'_>, component: &ComponentDoc, measure: &Measure) -> Vec<Fault> {
    let id = &component.id.value;
    let file = known.file;
    let mut faults = Vec::new();
    let mut refuse = |message: String, place: Place, hint: &str| {
        faults.push(Fault::new(P005, format!("component `{id}` {message}")).place(place).hint(hint));
    };
    let is_place = matches!(component.measure.kind.value, MeasureKind::Rank | MeasureKind::Percentile);
    let at_target = || component.target_place(file);
    if is_place && component.target().is_some() {
        refuse("gives places, and has a target".to_owned(), at_target(), "write `target: none`");
    }
    if let Some(attainment) = &component.attainment {
        let kind = attainment.value.kind;
        let place = place_of(file, attainment);
        match (kind, component.target()) {
            _ if is_place => refuse("gives places, and has an attainment".to_owned(), place, "leave it out"),
            (AttainmentKind::Absolute, Some(_)) => refuse(
                "takes its value for its attainment, and has a target".to_owned(),
                place,
                "write `target: none`, or another `kind`",
            ),
            (AttainmentKind::Absolute, None) | (_, Some(_)) => {}
            (_, None) => refuse(
                format!("compares by `{}` with a target that it does not have", kind.word()),
                place,
                "give it a target, or write `kind: absolute`",
            ),
        }
        if let Some(digits) = &attainment.value.digits
            && digits.value > MOST_DIGITS
        {
            let message = format!("component `{id}` keeps `{}` decimals of its attainment", digits.value);
            faults.push(Fault::new(P003, message).place(place_of(file, digits)).hint("write 0 to 6"));
        }
    }
    if let Some(target) = component.target() {
        faults.extend(target_faults(known, component, target, measure));
    }
    faults
}

fn target_faults(known: Known<'_>, component: &ComponentDoc, target: &TargetDoc, measure: &Measure) -> Vec<Fault> {
    let what = format!("component `{}`", component.id.value);
    let file = known.file;
    let mut faults = Vec::new();
    let sources = [target.set.is_some(), target.amount.is_some(), target.sum_of.is_some()];
    if sources.into_iter().filter(|written| *written).count() != 1 {
        faults.push(
            Fault::new(P005, format!("the target of {what} does not come from exactly one place"))
                .place(component.target_place(file))
                .hint("write one of `set: ID`, `amount: 100_000`, `sum_of: components`"),
        );
    }
    if let Some(amount) = &target.amount {
        faults.extend(not_negative(file, &what, "a target", amount, 10));
    }
    if let Some(sum_of) = &target.sum_of {
        let adds = component.measure.composite.as_ref().is_some_and(|one| one.value.by.value == CompositeBy::Sum);
        let parts: Vec<&str> = measure.terms.iter().filter_map(|term| term.source.component()).collect();
        let hint = "write `set` or `amount`; `sum_of` needs `composite: {by: sum, …}` or a formula over components";
        if !adds && component.measure.kind.value != MeasureKind::Custom || parts.is_empty() {
            let message = format!("{what} adds up targets, but not the values of components");
            faults.push(Fault::new(P005, message).place(place_of(file, sum_of)).hint(hint));
        }
        faults.extend(crate::nested::sum_faults(known, component, target));
        for part in parts {
            if known.plan.component(part).is_some_and(|other| other.target().is_none()) {
                let message = format!("{what} adds up targets, but `{part}` has none");
                faults.push(Fault::new(P005, message).place(place_of(file, sum_of)).hint("give that component one"));
            }
        }
    }
    faults.extend(target.of.as_ref().and_then(|of| span_fault(known, &what, target, of)));
    let Some(ramp) = &target.ramp else { return faults };
    if ramp.is_empty() || ramp.len() > MOST_MONTHS || target.sum_of.is_some() {
        let (message, hint) = if target.sum_of.is_some() {
            ("ramps a sum of targets", "write the ramp at the components that it adds up".to_owned())
        } else {
            ("has a ramp without months, or too long a one", format!("write 1 to {MOST_MONTHS} months"))
        };
        let place = ramp.first().map_or_else(|| component.target_place(file), |first| place_of(file, first));
        faults.push(Fault::new(P005, format!("{what} {message}")).place(place).hint(hint));
    }
    faults.extend(ramp.iter().filter_map(|month| not_negative(file, &what, "a month of a ramp", month, 6)));
    faults
}

/// Why the figure of a span cannot stand beside what else is said.
fn span_fault(known: Known<'_>, what: &str, target: &TargetDoc, of: &Spanned<TargetSpan>) -> Option<Fault> {
    let span = of.value;
    let (reason, hint) = if target.sum_of.is_some() {
        ("adds up the targets of components", "write `of` at the components that it adds up")
    } else if span == TargetSpan::Quarter && known.plan.paid == Paid::Yearly {
        ("is in a plan that pays yearly", "use `of: year`")
    } else if span == TargetSpan::Period {
        return None;
    } else if known.plan.proration.target != Days::None {
        // The days of a month would shorten the figure of a year.
        ("shrinks its target to the days held of a period", "write `proration: {target: none, …}`, or `of: period`")
    } else if target.ramp.is_some() {
        ("ramps its target month by month", "leave `ramp` out, or write `of: period`")
    } else {
        return None;
    };
    let message = format!("{what} has the target of a {}, but {reason}", span.word());
    Some(Fault::new(P005, message).place(place_of(known.file, of)).hint(hint))
}

/// A fault if a number lies below zero or has more digits than its column.
pub(crate) fn not_negative(file: &str, what: &str, noun: &str, number: &Spanned<Number>, scale: u32) -> Option<Fault> {
    if number.value.0 < Decimal::ZERO {
        return Some(
            Fault::new(P003, format!("{what} has {noun} of `{}`, below zero", number.value.0))
                .place(place_of(file, number))
                .hint("write zero or more"),
        );
    }
    too_fine(file, what, number, scale)
}

/// What is otherwise for some; faults are added to the list.
pub(crate) fn overrides(known: Known<'_>, component: &ComponentDoc, faults: &mut Vec<Fault>) -> Vec<Override> {
    let mut read: Vec<Override> = Vec::new();
    let mut seen = BTreeSet::new();
    for written in component.overrides.iter().flatten() {
        let id = &component.id.value;
        let what = format!("an override of component `{id}`");
        let keys = [
            (1, "role", &written.role),
            (2, "unit", &written.unit),
            (4, "position", &written.position),
            (8, "payee", &written.payee),
        ];
        let scopes: Vec<_> =
            keys.into_iter().filter_map(|(rank, kind, key)| Some((rank, kind, key.as_ref()?))).collect();
        let [(rank, kind, key)] = scopes[..] else {
            let place = scopes
                .first()
                .map_or_else(|| place_of(known.file, &component.id), |(_, _, key)| place_of(known.file, key));
            faults.push(
                Fault::new(P005, format!("{what} is not for exactly one of role, unit, position, payee"))
                    .place(place)
                    .hint("write one of them; the most specific override wins: payee, position, unit, role"),
            );
            continue;
        };
        let place = place_of(known.file, key);
        let scope = Scope { rank, kind, key: key.value.clone() };
        if !seen.insert(scope.clone()) {
            faults.push(
                Fault::new(P005, format!("component `{id}` has two overrides for {kind} `{}`", key.value))
                    .place(place.clone())
                    .hint("write both into one"),
            );
        }
        faults.extend(override_faults(known.file, component, written, &what, place));
        let curve = component.curve.as_ref().filter(|_| written.tiers.is_some() || written.points.is_some());
        let tiers = curve.map(|curve| Written::of_override(known.file, id, &curve.value, written).read());
        let tiers = tiers.unwrap_or_else(|| Ok(Vec::new())).unwrap_or_else(|more| {
            faults.extend(more);
            Vec::new()
        });
        read.push(Override {
            scope,
            line: key.referenced.line(),
            weight: written.weight.as_ref().map(|weight| weight.value.0),
            target: written.target.as_ref().map(|target| target.value.0),
            tiers,
        });
    }
    read
}

fn override_faults(
    file: &str,
    component: &ComponentDoc,
    written: &OverrideDoc,
    what: &str,
    place: Place,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut refuse = |message: &str, place: Place, hint: &str| {
        faults.push(Fault::new(P005, format!("{what} {message}")).place(place).hint(hint));
    };
    let tiers = written.tiers.as_ref().or(written.points.as_ref());
    if written.weight.is_none() && written.target.is_none() && tiers.is_none() {
        refuse("changes nothing", place, "write `weight`, `target`, `tiers` or `points`");
    }
    if let Some(weight) = &written.weight
        && component.weight.is_none()
    {
        refuse("changes a weight that the component does not have", place_of(file, weight), "leave `weight` out");
    }
    let has_own_target = component.target().is_some_and(|target| target.sum_of.is_none());
    if let Some(target) = &written.target
        && !has_own_target
    {
        refuse("changes a target that the component does not have", place_of(file, target), "leave `target` out");
    }
    match (tiers, &written.until) {
        (Some(tiers), _) if component.curve.is_none() => {
            refuse("changes the curve of a component that is not paid", place_of(file, tiers), "leave it out");
        }
        (None, Some(until)) => {
            refuse("ends tiers that it does not have", place_of(file, until), "write `tiers` too");
        }
        _ => {}
    }
    let numbers = [(written.weight.as_ref(), "a weight", 6), (written.target.as_ref(), "a target", 10)];
    faults
        .extend(numbers.into_iter().filter_map(|(number, noun, scale)| not_negative(file, what, noun, number?, scale)));
    faults
}

impl Source {
    /// The component that it looks at.
    pub(crate) fn component(&self) -> Option<&str> {
        match self {
            Self::Component(other, _) => Some(other),
            _ => None,
        }
    }
}

/// Adds the rows of a component's target.
pub(crate) fn compile(rows: &mut Rows, file: &str, plan: &str, component: &ComponentDoc) {
    let ramp = component.target().and_then(|target| target.ramp.as_ref());
    for (at, month) in ramp.into_iter().flatten().enumerate() {
        rows.add(
            Row::of("plan_ramps", file, month.referenced.line())
                .set("plan_id", plan)
                .set("component_id", &component.id.value)
                .set("month_number", at + 1)
                .set("ramp_rate", month.value.0),
        );
    }
}

impl Override {
    /// Adds its rows.
    pub(crate) fn compile(&self, rows: &mut Rows, file: &str, plan: &str, component: &str) {
        let Scope { rank, kind, key } = &self.scope;
        let row = |table| {
            Row::of(table, file, self.line)
                .set("plan_id", plan)
                .set("component_id", component)
                .set("scope_kind", kind)
                .set("scope_key", key)
                .set("scope_rank", rank)
        };
        if let Some(weight) = self.weight {
            rows.add(row("plan_weights").set("weight_rate", weight));
        }
        if let Some(target) = self.target {
            rows.add(row("plan_targets").set("target_amount", target));
        }
        if !self.tiers.is_empty() {
            let curve = format!("{component}:{kind}:{key}");
            rows.add(row("plan_curves").set("curve_id", &curve).set("curve_kind", "payout"));
            for (at, tier) in self.tiers.iter().enumerate() {
                tier.compile(rows, file, (plan, component, &curve), at + 1);
            }
        }
    }
}
