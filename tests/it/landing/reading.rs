//! Contracts and the ways in which senders write.

use super::{Bench, ORDERS, try_read};

fn contract(files: &str, columns: &str) -> String {
    format!(
        "source: erp\nstream: orders\nfiles: {{path: in/a.csv, {files}}}\ndelivery: full\nkey: [order_id]\n\
         most_quarantined_rate: 1\ncolumns:\n  - {{name: order_id, from: Order, type: text}}\n{columns}"
    )
}

fn one(files: &str, columns: &str, bytes: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    let bench = Bench::new();
    bench.write("a.csv", bytes);
    let contract = contract(files, columns);
    bench.land(&contract);
    let reasons = bench.open(&contract).into_iter().map(|row| format!("{}: {}", row.line, row.reasons)).collect();
    (bench.rows(&contract), reasons)
}

#[test]
fn a_german_back_office_writes_commas_points_and_umlauts() {
    let columns = "  - {name: name, from: Kunde, type: text}\n  - {name: net_amount, from: Netto, type: \"decimal(19,2)\"}\n  \
                   - {name: day, from: Tag, type: date}\n";
    let files =
        r#"delimiter: ";", encoding: windows-1252, decimal_mark: ",", thousands_mark: ".", date_format: dd.mm.yyyy"#;
    let bytes = b"Order;Kunde;Netto;Tag\r\n1;M\xfcller & S\xf6hne;1.234,50;30.11.2026\r\n2;\x80uro;-0,5;1.1.2026\r\n3;x;12.34;01.01.2026\r\n";
    let (rows, reasons) = one(files, columns, bytes);
    assert_eq!(rows, ["1|Müller & Söhne|1234.50|2026-11-30"]);
    assert_eq!(
        reasons,
        [
            "3: `day`: `1.1.2026` is not a date in the form dd.mm.yyyy",
            "4: `net_amount`: `12.34` is not a value of type decimal(19,2)"
        ]
    );
}

#[test]
fn quotes_may_hold_delimiters_line_ends_and_quotes() {
    let columns = "  - {name: remark, from: Remark, type: text, nullable: true}\n";
    let text = "Order,Remark\n1,\"a, \"\"b\"\"\r\nsecond line\"\n2,plain\n\n3,\"\"\n4,\"open\n5,\"x\"y\n6,z";
    let (rows, reasons) = one("", columns, text);
    assert_eq!(rows, ["1|a, \"b\"\r\nsecond line", "2|plain", "3|", "6|z"]);
    assert_eq!(reasons, ["7: text stands behind a closing quote"]);
    let (rows, reasons) = one("", columns, "Order,Remark\n1,a\n2,\"open\n3,b\n");
    assert_eq!(rows, ["1|a", "3|b"]);
    assert_eq!(reasons, ["3: a quote opens and never closes"]);
    let (rows, _) = one("quote: none", columns, "Order,Remark\n1,\"a\n2,b\"\n");
    assert_eq!(rows, ["1|\"a", "2|b\""]);
}

#[test]
fn lines_are_those_of_the_file_also_behind_quoted_line_ends() {
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day\n\"a\nb\";1;\nc;x;\n");
    bench.land(ORDERS);
    assert_eq!(bench.open(ORDERS)[0].line, 4);
    let table = super::read(ORDERS).table().clone();
    assert_eq!(super::current(&bench.store, &table, &["_file", "_line"]), ["a.csv|2"]);
}

#[test]
fn numbers_are_exact_or_refused() {
    let columns = "  - {name: amount, from: Amount, type: \"decimal(19,2)\"}\n";
    let good = [
        ("28000.0000", "28000.00"),
        (".0000", "0.00"),
        ("+7", "7.00"),
        ("12.5-", "-12.50"),
        (" 1.10 ", "1.10"),
        ("1.5E1", "15.00"),
        ("12000E-4", "1.20"),
        ("99999999999999999.99", "99999999999999999.99"),
    ];
    for (text, is) in good {
        assert_eq!(one("", columns, format!("Order,Amount\n1,{text}\n")).0, [format!("1|{is}")], "{text}");
    }
    let bad = [
        ("0.99980003999200195", "more than 2 digits behind the point"),
        ("1.5E-2", "more than 2 digits behind the point"),
        ("100000000000000000.00", "more digits than decimal(19,2) holds"),
        ("1e400", "more digits than decimal(19,2) holds"),
        ("1_000", "not a value of type decimal(19,2)"),
        ("NaN", "not a value of type decimal(19,2)"),
        ("", "is empty"),
    ];
    for (text, words) in bad {
        let reasons = one("", columns, format!("Order,Amount\n1,{text}\n")).1;
        assert!(reasons[0].contains(words), "{text}: {reasons:?}");
    }
    let rounded = "  - {name: amount, from: Amount, type: \"decimal(28,12)\", round: half_up}\n";
    assert_eq!(one("", rounded, "Order,Amount\n1,0.99980003999250195\n").0, ["1|0.999800039993"]);
    assert_eq!(one("", rounded, "Order,Amount\n1,1.5E-12\n").0, ["1|0.000000000002"]);
}

