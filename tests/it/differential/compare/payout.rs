//! Deposits, payments and balances that the program published against those of the reference.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::super::{
    company::{At, Cell},
    numbers::{Q, fixed, zero},
    reference::Payout,
};
use crate::support::Place;

/// Rows by payee.
type Rows = HashMap<String, Vec<Value>>;

/// What the program published of pay.
pub struct Published {
    deposits: Rows,
    payments: Rows,
    balances: Rows,
}

fn rows(place: &Place, sql: &str) -> Rows {
    let mut found = Rows::new();
    for row in place.query(sql).as_array().expect("rows") {
        found.entry(text(row, "payee_id")).or_default().push(row.clone());
    }
    found
}

fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_else(|| panic!("{name} in {row}")).to_owned()
}

pub fn published(place: &Place) -> Published {
    Published {
        deposits: rows(
            place,
            "select payee_id, currency_code, period_id, origin_period_id, cause, \
             cast(deposit_amount as varchar) as amount from incentives.deposits",
        ),
        payments: rows(
            place,
            "select payee_id, pay_run_id, currency_code, cast(opening_balance_amount as varchar) as opening, \
             cast(deposit_amount as varchar) as deposit, cast(payment_amount as varchar) as payment, \
             cast(closing_balance_amount as varchar) as closing from incentives.payments",
        ),
        balances: rows(
            place,
            "select payee_id, balance_type, currency_code, period_id, origin_period_id, \
             cast(opening_balance_amount as varchar) as opening, cast(change_amount as varchar) as change, \
             cast(closing_balance_amount as varchar) as closing from incentives.balances",
        ),
    }
}

/// Figures by the words that name them.
type Figures = BTreeMap<Vec<String>, Vec<String>>;

fn read(published: &Rows, cell: &Cell, keys: &[&str], amounts: &[&str]) -> Figures {
    let mut payees: Vec<&String> = cell.holdings.iter().map(|one| &one.payee).collect();
    payees.sort_unstable();
    payees.dedup();
    let rows = payees.into_iter().filter_map(|payee| published.get(payee)).flatten();
    rows.map(|row| {
        let of = |names: &[&str]| names.iter().map(|name| text(row, name)).collect::<Vec<_>>();
        (of(keys), of(amounts))
    })
    .collect()
}

fn words<const N: usize>(amounts: [Q; N]) -> Vec<String> {
    amounts.iter().map(|amount| fixed(*amount, 4)).collect()
}

fn compare(found: &mut Vec<String>, what: &str, ours: &Figures, theirs: &Figures) {
    for (key, ours) in ours {
        if theirs.get(key) != Some(ours) {
            found.push(format!(
                "{what} {}: the reference has {ours:?}, the program {:?}",
                key.join(" "),
                theirs.get(key)
            ));
        }
    }
    for (key, theirs) in theirs.iter().filter(|(key, _)| !ours.contains_key(*key)) {
        found.push(format!("{what} {}: {theirs:?} in the program alone", key.join(" ")));
    }
}

fn is_nothing(amount: &String) -> bool {
    amount == "0.0000"
}

/// Every figure of pay that differs.
pub fn differences(cell: &Cell, expected: &Payout, published: &Published) -> Vec<String> {
    let mut found = Vec::new();
    let keys = ["payee_id", "currency_code", "period_id", "origin_period_id", "cause"];
    let theirs = read(&published.deposits, cell, &keys, &["amount"]);
    let ours = expected.deposits.iter().map(|((payee, currency, run, origin, cause), amount)| {
        ([payee, currency, run, origin, &(*cause).to_owned()].map(Clone::clone).to_vec(), words([*amount]))
    });
    compare(&mut found, "due", &joined(cell, ours.collect()), &joined(cell, theirs));

    let amounts = ["opening", "deposit", "payment", "closing"];
    let mut theirs = read(&published.payments, cell, &["payee_id", "pay_run_id", "currency_code"], &amounts);
    let mut ours: Figures = expected
        .payments
        .iter()
        .map(|((payee, run, currency), amounts)| (vec![payee.clone(), run.clone(), currency.clone()], words(*amounts)))
        .collect();
    // A run that neither adds nor pays may be listed or not.
    for figures in [&mut theirs, &mut ours] {
        figures.retain(|_, amounts| !amounts[1..3].iter().all(is_nothing));
    }
    compare(&mut found, "paid", &ours, &theirs);

    let keys = ["payee_id", "balance_type", "currency_code", "period_id", "origin_period_id"];
    let theirs = read(&published.balances, cell, &keys, &["opening", "change", "closing"]);
    let rows = expected.changed.iter().chain(&expected.unchanged);
    let ours = rows
        .map(|((payee, kind, currency, run, origin), amounts)| {
            ([payee, &(*kind).to_owned(), currency, run, origin].map(Clone::clone).to_vec(), words(*amounts))
        })
        .collect();
    compare(&mut found, "carried", &ours, &theirs);
    found
}

/// Without rows of nothing. Where only the plan rounds, components have no amounts of their own: what is earned and
/// what the plan does to it are one.
fn joined(cell: &Cell, figures: Figures) -> Figures {
    let mut sums: BTreeMap<Vec<String>, Q> = BTreeMap::new();
    for (mut key, amounts) in figures {
        if cell.plan.rounding_at == At::Plan && ["plan_adjustment", "deferred"].contains(&key[4].as_str()) {
            "earned".clone_into(&mut key[4]);
        }
        *sums.entry(key).or_insert_with(zero) += Q::read(&amounts[0]);
    }
    sums.into_iter().filter(|(_, sum)| !sum.is_zero()).map(|(key, sum)| (key, words([sum]))).collect()
}
