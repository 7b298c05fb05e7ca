//! A run, from the project's folder to a published release: land, compute, check, release, send, log.
//!
//! Everything that could be wrong with the project is found before the first row lands, and everything that landed is
//! kept whatever happens later. Nothing is visible before the release is, and a run that was cut off is completed by
//! the next one.

use std::{collections::BTreeSet, future::Future, time::Instant};

use connectors::{LandOptions, Rows};
use engine::{Build, BuildOptions, Graph, Lease, Outcome, Release, Warehouse, session::SessionSettings};
use kernel::{Fault, Kind, Result, names::TableName};

use crate::{
    environment::Environment,
    fault::{J012, J015},
    landing::{LandedAll, land_all, own_rows},
    progress::Line,
    project::Project,
    run_log::{ModelLog, PublishedLog, RUN_LOG_FORMAT, RunLog, Timings},
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
    /// What the release lacks, though nothing went wrong.
    pub warnings: Vec<Fault>,
    /// The release that holds now, if there is one.
    pub release: Option<Release>,
    /// Whether it only looked and changed nothing.
    pub is_dry: bool,
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
    let prepared = until_stopped(environment, prepare(project, environment)).await?;
    log.timings.compile_ms = ms(start);
    // What changes nothing keeps nobody out.
    let lease = if options.dry_run { None } else { Some(lease(&prepared.warehouse, &log)?) };
    let mut warnings = Vec::new();
    let ended = {
        let steps = steps(project, options, environment, line, &prepared, &mut log, &mut warnings);
        until_stopped(environment, steps).await
    };
    log.warnings = warnings.iter().map(ToString::to_string).collect();
    let (release, faults) = if options.dry_run {
        ended.map_or_else(|faults| (None, faults), |release| (release, Vec::new()))
    } else {
        close(&prepared.warehouse, environment, &mut log, start, ended).await
    };
    drop(lease);
    Ok(Ran { log, faults, warnings, release, is_dry: options.dry_run })
}

/// Goes back: a new release that names what an old one named, sent to every target and noted in the run log.
///
/// # Errors
/// As [`run`]; what goes wrong once the release is made is in [`Ran::faults`].
pub async fn roll_back(project: &Project, to: u64, environment: &Environment) -> Result<Ran, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let start = stopwatch();
    let mut log = new_log(environment);
    let warehouse = open_warehouse(project, environment).await.map_err(one)?;
    let lease = lease(&warehouse, &log)?;
    let store = warehouse.store();
    Release::load(store.as_ref(), to).await.map_err(one)?;
    let going = async {
        let release = Release::roll_back(store.as_ref(), to, &log.run_id, log.started_at, PROGRAM_VERSION).await;
        let release = release.map_err(one)?;
        log.outcome = "rolled_back".to_owned();
        log.release = Some(release.number);
        send(project, &warehouse, release, environment, &mut log).await.map(Some)
    };
    let ended = until_stopped(environment, going).await;
    let (release, faults) = close(&warehouse, environment, &mut log, start, ended).await;
    drop(lease);
    Ok(Ran { log, faults, warnings: Vec::new(), release, is_dry: false })
}

fn lease(warehouse: &Warehouse, log: &RunLog) -> Result<Lease, Vec<Fault>> {
    warehouse.lease(&log.run_id).map_err(|fault| vec![fault])
}

/// The end of the work, or J012 if somebody asked for an earlier one.
async fn until_stopped<T>(
    environment: &Environment,
    work: impl Future<Output = Result<T, Vec<Fault>>>,
) -> Result<T, Vec<Fault>> {
    tokio::select! {
        ended = work => ended,
        () = environment.asked_to_stop() => Err(vec![interrupted()]),
    }
}

/// What is said of work that was cut off before it could be known what stands.
pub fn interrupted() -> Fault {
    Fault::new(J012, "interrupted")
}

