//! A project as its folder says: settings, contracts, plan documents, models and cases, every fault with its place.
//!
//! Reading a project runs nothing and touches no warehouse. Built-in models come first, the project's own after them;
//! whether one may replace another is the engine's to say.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use connectors::Contract;
use engine::graph::{Graph, LandedTable, Parameter, ProjectInput};
use engine::model::ModelSource;
use kernel::{Fault, Place, Result, columns::Column, documents, names::TableName, periods::Period};

use crate::{
    calendar,
    environment::Environment,
    fault::{J001, J002, J004, on_file},
    settings::{PROJECT_FILE, Settings, put_variables, substitute, variables},
    shipped,
};

/// A text file of the project.
#[derive(Debug, Clone)]
pub struct Document {
    /// Relative to the project, with `/`.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Everything a project's folder holds, read and checked for form.
pub struct Project {
    /// The folder of `tantieme.yml`.
    pub folder: PathBuf,
    /// `tantieme.yml`, variables put in.
    pub settings: Settings,
    /// Variables, those of the command line included.
    pub variables: BTreeMap<String, String>,
    /// Contracts, sorted by table.
    pub contracts: Vec<Contract>,
    /// Plan documents, sorted by file.
    pub plans: Vec<plans::Document>,
    /// Our models and the project's.
    pub models: Vec<ModelSource>,
    /// Cases of models.
    pub cases: Vec<Document>,
    /// The calendar's periods.
    pub periods: Vec<Period>,
}

/// The folder of the project that `start` lies in.
///
/// # Errors
/// J001 if there is none.
pub fn find(start: &Path) -> Result<PathBuf> {
    let mut folder = Some(start);
    while let Some(here) = folder {
        if here.join(PROJECT_FILE).is_file() {
            return Ok(here.to_path_buf());
        }
        folder = here.parent();
    }
    Err(Fault::new(J001, format!("`{}` is not a project, and no folder above it is", start.display())))
}

impl Project {
    /// Reads a project; `stated` are the variables of the command line.
    ///
    /// # Errors
    /// Every fault of every document, each with file, line and column.
    pub fn load(folder: &Path, stated: &[String], environment: &Environment) -> Result<Self, Vec<Fault>> {
        let file = folder.join(PROJECT_FILE);
        if !file.is_file() {
            return Err(vec![
                Fault::new(J001, format!("`{}` holds no `{PROJECT_FILE}`", folder.display()))
                    .place(Place::file(file.display().to_string())),
            ]);
        }
        let text = read_text(&file, PROJECT_FILE).map_err(|fault| vec![fault])?;
        let mut settings: Settings = documents::read(PROJECT_FILE, &text).map_err(|fault| vec![fault])?;
        let variables = variables(&settings, stated).map_err(|fault| vec![fault])?;
        let mut faults = put_variables(&mut settings, &variables);
        if jiff::tz::TimeZone::get(&settings.time_zone).is_err() {
            faults.push(
                Fault::new(J002, format!("`{}` is not a time zone", settings.time_zone))
                    .place(Place::file(PROJECT_FILE))
                    .hint("write its IANA name, such as `Europe/Berlin` or `UTC`"),
            );
        }
        faults.extend(address_fault(&settings, &text));
        let mut keep = |result: Result<(), Fault>| faults.extend(result.err());
        let mut periods = Vec::new();
        keep(settings.calendar.periods().map(|made| periods = made));
        let mut contracts = Vec::new();
        for document in documents_of(folder, "sources", "yml").map_err(|fault| vec![fault])? {
            keep(Contract::read(&document.file, &document.text, &variables).map(|contract| contracts.push(contract)));
        }
        let mut plans = Vec::new();
        for document in documents_of(folder, "plans", "yml").map_err(|fault| vec![fault])? {
            keep(substitute(&document.text, &variables, &document.file).map(|text| {
                plans.push(plans::Document { file: document.file, text });
            }));
        }
        let cases = documents_of(folder, "cases", "yml").map_err(|fault| vec![fault])?;
        let mut models = Vec::new();
        keep(built_in_models(environment).map(|found| models.extend(found)));
        let (own, model_faults) = own_models(folder).map_err(|fault| vec![fault])?;
        models.extend(own);
        faults.extend(model_faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { folder: folder.to_path_buf(), settings, variables, contracts, plans, models, cases, periods })
    }

