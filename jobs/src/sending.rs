//! Connects a release to the publishing room, which knows neither the engine nor SQL.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use engine::{PartitionVersion, Release, TableVersion, Warehouse};
use kernel::{
    BoxFuture, Fault, Result, Store, Timestamp,
    exact::{self, Fixed},
    landing::FileRef,
    names::TableName,
};
use publish::{PartitionToPublish, Published, Source, TableToPublish, Target, TargetKind};

use crate::{
    environment::Environment,
    fault::J005,
    project::Project,
    settings::{PublishKind, PublishSettings},
};

/// A release, as far as a target wants it.
pub struct ReleaseSource {
    store: Arc<dyn Store>,
    release: Release,
    wanted: String,
}

impl ReleaseSource {
    /// The tables of a release that match `wanted`: `reporting.*`, full names, or several with commas.
    pub fn new(warehouse: &Warehouse, release: Release, wanted: &str) -> Self {
        Self { store: warehouse.store(), release, wanted: wanted.to_owned() }
    }
}

/// Whether a table is among `reporting.*`, `reporting.statement`, `*`, or several of these with commas.
pub fn is_wanted(wanted: &str, name: &TableName) -> bool {
    wanted.split(',').map(str::trim).any(|pattern| match pattern.strip_suffix(".*") {
        _ if pattern == "*" => true,
        Some(layer) => layer == name.layer() && !name.is_private(),
        None => pattern == name.to_string(),
    })
}

/// The exact sum of every decimal column over all partitions.
fn control_sums(version: &TableVersion) -> BTreeMap<String, String> {
    let mut sums: BTreeMap<String, Option<Fixed>> = BTreeMap::new();
    for (column, text) in version.partitions.iter().flat_map(|partition| &partition.control_sums) {
        let more = Fixed::parse(text);
        sums.entry(column.clone())
            .and_modify(|sum| *sum = sum.zip(more).and_then(|(sum, more)| exact::add(sum, more).ok()))
            .or_insert(more);
    }
    sums.into_iter().filter_map(|(column, sum)| Some((column, sum?.to_string()))).collect()
}

/// One entry for each file of a partition; one without file where it has no rows.
fn parts(partition: &PartitionVersion) -> Vec<PartitionToPublish> {
    let part = |file: Option<&FileRef>, row_count| PartitionToPublish {
        value: partition.value.clone(),
        file: file.cloned(),
        row_count,
    };
    if partition.files.is_empty() {
        return vec![part(None, 0)];
    }
    partition.files.iter().map(|file| part(Some(file), file.row_count)).collect()
}

impl Source for ReleaseSource {
    fn release_number(&self) -> u64 {
        self.release.number
    }

    fn released_at(&self) -> Timestamp {
        self.release.released_at
    }

    fn tables(&self) -> Vec<TableToPublish> {
        let wanted = self.release.tables.iter().filter(|(name, _)| is_wanted(&self.wanted, name));
        wanted
            .map(|(name, version)| TableToPublish {
                name: name.clone(),
                columns: version.columns.clone(),
                key: version.key.clone(),
                partition_column: version.partition_column.clone(),
                partitions: version.partitions.iter().flat_map(parts).collect(),
                control_sums: control_sums(version),
            })
            .collect()
    }

    fn read<'a>(&'a self, file: &'a FileRef) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async move {
            self.store.get(&file.path).await?.ok_or_else(|| {
                Fault::new(J005, format!("release `{}` names `{}`, which is gone", self.release.number, file.path))
                    .hint("restore the file from a copy of the warehouse, or run `tantieme run --full`")
            })
        })
    }
}

/// Sends a release to every target of the project, in the order they are written.
///
/// # Errors
/// The first target's that fails; the next run completes it.
pub async fn send(
    project: &Project,
    warehouse: &Warehouse,
    release: &Release,
    environment: &Environment,
    run_id: &str,
) -> Result<Vec<Published>> {
    let mut done = Vec::new();
    for setting in &project.settings.publish {
        let source = ReleaseSource::new(warehouse, release.clone(), &setting.tables);
        let target = target_of(project, setting, environment);
        done.push(publish::publish(&target, &source, run_id).await?);
    }
    Ok(done)
}

/// Where a setting of the project leads, with what the environment says of object stores.
pub fn target_of(project: &Project, setting: &PublishSettings, environment: &Environment) -> Target {
    let kind = match setting.kind {
        PublishKind::Parquet => TargetKind::Parquet,
        PublishKind::Delta => TargetKind::Delta,
    };
    let mut settings = environment.store_settings();
    settings.extend(setting.keep_releases.map(|keep| ("keep_releases".to_owned(), keep.to_string())));
    Target { kind, to: project.address(&setting.to), settings }
}
