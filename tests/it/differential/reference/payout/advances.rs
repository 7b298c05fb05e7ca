//! Draws and guarantees, and what is taken back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Changes, Payee, Tally, carried::Queue, parts::Part};
use crate::differential::{
    calendar::{Day, MONTHS, Paid, Period, is_working_day, month_of},
    company::{Draw, DrawKind, Proration, Taken, TargetIncentive},
    numbers::{Mode, Q, one, over, rounded, times, whole, zero},
};

/// What draws add and take, and what is still to be recovered.
#[derive(Default)]
pub struct Advances {
    pub lines: Vec<(usize, usize, &'static str, Q)>,
    pub changes: Changes,
}

/// What a draw comes to in a run, and what it adds.
struct Level {
    most: Q,
    added: Q,
}

/// What is taken back by run and origin.
#[derive(Default)]
pub struct TakenBack {
    pub installments: Vec<(usize, usize, Q)>,
    pub changes: Changes,
}

impl Payee<'_> {
    /// The periods of the plan for which the payee holds any of its positions.
    fn periods(&self) -> Vec<Period> {
        let mut found: Vec<Period> = Vec::new();
        for position in &self.cell.positions {
            found.extend(self.seats.periods(position, self.id));
        }
        found.sort_by_key(|period| period.number);
        found.dedup();
        found
    }

    /// The days of a period on which the payee holds any position, and what is paid at 100 % on each of them.
    fn held_days(&self, period: Period) -> BTreeMap<Day, Option<Q>> {
        let mut found: BTreeMap<Day, Option<Q>> = BTreeMap::new();
        for position in &self.cell.positions {
            // Of a seat held for too few days, the days count, and nothing is paid on them.
            let is_unpaid = self.seats.is_too_short(position, self.id, period);
            for (day, share) in self.seats.present(position, self.id, period) {
                let share = if is_unpaid { zero() } else { share };
                let amount = match self.cell.plan.incentive {
                    TargetIncentive::None => Some(zero()),
                    TargetIncentive::Amount(amount) => Some(amount.q()),
                    TargetIncentive::Roster => {
                        self.seats.terms(self.id, day).and_then(|terms| terms.incentive).map(|amount| amount.q())
                    }
                };
                let before = found.get(&day).copied().unwrap_or(Some(zero()));
                found.insert(day, before.and_then(|before| Some(before + amount? * share)));
            }
        }
        found
    }

    /// What a draw comes to in a period; none if it is not in force, or not known.
    fn level(&self, draw: &Draw, period: Period) -> Option<Q> {
        let plan = &self.cell.plan;
        if draw.proration == Proration::None {
            let last = period.to() - 1;
            if last < draw.from || last >= draw.to {
                return None;
            }
            let mut sum = zero();
            if !draw.is_rate {
                return Some(self.round(draw.level.q()));
            }
            for position in &self.cell.positions {
                if self.seats.periods(position, self.id).contains(&period) {
                    sum += self.seats.eligible_incentive(position, self.id, &[period])?;
                }
            }
            return Some(self.round(times(sum, draw.level.q())));
        }
        let counts = |proration: Proration, day: Day| proration != Proration::WorkingDays || is_working_day(day);
        let held = self.held_days(period);
        let in_force = |day: Day| day >= draw.from && day < draw.to && counts(draw.proration, day);
        let draw_days = held.keys().filter(|day| in_force(**day)).count() as i64;
        let period_days = period.days().filter(|day| counts(draw.proration, *day)).count() as i64;
        if draw_days == 0 {
            return None;
        }
        if !draw.is_rate {
            return over(draw.level.q() * whole(draw_days), whole(period_days)).map(|amount| self.round(amount));
        }
        // The mean of the days that pay counts.
        let (mut sum, mut days) = (zero(), 0);
        for (day, amount) in held {
            let amount = amount?;
            if counts(plan.pay, day) {
                sum += amount;
                days += 1;
            }
        }
        over(times(sum, draw.level.q()) * whole(draw_days), whole(days * period_days)).map(|amount| self.round(amount))
    }

