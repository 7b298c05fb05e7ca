//! Selectors: which models a run looks at, in the notation that dbt made common.

use std::collections::BTreeSet;

use kernel::{Fault, Result, names::TableName};

use crate::{fault::E017, graph::Graph, model::Model};

impl Graph {
    /// The models that any of the selectors names; `modified` answers `state:modified`.
    ///
    /// A selector is a table's name, `layer.*`, `path:sql/credits`, `tag:word` or `state:modified`, with `+` before it for
    /// everything it reads and `+` behind it for everything that reads it.
    ///
    /// # Errors
    /// E017 if a selector names nothing.
    pub fn select(&self, selectors: &[String], modified: &BTreeSet<TableName>) -> Result<BTreeSet<TableName>> {
        let mut selected = BTreeSet::new();
        for selector in selectors.iter().flat_map(|text| text.split([' ', ','])).filter(|text| !text.is_empty()) {
            let upward = selector.starts_with('+');
            let downward = selector.ends_with('+');
            let plain = selector.trim_start_matches('+').trim_end_matches('+');
            let named = self.named(plain, modified);
            if named.is_empty() && plain != "state:modified" {
                let nearest = self
                    .models()
                    .iter()
                    .map(|model| model.name.to_string())
                    .min_by_key(|name| crate::planning::distance(plain, name));
                let mut fault = Fault::new(E017, format!("selector `{selector}` names no model"));
                if plain.starts_with("tag:") {
                    let tags: BTreeSet<&String> = self.models().iter().flat_map(|model| &model.sidecar.tags).collect();
                    let tags: Vec<_> = tags.iter().map(|tag| format!("`tag:{tag}`")).collect();
                    fault = fault.hint(format!("there are {}", tags.join(", ")));
                } else if let Some(nearest) = nearest {
                    fault = fault.hint(format!("the nearest model is `{nearest}`"));
                }
                return Err(fault);
            }
            if upward {
                selected.extend(self.closure(
                    &named,
                    |model, seen| {
                        // Models stand after what they read, so one pass from the end finds everything.
                        if seen.contains(&model.name) { model.inputs.clone() } else { Default::default() }
                    },
                    true,
                ));
            }
            if downward {
                selected.extend(self.closure(
                    &named,
                    |model, seen| {
                        let reads = model.inputs.iter().any(|input| seen.contains(input));
                        if reads { vec![model.name.clone()] } else { Vec::new() }
                    },
                    false,
                ));
            }
            selected.extend(named);
        }
        Ok(selected)
    }

    fn named(&self, plain: &str, modified: &BTreeSet<TableName>) -> BTreeSet<TableName> {
        let matches = |model: &&Model| match plain.split_once(':') {
            Some(("path", folder)) => {
                let folder = folder.trim_end_matches('/');
                let path = format!("sql/{}/{}.sql", model.name.layer(), model.name.table());
                path == folder || path.strip_suffix(".sql") == Some(folder) || path.starts_with(&format!("{folder}/"))
            }
            Some(("tag", tag)) => model.sidecar.tags.contains(tag),
            Some(("state", "modified")) => modified.contains(&model.name),
            Some(_) => false,
            None => match plain.strip_suffix(".*") {
                Some(layer) => model.name.layer() == layer,
                None => model.name.to_string() == plain,
            },
        };
        self.models().iter().filter(matches).map(|model| model.name.clone()).collect()
    }

    fn closure(
        &self,
        from: &BTreeSet<TableName>,
        step: impl Fn(&Model, &BTreeSet<TableName>) -> Vec<TableName>,
        from_the_end: bool,
    ) -> BTreeSet<TableName> {
        let mut seen = from.clone();
        let mut order: Vec<&Model> = self.models().iter().collect();
        if from_the_end {
            order.reverse();
        }
        for model in order {
            seen.extend(step(model, &seen));
        }
        seen.retain(|name| self.model(name).is_some());
        seen
    }
}
