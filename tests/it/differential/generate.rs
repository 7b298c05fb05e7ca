//! Random companies: small cells whose people come and go, whose sales are returned, and whose plans say whatever a
//! plan may say.

mod credits;
mod more;
mod payout;
mod people;
mod plans;
mod pots;
mod wider;

pub use credits::{NOT_PASSED_UP, rule_sets};
pub use payout::exchange_rates;

use super::{
    calendar::{Day, NEVER, Paid, Period},
    calendar::{MONTHS, SECOND_YEAR, month_begin},
    company::{
        Account, Alignment, Cell, Company, Credit, Document, Events, Line, Product, Proration, Scope, Target,
        ZeroTarget,
    },
    numbers::Decimal,
    random::Random,
};

/// A company of so many cells.
pub fn company(seed: u64, count: usize) -> Company {
    Company {
        products: products(),
        rule_sets: rule_sets(count),
        cells: (0..count).map(|number| cell(seed, number)).collect(),
    }
}

pub fn products() -> Vec<Product> {
    let product = |id, brand, category| Product { id, brand, category };
    vec![
        product("lathe", "iron", "machine"),
        product("press", "iron", "machine"),
        product("robot", "nova", "machine"),
        product("care", "nova", "service"),
        product("audit", "calm", "service"),
    ]
}

pub const SCOPES: [Scope; 5] =
    [Scope::All, Scope::All, Scope::Category("machine"), Scope::Brand("nova"), Scope::Product("press")];

/// One plan with its people and their lines.
pub fn cell(seed: u64, number: usize) -> Cell {
    let mut cell = twin(seed, number, number);
    more::enrich(&mut Random::of(seed ^ 0x6d6f_7265, number), &mut cell);
    credits::enrich(&mut Random::of(seed ^ 0x6372_6564, number), &mut cell);
    wider::enrich(&mut Random::of(seed ^ 0x7769_6465, number), &mut cell);
    pots::enrich(&mut Random::of(seed ^ 0x706f_7473, number), &mut cell);
    payout::enrich(&mut Random::of(seed ^ 0x7061_7964, number), &mut cell);
    cell
}

/// What chance makes of `number`, under the names of `name`: the same cell beside itself.
pub fn twin(seed: u64, number: usize, name: usize) -> Cell {
    let mut random = Random::of(seed, number);
    let number = name;
    let name = format!("{number:05}");
    let positions: Vec<String> = ["a", "b", "c"].iter().map(|seat| format!("s{name}{seat}")).collect();
    let plan = plans::plan(&mut random, &name);
    let holdings = people::holdings(&mut random, &name, &positions);
    let terms = people::terms(&mut random, &holdings);
    let accounts = accounts(&mut random, &name);
    let mut cell = Cell {
        number,
        reports: people::reports(&mut random, &positions),
        alignments: alignments(&mut random, &accounts, &positions),
        lines: lines(&mut random, &name, &positions, accounts.len()),
        targets: Vec::new(),
        events: Events::default(),
        plan,
        positions,
        holdings,
        terms,
        crew: Vec::new(),
        groups: vec![("unit", "team"); 3],
        leaves: Vec::new(),
        accounts,
    };
    cell.targets = targets(&mut random, &cell);
    cell
}

fn accounts(random: &mut Random, name: &str) -> Vec<Account> {
    (0..4)
        .map(|at| {
            let place = match at {
                0 => Some(format!("t{name}n")),
                1 => Some(format!("t{name}w")),
                2 => random.chance(50).then(|| format!("t{name}n")),
                _ => None,
            };
            Account { id: format!("k{name}{at}"), kind: "customer".to_owned(), shares: Vec::new(), place }
        })
        .collect()
}

/// The day after a day chosen in the second year, or never.
pub fn some_day(random: &mut Random) -> Day {
    SECOND_YEAR + random.between(20, 300) as Day
}

