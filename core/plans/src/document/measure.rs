//! What a component measures and against what, as written.

use kernel::documents::{Number, Spanned};
use serde::{Deserialize, Deserializer};

use super::{
    Products,
    forms::{Entries, WordOr, scalar},
};
use crate::words::*;

/// The periods that a measure adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The plan's period.
    Period,
    /// From the quarter's begin.
    QuarterToDate,
    /// From the year's begin.
    YearToDate,
    /// From the plan's begin.
    PlanToDate,
    /// The last so many periods.
    Rolling(u16),
}

/// The longest rolling window: five years of months.
const MOST_PERIODS: u16 = 60;

impl Window {
    /// The word in tables.
    pub fn word(self) -> String {
        match self {
            Self::Period => "period".to_owned(),
            Self::QuarterToDate => "quarter_to_date".to_owned(),
            Self::YearToDate => "year_to_date".to_owned(),
            Self::PlanToDate => "plan_to_date".to_owned(),
            Self::Rolling(count) => format!("rolling_{count}"),
        }
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected =
            "a window: `period`, `quarter_to_date`, `year_to_date`, `plan_to_date` or `rolling(3)`, of 2 to 60";
        scalar(deserializer, expected, |text| match text {
            "period" => Some(Self::Period),
            "quarter_to_date" => Some(Self::QuarterToDate),
            "year_to_date" => Some(Self::YearToDate),
            "plan_to_date" => Some(Self::PlanToDate),
            other => {
                let count = other.strip_prefix("rolling(")?.strip_suffix(')')?.trim();
                count.parse().ok().filter(|count| (2..=MOST_PERIODS).contains(count)).map(Self::Rolling)
            }
        })
    }
}

/// The most of one transaction that counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionCapDoc {
    /// The most.
    pub at: Spanned<Number>,
    /// Of the whole transaction or of what is credited.
    pub split: Split,
}

/// What a measure is compared with: the same of another time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceDoc {
    /// Which time.
    pub shift: Spanned<Shift>,
    /// Whose credits, by which alignment.
    pub rule_set: Spanned<String>,
    /// Which products; the measure's if absent.
    pub products: Option<Products>,
    /// Which channel; the measure's if absent.
    pub channel: Option<String>,
}

/// What own sales are a share of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketDoc {
    /// Whose credits.
    pub rule_set: Spanned<String>,
    /// In the reference period; the same if absent.
    pub reference_rule_set: Option<Spanned<String>>,
    /// Which products.
    pub products: Products,
    /// Which channel; the measure's if absent.
    pub channel: Option<String>,
}

/// A component that counts towards another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartDoc {
    /// Which.
    pub component: Spanned<String>,
    /// How much, where attainments are added.
    pub weight: Option<Spanned<Number>>,
}

/// Components taken together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompositeDoc {
    /// Their attainments weighted, or their values added.
    pub by: Spanned<CompositeBy>,
    /// Which.
    pub of: Vec<PartDoc>,
}

/// What decides between equals.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondKeyDoc {
    /// The component that decides.
    pub second_key: Spanned<String>,
}

/// Places in a cohort.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankDoc {
    /// The component by which places are given.
    pub of: Spanned<String>,
    /// By what of it.
    pub by: ValueAxis,
    /// Who is first.
    pub order: RankOrder,
    /// Among whom.
    pub cohort: Cohort,
    /// Fewer are no cohort.
    pub minimum_cohort: Spanned<u32>,
    /// Which places equals have.
    pub ties: WordOr<TieRule, SecondKeyDoc>,
    /// What equals receive.
    pub tie_pay: TiePay,
}

