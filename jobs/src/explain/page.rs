//! What an explanation says, in order and in a language; text and HTML only set it.

use plans::reader::Language;

use super::{
    Explanation,
    numbers::{Unit, exact, is_same, written},
    phrases::{PLAIN, Scale, named, said, worded},
    steps::{formula, is_idle, shown},
};
use crate::output::counted;

/// The whole.
pub(super) struct Page {
    /// Whose pay of which period.
    pub(super) title: String,
    /// Payee and release.
    pub(super) about: String,
    /// What is said.
    pub(super) blocks: Vec<Block>,
}

/// A part of a page.
pub(super) enum Block {
    /// A component, a plan or the payment, and where it is written.
    Heading(String, String),
    /// A sentence.
    Line(String),
    /// Why something is not paid, or what contradicts itself.
    Problem(String),
    /// What a cap or gate cost, and what stands before more pay.
    Remark(String),
    /// Steps to a figure.
    Steps(Vec<Line>),
    /// Credits, with what is said before them.
    Credits(String, Vec<[String; 6]>),
    /// A payment, and what it is made of.
    Paid(String, String),
}

/// A line of steps.
pub(super) enum Line {
    /// What the steps below it belong to.
    Group(String),
    /// A step.
    Step {
        /// Its name.
        name: String,
        /// What comes out.
        value: String,
        /// From what.
        how: String,
        /// In words.
        what: String,
        /// Whether it is what was asked for.
        is_result: bool,
    },
}

/// Puts an explanation into words.
pub(super) fn page(told: &Explanation, language: Language, most: usize) -> Page {
    let mut blocks = Vec::new();
    for row in 0..told.statement.rows.len() {
        component(told, language, row, &mut blocks);
        credits(told, language, (row, most), &mut blocks);
    }
    for plan in told.of_plans() {
        let of = |name: &str| told.steps.cell(plan[0], name);
        let title = worded(language, &format!("The whole of {}", of("plan_id")));
        blocks.push(Block::Heading(title, of("position_id").to_owned()));
        blocks.push(Block::Steps(plan.iter().map(|at| step(told, language, *at, PLAIN)).collect()));
    }
    seats(told, language, &mut blocks);
    payment(told, language, &mut blocks);
    let name = [told.statement.cell(0, "payee_name"), told.payees.cell(0, "payee_name"), &told.payee_id];
    let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    Page {
        title: format!("{name}, {}", told.period_id),
        about: worded(language, &format!("payee {} · release {}", told.payee_id, told.release)),
        blocks,
    }
}

/// How the numbers of a component's curve are written.
fn scale(told: &Explanation, row: usize) -> Scale {
    let Some(&at) = told.of_component(row, &told.kinds).first() else { return PLAIN };
    let of = |name: &str| told.kinds.cell(at, name);
    Scale {
        axis: match (of("axis"), of("attainment_kind")) {
            ("attainment", "ratio") => Unit::Percent,
            _ => Unit::Plain,
        },
        output: match of("output") {
            "percent_of_target_incentive" | "rate_on_basis" => Unit::Percent,
            "amount" => Unit::Amount,
            _ => Unit::Plain,
        },
        is_paid_at_100: of("output") == "percent_of_target_incentive",
    }
}

fn component(told: &Explanation, language: Language, row: usize, blocks: &mut Vec<Block>) {
    let of = |name: &str| told.statement.cell(row, name);
    let own = told.of_component(row, &told.steps);
    let clause = own.first().map_or_else(
        || format!("version {}", of("plan_version")),
        |at| format!("{}:{}", told.steps.cell(*at, "document_file"), told.steps.cell(*at, "document_line")),
    );
    let about = format!("{} · {} ({clause})", of("position_title"), of("plan_title"));
    blocks.push(Block::Heading(of("component_title").to_owned(), about));
    if own.is_empty() {
        let reason = of("not_payable_reason");
        if reason.is_empty() {
            let value = written(language, of("measured_value"), Unit::Plain);
            blocks.push(Block::Line(worded(language, &format!("measured only, {value}; pays nothing by itself"))));
            return;
        }
        let subject = ["plan_id", "component_id", "position_id", "payee_id"].map(of).join("/");
        let found = (0..told.exceptions.rows.len()).find(|at| told.exceptions.cell(*at, "subject_id") == subject);
        let reason = named(language, reason);
        blocks.push(Block::Problem(match found {
            Some(at) => format!("{}: {reason}; {}", worded(language, "not payable"), cured(told, language, at)),
            None => format!("{}: {reason}", worded(language, "not payable")),
        }));
        return;
    }
    let scale = scale(told, row);
    let mut lines = Vec::new();
    let mut transaction = "";
    for at in told.in_order(&own) {
        if is_idle(&told.steps, at, &own) {
            continue;
        }
        let key = told.steps.cell(at, "basis_key");
        let key = if key.starts_with("term/") || key.starts_with("target/") { "" } else { key };
        if key != transaction {
            transaction = key;
            let heading = if key.is_empty() { worded(language, "all transactions") } else { key.to_owned() };
            lines.push(Line::Group(heading));
        }
        lines.push(step(told, language, at, scale));
    }
    blocks.push(Block::Steps(lines));
    blocks.extend(remarks(told, language, row, scale).into_iter().map(Block::Remark));
}

