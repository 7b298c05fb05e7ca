//! Which sales count for whom: the rule sets that the plan's measures name.

use super::Teller;
use crate::reader::{
    page::{Section, Step},
    view::Row,
};

/// The section; none if the plan counts no credits.
pub(super) fn section(teller: &Teller<'_>) -> Option<Section> {
    let steps: Vec<Step> = teller.view.rows("plan_rule_sets").iter().map(|set| rule_set(teller, set)).collect();
    (!steps.is_empty()).then(|| teller.section("credits", teller.say("section.credits", &[]), steps))
}

fn rule_set(teller: &Teller<'_>, set: &Row) -> Step {
    let id = set.text("rule_set_id");
    let rules = || teller.view.rows("plan_rules").iter().filter(|rule| rule.text("rule_set_id") == id);
    let mut sentences = Vec::new();
    for rule in rules() {
        let name = rule.text("rule_id");
        let mut sentence = teller.sentence(&key(rule), &values(teller, rule).each_ref().map(|(k, v)| (*k, v.as_str())));
        sentence.key = format!("rule.{name}");
        sentences.push(sentence);
        if let Some(returns) = rule.filled("returns").filter(|_| counts_returns(teller, name)) {
            let mut sentence = teller.sentence(&format!("returns.{returns}"), &[]);
            sentence.key = format!("returns.{name}");
            sentences.push(sentence);
        }
    }
    if rules().filter(|rule| rule.text("credit_type") != "rollup").count() > 1 {
        sentences.push(teller.sentence("rules.precedence", &[]));
    }
    let title = set.filled("rule_set_title").unwrap_or(id);
    Step { key: format!("credits:{id}"), title: title.to_owned(), ..teller.step("measure", sentences) }
}

fn key(rule: &Row) -> String {
    match rule.text("credit_type") {
        "overlay" if rule.filled("position_id").is_some() => "rule.overlay_position".to_owned(),
        "team" => format!("rule.team.{}", rule.text("team_share")),
        other => format!("rule.{other}"),
    }
}

fn counts_returns(teller: &Teller<'_>, rule: &str) -> bool {
    let documents = teller.view.rows("plan_rule_documents");
    documents.iter().any(|row| row.text("rule_id") == rule && row.text("document_type") == "return")
}

fn values(teller: &Teller<'_>, rule: &Row) -> [(&'static str, String); 9] {
    let text = |column: &str| rule.text(column).to_owned();
    let name = rule.text("rule_id").rsplit('.').next().unwrap_or_default().to_owned();
    let at = rule.filled("alignment_at").map(|at| {
        let date = teller.language.date(rule.text("alignment_date"));
        teller.say(&format!("alignment_at.{at}"), &[("date", &date)])
    });
    [
        ("rule", name),
        ("lines", lines(teller, rule)),
        ("alignment", text("alignment_id")),
        ("at", at.unwrap_or_default()),
        ("position", text("position_id")),
        ("share", teller.percent(rule, "share_rate")),
        ("team", text("team_id")),
        ("hierarchy", text("hierarchy_id")),
        ("levels", levels(teller, rule.text("level_count"))),
    ]
}

fn levels(teller: &Teller<'_>, count: &str) -> String {
    match count {
        "1" => teller.say("levels.1", &[]),
        "6" => teller.say("levels.6", &[]),
        some => teller.say("levels.some", &[("count", some)]),
    }
}

/// `sales and returns (brand X, channel “hospital”)`
fn lines(teller: &Teller<'_>, rule: &Row) -> String {
    let of_rule = |row: &&Row| row.text("rule_id") == rule.text("rule_id");
    let mut documents: Vec<String> = ["sale", "return"]
        .into_iter()
        .filter(|kind| {
            let mut rows = teller.view.rows("plan_rule_documents").iter().filter(of_rule);
            rows.any(|row| row.text("document_type") == *kind)
        })
        .map(|kind| teller.say(&format!("documents.{kind}"), &[]))
        .collect();
    if documents.is_empty() {
        documents.push(teller.say("documents.sale", &[]));
    }
    let mut conditions = Vec::new();
    if rule.filled("product_scope_kind").is_some() {
        conditions.push(teller.products(rule));
    }
    for kind in ["channel", "account_kind"] {
        let column = if kind == "channel" { "channel_id" } else { kind };
        conditions.extend(rule.filled(column).map(|key| teller.say(&format!("lines.{kind}"), &[("key", key)])));
    }
    if rule.filled("amount_at_least").is_some() {
        conditions.push(teller.say("lines.amount", &[("amount", &teller.money(rule, "amount_at_least"))]));
    }
    if rule.filled("margin_rate_at_least").is_some() {
        conditions.push(teller.say("lines.margin", &[("rate", &teller.percent(rule, "margin_rate_at_least"))]));
    }
    let documents = teller.language.list(&documents);
    teller.say("lines", &[("documents", &documents), ("conditions", &conditions.join(", "))])
}
