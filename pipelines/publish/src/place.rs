//! Where a publication goes: a folder of a disk, or a prefix of a bucket.
//!
//! Promises that an object is whole or absent, that [`Place::put_new`] tells exactly one of two writers that it was first,
//! and that a store which cannot promise this is refused when it is opened. It does not know what is published.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path as FilePath, PathBuf},
    str::FromStr,
    sync::Arc,
};

use bytes::Bytes;
use deltalake::logstore::{LogStoreRef, StorageConfig, default_logstore};
use futures::TryStreamExt;
use kernel::{Entry, Fault, Place as Where, Put, Result};
use object_store::{
    CopyMode, CopyOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    path::Path,
    prefix::PrefixStore,
};
use url::Url;

use crate::{
    durable::{Durable, make_folder, sync_folder},
    fault::{U001, U002, U003, U007, unreachable},
    publication::{LATEST, Publication},
};

const STAGING: &str = ".staging";
const LOCK: &str = ".lock";
const PROBE: &str = ".conditional-write-probe";

/// A folder or a prefix that one warehouse publishes to.
#[derive(Debug, Clone)]
pub struct Place {
    store: Arc<dyn ObjectStore>,
    url: Url,
    root: Path,
    shown: String,
    folder: Option<PathBuf>,
}

/// Keeps other publishers of this machine out until it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    _file: Option<fs::File>,
}

impl Place {
    /// Opens a folder (made if absent) or `s3://bucket/prefix`; settings are those of object stores (`endpoint`, `region`,
    /// `access_key_id`, `secret_access_key`, `allow_http` …, with or without `aws_` in front), others are left alone.
    ///
    /// # Errors
    /// U001 for an address that is neither, U002 if it cannot be reached, U007 if the store ignores conditional writes.
    pub async fn open(to: &str, settings: &BTreeMap<String, String>) -> Result<Self> {
        match to.split_once("://") {
            None => Self::folder(FilePath::new(to), to),
            Some(("file", path)) => Self::folder(FilePath::new(path), to),
            Some(("s3", _)) => Self::bucket(to, settings).await,
            Some((scheme, _)) => Err(no_such_place(scheme, to)),
        }
    }

    /// A prefix of any store that honours conditional writes; the store's root is the root of the URL.
    pub fn over(store: Arc<dyn ObjectStore>, url: Url) -> Self {
        let mut url = url;
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        let root = Path::from_url_path(url.path()).unwrap_or_default();
        Self { store, root, shown: url.to_string(), folder: None, url }
    }

