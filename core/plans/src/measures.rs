//! Measures: whether a kind has what it needs, and the terms and the formula that it becomes.
//!
//! Does not know what a term is worth; names of rule sets and components are looked up in what it is given.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Fault, Place,
    documents::{Spanned, place_of},
};
use rust_decimal::Decimal;

use crate::{
    compile::identifier,
    composites::{composite, rank_faults},
    credits,
    curve::too_fine,
    custom::custom,
    document::{ComponentDoc, MeasureDoc, PlanDoc, Products, TransactionCapDoc, Window},
    fault::{P003, P005, P006},
    nested::written_out,
    rows::{Row, Rows},
    words::*,
};

/// Where a term's number comes from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// Sums of credits.
    Credits(Credits),
    /// Counts of calls.
    Calls(CallUnit),
    /// Scores of an objective.
    Score(String),
    /// A figure of the project.
    Figure(String),
    /// Another component of the plan.
    Component(String, TermAxis),
}

/// Which credits a term sums.
#[derive(Debug, Clone)]
pub(crate) struct Credits {
    pub(crate) rule_set: String,
    pub(crate) level: Level,
    pub(crate) products: Products,
    pub(crate) unit: Unit,
    /// Names of rules within the set, each once, sorted; none for every rule.
    pub(crate) rules: Option<Vec<String>>,
    pub(crate) channel: Option<String>,
    pub(crate) cap: Option<(Decimal, Split)>,
}

/// One number of a formula.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) window: Window,
    pub(crate) shift: Option<Shift>,
}

impl Term {
    pub(crate) fn now(name: &str, source: Source, window: Window) -> Self {
        Self { name: name.to_owned(), source, window, shift: None }
    }
}

/// What a measure computes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measure {
    /// Over `#1`, `#2`, …; empty for places.
    pub(crate) formula: String,
    pub(crate) terms: Vec<Term>,
    /// Whether the credits among its terms are those of other components.
    pub(crate) has_no_credits: bool,
}

/// Rule sets by their names: of each whether it rolls credits up, and the rules that credit a line itself.
pub(crate) type RuleSets = BTreeMap<String, (bool, BTreeSet<String>)>;

/// What measures are looked up in.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) file: &'a str,
    pub(crate) plan: &'a PlanDoc,
    /// Rule sets by their names.
    pub(crate) rule_sets: &'a RuleSets,
}

impl Known<'_> {
    /// A fault if no rule set bears the name.
    pub(crate) fn rule_set(&self, component: &str, name: &Spanned<String>) -> Option<Fault> {
        (!self.rule_sets.contains_key(&name.value)).then(|| {
            let known = self.rule_sets.keys().map(|set| format!("`{set}`")).collect::<Vec<_>>().join(", ");
            Fault::new(P006, format!("component `{component}` names rule set `{}`, which does not exist", name.value))
                .place(place_of(self.file, name))
                .hint(if known.is_empty() {
                    "add a rule set to `plans/`".to_owned()
                } else {
                    format!("the project has {known}")
                })
        })
    }

    /// Faults if rules are named that the set does not have, or where credits are passed up.
    pub(crate) fn rules(
        &self,
        what: &str,
        set: &Spanned<String>,
        level: Option<Level>,
        rules: &[Spanned<String>],
    ) -> Vec<Fault> {
        let Some((_, known)) = self.rule_sets.get(&set.value) else { return Vec::new() };
        let words = known.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
        let mut seen = BTreeSet::new();
        let mut faults: Vec<Fault> = Vec::new();
        for rule in rules {
            let name = &rule.value;
            let message = if !known.contains(name) {
                format!("{what} names rule `{name}`, which credits no line in rule set `{}`", set.value)
            } else if !seen.insert(name) {
                format!("{what} names rule `{name}` twice")
            } else {
                continue;
            };
            let hint = format!("the set credits lines by {words}");
            faults.push(Fault::new(P006, message).place(place_of(self.file, rule)).hint(hint));
        }
        if rules.is_empty() {
            faults.push(
                Fault::new(P005, format!("{what} sums no rule of rule set `{}`", set.value))
                    .place(place_of(self.file, set))
                    .hint(format!("name some of {words}, or leave `rules` out to sum them all")),
            );
        }
        if matches!(level, Some(Level::Team | Level::Above)) {
            let message = format!("{what} sums only some rules, but a credit that is passed up does not say by which");
            faults.push(
                Fault::new(P005, message)
                    .place(place_of(self.file, set))
                    .hint("use `level: own` or `national`, or put the rules into a rule set of their own"),
            );
        }
        faults
    }

    /// A fault if no component of the plan bears the name.
    pub(crate) fn component(&self, what: &str, name: &Spanned<String>) -> Option<Fault> {
        self.plan.component(&name.value).is_none().then(|| {
            let known = self.plan.components.iter().map(|one| format!("`{}`", one.id.value)).collect::<Vec<_>>();
            Fault::new(
                P006,
                format!("{what} names component `{}`, which plan `{}` does not have", name.value, self.plan.plan.value),
            )
            .place(place_of(self.file, name))
            .hint(format!("the plan has {}", known.join(", ")))
        })
    }
}

