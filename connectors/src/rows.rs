//! Lands rows that the program itself makes: the calendar, plan documents. Always a full delivery.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kernel::{
    Digest, Fault, Fingerprint, Place, Result, Store,
    columns::Column,
    landing::{self, Counts, Delivery},
    names::TableName,
};
use rust_decimal::Decimal;

use crate::{
    LandOptions, Landed,
    classify::History,
    cursor::{Cursor, Seen},
    fault::C016,
    finish::{self, Intent, Origin},
    index::Index,
    intake::{Cells, Intake},
    kept::Kept,
    shape::{self, Shape, Spec},
};

/// Rows as text, each value in the plain form: `1234.50`, `2026-11-30`, `true`; none is null.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Where they land.
    pub table: TableName,
    /// Their columns, in the order of the values.
    pub columns: Vec<Column>,
    /// The names of the key's columns.
    pub key: Vec<String>,
    /// Value by value.
    pub rows: Vec<Vec<Option<String>>>,
    /// What they were made from, as the user knows it; becomes `_file`.
    pub file: String,
}

struct Row<'a>(&'a [Option<String>]);

impl Cells for Row<'_> {
    fn cell(&self, column: usize) -> Option<&[u8]> {
        self.0.get(column)?.as_deref().map(str::as_bytes)
    }
}

/// Lands rows in one batch, or nothing if they are the rows already landed.
///
/// # Errors
/// C016 if a row does not fit its own columns or two rows share a key, C009 if another run was first.
pub async fn land_rows(store: &dyn Store, rows: &Rows, options: &LandOptions) -> Result<Landed> {
    let shape = shape_of(rows)?;
    let batches = landing::batches(store, &rows.table).await?;
    let before = Cursor::last(store, &batches)?;
    let reading = hash_of_columns(rows);
    let hash = hash_of_rows(rows);
    let seen = Seen { hash, header: None, refused_with: None, since: None };
    let files = BTreeMap::from([(rows.file.clone(), seen)]);
    let cursor = Cursor { reading: Some(reading), files, ..Cursor::default() };
    if before == cursor {
        return Ok(Landed {
            table: rows.table.clone(),
            batch: None,
            counts: Counts::default(),
            deliveries: Vec::new(),
            stale: None,
            why: "nothing new: the rows are those already landed".to_owned(),
        });
    }
    let mut intake = Intake::new(&shape, Vec::new(), None, options.batch_rows)?;
    for (line, row) in (1..).zip(&rows.rows) {
        let flaws =
            if row.len() == rows.columns.len() { Vec::new() } else { vec![format!("it has {} values", row.len())] };
        intake.row(0, line, &Row(row), flaws, b"")?;
    }
    let taken = intake.finish()?;
    if let Some(bad) = taken.bad.first() {
        return Err(unfit(rows, &format!("row {} does not fit: {}", bad.line, bad.reasons.join("; "))));
    }
    let delivered = rows.rows.len() as u64;
    let counts = Counts { delivered, ..Counts::default() };
    let delivery = Delivery { file: rows.file.clone(), hash, counts, refusal: None, control_totals: Vec::new() };
    let index = Index::load(store, &batches).await?;
    let disputed = |wanted: &BTreeSet<Origin>| -> Result<BTreeMap<Origin, Vec<u8>>> {
        let lines: Vec<String> = wanted.iter().map(|(_, line)| line.to_string()).collect();
        Err(unfit(rows, &format!("rows {} share the key ({}) and differ", lines.join(" and "), rows.key.join(", "))))
    };
    let intent = Intent {
        store,
        shape: &shape,
        options,
        number: batches.last().map_or(1, |(number, _)| number + 1),
        contract_hash: reading,
        contract: &rows.file,
        cursor,
        deliveries: vec![delivery],
        most_quarantined: Decimal::ZERO,
        exempt: HashSet::new(),
        history: History::default(),
        open_keys: HashMap::new(),
        key_change: None,
        may_be_empty: true,
        texts: &disputed,
    };
    finish::finish(intent, taken, index, Kept::default()).await
}

fn unfit(rows: &Rows, words: &str) -> Fault {
    Fault::new(C016, format!("`{}`: {words}", rows.table)).place(Place::file(&rows.file))
}

fn shape_of(rows: &Rows) -> Result<Shape> {
    let name = rows.table.table();
    let (source, stream) = name.split_once('_').unwrap_or(("tantieme", name));
    let columns: Vec<Spec> =
        rows.columns.iter().map(|column| Spec::plain(&column.name, column.column_type, column.nullable)).collect();
    let find = |name: &String| {
        columns
            .iter()
            .position(|spec| spec.name == *name)
            .ok_or_else(|| unfit(rows, &format!("key `{name}` is no column")))
    };
    let key = rows.key.iter().map(find).collect::<Result<Vec<usize>>>()?;
    Ok(Shape {
        table: rows.table.clone(),
        source: source.to_owned(),
        stream: stream.to_owned(),
        key,
        columns,
        numbers: None,
        null_values: Vec::new(),
        delivery: shape::Delivery::Full,
    })
}

fn hash_of_columns(rows: &Rows) -> Digest {
    let mut print = Fingerprint::new("columns", 1);
    let columns: Vec<String> = rows
        .columns
        .iter()
        .map(|column| format!("{} {} {}", column.name, column.column_type, column.nullable))
        .collect();
    print.list(&columns);
    print.list(&rows.key);
    print.finish()
}

fn hash_of_rows(rows: &Rows) -> Digest {
    let mut print = Fingerprint::new("rows", 1);
    for row in &rows.rows {
        print.add((row.len() as u64).to_le_bytes());
        for value in row {
            match value {
                Some(text) => print.add([b"1", text.as_bytes()].concat()),
                None => print.add(b"0"),
            }
        }
    }
    print.finish()
}
