//! `explain`: what somebody earned in a period, step by step, down to the source file and line.
//!
//! The steps are rows of `reporting.explanations` and recompute the pay exactly; here they are only put into words. The
//! credits below them are the lines that the component's measure added up; file and line come from the landed tables,
//! since published tables name source rows by version only.

use std::collections::HashMap;

use engine::{Release, Warehouse};
use kernel::{Fault, Store};
use serde_json::{Value, json};

use crate::{
    commands::Console,
    fault::{J006, Stop},
    output::{Table, counted, grouped, money},
    project::Project,
};

/// A text as SQL writes it.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What all questions of one explanation share.
struct Question<'a> {
    project: &'a Project,
    warehouse: &'a Warehouse,
    release: &'a Release,
}

impl Question<'_> {
    async fn ask(&self, console: &Console<'_>, sql: &str) -> Result<Table, Stop> {
        let answer = console.ask(self.project, self.warehouse, self.release, sql).await?;
        Ok(Table::of(&answer.schema, &answer.batches)?)
    }
}

/// `explain PAYEE PERIOD`
///
/// # Errors
/// J006 if the payee is not known or has nothing in that period, naming those that are.
pub async fn explain(
    console: &mut Console<'_>,
    payee: &str,
    period: &str,
    most_credits: usize,
    as_of: Option<u64>,
) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let release = console.release(&warehouse, as_of).await?;
    let question = Question { project: &project, warehouse: &warehouse, release: &release };
    let statement = question
        .ask(
            console,
            &format!(
                "select * from reporting.statement where payee_id = {} and period_id = {} \
                 order by plan_id, component_number, component_id, position_id",
                quote(payee),
                quote(period)
            ),
        )
        .await?;
    if statement.rows.is_empty() {
        return Err(nothing_there(console, &question, payee, period).await?.into());
    }
    let steps = question
        .ask(
            console,
            &format!(
                "select * from reporting.explanations where payee_id = {} and period_id = {} \
                 order by plan_id, component_id, position_id, \
                 case when step_number < 100 then 0 when basis_key <> '' then 1 else 2 end, basis_key, step_number",
                quote(payee),
                quote(period)
            ),
        )
        .await?;
    let credits = credits(console, &question, payee, period).await?;
    let sources = located(&project, warehouse.store().as_ref(), &credits).await?;
    if console.global.json {
        let value = as_json(&statement, &steps, &credits, &sources, release.number);
        console.json(&value)?;
        return Ok(0);
    }
    writeln!(console.out, "{} ({payee}), {period}, release {}", statement.cell(0, "payee_name"), release.number)?;
    for row in 0..statement.rows.len() {
        component(console, &statement, row, &steps)?;
        credit_lines(console, &statement, row, &credits, &sources, most_credits)?;
    }
    paid(console, &question, payee, period).await?;
    Ok(0)
}

/// Says who or what is not there, and what is.
async fn nothing_there(
    console: &Console<'_>,
    question: &Question<'_>,
    payee: &str,
    period: &str,
) -> Result<Fault, Stop> {
    let sql = format!(
        "select period_id from reporting.statement where payee_id = {} group by period_id order by period_id",
        quote(payee)
    );
    let periods = question.ask(console, &sql).await?;
    let known: Vec<&str> = (0..periods.rows.len()).map(|row| periods.cell(row, "period_id")).collect();
    if !known.is_empty() {
        return Ok(Fault::new(J006, format!("payee `{payee}` has no statement for period `{period}`"))
            .hint(format!("there is one for {}", known.join(", "))));
    }
    let near = "select payee_id from reporting.statement group by payee_id order by payee_id limit 12";
    let payees = question.ask(console, near).await?;
    let known: Vec<&str> = (0..payees.rows.len()).map(|row| payees.cell(row, "payee_id")).collect();
    Ok(Fault::new(J006, format!("nobody is paid under the name `{payee}`"))
        .hint(format!("there are {} and so on; `tantieme show reporting.statement` lists all", known.join(", "))))
}

fn same_component(one: &Table, row: usize, other: &Table, at: usize) -> bool {
    ["plan_id", "component_id", "position_id"].iter().all(|name| one.cell(row, name) == other.cell(at, name))
}

