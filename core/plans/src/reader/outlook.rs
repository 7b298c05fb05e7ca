//! What is legal in a plan and yet deserves a second look: jumps, stretches where selling more pays less, and what the
//! plan costs if everybody reaches the same.
//!
//! Looks at what a component gives by itself, within its cap and floor; gates and multipliers join in the cost.

use kernel::exact::Fixed;
use serde::Serialize;

use super::{
    changes::ATTAINMENTS,
    payout::{Curve, attained},
    picture::{height_words, place_words},
    quantity::{Language, ONE, ZERO, above, from_units, larger, minus, plus, same, smaller, times, units},
    sentences::up,
    view::{PlanView, Row},
};

/// How much a step may change pay before it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// A part of the target incentive, or of the target.
    Share(Fixed),
    /// Money or points.
    Amount(Fixed),
}

/// A place where one step along the axis changes pay at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jump {
    /// The component.
    pub component_id: String,
    /// The line of the document.
    pub line: u64,
    /// From this place.
    pub from: String,
    /// To this one, one unit or a hundredth of a percent further.
    pub to: String,
    /// Pay before.
    pub was: String,
    /// Pay after.
    pub is: String,
    /// What the step changes, with its sign.
    pub change: String,
    /// What pay is counted in.
    pub unit: &'static str,
}

/// A stretch where selling more pays less than selling less did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fall {
    /// The component.
    pub component_id: String,
    /// The line of the document.
    pub line: u64,
    /// Where pay is highest before.
    pub from: String,
    /// Where pay is as high again; none if never.
    pub to: Option<String>,
    /// What is paid where it begins.
    pub highest: String,
    /// The least that is paid within it.
    pub lowest: String,
    /// Where that is.
    pub lowest_at: String,
    /// What pay is counted in.
    pub unit: &'static str,
}

/// What the plan costs at one national attainment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// The attainment.
    pub at: String,
    /// In percent of the target incentive; none if nothing is paid from it.
    pub share: Option<String>,
    /// In money, over a release's roster and targets; filled by `spend`.
    pub amount: Option<String>,
}

/// Everything that deserves a second look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// By component, along the axis.
    pub jumps: Vec<Jump>,
    /// By component, along the axis.
    pub falls: Vec<Fall>,
    /// At 80, 90, 100, 110 and 120 %.
    pub costs: Vec<Cost>,
    /// In how many periods of the release; none without one.
    pub period_count: Option<usize>,
    /// Components that the cost leaves out, with the reason.
    pub left_out: Vec<String>,
}

impl Outlook {
    /// Every finding as one sentence with its line.
    pub fn warnings(&self) -> Vec<(u64, String)> {
        let jumps = self.jumps.iter().map(|one| {
            let Jump { component_id, line, from, to, was, is, change, unit } = one;
            (
                *line,
                format!(
                    "component `{component_id}`: from {from} to {to} pay goes from {was} to {is} ({change} {unit})"
                ),
            )
        });
        let falls = self.falls.iter().map(|one| {
            let Fall { component_id, line, from, to, highest, lowest, lowest_at, unit } = one;
            let until = to.as_ref().map_or("and above".to_owned(), |to| format!("to {to}"));
            let told = format!(
                "component `{component_id}`: from {from} {until} more pays less: {highest} at {from}, {lowest} at {lowest_at} ({unit})"
            );
            (*line, told)
        });
        jumps.chain(falls).collect()
    }

    /// The costs as lines for people; nothing if no component depends on attainment.
    pub fn text(&self) -> String {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        if self.costs.iter().all(|cost| cost.share.is_none() && cost.amount.is_none()) {
            return String::new();
        }
        let mut text =
            "cost if everybody reaches the same, gates and multipliers included, overrides left aside:\n".to_owned();
        let money = match self.period_count {
            Some(count) => format!("money (seats and targets of the last release, its periods: {count})"),
            None => "money: run the project first".to_owned(),
        };
        text.push_str(&format!("  {:>10}  {:>22}  {money}\n", "attainment", "of the target incentive"));
        for cost in &self.costs {
            let amount = cost.amount.clone().unwrap_or_default();
            let line = format!("  {:>10}  {:>22}  {amount}", cost.at, shown(&cost.share));
            text.push_str(&format!("{}\n", line.trim_end()));
        }
        self.left_out.iter().for_each(|one| text.push_str(&format!("  without {one}\n")));
        text
    }
}

