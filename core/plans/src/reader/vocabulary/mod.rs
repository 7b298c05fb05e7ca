//! Every word and sentence that plans are told in, once for each language.
//!
//! Promises that none is missing in a language: an entry has all of them, and tests compare the words of the tables and
//! the keys that the sentences ask for with the entries.

mod curve;
mod findings;
mod measure;
mod pay;
mod plan;

use super::Language;

/// A key, and its text in English and in German; `{name}` is filled in.
pub type Entry = (&'static str, &'static str, &'static str);

/// The parts of the vocabulary.
const PARTS: [&[Entry]; 5] = [plan::ENTRIES, measure::ENTRIES, curve::ENTRIES, pay::ENTRIES, findings::ENTRIES];

/// Every entry.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    PARTS.into_iter().flatten()
}

/// The text of a key; the key itself if it is unknown, so that a reader sees what is missing.
pub(crate) fn text(language: Language, key: &str) -> &str {
    let found = entries().find(|(known, _, _)| *known == key);
    found.map_or(key, |(_, english, german)| match language {
        Language::En => english,
        Language::De => german,
    })
}
