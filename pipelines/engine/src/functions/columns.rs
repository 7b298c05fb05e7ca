//! How arguments are coerced, read row by row, and results written; scalars are never spread out into arrays.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray, Decimal128Array, Decimal128Builder, Int64Array, StringArray},
    datatypes::{DataType, Decimal128Type, Int64Type},
};
use datafusion::{
    common::{ScalarValue, exec_err, internal_err, plan_err},
    error::{DataFusionError, Result},
    logical_expr::ColumnarValue,
};
use kernel::{
    Fault,
    exact::{Fixed, MAX_DIGITS, RoundingMode},
};

/// What an argument is for; decides its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A decimal or an integer.
    Number,
    /// A count, an ordinal or a number of digits.
    Whole,
    /// A rounding mode.
    Mode,
}

/// The type that an argument of this role is cast to.
pub(super) fn coerced(function: &str, at: usize, role: Role, found: &DataType) -> Result<DataType> {
    let wanted = match (role, found) {
        (Role::Number, found) => number_type(found),
        (Role::Whole, DataType::Null) | (Role::Whole, DataType::Decimal128(_, 0)) => Some(DataType::Int64),
        (Role::Whole, found) if found.is_integer() => Some(DataType::Int64),
        (Role::Mode, DataType::Null | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => {
            Some(DataType::Utf8)
        }
        _ => None,
    };
    let words = match role {
        Role::Number => "a decimal or an integer",
        Role::Whole => "an integer",
        Role::Mode => "a rounding mode as text",
    };
    match wanted {
        Some(wanted) => Ok(wanted),
        None => plan_err!("`{function}` takes {words} as argument {}, not {}", at + 1, type_words(found)),
    }
}

/// The decimal that holds every value of a decimal or integer type; none for anything else, floats above all.
pub(super) fn number_type(found: &DataType) -> Option<DataType> {
    match found {
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
            if (0..=38).contains(scale) =>
        {
            Some(DataType::Decimal128(*precision, *scale))
        }
        DataType::Null => Some(DataType::Decimal128(1, 0)),
        DataType::UInt64 => Some(DataType::Decimal128(20, 0)),
        found if found.is_integer() => Some(DataType::Decimal128(19, 0)),
        _ => None,
    }
}

/// A type as messages name it.
pub(super) fn type_words(found: &DataType) -> String {
    match found {
        found if found.is_floating() => format!("a binary float ({found})"),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        found => found.to_string().to_lowercase(),
    }
}

/// A fault of the arithmetic as an error of the query.
pub(super) fn failed(fault: Fault) -> DataFusionError {
    DataFusionError::Execution(fault.message().to_owned())
}

fn mismatch<T>(function: &str, found: &DataType) -> Result<T> {
    internal_err!("`{function}` was given {found} after coercion")
}

/// A column of decimals, or one for all rows.
pub(super) enum Numbers<'a> {
    /// The same for every row.
    One(Option<Fixed>),
    /// One for each row.
    Many(&'a Decimal128Array, u8),
}

impl<'a> Numbers<'a> {
    /// Reads an argument.
    pub(super) fn of(function: &str, value: &'a ColumnarValue) -> Result<Self> {
        match value {
            ColumnarValue::Scalar(ScalarValue::Decimal128(units, _, scale)) => {
                Ok(Self::One(units.map(|units| Fixed::new(units, scale.unsigned_abs()))))
            }
            ColumnarValue::Scalar(ScalarValue::Null) => Ok(Self::One(None)),
            ColumnarValue::Array(array) => match (array.as_primitive_opt::<Decimal128Type>(), array.data_type()) {
                (Some(values), DataType::Decimal128(_, scale)) => Ok(Self::Many(values, scale.unsigned_abs())),
                (_, found) => mismatch(function, found),
            },
            ColumnarValue::Scalar(other) => mismatch(function, &other.data_type()),
        }
    }

    /// The value of a row.
    pub(super) fn at(&self, row: usize) -> Option<Fixed> {
        match self {
            Self::One(value) => *value,
            Self::Many(values, scale) => values.is_valid(row).then(|| Fixed::new(values.value(row), *scale)),
        }
    }
}

/// A column of integers, or one for all rows.
pub(super) enum Wholes<'a> {
    /// The same for every row.
    One(Option<i64>),
    /// One for each row.
    Many(&'a Int64Array),
}

impl<'a> Wholes<'a> {
    /// Reads an argument.
    pub(super) fn of(function: &str, value: &'a ColumnarValue) -> Result<Self> {
        match value {
            ColumnarValue::Scalar(ScalarValue::Int64(value)) => Ok(Self::One(*value)),
            ColumnarValue::Scalar(ScalarValue::Null) => Ok(Self::One(None)),
            ColumnarValue::Array(array) => match array.as_primitive_opt::<Int64Type>() {
                Some(values) => Ok(Self::Many(values)),
                None => mismatch(function, array.data_type()),
            },
            ColumnarValue::Scalar(other) => mismatch(function, &other.data_type()),
        }
    }

    /// The value of a row.
    pub(super) fn at(&self, row: usize) -> Option<i64> {
        match self {
            Self::One(value) => *value,
            Self::Many(values) => values.is_valid(row).then(|| values.value(row)),
        }
    }
}

/// A column of rounding modes, or one for all rows.
pub(super) enum Modes<'a> {
    /// The same for every row.
    One(Option<RoundingMode>),
    /// One for each row.
    Many(&'a str, &'a StringArray),
}