    /// The same place, reached through another store that wraps the first: one that counts, or one that fails.
    #[must_use]
    pub fn through(mut self, wrap: impl FnOnce(Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore>) -> Self {
        self.store = wrap(self.store);
        self
    }

    /// The place as the user wrote it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What the place says of itself: the release that was published last, complete.
    ///
    /// # Errors
    /// U002 if that cannot be read or understood.
    pub async fn publication(&self) -> Result<Option<Publication>> {
        Publication::read(self, LATEST).await
    }

    fn folder(folder: &FilePath, shown: &str) -> Result<Self> {
        let disk = |doing: &str, error: std::io::Error| unreachable(shown, "", doing, error);
        let folder = std::path::absolute(folder).map_err(|error| disk("found", error))?;
        make_folder(&folder).map_err(|error| disk("made", error))?;
        let folder = fs::canonicalize(&folder).map_err(|error| disk("found", error))?;
        let url = Url::from_directory_path(&folder)
            .map_err(|()| Fault::new(U001, format!("`{shown}` is not a folder's path")).place(Where::file(shown)))?;
        let store = Arc::new(Durable::new(folder.join(STAGING)));
        Ok(Self { shown: shown.to_owned(), folder: Some(folder), ..Self::over(store, url) })
    }

    /// As [`Place::open`], to look only: nothing is made or written. None if it is a folder that does not exist.
    pub(crate) fn to_look_at(to: &str, settings: &BTreeMap<String, String>) -> Result<Option<Self>> {
        match to.split_once("://") {
            Some(("s3", _)) => Self::bucket_unproven(to, settings).map(Some),
            None | Some(("file", _)) => {
                let folder = to.strip_prefix("file://").unwrap_or(to);
                if FilePath::new(folder).exists() {
                    Self::folder(FilePath::new(folder), to).map(Some)
                } else {
                    Ok(None)
                }
            }
            Some((scheme, _)) => Err(no_such_place(scheme, to)),
        }
    }

    async fn bucket(to: &str, settings: &BTreeMap<String, String>) -> Result<Self> {
        let place = Self::bucket_unproven(to, settings)?;
        place.refuse_without_conditions().await?;
        Ok(place)
    }

    fn bucket_unproven(to: &str, settings: &BTreeMap<String, String>) -> Result<Self> {
        let wrong = |why: String| Fault::new(U001, why).place(Where::file(to));
        let url = Url::parse(to).map_err(|error| wrong(format!("`{to}` is not an address")).cause(error))?;
        let bucket = url.host_str().ok_or_else(|| wrong(format!("`{to}` names no bucket")))?;
        let mut builder = AmazonS3Builder::new().with_region("us-east-1");
        for (name, value) in settings {
            if let Ok(key) = AmazonS3ConfigKey::from_str(&name.to_ascii_lowercase()) {
                builder = builder.with_config(key, value);
            }
        }
        let store = builder
            .with_bucket_name(bucket)
            .build()
            .map_err(|error| wrong(format!("the settings of `{to}` cannot be used")).cause(error))?;
        Ok(Self { shown: to.to_owned(), ..Self::over(Arc::new(store), url) })
    }

    /// Writes the same name twice; a store to be trusted refuses the second.
    async fn refuse_without_conditions(&self) -> Result<()> {
        for _ in 0..2 {
            if self.put_new(PROBE, Bytes::from_static(b"tantieme\n")).await? == Put::Exists {
                return Ok(());
            }
        }
        Err(Fault::new(U007, format!("the store of `{}` overwrites an object that it was asked not to", self.shown))
            .place(Where::file(&self.shown)))
    }

    fn path(&self, name: &str) -> Result<Path> {
        let whole = format!("{}/{name}", self.root);
        Path::parse(&whole).map_err(|error| {
            Fault::new(U001, format!("`{name}` cannot be the name of an object"))
                .place(Where::file(&self.shown))
                .cause(error)
        })
    }

    fn failed(&self, name: &str, doing: &str, error: Error) -> Fault {
        unreachable(&self.shown, name, doing, error)
    }

    /// The object's bytes, or none.
    pub(crate) async fn get(&self, name: &str) -> Result<Option<Bytes>> {
        match self.store.get(&self.path(name)?).await {
            Ok(found) => found.bytes().await.map(Some).map_err(|error| self.failed(name, "read", error)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(name, "read", error)),
        }
    }

    /// Writes an object if there is none of that name.
    pub(crate) async fn put_new(&self, name: &str, bytes: Bytes) -> Result<Put> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store.put_opts(&self.path(name)?, bytes.into(), options).await {
            Ok(_) => Ok(Put::Created),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Put::Exists),
            Err(error) => Err(self.failed(name, "written", error)),
        }
    }

    /// Puts an object in the place of the one of that name; a reader sees either, whole.
    pub(crate) async fn replace(&self, name: &str, bytes: Bytes) -> Result<()> {
        let done = self.store.put(&self.path(name)?, bytes.into()).await;
        done.map(|_| ()).map_err(|error| self.failed(name, "written", error))
    }

    /// Names an object again: a hard link on a disk, a copy inside a bucket. False if the old one is gone.
    pub(crate) async fn name_again(&self, from: &str, to: &str) -> Result<bool> {
        let mode = if self.folder.is_some() { CopyMode::Create } else { CopyMode::Overwrite };
        let options = CopyOptions { mode, ..CopyOptions::default() };
        match self.store.copy_opts(&self.path(from)?, &self.path(to)?, options).await {
            Ok(()) | Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.failed(to, "linked", error)),
        }
    }

    /// Every object below a folder, sorted.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<Entry>> {
        let prefix = self.path(folder)?;
        let found: Vec<_> =
            self.store.list(Some(&prefix)).try_collect().await.map_err(|error| self.failed(folder, "listed", error))?;
        let skip = if self.root.as_ref().is_empty() { 0 } else { self.root.as_ref().len() + 1 };
        let mut entries: Vec<Entry> = found
            .into_iter()
            .filter_map(|meta| {
                let path = meta.location.as_ref().get(skip..)?.to_owned();
                Some(Entry { path, size: meta.size })
            })
            .collect();
        entries.sort();
        Ok(entries)
    }

    /// Removes an object; an absent one is no fault.
    pub(crate) async fn delete(&self, name: &str) -> Result<()> {
        match self.store.delete(&self.path(name)?).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(name, "removed", error)),
        }
    }

    /// The log of a Delta table in a folder of this place.
    pub(crate) fn delta_log(&self, folder: &str) -> Result<LogStoreRef> {
        let location = self.url.join(&format!("{folder}/")).map_err(|error| {
            Fault::new(U001, format!("`{folder}` cannot be a table's folder"))
                .place(Where::file(&self.shown))
                .cause(error)
        })?;
        let inside = Arc::new(PrefixStore::new(self.store.clone(), self.path(folder)?));
        Ok(default_logstore(inside, self.store.clone(), &location, &StorageConfig::default()))
    }

    /// Keeps out other publishers of this machine; a bucket has no such lock, there the conditional writes decide.
    pub(crate) fn lease(&self) -> Result<Lease> {
        let Some(folder) = &self.folder else { return Ok(Lease { _file: None }) };
        let disk = |error: std::io::Error| unreachable(&self.shown, LOCK, "opened", error);
        let file =
            fs::File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(disk)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(Fault::new(U003, format!("another run is publishing to `{}`", self.shown))
                    .place(Where::file(&self.shown)));
            }
            Err(fs::TryLockError::Error(error)) => return Err(disk(error)),
        }
        // What a run left half written when it was cut off; nobody else writes here while the lock is held.
        match fs::remove_dir_all(folder.join(STAGING)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(disk(error)),
            _ => Ok(Lease { _file: Some(file) }),
        }
    }

    /// Whether the link `name` leads to `target`; a bucket has no links, so there is nothing amiss in one.
    pub(crate) fn is_linked(&self, name: &str, target: &str) -> bool {
        let leads = |folder: &PathBuf| fs::read_link(folder.join(name)).is_ok_and(|old| old == FilePath::new(target));
        !cfg!(unix) || self.folder.as_ref().is_none_or(leads)
    }

    /// On a disk, makes the link `name` lead to `target`, in one step; nothing in a bucket.
    pub(crate) fn link(&self, name: &str, target: &str) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        if self.is_linked(name, target) {
            return Ok(());
        }
        let link = folder.join(name);
        if fs::symlink_metadata(&link).is_ok_and(|found| !found.is_symlink()) {
            return Err(Fault::new(U002, format!("`{name}` at `{}` is not a link of ours", self.shown))
                .place(Where::file(link.display().to_string()))
                .hint("move it away; the link to the latest release is put there"));
        }
        let disk = |error: std::io::Error| unreachable(&self.shown, name, "linked", error);
        let fresh = folder.join(STAGING).join(name);
        make_folder(&folder.join(STAGING)).map_err(disk)?;
        let _ = fs::remove_file(&fresh);
        make_link(target, &fresh).map_err(disk)?;
        fs::rename(&fresh, &link).map_err(disk)?;
        sync_folder(folder).map_err(disk)
    }

    /// On a disk, removes a folder that holds no file any more.
    pub(crate) fn remove_empty(&self, name: &str) {
        if let Some(folder) = &self.folder {
            remove_empty_folders(&folder.join(name));
        }
    }
}

fn no_such_place(scheme: &str, to: &str) -> Fault {
    Fault::new(U001, format!("`{scheme}://` is not a kind of place that can be published to")).place(Where::file(to))
}

#[cfg(unix)]
fn make_link(target: &str, link: &FilePath) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn make_link(_: &str, _: &FilePath) -> std::io::Result<()> {
    Ok(())
}

/// `remove_dir` refuses a folder that is not empty, so nothing but emptiness is ever removed.
fn remove_empty_folders(folder: &FilePath) {
    if let Ok(entries) = fs::read_dir(folder) {
        for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            remove_empty_folders(&entry.path());
        }
    }
    let _ = fs::remove_dir(folder);
}
