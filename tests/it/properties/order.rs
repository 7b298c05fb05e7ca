//! The order of rows never matters: the same bytes in every table, whatever stands first in the files.

use std::{collections::BTreeMap, fs, path::Path};

use proptest::prelude::*;
use serde_json::Value;

use super::{
    drafts::{self, Sale, base},
    holds,
    plans::{Shape, shapes},
    setting,
};
use crate::{
    differential::{calendar::Paid, company::Cell, generate, project},
    support::Place,
};

/// The files of every table and partition by the hash of their bytes; landed tables know the line that a row stood on.
pub fn tables(place: &Place) -> BTreeMap<String, Value> {
    let release: Value = serde_json::from_str(&place.read("warehouse/releases/0000000001.json")).expect("a release");
    let of = |table: &Value| {
        let partitions = table["partitions"].as_object().into_iter().flatten();
        partitions.map(|(name, one)| (name.clone(), one["files"].clone())).collect::<Value>()
    };
    let tables = release["tables"].as_object().expect("tables");
    tables.iter().map(|(name, table)| (name.clone(), of(table))).collect()
}

/// How many tables there are, if they are the same; else one that is not.
pub fn same(ours: &Place, theirs: &Place) -> Result<usize, String> {
    let (ours, theirs) = (tables(ours), tables(theirs));
    match ours.iter().find(|(name, files)| theirs.get(*name) != Some(*files)) {
        Some((name, _)) => Err(format!("`{name}` differs")),
        None => Ok(ours.len()),
    }
}

/// Where each of so many rows goes.
fn places(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    // By a key that has nothing to do with the row.
    let key = |at: usize| (at as u64 + 1).wrapping_mul(seed | 1).rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    order.sort_by_key(|at| key(*at));
    order
}

/// Puts the lines of a file behind its header in another order.
pub fn shuffle(file: &Path, seed: u64) {
    let text = fs::read_to_string(file).expect("a file");
    let mut lines: Vec<&str> = text.lines().collect();
    let header = lines.remove(0);
    let moved: Vec<&str> = places(lines.len(), seed).into_iter().map(|at| lines[at]).collect();
    fs::write(file, format!("{header}\n{}\n", moved.join("\n")).replace("\n\n", "\n")).expect("a file");
}

/// A cell with a plan of chance or one that is drawn.
#[derive(Debug, Clone)]
struct Draft {
    people: u64,
    sales: Vec<Sale>,
    shape: Option<Shape>,
}

impl Draft {
    fn cell(&self, name: usize) -> Cell {
        if self.sales.is_empty() {
            return generate::cell(self.people, name);
        }
        let mut cell = base(self.people, name, &self.sales);
        if let Some(shape) = &self.shape {
            shape.plan(&mut cell, Paid::Monthly);
        }
        cell
    }
}

#[test]
fn rows_in_another_order_give_the_same_bytes() {
    let sales = prop_oneof![Just(Vec::new()), prop::collection::vec(drafts::lines(), 1..14)];
    let draft = (any::<u64>().no_shrink(), sales, prop::option::of(shapes()))
        .prop_map(|(people, sales, shape)| Draft { people, sales, shape });
    let drawn = (prop::collection::vec(draft, 0..20), any::<u64>().no_shrink());
    let cases = setting("TANTIEME_CASES", 1) as u32;
    holds("the order of rows never matters", cases, &drawn, |(drafts, seed)| {
        let cells: Vec<Cell> = drafts.iter().enumerate().map(|(at, draft)| draft.cell(at)).collect();
        let rule_sets = drafts::rule_sets(cells.len());
        let company = drafts::company(cells, rule_sets);
        let (place, other) = (Place::empty(), Place::empty());
        for place in [&place, &other] {
            project::write(place, &company);
        }
        project::data(&other, &company, |rows| {
            let order = places(rows.len(), seed);
            *rows = order.into_iter().map(|at| rows[at].clone()).collect();
        });
        for place in [&place, &other] {
            place.tantieme(&["run"]).fine();
        }
        same(&place, &other).map_err(TestCaseError::fail)
    });
}
