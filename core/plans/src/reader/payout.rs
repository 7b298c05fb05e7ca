//! What a curve gives at a place of its axis, rounded where the models round it.
//!
//! A rate on a basis is told for a target of one where attainment is looked up: a curve gives multiples of the target
//! then. Does not know payees: a rate of the roster counts as one.

use kernel::exact::{self, Fixed, STAGE_SCALE};

use super::{
    quantity::{ONE, ZERO, above, larger, minus, negative, plus, same, short, smaller, times},
    view::{PlanView, Row},
};

/// A tier as it is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Where it begins.
    pub from: Fixed,
    /// Where it ends; open if none.
    pub to: Option<Fixed>,
    /// Whether its lower border belongs to it.
    pub includes_from: bool,
    /// What it gives at its begin.
    pub output_from: Fixed,
    /// What it gives at its end.
    pub output_to: Fixed,
    /// The two points that its line, or its amount pro rata, runs between.
    pub line: Option<(Fixed, Fixed)>,
    /// The line of the document.
    pub line_number: u64,
}

const HUNDRED: Fixed = Fixed::new(100, 0);
/// What an index of one is of the target.
const HUNDREDTH: Fixed = Fixed::new(1, 2);
/// Measures whose value is a share.
const SHARES: [&str; 6] =
    ["growth", "market_share", "share_change", "share_change_vs_national", "call_plan_adherence", "coverage"];

/// Whether what is looked up of a component is a share, told in percent.
pub(crate) fn is_share(component: &Row, axis: &str) -> bool {
    let kind = component.text("measure_kind");
    match (axis, component.filled("attainment_kind").unwrap_or("ratio")) {
        ("attainment", "ratio") => true,
        ("attainment", "absolute") | ("value", _) => SHARES.contains(&kind),
        ("rank", _) => kind == "percentile",
        _ => false,
    }
}

/// Where a component's attainment is when that share of the target is reached; none if it is no part of a target.
pub(crate) fn attained(component: &Row, share: Fixed) -> Option<Fixed> {
    match component.filled("attainment_kind").unwrap_or("ratio") {
        "ratio" => Some(share),
        "index" => times(share, HUNDRED),
        _ => None,
    }
}

/// A curve with the choices that decide what it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// Its name in the tables.
    pub id: String,
    /// `value`, `attainment`, `points` or `rank`.
    pub axis: String,
    /// `flat`, `step`, `excess`, `interpolated` or `prorated_amounts`.
    pub lookup: String,
    /// `percent_of_target_incentive`, `rate_on_basis`, `amount`, `points`, or `factor` of a multiplier.
    pub output: String,
    /// `zero`, `mirror`, `error`, or `factor` of a multiplier.
    pub below: String,
    /// What lies below the first tier, for a multiplier.
    pub below_output: Fixed,
    /// Its tiers, in order.
    pub tiers: Vec<Stretch>,
    /// Whether it has two axes and is told as a table.
    pub is_matrix: bool,
    /// Whether its places are shares, told in percent.
    pub is_share: bool,
    /// What a place is in targets, or in what is measured, for a rate on it; none if the place does not tell.
    pub basis: Option<Fixed>,
    /// Whether a lower place is the better one.
    pub is_reversed: bool,
    /// The most that is paid, in what the curve gives; none if it is counted in something else.
    pub cap: Option<Fixed>,
    /// The least that is paid, likewise.
    pub floor: Option<Fixed>,
}

impl Curve {
    /// A curve that pays, with the choices of its component.
    pub fn of_component(view: &PlanView, component: &Row, curve_id: &str) -> Self {
        let text = |column: &str| component.text(column).to_owned();
        let is_money = match component.text("output") {
            "amount" => true,
            "rate_on_basis" => component.text("axis") == "value" && component.text("rate_source") == "tiers",
            _ => false,
        };
        let limit = |what: &str| {
            let is_counted_alike = match component.text(&format!("{what}_of")) {
                "target_incentive" => component.text("output") == "percent_of_target_incentive",
                _ => is_money,
            };
            component.number(&format!("{what}_at")).filter(|_| is_counted_alike)
        };
        let axis = component.text("axis");
        Self {
            id: curve_id.to_owned(),
            is_share: is_share(component, axis),
            basis: match (axis, component.filled("attainment_kind").unwrap_or("ratio")) {
                ("value", _) | ("attainment", "ratio") => Some(ONE),
                ("attainment", "index") => Some(HUNDREDTH),
                _ => None,
            },
            is_reversed: axis == "rank" && component.text("measure_kind") == "rank",
            cap: limit("cap"),
            floor: limit("floor"),
            axis: text("axis"),
            lookup: text("lookup"),
            output: text("output"),
            below: text("below"),
            below_output: ZERO,
            tiers: view.of_curve("plan_tiers", curve_id).map(stretch).collect(),
            is_matrix: component.filled("second_component_id").is_some(),
        }
    }

    /// A curve of a multiplier.
    pub fn of_multiplier(view: &PlanView, multiplier: &Row) -> Self {
        let text = |column: &str| multiplier.text(column).to_owned();
        let by = view.component(multiplier.text("by_component_id"));
        Self {
            is_share: by.map_or(text("by_axis") == "attainment", |by| is_share(by, multiplier.text("by_axis"))),
            basis: None,
            is_reversed: false,
            id: text("curve_id"),
            axis: text("by_axis"),
            lookup: text("lookup"),
            output: "factor".to_owned(),
            below: "factor".to_owned(),
            below_output: multiplier.number("below_output").unwrap_or(ONE),
            tiers: view.of_curve("plan_tiers", multiplier.text("curve_id")).map(stretch).collect(),
            is_matrix: false,
            cap: None,
            floor: None,
        }
    }

