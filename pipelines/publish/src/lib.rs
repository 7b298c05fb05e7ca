//! A release sent out: as Delta tables and as a tree of plain Parquet files, in a folder or in a bucket.
//!
//! Promises that a publication is complete before `latest.json` names it, that a publication which was cut off is
//! completed by the next one and never done twice, that what did not change is not written again, and that what somebody
//! took away since is noticed and restored. It does not know SQL, the engine, or where the release's files lie: they come through [`Source`], which `jobs` connects.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{BoxFuture, Result, Timestamp, columns::Column, landing::FileRef, names::TableName};

mod delta;
mod delta_file;
mod delta_log;
mod durable;
mod fault;
mod inspect;
mod parquet_tree;
mod place;
mod publication;

pub use fault::FAULTS;
pub use inspect::{Inspection, inspect};
pub use place::Place;
pub use publication::{PUBLICATION_FORMAT, Publication, PublishedFile, PublishedTable};

/// One release, as far as publishing needs it.
pub trait Source: Send + Sync {
    /// Its number.
    fn release_number(&self) -> u64;

    /// When it was released.
    fn released_at(&self) -> Timestamp;

    /// The tables to publish.
    fn tables(&self) -> Vec<TableToPublish>;

    /// The bytes of one of its Parquet files.
    fn read<'a>(&'a self, file: &'a FileRef) -> BoxFuture<'a, Result<Bytes>>;
}

/// One table of the release.
#[derive(Debug, Clone)]
pub struct TableToPublish {
    /// Its name, which becomes its folder.
    pub name: TableName,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns that tell its rows apart.
    pub key: Vec<String>,
    /// The column that its files are cut by, if they are.
    pub partition_column: Option<String>,
    /// Its files.
    pub partitions: Vec<PartitionToPublish>,
    /// Exact sums of its decimal columns, as text.
    pub control_sums: BTreeMap<String, String>,
}

/// One file of a table with the partition it belongs to; a partition of several files comes several times.
#[derive(Debug, Clone)]
pub struct PartitionToPublish {
    /// The partition column's value; none if the table is not cut.
    pub value: Option<String>,
    /// The file; none if the partition has no rows.
    pub file: Option<FileRef>,
    /// Its rows.
    pub row_count: u64,
}

impl TableToPublish {
    /// The files that hold rows, each with its partition's value.
    pub(crate) fn files(&self) -> impl Iterator<Item = (Option<&str>, &FileRef)> {
        self.partitions.iter().filter_map(|part| Some((part.value.as_deref(), part.file.as_ref()?)))
    }

    pub(crate) fn row_count(&self) -> u64 {
        self.files().map(|(_, file)| file.row_count).sum()
    }

    pub(crate) fn folder(&self) -> String {
        format!("{}/{}", self.name.layer(), self.name.table())
    }
}

/// The formats that a release can be published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// One Delta table for each table, in `<layer>/<table>`.
    Delta,
    /// One folder of Parquet files for each release, in `releases/<number>/<layer>/<table>`, and a link `latest`.
    Parquet,
}

impl TargetKind {
    /// Reads `delta` or `parquet`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "delta" => Some(Self::Delta),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// What [`TargetKind::parse`] reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delta => "delta",
            Self::Parquet => "parquet",
        }
    }
}

/// Where to publish, and how.
#[derive(Debug, Clone)]
pub struct Target {
    /// The format.
    pub kind: TargetKind,
    /// A folder, or `s3://bucket/prefix`.
    pub to: String,
    /// Settings of the object store; and `keep_releases`, how many release folders a Parquet tree keeps (3).
    pub settings: BTreeMap<String, String>,
}

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The target as the user wrote it.
    pub target: String,
    /// The release that it now shows.
    pub release: u64,
    /// Tables that changed.
    pub tables_written: usize,
    /// Tables that were there already.
    pub tables_unchanged: usize,
    /// Files that were written; those named again are not counted.
    pub files_written: usize,
    /// Files that were published before and that somebody took away or cut short since; they are there again.
    pub files_restored: usize,
    /// Whether the release was there already, and nothing had to be done.
    pub completed_earlier: bool,
}

impl Published {
    fn nothing(target: &str, release: u64) -> Self {
        Self {
            target: target.to_owned(),
            release,
            tables_written: 0,
            tables_unchanged: 0,
            files_written: 0,
            files_restored: 0,
            completed_earlier: false,
        }
    }
}

/// Publishes a release to a target; safe to repeat, whatever became of the time before.
///
/// # Errors
/// U001 to U010; after any of them the target shows the release before, or parts of this one that the next run completes.
pub async fn publish(target: &Target, source: &dyn Source, run_id: &str) -> Result<Published> {
    let keep = keep_releases(&target.settings)?;
    let place = Place::open(&target.to, &target.settings).await?;
    publish_at(&place, target.kind, keep, source, run_id).await
}

/// As [`publish`], to a place that is open.
///
/// # Errors
/// As [`publish`].
pub async fn publish_at(
    place: &Place,
    kind: TargetKind,
    keep_releases: usize,
    source: &dyn Source,
    run_id: &str,
) -> Result<Published> {
    let _lease = place.lease()?;
    match kind {
        TargetKind::Delta => delta::publish(place, source, run_id).await,
        TargetKind::Parquet => parquet_tree::publish(place, keep_releases, source, run_id).await,
    }
}

fn keep_releases(settings: &BTreeMap<String, String>) -> Result<usize> {
    match settings.get("keep_releases") {
        None => Ok(3),
        Some(text) => text.parse().ok().filter(|keep| *keep > 0).ok_or_else(|| {
            kernel::Fault::new(fault::U001, format!("`keep_releases` is `{text}`, which is not a number from 1"))
        }),
    }
}

/// A partition's folder as Hive writes it, `period_id=2026-01`; all but letters, digits, `_`, `.` and `-` are escaped.
pub(crate) fn partition_folder(column: &str, value: &str) -> String {
    let mut folder = format!("{column}=");
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') {
            folder.push(char::from(byte));
        } else {
            folder.push_str(&format!("%{byte:02X}"));
        }
    }
    folder
}
