//! A plain reading of the contract, payee by payee and period by period, over exact fractions that are rounded where
//! section 2 says so. It shares nothing with the program: it reads the company, not the project.

mod credits;
mod curves;
mod kinds;
mod measures;
mod pay;
mod ranks;

use std::collections::{BTreeMap, BTreeSet};

pub use measures::{Measure, Seats};

use super::{
    calendar::{Day, Period},
    company::{At, Cell, Company, Kind},
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
    /// What each measure came about with.
    pub features: BTreeMap<Key, BTreeSet<&'static str>>,
}

/// Computes a cell from its first line to the last cent.
pub fn figures(company: &Company, cell: &Cell, horizon: Day) -> Figures {
    let seats = Seats::of(company, cell, horizon);
    let mut found = Figures::default();
    let key = |id: &str, (position, payee): &(String, String), period: Period| {
        (id.to_owned(), position.clone(), payee.clone(), period.id())
    };
    let holders = seats.holders();
    for holder in &holders {
        for component in cell.plan.components.iter().filter(|one| !matches!(one.kind, Kind::Rank(_))) {
            for period in seats.periods(&holder.0, &holder.1) {
                let other = |id: &str| found.measures[&key(id, holder, period)].clone();
                let measure = measures::measure(&seats, component, (&holder.0, &holder.1), period, &other);
                found.measures.insert(key(&component.id, holder, period), measure);
                let features = seats.features(component, (&holder.0, &holder.1), period);
                found.features.insert(key(&component.id, holder, period), features);
            }
        }
    }
    for component in &cell.plan.components {
        let Kind::Rank(ranking) = &component.kind else { continue };
        for period in Period::all(cell.plan.paid) {
            let members: Vec<_> =
                holders.iter().filter(|one| seats.periods(&one.0, &one.1).contains(&period)).collect();
            let measured = |member: usize, id: &str| found.measures[&key(id, members[member], period)].clone();
            let places = ranks::ranked(ranking, members.len(), &measured);
            for (member, measure) in members.iter().zip(places) {
                found.measures.insert(key(&component.id, member, period), measure);
            }
        }
    }
    for holder in &holders {
        let (position, payee) = holder;
        let periods: Vec<Period> = seats.periods(position, payee);
        let key = |id: &str, period: Period| key(id, holder, period);
        let measured = |id: &str, period: Period| found.measures[&key(id, period)].clone();
        let seat = pay::Seat { seats: &seats, position, payee, measured: &measured };
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
