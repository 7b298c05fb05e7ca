//! The conditions of a sidecar, held against a result before anybody sees it.
//!
//! Keys and presence are checked while a table is written; here stand the checks that compare values and tables. Each is
//! a query that gives the rows that break it, so that a failure can show them.

use std::collections::BTreeSet;

use arrow::util::display::array_value_to_string;
use datafusion::{error::DataFusionError, execution::context::SessionContext};
use kernel::{Fault, Place, Result, names::TableName};

use crate::{
    fault::{E001, E011, E012, words},
    graph::Graph,
    model::{Check, Model},
    partitions::{Scope, State},
    release::TableVersion,
    session::{self, Runtime},
    tables,
};

/// Rows of a failure that are shown.
const SHOWN_ROWS: usize = 3;

/// What a model's checks are called, each with a query of the rows that break it; checks that manifests answer have none.
///
/// # Errors
/// E001 if a check names too few columns or no bound, K002 if it names what is no table's name.
pub(crate) fn queries(model: &Model) -> Result<Vec<(String, String)>> {
    let fault = |message: String| Fault::new(E001, message).place(Place::file(&model.sidecar_file));
    let mut queries = Vec::new();
    if let Some(column) = model.sidecar.partition_column()
        && !model.sidecar.key.iter().any(|key| key == column)
    {
        queries.push(unique(model, &model.sidecar.key));
    }
    for check in &model.sidecar.checks {
        match check {
            Check::Refers { columns, to, key } if columns.len() != key.len() || columns.is_empty() => {
                return Err(fault(format!(
                    "`refers` of `{}` to `{to}` names {} and {} columns",
                    model.name,
                    columns.len(),
                    key.len()
                )));
            }
            Check::Range { column, from: None, to: None } => {
                return Err(fault(format!("`range` of `{}.{column}` has no bound", model.name))
                    .hint("write `from:`, `to:` or both"));
            }
            Check::Unique { columns } | Check::Present { columns } if columns.is_empty() => {
                return Err(fault(format!("a check of `{}` names no column", model.name)));
            }
            Check::SameRows { other } if TableName::parse(other)?.layer() != "landed" => {}
            Check::SameSum { column, other } => {
                split(other)?;
                if !model.sidecar.columns.iter().any(|known| &known.name == column) {
                    return Err(fault(format!("`same_sum` names `{column}`, which is no column of `{}`", model.name)));
                }
            }
            check => queries.push(query(model, check)),
        }
    }
    Ok(queries)
}

/// Runs every check of a model against the present state.
///
/// # Errors
/// E012 with what was found and up to three rows, E011 if a check's own query fails.
pub async fn run(runtime: &Runtime, graph: &Graph, model: &Model, state: &State) -> Result<()> {
    // A table that was left as it was may well differ from one that was not.
    if state.stale.contains(&model.name) || model.compared.iter().any(|other| state.stale.contains(other)) {
        return Ok(());
    }
    for check in &model.sidecar.checks {
        match check {
            Check::SameRows { other } if TableName::parse(other)?.layer() != "landed" => {
                same_rows(model, state, other)?
            }
            Check::SameSum { column, other } => same_sum(model, state, column, other)?,
            _ => {}
        }
    }
    let queries = queries(model)?;
    if queries.is_empty() {
        return Ok(());
    }
    let session = runtime.session();
    let failed = |what: &str, error: &DataFusionError| {
        Fault::new(E011, format!("check of `{}`, {what}, failed to run", model.name))
            .place(Place::file(&model.sidecar_file))
            .cause(words(error))
    };
    let read: BTreeSet<&TableName> = model.compared.iter().chain([&model.name]).collect();
    for name in read {
        let exposed = match state.tables.contains_key(name) {
            true => tables::expose_whole(&session, name, state),
            false => tables::expose(&session, graph, model, name, &Scope::Whole, state).await,
        };
        exposed.map_err(|error| failed("its tables", &error))?;
    }
    for (what, sql) in queries {
        let found = broken(&session, &sql).await.map_err(|error| failed(&what, &error))?;
        if !found.is_empty() {
            let mut fault = Fault::new(E012, format!("`{}`: {what} does not hold", model.name));
            for row in found {
                fault = fault.place(Place::file(model.name.to_string()).detail(row));
            }
            return Err(fault.hint(format!("the check stands in {}; it looks for: {sql}", model.sidecar_file)));
        }
    }
    Ok(())
}

