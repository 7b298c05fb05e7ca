//! The schema of plan documents: it knows the keys that the reader knows, accepts every document of the examples, and
//! refuses what the reader refuses by form.

use std::{collections::BTreeSet, path::Path};

use plans::{
    Document,
    schema::{Form, keys, sections},
};
use regex::Regex;
use serde_json::Value;

use crate::support::repository;

/// Keys that the reader takes in order to say more than that they are unknown.
const BETTER_TOLD: &[(&str, &str)] =
    &[("cap", "over"), ("floor", "over"), ("plan_cap", "holds"), ("plan_floor", "holds")];

/// What is wrong with a value, if anything: the part of draft 2020-12 that the schema uses.
fn wrong(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let Value::Object(rules) = schema else { return None };
    for (rule, told) in rules {
        let found = match rule.as_str() {
            "$ref" => {
                let name = told.as_str().and_then(|text| text.strip_prefix("#/$defs/")).expect("a definition");
                wrong(root, &root["$defs"][name], value, at)
            }
            "type" => wrong_type(told, value, at),
            "enum" => {
                let words = told.as_array().expect("a list");
                (!words.contains(value)).then(|| format!("{at}: {value} is none of {told}"))
            }
            "pattern" => {
                let pattern = Regex::new(told.as_str().expect("a pattern")).expect("a regular expression");
                let text = value.as_str();
                text.filter(|text| !pattern.is_match(text)).map(|text| format!("{at}: `{text}` is not {told}"))
            }
            "minimum" => {
                let (least, number) = (told.as_i64().expect("a number"), value.as_i64());
                number.filter(|number| *number < least).map(|number| format!("{at}: {number} is below {least}"))
            }
            "required" => {
                let mut names = told.as_array().expect("a list").iter().filter_map(Value::as_str);
                names
                    .find(|name| value.is_object() && value.get(name).is_none())
                    .map(|name| format!("{at}: no `{name}`"))
            }
            "properties" | "additionalProperties" | "propertyNames" | "items" => inner(root, rules, rule, value, at),
            "anyOf" => {
                let all: Vec<_> =
                    told.as_array().expect("a list").iter().map(|one| wrong(root, one, value, at)).collect();
                if all.iter().any(Option::is_none) { None } else { all.into_iter().flatten().next() }
            }
            "if" => {
                let branch = if wrong(root, told, value, at).is_none() { "then" } else { "else" };
                wrong(root, &schema[branch], value, at)
            }
            "$schema" | "$defs" | "title" | "description" | "then" | "else" => None,
            other => panic!("the schema uses `{other}`, which nobody checks"),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn wrong_type(told: &Value, value: &Value, at: &str) -> Option<String> {
    let is_of = |name: &str| match name {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        other => panic!("`{other}` is no type"),
    };
    let names: Vec<&str> =
        told.as_str().into_iter().chain(told.as_array().into_iter().flatten().filter_map(Value::as_str)).collect();
    (!names.iter().any(|name| is_of(name))).then(|| format!("{at}: {value} is not {told}"))
}

/// Rules about what is within a block or list.
fn inner(root: &Value, rules: &serde_json::Map<String, Value>, rule: &str, value: &Value, at: &str) -> Option<String> {
    if let (Value::Array(items), "items") = (value, rule) {
        return items
            .iter()
            .enumerate()
            .find_map(|(number, one)| wrong(root, &rules[rule], one, &format!("{at}[{number}]")));
    }
    let Value::Object(members) = value else { return None };
    members.iter().find_map(|(name, inner)| {
        let known = rules.get("properties").and_then(|known| known.get(name));
        let place = format!("{at}.{name}");
        match (rule, known) {
            ("properties", Some(schema)) => wrong(root, schema, inner, &place),
            ("propertyNames", _) => wrong(root, &rules[rule], &Value::String(name.clone()), &place),
            ("additionalProperties", None) if rules[rule] == Value::Bool(false) => Some(format!("{place} is unknown")),
            ("additionalProperties", None) => wrong(root, &rules[rule], inner, &place),
            _ => None,
        }
    })
}

fn check(text: &str) -> Option<String> {
    let schema = jobs::schema::schema();
    let value: Value = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    wrong(&schema, &schema, &value, "document")
}

fn documents(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.parent().is_some_and(|parent| parent.ends_with("plans"))
            && path.extension().is_some_and(|end| end == "yml")
        {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).expect("a document")));
        }
    }
}

