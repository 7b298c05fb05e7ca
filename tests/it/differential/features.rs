//! Whether what the generator can write is really met: figures that are not zero, by what they came about with.

use std::{collections::BTreeMap, fmt};

use super::{
    calendar::Period,
    company::{Beyond, Cohort, Component, Kind, Proration, Ties, Unit},
    numbers::zero,
    reference::{Figures, Seats},
};

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
    "level above",
    "level national",
    "gate or multiplier by a level above",
    "channel",
    "composite of composites",
    "margin",
    "volume",
    "ramp",
    "target of a unit",
    "target of zero, zero",
    "target of zero, full",
    "leave",
    "cohort of a unit",
    "cohort of a team",
    "cohort of all",
    "percentile",
    "ties, dense",
    "ties, average",
    "ties by a second key",
    "shared mean",
    "days, calendar",
    "days, working",
    "shared seat",
    "moved between seats",
    "converted",
];

/// Everything that is measured and not paid.
const MEASURED: &[&str] = &[
    "vacant seat",
    "too few days",
    "currency without a rate",
    "margin without a cost",
    "places of several currencies",
];

/// What a component is paid by for a payee in a seat and a period, beside what its credits came about with.
pub fn of(
    seats: &Seats<'_>,
    component: &Component,
    (position, payee): (&str, &str),
    period: Period,
) -> Vec<&'static str> {
    let plan = seats.plan();
    let beyond = |id: &str| {
        plan.components.iter().find(|one| one.id == id).is_some_and(|one| one.wider.beyond == Some(Beyond::Above))
    };
    let is_composed = |id: &String| {
        let one = plan.components.iter().find(|one| one.id == *id);
        one.is_some_and(|one| matches!(one.kind, Kind::Sum(..) | Kind::Attainments(_)))
    };
    let is_nested = match &component.kind {
        Kind::Sum(of, _) => of.iter().any(is_composed),
        Kind::Attainments(of) => of.iter().any(|(id, _)| is_composed(id)),
        _ => false,
    };
    let looks_above = component.gates.iter().any(|gate| beyond(&gate.component))
        || component.multipliers.iter().any(|one| beyond(&one.by));
    let target = seats.overriding(component, position, payee, |one| one.target.is_some());
    let held: Vec<_> = seats.cell.holdings.iter().filter(|one| one.payee == payee).collect();
    let ranking = match &component.kind {
        Kind::Rank(ranking) => Some(ranking),
        _ => None,
    };
    let cohort = |cohort: Cohort| ranking.is_some_and(|one| one.cohort == cohort);
    let tied = |ties: Ties| ranking.is_some_and(|one| !one.is_percentile && one.ties == ties);
    let with_days = |days: Proration| [plan.pay, plan.target].contains(&days);
    [
        ("level above", component.wider.beyond == Some(Beyond::Above)),
        ("level national", component.wider.beyond == Some(Beyond::National)),
        ("gate or multiplier by a level above", looks_above),
        ("channel", component.wider.channel.is_some()),
        ("composite of composites", is_nested),
        ("margin", component.unit == Unit::Margin),
        ("volume", component.unit == Unit::Volume),
        ("ramp", seats.is_ramped(component, position, payee, period)),
        ("target of a unit", target.is_some_and(|one| one.kind == "unit")),
        ("leave", seats.is_on_leave(position, payee, period)),
        ("cohort of a unit", cohort(Cohort::Unit)),
        ("cohort of a team", cohort(Cohort::Team)),
        ("cohort of all", cohort(Cohort::All)),
        ("percentile", ranking.is_some_and(|one| one.is_percentile)),
        ("ties, dense", tied(Ties::Dense)),
        ("ties, average", tied(Ties::Average)),
        ("ties by a second key", ranking.is_some_and(|one| matches!(one.ties, Ties::Second(_)))),
        ("shared mean", ranking.is_some_and(|one| one.shares_mean)),
        ("days, calendar", with_days(Proration::CalendarDays)),
        ("days, working", with_days(Proration::WorkingDays)),
        ("shared seat", held.iter().any(|one| one.position == position && one.share.q() < super::numbers::one())),
        ("moved between seats", held.iter().any(|one| one.position != position)),
        ("converted", seats.is_converted(component, (position, payee), period)),
    ]
    .into_iter()
    .filter(|(_, is_so)| *is_so)
    .map(|(name, _)| name)
    .collect()
}

/// How many figures had a feature: measures, and incentives that are not zero.
#[derive(Debug, Default, Clone)]
pub struct Met(BTreeMap<&'static str, (usize, usize)>);

impl Met {
    pub fn add(&mut self, figures: &Figures) {
        for (key, measure) in &figures.measures {
            let is_vacant = key.2.is_empty() && measure.value.is_some_and(|value| !value.is_zero());
            let seen = match measure.reason {
                Some("too_few_days") => Some("too few days"),
                Some("foreign_currency" | "missing_exchange_rate") => Some("currency without a rate"),
                Some("several_currencies") => Some("places of several currencies"),
                Some("missing_cost") => Some("margin without a cost"),
                _ => is_vacant.then_some("vacant seat"),
            };
            if let Some(seen) = seen {
                self.0.entry(seen).or_default().0 += 1;
            }
        }
        for (key, features) in &figures.features {
            let measured = figures.measures.get(key).and_then(|measure| measure.value);
            let paid = figures.incentives.get(key).copied().unwrap_or_else(zero);
            let zero_target = figures.measures.get(key).and_then(zero_target);
            for feature in features.iter().chain(&zero_target) {
                let met = self.0.entry(feature).or_default();
                met.0 += usize::from(measured.is_some_and(|value| !value.is_zero()));
                met.1 += usize::from(!paid.is_zero());
            }
        }
    }

    /// What no incentive but zero came about with.
    pub fn missing(&self) -> Vec<&'static str> {
        let is_missing = |feature: &&&str| self.0.get(**feature).is_none_or(|(_, paid)| *paid == 0);
        let is_unseen = |feature: &&&str| self.0.get(**feature).is_none_or(|(measured, _)| *measured == 0);
        ALL.iter().filter(is_missing).chain(MEASURED.iter().filter(is_unseen)).copied().collect()
    }
}

/// What a target of zero counted as.
fn zero_target(measure: &super::reference::Measure) -> Option<&'static str> {
    measure.target.filter(|target| target.is_zero())?;
    Some(if measure.attainment?.is_zero() { "target of zero, zero" } else { "target of zero, full" })
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
