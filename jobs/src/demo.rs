//! `demo`: a pharma company, made, run, and shown as a sales leader would want to see it.
//!
//! The folder is made once and used again; one that holds something else is left alone.

use std::path::Path;

use engine::{Release, Warehouse};
use kernel::{Fault, Result, names::TableName};
use pharma::Scale;
use serde_json::json;

use crate::{
    commands::{Console, running},
    fault::{J009, J016, Stop, on_file},
    output::{Format, Table, grouped, money, seconds},
    project::Project,
    run::{self, Ran, RunOptions},
    shipped,
};

/// Marks a folder as made by `demo`.
const MARK: &str = ".tantieme-demo";

/// How large the company is, if nobody says.
pub const SCALE: Scale = Scale::SMALL;

/// `demo [--dir DIR] [--scale NUMBER]`
///
/// # Errors
/// J009 if the folder holds something else, and whatever a run says.
pub async fn demo(console: &mut Console<'_>, dir: &Path, scale: Scale) -> Result<u8, Stop> {
    let folder = console.path(dir);
    let line = console.line();
    line.say("making a pharma company");
    let is_new = !folder.join(MARK).is_file();
    if is_new {
        shipped::refuse_occupied(&folder).map_err(|_| {
            Fault::new(J009, format!("`{}` holds something that `tantieme demo` did not make", folder.display()))
                .hint("name another folder with `--dir`, or move this one away; nothing was written")
        })?;
        make(&folder, scale)?;
    }
    let project = Project::load(&folder, &console.global.variables, console.environment)?;
    let ran = run::run(&project, &RunOptions::default(), console.environment, &line).await?;
    drop(line);
    if !ran.faults.is_empty() {
        running::show(console, &project, &ran, false)?;
        return Err(ran.faults.into());
    }
    let Some(release) = &ran.release else { return Err(Fault::new(J016, "the demo made no release").into()) };
    let warehouse = console.warehouse(&project).await?;
    if console.global.json {
        let teams = ask(console, &project, &warehouse, release, TEAMS).await?.json();
        console.json(&json!({"folder": folder.display().to_string(), "run": ran.log, "teams": teams}))?;
        return Ok(0);
    }
    summary(console, &project, &warehouse, release, &ran, is_new, dir).await?;
    Ok(0)
}

/// Makes the company's project and its source files in a folder.
///
/// # Errors
/// J003 if it cannot be written.
pub fn make(folder: &Path, scale: Scale) -> Result<()> {
    let failed = |error: std::io::Error| on_file("written", folder, &error);
    pharma::generate(folder, &pharma::Options::at(scale)).map_err(failed)?;
    // Last, so that a folder that was cut off is not taken for a finished one.
    std::fs::write(folder.join(MARK), "made by `tantieme demo`; it may be removed whole\n").map_err(failed)
}

const TEAMS: &str = "with periods as (
    select plan_id, component_id, team_id, currency_code, period_id, payee_count, not_payable_count,
        targeted_value, target_value, attainment_rate
    from reporting.team_summary
),
last_periods as (
    select plan_id, component_id, team_id, max(period_id) as period_id
    from reporting.team_summary
    where incentive_amount > 0.0
    group by plan_id, component_id, team_id
),
paid as (
    select plan_id, component_id, team_id, sum(incentive_amount) as incentive_amount
    from reporting.team_summary
    group by plan_id, component_id, team_id
)
select periods.team_id, periods.plan_id, periods.component_id, periods.period_id, periods.payee_count, periods.not_payable_count,
    periods.targeted_value, periods.target_value, periods.attainment_rate, paid.incentive_amount, periods.currency_code
from periods
inner join last_periods on last_periods.plan_id = periods.plan_id and last_periods.component_id = periods.component_id
    and last_periods.team_id = periods.team_id and last_periods.period_id = periods.period_id
inner join paid on paid.plan_id = periods.plan_id and paid.component_id = periods.component_id
    and paid.team_id = periods.team_id
