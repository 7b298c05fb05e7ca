//! What a model's query may not contain: binary floats, undeclared rounding, and whatever could differ from run to run.

use std::fmt;

use arrow::datatypes::DataType;
use datafusion::{
    common::{
        DFSchema, Spans,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    logical_expr::{
        Distinct, Expr, ExprSchemable, LogicalPlan, Operator, Volatility, WindowFunctionDefinition, utils::merge_schema,
    },
};

/// What is wrong with an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A value of type float or double.
    Float,
    /// `/` on decimals or integers, `%` on decimals.
    Division,
    /// A cast from text to a number.
    CastFromText,
    /// A cast that drops digits behind the point.
    NarrowingCast,
    /// An aggregate that computes in floats or rounds by itself.
    InexactAggregate,
    /// `sum(distinct …)`.
    DistinctSum,
    /// A function whose value depends on when or where it runs.
    Volatile,
    /// A result that depends on an order nobody declared.
    Unordered,
}

impl What {
    /// What to write in its place.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Float => "use decimals; a literal such as 0.05 is one",
            Self::Division => "write `ratio(a, b, scale)`",
            Self::CastFromText => {
                "give the column its type in the contract of its source; write numbers without quotes"
            }
            Self::NarrowingCast => "write `round_to(x, scale)`, `round_money(x, digits, mode)` or `times(a, b)`",
            Self::InexactAggregate => "write `ratio(sum(x), count(x), scale)`",
            Self::DistinctSum => "take the rows apart by key first, then add",
            Self::Volatile => "bring the value in as a `$parameter`",
            Self::Unordered => "add an `order by` that leaves no two rows equal",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Float => "a binary float",
            Self::Division => "a division that does not say how it rounds",
            Self::CastFromText => "a number read from text",
            Self::NarrowingCast => "a cast that drops digits without saying how it rounds",
            Self::InexactAggregate => "an aggregate that is not exact",
            Self::DistinctSum => "a sum that leaves equal amounts out",
            Self::Volatile => "a value that changes from run to run",
            Self::Unordered => "an order that is not declared",
        })
    }
}

/// An expression that a model may not contain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forbidden {
    /// What is wrong.
    pub what: What,
    /// The expression as the planner spells it.
    pub expression: String,
    /// Line and column of the query at which a column in it stands, if the planner kept them.
    pub place: Option<(u64, u64)>,
}

/// Aggregates whose results are exact and do not depend on the order of rows.
const EXACT: [&str; 10] =
    ["sum", "count", "min", "max", "bool_and", "bool_or", "bit_and", "bit_or", "bit_xor", "grouping"];
/// Aggregates and window functions that give the same in every run once their rows are ordered.
const EXACT_IN_ORDER: [&str; 12] = [
    "array_agg",
    "string_agg",
    "first_value",
    "last_value",
    "nth_value",
    "row_number",
    "rank",
    "dense_rank",
    "ntile",
    "lag",
    "lead",
    "largest_remainder",
];

