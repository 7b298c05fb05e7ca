//! Section 6: from what the curve gives to what the component earned, in the order of the contract, and what the plan
//! makes of its components.

use super::{
    curves::{Asked, curve, factor},
    measures::{Measure, Seats, attainment},
};
use crate::differential::{
    calendar::Period,
    company::{
        At, AttainmentKind, Below, Component, Curve, Gate, Kind, Later, Limit, Lookup, Multiplier, Output,
        TargetIncentive, Timing, Window,
    },
    numbers::{Q, one, over, rounded, staged, times, whole, zero},
};

/// One payee in one seat, and how to look at what any of its components measures.
pub struct Seat<'a> {
    pub seats: &'a Seats<'a>,
    pub position: &'a str,
    pub payee: &'a str,
    pub measured: &'a dyn Fn(&str, Period) -> Measure,
}

/// What a component gives for all that it is applied to before its gates, and what each of them leaves of it.
struct State {
    /// Before its cap, which is beside it.
    uncapped: Q,
    most: Option<Q>,
    ungated: Q,
    open_rates: Vec<Q>,
}

/// What came to a gate in the window before, and what it had let through, neither below zero.
#[derive(Clone, Copy)]
struct Passed {
    came: Q,
    kept: Q,
}

/// What a component earned in a period, and what its cap put off; below zero what it paid of that.
#[derive(Debug, Clone, Copy)]
pub struct Earned {
    pub period: Period,
    pub amount: Q,
    pub deferred: Q,
}

