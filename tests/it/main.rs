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
mod exactness;
mod hazards;
mod incremental;
mod pharma;
mod publishing;
mod support;
mod tidy;
