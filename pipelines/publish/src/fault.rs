//! What can go wrong between a release and the place it is published to.

use kernel::{Code, Fault, Kind, Place};

/// The catalogue of this crate.
pub const FAULTS: &[Code] = &[U001, U002, U003, U004, U005, U006, U007, U008, U009, U010];

/// The target's address or a setting of it cannot be used.
pub const U001: Code = Code {
    id: "U001",
    kind: Kind::Configuration,
    meaning: "the address or a setting of a publication target is wrong",
    cure: "write `to:` as a folder or as `s3://bucket/prefix`, and correct the setting named",
};
/// The target did not answer.
pub const U002: Code = Code {
    id: "U002",
    kind: Kind::Surroundings,
    meaning: "a publication target cannot be read or written",
    cure: "check disk, permission and network, then run again: the publication is completed from where it stopped",
};
/// Another publisher is at work, or won the race.
pub const U003: Code = Code {
    id: "U003",
    kind: Kind::Locked,
    meaning: "another run publishes to the same target",
    cure: "wait until the other run has ended, then run again",
};
/// The target shows something that this warehouse did not publish.
pub const U004: Code = Code {
    id: "U004",
    kind: Kind::Configuration,
    meaning: "a publication target holds releases of another warehouse, or newer ones",
    cure: "publish to a folder of its own, or remove the old publication if its warehouse is gone",
};
/// A file of the release is not what the release says.
pub const U005: Code = Code {
    id: "U005",
    kind: Kind::Check,
    meaning: "a file of the release does not hold what the release says",
    cure: "run `tantieme run --full`; if that helps, the warehouse's disk has changed a file",
};
/// What can be read after a commit is not what was written.
pub const U006: Code = Code {
    id: "U006",
    kind: Kind::Check,
    meaning: "what the target shows after the commit is not what was published",
    cure: "see whether another program writes to the same tables, then run again: the tables are put right",
};
/// The store would let two writers overwrite each other.
pub const U007: Code = Code {
    id: "U007",
    kind: Kind::Configuration,
    meaning: "the object store does not honour conditional writes",
    cure: "publish to a store that honours `If-None-Match: *` on writes, or to a folder",
};
/// A Delta table of the target cannot be written by this program.
pub const U008: Code = Code {
    id: "U008",
    kind: Kind::Failed,
    meaning: "a Delta table at the target cannot be read or written by this program",
    cure: "another program has changed the table's protocol; move the table's folder away and run again",
};

/// Somebody has taken away what was published.
pub const U009: Code = Code {
    id: "U009",
    kind: Kind::Surroundings,
    meaning: "what a publication names is gone from its target, or is not as long as it was",
    cure: "run `tantieme run`: it lists the target and publishes again what is missing",
};
/// A Delta table has lost its history.
pub const U010: Code = Code {
    id: "U010",
    kind: Kind::Failed,
    meaning: "an entry of a Delta table's log is gone, so the table cannot be read or continued",
    cure: "restore the entry from a copy, or move the table's folder away and run `tantieme run`: the table is made anew",
};

/// A fault of the target's surroundings.
pub(crate) fn unreachable(shown: &str, path: &str, doing: &str, cause: impl std::fmt::Display) -> Fault {
    Fault::new(U002, format!("`{path}` of the publication target `{shown}` cannot be {doing}"))
        .place(Place::file(format!("{}/{path}", shown.trim_end_matches('/'))))
        .cause(cause)
}
