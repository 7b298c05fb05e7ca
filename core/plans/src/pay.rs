//! When, in which parts and in which currency a plan pays: draws, parts, clawbacks, conversion, days, rounding.

use std::collections::BTreeSet;

use kernel::{
    Fault, Place,
    documents::{Number, Spanned, place_of},
};
use rust_decimal::Decimal;

use crate::{
    compile::identifier,
    components::Component,
    currencies::minor_digits,
    curve::too_fine,
    document::{ClawbackDoc, DrawDoc, PartialPaymentDoc, PlanDoc, Release, TargetIncentive},
    fault::{P002, P003, P005, P008},
    rows::{Row, Rows},
    targets::not_negative,
    words::*,
};

/// Faults of a plan while they are found.
struct Found<'a> {
    file: &'a str,
    plan: &'a PlanDoc,
    faults: Vec<Fault>,
}

impl Found<'_> {
    fn refuse(&mut self, message: String, place: Place, hint: &str) {
        let message = format!("plan `{}` {message}", self.plan.plan.value);
        self.faults.push(Fault::new(P005, message).place(place).hint(hint));
    }

    fn twice(&mut self, what: &str, name: &Spanned<String>) {
        let message = format!("plan `{}` has two {what} `{}`", self.plan.plan.value, name.value);
        self.faults.push(Fault::new(P002, message).place(place_of(self.file, name)));
    }

    /// A part of a whole, from nothing to everything.
    fn part(&mut self, what: &str, rate: &Spanned<Number>) {
        if rate.value.0 < Decimal::ZERO || rate.value.0 > Decimal::ONE {
            let message = format!("{what} of plan `{}` is `{}`", self.plan.plan.value, rate.value.0);
            let place = place_of(self.file, rate);
            self.faults.push(Fault::new(P003, message).place(place).hint("write a part from `0%` to `100%`"));
        }
        self.faults.extend(too_fine(self.file, what, rate, 6));
    }
}

/// Every contradiction in how a plan pays.
pub(crate) fn faults(file: &str, plan: &PlanDoc) -> Vec<Fault> {
    let mut found = Found { file, plan, faults: Vec::new() };
    let mut names = BTreeSet::new();
    for draw in plan.draws.iter().flatten() {
        found.faults.extend(identifier(file, "draw", &draw.id));
        if !names.insert(&draw.id.value) {
            found.twice("draws", &draw.id);
        }
        draw_faults(&mut found, draw);
    }
    payment(&mut found);
    clawbacks(&mut found);
    conversion(&mut found);
    let mut leave = BTreeSet::new();
    for kind in plan.proration.leave.iter().flatten() {
        found.faults.extend(identifier(file, "kind of leave", kind));
        if !leave.insert(&kind.value) {
            found.twice("kinds of leave", kind);
        }
    }
    if let Some(days) = &plan.proration.minimum_days
        && !(1..=366).contains(&days.value)
    {
        let message = format!("plan `{}` pays from `{}` days", plan.plan.value, days.value);
        found.faults.push(Fault::new(P003, message).place(place_of(file, days)).hint("write 1 to 366 days"));
    }
    rounding(&mut found);
    found.faults
}

