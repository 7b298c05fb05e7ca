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
        let (output, tiers) = if lookup == "prorated_amounts" {
            ("amount", "{0: 10, 1_000: 40, 3_000: 100, 8_000: 2_000}, until: 20_000")
        } else {
            ("rate_on_basis", "{0: 1%, 1_000: 2%, 3_000: 3%, 8_000: 5%}")
        };
        format!(
            "  - id: {id}\n    measure: {{kind: sales, rule_set: team, level: own, products: all, unit: value, window: {window}}}\n    \
             target: none\n    curve: {{axis: value, basis: {basis}, lookup: {lookup}, output: {output}{timing}, \
             border: lower_inclusive, below: mirror, above: hold, tiers: {tiers}}}\n"
        )
    };
    let lookups = ["flat", "step", "prorated_amounts"].map(|lookup| {
        [
            component(&format!("transaction-{lookup}"), "period", "transaction", lookup, ""),
            component(&format!("period-{lookup}"), "period", "period", lookup, ""),
            component(&format!("window-{lookup}"), "year_to_date", "window", lookup, ", timing: true_up"),
        ]
        .concat()
    });
    let running = |by: &str, lookup: &str| {
        let timing = format!(", timing: running_rate, by: {by}");
        component(&format!("by-{by}-{lookup}"), "year_to_date", "window", lookup, &timing)
    };
    let components =
        [lookups.concat(), running("period", "flat"), running("transaction", "flat"), running("transaction", "step")];
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
    let paid: Vec<(&str, &str)> = rows
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| (row["component_id"].as_str().unwrap_or_default(), row["paid"].as_str().unwrap_or_default()))
        .collect();
    // Slices picked by the running total after each transaction end where the window's slices do.
    let golden = [
        ("by-period-flat", "361.0000"),
        ("by-transaction-flat", "356.0000"),
        ("by-transaction-step", "285.0000"),
        ("period-flat", "271.0000"),
        ("period-prorated_amounts", "164.0000"),
        ("period-step", "181.0000"),
        ("transaction-flat", "234.0000"),
        ("transaction-prorated_amounts", "149.0000"),
        ("transaction-step", "164.0000"),
        ("window-flat", "485.0000"),
        ("window-prorated_amounts", "433.3300"),
        ("window-step", "285.0000"),
    ];
    assert_eq!(paid, golden);
}

/// A plan of ten per cent of what the seat sold in the year so far, by the days held.
fn tenth(place: &Place, plan: &str, valid: &str) {
    let text = format!(
        "plan: {plan}\ntitle: A tenth\nvalid: {valid}\nassigned_to: {{role: representative}}\n\
         earning_code: commission\ncurrency: EUR\npaid: monthly\ntarget_incentive: none\ncomponents:\n  - id: tenth\n    \
         measure: {{kind: sales, rule_set: team, level: own, products: all, unit: value, window: year_to_date}}\n    \
         target: none\n    curve: {{axis: value, basis: window, lookup: flat, output: rate_on_basis, timing: true_up, \
         border: lower_inclusive, below: mirror, above: hold, tiers: {{0: 10%}}}}\n\
         proration: {{pay: by_calendar_days, target: none, credit: position}}\nrounding: {{at: component, mode: half_up}}\n",
    );
    place.write(&format!("plans/{plan}.yml"), text);
}

/// What the seat `north` is paid, by plan, payee and month.
fn paid_for_north(place: &Place) -> String {
    place
        .query(
            "select plan_id, payee_id, period_id, cast(incentive_amount as varchar) as paid from reporting.statement \
             where position_id = 'north' order by period_id, payee_id",
        )
        .to_string()
}

#[test]
fn a_window_begins_with_the_plan_and_pays_whoever_comes_later_by_the_days() {
    let place = Place::starter();
    golden(&place);
    fs::remove_file(place.project.join("plans/representatives.yml")).expect("the plan of the golden values");
    tenth(&place, "winter", "2026-01-01..2026-02-28");
    tenth(&place, "spring", "2026-03-01..2026-12-31");
    place.tantieme(&["run"]).fine();
    let paid = paid_for_north(&place);
    for row in [["winter", "2026-01", "200.0000"], ["winter", "2026-02", "320.0000"], ["spring", "2026-03", "450.0000"]]
    {
        assert!(paid.lines().any(|line| row.iter().all(|word| line.contains(word))), "{row:?} is not in {paid}");
    }
    // One plan for the year, and a seat that changes hands: March is 31 days of 90.
    fs::remove_file(place.project.join("plans/spring.yml")).expect("the second plan");
    tenth(&place, "winter", "2026-01-01..2026-12-31");
    let people = fs::read_to_string(place.project.join("data/people.csv")).expect("people");
    let people =
        people.replace("north,representative,lead,2026-01-01,,", "north,representative,lead,2026-01-01,2026-02-28,");
    place.write("data/people.csv", people + "105,Eva Blum,north,representative,lead,2026-03-01,,1000.00\n");
    place.tantieme(&["run"]).fine();
    let paid = paid_for_north(&place);
    for row in [["101", "2026-01", "200.0000"], ["101", "2026-02", "320.0000"], ["105", "2026-03", "334.1100"]] {
        assert!(paid.lines().any(|line| row.iter().all(|word| line.contains(word))), "{row:?} is not in {paid}");
    }
}

