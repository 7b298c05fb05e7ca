//! The log of one Delta table and the files beside it.
//!
//! Promises that a log with an entry gone is said to be one, naming the entry, before anything is built upon it; the library
//! would take the entries before the gap, or none, for the whole table. It does not know what the table should hold.

use std::collections::{BTreeMap, BTreeSet};

use deltalake::{DeltaTable, DeltaTableError, kernel::transaction::TransactionError, logstore::LogStoreRef};
use kernel::{Fault, Place as Where, Result, names::TableName};

use crate::{
    fault::{U003, U008, U010, unreachable},
    place::Place,
    publication::LATEST,
};

const LOG: &str = "_delta_log";

/// One table's folder at a place.
pub(crate) struct DeltaFolder<'a> {
    pub(crate) place: &'a Place,
    pub(crate) name: &'a TableName,
    /// Below the place.
    pub(crate) path: String,
    pub(crate) log: LogStoreRef,
}

impl<'a> DeltaFolder<'a> {
    pub(crate) fn new(place: &'a Place, name: &'a TableName, path: String) -> Result<Self> {
        let log = place.delta_log(&path)?;
        Ok(Self { place, name, path, log })
    }

    /// Every file below the folder with its size, by its path below the place.
    pub(crate) async fn files(&self) -> Result<BTreeMap<String, u64>> {
        Ok(self.place.list(&self.path).await?.into_iter().map(|entry| (entry.path, entry.size)).collect())
    }

    /// Refuses a log that lacks an entry, or ends before the version that is shown. A log that is gone altogether is none:
    /// the table is made anew.
    pub(crate) fn refuse_gaps(&self, files: &BTreeMap<String, u64>, shown: Option<u64>) -> Result<()> {
        let prefix = format!("{}/{LOG}/", self.path);
        let (mut commits, mut checkpoint) = (BTreeSet::new(), None);
        for name in files.keys().filter_map(|path| path.strip_prefix(&prefix)) {
            let Some((digits, ending)) = name.split_once('.') else { continue };
            let Ok(version) = digits.parse::<u64>() else { continue };
            if ending == "json" {
                commits.insert(version);
            } else if ending.starts_with("checkpoint.") && ending.ends_with("parquet") {
                checkpoint = checkpoint.max(Some(version));
            }
        }
        let Some(last) = commits.last().copied().max(checkpoint) else { return Ok(()) };
        let first = checkpoint.map_or(0, |version| version + 1);
        if let Some(gone) = (first..=last).find(|version| !commits.contains(version)) {
            return Err(
                self.gap(format!("entry {gone} of the log of `{}` is gone, the last is {last}", self.name), gone)
            );
        }
        match shown {
            Some(shown) if shown > last => Err(self.gap(
                format!("the log of `{}` ends at version {last}, and `{LATEST}` names version {shown}", self.name),
                last + 1,
            )),
            _ => Ok(()),
        }
    }

    fn gap(&self, message: String, version: u64) -> Fault {
        Fault::new(U010, message).place(Where::file(format!("{}/{LOG}/{version:020}.json", self.shown())))
    }

    /// The table at a version, or at its last; none if there is none.
    pub(crate) async fn load(&self, version: Option<u64>) -> Result<Option<DeltaTable>> {
        let exists = self.log.is_delta_table_location().await.map_err(|error| self.fault(error, "read"))?;
        if !exists {
            return Ok(None);
        }
        let mut table = DeltaTable::new(self.log.clone());
        let loaded = match version {
            Some(version) => table.load_version(version).await,
            None => table.load().await,
        };
        loaded.map_err(|error| self.fault(error, "read"))?;
        Ok(Some(table))
    }

    /// The folder as the user would write it.
    pub(crate) fn shown(&self) -> String {
        format!("{}/{}", self.place.shown().trim_end_matches('/'), self.path)
    }

    pub(crate) fn lost(&self, error: DeltaTableError) -> Fault {
        let shown = self.place.shown();
        Fault::new(U003, format!("another writer has changed `{}` at `{shown}` meanwhile", self.name))
            .place(Where::file(self.shown()))
            .cause(error)
    }

    pub(crate) fn fault(&self, error: DeltaTableError, doing: &str) -> Fault {
        let shown = self.place.shown();
        match error {
            DeltaTableError::VersionAlreadyExists(_) => self.lost(error),
            DeltaTableError::Transaction {
                source:
                    TransactionError::VersionAlreadyExists(_)
                    | TransactionError::MaxCommitAttempts(_)
                    | TransactionError::CommitConflict(_),
            } => self.lost(error),
            DeltaTableError::ObjectStore { .. } | DeltaTableError::Io { .. } => {
                unreachable(shown, &self.path, doing, error)
            }
            _ => Fault::new(U008, format!("`{}` at `{shown}` cannot be {doing} as a Delta table", self.name))
                .place(Where::file(self.shown()))
                .cause(error),
        }
    }
}
