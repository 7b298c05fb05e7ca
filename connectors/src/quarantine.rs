//! Rows that broke their contract: seen, corrected, tried again, or left out for good; each step a batch of its own.
//!
//! How `delivered = landed + quarantined + repeated + refused` reads over all batches: the batch that delivered a bad row
//! counts it as quarantined for ever. A fix or replay delivers it a second time, so its own batch counts one delivered and
//! one landed (or repeated). Accepting a row, or a sender who mends it, settles it without a count. The rows still open
//! are those quarantined less those settled, by id.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow::{array::AsArray, datatypes::Int64Type};
use kernel::{
    Fault, Place, Result, Store,
    landing::{self, BATCH_FORMAT, Batch, Counts, Delivery},
    names::TableName,
};

pub use crate::kept::QuarantinedRow;
use crate::{
    LandOptions, Landed,
    canonical::Short,
    change,
    chunk::{Typed, schema},
    classify::{Classifier, Run, group_hasher, landed_columns},
    commit,
    contract::Contract,
    cursor::{self, Cursor},
    fault::{self, C014, C015},
    index::Index,
    intake::{Bad, Intake},
    kept::{self, How, Kept, Settled},
    layout::extended,
    references::Known,
    reread::{self, LOST},
    shape::{self, Shape},
    stored::{self, Output},
    text::nearest,
    values::Value,
};

/// The open rows of a stream, by file and line.
///
/// # Errors
/// C013 if the warehouse is damaged.
pub async fn list(store: &dyn Store, table: &TableName) -> Result<Vec<QuarantinedRow>> {
    let batches = landing::batches(store, table).await?;
    let mut rows: Vec<QuarantinedRow> = Kept::load(store, &batches).await?.open.into_values().collect();
    rows.sort_by(|one, other| (&one.file, one.line, &one.id).cmp(&(&other.file, other.line, &other.id)));
    Ok(rows)
}

/// One open row.
///
/// # Errors
/// C014 if no open row has the id.
pub async fn show(store: &dyn Store, table: &TableName, id: &str) -> Result<QuarantinedRow> {
    let batches = landing::batches(store, table).await?;
    let kept = Kept::load(store, &batches).await?;
    kept.open.get(id).cloned().ok_or_else(|| no_such(table, id, &kept))
}

/// Lands one open row with corrected values, each written as the source writes it, by the contract's column names.
///
/// # Errors
/// C014 if no open row has the id, C015 if the row still breaks the contract, C009 if another run was first.
pub async fn fix(
    store: &dyn Store,
    contract: &Contract,
    id: &str,
    values: BTreeMap<String, String>,
    options: &LandOptions,
) -> Result<Landed> {
    let batches = landing::batches(store, contract.table()).await?;
    let kept = Kept::load(store, &batches).await?;
    let row = kept.open.get(id).cloned().ok_or_else(|| no_such(contract.table(), id, &kept))?;
    for name in values.keys() {
        if contract.shape.position(name).is_none() {
            let known: Vec<&str> = contract.shape.columns.iter().map(|spec| spec.name.as_str()).collect();
            let fault = Fault::new(C015, format!("`{name}` is no column of `{}`", contract.table()));
            return Err(match nearest(name, known.iter().copied()) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault.hint(format!("the columns are {}", known.join(", "))),
            });
        }
    }
    let again = Again { rows: std::slice::from_ref(&row), kept: &kept, values: &values, how: How::Fixed };
    let settlement = settle(store, contract, options, batches, again).await?;
    match settlement.left.first() {
        None => Ok(settlement.landed),
        Some((_, reason)) => {
            Err(Fault::new(C015, format!("row `{id}` of `{}` still breaks its contract: {reason}", contract.table()))
                .place(Place::at(row.file, row.line, 1))
                .kept("the row, in quarantine as it was"))
        }
    }
}

/// Tries every open row again under the present contract and what has landed since. The others stay open; one that is bad
/// for other reasons than it was is written anew with those.
///
/// # Errors
/// C009 if another run was first.
pub async fn replay(store: &dyn Store, contract: &Contract, options: &LandOptions) -> Result<Landed> {
    let batches = landing::batches(store, contract.table()).await?;
    let kept = Kept::load(store, &batches).await?;
    let mut rows: Vec<QuarantinedRow> = kept.open.values().cloned().collect();
    // In the order in which they came, so that a later row of a key is its next version.
    rows.sort_by(|one, other| (one.batch, &one.file, one.line).cmp(&(other.batch, &other.file, other.line)));
    let again = Again { rows: &rows, kept: &kept, values: &BTreeMap::new(), how: How::Replayed };
    let settlement = settle(store, contract, options, batches, again).await?;
    Ok(settlement.landed)
}

