//! `formula`: an expression of a plan over the values of its terms.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{Array, ArrayRef, AsArray, Decimal128Builder},
    datatypes::{DataType, Decimal128Type, Field},
};
use datafusion::{
    common::{exec_datafusion_err, internal_err, plan_err},
    error::{DataFusionError, Result},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
};
use kernel::{
    exact::STAGE_SCALE,
    formula::{Formula, MAX_TERMS},
};

use super::columns::{number_type, type_words};

pub(super) const DIGITS: u8 = 38;
pub(super) const SCALE: i8 = STAGE_SCALE.cast_signed();

/// `formula(expression, values)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Expression {
    signature: Signature,
}

impl Expression {
    /// The one there is.
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

/// The list that every list of numbers is cast to, if no digit is lost.
pub(super) fn values_type(found: &DataType) -> Option<DataType> {
    let item = match found {
        DataType::Null => return Some(list()),
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => item.data_type(),
        _ => return None,
    };
    match number_type(item) {
        Some(DataType::Decimal128(_, scale)) if scale <= SCALE => Some(list()),
        _ => None,
    }
}

fn list() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Decimal128(DIGITS, SCALE), true)))
}

impl ScalarUDFImpl for Expression {
    fn name(&self) -> &str {
        "formula"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let [text, values] = found else {
            return plan_err!("`formula` takes 2 arguments, not {}", found.len());
        };
        if !matches!(text, DataType::Null | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
            return plan_err!("`formula` takes an expression as text as argument 1, not {}", type_words(text));
        }
        match values_type(values) {
            Some(values) => Ok(vec![DataType::Utf8, values]),
            None => plan_err!(
                "`formula` takes a list of decimals with at most {SCALE} decimals as argument 2, not {}",
                type_words(values)
            ),
        }
    }

    fn return_type(&self, _found: &[DataType]) -> Result<DataType> {
        Ok(DataType::Decimal128(DIGITS, SCALE))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let are_scalars = args.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if are_scalars { 1 } else { args.number_rows };
        let [texts, values] = args.args.as_slice() else {
            return plan_err!("`formula` takes 2 arguments, not {}", args.args.len());
        };
        let computed = compute(&texts.to_array(rows)?, &values.to_array(rows)?, rows)?;
        if are_scalars {
            return datafusion::common::ScalarValue::try_from_array(&computed, 0).map(ColumnarValue::Scalar);
        }
        Ok(ColumnarValue::Array(computed))
    }
}

fn compute(texts: &ArrayRef, values: &ArrayRef, rows: usize) -> Result<ArrayRef> {
    let (Some(texts), Some(values)) = (texts.as_string_opt::<i32>(), values.as_list_opt::<i32>()) else {
        return internal_err!("`formula` was given {} and {}", texts.data_type(), values.data_type());
    };
    // A batch has few different expressions: those of its components.
    let mut known: HashMap<&str, Formula> = HashMap::new();
    let mut terms = Vec::with_capacity(MAX_TERMS);
    let mut results = Decimal128Builder::with_capacity(rows);
    for row in 0..rows {
        if texts.is_null(row) || values.is_null(row) || texts.value(row).is_empty() {
            results.append_null();
            continue;
        }
        let text = texts.value(row);
        if !known.contains_key(text) {
            known.insert(text, read(text)?);
        }
        let Some(formula) = known.get(text) else {
            return internal_err!("`formula` lost `{text}`");
        };
        let row_values = values.value(row);
        terms.clear();
        terms.extend(row_values.as_primitive::<Decimal128Type>().iter());
        let told = |fault: kernel::Fault| exec_datafusion_err!("`formula('{text}', …)`: {}", fault.message());
        results.append_option(formula.value(&terms).map_err(told)?);
    }
    Ok(Arc::new(results.finish().with_precision_and_scale(DIGITS, SCALE)?))
}

fn read(text: &str) -> Result<Formula, DataFusionError> {
    Formula::read(text, MAX_TERMS).map_err(|misread| exec_datafusion_err!("`formula('{text}', …)`: {misread}"))
}
