//! The first half of landing files: what is new, whether it may be believed, and every row held to the contract.
//!
//! A full delivery is the union of the files matched: if one of them changed, came or went, all are read again. A file of
//! an incremental delivery is read when its bytes are new. Both are read again when the contract reads them differently.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{
    Result, Store,
    landing::{self, Counts, Delivery},
};

use crate::{
    LandOptions, Landed, change,
    classify::History,
    contract::Contract,
    control::{self, Found, Verdict},
    csv::{Dialect, Reader},
    cursor::{Cursor, Seen},
    files::{self, SourceFile},
    finish::{self, Intent, Origin},
    freshness,
    index::Index,
    intake::{Intake, Mapped, unreadable},
    kept::Kept,
    layout::{self, Layout},
    references::Known,
    reread, shape,
};

/// Lands the files of a contract: everything new in them, in one batch, or nothing at all.
///
/// # Errors
/// C003 to C007 if the files are not those the contract speaks of, C008 if too many rows are bad, C009 if another run was
/// first, C011 and C012 for control files and files that change, C013 if the warehouse is damaged. Nothing is committed
/// then. A source that is too old is no error here: see [`Landed::stale`].
pub async fn land(store: &dyn Store, contract: &Contract, options: &LandOptions) -> Result<Landed> {
    let batches = landing::batches(store, contract.table()).await?;
    let before = Cursor::last(store, &batches)?;
    let found = files::find(contract, &options.project_folder)?;
    let due = due(contract, options, &before, &found);
    if due.is_empty() {
        let newest = freshness::newest_before(store, contract, &batches, &before).await?;
        let stale = freshness::stale(contract, options, newest);
        return Ok(Landed { stale, ..nothing_new(contract, &before, found.len()) });
    }
    let number = batches.last().map_or(1, |(number, _)| number + 1);
    let headers = due.iter().map(|file| layout::header(contract, file)).collect::<Result<Vec<_>>>()?;
    let shape = layout::extended(contract, &headers);
    let references = Known::load_all(store, contract, &shape, options.dry_run).await?;
    change::types(contract, &shape, &batches)?;
    let key_change = change::key(contract, &shape, &before);
    if let (Some(fault), shape::Delivery::Incremental) = (&key_change, shape.delivery) {
        return Err(fault.clone());
    }
    let laid = due
        .into_iter()
        .zip(headers)
        .map(|(file, header)| Ok((file.clone(), layout::lay(contract, &shape, &file.name, header)?)))
        .collect::<Result<Vec<(SourceFile, Layout)>>>()?;
    let verdicts = together(contract, &laid, control::compare(contract, &options.project_folder, &laid)?)?;
    let index = Index::load(store, &batches).await?;
    let kept = Kept::load(store, &batches).await?;
    let fresh = contract.freshness.as_ref().map(|fresh| fresh.column);
    let mut intake = Intake::new(&shape, references, fresh, options.batch_rows)?;
    let deliveries = take_all(contract, &mut intake, &laid, verdicts)?;
    let taken = intake.finish()?;
    let is_full = shape.delivery == shape::Delivery::Full;
    let history = if is_full { History::default() } else { history(&before, &found, &laid) };
    let newest = if is_full { None } else { freshness::newest_before(store, contract, &batches, &before).await? };
    let cursor = Cursor {
        newest_day: taken.newest_day.max(newest),
        newest_of: freshness::column(contract).map(str::to_owned),
        key: Some(change::key_of(&shape)),
        ..next_cursor(contract, options, before, &laid, &deliveries, (number, &history))
    };
    let stale = freshness::stale(contract, options, cursor.newest_day);
    let texts = |wanted: &BTreeSet<Origin>| texts_of(&contract.dialect, &laid, wanted);
    let intent = Intent {
        store,
        shape: &shape,
        options,
        number,
        contract_hash: contract.text_hash,
        contract: &contract.file,
        cursor,
        deliveries,
        most_quarantined: contract.most_quarantined,
        exempt: laid.iter().enumerate().filter(|(_, (_, layout))| !layout.flaws.is_empty()).map(|(at, _)| at).collect(),
        history,
        open_keys: if is_full { HashMap::new() } else { reread::keys(contract, &shape, &kept) },
        key_change,
        may_be_empty: false,
        texts: &texts,
    };
    Ok(Landed { stale, ..finish::finish(intent, taken, index, kept).await? })
}

