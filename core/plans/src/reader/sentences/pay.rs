//! From what the curve gives to what is paid: weight, modifiers, rounding, the plan's sum, draws and payment.

use super::{Teller, curve};
use crate::reader::{
    page::{Section, Sentence, Step},
    payout::is_share,
    quantity::{ZERO, plus},
    view::Row,
};

/// The part of the target incentive, or of the days.
pub(super) fn weight(teller: &Teller<'_>, component: &Row) -> Step {
    let weight = teller.percent(component, "weight_rate");
    let sentences = if !weight.is_empty() {
        vec![teller.sentence("weight.share", &[("weight", &weight)])]
    } else if teller.view.plan.text("pay_proration") != "none" {
        vec![Sentence { key: "weight.share".to_owned(), ..teller.sentence("weight.none", &[]) }]
    } else {
        Vec::new()
    };
    let mut step = teller.step("weight", sentences);
    let id = component.text("component_id");
    let others: Vec<Vec<String>> = teller
        .view
        .of_component("plan_weights", id)
        .map(|row| vec![teller.scope(row), teller.percent(row, "weight_rate")])
        .collect();
    if !others.is_empty() {
        let title = teller.say("weight.overrides", &[]);
        step.tables.push(teller.grid("weight.overrides", title, &["for", "#weight"], others));
    }
    step
}

/// The factors of a component; an empty name means those of the plan.
pub(super) fn multipliers(teller: &Teller<'_>, component: &str) -> Step {
    let mut step = teller.step("multipliers", Vec::new());
    let rows: Vec<&Row> = teller.view.of_component("plan_multipliers", component).collect();
    for row in &rows {
        let of_column = |group: &str, column: &str| teller.say(&format!("{group}.{}", row.text(column)), &[]);
        let number = row.text("multiplier_number");
        let (axis, evaluated) = (of_column("the", "by_axis"), of_column("evaluated", "evaluated"));
        let title = teller.view.title_of(row.text("by_component_id"));
        let below = teller.number(row, "below_output");
        let told = [
            (
                "by",
                teller.sentence("multiplier.by", &[("axis", &axis), ("component", title), ("evaluated", &evaluated)]),
            ),
            ("lookup", teller.sentence(&format!("multiplier.lookup.{}", row.text("lookup")), &[])),
            ("below", teller.sentence("multiplier.below", &[("factor", &below)])),
        ];
        let keyed = told
            .into_iter()
            .map(|(what, sentence)| Sentence { key: format!("multiplier.{what} {number}"), ..sentence });
        step.sentences.extend(keyed);
        let (table, picture) = curve::factor(teller, row);
        step.tables.push(table);
        step.pictures.extend(picture);
    }
    if rows.len() > 1 {
        step.sentences.push(teller.sentence("multiplier.order", &[]));
    }
    step
}

/// `5 000.00 EUR` or `200 %`, as the limit is written.
fn limit(teller: &Teller<'_>, row: &Row, of: &str, at: &str) -> String {
    if row.text(of) == "target_incentive" { teller.percent(row, at) } else { teller.money(row, at) }
}

/// The most and the least that a component pays.
pub(super) fn limits(teller: &Teller<'_>, component: &Row) -> Step {
    let mut sentences = Vec::new();
    for what in ["cap", "floor"] {
        let of = format!("{what}_of");
        let Some(kind) = component.filled(&of) else { continue };
        let holds = component.filled(&format!("{what}_holds")).unwrap_or("window");
        let holds = teller.say(&format!("holds.{holds}"), &[]);
        let at = limit(teller, component, &of, &format!("{what}_at"));
        let sentence = teller.sentence(&format!("{what}.{kind}"), &[("at", &at), ("holds", &holds)]);
        sentences.push(Sentence { key: format!("{what}.at"), ..sentence });
        if let Some(excess) = component.filled(&format!("{what}_excess")) {
            sentences.push(teller.sentence(&format!("cap.excess.{excess}"), &[]));
        }
    }
    teller.step("limits", sentences)
}

