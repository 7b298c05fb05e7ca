//! Names of tables, models, streams and columns.

use crate::{Fault, Place, Result, fault::K002};

/// Whether the text is a lower-case identifier: `a-z`, digits and `_`, not beginning with a digit.
pub fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// A table's full name, `layer.table`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TableName {
    layer: String,
    table: String,
}

impl TableName {
    /// From its two parts.
    ///
    /// # Errors
    /// K002 if a part is not an identifier.
    pub fn new(layer: &str, table: &str) -> Result<Self> {
        for part in [layer, table] {
            if !is_identifier(part) {
                return Err(
                    Fault::new(K002, format!("`{part}` is not a name")).place(Place::file(format!("{layer}.{table}")))
                );
            }
        }
        Ok(Self { layer: layer.to_owned(), table: table.to_owned() })
    }

    /// From `layer.table`.
    ///
    /// # Errors
    /// K002 if there are not two parts, or one is not an identifier.
    pub fn parse(text: &str) -> Result<Self> {
        match text.split_once('.') {
            Some((layer, table)) => Self::new(layer, table),
            None => Err(Fault::new(K002, format!("`{text}` is not a table's full name"))
                .hint("write `layer.table`, such as `reporting.statement`")),
        }
    }

    /// The layer, which is the folder of the model.
    pub fn layer(&self) -> &str {
        &self.layer
    }

    /// The table within its layer.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Whether the table is private to its layer.
    pub fn is_private(&self) -> bool {
        self.table.starts_with('_')
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.layer, self.table)
    }
}

impl TryFrom<String> for TableName {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl From<TableName> for String {
    fn from(name: TableName) -> Self {
        name.to_string()
    }
}