/// Takes in what may be believed, file by file.
fn take_all(
    contract: &Contract,
    intake: &mut Intake<'_>,
    laid: &[(SourceFile, Layout)],
    verdicts: Vec<(Verdict, u64)>,
) -> Result<Vec<Delivery>> {
    let mut deliveries = Vec::new();
    let mut verdicts = verdicts.into_iter();
    for (at, (file, layout)) in laid.iter().enumerate() {
        let (verdict, rows) = verdicts.next().unwrap_or_default();
        let counts = match &verdict.refusal {
            Some(_) => Counts { delivered: rows, refused: rows, ..Counts::default() },
            None => Counts { delivered: take(contract, intake, at, file, layout)?, ..Counts::default() },
        };
        deliveries.push(Delivery {
            file: file.name.clone(),
            hash: file.hash,
            counts,
            refusal: verdict.refusal,
            control_totals: verdict.totals,
        });
    }
    Ok(deliveries)
}

/// Files whose rows are numbered together are believed together: with one of them kept back, the rows of the others would
/// take its numbers.
fn together(
    contract: &Contract,
    laid: &[(SourceFile, Layout)],
    verdicts: Vec<(Verdict, Found)>,
) -> Result<Vec<(Verdict, u64)>> {
    let mut verdicts: Vec<(Verdict, u64)> =
        verdicts.into_iter().map(|(verdict, found)| (verdict, found.rows)).collect();
    verdicts.resize(laid.len(), (Verdict::default(), 0));
    let is_kept_back = |((verdict, _), (_, layout)): &(&(Verdict, u64), &(SourceFile, Layout))| -> bool {
        verdict.refusal.is_some() || !layout.flaws.is_empty()
    };
    let Some((_, (first, _))) =
        verdicts.iter().zip(laid).find(is_kept_back).filter(|_| contract.shape.numbers.is_some())
    else {
        return Ok(verdicts);
    };
    for ((verdict, rows), (file, layout)) in verdicts.iter_mut().zip(laid) {
        if verdict.refusal.is_none() && layout.flaws.is_empty() {
            verdict.refusal = Some(format!("its rows are numbered with those of `{}`, which is kept back", first.name));
            *rows = control::row_count(contract, file)?;
        }
    }
    Ok(verdicts)
}

/// Which of the files to read were read before, also under a name that is there no longer.
fn history(before: &Cursor, found: &[SourceFile], laid: &[(SourceFile, Layout)]) -> History {
    let age = |name: &String, seen: &Seen| (seen.since.unwrap_or_default(), name.clone());
    let reread = |file: &SourceFile| {
        let is_it = |seen: &Seen| seen.hash == file.hash && seen.refused_with.is_none();
        if let Some(seen) = before.files.get(&file.name).filter(|seen| is_it(seen)) {
            return Some(age(&file.name, seen));
        }
        let is_gone = |name: &String| !found.iter().any(|other| other.name == *name);
        let mut moved = before.files.iter().filter(|(name, seen)| is_it(seen) && is_gone(name));
        moved.next().map(|(name, seen)| age(name, seen))
    };
    History {
        reread: laid.iter().map(|(file, _)| reread(file)).collect(),
        ages: before.files.iter().map(|(name, seen)| (name.clone(), age(name, seen))).collect(),
    }
}