fn step(told: &Explanation, language: Language, at: usize, scale: Scale) -> Line {
    let of = |name: &str| told.steps.cell(at, name);
    let words = match (of("step_name"), of("words")) {
        ("measure", "#1") => "what the measure counts",
        (_, words) => words,
    };
    Line::Step {
        name: named(language, of("step_name")),
        value: shown(&told.steps, at, (language, scale)),
        how: formula(&told.steps, at, (language, scale)),
        what: said(language, words, scale),
        is_result: matches!(of("step_name"), "incentive" | "total" | "payment"),
    }
}

/// What is the matter and what would cure it.
fn cured(told: &Explanation, language: Language, at: usize) -> String {
    let of = |name: &str| said(language, told.exceptions.cell(at, name), PLAIN);
    format!("{} → {}", of("detail"), of("cure"))
}

/// What a cap or a gate cost in the period, and what stands before more pay.
fn remarks(told: &Explanation, language: Language, row: usize, scale: Scale) -> Vec<String> {
    let of = |name: &str| told.statement.cell(row, name);
    let currency = of("currency_code");
    let is_zero = |number: &str| number.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'));
    let mut made = Vec::new();
    let effects = [
        ("lost_to_cap_amount", ["the cap gave back {} {}", "the cap took {} {}"]),
        ("gate_effect_amount", ["the gate cost {} {}", "the gate gave back {} {}"]),
    ];
    for (name, [below, above]) in effects {
        let amount = of(name);
        if !is_zero(amount) {
            let phrase = if amount.starts_with('-') { below } else { above };
            let amount = written(language, amount.trim_start_matches('-'), Unit::Amount);
            made.push(worded(language, &phrase.replacen("{}", &amount, 1).replacen("{}", currency, 1)));
        }
    }
    let tiers = told.of_component(row, &told.next_tiers);
    let is_gate = |at: &usize| told.next_tiers.cell(*at, "next_kind") == "gate";
    let (gates, others): (Vec<usize>, Vec<usize>) = tiers.into_iter().partition(is_gate);
    for at in gates.into_iter().chain(others) {
        made.push(before_more(told, language, at, scale));
    }
    made
}

/// What stands before more pay, in a sentence.
fn before_more(told: &Explanation, language: Language, at: usize, scale: Scale) -> String {
    let of = |name: &str| told.next_tiers.cell(at, name);
    let (missing, border) = (of("missing_value"), of("next_from_value"));
    let missing = written(language, missing, Unit::Amount);
    let axis = written(language, border, scale.axis);
    let output = written(language, of("next_output"), scale.output);
    let more = if of("is_more_than") == "true" { "more than " } else { "" };
    let sentence = match of("next_kind") {
        "gate" => {
            let unit = if of("axis") == "attainment" { Unit::Percent } else { Unit::Plain };
            let (now, border) = (written(language, of("axis_value"), unit), written(language, border, unit));
            let subject = of("subject_id");
            match missing.as_str() {
                "" => format!("a gate is shut: {subject} is at {now} and must reach {more}{border}"),
                _ => format!(
                    "a gate is shut: {subject} is at {now} and must reach {more}{border}; {missing} more opens it"
                ),
            }
        }
        "line" if of("unit_amount").is_empty() => format!("on this line every unit counts, up to {axis}: {output}"),
        "line" => {
            let unit = written(language, of("unit_amount"), Unit::Plain);
            let currency = of("currency_code");
            format!("each unit more brings {unit} {currency} before modifiers, up to {axis}: {output}")
        }
        "begin_of_line" => format!("{more}{missing} more reaches {axis}, where the line begins with {output}"),
        _ => format!("{more}{missing} more reaches the next tier, from {axis} on: {output}"),
    };
    worded(language, &sentence)
}

