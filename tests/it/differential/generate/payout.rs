//! What plans say of the time after pay is earned, and what befalls it: enough of each that they meet.

use super::some_day;
use crate::differential::{
    calendar::{Day, MONTHS, NEVER, Paid, Period, SECOND_YEAR, month_begin},
    company::{
        At, Cell, Clawback, Conversion, Draw, DrawKind, ExchangeRate, Hold, Part, PayEvent, PayGroup, Proration,
        RateDay, Recovery, Release, Taken, TargetIncentive,
    },
    numbers::Decimal,
    random::Random,
};

/// The currencies that payees are paid in, with their decimals, and about how many of each an EUR is, in hundredths.
const CURRENCIES: [(&str, i32, i64); 5] =
    [("EUR", 2, 100), ("USD", 2, 109), ("CHF", 2, 94), ("JPY", 0, 16_213), ("KWD", 3, 33)];

/// Rates from every currency of a plan to every one of a payee; month averages have gaps, spot rates overlap.
pub fn exchange_rates() -> Vec<ExchangeRate> {
    let mut rates = Vec::new();
    let mut random = Random::of(0x7261_7465, 1);
    for (of, _, many) in CURRENCIES.into_iter().filter(|one| ["EUR", "JPY", "KWD"].contains(&one.0)) {
        for (to, _, other) in CURRENCIES.into_iter().filter(|one| one.0 != of) {
            let mut add = |rate_type, from_day: Day, to_day: Day| {
                let units = other * 1_000_000 * random.between(900_000, 1_100_000) / many;
                let id = format!("{rate_type}-{of}-{to}-{from_day}");
                rates.push(ExchangeRate { id, rate_type, of, to, from_day, to_day, rate: Decimal::new(units, 12) });
            };
            add("budget", 0, NEVER);
            for month in 12..MONTHS {
                if month % 5 != 3 {
                    add("month_average", month_begin(month), month_begin(month + 1));
                }
                // Each holds until two months later.
                add("spot", month_begin(month) + 9, month_begin((month + 2).min(MONTHS)));
            }
        }
    }
    rates
}

/// Gives a plan draws, parts, clawbacks and a currency to pay in, and its payees what befalls them.
pub fn enrich(random: &mut Random, cell: &mut Cell) {
    if random.chance(50) {
        draws(random, cell);
    }
    if random.chance(40) {
        parts(random, cell);
    }
    if random.chance(50) {
        clawbacks(random, cell);
    }
    // Where only the plan rounds, what is earned and what the plan adds cannot be converted one by one.
    if cell.plan.rounding_at != At::Plan && random.chance(35) {
        let (currency, digits, _) = random.pick(&CURRENCIES);
        cell.plan.payout.conversion = Some(Conversion {
            currency: (currency, digits),
            rate_type: random.pick(&["budget", "month_average", "spot", "spot"]),
            at: random.pick(&[RateDay::PeriodBegin, RateDay::PeriodEnd, RateDay::PlanBegin]),
        });
    }
    let mut payees: Vec<String> = cell.holdings.iter().map(|one| one.payee.clone()).collect();
    payees.sort_unstable();
    payees.dedup();
    for payee in payees {
        befall(random, cell, &payee);
    }
}

/// Ten thousand of the smallest unit, and so on.
fn money(random: &mut Random, cell: &Cell, from: i64, to: i64) -> Decimal {
    let digits = cell.plan.currency.1 as u32;
    if random.chance(50) {
        return Decimal::new(random.between(from, to) / 100 * 100, 0);
    }
    Decimal::new(random.between(from * 10_i64.pow(digits), to * 10_i64.pow(digits)), digits)
}

fn months(paid: Paid) -> i64 {
    match paid {
        Paid::Monthly => 1,
        Paid::Quarterly => 3,
        Paid::Yearly => 12,
    }
}

fn draws(random: &mut Random, cell: &mut Cell) {
    for id in ["first", "second", "third"] {
        if id != "first" && random.chance(55) {
            continue;
        }
        let kind = random.pick(&[
            DrawKind::Recoverable,
            DrawKind::Recoverable,
            DrawKind::Recoverable,
            DrawKind::NonRecoverable,
            DrawKind::Guarantee,
        ]);
        // Within the days of the plan.
        let (first, end) = (cell.plan.from, cell.plan.to);
        let from = if random.chance(60) { first } else { first + random.between(0, i64::from(end - first) - 1) as Day };
        let to = if random.chance(50) { end } else { from + random.between(20, 200) as Day };
        let is_rate = cell.plan.incentive != TargetIncentive::None && random.chance(35);
        let level = if is_rate {
            Decimal::new(random.between(2, 25) * 50, 3)
        } else {
            money(random, cell, 100, 1_500 * months(cell.plan.paid))
        };
        let recovery = (kind == DrawKind::Recoverable).then(|| Recovery {
            from: if random.chance(60) { from } else { (from + random.between(10, 120) as Day).min(end - 1) },
            rate: random.pick(&[Decimal::new(1, 0), Decimal::new(5, 1), Decimal::new(333_333, 6)]),
            limit: random.chance(40).then(|| money(random, cell, 100, 600)),
        });
        cell.plan.payout.draws.push(Draw {
            id,
            kind,
            is_rate,
            level,
            from,
            to: to.min(end),
            proration: random.pick(&[Proration::None, Proration::CalendarDays, Proration::WorkingDays]),
            recovery,
        });
    }
}

