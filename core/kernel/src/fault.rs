//! One shape for everything that can go wrong, so that the command line, HTTP and SQL all answer the same way.
//!
//! A crate lists its [`Code`]s in a constant catalogue (`FAULTS`), from which the reference in `docs/generated` is written;
//! the code decides the [`Kind`], and the kind decides exit code and whether a retry helps. A fault is logged once, where
//! it is handled.

use std::fmt;

/// What sort of trouble it is; decides exit code, HTTP status, and whether a retry helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A node of the run, or a test of a model, failed.
    Failed,
    /// The command, the project or a document is wrong and has to be edited.
    Configuration,
    /// Another run holds the warehouse, or won the race for the next number.
    Locked,
    /// A check found the result unfit, so nothing was published.
    Check,
    /// A dry run found something that a real run would change.
    Changes,
    /// A source is older than its contract allows.
    Stale,
    /// Disk, permission or network failed us; the same command may pass later.
    Surroundings,
    /// A bug of this program.
    Bug,
    /// The user or the system asked us to stop.
    Interrupted,
}

impl Kind {
    /// Every kind, in the order of the reference.
    pub const ALL: [Kind; 9] = [
        Kind::Failed,
        Kind::Configuration,
        Kind::Locked,
        Kind::Check,
        Kind::Changes,
        Kind::Stale,
        Kind::Surroundings,
        Kind::Bug,
        Kind::Interrupted,
    ];

    /// The process's exit code.
    pub const fn exit_code(self) -> u8 {
        match self {
            Kind::Failed => 1,
            Kind::Configuration => 2,
            Kind::Locked => 3,
            Kind::Check => 4,
            Kind::Changes => 5,
            Kind::Stale => 6,
            Kind::Surroundings => 7,
            Kind::Bug => 70,
            Kind::Interrupted => 130,
        }
    }

    /// Whether the same command can succeed later with nothing edited.
    pub const fn retry_helps(self) -> bool {
        matches!(self, Kind::Locked | Kind::Surroundings | Kind::Stale | Kind::Interrupted)
    }

    /// The word that programs read in JSON output.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Failed => "failed",
            Kind::Configuration => "configuration",
            Kind::Locked => "locked",
            Kind::Check => "check",
            Kind::Changes => "changes",
            Kind::Stale => "stale",
            Kind::Surroundings => "surroundings",
            Kind::Bug => "bug",
            Kind::Interrupted => "interrupted",
        }
    }
}

/// A stable name of one thing that can go wrong, with what the reference says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// One letter for the crate and three digits, never used again for something else.
    pub id: &'static str,
    /// Decides exit code and retry.
    pub kind: Kind,
    /// What it means, one sentence without values.
    pub meaning: &'static str,
    /// What the reader can do about it.
    pub cure: &'static str,
}

/// Where in a document, file or table the trouble stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// A file, object or table, as the user knows it.
    pub file: String,
    /// Line, counted from one.
    pub line: Option<u64>,
    /// Column, counted from one.
    pub column: Option<u64>,
    /// More than a line can say: rows, a key, a partition.
    pub detail: Option<String>,
}

impl Place {
    /// A whole file, object or table.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// A line and column of a file, both counted from one.
    pub fn at(file: impl Into<String>, line: u64, column: u64) -> Self {
        Self { file: file.into(), line: Some(line), column: Some(column), detail: None }
    }

    /// Adds rows, a key or a partition.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        if let Some(detail) = &self.detail {
            write!(f, ", {detail}")?;
        }
        Ok(())
    }
}

/// What went wrong, where, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault(Box<Body>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Body {
    code: Code,
    message: String,
    places: Vec<Place>,
    kept: Option<String>,
    causes: Vec<String>,
    hints: Vec<String>,
}

/// The result of everything that can fail.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

