//! Random companies and plans, computed by the program and by a second implementation that shares nothing with it:
//! no cent of difference, payee by payee, component by component, period by period.
//!
//! `TANTIEME_PLANS=10000 cargo test --workspace --test it -- differential` compares so many plans, of the seed
//! `TANTIEME_SEED`; both have a default and are printed.

pub mod calendar;
pub mod company;
mod compare;
pub mod documents;
mod features;
pub mod generate;
mod met;
pub mod numbers;
pub mod project;
mod random;
mod reference;

use crate::{
    properties::{SEED, setting},
    support::Place,
};

/// Plans in one project.
const BATCH: usize = 500;

#[test]
fn no_cent_differs_between_the_program_and_a_second_implementation() {
    let (seed, count) = (setting("TANTIEME_SEED", SEED), setting("TANTIEME_PLANS", BATCH as u64) as usize);
    println!("seed {seed}, {count} plans");
    let mut compared = compare::Counts::default();
    let mut met = features::Met::default();
    for (number, begin) in (0..count).step_by(BATCH).enumerate() {
        let company = generate::company(seed.wrapping_add(number as u64), BATCH.min(count - begin));
        let place = Place::empty();
        project::write(&place, &company);
        place.tantieme(&["run"]).fine();
        compared.add(&compare::compare(&place, &company, &mut met));
    }
    println!("{met}\n{compared}");
    assert!(compared.paid > count, "too little is paid to compare: {compared}");
    let missing = met.missing();
    assert!(count < BATCH || missing.is_empty(), "no figure but zero has {missing:?}");
    let few: Vec<_> = met::FEATURES.iter().filter(|one| compared.met.get(*one).is_none_or(|met| *met < 5)).collect();
    assert!(few.is_empty() || count < BATCH, "hardly met with a figure other than zero: {few:?}");
}
