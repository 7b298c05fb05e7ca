//! Whom the plan is for, when, what 100 % is, which days count, and in which currency.

use super::Teller;
use crate::reader::page::{Section, Step};

/// The section that comes first.
pub(super) fn section(teller: &Teller<'_>) -> Section {
    let steps = vec![whom(teller), when(teller), incentive(teller), days(teller), conversion(teller)];
    teller.section("plan", teller.say("section.plan", &[]), steps)
}

fn whom(teller: &Teller<'_>) -> Step {
    let plan = &teller.view.plan;
    let conditions: Vec<String> = ["role", "unit", "position", "payee"]
        .into_iter()
        .filter_map(|kind| Some(teller.say(&format!("whom.{kind}"), &[("key", plan.filled(&format!("{kind}_id"))?)])))
        .collect();
    let sentences = vec![
        teller.sentence("whom.for", &[("conditions", &teller.language.list(&conditions))]),
        teller.sentence("whom.specific", &[("code", plan.text("earning_code"))]),
    ];
    teller.step("whom", sentences)
}

fn when(teller: &Teller<'_>) -> Step {
    let plan = &teller.view.plan;
    let from = teller.language.date(plan.text("valid_from_date"));
    let to = teller.language.day_before(plan.text("valid_to_date"));
    let paid = format!("when.paid.{}", plan.text("period_kind"));
    let sentences = vec![teller.sentence("when.valid", &[("from", &from), ("to", &to)]), teller.sentence(&paid, &[])];
    teller.step("when", sentences)
}

fn incentive(teller: &Teller<'_>) -> Step {
    let plan = &teller.view.plan;
    let key = format!("incentive.source.{}", plan.text("target_incentive_source"));
    let amount = teller.money(plan, "target_incentive_amount");
    teller.step("incentive", vec![teller.sentence(&key, &[("amount", &amount), ("period", &teller.period())])])
}

fn days(teller: &Teller<'_>) -> Step {
    let plan = &teller.view.plan;
    let mut sentences: Vec<_> = [("pay", "pay_proration"), ("target", "target_proration"), ("credit", "credit_basis")]
        .into_iter()
        .map(|(what, column)| teller.sentence(&format!("days.{what}.{}", plan.text(column)), &[]))
        .collect();
    if let Some(count) = plan.filled("minimum_day_count") {
        sentences.push(teller.sentence("days.minimum", &[("count", count)]));
    }
    let leaves: Vec<String> =
        teller.view.rows("plan_leaves").iter().map(|row| row.text("leave_kind").to_owned()).collect();
    if !leaves.is_empty() {
        sentences.push(teller.sentence("days.leave", &[("leaves", &leaves.join(", "))]));
    }
    teller.step("days", sentences)
}

fn conversion(teller: &Teller<'_>) -> Step {
    let plan = &teller.view.plan;
    let currency = plan.text("currency_code");
    let rate = |of: &str| {
        let of_kind =
            |kind: &str| plan.filled(&format!("{of}_{kind}")).map(|word| teller.say(&format!("{kind}.{word}"), &[]));
        (of_kind("rate_type").unwrap_or_default(), of_kind("rate_at").unwrap_or_default())
    };
    let mut sentences = vec![teller.sentence("conversion.amounts", &[("currency", currency)])];
    if plan.filled("measure_rate_type").is_some() {
        let (kind, at) = rate("measure");
        sentences.push(teller.sentence("conversion.measure", &[("type", &kind), ("at", &at)]));
    } else {
        let none = teller.sentence("conversion.measure_none", &[]);
        sentences.push(crate::reader::page::Sentence { key: "conversion.measure".to_owned(), ..none });
    }
    let (kind, at) = rate("pay");
    let key = format!("conversion.pay.{}", plan.filled("pay_currency").unwrap_or("plan"));
    sentences.push(teller.sentence(&key, &[("currency", currency), ("type", &kind), ("at", &at)]));
    teller.step("conversion", sentences)
}