#[test]
fn thousands_stand_in_threes() {
    let columns = "  - {name: amount, from: Amount, type: \"decimal(19,2)\"}\n";
    let files = "delimiter: \";\", thousands_mark: \" \"";
    for (text, is) in
        [("1 234 567.5", Some("1234567.50")), ("1\u{a0}234.5", Some("1234.50")), ("12 34.5", None), ("1 23", None)]
    {
        let (rows, _) = one(files, columns, format!("Order;Amount\n1;{text}\n"));
        assert_eq!(rows.first().map(String::as_str), is.map(|is| format!("1|{is}")).as_deref(), "{text}");
    }
}

#[test]
fn dates_and_moments_are_read_in_the_form_agreed() {
    let columns =
        |format: &str, kind: &str| format!("  - {{name: at, from: At, type: {kind}, format: \"{format}\"}}\n");
    let read = |format: &str, kind: &str, text: &str| one("", &columns(format, kind), format!("Order,At\n1,{text}\n"));
    assert_eq!(read("yyyy/mm/dd", "date", "2017/08/25").0, ["1|2017-08-25"]);
    assert_eq!(read("d.m.yy", "date", "1.2.26").0, ["1|2026-02-01"]);
    assert_eq!(read("yyyymmdd", "date", "20240229").0, ["1|2024-02-29"]);
    assert_eq!(read("yyyy-mm-dd hh:mi:ss.fff", "date", "2022-05-30 00:00:00.000").0, ["1|2022-05-30"]);
    assert_eq!(
        read("yyyy-mm-dd hh:mi:ss.fff", "timestamp", "2022-05-30 01:02:03.450").0,
        ["1|2022-05-30T01:02:03.450Z"]
    );
    assert!(read("yyyy-mm-dd hh:mi:ss.fff", "date", "2022-05-30 12:00:00.000").1[0].contains("time of day"));
    assert!(read("yyyy/mm/dd", "date", "2023/02/29").1[0].contains("not a date in the form yyyy/mm/dd"));
    let iso = one("", "  - {name: at, from: At, type: timestamp}\n", "Order,At\n1,2026-11-30T02:00:00+02:00\n").0;
    assert_eq!(iso, ["1|2026-11-30T00:00:00Z"]);
}

