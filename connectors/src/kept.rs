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
    cursor::Cursor,
    fault::{self, C013},
    index::{Index, short},
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
    /// The batch that first held it.
    pub batch: u64,
    /// The header of its file then.
    pub(crate) header: Option<Vec<String>>,
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

/// How a row left quarantine, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    how: How,
    key: Option<Short>,
    batch: u64,
}

impl Ended {
    /// Whether the row, delivered again as bad as it was, need not be looked at again: it was left out for good, or what
    /// it landed as is still what its key has.
    fn still_holds(&self, index: &Index) -> bool {
        match self.how {
            How::Accepted => true,
            How::Fixed | How::Replayed => self.key.is_some_and(|key| index.holds_since(&key, self.batch)),
            How::Redelivered => false,
        }
    }
}

/// What is known of a bad row that was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub id: String,
    pub state: State,
    /// An open row that was the same one, for other reasons.
    pub replaces: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    New,
    Open,
    /// With the key under which it landed.
    Settled(Option<Short>),
}

/// Everything ever quarantined in a stream.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub open: BTreeMap<String, QuarantinedRow>,
    pub settled: HashMap<String, Ended>,
    /// For what a replay landed, by key and its batch: the batch the row had come with.
    pub replayed: HashMap<(Short, u64), u64>,
}

impl Kept {
    pub(crate) async fn load(store: &dyn Store, batches: &[(u64, Batch)]) -> Result<Self> {
        let mut kept = Self::default();
        for (number, batch) in batches {
            let cursor =
                if batch.quarantined.is_empty() { Cursor::default() } else { Cursor::of(store, *number, batch)? };
            for file in &batch.quarantined {
                for part in stored::read(store, file, &QUARANTINE).await? {
                    let part = part.map_err(fault::arrow)?;
                    kept.add(*number, &cursor, &part).ok_or_else(|| damaged(store, file))?;
                }
            }
            for file in &batch.settled {
                for part in stored::read(store, file, &SETTLED).await? {
                    let part = part.map_err(fault::arrow)?;
                    kept.settle(*number, &part).ok_or_else(|| damaged(store, file))?;
                }
            }
        }
        Ok(kept)
    }

    fn add(&mut self, batch: u64, cursor: &Cursor, part: &RecordBatch) -> Option<()> {
        let text = |name: &str| part.column_by_name(name).and_then(|array| array.as_string_opt::<i32>());
        let (ids, runs, files) = (text("_quarantine_id")?, text("_run_id")?, text("_file")?);
        let (reasons, texts) = (text("reasons")?, text("row_text")?);
        let lines = part.column_by_name("_line")?.as_primitive_opt::<Int64Type>()?;
        let moments = part.column_by_name("_extracted_at")?.as_primitive_opt::<TimestampMicrosecondType>()?;
        for row in 0..part.num_rows() {
            let origin = cursor.kept.get(ids.value(row));
            let seen = cursor.files.get(files.value(row));
            let kept = QuarantinedRow {
                id: ids.value(row).to_owned(),
                batch: origin.map_or(batch, |origin| origin.batch),
                header: match origin {
                    Some(origin) => origin.header.clone(),
                    None => seen.and_then(|seen| seen.header.clone()),
                },
                file: files.value(row).to_owned(),
                line: u64::try_from(lines.value(row)).unwrap_or_default(),
                reasons: reasons.value(row).to_owned(),
                row_text: texts.value(row).to_owned(),
                run_id: runs.value(row).to_owned(),
                extracted_at: Timestamp(moments.value(row)),
            };
            self.open.insert(kept.id.clone(), kept);
        }
        Some(())
    }

    fn settle(&mut self, batch: u64, part: &RecordBatch) -> Option<()> {
        let ids = part.column_by_name("_quarantine_id")?.as_string_opt::<i32>()?;
        let hows = part.column_by_name("how")?.as_string_opt::<i32>()?;
        let keys = part.column_by_name("_key_hash")?.as_binary_opt::<i32>()?;
        for row in 0..part.num_rows() {
            let key = if keys.is_null(row) { None } else { short(keys.value(row)) };
            let open = self.open.remove(ids.value(row));
            let ended = Ended { how: How::of(hows.value(row))?, key, batch };
            if let (How::Replayed, Some(key), Some(open)) = (ended.how, key, open) {
                self.replayed.insert((key, batch), open.batch);
            }
            self.settled.insert(ids.value(row).to_owned(), ended);
        }
        Some(())
    }

    /// The id of an open row that is written anew.
    pub(crate) fn next_id(&self, table: &TableName, row: &QuarantinedRow) -> String {
        let mut again = 0;
        loop {
            let id = quarantine_id(table, &row.file, row.line, row.row_text.as_bytes(), again);
            if !self.settled.contains_key(&id) && !self.open.contains_key(&id) {
                return id;
            }
            again += 1;
        }
    }

    /// What is known of a bad row. One that was sent well in between and is bad again is another one, and so is one that
    /// is bad for other reasons than it was.
    pub(crate) fn standing(
        &self,
        table: &TableName,
        file: &str,
        header: Option<&Vec<String>>,
        bad: &Bad,
        index: &Index,
    ) -> Standing {
        let reasons = bad.reasons.join("; ");
        let mut replaces = None;
        let mut again = 0;
        loop {
            let id = quarantine_id(table, file, bad.line, &bad.text, again);
            if let Some(ended) = self.settled.get(&id) {
                if ended.still_holds(index) {
                    return Standing { id, state: State::Settled(ended.key), replaces };
                }
            } else if let Some(open) = self.open.get(&id) {
                if open.reasons == reasons && open.header.as_ref() == header {
                    return Standing { id, state: State::Open, replaces };
                }
                replaces = Some(id);
            } else {
                return Standing { id, state: State::New, replaces };
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