/// Title, steps and result of one component.
fn component(console: &mut Console<'_>, statement: &Table, row: usize, steps: &Table) -> Result<(), Stop> {
    let of = |name: &str| statement.cell(row, name);
    let own: Vec<usize> = (0..steps.rows.len()).filter(|at| same_component(statement, row, steps, *at)).collect();
    writeln!(
        console.out,
        "\n{} · {} · {} ({})",
        of("component_title"),
        of("position_title"),
        of("plan_title"),
        own.first().map_or_else(
            || format!("version {}", of("plan_version")),
            |at| format!("{}:{}", steps.cell(*at, "document_file"), steps.cell(*at, "document_line"))
        )
    )?;
    if own.is_empty() {
        let reason = of("not_payable_reason");
        writeln!(
            console.out,
            "  not payable: {}",
            if reason.is_empty() { "see reporting.exceptions" } else { reason }
        )?;
        return Ok(());
    }
    for at in own {
        let name = steps.cell(at, "step_name").replace('_', " ");
        let (left, right) = (formula(steps, at), shortened(steps.cell(at, "words")));
        let value = shown(steps.cell(at, "value_out"), steps.cell(at, "step_name"));
        writeln!(console.out, "  {name:<17}{value:>18}   {left:<36} {right}")?;
    }
    Ok(())
}

/// How a step's value came about, as a person would write it.
fn formula(steps: &Table, at: usize) -> String {
    let (left, right) = (exact(steps.cell(at, "value_in")), exact(steps.cell(at, "operand")));
    match steps.cell(at, "operation") {
        "ratio" | "quotient" => format!("{left} ÷ {right}"),
        "times" => format!("{left} × {right}"),
        "times_rounded" => format!("{left} × {right}, rounded"),
        "minus" => format!("{left} − {right}"),
        "at_most" => format!("{left}, at most {right}"),
        "at_least" => format!("{left}, at least {right}"),
        "change" => format!("of {right}, then {left}"),
        "condition" => format!("{left} against {right}"),
        "share" => format!("{left} points of {right}"),
        "within" => format!("{left}, within ±{right}"),
        "plus" => format!("{left} + {right}"),
        "above" => format!("{left} − {right}, not below 0"),
        "slice" => format!("of {left}"),
        "round" => format!("{left} to {right} digits, {}", steps.cell(at, "rounding_mode").replace('_', " ")),
        "sum_of_tiers" => "all tiers together".to_owned(),
        "sum_of_parts" => "all periods together".to_owned(),
        "sum" => "all together".to_owned(),
        _ => String::new(),
    }
}

/// All digits that say anything.
fn exact(number: &str) -> String {
    let short = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    grouped(short)
}

/// A sentence whose decimals end where they stop saying anything.
fn shortened(words: &str) -> String {
    let short = |word: &str| {
        let is_decimal =
            word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        if is_decimal && word.ends_with('0') { exact(word) } else { word.to_owned() }
    };
    words.split(' ').map(short).collect::<Vec<_>>().join(" ")
}

fn shown(number: &str, step: &str) -> String {
    if matches!(step, "attainment" | "looked_up" | "output" | "days_held") { exact(number) } else { money(number) }
}

/// The credits that the payee's measures added up, by the same rules: the parts of the window that count, each credit once,
/// and where the plan says so only the days on which the payee held the seat.
async fn credits(console: &Console<'_>, question: &Question<'_>, payee: &str, period: &str) -> Result<Table, Stop> {
    let sql = format!(
        "with statement as (
            select plan_id, component_id, position_id, payee_id, window_kind, period_id
            from reporting.statement
            where payee_id = {} and period_id = {}
        )
        select
            statement.plan_id, statement.component_id, statement.position_id, credits.credit_type,
            credits.from_position_id, credits.source_id, credits.transaction_id, credits.line_id, credits.booking_date,
            credits.product_id, credits.share_rate, credits.credited_amount, credits.credited_quantity,
            credits.row_version_id
        from statement
        inner join conformed.plan_plans as plans on plans.plan_id = statement.plan_id
        inner join conformed.plan_components as components
            on components.plan_id = statement.plan_id and components.component_id = statement.component_id
        inner join attainment._counted_parts as parts
            on parts.plan_id = statement.plan_id and parts.position_id = statement.position_id
            and parts.payee_id = statement.payee_id and parts.period_id = statement.period_id
            and parts.window_kind = statement.window_kind
        inner join conformed.windows as windows
            on windows.period_id = parts.part_period_id and windows.window_kind = 'period'
        inner join credits.credits as credits
            on credits.position_id = statement.position_id
            and credits.rule_set_id = components.rule_set_id
            and credits.period_id = windows.base_period_id
        left join conformed.products as products on products.product_id = credits.product_id
        left join attainment._occupancies as occupancies
            on occupancies.position_id = statement.position_id and occupancies.payee_id = statement.payee_id
            and credits.booking_date >= occupancies.from_date and credits.booking_date < occupancies.to_date
        where not credits.is_repeated
            and (components.measure_level <> 'own' or credits.credit_type <> 'rollup')
            and (plans.credit_basis <> 'occupancy' or occupancies.payee_id is not null)
            and case components.product_scope_kind
                when 'product' then credits.product_id
                when 'brand' then products.brand_id
                when 'category' then products.category_id
                else components.product_scope_key
            end = components.product_scope_key
        order by
            statement.plan_id, statement.component_id, statement.position_id, abs(credits.credited_amount) desc,
            credits.booking_date, credits.transaction_id, credits.line_id, credits.credit_type, credits.from_position_id",
        quote(payee),
        quote(period)
    );
    question.ask(console, &sql).await
}

