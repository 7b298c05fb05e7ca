//! Credit rules as written.

use kernel::{
    documents::{Number, Spanned},
    periods::{Date, parse_date},
};
use serde::{Deserialize, Deserializer};

use super::{Products, forms::scalar};
use crate::words::*;

/// How many levels a roll-up climbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels(pub u8);

/// The deepest hierarchy that roll-up follows.
pub const MOST_LEVELS: u8 = 6;

impl<'de> Deserialize<'de> for Levels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "`all` or a number of levels from 1 to 6", |text| match text {
            "all" => Some(Self(MOST_LEVELS)),
            other => other.parse().ok().filter(|count| (1..=MOST_LEVELS).contains(count)).map(Self),
        })
    }
}

/// When an alignment is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlignmentAt {
    /// On the booking date.
    BookingDate,
    /// On the last day of the period.
    PeriodEnd,
    /// On one day: everything restated to one map.
    Fixed(Date),
}

impl AlignmentAt {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::BookingDate => "booking_date",
            Self::PeriodEnd => "period_end",
            Self::Fixed(_) => "fixed",
        }
    }
}

impl<'de> Deserialize<'de> for AlignmentAt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "`booking_date`, `period_end` or a day such as 2026-01-01", |text| match text {
            "booking_date" => Some(Self::BookingDate),
            "period_end" => Some(Self::PeriodEnd),
            day => parse_date(day).ok().map(Self::Fixed),
        })
    }
}

/// `full`, `equal`, or a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Each the whole.
    Full,
    /// Each the same part.
    Equal,
    /// This much.
    Rate(Number),
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "`full`, `equal` or a share such as 50%", |text| match text {
            "full" => Some(Self::Full),
            "equal" => Some(Self::Equal),
            other => Number::parse(other).map(Self::Rate),
        })
    }
}

/// Which lines count by their size.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyDoc {
    /// From this net amount.
    pub amount_at_least: Option<Spanned<Number>>,
    /// From this margin, of the net amount.
    pub margin_at_least: Option<Spanned<Number>>,
}

/// A credit rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDoc {
    /// Its name within the set.
    pub id: Spanned<String>,
    /// Which way credits come about.
    #[serde(rename = "type")]
    pub credit_type: CreditType,
    /// Direct, overlay: which alignment.
    pub alignment: Option<String>,
    /// Direct, overlay: looked up when.
    pub alignment_at: Option<Spanned<AlignmentAt>>,
    /// By which day a return is credited; its own if absent.
    pub returns: Option<Spanned<Returns>>,
    /// Overlay: who.
    pub position: Option<Spanned<String>>,
    /// Team: which.
    pub team: Option<Spanned<String>>,
    /// Overlay of a position, team: how much.
    pub share: Option<Spanned<Share>>,
    /// Which products' lines.
    pub products: Option<Products>,
    /// Which documents' lines.
    pub document_types: Option<Vec<DocumentType>>,
    /// Which channel's lines.
    pub channel: Option<Spanned<String>>,
    /// Which accounts' lines.
    pub account_kind: Option<Spanned<String>>,
    /// Which lines by size.
    pub only: Option<Spanned<OnlyDoc>>,
    /// Roll-up: which hierarchy.
    pub hierarchy: Option<String>,
    /// Roll-up: how far.
    pub levels: Option<Levels>,
    /// Roll-up: which credits.
    pub passes: Option<Vec<CreditType>>,
}

/// A set of credit rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSetDoc {
    /// Its name in the project.
    pub rule_set: Spanned<String>,
    /// For people.
    pub title: String,
    /// Whether its shares add up to one.
    pub conserving: Spanned<bool>,
    /// The rules.
    pub rules: Vec<RuleDoc>,
}
