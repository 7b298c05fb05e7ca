//! Fiscal calendars: months, 4-4-5 weeks, or any dated list, and the names of their periods.

use jiff::{ToSpan, civil};
use serde::Deserialize;

use crate::{Fault, Result, fault::K003};

/// A civil date.
pub use jiff::civil::Date;

/// One period of a calendar; the interval is half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// `2026-11` for a month, `2026-P11` for weeks, or as listed.
    pub period_id: String,
    /// First day.
    pub from_date: Date,
    /// First day after.
    pub to_date: Date,
    /// `2026-Q4`.
    pub quarter_id: String,
    /// `2026`; a fiscal year bears the number of the year in which it ends.
    pub year_id: String,
    /// One for the first period of its year.
    pub number_in_year: i64,
}

/// Which calendar a project uses.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CalendarKind {
    /// Calendar months; the fiscal year begins with this month.
    Months {
        /// 1 for January.
        #[serde(default = "one")]
        year_begins: i8,
    },
    /// Quarters of four, four and five weeks, counted from the first day of a year.
    #[serde(rename = "weeks_445")]
    Weeks445 {
        /// First day of the first year, `2025-12-29`.
        begins: Date,
        /// The number of that year.
        year: i16,
        /// Years with a fifty-third week, which is added to their last period.
        #[serde(default)]
        long_years: Vec<i16>,
    },
    /// Every period written out.
    Dated {
        /// In order, without gap or overlap.
        periods: Vec<DatedPeriod>,
    },
}

/// One period of a written-out calendar; days are inclusive, as in every document.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct DatedPeriod {
    /// Its name.
    pub id: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The quarter it counts to.
    pub quarter: String,
    /// The year it counts to.
    pub year: String,
}

const fn one() -> i8 {
    1
}

impl Default for CalendarKind {
    fn default() -> Self {
        Self::Months { year_begins: 1 }
    }
}

fn beyond() -> Fault {
    Fault::new(K003, "the calendar leaves the years 1 to 9999")
}

impl CalendarKind {
    /// Every period that has a day in the years `from_year..=to_year`, in order.
    ///
    /// # Errors
    /// K003 if a month is not 1 to 12, or listed periods leave a gap, overlap or are empty.
    pub fn periods(&self, from_year: i16, to_year: i16) -> Result<Vec<Period>> {
        match self {
            Self::Months { year_begins } => months(*year_begins, from_year, to_year),
            Self::Weeks445 { begins, year, long_years } => weeks(*begins, *year, long_years, from_year, to_year),
            Self::Dated { periods } => dated(periods),
        }
    }
}

fn months(year_begins: i8, from_year: i16, to_year: i16) -> Result<Vec<Period>> {
    if !(1..=12).contains(&year_begins) {
        return Err(Fault::new(K003, format!("`year_begins: {year_begins}` is not a month"))
            .hint("write the number of the month with which the fiscal year begins, 1 to 12"));
    }
    let mut periods = Vec::new();
    for year in from_year..=to_year {
        for month in 1..=12_i8 {
            let from_date = Date::new(year, month, 1).map_err(|_| beyond())?;
            let to_date = from_date.checked_add(1.month()).map_err(|_| beyond())?;
            let number_in_year = i64::from((month - year_begins).rem_euclid(12)) + 1;
            let fiscal = if year_begins > 1 && month >= year_begins { year + 1 } else { year };
            periods.push(Period {
                period_id: format!("{year:04}-{month:02}"),
                from_date,
                to_date,
                quarter_id: format!("{fiscal:04}-Q{}", (number_in_year - 1) / 3 + 1),
                year_id: format!("{fiscal:04}"),
                number_in_year,
            });
        }
    }
    Ok(periods)
}

fn weeks(begins: Date, first: i16, long_years: &[i16], from_year: i16, to_year: i16) -> Result<Vec<Period>> {
    let mut periods = Vec::new();
    let mut from_date = begins;
    let mut year = first;
    while from_date.year() <= to_year {
        for number in 1..=12_i64 {
            let long = number == 12 && long_years.contains(&year);
            let count = if number % 3 == 0 { 5 } else { 4 } + i64::from(long);
            let to_date = from_date.checked_add(count.weeks()).map_err(|_| beyond())?;
            if to_date.year() >= from_year && from_date.year() <= to_year {
                periods.push(Period {
                    period_id: format!("{year:04}-P{number:02}"),
                    from_date,
                    to_date,
                    quarter_id: format!("{year:04}-Q{}", (number - 1) / 3 + 1),
                    year_id: format!("{year:04}"),
                    number_in_year: number,
                });
            }
            from_date = to_date;
        }
        year += 1;
    }
    Ok(periods)
}