/// Which keys a kind needs, beside `kind` and `window`.
struct Needs {
    credits: bool,
    reference: bool,
    market: bool,
    block: &'static str,
}

fn needs(kind: MeasureKind) -> Needs {
    use MeasureKind::*;
    let (credits, reference, market, block) = match kind {
        Sales => (true, false, false, ""),
        Growth => (true, true, false, ""),
        MarketShare => (true, false, true, ""),
        ShareChange | ShareChangeVsNational | EvolutionIndex => (true, true, true, ""),
        CallPlanAdherence | Coverage | Frequency => (false, false, false, ""),
        Objective => (false, false, false, "objective"),
        Figure => (false, false, false, "figure"),
        Rank => (false, false, false, "rank"),
        Percentile => (false, false, false, "percentile"),
        Composite => (false, false, false, "composite"),
        Custom => (false, false, false, "custom"),
    };
    Needs { credits, reference, market, block }
}

/// The measure of a component; faults are added to the list.
pub(crate) fn measure(known: Known<'_>, component: &ComponentDoc, faults: &mut Vec<Fault>) -> Measure {
    let missing = keys(known.file, component);
    let is_whole = missing.is_empty();
    faults.extend(missing);
    if !is_whole {
        return Measure::default();
    }
    let document = &component.measure;
    let id = &component.id.value;
    let sets = [
        document.rule_set.as_ref(),
        document.reference.as_ref().map(|reference| &reference.value.rule_set),
        document.market.as_ref().map(|market| &market.value.rule_set),
        document.market.as_ref().and_then(|market| market.value.reference_rule_set.as_ref()),
    ];
    faults.extend(sets.into_iter().flatten().filter_map(|set| known.rule_set(id, set)));
    if document.kind.value == MeasureKind::ShareChangeVsNational
        && let Some(level) = &document.level
        && level.value == Level::National
    {
        faults.push(
            Fault::new(P005, format!("component `{id}` compares the nation with itself"))
                .place(place_of(known.file, level))
                .hint("use `level: own`, `team` or `above`, or `kind: share_change`"),
        );
    }
    if let (Some(set), Some(rules)) = (&document.rule_set, &document.rules) {
        let level = document.level.as_ref().map(|level| level.value);
        faults.extend(known.rules(&format!("component `{id}`"), set, level, rules));
    }
    faults.extend(document.cap_per_transaction.iter().filter_map(|cap| cap_fault(known.file, id, cap)));
    let place = place_of(known.file, &document.kind);
    if let Some(fault) = market_fault(document, id, place) {
        faults.push(fault);
    }
    let measure = read(known, component, faults);
    faults.extend(no_roll_up(known, component, &measure));
    written_out(known, component, measure, faults)
}

