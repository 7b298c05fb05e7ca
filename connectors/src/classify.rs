//! Decides of each sorted row whether it is new, another version, known already, or in dispute with another of its
//! delivery; and makes the landed columns of those that land.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, BinaryBuilder, Int64Array, StringArray, TimestampMicrosecondArray, UInt32Array},
    compute::{concat_batches, take_record_batch},
    datatypes::SchemaRef,
    record_batch::RecordBatch,
};
use kernel::{
    Fault, Result, Timestamp,
    columns::Column,
    landing::{self, Counts},
};

use crate::{
    canonical::{Hasher, Short, version_id},
    chunk::{Typed, schema},
    fault::{self, C018},
    index::{Index, Known},
    intake::{Bad, key_hasher},
    shape::{Delivery, Shape},
    sorter::Merge,
    values::{self, Value},
};

/// Rows looked at together; the same for every run, so that files do not depend on chunks.
const WINDOW: usize = 65_536;

/// Who lands, for the system columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run<'a> {
    pub run_id: &'a str,
    pub extracted_at: Timestamp,
    /// Names of the files by position.
    pub files: &'a [String],
}

/// Goes through the sorted rows once.
pub(crate) struct Classifier<'a> {
    shape: &'a Shape,
    run: Run<'a>,
    index: &'a mut Index,
    schema: SchemaRef,
    keys: Hasher,
    rows: Hasher,
    /// Rows of one group whose end has not been seen.
    rest: Vec<RecordBatch>,
    /// Where the rows of each file went.
    pub counts: Vec<Counts>,
    pub superseded: Vec<Short>,
    /// Rows of one key with different values; their text is not known here.
    pub disputed: Vec<Bad>,
    /// The key of each row that landed or was repeated; kept only where a few rows are settled.
    pub placed: Option<Vec<(usize, u64, Short)>>,
    /// Rows that would bring back an older state of a key; kept only where a few rows are settled.
    pub overtaken: Vec<(usize, u64)>,
    /// File by file: rows of one generation may not differ, those of a later one are the next version; empty if all are
    /// of one.
    pub generations: Vec<usize>,
    /// What was read before, and when.
    pub history: History,
    /// Keys of which it is to be told in `came` that, and in which file, they landed or were repeated.
    pub watched: HashSet<Short>,
    pub came: Vec<(Short, usize)>,
    /// With `placed`: rows are not newer than this batch, so they replace nothing that came after.
    pub as_of: Vec<u64>,
    /// With `as_of`: what a replay landed is as old as the batch the row had come with.
    pub replayed: HashMap<(Short, u64), u64>,
    /// With `placed`: the highest number a group already has; empty for a whole delivery, which is numbered from one.
    pub highest: HashMap<Short, i64>,
}

/// The batch that first read a file, and its name then.
pub(crate) type Age = (u64, String);

/// When files were read; for incremental deliveries, where a later file is a later state.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// File by file of this delivery: its age, if its bytes have been read before.
    pub reread: Vec<Option<Age>>,
    /// Every file known, by name.
    pub ages: HashMap<String, Age>,
}

impl History {
    /// Whether a row of a file read before is a state that its key has left behind.
    fn is_overtaken(&self, index: &Index, file: usize, key: &Short, print: &Short, present: &Known) -> bool {
        let Some(Some(age)) = self.reread.get(file) else { return false };
        present.row != *print
            && (index.had(key, print) || self.ages.get(index.file(present)).is_some_and(|other| other > age))
    }
}

/// The state of one key while its rows are placed one after the other.
struct Present {
    key: Short,
    known: Option<Known>,
    /// Whether a row of this very delivery made it.
    is_ours: bool,
}

/// Rows of one group that has to be seen whole.
struct Complete {
    batch: RecordBatch,
    groups: Vec<Range<usize>>,
}

impl<'a> Classifier<'a> {
    pub(crate) fn new(shape: &'a Shape, run: Run<'a>, index: &'a mut Index) -> Self {
        let columns = landed_columns(shape);
        let own = shape.landed_columns();
        let named: Vec<(usize, &str)> = own.iter().enumerate().map(|(at, column)| (at, column.name.as_str())).collect();
        Self {
            shape,
            run,
            index,
            schema: schema(&columns),
            keys: key_hasher(shape),
            rows: Hasher::new("row", named),
            rest: Vec::new(),
            counts: vec![Counts::default(); run.files.len()],
            superseded: Vec::new(),
            disputed: Vec::new(),
            placed: None,
            overtaken: Vec::new(),
            generations: Vec::new(),
            history: History::default(),
            watched: HashSet::new(),
            came: Vec::new(),
            as_of: Vec::new(),
            replayed: HashMap::new(),
            highest: HashMap::new(),
        }
    }

