use super::*;

/// A plan with what stands before its proration.
fn with(more: &str) -> String {
    plan_of(&measured("a", SALES, "none")).replace("proration:", &format!("{more}proration:"))
}

#[test]
fn draws_are_amounts_or_parts_and_say_how_they_are_recovered() {
    let draw = "{id: ramp, kind: recoverable, amount: 1_000, valid: 2026-01-01..2026-06-30, proration: none, recovery: {from: 2026-04-01, rate: 100%, limit: 500}}";
    let safe = "{id: safe, kind: guarantee, rate: 50%, valid: 2026-01-01..2026-03-31, proration: by_calendar_days}";
    let tables = sound(&with(&format!("draws:\n  - {draw}\n  - {safe}\n")));
    let columns = [
        "draw_id",
        "draw_kind",
        "draw_amount",
        "draw_rate",
        "from_date",
        "to_date",
        "draw_proration",
        "recovery_from_date",
        "recovery_rate",
        "recovery_limit_amount",
    ];
    assert_eq!(
        rows(&tables, "plan_draws", &columns),
        [
            "ramp recoverable 1000 - 2026-01-01 2026-07-01 none 2026-04-01 1 500",
            "safe guarantee - 0.5 2026-01-01 2026-04-01 by_calendar_days - - -"
        ]
    );
    let one = |text: String| with(&format!("draws: [{text}]\n"));
    refuses(&one(draw.replace("amount: 1_000", "amount: 1_000, rate: 5%")), "P005", "neither an amount nor a rate");
    refuses(&one(safe.replace("guarantee", "recoverable")), "P005", "does not say how draw `safe` is recovered");
    refuses(
        &one(draw.replace("kind: recoverable", "kind: guarantee")),
        "P005",
        "recovers draw `ramp`, which is `guarantee`",
    );
    refuses(
        &one(draw.replace("2026-01-01..2026-06-30", "2026-01-01..2027-06-30")),
        "P005",
        "on which the plan does not hold",
    );
    refuses(&one(draw.replace("rate: 100%", "rate: 120%")), "P003", "`1.2`");
    refuses(&one(draw.replace("from: 2026-04-01", "from: 2025-04-01")), "P005", "before it is paid");
    refuses(&one(format!("{draw}, {draw}")), "P002", "two draws `ramp`");
    let none = one(safe.to_owned()).replace("target_incentive: roster", "target_incentive: none");
    refuses(&none, "P005", "a target incentive that it does not have");
}

#[test]
fn parts_of_a_payment_add_up_to_the_whole() {
    let parts = "payment:\n  - {id: now, rate: 40%, release: at_once}\n  - {id: days, rate: 20%, release: after 30 days}\n  \
                 - {id: months, rate: 10%, release: after 3 months}\n  - {id: end, rate: 10%, release: year_end}\n  \
                 - {id: collected, rate: 20%, release: on collected}\n";
    let columns = ["part_number", "part_id", "part_rate", "release_kind", "release_count", "event_kind"];
    assert_eq!(
        rows(&sound(&with(parts)), "plan_payment_parts", &columns),
        [
            "1 now 0.4 at_once - -",
            "2 days 0.2 after_days 30 -",
            "3 months 0.1 after_months 3 -",
            "4 end 0.1 year_end - -",
            "5 collected 0.2 event - collected"
        ]
    );
    refuses(&with(&parts.replace("rate: 40%", "rate: 30%")), "P008", "add up to `90 %`");
    refuses(&with(&parts.replace("after 30 days", "later")), "K001", "`later` is not `at_once`");
    refuses(&with(&parts.replace("id: days", "id: now")), "P002", "two parts `now`");
}

#[test]
fn a_part_is_spread_over_equal_months() {
    let parts = |now: &str, rest: &str| {
        let now = format!("  - {{id: now, rate: 40%, release: at_once{now}}}\n");
        with(&format!("payment:\n{now}  - {{id: rest, rate: 60%, release: after 1 month{rest}}}\n"))
    };
    let columns = ["part_number", "part_id", "part_rate", "part_weight", "time_number", "time_count"];
    assert_eq!(
        rows(&sound(&parts("", ", times: 7")), "plan_payment_parts", &columns)[..3],
        ["1 now 0.4 2.8 1 1", "2 rest 0.085715 0.6 1 7", "3 rest 0.085715 0.6 2 7"]
    );
    let shares = rows(&sound(&parts(", times: 4", ", times: 6")), "plan_payment_parts", &["part_rate", "part_weight"]);
    assert_eq!((shares[0].as_str(), shares[4].as_str(), shares.len()), ("0.1 1.2", "0.1 1.2", 10));
    refuses(&parts("", ", times: 1"), "P003", "paid `1` times");
    refuses(&parts("", ", times: 61"), "P003", "paid `61` times");
}

