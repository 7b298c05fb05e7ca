//! What becomes of a change in a period that is official already, as written.

use kernel::documents::{Number, Spanned};
use serde::{Deserialize, Deserializer};

use super::forms::scalar;
use crate::words::{RestatedDirection, RestatedMaps};

/// The furthest that a restatement may reach: five years of months.
const MOST_PERIODS: u16 = 60;

/// How many periods back a change is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach(pub u16);

impl<'de> Deserialize<'de> for Reach {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, "a reach such as `3 periods`, from `0 periods` to `60 periods`", |text| {
            let (count, unit) = text.split_once(' ')?;
            let count = count.parse::<u16>().ok().filter(|count| *count <= MOST_PERIODS)?;
            (unit.trim() == if count == 1 { "period" } else { "periods" }).then_some(Self(count))
        })
    }
}

/// What a change in a period that was posted does to pay.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestatementDoc {
    /// How many plan periods before the open one.
    pub reach: Reach,
    /// The smallest difference that is forwarded, in the plan's currency.
    pub from: Spanned<Number>,
    /// Which differences are forwarded.
    pub direction: RestatedDirection,
    /// By which alignment the earlier period is computed again.
    pub maps: RestatedMaps,
}
