//! A plan told in steps: sentences, tables and pictures, and how they are written as plain text.

use serde::Serialize;

use super::quantity::Language;

/// A sentence, and which choice it tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// The choice, such as `curve.lookup`; the same in every language and version.
    pub key: String,
    /// The sentence.
    pub text: String,
}

/// A table for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grid {
    /// What it tells, such as `curve.tiers`.
    pub key: String,
    /// What stands above it.
    pub title: String,
    /// What stands above each column.
    pub columns: Vec<String>,
    /// Which columns hold numbers.
    pub is_number: Vec<bool>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
}

/// A curve, drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// SVG that stands by itself.
    pub svg: String,
}

/// One step of the calculation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which step, such as `measure`.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// What happens in it.
    pub sentences: Vec<Sentence>,
    /// What is looked up in it.
    pub tables: Vec<Grid>,
    /// Curves.
    pub pictures: Vec<Picture>,
}

/// A component, or what concerns the whole plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Such as `plan` or `component:revenue`.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// In the order of the calculation.
    pub steps: Vec<Step>,
}

/// A plan as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    /// The language.
    pub language: Language,
    /// The plan's name in the project.
    pub plan_id: String,
    /// First twelve digits of the BLAKE3 of its text.
    pub plan_version: String,
    /// The plan's title.
    pub title: String,
    /// In the order of the calculation.
    pub sections: Vec<Section>,
}

impl Step {
    /// A step without content.
    pub(crate) fn new(language: Language, key: &str) -> Self {
        Self {
            key: key.to_owned(),
            title: language.word(&format!("step.{key}")),
            sentences: Vec::new(),
            tables: Vec::new(),
            pictures: Vec::new(),
        }
    }

    /// Whether it tells nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.sentences.is_empty() && self.tables.is_empty() && self.pictures.is_empty()
    }
}

/// Columns of a line of text.
const WIDTH: usize = 100;

impl Page {
    /// The page as plain text; tables stand side by side with their numbers to the right.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.title, "═".repeat(self.title.chars().count()));
        for section in &self.sections {
            text.push_str(&format!("\n{}\n{}\n", section.title, "─".repeat(section.title.chars().count())));
            for (at, step) in section.steps.iter().enumerate() {
                text.push_str(&format!("\n{}. {}\n", at + 1, step.title));
                for sentence in &step.sentences {
                    wrapped(&sentence.text, "   ", &mut text);
                }
                for table in &step.tables {
                    table.write(&mut text);
                }
            }
        }
        text
    }
}

/// Breaks a sentence at spaces.
fn wrapped(sentence: &str, indent: &str, text: &mut String) {
    let mut line = String::from(indent);
    for word in sentence.split(' ') {
        let length = line.chars().count();
        if length > indent.len() && length + word.chars().count() > WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = String::from(indent);
        }
        line.push_str(word);
        line.push(' ');
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

impl Grid {
    fn write(&self, text: &mut String) {
        text.push_str(&format!("\n   {}\n", self.title));
        let rows: Vec<&Vec<String>> = std::iter::once(&self.columns).chain(&self.rows).collect();
        let width = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        for (at, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).zip(&self.is_number).map(|((cell, width), is_number)| {
                let space = " ".repeat(width.saturating_sub(cell.chars().count()));
                if *is_number { space + cell } else { cell.clone() + &space }
            });
            let line = cells.collect::<Vec<_>>().join("   ");
            text.push_str(&format!("     {}\n", line.trim_end()));
            if at == 0 {
                let rule = widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("   ");
                text.push_str(&format!("     {rule}\n"));
            }
        }
        text.push('\n');
    }
}
