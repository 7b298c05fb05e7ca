//! Section 4: what each kind of measure makes of its terms, each product and ratio rounded at the tenth decimal.

use super::{
    measures::{Measure, Reason, Seats},
    nation::Summed,
};
use crate::differential::{
    calendar::{Paid, Period},
    company::{Component, Formula, Kind, Scope, Shift, Window},
    numbers::{Decimal, Mode, Q, one, over, rounded, times, whole, zero},
};

/// One component asked for one payee in one period.
pub struct Asking<'a> {
    pub seats: &'a Seats<'a>,
    pub component: &'a Component,
    pub position: &'a str,
    pub payee: &'a str,
    pub period: Period,
    pub other: &'a dyn Fn(&str) -> Measure,
}

/// A number, or why there is none.
type Counted = Result<Q, Reason>;

/// Whether a measure divides, or adds up attainments.
pub fn is_rate(kind: &Kind) -> bool {
    match kind {
        Kind::Sales | Kind::Sum(..) | Kind::Rank(_) => false,
        Kind::Custom(formula, ..) => matches!(formula, Formula::Change | Formula::Third),
        _ => true,
    }
}

/// All of them added; none if one is missing.
pub fn added(of: &[String], one: impl Fn(&str) -> Option<Q>) -> Option<Q> {
    of.iter().try_fold(zero(), |sum, id| Some(sum + one(id)?))
}

impl Asking<'_> {
    /// What a component measures over periods; of the other components that it looks at, their window or the period.
    pub fn value(&self, parts: &[Period], by_period: bool) -> Counted {
        let mine = self.component.products;
        let now = |products: Scope| Ok(self.sum(products, parts)?.0);
        let then = |products: Scope, shift: Shift| self.before(products, shift, parts);
        match &self.component.kind {
            Kind::Sales => now(mine),
            Kind::Growth(shift) => {
                let [now, then] = all([now(mine), then(mine, *shift)])?;
                above_zero(&[then])?;
                Ok(over(now, then).ok_or("missing_base")? - one())
            }
            Kind::Share(market) => {
                let [own, whole] = all([now(mine), now(*market)])?;
                above_zero(&[whole])?;
                over(own, whole).ok_or("market_of_zero")
            }
            Kind::ShareChange(shift, market) => {
                let terms = [now(mine), now(*market), then(mine, *shift), then(*market, *shift)];
                let [own, whole, own_before, whole_before] = all(terms)?;
                above_zero(&[whole, whole_before])?;
                let share = |own: Q, whole: Q| over(own, whole).ok_or("market_of_zero");
                Ok(share(own, whole)? - share(own_before, whole_before)?)
            }
            Kind::Evolution(shift, market) => {
                let terms = [now(mine), now(*market), then(mine, *shift), then(*market, *shift)];
                let [own, whole, own_before, whole_before] = all(terms)?;
                above_zero(&[own_before, whole, whole_before])?;
                evolution(over(own, own_before), over(whole, whole_before)).ok_or("market_of_zero")
            }
            Kind::Custom(formula, shift, products) => {
                let b = shift.map_or_else(|| now(*products), |shift| then(*products, shift));
                let [a, b] = all([now(mine), b])?;
                formed(*formula, a, b).ok_or("no_result")
            }
            Kind::Rank(_) => Err("not_ranked"),
            Kind::Attainments(of) => weighted(of, |id| {
                let other = (self.other)(id);
                if by_period { other.period_attainment } else { other.attainment }
            })
            .ok_or("component_not_measured"),
            Kind::Sum(of, _) => added(of, |id| {
                let other = (self.other)(id);
                if by_period { other.period_value } else { other.value }
            })
            .ok_or("component_not_measured"),
        }
    }

    fn sum(&self, products: Scope, parts: &[Period]) -> Summed {
        self.seats.sum(self.component, products, (self.position, self.payee), self.period, parts)
    }

    /// The same credits of another time; a time without any is no base.
    fn before(&self, products: Scope, shift: Shift, parts: &[Period]) -> Counted {
        let back = |part: &Period| {
            let in_year = match part.paid {
                Paid::Monthly => 12,
                Paid::Quarterly => 4,
                Paid::Yearly => 1,
            };
            let count = match (shift, self.component.window) {
                (Shift::PreviousYear, _) | (_, Window::YearToDate | Window::PlanToDate) => in_year,
                (_, Window::QuarterToDate) if part.paid == Paid::Monthly => 3,
                (_, Window::Rolling(count)) => count,
                _ => 1,
            };
            Some(Period { number: part.number.checked_sub(count)?, ..*part })
        };
        let earlier: Vec<Period> = parts.iter().filter_map(back).collect();
        match self.sum(products, &earlier)? {
            (_, 0) => Err("missing_base"),
            (sum, _) => Ok(sum),
        }
    }
}

/// What is compared with something below zero turns its sign round, and is no measure.
fn above_zero(bases: &[Q]) -> Result<(), Reason> {
    if bases.iter().any(|base| *base < zero()) { Err("negative_base") } else { Ok(()) }
}

/// All terms, or of several reasons why one is missing the first by its name.
fn all<const COUNT: usize>(terms: [Counted; COUNT]) -> Result<[Q; COUNT], Reason> {
    match terms.iter().filter_map(|term| term.err()).min() {
        Some(reason) => Err(reason),
        None => Ok(terms.map(|term| term.unwrap_or_else(|_| zero()))),
    }
}

/// (100 + growth %) ÷ (100 + market growth %) × 100.
fn evolution(own: Option<Q>, market: Option<Q>) -> Option<Q> {
    let grown = |ratio: Q| whole(100) + times(ratio - one(), whole(100));
    Some(times(over(grown(own?), grown(market?))?, whole(100)))
}

fn weighted(of: &[(String, Decimal)], attainment: impl Fn(&str) -> Option<Q>) -> Option<Q> {
    of.iter().try_fold(zero(), |sum, (id, weight)| Some(sum + times(attainment(id)?, weight.q())))
}

fn formed(formula: Formula, a: Q, b: Q) -> Option<Q> {
    Some(match formula {
        Formula::Change => over(a - b, b)?,
        Formula::Distance => a.max(b) - a.min(b),
        Formula::Gain if a > b => a - b,
        Formula::Gain => zero(),
        Formula::Third => rounded(over(a, whole(3))?, 2, Mode::HalfUp) + b,
        Formula::Mixed => times(a.max(-a), Decimal::new(125, 3).q()) - times(b, Decimal::new(333_333, 6).q()),
    })
}
