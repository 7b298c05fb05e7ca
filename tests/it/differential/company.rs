//! What a company is made of, and what its plans say: the only thing that generator, documents and reference share.

mod choices;
mod payout;
mod rules;
mod wider;

pub use choices::{AttainmentKind, Formula, Gate, Kind, Later, Limit, Ranking, Second, Shift, Ties};
pub use payout::{
    Clawback, Conversion, Draw, DrawKind, Events, ExchangeRate, Hold, Part, PayEvent, PayGroup, Payout, RateDay,
    Recovery, Release, Taken,
};
pub use rules::{AccountShare, AlignedAt, Asks, Member, Rollup, Rule, RuleSet, Way};
pub use wider::{Beyond, Cohort, Leave, Presence, Wider, volume};

use super::{
    calendar::{Day, Paid},
    numbers::{Decimal, Mode},
};

/// A company of many cells that have only products and credit rules in common.
#[derive(Debug, Clone)]
pub struct Company {
    pub products: Vec<Product>,
    pub rule_sets: Vec<RuleSet>,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
pub struct Product {
    pub id: &'static str,
    pub brand: &'static str,
    pub category: &'static str,
}

/// Which products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    All,
    Category(&'static str),
    Brand(&'static str),
    Product(&'static str),
}

impl Scope {
    pub fn holds(self, product: &Product) -> bool {
        match self {
            Self::All => true,
            Self::Category(key) => product.category == key,
            Self::Brand(key) => product.brand == key,
            Self::Product(key) => product.id == key,
        }
    }

    /// The narrower, the higher.
    pub const fn rank(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Category(_) => 1,
            Self::Brand(_) => 2,
            Self::Product(_) => 3,
        }
    }

    pub const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("all", "*"),
            Self::Category(key) => ("category", key),
            Self::Brand(key) => ("brand", key),
            Self::Product(key) => ("product", key),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    Sale,
    Return,
}

impl Document {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
        }
    }
}

/// A plan with everyone and everything that it measures; nothing in it meets another cell.
#[derive(Debug, Clone)]
pub struct Cell {
    pub number: usize,
    pub plan: Plan,
    pub positions: Vec<String>,
    /// Unit and team of each position.
    pub groups: Vec<(&'static str, &'static str)>,
    pub leaves: Vec<Leave>,
    pub reports: Vec<Report>,
    pub holdings: Vec<Holding>,
    pub terms: Vec<Terms>,
    /// The seats that a rule credits as a team, if the cell has one.
    pub crew: Vec<Member>,
    pub accounts: Vec<Account>,
    pub alignments: Vec<Alignment>,
    pub lines: Vec<Line>,
    pub targets: Vec<Target>,
    pub events: Events,
}

/// Who reports to whom, and from when to when.
#[derive(Debug, Clone)]
pub struct Report {
    pub hierarchy: &'static str,
    pub position: String,
    pub manager: String,
    pub from: Day,
    pub to: Day,
}

#[derive(Debug, Clone)]
pub struct Holding {
    pub position: String,
    pub payee: String,
    pub from: Day,
    pub to: Day,
    pub share: Decimal,
}

#[derive(Debug, Clone)]
pub struct Terms {
    pub payee: String,
    pub from: Day,
    pub to: Day,
    pub incentive: Option<Decimal>,
    pub commission: Option<Decimal>,
}

