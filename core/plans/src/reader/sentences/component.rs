//! One component, step by step in the order in which it is computed.

use super::{Teller, curve, measure, pay};
use crate::reader::{page::Section, view::Row};

/// The section of a component.
pub(super) fn section(teller: &Teller<'_>, number: usize, component: &Row) -> Section {
    let id = component.text("component_id");
    let title = component.filled("component_title").unwrap_or(id);
    let title = teller.say("section.component", &[("number", &number.to_string()), ("title", title)]);
    let mut steps = vec![
        measure::measure(teller, component),
        measure::target(teller, component),
        measure::attainment(teller, component),
    ];
    if component.text("pay_kind") != "none" {
        steps.extend([
            curve::curve(teller, component),
            pay::weight(teller, component),
            pay::multipliers(teller, id),
            pay::limits(teller, component),
            pay::gates(teller, component),
            pay::pool(teller, id),
            pay::rounding(teller),
            pay::timing(teller, component),
        ]);
    }
    teller.section(&format!("component:{id}"), title, steps)
}
