use std::collections::BTreeSet;

use kernel::exact::Fixed;

use super::*;
use crate::{Document, PlanTables, compile, reader::quantity::read};

const RULES: &str = "\
rule_set: territory
title: Sales by territory
conserving: true
rules:
  - {id: aligned, type: direct, alignment: a26, alignment_at: booking_date, products: all, document_types: [sale, return]}
  - {id: managers, type: rollup, hierarchy: sales, levels: all, passes: [direct]}
";

const PLAN: &str = "\
plan: rep-2026
title: Representatives
valid: 2026-01-01..2026-12-31
assigned_to: {role: rep}
earning_code: incentive
currency: EUR
paid: quarterly
target_incentive: roster
components:
  - id: main
    title: Corvasol
    weight: 60%
    measure: {kind: sales, rule_set: territory, level: own, products: brand CORVASOL, unit: value, window: year_to_date}
    target: {set: official, zero_target: not_payable}
    curve:
      axis: attainment
      basis: window
      lookup: interpolated
      output: percent_of_target_incentive
      timing: true_up
      border: lower_inclusive
      below: zero
      above: hold
      points: {80%: 50%, 100%: 100%, 120%: 160%}
    gate: {component: other, at_least: 90%, evaluated: period, otherwise: 0%}
    cap: {of: target_incentive, at: 150%, excess: forfeit}
  - id: other
    weight: 40%
    measure: {kind: sales, rule_set: territory, level: team, products: all, unit: quantity, window: period}
    target: {set: official, zero_target: full}
    curve: {axis: attainment, basis: period, lookup: flat, output: percent_of_target_incentive, border: lower_inclusive, below: zero, above: hold, tiers: {90%: 100%, 110%: 120%}}
  - id: commission
    measure: {kind: sales, rule_set: territory, level: own, products: all, unit: value, window: period}
    target: none
    curve: {axis: value, basis: period, lookup: flat, output: rate_on_basis, border: lower_inclusive, below: mirror, above: hold, tiers: {0: 5%, 1_000: 4%, 3_000: 6%}}
proration: {pay: by_calendar_days, target: none, credit: position}
rounding: {at: component, mode: half_up}
";

fn tables(plan: &str) -> PlanTables {
    let document = |file: &str, text: &str| Document { file: file.to_owned(), text: text.to_owned() };
    compile(&[document("plans/rules.yml", RULES), document("plans/rep.yml", plan)]).unwrap()
}

fn view(plan: &str) -> PlanView {
    PlanView::of(&tables(plan), "rep-2026").unwrap()
}

#[test]
fn every_text_is_there_in_both_languages_with_the_same_values() {
    let named = |text: &str| -> BTreeSet<String> {
        text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
    };
    let mut seen = BTreeSet::new();
    for (key, english, german) in vocabulary::entries() {
        assert!(seen.insert(key), "`{key}` stands twice");
        assert_eq!(english.is_empty(), german.is_empty(), "`{key}` is missing in a language");
        assert_eq!(named(english), named(german), "`{key}` names other values");
        let plain: String =
            english.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
        let is_alike = english == german && plain.chars().filter(|c| c.is_alphabetic()).count() > 10;
        assert!(!is_alike, "`{key}` is not translated: {english}");
    }
}

#[test]
fn every_word_of_the_documents_is_told_in_both_languages() {
    let known: BTreeSet<&str> = vocabulary::entries().map(|(key, ..)| *key).collect();
    for (group, words) in crate::schema::told_words() {
        for word in words {
            assert!(known.contains(format!("{group}.{word}").as_str()), "`{group}.{word}` is not in the vocabulary");
        }
    }
}

/// Every key that the sentences ask for as it stands.
#[test]
fn every_key_that_is_asked_for_is_in_the_vocabulary() {
    let known: BTreeSet<&str> = vocabulary::entries().map(|(key, ..)| *key).collect();
    let sources = [
        include_str!("changes.rs"),
        include_str!("quantity.rs"),
        include_str!("sentences/component.rs"),
        include_str!("sentences/credits.rs"),
        include_str!("sentences/curve.rs"),
        include_str!("sentences/measure.rs"),
        include_str!("sentences/pay.rs"),
        include_str!("sentences/plan.rs"),
    ];
    for source in sources {
        for call in ["say(\"", "word(\"", "sentence(\"", "sentence(\n                \""] {
            for asked in source.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(known.contains(asked), "`{asked}` is not in the vocabulary");
            }
        }
        for asked in source.split("format!(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            // `curve.rate.{source}`: at least one entry has to begin like that.
            let Some((head, _)) = asked.split_once(".{") else { continue };
            let is_key = !head.is_empty() && head.bytes().all(|b| b.is_ascii_lowercase() || b"._".contains(&b));
            let has_some = known.iter().any(|key| key.starts_with(&format!("{head}.")));
            assert!(!is_key || has_some, "nothing begins with `{head}.`");
        }
    }
}