/// Looks a plan over; jumps of at most the threshold of their kind stay untold.
pub fn outlook(view: &PlanView, thresholds: &[Threshold], language: Language) -> Outlook {
    let mut found = Outlook::default();
    for component in view.components().iter().filter(|row| row.text("pay_kind") != "none") {
        for row in view.of_component("plan_curves", component.text("component_id")) {
            if row.text("curve_kind") == "payout" {
                let curve = Curve::of_component(view, component, row.text("curve_id"));
                look(component, &curve, thresholds, language, &mut found);
            }
        }
    }
    let costed = Costed::of(view);
    found.left_out = costed.left_out.clone();
    found.costs = ATTAINMENTS
        .into_iter()
        .map(|percent| {
            let at = Fixed::new(percent, 2);
            let share = costed.share(view, at).map(|share| language.percent(share));
            Cost { at: language.percent(at), share, amount: None }
        })
        .collect();
    found
}

fn look(component: &Row, curve: &Curve, thresholds: &[Threshold], language: Language, found: &mut Outlook) {
    if curve.is_matrix || curve.tiers.is_empty() {
        return;
    }
    let id = component.text("component_id").to_owned();
    let words = |value: Fixed| height_words(curve, value, language);
    let place = |value: Fixed| place_words(curve, value, language);
    let unit = match up(component, curve) {
        "incentive" => "of the target incentive",
        "target" => "of the target",
        "rate_factor" | "value_factor" => "times the rate",
        "points" => "in points",
        "rate" => "as a rate",
        _ => "in money",
    };
    for step in steps(curve, thresholds, up(component, curve)) {
        let change = minus(step.is, step.was).unwrap_or(ZERO);
        let sign = if above(change, ZERO) { "+" } else { "" };
        found.jumps.push(Jump {
            component_id: id.clone(),
            line: step.line,
            from: place(step.from),
            to: place(step.to),
            was: words(step.was),
            is: words(step.is),
            change: format!("{sign}{}", words(change)),
            unit,
        });
    }
    for fall in falls(curve) {
        found.falls.push(Fall {
            component_id: id.clone(),
            line: fall.line,
            from: place(fall.from),
            to: fall.to.map(place),
            highest: words(fall.highest),
            lowest: words(fall.lowest.1),
            lowest_at: place(fall.lowest.0),
            unit,
        });
    }
}

/// One step along the axis and what it does.
struct Stepped {
    line: u64,
    from: Fixed,
    to: Fixed,
    was: Fixed,
    is: Fixed,
}

/// A hundredth of a percent of attainment, or one unit.
fn grid(curve: &Curve) -> Fixed {
    match curve.axis.as_str() {
        _ if curve.is_share => Fixed::new(1, 4),
        "attainment" => Fixed::new(1, 2),
        _ => ONE,
    }
}

/// The last place before a tier and the first one in it.
fn around(curve: &Curve, at: usize) -> Option<(Fixed, Fixed)> {
    let tier = curve.tiers.get(at)?;
    let step = grid(curve);
    Some(if tier.includes_from { (minus(tier.from, step)?, tier.from) } else { (tier.from, plus(tier.from, step)?) })
}

fn steps(curve: &Curve, thresholds: &[Threshold], unit: &str) -> Vec<Stepped> {
    let is_share = matches!(unit, "incentive" | "target" | "rate_factor");
    let threshold = thresholds.iter().rev().find_map(|threshold| match threshold {
        Threshold::Share(value) if is_share => Some(*value),
        Threshold::Amount(value) if !is_share => Some(*value),
        _ => None,
    });
    let mut found = Vec::new();
    // One place more is a step by nature.
    if curve.axis == "rank" && threshold.is_none() {
        return found;
    }
    for (at, tier) in curve.tiers.iter().enumerate() {
        let Some((from, to)) = around(curve, at) else { continue };
        let Some((was, is)) = curve.limited(from).zip(curve.limited(to)) else { continue };
        let told = match threshold {
            Some(limit) => minus(larger(was, is), smaller(was, is)).is_some_and(|change| above(change, limit)),
            None => interrupted(curve, at),
        };
        if told {
            found.push(Stepped { line: tier.line_number, from, to, was, is });
        }
        // With a threshold of the reader's own, a slope can be too steep as well.
        let Some((limit, next)) = threshold.zip(plus(to, grid(curve))) else { continue };
        if curve.reached(next) != Some(at) {
            continue;
        }
        let Some((was, is)) = curve.limited(to).zip(curve.limited(next)) else { continue };
        if minus(larger(was, is), smaller(was, is)).is_some_and(|change| above(change, limit)) {
            found.push(Stepped { line: tier.line_number, from: to, to: next, was, is });
        }
    }
    found
}

