//! The vocabulary that every other crate speaks: faults, identifiers, exact numbers, periods, stable bytes, and ports.
//!
//! This crate promises that nothing in it does I/O, reads a clock or an environment variable, or holds a binary float.
//! It does not know Arrow, SQL, HTTP or files: those meet it through the ports of [`store`] and [`clock`].

pub mod clock;
pub mod columns;
pub mod documents;
pub mod exact;
pub mod fault;
pub mod fingerprint;
pub mod formula;
pub mod landing;
pub mod names;
pub mod periods;
pub mod sequence;
pub mod store;

pub use clock::{Clock, Timestamp};
pub use fault::{Code, Fault, Kind, Place, Result};
pub use fingerprint::{Digest, Fingerprint};
pub use store::{BoxFuture, Entry, Put, Store};
