//! The warehouse: a local folder or a bucket, reached through one durable put-if-absent.
//!
//! Promises what [`kernel::Store`] promises. Locally every object is written under a staging name, synced, linked to its
//! final name and the folder synced, so that a crash leaves either the whole object or none; a lease keeps a second run
//! out. A bucket has no lease: there the put-if-absent of the next number decides, and a store that would overwrite is
//! refused when it is opened.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use futures::TryStreamExt;
use kernel::{BoxFuture, Entry, Fault, Place, Put, Result, Store, Timestamp};
use object_store::{
    ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, local::LocalFileSystem, prefix::PrefixStore,
};
use url::Url;

use crate::fault::{E007, E008, E009, E010, store_fault};

/// The version of the warehouse's layout.
pub const WAREHOUSE_FORMAT: u32 = 1;
const FORMAT_FILE: &str = "format.json";
const STAGING: &str = "_staging";
const LOCK_FILE: &str = "_lock";
const PROBE: &str = "_probe/conditional_put";

/// An open warehouse.
#[derive(Debug, Clone)]
pub struct Warehouse {
    objects: Arc<Objects>,
}

#[derive(Debug)]
struct Objects {
    uri: String,
    /// Where the warehouse is a folder.
    local: Option<Arc<Local>>,
    /// For reading, and for writing where the warehouse is a bucket; paths below the warehouse's root.
    store: Arc<dyn ObjectStore>,
}

/// A folder that is written by staging, syncing and linking.
#[derive(Debug)]
struct Local {
    folder: PathBuf,
    staged: AtomicU64,
}

/// Keeps other runs out of a local warehouse until it is dropped.
#[derive(Debug)]
pub struct Lease {
    _file: Option<File>,
}

impl Warehouse {
    /// Opens a warehouse, making it if there is none; `settings` are those of the object store (`AWS_ENDPOINT` and so on).
    ///
    /// # Errors
    /// E007 if it cannot be reached, E008 if another program version wrote it in a format unknown here, E009 if the store
    /// does not refuse to overwrite.
    pub async fn open(uri: &str, settings: &BTreeMap<String, String>) -> Result<Self> {
        let objects = Arc::new(Objects::open(uri, settings)?);
        let warehouse = Self { objects };
        // Only a new warehouse is probed: a reader of one that stands may have no right to write.
        let is_new = warehouse.store().get(FORMAT_FILE).await?.is_none();
        if is_new && warehouse.objects.local.is_none() {
            warehouse.require_conditional_put().await?;
        }
        warehouse.require_format().await?;
        Ok(warehouse)
    }