/// Conditions on other components.
pub(super) fn gates(teller: &Teller<'_>, component: &Row) -> Step {
    let id = component.text("component_id");
    let mut sentences = Vec::new();
    for gate in teller.view.of_component("plan_gates", id) {
        let number = gate.text("gate_number");
        let axis_word = gate.filled("gate_axis").unwrap_or("attainment");
        let of = teller.view.component(gate.text("gate_component_id"));
        let border = if of.map_or(axis_word == "attainment", |of| is_share(of, axis_word)) {
            teller.percent(gate, "border_value")
        } else {
            teller.number(gate, "border_value")
        };
        let axis = teller.say(&format!("the.{axis_word}"), &[]);
        let evaluated = teller.say(&format!("evaluated.{}", gate.text("evaluated")), &[]);
        let values = [
            ("axis", axis.as_str()),
            ("component", teller.view.title_of(gate.text("gate_component_id"))),
            ("border", &border),
            ("evaluated", &evaluated),
            ("otherwise", &teller.percent(gate, "otherwise_rate")),
        ];
        let comparison = gate.filled("comparison").unwrap_or("at_least");
        let sentence = teller.sentence(&format!("gate.{comparison}"), &values);
        sentences.push(Sentence { key: format!("gate.border {number}"), ..sentence });
        if let Some(later) = gate.filled("later").filter(|later| *later != "none") {
            let sentence = teller.sentence(&format!("gate.later.{later}"), &[]);
            sentences.push(Sentence { key: format!("gate.later {number}"), ..sentence });
        }
    }
    if teller.view.of_component("plan_gates", id).count() > 1 {
        sentences.push(teller.sentence("gate.all", &[]));
    }
    teller.step("gate", sentences)
}

/// A pot that points share.
pub(super) fn pool(teller: &Teller<'_>, component: &str) -> Step {
    let sentences = teller.view.of_component("plan_pools", component).map(|pool| {
        let cohort = teller.say(&format!("cohort.{}", pool.text("cohort")), &[]);
        let of = teller.view.title_of(pool.text("pool_component_id"));
        let key = if pool.filled("pool_amount").is_some() { "pool.amount" } else { "pool.rate" };
        let values = [
            ("cohort", cohort.as_str()),
            ("amount", &teller.money(pool, "pool_amount")),
            ("rate", &teller.percent(pool, "pool_rate")),
            ("component", of),
            ("period", &teller.period()),
        ];
        Sentence { key: "pool".to_owned(), ..teller.sentence(key, &values) }
    });
    let sentences = sentences.collect();
    teller.step("pool", sentences)
}

/// Where a component's pay is rounded.
pub(super) fn rounding(teller: &Teller<'_>) -> Step {
    let key = match teller.view.plan.text("rounding_at") {
        "plan" => "rounding.later",
        "transaction" => "rounding.transaction",
        _ => "rounding.here",
    };
    teller.step("rounding", vec![rounded(teller, key)])
}

fn rounded(teller: &Teller<'_>, key: &str) -> Sentence {
    let plan = &teller.view.plan;
    let digits = match plan.text("rounding_digits") {
        "0" => teller.say("rounding.whole", &[]),
        text => match text.strip_prefix('-').and_then(|zeros| zeros.parse::<usize>().ok()) {
            Some(zeros) => teller.say("rounding.tens", &[("unit", &format!("1{}", "0".repeat(zeros.min(12))))]),
            None => teller.say("rounding.decimals", &[("count", text)]),
        },
    };
    let mode = teller.say(&format!("mode.{}", plan.text("rounding_mode")), &[]);
    let sentence = teller.sentence(key, &[("digits", &digits), ("mode", &mode)]);
    Sentence { key: "rounding".to_owned(), ..sentence }
}

