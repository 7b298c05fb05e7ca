//! What plan and rule-set documents may say, key by key.
//!
//! Promises that an unknown key, a missing choice and a value of the wrong form are found with their place. Does not know
//! whether the choices agree with each other: that is [`crate::rules`], [`crate::components`] and [`crate::curve`].

use std::fmt;

use kernel::{
    documents::{Number, Spanned},
    periods::{Date, parse_date},
};
use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use crate::words::*;

/// Reads a scalar through a parser of its text.
fn scalar<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(text.trim()).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not {expected}")))
}

/// First and last day of a plan, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl<'de> Deserialize<'de> for Validity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "two days such as 2026-01-01..2026-12-31", |text| {
            let (from, to) = text.split_once("..")?;
            Some(Self { from: parse_date(from.trim()).ok()?, to: parse_date(to.trim()).ok()? })
        })
    }
}

/// Pay at 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetIncentive {
    /// By payee and day, from the roster.
    Roster,
    /// No component needs it.
    None,
    /// For each plan period.
    Amount(Decimal),
}

impl<'de> Deserialize<'de> for TargetIncentive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "`roster`, `none` or an amount", |text| match text {
            "roster" => Some(Self::Roster),
            "none" => Some(Self::None),
            other => Some(Self::Amount(Number::parse(other)?.0)),
        })
    }
}

/// Which products a rule or measure means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Products {
    /// `all`, `category`, `brand` or `product`.
    pub kind: &'static str,
    /// Its identifier; `*` for all.
    pub key: String,
}

impl<'de> Deserialize<'de> for Products {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "`all`, `product ID`, `brand ID` or `category ID`", |text| {
            if text == "all" {
                return Some(Self { kind: "all", key: "*".to_owned() });
            }
            let (kind, key) = text.split_once(' ')?;
            let kind = ["category", "brand", "product"].into_iter().find(|known| *known == kind)?;
            Some(Self { kind, key: key.trim().to_owned() })
        })
    }
}

/// The periods that a measure adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The plan's period.
    Period,
    /// From the quarter's begin.
    QuarterToDate,
    /// From the year's begin.
    YearToDate,
    /// The last so many periods; named only to say why it cannot be trued up.
    Rolling,
}

impl Window {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Period => "period",
            Self::QuarterToDate => "quarter_to_date",
            Self::YearToDate => "year_to_date",
            Self::Rolling => "rolling",
        }
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "a window: `period`, `quarter_to_date` or `year_to_date`", |text| match text {
            "period" => Some(Self::Period),
            "quarter_to_date" => Some(Self::QuarterToDate),
            "year_to_date" => Some(Self::YearToDate),
            other => {
                let count = other.strip_prefix("rolling(")?.strip_suffix(')')?;
                count.trim().parse::<u16>().ok().map(|_| Self::Rolling)
            }
        })
    }
}

/// How many levels a roll-up climbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels(pub u8);

/// The deepest hierarchy that roll-up follows.
pub const MOST_LEVELS: u8 = 6;

impl<'de> Deserialize<'de> for Levels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "`all` or a number of levels from 1 to 6", |text| match text {
            "all" => Some(Self(MOST_LEVELS)),
            other => other.parse().ok().filter(|count| (1..=MOST_LEVELS).contains(count)).map(Self),
        })
    }
}

/// A target: none, or a set and what a zero in it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The component has no target.
    None,
    /// The sum of this set's targets over the window.
    Set(TargetSet),
}

