//! What a plan would cost in money, over the roster and targets of a release.

use kernel::exact::{self, Fixed, RoundingMode};

use super::{
    changes::ATTAINMENTS,
    outlook::{Costed, Outlook, modified},
    payout::Curve,
    quantity::{Language, ONE, ZERO, plus, read, times},
    view::{PlanView, Row},
};

/// Seats of a component that are alike in what decides their pay, in one period.
#[derive(Debug, Clone, Default)]
pub struct Seats {
    /// The component.
    pub component_id: String,
    /// Their target; empty if there is none.
    pub target: String,
    /// The part of the target incentive that counts; empty if the plan has none.
    pub incentive: String,
    /// The part of the days that counts.
    pub part_of_days: String,
    /// Their own commission rate; empty if there is none.
    pub rate: String,
    /// How many there are.
    pub count: String,
}

/// Fills in what each national attainment costs; what lacks a target or a rate is left out and said.
pub fn spend(view: &PlanView, seats: &[Seats], period_count: usize, language: Language, found: &mut Outlook) {
    found.period_count = Some(period_count);
    let costed = Costed::of(view);
    let currency = view.plan.text("currency_code");
    for (component, curve) in &costed.parts {
        let id = component.text("component_id");
        let own = seats.iter().filter(|one| one.component_id == id);
        let unpaid = own.clone().filter(|one| pay(view, component, curve, one, ONE).is_none()).count();
        if own.count() == 0 {
            found.left_out.push(format!("{id}: the release has no seat for it"));
        } else if unpaid > 0 {
            found.left_out.push(format!("{id}: seats without a target or rate, in {unpaid} groups"));
        }
    }
    for (cost, percent) in found.costs.iter_mut().zip(ATTAINMENTS) {
        let at = Fixed::new(percent, 2);
        let mut sum = Some(ZERO);
        for (component, curve) in &costed.parts {
            let own = seats.iter().filter(|one| one.component_id == component.text("component_id"));
            for one in own {
                let paid = pay(view, component, curve, one, at).unwrap_or(ZERO);
                sum = sum.and_then(|sum| plus(sum, times(paid, read(&one.count)?)?));
            }
        }
        let cents = sum.and_then(|sum| exact::rescale(sum, 2, RoundingMode::HalfUp).ok());
        cost.amount = cents.map(|sum| language.money(sum, currency));
    }
}

/// What one of these seats earns if it reaches `at`.
fn pay(view: &PlanView, component: &Row, curve: &Curve, seats: &Seats, at: Fixed) -> Option<Fixed> {
    let (target, part) = (read(&seats.target), read(&seats.part_of_days).unwrap_or(ONE));
    let place = match curve.axis.as_str() {
        "value" => times(at, target?)?,
        _ => curve.place_of(at)?,
    };
    let given = modified(view, component, curve, at, curve.limited(place)?)?;
    let given = match component.text("rate_source") {
        "roster" => times(given, read(&seats.rate)?)?,
        "tiers" | "" => given,
        "per_target" => {
            let incentive = times(component.number("weight_rate").unwrap_or(ONE), read(&seats.incentive)?)?;
            return if curve.axis == "attainment" { times(given, incentive) } else { None };
        }
        _ => return None,
    };
    match (curve.output.as_str(), curve.axis.as_str()) {
        ("percent_of_target_incentive", _) => {
            times(times(given, component.number("weight_rate").unwrap_or(ONE))?, read(&seats.incentive)?)
        }
        ("rate_on_basis", "attainment") => times(times(given, target?)?, part),
        ("points", _) => None,
        _ => times(given, part),
    }
}
