//! That the guide has an example of every key and every choice of the plan language.

use std::collections::BTreeSet;

use plans::schema::{Form, keys};
use serde_json::Value;

use super::elements::elements;

/// What may stand behind a key, each with what tells it from the others; empty where nothing is chosen.
fn choices(form: Form) -> Vec<String> {
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match form {
        Form::Words(words) => named(words),
        Form::Truth => named(&["true", "false"]),
        Form::Products => named(&["all", "category", "brand", "product"]),
        Form::Pattern(pattern) => patterned(pattern),
        Form::List(of) => choices(*of),
        Form::Map(key, value) => [choices(*key), choices(*value)].concat(),
        Form::Either(forms) => forms
            .iter()
            .flat_map(
                |form| if is_choice(*form) { choices(*form) } else { [vec![kind(*form)], choices(*form)].concat() },
            )
            .collect(),
        Form::Text | Form::Identifier | Form::Number | Form::Count | Form::Day | Form::Interval | Form::Block(_) => {
            Vec::new()
        }
    }
}

const fn is_choice(form: Form) -> bool {
    matches!(form, Form::Words(_) | Form::Truth | Form::Products)
}

/// What a form is called among several.
fn kind(form: Form) -> String {
    match form {
        Form::Block(name) => format!("a block `{name}`"),
        Form::List(_) => "a list".to_owned(),
        Form::Map(..) => "a map".to_owned(),
        Form::Day => "a day".to_owned(),
        Form::Number | Form::Count => "a number".to_owned(),
        other => format!("{other:?}"),
    }
}

/// The words that a regular expression of the schema begins with.
fn patterned(pattern: &str) -> Vec<String> {
    let inner = pattern.trim_start_matches("^(").trim_end_matches(")$");
    if inner == pattern {
        return Vec::new();
    }
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for one in inner.chars() {
        match one {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '|' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("a part").push(one);
    }
    parts.iter().map(|part| part.chars().take_while(|one| one.is_ascii_lowercase() || *one == '_').collect()).collect()
}

/// `section.key` and `section.key: choice`, of the whole language.
pub fn language() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for key in keys() {
        let name = format!("{}.{}", key.section, key.key);
        all.extend(choices(key.form).into_iter().map(|choice| format!("{name}: {choice}")));
        all.insert(name);
    }
    all
}

/// Notes what a block of a document writes.
fn used(section: &str, block: &Value, found: &mut BTreeSet<String>) {
    for (key, value) in block.as_object().into_iter().flatten() {
        let known = keys().find(|known| known.section == section && known.key == *key);
        let known = known.unwrap_or_else(|| panic!("`{key}` is no key of `{section}`"));
        let name = format!("{section}.{key}");
        found.insert(name.clone());
        written(&name, known.form, value, found);
    }
}

fn written(name: &str, form: Form, value: &Value, found: &mut BTreeSet<String>) {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match form {
        Form::Words(words) if words.contains(&text.as_str()) => {
            found.insert(format!("{name}: {text}"));
        }
        Form::Truth => {
            found.insert(format!("{name}: {text}"));
        }
        Form::Products | Form::Pattern(_) if !choices(form).is_empty() => {
            let word: String = text.chars().take_while(|one| one.is_ascii_lowercase() || *one == '_').collect();
            found.insert(format!("{name}: {word}"));
        }
        Form::Block(section) => used(section, value, found),
        Form::List(of) => {
            for one in value.as_array().into_iter().flatten() {
                written(name, *of, one, found);
            }
        }
        Form::Map(key, of) => {
            for (one, value) in value.as_object().into_iter().flatten() {
                written(name, *key, &Value::String(one.clone()), found);
                written(name, *of, value, found);
            }
        }
        Form::Either(forms) => {
            if let Some(form) = forms.iter().find(|form| fits(**form, value, &text)) {
                if !is_choice(*form) {
                    found.insert(format!("{name}: {}", kind(*form)));
                }
                written(name, *form, value, found);
            }
        }
        _ => {}
    }
}

/// Which of several forms a value has.
fn fits(form: Form, value: &Value, text: &str) -> bool {
    match form {
        Form::Words(words) => words.contains(&text),
        Form::Block(_) | Form::Map(..) => value.is_object(),
        Form::List(_) => value.is_array(),
        _ => !value.is_object() && !value.is_array(),
    }
}

/// `section.key` and `section.key: choice`, of one document.
pub fn uses(name: &str, document: &str) -> BTreeSet<String> {
    let value: Value = serde_saphyr::from_str(document).unwrap_or_else(|error| panic!("{name}: {error}"));
    let section = if value.get("plan").is_some() { "plan" } else { "rule_set" };
    let mut found = BTreeSet::new();
    used(section, &value, &mut found);
    found
}

#[test]
fn the_guide_has_an_example_of_every_key_and_choice() {
    let mut found = BTreeSet::new();
    for (name, fixture) in elements() {
        for document in fixture.plans.split("---\n").filter(|document| !document.trim().is_empty()) {
            found.extend(uses(&name, document));
        }
    }
    let language = language();
    let strange: Vec<&String> = found.difference(&language).collect();
    assert!(strange.is_empty(), "no choices of the language: {strange:#?}");
    let missing: Vec<&String> = language.difference(&found).collect();
    assert!(missing.is_empty(), "{} without an example in the guide: {missing:#?}", missing.len());
}
