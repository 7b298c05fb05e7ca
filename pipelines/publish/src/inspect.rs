//! What a target holds, looked at without changing it: for whoever asks whether readers find everything.
//!
//! Promises that every file which the present publication names is looked for, with its size; files are listed, not read.
//! It does not know whether a target that is sound could also be written to.

use kernel::{Fault, Place as Where, Result};

use crate::{
    Target, TargetKind,
    delta_log::DeltaFolder,
    fault::U009,
    parquet_tree,
    place::Place,
    publication::{LATEST, Publication, wrong_kind},
};

/// What was found at a target.
#[derive(Debug, Clone, Default)]
pub struct Inspection {
    /// The release that it shows; none if nothing was published to it, or if that cannot be told.
    pub release: Option<u64>,
    /// Files that were looked for.
    pub files: usize,
    /// Every file that is gone or cut short (U009), and every Delta log that is not whole (U010).
    pub faults: Vec<Fault>,
}

impl Inspection {
    /// Notes a file that is there with `found` bytes and should have `wanted`, if that is known.
    pub(crate) fn look(&mut self, place: &Place, path: &str, found: Option<u64>, wanted: Option<u64>) {
        self.files += 1;
        let shown = place.shown();
        let message = match found {
            None => format!("`{path}` is gone from the publication target `{shown}`"),
            Some(found) if wanted.is_some_and(|wanted| wanted != found) => format!(
                "`{path}` at the publication target `{shown}` has {found} bytes and not {}",
                wanted.unwrap_or_default()
            ),
            Some(_) => return,
        };
        self.faults
            .push(Fault::new(U009, message).place(Where::file(format!("{}/{path}", shown.trim_end_matches('/')))));
    }
}

/// Looks for everything that the present publication of a target names; writes nothing.
///
/// # Errors
/// U001 if the address or the target's kind is wrong, U002 if it cannot be reached, U008 for a Delta table that cannot be
/// read. What is missing is no error but a fault of the inspection.
pub async fn inspect(target: &Target) -> Result<Inspection> {
    let Some(place) = Place::to_look_at(&target.to, &target.settings)? else { return Ok(Inspection::default()) };
    let Some(shown) = Publication::read(&place, LATEST).await? else {
        let is_begun = match target.kind {
            TargetKind::Delta => place.list("").await?.iter().any(|entry| entry.path.contains("/_delta_log/")),
            TargetKind::Parquet => parquet_tree::is_begun(&place).await?,
        };
        let mut nothing = Inspection::default();
        if is_begun {
            nothing.look(&place, LATEST, None, None);
        }
        return Ok(nothing);
    };
    match target.kind {
        kind if shown.kind != kind => Err(wrong_kind(&place, shown.kind, kind)),
        TargetKind::Delta => look_at_delta(&place, &shown).await,
        TargetKind::Parquet => parquet_tree::look_at(&place, &shown).await,
    }
}

/// The files of the version that `latest.json` names, and of the last one, which most readers take.
async fn look_at_delta(place: &Place, shown: &Publication) -> Result<Inspection> {
    let mut inspection = Inspection { release: Some(shown.release), ..Inspection::default() };
    for (name, published) in &shown.tables {
        let folder = DeltaFolder::new(place, name, published.path.clone())?;
        let there = folder.files().await?;
        if let Err(fault) = folder.refuse_gaps(&there, published.version) {
            inspection.faults.push(fault);
            continue;
        }
        let Some(mut table) = folder.load(published.version).await? else {
            inspection.look(place, &format!("{}/_delta_log", published.path), None, None);
            continue;
        };
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..2 {
            for view in table.snapshot().ok().into_iter().flat_map(|state| state.log_data()) {
                let path = format!("{}/{}", published.path, view.object_store_path());
                if seen.insert(path.clone()) {
                    inspection.look(place, &path, there.get(&path).copied(), u64::try_from(view.size()).ok());
                }
            }
            table.load().await.map_err(|error| folder.fault(error, "read"))?;
        }
    }
    Ok(inspection)
}
