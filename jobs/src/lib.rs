//! When things happen: settings, clock, wiring and the command line of the one binary, `tantieme`.
//!
//! This crate promises that a project is read, run and asked about through functions that a test can call with a clock
//! and an environment of its own. It alone reads the real clock and the environment, and it introduces the rooms to each
//! other: connectors land, plans become rows, the engine builds a release, publish sends it out. It computes no amount.

pub mod calendar;
pub mod command_line;
pub mod commands;
pub mod demo;
pub mod doctor;
pub mod environment;
pub mod explain;
pub mod fault;
pub mod landing;
pub mod output;
pub mod progress;
pub mod project;
pub mod reference;
pub mod run;
pub mod run_log;
pub mod schema;
pub mod sending;
pub mod settings;
pub mod shipped;

pub use environment::Environment;
pub use fault::{FAULTS, Stop};
pub use project::Project;