#[test]
fn a_mark_at_the_beginning_names_the_encoding() {
    let columns = "  - {name: name, from: Name, type: text}\n";
    let mut wide = vec![0xFF, 0xFE];
    wide.extend("Order,Name\r\n1,Ærø\r\n".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(one("", columns, wide).0, ["1|Ærø"]);
    assert_eq!(one("", columns, "\u{feff}Order,Name\n1,Ærø\n").0, ["1|Ærø"]);
    assert_eq!(one("encoding: shift_jis", columns, b"Order,Name\n1,\x83\x5c\x83\x5c\n").0, ["1|ソソ"]);
}

#[test]
fn bytes_of_another_encoding_are_a_matter_of_rows_until_all_are() {
    let columns = "  - {name: name, from: Name, type: text}\n";
    let (rows, reasons) = one("", columns, b"Order,Name\n1,\xc3\xa6\n2,\xe6\n");
    assert_eq!(
        (rows, reasons),
        (vec!["1|æ".to_owned()], vec!["3: byte `0xE6` in field 2 is no text in UTF-8".to_owned()])
    );
    let bench = Bench::new();
    let contract = contract("", columns);
    bench.write("a.csv", b"Order,Name\n1,\xe6\n2,\xf8\n3,\xe5\n");
    let fault = bench.fails(&contract);
    assert_eq!(fault.code().id, "C005");
    assert!(fault.to_string().contains("windows-1252"), "{fault}");
    bench.write("a.csv", "Order,Name\n1,\u{e6}\u{f8}\u{e5}\n");
    let fault = bench.fails(&contract.replace("in/a.csv, ", "in/a.csv, encoding: iso-8859-1"));
    assert!(fault.message().contains("evidently UTF-8"), "{fault}");
}

#[test]
fn every_reason_of_a_row_is_kept_with_its_text() {
    let columns = "  - {name: status, from: Status, type: text, accepted: [open, closed]}\n  \
                   - {name: quantity, from: Quantity, type: integer, at_least: 1, at_most: 9}\n";
    let text = "Order|Status|Quantity\n1|open|3\n|lost|12\n2|open\n3|open|1|x\n";
    let bench = Bench::new();
    bench.write("a.csv", text);
    let contract = contract("delimiter: \"|\"", columns);
    let landed = bench.land(&contract);
    assert_eq!((landed.counts.delivered, landed.counts.landed, landed.counts.quarantined), (4, 1, 3));
    let open = bench.open(&contract);
    assert_eq!(
        open[0].reasons,
        "`order_id` is empty; `status`: `lost` is none of `closed`, `open`; `quantity`: `12` is more than 9"
    );
    assert_eq!((open[0].row_text.as_str(), open[0].line, open[0].id.len()), ("|lost|12", 3, 16));
    assert_eq!(open[1].reasons, "the row has 2 fields where 3 are expected");
    assert_eq!(open[2].reasons, "the row has 4 fields where 3 are expected");
}

#[test]
fn a_file_without_header_is_read_in_the_order_of_the_contract() {
    let bench = Bench::new();
    bench.write("a.csv", "1\t2.5\t2026-01-02\r\n2\t3\t\r\n");
    let contract = ORDERS.replace("delimiter: \";\"", "delimiter: tab, header: false");
    let contract =
        ["Order", "Amount", "Day"].iter().fold(contract, |text, name| text.replace(&format!("from: {name}, "), ""));
    bench.land(&contract);
    assert_eq!(bench.rows(&contract), ["1|2.50|2026-01-02", "2|3.00|"]);
}

#[test]
fn a_misspelt_column_is_answered_with_those_there_are() {
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amuont;Day\n1;2;\n");
    let fault = bench.fails(ORDERS);
    assert_eq!((fault.code().id, fault.kind().exit_code()), ("C006", 2));
    assert!(fault.to_string().contains("the file has `Order`, `Amuont`, `Day`"), "{fault}");
    assert!(fault.to_string().contains("did you mean `from: Amuont`?"), "{fault}");
    bench.write("a.csv", "Order,Amount,Day\n1,2,\n");
    assert!(bench.fails(ORDERS).to_string().contains("set `delimiter: \",\"`"));
    assert!(bench.store.paths().is_empty());
}

#[test]
fn columns_that_come_or_go_are_treated_as_agreed() {
    let with = |policy: &str| format!("{ORDERS}{policy}\n");
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day;New Thing\n1;2;;x\n2;3;;\n");
    assert!(bench.fails(ORDERS).message().contains("`New Thing`"));
    let landed = bench.land(&with("unknown_columns: quarantine"));
    assert_eq!((landed.counts.landed, landed.counts.quarantined), (0, 2));
    let accepting = with("unknown_columns: accept_new_columns");
    assert_eq!(bench.land(&accepting).counts.landed, 2);
    let table = super::read(ORDERS).table().clone();
    assert_eq!(super::current(&bench.store, &table, &["order_id", "new_thing"]), ["1|x", "2|"]);
    assert!(bench.open(&accepting).is_empty(), "the rows came again and were well");
    let bench = Bench::new();
    bench.write("a.csv", "Order;Day\n1;\n");
    let landed = bench.land(&with("missing_columns: quarantine"));
    assert_eq!(landed.counts.quarantined, 1);
    assert!(bench.open(ORDERS)[0].reasons.starts_with("the file has no column `Amount`"));
}

#[test]
fn a_missing_file_is_answered_with_what_is_there() {
    let bench = Bench::new();
    bench.write("Sales_2026.csv", "");
    let fault = bench.fails(&ORDERS.replace("in/*.csv", "in/Sale_2026.csv"));
    assert_eq!(fault.code().id, "C003");
    assert!(fault.to_string().contains("did you mean `Sales_2026.csv`?"), "{fault}");
    assert!(bench.fails(&ORDERS.replace("in/*", "out/*")).to_string().contains("does not exist"));
}

#[test]
fn contracts_that_contradict_themselves_are_refused_with_their_place() {
    let cases = [
        ("type: text}", "type: txt}", "`txt` is not a column type", 8),
        ("key: [order_id]", "key: [order_no]", "did you mean `order_id`?", 6),
        (
            "order_id, from: Order, type: text",
            "order_id, from: Order, type: text, nullable: true",
            "key column `order_id` is nullable",
            6,
        ),
        ("name: net_amount", "name: order_id", "listed twice", 9),
        ("name: net_amount", "name: Net", "not a lower-case identifier", 9),
        ("type: date, nullable", "type: date, format: dd-mm, nullable", "names the year 0 times", 10),
        ("delimiter: \";\"", "delimiter: \";;\"", "not one character", 4),
        ("delimiter: \";\"", "delimiter: \";\", encoding: utf-9", "not the name of an encoding", 4),
        (
            "delimiter: \";\"",
            "delimiter: \";\", decimal_mark: \",\", thousands_mark: \",\"",
            "both decimal and thousands mark",
            4,
        ),
        ("type: \"decimal(19,2)\"", "type: \"decimal(19,2)\", at_least: much", "bound `much`", 9),
        ("delivery: full", "delivry: full", "delivry", 5),
        ("stream: orders", "stream: orders\nfreshness: {column: net_amount, at_most_days: 3}", "needs a date", 4),
    ];
    for (from, to, words, line) in cases {
        let text = ORDERS.replacen(from, to, 1);
        let fault = try_read(&text).expect_err(to);
        assert!(fault.to_string().contains(words), "{fault}");
        assert_eq!(fault.places().first().and_then(|place| place.line), Some(line), "{fault}");
    }
    let fault = try_read(&ORDERS.replace("in/*.csv", "${var:data}/x.csv")).expect_err("no variable");
    assert_eq!((fault.code().id, fault.places()[0].line, fault.places()[0].column), ("C002", Some(4), Some(16)));
}
