//! What a component measures, its target, and its attainment.

use kernel::exact::Fixed;

use super::Teller;
use crate::reader::{
    page::{Sentence, Step},
    view::Row,
};

/// What is measured, over which time.
pub(super) fn measure(teller: &Teller<'_>, component: &Row) -> Step {
    let kind = component.text("measure_kind");
    let mut sentences =
        if matches!(kind, "rank" | "percentile") { ranking(teller, component) } else { formula(teller, component) };
    sentences.push(window(teller, component.text("window_kind")));
    if component.text("pay_kind") == "none" {
        sentences.push(teller.sentence("measure.paid.none", &[]));
    }
    teller.step("measure", sentences)
}

fn window(teller: &Teller<'_>, kind: &str) -> Sentence {
    let mut sentence = match kind.strip_prefix("rolling_") {
        Some(count) => teller.sentence("window.rolling", &[("count", count)]),
        None => teller.sentence(&format!("window.{kind}"), &[("period", &teller.period())]),
    };
    sentence.key = "measure.window".to_owned();
    sentence
}

/// The formula in letters, and what each letter is; a single term stands in the sentence itself.
fn formula(teller: &Teller<'_>, component: &Row) -> Vec<Sentence> {
    let id = component.text("component_id");
    let terms: Vec<&Row> = teller.view.of_component("plan_terms", id).collect();
    let key = format!("measure.kind.{}", component.text("measure_kind"));
    if let ([term], "#1") = (terms.as_slice(), component.text("formula")) {
        return vec![teller.sentence(&key, &[("formula", &phrase(teller, component, term))])];
    }
    let is_custom = component.text("measure_kind") == "custom";
    let names: Vec<String> = terms
        .iter()
        .enumerate()
        .map(|(at, term)| match u8::try_from(at) {
            Ok(at) if !is_custom && at < 26 => char::from(b'A' + at).to_string(),
            _ => term.text("term_id").to_owned(),
        })
        .collect();
    let shown = in_letters(teller, component.text("formula"), &names);
    let mut sentences = vec![teller.sentence(&key, &[("formula", &shown)])];
    for (term, name) in terms.iter().zip(&names) {
        let mut sentence =
            teller.sentence("measure.term", &[("name", name), ("term", &phrase(teller, component, term))]);
        sentence.key = format!("measure.term {name}");
        sentences.push(sentence);
    }
    sentences
}

/// `#1 / #2 - 1` as `A ÷ B − 1`, its numbers as the language writes them.
fn in_letters(teller: &Teller<'_>, formula: &str, names: &[String]) -> String {
    let mut made = String::new();
    let mut rest = formula;
    while let Some(next) = rest.chars().next() {
        let after = &rest[next.len_utf8()..];
        let digits = |text: &str| text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').count();
        match next {
            '#' => {
                let length = digits(after);
                let at = after[..length].parse::<usize>().unwrap_or(0);
                made.push_str(names.get(at.wrapping_sub(1)).map_or("?", String::as_str));
                rest = &after[length..];
                continue;
            }
            '0'..='9' => {
                let length = digits(rest);
                let number = Fixed::parse(&rest[..length]).map(|number| teller.language.number(number));
                made.push_str(number.as_deref().unwrap_or(&rest[..length]));
                rest = &rest[length..];
                continue;
            }
            '*' => made.push('×'),
            '/' => made.push('÷'),
            '-' => made.push('−'),
            other => made.push(other),
        }
        rest = after;
    }
    made
}

/// What a term stands for.
fn phrase(teller: &Teller<'_>, component: &Row, term: &Row) -> String {
    let key = |column: &str| term.text(column).to_owned();
    let base = match term.text("term_source") {
        "credits" => credits(teller, term),
        "calls" => teller.say(&format!("term.calls.{}", term.text("measure_unit")), &[]),
        source @ ("scores" | "figures") => teller.say(&format!("term.{source}"), &[("key", &key("figure_id"))]),
        _ => {
            let axis = teller.say(&format!("the.{}", term.text("other_axis")), &[]);
            let title = teller.view.title_of(term.text("other_component_id"));
            teller.say("term.component", &[("axis", &axis), ("component", title)])
        }
    };
    let shift = teller.say(&format!("shift.{}", term.text("shift_kind")), &[]);
    let window = match term.text("window_kind") {
        own if own == component.text("window_kind") || term.text("term_source") == "component" => String::new(),
        other => match other.strip_prefix("rolling_") {
            Some(count) => teller.say("window.term.rolling", &[("count", count)]),
            None => teller.say(&format!("window.term.{other}"), &[]),
        },
    };
    format!("{base}{shift}{window}")
}

