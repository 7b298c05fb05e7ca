//! The published cases themselves, where they lie beside the repository: our fixtures hold the same figures.

use std::{collections::BTreeMap, fmt, fs};

use kernel::{
    documents::{Number, read},
    exact::{Fixed, RoundingMode, rescale},
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use super::fixture::Fixture;
use crate::support::repository;

/// A published case, as far as figures go.
#[derive(Deserialize)]
pub struct Published {
    /// What the source says comes out.
    pub expected: Node,
    /// What is right where the source is wrong.
    pub recomputed: Option<Node>,
}

/// Anything in a document, values as text.
#[derive(Debug)]
pub enum Node {
    /// A value.
    Leaf(String),
    /// Things under names; those of a list are numbered from zero.
    Branch(Vec<(String, Node)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_string()))
    }

    // The shortest text of a binary fraction is the one that was written, up to fifteen digits.
    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Leaf(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push((nodes.len().to_string(), node));
        }
        Ok(Node::Branch(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(entry) = map.next_entry::<String, Node>()? {
            nodes.push(entry);
        }
        Ok(Node::Branch(nodes))
    }
}

impl Node {
    /// Every value with the names that lead to it, points between them.
    pub fn leaves(&self) -> BTreeMap<String, String> {
        match self {
            Self::Leaf(text) => BTreeMap::from([(String::new(), text.clone())]),
            Self::Branch(nodes) => {
                let under = |(name, node): &(String, Self)| {
                    // `year_end[1]` is the second value of `year_end`.
                    let name = name.replace('[', ".").replace(']', "");
                    node.leaves().into_iter().map(move |(rest, text)| (joined(&name, &rest), text)).collect::<Vec<_>>()
                };
                nodes.iter().flat_map(under).collect()
            }
        }
    }
}

/// Two names with a point between them, if both are there.
pub fn joined(first: &str, second: &str) -> String {
    if first.is_empty() || second.is_empty() { format!("{first}{second}") } else { format!("{first}.{second}") }
}

/// The published cases by number; none where they are not beside the repository.
pub fn published() -> BTreeMap<String, Published> {
    let Ok(folder) = fs::read_dir(repository().join("../shared/cases")) else { return BTreeMap::new() };
    let mut cases = BTreeMap::new();
    for entry in folder {
        let path = entry.expect("a case").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        if name.ends_with(".yaml") {
            let text = fs::read_to_string(&path).expect("a case");
            let case = read(&name, &text).unwrap_or_else(|fault| panic!("{fault}"));
            cases.insert(name[..3].to_owned(), case);
        }
    }
    cases
}

/// Whether two texts are the same number, or the same text.
pub fn same(one: &str, other: &str) -> bool {
    match (Number::parse(one), Number::parse(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// The figures of a fixture as the source would show them, by their names in the published case.
pub fn shown(fixture: &Fixture) -> BTreeMap<String, String> {
    let mut figures = BTreeMap::new();
    for expectation in &fixture.expect {
        let Some(of) = &expectation.of else { continue };
        for (name, value) in &expectation.are {
            let mut text = value.clone();
            if let (Some(shown), Some(Number(value))) = (&expectation.shown, Number::parse(value)) {
                let times = shown.times.as_ref().map_or(value, |times| value.checked_mul(times.0).expect("a product"));
                text = times.normalize().to_string();
                text = shown.digits.map_or(text.clone(), |digits| half_up(&text, digits));
            }
            figures.insert(joined(of, name), text);
        }
    }
    figures
}

/// A decimal's text rounded half away from zero.
fn half_up(text: &str, digits: u8) -> String {
    let value = Fixed::parse(text).unwrap_or_else(|| panic!("`{text}` is no decimal"));
    rescale(value, digits, RoundingMode::HalfUp).unwrap_or_else(|fault| panic!("{fault}")).to_string()
}
