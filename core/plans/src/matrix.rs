//! Tiers on two axes: that every pair of values lies in exactly one.

use kernel::{
    Fault,
    documents::{Spanned, place_of},
};
use rust_decimal::Decimal;

use crate::{
    curve::{Tier, Written, finish},
    document::{TierDoc, Tiers},
    fault::P004,
};

/// The tiers of a matrix, or every reason why they are none.
///
/// The borders of both axes make a grid. Both begin at one lowest border and end open, and each cell of the grid belongs
/// to one tier.
pub(crate) fn tiers(curve: &Written<'_>, list: &[TierDoc], written: &Spanned<Tiers>) -> Result<Vec<Tier>, Vec<Fault>> {
    let mut faults: Vec<Fault> = list.iter().flat_map(|tier| curve.one_tier(tier)).collect();
    if list.is_empty() {
        faults.push(curve.empty(written));
    }
    for tier in list {
        if tier.second_from.is_none() {
            faults.push(
                curve
                    .fault("a tier does not say where it begins on the second axis".to_owned(), &tier.from)
                    .hint("add `second_from`"),
            );
        }
        if let Some(border) = tier.border
            && border != curve.border.into()
        {
            let message = format!("the tier of two axes from `{}` has a border of its own", tier.from.value.0);
            faults
                .push(curve.fault(message, &tier.from).hint("leave it out; `border` of the curve holds for both axes"));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let cells: Vec<Cell> = list.iter().enumerate().map(|(at, tier)| Cell::of(at, tier)).collect();
    if let Some((message, at)) = grid_fault(&cells) {
        let fault = match at.and_then(|at| list.get(at)) {
            Some(tier) => curve.fault(message, &tier.from),
            None => Fault::new(P004, format!("{}: {message}", curve.what)).place(place_of(curve.file, written)),
        };
        return Err(vec![
            fault.hint("let every pair of values lie in one tier; leave `to` and `second_to` of the last out"),
        ]);
    }
    let tiers = list.iter().zip(&cells).map(|(tier, cell)| Tier {
        second: Some((cell.second.0, cell.second.1)),
        ..Tier::level(cell.first.0, cell.first.1, curve.border, tier.output.value.0, tier.from.referenced.line())
    });
    finish(tiers.collect(), Vec::new())
}

struct Cell {
    at: usize,
    first: (Decimal, Option<Decimal>),
    second: (Decimal, Option<Decimal>),
}

impl Cell {
    fn of(at: usize, tier: &TierDoc) -> Self {
        let begin = tier.second_from.as_ref().map_or(Decimal::ZERO, |from| from.value.0);
        Self {
            at,
            first: (tier.from.value.0, tier.to.as_ref().map(|to| to.value.0)),
            second: (begin, tier.second_to.as_ref().map(|to| to.value.0)),
        }
    }

    fn holds(&self, first: Decimal, second: Decimal) -> bool {
        let within = |(from, to): (Decimal, Option<Decimal>), value| from <= value && to.is_none_or(|to| value < to);
        within(self.first, first) && within(self.second, second)
    }
}

/// The first cell of the grid that no tier or more than one claims, and the tier that is to blame.
fn grid_fault(cells: &[Cell]) -> Option<(String, Option<usize>)> {
    let borders = |axis: fn(&Cell) -> (Decimal, Option<Decimal>)| {
        let mut all: Vec<Decimal> = cells.iter().map(axis).flat_map(|(from, to)| [Some(from), to]).flatten().collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let (firsts, seconds) = (borders(|cell| cell.first), borders(|cell| cell.second));
    for first in &firsts {
        for second in &seconds {
            let mut claims = cells.iter().filter(|cell| cell.holds(*first, *second));
            match (claims.next(), claims.next()) {
                (Some(_), None) => {}
                (Some(one), Some(other)) => {
                    let message = format!(
                        "tiers {} and {} both claim `{first}` with `{second}` on the second axis",
                        one.at + 1,
                        other.at + 1
                    );
                    return Some((message, Some(other.at)));
                }
                (None, _) => {
                    return Some((format!("no tier claims `{first}` with `{second}` on the second axis"), None));
                }
            }
        }
    }
    None
}
