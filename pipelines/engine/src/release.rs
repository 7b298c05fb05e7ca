//! Releases: one manifest in a dense sequence that names every table with its exact files.
//!
//! The highest manifest is the release; nothing is ever overwritten, and going back is a new release that names old files.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Digest, Fault, Place, Put, Result, Store, Timestamp,
    columns::Column,
    landing::{self, Batch, FileRef},
    names::TableName,
    sequence,
};
use serde::{Deserialize, Serialize};

use crate::fault::{E010, E014};

/// The version of the release manifest that this program writes.
pub const RELEASE_FORMAT: u32 = 1;
/// The folder of the release manifests.
pub const RELEASES: &str = "releases";

/// Which batches of a stream a release was computed from: all up to and including this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputVersion {
    /// The highest batch; zero if there was none.
    pub batch_number: u64,
    /// Of the manifests of all those batches.
    pub digest: Digest,
}

/// One partition of a table, or all of a table that is not cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionVersion {
    /// The partition column's value; none for a table that is not cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Of everything that was read to make it.
    pub fingerprint: Digest,
    /// Its files in order; none if it has no rows.
    pub files: Vec<FileRef>,
    /// Rows in all its files.
    pub row_count: u64,
    /// The exact sum of every decimal column, as text.
    pub control_sums: BTreeMap<String, String>,
}

impl PartitionVersion {
    /// Of the bytes of its files.
    pub fn content(&self) -> String {
        self.files.iter().map(|file| file.hash.hex()).collect::<Vec<_>>().join("+")
    }
}

/// A table as it stands in a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableVersion {
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns that identify a row.
    pub key: Vec<String>,
    /// The column by whose values the files are cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_column: Option<String>,
    /// Of the model that made it.
    pub model_hash: Digest,
    /// Of everything read that is not cut the same way: a difference here makes every partition new.
    pub fingerprint: Digest,
    /// In order of their value.
    pub partitions: Vec<PartitionVersion>,
}

impl TableVersion {
    /// Every file of the table.
    pub fn files(&self) -> impl Iterator<Item = &FileRef> {
        self.partitions.iter().flat_map(|partition| &partition.files)
    }

    /// Rows in the table.
    pub fn row_count(&self) -> u64 {
        self.partitions.iter().map(|partition| partition.row_count).sum()
    }

    /// Whether two versions hold the same bytes in the same shape.
    pub fn same_content(&self, other: &Self) -> bool {
        self.columns == other.columns
            && self.key == other.key
            && self.files().map(|file| file.hash).eq(other.files().map(|file| file.hash))
    }
}

/// One consistent state of every table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// [`RELEASE_FORMAT`].
    pub format: u32,
    /// Its place in the sequence, from one.
    pub number: u64,
    /// The run that made it.
    pub run_id: String,
    /// When it was made.
    pub released_at: Timestamp,
    /// The program that made it.
    pub program_version: String,
    /// Of every model's hash.
    pub graph_hash: Digest,
    /// Parameters and their values.
    pub parameters: BTreeMap<String, String>,
    /// The landed tables it was computed from.
    pub inputs: BTreeMap<TableName, InputVersion>,
    /// Every table.
    pub tables: BTreeMap<TableName, TableVersion>,
    /// Tables that its run did not bring up to date with its inputs, because it was told to look at others only.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stale_tables: BTreeSet<TableName>,
    /// The release whose files it names again, if it was made by going back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_to: Option<u64>,
}

impl Release {
    /// The release that readers see, if there is one.
    ///
    /// # Errors
    /// K004 if the sequence has a gap or the manifest is damaged.
    pub async fn latest(store: &dyn Store) -> Result<Option<Self>> {
        match sequence::numbers(store, RELEASES).await?.last() {
            Some(number) => sequence::read(store, RELEASES, *number).await.map(Some),
            None => Ok(None),
        }
    }