#[test]
fn a_plan_is_told_in_both_languages_and_nothing_is_left_unsaid() {
    let view = view(PLAN);
    for language in Language::ALL {
        let page = page(&view, language);
        let text = page.text();
        for key in vocabulary::entries().map(|(key, ..)| *key).filter(|key| key.contains('.')) {
            let is_said = text.split([' ', '\n']).any(|word| word.trim_matches(['.', ',', ':']) == key);
            assert!(!is_said, "`{key}` is told as a key:\n{text}");
        }
        assert!(!text.contains('{') && !text.contains('}'), "{text}");
        let pictures: Vec<_> =
            page.sections.iter().flat_map(|section| &section.steps).flat_map(|step| &step.pictures).collect();
        assert_eq!(pictures.len(), 3);
        for picture in pictures {
            for name in ["d", "x", "y", "cx", "cy", "r", "viewBox"] {
                for value in picture.svg.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next())
                {
                    assert!(!value.contains('.'), "`{name}=\"{value}\"` is not whole");
                }
            }
            assert!(!picture.svg.contains("script"));
        }
    }
    let english = page(&view, Language::En).text();
    assert!(english.contains("who"), "{english}");
    assert!(english.contains("Corvasol"), "{english}");
    let german = page(&view, Language::De).text();
    assert!(german.contains("1. Januar 2026") && german.contains("31. Dezember 2026"), "{german}");
}

fn curve(component: &str) -> Curve {
    let view = view(PLAN);
    Curve::of_component(&view, view.component(component).unwrap(), component)
}

fn pays(curve: &Curve, at: &str) -> String {
    curve.pay(read(at).unwrap()).unwrap().to_string()
}

#[test]
fn a_curve_gives_what_its_lookup_says() {
    let main = curve("main");
    assert_eq!(
        ["0.79", "0.8", "0.9", "1", "1.1", "1.5"].map(|at| pays(&main, at)),
        ["0", "0.5", "0.75", "1", "1.3", "1.6"]
    );
    let flat = curve("commission");
    assert_eq!(["999", "1000", "-1000"].map(|at| pays(&flat, at)), ["49.95", "40", "-40"]);
    let step = Curve { lookup: "step".to_owned(), ..flat.clone() };
    assert_eq!(["999", "1000", "3500"].map(|at| pays(&step, at)), ["49.95", "50", "160"]);
}

/// The golden transactions: 200, 300, 1,500, 1,200, 2,000 and 4,500, one by one.
#[test]
fn the_golden_transactions_are_paid_one_by_one() {
    let tier = |from: i128, to: Option<i128>, output: Fixed, line: bool| Stretch {
        from: Fixed::new(from, 0),
        to: to.map(|to| Fixed::new(to, 0)),
        includes_from: true,
        output_from: output,
        output_to: output,
        line: to.filter(|_| line).map(|to| (Fixed::new(from, 0), Fixed::new(to, 0))),
        line_number: 1,
    };
    let borders = [(0, Some(1000)), (1000, Some(3000)), (3000, Some(8000)), (8000, Some(20_000))];
    let tiers = |outputs: [Fixed; 4], line| {
        borders.into_iter().zip(outputs).map(|((from, to), output)| tier(from, to, output, line)).collect::<Vec<_>>()
    };
    let rates = tiers([1, 2, 3, 5].map(|rate| Fixed::new(rate, 2)), false);
    let amounts = tiers([10, 40, 100, 2000].map(|amount| Fixed::new(amount, 0)), true);
    let sum = |lookup: &str, output: &str, tiers: &[Stretch]| {
        let base = curve("commission");
        let curve = Curve { lookup: lookup.to_owned(), output: output.to_owned(), tiers: tiers.to_vec(), ..base };
        let paid = [200, 300, 1500, 1200, 2000, 4500].map(|value| curve.pay(Fixed::new(value, 0)).unwrap());
        paid.into_iter().fold(Fixed::new(0, 0), |sum, one| quantity::plus(sum, one).unwrap()).to_string()
    };
    assert_eq!(sum("flat", "rate_on_basis", &rates), "234");
    assert_eq!(sum("step", "rate_on_basis", &rates), "164");
    assert_eq!(sum("prorated_amounts", "amount", &amounts), "149");
}

