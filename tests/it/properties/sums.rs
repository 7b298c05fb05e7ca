//! What adds up in every release: credits to what is in scope, parts to their whole.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    differential::{
        calendar::{Paid, Period, month_of},
        company::{Company, Line, RuleSet},
        numbers::{Q, one, zero},
    },
    support::Place,
};

/// In scope, credited, orphaned and over-credited, by rule set, month and currency.
type Sums = BTreeMap<(String, String, String), [Q; 4]>;

fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_else(|| panic!("{name} in {row}")).to_owned()
}

/// Whether a rule of the set takes the line.
fn is_in_scope(company: &Company, set: &RuleSet, line: &Line) -> bool {
    set.rules
        .iter()
        .any(|rule| rule.products.holds(&company.products[line.product]) && rule.documents.contains(&line.document))
}

/// In scope = credited − over-credited + orphaned, to the last digit, and each is what lines and published credits add
/// up to by hand; how many lines that were.
pub fn conserved(place: &Place, company: &Company) -> usize {
    let rows = place.query(
        "select rule_set_id, transaction_id, cast(sum(share_rate) as varchar) as share, \
         cast(sum(credited_amount) as varchar) as amount from credits.credits where credit_type <> 'rollup' \
         group by rule_set_id, transaction_id",
    );
    let mut credited: BTreeMap<(String, String), (Q, Q)> = BTreeMap::new();
    for row in rows.as_array().expect("rows") {
        let figures = (Q::read(&text(row, "share")), Q::read(&text(row, "amount")));
        credited.insert((text(row, "rule_set_id"), text(row, "transaction_id")), figures);
    }
    let mut expected = Sums::new();
    let mut count = 0;
    for cell in &company.cells {
        for line in &cell.lines {
            for set in company.rule_sets.iter().filter(|set| is_in_scope(company, set, line)) {
                let month = Period { paid: Paid::Monthly, number: month_of(line.day) }.id();
                let currency = line.currency.unwrap_or(cell.plan.currency.0);
                let key = (set.id.to_owned(), month, currency.to_owned());
                let sums = expected.entry(key).or_insert([zero(); 4]);
                let nothing = (zero(), zero());
                let (share, amount) = credited.remove(&(set.id.to_owned(), line.id.clone())).unwrap_or(nothing);
                assert_eq!(amount, line.amount.q() * share, "{} of {line:?}", set.id);
                sums[0] += line.amount.q();
                sums[1] += amount;
                sums[2] += line.amount.q() * (one() - share).max(zero());
                sums[3] += line.amount.q() * (share - one()).max(zero());
                count += 1;
            }
        }
    }
    assert!(credited.is_empty(), "credited out of scope: {:?}", credited.keys().next());
    let found = balanced(&|sql| place.query(sql));
    assert_eq!(found, expected);
    count
}

/// The conservation report, each row of which balances.
pub fn balanced(ask: &dyn Fn(&str) -> Value) -> BTreeMap<(String, String, String), [Q; 4]> {
    let rows = ask("select rule_set_id, period_id, currency_code, cast(in_scope_amount as varchar) as a, \
         cast(credited_amount as varchar) as b, cast(orphaned_amount as varchar) as c, \
         cast(over_credited_amount as varchar) as d, cast(declared_amount as varchar) as e, credit_type \
         from reporting.conservation");
    let mut found = Sums::new();
    for row in rows.as_array().expect("rows") {
        let sums = ["a", "b", "c", "d"].map(|name| Q::read(&text(row, name)));
        let is_conserving = matches!(row["credit_type"].as_str(), Some("direct" | "split"));
        let (left, right) = match is_conserving {
            true => (sums[0], sums[1] - sums[3] + sums[2]),
            false => (Q::read(&text(row, "e")), sums[1]),
        };
        assert_eq!(left, right, "{row}");
        let key = (text(row, "rule_set_id"), text(row, "period_id"), text(row, "currency_code"));
        found.insert(key, sums);
    }
    found
}

/// Wholes and their parts: what they are, and how many wholes there are and how many differ from their parts.
const PARTS: [(&str, &str); 5] = [
    (
        "the tiers of a curve",
        "select count(*) as n, count(*) filter (where rest <> 0.0) as w from (\
         select i.curve_amount - coalesce(sum(t.tier_amount), 0.0) as rest from incentives.incentives as i \
         left join incentives.curve_tiers as t on i.plan_id = t.plan_id and i.component_id = t.component_id \
         and i.position_id = t.position_id and i.payee_id = t.payee_id and i.period_id = t.period_id \
         where coalesce(i.shared_place_count, 1) <= 1 \
         group by i.plan_id, i.component_id, i.position_id, i.payee_id, i.period_id, i.curve_amount)",
    ),
    (
        "the parts of a payment",
        "select count(*) as n, count(*) filter (where coalesce(rest, 1.0) <> 0.0) as w from (\
         select e.earned_amount - sum(p.part_amount) as rest from incentives.earnings as e \
         left join incentives.payment_parts as p on e.payee_id = p.payee_id and e.plan_id = p.plan_id \
         and e.period_id = p.period_id where e.earned_amount <> 0.0 \
         group by e.payee_id, e.plan_id, e.period_id, e.earned_amount)",
    ),
    (
        "the shares of a pool",
        "select count(*) as n, count(*) filter (where rest <> 0.0) as w from (\
         select pool_amount - sum(incentive_amount) as rest from incentives.incentives where pool_amount is not null \
         group by plan_id, component_id, period_id, pool_cohort_id, pool_amount)",
    ),
    (
        "the balances of a payee",
        "select count(*) as n, count(*) filter (where p.opening_balance_amount + p.deposit_amount <> \
         p.payment_amount + p.closing_balance_amount) as w from incentives.payments as p",
    ),
    (
        "both sides of an identity",
        "select count(*) as n, count(*) filter (where left_value <> right_value or not is_balanced) as w \
         from reporting.reconciliation",
    ),
];

/// What is cut into parts adds up to the whole again; how many wholes there were.
pub fn parts(ask: &dyn Fn(&str) -> Value) -> usize {
    let mut count = 0;
    for (whole, sql) in PARTS {
        let row = &ask(sql)[0];
        assert_eq!(row["w"], 0, "{whole} do not add up");
        count += row["n"].as_u64().expect("a count") as usize;
    }
    count
}

/// Where nothing is advanced, held or carried, what plans give is what is due; how many payees and periods.
pub fn totals(place: &Place) -> usize {
    let rows = place.query(
        "select count(*) as n, count(*) filter (where i.s is null or d.s is null or i.s <> d.s) as w from \
         (select payee_id, period_id, sum(total_amount) as s from incentives.plan_totals group by payee_id, period_id) \
         as i full join (select payee_id, period_id, sum(deposit_amount) as s from incentives.deposits \
         group by payee_id, period_id) as d on i.payee_id = d.payee_id and i.period_id = d.period_id",
    );
    assert_eq!(rows[0]["w"], 0, "what plans give is not what is due");
    rows[0]["n"].as_u64().expect("a count") as usize
}
