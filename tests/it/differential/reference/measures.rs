//! Section 4: value, target and attainment of a component over its window, and the days that proration counts.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    credits::{Credit, manager},
    kinds,
    nation::{Nation, Summed},
    worth::summed,
};
use crate::differential::{
    calendar::{Day, Paid, Period, is_working_day, month_of},
    company::{
        AttainmentKind, Beyond, Cell, Company, Component, Credit as CreditBasis, Holding, Kind, Override, Plan,
        Proration, Scope, Target, TargetIncentive, Terms, Unit, Window, ZeroTarget,
    },
    numbers::{Decimal, Q, one, over, rounded, times, whole, zero},
};

/// Why a component is not payable.
pub type Reason = &'static str;

/// What one component measures for one payee in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// None if it cannot be measured.
    pub value: Option<Q>,
    pub target: Option<Q>,
    pub attainment: Option<Q>,
    pub period_value: Option<Q>,
    pub period_target: Option<Q>,
    pub period_attainment: Option<Q>,
    pub reason: Option<Reason>,
    /// Of a rank, the place and how many are on it.
    pub place: Option<(usize, usize)>,
}

/// Who holds which seat of a cell, and what the seat is credited with.
pub struct Seats<'a> {
    pub company: &'a Company,
    pub cell: &'a Cell,
    /// The first day after the last month with a line.
    pub horizon: Day,
    credits: &'a [Credit],
    nation: &'a Nation<'a>,
}

impl<'a> Seats<'a> {
    /// Of the cell at a place in the company.
    pub fn of(company: &'a Company, at: usize, horizon: Day, nation: &'a Nation<'a>) -> Self {
        Self { company, cell: &company.cells[at], horizon, credits: nation.credits(at), nation }
    }

    pub fn plan(&self) -> &Plan {
        &self.cell.plan
    }

