//! Looking back at what landed: where a row version came from, and whether every file is still what it was.

use std::collections::{BTreeMap, HashMap};

use arrow::{
    array::AsArray,
    datatypes::{Int64Type, TimestampMicrosecondType},
};
use kernel::{Digest, Fault, Place, Result, Store, Timestamp, landing, names::TableName};

use crate::{
    fault::{self, C013},
    index::{short, shorts},
    stored,
};

/// Where a landed row version came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The version asked for.
    pub row_version_id: [u8; 16],
    /// The source's file.
    pub file: String,
    /// Physical line in it.
    pub line: u64,
    /// The run that landed it.
    pub run_id: String,
    /// When that was.
    pub extracted_at: Timestamp,
}

/// Finds row versions, current or not, in the order asked for; those that never landed are left out.
///
/// # Errors
/// C013 if a landed file is missing or damaged.
pub async fn locate(store: &dyn Store, table: &TableName, row_version_ids: &[[u8; 16]]) -> Result<Vec<Located>> {
    const COLUMNS: [&str; 5] = ["_row_version_id", "_file", "_line", "_run_id", "_extracted_at"];
    let wanted: HashMap<[u8; 16], usize> = row_version_ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut found: BTreeMap<usize, Located> = BTreeMap::new();
    for (_, batch) in landing::batches(store, table).await? {
        for file in &batch.files {
            if found.len() == wanted.len() {
                return Ok(found.into_values().collect());
            }
            for part in stored::read(store, file, &COLUMNS).await? {
                let part = part.map_err(fault::arrow)?;
                let ids = shorts(store, file, &part, "_row_version_id")?;
                let text = |name: &str| part.column_by_name(name).and_then(|array| array.as_string_opt::<i32>());
                let lines = part.column_by_name("_line").and_then(|array| array.as_primitive_opt::<Int64Type>());
                let moments = part
                    .column_by_name("_extracted_at")
                    .and_then(|array| array.as_primitive_opt::<TimestampMicrosecondType>());
                let (Some(files), Some(runs), Some(lines), Some(moments)) =
                    (text("_file"), text("_run_id"), lines, moments)
                else {
                    return Err(Fault::new(C013, format!("landed file `{}` lacks system columns", file.path)));
                };
                for row in 0..part.num_rows() {
                    let Some(id) = short(ids.value(row)) else { continue };
                    if let Some(at) = wanted.get(&id) {
                        found.insert(
                            *at,
                            Located {
                                row_version_id: id,
                                file: files.value(row).to_owned(),
                                line: u64::try_from(lines.value(row)).unwrap_or_default(),
                                run_id: runs.value(row).to_owned(),
                                extracted_at: Timestamp(moments.value(row)),
                            },
                        );
                    }
                }
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Reads every file that the manifests of a stream name, and compares its bytes with its hash.
///
/// # Errors
/// K004 if a manifest is missing or unreadable. What is wrong with single files is the answer, not an error.
pub async fn verify(store: &dyn Store, table: &TableName) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (number, batch) in landing::batches(store, table).await? {
        for file in [&batch.files, &batch.superseded, &batch.quarantined, &batch.settled].into_iter().flatten() {
            let place =
                Place::file(format!("{}/{}", store.uri(), file.path)).detail(format!("batch {number} of {table}"));
            let wrong = match store.get(&file.path).await? {
                None => Some("is missing"),
                Some(bytes) if Digest::of(&bytes) != file.hash => Some("has other bytes than its manifest says"),
                Some(_) => None,
            };
            faults.extend(
                wrong.map(|words| Fault::new(C013, format!("landed file `{}` {words}", file.path)).place(place)),
            );
        }
        if !batch.counts.reconciles() {
            faults.push(Fault::new(C013, format!("batch {number} of `{table}` does not account for every row")));
        }
    }
    Ok(faults)
}
