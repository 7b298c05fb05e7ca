//! How the tables of a build or a release become visible to a session.

use std::{collections::BTreeMap, sync::Arc};

use arrow::{
    array::{ArrayRef, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use datafusion::{
    catalog::TableProvider,
    common::{JoinType, ScalarValue},
    dataframe::DataFrame,
    error::{DataFusionError, Result as DfResult},
    execution::context::SessionContext,
    logical_expr::{cast, ident, lit},
};
use kernel::{
    Fault, Place,
    columns::{Column, ColumnType},
    landing::{self, Batch, FileRef},
    names::TableName,
};

use crate::{
    fault::E021,
    graph::{self, Graph, LandedTable},
    model::Model,
    partitions::{self, Scope, State},
    release::LandedVersion,
    session::{self, FilesTable},
};

fn files_table(columns: &[Column], files: Vec<FileRef>) -> DfResult<Arc<dyn TableProvider>> {
    if files.is_empty() { session::empty_table(columns) } else { Ok(Arc::new(FilesTable::new(columns, files))) }
}

/// Puts one input of a model into a session, as far as the scope may read it.
pub async fn expose(
    session: &SessionContext,
    graph: &Graph,
    model: &Model,
    input: &TableName,
    scope: &Scope,
    state: &State,
) -> DfResult<()> {
    if let Some(table) = state.tables.get(input) {
        let files = partitions::visible_files(graph, model, input, scope, state);
        return session::register(session, input, files_table(&table.columns, files)?);
    }
    expose_landed(session, graph.landed(), &state.landed, input).await
}

/// Puts a whole table of a model into a session.
pub fn expose_whole(session: &SessionContext, name: &TableName, state: &State) -> DfResult<()> {
    let Some(table) = state.tables.get(name) else {
        return Err(DataFusionError::Plan(format!("`{name}` has not been built")));
    };
    session::register(session, name, files_table(&table.columns, table.files().cloned().collect())?)
}

/// Puts a landed table, its versions, its quarantine or the table of counts into a session.
pub async fn expose_landed(
    session: &SessionContext,
    declared: &[LandedTable],
    landed: &BTreeMap<TableName, LandedVersion>,
    name: &TableName,
) -> DfResult<()> {
    if name.layer() == "landed" && name.table() == "batches" {
        let columns = graph::batches_columns();
        let batch = batches(landed, &columns)?;
        return session::register(session, name, session::memory_table(batch.schema(), vec![batch])?);
    }
    let stream = match (name.layer(), name.table().strip_suffix("_versions")) {
        ("landed", Some(stream)) if !declared.iter().any(|table| &table.name == name) => stream,
        _ => name.table(),
    };
    let contract = declared.iter().find(|table| table.name.table() == stream);
    let version = contract.and_then(|table| landed.get(&table.name));
    let (Some(contract), Some(version)) = (contract, version) else {
        return Err(DataFusionError::Plan(format!("no contract lands `{name}`")));
    };
    let provider = match name.layer() {
        "quarantine" => open_quarantine(session, version).await?,
        _ => landed_rows(session, contract, version, stream != name.table()).await?,
    };
    session::register(session, name, provider)
}

/// The rows current now, or every version with `_is_current`.
async fn landed_rows(
    session: &SessionContext,
    contract: &LandedTable,
    version: &LandedVersion,
    all_versions: bool,
) -> DfResult<Arc<dyn TableProvider>> {
    let mut columns = contract.columns.clone();
    columns.extend(landing::system_columns());
    let rows = rows_of_batches(session, contract, &columns, version)?;
    let superseded = version.files(|batch| &batch.superseded);
    if superseded.is_empty() && !all_versions {
        return Ok(rows);
    }
    let id = Column::new("_row_version_id", ColumnType::Binary);
    let superseded =
        session.read_table(files_table(&[id], superseded)?)?.with_column_renamed("_row_version_id", "superseded_id")?;
    let rows = session.read_table(rows)?;
    let join = |kind| rows.clone().join(superseded.clone(), kind, &["_row_version_id"], &["superseded_id"], None);
    let current = join(JoinType::LeftAnti)?;
    if !all_versions {
        return Ok(current.into_view());
    }
    let current = current.with_column("_is_current", lit(true))?;
    let replaced = join(JoinType::LeftSemi)?.with_column("_is_current", lit(false))?;
    Ok(current.union(replaced)?.into_view())
}

/// Every row ever landed, in the contract's columns of today. Each file is read with the types it was landed with.
fn rows_of_batches(
    session: &SessionContext,
    contract: &LandedTable,
    columns: &[Column],
    version: &LandedVersion,
) -> DfResult<Arc<dyn TableProvider>> {
    let mut groups: Vec<(&[Column], Vec<FileRef>)> = Vec::new();
    for (number, batch) in version.batches.iter().filter(|(_, batch)| !batch.files.is_empty()) {
        for column in columns {
            let landed = batch.columns.iter().find(|landed| landed.name == column.name);
            if let Some(landed) = landed.filter(|landed| !widens(landed.column_type, column.column_type)) {
                return Err(DataFusionError::External(Box::new(
                    Fault::new(
                        E021,
                        format!(
                            "`{}.{}` was landed as {} in batch {number}, and its contract now says {}",
                            contract.name, column.name, landed.column_type, column.column_type
                        ),
                    )
                    .place(Place::file(contract.name.to_string())),
                )));
            }
        }
        match groups.last_mut() {
            Some((known, files)) if *known == batch.columns.as_slice() => files.extend(batch.files.iter().cloned()),
            _ => groups.push((&batch.columns, batch.files.clone())),
        }
    }
    let type_of = |group: &[Column], name: &str| group.iter().find(|c| c.name == name).map(|c| c.column_type);
    let is_same =
        |group: &[Column]| columns.iter().all(|c| type_of(group, &c.name).is_none_or(|found| found == c.column_type));
    if groups.iter().all(|(group, _)| is_same(group)) {
        return files_table(columns, version.files(|batch| &batch.files));
    }
    let mut union: Option<DataFrame> = None;
    for (group, files) in groups {
        let select = columns.iter().map(|column| {
            let found =
                type_of(group, &column.name).map_or_else(|| lit(ScalarValue::Null), |_| ident(column.name.as_str()));
            cast(found, session::arrow_type(column.column_type)).alias(&column.name)
        });
        let rows = session.read_table(files_table(group, files)?)?.select(select.collect::<Vec<_>>())?;
        union = Some(match union {
            Some(before) => before.union(rows)?,
            None => rows,
        });
    }
    union.map_or_else(|| session::empty_table(columns), |rows| Ok(rows.into_view()))
}

/// Whether every value of one type is a value of the other, digit for digit.
fn widens(from: ColumnType, to: ColumnType) -> bool {
    match (from, to) {
        (ColumnType::Decimal { precision, scale }, ColumnType::Decimal { precision: wider, scale: finer }) => {
            finer >= scale && wider - finer >= precision - scale
        }
        (ColumnType::Integer, ColumnType::Decimal { precision, scale }) => precision - scale >= 19,
        (from, to) => from == to,
    }
}

/// The rows in quarantine that nothing has settled.
async fn open_quarantine(session: &SessionContext, version: &LandedVersion) -> DfResult<Arc<dyn TableProvider>> {
    let rows = files_table(&landing::quarantine_columns(), version.files(|batch| &batch.quarantined))?;
    let settled = version.files(|batch| &batch.settled);
    if settled.is_empty() {
        return Ok(rows);
    }
    let id = Column::new("_quarantine_id", ColumnType::Text);
    let settled =
        session.read_table(files_table(&[id], settled)?)?.with_column_renamed("_quarantine_id", "settled_id")?;
    let open =
        session.read_table(rows)?.join(settled, JoinType::LeftAnti, &["_quarantine_id"], &["settled_id"], None)?;
    Ok(open.into_view())
}

/// The counts of every batch, in order of stream and number.
fn batches(landed: &BTreeMap<TableName, LandedVersion>, columns: &[Column]) -> DfResult<RecordBatch> {
    let rows: Vec<(&TableName, u64, &Batch)> = landed
        .iter()
        .flat_map(|(name, version)| version.batches.iter().map(move |(number, batch)| (name, *number, batch)))
        .collect();
    let integers = |value: fn(&Batch) -> u64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|(_, _, batch)| value(batch).cast_signed())))
    };
    let streams: ArrayRef = Arc::new(StringArray::from_iter_values(rows.iter().map(|(name, _, _)| name.table())));
    let numbers: ArrayRef =
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|(_, number, _)| number.cast_signed())));
    let arrays = vec![
        streams,
        numbers,
        integers(|batch| batch.counts.delivered),
        integers(|batch| batch.counts.landed),
        integers(|batch| batch.counts.quarantined),
        integers(|batch| batch.counts.repeated),
        integers(|batch| batch.counts.refused),
        integers(|batch| batch.counts.changed),
        integers(|batch| batch.counts.withdrawn),
    ];
    Ok(RecordBatch::try_new(session::arrow_schema(columns), arrays)?)
}
