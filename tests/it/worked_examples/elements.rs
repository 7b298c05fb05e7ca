//! The elements of a plan, each with an example: read as chapters, run as fixtures, written as a page of the guide.

use std::{collections::BTreeMap, fmt::Write, fs};

use kernel::documents::read;
use serde::Deserialize;

use super::fixture::{Expectation, Fixture, folder, table};

/// A chapter of the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Its heading.
    pub chapter: String,
    /// What all of its elements have in common.
    pub about: String,
    /// The elements in the order of the page.
    pub elements: Vec<Element>,
}

/// An element of a plan. `@` stands for what tells its names apart from those of others; the page shows none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Element {
    /// Its name among the fixtures.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What it is for, in a few sentences.
    pub explain: String,
    /// Keys of the plan; they take the place of the frame's.
    #[serde(default)]
    pub plan: String,
    /// The list of components.
    pub components: String,
    /// Whole documents beside the plan, parted by `---`.
    #[serde(default)]
    pub documents: String,
    /// Rows by relation, as in other fixtures.
    pub rows: BTreeMap<String, String>,
    /// Figures by query and name.
    pub gives: BTreeMap<String, BTreeMap<String, String>>,
    /// How the figures come about.
    pub because: String,
}

/// A question that elements ask of the published tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// What the figures are, as the heading of their table.
    heading: String,
    /// Two columns: name and value of a figure.
    sql: String,
}

/// The plan that all components stand in, as it is written in the folder.
fn frame() -> String {
    fs::read_to_string(folder().join("elements/frame.yml")).expect("the frame of all plans")
}

fn questions() -> BTreeMap<String, Question> {
    let text = fs::read_to_string(folder().join("elements/questions.yml")).expect("questions");
    read("questions.yml", &text).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The chapters in the order of their files.
pub fn chapters() -> Vec<Chapter> {
    let mut chapters = BTreeMap::new();
    for entry in fs::read_dir(folder().join("elements")).expect("chapters") {
        let path = entry.expect("a chapter").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            let text = fs::read_to_string(&path).expect("a chapter");
            let chapter: Chapter = read(&name, &text).unwrap_or_else(|fault| panic!("{fault}"));
            chapters.insert(name, chapter);
        }
    }
    chapters.into_values().collect()
}

/// All elements as fixtures, by their names.
pub fn elements() -> BTreeMap<String, Fixture> {
    let (frame, questions) = (frame(), questions());
    let mut fixtures = BTreeMap::new();
    for element in chapters().iter().flat_map(|chapter| &chapter.elements) {
        let fixture = fixture(element, &frame, &questions);
        assert!(fixtures.insert(element.id.clone(), fixture).is_none(), "{} stands twice", element.id);
    }
    fixtures
}

fn fixture(element: &Element, frame: &str, questions: &BTreeMap<String, Question>) -> Fixture {
    let prefix = format!("e{}-", element.id);
    // Seats without a role of their own have that of their fixture.
    let named = |text: &str| text.replace("@role", &format!("e{}", element.id)).replace('@', &prefix);
    let documents = if element.documents.is_empty() { String::new() } else { format!("---\n{}", element.documents) };
    let expect = element.gives.iter().map(|(name, figures)| {
        let question = questions.get(name).unwrap_or_else(|| panic!("{}: no question is called `{name}`", element.id));
        Expectation { of: None, sql: named(&question.sql), are: figures.clone(), shown: None }
    });
    Fixture {
        case: element.id.clone(),
        title: element.title.clone(),
        proves: Vec::new(),
        reading: String::new(),
        moved: None,
        plans: named(&format!("{}{documents}", plan(element, frame))),
        rows: element.rows.iter().map(|(relation, rows)| (relation.clone(), named(rows))).collect(),
        expect: expect.collect(),
        left_out: BTreeMap::new(),
        differs: BTreeMap::new(),
    }
}

/// The element's components and keys, and what it leaves to the frame.
fn plan(element: &Element, frame: &str) -> String {
    let is_written = |line: &str| {
        let key = line.split_inclusive(':').next().unwrap_or_default();
        element.plan.lines().any(|written| written.starts_with(key))
    };
    let left: String = frame.lines().filter(|line| !is_written(line)).flat_map(|line| [line, "\n"]).collect();
    format!("{left}{}", written(element))
}

/// What the element itself writes of its plan.
fn written(element: &Element) -> String {
    let indented: String = element.components.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    format!("{}components:\n{indented}", element.plan)
}

/// The page of the guide, without its heading.
pub fn page() -> String {
    let questions = questions();
    let mut text = format!(
        "\nEach section shows what a plan writes, rows that go in, and the figures that come out. Every example is run \
         by a test, and this page is written from what was run.\n\nA section shows only what matters to its element. \
         The rest of each plan is this, unless the section writes the key itself:\n\n{}\nWhere no credit rules are \
         shown, whoever stands in `position_id` of a deal has the whole of it, and managers have what their people \
         have (`rule_set: deals`). A seat is a position with the person who holds it under the same name. Days in \
         `to` columns are the first day after.\n",
        block(&frame().replace('@', ""))
    );
    let chapters = chapters();
    for chapter in &chapters {
        let linked: Vec<String> =
            chapter.elements.iter().map(|one| format!("[{}](#{})", one.title, anchor(&one.title))).collect();
        let _ = write!(text, "\n- {}: {}", chapter.chapter, linked.join(" · "));
    }
    text.push('\n');
    for chapter in &chapters {
        let _ = write!(text, "\n## {}\n\n{}\n", chapter.chapter, chapter.about.trim());
        for element in &chapter.elements {
            section(&mut text, element, &questions);
        }
    }
    text
}

fn section(text: &mut String, element: &Element, questions: &BTreeMap<String, Question>) {
    let _ = write!(text, "\n### {}\n\n{}\n", element.title, element.explain.trim());
    for document in element.documents.split("---\n").filter(|document| !document.trim().is_empty()) {
        let _ = write!(text, "\n{}", block(&document.replace('@', "")));
    }
    let _ = write!(text, "\n{}", block(&written(element).replace('@', "")));
    for (relation, rows) in &element.rows {
        let plain = rows.replace('@', "");
        if !(relation == "seats" && plain.lines().next() == Some("position")) {
            let _ = write!(text, "\n{}", rows_as_table(relation, &plain));
        }
    }
    for (name, figures) in &element.gives {
        let heading = questions.get(name).map_or(name.as_str(), |question| &question.heading);
        let _ = write!(text, "\n| {heading} | |\n|---|---:|\n");
        for (figure, value) in figures {
            let _ = writeln!(text, "| {figure} | **{value}** |");
        }
    }
    let _ = write!(text, "\n{}\n", element.because.trim());
}

fn block(yaml: &str) -> String {
    format!("```yaml\n{}\n```\n", yaml.trim_end())
}

/// Rows as a Markdown table under the name of their relation.
fn rows_as_table(relation: &str, rows: &str) -> String {
    let header: Vec<&str> = rows.lines().next().unwrap_or_default().split(',').map(str::trim).collect();
    let mut text = format!("`{relation}`:\n\n| {} |\n|{}\n", header.join(" | "), "---|".repeat(header.len()));
    for row in table(rows) {
        let values: Vec<&str> = header.iter().map(|name| row[*name].as_str()).collect();
        let _ = writeln!(text, "| {} |", values.join(" | "));
    }
    text
}

/// The name that Markdown gives a heading.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase().replace(' ', "-");
    kept.chars().filter(|one| one.is_alphanumeric() || matches!(one, '-' | '_')).collect()
}
