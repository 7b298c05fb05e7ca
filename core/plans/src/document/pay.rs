//! When and in which currency a plan pays, as written.

use kernel::documents::{Number, Spanned};
use serde::{Deserialize, Deserializer};

use super::{
    Validity,
    forms::{Entries, scalar},
};
use crate::words::*;
use kernel::periods::{Date, parse_date};

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "a day such as 2026-04-01", |text| parse_date(text).ok().map(Self))
    }
}

/// How a draw is paid back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryDoc {
    /// The first day.
    pub from: Spanned<Day>,
    /// Which part of what is earned.
    pub rate: Spanned<Number>,
    /// The most of one pay run.
    pub limit: Option<Spanned<Number>>,
}

/// An advance, or an amount that is paid at least.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawDoc {
    /// Its name within the plan.
    pub id: Spanned<String>,
    /// Whether it is paid back.
    pub kind: DrawKind,
    /// For each plan period.
    pub amount: Option<Spanned<Number>>,
    /// A part of the target incentive.
    pub rate: Option<Spanned<Number>>,
    /// Its days.
    pub valid: Spanned<Validity>,
    /// Whether it shrinks to the days held.
    pub proration: Days,
    /// How it is paid back.
    pub recovery: Option<Spanned<RecoveryDoc>>,
}

/// When a part is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// With the pay run.
    AtOnce,
    /// So many days later.
    AfterDays(u16),
    /// So many months later.
    AfterMonths(u16),
    /// At the year's end.
    YearEnd,
    /// When something happens.
    Event(String),
}

impl<'de> Deserialize<'de> for Release {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "`at_once`, `after 30 days`, `after 3 months`, `year_end` or `on EVENT`";
        scalar(deserializer, expected, |text| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let count = |text: &str| text.parse::<u16>().ok().filter(|count| *count > 0);
            match words[..] {
                ["at_once"] => Some(Self::AtOnce),
                ["year_end"] => Some(Self::YearEnd),
                ["after", number, "days" | "day"] => count(number).map(Self::AfterDays),
                ["after", number, "months" | "month"] => count(number).map(Self::AfterMonths),
                ["on", event] => Some(Self::Event(event.to_owned())),
                _ => None,
            }
        })
    }
}

/// A part of what is earned.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartialPaymentDoc {
    /// Its name within the plan.
    pub id: Spanned<String>,
    /// How much of the whole.
    pub rate: Spanned<Number>,
    /// When.
    pub release: Spanned<Release>,
    /// In how many equal parts, one a month; all at once if absent.
    pub times: Option<Spanned<u32>>,
}

/// What is taken back when something happens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClawbackDoc {
    /// What happens.
    pub cause: Spanned<String>,
    /// What is counted until then.
    pub counted: Counted,
    /// Of what a part is taken back.
    pub of: ClawbackOf,
    /// Over how many pay runs.
    pub installments: Spanned<u32>,
    /// From so many, which part.
    pub rates: Spanned<Entries<Spanned<u32>, Spanned<Number>>>,
}

/// At which rate measures in another currency are taken.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureRateDoc {
    /// Which rates.
    #[serde(rename = "type")]
    pub rate_type: RateType,
    /// Of which day.
    pub at: MeasureRateAt,
}

/// In which currency is paid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayRateDoc {
    /// The plan's or the payee's.
    pub currency: Spanned<PayCurrency>,
    /// Which rates.
    #[serde(rename = "type")]
    pub rate_type: Option<RateType>,
    /// Of which day.
    pub at: Option<PayRateAt>,
}

/// What happens between currencies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversionDoc {
    /// Measures.
    pub measure: Option<MeasureRateDoc>,
    /// Pay.
    pub pay: Option<PayRateDoc>,
}

fn in_full() -> Days {
    Days::None
}

fn of_the_seat() -> CreditBasis {
    CreditBasis::Position
}

/// How days count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proration {
    /// Pay by days held.
    pub pay: Days,
    /// Target by days held; not if absent.
    #[serde(default = "in_full")]
    pub target: Days,
    /// Credits of the seat or of the payee's days; of the seat if absent.
    #[serde(default = "of_the_seat")]
    pub credit: CreditBasis,
    /// Leave that does not count as held.
    pub leave: Option<Vec<Spanned<String>>>,
    /// Fewer days held pay nothing.
    pub minimum_days: Option<Spanned<u32>>,
}

/// Where and how money is rounded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Where.
    pub at: Spanned<RoundingAt>,
    /// How.
    pub mode: Mode,
    /// To multiples of what; the minor unit if absent.
    pub unit: Option<Spanned<Number>>,
}
