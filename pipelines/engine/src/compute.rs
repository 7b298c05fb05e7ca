//! One model computed: its query over what the scope may read, written aside, and put together with what stays.
//!
//! Promises that a partition which is computed alone has the bytes it has when all are computed: a model whose query sees
//! more than its sidecar declares is refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::{
    common::Column as PlanColumn,
    dataframe::DataFrame,
    error::DataFusionError,
    execution::context::SessionContext,
    logical_expr::{Expr, cast, ident, in_list, lit},
};
use futures::StreamExt;
use kernel::{Digest, Fault, Place, Result, Store};

use crate::{
    fault::{E007, E011, E013, E019, E020, words},
    graph::Graph,
    model::Model,
    partitions::{self, Fingerprints, Scope, State},
    planning,
    release::{PartitionVersion, TableVersion},
    session::{self, Runtime},
    tables,
    write::{TableWriter, WrittenPartition},
};

/// What was written, by partition.
pub(crate) type Written = BTreeMap<Option<String>, WrittenPartition>;

/// Computes one model.
pub(crate) struct Computer<'a> {
    pub(crate) store: &'a Arc<dyn Store>,
    pub(crate) graph: &'a Graph,
    pub(crate) runtime: &'a Runtime,
    pub(crate) state: &'a State,
}

impl Computer<'_> {
    /// Writes the rows of a scope aside; short of memory, once more with joins that spill.
    pub(crate) async fn compute(&self, model: &Model, scope: &Scope) -> Result<Written> {
        match self.attempt(model, scope, self.runtime).await {
            Err(Attempt::OutOfMemory(_)) => match self.attempt(model, scope, &self.runtime.thriftier()).await {
                Err(Attempt::OutOfMemory(words)) => {
                    Err(Fault::new(E019, format!("`{}` ran out of memory", model.name))
                        .place(Place::file(&model.sql_file))
                        .cause(words))
                }
                Err(Attempt::Failed(fault)) => Err(fault),
                Ok(written) => Ok(written),
            },
            Err(Attempt::Failed(fault)) => Err(fault),
            Ok(written) => Ok(written),
        }
    }

    async fn attempt(&self, model: &Model, scope: &Scope, runtime: &Runtime) -> Result<Written, Attempt> {
        let failed = |error: DataFusionError| Attempt::of(model, &error);
        let session = runtime.session();
        for input in &model.inputs {
            tables::expose(&session, self.graph, model, input, scope, self.state).await.map_err(failed)?;
        }
        let frame = result_frame(&session, self.graph, model, scope).await?;
        let mut stream = frame.execute_stream().await.map_err(failed)?;
        let mut writer = TableWriter::new(Arc::clone(self.store), model);
        while let Some(batch) = stream.next().await {
            writer.push(&batch.map_err(failed)?).await.map_err(Attempt::Failed)?;
        }
        writer.finish().await.map_err(Attempt::Failed)
    }

    /// Computes the last partition alone, and the first too where rows of others could enter through a window.
    pub(crate) async fn audit(&self, model: &Model, prints: &Fingerprints, written: &Written) -> Result<()> {
        let with_rows: Vec<&String> = written
            .iter()
            .filter(|(_, rows)| rows.row_count > 0)
            .filter_map(|(value, _)| value.as_ref())
            .filter(|value| prints.partitions.contains_key(*value))
            .collect();
        if with_rows.len() < 2 || !partitions::reads_by_partition(model, self.state) {
            return Ok(());
        }
        let mut chosen: BTreeSet<&String> = with_rows.last().copied().into_iter().collect();
        if model.sql.to_lowercase().contains(" over ") {
            chosen.extend(with_rows.first().copied());
        }
        for value in chosen {
            let alone = self.compute(model, &Scope::Some(BTreeSet::from([value.clone()]))).await?;
            let hashes = |written: &Written| -> Vec<Digest> {
                let rows = written.get(&Some(value.clone()));
                rows.into_iter().flat_map(|rows| &rows.files).map(|file| file.hash).collect()
            };
            if hashes(&alone) != hashes(written) {
                return Err(Fault::new(
                    E020,
                    format!("`{}` computes `{value}` differently when it may read that partition alone", model.name),
                )
                .place(Place::file(&model.sidecar_file)));
            }
        }
        Ok(())
    }

    /// The table's new version: what was written, and what stays.
    pub(crate) fn merged(
        &self,
        model: &Model,
        prints: &Fingerprints,
        scope: &Scope,
        before: Option<&TableVersion>,
        mut written: Written,
        is_narrowed: bool,
    ) -> TableVersion {
        let version = |value: Option<String>, fingerprint: Digest, written: WrittenPartition| PartitionVersion {
            value,
            fingerprint,
            files: written.files,
            row_count: written.row_count,
            control_sums: written.control_sums,
        };
        let mut merged: BTreeMap<Option<String>, PartitionVersion> = BTreeMap::new();
        let mut fingerprint = prints.table;
        if model.sidecar.partition_column().is_none() {
            let all = written.remove(&None).unwrap_or_default();
            merged.insert(None, version(None, prints.table, all));
        } else {
            if let (Scope::Some(computed), Some(before)) = (scope, before) {
                for partition in &before.partitions {
                    if partition.value.as_ref().is_some_and(|value| !computed.contains(value)) {
                        merged.insert(partition.value.clone(), partition.clone());
                    }
                }
                // Something outside the periods asked for is still to be computed: the next run has to look again.
                if is_narrowed {
                    fingerprint = before.fingerprint;
                }
            }
            let in_scope = |value: &String| match scope {
                Scope::Whole => true,
                Scope::Some(values) => values.contains(value),
            };
            for (value, print) in prints.partitions.iter().filter(|(value, _)| in_scope(value)) {
                let rows = written.remove(&Some(value.clone())).unwrap_or_default();
                merged.insert(Some(value.clone()), version(Some(value.clone()), *print, rows));
            }
            for (value, rows) in written {
                // Rows of a partition that no aligned input has: they follow from the rest of what is read.
                let name = value.as_deref().unwrap_or_default();
                let print = partitions::of_partition(self.graph, model, prints.table, name, self.state);
                merged.insert(value.clone(), version(value, print, rows));
            }
        }
        TableVersion {
            columns: model.sidecar.columns(),
            key: model.sidecar.key.clone(),
            partition_column: model.sidecar.partition_column().map(str::to_owned),
            model_hash: model.hash,
            fingerprint,
            partitions: merged.into_values().collect(),
        }
    }
}

