//! Holds each row to the contract: good ones go on to the sorter, bad ones are kept with every reason.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use kernel::{Result, columns::ColumnType};

use crate::{
    canonical::{Hasher, Short},
    chunk::{Chunk, data_type},
    csv::{INVALID, Record},
    references::Known,
    shape::{Shape, Spec},
    sorter::Sorter,
    values::{self, Value},
};

/// Bytes of text after which a chunk is full, whatever its rows.
const BYTES_OF_CHUNK: usize = 64 * 1024 * 1024;

/// The fields of a row by the position of the column; none means null.
pub(crate) trait Cells {
    fn cell(&self, column: usize) -> Option<&[u8]>;
}

/// A record of a file, with the field of each column.
pub(crate) struct Mapped<'a> {
    pub record: Record<'a>,
    pub fields: &'a [Option<usize>],
}

impl Cells for Mapped<'_> {
    fn cell(&self, column: usize) -> Option<&[u8]> {
        self.record.field((*self.fields.get(column)?)?)
    }
}

/// A row that may not land.
#[derive(Debug, Clone)]
pub(crate) struct Bad {
    pub file: usize,
    pub line: u64,
    pub reasons: Vec<String>,
    pub text: Vec<u8>,
    /// Its key, where that could be read; never in a stream whose rows are numbered.
    pub key: Option<Short>,
}

/// Takes rows in.
pub(crate) struct Intake<'a> {
    shape: &'a Shape,
    references: Vec<Known>,
    chunk: Chunk,
    schema: SchemaRef,
    sorter: Sorter,
    rows_at_once: usize,
    key: Option<Hasher>,
    reasons: Vec<String>,
    fresh: Option<usize>,
    newest_day: Option<i32>,
    bad: Vec<Bad>,
}

/// What the intake leaves.
pub(crate) struct Taken {
    pub sorter: Sorter,
    pub bad: Vec<Bad>,
    pub newest_day: Option<i32>,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(
        shape: &'a Shape,
        references: Vec<Known>,
        fresh: Option<usize>,
        rows_at_once: usize,
    ) -> Result<Self> {
        let mut fields: Vec<Field> = shape
            .columns
            .iter()
            .map(|spec| Field::new(&spec.name, data_type(spec.column_type), spec.nullable))
            .collect();
        fields.push(Field::new("_file", DataType::Int64, false));
        fields.push(Field::new("_line", DataType::Int64, false));
        let schema = Arc::new(Schema::new(fields));
        let sorter = Sorter::new(&schema, &shape.sort_columns())?;
        let key = shape.numbers.is_none().then(|| key_hasher(shape));
        Ok(Self {
            shape,
            references,
            chunk: Chunk::new(shape.columns.iter().map(|spec| spec.column_type).collect()),
            schema,
            sorter,
            rows_at_once: rows_at_once.clamp(1, 500_000),
            key,
            reasons: Vec::new(),
            fresh,
            newest_day: None,
            bad: Vec::new(),
        })
    }

    /// Takes one row. `flaws` are reasons found before its fields were looked at; then only its key is tried.
    pub(crate) fn row(
        &mut self,
        file: usize,
        line: u64,
        cells: &impl Cells,
        flaws: Vec<String>,
        text: &[u8],
    ) -> Result<()> {
        let shape = self.shape;
        self.reasons = flaws;
        for (at, spec) in shape.columns.iter().enumerate() {
            let value = match cells.cell(at).filter(|text| !is_null(shape, spec, text)) {
                None => {
                    if !spec.nullable {
                        self.reasons.push(format!("`{}` is empty", spec.name));
                    }
                    Value::Null
                }
                Some(text) => match values::parse(spec, text) {
                    Err(wrong) => {
                        self.reasons.push(values::reason(spec, text, wrong));
                        Value::Null
                    }
                    Ok(value) => {
                        bounds(spec, text, value, &mut self.reasons);
                        value
                    }
                },
            };
            self.chunk.push(at, value);
        }
        for known in &mut self.references {
            if let Some(reason) = known.missing(shape, |at| self.chunk.pending(at)) {
                self.reasons.push(reason);
            }
        }
        if self.reasons.is_empty() {
            if let Some(column) = self.fresh {
                self.newest_day = self.newest_day.max(day(self.chunk.pending(column)));
            }
            self.chunk.keep(file, line);
            if self.chunk.rows() >= self.rows_at_once || self.chunk.byte_count() > BYTES_OF_CHUNK {
                self.flush()?;
            }
            return Ok(());
        }
        let has_key = shape.key.iter().all(|at| self.chunk.pending(*at) != Value::Null);
        let key = self.key.as_mut().filter(|_| has_key).map(|key| key.hash(|at| self.chunk.pending(at)));
        self.chunk.take_back();
        self.bad.push(Bad { file, line, reasons: std::mem::take(&mut self.reasons), text: text.to_vec(), key });
        Ok(())
    }