fn credits(teller: &Teller<'_>, term: &Row) -> String {
    let unit = teller.say(&format!("unit.{}", term.text("measure_unit")), &[]);
    let level = teller.say(&format!("level.{}", term.text("measure_level")), &[]);
    let channel = term.filled("channel_id").map(|channel| teller.say("term.channel", &[("channel", channel)]));
    let set = term.text("rule_set_id");
    let titles = teller.view.rows("plan_rule_sets").iter().find(|row| row.text("rule_set_id") == set);
    let title = titles.and_then(|row| row.filled("rule_set_title")).unwrap_or(set);
    let mut phrase = teller.say(
        "term.credits",
        &[
            ("unit", &unit),
            ("products", &teller.products(term)),
            ("channel", &channel.unwrap_or_default()),
            ("level", &level),
        ],
    );
    phrase.push_str(&teller.say("term.rule_set", &[("rule_set", title)]));
    if let Some(rules) = term.filled("rule_ids") {
        let named = rules.split(',').filter_map(|rule| rule.strip_prefix(set)?.strip_prefix('.'));
        let names = named.collect::<Vec<_>>().join(", ");
        phrase.push_str(&teller.say("term.rules", &[("rules", &names)]));
    }
    if term.filled("amount_cap").is_some() {
        let key = format!("term.cap.{}", term.filled("amount_cap_split").unwrap_or("after"));
        phrase.push_str(&teller.say(&key, &[("amount", &teller.money(term, "amount_cap"))]));
    }
    phrase
}

fn ranking(teller: &Teller<'_>, component: &Row) -> Vec<Sentence> {
    let of_column = |group: &str, column: &str| teller.say(&format!("{group}.{}", component.text(column)), &[]);
    let (by, order) = (of_column("rank.by", "ranked_by"), of_column("rank.order", "ranked_order"));
    let cohort = of_column("cohort", "cohort");
    let of = teller.view.title_of(component.text("ranked_component_id"));
    let values = [("by", by.as_str()), ("component", of), ("order", &order), ("cohort", &cohort)];
    let mut sentences = vec![teller.sentence(&format!("measure.kind.{}", component.text("measure_kind")), &values)];
    if let Some(count) = component.filled("minimum_cohort_count") {
        sentences.push(teller.sentence("rank.minimum", &[("count", count)]));
    }
    if let Some(rule) = component.filled("tie_rule") {
        let second = teller.view.title_of(component.text("tie_component_id"));
        sentences.push(teller.sentence(&format!("rank.ties.{rule}"), &[("component", second)]));
    }
    if let Some(pay) = component.filled("tie_pay") {
        sentences.push(teller.sentence(&format!("rank.tie_pay.{pay}"), &[]));
    }
    sentences
}

/// Against what.
pub(super) fn target(teller: &Teller<'_>, component: &Row) -> Step {
    let id = component.text("component_id");
    let source = component.filled("target_source").unwrap_or("none");
    let amount = teller.measured(component, component, "target_amount");
    // Of a window the amount is not one of each period.
    let span = match component.filled("target_span") {
        Some(span @ ("quarter" | "year" | "window")) => teller.say(&format!("span_of.{span}"), &[]),
        _ => teller.period(),
    };
    let values = [("set", component.text("target_set_id")), ("amount", amount.as_str()), ("period", &span)];
    let mut sentences = vec![teller.sentence(&format!("target.source.{source}"), &values)];
    if let Some(span) = component.filled("target_span").filter(|_| source != "components") {
        sentences.push(teller.sentence(&format!("target.span.{span}"), &[]));
    }
    if let Some(zero) = component.filled("zero_target") {
        sentences.push(teller.sentence(&format!("target.zero.{zero}"), &[]));
    }
    let mut step = teller.step("target", sentences);
    let others: Vec<Vec<String>> = teller
        .view
        .of_component("plan_targets", id)
        .map(|row| vec![teller.scope(row), teller.measured(component, row, "target_amount")])
        .collect();
    if !others.is_empty() {
        step.tables.push(teller.grid(
            "target.overrides",
            teller.say("target.overrides", &[]),
            &["for", "#target"],
            others,
        ));
    }
    let ramp: Vec<Vec<String>> = teller
        .view
        .of_component("plan_ramps", id)
        .map(|row| vec![row.text("month_number").to_owned(), teller.percent(row, "ramp_rate")])
        .collect();
    if !ramp.is_empty() {
        step.tables.push(teller.grid("target.ramp", teller.say("target.ramp", &[]), &["#month", "#part"], ramp));
    }
    step
}

/// The value against the target.
pub(super) fn attainment(teller: &Teller<'_>, component: &Row) -> Step {
    let kind = component.filled("attainment_kind").unwrap_or("ratio");
    if component.filled("target_source").unwrap_or("none") == "none" && kind != "absolute" {
        return teller.step("attainment", Vec::new());
    }
    let mode = teller.say(&format!("mode.{}", component.filled("attainment_mode").unwrap_or("half_up")), &[]);
    let digits = component.filled("attainment_digits").unwrap_or("6");
    let rounding = teller.say("rounding.digits", &[("digits", digits), ("mode", &mode)]);
    teller.step("attainment", vec![teller.sentence(&format!("attainment.kind.{kind}"), &[("rounding", &rounding)])])
}
