//! In which parts pay is due, and in which run each.

use super::{Payee, largest_remainder};
use crate::differential::{
    calendar::{Day, MONTHS, Paid, Period, month_begin, month_of},
    company::Release,
    numbers::{Q, one, zero},
};

/// A part of what was earned in a period.
pub struct Part {
    pub origin: usize,
    pub amount: Q,
    /// The run in which it is due; none while nobody knows.
    pub due: Option<usize>,
    pub why: &'static str,
}

/// The same day so many months later, or the last of a shorter month; none after the calendar.
fn months_later(day: Day, count: usize) -> Option<Day> {
    let month = month_of(day);
    let later = month + count;
    if later >= MONTHS {
        return None;
    }
    let place = day - month_begin(month);
    Some((month_begin(later) + place).min(month_begin(later + 1) - 1))
}

impl Payee<'_> {
    pub fn parts(&self) -> Vec<Part> {
        let said = &self.cell.plan.payout.parts;
        let mut found = Vec::new();
        for (origin, earned) in &self.earned {
            let weights: Vec<Q> =
                if said.is_empty() { vec![one()] } else { said.iter().map(|one| one.rate.q()).collect() };
            let amounts = largest_remainder(earned.total, &weights, self.digits());
            for (at, amount) in amounts.into_iter().enumerate() {
                let release = said.get(at).map_or(Release::AtOnce, |part| part.release);
                let scheduled = self.scheduled(*origin, release);
                let due = scheduled.and_then(|run| self.held(run));
                let why = match release {
                    _ if due != scheduled && due.is_some() => "released from a hold",
                    _ if due == Some(*origin) => "paid at once",
                    Release::AtOnce => "paid at once",
                    Release::AfterDays(_) => "paid after days",
                    Release::AfterMonths(_) => "paid after months",
                    Release::YearEnd => "paid at the end of the year",
                    Release::On(_) => "paid on an event",
                };
                found.push(Part { origin: *origin, amount, due, why });
            }
        }
        found
    }

    /// The run that holds the part's day, before anything holds it up.
    fn scheduled(&self, origin: usize, release: Release) -> Option<usize> {
        let period = self.runs.period(origin);
        let last = period.to() - 1;
        let day = match release {
            Release::AtOnce => last,
            Release::AfterDays(count) => last + count,
            Release::AfterMonths(count) => months_later(last, count)?,
            Release::YearEnd => Period { paid: Paid::Yearly, number: period.year() }.to() - 1,
            Release::On(kind) => {
                let mine = self.cell.events.released.iter();
                mine.filter(|one| one.kind == kind && one.payee == self.id && one.origin == period.id())
                    .map(|one| one.day)
                    .min()?
            }
        };
        if day <= last {
            return Some(origin);
        }
        (day < month_begin(MONTHS))
            .then(|| self.runs.number(&Period { paid: Paid::Monthly, number: month_of(day) }.id()))
    }

    /// The run that pays what falls due in a run, when nothing holds it any more; none if that never ends.
    fn held(&self, run: usize) -> Option<usize> {
        let mut run = run;
        loop {
            let mut next = run;
            for hold in self.cell.events.holds.iter().filter(|one| one.payee == self.id) {
                let from = self.runs.number(&hold.from);
                let release = hold.release.as_ref().map_or(usize::MAX, |id| self.runs.number(id));
                if from <= run && run < release {
                    next = next.max(release);
                }
            }
            if next == usize::MAX {
                return None;
            }
            if next == run {
                return Some(run);
            }
            run = next;
        }
    }

    /// What of all that was earned is due in a run.
    pub fn due(parts: &[Part], run: usize) -> Q {
        parts.iter().filter(|part| part.due == Some(run)).fold(zero(), |sum, part| sum + part.amount)
    }
}
