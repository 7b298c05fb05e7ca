use super::*;

const CREDITS: &str = "rule_set: territory, level: own, products: brand X, unit: value";
const BEFORE: &str = "reference: {shift: previous_year, rule_set: territory}";
const MARKET: &str = "market: {rule_set: territory, products: category Y}";

fn terms(measure: &str) -> Vec<String> {
    let columns = ["term_number", "term_source", "measure_level", "product_scope_key", "shift_kind"];
    rows(&sound(&plan_of(&measured("a", measure, "none"))), "plan_terms", &columns)
}

fn formula(measure: &str) -> String {
    rows(&sound(&plan_of(&measured("a", measure, "none"))), "plan_components", &["formula"]).join("")
}

#[test]
fn each_kind_becomes_a_formula_over_terms() {
    let kinds = [
        (format!("kind: sales, {CREDITS}"), "#1"),
        (format!("kind: growth, {CREDITS}, {BEFORE}"), "#1 / #2 - 1"),
        (format!("kind: market_share, {CREDITS}, {MARKET}"), "#1 / #2"),
        (format!("kind: share_change, {CREDITS}, {BEFORE}, {MARKET}"), "#1 / #2 - #3 / #4"),
        (
            format!("kind: share_change_vs_national, {CREDITS}, {BEFORE}, {MARKET}"),
            "(#1 / #2 - #3 / #4) - (#5 / #6 - #7 / #8)",
        ),
        (
            format!("kind: evolution_index, {CREDITS}, {BEFORE}, {MARKET}"),
            "(100 + (#1 / #2 - 1) * 100) / (100 + (#3 / #4 - 1) * 100) * 100",
        ),
        ("kind: call_plan_adherence".to_owned(), "#1 / #2"),
        ("kind: coverage".to_owned(), "#1 / #2"),
        ("kind: frequency".to_owned(), "#1 / #2"),
        ("kind: objective, objective: launch".to_owned(), "#1"),
        ("kind: figure, figure: headcount".to_owned(), "#1"),
    ];
    for (measure, expected) in kinds {
        assert_eq!(formula(&format!("{measure}, window: period")), expected, "{measure}");
    }
}

#[test]
fn a_change_of_share_against_the_nation_has_eight_terms() {
    let measure = format!("kind: share_change_vs_national, {CREDITS}, {BEFORE}, {MARKET}, window: period");
    let credits =
        |number: usize, level: &str, key: &str, shift: &str| format!("{number} credits {level} {key} {shift}");
    assert_eq!(
        terms(&measure),
        [
            credits(1, "own", "X", "none"),
            credits(2, "own", "Y", "none"),
            credits(3, "own", "X", "previous_year"),
            credits(4, "own", "Y", "previous_year"),
            credits(5, "national", "X", "none"),
            credits(6, "national", "Y", "none"),
            credits(7, "national", "X", "previous_year"),
            credits(8, "national", "Y", "previous_year"),
        ]
    );
    refuses(
        &plan_of(&measured("a", &measure.replace("level: own", "level: national"), "none")),
        "P005",
        "compares the nation with itself",
    );
}

#[test]
fn the_level_above_is_known_where_credits_roll_up() {
    let above = format!("kind: sales, {CREDITS}, window: period").replace("level: own", "level: above");
    assert_eq!(terms(&above), ["1 credits above X none"]);
    let mut all = documents(&plan_of(&measured("a", &above, "none")));
    all[0].text = RULES.lines().filter(|line| !line.contains("rollup")).map(|line| format!("{line}\n")).collect();
    let found = compile(&all).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message().contains("nobody is above in rule set `territory`"), "{found:?}");
}

#[test]
fn an_evolution_index_compares_growth_of_own_and_market() {
    let measure = format!("kind: evolution_index, {CREDITS}, {BEFORE}, {MARKET}, window: year_to_date");
    assert_eq!(
        terms(&measure),
        [
            "1 credits own X none",
            "2 credits own X previous_year",
            "3 credits own Y none",
            "4 credits own Y previous_year"
        ]
    );
}

