//! Section 3: which position is credited with which share of a line, and by which way.

use crate::differential::{
    calendar::Day,
    company::{Alignment, Cell, Company, Document, Line, Product, Rule, RuleSet, Scope},
    numbers::{Q, one},
};

/// A share of a line that belongs to a position.
#[derive(Debug, Clone)]
pub struct Credit {
    pub rule_set: &'static str,
    pub position: String,
    pub rolled_up: bool,
    pub line: usize,
    pub share: Q,
}

/// At most so many managers above one another.
const MOST_LEVELS: usize = 6;

/// Every credit of a cell.
pub fn credits(company: &Company, cell: &Cell) -> Vec<Credit> {
    let mut found = Vec::new();
    for rule_set in &company.rule_sets {
        for (at, line) in cell.lines.iter().enumerate() {
            for (position, share) in own(company, cell, rule_set, line).unwrap_or_default() {
                for rule in &rule_set.rules {
                    let Rule::Rollup { levels, .. } = rule else { continue };
                    for manager in above(cell, &position, line.day, levels.unwrap_or(MOST_LEVELS)) {
                        found.push(Credit {
                            rule_set: rule_set.id,
                            position: manager,
                            rolled_up: true,
                            line: at,
                            share,
                        });
                    }
                }
                found.push(Credit { rule_set: rule_set.id, position, rolled_up: false, line: at, share });
            }
        }
    }
    found
}

/// The credited positions with their shares; none if no rule has the line in scope.
pub fn own(company: &Company, cell: &Cell, rule_set: &RuleSet, line: &Line) -> Option<Vec<(String, Q)>> {
    let product = &company.products[line.product];
    let in_scope = |products: Scope, documents: &[Document]| {
        (products.holds(product) && documents.contains(&line.document)).then(|| products.rank())
    };
    // The rule of the narrowest products.
    let rule = rule_set
        .rules
        .iter()
        .filter_map(|rule| match rule {
            Rule::Direct { products, documents, .. } | Rule::Split { products, documents, .. } => {
                Some((in_scope(*products, documents)?, rule))
            }
            Rule::Rollup { .. } => None,
        })
        .max_by_key(|(rank, _)| *rank)?
        .1;
    Some(match rule {
        Rule::Direct { alignment, .. } => aligned(cell, alignment, line, product),
        Rule::Split { .. } if line.shares.is_empty() => line.named.iter().map(|named| (named.clone(), one())).collect(),
        Rule::Split { .. } => line.shares.iter().map(|(position, share)| (position.clone(), share.q())).collect(),
        Rule::Rollup { .. } => Vec::new(),
    })
}

/// The most specific rows that are valid on the booking date: account before place, then the narrower products.
fn aligned(cell: &Cell, alignment: &str, line: &Line, product: &Product) -> Vec<(String, Q)> {
    let account = &cell.accounts[line.account];
    let rank = |row: &Alignment| {
        let is_here = if row.is_account { row.key == account.id } else { account.place.as_ref() == Some(&row.key) };
        let is_valid = row.id == alignment && row.from <= line.day && line.day < row.to;
        (is_here && is_valid && row.products.holds(product)).then(|| (row.is_account, row.products.rank()))
    };
    let best = cell.alignments.iter().filter_map(rank).max();
    let rows = cell.alignments.iter().filter(|row| best.is_some() && rank(row) == best);
    rows.map(|row| (row.position.clone(), row.share.q())).collect()
}

/// The managers above a position on a day, nearest first.
fn above(cell: &Cell, position: &str, day: Day, levels: usize) -> Vec<String> {
    let mut line = vec![position.to_owned()];
    while line.len() <= levels.min(MOST_LEVELS) {
        let last = line.last().expect("the position itself");
        let valid = cell.reports.iter().filter(|one| one.position == *last && one.from <= day && day < one.to);
        let Some(report) = valid.max_by_key(|one| one.from) else { break };
        if line.contains(&report.manager) {
            break;
        }
        line.push(report.manager.clone());
    }
    line.split_off(1)
}
