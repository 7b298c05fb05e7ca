//! Documents to tables, every fault found on the way.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Digest, Fault, Place,
    documents::{Spanned, place_of, read},
};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    Document,
    components::{Component, components},
    currencies,
    curve::Tier,
    document::{AssignedTo, PlanDoc, RuleSetDoc, TargetIncentive, Title},
    fault::{P001, P002, P003, P010, P013},
    implied,
    measures::{Known, RuleSets},
    modifiers, pay, restatement,
    rows::{Row, Rows},
    rules,
    tables::PlanTables,
    words::{CreditType, Paid, PayCurrency},
};

/// A plan whose document is sound.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) file: String,
    pub(crate) version: String,
    pub(crate) document: PlanDoc,
    pub(crate) components: Vec<Component>,
    /// The tiers of the plan's own multipliers.
    pub(crate) multipliers: Vec<Vec<Tier>>,
}

/// Everything the documents hold, as far as it could be read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) plans: Vec<Plan>,
    pub(crate) rule_sets: Vec<(String, RuleSetDoc)>,
    pub(crate) faults: Vec<Fault>,
}

/// Only the key that tells which kind of document it is.
#[derive(Deserialize)]
struct Kind {
    plan: Option<serde::de::IgnoredAny>,
    rule_set: Option<serde::de::IgnoredAny>,
}

/// The tables of these documents, every table present; or every fault in them, in the order of the documents.
///
/// # Errors
/// All faults, each with file, line and column: K001 for what cannot be read, P001 to P013.
pub fn compile(documents: &[Document]) -> Result<PlanTables, Vec<Fault>> {
    let read = read_all(documents);
    if !read.faults.is_empty() {
        return Err(read.faults);
    }
    let mut rows = Rows::default();
    for (file, set) in &read.rule_sets {
        rules::compile(file, set, &mut rows);
    }
    for plan in &read.plans {
        plan.compile(&mut rows);
    }
    Ok(rows.finish())
}

/// Plans that are written for another calendar than the one the project has, by its name.
pub fn calendar_faults(documents: &[Document], calendar: Option<&str>) -> Vec<Fault> {
    let plans = documents.iter().filter_map(|one| Some((&one.file, read::<PlanDoc>(&one.file, &one.text).ok()?)));
    plans.filter_map(|(file, plan)| implied::calendar(file, &plan, calendar)).collect()
}

/// Reads and checks every document.
pub(crate) fn read_all(documents: &[Document]) -> Read {
    let mut result = Read::default();
    let mut plans = Vec::new();
    for document in documents {
        match read::<Kind>(&document.file, &document.text) {
            Err(fault) => result.faults.push(fault),
            Ok(Kind { plan: Some(_), rule_set: None }) => match read::<PlanDoc>(&document.file, &document.text) {
                Ok(plan) => plans.push((document, plan)),
                Err(fault) => result.faults.push(fault),
            },
            Ok(Kind { plan: None, rule_set: Some(_) }) => match read::<RuleSetDoc>(&document.file, &document.text) {
                Ok(set) => result.rule_sets.push((document.file.clone(), set)),
                Err(fault) => result.faults.push(fault),
            },
            Ok(_) => result.faults.push(
                Fault::new(P001, format!("`{}` is neither a plan nor a rule set", document.file))
                    .place(Place::file(&document.file)),
            ),
        }
    }
    let mut names = BTreeMap::new();
    for (file, set) in &result.rule_sets {
        result.faults.extend(rules::faults(file, set));
        result.faults.extend(twice(&mut names, "rule set", file, &set.rule_set));
    }
    let rolls_up = |set: &RuleSetDoc| set.rules.iter().any(|rule| rule.credit_type == CreditType::Rollup);
    let base = |set: &RuleSetDoc| {
        let rules = set.rules.iter().filter(|rule| rule.credit_type != CreditType::Rollup);
        rules.map(|rule| rule.id.value.clone()).collect()
    };
    let sets = result.rule_sets.iter().map(|(_, set)| (set.rule_set.value.clone(), (rolls_up(set), base(set))));
    let known: RuleSets = sets.collect();
    let mut names = BTreeMap::new();
    for (document, mut plan) in plans {
        let file = &document.file;
        implied::fill(&mut plan, &known, &document.text);
        let mut faults = plan_faults(file, &plan);
        faults.extend(implied::faults(file, &plan, &result.rule_sets));
        faults.extend(twice(&mut names, "plan", file, &plan.plan));
        let components = components(file, &plan, &known, &mut faults);
        faults.extend(modifiers::plan_faults(Known { file, plan: &plan, rule_sets: &known }));
        faults.extend(pay::faults(file, &plan));
        faults.extend(restatement::faults(file, &plan));
        faults.extend(pay::rounding_of_transactions(file, &plan, &components));
        let own = plan.multipliers.as_deref().unwrap_or_default();
        let multipliers = modifiers::multiplier_tiers(file, &format!("plan `{}`", plan.plan.value), own, &mut faults);
        result.faults.extend(faults);
        let version = Digest::of(document.text.as_bytes()).hex()[..12].to_owned();
        result.plans.push(Plan { file: file.clone(), version, document: plan, components, multipliers });
    }
    result.faults.extend(undecided(&result.plans));
    result
}

