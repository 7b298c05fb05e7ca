//! A cell and its other: what is changed in one of them, and what that must do to pay.

use super::Pay;
use crate::differential::{
    calendar::{MONTHS, NEVER, Paid, Period, SECOND_YEAR, month_begin},
    company::{
        At, Below, Cell, Component, Credit, Curve, Line, Lookup, Output, Proration, Target, Tier, Timing, Window,
    },
    generate,
    numbers::{Decimal, Q, zero},
    random::Random,
};

/// A property of two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Some lines more, each with its return on the same day: nothing changes.
    Reversal,
    /// Paid by true-up each month, or once for the year: the months add up to the year.
    TrueUp,
    /// One more sale: nobody is paid less, where the curve never falls.
    Monotone,
    /// Nothing differs; the cell has a curve of slices.
    Slices,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Reversal, Self::TrueUp, Self::Monotone, Self::Slices];

    /// The two cells.
    pub fn made(self, random: &mut Random, mut base: Cell, mut other: Cell) -> (Cell, Cell) {
        for cell in [&mut base, &mut other] {
            added_up(cell);
        }
        match self {
            Self::Reversal => reversed(random, &mut other),
            Self::TrueUp => {
                for cell in [&mut base, &mut other] {
                    held_whole(cell);
                    summed(cell);
                }
                yearly(&mut other);
            }
            Self::Monotone => {
                for cell in [&mut base, &mut other] {
                    held_whole(cell);
                    rising(cell);
                }
                one_more(random, &mut other);
            }
            Self::Slices => {
                for cell in [&mut base, &mut other] {
                    held_whole(cell);
                    sliced(cell);
                }
            }
        }
        (base, other)
    }

    /// Why the pay of the two is not what the property says.
    pub fn wrong(self, cell: &Cell, ours: &Pay, theirs: &Pay) -> Option<String> {
        match self {
            Self::Reversal | Self::Slices => (ours != theirs).then(|| difference(ours, theirs)),
            Self::TrueUp => by_year(ours, theirs),
            Self::Monotone => falls(cell, ours, theirs),
        }
    }
}

fn difference(ours: &Pay, theirs: &Pay) -> String {
    let found = ours.iter().find(|(key, amount)| theirs.get(*key) != Some(*amount));
    match found {
        Some((key, amount)) => format!("{key:?}: {amount:?} became {:?}", theirs.get(key)),
        None => "something is paid only after it".to_owned(),
    }
}

/// Components that add their lines up before they pay.
fn added_up(cell: &mut Cell) {
    if cell.plan.rounding_at == At::Transaction {
        cell.plan.rounding_at = At::Component;
    }
    for component in &mut cell.plan.components {
        component.curve.per_line = false;
        if component.curve.timing == Some(Timing::RunningLine) {
            component.curve.timing = Some(Timing::TrueUp);
            component.gates = Vec::new();
        }
        for limit in [&mut component.cap, &mut component.floor].into_iter().flatten() {
            limit.per_line = false;
        }
    }
}

/// Everyone holds a whole seat throughout, and days shrink nothing.
fn held_whole(cell: &mut Cell) {
    let mut seen = Vec::new();
    cell.holdings.retain(|one| {
        let is_first = !seen.contains(&one.position);
        seen.push(one.position.clone());
        is_first
    });
    for one in &mut cell.holdings {
        (one.from, one.to, one.share) = (0, NEVER, Decimal::new(1, 0));
    }
    cell.terms.retain(|terms| terms.from == 0);
    for terms in &mut cell.terms {
        terms.to = NEVER;
    }
    let plan = &mut cell.plan;
    (plan.pay, plan.target, plan.credit) = (Proration::None, Proration::None, Credit::Position);
    (plan.from, plan.to, plan.paid) = (SECOND_YEAR, month_begin(MONTHS), Paid::Monthly);
    (plan.rounding_at, plan.cap, plan.floor) = (At::Component, None, None);
    for component in &mut plan.components {
        (component.target_amount, component.overrides, component.multipliers) = (None, Vec::new(), Vec::new());
        if matches!(component.window, Window::Rolling(_) | Window::PlanToDate) {
            component.window = Window::YearToDate;
        }
    }
    // A plan of months has targets of months.
    let mut months: Vec<Target> = Vec::new();
    for target in &cell.targets {
        for period in Period::all(Paid::Monthly).filter(|period| period.from() >= SECOND_YEAR) {
            let target = Target { period: period.id(), amount: Decimal::new(1_500, 0), ..target.clone() };
            let is_known = |one: &Target| {
                (&one.position, &one.period, one.products, one.unit)
                    == (&target.position, &target.period, target.products, target.unit)
            };
            if !months.iter().any(is_known) {
                months.push(target);
            }
        }
    }
    cell.targets = months;
}

pub fn is_whole(cell: &Cell) -> bool {
    cell.plan.pay == Proration::None && cell.holdings.iter().all(|one| one.from == 0 && one.to == NEVER)
}

fn reversed(random: &mut Random, cell: &mut Cell) {
    for at in 0..random.between(1, 5) {
        let sold = random.pick(&cell.lines);
        let amount = random.decimal(1, 9_000_000, 2);
        let quantity = random.decimal(1, 500, 1);
        let minus = |x: Decimal| Decimal::new(-x.units, x.scale);
        let there = Line { id: format!("{}-there{at}", sold.id), amount, quantity, ..sold.clone() };
        let back =
            Line { id: format!("{}-back{at}", sold.id), amount: minus(amount), quantity: minus(quantity), ..sold };
        cell.lines.extend([there, back]);
    }
}

