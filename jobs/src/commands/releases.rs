//! `releases`, `diff`, `rollback`, `reproduce` and `maintain`.

use std::collections::BTreeMap;

use engine::{BuildOptions, Release, read};
use kernel::{Fault, Place, Timestamp};
use serde_json::json;

use crate::{
    commands::Console,
    fault::{J014, J015, Stop},
    output::{Format, Table, counted},
    run::{self, PROGRAM_VERSION, session_settings},
    run_log::local_time,
};

/// `releases`
///
/// # Errors
/// What the store says.
pub async fn list(console: &mut Console<'_>) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let releases = Release::list(warehouse.store().as_ref()).await?;
    if console.global.json {
        console.json(&releases)?;
        return Ok(0);
    }
    let mut table =
        Table::new(&["#release", "released_at", "run_id", "program", "#tables", "#rows", "#changed", "remark"]);
    let mut before: Option<&Release> = None;
    for release in &releases {
        let is_changed = |name, version: &engine::TableVersion| {
            before.and_then(|before| before.tables.get(name)).is_none_or(|old| !old.same_content(version))
        };
        let changed = release.tables.iter().filter(|(name, version)| is_changed(*name, version)).count();
        let rows: u64 = release.tables.values().map(engine::TableVersion::row_count).sum();
        table.push([
            release.number.to_string(),
            local_time(release.released_at, &project.settings.time_zone),
            release.run_id.clone(),
            release.program_version.clone(),
            release.tables.len().to_string(),
            rows.to_string(),
            changed.to_string(),
            remark(release),
        ]);
        before = Some(release);
    }
    let width = console.environment.width();
    table.write(console.out, Format::Text, width)?;
    Ok(0)
}

/// What has to be known of a release beside its figures.
fn remark(release: &Release) -> String {
    let back = release.rolled_back_to.map(|to| format!("holds what release {to} held"));
    let stale = (!release.stale_tables.is_empty()).then(|| {
        let count = counted(release.stale_tables.len() as u64, "table");
        format!("its run looked at a part only: {count} not brought up to date")
    });
    back.into_iter().chain(stale).collect::<Vec<_>>().join("; ")
}

/// `diff R1 R2`
///
/// # Errors
/// E014 if one of them does not exist.
pub async fn diff(console: &mut Console<'_>, from: u64, to: u64) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let from = console.release(&warehouse, Some(from)).await?;
    let to = console.release(&warehouse, Some(to)).await?;
    let diff = read::diff(&warehouse, &from, &to, &session_settings(console.environment)).await?;
    let mut table = Table::new(&["table", "#added", "#removed", "#changed", "column", "#sum_before", "#sum_after"]);
    let mut values = Vec::new();
    for one in &diff.tables {
        let sums: Vec<_> = one.sums.iter().filter(|(column, ..)| adds_up(column)).cloned().collect();
        let mut head = [one.name.to_string(), one.added.to_string(), one.removed.to_string(), one.changed.to_string()];
        let nothing = (String::new(), String::new(), String::new());
        let shown = if sums.is_empty() { std::slice::from_ref(&nothing) } else { sums.as_slice() };
        for (column, before, after) in shown {
            let [name, added, removed, changed] = std::mem::take(&mut head);
            table.push([name, added, removed, changed, column.clone(), before.clone(), after.clone()]);
        }
        let sums: BTreeMap<_, _> =
            sums.iter().map(|(column, before, after)| (column, json!({"before": before, "after": after}))).collect();
        values.push(json!({
            "table": one.name, "added": one.added, "removed": one.removed, "changed": one.changed, "sums": sums
        }));
    }
    for (name, release) in &diff.only_in {
        let blank = String::new;
        table.push([
            name.to_string(),
            blank(),
            blank(),
            blank(),
            format!("only in release {release}"),
            blank(),
            blank(),
        ]);
        values.push(json!({"table": name, "only_in": release}));
    }
    if console.global.json {
        console.json(&json!({"from": from.number, "to": to.number, "tables": values}))?;
    } else if table.rows.is_empty() {
        writeln!(console.out, "releases {} and {} hold the same rows", from.number, to.number)?;
    } else {
        let width = console.environment.width();
        table.write(console.out, Format::Text, width)?;
    }
    Ok(0)
}

/// Whether the sum of a column says anything: of amounts and quantities it does, of rates and values for one it does not.
fn adds_up(column: &str) -> bool {
    ["amount", "quantity"].iter().any(|unit| column == *unit || column.ends_with(&format!("_{unit}")))
}