    /// The next rows to land; may be none of a window. None at the end.
    pub(crate) fn next(&mut self, merge: &mut Merge) -> Result<Option<RecordBatch>> {
        let Some(complete) = self.complete(merge)? else { return Ok(None) };
        self.judge(&complete).map(Some)
    }

    /// Rows up to the last group that is surely whole.
    fn complete(&mut self, merge: &mut Merge) -> Result<Option<Complete>> {
        loop {
            let Some(window) = merge.window(WINDOW)? else {
                let rest = std::mem::take(&mut self.rest);
                let Some(first) = rest.first() else { return Ok(None) };
                let batch = concat_batches(&first.schema(), &rest).map_err(fault::arrow)?;
                let rows = batch.num_rows();
                return Ok(Some(Complete { batch, groups: std::iter::once(0..rows).collect() }));
            };
            let mut groups = self.groups(&window)?;
            let Some(last) = groups.pop() else { continue };
            let goes_on = match self.rest.first() {
                Some(rest) => self.is_one_group(rest, &window)?,
                None => false,
            };
            if groups.is_empty() && (goes_on || self.rest.is_empty()) {
                self.rest.push(window);
                continue;
            }
            let held: usize = self.rest.iter().map(RecordBatch::num_rows).sum();
            let whole = window.slice(0, last.start);
            let tail = window.slice(last.start, last.len());
            let mut parts = std::mem::replace(&mut self.rest, vec![tail]);
            if held == 0 {
                return Ok(Some(Complete { batch: whole, groups }));
            }
            parts.push(whole);
            let batch = concat_batches(&window.schema(), &parts).map_err(fault::arrow)?;
            let shifted = groups.into_iter().map(|group| group.start + held..group.end + held);
            let mut groups: Vec<Range<usize>> = std::iter::once(0..held).chain(shifted).collect();
            if goes_on && let [first, second, ..] = groups.as_mut_slice() {
                first.end = second.end;
                groups.remove(1);
            }
            return Ok(Some(Complete { batch, groups }));
        }
    }

    /// Runs of rows with one key.
    fn groups(&self, batch: &RecordBatch) -> Result<Vec<Range<usize>>> {
        let columns = typed(batch)?;
        let key: Vec<&Typed<'_>> = self.shape.key.iter().filter_map(|at| columns.get(*at)).collect();
        let mut groups: Vec<Range<usize>> = Vec::new();
        for row in 0..batch.num_rows() {
            match groups.last_mut() {
                Some(group) if key.iter().all(|column| column.value(row) == column.value(group.start)) => {
                    group.end = row + 1;
                }
                _ => groups.push(row..row + 1),
            }
        }
        Ok(groups)
    }

    /// Whether the first rows of two batches have one key.
    fn is_one_group(&self, one: &RecordBatch, other: &RecordBatch) -> Result<bool> {
        let (one, other) = (typed(one)?, typed(other)?);
        let is_same = |at: &usize| match (one.get(*at), other.get(*at)) {
            (Some(one), Some(other)) => one.value(0) == other.value(0),
            _ => false,
        };
        Ok(self.shape.key.iter().all(is_same))
    }

    fn judge(&mut self, complete: &Complete) -> Result<RecordBatch> {
        let batch = self.numbered(complete)?;
        let columns = typed(&batch)?;
        let width = self.shape.columns.len();
        let numbered = usize::from(self.shape.numbers.is_some());
        // File and line stand behind the stream's own columns, the given number behind them.
        let place = |at: usize| if at < width { at } else { at + 2 };
        let value = |row: usize, at: usize| columns.get(place(at)).map_or(Value::Null, |column| column.value(row));
        let origin = |row: usize| -> (usize, u64) {
            let number = |at: usize| match columns.get(at).map(|column| column.value(row)) {
                Some(Value::Integer(number)) => number,
                _ => 0,
            };
            (usize::try_from(number(width)).unwrap_or_default(), u64::try_from(number(width + 1)).unwrap_or_default())
        };
        let mut landing = Landing::default();
        for group in &complete.groups {
            if numbered == 1 {
                for row in group.clone() {
                    let key = self.keys.hash(|at| value(row, at));
                    let print = self.rows.hash(|at| value(row, at));
                    let mut present = self.present(key);
                    self.place(&mut landing, &mut present, row, origin(row), print);
                }
                continue;
            }
            let key = self.keys.hash(|at| value(group.start, at));
            let mut present = self.present(key);
            for part in self.by_generation(group.clone(), origin) {
                let first = part.start;
                let print = self.rows.hash(|at| value(first, at));
                let mut others = part.clone().skip(1);
                if others.any(|row| self.rows.hash(|at| value(row, at)) != print) {
                    self.dispute(key, part.map(&origin), |at| value(first, at));
                    continue;
                }
                self.place(&mut landing, &mut present, first, origin(first), print);
                for row in part.skip(1) {
                    let (file, line) = origin(row);
                    self.placed(file, line, key);
                    self.count(file, |counts| counts.repeated += 1);
                }
            }
        }
        drop(columns);
        self.landed(&batch, landing)
    }

