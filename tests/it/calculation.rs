//! The calculation, rows in and rows out: the cases of `tests/models`, and the golden values of the curves through the
//! whole chain from order lines to the statement.

use std::fs;

use crate::support::{Place, repository};

/// A project of the starter's tables whose only cases are ours.
fn with_our_cases() -> Place {
    let place = Place::starter();
    fs::remove_dir_all(place.project.join("cases")).expect("the starter's cases");
    crate::support::copy(&repository().join("tests/models"), &place.project.join("cases"));
    place
}

#[test]
fn every_model_case_gives_the_rows_it_expects() {
    let place = with_our_cases();
    let count = fs::read_dir(place.project.join("cases")).expect("cases").count();
    let answer = place.tantieme(&["test"]).fine();
    assert!(answer.out.contains(&format!("{count} cases passed, 0 failed")), "{}\n{}", answer.out, answer.err);
}

/// The six transactions of the contract, in three months, for one seat.
fn golden(place: &Place) {
    for month in ["01", "02", "03"] {
        fs::remove_file(place.project.join(format!("data/sales-2026-{month}.csv"))).expect("a file of the starter");
    }
    let lines = [
        ("01", "05", "200"),
        ("01", "06", "300"),
        ("01", "07", "1500"),
        ("02", "05", "1200"),
        ("02", "06", "2000"),
        ("03", "05", "4500"),
    ];
    for month in ["01", "02", "03"] {
        let mut text = "order,line,booked,seat,customer,product,quantity,amount\n".to_owned();
        for (_, day, amount) in lines.iter().filter(|(of, _, _)| *of == month) {
            text.push_str(&format!("{month}{day},1,2026-{month}-{day},north,Adler GmbH,lathe,1,{amount}\n"));
        }
        place.write(&format!("data/sales-2026-{month}.csv"), text);
    }
    let component = |id: &str, window: &str, basis: &str, lookup: &str, timing: &str| {
        format!(
            "  - id: {id}\n    measure: {{kind: sales, rule_set: team, level: own, products: all, unit: value, window: {window}}}\n    \
             target: none\n    curve: {{axis: value, basis: {basis}, lookup: {lookup}, output: rate_on_basis{timing}, \
             border: lower_inclusive, below: mirror, above: hold, tiers: {{0: 1%, 1_000: 2%, 3_000: 3%, 8_000: 5%}}}}\n"
        )
    };
    let components = [
        component("period-flat", "period", "period", "flat", ""),
        component("period-step", "period", "period", "step", ""),
        component("window-flat", "year_to_date", "window", "flat", ", timing: true_up"),
        component("window-step", "year_to_date", "window", "step", ", timing: true_up"),
        component("running-flat", "year_to_date", "window", "flat", ", timing: running_rate"),
    ];
    place.write(
        "plans/representatives.yml",
        format!(
            "plan: golden\ntitle: Golden values\nvalid: 2026-01-01..2026-12-31\nassigned_to: {{role: representative}}\n\
             earning_code: commission\ncurrency: EUR\npaid: monthly\ntarget_incentive: none\ncomponents:\n{}\
             proration: {{pay: none, target: none, credit: position}}\nrounding: {{at: component, mode: half_up}}\n",
            components.concat()
        ),
    );
}

#[test]
fn the_same_six_transactions_give_the_golden_values_of_the_contract() {
    let place = Place::starter();
    golden(&place);
    place.tantieme(&["run"]).fine();
    let rows = place.query(
        "select component_id, cast(sum(incentive_amount) as varchar) as paid from reporting.statement \
         where plan_id = 'golden' and position_id = 'north' group by component_id order by component_id",
    );
    let text = rows.to_string();
    for (component, paid) in [
        ("period-flat", "271.0000"),
        ("period-step", "181.0000"),
        ("running-flat", "361.0000"),
        ("window-flat", "485.0000"),
        ("window-step", "285.0000"),
    ] {
        assert!(text.contains(component) && text.contains(paid), "{component} is not {paid} in {text}");
    }
}
