//! The year that is generated, cut into twenty-four halves of months.
//!
//! Alignments change only where a half begins, so a half is the finest time at which credits differ.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use crate::units::Country;

/// The year of the sales.
pub const YEAR: i16 = 2025;
/// Halves of a year.
pub const HALVES: usize = 24;

/// A day of the generated year; a day that does not exist becomes the first of January.
pub fn day(month: usize, day: i8) -> Date {
    Date::new(YEAR, month as i8, day).unwrap_or(Date::constant(YEAR, 1, 1))
}

/// The first day of a half, counted from zero.
pub fn first_of(half: usize) -> Date {
    day(half / 2 + 1, if half.is_multiple_of(2) { 1 } else { 16 })
}

/// The day before a half begins.
pub fn before(half: usize) -> Date {
    if half >= HALVES { day(12, 31) } else { first_of(half) - 1.day() }
}

/// The half of a day.
pub fn half_of(date: Date) -> usize {
    (date.month() as usize - 1) * 2 + usize::from(date.day() > 15)
}

/// The last day of a month, counted from one.
pub fn last_of(month: usize) -> Date {
    day(month, 1).last_of_month()
}

const GERMAN: [(i8, i8); 9] = [(1, 1), (4, 18), (4, 21), (5, 1), (5, 29), (6, 9), (10, 3), (12, 25), (12, 26)];
const POLISH: [(i8, i8); 9] = [(1, 1), (1, 6), (4, 21), (5, 1), (6, 19), (8, 15), (11, 11), (12, 25), (12, 26)];

/// The days of a month, counted from one, on which wholesalers deliver.
pub fn working_days(country: Country, month: usize) -> Vec<Date> {
    let holidays = match country {
        Country::Germany => &GERMAN,
        Country::Poland => &POLISH,
    };
    (1..=day(month, 1).days_in_month())
        .map(|number| day(month, number))
        .filter(|date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday))
        .filter(|date| !holidays.contains(&(date.month(), date.day())))
        .collect()
}

/// `2025-03`.
pub fn period(month: usize) -> String {
    format!("{YEAR}-{month:02}")
}
