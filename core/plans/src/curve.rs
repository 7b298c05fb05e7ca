//! Tiers and points: that they cover every value once, and what each gives.
//!
//! Promises tiers in order without gap or overlap, the last one open. Does not know what the axis means.

use kernel::{
    Fault, Place,
    documents::{Number, Spanned, place_of},
};
use rust_decimal::Decimal;

use crate::{
    document::{Borders, CurveDoc, MultiplierDoc, OverrideDoc, TierDoc, Tiers},
    fault::{P003, P004, P005},
    matrix,
    rows::{Row, Rows},
    words::{Above, Below, Border, Lookup, TierBorder},
};

/// An explanation numbers the steps of so many tiers.
const MOST_TIERS: usize = 180;

/// A stretch of the axis and what it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Where it begins.
    pub from: Decimal,
    /// Where it ends; open if none.
    pub to: Option<Decimal>,
    /// Which of two tiers a border value belongs to, as seen from this tier's lower border.
    pub border: Border,
    /// What it gives at its begin.
    pub output_from: Decimal,
    /// What it gives at its end; the same unless it slopes.
    pub output_to: Decimal,
    /// For a sloping tier the two points that its line goes through; for a prorated amount, the ends between which it is
    /// earned.
    pub line: Option<(Decimal, Decimal)>,
    /// For a matrix, where it begins and ends on the second axis.
    pub second: Option<(Decimal, Option<Decimal>)>,
    /// Where it is written.
    pub line_number: u64,
}

impl Tier {
    /// The same output from border to border.
    pub(crate) fn level(from: Decimal, to: Option<Decimal>, border: Border, output: Decimal, line_number: u64) -> Self {
        Self { from, to, border, output_from: output, output_to: output, line: None, second: None, line_number }
    }

    /// Adds its row.
    pub(crate) fn compile(&self, rows: &mut Rows, file: &str, keys: (&str, &str, &str), number: usize) {
        let (plan, component, curve) = keys;
        rows.add(
            Row::of("plan_tiers", file, self.line_number)
                .set("plan_id", plan)
                .set("curve_id", curve)
                .set("component_id", component)
                .set("tier_number", number)
                .set("from_value", self.from)
                .maybe("to_value", self.to)
                .set("border", self.border.word())
                .set("output_from", self.output_from)
                .set("output_to", self.output_to)
                .maybe("line_from_value", self.line.map(|(from, _)| from))
                .maybe("line_to_value", self.line.map(|(_, to)| to))
                .maybe("second_from_value", self.second.map(|(from, _)| from))
                .maybe("second_to_value", self.second.and_then(|(_, to)| to))
                .maybe("second_border", self.second.map(|_| self.border.word())),
        );
    }
}

/// Tiers or points as written, with the choices that say how they are read.
pub(crate) struct Written<'a> {
    pub(crate) file: &'a str,
    /// Whose, as in `component `a``.
    pub(crate) what: String,
    pub(crate) lookup: &'a Spanned<Lookup>,
    pub(crate) border: Border,
    pub(crate) is_mirrored: bool,
    pub(crate) above: &'a Spanned<Above>,
    pub(crate) is_matrix: bool,
    pub(crate) tiers: Option<&'a Spanned<Tiers>>,
    pub(crate) points: Option<&'a Spanned<Tiers>>,
    pub(crate) until: Option<&'a Spanned<Number>>,
}

impl<'a> Written<'a> {
    /// Those of a component's curve.
    pub(crate) fn of_curve(file: &'a str, component: &str, curve: &'a CurveDoc) -> Self {
        Self {
            file,
            what: format!("component `{component}`"),
            lookup: &curve.lookup,
            border: curve.border,
            is_mirrored: curve.below.value == Below::Mirror,
            above: &curve.above,
            is_matrix: curve.second_axis.is_some(),
            tiers: curve.tiers.as_ref(),
            points: curve.points.as_ref(),
            until: curve.until.as_ref(),
        }
    }

