//! Rows in quarantine and the ways out of it, delivery after delivery.

use std::collections::BTreeMap;

use connectors::{Landed, quarantine};
use kernel::Result;

use super::{Bench, ORDERS, block, file, incremental, read};

fn replay(bench: &Bench, contract: &str) -> Landed {
    block(quarantine::replay(&bench.store, &read(contract), &bench.options("replay"))).unwrap()
}

fn fix(bench: &Bench, contract: &str, id: &str, column: &str, value: &str) -> Result<Landed> {
    let values = BTreeMap::from([(column.to_owned(), value.to_owned())]);
    block(quarantine::fix(&bench.store, &read(contract), id, values, &bench.options("fix")))
}

#[test]
fn a_bad_row_of_last_night_stays_open_until_its_key_comes_again() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("delta.csv", file(&["1;10;", "2;twenty;", "3;thirty;", ";x;"]));
    bench.land(&contract);
    bench.write("delta.csv", file(&["4;40;"]));
    bench.land(&contract);
    assert_eq!(bench.open(&contract).len(), 3, "the next night's file says nothing of them");
    bench.write("delta.csv", file(&["2;20;"]));
    bench.land(&contract);
    let open: Vec<String> = bench.open(&contract).into_iter().map(|row| row.row_text).collect();
    assert_eq!(open, ["3;thirty;", ";x;"]);
    bench.write("delta.csv", file(&["3;thirty;"]));
    bench.land(&contract);
    assert_eq!(bench.open(&contract).len(), 3, "as bad as before, in another place");
    bench.write("delta.csv", file(&["3;30;"]));
    bench.land(&contract);
    assert_eq!(bench.open(&contract).len(), 1, "both rows of the key are mended");
}

#[test]
fn a_file_read_again_mends_only_rows_of_its_own() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("1.csv", file(&["1;10;"]));
    bench.land(&contract);
    bench.write("2.csv", file(&["1;eleven;"]));
    bench.land(&contract);
    bench.remove("2.csv");
    bench.land(&contract.replace("decimal(19,2)\"", "decimal(19,2)\", at_most: 99"));
    assert_eq!(bench.open(&contract).len(), 1);
}

#[test]
fn a_kept_row_is_read_by_the_header_it_came_under() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("delta.csv", "Order;Amount;Day\n1;1,5;2026-11-01\n");
    bench.land(&contract);
    bench.write("delta.csv", "Day;Order;Amount\n2026-11-02;2;2\n");
    bench.land(&contract);
    let comma = contract.replace("delimiter: \";\"", "delimiter: \";\", decimal_mark: \",\"");
    assert_eq!(replay(&bench, &comma).counts.landed, 1);
    assert_eq!(bench.rows(&contract), ["2|2.00|2026-11-02", "1|1.50|2026-11-01"]);
}

#[test]
fn a_fixed_row_that_was_withdrawn_and_comes_back_bad_waits_again() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;twenty;"]));
    bench.land(ORDERS);
    fix(&bench, ORDERS, &bench.open(ORDERS)[0].id, "net_amount", "20").unwrap();
    bench.write("a.csv", file(&["1;10;"]));
    assert_eq!(bench.land(ORDERS).counts.withdrawn, 1);
    bench.write("a.csv", file(&["1;10;", "2;twenty;"]));
    bench.land(ORDERS);
    assert_eq!(bench.open(ORDERS).len(), 1);
    let id = bench.open(ORDERS)[0].id.clone();
    fix(&bench, ORDERS, &id, "net_amount", "21").unwrap();
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "2|21.00|"]);
    bench.write("a.csv", file(&["1;10;", "2;22;"]));
    bench.land(ORDERS);
    bench.write("a.csv", file(&["1;10;", "2;twenty;"]));
    bench.land(ORDERS);
    assert_eq!(bench.open(ORDERS).len(), 1, "what the fix left has been replaced in between");
}

#[test]
fn accepted_rows_do_not_count_against_the_share_that_may_be_bad() {
    let contract = ORDERS.replace("rate: 1", "rate: 0.5");
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;x;"]));
    bench.land(&contract);
    let id = bench.open(&contract)[0].id.clone();
    let table = read(&contract).table().clone();
    block(quarantine::accept(&bench.store, &table, &[id], "a test order", &bench.options("accept"))).unwrap();
    bench.write("a.csv", file(&["1;10;", "2;x;", "3;y;"]));
    let landed = bench.land(&contract);
    assert_eq!((landed.counts.quarantined, bench.open(&contract).len()), (2, 1));
}

