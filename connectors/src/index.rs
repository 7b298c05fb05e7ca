//! What is landed of a stream, by key: fifty bytes for each, whatever the width of its rows.
//!
//! The present version of a key is the last one landed, unless it was superseded, which then means withdrawn.

use std::collections::{HashMap, HashSet};

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
    /// While rows are read: the row's place in its batch.
    versions: u32,
    file: u32,
    is_current: bool,
    is_seen: bool,
}

/// The landed versions of one key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// Values of the last version.
    pub row: Short,
    /// How many versions there are.
    pub versions: u32,
    /// False if the key was withdrawn.
    pub is_current: bool,
    /// Number of the batch that landed the last version.
    pub batch: u32,
    /// See [`Index::file`].
    pub file: u32,
}

/// Finds landed keys.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    /// Where the keys of each prefix begin.
    starts: Vec<u32>,
    shift: u32,
    /// Values that a key had before those of its last version.
    earlier: HashSet<(Short, Short)>,
    files: Vec<String>,
}

impl Index {
    /// Reads the hashes of everything landed.
    pub(crate) async fn load(store: &dyn Store, batches: &[(u64, Batch)]) -> Result<Self> {
        let superseded = superseded(store, batches).await?;
        let mut entries = Vec::new();
        let mut files = Names::default();
        for (number, batch) in batches {
            let mut place = 0;
            for file in &batch.files {
                let mut wanted = vec!["_key_hash", "_row_hash", "_file"];
                if !superseded.is_empty() {
                    wanted.push("_row_version_id");
                }
                for part in stored::read(store, file, &wanted).await? {
                    let part = part.map_err(fault::arrow)?;
                    let keys = shorts(store, file, &part, "_key_hash")?;
                    let rows = shorts(store, file, &part, "_row_hash")?;
                    let ids =
                        if superseded.is_empty() { None } else { Some(shorts(store, file, &part, "_row_version_id")?) };
                    let names = part.column_by_name("_file").and_then(|array| array.as_string_opt::<i32>());
                    for at in 0..part.num_rows() {
                        place += 1;
                        let (Some(key), Some(row)) = (short(keys.value(at)), short(rows.value(at))) else { continue };
                        let is_current =
                            ids.and_then(|ids| short(ids.value(at))).is_none_or(|id| !superseded.contains(&id));
                        let batch = u32::try_from(*number).unwrap_or(u32::MAX);
                        let file = names.map_or(0, |names| files.number(names.value(at)));
                        entries.push(Entry { key, row, batch, versions: place, file, is_current, is_seen: false });
                    }
                }
            }
        }
        Ok(Self { files: files.all, ..Self::of(entries) })
    }

    fn of(mut entries: Vec<Entry>) -> Self {
        entries.sort_unstable_by(|one, other| {
            one.key.cmp(&other.key).then((one.batch, one.versions).cmp(&(other.batch, other.versions)))
        });
        entries.iter_mut().for_each(|entry| entry.versions = 1);
        let mut earlier = HashSet::new();
        entries.dedup_by(|later, kept| {
            let is_same = later.key == kept.key;
            if is_same {
                earlier.insert((kept.key, kept.row));
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
        Self { entries, starts, shift, earlier, files: Vec::new() }
    }

    fn position(&self, key: &Short) -> Option<usize> {
        let slot = slot(key, self.shift);
        let from = *self.starts.get(slot)? as usize;
        let to = *self.starts.get(slot + 1)? as usize;
        let offset = self.entries.get(from..to)?.iter().position(|entry| entry.key == *key)?;
        Some(from + offset)
    }

    /// The landed versions of a key.
    pub(crate) fn find(&self, key: &Short) -> Option<Known> {
        let entry = self.entries.get(self.position(key)?)?;
        Some(Known {
            row: entry.row,
            versions: entry.versions,
            is_current: entry.is_current,
            batch: entry.batch,
            file: entry.file,
        })
    }

    /// Whether the key has had these values, and has others now.
    pub(crate) fn had(&self, key: &Short, row: &Short) -> bool {
        self.earlier.contains(&(*key, *row))
    }

    /// The file that brought the last version of a key.
    pub(crate) fn file(&self, known: &Known) -> &str {
        self.files.get(known.file as usize).map_or("", String::as_str)
    }

    /// Whether a key is present whose last version is none that came after this batch.
    pub(crate) fn holds_since(&self, key: &Short, batch: u64) -> bool {
        self.find(key).is_some_and(|known| known.is_current && u64::from(known.batch) <= batch)
    }

    /// Notes that a delivery holds the key.
    pub(crate) fn see(&mut self, key: &Short) -> Option<Known> {
        let at = self.position(key)?;
        if let Some(entry) = self.entries.get_mut(at) {
            entry.is_seen = true;
        }
        self.find(key)
    }

    /// The version ids of present rows whose key no delivery held.
    pub(crate) fn unseen<'a>(&'a self, table: &'a TableName) -> impl Iterator<Item = Short> + 'a {
        self.entries
            .iter()
            .filter(|entry| entry.is_current && !entry.is_seen)
            .map(|entry| version_id(table, &entry.key, &entry.row, entry.versions - 1))
    }
}

/// Numbers names as they come.
#[derive(Debug, Default)]
struct Names {
    all: Vec<String>,
    known: HashMap<String, u32>,
    last: u32,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if self.all.get(self.last as usize).is_none_or(|last| last != name) {
            self.last = self.known.get(name).copied().unwrap_or_else(|| {
                let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
                self.all.push(name.to_owned());
                self.known.insert(name.to_owned(), number);
                number
            });
        }
        self.last
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
