//! Readers of our own, so that the program's reader does not prove its own writer: a folder, a Delta log, a glob.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use arrow::{array::AsArray, datatypes::Decimal128Type};
use bytes::Bytes;
use futures::StreamExt;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use publish::{Publication, TargetKind};
use serde_json::Value;

use super::made::Made;

pub fn sum_of(files: Vec<Bytes>) -> (usize, i128) {
    let mut total = (0, 0);
    for file in files {
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
            let batch = batch.unwrap();
            let amounts = batch.column_by_name("credited_amount").unwrap().as_primitive::<Decimal128Type>().clone();
            total.0 += batch.num_rows();
            total.1 += amounts.iter().flatten().sum::<i128>();
        }
    }
    total
}

/// The files that a Delta log names at present, and the schema's columns.
pub fn delta_files(log: &BTreeMap<String, Bytes>) -> (BTreeSet<String>, Vec<String>) {
    let mut files = BTreeSet::new();
    let mut columns = Vec::new();
    for (_, bytes) in log.iter().filter(|(path, _)| path.contains("_delta_log/") && path.ends_with(".json")) {
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let action: Value = serde_json::from_slice(line).unwrap();
            if let Some(path) = action["remove"]["path"].as_str() {
                assert!(files.remove(path), "{path} is removed and was not there");
            }
            if let Some(path) = action["add"]["path"].as_str() {
                assert!(files.insert(path.to_owned()), "{path} is added twice");
            }
            if let Some(schema) = action["metaData"]["schemaString"].as_str() {
                let schema: Value = serde_json::from_str(schema).unwrap();
                let fields = schema["fields"].as_array().unwrap();
                columns = fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect();
            }
        }
    }
    (files, columns)
}

/// Everything below a folder, by path.
pub fn tree(folder: &Path) -> BTreeMap<String, Bytes> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                all.insert(name, Bytes::from(fs::read(&path).unwrap()));
            }
        }
    }
    all
}

pub fn version_of(folder: &Path, table: &str) -> usize {
    tree(&folder.join(table)).keys().filter(|path| path.starts_with("_delta_log/")).count()
}

pub fn latest(folder: &Path) -> Option<Publication> {
    fs::read(folder.join("latest.json")).ok().map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

/// What a reader sees of a table: by `latest/` in a Parquet tree, by its log in a Delta table; none if there is none yet.
pub fn seen(folder: &Path, kind: TargetKind, table: &str) -> Option<(usize, i128)> {
    let path = table.replace('.', "/");
    match kind {
        TargetKind::Parquet => {
            let files = tree(&fs::canonicalize(folder.join("latest").join(path)).ok()?);
            Some(sum_of(files.into_values().collect()))
        }
        TargetKind::Delta => {
            let all = tree(&folder.join(path));
            let (files, _) = delta_files(&all);
            if !all.keys().any(|path| path.starts_with("_delta_log/")) {
                return None;
            }
            let decoded = |path: &String| path.replace("%25", "%");
            Some(sum_of(files.iter().map(|path| all[&decoded(path)].clone()).collect()))
        }
    }
}

pub fn all_seen(folder: &Path, kind: TargetKind, made: &Made) -> BTreeMap<String, (usize, i128)> {
    made.sums().into_keys().map(|name| (name.clone(), seen(folder, kind, &name).unwrap_or((0, 0)))).collect()
}

/// Everything in a store, by path.
pub async fn everything(store: &Arc<dyn ObjectStore>) -> BTreeMap<String, Bytes> {
    let mut all = BTreeMap::new();
    let mut listed = store.list(None);
    while let Some(meta) = listed.next().await {
        let location = meta.unwrap().location;
        let bytes = store.get(&location).await.unwrap().bytes().await.unwrap();
        all.insert(location.to_string(), bytes);
    }
    all
}
