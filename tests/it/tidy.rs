//! The rules of the house that a program can check.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::MetadataCommand;

use crate::support::repository;

/// Which of our crates each crate may use. A new edge changes this, the table in docs/architecture.md, and the design.
const EDGES: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("plans", &["kernel"]),
    ("connectors", &["kernel"]),
    ("engine", &["kernel"]),
    ("publish", &["kernel"]),
    ("pharma", &[]),
    ("jobs", &["connectors", "engine", "kernel", "pharma", "plans", "publish"]),
    ("tests", &["connectors", "engine", "jobs", "kernel", "pharma", "plans", "publish"]),
];

/// Files over 500 lines and how long they are. May only shrink.
const LONG_FILES: &[(&str, usize)] = &[];

/// Functions over 70 lines and how long they are. May only shrink.
const LONG_FUNCTIONS: &[(&str, usize)] = &[];

/// Nouns that the glossary must explain.
const NOUNS: &[&str] = &[
    "accelerator",
    "alignment",
    "attainment",
    "balance",
    "batch",
    "cap",
    "check",
    "contract",
    "control total",
    "credit",
    "deposit",
    "exception",
    "fault",
    "fingerprint",
    "gate",
    "grain",
    "incentive",
    "landed",
    "lineage",
    "manifest",
    "measure",
    "model",
    "orphaned",
    "partition",
    "payee",
    "payment",
    "period",
    "position",
    "project",
    "publication",
    "quarantine",
    "release",
    "roll-up",
    "rule set",
    "run",
    "sidecar",
    "stream",
    "target",
    "transaction",
    "true-up",
    "warehouse",
    "window",
];

#[test]
fn the_crates_use_each_other_as_the_table_says() {
    let metadata = MetadataCommand::new()
        .manifest_path(repository().join("Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo metadata");
    let ours: BTreeSet<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let found: BTreeMap<String, BTreeSet<String>> = metadata
        .packages
        .iter()
        .map(|package| {
            let edges = package.dependencies.iter().map(|edge| edge.name.clone()).filter(|name| ours.contains(name));
            (package.name.to_string(), edges.collect())
        })
        .collect();
    let allowed: BTreeMap<String, BTreeSet<String>> = EDGES
        .iter()
        .map(|(name, edges)| ((*name).to_owned(), edges.iter().map(|edge| (*edge).to_owned()).collect()))
        .collect();
    assert_eq!(found, allowed, "a new edge changes this table, docs/architecture.md and the design together");
    let architecture = read("docs/architecture.md");
    for (name, edges) in EDGES {
        let edges = if edges.is_empty() { "none".to_owned() } else { edges.join(", ") };
        assert!(
            architecture.contains(&format!("| `{name}` | {edges} |")),
            "docs/architecture.md lacks | `{name}` | {edges} |"
        );
    }
}

#[test]
fn there_is_one_binary() {
    let metadata = MetadataCommand::new()
        .manifest_path(repository().join("Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo metadata");
    let targets = metadata.packages.iter().flat_map(|package| &package.targets);
    let binaries: Vec<_> = targets.filter(|target| target.is_bin()).map(|target| target.name.as_str()).collect();
    assert_eq!(binaries, ["tantieme"]);
}

#[test]
fn heavy_crates_are_there_in_one_version_each() {
    let lock = read("Cargo.lock");
    for name in ["arrow", "arrow-schema", "parquet", "object_store", "datafusion", "deltalake-core", "libsqlite3-sys"] {
        let count = lock.matches(&format!("name = \"{name}\"\n")).count();
        assert!(count <= 1, "{count} versions of {name}");
    }
}

#[test]
fn only_the_engine_names_datafusion() {
    for file in files(&repository(), &["rs", "toml"]) {
        let name = shown(&file);
        let is_free = name.starts_with("pipelines/engine/")
            || ["Cargo.toml", "clippy.toml", "tests/it/tidy.rs"].contains(&name.as_str());
        let text = read(&name);
        // A Delta table can be written without DataFusion, and is.
        let names_it = text.lines().any(|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.contains("datafusion::")
                || code.trim_start().starts_with("datafusion.")
                || code.starts_with("datafusion =")
        });
        assert!(is_free || !names_it, "{name} names DataFusion");
    }
}

#[test]
fn sessions_are_built_in_one_place() {
    for file in files(&repository().join("pipelines"), &["rs"]) {
        let name = shown(&file);
        if name == "pipelines/engine/src/session.rs" {
            continue;
        }
        for constructor in ["SessionContext::new", "SessionStateBuilder::new"] {
            assert!(!read(&name).contains(constructor), "{name} builds a session; `Runtime::session` does that");
        }
    }
}

#[test]
fn core_does_no_input_and_output() {
    for file in files(&repository().join("core"), &["rs"]) {
        let text = read(&shown(&file));
        for word in ["std::fs", "std::net", "std::env", "SystemTime", "Instant::now", "tokio::", "arrow::"] {
            assert!(!text.contains(word), "{} uses {word}", shown(&file));
        }
    }
}

#[test]
fn long_files_and_functions_only_shrink() {
    let (mut long_files, mut long_functions) = (BTreeMap::new(), BTreeMap::new());
    for file in files(&repository(), &["rs"]) {
        let name = shown(&file);
        let text = read(&name);
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > 500 {
            long_files.insert(name.clone(), lines.len());
        }
        for (function, length) in functions(&lines) {
            if length > 70 {
                long_functions.insert(format!("{name} {function}"), length);
            }
        }
    }
    assert_ratchet("LONG_FILES", LONG_FILES, &long_files);
    assert_ratchet("LONG_FUNCTIONS", LONG_FUNCTIONS, &long_functions);
}

fn assert_ratchet(list: &str, listed: &[(&str, usize)], found: &BTreeMap<String, usize>) {
    let listed: BTreeMap<String, usize> = listed.iter().map(|(name, length)| ((*name).to_owned(), *length)).collect();
    let grown: Vec<_> =
        found.iter().filter(|(name, length)| listed.get(*name).is_none_or(|old| old < length)).collect();
    assert!(grown.is_empty(), "too long, split them: {grown:#?}");
    let shrunk: Vec<_> =
        listed.iter().filter(|(name, old)| found.get(*name).is_none_or(|length| length < old)).collect();
    assert!(shrunk.is_empty(), "shorter now, lower the number in {list}: {shrunk:#?}");
}

/// Name and length of every function; rustfmt puts the closing brace under the first letter of the first line.
fn functions(lines: &[&str]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        let words = ["pub ", "pub(crate) ", "pub(super) ", "const ", "async "];
        let mut rest = code;
        while let Some(shorter) = words.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = shorter;
        }
        let Some(name) = rest.strip_prefix("fn ") else { continue };
        let name = name.split(['(', '<']).next().unwrap_or_default();
        let closing = format!("{}}}", " ".repeat(indent));
        let length = lines[at..].iter().position(|line| **line == closing).map_or(1, |end| end + 1);
        found.push((name.to_owned(), length));
    }
    found
}

