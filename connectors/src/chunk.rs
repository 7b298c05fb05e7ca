//! Rows on their way in, column by column, so that a row costs no allocation and a bad one can be taken back.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, AsArray, BooleanArray, BooleanBufferBuilder, Date32Array, Decimal128Array, Int64Array, StringArray,
        TimestampMicrosecondArray,
    },
    buffer::{NullBuffer, OffsetBuffer, ScalarBuffer},
    datatypes::{
        DataType, Date32Type, Decimal128Type, Field, Int64Type, Schema, SchemaRef, TimeUnit, TimestampMicrosecondType,
    },
    record_batch::RecordBatch,
};
use kernel::{
    Result,
    columns::{Column, ColumnType},
};

use crate::{fault, values::Value};

#[derive(Debug)]
enum Data {
    Text { ends: Vec<i32>, bytes: Vec<u8> },
    Integer(Vec<i64>),
    Decimal(Vec<i128>, u8, u8),
    Date(Vec<i32>),
    Timestamp(Vec<i64>),
    Boolean(Vec<bool>),
}

#[derive(Debug)]
struct Growing {
    data: Data,
    valid: Vec<bool>,
}

impl Growing {
    fn new(column_type: ColumnType) -> Self {
        let data = match column_type {
            ColumnType::Text | ColumnType::Binary => Data::Text { ends: vec![0], bytes: Vec::new() },
            ColumnType::Integer => Data::Integer(Vec::new()),
            ColumnType::Decimal { precision, scale } => Data::Decimal(Vec::new(), precision, scale),
            ColumnType::Date => Data::Date(Vec::new()),
            ColumnType::Timestamp => Data::Timestamp(Vec::new()),
            ColumnType::Boolean => Data::Boolean(Vec::new()),
        };
        Self { data, valid: Vec::new() }
    }

    fn push(&mut self, value: Value<'_>) {
        self.valid.push(value != Value::Null);
        match (&mut self.data, value) {
            (Data::Text { ends, bytes }, value) => {
                if let Value::Text(text) = value {
                    bytes.extend_from_slice(text);
                }
                ends.push(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
            }
            (Data::Integer(all) | Data::Timestamp(all), Value::Integer(one) | Value::Timestamp(one)) => all.push(one),
            (Data::Integer(all) | Data::Timestamp(all), _) => all.push(0),
            (Data::Decimal(all, ..), Value::Decimal(one, _)) => all.push(one),
            (Data::Decimal(all, ..), _) => all.push(0),
            (Data::Date(all), Value::Date(one)) => all.push(one),
            (Data::Date(all), _) => all.push(0),
            (Data::Boolean(all), Value::Boolean(one)) => all.push(one),
            (Data::Boolean(all), _) => all.push(false),
        }
    }

    fn truncate(&mut self, rows: usize) {
        self.valid.truncate(rows);
        match &mut self.data {
            Data::Text { ends, bytes } => {
                ends.truncate(rows + 1);
                bytes.truncate(ends.last().and_then(|end| usize::try_from(*end).ok()).unwrap_or_default());
            }
            Data::Integer(all) | Data::Timestamp(all) => all.truncate(rows),
            Data::Decimal(all, ..) => all.truncate(rows),
            Data::Date(all) => all.truncate(rows),
            Data::Boolean(all) => all.truncate(rows),
        }
    }

    fn get(&self, row: usize) -> Option<Value<'_>> {
        if !*self.valid.get(row)? {
            return Some(Value::Null);
        }
        Some(match &self.data {
            Data::Text { ends, bytes } => {
                let from = usize::try_from(*ends.get(row)?).ok()?;
                let to = usize::try_from(*ends.get(row + 1)?).ok()?;
                Value::Text(bytes.get(from..to)?)
            }
            Data::Integer(all) => Value::Integer(*all.get(row)?),
            Data::Decimal(all, _, scale) => Value::Decimal(*all.get(row)?, *scale),
            Data::Date(all) => Value::Date(*all.get(row)?),
            Data::Timestamp(all) => Value::Timestamp(*all.get(row)?),
            Data::Boolean(all) => Value::Boolean(*all.get(row)?),
        })
    }

    fn byte_count(&self) -> usize {
        match &self.data {
            Data::Text { bytes, .. } => bytes.len(),
            _ => self.valid.len() * 8,
        }
    }

    fn finish(self) -> Result<ArrayRef> {
        let nulls = self.valid.contains(&false).then(|| NullBuffer::from(self.valid));
        Ok(match self.data {
            Data::Text { ends, bytes } => {
                let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
                Arc::new(StringArray::try_new(offsets, bytes.into(), nulls).map_err(fault::arrow)?)
            }
            Data::Integer(all) => Arc::new(Int64Array::try_new(all.into(), nulls).map_err(fault::arrow)?),
            Data::Decimal(all, precision, scale) => Arc::new(
                Decimal128Array::try_new(all.into(), nulls)
                    .and_then(|array| array.with_precision_and_scale(precision, i8::try_from(scale).unwrap_or(i8::MAX)))
                    .map_err(fault::arrow)?,
            ),
            Data::Date(all) => Arc::new(Date32Array::try_new(all.into(), nulls).map_err(fault::arrow)?),
            Data::Timestamp(all) => Arc::new(
                TimestampMicrosecondArray::try_new(all.into(), nulls).map_err(fault::arrow)?.with_timezone("UTC"),
            ),
            Data::Boolean(all) => {
                let mut bits = BooleanBufferBuilder::new(all.len());
                for bit in all {
                    bits.append(bit);
                }
                Arc::new(BooleanArray::new(bits.finish(), nulls))
            }
        })
    }
}

