//! A store that fails at a chosen write: as if the process were killed, or as if the answer were lost.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use futures::{StreamExt, stream::BoxStream};
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, path::Path,
};

/// When a store is to fail.
#[derive(Debug, Clone, Copy)]
pub enum Fails {
    /// From the n-th write on, nothing is written: the process was killed.
    From(usize),
    /// The n-th write is done and reported as failed: the answer was lost.
    AnswerOf(usize),
}

#[derive(Debug)]
pub struct Failing {
    inner: Arc<dyn ObjectStore>,
    fails: Fails,
    writes: AtomicUsize,
}

impl Failing {
    pub fn around(inner: Arc<dyn ObjectStore>, fails: Fails) -> Arc<dyn ObjectStore> {
        Arc::new(Self { inner, fails, writes: AtomicUsize::new(0) })
    }

    fn error() -> object_store::Error {
        object_store::Error::Generic { store: "failing", source: "the line is dead".into() }
    }

    /// Whether this write is to be left out, and whether its answer is to be lost.
    fn next(&self) -> (bool, bool) {
        let number = self.writes.fetch_add(1, Ordering::SeqCst);
        match self.fails {
            Fails::From(first) => (number >= first, false),
            Fails::AnswerOf(which) => (false, number == which),
        }
    }
}

impl std::fmt::Display for Failing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Failing")
    }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> object_store::Result<PutResult> {
        let (left_out, lost) = self.next();
        if left_out {
            return Err(Self::error());
        }
        let done = self.inner.put_opts(location, payload, opts).await;
        if lost { Err(Self::error()) } else { done }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        let (left_out, lost) = self.next();
        if left_out {
            return futures::stream::once(async { Err(Self::error()) }).boxed();
        }
        let done = self.inner.delete_stream(locations);
        if lost { done.map(|_| Err(Self::error())).boxed() } else { done }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> object_store::Result<()> {
        let (left_out, lost) = self.next();
        if left_out {
            return Err(Self::error());
        }
        let done = self.inner.copy_opts(from, to, options).await;
        if lost { Err(Self::error()) } else { done }
    }
}
