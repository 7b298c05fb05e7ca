//! Cutting a whole into parts that add up to the whole again.

use ethnum::I256;

use crate::{Fault, Result, fault::K005};

/// Digits behind the point of an equal share.
pub const EQUAL_SHARE_SCALE: u8 = 6;

const WHOLE: i128 = 1_000_000;

/// Splits whole units of the smallest kind (cents, days) by weights, largest remainder first; equal remainders go to
/// whoever stands first, so weights are given in the order of their stable keys. A negative amount splits as the mirror
/// of the positive one. The parts always add up to the amount.
///
/// # Errors
/// K005 if a weight is negative, or all are zero and the amount is not.
///
/// # Example
/// ```
/// let parts = kernel::exact::largest_remainder(100, &[1, 1, 1]);
/// assert_eq!(parts, Ok(vec![34, 33, 33]));
/// ```
pub fn largest_remainder(amount: i128, weights: &[i128]) -> Result<Vec<i128>> {
    if let Some(weight) = weights.iter().find(|weight| **weight < 0) {
        return Err(Fault::new(K005, format!("`{weight}` is no weight by which `{amount}` can be split"))
            .hint("weights are zero or more"));
    }
    // At most 2^127 weights below 2^127 each: the sum and every product fit 256 bits.
    let total = weights.iter().fold(I256::ZERO, |total, weight| total + I256::new(*weight));
    if total == 0 {
        return if amount == 0 {
            Ok(vec![0; weights.len()])
        } else {
            Err(Fault::new(K005, format!("`{amount}` cannot be split: every weight is zero"))
                .hint("give at least one weight above zero"))
        };
    }
    let whole = I256::new(amount).abs();
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut rest = whole;
    for (at, weight) in weights.iter().enumerate() {
        let product = whole * I256::new(*weight);
        parts.push(product / total);
        rest -= product / total;
        remainders.push((product % total, at));
    }
    remainders.sort_unstable_by(|(a, first), (b, second)| b.cmp(a).then(first.cmp(second)));
    for (_, at) in remainders {
        if rest == 0 {
            break;
        }
        if let Some(part) = parts.get_mut(at) {
            *part += I256::ONE;
            rest -= I256::ONE;
        }
    }
    let sign = if amount < 0 { -I256::ONE } else { I256::ONE };
    Ok(parts.into_iter().map(|part| (part * sign).as_i128()).collect())
}

/// The `ordinal`-th (from one) of `count` equal shares of one, at scale 6; the first ones get what does not divide, so
/// that all of them add up to exactly 1.
///
/// # Errors
/// K005 unless `1 ≤ ordinal ≤ count`.
pub fn equal_share(count: i64, ordinal: i64) -> Result<i128> {
    if ordinal < 1 || ordinal > count {
        return Err(Fault::new(K005, format!("`equal_share({count}, {ordinal})`: there is no such share"))
            .hint("number the shares from 1 to their count"));
    }
    let (count, ordinal) = (i128::from(count), i128::from(ordinal));
    Ok(WHOLE / count + i128::from(ordinal <= WHOLE % count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_ties_go_to_the_first() {
        assert_eq!(largest_remainder(100, &[1, 1, 1]).unwrap(), [34, 33, 33]);
        assert_eq!(largest_remainder(10, &[3, 3, 4, 0]).unwrap(), [3, 3, 4, 0]);
        assert_eq!(largest_remainder(2, &[1, 1, 1]).unwrap(), [1, 1, 0]);
        assert_eq!(largest_remainder(0, &[0, 0]).unwrap(), [0, 0]);
        assert_eq!(largest_remainder(7, &[0, 5]).unwrap(), [0, 7]);
    }

    #[test]
    fn a_reversal_cancels_exactly() {
        let weights = [7, 11, 13, 17, 1];
        let there = largest_remainder(1_000_003, &weights).unwrap();
        let back = largest_remainder(-1_000_003, &weights).unwrap();
        assert!(there.iter().zip(&back).all(|(a, b)| a + b == 0));
    }

    #[test]
    fn the_largest_numbers_split_too() {
        let parts = largest_remainder(i128::MAX, &[i128::MAX, i128::MAX]).unwrap();
        assert_eq!(parts[0].checked_add(parts[1]), Some(i128::MAX));
        let parts = largest_remainder(i128::MIN, &[1, 2]).unwrap();
        assert_eq!(parts[0].checked_add(parts[1]), Some(i128::MIN));
    }

    #[test]
    fn what_has_no_weight_cannot_be_split() {
        assert!(largest_remainder(1, &[0, 0]).is_err());
        assert!(largest_remainder(1, &[]).is_err());
        assert!(largest_remainder(1, &[2, -1]).is_err());
    }

    #[test]
    fn equal_shares_add_up_to_one() {
        for count in 1..=40 {
            let total: i128 = (1..=count).map(|ordinal| equal_share(count, ordinal).unwrap()).sum();
            assert_eq!(total, 1_000_000);
        }
        assert_eq!(equal_share(3, 1).unwrap(), 333_334);
        assert!(equal_share(3, 4).is_err());
        assert!(equal_share(0, 1).is_err());
    }
}
