//! `explain`: what somebody earned in a period, step by step, down to the source file and line; and `why`: what became of a
//! sale.
//!
//! The steps are rows of `reporting.explanations` and recompute the pay exactly; here they are only put into words. The
//! credits below them are the lines that the component's measure added up; file and line come from the landed tables,
//! since published tables name source rows by version only.

mod credits;
mod html;
mod text;
mod why;
mod words;

use std::collections::HashMap;

use engine::{Release, Warehouse};
use kernel::{Fault, Store};
use serde_json::{Value, json};

pub use why::{Sale, why};

use crate::{
    commands::Console,
    fault::{J006, Stop},
    output::Table,
    project::Project,
};

/// A text as SQL writes it.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What is asked of the component first, then its transactions one after the other, then what becomes of them.
const STEPS: &str = "plan_id, component_id, position_id, \
    case when step_number < 100 then 0 when basis_key <> '' then 1 else 2 end, basis_key, step_number";

/// How an explanation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Lines for a terminal.
    Text,
    /// A page of its own, to send or to print.
    Html,
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

/// Everything that is known of a payee's pay in a period.
struct Explanation {
    payee_id: String,
    period_id: String,
    release: u64,
    /// A row for each component.
    statement: Table,
    steps: Table,
    credits: Table,
    /// The next tier of each component, if there is one.
    next_tiers: Table,
    /// What is due, by cause.
    deposits: Table,
    payments: Table,
    /// File and line by row version.
    sources: HashMap<String, String>,
}

impl Explanation {
    /// The rows of another table that belong to a component of the statement.
    fn of_component(&self, row: usize, other: &Table) -> Vec<usize> {
        let is_same = |at: &usize| {
            ["plan_id", "component_id", "position_id"]
                .iter()
                .all(|name| self.statement.cell(row, name) == other.cell(*at, name))
        };
        (0..other.rows.len()).filter(is_same).collect()
    }

    /// The steps of each plan as a whole, from its components to what it pays, for plans that change the sum.
    fn of_plans(&self) -> Vec<Vec<usize>> {
        let is_plan = |at: &usize| self.steps.cell(*at, "component_id").is_empty();
        let mut plans: Vec<Vec<usize>> = Vec::new();
        for at in (0..self.steps.rows.len()).filter(is_plan) {
            let is_same = |one: &Vec<usize>| {
                ["plan_id", "position_id"].iter().all(|name| self.steps.cell(one[0], name) == self.steps.cell(at, name))
            };
            match plans.iter_mut().find(|one| is_same(one)) {
                Some(plan) => plan.push(at),
                None => plans.push(vec![at]),
            }
        }
        plans.retain(|steps| steps.len() > 2);
        plans
    }

    /// File and line that a credit comes from.
    fn source(&self, credit: usize) -> &str {
        self.sources.get(self.credits.cell(credit, "row_version_id")).map_or("(no longer landed)", String::as_str)
    }

    fn as_json(&self) -> Value {
        let mut lines = self.credits.json();
        for line in lines.as_array_mut().into_iter().flatten() {
            let source =
                line.get("row_version_id").and_then(Value::as_str).and_then(|id| self.sources.get(id)).cloned();
            if let Some(members) = line.as_object_mut() {
                members.insert("source".to_owned(), source.map_or(Value::Null, Value::String));
            }
        }
        json!({
            "release": self.release,
            "statement": self.statement.json(),
            "steps": self.steps.json(),
            "next_tiers": self.next_tiers.json(),
            "credits": lines,
            "deposits": self.deposits.json(),
            "payments": self.payments.json(),
        })
    }
}

/// What `explain` is asked for.
pub struct Request<'a> {
    /// The payee.
    pub payee: &'a str,
    /// The period.
    pub period: &'a str,
    /// At most so many credits of each component.
    pub most_credits: usize,
    /// Of which release.
    pub as_of: Option<u64>,
    /// How it is written.
    pub form: Form,
}

/// `explain PAYEE PERIOD`
///
/// # Errors
/// J006 if the payee is not known or has nothing in that period, naming those that are.
pub async fn explain(console: &mut Console<'_>, request: &Request<'_>) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let release = console.release(&warehouse, request.as_of).await?;
    let question = Question { project: &project, warehouse: &warehouse, release: &release };
    let told = gather(console, &question, request).await?;
    if console.global.json {
        console.json(&told.as_json())?;
    } else if request.form == Form::Html {
        console.out.write_all(html::page(&told, request.most_credits).as_bytes())?;
    } else {
        text::write(console.out, &told, request.most_credits)?;
    }
    Ok(0)
}

async fn gather(console: &Console<'_>, question: &Question<'_>, request: &Request<'_>) -> Result<Explanation, Stop> {
    let (payee, period) = (request.payee, request.period);
    let whose = format!("payee_id = {} and period_id = {}", quote(payee), quote(period));
    let rows = |table: &str, order: &str| format!("select * from reporting.{table} where {whose} order by {order}");
    let components = "plan_id, component_number, component_id, position_id";
    let statement = question.ask(console, &rows("statement", components)).await?;
    if statement.rows.is_empty() {
        return Err(nothing_there(console, question, payee, period).await?.into());
    }
    let credits = credits::credits(console, question, (payee, period), request.most_credits).await?;
    let sources = located(question.project, question.warehouse.store().as_ref(), &credits).await?;
    Ok(Explanation {
        payee_id: payee.to_owned(),
        period_id: period.to_owned(),
        release: question.release.number,
        steps: question.ask(console, &rows("explanations", STEPS)).await?,
        next_tiers: question.ask(console, &rows("next_tiers", "plan_id, component_id, position_id")).await?,
        deposits: question.ask(console, &rows("deposit_lines", "plan_id, origin_period_id, cause")).await?,
        payments: question.ask(console, &rows("payments", "currency_code")).await?,
        statement,
        credits,
        sources,
    })
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

/// File and line of every row version in a table, looked up stream by stream.
async fn located(project: &Project, store: &dyn Store, rows: &Table) -> Result<HashMap<String, String>, Stop> {
    let mut open: Vec<[u8; 16]> =
        (0..rows.rows.len()).filter_map(|row| version(rows.cell(row, "row_version_id"))).collect();
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