#[test]
fn channel_cap_and_window_reach_the_terms() {
    let measure = format!(
        "kind: market_share, {CREDITS}, window: rolling(3), channel: hospital, cap_per_transaction: {{at: 5_000, split: before}}, \
         market: {{rule_set: territory, products: all, channel: all}}"
    );
    let tables = sound(&plan_of(&measured("a", &measure, "none")));
    let columns = ["window_kind", "channel_id", "amount_cap", "amount_cap_split"];
    assert_eq!(rows(&tables, "plan_terms", &columns), ["rolling_3 hospital 5000 before", "rolling_3 - - -"]);
    assert_eq!(rows(&tables, "plan_components", &["window_kind", "pay_kind", "axis"]), ["rolling_3 none none"]);
}

#[test]
fn a_kind_has_the_keys_that_it_needs_and_no_others() {
    let with = |measure: &str| plan_of(&measured("a", measure, "none"));
    refuses(&with(&format!("kind: growth, {CREDITS}, window: period")), "P005", "has no `reference`");
    refuses(&with(&format!("kind: sales, {CREDITS}, window: period, {MARKET}")), "P005", "has `market`");
    refuses(&with("kind: coverage, window: period, channel: x"), "P005", "has `channel`");
    refuses(&with("kind: objective, window: period"), "P005", "has no `objective`");
    refuses(
        &with("kind: sales, rule_set: territory, level: own, unit: value, window: period"),
        "P005",
        "has no `products`",
    );
    let same =
        format!("kind: market_share, {CREDITS}, window: period, market: {{rule_set: territory, products: brand X}}");
    refuses(&with(&same), "P005", "is what it measures itself");
    refuses(&with(&format!("kind: sales, {CREDITS}, window: rolling(1)")), "K001", "`rolling(1)` is not a window");
    refuses(
        &with(&format!("kind: growth, {CREDITS}, window: period, reference: {{shift: previous_year, rule_set: old}}")),
        "P006",
        "names rule set `old`",
    );
}

fn with_two(third: &str, target: &str) -> String {
    let two = ["a", "b"].map(|id| measured(id, SALES, "{set: official, zero_target: not_payable}")).concat();
    plan_of(&format!("{two}{}", measured("c", third, target)))
}

#[test]
fn a_composite_weighs_attainments_or_adds_values() {
    let weighed = "kind: composite, window: period, composite: {by: attainment, of: [{component: a, weight: 60%}, {component: b, weight: 40%}]}";
    let tables = sound(&with_two(weighed, "none"));
    let formulas = rows(&tables, "plan_components", &["component_id", "formula", "rule_set_id"]);
    assert_eq!(formulas[2], "c 0.6 * #1 + 0.4 * #2 ");
    let columns = ["component_id", "term_source", "other_component_id", "other_axis"];
    assert_eq!(rows(&tables, "plan_terms", &columns)[2..], ["c component a attainment", "c component b attainment"]);
    let added = "kind: composite, window: period, composite: {by: sum, of: [{component: a}, {component: b}]}";
    let tables = sound(&with_two(added, "{sum_of: components, zero_target: not_payable}"));
    let columns = ["formula", "target_source"];
    assert_eq!(rows(&tables, "plan_components", &columns)[2], "#1 + #2 components");

    refuses(&with_two(&weighed.replace("40%", "30%"), "none"), "P008", "add up to `90 %`");
    refuses(&with_two(&weighed.replace(", weight: 40%", ""), "none"), "P005", "does not say how much `b` counts");
    refuses(&with_two(&added.replace("b}", "b, weight: 1}"), "none"), "P005", "adds values, but weighs them");
    refuses(&with_two(&weighed.replace("component: b", "component: z"), "none"), "P006", "names component `z`");
    refuses(&with_two(weighed, "{sum_of: components, zero_target: zero}"), "P005", "not the values of components");
    refuses(&with_two(&added.replace("component: b", "component: c"), "none"), "P007", "`c` → `c`");
}

