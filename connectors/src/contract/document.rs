//! The shape of a contract as it is written; what the words mean together is decided in `check`.

use std::collections::BTreeMap;

use kernel::{
    columns::ColumnType,
    documents::{Number, Spanned},
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub source: Spanned<String>,
    pub stream: Spanned<String>,
    #[serde(default)]
    pub description: String,
    pub files: Files,
    pub delivery: Delivery,
    pub key: Vec<Spanned<String>>,
    pub row_number_within: Option<RowNumber>,
    pub columns: Vec<ColumnSpec>,
    #[serde(default)]
    pub unknown_columns: Unknown,
    #[serde(default)]
    pub missing_columns: Missing,
    pub most_quarantined_rate: Option<Number>,
    pub control_totals: Option<Control>,
    pub freshness: Option<Fresh>,
    #[serde(default)]
    pub references: Vec<Refers>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    pub path: Spanned<String>,
    #[serde(default)]
    pub format: FileFormat,
    pub delimiter: Option<Spanned<String>>,
    pub header: Option<bool>,
    pub quote: Option<Spanned<String>>,
    pub encoding: Option<Spanned<String>>,
    pub decimal_mark: Option<Spanned<String>>,
    pub thousands_mark: Option<Spanned<String>>,
    pub date_format: Option<Spanned<String>>,
    pub null_values: Option<Vec<String>>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FileFormat {
    #[default]
    Csv,
}

/// Whether a delivery holds everything or only what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Everything: a row that is absent has been withdrawn.
    Full,
    /// What is new or changed: a row that is absent stays.
    Incremental,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowNumber {
    pub column: Spanned<String>,
    pub by: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnSpec {
    pub name: Spanned<String>,
    pub from: Option<String>,
    #[serde(rename = "type")]
    pub column_type: Spanned<ColumnType>,
    #[serde(default)]
    pub nullable: bool,
    #[serde(default)]
    pub trim: bool,
    pub format: Option<Spanned<String>>,
    pub round: Option<Spanned<Round>>,
    pub at_least: Option<Spanned<String>>,
    pub at_most: Option<Spanned<String>>,
    pub accepted: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    pub unit: String,
    #[serde(default)]
    pub meaning: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Round {
    HalfUp,
}

/// What to do with a column of the file that the contract does not know.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// The stream fails.
    #[default]
    Fail,
    /// Every row of that file goes to quarantine.
    Quarantine,
    /// The column lands as nullable text.
    AcceptNewColumns,
}

/// What to do when the file lacks a column of the contract.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The stream fails.
    #[default]
    Fail,
    /// Every row of that file goes to quarantine.
    Quarantine,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Control {
    pub path: Spanned<String>,
    #[serde(default = "yes")]
    pub required: bool,
    pub file_column: Option<String>,
    pub row_count_column: Option<String>,
    #[serde(default)]
    pub sums: BTreeMap<String, String>,
    pub delimiter: Option<Spanned<String>>,
    pub quote: Option<Spanned<String>>,
    pub encoding: Option<Spanned<String>>,
    pub decimal_mark: Option<Spanned<String>>,
    pub thousands_mark: Option<Spanned<String>>,
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fresh {
    pub column: Spanned<String>,
    pub at_most_days: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refers {
    pub columns: Vec<Spanned<String>>,
    pub to: Spanned<String>,
    pub key: Vec<String>,
}
