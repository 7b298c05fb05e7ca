//! The JSON Schema of plan and rule-set documents, for editors that complete, explain and underline.

use plans::schema::{Form, Key, keys, sections};
use serde_json::{Map, Value, json};

/// `5%`, `0.05`, `1_000.50`, as documents write numbers.
const NUMBER: &str = r"^\s*[-+]?[0-9][0-9_]*(\.[0-9_]+)?\s*%?\s*$";
const DAY: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const DAYS: &str = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*\.\.\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$";
const IDENTIFIER: &str = r"^[A-Za-z0-9][A-Za-z0-9._-]*$";
const PRODUCTS: &str = r"^(all|(category|brand|product) .+)$";

/// The schema, draft 2020-12.
pub fn schema() -> Value {
    let definitions: Map<String, Value> =
        sections().into_iter().map(|section| (section.to_owned(), block(section))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan or a rule set of Tantieme",
        "description": "A plan begins with `plan: ID`, a rule set with `rule_set: ID`",
        "type": "object",
        "if": {"required": ["rule_set"]},
        "then": {"$ref": "#/$defs/rule_set"},
        "else": {"$ref": "#/$defs/plan"},
        "$defs": definitions,
    })
}

fn block(section: &str) -> Value {
    let own = || keys().filter(|key| key.section == section);
    let properties: Map<String, Value> = own().map(|key| (key.key.to_owned(), property(key))).collect();
    let required: Vec<&str> = own().filter(|key| key.is_required).map(|key| key.key).collect();
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

fn property(key: &Key) -> Value {
    let mut value = form(key.form);
    if let Value::Object(object) = &mut value {
        object.insert("description".to_owned(), Value::String(key.meaning.to_owned()));
    }
    value
}

fn form(form: Form) -> Value {
    // Editors read `1`, `true` and `2026-01-01` as what they look like; documents take their text.
    let text = |pattern: &str| json!({"type": ["string", "number"], "pattern": pattern});
    match form {
        Form::Text => json!({"type": ["string", "number"]}),
        Form::Identifier => text(IDENTIFIER),
        Form::Number => text(NUMBER),
        Form::Count => json!({"type": "integer", "minimum": 0}),
        Form::Truth => json!({"type": "boolean"}),
        Form::Day => json!({"type": "string", "pattern": DAY}),
        Form::Interval => json!({"type": "string", "pattern": DAYS}),
        Form::Products => json!({"type": "string", "pattern": PRODUCTS}),
        Form::Words(words) => json!({"enum": words}),
        Form::Pattern(pattern) => json!({"type": "string", "pattern": pattern}),
        Form::Block(section) => json!({"$ref": format!("#/$defs/{section}")}),
        Form::List(of) => json!({"type": "array", "items": self::form(*of)}),
        Form::Map(name, of) => {
            let mut names = self::form(*name);
            if let Value::Object(object) = &mut names {
                // The name of a property is text whatever it looks like.
                object.remove("type");
                object.remove("minimum");
            }
            json!({"type": "object", "propertyNames": names, "additionalProperties": self::form(*of)})
        }
        Form::Either(forms) => json!({"anyOf": forms.iter().map(|one| self::form(*one)).collect::<Vec<_>>()}),
    }
}
