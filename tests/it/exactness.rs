//! That every exact function gives what long division by hand gives, whatever the order of rows, and fails where it
//! must.

mod formula;
mod parts;
mod reference;
mod sql;

use std::cmp::Ordering;

use kernel::exact::{self, Fixed, MAX_UNITS, RoundingMode};
use proptest::prelude::*;

use reference::{Rational, fits};

/// The reference's answer as the code gives it: none where it does not fit.
fn expected(value: &Rational, scale: u8, mode: RoundingMode) -> Option<i128> {
    let units = value.rounded(usize::from(scale), mode);
    fits(&units).then(|| units.parse().unwrap())
}

fn units() -> impl Strategy<Value = i128> {
    prop_oneof![
        -1_000_i128..1_000,
        any::<i64>().prop_map(i128::from),
        (-(10_i128.pow(28))..10_i128.pow(28)),
        -MAX_UNITS..=MAX_UNITS,
        Just(MAX_UNITS),
        Just(-MAX_UNITS),
    ]
}

fn fixed() -> impl Strategy<Value = Fixed> {
    (units(), prop_oneof![0_u8..=12, 0_u8..=38]).prop_map(|(units, scale)| Fixed::new(units, scale))
}

/// What money looks like between stages: at most 18 digits before the point, 10 behind.
fn staged() -> impl Strategy<Value = Fixed> {
    let below = 10_i128.pow(28);
    prop_oneof![
        (-below..below).prop_map(|units| Fixed::new(units, 10)),
        (-1_000_000_i128..1_000_000).prop_map(|units| Fixed::new(units, 2)),
        (-40_i128..40).prop_map(|units| Fixed::new(units, 0)),
        (0_i128..3_000_000).prop_map(|units| Fixed::new(units, 6)),
    ]
}

fn modes() -> impl Strategy<Value = RoundingMode> {
    prop::sample::select(RoundingMode::ALL.to_vec())
}

proptest! {
    #![proptest_config(crate::properties::config(2000))]

    #[test]
    fn a_ratio_is_the_quotient_rounded_once(a in fixed(), b in fixed(), scale in 0_u8..=38, mode in modes()) {
        let found = exact::ratio(a, b, scale, mode);
        if b.units == 0 {
            prop_assert_eq!(found, Ok(None));
        } else {
            let quotient = Rational::of(a).over(&Rational::of(b));
            prop_assert_eq!(found.ok().flatten(), expected(&quotient, scale, mode));
        }
    }

    #[test]
    fn a_product_is_rounded_once(a in fixed(), b in fixed()) {
        let product = Rational::of(a).times(&Rational::of(b));
        prop_assert_eq!(exact::times(a, b).ok(), expected(&product, 10, RoundingMode::HalfUp));
    }

    #[test]
    fn rounding_follows_its_mode(x in fixed(), scale in 0_u8..=38, mode in modes()) {
        let found = exact::rescale(x, scale, mode).ok().map(|x| x.units);
        prop_assert_eq!(found, expected(&Rational::of(x), scale, mode));
    }

    #[test]
    fn money_is_rounded_at_its_digits(x in staged(), digits in 0_u8..=4, mode in modes()) {
        let at_digits = expected(&Rational::of(x), digits, mode).unwrap();
        let money = at_digits * 10_i128.pow(u32::from(4 - digits));
        let found = exact::round_money(x, i64::from(digits), mode).ok().map(|x| x.units);
        prop_assert_eq!(found, (money.abs() < 10_i128.pow(19)).then_some(money));
    }

    #[test]
    fn interpolation_multiplies_before_it_divides(
        x in staged(), x0 in staged(), y0 in staged(), x1 in staged(), y1 in staged()
    ) {
        let found = exact::interpolate(x, x0, y0, x1, y1);
        let [px, px0, py0, px1, py1] = [x, x0, y0, x1, y1].map(Rational::of);
        let run = px1.minus(&px0);
        if run.is_zero() {
            prop_assert_eq!(found, Ok(None));
        } else {
            let height = py0.plus(&px.minus(&px0).times(&py1.minus(&py0)).over(&run));
            prop_assert_eq!(found.ok().flatten(), expected(&height, 10, RoundingMode::HalfUp));
        }
    }

    #[test]
    fn a_slice_is_what_lies_between_its_borders(x in staged(), from in staged(), to in proptest::option::of(staged())) {
        let [px, pfrom] = [x, from].map(Rational::of);
        let top = match to.map(Rational::of) {
            Some(to) if to.is_below(&px) => to,
            _ => px,
        };
        let part = if pfrom.is_below(&top) { top.minus(&pfrom) } else { Rational::of(Fixed::new(0, 0)) };
        prop_assert_eq!(exact::slice(x, from, to).ok(), expected(&part, 10, RoundingMode::HalfUp));
    }

    #[test]
    fn a_sum_keeps_every_digit(a in fixed(), b in fixed()) {
        let scale = a.scale.max(b.scale);
        let sum = Rational::of(a).plus(&Rational::of(b));
        prop_assert_eq!(exact::add(a, b).ok().map(|x| x.units), expected(&sum, scale, RoundingMode::HalfUp));
        prop_assert_eq!(a.compare(b) == Ordering::Less, Rational::of(a).is_below(&Rational::of(b)));
    }

    #[test]
    fn a_number_reads_back(x in fixed()) {
        prop_assert_eq!(Fixed::parse(&x.to_string()), Some(x));
    }

    #[test]
    fn parts_add_up_and_a_reversal_cancels(amount in units(), weights in prop::collection::vec(0_i128..1_000_000, 1..20)) {
        match exact::largest_remainder(amount, &weights) {
            Err(_) => prop_assert!(amount != 0 && weights.iter().all(|weight| *weight == 0)),
            Ok(parts) => {
                prop_assert_eq!(parts.iter().sum::<i128>(), amount);
                let back: Vec<i128> = exact::largest_remainder(-amount, &weights).unwrap();
                prop_assert!(parts.iter().zip(&back).all(|(there, back)| there + back == 0));
                let total: i128 = weights.iter().sum();
                for (part, weight) in parts.iter().zip(&weights) {
                    let share = Rational::of(Fixed::new(amount, 0)).times(&Rational::of(Fixed::new(*weight, 0)));
                    let share = match total { 0 => continue, total => share.over(&Rational::of(Fixed::new(total, 0))) };
                    let (low, high) = (RoundingMode::Floor, RoundingMode::Ceiling);
                    prop_assert!(part.to_string() == share.rounded(0, low) || part.to_string() == share.rounded(0, high));
                }
            }
        }
    }
}
