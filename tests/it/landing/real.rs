//! The files of others, under the contracts of the example.

use std::{collections::BTreeMap, fs, path::PathBuf};

use connectors::{Contract, LandOptions};
use kernel::names::TableName;

use super::{Memory, NOW, block, current, exists};

#[test]
fn every_file_of_adventureworks_lands_and_the_sales_add_up() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = root.join("../shared/data/adventureworks");
    let sources = root.join("examples/adventureworks/sources");
    if !exists(&data.to_string_lossy()) {
        println!("left out: the adventureworks files do not lie at {}", data.display());
        return;
    }
    let variables = BTreeMap::from([("data".to_owned(), data.to_string_lossy().into_owned())]);
    let mut contracts: Vec<Contract> = fs::read_dir(&sources)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            Contract::read(&path.to_string_lossy(), &text, &variables).unwrap_or_else(|fault| panic!("{fault}"))
        })
        .collect();
    contracts.sort_by_key(|contract| contract.references().len());
    let store = Memory::default();
    let options = LandOptions {
        run_id: "run".to_owned(),
        extracted_at: NOW,
        project_folder: root,
        dry_run: false,
        batch_rows: 10_000,
    };
    for contract in &contracts {
        let landed = block(connectors::land(&store, contract, &options)).unwrap_or_else(|fault| panic!("{fault}"));
        assert!(landed.counts.reconciles(), "{landed:?}");
        assert_eq!(landed.counts.landed, landed.counts.delivered, "{landed:?}");
    }
    let lines = current(&store, &TableName::parse("landed.erp_order_lines").unwrap(), &["net_amount"]);
    let sum: i128 = lines.iter().map(|text| text.replace('.', "").parse::<i128>().unwrap()).sum();
    assert_eq!((lines.len(), sum), (57_851, 775_485_702_000));
    for contract in &contracts {
        assert_eq!(block(connectors::land(&store, contract, &options)).unwrap().batch, None);
    }
}
