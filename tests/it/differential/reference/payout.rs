//! From what plans gave to what is due, what is paid, and what is carried: run by run, in plain loops.

mod advances;
mod carried;
mod parts;

use std::collections::{BTreeMap, BTreeSet};

use super::{Figures, measures::Seats};
use crate::differential::{
    calendar::{Day, Paid, Period},
    company::{Cell, Conversion, ExchangeRate, RateDay},
    numbers::{Mode, Q, one, rounded, times, whole, zero},
};

/// Payee, currency, run, origin, cause.
pub type DepositKey = (String, String, String, String, &'static str);
/// Payee, run, currency.
pub type PaymentKey = (String, String, String);
/// Payee, balance, currency, run, origin.
pub type BalanceKey = (String, &'static str, String, String, String);
/// How often a feature gave a figure other than zero.
pub type Tally = BTreeMap<&'static str, usize>;

/// What a cell's payees are due, are paid, and are owed or owe.
#[derive(Debug, Clone, Default)]
pub struct Payout {
    pub deposits: BTreeMap<DepositKey, Q>,
    /// Opening balance, deposits, payment, closing balance.
    pub payments: BTreeMap<PaymentKey, [Q; 4]>,
    /// Opening, change, closing of every run that changes it.
    pub changed: BTreeMap<BalanceKey, [Q; 3]>,
    /// The same of runs that leave it as it is.
    pub unchanged: BTreeMap<BalanceKey, [Q; 3]>,
    pub met: Tally,
}

/// A run that there is so far, by its place among all.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    pub period: Period,
    pub number: usize,
}

/// All runs in their order, and how many of them are known to begin.
pub struct Runs {
    all: Vec<Period>,
    horizon: Day,
}

impl Runs {
    fn of(horizon: Day) -> Self {
        let kinds = [Paid::Monthly, Paid::Quarterly, Paid::Yearly];
        let mut all: Vec<(Day, usize, Period)> = Vec::new();
        for (place, kind) in kinds.into_iter().enumerate() {
            all.extend(Period::all(kind).map(|period| (period.to(), place, period)));
        }
        all.sort_by_key(|(to, place, _)| (*to, *place));
        Self { all: all.into_iter().map(|(.., period)| period).collect(), horizon }
    }

    pub fn number(&self, id: &str) -> usize {
        self.all.iter().position(|period| period.id() == id).expect("a period of the calendar")
    }

    pub fn period(&self, number: usize) -> Period {
        self.all[number]
    }

    pub fn has_begun(&self, number: usize) -> bool {
        self.all[number].from() < self.horizon
    }

    fn begun(&self) -> impl Iterator<Item = Run> {
        let all = self.all.iter().copied().enumerate().map(|(number, period)| Run { period, number });
        all.filter(|run| run.period.from() < self.horizon)
    }
}

/// One payee of a cell, with what the plan gave in each period.
pub struct Payee<'a> {
    pub cell: &'a Cell,
    pub seats: &'a Seats<'a>,
    pub runs: &'a Runs,
    pub id: &'a str,
    /// The periods in which the plan gave anything, even nothing.
    pub earned: BTreeMap<usize, Earned>,
}

/// What a plan gave a payee in a period, over all positions.
#[derive(Debug, Clone, Copy)]
pub struct Earned {
    pub incentives: Q,
    pub total: Q,
    /// What the cap of the plan put off; below zero what it paid later.
    pub deferred: Q,
    /// The same of the caps of components, which incentives are without.
    pub component_deferred: Q,
}

