//! What the curve gives: every choice in a sentence, the tiers as a table, the curve as a picture.

use kernel::exact::Fixed;

use super::Teller;
use crate::reader::{
    page::{Grid, Picture, Sentence, Step},
    payout::{Curve, Stretch, is_share},
    picture::{Labels, draw, height_words, place_words},
    quantity::same,
    view::Row,
};

/// The curve of a component, and those that replace it for somebody.
pub(super) fn curve(teller: &Teller<'_>, component: &Row) -> Step {
    let id = component.text("component_id");
    let general = Curve::of_component(teller.view, component, id);
    let mut step = teller.step("curve", sentences(teller, component, &general));
    let title = component.filled("component_title").unwrap_or(id);
    if let Some(picture) = picture(teller, component, &general, title) {
        step.pictures.push(picture);
    }
    let word = if general.lookup == "interpolated" { "points" } else { "tiers" };
    step.tables.push(tiers(teller, component, &general, teller.say(&format!("curve.{word}"), &[])));
    for row in teller.view.of_component("plan_curves", id) {
        if row.text("curve_kind") != "payout" || row.text("curve_id") == id {
            continue;
        }
        let scope = teller.scope(row);
        let other = Curve::of_component(teller.view, component, row.text("curve_id"));
        let mut sentence = teller.sentence("curve.override", &[("scope", &scope)]);
        sentence.key = format!("curve.override {}", row.text("curve_id"));
        step.sentences.push(sentence);
        let title = teller.say("shown.for", &[("title", title), ("scope", &scope)]);
        step.pictures.extend(picture(teller, component, &other, &title));
        let title = teller.say(&format!("curve.{word}_for"), &[("scope", &scope)]);
        step.tables.push(tiers(teller, component, &other, title));
    }
    let rates: Vec<Vec<String>> = teller
        .view
        .of_component("plan_rates", id)
        .map(|row| vec![teller.products(row), teller.percent(row, "rate_value")])
        .collect();
    if !rates.is_empty() {
        step.tables.push(teller.grid("curve.rates", teller.say("curve.rates", &[]), &["products", "#rate"], rates));
    }
    step
}

fn sentences(teller: &Teller<'_>, component: &Row, curve: &Curve) -> Vec<Sentence> {
    let currency = teller.view.plan.text("currency_code");
    let choice = |column: &str| teller.sentence(&format!("curve.{column}.{}", component.text(column)), &[]);
    let mut sentences = vec![choice("axis")];
    if let Some(second) = component.filled("second_component_id") {
        let axis = teller.say(&format!("the.{}", component.text("second_axis")), &[]);
        let title = teller.view.title_of(second);
        let mut sentence = teller.sentence("curve.axis.second", &[("axis", &axis), ("component", title)]);
        sentence.key = "curve.second".to_owned();
        sentences.push(sentence);
    }
    sentences.extend([choice("basis"), choice("lookup")]);
    sentences.push(teller.sentence(&format!("curve.output.{}", curve.output), &[("currency", currency)]));
    let source = component.filled("rate_source").unwrap_or("tiers");
    if source != "tiers" {
        sentences.push(teller.sentence(&format!("curve.rate.{source}"), &[]));
    }
    // Amounts in proportion are the same on both sides of a border.
    if curve.lookup != "prorated_amounts" {
        let first = curve.tiers.first().is_none_or(|tier| tier.includes_from);
        let word = match curve.tiers.iter().all(|tier| tier.includes_from == first) {
            false => "mixed",
            true if first => "lower_inclusive",
            true => "upper_inclusive",
        };
        sentences.push(teller.sentence(&format!("curve.border.{word}"), &[]));
    }
    sentences.push(choice("below"));
    let above = match (curve.lookup.as_str(), component.text("above")) {
        ("interpolated", above) => above.to_owned(),
        ("prorated_amounts", above) => format!("{above}_amounts"),
        _ => "open".to_owned(),
    };
    sentences.push(teller.sentence(&format!("curve.above.{above}"), &[]));
    sentences
}

