//! `check` and `run`.

use kernel::{Fault, Kind};
use serde_json::json;

use crate::{
    command_line::RunArguments,
    commands::Console,
    fault::Stop,
    landing,
    output::{Format, Table, counted, grouped, seconds},
    project::Project,
    run::{self, Ran, RunOptions},
    run_log::RunLog,
};

/// `check`
///
/// # Errors
/// Every fault of contracts, plans and models together.
pub async fn check(console: &mut Console<'_>) -> Result<u8, Stop> {
    let project = console.project()?;
    let mut faults: Vec<Fault> = Vec::new();
    faults.extend(landing::in_order(&project.contracts).err());
    faults.extend(landing::own_rows(&project).err().unwrap_or_default());
    let models = match project.compile().await {
        Ok(graph) => graph.models().len(),
        Err(found) => {
            faults.extend(found);
            0
        }
    };
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let (contracts, plans) = (project.contracts.len(), project.plans.len());
    let words = |count: usize, noun: &str| counted(count as u64, noun);
    if console.global.json {
        console.json(&json!({
            "project": project.settings.name, "contracts": contracts, "plans": plans, "models": models, "faults": []
        }))?;
    } else {
        writeln!(
            console.out,
            "project `{}` is sound: {}, {}, {}",
            project.settings.name,
            words(contracts, "contract"),
            words(plans, "plan document"),
            words(models, "model")
        )?;
    }
    Ok(0)
}

/// `run`
///
/// # Errors
/// Every fault that stopped it, or that its targets met after the release.
pub async fn run(console: &mut Console<'_>, arguments: &RunArguments) -> Result<u8, Stop> {
    let project = console.project()?;
    let options = RunOptions {
        select: arguments.select.clone(),
        period: arguments.period.clone(),
        full: arguments.full,
        dry_run: arguments.dry_run,
    };
    let line = console.line();
    let ran = run::run(&project, &options, console.environment, &line).await?;
    drop(line);
    show(console, &project, &ran, arguments.timings)?;
    console.warn(&ran.warnings);
    match ran.faults.is_empty() {
        true if arguments.dry_run && ran.log.outcome == "changes" => Ok(Kind::Changes.exit_code()),
        true => Ok(0),
        false => Err(ran.faults.into()),
    }
}

/// Says what a run did.
///
/// # Errors
/// If the output cannot be written.
pub fn show(console: &mut Console<'_>, project: &Project, ran: &Ran, timings: bool) -> Result<(), Stop> {
    let is_dry = ran.is_dry;
    if console.global.json {
        return console.json(&ran.log);
    }
    if console.global.quiet {
        return Ok(());
    }
    let width = console.environment.width();
    let what = if is_dry { "dry run" } else { "run" };
    writeln!(console.out, "{what} {} of `{}`\n", ran.log.run_id, project.settings.name)?;
    landed_table(&ran.log).write(console.out, Format::Text, width)?;
    writeln!(console.out)?;
    if !ran.log.models.is_empty() {
        models(console, &ran.log, timings, is_dry)?;
    }
    for one in &ran.log.published {
        let restored = match one.files_restored {
            0 => String::new(),
            count => format!("; {} that had gone missing put back", counted(count as u64, "file")),
        };
        writeln!(
            console.out,
            "published to {}: {} tables written, {} unchanged{restored}",
            one.target, one.tables_written, one.tables_unchanged
        )?;
    }
    if let Some(sentence) = ending(&ran.log, is_dry) {
        writeln!(console.out, "{sentence}")?;
    }
    Ok(())
}

fn models(console: &mut Console<'_>, log: &RunLog, timings: bool, is_dry: bool) -> Result<(), Stop> {
    let computed: Vec<_> = log.models.iter().filter(|model| model.computed > 0).collect();
    let partitions: usize = computed.iter().map(|model| model.computed).sum();
    let others = log.models.len() - computed.len();
    if is_dry {
        let names: Vec<_> = computed.iter().map(|model| format!("`{}`", model.table)).collect();
        let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        let count = counted(computed.len() as u64, "model");
        writeln!(console.out, "{count} would be computed{names}; {others} reused")?;
    } else {
        let partitions = counted(partitions as u64, "partition");
        writeln!(console.out, "models: {} computed ({partitions}), {others} reused", computed.len())?;
    }
    if timings {
        let mut table = Table::new(&["model", "#rows", "#computed", "#reused", "#run_ms", "#check_ms", "why"]);
        for model in &log.models {
            table.push([
                model.table.clone(),
                model.row_count.to_string(),
                model.computed.to_string(),
                model.reused.to_string(),
                model.run_ms.to_string(),
                model.check_ms.to_string(),
                model.reason.clone(),
            ]);
        }
        let width = console.environment.width();
        table.write(console.out, Format::Text, width)?;
        let times = log.timings;
        writeln!(
            console.out,
            "compile {}, land {}, build {}, publish {}, all {}\n",
            seconds(times.compile_ms),
            seconds(times.land_ms),
            seconds(times.build_ms),
            seconds(times.publish_ms),
            seconds(times.total_ms)
        )?;
    }
    Ok(())
}

/// How it ended, and why nothing was published where nothing was.
fn ending(log: &RunLog, is_dry: bool) -> Option<String> {
    if is_dry {
        return dry_ending(log);
    }
    let release = log.release?;
    let took = seconds(log.timings.total_ms);
    match log.outcome.as_str() {
        "released" => Some(format!("release {release}, in {took}")),
        "nothing_new" => Some(format!(
            "nothing to publish: no source brought anything new and no model or plan changed; release {release} holds, in {took}"
        )),
        _ => None,
    }
}

fn dry_ending(log: &RunLog) -> Option<String> {
    let news: Vec<_> = log.landed.iter().filter(|one| one.is_news()).map(|one| format!("`{}`", one.table)).collect();
    match (log.outcome.as_str(), news.is_empty()) {
        ("changes", true) => Some("no stream has anything new; nothing was changed".to_owned()),
        ("changes", false) => Some(format!("{} would land; nothing was changed", news.join(", "))),
        ("nothing_new", _) => Some("a run would find nothing to do".to_owned()),
        _ => None,
    }
}

/// Where every delivered row went, stream by stream, with the sum below.
pub fn landed_table(log: &RunLog) -> Table {
    let mut table = Table::new(&[
        "stream",
        "#delivered",
        "#landed",
        "#repeated",
        "#quarantined",
        "#refused",
        "#withdrawn",
        "remark",
    ]);
    let mut add = |name: &str, counts: kernel::landing::Counts, why: &str| {
        table.push([
            name.to_owned(),
            grouped(&counts.delivered.to_string()),
            grouped(&counts.landed.to_string()),
            grouped(&counts.repeated.to_string()),
            grouped(&counts.quarantined.to_string()),
            grouped(&counts.refused.to_string()),
            grouped(&counts.withdrawn.to_string()),
            why.to_owned(),
        ]);
    };
    for one in log.landed.iter().filter(|one| !one.is_own) {
        add(&one.table, one.counts, &one.remark());
    }
    let sum = log.counts();
    let remark =
        if sum.reconciles() { "delivered = landed + repeated + quarantined + refused" } else { "DOES NOT ADD UP" };
    add("all streams", sum, remark);
    let own: Vec<_> =
        log.landed.iter().filter(|one| one.is_own && one.counts.landed + one.counts.withdrawn > 0).collect();
    for one in own {
        add(&one.table, one.counts, "");
    }
    table
}