/// Rows being collected: the columns of the stream, then the position of the file and the line.
#[derive(Debug)]
pub(crate) struct Chunk {
    columns: Vec<Growing>,
    types: Vec<ColumnType>,
    files: Vec<i64>,
    lines: Vec<i64>,
}

impl Chunk {
    pub(crate) fn new(types: Vec<ColumnType>) -> Self {
        Self {
            columns: types.iter().map(|one| Growing::new(*one)).collect(),
            types,
            files: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Complete rows.
    pub(crate) fn rows(&self) -> usize {
        self.files.len()
    }

    pub(crate) fn byte_count(&self) -> usize {
        self.columns.iter().map(Growing::byte_count).sum()
    }

    /// Sets the next row's value in a column.
    pub(crate) fn push(&mut self, column: usize, value: Value<'_>) {
        if let Some(column) = self.columns.get_mut(column) {
            column.push(value);
        }
    }

    /// What was pushed for the row that has not ended yet.
    pub(crate) fn pending(&self, column: usize) -> Value<'_> {
        self.columns.get(column).and_then(|column| column.get(self.rows())).unwrap_or(Value::Null)
    }

    /// Ends the row, whose columns have all been pushed.
    pub(crate) fn keep(&mut self, file: usize, line: u64) {
        self.files.push(i64::try_from(file).unwrap_or(i64::MAX));
        self.lines.push(i64::try_from(line).unwrap_or(i64::MAX));
    }

    /// Takes back whatever has been pushed for the next row.
    pub(crate) fn take_back(&mut self) {
        let rows = self.rows();
        self.columns.iter_mut().for_each(|column| column.truncate(rows));
    }

    /// The rows as a batch; the chunk is empty afterwards.
    pub(crate) fn take(&mut self, schema: &SchemaRef) -> Result<RecordBatch> {
        let full = std::mem::replace(self, Self::new(self.types.clone()));
        let mut arrays = full.columns.into_iter().map(Growing::finish).collect::<Result<Vec<ArrayRef>>>()?;
        arrays.push(Arc::new(Int64Array::from(full.files)));
        arrays.push(Arc::new(Int64Array::from(full.lines)));
        RecordBatch::try_new(Arc::clone(schema), arrays).map_err(fault::arrow)
    }
}

/// The Arrow type of a column.
pub(crate) fn data_type(column_type: ColumnType) -> DataType {
    match column_type {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Decimal { precision, scale } => {
            DataType::Decimal128(precision, i8::try_from(scale).unwrap_or(i8::MAX))
        }
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Binary => DataType::Binary,
    }
}

/// The Arrow schema of columns.
pub(crate) fn schema(columns: &[Column]) -> SchemaRef {
    let field = |column: &Column| Field::new(&column.name, data_type(column.column_type), column.nullable);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<Field>>()))
}

/// A column of a batch whose values can be read one by one.
#[derive(Debug)]
pub(crate) enum Typed<'a> {
    Text(&'a StringArray),
    Integer(&'a Int64Array),
    Decimal(&'a Decimal128Array, u8),
    Date(&'a Date32Array),
    Timestamp(&'a TimestampMicrosecondArray),
    Boolean(&'a BooleanArray),
}

impl<'a> Typed<'a> {
    /// None if the array is of a type that landed tables do not have.
    pub(crate) fn of(array: &'a ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string_opt::<i32>()?),
            DataType::Int64 => Self::Integer(array.as_primitive_opt::<Int64Type>()?),
            DataType::Decimal128(_, scale) => {
                Self::Decimal(array.as_primitive_opt::<Decimal128Type>()?, u8::try_from(*scale).ok()?)
            }
            DataType::Date32 => Self::Date(array.as_primitive_opt::<Date32Type>()?),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                Self::Timestamp(array.as_primitive_opt::<TimestampMicrosecondType>()?)
            }
            DataType::Boolean => Self::Boolean(array.as_boolean_opt()?),
            _ => return None,
        })
    }

    /// The value of a row.
    pub(crate) fn value(&self, row: usize) -> Value<'a> {
        use arrow::array::Array;
        let is_null = match self {
            Self::Text(array) => array.is_null(row),
            Self::Integer(array) => array.is_null(row),
            Self::Decimal(array, _) => array.is_null(row),
            Self::Date(array) => array.is_null(row),
            Self::Timestamp(array) => array.is_null(row),
            Self::Boolean(array) => array.is_null(row),
        };
        if is_null {
            return Value::Null;
        }
        match self {
            Self::Text(array) => Value::Text(array.value(row).as_bytes()),
            Self::Integer(array) => Value::Integer(array.value(row)),
            Self::Decimal(array, scale) => Value::Decimal(array.value(row), *scale),
            Self::Date(array) => Value::Date(array.value(row)),
            Self::Timestamp(array) => Value::Timestamp(array.value(row)),
            Self::Boolean(array) => Value::Boolean(array.value(row)),
        }
    }
}