/// One number that a measure is computed from; exactly one source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermDoc {
    /// Credits: whose.
    pub rule_set: Option<Spanned<String>>,
    /// Credits: of which level.
    pub level: Option<Level>,
    /// Credits: of which products.
    pub products: Option<Products>,
    /// Credits: counted in what.
    pub unit: Option<Unit>,
    /// Credits: by these rules of the set only.
    pub rules: Option<Vec<Spanned<String>>>,
    /// Credits: of one channel.
    pub channel: Option<String>,
    /// Credits: the most of one transaction.
    pub cap_per_transaction: Option<Spanned<TransactionCapDoc>>,
    /// A figure of the project.
    pub figure: Option<Spanned<String>>,
    /// The score of an objective.
    pub objective: Option<Spanned<String>>,
    /// A count of calls.
    pub calls: Option<CallUnit>,
    /// Another component.
    pub component: Option<Spanned<String>>,
    /// What of it.
    pub axis: Option<Spanned<TermAxis>>,
    /// Of another time.
    pub shift: Option<Spanned<Shift>>,
    /// Its own window; the measure's if absent.
    pub window: Option<Spanned<Window>>,
}

/// A measure by a formula.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomDoc {
    /// The formula over the terms' names.
    pub value: Spanned<String>,
    /// Its terms.
    pub terms: Entries<Spanned<String>, TermDoc>,
}

/// What a component measures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureDoc {
    /// What it counts.
    pub kind: Spanned<MeasureKind>,
    /// Whose credits.
    pub rule_set: Option<Spanned<String>>,
    /// Own credits, or with what rolled up, or of those above.
    pub level: Option<Spanned<Level>>,
    /// Which products.
    pub products: Option<Products>,
    /// Money, pieces, margin or volume.
    pub unit: Option<Unit>,
    /// The periods added up.
    pub window: Spanned<Window>,
    /// Kind `sales`: by these rules of the set only.
    pub rules: Option<Vec<Spanned<String>>>,
    /// One channel.
    pub channel: Option<String>,
    /// What its rules say of their alignment, once more.
    pub alignment: Option<Spanned<String>>,
    /// The most of one transaction.
    pub cap_per_transaction: Option<Spanned<TransactionCapDoc>>,
    /// The time it is compared with.
    pub reference: Option<Spanned<ReferenceDoc>>,
    /// The market it is a share of.
    pub market: Option<Spanned<MarketDoc>>,
    /// Kind `objective`: which.
    pub objective: Option<Spanned<String>>,
    /// Kind `figure`: which.
    pub figure: Option<Spanned<String>>,
    /// Kind `composite`.
    pub composite: Option<Spanned<CompositeDoc>>,
    /// Kind `rank`.
    pub rank: Option<Spanned<RankDoc>>,
    /// Kind `percentile`.
    pub percentile: Option<Spanned<RankDoc>>,
    /// Kind `custom`.
    pub custom: Option<Spanned<CustomDoc>>,
}

/// The word of a component without a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum NoTarget {
    /// `none`
    #[serde(rename = "none")]
    None,
}

/// The word behind `sum_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SumOf {
    /// `components`
    #[serde(rename = "components")]
    Components,
}

/// Where a target comes from, and what a zero means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetDoc {
    /// `conformed.targets.target_set_id`; `from` is the same key.
    #[serde(alias = "from")]
    pub set: Option<Spanned<String>>,
    /// For each plan period.
    pub amount: Option<Spanned<Number>>,
    /// The targets of the components of a composite.
    pub sum_of: Option<Spanned<SumOf>>,
    /// For which span the figure stands; the plan's period if absent.
    pub of: Option<Spanned<TargetSpan>>,
    /// What a target of zero means.
    pub zero_target: ZeroTarget,
    /// The part of it in the first months of an occupancy.
    pub ramp: Option<Vec<Spanned<Number>>>,
}

/// A target, or none.
pub type Target = WordOr<NoTarget, TargetDoc>;

/// How value and target are compared.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttainmentDoc {
    /// The comparison.
    pub kind: AttainmentKind,
    /// Decimals kept; six if absent.
    pub digits: Option<Spanned<u8>>,
    /// How they are rounded; half-up if absent.
    pub mode: Option<Mode>,
}
