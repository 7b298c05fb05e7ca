//! Section 6: from what the curve gives to what the component earned, in the order of the contract, and what the plan
//! makes of its components.

use super::{
    curves::{Asked, curve, factor},
    measures::{Measure, Seats, attainment},
};
use crate::differential::{
    calendar::Period,
    company::{
        At, AttainmentKind, Below, Component, Curve, Gate, Kind, Later, Limit, Lookup, Output, TargetIncentive, Timing,
        Window,
    },
    numbers::{Mode, Q, one, over, rounded, staged, times, whole, zero},
};

/// One payee in one seat, and how to look at what any of its components measures.
pub struct Seat<'a> {
    pub seats: &'a Seats<'a>,
    pub position: &'a str,
    pub payee: &'a str,
    pub measured: &'a dyn Fn(&str, Period) -> Measure,
}

/// What a component gives for all that it is applied to, before and after a gate on the whole.
struct State {
    ungated: Q,
    open_rate: Option<Q>,
}

impl Seat<'_> {
    fn round(&self, x: Q) -> Q {
        match self.seats.plan().rounding_at {
            At::Plan => x,
            _ => rounded(x, self.seats.plan().digits(), self.seats.plan().rounding),
        }
    }

    /// What a component earned in each period in which it is payable.
    pub fn earned(&self, component: &Component, periods: &[Period]) -> Vec<(Period, Q)> {
        let is_true_up = component.curve.timing == Some(Timing::TrueUp);
        let mut found = Vec::new();
        // What the window has earned, and what it had come to, before this period.
        let (mut window, mut before, mut gain_before) = (None, zero(), zero());
        for period in periods {
            let this = window_of(component.window, *period);
            if !is_true_up || window != Some(this) {
                (window, before, gain_before) = (Some(this), zero(), zero());
            }
            let Some(state) = self.state(component, *period) else { continue };
            let grows = component.gates.iter().find(|gate| is_true_up && acts_on_growth(gate));
            let now = match (state.open_rate, grows) {
                (None, _) => self.round(state.ungated),
                (Some(rate), None) if state.ungated > zero() => self.round(times(state.ungated, rate)),
                (Some(_), None) => self.round(state.ungated),
                (Some(rate), Some(gate)) => {
                    let result = self.round(state.ungated);
                    let gain = result.max(zero());
                    let let_through = match gate.later {
                        Some(Later::Withhold) => self.round(times(gain, rate)),
                        _ => self.round(times((gain - gain_before).max(zero()), rate)),
                    };
                    let kept = (before.max(zero()) + let_through).min(gain);
                    gain_before = gain;
                    kept + result.min(zero())
                }
            };
            found.push((*period, now - before));
            before = now;
        }
        found
    }

    /// Curve, weight and target incentive or rate and days, multipliers, cap and floor, and whether the gates are open;
    /// none if it is not payable.
    fn state(&self, component: &Component, period: Period) -> Option<State> {
        let measure = (self.measured)(&component.id, period);
        if measure.reason.is_some() {
            return None;
        }
        let mut open_rate = None;
        for gate in &component.gates {
            let rate = self.open_rate(gate, period)?;
            open_rate = Some(open_rate.map_or(rate, |before: Q| rounded(before * rate, 6, Mode::HalfUp)));
        }
        let mut multipliers = Vec::new();
        for multiplier in &component.multipliers {
            let other = (self.measured)(&multiplier.by, period);
            let value = value_of(&other, multiplier.by_attainment, multiplier.by_window)?;
            multipliers.push(factor(multiplier, value));
        }
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
        Some(State { ungated: chain.limited(amount, axis, false), open_rate })
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

    /// What the plan pays in each period in which any component is payable: its cap and floor over their span, rounded.
    pub fn totals(&self, earned: &[(Period, Q)], periods: &[Period]) -> Vec<(Period, Q)> {
        let plan = self.seats.plan();
        let mut found = Vec::new();
        let (mut span, mut before, mut sum) = (None, zero(), zero());
        for period in periods {
            let this = window_of(plan.span, *period);
            if span != Some(this) {
                (span, before, sum) = (Some(this), zero(), zero());
            }
            let mine: Vec<Q> = earned.iter().filter(|(one, _)| one == period).map(|(_, amount)| *amount).collect();
            if mine.is_empty() {
                continue;
            }
            for amount in mine {
                sum += amount;
            }
            let limit = |limit: &Limit| {
                if !limit.of_incentive {
                    return Some(limit.at.q());
                }
                let parts = self.seats.parts(plan.span, *period);
                Some(times(limit.at.q(), self.seats.eligible_incentive(self.position, self.payee, &parts)?))
            };
            // What cannot be limited cannot be paid.
            let mut state = sum;
            if let Some(cap) = &plan.cap {
                let Some(most) = limit(cap) else { continue };
                state = state.min(most);
            }
            if let Some(floor) = &plan.floor {
                let Some(least) = limit(floor) else { continue };
                state = if state >= zero() { state.max(least) } else { state };
            }
            let now = rounded(state, plan.digits(), plan.rounding);
            found.push((*period, now - before));
            before = now;
        }
        found
    }
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

fn acts_on_growth(gate: &Gate) -> bool {
    !gate.by_window || gate.later != Some(Later::Reverse)
}
