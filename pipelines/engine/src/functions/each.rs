//! `times_each`: an amount multiplied by several rates, one after the other.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, Decimal128Builder},
    datatypes::{DataType, Decimal128Type},
};
use datafusion::{
    common::{ScalarValue, internal_err, plan_err},
    error::Result,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility},
};
use kernel::exact::{self, Fixed, STAGE_SCALE};

use super::{
    columns::{Role, coerced, failed, type_words},
    formula::{DIGITS, SCALE, values_type},
};

/// `times_each(amount, rates)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct TimesEach {
    signature: Signature,
}

impl TimesEach {
    /// The one there is.
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for TimesEach {
    fn name(&self) -> &str {
        "times_each"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let [amount, rates] = found else {
            return plan_err!("`times_each` takes 2 arguments, not {}", found.len());
        };
        let amount = coerced("times_each", 0, Role::Number, amount)?;
        match values_type(rates) {
            Some(rates) => Ok(vec![amount, rates]),
            None => plan_err!(
                "`times_each` takes a list of decimals with at most {SCALE} decimals as argument 2, not {}",
                type_words(rates)
            ),
        }
    }

    fn return_type(&self, _found: &[DataType]) -> Result<DataType> {
        Ok(DataType::Decimal128(DIGITS, SCALE))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let are_scalars = args.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if are_scalars { 1 } else { args.number_rows };
        let [amounts, rates] = args.args.as_slice() else {
            return plan_err!("`times_each` takes 2 arguments, not {}", args.args.len());
        };
        let computed = compute(&amounts.to_array(rows)?, &rates.to_array(rows)?, rows)?;
        if are_scalars {
            return ScalarValue::try_from_array(&computed, 0).map(ColumnarValue::Scalar);
        }
        Ok(ColumnarValue::Array(computed))
    }
}

fn compute(amounts: &ArrayRef, lists: &ArrayRef, rows: usize) -> Result<ArrayRef> {
    let (Some(amounts), DataType::Decimal128(_, scale), Some(lists)) =
        (amounts.as_primitive_opt::<Decimal128Type>(), amounts.data_type(), lists.as_list_opt::<i32>())
    else {
        return internal_err!("`times_each` was given {} and {}", amounts.data_type(), lists.data_type());
    };
    let scale = scale.unsigned_abs();
    let mut results = Decimal128Builder::with_capacity(rows);
    for row in 0..rows {
        if amounts.is_null(row) {
            results.append_null();
            continue;
        }
        // Times one is the amount at the scale of the result.
        let first = exact::times(Fixed::new(amounts.value(row), scale), Fixed::new(1, 0)).map_err(failed)?;
        if lists.is_null(row) {
            results.append_value(first);
            continue;
        }
        let list = lists.value(row);
        let product = list.as_primitive::<Decimal128Type>().iter().try_fold(Some(first), |product, rate| {
            let (Some(product), Some(rate)) = (product, rate) else { return Ok(None) };
            exact::times(Fixed::new(product, STAGE_SCALE), Fixed::new(rate, STAGE_SCALE)).map(Some)
        });
        results.append_option(product.map_err(failed)?);
    }
    Ok(Arc::new(results.finish().with_precision_and_scale(DIGITS, SCALE)?))
}
