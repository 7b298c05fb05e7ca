//! `test`: cases of models, rows in and rows out, in memory.
//!
//! A case lists the columns it cares about; the rows that come out must be exactly the ones expected, in the order of the
//! model's key. Numbers are compared as numbers, so `100` expects `100.0000`; everything else as text.

use std::collections::BTreeMap;

use engine::{
    Graph, LandedTable,
    read::{CaseInput, run_case},
};
use kernel::{Fault, Place, Result, documents, exact::Fixed, names::TableName};
use serde::Deserialize;
use serde_json::json;

use crate::{
    commands::Console,
    fault::{J006, J008, Stop, on_file},
    output::{Table, counted},
    project::Document,
};

type Row = BTreeMap<String, Option<String>>;

/// A case file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case shows, a sentence.
    #[serde(default)]
    pub case: Option<String>,
    /// The model.
    pub model: TableName,
    /// Rows of its inputs; inputs that are not given are empty.
    #[serde(default)]
    pub given: BTreeMap<TableName, Vec<Row>>,
    /// Parameters that differ from the project's.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// The rows it must give, in the order of its key, with the columns that matter.
    pub expect: Vec<Row>,
}

/// A case that ran.
pub struct CaseResult {
    /// What differs; empty if nothing does.
    pub differences: Vec<String>,
    /// The expectation as it would have to be written.
    pub as_it_came: String,
}

/// Reads and runs one case.
///
/// # Errors
/// K001 if the file cannot be read, E015 if it names what is not there, E011 if the model fails.
pub async fn run_document(graph: &Graph, landed: &[LandedTable], document: &Document) -> Result<CaseResult> {
    let case: Case = documents::read(&document.file, &document.text)?;
    let here = |fault: Fault| fault.place(Place::file(&document.file));
    let input = CaseInput { model: Some(case.model.clone()), given: case.given, parameters: case.parameters };
    let answer = run_case(graph, landed, &input).await.map_err(here)?;
    let came = Table::of(&answer.schema, &answer.batches)?;
    let mut columns: Vec<&String> = case.expect.iter().flat_map(Row::keys).collect();
    columns.sort();
    columns.dedup();
    if let Some(unknown) = columns.iter().find(|column| !came.names.contains(column)) {
        return Err(here(Fault::new(J006, format!("`{}` has no column `{unknown}`", case.model))));
    }
    let shown: Vec<usize> = came
        .names
        .iter()
        .enumerate()
        .filter(|(_, name)| columns.is_empty() || columns.contains(name))
        .map(|(at, _)| at)
        .collect();
    Ok(CaseResult { differences: differences(&case.expect, &came), as_it_came: expectation(&came, &shown) })
}

fn differences(expected: &[Row], came: &Table) -> Vec<String> {
    let mut found = Vec::new();
    if expected.len() != came.rows.len() {
        found.push(format!("{} rows expected, {} came", expected.len(), came.rows.len()));
    }
    for (number, (expected, cells)) in expected.iter().zip(&came.rows).enumerate() {
        for (column, wanted) in expected {
            let at = came.names.iter().position(|name| name == column);
            let (got, is_number) = at.map_or((None, false), |at| (cells[at].clone(), came.numeric[at]));
            if !is_same(wanted.as_deref(), got.as_deref(), is_number) {
                let shown = |cell: Option<&str>| cell.map_or("empty".to_owned(), |text| format!("`{text}`"));
                found.push(format!(
                    "row {}: `{column}` is {}, expected {}",
                    number + 1,
                    shown(got.as_deref()),
                    shown(wanted.as_deref())
                ));
            }
        }
    }
    found
}

fn is_same(wanted: Option<&str>, got: Option<&str>, is_number: bool) -> bool {
    match (wanted, got) {
        (Some(wanted), Some(got)) if is_number => match (Fixed::parse(wanted), Fixed::parse(got)) {
            (Some(wanted), Some(got)) => wanted.compare(got).is_eq(),
            _ => wanted == got,
        },
        (wanted, got) => wanted == got,
    }
}

fn expectation(came: &Table, shown: &[usize]) -> String {
    if came.rows.is_empty() {
        return "expect: []\n".to_owned();
    }
    let rows = came.rows.iter().map(|row| {
        let cells: Vec<_> =
            shown.iter().map(|&at| format!("{}: {}", came.names[at], scalar(row[at].as_deref()))).collect();
        format!("  - {{{}}}\n", cells.join(", "))
    });
    std::iter::once("expect:\n".to_owned()).chain(rows).collect()
}

/// A YAML scalar that reads back as this text.
fn scalar(cell: Option<&str>) -> String {
    match cell {
        None => "null".to_owned(),
        Some(text) if Fixed::parse(text).is_some() => text.to_owned(),
        Some(text)
            if kernel::names::is_identifier(text) && !matches!(text, "null" | "true" | "false" | "yes" | "no") =>
        {
            text.to_owned()
        }
        Some(text) => serde_json::to_string(text).unwrap_or_default(),
    }
}

/// The text of a case with another expectation, which has to be its last key.
pub fn with_expectation(text: &str, expectation: &str) -> Option<String> {
    let at = if text.starts_with("expect:") { 0 } else { text.find("\nexpect:")? + 1 };
    let last_key = text[at..].lines().skip(1).all(|line| line.is_empty() || line.starts_with([' ', '-', '#']));
    last_key.then(|| format!("{}{expectation}", &text[..at]))
}

/// `test [FILTER] [--update]`
///
/// # Errors
/// J008 for every case that differs.
pub async fn test(console: &mut Console<'_>, filter: Option<&str>, update: bool) -> Result<u8, Stop> {
    let project = console.project()?;
    let graph = project.compile().await?;
    let landed = project.landed_tables()?;
    let (mut passed, mut written, mut faults) = (0_usize, 0_usize, Vec::new());
    let wanted = |document: &&Document| {
        filter.is_none_or(|filter| document.file.contains(filter) || document.text.contains(filter))
    };
    let cases: Vec<&Document> = project.cases.iter().filter(wanted).collect();
    if let (Some(filter), true) = (filter, cases.is_empty()) {
        let files: Vec<_> = project.cases.iter().map(|case| format!("`{}`", case.file)).collect();
        return Err(Fault::new(J006, format!("no case has `{filter}` in its file or text"))
            .hint(if files.is_empty() {
                "the project has no cases".to_owned()
            } else {
                format!("the cases are {}", files.join(", "))
            })
            .into());
    }
    for document in cases {
        let result = match run_document(&graph, &landed, document).await {
            Ok(result) => result,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        if result.differences.is_empty() {
            passed += 1;
        } else if let Some(text) = update.then(|| with_expectation(&document.text, &result.as_it_came)).flatten() {
            let path = project.folder.join(&document.file);
            std::fs::write(&path, text).map_err(|error| on_file("written", &path, &error))?;
            written += 1;
        } else {
            let fault = Fault::new(J008, format!("`{}` gives other rows than expected", document.file));
            let fault = fault.place(Place::file(&document.file));
            faults.push(result.differences.into_iter().take(10).fold(fault, Fault::cause));
        }
    }
    if console.global.json {
        console.json(&json!({"passed": passed, "written": written, "failed": faults.len()}))?;
    } else {
        let more = if written > 0 { format!(", {written} written anew") } else { String::new() };
        writeln!(console.out, "{} passed, {} failed{more}", counted(passed as u64, "case"), faults.len())?;
    }
    if faults.is_empty() { Ok(0) } else { Err(faults.into()) }
}
