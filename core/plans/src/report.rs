//! What a document says in plain words, and what in it is legal but worth a second look.

use kernel::Fault;
use rust_decimal::Decimal;

use crate::{
    Document,
    compile::{Plan, Read, read_all},
    components::Component,
    curve::Tier,
    document::{AssignedTo, TargetIncentive},
    words::{Axis, Basis, CreditBasis, Days, Output},
};

/// Something legal that a designer should know before people are paid by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The document.
    pub file: String,
    /// The line.
    pub line: u64,
    /// One sentence, values in backticks.
    pub message: String,
}

/// What [`check`] found.
#[derive(Debug, Default)]
pub struct CheckReport {
    /// What stops the documents from being used.
    pub faults: Vec<Fault>,
    /// Days that count twice, or only half.
    pub warnings: Vec<Warning>,
}

/// One component in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentSummary {
    /// Its name in the plan.
    pub component_id: String,
    /// What it measures, in words.
    pub measure: String,
    /// What it pays, in words.
    pub curve: String,
    /// One line for each tier.
    pub tiers: Vec<String>,
}

/// One plan in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    /// Its name.
    pub plan_id: String,
    /// First twelve digits of the BLAKE3 of its text.
    pub plan_version: String,
    /// For people.
    pub title: String,
    /// Whom, when, how often.
    pub scope: String,
    /// In the plan's order.
    pub components: Vec<ComponentSummary>,
}

/// Everything that is wrong with the documents, and everything that looks odd.
pub fn check(documents: &[Document]) -> CheckReport {
    let Read { plans, faults, .. } = read_all(documents);
    let mut warnings = Vec::new();
    for plan in &plans {
        warnings.extend(proration(plan));
        for component in &plan.components {
            warnings.extend(shrunk_twice(plan, component));
        }
    }
    CheckReport { faults, warnings }
}

/// The plans in short; documents with faults are left out.
pub fn summary(documents: &[Document]) -> Vec<PlanSummary> {
    read_all(documents).plans.iter().map(summarise).collect()
}

/// Components whose pay shrinks with the days held although what it is looked up by has shrunk with them already.
fn shrunk_twice(plan: &Plan, component: &Component) -> Option<Warning> {
    let proration = &plan.document.proration;
    let curve = &component.document.curve.as_ref()?.value;
    // Against a target that shrinks too, attainment is that of the days held.
    let is_of_the_days = curve.axis.value == Axis::Attainment && proration.target != Days::None;
    let is_twice = curve.output.value == Output::Rate || !is_of_the_days;
    (proration.pay != Days::None && proration.credit == CreditBasis::Occupancy && is_twice).then(|| Warning {
        file: plan.file.clone(),
        line: component.document.id.referenced.line(),
        message: format!(
            "component `{}` counts only what was booked on the days held, and `pay: {}` shrinks its pay to those days \
             once more",
            component.document.id.value,
            proration.pay.word()
        ),
    })
}

fn proration(plan: &Plan) -> Option<Warning> {
    let proration = &plan.document.proration;
    (proration.target != Days::None && proration.credit == CreditBasis::Position).then(|| Warning {
        file: plan.file.clone(),
        line: plan.document.plan.referenced.line(),
        message: format!(
            "plan `{}` shrinks the target to the days held, but counts what the position sold on other days too",
            plan.document.plan.value
        ),
    })
}

fn assignment(assigned: &AssignedTo) -> String {
    let keys = [
        ("role", &assigned.role),
        ("unit", &assigned.unit),
        ("position", &assigned.position),
        ("payee", &assigned.payee),
    ];
    keys.into_iter()
        .filter_map(|(word, key)| key.as_ref().map(|key| format!("{word} {key}")))
        .collect::<Vec<_>>()
        .join(", ")
}

fn summarise(plan: &Plan) -> PlanSummary {
    let document = &plan.document;
    let incentive = match document.target_incentive.value {
        TargetIncentive::Roster => "target incentive from the roster".to_owned(),
        TargetIncentive::None => "no target incentive".to_owned(),
        TargetIncentive::Amount(amount) => format!("target incentive {amount} {}", document.currency.value),
    };
    let valid = document.valid.value;
    PlanSummary {
        plan_id: document.plan.value.clone(),
        plan_version: plan.version.clone(),
        title: document.title.text().to_owned(),
        scope: format!(
            "{}; {}..{}; paid {} in {}; {incentive}",
            assignment(&document.assigned_to.value),
            valid.from,
            valid.to,
            document.paid.word(),
            document.currency.value
        ),
        components: plan.components.iter().map(summarise_component).collect(),
    }
}

fn summarise_component(component: &Component) -> ComponentSummary {
    let document = &component.document;
    let weight = document
        .weight
        .as_ref()
        .map(|weight| format!("{} % · ", (weight.value.0 * Decimal::ONE_HUNDRED).normalize()))
        .unwrap_or_default();
    let curve = document.curve.as_ref().map(|curve| &curve.value).map_or_else(
        || "measured, not paid".to_owned(),
        |curve| {
            let timing = curve.timing.as_ref().map(|timing| format!(", {}", timing.value.word())).unwrap_or_default();
            let by = curve.by.as_ref().map(|by| format!(" by {}", by.value.word())).unwrap_or_default();
            let each = if curve.basis.value == Basis::Transaction { ", each transaction" } else { "" };
            format!(
                "{weight}{} by {}, {}{timing}{by}{each}",
                curve.lookup.value.word(),
                curve.axis.value.word(),
                curve.output.value.word()
            )
        },
    );
    ComponentSummary {
        component_id: document.id.value.clone(),
        measure: measure(component),
        curve,
        tiers: component.tiers.iter().map(tier).collect(),
    }
}

/// What a component measures, in words.
fn measure(component: &Component) -> String {
    let measure = &component.document.measure;
    let (kind, window) = (measure.kind.value.word(), measure.window.value.word());
    let made_of = component.measure.terms.iter().map(|term| term.name.as_str()).collect::<Vec<_>>().join(", ");
    let rank = measure.rank.as_ref().or(measure.percentile.as_ref());
    match (component.measure.credits(), rank) {
        (_, Some(rank)) => format!("{kind} of {} in {}, {window}", rank.value.of.value, rank.value.cohort.word()),
        (Some(credits), None) if measure.custom.is_none() => format!(
            "{} {kind} ({}) of {} {}, {window}",
            credits.level.word(),
            credits.unit.word(),
            credits.products.kind,
            credits.products.key
        ),
        _ => {
            let by = measure.composite.as_ref().map(|one| format!(" by {}", one.value.by.value.word()));
            format!("{kind}{} of {made_of}, {window}", by.unwrap_or_default())
        }
    }
}

fn tier(tier: &Tier) -> String {
    let to = tier.to.map_or_else(|| "and above".to_owned(), |to| format!("to {to}"));
    let second = tier.second.map(|(from, to)| {
        let to = to.map_or_else(|| "and above".to_owned(), |to| format!("to {to}"));
        format!(", second from {from} {to}")
    });
    let second = second.unwrap_or_default();
    if tier.output_from == tier.output_to || tier.line.is_none() {
        format!("from {} {to}{second}: {}", tier.from, tier.output_from)
    } else {
        format!("from {} {to}{second}: {} rising to {}", tier.from, tier.output_from, tier.output_to)
    }
}
