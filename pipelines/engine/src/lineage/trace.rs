//! Follows every output column of a plan back to the columns of the tables it reads.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::{
    common::{
        Column, DFSchema, DFSchemaRef, JoinType, TableReference,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    logical_expr::{
        Aggregate, Distinct, DistinctOn, Expr, Join, LogicalPlan, RecursiveQuery, Subquery, TableScan, Values,
        expr::Sort, utils::grouping_set_to_exprlist,
    },
};
use kernel::names::TableName;

use super::ColumnOrigin;

/// Where a column comes from.
pub(super) struct Origins {
    /// What its value is computed from.
    pub(super) values: BTreeSet<ColumnOrigin>,
    /// What decides which rows there are, or their groups and order.
    pub(super) influences: BTreeSet<ColumnOrigin>,
}

/// Every output column of the plan with where it comes from, in order.
pub(super) fn columns(plan: &LogicalPlan) -> Vec<(String, Origins)> {
    let mut tracer = Tracer::default();
    let trace = tracer.plan(plan);
    let rows = trace.rows;
    let names = plan.schema().fields().iter().map(|field| field.name().clone());
    names
        .zip(trace.columns)
        .map(|(name, column)| {
            let influences = column.influences.union(&rows).copied().collect();
            (name, Origins { values: tracer.spell(&column.values), influences: tracer.spell(&influences) })
        })
        .collect()
}

/// Columns of tables by their number in [`Tracer::origins`].
type Numbers = BTreeSet<usize>;

/// As [`Origins`], with numbers for columns.
#[derive(Debug, Clone, Default, PartialEq)]
struct Traced {
    values: Numbers,
    influences: Numbers,
}

impl Traced {
    fn add(&mut self, other: &Traced) {
        self.values.extend(&other.values);
        self.influences.extend(&other.influences);
    }

    /// The column decides about rows, so what was value becomes influence.
    fn all(self) -> Numbers {
        let mut all = self.values;
        all.extend(self.influences);
        all
    }
}

/// What is known of a plan's output.
#[derive(Debug, Clone, Default)]
struct Trace {
    columns: Vec<Traced>,
    /// What decides which rows there are.
    rows: Numbers,
    /// What the rows are ordered by; counts only once they are limited.
    order: Numbers,
}

/// The input of a node, against which its expressions are read.
type Inputs<'a> = [(&'a DFSchema, &'a [Traced])];

#[derive(Default)]
struct Tracer {
    origins: Vec<ColumnOrigin>,
    known: BTreeMap<ColumnOrigin, usize>,
    /// Recursive tables that are being traced.
    working: BTreeMap<String, (DFSchemaRef, Vec<Traced>)>,
    /// The inputs of the nodes around a subquery, innermost last.
    around: Vec<Vec<(DFSchema, Vec<Traced>)>>,
}

fn lookup<'a>(inputs: impl IntoIterator<Item = (&'a DFSchema, &'a [Traced])>, column: &Column) -> Option<&'a Traced> {
    inputs.into_iter().find_map(|(schema, columns)| columns.get(schema.maybe_index_of_column(column)?))
}

impl Tracer {
    fn spell(&self, numbers: &Numbers) -> BTreeSet<ColumnOrigin> {
        numbers.iter().filter_map(|number| self.origins.get(*number).cloned()).collect()
    }

    fn number(&mut self, table: &TableName, column: &str) -> usize {
        let origin = ColumnOrigin { table: table.clone(), column: column.to_owned() };
        *self.known.entry(origin).or_insert_with_key(|origin| {
            self.origins.push(origin.clone());
            self.origins.len() - 1
        })
    }