fn twice(names: &mut BTreeMap<String, Place>, what: &str, file: &str, name: &Spanned<String>) -> Option<Fault> {
    let place = place_of(file, name);
    let earlier = names.insert(name.value.clone(), place.clone())?;
    Some(Fault::new(P002, format!("two documents are {what} `{}`", name.value)).place(place).place(earlier))
}

/// A fault if the identifier cannot stand in keys, paths and commands.
pub(crate) fn identifier(file: &str, what: &str, name: &Spanned<String>) -> Option<Fault> {
    let text = &name.value;
    let good = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    (!good).then(|| Fault::new(P002, format!("`{text}` is not an identifier of a {what}")).place(place_of(file, name)))
}

/// Faults of a plan apart from its components' choices.
fn plan_faults(file: &str, plan: &PlanDoc) -> Vec<Fault> {
    let mut faults: Vec<Fault> = identifier(file, "plan", &plan.plan).into_iter().collect();
    faults.extend(plan.earning_code.iter().filter_map(|code| identifier(file, "earning code", code)));
    faults.extend(plan.calendar.iter().filter_map(|calendar| identifier(file, "calendar", calendar)));
    faults.extend(currencies::fault(file, &plan.currency));
    let mut wrong = |message: String, place: Place| faults.push(Fault::new(P003, message).place(place));
    let name = &plan.plan.value;
    let valid = plan.valid.value;
    if valid.to < valid.from {
        wrong(format!("plan `{name}` ends on `{}`, before it begins", valid.to), place_of(file, &plan.valid));
    }
    if plan.assigned_to.value == (AssignedTo { role: None, unit: None, position: None, payee: None }) {
        wrong(format!("plan `{name}` is assigned to nobody"), place_of(file, &plan.assigned_to));
    }
    if plan.components.is_empty() {
        wrong(format!("plan `{name}` has no component"), place_of(file, &plan.plan));
    }
    if let TargetIncentive::Amount(amount) = plan.target_incentive.value
        && (amount < Decimal::ZERO || amount.scale() > 4 || amount >= Decimal::from(1_000_000_000_000_u64))
    {
        wrong(format!("plan `{name}` has a target incentive of `{amount}`"), place_of(file, &plan.target_incentive));
    }
    let mut seen = BTreeSet::new();
    for component in &plan.components {
        faults.extend(identifier(file, "component", &component.id));
        if !seen.insert(&component.id.value) {
            faults.push(
                Fault::new(P002, format!("plan `{name}` has two components `{}`", component.id.value))
                    .place(place_of(file, &component.id)),
            );
        }
    }
    faults
}

