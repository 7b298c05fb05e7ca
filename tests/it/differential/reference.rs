//! A plain reading of the contract, payee by payee and period by period, over exact fractions that are rounded where
//! section 2 says so. It shares nothing with the program: it reads the company, not the project.

mod credits;
mod curves;
mod kinds;
mod measures;
mod nation;
mod pay;
mod payout;
mod ranks;
mod worth;

use std::collections::{BTreeMap, BTreeSet};

pub use measures::{Measure, Seats};
pub use nation::Nation;
pub use payout::{Payout, Tally, payout};

use super::{
    calendar::{Day, Period},
    company::{At, Company, Kind},
    numbers::{Q, zero},
};

/// Where a figure belongs: component, position, payee, period.
pub type Key = (String, String, String, String);

/// A position and who holds it.
type Holder = (String, String);

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
    /// What caps put off, and below zero what they paid of it later; those of the plan under an empty component.
    pub deferred: BTreeMap<Key, Q>,
}

/// Computes every cell of a company from its first line to the last cent.
pub fn figures(company: &Company, horizon: Day, nation: &Nation<'_>) -> Vec<Figures> {
    let seats: Vec<Seats<'_>> = (0..company.cells.len()).map(|at| Seats::of(company, at, horizon, nation)).collect();
    let mut found: Vec<Figures> = seats.iter().map(measured).collect();
    ranks::places(&seats, &mut found);
    for (seats, found) in seats.iter().zip(&mut found) {
        paid(seats, found);
    }
    found
}

fn key(id: &str, (position, payee): &(String, String), period: Period) -> Key {
    (id.to_owned(), position.clone(), payee.clone(), period.id())
}

/// Everything but places, which need what others measure.
fn measured(seats: &Seats<'_>) -> Figures {
    let mut found = Figures::default();
    for holder in &seats.holders() {
        for component in seats.plan().components.iter().filter(|one| !matches!(one.kind, Kind::Rank(_))) {
            for period in seats.periods(&holder.0, &holder.1) {
                let other = |id: &str| found.measures[&key(id, holder, period)].clone();
                let measure = measures::measure(seats, component, (&holder.0, &holder.1), period, &other);
                found.measures.insert(key(&component.id, holder, period), measure);
                let features = seats.features(component, (&holder.0, &holder.1), period);
                found.features.insert(key(&component.id, holder, period), features);
            }
        }
    }
    found
}

/// What components earn and plans pay, once everything is measured.
fn paid(seats: &Seats<'_>, found: &mut Figures) {
    let cell = seats.cell;
    let holders: Vec<Holder> = seats.holders().into_iter().filter(|(_, payee)| !payee.is_empty()).collect();
    // The points of everyone come before what anyone is paid for them.
    let mut shares: BTreeMap<(String, Period), Vec<(&Holder, Q)>> = BTreeMap::new();
    let measures = found.measures.clone();
    let asked = |holder: &Holder, ask: &mut dyn FnMut(&pay::Seat<'_>, &[Period])| {
        let measured = |id: &str, period: Period| measures[&key(id, holder, period)].clone();
        let seat = pay::Seat { seats, position: &holder.0, payee: &holder.1, measured: &measured };
        ask(&seat, &seats.periods(&holder.0, &holder.1));
    };
    for holder in &holders {
        asked(holder, &mut |seat, periods| {
            for component in cell.plan.components.iter().filter(|one| one.pot.is_some()) {
                for (period, points) in seat.points(component, periods) {
                    shares.entry((component.id.clone(), period)).or_default().push((holder, points));
                }
            }
        });
    }
    let mut cut: BTreeMap<Key, Q> = BTreeMap::new();
    for ((id, period), points) in shares {
        let component = cell.plan.components.iter().find(|one| one.id == id).expect("a component");
        let Some(pot) = component.pot else { continue };
        let weights: Vec<Q> = points.iter().map(|(_, points)| *points).collect();
        let amounts = payout::largest_remainder(pot.q(), &weights, cell.plan.digits());
        for ((holder, _), amount) in points.into_iter().zip(amounts) {
            cut.insert(key(&id, holder, period), amount);
        }
    }
    let mut given: BTreeMap<String, Vec<(String, Period, Q)>> = BTreeMap::new();
    for holder in &holders {
        asked(holder, &mut |seat, periods| {
            let mut all = Vec::new();
            for component in &cell.plan.components {
                for period in periods {
                    let features = super::features::of(seats, component, (&holder.0, &holder.1), *period);
                    found.features.entry(key(&component.id, holder, *period)).or_default().extend(features);
                }
                let earned = if component.pot.is_some() {
                    let mine = |period: &Period| {
                        cut.get(&key(&component.id, holder, *period)).map(|amount| (*period, *amount))
                    };
                    let shared = periods.iter().filter_map(mine);
                    shared.map(|(period, amount)| pay::Earned { period, amount, deferred: zero() }).collect()
                } else {
                    seat.earned(component, periods)
                };
                for one in earned {
                    all.push(one);
                    found.deferred.insert(key(&component.id, holder, one.period), one.deferred);
                    if cell.plan.rounding_at != At::Plan {
                        found.incentives.insert(key(&component.id, holder, one.period), one.amount);
                    }
                }
            }
            for (period, amount) in seat.multiplied(&all, periods) {
                given.entry(holder.1.clone()).or_default().push((holder.0.clone(), period, amount));
            }
        });
    }
    for (payee, given) in given {
        for (position, one) in pay::totals(seats, &payee, given) {
            let at = key("", &(position, payee.clone()), one.period);
            found.totals.insert(at.clone(), one.amount);
            found.deferred.insert(at, one.deferred);
        }
    }
}
