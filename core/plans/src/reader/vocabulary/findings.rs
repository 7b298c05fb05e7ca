//! What changed between two versions, and what deserves a second look.

use super::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    ("change.none", "Nothing that decides pay has changed.", "Nichts, was die Vergütung bestimmt, hat sich geändert."),
    ("change.title", "Plan “{plan}”: {old} → {new}", "Plan „{plan}“: {old} → {new}"),
    ("change.added", "new", "neu"),
    ("change.removed", "no longer", "entfällt"),
    ("change.changed", "changed", "geändert"),
    ("change.was", "was", "bisher"),
    ("change.now", "now", "jetzt"),
    ("change.section_added", "This part is new.", "Dieser Teil ist neu."),
    ("change.section_removed", "This part is gone.", "Dieser Teil ist entfallen."),
    ("change.effect", "What it pays, before and now", "Was sie zahlt, bisher und jetzt"),
    ("change.effect_for", "What it pays for {scope}, before and now", "Was sie für {scope} zahlt, bisher und jetzt"),
    ("column.at", "at", "bei"),
    ("column.was", "before", "bisher"),
    ("column.now", "now", "jetzt"),
    ("column.difference", "difference", "Unterschied"),
    ("effect.unit.incentive", "in % of the plan's target incentive", "in % der Zielprämie des Plans"),
    ("effect.unit.target", "in % of the target", "in % des Ziels"),
    ("effect.unit.rate_factor", "in multiples of target × rate", "als Vielfaches von Ziel × Satz"),
    ("effect.unit.value_factor", "in multiples of the rate", "als Vielfaches des Satzes"),
    ("effect.unit.rate", "as a rate on what is measured", "als Satz auf das Gemessene"),
    ("effect.unit.money", "in {currency}", "in {currency}"),
    ("effect.unit.points", "in points", "in Punkten"),
    ("effect.unit.factor", "as a factor", "als Faktor"),
    ("effect.not_paid", "not payable", "nicht zahlbar"),
];