/// Pairs of plans between which nothing decides, or which would pay the same days by different periods.
fn undecided(plans: &[Plan]) -> Vec<Fault> {
    let mut faults = Vec::new();
    // Only plans of one code meet, and only those of one assignment or of different periods are in each other's way.
    let mut by_assignment: BTreeMap<(&str, &AssignedTo), Vec<usize>> = BTreeMap::new();
    let mut by_period: BTreeMap<(&str, Paid), Vec<usize>> = BTreeMap::new();
    for (at, plan) in plans.iter().enumerate() {
        let document = &plan.document;
        let code = document.earning_code();
        let others = Paid::ALL.into_iter().filter(|paid| *paid != document.paid);
        let mut earlier: BTreeSet<usize> =
            others.filter_map(|paid| by_period.get(&(code, paid))).flatten().copied().collect();
        let same = by_assignment.entry((code, &document.assigned_to.value)).or_default();
        earlier.extend(same.iter());
        faults.extend(earlier.into_iter().filter_map(|earlier| between(plan, plans.get(earlier)?)));
        same.push(at);
        by_period.entry((code, document.paid)).or_default().push(at);
    }
    faults
}

/// Why two plans of one earning code cannot stand side by side.
fn between(plan: &Plan, earlier: &Plan) -> Option<Fault> {
    let (one, other) = (&plan.document, &earlier.document);
    let (valid, before) = (one.valid.value, other.valid.value);
    if valid.from > before.to || before.from > valid.to {
        return None;
    }
    let from = valid.from.max(before.from);
    let (first, second) = (&other.plan.value, &one.plan.value);
    if one.assigned_to.value == other.assigned_to.value {
        let message = format!("plans `{first}` and `{second}` apply to the same assignment from `{from}`");
        return Some(
            Fault::new(P010, message)
                .place(place_of(&plan.file, &one.assigned_to))
                .place(place_of(&earlier.file, &other.assigned_to)),
        );
    }
    (one.paid != other.paid && one.assigned_to.value.can_meet(&other.assigned_to.value)).then(|| {
        let message = format!(
            "plans `{first}` ({}) and `{second}` ({}) may both apply to a payee from `{from}`, and both pay `{}`",
            other.paid.word(),
            one.paid.word(),
            one.earning_code()
        );
        Fault::new(P013, message).place(earning_place(plan)).place(earning_place(earlier))
    })
}

/// Where a plan says what its pay is called, or begins.
fn earning_place(plan: &Plan) -> Place {
    let document = &plan.document;
    place_of(&plan.file, document.earning_code.as_ref().unwrap_or(&document.plan))
}

impl AssignedTo {
    /// Higher for what is more specific; equal only for the same keys.
    fn rank(&self) -> u8 {
        [(&self.role, 1), (&self.unit, 2), (&self.position, 4), (&self.payee, 8)]
            .into_iter()
            .filter_map(|(key, rank)| key.as_ref().map(|_| rank))
            .sum()
    }

    /// Whether someone may be assigned to both: no key is written in both with different values.
    fn can_meet(&self, other: &Self) -> bool {
        let keys = [
            (&self.role, &other.role),
            (&self.unit, &other.unit),
            (&self.position, &other.position),
            (&self.payee, &other.payee),
        ];
        keys.into_iter().all(|(one, other)| one.is_none() || other.is_none() || one == other)
    }
}

impl Plan {
    fn compile(&self, rows: &mut Rows) {
        rows.add(self.row());
        let plan = &self.document;
        let id = &plan.plan.value;
        titles(rows, &self.file, &plan.plan, (id, ""), &plan.title);
        for (at, component) in self.components.iter().enumerate() {
            component.compile(&self.file, id, at + 1, rows);
        }
        let multipliers = plan.multipliers.as_deref().unwrap_or_default();
        modifiers::compile_multipliers(rows, &self.file, id, "", (multipliers, &self.multipliers));
        pay::compile(rows, &self.file, plan);
    }

