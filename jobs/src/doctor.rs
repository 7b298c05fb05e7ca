//! What is wrong with this installation: every check says what it looked at and, where it fails, what to do.
//!
//! Nothing here needs a toolchain or changes a release or a publication; the store is probed with an object of its own.

use std::collections::BTreeSet;

use engine::{Release, Warehouse};
use kernel::{Digest, Fault, Place, Result, Store, landing};
use publish::Target;
use serde_json::json;

use crate::{
    commands::{Console, fault_json},
    environment::Environment,
    fault::{J010, Stop, on_file},
    output::grouped,
    project::Project,
    sending::target_of,
};

/// Less than this is too little for any run.
const LEAST_FREE_BYTES: u64 = 64_000_000;

/// One thing that was looked at.
struct Finding {
    what: String,
    result: Result<()>,
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, what: impl Into<String>, result: Result<()>) {
        self.0.push(Finding { what: what.into(), result });
    }
}

/// `doctor`
///
/// # Errors
/// J010 with every finding, if there is one.
pub async fn doctor(console: &mut Console<'_>) -> Result<u8, Stop> {
    let mut findings = Findings::default();
    let project = match console.project() {
        Ok(project) => {
            findings.add(format!("project `{}` can be read", project.settings.name), Ok(()));
            Some(project)
        }
        Err(Stop::Faults(faults)) => {
            for fault in faults {
                findings.add("the project can be read", Err(fault));
            }
            None
        }
        Err(stop) => return Err(stop),
    };
    if let Some(project) = &project {
        look_at(project, console.environment, &mut findings).await;
    }
    tell(console, findings)
}

async fn look_at(project: &Project, environment: &Environment, findings: &mut Findings) {
    match project.compile().await {
        Ok(graph) => findings.add(format!("{} models compile", graph.models().len()), Ok(())),
        Err(faults) => faults.into_iter().for_each(|fault| findings.add("the models compile", Err(fault))),
    }
    findings.add(format!("time zone `{}` is known", project.settings.time_zone), Ok(()));
    let warehouse = match crate::run::open_warehouse(project, environment).await {
        Err(fault) => {
            findings.add("the warehouse can be reached", Err(fault));
            None
        }
        Ok(warehouse) => {
            findings.add(format!("the warehouse `{}` can be reached", warehouse.uri()), Ok(()));
            for (what, result) in warehouse.probe().await {
                findings.add(what, result);
            }
            findings.add("no object was left half written", left_over(&warehouse));
            findings.add("every landed file is there and whole", landed_files(project, &warehouse).await);
            findings.add("every file of the kept releases is there and whole", release_files(&warehouse).await);
            free_space(&warehouse, findings).await;
            Some(warehouse)
        }
    };
    let shown = match &warehouse {
        Some(warehouse) => {
            Release::latest(warehouse.store().as_ref()).await.ok().flatten().map(|release| release.number)
        }
        None => None,
    };
    for setting in &project.settings.publish {
        look_at_target(&target_of(project, setting, environment), shown, findings).await;
    }
}

/// A target is looked at, not written to: in a folder a file of our own is tried, in a bucket nothing.
async fn look_at_target(target: &Target, warehouse_release: Option<u64>, findings: &mut Findings) {
    let to = &target.to;
    if to.contains("://") {
        let untried = "whether it can be written was not tried; the next `tantieme run` tells";
        findings.add(format!("the target `{to}` is an object store: {untried}"), Ok(()));
    } else {
        findings.add(format!("the target `{to}` can be written"), can_write(std::path::Path::new(to)));
    }
    let found = match publish::inspect(target).await {
        Ok(found) => found,
        Err(fault) => return findings.add(format!("the target `{to}` can be read"), Err(fault)),
    };
    let is_whole = found.faults.is_empty();
    for fault in found.faults {
        findings.add(format!("everything published to `{to}` is there"), Err(fault));
    }
    let Some(release) = found.release.filter(|_| is_whole) else {
        if is_whole {
            findings.add(format!("the target `{to}` shows no release yet"), Ok(()));
        }
        return;
    };
    let behind = match warehouse_release {
        Some(newer) if newer > release => format!("; the next run brings release {newer}"),
        _ => String::new(),
    };
    findings
        .add(format!("the target `{to}` shows release {release} with all its {} files{behind}", found.files), Ok(()));
}

