//! How YAML documents are read: strictly, with the place of every fault, decimals from their text.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
pub use serde_saphyr::Spanned;

use crate::{Fault, Place, Result, fault::K001};

/// Reads one document; `file` is its name for messages.
///
/// # Errors
/// K001 with file, line and column. Types are expected to carry `#[serde(deny_unknown_fields)]`, so that a misspelt key is
/// found and not ignored.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    serde_saphyr::from_str(text).map_err(|error| {
        let inner = error.without_snippet();
        let place = match inner.location() {
            Some(location) if location.line() > 0 => Place::at(file, location.line(), location.column()),
            _ => Place::file(file),
        };
        let words = inner.to_string();
        let first = words.lines().next().unwrap_or_default().trim();
        // The place says it already.
        let first = first.rsplit_once(" at line ").map_or(first, |(before, _)| before);
        // The reader would have us set an option of its own.
        if let Some(rest) = first.strip_prefix("duplicate mapping key") {
            let key = rest.split_once(", set ").map_or(rest, |(key, _)| key).trim_start_matches(": ");
            let named = if key.is_empty() { "a key".to_owned() } else { format!("key `{key}`") };
            return Fault::new(K001, format!("`{file}`: {named} stands twice; which of the two is meant?"))
                .place(place)
                .hint("remove one of the two");
        }
        Fault::new(K001, format!("`{file}` cannot be read: {first}")).place(place)
    })
}

/// The line and column at which a spanned value stands, both counted from one.
pub fn place_of<T>(file: &str, value: &Spanned<T>) -> Place {
    let location = value.referenced;
    Place::at(file, location.line(), location.column())
}

/// A decimal as a document writes it: `0.05`, `5%`, `1_000`; read from its text, never through a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub Decimal);

impl Number {
    /// Reads `12`, `-0.5`, `1_000.25` or, as a hundredth, `60%`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (digits, percent) = match text.strip_suffix('%') {
            Some(digits) => (digits.trim_end(), true),
            None => (text, false),
        };
        let plain: String = digits.chars().filter(|c| *c != '_').collect();
        let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
        if !unsigned.starts_with(|c: char| c.is_ascii_digit()) || unsigned.contains(['e', 'E']) {
            return None;
        }
        let mut value = Decimal::from_str_exact(&plain).ok()?;
        if percent {
            value = value.checked_mul(Decimal::new(1, 2))?;
        }
        Some(Self(value.normalize()))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a number; write 0.05, 5% or 1000.00")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        rate: Number,
    }

    #[test]
    fn a_number_is_read_from_its_text() {
        let read = |text: &str| Number::parse(text).map(|number| number.0.to_string());
        assert_eq!(read("60%").as_deref(), Some("0.6"));
        assert_eq!(read("0.1").as_deref(), Some("0.1"));
        assert_eq!(read("1_000.50").as_deref(), Some("1000.5"));
        assert_eq!(read("1e3"), None);
        assert_eq!(read(".5"), None);
        assert_eq!(read("five"), None);
    }

    #[test]
    fn a_key_that_stands_twice_is_told_in_our_own_words() {
        let fault = read::<std::collections::BTreeMap<String, String>>("a.yml", "100%: a\n100%: b\n").unwrap_err();
        assert_eq!(fault.message(), "`a.yml`: key `100%` stands twice; which of the two is meant?");
        assert_eq!(fault.places().first().and_then(|place| place.line), Some(2));
    }

    #[test]
    fn a_misspelt_key_is_found_with_its_place() {
        let good: Sample = read("a.yml", "rate: 0.3000000000000000000000001\n").unwrap();
        assert_eq!(good.rate.0.to_string(), "0.3000000000000000000000001");
        let fault = read::<Sample>("a.yml", "# comment\nrat: 1\n").unwrap_err();
        assert_eq!(fault.places(), [Place::at("a.yml", 2, 1)]);
        assert!(fault.message().contains("rat"), "{fault}");
    }
}
