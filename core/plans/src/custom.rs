//! Measures by a formula of the plan's own.

use kernel::{
    Fault,
    documents::{Spanned, place_of},
    formula::Formula,
};

use crate::{
    compile::identifier,
    composites::without_attainment,
    document::{ComponentDoc, CustomDoc, TermDoc},
    fault::{P002, P003, P005},
    measures::{Credits, Known, Measure, Source, Term, cap_fault, channel, rules},
    words::TermAxis,
};

/// The terms of a custom measure, and its formula over their numbers.
pub(crate) fn custom(
    known: Known<'_>,
    component: &ComponentDoc,
    written: &Spanned<CustomDoc>,
    faults: &mut Vec<Fault>,
) -> Measure {
    let id = &component.id.value;
    let (formula, terms) = (&written.value.value, &written.value.terms.0);
    let names: Vec<&str> = terms.iter().map(|(name, _)| name.value.as_str()).collect();
    for (at, (name, _)) in terms.iter().enumerate() {
        if names.iter().take(at).any(|earlier| *earlier == name.value) {
            faults.push(
                Fault::new(P002, format!("component `{id}` has two terms `{}`", name.value))
                    .place(place_of(known.file, name)),
            );
        }
    }
    let compiled = Formula::parse(&formula.value, &names);
    match &compiled {
        Ok(read) => {
            let used = read.terms();
            let unused = terms.iter().enumerate().filter(|(at, _)| !used.contains(&(at + 1)));
            faults.extend(unused.map(|(_, (name, _))| {
                Fault::new(P005, format!("the formula of component `{id}` does not use term `{}`", name.value))
                    .place(place_of(known.file, name))
                    .hint("leave the term out, or name it in `value`")
            }));
        }
        Err(misread) => faults.push(
            Fault::new(P003, format!("the formula of component `{id}`: {misread}"))
                .place(place_of(known.file, formula))
                .hint(misread.hint.clone()),
        ),
    }
    let terms = terms.iter().filter_map(|(name, term)| read(known, component, name, term, faults)).collect();
    Measure { formula: compiled.map(|formula| formula.to_string()).unwrap_or_default(), terms, ..Measure::default() }
}

/// One term; none if its source is unclear.
fn read(
    known: Known<'_>,
    component: &ComponentDoc,
    name: &Spanned<String>,
    term: &TermDoc,
    faults: &mut Vec<Fault>,
) -> Option<Term> {
    let what = format!("term `{}` of component `{}`", name.value, component.id.value);
    let mut refuse = |message: String, hint: &str| {
        faults.push(Fault::new(P005, format!("{what} {message}")).place(place_of(known.file, name)).hint(hint));
    };
    let sources = [
        ("rule_set", term.rule_set.is_some()),
        ("figure", term.figure.is_some()),
        ("objective", term.objective.is_some()),
        ("calls", term.calls.is_some()),
        ("component", term.component.is_some()),
    ];
    let written: Vec<&str> = sources.into_iter().filter(|(_, written)| *written).map(|(key, _)| key).collect();
    let [source] = written[..] else {
        refuse(
            "does not have exactly one source".to_owned(),
            "write one of `rule_set`, `figure`, `objective`, `calls`, `component`",
        );
        return None;
    };
    let (is_credits, is_component) = (source == "rule_set", source == "component");
    let keys = [
        ("level", term.level.is_some(), is_credits),
        ("products", term.products.is_some(), is_credits),
        ("unit", term.unit.is_some(), is_credits),
        ("axis", term.axis.is_some(), is_component),
        ("rules", term.rules.is_some() && !is_credits, false),
        ("channel", term.channel.is_some() && !is_credits, false),
        ("cap_per_transaction", term.cap_per_transaction.is_some() && !is_credits, false),
        ("shift", term.shift.is_some() && !is_credits, false),
        ("window", term.window.is_some() && is_component, false),
    ];
    let mut is_whole = true;
    for (key, written, _) in keys.into_iter().filter(|(_, written, needed)| written != needed) {
        is_whole = false;
        let (verb, hint) = if written { ("has", "leave it out") } else { ("has no", "add it") };
        refuse(format!("reads `{source}` and {verb} `{key}`"), hint);
    }
    if !is_whole {
        return None;
    }
    let source = source_of(known, &component.id.value, &what, term, faults)?;
    let window = term.window.as_ref().map_or(component.measure.window.value, |window| window.value);
    Some(Term { name: name.value.clone(), source, window, shift: term.shift.as_ref().map(|shift| shift.value) })
}

fn source_of(known: Known<'_>, id: &str, what: &str, term: &TermDoc, faults: &mut Vec<Fault>) -> Option<Source> {
    if let Some(rule_set) = &term.rule_set {
        faults.extend(known.rule_set(id, rule_set));
        faults.extend(term.rules.iter().flat_map(|rules| known.rules(what, rule_set, term.level, rules)));
        faults.extend(term.cap_per_transaction.iter().filter_map(|cap| cap_fault(known.file, id, cap)));
        return Some(Source::Credits(Credits {
            rule_set: rule_set.value.clone(),
            level: term.level?,
            products: term.products.clone()?,
            unit: term.unit?,
            rules: rules(term.rules.as_ref()),
            channel: channel(term.channel.as_ref()),
            cap: term.cap_per_transaction.as_ref().map(|cap| (cap.value.at.value.0, cap.value.split)),
        }));
    }
    if let Some(figure) = &term.figure {
        faults.extend(identifier(known.file, "figure", figure));
        return Some(Source::Figure(figure.value.clone()));
    }
    if let Some(objective) = &term.objective {
        faults.extend(identifier(known.file, "objective", objective));
        return Some(Source::Score(objective.value.clone()));
    }
    if let Some(other) = &term.component {
        let axis = term.axis.as_ref()?.value;
        faults.extend(known.component(what, other));
        if axis == TermAxis::Attainment {
            faults.extend(without_attainment(known, what, other));
        }
        if axis == TermAxis::Target
            && let Some(named) = known.plan.component(&other.value)
            && named.target().is_none()
        {
            faults.push(
                Fault::new(P005, format!("{what} takes the target of `{}`, which has none", other.value))
                    .place(place_of(known.file, other))
                    .hint("give that component a target, or take its value"),
            );
        }
        return Some(Source::Component(other.value.clone(), axis));
    }
    term.calls.map(Source::Calls)
}
