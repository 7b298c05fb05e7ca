//! Section 3: which position is credited with which share of a line, and by which way.

use std::collections::{BTreeMap, BTreeSet};

use crate::differential::{
    calendar::Day,
    company::{AlignedAt, Alignment, Asks, Cell, Company, Document, Line, Product, Rule, RuleSet, Way},
    numbers::{Decimal, Q, one, zero},
};

/// A share of a line that belongs to a position.
#[derive(Debug, Clone)]
pub struct Credit {
    pub rule_set: &'static str,
    pub position: String,
    pub rolled_up: bool,
    pub line: usize,
    pub share: Q,
    /// What was special about its way.
    pub features: Vec<&'static str>,
}

/// At most so many managers above one another.
const MOST_LEVELS: usize = 6;

/// Every credit of a cell.
pub fn credits(company: &Company, cell: &Cell) -> Vec<Credit> {
    let mut found = Vec::new();
    for rule_set in &company.rule_sets {
        for (at, line) in cell.lines.iter().enumerate() {
            let Some(way) = credited(company, cell, rule_set, line) else { continue };
            for (position, share) in &way.shares {
                // What several roll-ups bring one manager counts once.
                let managers: BTreeMap<String, usize> = rule_set
                    .rollups
                    .iter()
                    .flat_map(|rollup| {
                        above(cell, rollup.hierarchy, position, way.day, rollup.levels.unwrap_or(MOST_LEVELS))
                    })
                    .rev()
                    .collect();
                let credit = |position: &String, rolled_up, more: &[&'static str]| Credit {
                    rule_set: rule_set.id,
                    position: position.clone(),
                    rolled_up,
                    line: at,
                    share: *share,
                    features: [way.features.as_slice(), more].concat(),
                };
                for (manager, level) in &managers {
                    let more: &[_] = if *level > 1 { &["roll-up, levels"] } else { &["roll-up"] };
                    found.push(credit(manager, true, more));
                }
                found.push(credit(position, false, &[]));
            }
        }
    }
    found
}

/// Who is credited, and on which day their managers are looked for.
struct Credited {
    day: Day,
    shares: Vec<(String, Q)>,
    features: Vec<&'static str>,
}

fn credited(company: &Company, cell: &Cell, rule_set: &RuleSet, line: &Line) -> Option<Credited> {
    let rule = taken(company, cell, rule_set, line)?;
    let product = &company.products[line.product];
    if !follows(rule, line) {
        let shares = shares(cell, rule, line, product);
        return Some(Credited { day: line.day, shares, features: features(rule, cell, line) });
    }
    // As the sale was; of whom no sale is known, nobody.
    let original = line.takes_back.map(|sold| &cell.lines[sold]).filter(|sold| sold.day <= line.day);
    let sold = original.and_then(|sold| Some((sold, taken(company, cell, rule_set, sold)?)));
    let (day, shares) = match sold {
        Some((sold, rule)) if !follows(rule, sold) => {
            (sold.day, shares(cell, rule, sold, &company.products[sold.product]))
        }
        _ => (line.day, Vec::new()),
    };
    Some(Credited { day, shares, features: vec!["returns that follow"] })
}

fn follows(rule: &Rule, line: &Line) -> bool {
    rule.follows && line.document == Document::Return
}

/// The rule that takes a line: the narrowest products first, then more conditions, then the higher border.
fn taken<'a>(company: &Company, cell: &Cell, rule_set: &'a RuleSet, line: &Line) -> Option<&'a Rule> {
    let product = &company.products[line.product];
    let fits = |rule: &&Rule| {
        rule.products.holds(product) && rule.documents.contains(&line.document) && meets(&rule.asks, cell, line)
    };
    let border = |border: Option<Decimal>| border.map_or(zero(), Decimal::q);
    let rank = |rule: &&Rule| {
        let asks = &rule.asks;
        let count = [asks.account_kind.is_some(), asks.channel.is_some(), asks.amount.is_some(), asks.margin.is_some()];
        let count = count.into_iter().filter(|one| *one).count();
        (rule.products.rank(), count, border(asks.amount), border(asks.margin))
    };
    rule_set.rules.iter().filter(fits).max_by_key(rank)
}

/// Below zero, borders hold as in a mirror; without a cost there is no margin.
fn meets(asks: &Asks, cell: &Cell, line: &Line) -> bool {
    let amount = line.amount.q();
    let sign = |x: Q| if amount < zero() { -x } else { x };
    let has_margin = |least: &Decimal| {
        let margin = line.cost.map(|cost| sign(amount - cost.q()));
        !amount.is_zero() && margin.is_some_and(|margin| margin >= sign(amount) * least.q())
    };
    asks.account_kind.as_ref().is_none_or(|kind| cell.accounts[line.account].kind == *kind)
        && asks.channel.is_none_or(|channel| line.channel == Some(channel))
        && asks.amount.is_none_or(|least| sign(amount) >= least.q())
        && asks.margin.as_ref().is_none_or(has_margin)
}

