//! What a target says of itself: `latest.json`, read by people's tools to find one release whole.
//!
//! Promises that every table it names is complete when it can be read. It does not know how the tables are laid out.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{Digest, Fault, Place as Where, Result, Timestamp, names::TableName};
use serde::{Deserialize, Serialize};

use crate::{
    Source, TargetKind,
    fault::{U001, U002, U004},
    place::Place,
};

/// The version of [`Publication`] that this program writes.
pub const PUBLICATION_FORMAT: u32 = 1;

/// The name under which the newest publication is found.
pub(crate) const LATEST: &str = "latest.json";

/// One release as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// [`PUBLICATION_FORMAT`].
    pub format: u32,
    /// How its tables are laid out.
    pub kind: TargetKind,
    /// The release.
    pub release: u64,
    /// When it was released.
    pub released_at: Timestamp,
    /// The run that published it.
    pub run_id: String,
    /// Every table of it.
    pub tables: BTreeMap<TableName, PublishedTable>,
}

/// One table as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// Its folder below the target.
    pub path: String,
    /// The version of the Delta table that is this release's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Its rows.
    pub row_count: u64,
    /// Exact sums of its decimal columns, as text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub control_sums: BTreeMap<String, String>,
    /// Its files, where the layout is ours and not Delta's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<PublishedFile>,
}

/// One file of a plain Parquet table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PublishedFile {
    /// Its path below the target.
    pub path: String,
    /// The partition it holds, if the table has partitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    /// BLAKE3 of its bytes.
    pub hash: Digest,
    /// Its size.
    pub byte_count: u64,
}

impl Publication {
    /// A publication of this release without tables yet.
    pub(crate) fn of(kind: TargetKind, source: &dyn Source, run_id: &str) -> Self {
        Self {
            format: PUBLICATION_FORMAT,
            kind,
            release: source.release_number(),
            released_at: source.released_at(),
            run_id: run_id.to_owned(),
            tables: BTreeMap::new(),
        }
    }

    /// Whether it is the same release with the same content, whoever published it.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.release == other.release && self.released_at == other.released_at && self.tables == other.tables
    }

    /// Whether two publications of one number come from two warehouses; of one warehouse they may differ in what tables
    /// were asked for, and in nothing else. The file of a table without rows is this program's, and another version of it
    /// may write another.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        let has_rows = |it: &PublishedTable, table: &PublishedTable| it.row_count > 0 || table.row_count > 0;
        let differs = |(name, table): (&TableName, &PublishedTable)| {
            other.tables.get(name).is_some_and(|it| it != table && has_rows(it, table))
        };
        self.released_at != other.released_at || self.tables.iter().any(differs)
    }

    pub(crate) async fn read(place: &Place, name: &str) -> Result<Option<Self>> {
        let Some(bytes) = place.get(name).await? else { return Ok(None) };
        let fault = || {
            Fault::new(U002, format!("`{name}` at `{}` cannot be understood", place.shown()))
                .place(Where::file(format!("{}/{name}", place.shown().trim_end_matches('/'))))
        };
        let publication: Self = serde_json::from_slice(&bytes).map_err(|error| fault().cause(error))?;
        if publication.format == PUBLICATION_FORMAT {
            Ok(Some(publication))
        } else {
            Err(fault().hint(format!(
                "it has format {}; this program knows format {PUBLICATION_FORMAT}: take the newer program",
                publication.format
            )))
        }
    }

    /// What the target shows at present; a newer release than the one to be published is a fault, and so is another kind.
    pub(crate) async fn latest(place: &Place, wanted: &Self) -> Result<Option<Self>> {
        let latest = Self::read(place, LATEST).await?;
        match &latest {
            Some(shown) if shown.kind != wanted.kind => Err(wrong_kind(place, shown.kind, wanted.kind)),
            Some(shown) if shown.release == wanted.release && shown.released_at != wanted.released_at => Err(
                Fault::new(U004, format!("`{}` shows release {} of another warehouse", place.shown(), shown.release))
                    .place(Where::file(place.shown())),
            ),
            Some(shown) if shown.release > wanted.release => Err(newer(place, shown.release, wanted.release)),
            _ => Ok(latest),
        }
    }

    pub(crate) fn bytes(&self) -> Result<Bytes> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| Fault::new(U002, "a publication cannot be written as JSON").cause(error))?;
        bytes.push(b'\n');
        Ok(Bytes::from(bytes))
    }
}

/// The target's folder is in use already.
pub(crate) fn wrong_kind(place: &Place, there: TargetKind, wanted: TargetKind) -> Fault {
    let (there, wanted) = (there.word(), wanted.word());
    Fault::new(U001, format!("`{}` holds a publication of kind `{there}`, not `{wanted}`", place.shown()))
        .place(Where::file(place.shown()))
        .hint("give every target a folder of its own")
}

/// The target is ahead of the warehouse.
pub(crate) fn newer(place: &Place, there: u64, here: u64) -> Fault {
    Fault::new(U004, format!("`{}` shows release {there}, and this warehouse is at release {here}", place.shown()))
        .place(Where::file(place.shown()))
}
