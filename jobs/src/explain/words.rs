//! Steps and numbers as a person would write them; the same in text and on a page.

use super::Explanation;
use crate::output::{Table, grouped, money};

/// How a step's value came about.
pub(super) fn formula(steps: &Table, at: usize) -> String {
    let (left, right) = (exact(steps.cell(at, "value_in")), exact(steps.cell(at, "operand")));
    match steps.cell(at, "operation") {
        "ratio" | "quotient" => format!("{left} ÷ {right}"),
        "times" => format!("{left} × {right}"),
        "times_rounded" => format!("{left} × {right}, rounded"),
        "minus" => format!("{left} − {right}"),
        "at_most" => format!("{left}, at most {right}"),
        "at_least" => format!("{left}, at least {right}"),
        "condition" => format!("{left} against {right}"),
        "share" => format!("{left} points of {right}"),
        "difference" => format!("{left} − {right}, rounded"),
        "index" => format!("{left} × 100 ÷ {right}"),
        "within" => format!("{left}, within ±{right}"),
        "plus" => format!("{left} + {right}"),
        "above" => format!("{left} − {right}, not below 0"),
        "slice" => format!("of {left}"),
        "round" => format!("{left} to {right} digits, {}", steps.cell(at, "rounding_mode").replace('_', " ")),
        "sum_of_tiers" => "all tiers together".to_owned(),
        "sum" => "all together".to_owned(),
        "sum_of_parts" => "all periods together".to_owned(),
        _ => String::new(),
    }
}

/// All digits that say anything.
pub(super) fn exact(number: &str) -> String {
    let short = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    grouped(short)
}

/// A sentence whose decimals end where they stop saying anything.
pub(super) fn shortened(words: &str) -> String {
    if words == "#1" {
        return "what the measure counts".to_owned();
    }
    let short = |word: &str| {
        let is_decimal =
            word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        if is_decimal && word.ends_with('0') { exact(word) } else { word.to_owned() }
    };
    words.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

/// The value that a step gives: money with its cents, a rate with what it has.
pub(super) fn shown(number: &str, step: &str) -> String {
    if matches!(step, "attainment" | "looked_up" | "output" | "days_held") { exact(number) } else { money(number) }
}

/// What a cap or a gate cost in the period, and what is missing to the next tier.
pub(super) fn remarks(told: &Explanation, row: usize) -> Vec<String> {
    let of = |name: &str| told.statement.cell(row, name);
    let currency = of("currency_code");
    let is_zero = |number: &str| number.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'));
    let mut remarks = Vec::new();
    let cap = of("lost_to_cap_amount");
    if !is_zero(cap) {
        remarks.push(match cap.strip_prefix('-') {
            Some(back) => format!("the cap gave back {} {currency}", money(back)),
            None => format!("the cap took {} {currency}", money(cap)),
        });
    }
    let gate = of("gate_effect_amount");
    if !is_zero(gate) {
        remarks.push(match gate.strip_prefix('-') {
            Some(cost) => format!("the gate cost {} {currency}", money(cost)),
            None => format!("the gate gave back {} {currency}", money(gate)),
        });
    }
    for at in told.of_component(row, &told.next_tiers) {
        let next = |name: &str| told.next_tiers.cell(at, name);
        let more = if next("is_more_than") == "true" { "more than " } else { "" };
        remarks.push(format!(
            "{more}{} more reaches the next tier, from {} on: {}",
            money(next("missing_value")),
            exact(next("next_from_value")),
            exact(next("next_output"))
        ));
    }
    remarks
}
