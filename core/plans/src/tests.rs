mod curves;
mod measures;
mod modifiers;
mod pay;
mod rules;
mod sketch;
mod targets;

use super::*;

const RULES: &str = "\
rule_set: territory
title: Sales by territory
conserving: true
rules:
  - {id: aligned, type: direct, alignment: a26, alignment_at: booking_date, products: all, document_types: [sale, return]}
  - {id: managers, type: rollup, hierarchy: sales, levels: all, passes: [direct]}
";

const PLAN: &str = "\
plan: rep-2026
title: Representatives
valid: 2026-01-01..2026-12-31
assigned_to: {role: rep}
earning_code: incentive
currency: EUR
paid: quarterly
target_incentive: roster
components:
  - id: main
    weight: 60%
    measure: {kind: sales, rule_set: territory, level: own, products: brand CORVASOL, unit: value, window: year_to_date}
    target: {set: official, zero_target: not_payable}
    curve:
      axis: attainment
      basis: window
      lookup: interpolated
      output: percent_of_target_incentive
      timing: true_up
      border: lower_inclusive
      below: zero
      above: hold
      points: {80%: 50%, 100%: 100%, 120%: 160%}
    gate: {component: other, at_least: 90%, evaluated: period, otherwise: 0%}
    cap: {of: target_incentive, at: 200%, excess: forfeit}
  - id: other
    weight: 40%
    measure: {kind: sales, rule_set: territory, level: team, products: all, unit: quantity, window: period}
    target: {set: official, zero_target: full}
    curve: {axis: attainment, basis: period, lookup: flat, output: percent_of_target_incentive, border: lower_inclusive, below: zero, above: hold, tiers: {90%: 100%, 110%: 120%}}
proration: {pay: by_calendar_days, target: none, credit: position}
rounding: {at: component, mode: half_up}
";

fn documents(plan: &str) -> Vec<Document> {
    let document = |file: &str, text: &str| Document { file: file.to_owned(), text: text.to_owned() };
    vec![document("plans/rules.yml", RULES), document("plans/rep.yml", plan)]
}