/// What stands at the axes of a component's curve.
fn picture(teller: &Teller<'_>, component: &Row, curve: &Curve, title: &str) -> Option<Picture> {
    let currency = teller.view.plan.text("currency_code");
    let axis = teller.say(&format!("axis.{}", curve.axis), &[]);
    let across = match curve.axis.as_str() {
        "value" => {
            let is_credits = component.filled("rule_set_id").is_some() && component.text("measure_kind") == "sales";
            let unit = if is_credits { component.text("measure_unit") } else { "other" };
            teller.say(&format!("shown.across.value.{unit}"), &[("currency", currency)])
        }
        other => teller.say(&format!("shown.across.{other}"), &[]),
    };
    let up = teller.say(&format!("shown.up.{}", up(component, curve)), &[("currency", currency)]);
    let cap = curve.cap.map(|at| (at, teller.say("shown.cap", &[("at", &height_words(curve, at, teller.language))])));
    let title = teller.say("shown.title", &[("title", title), ("axis", &axis)]);
    draw(curve, &Labels { title, across, up, cap }, teller.language)
}

/// What the height of a curve is counted in.
pub(crate) fn up(component: &Row, curve: &Curve) -> &'static str {
    let has_rates = component.filled("rate_source").unwrap_or("tiers") == "tiers";
    match (curve.output.as_str(), curve.axis.as_str()) {
        ("percent_of_target_incentive", _) => "incentive",
        ("rate_on_basis", _) if curve.basis.is_none() => "rate",
        ("rate_on_basis", "attainment") if has_rates => "target",
        ("rate_on_basis", "attainment") => "rate_factor",
        ("rate_on_basis", _) if !has_rates => "value_factor",
        ("points", _) => "points",
        ("factor", _) => "factor",
        _ => "money",
    }
}

/// The tiers with what they give, and with what is paid in all where they begin.
pub(super) fn tiers(teller: &Teller<'_>, component: &Row, curve: &Curve, title: String) -> Grid {
    let key = format!("curve.tiers {}", curve.id);
    if curve.is_matrix {
        return matrix(teller, component, curve, title, &key);
    }
    let unit = up(component, curve);
    let begins_paid = matches!(unit, "target" | "money") && curve.output == "rate_on_basis" || curve.lookup == "excess";
    let gives = match (curve.output.as_str(), curve.lookup.as_str()) {
        (_, "prorated_amounts") => "#amount",
        ("rate_on_basis", _) if matches!(unit, "rate_factor" | "value_factor") => "#factor",
        ("rate_on_basis", _) => "#rate",
        ("factor", _) => "#factor",
        _ => "#gives",
    };
    let sloped = curve.lookup == "interpolated";
    let mut columns = vec!["#from", "#to"];
    columns.extend(if sloped { vec!["#begin", "#end"] } else { vec![gives] });
    if begins_paid || curve.lookup == "prorated_amounts" {
        columns.push("#paid");
    }
    let rows = curve.tiers.iter().enumerate().map(|(at, tier)| {
        let (from, to) = borders(teller, curve, at);
        let mut row = vec![from, to, output(teller, curve, unit, tier.output_from)];
        if sloped {
            row.push(match (tier.line, tier.to) {
                (Some(_), None) => "…".to_owned(),
                _ => output(teller, curve, unit, tier.output_to),
            });
        }
        if columns.last() == Some(&"#paid") {
            let paid = curve.pay_within(at, tier.from);
            row.push(paid.map(|paid| height(teller, curve, unit, paid)).unwrap_or_default());
        }
        row
    });
    let rows = rows.collect();
    teller.grid(&key, title, &columns, rows)
}

/// From where to where a tier reaches, and whether its ends belong to it.
fn borders(teller: &Teller<'_>, curve: &Curve, at: usize) -> (String, String) {
    let place = |value: Fixed| place_words(curve, value, teller.language);
    let Some(tier) = curve.tiers.get(at) else { return (String::new(), String::new()) };
    (begin(teller, tier.includes_from, &place(tier.from)), end(teller, tier.to.map(place), curve.tiers.get(at + 1)))
}

fn begin(teller: &Teller<'_>, includes: bool, place: &str) -> String {
    teller.say(if includes { "border.from" } else { "border.above" }, &[("value", place)])
}

fn end(teller: &Teller<'_>, place: Option<String>, next: Option<&Stretch>) -> String {
    match place {
        None => teller.say("border.open", &[]),
        Some(place) => {
            let is_below = next.is_none_or(|next| next.includes_from);
            teller.say(if is_below { "border.below" } else { "border.through" }, &[("value", &place)])
        }
    }
}

