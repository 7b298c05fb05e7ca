//! Files that come again, come late, or are read again because the contract has changed.

use kernel::landing;

use super::{Bench, LINES, ORDERS, block, current, file, incremental, read, try_read};

fn with(contract: &str, from: &str, to: &str) -> String {
    assert!(contract.contains(from), "{from}");
    contract.replace(from, to)
}

#[test]
fn a_file_kept_back_whole_withdraws_nothing_even_if_its_key_cannot_be_read() {
    let contract = format!("{ORDERS}missing_columns: quarantine\nunknown_columns: quarantine\n");
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;20;"]));
    bench.land(&contract);
    bench.write("a.csv", "Order No;Amount;Day\n1;10;\n2;20;\n");
    let landed = bench.land(&contract);
    assert_eq!((landed.counts.quarantined, landed.counts.withdrawn), (2, 0));
    assert!(landed.why.ends_with("what is absent stays, since `a.csv` is in quarantine whole"), "{}", landed.why);
    assert_eq!(bench.rows(&contract), ["1|10.00|", "2|20.00|"]);
    bench.write("a.csv", file(&["1;10;"]));
    assert_eq!(bench.land(&contract).counts.withdrawn, 1, "a sound delivery withdraws again");
}

#[test]
fn a_row_whose_key_nobody_can_read_withdraws_nothing_until_it_is_accepted() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;", "2;20;", "3;30;"]));
    bench.land(ORDERS);
    for bad in ["2;20", ";20;", "\"2;20;"] {
        bench.write("a.csv", file(&["1;10;", bad]));
        let landed = bench.land(ORDERS);
        assert_eq!((landed.counts.quarantined, landed.counts.withdrawn), (1, 0), "{bad}");
        assert!(landed.why.contains("nobody can read the key of a.csv:3"), "{}", landed.why);
    }
    let ids: Vec<String> = bench.open(ORDERS).into_iter().map(|row| row.id).collect();
    let table = read(ORDERS).table().clone();
    block(connectors::quarantine::accept(&bench.store, &table, &ids, "a stray line", &bench.options("accept")))
        .unwrap();
    bench.write("a.csv", file(&["1;10;", "\"2;20;", "4;40;"]));
    assert_eq!(bench.land(ORDERS).counts.withdrawn, 2);
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "4|40.00|"]);
}

#[test]
fn numbered_rows_of_several_files_land_together_or_not_at_all() {
    let contract = format!("{LINES}unknown_columns: quarantine\n");
    let bench = Bench::new();
    bench.write("a.csv", "Order;Product;Amount\n1;a;7\n2;a;1\n");
    bench.write("b.csv", "Order;Product;Amount\n1;b;5\n");
    bench.land(&contract);
    let rows = bench.rows(&contract);
    assert_eq!(rows, ["1|a|7.00|1", "1|b|5.00|2", "2|a|1.00|1"]);
    bench.write("a.csv", "Order;Product;Amount;New\n1;a;7;x\n2;a;1;x\n");
    bench.write("b.csv", "Order;Product;Amount\n1;b;5\n1;c;6\n");
    let landed = bench.land(&contract);
    assert_eq!((landed.counts.quarantined, landed.counts.refused, landed.counts.withdrawn), (2, 2, 0));
    assert_eq!(
        landed.deliveries[1].refusal.as_deref(),
        Some("its rows are numbered with those of `a.csv`, which is kept back")
    );
    assert_eq!(bench.rows(&contract), rows, "no number was given twice");
    bench.write("a.csv", "Order;Product;Amount\n1;a;7\n2;a;1\n");
    assert_eq!(bench.land(&contract).counts.landed, 1);
    assert_eq!(bench.rows(&contract).last().unwrap(), "1|c|6.00|3");
}