    /// The warehouse's address: an absolute folder, or an object store's URI.
    pub fn warehouse_uri(&self) -> String {
        self.address(&self.settings.warehouse)
    }

    /// A path of the settings, seen from the project's folder; URIs stay as they are.
    pub fn address(&self, text: &str) -> String {
        if text.contains("://") {
            return text.to_owned();
        }
        let joined = self.folder.join(text);
        // Only tidied, never resolved: the folder may not exist yet.
        let tidy: PathBuf = joined.components().collect();
        tidy.display().to_string()
    }

    /// The tables that landing will make, known before any row is.
    ///
    /// # Errors
    /// K002 if a name is no identifier.
    pub fn landed_tables(&self) -> Result<Vec<LandedTable>> {
        let mut tables: Vec<LandedTable> = self
            .contracts
            .iter()
            .map(|contract| LandedTable { name: contract.table().clone(), columns: contract.columns() })
            .collect();
        for (name, columns, _) in calendar::shapes()? {
            tables.push(LandedTable { name, columns });
        }
        for (name, columns) in plan_shapes()? {
            tables.push(LandedTable { name, columns });
        }
        Ok(tables)
    }

    /// Compiles models against the landed tables.
    ///
    /// # Errors
    /// Every fault found, each with its place.
    pub async fn compile(&self) -> Result<Graph, Vec<Fault>> {
        let parameters = self.settings.parameters.iter().map(|(name, setting)| Parameter {
            name: name.clone(),
            column_type: setting.column_type,
            value: setting.value.clone(),
        });
        Graph::compile(ProjectInput {
            models: self.models.clone(),
            landed: self.landed_tables().map_err(|fault| vec![fault])?,
            parameters: parameters.collect(),
            periods: calendar::period_spans(&self.periods),
        })
        .await
    }
}

/// Addresses that no warehouse or target can have.
fn address_fault(settings: &Settings, text: &str) -> Vec<Fault> {
    let warehouse = std::iter::once(("the warehouse", &settings.warehouse));
    let addresses = warehouse.chain(settings.publish.iter().map(|target| ("a target of `publish`", &target.to)));
    let is_unknown =
        |address: &str| address.split_once("://").is_some_and(|(scheme, _)| !matches!(scheme, "s3" | "s3a" | "file"));
    addresses
        .filter(|(_, address)| is_unknown(address))
        .map(|(what, address)| {
            let line = text.lines().position(|line| line.contains(address.as_str())).map(|at| at as u64 + 1);
            Fault::new(J002, format!("{what} cannot lie at `{address}`"))
                .place(Place { line, ..Place::file(PROJECT_FILE) })
                .hint("write a folder, or `s3://bucket/prefix`")
        })
        .collect()
}

/// The plan documents of a project and its variables, read without the rest of it.
pub struct PlanDocuments {
    /// Sorted by file, variables put in.
    pub documents: Vec<plans::Document>,
    /// Those of the command line included.
    pub variables: BTreeMap<String, String>,
    /// What the project calls its calendar.
    pub calendar: Option<String>,
}

/// The plan documents of the project in `folder`.
///
/// # Errors
/// What keeps the settings or a document from being read.
pub fn plan_documents(folder: &Path, stated: &[String]) -> Result<PlanDocuments> {
    let text = read_text(&folder.join(PROJECT_FILE), PROJECT_FILE)?;
    let settings: Settings = documents::read(PROJECT_FILE, &text)?;
    let variables = variables(&settings, stated)?;
    let mut found = Vec::new();
    for document in documents_of(folder, "plans", "yml")? {
        let text = substitute(&document.text, &variables, &document.file)?;
        found.push(plans::Document { file: document.file, text });
    }
    Ok(PlanDocuments { documents: found, variables, calendar: settings.calendar.name })
}

/// The tables that plan documents land in.
///
/// # Errors
/// K002 if a name is no identifier.
pub fn plan_shapes() -> Result<Vec<(TableName, Vec<Column>)>> {
    plans::table_shapes()
        .into_iter()
        .map(|(name, columns, _)| TableName::new("landed", name).map(|name| (name, columns)))
        .collect()
}

/// The names of the project's plan documents, sorted.
///
/// # Errors
/// What keeps the folder from being read.
pub fn plan_files(folder: &Path) -> Result<Vec<String>> {
    Ok(documents_of(folder, "plans", "yml")?.into_iter().map(|document| document.file).collect())
}

/// A document's text; `name` is what it is called in messages.
///
/// # Errors
/// J003 if it cannot be read, J004 if it is not UTF-8.
pub fn read_text(path: &Path, name: &str) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|error| on_file("read", path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..sound].iter().filter(|byte| **byte == b'\n').count() + 1;
        Fault::new(J004, format!("`{name}` is not UTF-8 text"))
            .place(Place { line: Some(line as u64), ..Place::file(name) })
    })
}

