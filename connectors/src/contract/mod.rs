//! The contract of a stream: which files, how they are written, which columns and key, and what may not pass.
//!
//! Promises that a [`Contract`] is consistent in itself: its key exists, its formats compile, its bounds are values of
//! their columns. It has not looked at any file.

mod check;
mod document;

use std::collections::BTreeMap;

use kernel::{Digest, Fault, Fingerprint, Place, Result, columns::Column, documents, names::TableName};
use rust_decimal::Decimal;

pub use document::{Delivery, Missing, Unknown};

use crate::{csv::Dialect, fault::C002, shape::Shape, values::NumberFormat};

/// What a sender and we agreed on for one stream.
#[derive(Debug, Clone)]
pub struct Contract {
    pub(crate) file: String,
    pub(crate) description: String,
    pub(crate) path: String,
    pub(crate) dialect: Dialect,
    pub(crate) shape: Shape,
    pub(crate) unknown: Unknown,
    pub(crate) missing: Missing,
    pub(crate) most_quarantined: Decimal,
    pub(crate) control: Option<Control>,
    pub(crate) freshness: Option<Freshness>,
    pub(crate) references: Vec<Reference>,
    pub(crate) text_hash: Digest,
    pub(crate) reading_hash: Digest,
}

/// Where the sender states totals, and which.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    pub path: String,
    pub is_required: bool,
    pub file_column: Option<String>,
    pub row_count_column: Option<String>,
    /// Column of the stream (position) and column of the control file.
    pub sums: Vec<(usize, String)>,
    pub dialect: Dialect,
    pub numbers: NumberFormat,
}

impl Control {
    /// Whether each file has totals of its own.
    pub(crate) fn is_by_file(&self) -> bool {
        self.file_column.is_some() || self.path.contains("{stem}") || self.path.contains("{name}")
    }
}

/// How old the newest day of a column may be.
#[derive(Debug, Clone)]
pub(crate) struct Freshness {
    pub column: usize,
    pub at_most_days: u32,
}

/// Columns whose values must be a key of another landed table.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub columns: Vec<usize>,
    pub to: TableName,
    pub key: Vec<String>,
}

/// A column as the reference describes it.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// Name in the landed table.
    pub name: &'a str,
    /// Name in the file.
    pub from: &'a str,
    /// Its unit, or nothing.
    pub unit: &'a str,
    /// What it means, or nothing.
    pub meaning: &'a str,
}

impl Contract {
    /// Reads `sources/<source>_<stream>.yml`, whose name is the landed table, with `${var:name}` put in.
    ///
    /// # Errors
    /// K001 for a key or value that a contract cannot have, C001 for a contradiction, C002 for an unknown variable; each
    /// with its line and column.
    pub fn read(file: &str, text: &str, variables: &BTreeMap<String, String>) -> Result<Self> {
        let replaced = replace_variables(file, text, variables)?;
        let document: document::Document = documents::read(file, &replaced)?;
        let mut contract = check::check(file, document)?;
        contract.text_hash = Digest::of(text.as_bytes());
        contract.reading_hash = contract.hash_of_reading();
        Ok(contract)
    }

    /// The landed table, `landed.erp_order_lines`.
    pub fn table(&self) -> &TableName {
        &self.shape.table
    }

    /// The columns that land, the number given by `row_number_within` included and the system columns left out.
    pub fn columns(&self) -> Vec<Column> {
        self.shape.landed_columns()
    }

    /// The names of the key's columns.
    pub fn key(&self) -> Vec<String> {
        let columns = self.columns();
        self.shape.landed_key().into_iter().filter_map(|at| columns.get(at)).map(|column| column.name.clone()).collect()
    }

    /// The contract's own file, for messages.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What the stream is, in the contract's words.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Where the files lie, variables put in; relative to the project.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Every delivered column as the contract describes it.
    pub fn described(&self) -> Vec<Described<'_>> {
        self.shape
            .columns
            .iter()
            .map(|spec| Described { name: &spec.name, from: &spec.from, unit: &spec.unit, meaning: &spec.meaning })
            .collect()
    }

    /// The landed tables that this stream's references are checked against; they have to land before it.
    pub fn references(&self) -> Vec<TableName> {
        let mut tables: Vec<TableName> = self.references.iter().map(|reference| reference.to.clone()).collect();
        tables.sort();
        tables.dedup();
        tables
    }

    /// Everything that decides how bytes become rows. While it stays, an unchanged file need not be read again; paths,
    /// descriptions and comments are not in it.
    fn hash_of_reading(&self) -> Digest {
        let mut print = Fingerprint::new("reading", 1);
        self.dialect.add_to(&mut print);
        print.add(format!("{:?} {:?} {:?}", self.shape.delivery, self.unknown, self.missing));
        print.list(&self.shape.null_values);
        for spec in &self.shape.columns {
            let rules = [
                spec.name.clone(),
                spec.from.clone(),
                format!("{} {} {} {}", spec.column_type, spec.nullable, spec.trim, spec.round_half_up),
                format!("{} {:?}", spec.numbers.decimal_mark, spec.numbers.thousands_mark),
                spec.dates.text().to_owned(),
                format!("{:?} {:?}", spec.at_least, spec.at_most),
            ];
            print.list(&rules);
            let accepted: Vec<&Vec<u8>> = spec.accepted.iter().flatten().collect();
            print.list(accepted);
        }
        print.list(self.key());
        if let Some(numbers) = &self.shape.numbers {
            print.add(&numbers.column);
        }
        if let Some(control) = &self.control {
            control.dialect.add_to(&mut print);
            print.add(format!("{} {:?} {:?}", control.is_required, control.file_column, control.row_count_column));
            print.add(format!("{:?} {:?}", control.sums, control.numbers));
        }
        for reference in &self.references {
            print.add(format!("{:?} {}", reference.columns, reference.to));
            print.list(&reference.key);
        }
        print.finish()
    }
}

fn replace_variables(file: &str, text: &str, variables: &BTreeMap<String, String>) -> Result<String> {
    const OPENING: &str = "${var:";
    let mut replaced = String::with_capacity(text.len());
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if line.trim_start().starts_with('#') {
            replaced.push_str(line);
            continue;
        }
        let mut rest = line;
        while let Some((before, after)) = rest.split_once(OPENING) {
            replaced.push_str(before);
            let column = line.len() - rest.len() + before.len() + 1;
            let place = Place::at(file, number as u64 + 1, column as u64);
            let Some((name, behind)) = after.split_once('}') else {
                return Err(Fault::new(C002, "`${var:` is not closed by `}`").place(place));
            };
            let Some(value) = variables.get(name) else {
                let known: Vec<String> = variables.keys().map(|name| format!("`{name}`")).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(Fault::new(C002, format!("variable `{name}` has no value")).place(place).hint(format!(
                    "variables with a value: {known}; set it in tantieme.yml or with --var {name}=VALUE"
                )));
            };
            replaced.push_str(value);
            rest = behind;
        }
        replaced.push_str(rest);
    }
    Ok(replaced)
}
