//! Measures made of measures that are themselves made of components: one formula over what is measured directly.
//!
//! Promises the number that the measure between would have given, digit by digit: a formula rounds each product and ratio
//! wherever it stands, so what is put in parentheses comes to the same. An attainment is put in where it is the value itself,
//! rounded half-up; what is held against a target of its own is not a formula, and is refused.

use kernel::{
    Fault,
    documents::place_of,
    formula::{Formula, MAX_TERMS},
};

use crate::{
    composites::has_attainment,
    document::{ComponentDoc, TargetDoc},
    fault::P005,
    measures::{Known, Measure, Source, Term, read},
    order::{by_measures, is_of_components},
    words::*,
};

/// The measure with all that it is made of written out; as it is, if that is measured directly.
pub(crate) fn written_out(
    known: Known<'_>,
    component: &ComponentDoc,
    measure: Measure,
    faults: &mut Vec<Fault>,
) -> Measure {
    if !measure.terms.iter().any(|term| between(known, term).is_some()) {
        return measure;
    }
    let mut writing = Writing { known, component, terms: Vec::new(), faults: Vec::new() };
    // Its own terms come first: a component is told by the credits that it sums itself.
    for own in measure.terms.iter().filter(|term| between(known, term).is_none()) {
        writing.numbered(own.clone());
    }
    let has_no_credits = measure.credits().is_none();
    let Some(text) = writing.formula(&measure, &mut vec![&component.id.value], "") else {
        faults.append(&mut writing.faults);
        return measure;
    };
    let terms = writing.terms;
    match Formula::read(&text, terms.len()) {
        Ok(formula) if terms.len() <= MAX_TERMS => Measure { formula: formula.to_string(), terms, has_no_credits },
        _ => {
            faults.push(
                Fault::new(
                    P005,
                    format!("component `{}` is too long with all that it is made of written out", component.id.value),
                )
                .place(place_of(known.file, &component.measure.kind))
                .hint(format!("make it of fewer components: {MAX_TERMS} terms are the most")),
            );
            measure
        }
    }
}

/// The component that a term looks at, if that is made of others itself.
fn between<'a>(known: Known<'a>, term: &Term) -> Option<(&'a ComponentDoc, TermAxis)> {
    let Source::Component(name, axis) = &term.source else { return None };
    known.plan.component(name).filter(|other| is_of_components(other)).map(|other| (other, *axis))
}

/// A formula on its way.
struct Writing<'a> {
    known: Known<'a>,
    component: &'a ComponentDoc,
    terms: Vec<Term>,
    faults: Vec<Fault>,
}

impl<'a> Writing<'a> {
    /// A formula over the terms gathered so far; none if one of its parts has none.
    fn formula(&mut self, measure: &Measure, path: &mut Vec<&'a str>, within: &str) -> Option<String> {
        let mut written = Vec::new();
        for term in &measure.terms {
            let Some((other, axis)) = between(self.known, term) else {
                let name = format!("{within}{}", term.name);
                written.push(format!("#{}", self.numbered(Term { name, ..term.clone() })));
                continue;
            };
            // A circle is told elsewhere.
            if path.contains(&other.id.value.as_str()) {
                return None;
            }
            let digits = self.digits(other, axis)?;
            // What is wrong with the other is told there.
            let inner = read(self.known, other, &mut Vec::new());
            path.push(&other.id.value);
            let inner = self.formula(&inner, path, &format!("{within}{}.", term.name))?;
            path.pop();
            written.push(digits.map_or_else(|| format!("({inner})"), |digits| format!("round({inner}, {digits})")));
        }
        Some(replaced(&measure.formula, &written))
    }

    /// The number of a term: that of an equal one, or the next.
    fn numbered(&mut self, term: Term) -> usize {
        let is_equal = |other: &Term| match (&other.source, &term.source) {
            (Source::Component(one, axis), Source::Component(two, other)) => one == two && axis == other,
            _ => false,
        };
        self.terms.iter().position(is_equal).unwrap_or_else(|| {
            self.terms.push(term.clone());
            self.terms.len() - 1
        }) + 1
    }

    /// The digits to which what is looked at is rounded; none where that is its value.
    fn digits(&mut self, other: &ComponentDoc, axis: TermAxis) -> Option<Option<u8>> {
        let id = &other.id.value;
        let attainment = other.attainment.as_ref().map(|attainment| &attainment.value);
        let (what, hint) = match (axis, attainment) {
            (TermAxis::Value, _) => return Some(None),
            (TermAxis::Attainment, Some(how)) if how.kind == AttainmentKind::Absolute => {
                if matches!(how.mode, None | Some(Mode::HalfUp)) {
                    return Some(Some(how.digits.as_ref().map_or(6, |digits| digits.value)));
                }
                ("rounded otherwise than half-up", "leave `mode` out there")
            }
            // That it has none is told where it is named.
            (TermAxis::Attainment, _) if !has_attainment(other) => return None,
            (TermAxis::Attainment, _) => {
                ("held against a target of its own", "write `attainment: {kind: absolute}` there, or take its value")
            }
            (TermAxis::Target, _) => ("with a target of its own", "take the targets of what it is made of"),
        };
        let place = by_measures(self.component).into_iter().find(|named| named.value == *id).map_or_else(
            || place_of(self.known.file, &self.component.measure.kind),
            |named| place_of(self.known.file, named),
        );
        let message =
            format!("component `{}` looks at `{id}`, which is made of components and {what}", self.component.id.value);
        self.faults.push(Fault::new(P005, message).place(place).hint(hint));
        None
    }
}

/// A formula with its terms replaced; the first replacement is that of `#1`.
fn replaced(formula: &str, terms: &[String]) -> String {
    let mut parts = formula.split('#');
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let term = number.parse::<usize>().ok().and_then(|number| terms.get(number.checked_sub(1)?));
        made.push_str(term.map_or("", String::as_str));
        made.push_str(rest);
    }
    made
}

/// What is wrong with a sum of targets over components that are made of others: each target that is added up counts once.
pub(crate) fn sum_faults(known: Known<'_>, component: &ComponentDoc, target: &TargetDoc) -> Vec<Fault> {
    let Some(sum_of) = &target.sum_of else { return Vec::new() };
    let id = &component.id.value;
    let mut faults = Vec::new();
    let mut refuse = |message: String, hint: &str| {
        faults.push(
            Fault::new(P005, format!("component `{id}` {message}")).place(place_of(known.file, sum_of)).hint(hint),
        );
    };
    let (mut walk, mut seen) = (vec![component], Vec::new());
    while let Some(at) = walk.pop() {
        for other in by_measures(at).into_iter().filter_map(|named| known.plan.component(&named.value)) {
            let name = other.id.value.as_str();
            if seen.contains(&name) {
                if component.measure.composite.is_some() {
                    refuse(format!("adds up the value of `{name}` twice, but its target once"), "name it once");
                }
                continue;
            }
            seen.push(name);
            if is_of_components(other) {
                if other.target().is_none_or(|target| target.sum_of.is_none()) {
                    refuse(
                        format!("adds up targets, but the target of `{name}` is not the sum of its own components"),
                        "write `sum_of: components` there too, or `set` or `amount` here",
                    );
                }
                walk.push(other);
            }
        }
    }
    faults
}