    /// Those that hold for some instead.
    pub(crate) fn of_override(file: &'a str, component: &str, curve: &'a CurveDoc, other: &'a OverrideDoc) -> Self {
        Self {
            what: format!("an override of component `{component}`"),
            tiers: other.tiers.as_ref(),
            points: other.points.as_ref(),
            until: other.until.as_ref(),
            ..Self::of_curve(file, component, curve)
        }
    }

    /// Those of a multiplier.
    pub(crate) fn of_multiplier(file: &'a str, whose: &str, multiplier: &'a MultiplierDoc) -> Self {
        Self {
            file,
            what: format!("a multiplier of {whose}"),
            lookup: &multiplier.lookup,
            border: multiplier.border,
            is_mirrored: false,
            above: &multiplier.above,
            is_matrix: false,
            tiers: multiplier.tiers.as_ref(),
            points: multiplier.points.as_ref(),
            until: None,
        }
    }

    /// The tiers, or every reason why there are none.
    pub(crate) fn read(&self) -> Result<Vec<Tier>, Vec<Fault>> {
        let written = self.written().map_err(|fault| vec![fault])?;
        match (&written.value, self.lookup.value) {
            (Tiers::List(list), _) if self.is_matrix => matrix::tiers(self, list, written),
            (Tiers::Borders(_), _) if self.is_matrix => Err(vec![
                Fault::new(P004, format!("{}: the tiers of two axes are a list", self.what))
                    .place(place_of(self.file, written))
                    .hint("write tiers as `[{from: 0%, to: 100%, second_from: 0%, second_to: 5%, output: 50%}, …]`"),
            ]),
            (Tiers::Borders(borders), Lookup::Interpolated) => self.points(borders, written),
            (Tiers::Borders(borders), Lookup::ProratedAmounts) => self.amounts(borders, written),
            (Tiers::Borders(borders), _) => self.borders(borders, written),
            (Tiers::List(_), Lookup::Interpolated) => Err(vec![
                Fault::new(P004, format!("the points of {} are a list", self.what))
                    .place(place_of(self.file, written))
                    .hint("write points as `{80%: 50%, 100%: 100%}`"),
            ]),
            (Tiers::List(list), _) => self.list(list, written),
        }
    }