fn credits(told: &Explanation, language: Language, (row, most): (usize, usize), blocks: &mut Vec<Block>) {
    let terms = told.term_credits(row);
    if terms.is_empty() {
        let steps = told.of_component(row, &told.steps);
        if steps.iter().any(|at| told.steps.cell(*at, "words").contains(": credits,")) {
            blocks.push(Block::Line(worded(language, "no credits in the window")));
        }
        return;
    }
    for term in terms {
        let several = match most {
            0 => "; `--credits` shows them".to_owned(),
            1 if term.count > 1 => ", the largest; `--credits` shows more:".to_owned(),
            _ if term.count > most as u64 => format!(", the {most} largest; `--credits` shows more:"),
            _ => ":".to_owned(),
        };
        let about = worded(language, &format!("from {}{several}", counted(term.count, "credit")));
        let label = if term.label.is_empty() { String::new() } else { format!("{}: ", term.label) };
        let rows = term.rows.iter().take(most).map(|at| credit(told, language, row, *at)).collect();
        blocks.push(Block::Credits(format!("{label}{about}"), rows));
    }
}

/// Day, transaction, product, credit with its share, what it counts, and the source.
fn credit(told: &Explanation, language: Language, row: usize, at: usize) -> [String; 6] {
    let of = |name: &str| told.credits.cell(at, name);
    let from = match of("from_position_id") {
        "" => String::new(),
        from => worded(language, &format!(" from {from}")),
    };
    let share = written(language, of("share_rate"), Unit::Percent);
    let amount = match told.statement.cell(row, "measure_unit") {
        "quantity" => written(language, of("credited_quantity"), Unit::Plain),
        _ => format!("{} {}", written(language, of("credited_amount"), Unit::Amount), of("currency_code")),
    };
    // What a line counts where it is converted or capped.
    let counted = match of("counted_value") {
        "" => String::new(),
        counted => {
            let mut told = format!(" → {}", written(language, counted, Unit::Amount));
            if !of("exchange_rate").is_empty() {
                let rate = written(language, of("exchange_rate"), Unit::Plain);
                told.push_str(&format!(" (× {rate}, {})", of("exchange_rate_id")));
            }
            if !is_same(of("uncapped_value"), &exact(counted)) {
                let uncapped = written(language, of("uncapped_value"), Unit::Amount);
                told.push_str(&worded(language, &format!(", capped from {uncapped}")));
            }
            told
        }
    };
    [
        of("booking_date").to_owned(),
        format!("{}/{}", of("transaction_id"), of("line_id")),
        of("product_id").to_owned(),
        format!("{}{from} × {share}", of("credit_type")),
        format!("{amount}{counted}"),
        told.source(at).to_owned(),
    ]
}

/// Seats and exceptions that no component tells.
fn seats(told: &Explanation, language: Language, blocks: &mut Vec<Block>) {
    if told.statement.rows.is_empty() {
        for row in 0..told.seats.rows.len() {
            let of = |name: &str| told.seats.cell(row, name);
            let (seat, days) = (of("position_id"), of("held_day_count"));
            blocks.push(Block::Line(worded(language, &format!("holds {seat} on {days} days; no plan pays for it"))));
        }
        if told.seats.rows.is_empty() {
            blocks.push(Block::Line(worded(language, "holds no position in the period")));
        }
    }
    for at in 0..told.exceptions.rows.len() {
        let of = |name: &str| told.exceptions.cell(at, name);
        if of("subject_kind") != "component" {
            let kind = named(language, of("exception_kind"));
            blocks.push(Block::Problem(format!("{kind} ({}): {}", of("subject_id"), cured(told, language, at))));
        }
    }
}

/// From what was earned to the payment.
fn payment(told: &Explanation, language: Language, blocks: &mut Vec<Block>) {
    let deposits = told.pay_lines();
    let is_plain = deposits.len() < 2 && deposits.iter().all(|line| line.steps.is_empty());
    if !is_plain {
        blocks.push(Block::Heading(worded(language, "From what was earned to the payment"), String::new()));
        let mut lines = Vec::new();
        for line in deposits {
            let of = |name: &str| told.steps.cell(line.last, name);
            let amount = written(language, of("value_out"), Unit::Amount);
            let cause = named(language, of("cause"));
            let heading = match of("plan_id") {
                "" => named(language, of("step_name")),
                plan => worded(language, &format!("{cause}, of {}, {plan}", of("origin_period_id"))),
            };
            lines.push(Line::Group(format!("{heading}: {amount} {}", of("currency_code"))));
            lines.extend(line.steps.iter().map(|at| step(told, language, *at, PLAIN)));
        }
        blocks.push(Block::Steps(lines));
    }
    for row in 0..told.payments.rows.len() {
        let of = |name: &str| written(language, told.payments.cell(row, name), Unit::Amount);
        let paid = format!("paid {} {}", of("payment_amount"), told.payments.cell(row, "currency_code"));
        let how = format!(
            "carried in {} + due {} − carried on {}",
            of("opening_balance_amount"),
            of("deposit_amount"),
            of("closing_balance_amount")
        );
        blocks.push(Block::Paid(worded(language, &paid), worded(language, &how)));
    }
}