/// What becomes due in a run, in the currency of the plan: by origin and cause.
pub type Lines = BTreeMap<(usize, usize, &'static str), Q>;

/// What changes a balance, by run and origin.
pub type Changes = BTreeMap<(usize, usize), Q>;

pub fn payout(seats: &Seats<'_>, figures: &Figures, rates: &[ExchangeRate]) -> Payout {
    let (cell, horizon) = (seats.cell, seats.horizon);
    let runs = Runs::of(horizon);
    let mut found = Payout::default();
    let ids: BTreeSet<&String> = cell.holdings.iter().map(|one| &one.payee).collect();
    for id in ids {
        let payee = Payee { cell, seats, runs: &runs, id, earned: earned(&runs, figures, id) };
        payee.follow(rates, &mut found);
    }
    found
}

fn earned(runs: &Runs, figures: &Figures, payee: &str) -> BTreeMap<usize, Earned> {
    let mut found: BTreeMap<usize, Earned> = BTreeMap::new();
    let nothing = Earned { incentives: zero(), total: zero(), deferred: zero(), component_deferred: zero() };
    for ((_, _, _, period), total) in figures.totals.iter().filter(|(key, _)| key.2 == payee) {
        found.entry(runs.number(period)).or_insert(nothing).total += *total;
    }
    for ((_, _, _, period), amount) in figures.incentives.iter().filter(|(key, _)| key.2 == payee) {
        if let Some(one) = found.get_mut(&runs.number(period)) {
            one.incentives += *amount;
        }
    }
    for ((component, _, _, period), amount) in figures.deferred.iter().filter(|(key, _)| key.2 == payee) {
        if let Some(one) = found.get_mut(&runs.number(period)) {
            if component.is_empty() { one.deferred += *amount } else { one.component_deferred += *amount }
        }
    }
    found
}

impl Payee<'_> {
    pub fn digits(&self) -> i32 {
        self.cell.plan.currency.1
    }

    pub fn round(&self, x: Q) -> Q {
        rounded(x, self.digits(), self.cell.plan.rounding)
    }

    fn follow(&self, rates: &[ExchangeRate], found: &mut Payout) {
        let mut lines = Lines::new();
        let mut balances: BTreeMap<(&'static str, String), Changes> = BTreeMap::new();
        let plan_currency = self.cell.plan.currency.0.to_owned();
        let mut add = |run, origin, cause, amount: Q| *lines.entry((run, origin, cause)).or_insert_with(zero) += amount;
        for (run, one) in &self.earned {
            add(*run, *run, "earned", one.incentives);
            add(*run, *run, "plan_adjustment", one.total - one.incentives + one.deferred);
            add(*run, *run, "deferred", -one.deferred);
        }
        let parts = self.parts();
        for part in &parts {
            if part.due != Some(part.origin) {
                add(part.origin, part.origin, "held", -part.amount);
                if let Some(due) = part.due.filter(|_| !part.amount.is_zero()) {
                    add(due, part.origin, "released", part.amount);
                }
                if part.due.is_none_or(|due| !self.runs.has_begun(due)) {
                    *found.met.entry("held to the end").or_default() += usize::from(!part.amount.is_zero());
                }
            }
            *found.met.entry(part.why).or_default() += usize::from(part.due.is_some() && !part.amount.is_zero());
        }
        let advances = self.advances(&parts, &mut found.met);
        for (run, origin, cause, amount) in advances.lines {
            add(run, origin, cause, amount);
        }
        balances.insert(("draw", plan_currency.clone()), advances.changes);
        let taken = self.taken(&parts, &mut found.met);
        for (run, origin, amount) in &taken.installments {
            add(*run, *origin, "clawback", -*amount);
        }
        balances.insert(("clawback", plan_currency.clone()), taken.changes);
        let mut deferred = carried::Queue::default();
        for (run, one) in &self.earned {
            let amount = one.deferred + one.component_deferred;
            deferred.arise(*run, *run, amount.max(zero()));
            deferred.settle(*run, (-amount).max(zero()));
        }
        // Above zero is owed to the payee.
        let owed = deferred.changes.into_iter().map(|(key, amount)| (key, -amount)).collect();
        balances.insert(("deferred_cap", plan_currency.clone()), owed);

        lines.retain(|(run, ..), _| self.runs.has_begun(*run));
        let due = self.converted(lines, rates, &mut found.met);
        balances.insert(("held", plan_currency), due.held);
        let mut nets: BTreeMap<String, Changes> = BTreeMap::new();
        for ((run, origin, cause, currency), amount) in due.lines {
            let key = (self.id.to_owned(), currency.clone(), self.id_of(run), self.id_of(origin), cause);
            *found.deposits.entry(key).or_insert_with(zero) += amount;
            *nets.entry(currency).or_default().entry((run, origin)).or_insert_with(zero) += amount;
        }
        let mut paying: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (currency, nets) in nets {
            paying.insert(currency.clone(), nets.keys().map(|(run, _)| *run).collect());
            let changes = self.paid(&currency, &nets, found);
            balances.insert(("negative_result", currency), changes);
        }
        for ((kind, currency), changes) in balances {
            let paid = paying.get(&currency).cloned().unwrap_or_default();
            self.list(kind, &currency, &changes, &paid, found);
        }
    }

    fn id_of(&self, run: usize) -> String {
        self.runs.period(run).id()
    }

    /// What is due in the currency that pays; without a rate it is held in the plan's.
    fn converted(&self, lines: Lines, rates: &[ExchangeRate], met: &mut Tally) -> Due {
        let plan = &self.cell.plan;
        let mut due = Due::default();
        for ((run, origin, cause), amount) in lines {
            let is_held = cause == "held" || cause == "released";
            let held = if is_held { -amount } else { zero() };
            let mut hold = |amount: Q| *due.held.entry((run, origin)).or_insert_with(zero) += amount;
            let mut add = |cause, currency: &str, amount: Q| {
                *due.lines.entry((run, origin, cause, currency.to_owned())).or_insert_with(zero) += amount;
            };
            match plan.payout.conversion.as_ref().filter(|one| one.currency.0 != plan.currency.0) {
                None => {
                    hold(held);
                    add(cause, plan.currency.0, amount);
                }
                Some(conversion) => match self.rate(conversion, run, rates) {
                    Some(rate) => {
                        hold(held);
                        *met.entry(conversion.rate_type).or_default() += usize::from(!amount.is_zero());
                        let amount = rounded(times(amount, rate), conversion.currency.1, plan.rounding);
                        add(cause, conversion.currency.0, amount);
                    }
                    None => {
                        *met.entry("held for want of a rate").or_default() += usize::from(!amount.is_zero());
                        add(cause, plan.currency.0, amount);
                        add("held", plan.currency.0, -amount);
                        hold(held + amount);
                    }
                },
            }
        }
        due
    }

    /// The rate of the declared day; of several the one that began last.
    fn rate(&self, conversion: &Conversion, run: usize, rates: &[ExchangeRate]) -> Option<Q> {
        let period = self.runs.period(run);
        let day = match conversion.at {
            RateDay::PeriodBegin => period.from(),
            RateDay::PeriodEnd => period.to() - 1,
            RateDay::BookingDate | RateDay::PlanBegin => self.cell.plan.from,
        };
        let holding = rates.iter().filter(|one| {
            (one.rate_type, one.of, one.to) == (conversion.rate_type, self.cell.plan.currency.0, conversion.currency.0)
                && one.from_day <= day
                && day < one.to_day
        });
        holding.max_by_key(|one| one.from_day).map(|one| one.rate.q())
    }

    /// Follows a balance through the runs: where it changes, and where it stays.
    fn list(&self, kind: &'static str, currency: &str, changes: &Changes, paid: &BTreeSet<usize>, found: &mut Payout) {
        let origins: BTreeSet<usize> = changes.keys().map(|(_, origin)| *origin).collect();
        for origin in origins {
            let mut balance = zero();
            for run in self.runs.begun() {
                let change = changes.get(&(run.number, origin)).copied().unwrap_or_else(zero);
                let row = [balance, change, balance + change];
                balance += change;
                let key = (self.id.to_owned(), kind, currency.to_owned(), run.period.id(), self.id_of(origin));
                if !change.is_zero() {
                    *found.met.entry(kind).or_default() += 1;
                    found.changed.insert(key, row);
                } else if !balance.is_zero() && (run.period.paid == Paid::Monthly || paid.contains(&run.number)) {
                    found.unchanged.insert(key, row);
                }
            }
        }
    }
}

/// What is due by run, origin, cause and currency, and what changes of what is held.
#[derive(Default)]
struct Due {
    lines: BTreeMap<(usize, usize, &'static str, String), Q>,
    held: Changes,
}

/// Cuts an amount into parts by their weights: whole units, what is left goes to the largest remainders, the first
/// before later ones; below zero as above.
pub fn largest_remainder(amount: Q, weights: &[Q], digits: i32) -> Vec<Q> {
    let sum = weights.iter().fold(zero(), |sum, weight| sum + *weight);
    if sum.is_zero() {
        return vec![zero(); weights.len()];
    }
    let is_negative = amount < zero();
    let size = if is_negative { -amount } else { amount };
    let ten = if digits < 0 { one() / whole(10) } else { whole(10) };
    let per_unit = (0..digits.unsigned_abs()).fold(whole(1), |power, _| power * ten);
    let exact: Vec<Q> = weights.iter().map(|weight| size * per_unit * *weight / sum).collect();
    let mut units: Vec<Q> = exact.iter().map(|part| rounded(*part, 0, Mode::Down)).collect();
    let mut left = size * per_unit - units.iter().fold(zero(), |sum, part| sum + *part);
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (-(exact[*at] - units[*at]), *at));
    for at in order {
        if left > zero() {
            units[at] += whole(1);
            left = left - whole(1);
        }
    }
    units.into_iter().map(|part| if is_negative { -part / per_unit } else { part / per_unit }).collect()
}