/// Leaves open rows out for good, for a reason that is kept.
///
/// # Errors
/// C014 if one of the ids is no open row's; then nothing is settled.
pub async fn accept(
    store: &dyn Store,
    table: &TableName,
    ids: &[String],
    reason: &str,
    options: &LandOptions,
) -> Result<Landed> {
    let batches = landing::batches(store, table).await?;
    let kept = Kept::load(store, &batches).await?;
    let mut settled = Vec::new();
    for id in ids.iter().collect::<BTreeSet<&String>>() {
        if !kept.open.contains_key(id) {
            return Err(no_such(table, id, &kept));
        }
        settled.push(Settled { id: id.clone(), how: How::Accepted, reason: reason.to_owned(), key: None });
    }
    let count = settled.len();
    let Some((number, last)) = batches.last() else { return Ok(nothing(table, "no row is in quarantine")) };
    if settled.is_empty() {
        return Ok(nothing(table, "no row was named"));
    }
    let batch = Batch {
        settled: kept::write_settled(store, table, &settled, options.dry_run).await?,
        ..empty_batch(table, last, options)
    };
    if !options.dry_run {
        commit::commit(store, number + 1, &batch).await?;
    }
    let number = (!options.dry_run).then_some(number + 1);
    Ok(Landed { batch: number, why: format!("{count} rows left out for good"), ..nothing(table, "") })
}

fn no_such(table: &TableName, id: &str, kept: &Kept) -> Fault {
    let fault = Fault::new(C014, format!("no open row of `{table}` in quarantine has the id `{id}`"));
    match kept.settled.get(id) {
        Some(_) => fault.hint("the row is settled already"),
        None => match nearest(id, kept.open.keys().map(String::as_str)) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault,
        },
    }
}

fn nothing(table: &TableName, why: &str) -> Landed {
    Landed {
        table: table.clone(),
        batch: None,
        counts: Counts::default(),
        deliveries: Vec::new(),
        stale: None,
        why: why.to_owned(),
    }
}

/// A batch that lands nothing and reads nothing: the cursor stays.
fn empty_batch(table: &TableName, last: &Batch, options: &LandOptions) -> Batch {
    Batch {
        format: BATCH_FORMAT,
        table: table.clone(),
        run_id: options.run_id.clone(),
        extracted_at: options.extracted_at,
        contract_hash: last.contract_hash,
        columns: last.columns.clone(),
        files: Vec::new(),
        superseded: Vec::new(),
        quarantined: Vec::new(),
        settled: Vec::new(),
        counts: Counts::default(),
        deliveries: Vec::new(),
        cursor: last.cursor.clone(),
    }
}

const OVERTAKEN: &str = "a later delivery holds the same key with other values";

struct Settlement {
    landed: Landed,
    /// Rows that stay in quarantine, by position, each with its reason.
    left: Vec<(usize, String)>,
}

/// Which rows are taken in once more, and how.
struct Again<'a> {
    rows: &'a [QuarantinedRow],
    kept: &'a Kept,
    values: &'a BTreeMap<String, String>,
    how: How,
}