/// Two seats that sell, take back and sell, with targets that are reached and missed.
fn sales_and_returns(place: &Place) {
    for (month, north, west) in [("01", "10000", "10000"), ("02", "-6000", "-6000"), ("03", "2000", "12000")] {
        place.write(
            &format!("data/sales-2026-{month}.csv"),
            format!(
                "order,line,booked,seat,customer,product,quantity,amount\n\
                 n{month},1,2026-{month}-10,north,Adler GmbH,lathe,1,{north}\n\
                 w{month},1,2026-{month}-10,west,Adler GmbH,lathe,1,{west}\n"
            ),
        );
    }
    let mut targets = "seat,month,target\n".to_owned();
    for (month, north, west) in [("01", 5000, 20000), ("02", 5000, 5000), ("03", 1000, 5000)] {
        targets.push_str(&format!("north,2026-{month},{north}\nwest,2026-{month},{west}\n"));
    }
    place.write("data/targets.csv", targets);
}

/// A commission plan with a component of every kind of curve and modifier.
fn every_modifier(place: &Place) {
    let flat = "axis: value, basis: window, lookup: flat, output: rate_on_basis, timing: true_up, below: mirror, \
                border: lower_inclusive, above: hold, tiers: {0: 10%}";
    let judged = "axis: attainment, lookup: flat, output: amount, border: lower_inclusive, below: zero, above: hold, \
                  tiers: {0%: 0}";
    let cut = "axis: attainment, basis: period, lookup: step, output: rate_on_basis, border: upper_inclusive, \
               below: mirror, above: hold, tiers: {0%: 1%, 100%: 10%}";
    let gate = "otherwise: 0%, at_least: 100%, component";
    let target = "{set: official, zero_target: zero}";
    let cap = "cap: {of: amount, at: 300, excess: forfeit}";
    let components: String = [
        ("month", "period", target, format!("basis: period, {judged}"), String::new()),
        ("year", "year_to_date", target, format!("basis: window, timing: true_up, {judged}"), String::new()),
        ("gated", "year_to_date", "none", flat.to_owned(), format!("gate: {{{gate}: month, evaluated: period}}")),
        (
            "withheld",
            "year_to_date",
            "none",
            flat.to_owned(),
            format!("gate: {{{gate}: year, evaluated: window, later: withhold}}"),
        ),
        (
            "reversed",
            "year_to_date",
            "none",
            flat.to_owned(),
            format!("gate: {{{gate}: year, evaluated: window, later: reverse}}\n    {cap}"),
        ),
        ("capped", "period", "none", flat.replace("window", "period").replace("timing: true_up, ", ""), cap.to_owned()),
        ("excess", "period", target, cut.replace("step", "excess").replace("1%,", "5%,"), String::new()),
        ("step", "period", target, cut.to_owned(), String::new()),
        (
            "line",
            "year_to_date",
            target,
            "axis: attainment, basis: window, lookup: interpolated, output: rate_on_basis, timing: running_rate, by: period, \
             border: lower_inclusive, below: mirror, above: extend, points: {0%: 0%, 100%: 3%}"
                .to_owned(),
            String::new(),
        ),
    ]
    .into_iter()
    .map(|(id, window, target, curve, more)| {
        format!(
            "  - id: {id}\n    measure: {{kind: sales, rule_set: team, level: own, products: all, unit: value, \
             window: {window}}}\n    target: {target}\n    curve: {{{curve}}}\n    {more}\n"
        )
    })
    .collect();
    place.write(
        "plans/representatives.yml",
        format!(
            "plan: all\ntitle: Every modifier\nvalid: 2026-01-01..2026-12-31\nassigned_to: {{role: representative}}\n\
             earning_code: commission\ncurrency: EUR\npaid: monthly\ntarget_incentive: none\ncomponents:\n{components}\
             proration: {{pay: none, target: none, credit: position}}\nrounding: {{at: component, mode: half_up}}\n"
        ),
    );
}

/// The run's checks recompute each step; here stands what they come to.
#[test]
fn every_modifier_recomputes_and_nobody_gives_back_what_a_gate_kept() {
    let place = Place::starter();
    sales_and_returns(&place);
    every_modifier(&place);
    place.tantieme(&["run"]).fine();
    let rows = place.query(
        "select component_id || ' ' || position_id || ' ' || period_id || ' ' || cast(incentive_amount as varchar) as told \
         from reporting.statement where plan_id = 'all' and position_id <> 'south' order by told",
    );
    let text = rows.to_string();
    for (component, north, west) in [
        ("gated", ["1000", "-600", "200"], ["0", "0", "1200"]),
        ("withheld", ["1000", "-600", "0"], ["0", "0", "0"]),
        ("reversed", ["300", "-300", "0"], ["0", "0", "0"]),
        ("capped", ["300", "-300", "200"], ["300", "-300", "300"]),
        ("excess", ["500", "-100", "100"], ["0", "-100", "700"]),
        ("step", ["550", "-150", "110"], ["100", "-150", "750"]),
        ("line", ["600", "-72", "32.73"], ["150", "-28.8", "192"]),
    ] {
        for (seat, paid) in [("north", north), ("west", west)] {
            for (month, paid) in ["01", "02", "03"].into_iter().zip(paid) {
                let (whole, part) = paid.split_once('.').unwrap_or((paid, ""));
                let told = format!("\"{component} {seat} 2026-{month} {whole}.{part:0<4}\"");
                assert!(text.contains(&told), "{told} is not in {text}");
            }
        }
    }
}
