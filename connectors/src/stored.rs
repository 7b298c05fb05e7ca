//! Parquet files of the warehouse: how they are written, named and read back.

use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use bytes::Bytes;
use kernel::{Digest, Fault, Place, Result, Store, landing::FileRef, names::TableName};
use parquet::{
    arrow::{
        ArrowWriter, ProjectionMask,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    basic::{Compression, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties},
    schema::types::ColumnPath,
};

use crate::fault::{self, C013};

/// Rows after which a file is closed and another begun.
const ROWS_OF_FILE: u64 = 1_000_000;
const ROWS_OF_GROUP: usize = 262_144;

/// The same properties for every file; columns that never repeat get no dictionary.
pub(crate) fn properties(unlike: &[&str]) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
        .set_max_row_group_row_count(Some(ROWS_OF_GROUP));
    for name in unlike {
        builder = builder.set_column_dictionary_enabled(ColumnPath::from(*name), false);
    }
    builder.build()
}

/// Properties of a packed run, which is read once and row by row: small pages, no dictionaries, no statistics.
pub(crate) fn run_properties(rows_of_page: usize) -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_data_page_row_count_limit(rows_of_page)
        .set_write_batch_size(rows_of_page)
        .build()
}

/// Writes the files of one kind of one batch, each named by the hash of its bytes.
pub(crate) struct Output {
    folder: String,
    schema: SchemaRef,
    writer: Option<ArrowWriter<Vec<u8>>>,
    rows: u64,
    is_dry: bool,
    files: Vec<FileRef>,
}

impl Output {
    /// `kind` is `data`, `superseded`, `quarantine` or `settled`; a dry one counts and writes nothing.
    pub(crate) fn new(table: &TableName, kind: &str, schema: SchemaRef, is_dry: bool) -> Self {
        let folder = format!("landed/{}/{kind}", table.table());
        Self { folder, schema, writer: None, rows: 0, is_dry, files: Vec::new() }
    }

    /// Adds rows; a file that has become large is stored at once.
    pub(crate) async fn write(&mut self, store: &dyn Store, batch: &RecordBatch) -> Result<()> {
        let mut from = 0;
        while from < batch.num_rows() {
            let room = usize::try_from(ROWS_OF_FILE - self.rows).unwrap_or(usize::MAX);
            let count = room.min(batch.num_rows() - from);
            let part = batch.slice(from, count);
            from += count;
            self.rows += count as u64;
            if !self.is_dry {
                let writer = match &mut self.writer {
                    Some(writer) => writer,
                    none => {
                        let properties = properties(&["_key_hash", "_row_hash", "_row_version_id", "_line"]);
                        let schema = SchemaRef::clone(&self.schema);
                        none.insert(ArrowWriter::try_new(Vec::new(), schema, Some(properties)).map_err(fault::parquet)?)
                    }
                };
                writer.write(&part).map_err(fault::parquet)?;
            }
            if self.rows == ROWS_OF_FILE {
                self.close(store).await?;
            }
        }
        Ok(())
    }

    async fn close(&mut self, store: &dyn Store) -> Result<()> {
        let row_count = std::mem::take(&mut self.rows);
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let bytes = Bytes::from(writer.into_inner().map_err(fault::parquet)?);
        let hash = Digest::of(&bytes);
        let path = format!("{}/{}.parquet", self.folder, hash.hex());
        let byte_count = bytes.len() as u64;
        // A file of that name has these very bytes, left by a run that did not come to its manifest.
        store.put_new(&path, bytes).await?;
        self.files.push(FileRef { path, hash, row_count, byte_count });
        Ok(())
    }

    /// The files, all of them stored.
    pub(crate) async fn finish(mut self, store: &dyn Store) -> Result<Vec<FileRef>> {
        if self.rows > 0 {
            self.close(store).await?;
        }
        Ok(self.files)
    }
}

/// Some columns of a landed file, batch by batch; columns that the file does not have are left out.
pub(crate) async fn read(store: &dyn Store, file: &FileRef, columns: &[&str]) -> Result<ParquetRecordBatchReader> {
    let place = || Place::file(format!("{}/{}", store.uri(), file.path));
    let Some(bytes) = store.get(&file.path).await? else {
        return Err(Fault::new(C013, format!("landed file `{}` is missing", file.path)).place(place()));
    };
    let damaged = |error: parquet::errors::ParquetError| {
        Fault::new(C013, format!("landed file `{}` cannot be read", file.path)).place(place()).cause(error)
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(damaged)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    builder.with_projection(mask).with_batch_size(16_384).build().map_err(damaged)
}