#[test]
fn a_group_of_numbered_rows_is_its_good_rows_until_the_bad_one_is_fixed() {
    let bench = Bench::new();
    bench.write("a.csv", "Order;Product;Amount\n1;a;7\n1;b;5\n1;b;5\n");
    bench.land(LINES);
    bench.write("a.csv", "Order;Product;Amount\n1;a;x\n1;b;5\n1;b;5\n");
    bench.land(LINES);
    let sum = || {
        let mut products: Vec<String> =
            bench.rows(LINES).iter().map(|row| row.split('|').nth(1).unwrap().to_owned()).collect();
        products.sort();
        products.concat()
    };
    assert_eq!(sum(), "bb", "neither is a line there twice, nor one that is in quarantine");
    let id = bench.open(LINES)[0].id.clone();
    let values = std::collections::BTreeMap::from([("net_amount".to_owned(), "7".to_owned())]);
    block(connectors::quarantine::fix(&bench.store, &read(LINES), &id, values, &bench.options("fix"))).unwrap();
    assert_eq!(sum(), "abb");
    bench.write("a.csv", "Order;Product;Amount\n1;a;x\n1;b;5\n1;b;5\n2;c;1\n");
    bench.land(LINES);
    assert_eq!(sum(), "abbc");
    bench.write("a.csv", "Order;Product;Amount\n1;a;7\n1;b;5\n1;b;5\n2;c;1\n");
    bench.land(LINES);
    assert_eq!(sum(), "abbc", "the sender has mended it");
}

#[test]
fn another_key_is_refused_where_it_would_double_what_landed() {
    let columns = "  - {name: line_id, from: Line, type: text}\n";
    let contract = format!("{}{columns}", ORDERS.replace("most_quarantined_rate: 1\n", ""));
    let contract = with(&contract, "delivery: full", "delivery: incremental");
    let other = with(&contract, "key: [order_id]", "key: [order_id, line_id]");
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day;Line\n1;10;;x\n");
    bench.land(&contract);
    let fault = bench.fails(&other);
    assert_eq!((fault.code().id, fault.kind().exit_code()), ("C020", 2));
    assert!(fault.message().contains("has been order_id text and is now line_id text, order_id text"), "{fault}");
    assert_eq!(bench.land(&contract).batch, None);

    let (contract, other) = (contract.replace("incremental", "full"), other.replace("incremental", "full"));
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day;Line\n1;10;;x\n2;20;;x\n");
    bench.land(&contract);
    bench.write(
        "a.csv",
        "Order;Amount;Day;Line\n1;10;;x\n2;y;;x\n3;1;;x\n4;1;;x\n5;1;;x\n6;1;;x\n7;1;;x\n8;1;;x\n9;1;;x\n0;1;;x\n",
    );
    assert_eq!(bench.fails(&other).code().id, "C020", "a bad row has no version under the new key");
    bench.write("a.csv", "Order;Amount;Day;Line\n1;10;;x\n1;20;;y\n");
    let landed = bench.land(&other);
    assert_eq!((landed.counts.landed, landed.counts.withdrawn), (2, 2));
    assert_eq!(bench.rows(&other), ["1|10.00||x", "1|20.00||y"]);
}

#[test]
fn a_wider_type_of_a_key_is_another_key_if_its_bytes_are_others() {
    let contract = with(&incremental(), "from: Order, type: text", "from: Order, type: integer");
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;"]));
    bench.land(&contract);
    let decimal = |digits: &str| with(&contract, "type: integer", &format!("type: \"decimal({digits})\""));
    assert_eq!(bench.fails(&decimal("28,2")).code().id, "C020");
}

#[test]
fn a_column_that_landed_may_only_widen() {
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;"]));
    bench.land(ORDERS);
    let wider = with(ORDERS, "decimal(19,2)", "decimal(21,4)");
    bench.write("a.csv", file(&["1;10.1234;"]));
    assert_eq!(bench.land(&wider).counts.changed, 1);
    for (is, not) in
        [("decimal(21,4)", "decimal(20,4)"), ("decimal(21,4)", "decimal(21,2)"), ("\"decimal(21,4)\"", "text")]
    {
        let fault = bench.fails(&with(&wider, is, not));
        assert_eq!((fault.code().id, fault.kind().exit_code()), ("C022", 2), "{not}");
        let text = fault.to_string();
        assert!(text.contains("`net_amount` has landed as decimal(21,4) and is now"), "{text}");
    }
    let without = wider.lines().filter(|line| !line.contains("order_date")).collect::<Vec<_>>().join("\n");
    let without = format!("{without}\nunknown_columns: accept_new_columns\n");
    bench.land(&without);
    let back = with(&wider, "type: date", "type: timestamp");
    assert_eq!(bench.fails(&back).code().id, "C022", "a column that was away comes back as it was");
}

