//! What a sender states beside what its files hold.

use super::{Bench, ORDERS, try_read};

fn contract(control: &str) -> String {
    format!("{ORDERS}control_totals:\n  {control}\n")
}

const BY_FILE: &str =
    "{path: in/totals.txt, delimiter: \",\", file_column: file, row_count_column: rows, sums: {net_amount: sum}}";

#[test]
fn a_file_that_does_not_hold_what_its_sender_states_is_refused_whole() {
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day\n1;10;\n2;20.5;\n");
    bench.write("b.csv", "Order;Amount;Day\n3;30;\n4;40;\n");
    bench.write("totals.txt", "file,rows,sum\na.csv,2,30.50\nb.csv,3,71\n");
    let landed = bench.land(&contract(BY_FILE));
    assert_eq!((landed.counts.landed, landed.counts.refused, landed.counts.delivered), (2, 2, 4));
    let refused = &landed.deliveries[1];
    assert_eq!(
        refused.refusal.as_deref(),
        Some("rows: 3 stated, 2 found, difference -1; `net_amount`: 71.00 stated, 70.00 found, difference -1.00")
    );
    assert_eq!(
        (refused.control_totals[1].stated.as_str(), refused.control_totals[1].found.as_str()),
        ("71.00", "70.00")
    );
    assert_eq!(bench.land(&contract(BY_FILE)).batch, None, "a file refused stays refused");
    bench.write("totals.txt", "file,rows,sum\na.csv,2,30.50\nb.csv,2,70\n");
    let again = bench.land(&contract(BY_FILE));
    assert_eq!((again.counts.landed, again.counts.repeated, again.counts.refused), (2, 2, 0));
}

#[test]
fn a_refused_file_withdraws_nothing() {
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day\n1;10;\n2;20;\n");
    bench.write("totals.txt", "file,rows,sum\na.csv,2,30\n");
    bench.land(&contract(BY_FILE));
    bench.write("a.csv", "Order;Amount;Day\n1;10;\n");
    let landed = bench.land(&contract(BY_FILE));
    assert_eq!((landed.counts.refused, landed.counts.withdrawn), (1, 0));
    assert_eq!(bench.rows(ORDERS).len(), 2);
}

#[test]
fn totals_may_lie_beside_each_file_or_speak_of_all() {
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day\n1;10;\n");
    bench.write("b.csv", "Order;Amount;Day\n2;20;\n");
    bench.write("a.ctl", "rows\n1\n");
    let beside = contract("{path: \"in/{stem}.ctl\", row_count_column: rows}");
    let landed = bench.land(&beside);
    assert_eq!((landed.counts.landed, landed.counts.refused), (1, 1));
    assert_eq!(landed.deliveries[1].refusal.as_deref(), Some("there is no control file `b.ctl`"));
    let lenient = contract("{path: \"in/{stem}.ctl\", row_count_column: rows, required: false}");
    assert_eq!((bench.land(&lenient).counts.refused, bench.rows(&lenient).len()), (0, 2));
    let whole = contract("{path: in/all.txt, row_count_column: rows, sums: {net_amount: sum}, decimal_mark: \",\"}");
    bench.write("all.txt", "rows;sum\n2;30,00\n");
    bench.write("b.csv", "Order;Amount;Day\n2;20.0;\n");
    assert_eq!(bench.land(&whole).counts.refused, 0);
    let fault = bench.fails(
        &whole
            .replace("sum}", "total}")
            .replace("most_quarantined_rate: 1", "most_quarantined_rate: 1\nunknown_columns: quarantine"),
    );
    assert_eq!(fault.code().id, "C011");
}

#[test]
fn sums_are_compared_at_the_digits_the_sender_wrote() {
    let rounded = ORDERS.replace("decimal(19,2)\"", "decimal(19,2)\", round: half_up");
    let contract =
        format!("{rounded}control_totals:\n  {{path: in/totals.txt, delimiter: \",\", sums: {{net_amount: sum}}}}\n");
    for (stated, is) in [("-12.4869", true), ("-12.49", true), ("-12.5", false), ("-12.487", true), ("-12.488", false)]
    {
        let bench = Bench::new();
        bench.write("a.csv", "Order;Amount;Day\n1;0.004;\n2;0.004;\n3;0.0041;\n4;12.5-;\n5;1E-3;\n");
        bench.write("totals.txt", format!("sum\n{stated}\n"));
        assert_eq!(bench.land(&contract).counts.refused == 0, is, "{stated}");
    }
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day\n1;0.004;\n2;0.004;\n3;0.0042;\n");
    bench.write("totals.txt", "sum\n0.0132\n");
    let refused = bench.land(&contract).deliveries.remove(0).refusal;
    assert_eq!(refused.as_deref(), Some("`net_amount`: 0.0132 stated, 0.0122 found, difference -0.001"));
}

#[test]
fn totals_of_all_files_need_a_delivery_of_all_files() {
    let all = "{path: in/all.txt, row_count_column: rows}";
    let incremental = contract(all).replace("delivery: full", "delivery: incremental");
    let fault = try_read(&incremental).expect_err("the second file would be refused");
    assert_eq!(fault.code().id, "C001");
    assert!(fault.message().contains("speaks of all files together"), "{fault}");
    assert!(try_read(&incremental.replace("*.csv", "a.csv")).is_ok(), "one file is all files");
    assert!(try_read(&incremental.replace("in/all.txt", "\"in/{stem}.ctl\"")).is_ok());
}
