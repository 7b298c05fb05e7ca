//! The rows of one plan, found by name and in the order of the document.

use std::collections::{BTreeMap, BTreeSet};

use kernel::exact::Fixed;

use super::quantity::{self, Language};
use crate::PlanTables;

/// One row of a plan table; a value that is empty is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row(BTreeMap<String, String>);

impl Row {
    /// The text of a column; empty if the column is empty or unknown.
    pub fn text(&self, column: &str) -> &str {
        self.0.get(column).map(String::as_str).unwrap_or_default()
    }

    /// The text of a column, if there is one.
    pub fn filled(&self, column: &str) -> Option<&str> {
        self.0.get(column).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The number of a column, without zeros that say nothing.
    pub fn number(&self, column: &str) -> Option<Fixed> {
        quantity::read(self.filled(column)?)
    }
}

/// One plan with everything that belongs to it.
#[derive(Debug, Clone, Default)]
pub struct PlanView {
    /// The row of `plan_plans`.
    pub plan: Row,
    /// Rows by table, without those of other plans.
    tables: BTreeMap<String, Vec<Row>>,
}

/// Columns by which rows stand in the order of the document.
const ORDER: [&str; 8] = [
    "component_number",
    "term_number",
    "scope_rank",
    "tier_number",
    "gate_number",
    "multiplier_number",
    "month_number",
    "part_number",
];

impl PlanView {
    /// The plan of that name, or none.
    pub fn of(tables: &PlanTables, plan_id: &str) -> Option<Self> {
        let mut view = Self::default();
        for table in &tables.tables {
            let mut rows: Vec<Row> = table
                .rows
                .iter()
                .map(|values| {
                    let cells = table.columns.iter().zip(values);
                    let filled = cells.filter_map(|(column, value)| Some((column.name.clone(), value.clone()?)));
                    Row(filled.collect())
                })
                .filter(|row| row.filled("plan_id").is_none_or(|id| id == plan_id))
                .collect();
            rows.sort_by_cached_key(place);
            view.tables.insert(table.name.to_owned(), rows);
        }
        view.plan = view.tables.get("plan_plans")?.first()?.clone();
        view.keep_own_rules();
        Some(view)
    }

    /// The plans that a document holds.
    pub fn plans_of(tables: &PlanTables, file: &str) -> Vec<String> {
        let Some(table) = tables.tables.iter().find(|table| table.name == "plan_plans") else { return Vec::new() };
        let at = |name: &str| table.columns.iter().position(|column| column.name == name);
        let (Some(id), Some(document)) = (at("plan_id"), at("document_file")) else { return Vec::new() };
        let own = table.rows.iter().filter(|row| row.get(document).is_some_and(|cell| cell.as_deref() == Some(file)));
        own.filter_map(|row| row.get(id).cloned().flatten()).collect()
    }

    /// The same plan with the titles that it has in a language; another one's stand in where it has none.
    pub fn titled(&self, language: Language) -> Self {
        let word = language.code();
        let mut titled = self.clone();
        for row in self.rows("plan_titles").iter().filter(|row| row.text("language_code") == word) {
            let (id, title) = (row.text("component_id"), row.text("title").to_owned());
            if id.is_empty() {
                titled.plan.0.insert("plan_title".to_owned(), title);
                continue;
            }
            let components = titled.tables.get_mut("plan_components").into_iter().flatten();
            for component in components.filter(|component| component.text("component_id") == id) {
                component.0.insert("component_title".to_owned(), title.clone());
            }
        }
        titled
    }

    /// Its name.
    pub fn id(&self) -> &str {
        self.plan.text("plan_id")
    }

    /// Its components in the order of the document.
    pub fn components(&self) -> &[Row] {
        self.rows("plan_components")
    }

    /// The component of that name.
    pub fn component(&self, id: &str) -> Option<&Row> {
        self.components().iter().find(|row| row.text("component_id") == id)
    }

    /// What a component is called.
    pub fn title_of<'a>(&'a self, id: &'a str) -> &'a str {
        self.component(id).and_then(|row| row.filled("component_title")).unwrap_or(id)
    }

    /// Every row of a table.
    pub fn rows(&self, table: &str) -> &[Row] {
        self.tables.get(table).map(Vec::as_slice).unwrap_or_default()
    }

    /// The rows of a component; those of the whole plan bear an empty name.
    pub fn of_component<'a>(&'a self, table: &str, id: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows(table).iter().filter(move |row| row.text("component_id") == id)
    }

    /// The rows of a curve.
    pub fn of_curve<'a>(&'a self, table: &str, id: &'a str) -> impl Iterator<Item = &'a Row> {
        self.rows(table).iter().filter(move |row| row.text("curve_id") == id)
    }

    /// Leaves only the rule sets whose credits the plan counts.
    fn keep_own_rules(&mut self) {
        let named = ["plan_components", "plan_terms"].into_iter().flat_map(|table| self.rows(table));
        let own: BTreeSet<String> = named.filter_map(|row| row.filled("rule_set_id")).map(ToOwned::to_owned).collect();
        for table in ["plan_rule_sets", "plan_rules", "plan_rule_documents"] {
            if let Some(rows) = self.tables.get_mut(table) {
                rows.retain(|row| own.contains(row.text("rule_set_id")));
            }
        }
    }
}

/// Where a row stands among the others: numbers as numbers, then the line of the document.
fn place(row: &Row) -> (Vec<i64>, i64) {
    let whole = |column: &str| row.filled(column).and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    (ORDER.iter().map(|column| whole(column)).collect(), whole("document_line"))
}
