//! `why`: which positions a sale counts for, by which rule, and why not for others.

use std::collections::HashMap;

use kernel::{Fault, Store};
use serde_json::json;

use super::{Question, located, numbers::exact, quote};
use crate::{
    commands::Console,
    fault::{J006, Stop},
    output::{Table, money},
    project::Project,
};

/// Which transaction is asked about.
pub struct Sale<'a> {
    /// Its identifier at the source.
    pub transaction: &'a str,
    /// One of its lines; all of them if none.
    pub line: Option<&'a str>,
    /// The source, where several name a transaction alike.
    pub source: Option<&'a str>,
    /// Of which release.
    pub as_of: Option<u64>,
}

impl Sale<'_> {
    /// The condition that its rows meet.
    fn condition(&self) -> String {
        let part = |column: &str, value: Option<&str>| {
            value.map(|value| format!(" and {column} = {}", quote(value))).unwrap_or_default()
        };
        format!(
            "transaction_id = {}{}{}",
            quote(self.transaction),
            part("line_id", self.line),
            part("source_id", self.source)
        )
    }
}

/// Everything that is known of the lines of a sale.
struct Told {
    lines: Table,
    credits: Table,
    uncredited: Table,
    rule_sets: Table,
    sources: HashMap<String, String>,
    broken: Table,
    left_out: Table,
}

/// `why TRANSACTION`
///
/// # Errors
/// J006 if nothing that landed or is in quarantine has that name.
pub async fn why(console: &mut Console<'_>, sale: &Sale<'_>) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let release = console.release(&warehouse, sale.as_of).await?;
    let question = Question { project: &project, warehouse: &warehouse, release: &release };
    let condition = sale.condition();
    let key = "source_id, transaction_id, line_id";
    let lines = question
        .ask(console, &format!("select * from conformed.transactions where {condition} order by {key}"))
        .await?;
    let broken = broken(&project, warehouse.store().as_ref(), sale.transaction).await?;
    let left_out = match (lines.rows.is_empty(), broken.rows.is_empty()) {
        (true, true) => left_out(console, &question, sale.transaction).await?,
        _ => Table::new(&LEFT_OUT),
    };
    if lines.rows.is_empty() && broken.rows.is_empty() && left_out.rows.is_empty() {
        let fault = Fault::new(J006, format!("no transaction is `{}`, landed or in quarantine", sale.transaction));
        return Err(fault
            .hint("the names are those of `tantieme show conformed.transactions`")
            .hint("a file that was refused as a whole is named by the run that refused it: `tantieme status`")
            .into());
    }
    let credits = question
        .ask(console, &format!("select * from credits.credits where {condition} order by {key}, rule_set_id, credit_type, position_id, from_position_id"))
        .await?;
    let uncredited = question
        .ask(
            console,
            &format!("select * from credits.uncredited where {condition} order by {key}, rule_set_id, position_id"),
        )
        .await?;
    let rule_sets = question
        .ask(console, "select rule_set_id, rule_set_title from conformed.plan_rule_sets order by rule_set_id")
        .await?;
    let sources = located(&project, warehouse.store().as_ref(), &lines).await?;
    let told = Told { lines, credits, uncredited, rule_sets, sources, broken, left_out };
    if console.global.json {
        let value = json!({
            "release": release.number,
            "lines": told.lines.json(),
            "credits": told.credits.json(),
            "uncredited": told.uncredited.json(),
            "sources": told.sources,
            "quarantined": told.broken.json(),
            "left_out": told.left_out.json(),
        });
        console.json(&value)?;
        return Ok(0);
    }
    for row in 0..told.lines.rows.len() {
        write_line(console, &told, row)?;
    }
    write_rows(console, &told)
}

/// Columns of rows that landed and are in no transaction.
const LEFT_OUT: [&str; 3] = ["stream", "file", "#line"];

/// Open rows in quarantine that hold the name.
async fn broken(project: &Project, store: &dyn Store, name: &str) -> Result<Table, Stop> {
    let mut found = Table::new(&["id", "stream", "file", "#line", "reasons"]);
    for contract in &project.contracts {
        for row in connectors::quarantine::list(store, contract.table()).await? {
            if holds(&row.row_text, name) {
                found.push([row.id, contract.table().to_string(), row.file, row.line.to_string(), row.reasons]);
            }
        }
    }
    Ok(found)
}

/// Rows that landed under the name, by a column of their key.
async fn left_out(console: &mut Console<'_>, question: &Question<'_>, name: &str) -> Result<Table, Stop> {
    let mut found = Table::new(&LEFT_OUT);
    for contract in &question.project.contracts {
        let is_named: Vec<String> =
            contract.key().iter().map(|column| format!("cast({column} as varchar) = {}", quote(name))).collect();
        if is_named.is_empty() {
            continue;
        }
        let table = contract.table();
        let sql = format!("select _file, _line from {table} where {} order by _file, _line", is_named.join(" or "));
        // A stream of which nothing landed yet is no table.
        let Ok(rows) = question.ask(console, &sql).await else { continue };
        for row in 0..rows.rows.len() {
            found.push([table.to_string(), rows.cell(row, "_file").to_owned(), rows.cell(row, "_line").to_owned()]);
        }
    }
    Ok(found)
}

/// Whether a text holds a name as a whole word.
fn holds(text: &str, name: &str) -> bool {
    let is_part = |one: char| one.is_alphanumeric() || one == '_' || one == '-';
    !name.is_empty()
        && text
            .match_indices(name)
            .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
}