/// Which targets, and what a zero means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSet {
    /// `conformed.targets.target_set_id`.
    pub set: String,
    /// What a target of zero means.
    pub zero_target: ZeroTarget,
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Target;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`none` or `{set: ID, zero_target: not_payable | zero | full}`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Target, E> {
                if text == "none" {
                    Ok(Target::None)
                } else {
                    Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Target, A::Error> {
                TargetSet::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Target::Set)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// One tier as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierDoc {
    /// Where it begins.
    pub from: Spanned<Number>,
    /// Where it ends; open if absent.
    pub to: Option<Spanned<Number>>,
    /// What it gives.
    pub output: Spanned<Number>,
    /// Its own border, against that of the curve.
    pub border: Option<Border>,
}

/// Tiers in either form.
#[derive(Debug, Clone)]
pub enum Tiers {
    /// `{0: 3%, 1_000: 5%}`.
    Borders(Vec<(Spanned<Number>, Spanned<Number>)>),
    /// `[{from: 0, to: 1_000, output: 3%}, …]`.
    List(Vec<TierDoc>),
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

/// The six choices, and the tiers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurveDoc {
    /// What is looked up.
    pub axis: Axis,
    /// What it is applied to.
    pub basis: Spanned<Basis>,
    /// How.
    pub lookup: Spanned<Lookup>,
    /// What comes out.
    pub output: Spanned<Output>,
    /// How a cumulative window is paid.
    pub timing: Option<Spanned<Timing>>,
    /// Which tier a border value belongs to.
    pub border: Border,
    /// Below the first border.
    pub below: Below,
    /// Above the last point.
    pub above: Spanned<Above>,
    /// A rate from elsewhere.
    pub rate: Option<Spanned<RateSource>>,
    /// Tiers, except for `interpolated`.
    pub tiers: Option<Spanned<Tiers>>,
    /// Points, for `interpolated`.
    pub points: Option<Spanned<Tiers>>,
}

/// A condition on another component.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateDoc {
    /// The other component.
    pub component: Spanned<String>,
    /// The border that its attainment must reach.
    pub at_least: Spanned<Number>,
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
    /// What `at` is a multiple of.
    pub of: CapOf,
    /// The most.
    pub at: Spanned<Number>,
    /// What becomes of the rest.
    pub excess: CapExcess,
}

/// What a component measures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureDoc {
    /// What it counts.
    pub kind: MeasureKind,
    /// Whose credits.
    pub rule_set: Spanned<String>,
    /// Own credits, or with what rolled up.
    pub level: Level,
    /// Which products.
    pub products: Products,
    /// Money or pieces.
    pub unit: Unit,
    /// The periods added up.
    pub window: Spanned<Window>,
}

/// A measure with its curve.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentDoc {
    /// Its name within the plan.
    pub id: Spanned<String>,
    /// For people; the id stands in.
    pub title: Option<String>,
    /// Its part of the target incentive.
    pub weight: Option<Spanned<Number>>,
    /// What it measures.
    pub measure: MeasureDoc,
    /// What it measures against.
    pub target: Target,
    /// What it pays.
    pub curve: Spanned<CurveDoc>,
    /// What else must hold.
    pub gate: Option<Spanned<GateDoc>>,
    /// The most it pays.
    pub cap: Option<Spanned<CapDoc>>,
}

/// Whom a plan is for; all that is written must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignedTo {
    /// Positions of this role.
    pub role: Option<String>,
    /// Positions of this unit.
    pub unit: Option<String>,
    /// This position.
    pub position: Option<String>,
    /// This payee.
    pub payee: Option<String>,
}

/// How days count.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proration {
    /// Pay by days held.
    pub pay: Days,
    /// Target by days held.
    pub target: Days,
    /// Credits of the seat or of the payee's days.
    pub credit: CreditBasis,
}

/// Where and how money is rounded.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Where.
    pub at: RoundingAt,
    /// How.
    pub mode: Mode,
}

/// A plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDoc {
    /// Its name in the project.
    pub plan: Spanned<String>,
    /// For people.
    pub title: String,
    /// Its days.
    pub valid: Spanned<Validity>,
    /// Whom it is for.
    pub assigned_to: Spanned<AssignedTo>,
    /// What the pay is called.
    pub earning_code: Spanned<String>,
    /// ISO 4217.
    pub currency: Spanned<String>,
    /// How often it pays.
    pub paid: Paid,
    /// Pay at 100 %.
    pub target_incentive: Spanned<TargetIncentive>,
    /// What it pays for.
    pub components: Vec<ComponentDoc>,
    /// How days count.
    pub proration: Proration,
    /// Where and how money is rounded.
    pub rounding: Rounding,
}

/// A credit rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDoc {
    /// Its name within the set.
    pub id: Spanned<String>,
    /// Which way credits come about.
    #[serde(rename = "type")]
    pub credit_type: CreditType,
    /// Direct: which alignment.
    pub alignment: Option<String>,
    /// Direct: looked up when.
    pub alignment_at: Option<AlignmentAt>,
    /// Which products' lines.
    pub products: Option<Products>,
    /// Which documents' lines.
    pub document_types: Option<Vec<DocumentType>>,
    /// Roll-up: which hierarchy.
    pub hierarchy: Option<String>,
    /// Roll-up: how far.
    pub levels: Option<Levels>,
    /// Roll-up: which credits.
    pub passes: Option<Vec<CreditType>>,
}

/// A set of credit rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSetDoc {
    /// Its name in the project.
    pub rule_set: Spanned<String>,
    /// For people.
    pub title: String,
    /// Whether its shares add up to one.
    pub conserving: Spanned<bool>,
    /// The rules.
    pub rules: Vec<RuleDoc>,
}
