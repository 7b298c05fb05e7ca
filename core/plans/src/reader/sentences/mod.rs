//! The plan in sentences, in the order of the calculation: one module for each part of it.

mod component;
mod credits;
mod curve;
mod measure;
mod pay;
mod plan;

pub(crate) use curve::up;

use super::{
    page::{Grid, Page, Section, Sentence, Step},
    quantity::Language,
    view::{PlanView, Row},
};

/// The plan told in a language.
pub fn page(view: &PlanView, language: Language) -> Page {
    let view = &view.titled(language);
    let teller = Teller { language, view };
    let mut sections = vec![plan::section(&teller)];
    sections.extend(credits::section(&teller));
    sections.extend(view.components().iter().enumerate().map(|(at, row)| component::section(&teller, at + 1, row)));
    sections.extend([pay::total(&teller), pay::payment(&teller)]);
    Page {
        language,
        plan_id: view.id().to_owned(),
        plan_version: view.plan.text("plan_version").to_owned(),
        title: view.plan.filled("plan_title").unwrap_or(view.id()).to_owned(),
        sections,
    }
}

/// What every part needs to tell: the plan and the language.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a> {
    pub(crate) language: Language,
    pub(crate) view: &'a PlanView,
}

impl Teller<'_> {
    /// A sentence; its choice is the key's first two words.
    pub(crate) fn sentence(&self, key: &str, values: &[(&str, &str)]) -> Sentence {
        let choice: Vec<&str> = key.split('.').take(2).collect();
        Sentence { key: choice.join("."), text: self.language.say(key, values) }
    }

    /// A word or phrase.
    pub(crate) fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.language.say(key, values)
    }

    /// A step from its sentences.
    pub(crate) fn step(&self, key: &str, sentences: Vec<Sentence>) -> Step {
        Step { sentences, ..Step::new(self.language, key) }
    }

    /// A section from the steps that tell something.
    pub(crate) fn section(&self, key: &str, title: String, steps: Vec<Step>) -> Section {
        let steps = steps.into_iter().filter(|step| !step.is_empty()).collect();
        Section { key: key.to_owned(), title, steps }
    }

    /// A table; names of columns that begin with `#` hold numbers.
    pub(crate) fn grid(&self, key: &str, title: String, columns: &[&str], rows: Vec<Vec<String>>) -> Grid {
        let word = |name: &&str| self.say(&format!("column.{}", name.trim_start_matches('#')), &[]);
        Grid {
            key: key.to_owned(),
            title,
            columns: columns.iter().map(word).collect(),
            is_number: columns.iter().map(|name| name.starts_with('#')).collect(),
            rows,
        }
    }

    /// Whom an override is for.
    pub(crate) fn scope(&self, row: &Row) -> String {
        self.say(&format!("scope.{}", row.text("scope_kind")), &[("key", row.text("scope_key"))])
    }

    /// Which products.
    pub(crate) fn products(&self, row: &Row) -> String {
        self.say(&format!("products.{}", row.text("product_scope_kind")), &[("key", row.text("product_scope_key"))])
    }

    /// The plan's period as a word.
    pub(crate) fn period(&self) -> String {
        self.say(&format!("period.{}", self.view.plan.text("period_kind")), &[])
    }

    /// An amount in the plan's currency.
    pub(crate) fn money(&self, row: &Row, column: &str) -> String {
        let currency = self.view.plan.text("currency_code");
        row.number(column).map(|amount| self.language.money(amount, currency)).unwrap_or_default()
    }

    /// A share of a column.
    pub(crate) fn percent(&self, row: &Row, column: &str) -> String {
        row.number(column).map(|rate| self.language.percent(rate)).unwrap_or_default()
    }

    /// A number of a column.
    pub(crate) fn number(&self, row: &Row, column: &str) -> String {
        row.number(column).map(|number| self.language.number(number)).unwrap_or_default()
    }

    /// What is added up where a unit is counted: money has its currency.
    pub(crate) fn measured(&self, component: &Row, row: &Row, column: &str) -> String {
        match component.text("measure_unit") {
            "value" | "margin" if component.filled("rule_set_id").is_some() => self.money(row, column),
            _ => self.number(row, column),
        }
    }
}