    /// The tier that a place belongs to; none below the first.
    pub fn reached(&self, at: Fixed) -> Option<usize> {
        self.tiers.iter().rposition(|tier| above(at, tier.from) || tier.includes_from && same(at, tier.from))
    }

    /// What the curve gives there; none below a first tier that is refused, and beyond 38 digits.
    pub fn pay(&self, at: Fixed) -> Option<Fixed> {
        if self.below == "mirror" && above(ZERO, at) {
            return self.pay(negative(at)).map(negative);
        }
        match self.reached(at) {
            Some(tier) => self.pay_within(tier, at),
            None => self.pay_below(),
        }
    }

    /// The place of the axis at which this share of the target is reached; none if the axis does not tell.
    pub fn place_of(&self, share: Fixed) -> Option<Fixed> {
        match self.basis? {
            whole if same(whole, ONE) => Some(share),
            _ => times(share, HUNDRED),
        }
    }

    /// What is paid there within cap and floor; a mirrored curve is capped below zero as it is above.
    pub fn limited(&self, at: Fixed) -> Option<Fixed> {
        Some(self.within_limits(self.pay(at)?))
    }

    /// What is left of it within cap and floor.
    pub fn within_limits(&self, paid: Fixed) -> Fixed {
        let capped = match self.cap {
            Some(cap) if self.below == "mirror" => larger(negative(cap), smaller(paid, cap)),
            Some(cap) => smaller(paid, cap),
            None => paid,
        };
        self.floor.map_or(capped, |floor| larger(floor, capped))
    }

    /// What lies below the first tier.
    pub fn pay_below(&self) -> Option<Fixed> {
        match self.below.as_str() {
            "error" => None,
            "factor" => Some(self.below_output),
            _ => Some(ZERO),
        }
    }

    /// What the curve gives there if the place belongs to that tier, which its borders decide.
    pub fn pay_within(&self, tier: usize, at: Fixed) -> Option<Fixed> {
        match self.lookup.as_str() {
            "step" => {
                let factor = self.basis.filter(|_| self.output == "rate_on_basis").unwrap_or(ONE);
                self.sum_of_slices(tier, |one, covered| times(times(covered, factor)?, one.output_from), at)
            }
            "prorated_amounts" => self.sum_of_slices(tier, prorated, at),
            "excess" => {
                let over = if above(at, ONE) { minus(at, ONE)? } else { ZERO };
                times(over, output_at(self.tiers.get(tier)?, at)?)
            }
            _ => {
                let output = output_at(self.tiers.get(tier)?, at)?;
                match self.basis.filter(|_| self.output == "rate_on_basis") {
                    Some(factor) => times(times(at, factor)?, output),
                    None => Some(output),
                }
            }
        }
    }

    fn sum_of_slices(&self, last: usize, pays: impl Fn(&Stretch, Fixed) -> Option<Fixed>, at: Fixed) -> Option<Fixed> {
        let mut sum = ZERO;
        for tier in self.tiers.iter().take(last + 1) {
            let covered = exact::slice(at, tier.from, tier.to).ok()?;
            sum = plus(sum, pays(tier, short(Fixed::new(covered, STAGE_SCALE)))?)?;
        }
        Some(sum)
    }

    /// Places where the curve may bend or jump: borders, and the target where the excess above it is paid.
    pub fn bends(&self) -> Vec<Fixed> {
        let mut places: Vec<Fixed> = self.tiers.iter().flat_map(|tier| [Some(tier.from), tier.to]).flatten().collect();
        if self.lookup == "excess" {
            places.push(ONE);
        }
        places.sort_by(|a, b| a.compare(*b));
        places.dedup_by(|a, b| same(*a, *b));
        places
    }

    /// Whether it is a straight line between two bends.
    pub fn is_straight(&self) -> bool {
        !(self.lookup == "interpolated" && self.output == "rate_on_basis")
    }
}

fn prorated(tier: &Stretch, covered: Fixed) -> Option<Fixed> {
    let Some((from, to)) = tier.line else { return Some(ZERO) };
    let units = exact::interpolate(covered, ZERO, ZERO, minus(to, from)?, tier.output_from).ok()??;
    Some(short(Fixed::new(units, STAGE_SCALE)))
}

fn output_at(tier: &Stretch, at: Fixed) -> Option<Fixed> {
    let Some((from, to)) = tier.line else { return Some(tier.output_from) };
    let units = exact::interpolate(at, from, tier.output_from, to, tier.output_to).ok()??;
    Some(short(Fixed::new(units, STAGE_SCALE)))
}

fn stretch(row: &Row) -> Stretch {
    Stretch {
        from: row.number("from_value").unwrap_or(ZERO),
        to: row.number("to_value"),
        includes_from: row.text("border") != "upper_inclusive",
        output_from: row.number("output_from").unwrap_or(ZERO),
        output_to: row.number("output_to").unwrap_or(ZERO),
        line: row.number("line_from_value").zip(row.number("line_to_value")),
        line_number: row.text("document_line").parse().unwrap_or(0),
    }
}
