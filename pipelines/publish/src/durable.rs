//! A local disk as an object store whose writes last.
//!
//! Promises that an object named by [`Durable`] is whole and on the disk when the call returns, also after a loss of power:
//! staged, synced, linked or renamed into place, and the folder synced. It does not know what it stores.

use std::{
    fs, io,
    io::Write,
    path::{Path as FilePath, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use futures::{FutureExt, stream::BoxStream};
use object_store::{
    CopyMode, CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart, local::LocalFileSystem, path::Path,
};

/// The disk from its root, with a folder for what is being written.
#[derive(Debug, Clone)]
pub(crate) struct Durable {
    disk: Arc<LocalFileSystem>,
    staging: Arc<PathBuf>,
    staged: Arc<AtomicU64>,
}

impl Durable {
    /// `staging` has to lie on the disk that is written to.
    pub(crate) fn new(staging: PathBuf) -> Self {
        Self { disk: Arc::new(LocalFileSystem::new()), staging: Arc::new(staging), staged: Arc::new(AtomicU64::new(0)) }
    }

    async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => Err(generic(io::Error::other(error))),
        }
    }

    fn write(&self, target: &FilePath, payload: &PutPayload, mode: &PutMode) -> Result<()> {
        make_folder(&self.staging).map_err(generic)?;
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let staged = self.staging.join(format!("{}-{number}", std::process::id()));
        let result = self.write_staged(&staged, target, payload, mode);
        if result.is_err() || matches!(mode, PutMode::Create) {
            let _ = fs::remove_file(&staged);
        }
        result
    }

    fn write_staged(&self, staged: &FilePath, target: &FilePath, payload: &PutPayload, mode: &PutMode) -> Result<()> {
        let mut file = fs::File::create(staged).map_err(generic)?;
        for part in payload {
            file.write_all(part).map_err(generic)?;
        }
        file.sync_all().map_err(generic)?;
        drop(file);
        let folder = folder_of(target)?;
        make_folder(folder).map_err(generic)?;
        match mode {
            PutMode::Create => fs::hard_link(staged, target).map_err(|error| named(error, target))?,
            PutMode::Overwrite => fs::rename(staged, target).map_err(generic)?,
            PutMode::Update(_) => {
                return Err(Error::NotImplemented { operation: "update".into(), implementer: "Durable".into() });
            }
        }
        sync_folder(folder).map_err(generic)
    }
}

impl std::fmt::Display for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Durable")
    }
}

#[async_trait]
impl ObjectStore for Durable {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let target = self.disk.path_to_filesystem(location)?;
        let this = self.clone();
        Self::blocking(move || this.write(&target, &payload, &opts.mode)).await?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn put_multipart_opts(&self, location: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Gathered { store: self.clone(), location: location.clone(), parts: Vec::new() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.disk.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.disk.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.disk.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.disk.list_with_delimiter(prefix).await
    }

    /// A hard link, so the bytes are on the disk once; objects are never changed, so nobody can tell.
    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let source = self.disk.path_to_filesystem(from)?;
        let target = self.disk.path_to_filesystem(to)?;
        Self::blocking(move || {
            let folder = folder_of(&target)?;
            make_folder(folder).map_err(generic)?;
            if matches!(options.mode, CopyMode::Overwrite) {
                let _ = fs::remove_file(&target);
            }
            match fs::hard_link(&source, &target) {
                Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists) => {
                    return Err(named(error, &target));
                }
                // A disk without hard links, or too many of them on one file.
                Err(_) => {
                    fs::copy(&source, &target).map_err(generic)?;
                    fs::File::open(&target).and_then(|file| file.sync_all()).map_err(generic)?;
                }
                Ok(()) => {}
            }
            sync_folder(folder).map_err(generic)
        })
        .await
    }
}

/// Parts kept until the last has come; checkpoints of a table's log come this way, and they are small.
#[derive(Debug)]
struct Gathered {
    store: Durable,
    location: Path,
    parts: Vec<PutPayload>,
}

#[async_trait]
impl MultipartUpload for Gathered {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts.push(data);
        futures::future::ready(Ok(())).boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let whole = self.parts.drain(..).flatten().collect::<PutPayload>();
        self.store.put_opts(&self.location, whole, PutOptions::default()).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.clear();
        Ok(())
    }
}

/// Makes a folder and those above it, each entry synced.
pub(crate) fn make_folder(folder: &FilePath) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let Some(parent) = folder.parent() else { return Ok(()) };
    make_folder(parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(parent)
}

/// Makes the names in a folder last.
pub(crate) fn sync_folder(folder: &FilePath) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

fn folder_of(target: &FilePath) -> Result<&FilePath> {
    target.parent().ok_or_else(|| generic(io::Error::other("the path names no file")))
}

fn generic(error: io::Error) -> Error {
    Error::Generic { store: "disk", source: Box::new(error) }
}

fn named(error: io::Error, target: &FilePath) -> Error {
    let path = target.display().to_string();
    match error.kind() {
        io::ErrorKind::AlreadyExists => Error::AlreadyExists { path, source: Box::new(error) },
        io::ErrorKind::NotFound => Error::NotFound { path, source: Box::new(error) },
        _ => generic(error),
    }
}