fn draw_faults(found: &mut Found<'_>, draw: &DrawDoc) {
    let file = found.file;
    let id = &draw.id.value;
    let what = format!("draw `{id}`");
    let at = || place_of(file, &draw.id);
    match (&draw.amount, &draw.rate) {
        (Some(amount), None) => found.faults.extend(not_negative(file, &what, "an amount", amount, 4)),
        (None, Some(rate)) => {
            found.faults.extend(not_negative(file, &what, "a rate", rate, 6));
            if found.plan.target_incentive.value == TargetIncentive::None {
                let message = format!("has {what} of a target incentive that it does not have");
                found.refuse(message, place_of(file, rate), "write `amount`, or `target_incentive`");
            }
        }
        _ => found.refuse(
            format!("has {what}, which is neither an amount nor a rate"),
            at(),
            "write one of `amount: 1_000` and `rate: 50%`",
        ),
    }
    let (valid, whole) = (draw.valid.value, found.plan.valid.value);
    if valid.to < valid.from {
        found.refuse(
            format!("has {what}, which ends before it begins"),
            place_of(file, &draw.valid),
            "turn the days round",
        );
    } else if valid.from < whole.from || valid.to > whole.to {
        found.refuse(
            format!("has {what} on days on which the plan does not hold"),
            place_of(file, &draw.valid),
            "let it lie within `valid` of the plan",
        );
    }
    let is_recoverable = draw.kind == DrawKind::Recoverable;
    match &draw.recovery {
        None if is_recoverable => found.refuse(
            format!("does not say how {what} is recovered"),
            at(),
            "add `recovery: {from: 2026-04-01, rate: 100%}`",
        ),
        Some(recovery) if !is_recoverable => found.refuse(
            format!("recovers {what}, which is `{}`", draw.kind.word()),
            place_of(file, recovery),
            "leave `recovery` out, or write `kind: recoverable`",
        ),
        Some(recovery) => {
            let recovery = &recovery.value;
            found.part("a recovery rate", &recovery.rate);
            if recovery.rate.value.0.is_zero() {
                found.refuse(
                    format!("recovers nothing of {what}"),
                    place_of(file, &recovery.rate),
                    "write `kind: non_recoverable`",
                );
            }
            if let Some(limit) = &recovery.limit {
                found.faults.extend(not_negative(file, &what, "a limit", limit, 4));
            }
            if recovery.from.value.0 < valid.from {
                found.refuse(
                    format!("recovers {what} before it is paid"),
                    place_of(file, &recovery.from),
                    "let recovery begin with the draw, or later",
                );
            }
        }
        None => {}
    }
}

fn payment(found: &mut Found<'_>) {
    let Some(parts) = &found.plan.payment else { return };
    let (file, plan) = (found.file, &found.plan.plan.value);
    let mut names = BTreeSet::new();
    for part in &parts.value {
        found.faults.extend(identifier(file, "part of a payment", &part.id));
        if !names.insert(&part.id.value) {
            found.twice("parts", &part.id);
        }
        found.part("a part", &part.rate);
        if let Some(times) = part.times.as_ref().filter(|times| !(2..=MOST_TIMES).contains(&times.value)) {
            let message = format!("part `{}` of plan `{}` is paid `{}` times", part.id.value, plan, times.value);
            let fault = Fault::new(P003, message).place(place_of(file, times));
            found.faults.push(fault.hint("write 2 to 60 months, or leave `times` out"));
        }
    }
    if together(&parts.value).is_none() {
        let message = format!("the parts of plan `{plan}` are paid by months that have no small common multiple");
        let fault = Fault::new(P003, message).place(place_of(file, parts));
        found.faults.push(fault.hint("use numbers of months that divide each other, such as 3, 6 and 12"));
    }
    let sum: Decimal = parts.value.iter().map(|part| part.rate.value.0).sum();
    if sum != Decimal::ONE {
        let sum = (sum * Decimal::ONE_HUNDRED).normalize();
        let message = format!("the parts that plan `{}` pays add up to `{sum} %`", found.plan.plan.value);
        let fault = Fault::new(P008, message).place(place_of(file, parts));
        found.faults.push(fault.hint("let the rates of the parts add up to 100 %"));
    }
}

fn clawbacks(found: &mut Found<'_>) {
    let file = found.file;
    let mut causes = BTreeSet::new();
    for clawback in found.plan.clawbacks.iter().flatten() {
        let cause = &clawback.cause;
        found.faults.extend(identifier(file, "cause", cause));
        if !causes.insert(&cause.value) {
            found.twice("clawbacks for", cause);
        }
        let rates = &clawback.rates.value.0;
        let lowest = if clawback.counted == Counted::Months { 0 } else { 1 };
        if rates.first().is_none_or(|(from, _)| from.value > lowest) {
            found.refuse(
                format!("takes back an unknown part for `{}` at the beginning", cause.value),
                place_of(file, &clawback.rates),
                &format!("begin `rates` with `{lowest}`"),
            );
        }
        for pair in rates.windows(2) {
            if let [(before, _), (after, _)] = pair
                && after.value <= before.value
            {
                let message = format!("names `{}` after `{}`, so two rates claim it", after.value, before.value);
                found.refuse(message, place_of(file, after), "write the counts from the lowest to the highest");
            }
        }
        for (_, rate) in rates {
            found.part("a rate taken back", rate);
        }
        if clawback.installments.value == 0 {
            let message = format!("plan `{}` takes back in `0` installments", found.plan.plan.value);
            let place = place_of(file, &clawback.installments);
            found.faults.push(Fault::new(P003, message).place(place).hint("write 1 or more"));
        }
    }
}

