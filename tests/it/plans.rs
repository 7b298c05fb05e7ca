//! What plan documents tell whoever reads them, on the projects of the examples.

use crate::support::{Place, copy, repository};

#[test]
fn every_plan_of_the_examples_is_told_in_both_languages() {
    for example in ["starter", "adventureworks"] {
        let place = Place::example(example);
        let folder = place.project.join("plans");
        let mut told = 0;
        for entry in std::fs::read_dir(folder).expect("plans").flatten() {
            let file = format!("plans/{}", entry.file_name().to_string_lossy());
            let text = std::fs::read_to_string(entry.path()).expect("a plan");
            if text.lines().any(|line| line.starts_with("rule_set:")) {
                place.tantieme(&["plan", "show", &file]).fails(2, &["J006", "holds no plan"]);
                continue;
            }
            for language in ["en", "de"] {
                let page = |format| {
                    place.tantieme(&["plan", "show", &file, "--language", language, "--format", format]).fine()
                };
                assert!(!page("text").out.contains(['{', '}']), "{}", page("text").out);
                let html = page("html").out;
                assert!(html.contains(&format!("<html lang=\"{language}\">")) && html.contains("<svg "), "{html}");
                assert!(!html.contains("<script") && !html.contains("src="), "{html}");
                assert_eq!(page("json").json()["language"], language);
                told += 1;
            }
        }
        assert!(told > 3, "{told} plans of {example}");
    }
}

#[test]
fn a_plan_is_compared_with_another_document_and_with_the_last_release() {
    let place = Place::starter();
    let file = "plans/representatives.yml";
    place.tantieme(&["plan", "diff", file]).fails(2, &["J005"]);
    place.tantieme(&["run", "--quiet"]).fine();
    let same = place.tantieme(&["plan", "diff", file]).fine().out;
    assert!(same.contains("Nothing that decides pay has changed"), "{same}");
    place.write("older/representatives.yml", place.read(file));
    place.edit(file, "150%: 200%", "150%: 180%");
    for files in [vec![file], vec!["older/representatives.yml", file]] {
        let arguments: Vec<&str> = ["plan", "diff"].into_iter().chain(files).collect();
        let told = place.tantieme(&arguments).fine().out;
        for word in ["Revenue", "200\u{a0}%", "180\u{a0}%", "−4\u{a0}%", "120\u{a0}%"] {
            assert!(told.contains(word), "`{word}` is not in\n{told}");
        }
    }
    let told = place.tantieme(&["plan", "diff", file, "--json"]).fine().json();
    assert_eq!(told["effects"][0]["rows"].as_array().map(Vec::len), Some(5), "{told}");
    let german = place.tantieme(&["plan", "diff", file, "--language", "de"]).fine().out;
    assert!(german.contains("bisher") && german.contains("jetzt"), "{german}");
    // A document that lies in no project names the rule sets of the project that the command stands in.
    let outside = place.around().join("older.yml");
    std::fs::write(&outside, place.read("older/representatives.yml")).expect("a file");
    let outside = outside.to_str().expect("a path");
    let told = place.tantieme(&["plan", "diff", outside, file]).fine().out;
    assert!(told.contains("180\u{a0}%"), "{told}");
    place.tantieme(&["plan", "check", outside]).fine();
    let mut alone = Place::empty();
    alone.environment.current_folder = alone.project.clone();
    alone.tantieme(&["plan", "check", outside]).fails(2, &["rule set `team`", "lies in no project", "--project"]);
}

