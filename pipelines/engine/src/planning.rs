//! One query planned against declared tables, and held against the rules and its sidecar.
//!
//! Promises a place, file, line and column, for whatever the planner objects to, and the nearest name where one is unknown.

use std::collections::BTreeSet;

use arrow::datatypes::DataType;
use datafusion::{
    common::{DFSchema, Diagnostic, ScalarValue},
    error::DataFusionError,
    execution::context::SessionContext,
    logical_expr::LogicalPlan,
    sql::resolve::resolve_table_references,
};
use kernel::{Fault, Place, Result, columns::ColumnType, names::TableName};

use crate::{
    checks,
    fault::{E001, E002, E003, E005, E018, words},
    lineage,
    model::Model,
    session,
};

/// The tables a query names, in order of name.
pub(crate) fn references(session: &SessionContext, model: &Model) -> Result<Vec<TableName>> {
    references_in(session, &model.sql, &model.sql_file)
}

pub(crate) fn references_in(session: &SessionContext, sql: &str, file: &str) -> Result<Vec<TableName>> {
    let statement = session.state().sql_to_statement(sql, &datafusion::config::Dialect::Generic).map_err(|error| {
        let message = words(&error);
        let mut fault = Fault::new(E002, format!("`{file}` is not SQL: {message}"));
        fault = fault.place(place_in_words(file, &message).unwrap_or_else(|| Place::file(file)));
        fault
    })?;
    let (tables, _) = resolve_table_references(&statement, true)
        .map_err(|error| Fault::new(E002, format!("`{file}`: {}", words(&error))).place(Place::file(file)))?;
    let mut names = BTreeSet::new();
    for table in tables {
        match table.schema() {
            Some(layer) => names.insert(TableName::new(layer, table.table())?),
            None => {
                return Err(Fault::new(
                    E003,
                    format!("`{file}` reads `{}` without saying of which layer", table.table()),
                )
                .place(find(sql, file, table.table()))
                .hint("write `layer.table`"));
            }
        };
    }
    Ok(names.into_iter().collect())
}

