//! The catalogue of what can go wrong in this crate.

use datafusion::error::DataFusionError;
use kernel::{Code, Fault, Kind};

/// Every code of the engine.
pub const FAULTS: &[Code] = &[
    E001, E002, E003, E004, E005, E006, E007, E008, E009, E010, E011, E012, E013, E014, E015, E016, E017, E018, E019,
    E020, E021,
];

/// Shorthand for the catalogue's entries.
const fn code(id: &'static str, kind: Kind, meaning: &'static str, cure: &'static str) -> Code {
    Code { id, kind, meaning, cure }
}

/// A sidecar breaks a rule that YAML cannot say.
pub const E001: Code = code(
    "E001",
    Kind::Configuration,
    "a model's sidecar contradicts itself or its query",
    "correct the sidecar named; every column of the query is listed with its type, in the query's order",
);
/// The SQL of a model cannot be planned.
pub const E002: Code = code(
    "E002",
    Kind::Configuration,
    "the SQL of a model cannot be planned",
    "correct the query at the line and column named",
);
/// A model reads what is not there or what its layer may not read.
pub const E003: Code = code(
    "E003",
    Kind::Configuration,
    "a model reads a table that is not there, or that its layer may not read",
    "a layer reads those before it and itself, staging alone reads landed tables, nobody reads reporting",
);
/// Models read each other in a circle.
pub const E004: Code = code(
    "E004",
    Kind::Configuration,
    "models read each other in a circle",
    "take one of the references named out, or move the shared part into a model of its own",
);
/// An inexact or unrepeatable expression.
pub const E005: Code = code(
    "E005",
    Kind::Configuration,
    "a model uses a binary float, an undeclared rounding or a value that changes from run to run",
    "use decimals, `ratio(a, b, scale)` for quotients, and a `$parameter` for what comes from outside",
);
/// Two models of one name.
pub const E006: Code = code(
    "E006",
    Kind::Configuration,
    "two models have the same name",
    "rename one, or write `replaces: built-in` in the sidecar of a model that takes the place of ours",
);
/// The warehouse cannot be reached or written.
pub const E007: Code = code(
    "E007",
    Kind::Surroundings,
    "the warehouse cannot be read or written",
    "check the address, the permissions and the space left, then run the same command again",
);
/// The warehouse has another format.
pub const E008: Code = code(
    "E008",
    Kind::Configuration,
    "the warehouse was written in a format that this program does not know",
    "use the program version that wrote it, or a new warehouse folder",
);
/// The store has no conditional put.
pub const E009: Code = code(
    "E009",
    Kind::Configuration,
    "the object store overwrites where it should refuse, so releases in it could be lost",
    "use a store with conditional writes (`If-None-Match: *`), such as AWS S3 or MinIO, or a local folder",
);
/// Another run is at work.
pub const E010: Code = code(
    "E010",
    Kind::Locked,
    "another run is at work in this warehouse",
    "wait until it has ended and run the same command again",
);
/// A model failed while it ran.
pub const E011: Code = code(
    "E011",
    Kind::Failed,
    "a model failed while it was computed",
    "the cause names the expression and the values; the last release stays as it was",
);
/// A check of a result failed.
pub const E012: Code = code(
    "E012",
    Kind::Check,
    "a check found the result unfit, so nothing was published",
    "look at the rows named; the last release stays as it was",
);
/// A file of a release is missing or damaged.
pub const E013: Code = code(
    "E013",
    Kind::Surroundings,
    "a file that a manifest names is missing or damaged",
    "restore it from a copy, or roll back to a release whose files are whole",
);
/// There is no such release.
pub const E014: Code = code(
    "E014",
    Kind::Configuration,
    "there is no such release",
    "`tantieme releases` lists those there are; `tantieme run` makes the first",
);
/// There is no such table or column.
pub const E015: Code = code(
    "E015",
    Kind::Configuration,
    "there is no such table or column",
    "`tantieme show` lists the tables of the release",
);
/// A query for reading is not allowed or wrong.
pub const E016: Code = code(
    "E016",
    Kind::Configuration,
    "the query cannot be answered",
    "write one `select` over the tables of the release; nothing else is carried out",
);
/// A selector names nothing.
pub const E017: Code = code(
    "E017",
    Kind::Configuration,
    "a selector cannot be read or names no model",
    "write a table's name, `+name`, `name+`, `path:sql/credits`, `tag:name` or `state:modified`",
);
/// A parameter is missing or not of its type.
pub const E018: Code = code(
    "E018",
    Kind::Configuration,
    "a parameter is missing or not of its type",
    "declare it under `parameters:` in tantieme.yml with type and value",
);
/// Memory ran out.
pub const E019: Code = code(
    "E019",
    Kind::Surroundings,
    "a model needs more memory than it may use, with spilling and with fewer partitions",
    "allow more memory in the settings, or cut the model into two",
);

/// A query sees more of a partitioned input than its sidecar declares.
pub const E020: Code = code(
    "E020",
    Kind::Configuration,
    "a partition comes out differently when only what it declares to read is there",
    "declare under `reads:` how far the query looks (`year_to_date`, `until`, `all` …), or keep the partition column in every join, group and window",
);
/// A landed column was of another type.
pub const E021: Code = code(
    "E021",
    Kind::Configuration,
    "a column landed with a type that cannot become the contract's without losing digits",
    "give the column its former type back, or a wider one, or land the stream under a new name",
);

/// The words of a DataFusion error without its layers of context.
pub(crate) fn words(error: &DataFusionError) -> String {
    let root = error.find_root();
    let text = root.to_string();
    let text = text
        .trim_start_matches("Error during planning: ")
        .trim_start_matches("Execution error: ")
        .trim_start_matches("Schema error: ")
        .trim_start_matches("Arrow error: ")
        .trim_start_matches("Optimizer rule 'simplify_expressions' failed\ncaused by\n");
    text.split("\nbacktrace").next().unwrap_or(text).trim().to_owned()
}

/// Turns an error of the store into a fault that names the object.
pub(crate) fn store_fault(uri: &str, path: &str, doing: &str, error: impl std::fmt::Display) -> Fault {
    let told = error.to_string();
    // Without credentials, the client of the store looks for those of a cloud machine.
    let lacks_credentials =
        uri.starts_with("s3") && ["169.254.169.254", "redential", "Unauth"].iter().any(|word| told.contains(word));
    let fault = Fault::new(E007, format!("cannot {doing} `{path}`"))
        .place(kernel::Place::file(format!("{uri}/{path}")))
        .cause(told);
    if lacks_credentials {
        return fault.hint(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, and AWS_ENDPOINT where the store is not Amazon's",
        );
    }
    fault
}
