//! A stream as landing sees it, whether a contract or the program itself describes it.

use std::collections::BTreeSet;

use kernel::{
    columns::{Column, ColumnType},
    names::TableName,
};

pub use crate::contract::Delivery;
use crate::{dates::DateFormat, values::NumberFormat};

/// One column and everything a value of it has to be.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    pub name: String,
    pub from: String,
    pub column_type: ColumnType,
    pub nullable: bool,
    pub trim: bool,
    pub round_half_up: bool,
    pub numbers: NumberFormat,
    pub dates: DateFormat,
    /// Bounds in the column's own unit: scaled digits, days, microseconds.
    pub at_least: Option<i128>,
    pub at_most: Option<i128>,
    pub accepted: Option<BTreeSet<Vec<u8>>>,
    pub unit: String,
    pub meaning: String,
}

impl Spec {
    /// A column without rules of its own.
    pub(crate) fn plain(name: &str, column_type: ColumnType, nullable: bool) -> Self {
        Self {
            name: name.to_owned(),
            from: name.to_owned(),
            column_type,
            nullable,
            trim: false,
            round_half_up: false,
            numbers: NumberFormat::PLAIN,
            dates: DateFormat::iso(),
            at_least: None,
            at_most: None,
            accepted: None,
            unit: String::new(),
            meaning: String::new(),
        }
    }

    pub(crate) fn column(&self) -> Column {
        Column { name: self.name.clone(), column_type: self.column_type, nullable: self.nullable }
    }
}

/// Numbers the rows of a group that has no key of its own.
#[derive(Debug, Clone)]
pub(crate) struct RowNumbers {
    pub column: String,
    /// Positions of the columns that make the group.
    pub by: Vec<usize>,
}

/// Columns, key and manner of delivery of one landed table.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub table: TableName,
    pub source: String,
    pub stream: String,
    /// As delivered, in order; the number that the landing itself gives is not among them.
    pub columns: Vec<Spec>,
    /// Positions of the key's columns; without the given number.
    pub key: Vec<usize>,
    pub numbers: Option<RowNumbers>,
    /// Texts that mean null; the program's own rows say null otherwise.
    pub null_values: Vec<Vec<u8>>,
    pub delivery: Delivery,
}

impl Shape {
    /// The contract's columns as they land, the given number last.
    pub(crate) fn landed_columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = self.columns.iter().map(Spec::column).collect();
        if let Some(numbers) = &self.numbers {
            columns.push(Column::new(&numbers.column, ColumnType::Integer));
        }
        columns
    }

    /// The key as landed: positions in [`Shape::landed_columns`].
    pub(crate) fn landed_key(&self) -> Vec<usize> {
        let mut key = self.key.clone();
        if self.numbers.is_some() {
            key.push(self.columns.len());
        }
        key
    }

    /// The order in which rows are brought: by key, and where there is none by content.
    pub(crate) fn sort_columns(&self) -> Vec<usize> {
        let mut order = self.key.clone();
        if self.numbers.is_some() {
            order.extend((0..self.columns.len()).filter(|at| !self.key.contains(at)));
        }
        order
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|spec| spec.name == name)
    }
}