order by periods.team_id, periods.plan_id, periods.component_id";

const EXCEPTIONS: &str =
    "select exception_kind, count(subject_id) as subject_count, min(detail) as detail, min(cure) as cure
from reporting.exceptions group by exception_kind order by count(subject_id) desc, exception_kind limit 5";

const IDENTITIES: &str = "select identity, min(words) as words, count(subject_id) as row_count,
    count(case when is_balanced then null else 1 end) as broken_count
from reporting.reconciliation group by identity order by identity";

const BEST: &str = "select payee_id, payee_name, period_id, sum(incentive_amount) as incentive_amount
from reporting.statement where period_id = (select max(period_id) from reporting.statement where incentive_amount > 0.0)
group by payee_id, payee_name, period_id order by incentive_amount desc, payee_id limit 1";

async fn ask(
    console: &Console<'_>,
    project: &Project,
    warehouse: &Warehouse,
    release: &Release,
    sql: &str,
) -> Result<Table, Stop> {
    let answer = console.ask(project, warehouse, release, sql).await?;
    Ok(Table::of(&answer.schema, &answer.batches)?)
}

async fn summary(
    console: &mut Console<'_>,
    project: &Project,
    warehouse: &Warehouse,
    release: &Release,
    ran: &Ran,
    is_new: bool,
    dir: &Path,
) -> Result<(), Stop> {
    let teams = ask(console, project, warehouse, release, TEAMS).await?;
    let exceptions = ask(console, project, warehouse, release, EXCEPTIONS).await?;
    let identities = ask(console, project, warehouse, release, IDENTITIES).await?;
    let best = ask(console, project, warehouse, release, BEST).await?;
    let made = if is_new { "made" } else { "used again" };
    writeln!(console.out, "{}, {made} in {}, release {}\n", project.settings.name, dir.display(), release.number)?;
    attainment_by_team(console, &teams)?;
    writeln!(console.out, "\nExceptions: what cannot be computed or contradicts itself, never paid as zero")?;
    if exceptions.rows.is_empty() {
        writeln!(console.out, "  none")?;
    }
    for row in 0..exceptions.rows.len() {
        let of = |name: &str| exceptions.cell(row, name);
        let kind = of("exception_kind").replace('_', " ");
        writeln!(console.out, "  {:>4} × {kind}, such as: {}", grouped(of("subject_count")), of("detail"))?;
        writeln!(console.out, "         cure: {}", of("cure"))?;
    }
    reconciliation(console, ran, &identities)?;
    where_it_lies(console, project, release, dir)?;
    next(console, &best, dir)?;
    let times = ran.log.timings;
    writeln!(
        console.out,
        "\nTook {}: project {}, landing {}, computing and checking {}, publishing {}",
        seconds(times.total_ms),
        seconds(times.compile_ms),
        seconds(times.land_ms),
        seconds(times.build_ms),
        seconds(times.publish_ms)
    )?;
    Ok(())
}

fn attainment_by_team(console: &mut Console<'_>, teams: &Table) -> Result<(), Stop> {
    let mut table = Table::new(&[
        "team",
        "plan",
        "component",
        "period",
        "#people",
        "#sold",
        "#target",
        "#attainment",
        "#paid this year",
        "",
    ]);
    for row in 0..teams.rows.len() {
        let of = |name: &str| teams.cell(row, name);
        table.push([
            of("team_id").to_owned(),
            of("plan_id").to_owned(),
            of("component_id").to_owned(),
            of("period_id").to_owned(),
            of("payee_count").to_owned(),
            whole(of("targeted_value")),
            whole(of("target_value")),
            percent(of("attainment_rate")) + if of("not_payable_count") == "0" { "  " } else { " *" },
            money(of("incentive_amount")),
            of("currency_code").to_owned(),
        ]);
    }
    writeln!(console.out, "Attainment and payout by team, as of the last period that paid")?;
    let width = console.environment.width();
    table.write(console.out, Format::Text, width)?;
    if table.rows.iter().any(|row| row.iter().flatten().any(|cell| cell.ends_with('*'))) {
        writeln!(console.out, "* the seats that have a target; what the others sold is in reporting.exceptions")?;
    }
    Ok(())
}

