//! From a sorted stream of batches to content-addressed Parquet files, checked on the way.
//!
//! Promises that the same rows give the same bytes and names, that no two rows share a key, that a column which is not
//! nullable has a value in every row, and that the sum of every decimal column is exact.

use std::{collections::BTreeMap, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, make_array},
    compute::{BatchCoalescer, concat_batches, partition},
    datatypes::{DataType, Decimal128Type, SchemaRef},
    error::ArrowError,
    record_batch::RecordBatch,
    util::display::array_value_to_string,
};
use bytes::Bytes;
use kernel::{Digest, Fault, Place, Put, Result, Store, landing::FileRef};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties},
};
use tokio::task::JoinSet;

use crate::{
    fault::{E007, E011, E012},
    model::Model,
    session,
};

/// Rows after which a partition goes on in another file.
const FILE_ROWS: usize = 1 << 21;
/// Rows in a row group.
const GROUP_ROWS: usize = 1 << 17;
/// Rows handed to the encoder at once: always the same, because pages are cut where its batches end.
const ENCODED_ROWS: usize = 1 << 13;
/// Files that may wait for the disk at once.
const WAITING_PUTS: usize = 8;

/// What was written of one partition.
#[derive(Debug, Default)]
pub struct WrittenPartition {
    /// Its files in order.
    pub files: Vec<FileRef>,
    /// Rows in them.
    pub row_count: u64,
    /// The exact sum of every decimal column.
    pub control_sums: BTreeMap<String, String>,
}

/// Cuts a sorted stream into partitions and files.
pub struct TableWriter<'a> {
    store: Arc<dyn Store>,
    puts: JoinSet<Result<Put>>,
    model: &'a Model,
    schema: SchemaRef,
    key: Vec<usize>,
    partition: Option<usize>,
    current: Option<Current>,
    last_row: Option<RecordBatch>,
    done: BTreeMap<Option<String>, WrittenPartition>,
}

struct Current {
    value: Option<String>,
    writer: ArrowWriter<Vec<u8>>,
    waiting: BatchCoalescer,
    row_count: usize,
    sums: Vec<i128>,
}

impl<'a> TableWriter<'a> {
    /// Begins a table.
    pub fn new(store: Arc<dyn Store>, model: &'a Model) -> Self {
        let columns = model.sidecar.columns();
        let at = |name: &String| columns.iter().position(|column| &column.name == name);
        Self {
            store,
            puts: JoinSet::new(),
            model,
            schema: session::arrow_schema(&columns),
            key: model.sidecar.key.iter().filter_map(at).collect(),
            partition: model.sidecar.partition.first().and_then(at),
            current: None,
            last_row: None,
            done: BTreeMap::new(),
        }
    }

