//! A tree of plain Parquet files, one folder for each release.
//!
//! Promises that a glob below `latest/` (on a disk) or below the paths of `latest.json` never meets a stale or a half row:
//! the folder of a release is complete before either names it, and is not changed afterwards. A file that an earlier
//! release holds already is linked, not written. It does not know what is in the files.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kernel::{Digest, Fault, Place as Where, Put, Result, landing::FileRef, names::TableName};

use crate::{
    Published, Source, TableToPublish, TargetKind,
    delta_file::{read_whole, without_rows},
    fault::{U003, U004, U006},
    inspect::Inspection,
    partition_folder,
    place::Place,
    publication::{LATEST, Publication, PublishedFile, PublishedTable, newer},
};

const RELEASES: &str = "releases";
const COMPLETE: &str = "release.json";

/// A file to be published, and where its bytes come from.
struct Wanted {
    file: PublishedFile,
    from: From,
}

enum From {
    Release(FileRef),
    Here(Bytes),
}

/// The paths below `releases` and their sizes.
type Listing = BTreeMap<String, u64>;

pub(crate) async fn publish(place: &Place, keep: usize, source: &dyn Source, run_id: &str) -> Result<Published> {
    let release = source.release_number();
    let folder = folder_of(release);
    let (wanted, publication) = plan(source, run_id, &folder)?;
    let latest = Publication::latest(place, &publication).await?;
    let there = list(place).await?;
    refuse_older(place, &there, release)?;
    let complete = format!("{folder}/{COMPLETE}");
    let before = Publication::read(place, &complete).await?;
    let is_other = |one: &Option<Publication>| one.as_ref().is_some_and(|one| one.contradicts(&publication));
    if is_other(&before) || latest.as_ref().is_some_and(|latest| latest.release == release) && is_other(&latest) {
        return Err(Fault::new(U004, format!("`{folder}` at `{}` holds another release {release}", place.shown()))
            .place(Where::file(format!("{}/{complete}", place.shown().trim_end_matches('/')))));
    }
    let is_same = |one: &Option<Publication>| one.as_ref().is_some_and(|one| one.is_same(&publication));
    let (is_done, was_shown) = (is_same(&before), is_same(&latest));
    // Where other tables are asked for, the folder says so only when it holds them.
    if before.is_some() && !is_done {
        place.delete(&complete).await?;
    }
    let filled = fill(place, source, &folder, &wanted, &there, latest.as_ref()).await?;
    if !is_done && place.put_new(&complete, publication.bytes()?).await? == Put::Exists {
        let other = Publication::read(place, &complete).await?;
        if other.is_none_or(|other| other != publication) {
            return Err(Fault::new(
                U003,
                format!("another run has published release {release} to `{}`", place.shown()),
            )
            .place(Where::file(place.shown())));
        }
    }
    let is_shown = is_same(&Publication::latest(place, &publication).await?);
    if !is_shown {
        place.replace(LATEST, publication.bytes()?).await?;
    }
    let is_linked = place.is_linked("latest", &folder);
    place.link("latest", &folder)?;
    for path in &filled.superseded {
        place.delete(path).await?;
    }
    forget_old(place, keep, release, there.into_keys()).await?;
    let tables_unchanged = publication.tables.iter().filter(|(name, table)| is_unchanged(latest.as_ref(), name, table));
    let tables_unchanged = tables_unchanged.count();
    let mut done = Published::nothing(place.shown(), release);
    if is_done || was_shown {
        let gone = [before.is_none(), latest.is_none(), was_shown && !is_linked];
        done.files_restored = filled.missing + gone.into_iter().filter(|is_gone| *is_gone).count();
    }
    // Where only `latest.json` was gone, its tables are what they were.
    done.tables_unchanged = if is_done && latest.is_none() { publication.tables.len() } else { tables_unchanged };
    done.tables_written = publication.tables.len() - done.tables_unchanged;
    done.files_written = filled.written;
    done.completed_earlier = is_done && is_shown && done.files_restored == 0;
    Ok(done)
}

async fn list(place: &Place) -> Result<Listing> {
    Ok(place.list(RELEASES).await?.into_iter().map(|entry| (entry.path, entry.size)).collect())
}

