//! What a measure looks at beyond its own seat, and which days of a payee count.

use super::{Cell, Product};
use crate::differential::{calendar::Day, numbers::Decimal};

/// Where a component looks beyond its own credits against a plain target.
#[derive(Debug, Clone, Default)]
pub struct Wider {
    pub beyond: Option<Beyond>,
    pub channel: Option<&'static str>,
    /// Parts of the target in the first months of an occupancy.
    pub ramp: Vec<Decimal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    Above,
    National,
}

impl Beyond {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::National => "national",
        }
    }
}

/// Whom a place is among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cohort {
    Plan,
    Unit,
    Team,
    All,
}

impl Cohort {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Unit => "unit",
            Self::Team => "team",
            Self::All => "all",
        }
    }
}

/// Which days held do not count, and how few are too few.
#[derive(Debug, Clone, Default)]
pub struct Presence {
    pub leaves: Vec<&'static str>,
    pub minimum_days: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Leave {
    pub payee: String,
    pub kind: &'static str,
    pub from: Day,
    pub to: Day,
}

impl Cell {
    /// The name of its team.
    /// The unit and team of a position.
    pub fn group(&self, position: &str) -> (&'static str, &'static str) {
        let at = self.positions.iter().position(|one| one == position).expect("a position of the cell");
        self.groups[at]
    }

    pub fn crew_id(&self) -> String {
        format!("crew{:05}", self.number)
    }
}

/// The volume of one piece, as the project states it.
pub fn volume(product: &Product) -> Decimal {
    let units = match product.id {
        "lathe" => 2_500_000_000_000,
        "press" => 333_333_333_333,
        "robot" => 1_000_000_000_001,
        "care" => 70_000_000_000,
        _ => 12_345_678_901_234,
    };
    Decimal::new(units, 12)
}
