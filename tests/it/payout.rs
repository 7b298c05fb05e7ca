//! From earnings to payments through the whole chain: parts, holds, draws, clawbacks and currencies of one plan, whose
//! sums balance in every run, whichever way the run got there.

use std::fs;

use crate::support::{Place, copy, repository};

/// The starter, paid in parts, with a draw, a guarantee, a hold, a cancellation and a payee in another currency.
fn paid_in_parts() -> Place {
    let place = Place::starter();
    copy(&repository().join("tests/fixtures/payout"), &place.project);
    fs::remove_dir_all(place.project.join("cases")).expect("the starter's cases");
    place
}

/// Every table from the incentives on, as text.
fn results(place: &Place) -> Vec<String> {
    ["deposit_lines", "payment_parts", "draws", "clawbacks", "deposits", "receivables", "payments", "balances"]
        .map(|table| place.tantieme(&["show", &format!("reporting.{table}"), "--json"]).fine().out)
        .to_vec()
}

#[test]
fn what_is_held_advanced_and_taken_back_balances_in_every_run() {
    let place = paid_in_parts();
    place.tantieme(&["run"]).fine();
    let open = place.query("select identity, period_id from reporting.reconciliation where not is_balanced");
    assert_eq!(open.as_array().map(Vec::len), Some(0), "{open}");
    let causes = place.query(
        "select cause, count(*) as lines from reporting.deposits where payee_id <> '100' group by cause order by cause",
    );
    for cause in ["clawback", "draw", "draw_recovery", "earned", "held", "released"] {
        assert!(causes.to_string().contains(&format!("\"{cause}\"")), "no {cause} in {causes}");
    }
    let unpaid = place.query(
        "select exception_kind, period_id from reporting.exceptions
        where found_in = 'pay' and exception_kind <> 'balance_of_a_leaver'",
    );
    assert_eq!(unpaid.to_string(), r#"[{"exception_kind":"missing_exchange_rate","period_id":"2026-03"}]"#);
    let told = place
        .query("select count(*) as balances from reporting.exceptions where exception_kind = 'balance_of_a_leaver'");
    let left = place.query(
        "select count(*) as balances from reporting.balances as b
        left join (select distinct payee_id, period_id from attainment.occupancy) as o
            on b.payee_id = o.payee_id and b.period_id = o.period_id
        where b.closing_balance_amount <> 0.0 and length(b.period_id) = 7 and o.payee_id is null",
    );
    assert_eq!(told, left);
    let held = place.query(
        "select sum(deposit_amount) as due from reporting.deposits where payee_id = '104' and period_id = '2026-03'",
    );
    assert!(held.to_string().contains("0.0000"), "without a rate nothing is due: {held}");
}

#[test]
fn a_month_that_comes_later_gives_the_same_payments_as_all_at_once() {
    let whole = paid_in_parts();
    whole.tantieme(&["run"]).fine();
    let place = paid_in_parts();
    let march = "data/sales-2026-03.csv";
    let text = place.read(march);
    fs::remove_file(place.project.join(march)).expect("the last month");
    place.tantieme(&["run"]).fine();
    place.write(march, text);
    place.tantieme(&["run"]).fine();
    assert_eq!(results(&place), results(&whole));
}
