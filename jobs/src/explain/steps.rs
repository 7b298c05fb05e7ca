//! Steps of an explanation: their order, which of them say nothing, and how each is written.

use plans::reader::Language;

use super::{
    Explanation,
    numbers::{Unit, exact, is_same, written},
    phrases::{Scale, worded},
};
use crate::output::Table;

/// A deposit or payment with the steps to it.
pub(super) struct PayLine {
    /// The row that it comes to.
    pub(super) last: usize,
    /// Rows worth telling.
    pub(super) steps: Vec<usize>,
}

/// Where the steps from the incentive to the payment begin.
const PAY: u32 = 5000;

fn number(steps: &Table, at: usize) -> u32 {
    steps.cell(at, "step_number").parse().unwrap_or_default()
}

impl Explanation {
    /// The steps of a component in the order in which they are told: what it is asked, with what that is made of, then its
    /// transactions one after the other, then what becomes of them.
    pub(super) fn in_order(&self, own: &[usize]) -> Vec<usize> {
        let mut ordered = own.to_vec();
        ordered.sort_by_key(|&at| {
            let (key, step) = (self.steps.cell(at, "basis_key"), number(&self.steps, at));
            let term = key.strip_prefix("term/").and_then(|term| term.parse::<u32>().ok());
            match (key, term) {
                (_, Some(term)) => (0, 2 * term, key, step),
                ("", _) if step < 100 => (0, 2 * step + 1, "", step),
                ("", _) => (2, 0, "", step),
                _ if key.starts_with("target/") => (0, 140, key, step),
                _ => (1, 0, key, step),
            }
        });
        ordered
    }

    /// What is due by plan, cause and period of origin, then what is carried, with the steps to each.
    pub(super) fn pay_lines(&self) -> Vec<PayLine> {
        const CAUSES: [&str; 10] = [
            "earned",
            "at_once",
            "plan_adjustment",
            "deferred",
            "held",
            "released",
            "guarantee",
            "draw",
            "draw_recovery",
            "clawback",
        ];
        let steps = &self.steps;
        let mut rows: Vec<usize> = (0..steps.rows.len()).filter(|at| number(steps, *at) >= PAY).collect();
        let place = |at: usize| CAUSES.iter().position(|cause| *cause == steps.cell(at, "cause"));
        let line = |at: usize| {
            let plan = steps.cell(at, "plan_id");
            let key = if plan.is_empty() { steps.cell(at, "basis_key") } else { steps.cell(at, "origin_period_id") };
            (plan.is_empty(), plan, place(at), key)
        };
        rows.sort_by_key(|&at| {
            let key = steps.cell(at, "basis_key");
            (line(at), key.starts_with("due/"), key, number(steps, at))
        });
        let mut lines: Vec<PayLine> = Vec::new();
        for at in rows {
            match lines.last_mut().filter(|last| line(last.last) == line(at)) {
                Some(last) => {
                    last.last = at;
                    last.steps.push(at);
                }
                None => lines.push(PayLine { last: at, steps: vec![at] }),
            }
        }
        for line in &mut lines {
            line.steps.retain(|&at| !self.is_plain_entry(at));
        }
        // The payment itself stands below all.
        lines.retain(|line| !(steps.cell(line.last, "basis_key").starts_with("payment/") && line.steps.is_empty()));
        lines
    }

    /// Whether a step only passes on what the heading says.
    fn is_plain_entry(&self, at: usize) -> bool {
        let of = |name: &str| self.steps.cell(at, name);
        match of("operation") {
            "sum_of_incentives" | "sum_of_entries" | "sum_of_lines" => true,
            "take" => of("step_name") == "entry",
            "times" => of("step_name") == "entry" && !of("basis_key").starts_with("without_rate/"),
            _ => of("basis_key").starts_with("payment/"),
        }
    }
}

/// Whether a step of a component says nothing that the others do not.
pub(super) fn is_idle(steps: &Table, at: usize, own: &[usize]) -> bool {
    let of = |name: &str| steps.cell(at, name);
    let count = |name: &str, key: &str| {
        own.iter()
            .filter(|other| steps.cell(**other, "step_name") == name && steps.cell(**other, "basis_key") == key)
            .count()
    };
    match of("step_name") {
        "looked_up" => is_same(of("operand"), "1") && !of("words").contains("beside"),
        "weight" | "days" | "target_part" => is_same(of("operand"), "1"),
        "days_held" | "target_days" => is_same(of("value_out"), "1"),
        "measure" => of("words") == "#1",
        "basis" => of("words") == "what the rate is applied to",
        "counted" | "stated" if of("reference_id").is_empty() || of("step_name") == "counted" => {
            count(of("step_name"), of("basis_key")) < 2
        }
        "target" => own.iter().filter(|other| steps.cell(**other, "step_name") == "target_part").count() == 1,
        "curve" => of("operation") == "sum_of_tiers" && count("tier", of("basis_key")) == 1,
        "eligible" => count("incentive_part", "") == 1,
        "gate_effect" => is_same(of("value_out"), "0"),
        _ => false,
    }
}