impl<'a> Modes<'a> {
    /// Reads an argument; an absent one is half-up.
    pub(super) fn of(function: &'a str, value: Option<&'a ColumnarValue>) -> Result<Self> {
        match value {
            None => Ok(Self::One(Some(RoundingMode::HalfUp))),
            Some(ColumnarValue::Scalar(ScalarValue::Utf8(text))) => {
                Ok(Self::One(text.as_deref().map(|text| mode(function, text)).transpose()?))
            }
            Some(ColumnarValue::Scalar(ScalarValue::Null)) => Ok(Self::One(None)),
            Some(ColumnarValue::Array(array)) => match array.as_string_opt::<i32>() {
                Some(values) => Ok(Self::Many(function, values)),
                None => mismatch(function, array.data_type()),
            },
            Some(ColumnarValue::Scalar(other)) => mismatch(function, &other.data_type()),
        }
    }

    /// The mode of a row.
    pub(super) fn at(&self, row: usize) -> Result<Option<RoundingMode>> {
        match self {
            Self::One(value) => Ok(*value),
            Self::Many(function, values) if values.is_valid(row) => mode(function, values.value(row)).map(Some),
            Self::Many(..) => Ok(None),
        }
    }
}

/// Reads a rounding mode.
pub(super) fn mode(function: &str, text: &str) -> Result<RoundingMode> {
    match RoundingMode::parse(text) {
        Some(mode) => Ok(mode),
        None => {
            let words = RoundingMode::ALL.map(RoundingMode::word).join(", ");
            exec_err!("`{function}`: `{text}` is not a rounding mode; the modes are {words}")
        }
    }
}

/// The scale that a literal argument gives.
pub(super) fn literal_scale(function: &str, value: Option<&ScalarValue>) -> Result<u8> {
    let scale = match value.map(|value| value.cast_to(&DataType::Int64)) {
        Some(Ok(ScalarValue::Int64(Some(scale)))) => u8::try_from(scale).ok().filter(|scale| *scale <= MAX_DIGITS),
        _ => None,
    };
    match scale {
        Some(scale) => Ok(scale),
        None => plan_err!("`{function}` needs its scale as a literal from 0 to 38"),
    }
}

/// Computes a decimal for each row, once only if every argument is the same for all rows.
pub(super) fn decimals(
    arguments: &[ColumnarValue],
    rows: usize,
    result: &DataType,
    compute: impl Fn(usize) -> Result<Option<i128>>,
) -> Result<ColumnarValue> {
    let &DataType::Decimal128(precision, scale) = result else {
        return mismatch("an exact function", result);
    };
    if arguments.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_))) {
        return Ok(ColumnarValue::Scalar(ScalarValue::Decimal128(compute(0)?, precision, scale)));
    }
    let mut values = Decimal128Builder::with_capacity(rows);
    for row in 0..rows {
        values.append_option(compute(row)?);
    }
    let values = values.finish().with_precision_and_scale(precision, scale)?;
    Ok(ColumnarValue::Array(Arc::new(values)))
}
