//! Decides of each sorted row whether it is new, another version, known already, or in dispute with another of its
//! delivery; and makes the landed columns of those that land.

use std::{collections::HashMap, ops::Range, sync::Arc};

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
    index::Index,
    intake::{Bad, key_hasher},
    shape::Shape,
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
    rest: Option<RecordBatch>,
    /// Where the rows of each file went.
    pub counts: Vec<Counts>,
    pub superseded: Vec<Short>,
    /// Rows of one key with different values; their text is not known here.
    pub disputed: Vec<Bad>,
    /// The key of each row that landed or was repeated; kept only where a few rows are settled.
    pub placed: Option<Vec<(usize, u64, Short)>>,
    /// Rows that would bring back an older state of a key; kept only where a few rows are settled.
    pub overtaken: Vec<(usize, u64)>,
    /// With `placed`: rows are not newer than this batch, so they replace nothing that came after.
    pub as_of: Vec<u64>,
    /// With `placed`: the highest number a group already has; empty for a whole delivery, which is numbered from one.
    pub highest: HashMap<Short, i64>,
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
            rest: None,
            counts: vec![Counts::default(); run.files.len()],
            superseded: Vec::new(),
            disputed: Vec::new(),
            placed: None,
            overtaken: Vec::new(),
            as_of: Vec::new(),
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
            let window = merge.window(WINDOW)?;
            let is_last = window.is_none();
            let batch = match (self.rest.take(), window) {
                (None, None) => return Ok(None),
                (Some(rest), None) => rest,
                (None, Some(window)) => window,
                (Some(rest), Some(window)) => concat_batches(&rest.schema(), [&rest, &window]).map_err(fault::arrow)?,
            };
            let columns = typed(&batch)?;
            let mut groups: Vec<Range<usize>> = Vec::new();
            let key: Vec<&Typed<'_>> = self.shape.key.iter().filter_map(|at| columns.get(*at)).collect();
            for row in 0..batch.num_rows() {
                match groups.last_mut() {
                    Some(group) if key.iter().all(|column| column.value(row) == column.value(group.start)) => {
                        group.end = row + 1;
                    }
                    _ => groups.push(row..row + 1),
                }
            }
            if !is_last && let Some(last) = groups.pop() {
                self.rest = Some(batch.slice(last.start, last.end - last.start));
                if groups.is_empty() {
                    continue;
                }
                let rows = last.start;
                return Ok(Some(Complete { batch: batch.slice(0, rows), groups }));
            }
            return Ok(Some(Complete { batch, groups }));
        }
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
                    self.place(&mut landing, row, origin(row), key, print);
                }
                continue;
            }
            let first = group.start;
            let key = self.keys.hash(|at| value(first, at));
            let print = self.rows.hash(|at| value(first, at));
            let mut others = group.clone().skip(1);
            if others.any(|row| self.rows.hash(|at| value(row, at)) != print) {
                self.index.see(&key);
                self.dispute(group.clone().map(origin), |at| value(first, at));
                continue;
            }
            self.place(&mut landing, first, origin(first), key, print);
            for row in group.clone().skip(1) {
                self.count(origin(row).0, |counts| counts.repeated += 1);
            }
        }
        drop(columns);
        self.landed(&batch, landing)
    }

    fn count(&mut self, file: usize, add: impl Fn(&mut Counts)) {
        if let Some(counts) = self.counts.get_mut(file) {
            add(counts);
        }
    }

    /// New, changed or repeated.
    fn place(&mut self, landing: &mut Landing, row: usize, (file, line): (usize, u64), key: Short, print: Short) {
        let known = self.index.see(&key);
        if let (Some(known), Some(as_of)) = (known, self.as_of.get(file))
            && u64::from(known.batch) > *as_of
            && (!known.is_current || known.row != print)
        {
            self.overtaken.push((file, line));
            return;
        }
        if let Some(placed) = &mut self.placed {
            placed.push((file, line, key));
        }
        let versions = known.map_or(0, |known| known.versions);
        match known.filter(|known| known.is_current) {
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
        landing.rows.push(u32::try_from(row).unwrap_or(u32::MAX));
        landing.keys.push(key);
        landing.prints.push(print);
        landing.versions.push(versions);
    }

    fn dispute<'v>(&mut self, rows: impl Iterator<Item = (usize, u64)>, value: impl Fn(usize) -> Value<'v>) {
        let key: Vec<String> = self
            .shape
            .key
            .iter()
            .map(|at| {
                let name = self.shape.columns.get(*at).map_or("", |spec| spec.name.as_str());
                format!("{name} {}", values::quoted(values::show(value(*at)).as_bytes()))
            })
            .collect();
        let reason = format!("two rows of this delivery claim the key {} with different values", key.join(", "));
        self.disputed.extend(rows.map(|(file, line)| Bad {
            file,
            line,
            reasons: vec![reason.clone()],
            text: Vec::new(),
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
