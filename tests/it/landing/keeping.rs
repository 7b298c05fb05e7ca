//! What becomes of rows from delivery to delivery: versions, repeats, withdrawals, quarantine and its ends.

use std::collections::BTreeMap;

use connectors::{Rows, quarantine};
use kernel::{
    columns::{Column, ColumnType},
    landing,
    names::TableName,
};
use proptest::prelude::*;

use super::{Bench, LINES, ORDERS, block, current, file, incremental, read};

#[test]
fn a_row_delivered_twice_is_one_row_and_a_changed_one_is_a_version() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;20;", "2;20.00;"]));
    let first = bench.land(ORDERS);
    assert_eq!((first.batch, first.counts.landed, first.counts.repeated), (Some(1), 2, 1));
    bench.write("a.csv", file(&["2;21;", "1;10;"]));
    let second = bench.land(ORDERS);
    assert_eq!((second.counts.landed, second.counts.changed, second.counts.repeated), (1, 1, 1));
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "2|21.00|"]);
    bench.write("a.csv", file(&["2;20;", "1;10;"]));
    assert_eq!(bench.land(ORDERS).counts.changed, 1);
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "2|20.00|"], "back to the first values, in a third version");
    assert_eq!(bench.total(ORDERS).landed, 4);
}

#[test]
fn nothing_new_makes_no_batch_and_says_so() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;"]));
    bench.land(ORDERS);
    let objects = bench.store.paths();
    let again = bench.land(ORDERS);
    assert_eq!((again.batch, again.counts.delivered), (None, 0));
    assert!(again.why.contains("nothing new"), "{}", again.why);
    let commented = bench.land(&format!("# a comment\n{ORDERS}"));
    assert_eq!(commented.batch, None, "a comment reads no row differently");
    assert_eq!(bench.store.paths(), objects);
    let dry = Bench::new();
    dry.write("a.csv", file(&["1;10;"]));
    let options = connectors::LandOptions { dry_run: true, ..dry.options("dry") };
    let landed = block(connectors::land(&dry.store, &read(ORDERS), &options)).unwrap();
    assert_eq!((landed.batch, landed.counts.landed), (None, 1));
    assert!(dry.store.paths().is_empty());
}

#[test]
fn a_full_delivery_withdraws_what_it_lacks_and_an_incremental_one_does_not() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;20;"]));
    bench.write("b.csv", file(&["3;30;"]));
    bench.land(ORDERS);
    bench.write("a.csv", file(&["1;10;"]));
    let landed = bench.land(ORDERS);
    assert_eq!((landed.counts.withdrawn, landed.counts.delivered, landed.counts.repeated), (1, 2, 2));
    bench.remove("b.csv");
    assert_eq!(bench.land(ORDERS).counts.withdrawn, 1);
    assert_eq!(bench.rows(ORDERS), ["1|10.00|"]);
    bench.write("a.csv", file(&["1;10;", "2;20;"]));
    let back = bench.land(ORDERS);
    assert_eq!((back.counts.landed, back.counts.changed), (1, 0));
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "2|20.00|"]);
    bench.write("a.csv", "Order;Amount;Day\n");
    let fault = bench.fails(ORDERS);
    assert_eq!((fault.code().id, bench.rows(ORDERS).len()), ("C019", 2));

    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;"]));
    bench.land(&incremental());
    bench.write("b.csv", file(&["2;20;", "1;11;"]));
    let landed = bench.land(&incremental());
    assert_eq!((landed.counts.delivered, landed.counts.withdrawn, landed.deliveries.len()), (2, 0, 1));
    assert_eq!(bench.rows(&incremental()), ["1|11.00|", "2|20.00|"]);
}

#[test]
fn a_bad_row_keeps_its_key_from_being_withdrawn() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;20;"]));
    bench.land(ORDERS);
    bench.write("a.csv", file(&["1;10;", "2;twenty;"]));
    let landed = bench.land(ORDERS);
    assert_eq!((landed.counts.withdrawn, landed.counts.quarantined), (0, 1));
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "2|20.00|"]);
}

