//! What all positions of a company together are credited with, and what any credit of it is worth.

use std::{cell::RefCell, collections::HashMap};

use super::{
    credits::{Credit, credits},
    measures::Reason,
    worth::{summed, worth},
};
use crate::differential::{
    calendar::{Day, Period, month_of},
    company::{Cell, Company, Component, ExchangeRate, RateDay, Scope, Unit},
    numbers::{Q, zero},
};

/// A sum, or why there is none, and of how many credits.
pub type Summed = Result<(Q, usize), Reason>;

/// By which rate money becomes that of a plan, with the day on which the plan begins.
type Money = (&'static str, Option<(&'static str, RateDay)>, Day);

/// What is asked for: rule set, products, unit, channel, money, month.
type Asked = (&'static str, Scope, &'static str, Option<&'static str>, Option<Money>, usize);

pub struct Nation<'a> {
    company: &'a Company,
    rates: &'a [ExchangeRate],
    /// By cell.
    credits: Vec<Vec<Credit>>,
    known: RefCell<HashMap<Asked, Summed>>,
}

impl<'a> Nation<'a> {
    pub fn of(company: &'a Company, rates: &'a [ExchangeRate]) -> Self {
        let credits = company.cells.iter().map(|cell| credits(company, cell)).collect();
        Self { company, rates, credits, known: RefCell::default() }
    }

    /// Of one cell.
    pub fn credits(&self, cell: usize) -> &[Credit] {
        &self.credits[cell]
    }

    /// What a credit of a cell is worth to a component of the same cell or of another.
    pub fn worth(&self, (asking, component): (&Cell, &Component), cell: &Cell, credit: &Credit) -> Result<Q, Reason> {
        let line = &cell.lines[credit.line];
        let currency = line.currency.unwrap_or(cell.plan.currency.0);
        worth(self.company, self.rates, (&asking.plan, component), (line, currency), credit.share)
    }

    /// What some products came to everywhere, each credit once.
    pub fn sum(&self, asking: (&Cell, &Component), products: Scope, parts: &[Period]) -> Summed {
        let (mut sum, mut count) = (zero(), 0);
        let mut lacking: Option<Reason> = None;
        for part in parts {
            for month in month_of(part.from())..=month_of(part.to() - 1) {
                match self.month(asking, products, month) {
                    Ok((more, credits)) => (sum, count) = (sum + more, count + credits),
                    Err(reason) => lacking = Some(lacking.map_or(reason, |before| before.min(reason))),
                }
            }
        }
        lacking.map_or(Ok((sum, count)), Err)
    }

    fn month(&self, asking: (&Cell, &Component), products: Scope, month: usize) -> Summed {
        let (component, plan) = (asking.1, &asking.0.plan);
        let is_money = matches!(component.unit, Unit::Value | Unit::Margin);
        let money = is_money.then_some((plan.currency.0, plan.measure_rate, plan.from));
        let key = (component.rule_set, products, component.unit.word(), component.wider.channel, money, month);
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let all = self.company.cells.iter().zip(&self.credits);
        let all = all.flat_map(|(cell, credits)| credits.iter().map(move |credit| (cell, credit)));
        let counted = all.filter(|(cell, credit)| {
            let line = &cell.lines[credit.line];
            let is_asked = component.wider.channel.is_none_or(|channel| line.channel == Some(channel));
            let is_own = !credit.rolled_up && credit.rule_set == component.rule_set;
            is_own && is_asked && month_of(line.day) == month && products.holds(&self.company.products[line.product])
        });
        let found = summed(counted.map(|(cell, credit)| self.worth(asking, cell, credit)));
        self.known.borrow_mut().insert(key, found);
        found
    }
}
