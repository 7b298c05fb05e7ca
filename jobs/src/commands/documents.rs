//! `plan check` and `lineage`: what documents and models say, without any row.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use engine::lineage::{ColumnOrigin, Edge, open_lineage_events};
use kernel::{Fault, Place, names::TableName};
use serde_json::json;

use crate::{
    commands::{Console, fault_json},
    fault::{J006, J015, J019, Stop},
    output::{Format, Table, counted},
    project,
    settings::substitute,
};

/// `plan check FILE`
///
/// The document is read together with the project's others, if it lies in one, because plans and rule sets name each
/// other; only what concerns this document is told.
///
/// # Errors
/// Every fault of the document, each with line and column.
pub fn plan_check(console: &mut Console<'_>, file: &Path) -> Result<u8, Stop> {
    let path = plan_file(console, file)?;
    let text = project::read_text(&path, &file.display().to_string())?;
    let (documents, name) = neighbours(console, &path, file, text)?;
    let report = plans::check(&documents);
    let concerns_us = |fault: &&Fault| fault.places().iter().any(|place| place.file == name);
    let faults: Vec<Fault> = report.faults.iter().filter(concerns_us).cloned().collect();
    let warnings: Vec<_> = report.warnings.iter().filter(|warning| warning.file == name).collect();
    let own: Vec<_> = documents.iter().filter(|document| document.file == name).cloned().collect();
    let summaries = plans::summary(&own);
    if console.global.json {
        let warnings: Vec<_> = warnings.iter().map(|one| json!({"line": one.line, "message": one.message})).collect();
        let told: Vec<_> = faults.iter().map(fault_json).collect();
        console.json(&json!({"file": name, "is_sound": faults.is_empty(), "faults": told, "warnings": warnings}))?;
    } else {
        for plan in &summaries {
            writeln!(console.out, "plan `{}` (version {}): {}", plan.plan_id, plan.plan_version, plan.title)?;
            writeln!(console.out, "  {}", plan.scope)?;
            for component in &plan.components {
                writeln!(console.out, "  {}: {}; {}", component.component_id, component.measure, component.curve)?;
                for tier in &component.tiers {
                    writeln!(console.out, "    {tier}")?;
                }
            }
        }
        for warning in &warnings {
            writeln!(console.out, "look again: {name}:{}: {}", warning.line, warning.message)?;
        }
        if faults.is_empty() {
            let again =
                if warnings.is_empty() { "nothing".to_owned() } else { counted(warnings.len() as u64, "place") };
            writeln!(console.out, "`{name}` is sound, {again} to look at again")?;
        }
    }
    if faults.is_empty() { Ok(0) } else { Err(faults.into()) }
}

/// The file as seen from where the user stands, or else from the project.
fn plan_file(console: &Console<'_>, file: &Path) -> Result<PathBuf, Stop> {
    let here = console.path(file);
    if here.exists() {
        return Ok(here);
    }
    let folder = console.project_folder().ok();
    let there = folder.as_ref().map(|folder| folder.join(file)).filter(|path| path.exists());
    if let Some(there) = there {
        return Ok(there);
    }
    let known = folder.and_then(|folder| project::plan_files(&folder).ok()).unwrap_or_default();
    let fault = Fault::new(J019, format!("there is no file `{}`", file.display()));
    let fault = fault.place(Place::file(here.display().to_string()));
    if known.is_empty() {
        return Err(fault.hint("compare the name with the files that are there").into());
    }
    Err(fault.hint(format!("the plans of the project are `{}`", known.join("`, `"))).into())
}

/// The document among the others of its project, and its name there.
fn neighbours(
    console: &Console<'_>,
    path: &Path,
    shown: &Path,
    text: String,
) -> Result<(Vec<plans::Document>, String), Stop> {
    let folder = path.parent().map(|parent| parent.canonicalize().unwrap_or_else(|_| parent.to_path_buf()));
    let in_project = folder.as_deref().and_then(|folder| project::find(folder).ok());
    let alone = |name: String, text: String| (vec![plans::Document { file: name.clone(), text }], name);
    let Some(root) = in_project else { return Ok(alone(shown.display().to_string(), text)) };
    let plans_of = project::plan_documents(&root, &console.global.variables)?;
    let name = path.file_name().map(|name| format!("plans/{}", name.to_string_lossy())).unwrap_or_default();
    if folder.as_deref() == Some(root.join("plans").canonicalize().unwrap_or_else(|_| root.join("plans")).as_path())
        && plans_of.documents.iter().any(|document| document.file == name)
    {
        return Ok((plans_of.documents, name));
    }
    let text = substitute(&text, &plans_of.variables, &shown.display().to_string())?;
    let (own, name) = alone(shown.display().to_string(), text);
    let mut documents = plans_of.documents;
    documents.extend(own);
    Ok((documents, name))
}

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
