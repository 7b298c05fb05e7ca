//! From the text of one field to a typed value, exactly or not at all; never through a float.

use kernel::columns::ColumnType;

use crate::{dates, shape::Spec};

/// One typed value, borrowed from wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    Text(&'a [u8]),
    Integer(i64),
    Decimal(i128, u8),
    Date(i32),
    Timestamp(i64),
    Boolean(bool),
}

/// How a source writes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumberFormat {
    pub decimal_mark: u8,
    pub thousands_mark: Option<u8>,
}

impl NumberFormat {
    /// `1234.50`.
    pub(crate) const PLAIN: Self = Self { decimal_mark: b'.', thousands_mark: None };
}

/// Why a text is no value of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    Shape,
    TooManyDigits,
    TooFine,
    HasTime,
}

/// Reads a value that is not null.
pub(crate) fn parse<'a>(spec: &Spec, text: &'a [u8]) -> Result<Value<'a>, Wrong> {
    let trimmed = text.trim_ascii();
    match spec.column_type {
        ColumnType::Text => Ok(Value::Text(if spec.trim { trimmed } else { text })),
        ColumnType::Integer => {
            let wide = decimal(trimmed, spec.numbers, 19, 0, false)?;
            i64::try_from(wide).map(Value::Integer).map_err(|_| Wrong::TooManyDigits)
        }
        ColumnType::Decimal { precision, scale } => {
            decimal(trimmed, spec.numbers, precision, scale, spec.round_half_up)
                .map(|value| Value::Decimal(value, scale))
        }
        ColumnType::Date => {
            let moment = spec.dates.parse(trimmed).ok_or(Wrong::Shape)?;
            if moment.micros == 0 { Ok(Value::Date(moment.days)) } else { Err(Wrong::HasTime) }
        }
        ColumnType::Timestamp if spec.dates.has_time() => {
            spec.dates.parse(trimmed).map(|moment| Value::Timestamp(moment.timestamp())).ok_or(Wrong::Shape)
        }
        ColumnType::Timestamp => dates::parse_iso_timestamp(trimmed).map(Value::Timestamp).ok_or(Wrong::Shape),
        ColumnType::Boolean => boolean(trimmed).map(Value::Boolean).ok_or(Wrong::Shape),
        ColumnType::Binary => Err(Wrong::Shape),
    }
}

fn boolean(text: &[u8]) -> Option<bool> {
    let is = |words: &[&[u8]]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&[b"true", b"t", b"yes", b"y", b"1"]) {
        Some(true)
    } else if is(&[b"false", b"f", b"no", b"n", b"0"]) {
        Some(false)
    } else {
        None
    }
}

/// The number times ten to the `scale`; a sign may stand before or, as mainframes write it, behind. An exponent (`1.5E-3`)
/// is as exact as a point.
pub(crate) fn decimal(
    text: &[u8],
    format: NumberFormat,
    precision: u8,
    scale: u8,
    round_half_up: bool,
) -> Result<i128, Wrong> {
    let (is_negative, digits) = match text {
        [b'-', rest @ ..] | [rest @ .., b'-'] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let size = match digits.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e')) {
        None => Digits::read(digits, format, scale)?.finish(scale, round_half_up)?,
        Some(at) => {
            let (mantissa, exponent) = digits.split_at(at);
            let exponent = exponent_of(exponent.get(1..).unwrap_or_default()).ok_or(Wrong::Shape)?;
            Digits::read(mantissa, format, u8::MAX)?.shifted(exponent, scale, round_half_up)?
        }
    };
    let limit = 10_u128.checked_pow(u32::from(precision)).ok_or(Wrong::TooManyDigits)?;
    if size >= limit {
        return Err(Wrong::TooManyDigits);
    }
    let size = i128::try_from(size).map_err(|_| Wrong::TooManyDigits)?;
    Ok(if is_negative { -size } else { size })
}

