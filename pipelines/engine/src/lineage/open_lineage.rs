//! Lineage as OpenLineage run events, for catalogues that read them.

use std::collections::{BTreeMap, BTreeSet};

use arrow::temporal_conversions::timestamp_us_to_datetime;
use kernel::{Fingerprint, Timestamp, names::TableName};
use serde_json::{Map, Value, json};

use super::{ColumnOrigin, Edge, Lineage};

const PRODUCER: &str = concat!("urn:tantieme:", env!("CARGO_PKG_VERSION"));
const EVENT_SCHEMA: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
const COLUMN_SCHEMA: &str =
    "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet";
const PARENT_SCHEMA: &str = "https://openlineage.io/spec/facets/1-0-1/ParentRunFacet.json#/$defs/ParentRunFacet";
const JOB_TYPE_SCHEMA: &str = "https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet";

/// One event for each model, in the order of the models: that `run_id` completed it at `at`. `namespace` is the
/// warehouse's address, under which inputs and outputs are named.
///
/// Columns that decide about every row of a table stand in the facet's `dataset`, the others under the field they
/// concern.
///
/// # Source
/// OpenLineage 2-0-2, column lineage facet 1-2-0. Runs are named there by UUID, so ours are hashed into one.
pub fn open_lineage_events(lineage: &Lineage, namespace: &str, run_id: &str, at: Timestamp) -> Vec<Value> {
    let mut by_table: BTreeMap<&TableName, Vec<&Edge>> = BTreeMap::new();
    for edge in lineage.edges() {
        by_table.entry(&edge.to.table).or_default().push(edge);
    }
    let none = Vec::new();
    lineage
        .models()
        .iter()
        .map(|table| {
            let edges = by_table.get(table).unwrap_or(&none);
            let inputs: BTreeSet<&TableName> = edges.iter().map(|edge| &edge.from.table).collect();
            let inputs: Vec<Value> =
                inputs.into_iter().map(|input| json!({"namespace": namespace, "name": input.to_string()})).collect();
            json!({
                "eventType": "COMPLETE",
                "eventTime": moment(at),
                "producer": PRODUCER,
                "schemaURL": EVENT_SCHEMA,
                "run": {
                    "runId": uuid(&[run_id, &table.to_string()]),
                    "facets": {"parent": {
                        "_producer": PRODUCER,
                        "_schemaURL": PARENT_SCHEMA,
                        "run": {"runId": uuid(&[run_id])},
                        "job": {"namespace": namespace, "name": "tantieme.run"},
                    }},
                },
                "job": {
                    "namespace": namespace,
                    "name": table.to_string(),
                    "facets": {"jobType": {
                        "_producer": PRODUCER,
                        "_schemaURL": JOB_TYPE_SCHEMA,
                        "processingType": "BATCH",
                        "integration": "TANTIEME",
                        "jobType": "MODEL",
                    }},
                },
                "inputs": inputs,
                "outputs": [{
                    "namespace": namespace,
                    "name": table.to_string(),
                    "facets": {"columnLineage": column_facet(namespace, edges)},
                }],
            })
        })
        .collect()
}

fn column_facet(namespace: &str, edges: &[&Edge]) -> Value {
    let mut columns: BTreeMap<&str, Vec<&Edge>> = BTreeMap::new();
    let mut reached: BTreeMap<&ColumnOrigin, usize> = BTreeMap::new();
    for edge in edges {
        columns.entry(&edge.to.column).or_default().push(edge);
        *reached.entry(&edge.from).or_default() += 1;
    }
    let is_of_all = |edge: &Edge| edge.is_indirect && reached.get(&edge.from) == Some(&columns.len());
    let fields: Map<String, Value> = columns
        .iter()
        .map(|(column, edges)| {
            let inputs: Vec<Value> = edges
                .iter()
                .filter(|edge| !is_of_all(edge))
                .map(|edge| input_field(namespace, &edge.from, edge.is_indirect))
                .collect();
            ((*column).to_owned(), json!({"inputFields": inputs}))
        })
        .collect();
    let dataset: BTreeSet<&ColumnOrigin> = edges.iter().filter(|edge| is_of_all(edge)).map(|edge| &edge.from).collect();
    let dataset: Vec<Value> = dataset.into_iter().map(|from| input_field(namespace, from, true)).collect();
    json!({"_producer": PRODUCER, "_schemaURL": COLUMN_SCHEMA, "fields": fields, "dataset": dataset})
}

fn input_field(namespace: &str, from: &ColumnOrigin, is_indirect: bool) -> Value {
    let transformation = if is_indirect {
        json!({"type": "INDIRECT", "masking": false})
    } else {
        json!({"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": false})
    };
    json!({
        "namespace": namespace,
        "name": from.table.to_string(),
        "field": from.column,
        "transformations": [transformation],
    })
}

fn moment(at: Timestamp) -> String {
    timestamp_us_to_datetime(at.0).map(|at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()).unwrap_or_default()
}

/// A UUID of the custom kind (version 8) that is the same for the same parts.
fn uuid(parts: &[&str]) -> String {
    let mut fingerprint = Fingerprint::new("openlineage run", 1);
    fingerprint.list(parts.iter().copied());
    let mut bytes = fingerprint.finish().short();
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = kernel::fingerprint::hex(&bytes);
    let part = |from, to| text.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
