//! Credit rules: which lines they take, and whom they credit.

use super::{Document, Line, Scope};
use crate::differential::{
    calendar::{Day, NEVER, Paid, Period, month_of},
    numbers::Decimal,
};

/// One view of the sales: rules of one type, and those that pass its credits up.
#[derive(Debug, Clone)]
pub struct RuleSet {
    pub id: &'static str,
    pub credit_type: &'static str,
    pub rules: Vec<Rule>,
    pub rollups: Vec<Rollup>,
}

impl RuleSet {
    pub fn is_conserving(&self) -> bool {
        matches!(self.credit_type, "direct" | "split")
    }
}

#[derive(Debug, Clone)]
pub struct Rule {
    pub id: String,
    pub way: Way,
    pub products: Scope,
    pub documents: Vec<Document>,
    pub asks: Asks,
    /// Returns are credited as the sales they take back.
    pub follows: bool,
}

impl Rule {
    pub fn new(id: &str, way: Way, products: Scope) -> Self {
        let documents = vec![Document::Sale, Document::Return];
        Self { id: id.to_owned(), way, products, documents, asks: Asks::default(), follows: false }
    }

    pub fn asking(self, asks: Asks) -> Self {
        Self { asks, ..self }
    }

    pub fn of(self, documents: &[Document]) -> Self {
        Self { documents: documents.to_vec(), ..self }
    }

    pub fn following(self) -> Self {
        Self { follows: true, ..self }
    }
}

/// What a rule asks of a line beside its products.
#[derive(Debug, Clone, Default)]
pub struct Asks {
    pub account_kind: Option<String>,
    pub channel: Option<&'static str>,
    pub amount: Option<Decimal>,
    pub margin: Option<Decimal>,
}

impl Asks {
    pub fn is_nothing(&self) -> bool {
        self.account_kind.is_none() && self.channel.is_none() && self.amount.is_none() && self.margin.is_none()
    }
}

#[derive(Debug, Clone)]
pub enum Way {
    /// Those aligned, for direct credits and for those beside them.
    Aligned {
        alignment: &'static str,
        at: AlignedAt,
    },
    /// Those named on the line, or else on its account.
    Named,
    /// One seat beside the others.
    Seat {
        position: String,
        share: Decimal,
    },
    Team {
        team: String,
        is_equal: bool,
    },
}

#[derive(Debug, Clone, Copy)]
pub enum AlignedAt {
    BookingDate,
    PeriodEnd,
    Fixed(Day),
}

impl AlignedAt {
    /// The day on which the map is looked at for a line.
    pub fn day(self, line: &Line) -> Day {
        match self {
            Self::BookingDate => line.day,
            Self::PeriodEnd => Period { paid: Paid::Monthly, number: month_of(line.day) }.to() - 1,
            Self::Fixed(day) => day,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Rollup {
    pub id: &'static str,
    pub hierarchy: &'static str,
    pub levels: Option<usize>,
}

/// A sale's customer names positions itself.
#[derive(Debug, Clone)]
pub struct AccountShare {
    pub position: String,
    pub from: Day,
    pub to: Day,
    pub share: Decimal,
}

/// A seat of a team that a rule credits.
#[derive(Debug, Clone)]
pub struct Member {
    pub position: String,
    pub from: Day,
    pub to: Day,
}

impl Member {
    pub fn always(position: &str) -> Self {
        Self { position: position.to_owned(), from: 0, to: NEVER }
    }
}
