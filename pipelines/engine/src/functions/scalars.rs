//! The functions of one row.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray, StringBuilder},
    datatypes::{DataType, Field, FieldRef},
};
use datafusion::{
    common::{ScalarValue, plan_err},
    error::Result,
    logical_expr::{
        ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
    },
};
use kernel::{exact, fingerprint};

use super::columns::{Modes, Numbers, Role, Wholes, coerced, decimals, failed, literal_scale, mode, type_words};

/// Which function it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Which {
    Ratio,
    Times,
    RoundTo,
    RoundMoney,
    Interpolate,
    Slice,
    EqualShare,
}

impl Which {
    const ALL: [Which; 7] =
        [Self::Ratio, Self::Times, Self::RoundTo, Self::RoundMoney, Self::Interpolate, Self::Slice, Self::EqualShare];

    const fn name(self) -> &'static str {
        match self {
            Self::Ratio => "ratio",
            Self::Times => "times",
            Self::RoundTo => "round_to",
            Self::RoundMoney => "round_money",
            Self::Interpolate => "interpolate",
            Self::Slice => "slice",
            Self::EqualShare => "equal_share",
        }
    }

    /// The arguments, and how many of the last ones may be left out.
    const fn roles(self) -> (&'static [Role], usize) {
        use Role::{Mode, Number, Whole};
        match self {
            Self::Ratio => (&[Number, Number, Whole, Mode], 1),
            Self::Times => (&[Number, Number], 0),
            Self::RoundTo => (&[Number, Whole, Mode], 1),
            Self::RoundMoney => (&[Number, Whole, Mode], 0),
            Self::Interpolate => (&[Number, Number, Number, Number, Number], 0),
            Self::Slice => (&[Number, Number, Number], 0),
            Self::EqualShare => (&[Whole, Whole], 0),
        }
    }

    /// Which argument is the literal scale of the result.
    const fn scale_argument(self) -> Option<usize> {
        match self {
            Self::Ratio => Some(2),
            Self::RoundTo => Some(1),
            _ => None,
        }
    }

    /// Whether there can be no result although no argument is null.
    const fn may_be_undefined(self) -> bool {
        matches!(self, Self::Ratio | Self::Interpolate)
    }
}

/// One of the exact functions.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Exact {
    which: Which,
    signature: Signature,
}

/// Every exact function that gives a decimal.
pub(super) fn all() -> impl Iterator<Item = ScalarUDF> {
    Which::ALL.into_iter().map(|which| {
        ScalarUDF::new_from_impl(Exact { which, signature: Signature::user_defined(Volatility::Immutable) })
    })
}

impl ScalarUDFImpl for Exact {
    fn name(&self) -> &str {
        self.which.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        let (roles, optional) = self.which.roles();
        let name = self.which.name();
        if found.len() > roles.len() || found.len() + optional < roles.len() {
            let least = roles.len() - optional;
            let count = if optional == 0 { least.to_string() } else { format!("{least} or {}", roles.len()) };
            return plan_err!("`{name}` takes {count} arguments, not {}", found.len());
        }
        found.iter().zip(roles).enumerate().map(|(at, (found, role))| coerced(name, at, *role, found)).collect()
    }

    fn return_type(&self, _found: &[DataType]) -> Result<DataType> {
        plan_err!("the type of `{}` depends on its arguments", self.which.name())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let name = self.which.name();
        let scalar = |at: usize| args.scalar_arguments.get(at).copied().flatten();
        let (roles, _) = self.which.roles();
        for (at, role) in roles.iter().enumerate() {
            if let (Role::Mode, Some(ScalarValue::Utf8(Some(text)))) = (role, scalar(at)) {
                mode(name, text)?;
            }
        }
        let result = match self.which {
            Which::RoundMoney => DataType::Decimal128(19, 4),
            Which::EqualShare => DataType::Decimal128(18, 6),
            which => match which.scale_argument() {
                Some(at) => DataType::Decimal128(38, literal_scale(name, scalar(at))?.cast_signed()),
                None => DataType::Decimal128(38, 10),
            },
        };
        let strict = if self.which == Which::Slice { 2 } else { args.arg_fields.len() };
        let is_nullable =
            self.which.may_be_undefined() || args.arg_fields.iter().take(strict).any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(name, result, is_nullable)))
    }

    fn is_strict(&self) -> bool {
        self.which != Which::Slice
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let result = args.return_field.data_type();
        let (arguments, rows) = (args.args.as_slice(), args.number_rows);
        match (self.which, arguments) {
            (Which::Ratio, [a, b, _, rest @ ..]) => ratio([a, b], rest.first(), arguments, rows, result),
            (Which::RoundTo, [x, _, rest @ ..]) => round_to(x, rest.first(), arguments, rows, result),
            (Which::RoundMoney, [x, digits, mode]) => round_money(x, digits, mode, arguments, rows, result),
            (Which::Times, [a, b]) => {
                let [a, b] = numbers("times", [a, b])?;
                decimals(arguments, rows, result, |row| match (a.at(row), b.at(row)) {
                    (Some(a), Some(b)) => exact::times(a, b).map(Some).map_err(failed),
                    _ => Ok(None),
                })
            }
            (Which::Interpolate, [x, x0, y0, x1, y1]) => {
                let [x, x0, y0, x1, y1] = numbers("interpolate", [x, x0, y0, x1, y1])?;
                decimals(arguments, rows, result, |row| {
                    match (x.at(row), x0.at(row), y0.at(row), x1.at(row), y1.at(row)) {
                        (Some(x), Some(x0), Some(y0), Some(x1), Some(y1)) => {
                            exact::interpolate(x, x0, y0, x1, y1).map_err(failed)
                        }
                        _ => Ok(None),
                    }
                })
            }
            (Which::Slice, [x, from, to]) => {
                let [x, from, to] = numbers("slice", [x, from, to])?;
                decimals(arguments, rows, result, |row| match (x.at(row), from.at(row)) {
                    (Some(x), Some(from)) => exact::slice(x, from, to.at(row)).map(Some).map_err(failed),
                    _ => Ok(None),
                })
            }
            (Which::EqualShare, [count, ordinal]) => {
                let (count, ordinal) = (Wholes::of("equal_share", count)?, Wholes::of("equal_share", ordinal)?);
                decimals(arguments, rows, result, |row| match (count.at(row), ordinal.at(row)) {
                    (Some(count), Some(ordinal)) => exact::equal_share(count, ordinal).map(Some).map_err(failed),
                    _ => Ok(None),
                })
            }
            (which, _) => plan_err!("`{}` does not take {} arguments", which.name(), arguments.len()),
        }
    }
}

