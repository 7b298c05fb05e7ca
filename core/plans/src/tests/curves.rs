use super::*;

const HEAD: &str = "axis: value, basis: transaction, output: rate_on_basis, below: zero, above: hold";

#[test]
fn amounts_of_tiers_are_earned_between_their_ends() {
    let prorated = |basis: &str, above: &str, tiers: &str| {
        plan_of(&paid(
            "a",
            &format!(
                "axis: value, basis: {basis}, lookup: prorated_amounts, output: amount, below: mirror, above: {above}, {tiers}"
            ),
            "",
        ))
    };
    let columns = ["from_value", "to_value", "output_from", "output_to", "line_from_value", "line_to_value"];
    let map = "tiers: {0: 10, 1_000: 40, 3_000: 100}, until: 8_000";
    let tiers = |plan: &str| rows(&sound(plan), "plan_tiers", &columns);
    assert_eq!(
        tiers(&prorated("period", "hold", map)),
        ["0 1000 10 10 0 1000", "1000 3000 40 40 1000 3000", "3000 8000 100 100 3000 8000", "8000 - 0 0 - -"]
    );
    let list = "tiers: [{from: 0, to: 1_000, output: 10}, {from: 1_000, to: 3_000, output: 40}]";
    assert_eq!(tiers(&prorated("transaction", "extend", list)), ["0 1000 10 10 0 1000", "1000 - 40 40 1000 3000"]);
    refuses(&prorated("period", "hold", "tiers: {0: 10}"), "P005", "where its last amount is earned in full");
    refuses(&prorated("period", "hold", "tiers: {0: 10, 50: 20}, until: 20"), "P004", "ends at `20`");
    refuses(&prorated("period", "hold", "tiers: [{from: 0, output: 10}]"), "P004", "never earned");
    let rate = prorated("period", "hold", map).replace("output: amount", "output: rate_on_basis");
    refuses(&rate, "P005", "its output is a rate");
    let flat = plan_of(&paid("a", &format!("{HEAD}, lookup: flat, tiers: {{0: 1%}}, until: 5"), ""));
    refuses(&flat, "P005", "has `until`");
}

#[test]
fn a_curve_over_single_transactions_looks_up_their_value() {
    let plan = |curve: &str| plan_of(&paid("a", curve, ""));
    let tables = sound(&plan(&format!("{HEAD}, lookup: step, tiers: {{0: 1%, 1_000: 2%}}")));
    assert_eq!(rows(&tables, "plan_components", &["basis", "timing", "running_by"]), ["transaction none none"]);
    let timing = format!("{HEAD}, lookup: flat, tiers: {{0: 1%}}, timing: true_up");
    refuses(&plan(&timing), "P005", "has a timing, but pays each transaction by itself");
    let looked_up = format!("{HEAD}, lookup: flat, tiers: {{0: 1%}}").replace("axis: value", "axis: attainment");
    let with_target = plan(&looked_up).replace("    target: none", "    target: {amount: 5, zero_target: zero}");
    refuses(&with_target, "P005", "looks up each transaction by its `attainment`");
    let percent = plan(&format!("{HEAD}, lookup: flat, tiers: {{0: 1%}}"))
        .replace("output: rate_on_basis", "output: percent_of_target_incentive")
        .replace("    measure:", "    weight: 100%\n    measure:");
    refuses(&percent, "P005", "pays single transactions `percent_of_target_incentive`");
    let calls =
        plan(&format!("{HEAD}, lookup: flat, tiers: {{0: 1%}}")).replace(SALES, "kind: coverage, window: period");
    refuses(&calls, "P005", "looks at single transactions, but measures `coverage`");
}

#[test]
fn a_running_rate_says_by_what_it_runs() {
    let running = |lookup: &str, more: &str, window: &str| {
        let curve = format!(
            "axis: value, basis: window, lookup: {lookup}, output: rate_on_basis, below: zero, above: hold, tiers: {{0: 1%, 9: 2%}}, {more}"
        );
        plan_of(&paid("a", &curve, "")).replace("window: period", &format!("window: {window}"))
    };
    for window in ["year_to_date", "plan_to_date", "rolling(3)", "period"] {
        let tables = sound(&running("step", "timing: running_rate, by: transaction", window));
        assert_eq!(rows(&tables, "plan_components", &["timing", "running_by"]), ["running_rate transaction"]);
    }
    let tables = sound(&running("flat", "timing: running_rate, by: period", "rolling(12)"));
    assert_eq!(rows(&tables, "plan_components", &["window_kind", "running_by"]), ["rolling_12 period"]);
    refuses(&running("flat", "timing: running_rate", "year_to_date"), "P005", "does not say by what it runs");
    refuses(
        &running("step", "timing: running_rate, by: period", "year_to_date"),
        "P005",
        "running rate to `lookup: step`",
    );
    refuses(
        &running("flat", "timing: true_up, by: period", "year_to_date"),
        "P005",
        "says by what a running rate runs",
    );
    refuses(&running("flat", "timing: true_up", "rolling(3)"), "P009", "rolling window");
    refuses(&running("flat", "timing: true_up", "period"), "P005", "`window: period`");
}

