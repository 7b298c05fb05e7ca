//! How old a source is: the newest day of one of its columns, as delivered or, where that was not noted, as landed.

use arrow::array::Array;
use kernel::{Fault, Place, Result, Store, landing::Batch};

use crate::{
    LandOptions,
    chunk::Typed,
    contract::Contract,
    cursor::Cursor,
    dates,
    fault::{self, C010},
    index::{short, shorts, superseded},
    intake::day,
    stored,
};

/// The column that says how old a row is, if the contract names one.
pub(crate) fn column(contract: &Contract) -> Option<&str> {
    let fresh = contract.freshness.as_ref()?;
    contract.shape.columns.get(fresh.column).map(|spec| spec.name.as_str())
}

/// The newest day known before this delivery. A contract that names another column than the last batch knew has its rows
/// asked, as they landed.
pub(crate) async fn newest_before(
    store: &dyn Store,
    contract: &Contract,
    batches: &[(u64, Batch)],
    before: &Cursor,
) -> Result<Option<i32>> {
    let Some(column) = column(contract) else { return Ok(None) };
    if before.newest_of.as_deref() == Some(column) {
        return Ok(before.newest_day);
    }
    let gone = superseded(store, batches).await?;
    let mut newest = None;
    for file in batches.iter().flat_map(|(_, batch)| &batch.files) {
        for part in stored::read(store, file, &[column, "_row_version_id"]).await? {
            let part = part.map_err(fault::arrow)?;
            let ids = shorts(store, file, &part, "_row_version_id")?;
            let Some(days) = part.column_by_name(column).and_then(Typed::of) else { continue };
            let is_there = |row: &usize| short(ids.value(*row)).is_none_or(|id| !gone.contains(&id));
            newest = newest.max((0..ids.len()).filter(is_there).filter_map(|row| day(days.value(row))).max());
        }
    }
    Ok(newest)
}

/// The fault of a source that is too old.
pub(crate) fn stale(contract: &Contract, options: &LandOptions, newest: Option<i32>) -> Option<Fault> {
    let most = contract.freshness.as_ref()?.at_most_days;
    let (table, column) = (contract.table(), column(contract)?);
    let place = Place::file(&contract.file);
    let Some(newest) = newest else {
        let words = format!("`{table}` has no row whose `{column}` could say how old it is");
        return Some(Fault::new(C010, words).place(place));
    };
    let age = dates::day_of(options.extracted_at.0).saturating_sub(newest);
    (i64::from(age) > i64::from(most)).then(|| {
        let day = dates::show_day(newest);
        Fault::new(C010, format!("the newest `{column}` of `{table}` is {day}, {age} days old, and {most} are allowed"))
            .place(place)
    })
}
