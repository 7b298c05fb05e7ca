//! What a stream remembers of its files from batch to batch.

use std::collections::BTreeMap;

use kernel::{Digest, Fault, Place, Result, Store, landing::Batch, sequence};
use serde::{Deserialize, Serialize};

use crate::fault::C013;

/// The cursor of a batch, as JSON in its manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// How bytes became rows; while it is the same, the same bytes are the same rows.
    pub reading: Option<Digest>,
    /// Every file delivered so far, or for full deliveries those of the last.
    pub files: BTreeMap<String, Seen>,
    /// The newest day of the column that `freshness` named then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_day: Option<i32>,
    /// That column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_of: Option<String>,
    /// Name and kind of each column of the key, in the order of names; hashes of keys hang on both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Vec<String>>,
    /// Rows that this batch wrote into quarantine anew, by id, and where they first came from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, Origin>,
}

/// Where a row in quarantine first came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// The batch that first kept it.
    pub batch: u64,
    /// The header of its file then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Vec<String>>,
}

/// One file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub hash: Digest,
    /// Its header, so that a row kept as text can be read again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Vec<String>>,
    /// The control totals under which it was refused; other totals give it another chance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_with: Option<Digest>,
    /// The batch that first read these bytes; what it brought is older than what a later one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
}

impl Cursor {
    /// The cursor of the last batch; an empty one if there is no batch.
    pub(crate) fn last(store: &dyn Store, batches: &[(u64, Batch)]) -> Result<Self> {
        batches.last().map_or_else(|| Ok(Self::default()), |(number, batch)| Self::of(store, *number, batch))
    }

    /// The cursor of one batch.
    pub(crate) fn of(store: &dyn Store, number: u64, batch: &Batch) -> Result<Self> {
        serde_json::from_value(batch.cursor.clone()).map_err(|error| {
            let path = sequence::path(&kernel::landing::batches_folder(&batch.table), number);
            Fault::new(C013, format!("the cursor in `{path}` cannot be read"))
                .place(Place::file(format!("{}/{path}", store.uri())))
                .cause(error)
        })
    }

    pub(crate) fn to_json(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(|error| Fault::new(C013, "the cursor cannot be written").cause(error))
    }
}
