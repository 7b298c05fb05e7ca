//! What is measured and compared, and what limits it.

use super::{Cohort, Scope};
use crate::differential::numbers::Decimal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttainmentKind {
    Ratio,
    Index,
    Difference,
    Absolute,
}

impl AttainmentKind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ratio => "ratio",
            Self::Index => "index",
            Self::Difference => "difference",
            Self::Absolute => "absolute",
        }
    }
}

/// What is measured; all but sales have a target of their own, if any.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Sales,
    Growth(Shift),
    Share(Scope),
    ShareChange(Shift, Scope),
    Evolution(Shift, Scope),
    Custom(Formula, Option<Shift>, Scope),
    /// Attainments, weighted.
    Attainments(Vec<(String, Decimal)>),
    /// Values added, and perhaps their targets too.
    Sum(Vec<String>, bool),
    Rank(Ranking),
}

/// Places among the payees of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    pub is_percentile: bool,
    pub of: String,
    pub by_attainment: bool,
    pub is_ascending: bool,
    pub cohort: Cohort,
    pub minimum: usize,
    pub ties: Ties,
    pub shares_mean: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Ties {
    Competition,
    Dense,
    Average,
    Second(String),
}

impl Ties {
    pub fn word(&self) -> String {
        match self {
            Self::Competition => "competition".to_owned(),
            Self::Dense => "dense".to_owned(),
            Self::Average => "average".to_owned(),
            Self::Second(component) => format!("{{second_key: {component}}}"),
        }
    }
}

/// The second axis of a matrix.
#[derive(Debug, Clone)]
pub struct Second {
    pub component: String,
    pub by_attainment: bool,
    pub borders: Vec<Decimal>,
}

impl Second {
    /// What a cell gives.
    pub const fn output(first: Decimal, at: usize) -> Decimal {
        Decimal::new(first.units * (2 * at as i64 + 1), first.scale)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    PreviousYear,
    PreviousPeriod,
}

impl Shift {
    pub const fn word(self) -> &'static str {
        match self {
            Self::PreviousYear => "previous_year",
            Self::PreviousPeriod => "previous_period",
        }
    }
}

/// A formula over `a`, the credits of the component, and `b`, others of another time or other products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formula {
    Change,
    Distance,
    Gain,
    Third,
    Mixed,
}

impl Formula {
    pub const ALL: [Self; 5] = [Self::Change, Self::Distance, Self::Gain, Self::Third, Self::Mixed];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Change => "(a - b) / b",
            Self::Distance => "max(a, b) - min(a, b)",
            Self::Gain => "if(a > b, a - b, 0)",
            Self::Third => "round(a / 3, 2) + b",
            Self::Mixed => "abs(a) * 0.125 - b * 0.333333",
        }
    }
}

/// A condition on another component.
#[derive(Debug, Clone)]
pub struct Gate {
    pub component: String,
    pub by_value: bool,
    /// Above the border, not at least at it.
    pub is_above: bool,
    pub border: Decimal,
    pub by_window: bool,
    pub later: Option<Later>,
    pub otherwise: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    Reverse,
    Withhold,
    Forfeit,
}

impl Later {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reverse => "reverse",
            Self::Withhold => "withhold",
            Self::Forfeit => "forfeit",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Limit {
    pub of_incentive: bool,
    pub at: Decimal,
    /// On each line, not on the whole.
    pub per_line: bool,
    /// What a cap cuts off is paid later, where there is room.
    pub defers: bool,
}
