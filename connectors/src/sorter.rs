//! Brings any number of rows into order within bounded memory: sorted runs, packed once they are many, merged at the end.
//!
//! Promises that the order and the windows in which rows come out depend on the rows alone, not on how they were chunked.

use std::{
    collections::{BinaryHeap, binary_heap::PeekMut},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, UInt32Array},
    compute::{interleave_record_batch, take_record_batch},
    datatypes::SchemaRef,
    record_batch::RecordBatch,
    row::{RowConverter, Rows, SortField},
};
use bytes::Bytes;
use kernel::{Fault, Result};
use parquet::arrow::{
    ArrowWriter,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use crate::fault::{self, C018};

/// Runs of one level that are merged into a run of the next.
const FAN: usize = 64;
/// Rows that may wait unpacked.
const ROWS_UNPACKED: usize = 400_000;
const ROWS_AT_ONCE: usize = 4096;

#[derive(Debug)]
enum Run {
    Plain(RecordBatch),
    Packed(Bytes),
}

/// Takes batches in any order.
pub(crate) struct Sorter {
    order: Arc<Order>,
    levels: Vec<Vec<Run>>,
    unpacked: usize,
}

struct Order {
    converter: RowConverter,
    columns: Vec<usize>,
    schema: SchemaRef,
}

impl Order {
    fn rows(&self, batch: &RecordBatch) -> Result<Rows> {
        let arrays: Vec<ArrayRef> = self.columns.iter().map(|at| Arc::clone(batch.column(*at))).collect();
        self.converter.convert_columns(&arrays).map_err(fault::arrow)
    }
}

impl Sorter {
    /// Sorts by the columns given, then by the last two of the schema, which are file and line.
    pub(crate) fn new(schema: &SchemaRef, by: &[usize]) -> Result<Self> {
        let width = schema.fields().len();
        let mut columns = by.to_vec();
        columns.extend([width - 2, width - 1]);
        let fields = columns.iter().map(|at| SortField::new(schema.field(*at).data_type().clone())).collect();
        let converter = RowConverter::new(fields).map_err(fault::arrow)?;
        Ok(Self {
            order: Arc::new(Order { converter, columns, schema: Arc::clone(schema) }),
            levels: vec![Vec::new()],
            unpacked: 0,
        })
    }

    /// Adds rows.
    pub(crate) fn push(&mut self, batch: RecordBatch) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let rows = self.order.rows(&batch)?;
        let is_sorted = (1..rows.num_rows()).all(|at| rows.row(at - 1) <= rows.row(at));
        let sorted = if is_sorted {
            batch
        } else {
            let mut order: Vec<u32> = (0..u32::try_from(batch.num_rows()).unwrap_or(u32::MAX)).collect();
            order.sort_unstable_by(|one, other| rows.row(*one as usize).cmp(&rows.row(*other as usize)));
            take_record_batch(&batch, &UInt32Array::from(order)).map_err(fault::arrow)?
        };
        drop(rows);
        self.unpacked += sorted.num_rows();
        let run =
            if self.unpacked <= ROWS_UNPACKED { Run::Plain(sorted) } else { self.pack(std::iter::once(Ok(sorted)))? };
        self.add(run, 0)
    }

    fn add(&mut self, run: Run, level: usize) -> Result<()> {
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        let Some(runs) = self.levels.get_mut(level) else { return Ok(()) };
        runs.push(run);
        if runs.len() < FAN {
            return Ok(());
        }
        let full = std::mem::take(runs);
        let mut merge = Merge::new(Arc::clone(&self.order), full)?;
        let packed = self.pack(std::iter::from_fn(|| merge.window(ROWS_AT_ONCE * 8).transpose()))?;
        self.add(packed, level + 1)
    }

    fn pack(&self, batches: impl Iterator<Item = Result<RecordBatch>>) -> Result<Run> {
        let properties = crate::stored::run_properties(ROWS_AT_ONCE);
        let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&self.order.schema), Some(properties))
            .map_err(fault::parquet)?;
        for batch in batches {
            writer.write(&batch?).map_err(fault::parquet)?;
            if writer.in_progress_rows() >= ROWS_AT_ONCE * 16 {
                writer.flush().map_err(fault::parquet)?;
            }
        }
        Ok(Run::Packed(Bytes::from(writer.into_inner().map_err(fault::parquet)?)))
    }

    /// Everything in order.
    pub(crate) fn finish(self) -> Result<Merge> {
        Merge::new(self.order, self.levels.into_iter().flatten().collect())
    }
}