    /// The key that the lookup reads, after everything that can be said without looking at each tier.
    fn written(&self) -> Result<&'a Spanned<Tiers>, Fault> {
        let what = &self.what;
        let lookup = self.lookup.value;
        let (written, word, other, other_word) = if lookup == Lookup::Interpolated {
            (self.points, "points", self.tiers, "tiers")
        } else {
            (self.tiers, "tiers", self.points, "points")
        };
        let refuse = |message: String, place: Place, hint: &str| Err(Fault::new(P005, message).place(place).hint(hint));
        if let Some(other) = other {
            return refuse(
                format!("{what} has `{other_word}`, but `lookup: {}` reads `{word}`", lookup.word()),
                place_of(self.file, other),
                &format!("write `{word}`, or change the lookup"),
            );
        }
        let Some(written) = written else {
            return refuse(
                format!("{what} has no `{word}`"),
                place_of(self.file, self.lookup),
                &format!("`lookup: {}` needs `{word}`", lookup.word()),
            );
        };
        let ends = matches!(lookup, Lookup::Interpolated | Lookup::ProratedAmounts);
        if self.above.value == Above::Extend && !ends {
            return refuse(
                format!("{what} extends a curve that has no slope"),
                place_of(self.file, self.above),
                "write `above: hold`; the last tier is open",
            );
        }
        let is_map = matches!(written.value, Tiers::Borders(_));
        match self.until {
            Some(until) if lookup != Lookup::ProratedAmounts || !is_map => {
                return refuse(
                    format!("{what} has `until`, but its tiers say themselves where they end"),
                    place_of(self.file, until),
                    "leave `until` out; it ends the last tier of `prorated_amounts` written as a map",
                );
            }
            None if lookup == Lookup::ProratedAmounts && is_map => {
                return refuse(
                    format!("{what} does not say where its last amount is earned in full"),
                    place_of(self.file, written),
                    "add `until`, the end of the last tier",
                );
            }
            _ => {}
        }
        let first = match &written.value {
            Tiers::Borders(borders) => borders.first().map(|(from, _)| from),
            Tiers::List(list) => list.first().map(|tier| &tier.from),
        };
        if let Some(first) = first
            && self.is_mirrored
            && first.value.0 < Decimal::ZERO
        {
            return refuse(
                format!("{what} mirrors what lies below `{}`", first.value.0),
                place_of(self.file, first),
                "with `below: mirror` the first border is zero or more",
            );
        }
        self.too_many(written)?;
        Ok(written)
    }

    fn too_many(&self, written: &Spanned<Tiers>) -> Result<(), Fault> {
        let count = match &written.value {
            Tiers::Borders(borders) => borders.len(),
            Tiers::List(list) => list.len(),
        };
        if count <= MOST_TIERS {
            return Ok(());
        }
        Err(Fault::new(P004, format!("the curve of {} has `{count}` tiers, more than `{MOST_TIERS}`", self.what))
            .place(place_of(self.file, written))
            .hint("a straight line between points needs fewer"))
    }

    pub(crate) fn fault(&self, message: String, at: &Spanned<Number>) -> Fault {
        Fault::new(P004, format!("{}: {message}", self.what)).place(place_of(self.file, at))
    }

    pub(crate) fn too_fine(&self, number: &Spanned<Number>) -> Option<Fault> {
        too_fine(self.file, &self.what, number, 10)
    }

    /// That borders rise and every number can be computed with.
    fn rising(&self, borders: &Borders) -> Vec<Fault> {
        let numbers = borders.iter().flat_map(|(border, output)| [border, output]);
        let mut faults: Vec<Fault> = numbers.filter_map(|number| self.too_fine(number)).collect();
        for pair in borders.windows(2) {
            if let [(before, _), (after, _)] = pair
                && after.value.0 <= before.value.0
            {
                faults.push(
                    self.fault(
                        format!("border `{}` follows `{}`, so two tiers claim it", after.value.0, before.value.0),
                        after,
                    )
                    .hint("write borders from the lowest to the highest, each once"),
                );
            }
        }
        faults
    }

    fn borders(&self, borders: &Borders, written: &Spanned<Tiers>) -> Result<Vec<Tier>, Vec<Fault>> {
        let mut faults = self.rising(borders);
        if borders.is_empty() {
            faults.push(self.empty(written));
        }
        let tiers = borders.iter().enumerate().map(|(at, (from, output))| {
            let to = borders.get(at + 1).map(|(next, _)| next.value.0);
            Tier::level(from.value.0, to, self.border, output.value.0, from.referenced.line())
        });
        finish(tiers.collect(), faults)
    }

    fn points(&self, points: &Borders, written: &Spanned<Tiers>) -> Result<Vec<Tier>, Vec<Fault>> {
        let mut faults = self.rising(points);
        if points.len() < 2 {
            faults.push(
                Fault::new(P004, format!("{} has fewer than two points", self.what))
                    .place(place_of(self.file, written))
                    .hint("a straight line needs two points"),
            );
        }
        let mut tiers = Vec::new();
        for pair in points.windows(2) {
            if let [(from, low), (to, high)] = pair {
                tiers.push(Tier {
                    output_to: high.value.0,
                    line: Some((from.value.0, to.value.0)),
                    ..Tier::level(from.value.0, Some(to.value.0), self.border, low.value.0, from.referenced.line())
                });
            }
        }
        if let Some(last) = tiers.last().cloned() {
            let from = last.to.unwrap_or(last.from);
            tiers.push(match self.above.value {
                Above::Hold => Tier { from, to: None, output_from: last.output_to, line: None, ..last },
                Above::Extend => Tier { from, to: None, ..last },
            });
        }
        finish(tiers, faults)
    }

    /// Amounts of a map, the last one ending at `until`.
    fn amounts(&self, borders: &Borders, written: &Spanned<Tiers>) -> Result<Vec<Tier>, Vec<Fault>> {
        let tiers = self.borders(borders, written)?;
        let Some(until) = self.until else { return Err(vec![self.empty(written)]) };
        let last = tiers.last().map_or(Decimal::ZERO, |tier| tier.from);
        let mut faults: Vec<Fault> = self.too_fine(until).into_iter().collect();
        if until.value.0 <= last {
            faults.push(
                self.fault(format!("the last tier, from `{last}`, ends at `{}`", until.value.0), until)
                    .hint("let `until` lie above the last border"),
            );
        }
        finish(self.earned(tiers, until.value.0), faults)
    }

    /// Tiers that are earned between their ends, and what lies above the last.
    fn earned(&self, mut tiers: Vec<Tier>, end: Decimal) -> Vec<Tier> {
        for tier in &mut tiers {
            tier.line = Some((tier.from, tier.to.unwrap_or(end)));
        }
        let is_held = self.above.value == Above::Hold;
        if let Some(last) = tiers.last_mut() {
            last.to = is_held.then_some(end);
            let line_number = last.line_number;
            tiers.extend(is_held.then(|| Tier::level(end, None, self.border, Decimal::ZERO, line_number)));
        }
        tiers
    }

    fn list(&self, list: &[TierDoc], written: &Spanned<Tiers>) -> Result<Vec<Tier>, Vec<Fault>> {
        let mut faults = Vec::new();
        if list.is_empty() {
            faults.push(self.empty(written));
        }
        for tier in list {
            faults.extend(self.one_tier(tier));
            if let Some(second) = tier.second_from.as_ref().or(tier.second_to.as_ref()) {
                faults.push(
                    self.fault("a tier names a second axis, which the curve does not have".to_owned(), second)
                        .hint("add `second_axis`, or leave `second_from` and `second_to` out"),
                );
            }
        }
        for (at, pair) in list.windows(2).enumerate() {
            if let [before, after] = pair {
                faults.extend(self.neighbours(at + 1, before, after));
            }
        }
        let ends = self.lookup.value == Lookup::ProratedAmounts;
        let last = list.last();
        match last.and_then(|last| Some((last, last.to.as_ref()?))) {
            Some((last, to)) if !ends => {
                let (from, to_value) = (last.from.value.0, to.value.0);
                let message =
                    format!("the last tier, from `{from}`, ends at `{to_value}`, so none claims what lies above");
                faults.push(self.fault(message, to).hint("leave `to` of the last tier out"));
            }
            None if ends => {
                faults.extend(last.map(|last| {
                    let message =
                        format!("the last tier, from `{}`, is open, so its amount is never earned", last.from.value.0);
                    self.fault(message, &last.from).hint("add `to`, where its amount is earned in full")
                }));
            }
            _ => {}
        }
        let tiers: Vec<Tier> = list
            .iter()
            .map(|tier| {
                let to = tier.to.as_ref().map(|to| to.value.0);
                let border = self.border_of(tier).lower();
                Tier::level(tier.from.value.0, to, border, tier.output.value.0, tier.from.referenced.line())
            })
            .collect();
        let end = tiers.last().and_then(|last| last.to);
        match end {
            Some(end) if ends => finish(self.earned(tiers, end), faults),
            _ => finish(tiers, faults),
        }
    }

    /// What is wrong with a tier by itself.
    pub(crate) fn one_tier(&self, tier: &TierDoc) -> Vec<Fault> {
        let numbers = [
            Some(&tier.from),
            tier.to.as_ref(),
            tier.second_from.as_ref(),
            tier.second_to.as_ref(),
            Some(&tier.output),
        ];
        let mut faults: Vec<Fault> = numbers.into_iter().flatten().filter_map(|number| self.too_fine(number)).collect();
        let stretches = [(Some(&tier.from), &tier.to), (tier.second_from.as_ref(), &tier.second_to)];
        for (from, to) in stretches {
            if let (Some(from), Some(to)) = (from, to)
                && to.value.0 <= from.value.0
            {
                faults.push(
                    self.fault(
                        format!("the tier from `{}` ends at `{}`, so it holds no value", from.value.0, to.value.0),
                        to,
                    )
                    .hint("let a tier end above its begin"),
                );
            }
        }
        faults
    }

    /// What is wrong between the tier numbered `at` and the next.
    fn neighbours(&self, at: usize, before: &TierDoc, after: &TierDoc) -> Option<Fault> {
        let from = after.from.value.0;
        let names = format!("tiers {at} (from `{}`) and {} (from `{from}`)", before.from.value.0, at + 1);
        let Some(to) = before.to.as_ref().map(|to| to.value.0) else {
            return Some(self.fault(format!("{names} both claim `{from}`: the first of them is open"), &after.from));
        };
        if from < to {
            let claimed = from.max(before.from.value.0);
            return Some(
                self.fault(format!("{names} both claim `{claimed}`: the first of them ends at `{to}`"), &after.from),
            );
        }
        if from > to {
            return Some(self.fault(format!("no tier claims `{to}`: it lies between {names}"), &after.from));
        }
        self.shared_border(&names, before, after)
    }

    /// Which of its ends a tier of a list claims.
    fn border_of(&self, tier: &TierDoc) -> TierBorder {
        tier.border.unwrap_or_else(|| self.border.into())
    }

    /// What is wrong if two tiers that meet both claim the border between them, or neither does.
    fn shared_border(&self, names: &str, before: &TierDoc, after: &TierDoc) -> Option<Fault> {
        let from = after.from.value.0;
        let (lower, upper) = (self.border_of(before), self.border_of(after));
        let words = format!("the first of them is `{}`, the second `{}`", lower.word(), upper.word());
        let (message, hint) = match (lower.claims_to(), upper.claims_from()) {
            (true, true) => (
                format!("{names} both claim `{from}`: {words}"),
                "give both the same `border`, or let one of them leave its end out: `none_inclusive` is `(from, to)`",
            ),
            (false, false) => (
                format!("no tier claims `{from}`, where {names} meet: {words}"),
                "give both the same `border`, or let one of them claim its ends: `both_inclusive` is `[from, to]`",
            ),
            _ => return None,
        };
        Some(self.fault(message, &after.from).hint(hint))
    }

    pub(crate) fn empty(&self, written: &Spanned<Tiers>) -> Fault {
        Fault::new(P004, format!("{} has no tier", self.what)).place(place_of(self.file, written))
    }
}

pub(crate) fn finish(tiers: Vec<Tier>, faults: Vec<Fault>) -> Result<Vec<Tier>, Vec<Fault>> {
    if faults.is_empty() { Ok(tiers) } else { Err(faults) }
}

/// A fault if a number has more decimals than its column, or more integer digits than an amount may have.
pub(crate) fn too_fine(file: &str, of: &str, number: &Spanned<Number>, scale: u32) -> Option<Fault> {
    let value = number.value.0.normalize();
    let fits = value.scale() <= scale && value.abs() < Decimal::from(1_000_000_000_000_u64);
    (!fits).then(|| {
        Fault::new(P003, format!("{of}: `{value}` has more than {scale} decimals or 12 digits before the point"))
            .place(place_of(file, number))
            .hint(format!("round it to {scale} decimals; it is computed exactly as written"))
    })
}