    fn present(&mut self, key: Short) -> Present {
        Present { key, known: self.index.see(&key), is_ours: false }
    }

    /// Cuts the rows of a group, which are in the order of files, where the next generation begins.
    fn by_generation(&self, group: Range<usize>, origin: impl Fn(usize) -> (usize, u64)) -> Vec<Range<usize>> {
        let generation = |row: usize| self.generations.get(origin(row).0).copied().unwrap_or_default();
        let mut parts: Vec<Range<usize>> = Vec::new();
        for row in group {
            match parts.last_mut() {
                Some(part) if generation(part.start) == generation(row) => part.end = row + 1,
                _ => parts.push(row..row + 1),
            }
        }
        parts
    }

    fn count(&mut self, file: usize, add: impl Fn(&mut Counts)) {
        if let Some(counts) = self.counts.get_mut(file) {
            add(counts);
        }
    }

    /// Notes a row that landed or was known.
    fn placed(&mut self, file: usize, line: u64, key: Short) {
        if let Some(placed) = &mut self.placed {
            placed.push((file, line, key));
        }
        if self.watched.contains(&key) {
            self.came.push((key, file));
        }
    }

    /// New, changed or repeated.
    fn place(
        &mut self,
        landing: &mut Landing,
        present: &mut Present,
        row: usize,
        (file, line): (usize, u64),
        print: Short,
    ) {
        let key = present.key;
        if let (Some(known), false) = (present.known, present.is_ours) {
            let batch = u64::from(known.batch);
            let batch = self.replayed.get(&(key, batch)).copied().unwrap_or(batch);
            if self.as_of.get(file).is_some_and(|as_of| batch > *as_of) && (!known.is_current || known.row != print) {
                self.overtaken.push((file, line));
                return;
            }
            if self.history.is_overtaken(self.index, file, &key, &print, &known) {
                self.placed(file, line, key);
                self.count(file, |counts| counts.repeated += 1);
                return;
            }
        }
        self.placed(file, line, key);
        let versions = present.known.map_or(0, |known| known.versions);
        match present.known.filter(|known| known.is_current) {
            Some(known) if known.row == print => {
                self.count(file, |counts| counts.repeated += 1);
                return;
            }
            Some(known) => {
                self.superseded.push(version_id(&self.shape.table, &key, &known.row, known.versions - 1));
                self.count(file, |counts| counts.changed += 1);
            }
            None => {}
        }
        self.count(file, |counts| counts.landed += 1);
        present.known = Some(Known { row: print, versions: versions + 1, is_current: true, batch: 0, file: 0 });
        present.is_ours = true;
        landing.rows.push(u32::try_from(row).unwrap_or(u32::MAX));
        landing.keys.push(key);
        landing.prints.push(print);
        landing.versions.push(versions);
    }

