//! Components: whether their choices agree, and the rows they become.
//!
//! Does not know other plans; names of rule sets are looked up in a list that it is given.

use std::collections::BTreeSet;

use kernel::{Fault, documents::place_of};
use rust_decimal::Decimal;

use crate::{
    choices::{self, Refusals, by_transaction, is_weighted},
    compile::titles,
    curve::{Tier, Written},
    document::{ComponentDoc, CurveDoc, PlanDoc, Products, RankDoc, Rate, Title, forms::WordOr},
    fault::P008,
    gates,
    measures::{Known, Measure, RuleSets, measure},
    modifiers, order,
    rows::{Row, Rows},
    targets::{self, Override, Scope, not_negative},
    words::*,
};

/// A component whose choices agree, with its terms and tiers.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    pub(crate) document: ComponentDoc,
    pub(crate) measure: Measure,
    /// None if it is not paid.
    pub(crate) tiers: Vec<Tier>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) multipliers: Vec<Vec<Tier>>,
}

/// The components of a plan, or every fault in them.
pub(crate) fn components(file: &str, plan: &PlanDoc, rule_sets: &RuleSets, faults: &mut Vec<Fault>) -> Vec<Component> {
    let known = Known { file, plan, rule_sets };
    let read: Vec<Component> =
        plan.components.iter().filter_map(|document| component(known, document, faults)).collect();
    faults.extend(weights(file, plan, &read));
    let circles = order::circles(file, plan);
    if circles.is_empty() {
        faults.extend(order::places_come_last(file, plan));
    }
    faults.extend(circles);
    read
}

fn component(known: Known<'_>, document: &ComponentDoc, faults: &mut Vec<Fault>) -> Option<Component> {
    let file = known.file;
    let id = &document.id.value;
    let measure = measure(known, document, faults);
    faults.extend(targets::faults(known, document, &measure));
    let overrides = targets::overrides(known, document, faults);
    if let Some(weight) = &document.weight {
        faults.extend(not_negative(file, &format!("component `{id}`"), "a weight", weight, 6));
    }
    let Some(curve) = &document.curve else {
        let mut refusals = Refusals { file, id, faults: Vec::new() };
        modifiers::unpaid(&mut refusals, document);
        faults.extend(refusals.faults);
        return Some(Component {
            document: document.clone(),
            measure,
            tiers: Vec::new(),
            overrides,
            multipliers: Vec::new(),
        });
    };
    faults.extend(choices::faults(known, document, &curve.value));
    faults.extend(modifiers::faults(known, document, &curve.value));
    faults.extend(gates::faults(known, document));
    let multipliers = modifiers::multiplier_tiers(file, &format!("component `{id}`"), document.multipliers(), faults);
    match Written::of_curve(file, id, &curve.value).read() {
        Ok(tiers) => Some(Component { document: document.clone(), measure, tiers, overrides, multipliers }),
        Err(more) => {
            faults.extend(more);
            None
        }
    }
}

/// That the weights of what is paid from the target incentive are a whole, for everyone and for each override.
fn weights(file: &str, plan: &PlanDoc, components: &[Component]) -> Vec<Fault> {
    let weighted: Vec<_> = plan
        .components
        .iter()
        .filter(|one| one.curve.as_ref().is_some_and(|curve| is_weighted(&curve.value)))
        .filter_map(|one| Some((&one.id.value, one.weight.as_ref()?)))
        .collect();
    let Some((_, last)) = weighted.last() else { return Vec::new() };
    let scopes: BTreeSet<&Scope> = components
        .iter()
        .flat_map(|component| &component.overrides)
        .filter(|other| other.weight.is_some())
        .map(|other| &other.scope)
        .collect();
    let weight_of = |scope: Option<&Scope>, id: &str, weight: Decimal| {
        let component = components.iter().find(|component| component.document.id.value == id);
        let others = component.into_iter().flat_map(|component| &component.overrides);
        others.filter(|other| Some(&other.scope) == scope).find_map(|other| other.weight).unwrap_or(weight)
    };
    let mut faults = Vec::new();
    for scope in [None].into_iter().chain(scopes.into_iter().map(Some)) {
        let sum: Decimal = weighted.iter().map(|(id, weight)| weight_of(scope, id, weight.value.0)).sum();
        if sum == Decimal::ONE {
            continue;
        }
        let whom = scope.map(|scope| format!(" for {} `{}`", scope.kind, scope.key)).unwrap_or_default();
        let message = format!(
            "the weights of plan `{}`{whom} add up to `{} %`",
            plan.plan.value,
            (sum * Decimal::ONE_HUNDRED).normalize()
        );
        faults.push(Fault::new(P008, message).place(place_of(file, last)));
    }
    faults
}

