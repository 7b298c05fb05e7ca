//! An explanation as lines for a terminal.

use std::io::{Result, Write};

use super::{
    Explanation,
    words::{exact, formula, remarks, shortened, shown},
};
use crate::output::{counted, money};

/// Writes the whole explanation.
pub(super) fn write(out: &mut (dyn Write + Send), told: &Explanation, most_credits: usize) -> Result<()> {
    let name = told.statement.cell(0, "payee_name");
    writeln!(out, "{name} ({}), {}, release {}", told.payee_id, told.period_id, told.release)?;
    for row in 0..told.statement.rows.len() {
        component(out, told, row)?;
        credits(out, told, row, most_credits)?;
    }
    for plan in told.of_plans() {
        let at = plan[0];
        writeln!(out, "\nThe whole of {} · {}", told.steps.cell(at, "plan_id"), told.steps.cell(at, "position_id"))?;
        steps(out, told, &plan)?;
    }
    if told.deposits.rows.len() > 1 {
        writeln!(out, "\ndue")?;
        for row in 0..told.deposits.rows.len() {
            let of = |name: &str| told.deposits.cell(row, name);
            let name = of("cause").replace('_', " ");
            let (amount, currency) = (money(of("deposit_amount")), of("currency_code"));
            writeln!(out, "  {name:<17}{amount:>18} {currency}   of {}, {}", of("origin_period_id"), of("plan_id"))?;
        }
    }
    for row in 0..told.payments.rows.len() {
        let of = |name: &str| money(told.payments.cell(row, name));
        writeln!(
            out,
            "\npaid {} {}: carried in {} + due {} − carried on {}",
            of("payment_amount"),
            told.payments.cell(row, "currency_code"),
            of("opening_balance_amount"),
            of("deposit_amount"),
            of("closing_balance_amount")
        )?;
    }
    Ok(())
}

/// Title, steps and result of one component.
fn component(out: &mut (dyn Write + Send), told: &Explanation, row: usize) -> Result<()> {
    let of = |name: &str| told.statement.cell(row, name);
    let steps = &told.steps;
    let own = told.of_component(row, steps);
    let clause = own.first().map_or_else(
        || format!("version {}", of("plan_version")),
        |at| format!("{}:{}", steps.cell(*at, "document_file"), steps.cell(*at, "document_line")),
    );
    writeln!(out, "\n{} · {} · {} ({clause})", of("component_title"), of("position_title"), of("plan_title"))?;
    if own.is_empty() {
        let reason = of("not_payable_reason");
        if reason.is_empty() {
            return writeln!(out, "  measured only, {}; pays nothing by itself", exact(of("measured_value")));
        }
        return writeln!(out, "  not payable: {}; reporting.exceptions says what to do", reason.replace('_', " "));
    }
    self::steps(out, told, &own)?;
    for remark in remarks(told, row) {
        writeln!(out, "  → {remark}")?;
    }
    Ok(())
}

/// Step by step; those of one transaction stand below its name.
fn steps(out: &mut (dyn Write + Send), told: &Explanation, own: &[usize]) -> Result<()> {
    let mut transaction = "";
    for &at in own {
        let of = |name: &str| told.steps.cell(at, name);
        if of("basis_key") != transaction {
            transaction = of("basis_key");
            let heading = if transaction.is_empty() { "all transactions" } else { transaction };
            writeln!(out, "  {heading}")?;
        }
        let name = of("step_name").replace('_', " ");
        let (left, right) = (formula(&told.steps, at), shortened(of("words")));
        let value = shown(of("value_out"), of("step_name"));
        writeln!(out, "  {name:<17}{value:>18}   {left:<36} {right}")?;
    }
    Ok(())
}

fn credits(out: &mut (dyn Write + Send), told: &Explanation, row: usize, most: usize) -> Result<()> {
    let terms = told.term_credits(row);
    if terms.is_empty() {
        let steps = told.of_component(row, &told.steps);
        let counts_credits = steps.iter().any(|at| told.steps.cell(*at, "words").contains(": credits,"));
        return if counts_credits { writeln!(out, "  no credits in the window") } else { Ok(()) };
    }
    for term in terms {
        let several = match most {
            0 => "; `--credits` shows them".to_owned(),
            1 if term.count > 1 => ", the largest; `--credits` shows more:".to_owned(),
            _ if term.count > most as u64 => format!(", the {most} largest; `--credits` shows more:"),
            _ => ":".to_owned(),
        };
        let label = if term.label.is_empty() { String::new() } else { format!("{}: ", term.label) };
        writeln!(out, "  {label}from {}{several}", counted(term.count, "credit"))?;
        lines(out, told, row, term.rows.iter().take(most))?;
    }
    Ok(())
}

fn lines<'a>(
    out: &mut (dyn Write + Send),
    told: &Explanation,
    row: usize,
    rows: impl Iterator<Item = &'a usize>,
) -> Result<()> {
    for &at in rows {
        let of = |name: &str| told.credits.cell(at, name);
        let from =
            if of("from_position_id").is_empty() { String::new() } else { format!(" from {}", of("from_position_id")) };
        let amount = match told.statement.cell(row, "measure_unit") {
            "quantity" => exact(of("credited_quantity")),
            _ => money(of("credited_amount")),
        };
        writeln!(
            out,
            "    {} {}/{} {:<12} {}{from} × {:<8} {amount:>14}  {}",
            of("booking_date"),
            of("transaction_id"),
            of("line_id"),
            of("product_id"),
            of("credit_type"),
            exact(of("share_rate")),
            told.source(at),
        )?;
    }
    Ok(())
}