/// Rows under the name that are no transaction.
fn write_rows(console: &mut Console<'_>, told: &Told) -> Result<u8, Stop> {
    for at in 0..told.broken.rows.len() {
        let of = |name: &str| told.broken.cell(at, name);
        writeln!(
            console.out,
            "in quarantine, so it counts for nobody: {} at {}:{}",
            of("stream"),
            of("file"),
            of("line")
        )?;
        for reason in of("reasons").split("; ") {
            writeln!(console.out, "    because {reason}")?;
        }
        writeln!(
            console.out,
            "    `tantieme quarantine show {}` shows it whole; `fix`, `replay` or `accept` settles it",
            of("id")
        )?;
    }
    for at in 0..told.left_out.rows.len() {
        let of = |name: &str| told.left_out.cell(at, name);
        writeln!(
            console.out,
            "landed at {}:{} in {}, but conformed.transactions leaves it out,",
            of("file"),
            of("line"),
            of("stream")
        )?;
        writeln!(
            console.out,
            "    so it counts for nobody; mostly its day lies outside the calendar, or it is no sale"
        )?;
    }
    Ok(0)
}

fn write_line(console: &mut Console<'_>, told: &Told, row: usize) -> Result<(), Stop> {
    let of = |name: &str| told.lines.cell(row, name);
    let source = told.sources.get(of("row_version_id")).map_or("(no longer landed)", String::as_str);
    writeln!(
        console.out,
        "{}{} {}/{}: {} of {}, {} × {}, {} {}  ({source})",
        if row == 0 { "" } else { "\n" },
        of("source_id"),
        of("transaction_id"),
        of("line_id"),
        of("document_type"),
        of("booking_date"),
        exact(of("quantity")),
        of("product_id"),
        money(of("net_amount")),
        of("currency_code")
    )?;
    let is_same = |table: &Table, at: usize| {
        ["source_id", "transaction_id", "line_id"].iter().all(|name| table.cell(at, name) == of(name))
    };
    for set in 0..told.rule_sets.rows.len() {
        let id = told.rule_sets.cell(set, "rule_set_id");
        writeln!(console.out, "  {} ({id})", told.rule_sets.cell(set, "rule_set_title"))?;
        let own = |table: &Table| -> Vec<usize> {
            (0..table.rows.len()).filter(|&at| is_same(table, at) && table.cell(at, "rule_set_id") == id).collect()
        };
        let (credits, reasons) = (own(&told.credits), own(&told.uncredited));
        if credits.is_empty() && reasons.is_empty() {
            writeln!(console.out, "    nothing is known of this line here")?;
        }
        for at in credits {
            credit(console, &told.credits, at)?;
        }
        for at in reasons {
            reason(console, &told.uncredited, at)?;
        }
    }
    Ok(())
}

fn credit(console: &mut Console<'_>, credits: &Table, at: usize) -> Result<(), Stop> {
    let of = |name: &str| credits.cell(at, name);
    let from =
        if of("from_position_id").is_empty() { String::new() } else { format!(" from {}", of("from_position_id")) };
    let repeated = if of("is_repeated") == "true" { ", which repeats another" } else { "" };
    writeln!(
        console.out,
        "    credited to {}: {} × {} = {} {}, by rule {}{from}{repeated}",
        of("position_id"),
        of("credit_type"),
        exact(of("share_rate")),
        money(of("credited_amount")),
        of("currency_code"),
        of("rule_id")
    )?;
    Ok(())
}

fn reason(console: &mut Console<'_>, uncredited: &Table, at: usize) -> Result<(), Stop> {
    let of = |name: &str| uncredited.cell(at, name);
    let whom = if of("position_id").is_empty() { String::new() } else { format!(" to {}", of("position_id")) };
    let rule = if of("rule_id").is_empty() { String::new() } else { format!(", rule {}", of("rule_id")) };
    writeln!(
        console.out,
        "    not credited{whom}: {} {}, because {}{rule}",
        money(of("uncredited_amount")),
        of("currency_code"),
        because(of("reason")),
    )?;
    let (needed, found) = (of("needed_value"), of("found_value"));
    match (needed.is_empty(), found.is_empty()) {
        (true, true) => {}
        (true, false) => writeln!(console.out, "      found {found}")?,
        (false, true) => writeln!(console.out, "      needed {needed}, found nothing")?,
        (false, false) => writeln!(console.out, "      needed {needed}, found {found}")?,
    }
    Ok(())
}

/// A reason of `credits.uncredited` in words.
fn because(reason: &str) -> &str {
    match reason {
        "no_rule_document_type" => "no rule takes documents of this type",
        "no_rule_product" => "no rule takes this product",
        "no_rule_account_kind" => "no rule takes accounts of this kind",
        "no_rule_channel" => "no rule takes this channel",
        "no_rule_amount" => "its amount is below what the rules ask for",
        "no_rule_cost" => "a rule asks for a margin, and its cost is not known",
        "no_rule_margin" => "its margin is below what the rules ask for",
        "no_alignment" => "its account and place are aligned to nobody",
        "no_position_on_day" => "nobody was aligned on the day that counts",
        "nobody_named" => "it names no position",
        "nobody_in_team" => "nobody was in the team on that day",
        "share_missing" => "the shares do not add up to the whole",
        "original_not_linked" => "it is a return without a link to its sale",
        "original_unknown" => "the sale it takes back is not known",
        "original_not_in_scope" => "the sale it takes back is not in scope",
        "original_is_a_return" => "what it takes back is itself a return",
        "original_not_credited" => "the sale it takes back was credited to nobody",
        "position_unknown" => "the position does not exist",
        other => other,
    }
}
