//! Whether the values of a row are keys of another landed table.

use std::collections::HashSet;

use arrow::array::Array;
use kernel::{
    Fault, Place, Result, Store,
    landing::{self, Batch},
};

use crate::{
    canonical::{Hasher, Short},
    chunk::Typed,
    contract::{Contract, Reference},
    fault::{self, C017, C021},
    index::{short, shorts, superseded},
    shape::Shape,
    stored,
    values::{self, Value},
};

/// One reference with the keys that are there.
#[derive(Debug)]
pub(crate) struct Known {
    reference: Reference,
    hasher: Hasher,
    keys: HashSet<Short>,
}

impl Known {
    /// Every reference of a contract. A dry run lands nothing, so it leaves out those to a table that has yet to land.
    ///
    /// # Errors
    /// C017 if the two sides cannot be compared, C021 if nothing of the other has landed.
    pub(crate) async fn load_all(
        store: &dyn Store,
        contract: &Contract,
        shape: &Shape,
        is_dry: bool,
    ) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for reference in &contract.references {
            match Self::load(store, contract, shape, reference).await {
                Err(fault) if is_dry && fault.code() == C021 => {}
                known => all.push(known?),
            }
        }
        Ok(all)
    }

    /// Reads the keys of the table referred to.
    async fn load(store: &dyn Store, contract: &Contract, shape: &Shape, reference: &Reference) -> Result<Self> {
        let batches = landing::batches(store, &reference.to).await?;
        let Some((_, last)) = batches.last() else {
            let words = format!("`{}` refers to `{}`, of which nothing has landed", contract.table(), reference.to);
            return Err(Fault::new(C021, words).place(Place::file(&contract.file)));
        };
        same_types(&contract.file, shape, reference, last)?;
        let superseded = superseded(store, &batches).await?;
        let places: Vec<usize> = (0..reference.key.len()).collect();
        let mut hasher = Hasher::by_place("reference", &places);
        let mut keys = HashSet::new();
        let mut wanted: Vec<&str> = reference.key.iter().map(String::as_str).collect();
        wanted.push("_row_version_id");
        for file in batches.iter().flat_map(|(_, batch)| &batch.files) {
            for part in stored::read(store, file, &wanted).await? {
                let part = part.map_err(fault::arrow)?;
                let ids = shorts(store, file, &part, "_row_version_id")?;
                let columns: Option<Vec<Typed<'_>>> =
                    reference.key.iter().map(|name| part.column_by_name(name).and_then(Typed::of)).collect();
                let Some(columns) = columns else { continue };
                for row in 0..ids.len() {
                    if short(ids.value(row)).is_none_or(|id| !superseded.contains(&id)) {
                        keys.insert(hasher.hash(|at| columns.get(at).map_or(Value::Null, |column| column.value(row))));
                    }
                }
            }
        }
        let hasher = Hasher::by_place("reference", &reference.columns);
        Ok(Self { reference: reference.clone(), hasher, keys })
    }

    /// The reason for quarantine, if the row refers to nothing; a row that leaves a column empty refers to nothing and may.
    pub(crate) fn missing<'v>(&mut self, shape: &Shape, value: impl Fn(usize) -> Value<'v>) -> Option<String> {
        if self.reference.columns.iter().any(|at| value(*at) == Value::Null)
            || self.keys.contains(&self.hasher.hash(&value))
        {
            return None;
        }
        let named: Vec<String> = self
            .reference
            .columns
            .iter()
            .map(|at| {
                let name = shape.columns.get(*at).map_or("", |spec| spec.name.as_str());
                format!("`{name}`: {}", values::quoted(values::show(value(*at)).as_bytes()))
            })
            .collect();
        Some(format!("{} is not in {}", named.join(", "), self.reference.to))
    }
}

/// Both sides must be of one type, or no value would ever be found.
fn same_types(file: &str, shape: &Shape, reference: &Reference, last: &Batch) -> Result<()> {
    for (at, name) in reference.columns.iter().zip(&reference.key) {
        let Some(own) = shape.columns.get(*at) else { continue };
        let fault = |words: String| Fault::new(C017, words).place(Place::file(file));
        match last.columns.iter().find(|column| column.name == *name) {
            None => {
                return Err(fault(format!("`{}` refers to `{}.{name}`, which does not exist", own.name, reference.to)));
            }
            Some(other) if std::mem::discriminant(&other.column_type) != std::mem::discriminant(&own.column_type) => {
                return Err(fault(format!(
                    "`{}` is {} and refers to `{}.{name}`, which is {}",
                    own.name, own.column_type, reference.to, other.column_type
                )));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