/// Takes the rows in once more; the position of a row stands for its file, so that each can be told from the others.
async fn settle(
    store: &dyn Store,
    contract: &Contract,
    options: &LandOptions,
    batches: Vec<(u64, Batch)>,
    again: Again<'_>,
) -> Result<Settlement> {
    let (table, rows) = (contract.table(), again.rows);
    let Some((number, last)) = batches.last().filter(|_| !rows.is_empty()) else {
        return Ok(Settlement { landed: nothing(table, "no row is in quarantine"), left: Vec::new() });
    };
    let mut cursor = Cursor::last(store, &batches)?;
    let headers = cursor.files.values().map(|seen| seen.header.clone());
    let headers: Vec<Option<Vec<String>>> = headers.chain(rows.iter().map(|row| row.header.clone())).collect();
    let shape = extended(contract, &headers);
    change::types(contract, &shape, &batches)?;
    if let Some(fault) = change::key(contract, &shape, &cursor) {
        return Err(fault);
    }
    let references = Known::load_all(store, contract, &shape, options.dry_run).await?;
    let mut intake = Intake::new(&shape, references, None, options.batch_rows)?;
    for (at, row) in rows.iter().enumerate() {
        reread::take(contract, &shape, &mut intake, at, row, again.values)?;
    }
    let taken = intake.finish()?;
    let mut left: Vec<(usize, String)> = taken.bad.iter().map(|bad| (bad.file, bad.reasons.join("; "))).collect();
    let mut index = Index::load(store, &batches).await?;
    let names: Vec<String> = rows.iter().map(|row| row.file.clone()).collect();
    let run = Run { run_id: &options.run_id, extracted_at: options.extracted_at, files: &names };
    let mut classifier = classifier(&shape, run, &mut index, &again);
    if shape.numbers.is_some() {
        classifier.highest = highest_numbers(store, &shape, &batches).await?;
    }
    let mut output = Output::new(table, "data", schema(&landed_columns(&shape)), options.dry_run);
    let mut merge = taken.sorter.finish()?;
    while let Some(batch) = classifier.next(&mut merge)? {
        output.write(store, &batch).await?;
    }
    let Classifier { counts, superseded, disputed, overtaken, placed, .. } = classifier;
    left.extend(disputed.iter().map(|bad| (bad.file, bad.reasons.join("; "))));
    left.extend(overtaken.iter().map(|(at, _)| (*at, OVERTAKEN.to_owned())));
    left.sort();
    let mut settled = settled(rows, &placed.unwrap_or_default(), &left, again.how);
    let anew = if again.how == How::Replayed { anew(table, &again, &left, &mut cursor) } else { Vec::new() };
    if (settled.is_empty() && anew.is_empty()) || (again.how == How::Fixed && !left.is_empty()) {
        return Ok(Settlement { landed: nothing(table, "every row still breaks the contract"), left });
    }
    let deliveries = deliveries(rows, &counts, &settled);
    let why = words(&again, &settled, &anew);
    settled.extend(anew.iter().filter_map(|(id, bad)| Some(replaced(rows.get(bad.file)?, id))));
    let anew: Vec<(String, &Bad)> = anew.iter().map(|(id, bad)| (id.clone(), bad)).collect();
    let batch = Batch {
        contract_hash: contract.text_hash,
        columns: landed_columns(&shape),
        files: output.finish(store).await?,
        superseded: commit::write_superseded(store, table, superseded, options.dry_run).await?,
        quarantined: kept::write_bad(store, &shape, run, &anew, options.dry_run).await?,
        settled: kept::write_settled(store, table, &settled, options.dry_run).await?,
        counts: deliveries.iter().fold(Counts::default(), |sum, delivery| sum.plus(delivery.counts)),
        deliveries,
        cursor: cursor.to_json()?,
        ..empty_batch(table, last, options)
    };
    if !options.dry_run {
        commit::commit(store, number + 1, &batch).await?;
    }
    let batch_number = (!options.dry_run).then_some(number + 1);
    let (counts, deliveries) = (batch.counts, batch.deliveries);
    Ok(Settlement { landed: Landed { batch: batch_number, counts, deliveries, why, ..nothing(table, "") }, left })
}

/// Judges rows in the order in which they came: what came in one batch may not differ, what came later is the next version.
fn classifier<'a>(shape: &'a Shape, run: Run<'a>, index: &'a mut Index, again: &Again<'_>) -> Classifier<'a> {
    let mut classifier = Classifier::new(shape, run, index);
    classifier.placed = Some(Vec::new());
    let is_same = |one: &QuarantinedRow, other: &QuarantinedRow| {
        one.batch == other.batch && (shape.delivery == shape::Delivery::Full || one.file == other.file)
    };
    let mut generation = 0;
    for (at, row) in again.rows.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| again.rows.get(before));
        generation += usize::from(before.is_some_and(|before| !is_same(before, row)));
        classifier.generations.push(generation);
    }
    if again.how == How::Replayed {
        classifier.as_of = again.rows.iter().map(|row| row.batch).collect();
        classifier.replayed = again.kept.replayed.clone();
    }
    classifier
}

