//! The keys of plan and rule-set documents: what each may hold and what it does, for editors and for the reference.
//!
//! Promises the same keys and words as the reader of documents accepts; tests compare the two. Does not know which
//! choices agree with each other: that is said when a document is checked.

mod keys;
mod pay_keys;

use crate::words::*;

/// What may stand behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any text.
    Text,
    /// Letters, digits, `-`, `_` and `.`.
    Identifier,
    /// `5%`, `0.05`, `1_000.50`.
    Number,
    /// A whole number that is not negative.
    Count,
    /// `true` or `false`.
    Truth,
    /// `2026-01-01`.
    Day,
    /// `2026-01-01..2026-12-31`.
    Interval,
    /// `all`, `category X`, `brand X`, `product X`.
    Products,
    /// One of these.
    Words(&'static [&'static str]),
    /// What a regular expression matches.
    Pattern(&'static str),
    /// A block with the keys of that section.
    Block(&'static str),
    /// A list.
    List(&'static Form),
    /// Names and values of one's own.
    Map(&'static Form, &'static Form),
    /// One of several forms.
    Either(&'static [Form]),
}

/// One key of a document.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The block that it stands in; `plan` and `rule_set` are documents.
    pub section: &'static str,
    /// As it is written.
    pub key: &'static str,
    /// What it may hold.
    pub form: Form,
    /// Whether it has to be there.
    pub is_required: bool,
    /// What it does.
    pub meaning: &'static str,
}

const fn needed(section: &'static str, key: &'static str, form: Form, meaning: &'static str) -> Key {
    Key { section, key, form, is_required: true, meaning }
}

const fn optional(section: &'static str, key: &'static str, form: Form, meaning: &'static str) -> Key {
    Key { section, key, form, is_required: false, meaning }
}

/// Every key, section by section.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    [keys::KEYS, pay_keys::KEYS].into_iter().flatten()
}

/// Every section, in order, once.
pub fn sections() -> Vec<&'static str> {
    let mut sections: Vec<&'static str> = Vec::new();
    for key in keys() {
        if !sections.contains(&key.section) {
            sections.push(key.section);
        }
    }
    sections
}

/// Where a table of the vocabulary has a word for each word of the documents.
pub fn told_words() -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        ("days.pay", Days::WORDS),
        ("days.target", Days::WORDS),
        ("days.credit", CreditBasis::WORDS),
        ("mode", Mode::WORDS),
        ("level", Level::WORDS),
        ("unit", Unit::WORDS),
        ("term.cap", Split::WORDS),
        ("shift", Shift::WORDS),
        ("term.calls", CallUnit::WORDS),
        ("rank.by", ValueAxis::WORDS),
        ("the", TermAxis::WORDS),
        ("rank.order", RankOrder::WORDS),
        ("cohort", Cohort::WORDS),
        ("rank.ties", TieRule::WORDS),
        ("rank.tie_pay", TiePay::WORDS),
        ("attainment.kind", AttainmentKind::WORDS),
        ("target.zero", ZeroTarget::WORDS),
        ("target.span", TargetSpan::WORDS),
        ("axis", Axis::WORDS),
        ("curve.axis", Axis::WORDS),
        ("curve.basis", Basis::WORDS),
        ("curve.lookup", Lookup::WORDS),
        ("curve.border", Border::WORDS),
        ("curve.output", Output::WORDS),
        ("curve.rate", RateSource::WORDS),
        ("curve.below", Below::WORDS),
        ("curve.above", Above::WORDS),
        ("timing.running_rate", RunningBy::WORDS),
        ("cap", CapOf::WORDS),
        ("floor", CapOf::WORDS),
        ("cap.excess", CapExcess::WORDS),
        ("holds", Holds::WORDS),
        ("span", Span::WORDS),
        ("evaluated", Evaluated::WORDS),
        ("gate.later", Later::WORDS),
        ("returns", Returns::WORDS),
        ("draw.kind", DrawKind::WORDS),
        ("draw.proration", Days::WORDS),
        ("clawback.counted", Counted::WORDS),
        ("clawback", ClawbackOf::WORDS),
        ("rate_type", RateType::WORDS),
        ("rate_at", MeasureRateAt::WORDS),
        ("rate_at", PayRateAt::WORDS),
        ("conversion.pay", PayCurrency::WORDS),
        ("documents", DocumentType::WORDS),
        ("restatement.direction", RestatedDirection::WORDS),
        ("restatement.maps", RestatedMaps::WORDS),
    ]
}
