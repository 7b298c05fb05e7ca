//! What the program published against what the reference says.

mod payout;

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use super::{
    calendar::{Day, MONTHS, month_begin, month_of},
    company::{Cell, Company},
    documents,
    features::Met,
    generate::exchange_rates,
    met,
    numbers::{Q, fixed},
    reference::{Figures, Key, Nation, Seats, Tally, figures, payout as paid_out},
};
use crate::support::Place;

/// What was compared.
#[derive(Debug, Default, Clone)]
pub struct Counts {
    pub plans: usize,
    pub measures: usize,
    pub incentives: usize,
    pub totals: usize,
    /// Totals that are not zero.
    pub paid: usize,
    pub deposits: usize,
    pub payments: usize,
    pub balances: usize,
    /// How often each feature gave a figure other than zero.
    pub met: Tally,
}

impl Counts {
    pub fn add(&mut self, other: &Self) {
        self.plans += other.plans;
        self.measures += other.measures;
        self.incentives += other.incentives;
        self.totals += other.totals;
        self.paid += other.paid;
        self.deposits += other.deposits;
        self.payments += other.payments;
        self.balances += other.balances;
        for (feature, count) in &other.met {
            *self.met.entry(feature).or_default() += count;
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plans, measures, incentives, totals, paid, deposits, payments, balances, met } = self;
        writeln!(
            f,
            "{plans} plans, {measures} measures, {incentives} incentives, {totals} totals of plans, {paid} of them not \
             zero, {deposits} deposits, {payments} payments, {balances} balances: all equal"
        )?;
        met.iter().try_for_each(|(feature, count)| writeln!(f, "  {feature}: {count}"))
    }
}

/// Differences shown before the rest is only counted.
const SHOWN: usize = 6;

/// The first day after the last month with a line.
pub fn horizon(company: &Company) -> Day {
    let last = company.cells.iter().flat_map(|cell| &cell.lines).map(|line| line.day).max().expect("a line");
    let month = month_of(last) + 1;
    month_begin(month.min(MONTHS))
}

pub type Published = BTreeMap<String, BTreeMap<Key, Value>>;

/// Rows of a query by plan and key.
pub fn published(place: &Place, sql: &str) -> Published {
    let rows = place.query(sql);
    let mut found = Published::new();
    for row in rows.as_array().expect("rows") {
        let text = |name: &str| row[name].as_str().unwrap_or_else(|| panic!("{name} in {row}")).to_owned();
        let key = (text("component_id"), text("position_id"), text("payee_id"), text("period_id"));
        found.entry(text("plan_id")).or_default().insert(key, row.clone());
    }
    found
}

/// Compares everything measured and paid; panics with the first plans that differ.
pub fn compare(place: &Place, company: &Company, met: &mut Met) -> Counts {
    let measures = published(
        place,
        "select plan_id, component_id, position_id, payee_id, period_id, cast(measured_value as varchar) as v, \
         cast(target_value as varchar) as t, cast(attainment_rate as varchar) as a, not_payable_reason as r \
         from attainment.measures",
    );
    let incentives = published(
        place,
        "select plan_id, component_id, position_id, payee_id, period_id, cast(incentive_amount as varchar) as v \
         from incentives.incentives",
    );
    let totals = published(
        place,
        "select plan_id, '' as component_id, position_id, payee_id, period_id, cast(total_amount as varchar) as v \
         from incentives.plan_totals",
    );
    let (pay, rates) = (payout::published(place), exchange_rates());
    let horizon = horizon(company);
    let mut counts = Counts::default();
    let (mut shown, mut wrong) = (Vec::new(), 0);
    let nation = Nation::of(company, &rates);
    for (at, expected) in figures(company, horizon, &nation).into_iter().enumerate() {
        let cell = &company.cells[at];
        met.add(&expected);
        counts.plans += 1;
        counts.measures += expected.measures.len();
        counts.incentives += expected.incentives.len();
        counts.totals += expected.totals.len();
        counts.paid += expected.totals.values().filter(|amount| !amount.is_zero()).count();
        let none = BTreeMap::new();
        let mut differences = differences(
            &expected,
            measures.get(&cell.plan.id).unwrap_or(&none),
            incentives.get(&cell.plan.id).unwrap_or(&none),
            totals.get(&cell.plan.id).unwrap_or(&none),
        );
        met::count(cell, &expected, &mut counts.met);
        let expected = paid_out(&Seats::of(company, at, horizon, &nation), &expected, &rates);
        counts.deposits += expected.deposits.len();
        counts.payments += expected.payments.len();
        counts.balances += expected.changed.len();
        for (feature, count) in &expected.met {
            *counts.met.entry(feature).or_default() += count;
        }
        differences.extend(payout::differences(cell, &expected, &pay));
        if !differences.is_empty() {
            wrong += 1;
            if shown.len() < SHOWN {
                shown.push(told(cell, &differences));
            }
        }
    }
    assert!(wrong == 0, "{wrong} of {} plans differ:\n{}", company.cells.len(), shown.join("\n"));
    counts
}

fn told(cell: &Cell, differences: &[String]) -> String {
    let first: Vec<&str> = differences.iter().take(8).map(String::as_str).collect();
    format!(
        "=== plan {} ({} differences)\n{}\n{}",
        cell.plan.id,
        differences.len(),
        documents::plan(&cell.plan),
        first.join("\n")
    )
}

fn differences(
    expected: &Figures,
    measures: &BTreeMap<Key, Value>,
    incentives: &BTreeMap<Key, Value>,
    totals: &BTreeMap<Key, Value>,
) -> Vec<String> {
    let mut found = Vec::new();
    let at = |key: &Key| format!("{} {} {} {}", key.0, key.1, key.2, key.3);
    for (key, ours) in &expected.measures {
        let Some(theirs) = measures.get(key) else {
            found.push(format!("{}: measured by the reference alone: {ours:?}", at(key)));
            continue;
        };
        let optional = |x: Option<Q>, digits| x.map(|x| fixed(x, digits));
        let ours = [
            ("value", optional(ours.value, 10), "v"),
            ("target", optional(ours.target, 10), "t"),
            ("attainment", optional(ours.attainment, 6), "a"),
            ("reason", ours.reason.map(str::to_owned), "r"),
        ];
        for (name, ours, column) in ours {
            let theirs = theirs[column].as_str().map(str::to_owned);
            if theirs != ours {
                found.push(format!("{}: {name}: the reference has {ours:?}, the program {theirs:?}", at(key)));
            }
        }
    }
    found.extend(
        measures
            .keys()
            .filter(|key| !expected.measures.contains_key(key))
            .map(|key| format!("{}: measured by the program alone", at(key))),
    );
    if !expected.incentives.is_empty() {
        amounts(&mut found, "earned", &expected.incentives, incentives);
    }
    amounts(&mut found, "paid by the plan", &expected.totals, totals);
    found
}

fn amounts(found: &mut Vec<String>, what: &str, expected: &BTreeMap<Key, Q>, published: &BTreeMap<Key, Value>) {
    let at = |key: &Key| format!("{} {} {} {}", key.0, key.1, key.2, key.3);
    for (key, ours) in expected {
        let ours = Some(fixed(*ours, 4));
        let theirs = published.get(key).and_then(|row| row["v"].as_str()).map(str::to_owned);
        if theirs != ours {
            found.push(format!("{}: {what}: the reference has {ours:?}, the program {theirs:?}", at(key)));
        }
    }
    let alone = published.iter().filter(|(key, _)| !expected.contains_key(key));
    found.extend(alone.map(|(key, row)| format!("{}: {what} {} in the program alone", at(key), row["v"])));
}