#[test]
fn two_files_of_one_run_give_the_versions_that_two_runs_would() {
    let contract = incremental();
    let (one, two) = (Bench::new(), Bench::new());
    one.write("1.csv", file(&["1;10;", "2;20;", "3;30;"]));
    two.write("1.csv", file(&["1;10;", "2;20;", "3;30;"]));
    two.land(&contract);
    for bench in [&one, &two] {
        bench.write("2.csv", file(&["1;11;", "2;20;", "3;31;", "3;32;"]));
    }
    let landed = one.land(&contract);
    assert_eq!((landed.counts.landed, landed.counts.changed, landed.counts.quarantined), (4, 1, 2));
    two.land(&contract);
    assert_eq!(one.total(&contract), two.total(&contract));
    let columns = ["order_id", "net_amount", "_row_version_id"];
    let rows = |bench: &Bench| {
        let mut rows = current(&bench.store, read(&contract).table(), &columns);
        rows.sort();
        rows
    };
    assert_eq!(rows(&one), rows(&two));
    assert!(one.open(&contract)[0].reasons.starts_with("two rows of one file claim the key order_id `3`"));
    one.write("3.csv", file(&["1;12;"]));
    assert_eq!(one.land(&contract).counts.changed, 1, "the later of two versions of one batch is the present one");
    one.write("4.csv", file(&["1;12;"]));
    assert_eq!(one.land(&contract).counts.repeated, 1);
}

#[test]
fn a_file_read_again_brings_no_older_state_back() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("1.csv", file(&["1;10;", "2;20;"]));
    bench.land(&contract);
    bench.write("2.csv", file(&["1;11;"]));
    bench.land(&contract);
    let rows = ["2|20.00|", "1|11.00|"];
    let looser = with(&contract, "decimal(19,2)\"", "decimal(19,2)\", at_most: 99");
    let landed = bench.land(&looser);
    assert_eq!((landed.counts.delivered, landed.counts.repeated, landed.counts.landed), (3, 3, 0));
    assert_eq!(bench.rows(&contract), rows);
    bench.remove("2.csv");
    let rounded = with(&contract, "decimal(19,2)\"", "decimal(19,2)\", round: half_up");
    bench.write("0.csv", file(&["3;30;"]));
    assert_eq!(bench.land(&rounded).counts.repeated, 2, "though the newer file has gone");
    let renamed = std::fs::rename(bench.folder.path().join("in/1.csv"), bench.folder.path().join("in/9.csv"));
    renamed.unwrap();
    let landed = bench.land(&rounded);
    assert_eq!((landed.counts.delivered, landed.counts.repeated), (2, 2), "a file that was moved is the same file");
    bench.write("10.csv", file(&["1;10;"]));
    assert_eq!(bench.land(&rounded).counts.changed, 1, "another file may say what an earlier one said");
}

#[test]
fn a_file_read_otherwise_gives_a_version_and_stays_behind_the_newer_file() {
    let contract = incremental();
    let bench = Bench::new();
    bench.write("1.csv", "Order;Amount;Day;Note\n1;10;;old\n2;20;;old\n");
    let lenient = format!("{contract}unknown_columns: accept_new_columns\n");
    let listed = |more: &str| with(&contract, "nullable: true}", &format!("nullable: true}}{more}"));
    let plain = listed("\n  - {name: remark, from: Note, type: text, nullable: true, trim: true}");
    bench.land(&plain);
    bench.write("2.csv", "Order;Amount;Day;Note\n1;11;;new\n");
    bench.land(&plain);
    assert_eq!(bench.rows(&plain), ["2|20.00||old", "1|11.00||new"]);
    bench.remove("2.csv");
    assert!(lenient.contains("accept_new_columns"));
    let landed = bench.land(&lenient);
    assert_eq!((landed.counts.changed, landed.counts.repeated), (1, 1), "one is read anew, one is behind");
    let current = current(&bench.store, read(&contract).table(), &["order_id", "net_amount"]);
    assert_eq!(current, ["1|11.00", "2|20.00"]);
}

