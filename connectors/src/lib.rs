//! Data in: a sender's files, held to their contract, landed as Parquet.
//!
//! Promises that every row delivered is landed, quarantined with all its reasons, known already, or part of a file refused
//! whole, and that the counts say so; that files, counts and cursor become true together or not at all; that the same rows
//! land the same whatever their order, file and chunk; that no number passes through a binary float. A landed batch is
//! never changed.
//!
//! It does not know SQL, models or plans, reads no clock and no environment, and never writes to the source.

mod canonical;
mod change;
mod chunk;
mod classify;
mod commit;
mod contract;
mod control;
mod csv;
mod cursor;
mod dates;
mod fault;
mod files;
mod finish;
mod freshness;
mod index;
mod inspect;
mod intake;
mod kept;
mod land;
mod layout;
pub mod quarantine;
mod references;
mod refused;
mod reread;
mod rows;
mod shape;
mod sorter;
mod stored;
mod text;
mod values;

use std::path::PathBuf;

use kernel::{
    Fault, Timestamp,
    landing::{Counts, Delivery},
    names::TableName,
};

pub use contract::{Contract, Described};
pub use fault::FAULTS;
pub use inspect::{Located, locate, verify};
pub use land::land;
pub use refused::refused;
pub use rows::{Rows, land_rows};

/// Who lands, when, and how.
#[derive(Debug, Clone)]
pub struct LandOptions {
    /// Stands in every landed row and in the manifest.
    pub run_id: String,
    /// The moment of extraction; also today, for freshness.
    pub extracted_at: Timestamp,
    /// What relative paths in contracts begin at.
    pub project_folder: PathBuf,
    /// Reads and judges everything and writes nothing.
    pub dry_run: bool,
    /// Rows sorted at once; decides memory, never the result.
    pub batch_rows: usize,
}

/// What came of landing one stream.
#[derive(Debug, Clone)]
pub struct Landed {
    /// The landed table.
    pub table: TableName,
    /// The batch committed; none if nothing was new, or in a dry run.
    pub batch: Option<u64>,
    /// Where every delivered row went.
    pub counts: Counts,
    /// The same, file by file, with refusals and control totals.
    pub deliveries: Vec<Delivery>,
    /// The fault of a source that is too old; what came did land.
    pub stale: Option<Fault>,
    /// One sentence for the run's report.
    pub why: String,
}
