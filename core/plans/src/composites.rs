//! Components that are made of others: composites and places.

use std::collections::BTreeSet;

use kernel::{
    Fault, Place,
    documents::{Number, Spanned, place_of},
    formula::MAX_TERMS,
};
use rust_decimal::Decimal;

use crate::{
    curve::too_fine,
    document::{ComponentDoc, CompositeDoc, PartDoc, RankDoc, forms::WordOr},
    fault::{P003, P005, P008},
    measures::{Known, Measure, Source, Term},
    words::*,
};

/// Components taken together: attainments weighted, or values added.
pub(crate) fn composite(
    known: Known<'_>,
    component: &ComponentDoc,
    written: &Spanned<CompositeDoc>,
    faults: &mut Vec<Fault>,
) -> Measure {
    let composite = &written.value;
    let by = composite.by.value;
    let window = component.measure.window.value;
    faults.extend(part_faults(known, component, written));
    let axis = if by == CompositeBy::Attainment { TermAxis::Attainment } else { TermAxis::Value };
    let numbered = |(at, part): (usize, &PartDoc)| match &part.weight {
        Some(weight) if by == CompositeBy::Attainment => format!("{} * #{}", weight.value.0.normalize(), at + 1),
        _ => format!("#{}", at + 1),
    };
    Measure {
        formula: composite.of.iter().enumerate().map(numbered).collect::<Vec<_>>().join(" + "),
        terms: composite
            .of
            .iter()
            .map(|part| {
                let name = &part.component.value;
                Term::now(name, Source::Component(name.clone(), axis), window)
            })
            .collect(),
        ..Measure::default()
    }
}

/// What is wrong with the parts of a composite.
fn part_faults(known: Known<'_>, component: &ComponentDoc, written: &Spanned<CompositeDoc>) -> Vec<Fault> {
    let id = &component.id.value;
    let composite = &written.value;
    let by = composite.by.value;
    let mut faults = Vec::new();
    let mut refuse = |code, message: String, place: Place, hint: &str| {
        faults.push(Fault::new(code, format!("component `{id}` {message}")).place(place).hint(hint));
    };
    if composite.of.len() < 2 {
        refuse(
            P005,
            "is composed of fewer than two components".to_owned(),
            place_of(known.file, written),
            "name them in `of`",
        );
    }
    if composite.of.len() > MAX_TERMS {
        refuse(
            P005,
            format!("is composed of more than {MAX_TERMS} components"),
            place_of(known.file, written),
            "add their values by `kind: custom`, or name fewer",
        );
    }
    let mut seen = BTreeSet::new();
    for part in &composite.of {
        let at = || place_of(known.file, &part.component);
        if !seen.insert(&part.component.value) {
            refuse(P005, format!("counts component `{}` twice", part.component.value), at(), "name each once");
        }
        match (by, &part.weight) {
            (CompositeBy::Attainment, None) => {
                refuse(P005, format!("does not say how much `{}` counts", part.component.value), at(), "add `weight`");
            }
            (CompositeBy::Sum, Some(weight)) => refuse(
                P005,
                "adds values, but weighs them".to_owned(),
                place_of(known.file, weight),
                "leave `weight` out, or use `by: attainment`",
            ),
            _ => {}
        }
    }
    let weights: Vec<&Spanned<Number>> = composite.of.iter().filter_map(|part| part.weight.as_ref()).collect();
    let sum: Decimal = weights.iter().map(|weight| weight.value.0).sum();
    if by == CompositeBy::Attainment && weights.len() == composite.of.len() && sum != Decimal::ONE {
        refuse(
            P008,
            format!("is composed by weights that add up to `{} %`", (sum * Decimal::ONE_HUNDRED).normalize()),
            place_of(known.file, written),
            "let the weights of the parts add up to 100 %",
        );
    }
    let what = format!("component `{id}`");
    faults.extend(weights.iter().filter_map(|weight| too_fine(known.file, &what, weight, 6)));
    for part in &composite.of {
        faults.extend(known.component(&what, &part.component));
        if by == CompositeBy::Attainment {
            faults.extend(without_attainment(known, &what, &part.component));
        }
    }
    faults
}

/// What is wrong with the places of a component.
pub(crate) fn rank_faults(known: Known<'_>, component: &ComponentDoc, rank: &RankDoc) -> Vec<Fault> {
    let id = &component.id.value;
    let what = format!("component `{id}`");
    let mut faults: Vec<Fault> = known.component(&what, &rank.of).into_iter().collect();
    if rank.by == ValueAxis::Attainment {
        faults.extend(without_attainment(known, &what, &rank.of));
    }
    // Equals in a percentile stand before the same others: they have one part, and no places to share.
    if rank.tie_pay == TiePay::SharedMean && component.measure.kind.value == MeasureKind::Percentile {
        faults.push(
            Fault::new(P005, format!("{what} shares the mean of places, but a percentile has none"))
                .place(place_of(known.file, &rank.of))
                .hint("write `tie_pay: each`, or `kind: rank`"),
        );
    }
    if let WordOr::Block(second) = &rank.ties {
        faults.extend(known.component(&what, &second.second_key));
        if rank.by == ValueAxis::Attainment {
            faults.extend(without_attainment(known, &what, &second.second_key));
        }
        if second.second_key.value == rank.of.value {
            faults.push(
                Fault::new(P005, format!("{what} tells equals apart by what they are equal in"))
                    .place(place_of(known.file, &second.second_key))
                    .hint("name another component, or a tie rule"),
            );
        }
    }
    if rank.minimum_cohort.value == 0 {
        faults.push(
            Fault::new(P003, format!("{what} has a smallest cohort of `0`"))
                .place(place_of(known.file, &rank.minimum_cohort))
                .hint("write 1 or more"),
        );
    }
    faults
}

/// A fault if a component is looked at by its attainment and has none.
pub(crate) fn without_attainment(known: Known<'_>, what: &str, name: &Spanned<String>) -> Option<Fault> {
    let other = known.plan.component(&name.value)?;
    (!has_attainment(other)).then(|| {
        Fault::new(P005, format!("{what} looks at the attainment of `{}`, which has no target", name.value))
            .place(place_of(known.file, name))
            .hint("give that component a target, write `attainment: {kind: absolute}` there, or look at its value")
    })
}

/// Whether a component has an attainment: against a target, or its value as it is.
pub(crate) fn has_attainment(component: &ComponentDoc) -> bool {
    let is_absolute =
        component.attainment.as_ref().is_some_and(|attainment| attainment.value.kind == AttainmentKind::Absolute);
    component.target().is_some() || is_absolute
}