#[test]
fn rates_come_from_roster_target_or_products() {
    let plan = |rate: &str| plan_of(&paid("a", &format!("{HEAD}, lookup: flat, tiers: {{0: 1}}, rate: {rate}"), ""));
    let tables = sound(&plan("{products: {brand X: 4%, all: 2%}}"));
    assert_eq!(rows(&tables, "plan_components", &["rate_source"]), ["products"]);
    let columns = ["product_scope_kind", "product_scope_key", "rate_value"];
    assert_eq!(rows(&tables, "plan_rates", &columns), ["all * 0.02", "brand X 0.04"]);
    assert_eq!(rows(&sound(&plan("roster")), "plan_components", &["rate_source"]), ["roster"]);
    let added_up = |rate| plan(rate).replace("basis: transaction", "basis: period");
    refuses(&added_up("{products: {all: 2%}}"), "P005", "adds transactions up before it looks");
    refuses(&plan("{products: {all: -2%}}"), "P003", "has a rate of `-0.02`");
    let per_target = added_up("per_target").replace("    measure:", "    weight: 100%\n    measure:");
    refuses(&per_target, "P005", "divides by a target that it does not have");
    let with_target = per_target.replace("    target: none", "    target: {set: quota, zero_target: not_payable}");
    assert_eq!(rows(&sound(&with_target), "plan_components", &["rate_source", "weight_rate"]), ["per_target 1"]);
    refuses(&with_target.replace("    weight: 100%\n", ""), "P005", "has no weight");
    refuses(&plan("typo"), "K001", "typo");
}

#[test]
fn a_matrix_covers_both_axes_once() {
    let matrix = |tiers: &str| {
        let curve = format!(
            "axis: value, basis: period, lookup: flat, output: amount, below: zero, above: hold, \
             second_axis: {{component: b, axis: value}}, tiers: [{tiers}]"
        );
        plan_of(&format!("{}{}", paid("a", &curve, ""), measured("b", SALES, "none")))
    };
    let whole = "{from: 0, to: 100, second_from: 0, second_to: 5, output: 0}, {from: 0, to: 100, second_from: 5, output: 50}, {from: 100, second_from: 0, output: 100}";
    let tables = sound(&matrix(whole));
    let columns = ["from_value", "to_value", "second_from_value", "second_to_value", "second_border", "output_from"];
    assert_eq!(
        rows(&tables, "plan_tiers", &columns),
        ["0 100 0 5 lower_inclusive 0", "0 100 5 - lower_inclusive 50", "100 - 0 - lower_inclusive 100"]
    );
    assert_eq!(rows(&tables, "plan_components", &["second_component_id", "second_axis"])[0], "b value");
    refuses(&matrix(&whole.replace("second_to: 5", "second_to: 6")), "P004", "tiers 1 and 2 both claim `0` with `5`");
    refuses(&matrix(&whole.replace("second_from: 5", "second_from: 6")), "P004", "no tier claims `0` with `5`");
    refuses(&matrix(&whole.replace("{from: 100, ", "{from: 100, to: 200, ")), "P004", "no tier claims `200` with `0`");
    refuses(&matrix("{from: 0, output: 1}"), "P004", "where it begins on the second axis");
    refuses(&matrix(whole).replace("component: b", "component: z"), "P006", "names component `z`");
    refuses(
        &matrix(whole).replace("{component: b, axis: value}", "{component: b, axis: attainment}"),
        "P005",
        "attainment of `b`",
    );
    refuses(
        &matrix(whole).replace("below: zero", "below: mirror"),
        "P005",
        "mirrors what lies below a border of two axes",
    );
    let excess =
        matrix(whole).replace("lookup: flat", "lookup: step").replace("output: amount", "output: rate_on_basis");
    refuses(&excess, "P005", "looks up two axes by `lookup: step`");
}

