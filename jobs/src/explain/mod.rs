//! `explain`: what somebody earned in a period, step by step, down to the source file and line; and `why`: what became of a
//! sale.
//!
//! The steps are rows of `reporting.explanations` and recompute the pay exactly; here they are only put into words. The
//! credits below them are the lines that the component's measure added up; file and line come from the landed tables,
//! since published tables name source rows by version only.

mod credits;
mod html;
mod numbers;
mod page;
mod phrases;
mod steps;
mod text;
mod why;

use std::collections::HashMap;

use engine::{Release, Warehouse};
use kernel::{Fault, Store};
use plans::reader::Language;
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
    /// The payee's name.
    payees: Table,
    /// What the curve of each component looks up and gives.
    kinds: Table,
    /// What is the matter with the payee's pay, and what would cure it.
    exceptions: Table,
    /// Seats held in the period.
    seats: Table,
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
        let of = |at: usize, name: &str| self.steps.cell(at, name);
        let is_plan = |at: &usize| {
            of(*at, "component_id").is_empty() && of(*at, "cause").is_empty() && !of(*at, "plan_id").is_empty()
        };
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
            "exceptions": self.exceptions.json(),
            "seats": self.seats.json(),
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
    /// In which language; what programs read is in English.
    pub language: Language,
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
        return Ok(0);
    }
    let page = page::page(&told, request.language, request.most_credits);
    match request.form {
        Form::Html => console.out.write_all(html::page(&page, request.language).as_bytes())?,
        Form::Text => text::write(console.out, &page)?,
    }
    Ok(0)
}

async fn gather(console: &Console<'_>, question: &Question<'_>, request: &Request<'_>) -> Result<Explanation, Stop> {
    let (payee, period) = (request.payee, request.period);
    let whose = format!("payee_id = {} and period_id = {}", quote(payee), quote(period));
    let rows = |table: &str, order: &str| format!("select * from reporting.{table} where {whose} order by {order}");
    let components = "plan_id, component_number, component_id, position_id";
    let statement = question.ask(console, &rows("statement", components)).await?;
    let steps = question
        .ask(console, &rows("explanations", "plan_id, component_id, position_id, basis_key, step_number"))
        .await?;
    let filled = |sql: &str| sql.replace("$payee", &quote(payee)).replace("$period", &quote(period));
    let seats = question.ask(console, &filled(SEATS)).await?;
    let exceptions = question.ask(console, &filled(EXCEPTIONS)).await?;
    if statement.rows.is_empty() && steps.rows.is_empty() && seats.rows.is_empty() && exceptions.rows.is_empty() {
        return Err(nothing_there(console, question, payee, period).await?.into());
    }
    let credits = credits::credits(console, question, (payee, period), request.most_credits).await?;
    let sources = located(question.project, question.warehouse.store().as_ref(), &credits).await?;
    Ok(Explanation {
        payee_id: payee.to_owned(),
        period_id: period.to_owned(),
        release: question.release.number,
        steps,
        next_tiers: question.ask(console, &rows("next_tiers", "plan_id, component_id, position_id, next_kind")).await?,
        deposits: question.ask(console, &rows("deposit_lines", "plan_id, origin_period_id, cause")).await?,
        payments: question.ask(console, &rows("payments", "currency_code")).await?,
        payees: question
            .ask(console, &filled("select payee_name from conformed.payees where payee_id = $payee"))
            .await?,
        kinds: question.ask(console, &filled(KINDS)).await?,
        exceptions,
        seats,
        statement,
        credits,
        sources,
    })
}

const KINDS: &str = "select
        incentives.plan_id, incentives.component_id, incentives.position_id, incentives.axis, incentives.output,
        components.attainment_kind
    from incentives.incentives as incentives
    inner join conformed.plan_components as components
        on components.plan_id = incentives.plan_id and components.component_id = incentives.component_id
    where incentives.payee_id = $payee and incentives.period_id = $period
    order by incentives.plan_id, incentives.component_id, incentives.position_id";

const SEATS: &str = "select occupancy.position_id, sum(occupancy.held_day_count) as held_day_count
    from attainment.occupancy as occupancy
    inner join conformed.windows as windows
        on windows.base_period_id = occupancy.period_id and windows.window_kind = 'period'
    where occupancy.payee_id = $payee and windows.period_id = $period
    group by occupancy.position_id
    order by occupancy.position_id";

/// Exceptions that name the payee, one of the payee's seats, or an event of the payee.
const EXCEPTIONS: &str = "with subjects as (
        select $payee as subject_part
        union all
        select occupancy.position_id as subject_part
        from attainment.occupancy as occupancy
        inner join conformed.windows as windows
            on windows.base_period_id = occupancy.period_id and windows.window_kind = 'period'
        where occupancy.payee_id = $payee and windows.period_id = $period
        union all
        select clawback_id as subject_part from conformed.clawback_events where payee_id = $payee
        union all
        select hold_id as subject_part from conformed.holds where payee_id = $payee
        union all
        select event_id as subject_part from conformed.pay_events where payee_id = $payee
    ),
    named as (
        select subject_part from subjects group by subject_part
    ),
    found as (
        select
            exceptions.found_in, exceptions.exception_kind, exceptions.subject_kind, exceptions.subject_id,
            exceptions.period_id, exceptions.detail, exceptions.cure,
            max(case when named.subject_part = $payee then 1 else 0 end) as names_payee
        from reporting.exceptions as exceptions
        inner join named
            on strpos('/' || exceptions.subject_id || '/', '/' || named.subject_part || '/') > 0
        where exceptions.period_id in ($period, 'all')
        group by
            exceptions.found_in, exceptions.exception_kind, exceptions.subject_kind, exceptions.subject_id,
            exceptions.period_id, exceptions.detail, exceptions.cure
    )
    select found_in, exception_kind, subject_kind, subject_id, period_id, detail, cure
    from found
    where names_payee = 1 or subject_kind in ('clawback', 'hold', 'pay_event')
        or (subject_kind = 'position' and strpos(subject_id, '/') = 0)
    order by subject_kind, subject_id, exception_kind";

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
