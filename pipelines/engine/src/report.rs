//! What a build is asked to do, and what it says of every model as it goes.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use kernel::{Timestamp, names::TableName};

use crate::{model::Model, release::TableVersion, session::SessionSettings};

/// What a build does and how much of the machine it may use.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// Models to look at; all if none. The others stay as they were.
    pub selected: Option<BTreeSet<TableName>>,
    /// Periods to look at, first and last; the others stay as they were.
    pub periods: Option<(String, String)>,
    /// Computes everything, changed or not.
    pub full: bool,
    /// Says what would be computed, and computes nothing.
    pub dry_run: bool,
    /// The run's name.
    pub run_id: String,
    /// The program's version.
    pub program_version: String,
    /// The present moment.
    pub now: Timestamp,
    /// Threads, batch size, memory.
    pub session: SessionSettings,
    /// The batches to compute from, where not all: the last of each stream.
    pub inputs: Option<BTreeMap<TableName, u64>>,
}

impl BuildOptions {
    /// Everything changed, with the machine's defaults.
    pub fn new(run_id: &str, program_version: &str, now: Timestamp) -> Self {
        Self {
            selected: None,
            periods: None,
            full: false,
            dry_run: false,
            run_id: run_id.to_owned(),
            program_version: program_version.to_owned(),
            now,
            session: SessionSettings::default(),
            inputs: None,
        }
    }

    /// The same with another folder for spilled data.
    #[must_use]
    pub fn spilling_to(mut self, folder: PathBuf) -> Self {
        self.session.spill_folder = Some(folder);
        self
    }
}

/// Hears of every model as it begins and ends.
pub trait Progress: Send + Sync {
    /// A model is looked at: the `index`-th of `count`, from zero.
    fn node_started(&self, name: &TableName, index: usize, count: usize);
    /// A model is done.
    fn node_done(&self, report: &NodeReport);
}

/// Hears and says nothing.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn node_started(&self, _name: &TableName, _index: usize, _count: usize) {}
    fn node_done(&self, _report: &NodeReport) {}
}

/// Why a model was computed, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// There was no earlier version.
    New,
    /// Its query or sidecar changed.
    ModelChanged,
    /// These inputs changed.
    InputsChanged(Vec<TableName>),
    /// A parameter that it uses changed, or a function did.
    ParametersChanged,
    /// Everything was asked for.
    Full,
    /// Nothing that it reads changed.
    Reused,
    /// It was not selected.
    NotSelected,
}

impl Reason {
    /// One or a few words for a table.
    pub fn words(&self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::ModelChanged => "model changed".to_owned(),
            Self::InputsChanged(inputs) => {
                let names: Vec<String> = inputs.iter().map(TableName::to_string).collect();
                format!("changed: {}", names.join(", "))
            }
            Self::ParametersChanged => "parameters changed".to_owned(),
            Self::Full => "full".to_owned(),
            Self::Reused => "reused".to_owned(),
            Self::NotSelected => "not selected".to_owned(),
        }
    }
}

/// What became of one model.
#[derive(Debug, Clone)]
pub struct NodeReport {
    /// The model.
    pub name: TableName,
    /// Why it was computed, or not.
    pub reason: Reason,
    /// The partitions computed; one empty name for a table that is not cut.
    pub partitions_computed: Vec<String>,
    /// Partitions named again as they were.
    pub partitions_reused: usize,
    /// Rows in the whole table.
    pub row_count: u64,
    /// Whether any byte of the table differs from the release before.
    pub is_changed: bool,
    /// Milliseconds of planning, computing and writing.
    pub run_ms: u64,
    /// Milliseconds of checking.
    pub check_ms: u64,
}

/// The report of a model that took no time yet.
pub(crate) fn report(
    model: &Model,
    reason: Reason,
    table: &TableVersion,
    computed: Vec<String>,
    is_changed: bool,
) -> NodeReport {
    NodeReport {
        name: model.name.clone(),
        reason,
        partitions_reused: table.partitions.len().saturating_sub(computed.len()),
        partitions_computed: computed,
        row_count: table.row_count(),
        is_changed,
        run_ms: 0,
        check_ms: 0,
    }
}
