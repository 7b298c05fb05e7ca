//! Landed tables and SQL models in, a release out: graph, fingerprints, builds, checks, lineage, atomic releases.
//!
//! This crate promises that a release is seen whole or not at all, that the same inputs give the same bytes, and that an
//! incremental build equals a full one. It does not know plans, approvals, contracts or connectors: it sees only tables.
//! It is one of two crates that name a DataFusion type, and [`session`] is the only place that builds a session.

pub mod build;
pub mod checks;
mod compute;
pub mod fault;
pub mod functions;
pub mod graph;
pub mod lineage;
pub mod model;
pub mod partitions;
mod planning;
pub mod read;
pub mod release;
pub mod report;
mod select;
pub mod session;
mod tables;
pub mod warehouse;
mod write;

pub use build::{Build, Outcome};
pub use fault::FAULTS;
pub use graph::{Graph, LandedTable, Parameter, PeriodSpan, ProjectInput};
pub use model::{Model, ModelSource, Sidecar};
pub use read::{Answer, Diff, TableDiff};
pub use release::{PartitionVersion, Release, TableVersion};
pub use report::{BuildOptions, NodeReport, Progress, Reason, Silent};
pub use session::SessionSettings;
pub use warehouse::{Lease, Warehouse};