impl Fault {
    /// A fault of this code; the message is one sentence that names the thing, values in backticks.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Body {
            code,
            message: message.into(),
            places: Vec::new(),
            kept: None,
            causes: Vec::new(),
            hints: Vec::new(),
        }))
    }

    /// Adds a place.
    #[must_use]
    pub fn place(mut self, place: Place) -> Self {
        self.0.places.push(place);
        self
    }

    /// Says what was kept in spite of the fault.
    #[must_use]
    pub fn kept(mut self, kept: impl Into<String>) -> Self {
        self.0.kept = Some(kept.into());
        self
    }

    /// Adds the words of whatever lay underneath, outermost first.
    #[must_use]
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.0.causes.push(cause.to_string());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The kind, which decides the exit code.
    pub fn kind(&self) -> Kind {
        self.0.code.kind
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it stands; may be empty.
    pub fn places(&self) -> &[Place] {
        &self.0.places
    }

    /// What was kept, if that was said.
    pub fn kept_words(&self) -> Option<&str> {
        self.0.kept.as_deref()
    }

    /// What lay underneath, outermost first.
    pub fn causes(&self) -> &[String] {
        &self.0.causes
    }

    /// What to do next; the code's own cure stands in where no hint was given.
    pub fn hints(&self) -> Vec<&str> {
        if self.0.hints.is_empty() { vec![self.0.code.cure] } else { self.0.hints.iter().map(String::as_str).collect() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.0.code.id, self.0.message)?;
        for place in &self.0.places {
            write!(f, "\n   at {place}")?;
        }
        if let Some(kept) = &self.0.kept {
            write!(f, "\n kept: {kept}")?;
        }
        for cause in &self.0.causes {
            write!(f, "\n  why: {cause}")?;
        }
        for hint in self.hints() {
            write!(f, "\n hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

/// The catalogue of this crate.
pub const FAULTS: &[Code] = &[K001, K002, K003, K004, K005];

/// A document is not readable YAML of the expected shape.
pub const K001: Code = Code {
    id: "K001",
    kind: Kind::Configuration,
    meaning: "a document is not YAML of the expected shape",
    cure: "correct the line named; the guide shows every key a document may have",
};
/// A name does not follow the rules for names.
pub const K002: Code = Code {
    id: "K002",
    kind: Kind::Configuration,
    meaning: "a name is not a lower-case identifier",
    cure: "use letters a to z, digits and `_`, beginning with a letter",
};
/// A period or calendar cannot be read.
pub const K003: Code = Code {
    id: "K003",
    kind: Kind::Configuration,
    meaning: "a period, date or calendar cannot be read",
    cure: "write a month as `2026-11`, a quarter as `2026-Q4`, a year as `2026`, a date as `2026-11-30`",
};
/// A manifest in a sequence is missing or cannot be read.
pub const K004: Code = Code {
    id: "K004",
    kind: Kind::Surroundings,
    meaning: "a sequence of manifests has a gap or an unreadable entry",
    cure: "restore the named object from a copy; nothing else in the warehouse needs to change",
};
/// Exact arithmetic left its range.
pub const K005: Code = Code {
    id: "K005",
    kind: Kind::Check,
    meaning: "an exact number left its range",
    cure: "find the amount named; it is larger than any amount of money can be, so a unit or a decimal mark is wrong",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_what_where_and_what_next() {
        let fault = Fault::new(K001, "contract `erp_orders`: `key` is missing")
            .place(Place::at("sources/erp_orders.yml", 3, 1))
            .kept("the release before")
            .cause("missing field")
            .hint("add `key: [order_number]`");
        assert_eq!(
            fault.to_string(),
            "error[K001]: contract `erp_orders`: `key` is missing\n   at sources/erp_orders.yml:3:1\n kept: the release before\n  why: missing field\n hint: add `key: [order_number]`"
        );
        assert_eq!(fault.kind().exit_code(), 2);
    }

    #[test]
    fn exit_codes_are_distinct() {
        let mut codes: Vec<u8> = Kind::ALL.iter().map(|kind| kind.exit_code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Kind::ALL.len());
    }
}
