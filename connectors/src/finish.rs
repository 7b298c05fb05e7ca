//! The second half of every landing: rows in order, judged, stored aside, and made true by one manifest.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use kernel::{
    Digest, Fault, Place, Result, Store,
    landing::{BATCH_FORMAT, Batch, Counts, Delivery},
};
use rust_decimal::Decimal;

use crate::{
    LandOptions, Landed,
    chunk::schema,
    classify::{Classifier, Run, landed_columns},
    commit,
    cursor::Cursor,
    fault::{C008, C010, C019},
    index::Index,
    intake::{Bad, Taken},
    kept::{self, How, Kept, Settled},
    shape::{self, Shape},
    stored::Output,
};

/// A file and a line in it.
pub(crate) type Origin = (usize, u64);

/// A delivery whose rows have been taken in and not yet judged.
pub(crate) struct Intent<'a> {
    pub store: &'a dyn Store,
    pub shape: &'a Shape,
    pub options: &'a LandOptions,
    /// The number its batch will have.
    pub number: u64,
    pub contract_hash: Digest,
    /// The contract's file, for messages.
    pub contract: &'a str,
    pub cursor: Cursor,
    /// File by file; what was delivered and refused is counted, nothing else.
    pub deliveries: Vec<Delivery>,
    /// The share of bad rows that may pass.
    pub most_quarantined: Decimal,
    /// Files that the contract itself sends to quarantine whole; they do not count towards the share.
    pub exempt: HashSet<usize>,
    /// Whether no rows at all may withdraw everything.
    pub may_be_empty: bool,
    /// Finds the text of rows that were good in themselves.
    pub texts: &'a (dyn Fn(&BTreeSet<Origin>) -> Result<BTreeMap<Origin, Vec<u8>>> + Sync),
}

impl Intent<'_> {
    fn is_refused(&self, file: usize) -> bool {
        self.deliveries.get(file).is_some_and(|delivery| delivery.refusal.is_some())
    }

    /// Enters where the rows of each file went.
    fn count(&mut self, counts: Vec<Counts>, bad: &[Bad]) {
        for (delivery, counts) in self.deliveries.iter_mut().zip(counts) {
            delivery.counts = delivery.counts.plus(counts);
        }
        for one in bad {
            if let Some(delivery) = self.deliveries.get_mut(one.file) {
                delivery.counts.quarantined += 1;
            }
        }
    }

    /// Whether what is absent has been withdrawn: not if a file was refused, since nobody knows what it held.
    fn withdraws(&self) -> bool {
        self.shape.delivery == shape::Delivery::Full
            && self.deliveries.iter().all(|delivery| delivery.refusal.is_none())
    }
}

/// Judges, stores and commits.
pub(crate) async fn finish(mut intent: Intent<'_>, taken: Taken, mut index: Index, kept: Kept) -> Result<Landed> {
    let (store, shape, options) = (intent.store, intent.shape, intent.options);
    let names: Vec<String> = intent.deliveries.iter().map(|delivery| delivery.file.clone()).collect();
    let run = Run { run_id: &options.run_id, extracted_at: options.extracted_at, files: &names };
    let table = shape.table.clone();
    let mut bad = taken.bad;
    check_rate(&intent, &bad)?;
    for key in &taken.bad_keys {
        index.see(key);
    }
    let mut output = Output::new(&table, "data", schema(&landed_columns(shape)), options.dry_run);
    let mut merge = taken.sorter.finish()?;
    let mut classifier = Classifier::new(shape, run, &mut index);
    while let Some(batch) = classifier.next(&mut merge)? {
        output.write(store, &batch).await?;
    }
    drop(merge);
    let Classifier { counts, mut superseded, disputed, .. } = classifier;
    add_disputed(&intent, &mut bad, disputed)?;
    intent.count(counts, &bad);
    check_rate(&intent, &bad)?;
    let known: Vec<(String, &Bad)> =
        bad.iter().map(|one| (kept.id_of(&table, names.get(one.file).map_or("", String::as_str), one), one)).collect();
    for (id, _) in &known {
        if let Some((_, Some(key))) = kept.settled.get(id) {
            index.see(key);
        }
    }
    let mut counts = intent.deliveries.iter().fold(Counts::default(), |sum, delivery| sum.plus(delivery.counts));
    if intent.withdraws() {
        let before = superseded.len();
        superseded.extend(index.unseen(&table));
        counts.withdrawn = (superseded.len() - before) as u64;
        if counts.withdrawn > 0 && counts.delivered == 0 && !intent.may_be_empty {
            return Err(empty(&intent, counts.withdrawn));
        }
    }
    let settled = redelivered(&intent, &kept, &known);
    let mut new: Vec<(String, &Bad)> =
        known.into_iter().filter(|(id, _)| !kept.open.contains_key(id) && !kept.settled.contains_key(id)).collect();
    new.sort_by(|one, other| (one.1.file, one.1.line).cmp(&(other.1.file, other.1.line)));
    let batch = Batch {
        format: BATCH_FORMAT,
        table: table.clone(),
        run_id: options.run_id.clone(),
        extracted_at: options.extracted_at,
        contract_hash: intent.contract_hash,
        columns: landed_columns(shape),
        files: output.finish(store).await?,
        superseded: commit::write_superseded(store, &table, superseded, options.dry_run).await?,
        quarantined: kept::write_bad(store, shape, run, &new, options.dry_run).await?,
        settled: kept::write_settled(store, &table, &settled, options.dry_run).await?,
        counts,
        deliveries: intent.deliveries,
        cursor: intent.cursor.to_json()?,
    };
    if !options.dry_run {
        commit::commit(store, intent.number, &batch).await?;
    }
    let why = words(&batch, options.dry_run);
    let number = (!options.dry_run).then_some(intent.number);
    Ok(Landed { table, batch: number, counts, deliveries: batch.deliveries, stale: None, why })
}

