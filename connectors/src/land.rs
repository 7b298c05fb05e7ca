//! The first half of landing files: what is new, whether it may be believed, and every row held to the contract.
//!
//! A full delivery is the union of the files matched: if one of them changed, came or went, all are read again. A file of
//! an incremental delivery is read when its bytes are new. Both are read again when the contract reads them differently.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use kernel::{
    Fault, Result, Store,
    landing::{self, Counts, Delivery},
};

use crate::{
    LandOptions, Landed,
    contract::Contract,
    control::{self, Verdict},
    csv::{Dialect, Reader},
    cursor::{Cursor, Seen},
    dates,
    files::{self, SourceFile},
    finish::{self, Intent, Origin},
    index::Index,
    intake::{Intake, Mapped, unreadable},
    kept::Kept,
    layout::{self, Layout},
    references::Known,
    shape::{self, Shape},
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
        return Ok(nothing_new(contract, options, &before, found.len()));
    }
    let headers = due.iter().map(|file| layout::header(contract, file)).collect::<Result<Vec<_>>>()?;
    let shape = layout::extended(contract, &headers);
    let laid = due
        .into_iter()
        .zip(headers)
        .map(|(file, header)| Ok((file.clone(), layout::lay(contract, &shape, &file.name, header)?)))
        .collect::<Result<Vec<(SourceFile, Layout)>>>()?;
    let verdicts = control::compare(contract, &options.project_folder, &laid)?;
    let references = Known::load_all(store, contract, &shape).await?;
    let index = Index::load(store, &batches).await?;
    let kept = Kept::load(store, &batches).await?;
    let fresh = contract.freshness.as_ref().map(|fresh| fresh.column);
    let mut intake = Intake::new(&shape, references, fresh, options.batch_rows)?;
    let mut deliveries = Vec::new();
    for (at, (file, layout)) in laid.iter().enumerate() {
        let (verdict, rows) = match verdicts.get(at) {
            Some((verdict, found)) => (verdict.clone(), Some(found.rows)),
            None => (Verdict::default(), None),
        };
        let counts = match (&verdict.refusal, rows) {
            (Some(_), Some(rows)) => Counts { delivered: rows, refused: rows, ..Counts::default() },
            _ => Counts { delivered: take(contract, &mut intake, at, file, layout)?, ..Counts::default() },
        };
        deliveries.push(Delivery {
            file: file.name.clone(),
            hash: file.hash,
            counts,
            refusal: verdict.refusal,
            control_totals: verdict.totals,
        });
    }
    let taken = intake.finish()?;
    let cursor = next_cursor(contract, options, before, &laid, &deliveries, taken.newest_day);
    let stale = stale(contract, options, &cursor);
    let texts = |wanted: &BTreeSet<Origin>| texts_of(&contract.dialect, &laid, wanted);
    let intent = Intent {
        store,
        shape: &shape,
        options,
        number: batches.last().map_or(1, |(number, _)| number + 1),
        contract_hash: contract.text_hash,
        contract: &contract.file,
        cursor,
        deliveries,
        most_quarantined: contract.most_quarantined,
        exempt: exempt(&laid),
        may_be_empty: false,
        texts: &texts,
    };
    Ok(Landed { stale, ..finish::finish(intent, taken, index, kept).await? })
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

fn nothing_new(contract: &Contract, options: &LandOptions, before: &Cursor, count: usize) -> Landed {
    let files = if count == 1 { "the file has" } else { "all files have" };
    let refused = before.files.values().filter(|seen| seen.refused_with.is_some()).count();
    let refused = if refused > 0 { format!("; {refused} of them stay refused") } else { String::new() };
    Landed {
        table: contract.table().clone(),
        batch: None,
        counts: Counts::default(),
        deliveries: Vec::new(),
        stale: stale(contract, options, before),
        why: format!("nothing new: {files} the bytes already landed{refused}"),
    }
}

fn stale(contract: &Contract, options: &LandOptions, cursor: &Cursor) -> Option<Fault> {
    let fresh = contract.freshness.as_ref()?;
    let column = contract.shape.columns.get(fresh.column)?;
    let today = dates::day_of(options.extracted_at.0);
    finish::too_old(contract.table(), &contract.file, &column.name, cursor.newest_day, fresh.at_most_days, today)
}

fn next_cursor(
    contract: &Contract,
    options: &LandOptions,
    before: Cursor,
    laid: &[(SourceFile, Layout)],
    deliveries: &[Delivery],
    newest_day: Option<i32>,
) -> Cursor {
    let is_full = contract.shape.delivery == shape::Delivery::Full;
    let mut files = if is_full { BTreeMap::new() } else { before.files };
    for ((file, layout), delivery) in laid.iter().zip(deliveries) {
        let refused = delivery.refusal.is_some();
        let refused_with = if refused { control::hash(contract, &options.project_folder, file) } else { None };
        let seen = Seen { hash: file.hash, header: layout.header.clone(), refused_with };
        files.insert(file.name.clone(), seen);
    }
    let newest_day = if is_full { newest_day } else { newest_day.max(before.newest_day) };
    Cursor { reading: Some(contract.reading_hash), files, newest_day }
}

fn exempt(laid: &[(SourceFile, Layout)]) -> HashSet<usize> {
    laid.iter().enumerate().filter(|(_, (_, layout))| !layout.flaws.is_empty()).map(|(at, _)| at).collect()
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

/// The columns of a whole shape for rows that are kept as text.
pub(crate) fn layout_of_kept(contract: &Contract, shape: &Shape, file: &str, cursor: &Cursor) -> Result<Layout> {
    let header = cursor.files.get(file).and_then(|seen| seen.header.clone());
    layout::lay(contract, shape, file, header)
}