fn alignments(random: &mut Random, accounts: &[Account], positions: &[String]) -> Vec<Alignment> {
    let mut rows: Vec<Alignment> = Vec::new();
    let mut add = |id, is_account: bool, key: &str, products, position: &String, from, to, share| {
        let known = rows.iter().any(|row| {
            (row.id, row.is_account, &row.key, row.products, &row.position, row.from)
                == (id, is_account, &key.to_owned(), products, position, from)
        });
        if !known {
            rows.push(Alignment {
                id,
                is_account,
                key: key.to_owned(),
                products,
                position: position.clone(),
                from,
                to,
                share,
            });
        }
    };
    let whole = Decimal::new(1, 0);
    let places: Vec<String> = accounts.iter().filter_map(|account| account.place.clone()).collect();
    for (at, place) in places.iter().enumerate() {
        let (first, second) = (&positions[1 + at % 2], &positions[2 - at % 2]);
        match random.below(4) {
            0 => add("map", false, place, Scope::All, first, 0, NEVER, whole),
            1 => {
                let day = some_day(random);
                add("map", false, place, Scope::All, first, 0, day, whole);
                add("map", false, place, Scope::All, second, day, NEVER, whole);
            }
            2 => {
                add("map", false, place, Scope::All, first, 0, NEVER, Decimal::new(600_000, 6));
                add(
                    "map",
                    false,
                    place,
                    Scope::All,
                    second,
                    0,
                    NEVER,
                    Decimal::new(random.pick(&[400_000, 300_000, 500_000]), 6),
                );
            }
            _ => {
                add("map", false, place, Scope::All, first, 0, NEVER, whole);
                let narrow = random.pick(&[Scope::Category("service"), Scope::Brand("iron"), Scope::Product("robot")]);
                add("map", false, place, narrow, second, 0, NEVER, whole);
            }
        }
    }
    for account in accounts {
        let position = &positions[random.below(positions.len())];
        if random.chance(40) {
            let day = some_day(random);
            let share = Decimal::new(random.pick(&[1_000_000, 333_333, 750_000]), 6);
            add("map", true, &account.id, random.pick(&SCOPES), position, day, NEVER, share);
        }
        if random.chance(60) {
            add("key", true, &account.id, random.pick(&[Scope::All, Scope::Brand("nova")]), position, 0, NEVER, whole);
        }
    }
    rows
}

fn lines(random: &mut Random, name: &str, positions: &[String], accounts: usize) -> Vec<Line> {
    let count = random.between(8, 30);
    (0..count)
        .map(|at| {
            // The last one makes every month of the year measured.
            let last = i64::from(month_begin(MONTHS) - 1);
            let day = if at == 0 { last - random.between(0, 20) } else { random.between(i64::from(SECOND_YEAR), last) };
            let (units, scale) = match random.below(4) {
                0 => (random.between(1, 12) * 1_000, 0),
                1 => (random.between(1, 30) * 500, 0),
                2 => (random.between(100, 1_500_000), 2),
                _ => (random.between(10_000, 90_000_000), 4),
            };
            let is_return = random.chance(18);
            let sign = if is_return || random.chance(2) { -1 } else { 1 };
            let named = random.chance(85).then(|| random.pick(positions));
            let shares = match random.below(5) {
                0 => shares(random, positions),
                _ => Vec::new(),
            };
            Line {
                id: format!("l{name}-{at}"),
                day: day as Day,
                document: if is_return { Document::Return } else { Document::Sale },
                account: random.below(accounts),
                product: random.below(5),
                channel: None,
                named,
                shares,
                quantity: Decimal::new(sign * random.between(1, 40), 0),
                amount: Decimal::new(sign * units, scale),
                cost: None,
                currency: None,
                takes_back: None,
            }
        })
        .collect()
}

fn shares(random: &mut Random, positions: &[String]) -> Vec<(String, Decimal)> {
    let (one, other): (i64, i64) =
        random.pick(&[(500_000, 500_000), (333_334, 666_666), (700_000, 200_000), (900_000, 250_000)]);
    vec![
        (positions[1].clone(), Decimal::new(one, 6)),
        (positions[random.pick(&[0, 2])].clone(), Decimal::new(other, 6)),
    ]
}

fn targets(random: &mut Random, cell: &Cell) -> Vec<Target> {
    let mut rows: Vec<Target> = Vec::new();
    for component in cell.plan.components.iter().filter(|component| component.zero_target.is_some()) {
        for position in &cell.positions {
            for period in Period::all(cell.plan.paid).filter(|period| period.from() >= SECOND_YEAR) {
                let is_known = |row: &Target| {
                    (&row.position, row.products, row.unit, &row.period)
                        == (position, component.products, component.unit, &period.id())
                };
                if rows.iter().any(is_known) || random.chance(1) {
                    continue;
                }
                let months = match cell.plan.paid {
                    Paid::Monthly => 1,
                    Paid::Quarterly => 3,
                    Paid::Yearly => 12,
                };
                let amount = match random.below(40) {
                    0 | 1 => Decimal::new(0, 0),
                    2 if random.chance(30) => Decimal::new(-500, 0),
                    at if at < 25 => Decimal::new(random.between(1, 16) * 500 * months, 0),
                    _ => Decimal::new(random.between(10_000, 900_000) * months, 2),
                };
                rows.push(Target {
                    position: position.clone(),
                    products: component.products,
                    unit: component.unit,
                    period: period.id(),
                    amount,
                });
            }
        }
    }
    rows
}

/// The first choice more often than all the others together.
fn mostly<T: Clone>(random: &mut Random, first: T, others: &[T]) -> T {
    if random.chance(60) { first } else { random.pick(others) }
}

fn proration(random: &mut Random) -> Proration {
    random.pick(&[Proration::None, Proration::CalendarDays, Proration::WorkingDays])
}

fn credit(random: &mut Random) -> Credit {
    random.pick(&[Credit::Position, Credit::Occupancy])
}

fn zero_target(random: &mut Random) -> ZeroTarget {
    mostly(random, ZeroTarget::NotPayable, &[ZeroTarget::Zero, ZeroTarget::Full])
}