#[test]
fn places_and_points_are_looked_up_where_there_are_some() {
    let rank = "kind: rank, window: period, rank: {of: b, by: value, order: descending, cohort: plan, minimum_cohort: 2, ties: average, tie_pay: each}";
    let plan = |axis: &str, measure: &str| {
        let curve = format!(
            "axis: {axis}, basis: period, lookup: flat, output: amount, below: zero, above: hold, tiers: {{1: 100, 2: 50, 3: 0}}"
        );
        plan_of(&format!("{}{}", paid("a", &curve, "").replace(SALES, measure), measured("b", SALES, "none")))
    };
    assert_eq!(rows(&sound(&plan("rank", rank)), "plan_components", &["axis"])[0], "rank");
    assert_eq!(
        rows(&sound(&plan("points", "kind: objective, objective: o, window: period")), "plan_components", &["axis"])[0],
        "points"
    );
    refuses(&plan("value", rank), "P005", "measures `rank`, but looks up `axis: value`");
    refuses(&plan("rank", SALES), "P005", "measures `sales`, but looks up `axis: rank`");
    refuses(&plan("points", SALES), "P005", "looks up points, but measures `sales`");
}

#[test]
fn a_border_belongs_to_one_of_the_two_tiers_that_meet_there() {
    let list = |word: &str, tiers: &str| {
        let curve = format!("{HEAD}, lookup: flat, tiers: [{tiers}]");
        plan_of(&paid("a", &curve, "")).replace("border: lower_inclusive}\n", &format!("border: {word}}}\n"))
    };
    let two = |before: &str, after: &str| {
        format!("{{from: 0, to: 100, output: 1%, border: {before}}}, {{from: 100, output: 2%, border: {after}}}")
    };
    let (lower, upper, both, none) = ("lower_inclusive", "upper_inclusive", "both_inclusive", "none_inclusive");
    let columns = ["from_value", "to_value", "border"];
    for (before, after, borders) in [
        (lower, lower, [lower, lower]),
        (upper, upper, [upper, upper]),
        (both, upper, [lower, upper]),
        (both, none, [lower, upper]),
        (none, lower, [upper, lower]),
        (none, both, [upper, lower]),
    ] {
        let tables = sound(&list(lower, &two(before, after)));
        let expected = [format!("0 100 {}", borders[0]), format!("100 - {}", borders[1])];
        assert_eq!(rows(&tables, "plan_tiers", &columns), expected, "{before} {after}");
    }
    let claimed_twice =
        "tiers 1 (from `0`) and 2 (from `100`) both claim `100`: the first of them is `upper_inclusive`";
    refuses(&list(lower, &two(upper, lower)), "P004", claimed_twice);
    refuses(&list(lower, &two(both, both)), "P004", "both claim `100`");
    refuses(&list(lower, &two(lower, upper)), "P004", "no tier claims `100`");
    refuses(&list(lower, &two(none, none)), "P004", "no tier claims `100`");
    // What a tier does not say, the curve says for it.
    let own = "{from: 0, to: 100, output: 1%}, {from: 100, output: 2%, border: upper_inclusive}";
    sound(&list(upper, own));
    refuses(&list(lower, own), "P004", "no tier claims `100`");
    let other = plan_of(&paid(
        "a",
        &format!("{HEAD}, lookup: flat, tiers: {{0: 1%, 100: 2%}}"),
        &format!("    overrides: [{{role: rep, tiers: [{}]}}]\n", two(upper, lower)),
    ));
    refuses(&other, "P004", "an override of component `a`: tiers 1 (from `0`) and 2 (from `100`) both claim `100`");
}

#[test]
fn the_tiers_of_two_axes_have_one_border() {
    let cells =
        "{from: 0, to: 9, second_from: 0, output: 1, border: upper_inclusive}, {from: 9, second_from: 0, output: 2}";
    let curve = format!(
        "axis: value, basis: period, lookup: flat, output: amount, below: zero, above: hold, \
         second_axis: {{component: b, axis: value}}, tiers: [{cells}]"
    );
    let plan = plan_of(&format!("{}{}", paid("a", &curve, ""), measured("b", SALES, "none")));
    refuses(&plan, "P004", "the tier of two axes from `0` has a border of its own");
}
