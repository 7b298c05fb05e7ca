//! What can go wrong in the wiring, and how a command ends early.

use std::io;

use kernel::{Code, Fault, Kind, Place};

/// The catalogue of this crate.
pub const FAULTS: &[Code] =
    &[J001, J002, J003, J004, J005, J006, J008, J009, J010, J011, J012, J013, J014, J015, J016, J017, J018, J019];

/// No project was found.
pub const J001: Code = Code {
    id: "J001",
    kind: Kind::Configuration,
    meaning: "no `tantieme.yml` in the folder or above it",
    cure: "go to the project's folder, name it with `--project DIR`, or make one with `tantieme init DIR --example starter`",
};
/// A setting of the project is wrong.
pub const J002: Code = Code {
    id: "J002",
    kind: Kind::Configuration,
    meaning: "a setting or variable of the project is wrong",
    cure: "correct `tantieme.yml`; docs/generated/settings.md lists every setting",
};
/// A file cannot be read or written.
pub const J003: Code = Code {
    id: "J003",
    kind: Kind::Surroundings,
    meaning: "a file or folder cannot be read or written",
    cure: "look at its permissions and the space on the disk, then run the same command again",
};
/// A document is not UTF-8.
pub const J004: Code = Code {
    id: "J004",
    kind: Kind::Configuration,
    meaning: "a document of the project is not UTF-8 text",
    cure: "save it as UTF-8; only source files may have another encoding, which their contract names",
};
/// There is no release to look at.
pub const J005: Code = Code {
    id: "J005",
    kind: Kind::Configuration,
    meaning: "the release asked for does not exist",
    cure: "`tantieme releases` lists them; `tantieme run` makes one",
};
/// Something named on the command line does not exist.
pub const J006: Code = Code {
    id: "J006",
    kind: Kind::Configuration,
    meaning: "a thing named on the command line does not exist",
    cure: "compare the name with the ones the message lists",
};
/// A case of a model failed.
pub const J008: Code = Code {
    id: "J008",
    kind: Kind::Failed,
    meaning: "a model gives other rows than its case expects",
    cure: "correct the model or the case",
};
/// A folder is in the way.
pub const J009: Code = Code {
    id: "J009",
    kind: Kind::Configuration,
    meaning: "a folder that was to be made holds something else already",
    cure: "name another folder, or move the old one away",
};
/// The installation is not sound.
pub const J010: Code = Code {
    id: "J010",
    kind: Kind::Surroundings,
    meaning: "the doctor found something wrong",
    cure: "each finding says what to do",
};
/// The program broke one of its own rules.
pub const J011: Code = Code {
    id: "J011",
    kind: Kind::Bug,
    meaning: "the program met a state that it believed impossible",
    cure: "keep the run log and report it; the last release is untouched",
};
/// Somebody asked us to stop.
pub const J012: Code = Code {
    id: "J012",
    kind: Kind::Interrupted,
    meaning: "the run was interrupted",
    cure: "run the same command again; it continues by itself",
};
/// Contracts refer to each other in a circle.
pub const J013: Code = Code {
    id: "J013",
    kind: Kind::Configuration,
    meaning: "contracts refer to each other in a circle, so that none can be landed first",
    cure: "take one of the references out of its contract",
};
/// A release could not be reproduced.
pub const J014: Code = Code {
    id: "J014",
    kind: Kind::Check,
    meaning: "a release recomputed from its inputs differs from what was released",
    cure: "compare the model hashes and the program's version of the release with today's",
};
/// The arguments contradict each other.
pub const J015: Code = Code {
    id: "J015",
    kind: Kind::Configuration,
    meaning: "an argument of the command is not of the expected form",
    cure: "`tantieme help COMMAND` shows the form with an example",
};
/// A figure does not recompute.
pub const J016: Code = Code {
    id: "J016",
    kind: Kind::Check,
    meaning: "the demo's own reconciliation does not hold",
    cure: "this is a bug; keep the folder and report it",
};

/// A file was refused whole.
pub const J017: Code = Code {
    id: "J017",
    kind: Kind::Check,
    meaning: "a file does not hold the totals that its sender states, so nothing of it counts",
    cure: "have the file or its totals sent again; the next run lands it by itself",
};

/// An output that no file can be put at.
pub const J018: Code = Code {
    id: "J018",
    kind: Kind::Configuration,
    meaning: "the place named for a file holds something else, or its folder does not exist",
    cure: "name a file in a folder that exists; `-` is standard output",
};
/// A file named on the command line does not exist.
pub const J019: Code = Code {
    id: "J019",
    kind: Kind::Configuration,
    meaning: "a file named on the command line does not exist",
    cure: "compare the name with the files the message lists",
};

/// Why a command ended before its end.
#[derive(Debug)]
pub enum Stop {
    /// Something is wrong; every fault found, in order.
    Faults(Vec<Fault>),
    /// Whoever read our output went away, which is none of our business.
    Pipe,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Faults(vec![fault])
    }
}

impl From<Vec<Fault>> for Stop {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Pipe;
        }
        Fault::new(J003, "the output cannot be written").cause(error).into()
    }
}

/// A file operation that failed, with the file it failed on.
pub fn on_file(what: &str, path: &std::path::Path, error: &io::Error) -> Fault {
    Fault::new(J003, format!("`{}` cannot be {what}", path.display()))
        .place(Place::file(path.display().to_string()))
        .cause(error)
}