fn dated(listed: &[DatedPeriod]) -> Result<Vec<Period>> {
    let mut periods: Vec<Period> = Vec::with_capacity(listed.len());
    for one in listed {
        let to_date = one.to.tomorrow().map_err(|_| beyond())?;
        if one.to < one.from {
            return Err(Fault::new(K003, format!("period `{}` ends before it begins", one.id)));
        }
        let mut number_in_year = 1;
        if let Some(before) = periods.last() {
            if before.to_date != one.from {
                return Err(Fault::new(
                    K003,
                    format!(
                        "period `{}` begins on {}, but `{}` ends on {}",
                        one.id,
                        one.from,
                        before.period_id,
                        last_day(before.to_date)
                    ),
                )
                .hint("listed periods follow each other without gap or overlap"));
            }
            if before.year_id == one.year {
                number_in_year = before.number_in_year + 1;
            }
        }
        periods.push(Period {
            period_id: one.id.clone(),
            from_date: one.from,
            to_date,
            quarter_id: one.quarter.clone(),
            year_id: one.year.clone(),
            number_in_year,
        });
    }
    Ok(periods)
}

/// The last day of a half-open interval.
pub fn last_day(to_date: Date) -> Date {
    to_date.yesterday().unwrap_or(to_date)
}

/// Days since 1970-01-01.
pub fn days_since_epoch(date: Date) -> i32 {
    date.since(civil::date(1970, 1, 1)).map(|span| span.get_days()).unwrap_or_default()
}

/// Reads a date in ISO form.
///
/// # Errors
/// K003.
pub fn parse_date(text: &str) -> Result<Date> {
    text.parse().map_err(|error| Fault::new(K003, format!("`{text}` is not a date")).cause(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_months_has_four_quarters() {
        let year = CalendarKind::default().periods(2026, 2026).unwrap();
        assert_eq!(year.len(), 12);
        assert_eq!((year[10].period_id.as_str(), year[10].quarter_id.as_str()), ("2026-11", "2026-Q4"));
        assert_eq!(year[1].to_date, civil::date(2026, 3, 1));
    }

    #[test]
    fn a_fiscal_year_bears_the_number_of_its_end() {
        let months = CalendarKind::Months { year_begins: 7 }.periods(2026, 2026).unwrap();
        assert_eq!((months[5].year_id.as_str(), months[5].quarter_id.as_str()), ("2026", "2026-Q4"));
        assert_eq!(
            (months[6].year_id.as_str(), months[6].quarter_id.as_str(), months[6].number_in_year),
            ("2027", "2027-Q1", 1)
        );
    }

    #[test]
    fn weeks_run_four_four_five() {
        let kind = CalendarKind::Weeks445 { begins: civil::date(2025, 12, 29), year: 2026, long_years: vec![2026] };
        let weeks = kind.periods(2026, 2026).unwrap();
        assert_eq!(weeks[2].to_date.since(weeks[2].from_date).unwrap().get_days(), 35);
        assert_eq!(weeks[11].to_date.since(weeks[11].from_date).unwrap().get_days(), 42);
        assert!(weeks.windows(2).all(|pair| pair[0].to_date == pair[1].from_date));
    }

    #[test]
    fn a_gap_in_a_listed_calendar_is_found() {
        let one = |id: &str, from, to| DatedPeriod { id: id.into(), from, to, quarter: "Q".into(), year: "Y".into() };
        let kind = CalendarKind::Dated {
            periods: vec![
                one("A", civil::date(2026, 1, 1), civil::date(2026, 1, 31)),
                one("B", civil::date(2026, 2, 2), civil::date(2026, 2, 28)),
            ],
        };
        assert!(kind.periods(2026, 2026).unwrap_err().message().contains("`B`"));
    }

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(days_since_epoch(civil::date(2026, 11, 23)), 20_780);
        assert_eq!(days_since_epoch(civil::date(1969, 12, 31)), -1);
    }
}
