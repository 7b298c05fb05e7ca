//! Parquet as other programs expect it: the release's rows in the table's declared types, and nothing else.
//!
//! Promises that no value is converted: text may change its layout, a decimal, a date or a moment has to be what the
//! release declares already. The same rows give the same bytes. It does not know where they go.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions},
    compute::cast,
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use bytes::Bytes;
use kernel::{
    Fault, Place as Where, Result,
    columns::{Column, ColumnType},
    landing::FileRef,
};
use parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder, arrow_writer::ArrowWriterOptions},
    basic::Compression,
    file::properties::WriterProperties,
};

use crate::{Source, fault::U005};

/// The Arrow schema of these columns.
pub(crate) fn schema_of<'a>(columns: impl IntoIterator<Item = &'a Column>) -> SchemaRef {
    let fields: Vec<Field> = columns
        .into_iter()
        .map(|column| Field::new(&column.name, data_type_of(column.column_type), column.nullable))
        .collect();
    Arc::new(Schema::new(fields))
}

fn data_type_of(column_type: ColumnType) -> DataType {
    match column_type {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Decimal { precision, scale } => DataType::Decimal128(precision, scale.cast_signed()),
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Binary => DataType::Binary,
    }
}

/// The bytes of a release's file, which are those that the release names.
pub(crate) async fn read_whole(source: &dyn Source, file: &FileRef) -> Result<Bytes> {
    let bytes = source.read(file).await?;
    let found = kernel::Digest::of(&bytes);
    if found == file.hash {
        return Ok(bytes);
    }
    Err(Fault::new(U005, format!("`{}` has hash `{found}` and not `{}`", file.path, file.hash))
        .place(Where::file(&file.path)))
}

/// The file's rows with the columns of `schema` only, written anew.
pub(crate) fn rewrite(file: &FileRef, bytes: Bytes, schema: &SchemaRef) -> Result<Bytes> {
    let fault = |why: String| Fault::new(U005, format!("`{}`: {why}", file.path)).place(Where::file(&file.path));
    let unread =
        |error: &dyn std::fmt::Display| fault("the file is not Parquet that can be read".to_owned()).cause(error);
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|error| unread(&error))?;
    let mut batches = Vec::new();
    let mut rows = 0_u64;
    for batch in reader {
        let batch = batch.map_err(|error| unread(&error))?;
        let columns = schema
            .fields()
            .iter()
            .map(|field| match batch.column_by_name(field.name()) {
                Some(found) => as_declared(found, field.data_type()).ok_or_else(|| {
                    fault(format!("column `{}` is {} and not {}", field.name(), found.data_type(), field.data_type()))
                }),
                None => Err(fault(format!("column `{}` is missing", field.name()))),
            })
            .collect::<Result<Vec<ArrayRef>>>()?;
        rows += batch.num_rows() as u64;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let projected = RecordBatch::try_new_with_options(schema.clone(), columns, &options)
            .map_err(|error| fault("its rows do not fit the columns of the table".to_owned()).cause(error))?;
        batches.push(projected);
    }
    if rows != file.row_count {
        return Err(fault(format!("it has {rows} rows and not {}", file.row_count)));
    }
    write(schema, &batches).map_err(|error| fault("its rows cannot be written".to_owned()).cause(error))
}

/// A file with the table's columns and no rows, so that a table without rows can be read too.
pub(crate) fn without_rows(columns: &[Column]) -> Result<Bytes> {
    write(&schema_of(columns), &[])
        .map_err(|error| Fault::new(U005, "a table without rows cannot be written").cause(error))
}

fn write(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Bytes, parquet::errors::ParquetError> {
    let properties =
        WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by("tantieme".to_owned()).build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), schema.clone(), options)?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.into_inner().map(Bytes::from)
}

/// The same values in the declared layout, or none if a value would have to be converted.
fn as_declared(found: &ArrayRef, declared: &DataType) -> Option<ArrayRef> {
    let same = match (found.data_type(), declared) {
        (there, here) if there == here => return Some(found.clone()),
        (DataType::LargeUtf8 | DataType::Utf8View, DataType::Utf8) => true,
        (DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_), DataType::Binary) => true,
        (DataType::Timestamp(TimeUnit::Microsecond, Some(zone)), DataType::Timestamp(..)) => {
            matches!(zone.as_ref(), "+00:00" | "Z" | "Etc/UTC")
        }
        (DataType::Dictionary(_, values), DataType::Utf8) => matches!(values.as_ref(), DataType::Utf8),
        _ => false,
    };
    if same { cast(found, declared).ok() } else { None }
}
