//! A model as its author wrote it: one SQL file and the sidecar beside it.
//!
//! Promises that a sidecar which is read is consistent in itself; whether it agrees with the query is the graph's business.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Digest, Fault, Fingerprint, Place, Result,
    columns::{Column, ColumnType},
    documents,
    names::TableName,
};
use serde::Deserialize;

use crate::fault::E001;

/// The two texts of a model, with the names of their files for messages.
#[derive(Debug, Clone)]
pub struct ModelSource {
    /// `credits.credits` for `sql/credits/credits.sql`.
    pub name: TableName,
    /// The query.
    pub sql: String,
    /// The sidecar.
    pub sidecar: String,
    /// File of the query.
    pub sql_file: String,
    /// File of the sidecar.
    pub sidecar_file: String,
    /// Whether it came with the program.
    pub is_built_in: bool,
}

/// How a partition of a model reads a partitioned input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// The input's partition of the same name.
    Same,
    /// The partitions whose days lie within the period.
    Period,
    /// Those from the first day of its quarter to its last day.
    QuarterToDate,
    /// Those from the first day of its year to its last day.
    YearToDate,
    /// Those that begin no later than it ends.
    Until,
    /// Every partition.
    All,
}

/// Who may see a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Anybody.
    Public,
    /// Anybody in the company.
    #[default]
    Internal,
    /// Names a person.
    Personal,
    /// Tells what a person is paid.
    Pay,
}

impl Sensitivity {
    /// The word of the sidecar.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Personal => "personal",
            Self::Pay => "pay",
        }
    }
}

/// A column with its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnDoc {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub column_type: ColumnType,
    /// Whether it may be empty.
    #[serde(default)]
    pub nullable: bool,
    /// What its numbers count, or the column that says so.
    #[serde(default)]
    pub unit: Option<String>,
    /// What it means, for a reader who does not know the query.
    pub meaning: String,
    /// Who may see it.
    #[serde(default)]
    pub sensitivity: Sensitivity,
}

/// A condition that the result must meet before anybody sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Check {
    /// Columns that identify a row, besides the key.
    Unique {
        /// The columns.
        columns: Vec<String>,
    },
    /// Columns that are never empty although they may be null in the query.
    Present {
        /// The columns.
        columns: Vec<String>,
    },
    /// The values a column may have.
    Accepted {
        /// The column.
        column: String,
        /// The values; an empty cell is accepted where the column is nullable.
        values: Vec<String>,
    },
    /// Every value is found in another table.
    Refers {
        /// The columns here.
        columns: Vec<String>,
        /// The table there.
        to: String,
        /// The columns there.
        key: Vec<String>,
    },
    /// A number lies within bounds, both inclusive.
    Range {
        /// The column.
        column: String,
        /// Lower bound.
        #[serde(default)]
        from: Option<documents::Number>,
        /// Upper bound.
        #[serde(default)]
        to: Option<documents::Number>,
    },
    /// As many rows as another table.
    SameRows {
        /// The other table.
        #[serde(rename = "as")]
        other: String,
    },
    /// A column's sum equals that of another table's column.
    SameSum {
        /// The column here.
        column: String,
        /// `layer.table.column` there.
        #[serde(rename = "as")]
        other: String,
    },
    /// A query that must return no row.
    NoRows(String),
}

/// Who may see a row; enforced by the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everyone who may see the table.
    #[default]
    Everyone,
    /// The payee of the row, and the managers above.
    Own,
    /// Whoever holds the network that the row's position belongs to.
    Network,
}

/// Which model of the program a project's model takes the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Replaces {
    /// The built-in one of the same name.
    #[serde(rename = "built-in")]
    BuiltIn,
}

/// What stands beside the query.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sidecar {
    /// What the table is for.
    pub description: String,
    /// The columns that identify a row; results are sorted by them.
    pub key: Vec<String>,
    /// At most one column by whose values the files are cut.
    #[serde(default)]
    pub partition: Vec<String>,
    /// How a partition reads its partitioned inputs, where that is not `same`.
    #[serde(default)]
    pub reads: BTreeMap<String, Reads>,
    /// Every column, in the query's order.
    pub columns: Vec<ColumnDoc>,
    /// What must hold besides the key and the presence of every column that is not nullable.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Words to select models by.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Who may see a row.
    #[serde(default)]
    pub access: Access,
    /// Present only where a project replaces one of our models.
    #[serde(default)]
    pub replaces: Option<Replaces>,
}

