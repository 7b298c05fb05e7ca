//! What a component pays and what changes it, as written.

use std::fmt;

use kernel::documents::{Number, Spanned};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use super::{
    Products,
    forms::{Entries, WordOr},
};
use crate::words::*;

/// One tier as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierDoc {
    /// Where it begins.
    pub from: Spanned<Number>,
    /// Where it ends; open if absent.
    pub to: Option<Spanned<Number>>,
    /// Where it begins on the second axis.
    pub second_from: Option<Spanned<Number>>,
    /// Where it ends on the second axis; open if absent.
    pub second_to: Option<Spanned<Number>>,
    /// What it gives.
    pub output: Spanned<Number>,
    /// Which of its ends it claims, if otherwise than the curve says.
    pub border: Option<TierBorder>,
}

/// Borders or points, each with what it gives.
pub type Borders = Vec<(Spanned<Number>, Spanned<Number>)>;

/// Tiers in either form.
#[derive(Debug, Clone)]
pub enum Tiers {
    /// `{0: 3%, 1_000: 5%}`.
    Borders(Borders),
    /// `[{from: 0, to: 1_000, output: 3%}, …]`.
    List(Vec<TierDoc>),
}

impl Tiers {
    /// What each gives.
    pub fn outputs(&self) -> Vec<&Spanned<Number>> {
        match self {
            Self::Borders(borders) => borders.iter().map(|(_, output)| output).collect(),
            Self::List(list) => list.iter().map(|tier| &tier.output).collect(),
        }
    }
}

impl<'de> Deserialize<'de> for Tiers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Tiers;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tiers such as `{0%: 3%, 100%: 5%}` or a list of `{from, to, output}`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tiers, A::Error> {
                let mut borders = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    borders.push(entry);
                }
                Ok(Tiers::Borders(borders))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tiers, A::Error> {
                let mut tiers = Vec::new();
                while let Some(tier) = list.next_element()? {
                    tiers.push(tier);
                }
                Ok(Tiers::List(tiers))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Rates by product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductRatesDoc {
    /// The most specific that holds a line's product applies.
    pub products: Entries<Spanned<Products>, Spanned<Number>>,
}

/// Where a rate comes from, apart from the tiers.
pub type Rate = WordOr<RateSource, ProductRatesDoc>;

/// The second axis of a matrix.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondAxisDoc {
    /// Of which component.
    pub component: Spanned<String>,
    /// What of it.
    pub axis: ValueAxis,
}

/// The six choices, and the tiers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurveDoc {
    /// What is looked up.
    pub axis: Spanned<Axis>,
    /// What it is applied to.
    pub basis: Spanned<Basis>,
    /// How.
    pub lookup: Spanned<Lookup>,
    /// What comes out.
    pub output: Spanned<Output>,
    /// How a cumulative window is paid.
    pub timing: Option<Spanned<Timing>>,
    /// By what a running total grows.
    pub by: Option<Spanned<RunningBy>>,
    /// Which tier a border value belongs to.
    pub border: Border,
    /// Below the first border.
    pub below: Spanned<Below>,
    /// Above the last point.
    pub above: Spanned<Above>,
    /// A rate from elsewhere.
    pub rate: Option<Spanned<Rate>>,
    /// What else is looked up.
    pub second_axis: Option<Spanned<SecondAxisDoc>>,
    /// Tiers, except for `interpolated`.
    pub tiers: Option<Spanned<Tiers>>,
    /// Points, for `interpolated`.
    pub points: Option<Spanned<Tiers>>,
    /// Where the last tier of `prorated_amounts` ends.
    pub until: Option<Spanned<Number>>,
}

/// A factor on top.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MultiplierDoc {
    /// The component whose measure decides; may be the own one.
    pub by: Spanned<String>,
    /// What of it.
    pub axis: ValueAxis,
    /// When it looks.
    pub evaluated: Evaluated,
    /// `flat` or `interpolated`.
    pub lookup: Spanned<Lookup>,
    /// Which tier a border value belongs to.
    pub border: Border,
    /// The factor below the first border.
    pub below: Spanned<Number>,
    /// Above the last point.
    pub above: Spanned<Above>,
    /// Factors, with `flat`.
    pub tiers: Option<Spanned<Tiers>>,
    /// Factors, with `interpolated`.
    pub points: Option<Spanned<Tiers>>,
}

/// A condition on another component.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateDoc {
    /// The other component; `measure` is the same key.
    #[serde(alias = "measure")]
    pub component: Spanned<String>,
    /// What of it; its attainment if absent.
    pub axis: Option<ValueAxis>,
    /// The border that it must reach.
    pub at_least: Option<Spanned<Number>>,
    /// The border that it must exceed.
    pub above: Option<Spanned<Number>>,
    /// When it looks.
    pub evaluated: Evaluated,
    /// What a gate that shuts later does.
    pub later: Option<Later>,
    /// The factor when it is shut.
    pub otherwise: Spanned<Number>,
}

/// A most that is paid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapDoc {
    /// What `at` is a multiple of; the target incentive if absent and `at` is written in per cent.
    pub of: Option<CapOf>,
    /// The most.
    pub at: Spanned<Number>,
    /// What becomes of the rest.
    pub excess: CapExcess,
    /// A component: over what.
    pub holds: Option<Spanned<Holds>>,
    /// A plan: over which span.
    pub over: Option<Spanned<Span>>,
}

impl CapDoc {
    /// What `at` is a multiple of; whether that is said is checked by itself.
    pub fn of(&self) -> CapOf {
        self.of.unwrap_or(CapOf::Amount)
    }
}

/// A least that is paid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorDoc {
    /// What `at` is a multiple of; the target incentive if absent and `at` is written in per cent.
    pub of: Option<CapOf>,
    /// The least.
    pub at: Spanned<Number>,
    /// A component: over what.
    pub holds: Option<Spanned<Holds>>,
    /// A plan: over which span.
    pub over: Option<Spanned<Span>>,
}

impl FloorDoc {
    /// What `at` is a multiple of; whether that is said is checked by itself.
    pub fn of(&self) -> CapOf {
        self.of.unwrap_or(CapOf::Amount)
    }
}

/// A pot shared by points.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolDoc {
    /// The pot of a plan period.
    pub amount: Option<Spanned<Number>>,
    /// The pot as a part of a component's national value.
    pub rate: Option<Spanned<Number>>,
    /// That component.
    pub of: Option<Spanned<String>>,
    /// Who shares it.
    pub cohort: PoolCohort,
}

/// What is otherwise for some.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideDoc {
    /// For positions of this role.
    pub role: Option<Spanned<String>>,
    /// For positions of this unit.
    pub unit: Option<Spanned<String>>,
    /// For this position.
    pub position: Option<Spanned<String>>,
    /// For this payee.
    pub payee: Option<Spanned<String>>,
    /// Another weight.
    pub weight: Option<Spanned<Number>>,
    /// Another target, for each plan period.
    pub target: Option<Spanned<Number>>,
    /// Other tiers.
    pub tiers: Option<Spanned<Tiers>>,
    /// Other points.
    pub points: Option<Spanned<Tiers>>,
    /// Where the other tiers of `prorated_amounts` end.
    pub until: Option<Spanned<Number>>,
}