    /// A record whose fields cannot be told apart, or are no text: nothing of it is believed.
    pub(crate) fn refuse(&mut self, file: usize, line: u64, reason: String, text: &[u8]) {
        self.bad.push(Bad { file, line, reasons: vec![reason], text: text.to_vec(), key: None });
    }

    fn flush(&mut self) -> Result<()> {
        let batch = self.chunk.take(&self.schema)?;
        self.sorter.push(batch)
    }

    pub(crate) fn finish(mut self) -> Result<Taken> {
        self.flush()?;
        Ok(Taken { sorter: self.sorter, bad: self.bad, newest_day: self.newest_day })
    }
}

/// Hashes the key as landed, for streams whose rows bring their key.
pub(crate) fn key_hasher(shape: &Shape) -> Hasher {
    let columns = shape.landed_columns();
    let named: Vec<(usize, &str)> = shape
        .landed_key()
        .into_iter()
        .filter_map(|at| columns.get(at).map(|column| (at, column.name.as_str())))
        .collect();
    Hasher::new("key", named)
}

pub(crate) fn is_null(shape: &Shape, spec: &Spec, text: &[u8]) -> bool {
    let is_trimmed = spec.trim || spec.column_type != ColumnType::Text;
    shape.null_values.iter().any(|null| null == text || (is_trimmed && null.as_slice() == text.trim_ascii()))
}

fn bounds(spec: &Spec, text: &[u8], value: Value<'_>, reasons: &mut Vec<String>) {
    if let Some(accepted) = &spec.accepted {
        let is_accepted = match value {
            Value::Text(text) => accepted.contains(text),
            _ => accepted.contains(values::show(value).as_bytes()),
        };
        if !is_accepted {
            let words: Vec<String> = accepted.iter().take(12).map(|one| values::quoted(one)).collect();
            let more = if accepted.len() > words.len() { ", …" } else { "" };
            reasons.push(format!("`{}`: {} is none of {}{more}", spec.name, values::quoted(text), words.join(", ")));
        }
    }
    if spec.at_least.is_none() && spec.at_most.is_none() {
        return;
    }
    let number = match value {
        Value::Integer(number) | Value::Timestamp(number) => i128::from(number),
        Value::Decimal(number, _) => number,
        Value::Date(days) => i128::from(days),
        Value::Null | Value::Text(_) | Value::Boolean(_) => return,
    };
    let show = |bound: i128| match value {
        Value::Decimal(_, scale) => values::show_decimal(bound, scale),
        Value::Date(_) => crate::dates::show_day(i32::try_from(bound).unwrap_or_default()),
        _ => bound.to_string(),
    };
    if let Some(least) = spec.at_least.filter(|least| number < *least) {
        reasons.push(format!("`{}`: {} is less than {}", spec.name, values::quoted(text), show(least)));
    }
    if let Some(most) = spec.at_most.filter(|most| number > *most) {
        reasons.push(format!("`{}`: {} is more than {}", spec.name, values::quoted(text), show(most)));
    }
}

pub(crate) fn day(value: Value<'_>) -> Option<i32> {
    match value {
        Value::Date(days) => Some(days),
        Value::Timestamp(micros) => Some(crate::dates::day_of(micros)),
        _ => None,
    }
}

/// What keeps a record's fields from being looked at, if anything does.
pub(crate) fn unreadable(record: &Record<'_>, fields: usize, encoding: &str) -> Option<String> {
    if !record.is_text() {
        return Some(not_text(record, encoding));
    }
    if let Some(flaw) = record.flaw {
        return Some(flaw.to_owned());
    }
    (record.len() != fields).then(|| format!("the row has {} fields where {fields} are expected", record.len()))
}

fn not_text(record: &Record<'_>, encoding: &str) -> String {
    let at = std::str::from_utf8(record.text).err().map(|error| error.valid_up_to()).unwrap_or_default();
    let byte = record.text.get(at).copied().unwrap_or(INVALID);
    let field = (0..record.len()).find(|at| record.field(*at).is_some_and(|text| std::str::from_utf8(text).is_err()));
    let within = field.map(|at| format!(" in field {}", at + 1)).unwrap_or_default();
    if byte == INVALID && encoding != "UTF-8" {
        format!("bytes{within} are no text in {encoding}")
    } else {
        format!("byte `0x{byte:02X}`{within} is no text in {encoding}")
    }
}