    pub fn advances(&self, parts: &[Part], met: &mut Tally) -> Advances {
        let mut found = Advances::default();
        let levels = self.topped_up(&mut found, met);
        let mut named: Vec<&Draw> = self.cell.plan.payout.draws.iter().filter(|draw| draw.recovery.is_some()).collect();
        named.sort_by_key(|draw| draw.id);
        let mut owed: BTreeMap<&str, Queue> = named.iter().map(|draw| (draw.id, Queue::default())).collect();
        let mut runs: BTreeSet<usize> = parts.iter().filter_map(|part| part.due).collect();
        runs.extend(levels.keys().map(|(run, _)| *run));
        for run in runs.into_iter().filter(|run| self.runs.has_begun(*run)) {
            for draw in &named {
                let more = levels.get(&(run, draw.id)).map_or_else(zero, |level| level.added);
                owed.entry(draw.id).or_default().arise(run, run, more);
            }
            let in_force = levels.iter().filter(|((one, _), _)| *one == run).map(|(_, level)| level.most);
            let above = (Self::due(parts, run) - in_force.max().unwrap_or_else(zero)).max(zero());
            // One that was never drawn takes no part.
            let drawn = |draw: &Draw, (one, id): &(usize, &str), level: &Level| {
                *one <= run && *id == draw.id && !level.added.is_zero()
            };
            let had = |draw: &&&Draw| levels.iter().any(|(key, level)| drawn(draw, key, level));
            let had: Vec<&Draw> = named.iter().filter(had).copied().collect();
            self.recovered(run, above, &had, &mut owed, &mut found, met);
        }
        for queue in owed.into_values() {
            for (key, amount) in queue.changes {
                *found.changes.entry(key).or_insert_with(zero) += amount;
            }
        }
        found
    }

    /// What every draw comes to where it is in force, and what it adds to what those before it left: guarantees, then
    /// what is never recovered, then what is.
    fn topped_up(&self, found: &mut Advances, met: &mut Tally) -> BTreeMap<(usize, &'static str), Level> {
        let mut draws: Vec<&Draw> = self.cell.plan.payout.draws.iter().collect();
        draws.sort_by_key(|draw| (draw.kind, draw.id));
        let mut levels = BTreeMap::new();
        for period in self.periods() {
            let run = self.runs.number(&period.id());
            let mut reached = self.earned.get(&run).map_or_else(zero, |earned| earned.total);
            for draw in &draws {
                let Some(most) = self.level(draw, period) else { continue };
                let added = (most - reached).max(zero());
                reached += added;
                levels.insert((run, draw.id), Level { most, added });
                if added.is_zero() {
                    continue;
                }
                let cause = if draw.kind == DrawKind::Guarantee { "guarantee" } else { "draw" };
                found.lines.push((run, run, cause, added));
                *met.entry(draw.kind.word()).or_default() += 1;
                *met.entry("draw of a part of the target incentive").or_default() += usize::from(draw.is_rate);
                *met.entry("draw by days").or_default() += usize::from(draw.proration != Proration::None);
            }
        }
        levels
    }

    /// Takes of what is above the draws: each draw what the rates so far allow beyond those before it.
    fn recovered(
        &self,
        run: usize,
        above: Q,
        draws: &[&Draw],
        owed: &mut BTreeMap<&str, Queue>,
        found: &mut Advances,
        met: &mut Tally,
    ) {
        let last = self.runs.period(run).to() - 1;
        let (mut rates, mut taken) = (zero(), zero());
        for draw in draws {
            let Some(recovery) = draw.recovery.as_ref().filter(|recovery| recovery.from <= last) else { continue };
            let Some(queue) = owed.get_mut(draw.id) else { continue };
            rates += recovery.rate.q();
            let so_far = self.round(times(above, rates.min(one())));
            let mut most = so_far - taken;
            taken = so_far;
            if let Some(limit) = recovery.limit.map(|limit| limit.q()).filter(|limit| *limit < most) {
                most = limit;
                *met.entry("recovery of a draw limited").or_default() += usize::from(queue.open() > most);
            }
            let recovered = most.min(queue.open());
            queue.settle(run, recovered);
            if !recovered.is_zero() {
                found.lines.push((run, run, "draw_recovery", -recovered));
                *met.entry("recovery of a draw").or_default() += 1;
            }
        }
    }