#[test]
fn places_are_given_in_a_cohort() {
    let rank = "kind: rank, window: period, rank: {of: a, by: attainment, order: descending, cohort: unit, minimum_cohort: 3, ties: {second_key: b}, tie_pay: shared_mean}";
    let columns = [
        "measure_kind",
        "formula",
        "ranked_component_id",
        "ranked_by",
        "ranked_order",
        "cohort",
        "minimum_cohort_count",
        "tie_rule",
        "tie_component_id",
        "tie_pay",
    ];
    let tables = sound(&with_two(rank, "none"));
    let row = &rows(&tables, "plan_components", &columns)[2];
    assert_eq!(row, "rank  a attainment descending unit 3 second_key b shared_mean");
    assert!(rows(&tables, "plan_terms", &["component_id"]).iter().all(|id| id != "c"));
    let dense = rank.replace("{second_key: b}", "dense").replace("rank", "percentile");
    refuses(&with_two(&dense, "none"), "P005", "shares the mean of places, but a percentile has none");
    let dense = dense.replace("shared_mean", "each");
    let row = &rows(&sound(&with_two(&dense, "none")), "plan_components", &columns)[2];
    assert_eq!(row, "percentile  a attainment descending unit 3 dense - each");
    refuses(&with_two(&rank.replace("second_key: b", "second_key: a"), "none"), "P005", "tells equals apart");
    refuses(&with_two(rank, "{amount: 3, zero_target: zero}"), "P005", "gives places, and has a target");
    refuses(&with_two(&rank.replace("minimum_cohort: 3", "minimum_cohort: 0"), "none"), "P003", "smallest cohort");
    refuses(
        &with_two(&rank.replace("of: a", "of: c").replace("by: attainment", "by: value"), "none"),
        "P007",
        "`c` → `c`",
    );
}

#[test]
fn what_is_made_of_components_may_be_made_of_others_and_becomes_one_formula() {
    let composite = measured(
        "d",
        "kind: composite, window: period, composite: {by: sum, of: [{component: a}, {component: b}]}",
        "none",
    );
    let again = |measure: &str| with_two(measure, "none").replace("proration:", &format!("{composite}proration:"));
    let rank = |of: &str| {
        format!(
            "kind: rank, window: period, rank: {{of: {of}, by: value, order: descending, cohort: plan, minimum_cohort: 1, ties: dense, tie_pay: each}}"
        )
    };
    sound(&again(&rank("d")));
    let custom = "kind: custom, window: period, custom: {value: x, terms: {x: {component: d, axis: value}}}";
    let columns = ["formula", "product_scope_key", "measure_unit"];
    let formula = |plan: &str| rows(&sound(plan), "plan_components", &columns)[2].clone();
    let terms = |plan: &str| rows(&sound(plan), "plan_terms", &["component_id", "term_id", "other_axis"]);
    assert_eq!(formula(&again(custom)), "#1 + #2 * value");
    assert_eq!(terms(&again(custom))[2..4], ["c x.a value", "c x.b value"]);
    let twice = "kind: custom, window: period, custom: {value: (y - x) * x, terms: {x: {component: d, axis: value}, \
                 y: {component: b, axis: value}}}";
    assert_eq!(formula(&again(twice)), "(#1 - (#2 + #1)) * (#2 + #1) * value");
    assert_eq!(terms(&again(twice))[2..4], ["c y value", "c x.a value"]);
    let weighed = "kind: composite, window: period, composite: {by: attainment, of: [{component: a, weight: 60%}, {component: d, weight: 40%}]}";
    refuses(&again(weighed), "P005", "component `c` looks at the attainment of `d`, which has no target");
    let held = |how: &str| again(weighed).replace(&composite, &composite.replace("target: none", how));
    assert_eq!(
        formula(&held("target: none\n    attainment: {kind: absolute, digits: 4}")),
        "0.6 * #1 + 0.4 * round(#2 + #3, 4) * value"
    );
    let own = "component `c` looks at `d`, which is made of components and ";
    refuses(&held("target: {amount: 5, zero_target: zero}"), "P005", &format!("{own}held against a target of its own"));
    refuses(
        &held("target: none\n    attainment: {kind: absolute, mode: floor}"),
        "P005",
        &format!("{own}rounded otherwise than half-up"),
    );
    let target = "kind: custom, window: period, custom: {value: x, terms: {x: {component: d, axis: target}}}";
    let sum = "target: {sum_of: components, zero_target: zero}";
    refuses(
        &again(target).replace(&composite, &composite.replace("target: none", sum)),
        "P005",
        &format!("{own}with a target of its own"),
    );
    let long = (0..7).map(|_| "x").collect::<Vec<_>>().join(" * ");
    let long = custom.replace("value: x", &format!("value: {long}"));
    assert!(formula(&again(&long)).starts_with("(#1 + #2) * (#1 + #2) * "));
    let of_places = composite.replace("component: b", "component: c");
    let plan = with_two(&rank("a"), "none").replace("proration:", &format!("{of_places}proration:"));
    refuses(&plan, "P005", "component `d` is made of `c`, which gives places");
}

