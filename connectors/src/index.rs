//! What is landed of a stream, by key: forty bytes for each, whatever the width of its rows.
//!
//! The present version of a key is the last one landed, unless it was superseded, which then means withdrawn.

use std::collections::HashSet;

use arrow::{
    array::{Array, AsArray, BinaryArray},
    record_batch::RecordBatch,
};
use kernel::{
    Fault, Place, Result, Store,
    landing::{Batch, FileRef},
    names::TableName,
};

use crate::{
    canonical::{Short, version_id},
    fault::{self, C013},
    stored,
};

#[derive(Debug, Clone, Copy)]
struct Entry {
    key: Short,
    row: Short,
    batch: u32,
    versions: u32,
    is_current: bool,
    is_seen: bool,
}

/// The landed versions of one key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    at: usize,
    /// Values of the last version.
    pub row: Short,
    /// How many versions there are.
    pub versions: u32,
    /// False if the key was withdrawn.
    pub is_current: bool,
    /// Number of the batch that landed the last version.
    pub batch: u32,
}

/// Finds landed keys.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// Where the keys of each prefix begin.
    starts: Vec<u32>,
    shift: u32,
}

impl Index {
    /// Reads the hashes of everything landed.
    pub(crate) async fn load(store: &dyn Store, batches: &[(u64, Batch)]) -> Result<Self> {
        let superseded = superseded(store, batches).await?;
        let mut entries = Vec::new();
        for (number, batch) in batches {
            for file in &batch.files {
                let wanted: &[&str] = if superseded.is_empty() {
                    &["_key_hash", "_row_hash"]
                } else {
                    &["_key_hash", "_row_hash", "_row_version_id"]
                };
                for part in stored::read(store, file, wanted).await? {
                    let part = part.map_err(fault::arrow)?;
                    let keys = shorts(store, file, &part, "_key_hash")?;
                    let rows = shorts(store, file, &part, "_row_hash")?;
                    let ids =
                        if superseded.is_empty() { None } else { Some(shorts(store, file, &part, "_row_version_id")?) };
                    for at in 0..part.num_rows() {
                        let (Some(key), Some(row)) = (short(keys.value(at)), short(rows.value(at))) else { continue };
                        let is_current =
                            ids.and_then(|ids| short(ids.value(at))).is_none_or(|id| !superseded.contains(&id));
                        let batch = u32::try_from(*number).unwrap_or(u32::MAX);
                        entries.push(Entry { key, row, batch, versions: 1, is_current, is_seen: false });
                    }
                }
            }
        }
        Ok(Self::of(entries))
    }

    fn of(mut entries: Vec<Entry>) -> Self {
        entries.sort_unstable_by(|one, other| one.key.cmp(&other.key).then(one.batch.cmp(&other.batch)));
        entries.dedup_by(|later, kept| {
            let is_same = later.key == kept.key;
            if is_same {
                let versions = kept.versions + 1;
                *kept = Entry { versions, ..*later };
            }
            is_same
        });
        let bits = (usize::BITS - (entries.len() / 8).leading_zeros()).min(24);
        let shift = 32 - bits;
        let mut starts = vec![0_u32; (1_usize << bits) + 1];
        for entry in &entries {
            if let Some(count) = starts.get_mut(slot(&entry.key, shift) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { entries, starts, shift }
    }

    /// The landed versions of a key.
    pub(crate) fn find(&self, key: &Short) -> Option<Known> {
        let slot = slot(key, self.shift);
        let from = *self.starts.get(slot)? as usize;
        let to = *self.starts.get(slot + 1)? as usize;
        let offset = self.entries.get(from..to)?.iter().position(|entry| entry.key == *key)?;
        let entry = self.entries.get(from + offset)?;
        Some(Known {
            at: from + offset,
            row: entry.row,
            versions: entry.versions,
            is_current: entry.is_current,
            batch: entry.batch,
        })
    }

    /// Notes that a delivery holds the key.
    pub(crate) fn see(&mut self, key: &Short) -> Option<Known> {
        let known = self.find(key)?;
        if let Some(entry) = self.entries.get_mut(known.at) {
            entry.is_seen = true;
        }
        Some(known)
    }

    /// The version ids of present rows whose key no delivery held.
    pub(crate) fn unseen<'a>(&'a self, table: &'a TableName) -> impl Iterator<Item = Short> + 'a {
        self.entries
            .iter()
            .filter(|entry| entry.is_current && !entry.is_seen)
            .map(|entry| version_id(table, &entry.key, &entry.row, entry.versions - 1))
    }
}

fn slot(key: &Short, shift: u32) -> usize {
    let prefix = u32::from_be_bytes([key[0], key[1], key[2], key[3]]);
    prefix.checked_shr(shift).unwrap_or_default() as usize
}

/// Sixteen bytes, if there are so many.
pub(crate) fn short(bytes: &[u8]) -> Option<Short> {
    bytes.try_into().ok()
}

/// A system column of hashes or ids.
pub(crate) fn shorts<'a>(
    store: &dyn Store,
    file: &FileRef,
    batch: &'a RecordBatch,
    name: &str,
) -> Result<&'a BinaryArray> {
    batch.column_by_name(name).and_then(|array| array.as_binary_opt::<i32>()).ok_or_else(|| {
        Fault::new(C013, format!("landed file `{}` has no column `{name}`", file.path)).place(Place::file(format!(
            "{}/{}",
            store.uri(),
            file.path
        )))
    })
}

/// The ids of every version that was replaced or withdrawn.
pub(crate) async fn superseded(store: &dyn Store, batches: &[(u64, Batch)]) -> Result<HashSet<Short>> {
    let mut all = HashSet::new();
    for (_, batch) in batches {
        for file in &batch.superseded {
            for part in stored::read(store, file, &["_row_version_id"]).await? {
                let part = part.map_err(fault::arrow)?;
                let ids = shorts(store, file, &part, "_row_version_id")?;
                all.extend((0..ids.len()).filter_map(|at| short(ids.value(at))));
            }
        }
    }
    Ok(all)
}
