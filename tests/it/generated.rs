//! docs/generated and the guide's page of elements: written from the code with `UPDATE=1`, compared with it otherwise. What is undocumented fails.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
};

use engine::{Model, model::Reads};
use jobs::{
    Environment, Project,
    reference::{CONTRACT_KEYS, Entry, SETTINGS, VARIABLES},
};
use kernel::{Code, clock::Fixed};

use crate::support::{NOW, repository};

/// Compares a file of docs/generated with what it has to be, or writes it.
pub fn hold(name: &str, text: &str) {
    hold_in("docs/generated", name, text);
}

fn hold_in(folder: &str, name: &str, text: &str) {
    let path = repository().join(folder).join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        fs::write(&path, text).expect("a document");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "{folder}/{name} is not what the code says; run the test again with UPDATE=1");
}

pub fn head(title: &str, what: &str) -> String {
    format!("# {title}\n\n{what} Written by a test; do not edit.\n")
}

/// Text inside a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn the_command_line_is_documented() {
    let text = jobs::reference::commands();
    for line in text.lines().filter(|line| line.trim_start().starts_with("--")) {
        assert!(line.trim().contains(' ') || !line.trim().is_empty(), "{line} has no words");
    }
    hold("commands.md", &(head("Commands", "Every command with its options.") + &text));
}

#[test]
fn the_schema_of_plans_is_published() {
    let text = serde_json::to_string_pretty(&jobs::schema::schema()).expect("JSON");
    hold("plan.schema.json", &(text + "\n"));
}

fn entries(text: &mut String, entries: &[Entry]) {
    let mut section = None;
    for entry in entries {
        if section != Some(entry.section) {
            section = Some(entry.section);
            let title = if entry.section.is_empty() { String::new() } else { format!("\n## `{}`\n", entry.section) };
            let _ = write!(text, "{title}\n| key | form; default | meaning |\n|---|---|---|\n");
        }
        assert!(!entry.meaning.is_empty(), "{} has no meaning", entry.key);
        let _ = writeln!(text, "| `{}` | {} | {} |", entry.key, cell(entry.form), cell(entry.meaning));
    }
}

#[test]
fn every_setting_is_documented() {
    let sound = "name: a\nwarehouse: w\ncalendar: {kind: months, from_year: 2026, to_year: 2026}\n";
    let read = |text: &str| {
        let fault = kernel::documents::read::<jobs::settings::Settings>("tantieme.yml", text).expect_err("unknown key");
        fault.to_string()
    };
    let sections = BTreeMap::from([
        ("", read(&format!("{sound}zzz: 1\n"))),
        ("calendar", read("name: a\nwarehouse: w\ncalendar: {kind: months, from_year: 2026, to_year: 2026, zzz: 1}\n")),
        ("parameters", read(&format!("{sound}parameters:\n  a: {{type: text, value: b, zzz: 1}}\n"))),
        ("publish", read(&format!("{sound}publish:\n  - {{kind: delta, to: a, zzz: 1}}\n"))),
    ]);
    assert_complete(SETTINGS, &sections);
    let mut text = head("Settings", "Every key of `tantieme.yml`, and every variable of the environment.");
    entries(&mut text, SETTINGS);
    text.push_str("\n## The environment\n");
    entries(&mut text, VARIABLES);
    hold("settings.md", &text);
}