    /// Adds one batch; batches come sorted by partition and key.
    ///
    /// # Errors
    /// E012 if a key repeats or a value is missing, E011 on overflow, E007 from the store.
    pub async fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.require_present(batch)?;
        self.require_unique(batch)?;
        self.last_row = Some(batch.slice(batch.num_rows() - 1, 1));
        let Some(column) = self.partition else {
            return self.append(None, batch).await;
        };
        let values = batch.column(column);
        let ranges = partition(&[values.clone()]).map_err(|error| self.failed(error))?.ranges();
        for range in ranges {
            let value = array_value_to_string(values, range.start).map_err(|error| self.failed(error))?;
            self.append(Some(value), &batch.slice(range.start, range.len())).await?;
        }
        Ok(())
    }

    /// Ends the table.
    ///
    /// # Errors
    /// As [`TableWriter::push`].
    pub async fn finish(mut self) -> Result<BTreeMap<Option<String>, WrittenPartition>> {
        self.close().await?;
        while !self.puts.is_empty() {
            self.await_put().await?;
        }
        Ok(self.done)
    }

    async fn append(&mut self, value: Option<String>, rows: &RecordBatch) -> Result<()> {
        let mut from = 0;
        while from < rows.num_rows() {
            let room = match &self.current {
                Some(current) if current.value == value && current.row_count < FILE_ROWS => {
                    FILE_ROWS - current.row_count
                }
                _ => {
                    self.close().await?;
                    self.current = Some(self.begin(value.clone())?);
                    FILE_ROWS
                }
            };
            let count = room.min(rows.num_rows() - from);
            let slice = rows.slice(from, count);
            let mut current = self.current.take().ok_or_else(|| self.failed("no file is open"))?;
            add_sums(&mut current.sums, &slice).map_err(|column| {
                Fault::new(E011, format!("the sum of `{column}` in `{}` has more than 38 digits", self.model.name))
            })?;
            current.waiting.push_batch(slice).map_err(|error| self.failed(error))?;
            self.encode(&mut current)?;
            current.row_count += count;
            self.current = Some(current);
            from += count;
        }
        Ok(())
    }

    fn begin(&self, value: Option<String>) -> Result<Current> {
        let writer = ArrowWriter::try_new(Vec::new(), self.schema.clone(), Some(properties()))
            .map_err(|error| self.failed(error))?;
        let waiting = BatchCoalescer::new(self.schema.clone(), ENCODED_ROWS);
        Ok(Current { value, writer, waiting, row_count: 0, sums: vec![0; self.schema.fields().len()] })
    }

    /// Hands what is complete to the encoder.
    fn encode(&self, current: &mut Current) -> Result<()> {
        while let Some(ready) = current.waiting.next_completed_batch() {
            let plain = plain(&ready).map_err(|error| self.failed(error))?;
            current.writer.write(&plain).map_err(|error| self.failed(error))?;
        }
        Ok(())
    }

    async fn close(&mut self) -> Result<()> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        current.waiting.finish_buffered_batch().map_err(|error| self.failed(error))?;
        self.encode(&mut current)?;
        let bytes = current.writer.into_inner().map_err(|error| self.failed(error))?;
        let hash = Digest::of(&bytes);
        let file = FileRef {
            path: format!("tables/{}/{hash}.parquet", self.model.name),
            hash,
            row_count: current.row_count as u64,
            byte_count: bytes.len() as u64,
        };
        // Named by its bytes: if it is there already, it is the same. Several are made durable at once.
        if self.puts.len() >= WAITING_PUTS {
            self.await_put().await?;
        }
        let (store, path) = (Arc::clone(&self.store), file.path.clone());
        self.puts.spawn(async move { store.put_new(&path, Bytes::from(bytes)).await });
        let mut written = self.done.remove(&current.value).unwrap_or_default();
        written.row_count += file.row_count;
        written.files.push(file);
        for (field, sum) in self.schema.fields().iter().zip(&current.sums) {
            if let DataType::Decimal128(_, scale) = field.data_type() {
                let scale = scale.unsigned_abs();
                let before =
                    written.control_sums.get(field.name()).and_then(|text| from_text(text, scale)).unwrap_or(0);
                let total =
                    before.checked_add(*sum).ok_or_else(|| self.failed("a control sum has more than 38 digits"))?;
                written.control_sums.insert(field.name().clone(), to_text(total, scale));
            }
        }
        self.done.insert(current.value, written);
        Ok(())
    }

    async fn await_put(&mut self) -> Result<()> {
        match self.puts.join_next().await {
            Some(Ok(put)) => put.map(drop),
            Some(Err(error)) => Err(self.failed(error)),
            None => Ok(()),
        }
    }

    fn require_present(&self, batch: &RecordBatch) -> Result<()> {
        for (column, values) in self.model.sidecar.columns.iter().zip(batch.columns()) {
            if column.nullable || values.null_count() == 0 {
                continue;
            }
            let row = (0..values.len()).find(|row| values.is_null(*row)).unwrap_or_default();
            return Err(Fault::new(
                E012,
                format!(
                    "`{}` is empty in a row of `{}` (and in {} of this batch)",
                    column.name,
                    self.model.name,
                    values.null_count()
                ),
            )
            .place(self.row_place(batch, row))
            .hint("let the query give a value, or declare the column `nullable: true` if it may be empty"));
        }
        Ok(())
    }

    fn require_unique(&self, batch: &RecordBatch) -> Result<()> {
        let project = |rows: &RecordBatch| rows.project(&self.key).map_err(|error| self.failed(error));
        let keys = project(batch)?;
        let (rows, seen) = match &self.last_row {
            Some(last) => {
                (concat_batches(&keys.schema(), [&project(last)?, &keys]).map_err(|error| self.failed(error))?, 1)
            }
            None => (keys, 0),
        };
        let ranges = partition(rows.columns()).map_err(|error| self.failed(error))?.ranges();
        if ranges.len() == rows.num_rows() {
            return Ok(());
        }
        let twice = ranges.into_iter().find(|range| range.len() > 1).map_or(0, |range| range.start.max(seen) - seen);
        Err(Fault::new(E012, format!("two rows of `{}` have the same key", self.model.name))
            .place(self.row_place(batch, twice))
            .hint(format!("the key is {}; make the query give one row for each", self.model.sidecar.key.join(", "))))
    }

    fn row_place(&self, batch: &RecordBatch, row: usize) -> Place {
        let key: Vec<String> = self
            .key
            .iter()
            .zip(&self.model.sidecar.key)
            .map(|(column, name)| {
                format!("{name} = `{}`", array_value_to_string(batch.column(*column), row).unwrap_or_default())
            })
            .collect();
        Place::file(self.model.name.to_string()).detail(key.join(", "))
    }

    fn failed(&self, error: impl std::fmt::Display) -> Fault {
        Fault::new(E007, format!("the rows of `{}` cannot be written", self.model.name)).cause(error)
    }
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by("tantieme".to_owned())
        .build()
}

/// The same rows without what says that nothing is empty: the encoder writes levels otherwise where an array could have
/// empty values than where it cannot, and which of the two it is depends on how the rows came here.
fn plain(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<ArrayRef> = rows
        .columns()
        .iter()
        .map(|column| match column.nulls() {
            Some(nulls) if nulls.null_count() == 0 => {
                let data = column.to_data().into_builder().nulls(None).build()?;
                Ok(make_array(data))
            }
            _ => Ok(Arc::clone(column)),
        })
        .collect::<Result<_, ArrowError>>()?;
    RecordBatch::try_new(rows.schema(), columns)
}

fn add_sums(sums: &mut [i128], rows: &RecordBatch) -> Result<(), String> {
    for ((sum, column), field) in sums.iter_mut().zip(rows.columns()).zip(rows.schema().fields()) {
        let Some(values) = column.as_primitive_opt::<Decimal128Type>() else { continue };
        let total = values.iter().flatten().try_fold(*sum, i128::checked_add);
        *sum = total.ok_or_else(|| field.name().clone())?;
    }
    Ok(())
}

/// A decimal of that scale as text.
pub(crate) fn to_text(value: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = value.unsigned_abs().to_string();
    let sign = if value < 0 { "-" } else { "" };
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, rest) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{rest}")
}

/// The reverse of [`to_text`], for a text of that scale.
pub(crate) fn from_text(text: &str, scale: u8) -> Option<i128> {
    let digits: String = text.chars().filter(|c| *c != '.').collect();
    let behind = text.split_once('.').map_or(0, |(_, rest)| rest.len());
    (behind == usize::from(scale)).then(|| digits.parse().ok()).flatten()
}
