//! What an expression comes to.

use std::cmp::Ordering;

use super::{Comparison, Condition, Operator, Value};
use crate::{
    Fault, Result,
    exact::{self, Fixed, RoundingMode, STAGE_SCALE},
    fault::K005,
};

type Units = Result<Option<i128>>;

const fn staged(units: i128) -> Fixed {
    Fixed::new(units, STAGE_SCALE)
}

impl Value {
    pub(super) fn evaluate(&self, terms: &[Option<i128>]) -> Units {
        match self {
            Self::Number(units) => Ok(Some(*units)),
            Self::Term(number) => number.checked_sub(1).and_then(|at| terms.get(at)).copied().ok_or_else(|| {
                Fault::new(K005, format!("term `#{number}` has no value: {} are given", terms.len()))
                    .hint("give one value for each term, in their order")
            }),
            Self::Minus(inner) => Ok(inner.evaluate(terms)?.map(|units| -units)),
            Self::Absolute(inner) => Ok(inner.evaluate(terms)?.map(i128::abs)),
            Self::Of(operator, left, right) => match (left.evaluate(terms)?, right.evaluate(terms)?) {
                (Some(left), Some(right)) => operator.apply(staged(left), staged(right)),
                _ => Ok(None),
            },
            // Only what the condition chooses is computed.
            Self::If(condition, yes, no) => match condition.holds(terms)? {
                Some(true) => yes.evaluate(terms),
                Some(false) => no.evaluate(terms),
                None => Ok(None),
            },
            Self::Least(parts) => furthest(parts, terms, Ordering::Less),
            Self::Greatest(parts) => furthest(parts, terms, Ordering::Greater),
            Self::Rounded(inner, digits) => match inner.evaluate(terms)? {
                Some(units) => rounded(units, *digits).map(Some),
                None => Ok(None),
            },
        }
    }
}

impl Operator {
    fn apply(self, left: Fixed, right: Fixed) -> Units {
        match self {
            Self::Plus => exact::add(left, right).map(|sum| Some(sum.units)),
            Self::Less => exact::add(left, staged(-right.units)).map(|rest| Some(rest.units)),
            Self::Times => exact::times(left, right).map(Some),
            Self::Over => exact::ratio(left, right, STAGE_SCALE, RoundingMode::HalfUp),
        }
    }
}

impl Condition {
    /// Whether it holds; none as soon as a side has no value, so that a condition never rests on what is unknown.
    fn holds(&self, terms: &[Option<i128>]) -> Result<Option<bool>> {
        match self {
            Self::Compare(comparison, left, right) => {
                let sides = left.evaluate(terms)?.zip(right.evaluate(terms)?);
                Ok(sides.map(|(left, right)| comparison.holds(left.cmp(&right))))
            }
            Self::Both(left, right) => {
                Ok(left.holds(terms)?.zip(right.holds(terms)?).map(|(left, right)| left && right))
            }
            Self::Either(left, right) => {
                Ok(left.holds(terms)?.zip(right.holds(terms)?).map(|(left, right)| left || right))
            }
            Self::Not(inner) => Ok(inner.holds(terms)?.map(|holds| !holds)),
        }
    }
}

impl Comparison {
    const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Below => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
        }
    }
}

/// The least or the greatest; none if one part has no value.
fn furthest(parts: &[Value], terms: &[Option<i128>], wanted: Ordering) -> Units {
    let mut found: Option<i128> = None;
    for part in parts {
        let Some(units) = part.evaluate(terms)? else {
            return Ok(None);
        };
        found = Some(found.filter(|best| units.cmp(best) != wanted).unwrap_or(units));
    }
    Ok(found)
}

/// Half-up to so many digits; negative ones are tens, hundreds and so on.
fn rounded(units: i128, digits: i8) -> Result<i128> {
    let Ok(scale) = u8::try_from(digits) else {
        let tens = 10_i128.pow(u32::from(digits.unsigned_abs()));
        let whole = exact::ratio(staged(units), Fixed::new(tens, 0), 0, RoundingMode::HalfUp)?.unwrap_or_default();
        return exact::times(Fixed::new(whole, 0), Fixed::new(tens, 0));
    };
    let cut = exact::rescale(staged(units), scale, RoundingMode::HalfUp)?;
    exact::rescale(cut, STAGE_SCALE, RoundingMode::HalfUp).map(|back| back.units)
}