/// `rollback R`
///
/// # Errors
/// E014 if there is no such release, E010 if a run is at work.
pub async fn roll_back(console: &mut Console<'_>, to: u64) -> Result<u8, Stop> {
    let project = console.project()?;
    let ran = run::roll_back(&project, to, console.environment).await?;
    if let Some(number) = ran.log.release {
        if console.global.json {
            console.json(&json!({"release": number, "rolled_back_to": to, "run_id": ran.log.run_id}))?;
        } else {
            writeln!(console.out, "release {number} holds what release {to} held")?;
            console.remark("the next `tantieme run` computes anew from the sources and plans as they are");
        }
    }
    if ran.faults.is_empty() { Ok(0) } else { Err(ran.faults.into()) }
}

/// `reproduce R`
///
/// # Errors
/// J014 naming the tables that differ.
pub async fn reproduce(console: &mut Console<'_>, number: u64) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let release = console.release(&warehouse, Some(number)).await?;
    let mut graph = project.compile().await?;
    let line = console.line();
    line.say(format!("recomputing release {number}"));
    let run_id = console.environment.new_run_id();
    let options = BuildOptions {
        full: true,
        session: session_settings(console.environment),
        ..BuildOptions::new(&run_id, PROGRAM_VERSION, release.released_at)
    };
    let lease = warehouse.lease(&run_id)?;
    let compared = read::reproduce(&warehouse, &mut graph, &release, options, &*console.environment.clock).await?;
    drop(lease);
    drop(line);
    if !release.stale_tables.is_empty() {
        let stale: Vec<_> = release.stale_tables.iter().map(|name| format!("`{name}`")).collect();
        console.remark(&format!(
            "not compared, because the run of release {number} was told by --select or --period to look at others only: {}",
            stale.join(", ")
        ));
    }
    let differing: Vec<_> = compared.iter().filter(|(_, same)| !same).map(|(name, _)| name.to_string()).collect();
    if console.global.json {
        let tables: BTreeMap<_, _> = compared.iter().map(|(name, same)| (name.to_string(), same)).collect();
        let value = json!({
            "release": number, "is_same": differing.is_empty(), "tables": tables, "not_compared": release.stale_tables
        });
        console.json(&value)?;
    } else if differing.is_empty() {
        writeln!(console.out, "release {number} is reproduced: {} tables are the same to the byte", compared.len())?;
    }
    if differing.is_empty() {
        return Ok(0);
    }
    let fault =
        Fault::new(J014, format!("{} of {} tables of release {number} differ", differing.len(), compared.len()));
    let mut fault = differing.into_iter().fold(fault, |fault, name| fault.place(Place::file(name)));
    if release.graph_hash != graph.hash() {
        fault = fault.hint("the models are not those the release was made with; check out the project as it was then");
    }
    if release.program_version != PROGRAM_VERSION {
        fault = fault
            .hint(format!("program version {} made the release, this is {PROGRAM_VERSION}", release.program_version));
    }
    Err(fault.into())
}

/// In a bucket, nothing younger than a day is removed: a run at work may be about to name it.
const GRACE_MICROSECONDS: i64 = 24 * 3600 * 1_000_000;

/// `maintain`
///
/// # Errors
/// E010 if a run is at work.
pub async fn maintain(console: &mut Console<'_>, keep: usize, dry_run: bool) -> Result<u8, Stop> {
    if keep == 0 {
        return Err(Fault::new(J015, "`--keep 0` would leave no release")
            .hint("keep at least the last one: `--keep 1`; nothing was removed")
            .into());
    }
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let lease = warehouse.lease(&console.environment.new_run_id())?;
    let older_than = Timestamp(console.environment.clock.now().0 - GRACE_MICROSECONDS);
    let done = read::maintain(&warehouse, keep, older_than, dry_run).await?;
    drop(lease);
    if console.global.json {
        let value = json!({
            "removed": done.removed, "freed_bytes": done.freed_bytes, "releases": done.releases, "is_dry_run": dry_run
        });
        console.json(&value)?;
        return Ok(0);
    }
    let would = if dry_run { "would remove" } else { "removed" };
    let kept = if keep == 1 {
        "the last release does not name".to_owned()
    } else {
        format!("none of the last {keep} releases names")
    };
    let (files, bytes) = (counted(done.removed.len() as u64, "file"), counted(done.freed_bytes, "byte"));
    writeln!(console.out, "{would} {files} of {bytes} that {kept}")?;
    if !done.releases.is_empty() {
        let numbers: Vec<_> = done.releases.iter().map(ToString::to_string).collect();
        writeln!(
            console.out,
            "{would} {}: {}",
            if numbers.len() == 1 { "release" } else { "releases" },
            numbers.join(", ")
        )?;
    }
    Ok(0)
}
