//! What a plan says of the time after pay is earned, as a designer would write it.

use std::fmt::Write as _;

use crate::differential::{
    calendar::text,
    company::{Draw, Plan},
};

pub fn payout(out: &mut String, plan: &Plan) {
    let said = &plan.payout;
    if !said.draws.is_empty() {
        out.push_str("draws:\n");
    }
    for one in &said.draws {
        let _ = writeln!(out, "  - {}", draw(one));
    }
    if !said.parts.is_empty() {
        out.push_str("payment:\n");
    }
    for (at, part) in said.parts.iter().enumerate() {
        let _ = writeln!(out, "  - {{id: part{at}, rate: {}, release: {}}}", part.rate, part.release.word());
    }
    if !said.clawbacks.is_empty() {
        out.push_str("clawbacks:\n");
    }
    for one in &said.clawbacks {
        let rates: Vec<String> = one.rates.iter().map(|(from, rate)| format!("{from}: {rate}")).collect();
        let _ = writeln!(
            out,
            "  - {{cause: {}, counted: months, of: {}, installments: {}, rates: {{{}}}}}",
            one.cause,
            if one.of_paid { "paid" } else { "earned" },
            one.installments,
            rates.join(", ")
        );
    }
    let measure = plan.measure_rate.map(|(kind, at)| format!("measure: {{type: {kind}, at: {}}}", at.word()));
    let pay = said
        .conversion
        .as_ref()
        .map(|one| format!("pay: {{currency: payee, type: {}, at: {}}}", one.rate_type, one.at.word()));
    let conversion: Vec<String> = measure.into_iter().chain(pay).collect();
    if !conversion.is_empty() {
        let _ = writeln!(out, "conversion: {{{}}}", conversion.join(", "));
    }
}

fn draw(one: &Draw) -> String {
    let recovery = one.recovery.as_ref().map_or(String::new(), |recovery| {
        let limit = recovery.limit.map_or(String::new(), |limit| format!(", limit: {limit}"));
        format!(", recovery: {{from: {}, rate: {}{limit}}}", text(recovery.from), recovery.rate)
    });
    format!(
        "{{id: {}, kind: {}, {}: {}, valid: {}..{}, proration: {}{recovery}}}",
        one.id,
        one.kind.word(),
        if one.is_rate { "rate" } else { "amount" },
        one.level,
        text(one.from),
        text(one.to - 1),
        one.proration.word()
    )
}
