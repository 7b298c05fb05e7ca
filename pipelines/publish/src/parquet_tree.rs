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
    partition_folder,
    place::Place,
    publication::{LATEST, Publication, PublishedFile, PublishedTable},
};

const RELEASES: &str = "releases";
const COMPLETE: &str = "release.json";

/// A file to be published, and where its bytes come from.
struct Wanted {
    table: TableName,
    file: PublishedFile,
    from: From,
}

enum From {
    Release(FileRef),
    Here(Bytes),
}

pub(crate) async fn publish(place: &Place, keep: usize, source: &dyn Source, run_id: &str) -> Result<Published> {
    let release = source.release_number();
    let folder = folder_of(release);
    let (wanted, publication) = plan(source, run_id, &folder)?;
    let latest = Publication::latest(place, &publication).await?;
    let complete = format!("{folder}/{COMPLETE}");
    let before = Publication::read(place, &complete).await?;
    if before.as_ref().is_some_and(|before| before.contradicts(&publication)) {
        return Err(Fault::new(U004, format!("`{folder}` at `{}` holds another release {release}", place.shown()))
            .place(Where::file(format!("{}/{complete}", place.shown().trim_end_matches('/')))));
    }
    // Where other tables are asked for, the folder is filled anew.
    let is_done = before.as_ref().is_some_and(|before| before.is_same(&publication));
    let mut files_written = 0;
    if !is_done {
        files_written = fill(place, source, &folder, &wanted, latest.as_ref()).await?;
        if place.put_new(&complete, publication.bytes()?).await? == Put::Exists {
            let other = Publication::read(place, &complete).await?;
            if other.is_none_or(|other| other != publication) {
                return Err(Fault::new(
                    U003,
                    format!("another run has published release {release} to `{}`", place.shown()),
                )
                .place(Where::file(place.shown())));
            }
        }
    }
    let is_shown = Publication::latest(place, &publication).await?.is_some_and(|latest| latest.is_same(&publication));
    if !is_shown {
        place.replace(LATEST, publication.bytes()?).await?;
    }
    place.link("latest", &folder)?;
    forget_old(place, keep, release).await?;
    let tables_unchanged = publication.tables.iter().filter(|(name, table)| is_unchanged(latest.as_ref(), name, table));
    let tables_unchanged = tables_unchanged.count();
    Ok(Published {
        target: place.shown().to_owned(),
        release,
        tables_written: publication.tables.len() - tables_unchanged,
        tables_unchanged,
        files_written,
        completed_earlier: is_done && is_shown,
    })
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
        Wanted { table: table.name.clone(), file: PublishedFile { path, partition, hash, byte_count }, from }
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

/// Makes the folder hold exactly what is wanted; gives the number of files that had to be written.
async fn fill(
    place: &Place,
    source: &dyn Source,
    folder: &str,
    wanted: &[Wanted],
    latest: Option<&Publication>,
) -> Result<usize> {
    let sizes: BTreeMap<&str, u64> =
        wanted.iter().map(|wanted| (wanted.file.path.as_str(), wanted.file.byte_count)).collect();
    let mut there = BTreeSet::new();
    for entry in place.list(folder).await? {
        if sizes.get(entry.path.as_str()) == Some(&entry.size) {
            there.insert(entry.path);
        } else {
            place.delete(&entry.path).await?;
        }
    }
    let mut known: BTreeMap<(&TableName, Digest), &str> = BTreeMap::new();
    for (name, table) in latest.iter().flat_map(|latest| &latest.tables) {
        known.extend(table.files.iter().map(|file| ((name, file.hash), file.path.as_str())));
    }
    let mut files_written = 0;
    for Wanted { table, file, from } in wanted.iter().filter(|wanted| !there.contains(&wanted.file.path)) {
        if let Some(before) = known.get(&(table, file.hash))
            && place.name_again(before, &file.path).await?
        {
            continue;
        }
        let bytes = match from {
            From::Release(file) => read_whole(source, file).await?,
            From::Here(bytes) => bytes.clone(),
        };
        place.put_new(&file.path, bytes).await?;
        files_written += 1;
    }
    let found: BTreeMap<String, u64> =
        place.list(folder).await?.into_iter().map(|entry| (entry.path, entry.size)).collect();
    let is_whole = found.len() == sizes.len() && sizes.iter().all(|(path, size)| found.get(*path) == Some(size));
    if is_whole { Ok(files_written) } else { Err(not_whole(place, folder, &sizes, &found)) }
}

fn not_whole(place: &Place, folder: &str, wanted: &BTreeMap<&str, u64>, found: &BTreeMap<String, u64>) -> Fault {
    let wrong = wanted.iter().find(|(path, size)| found.get(**path) != Some(size)).map(|(path, _)| (*path).to_owned());
    let wrong = wrong.or_else(|| found.keys().find(|path| !wanted.contains_key(path.as_str())).cloned());
    let wrong = wrong.unwrap_or_else(|| folder.to_owned());
    Fault::new(U006, format!("`{folder}` at `{}` is not what was written, beginning with `{wrong}`", place.shown()))
        .place(Where::file(format!("{}/{wrong}", place.shown().trim_end_matches('/'))))
}

/// Removes what is older than the releases to be kept, and what was begun and never completed.
async fn forget_old(place: &Place, keep: usize, release: u64) -> Result<()> {
    let mut folders: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for entry in place.list(RELEASES).await? {
        let number = entry.path.split('/').nth(1).and_then(|digits| digits.parse().ok());
        if let Some(number) = number.filter(|number| *number < release) {
            folders.entry(number).or_default().push(entry.path);
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