    /// Its own row.
    fn row(&self) -> Row {
        let plan = &self.document;
        let assigned = &plan.assigned_to.value;
        let (source, amount) = match plan.target_incentive.value {
            TargetIncentive::Roster => ("roster", None),
            TargetIncentive::None => ("none", None),
            TargetIncentive::Amount(amount) => ("amount", Some(amount)),
        };
        let cap = plan.cap.as_ref().map(|cap| &cap.value);
        let floor = plan.floor.as_ref().map(|floor| &floor.value);
        let conversion = plan.conversion.as_ref().map(|conversion| &conversion.value);
        let measure = conversion.and_then(|conversion| conversion.measure.as_ref());
        let pay = conversion.and_then(|conversion| conversion.pay.as_ref());
        let row = Row::of("plan_plans", &self.file, plan.plan.referenced.line())
            .set("plan_id", &plan.plan.value)
            .set("plan_version", &self.version)
            .set("plan_title", plan.title.text())
            .set("valid_from_date", plan.valid.value.from)
            .set("valid_to_date", plan.valid.value.end())
            .maybe("role_id", assigned.role.as_ref())
            .maybe("unit_id", assigned.unit.as_ref())
            .maybe("position_id", assigned.position.as_ref())
            .maybe("payee_id", assigned.payee.as_ref())
            .set("assignment_rank", assigned.rank())
            .set("earning_code", plan.earning_code())
            .maybe("calendar_id", plan.calendar.as_ref().map(|calendar| &calendar.value))
            .set("currency_code", &plan.currency.value)
            .set(
                "period_kind",
                match plan.paid {
                    Paid::Monthly => "base",
                    Paid::Quarterly => "quarter",
                    Paid::Yearly => "year",
                },
            )
            .set("target_incentive_source", source)
            .maybe("target_incentive_amount", amount)
            .set("pay_proration", plan.proration.pay.word())
            .set("target_proration", plan.proration.target.word())
            .set("credit_basis", plan.proration.credit.word())
            .maybe("minimum_day_count", plan.proration.minimum_days.as_ref().map(|days| days.value))
            .set("rounding_at", plan.rounding.at.value.word())
            .set("rounding_mode", plan.rounding.mode.word())
            .set("rounding_digits", pay::rounding_digits(plan))
            .maybe("cap_of", cap.map(|cap| cap.of().word()))
            .maybe("cap_at", cap.map(|cap| cap.at.value.0))
            .maybe("cap_excess", cap.map(|cap| cap.excess.word()))
            .maybe("cap_span", cap.and_then(|cap| cap.over.as_ref()).map(|over| over.value.word()))
            .maybe("floor_of", floor.map(|floor| floor.of().word()))
            .maybe("floor_at", floor.map(|floor| floor.at.value.0))
            .maybe("floor_span", floor.and_then(|floor| floor.over.as_ref()).map(|over| over.value.word()))
            .maybe("measure_rate_type", measure.map(|measure| measure.rate_type.word()))
            .maybe("measure_rate_at", measure.map(|measure| measure.at.word()))
            .set("pay_currency", pay.map_or(PayCurrency::Plan, |pay| pay.currency.value).word())
            .maybe("pay_rate_type", pay.and_then(|pay| pay.rate_type).map(|rate_type| rate_type.word()))
            .maybe("pay_rate_at", pay.and_then(|pay| pay.at).map(|at| at.word()));
        restatement::columns(row, plan.restatement.as_ref().map(|restatement| &restatement.value))
    }
}

/// Adds the titles of a plan, or of a component, that are for one language.
pub(crate) fn titles(
    rows: &mut Rows,
    file: &str,
    named: &Spanned<String>,
    (plan, component): (&str, &str),
    title: &Title,
) {
    for (language, text) in title.languages() {
        let row = Row::of("plan_titles", file, named.referenced.line()).set("plan_id", plan);
        let row = row.set("component_id", component).set("language_code", language.word());
        rows.add(row.set("title", text));
    }
}
