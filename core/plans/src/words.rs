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
    RoundingAt { Component = "component" }
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
    MeasureKind { Sales = "sales" }
);
choice!(
    /// Whether rolled-up credits count.
    Level { Own = "own", Team = "team" }
);
choice!(
    /// Money or pieces.
    Unit { Value = "value", Quantity = "quantity" }
);
choice!(
    /// What a target of zero means.
    ZeroTarget { NotPayable = "not_payable", Zero = "zero", Full = "full" }
);
choice!(
    /// What a curve looks up.
    Axis { Value = "value", Attainment = "attainment" }
);
choice!(
    /// What a curve is applied to.
    Basis { Period = "period", Window = "window" }
);
choice!(
    /// How a curve turns the axis into output.
    Lookup { Flat = "flat", Step = "step", Excess = "excess", Interpolated = "interpolated" }
);
choice!(
    /// Which tier a border value belongs to.
    Border { LowerInclusive = "lower_inclusive", UpperInclusive = "upper_inclusive" }
);
choice!(
    /// How a cumulative window is paid.
    Timing { TrueUp = "true_up", RunningRate = "running_rate" }
);
choice!(
    /// What the curve's output is.
    Output { Percent = "percent_of_target_incentive", Rate = "rate_on_basis", Amount = "amount" }
);
choice!(
    /// Where a rate comes from, apart from the tiers.
    RateSource { Roster = "roster" }
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
    CapExcess { Forfeit = "forfeit" }
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
    CreditType { Direct = "direct", Split = "split", Rollup = "rollup" }
);
choice!(
    /// When an alignment is looked up.
    AlignmentAt { BookingDate = "booking_date" }
);
choice!(
    /// What a line documents.
    DocumentType { Sale = "sale", Return = "return" }
);