/// Plans one query and holds the plan against the rules and the sidecar; gives the plan and the parameters it uses.
pub(crate) async fn plan(
    session: &SessionContext,
    model: &Model,
    values: &session::Parameters,
) -> Result<(LogicalPlan, Vec<String>), Vec<Fault>> {
    let plan =
        session.state().create_logical_plan(&model.sql).await.map_err(|error| vec![planning_fault(model, &error)])?;
    let used = plan.get_parameter_names().map_err(|error| vec![planning_fault(model, &error)])?;
    let mut used: Vec<String> = used.into_iter().map(|name| name.trim_start_matches('$').to_owned()).collect();
    used.sort();
    let mut faults = Vec::new();
    for name in &used {
        if !values.contains_key(name) {
            faults.push(
                Fault::new(E018, format!("`{}` uses `${name}`, which is not declared", model.name)).place(find(
                    &model.sql,
                    &model.sql_file,
                    &format!("${name}"),
                )),
            );
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let plan = bind(plan, values).map_err(|error| vec![planning_fault(model, &error)])?;
    let state = session.state();
    let plan = state
        .analyzer()
        .execute_and_check(plan, state.config_options(), |_, _| {})
        .map_err(|error| vec![planning_fault(model, &error)])?;
    for found in lineage::forbidden(&plan) {
        faults.push(
            Fault::new(E005, format!("`{}` uses {}: `{}`", model.name, found.what, found.expression))
                .place(found.place.map_or_else(
                    || Place::file(&model.sql_file),
                    |(line, column)| Place::at(&model.sql_file, line, column),
                ))
                .hint(found.what.hint()),
        );
    }
    faults.extend(shape_faults(model, plan.schema()));
    if faults.is_empty() { Ok((plan, used)) } else { Err(faults) }
}

/// Plans what a model's checks will ask, so that a check which cannot run is found before anything runs.
pub(crate) async fn check_faults(session: &SessionContext, model: &Model) -> Vec<Fault> {
    let queries = match checks::queries(model) {
        Ok(queries) => queries,
        Err(fault) => return vec![fault],
    };
    let mut faults = Vec::new();
    for (what, sql) in queries {
        let fault = |words: String| {
            Fault::new(E001, format!("`{}`: {what} cannot be checked: {}", model.name, words.replace('\n', " ")))
                .place(Place::file(&model.sidecar_file))
        };
        let planned = match session.sql_with_options(&sql, session::only_queries()).await {
            Ok(frame) => frame.into_unoptimized_plan(),
            Err(error) => {
                faults.push(fault(words(&error)));
                continue;
            }
        };
        let found = lineage::forbidden(&planned);
        faults.extend(found.iter().map(|found| fault(format!("it uses {}: `{}`", found.what, found.expression))));
    }
    faults
}

/// Puts the parameters' values into a plan.
pub(crate) fn bind(plan: LogicalPlan, values: &session::Parameters) -> Result<LogicalPlan, DataFusionError> {
    let values: Vec<(&str, ScalarValue)> = values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    plan.with_param_values(values)
}

/// Compares the query's own columns with those declared.
fn shape_faults(model: &Model, schema: &DFSchema) -> Vec<Fault> {
    let declared = &model.sidecar.columns;
    let place = Place::file(&model.sidecar_file);
    let found: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let listed: Vec<&str> = declared.iter().map(|column| column.name.as_str()).collect();
    if found != listed {
        let missing: Vec<&str> = found.iter().copied().filter(|name| !listed.contains(name)).collect();
        let extra: Vec<&str> = listed.iter().copied().filter(|name| !found.contains(name)).collect();
        let words = match (missing.is_empty(), extra.is_empty()) {
            (true, true) => "lists the same columns in another order than its query".to_owned(),
            (false, true) => format!("does not list `{}`, which its query gives", missing.join("`, `")),
            (true, false) => format!("lists `{}`, which its query does not give", extra.join("`, `")),
            (false, false) => {
                format!("lists `{}` where its query gives `{}`", extra.join("`, `"), missing.join("`, `"))
            }
        };
        let place = extra.first().map_or(place, |name| column_place(model, name));
        return vec![
            Fault::new(E001, format!("the sidecar of `{}` {words}", model.name))
                .place(place)
                .hint(format!("the query gives, in this order: {}", found.join(", "))),
        ];
    }
    declared
        .iter()
        .zip(schema.fields())
        .filter(|(column, field)| !fits(field.data_type(), column.column_type))
        .map(|(column, field)| {
            Fault::new(
                E001,
                format!(
                    "column `{}` of `{}` is declared {}, but its query gives {}",
                    column.name,
                    model.name,
                    column.column_type,
                    type_words(field.data_type())
                ),
            )
            .place(column_place(model, &column.name))
            .hint("declare what the query gives, or cast there; digits are dropped only by `round_to` or `round_money`")
        })
        .collect()
}

/// The line of the sidecar on which a column is declared.
fn column_place(model: &Model, name: &str) -> Place {
    let text = &model.sidecar_text;
    let lines = || (1..).zip(text.lines());
    let declares = |line: &str| {
        let after = line.split_once("name:").map(|(_, after)| after.trim_start().trim_start_matches(['"', '\'']));
        let rest = after.and_then(|after| after.strip_prefix(name));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    match lines().find(|(_, line)| declares(line)) {
        Some((number, line)) => {
            let column = line.find(name).map_or(1, |at| line[..at].chars().count() as u64 + 1);
            Place::at(&model.sidecar_file, number, column)
        }
        None => Place::file(&model.sidecar_file),
    }
}

/// Whether a value of the query's type can always be stored as declared without losing digits behind the point.
fn fits(found: &DataType, declared: ColumnType) -> bool {
    match (found, declared) {
        (DataType::Null, _)
        | (DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8, ColumnType::Text)
        | (DataType::Date32, ColumnType::Date)
        | (DataType::Timestamp(_, _), ColumnType::Timestamp)
        | (DataType::Boolean, ColumnType::Boolean)
        | (
            DataType::Binary | DataType::BinaryView | DataType::LargeBinary | DataType::FixedSizeBinary(_),
            ColumnType::Binary,
        ) => true,
        (found, ColumnType::Integer) => found.is_integer(),
        (DataType::Decimal128(_, found), ColumnType::Decimal { scale, .. }) => *found <= scale.cast_signed(),
        (found, ColumnType::Decimal { .. }) => found.is_integer(),
        _ => false,
    }
}

fn type_words(found: &DataType) -> String {
    match found {
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "text".to_owned(),
        found if found.is_integer() => "integer".to_owned(),
        found => found.to_string().to_lowercase(),
    }
}

/// Names file, line and column of what the planner objects to.
fn planning_fault(model: &Model, error: &DataFusionError) -> Fault {
    let diagnostic: Option<&Diagnostic> = error.diagnostic();
    let message = diagnostic.map_or_else(|| words(error), |found| found.message.clone());
    let place = diagnostic
        .and_then(|found| found.span)
        .map(|span| Place::at(&model.sql_file, span.start.line, span.start.column))
        .or_else(|| place_in_words(&model.sql_file, &message))
        .unwrap_or_else(|| Place::file(&model.sql_file));
    let mut fault =
        Fault::new(E002, format!("`{}` cannot be planned: {}", model.name, message.replace('\n', " "))).place(place);
    if let DataFusionError::SchemaError(inner, _) = error.find_root()
        && let datafusion::common::SchemaError::FieldNotFound { field, valid_fields } = inner.as_ref()
    {
        let nearest = valid_fields.iter().min_by_key(|valid| distance(&field.name, &valid.name));
        if let Some(nearest) = nearest {
            fault = fault.hint(format!("the nearest column is `{}`", nearest.name));
        }
    }
    fault
}

/// `… at Line: 3, Column: 7` as the parser writes it.
fn place_in_words(file: &str, message: &str) -> Option<Place> {
    let (_, rest) = message.split_once("Line: ")?;
    let (line, rest) = rest.split_once(", Column: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(Place::at(file, line.trim().parse().ok()?, digits.parse().ok()?))
}

/// The first place at which a word stands in a text.
pub(crate) fn find(text: &str, file: &str, word: &str) -> Place {
    for (line, words) in (1..).zip(text.lines()) {
        if let Some(at) = words.find(word) {
            return Place::at(file, line, (words[..at].chars().count() as u64) + 1);
        }
    }
    Place::file(file)
}

/// How many letters have to be changed to make one word into another.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        for (j, b) in other.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX);
            let cost = (corner + usize::from(a != *b)).min(above + 1).min(left + 1);
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            corner = above;
            left = cost;
        }
        if let Some(cell) = row.last_mut() {
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}
