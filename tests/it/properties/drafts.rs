//! What a cell is drawn from: lines at the corners where calculations break, and people whom chance places.

use proptest::prelude::*;

use crate::differential::{
    calendar::{Day, MONTHS, NEVER, SECOND_YEAR, month_begin},
    company::{AlignedAt, Cell, Company, Document, Line, Proration, Rollup, Rule, RuleSet, Scope, Way},
    generate,
    numbers::Decimal,
};

/// Which day of a month.
#[derive(Debug, Clone, Copy)]
pub enum At {
    First,
    Last,
    Other(u8),
}

/// One line, without the names of its cell.
#[derive(Debug, Clone)]
pub struct Sale {
    pub month: usize,
    pub at: At,
    pub units: i64,
    pub scale: u32,
    pub pieces: i64,
    pub account: usize,
    pub product: usize,
    /// Who is named on it, and with what shares.
    pub named: Option<usize>,
    pub shares: usize,
    /// Days until it is taken back, if ever.
    pub delay: u16,
}

impl Sale {
    pub fn day(&self) -> Day {
        let begin = month_begin(12 + self.month);
        match self.at {
            At::First => begin,
            At::Last => month_begin(13 + self.month) - 1,
            At::Other(day) => begin + Day::from(day),
        }
    }

    /// The line in a cell.
    pub fn line(&self, cell: &Cell, id: String) -> Line {
        let is_return = self.units < 0;
        let shares: &[(usize, i64)] = match self.shares {
            0 => &[(1, 333_333), (2, 333_333), (0, 333_334)],
            1 => &[(0, 500_000), (1, 500_000)],
            2 => &[(1, 700_000), (2, 200_000)],
            3 => &[(2, 900_000), (0, 250_000)],
            _ => &[],
        };
        let shared = |(at, share): &(usize, i64)| (cell.positions[*at].clone(), Decimal::new(*share, 6));
        Line {
            id,
            day: self.day(),
            document: if is_return { Document::Return } else { Document::Sale },
            account: self.account,
            product: self.product,
            named: self.named.map(|at| cell.positions[at].clone()),
            shares: shares.iter().map(shared).collect(),
            quantity: Decimal::new(if is_return { -self.pieces } else { self.pieces }, 0),
            amount: Decimal::new(self.units, self.scale),
            takes_back: None,
            channel: None,
            cost: None,
            currency: None,
        }
    }

    /// A line and the one that takes it back, so many days later but within the year, as the next lines of a cell.
    pub fn and_back(&self, cell: &Cell, id: &str) -> [Line; 2] {
        let there = self.line(cell, format!("{id}-there"));
        let minus = |x: Decimal| Decimal::new(-x.units, x.scale);
        let day = (there.day + Day::from(self.delay)).min(month_begin(MONTHS) - 1);
        let back = Line {
            id: format!("{id}-back"),
            day,
            document: Document::Return,
            named: None,
            shares: Vec::new(),
            quantity: minus(there.quantity),
            amount: minus(there.amount),
            takes_back: Some(cell.lines.len()),
            ..there.clone()
        };
        [there, back]
    }
}

/// Amounts in units and decimals: nothing, whole steps of the borders of curves, single cents, what no share divides.
fn sizes() -> impl Strategy<Value = (i64, u32)> {
    prop_oneof![
        1 => Just((0, 0)),
        4 => (1_i64..25).prop_map(|steps| (steps * 500, 0)),
        2 => (1_i64..100).prop_map(|cents| (cents, 2)),
        2 => prop::sample::select(vec![(3_333, 2), (10_001, 2), (99_999, 2), (7, 0)]),
        4 => (1_i64..1_500_000).prop_map(|cents| (cents, 2)),
        1 => (1_i64..90_000_000).prop_map(|parts| (parts, 4)),
    ]
}

/// Lines that sell something, or nothing.
pub fn sales() -> impl Strategy<Value = Sale> {
    let at = prop_oneof![Just(At::First), Just(At::Last), (0_u8..28).prop_map(At::Other)];
    let delay = prop_oneof![2 => Just(0_u16), 1 => 1_u16..31, 1 => 31_u16..365];
    let who = (prop::option::weighted(0.85, 0_usize..3), 0_usize..14);
    (0_usize..12, at, sizes(), 0_i64..12, 0_usize..4, 0_usize..5, who, delay).prop_map(
        |(month, at, (units, scale), pieces, account, product, (named, shares), delay)| Sale {
            month,
            at,
            units,
            scale,
            pieces,
            account,
            product,
            named,
            shares,
            delay,
        },
    )
}

/// Lines of which some take back what another cell's month never sold.
pub fn lines() -> impl Strategy<Value = Sale> {
    (sales(), prop::bool::weighted(0.25)).prop_map(|(mut sale, is_return)| {
        sale.units *= if is_return { -1 } else { 1 };
        sale
    })
}

/// The people, seats, accounts and alignments of one number of a seed; its plan too.
pub fn base(people: u64, name: usize, drawn: &[Sale]) -> Cell {
    let mut cell = generate::twin(people, 0, name);
    cell.lines = drawn.iter().enumerate().map(|(at, sale)| sale.line(&cell, format!("l{name:05}-{at}"))).collect();
    cell
}

/// Everyone holds a whole seat throughout, and days shrink nothing.
pub fn held_whole(cell: &mut Cell) {
    let mut seen = Vec::new();
    cell.holdings.retain(|one| {
        let is_first = !seen.contains(&one.position);
        seen.push(one.position.clone());
        is_first
    });
    for one in &mut cell.holdings {
        (one.from, one.to, one.share) = (0, NEVER, Decimal::new(1, 0));
    }
    (cell.plan.pay, cell.plan.target) = (Proration::None, Proration::None);
    (cell.plan.from, cell.plan.to) = (SECOND_YEAR, month_begin(MONTHS));
}

/// The rules whose returns all follow what they take back.
pub const FOLLOWED: &str = "returned";

/// The rules of a company of so many cells, and those whose returns follow.
pub fn rule_sets(cells: usize) -> Vec<RuleSet> {
    let mut rule_sets = generate::rule_sets(cells);
    let map = Way::Aligned { alignment: "map", at: AlignedAt::BookingDate };
    let rules = vec![Rule::new("all", map, Scope::All).following()];
    let rollups = vec![Rollup { id: "managers", hierarchy: "sales", levels: None }];
    rule_sets.push(RuleSet { id: FOLLOWED, credit_type: "direct", rules, rollups });
    rule_sets
}

/// A company of cells, and one more that sells on the last day of all, so that every period is measured to its end.
pub fn company(mut cells: Vec<Cell>, rule_sets: Vec<RuleSet>) -> Company {
    let last = Sale {
        month: 11,
        at: At::Last,
        units: 1,
        scale: 0,
        pieces: 1,
        account: 0,
        product: 0,
        named: Some(0),
        shares: usize::MAX,
        delay: 0,
    };
    cells.push(base(0, cells.len(), &[last]));
    Company { products: generate::products(), rule_sets, cells }
}
