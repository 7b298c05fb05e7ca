//! Tiers and points: that they cover every value once, and what each gives.
//!
//! Promises tiers in order without gap or overlap, the last one open. Does not know what the axis means.

use kernel::{
    Fault,
    documents::{Number, Spanned, place_of},
};
use rust_decimal::Decimal;

use crate::{
    document::{CurveDoc, TierDoc, Tiers},
    fault::{P003, P004, P005},
    words::{Above, Below, Border, Lookup},
};

/// An explanation numbers the steps of so many tiers.
const MOST_TIERS: usize = 250;

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
    /// For a sloping tier, the two points that its line goes through.
    pub line: Option<(Decimal, Decimal)>,
    /// Where it is written.
    pub line_number: u64,
}

/// The tiers of a curve, or every reason why it has none.
pub(crate) fn tiers(file: &str, component: &str, curve: &CurveDoc) -> Result<Vec<Tier>, Vec<Fault>> {
    let interpolated = curve.lookup.value == Lookup::Interpolated;
    let (written, word, other, other_word) = if interpolated {
        (&curve.points, "points", &curve.tiers, "tiers")
    } else {
        (&curve.tiers, "tiers", &curve.points, "points")
    };
    if let Some(other) = other {
        return Err(vec![
            Fault::new(
                P005,
                format!(
                    "component `{component}` has `{other_word}`, but `lookup: {}` reads `{word}`",
                    curve.lookup.value.word()
                ),
            )
            .place(place_of(file, other)),
        ]);
    }
    let Some(written) = written else {
        return Err(vec![
            Fault::new(P005, format!("component `{component}` has no `{word}`"))
                .place(place_of(file, &curve.lookup))
                .hint(format!("`lookup: {}` needs `{word}`", curve.lookup.value.word())),
        ]);
    };
    if curve.above.value == Above::Extend && !interpolated {
        return Err(vec![
            Fault::new(P005, format!("component `{component}` extends a curve that has no slope"))
                .place(place_of(file, &curve.above))
                .hint("write `above: hold`; the last tier is open"),
        ]);
    }
    let first = match &written.value {
        Tiers::Borders(borders) => borders.first().map(|(from, _)| from),
        Tiers::List(list) => list.first().map(|tier| &tier.from),
    };
    if let Some(first) = first
        && curve.below == Below::Mirror
        && first.value.0 < Decimal::ZERO
    {
        return Err(vec![
            Fault::new(P005, format!("component `{component}` mirrors what lies below `{}`", first.value.0))
                .place(place_of(file, first))
                .hint("with `below: mirror` the first border is zero or more"),
        ]);
    }
    if let Some(fault) = too_many(file, component, written) {
        return Err(vec![fault]);
    }
    let reader = Reader { file, component, curve };
    match &written.value {
        Tiers::Borders(borders) if interpolated => reader.points(borders, written),
        Tiers::Borders(borders) => reader.borders(borders, written),
        Tiers::List(_) if interpolated => Err(vec![
            Fault::new(P004, format!("the points of component `{component}` are a list"))
                .place(place_of(file, written))
                .hint("write points as `{80%: 50%, 100%: 100%}`"),
        ]),
        Tiers::List(list) => reader.list(list, written),
    }
}

fn too_many(file: &str, component: &str, written: &Spanned<Tiers>) -> Option<Fault> {
    let count = match &written.value {
        Tiers::Borders(borders) => borders.len(),
        Tiers::List(list) => list.len(),
    };
    (count > MOST_TIERS).then(|| {
        Fault::new(P004, format!("the curve of component `{component}` has `{count}` tiers, more than `{MOST_TIERS}`"))
            .place(place_of(file, written))
            .hint("a straight line between points needs fewer")
    })
}

struct Reader<'a> {
    file: &'a str,
    component: &'a str,
    curve: &'a CurveDoc,
}