/// Components whose pay does not depend on how often the plan pays.
fn summed(cell: &mut Cell) {
    cell.plan.components.retain(|one| one.curve.output != Output::Percent);
    if cell.plan.components.is_empty() {
        let mut one = plain(cell);
        one.curve.output = Output::Rate;
        cell.plan.components.push(one);
    }
    for component in &mut cell.plan.components {
        component.gates = Vec::new();
        component.multipliers = Vec::new();
        component.window = Window::YearToDate;
        component.curve.timing = Some(Timing::TrueUp);
        if component.curve.below == Below::Error {
            component.curve.below = Below::Zero;
        }
    }
}

/// A component that looks at no other.
fn plain(cell: &Cell) -> Component {
    let mut random = Random::of(1, cell.lines.len());
    let one = generate::component(&mut random, &cell.plan, None);
    let curve = Curve { per_line: false, ..one.curve };
    let mut plain = Component { id: "c1".to_owned(), curve, gates: Vec::new(), cap: None, floor: None, ..one };
    (plain.target_amount, plain.overrides, plain.multipliers) = (None, Vec::new(), Vec::new());
    plain
}

/// The same plan, paid once a year against targets of the year.
fn yearly(cell: &mut Cell) {
    cell.plan.paid = Paid::Yearly;
    for component in &mut cell.plan.components {
        component.window = Window::Period;
        component.curve.timing = None;
    }
    let mut years: Vec<Target> = Vec::new();
    for target in &cell.targets {
        let same = |one: &&mut Target| {
            (&one.position, one.products, one.unit) == (&target.position, target.products, target.unit)
        };
        match years.iter_mut().find(same) {
            Some(year) => year.amount = Decimal::new(year.amount.units + target.amount.units, 0),
            None => years.push(Target { period: "2026".to_owned(), ..target.clone() }),
        }
    }
    cell.targets = years;
}

/// The months of the first add up to the year of the second.
fn by_year(ours: &Pay, theirs: &Pay) -> Option<String> {
    theirs.iter().find_map(|((component, position, payee, _), year)| {
        let mine = |key: &&(String, String, String, String)| (&key.0, &key.1, &key.2) == (component, position, payee);
        let sum = ours.iter().filter(|(key, _)| mine(key)).fold(zero(), |sum, (_, amount)| sum + *amount);
        (sum != *year).then(|| format!("{component} {position} {payee}: the months add up to {sum:?}, not {year:?}"))
    })
}

/// One component whose curve never falls.
fn rising(cell: &mut Cell) {
    cell.plan.components.truncate(1);
    let component = &mut cell.plan.components[0];
    component.gates = Vec::new();
    component.weight = component.weight.map(|_| Decimal::new(1, 0));
    if component.curve.timing == Some(Timing::RunningRate) {
        component.curve.timing = Some(Timing::TrueUp);
    }
    let curve = &mut component.curve;
    if curve.below == Below::Error {
        curve.below = Below::Zero;
    }
    curve.tiers.retain(|tier| tier.from.units >= 0);
    if curve.tiers.is_empty() || curve.lookup == Lookup::Interpolated && curve.tiers.len() < 2 {
        curve.lookup = Lookup::Flat;
        curve.extends = false;
    }
    let mut highest = Decimal::new(0, 0);
    for tier in &mut curve.tiers {
        if tier.output.q() < highest.q() {
            tier.output = highest;
        }
        highest = tier.output;
    }
    if curve.tiers.is_empty() {
        let from = Decimal::new(0, 0);
        curve.tiers.push(Tier { from, output: Decimal::new(1, 2), border: None });
    }
}

fn one_more(random: &mut Random, cell: &mut Cell) {
    let mut line = random.pick(&cell.lines);
    line.id = format!("{}-more", line.id);
    line.amount = random.decimal(1, 3_000_000, 2);
    line.quantity = random.decimal(1, 90, 0);
    cell.lines.push(line);
}

/// Someone whose pay is less with the sale than without, added up as the window adds up.
fn falls(cell: &Cell, ours: &Pay, theirs: &Pay) -> Option<String> {
    let component = &cell.plan.components[0];
    let (mut with, mut without): (Q, Q) = (zero(), zero());
    let mut last = None;
    for (key, amount) in ours {
        let period = Period::all(Paid::Monthly).find(|period| period.id() == key.3)?;
        let window = match component.window {
            Window::Period => period.number,
            Window::QuarterToDate => period.quarter(),
            Window::YearToDate => period.year(),
            Window::PlanToDate | Window::Rolling(_) => 0,
        };
        let this = (key.1.clone(), key.2.clone(), window);
        if last.as_ref() != Some(&this) {
            (with, without, last) = (zero(), zero(), Some(this));
        }
        without += *amount;
        with += *theirs.get(key)?;
        if with < without {
            return Some(format!("{key:?}: {without:?} falls to {with:?}"));
        }
    }
    None
}

/// One component that cuts the value of a month into slices.
fn sliced(cell: &mut Cell) {
    rising(cell);
    let component = &mut cell.plan.components[0];
    (component.weight, component.cap, component.floor, component.window) = (None, None, None, Window::Period);
    component.zero_target = None;
    let curve = &mut component.curve;
    (curve.by_attainment, curve.timing, curve.lookup) = (false, None, Lookup::Step);
    (curve.output, curve.own_rate, curve.extends) = (Output::Rate, false, false);
    for tier in &mut curve.tiers {
        // Borders of attainment become borders of value; rates stay rates.
        tier.from = Decimal::new(tier.from.units * if tier.from.scale == 2 { 40 } else { 1 }, 0);
        tier.output = Decimal::new(tier.output.units % 2_000, 4);
    }
}