#[test]
fn a_replay_lands_rows_of_one_key_in_the_order_in_which_they_came() {
    for contract in [incremental(), ORDERS.to_owned()] {
        let bench = Bench::new();
        bench.write("a.csv", file(&["1;1,5;"]));
        bench.land(&contract);
        if contract == incremental() {
            bench.write("b.csv", file(&["1;2,5;", "2;7,5;"]));
            bench.land(&contract);
        }
        let comma = contract.replace("delimiter: \";\"", "delimiter: \";\", decimal_mark: \",\"");
        let landed = replay(&bench, &comma);
        assert!(bench.open(&contract).is_empty(), "{}", landed.why);
        let rows = if contract == incremental() { vec!["1|2.50|", "2|7.50|"] } else { vec!["1|1.50|"] };
        assert_eq!(bench.rows(&contract), rows);
    }
}

#[test]
fn a_later_row_of_a_key_lands_behind_one_that_was_replayed_before_it() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;1,5;"]));
    bench.land(&contract);
    bench.write("b.csv", file(&["1;2.555;"]));
    bench.land(&contract);
    let comma = contract.replace("delimiter: \";\"", "delimiter: \";\", decimal_mark: \",\"");
    assert_eq!(replay(&bench, &comma).counts.landed, 1);
    let rounded = contract.replace("decimal(19,2)\"", "decimal(19,2)\", round: half_up");
    assert_eq!(replay(&bench, &rounded).counts.landed, 1);
    assert_eq!(bench.rows(&contract), ["1|2.56|"]);
}

#[test]
fn a_row_that_stays_bad_says_what_is_wrong_with_it_now() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;1,5;"]));
    bench.land(&contract);
    let before = bench.open(&contract).remove(0);
    let comma = contract.replace("delimiter: \";\"", "delimiter: \";\", decimal_mark: \",\"");
    let bounded = comma.replace("decimal(19,2)\"", "decimal(19,2)\", at_most: 1");
    let landed = replay(&bench, &bounded);
    assert_eq!(landed.why, "0 of 1 rows left quarantine, 1 stay for other reasons than before");
    let now = bench.open(&contract).remove(0);
    assert_eq!((now.reasons.as_str(), now.batch), ("`net_amount`: `1,5` is more than 1.00", before.batch));
    assert_ne!(now.id, before.id);
    assert_eq!(replay(&bench, &bounded).batch, None, "nothing is new");
    bench.land(&bounded);
    assert_eq!(bench.open(&contract), [now], "the file, read again, says the same");
    let landed = bench.land(&contract);
    assert_eq!((landed.counts.quarantined, bench.open(&contract).len()), (1, 1));
    assert_eq!(bench.open(&contract)[0].reasons, before.reasons, "and the reason of another contract is another");
    bench.write("a.csv", file(&["1;9;"]));
    bench.land(&contract);
    assert!(bench.open(&contract).is_empty());
}

#[test]
fn a_row_written_anew_never_becomes_newer_than_it_was() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("a.csv", file(&["2;20,5;"]));
    bench.land(&contract);
    bench.write("b.csv", file(&["2;twenty;"]));
    bench.land(&contract);
    let comma = contract.replace("delimiter: \";\"", "delimiter: \";\", decimal_mark: \",\"");
    let bounded = comma.replace("decimal(19,2)\"", "decimal(19,2)\", at_most: 1");
    let late = bench.open(&contract).into_iter().find(|row| row.file == "b.csv").unwrap();
    fix(&bench, &contract, &late.id, "net_amount", "99").unwrap();
    replay(&bench, &bounded);
    replay(&bench, &comma);
    assert_eq!(bench.rows(&contract), ["2|99.00|"]);
    assert_eq!(bench.open(&contract)[0].reasons, "a later delivery holds the same key with other values");
}

#[test]
fn the_replay_of_a_row_under_another_key_is_refused() {
    let bench = Bench::new();
    let contract = incremental();
    bench.write("a.csv", file(&["1;x;2026-11-01"]));
    bench.land(&contract);
    let other = contract.replace("key: [order_id]", "key: [order_id, order_date]").replace(", nullable: true", "");
    let fault = block(quarantine::replay(&bench.store, &read(&other), &bench.options("replay"))).unwrap_err();
    assert_eq!(fault.code().id, "C020");
}