fn conversion(found: &mut Found<'_>) {
    let Some(conversion) = &found.plan.conversion else { return };
    let file = found.file;
    let Some(pay) = &conversion.value.pay else {
        if conversion.value.measure.is_none() {
            found.refuse("converts nothing".to_owned(), place_of(file, conversion), "write `measure`, `pay` or both");
        }
        return;
    };
    let is_payee = pay.currency.value == PayCurrency::Payee;
    for (key, written) in [("type", pay.rate_type.is_some()), ("at", pay.at.is_some())] {
        if written != is_payee {
            let (message, hint) = if is_payee {
                (format!("pays in the payee's currency, but has no `{key}`"), "add it")
            } else {
                (format!("pays in its own currency, but has a `{key}` of rates"), "leave it out")
            };
            found.refuse(message, place_of(file, &pay.currency), hint);
        }
    }
}

fn rounding(found: &mut Found<'_>) {
    let rounding = &found.plan.rounding;
    if let Some(unit) = &rounding.unit
        && power_of_ten(unit.value.0).is_none()
    {
        let message = format!("plan `{}` rounds to multiples of `{}`", found.plan.plan.value, unit.value.0);
        let place = place_of(found.file, unit);
        found.faults.push(Fault::new(P003, message).place(place).hint("write 0.0001 to 1_000_000, a power of ten"));
    }
}

/// That rounding each transaction finds transactions.
pub(crate) fn rounding_of_transactions(file: &str, plan: &PlanDoc, components: &[Component]) -> Option<Fault> {
    let at = &plan.rounding.at;
    let other =
        components.iter().find(|component| component.document.curve.is_some() && !component.is_by_transaction())?;
    (at.value == RoundingAt::Transaction).then(|| {
        let id = &other.document.id.value;
        Fault::new(P005, format!("component `{id}` adds up before it pays, but its plan rounds each transaction"))
            .place(place_of(file, at))
            .hint("write `at: component`, or pay it by `basis: transaction`")
    })
}

/// The digits behind the point that multiples of this number keep; below zero before the point.
fn power_of_ten(unit: Decimal) -> Option<i32> {
    let behind = (0_u32..=4).zip(0..).find(|(scale, _)| Decimal::new(1, *scale) == unit);
    let before = (1_u32..=6).zip(1..).find(|(power, _)| Decimal::from(10_i64.pow(*power)) == unit);
    behind.map(|(_, digits)| digits).or(before.map(|(_, digits): (_, i32)| -digits))
}

/// The digits that money of a plan keeps.
pub(crate) fn rounding_digits(plan: &PlanDoc) -> i32 {
    let minor = i32::from(minor_digits(&plan.currency.value));
    plan.rounding.unit.as_ref().and_then(|unit| power_of_ten(unit.value.0)).unwrap_or(minor)
}

