//! Rule sets: whether their rules can be told apart and reconciled, and the rows they become.

use std::collections::BTreeSet;

use kernel::{Fault, documents::place_of};

use crate::{
    compile::identifier,
    document::{MOST_LEVELS, RuleDoc, RuleSetDoc},
    fault::{P002, P011, P012},
    tables::{Rows, some},
    words::CreditType,
};

/// Every fault of a rule set.
pub(crate) fn faults(file: &str, set: &RuleSetDoc) -> Vec<Fault> {
    let mut faults: Vec<Fault> = identifier(file, "rule set", &set.rule_set).into_iter().collect();
    let name = &set.rule_set.value;
    let mut seen = BTreeSet::new();
    for rule in &set.rules {
        faults.extend(identifier(file, "rule", &rule.id));
        if !seen.insert(&rule.id.value) {
            faults.push(
                Fault::new(P002, format!("rule set `{name}` has two rules `{}`", rule.id.value))
                    .place(place_of(file, &rule.id)),
            );
        }
        faults.extend(rule_keys(file, rule));
    }
    let base: Vec<&RuleDoc> = set.rules.iter().filter(|rule| rule.credit_type != CreditType::Rollup).collect();
    let Some(first) = base.first() else {
        faults.push(
            Fault::new(P012, format!("rule set `{name}` credits nobody directly"))
                .place(place_of(file, &set.rule_set))
                .hint("add a rule of type `direct` or `split`"),
        );
        return faults;
    };
    if !set.conserving.value {
        faults.push(
            Fault::new(
                P012,
                format!("rule set `{name}` is not conserving, but its rules are `{}`", first.credit_type.word()),
            )
            .place(place_of(file, &set.conserving))
            .hint("write `conserving: true`"),
        );
    }
    for rule in &base {
        if rule.credit_type != first.credit_type {
            faults.push(
                Fault::new(
                    P012,
                    format!(
                        "rule set `{name}` holds rules of type `{}` and `{}`",
                        first.credit_type.word(),
                        rule.credit_type.word()
                    ),
                )
                .place(place_of(file, &rule.id))
                .hint("put each type into a rule set of its own, so that each can be reconciled"),
            );
        }
    }
    for rule in set.rules.iter().filter(|rule| rule.credit_type == CreditType::Rollup) {
        let passes = rule.passes.as_deref().unwrap_or_default();
        if passes != [first.credit_type] {
            faults.push(
                Fault::new(P012, format!("rule `{}` does not pass up what rule set `{name}` credits", rule.id.value))
                    .place(place_of(file, &rule.id))
                    .hint(format!("write `passes: [{}]`", first.credit_type.word())),
            );
        }
    }
    faults.extend(equal_ranks(file, &base));
    faults
}

/// That a rule has the keys of its type and no others.
fn rule_keys(file: &str, rule: &RuleDoc) -> Vec<Fault> {
    let direct = rule.credit_type == CreditType::Direct;
    let rollup = rule.credit_type == CreditType::Rollup;
    [
        ("alignment", rule.alignment.is_some(), direct),
        ("alignment_at", rule.alignment_at.is_some(), direct),
        ("products", rule.products.is_some(), !rollup),
        ("document_types", rule.document_types.as_ref().is_some_and(|types| !types.is_empty()), !rollup),
        ("hierarchy", rule.hierarchy.is_some(), rollup),
        ("levels", rule.levels.is_some(), rollup),
        ("passes", rule.passes.is_some(), rollup),
    ]
    .into_iter()
    .filter(|(_, written, needed)| written != needed)
    .map(|(key, written, _)| {
        let (verb, hint) = if written { ("has", "leave it out") } else { ("has no", "add it") };
        Fault::new(P012, format!("rule `{}` of type `{}` {verb} `{key}`", rule.id.value, rule.credit_type.word()))
            .place(place_of(file, &rule.id))
            .hint(hint)
    })
    .collect()
}

/// Pairs of rules between which nothing decides.
fn equal_ranks(file: &str, base: &[&RuleDoc]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, rule) in base.iter().enumerate() {
        for earlier in base.iter().take(at) {
            let types = |rule: &RuleDoc| rule.document_types.iter().flatten().copied().collect::<BTreeSet<_>>();
            let shared = types(rule).intersection(&types(earlier)).next().copied();
            if let Some(shared) = shared
                && rule.products == earlier.products
                && rule.products.is_some()
            {
                faults.push(
                    Fault::new(
                        P011,
                        format!(
                            "rules `{}` and `{}` both match lines of type `{}` of the same products",
                            earlier.id.value,
                            rule.id.value,
                            shared.word()
                        ),
                    )
                    .place(place_of(file, &rule.id))
                    .place(place_of(file, &earlier.id)),
                );
            }
        }
    }
    faults
}

/// Adds the rows of a rule set.
pub(crate) fn compile(file: &str, set: &RuleSetDoc, rows: &mut Rows) {
    let set_id = &set.rule_set.value;
    let Some(credit_type) = set.rules.iter().map(|rule| rule.credit_type).find(|one| *one != CreditType::Rollup) else {
        return;
    };
    rows.add(
        "plan_rule_sets",
        vec![some(set_id), some(&set.title), some(credit_type.word())],
        file,
        set.rule_set.referenced.line(),
    );
    for rule in &set.rules {
        let rule_id = format!("{set_id}.{}", rule.id.value);
        let line = rule.id.referenced.line();
        let values = vec![
            some(&rule_id),
            some(set_id),
            some(rule.credit_type.word()),
            rule.alignment.clone(),
            rule.alignment_at.and_then(|at| some(at.word())),
            rule.products.as_ref().and_then(|products| some(products.kind)),
            rule.products.as_ref().and_then(|products| some(&products.key)),
            rule.hierarchy.clone(),
            rule.levels.and_then(|levels| some(levels.0.min(MOST_LEVELS))),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        ];
        rows.add("plan_rules", values, file, line);
        let types: BTreeSet<_> = rule.document_types.iter().flatten().copied().collect();
        for document_type in types {
            rows.add("plan_rule_documents", vec![some(&rule_id), some(set_id), some(document_type.word())], file, line);
        }
    }
}