/// What the table says of a curve's choices, or `none` for each.
fn curve_row(row: Row, curve: Option<&CurveDoc>) -> Row {
    let Some(curve) = curve else {
        let choices = ["axis", "basis", "lookup", "output", "timing", "running_by", "below", "above"];
        return choices.into_iter().fold(row, |row, column| row.set(column, "none")).set("rate_source", "tiers");
    };
    let rate_source = match curve.rate.as_ref().map(|rate| &rate.value) {
        None => "tiers",
        Some(Rate::Word(rate)) => rate.word(),
        Some(Rate::Block(_)) => "products",
    };
    let second = curve.second_axis.as_ref().map(|second| &second.value);
    row.set("axis", curve.axis.value.word())
        .set("basis", curve.basis.value.word())
        .set("lookup", curve.lookup.value.word())
        .set("output", curve.output.value.word())
        .set("timing", curve.timing.as_ref().map_or("none", |timing| timing.value.word()))
        .set("running_by", curve.by.as_ref().map_or("none", |by| by.value.word()))
        .set("below", curve.below.value.word())
        .set("above", curve.above.value.word())
        .set("rate_source", rate_source)
        .maybe("second_component_id", second.map(|second| &second.component.value))
        .maybe("second_axis", second.map(|second| second.axis.word()))
}

/// What the table says of a target and of how it is compared.
fn target_row(row: Row, component: &ComponentDoc) -> Row {
    let target = component.target();
    let source = match target {
        None => "none",
        Some(target) if target.set.is_some() => "set",
        Some(target) if target.amount.is_some() => "amount",
        Some(_) => "components",
    };
    let attainment = component.attainment.as_ref().map(|attainment| &attainment.value);
    row.set("target_source", source)
        .maybe("target_set_id", target.and_then(|target| target.set.as_ref()).map(|set| &set.value))
        .maybe("target_amount", target.and_then(|target| target.amount.as_ref()).map(|amount| amount.value.0))
        .maybe("target_span", target.map(|target| target.of.as_ref().map_or(TargetSpan::Period, |of| of.value).word()))
        .maybe("zero_target", target.map(|target| target.zero_target.word()))
        .set("attainment_kind", attainment.map_or(AttainmentKind::Ratio, |one| one.kind).word())
        .set("attainment_digits", attainment.and_then(|one| one.digits.as_ref()).map_or(6, |digits| digits.value))
        .set("attainment_mode", attainment.and_then(|one| one.mode).unwrap_or(Mode::HalfUp).word())
}

fn rank_row(row: Row, rank: Option<&RankDoc>) -> Row {
    let Some(rank) = rank else { return row };
    let (rule, second) = match &rank.ties {
        WordOr::Word(rule) => (rule.word(), None),
        WordOr::Block(second) => ("second_key", Some(&second.second_key.value)),
    };
    row.set("ranked_component_id", &rank.of.value)
        .set("ranked_by", rank.by.word())
        .set("ranked_order", rank.order.word())
        .set("cohort", rank.cohort.word())
        .set("minimum_cohort_count", rank.minimum_cohort.value)
        .set("tie_rule", rule)
        .maybe("tie_component_id", second)
        .set("tie_pay", rank.tie_pay.word())
}