/// The number as it was written, without zeros at the end, and its digits behind the point; whatever the column holds.
pub(crate) fn written(text: &[u8], format: NumberFormat) -> Option<Exact> {
    let (is_negative, digits) = match text {
        [b'-', rest @ ..] | [rest @ .., b'-'] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (mantissa, exponent) = match digits.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e')) {
        None => (digits, 0),
        Some(at) => (digits.get(..at)?, exponent_of(digits.get(at + 1..)?)?),
    };
    let read = Digits::read(mantissa, format, u8::MAX).ok()?;
    let size = i128::try_from(read.value).ok()?;
    let scale = i32::from(read.fraction) - exponent;
    let number = if is_negative { -size } else { size };
    if scale <= 0 {
        return Some(Exact { number: number.checked_mul(10_i128.checked_pow(scale.unsigned_abs())?)?, scale: 0 });
    }
    Some(Exact { number, scale: u16::try_from(scale).ok()? }.shortest())
}

/// A number of any scale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Exact {
    number: i128,
    scale: u16,
}

impl Exact {
    pub(crate) fn whole(number: i128) -> Self {
        Self { number, scale: 0 }
    }

    fn shortest(mut self) -> Self {
        while self.scale > 0 && self.number % 10 == 0 {
            self.number /= 10;
            self.scale -= 1;
        }
        self
    }

    fn at_scale(self, scale: u16) -> Option<i128> {
        self.number.checked_mul(10_i128.checked_pow(u32::from(scale.checked_sub(self.scale)?))?)
    }

    /// The sum, if it can be held.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let number = self.at_scale(scale)?.checked_add(other.at_scale(scale)?)?;
        Some(Self { number, scale }.shortest())
    }

    /// The difference, if it can be held.
    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { number: other.number.checked_neg()?, ..other })
    }

    /// Rounded half up to so many digits, or to as many as the other has, where those are more.
    pub(crate) fn rounded_as(self, other: Self, scale: u8) -> Self {
        let scale = other.scale.max(u16::from(scale));
        let Some(drop) = self.scale.checked_sub(scale).filter(|drop| *drop > 0) else { return self };
        let Some(power) = 10_i128.checked_pow(u32::from(drop)) else { return Self::whole(0) };
        let (whole, rest) = (self.number / power, self.number % power);
        let up = if rest.unsigned_abs() >= power.unsigned_abs() / 2 { self.number.signum() } else { 0 };
        Self { number: whole + up, scale }.shortest()
    }

    /// With its point, and at least so many digits behind it.
    pub(crate) fn show(self, scale: u8) -> String {
        let scale = self.scale.max(u16::from(scale));
        match (self.at_scale(scale), u8::try_from(scale)) {
            (Some(number), Ok(scale)) => show_decimal(number, scale),
            _ => format!("{}E-{}", self.number, self.scale),
        }
    }
}

fn exponent_of(text: &[u8]) -> Option<i32> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    let is_number = (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| sign * digits.iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0')))
}

/// What follows a thousands mark, if one stands here; a blank may also be a no-break one.
fn thousands_mark(byte: u8, rest: &[u8], format: NumberFormat) -> Option<&[u8]> {
    let mark = format.thousands_mark?;
    if byte == mark {
        Some(rest)
    } else if mark == b' ' && byte == 0xC2 {
        rest.strip_prefix(&[0xA0])
    } else if mark == b' ' && byte == 0xE2 {
        rest.strip_prefix(&[0x80, 0xAF])
    } else {
        None
    }
}

#[derive(Debug, Default)]
struct Digits {
    value: u128,
    count: usize,
    in_fraction: bool,
    fraction: u8,
    since_mark: usize,
    has_mark: bool,
    first_dropped: Option<u8>,
    is_inexact: bool,
}