#[test]
fn two_rows_that_claim_one_key_are_both_quarantined() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;20;", "1;11;"]));
    let landed = bench.land(ORDERS);
    assert_eq!((landed.counts.landed, landed.counts.quarantined), (1, 2));
    let open = bench.open(ORDERS);
    assert_eq!(open[0].reasons, "two rows of this delivery claim the key order_id `1` with different values");
    assert_eq!((open[0].row_text.as_str(), open[1].row_text.as_str(), open[1].line), ("1;10;", "1;11;", 4));
}

#[test]
fn rows_without_a_key_are_numbered_by_content() {
    let bench = Bench::new();
    let header = "Order;Product;Amount\n";
    bench.write("a.csv", format!("{header}1;b;5\n1;a;7\n2;a;1\n1;b;5\n1;a;x\n"));
    assert_eq!(bench.land(LINES).counts.landed, 4);
    let rows = ["1|a|7.00|1", "1|b|5.00|2", "1|b|5.00|3", "2|a|1.00|1"];
    assert_eq!(bench.rows(LINES), rows);
    bench.write("a.csv", format!("{header}2;a;1\n1;b;5\n1;b;5.0\n1;a;7\n"));
    let again = bench.land(LINES);
    assert_eq!((again.counts.repeated, again.counts.landed, again.counts.withdrawn), (4, 0, 0));
    bench.write("a.csv", format!("{header}2;a;1\n1;b;5\n1;b;5.0\n1;a;7\n1;a;x\n"));
    bench.land(LINES);
    let id = bench.open(LINES)[0].id.clone();
    let values = BTreeMap::from([("net_amount".to_owned(), "8".to_owned())]);
    block(quarantine::fix(&bench.store, &read(LINES), &id, values, &bench.options("fix"))).unwrap();
    assert_eq!(bench.rows(LINES).last().unwrap(), "1|a|8.00|4");
}

#[test]
fn a_fixed_row_lands_and_the_counts_still_reconcile() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;twenty;", "3;thirty;"]));
    bench.land(ORDERS);
    let contract = read(ORDERS);
    let ids: Vec<String> = bench.open(ORDERS).into_iter().map(|row| row.id).collect();
    let values = |text: &str| BTreeMap::from([("net_amount".to_owned(), text.to_owned())]);
    let fix =
        |id: &str, text: &str| block(quarantine::fix(&bench.store, &contract, id, values(text), &bench.options("fix")));
    let fault = fix(&ids[0], "2O").unwrap_err();
    assert!(fault.message().contains("`2O`"), "{fault}");
    assert_eq!(fix("0000000000000000", "1").unwrap_err().code().id, "C014");
    let landed = fix(&ids[0], "20").unwrap();
    assert_eq!((landed.counts.delivered, landed.counts.landed), (1, 1));
    assert_eq!(fix(&ids[0], "20").unwrap_err().hints(), ["the row is settled already"]);
    let accepted =
        block(quarantine::accept(&bench.store, contract.table(), &ids[1..], "a test order", &bench.options("accept")));
    assert_eq!(accepted.unwrap().counts.delivered, 0);
    assert!(bench.open(ORDERS).is_empty());
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "2|20.00|"]);
    let total = bench.total(ORDERS);
    assert_eq!((total.delivered, total.landed, total.quarantined), (4, 2, 2));
    bench.write("a.csv", file(&["1;10;", "2;twenty;", "3;thirty;", "4;40;"]));
    let again = bench.land(ORDERS);
    assert_eq!((again.counts.quarantined, again.counts.withdrawn), (2, 0));
    assert!(bench.open(ORDERS).is_empty(), "what was settled stays settled");
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "2|20.00|", "4|40.00|"]);
}