/// Whether the curve does not go on where a tier begins.
fn interrupted(curve: &Curve, at: usize) -> bool {
    let Some(from) = curve.tiers.get(at).map(|tier| tier.from) else { return false };
    let before = match at.checked_sub(1) {
        Some(before) => curve.pay_within(before, from),
        None => curve.pay_below(),
    };
    let within = |value: Option<Fixed>| value.map(|value| curve.cap.map_or(value, |cap| smaller(value, cap)));
    let (before, after) = (within(before), within(curve.pay_within(at, from)));
    before.zip(after).is_some_and(|(before, after)| !same(before, after))
}

struct Falling {
    line: u64,
    from: Fixed,
    to: Option<Fixed>,
    highest: Fixed,
    lowest: (Fixed, Fixed),
}

/// Pieces in which a bent line is looked at.
const PIECES: i128 = 48;

/// Places in order at which the curve is looked at: around every border, between them where it bends, and beyond.
fn places(curve: &Curve) -> Vec<(Fixed, u64)> {
    let mut found = Vec::new();
    for (at, tier) in curve.tiers.iter().enumerate() {
        let Some((before, first)) = around(curve, at) else { continue };
        if at > 0 || above(before, ZERO) {
            found.push((larger(before, ZERO), tier.line_number));
        }
        found.push((first, tier.line_number));
        let end = tier.to.or_else(|| beyond(curve));
        let Some(end) = end.filter(|end| above(*end, first)) else { continue };
        let (begin, end) = (units(first), units(end));
        if !curve.is_straight() {
            let step = units(grid(curve));
            let place = |at: i128| from_units((begin + (end - begin) * at / PIECES) / step * step);
            found.extend((1..PIECES).map(|at| (place(at), tier.line_number)).filter(|(at, _)| above(*at, first)));
        }
        found.extend(
            curve
                .bends()
                .into_iter()
                .filter(|bend| units(*bend) > begin && units(*bend) < end)
                .map(|bend| (bend, tier.line_number)),
        );
        if tier.to.is_none() {
            found.push((from_units(end), tier.line_number));
        }
    }
    found.sort_by(|a, b| a.0.compare(b.0));
    found
}

/// Far above every border.
fn beyond(curve: &Curve) -> Option<Fixed> {
    let last = curve.bends().last().copied().unwrap_or(ZERO);
    times(larger(last, ONE), Fixed::new(1000, 0))
}

/// Stretches where a place pays less than one below it; with places of a ranking, the other way round.
fn falls(curve: &Curve) -> Vec<Falling> {
    let mut found: Vec<Falling> = Vec::new();
    let mut highest: Option<(Fixed, Fixed)> = None;
    let mut falling: Option<Falling> = None;
    let mut places = places(curve);
    if curve.is_reversed {
        places.reverse();
    }
    let (mut last, mut before) = (ZERO, ZERO);
    for (at, line) in places {
        let Some(paid) = curve.limited(at) else { continue };
        let Some((top_at, top)) = highest else {
            highest = Some((at, paid));
            (last, before) = (at, at);
            continue;
        };
        if above(top, paid) {
            let (top_at, top) = if falling.is_some() { (top_at, top) } else { peak(curve, top_at, before, at) };
            highest = Some((top_at, top));
            let one = falling.get_or_insert(Falling { line, from: top_at, to: None, highest: top, lowest: (at, paid) });
            if above(one.lowest.1, paid) {
                one.lowest = (at, paid);
            }
        } else {
            if let Some(mut one) = falling.take() {
                one.to = Some(regained(curve, last, at, top));
                found.push(one);
            }
            highest = Some((at, paid));
            before = last;
        }
        last = at;
    }
    found.extend(falling);
    found
}

/// The highest place of a bent line near the highest one that was looked at, between its neighbours.
fn peak(curve: &Curve, top_at: Fixed, before: Fixed, after: Fixed) -> (Fixed, Fixed) {
    let paid = |at: Fixed| curve.limited(at).unwrap_or(ZERO);
    let tier = curve.reached(top_at);
    if curve.is_straight() || curve.is_reversed || tier != curve.reached(before) || tier != curve.reached(after) {
        return (top_at, paid(top_at));
    }
    let step = units(grid(curve));
    let (mut low, mut high) = (units(before) / step, units(after) / step);
    while high - low > 2 {
        let (one, other) = (low + (high - low) / 3, high - (high - low) / 3);
        if above(paid(from_units(other * step)), paid(from_units(one * step))) { low = one } else { high = other }
    }
    let near = (low..=high).map(|at| from_units(at * step)).map(|at| (at, paid(at)));
    near.fold((top_at, paid(top_at)), |best, one| if above(one.1, best.1) { one } else { best })
}

