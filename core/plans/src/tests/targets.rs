use super::*;

fn with(target: &str, more: &str) -> String {
    plan_of(&format!("{}{more}", measured("a", SALES, target)))
}

#[test]
fn a_target_comes_from_a_set_or_is_an_amount() {
    let columns = ["target_source", "target_set_id", "target_amount", "zero_target"];
    let row = |target: &str| rows(&sound(&with(target, "")), "plan_components", &columns).join("");
    assert_eq!(row("none"), "none - - -");
    assert_eq!(row("{set: official, zero_target: full}"), "set official - full");
    assert_eq!(row("{amount: 100_000, zero_target: zero}"), "amount - 100000 zero");
    refuses(&with("{zero_target: zero}", ""), "P005", "does not come from exactly one place");
    refuses(&with("{set: a, amount: 5, zero_target: zero}", ""), "P005", "does not come from exactly one place");
    refuses(&with("{amount: -5, zero_target: zero}", ""), "P003", "a target of `-5`");
    refuses(&with("{amount: 5}", ""), "K001", "zero_target");
    refuses(&with("{sum_of: components, zero_target: zero}", ""), "P005", "not the values of components");
    refuses(&with("all", ""), "K001", "all");
}

#[test]
fn attainment_is_a_ratio_of_six_digits_unless_the_plan_says_otherwise() {
    let columns = ["attainment_kind", "attainment_digits", "attainment_mode"];
    let row =
        |target: &str, attainment: &str| rows(&sound(&with(target, attainment)), "plan_components", &columns).join("");
    let target = "{set: official, zero_target: full}";
    assert_eq!(row(target, ""), "ratio 6 half_up");
    assert_eq!(row(target, "    attainment: {kind: index, digits: 1, mode: half_even}\n"), "index 1 half_even");
    assert_eq!(row("none", "    attainment: {kind: absolute}\n"), "absolute 6 half_up");
    refuses(
        &with(target, "    attainment: {kind: absolute}\n"),
        "P005",
        "takes its value for its attainment, and has a target",
    );
    refuses(&with("none", "    attainment: {kind: difference}\n"), "P005", "a target that it does not have");
    refuses(&with(target, "    attainment: {kind: ratio, digits: 7}\n"), "P003", "keeps `7` decimals");
}

#[test]
fn only_a_ratio_is_cut_at_its_target() {
    let curve = "axis: attainment, basis: period, lookup: excess, output: rate_on_basis, below: zero, above: hold, tiers: {100%: 5%}";
    let plan = plan_of(&paid("a", curve, "    attainment: {kind: index}\n"))
        .replace("    target: none", "    target: {set: official, zero_target: zero}");
    refuses(&plan, "P005", "cuts at its target, but its attainment is `index`");
}

#[test]
fn a_ramp_has_a_part_for_each_month() {
    let tables = sound(&with("{set: official, zero_target: zero, ramp: [25%, 50%, 75%]}", ""));
    assert_eq!(rows(&tables, "plan_ramps", &["month_number", "ramp_rate"]), ["1 0.25", "2 0.5", "3 0.75"]);
    refuses(&with("{set: official, zero_target: zero, ramp: [25%, -50%]}", ""), "P003", "a month of a ramp of `-0.5`");
    refuses(&with("{set: official, zero_target: zero, ramp: []}", ""), "P005", "a ramp without months");
}

#[test]
fn weight_target_and_tiers_are_otherwise_for_some() {
    let curve = "axis: attainment, basis: period, lookup: flat, output: percent_of_target_incentive, below: zero, above: hold, tiers: {90%: 100%}";
    let plan = |overrides: &str| {
        plan_of(&paid("a", curve, &format!("    weight: 100%\n    overrides:\n{overrides}")))
            .replace("    target: none", "    target: {set: official, zero_target: zero}")
    };
    let tables = sound(&plan(
        "      - {role: senior, target: 120_000}\n      - {payee: \"103\", weight: 100%, target: 90_000, tiers: {80%: 110%}}\n",
    ));
    let columns = ["scope_kind", "scope_key", "scope_rank"];
    let and = |column: &'static str| [&columns[..], &[column]].concat();
    assert_eq!(rows(&tables, "plan_targets", &and("target_amount")), ["payee 103 8 90000", "role senior 1 120000"]);
    assert_eq!(rows(&tables, "plan_weights", &and("weight_rate")), ["payee 103 8 1"]);
    assert_eq!(rows(&tables, "plan_curves", &and("curve_id")), ["all * 0 a", "payee 103 8 a:payee:103"]);
    assert_eq!(
        rows(&tables, "plan_tiers", &["curve_id", "from_value", "output_from"]),
        ["a 0.9 1", "a:payee:103 0.8 1.1"]
    );

    refuses(&plan("      - {role: a, unit: b, target: 5}\n"), "P005", "exactly one of role, unit, position, payee");
    refuses(&plan("      - {target: 5}\n"), "P005", "exactly one of role, unit, position, payee");
    refuses(&plan("      - {role: a}\n"), "P005", "changes nothing");
    refuses(
        &plan("      - {role: a, target: 5}\n      - {role: a, weight: 100%}\n"),
        "P005",
        "two overrides for role `a`",
    );
    refuses(&plan("      - {role: a, weight: 90%}\n"), "P008", "for role `a` add up to `90 %`");
    refuses(&plan("      - {role: a, tiers: {100%: 1, 90%: 2}}\n"), "P004", "an override of component `a`: border");
    refuses(&plan("      - {role: a, points: {90%: 2}}\n"), "P005", "has `points`, but `lookup: flat` reads `tiers`");
    let rate = plan("      - {role: a, weight: 100%}\n")
        .replace("    weight: 100%\n", "")
        .replace("percent_of_target_incentive", "rate_on_basis");
    refuses(&rate, "P005", "changes a weight that the component does not have");
}

#[test]
fn the_figure_of_a_target_stands_for_the_span_that_it_says() {
    let plan = |target: &str| plan_of(&measured("a", SALES, target));
    let span = |target: &str| rows(&sound(&plan(target)), "plan_components", &["target_span"]).join("");
    assert_eq!(span("{set: q, zero_target: zero}"), "period");
    assert_eq!(span("{set: q, of: year, zero_target: zero}"), "year");
    assert_eq!(span("none"), "-");
    let by_days = plan("{set: q, of: year, zero_target: zero}")
        .replace("target: none, credit", "target: by_calendar_days, credit");
    only(refused(&by_days), "P005", "the target of a year", "shrinks its target to the days held");
    only(
        refused(&plan("{set: q, of: window, zero_target: zero, ramp: [50%]}")),
        "P005",
        "a window",
        "ramps its target",
    );
    let yearly = plan("{amount: 5, of: quarter, zero_target: zero}").replace("paid: monthly", "paid: yearly");
    only(refused(&yearly), "P005", "a quarter", "pays yearly");
    only(refused(&plan("{set: q, of: month, zero_target: zero}")), "K001", "month", "");
}
