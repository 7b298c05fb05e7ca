//! Exact fractions, the roundings that the contract names, and decimals as documents write them.

use std::{
    cmp::Ordering,
    fmt,
    ops::{Add, AddAssign, Div, Mul, Neg, Sub},
};

/// A fraction in lowest terms; a step that leaves 128 bits ends the test instead of losing a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Q {
    over: i128,
    under: i128,
}

const TOO_LARGE: &str = "an exact fraction of more than 128 bits";

fn divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a.max(1)).expect(TOO_LARGE)
}

fn product(a: i128, b: i128) -> i128 {
    a.checked_mul(b).expect(TOO_LARGE)
}

impl Q {
    fn new(over: i128, under: i128) -> Self {
        assert!(under != 0, "a fraction of nothing");
        let common = divisor(over, under) * under.signum();
        Self { over: over / common, under: under / common }
    }

    pub fn is_zero(self) -> bool {
        self.over == 0
    }

    /// A decimal as a table writes it.
    pub fn read(text: &str) -> Self {
        let (digits, fraction) = text.split_once('.').unwrap_or((text, ""));
        let units = format!("{digits}{fraction}").parse().unwrap_or_else(|_| panic!("`{text}` is no decimal"));
        Self::new(units, 10_i128.pow(fraction.len() as u32))
    }

    /// A whole number as such.
    pub fn whole_part(self) -> i128 {
        assert_eq!(self.under, 1, "{self:?} is no whole number");
        self.over
    }
}

impl Mul for Q {
    type Output = Q;

    fn mul(self, other: Q) -> Q {
        let (a, b) = (Q::new(self.over, other.under), Q::new(other.over, self.under));
        Q { over: product(a.over, b.over), under: product(a.under, b.under) }
    }
}

impl Div for Q {
    type Output = Q;

    fn div(self, other: Q) -> Q {
        self * Q::new(other.under, other.over)
    }
}

impl Add for Q {
    type Output = Q;

    fn add(self, other: Q) -> Q {
        let common = divisor(self.under, other.under);
        let (left, right) = (other.under / common, self.under / common);
        let sum = product(self.over, left).checked_add(product(other.over, right)).expect(TOO_LARGE);
        Q::new(sum, product(self.under, left))
    }
}

impl Sub for Q {
    type Output = Q;

    fn sub(self, other: Q) -> Q {
        self + -other
    }
}

impl Neg for Q {
    type Output = Q;

    fn neg(self) -> Q {
        Q { over: -self.over, ..self }
    }
}

impl AddAssign for Q {
    fn add_assign(&mut self, other: Q) {
        *self = *self + other;
    }
}

impl PartialOrd for Q {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Q {
    fn cmp(&self, other: &Self) -> Ordering {
        (*self - *other).over.cmp(&0)
    }
}

pub fn whole(number: i64) -> Q {
    Q { over: number.into(), under: 1 }
}

/// A fraction of two whole numbers.
pub fn ratio(over: i64, under: i64) -> Q {
    Q::new(over.into(), under.into())
}

pub fn zero() -> Q {
    whole(0)
}

pub fn one() -> Q {
    whole(1)
}

/// A decimal as a document or a source writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub units: i64,
    pub scale: u32,
}

impl Decimal {
    pub const fn new(units: i64, scale: u32) -> Self {
        Self { units, scale }
    }

    pub fn q(self) -> Q {
        Q::new(self.units.into(), 10_i128.pow(self.scale))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(self.units.into(), self.scale as usize))
    }
}

fn text(units: i128, scale: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// What becomes of what does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    HalfUp,
    HalfEven,
    HalfOdd,
    Up,
    Down,
    Floor,
    Ceiling,
}

impl Mode {
    pub const ALL: [Self; 7] =
        [Self::HalfUp, Self::HalfEven, Self::HalfOdd, Self::Up, Self::Down, Self::Floor, Self::Ceiling];

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
}

/// To so many digits behind the point; below zero they are tens, hundreds and so on.
pub fn rounded(x: Q, digits: i32, mode: Mode) -> Q {
    let power = Q { over: 10_i128.pow(digits.unsigned_abs()), under: 1 };
    let power = if digits < 0 { one() / power } else { power };
    let scaled = x * power;
    let low = scaled.over.div_euclid(scaled.under);
    let rest = scaled - Q { over: low, under: 1 };
    let half = rest.cmp(&Q { over: 1, under: 2 });
    let is_even = low % 2 == 0;
    let goes_up = !rest.is_zero()
        && match mode {
            Mode::Floor => false,
            Mode::Ceiling => true,
            Mode::Up => low >= 0,
            Mode::Down => low < 0,
            Mode::HalfUp => half.is_gt() || (half.is_eq() && low >= 0),
            Mode::HalfEven => half.is_gt() || (half.is_eq() && !is_even),
            Mode::HalfOdd => half.is_gt() || (half.is_eq() && is_even),
        };
    Q { over: low + i128::from(goes_up), under: 1 } / power
}

/// A product between stages.
pub fn times(a: Q, b: Q) -> Q {
    staged(a * b)
}

/// A quotient between stages; none by zero.
pub fn over(a: Q, b: Q) -> Option<Q> {
    (!b.is_zero()).then(|| staged(a / b))
}

/// Half-up at the tenth decimal.
pub fn staged(x: Q) -> Q {
    rounded(x, 10, Mode::HalfUp)
}

/// A number that has no more than so many decimals, as tables write it.
pub fn fixed(x: Q, scale: usize) -> String {
    let scaled = x * Q { over: 10_i128.pow(scale as u32), under: 1 };
    assert_eq!(scaled.under, 1, "{x:?} has more than {scale} decimals");
    text(scaled.over, scale)
}
