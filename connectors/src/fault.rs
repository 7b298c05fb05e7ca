//! What can go wrong between a sender's file and the warehouse, one code for each.

use kernel::{Code, Fault, Kind, Place};

/// The catalogue of this crate.
pub const FAULTS: &[Code] = &[
    C001, C002, C003, C004, C005, C006, C007, C008, C009, C010, C011, C012, C013, C014, C015, C016, C017, C018, C019,
    C020, C021, C022,
];

/// A contract contradicts itself.
pub const C001: Code = Code {
    id: "C001",
    kind: Kind::Configuration,
    meaning: "a contract contradicts itself",
    cure: "correct the line named; docs/formats.md shows every key a contract may have",
};
/// A contract uses a variable that nobody set.
pub const C002: Code = Code {
    id: "C002",
    kind: Kind::Configuration,
    meaning: "a contract uses a variable that has no value",
    cure: "set it under `variables` in tantieme.yml, or with --var NAME=VALUE",
};
/// No file where the contract points.
pub const C003: Code = Code {
    id: "C003",
    kind: Kind::Configuration,
    meaning: "no file lies where the contract says",
    cure: "correct `files.path` in the contract, or bring the files there",
};
/// A file cannot be read.
pub const C004: Code = Code {
    id: "C004",
    kind: Kind::Surroundings,
    meaning: "a source file or folder cannot be read",
    cure: "give this user the right to read it, and see that the disk answers",
};
/// A file is in another encoding than its contract says.
pub const C005: Code = Code {
    id: "C005",
    kind: Kind::Configuration,
    meaning: "a file is evidently not in the encoding its contract says",
    cure: "set `files.encoding` in the contract to the encoding the sender writes",
};
/// The columns of a file are not those of its contract.
pub const C006: Code = Code {
    id: "C006",
    kind: Kind::Configuration,
    meaning: "a file's columns are not those of its contract",
    cure: "correct `from` of the column named, or set `missing_columns` or `unknown_columns`",
};
/// A file has no usable header.
pub const C007: Code = Code {
    id: "C007",
    kind: Kind::Configuration,
    meaning: "a file has no usable header",
    cure: "set `header: false` if the sender writes none; check `delimiter`, `quote` and `encoding`",
};
/// Too many rows break the contract.
pub const C008: Code = Code {
    id: "C008",
    kind: Kind::Check,
    meaning: "more rows break the contract than it allows, so nothing of the stream landed",
    cure: "correct the contract or have the files sent again; `most_quarantined_rate` says how many bad rows may pass",
};
/// Another run committed first.
pub const C009: Code = Code {
    id: "C009",
    kind: Kind::Locked,
    meaning: "another run landed the next batch of this stream first",
    cure: "run again; what the other run landed is not landed twice",
};
/// A source is older than allowed.
pub const C010: Code = Code {
    id: "C010",
    kind: Kind::Stale,
    meaning: "a source is older than its contract allows",
    cure: "ask the sender for a newer delivery, or correct `freshness` in the contract",
};
/// A control file cannot be used.
pub const C011: Code = Code {
    id: "C011",
    kind: Kind::Configuration,
    meaning: "a file of control totals does not have the shape its contract says",
    cure: "correct `control_totals` in the contract, or have the file sent again",
};
/// A file changed while it was read.
pub const C012: Code = Code {
    id: "C012",
    kind: Kind::Surroundings,
    meaning: "a source file changed while it was read",
    cure: "run again when the sender has finished writing; have files written aside and renamed",
};
/// A landed file is missing or damaged.
pub const C013: Code = Code {
    id: "C013",
    kind: Kind::Surroundings,
    meaning: "a landed file is missing or has other bytes than its manifest says",
    cure: "restore the named object from a copy; nothing else in the warehouse needs to change",
};
/// No open row in quarantine has this id.
pub const C014: Code = Code {
    id: "C014",
    kind: Kind::Configuration,
    meaning: "no open row in quarantine has this id",
    cure: "`tantieme quarantine list` shows the open rows with their ids",
};
/// A corrected row still breaks its contract.
pub const C015: Code = Code {
    id: "C015",
    kind: Kind::Failed,
    meaning: "a row, as corrected, still breaks its contract",
    cure: "give a value for every column named in the reasons, written as the source writes it",
};
/// Rows made by the program do not fit their own columns.
pub const C016: Code = Code {
    id: "C016",
    kind: Kind::Bug,
    meaning: "rows made by the program itself do not fit their own columns",
    cure: "report this with the document named",
};
/// A reference joins columns that cannot be compared.
pub const C017: Code = Code {
    id: "C017",
    kind: Kind::Configuration,
    meaning: "a reference compares columns that differ in type or do not exist",
    cure: "correct `references` in the contract, or give both columns the same type",
};
/// A column store refused bytes of our own making.
pub const C018: Code = Code {
    id: "C018",
    kind: Kind::Bug,
    meaning: "the Parquet or Arrow library refused what it was given",
    cure: "report this with the stream named",
};

/// A full delivery without a row.
pub const C019: Code = Code {
    id: "C019",
    kind: Kind::Check,
    meaning: "a full delivery is empty and would withdraw everything",
    cure: "have the file sent again; if nothing is left indeed, send a header and one row that says so",
};

/// The key is not the one under which rows landed.
pub const C020: Code = Code {
    id: "C020",
    kind: Kind::Configuration,
    meaning: "the key of a stream is not the one under which its rows landed, so known rows would land twice",
    cure: "put the key back, or land the stream under a new name",
};
/// A reference to a table of which nothing has landed.
pub const C021: Code = Code {
    id: "C021",
    kind: Kind::Failed,
    meaning: "rows refer to a table of which nothing has landed, so nobody can say whether they may",
    cure: "land the other stream first, by mending what keeps it from landing; or correct `references` in the contract",
};
/// A column changed its type.
pub const C022: Code = Code {
    id: "C022",
    kind: Kind::Configuration,
    meaning: "a column has landed under a type whose values are not all values of its type of today",
    cure: "keep the type or widen it; a column of another type needs another name, or a stream of its own",
};

/// Wraps an error of the Arrow library.
pub(crate) fn arrow(error: arrow::error::ArrowError) -> Fault {
    Fault::new(C018, "columns could not be put together").cause(error)
}

/// Wraps an error of the Parquet library while writing.
pub(crate) fn parquet(error: parquet::errors::ParquetError) -> Fault {
    Fault::new(C018, "a Parquet file could not be made").cause(error)
}

/// A source file that the system would not give us.
pub(crate) fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Fault {
    Fault::new(C004, format!("`{}` cannot be read", path.display()))
        .place(Place::file(path.display().to_string()))
        .cause(error)
}