impl Seat<'_> {
    fn round(&self, x: Q) -> Q {
        match self.seats.plan().rounding_at {
            At::Plan => x,
            _ => rounded(x, self.seats.plan().digits(), self.seats.plan().rounding),
        }
    }

    /// The points of a component in each period in which it is payable.
    pub fn points(&self, component: &Component, periods: &[Period]) -> Vec<(Period, Q)> {
        let points = |period: &Period| {
            let state = self.state(component, *period)?;
            Some((*period, gated(state.ungated, &state.open_rates).max(zero())))
        };
        periods.iter().filter_map(points).collect()
    }

    /// What a component whose cap puts off earned, and what was put off.
    fn deferring(&self, component: &Component, periods: &[Period]) -> Vec<Earned> {
        let is_true_up = component.curve.timing == Some(Timing::TrueUp);
        let mut found = Vec::new();
        // What the window took over, what it paid before this period, and what it leaves.
        let (mut window, mut taken_over, mut paid_before, mut left) = (None, zero(), zero(), zero());
        for period in periods {
            let this = window_of(component.window, *period);
            if !is_true_up || window != Some(this) {
                (window, taken_over, paid_before) = (Some(this), left, zero());
            }
            let Some(state) = self.state(component, *period) else { continue };
            let result = self.round(gated(state.ungated, &state.open_rates));
            let (mut whole, mut most) = (result, result);
            if let Some(cap) = state.most {
                if state.uncapped > cap {
                    whole = self.round(gated(state.uncapped, &state.open_rates));
                }
                most = self.round(gated(cap, &state.open_rates)).max(result);
            }
            let due = whole + taken_over;
            let paid = due.min(most);
            found.push(Earned { period: *period, amount: paid - paid_before, deferred: due - paid - left });
            (paid_before, left) = (paid, due - paid);
        }
        found
    }

    /// What a component earned in each period in which it is payable.
    pub fn earned(&self, component: &Component, periods: &[Period]) -> Vec<Earned> {
        if component.cap.as_ref().is_some_and(|cap| cap.defers) {
            return self.deferring(component, periods);
        }
        let is_true_up = component.curve.timing == Some(Timing::TrueUp);
        let mut found = Vec::new();
        // What the window has earned before this period, and what each gate has seen and let through of it.
        let nothing = vec![Passed { came: zero(), kept: zero() }; component.gates.len()];
        let (mut window, mut before, mut passed) = (None, zero(), nothing.clone());
        for period in periods {
            let this = window_of(component.window, *period);
            if !is_true_up || window != Some(this) {
                (window, before, passed) = (Some(this), zero(), nothing.clone());
            }
            let Some(state) = self.state(component, *period) else { continue };
            let (mut now, mut is_rounded) = (state.ungated, false);
            for ((gate, rate), passed) in component.gates.iter().zip(state.open_rates).zip(&mut passed) {
                if is_true_up && acts_on_growth(gate) {
                    (now, is_rounded) = (self.followed(now, gate, rate, passed), true);
                } else if now > zero() {
                    now = if is_rounded { self.round(times(now, rate)) } else { times(now, rate) };
                }
            }
            let now = self.round(now);
            found.push(Earned { period: *period, amount: now - before, deferred: zero() });
            before = now;
        }
        found
    }

    /// What a gate leaves of the window so far, that acts on what the window grows by or has not yet earned.
    fn followed(&self, amount: Q, gate: &Gate, rate: Q, passed: &mut Passed) -> Q {
        let result = self.round(amount);
        let gain = result.max(zero());
        let let_through = match gate.later {
            Some(Later::Withhold) => self.round(times(gain, rate)),
            _ => self.round(times((gain - passed.came).max(zero()), rate)),
        };
        let kept = (passed.kept + let_through).min(gain);
        *passed = Passed { came: gain, kept };
        kept + result.min(zero())
    }

    /// Curve, weight and target incentive or rate and days, multipliers, cap and floor, and whether the gates are open;
    /// none if it is not payable.
    fn state(&self, component: &Component, period: Period) -> Option<State> {
        let measure = (self.measured)(&component.id, period);
        if measure.reason.is_some() {
            return None;
        }
        let open_rates = component.gates.iter().map(|gate| self.open_rate(gate, period)).collect::<Option<_>>()?;
        let multipliers = self.factors(&component.multipliers, period)?;
        // What the plan cannot multiply, none of its components can be paid.
        self.factors(&self.seats.plan().multipliers, period)?;
        let is_running = matches!(component.curve.timing, Some(Timing::RunningRate | Timing::RunningLine));
        let parts = if is_running { vec![period] } else { self.seats.parts(component.window, period) };
        let terms = self.terms(component, period, &parts)?;
        let own_tiers = self
            .seats
            .overriding(component, self.position, self.payee, |one| one.tiers.is_some())
            .and_then(|one| one.tiers.clone());
        let payout =
            Curve { tiers: own_tiers.unwrap_or_else(|| component.curve.tiers.clone()), ..component.curve.clone() };
        let chain = Chain { component, terms: &terms, multipliers: &multipliers };
        let outs = self.outs(component, &payout, &measure, period)?;
        let rated = !component.curve.product_rates.is_empty();
        let lines_alone = is_per_line(component)
            && (rated
                || component.cap.as_ref().is_some_and(|cap| cap.per_line)
                || component.floor.as_ref().is_some_and(|floor| floor.per_line)
                || self.seats.plan().rounding_at == At::Transaction);
        let amount = if lines_alone {
            let mut sum = zero();
            for (out, axis, rate) in outs {
                let line = chain.limited(chain.amount(out, rate), axis, true);
                sum += if self.seats.plan().rounding_at == At::Transaction { self.round(line) } else { line };
            }
            sum
        } else {
            chain.amount(outs.iter().fold(zero(), |sum, (out, ..)| sum + *out), None)
        };
        let axis = if component.curve.by_attainment { measure.attainment } else { measure.value }.unwrap_or_else(zero);
        let most = component.cap.as_ref().filter(|cap| !cap.per_line).map(|cap| chain.at(cap));
        Some(State { uncapped: amount, most, ungated: chain.limited(amount, axis, false), open_rates })
    }

    /// What multipliers come to; none if one looks at what cannot be measured.
    fn factors(&self, multipliers: &[Multiplier], period: Period) -> Option<Vec<Q>> {
        let one = |multiplier: &Multiplier| {
            let other = (self.measured)(&multiplier.by, period);
            Some(factor(multiplier, value_of(&other, multiplier.by_attainment, multiplier.by_window)?))
        };
        multipliers.iter().map(one).collect()
    }

    /// What the curve gives, once or for each line, with what it looked up and the rate of the line's product.
    fn outs(&self, component: &Component, payout: &Curve, measure: &Measure, period: Period) -> Option<Vec<Out>> {
        let by_attainment = component.curve.by_attainment;
        // Only a target that divides can leave a rate without a basis.
        let target = measure
            .target
            .filter(|_| matches!(component.attainment_kind, AttainmentKind::Ratio | AttainmentKind::Index));
        let second = match &component.curve.second {
            Some(second) => Some(value_of(&(self.measured)(&second.component, period), second.by_attainment, true)?),
            None => None,
        };
        if let (Kind::Rank(ranking), Some((place, count))) = (&component.kind, measure.place)
            && ranking.shares_mean
            && count > 1
        {
            let mut sum = zero();
            for place in place..place + count {
                let place = whole(place as i64);
                sum += curve(payout, &Asked { axis: place, basis: place, target, second })?;
            }
            return Some(vec![(over(sum, whole(count as i64))?, whole(place as i64), None)]);
        }
        if !is_per_line(component) {
            let axis = if by_attainment { measure.attainment? } else { measure.value? };
            let is_running = component.curve.timing == Some(Timing::RunningRate);
            let basis = if is_running { measure.period_value? } else { measure.value? };
            return Some(vec![(curve(payout, &Asked { axis, basis, target, second })?, axis, None)]);
        }
        let axis_of = |value: Q| if by_attainment { attainment(component, value, measure.target) } else { Some(value) };
        let mut total = measure.value? - measure.period_value?;
        let mut outs = Vec::new();
        for (line, basis) in self.seats.lines(component, self.position, self.payee, period) {
            let before = total;
            total += basis;
            let axis = axis_of(if component.curve.per_line { basis } else { total })?;
            let out = match (component.curve.per_line, component.curve.lookup) {
                (false, Lookup::Step | Lookup::Prorated(_)) => {
                    let of = |value: Q| curve(payout, &Asked { axis: value, basis: value, target, second });
                    of(total)? - of(before)?
                }
                _ => curve(payout, &Asked { axis, basis, target, second })?,
            };
            outs.push((out, axis, self.product_rate(component, line)?));
        }
        Some(outs)
    }

    /// The rate of the narrowest products that hold a line's; none inside if the component has no such rates.
    fn product_rate(&self, component: &Component, line: usize) -> Option<Option<Q>> {
        let product = &self.seats.company.products[self.seats.cell.lines[line].product];
        let rates = &component.curve.product_rates;
        let holding = rates.iter().filter(|(products, _)| products.holds(product));
        match holding.max_by_key(|(products, _)| products.rank()) {
            Some((_, rate)) => Some(Some(rate.q())),
            None if rates.is_empty() => Some(None),
            None => None,
        }
    }

    /// Weight or own rate first, then the target incentive or the part of pay.
    fn terms(&self, component: &Component, period: Period, parts: &[Period]) -> Option<Terms> {
        let (seats, position, payee) = (self.seats, self.position, self.payee);
        // A plan that limits pay by the target incentive pays nothing where that is not known.
        let limits = [&seats.plan().cap, &seats.plan().floor];
        if limits.into_iter().flatten().any(|limit| limit.of_incentive) {
            seats.eligible_incentive(position, payee, parts)?;
        }
        if component.curve.output == Output::Percent || component.curve.per_target {
            let of = match seats.plan().incentive {
                TargetIncentive::None => zero(),
                _ => seats.eligible_incentive(position, payee, parts)?,
            };
            let own =
                seats.overriding(component, position, payee, |one| one.weight.is_some()).and_then(|one| one.weight);
            let target = if component.curve.per_target {
                let measure = (self.measured)(&component.id, period);
                let target = measure.target?;
                if target.is_zero() && !measure.attainment?.is_zero() {
                    return None;
                }
                Some(target)
            } else {
                None
            };
            return Some(Terms { rate: own.or(component.weight)?.q(), of, target });
        }
        let rate = if component.curve.own_rate { seats.commission(position, payee, period)? } else { one() };
        Some(Terms { rate, of: seats.pay_part(position, payee, parts)?, target: None })
    }

    /// One, or what a shut gate leaves; none if what it looks at cannot be measured.
    fn open_rate(&self, gate: &Gate, period: Period) -> Option<Q> {
        let other = (self.measured)(&gate.component, period);
        let value = value_of(&other, !gate.by_value, gate.by_window)?;
        let border = gate.border.q();
        let is_open = if gate.is_above { value > border } else { value >= border };
        Some(if is_open { one() } else { gate.otherwise.q() })
    }

    /// What the components of a period give together after the plan's multipliers, where any is payable.
    pub fn multiplied(&self, earned: &[Earned], periods: &[Period]) -> Vec<(Period, Q)> {
        let mut found = Vec::new();
        for period in periods {
            let mut mine = earned.iter().filter(|one| one.period == *period).map(|one| one.amount).peekable();
            if mine.peek().is_none() {
                continue;
            }
            // What cannot be multiplied cannot be paid.
            let Some(factors) = self.factors(&self.seats.plan().multipliers, *period) else { continue };
            let mine = mine.fold(zero(), |sum, amount| sum + amount);
            found.push((*period, factors.into_iter().fold(mine, times)));
        }
        found
    }
}

