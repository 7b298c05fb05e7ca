//! Exact numbers for people: percent, money, dates and lists, as each language writes them.

use std::cmp::Ordering;

use kernel::{
    exact::{self, Fixed, RoundingMode, STAGE_SCALE},
    periods::parse_date,
};
use serde::Serialize;

use super::vocabulary;

/// Zero.
pub(crate) const ZERO: Fixed = Fixed::new(0, 0);
/// One, which is 100 %.
pub(crate) const ONE: Fixed = Fixed::new(1, 0);
const HUNDRED: Fixed = Fixed::new(100, 0);
/// A space that keeps a number and its unit on one line.
const HARD_SPACE: char = '\u{a0}';

/// A language that plans are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// A number without zeros that say nothing; none if it is not one.
pub(crate) fn read(text: &str) -> Option<Fixed> {
    Fixed::parse(text).map(short)
}

/// The same value with as few digits behind the point as it needs.
pub(crate) fn short(value: Fixed) -> Fixed {
    let (mut units, mut scale) = (value.units, value.scale);
    while scale > 0 && units % 10 == 0 {
        units /= 10;
        scale -= 1;
    }
    Fixed::new(units, scale)
}

/// Product as models round it; none beyond 38 digits.
pub(crate) fn times(a: Fixed, b: Fixed) -> Option<Fixed> {
    exact::times(a, b).ok().map(|units| short(Fixed::new(units, STAGE_SCALE)))
}

/// Sum; none beyond 38 digits.
pub(crate) fn plus(a: Fixed, b: Fixed) -> Option<Fixed> {
    exact::add(a, b).ok().map(short)
}

/// Difference; none beyond 38 digits.
pub(crate) fn minus(a: Fixed, b: Fixed) -> Option<Fixed> {
    plus(a, negative(b))
}

/// The same below zero.
pub(crate) fn negative(value: Fixed) -> Fixed {
    Fixed::new(-value.units, value.scale)
}

/// Whether a is above b.
pub(crate) fn above(a: Fixed, b: Fixed) -> bool {
    a.compare(b) == Ordering::Greater
}

/// Whether both are the same number.
pub(crate) fn same(a: Fixed, b: Fixed) -> bool {
    a.compare(b) == Ordering::Equal
}

/// The larger of two.
pub(crate) fn larger(a: Fixed, b: Fixed) -> Fixed {
    if above(b, a) { b } else { a }
}

/// The smaller of two.
pub(crate) fn smaller(a: Fixed, b: Fixed) -> Fixed {
    if above(a, b) { b } else { a }
}

/// Units at scale 10, for drawing and for looking between two numbers; what is finer is cut off.
pub(crate) fn units(value: Fixed) -> i128 {
    exact::rescale(value, STAGE_SCALE, RoundingMode::Down).map_or(0, |fixed| fixed.units)
}

/// A number from units at scale 10.
pub(crate) fn from_units(units: i128) -> Fixed {
    short(Fixed::new(units, STAGE_SCALE))
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its code, ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// A sentence or word of the vocabulary with its values filled in.
    pub(crate) fn say(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = vocabulary::text(self, key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// A word of the vocabulary.
    pub(crate) fn word(self, key: &str) -> String {
        self.say(key, &[])
    }

    /// A number with its thousands set apart.
    pub(crate) fn number(self, value: Fixed) -> String {
        let text = short(value).to_string();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let (group, point) = match self {
            Self::En => (',', '.'),
            Self::De => ('.', ','),
        };
        let mut made = String::from(sign);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                made.push(group);
            }
            made.push(digit);
        }
        if !fraction.is_empty() {
            made.push(point);
            made.push_str(fraction);
        }
        made
    }

    /// `0.8` as `80 %`.
    pub(crate) fn percent(self, value: Fixed) -> String {
        let hundredfold = times(value, HUNDRED).unwrap_or(value);
        format!("{}{HARD_SPACE}%", self.number(hundredfold))
    }

    /// An amount with its currency; at least two digits behind the point if it has any.
    pub(crate) fn money(self, value: Fixed, currency: &str) -> String {
        let value = short(value);
        let shown = match value.scale {
            1 => Fixed::new(value.units.saturating_mul(10), 2),
            _ => value,
        };
        let text = if shown.scale == 2 { self.cents(shown) } else { self.number(shown) };
        if currency.is_empty() { text } else { format!("{text}{HARD_SPACE}{currency}") }
    }

    fn cents(self, value: Fixed) -> String {
        let whole = Fixed::new(value.units / 100, 0);
        let sign = if value.units < 0 && whole.units == 0 { "−" } else { "" };
        let point = if self == Self::En { '.' } else { ',' };
        format!("{sign}{}{point}{:02}", self.number(whole), (value.units % 100).abs())
    }

    /// `2026-01-31` as people write it.
    pub(crate) fn date(self, text: &str) -> String {
        let Ok(date) = parse_date(text) else { return text.to_owned() };
        let month = self.word(&format!("month.{}", date.month()));
        self.say("date", &[("day", &date.day().to_string()), ("month", &month), ("year", &date.year().to_string())])
    }

    /// The last day before a date that an interval ends with.
    pub(crate) fn day_before(self, text: &str) -> String {
        match parse_date(text).and_then(|date| date.yesterday().map_err(|_| kernel::Fault::new(crate::fault::P003, "")))
        {
            Ok(date) => self.date(&date.to_string()),
            Err(_) => self.date(text),
        }
    }

    /// `a, b and c`.
    pub(crate) fn list(self, parts: &[String]) -> String {
        match parts {
            [] => String::new(),
            [one] => one.clone(),
            [init @ .., last] => format!("{} {} {last}", init.join(", "), self.word("and")),
        }
    }
}
