//! What holds of every calculation, shown on inputs that chance draws: exact functions by themselves, many small seats
//! at once in one project that the program runs, and the companies of the examples.
//!
//! Each property prints its name, its seed, how many cases it drew and how many figures it compared
//! (`cargo test --workspace --test it -- properties --nocapture`). `TANTIEME_SEED` is the seed of all of them,
//! `TANTIEME_CASES` how many projects are run for each; the functions take five hundred times as many cases. What is
//! found wrong is made smaller until nothing can be left out, or [`ROUNDS`] runs are spent.

mod companies;
mod drafts;
mod functions;
mod order;
mod pairs;
mod plans;
mod sums;

use std::cell::Cell as Count;

pub use companies::adds_up;

use proptest::{
    strategy::Strategy,
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};

/// The seed where the environment says none.
pub const SEED: u64 = 20_261_123;

/// Runs that may be spent on making one failure smaller.
const ROUNDS: u32 = 12;

/// A number of the environment.
pub fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// Cases with the seed of all properties, which the test prints.
pub fn config(cases: u32) -> Config {
    let seed = setting("TANTIEME_SEED", SEED);
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    println!("{test}: seed {seed}, {cases} cases");
    seeded(seed, cases)
}

fn seeded(seed: u64, cases: u32) -> Config {
    let rng_seed = RngSeed::Fixed(seed);
    Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: ROUNDS, ..Config::default() }
}

/// Draws cases, checks each, and says how many figures all of them had.
fn holds<S: Strategy>(name: &str, cases: u32, drawn: &S, check: impl Fn(S::Value) -> Result<usize, TestCaseError>) {
    let seed = setting("TANTIEME_SEED", SEED);
    let count = Count::new(0);
    let found = TestRunner::new(seeded(seed, cases)).run(drawn, |value| {
        count.set(count.get() + check(value)?);
        Ok(())
    });
    assert!(found.is_ok(), "{name}, seed {seed}: {}", found.err().map_or(String::new(), |error| error.to_string()));
    told(name, seed, cases, count.get());
}

fn told(name: &str, seed: u64, cases: u32, figures: usize) {
    println!("{name}: seed {seed}, {cases} cases, {figures} figures");
}