    /// The port through which other rooms read and write.
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::<Objects>::clone(&self.objects)
    }

    /// The address as the user wrote it.
    pub fn uri(&self) -> &str {
        &self.objects.uri
    }

    /// The folder, where the warehouse is local.
    pub fn folder(&self) -> Option<&Path> {
        self.objects.local.as_ref().map(|local| local.folder.as_path())
    }

    pub(crate) fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.objects.store)
    }

    /// Keeps other runs out; the system releases it when the process dies, however it dies.
    ///
    /// # Errors
    /// E010 if another run holds it.
    pub fn lease(&self, run_id: &str) -> Result<Lease> {
        let Some(folder) = self.folder() else {
            return Ok(Lease { _file: None });
        };
        let path = folder.join(LOCK_FILE);
        let failed = |error: io::Error| store_fault(&self.objects.uri, LOCK_FILE, "lock", error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0).and_then(|()| file.write_all(run_id.as_bytes())).map_err(failed)?;
                Ok(Lease { _file: Some(file) })
            }
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(&path).unwrap_or_default();
                Err(Fault::new(E010, format!("run `{}` is at work in `{}`", holder.trim(), self.objects.uri))
                    .place(Place::file(path.display().to_string())))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// What this installation can and cannot do with the warehouse; for `doctor`.
    pub async fn probe(&self) -> Vec<(String, Result<()>)> {
        let mut found = Vec::new();
        found.push(("the format version is known".to_owned(), self.require_format().await));
        let what = "the warehouse can be written, and refuses to overwrite";
        found.push((what.to_owned(), self.require_conditional_put().await));
        found.push(("the warehouse can be locked".to_owned(), self.lease("doctor").map(drop)));
        found
    }

    /// Objects that an interrupted write left under staging names, removed; returns how many.
    ///
    /// # Errors
    /// E007. To be called under a lease only.
    pub fn clear_staging(&self) -> Result<u64> {
        let Some(folder) = self.folder() else { return Ok(0) };
        let staging = folder.join(STAGING);
        let mut removed = 0;
        let entries = match fs::read_dir(&staging) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(store_fault(&self.objects.uri, STAGING, "list", error)),
        };
        for entry in entries.flatten() {
            fs::remove_file(entry.path()).map_err(|error| store_fault(&self.objects.uri, STAGING, "clear", error))?;
            removed += 1;
        }
        Ok(removed)
    }

    /// In a bucket, the objects written at or after that moment; in a folder none, because there a lease keeps writers out.
    ///
    /// # Errors
    /// E007.
    pub(crate) async fn written_since(&self, moment: Timestamp) -> Result<BTreeSet<String>> {
        if self.folder().is_some() {
            return Ok(BTreeSet::new());
        }
        let found: Vec<_> = self
            .objects
            .store
            .list(None)
            .try_collect()
            .await
            .map_err(|error| store_fault(self.uri(), "", "list", error))?;
        let young = found.into_iter().filter(|meta| meta.last_modified.timestamp_micros() >= moment.0);
        Ok(young.map(|meta| meta.location.to_string()).collect())
    }

    async fn require_format(&self) -> Result<()> {
        let text = format!("{{\"format\": {WAREHOUSE_FORMAT}}}\n");
        let store = self.store();
        let found = match store.get(FORMAT_FILE).await? {
            Some(found) => found,
            None => {
                store.put_new(FORMAT_FILE, Bytes::from(text.clone())).await?;
                store.get(FORMAT_FILE).await?.unwrap_or_default()
            }
        };
        if found == text.as_bytes() {
            return Ok(());
        }
        let written = String::from_utf8_lossy(&found).trim().to_owned();
        Err(Fault::new(
            E008,
            format!("`{}` says `{written}`, this program knows format {WAREHOUSE_FORMAT}", self.uri()),
        )
        .place(Place::file(format!("{}/{FORMAT_FILE}", self.uri()))))
    }

    async fn require_conditional_put(&self) -> Result<()> {
        let store = self.store();
        for attempt in ["first", "second"] {
            // Different bytes each time: the read-back that recognises one's own put must not answer for the store.
            if store.put_new(PROBE, Bytes::from(format!("{attempt}\n"))).await? == Put::Exists {
                return Ok(());
            }
        }
        Err(Fault::new(E009, format!("`{}` overwrote an object that it was told to create only if absent", self.uri()))
            .place(Place::file(format!("{}/{PROBE}", self.uri()))))
    }
}

impl Objects {
    fn open(uri: &str, settings: &BTreeMap<String, String>) -> Result<Self> {
        let failed = |error: &dyn std::fmt::Display| {
            Fault::new(E007, format!("cannot open the warehouse `{uri}`")).place(Place::file(uri)).cause(error)
        };
        if uri.contains("://") && !uri.starts_with("file://") {
            let url = Url::parse(uri).map_err(|error| failed(&error))?;
            let (store, prefix) =
                object_store::parse_url_opts(&url, settings.iter().map(|(k, v)| (k.to_lowercase(), v.clone())))
                    .map_err(|error| failed(&error))?;
            let store: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(store, prefix));
            return Ok(Self { uri: uri.trim_end_matches('/').to_owned(), local: None, store });
        }
        let folder = PathBuf::from(uri.strip_prefix("file://").unwrap_or(uri));
        fs::create_dir_all(folder.join(STAGING)).map_err(|error| failed(&error))?;
        let folder = folder.canonicalize().map_err(|error| failed(&error))?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|error| failed(&error))?;
        Ok(Self {
            uri: folder.display().to_string(),
            local: Some(Arc::new(Local { folder, staged: AtomicU64::new(0) })),
            store: Arc::new(store),
        })
    }

    async fn put_remotely(&self, path: &str, bytes: Bytes) -> Result<Put> {
        let location = object_store::path::Path::from(path);
        let options = PutOptions::from(PutMode::Create);
        match self.store.put_opts(&location, PutPayload::from_bytes(bytes.clone()), options).await {
            Ok(_) => Ok(Put::Created),
            // A retried request can meet its own first attempt; what stands there tells whose it is.
            Err(object_store::Error::AlreadyExists { .. }) => match self.get(path).await? {
                Some(found) if found == bytes => Ok(Put::Created),
                _ => Ok(Put::Exists),
            },
            Err(object_store::Error::NotImplemented { .. }) => {
                Err(Fault::new(E009, format!("`{}` has no conditional put", self.uri)).place(Place::file(&self.uri)))
            }
            Err(error) => Err(store_fault(&self.uri, path, "write", error)),
        }
    }
}

