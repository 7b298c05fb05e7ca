//! Who holds which seat, under whom, and on what terms.

use super::some_day;
use crate::differential::{
    calendar::{Day, NEVER, SECOND_YEAR},
    company::{Holding, Report, Terms},
    numbers::Decimal,
    random::Random,
};

/// The first seat leads the second, the third reports to either, perhaps first to one and then to the other.
pub fn reports(random: &mut Random, positions: &[String]) -> Vec<Report> {
    let report = |position: &String, manager: &String, from, to| Report {
        hierarchy: "sales",
        position: position.clone(),
        manager: manager.clone(),
        from,
        to,
    };
    let [a, b, c] = positions else { return Vec::new() };
    let day = some_day(random);
    let mut rows = vec![report(b, a, if random.chance(80) { 0 } else { day }, NEVER)];
    match random.below(4) {
        0 => rows.push(report(c, a, 0, NEVER)),
        1 => rows.push(report(c, b, 0, NEVER)),
        // Overlapping: the one that began last counts while it lasts.
        2 => rows.extend([report(c, a, 0, NEVER), report(c, b, day, day + 60)]),
        _ => rows.extend([report(c, b, 0, day), report(c, a, day, NEVER)]),
    }
    rows
}

pub fn holdings(random: &mut Random, name: &str, positions: &[String]) -> Vec<Holding> {
    let mut rows = Vec::new();
    for (at, position) in positions.iter().enumerate() {
        let payee = |number: usize| format!("e{name}{at}{number}");
        let mut hold = |payee: String, from: Day, to: Day, units: i64| {
            let share = Decimal::new(units, 6);
            rows.push(Holding { position: position.clone(), payee, from, to, share });
        };
        let whole = 1_000_000;
        let (day, later) = (some_day(random), some_day(random));
        match random.below(8) {
            0 | 1 => hold(payee(1), 0, NEVER, whole),
            2 => hold(payee(1), SECOND_YEAR + 14, NEVER, random.pick(&[whole, 800_000])),
            3 => {
                hold(payee(1), 0, day, whole);
                hold(payee(2), day + random.pick(&[0, 0, 17, 45]), NEVER, whole);
            }
            4 => {
                let (one, other) = random.pick(&[(600_000, 400_000), (333_333, 666_667), (500_000, 500_000)]);
                hold(payee(1), 0, NEVER, one);
                hold(payee(2), day, NEVER, other);
            }
            5 => {
                hold(payee(1), 0, day.min(later), whole);
                hold(payee(1), day.max(later) + 20, NEVER, whole);
            }
            6 => {
                // The share changes while the first interval lasts on.
                hold(payee(1), 0, NEVER, whole);
                hold(payee(1), day.min(later), day.max(later) + 1, 500_000);
            }
            _ => {
                hold(payee(1), 0, day, whole);
                // And goes on to another seat of the cell.
                let next = positions[(at + 1) % positions.len()].clone();
                rows.push(Holding {
                    position: next,
                    payee: payee(1),
                    from: day,
                    to: NEVER,
                    share: Decimal::new(whole, 6),
                });
            }
        }
    }
    rows
}

pub fn terms(random: &mut Random, holdings: &[Holding]) -> Vec<Terms> {
    let mut payees: Vec<&String> = holdings.iter().map(|one| &one.payee).collect();
    payees.sort_unstable();
    payees.dedup();
    let mut rows = Vec::new();
    for payee in payees {
        let mut terms = |random: &mut Random, from, to| {
            let incentive = match random.below(20) {
                0 => None,
                1..=9 => Some(Decimal::new(random.between(2, 40) * 100, 0)),
                _ => Some(random.decimal(30_000, 500_000, 2)),
            };
            let commission = if random.chance(4) { None } else { Some(random.decimal(5_000, 90_000, 6)) };
            rows.push(Terms { payee: payee.clone(), from, to, incentive, commission });
        };
        let (day, later) = (some_day(random), some_day(random));
        match random.below(5) {
            0 => {
                terms(random, 0, day);
                terms(random, day, NEVER);
            }
            1 => {
                terms(random, 0, NEVER);
                terms(random, day.min(later), day.max(later) + 1);
            }
            2 if random.chance(20) => terms(random, day, NEVER),
            _ => terms(random, 0, NEVER),
        }
    }
    rows
}