fn numbers<'a, const N: usize>(function: &str, arguments: [&'a ColumnarValue; N]) -> Result<[Numbers<'a>; N]> {
    let mut read = [const { Numbers::One(None) }; N];
    for (slot, argument) in read.iter_mut().zip(arguments) {
        *slot = Numbers::of(function, argument)?;
    }
    Ok(read)
}

fn scale_of(result: &DataType) -> u8 {
    match result {
        DataType::Decimal128(_, scale) => scale.unsigned_abs(),
        _ => 0,
    }
}

fn ratio(
    pair: [&ColumnarValue; 2],
    mode: Option<&ColumnarValue>,
    arguments: &[ColumnarValue],
    rows: usize,
    result: &DataType,
) -> Result<ColumnarValue> {
    let [a, b] = numbers("ratio", pair)?;
    let modes = Modes::of("ratio", mode)?;
    let scale = scale_of(result);
    decimals(arguments, rows, result, |row| match (a.at(row), b.at(row), modes.at(row)?) {
        (Some(a), Some(b), Some(mode)) => exact::ratio(a, b, scale, mode).map_err(failed),
        _ => Ok(None),
    })
}

fn round_to(
    x: &ColumnarValue,
    mode: Option<&ColumnarValue>,
    arguments: &[ColumnarValue],
    rows: usize,
    result: &DataType,
) -> Result<ColumnarValue> {
    let x = Numbers::of("round_to", x)?;
    let modes = Modes::of("round_to", mode)?;
    let scale = scale_of(result);
    decimals(arguments, rows, result, |row| match (x.at(row), modes.at(row)?) {
        (Some(x), Some(mode)) => exact::rescale(x, scale, mode).map(|x| Some(x.units)).map_err(failed),
        _ => Ok(None),
    })
}

fn round_money(
    x: &ColumnarValue,
    digits: &ColumnarValue,
    mode: &ColumnarValue,
    arguments: &[ColumnarValue],
    rows: usize,
    result: &DataType,
) -> Result<ColumnarValue> {
    let x = Numbers::of("round_money", x)?;
    let digits = Wholes::of("round_money", digits)?;
    let modes = Modes::of("round_money", Some(mode))?;
    decimals(arguments, rows, result, |row| match (x.at(row), digits.at(row), modes.at(row)?) {
        (Some(x), Some(digits), Some(mode)) => {
            exact::round_money(x, digits, mode).map(|x| Some(x.units)).map_err(failed)
        }
        _ => Ok(None),
    })
}

/// Bytes as text, such as a row's hash.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Hex {
    signature: Signature,
}

impl Hex {
    /// The one there is.
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Hex {
    fn name(&self) -> &str {
        "hex"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, found: &[DataType]) -> Result<Vec<DataType>> {
        match found {
            [
                DataType::Null
                | DataType::Binary
                | DataType::LargeBinary
                | DataType::BinaryView
                | DataType::FixedSizeBinary(_),
            ] => Ok(vec![DataType::Binary]),
            [other] => plan_err!("`hex` takes bytes, not {}", type_words(other)),
            _ => plan_err!("`hex` takes 1 argument, not {}", found.len()),
        }
    }

    fn return_type(&self, _found: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let text = |bytes: &[u8]| fingerprint::hex(bytes);
        match args.args.as_slice() {
            [ColumnarValue::Scalar(ScalarValue::Binary(bytes))] => {
                Ok(ColumnarValue::Scalar(ScalarValue::Utf8(bytes.as_deref().map(text))))
            }
            [ColumnarValue::Array(array)] if array.data_type() == &DataType::Binary => {
                let bytes = array.as_binary::<i32>();
                let mut texts = StringBuilder::with_capacity(bytes.len(), bytes.value_data().len().saturating_mul(2));
                for bytes in bytes {
                    texts.append_option(bytes.map(text));
                }
                Ok(ColumnarValue::Array(Arc::new(texts.finish())))
            }
            _ => plan_err!("`hex` takes bytes"),
        }
    }
}