    fn dispute<'v>(
        &mut self,
        key: Short,
        rows: impl Iterator<Item = (usize, u64)>,
        value: impl Fn(usize) -> Value<'v>,
    ) {
        let named: Vec<String> = self
            .shape
            .key
            .iter()
            .map(|at| {
                let name = self.shape.columns.get(*at).map_or("", |spec| spec.name.as_str());
                format!("{name} {}", values::quoted(values::show(value(*at)).as_bytes()))
            })
            .collect();
        let within = match self.shape.delivery {
            Delivery::Full => "this delivery",
            Delivery::Incremental => "one file",
        };
        let reason = format!("two rows of {within} claim the key {} with different values", named.join(", "));
        self.disputed.extend(rows.map(|(file, line)| Bad {
            file,
            line,
            reasons: vec![reason.clone()],
            text: Vec::new(),
            key: Some(key),
        }));
    }

    /// Adds the number of each row in its group, where the stream has one.
    fn numbered(&self, complete: &Complete) -> Result<RecordBatch> {
        let Some(numbers) = &self.shape.numbers else { return Ok(complete.batch.clone()) };
        let mut given: Vec<i64> = Vec::with_capacity(complete.batch.num_rows());
        let columns = typed(&complete.batch)?;
        let mut by = group_hasher(self.shape);
        for group in &complete.groups {
            let from = if self.highest.is_empty() {
                1
            } else {
                let group = by.hash(|at| columns.get(at).map_or(Value::Null, |column| column.value(group.start)));
                self.highest.get(&group).map_or(1, |highest| highest + 1)
            };
            given.extend((from..).take(group.len()));
        }
        let mut fields: Vec<arrow::datatypes::FieldRef> = complete.batch.schema().fields().iter().cloned().collect();
        fields.push(Arc::new(arrow::datatypes::Field::new(&numbers.column, arrow::datatypes::DataType::Int64, false)));
        let mut arrays = complete.batch.columns().to_vec();
        arrays.push(Arc::new(Int64Array::from(given)));
        RecordBatch::try_new(Arc::new(arrow::datatypes::Schema::new(fields)), arrays).map_err(fault::arrow)
    }

    /// The landed columns of the rows chosen.
    fn landed(&self, batch: &RecordBatch, landing: Landing) -> Result<RecordBatch> {
        let rows = landing.rows.len();
        let taken = take_record_batch(batch, &UInt32Array::from(landing.rows)).map_err(fault::arrow)?;
        let width = self.shape.columns.len();
        let mut arrays: Vec<ArrayRef> = taken.columns().iter().take(width).map(Arc::clone).collect();
        arrays.extend(taken.columns().iter().skip(width + 2).map(Arc::clone));
        let repeat =
            |text: &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, rows))) };
        arrays.push(repeat(&self.shape.source));
        arrays.push(repeat(&self.shape.stream));
        arrays.push(repeat(self.run.run_id));
        let files = typed(&taken)?;
        let name = |row: usize| match files.get(width).map(|column| column.value(row)) {
            Some(Value::Integer(at)) => {
                usize::try_from(at).ok().and_then(|at| self.run.files.get(at)).map_or("", |name| name.as_str())
            }
            _ => "",
        };
        arrays.push(Arc::new(StringArray::from_iter_values((0..rows).map(name))));
        arrays.push(Arc::clone(taken.column(width + 1)));
        let moments = std::iter::repeat_n(self.run.extracted_at.0, rows);
        arrays.push(Arc::new(TimestampMicrosecondArray::from_iter_values(moments).with_timezone("UTC")));
        let mut versions = Vec::with_capacity(rows);
        for ((key, print), before) in landing.keys.iter().zip(&landing.prints).zip(&landing.versions) {
            versions.push(version_id(&self.shape.table, key, print, *before));
        }
        arrays.extend([binary(&landing.keys), binary(&landing.prints), binary(&versions)]);
        RecordBatch::try_new(SchemaRef::clone(&self.schema), arrays).map_err(fault::arrow)
    }
}

#[derive(Debug, Default)]
struct Landing {
    rows: Vec<u32>,
    keys: Vec<Short>,
    prints: Vec<Short>,
    versions: Vec<u32>,
}

/// Stands for the group in which a row is numbered.
pub(crate) fn group_hasher(shape: &Shape) -> Hasher {
    Hasher::by_place("group", &shape.key)
}

/// The columns of a stream's landed files.
pub(crate) fn landed_columns(shape: &Shape) -> Vec<Column> {
    let mut columns = shape.landed_columns();
    columns.extend(landing::system_columns());
    columns
}

/// A column of hashes.
pub(crate) fn binary(values: &[Short]) -> ArrayRef {
    let mut builder = BinaryBuilder::with_capacity(values.len(), values.len() * 16);
    for value in values {
        builder.append_value(value);
    }
    Arc::new(builder.finish())
}

fn typed(batch: &RecordBatch) -> Result<Vec<Typed<'_>>> {
    batch
        .columns()
        .iter()
        .map(|array| {
            Typed::of(array).ok_or_else(|| Fault::new(C018, format!("no landed column is {}", array.data_type())))
        })
        .collect()
}