fn parts(random: &mut Random, cell: &mut Cell) {
    let release = |random: &mut Random| match random.below(6) {
        0 => Release::AfterDays(random.pick(&[1, 14, 30, 31, 60, 90])),
        1 => Release::AfterMonths(random.pick(&[1, 2, 3, 6])),
        2 => Release::YearEnd,
        3 => Release::On("collected"),
        4 => Release::On("renewed"),
        _ => Release::AfterDays(random.between(5, 100) as i32),
    };
    let rates: &[i64] = match random.below(4) {
        0 => &[1_000_000],
        1 => &[600_000, 400_000],
        2 => &[333_333, 333_334, 333_333],
        _ => &[500_000, 250_000, 125_000, 125_000],
    };
    for (at, rate) in rates.iter().enumerate() {
        let is_first = at == 0 && rates.len() > 1 && random.chance(75);
        let release = if is_first { Release::AtOnce } else { release(random) };
        cell.plan.payout.parts.push(Part { rate: Decimal::new(*rate, 6), release });
    }
}

fn clawbacks(random: &mut Random, cell: &mut Cell) {
    for cause in ["cancelled", "left"] {
        if cause == "left" && random.chance(50) {
            continue;
        }
        let mut rates = vec![(0, Decimal::new(random.pick(&[10, 10, 8]), 1))];
        if random.chance(70) {
            rates.push((random.pick(&[3, 4]), Decimal::new(random.pick(&[500_000, 333_333, 666_667]), 6)));
        }
        if random.chance(50) {
            rates.push((7, Decimal::new(random.pick(&[0, 1]), 1)));
        }
        cell.plan.payout.clawbacks.push(Clawback {
            cause,
            of_paid: random.chance(40),
            installments: random.pick(&[1, 1, 2, 3, 5]),
            rates,
        });
    }
}

/// What happens to one payee.
fn befall(random: &mut Random, cell: &mut Cell, payee: &str) {
    let periods: Vec<Period> = Period::all(cell.plan.paid).filter(|one| one.from() >= SECOND_YEAR).collect();
    let last = month_begin(MONTHS) - 1;
    let kinds: Vec<&'static str> = cell
        .plan
        .payout
        .parts
        .iter()
        .filter_map(|part| if let Release::On(kind) = part.release { Some(kind) } else { None })
        .collect();
    for kind in kinds {
        for period in &periods {
            // Sometimes twice: the first counts.
            for _ in 0..random.pick(&[0, 1, 1, 1, 2]) {
                let day = (period.to() + random.between(-20, 90) as Day).min(last);
                let id = format!("v{payee}-{}", cell.events.released.len());
                let event = PayEvent { id, kind, payee: payee.to_owned(), origin: period.id(), day };
                cell.events.released.push(event);
            }
        }
    }
    for _ in 0..random.pick(&[0, 0, 0, 1, 2]) {
        let from = random.pick(&periods);
        let release = random.chance(80).then(|| {
            let months: Vec<Period> = Period::all(Paid::Monthly).filter(|one| one.from() >= from.from()).collect();
            random.pick(&months).id()
        });
        let id = format!("h{payee}-{}", cell.events.holds.len());
        cell.events.holds.push(Hold { id, payee: payee.to_owned(), from: from.id(), release });
    }
    if !cell.plan.payout.clawbacks.is_empty() {
        for _ in 0..random.pick(&[0, 1, 1, 2, 3]) {
            taken(random, cell, payee, &periods, last);
        }
    }
    groups(random, cell, payee);
}

fn taken(random: &mut Random, cell: &mut Cell, payee: &str, periods: &[Period], last: Day) {
    // Often of the same period as the one before.
    let known = cell.events.taken.last().filter(|one| one.payee == payee && random.chance(60));
    let origin = known.and_then(|one| periods.iter().find(|period| period.id() == one.origin)).copied();
    let origin = origin.unwrap_or_else(|| random.pick(periods));
    let amount = random.chance(25).then(|| {
        let amount = money(random, cell, 50, 2_000);
        if random.chance(20) { Decimal::new(-amount.units, amount.scale) } else { amount }
    });
    let cause = random.pick(&cell.plan.payout.clawbacks).cause;
    cell.events.taken.push(Taken {
        id: format!("w{payee}-{}", cell.events.taken.len()),
        payee: payee.to_owned(),
        cause,
        origin: origin.id(),
        day: (origin.to() + random.between(-15, 150) as Day).min(last),
        elapsed: random.between(0, 9),
        amount,
    });
}

fn groups(random: &mut Random, cell: &mut Cell, payee: &str) {
    let mut add = |random: &mut Random, from: Day, to: Day| {
        let may_be_negative = random.chance(25);
        let limit = random.chance(60).then(|| Decimal::new(random.between(20, 400), 0));
        cell.events.groups.push(PayGroup { payee: payee.to_owned(), from, to, may_be_negative, limit });
    };
    let (day, later) = (some_day(random), some_day(random));
    match random.below(5) {
        0 | 1 => add(random, 0, NEVER),
        2 => {
            add(random, 0, NEVER);
            add(random, day.min(later), day.max(later) + 1);
        }
        3 => add(random, day, NEVER),
        _ => {}
    }
}
