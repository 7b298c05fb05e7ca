//! The words of the choices, the same in documents, tables and SQL.

use serde::Deserialize;

/// An enumeration whose words are those of the documents and of the tables.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word in documents and tables.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

choice!(
    /// How often a plan pays; decides its periods.
    Paid { Monthly = "monthly", Quarterly = "quarterly", Yearly = "yearly" }
);
impl Paid {
    /// From the shortest period to the longest.
    pub const ALL: [Self; 3] = [Self::Monthly, Self::Quarterly, Self::Yearly];
}

choice!(
    /// By which days an amount shrinks.
    Days { None = "none", Calendar = "by_calendar_days", Working = "by_working_days" }
);
choice!(
    /// Whether credits belong to the seat or to whoever held it.
    CreditBasis { Position = "position", Occupancy = "occupancy" }
);
choice!(
    /// Where money is rounded.
    RoundingAt { Component = "component", Plan = "plan", Transaction = "transaction" }
);
choice!(
    /// How money is rounded.
    Mode {
        HalfUp = "half_up",
        HalfEven = "half_even",
        HalfOdd = "half_odd",
        Up = "up",
        Down = "down",
        Floor = "floor",
        Ceiling = "ceiling",
    }
);
choice!(
    /// What a measure counts.
    MeasureKind {
        Sales = "sales",
        Growth = "growth",
        MarketShare = "market_share",
        ShareChange = "share_change",
        ShareChangeVsNational = "share_change_vs_national",
        EvolutionIndex = "evolution_index",
        CallPlanAdherence = "call_plan_adherence",
        Coverage = "coverage",
        Frequency = "frequency",
        Objective = "objective",
        Figure = "figure",
        Rank = "rank",
        Percentile = "percentile",
        Composite = "composite",
        Custom = "custom",
    }
);
choice!(
    /// Whose credits count: the position's, with what rolled up to it, its manager's, everyone's.
    Level { Own = "own", Team = "team", Above = "above", National = "national" }
);
choice!(
    /// Money, pieces, margin or volume.
    Unit { Value = "value", Quantity = "quantity", Margin = "margin", Volume = "volume" }
);
choice!(
    /// Whether a most of one transaction holds before or after it is split.
    Split { Before = "before", After = "after" }
);
choice!(
    /// Which time a measure is compared with.
    Shift { PreviousYear = "previous_year", PreviousPeriod = "previous_period" }
);
choice!(
    /// Which calls are counted.
    CallUnit {
        OnPlan = "calls_on_plan",
        Planned = "calls_planned",
        Seen = "targets_seen",
        Targets = "target_count",
        Made = "calls_made",
    }
);
choice!(
    /// How a composite adds up its parts.
    CompositeBy { Attainment = "attainment", Sum = "sum" }
);
choice!(
    /// What of a component another one looks at.
    ValueAxis { Attainment = "attainment", Value = "value" }
);
choice!(
    /// What of a component a term takes.
    TermAxis { Value = "value", Target = "target", Attainment = "attainment" }
);
choice!(
    /// Who is first.
    RankOrder { Descending = "descending", Ascending = "ascending" }
);
choice!(
    /// Among whom places are given.
    Cohort { Plan = "plan", Unit = "unit", Team = "team", All = "all" }
);
choice!(
    /// Who shares a pot.
    PoolCohort { Plan = "plan", Unit = "unit", Team = "team" }
);
choice!(
    /// Which places equals have.
    TieRule { Competition = "competition", Dense = "dense", Average = "average" }
);
choice!(
    /// What equals receive.
    TiePay { Each = "each", SharedMean = "shared_mean" }
);
choice!(
    /// How value and target are compared.
    AttainmentKind { Ratio = "ratio", Difference = "difference", Index = "index", Absolute = "absolute" }
);
choice!(
    /// What a target of zero means.
    ZeroTarget { NotPayable = "not_payable", Zero = "zero", Full = "full" }
);
choice!(
    /// What a curve looks up.
    Axis { Value = "value", Attainment = "attainment", Points = "points", Rank = "rank" }
);
choice!(
    /// What a curve is applied to.
    Basis { Transaction = "transaction", Period = "period", Window = "window" }
);
choice!(
    /// How a curve turns the axis into output.
    Lookup {
        Flat = "flat",
        Step = "step",
        Excess = "excess",
        Interpolated = "interpolated",
        ProratedAmounts = "prorated_amounts",
    }
);
choice!(
    /// Which tier a border value belongs to.
    Border { LowerInclusive = "lower_inclusive", UpperInclusive = "upper_inclusive" }
);
choice!(
    /// Which of its two ends a tier claims: `[from, to)`, `(from, to]`, `[from, to]`, `(from, to)`.
    TierBorder {
        LowerInclusive = "lower_inclusive",
        UpperInclusive = "upper_inclusive",
        BothInclusive = "both_inclusive",
        NoneInclusive = "none_inclusive",
    }
);
impl TierBorder {
    /// Whether the tier claims the value that it begins with.
    pub fn claims_from(self) -> bool {
        matches!(self, Self::LowerInclusive | Self::BothInclusive)
    }

