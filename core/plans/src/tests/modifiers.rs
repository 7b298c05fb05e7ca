use super::*;

const RATE: &str =
    "axis: value, basis: period, lookup: flat, output: rate_on_basis, below: zero, above: hold, tiers: {0: 5%}";

/// A component `a` of a rate, what follows it, and a component `b` with a target.
fn with(more: &str) -> String {
    plan_of(&format!("{}{}", paid("a", RATE, more), measured("b", SALES, "{set: official, zero_target: zero}")))
}

#[test]
fn multipliers_are_curves_of_their_own() {
    let flat = "{by: b, axis: attainment, evaluated: window, lookup: flat, border: lower_inclusive, below: 1, above: hold, tiers: {100%: 1.1, 120%: 1.2}}";
    let line = "{by: a, axis: value, evaluated: period, lookup: interpolated, border: lower_inclusive, below: 0.5, above: extend, points: {0: 0.5, 100: 1}}";
    let tables = sound(&with(&format!("    multipliers: [{flat}, {line}]\n")));
    let columns =
        ["multiplier_number", "by_component_id", "by_axis", "evaluated", "curve_id", "lookup", "below_output", "above"];
    assert_eq!(
        rows(&tables, "plan_multipliers", &columns),
        ["1 b attainment window a:multiplier:1 flat 1 hold", "2 a value period a:multiplier:2 interpolated 0.5 extend"]
    );
    assert_eq!(
        rows(&tables, "plan_curves", &["curve_id", "curve_kind"]),
        ["a payout", "a:multiplier:1 multiplier", "a:multiplier:2 multiplier"]
    );
    let columns = ["curve_id", "from_value", "to_value", "output_from", "output_to"];
    assert_eq!(
        rows(&tables, "plan_tiers", &columns)[1..4],
        ["a:multiplier:1 1 1.2 1.1 1.1", "a:multiplier:1 1.2 - 1.2 1.2", "a:multiplier:2 0 100 0.5 1"]
    );
    let one = |text: String| with(&format!("    multipliers: [{text}]\n"));
    refuses(&one(flat.replace("by: b", "by: z")), "P006", "names component `z`");
    refuses(&one(flat.replace("by: b", "by: a")), "P005", "looks at the attainment of `a`, which has no target");
    refuses(&one(flat.replace("100%: 1.1", "100%: -1")), "P003", "a factor of `-1`");
    refuses(&one(flat.replace("lookup: flat", "lookup: step")), "P005", "looks its factor up by `step`");
    refuses(&one(flat.replace("below: 1, ", "")), "K001", "below");
    sound(&one(vec![flat; 40].join(", ")));
    refuses(&one(vec![flat; 41].join(", ")), "P005", "a multiplier of component `a` comes after 40 others");
}

#[test]
fn multipliers_of_two_components_do_not_wait_for_each_other() {
    let by = |other: &str| {
        format!(
            "    multipliers: [{{by: {other}, axis: value, evaluated: period, lookup: flat, border: lower_inclusive, below: 1, above: hold, tiers: {{1: 2}}}}]\n"
        )
    };
    let two = |first: &str, second: &str| {
        plan_of(&format!("{}{}", paid("a", RATE, &by(first)), paid("b", RATE, &by(second))))
    };
    refuses(&two("b", "a"), "P007", "the multipliers of plan `p` form a circle: `a` → `b` → `a`");
    sound(&two("a", "b"));
    sound(&two("a", "a"));
}

#[test]
fn the_plan_has_multipliers_cap_and_floor_of_its_own() {
    let own = "multipliers: [{by: b, axis: attainment, evaluated: window, lookup: flat, border: lower_inclusive, below: 1, above: hold, tiers: {100%: 1.1}}]\n";
    let cap = "cap: {of: target_incentive, at: 200%, excess: defer, over: year_to_date}\n";
    let floor = "floor: {of: amount, at: 100, over: period}\n";
    let plan = |text: &str| with("").replace("proration:", &format!("{text}proration:"));
    let tables = sound(&plan(&format!("{own}{cap}{floor}")));
    let columns = ["cap_of", "cap_at", "cap_excess", "cap_span", "floor_of", "floor_at", "floor_span"];
    assert_eq!(rows(&tables, "plan_plans", &columns), ["target_incentive 2 defer year_to_date amount 100 period"]);
    assert_eq!(rows(&tables, "plan_multipliers", &["component_id", "curve_id"]), [" :multiplier:1"]);
    refuses(&plan(&cap.replace(", over: year_to_date", "")), "P005", "over which span its cap holds");
    refuses(&plan(&cap.replace("over: year_to_date", "over: period, holds: window")), "P005", "with `holds`");
    let yearly = plan(&cap.replace("year_to_date", "quarter_to_date")).replace("paid: monthly", "paid: yearly");
    refuses(&yearly, "P005", "over quarters, but pays yearly");
    let none = plan(cap).replace("target_incentive: roster", "target_incentive: none");
    refuses(&none, "P005", "a cap of a target incentive that it does not have");
    let above = "cap: {of: amount, at: 50, excess: forfeit, over: period}\n";
    refuses(&plan(&format!("{above}{floor}")), "P005", "a floor above its cap");
}

