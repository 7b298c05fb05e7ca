//! `quarantine`: rows that broke their contract, looked at and settled.

use std::collections::BTreeMap;

use connectors::{Contract, LandOptions};
use kernel::{Fault, Store, names::TableName};
use serde_json::json;

use crate::{
    command_line::Quarantine,
    commands::Console,
    fault::{J006, J015, Stop},
    output::{Format, Table},
    project::Project,
};

/// `quarantine list|show|fix|replay|accept`
///
/// # Errors
/// J006 for an unknown stream or row, E010 if a run is at work, and what the connectors say.
pub async fn quarantine(console: &mut Console<'_>, what: &Quarantine) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let store = warehouse.store();
    let store = store.as_ref();
    match what {
        Quarantine::List { table } => return list(console, &project, store, table.as_deref()).await,
        Quarantine::Show { id } => return show(console, &project, store, id).await,
        _ => {}
    }
    let run_id = console.environment.new_run_id();
    let lease = warehouse.lease(&run_id)?;
    let options = LandOptions {
        run_id,
        extracted_at: console.environment.clock.now(),
        project_folder: project.folder.clone(),
        dry_run: false,
        batch_rows: console.environment.batch_rows(),
    };
    let landed = match what {
        Quarantine::Fix { id, values } => {
            let contract = contract_of_row(&project, store, id).await?;
            connectors::quarantine::fix(store, contract, id, assignments(values)?, &options).await?
        }
        Quarantine::Replay { table } => {
            connectors::quarantine::replay(store, contract(&project, table)?, &options).await?
        }
        Quarantine::Accept { table, ids, reason } => {
            let contract = contract(&project, table)?;
            let ids = if ids.is_empty() { open_ids(store, contract.table()).await? } else { ids.clone() };
            connectors::quarantine::accept(store, contract.table(), &ids, reason, &options).await?
        }
        Quarantine::List { .. } | Quarantine::Show { .. } => return Ok(0),
    };
    drop(lease);
    let (table, counts) = (&landed.table, landed.counts);
    let open = open_ids(store, table).await?.len();
    if console.global.json {
        console
            .json(&json!({"table": table, "batch": landed.batch, "counts": counts, "open": open, "why": landed.why}))?;
    } else {
        let why = &landed.why;
        writeln!(console.out, "{table}: {} landed, {open} still in quarantine; {why}", counts.landed)?;
        console.remark("`tantieme run` takes it into the next release");
    }
    Ok(0)
}

async fn list(
    console: &mut Console<'_>,
    project: &Project,
    store: &dyn Store,
    table: Option<&str>,
) -> Result<u8, Stop> {
    let contracts: Vec<&Contract> = match table {
        Some(table) => vec![contract(project, table)?],
        None => project.contracts.iter().collect(),
    };
    let mut shown = Table::new(&["id", "stream", "file", "#line", "reasons"]);
    for contract in contracts {
        for row in connectors::quarantine::list(store, contract.table()).await? {
            shown.push([row.id, contract.table().to_string(), row.file, row.line.to_string(), row.reasons]);
        }
    }
    if console.global.json {
        let value = shown.json();
        console.json(&value)?;
    } else if shown.rows.is_empty() {
        writeln!(console.out, "nothing is in quarantine")?;
    } else {
        let width = console.environment.width();
        shown.write(console.out, Format::Text, width)?;
        console.remark(&format!("{} rows; `tantieme quarantine show ID` shows one whole", shown.rows.len()));
    }
    Ok(0)
}

async fn show(console: &mut Console<'_>, project: &Project, store: &dyn Store, id: &str) -> Result<u8, Stop> {
    let contract = contract_of_row(project, store, id).await?;
    let row = connectors::quarantine::show(store, contract.table(), id).await?;
    if console.global.json {
        console.json(&json!({
            "id": row.id, "table": contract.table(), "file": row.file, "line": row.line,
            "reasons": row.reasons.split("; ").collect::<Vec<_>>(), "row_text": row.row_text
        }))?;
        return Ok(0);
    }
    writeln!(console.out, "{} of {}", row.id, contract.table())?;
    writeln!(console.out, "  at {}:{}", row.file, row.line)?;
    for reason in row.reasons.split("; ") {
        writeln!(console.out, "  because {reason}")?;
    }
    writeln!(console.out, "  {}", row.row_text.trim_end())?;
    Ok(0)
}

/// The contract of `landed.erp_order_lines`, or of `erp_order_lines` for short.
fn contract<'a>(project: &'a Project, table: &str) -> Result<&'a Contract, Stop> {
    let short = table.rsplit('.').next().unwrap_or(table);
    let name = TableName::new("landed", short)?;
    project.contracts.iter().find(|contract| *contract.table() == name).ok_or_else(|| {
        let known: Vec<_> =
            project.contracts.iter().map(|contract| format!("`{}`", contract.table().table())).collect();
        Fault::new(J006, format!("there is no stream `{table}`")).hint(format!("there is {}", known.join(", "))).into()
    })
}

async fn contract_of_row<'a>(project: &'a Project, store: &dyn Store, id: &str) -> Result<&'a Contract, Stop> {
    for contract in &project.contracts {
        if open_ids(store, contract.table()).await?.iter().any(|open| open == id) {
            return Ok(contract);
        }
    }
    Err(Fault::new(J006, format!("no open row in quarantine has the id `{id}`"))
        .hint("`tantieme quarantine list` shows the open rows and their ids")
        .into())
}

async fn open_ids(store: &dyn Store, table: &TableName) -> Result<Vec<String>, Stop> {
    Ok(connectors::quarantine::list(store, table).await?.into_iter().map(|row| row.id).collect())
}

fn assignments(values: &[String]) -> Result<BTreeMap<String, String>, Stop> {
    let mut assigned = BTreeMap::new();
    for text in values {
        let Some((column, value)) = text.split_once('=') else {
            return Err(Fault::new(J015, format!("`--set {text}` has no `=`"))
                .hint("write `--set net_amount=12.50`")
                .into());
        };
        assigned.insert(column.to_owned(), value.to_owned());
    }
    Ok(assigned)
}
