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
    /// The newest day of the column that `freshness` names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest_day: Option<i32>,
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
}

impl Cursor {
    /// The cursor of the last batch; an empty one if there is no batch.
    pub(crate) fn last(store: &dyn Store, batches: &[(u64, Batch)]) -> Result<Self> {
        let Some((number, batch)) = batches.last() else { return Ok(Self::default()) };
        serde_json::from_value(batch.cursor.clone()).map_err(|error| {
            let path = sequence::path(&kernel::landing::batches_folder(&batch.table), *number);
            Fault::new(C013, format!("the cursor in `{path}` cannot be read"))
                .place(Place::file(format!("{}/{path}", store.uri())))
                .cause(error)
        })
    }

    pub(crate) fn to_json(&self) -> Result<serde_json::Value> {
        serde_json::to_value(self).map_err(|error| Fault::new(C013, "the cursor cannot be written").cause(error))
    }
}