#[test]
fn a_sum_of_sums_adds_up_their_targets_too() {
    let two = ["a", "b", "e"].map(|id| measured(id, SALES, "{set: official, zero_target: not_payable}")).concat();
    let sum = |id: &str, of: &str, target: &str| {
        let of = of.split(' ').map(|one| format!("{{component: {one}}}")).collect::<Vec<_>>().join(", ");
        measured(id, &format!("kind: composite, window: period, composite: {{by: sum, of: [{of}]}}"), target)
    };
    let added = "{sum_of: components, zero_target: not_payable}";
    let plan = |inner: &str, outer: &str, target: &str| {
        plan_of(&format!("{two}{}{}", sum("c", "a b", inner), sum("d", outer, target)))
    };
    let tables = sound(&plan(added, "c e", added));
    let columns = ["component_id", "formula", "target_source"];
    assert_eq!(rows(&tables, "plan_components", &columns)[2..4], ["c #1 + #2 components", "d #2 + #3 + #1 components"]);
    assert_eq!(
        rows(&tables, "plan_terms", &["component_id", "term_id", "other_component_id"])[4..7],
        ["d e e", "d c.a a", "d c.b b"]
    );
    refuses(&plan("none", "c e", added), "P005", "the target of `c` is not the sum of its own components");
    refuses(&plan(added, "c a", added), "P005", "adds up the value of `a` twice, but its target once");
    sound(&plan("none", "c a", "none"));
}

#[test]
fn a_custom_measure_is_a_formula_over_named_terms() {
    let terms = "now: {rule_set: territory, level: own, products: all, unit: margin}, \
                 before: {rule_set: territory, level: own, products: all, unit: margin, shift: previous_year, window: year_to_date}, \
                 heads: {figure: headcount}, done: {objective: launch}, seen: {calls: targets_seen}, part: {component: a, axis: target}";
    let custom = format!(
        "kind: custom, window: quarter_to_date, custom: {{value: \"if(heads > 0, (now - before) / heads, 0) + done * seen + part\", terms: {{{terms}}}}}"
    );
    let tables = sound(&with_two(&custom, "none"));
    let row = &rows(&tables, "plan_components", &["formula", "measure_kind", "measure_unit"])[2];
    assert_eq!(row, "if(#3 > 0, (#1 - #2) / #3, 0) + #4 * #5 + #6 custom margin");
    let columns = ["term_id", "term_source", "window_kind", "shift_kind", "measure_unit", "figure_id", "other_axis"];
    assert_eq!(
        rows(&tables, "plan_terms", &columns)[2..],
        [
            "now credits quarter_to_date none margin - -",
            "before credits year_to_date previous_year margin - -",
            "heads figures quarter_to_date none value headcount -",
            "done scores quarter_to_date none value launch -",
            "seen calls quarter_to_date none targets_seen - -",
            "part component quarter_to_date none value - target",
        ]
    );
    let simple = |value: &str, terms: &str| {
        with_two(&format!("kind: custom, window: period, custom: {{value: \"{value}\", terms: {{{terms}}}}}"), "none")
    };
    refuses(&simple("x +", "x: {figure: f}"), "P003", "the formula of component `c`");
    refuses(&simple("y", "x: {figure: f}"), "P003", "the formula of component `c`");
    refuses(&simple("x", "x: {figure: f}, y: {figure: g}"), "P005", "does not use term `y`");
    refuses(&simple("x", "x: {figure: f, objective: o}"), "P005", "exactly one source");
    refuses(&simple("x", "x: {component: a}"), "P005", "has no `axis`");
    refuses(&simple("x", "x: {component: c, axis: value}"), "P007", "`c` → `c`");
    refuses(&simple("x", "x: {figure: f, shift: previous_year}"), "P005", "has `shift`");
}