/// The files with that ending in a folder of the project, sorted; none if there is no such folder.
fn documents_of(folder: &Path, below: &str, ending: &str) -> Result<Vec<Document>> {
    let inner = folder.join(below);
    let entries = match std::fs::read_dir(&inner) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(on_file("read", &inner, &error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| on_file("read", &inner, &error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !path.is_file() || name.starts_with('.') || path.extension().is_none_or(|found| found != ending) {
            continue;
        }
        let file = format!("{below}/{name}");
        let text = read_text(&path, &file)?;
        found.push(Document { file, text });
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(found)
}

/// Our own models; `TANTIEME_SQL` names a folder that is read in their stead, for whoever works on them.
fn built_in_models(environment: &Environment) -> Result<Vec<ModelSource>> {
    if let Some(folder) = environment.variables.get("TANTIEME_SQL") {
        let (mut models, _) = models_in(Path::new(folder), "built-in")?;
        models.iter_mut().for_each(|model| model.is_built_in = true);
        return Ok(models);
    }
    let files: BTreeMap<String, &str> = shipped::sql()?.into_iter().map(|file| (file.path, file.text)).collect();
    let mut models = Vec::new();
    for (path, sql) in files.iter().filter(|(path, _)| path.ends_with(".sql")) {
        let stem = path.trim_end_matches(".sql");
        let sidecar_path = format!("{stem}.yml");
        models.push(ModelSource {
            name: TableName::parse(&stem.replace('/', "."))?,
            sql: (*sql).to_owned(),
            sidecar: files.get(&sidecar_path).copied().unwrap_or_default().to_owned(),
            sql_file: format!("built-in/sql/{path}"),
            sidecar_file: format!("built-in/sql/{sidecar_path}"),
            is_built_in: true,
        });
    }
    Ok(models)
}

fn own_models(folder: &Path) -> Result<(Vec<ModelSource>, Vec<Fault>)> {
    models_in(&folder.join("sql"), "sql")
}

/// Models of `folder/<layer>/<table>.sql` and the faults of their names and sidecars.
fn models_in(folder: &Path, shown: &str) -> Result<(Vec<ModelSource>, Vec<Fault>)> {
    let (mut models, mut faults) = (Vec::new(), Vec::new());
    let mut layers: Vec<String> = match std::fs::read_dir(folder) {
        Ok(entries) => entries
            .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_dir()))
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(on_file("read", folder, &error)),
    };
    layers.sort();
    for layer in layers {
        let mut sidecars: BTreeMap<String, Document> = documents_of(folder, &layer, "yml")?
            .into_iter()
            .map(|document| (document.file.trim_end_matches(".yml").to_owned(), document))
            .collect();
        for sql in documents_of(folder, &layer, "sql")? {
            let stem = sql.file.trim_end_matches(".sql").to_owned();
            let sidecar_file = format!("{shown}/{stem}.yml");
            let Some(sidecar) = sidecars.remove(&stem) else {
                faults.push(
                    Fault::new(J002, format!("model `{}` has no sidecar", stem.replace('/', ".")))
                        .place(Place::file(sidecar_file))
                        .hint("write its description, key and columns; docs/formats.md shows the form"),
                );
                continue;
            };
            match TableName::parse(&stem.replace('/', ".")) {
                Ok(name) => models.push(ModelSource {
                    name,
                    sql: sql.text,
                    sidecar: sidecar.text,
                    sql_file: format!("{shown}/{}", sql.file),
                    sidecar_file,
                    is_built_in: false,
                }),
                Err(fault) => faults.push(fault.place(Place::file(format!("{shown}/{}", sql.file)))),
            }
        }
        for stem in sidecars.into_keys() {
            faults.push(
                Fault::new(J002, format!("the sidecar of `{}` has no model", stem.replace('/', ".")))
                    .place(Place::file(format!("{shown}/{stem}.yml")))
                    .hint("write the `.sql` beside it, or remove the sidecar"),
            );
        }
    }
    Ok((models, faults))
}
