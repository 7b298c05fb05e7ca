//! The second half of every landing: rows in order, judged, stored aside, and made true by one manifest.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kernel::{
    Digest, Fault, Place, Result, Store,
    landing::{BATCH_FORMAT, Batch, Counts, Delivery},
};
use rust_decimal::Decimal;

use crate::{
    LandOptions, Landed,
    canonical::Short,
    chunk::schema,
    classify::{Classifier, History, Run, landed_columns},
    commit,
    cursor::{self, Cursor},
    fault::{C008, C019},
    index::Index,
    intake::{Bad, Taken},
    kept::{self, How, Kept, Settled, Standing, State},
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
    /// Of an incremental delivery: which files were read before.
    pub history: History,
    /// Of an incremental delivery: the keys of the open rows in quarantine, by id, where they can be read.
    pub open_keys: HashMap<String, Short>,
    /// Of a full delivery whose key has changed: what to say if it cannot replace everything that landed.
    pub key_change: Option<Fault>,
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

    /// Why what is absent may not be withdrawn: something was delivered of which nobody knows whose row it is.
    fn holds_back(&self, bad: &[Bad], standings: &[Standing]) -> Option<String> {
        let name = |file: usize| self.deliveries.get(file).map_or("", |delivery| delivery.file.as_str());
        if let Some(refused) = self.deliveries.iter().find(|delivery| delivery.refusal.is_some()) {
            return Some(format!("`{}` was refused", refused.file));
        }
        if let Some(file) = self.exempt.iter().min() {
            return Some(format!("`{}` is in quarantine whole", name(*file)));
        }
        // Rows that are numbered have no key of their own: a bad one has no earlier version that could be kept.
        let mut open = bad.iter().zip(standings).filter(|(_, standing)| !matches!(standing.state, State::Settled(_)));
        let (one, _) = open.find(|(one, _)| one.key.is_none() && self.shape.numbers.is_none())?;
        Some(format!("nobody can read the key of {}:{}", name(one.file), one.line))
    }

    fn standings(&self, kept: &Kept, index: &Index, bad: &[Bad]) -> Vec<Standing> {
        let table = &self.shape.table;
        let standing = |one: &Bad| {
            let name = self.deliveries.get(one.file).map_or("", |delivery| delivery.file.as_str());
            let header = self.cursor.files.get(name).and_then(|seen| seen.header.as_ref());
            kept.standing(table, name, header, one, index)
        };
        bad.iter().map(standing).collect()
    }
}

/// Judges, stores and commits.
pub(crate) async fn finish(mut intent: Intent<'_>, taken: Taken, mut index: Index, kept: Kept) -> Result<Landed> {
    let (store, shape, options) = (intent.store, intent.shape, intent.options);
    let names: Vec<String> = intent.deliveries.iter().map(|delivery| delivery.file.clone()).collect();
    let run = Run { run_id: &options.run_id, extracted_at: options.extracted_at, files: &names };
    let table = shape.table.clone();
    let mut bad = taken.bad;
    let standings = intent.standings(&kept, &index, &bad);
    check_rate(&intent, &bad, &standings)?;
    for key in bad.iter().filter_map(|one| one.key) {
        index.see(&key);
    }
    let mut output = Output::new(&table, "data", schema(&landed_columns(shape)), options.dry_run);
    let mut merge = taken.sorter.finish()?;
    let mut classifier = Classifier::new(shape, run, &mut index);
    if shape.delivery == shape::Delivery::Incremental {
        classifier.generations = (0..names.len()).collect();
    }
    classifier.history = std::mem::take(&mut intent.history);
    classifier.watched = intent.open_keys.values().copied().collect();
    while let Some(batch) = classifier.next(&mut merge)? {
        output.write(store, &batch).await?;
    }
    drop(merge);
    let Classifier { counts, mut superseded, disputed, came, history, .. } = classifier;
    intent.history = history;
    add_disputed(&intent, &mut bad, disputed)?;
    intent.count(counts, &bad);
    let standings = intent.standings(&kept, &index, &bad);
    check_rate(&intent, &bad, &standings)?;
    for standing in &standings {
        if let State::Settled(Some(key)) = standing.state {
            index.see(&key);
        }
    }
    let mut counts = intent.deliveries.iter().fold(Counts::default(), |sum, delivery| sum.plus(delivery.counts));
    let why_not = withdraw(&mut intent, &bad, &standings, &index, &mut superseded, &mut counts)?;
    let settled = redelivered(&intent, &kept, &standings, &came);
    let new = written(&mut intent.cursor, &names, &kept, &standings, &bad);
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
    let why = words(&batch, options.dry_run, why_not);
    let number = (!options.dry_run).then_some(intent.number);
    Ok(Landed { table, batch: number, counts, deliveries: batch.deliveries, stale: None, why })
}