impl Sidecar {
    /// Reads and checks one sidecar.
    ///
    /// # Errors
    /// K001 for its shape, E001 where it contradicts itself.
    pub fn read(file: &str, text: &str) -> Result<Self> {
        let sidecar: Self = documents::read(file, text)?;
        let fault = |message: String| Fault::new(E001, message).place(Place::file(file));
        let mut names = BTreeSet::new();
        for column in &sidecar.columns {
            if !names.insert(column.name.as_str()) {
                return Err(fault(format!("column `{}` is listed twice", column.name)));
            }
        }
        if sidecar.key.is_empty() {
            return Err(fault("`key` is empty".to_owned()).hint("name the columns that identify a row"));
        }
        if sidecar.partition.len() > 1 {
            return Err(fault("`partition` has more than one column".to_owned()));
        }
        let listed = sidecar.key.iter().map(|c| ("key", c)).chain(sidecar.partition.iter().map(|c| ("partition", c)));
        for (what, column) in listed {
            if !names.contains(column.as_str()) {
                return Err(fault(format!("`{what}` names `{column}`, which is not among the columns"))
                    .hint(format!("the columns are {}", sidecar.column_names())));
            }
        }
        if let Some(column) = sidecar.partition.first()
            && sidecar.columns.iter().any(|c| &c.name == column && (c.column_type != ColumnType::Text || c.nullable))
        {
            return Err(fault(format!("partition column `{column}` is not a text that is always present")));
        }
        Ok(sidecar)
    }

    /// The columns as the table has them.
    pub fn columns(&self) -> Vec<Column> {
        self.columns
            .iter()
            .map(|c| Column { name: c.name.clone(), column_type: c.column_type, nullable: c.nullable })
            .collect()
    }

    /// The partition column, if there is one.
    pub fn partition_column(&self) -> Option<&str> {
        self.partition.first().map(String::as_str)
    }

    /// The columns' names for a message.
    pub fn column_names(&self) -> String {
        self.columns.iter().map(|c| format!("`{}`", c.name)).collect::<Vec<_>>().join(", ")
    }
}

/// A model whose sidecar is read and whose inputs are known.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its name, which is also its table's.
    pub name: TableName,
    /// What one row is: the first line of the query, without `-- `.
    pub grain: String,
    /// The query.
    pub sql: String,
    /// The sidecar.
    pub sidecar: Sidecar,
    /// Whether it came with the program.
    pub is_built_in: bool,
    /// File of the query.
    pub sql_file: String,
    /// File of the sidecar.
    pub sidecar_file: String,
    /// Its text, in which places are looked up.
    pub sidecar_text: String,
    /// The tables it reads, in order of name.
    pub inputs: Vec<TableName>,
    /// The tables that its checks compare it with.
    pub compared: Vec<TableName>,
    /// The parameters it uses, in order of name.
    pub parameters: Vec<String>,
    /// Of the query's text and everything of the sidecar that shapes the table.
    pub hash: Digest,
}

impl Model {
    /// Reads both texts; the inputs are filled in by the graph.
    ///
    /// # Errors
    /// K001 and E001, with their places.
    pub fn read(source: ModelSource) -> Result<Self> {
        let sidecar = Sidecar::read(&source.sidecar_file, &source.sidecar)?;
        let first = source.sql.lines().next().unwrap_or_default();
        let Some(grain) = first.strip_prefix("-- One row per ") else {
            return Err(Fault::new(
                E001,
                format!("the first line of model `{}` does not say what one row is", source.name),
            )
            .place(Place::at(&source.sql_file, 1, 1))
            .hint("begin the file with `-- One row per …`"));
        };
        Ok(Self {
            hash: hash(&source.sql, &sidecar),
            grain: format!("One row per {grain}"),
            name: source.name,
            sql: source.sql,
            sidecar,
            is_built_in: source.is_built_in,
            sql_file: source.sql_file,
            sidecar_file: source.sidecar_file,
            sidecar_text: source.sidecar,
            inputs: Vec::new(),
            compared: Vec::new(),
            parameters: Vec::new(),
        })
    }

    /// How a partition of this model reads that input.
    pub fn reads(&self, input: &TableName) -> Reads {
        self.sidecar.reads.get(&input.to_string()).copied().unwrap_or(Reads::Same)
    }
}

fn hash(sql: &str, sidecar: &Sidecar) -> Digest {
    let mut print = Fingerprint::new("model", 1).field(sql.replace("\r\n", "\n"));
    print.list(&sidecar.key);
    print.list(&sidecar.partition);
    print.list(sidecar.reads.iter().map(|(table, reads)| format!("{table}={reads:?}")).collect::<Vec<_>>());
    print.list(
        sidecar.columns.iter().map(|c| format!("{}:{}:{}", c.name, c.column_type, c.nullable)).collect::<Vec<_>>(),
    );
    print.list(sidecar.checks.iter().map(|check| format!("{check:?}")).collect::<Vec<_>>());
    print.finish()
}
