//! Dense sequences of manifests: `{folder}/0000000001.json`, 2, 3, …; the highest is the present state.

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Fault, Place, Put, Result, Store, fault::K004};

/// The path of number `number` (counted from one) in `folder`.
pub fn path(folder: &str, number: u64) -> String {
    format!("{folder}/{number:010}.json")
}

/// The numbers present in `folder`, ascending.
///
/// # Errors
/// K004 if the sequence has a gap below its highest number, except at the old end, which `maintain` may have removed.
pub async fn numbers(store: &dyn Store, folder: &str) -> Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in store.list(folder).await? {
        let name = entry.path.rsplit('/').next().unwrap_or_default();
        if let Some(number) = name.strip_suffix(".json").and_then(|digits| digits.parse::<u64>().ok()) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    for pair in numbers.windows(2) {
        if let [before, after] = pair
            && before + 1 != *after
        {
            return Err(Fault::new(K004, format!("`{folder}` has number {before} and {after} but none between them"))
                .place(Place::file(format!("{}/{}", store.uri(), path(folder, before + 1)))));
        }
    }
    Ok(numbers)
}

/// The manifest of that number.
///
/// # Errors
/// K004 if it is missing or not of the expected shape.
pub async fn read<T: DeserializeOwned>(store: &dyn Store, folder: &str, number: u64) -> Result<T> {
    let path = path(folder, number);
    let place = Place::file(format!("{}/{path}", store.uri()));
    let Some(bytes) = store.get(&path).await? else {
        return Err(Fault::new(K004, format!("manifest `{path}` is missing")).place(place));
    };
    serde_json::from_slice(&bytes)
        .map_err(|error| Fault::new(K004, format!("manifest `{path}` cannot be read")).place(place).cause(error))
}

/// Every manifest of the sequence, ascending, each with its number.
///
/// # Errors
/// K004 on a gap or an unreadable entry.
pub async fn read_all<T: DeserializeOwned>(store: &dyn Store, folder: &str) -> Result<Vec<(u64, T)>> {
    let mut all = Vec::new();
    for number in numbers(store, folder).await? {
        all.push((number, read(store, folder, number).await?));
    }
    Ok(all)
}

/// Writes number `number` if nobody has yet.
///
/// # Errors
/// Whatever the store says; [`Put::Exists`] is no fault.
pub async fn append<T: Serialize + Sync>(store: &dyn Store, folder: &str, number: u64, manifest: &T) -> Result<Put> {
    let mut bytes = serde_json::to_vec_pretty(manifest)
        .map_err(|error| Fault::new(K004, format!("manifest {number} of `{folder}` cannot be written")).cause(error))?;
    bytes.push(b'\n');
    store.put_new(&path(folder, number), Bytes::from(bytes)).await
}