    /// Everyone who ever held a position, and nobody.
    pub fn holders(&self) -> Vec<(String, String)> {
        let held = self.cell.holdings.iter().map(|one| (one.position.clone(), one.payee.clone()));
        let vacant = self.cell.positions.iter().map(|position| (position.clone(), String::new()));
        held.chain(vacant).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The periods for which the plan pays a payee: those it covers that began before the lines end, with a day held.
    pub fn periods(&self, position: &str, payee: &str) -> Vec<Period> {
        self.covered().filter(|period| self.has(position, payee, *period)).collect()
    }

    /// A seat without a payee is one of its own for the days between two, or, where the seat keeps its credits, for a
    /// period in which nobody holds it.
    fn has(&self, position: &str, payee: &str, period: Period) -> bool {
        if payee.is_empty() && self.plan().credit == CreditBasis::Position {
            return period.days().all(|day| self.holds(position, payee, day));
        }
        self.days(position, payee, period).next().is_some()
    }

    /// The plan applies to periods whose last day lies in it.
    fn covered(&self) -> impl Iterator<Item = Period> {
        let (from, to, horizon) = (self.plan().from, self.plan().to, self.horizon);
        Period::all(self.plan().paid).filter(move |one| one.to() > from && one.to() <= to && one.from() < horizon)
    }

    /// The periods that a window adds up.
    pub fn parts(&self, window: Window, period: Period) -> Vec<Period> {
        if let Window::Rolling(count) = window {
            // Also those before the plan began.
            let last = |one: &Period| one.number <= period.number && one.number + count > period.number;
            return Period::all(self.plan().paid).filter(last).collect();
        }
        let belongs = |one: &Period| {
            one.number <= period.number
                && match window {
                    Window::Period | Window::Rolling(_) => one.number == period.number,
                    Window::QuarterToDate => one.quarter() == period.quarter(),
                    Window::YearToDate => one.year() == period.year(),
                    Window::PlanToDate => true,
                }
        };
        self.covered().filter(belongs).collect()
    }

    /// The holding that counts on a day: of several of one payee in one seat, the one that began last.
    fn holding(&self, position: &str, payee: &str, day: Day) -> Option<&Holding> {
        let held = |one: &&Holding| one.position == position && one.payee == payee && one.from <= day && day < one.to;
        self.cell.holdings.iter().filter(held).max_by_key(|one| one.from)
    }

    /// Whether the payee, or without one nobody, holds the position on a day.
    fn holds(&self, position: &str, payee: &str, day: Day) -> bool {
        let mut held = self.cell.holdings.iter().filter(|one| one.position == position);
        let mut valid = held.by_ref().filter(|one| one.from <= day && day < one.to);
        if payee.is_empty() { valid.next().is_none() } else { valid.any(|one| one.payee == payee) }
    }

    pub fn terms(&self, payee: &str, day: Day) -> Option<&Terms> {
        let valid = |one: &&Terms| one.payee == payee && one.from <= day && day < one.to;
        self.cell.terms.iter().filter(valid).max_by_key(|one| one.from)
    }

    /// The days of a period on which the payee holds the position, with the share of each.
    pub fn days(&self, position: &str, payee: &str, period: Period) -> impl Iterator<Item = (Day, Q)> {
        let share = move |day| match payee {
            "" => self.holds(position, payee, day).then(one),
            _ => Some(self.holding(position, payee, day)?.share.q()),
        };
        period.days().filter_map(move |day| Some((day, share(day)?)))
    }

    /// The days held that count: all but those of the leaves that the plan names.
    pub fn present(&self, position: &str, payee: &str, period: Period) -> Vec<(Day, Q)> {
        let is_away = |day: Day| {
            let leaves = self.cell.leaves.iter().filter(|one| one.payee == payee && one.from <= day && day < one.to);
            // Of several the one that began last.
            let leave = leaves.max_by_key(|one| one.from);
            leave.is_some_and(|leave| self.plan().presence.leaves.contains(&leave.kind))
        };
        self.days(position, payee, period).filter(|(day, _)| !is_away(*day)).collect()
    }

    /// Whether the days that count are fewer than the plan asks for.
    pub fn is_too_short(&self, position: &str, payee: &str, period: Period) -> bool {
        let least = self.plan().presence.minimum_days.filter(|_| !payee.is_empty());
        least.is_some_and(|least| (self.present(position, payee, period).len() as i64) < least)
    }

    /// The days that pay counts.
    fn paid(&self, position: &str, payee: &str, period: Period) -> Vec<(Day, Q)> {
        if self.is_too_short(position, payee, period) {
            return Vec::new();
        }
        self.present(position, payee, period)
    }

    /// Part of the target that belongs to the payee.
    fn target_part(&self, position: &str, payee: &str, period: Period) -> Option<Q> {
        let proration = self.plan().target;
        // A seat that keeps its credits keeps its target.
        if proration == Proration::None || payee.is_empty() && self.plan().credit == CreditBasis::Position {
            return Some(one());
        }
        self.days(position, payee, period).next()?;
        let held = self.present(position, payee, period).into_iter();
        let held = held.filter(|(day, _)| proration == Proration::CalendarDays || is_working_day(*day)).count();
        over(whole(held as i64), whole(counted_days(proration, period)))
    }

    /// What the payee would be paid at 100 % over the parts of a window; none if the roster does not know it for a day.
    pub fn eligible_incentive(&self, position: &str, payee: &str, parts: &[Period]) -> Option<Q> {
        let pay = self.plan().pay;
        let mut total = zero();
        for part in parts {
            let held = self.paid(position, payee, *part);
            if held.is_empty() {
                continue;
            }
            let mut sum = zero();
            for (day, share) in &held {
                let amount = match self.plan().incentive {
                    TargetIncentive::Roster => self.terms(payee, *day)?.incentive?.q(),
                    TargetIncentive::Amount(amount) => amount.q(),
                    TargetIncentive::None => zero(),
                };
                if pay != Proration::WorkingDays || is_working_day(*day) {
                    sum += amount * *share;
                }
            }
            let days = if pay == Proration::None { held.len() as i64 } else { counted_days(pay, *part) };
            total += over(sum, whole(days)).expect("a period has days");
        }
        Some(total)
    }

    /// The part of pay that belongs to the payee by days and share, over the parts of a window.
    pub fn pay_part(&self, position: &str, payee: &str, parts: &[Period]) -> Option<Q> {
        let pay = self.plan().pay;
        let (mut shares, mut days) = (zero(), 0);
        for part in parts {
            let held = self.paid(position, payee, *part);
            for (day, share) in &held {
                if pay != Proration::WorkingDays || is_working_day(*day) {
                    shares += *share;
                }
            }
            days += if pay == Proration::None { held.len() as i64 } else { counted_days(pay, *part) };
        }
        // Without a day there is no pay.
        over(shares, whole(days.max(1)))
    }

    /// The payee's own rate on the last day held in a period.
    pub fn commission(&self, position: &str, payee: &str, period: Period) -> Option<Q> {
        let (last, _) = self.days(position, payee, period).last()?;
        Some(self.terms(payee, last)?.commission?.q())
    }

    /// The lines that a component measures for a payee in a period, in the order of booking day and key.
    pub fn lines(&self, component: &Component, position: &str, payee: &str, period: Period) -> Vec<(usize, Q)> {
        let mut found: BTreeMap<(Day, String), (usize, Q)> = BTreeMap::new();
        for credit in self.credits {
            let line = &self.cell.lines[credit.line];
            if self.is_measured(component, credit, position, payee, &[period]) {
                // Where a line has no worth, nothing is payable.
                let worth = self.nation.worth((self.cell, component), self.cell, credit).unwrap_or_else(|_| zero());
                found.entry((line.day, line.id.clone() + "/1")).or_insert((credit.line, zero())).1 += worth;
            }
        }
        found.into_values().collect()
    }

    fn is_measured(
        &self,
        component: &Component,
        credit: &Credit,
        position: &str,
        payee: &str,
        parts: &[Period],
    ) -> bool {
        let line = &self.cell.lines[credit.line];
        let is_above = component.wider.beyond == Some(Beyond::Above);
        credit.rule_set == component.rule_set
            && credit.position == position
            && (component.is_team && component.wider.beyond.is_none() || is_above || !credit.rolled_up)
            && component.wider.channel.is_none_or(|channel| line.channel == Some(channel))
            && component.products.holds(&self.company.products[line.product])
            && parts.iter().any(|part| (part.from()..part.to()).contains(&line.day))
            && (is_above || self.plan().credit == CreditBasis::Position || self.holds(position, payee, line.day))
    }

    /// What the credits of some products add up to over periods, and how many there are.
    pub fn sum(
        &self,
        component: &Component,
        products: Scope,
        (position, payee): (&str, &str),
        period: Period,
        parts: &[Period],
    ) -> Summed {
        if component.wider.beyond == Some(Beyond::National) {
            return self.nation.sum((self.cell, component), products, parts);
        }
        let Some(position) = self.counted(component, position, period) else { return Err("no_level_above") };
        let component = Component { products, ..component.clone() };
        let counted = |credit: &&Credit| self.is_measured(&component, credit, &position, payee, parts);
        let credits = self.credits.iter().filter(counted);
        summed(credits.map(|credit| self.nation.worth((self.cell, &component), self.cell, credit)))
    }

    /// Whose credits a component counts: the seat's own, or those of whoever manages it on the last day of the period.
    fn counted(&self, component: &Component, position: &str, period: Period) -> Option<String> {
        if component.wider.beyond != Some(Beyond::Above) {
            return Some(position.to_owned());
        }
        let set = self.company.rule_sets.iter().find(|set| set.id == component.rule_set)?;
        manager(self.cell, set.rollups.first()?.hierarchy, position, period.to() - 1)
    }

    /// Whether a ramp makes another target due.
    pub fn is_ramped(&self, component: &Component, position: &str, payee: &str, period: Period) -> bool {
        component.zero_target.is_some() && self.ramp(component, position, payee, period) != one()
    }

    /// Whether a line in another currency is measured.
    pub fn is_converted(&self, component: &Component, seat: (&str, &str), period: Period) -> bool {
        let is_money = matches!(component.unit, Unit::Value | Unit::Margin);
        let parts = self.parts(component.window, period);
        let mut credits = self.credits.iter().filter(|one| self.cell.lines[one.line].currency.is_some());
        is_money && credits.any(|credit| self.is_measured(component, credit, seat.0, seat.1, &parts))
    }

    /// Whether days of the period do not count.
    pub fn is_on_leave(&self, position: &str, payee: &str, period: Period) -> bool {
        self.days(position, payee, period).count() > self.present(position, payee, period).len()
    }

    /// The part of the target that the months held in a period make due.
    fn ramp(&self, component: &Component, position: &str, payee: &str, part: Period) -> Q {
        let ramp = &component.wider.ramp;
        let mut parts = Vec::new();
        for month in month_of(part.from())..=month_of(part.to() - 1) {
            let month = Period { paid: Paid::Monthly, number: month };
            let Some((last, _)) = self.days(position, payee, month).last() else { continue };
            let mut first = last;
            while first > 0 && self.holds(position, payee, first - 1) {
                first -= 1;
            }
            parts.push(ramp.get(month.number - month_of(first)).map_or(one(), |part| part.q()));
        }
        let count = parts.len() as i64;
        if count == 0 || payee.is_empty() {
            return one();
        }
        over(parts.into_iter().fold(zero(), |sum, part| sum + part), whole(count)).expect("months")
    }

    /// What the credits of a component came about with, over its window.
    pub fn features(&self, component: &Component, seat: (&str, &str), period: Period) -> BTreeSet<&'static str> {
        let parts = self.parts(component.window, period);
        let is_of_credits = !matches!(component.kind, Kind::Rank(_) | Kind::Attainments(_) | Kind::Sum(..));
        let credits = self.credits.iter().filter(|_| is_of_credits);
        let counted = credits.filter(|credit| self.is_measured(component, credit, seat.0, seat.1, &parts));
        counted.flat_map(|credit| &credit.features).copied().collect()
    }

