//! A run, from the project's folder to a published release: land, compute, check, release, send, log.
//!
//! Everything that could be wrong with the project is found before the first row lands, and everything that landed is
//! kept whatever happens later. Nothing is visible before the release is, and a run that was cut off is completed by
//! the next one.

use std::collections::BTreeSet;
use std::time::Instant;

use connectors::{LandOptions, Rows};
use engine::{Build, BuildOptions, Graph, Outcome, Release, Warehouse, session::SessionSettings};
use kernel::{Fault, Kind, Result, names::TableName};

use crate::{
    environment::Environment,
    fault::{J007, J015},
    landing::{land_all, own_rows},
    progress::Line,
    project::Project,
    run_log::{LandedLog, ModelLog, PublishedLog, RUN_LOG_FORMAT, RunLog, Timings},
    sending,
};

/// The version that stands in every release.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a run is asked to do.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Selectors; none means everything.
    pub select: Vec<String>,
    /// `2026-01..2026-03`, or one period; none means every period.
    pub period: Option<String>,
    /// Recompute what has not changed, too.
    pub full: bool,
    /// Say what a run would do, and change nothing.
    pub dry_run: bool,
}

/// A run that came to its end, well or not.
pub struct Ran {
    /// What it did, as it stands in the warehouse.
    pub log: RunLog,
    /// What went wrong; empty if nothing did.
    pub faults: Vec<Fault>,
    /// The release that holds now, if there is one.
    pub release: Option<Release>,
}

/// The parts of a run that everything after the project needs.
struct Prepared {
    graph: Graph,
    own: Vec<Rows>,
    warehouse: Warehouse,
}

/// Milliseconds since `start`, which measures a length of time and never tells one.
fn ms(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "lengths of time are measured here and nowhere below")]
fn stopwatch() -> Instant {
    Instant::now()
}

/// Opens the project's warehouse, making it if it is not there.
///
/// # Errors
/// The engine's, if the store cannot be reached or is not fit.
pub async fn open_warehouse(project: &Project, environment: &Environment) -> Result<Warehouse> {
    Warehouse::open(&project.warehouse_uri(), &environment.store_settings()).await
}

/// Runs a project.
///
/// # Errors
/// Only what was found before anything began, so that there is nothing to log: a fault of the project, a warehouse
/// that cannot be opened, or one that another run holds. Everything later is in [`Ran::faults`].
pub async fn run(
    project: &Project,
    options: &RunOptions,
    environment: &Environment,
    line: &Line,
) -> Result<Ran, Vec<Fault>> {
    let start = stopwatch();
    let mut log = new_log(environment);
    line.say("reading the project");
    let prepared = prepare(project, environment).await?;
    log.timings.compile_ms = ms(start);
    let lease = prepared.warehouse.lease(&log.run_id).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    let release = match steps(project, options, environment, line, &prepared, &mut log).await {
        Ok(release) => release,
        Err(found) => {
            faults = found;
            None
        }
    };
    log.ended_at = environment.clock.now();
    log.timings.total_ms = ms(start);
    if let Some(fault) = faults.first() {
        log.outcome = fault.kind().word().to_owned();
        log.faults = faults.iter().map(ToString::to_string).collect();
    }
    if !options.dry_run
        && let Err(fault) = log.write(prepared.warehouse.store().as_ref()).await
    {
        faults.push(fault);
    }
    drop(lease);
    Ok(Ran { log, faults, release })
}

fn new_log(environment: &Environment) -> RunLog {
    let now = environment.clock.now();
    RunLog {
        format: RUN_LOG_FORMAT,
        run_id: environment.new_run_id(),
        program_version: PROGRAM_VERSION.to_owned(),
        started_at: now,
        ended_at: now,
        outcome: String::new(),
        release: None,
        landed: Vec::new(),
        models: Vec::new(),
        published: Vec::new(),
        faults: Vec::new(),
        timings: Timings::default(),
    }
}

