//! `releases`, `diff`, `rollback`, `reproduce` and `maintain`.

use std::collections::BTreeMap;

use engine::{BuildOptions, Release, read};
use kernel::{Fault, Place, Timestamp};
use serde_json::json;

use crate::{
    commands::Console,
    fault::{J014, Stop},
    output::{Format, Table},
    run::{PROGRAM_VERSION, session_settings},
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
        let changed = release.tables.iter().filter(|(name, version)| is_changed(*name, *version)).count();
        let rows: u64 = release.tables.values().map(engine::TableVersion::row_count).sum();
        table.push([
            release.number.to_string(),
            local_time(release.released_at, &project.settings.time_zone),
            release.run_id.clone(),
            release.program_version.clone(),
            release.tables.len().to_string(),
            rows.to_string(),
            changed.to_string(),
            release.rolled_back_to.map(|to| format!("holds what release {to} held")).unwrap_or_default(),
        ]);
        before = Some(release);
    }
    let width = console.environment.width();
    table.write(console.out, Format::Text, width)?;
    Ok(0)
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
        let mut head = [one.name.to_string(), one.added.to_string(), one.removed.to_string(), one.changed.to_string()];
        let nothing = (String::new(), String::new(), String::new());
        let sums = if one.sums.is_empty() { std::slice::from_ref(&nothing) } else { one.sums.as_slice() };
        for (column, before, after) in sums {
            let [name, added, removed, changed] = std::mem::take(&mut head);
            table.push([name, added, removed, changed, column.clone(), before.clone(), after.clone()]);
        }
        let sums: BTreeMap<_, _> = one
            .sums
            .iter()
            .map(|(column, before, after)| (column, json!({"before": before, "after": after})))
            .collect();
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

/// `rollback R`
///
/// # Errors
/// E014 if there is no such release, E010 if a run is at work.
pub async fn roll_back(console: &mut Console<'_>, to: u64) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let run_id = console.environment.new_run_id();
    let lease = warehouse.lease(&run_id)?;
    let now = console.environment.clock.now();
    let store = warehouse.store();
    let release = Release::roll_back(store.as_ref(), to, &run_id, now, PROGRAM_VERSION).await?;
    let sent = crate::sending::send(&project, &warehouse, &release, console.environment, &run_id).await;
    drop(lease);
    if console.global.json {
        console.json(&json!({"release": release.number, "rolled_back_to": to}))?;
    } else {
        writeln!(console.out, "release {} holds what release {to} held", release.number)?;
        console.remark("the next `tantieme run` computes anew from the sources and plans as they are");
    }
    sent?;
    Ok(0)
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
        console.remark(&format!(
            "{} tables of release {number} were left as they were by a run that looked at others only; not compared",
            release.stale_tables.len()
        ));
    }
    let differing: Vec<_> = compared.iter().filter(|(_, same)| !same).map(|(name, _)| name.to_string()).collect();
    if console.global.json {
        let tables: BTreeMap<_, _> = compared.iter().map(|(name, same)| (name.to_string(), same)).collect();
        console.json(&json!({"release": number, "is_same": differing.is_empty(), "tables": tables}))?;
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
    } else {
        let would = if dry_run { "would remove" } else { "removed" };
        writeln!(
            console.out,
            "{would} {} files of {} bytes that none of the last {keep} releases names",
            done.removed.len(),
            done.freed_bytes
        )?;
    }
    Ok(0)
}