/// The faults of a plan in which a text was replaced.
fn faults(from: &str, to: &str) -> Vec<String> {
    assert!(PLAN.contains(from), "`{from}` is not in the plan");
    match compile(&documents(&PLAN.replace(from, to))) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

fn only(faults: Vec<String>, code: &str, place: &str, words: &str) {
    assert_eq!(faults.len(), 1, "{faults:#?}");
    for part in [code, place, words] {
        assert!(faults[0].contains(part), "`{part}` is not in {}", faults[0]);
    }
}

/// A plan of these components, and nothing that a target incentive pays unless one is written.
fn plan_of(components: &str) -> String {
    format!(
        "plan: p\ntitle: P\nvalid: 2026-01-01..2026-12-31\nassigned_to: {{role: rep}}\nearning_code: e\ncurrency: EUR\n\
         paid: monthly\ntarget_incentive: roster\ncomponents:\n{components}\
         proration: {{pay: none, target: none, credit: position}}\nrounding: {{at: component, mode: half_up}}\n"
    )
}

/// A component that is measured only, its measure and target as written.
fn measured(id: &str, measure: &str, target: &str) -> String {
    format!("  - id: {id}\n    measure: {{{measure}}}\n    target: {target}\n")
}

const SALES: &str = "kind: sales, rule_set: territory, level: own, products: all, unit: value, window: period";

/// A component of sales with a curve, and what follows it.
fn paid(id: &str, curve: &str, more: &str) -> String {
    let curve = format!("{curve}, border: lower_inclusive");
    format!("{}    curve: {{{curve}}}\n{more}", measured(id, SALES, "none"))
}

/// Rows of a table, of each the columns that are named, `-` for what is empty.
fn rows(tables: &PlanTables, name: &str, columns: &[&str]) -> Vec<String> {
    let table = table(tables, name);
    let at = |column: &&str| table.columns.iter().position(|one| one.name == **column).expect(column);
    let places: Vec<usize> = columns.iter().map(at).collect();
    let line = |row: &Vec<Option<String>>| {
        places.iter().map(|at| row[*at].as_deref().unwrap_or("-").to_owned()).collect::<Vec<_>>().join(" ")
    };
    table.rows.iter().map(line).collect()
}

fn sound(plan: &str) -> PlanTables {
    compile(&documents(plan)).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// The faults of a plan, each as code, line and message.
fn refused(plan: &str) -> Vec<String> {
    let all = compile(&documents(plan)).err().unwrap_or_default();
    all.iter()
        .map(|fault| {
            let line = fault.places().first().and_then(|place| place.line).unwrap_or_default();
            assert!(line > 0 || fault.places().is_empty(), "{fault}");
            assert!(!fault.hints().is_empty(), "{fault}");
            format!("{} {}", fault.code().id, fault.message())
        })
        .collect()
}

/// That a plan is refused for one reason only.
fn refuses(plan: &str, code: &str, words: &str) {
    let found = refused(plan);
    assert_eq!(found.len(), 1, "{found:#?}\n{plan}");
    assert!(found[0].starts_with(code) && found[0].contains(words), "{found:#?}");
}

fn table(tables: &PlanTables, name: &str) -> PlanTable {
    tables.tables.iter().find(|table| table.name == name).cloned().unwrap()
}

#[test]
fn without_documents_every_table_is_there_and_empty() {
    let tables = compile(&[]).unwrap();
    assert_eq!(tables.tables.len(), table_shapes().len());
    assert!(tables.tables.iter().all(|table| table.rows.is_empty()));
}

#[test]
fn a_plan_becomes_rows_that_fit_their_columns() {
    let tables = compile(&documents(PLAN)).unwrap();
    for table in &tables.tables {
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len(), "{}", table.name);
            for (column, value) in table.columns.iter().zip(row) {
                assert!(column.nullable || value.is_some(), "{}.{} is empty", table.name, column.name);
            }
        }
    }
    assert_eq!(table(&tables, "plan_components").rows.len(), 2);
    let columns = ["curve_id", "tier_number", "from_value", "to_value", "border", "output_from", "output_to"];
    let tiers = rows(&tables, "plan_tiers", &[&columns[..], &["line_from_value", "line_to_value"]].concat());
    assert_eq!(
        tiers[..3],
        [
            "main 1 0.8 1 lower_inclusive 0.5 1 0.8 1",
            "main 2 1 1.2 lower_inclusive 1 1.6 1 1.2",
            "main 3 1.2 - lower_inclusive 1.6 1.6 - -",
        ]
    );
    let plan = &table(&tables, "plan_plans").rows[0];
    assert_eq!(plan[4].as_deref(), Some("2027-01-01"), "days are inclusive in documents, half-open in tables");
    assert_eq!(plan[1].as_deref().map(str::len), Some(12));
}

#[test]
fn overlapping_tiers_are_named_with_the_value_both_claim() {
    let list = |text: &str| faults("tiers: {90%: 100%, 110%: 120%}", text);
    only(
        list("tiers: [{from: 90%, to: 115%, output: 100%}, {from: 110%, output: 120%}]"),
        "P004",
        "plans/rep.yml:30:",
        "tiers 1 (from `0.9`) and 2 (from `1.1`) both claim `1.1`",
    );
    only(
        list("tiers: [{from: 90%, to: 105%, output: 100%}, {from: 110%, output: 120%}]"),
        "P004",
        "plans/rep.yml:30:",
        "no tier claims `1.05`",
    );
    only(list("tiers: [{from: 90%, to: 105%, output: 100%}]"), "P004", "plans/rep.yml:30:", "`1.05`");
    only(list("tiers: {110%: 100%, 90%: 120%}"), "P004", "plans/rep.yml:30:", "border `0.9` follows `1.1`");
    assert!(list("tiers: [{from: 90%, to: 110%, output: 100%}, {from: 110%, output: 120%}]").is_empty());
}