fn number_of(path: &str) -> Option<u64> {
    path.split('/').nth(1).and_then(|digits| digits.parse().ok())
}

/// A newer release that is complete belongs to a warehouse that is ahead, also where `latest.json` is gone.
fn refuse_older(place: &Place, there: &Listing, release: u64) -> Result<()> {
    let complete = there.keys().filter_map(|path| number_of(path.strip_suffix(COMPLETE)?));
    match complete.max().filter(|last| *last > release) {
        Some(last) => Err(newer(place, last, release)),
        None => Ok(()),
    }
}

/// What is missing from what the target shows; `latest.json` itself has been read.
pub(crate) async fn look_at(place: &Place, shown: &Publication) -> Result<Inspection> {
    let there = list(place).await?;
    let folder = folder_of(shown.release);
    let mut inspection = Inspection { release: Some(shown.release), ..Inspection::default() };
    for file in shown.tables.values().flat_map(|table| &table.files) {
        inspection.look(place, &file.path, there.get(&file.path).copied(), Some(file.byte_count));
    }
    let complete = format!("{folder}/{COMPLETE}");
    inspection.look(place, &complete, there.get(&complete).copied(), None);
    inspection.look(place, "latest", place.is_linked("latest", &folder).then_some(0), None);
    Ok(inspection)
}

/// Whether anything was ever published.
pub(crate) async fn is_begun(place: &Place) -> Result<bool> {
    Ok(list(place).await?.keys().any(|path| path.ends_with(COMPLETE)))
}

fn folder_of(release: u64) -> String {
    format!("{RELEASES}/{release:010}")
}

fn is_unchanged(latest: Option<&Publication>, name: &TableName, table: &PublishedTable) -> bool {
    let content = |table: &PublishedTable| -> BTreeSet<(Option<String>, Digest)> {
        table.files.iter().map(|file| (file.partition.clone(), file.hash)).collect()
    };
    latest.and_then(|latest| latest.tables.get(name)).is_some_and(|before| content(before) == content(table))
}

/// What the release's folder has to hold, and what it will say of itself.
fn plan(source: &dyn Source, run_id: &str, folder: &str) -> Result<(Vec<Wanted>, Publication)> {
    let mut publication = Publication::of(TargetKind::Parquet, source, run_id);
    let mut all = Vec::new();
    for table in source.tables() {
        let path = format!("{folder}/{}", table.folder());
        let wanted = files_of(&table, &path)?;
        let mut files: Vec<PublishedFile> = wanted.iter().map(|wanted| wanted.file.clone()).collect();
        files.sort();
        let row_count = table.row_count();
        let published = PublishedTable { path, version: None, row_count, control_sums: table.control_sums, files };
        publication.tables.insert(table.name, published);
        all.extend(wanted);
    }
    Ok((all, publication))
}

fn files_of(table: &TableToPublish, path: &str) -> Result<Vec<Wanted>> {
    let wanted = |partition: Option<&str>, hash: Digest, byte_count: u64, from: From| {
        let inside = match (&table.partition_column, partition) {
            (Some(column), Some(value)) => format!("{}/", partition_folder(column, value)),
            _ => String::new(),
        };
        let path = format!("{path}/{inside}{}.parquet", &hash.hex()[..32]);
        let partition = partition.map(str::to_owned);
        Wanted { file: PublishedFile { path, partition, hash, byte_count }, from }
    };
    let mut files: Vec<Wanted> = table
        .files()
        .map(|(partition, file)| wanted(partition, file.hash, file.byte_count, From::Release(file.clone())))
        .collect();
    if files.is_empty() {
        let bytes = without_rows(&table.columns)?;
        files.push(wanted(None, Digest::of(&bytes), bytes.len() as u64, From::Here(bytes)));
    }
    Ok(files)
}

/// What was done to a release's folder.
struct Filled {
    /// Files that were not there, or not whole.
    missing: usize,
    /// Those of them that were written; the others were named again.
    written: usize,
    /// What is not wanted any more and can go once `latest.json` does not name it.
    superseded: Vec<String>,
}