#[test]
fn a_clawback_names_a_part_for_every_count() {
    let clawback = "{cause: cancelled, counted: months, of: earned, installments: 3, rates: {0: 100%, 3: 50%, 6: 0%}}";
    let one = |text: String| with(&format!("clawbacks: [{text}]\n"));
    let columns = ["cause", "counted", "from_count", "to_count", "clawback_rate", "of", "installment_count"];
    assert_eq!(
        rows(&sound(&one(clawback.to_owned())), "plan_clawbacks", &columns),
        ["cancelled months 0 3 1 earned 3", "cancelled months 3 6 0.5 earned 3", "cancelled months 6 - 0 earned 3"]
    );
    refuses(&one(clawback.replace("0: 100%, ", "")), "P005", "an unknown part for `cancelled` at the beginning");
    refuses(&one(clawback.replace("3: 50%, 6: 0%", "6: 50%, 3: 0%")), "P005", "names `3` after `6`");
    refuses(&one(clawback.replace("0: 100%", "0: 130%")), "P003", "`1.3`");
    refuses(&one(clawback.replace("installments: 3", "installments: 0")), "P003", "`0` installments");
    refuses(&one(format!("{clawback}, {clawback}")), "P002", "`cancelled`");
    sound(&one(clawback.replace("counted: months", "counted: payments").replace("{0:", "{1:")));
}

#[test]
fn conversion_says_which_rates_of_which_day() {
    let columns = ["measure_rate_type", "measure_rate_at", "pay_currency", "pay_rate_type", "pay_rate_at"];
    let row = |text: &str| rows(&sound(&with(text)), "plan_plans", &columns).join("");
    assert_eq!(row(""), "- - plan - -");
    assert_eq!(
        row(
            "conversion: {measure: {type: budget, at: plan_begin}, pay: {currency: payee, type: spot, at: period_end}}\n"
        ),
        "budget plan_begin payee spot period_end"
    );
    refuses(&with("conversion: {pay: {currency: payee, at: period_end}}\n"), "P005", "has no `type`");
    refuses(&with("conversion: {pay: {currency: plan, at: period_end}}\n"), "P005", "has a `at` of rates");
    refuses(&with("conversion: {}\n"), "P005", "converts nothing");
}

#[test]
fn leave_and_too_few_days_count_as_the_plan_says() {
    let plan = |more: &str| with("").replace("credit: position}", &format!("credit: position, {more}}}"));
    let tables = sound(&plan("leave: [parental, sick_over_42_days], minimum_days: 30"));
    assert_eq!(rows(&tables, "plan_leaves", &["leave_kind"]), ["parental", "sick_over_42_days"]);
    assert_eq!(rows(&tables, "plan_plans", &["minimum_day_count"]), ["30"]);
    refuses(&plan("leave: [sick, sick]"), "P002", "`sick`");
    refuses(&plan("minimum_days: 0"), "P003", "`0` days");
}

#[test]
fn money_is_rounded_where_and_to_what_the_plan_says() {
    let digits = |rounding: &str| {
        let plan = with("").replace("{at: component, mode: half_up}", rounding);
        rows(&sound(&plan), "plan_plans", &["rounding_at", "rounding_digits"]).join("")
    };
    assert_eq!(digits("{at: component, mode: half_up}"), "component 2");
    assert_eq!(digits("{at: plan, mode: half_up, unit: 100}"), "plan -2");
    assert_eq!(digits("{at: plan, mode: half_up, unit: 1}"), "plan 0");
    assert_eq!(digits("{at: plan, mode: half_up, unit: 0.001}"), "plan 3");
    let odd = with("").replace("mode: half_up}", "mode: half_up, unit: 0.05}");
    refuses(&odd, "P003", "rounds to multiples of `0.05`");
    let flat =
        "axis: value, basis: period, lookup: flat, output: rate_on_basis, below: zero, above: hold, tiers: {0: 5%}";
    let each = plan_of(&paid("a", flat, "")).replace("at: component", "at: transaction");
    refuses(&each, "P005", "adds up before it pays, but its plan rounds each transaction");
    sound(&each.replace("basis: period", "basis: transaction"));
}
