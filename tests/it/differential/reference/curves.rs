//! Section 5: what a curve gives for what is looked up and what it is applied to.

use crate::differential::{
    company::{Below, Border, Curve, Lookup, Multiplier, Output, Second, Tier},
    numbers::{Decimal, Q, one, staged, times, zero},
};

/// What a curve is asked.
pub struct Asked {
    /// Value or attainment.
    pub axis: Q,
    /// What a rate is applied to.
    pub basis: Q,
    pub target: Option<Q>,
    /// What the second axis looks up.
    pub second: Option<Q>,
}

/// Whether a value lies at or above the lower border of a tier.
fn reaches(curve: &Curve, tier: &Tier, value: Q) -> bool {
    match tier.border.unwrap_or(curve.border) {
        Border::LowerInclusive => value >= tier.from.q(),
        Border::UpperInclusive => value > tier.from.q(),
    }
}

/// What comes out: a multiple of the target incentive, or money; none below the first border of a curve that says
/// `error`.
pub fn curve(curve: &Curve, asked: &Asked) -> Option<Q> {
    let is_below = !reaches(curve, &curve.tiers[0], asked.axis);
    if curve.below == Below::Error && is_below {
        return None;
    }
    // f(−x) = −f(x).
    let is_mirrored = curve.below == Below::Mirror && asked.axis < zero();
    let sign = if is_mirrored { -one() } else { one() };
    let (axis, basis) = (asked.axis * sign, asked.basis * sign);
    Some(match curve.lookup {
        Lookup::Flat => match reached(curve, axis) {
            Some(at) => match cell(curve, asked, curve.tiers[at].output) {
                Some(output) => applied(curve, asked, axis, basis, sign, output),
                None => zero(),
            },
            None => zero(),
        },
        Lookup::Interpolated => match height(curve, axis) {
            Some(output) => applied(curve, asked, axis, basis, sign, output),
            None => zero(),
        },
        Lookup::Step => sliced(curve, asked, axis, basis, sign),
        Lookup::Prorated(until) => covered(curve, until.q(), axis, sign),
        Lookup::Excess => excess(curve, asked, axis, basis, sign),
    })
}

/// The last tier whose border is reached.
fn reached(curve: &Curve, axis: Q) -> Option<usize> {
    (0..curve.tiers.len()).rev().find(|at| reaches(curve, &curve.tiers[*at], axis))
}

/// The output of a tier, by the second axis where there is one; none below that one's first border.
fn cell(curve: &Curve, asked: &Asked, output: Decimal) -> Option<Q> {
    let Some(second) = &curve.second else { return Some(output.q()) };
    let value = asked.second?;
    let reaches = |from: &Decimal| match curve.border {
        Border::LowerInclusive => value >= from.q(),
        Border::UpperInclusive => value > from.q(),
    };
    Some(Second::output(output, second.borders.iter().rposition(reaches)?).q())
}

/// The whole, or what is paid once.
fn applied(curve: &Curve, asked: &Asked, axis: Q, basis: Q, sign: Q, output: Q) -> Q {
    match curve.output {
        // A target of zero that counts as 0 % leaves a rate nothing to be applied to.
        Output::Rate if has_no_basis(curve, asked, axis) => zero(),
        Output::Rate => times(basis * sign, output),
        Output::Percent | Output::Amount | Output::Points => times(sign, output),
    }
}

fn has_no_basis(curve: &Curve, asked: &Asked, axis: Q) -> bool {
    curve.by_attainment && asked.target == Some(zero()) && axis.is_zero()
}

/// The height of the line between the two points around a value, multiplied before divided.
fn height(curve: &Curve, axis: Q) -> Option<Q> {
    let points = &curve.tiers;
    let at = reached(curve, axis)?;
    let last = points.len() - 1;
    if at == last && !curve.extends {
        return Some(points[last].output.q());
    }
    let (low, high) = if at == last { (last - 1, last) } else { (at, at + 1) };
    let (x0, y0, x1, y1) =
        (points[low].from.q(), points[low].output.q(), points[high].from.q(), points[high].output.q());
    Some(staged(y0 + (axis - x0) * (y1 - y0) / (x1 - x0)))
}

/// How much of a value lies between two borders.
fn slice(value: Q, from: Q, to: Option<Q>) -> Q {
    let top = to.filter(|to| *to < value).unwrap_or(value);
    if top > from { top - from } else { zero() }
}

/// Tiers covered in full pay their amounts, the last one the part that is covered.
fn covered(curve: &Curve, until: Q, axis: Q, sign: Q) -> Q {
    let mut sum = zero();
    for (at, tier) in curve.tiers.iter().enumerate() {
        let from = tier.from.q();
        let next = curve.tiers.get(at + 1).map(|next| next.from.q());
        let width = next.unwrap_or(until) - from;
        let end = next.or((!curve.extends).then_some(until));
        sum += staged(slice(axis, from, end) * sign * tier.output.q() / width);
    }
    sum
}

/// The factor of a value by a multiplier's own curve.
pub fn factor(multiplier: &Multiplier, value: Q) -> Q {
    let curve = Curve {
        by_attainment: multiplier.by_attainment,
        timing: None,
        lookup: if multiplier.is_sloping { Lookup::Interpolated } else { Lookup::Flat },
        output: Output::Amount,
        own_rate: false,
        per_target: false,
        product_rates: Vec::new(),
        second: None,
        per_line: false,
        below: Below::Zero,
        extends: multiplier.extends,
        border: multiplier.border,
        tiers: multiplier.tiers.clone(),
    };
    match (reached(&curve, value), multiplier.is_sloping) {
        (None, _) => multiplier.below.q(),
        (Some(at), false) => curve.tiers[at].output.q(),
        (Some(_), true) => height(&curve, value).unwrap_or_else(zero),
    }
}

/// Each slice at its own tier's rate.
fn sliced(curve: &Curve, asked: &Asked, axis: Q, basis: Q, sign: Q) -> Q {
    let is_rate = curve.output == Output::Rate;
    if is_rate && has_no_basis(curve, asked, axis) {
        return zero();
    }
    // Borders of attainment cut a basis where they lie in the unit of the target.
    let border = |tier: &Tier| match asked.target {
        Some(target) if is_rate && curve.by_attainment => times(tier.from.q(), target),
        _ => tier.from.q(),
    };
    let value = if is_rate { basis } else { axis };
    let mut sum = zero();
    for (at, tier) in curve.tiers.iter().enumerate() {
        let to = curve.tiers.get(at + 1).map(border);
        sum += times(slice(value, border(tier), to) * sign, tier.output.q());
    }
    sum
}

/// What lies above the target at the rate of the tier reached.
fn excess(curve: &Curve, asked: &Asked, axis: Q, basis: Q, sign: Q) -> Q {
    let Some(target) = asked.target else { return zero() };
    let is_rate = curve.output == Output::Rate;
    let Some(at) = reached(curve, axis) else { return zero() };
    if is_rate && has_no_basis(curve, asked, axis) {
        return zero();
    }
    let above = if is_rate { slice(basis, target, None) } else { slice(axis, one(), None) };
    times(above * sign, curve.tiers[at].output.q())
}
