//! `largest_remainder`: an amount cut over the rows of a window, so that the parts add up to it.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, Decimal128Array, Decimal128Builder},
    datatypes::{DataType, Decimal128Type, Field, FieldRef, Int64Type},
};
use datafusion::{
    common::{exec_datafusion_err, exec_err, internal_err, plan_err},
    error::Result,
    logical_expr::{
        LimitEffect, PartitionEvaluator, Signature, Volatility, WindowUDFImpl,
        function::{PartitionEvaluatorArgs, WindowUDFFieldArgs},
    },
    physical_expr::PhysicalExpr,
};
use kernel::exact::{self, Fixed, MONEY_SCALE, RoundingMode};

use super::columns::{Role, coerced, failed};

/// Digits of the parts.
const MONEY_DIGITS: u8 = 19;
/// The coarsest and the finest unit of a part: ten to the fourteenth, and four decimals.
const UNITS: std::ops::RangeInclusive<i64> = -14..=4;

/// `largest_remainder(amount, weight, digits) over (partition by … order by …)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct LargestRemainder {
    signature: Signature,
}

impl LargestRemainder {
    /// The one there is.
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl WindowUDFImpl for LargestRemainder {
    fn name(&self) -> &str {
        "largest_remainder"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let [amount, weight, digits] = found else {
            return plan_err!("`{}` takes 3 arguments, not {}", self.name(), found.len());
        };
        let argument = |at, role, found| coerced(self.name(), at, role, found);
        Ok(vec![
            argument(0, Role::Number, amount)?,
            argument(1, Role::Number, weight)?,
            argument(2, Role::Whole, digits)?,
        ])
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        let result = DataType::Decimal128(MONEY_DIGITS, MONEY_SCALE.cast_signed());
        Ok(Arc::new(Field::new(args.name(), result, true)))
    }

    fn partition_evaluator(&self, _args: PartitionEvaluatorArgs) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Cut))
    }

    fn limit_effect(&self, _args: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }
}

/// Cuts one partition, whose rows come in the order of the window.
#[derive(Debug)]
struct Cut;

impl PartitionEvaluator for Cut {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let [amounts, weights, digits] = values else {
            return internal_err!("`largest_remainder` was given {} columns", values.len());
        };
        let (Some(amounts), Some(weights), Some(digits)) = (
            amounts.as_primitive_opt::<Decimal128Type>(),
            weights.as_primitive_opt::<Decimal128Type>(),
            digits.as_primitive_opt::<Int64Type>(),
        ) else {
            return internal_err!("`largest_remainder` was given columns of other types after coercion");
        };
        let one_amount = the_same("amount", rows, |row| at(amounts, row).map(|amount| amount.units))?;
        let one_unit = the_same("digits", rows, |row| digits.is_valid(row).then(|| digits.value(row)))?;
        let parts = match (one_amount, one_unit) {
            (Some(units), Some(digits)) => parts(Fixed::new(units, scale_of(amounts)), digits, weights)?,
            _ => vec![None; rows],
        };
        let mut found = Decimal128Builder::with_capacity(rows);
        parts.into_iter().for_each(|part| found.append_option(part));
        Ok(Arc::new(found.finish().with_precision_and_scale(MONEY_DIGITS, MONEY_SCALE.cast_signed())?))
    }
}

fn scale_of(values: &Decimal128Array) -> u8 {
    values.scale().unsigned_abs()
}

fn at(values: &Decimal128Array, row: usize) -> Option<Fixed> {
    values.is_valid(row).then(|| Fixed::new(values.value(row), scale_of(values)))
}

/// The value that every row has.
fn the_same<T: PartialEq + Copy>(what: &str, rows: usize, value: impl Fn(usize) -> Option<T>) -> Result<Option<T>> {
    let first = if rows == 0 { None } else { value(0) };
    if (1..rows).any(|row| value(row) != first) {
        return exec_err!("`largest_remainder`: the rows of one whole differ in their {what}");
    }
    Ok(first)
}

/// The parts of the rows that have a weight; none if no weight is above zero.
fn parts(amount: Fixed, digits: i64, weights: &Decimal128Array) -> Result<Vec<Option<i128>>> {
    let Some(digits) = i8::try_from(digits).ok().filter(|_| UNITS.contains(&digits)) else {
        return exec_err!("`largest_remainder({amount}, …, {digits})`: money is split to −14 to 4 digits");
    };
    let scale = u8::try_from(digits).unwrap_or_default();
    let tens = Fixed::new(10_i128.pow(u32::from(if digits < 0 { digits.unsigned_abs() } else { 0 })), 0);
    let counted = exact::ratio(amount, tens, scale, RoundingMode::Down).map_err(failed)?.unwrap_or_default();
    let money = |count: i128| {
        let part = 10_i128.checked_pow(u32::from(MONEY_SCALE.saturating_add_signed(-digits)))?.checked_mul(count)?;
        (part.unsigned_abs() < 10_u128.pow(u32::from(MONEY_DIGITS))).then_some(part)
    };
    let beyond = || exec_datafusion_err!("`largest_remainder({amount}, …)`: a part does not fit `decimal(19,4)`");
    if Fixed::new(money(counted).ok_or_else(beyond)?, MONEY_SCALE).compare(amount).is_ne() {
        return exec_err!(
            "`largest_remainder({amount}, …, {digits})`: the amount is no whole number of its units; round it first"
        );
    }
    let known: Vec<i128> = weights.iter().flatten().collect();
    if let Some(weight) = known.iter().find(|weight| **weight < 0) {
        let weight = Fixed::new(*weight, scale_of(weights));
        return exec_err!("`largest_remainder({amount}, {weight}, {digits})`: a weight is zero or more");
    }
    if known.iter().all(|weight| *weight == 0) {
        return Ok(vec![None; weights.len()]);
    }
    let mut shares = exact::largest_remainder(counted, &known).map_err(failed)?.into_iter();
    weights
        .iter()
        .map(|weight| match weight.and_then(|_| shares.next()) {
            Some(count) => money(count).map(Some).ok_or_else(beyond),
            None => Ok(None),
        })
        .collect()
}
