//! Whether a contract still speaks of the rows that have landed: types may only widen, and the key of an incremental
//! stream stays.

use kernel::{Fault, Place, Result, columns::ColumnType, landing::Batch};

use crate::{
    contract::Contract,
    cursor::Cursor,
    fault::{C020, C022},
    shape::Shape,
};

/// Refuses a column whose landed values are not values of its type of today. A column that the contract no longer has may
/// come back later, under the type it had.
pub(crate) fn types(contract: &Contract, shape: &Shape, batches: &[(u64, Batch)]) -> Result<()> {
    for column in shape.landed_columns() {
        let landed = batches.iter().rev().filter(|(_, batch)| !batch.files.is_empty()).find_map(|(number, batch)| {
            let landed = batch.columns.iter().find(|landed| landed.name == column.name)?;
            (!widens(landed.column_type, column.column_type)).then_some((number, landed.column_type))
        });
        if let Some((number, landed)) = landed {
            let words = format!(
                "contract `{}`: `{}` has landed as {landed} and is now {}",
                contract.table().table(),
                column.name,
                column.column_type
            );
            return Err(Fault::new(C022, words)
                .place(Place::file(&contract.file))
                .place(Place::file(contract.table().to_string()).detail(format!("batch {number}")))
                .kept("everything that landed before")
                .hint(format!(
                    "keep `{}` {landed} (or widen it), and give the {} a column name or a stream of its own",
                    column.name, column.column_type
                )));
        }
    }
    Ok(())
}

/// Whether every value of one type is a value of the other, digit for digit.
fn widens(from: ColumnType, to: ColumnType) -> bool {
    match (from, to) {
        (ColumnType::Decimal { precision, scale }, ColumnType::Decimal { precision: wider, scale: finer }) => {
            finer >= scale && wider.saturating_sub(finer) >= precision.saturating_sub(scale)
        }
        (ColumnType::Integer, ColumnType::Decimal { precision, scale }) => precision.saturating_sub(scale) >= 19,
        (from, to) => from == to,
    }
}

/// What hashes of keys hang on: name and kind of each column, in the order of names. Digits do not count.
pub(crate) fn key_of(shape: &Shape) -> Vec<String> {
    let columns = shape.landed_columns();
    let mut key: Vec<String> = shape
        .landed_key()
        .into_iter()
        .filter_map(|at| columns.get(at))
        .map(|column| match column.column_type {
            ColumnType::Decimal { .. } => format!("{} decimal", column.name),
            other => format!("{} {other}", column.name),
        })
        .collect();
    key.sort();
    key
}

/// The fault of a key that is not the one under which the stream landed.
pub(crate) fn key(contract: &Contract, shape: &Shape, before: &Cursor) -> Option<Fault> {
    let landed = before.key.as_ref()?;
    let now = key_of(shape);
    (*landed != now).then(|| {
        let words = format!(
            "contract `{}`: the key has been {} and is now {}",
            contract.table().table(),
            landed.join(", "),
            now.join(", ")
        );
        Fault::new(C020, words)
            .place(Place::file(&contract.file))
            .kept("everything that landed before, under the key it had")
            .hint(
                "put the key back, or land under a new `stream` name; a full delivery without a bad row may change it",
            )
    })
}
