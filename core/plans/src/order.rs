//! The order within a plan: that nothing waits for itself, and that nothing is computed from places.

use std::collections::BTreeSet;

use kernel::{
    Fault,
    documents::{Spanned, place_of},
};

use crate::{
    document::{ComponentDoc, PlanDoc, forms::WordOr},
    fault::{P005, P007},
};

/// The components that something of a component waits for.
type Edges = for<'a> fn(&'a ComponentDoc) -> Vec<&'a Spanned<String>>;

fn by_gates(component: &ComponentDoc) -> Vec<&Spanned<String>> {
    component.gates().iter().map(|gate| &gate.component).collect()
}

/// A multiplier by the own measure waits for nothing.
fn by_multipliers(component: &ComponentDoc) -> Vec<&Spanned<String>> {
    component.multipliers().iter().map(|one| &one.by).filter(|by| by.value != component.id.value).collect()
}

pub(crate) fn by_measures(component: &ComponentDoc) -> Vec<&Spanned<String>> {
    let measure = &component.measure;
    let parts = measure.composite.iter().flat_map(|one| one.value.of.iter().map(|part| &part.component));
    let terms =
        measure.custom.iter().flat_map(|one| one.value.terms.0.iter().filter_map(|(_, term)| term.component.as_ref()));
    let ranks = measure.rank.iter().chain(&measure.percentile).map(|rank| &rank.value);
    let places = ranks.flat_map(|rank| match &rank.ties {
        WordOr::Block(second) => vec![&rank.of, &second.second_key],
        WordOr::Word(_) => vec![&rank.of],
    });
    parts.chain(terms).chain(places).collect()
}

fn gives_places(component: &ComponentDoc) -> bool {
    component.measure.rank.is_some() || component.measure.percentile.is_some()
}

/// Whether a component is computed from others, in one formula however many lie between.
pub(crate) fn is_of_components(component: &ComponentDoc) -> bool {
    !gives_places(component) && !by_measures(component).is_empty()
}

/// That places come last: nothing is computed from them, and none is given by them.
pub(crate) fn places_come_last(file: &str, plan: &PlanDoc) -> Vec<Fault> {
    let mut faults = Vec::new();
    for component in &plan.components {
        for named in by_measures(component) {
            if plan.component(&named.value).is_some_and(gives_places) {
                let message =
                    format!("component `{}` is made of `{}`, which gives places", component.id.value, named.value);
                let hint = "compare what the places are given by";
                faults.push(Fault::new(P005, message).place(place_of(file, named)).hint(hint));
            }
        }
    }
    faults
}

/// Circles of gates, of multipliers, and of measures that are made of others.
pub(crate) fn circles(file: &str, plan: &PlanDoc) -> Vec<Fault> {
    let kinds: [(&str, Edges); 3] = [("gates", by_gates), ("multipliers", by_multipliers), ("measures", by_measures)];
    kinds
        .into_iter()
        .filter_map(|(what, edges)| {
            let mut walk = Walk { plan, edges, path: Vec::new(), done: BTreeSet::new() };
            let (circle, named) = plan.components.iter().find_map(|start| walk.from(start))?;
            let words = circle.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" → ");
            let message = format!("the {what} of plan `{}` form a circle: {words}", plan.plan.value);
            Some(Fault::new(P007, message).place(place_of(file, named)))
        })
        .collect()
}

/// A way from component to component.
struct Walk<'a> {
    plan: &'a PlanDoc,
    edges: Edges,
    path: Vec<&'a str>,
    done: BTreeSet<&'a str>,
}

impl<'a> Walk<'a> {
    /// The first circle that the way runs into, and the name that begins it.
    fn from(&mut self, at: &'a ComponentDoc) -> Option<(Vec<&'a str>, &'a Spanned<String>)> {
        if !self.done.insert(&at.id.value) {
            return None;
        }
        self.path.push(&at.id.value);
        for named in (self.edges)(at) {
            if let Some(from) = self.path.iter().position(|earlier| *earlier == named.value) {
                let first = self.path.get(from + 1).copied().unwrap_or(&named.value);
                let mut circle = self.path.split_off(from);
                circle.push(&named.value);
                let start = circle.first().and_then(|id| self.plan.component(id));
                let begin = start.into_iter().flat_map(self.edges).find(|one| one.value == first).unwrap_or(named);
                return Some((circle, begin));
            }
            if let Some(found) = self.plan.component(&named.value).and_then(|next| self.from(next)) {
                return Some(found);
            }
        }
        self.path.pop();
        None
    }
}
