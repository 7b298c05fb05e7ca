//! Arithmetic on decimal digits as taught in school, which shares nothing with the code under test.

use std::cmp::Ordering;

use kernel::exact::{Fixed, RoundingMode};

/// Digits, least first, without leading zeros.
type Digits = Vec<u8>;

fn trimmed(mut digits: Digits) -> Digits {
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

fn compare(a: &Digits, b: &Digits) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn plus(a: &Digits, b: &Digits) -> Digits {
    let mut sum = Vec::new();
    let mut carry = 0;
    for at in 0..a.len().max(b.len()) + 1 {
        let digit = a.get(at).unwrap_or(&0) + b.get(at).unwrap_or(&0) + carry;
        sum.push(digit % 10);
        carry = digit / 10;
    }
    trimmed(sum)
}

fn minus(a: &Digits, b: &Digits) -> Digits {
    let mut rest = Vec::new();
    let mut borrowed = 0;
    for (at, digit) in a.iter().enumerate() {
        let take = b.get(at).unwrap_or(&0) + borrowed;
        borrowed = u8::from(*digit < take);
        rest.push(digit + 10 * borrowed - take);
    }
    trimmed(rest)
}

fn product(a: &Digits, b: &Digits) -> Digits {
    let mut whole = vec![0_u32; a.len() + b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            whole[i + j] += u32::from(*x) * u32::from(*y);
        }
    }
    let mut carry = 0;
    let mut digits = Vec::new();
    for cell in whole {
        let cell = cell + carry;
        digits.push(u8::try_from(cell % 10).unwrap());
        carry = cell / 10;
    }
    trimmed(digits)
}

fn divided(a: &Digits, b: &Digits) -> (Digits, Digits) {
    let mut quotient = Vec::new();
    let mut rest = Vec::new();
    for digit in a.iter().rev() {
        rest.insert(0, *digit);
        rest = trimmed(rest);
        let mut times = 0;
        while compare(&rest, b) != Ordering::Less {
            rest = minus(&rest, b);
            times += 1;
        }
        quotient.insert(0, times);
    }
    (trimmed(quotient), rest)
}

/// A fraction, never reduced.
#[derive(Debug, Clone)]
pub struct Rational {
    is_negative: bool,
    over: Digits,
    under: Digits,
}

impl Rational {
    pub fn of(x: Fixed) -> Self {
        let over = x.units.unsigned_abs().to_string().bytes().rev().map(|byte| byte - b'0').collect();
        let mut under = vec![0; usize::from(x.scale)];
        under.push(1);
        Self { is_negative: x.units < 0, over: trimmed(over), under }
    }

    pub fn negated(mut self) -> Self {
        self.is_negative = !self.is_negative;
        self
    }

    pub fn is_zero(&self) -> bool {
        self.over.is_empty()
    }

    pub fn is_below(&self, other: &Self) -> bool {
        let difference = self.minus(other);
        difference.is_negative && !difference.is_zero()
    }

    pub fn plus(&self, other: &Self) -> Self {
        let (a, b) = (product(&self.over, &other.under), product(&other.over, &self.under));
        let under = product(&self.under, &other.under);
        if self.is_negative == other.is_negative {
            return Self { is_negative: self.is_negative, over: plus(&a, &b), under };
        }
        match compare(&a, &b) {
            Ordering::Less => Self { is_negative: other.is_negative, over: minus(&b, &a), under },
            _ => Self { is_negative: self.is_negative, over: minus(&a, &b), under },
        }
    }

    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.clone().negated())
    }

    pub fn times(&self, other: &Self) -> Self {
        Self {
            is_negative: self.is_negative != other.is_negative,
            over: product(&self.over, &other.over),
            under: product(&self.under, &other.under),
        }
    }

    pub fn over(&self, other: &Self) -> Self {
        Self {
            is_negative: self.is_negative != other.is_negative,
            over: product(&self.over, &other.under),
            under: product(&self.under, &other.over),
        }
    }

    /// Units at a scale as text.
    pub fn rounded(&self, scale: usize, mode: RoundingMode) -> String {
        let mut shifted = vec![0; scale];
        shifted.extend(&self.over);
        let (whole, rest) = divided(&trimmed(shifted), &self.under);
        let half = compare(&plus(&rest, &rest), &self.under);
        let is_odd = whole.first().is_some_and(|digit| digit % 2 == 1);
        let nearest = |on_tie: bool| half == Ordering::Greater || (half == Ordering::Equal && on_tie);
        let goes_up = !rest.is_empty()
            && match mode {
                RoundingMode::HalfUp => nearest(true),
                RoundingMode::HalfEven => nearest(is_odd),
                RoundingMode::HalfOdd => nearest(!is_odd),
                RoundingMode::Up => true,
                RoundingMode::Down => false,
                RoundingMode::Floor => self.is_negative,
                RoundingMode::Ceiling => !self.is_negative,
            };
        let whole = if goes_up { plus(&whole, &vec![1]) } else { whole };
        if whole.is_empty() {
            return "0".to_owned();
        }
        let digits: String = whole.iter().rev().map(|digit| char::from(b'0' + digit)).collect();
        if self.is_negative { format!("-{digits}") } else { digits }
    }
}

/// Units of at most 38 digits.
pub fn fits(units: &str) -> bool {
    units.trim_start_matches('-').len() <= 38
}