#[test]
fn caps_and_floors_say_over_what_they_hold() {
    let tables =
        sound(&with("    cap: {of: amount, at: 300, excess: defer}\n    floor: {of: amount, at: 10, holds: window}\n"));
    let columns = ["cap_at", "cap_excess", "cap_holds", "floor_of", "floor_at", "floor_holds"];
    assert_eq!(rows(&tables, "plan_components", &columns)[0], "300 defer window amount 10 window");
    let each = |more: &str| with(more).replace("basis: period", "basis: transaction");
    let tables = sound(&each("    cap: {of: amount, at: 300, excess: forfeit, holds: transaction}\n"));
    assert_eq!(rows(&tables, "plan_components", &["cap_holds"])[0], "transaction");
    refuses(&each("    cap: {of: amount, at: 300, excess: forfeit}\n"), "P005", "does not say over what its cap holds");
    refuses(&each("    cap: {of: amount, at: 300, excess: defer, holds: transaction}\n"), "P005", "defers");
    refuses(
        &with("    cap: {of: amount, at: 3, excess: forfeit, holds: transaction}\n"),
        "P005",
        "a cap for each transaction",
    );
    refuses(&with("    floor: {of: amount, at: 3, over: period}\n"), "P005", "a floor with `over`");
    refuses(&with("    floor: {of: amount, at: -3}\n"), "P003", "a floor of `-3`");
    refuses(&with("    floor: {of: target_incentive, at: 3}\n"), "P005", "has no weight in it");
    refuses(
        &with("    cap: {of: amount, at: 3, excess: forfeit}\n    floor: {of: amount, at: 4}\n"),
        "P005",
        "a floor above its cap",
    );
}

#[test]
fn several_gates_hold_together() {
    let first = "{component: b, at_least: 90%, evaluated: period, otherwise: 0%}";
    let second = "{component: b, axis: value, above: 1_000, evaluated: window, otherwise: 50%}";
    let tables = sound(&with(&format!("    gate: [{first}, {second}]\n")));
    let columns =
        ["gate_number", "gate_axis", "comparison", "border_value", "at_least_rate", "evaluated", "otherwise_rate"];
    assert_eq!(
        rows(&tables, "plan_gates", &columns),
        ["1 attainment at_least 0.9 0.9 period 0", "2 value above 1000 0 window 0.5"]
    );
    let gate = |text: &str| with(&format!("    gate: {text}\n"));
    refuses(&gate(&first.replace("at_least: 90%, ", "")), "P005", "exactly one border");
    refuses(&gate(&first.replace("at_least: 90%", "at_least: 90%, above: 80%")), "P005", "exactly one border");
    let true_up = |gates: &str| {
        gate(gates).replace("basis: period", "basis: window, timing: true_up").replacen(
            "window: period",
            "window: year_to_date",
            1,
        )
    };
    let reverse = second.replace("otherwise", "later: reverse, otherwise");
    sound(&true_up(&format!("[{first}, {reverse}]")));
    sound(&gate(&format!("[{}]", vec![first; 40].join(", "))));
    refuses(&gate(&format!("[{}]", vec![first; 41].join(", "))), "P005", "component `a` has more than 40 gates");
    let deferred = true_up(first).replace("    gate:", "    cap: {of: amount, at: 5, excess: defer}\n    gate:");
    refuses(&deferred, "P005", "a gate withholds or takes from what is added");
    sound(&deferred.replace(first, &reverse));
}

#[test]
fn points_share_a_pool() {
    let points = |pool: &str| with(pool).replacen("output: rate_on_basis", "output: points", 1);
    let tables = sound(&points("    pool: {amount: 50_000, cohort: unit}\n"));
    let columns = ["component_id", "pool_amount", "pool_rate", "pool_component_id", "cohort"];
    assert_eq!(rows(&tables, "plan_pools", &columns), ["a 50000 - - unit"]);
    let tables = sound(&points("    pool: {rate: 2%, of: b, cohort: plan}\n"));
    assert_eq!(rows(&tables, "plan_pools", &columns), ["a - 0.02 b plan"]);
    refuses(&points(""), "P005", "gives points that nothing turns into money");
    refuses(&with("    pool: {amount: 5, cohort: plan}\n"), "P005", "shares a pool, but gives no points");
    refuses(&points("    pool: {rate: 2%, cohort: plan}\n"), "P005", "neither an amount nor a rate");
    refuses(&points("    pool: {rate: 2%, of: z, cohort: plan}\n"), "P006", "names component `z`");
}

#[test]
fn what_is_not_paid_has_nothing_that_changes_pay() {
    let measured_only = |more: &str| plan_of(&format!("{}{more}", measured("a", SALES, "{set: s, zero_target: zero}")));
    refuses(&measured_only("    weight: 10%\n"), "P005", "is measured and not paid, but has `weight`");
    refuses(&measured_only("    cap: {of: amount, at: 5, excess: forfeit}\n"), "P005", "has `cap`");
    refuses(&measured_only("    overrides: [{role: x, tiers: {0: 1}}]\n"), "P005", "a component that is not paid");
}
