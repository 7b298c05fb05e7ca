//! `lineage`: what models say of where columns come from, without any row.

use std::collections::BTreeSet;

use engine::lineage::{ColumnOrigin, Edge, open_lineage_events};
use kernel::{Fault, names::TableName};

use crate::{
    commands::Console,
    fault::{J006, J015, Stop},
    output::{Format, Table},
};

/// `lineage TABLE[.COLUMN]`
///
/// # Errors
/// J006 if there is no such table or column.
pub async fn lineage(console: &mut Console<'_>, of: Option<&str>, downstream: bool) -> Result<u8, Stop> {
    let project = console.project()?;
    let graph = project.compile().await?;
    let lineage = graph.lineage();
    let Some(of) = of else {
        return show_edges(console, "the project", false, lineage.edges());
    };
    let (table, column) = split(of)?;
    let edges = if downstream {
        lineage.downstream(&table, column.as_deref())
    } else {
        lineage.upstream(&table, column.as_deref())
    };
    let model = graph.model(&table);
    let is_landed = matches!(table.layer(), "landed" | "quarantine");
    if model.is_none() && (!is_landed || edges.is_empty()) {
        return Err(Fault::new(J006, format!("there is no table `{table}`"))
            .hint("`tantieme show` lists the tables of the last release")
            .into());
    }
    if let (Some(model), Some(column)) = (model, &column)
        && !model.sidecar.columns.iter().any(|known| &known.name == column)
    {
        return Err(Fault::new(J006, format!("`{table}` has no column `{column}`"))
            .hint(format!("its columns: {}", model.sidecar.column_names()))
            .into());
    }
    show_edges(console, of, column.is_some(), &edges)
}

/// `lineage --open-lineage`: what the last release's run did, as other tools read it.
///
/// # Errors
/// J005 if there is no release yet.
pub async fn open_lineage(console: &mut Console<'_>) -> Result<u8, Stop> {
    let project = console.project()?;
    let graph = project.compile().await?;
    let warehouse = console.warehouse(&project).await?;
    let release = console.release(&warehouse, None).await?;
    for event in open_lineage_events(graph.lineage(), warehouse.uri(), &release.run_id, release.released_at) {
        writeln!(console.out, "{event}")?;
    }
    Ok(0)
}

/// Programs get every edge. People get tables for a table, and for a column the columns that give its value.
fn show_edges(console: &mut Console<'_>, of: &str, is_column: bool, edges: &[Edge]) -> Result<u8, Stop> {
    if console.global.json {
        let mut every = Table::new(&["to", "from", "how"]);
        for edge in edges {
            let how = if edge.is_indirect { "decides which rows" } else { "gives the value" };
            every.push([shown(&edge.to), shown(&edge.from), how.to_owned()]);
        }
        let value = every.json();
        console.json(&value)?;
        return Ok(0);
    }
    let lines: BTreeSet<(String, String)> = edges
        .iter()
        .filter(|edge| !is_column || !edge.is_indirect)
        .map(|edge| match is_column {
            true => (shown(&edge.to), shown(&edge.from)),
            false => (edge.to.table.to_string(), edge.from.table.to_string()),
        })
        .collect();
    if lines.is_empty() {
        writeln!(console.out, "`{of}` is made from nothing else")?;
        return Ok(0);
    }
    let mut table = Table::new(&["this", "is made from"]);
    lines.into_iter().for_each(|(to, from)| table.push([to, from]));
    let width = console.environment.width();
    table.write(console.out, Format::Text, width)?;
    let indirect = edges.iter().filter(|edge| edge.is_indirect).count();
    if is_column && indirect > 0 {
        let verb = if indirect == 1 { "more edge decides" } else { "more edges decide" };
        console.remark(&format!("{indirect} {verb} which rows there are; `--json` lists all"));
    }
    Ok(0)
}

fn shown(column: &ColumnOrigin) -> String {
    format!("{}.{}", column.table, column.column)
}

fn split(of: &str) -> Result<(TableName, Option<String>), Stop> {
    let parts: Vec<&str> = of.split('.').collect();
    match parts.as_slice() {
        [layer, table] => Ok((TableName::new(layer, table)?, None)),
        [layer, table, column] => Ok((TableName::new(layer, table)?, Some((*column).to_owned()))),
        _ => Err(Fault::new(J015, format!("`{of}` is neither a table nor a column"))
            .hint("write `layer.table` or `layer.table.column`, such as `reporting.statement.payment_amount`")
            .into()),
    }
}
