//! Which files of a stream stand refused: kept back whole, and not delivered better since.

use std::collections::BTreeMap;

use kernel::{
    Result, Store,
    landing::{self, Delivery},
};

use crate::{contract::Contract, cursor::Cursor};

/// The files that stand refused after the batches before `before`, or after all; by name.
///
/// A contract under which no file can be refused is answered without a look.
///
/// # Errors
/// C013 or K004 if the warehouse is damaged.
pub async fn refused(store: &dyn Store, contract: &Contract, before: Option<u64>) -> Result<Vec<Delivery>> {
    if contract.control.is_none() && contract.shape.numbers.is_none() {
        return Ok(Vec::new());
    }
    let mut batches = landing::batches(store, contract.table()).await?;
    batches.retain(|(number, _)| before.is_none_or(|before| *number < before));
    let cursor = Cursor::last(store, &batches)?;
    let mut last: BTreeMap<String, Delivery> = BTreeMap::new();
    for delivery in batches.into_iter().flat_map(|(_, batch)| batch.deliveries) {
        // A file that went, or came again with other bytes, has a word of its own.
        if cursor.files.get(&delivery.file).is_some_and(|seen| seen.hash == delivery.hash) {
            last.insert(delivery.file.clone(), delivery);
        }
    }
    Ok(last.into_values().filter(|delivery| delivery.refusal.is_some()).collect())
}
