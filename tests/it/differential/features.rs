//! Whether what the generator can write is really met: figures that are not zero, by what they came about with.

use std::{collections::BTreeMap, fmt};

use super::{numbers::zero, reference::Figures};

/// Everything that has to be met, each in a figure that is not zero.
const ALL: &[&str] = &[
    "aligned at booking",
    "aligned at period end",
    "aligned by a fixed map",
    "split by line",
    "split by account",
    "named on the line",
    "overlay by alignment",
    "overlay of a seat",
    "team, equal shares",
    "team, full shares",
    "returns that follow",
    "roll-up",
    "roll-up, levels",
    "rule asks account kind",
    "rule asks channel",
    "rule asks amount",
    "rule asks margin",
];

/// How many figures had a feature: measures, and incentives that are not zero.
#[derive(Debug, Default, Clone)]
pub struct Met(BTreeMap<&'static str, (usize, usize)>);

impl Met {
    pub fn add(&mut self, figures: &Figures) {
        for (key, features) in &figures.features {
            let measured = figures.measures.get(key).and_then(|measure| measure.value);
            let paid = figures.incentives.get(key).copied().unwrap_or_else(zero);
            for feature in features {
                let met = self.0.entry(feature).or_default();
                met.0 += usize::from(measured.is_some_and(|value| !value.is_zero()));
                met.1 += usize::from(!paid.is_zero());
            }
        }
    }

    /// What no incentive but zero came about with.
    pub fn missing(&self) -> Vec<&'static str> {
        let is_missing = |feature: &&&str| self.0.get(**feature).is_none_or(|(_, paid)| *paid == 0);
        ALL.iter().filter(is_missing).copied().collect()
    }
}

impl fmt::Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<28} {:>8} {:>10}", "not zero:", "measures", "incentives")?;
        for (feature, (measures, incentives)) in &self.0 {
            writeln!(f, "{feature:<28} {measures:>8} {incentives:>10}")?;
        }
        Ok(())
    }
}
