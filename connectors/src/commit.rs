//! The one moment at which a batch becomes true: its manifest is put if nobody put one of that number.

use std::sync::Arc;

use kernel::{
    Fault, Put, Result, Store,
    landing::{self, Batch, FileRef},
    names::TableName,
    sequence,
};

use crate::{
    canonical::Short,
    chunk::schema,
    classify::binary,
    fault::{self, C009},
    stored::Output,
};

/// Commits the batch as number `number`.
///
/// A put that answers "exists" may have been our own, retried by a library below us; the run id tells.
pub(crate) async fn commit(store: &dyn Store, number: u64, batch: &Batch) -> Result<()> {
    let folder = landing::batches_folder(&batch.table);
    if sequence::append(store, &folder, number, batch).await? == Put::Created {
        return Ok(());
    }
    let there: Batch = sequence::read(store, &folder, number).await?;
    if there == *batch {
        return Ok(());
    }
    Err(Fault::new(C009, format!("run `{}` landed batch {number} of `{}` first", there.run_id, batch.table))
        .place(kernel::Place::file(format!("{}/{}", store.uri(), sequence::path(&folder, number)))))
}

/// Stores the ids of versions that are no longer current.
pub(crate) async fn write_superseded(
    store: &dyn Store,
    table: &TableName,
    mut ids: Vec<Short>,
    is_dry: bool,
) -> Result<Vec<FileRef>> {
    ids.sort_unstable();
    let columns = schema(&[kernel::columns::Column::new("_row_version_id", kernel::columns::ColumnType::Binary)]);
    let batch =
        arrow::record_batch::RecordBatch::try_new(Arc::clone(&columns), vec![binary(&ids)]).map_err(fault::arrow)?;
    let mut output = Output::new(table, "superseded", columns, is_dry);
    output.write(store, &batch).await?;
    output.finish(store).await
}