#[test]
fn nothing_is_left_to_do_later_and_no_workplace_is_named() {
    let forbidden = ["TO DO", "FIX ME", "/wor k/", "cra tes.io", "py pi.org", "np mjs", "github .com/orgs"]
        .map(|word| word.replacen(' ', "", 1));
    for file in files(&repository(), &["rs", "sql", "yml", "md", "toml", "py", "sh", ""]) {
        let name = shown(&file);
        let Ok(text) = fs::read_to_string(&file) else { continue };
        for word in &forbidden {
            assert!(!text.contains(word.as_str()), "{name} says {word}");
        }
    }
}

#[test]
fn models_are_written_in_one_style() {
    let mut wrong = Vec::new();
    for file in files(&repository(), &["sql"]) {
        let name = shown(&file);
        if !name.contains("/sql/") && !name.starts_with("sql/") {
            continue;
        }
        let text = read(&name);
        let code: String =
            text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        let mut complain = |what: &str| wrong.push(format!("{name}: {what}"));
        if !text.starts_with("-- One row per ") {
            complain("the first line does not begin with `-- One row per `");
        }
        if code.contains("select *") || code.contains(".*") {
            complain("`select *`");
        }
        let words: Vec<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        if words.contains(&"distinct")
            && !name.contains("/staging/")
            && !code.contains("is distinct")
            && !code.contains("is not distinct")
        {
            complain("`distinct` outside staging hides a grain that is not understood");
        }
        let cases = words.iter().filter(|word| **word == "case").count();
        let elses = words.iter().filter(|word| **word == "else").count();
        if elses < cases {
            complain("a `case` without `else`");
        }
        if words.iter().any(|word| ["SELECT", "FROM", "WHERE", "JOIN", "GROUP"].contains(word)) {
            complain("upper-case keywords");
        }
        if words.iter().any(|word| ["now", "random", "uuid", "current_date", "current_timestamp"].contains(word)) {
            complain("a value that changes from run to run");
        }
        if !file.with_extension("yml").exists() {
            complain("no sidecar");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_glossary_explains_every_noun() {
    let glossary = read("docs/glossary.md").to_lowercase();
    let missing: Vec<_> = NOUNS.iter().filter(|noun| !glossary.contains(&format!("**{noun}**"))).collect();
    assert!(missing.is_empty(), "docs/glossary.md does not explain {missing:?}");
}

#[test]
fn every_decision_says_what_it_rejected_and_how_we_would_know() {
    for file in files(&repository().join("docs/decisions"), &["md"]) {
        let text = read(&shown(&file));
        for part in ["## Context", "## Choice", "## Rejected", "## How we would know it was wrong"] {
            assert!(text.contains(part), "{} lacks `{part}`", shown(&file));
        }
        assert!(text.lines().count() <= 60, "{} is longer than a page", shown(&file));
    }
}

fn read(name: &str) -> String {
    fs::read_to_string(repository().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn shown(file: &Path) -> String {
    file.strip_prefix(repository()).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

/// Every file below a folder with one of these endings, sorted; without what builds and runs leave behind.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_left =
                ["target", ".git", "warehouse", "published", "node_modules", "tantieme-demo"].contains(&name.as_str());
            if path.is_dir() && !is_left {
                waiting.push(path);
            } else if path.is_file() {
                let ending = path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
                if endings.contains(&ending.as_str()) {
                    found.push(path);
                }
            }
        }
    }
    found.sort();
    found
}