/// Finds whatever is wrong with plans and models together, then opens the warehouse.
async fn prepare(project: &Project, environment: &Environment) -> Result<Prepared, Vec<Fault>> {
    let mut faults = Vec::new();
    let own = own_rows(project).unwrap_or_else(|found| {
        faults.extend(found);
        Vec::new()
    });
    let graph = match project.compile().await {
        Ok(graph) => graph,
        Err(found) => {
            faults.extend(found);
            return Err(faults);
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let warehouse = open_warehouse(project, environment).await.map_err(|fault| vec![fault])?;
    Ok(Prepared { graph, own, warehouse })
}

async fn steps(
    project: &Project,
    options: &RunOptions,
    environment: &Environment,
    line: &Line,
    prepared: &Prepared,
    log: &mut RunLog,
) -> Result<Option<Release>, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let Prepared { graph, warehouse, .. } = prepared;
    let store = warehouse.store();
    let latest = Release::latest(store.as_ref()).await.map_err(one)?;
    let selected = select(graph, &options.select, latest.as_ref()).map_err(one)?;
    let periods = options.period.as_deref().map(|text| period_range(project, text)).transpose().map_err(one)?;

    let start = stopwatch();
    let faults = land(project, options, environment, line, prepared, log).await.map_err(one)?;
    log.timings.land_ms = ms(start);
    if !faults.is_empty() {
        return Err(faults);
    }

    let start = stopwatch();
    let build_options = BuildOptions {
        selected,
        periods,
        full: options.full,
        dry_run: options.dry_run,
        session: session_settings(environment),
        ..BuildOptions::new(&log.run_id, PROGRAM_VERSION, log.started_at)
    };
    let build = Build::run(warehouse, graph, &build_options, &*environment.clock, line).await.map_err(one)?;
    log.models = build.reports().iter().map(ModelLog::of).collect();
    log.timings.build_ms = ms(start);
    if options.dry_run {
        return dry_run_ends(log, build.changes(), latest);
    }
    line.say("releasing");
    let release = match build.publish(warehouse).await.map_err(one)? {
        Outcome::Released(release) => {
            log.outcome = "released".to_owned();
            *release
        }
        Outcome::NothingNew(release) => {
            log.outcome = "nothing_new".to_owned();
            *release
        }
    };
    log.release = Some(release.number);

    let start = stopwatch();
    line.say("publishing");
    let published = sending::send(project, warehouse, &release, environment, &log.run_id).await;
    log.timings.publish_ms = ms(start);
    let stands = format!("release {} stands; the next run completes its publication", release.number);
    log.published = published.map_err(|fault| vec![fault.kept(stands)])?.into_iter().map(PublishedLog::from).collect();
    Ok(Some(release))
}

/// Lands everything and notes it in the log; the faults are those of single streams.
async fn land(
    project: &Project,
    options: &RunOptions,
    environment: &Environment,
    line: &Line,
    prepared: &Prepared,
    log: &mut RunLog,
) -> Result<Vec<Fault>> {
    let land_options = LandOptions {
        run_id: log.run_id.clone(),
        extracted_at: log.started_at,
        project_folder: project.folder.clone(),
        dry_run: options.dry_run,
        batch_rows: environment.batch_rows(),
    };
    let store = prepared.warehouse.store();
    let landed = land_all(store.as_ref(), project, &prepared.own, &land_options, line).await?;
    log.landed = landed.streams;
    Ok(landed.faults)
}

/// How much of the machine the engine may use.
pub fn session_settings(environment: &Environment) -> SessionSettings {
    SessionSettings {
        target_partitions: environment.partitions(),
        batch_rows: environment.batch_rows(),
        memory_bytes: environment.memory_bytes(),
        ..SessionSettings::default()
    }
}

/// A dry run that found anything to do ends with the kind that says so.
fn dry_run_ends(log: &mut RunLog, build_changes: bool, latest: Option<Release>) -> Result<Option<Release>, Vec<Fault>> {
    let is_news = |one: &&LandedLog| one.counts.landed + one.counts.quarantined + one.counts.withdrawn > 0;
    let streams: Vec<_> = log.landed.iter().filter(is_news).map(|one| format!("`{}`", one.table)).collect();
    log.outcome = if build_changes || !streams.is_empty() { "changes" } else { "nothing_new" }.to_owned();
    log.release = latest.as_ref().map(|release| release.number);
    if !build_changes && streams.is_empty() {
        return Ok(latest);
    }
    let models = log.models.iter().filter(|model| model.computed > 0).count();
    let news = if streams.is_empty() {
        "no stream has anything new".to_owned()
    } else {
        format!("{} would land", streams.join(", "))
    };
    Err(vec![
        Fault::new(J007, format!("{news}, and {models} models would be computed on what has landed already"))
            .hint("run the same command without `--dry-run`; nothing was changed"),
    ])
}

fn select(graph: &Graph, selectors: &[String], latest: Option<&Release>) -> Result<Option<BTreeSet<TableName>>> {
    if selectors.is_empty() {
        return Ok(None);
    }
    graph.select(selectors, &graph.modified(latest)).map(Some)
}

/// The first and last period of `2026-01..2026-03`, of one period, or of a quarter or year.
///
/// # Errors
/// J015 if a period is not in the calendar or the range runs backwards.
pub fn period_range(project: &Project, text: &str) -> Result<(String, String)> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let bounds = |id: &str| {
        let has_id = |period: &&kernel::periods::Period| {
            [&period.period_id, &period.quarter_id, &period.year_id].iter().any(|one| *one == id)
        };
        let mut found = project.periods.iter().filter(has_id);
        let first = found.next()?;
        Some((first, found.next_back().unwrap_or(first)))
    };
    let unknown = |id: &str| {
        let ends = project.periods.first().zip(project.periods.last());
        let known = ends.map(|(a, b)| format!("{} to {}", a.period_id, b.period_id)).unwrap_or_default();
        Fault::new(J015, format!("`{id}` is no period of the calendar"))
            .hint(format!("the calendar runs from {known}; write `--period 2026-01..2026-03`, a quarter or a year"))
    };
    let (first, _) = bounds(from).ok_or_else(|| unknown(from))?;
    let (_, last) = bounds(to).ok_or_else(|| unknown(to))?;
    if last.from_date < first.from_date {
        return Err(Fault::new(J015, format!("`{text}` runs backwards")).hint("write the earlier period first"));
    }
    Ok((first.period_id.clone(), last.period_id.clone()))
}

/// The exit code of several faults: that of the worst, bugs first, then what stopped the run earliest.
pub fn exit_code(faults: &[Fault]) -> u8 {
    let bug = faults.iter().find(|fault| fault.kind() == Kind::Bug);
    bug.or(faults.first()).map_or(0, |fault| fault.kind().exit_code())
}
