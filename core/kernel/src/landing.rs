//! What a landed batch says of itself: the one manifest that connectors write and the engine reads.

use serde::{Deserialize, Serialize};

use crate::{
    Digest, Result, Store, Timestamp,
    columns::{Column, ColumnType},
    names::TableName,
    sequence,
};

/// The version of the batch manifest that this program writes.
pub const BATCH_FORMAT: u32 = 1;

/// An immutable Parquet file of the warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Path below the warehouse's root.
    pub path: String,
    /// BLAKE3 of its bytes.
    pub hash: Digest,
    /// Rows in it.
    pub row_count: u64,
    /// Its size.
    pub byte_count: u64,
}

/// Where every delivered row went: `delivered = landed + quarantined + repeated + refused`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows the source sent.
    pub delivered: u64,
    /// New rows and new versions of known rows.
    pub landed: u64,
    /// Rows that broke the contract, kept with every reason.
    pub quarantined: u64,
    /// Rows already known with the same values.
    pub repeated: u64,
    /// Rows of files that were refused whole.
    pub refused: u64,
    /// Of `landed`: versions that replace an earlier one.
    #[serde(default)]
    pub changed: u64,
    /// Known rows that a full delivery no longer holds; not part of the sum.
    #[serde(default)]
    pub withdrawn: u64,
}

impl Counts {
    /// Whether every delivered row is accounted for.
    pub fn reconciles(&self) -> bool {
        self.delivered == self.landed + self.quarantined + self.repeated + self.refused
    }

    /// The sums of two sets of counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            delivered: self.delivered + other.delivered,
            landed: self.landed + other.landed,
            quarantined: self.quarantined + other.quarantined,
            repeated: self.repeated + other.repeated,
            refused: self.refused + other.refused,
            changed: self.changed + other.changed,
            withdrawn: self.withdrawn + other.withdrawn,
        }
    }
}

/// A sum or count that the sender states, beside the one found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlTotal {
    /// Which one, as the contract names it.
    pub name: String,
    /// What the sender states, as text.
    pub stated: String,
    /// What was found, as text.
    pub found: String,
}

/// One file or page of a source, as far as this batch read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The source's own name for it.
    pub file: String,
    /// BLAKE3 of its bytes.
    pub hash: Digest,
    /// Where its rows went.
    pub counts: Counts,
    /// Why it was refused whole, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Control totals that were checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub control_totals: Vec<ControlTotal>,
}

/// One commit to a stream: files, counts and cursor become true together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// [`BATCH_FORMAT`].
    pub format: u32,
    /// The landed table, `landed.erp_order_lines`.
    pub table: TableName,
    /// The run that wrote it; read back to tell one's own put from another's.
    pub run_id: String,
    /// When it was extracted.
    pub extracted_at: Timestamp,
    /// BLAKE3 of the contract's text.
    pub contract_hash: Digest,
    /// The columns of `files`, system columns included, in order.
    pub columns: Vec<Column>,
    /// Rows that landed.
    pub files: Vec<FileRef>,
    /// `_row_version_id` of versions that this batch replaces or withdraws.
    pub superseded: Vec<FileRef>,
    /// Rows in quarantine.
    pub quarantined: Vec<FileRef>,
    /// `_quarantine_id` of quarantined rows that this batch settles.
    pub settled: Vec<FileRef>,
    /// Where every delivered row went.
    pub counts: Counts,
    /// File by file.
    pub deliveries: Vec<Delivery>,
    /// Where the source is to be read from next; only its connector understands it.
    pub cursor: serde_json::Value,
}

/// The columns that every landed table has behind those of its contract.
pub fn system_columns() -> Vec<Column> {
    vec![
        Column::new("_source", ColumnType::Text),
        Column::new("_stream", ColumnType::Text),
        Column::new("_run_id", ColumnType::Text),
        Column::new("_file", ColumnType::Text),
        Column::new("_line", ColumnType::Integer),
        Column::new("_extracted_at", ColumnType::Timestamp),
        Column::new("_key_hash", ColumnType::Binary),
        Column::new("_row_hash", ColumnType::Binary),
        Column::new("_row_version_id", ColumnType::Binary),
    ]
}

/// The columns of every quarantine table.
pub fn quarantine_columns() -> Vec<Column> {
    vec![
        Column::new("_quarantine_id", ColumnType::Text),
        Column::new("_source", ColumnType::Text),
        Column::new("_stream", ColumnType::Text),
        Column::new("_run_id", ColumnType::Text),
        Column::new("_file", ColumnType::Text),
        Column::new("_line", ColumnType::Integer),
        Column::new("_extracted_at", ColumnType::Timestamp),
        Column::new("reasons", ColumnType::Text),
        Column::new("row_text", ColumnType::Text),
    ]
}

/// The folder of a stream's batch manifests.
pub fn batches_folder(table: &TableName) -> String {
    format!("landed/{}/batches", table.table())
}

/// Every batch of a stream, oldest first.
///
/// # Errors
/// K004 if a manifest is missing or unreadable.
pub async fn batches(store: &dyn Store, table: &TableName) -> Result<Vec<(u64, Batch)>> {
    sequence::read_all(store, &batches_folder(table)).await
}
