//! Rows while documents compile, each value by the name of its column.

use std::collections::BTreeMap;

use crate::tables::{PlanTable, PlanTables, table_shapes};

/// A row that is being written; what is not set is empty.
#[derive(Debug)]
pub(crate) struct Row {
    table: &'static str,
    values: Vec<(&'static str, String)>,
}

impl Row {
    /// A row that stands at this place of a document.
    pub(crate) fn of(table: &'static str, file: &str, line: u64) -> Self {
        Self { table, values: Vec::with_capacity(40) }.set("document_file", file).set("document_line", line)
    }

    /// Sets a column.
    pub(crate) fn set(mut self, column: &'static str, value: impl ToString) -> Self {
        debug_assert!(self.values.iter().all(|(name, _)| *name != column), "`{column}` is set twice");
        self.values.push((column, value.to_string()));
        self
    }

    /// Sets a column if there is something to set.
    pub(crate) fn maybe(self, column: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.set(column, value),
            None => self,
        }
    }
}

/// Rows of every table while documents compile.
#[derive(Debug, Default)]
pub(crate) struct Rows(BTreeMap<&'static str, Vec<Row>>);

impl Rows {
    /// Adds a row.
    pub(crate) fn add(&mut self, row: Row) {
        self.0.entry(row.table).or_default().push(row);
    }

    /// Every table, its rows sorted.
    pub(crate) fn finish(mut self) -> PlanTables {
        let tables = table_shapes()
            .into_iter()
            .map(|(name, columns, key)| {
                let written = self.0.remove(name).unwrap_or_default();
                let mut rows = Vec::with_capacity(written.len());
                for row in written {
                    debug_assert!(
                        row.values.iter().all(|(name, _)| columns.iter().any(|column| column.name == *name)),
                        "a column of `{name}` does not exist: {row:?}"
                    );
                    debug_assert!(
                        columns.iter().all(|column| {
                            column.nullable || row.values.iter().any(|(name, _)| *name == column.name)
                        }),
                        "a column of `{name}` is empty: {row:?}"
                    );
                    let value = |column: &str| row.values.iter().find(|(name, _)| *name == column);
                    rows.push(
                        columns.iter().map(|column| value(&column.name).map(|(_, value)| value.clone())).collect(),
                    );
                }
                rows.sort();
                PlanTable { name, columns, key, rows }
            })
            .collect();
        debug_assert!(self.0.is_empty(), "rows of unknown tables: {:?}", self.0.keys());
        PlanTables { tables }
    }
}