/// What becomes of what was earned earlier in the same time.
pub(super) fn timing(teller: &Teller<'_>, component: &Row) -> Step {
    let key = match component.text("timing") {
        "true_up" => "timing.true_up".to_owned(),
        "running_rate" => {
            let by = component.filled("running_by").filter(|by| *by != "none").unwrap_or("period");
            format!("timing.running_rate.{by}")
        }
        _ => return teller.step("timing", Vec::new()),
    };
    teller.step("timing", vec![Sentence { key: "timing".to_owned(), ..teller.sentence(&key, &[]) }])
}

/// What concerns the sum of the components.
pub(super) fn total(teller: &Teller<'_>) -> Section {
    let plan = &teller.view.plan;
    let paid = teller.view.components().iter().filter(|row| row.text("pay_kind") != "none");
    let titles: Vec<String> = paid.map(|row| teller.view.title_of(row.text("component_id")).to_owned()).collect();
    let sum = teller.sentence("sum.components", &[("components", &teller.language.list(&titles))]);
    let mut limits = Vec::new();
    for what in ["cap", "floor"] {
        let of = format!("{what}_of");
        let Some(kind) = plan.filled(&of) else { continue };
        let span = teller.say(&format!("span.{}", plan.filled(&format!("{what}_span")).unwrap_or("period")), &[]);
        let at = limit(teller, plan, &of, &format!("{what}_at"));
        let sentence = teller.sentence(&format!("{what}.plan.{kind}"), &[("at", &at), ("span", &span)]);
        limits.push(Sentence { key: format!("{what}.at"), ..sentence });
        if let Some(excess) = plan.filled(&format!("{what}_excess")) {
            limits.push(teller.sentence(&format!("cap.excess.{excess}"), &[]));
        }
    }
    let is_rounded = plan.text("rounding_at") == "plan";
    let rounding = if is_rounded { vec![rounded(teller, "rounding.here")] } else { Vec::new() };
    let steps = vec![
        teller.step("sum", vec![sum]),
        multipliers(teller, ""),
        teller.step("limits", limits),
        teller.step("rounding", rounding),
    ];
    teller.section("total", teller.say("section.total", &[]), steps)
}

/// Draws, parts, clawbacks, and what lies below zero.
pub(super) fn payment(teller: &Teller<'_>) -> Section {
    let steps = vec![
        draws(teller),
        parts(teller),
        clawbacks(teller),
        teller.step("balance", vec![teller.sentence("balance.carried", &[])]),
        restatement(teller),
    ];
    teller.section("payment", teller.say("section.payment", &[]), steps)
}

/// What a change in a closed period does, where the plan says it.
fn restatement(teller: &Teller<'_>) -> Step {
    let plan = &teller.view.plan;
    let (Some(direction), Some(maps)) = (plan.filled("restatement_direction"), plan.filled("restatement_maps")) else {
        return teller.step("restatement", Vec::new());
    };
    let count = plan.text("restatement_period_count");
    let amount = teller.money(plan, "restatement_from_amount");
    let sentences = vec![
        teller.sentence("restatement.reach", &[("count", count)]),
        teller.sentence("restatement.from", &[("amount", &amount)]),
        teller.sentence(&format!("restatement.direction.{direction}"), &[]),
        teller.sentence(&format!("restatement.maps.{maps}"), &[]),
        teller.sentence("restatement.begin", &[]),
    ];
    teller.step("restatement", sentences)
}