#[test]
fn a_bad_row_that_comes_again_is_counted_again_and_open_once() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;x;"]));
    bench.land(ORDERS);
    bench.write("a.csv", file(&["1;x;", "2;20;"]));
    assert_eq!(bench.land(ORDERS).counts.quarantined, 1);
    assert_eq!(bench.open(ORDERS).len(), 1);
    bench.write("a.csv", file(&["1;10;", "2;20;"]));
    bench.land(ORDERS);
    assert!(bench.open(ORDERS).is_empty(), "the sender mended it");
    bench.write("a.csv", file(&["1;x;", "2;20;"]));
    bench.land(ORDERS);
    assert_eq!(bench.open(ORDERS).len(), 1, "and broke it again");
    let batches = block(landing::batches(&bench.store, read(ORDERS).table())).unwrap();
    assert_eq!(batches.iter().filter(|(_, batch)| !batch.quarantined.is_empty()).count(), 2);
}

#[test]
fn a_replay_lands_what_the_contract_now_allows_and_never_an_older_state() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10,5;", "2;20,5;", "3;x;"]));
    bench.land(&contract);
    bench.write("b.csv", file(&["2;99;"]));
    bench.land(&contract);
    let comma = contract.replace("delimiter: \";\"", "delimiter: \";\", decimal_mark: \",\"");
    let landed = block(quarantine::replay(&bench.store, &read(&comma), &bench.options("replay"))).unwrap();
    assert_eq!((landed.counts.delivered, landed.counts.landed), (1, 1));
    assert_eq!(bench.rows(&contract), ["2|99.00|", "1|10.50|"]);
    assert_eq!(bench.open(&contract).len(), 2);
    let again = block(quarantine::replay(&bench.store, &read(&comma), &bench.options("replay"))).unwrap();
    assert_eq!(again.batch, None);
}

#[test]
fn too_many_bad_rows_stop_the_stream_with_the_likely_cause() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10,00;", "2;1.234,50;", "3;30;"]));
    let fault = bench.fails(&ORDERS.replace("rate: 1", "rate: 0.5"));
    assert_eq!((fault.code().id, fault.kind().exit_code()), ("C008", 4));
    let text = fault.to_string();
    assert!(text.contains("2 of 3 rows") && text.contains("a.csv:2") && text.contains("decimal_mark: \",\""), "{text}");
    assert!(bench.store.paths().is_empty());
}

#[test]
fn a_reference_to_nothing_is_quarantined_and_replayed_when_it_has_come() {
    let items = "source: erp\nstream: items\nfiles: {path: in/items.txt}\ndelivery: full\nkey: [item_id]\ncolumns:\n  \
                 - {name: item_id, from: Item, type: text}\n";
    let sales = "source: erp\nstream: sales\nfiles: {path: in/sales.txt}\ndelivery: full\nkey: [sale_id]\ncolumns:\n  \
                 - {name: sale_id, from: Sale, type: text}\n  - {name: item_id, from: Item, type: text, nullable: true}\n\
                 most_quarantined_rate: 1\nreferences:\n  - {columns: [item_id], to: landed.erp_items, key: [item_id]}\n";
    let bench = Bench::new();
    bench.write("items.txt", "Item\na\nb\n");
    bench.write("sales.txt", "Sale,Item\n1,a\n2,c\n3,\n");
    assert_eq!(read(sales).references(), [TableName::parse("landed.erp_items").unwrap()]);
    let fault = bench.fails(sales);
    assert_eq!((fault.code().id, fault.kind().exit_code()), ("C021", 1));
    assert!(fault.message().contains("`landed.erp_items`, of which nothing has landed"), "{fault}");
    let options = connectors::LandOptions { dry_run: true, ..bench.options("dry") };
    assert_eq!(block(connectors::land(&bench.store, &read(sales), &options)).unwrap().counts.landed, 3);
    bench.land(items);
    let landed = bench.land(sales);
    assert_eq!((landed.counts.landed, landed.counts.quarantined), (2, 1));
    assert_eq!(bench.open(sales)[0].reasons, "`item_id`: `c` is not in landed.erp_items");
    bench.write("items.txt", "Item\na\nc\n");
    bench.land(items);
    let replayed = block(quarantine::replay(&bench.store, &read(sales), &bench.options("replay"))).unwrap();
    assert_eq!(replayed.counts.landed, 1);
    let wrong = sales.replace("item_id, from: Item, type: text", "item_id, from: Item, type: integer");
    assert_eq!(bench.fails(&wrong).code().id, "C017");
}

