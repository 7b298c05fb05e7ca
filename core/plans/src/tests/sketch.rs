//! The plan that the contract of the calculation shows.

use super::*;

/// Section 9 of the contract, word for word.
const SKETCH: &str = "\
plan: rep-cardio-2026
title: {en: Representative Cardiology 2026, de: Außendienst Kardiologie 2026}
valid: 2026-01-01..2026-12-31
assigned_to: {role: representative, unit: cardio-de}
currency: EUR
calendar: fiscal-months
paid: quarterly
target_incentive: roster            # per payee, from HR
components:
  - id: corvasol
    weight: 60%
    measure: {kind: sales, products: brand Corvasol, unit: value, window: year_to_date, alignment: at_booking}
    target: {from: published, zero_target: not_payable}
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
    gate: {measure: call-plan, at_least: 90%, evaluated: period, otherwise: 0%}
    cap: {at: 200%, excess: forfeit}
  - id: call-plan
    weight: 10%
    measure: {kind: call_plan_adherence, window: period}
    curve: {axis: attainment, basis: period, lookup: flat, output: percent_of_target_incentive, border: lower_inclusive, below: zero, above: hold, tiers: {90%: 100%, 110%: 120%}}
  # …
proration: {pay: by_calendar_days, leave: [parental, sick_over_42_days], minimum_days: 30}
rounding: {at: component, mode: half_up}
restatement: {reach: 3 periods, from: 5.00, direction: both, maps: frozen_at_cut}
";

/// What stands where the contract has three dots: the rest of the weight.
const REST: &str = "  - id: rest
    weight: 30%
    measure: {kind: objective, objective: launch, window: period}
    target: none
    attainment: {kind: absolute}
    curve: {axis: attainment, basis: period, lookup: flat, output: percent_of_target_incentive, border: lower_inclusive, below: zero, above: hold, tiers: {0%: 0%, 100%: 100%}}
";

/// The whole plan in which a text was replaced.
fn whole(from: &str, to: &str) -> String {
    assert!(SKETCH.contains(from), "`{from}` is not in the plan");
    SKETCH.replace("  # …\n", REST).replace(from, to)
}

#[test]
fn the_plan_of_the_contract_lacks_only_what_its_dots_stand_for() {
    only(refused(SKETCH), "P008", "`70 %`", "the weights of plan `rep-cardio-2026`");
    let tables = sound(&whole("", ""));
    assert_eq!(
        rows(&tables, "plan_components", &["component_id", "rule_set_id", "measure_level", "target_source", "cap_of"]),
        ["call-plan  own none -", "corvasol territory own set target_incentive", "rest  own none -"]
    );
    assert_eq!(
        rows(&tables, "plan_components", &["target_set_id", "attainment_kind"])[..2],
        ["- absolute", "published ratio"]
    );
    assert_eq!(rows(&tables, "plan_gates", &["gate_component_id"]), ["call-plan"]);
    let plan = ["plan_title", "earning_code", "calendar_id", "target_proration", "credit_basis"];
    let told = "Representative Cardiology 2026 incentive fiscal-months none position";
    assert_eq!(rows(&tables, "plan_plans", &plan), [told]);
    let restatement =
        ["restatement_period_count", "restatement_from_amount", "restatement_direction", "restatement_maps"];
    assert_eq!(rows(&tables, "plan_plans", &restatement), ["3 5 both frozen_at_cut"]);
    assert_eq!(
        rows(&tables, "plan_titles", &["component_id", "language_code", "title"]),
        [" de Außendienst Kardiologie 2026", " en Representative Cardiology 2026"]
    );
}

#[test]
fn a_title_is_one_text_or_one_for_each_language() {
    let tables = sound(&whole("title: {en: Representative Cardiology 2026, de:", "title: {de:"));
    assert_eq!(rows(&tables, "plan_plans", &["plan_title"]), ["Außendienst Kardiologie 2026"]);
    let tables = sound(&whole("  - id: corvasol\n", "  - id: corvasol\n    title: {en: Heart, de: Herz}\n"));
    assert_eq!(rows(&tables, "plan_components", &["component_title"])[1], "Heart");
    for wrong in ["{fr: Ventes}", "{}", "[Sales]"] {
        let refused = refused(&whole("{en: Representative Cardiology 2026, de: Außendienst Kardiologie 2026}", wrong));
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].starts_with("K001"), "{refused:?}");
    }
}

#[test]
fn what_is_left_out_is_filled_in_only_where_one_thing_can_be_meant() {
    let two = [
        Document { file: "plans/a.yml".to_owned(), text: RULES.to_owned() },
        Document { file: "plans/b.yml".to_owned(), text: RULES.replace("rule_set: territory", "rule_set: other") },
        Document { file: "plans/c.yml".to_owned(), text: whole("", "") },
    ];
    let faults = compile(&two).expect_err("two rule sets");
    assert!(faults.iter().any(|fault| fault.message().contains("has no `rule_set`")), "{faults:?}");
    only(refused(&whole("cap: {at: 200%,", "cap: {at: 2,")), "P005", "of `2`", "does not say of what");
    let untold = refused(&whole("    target: {from: published, zero_target: not_payable}\n", ""));
    assert!(untold[0].contains("component `corvasol` does not say what it is measured against"), "{untold:?}");
    assert!(untold[1].contains("has no target"), "{untold:?}");
    let both = whole("{from: published,", "{from: published, set: official,");
    assert!(refused(&both)[0].starts_with("K001"), "{:?}", refused(&both));
}

#[test]
fn a_measure_that_repeats_the_alignment_of_its_rules_says_the_same() {
    for wrong in ["at_period_end", "2026-01-01", "a26"] {
        let refused = refused(&whole("alignment: at_booking", &format!("alignment: {wrong}")));
        only(refused, "P005", "`booking_date`", &format!("says `alignment: {wrong}`"));
    }
    let calls = whole(
        "{kind: call_plan_adherence, window: period}",
        "{kind: call_plan_adherence, window: period, alignment: at_booking}",
    );
    only(refused(&calls), "P005", "call_plan_adherence", "no alignment decides");
}

#[test]
fn a_plan_for_another_calendar_is_refused() {
    let faults = |known| calendar_faults(&documents(SKETCH), known).iter().map(ToString::to_string).collect();
    assert_eq!(faults(Some("fiscal-months")), Vec::<String>::new());
    only(faults(Some("weeks")), "P006", "plans/rep.yml:6:11", "its calendar is `weeks`");
    only(faults(None), "P006", "fiscal-months", "name it in `tantieme.yml`");
}

#[test]
fn a_restatement_says_its_reach_size_direction_and_maps() {
    only(refused(&whole("from: 5.00", "from: -5")), "P003", "`-5`", "a smallest restatement");
    for (from, to) in [
        ("reach: 3 periods", "reach: 3"),
        ("reach: 3 periods", "reach: 61 periods"),
        ("direction: both, ", ""),
        ("direction: both", "direction: sideways"),
        ("maps: frozen_at_cut", "maps: now"),
    ] {
        let refused = refused(&whole(from, to));
        assert!(refused.len() == 1 && refused[0].starts_with("K001"), "{refused:?}");
    }
    assert_eq!(
        rows(&sound(&whole("reach: 3 periods", "reach: 1 period")), "plan_plans", &["restatement_period_count"]),
        ["1"]
    );
}
