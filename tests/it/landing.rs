//! Files on their way in: what lands, what does not, and what becomes true when something breaks in between.

mod again;
mod crashes;
mod keeping;
mod reading;
mod real;
mod settling;
mod store;
mod totals;

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use arrow::{
    array::{Array, AsArray, RecordBatch},
    util::display::array_value_to_string,
};
use connectors::{Contract, LandOptions, Landed};
use kernel::{
    Fault, Result, Store, Timestamp,
    landing::{self, Counts, FileRef},
    names::TableName,
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

pub use store::Memory;

/// 2026-11-30 00:00 UTC.
pub const NOW: Timestamp = Timestamp(20_787 * 86_400_000_000);

/// The contract of most tests: orders with a key, an amount and a day.
pub const ORDERS: &str = r#"
source: erp
stream: orders
files: {path: "in/*.csv", delimiter: ";"}
delivery: full
key: [order_id]
columns:
  - {name: order_id, from: Order, type: text}
  - {name: net_amount, from: Amount, type: "decimal(19,2)"}
  - {name: order_date, from: Day, type: date, nullable: true}
most_quarantined_rate: 1
"#;

/// Order lines without a number of their own.
pub const LINES: &str = r#"
source: erp
stream: lines
files: {path: "in/*.csv", delimiter: ";"}
delivery: full
key: [order_id, line_number]
row_number_within: {column: line_number, by: [order_id]}
columns:
  - {name: order_id, from: Order, type: text}
  - {name: product, from: Product, type: text}
  - {name: net_amount, from: Amount, type: "decimal(19,2)"}
most_quarantined_rate: 1
"#;

/// A file of [`ORDERS`].
pub fn file(rows: &[&str]) -> String {
    format!("Order;Amount;Day\n{}\n", rows.join("\n"))
}

/// [`ORDERS`], of which each file holds only what is new.
pub fn incremental() -> String {
    ORDERS.replace("delivery: full", "delivery: incremental")
}

/// A project folder and a warehouse.
pub struct Bench {
    pub folder: tempfile::TempDir,
    pub store: Memory,
    pub batch_rows: usize,
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        Self { folder, store: Memory::default(), batch_rows: 1000 }
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join("in").join(name), bytes).unwrap();
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.folder.path().join("in").join(name)).unwrap();
    }

    pub fn options(&self, run: &str) -> LandOptions {
        LandOptions {
            run_id: run.to_owned(),
            extracted_at: NOW,
            project_folder: self.folder.path().to_path_buf(),
            dry_run: false,
            batch_rows: self.batch_rows,
        }
    }

    pub fn try_land(&self, contract: &str) -> Result<Landed> {
        let landed = block(connectors::land(&self.store, &read(contract), &self.options("run")));
        if let Ok(landed) = &landed {
            assert!(landed.counts.reconciles(), "{landed:?}");
        }
        landed
    }

    pub fn land(&self, contract: &str) -> Landed {
        self.try_land(contract).unwrap_or_else(|fault| panic!("{fault}"))
    }

    pub fn fails(&self, contract: &str) -> Fault {
        self.try_land(contract).expect_err("this should not land")
    }

    /// The columns of the contract of the rows current now, `a|b|c`, in the order of the files.
    pub fn rows(&self, contract: &str) -> Vec<String> {
        let contract = read(contract);
        let names: Vec<String> = contract.columns().into_iter().map(|column| column.name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        current(&self.store, contract.table(), &names)
    }

    pub fn open(&self, contract: &str) -> Vec<connectors::quarantine::QuarantinedRow> {
        block(connectors::quarantine::list(&self.store, read(contract).table())).unwrap()
    }

    /// Where each row went over all batches.
    pub fn total(&self, contract: &str) -> Counts {
        let batches = block(landing::batches(&self.store, read(contract).table())).unwrap();
        batches.iter().fold(Counts::default(), |sum, (_, batch)| {
            assert!(batch.counts.reconciles());
            sum.plus(batch.counts)
        })
    }
}

/// A contract named after its source and stream.
pub fn read(text: &str) -> Contract {
    try_read(text).unwrap_or_else(|fault| panic!("{fault}"))
}

pub fn try_read(text: &str) -> Result<Contract> {
    let word = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.trim_start_matches(key).trim().to_owned()
    };
    let file = format!("sources/{}_{}.yml", word("source:"), word("stream:"));
    Contract::read(&file, text, &BTreeMap::new())
}

pub fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

pub fn batches_of(store: &dyn Store, file: &FileRef) -> Vec<RecordBatch> {
    let bytes = block(store.get(&file.path)).unwrap().unwrap_or_else(|| panic!("{} is missing", file.path));
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
    reader.map(|batch| batch.unwrap()).collect()
}

/// What a reader of the warehouse sees, found without the code under test: rows of all files less those superseded.
pub fn current(store: &dyn Store, table: &TableName, names: &[&str]) -> Vec<String> {
    let batches = block(landing::batches(store, table)).unwrap();
    let mut gone: HashSet<Vec<u8>> = HashSet::new();
    for part in batches.iter().flat_map(|(_, batch)| &batch.superseded).flat_map(|file| batches_of(store, file)) {
        let ids = part.column(0).as_binary::<i32>();
        gone.extend((0..ids.len()).map(|row| ids.value(row).to_vec()));
    }
    let mut rows = Vec::new();
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    for part in batches.iter().flat_map(|(_, batch)| &batch.files).flat_map(|file| batches_of(store, file)) {
        let ids = part.column_by_name("_row_version_id").unwrap().as_binary::<i32>();
        for row in 0..part.num_rows() {
            assert!(seen.insert(ids.value(row).to_vec()), "a version landed twice");
            if !gone.contains(ids.value(row)) {
                let texts: Vec<String> = names
                    .iter()
                    .map(|name| part.column_by_name(name).unwrap())
                    .map(|array| array_value_to_string(array, row).unwrap())
                    .collect();
                rows.push(texts.join("|"));
            }
        }
    }
    rows
}

pub fn exists(path: &str) -> bool {
    Path::new(path).exists()
}