    /// The most specific override of a seat that says something.
    pub fn overriding<'b>(
        &self,
        component: &'b Component,
        position: &str,
        payee: &str,
        says: impl Fn(&Override) -> bool,
    ) -> Option<&'b Override> {
        let holds = |one: &&Override| match one.kind {
            "role" => one.key == self.plan().role,
            "position" => one.key == position,
            "payee" => one.key == payee,
            _ => one.key == self.cell.group(position).0,
        };
        component.overrides.iter().filter(holds).filter(|one| says(one)).max_by_key(|one| one.rank())
    }

    /// The target of one period as it is written down.
    fn stated(&self, component: &Component, position: &str, payee: &str, part: Period) -> Option<Decimal> {
        let stands = |products: Scope, unit: Unit| products == component.products && unit == component.unit;
        let of_set = || {
            let mine =
                |one: &&Target| one.position == position && one.period == part.id() && stands(one.products, one.unit);
            self.cell.targets.iter().find(mine).map(|one| one.amount)
        };
        let overridden = self.overriding(component, position, payee, |one| one.target.is_some());
        overridden.and_then(|one| one.target).or(component.target_amount).or_else(of_set)
    }

    /// The sum of the targets of the parts; none if one is missing.
    fn target(&self, component: &Component, position: &str, payee: &str, parts: &[Period]) -> Option<Q> {
        let mut sum = None;
        for part in parts {
            // With a target by days, a part without a day held needs none.
            let Some(rate) = self.target_part(position, payee, *part) else { continue };
            let amount = self.stated(component, position, payee, *part)?;
            let amount = times(amount.q(), self.ramp(component, position, payee, *part));
            sum = Some(sum.unwrap_or_else(zero) + times(amount, rate));
        }
        sum
    }
}