/// Rows that are bad for other reasons than they were, under the id they have from now on. A text of which something was
/// lost stays as it is: its id stands for bytes that are not there.
fn anew(table: &TableName, again: &Again<'_>, left: &[(usize, String)], cursor: &mut Cursor) -> Vec<(String, Bad)> {
    cursor.kept = BTreeMap::new();
    let mut anew = Vec::new();
    for (at, reason) in left {
        let Some(row) = again.rows.get(*at).filter(|row| row.reasons != *reason && !row.row_text.contains(LOST)) else {
            continue;
        };
        let id = again.kept.next_id(table, row);
        cursor.kept.insert(id.clone(), cursor::Origin { batch: row.batch, header: row.header.clone() });
        let text = row.row_text.clone().into_bytes();
        anew.push((id, Bad { file: *at, line: row.line, reasons: vec![reason.clone()], text, key: None }));
    }
    anew
}

fn replaced(row: &QuarantinedRow, id: &str) -> Settled {
    let reason = format!("it was tried again and is bad for other reasons, as {id}");
    Settled { id: row.id.clone(), how: How::Replayed, reason, key: None }
}

fn words(again: &Again<'_>, settled: &[Settled], anew: &[(String, Bad)]) -> String {
    let left = format!("{} of {} rows left quarantine", settled.len(), again.rows.len());
    match anew.len() {
        0 => left,
        count => format!("{left}, {count} stay for other reasons than before"),
    }
}

fn settled(
    rows: &[QuarantinedRow],
    placed: &[(usize, u64, Short)],
    left: &[(usize, String)],
    how: How,
) -> Vec<Settled> {
    let keys: HashMap<usize, Short> = placed.iter().map(|(at, _, key)| (*at, *key)).collect();
    rows.iter()
        .enumerate()
        .filter(|(at, _)| !left.iter().any(|(other, _)| other == at))
        .map(|(at, row)| Settled { id: row.id.clone(), how, reason: row.reasons.clone(), key: keys.get(&at).copied() })
        .collect()
}

/// What was delivered again, by file, without the rows that stay where they are.
fn deliveries(rows: &[QuarantinedRow], counts: &[Counts], settled: &[Settled]) -> Vec<Delivery> {
    let ids: BTreeSet<&str> = settled.iter().map(|one| one.id.as_str()).collect();
    let mut by_file: BTreeMap<&str, (Counts, Vec<u8>)> = BTreeMap::new();
    for (row, counts) in rows.iter().zip(counts) {
        if ids.contains(row.id.as_str()) {
            let (sum, text) = by_file.entry(&row.file).or_default();
            *sum = sum.plus(Counts { delivered: 1, ..*counts });
            text.extend_from_slice(row.row_text.as_bytes());
            text.push(b'\n');
        }
    }
    by_file
        .into_iter()
        .map(|(file, (counts, text))| Delivery {
            file: file.to_owned(),
            hash: kernel::Digest::of(&text),
            counts,
            refusal: None,
            control_totals: Vec::new(),
        })
        .collect()
}

/// The highest number given in each group, withdrawn rows included, so that a new one is new.
async fn highest_numbers(store: &dyn Store, shape: &Shape, batches: &[(u64, Batch)]) -> Result<HashMap<Short, i64>> {
    let Some(numbers) = &shape.numbers else { return Ok(HashMap::new()) };
    let mut wanted: Vec<&str> =
        numbers.by.iter().filter_map(|at| shape.columns.get(*at)).map(|spec| spec.name.as_str()).collect();
    wanted.push(&numbers.column);
    let mut hasher = group_hasher(shape);
    let mut highest: HashMap<Short, i64> = HashMap::new();
    for file in batches.iter().flat_map(|(_, batch)| &batch.files) {
        for part in stored::read(store, file, &wanted).await? {
            let part = part.map_err(fault::arrow)?;
            let columns: HashMap<usize, Typed<'_>> = numbers
                .by
                .iter()
                .filter_map(|at| Some((*at, Typed::of(part.column_by_name(&shape.columns.get(*at)?.name)?)?)))
                .collect();
            let given = part.column_by_name(&numbers.column).and_then(|array| array.as_primitive_opt::<Int64Type>());
            let Some(given) = given else { continue };
            for row in 0..given.len() {
                let group = hasher.hash(|at| columns.get(&at).map_or(Value::Null, |column| column.value(row)));
                let number = highest.entry(group).or_default();
                *number = (*number).max(given.value(row));
            }
        }
    }
    Ok(highest)
}
