//! The exact functions that SQL may call, and the checked `sum` and integer arithmetic that take the place of the
//! built-in ones, which wrap.
//!
//! Promises that a function gives the same value for the same arguments whatever the order of rows, batches or threads;
//! that it rounds once, where its name says; and that a result which does not fit is an error that names the function
//! and the values. The formulas are those of [`kernel::exact`]. It does not know models, tables or plans.

mod checked;
mod columns;
mod each;
mod formula;
mod parts;
mod reference;
mod scalars;
mod sum;

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::{
    datasource::MemTable,
    execution::{FunctionRegistry, context::SessionContext},
    logical_expr::{AggregateUDF, ScalarUDF, WindowUDF},
};
use kernel::{Fault, Result, names::TableName};

pub use reference::{FunctionDoc, catalogue};

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
    session.register_udf(ScalarUDF::new_from_impl(formula::Expression::new()));
    session.register_udf(ScalarUDF::new_from_impl(each::TimesEach::new()));
    session.register_udwf(WindowUDF::new_from_impl(parts::LargestRemainder::new()));
    session.register_udaf(AggregateUDF::new_from_impl(sum::CheckedSum::new()));
    // The state refuses a rewrite only where it keeps no analyzer, which a session always does.
    let _ = session.state_ref().write().register_function_rewrite(Arc::new(checked::CheckIntegers::new()));
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