impl Local {
    /// Stages, syncs, links and syncs the folder.
    fn put_new(&self, path: &str, bytes: &[u8]) -> io::Result<Put> {
        let target = self.folder.join(path);
        if target.exists() {
            // Whoever linked it may have died before the folder was synced.
            target.parent().map_or(Ok(()), sync_folder)?;
            return Ok(Put::Exists);
        }
        let (staged, mut file) = self.stage()?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| {
            if let Some(parent) = target.parent() {
                create_folder(&self.folder, parent)?;
            }
            match fs::hard_link(&staged, &target) {
                Ok(()) => {
                    target.parent().map_or(Ok(()), sync_folder)?;
                    Ok(Put::Created)
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    target.parent().map_or(Ok(()), sync_folder)?;
                    Ok(Put::Exists)
                }
                Err(error) => Err(error),
            }
        });
        match fs::remove_file(&staged) {
            Err(error) if error.kind() != io::ErrorKind::NotFound && written.is_ok() => Err(error),
            _ => written,
        }
    }

    fn stage(&self) -> io::Result<(PathBuf, File)> {
        loop {
            let number = self.staged.fetch_add(1, Ordering::Relaxed);
            let staged = self.folder.join(STAGING).join(format!("{number:010}"));
            match OpenOptions::new().write(true).create_new(true).open(&staged) {
                Ok(file) => return Ok((staged, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Makes a folder and all above it below `root`, each name durable.
fn create_folder(root: &Path, folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|parent| parent.starts_with(root)) {
        create_folder(root, parent)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    folder.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

impl Store for Objects {
    fn uri(&self) -> &str {
        &self.uri
    }

    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move {
            match self.store.get(&object_store::path::Path::from(path)).await {
                Ok(found) => found.bytes().await.map(Some).map_err(|error| store_fault(&self.uri, path, "read", error)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(store_fault(&self.uri, path, "read", error)),
            }
        })
    }

    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<Put>> {
        Box::pin(async move {
            match &self.local {
                // A sync takes as long as the disk takes: other puts and queries go on meanwhile.
                Some(local) => {
                    let (local, name) = (Arc::clone(local), path.to_owned());
                    let put = tokio::task::spawn_blocking(move || local.put_new(&name, &bytes)).await;
                    put.map_err(io::Error::other)
                        .flatten()
                        .map_err(|error| store_fault(&self.uri, path, "write", error))
                }
                None => self.put_remotely(path, bytes).await,
            }
        })
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Entry>>> {
        Box::pin(async move {
            let location = object_store::path::Path::from(prefix);
            let found: Vec<_> = self
                .store
                .list(Some(&location))
                .try_collect()
                .await
                .map_err(|error| store_fault(&self.uri, prefix, "list", error))?;
            let mut entries: Vec<Entry> =
                found.into_iter().map(|meta| Entry { path: meta.location.to_string(), size: meta.size }).collect();
            entries.sort();
            Ok(entries)
        })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match self.store.delete(&object_store::path::Path::from(path)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(store_fault(&self.uri, path, "remove", error)),
            }
        })
    }
}
