//! What a document may leave out because the rest of it, or the project, says it already; and what it says a second time.
//!
//! Promises that only what has one possible meaning is filled in, and that every other gap is a fault with its place.

use kernel::{
    Fault, Place,
    documents::{Number, Spanned, place_of},
    periods::parse_date,
};

use crate::{
    document::{AlignmentAt, AttainmentDoc, ComponentDoc, PlanDoc, RuleDoc, RuleSetDoc},
    fault::{P005, P006},
    measures::RuleSets,
    words::*,
};

/// Fills in what a plan leaves out; `text` is the document that it was read from.
pub(crate) fn fill(plan: &mut PlanDoc, rule_sets: &RuleSets, text: &str) {
    let mut only = rule_sets.keys();
    let only = only.next().filter(|_| only.next().is_none());
    for component in &mut plan.components {
        let kind = &component.measure.kind;
        let place = kind.referenced;
        if counts_credits(kind.value) {
            let measure = &mut component.measure;
            if let (None, Some(only)) = (&measure.rule_set, only) {
                measure.rule_set = Some(Spanned::new(only.clone(), place, place));
            }
            if measure.level.is_none() {
                measure.level = Some(Spanned::new(Level::Own, place, place));
            }
        }
        if component.target.is_none() && component.attainment.is_none() && is_compared(component) {
            let absolute = AttainmentDoc { kind: AttainmentKind::Absolute, digits: None, mode: None };
            component.attainment = Some(Spanned::new(absolute, place, place));
        }
        limits(component.cap.as_mut().map(|cap| (&mut cap.value.of, &cap.value.at)), text);
        limits(component.floor.as_mut().map(|floor| (&mut floor.value.of, &floor.value.at)), text);
    }
    limits(plan.cap.as_mut().map(|cap| (&mut cap.value.of, &cap.value.at)), text);
    limits(plan.floor.as_mut().map(|floor| (&mut floor.value.of, &floor.value.at)), text);
}

/// A most or least that is written in per cent is one of the target incentive.
fn limits(limit: Option<(&mut Option<CapOf>, &Spanned<Number>)>, text: &str) {
    if let Some((of, at)) = limit
        && of.is_none()
        && is_percent(text, at)
    {
        *of = Some(CapOf::TargetIncentive);
    }
}

/// Whether a number stands in the document with its per cent sign.
fn is_percent(text: &str, number: &Spanned<Number>) -> bool {
    let (line, column) = (number.referenced.line(), number.referenced.column());
    let at = |number: u64| usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let (Some(line), Some(column)) = (at(line), at(column)) else { return false };
    let rest: String = text.lines().nth(line).into_iter().flat_map(|line| line.chars().skip(column)).collect();
    let word = rest.trim_start_matches(['"', '\'']).split([',', '}', '#', '"', '\'']).next().unwrap_or_default();
    word.trim_end().ends_with('%')
}

/// Kinds whose measure adds up credits.
fn counts_credits(kind: MeasureKind) -> bool {
    use MeasureKind::*;
    matches!(kind, Sales | Growth | MarketShare | ShareChange | ShareChangeVsNational | EvolutionIndex)
}

/// Kinds that compare with a plan of their own already.
fn is_compared(component: &ComponentDoc) -> bool {
    matches!(component.measure.kind.value, MeasureKind::CallPlanAdherence | MeasureKind::Coverage)
}

