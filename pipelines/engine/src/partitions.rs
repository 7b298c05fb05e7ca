//! Which partitions of a model have to be computed, and what each of them may read.
//!
//! Promises that a partition is reused only if everything it reads has the bytes it had; what a partition may read is
//! declared in the sidecar, and an incremental build shows the query nothing else of a partitioned input.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Digest, Fingerprint, landing::FileRef, names::TableName};

use crate::{
    functions::FUNCTIONS_VERSION,
    graph::{Graph, PeriodSpan},
    model::{Model, Reads},
    release::{LandedVersion, TableVersion},
};

/// The state of everything built or landed so far.
#[derive(Debug, Default)]
pub struct State {
    /// Tables of models.
    pub tables: BTreeMap<TableName, TableVersion>,
    /// Landed streams.
    pub landed: BTreeMap<TableName, LandedVersion>,
    /// Tables that were not brought up to date, because they were not selected or lie outside the periods asked for,
    /// and tables that read such a one.
    pub stale: BTreeSet<TableName>,
}

/// The partitions to compute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of the table.
    Whole,
    /// These only.
    Some(BTreeSet<String>),
}

/// What fingerprints say of one model.
#[derive(Debug)]
pub struct Fingerprints {
    /// Of everything read that is not cut the same way.
    pub table: Digest,
    /// Of every partition that may have rows, or had.
    pub partitions: BTreeMap<String, Digest>,
}

/// Whether a model reads an input partition by partition.
fn is_aligned(model: &Model, input: &TableName, state: &State) -> bool {
    model.sidecar.partition_column().is_some()
        && model.reads(input) != Reads::All
        && state.tables.get(input).is_some_and(|table| table.partition_column.is_some())
}

/// Whether a model reads any input partition by partition.
pub fn reads_by_partition(model: &Model, state: &State) -> bool {
    model.inputs.iter().any(|input| is_aligned(model, input, state))
}

/// Whether partition `theirs` of an input may be read for partition `ours`.
fn is_visible(reads: Reads, ours: &str, theirs: &str, periods: &BTreeMap<String, PeriodSpan>) -> bool {
    if reads == Reads::All {
        return true;
    }
    if reads == Reads::Same {
        return ours == theirs;
    }
    let (Some(ours), Some(theirs)) = (periods.get(ours), periods.get(theirs)) else {
        return true;
    };
    let from_day = match reads {
        Reads::Period => ours.from_day,
        Reads::QuarterToDate => ours.quarter_from_day,
        Reads::YearToDate => ours.year_from_day,
        Reads::Until | Reads::Same | Reads::All => return theirs.from_day < ours.to_day,
    };
    theirs.from_day >= from_day && theirs.to_day <= ours.to_day
}

/// The fingerprints of a model against the present state.
pub fn fingerprints(graph: &Graph, model: &Model, state: &State, before: Option<&TableVersion>) -> Fingerprints {
    let mut print = Fingerprint::new("table", 1).field(model.hash.0).field(FUNCTIONS_VERSION.to_le_bytes());
    print.list(
        model
            .parameters
            .iter()
            .filter_map(|name| graph.parameters().get(name))
            .map(|parameter| format!("{}:{}={}", parameter.name, parameter.column_type, parameter.value))
            .collect::<Vec<_>>(),
    );
    let (aligned, whole): (Vec<_>, Vec<_>) = model.inputs.iter().partition(|input| is_aligned(model, input, state));
    for input in whole {
        print.add(input.to_string());
        print.list(content(graph, input, state));
    }
    let table = print.finish();
    let mut values: BTreeSet<String> = BTreeSet::new();
    if model.sidecar.partition_column().is_some() {
        values.extend(before.into_iter().flat_map(|table| &table.partitions).filter_map(|p| p.value.clone()));
        for input in &aligned {
            values.extend(candidates(graph, model, input, state));
        }
    }
    let partitions = values
        .into_iter()
        .map(|value| {
            let print = of_partition(graph, model, table, &value, state);
            (value, print)
        })
        .collect();
    Fingerprints { table, partitions }
}

/// The fingerprint of one partition; `table` is what [`Fingerprints::table`] says.
pub fn of_partition(graph: &Graph, model: &Model, table: Digest, value: &str, state: &State) -> Digest {
    let mut print = Fingerprint::new("partition", 1).field(table.0);
    for input in model.inputs.iter().filter(|input| is_aligned(model, input, state)) {
        print.add(input.to_string());
        print.list(visible_content(graph, model, input, value, state));
    }
    print.finish()
}

/// The partitions that would have to be computed if `inputs` were computed to these scopes; for a dry run.
pub fn imagined(
    graph: &Graph,
    model: &Model,
    scope: Scope,
    prints: &Fingerprints,
    inputs: &BTreeMap<TableName, Scope>,
    state: &State,
) -> Scope {
    let mut all = match scope {
        Scope::Whole => return Scope::Whole,
        Scope::Some(values) => values,
    };
    for (input, theirs) in model.inputs.iter().filter_map(|input| inputs.get(input).map(|theirs| (input, theirs))) {
        let Scope::Some(theirs) = theirs else { return Scope::Whole };
        if !is_aligned(model, input, state) {
            return Scope::Whole;
        }
        let sees =
            |ours: &&String| theirs.iter().any(|theirs| is_visible(model.reads(input), ours, theirs, graph.periods()));
        all.extend(prints.partitions.keys().filter(sees).cloned());
    }
    Scope::Some(all)
}

