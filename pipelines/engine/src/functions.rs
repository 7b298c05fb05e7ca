//! The exact functions that SQL may call, and the checked `sum` and integer arithmetic that take the place of the
//! built-in ones, which wrap.
//!
//! Promises that a function gives the same value for the same arguments whatever the order of rows, batches or threads;
//! that it rounds once, where its name says; and that a result which does not fit is an error that names the function
//! and the values. The formulas are those of [`kernel::exact`]. It does not know models, tables or plans.

mod checked;
mod columns;
mod scalars;
mod sum;

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::{
    datasource::MemTable,
    execution::{FunctionRegistry, context::SessionContext},
    logical_expr::{AggregateUDF, ScalarUDF},
};
use kernel::{Fault, Result, names::TableName};

use crate::{
    fault::{E011, words},
    session::{self, Runtime, SessionSettings},
};

/// Part of every fingerprint: raised whenever a function could give another value than before.
pub const FUNCTIONS_VERSION: u32 = 1;

/// Makes the exact functions known to a session; `sum`, and `+ - *` on integers, are then checked.
pub fn register(session: &SessionContext) {
    for function in scalars::all() {
        session.register_udf(function);
    }
    session.register_udf(ScalarUDF::new_from_impl(scalars::Hex::new()));
    session.register_udaf(AggregateUDF::new_from_impl(sum::CheckedSum::new()));
    // The state refuses a rewrite only where it keeps no analyzer, which a session always does.
    let _ = session.state_ref().write().register_function_rewrite(Arc::new(checked::CheckIntegers::new()));
}

/// What the reference says of one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionDoc {
    /// As SQL calls it.
    pub name: &'static str,
    /// Arguments and result with their types.
    pub signature: &'static str,
    /// What it computes, with the place where it rounds.
    pub formula: &'static str,
    /// When the result is null.
    pub nulls: &'static str,
    /// When it is an error instead of a value.
    pub errors: &'static str,
}

/// Every function for the reference, in the order in which the formats list them.
pub fn catalogue() -> Vec<FunctionDoc> {
    let doc = |name, signature, formula, nulls, errors| FunctionDoc { name, signature, formula, nulls, errors };
    let any_null = "if an argument is null";
    let too_large = "if the result does not fit its type";
    vec![
        doc(
            "ratio",
            "ratio(a, b, scale [, mode]) → decimal(38, scale)",
            "a ÷ b, rounded once to `scale` digits, which is a literal from 0 to 38",
            "if b is zero or an argument is null",
            too_large,
        ),
        doc("times", "times(a, b) → decimal(38,10)", "a × b, rounded once, half-up, to scale 10", any_null, too_large),
        doc(
            "round_to",
            "round_to(x, scale [, mode]) → decimal(38, scale)",
            "x rounded to `scale` digits, which is a literal from 0 to 38",
            any_null,
            too_large,
        ),
        doc(
            "round_money",
            "round_money(x, digits, mode) → decimal(19,4)",
            "x rounded to `digits` decimals, −14 to 4; digits and mode may be columns",
            any_null,
            "if the result does not fit its type, or digits or mode are none of those listed",
        ),
        doc(
            "interpolate",
            "interpolate(x, x0, y0, x1, y1) → decimal(38,10)",
            "y0 + (x − x0) × (y1 − y0) ÷ (x1 − x0), multiplied before divided, rounded once, half-up, to scale 10; \
             the line goes on beyond its points",
            "if x0 equals x1 or an argument is null",
            too_large,
        ),
        doc(
            "slice",
            "slice(x, from, to) → decimal(38,10)",
            "min(x, to) − from where that is above zero, else zero: the part of x in [from, to); `to` null is open",
            "if x or from is null",
            too_large,
        ),
        doc(
            "equal_share",
            "equal_share(count, ordinal) → decimal(18,6)",
            "1 ÷ count cut to scale 6; the first (1000000 mod count) shares get one millionth more, so all add up to 1",
            any_null,
            "unless 1 ≤ ordinal ≤ count",
        ),
        doc(
            "sum",
            "sum(x) → decimal(38, scale of x), of integers an integer",
            "the sum of the values that are not null, in 256 bits, so that the order does not matter; a window may use it",
            "if no value is left",
            "if the total does not fit its type; of floats and with `distinct` it is refused",
        ),
        doc("hex", "hex(bytes) → text", "lower-case hexadecimal, two digits a byte", any_null, "never"),
    ]
}

/// Answers one query over tables in memory, every batch a partition of its own; the way by which tests reach the
/// functions.
///
/// # Errors
/// E011 with the words of what went wrong, when planned or when run.
pub async fn evaluate(
    sql: &str,
    tables: Vec<(TableName, Vec<RecordBatch>)>,
    settings: &SessionSettings,
) -> Result<Vec<RecordBatch>> {
    let answer = async {
        let session = Runtime::new(settings, None)?.session();
        for (name, batches) in tables {
            let Some(first) = batches.first() else { continue };
            let schema = first.schema();
            let partitions = batches.into_iter().map(|batch| vec![batch]).collect();
            let table = MemTable::try_new(schema, partitions).map_err(|error| failed(&error))?;
            session::register(&session, &name, Arc::new(table)).map_err(|error| failed(&error))?;
        }
        let frame = session.sql(sql).await.map_err(|error| failed(&error))?;
        frame.collect().await.map_err(|error| failed(&error))
    };
    answer.await
}

fn failed(error: &datafusion::error::DataFusionError) -> Fault {
    Fault::new(E011, words(error))
}
