//! The catalogue of what can be wrong with a plan document.

use kernel::{Code, Kind};

const fn code(id: &'static str, meaning: &'static str, cure: &'static str) -> Code {
    Code { id, kind: Kind::Configuration, meaning, cure }
}

/// Every fault of this crate, in order.
pub const FAULTS: &[Code] = &[P001, P002, P003, P004, P005, P006, P007, P008, P009, P010, P011, P012, P013];

/// Neither kind of document.
pub const P001: Code = code(
    "P001",
    "a document in `plans/` is neither a plan nor a rule set",
    "begin the document with `plan: ID` or `rule_set: ID`",
);
/// An identifier is malformed or used twice.
pub const P002: Code = code(
    "P002",
    "an identifier of a plan, rule set, component or rule is malformed or used twice",
    "use letters, digits, `-`, `_` and `.`, beginning with a letter or digit, each identifier once",
);
/// A value is outside what can be computed exactly, or is not of the expected form.
pub const P003: Code = code(
    "P003",
    "a value of a plan is out of its range or not of the expected form",
    "write the value as the guide to plans shows it",
);
/// Tiers do not cover every value exactly once.
pub const P004: Code = code(
    "P004",
    "the tiers or points of a curve leave a gap, overlap or do not rise",
    "let each tier begin where the one before ends, and leave `to` of the last one out",
);
/// Two choices contradict each other, or one lacks the other that it needs.
pub const P005: Code = code(
    "P005",
    "choices of a plan contradict each other, or one that changes pay is missing",
    "see the table of choices in the guide to plans",
);
/// A name that nothing in the project bears.
pub const P006: Code = code(
    "P006",
    "a plan refers to a rule set or component that does not exist",
    "correct the name, or add what it names",
);
/// Gates that wait for each other.
pub const P007: Code = code(
    "P007",
    "gates, multipliers or measures of a plan form a circle",
    "let one of the named components look at nothing in the circle",
);
/// Weights that are not a whole.
pub const P008: Code =
    code("P008", "weights or parts of a plan do not add up to 100 %", "change them so that they add up to 100 %");
/// A rolling window cannot be trued up.
pub const P009: Code = code(
    "P009",
    "a rolling window is paid by true-up",
    "use `year_to_date` or `quarter_to_date`: what leaves a rolling window would be taken back",
);
/// Nothing decides between two plans.
pub const P010: Code = code(
    "P010",
    "two plans of equal rank apply to the same assignment",
    "make one assignment more specific, end one plan before the other begins, or give them different earning codes",
);
/// Nothing decides between two rules.
pub const P011: Code = code(
    "P011",
    "two rules of equal rank match the same lines",
    "give the rules different products, document types or conditions, or put them into two rule sets",
);
/// A rule set that cannot be reconciled, or a rule without what its type needs.
pub const P012: Code = code(
    "P012",
    "a rule set or rule does not have what its type needs",
    "see the table of credit rules in the guide to plans",
);
/// A month would be paid by one plan, and again within the quarter of another.
pub const P013: Code = code(
    "P013",
    "two plans of one earning code that may apply to one payee pay by different periods",
    "pay both by the same period, end one before the other begins, or give them different earning codes",
);