struct Head {
    reader: Option<ParquetRecordBatchReader>,
    batch: RecordBatch,
    rows: Rows,
    at: usize,
    /// Where the batch stands among those of the window being made.
    slot: Option<usize>,
}

impl Head {
    /// Moves to the next batch; false at the end.
    fn load(&mut self, order: &Order) -> Result<bool> {
        let Some(reader) = &mut self.reader else { return Ok(false) };
        let Some(batch) = reader.next() else { return Ok(false) };
        self.batch = batch.map_err(fault::arrow)?;
        self.rows = order.rows(&self.batch)?;
        self.at = 0;
        self.slot = None;
        Ok(self.batch.num_rows() > 0)
    }
}

/// The next row of a run; the heap gives the least.
struct Next {
    bytes: Vec<u8>,
    run: usize,
}

impl PartialEq for Next {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes && self.run == other.run
    }
}

impl Eq for Next {}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.bytes.cmp(&self.bytes).then_with(|| other.run.cmp(&self.run))
    }
}

/// Gives sorted rows out, window by window.
pub(crate) struct Merge {
    order: Arc<Order>,
    heads: Vec<Head>,
    heap: BinaryHeap<Next>,
}

impl Merge {
    fn new(order: Arc<Order>, runs: Vec<Run>) -> Result<Self> {
        let mut heads = Vec::new();
        let mut heap = BinaryHeap::new();
        for run in runs {
            let (reader, batch) = match run {
                Run::Plain(batch) => (None, batch),
                Run::Packed(bytes) => {
                    let mut reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
                        .and_then(|builder| builder.with_batch_size(ROWS_AT_ONCE).build())
                        .map_err(fault::parquet)?;
                    let Some(batch) = reader.next() else { continue };
                    (Some(reader), batch.map_err(fault::arrow)?)
                }
            };
            let rows = order.rows(&batch)?;
            if rows.num_rows() > 0 {
                heap.push(Next { bytes: rows.row(0).data().to_vec(), run: heads.len() });
                heads.push(Head { reader, batch, rows, at: 0, slot: None });
            }
        }
        Ok(Self { order, heads, heap })
    }

    /// The next rows, so many or what is left; none at the end.
    pub(crate) fn window(&mut self, count: usize) -> Result<Option<RecordBatch>> {
        let mut used: Vec<RecordBatch> = Vec::new();
        let mut places: Vec<(usize, usize)> = Vec::with_capacity(count);
        self.heads.iter_mut().for_each(|head| head.slot = None);
        while places.len() < count {
            let Some(mut top) = self.heap.peek_mut() else { break };
            let Some(head) = self.heads.get_mut(top.run) else {
                return Err(Fault::new(C018, "a sorted run went missing"));
            };
            let slot = *head.slot.get_or_insert_with(|| {
                used.push(head.batch.clone());
                used.len() - 1
            });
            places.push((slot, head.at));
            head.at += 1;
            if head.at == head.batch.num_rows() && !head.load(&self.order)? {
                PeekMut::pop(top);
                continue;
            }
            top.bytes.clear();
            top.bytes.extend_from_slice(head.rows.row(head.at).data());
        }
        if places.is_empty() {
            return Ok(None);
        }
        let batches: Vec<&RecordBatch> = used.iter().collect();
        interleave_record_batch(&batches, &places).map(Some).map_err(fault::arrow)
    }
}