impl Component {
    /// Adds the rows of this component.
    pub(crate) fn compile(&self, file: &str, plan: &str, number: usize, rows: &mut Rows) {
        let component = &self.document;
        let curve = component.curve.as_ref().map(|curve| &curve.value);
        let id = &component.id.value;
        rows.add(self.row(file, plan, number));
        if let Some(title) = &component.title {
            titles(rows, file, &component.id, (plan, id), title);
        }
        self.measure.compile(rows, file, plan, component);
        targets::compile(rows, file, plan, component);
        if curve.is_some() {
            rows.add(
                Row::of("plan_curves", file, component.id.referenced.line())
                    .set("plan_id", plan)
                    .set("curve_id", id)
                    .set("component_id", id)
                    .set("curve_kind", "payout")
                    .set("scope_kind", "all")
                    .set("scope_key", "*")
                    .set("scope_rank", 0),
            );
        }
        for (at, tier) in self.tiers.iter().enumerate() {
            tier.compile(rows, file, (plan, id, id), at + 1);
        }
        for other in &self.overrides {
            other.compile(rows, file, plan, id);
        }
        gates::compile(rows, file, plan, component);
        modifiers::compile_multipliers(rows, file, plan, id, (component.multipliers(), &self.multipliers));
        modifiers::compile_pool(rows, file, plan, component);
        if let Some(Rate::Block(rates)) = curve.and_then(|curve| curve.rate.as_ref()).map(|rate| &rate.value) {
            for (products, rate) in &rates.products.0 {
                rows.add(
                    Row::of("plan_rates", file, products.referenced.line())
                        .set("plan_id", plan)
                        .set("component_id", id)
                        .set("product_scope_kind", products.value.kind)
                        .set("product_scope_key", &products.value.key)
                        .set("rate_value", rate.value.0),
                );
            }
        }
    }

    /// Its own row.
    fn row(&self, file: &str, plan: &str, number: usize) -> Row {
        let component = &self.document;
        let measure = &component.measure;
        let curve = component.curve.as_ref().map(|curve| &curve.value);
        let id = &component.id.value;
        let credits = self.measure.credits();
        let everything = Products::all();
        let products = credits.map_or(&everything, |credits| &credits.products);
        let kind = match measure.kind.value {
            // A figure is a formula of one term.
            MeasureKind::Figure => MeasureKind::Custom,
            other => other,
        };
        let row = Row::of("plan_components", file, component.id.referenced.line())
            .set("plan_id", plan)
            .set("component_id", id)
            .set("component_title", component.title.as_ref().map_or(id.as_str(), Title::text))
            .set("component_number", number)
            .maybe("weight_rate", component.weight.as_ref().map(|weight| weight.value.0))
            .set("measure_kind", kind.word())
            .set("rule_set_id", credits.map_or("", |credits| &credits.rule_set))
            .set("measure_level", credits.map_or(Level::Own, |credits| credits.level).word())
            .set("product_scope_kind", products.kind)
            .set("product_scope_key", &products.key)
            .set("measure_unit", credits.map_or(Unit::Value, |credits| credits.unit).word())
            .set("window_kind", measure.window.value.word())
            .set("pay_kind", if curve.is_some() { "curve" } else { "none" })
            .set("formula", &self.measure.formula);
        let row = rank_row(target_row(curve_row(row, curve), component), self.rank());
        let holds = |written: Option<Holds>| written.unwrap_or(Holds::Window).word();
        let cap = component.cap.as_ref().map(|cap| &cap.value);
        let floor = component.floor.as_ref().map(|floor| &floor.value);
        row.maybe("cap_of", cap.map(|cap| cap.of().word()))
            .maybe("cap_at", cap.map(|cap| cap.at.value.0))
            .maybe("cap_excess", cap.map(|cap| cap.excess.word()))
            .maybe("cap_holds", cap.map(|cap| holds(cap.holds.as_ref().map(|one| one.value))))
            .maybe("floor_of", floor.map(|floor| floor.of().word()))
            .maybe("floor_at", floor.map(|floor| floor.at.value.0))
            .maybe("floor_holds", floor.map(|floor| holds(floor.holds.as_ref().map(|one| one.value))))
    }

    /// How its places are given.
    fn rank(&self) -> Option<&RankDoc> {
        let measure = &self.document.measure;
        measure.rank.as_ref().or(measure.percentile.as_ref()).map(|rank| &rank.value)
    }

    /// Whether its amounts come from single transactions.
    pub(crate) fn is_by_transaction(&self) -> bool {
        self.document.curve.as_ref().is_some_and(|curve| by_transaction(&curve.value))
    }
}