#[test]
fn every_plan_document_of_the_repository_fits_the_schema() {
    let mut found = Vec::new();
    for folder in ["examples", "tests/fixtures", "tests/worked_examples"] {
        documents(&repository().join(folder), &mut found);
    }
    assert!(found.len() > 8, "{} documents", found.len());
    for (file, text) in found {
        assert_eq!(check(&text), None, "{file}");
    }
}

#[test]
fn what_the_reader_refuses_by_form_the_schema_refuses_too() {
    let file = repository().join("examples/starter/plans/representatives.yml");
    let sound = std::fs::read_to_string(file).expect("a plan");
    assert_eq!(check(&sound), None);
    for (from, to) in [
        ("currency: EUR", "currency: Euro"),
        ("currency: EUR", "currency: EUR\ncolour: red"),
        ("paid: monthly", "paid: weekly"),
        ("paid: monthly\n", ""),
        ("valid: 2026-01-01..2026-12-31", "valid: 2026"),
        ("weight: 100%", "weight: all"),
        ("products: all", "products: everything"),
        ("window: period", "window: rolling(1)"),
        ("lookup: interpolated", "lookup: curved"),
        ("{50%: 0%, 100%: 100%, 150%: 200%}", "{half: 0%}"),
        ("mode: half_up", "mode: half_up, sort: 1"),
        ("zero_target: not_payable", "zero_target: maybe"),
    ] {
        assert!(sound.contains(from), "`{from}` is not in the plan");
        let text = sound.replacen(from, to, 1);
        assert!(check(&text).is_some(), "the schema takes `{to}`");
        let document = Document { file: "plans/a.yml".to_owned(), text };
        let set = std::fs::read_to_string(repository().join("examples/starter/plans/team.yml")).expect("a rule set");
        let refused = plans::compile(&[document, Document { file: "plans/b.yml".to_owned(), text: set }]);
        assert!(refused.is_err(), "the reader takes `{to}`");
    }
}

/// A document that has an unknown key in the section, and nothing else on the way there.
fn path_to(section: &str, from: &str, seen: &mut BTreeSet<String>) -> Option<String> {
    if section == from {
        return Some("{zzz: 1}".to_owned());
    }
    if !seen.insert(from.to_owned()) {
        return None;
    }
    keys().filter(|key| key.section == from).find_map(|key| {
        let inner = within(key.form, section, seen)?;
        Some(format!("{{{}: {inner}}}", key.key))
    })
}

fn within(form: Form, section: &str, seen: &mut BTreeSet<String>) -> Option<String> {
    match form {
        Form::Block(block) => path_to(section, block, seen),
        Form::List(of) => within(*of, section, seen).map(|inner| format!("[{inner}]")),
        Form::Map(_, of) => within(*of, section, seen).map(|inner| format!("{{a: {inner}}}")),
        Form::Either(forms) => forms.iter().find_map(|one| within(*one, section, seen)),
        _ => None,
    }
}

#[test]
fn the_schema_has_the_keys_that_the_reader_knows() {
    for section in sections() {
        let of_rule_set = path_to(section, "rule_set", &mut BTreeSet::new());
        let (root, path) = match path_to(section, "plan", &mut BTreeSet::new()) {
            Some(path) => ("plan", path),
            None => ("rule_set", of_rule_set.unwrap_or_else(|| panic!("nothing leads to `{section}`"))),
        };
        let text = format!("{{{root}: a, {}", path.trim_start_matches('{'));
        let faults =
            plans::compile(&[Document { file: "plans/a.yml".to_owned(), text: text.clone() }]).expect_err(&text);
        let message = faults[0].message();
        let (_, after) = message.split_once("zzz`, expected one of ").unwrap_or_else(|| panic!("{text}: {message}"));
        let accepted: BTreeSet<&str> =
            after.split(", ").map(str::trim).filter(|key| !BETTER_TOLD.contains(&(section, key))).collect();
        let known: BTreeSet<&str> = keys().filter(|key| key.section == section).map(|key| key.key).collect();
        assert_eq!(known, accepted, "`{section}`: {message}");
    }
}
