//! The checked `sum`.
//!
//! It adds in 256 bits, which no number of rows can leave, and looks only at the end whether the total fits: so neither
//! the order of rows nor the way they are spread over partitions decides whether it fails.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Builder, Decimal256Builder, Int64Builder},
    datatypes::{
        ArrowPrimitiveType, DataType, Decimal128Type, Decimal256Type, DecimalType, Field, FieldRef, Int64Type, i256,
    },
};
use datafusion::{
    common::{ScalarValue, exec_err, internal_err, plan_err},
    error::Result,
    logical_expr::Expr,
    logical_expr::{
        Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature, Volatility,
        expr::AggregateFunction,
        function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs},
        simplify::SimplifyContext,
        utils::{AggregateOrderSensitivity, format_state_name},
    },
};
use kernel::exact::MAX_UNITS;

use super::columns::{number_type, type_words};

/// Digits of the sum while it grows.
const STATE_DIGITS: u8 = 76;

/// `sum`, checked.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CheckedSum {
    signature: Signature,
}

impl CheckedSum {
    /// The one there is.
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

const NO_DISTINCT: &str =
    "`sum(distinct …)` is refused: equal amounts of two rows are two amounts; take the rows apart by key first";

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        match found {
            [one] if one.is_integer() || one.is_null() => Ok(vec![DataType::Int64]),
            [one] => match number_type(one) {
                Some(decimal) => Ok(vec![decimal]),
                None => plan_err!("`sum` adds decimals and integers, not {}", type_words(one)),
            },
            _ => plan_err!("`sum` takes 1 argument, not {}", found.len()),
        }
    }

    fn return_type(&self, found: &[DataType]) -> Result<DataType> {
        match found {
            [DataType::Decimal128(_, scale)] => Ok(DataType::Decimal128(38, *scale)),
            [DataType::Int64] => Ok(DataType::Int64),
            _ => plan_err!("`sum` adds decimals and integers"),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let total = Total::new(args.name, args.return_field.data_type())?;
        Ok(vec![Arc::new(Field::new(format_state_name(args.name, "sum"), total.state_type(), true))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return plan_err!("{NO_DISTINCT}");
        }
        Ok(Box::new(Running {
            total: Total::new(args.name, args.return_field.data_type())?,
            sum: i256::ZERO,
            count: 0,
        }))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let total = Total::new(args.name, args.return_field.data_type())?;
        Ok(Box::new(Groups { total, sums: Vec::new(), seen: Vec::new() }))
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        // Before the optimizer turns it into a grouping of its own, where it could no longer be told.
        Some(Box::new(|call: AggregateFunction, _: &SimplifyContext| {
            if call.params.distinct { plan_err!("{NO_DISTINCT}") } else { Ok(Expr::AggregateFunction(call)) }
        }))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// What a total is called and has to fit.
#[derive(Debug, Clone)]
struct Total {
    name: String,
    /// None for integers.
    scale: Option<i8>,
}

impl Total {
    fn new(name: &str, result: &DataType) -> Result<Self> {
        let scale = match result {
            DataType::Decimal128(_, scale) => Some(*scale),
            DataType::Int64 => None,
            other => return plan_err!("`sum` adds decimals and integers, not {}", type_words(other)),
        };
        Ok(Self { name: name.to_owned(), scale })
    }

    fn state_scale(&self) -> i8 {
        self.scale.unwrap_or(0)
    }

    fn state_type(&self) -> DataType {
        DataType::Decimal256(STATE_DIGITS, self.state_scale())
    }

    fn too_large<T>(&self, sum: i256) -> Result<T> {
        let value = Decimal256Type::format_decimal(sum, STATE_DIGITS, self.state_scale());
        let wanted = match self.scale {
            Some(scale) => format!("decimal(38,{scale})"),
            None => "integer".to_owned(),
        };
        exec_err!("`{}`: the total `{value}` does not fit `{wanted}`", self.name)
    }

    fn decimal(&self, sum: i256) -> Result<i128> {
        match sum.to_i128().filter(|units| units.unsigned_abs() <= MAX_UNITS.unsigned_abs()) {
            Some(units) => Ok(units),
            None => self.too_large(sum),
        }
    }

    fn integer(&self, sum: i256) -> Result<i64> {
        match sum.to_i128().and_then(|units| i64::try_from(units).ok()) {
            Some(units) => Ok(units),
            None => self.too_large(sum),
        }
    }

    /// Calls `each` with every row that counts and its value.
    fn values(
        &self,
        values: &[ArrayRef],
        keep: Option<&BooleanArray>,
        mut each: impl FnMut(usize, i256),
    ) -> Result<()> {
        let Some(array) = values.first() else {
            return internal_err!("`sum` was given no column");
        };
        match (array.data_type(), self.scale) {
            (DataType::Decimal128(..), Some(_)) => {
                visit::<Decimal128Type>(array, keep, |row, units| each(row, i256::from_i128(units)));
            }
            (DataType::Int64, None) => {
                visit::<Int64Type>(array, keep, |row, units| each(row, i256::from_i128(i128::from(units))));
            }
            (other, _) => return internal_err!("`sum` was given {other} after coercion"),
        }
        Ok(())
    }

    /// As [`Total::values`], of partial sums.
    fn states(&self, states: &[ArrayRef], each: impl FnMut(usize, i256)) -> Result<()> {
        match states.first() {
            Some(array) if matches!(array.data_type(), DataType::Decimal256(..)) => {
                visit::<Decimal256Type>(array, None, each);
                Ok(())
            }
            _ => internal_err!("`sum` was given no partial sums"),
        }
    }
}

fn visit<T: ArrowPrimitiveType>(array: &ArrayRef, keep: Option<&BooleanArray>, mut each: impl FnMut(usize, T::Native)) {
    let array = array.as_primitive::<T>();
    if array.null_count() == 0 && keep.is_none() {
        for (row, value) in array.values().iter().enumerate() {
            each(row, *value);
        }
        return;
    }
    for (row, value) in array.iter().enumerate() {
        let is_kept = keep.is_none_or(|keep| keep.is_valid(row) && keep.value(row));
        if let (Some(value), true) = (value, is_kept) {
            each(row, value);
        }
    }
}

/// One sum, which a window may also shrink.
#[derive(Debug)]
struct Running {
    total: Total,
    sum: i256,
    count: u64,
}

impl Accumulator for Running {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (sum, count) = (&mut self.sum, &mut self.count);
        self.total.values(values, None, |_, value| {
            *sum = sum.wrapping_add(value);
            *count = count.saturating_add(1);
        })
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (sum, count) = (&mut self.sum, &mut self.count);
        self.total.values(values, None, |_, value| {
            *sum = sum.wrapping_sub(value);
            *count = count.saturating_sub(1);
        })
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (sum, count) = (&mut self.sum, &mut self.count);
        self.total.states(states, |_, value| {
            *sum = sum.wrapping_add(value);
            *count = count.saturating_add(1);
        })
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let sum = (self.count > 0).then_some(self.sum);
        Ok(vec![ScalarValue::Decimal256(sum, STATE_DIGITS, self.total.state_scale())])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sum = (self.count > 0).then_some(self.sum);
        match self.total.scale {
            Some(scale) => Ok(ScalarValue::Decimal128(sum.map(|sum| self.total.decimal(sum)).transpose()?, 38, scale)),
            None => Ok(ScalarValue::Int64(sum.map(|sum| self.total.integer(sum)).transpose()?)),
        }
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.total.name.capacity()
    }
}

/// One sum for each group.
#[derive(Debug)]
struct Groups {
    total: Total,
    sums: Vec<i256>,
    seen: Vec<bool>,
}

impl Groups {
    fn grow(&mut self, groups: usize) {
        self.sums.resize(groups, i256::ZERO);
        self.seen.resize(groups, false);
    }

    fn take(&mut self, emit_to: EmitTo) -> impl Iterator<Item = Option<i256>> + use<> {
        let sums = emit_to.take_needed(&mut self.sums);
        let seen = emit_to.take_needed(&mut self.seen);
        sums.into_iter().zip(seen).map(|(sum, seen)| seen.then_some(sum))
    }
}

/// Adds a value to its row's group.
fn credit(sums: &mut [i256], seen: &mut [bool], group: Option<&usize>, value: i256) {
    if let Some(group) = group
        && let (Some(sum), Some(seen)) = (sums.get_mut(*group), seen.get_mut(*group))
    {
        *sum = sum.wrapping_add(value);
        *seen = true;
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let (sums, seen) = (&mut self.sums, &mut self.seen);
        self.total.values(values, opt_filter, |row, value| credit(sums, seen, group_indices.get(row), value))
    }

    fn merge_batch(&mut self, states: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.grow(total_num_groups);
        let (sums, seen) = (&mut self.sums, &mut self.seen);
        self.total.states(states, |row, value| credit(sums, seen, group_indices.get(row), value))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let taken = self.take(emit_to);
        let Some(scale) = self.total.scale else {
            let mut integers = Int64Builder::with_capacity(taken.size_hint().0);
            for sum in taken {
                integers.append_option(sum.map(|sum| self.total.integer(sum)).transpose()?);
            }
            return Ok(Arc::new(integers.finish()));
        };
        let mut decimals = Decimal128Builder::with_capacity(taken.size_hint().0);
        for sum in taken {
            decimals.append_option(sum.map(|sum| self.total.decimal(sum)).transpose()?);
        }
        Ok(Arc::new(decimals.finish().with_precision_and_scale(38, scale)?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let taken = self.take(emit_to);
        let mut partial = Decimal256Builder::with_capacity(taken.size_hint().0);
        taken.for_each(|sum| partial.append_option(sum));
        Ok(vec![Arc::new(partial.finish().with_precision_and_scale(STATE_DIGITS, self.total.state_scale())?)])
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |array| array.len());
        let mut partial = vec![None; rows];
        self.total.values(values, opt_filter, |row, value| {
            if let Some(slot) = partial.get_mut(row) {
                *slot = Some(value);
            }
        })?;
        let mut states = Decimal256Builder::with_capacity(rows);
        partial.into_iter().for_each(|sum| states.append_option(sum));
        Ok(vec![Arc::new(states.finish().with_precision_and_scale(STATE_DIGITS, self.total.state_scale())?)])
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<i256>() + self.seen.capacity() + self.total.name.capacity()
    }
}