/// Why an attempt at a model came to nothing.
enum Attempt {
    OutOfMemory(String),
    Failed(Fault),
}

impl Attempt {
    fn of(model: &Model, error: &DataFusionError) -> Self {
        let words = words(error);
        if let DataFusionError::External(inner) = error.find_root()
            && let Some(fault) = inner.downcast_ref::<Fault>()
        {
            return Self::Failed(fault.clone());
        }
        match error.find_root() {
            DataFusionError::ObjectStore(inner) if matches!(**inner, object_store::Error::NotFound { .. }) => {
                Self::Failed(Fault::new(E013, format!("`{}` reads a file that is gone", model.name)).cause(words))
            }
            DataFusionError::ResourcesExhausted(_) => Self::OutOfMemory(words),
            DataFusionError::IoError(_) | DataFusionError::ObjectStore(_) => Self::Failed(
                Fault::new(E007, format!("`{}` could not read or spill its rows", model.name))
                    .place(Place::file(&model.sql_file))
                    .cause(words),
            ),
            _ => Self::Failed(
                Fault::new(E011, format!("`{}` failed", model.name)).place(Place::file(&model.sql_file)).cause(words),
            ),
        }
    }
}

/// The model's query, cast to the declared columns, cut to the scope and sorted by partition and key.
async fn result_frame(
    session: &SessionContext,
    graph: &Graph,
    model: &Model,
    scope: &Scope,
) -> Result<DataFrame, Attempt> {
    let failed = |error: DataFusionError| Attempt::of(model, &error);
    let values = graph.parameter_values().map_err(Attempt::Failed)?;
    let plan = session.state().create_logical_plan(&model.sql).await.map_err(failed)?;
    let plan = planning::bind(plan, &values).map_err(failed)?;
    let declared = model.sidecar.columns();
    let columns: Vec<Expr> = plan
        .schema()
        .iter()
        .zip(&declared)
        .map(|((qualifier, field), column)| {
            let found = Expr::Column(PlanColumn::new(qualifier.cloned(), field.name()));
            cast(found, session::arrow_type(column.column_type)).alias(&column.name)
        })
        .collect();
    let mut frame = DataFrame::new(session.state(), plan).select(columns).map_err(failed)?;
    if let (Scope::Some(values), Some(column)) = (scope, model.sidecar.partition_column()) {
        let wanted: Vec<Expr> = values.iter().map(|value| lit(value.as_str())).collect();
        frame = frame.filter(in_list(ident(column), wanted, false)).map_err(failed)?;
    }
    let order: Vec<Expr> =
        model.sidecar.partition.iter().chain(&model.sidecar.key).map(|name| ident(name.as_str())).collect();
    frame.sort(order.into_iter().map(|column| column.sort(true, true)).collect()).map_err(failed)
}