#[test]
fn every_key_of_a_contract_is_documented() {
    let sound = "source: a\nstream: b\nfiles: {path: c}\ndelivery: full\nkey: [d]\n";
    let columns = "columns: [{name: d, type: text}]\n";
    let read = |text: String| {
        let fault = connectors::Contract::read("sources/a_b.yml", &text, &BTreeMap::new()).expect_err("unknown key");
        fault.to_string()
    };
    let with = |more: &str| read(format!("{sound}{columns}{more}\n"));
    let sections = BTreeMap::from([
        ("", with("zzz: 1")),
        ("files", read(format!("{}{columns}", sound.replace("path: c", "path: c, zzz: 1")))),
        ("row_number_within", with("row_number_within: {column: n, by: [d], zzz: 1}")),
        ("columns", read(format!("{sound}columns: [{{name: d, type: text, zzz: 1}}]\n"))),
        ("control_totals", with("control_totals: {path: c, zzz: 1}")),
        ("freshness", with("freshness: {column: d, at_most_days: 1, zzz: 1}")),
        ("references", with("references: [{columns: [d], to: landed.a, key: [d], zzz: 1}]")),
    ]);
    assert_complete(CONTRACT_KEYS, &sections);
    let mut text = head("Contracts", "Every key of `sources/<source>_<stream>.yml`; docs/formats.md shows one whole.");
    entries(&mut text, CONTRACT_KEYS);
    hold("contracts.md", &text);
}

/// The reader's own message lists the keys it accepts: these are exactly the ones documented.
fn assert_complete(entries: &[Entry], sections: &BTreeMap<&str, String>) {
    for (section, message) in sections {
        let after = message.split_once("zzz").map(|(_, after)| after).unwrap_or_default();
        let after = after.lines().next().unwrap_or_default();
        let after = after.split(" at line").next().unwrap_or_default();
        let accepted: BTreeSet<&str> =
            after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.len() > 1).collect();
        for entry in entries.iter().filter(|entry| entry.section == *section) {
            assert!(
                accepted.contains(entry.key),
                "`{}` of `{section}` is documented and not accepted: {message}",
                entry.key
            );
        }
        let documented: BTreeSet<&str> =
            entries.iter().filter(|entry| entry.section == *section).map(|entry| entry.key).collect();
        let words = ["expected", "one", "of", "or", "unknown", "field", "expecting", "fields", "are"];
        let missing: Vec<_> =
            accepted.iter().filter(|key| !documented.contains(*key) && !words.contains(key)).collect();
        assert!(missing.is_empty(), "{missing:?} of `{section}` is accepted and not documented: {message}");
    }
}

#[test]
fn every_fault_is_documented() {
    let crates: [(&str, &[Code]); 6] = [
        ("kernel", kernel::fault::FAULTS),
        ("plans", plans::FAULTS),
        ("connectors", connectors::FAULTS),
        ("engine", engine::FAULTS),
        ("publish", publish::FAULTS),
        ("jobs", jobs::FAULTS),
    ];
    let mut text = head("Faults", "Every code, what it means and what to do. The kind decides the exit code.");
    let _ = write!(text, "\n| kind | exit code | does a retry help |\n|---|---|---|\n");
    for kind in kernel::Kind::ALL {
        let helps = if kind.retry_helps() { "yes" } else { "no" };
        let _ = writeln!(text, "| {} | {} | {helps} |", kind.word(), kind.exit_code());
    }
    let mut seen = BTreeSet::new();
    let mut letters = BTreeSet::new();
    for (name, codes) in crates {
        let _ = write!(text, "\n## {name}\n\n| code | kind | meaning | cure |\n|---|---|---|---|\n");
        assert!(letters.insert(codes[0].id.chars().next()), "{name} shares its letter with another crate");
        for code in codes {
            assert!(seen.insert(code.id), "{} stands for two things", code.id);
            assert_eq!(code.id.len(), 4, "{} is not a letter and three digits", code.id);
            assert!(code.id[1..].bytes().all(|b| b.is_ascii_digit()), "{} is not a letter and three digits", code.id);
            assert_eq!(code.id.chars().next(), codes[0].id.chars().next(), "{} has another crate's letter", code.id);
            assert!(code.meaning.len() > 10 && code.cure.len() > 10, "{} is undocumented", code.id);
            let (meaning, cure) = (cell(code.meaning), cell(code.cure));
            let _ = writeln!(text, "| `{}` | {} | {meaning} | {cure} |", code.id, code.kind.word());
        }
    }
    hold("faults.md", &text);
}

#[test]
fn every_worked_example_is_documented() {
    let what =
        "Calculations that others published, and what our models make of them. `cargo test worked_examples` runs them.";
    hold("conformance.md", &(head("Worked examples", what) + &crate::worked_examples::conformance()));
}

