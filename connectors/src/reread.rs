//! Rows in quarantine, which are kept as text, read again under the header of the file they came in.

use std::collections::{BTreeMap, HashMap};

use kernel::Result;

use crate::{
    canonical::Short,
    contract::Contract,
    csv::Splitter,
    intake::{Cells, Intake, is_null, key_hasher, unreadable},
    kept::{Kept, QuarantinedRow},
    layout::lay_kept,
    shape::Shape,
    values::{self, Value},
};

/// Stands in a kept text where the source's bytes were no text.
pub(crate) const LOST: &str = "\u{FFFD}";

/// A kept row with some values replaced.
struct Mended<'a> {
    fields: Vec<Option<&'a [u8]>>,
}

impl Cells for Mended<'_> {
    fn cell(&self, column: usize) -> Option<&[u8]> {
        *self.fields.get(column)?
    }
}

/// Takes one row in once more. Whoever gives values has seen the row, so that columns its file lacked, or had beyond the
/// contract, do not stand against it then.
pub(crate) fn take(
    contract: &Contract,
    shape: &Shape,
    intake: &mut Intake<'_>,
    at: usize,
    row: &QuarantinedRow,
    values: &BTreeMap<String, String>,
) -> Result<()> {
    let layout = lay_kept(contract, shape, row.header.clone());
    let mut splitter = Splitter::new(&contract.dialect);
    let text = row.row_text.as_bytes();
    let record = splitter.row(text);
    let flaw = unreadable(&record, layout.count, "");
    let mut flaws = Vec::new();
    match &flaw {
        Some(flaw) if values.is_empty() => {
            intake.refuse(at, row.line, flaw.clone(), text);
            return Ok(());
        }
        // A row whose fields cannot be told apart is mended only by giving every one.
        Some(flaw) if shape.columns.iter().any(|spec| !spec.nullable && !values.contains_key(&spec.name)) => {
            flaws.push(flaw.clone());
        }
        Some(_) => {}
        None if values.is_empty() => flaws.extend(layout.flaws),
        None => {}
    }
    let field = |field: &Option<usize>| field.filter(|_| flaw.is_none()).and_then(|field| record.field(field));
    let columns = shape.columns.iter().zip(&layout.fields);
    let fields: Vec<Option<&[u8]>> =
        columns.map(|(spec, at)| values.get(&spec.name).map(String::as_bytes).or_else(|| field(at))).collect();
    for (spec, text) in shape.columns.iter().zip(&fields) {
        if text.is_some_and(|text| text.windows(LOST.len()).any(|bytes| bytes == LOST.as_bytes())) {
            flaws.push(format!("`{}`: the source's bytes were no text", spec.name));
        }
    }
    intake.row(at, row.line, &Mended { fields }, flaws, text)
}

/// The keys of the open rows, by id, where they can be read.
pub(crate) fn keys(contract: &Contract, shape: &Shape, kept: &Kept) -> HashMap<String, Short> {
    let mut hasher = key_hasher(shape);
    let mut splitter = Splitter::new(&contract.dialect);
    let mut keys = HashMap::new();
    for row in kept.open.values().filter(|_| shape.numbers.is_none()) {
        let layout = lay_kept(contract, shape, row.header.clone());
        let record = splitter.row(row.row_text.as_bytes());
        if unreadable(&record, layout.count, "").is_some() {
            continue;
        }
        let value = |at: usize| {
            let spec = shape.columns.get(at)?;
            let text = record.field((*layout.fields.get(at)?)?).filter(|text| !is_null(shape, spec, text))?;
            values::parse(spec, text).ok()
        };
        if shape.key.iter().all(|at| value(*at).is_some()) {
            keys.insert(row.id.clone(), hasher.hash(|at| value(at).unwrap_or(Value::Null)));
        }
    }
    keys
}
