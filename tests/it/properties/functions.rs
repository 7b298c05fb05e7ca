//! The exact functions by themselves, against fractions of whole numbers.

use kernel::exact::{self, Fixed, RoundingMode};
use proptest::prelude::*;

use super::{holds, setting};
use crate::differential::numbers::{Mode, Q, ratio, rounded, whole};

/// Cases of one function.
fn cases() -> u32 {
    (setting("TANTIEME_CASES", 2) * 500) as u32
}

/// Amounts of either sign that do and do not divide.
fn amounts() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), -20_i64..20, -1_000_000_i64..1_000_000, -1_000_000_000_000_i64..1_000_000_000_000]
}

/// Weights, of which some are nothing and many are the same.
fn weights() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(prop_oneof![Just(0_i64), 0_i64..4, Just(333_333), 0_i64..1_000_000], 1..24)
}

/// The parts by hand: what is whole of each share, and one more for the largest rests, the first of equals first.
fn by_hand(amount: i64, weights: &[i64]) -> Vec<i128> {
    let total: i64 = weights.iter().sum();
    let size = amount.unsigned_abs();
    let shares: Vec<Q> = weights.iter().map(|weight| whole(size as i64) * ratio(*weight, total)).collect();
    let mut parts: Vec<Q> = shares.iter().map(|share| rounded(*share, 0, Mode::Floor)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| (shares[*b] - parts[*b]).cmp(&(shares[*a] - parts[*a])).then(a.cmp(b)));
    let mut sum = parts.iter().fold(whole(0), |sum, part| sum + *part);
    for at in order {
        if sum < whole(size as i64) {
            parts[at] += whole(1);
            sum += whole(1);
        }
    }
    let sign = if amount < 0 { -1 } else { 1 };
    parts.into_iter().map(|part| sign * part.whole_part()).collect()
}

#[test]
fn the_parts_of_a_whole_are_those_by_hand_and_keep_to_their_weights() {
    let drawn = (amounts(), weights()).prop_flat_map(|(amount, weights)| {
        let others = Just(weights.clone()).prop_shuffle();
        (Just(amount), Just(weights), others)
    });
    holds("largest remainder", cases(), &drawn, |(amount, weights, others)| {
        let cut = |amount: i64, weights: &[i64]| {
            let weights: Vec<i128> = weights.iter().map(|weight| i128::from(*weight)).collect();
            exact::largest_remainder(i128::from(amount), &weights)
        };
        if weights.iter().all(|weight| *weight == 0) {
            prop_assert_eq!(cut(amount, &weights).is_err(), amount != 0);
            return Ok(0);
        }
        let parts = cut(amount, &weights).unwrap();
        prop_assert_eq!(&parts, &by_hand(amount, &weights));
        prop_assert_eq!(parts.iter().sum::<i128>(), i128::from(amount));
        let mirrored: Vec<i128> = parts.iter().map(|part| -part).collect();
        prop_assert_eq!(cut(-amount, &weights).unwrap(), mirrored);
        // In another order the same weights have the same parts, but for equal rests, which go by the order.
        let sorted = |weights: &[i64], parts: &[i128]| {
            let mut pairs: Vec<(i64, i128)> = weights.iter().copied().zip(parts.iter().copied()).collect();
            pairs.sort_unstable();
            pairs
        };
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        let rest = |weight: i64| (i128::from(amount).abs() * i128::from(weight)).rem_euclid(total);
        let tied = weights.iter().any(|a| weights.iter().any(|b| a != b && rest(*a) == rest(*b)));
        if !tied {
            let others_parts = cut(amount, &others).unwrap();
            prop_assert_eq!(sorted(&weights, &parts), sorted(&others, &others_parts));
        }
        Ok(parts.len())
    });
}

#[test]
fn equal_shares_are_equal_but_for_the_last_digit_and_add_up_to_one() {
    holds("equal share", cases().min(400), &(1_i64..700), |count| {
        let shares: Vec<i128> = (1..=count).map(|at| exact::equal_share(count, at).unwrap()).collect();
        prop_assert_eq!(shares.iter().sum::<i128>(), 1_000_000);
        prop_assert!(shares.windows(2).all(|two| two[0] >= two[1]));
        prop_assert!(shares[0] - shares[shares.len() - 1] <= 1);
        Ok(shares.len())
    });
}

#[test]
fn rounding_keeps_order_and_mirrors() {
    let number = || (prop_oneof![-2_000_i64..2_000, -9_000_000_000_i64..9_000_000_000], 0_u8..=4);
    let drawn = (number(), number(), 0_u8..=3, 0_usize..7);
    holds("rounding", cases(), &drawn, |(a, b, scale, mode)| {
        let mode = RoundingMode::ALL[mode];
        let round = |units: i64, from: u8| {
            exact::rescale(Fixed::new(i128::from(units), from), scale, mode).map(|x| x.units).unwrap()
        };
        let (x, y) = (Fixed::new(i128::from(a.0), a.1), Fixed::new(i128::from(b.0), b.1));
        let (low, high) = if x.compare(y).is_le() { (a, b) } else { (b, a) };
        prop_assert!(round(low.0, low.1) <= round(high.0, high.1), "{mode} lets {low:?} pass {high:?}");
        let other = match mode {
            RoundingMode::Floor => RoundingMode::Ceiling,
            RoundingMode::Ceiling => RoundingMode::Floor,
            same => same,
        };
        let mirrored = exact::rescale(Fixed::new(-i128::from(a.0), a.1), scale, other).map(|x| x.units).unwrap();
        prop_assert_eq!(mirrored, -round(a.0, a.1));
        Ok(3)
    });
}

#[test]
fn the_slices_of_a_value_add_up_to_it() {
    let borders = prop::collection::btree_set(-50_000_i64..50_000, 0..8);
    let drawn = (prop_oneof![-60_000_i64..60_000, Just(0)], borders, prop::bool::ANY);
    holds("slices", cases(), &drawn, |(value, borders, on_border)| {
        let mut borders: Vec<i64> = borders.into_iter().collect();
        borders.insert(0, -60_000);
        let value = if on_border { borders[borders.len() / 2] } else { value };
        let cents = |units: i64| Fixed::new(i128::from(units), 2);
        let slices: Vec<i128> = (0..borders.len())
            .map(|at| exact::slice(cents(value), cents(borders[at]), borders.get(at + 1).map(|to| cents(*to))).unwrap())
            .collect();
        prop_assert!(slices.iter().all(|slice| *slice >= 0));
        prop_assert_eq!(slices.iter().sum::<i128>(), i128::from(value + 60_000) * 100_000_000);
        Ok(slices.len())
    });
}

#[test]
fn a_line_between_two_points_meets_both_and_never_turns() {
    let number = || -5_000_000_i64..5_000_000;
    let drawn = (number(), 1_i64..5_000_000, number(), 0_i64..5_000_000, 0_i64..5_000_000, 0_i64..5_000_000);
    holds("interpolation", cases(), &drawn, |(x0, run, y0, rise, a, b)| {
        let cents = |units: i64| Fixed::new(i128::from(units), 2);
        let at = |x: i64| {
            let found = exact::interpolate(cents(x), cents(x0), cents(y0), cents(x0 + run), cents(y0 + rise));
            found.unwrap().unwrap()
        };
        prop_assert_eq!(at(x0), i128::from(y0) * 100_000_000);
        prop_assert_eq!(at(x0 + run), i128::from(y0 + rise) * 100_000_000);
        let (low, high) = (a.min(b), a.max(b));
        prop_assert!(at(x0 + low) <= at(x0 + high));
        Ok(4)
    });
}