#[test]
fn every_element_of_a_plan_is_documented() {
    let what = "What a plan may say, one element at a time; [plans](plans.md) has all of it in tables.";
    hold_in(
        "docs/guide",
        "plan-elements.md",
        &(head("The elements of a plan", what) + &crate::worked_examples::plan_elements()),
    );
}

#[test]
fn every_function_is_documented() {
    let mut text =
        head("Functions", "The exact functions that SQL models and queries have beside those of DataFusion.");
    for one in engine::functions::catalogue() {
        let _ = write!(
            text,
            "\n## `{}`\n\n`{}`\n\n{}\n\nNull: {}. Error: {}.\n",
            one.name, one.signature, one.formula, one.nulls, one.errors
        );
    }
    hold("functions.md", &text);
}

/// The built-in models, compiled as the starter project sees them.
fn models() -> Vec<Model> {
    let folder = repository().join("examples/starter");
    let environment = Environment::fixed(&folder, std::sync::Arc::new(Fixed(NOW)));
    let project = Project::load(&folder, &[], &environment).unwrap_or_else(|faults| panic!("{faults:?}"));
    let graph = std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_multi_thread().thread_stack_size(16 << 20).build().expect("a runtime");
            runtime.block_on(project.compile()).unwrap_or_else(|faults| panic!("{faults:?}"))
        })
        .expect("a thread")
        .join()
        .expect("models that compile");
    graph.models().iter().filter(|model| model.is_built_in).cloned().collect()
}

#[test]
fn every_built_in_model_is_documented() {
    let mut models = models();
    models.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = head("Models", "The built-in models: grain, key, what they read, how they are checked.");
    for model in &models {
        let sidecar = &model.sidecar;
        let reads: Vec<String> = model
            .inputs
            .iter()
            .map(|input| match sidecar.reads.get(&input.to_string()) {
                Some(Reads::Same) | None => format!("`{input}`"),
                Some(reads) => format!("`{input}` ({})", format!("{reads:?}").to_lowercase()),
            })
            .collect();
        let _ = write!(
            text,
            "\n## `{}`\n\n{}. {}.\n\nKey: {}.{}\nReads: {}.\n",
            model.name,
            sentence(&model.grain),
            sentence(&sidecar.description),
            sidecar.key.join(", "),
            if sidecar.partition.is_empty() {
                String::new()
            } else {
                format!(" Cut by {}.", sidecar.partition.join(", "))
            },
            if reads.is_empty() { "nothing".to_owned() } else { reads.join(", ") },
        );
    }
    hold("models.md", &text);
}

#[test]
fn every_column_of_a_published_table_is_documented() {
    let mut text = head("Tables", "The tables that are published: every column with type, unit and meaning.");
    let mut models = models();
    models.sort_by(|a, b| a.name.cmp(&b.name));
    for model in models.iter().filter(|model| model.name.layer() == "reporting" && !model.name.is_private()) {
        let sidecar = &model.sidecar;
        let _ = write!(
            text,
            "\n## `{}`\n\n{}. {}.\n\nKey: {}.\n\n| column | type | unit | meaning |\n|---|---|---|---|\n",
            model.name,
            sentence(&model.grain),
            sentence(&sidecar.description),
            sidecar.key.join(", ")
        );
        for column in &sidecar.columns {
            assert!(column.meaning.len() > 2, "`{}.{}` has no meaning", model.name, column.name);
            let kind = if column.nullable {
                format!("{}, may be empty", column.column_type)
            } else {
                column.column_type.to_string()
            };
            let unit = column.unit.as_deref().unwrap_or_default();
            let _ = writeln!(text, "| `{}` | {kind} | {} | {} |", column.name, cell(unit), cell(&column.meaning));
        }
    }
    hold("tables.md", &text);
}

fn sentence(text: &str) -> String {
    text.trim_start_matches("-- ").trim().trim_end_matches('.').to_owned()
}
