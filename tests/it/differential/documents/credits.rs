//! Credit rules as a designer would write them.

use std::fmt::Write as _;

use super::scope;
use crate::differential::{
    calendar::text,
    company::{AlignedAt, Rule, RuleSet, Way},
};

/// A rule set with all its rules.
pub fn rule_set(set: &RuleSet) -> String {
    let mut out =
        format!("rule_set: {}\ntitle: Rules {}\nconserving: {}\nrules:\n", set.id, set.id, set.is_conserving());
    for one in &set.rules {
        let _ = writeln!(out, "  - {{id: {}, type: {}, {}}}", one.id, set.credit_type, rule(one));
    }
    for one in &set.rollups {
        let levels = one.levels.map_or("all".to_owned(), |levels| levels.to_string());
        let _ = writeln!(
            out,
            "  - {{id: {}, type: rollup, hierarchy: {}, levels: {levels}, passes: [{}]}}",
            one.id, one.hierarchy, set.credit_type
        );
    }
    out
}

fn rule(rule: &Rule) -> String {
    let mut keys = match &rule.way {
        Way::Aligned { alignment, at } => {
            let at = match at {
                AlignedAt::BookingDate => "booking_date".to_owned(),
                AlignedAt::PeriodEnd => "period_end".to_owned(),
                AlignedAt::Fixed(day) => text(*day),
            };
            vec![format!("alignment: {alignment}"), format!("alignment_at: {at}")]
        }
        Way::Named => Vec::new(),
        Way::Seat { position, share } => vec![format!("position: {position}"), format!("share: {share}")],
        Way::Team { team, is_equal } => {
            vec![format!("team: {team}"), format!("share: {}", if *is_equal { "equal" } else { "full" })]
        }
    };
    let documents: Vec<_> = rule.documents.iter().map(|one| one.word()).collect();
    keys.push(format!("products: {}", scope(rule.products)));
    keys.push(format!("document_types: [{}]", documents.join(", ")));
    if rule.follows {
        keys.push("returns: follow_original".to_owned());
    }
    keys.extend(rule.asks.account_kind.as_ref().map(|kind| format!("account_kind: {kind}")));
    keys.extend(rule.asks.channel.map(|channel| format!("channel: {channel}")));
    let amount = rule.asks.amount.map(|amount| format!("amount_at_least: {amount}"));
    let margin = rule.asks.margin.map(|margin| format!("margin_at_least: {margin}"));
    let only: Vec<String> = amount.into_iter().chain(margin).collect();
    if !only.is_empty() {
        keys.push(format!("only: {{{}}}", only.join(", ")));
    }
    keys.join(", ")
}
