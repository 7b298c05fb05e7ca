//! Exact arithmetic on fixed-point numbers: every rounding is named, and nothing wraps or loses digits silently.
//!
//! These are the formulas behind the SQL functions of the same names, so that a figure in a release and a figure in
//! Rust round at the same points. Intermediate results have 256 bits; results have at most 38 digits. The module does
//! not know SQL, nulls or tables.

mod shares;

use std::{cmp::Ordering, fmt};

use ethnum::I256;

use crate::{Fault, Result, fault::K005};
pub use shares::{EQUAL_SHARE_SCALE, equal_share, largest_remainder};

/// The largest number of digits a result may have.
pub const MAX_DIGITS: u8 = 38;
/// The largest unscaled value of 38 digits.
pub const MAX_UNITS: i128 = POWERS[38] - 1;
/// Digits behind the point of everything between stages.
pub const STAGE_SCALE: u8 = 10;
/// Digits behind the point of published money.
pub const MONEY_SCALE: u8 = 4;

const POWERS: [i128; 39] = powers();

const fn powers() -> [i128; 39] {
    let mut powers = [1; 39];
    let mut at = 1;
    while at < 39 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
}

/// What becomes of the digits that a result has no room for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoundingMode {
    /// To the nearest, a half away from zero.
    #[default]
    HalfUp,
    /// To the nearest, a half to the even neighbour.
    HalfEven,
    /// To the nearest, a half to the odd neighbour.
    HalfOdd,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceiling,
}

impl RoundingMode {
    /// Every mode, in the order of the reference.
    pub const ALL: [RoundingMode; 7] =
        [Self::HalfUp, Self::HalfEven, Self::HalfOdd, Self::Up, Self::Down, Self::Floor, Self::Ceiling];

    /// The word that plans and SQL use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HalfUp => "half_up",
            Self::HalfEven => "half_even",
            Self::HalfOdd => "half_odd",
            Self::Up => "up",
            Self::Down => "down",
            Self::Floor => "floor",
            Self::Ceiling => "ceiling",
        }
    }

    /// Reads the word, which is lower-case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == text)
    }

    /// Whether a quotient cut towards zero has to move one away from it; `half` compares what was cut with one half.
    const fn moves_away(self, is_negative: bool, half: Ordering, is_odd: bool) -> bool {
        match self {
            Self::Up => true,
            Self::Down => false,
            Self::Floor => is_negative,
            Self::Ceiling => !is_negative,
            Self::HalfUp => !matches!(half, Ordering::Less),
            Self::HalfEven => matches!(half, Ordering::Greater) || (matches!(half, Ordering::Equal) && is_odd),
            Self::HalfOdd => matches!(half, Ordering::Greater) || (matches!(half, Ordering::Equal) && !is_odd),
        }
    }
}

