//! Measures that compare sums of credits: with another time, with a market, with the nation.

use crate::{
    document::{MarketDoc, MeasureDoc},
    measures::{Credits, Measure, Source, Term, channel, rules},
    words::*,
};

/// What the terms of a measure sum, as far as the kind has them.
struct Parts {
    own: Credits,
    own_before: Option<Credits>,
    market: Option<Credits>,
    market_before: Option<Credits>,
}

fn parts(document: &MeasureDoc) -> Option<Parts> {
    let own = Credits {
        rule_set: document.rule_set.as_ref()?.value.clone(),
        level: document.level.as_ref()?.value,
        products: document.products.clone()?,
        unit: document.unit?,
        rules: rules(document.rules.as_ref()),
        channel: channel(document.channel.as_ref()),
        cap: document.cap_per_transaction.as_ref().map(|cap| (cap.value.at.value.0, cap.value.split)),
    };
    let of_market = |market: &MarketDoc| Credits {
        rule_set: market.rule_set.value.clone(),
        products: market.products.clone(),
        channel: channel(market.channel.as_ref().or(document.channel.as_ref())),
        cap: None,
        ..own.clone()
    };
    let reference = document.reference.as_ref().map(|reference| &reference.value);
    let market = document.market.as_ref().map(|market| &market.value);
    Some(Parts {
        own_before: reference.map(|reference| Credits {
            rule_set: reference.rule_set.value.clone(),
            products: reference.products.clone().unwrap_or_else(|| own.products.clone()),
            channel: channel(reference.channel.as_ref().or(document.channel.as_ref())),
            ..own.clone()
        }),
        market: market.map(of_market),
        market_before: market.map(|market| {
            let set = market.reference_rule_set.as_ref().unwrap_or(&market.rule_set);
            Credits { rule_set: set.value.clone(), ..of_market(market) }
        }),
        own,
    })
}

/// The formula and terms of a kind that sums credits; none while keys are missing.
pub(crate) fn measure(document: &MeasureDoc) -> Measure {
    use MeasureKind::*;
    let Some(parts) = parts(document) else { return Measure::default() };
    let shift = document.reference.as_ref().map(|reference| reference.value.shift.value);
    let window = document.window.value;
    let term = |name: &str, credits: &Option<Credits>, shift: Option<Shift>| {
        credits.clone().map(|credits| Term { name: name.to_owned(), source: Source::Credits(credits), window, shift })
    };
    let national = |credits: &Option<Credits>| credits.clone().map(|one| Credits { level: Level::National, ..one });
    let Parts { own, own_before, market, market_before } = parts;
    let unit = own.unit.word();
    let own = Some(own);
    let now = |name: &str, credits: &Option<Credits>| term(name, credits, None);
    let before = |name: &str, credits: &Option<Credits>| term(name, credits, shift);
    let share_change = || {
        vec![
            now("own", &own),
            now("market", &market),
            before("own_before", &own_before),
            before("market_before", &market_before),
        ]
    };
    let (formula, terms) = match document.kind.value {
        Growth => ("#1 / #2 - 1", vec![now("now", &own), before("before", &own_before)]),
        MarketShare => ("#1 / #2", vec![now("own", &own), now("market", &market)]),
        ShareChange => ("#1 / #2 - #3 / #4", share_change()),
        ShareChangeVsNational => {
            let mut terms = share_change();
            terms.extend([
                now("national_own", &national(&own)),
                now("national_market", &national(&market)),
                before("national_own_before", &national(&own_before)),
                before("national_market_before", &national(&market_before)),
            ]);
            ("(#1 / #2 - #3 / #4) - (#5 / #6 - #7 / #8)", terms)
        }
        EvolutionIndex => (
            "(100 + (#1 / #2 - 1) * 100) / (100 + (#3 / #4 - 1) * 100) * 100",
            vec![
                now("own", &own),
                before("own_before", &own_before),
                now("market", &market),
                before("market_before", &market_before),
            ],
        ),
        _ => ("#1", vec![now(unit, &own)]),
    };
    Measure { formula: formula.to_owned(), terms: terms.into_iter().flatten().collect(), ..Measure::default() }
}