    /// The release of that number.
    ///
    /// # Errors
    /// E014 if there is none.
    pub async fn load(store: &dyn Store, number: u64) -> Result<Self> {
        let numbers = sequence::numbers(store, RELEASES).await?;
        if !numbers.contains(&number) {
            let known = match (numbers.first(), numbers.last()) {
                (Some(first), Some(last)) => format!("there are releases {first} to {last}"),
                _ => "there is none yet; `tantieme run` makes the first".to_owned(),
            };
            return Err(Fault::new(E014, format!("there is no release {number}"))
                .place(Place::file(store.uri().to_owned()))
                .hint(known));
        }
        sequence::read(store, RELEASES, number).await
    }

    /// Every release that is kept, oldest first.
    ///
    /// # Errors
    /// K004.
    pub async fn list(store: &dyn Store) -> Result<Vec<Self>> {
        Ok(sequence::read_all(store, RELEASES).await?.into_iter().map(|(_, release)| release).collect())
    }

    /// A new release that names the files of an old one.
    ///
    /// # Errors
    /// E014 if there is no such release, E010 if another run took the number.
    pub async fn roll_back(
        store: &dyn Store,
        to: u64,
        run_id: &str,
        now: Timestamp,
        program_version: &str,
    ) -> Result<Self> {
        let old = Self::load(store, to).await?;
        let latest = Self::latest(store).await?.map_or(to, |release| release.number);
        let release = Self {
            number: latest + 1,
            run_id: run_id.to_owned(),
            released_at: now,
            program_version: program_version.to_owned(),
            rolled_back_to: Some(to),
            ..old
        };
        release.write(store).await?;
        Ok(release)
    }

    /// Puts the manifest in its place if nobody has yet; whoever does so has published.
    pub(crate) async fn write(&self, store: &dyn Store) -> Result<()> {
        if sequence::append(store, RELEASES, self.number, self).await? == Put::Created {
            return Ok(());
        }
        let found: Self = sequence::read(store, RELEASES, self.number).await?;
        if found.run_id == self.run_id {
            return Ok(());
        }
        Err(Fault::new(E010, format!("run `{}` published release {} before this run could", found.run_id, self.number))
            .place(Place::file(format!("{}/{}", store.uri(), sequence::path(RELEASES, self.number)))))
    }
}

/// The batches of a landed table, as one build sees them.
#[derive(Debug, Clone)]
pub struct LandedVersion {
    /// Oldest first, each with its number.
    pub batches: Vec<(u64, Batch)>,
    /// What a release says of them.
    pub version: InputVersion,
}

impl LandedVersion {
    /// The batches of a table, up to and including `up_to` if that is given.
    ///
    /// # Errors
    /// K004.
    pub async fn read(store: &dyn Store, table: &TableName, up_to: Option<u64>) -> Result<Self> {
        let mut batches = landing::batches(store, table).await?;
        if let Some(last) = up_to {
            batches.retain(|(number, _)| *number <= last);
        }
        let mut print = kernel::Fingerprint::new("landed", 1);
        for (_, batch) in &batches {
            for files in [&batch.files, &batch.superseded, &batch.quarantined, &batch.settled] {
                print.list(files.iter().map(|file| file.hash.0).collect::<Vec<_>>());
            }
            let counts = batch.counts;
            print.list(
                [counts.delivered, counts.landed, counts.quarantined, counts.repeated, counts.refused]
                    .map(u64::to_le_bytes),
            );
        }
        let batch_number = batches.last().map_or(0, |(number, _)| *number);
        Ok(Self { batches, version: InputVersion { batch_number, digest: print.finish() } })
    }

    /// The files of one kind over all batches.
    pub fn files(&self, kind: fn(&Batch) -> &Vec<FileRef>) -> Vec<FileRef> {
        self.batches.iter().flat_map(|(_, batch)| kind(batch).iter().cloned()).collect()
    }
}
