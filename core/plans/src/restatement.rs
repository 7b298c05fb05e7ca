//! What a change in a period that is official already does to pay: checked and written down. Nothing acts on it before
//! periods can be closed.

use kernel::Fault;

use crate::{
    document::{PlanDoc, RestatementDoc},
    rows::Row,
    targets::not_negative,
};

/// Numbers that no difference can have.
pub(crate) fn faults(file: &str, plan: &PlanDoc) -> Option<Fault> {
    let from = &plan.restatement.as_ref()?.value.from;
    not_negative(file, &format!("plan `{}`", plan.plan.value), "a smallest restatement", from, 4)
}

/// Its columns; all empty where the plan says nothing.
pub(crate) fn columns(row: Row, restatement: Option<&RestatementDoc>) -> Row {
    row.maybe("restatement_period_count", restatement.map(|one| one.reach.0))
        .maybe("restatement_from_amount", restatement.map(|one| one.from.value.0))
        .maybe("restatement_direction", restatement.map(|one| one.direction.word()))
        .maybe("restatement_maps", restatement.map(|one| one.maps.word()))
}
