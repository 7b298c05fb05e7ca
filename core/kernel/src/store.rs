//! The port to durable storage: immutable objects, written once, listed in order.
//!
//! Promises of every implementation: [`Store::put_new`] either makes the whole object durable under its name or leaves
//! nothing under that name; of two writers exactly one is told [`Put::Created`]; an object is never changed afterwards.

use std::{fmt::Debug, future::Future, pin::Pin};

use bytes::Bytes;

use crate::Result;

/// A future that can be sent between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What became of a put-if-absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The object is ours and durable.
    Created,
    /// An object of that name was there before; it is untouched.
    Exists,
}

/// One object in a listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path below the store's root, parts separated by `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
}

/// A folder of immutable objects, on a disk or in an object store.
pub trait Store: Debug + Send + Sync {
    /// The root as the user wrote it, for messages.
    fn uri(&self) -> &str;

    /// The object's bytes, or none if there is no such object.
    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>>;

    /// Writes an object if none of that name exists; durable when it returns.
    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<Put>>;

    /// Every object below a prefix (a whole folder, no trailing `/`), sorted by path.
    fn list<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<Vec<Entry>>>;

    /// Removes an object; an absent one is no fault.
    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>>;
}