    /// Whether the tier claims the value that it ends with.
    pub fn claims_to(self) -> bool {
        matches!(self, Self::UpperInclusive | Self::BothInclusive)
    }

    /// Whose its lower end is, as tables tell it.
    pub fn lower(self) -> Border {
        if self.claims_from() { Border::LowerInclusive } else { Border::UpperInclusive }
    }
}
impl From<Border> for TierBorder {
    fn from(border: Border) -> Self {
        match border {
            Border::LowerInclusive => Self::LowerInclusive,
            Border::UpperInclusive => Self::UpperInclusive,
        }
    }
}
choice!(
    /// How a cumulative window is paid.
    Timing { TrueUp = "true_up", RunningRate = "running_rate" }
);
choice!(
    /// By what a running total grows.
    RunningBy { Period = "period", Transaction = "transaction" }
);
choice!(
    /// What the curve's output is.
    Output {
        Percent = "percent_of_target_incentive",
        Rate = "rate_on_basis",
        Amount = "amount",
        Points = "points",
    }
);
choice!(
    /// Where a rate comes from, apart from the tiers.
    RateSource { Roster = "roster", PerTarget = "per_target" }
);
choice!(
    /// What lies below the first tier.
    Below { Zero = "zero", Mirror = "mirror", Error = "error" }
);
choice!(
    /// What lies above the last point.
    Above { Hold = "hold", Extend = "extend" }
);
choice!(
    /// What a cap is a multiple of.
    CapOf { TargetIncentive = "target_incentive", Amount = "amount" }
);
choice!(
    /// What becomes of the part above a cap.
    CapExcess { Forfeit = "forfeit", Defer = "defer" }
);
choice!(
    /// Over what a cap or floor of a component holds.
    Holds { Transaction = "transaction", Window = "window" }
);
choice!(
    /// Over what a cap or floor of a plan holds.
    Span { Period = "period", QuarterToDate = "quarter_to_date", YearToDate = "year_to_date" }
);
choice!(
    /// When a gate looks.
    Evaluated { Period = "period", Window = "window" }
);
choice!(
    /// What a gate that shuts later does.
    Later { Reverse = "reverse", Withhold = "withhold", Forfeit = "forfeit" }
);
choice!(
    /// Which way a credit came about.
    CreditType { Direct = "direct", Split = "split", Overlay = "overlay", Team = "team", Rollup = "rollup" }
);
choice!(
    /// By which day a return is credited.
    Returns { OwnDate = "own_date", FollowOriginal = "follow_original" }
);
choice!(
    /// Whether a draw is paid back.
    DrawKind { Recoverable = "recoverable", NonRecoverable = "non_recoverable", Guarantee = "guarantee" }
);
choice!(
    /// What is counted until something is taken back.
    Counted { Months = "months", Payments = "payments" }
);
choice!(
    /// Of what a part is taken back.
    ClawbackOf { Earned = "earned", Paid = "paid" }
);
choice!(
    /// Which exchange rates.
    RateType { Budget = "budget", MonthAverage = "month_average", Spot = "spot" }
);
choice!(
    /// Of which day the exchange rate of a measure is.
    MeasureRateAt { BookingDate = "booking_date", PeriodEnd = "period_end", PlanBegin = "plan_begin" }
);
choice!(
    /// Of which day the exchange rate of pay is.
    PayRateAt { PeriodBegin = "period_begin", PeriodEnd = "period_end", PlanBegin = "plan_begin" }
);
choice!(
    /// In whose currency is paid.
    PayCurrency { Plan = "plan", Payee = "payee" }
);
choice!(
    /// What a line documents.
    DocumentType { Sale = "sale", Return = "return" }
);
choice!(
    /// A language that titles are written in.
    TitleLanguage { En = "en", De = "de" }
);
choice!(
    /// Which differences of a posted period are forwarded.
    RestatedDirection { Both = "both", Up = "up", Down = "down" }
);
choice!(
    /// By which alignment a posted period is computed again.
    RestatedMaps { FrozenAtCut = "frozen_at_cut", Restated = "restated" }
);
choice!(
    /// When the alignment of a measure's rules is looked up, as the measure says it.
    MeasuredAt { Booking = "at_booking", PeriodEnd = "at_period_end" }
);
choice!(
    /// For which span the figure of a target stands.
    TargetSpan { Period = "period", Quarter = "quarter", Year = "year", Window = "window" }
);
