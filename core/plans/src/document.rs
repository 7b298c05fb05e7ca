//! What plan and rule-set documents may say, key by key.
//!
//! Promises that an unknown key, a missing choice and a value of the wrong form are found with their place. Does not know
//! whether the choices agree with each other: that is [`crate::rules`], [`crate::components`], [`crate::pay`] and
//! [`crate::curve`].

mod curve;
pub(crate) mod forms;
mod measure;
mod pay;
mod restatement;
mod rules;
mod title;

use kernel::{
    Place,
    documents::{Number, Spanned, place_of},
    periods::{Date, parse_date},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

pub use curve::*;
use forms::{OneOrMany, scalar};
pub use measure::*;
pub use pay::*;
pub use restatement::*;
pub use rules::*;
pub use title::Title;

use crate::words::Paid;

/// First and last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Validity {
    /// The first day after it.
    pub fn end(self) -> Date {
        self.to.tomorrow().unwrap_or(self.to)
    }
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

impl Products {
    /// Every product.
    pub fn all() -> Self {
        Self { kind: "all", key: "*".to_owned() }
    }
}

impl<'de> Deserialize<'de> for Products {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "`all`, `product ID`, `brand ID` or `category ID`", |text| {
            if text == "all" {
                return Some(Self::all());
            }
            let (kind, key) = text.split_once(' ')?;
            let kind = ["category", "brand", "product"].into_iter().find(|known| *known == kind)?;
            Some(Self { kind, key: key.trim().to_owned() })
        })
    }
}

/// A measure, with its curve if it is paid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentDoc {
    /// Its name within the plan.
    pub id: Spanned<String>,
    /// For people; the id stands in.
    pub title: Option<Title>,
    /// Its part of the target incentive.
    pub weight: Option<Spanned<Number>>,
    /// What it measures.
    pub measure: MeasureDoc,
    /// What it measures against; absent only where the measure is compared already, see [`crate::implied`].
    pub target: Option<Spanned<Target>>,
    /// How the two are compared; their ratio if absent.
    pub attainment: Option<Spanned<AttainmentDoc>>,
    /// What it pays; measured only if absent.
    pub curve: Option<Spanned<CurveDoc>>,
    /// What is otherwise for some.
    pub overrides: Option<Vec<OverrideDoc>>,
    /// Factors on top.
    pub multipliers: Option<Vec<MultiplierDoc>>,
    /// The most it pays.
    pub cap: Option<Spanned<CapDoc>>,
    /// The least it pays.
    pub floor: Option<Spanned<FloorDoc>>,
    /// What else must hold.
    pub gate: Option<Spanned<OneOrMany<GateDoc>>>,
    /// The pot that its points share.
    pub pool: Option<Spanned<PoolDoc>>,
}

impl ComponentDoc {
    /// Its gates, in order.
    pub fn gates(&self) -> &[GateDoc] {
        self.gate.as_ref().map_or(&[], |gates| &gates.value.0)
    }

    /// Its factors, in order.
    pub fn multipliers(&self) -> &[MultiplierDoc] {
        self.multipliers.as_deref().unwrap_or_default()
    }

    /// Its target, if it has one.
    pub fn target(&self) -> Option<&TargetDoc> {
        match &self.target.as_ref()?.value {
            Target::Word(NoTarget::None) => None,
            Target::Block(target) => Some(target),
        }
    }

    /// What is spoken of where the target is.
    pub fn target_place(&self, file: &str) -> Place {
        self.target.as_ref().map_or_else(|| place_of(file, &self.id), |target| place_of(file, target))
    }
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

/// What pay is called where a plan says nothing.
const EARNING_CODE: &str = "incentive";

/// A plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDoc {
    /// Its name in the project.
    pub plan: Spanned<String>,
    /// For people.
    pub title: Title,
    /// Its days.
    pub valid: Spanned<Validity>,
    /// Whom it is for.
    pub assigned_to: Spanned<AssignedTo>,
    /// What the pay is called; `incentive` if absent.
    pub earning_code: Option<Spanned<String>>,
    /// ISO 4217.
    pub currency: Spanned<String>,
    /// The calendar that it is written for.
    pub calendar: Option<Spanned<String>>,
    /// How often it pays.
    pub paid: Paid,
    /// Pay at 100 %.
    pub target_incentive: Spanned<TargetIncentive>,
    /// What it pays for.
    pub components: Vec<ComponentDoc>,
    /// Factors on the sum.
    pub multipliers: Option<Vec<MultiplierDoc>>,
    /// The most of the sum.
    pub cap: Option<Spanned<CapDoc>>,
    /// The least of the sum.
    pub floor: Option<Spanned<FloorDoc>>,
    /// Advances.
    pub draws: Option<Vec<DrawDoc>>,
    /// In which parts it is paid; at once if absent.
    pub payment: Option<Spanned<Vec<PartialPaymentDoc>>>,
    /// What is taken back.
    pub clawbacks: Option<Vec<ClawbackDoc>>,
    /// Between currencies.
    pub conversion: Option<Spanned<ConversionDoc>>,
    /// How days count.
    pub proration: Proration,
    /// Where and how money is rounded.
    pub rounding: Rounding,
    /// What a change in a posted period does.
    pub restatement: Option<Spanned<RestatementDoc>>,
}

impl PlanDoc {
    /// What the pay is called.
    pub fn earning_code(&self) -> &str {
        self.earning_code.as_ref().map_or(EARNING_CODE, |code| &code.value)
    }

    /// A component by name.
    pub fn component(&self, id: &str) -> Option<&ComponentDoc> {
        self.components.iter().find(|component| component.id.value == id)
    }
}