/// What the plan pays a payee for each seat and period: all that his seats give in order of period and seat, its cap and
/// floor over their span, rounded.
pub fn totals(seats: &Seats<'_>, payee: &str, mut given: Vec<(String, Period, Q)>) -> Vec<(String, Earned)> {
    given.sort_by_key(|(position, period, _)| (period.number, position.clone()));
    let plan = seats.plan();
    let mut found = Vec::new();
    let (mut span, mut before, mut sum) = (None, zero(), zero());
    // What the span took over of what was put off, and what is left of it now.
    let (mut taken_over, mut left) = (zero(), zero());
    for (position, period, amount) in given {
        let this = window_of(plan.span, period);
        if span != Some(this) {
            (span, before, sum, taken_over) = (Some(this), zero(), zero(), left);
        }
        sum += amount;
        let limit = |limit: &Limit| {
            if !limit.of_incentive {
                return Some(limit.at.q());
            }
            let parts = seats.parts(plan.span, period);
            let mut whole = zero();
            for (held, _) in seats.holders().iter().filter(|one| one.1 == payee) {
                whole += seats.eligible_incentive(held, payee, &parts)?;
            }
            Some(times(limit.at.q(), whole))
        };
        let mut state = sum + taken_over;
        let mut put_off = zero();
        if let Some(cap) = &plan.cap {
            let Some(most) = limit(cap) else { continue };
            if cap.defers {
                put_off = (state - most).max(zero());
            }
            state = state.min(most);
        }
        if let Some(floor) = &plan.floor {
            let Some(least) = limit(floor) else { continue };
            state = if state >= zero() { state.max(least) } else { state };
        }
        let round = |x: Q| rounded(x, plan.digits(), plan.rounding);
        let now = round(state);
        let deferred = round(put_off) - round(left);
        found.push((position, Earned { period, amount: now - before, deferred }));
        (before, left) = (now, put_off);
    }
    found
}