/// Puts down how it ended; of work that was cut off, also what stands.
async fn close(
    warehouse: &Warehouse,
    environment: &Environment,
    log: &mut RunLog,
    start: Instant,
    ended: Result<Option<Release>, Vec<Fault>>,
) -> (Option<Release>, Vec<Fault>) {
    let (mut release, mut faults) = ended.map_or_else(|faults| (None, faults), |release| (release, Vec::new()));
    let store = warehouse.store();
    if faults.first().is_some_and(|fault| fault.kind() == Kind::Interrupted) {
        // The release may have been put in its place before anybody was told.
        release = Release::latest(store.as_ref()).await.ok().flatten().filter(|last| last.run_id == log.run_id);
        log.release = release.as_ref().map(|release| release.number);
        let stands = log.release.map_or_else(
            || "interrupted before there was a release; the last one is as it was, and what landed stays".to_owned(),
            |number| format!("interrupted after release {number} was made, which stands"),
        );
        let hint = match log.release {
            Some(_) => "the next run completes its publication",
            None => "run the same command again; it goes on by itself",
        };
        faults = vec![Fault::new(J012, stands).hint(hint)];
    }
    log.ended_at = environment.clock.now();
    log.timings.total_ms = ms(start);
    if let Some(fault) = faults.first() {
        log.outcome = fault.kind().word().to_owned();
        log.faults = faults.iter().map(ToString::to_string).collect();
    }
    // Whoever asks a second time does not wait for a store that does not answer.
    let written = async { log.write(store.as_ref()).await.map_err(|fault| vec![fault]) };
    if let Err(mut more) = until_stopped(environment, written).await {
        faults.append(&mut more);
    }
    (release, faults)
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
        warnings: Vec::new(),
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
    warnings: &mut Vec<Fault>,
) -> Result<Option<Release>, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let Prepared { graph, warehouse, .. } = prepared;
    let store = warehouse.store();
    let latest = Release::latest(store.as_ref()).await.map_err(one)?;
    let selected = select(graph, &options.select, latest.as_ref()).map_err(one)?;
    let periods = options.period.as_deref().map(|text| period_range(project, text)).transpose().map_err(one)?;

    let start = stopwatch();
    let landed = land(project, options, environment, line, prepared, log).await.map_err(one)?;
    log.timings.land_ms = ms(start);
    *warnings = landed.warnings;
    if !landed.faults.is_empty() {
        return Err(landed.faults);
    }

    let start = stopwatch();
    let build_options = BuildOptions {
        selected: selected.clone(),
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
        foresee(log, graph, selected.as_ref(), build.changes());
        log.release = latest.as_ref().map(|release| release.number);
        return Ok(latest);
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

    line.say("publishing");
    send(project, warehouse, release, environment, log).await.map(Some)
}

/// Sends a release to every target and notes it in the log.
async fn send(
    project: &Project,
    warehouse: &Warehouse,
    release: Release,
    environment: &Environment,
    log: &mut RunLog,
) -> Result<Release, Vec<Fault>> {
    let start = stopwatch();
    let published = sending::send(project, warehouse, &release, environment, &log.run_id).await;
    log.timings.publish_ms = ms(start);
    let stands = format!("release {} stands; the next run completes its publication", release.number);
    log.published = published.map_err(|fault| vec![fault.kept(stands)])?.into_iter().map(PublishedLog::from).collect();
    Ok(release)
}

/// Lands everything and notes it in the log; the faults are those of single streams.
async fn land(
    project: &Project,
    options: &RunOptions,
    environment: &Environment,
    line: &Line,
    prepared: &Prepared,
    log: &mut RunLog,
) -> Result<LandedAll> {
    let land_options = LandOptions {
        run_id: log.run_id.clone(),
        extracted_at: log.started_at,
        project_folder: project.folder.clone(),
        dry_run: options.dry_run,
        batch_rows: environment.batch_rows(),
    };
    let store = prepared.warehouse.store();
    let mut landed = land_all(store.as_ref(), project, &prepared.own, &land_options, line).await?;
    log.landed = std::mem::take(&mut landed.streams);
    Ok(landed)
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

/// Puts into the log of a dry run what the build could not see: the models behind tables that would land.
fn foresee(log: &mut RunLog, graph: &Graph, selected: Option<&BTreeSet<TableName>>, build_changes: bool) {
    let news: BTreeSet<&str> = log.landed.iter().filter(|one| one.is_news()).map(|one| one.table.as_str()).collect();
    log.outcome = if build_changes || !news.is_empty() { "changes" } else { "nothing_new" }.to_owned();
    let is_new = |input: &TableName| match (input.layer(), input.table()) {
        ("landed", "batches") => !news.is_empty(),
        ("landed" | "quarantine", table) => {
            news.contains(format!("landed.{}", table.trim_end_matches("_versions")).as_str())
        }
        _ => false,
    };
    let mut reached: BTreeSet<TableName> = BTreeSet::new();
    for model in graph.models() {
        let is_reached = model.inputs.iter().any(|input| is_new(input) || reached.contains(input));
        if is_reached && selected.is_none_or(|selected| selected.contains(&model.name)) {
            reached.insert(model.name.clone());
        }
    }
    for model in &mut log.models {
        if model.computed == 0 && reached.iter().any(|name| name.to_string() == model.table) {
            model.computed = 1;
            model.reason = "reads what would land".to_owned();
        }
    }
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
