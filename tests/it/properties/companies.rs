//! The companies of the examples: what holds of drawn cells holds of them.

use std::fs;

use serde_json::Value;

use super::{
    SEED,
    order::{same, shuffle},
    setting, sums, told,
};
use crate::support::Place;

/// Credits, parts and identities of a company that was run.
pub fn adds_up(name: &str, ask: &dyn Fn(&str) -> Value) {
    let seed = setting("TANTIEME_SEED", SEED);
    let (rows, wholes) = (sums::balanced(ask).len(), sums::parts(ask));
    assert!(rows > 0 && wholes > 0, "{name} has nothing to add up");
    told(&format!("credited + orphaned = in scope, {name}"), seed, 1, rows);
    told(&format!("parts add up to the whole, {name}"), seed, 1, wholes);
}

#[test]
fn the_starter_adds_up_and_does_not_depend_on_the_order_of_its_rows() {
    let seed = setting("TANTIEME_SEED", SEED);
    let (place, other) = (Place::starter(), Place::starter());
    let mut shuffled = 0;
    for entry in fs::read_dir(other.project.join("data")).expect("data") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|end| end == "csv") {
            shuffle(&path, seed);
            shuffled += 1;
        }
    }
    assert!(shuffled > 3, "{shuffled} files");
    for place in [&place, &other] {
        place.tantieme(&["run"]).fine();
    }
    let count = same(&place, &other).unwrap_or_else(|why| panic!("the starter, seed {seed}: {why}"));
    told("the order of rows never matters, starter", seed, 1, count);
    adds_up("starter", &|sql| place.query(sql));
}