/// File and line of every row version among the credits, looked up stream by stream.
async fn located(project: &Project, store: &dyn Store, credits: &Table) -> Result<HashMap<String, String>, Stop> {
    let mut open: Vec<[u8; 16]> =
        (0..credits.rows.len()).filter_map(|row| version(credits.cell(row, "row_version_id"))).collect();
    open.sort_unstable();
    open.dedup();
    let mut found = HashMap::new();
    for contract in &project.contracts {
        if open.is_empty() {
            break;
        }
        for one in connectors::locate(store, contract.table(), &open).await? {
            found.insert(kernel::fingerprint::hex(&one.row_version_id), format!("{}:{}", one.file, one.line));
        }
        open.retain(|id| !found.contains_key(&kernel::fingerprint::hex(id)));
    }
    Ok(found)
}

fn version(hex: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    if hex.len() != 32 || !hex.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..32).step_by(2)) {
        *byte = u8::from_str_radix(&hex[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

fn credit_lines(
    console: &mut Console<'_>,
    statement: &Table,
    row: usize,
    credits: &Table,
    sources: &HashMap<String, String>,
    most: usize,
) -> Result<(), Stop> {
    let own: Vec<usize> = (0..credits.rows.len()).filter(|at| same_component(statement, row, credits, *at)).collect();
    if own.is_empty() {
        writeln!(console.out, "  no credits in the window")?;
        return Ok(());
    }
    let several = match most {
        0 => "; `--credits` shows them".to_owned(),
        1 if own.len() > 1 => ", the largest; `--credits` shows more:".to_owned(),
        _ if own.len() > most => format!(", the {most} largest; `--credits` shows more:"),
        _ => ":".to_owned(),
    };
    writeln!(console.out, "  from {}{several}", counted(own.len() as u64, "credit"))?;
    for &at in own.iter().take(most) {
        let of = |name: &str| credits.cell(at, name);
        let source = sources.get(of("row_version_id")).map_or("(no longer landed)", String::as_str);
        let from =
            if of("from_position_id").is_empty() { String::new() } else { format!(" from {}", of("from_position_id")) };
        let amount = match statement.cell(row, "measure_unit") {
            "quantity" => exact(of("credited_quantity")),
            _ => money(of("credited_amount")),
        };
        writeln!(
            console.out,
            "    {} {}/{} {:<12} {}{from} × {:<8} {amount:>14}  {source}",
            of("booking_date"),
            of("transaction_id"),
            of("line_id"),
            of("product_id"),
            of("credit_type"),
            exact(of("share_rate")),
        )?;
    }
    Ok(())
}

/// What of it is paid, and what is carried.
async fn paid(console: &mut Console<'_>, question: &Question<'_>, payee: &str, period: &str) -> Result<(), Stop> {
    let sql = format!(
        "select currency_code, opening_balance_amount, deposit_amount, payment_amount, closing_balance_amount \
         from reporting.payments where payee_id = {} and period_id = {} order by currency_code",
        quote(payee),
        quote(period)
    );
    let payments = question.ask(console, &sql).await?;
    for row in 0..payments.rows.len() {
        let of = |name: &str| money(payments.cell(row, name));
        writeln!(
            console.out,
            "\npaid {} {}: carried in {} + due {} − carried on {}",
            of("payment_amount"),
            payments.cell(row, "currency_code"),
            of("opening_balance_amount"),
            of("deposit_amount"),
            of("closing_balance_amount")
        )?;
    }
    Ok(())
}

fn as_json(
    statement: &Table,
    steps: &Table,
    credits: &Table,
    sources: &HashMap<String, String>,
    release: u64,
) -> Value {
    let mut lines = credits.json();
    for line in lines.as_array_mut().into_iter().flatten() {
        let source = line.get("row_version_id").and_then(Value::as_str).and_then(|id| sources.get(id)).cloned();
        if let Some(members) = line.as_object_mut() {
            members.insert("source".to_owned(), source.map_or(Value::Null, Value::String));
        }
    }
    json!({"release": release, "statement": statement.json(), "steps": steps.json(), "credits": lines})
}
