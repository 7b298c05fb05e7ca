//! What stands in a fixture: a published calculation as rows and plans of ours, and the figures that have to come out.

use std::{collections::BTreeMap, fs, path::PathBuf};

use kernel::documents::{Number, read};
use serde::Deserialize;

use crate::support::repository;

/// One worked example.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// The number of the published case; every id of the fixture begins with `e` and it.
    pub case: String,
    /// What happens, in one line.
    pub title: String,
    /// The elements of a plan that it proves.
    pub proves: Vec<String>,
    /// Which reading of the case is taken, and why where the source leaves a choice.
    pub reading: String,
    /// How dates were moved into the years of the calendar.
    pub moved: Option<String>,
    /// Plan documents and rule sets, parted by `---`.
    #[serde(default)]
    pub plans: String,
    /// Rows by relation, as small tables; `seats` stands for positions, payees, occupancies, terms and managers.
    #[serde(default)]
    pub rows: BTreeMap<String, String>,
    /// Which queries give which figures.
    pub expect: Vec<Expectation>,
    /// Published figures that are not shown, each with its reason.
    #[serde(default)]
    pub left_out: BTreeMap<String, String>,
    /// Figures that differ from those of the source, which are wrong or of another method.
    #[serde(default)]
    pub differs: BTreeMap<String, Difference>,
}

/// A query and what it has to give.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Where the figures stand in the published case; absent for figures of our own.
    pub of: Option<String>,
    /// Two columns: name and value of a figure.
    pub sql: String,
    /// The figures by name.
    pub are: BTreeMap<String, String>,
    /// How the source shows them.
    pub shown: Option<Shown>,
}

/// How the source shows what we hold exactly: rates in per cent, money without decimals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The factor between ours and theirs.
    pub times: Option<Number>,
    /// To how many decimals the source rounds what it shows.
    pub digits: Option<u8>,
}

/// A figure of the source that ours is not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// What the source prints.
    pub source: String,
    /// Why ours is another.
    pub why: String,
}

/// A relation that fixtures have rows of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The columns that tell rows apart.
    pub key: Vec<String>,
    /// Columns, each `type`, `optional type` or `type = value`.
    pub columns: BTreeMap<String, String>,
}

/// A column of a relation.
pub struct Column<'a> {
    /// Its type.
    pub kind: &'a str,
    /// Whether it may be empty.
    pub is_optional: bool,
    /// What stands there when a fixture leaves it out.
    pub otherwise: &'a str,
}

impl Relation {
    /// The columns in the order of their names.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Column<'_>)> {
        self.columns.iter().map(|(name, text)| {
            let (kind, otherwise) = text.split_once(" = ").unwrap_or((text, ""));
            let optional = kind.strip_prefix("optional ");
            (name.as_str(), Column { kind: optional.unwrap_or(kind), is_optional: optional.is_some(), otherwise })
        })
    }
}

/// The folder of the worked examples.
pub fn folder() -> PathBuf {
    repository().join("tests/worked_examples")
}

/// All fixtures by number.
pub fn fixtures() -> BTreeMap<String, Fixture> {
    let mut fixtures = BTreeMap::new();
    for entry in fs::read_dir(folder().join("cases")).expect("fixtures") {
        let path = entry.expect("a fixture").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&path).expect("a fixture");
        let fixture: Fixture = read(&name, &text).unwrap_or_else(|fault| panic!("{fault}"));
        assert!(name.starts_with(&format!("{}-", fixture.case)), "{name} is not case {}", fixture.case);
        assert!(fixtures.insert(fixture.case.clone(), fixture).is_none(), "{name} stands twice");
    }
    fixtures
}

/// The relations by name.
pub fn relations() -> BTreeMap<String, Relation> {
    let text = fs::read_to_string(folder().join("relations.yml")).expect("relations");
    read("relations.yml", &text).unwrap_or_else(|fault| panic!("{fault}"))
}

/// Cases that cannot be shown yet, each with its reason.
pub fn waiting() -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder().join("waiting.yml")).expect("the list of what waits");
    read("waiting.yml", &text).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The rows of a small table: names in the first line, values between commas.
pub fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').map(str::trim).collect();
    lines
        .map(|line| {
            let values: Vec<&str> = line.split(',').map(str::trim).collect();
            assert_eq!(values.len(), names.len(), "`{line}` has not the columns of {names:?}");
            names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), value.to_owned())).collect()
        })
        .collect()
}