/// What is left out and cannot be known, and what does not agree with what the rules say.
pub(crate) fn faults(file: &str, plan: &PlanDoc, rule_sets: &[(String, RuleSetDoc)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for component in &plan.components {
        let id = &component.id.value;
        if component.target.is_none() && !is_compared(component) {
            faults.push(
                Fault::new(P005, format!("component `{id}` does not say what it is measured against"))
                    .place(place_of(file, &component.id))
                    .hint("write `target: none`, or `target: {set: ID, zero_target: not_payable}`"),
            );
        }
        let what = format!("component `{id}`");
        let cap = component.cap.as_ref().map(|cap| (cap.value.of, &cap.value.at));
        let floor = component.floor.as_ref().map(|floor| (floor.value.of, &floor.value.at));
        faults.extend([("cap", cap), ("floor", floor)].into_iter().filter_map(|one| unsaid(file, &what, one)));
        faults.extend(alignment(file, component, rule_sets));
    }
    let what = format!("plan `{}`", plan.plan.value);
    let cap = plan.cap.as_ref().map(|cap| (cap.value.of, &cap.value.at));
    let floor = plan.floor.as_ref().map(|floor| (floor.value.of, &floor.value.at));
    faults.extend([("cap", cap), ("floor", floor)].into_iter().filter_map(|one| unsaid(file, &what, one)));
    faults
}

/// A cap or floor by its word: of what it is a multiple, and the multiple.
type Limit<'a> = (&'a str, Option<(Option<CapOf>, &'a Spanned<Number>)>);

fn unsaid(file: &str, what: &str, (word, limit): Limit<'_>) -> Option<Fault> {
    let (of, at) = limit?;
    of.is_none().then(|| {
        Fault::new(P005, format!("{what} has a {word} of `{}`, and does not say of what", at.value.0))
            .place(place_of(file, at))
            .hint("add `of: amount`, or `of: target_incentive`; written in per cent it is of the target incentive")
    })
}

/// Rules carry the alignment of their credits; a measure that repeats it has to say the same.
fn alignment(file: &str, component: &ComponentDoc, rule_sets: &[(String, RuleSetDoc)]) -> Option<Fault> {
    let said = component.measure.alignment.as_ref()?;
    let id = &component.id.value;
    let refuse = |message: String, places: Vec<Place>, hint: &str| {
        let fault = Fault::new(P005, format!("component `{id}` {message}")).place(place_of(file, said));
        Some(places.into_iter().fold(fault, Fault::place).hint(hint))
    };
    let named = component.measure.rule_set.as_ref();
    if named.is_none() || !counts_credits(component.measure.kind.value) {
        let message = format!("measures `{}`, which no alignment decides", component.measure.kind.value.word());
        return refuse(message, Vec::new(), "leave `alignment` out");
    }
    let (place, set) =
        rule_sets.iter().find(|(_, set)| named.is_some_and(|named| named.value == set.rule_set.value))?;
    let only = component.measure.rules.as_ref();
    let is_meant = |rule: &&RuleDoc| only.is_none_or(|only| only.iter().any(|one| one.value == rule.id.value));
    let mut aligned = set.rules.iter().filter(|rule| rule.alignment.is_some()).filter(is_meant).peekable();
    if aligned.peek().is_none() {
        let message = format!("says `alignment: {}`, but no rule of its rule set has an alignment", said.value);
        return refuse(message, vec![place_of(place, &set.rule_set)], "leave `alignment` out");
    }
    let other = aligned.find(|rule| !agrees(rule, &said.value))?;
    let at = other.alignment_at.as_ref();
    let written = at.map_or("nothing", |at| at.value.word());
    let message = format!(
        "says `alignment: {}`, but rule `{}` of rule set `{}` is looked up at `{written}`",
        said.value, other.id.value, set.rule_set.value
    );
    let places = at.map(|at| place_of(place, at)).into_iter().collect();
    refuse(
        message,
        places,
        "the rule decides: write `at_booking`, `at_period_end` or its day, or name another rule set",
    )
}

fn agrees(rule: &RuleDoc, said: &str) -> bool {
    match rule.alignment_at.as_ref().map(|at| at.value) {
        Some(AlignmentAt::BookingDate) => said == MeasuredAt::Booking.word(),
        Some(AlignmentAt::PeriodEnd) => said == MeasuredAt::PeriodEnd.word(),
        // One map for everything: by its day, or by its name.
        Some(AlignmentAt::Fixed(day)) => {
            parse_date(said).is_ok_and(|said| said == day) || rule.alignment.as_deref() == Some(said)
        }
        None => true,
    }
}

/// That every plan is written for the calendar that the project has; `calendar` is its name.
pub(crate) fn calendar(file: &str, plan: &PlanDoc, calendar: Option<&str>) -> Option<Fault> {
    let named = plan.calendar.as_ref().filter(|named| Some(named.value.as_str()) != calendar)?;
    let message =
        format!("plan `{}` names calendar `{}`, which the project does not have", plan.plan.value, named.value);
    Some(Fault::new(P006, message).place(place_of(file, named)).hint(match calendar {
        Some(known) => format!("its calendar is `{known}`"),
        None => format!("name it in `tantieme.yml`: `calendar: {{name: {}, …}}`", named.value),
    }))
}
