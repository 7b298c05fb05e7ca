//! A plain reading of the contract, payee by payee and period by period, over exact fractions that are rounded where
//! section 2 says so. It shares nothing with the program: it reads the company, not the project.

mod credits;
mod curves;
mod kinds;
mod measures;
mod pay;

use std::collections::BTreeMap;

pub use credits::own;
pub use measures::{Measure, Seats};

use super::{
    calendar::{Day, Period},
    company::{At, Cell, Company},
    numbers::Q,
};

/// Where a figure belongs: component, position, payee, period.
pub type Key = (String, String, String, String);

/// What one cell comes to.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Everything measured, payable or not.
    pub measures: BTreeMap<Key, Measure>,
    /// What each component earned; what is not payable is absent, and all of it where the plan rounds last.
    pub incentives: BTreeMap<Key, Q>,
    /// What the plan pays, under an empty component.
    pub totals: BTreeMap<Key, Q>,
}

/// Computes a cell from its first line to the last cent.
pub fn figures(company: &Company, cell: &Cell, horizon: Day) -> Figures {
    let seats = Seats::of(company, cell, horizon);
    let mut found = Figures::default();
    for (position, payee) in seats.holders() {
        let periods: Vec<Period> = seats.periods(&position, &payee);
        let key = |id: &str, period: Period| (id.to_owned(), position.clone(), payee.clone(), period.id());
        for component in &cell.plan.components {
            for period in &periods {
                let other = |id: &str| found.measures[&key(id, *period)].clone();
                let measure = measures::measure(&seats, component, (&position, &payee), *period, &other);
                found.measures.insert(key(&component.id, *period), measure);
            }
        }
        let measured = |id: &str, period: Period| found.measures[&key(id, period)].clone();
        let seat = pay::Seat { seats: &seats, position: &position, payee: &payee, measured: &measured };
        let mut all = Vec::new();
        for component in &cell.plan.components {
            for (period, amount) in seat.earned(component, &periods) {
                all.push((period, amount));
                if cell.plan.rounding_at != At::Plan {
                    found.incentives.insert(key(&component.id, period), amount);
                }
            }
        }
        for (period, amount) in seat.totals(&all, &periods) {
            found.totals.insert(key("", period), amount);
        }
    }
    found
}