#[test]
fn a_missing_choice_is_a_fault_with_its_place() {
    for key in ["axis: attainment", "basis: window", "output: percent_of_target_incentive", "border: lower_inclusive"] {
        let faults = faults(&format!("      {key}\n"), "");
        assert!(faults.iter().any(|fault| fault.contains("plans/rep.yml:")), "{key}: {faults:#?}");
    }
    only(faults("      timing: true_up\n", ""), "P005", "plans/rep.yml:16:", "does not say how it is paid");
    only(faults("currency: EUR\n", ""), "K001", "plans/rep.yml:31:", "missing field `currency`");
    only(faults("currency: EUR", "currency: XQZ"), "P003", "plans/rep.yml:6:", "`XQZ` is not a currency of ISO 4217");
    only(faults("zero_target: not_payable", "zero_taget: zero"), "K001", "plans/rep.yml:13:", "zero_taget");
}

#[test]
fn names_that_nothing_bears_are_found() {
    only(
        faults("rule_set: territory, level: own", "rule_set: teritory, level: own"),
        "P006",
        "plans/rep.yml:12:",
        "`territory`",
    );
    only(faults("gate: {component: other", "gate: {component: nobody"), "P006", "plans/rep.yml:24:", "`nobody`");
}

#[test]
fn gates_must_not_wait_for_each_other() {
    let gate = "    target: {set: official, zero_target: full}\n    gate: {component: main, at_least: 50%, evaluated: period, otherwise: 0%}\n";
    only(
        faults("    target: {set: official, zero_target: full}\n", gate),
        "P007",
        "plans/rep.yml:24:",
        "`main` → `other` → `main`",
    );
}

#[test]
fn a_gate_over_a_window_says_what_a_later_shutting_does() {
    only(faults("evaluated: period", "evaluated: window"), "P005", "plans/rep.yml:24:", "when it shuts later");
    assert!(faults("evaluated: period", "evaluated: window, later: reverse").is_empty());
}

#[test]
fn slices_at_a_target_of_zero_are_refused() {
    let curve = "curve: {axis: attainment, basis: period, lookup: flat, output: percent_of_target_incentive";
    let step = "curve: {axis: attainment, basis: period, lookup: step, output: rate_on_basis";
    let text = PLAN.replace(curve, step).replace("    weight: 40%\n", "").replace("weight: 60%", "weight: 100%");
    let found = compile(&documents(&text)).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message().contains("takes a target of zero for reached"));
    let excess = PLAN.replace(curve, &curve.replace("lookup: flat", "lookup: excess"));
    let found = compile(&documents(&excess)).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message().contains("takes a target of zero for reached"));
}

#[test]
fn a_shut_gate_pays_a_part_and_no_more() {
    only(faults("otherwise: 0%", "otherwise: 150%"), "P003", "plans/rep.yml:24:", "pays `1.5` while it is shut");
    only(faults("otherwise: 0%", "otherwise: -10%"), "P003", "plans/rep.yml:24:", "pays `-0.1` while it is shut");
}

#[test]
fn weights_add_up_to_the_whole() {
    only(faults("weight: 40%", "weight: 30%"), "P008", "plans/rep.yml:27:", "`90 %`");
}

#[test]
fn a_rolling_window_is_not_trued_up() {
    only(faults("window: year_to_date", "window: rolling(3)"), "P009", "plans/rep.yml:12:", "rolling");
}

#[test]
fn two_plans_of_equal_rank_are_an_error() {
    let mut all = documents(PLAN);
    all.push(Document { file: "plans/second.yml".to_owned(), text: PLAN.replace("plan: rep-2026", "plan: second") });
    let found = compile(&all).unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].places().len(), 2);
    assert_eq!(found[0].code().id, "P010");
    let later =
        PLAN.replace("plan: rep-2026", "plan: second").replace("2026-01-01..2026-12-31", "2027-01-01..2027-12-31");
    all[2].text = later;
    assert!(compile(&all).is_ok());
}

