//! The graph of models: read, planned against declared schemas, checked, and put in order before anything runs.
//!
//! Promises that a graph which compiles has no unknown table or column, no float, no circle, no layer that reads a later
//! one, and that every query gives exactly the columns its sidecar declares. It plans against empty tables: no data is read.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::{execution::context::SessionContext, logical_expr::LogicalPlan};
use kernel::{
    Digest, Fault, Fingerprint, Place, Result,
    columns::{Column, ColumnType},
    landing,
    names::TableName,
};

use crate::{
    fault::{E001, E002, E003, E004, E006, E018, words},
    lineage::Lineage,
    model::{Check, Model, ModelSource, Replaces},
    planning::{check_faults, distance, find, plan, references, references_in},
    release::Release,
    session::{self, Runtime, SessionSettings},
};

/// The layers in the order in which data flows through them.
pub const LAYERS: [&str; 7] = ["staging", "conformed", "credits", "attainment", "incentives", "planning", "reporting"];
/// Layers that come from landing.
const LANDED_LAYERS: [&str; 2] = ["landed", "quarantine"];

/// A table that connectors land.
#[derive(Debug, Clone)]
pub struct LandedTable {
    /// `landed.erp_order_lines`.
    pub name: TableName,
    /// The columns of its contract; the system columns are added here.
    pub columns: Vec<Column>,
}

/// A typed value that models read as `$name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, without `$`.
    pub name: String,
    /// Its type.
    pub column_type: ColumnType,
    /// Its value as text.
    pub value: String,
}

/// The days of a period, for models that read several periods; days since 1970-01-01, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodSpan {
    /// `2026-11` or `2026-Q4`.
    pub period_id: String,
    /// First day.
    pub from_day: i32,
    /// First day after.
    pub to_day: i32,
    /// First day of its quarter.
    pub quarter_from_day: i32,
    /// First day of its year.
    pub year_from_day: i32,
}

/// Everything a graph is compiled from.
#[derive(Debug, Clone, Default)]
pub struct ProjectInput {
    /// The built-in models and the project's.
    pub models: Vec<ModelSource>,
    /// What connectors land.
    pub landed: Vec<LandedTable>,
    /// What models read as `$name`.
    pub parameters: Vec<Parameter>,
    /// The periods of every kind.
    pub periods: Vec<PeriodSpan>,
}

/// A compiled graph.
#[derive(Debug)]
pub struct Graph {
    models: Vec<Model>,
    landed: Vec<LandedTable>,
    parameters: BTreeMap<String, Parameter>,
    periods: BTreeMap<String, PeriodSpan>,
    lineage: Lineage,
    hash: Digest,
}

/// The table of counts that the engine makes from the batch manifests.
pub(crate) fn batches_table() -> Result<TableName> {
    TableName::new("landed", "batches")
}

/// Its columns.
pub(crate) fn batches_columns() -> Vec<Column> {
    let mut columns = vec![Column::new("stream", ColumnType::Text), Column::new("batch_number", ColumnType::Integer)];
    for count in ["delivered", "landed", "quarantined", "repeated", "refused", "changed", "withdrawn"] {
        columns.push(Column::new(&format!("{count}_count"), ColumnType::Integer));
    }
    columns
}