    fn plan(&mut self, plan: &LogicalPlan) -> Trace {
        match plan {
            LogicalPlan::Projection(node) => {
                let mut trace = self.plan(&node.input);
                trace.columns = self.exprs(&node.expr, &[(node.input.schema(), &trace.columns)]);
                trace
            }
            LogicalPlan::Filter(node) => {
                let mut trace = self.plan(&node.input);
                let predicate = self.expr(&node.predicate, &[(node.input.schema(), &trace.columns)]);
                trace.rows.extend(predicate.all());
                trace
            }
            LogicalPlan::Window(node) => {
                let mut trace = self.plan(&node.input);
                let windows = self.exprs(&node.window_expr, &[(node.input.schema(), &trace.columns)]);
                trace.columns.extend(windows);
                trace
            }
            LogicalPlan::Aggregate(node) => self.aggregate(node),
            LogicalPlan::Sort(node) => {
                let mut trace = self.plan(&node.input);
                trace.order = self.sorts(&node.expr, &[(node.input.schema(), &trace.columns)]);
                if node.fetch.is_some() {
                    trace.rows.extend(&trace.order);
                }
                trace
            }
            LogicalPlan::Limit(node) => {
                let mut trace = self.plan(&node.input);
                trace.rows.extend(&trace.order);
                trace
            }
            LogicalPlan::Join(node) => self.join(node),
            LogicalPlan::Union(node) => {
                let branches = node.inputs.iter().map(|input| self.plan(input)).collect();
                union(branches, node.schema.fields().len())
            }
            LogicalPlan::TableScan(node) => self.scan(node),
            LogicalPlan::Repartition(node) => self.plan(&node.input),
            LogicalPlan::SubqueryAlias(node) => self.plan(&node.input),
            LogicalPlan::Subquery(node) => self.plan(&node.subquery),
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let mut trace = self.plan(input);
                trace.rows.extend(trace.columns.iter().flat_map(|column| &column.values));
                trace
            }
            LogicalPlan::Distinct(Distinct::On(node)) => self.distinct_on(node),
            LogicalPlan::Values(node) => self.values(node),
            LogicalPlan::Unnest(node) => {
                let mut trace = self.plan(&node.input);
                let input = std::mem::take(&mut trace.columns);
                let from = |index: &usize| input.get(*index).cloned().unwrap_or_default();
                trace.columns = node.dependency_indices.iter().map(from).collect();
                trace
            }
            LogicalPlan::RecursiveQuery(node) => self.recursion(node),
            LogicalPlan::EmptyRelation(node) => {
                Trace { columns: vec![Traced::default(); node.schema.fields().len()], ..Trace::default() }
            }
            other => self.unknown(other),
        }
    }

    /// A node that is not ours to know: every output may come from every input.
    fn unknown(&mut self, plan: &LogicalPlan) -> Trace {
        let mut any = Traced::default();
        let mut rows = Numbers::new();
        for input in plan.inputs() {
            let trace = self.plan(input);
            trace.columns.iter().for_each(|column| any.add(column));
            rows.extend(trace.rows);
        }
        Trace { columns: vec![any; plan.schema().fields().len()], rows, order: Numbers::new() }
    }

    fn distinct_on(&mut self, node: &DistinctOn) -> Trace {
        let mut trace = self.plan(&node.input);
        let input = std::mem::take(&mut trace.columns);
        let inputs = [(node.input.schema().as_ref(), input.as_slice())];
        trace.columns = self.exprs(&node.select_expr, &inputs);
        let on = self.exprs(&node.on_expr, &inputs);
        trace.rows.extend(on.into_iter().flat_map(Traced::all));
        trace.rows.extend(self.sorts(node.sort_expr.as_deref().unwrap_or_default(), &inputs));
        trace
    }

    fn values(&mut self, node: &Values) -> Trace {
        let mut columns = vec![Traced::default(); node.schema.fields().len()];
        for row in &node.values {
            for (column, value) in columns.iter_mut().zip(self.exprs(row, &[])) {
                column.add(&value);
            }
        }
        Trace { columns, ..Trace::default() }
    }

    fn aggregate(&mut self, node: &Aggregate) -> Trace {
        let input = self.plan(&node.input);
        let inputs = [(node.input.schema().as_ref(), input.columns.as_slice())];
        let groups: Vec<Expr> = match grouping_set_to_exprlist(&node.group_expr) {
            Ok(groups) => groups.into_iter().cloned().collect(),
            Err(_) => node.group_expr.clone(),
        };
        let mut columns = self.exprs(&groups, &inputs);
        let mut rows = input.rows.clone();
        rows.extend(columns.iter().cloned().flat_map(Traced::all));
        // Grouping sets add the number of the set behind the groups.
        let count = node.schema.fields().len().saturating_sub(node.aggr_expr.len());
        columns.resize_with(count, Traced::default);
        columns.extend(self.exprs(&node.aggr_expr, &inputs));
        Trace { columns, rows, order: Numbers::new() }
    }

    fn join(&mut self, node: &Join) -> Trace {
        let left = self.plan(&node.left);
        self.around.push(vec![(node.left.schema().as_ref().clone(), left.columns.clone())]);
        let right = self.plan(&node.right);
        self.around.pop();
        let inputs = [
            (node.left.schema().as_ref(), left.columns.as_slice()),
            (node.right.schema().as_ref(), right.columns.as_slice()),
        ];
        let mut chosen = Traced::default();
        for (one, other) in &node.on {
            chosen.add(&self.expr(one, &inputs[..1]));
            chosen.add(&self.expr(other, &inputs[1..]));
        }
        if let Some(filter) = &node.filter {
            chosen.add(&self.expr(filter, &inputs));
        }
        let mut rows = left.rows;
        rows.extend(right.rows);
        rows.extend(chosen.clone().all());
        let columns = match node.join_type {
            JoinType::LeftSemi | JoinType::LeftAnti => left.columns,
            JoinType::RightSemi | JoinType::RightAnti => right.columns,
            JoinType::LeftMark => left.columns.into_iter().chain([chosen]).collect(),
            _ => left.columns.into_iter().chain(right.columns).collect(),
        };
        Trace { columns, rows, order: Numbers::new() }
    }

    fn scan(&mut self, node: &TableScan) -> Trace {
        let working = match &node.table_name {
            TableReference::Bare { table } => self.working.get(table.as_ref()).cloned(),
            _ => None,
        };
        let table = TableName::new(node.table_name.schema().unwrap_or("public"), node.table_name.table());
        let columns: Vec<Traced> = node
            .projected_schema
            .fields()
            .iter()
            .map(|field| match (&working, &table) {
                (Some((schema, columns)), _) => {
                    let column = Column::from_name(field.name());
                    lookup([(schema.as_ref(), columns.as_slice())], &column).cloned().unwrap_or_default()
                }
                (None, Ok(table)) => {
                    Traced { values: [self.number(table, field.name())].into(), influences: Numbers::new() }
                }
                (None, Err(_)) => Traced::default(),
            })
            .collect();
        let filters = self.exprs(&node.filters, &[(&node.projected_schema, &columns)]);
        Trace { rows: filters.into_iter().flat_map(Traced::all).collect(), columns, order: Numbers::new() }
    }

    /// Repeats the recursive term until it adds nothing; sets only grow, so that ends.
    fn recursion(&mut self, node: &RecursiveQuery) -> Trace {
        let width = node.schema.fields().len();
        let mut trace = self.plan(&node.static_term);
        let hidden = self.working.remove(&node.name);
        loop {
            let schema = DFSchemaRef::clone(node.static_term.schema());
            self.working.insert(node.name.clone(), (schema, trace.columns.clone()));
            let step = self.plan(&node.recursive_term);
            let grown = union(vec![trace.clone(), step], width);
            if grown.columns == trace.columns && grown.rows == trace.rows {
                break;
            }
            trace = grown;
        }
        self.working.remove(&node.name);
        self.working.extend(hidden.map(|hidden| (node.name.clone(), hidden)));
        trace
    }

    fn exprs<'a>(&mut self, exprs: impl IntoIterator<Item = &'a Expr>, inputs: &Inputs<'_>) -> Vec<Traced> {
        exprs.into_iter().map(|expr| self.expr(expr, inputs)).collect()
    }

    fn sorts(&mut self, sorts: &[Sort], inputs: &Inputs<'_>) -> Numbers {
        self.exprs(sorts.iter().map(|sort| &sort.expr), inputs).into_iter().flat_map(Traced::all).collect()
    }

    fn expr(&mut self, expr: &Expr, inputs: &Inputs<'_>) -> Traced {
        let mut traced = Traced::default();
        self.gather(expr, inputs, &mut traced);
        traced
    }

    fn gather(&mut self, expr: &Expr, inputs: &Inputs<'_>, into: &mut Traced) {
        match expr {
            Expr::Column(column) => {
                if let Some(found) = lookup(inputs.iter().copied(), column) {
                    into.add(found);
                }
            }
            Expr::OuterReferenceColumn(_, column) => {
                let scopes = self.around.iter().rev().flatten();
                if let Some(found) = lookup(scopes.map(|(schema, columns)| (schema, columns.as_slice())), column) {
                    into.add(found);
                }
            }
            Expr::AggregateFunction(call) => {
                let params = &call.params;
                params.args.iter().for_each(|arg| self.gather(arg, inputs, into));
                into.influences.extend(self.exprs(params.filter.as_deref(), inputs).into_iter().flat_map(Traced::all));
                into.influences.extend(self.sorts(&params.order_by, inputs));
            }
            Expr::WindowFunction(call) => {
                let params = &call.params;
                params.args.iter().for_each(|arg| self.gather(arg, inputs, into));
                let parts = params.partition_by.iter().chain(params.filter.as_deref());
                into.influences.extend(self.exprs(parts, inputs).into_iter().flat_map(Traced::all));
                into.influences.extend(self.sorts(&params.order_by, inputs));
            }
            Expr::ScalarSubquery(subquery) => self.subquery(subquery, inputs, into),
            Expr::InSubquery(test) => {
                self.gather(&test.expr, inputs, into);
                self.subquery(&test.subquery, inputs, into);
            }
            Expr::SetComparison(test) => {
                self.gather(&test.expr, inputs, into);
                self.subquery(&test.subquery, inputs, into);
            }
            Expr::Exists(test) => {
                let mut found = Traced::default();
                self.subquery(&test.subquery, inputs, &mut found);
                into.influences.extend(found.all());
            }
            other => {
                let visited = other.apply_children(|child| {
                    self.gather(child, inputs, into);
                    Ok(TreeNodeRecursion::Continue)
                });
                debug_assert!(visited.is_ok(), "the visitor never fails");
            }
        }
    }

    fn subquery(&mut self, subquery: &Subquery, inputs: &Inputs<'_>, into: &mut Traced) {
        self.around.push(inputs.iter().map(|(schema, columns)| ((*schema).clone(), columns.to_vec())).collect());
        let trace = self.plan(&subquery.subquery);
        self.around.pop();
        trace.columns.iter().for_each(|column| into.add(column));
        into.influences.extend(trace.rows);
    }
}

/// Branches one below the other.
fn union(branches: Vec<Trace>, width: usize) -> Trace {
    let mut whole = Trace { columns: vec![Traced::default(); width], ..Trace::default() };
    for branch in branches {
        for (column, more) in whole.columns.iter_mut().zip(&branch.columns) {
            column.add(more);
        }
        whole.rows.extend(branch.rows);
    }
    whole
}