fn features(rule: &Rule, cell: &Cell, line: &Line) -> Vec<&'static str> {
    let mut found = vec![match &rule.way {
        Way::Aligned { at: AlignedAt::BookingDate, .. } => "aligned at booking",
        Way::Aligned { at: AlignedAt::PeriodEnd, .. } => "aligned at period end",
        Way::Aligned { at: AlignedAt::Fixed(_), .. } => "aligned by a fixed map",
        Way::Named if !line.shares.is_empty() => "split by line",
        Way::Named if line.named.is_none() && !cell.accounts[line.account].shares.is_empty() => "split by account",
        Way::Named => "named on the line",
        Way::Seat { .. } => "overlay of a seat",
        Way::Team { is_equal: true, .. } => "team, equal shares",
        Way::Team { is_equal: false, .. } => "team, full shares",
    }];
    if let Way::Aligned { alignment: "spec", .. } = rule.way {
        found.push("overlay by alignment");
    }
    let asks = [
        (rule.asks.account_kind.is_some(), "rule asks account kind"),
        (rule.asks.channel.is_some(), "rule asks channel"),
        (rule.asks.amount.is_some(), "rule asks amount"),
        (rule.asks.margin.is_some(), "rule asks margin"),
    ];
    found.extend(asks.into_iter().filter(|(is_asked, _)| *is_asked).map(|(_, name)| name));
    found
}

fn shares(cell: &Cell, rule: &Rule, line: &Line, product: &Product) -> Vec<(String, Q)> {
    match &rule.way {
        Way::Aligned { alignment, at } => aligned(cell, alignment, line, product, at.day(line)),
        Way::Named if !line.shares.is_empty() => {
            line.shares.iter().map(|(position, share)| (position.clone(), share.q())).collect()
        }
        Way::Named => match &line.named {
            Some(named) => vec![(named.clone(), one())],
            None => {
                let shares = cell.accounts[line.account].shares.iter();
                let valid = shares.filter(|one| one.from <= line.day && line.day < one.to);
                summed(valid.map(|one| (&one.position, one.share)))
            }
        },
        Way::Seat { position, share } => vec![(position.clone(), share.q())],
        Way::Team { is_equal, .. } => {
            let members: BTreeSet<&String> = cell
                .crew
                .iter()
                .filter(|one| one.from <= line.day && line.day < one.to)
                .map(|one| &one.position)
                .collect();
            let count = members.len();
            let part = |at: usize| {
                // The first ones take the millionths that do not divide.
                let more = usize::from(at < 1_000_000 % count);
                Decimal::new((1_000_000 / count + more) as i64, 6).q()
            };
            let shared = members.into_iter().enumerate();
            shared.map(|(at, member)| (member.clone(), if *is_equal { part(at) } else { one() })).collect()
        }
    }
}

/// A position that is named twice has one credit of both shares.
fn summed<'a>(shares: impl Iterator<Item = (&'a String, Decimal)>) -> Vec<(String, Q)> {
    let mut found: BTreeMap<&String, Q> = BTreeMap::new();
    for (position, share) in shares {
        *found.entry(position).or_insert_with(zero) += share.q();
    }
    found.into_iter().map(|(position, share)| (position.clone(), share)).collect()
}

/// The most specific rows that are valid on the day: account before place, then the narrower products.
fn aligned(cell: &Cell, alignment: &str, line: &Line, product: &Product, day: Day) -> Vec<(String, Q)> {
    let account = &cell.accounts[line.account];
    let rank = |row: &Alignment| {
        let is_here = if row.is_account { row.key == account.id } else { account.place.as_ref() == Some(&row.key) };
        let is_valid = row.id == alignment && row.from <= day && day < row.to;
        (is_here && is_valid && row.products.holds(product)).then(|| (row.is_account, row.products.rank()))
    };
    let best = cell.alignments.iter().filter_map(rank).max();
    let rows = cell.alignments.iter().filter(|row| best.is_some() && rank(row) == best);
    summed(rows.map(|row| (&row.position, row.share)))
}

/// The managers above a position on a day, nearest first, with their level.
fn above(cell: &Cell, hierarchy: &str, position: &str, day: Day, levels: usize) -> Vec<(String, usize)> {
    let mut line = vec![position.to_owned()];
    while line.len() <= levels.min(MOST_LEVELS) {
        let last = line.last().expect("the position itself");
        let Some(manager) = manager(cell, hierarchy, last, day) else { break };
        if line.contains(&manager) {
            break;
        }
        line.push(manager);
    }
    line.into_iter().enumerate().skip(1).map(|(level, manager)| (manager, level)).collect()
}

/// Who manages a position on a day: of several, whoever began last.
pub fn manager(cell: &Cell, hierarchy: &str, position: &str, day: Day) -> Option<String> {
    let valid = |one: &&crate::differential::company::Report| {
        one.hierarchy == hierarchy && one.position == position && one.from <= day && day < one.to
    };
    cell.reports.iter().filter(valid).max_by_key(|one| one.from).map(|one| one.manager.clone())
}