/// What a tier carries, in its unit.
fn output(teller: &Teller<'_>, curve: &Curve, unit: &str, value: Fixed) -> String {
    let currency = teller.view.plan.text("currency_code");
    match (curve.output.as_str(), unit) {
        ("percent_of_target_incentive", _) | ("rate_on_basis", "target" | "money" | "rate") => {
            teller.language.percent(value)
        }
        ("amount", _) => teller.language.money(value, currency),
        _ => teller.language.number(value),
    }
}

/// What is paid, in its unit.
fn height(teller: &Teller<'_>, curve: &Curve, unit: &str, value: Fixed) -> String {
    match unit {
        "money" => teller.language.money(value, teller.view.plan.text("currency_code")),
        _ => height_words(curve, value, teller.language),
    }
}

/// A table with one side for each axis.
fn matrix(teller: &Teller<'_>, component: &Row, curve: &Curve, title: String, key: &str) -> Grid {
    let cells: Vec<&Row> = teller.view.of_curve("plan_tiers", &curve.id).collect();
    let side = |from: &str, to: &str, border: &str| {
        let mut found: Vec<(Fixed, Option<Fixed>, bool)> = Vec::new();
        for cell in &cells {
            let Some(begin) = cell.number(from) else { continue };
            if !found.iter().any(|(known, ..)| same(*known, begin)) {
                found.push((begin, cell.number(to), cell.text(border) != "upper_inclusive"));
            }
        }
        found.sort_by(|a, b| a.0.compare(b.0));
        found
    };
    let down = side("from_value", "to_value", "border");
    let across = side("second_from_value", "second_to_value", "second_border");
    let second_axis = component.text("second_axis");
    let second_of = teller.view.component(component.text("second_component_id"));
    let second = Curve { is_share: second_of.is_some_and(|of| is_share(of, second_axis)), ..curve.clone() };
    let words = |sides: &[(Fixed, Option<Fixed>, bool)], at: usize, by: &Curve| -> String {
        let Some((from, _, includes)) = sides.get(at) else { return String::new() };
        begin(teller, *includes, &place_words(by, *from, teller.language))
    };
    let axes = (
        teller.say(&format!("axis.{}", curve.axis), &[]),
        teller.say(&format!("axis.{}", component.text("second_axis")), &[]),
    );
    let second_title = teller.view.title_of(component.text("second_component_id"));
    let says = teller.say("curve.matrix", &[("first", &axes.0), ("second", &format!("{} “{second_title}”", axes.1))]);
    let unit = up(component, curve);
    let rows = (0..down.len())
        .map(|at| {
            let mut row = vec![words(&down, at, curve)];
            row.extend(across.iter().map(|(second_from, ..)| {
                let cell = cells.iter().find(|cell| covers(cell, down[at].0, *second_from));
                let given = cell.and_then(|cell| cell.number("output_from"));
                given.map(|value| output(teller, curve, unit, value)).unwrap_or_default()
            }));
            row
        })
        .collect();
    let mut columns = vec![String::new()];
    columns.extend((0..across.len()).map(|at| words(&across, at, &second)));
    let is_number = (0..columns.len()).map(|at| at > 0).collect();
    Grid { key: key.to_owned(), title: format!("{title}. {says}"), columns, is_number, rows }
}

/// Whether a cell of a matrix holds this corner.
fn covers(cell: &Row, first: Fixed, second: Fixed) -> bool {
    let within = |from: &str, to: &str, at: Fixed| {
        let begins = cell.number(from).is_some_and(|from| from.compare(at).is_le());
        begins && cell.number(to).is_none_or(|to| to.compare(at).is_gt())
    };
    within("from_value", "to_value", first) && within("second_from_value", "second_to_value", second)
}

/// The table and picture of a multiplier.
pub(super) fn factor(teller: &Teller<'_>, multiplier: &Row) -> (Grid, Option<Picture>) {
    let curve = Curve::of_multiplier(teller.view, multiplier);
    let title = teller.view.title_of(multiplier.text("by_component_id"));
    let none = Row::default();
    let table = tiers(teller, &none, &curve, teller.say("multiplier.tiers", &[("component", title)]));
    let axis = teller.say(&format!("axis.{}", curve.axis), &[]);
    let across = match curve.axis.as_str() {
        "value" => teller.say("shown.across.value.other", &[]),
        other => teller.say(&format!("shown.across.{other}"), &[]),
    };
    let labels = Labels {
        title: teller.say("shown.title_factor", &[("title", title), ("axis", &axis)]),
        across,
        up: teller.say("shown.up.factor", &[]),
        cap: None,
    };
    (table, draw(&curve, &labels, teller.language))
}
