use super::*;

fn set(conserving: bool, rules: &[&str]) -> Vec<Document> {
    let list = rules.iter().map(|rule| format!("  - {{{rule}}}\n")).collect::<String>();
    let text = format!("rule_set: s\ntitle: S\nconserving: {conserving}\nrules:\n{list}");
    vec![Document { file: "plans/s.yml".to_owned(), text }]
}

fn wrong(conserving: bool, rules: &[&str]) -> Vec<String> {
    compile(&set(conserving, rules))
        .err()
        .unwrap_or_default()
        .iter()
        .map(|fault| format!("{} {}", fault.code().id, fault.message()))
        .collect()
}

fn refused_rule(conserving: bool, rule: &str, code: &str, words: &str) {
    let found = wrong(conserving, &[rule]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with(code) && found[0].contains(words), "{found:#?}");
}

const LINES: &str = "products: all, document_types: [sale, return]";

#[test]
fn a_direct_rule_says_when_it_looks_and_what_returns_follow() {
    let direct = |at: &str| format!("id: a, type: direct, alignment: m, alignment_at: {at}, {LINES}");
    let columns = [
        "alignment_at",
        "alignment_date",
        "returns",
        "account_kind",
        "channel_id",
        "amount_at_least",
        "margin_rate_at_least",
    ];
    let row = |rule: &str| rows(&compile(&set(true, &[rule])).unwrap(), "plan_rules", &columns).join("");
    assert_eq!(row(&direct("booking_date")), "booking_date - own_date - - - -");
    assert_eq!(row(&direct("2026-01-01")), "fixed 2026-01-01 own_date - - - -");
    let all = "period_end, returns: follow_original, account_kind: clinic, channel: hospital, only: {amount_at_least: 50_000, margin_at_least: 30%}";
    assert_eq!(row(&direct(all)), "period_end - follow_original clinic hospital 50000 0.3");
    refused_rule(true, &direct("2026-01-01, returns: follow_original"), "P012", "lets returns follow another");
    refused_rule(true, &direct("sometimes"), "K001", "`sometimes` is not `booking_date`");
    refused_rule(true, &direct("period_end, only: {}"), "P012", "conditions without any");
    refused_rule(true, &direct("period_end, team: t"), "P012", "has `team`");
    refused_rule(false, &direct("period_end"), "P012", "is not conserving, but its rules are `direct`");
}

#[test]
fn overlays_and_teams_are_credited_beside_others() {
    let columns = ["credit_type", "alignment_id", "position_id", "share_rate", "team_id", "team_share", "returns"];
    let row = |rule: &str| rows(&compile(&set(false, &[rule])).unwrap(), "plan_rules", &columns).join("");
    assert_eq!(
        row(&format!("id: a, type: overlay, position: P9, share: 50%, {LINES}")),
        "overlay - P9 0.5 - - own_date"
    );
    assert_eq!(
        row(&format!("id: a, type: overlay, alignment: kam, alignment_at: booking_date, {LINES}")),
        "overlay kam - - - - own_date"
    );
    assert_eq!(row(&format!("id: a, type: team, team: T1, share: equal, {LINES}")), "team - - - T1 equal own_date");
    let rollup = "id: up, type: rollup, hierarchy: h, levels: 2, passes: [team]";
    let team = format!("id: a, type: team, team: T1, share: full, {LINES}");
    assert!(wrong(false, &[&team, rollup]).is_empty());
    refused_rule(false, &format!("id: a, type: overlay, position: P9, {LINES}"), "P012", "has no `share`");
    refused_rule(
        false,
        &format!("id: a, type: overlay, position: P9, share: full, {LINES}"),
        "P012",
        "credits a position by a word",
    );
    refused_rule(
        false,
        &format!("id: a, type: overlay, position: P9, share: 120%, {LINES}"),
        "P003",
        "a share of `1.2`",
    );
    refused_rule(
        false,
        &format!("id: a, type: team, team: T1, share: 50%, {LINES}"),
        "P012",
        "shares a team by a rate",
    );
    refused_rule(true, &team, "P012", "is conserving, but its rules are `team`");
    let followed = format!("id: a, type: team, team: T1, share: full, returns: follow_original, {LINES}");
    assert_eq!(row(&followed), "team - - - T1 full follow_original");
    let rollup = "id: up, type: rollup, hierarchy: h, levels: 2, passes: [team], returns: own_date";
    let found = wrong(false, &[&team, rollup]);
    assert!(found.iter().any(|fault| fault.contains("has `returns`")), "{found:#?}");
}

#[test]
fn of_two_rules_the_one_with_more_conditions_wins_and_equals_are_errors() {
    let rule = |id: &str, more: &str| format!("id: {id}, type: split, {LINES}{more}");
    let both = |first: &str, second: &str| wrong(true, &[&rule("a", first), &rule("b", second)]);
    assert!(both("", ", channel: x").is_empty(), "one asks for more");
    assert!(both(", channel: x", ", channel: y").is_empty(), "no line is of both");
    assert!(both(", channel: x", ", channel: y, account_kind: k").is_empty());
    assert!(
        both(", only: {amount_at_least: 5}", ", only: {amount_at_least: 9}").is_empty(),
        "the higher border asks for more"
    );
    for (first, second) in [
        ("", ""),
        (", channel: x", ", channel: x"),
        (", channel: x", ", account_kind: k"),
        (", only: {amount_at_least: 5}", ", channel: x"),
        (", only: {amount_at_least: 5, margin_at_least: 30%}", ", only: {amount_at_least: 9, margin_at_least: 20%}"),
    ] {
        let found = both(first, second);
        assert_eq!(found.len(), 1, "{first} {second}: {found:?}");
        assert!(found[0].starts_with("P011"), "{found:?}");
    }
}