/// The files to read, given what was read before.
fn due<'a>(
    contract: &Contract,
    options: &LandOptions,
    before: &Cursor,
    found: &'a [SourceFile],
) -> Vec<&'a SourceFile> {
    let is_read_alike = before.reading == Some(contract.reading_hash);
    let is_known = |file: &&SourceFile| {
        is_read_alike
            && before.files.get(&file.name).is_some_and(|seen| {
                let totals = control::hash(contract, &options.project_folder, file);
                seen.hash == file.hash && (seen.refused_with.is_none() || seen.refused_with == totals)
            })
    };
    if contract.shape.delivery == shape::Delivery::Full {
        let is_same = found.len() == before.files.len() && found.iter().all(|file| is_known(&file));
        return if is_same { Vec::new() } else { found.iter().collect() };
    }
    found.iter().filter(|file| !is_known(file)).collect()
}

fn nothing_new(contract: &Contract, before: &Cursor, count: usize) -> Landed {
    let files = if count == 1 { "the file has" } else { "all files have" };
    let refused = before.files.values().filter(|seen| seen.refused_with.is_some()).count();
    let refused = if refused > 0 { format!("; {refused} of them stay refused") } else { String::new() };
    Landed {
        table: contract.table().clone(),
        batch: None,
        counts: Counts::default(),
        deliveries: Vec::new(),
        stale: None,
        why: format!("nothing new: {files} the bytes already landed{refused}"),
    }
}

fn next_cursor(
    contract: &Contract,
    options: &LandOptions,
    before: Cursor,
    laid: &[(SourceFile, Layout)],
    deliveries: &[Delivery],
    (number, history): (u64, &History),
) -> Cursor {
    let is_full = contract.shape.delivery == shape::Delivery::Full;
    let mut files = if is_full { BTreeMap::new() } else { before.files };
    for (at, ((file, layout), delivery)) in laid.iter().zip(deliveries).enumerate() {
        let refused = delivery.refusal.is_some();
        let refused_with = if refused { control::hash(contract, &options.project_folder, file) } else { None };
        let since = history.reread.get(at).and_then(Option::as_ref).map_or(number, |(since, _)| *since);
        let seen = Seen { hash: file.hash, header: layout.header.clone(), refused_with, since: Some(since) };
        files.insert(file.name.clone(), seen);
    }
    Cursor { reading: Some(contract.reading_hash), files, ..Cursor::default() }
}

/// Takes every row of a file in; answers how many there were.
fn take(contract: &Contract, intake: &mut Intake<'_>, at: usize, file: &SourceFile, layout: &Layout) -> Result<u64> {
    let mut reader = Reader::open(&file.path, &contract.dialect, Some(file.hash))?;
    let encoding = contract.dialect.encoding.name();
    let mut is_header = contract.dialect.has_header;
    let mut rows = 0;
    while reader.advance()? {
        if std::mem::take(&mut is_header) {
            continue;
        }
        rows += 1;
        let record = reader.record();
        match unreadable(&record, layout.count, encoding) {
            Some(reason) => intake.refuse(at, record.line, reason, record.text),
            None => {
                let cells = Mapped { record, fields: &layout.fields };
                intake.row(at, record.line, &cells, layout.flaws.clone(), record.text)?;
            }
        }
    }
    Ok(rows)
}

/// The text of some rows, found by reading their files once more.
fn texts_of(
    dialect: &Dialect,
    laid: &[(SourceFile, Layout)],
    wanted: &BTreeSet<Origin>,
) -> Result<BTreeMap<Origin, Vec<u8>>> {
    let mut texts = BTreeMap::new();
    let files: BTreeSet<usize> = wanted.iter().map(|(file, _)| *file).collect();
    for at in files {
        let Some((file, _)) = laid.get(at) else { continue };
        let mut reader = Reader::open(&file.path, dialect, Some(file.hash))?;
        while reader.advance()? {
            let record = reader.record();
            if wanted.contains(&(at, record.line)) {
                texts.insert((at, record.line), record.text.to_vec());
            }
        }
    }
    Ok(texts)
}