/// Who is above whom, and whose team somebody is in, is what the roll-up of a rule set knows.
fn no_roll_up(known: Known<'_>, component: &ComponentDoc, measure: &Measure) -> Option<Fault> {
    let is_lost = |credits: &&Credits| {
        matches!(credits.level, Level::Above | Level::Team)
            && known.rule_sets.get(&credits.rule_set).is_some_and(|set| !set.0)
    };
    let credits = measure.terms.iter().filter_map(|term| term.source.credits()).find(is_lost)?;
    let (id, set) = (&component.id.value, &credits.rule_set);
    let (message, instead) = if credits.level == Level::Above {
        ("looks at the level above, but nobody is above", "measure another level")
    } else {
        ("looks at a team, but nothing is passed up to one", "use `level: own`")
    };
    Some(
        Fault::new(P005, format!("component `{id}` {message} in rule set `{set}`"))
            .place(place_of(known.file, &component.measure.kind))
            .hint(format!("add a rule of type `rollup` to the rule set, or {instead}")),
    )
}

/// Keys that the kind lacks, and keys that it has no use for.
fn keys(file: &str, component: &ComponentDoc) -> Vec<Fault> {
    let measure = &component.measure;
    let kind = measure.kind.value;
    let needs = needs(kind);
    let block = |word: &str| needs.block == word;
    let written = [
        ("rule_set", measure.rule_set.is_some(), needs.credits),
        ("level", measure.level.is_some(), needs.credits),
        ("products", measure.products.is_some(), needs.credits),
        ("unit", measure.unit.is_some(), needs.credits),
        ("reference", measure.reference.is_some(), needs.reference),
        ("market", measure.market.is_some(), needs.market),
        ("objective", measure.objective.is_some(), block("objective")),
        ("figure", measure.figure.is_some(), block("figure")),
        ("composite", measure.composite.is_some(), block("composite")),
        ("rank", measure.rank.is_some(), block("rank")),
        ("percentile", measure.percentile.is_some(), block("percentile")),
        ("custom", measure.custom.is_some(), block("custom")),
        ("rules", measure.rules.is_some() && kind != MeasureKind::Sales, false),
        ("channel", measure.channel.is_some() && !needs.credits, false),
        ("cap_per_transaction", measure.cap_per_transaction.is_some() && !needs.credits, false),
    ];
    written
        .into_iter()
        .filter(|(_, written, needed)| written != needed)
        .map(|(key, written, _)| {
            let (verb, hint) = if written { ("has", "leave it out") } else { ("has no", "add it") };
            Fault::new(
                P005,
                format!("component `{}` measures `{}` and {verb} `{key}`", component.id.value, kind.word()),
            )
            .place(place_of(file, &measure.kind))
            .hint(hint)
        })
        .collect()
}

/// A market that is the measure itself has a share of one for ever.
fn market_fault(document: &MeasureDoc, id: &str, place: Place) -> Option<Fault> {
    let market = &document.market.as_ref()?.value;
    let is_same = document.rule_set.as_ref().is_some_and(|set| set.value == market.rule_set.value)
        && document.products.as_ref() == Some(&market.products)
        && (market.channel.is_none() || market.channel == document.channel);
    is_same.then(|| {
        Fault::new(P005, format!("the market of component `{id}` is what it measures itself"))
            .place(place)
            .hint("name the products of the market")
    })
}

pub(crate) fn cap_fault(file: &str, id: &str, cap: &Spanned<TransactionCapDoc>) -> Option<Fault> {
    let at = &cap.value.at;
    if at.value.0 <= Decimal::ZERO {
        return Some(
            Fault::new(P003, format!("component `{id}` counts at most `{}` of a transaction", at.value.0))
                .place(place_of(file, at))
                .hint("write a number above zero; below zero the same cap holds as its mirror"),
        );
    }
    too_fine(file, &format!("component `{id}`"), at, 10)
}

/// The names of rules, each once, sorted.
pub(crate) fn rules(written: Option<&Vec<Spanned<String>>>) -> Option<Vec<String>> {
    let names: BTreeSet<&String> = written?.iter().map(|rule| &rule.value).collect();
    Some(names.into_iter().cloned().collect())
}

/// `all` is every channel, as nothing is.
pub(crate) fn channel(written: Option<&String>) -> Option<String> {
    written.filter(|channel| *channel != "all").cloned()
}