/// What the curve gives, for what it looked up, and the rate of a line's product.
type Out = (Q, Q, Option<Q>);

/// What the curve's result is multiplied by.
struct Terms {
    rate: Q,
    of: Q,
    /// What pay by a rate of the target divides by.
    target: Option<Q>,
}

/// From the curve's result to the limits.
struct Chain<'a> {
    component: &'a Component,
    terms: &'a Terms,
    multipliers: &'a [Q],
}

impl Chain<'_> {
    fn amount(&self, out: Q, product_rate: Option<Q>) -> Q {
        let whole = times(self.terms.rate, self.terms.of);
        let amount = match self.terms.target {
            // A target of zero gives nothing.
            Some(target) if target.is_zero() => zero(),
            Some(target) => staged(out * whole / target),
            None => times(times(out, product_rate.unwrap_or(self.terms.rate)), self.terms.of),
        };
        self.multipliers.iter().fold(amount, |amount, factor| times(amount, *factor))
    }

    fn at(&self, limit: &Limit) -> Q {
        let at = limit.at.q();
        if limit.of_incentive { times(at, times(self.terms.rate, self.terms.of)) } else { at }
    }

    /// Cap, then floor, of each line or of the whole.
    fn limited(&self, amount: Q, axis: Q, per_line: bool) -> Q {
        let holds = |limit: &&Limit| limit.per_line == per_line;
        let mut amount = amount;
        if let Some(most) = self.component.cap.as_ref().filter(holds).map(|cap| self.at(cap)) {
            amount = amount.min(most);
            if self.component.curve.below == Below::Mirror {
                amount = amount.max(-most);
            }
        }
        if let Some(least) = self.component.floor.as_ref().filter(holds).map(|floor| self.at(floor))
            && (amount >= zero() || axis >= zero())
        {
            amount = amount.max(least);
        }
        amount
    }
}

fn is_per_line(component: &Component) -> bool {
    component.curve.per_line || component.curve.timing == Some(Timing::RunningLine)
}

fn value_of(measure: &Measure, by_attainment: bool, by_window: bool) -> Option<Q> {
    match (by_attainment, by_window) {
        (true, true) => measure.attainment,
        (true, false) => measure.period_attainment,
        (false, true) => measure.value,
        (false, false) => measure.period_value,
    }
}

/// Which window of its kind a period lies in.
fn window_of(window: Window, period: Period) -> usize {
    match window {
        Window::Period | Window::Rolling(_) => period.number,
        Window::QuarterToDate => period.quarter(),
        Window::YearToDate => period.year(),
        Window::PlanToDate => 0,
    }
}

/// What gates on the whole leave, one after the other; below zero everything counts.
fn gated(x: Q, open_rates: &[Q]) -> Q {
    open_rates.iter().fold(x, |x, rate| if x > zero() { times(x, *rate) } else { x })
}

fn acts_on_growth(gate: &Gate) -> bool {
    !gate.by_window || gate.later != Some(Later::Reverse)
}
