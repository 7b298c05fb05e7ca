//! Section 6: places in a cohort, and what those who share one are given.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Figures, key,
    measures::{Measure, Reason, Seats},
};
use crate::differential::{
    calendar::Period,
    company::{Cohort, Kind, Ranking, Ties, Unit},
    numbers::{Mode, Q, one, rounded, whole},
};

/// One who is ranked: the cell, the component, the holder, the period.
type Ranked = (usize, usize, (String, String), Period);

/// The places of every component that gives places.
pub fn places(seats: &[Seats<'_>], found: &mut [Figures]) {
    let mut cohorts: BTreeMap<(String, String), Vec<Ranked>> = BTreeMap::new();
    for (at, seats) in seats.iter().enumerate() {
        for (number, component) in seats.plan().components.iter().enumerate() {
            let Kind::Rank(ranking) = &component.kind else { continue };
            for holder in seats.holders().into_iter().filter(|one| !one.1.is_empty()) {
                let (unit, team) = seats.cell.group(&holder.0);
                let among = match ranking.cohort {
                    Cohort::All => format!("{} of all", component.id),
                    Cohort::Plan => format!("{at}/{number}"),
                    Cohort::Unit => format!("{at}/{number}/unit {unit}"),
                    Cohort::Team => format!("{at}/{number}/team {team}"),
                };
                for period in seats.periods(&holder.0, &holder.1) {
                    cohorts.entry((among.clone(), period.id())).or_default().push((at, number, holder.clone(), period));
                }
            }
        }
    }
    for members in cohorts.into_values() {
        let (at, number, ..) = members[0];
        let Kind::Rank(ranking) = &seats[at].plan().components[number].kind else { continue };
        let measured = |member: usize, id: &str| {
            let (at, _, holder, period) = &members[member];
            found[*at].measures[&key(id, holder, *period)].clone()
        };
        let mut places = ranked(ranking, members.len(), &measured);
        let money = |(at, _, holder, period): &Ranked| {
            let (cell, measure) = (seats[*at].cell, &found[*at].measures[&key(&ranking.of, holder, *period)]);
            let ranked = cell.plan.components.iter().find(|one| one.id == ranking.of)?;
            let is_money = ranked.kind == Kind::Sales && matches!(ranked.unit, Unit::Value | Unit::Margin);
            (is_money && !ranking.by_attainment && measure.reason.is_none()).then_some(cell.plan.currency.0)
        };
        let currencies: BTreeSet<&str> = members.iter().filter_map(money).collect();
        if currencies.len() > 1 {
            // Amounts of several currencies have no order.
            let placed = places.iter_mut().filter(|measure| measure.reason.is_none());
            placed.for_each(|measure| *measure = nothing("several_currencies"));
        }
        for ((at, number, holder, period), mut measure) in members.into_iter().zip(places) {
            if seats[at].is_too_short(&holder.0, &holder.1, period) {
                measure.reason = Some("too_few_days");
            }
            let id = &seats[at].plan().components[number].id;
            found[at].measures.insert(key(id, &holder, period), measure);
        }
    }
}

/// Who is ranked by what, the second only where it decides between equals.
type Keys = (Q, Option<Q>);

/// The places of one period; `measured` looks at a component of a member.
pub fn ranked(ranking: &Ranking, members: usize, measured: &dyn Fn(usize, &str) -> Measure) -> Vec<Measure> {
    let number = |member: usize, id: &str| {
        let measure = measured(member, id);
        let number = if ranking.by_attainment { measure.attainment } else { measure.value };
        // The larger comes first.
        number.filter(|_| measure.reason.is_none()).map(|number| if ranking.is_ascending { -number } else { number })
    };
    let keys: Vec<Option<Keys>> = (0..members)
        .map(|member| {
            let second = match &ranking.ties {
                Ties::Second(id) => number(member, id),
                _ => None,
            };
            Some((number(member, &ranking.of)?, second))
        })
        .collect();
    let all: Vec<Keys> = keys.iter().flatten().copied().collect();
    keys.iter().map(|mine| placed(ranking, &all, *mine)).collect()
}

const fn nothing(reason: Reason) -> Measure {
    Measure {
        value: None,
        target: None,
        attainment: None,
        period_value: None,
        period_target: None,
        period_attainment: None,
        reason: Some(reason),
        place: None,
    }
}

fn placed(ranking: &Ranking, all: &[Keys], mine: Option<Keys>) -> Measure {
    let Some(mine) = mine else { return nothing("not_ranked") };
    if all.len() < ranking.minimum {
        return nothing("small_cohort");
    }
    // Equals of whom one has no second key are told apart by nothing.
    let equals = all.iter().filter(|other| other.0 == mine.0);
    let keyed = equals.clone().filter(|other| other.1.is_some()).count();
    if matches!(ranking.ties, Ties::Second(_)) && equals.clone().count() > 1 && keyed < equals.count() {
        return nothing("undecided_tie");
    }
    let mut ahead: Vec<Keys> = all.iter().copied().filter(|other| *other > mine).collect();
    let tied = all.iter().filter(|other| **other == mine).count();
    let competition = ahead.len() + 1;
    ahead.sort_unstable();
    ahead.dedup();
    let count = |number: usize| whole(number as i64);
    let (place, value) = match &ranking.ties {
        _ if ranking.is_percentile && all.len() == 1 => (competition, one()),
        _ if ranking.is_percentile => {
            let behind = count(all.len() - competition) / count(all.len() - 1);
            (competition, rounded(behind, 6, Mode::HalfUp))
        }
        Ties::Dense => (ahead.len() + 1, count(ahead.len() + 1)),
        Ties::Average => (competition, count(2 * competition + tied - 1) / whole(2)),
        _ => (competition, count(competition)),
    };
    Measure { value: Some(value), period_value: Some(value), reason: None, place: Some((place, tied)), ..nothing("") }
}