impl fmt::Display for RoundingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A decimal as tables hold it: `units ÷ 10^scale`. Equal means the same digits, so `1.0` is not `1.00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fixed {
    /// The number without its point.
    pub units: i128,
    /// Digits behind the point, at most 38.
    pub scale: u8,
}

impl Fixed {
    /// From the unscaled value; a scale above 38 counts as 38.
    pub const fn new(units: i128, scale: u8) -> Self {
        Self { units, scale: if scale > MAX_DIGITS { MAX_DIGITS } else { scale } }
    }

    /// Reads `-12.50` as it stands, scale 2; none if it is not plain digits with at most one point, or has over 38
    /// digits.
    pub fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || unsigned.ends_with('.') {
            return None;
        }
        let scale = u8::try_from(fraction.len()).ok().filter(|scale| *scale <= MAX_DIGITS)?;
        let mut units: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            units = units.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        let units = if text.starts_with('-') { -units } else { units };
        (units.unsigned_abs() <= MAX_UNITS.unsigned_abs()).then_some(Self { units, scale })
    }

    fn wide(self) -> I256 {
        I256::new(self.units)
    }

    /// Units at a scale not below its own; always fits 256 bits.
    fn at(self, scale: u8) -> I256 {
        self.wide() * I256::new(power(scale.saturating_sub(self.scale)))
    }

    /// Compares by value, whatever the scales.
    pub fn compare(self, other: Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        self.at(scale).cmp(&other.at(scale))
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = self.units.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let power = power(self.scale).unsigned_abs();
        write!(f, "{sign}{}.{:0width$}", digits / power, digits % power, width = usize::from(self.scale))
    }
}

fn power(exponent: u8) -> i128 {
    POWERS.get(usize::from(exponent)).copied().unwrap_or(POWERS[38])
}

fn wide_power(exponent: u8) -> I256 {
    let low = exponent.min(MAX_DIGITS);
    I256::new(power(low)) * I256::new(power((exponent - low).min(MAX_DIGITS)))
}

fn beyond(what: impl fmt::Display, scale: u8) -> Fault {
    Fault::new(K005, format!("the result of `{what}` does not fit `decimal(38,{scale})`"))
}

/// `numerator ÷ denominator` as an integer; none if it leaves 128 bits or the denominator is zero.
fn divide(numerator: i128, denominator: i128, mode: RoundingMode) -> Option<i128> {
    let quotient = numerator.checked_div(denominator)?;
    let rest = numerator.checked_rem(denominator)?.unsigned_abs();
    if rest == 0 {
        return Some(quotient);
    }
    let is_negative = (numerator < 0) != (denominator < 0);
    let half = rest.cmp(&(denominator.unsigned_abs() - rest));
    match (mode.moves_away(is_negative, half, quotient & 1 == 1), is_negative) {
        (false, _) => Some(quotient),
        (true, false) => quotient.checked_add(1),
        (true, true) => quotient.checked_sub(1),
    }
}

/// As [`divide`], on 256 bits.
fn divide_wide(numerator: I256, denominator: I256, mode: RoundingMode) -> Option<I256> {
    let quotient = numerator.checked_div(denominator)?;
    let rest = numerator.checked_rem(denominator)?.unsigned_abs();
    if rest == 0 {
        return Some(quotient);
    }
    let is_negative = (numerator < 0) != (denominator < 0);
    let half = rest.cmp(&(denominator.unsigned_abs() - rest));
    match (mode.moves_away(is_negative, half, quotient & I256::ONE == I256::ONE), is_negative) {
        (false, _) => Some(quotient),
        (true, false) => quotient.checked_add(I256::ONE),
        (true, true) => quotient.checked_sub(I256::ONE),
    }
}

fn fit(units: Option<i128>) -> Option<i128> {
    units.filter(|units| units.unsigned_abs() <= MAX_UNITS.unsigned_abs())
}

fn narrow(units: I256) -> Option<i128> {
    fit(i128::try_from(units).ok())
}

/// Brings wide units from one scale to another.
fn rescale_wide(units: I256, from: u8, to: u8, mode: RoundingMode) -> Option<i128> {
    if to >= from {
        narrow(units.checked_mul(wide_power(to - from))?)
    } else {
        narrow(divide_wide(units, wide_power(from - to), mode)?)
    }
}

/// The same value with other digits behind the point, rounded where there are fewer.
///
/// # Errors
/// K005 if it would need more than 38 digits.
pub fn rescale(x: Fixed, scale: u8, mode: RoundingMode) -> Result<Fixed> {
    let scale = scale.min(MAX_DIGITS);
    let units = if scale >= x.scale {
        x.units.checked_mul(power(scale - x.scale))
    } else {
        divide(x.units, power(x.scale - scale), mode)
    };
    match fit(units) {
        Some(units) => Ok(Fixed { units, scale }),
        None => Err(beyond(format_args!("round_to({x}, {scale})"), scale)),
    }
}

/// `x` rounded to so many digits of the currency, as money of scale 4; negative digits round to tens, hundreds and so
/// on.
///
/// # Errors
/// K005 if digits is not in −14..=4, or the result does not fit `decimal(19,4)`.
pub fn round_money(x: Fixed, digits: i64, mode: RoundingMode) -> Result<Fixed> {
    let places = i8::try_from(digits).ok().filter(|places| (-14..=4).contains(places));
    let Some(places) = places else {
        return Err(Fault::new(K005, format!("`round_money({x}, {digits})`: money is rounded to −14 to 4 digits"))
            .hint("give the number of decimals of the currency, such as 2"));
    };
    let rounded = match u8::try_from(i16::from(x.scale) - i16::from(places)) {
        Ok(cut) => {
            let back = MONEY_SCALE.saturating_add_signed(-places);
            let quick = || divide(x.units, POWERS.get(usize::from(cut)).copied()?, mode)?.checked_mul(power(back));
            fit(quick())
                .or_else(|| narrow(divide_wide(x.wide(), wide_power(cut), mode)?.checked_mul(wide_power(back))?))
        }
        Err(_) => narrow(x.at(MONEY_SCALE)),
    };
    match rounded.filter(|units| units.unsigned_abs() < power(19).unsigned_abs()) {
        Some(units) => Ok(Fixed { units, scale: MONEY_SCALE }),
        None => {
            Err(Fault::new(K005, format!("the result of `round_money({x}, {digits})` does not fit `decimal(19,4)`")))
        }
    }
}

/// `a + b` at the larger scale of the two.
///
/// # Errors
/// K005 if it would need more than 38 digits.
pub fn add(a: Fixed, b: Fixed) -> Result<Fixed> {
    let scale = a.scale.max(b.scale);
    match narrow(a.at(scale) + b.at(scale)) {
        Some(units) => Ok(Fixed { units, scale }),
        None => Err(beyond(format_args!("{a} + {b}"), scale)),
    }
}

/// `a ÷ b` rounded once, to `scale`; none if `b` is zero.
///
/// # Errors
/// K005 if it would need more than 38 digits.
pub fn ratio(a: Fixed, b: Fixed, scale: u8, mode: RoundingMode) -> Result<Option<i128>> {
    if b.units == 0 {
        return Ok(None);
    }
    let scale = scale.min(MAX_DIGITS);
    // A numerator that leaves 256 bits means a result of more than 38 digits, because `b` has at most 38.
    let (up, down) = match (scale + b.scale).checked_sub(a.scale) {
        Some(up) => (up, 0),
        None => (0, a.scale - scale - b.scale),
    };
    let quick = || {
        let numerator = if up > MAX_DIGITS { return None } else { a.units.checked_mul(power(up))? };
        divide(numerator, b.units.checked_mul(power(down))?, mode)
    };
    let units = fit(quick()).or_else(|| {
        let numerator = a.wide().checked_mul(wide_power(up))?;
        narrow(divide_wide(numerator, b.wide().checked_mul(wide_power(down))?, mode)?)
    });
    match units {
        Some(units) => Ok(Some(units)),
        None => Err(beyond(format_args!("ratio({a}, {b}, {scale})"), scale)),
    }
}

/// `a × b` rounded once, half-up, to scale 10.
///
/// # Errors
/// K005 if it would need more than 38 digits.
pub fn times(a: Fixed, b: Fixed) -> Result<i128> {
    let scale = a.scale + b.scale;
    let quick = || {
        let product = a.units.checked_mul(b.units)?;
        match scale.checked_sub(STAGE_SCALE) {
            Some(cut) if cut <= MAX_DIGITS => divide(product, power(cut), RoundingMode::HalfUp),
            Some(_) => None,
            None => product.checked_mul(power(STAGE_SCALE - scale)),
        }
    };
    let units = fit(quick())
        .or_else(|| rescale_wide(a.wide().checked_mul(b.wide())?, scale, STAGE_SCALE, RoundingMode::HalfUp));
    units.ok_or_else(|| beyond(format_args!("times({a}, {b})"), STAGE_SCALE))
}

/// The height at `x` of the straight line through (x0, y0) and (x1, y1): multiplied before it is divided, rounded once,
/// half-up, to scale 10; none if `x0` equals `x1`. Outside of the two points the line goes on.
///
/// # Errors
/// K005 if the result would need more than 38 digits, or an intermediate one more than 256 bits.
pub fn interpolate(x: Fixed, x0: Fixed, y0: Fixed, x1: Fixed, y1: Fixed) -> Result<Option<i128>> {
    let across = x.scale.max(x0.scale).max(x1.scale);
    let upright = y0.scale.max(y1.scale);
    let run = x1.at(across) - x0.at(across);
    if run == 0 {
        return Ok(None);
    }
    let height = || {
        let along = x.at(across).checked_sub(x0.at(across))?;
        let rise = y1.at(upright).checked_sub(y0.at(upright))?;
        let numerator = y0.at(upright).checked_mul(run)?.checked_add(along.checked_mul(rise)?)?;
        let (up, down) = match STAGE_SCALE.checked_sub(upright) {
            Some(up) => (up, 0),
            None => (0, upright - STAGE_SCALE),
        };
        let numerator = numerator.checked_mul(wide_power(up))?;
        narrow(divide_wide(numerator, run.checked_mul(wide_power(down))?, RoundingMode::HalfUp)?)
    };
    match height() {
        Some(units) => Ok(Some(units)),
        None => Err(beyond(format_args!("interpolate({x}, {x0}, {y0}, {x1}, {y1})"), STAGE_SCALE)),
    }
}

/// How much of `x` lies in `[from, to)`, at scale 10; zero when `x` is below `from` or the stretch is empty. The slices
/// of a gapless list of borders add up to `x` less the first border, as long as nothing has more than ten decimals.
///
/// # Errors
/// K005 if it would need more than 38 digits.
pub fn slice(x: Fixed, from: Fixed, to: Option<Fixed>) -> Result<i128> {
    let scale = x.scale.max(from.scale).max(to.map_or(0, |to| to.scale));
    let bottom = from.at(scale);
    let top = to.map_or(x.at(scale), |to| to.at(scale).min(x.at(scale)));
    if top <= bottom {
        return Ok(0);
    }
    rescale_wide(top - bottom, scale, STAGE_SCALE, RoundingMode::HalfUp)
        .ok_or_else(|| beyond(format_args!("slice({x}, {from})"), STAGE_SCALE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f(text: &str) -> Fixed {
        Fixed::parse(text).unwrap()
    }

    #[test]
    fn a_number_reads_back_as_it_was_written() {
        for text in ["0", "-0.5", "12.50", "-123456789.0123456789", "0.00000000000000000000000000000000000001"] {
            assert_eq!(f(text).to_string(), text);
        }
        for text in ["", "-", ".5", "1.", "1e3", "1,5", "999999999999999999999999999999999999999"] {
            assert_eq!(Fixed::parse(text), None, "{text}");
        }
    }

    #[test]
    fn each_mode_rounds_as_its_name_says() {
        use RoundingMode::{Ceiling, Down, Floor, HalfEven, HalfOdd, HalfUp, Up};
        let round = |text: &str, mode| rescale(f(text), 0, mode).unwrap().units;
        for (mode, expected) in [
            (HalfUp, [3, 4, 2, 3, -3, -4, -2, -3]),
            (HalfEven, [2, 4, 2, 3, -2, -4, -2, -3]),
            (HalfOdd, [3, 3, 2, 3, -3, -3, -2, -3]),
            (Up, [3, 4, 3, 3, -3, -4, -3, -3]),
            (Down, [2, 3, 2, 2, -2, -3, -2, -2]),
            (Floor, [2, 3, 2, 2, -3, -4, -3, -3]),
            (Ceiling, [3, 4, 3, 3, -2, -3, -2, -2]),
        ] {
            let found = ["2.5", "3.5", "2.1", "2.9", "-2.5", "-3.5", "-2.1", "-2.9"].map(|text| round(text, mode));
            assert_eq!(found, expected, "{mode}");
            assert_eq!(RoundingMode::parse(mode.word()), Some(mode));
        }
        assert_eq!(RoundingMode::parse("HALF_UP"), None);
    }

    #[test]
    fn a_ratio_is_rounded_once_and_empty_over_zero() {
        let ratio = |a, b, scale| ratio(f(a), f(b), scale, RoundingMode::HalfUp).unwrap();
        assert_eq!(ratio("1", "3", 6), Some(333_333));
        assert_eq!(ratio("-2", "3", 6), Some(-666_667));
        assert_eq!(ratio("1.00", "0.000", 6), None);
        assert_eq!(ratio("0.5", "1000000", 6), Some(1));
        assert_eq!(ratio("0.00000000000000000001", "2.0", 4), Some(0));
        let large = "99999999999999999999999999999999999999";
        assert_eq!(ratio(large, large, 37), Some(power(37)));
    }

    #[test]
    fn what_does_not_fit_is_a_fault_that_names_the_values() {
        let large = f("99999999999999999999999999999999999999");
        let fault = ratio(large, f("0.1"), 0, RoundingMode::HalfUp).unwrap_err();
        assert_eq!(fault.code().id, "K005");
        assert!(fault.message().contains("ratio(99999999999999999999999999999999999999, 0.1, 0)"), "{fault}");
        assert!(times(large, f("2")).is_err());
        assert!(add(large, f("1")).is_err());
        assert!(rescale(large, 1, RoundingMode::HalfUp).is_err());
        assert!(slice(large, f("0"), None).is_err());
        assert!(round_money(f("10000000000000000"), 2, RoundingMode::HalfUp).is_err());
        assert!(round_money(f("1"), 5, RoundingMode::HalfUp).is_err());
    }

    #[test]
    fn a_product_keeps_ten_decimals() {
        assert_eq!(times(f("100.0000"), f("0.333333")).unwrap(), 333_333_000_000);
        assert_eq!(times(f("0.00001"), f("0.000005")).unwrap(), 1);
        assert_eq!(times(f("-0.00001"), f("0.000005")).unwrap(), -1);
        assert_eq!(times(f("3"), f("7")).unwrap(), 210_000_000_000);
        let small = f("0.00000000000000000000000000000000000001");
        assert_eq!(times(small, small).unwrap(), 0);
    }

    #[test]
    fn money_is_rounded_to_the_digits_of_its_currency() {
        let round = |text: &str, digits| round_money(f(text), digits, RoundingMode::HalfUp).unwrap().to_string();
        assert_eq!(round("12.3450000000", 2), "12.3500");
        assert_eq!(round("-12.3450000000", 2), "-12.3500");
        assert_eq!(round("12.5", 0), "13.0000");
        assert_eq!(round("12.5", 4), "12.5000");
        assert_eq!(round("1251", -2), "1300.0000");
    }

    #[test]
    fn a_line_passes_through_its_points_and_goes_on() {
        let line =
            |x: &str| interpolate(f(x), f("0.9"), f("0.5"), f("1.0"), f("1")).unwrap().map(|u| Fixed::new(u, 10));
        assert_eq!(line("0.9").unwrap().to_string(), "0.5000000000");
        assert_eq!(line("1.0").unwrap().to_string(), "1.0000000000");
        assert_eq!(line("0.95").unwrap().to_string(), "0.7500000000");
        assert_eq!(line("1.10").unwrap().to_string(), "1.5000000000");
        assert_eq!(interpolate(f("1"), f("2"), f("3"), f("2.0"), f("4")).unwrap(), None);
        assert_eq!(interpolate(f("1"), f("0"), f("0"), f("3"), f("1")).unwrap(), Some(3_333_333_333));
    }

    #[test]
    fn slices_add_up_to_the_whole() {
        let borders = ["0", "1000", "3000", "8000"].map(f);
        let x = f("4500.25");
        let mut total = 0;
        for (at, from) in borders.iter().enumerate() {
            total += slice(x, *from, borders.get(at + 1).copied()).unwrap();
        }
        assert_eq!(Fixed::new(total, 10).compare(x), Ordering::Equal);
        assert_eq!(slice(f("-5"), f("0"), None).unwrap(), 0);
        assert_eq!(slice(f("5"), f("3"), Some(f("2"))).unwrap(), 0);
    }
}