/// A full run writes every table again beside the present release; less space than that is too little.
async fn free_space(warehouse: &Warehouse, findings: &mut Findings) {
    let Some(folder) = warehouse.folder() else { return };
    let Some(free) = free_bytes(folder) else { return };
    let release = Release::latest(warehouse.store().as_ref()).await.ok().flatten();
    let files = release.iter().flat_map(|release| release.tables.values()).flat_map(engine::TableVersion::files);
    let needed = files.map(|file| file.byte_count).sum::<u64>().max(LEAST_FREE_BYTES);
    let megabytes = |bytes: u64| grouped(&(bytes / 1_000_000).to_string());
    let result = if free >= needed {
        Ok(())
    } else {
        Err(Fault::new(
            J010,
            format!("{} MB are free, and a full run may need {} MB", megabytes(free), megabytes(needed)),
        )
        .place(Place::file(folder.display().to_string()))
        .hint("free some space, or let `tantieme maintain` remove what no kept release names"))
    };
    findings.add(format!("the disk of the warehouse has {} MB free", megabytes(free)), result);
}

#[cfg(unix)]
fn free_bytes(folder: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_: &std::path::Path) -> Option<u64> {
    None
}

/// Whether a file can be made in the folder, or in the nearest one above that exists.
fn can_write(folder: &std::path::Path) -> Result<()> {
    let mut here = folder;
    while !here.exists() {
        match here.parent() {
            Some(parent) => here = parent,
            None => break,
        }
    }
    let probe = here.join(format!(".tantieme-doctor-{}", std::process::id()));
    std::fs::write(&probe, b"x")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| on_file("written", folder, &error))
}

fn left_over(warehouse: &Warehouse) -> Result<()> {
    let Some(folder) = warehouse.folder() else { return Ok(()) };
    let staging = folder.join("_staging");
    let count = std::fs::read_dir(&staging).map_or(0, Iterator::count);
    if count == 0 {
        return Ok(());
    }
    Err(Fault::new(J010, format!("{count} objects were left half written by a run that was cut off"))
        .place(Place::file(staging.display().to_string()))
        .hint("they do no harm; the next `tantieme run` or `tantieme maintain` removes them"))
}

async fn landed_files(project: &Project, warehouse: &Warehouse) -> Result<()> {
    let store = warehouse.store();
    for table in project.landed_tables()? {
        for (_, batch) in landing::batches(store.as_ref(), &table.name).await? {
            for files in [&batch.files, &batch.superseded, &batch.quarantined, &batch.settled] {
                for file in files {
                    whole(store.as_ref(), &file.path, file.hash).await?;
                }
            }
        }
    }
    Ok(())
}

async fn release_files(warehouse: &Warehouse) -> Result<()> {
    let store = warehouse.store();
    let mut seen = BTreeSet::new();
    for release in Release::list(store.as_ref()).await? {
        for file in release.tables.values().flat_map(engine::TableVersion::files) {
            if seen.insert(file.path.clone()) {
                whole(store.as_ref(), &file.path, file.hash).await?;
            }
        }
    }
    Ok(())
}

async fn whole(store: &dyn Store, path: &str, hash: Digest) -> Result<()> {
    let found = store.get(path).await?;
    let problem = match found {
        Some(bytes) if Digest::of(&bytes) == hash => return Ok(()),
        Some(_) => "is damaged: its bytes are not the ones that were written",
        None => "is missing",
    };
    Err(Fault::new(J010, format!("`{path}` {problem}"))
        .place(Place::file(format!("{}/{path}", store.uri())))
        .hint("restore it from a copy of the warehouse, or roll back to a release that does not name it"))
}

fn tell(console: &mut Console<'_>, findings: Findings) -> Result<u8, Stop> {
    if console.global.json {
        let told: Vec<_> = findings
            .0
            .iter()
            .map(|one| json!({"what": one.what, "is_fine": one.result.is_ok(), "fault": one.result.as_ref().err().map(fault_json)}))
            .collect();
        console.json(&told)?;
    } else {
        for one in &findings.0 {
            match &one.result {
                Ok(()) => writeln!(console.out, "fine   {}", one.what)?,
                Err(_) => writeln!(console.out, "WRONG  {}", one.what)?,
            }
        }
    }
    let faults: Vec<Fault> = findings.0.into_iter().filter_map(|one| one.result.err()).collect();
    if faults.is_empty() { Ok(0) } else { Err(faults.into()) }
}