/// Everything in the plan, subqueries included, that a model may not contain; each thing once.
pub fn forbidden(plan: &LogicalPlan) -> Vec<Forbidden> {
    let mut found = Vec::new();
    let visited = plan.apply_with_subqueries(|node| {
        let schema = schema_of(node);
        if let LogicalPlan::TableScan(scan) = node {
            for field in scan.projected_schema.fields().iter().filter(|field| has_float(field.data_type())) {
                add(&mut found, What::Float, format!("{}.{}", scan.table_name, field.name()), None);
            }
        }
        if let LogicalPlan::Limit(limit) = node
            && !is_ordered(&limit.input)
        {
            add(&mut found, What::Unordered, "limit".to_owned(), None);
        }
        if let LogicalPlan::Distinct(Distinct::On(distinct)) = node
            && distinct.sort_expr.is_none()
        {
            add(&mut found, What::Unordered, "distinct on".to_owned(), None);
        }
        node.apply_expressions(|expr| {
            expr.apply(|part| {
                if let Some(what) = judge(part, &schema) {
                    add(&mut found, what, part.human_display().to_string(), place_of(part));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    debug_assert!(visited.is_ok(), "the visitor never fails");
    found
}

fn add(found: &mut Vec<Forbidden>, what: What, expression: String, place: Option<(u64, u64)>) {
    let one = Forbidden { what, expression, place };
    if !found.contains(&one) {
        found.push(one);
    }
}

/// Only columns remember where they stood.
fn place_of(expr: &Expr) -> Option<(u64, u64)> {
    let mut place = None;
    let visited = expr.apply(|part| {
        place = part.spans().and_then(Spans::first).map(|span| (span.start.line, span.start.column));
        Ok(if place.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    visited.ok().and(place)
}

fn schema_of(node: &LogicalPlan) -> DFSchema {
    match node {
        LogicalPlan::TableScan(scan) => scan.projected_schema.as_ref().clone(),
        node => merge_schema(&node.inputs()),
    }
}

/// Whether a `limit` above takes the same rows in every run.
fn is_ordered(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) => true,
        LogicalPlan::Projection(node) => is_ordered(&node.input),
        LogicalPlan::SubqueryAlias(node) => is_ordered(&node.input),
        LogicalPlan::Limit(node) => is_ordered(&node.input),
        LogicalPlan::Window(node) => is_ordered(&node.input),
        // A total is one row.
        LogicalPlan::Aggregate(node) => node.group_expr.is_empty(),
        LogicalPlan::EmptyRelation(_) => true,
        _ => false,
    }
}

/// Functions of the query engine that round or convert without saying how.
const ROUNDING: [&str; 7] = ["arrow_cast", "arrow_try_cast", "try_arrow_cast", "trunc", "round", "ceil", "floor"];

fn judge(expr: &Expr, schema: &DFSchema) -> Option<What> {
    let type_of = |expr: &Expr| expr.get_type(schema).ok();
    match expr {
        Expr::BinaryExpr(binary) if matches!(binary.op, Operator::Divide | Operator::Modulo) => {
            let sides = [type_of(&binary.left), type_of(&binary.right)];
            let drops_digits =
                |side: &DataType| side.is_decimal() || (binary.op == Operator::Divide && side.is_integer());
            if sides.iter().flatten().any(drops_digits) {
                return Some(What::Division);
            }
        }
        Expr::Cast(cast) => return judge_cast(type_of(&cast.expr)?, cast.field.data_type()),
        Expr::TryCast(cast) => return judge_cast(type_of(&cast.expr)?, cast.field.data_type()),
        // These become casts, or round, only behind this guard.
        Expr::ScalarFunction(call) if ROUNDING.contains(&call.func.name()) => return Some(What::NarrowingCast),
        Expr::ScalarFunction(call) if call.func.signature().volatility != Volatility::Immutable => {
            return Some(What::Volatile);
        }
        Expr::AggregateFunction(call) => {
            let is_ordered = !call.params.order_by.is_empty();
            return judge_aggregate(call.func.name(), call.params.distinct, is_ordered);
        }
        Expr::WindowFunction(call) => {
            let is_ordered = !call.params.order_by.is_empty();
            let name = match &call.fun {
                WindowFunctionDefinition::AggregateUDF(function) => function.name(),
                WindowFunctionDefinition::WindowUDF(function) => function.name(),
            };
            return judge_aggregate(name, call.params.distinct, is_ordered);
        }
        _ => {}
    }
    // Of a float expression only the innermost part is named.
    let is_new = || {
        let mut below = false;
        let visited = expr.apply_children(|child| {
            below |= type_of(child).is_some_and(|found| has_float(&found));
            Ok(TreeNodeRecursion::Continue)
        });
        visited.is_ok() && !below
    };
    let is_leaf_of_table = matches!(expr, Expr::Column(_) | Expr::OuterReferenceColumn(..));
    (!is_leaf_of_table && type_of(expr).is_some_and(|found| has_float(&found)) && is_new()).then_some(What::Float)
}

fn judge_aggregate(name: &str, is_distinct: bool, is_ordered: bool) -> Option<What> {
    if name == "sum" && is_distinct {
        Some(What::DistinctSum)
    } else if EXACT.contains(&name) || (is_ordered && EXACT_IN_ORDER.contains(&name)) {
        None
    } else if EXACT_IN_ORDER.contains(&name) {
        Some(What::Unordered)
    } else {
        Some(What::InexactAggregate)
    }
}

fn judge_cast(from: DataType, to: &DataType) -> Option<What> {
    if has_float(to) || has_float(&from) {
        return Some(What::Float);
    }
    match (&from, to) {
        (DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View, to) if to.is_decimal() => Some(What::CastFromText),
        (from, to) if from.is_decimal() && to.is_integer() && scale(from) > 0 => Some(What::NarrowingCast),
        (from, to) if from.is_decimal() && to.is_decimal() && scale(from) > scale(to) => Some(What::NarrowingCast),
        _ => None,
    }
}

fn scale(decimal: &DataType) -> i8 {
    match decimal {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => *scale,
        _ => 0,
    }
}

fn has_float(found: &DataType) -> bool {
    match found {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            has_float(item.data_type())
        }
        DataType::Struct(fields) => fields.iter().any(|field| has_float(field.data_type())),
        DataType::Dictionary(_, values) => has_float(values),
        found => found.is_floating(),
    }
}