#[test]
fn the_credits_of_levels_above_and_of_references_are_told_by_term() {
    let place = Place::starter();
    let market = "  - id: market\n    measure: {kind: growth, rule_set: team, level: national, products: all, unit: value, \
                  window: period, reference: {shift: previous_period, rule_set: team}}\n    target: none\nproration:";
    place.edit("plans/representatives.yml", "proration:", market);
    place.tantieme(&["run", "--quiet"]).fine();
    let told = place.tantieme(&["explain", "101", "2026-02", "--json", "--credits", "1000"]).fine().json();
    for (term, period) in [("1", "2026-02"), ("2", "2026-01")] {
        let expected = place.query(&format!(
            "select count(1) as lines from credits.credits \
             where credit_type <> 'rollup' and period_id = '{period}'"
        ));
        let credits = told["credits"].as_array().expect("credits").iter();
        let own = credits.filter(|one| one["component_id"] == "market" && text(&one["term_number"]) == term);
        let own: Vec<_> = own.collect();
        assert_eq!(own.len().to_string(), text(&expected[0]["lines"]), "{period}");
        assert!(own.iter().all(|one| one["source"].is_string() && one["measure_level"] == "national"), "{own:?}");
    }
    let page = place.tantieme(&["explain", "101", "2026-02", "--format", "html"]).fine().out;
    assert!(page.contains(", national, previous period: from "), "{page}");
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn a_check_tells_jumps_falls_and_what_the_plan_costs() {
    let place = Place::starter();
    let file = "plans/lead.yml";
    let before = place.tantieme(&["plan", "check", file]).fine().out;
    assert!(before.contains("money: run the project first"), "{before}");
    assert!(!place.project.join("warehouse").exists(), "a check makes no warehouse");
    place.tantieme(&["run", "--quiet"]).fine();
    let told = place.tantieme(&["plan", "check", file, "--json"]).fine().json();
    let shares: Vec<&str> =
        told["costs"].as_array().expect("costs").iter().filter_map(|cost| cost["share"].as_str()).collect();
    assert_eq!(shares, ["0\u{a0}%", "50\u{a0}%", "100\u{a0}%", "125\u{a0}%", "150\u{a0}%"]);
    assert!(told["costs"].as_array().expect("costs").iter().all(|cost| cost["amount"].is_string()), "{told}");
    place.edit(file, "points: {80%: 0%, 100%: 100%, 120%: 150%}", "points: {80%: 20%, 100%: 100%, 120%: 90%}");
    let odd = place.tantieme(&["plan", "check", file]).fine().out;
    for word in
        ["from 79.99\u{a0}% to 80\u{a0}%", "+20\u{a0}%", "more pays less", "from 100\u{a0}% and above", "90\u{a0}%"]
    {
        assert!(odd.contains(word), "`{word}` is not in\n{odd}");
    }
    let tolerant = place.tantieme(&["plan", "check", file, "--jump", "25%"]).fine().out;
    assert!(!tolerant.contains("79.99"), "{tolerant}");
    place.tantieme(&["plan", "check", file, "--jump", "much"]).fails(2, &["J015", "--jump"]);
}

/// The fixture holds a choice of every kind, so that no sentence is without its words.
#[test]
fn a_plan_with_every_choice_is_told_whole_in_both_languages() {
    let place = Place::empty();
    copy(&repository().join("tests/fixtures/plans"), &place.project.join("plans"));
    place.write("tantieme.yml", "name: a\nwarehouse: w\ncalendar: {kind: months, from_year: 2026, to_year: 2026}\n");
    for (language, words) in [
        ("en", ["guarantee", "A ÷ B", "budget rate", "Clawback", "calendar days", "place"]),
        ("de", ["Garantie", "A ÷ B", "Budgetkurs", "Rückforderung", "Kalendertage", "Platz"]),
    ] {
        let told = place.tantieme(&["plan", "show", "plans/everything.yml", "--language", language]).fine().out;
        for word in words {
            assert!(told.contains(word), "`{word}` is not in\n{told}");
        }
        for (key, ..) in plans::reader::vocabulary::entries().filter(|(key, ..)| key.contains('.')) {
            let is_said = told.split([' ', '\n']).any(|word| word.trim_matches(['.', ',', ':', '(', ')']) == *key);
            assert!(!is_said, "`{key}` is told as a key:\n{told}");
        }
        assert!(!told.contains(['{', '}', '#']), "{told}");
    }
    place.tantieme(&["plan", "check", "plans/everything.yml"]).fine();
    place.tantieme(&["plan", "diff", "plans/everything.yml", "plans/everything.yml"]).fine();
}
