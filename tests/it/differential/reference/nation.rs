//! What all positions of a company together are credited with.

use std::{cell::RefCell, collections::HashMap};

use super::{
    credits::{Credit, credits},
    measures::{Reason, worth},
};
use crate::differential::{
    calendar::{Period, month_of},
    company::{Company, Component, Scope},
    numbers::{Q, zero},
};

/// A sum, or why there is none, and of how many credits.
pub type Summed = Result<(Q, usize), Reason>;

/// What is asked for: rule set, products, unit, channel, month.
type Asked = (&'static str, Scope, &'static str, Option<&'static str>, usize);

pub struct Nation<'a> {
    company: &'a Company,
    /// By cell.
    credits: Vec<Vec<Credit>>,
    known: RefCell<HashMap<Asked, Summed>>,
}

impl<'a> Nation<'a> {
    pub fn of(company: &'a Company) -> Self {
        let credits = company.cells.iter().map(|cell| credits(company, cell)).collect();
        Self { company, credits, known: RefCell::default() }
    }

    /// Of one cell.
    pub fn credits(&self, cell: usize) -> &[Credit] {
        &self.credits[cell]
    }

    /// What some products came to everywhere, each credit once.
    pub fn sum(&self, component: &Component, products: Scope, parts: &[Period]) -> Summed {
        let (mut sum, mut count) = (zero(), 0);
        for part in parts {
            for month in month_of(part.from())..=month_of(part.to() - 1) {
                let (more, credits) = self.month(component, products, month)?;
                sum += more;
                count += credits;
            }
        }
        Ok((sum, count))
    }

    fn month(&self, component: &Component, products: Scope, month: usize) -> Summed {
        let key = (component.rule_set, products, component.unit.word(), component.wider.channel, month);
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let mut summed = Ok((zero(), 0));
        for (cell, credits) in self.company.cells.iter().zip(&self.credits) {
            for credit in credits.iter().filter(|one| !one.rolled_up && one.rule_set == component.rule_set) {
                let line = &cell.lines[credit.line];
                let product = &self.company.products[line.product];
                let is_asked = component.wider.channel.is_none_or(|channel| line.channel == Some(channel));
                if is_asked && month_of(line.day) == month && products.holds(product) {
                    let worth = worth(component.unit, line, product, credit.share);
                    summed = summed.and_then(|(sum, count)| Ok((sum + worth?, count + 1)));
                }
            }
        }
        self.known.borrow_mut().insert(key, summed);
        summed
    }
}
