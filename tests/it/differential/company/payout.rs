//! What happens to pay after it is earned: what the plan says of it, and what befalls it on the way.

use super::Proration;
use crate::differential::{calendar::Day, numbers::Decimal};

/// What a plan says of the time after pay is earned.
#[derive(Debug, Clone, Default)]
pub struct Payout {
    pub draws: Vec<Draw>,
    /// None at all is all at once.
    pub parts: Vec<Part>,
    pub clawbacks: Vec<Clawback>,
    pub conversion: Option<Conversion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DrawKind {
    Guarantee,
    NonRecoverable,
    Recoverable,
}

impl DrawKind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Guarantee => "guarantee",
            Self::NonRecoverable => "non_recoverable",
            Self::Recoverable => "recoverable",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Draw {
    pub id: &'static str,
    pub kind: DrawKind,
    /// An amount, or a part of the target incentive.
    pub is_rate: bool,
    pub level: Decimal,
    pub from: Day,
    pub to: Day,
    pub proration: Proration,
    pub recovery: Option<Recovery>,
}

#[derive(Debug, Clone)]
pub struct Recovery {
    pub from: Day,
    pub rate: Decimal,
    pub limit: Option<Decimal>,
}

#[derive(Debug, Clone)]
pub struct Part {
    pub rate: Decimal,
    pub release: Release,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    AtOnce,
    AfterDays(i32),
    AfterMonths(usize),
    YearEnd,
    On(&'static str),
}

impl Release {
    pub fn word(self) -> String {
        match self {
            Self::AtOnce => "at_once".to_owned(),
            Self::AfterDays(count) => format!("after {count} days"),
            Self::AfterMonths(count) => format!("after {count} months"),
            Self::YearEnd => "year_end".to_owned(),
            Self::On(event) => format!("on {event}"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Clawback {
    pub cause: &'static str,
    pub of_paid: bool,
    pub installments: usize,
    /// From so many months or payments so much.
    pub rates: Vec<(i64, Decimal)>,
}

/// Pay in the currency of the payee.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// Whose decimals are so many.
    pub currency: (&'static str, i32),
    pub rate_type: &'static str,
    pub at: RateDay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateDay {
    BookingDate,
    PeriodBegin,
    PeriodEnd,
    PlanBegin,
}

impl RateDay {
    pub const fn word(self) -> &'static str {
        match self {
            Self::BookingDate => "booking_date",
            Self::PeriodBegin => "period_begin",
            Self::PeriodEnd => "period_end",
            Self::PlanBegin => "plan_begin",
        }
    }
}

/// What befalls the pay of a cell's payees.
#[derive(Debug, Clone, Default)]
pub struct Events {
    pub released: Vec<PayEvent>,
    pub holds: Vec<Hold>,
    pub taken: Vec<Taken>,
    pub groups: Vec<PayGroup>,
}

#[derive(Debug, Clone)]
pub struct PayEvent {
    pub id: String,
    pub kind: &'static str,
    pub payee: String,
    /// The period that it pays.
    pub origin: String,
    pub day: Day,
}

/// From the run of one period until that of another, or for ever.
#[derive(Debug, Clone)]
pub struct Hold {
    pub id: String,
    pub payee: String,
    pub from: String,
    pub release: Option<String>,
}

/// An event that takes pay back.
#[derive(Debug, Clone)]
pub struct Taken {
    pub id: String,
    pub payee: String,
    pub cause: &'static str,
    pub origin: String,
    pub day: Day,
    pub elapsed: i64,
    pub amount: Option<Decimal>,
}

#[derive(Debug, Clone)]
pub struct PayGroup {
    pub payee: String,
    pub from: Day,
    pub to: Day,
    pub may_be_negative: bool,
    pub limit: Option<Decimal>,
}

/// A rate and the days it holds.
#[derive(Debug, Clone)]
pub struct ExchangeRate {
    pub id: String,
    pub rate_type: &'static str,
    pub of: &'static str,
    pub to: &'static str,
    pub from_day: Day,
    pub to_day: Day,
    pub rate: Decimal,
}