impl Digits {
    fn read(text: &[u8], format: NumberFormat, scale: u8) -> Result<Self, Wrong> {
        let mut number = Self::default();
        let mut rest = text;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if byte.is_ascii_digit() {
                number.digit(byte - b'0', scale)?;
            } else if *byte == format.decimal_mark && !number.in_fraction {
                number.end_whole()?;
            } else if let Some(after) = thousands_mark(*byte, rest, format) {
                rest = after;
                number.mark()?;
            } else {
                return Err(Wrong::Shape);
            }
        }
        let is_cut = !number.in_fraction && number.has_mark && number.since_mark != 3;
        if number.count == 0 || is_cut { Err(Wrong::Shape) } else { Ok(number) }
    }

    /// The digits, all of them kept, moved by an exponent.
    fn shifted(self, exponent: i32, scale: u8, round_half_up: bool) -> Result<u128, Wrong> {
        let shift = i32::from(scale) - i32::from(self.fraction) + exponent;
        let power = 10_u128.checked_pow(shift.unsigned_abs());
        if self.value == 0 {
            return Ok(0);
        }
        if shift >= 0 {
            return power.and_then(|power| self.value.checked_mul(power)).ok_or(Wrong::TooManyDigits);
        }
        let (whole, rest, power) = match power {
            Some(power) => (self.value / power, self.value % power, power),
            None => (0, 1, u128::MAX),
        };
        if rest == 0 {
            return Ok(whole);
        }
        if !round_half_up {
            return Err(Wrong::TooFine);
        }
        Ok(whole + u128::from(rest >= power - rest))
    }

    fn digit(&mut self, digit: u8, scale: u8) -> Result<(), Wrong> {
        self.count += 1;
        self.since_mark += 1;
        if self.in_fraction {
            if self.fraction == scale {
                self.first_dropped.get_or_insert(digit);
                self.is_inexact |= digit != 0;
                return Ok(());
            }
            self.fraction += 1;
        }
        self.value = self
            .value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u128::from(digit)))
            .ok_or(Wrong::TooManyDigits)?;
        Ok(())
    }

    fn mark(&mut self) -> Result<(), Wrong> {
        let fits = if self.has_mark { self.since_mark == 3 } else { (1..=3).contains(&self.since_mark) };
        self.has_mark = true;
        self.since_mark = 0;
        if fits && !self.in_fraction { Ok(()) } else { Err(Wrong::Shape) }
    }

    fn end_whole(&mut self) -> Result<(), Wrong> {
        if self.has_mark && self.since_mark != 3 {
            return Err(Wrong::Shape);
        }
        self.in_fraction = true;
        Ok(())
    }

    fn finish(mut self, scale: u8, round_half_up: bool) -> Result<u128, Wrong> {
        if self.is_inexact && !round_half_up {
            return Err(Wrong::TooFine);
        }
        for _ in self.fraction..scale {
            self.value = self.value.checked_mul(10).ok_or(Wrong::TooManyDigits)?;
        }
        if self.first_dropped.is_some_and(|digit| digit >= 5) {
            self.value = self.value.checked_add(1).ok_or(Wrong::TooManyDigits)?;
        }
        Ok(self.value)
    }
}

/// The reason for a row's quarantine, with the value and what was expected.
pub(crate) fn reason(spec: &Spec, text: &[u8], wrong: Wrong) -> String {
    let name = &spec.name;
    let value = quoted(text);
    match (spec.column_type, wrong) {
        (_, Wrong::HasTime) => format!("`{name}`: {value} has a time of day, but the column is a date"),
        (ColumnType::Decimal { scale, .. }, Wrong::TooFine) => {
            format!("`{name}`: {value} has more than {scale} digits behind the point")
        }
        (ColumnType::Integer, Wrong::TooFine) => format!("`{name}`: {value} is not a whole number"),
        (kind, Wrong::TooManyDigits) => format!("`{name}`: {value} has more digits than {kind} holds"),
        (ColumnType::Date, _) => format!("`{name}`: {value} is not a date in the form {}", spec.dates.text()),
        (ColumnType::Timestamp, _) if spec.dates.has_time() => {
            format!("`{name}`: {value} is not a moment in the form {}", spec.dates.text())
        }
        (kind, _) => format!("`{name}`: {value} is not a value of type {kind}"),
    }
}

/// A value in backticks, cut where it is long.
pub(crate) fn quoted(text: &[u8]) -> String {
    const LONGEST: usize = 80;
    let shown = String::from_utf8_lossy(text);
    if shown.chars().count() > LONGEST {
        let cut: String = shown.chars().take(LONGEST).collect();
        format!("`{cut}…`")
    } else {
        format!("`{shown}`")
    }
}

/// A value as a message shows it.
pub(crate) fn show(value: Value<'_>) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number, scale) => show_decimal(number, scale),
        Value::Date(days) => dates::show_day(days),
        Value::Timestamp(micros) => {
            format!("{} +{}µs", dates::show_day(dates::day_of(micros)), micros.rem_euclid(86_400_000_000))
        }
        Value::Boolean(truth) => truth.to_string(),
    }
}

/// A scaled number with its point.
pub(crate) fn show_decimal(number: i128, scale: u8) -> String {
    let digits = format!("{:0width$}", number.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
    let sign = if number < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}
