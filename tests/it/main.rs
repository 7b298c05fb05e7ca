//! One binary for every journey, fault and tidy rule.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod adventureworks;
mod affiliate;
mod calculation;
mod command_line;
mod crash;
mod determinism;
mod differential;
mod exactness;
mod faults;
mod generated;
mod hazards;
mod incremental;
mod landing;
mod lineage;
mod partial;
mod payout;
mod pharma;
mod plan_schema;
mod plans;
mod properties;
mod publishing;
mod readers;
mod s3;
mod support;
mod tidy;
mod why;
mod worked_examples;