impl Graph {
    /// Reads, plans and checks every model.
    ///
    /// # Errors
    /// Every fault found, each with its place; none hides another where that can be helped.
    pub async fn compile(input: ProjectInput) -> Result<Self, Vec<Fault>> {
        let models = read_models(input.models)?;
        let parameters: BTreeMap<String, Parameter> =
            input.parameters.into_iter().map(|parameter| (parameter.name.clone(), parameter)).collect();
        let values = parameter_values(&parameters).map_err(|fault| vec![fault])?;
        let landed_columns = landed_columns(&input.landed).map_err(|fault| vec![fault])?;
        let models = ordered(models, &landed_columns)?;
        let runtime = Runtime::new(&SessionSettings::default(), None).map_err(|fault| vec![fault])?;
        let session = declared_session(&runtime, &models, &landed_columns).map_err(|fault| vec![fault])?;
        let mut faults = Vec::new();
        let mut planned = Vec::new();
        let mut unsound: BTreeSet<TableName> = BTreeSet::new();
        for mut model in models {
            // What is wrong with a model that reads an unsound one may be nothing but that.
            if model.inputs.iter().chain(&model.compared).any(|input| unsound.contains(input)) {
                unsound.insert(model.name.clone());
                continue;
            }
            match plan(&session, &model, &values).await {
                Ok((plan, used)) => {
                    model.parameters = used;
                    faults.extend(check_faults(&session, &model).await);
                    planned.push((model, plan));
                }
                Err(mut found) => {
                    unsound.insert(model.name.clone());
                    faults.append(&mut found);
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let plans: Vec<(TableName, &LogicalPlan)> =
            planned.iter().map(|(model, plan)| (model.name.clone(), plan)).collect();
        let lineage = Lineage::of(&plans);
        let models: Vec<Model> = planned.into_iter().map(|(model, _)| model).collect();
        let mut print = Fingerprint::new("graph", 1);
        print.list(models.iter().map(|model| format!("{}={}", model.name, model.hash)).collect::<Vec<_>>());
        let periods = input.periods.into_iter().map(|period| (period.period_id.clone(), period)).collect();
        Ok(Self { models, landed: input.landed, parameters, periods, lineage, hash: print.finish() })
    }

    /// The models in an order in which each comes after those it reads.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The model of that name.
    pub fn model(&self, name: &TableName) -> Option<&Model> {
        self.models.iter().find(|model| &model.name == name)
    }

    /// What connectors land.
    pub fn landed(&self) -> &[LandedTable] {
        &self.landed
    }

    /// Parameters by name.
    pub fn parameters(&self) -> &BTreeMap<String, Parameter> {
        &self.parameters
    }

    /// The periods of every kind, by name.
    pub fn periods(&self) -> &BTreeMap<String, PeriodSpan> {
        &self.periods
    }

    /// From which columns every column comes.
    pub fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// Of every model's hash.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// The models whose text differs from what a release was made with; all of them if there is no release.
    pub fn modified(&self, release: Option<&Release>) -> BTreeSet<TableName> {
        self.models
            .iter()
            .filter(|model| {
                release
                    .and_then(|release| release.tables.get(&model.name))
                    .is_none_or(|table| table.model_hash != model.hash)
            })
            .map(|model| model.name.clone())
            .collect()
    }

    /// Puts other values in the place of the project's parameters, such as those of an old release.
    pub fn set_parameters(&mut self, values: &BTreeMap<String, String>) {
        for (name, value) in values {
            if let Some(parameter) = self.parameters.get_mut(name) {
                parameter.value.clone_from(value);
            }
        }
    }

    pub(crate) fn parameter_values(&self) -> Result<session::Parameters> {
        parameter_values(&self.parameters)
    }
}

fn read_models(sources: Vec<ModelSource>) -> Result<Vec<Model>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut by_name: BTreeMap<TableName, Model> = BTreeMap::new();
    // The program's own first, so that a project's model meets the one it replaces.
    let (built_in, own): (Vec<_>, Vec<_>) = sources.into_iter().partition(|source| source.is_built_in);
    for source in built_in.into_iter().chain(own) {
        let model = match Model::read(source) {
            Ok(model) => model,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let replaces = model.sidecar.replaces == Some(Replaces::BuiltIn);
        match by_name.get(&model.name) {
            Some(other) if !(replaces && other.is_built_in) => {
                faults.push(
                    Fault::new(E006, format!("`{}` is defined twice", model.name))
                        .place(Place::file(&model.sql_file))
                        .place(Place::file(&other.sql_file)),
                );
            }
            None if replaces => faults.push(
                Fault::new(E001, format!("`{}` replaces a built-in model, but there is none of that name", model.name))
                    .place(Place::file(&model.sidecar_file)),
            ),
            _ => {
                by_name.insert(model.name.clone(), model);
            }
        }
    }
    if faults.is_empty() { Ok(by_name.into_values().collect()) } else { Err(faults) }
}

fn parameter_values(parameters: &BTreeMap<String, Parameter>) -> Result<session::Parameters> {
    parameters
        .values()
        .map(|parameter| match session::scalar(parameter.column_type, &parameter.value) {
            Ok(value) => Ok((parameter.name.clone(), value)),
            Err(words) => Err(Fault::new(E018, format!("parameter `{}`: {words}", parameter.name))),
        })
        .collect()
}

/// Every landed table with the columns that models may read.
pub(crate) fn landed_columns(landed: &[LandedTable]) -> Result<BTreeMap<TableName, Vec<Column>>> {
    let mut tables = BTreeMap::new();
    tables.insert(batches_table()?, batches_columns());
    for table in landed {
        let mut columns = table.columns.clone();
        columns.extend(landing::system_columns());
        if tables.insert(table.name.clone(), columns.clone()).is_some() {
            return Err(Fault::new(E006, format!("two contracts land `{}`", table.name))
                .hint("a contract `x` also gives `x_versions`; rename the other"));
        }
        columns.push(Column::new("_is_current", ColumnType::Boolean));
        let versions = TableName::new("landed", &format!("{}_versions", table.name.table()))?;
        if tables.insert(versions.clone(), columns).is_some() {
            return Err(Fault::new(E006, format!("two contracts land `{versions}`"))
                .hint("a contract `x` also gives `x_versions`; rename the other"));
        }
        tables.insert(TableName::new("quarantine", table.name.table())?, landing::quarantine_columns());
    }
    Ok(tables)
}

/// Finds every model's inputs, checks the layers, and sorts so that inputs come first.
fn ordered(mut models: Vec<Model>, landed: &BTreeMap<TableName, Vec<Column>>) -> Result<Vec<Model>, Vec<Fault>> {
    let names: BTreeSet<TableName> = models.iter().map(|model| model.name.clone()).collect();
    let session = Runtime::new(&SessionSettings::default(), None).map_err(|fault| vec![fault])?.session();
    let mut faults = Vec::new();
    let mut edges: BTreeMap<TableName, BTreeSet<TableName>> = BTreeMap::new();
    for model in &mut models {
        match references(&session, model) {
            Ok(inputs) => {
                for input in &inputs {
                    faults.extend(reading_fault(model, input, &names, landed));
                }
                let mut before: BTreeSet<TableName> = inputs.iter().cloned().collect();
                match check_references(&session, model) {
                    Ok(others) => {
                        for other in &others {
                            faults.extend(reading_fault(model, other, &names, landed));
                        }
                        before.extend(others.iter().cloned());
                        model.compared = others;
                    }
                    Err(fault) => faults.push(fault),
                }
                before.remove(&model.name);
                edges.insert(model.name.clone(), before);
                model.inputs = inputs;
            }
            Err(fault) => faults.push(fault),
        }
        for table in model.sidecar.reads.keys() {
            if !model.inputs.iter().any(|input| &input.to_string() == table) {
                faults.push(
                    Fault::new(
                        E001,
                        format!("`reads` of `{}` names `{table}`, which the query does not read", model.name),
                    )
                    .place(Place::file(&model.sidecar_file)),
                );
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    sorted(models, &edges).map_err(|fault| vec![fault])
}

/// The tables that a model's checks compare it with.
fn check_references(session: &SessionContext, model: &Model) -> Result<Vec<TableName>> {
    let mut names = Vec::new();
    for check in &model.sidecar.checks {
        match check {
            Check::Refers { to, .. } => names.push(TableName::parse(to)?),
            Check::SameRows { other } => names.push(TableName::parse(other)?),
            Check::SameSum { other, .. } => {
                let table = other.rsplit_once('.').map_or(other.as_str(), |(table, _)| table);
                names.push(TableName::parse(table)?);
            }
            Check::NoRows(sql) => names.extend(references_in(session, sql, &model.sidecar_file)?),
            Check::Unique { .. } | Check::Present { .. } | Check::Accepted { .. } | Check::Range { .. } => {}
        }
    }
    names.retain(|name| name != &model.name);
    Ok(names)
}

fn reading_fault(
    model: &Model,
    input: &TableName,
    names: &BTreeSet<TableName>,
    landed: &BTreeMap<TableName, Vec<Column>>,
) -> Option<Fault> {
    let place = find(&model.sql, &model.sql_file, &input.to_string());
    let fault = |message: String| Some(Fault::new(E003, message).place(place.clone()));
    if LANDED_LAYERS.contains(&input.layer()) {
        if !landed.contains_key(input) {
            return fault(format!("`{}` reads `{input}`, which no contract lands", model.name))
                .map(|found| found.hint(nearest(input, landed.keys())));
        }
        if model.name.layer() != "staging" {
            return fault(format!("`{}` reads `{input}`, but only staging reads what was landed", model.name));
        }
        return None;
    }
    let rank = |layer: &str| LAYERS.iter().position(|known| *known == layer);
    let Some(own) = rank(model.name.layer()) else {
        return fault(format!("`{}` lies in a layer that does not exist", model.name))
            .map(|found| found.hint(format!("the layers are {}", LAYERS.join(", "))));
    };
    if !names.contains(input) {
        return fault(format!("`{}` reads `{input}`, which is not there", model.name))
            .map(|found| found.hint(nearest(input, names.iter())));
    }
    let is_own_layer = model.name.layer() == input.layer();
    if rank(input.layer()).is_none_or(|theirs| theirs > own) || (input.layer() == "reporting" && !is_own_layer) {
        return fault(format!("`{}` reads `{input}`, which lies in a later layer", model.name));
    }
    if input.is_private() && !is_own_layer {
        return fault(format!("`{}` reads `{input}`, which is private to its layer", model.name));
    }
    None
}

/// A hint that names the table most like the one that was meant.
fn nearest<'a>(meant: &TableName, known: impl Iterator<Item = &'a TableName>) -> String {
    let meant = meant.to_string();
    known
        .map(TableName::to_string)
        .min_by_key(|name| distance(&meant, name))
        .map_or_else(|| "there are no tables yet".to_owned(), |name| format!("the nearest is `{name}`"))
}

fn sorted(models: Vec<Model>, edges: &BTreeMap<TableName, BTreeSet<TableName>>) -> Result<Vec<Model>> {
    let mut waiting: BTreeMap<TableName, Model> = models.into_iter().map(|model| (model.name.clone(), model)).collect();
    let mut done: Vec<Model> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready: Vec<TableName> = waiting
            .keys()
            .filter(|name| edges.get(*name).is_none_or(|before| before.iter().all(|one| !waiting.contains_key(one))))
            .cloned()
            .collect();
        if ready.is_empty() {
            let circle: Vec<String> = waiting.keys().map(|name| format!("`{name}`")).collect();
            let mut fault = Fault::new(E004, format!("{} read each other in a circle", circle.join(", ")));
            for model in waiting.values() {
                fault = fault.place(Place::file(&model.sql_file));
            }
            return Err(fault);
        }
        for name in ready {
            done.extend(waiting.remove(&name));
        }
    }
    Ok(done)
}

/// A session with every table empty and of its declared columns.
fn declared_session(
    runtime: &Runtime,
    models: &[Model],
    landed: &BTreeMap<TableName, Vec<Column>>,
) -> Result<SessionContext> {
    let session = runtime.session();
    let own = models.iter().map(|model| (&model.name, model.sidecar.columns()));
    for (name, columns) in landed.iter().map(|(name, columns)| (name, columns.clone())).chain(own) {
        session::empty_table(&columns)
            .and_then(|table| session::register(&session, name, table))
            .map_err(|error| Fault::new(E002, format!("`{name}` cannot be declared")).cause(words(&error)))?;
    }
    Ok(session)
}