    pub fn taken(&self, parts: &[Part], met: &mut Tally) -> TakenBack {
        let mut found = TakenBack::default();
        let run_of = |one: &Taken| {
            let month = month_of(one.day);
            self.runs.number(&Period { paid: Paid::Monthly, number: month }.id())
        };
        let mut events: Vec<&Taken> = self.cell.events.taken.iter().filter(|one| one.payee == self.id).collect();
        events.sort_by_key(|one| (run_of(one), one.day, one.id.clone()));
        let mut before: BTreeMap<usize, Q> = BTreeMap::new();
        for event in events {
            let (run, origin) = (run_of(event), self.runs.number(&event.origin));
            let rule = self.cell.plan.payout.clawbacks.iter().find(|one| one.cause == event.cause);
            let holding = rule.and_then(|one| one.rates.iter().rev().find(|(from, _)| *from <= event.elapsed));
            let taken = before.entry(origin).or_insert_with(zero);
            let amount = match (event.amount, rule, holding, self.earned.get(&origin)) {
                (Some(amount), ..) => amount.q(),
                (None, Some(rule), Some((_, rate)), Some(earned)) => {
                    let base = if rule.of_paid {
                        let due = parts.iter().filter(|part| part.origin == origin);
                        due.filter(|part| part.due.is_some_and(|due| due < run))
                            .fold(zero(), |sum, part| sum + part.amount)
                    } else {
                        earned.total
                    };
                    if !taken.is_zero() && base > zero() {
                        *met.entry("taken of the rest").or_default() += 1;
                    }
                    self.round(times((base - *taken).max(zero()), rate.q()))
                }
                _ => zero(),
            };
            *taken += amount;
            if amount.is_zero() || !self.runs.has_begun(run) {
                continue;
            }
            let why = match (event.amount, rule) {
                (None, Some(rule)) if rule.of_paid => "taken of what was paid",
                (None, _) => "taken of what was earned",
                (Some(_), _) => "taken as stated",
            };
            *met.entry(why).or_default() += 1;
            *found.changes.entry((run, origin)).or_insert_with(zero) += -amount;
            // Where no rate holds, the rule does not say in how many.
            let count = holding.and(rule).map_or(1, |rule| rule.installments);
            *met.entry("installments").or_default() += usize::from(count > 1);
            for (at, installment) in self.installments(amount, count).into_iter().enumerate() {
                let month = self.runs.period(run).number + at;
                let id = Period { paid: Paid::Monthly, number: month };
                if month >= MONTHS {
                    continue;
                }
                let run = self.runs.number(&id.id());
                if self.runs.has_begun(run) {
                    found.installments.push((run, origin, installment));
                    *found.changes.entry((run, origin)).or_insert_with(zero) += installment;
                }
            }
        }
        found
    }

    /// Equal ones in whole minor units; what does not divide goes to the first.
    fn installments(&self, amount: Q, count: usize) -> Vec<Q> {
        let sign = if amount < zero() { -one() } else { one() };
        let size = amount * sign;
        let each = rounded(size / whole(count as i64), self.digits(), Mode::Down);
        let unit = (0..self.digits()).fold(one(), |unit, _| unit / whole(10));
        let mut left = size - each * whole(count as i64);
        let mut found = Vec::new();
        for _ in 0..count {
            let more = left.min(unit);
            left = left - more;
            found.push((each + more) * sign);
        }
        found
    }
}