impl Reader<'_> {
    fn fault(&self, message: String, at: &Spanned<Number>) -> Fault {
        Fault::new(P004, format!("component `{}`: {message}", self.component)).place(place_of(self.file, at))
    }

    /// That borders rise and every number can be computed with.
    fn rising(&self, borders: &[(Spanned<Number>, Spanned<Number>)], faults: &mut Vec<Fault>) {
        for (border, output) in borders {
            for number in [border, output] {
                if let Some(fault) = too_fine(self.file, self.component, number, 10) {
                    faults.push(fault);
                }
            }
        }
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
    }

    fn borders(
        &self,
        borders: &[(Spanned<Number>, Spanned<Number>)],
        written: &Spanned<Tiers>,
    ) -> Result<Vec<Tier>, Vec<Fault>> {
        let mut faults = Vec::new();
        if borders.is_empty() {
            faults.push(self.empty(written));
        }
        self.rising(borders, &mut faults);
        let tiers = borders.iter().enumerate().map(|(at, (from, output))| Tier {
            from: from.value.0,
            to: borders.get(at + 1).map(|(next, _)| next.value.0),
            border: self.curve.border,
            output_from: output.value.0,
            output_to: output.value.0,
            line: None,
            line_number: from.referenced.line(),
        });
        finish(tiers.collect(), faults)
    }

    fn points(
        &self,
        points: &[(Spanned<Number>, Spanned<Number>)],
        written: &Spanned<Tiers>,
    ) -> Result<Vec<Tier>, Vec<Fault>> {
        let mut faults = Vec::new();
        if points.len() < 2 {
            faults.push(
                Fault::new(P004, format!("component `{}` has fewer than two points", self.component))
                    .place(place_of(self.file, written)),
            );
        }
        self.rising(points, &mut faults);
        let mut tiers = Vec::new();
        for pair in points.windows(2) {
            if let [(from, low), (to, high)] = pair {
                tiers.push(Tier {
                    from: from.value.0,
                    to: Some(to.value.0),
                    border: self.curve.border,
                    output_from: low.value.0,
                    output_to: high.value.0,
                    line: Some((from.value.0, to.value.0)),
                    line_number: from.referenced.line(),
                });
            }
        }
        if let Some(last) = tiers.last().cloned() {
            let from = last.to.unwrap_or(last.from);
            tiers.push(match self.curve.above.value {
                Above::Hold => Tier { from, to: None, output_from: last.output_to, line: None, ..last },
                Above::Extend => Tier { from, to: None, ..last },
            });
        }
        finish(tiers, faults)
    }

    fn list(&self, list: &[TierDoc], written: &Spanned<Tiers>) -> Result<Vec<Tier>, Vec<Fault>> {
        let mut faults = Vec::new();
        if list.is_empty() {
            faults.push(self.empty(written));
        }
        for tier in list {
            let numbers = [Some(&tier.from), tier.to.as_ref(), Some(&tier.output)];
            faults.extend(
                numbers.into_iter().flatten().filter_map(|number| too_fine(self.file, self.component, number, 10)),
            );
            if let Some(to) = &tier.to
                && to.value.0 <= tier.from.value.0
            {
                faults.push(self.fault(
                    format!("the tier from `{}` ends at `{}`, so it holds no value", tier.from.value.0, to.value.0),
                    to,
                ));
            }
        }
        for (at, pair) in list.windows(2).enumerate() {
            if let [before, after] = pair {
                faults.extend(self.neighbours(at + 1, before, after));
            }
        }
        if let Some((last, to)) = list.last().and_then(|last| Some((last, last.to.as_ref()?))) {
            faults.push(
                self.fault(
                    format!(
                        "the last tier, from `{}`, ends at `{}`, so none claims what lies above",
                        last.from.value.0, to.value.0
                    ),
                    to,
                )
                .hint("leave `to` of the last tier out"),
            );
        }
        let tiers = list.iter().map(|tier| Tier {
            from: tier.from.value.0,
            to: tier.to.as_ref().map(|to| to.value.0),
            border: tier.border.unwrap_or(self.curve.border),
            output_from: tier.output.value.0,
            output_to: tier.output.value.0,
            line: None,
            line_number: tier.from.referenced.line(),
        });
        finish(tiers.collect(), faults)
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
        None
    }

    fn empty(&self, written: &Spanned<Tiers>) -> Fault {
        Fault::new(P004, format!("component `{}` has no tier", self.component)).place(place_of(self.file, written))
    }
}

fn finish(tiers: Vec<Tier>, faults: Vec<Fault>) -> Result<Vec<Tier>, Vec<Fault>> {
    if faults.is_empty() { Ok(tiers) } else { Err(faults) }
}

/// A fault if a number has more decimals than its column, or more integer digits than an amount may have.
pub(crate) fn too_fine(file: &str, of: &str, number: &Spanned<Number>, scale: u32) -> Option<Fault> {
    let value = number.value.0.normalize();
    let fits = value.scale() <= scale && value.abs() < Decimal::from(1_000_000_000_000_u64);
    (!fits).then(|| {
        Fault::new(P003, format!("`{of}`: `{value}` has more than {scale} decimals or 12 digits before the point"))
            .place(place_of(file, number))
            .hint(format!("round it to {scale} decimals; it is computed exactly as written"))
    })
}