/// What the numbers of a step are: what goes in, what it is combined with, what comes out.
fn units(steps: &Table, at: usize, scale: Scale) -> [Unit; 3] {
    const AMOUNTS: [Unit; 3] = [Unit::Amount; 3];
    match steps.cell(at, "step_name") {
        "attainment" => [Unit::Amount, Unit::Amount, scale.axis],
        "looked_up" => [scale.axis, Unit::Plain, scale.axis],
        "mean_place" => [Unit::Plain; 3],
        "output" => [scale.axis, Unit::Plain, scale.output],
        "tier" => [if scale.is_paid_at_100 { Unit::Plain } else { Unit::Amount }, scale.output, scale.given()],
        "curve" => [scale.given(); 3],
        "shared_mean" => [scale.given(), Unit::Plain, scale.given()],
        "weight" | "commission_rate" | "product_rate" => [scale.given(), Unit::Percent, scale.given()],
        "target_incentive" => [scale.given(), Unit::Amount, Unit::Amount],
        "days_held" | "target_days" => [Unit::Plain, Unit::Plain, Unit::Percent],
        "incentive_part" => [Unit::Amount, Unit::Plain, Unit::Amount],
        "days" | "target_part" | "ramp" | "gate" | "clawback_rate" | "draw_rate" | "recovery_rate" | "payment_part" => {
            [Unit::Amount, Unit::Percent, Unit::Amount]
        }
        "factor" => [Unit::Plain; 3],
        "multiplier" | "draw_days" | "installment" | "entry" => [Unit::Amount, Unit::Plain, Unit::Amount],
        "gate_condition" => [Unit::Plain, Unit::Plain, Unit::Percent],
        "rounding" => [Unit::Plain, Unit::Plain, Unit::Amount],
        _ => AMOUNTS,
    }
}

/// The value that a step comes to.
pub(super) fn shown(steps: &Table, at: usize, (language, scale): (Language, Scale)) -> String {
    let [_, _, out] = units(steps, at, scale);
    written(language, steps.cell(at, "value_out"), out)
}

/// How a step's value came about.
pub(super) fn formula(steps: &Table, at: usize, (language, scale): (Language, Scale)) -> String {
    let of = |name: &str| steps.cell(at, name);
    let units = units(steps, at, scale);
    let [left, right] =
        [("value_in", units[0]), ("operand", units[1])].map(|(name, unit)| written(language, of(name), unit));
    let line = |name: &str, unit: Unit| written(language, of(name), unit);
    let english = match of("operation") {
        "ratio" | "quotient" => format!("{left} ÷ {right}"),
        "times" => format!("{left} × {right}"),
        "times_rounded" => format!("{left} × {right}, rounded"),
        "minus" => format!("{left} − {right}"),
        "at_most" => format!("{left}, at most {right}"),
        "at_least" => format!("{left}, at least {right}"),
        "condition" => format!("{left} against {right}"),
        "share" if of("to_value").is_empty() => format!("{left} points of {right}"),
        "share" => format!("{right} × {left} ÷ {} points", line("to_value", Unit::Plain)),
        "difference" => format!("{left} − {right}, rounded"),
        "index" => format!("{left} × 100 ÷ {right}"),
        "within" => format!("{left}, within ±{right}"),
        "plus" => format!("{left} + {right}"),
        "above" => format!("{left} − {right}, not below 0"),
        "slice" => format!("of {left}"),
        "interpolate" if matches!(of("step_name"), "output" | "factor") => format!(
            "{} + ({left} − {}) × ({} − {}) ÷ ({} − {})",
            line("from_output", units[2]),
            line("from_value", units[0]),
            line("to_output", units[2]),
            line("from_output", units[2]),
            line("to_value", units[0]),
            line("from_value", units[0])
        ),
        "interpolate" => format!("{left} × {} ÷ {}", line("to_output", Unit::Amount), line("to_value", Unit::Amount)),
        "round" => format!("{left}, {}", of("rounding_mode").replace('_', " ")),
        "convert" => format!("{left} × {}, rounded", written(language, of("exchange_rate"), Unit::Plain)),
        "part" if is_same(of("to_value"), "1") => format!("{left} × {right}, by largest remainder"),
        "part" => {
            let weights = ["operand", "to_value"].map(|name| line(name, Unit::Plain)).join(" ÷ ");
            format!("{left} × {weights}, by largest remainder")
        }
        "installment" => format!("{left} ÷ {right}"),
        "sum_of_credits" => format!("{} credits", exact(of("operand"))),
        "sum_of_tiers" => "all tiers together".to_owned(),
        "sum_of_parts" => "all periods together".to_owned(),
        "sum_of_counts" | "sum_of_targets" => "added up".to_owned(),
        "sum" | "sum_of_entries" | "sum_of_lines" | "sum_of_incentives" | "sum_of_adjustments" => {
            "all together".to_owned()
        }
        _ => String::new(),
    };
    worded(language, &english)
}