/// The measure as it is written, over what it names itself.
pub(crate) fn read(known: Known<'_>, component: &ComponentDoc, faults: &mut Vec<Fault>) -> Measure {
    use MeasureKind::*;
    let document = &component.measure;
    let window = document.window.value;
    let calls = |unit: CallUnit| Term::now(unit.word(), Source::Calls(unit), window);
    let of = |formula: &str, terms: Vec<Term>| Measure { formula: formula.to_owned(), terms, ..Measure::default() };
    match document.kind.value {
        Sales | Growth | MarketShare | ShareChange | ShareChangeVsNational | EvolutionIndex => {
            credits::measure(document)
        }
        CallPlanAdherence => of("#1 / #2", vec![calls(CallUnit::OnPlan), calls(CallUnit::Planned)]),
        Coverage => of("#1 / #2", vec![calls(CallUnit::Seen), calls(CallUnit::Targets)]),
        Frequency => of("#1 / #2", vec![calls(CallUnit::Made), calls(CallUnit::Seen)]),
        Objective | Figure => {
            let name = document.objective.as_ref().or(document.figure.as_ref());
            let Some(name) = name else { return Measure::default() };
            let (what, source): (_, fn(String) -> Source) = if document.kind.value == Objective {
                ("objective", Source::Score)
            } else {
                ("figure", Source::Figure)
            };
            faults.extend(identifier(known.file, what, name));
            of("#1", vec![Term::now(what, source(name.value.clone()), window)])
        }
        Composite => {
            document.composite.as_ref().map(|one| composite(known, component, one, faults)).unwrap_or_default()
        }
        Rank | Percentile => {
            for rank in document.rank.iter().chain(&document.percentile) {
                faults.extend(rank_faults(known, component, &rank.value));
            }
            Measure::default()
        }
        Custom => document.custom.as_ref().map(|one| custom(known, component, one, faults)).unwrap_or_default(),
    }
}

/// The rules as tables name them, between commas.
fn full_names(set: &str, rules: &[String]) -> String {
    let names: String = rules.iter().map(|rule| format!("{set}.{rule},")).collect();
    format!(",{names}")
}

impl Source {
    fn credits(&self) -> Option<&Credits> {
        match self {
            Self::Credits(credits) => Some(credits),
            _ => None,
        }
    }
}

impl Measure {
    /// The credits that stand for the component in its own row.
    pub(crate) fn credits(&self) -> Option<&Credits> {
        self.terms.iter().find_map(|term| term.source.credits()).filter(|_| !self.has_no_credits)
    }

    /// Adds its terms.
    pub(crate) fn compile(&self, rows: &mut Rows, file: &str, plan: &str, component: &ComponentDoc) {
        let line = component.id.referenced.line();
        for (at, term) in self.terms.iter().enumerate() {
            let row = Row::of("plan_terms", file, line)
                .set("plan_id", plan)
                .set("component_id", &component.id.value)
                .set("term_number", at + 1)
                .set("term_id", &term.name)
                .set("window_kind", term.window.word())
                .set("shift_kind", term.shift.map_or("none", Shift::word));
            let plain = |row: Row, source: &str, unit: &str| {
                row.set("term_source", source)
                    .set("measure_level", Level::Own.word())
                    .set("product_scope_kind", "all")
                    .set("product_scope_key", "*")
                    .set("measure_unit", unit)
            };
            let value = Unit::Value.word();
            rows.add(match &term.source {
                Source::Credits(credits) => row
                    .set("term_source", "credits")
                    .set("rule_set_id", &credits.rule_set)
                    .set("measure_level", credits.level.word())
                    .set("product_scope_kind", credits.products.kind)
                    .set("product_scope_key", &credits.products.key)
                    .maybe("rule_ids", credits.rules.as_ref().map(|rules| full_names(&credits.rule_set, rules)))
                    .maybe("channel_id", credits.channel.as_ref())
                    .set("measure_unit", credits.unit.word())
                    .maybe("amount_cap", credits.cap.map(|(at, _)| at))
                    .maybe("amount_cap_split", credits.cap.map(|(_, split)| split.word())),
                Source::Calls(unit) => plain(row, "calls", unit.word()),
                Source::Score(objective) => plain(row, "scores", value).set("figure_id", objective),
                Source::Figure(figure) => plain(row, "figures", value).set("figure_id", figure),
                Source::Component(other, axis) => {
                    plain(row, "component", value).set("other_component_id", other).set("other_axis", axis.word())
                }
            });
        }
    }
}