/// Makes the folder hold what is wanted, and nothing else but what readers of the same release still look for.
async fn fill(
    place: &Place,
    source: &dyn Source,
    folder: &str,
    wanted: &[Wanted],
    there: &Listing,
    latest: Option<&Publication>,
) -> Result<Filled> {
    let sizes: BTreeMap<&str, u64> =
        wanted.iter().map(|wanted| (wanted.file.path.as_str(), wanted.file.byte_count)).collect();
    let named: BTreeSet<&str> =
        latest.iter().flat_map(|latest| latest.tables.values()).flat_map(|table| &table.files).map(path_of).collect();
    let complete = format!("{folder}/{COMPLETE}");
    let mut filled = Filled { missing: 0, written: 0, superseded: Vec::new() };
    let mut is_touched = false;
    for (path, size) in there.iter().filter(|(path, _)| path.starts_with(&format!("{folder}/")) && **path != complete) {
        match sizes.get(path.as_str()) {
            Some(wanted) if wanted == size => {}
            None if named.contains(path.as_str()) => filled.superseded.push(path.clone()),
            _ => {
                place.delete(path).await?;
                is_touched = true;
            }
        }
    }
    // A name says what is in the file, so one that any release has at its full length will do.
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let known: BTreeMap<(String, u64), &str> =
        there.iter().map(|(path, size)| ((name(path), *size), path.as_str())).collect();
    for Wanted { file, from } in wanted.iter().filter(|it| there.get(&it.file.path) != Some(&it.file.byte_count)) {
        filled.missing += 1;
        if let Some(before) = known.get(&(name(&file.path), file.byte_count))
            && place.name_again(before, &file.path).await?
        {
            continue;
        }
        let bytes = match from {
            From::Release(file) => read_whole(source, file).await?,
            From::Here(bytes) => bytes.clone(),
        };
        place.put_new(&file.path, bytes).await?;
        filled.written += 1;
    }
    if filled.missing == 0 && !is_touched {
        return Ok(filled);
    }
    let mut found: Listing = place.list(folder).await?.into_iter().map(|entry| (entry.path, entry.size)).collect();
    found.retain(|path, _| *path != complete && !filled.superseded.contains(path));
    let is_whole = found.len() == sizes.len() && sizes.iter().all(|(path, size)| found.get(*path) == Some(size));
    if is_whole { Ok(filled) } else { Err(not_whole(place, folder, &sizes, &found)) }
}

fn path_of(file: &PublishedFile) -> &str {
    &file.path
}

fn not_whole(place: &Place, folder: &str, wanted: &BTreeMap<&str, u64>, found: &Listing) -> Fault {
    let wrong = wanted.iter().find(|(path, size)| found.get(**path) != Some(size)).map(|(path, _)| (*path).to_owned());
    let wrong = wrong.or_else(|| found.keys().find(|path| !wanted.contains_key(path.as_str())).cloned());
    let wrong = wrong.unwrap_or_else(|| folder.to_owned());
    Fault::new(U006, format!("`{folder}` at `{}` is not what was written, beginning with `{wrong}`", place.shown()))
        .place(Where::file(format!("{}/{wrong}", place.shown().trim_end_matches('/'))))
}

/// Removes what is older than the releases to be kept, and what was begun and never completed.
async fn forget_old(place: &Place, keep: usize, release: u64, there: impl Iterator<Item = String>) -> Result<()> {
    let mut folders: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for path in there {
        if let Some(number) = number_of(&path).filter(|number| *number < release) {
            folders.entry(number).or_default().push(path);
        }
    }
    let is_complete = |number: &u64, paths: &[String]| paths.contains(&format!("{}/{COMPLETE}", folder_of(*number)));
    let complete: Vec<u64> =
        folders.iter().filter(|(number, paths)| is_complete(number, paths)).map(|(number, _)| *number).collect();
    let kept: BTreeSet<u64> = complete.into_iter().rev().take(keep.saturating_sub(1)).collect();
    for (number, mut paths) in folders {
        if kept.contains(&number) {
            continue;
        }
        // The statement that it is complete goes first, so that a half removed folder does not look whole.
        let complete = format!("{}/{COMPLETE}", folder_of(number));
        paths.sort_by_key(|path| *path != complete);
        for path in paths {
            place.delete(&path).await?;
        }
        place.remove_empty(&folder_of(number));
    }
    Ok(())
}