/// The first place after `low` that pays as much as that again; `high` does.
fn regained(curve: &Curve, low: Fixed, high: Fixed, top: Fixed) -> Fixed {
    let step = units(grid(curve));
    let (begin, count) = (units(low), (units(high) - units(low)).abs() / step);
    let sign = if above(low, high) { -step } else { step };
    let (mut less, mut enough) = (0, count.max(1));
    while enough - less > 1 {
        let middle = (less + enough) / 2;
        let at = from_units(begin + sign * middle);
        let reaches = curve.limited(at).is_some_and(|paid| !above(top, paid));
        (less, enough) = if reaches { (less, middle) } else { (middle, enough) };
    }
    smaller(from_units(begin + sign * enough), larger(low, high))
}

/// The components that a national attainment decides.
pub(crate) struct Costed {
    /// Component and its general curve.
    pub(crate) parts: Vec<(Row, Curve)>,
    /// The others, each with the reason.
    pub(crate) left_out: Vec<String>,
}

impl Costed {
    /// Splits the components of a plan.
    pub(crate) fn of(view: &PlanView) -> Self {
        let mut made = Self { parts: Vec::new(), left_out: Vec::new() };
        for component in view.components().iter().filter(|row| row.text("pay_kind") != "none") {
            let id = component.text("component_id");
            let curve = Curve::of_component(view, component, id);
            let why = match (curve.axis.as_str(), curve.is_matrix) {
                (_, true) => "its curve has two axes",
                ("attainment", _) if curve.basis.is_none() => "its attainment is no part of a target",
                ("attainment", _) => "",
                ("value", _) if curve.output == "percent_of_target_incentive" => {
                    "it looks up a value, not an attainment"
                }
                ("value", _) => "",
                _ => "it does not depend on attainment",
            };
            if why.is_empty() {
                made.parts.push((component.clone(), curve));
            } else {
                made.left_out.push(format!("{id}: {why}"));
            }
        }
        made
    }

    /// What is paid of the target incentive if everybody reaches `at` in every component.
    fn share(&self, view: &PlanView, at: Fixed) -> Option<Fixed> {
        let mut sum = None;
        for (component, curve) in &self.parts {
            if curve.output != "percent_of_target_incentive" {
                continue;
            }
            let weight = component.number("weight_rate").unwrap_or(ONE);
            let paid = times(modified(view, component, curve, at, curve.limited(curve.place_of(at)?)?)?, weight)?;
            sum = plus(sum.unwrap_or(ZERO), paid);
        }
        limited(view, at, sum?)
    }
}

/// After the multipliers and gates that attainment decides.
pub(crate) fn modified(view: &PlanView, component: &Row, curve: &Curve, at: Fixed, paid: Fixed) -> Option<Fixed> {
    let id = component.text("component_id");
    let paid = multiplied(view, id, at, paid)?;
    let paid = curve.cap.map_or(paid, |cap| smaller(cap, paid));
    view.of_component("plan_gates", id).try_fold(paid, |paid, gate| {
        let border = gate.number("border_value")?;
        let of = view.component(gate.text("gate_component_id"));
        let Some(at) = of.and_then(|of| attained(of, at)) else { return Some(paid) };
        let is_shut = match gate.text("comparison") {
            "above" => !above(at, border),
            _ => above(border, at),
        };
        let acts = gate.text("gate_axis") != "value" && is_shut && above(paid, ZERO);
        if acts { times(paid, gate.number("otherwise_rate")?) } else { Some(paid) }
    })
}

fn multiplied(view: &PlanView, component: &str, at: Fixed, paid: Fixed) -> Option<Fixed> {
    view.of_component("plan_multipliers", component).try_fold(paid, |paid, row| match row.text("by_axis") {
        "attainment" => {
            let by = view.component(row.text("by_component_id"));
            let Some(at) = by.and_then(|by| attained(by, at)) else { return Some(paid) };
            times(paid, Curve::of_multiplier(view, row).pay(at)?)
        }
        _ => Some(paid),
    })
}

/// After the plan's multipliers, cap and floor.
fn limited(view: &PlanView, at: Fixed, sum: Fixed) -> Option<Fixed> {
    let sum = multiplied(view, "", at, sum)?;
    let of_incentive = |what: &str| {
        let is_share = view.plan.text(&format!("{what}_of")) == "target_incentive";
        view.plan.number(&format!("{what}_at")).filter(|_| is_share)
    };
    let capped = of_incentive("cap").map_or(sum, |cap| smaller(cap, sum));
    Some(of_incentive("floor").map_or(capped, |floor| larger(floor, capped)))
}
