//! A warehouse in memory that can break at any put.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use kernel::{BoxFuture, Code, Entry, Fault, Kind, Put, Result, Store};

const BROKEN: Code = Code { id: "T001", kind: Kind::Surroundings, meaning: "the test broke it", cure: "go on" };

/// Counts its puts, and fails one of them.
#[derive(Debug, Default)]
pub struct Memory {
    objects: Mutex<BTreeMap<String, Bytes>>,
    puts: AtomicUsize,
    /// The put that fails, counted from one; zero for none.
    pub breaks_at: AtomicUsize,
    /// Whether the put that fails has stored its object nevertheless, as a network may have it.
    pub stores_though: bool,
}

impl Memory {
    pub fn that_stores_though() -> Self {
        Self { stores_though: true, ..Self::default() }
    }

    pub fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }

    pub fn paths(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }

    pub fn overwrite(&self, path: &str, bytes: &'static [u8]) {
        self.objects.lock().unwrap().insert(path.to_owned(), Bytes::from_static(bytes));
    }

    pub fn bytes(&self, path: &str) -> Bytes {
        self.objects.lock().unwrap().get(path).cloned().unwrap()
    }

    fn put(&self, path: &str, bytes: Bytes) -> Result<Put> {
        let number = self.puts.fetch_add(1, Ordering::SeqCst) + 1;
        let is_broken = number == self.breaks_at.load(Ordering::SeqCst);
        let mut objects = self.objects.lock().unwrap();
        if is_broken && !self.stores_though {
            return Err(Fault::new(BROKEN, "broken"));
        }
        let answer = if objects.contains_key(path) {
            Put::Exists
        } else {
            objects.insert(path.to_owned(), bytes);
            Put::Created
        };
        if is_broken { Ok(Put::Exists) } else { Ok(answer) }
    }
}

impl Store for Memory {
    fn uri(&self) -> &str {
        "memory"
    }

    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        let found = self.objects.lock().unwrap().get(path).cloned();
        Box::pin(async move { Ok(found) })
    }

    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<Put>> {
        Box::pin(async move { self.put(path, bytes) })
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Entry>>> {
        let folder = format!("{prefix}/");
        let objects = self.objects.lock().unwrap();
        let entry = |(path, bytes): (&String, &Bytes)| Entry { path: path.clone(), size: bytes.len() as u64 };
        let found = objects.iter().filter(|(path, _)| path.starts_with(&folder)).map(entry).collect();
        Box::pin(async move { Ok(found) })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.objects.lock().unwrap().remove(path);
            Ok(())
        })
    }
}

/// The same warehouse, in which another run puts each manifest a moment earlier.
#[derive(Debug)]
pub struct Raced<'a>(&'a Memory);

impl<'a> Raced<'a> {
    pub fn new(store: &'a Memory) -> Self {
        Self(store)
    }
}

impl Store for Raced<'_> {
    fn uri(&self) -> &str {
        self.0.uri()
    }

    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        self.0.get(path)
    }

    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<Put>> {
        if path.contains("/batches/") {
            let first = self.0.paths().into_iter().find(|path| path.contains("/batches/")).unwrap();
            let other = self.0.bytes(&first);
            return Box::pin(async move {
                self.0.put(path, other)?;
                self.0.put(path, bytes)
            });
        }
        self.0.put_new(path, bytes)
    }

    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Entry>>> {
        self.0.list(prefix)
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>> {
        self.0.delete(path)
    }
}
