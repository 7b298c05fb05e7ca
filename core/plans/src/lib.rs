//! Plan documents: read, checked, compiled to plain rows that SQL computes from.
//!
//! Promises that a document which compiles has exactly one meaning, that every fault has its place, and that nothing which
//! changes pay has a hidden default. Knows no file, no table of the project and no SQL; amounts are computed elsewhere.

mod choices;
mod compile;
mod components;
mod composites;
mod credits;
mod currencies;
mod curve;
mod custom;
mod document;
mod fault;
mod gates;
mod implied;
mod matrix;
mod measures;
mod modifiers;
mod nested;
mod order;
mod pay;
pub mod reader;
mod report;
mod restatement;
mod rows;
mod rules;
pub mod schema;
mod tables;
mod targets;
mod words;

#[cfg(test)]
mod tests;

pub use compile::{calendar_faults, compile};
pub use fault::FAULTS;
pub use report::{CheckReport, ComponentSummary, PlanSummary, Warning, check, summary};
pub use tables::{PlanTable, PlanTables, table_shapes};

/// A document of the project's `plans/` folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its path in the project, for messages and for the rows it becomes.
    pub file: String,
    /// Its text.
    pub text: String,
}
