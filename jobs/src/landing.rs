//! What lands in a run and in which order: contracts after the ones they refer to, then the calendar and the plans.

use std::collections::BTreeSet;

use connectors::{Contract, LandOptions, Landed, Rows};
use kernel::{Fault, Place, Result, Store, names::TableName};

use crate::{calendar, fault::J013, progress::Line, project::Project, run_log::LandedLog};

/// Everything that landed, and what stood in the way.
#[derive(Default)]
pub struct LandedAll {
    /// Stream by stream, in the order they landed.
    pub streams: Vec<LandedLog>,
    /// Streams that failed or are stale; the run stops before it computes anything.
    pub faults: Vec<Fault>,
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
        all.keep(connectors::land(store, contract, options).await, false);
    }
    for rows in own {
        line.say(format!("landing {}", rows.table));
        all.keep(connectors::land_rows(store, rows, options).await, true);
    }
    Ok(all)
}

impl LandedAll {
    fn keep(&mut self, landed: Result<Landed>, is_own: bool) {
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
        self.faults.extend(landed.stale);
        self.streams.push(LandedLog {
            table: landed.table.to_string(),
            batch: landed.batch,
            counts,
            why: landed.why,
            is_own,
        });
    }
}