#[test]
fn freshness_agreed_later_is_read_from_what_has_landed() {
    let fresh = |contract: &str| format!("{contract}freshness: {{column: order_date, at_most_days: 40}}\n");
    for contract in [ORDERS.to_owned(), incremental()] {
        let bench = Bench::new();
        bench.write("a.csv", file(&["1;10;2026-11-29", "2;10;2026-10-01"]));
        bench.land(&contract);
        let again = bench.land(&fresh(&contract));
        assert_eq!(again.batch, None);
        assert!(again.stale.is_none(), "{:?}", again.stale);
        bench.write("b.csv", file(&["3;10;"]));
        assert!(bench.land(&fresh(&contract)).stale.is_none());
        assert!(bench.land(&fresh(&contract)).stale.is_none());
    }
}

#[test]
fn numbers_within_a_group_need_a_whole_delivery() {
    let fault = try_read(&with(LINES, "delivery: full", "delivery: incremental")).expect_err("numbers begin at one");
    assert_eq!(fault.code().id, "C001");
    assert!(fault.message().contains("numbers the rows of a whole delivery"), "{fault}");
    assert_eq!(fault.places()[0].line, Some(7));
}

#[test]
fn headers_that_make_one_name_get_theirs_whatever_file_comes_first() {
    let contract = format!("{ORDERS}unknown_columns: accept_new_columns\n");
    let names = |first: &str, second: &str| {
        let bench = Bench::new();
        bench.write("a.csv", format!("Order;Amount;Day;{first}\n1;1;;{first}\n"));
        bench.write("b.csv", format!("Order;Amount;Day;{second}\n2;1;;{second}\n"));
        bench.land(&contract);
        let mut rows = current(&bench.store, read(&contract).table(), &["new_thing", "new_thing_2"]);
        rows.sort();
        rows
    };
    assert_eq!(names("New Thing", "New-Thing"), names("New-Thing", "New Thing"));
}

#[test]
fn a_group_longer_than_a_window_is_one_group() {
    let bench = Bench { batch_rows: 50_000, ..Bench::new() };
    let mut text = "Order;Product;Amount\n0;a;1\n".to_owned();
    for row in 0..140_000 {
        text.push_str(&format!("1;p{};{}\n", row % 7, row % 10));
    }
    text.push_str("2;a;1\n");
    bench.write("a.csv", text);
    assert_eq!(bench.land(LINES).counts.landed, 140_002);
    let rows = current(&bench.store, read(LINES).table(), &["order_id", "line_number"]);
    assert_eq!(rows[0], "0|1");
    assert_eq!((rows[140_000].as_str(), rows[140_001].as_str()), ("1|140000", "2|1"));
    let numbers = block(landing::batches(&bench.store, read(LINES).table())).unwrap();
    assert_eq!(numbers[0].1.counts.landed, 140_002);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_back_yields_no_file_twice() {
    let contract = with(ORDERS, "in/*.csv", "in/**/*.csv");
    let bench = Bench::new();
    bench.write("a.csv", file(&["1;10;"]));
    let folder = bench.folder.path().join("in");
    std::os::unix::fs::symlink(&folder, folder.join("back")).unwrap();
    std::fs::write(bench.folder.path().join("elsewhere.csv"), file(&["2;20;"])).unwrap();
    std::os::unix::fs::symlink(bench.folder.path().join("elsewhere.csv"), folder.join("b.csv")).unwrap();
    let landed = bench.land(&contract);
    let names: Vec<&str> = landed.deliveries.iter().map(|delivery| delivery.file.as_str()).collect();
    assert_eq!(names, ["a.csv", "b.csv"]);
}
