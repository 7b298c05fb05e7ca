//! What lands in a run and in which order: contracts after the ones they refer to, then the calendar and the plans.

use std::collections::{BTreeMap, BTreeSet};

use connectors::{Contract, LandOptions, Landed, Rows};
use kernel::{Fault, Place, Result, Store, landing::Delivery, names::TableName};

use crate::{
    calendar,
    fault::{J013, J017},
    output::counted,
    progress::Line,
    project::Project,
    run_log::{LandedLog, RefusedLog},
};

/// The connectors' code for rows that refer to a table of which nothing has landed.
const NOTHING_REFERRED_TO: &str = "C021";

/// Everything that landed, and what stood in the way.
#[derive(Default)]
pub struct LandedAll {
    /// Stream by stream, in the order they landed.
    pub streams: Vec<LandedLog>,
    /// Streams that failed or are stale, and files refused for the first time; the run stops before it computes anything.
    pub faults: Vec<Fault>,
    /// Files that stay refused; the run goes on without them and says so.
    pub warnings: Vec<Fault>,
}

/// The contracts in an order in which each comes after those it refers to; otherwise by name.
///
/// # Errors
/// J013 naming the contracts of a circle.
pub fn in_order(contracts: &[Contract]) -> Result<Vec<&Contract>> {
    let known: BTreeSet<&TableName> = contracts.iter().map(Contract::table).collect();
    let mut waiting: Vec<&Contract> = contracts.iter().collect();
    waiting.sort_by_key(|contract| contract.table().clone());
    let mut done: BTreeSet<TableName> = BTreeSet::new();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_ready = |contract: &Contract| {
            let references = contract.references();
            references.iter().all(|to| to == contract.table() || done.contains(to) || !known.contains(to))
        };
        let (ready, rest): (Vec<&Contract>, Vec<&Contract>) = waiting.iter().copied().partition(|one| is_ready(one));
        if ready.is_empty() {
            let names: Vec<_> = rest.iter().map(|contract| format!("`{}`", contract.table())).collect();
            let fault = Fault::new(J013, format!("{} refer to each other in a circle", names.join(", ")));
            return Err(rest
                .iter()
                .fold(fault, |fault, one| fault.place(Place::file(format!("sources/{}.yml", one.table().table())))));
        }
        done.extend(ready.iter().map(|contract| contract.table().clone()));
        ordered.extend(ready);
        waiting = rest;
    }
    Ok(ordered)
}

/// The rows that the program itself lands: the calendar and every plan table, empty ones included.
///
/// # Errors
/// Every fault of the plan documents.
pub fn own_rows(project: &Project) -> Result<Vec<Rows>, Vec<Fault>> {
    let mut all = calendar::rows(&project.periods).map_err(|fault| vec![fault])?;
    let foreign = plans::calendar_faults(&project.plans, project.settings.calendar.name.as_deref());
    if !foreign.is_empty() {
        return Err(foreign);
    }
    for table in plans::compile(&project.plans)?.tables {
        all.push(Rows {
            table: TableName::new("landed", table.name).map_err(|fault| vec![fault])?,
            columns: table.columns,
            key: table.key.iter().map(|&column| column.to_owned()).collect(),
            rows: table.rows,
            file: "plans/".to_owned(),
        });
    }
    Ok(all)
}

/// Lands everything; a stream that fails does not keep the others from landing.
///
/// # Errors
/// Only what keeps any landing from beginning.
pub async fn land_all(
    store: &dyn Store,
    project: &Project,
    own: &[Rows],
    options: &LandOptions,
    line: &Line,
) -> Result<LandedAll> {
    let mut all = LandedAll::default();
    for contract in in_order(&project.contracts)? {
        line.say(format!("landing {}", contract.table()));
        let landed = connectors::land(store, contract, options).await;
        let lacks_others = matches!(&landed, Err(fault) if fault.code().id == NOTHING_REFERRED_TO);
        if options.dry_run && lacks_others && all.lands_first(contract) {
            all.streams.push(LandedLog::after_others(contract.table()));
            continue;
        }
        let refused = match &landed {
            Ok(landed) => refused(store, contract, landed).await?,
            Err(_) => Vec::new(),
        };
        all.keep(landed, false, refused);
    }
    for rows in own {
        line.say(format!("landing {}", rows.table));
        all.keep(connectors::land_rows(store, rows, options).await, true, Vec::new());
    }
    Ok(all)
}

/// The files of a stream that stand refused, those of this run among them.
async fn refused(store: &dyn Store, contract: &Contract, landed: &Landed) -> Result<Vec<RefusedLog>> {
    let before = connectors::refused(store, contract, landed.batch).await?;
    let mut now: BTreeMap<String, Delivery> = match landed.batch {
        Some(_) => connectors::refused(store, contract, None).await?,
        None => before.clone(),
    }
    .into_iter()
    .map(|one| (one.file.clone(), one))
    .collect();
    // What a dry run would refuse stands in no batch.
    let own = landed.deliveries.iter().filter(|one| one.refusal.is_some());
    now.extend(own.map(|one| (one.file.clone(), one.clone())));
    let is_known = |one: &Delivery| before.iter().any(|old| old.file == one.file && old.hash == one.hash);
    let log = |one: Delivery| RefusedLog {
        is_new: !is_known(&one),
        file: one.file,
        refusal: one.refusal.unwrap_or_default(),
        row_count: one.counts.delivered,
        control_totals: one.control_totals,
    };
    Ok(now.into_values().map(log).collect())
}

/// A file refused, as the user is told.
fn refusal(table: &TableName, file: &RefusedLog) -> Fault {
    let how = if file.is_new { "was" } else { "stays" };
    let rows = counted(file.row_count, "row");
    let fault = Fault::new(
        J017,
        format!("`{table}`: file `{}` {how} refused whole, since it does not hold what its sender states", file.file),
    )
    .place(Place::file(&file.file).detail(rows))
    .place(Place::file(format!("sources/{}.yml", table.table())))
    .cause(&file.refusal)
    .hint("have the file or its totals sent again; what comes right lands by itself");
    if !file.is_new {
        return fault.kept("the release, which lacks every row of this file");
    }
    fault
        .kept("what else came has landed; the last release is as it was")
        .hint("to release without this file, run the same command again")
}

impl LandedAll {
    /// Whether a stream refers to one that has yet to land, so that nobody can judge its rows before.
    fn lands_first(&self, contract: &Contract) -> bool {
        let references = contract.references();
        self.streams.iter().any(|one| one.is_news() && references.iter().any(|to| to.to_string() == one.table))
    }

    fn keep(&mut self, landed: Result<Landed>, is_own: bool, refused: Vec<RefusedLog>) {
        let landed = match landed {
            Ok(landed) => landed,
            Err(fault) => {
                self.faults.push(fault);
                return;
            }
        };
        let counts = landed.counts;
        tracing::info!(
            table = %landed.table,
            delivered = counts.delivered,
            landed = counts.landed,
            repeated = counts.repeated,
            quarantined = counts.quarantined,
            refused = counts.refused,
            "landed"
        );
        for file in &refused {
            let told = if file.is_new { &mut self.faults } else { &mut self.warnings };
            told.push(refusal(&landed.table, file));
        }
        self.faults.extend(landed.stale);
        self.streams.push(LandedLog {
            table: landed.table.to_string(),
            batch: landed.batch,
            counts,
            why: landed.why,
            is_own,
            is_waiting: false,
            refused,
        });
    }
}
