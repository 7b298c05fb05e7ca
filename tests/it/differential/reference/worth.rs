//! What a credit is in the unit and currency of a measure, each rounded by itself.

use super::measures::Reason;
use crate::differential::{
    calendar::{Day, Paid, Period, month_of},
    company::{Company, Component, ExchangeRate, Line, Plan, RateDay, Unit, volume},
    numbers::{Q, times},
};

/// What a share of a line is worth to a component of a plan, or why that cannot be told.
pub fn worth(
    company: &Company,
    rates: &[ExchangeRate],
    (plan, component): (&Plan, &Component),
    (line, currency): (&Line, &'static str),
    share: Q,
) -> Result<Q, Reason> {
    let own = match component.unit {
        Unit::Quantity => return Ok(line.quantity.q() * share),
        Unit::Volume => return Ok(times(line.quantity.q() * share, volume(&company.products[line.product]).q())),
        Unit::Value => Ok(line.amount.q() * share),
        Unit::Margin => line.cost.map(|cost| (line.amount.q() - cost.q()) * share).ok_or("missing_cost"),
    };
    if currency == plan.currency.0 {
        return own;
    }
    let (kind, at) = plan.measure_rate.ok_or("foreign_currency")?;
    let day = match at {
        RateDay::BookingDate => line.day,
        RateDay::PeriodEnd => Period { paid: Paid::Monthly, number: month_of(line.day) }.to() - 1,
        RateDay::PeriodBegin | RateDay::PlanBegin => plan.from,
    };
    let rate = held(rates, kind, (currency, plan.currency.0), day).ok_or("missing_exchange_rate")?;
    Ok(times(own?, rate))
}

/// The rate that holds on a day: of several, the one that began last.
fn held(rates: &[ExchangeRate], kind: &str, (of, to): (&str, &str), day: Day) -> Option<Q> {
    let holds = |one: &&ExchangeRate| {
        one.rate_type == kind && one.of == of && one.to == to && one.from_day <= day && day < one.to_day
    };
    rates.iter().filter(holds).max_by_key(|one| one.from_day).map(|one| one.rate.q())
}

/// Adds up, or says of several reasons why there is no sum the first by its name.
pub fn summed(worths: impl Iterator<Item = Result<Q, Reason>>) -> Result<(Q, usize), Reason> {
    let (mut sum, mut count, mut lacking) = (crate::differential::numbers::zero(), 0, None);
    for worth in worths {
        count += 1;
        match worth {
            Ok(worth) => sum += worth,
            Err(reason) => lacking = Some(lacking.map_or(reason, |before: Reason| before.min(reason))),
        }
    }
    lacking.map_or(Ok((sum, count)), Err)
}