#[test]
fn a_source_grows_stale_also_when_nothing_new_comes() {
    let contract = format!("{ORDERS}freshness: {{column: order_date, at_most_days: 40}}\n");
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;2026-10-15", "2;10;2026-10-21"]));
    assert!(bench.land(&contract).stale.is_none());
    let later = |days: i64| {
        let extracted_at = kernel::Timestamp(super::NOW.0 + days * 86_400_000_000);
        let options = connectors::LandOptions { extracted_at, ..bench.options("later") };
        block(connectors::land(&bench.store, &read(&contract), &options)).unwrap()
    };
    assert!(later(0).stale.is_none());
    let fault = later(1).stale.unwrap();
    assert_eq!(fault.kind().exit_code(), 6);
    assert!(fault.message().contains("2026-10-21, 41 days old, and 40 are allowed"), "{fault}");
}

#[test]
fn rows_of_the_program_land_through_the_same_door() {
    let bench = Bench::new();
    let rows = |amounts: &[&str]| Rows {
        table: TableName::parse("landed.plan_rates").unwrap(),
        columns: vec![
            Column::new("rate_id", ColumnType::Text),
            Column::new("rate", ColumnType::Decimal { precision: 18, scale: 6 }),
            Column::new("remark", ColumnType::Text).nullable(),
        ],
        key: vec!["rate_id".to_owned()],
        rows: amounts
            .iter()
            .zip(1..)
            .map(|(rate, id)| vec![Some(id.to_string()), Some((*rate).to_owned()), None])
            .collect(),
        file: "plans/".to_owned(),
    };
    let land = |rows: &Rows| block(connectors::land_rows(&bench.store, rows, &bench.options("run")));
    let empty = land(&rows(&[])).unwrap();
    assert_eq!(empty.batch, Some(1), "an empty table is a table");
    assert_eq!(land(&rows(&["0.05", "0.1"])).unwrap().counts.landed, 2);
    assert_eq!(land(&rows(&["0.05", "0.1"])).unwrap().batch, None);
    let changed = land(&rows(&["0.06"])).unwrap();
    assert_eq!((changed.counts.changed, changed.counts.withdrawn), (1, 1));
    assert_eq!(
        current(&bench.store, &rows(&[]).table, &["rate_id", "rate", "_source", "_file"]),
        ["1|0.060000|plan|plans/"]
    );
    assert_eq!(land(&rows(&["five"])).unwrap_err().code().id, "C016");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever the order of rows, how they are cut into files and chunks: the same rows in the same files.
    #[test]
    fn a_shuffled_delivery_lands_the_same(
        rows in prop::collection::vec((0..30_u8, 0..4_u8), 1..120).prop_shuffle(),
        cut in 1..119_usize,
        batch_rows in 1..50_usize,
    ) {
        let text = |rows: &[(u8, u8)]| {
            let lines: Vec<String> = rows.iter().map(|(order, amount)| format!("{order};p{};{amount}", amount / 2)).collect();
            format!("Order;Product;Amount\n{}\n", lines.join("\n"))
        };
        let mut sorted = rows.clone();
        sorted.sort_unstable();
        let (plain, shuffled) = (Bench::new(), Bench { batch_rows, ..Bench::new() });
        plain.write("a.csv", text(&sorted));
        let (one, other) = rows.split_at(cut.min(rows.len()));
        shuffled.write("a.csv", text(one));
        shuffled.write("b.csv", text(other));
        plain.land(LINES);
        shuffled.land(LINES);
        let columns = ["order_id", "product", "net_amount", "line_number", "_key_hash", "_row_hash", "_row_version_id"];
        let table = read(LINES).table().clone();
        prop_assert_eq!(current(&plain.store, &table, &columns), current(&shuffled.store, &table, &columns));
    }
}