fn words(batch: &Batch, is_dry: bool) -> String {
    let verb = if is_dry { "would land" } else { "landed" };
    let files = if batch.deliveries.len() == 1 { "file" } else { "files" };
    let count = batch.deliveries.len();
    format!("{verb} {} of {} rows from {count} {files}", batch.counts.landed, batch.counts.delivered)
}

fn add_disputed(intent: &Intent<'_>, bad: &mut Vec<Bad>, disputed: Vec<Bad>) -> Result<()> {
    if disputed.is_empty() {
        return Ok(());
    }
    let wanted: BTreeSet<Origin> = disputed.iter().map(|one| (one.file, one.line)).collect();
    let mut texts = (intent.texts)(&wanted)?;
    bad.extend(disputed.into_iter().map(|one| {
        let text = texts.remove(&(one.file, one.line)).unwrap_or_default();
        Bad { text, ..one }
    }));
    Ok(())
}

/// Open rows whose file came again without them: the sender has mended or withdrawn them.
fn redelivered(intent: &Intent<'_>, kept: &Kept, bad: &[(String, &Bad)]) -> Vec<Settled> {
    let again: HashSet<&str> = bad.iter().map(|(id, _)| id.as_str()).collect();
    let came = |name: &str| intent.deliveries.iter().position(|delivery| delivery.file == name);
    kept.open
        .values()
        .filter(|row| !again.contains(row.id.as_str()))
        .filter(|row| match came(&row.file) {
            Some(at) => !intent.is_refused(at),
            None => intent.shape.delivery == shape::Delivery::Full,
        })
        .map(|row| Settled {
            id: row.id.clone(),
            how: How::Redelivered,
            reason: "the file was delivered again without this bad row".to_owned(),
            key: None,
        })
        .collect()
}

fn check_rate(intent: &Intent<'_>, bad: &[Bad]) -> Result<()> {
    let rows = |file: usize| {
        let counts = intent.deliveries.get(file).map(|delivery| delivery.counts).unwrap_or_default();
        counts.delivered - counts.refused
    };
    let counted: Vec<&Bad> = bad.iter().filter(|one| !intent.exempt.contains(&one.file)).collect();
    let delivered: u64 = (0..intent.deliveries.len()).filter(|file| !intent.exempt.contains(file)).map(rows).sum();
    let allowed = intent.most_quarantined.checked_mul(Decimal::from(delivered)).unwrap_or(Decimal::MAX);
    if counted.is_empty() || Decimal::from(counted.len() as u64) <= allowed {
        return Ok(());
    }
    let mut by_column: BTreeMap<&str, (usize, &Bad, &str)> = BTreeMap::new();
    for one in &counted {
        for reason in &one.reasons {
            let column = reason.strip_prefix('`').and_then(|rest| rest.split('`').next()).unwrap_or("row");
            by_column.entry(column).and_modify(|found| found.0 += 1).or_insert((1, one, reason));
        }
    }
    let mut found: Vec<(usize, &Bad, &str)> = by_column.into_values().collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.0));
    let mut fault = Fault::new(
        C008,
        format!(
            "`{}`: {} of {delivered} rows break the contract, more than the share of {} it allows",
            intent.shape.table,
            counted.len(),
            intent.most_quarantined
        ),
    )
    .place(Place::file(intent.contract))
    .kept("everything that landed before");
    for (count, one, reason) in found.iter().take(3) {
        let name = intent.deliveries.get(one.file).map_or("", |delivery| delivery.file.as_str());
        fault = fault.cause(format!("{reason} ({count} rows, the first at {name}:{})", one.line));
    }
    if found.iter().any(|(_, _, reason)| has_decimal_comma(reason)) {
        fault = fault.hint(format!(
            "the source writes a decimal comma; set `decimal_mark: \",\"` under `files` in {}",
            intent.contract
        ));
    }
    Err(fault)
}

/// Whether a reason is about `1.234,50` where a point was expected.
fn has_decimal_comma(reason: &str) -> bool {
    let Some((value, _)) = reason.split_once(" is not a value of type decimal") else { return false };
    let value = value.trim_end_matches('`');
    value
        .rsplit_once(',')
        .is_some_and(|(_, digits)| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn empty(intent: &Intent<'_>, landed: u64) -> Fault {
    Fault::new(
        C019,
        format!("the full delivery of `{}` is empty and would withdraw all {landed} rows", intent.shape.table),
    )
    .place(Place::file(intent.contract))
    .kept("everything that landed before")
}

/// The fault of a source that is too old.
pub(crate) fn too_old(
    table: &kernel::names::TableName,
    contract: &str,
    column: &str,
    newest: Option<i32>,
    most: u32,
    today: i32,
) -> Option<Fault> {
    let place = Place::file(contract);
    let Some(newest) = newest else {
        return Some(
            Fault::new(C010, format!("`{table}` has no row whose `{column}` could say how old it is")).place(place),
        );
    };
    let age = today.saturating_sub(newest);
    (i64::from(age) > i64::from(most)).then(|| {
        let day = crate::dates::show_day(newest);
        Fault::new(C010, format!("the newest `{column}` of `{table}` is {day}, {age} days old, and {most} are allowed"))
            .place(place)
    })
}