/// What a check is called, and a query of the rows that break it.
fn query(model: &Model, check: &Check) -> (String, String) {
    let table = &model.name;
    let key = list(&model.sidecar.key);
    match check {
        Check::Unique { columns } => unique(model, columns),
        Check::Present { columns } => {
            let nulls: Vec<String> = columns.iter().map(|column| format!("{} is null", quoted(column))).collect();
            (
                format!("`present: {}`", columns.join(", ")),
                format!("select {key} from {table} where {}", nulls.join(" or ")),
            )
        }
        Check::Accepted { column, values } => {
            let values: Vec<String> = values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
            (
                format!("`accepted` of `{column}`"),
                format!(
                    "select {key}, {0} as found from {table} where {0} not in ({1})",
                    quoted(column),
                    values.join(", ")
                ),
            )
        }
        Check::Refers { columns, to, key: theirs } => {
            let pairs: Vec<String> = columns
                .iter()
                .zip(theirs)
                .map(|(ours, theirs)| format!("ours.{} = theirs.{}", quoted(ours), quoted(theirs)))
                .collect();
            let present: Vec<String> =
                columns.iter().map(|column| format!("ours.{} is not null", quoted(column))).collect();
            let shown: Vec<String> = columns.iter().map(|column| format!("ours.{}", quoted(column))).collect();
            (
                format!("`refers` of `{}` to `{to}`", columns.join(", ")),
                format!(
                    "select distinct {} from {table} as ours left anti join {to} as theirs on {} where {}",
                    shown.join(", "),
                    pairs.join(" and "),
                    present.join(" and ")
                ),
            )
        }
        Check::Range { column, from, to } => {
            let below = from.map(|bound| format!("{} < {}", quoted(column), bound.0));
            let above = to.map(|bound| format!("{} > {}", quoted(column), bound.0));
            let outside: Vec<String> = below.into_iter().chain(above).collect();
            (
                format!("`range` of `{column}`"),
                format!("select {key}, {} as found from {table} where {}", quoted(column), outside.join(" or ")),
            )
        }
        Check::SameRows { other } => (
            format!("`same_rows` as `{other}`"),
            format!(
                "select ours.row_count as found, theirs.row_count as expected from (select count(*) as row_count from {table}) as ours cross join (select count(*) as row_count from {other}) as theirs where ours.row_count <> theirs.row_count"
            ),
        ),
        Check::SameSum { column, other } => (format!("`same_sum` of `{column}` as `{other}`"), String::new()),
        Check::NoRows(sql) => ("`no_rows`".to_owned(), sql.clone()),
    }
}

fn unique(model: &Model, columns: &[String]) -> (String, String) {
    let list = list(columns);
    (
        format!("`unique` of `{}`", columns.join(", ")),
        format!("select {list}, count(*) as row_count from {} group by {list} having count(*) > 1", model.name),
    )
}

/// A column's name as SQL takes it, whatever word it is.
pub(crate) fn quoted(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}

fn list(columns: &[String]) -> String {
    columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ")
}

/// Up to three rows of what a query gives, as text.
async fn broken(session: &SessionContext, sql: &str) -> Result<Vec<String>, DataFusionError> {
    let frame = session.sql_with_options(sql, session::only_queries()).await?.limit(0, Some(SHOWN_ROWS))?;
    let mut rows = Vec::new();
    for batch in frame.collect().await? {
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = batch
                .schema()
                .fields()
                .iter()
                .zip(batch.columns())
                .map(|(field, values)| {
                    format!("{} = `{}`", field.name(), array_value_to_string(values, row).unwrap_or_default())
                })
                .collect();
            rows.push(cells.join(", "));
        }
    }
    Ok(rows)
}

fn split(text: &str) -> Result<(TableName, &str)> {
    let (table, column) = text.rsplit_once('.').unwrap_or((text, ""));
    Ok((TableName::parse(table)?, column))
}

fn same_rows(model: &Model, state: &State, other: &str) -> Result<()> {
    let count = |name: &TableName| state.tables.get(name).map_or(0, TableVersion::row_count);
    let (ours, theirs) = (count(&model.name), count(&TableName::parse(other)?));
    if ours == theirs {
        return Ok(());
    }
    Err(Fault::new(E012, format!("`{}` has {ours} rows, `{other}` has {theirs}", model.name))
        .place(Place::file(&model.sidecar_file))
        .hint("a join of the query drops or repeats rows; look at its keys"))
}

fn same_sum(model: &Model, state: &State, column: &str, other: &str) -> Result<()> {
    let (their_table, their_column) = split(other)?;
    let sum = |name: &TableName, column: &str| {
        let table = state.tables.get(name)?;
        total(table, column)
    };
    let (ours, theirs) = (sum(&model.name, column), sum(&their_table, their_column));
    match (&ours, &theirs) {
        (Some(a), Some(b)) if plain(a) == plain(b) => Ok(()),
        (Some(a), Some(b)) => {
            Err(Fault::new(E012, format!("`{column}` of `{}` adds up to {a}, `{other}` to {b}", model.name))
                .place(Place::file(&model.sidecar_file))
                .hint("a join of the query drops or repeats amounts; look at its keys and shares"))
        }
        _ => Err(Fault::new(E011, format!("`same_sum` of `{}` compares what is no decimal column", model.name))
            .place(Place::file(&model.sidecar_file))),
    }
}

/// The exact sum of a decimal column over all partitions, as text.
pub(crate) fn total(table: &TableVersion, column: &str) -> Option<String> {
    let scale = table.columns.iter().find(|found| found.name == column).and_then(|found| match found.column_type {
        kernel::columns::ColumnType::Decimal { scale, .. } => Some(scale),
        _ => None,
    })?;
    let mut sum = 0_i128;
    for partition in &table.partitions {
        if let Some(text) = partition.control_sums.get(column) {
            sum = sum.checked_add(crate::write::from_text(text, scale)?)?;
        }
    }
    Some(crate::write::to_text(sum, scale))
}

/// The text of a decimal without zeros at its end.
fn plain(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}