#[test]
fn jumps_falls_and_costs_are_told_with_their_figures() {
    let found = outlook(&view(PLAN), &[], Language::En);
    let jumps: Vec<String> =
        found.jumps.iter().map(|jump| format!("{} {} {}", jump.component_id, jump.to, jump.change)).collect();
    assert_eq!(
        jumps,
        [
            "main 80\u{a0}% +50\u{a0}%",
            "other 90\u{a0}% +100\u{a0}%",
            "other 110\u{a0}% +20\u{a0}%",
            "commission 1,000 −9.95",
            "commission 3,000 +60.04"
        ]
    );
    let falls: Vec<_> = found
        .falls
        .iter()
        .map(|fall| (fall.from.as_str(), fall.to.as_deref(), fall.highest.as_str(), fall.lowest.as_str()))
        .collect();
    assert_eq!(falls, [("999", Some("1,249"), "49.95", "40")]);
    let costs: Vec<&str> = found.costs.iter().filter_map(|cost| cost.share.as_deref()).collect();
    assert_eq!(costs, ["0\u{a0}%", "85\u{a0}%", "100\u{a0}%", "126\u{a0}%", "138\u{a0}%"]);
    let some = outlook(&view(PLAN), &[Threshold::Share(read("0.6").unwrap())], Language::En);
    let kept: Vec<&str> = some.jumps.iter().map(|jump| jump.component_id.as_str()).collect();
    assert_eq!(kept, ["other", "commission", "commission"]);
}

#[test]
fn a_change_is_told_where_it_is_with_what_it_does_to_pay() {
    let new = PLAN
        .replace("100%: 100%, 120%: 160%", "100%: 100%, 120%: 140%")
        .replace("weight: 60%", "weight: 50%")
        .replace("weight: 40%", "weight: 50%");
    let found = changes(&view(PLAN), &view(&new), Language::En);
    let keys: BTreeSet<&str> = found.changes.iter().map(|change| change.key.as_str()).collect();
    assert!(keys.contains("weight.share"), "{keys:?}");
    assert!(found.changes.iter().all(|change| change.was.is_some() && change.now.is_some()), "{:#?}", found.changes);
    let main = found.effects.iter().find(|effect| effect.component_id == "main").unwrap();
    let differences: Vec<&str> = main.rows.iter().map(|row| row[3].as_str()).collect();
    assert_eq!(differences, ["−5\u{a0}%", "−7.5\u{a0}%", "−10\u{a0}%", "−18\u{a0}%", "−20\u{a0}%"]);
    assert!(found.effects.iter().all(|effect| effect.component_id != "commission"));
    assert!(changes(&view(PLAN), &view(PLAN), Language::De).is_empty());
}

#[test]
fn a_title_is_told_in_the_language_asked_for_or_in_the_other() {
    let titled = PLAN
        .replace("title: Representatives\n", "title: {en: Representatives, de: Außendienst}\n")
        .replace("title: Corvasol\n", "title: {en: Heart}\n");
    let view = PlanView::of(&tables(&titled), "rep-2026").unwrap();
    let told = |language| page(&view, language);
    assert_eq!(told(Language::En).title, "Representatives");
    assert_eq!(told(Language::De).title, "Außendienst");
    assert!(told(Language::De).text().contains("Komponente 1: Heart"));
    let plain = PlanView::of(&tables(PLAN), "rep-2026").unwrap();
    assert_eq!(changes(&plain, &view, Language::De).changes[0].was.as_deref(), Some("Representatives (rep-2026)"));
}

#[test]
fn a_restatement_is_told_and_compared() {
    let with = |from: &str| {
        let more = format!("restatement: {{reach: 3 periods, from: {from}, direction: up, maps: restated}}\n");
        PlanView::of(&tables(&(PLAN.to_owned() + &more)), "rep-2026").unwrap()
    };
    let text = page(&with("5"), Language::En).text();
    for words in ["up to 3 periods back", "Only what raises pay", "binds from the first period that is closed"] {
        assert!(text.contains(words), "{text}");
    }
    let found = changes(&with("5"), &with("7.50"), Language::En);
    assert_eq!(found.changes.len(), 1);
    assert_eq!(found.changes[0].key, "restatement.from");
}
