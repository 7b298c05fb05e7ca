//! Tables for people, CSV for spreadsheets, JSON for programs: the same digits in all three.
//!
//! Nothing is rounded or grouped here. CSV marks text that a spreadsheet would run; JSON writes decimals as text, because
//! most readers of JSON make binary floats of numbers.

use std::io::{self, Write};

use arrow::{
    array::{Array, RecordBatch},
    datatypes::{DataType, SchemaRef},
    util::display::{ArrayFormatter, FormatOptions},
};
use kernel::{Fault, Result};
use serde_json::{Map, Value};

use crate::fault::J011;

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Columns side by side, numbers to the right.
    Text,
    /// Comma-separated, header first; text that a spreadsheet would run begins with `'`.
    Csv,
    /// One array of objects; decimals, dates and times are text.
    Json,
}

/// A cell's text and whether it is a number; none for null.
pub type Cell = Option<String>;

/// A result in memory, every cell as the exact text of its value.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Column names.
    pub names: Vec<String>,
    /// Whether the column holds numbers, which stand to the right and need no guard in CSV.
    pub numeric: Vec<bool>,
    /// Whether the column holds integers or booleans, which JSON writes without quotes.
    pub plain: Vec<bool>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table made by hand; names that begin with `#` are columns of numbers.
    pub fn new(names: &[&str]) -> Self {
        Self {
            names: names.iter().map(|name| name.trim_start_matches('#').to_owned()).collect(),
            numeric: names.iter().map(|name| name.starts_with('#')).collect(),
            plain: names.iter().map(|name| name.starts_with('#')).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row; cells beyond the columns are not shown.
    pub fn push<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(Some).collect());
    }

    /// From Arrow.
    ///
    /// # Errors
    /// J011 if a value cannot be shown, which no column type of ours allows.
    pub fn of(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self> {
        let fields = schema.fields();
        let mut table = Self {
            names: fields.iter().map(|field| field.name().clone()).collect(),
            numeric: fields.iter().map(|field| field.data_type().is_numeric()).collect(),
            plain: fields
                .iter()
                .map(|field| field.data_type().is_integer() || *field.data_type() == DataType::Boolean)
                .collect(),
            rows: Vec::new(),
        };
        let options = FormatOptions::default().with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.6fZ"));
        let unseen = |error| Fault::new(J011, "a value of the result cannot be shown").cause(error);
        for batch in batches {
            let formatters: Vec<ArrayFormatter<'_>> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column.as_ref(), &options).map_err(unseen))
                .collect::<Result<_>>()?;
            for row in 0..batch.num_rows() {
                let cells = formatters.iter().zip(batch.columns()).map(|(formatter, column)| {
                    if column.is_null(row) {
                        return Ok(None);
                    }
                    formatter.value(row).try_to_string().map(Some).map_err(unseen)
                });
                table.rows.push(cells.collect::<Result<_>>()?);
            }
        }
        Ok(table)
    }

    /// The cell of a named column; empty text for null or an unknown column.
    pub fn cell(&self, row: usize, name: &str) -> &str {
        let at = self.names.iter().position(|found| found == name);
        at.and_then(|at| self.rows.get(row)?.get(at)?.as_deref()).unwrap_or_default()
    }

    /// Writes it.
    ///
    /// # Errors
    /// Whatever the writer says.
    pub fn write(&self, out: &mut dyn Write, format: Format, width: Option<usize>) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(out, width),
            Format::Csv => self.write_csv(out),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &self.json()).map_err(io::Error::from)?;
                writeln!(out)
            }
        }
    }

    /// The rows as JSON objects.
    pub fn json(&self) -> Value {
        Value::Array(self.rows.iter().map(|row| self.json_row(row)).collect())
    }

    fn json_row(&self, row: &[Cell]) -> Value {
        let members = self.names.iter().zip(row).zip(&self.plain).map(|((name, cell), plain)| {
            let value = match cell {
                None => Value::Null,
                Some(text) if *plain => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
                Some(text) => Value::String(text.clone()),
            };
            (name.clone(), value)
        });
        Value::Object(members.collect::<Map<_, _>>())
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let header: Vec<_> = self.names.iter().map(|name| quoted(name)).collect();
        writeln!(out, "{}", header.join(","))?;
        for row in &self.rows {
            let cells: Vec<_> = row
                .iter()
                .zip(&self.numeric)
                .map(|(cell, numeric)| match cell {
                    None => String::new(),
                    Some(text) if *numeric => text.clone(),
                    Some(text) => quoted(&harmless(text)),
                })
                .collect();
            writeln!(out, "{}", cells.join(","))?;
        }
        Ok(())
    }

    fn write_text(&self, out: &mut dyn Write, width: Option<usize>) -> io::Result<()> {
        let widths = self.widths(width);
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let shown: Vec<_> = cells
                .zip(&widths)
                .zip(&self.numeric)
                .map(|((text, width), numeric)| fitted(text, *width, *numeric))
                .collect();
            shown.join("  ").trim_end().to_owned()
        };
        writeln!(out, "{}", line(&mut self.names.iter().map(String::as_str)))?;
        let rules: Vec<_> = widths.iter().map(|width| "─".repeat(*width)).collect();
        writeln!(out, "{}", rules.join("  "))?;
        for row in &self.rows {
            writeln!(out, "{}", line(&mut row.iter().map(|cell| cell.as_deref().unwrap_or_default())))?;
        }
        Ok(())
    }

    /// Column widths; on a screen that is too narrow, the widest columns of text give way.
    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.names.iter().map(|name| name.chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.as_deref().map_or(0, |text| shown(text).chars().count()));
            }
        }
        let Some(limit) = limit else { return widths };
        let gaps = widths.len().saturating_sub(1) * 2;
        while widths.iter().sum::<usize>() + gaps > limit {
            let widest =
                widths.iter().zip(&self.numeric).enumerate().filter(|(_, (width, numeric))| !**numeric && **width > 8);
            let Some((at, _)) = widest.max_by_key(|(at, (width, _))| (**width, *at)) else { break };
            widths[at] -= 1;
        }
        widths
    }
}

/// Line ends and other control characters would break the table.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn fitted(text: &str, width: usize, to_the_right: bool) -> String {
    let text = shown(text);
    let length = text.chars().count();
    if length > width {
        let kept: String = text.chars().take(width.saturating_sub(1)).collect();
        return format!("{kept}…");
    }
    let space = " ".repeat(width - length);
    if to_the_right { space + &text } else { text + &space }
}

/// Text that no spreadsheet will take for a formula.
pub fn harmless(text: &str) -> String {
    let risky = text.starts_with(|c: char| matches!(c, '=' | '+' | '-' | '@') || c.is_control());
    if risky { format!("'{text}") } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A whole number or decimal with its thousands set apart, for sentences meant for people.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut made = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            made.push(',');
        }
        made.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{made}.{fraction}"),
        None => format!("{sign}{made}"),
    }
}

/// An amount of money for a person: thousands set apart, two digits behind the point if the rest are zeros.
pub fn money(number: &str) -> String {
    let short = match number.split_once('.') {
        Some((whole, fraction)) => {
            let kept = fraction.trim_end_matches('0');
            format!("{whole}.{kept:0<2}")
        }
        None => format!("{number}.00"),
    };
    grouped(&short)
}

/// `1 row`, `2 rows`, `3,000 rows`.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(&count.to_string()))
}

/// Milliseconds for a person.
pub fn seconds(ms: u64) -> String {
    if ms < 1000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}