fn draws(teller: &Teller<'_>) -> Step {
    let mut sentences = Vec::new();
    for draw in teller.view.rows("plan_draws") {
        let id = draw.text("draw_id");
        let kind = capital(&teller.say(&format!("draw.kind.{}", draw.text("draw_kind")), &[]));
        let from = teller.language.date(draw.text("from_date"));
        let to = teller.language.day_before(draw.text("to_date"));
        let recovery_from = teller.language.date(draw.text("recovery_from_date"));
        let values = [
            ("kind", kind.as_str()),
            ("draw", id),
            ("amount", &teller.money(draw, "draw_amount")),
            ("period", &teller.period()),
            ("from", &from),
            ("to", &to),
        ];
        let mut tell =
            |what: &str, sentence: Sentence| sentences.push(Sentence { key: format!("draw.{what} {id}"), ..sentence });
        if draw.filled("draw_amount").is_some() {
            tell("amount", teller.sentence("draw.amount", &values));
        } else {
            let rate = teller.percent(draw, "draw_rate");
            let values: Vec<_> = values.into_iter().chain([("rate", rate.as_str())]).collect();
            tell("amount", teller.sentence("draw.rate", &values));
        }
        tell("proration", teller.sentence(&format!("draw.proration.{}", draw.text("draw_proration")), &[]));
        if draw.filled("recovery_rate").is_some() {
            let rate = teller.percent(draw, "recovery_rate");
            tell("recovery", teller.sentence("draw.recovery", &[("from", &recovery_from), ("rate", &rate)]));
        }
        if draw.filled("recovery_limit_amount").is_some() {
            let amount = teller.money(draw, "recovery_limit_amount");
            tell("limit", teller.sentence("draw.limit", &[("amount", &amount)]));
        }
    }
    teller.step("draws", sentences)
}

/// With a capital first letter, as a sentence begins.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn parts(teller: &Teller<'_>) -> Step {
    let parts = teller.view.rows("plan_payment_parts");
    if parts.is_empty() {
        return teller.step("parts", vec![teller.sentence("parts.at_once", &[])]);
    }
    // What is spread over months is one part to its reader.
    let rows = parts
        .iter()
        .filter(|part| part.filled("time_number").is_none_or(|number| number == "1"))
        .map(|part| {
            let id = part.text("part_id");
            let values = [("count", part.text("release_count")), ("event", part.text("event_kind"))];
            let due = teller.say(&format!("release.{}", part.text("release_kind")), &values);
            let due = match part.filled("time_count").filter(|count| *count != "1") {
                Some(count) => teller.say("release.spread", &[("due", &due), ("count", count)]),
                None => due,
            };
            let all = parts.iter().filter(|one| one.text("part_id") == id).filter_map(|one| one.number("part_rate"));
            let rate = all.fold(Some(ZERO), |sum, one| plus(sum?, one));
            vec![id.to_owned(), rate.map(|rate| teller.language.percent(rate)).unwrap_or_default(), due]
        })
        .collect();
    let mut step = teller.step("parts", Vec::new());
    step.tables.push(teller.grid("parts", teller.say("parts.title", &[]), &["name", "#part", "due"], rows));
    step
}

fn clawbacks(teller: &Teller<'_>) -> Step {
    let mut step = teller.step("clawbacks", Vec::new());
    let all = teller.view.rows("plan_clawbacks");
    let mut causes: Vec<&str> = all.iter().map(|row| row.text("cause")).collect();
    causes.sort_unstable();
    causes.dedup();
    for cause in causes {
        let rows: Vec<&Row> = all.iter().filter(|row| row.text("cause") == cause).collect();
        let Some(first) = rows.first() else { continue };
        let values = [("cause", cause), ("count", first.text("installment_count"))];
        let sentence = teller.sentence(&format!("clawback.{}", first.text("of")), &values);
        step.sentences.push(Sentence { key: format!("clawback.of {cause}"), ..sentence });
        let cells = rows.iter().map(|row| {
            let from = teller.say("border.from", &[("value", row.text("from_count"))]);
            let to = match row.filled("to_count") {
                Some(to) => teller.say("border.below", &[("value", to)]),
                None => teller.say("border.open", &[]),
            };
            vec![from, to, teller.percent(row, "clawback_rate")]
        });
        let cells = cells.collect();
        let counted = teller.say(&format!("clawback.counted.{}", first.text("counted")), &[]);
        let title = format!("{} ({counted})", teller.say("clawback.title", &[("cause", cause)]));
        step.tables.push(teller.grid(&format!("clawback {cause}"), title, &["#from", "#to", "#taken"], cells));
    }
    step
}