fn counted_days(proration: Proration, period: Period) -> i64 {
    period.days().filter(|day| proration != Proration::WorkingDays || is_working_day(*day)).count() as i64
}

/// Measures one component; `other` is what a component before it measures.
pub fn measure(
    seats: &Seats<'_>,
    component: &Component,
    (position, payee): (&str, &str),
    period: Period,
    other: &dyn Fn(&str) -> Measure,
) -> Measure {
    let parts = seats.parts(component.window, period);
    let asking = kinds::Asking { seats, component, position, payee, period, other };
    let (value, period_value) = (asking.value(&parts, false), asking.value(&[period], true));
    let (target, period_target) = match &component.kind {
        Kind::Sum(of, true) => {
            (kinds::added(of, |id| other(id).target), kinds::added(of, |id| other(id).period_target))
        }
        _ if component.zero_target.is_none() => (None, None),
        // The target of a rate is that of the period alone, and no days shorten it.
        kind if kinds::is_rate(kind) => {
            let ramp = seats.ramp(component, position, payee, period);
            let target = seats.stated(component, position, payee, period).map(|stated| times(stated.q(), ramp));
            (target, target)
        }
        _ => (seats.target(component, position, payee, &parts), seats.target(component, position, payee, &[period])),
    };
    let is_compared = component.zero_target.is_some();
    let needs_more = matches!(component.attainment_kind, AttainmentKind::Ratio | AttainmentKind::Index);
    let reason = match (value, target) {
        _ if seats.is_too_short(position, payee, period) => Some("too_few_days"),
        (Err(reason), _) => Some(reason),
        (Ok(_), None) if is_compared => Some("missing_target"),
        (Ok(_), Some(target)) if needs_more && target < zero() => Some("negative_target"),
        (Ok(_), Some(target))
            if needs_more && target.is_zero() && component.zero_target == Some(ZeroTarget::NotPayable) =>
        {
            Some("zero_target")
        }
        _ => None,
    };
    let (value, period_value) = (value.ok(), period_value.ok());
    Measure {
        attainment: value.and_then(|value| attainment(component, value, target)),
        period_attainment: period_value.and_then(|value| attainment(component, value, period_target)),
        value,
        target,
        period_value,
        period_target,
        reason,
        place: None,
    }
}

/// Value held against the target, rounded as the component says.
pub fn attainment(component: &Component, value: Q, target: Option<Q>) -> Option<Q> {
    let (digits, mode) = component.attainment;
    let whole = match component.attainment_kind {
        AttainmentKind::Absolute => return Some(rounded(value, digits, mode)),
        AttainmentKind::Difference => return Some(rounded(value - target?, digits, mode)),
        AttainmentKind::Ratio => one(),
        AttainmentKind::Index => whole(100),
    };
    let target = target.filter(|target| *target >= zero())?;
    if !target.is_zero() {
        return Some(rounded(value * whole / target, digits, mode));
    }
    match component.zero_target? {
        ZeroTarget::NotPayable => None,
        ZeroTarget::Zero => Some(zero()),
        ZeroTarget::Full => Some(whole),
    }
}
