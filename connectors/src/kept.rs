//! The rows in quarantine as the batches tell them: which are open, which are settled and how.

use std::collections::{BTreeMap, HashMap};

use arrow::{
    array::{Array, ArrayRef, AsArray, BinaryBuilder, Int64Array, StringArray, TimestampMicrosecondArray},
    datatypes::{Int64Type, TimestampMicrosecondType},
    record_batch::RecordBatch,
};
use kernel::{
    Fault, Place, Result, Store, Timestamp,
    columns::{Column, ColumnType},
    landing::{self, Batch, FileRef},
    names::TableName,
};
use std::sync::Arc;

use crate::{
    canonical::{Short, quarantine_id},
    chunk::schema,
    classify::Run,
    fault::{self, C013},
    index::short,
    intake::Bad,
    shape::Shape,
    stored::{self, Output},
};

/// A row in quarantine that nobody has settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedRow {
    /// Sixteen hexadecimal digits.
    pub id: String,
    /// The source's file.
    pub file: String,
    /// Physical line in it.
    pub line: u64,
    /// Every reason, each naming its column, joined by `; `.
    pub reasons: String,
    /// The row as the source wrote it.
    pub row_text: String,
    /// The run that found it.
    pub run_id: String,
    /// When that was.
    pub extracted_at: Timestamp,
    /// The batch that holds it.
    pub batch: u64,
}

/// How a row left quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Fixed,
    Replayed,
    Accepted,
    /// Its file was delivered again and the row was well, or gone.
    Redelivered,
}

impl How {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Fixed, "fixed"),
        (Self::Replayed, "replayed"),
        (Self::Accepted, "accepted"),
        (Self::Redelivered, "redelivered"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(how, _)| *how == self).map_or("", |(_, word)| word)
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, one)| *one == word).map(|(how, _)| *how)
    }
}

/// One row leaving quarantine.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub id: String,
    pub how: How,
    pub reason: String,
    /// The key under which it landed.
    pub key: Option<Short>,
}

/// Everything ever quarantined in a stream.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub open: BTreeMap<String, QuarantinedRow>,
    pub settled: HashMap<String, (How, Option<Short>)>,
}

impl Kept {
    pub(crate) async fn load(store: &dyn Store, batches: &[(u64, Batch)]) -> Result<Self> {
        let mut kept = Self::default();
        for (number, batch) in batches {
            for file in &batch.quarantined {
                for part in stored::read(store, file, &QUARANTINE).await? {
                    let part = part.map_err(fault::arrow)?;
                    kept.add(*number, &part).ok_or_else(|| damaged(store, file))?;
                }
            }
            for file in &batch.settled {
                for part in stored::read(store, file, &SETTLED).await? {
                    let part = part.map_err(fault::arrow)?;
                    kept.settle(&part).ok_or_else(|| damaged(store, file))?;
                }
            }
        }
        Ok(kept)
    }

    fn add(&mut self, batch: u64, part: &RecordBatch) -> Option<()> {
        let text = |name: &str| part.column_by_name(name).and_then(|array| array.as_string_opt::<i32>());
        let (ids, runs, files) = (text("_quarantine_id")?, text("_run_id")?, text("_file")?);
        let (reasons, texts) = (text("reasons")?, text("row_text")?);
        let lines = part.column_by_name("_line")?.as_primitive_opt::<Int64Type>()?;
        let moments = part.column_by_name("_extracted_at")?.as_primitive_opt::<TimestampMicrosecondType>()?;
        for row in 0..part.num_rows() {
            let kept = QuarantinedRow {
                id: ids.value(row).to_owned(),
                file: files.value(row).to_owned(),
                line: u64::try_from(lines.value(row)).unwrap_or_default(),
                reasons: reasons.value(row).to_owned(),
                row_text: texts.value(row).to_owned(),
                run_id: runs.value(row).to_owned(),
                extracted_at: Timestamp(moments.value(row)),
                batch,
            };
            self.open.insert(kept.id.clone(), kept);
        }
        Some(())
    }