/// Adds the rows of how a plan pays.
pub(crate) fn compile(rows: &mut Rows, file: &str, plan: &PlanDoc) {
    let id = &plan.plan.value;
    for kind in plan.proration.leave.iter().flatten() {
        let row = Row::of("plan_leaves", file, kind.referenced.line());
        rows.add(row.set("plan_id", id).set("leave_kind", &kind.value));
    }
    for draw in plan.draws.iter().flatten() {
        let recovery = draw.recovery.as_ref().map(|recovery| &recovery.value);
        rows.add(
            Row::of("plan_draws", file, draw.id.referenced.line())
                .set("plan_id", id)
                .set("draw_id", &draw.id.value)
                .set("draw_kind", draw.kind.word())
                .maybe("draw_amount", draw.amount.as_ref().map(|amount| amount.value.0))
                .maybe("draw_rate", draw.rate.as_ref().map(|rate| rate.value.0))
                .set("from_date", draw.valid.value.from)
                .set("to_date", draw.valid.value.end())
                .set("draw_proration", draw.proration.word())
                .maybe("recovery_from_date", recovery.map(|recovery| recovery.from.value.0))
                .maybe("recovery_rate", recovery.map(|recovery| recovery.rate.value.0))
                .maybe("recovery_limit_amount", recovery.and_then(|one| one.limit.as_ref()).map(|limit| limit.value.0)),
        );
    }
    compile_parts(rows, file, id, plan.payment.as_ref().map_or(&[], |parts| &parts.value));
    for clawback in plan.clawbacks.iter().flatten() {
        compile_clawback(rows, file, id, clawback);
    }
}

/// The most months over which a part is spread.
const MOST_TIMES: u32 = 60;

/// A number of months that every part's divides; none above what weights can hold.
fn together(parts: &[PartialPaymentDoc]) -> Option<u32> {
    let mut times = parts.iter().filter_map(|part| part.times.as_ref()).map(|times| times.value.clamp(1, MOST_TIMES));
    times.try_fold(1_u32, |all, one| {
        (1..=one).map(|factor| all * factor).find(|multiple| multiple % one == 0).filter(|all| *all <= 100_000)
    })
}

/// One row for each time that something is paid. What is spread counts by weights, so that each month is exactly equal.
fn compile_parts(rows: &mut Rows, file: &str, plan: &str, parts: &[PartialPaymentDoc]) {
    let Some(together) = together(parts) else { return };
    let mut part_number = 0;
    for part in parts {
        let (kind, count, event) = match &part.release.value {
            Release::AtOnce => ("at_once", None, None),
            Release::AfterDays(count) => ("after_days", Some(count), None),
            Release::AfterMonths(count) => ("after_months", Some(count), None),
            Release::YearEnd => ("year_end", None, None),
            Release::Event(event) => ("event", None, Some(event)),
        };
        let times = part.times.as_ref().map_or(1, |times| times.value.max(1));
        let rate = part.rate.value.0;
        let even = (rate / Decimal::from(times)).trunc_with_scale(6);
        for time in 1..=times {
            part_number += 1;
            // What does not divide goes to the first months, a millionth each, so that the rates add up too.
            let odd = (rate - even * Decimal::from(times)) * Decimal::from(1_000_000) >= Decimal::from(time);
            let share = if odd { even + Decimal::new(1, 6) } else { even };
            rows.add(
                Row::of("plan_payment_parts", file, part.id.referenced.line())
                    .set("plan_id", plan)
                    .set("part_number", part_number)
                    .set("part_id", &part.id.value)
                    .set("part_rate", share.normalize())
                    .set("release_kind", kind)
                    .maybe("release_count", count)
                    .maybe("event_kind", event)
                    .set("part_weight", (rate * Decimal::from(together / times)).normalize())
                    .set("time_number", time)
                    .set("time_count", times),
            );
        }
    }
}

fn compile_clawback(rows: &mut Rows, file: &str, plan: &str, clawback: &ClawbackDoc) {
    let rates = &clawback.rates.value.0;
    for (at, (from, rate)) in rates.iter().enumerate() {
        rows.add(
            Row::of("plan_clawbacks", file, from.referenced.line())
                .set("plan_id", plan)
                .set("cause", &clawback.cause.value)
                .set("tier_number", at + 1)
                .set("counted", clawback.counted.word())
                .set("from_count", from.value)
                .maybe("to_count", rates.get(at + 1).map(|(next, _)| next.value))
                .set("clawback_rate", rate.value.0)
                .set("of", clawback.of.word())
                .set("installment_count", clawback.installments.value),
        );
    }
}