#[test]
fn plans_of_one_code_that_can_meet_pay_by_the_same_period() {
    let second = |from: &[(&str, &str)]| {
        let mut all = documents(PLAN);
        let text = from.iter().fold(PLAN.replace("plan: rep-2026", "plan: second"), |text, (a, b)| text.replace(a, b));
        all.push(Document { file: "plans/second.yml".to_owned(), text });
        compile(&all).err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let (monthly, payee) = (("paid: quarterly", "paid: monthly"), ("{role: rep}", "{payee: ann}"));
    only(
        second(&[monthly, payee]),
        "P013",
        "plans/second.yml:5:",
        "plans `rep-2026` (quarterly) and `second` (monthly) may both apply to a payee from `2026-01-01`",
    );
    assert!(second(&[payee]).is_empty(), "the most specific one applies");
    assert!(second(&[monthly, ("{role: rep}", "{role: lead}")]).is_empty(), "nobody is both");
    assert!(second(&[monthly, payee, ("earning_code: incentive", "earning_code: spiff")]).is_empty(), "they add up");
    assert!(second(&[monthly, payee, ("2026-01-01..2026-12-31", "2027-01-01..2027-12-31")]).is_empty(), "one follows");
}

#[test]
fn pay_that_shrinks_twice_is_warned_of() {
    let twice = |proration: &str, curve: &str| {
        let text = PLAN.replace("{pay: by_calendar_days, target: none, credit: position}", proration);
        let text = if curve.is_empty() {
            text
        } else {
            let at = text.find("    curve: {axis: attainment").unwrap();
            let end = at + text[at..].find('\n').unwrap();
            let text = format!("{}    curve: {curve}{}", &text[..at], &text[end..]);
            text.replace("    weight: 40%\n", "").replace("weight: 60%", "weight: 100%")
        };
        let report = check(&documents(&text));
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        report.warnings.iter().filter(|one| one.message.contains("once more")).count()
    };
    let rate = "{axis: value, basis: period, lookup: flat, output: rate_on_basis, border: lower_inclusive, below: mirror, above: hold, tiers: {0: 5%}}";
    assert_eq!(twice("{pay: by_calendar_days, target: none, credit: position}", rate), 0);
    assert_eq!(twice("{pay: none, target: none, credit: occupancy}", rate), 0);
    assert_eq!(twice("{pay: by_calendar_days, target: by_calendar_days, credit: occupancy}", ""), 0);
    assert_eq!(twice("{pay: by_calendar_days, target: by_calendar_days, credit: occupancy}", rate), 1);
    assert_eq!(twice("{pay: by_working_days, target: none, credit: occupancy}", ""), 2);
}

#[test]
fn rules_of_equal_rank_and_mixed_types_are_errors() {
    let rules = |from: &str, to: &str| {
        let mut all = documents(PLAN);
        all[0].text = RULES.replace(from, to);
        compile(&all).err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let second = "  - {id: second, type: direct, alignment: b, alignment_at: booking_date, products: all, document_types: [sale]}\n  - {id: managers";
    only(rules("  - {id: managers", second), "P011", "plans/rules.yml:6:", "`aligned` and `second`");
    let mixed = "  - {id: second, type: split, products: brand X, document_types: [sale]}\n  - {id: managers";
    only(rules("  - {id: managers", mixed), "P012", "plans/rules.yml:6:", "`direct` and `split`");
    only(rules(", hierarchy: sales", ""), "P012", "plans/rules.yml:6:", "has no `hierarchy`");
}

#[test]
fn a_summary_reads_like_the_plan() {
    let plans = summary(&documents(PLAN));
    assert_eq!(
        plans[0].scope,
        "role rep; 2026-01-01..2026-12-31; paid quarterly in EUR; target incentive from the roster"
    );
    assert_eq!(plans[0].components[0].curve, "60 % · interpolated by attainment, percent_of_target_incentive, true_up");
}

#[test]
fn codes_are_unique_and_belong_to_this_crate() {
    let ids: std::collections::BTreeSet<_> = FAULTS.iter().map(|code| code.id).collect();
    assert_eq!(ids.len(), FAULTS.len());
    assert!(ids.iter().all(|id| id.starts_with('P')));
}