    fn settle(&mut self, part: &RecordBatch) -> Option<()> {
        let ids = part.column_by_name("_quarantine_id")?.as_string_opt::<i32>()?;
        let hows = part.column_by_name("how")?.as_string_opt::<i32>()?;
        let keys = part.column_by_name("_key_hash")?.as_binary_opt::<i32>()?;
        for row in 0..part.num_rows() {
            let key = if keys.is_null(row) { None } else { short(keys.value(row)) };
            self.open.remove(ids.value(row));
            self.settled.insert(ids.value(row).to_owned(), (How::of(hows.value(row))?, key));
        }
        Some(())
    }

    /// The id under which a bad row is known. A row that was sent well in between and is bad again is another one.
    pub(crate) fn id_of(&self, table: &TableName, file: &str, bad: &Bad) -> String {
        let mut again = 0;
        loop {
            let id = quarantine_id(table, file, bad.line, &bad.text, again);
            if !matches!(self.settled.get(&id), Some((How::Redelivered, _))) {
                return id;
            }
            again += 1;
        }
    }
}

const QUARANTINE: [&str; 7] = ["_quarantine_id", "_run_id", "_file", "_line", "_extracted_at", "reasons", "row_text"];
const SETTLED: [&str; 3] = ["_quarantine_id", "how", "_key_hash"];

fn damaged(store: &dyn Store, file: &FileRef) -> Fault {
    Fault::new(C013, format!("landed file `{}` does not have the columns of its kind", file.path))
        .place(Place::file(format!("{}/{}", store.uri(), file.path)))
}

/// Stores bad rows, each under its id, in the order given.
pub(crate) async fn write_bad(
    store: &dyn Store,
    shape: &Shape,
    run: Run<'_>,
    rows: &[(String, &Bad)],
    is_dry: bool,
) -> Result<Vec<FileRef>> {
    let texts = |text: fn(&(String, &Bad)) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(text)))
    };
    let repeat =
        |text: &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(rows.iter().map(|_| text.to_owned()))) };
    let files = rows.iter().map(|(_, bad)| run.files.get(bad.file).cloned().unwrap_or_default());
    let lines = rows.iter().map(|(_, bad)| i64::try_from(bad.line).unwrap_or(i64::MAX));
    let moments = rows.iter().map(|_| run.extracted_at.0);
    let arrays: Vec<ArrayRef> = vec![
        texts(|(id, _)| id.clone()),
        repeat(&shape.source),
        repeat(&shape.stream),
        repeat(run.run_id),
        Arc::new(StringArray::from_iter_values(files)),
        Arc::new(Int64Array::from_iter_values(lines)),
        Arc::new(TimestampMicrosecondArray::from_iter_values(moments).with_timezone("UTC")),
        texts(|(_, bad)| bad.reasons.join("; ")),
        texts(|(_, bad)| String::from_utf8_lossy(&bad.text).into_owned()),
    ];
    let columns = schema(&landing::quarantine_columns());
    let batch = RecordBatch::try_new(Arc::clone(&columns), arrays).map_err(fault::arrow)?;
    let mut output = Output::new(&shape.table, "quarantine", columns, is_dry);
    output.write(store, &batch).await?;
    output.finish(store).await
}

/// Stores which rows left quarantine, and how.
pub(crate) async fn write_settled(
    store: &dyn Store,
    table: &TableName,
    rows: &[Settled],
    is_dry: bool,
) -> Result<Vec<FileRef>> {
    let columns = schema(&[
        Column::new("_quarantine_id", ColumnType::Text),
        Column::new("how", ColumnType::Text),
        Column::new("reason", ColumnType::Text),
        Column::new("_key_hash", ColumnType::Binary).nullable(),
    ]);
    let mut keys = BinaryBuilder::new();
    rows.iter().for_each(|row| keys.append_option(row.key));
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.id))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.how.word()))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.reason))),
        Arc::new(keys.finish()),
    ];
    let batch = RecordBatch::try_new(Arc::clone(&columns), arrays).map_err(fault::arrow)?;
    let mut output = Output::new(table, "settled", columns, is_dry);
    output.write(store, &batch).await?;
    output.finish(store).await
}