/// The whole units of a number, for a summary; the tables hold every digit.
fn whole(number: &str) -> String {
    grouped(number.split('.').next().unwrap_or(number))
}

/// A rate as a percentage with one digit, cut and not rounded; the tables hold every digit.
fn percent(rate: &str) -> String {
    let (whole, fraction) = rate.split_once('.').unwrap_or((rate, ""));
    let digits = format!("{fraction:0<3}");
    let (cents, tenth) = digits.split_at(2);
    let joined = format!("{whole}{cents}");
    let number = joined.trim_start_matches('0');
    format!("{}.{} %", if number.is_empty() { "0" } else { number }, tenth.get(..1).unwrap_or("0"))
}

fn reconciliation(console: &mut Console<'_>, ran: &Ran, identities: &Table) -> Result<(), Stop> {
    let counts = ran.log.counts();
    let number = |count: u64| grouped(&count.to_string());
    writeln!(console.out, "\nReconciliation")?;
    writeln!(
        console.out,
        "  this run: delivered {} = landed {} + quarantined {} + repeated {} + refused {}{}",
        number(counts.delivered),
        number(counts.landed),
        number(counts.quarantined),
        number(counts.repeated),
        number(counts.refused),
        if counts.reconciles() { "" } else { "  DOES NOT ADD UP" }
    )?;
    for row in 0..identities.rows.len() {
        let of = |name: &str| identities.cell(row, name);
        let holds = match of("broken_count") {
            "0" => format!("holds in all {} cases", grouped(of("row_count"))),
            broken => format!("BROKEN in {} of {} cases", grouped(broken), grouped(of("row_count"))),
        };
        writeln!(console.out, "  {}: {holds}", of("words"))?;
    }
    Ok(())
}

fn where_it_lies(console: &mut Console<'_>, project: &Project, release: &Release, dir: &Path) -> Result<(), Stop> {
    let is_reporting = |name: &&TableName| name.layer() == "reporting" && !name.is_private();
    let tables = release.tables.keys().filter(is_reporting).count();
    writeln!(console.out, "\nWhere it lies")?;
    writeln!(console.out, "  {}  everything landed, computed and released", dir.join("warehouse").display())?;
    for target in &project.settings.publish {
        let tidy = |path: &Path| path.components().collect::<std::path::PathBuf>().display().to_string();
        let to = if target.to.contains("://") { target.to.clone() } else { tidy(&dir.join(&target.to)) };
        let kind = format!("{:?}", target.kind).to_lowercase();
        writeln!(console.out, "  {to}  {tables} reporting tables as {kind}")?;
    }
    Ok(())
}

fn next(console: &mut Console<'_>, best: &Table, dir: &Path) -> Result<(), Stop> {
    let program = program(console, dir);
    writeln!(console.out, "\nTry next")?;
    if !best.rows.is_empty() {
        let (payee, period) = (best.cell(0, "payee_id"), best.cell(0, "period_id"));
        writeln!(
            console.out,
            "  {program} explain {payee} {period}    why {} earned {} then",
            best.cell(0, "payee_name"),
            money(best.cell(0, "incentive_amount"))
        )?;
    }
    writeln!(console.out, "  {program} query \"select * from reporting.ranking where place_number <= 3\"")?;
    writeln!(console.out, "  {program} quarantine list    the rows that broke their contract, with every reason")?;
    writeln!(console.out, "  {program} lineage reporting.statement.incentive_amount    what it is made from")?;
    Ok(())
}

/// How the user calls the program again from where they stand.
fn program(console: &Console<'_>, dir: &Path) -> String {
    let name = if console.environment.variables.contains_key("CARGO") { "cargo run -q --" } else { "tantieme" };
    format!("{name} --project {}", dir.display())
}