/// Withdraws what a full delivery lacks; answers why not, where something would have been withdrawn.
fn withdraw(
    intent: &mut Intent<'_>,
    bad: &[Bad],
    standings: &[Standing],
    index: &Index,
    superseded: &mut Vec<Short>,
    counts: &mut Counts,
) -> Result<Option<String>> {
    if intent.shape.delivery != shape::Delivery::Full {
        return Ok(None);
    }
    let why_not = intent.holds_back(bad, standings);
    let is_whole = why_not.is_none() && standings.iter().all(|one| matches!(one.state, State::Settled(_)));
    if let (Some(fault), false) = (intent.key_change.take(), is_whole) {
        return Err(fault);
    }
    let absent: Vec<Short> = index.unseen(&intent.shape.table).collect();
    if why_not.is_some() {
        return Ok(why_not.filter(|_| !absent.is_empty()));
    }
    counts.withdrawn = absent.len() as u64;
    if counts.withdrawn > 0 && counts.delivered == 0 && !intent.may_be_empty {
        return Err(empty(intent, counts.withdrawn));
    }
    superseded.extend(absent);
    Ok(None)
}

/// The bad rows that are new to quarantine, in the order of the files; one that was there already for other reasons keeps
/// the batch it came with.
fn written<'b>(
    cursor: &mut Cursor,
    names: &[String],
    kept: &Kept,
    standings: &[Standing],
    bad: &'b [Bad],
) -> Vec<(String, &'b Bad)> {
    let mut new = Vec::new();
    for (standing, one) in standings.iter().zip(bad).filter(|(standing, _)| standing.state == State::New) {
        if let Some(before) = standing.replaces.as_ref().and_then(|id| kept.open.get(id)) {
            let seen = names.get(one.file).and_then(|name| cursor.files.get(name));
            let header = seen.and_then(|seen| seen.header.clone());
            cursor.kept.insert(standing.id.clone(), cursor::Origin { batch: before.batch, header });
        }
        new.push((standing.id.clone(), one));
    }
    new.sort_by_key(|(_, one)| (one.file, one.line));
    new
}

fn words(batch: &Batch, is_dry: bool, why_not: Option<String>) -> String {
    let verb = if is_dry { "would land" } else { "landed" };
    let files = if batch.deliveries.len() == 1 { "file" } else { "files" };
    let count = batch.deliveries.len();
    let kept = why_not.map(|why| format!("; what is absent stays, since {why}")).unwrap_or_default();
    format!("{verb} {} of {} rows from {count} {files}{kept}", batch.counts.landed, batch.counts.delivered)
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

/// Open rows that need not wait any longer: bad again for other reasons, or mended by the sender. What is absent from a
/// full delivery is gone; a file of an incremental one that comes again says so only with a good row of the same key.
fn redelivered(intent: &Intent<'_>, kept: &Kept, standings: &[Standing], came: &[(Short, usize)]) -> Vec<Settled> {
    let again: HashSet<&str> = standings.iter().map(|one| one.id.as_str()).collect();
    let replaced: HashMap<&str, &str> =
        standings.iter().filter_map(|one| Some((one.replaces.as_deref()?, one.id.as_str()))).collect();
    let position = |name: &str| intent.deliveries.iter().position(|delivery| delivery.file == name);
    let is_gone = |file: &str| position(file).is_none_or(|at| !intent.is_refused(at));
    let is_of = |at: usize, file: &str| match intent.history.reread.get(at) {
        Some(Some((_, name))) => name == file,
        _ => true,
    };
    let mut settled = Vec::new();
    for row in kept.open.values().filter(|row| !again.contains(row.id.as_str())) {
        let key = intent.open_keys.get(&row.id);
        let reason = match (replaced.get(row.id.as_str()), intent.shape.delivery) {
            (Some(id), _) => format!("it came again, bad for other reasons, as {id}"),
            (None, shape::Delivery::Full) if is_gone(&row.file) => {
                "the file was delivered again without this bad row".to_owned()
            }
            (None, shape::Delivery::Incremental)
                if position(&row.file).is_some()
                    && came.iter().any(|(other, at)| Some(other) == key && is_of(*at, &row.file)) =>
            {
                "its key was delivered again in a good row".to_owned()
            }
            _ => continue,
        };
        settled.push(Settled { id: row.id.clone(), how: How::Redelivered, reason, key: None });
    }
    settled
}

/// Rows that somebody has settled, and files kept back whole, do not count.
fn check_rate(intent: &Intent<'_>, bad: &[Bad], standings: &[Standing]) -> Result<()> {
    let rows = |file: usize| {
        let counts = intent.deliveries.get(file).map(|delivery| delivery.counts).unwrap_or_default();
        counts.delivered - counts.refused
    };
    let counted: Vec<&Bad> = bad
        .iter()
        .zip(standings)
        .filter(|(one, standing)| !intent.exempt.contains(&one.file) && !matches!(standing.state, State::Settled(_)))
        .map(|(one, _)| one)
        .collect();
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