/// The partitions that rows of one input can fall into.
fn candidates(graph: &Graph, model: &Model, input: &TableName, state: &State) -> BTreeSet<String> {
    let Some(table) = state.tables.get(input) else { return BTreeSet::new() };
    let theirs: Vec<&String> = table.partitions.iter().filter_map(|p| p.value.as_ref()).collect();
    let reads = model.reads(input);
    if reads == Reads::Same {
        return theirs.into_iter().cloned().collect();
    }
    graph
        .periods()
        .keys()
        .filter(|ours| theirs.iter().any(|theirs| is_visible(reads, ours, theirs, graph.periods())))
        .cloned()
        .collect()
}

/// What stands for the bytes of a whole input.
fn content(graph: &Graph, input: &TableName, state: &State) -> Vec<String> {
    if let Some(table) = state.tables.get(input) {
        return table
            .partitions
            .iter()
            .map(|partition| format!("{}={}", partition.value.as_deref().unwrap_or_default(), partition.content()))
            .collect();
    }
    let hashes = |files: Vec<FileRef>| files.into_iter().map(|file| file.hash.hex()).collect::<Vec<_>>();
    let stream = input.table().strip_suffix("_versions").unwrap_or(input.table());
    let found = [input.table(), stream]
        .iter()
        .find_map(|table| TableName::new("landed", table).ok().and_then(|name| state.landed.get(&name)));
    match found {
        Some(landed) if input.layer() == "quarantine" => {
            let mut all = hashes(landed.files(|batch| &batch.quarantined));
            all.push("settled".to_owned());
            all.extend(hashes(landed.files(|batch| &batch.settled)));
            all
        }
        Some(landed) => {
            let declared = graph.landed().iter().find(|table| [input.table(), stream].contains(&table.name.table()));
            let columns = declared.into_iter().flat_map(|table| &table.columns);
            let mut all: Vec<String> =
                columns.map(|column| format!("{}:{}", column.name, column.column_type)).collect();
            all.extend(hashes(landed.files(|batch| &batch.files)));
            all.push("superseded".to_owned());
            all.extend(hashes(landed.files(|batch| &batch.superseded)));
            all
        }
        // `landed.batches`: the counts of every stream.
        None => state.landed.iter().map(|(name, landed)| format!("{name}={}", landed.version.digest)).collect(),
    }
}

fn visible_content(graph: &Graph, model: &Model, input: &TableName, ours: &str, state: &State) -> Vec<String> {
    let reads = model.reads(input);
    state
        .tables
        .get(input)
        .into_iter()
        .flat_map(|table| &table.partitions)
        .filter(|partition| !partition.files.is_empty())
        .filter_map(|partition| partition.value.as_deref().map(|value| (value, partition)))
        .filter(|(value, _)| is_visible(reads, ours, value, graph.periods()))
        .map(|(value, partition)| format!("{value}={}", partition.content()))
        .collect()
}

/// The partitions whose fingerprints differ from those of the version before.
pub fn scope(model: &Model, prints: &Fingerprints, before: Option<&TableVersion>, is_full: bool) -> Scope {
    let Some(before) = before else { return Scope::Whole };
    if is_full || before.fingerprint != prints.table {
        return Scope::Whole;
    }
    if model.sidecar.partition_column().is_none() {
        return Scope::Some(BTreeSet::new());
    }
    let known: BTreeMap<&str, Digest> =
        before.partitions.iter().filter_map(|p| p.value.as_deref().map(|value| (value, p.fingerprint))).collect();
    Scope::Some(
        prints
            .partitions
            .iter()
            .filter(|(value, print)| known.get(value.as_str()) != Some(print))
            .map(|(value, _)| value.clone())
            .collect(),
    )
}

/// The files of a table that a query for these partitions may read.
pub fn visible_files(graph: &Graph, model: &Model, input: &TableName, scope: &Scope, state: &State) -> Vec<FileRef> {
    let Some(table) = state.tables.get(input) else { return Vec::new() };
    let Scope::Some(ours) = scope else { return table.files().cloned().collect() };
    if !is_aligned(model, input, state) {
        return table.files().cloned().collect();
    }
    let reads = model.reads(input);
    table
        .partitions
        .iter()
        .filter(|partition| {
            partition
                .value
                .as_deref()
                .is_none_or(|theirs| ours.iter().any(|ours| is_visible(reads, ours, theirs, graph.periods())))
        })
        .flat_map(|partition| partition.files.iter().cloned())
        .collect()
}

/// Narrows a scope to the periods from `from` to `to`; what lies outside stays as it was.
pub fn within(scope: Scope, prints: &Fingerprints, from: &PeriodSpan, to: &PeriodSpan, graph: &Graph) -> Scope {
    let values: BTreeSet<String> = match scope {
        // Whatever the table reads may have brought a period that it did not have before.
        Scope::Whole => prints.partitions.keys().chain(graph.periods().keys()).cloned().collect(),
        Scope::Some(values) => values,
    };
    Scope::Some(
        values
            .into_iter()
            .filter(|value| {
                graph.periods().get(value).is_none_or(|span| span.from_day >= from.from_day && span.to_day <= to.to_day)
            })
            .collect(),
    )
}
