//! Which column comes from which, and what a query may not contain; both read from the logical plan.
//!
//! Promises that every column a value is computed from is found, through subqueries, unions, windows, joins and
//! recursion, and that columns which only choose, join, group or order rows are told apart from them. It reads plans
//! that have been analysed but not optimised, computes nothing, and does not know files, releases or data.

mod guard;
mod open_lineage;
mod trace;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
};

use datafusion::logical_expr::LogicalPlan;
use kernel::names::TableName;

pub use guard::{Forbidden, What, forbidden};
pub use open_lineage::open_lineage_events;

/// One column of one table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ColumnOrigin {
    /// The table.
    pub table: TableName,
    /// The column in it.
    pub column: String,
}

impl fmt::Display for ColumnOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// That one column depends on another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Edge {
    /// The column that is read.
    pub from: ColumnOrigin,
    /// The column that is made.
    pub to: ColumnOrigin,
    /// Whether `from` only decides which rows there are, and never enters the value.
    pub is_indirect: bool,
}

/// How the columns of all models hang together.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    models: Vec<TableName>,
    edges: Vec<Edge>,
    incoming: BTreeMap<ColumnOrigin, Vec<usize>>,
    outgoing: BTreeMap<ColumnOrigin, Vec<usize>>,
}

impl Lineage {
    /// Reads the plans of all models, each under the name of the table it makes.
    pub fn of(models: &[(TableName, &LogicalPlan)]) -> Self {
        let mut edges = BTreeSet::new();
        for (table, plan) in models {
            for (column, origins) in trace::columns(plan) {
                let to = ColumnOrigin { table: table.clone(), column };
                let direct = origins.values.iter().map(|from| (from, false));
                let indirect = origins.influences.iter().filter(|from| !origins.values.contains(from));
                for (from, is_indirect) in direct.chain(indirect.map(|from| (from, true))) {
                    edges.insert(Edge { from: from.clone(), to: to.clone(), is_indirect });
                }
            }
        }
        let edges: Vec<Edge> = edges.into_iter().collect();
        let mut incoming: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let mut outgoing: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, edge) in edges.iter().enumerate() {
            incoming.entry(edge.to.clone()).or_default().push(at);
            outgoing.entry(edge.from.clone()).or_default().push(at);
        }
        Self { models: models.iter().map(|(table, _)| table.clone()).collect(), edges, incoming, outgoing }
    }

    /// The tables that models make, in the order given.
    pub fn models(&self) -> &[TableName] {
        &self.models
    }

    /// Every edge between a model and what it reads, sorted.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// What the values of a table, or of one column of it, are made from, however many models back; nearest first. What
    /// only decides about their rows is named and not followed further.
    pub fn upstream(&self, table: &TableName, column: Option<&str>) -> Vec<Edge> {
        self.walk(&self.incoming, table, column, |edge| (!edge.is_indirect).then_some(&edge.from))
    }

    /// Everything that may change when a table, or one column of it, does, however many models on; nearest first.
    pub fn downstream(&self, table: &TableName, column: Option<&str>) -> Vec<Edge> {
        self.walk(&self.outgoing, table, column, |edge| Some(&edge.to))
    }

    /// From the columns asked for along every edge; `next` says where an edge goes on, if it does.
    fn walk<'a>(
        &'a self,
        index: &'a BTreeMap<ColumnOrigin, Vec<usize>>,
        table: &TableName,
        column: Option<&str>,
        next: impl Fn(&'a Edge) -> Option<&'a ColumnOrigin>,
    ) -> Vec<Edge> {
        let is_asked = |key: &&ColumnOrigin| key.table == *table && column.is_none_or(|column| key.column == column);
        let mut waiting: VecDeque<&ColumnOrigin> = index.keys().filter(is_asked).collect();
        let mut seen: BTreeSet<&ColumnOrigin> = waiting.iter().copied().collect();
        let mut found = Vec::new();
        while let Some(at) = waiting.pop_front() {
            for edge in index.get(at).into_iter().flatten().filter_map(|number| self.edges.get(*number)) {
                found.push(edge.clone());
                waiting.extend(next(edge).filter(|on| seen.insert(on)));
            }
        }
        found
    }
}
