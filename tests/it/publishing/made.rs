//! A release made by hand: small tables of credits, in memory.

use std::{collections::BTreeMap, sync::Arc};

use arrow::array::{
    ArrayRef, BinaryArray, Date32Array, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use bytes::Bytes;
use futures::FutureExt;
use kernel::{
    BoxFuture, Digest, Timestamp,
    columns::{Column, ColumnType},
    landing::FileRef,
    names::TableName,
};
use parquet::arrow::ArrowWriter;
use publish::{PartitionToPublish, Source, TableToPublish};

use super::seen::sum_of;

/// A release in memory.
#[derive(Clone, Default)]
pub struct Made {
    pub number: u64,
    /// Two warehouses make a release of one number at two moments.
    pub warehouse: i64,
    pub tables: Vec<TableToPublish>,
    pub files: BTreeMap<String, Bytes>,
    /// Two readers that wait here for each other have both looked at the target before either writes.
    pub meeting: Option<Arc<tokio::sync::Barrier>>,
}

impl Source for Made {
    fn release_number(&self) -> u64 {
        self.number
    }

    fn released_at(&self) -> Timestamp {
        Timestamp(1_790_000_000_000_000 + self.warehouse)
    }

    fn tables(&self) -> Vec<TableToPublish> {
        self.tables.clone()
    }

    fn read<'a>(&'a self, file: &'a FileRef) -> BoxFuture<'a, kernel::Result<Bytes>> {
        async move {
            if let Some(meeting) = &self.meeting {
                meeting.wait().await;
            }
            Ok(self.files[&file.path].clone())
        }
        .boxed()
    }
}

const AMOUNT: ColumnType = ColumnType::Decimal { precision: 38, scale: 10 };

pub fn credit_columns() -> Vec<Column> {
    vec![
        Column::new("period_id", ColumnType::Text),
        Column::new("position_id", ColumnType::Text),
        Column::new("credited_amount", AMOUNT).nullable(),
        Column::new("booking_date", ColumnType::Date),
        Column::new("computed_at", ColumnType::Timestamp),
        Column::new("row_version_id", ColumnType::Binary),
    ]
}

/// Rows of `reporting.credits`: so many of a period, each of this amount in units of the tenth decimal.
pub fn credits(period: &str, count: usize, amount: i128) -> RecordBatch {
    let text = |values: Vec<String>| Arc::new(StringArray::from(values)) as ArrayRef;
    let amounts = Decimal128Array::from(vec![amount; count]).with_precision_and_scale(38, 10).unwrap();
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("period_id", text(vec![period.to_owned(); count]), false),
        ("position_id", text((0..count).map(|at| format!("P{at}")).collect()), false),
        ("credited_amount", Arc::new(amounts), true),
        ("booking_date", Arc::new(Date32Array::from(vec![20_000; count])), false),
        (
            "computed_at",
            Arc::new(TimestampMicrosecondArray::from(vec![1_790_000_000_000_000; count]).with_timezone("UTC")),
            false,
        ),
        ("row_version_id", Arc::new(BinaryArray::from_iter_values((0..count).map(|at| [at as u8; 16]))), false),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

pub fn parquet(batch: &RecordBatch) -> Bytes {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    Bytes::from(writer.into_inner().unwrap())
}

impl Made {
    pub fn release(number: u64) -> Self {
        Self { number, ..Self::default() }
    }

    /// A table cut by its period.
    pub fn cut(self, name: &str, columns: Vec<Column>, parts: &[(&str, RecordBatch)]) -> Self {
        let parts = parts.iter().map(|(value, batch)| (Some((*value).to_owned()), batch.clone())).collect();
        self.table(name, columns, Some("period_id"), parts)
    }

    /// A table in one piece.
    pub fn whole(self, name: &str, columns: Vec<Column>, batch: RecordBatch) -> Self {
        self.table(name, columns, None, vec![(None, batch)])
    }

    fn table(
        mut self,
        name: &str,
        columns: Vec<Column>,
        partition_column: Option<&str>,
        parts: Vec<(Option<String>, RecordBatch)>,
    ) -> Self {
        let mut partitions = Vec::new();
        for (value, batch) in parts {
            let row_count = batch.num_rows() as u64;
            let mut file = None;
            if row_count > 0 {
                let bytes = parquet(&batch);
                let hash = Digest::of(&bytes);
                let path = format!("tables/{name}/{}.parquet", hash.hex());
                file = Some(FileRef { path: path.clone(), hash, row_count, byte_count: bytes.len() as u64 });
                self.files.insert(path, bytes);
            }
            partitions.push(PartitionToPublish { value, file, row_count });
        }
        self.tables.push(TableToPublish {
            name: TableName::parse(name).unwrap(),
            columns,
            key: vec!["position_id".to_owned()],
            partition_column: partition_column.map(str::to_owned),
            partitions,
            control_sums: BTreeMap::from([("credited_amount".to_owned(), "1.0000000000".to_owned())]),
        });
        self
    }

    /// The usual release: credits of two periods and a small table beside them.
    pub fn usual(number: u64, second_count: usize) -> Self {
        Self::release(number)
            .cut(
                "reporting.credits",
                credit_columns(),
                &[("2026-01", credits("2026-01", 3, 10)), ("2026-02", credits("2026-02", second_count, 7))],
            )
            .whole("reporting.totals", credit_columns(), credits("2026-01", second_count, 1))
    }

    /// Rows and the sum of the amounts, by table.
    pub fn sums(&self) -> BTreeMap<String, (usize, i128)> {
        let files = |table: &TableToPublish| -> Vec<Bytes> {
            table
                .partitions
                .iter()
                .filter_map(|part| part.file.as_ref())
                .map(|file| self.files[&file.path].clone())
                .collect()
        };
        self.tables.iter().map(|table| (table.name.to_string(), sum_of(files(table)))).collect()
    }
}