#[test]
fn a_measure_may_sum_some_rules_of_a_set() {
    let two = RULES.replace(
        "  - {id: managers",
        "  - {id: big, type: direct, alignment: a26, alignment_at: booking_date, products: all, document_types: [sale], only: {amount_at_least: 5_000}}\n  - {id: managers",
    );
    let of = |measure: &str| {
        let mut all = documents(&plan_of(&measured("a", measure, "none")));
        all[0].text = two.clone();
        compile(&all)
    };
    let sales = format!("kind: sales, {CREDITS}, window: period");
    let ids = |measure: &str| rows(&of(measure).unwrap(), "plan_terms", &["rule_ids"]);
    assert_eq!(ids(&sales), ["-"]);
    assert_eq!(ids(&format!("{sales}, rules: [big]")), [",territory.big,"]);
    assert_eq!(ids(&format!("{sales}, rules: [big, aligned]")), [",territory.aligned,territory.big,"]);
    let custom =
        format!("kind: custom, window: period, custom: {{value: \"a\", terms: {{a: {{{CREDITS}, rules: [big]}}}}}}");
    assert_eq!(ids(&custom), [",territory.big,"]);
    let refuses = |measure: &str, words: &str| {
        let found = of(measure).unwrap_err();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].message().contains(words) && !found[0].hints().is_empty(), "{found:?}");
    };
    refuses(&format!("{sales}, rules: [small]"), "names rule `small`, which credits no line in rule set `territory`");
    refuses(&format!("{sales}, rules: [managers]"), "names rule `managers`, which credits no line");
    refuses(&format!("{sales}, rules: [big, big]"), "names rule `big` twice");
    refuses(&format!("{sales}, rules: []"), "sums no rule of rule set `territory`");
    refuses(&format!("{sales}, rules: [big]").replace("level: own", "level: team"), "does not say by which");
    refuses(&format!("kind: growth, {CREDITS}, {BEFORE}, window: period, rules: [big]"), "has `rules`");
}

#[test]
fn a_team_is_measured_only_where_credits_are_passed_up() {
    let flat = "rule_set: flat\ntitle: F\nconserving: true\nrules:\n  - {id: all, type: direct, alignment: a26, \
                alignment_at: booking_date, products: all, document_types: [sale, return]}\n";
    let of = |level: &str, set: &str| {
        let measure = SALES.replace("level: own", &format!("level: {level}")).replace("territory", set);
        let parts = "kind: composite, window: period, composite: {by: sum, of: [{component: a}, {component: b}]}";
        let plan = plan_of(&format!(
            "{}{}{}",
            measured("a", &measure, "none"),
            measured("b", SALES, "none"),
            measured("c", parts, "none")
        ));
        let mut all = documents(&plan);
        all.push(Document { file: "plans/flat.yml".to_owned(), text: flat.to_owned() });
        let faults = compile(&all).err().unwrap_or_default();
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let words = "component `a` looks at a team, but nothing is passed up to one in rule set `flat`";
    only(of("team", "flat"), "P005", "plans/rep.yml", words);
    only(of("above", "flat"), "P005", "plans/rep.yml", "nobody is above in rule set `flat`");
    assert!(of("own", "flat").is_empty() && of("team", "territory").is_empty());
}