#[derive(Debug, Clone)]
pub struct Account {
    pub id: String,
    pub kind: String,
    pub shares: Vec<AccountShare>,
    pub place: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Alignment {
    pub id: &'static str,
    pub is_account: bool,
    pub key: String,
    pub products: Scope,
    pub position: String,
    pub from: Day,
    pub to: Day,
    pub share: Decimal,
}

/// One line of an order.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: String,
    pub day: Day,
    pub document: Document,
    pub account: usize,
    pub product: usize,
    pub channel: Option<&'static str>,
    pub named: Option<String>,
    pub shares: Vec<(String, Decimal)>,
    pub quantity: Decimal,
    pub amount: Decimal,
    pub cost: Option<Decimal>,
    /// The plan's, if none.
    pub currency: Option<&'static str>,
    /// Which line a return takes back.
    pub takes_back: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct Target {
    pub position: String,
    pub products: Scope,
    pub unit: Unit,
    pub period: String,
    pub amount: Decimal,
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub id: String,
    pub role: String,
    pub from: Day,
    pub to: Day,
    pub paid: Paid,
    pub incentive: TargetIncentive,
    pub components: Vec<Component>,
    pub pay: Proration,
    pub target: Proration,
    pub credit: Credit,
    /// By which rate, and of which day, lines in other currencies are measured.
    pub measure_rate: Option<(&'static str, RateDay)>,
    pub presence: Presence,
    pub rounding: Mode,
    pub rounding_at: At,
    /// Tens, hundreds and so on to round to, instead of the minor unit.
    pub unit_digits: Option<i32>,
    /// Its currency and how many decimals that has.
    pub currency: (&'static str, i32),
    pub cap: Option<Limit>,
    pub floor: Option<Limit>,
    /// The periods over which cap and floor of the plan hold.
    pub span: Window,
    /// On the sum of all components.
    pub multipliers: Vec<Multiplier>,
    pub payout: Payout,
}

impl Plan {
    /// Decimals that money is rounded to.
    pub fn digits(&self) -> i32 {
        self.unit_digits.map_or(self.currency.1, |digits| -digits)
    }
}

/// Where money is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Component,
    Plan,
    Transaction,
}

impl At {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Plan => "plan",
            Self::Transaction => "transaction",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetIncentive {
    Roster,
    None,
    Amount(Decimal),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proration {
    None,
    CalendarDays,
    WorkingDays,
}

impl Proration {
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CalendarDays => "by_calendar_days",
            Self::WorkingDays => "by_working_days",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credit {
    Position,
    Occupancy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Value,
    Quantity,
    Margin,
    Volume,
}

impl Unit {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Quantity => "quantity",
            Self::Margin => "margin",
            Self::Volume => "volume",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Period,
    QuarterToDate,
    YearToDate,
    PlanToDate,
    Rolling(usize),
}

impl Window {
    pub fn word(self) -> String {
        match self {
            Self::Period => "period".to_owned(),
            Self::QuarterToDate => "quarter_to_date".to_owned(),
            Self::YearToDate => "year_to_date".to_owned(),
            Self::PlanToDate => "plan_to_date".to_owned(),
            Self::Rolling(count) => format!("rolling({count})"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Component {
    pub id: String,
    pub weight: Option<Decimal>,
    pub rule_set: &'static str,
    pub is_team: bool,
    pub wider: Wider,
    pub products: Scope,
    pub unit: Unit,
    pub window: Window,
    /// What a target of zero counts as; none if there is no target.
    pub zero_target: Option<ZeroTarget>,
    /// The target of every period; none if a set has it.
    pub target_amount: Option<Decimal>,
    /// What attainment compares, and how it is rounded.
    pub attainment_kind: AttainmentKind,
    pub attainment: (i32, Mode),
    pub kind: Kind,
    pub curve: Curve,
    pub overrides: Vec<Override>,
    pub multipliers: Vec<Multiplier>,
    pub gates: Vec<Gate>,
    pub cap: Option<Limit>,
    pub floor: Option<Limit>,
    /// What the points of all payees share.
    pub pot: Option<Decimal>,
}

/// Whose weight, target or tiers are others; the payee's before the position's before the role's.
#[derive(Debug, Clone)]
pub struct Override {
    pub kind: &'static str,
    pub key: String,
    pub weight: Option<Decimal>,
    pub target: Option<Decimal>,
    pub tiers: Option<Vec<Tier>>,
}

impl Override {
    pub fn rank(&self) -> u8 {
        ["role", "unit", "position", "payee"].iter().position(|kind| *kind == self.kind).expect("a kind") as u8
    }
}

/// A factor by what a component measures.
#[derive(Debug, Clone)]
pub struct Multiplier {
    pub by: String,
    pub by_attainment: bool,
    pub by_window: bool,
    pub is_sloping: bool,
    pub extends: bool,
    pub border: Border,
    pub below: Decimal,
    pub tiers: Vec<Tier>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroTarget {
    NotPayable,
    Zero,
    Full,
}

impl ZeroTarget {
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotPayable => "not_payable",
            Self::Zero => "zero",
            Self::Full => "full",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Curve {
    pub by_attainment: bool,
    pub timing: Option<Timing>,
    pub lookup: Lookup,
    pub output: Output,
    pub own_rate: bool,
    /// Weight times target incentive, for each unit of the target.
    pub per_target: bool,
    /// Rates by product, the narrowest first; none if the tiers are the rates.
    pub product_rates: Vec<(Scope, Decimal)>,
    /// A second axis with the borders of its tiers; the outputs by the first axis are multiplied for each of them.
    pub second: Option<Second>,
    /// Each line on its own.
    pub per_line: bool,
    pub below: Below,
    /// Of points only.
    pub extends: bool,
    /// Of tiers without one of their own.
    pub border: Border,
    /// From which border, what; each may have its own sort of border.
    pub tiers: Vec<Tier>,
}

#[derive(Debug, Clone, Copy)]
pub struct Tier {
    pub from: Decimal,
    pub output: Decimal,
    pub border: Option<Border>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    TrueUp,
    RunningRate,
    /// The total after each line picks the rate for the line.
    RunningLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    Flat,
    Step,
    Excess,
    Interpolated,
    /// Tiers carry amounts, up to a last point.
    Prorated(Decimal),
}

impl Lookup {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Step => "step",
            Self::Excess => "excess",
            Self::Interpolated => "interpolated",
            Self::Prorated(_) => "prorated_amounts",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Percent,
    Rate,
    Amount,
    /// That share the pot of the component.
    Points,
}

impl Output {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Percent => "percent_of_target_incentive",
            Self::Rate => "rate_on_basis",
            Self::Amount => "amount",
            Self::Points => "points",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Below {
    Zero,
    Mirror,
    Error,
}

impl Below {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Mirror => "mirror",
            Self::Error => "error",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    LowerInclusive,
    UpperInclusive,
}

impl Border {
    pub const fn word(self) -> &'static str {
        match self {
            Self::LowerInclusive => "lower_inclusive",
            Self::UpperInclusive => "upper_inclusive",
        }
    }
}
