//! Numbers as a person reads them, in the language of the explanation: money, percentages, and what has no unit.

use plans::reader::Language;

use crate::output::{grouped, money};

/// What a number is, which decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Money and what is measured: two digits behind the point at least.
    Amount,
    /// A part of a whole.
    Percent,
    /// As many digits as it has.
    Plain,
}

/// The number as the language writes it.
pub(super) fn written(language: Language, number: &str, unit: Unit) -> String {
    if number.is_empty() {
        return String::new();
    }
    let english = match unit {
        Unit::Amount => money(number),
        Unit::Percent => format!("{} %", exact(&hundredfold(number))),
        Unit::Plain => exact(number),
    };
    match language {
        Language::En => english,
        Language::De => english
            .chars()
            .map(|c| match c {
                ',' => '.',
                '.' => ',',
                other => other,
            })
            .collect(),
    }
}

/// All digits that say anything.
pub(super) fn exact(number: &str) -> String {
    let short = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    grouped(short)
}

/// The point moved two digits to the right.
fn hundredfold(number: &str) -> String {
    let (sign, size) = number.strip_prefix('-').map_or(("", number), |size| ("-", size));
    let (whole, fraction) = size.split_once('.').unwrap_or((size, ""));
    let padded = format!("{fraction:0<2}");
    let (moved, rest) = padded.split_at(2);
    let digits = format!("{whole}{moved}");
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    if rest.is_empty() { format!("{sign}{digits}") } else { format!("{sign}{digits}.{rest}") }
}

/// Whether a text is a number such as SQL writes one.
pub(super) fn is_number(text: &str) -> bool {
    let size = text.strip_prefix('-').unwrap_or(text);
    !size.is_empty()
        && size.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && size.bytes().filter(|byte| *byte == b'.').count() <= 1
        && size.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}

/// Whether a number is the whole number `one`.
pub(super) fn is_same(number: &str, one: &str) -> bool {
    !number.is_empty() && exact(number) == one
}

#[cfg(test)]
mod tests {
    use plans::reader::Language;

    use super::{Unit, is_number, written};

    #[test]
    fn a_rate_is_read_as_percent_and_german_writes_its_own_point() {
        assert_eq!(written(Language::En, "0.7976200000", Unit::Percent), "79.762 %");
        assert_eq!(written(Language::En, "-0.0050", Unit::Percent), "-0.5 %");
        assert_eq!(written(Language::En, "12", Unit::Percent), "1,200 %");
        assert_eq!(written(Language::De, "1234567.5000", Unit::Amount), "1.234.567,50");
        assert_eq!(written(Language::De, "0.0500", Unit::Plain), "0,05");
        assert!(is_number("-12.50") && !is_number("1.2.3") && !is_number("2026-01") && !is_number(""));
    }
}
