//! That the pharma company uses the whole plan language, and a page that says where.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
};

use crate::{
    generated::{head, hold},
    support::repository,
    worked_examples::choices::{language, uses},
};

/// How many documents a line of the page names.
const NAMED_COUNT: usize = 4;

/// The documents of the company by the element that they use, in the order of their names.
fn users() -> BTreeMap<String, BTreeSet<String>> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in fs::read_dir(repository().join("examples/pharma/project/plans")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for element in uses(&name, &fs::read_to_string(&path).unwrap()) {
            users.entry(element).or_default().insert(name.clone());
        }
    }
    users
}

#[test]
fn the_pharma_company_uses_every_key_and_choice_of_the_plan_language() {
    let users = users();
    let language = language();
    let missing: Vec<&String> = language.iter().filter(|element| !users.contains_key(*element)).collect();
    assert!(missing.is_empty(), "{} that no plan of the pharma company uses: {missing:#?}", missing.len());
    let mut text = head(
        "The plan language in the pharma company",
        "Which documents in examples/pharma/project/plans use each key of the plan language, and each choice of a key.",
    );
    let mut section = "";
    for element in &language {
        let (block, rest) = element.split_once('.').expect("a block and a key");
        if block != section {
            let _ = write!(text, "\n## `{block}`\n\n| element | documents |\n|---|---|\n");
            section = block;
        }
        let names: Vec<&str> = users[element].iter().take(NAMED_COUNT).map(String::as_str).collect();
        let more = users[element].len() - names.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let _ = writeln!(text, "| `{}` | {}{more} |", rest.replace('|', "\\|"), names.join(", "));
    }
    hold("pharma-elements.md", &text);
}
