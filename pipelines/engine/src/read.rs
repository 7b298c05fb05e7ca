//! Reading what was released: queries, differences, reproduction, model cases, and the removal of what nobody names.
//!
//! Promises that a query reads one release whole and changes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, StringArray},
    compute::{CastOptions, cast_with_options},
    datatypes::SchemaRef,
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use datafusion::{
    common::SchemaError,
    error::DataFusionError,
    execution::context::SessionContext,
    logical_expr::{Expr, cast, ident},
};
use kernel::{Clock, Fault, Place, Result, Store, Timestamp, columns::Column, landing, names::TableName, sequence};

use crate::{
    build::Build,
    checks::{self, quoted},
    fault::{E011, E013, E015, E016, store_fault, words},
    graph::{self, Graph, LandedTable},
    model::Model,
    partitions::State,
    planning,
    release::{LandedVersion, RELEASES, Release, TableVersion},
    report::{BuildOptions, Silent},
    session::{self, Runtime, SessionSettings},
    tables,
    warehouse::Warehouse,
};

/// Rows with their schema.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The columns.
    pub schema: SchemaRef,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

impl Answer {
    /// Rows in all batches.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Every cell as text, exactly; none where it is empty.
    ///
    /// # Errors
    /// E016 if a type has no text.
    pub fn rows(&self) -> Result<Vec<Vec<Option<String>>>> {
        let options = FormatOptions::default().with_display_error(false);
        let failed = |error: &dyn std::fmt::Display| Fault::new(E016, "a value cannot be shown as text").cause(error);
        let mut rows = Vec::with_capacity(self.row_count());
        for batch in &self.batches {
            let formatters = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
                .collect::<std::result::Result<Vec<_>, _>>()
                .map_err(|error| failed(&error))?;
            for row in 0..batch.num_rows() {
                let mut cells = Vec::with_capacity(formatters.len());
                for (column, formatter) in batch.columns().iter().zip(&formatters) {
                    let text = formatter.value(row).try_to_string().map_err(|error| failed(&error))?;
                    cells.push((!column.is_null(row)).then_some(text));
                }
                rows.push(cells);
            }
        }
        Ok(rows)
    }
}

/// One query over one release: its tables as `layer.table`, and `landed.*` and `quarantine.*` as the release knew them.
///
/// # Errors
/// E016 if it is no query or cannot be answered.
pub async fn query(
    warehouse: &Warehouse,
    landed: &[LandedTable],
    release: &Release,
    sql: &str,
    settings: &SessionSettings,
) -> Result<Answer> {
    let failed = |error: &DataFusionError| unanswered(error, warehouse, release);
    let session = release_session(warehouse, landed, release, settings).await?;
    let frame = session.sql_with_options(sql, session::only_queries()).await.map_err(|error| failed(&error))?;
    let schema = Arc::clone(frame.schema().inner());
    let batches = frame.collect().await.map_err(|error| failed(&error))?;
    Ok(Answer { schema, batches })
}

/// Why a query was not answered: it is wrong, or a file that the release names is not as it was written.
fn unanswered(error: &DataFusionError, warehouse: &Warehouse, release: &Release) -> Fault {
    let told = words(error).replace('\n', " ");
    let root = error.find_root();
    let named = || {
        let paths = release.tables.values().flat_map(TableVersion::files).map(|file| file.path.as_str());
        paths.filter(|path| told.contains(*path)).max_by_key(|path| path.len()).unwrap_or("a file of the release")
    };
    let on_file = |path: &str, problem: &str| {
        Fault::new(E013, format!("`{path}` {problem}"))
            .place(Place::file(format!("{}/{path}", warehouse.uri())))
            .hint("restore it from a copy of the warehouse, or roll back to a release that does not name it; `tantieme doctor` finds every such file")
    };
    match root {
        DataFusionError::ObjectStore(inner) => match inner.as_ref() {
            object_store::Error::NotFound { path, .. } => {
                let path = path.strip_prefix(warehouse.uri()).unwrap_or(path).trim_start_matches('/').to_owned();
                return on_file(&path, "is missing");
            }
            other => return store_fault(warehouse.uri(), named(), "read", other),
        },
        // The Parquet reader keeps no more than the words of the store.
        DataFusionError::ParquetError(_) if told.contains("Object at location") && told.contains(" not found") => {
            return on_file(named(), "is missing");
        }
        DataFusionError::ParquetError(inner) => {
            return on_file(named(), "is damaged: its bytes are not the ones that were written").cause(inner);
        }
        _ => {}
    }
    let fault = Fault::new(E016, format!("the query cannot be answered: {told}"));
    match root {
        DataFusionError::SchemaError(inner, _) => match inner.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let nearest = valid_fields.iter().min_by_key(|valid| planning::distance(&field.name, &valid.name));
                match nearest {
                    Some(nearest) => fault.hint(format!("the nearest column is `{}`", nearest.name)),
                    None => fault,
                }
            }
            _ => fault,
        },
        _ if told.contains("not found") && told.contains("table") => {
            let meant = told.split('\'').nth(1).unwrap_or_default();
            let meant = meant.rsplitn(3, '.').take(2).collect::<Vec<_>>();
            let meant = meant.into_iter().rev().collect::<Vec<_>>().join(".");
            let names = release.tables.keys().map(TableName::to_string);
            match names.min_by_key(|name| planning::distance(&meant, name)) {
                Some(nearest) => fault.hint(format!("the nearest table is `{nearest}`; `tantieme show` lists all")),
                None => fault,
            }
        }
        _ => fault,
    }
}

/// A session that sees exactly one release.
async fn release_session(
    warehouse: &Warehouse,
    landed: &[LandedTable],
    release: &Release,
    settings: &SessionSettings,
) -> Result<SessionContext> {
    let runtime = Runtime::new(settings, Some(warehouse.object_store()))?;
    let session = runtime.session();
    let failed =
        |error: DataFusionError| Fault::new(E016, "the release's tables cannot be opened").cause(words(&error));
    let mut state = State { tables: release.tables.clone(), ..State::default() };
    for name in release.tables.keys() {
        tables::expose_whole(&session, name, &state).map_err(failed)?;
    }
    let store = warehouse.store();
    for table in landed {
        let up_to = release.inputs.get(&table.name).map_or(0, |input| input.batch_number);
        state.landed.insert(table.name.clone(), LandedVersion::read(&*store, &table.name, Some(up_to)).await?);
    }
    for name in graph::landed_columns(landed)?.keys() {
        tables::expose_landed(&session, landed, &state.landed, name).await.map_err(failed)?;
    }
    Ok(session)
}

/// How a table differs between two releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDiff {
    /// The table.
    pub name: TableName,
    /// Rows whose key only the later release has.
    pub added: u64,
    /// Rows whose key only the earlier release has.
    pub removed: u64,
    /// Rows of both whose values differ.
    pub changed: u64,
    /// Every decimal column whose sum differs: column, sum before, sum after.
    pub sums: Vec<(String, String, String)>,
}

/// How two releases differ; tables that are the same are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The earlier release.
    pub from: u64,
    /// The later one.
    pub to: u64,
    /// Tables that differ, by name.
    pub tables: Vec<TableDiff>,
    /// Tables that only one has.
    pub only_in: Vec<(TableName, u64)>,
}

/// Compares two releases row by row, by key.
///
/// # Errors
/// E016 if a table cannot be read.
pub async fn diff(warehouse: &Warehouse, from: &Release, to: &Release, settings: &SessionSettings) -> Result<Diff> {
    let names: BTreeSet<&TableName> = from.tables.keys().chain(to.tables.keys()).collect();
    let mut found = Diff { from: from.number, to: to.number, tables: Vec::new(), only_in: Vec::new() };
    for name in names {
        match (from.tables.get(name), to.tables.get(name)) {
            (Some(before), Some(after)) if before.same_content(after) => {}
            (Some(before), Some(after)) => {
                found.tables.push(table_diff(warehouse, name, before, after, settings).await?);
            }
            (Some(_), None) => found.only_in.push((name.clone(), from.number)),
            (None, _) => found.only_in.push((name.clone(), to.number)),
        }
    }
    Ok(found)
}

async fn table_diff(
    warehouse: &Warehouse,
    name: &TableName,
    before: &TableVersion,
    after: &TableVersion,
    settings: &SessionSettings,
) -> Result<TableDiff> {
    let runtime = Runtime::new(settings, Some(warehouse.object_store()))?;
    let session = runtime.session();
    let failed = |error: DataFusionError| Fault::new(E016, format!("`{name}` cannot be compared")).cause(words(&error));
    let same: BTreeSet<_> = before.files().map(|file| file.hash).collect();
    let theirs: BTreeSet<_> = after.files().map(|file| file.hash).collect();
    for (layer, version, other) in [("before", before, &theirs), ("after", after, &same)] {
        // Files that both name hold the same rows and need not be read.
        let mut own = version.clone();
        for partition in &mut own.partitions {
            partition.files.retain(|file| !other.contains(&file.hash));
        }
        let alias = TableName::new("compared", layer)?;
        let state = State { tables: BTreeMap::from([(alias.clone(), own)]), ..State::default() };
        tables::expose_whole(&session, &alias, &state).map_err(failed)?;
    }
    let join: Vec<String> =
        after.key.iter().map(|key| format!("(b.{0} is not distinct from a.{0})", quoted(key))).collect();
    let values: Vec<String> = after
        .columns
        .iter()
        .filter(|column| !after.key.contains(&column.name) && before.columns.iter().any(|b| b.name == column.name))
        .map(|column| format!("(b.{0} is distinct from a.{0})", quoted(&column.name)))
        .collect();
    let values = if values.is_empty() { "false".to_owned() } else { values.join(" or ") };
    let sql = format!(
        "select count(*) filter (where b.\"_marker\" is null) as added, count(*) filter (where a.\"_marker\" is null) as removed, \
         count(*) filter (where b.\"_marker\" is not null and a.\"_marker\" is not null and ({values})) as changed \
         from (select *, 1 as \"_marker\" from compared.before) as b full outer join (select *, 1 as \"_marker\" from compared.after) as a on {}",
        join.join(" and ")
    );
    let batches = session.sql(&sql).await.map_err(failed)?.collect().await.map_err(failed)?;
    let schema = batches.first().map(RecordBatch::schema).unwrap_or_else(|| session::arrow_schema(&[]));
    let counts = Answer { schema, batches }.rows()?;
    let count = |at: usize| {
        counts
            .first()
            .and_then(|row| row.get(at))
            .and_then(Option::as_deref)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    };
    let sums = after
        .columns
        .iter()
        .filter_map(|column| {
            let (b, a) = (checks::total(before, &column.name)?, checks::total(after, &column.name)?);
            (a != b).then(|| (column.name.clone(), b, a))
        })
        .collect();
    Ok(TableDiff { name: name.clone(), added: count(0), removed: count(1), changed: count(2), sums })
}

/// Computes a release again from its own inputs and parameters and compares every table byte by byte; publishes nothing.
///
/// Tables that the release's run had left as they were, [`Release::stale_tables`], are not compared.
///
/// # Errors
/// As [`Build::run`].
pub async fn reproduce(
    warehouse: &Warehouse,
    graph: &mut Graph,
    release: &Release,
    mut options: BuildOptions,
    clock: &dyn Clock,
) -> Result<Vec<(TableName, bool)>> {
    graph.set_parameters(&release.parameters);
    options.full = true;
    options.dry_run = false;
    options.inputs = Some(release.inputs.iter().map(|(name, input)| (name.clone(), input.batch_number)).collect());
    let build = Build::run(warehouse, graph, &options, clock, &Silent).await?;
    Ok(release
        .tables
        .iter()
        .filter(|(name, _)| !release.stale_tables.contains(*name))
        .map(|(name, table)| (name.clone(), build.tables().get(name).is_some_and(|again| again.same_content(table))))
        .collect())
}

/// What was, or would be, removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Paths of objects that nothing names.
    pub removed: Vec<String>,
    /// Their bytes.
    pub freed_bytes: u64,
    /// Releases whose manifests went with them.
    pub releases: Vec<u64>,
}

/// Removes every file that no kept release and no batch names; to be called under a lease. In a bucket, where there is no
/// lease, only what was written before `older_than`: a run at work may be about to name the rest.
///
/// # Errors
/// E007 from the store.
pub async fn maintain(
    warehouse: &Warehouse,
    keep_releases: usize,
    older_than: Timestamp,
    dry_run: bool,
) -> Result<Maintained> {
    let store = warehouse.store();
    let young = warehouse.written_since(older_than).await?;
    let releases = Release::list(&*store).await?;
    let old = releases.len().saturating_sub(keep_releases.max(1));
    let mut done = Maintained::default();
    let mut named: BTreeSet<String> = BTreeSet::new();
    for release in releases.iter().skip(old) {
        named.extend(release.tables.values().flat_map(TableVersion::files).map(|file| file.path.clone()));
    }
    for release in releases.iter().take(old) {
        done.releases.push(release.number);
        done.removed.push(sequence::path(RELEASES, release.number));
    }
    for entry in store.list("tables").await? {
        if !named.contains(&entry.path) && !young.contains(&entry.path) {
            done.freed_bytes += entry.size;
            done.removed.push(entry.path);
        }
    }
    unnamed_landed(&*store, &young, &mut done).await?;
    if !dry_run {
        // Manifests first: a crash in between leaves files without a manifest, never a manifest without files.
        for path in &done.removed {
            store.delete(path).await?;
        }
        warehouse.clear_staging()?;
    }
    Ok(done)
}

/// Landed files whose batch was never committed.
async fn unnamed_landed(store: &dyn Store, young: &BTreeSet<String>, done: &mut Maintained) -> Result<()> {
    let entries = store.list("landed").await?;
    let streams: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.path.split('/').nth(1)).collect();
    let mut named = BTreeSet::new();
    for stream in streams {
        for (_, batch) in landing::batches(store, &TableName::new("landed", stream)?).await? {
            let files = [batch.files, batch.superseded, batch.quarantined, batch.settled];
            named.extend(files.into_iter().flatten().map(|file| file.path));
        }
    }
    for entry in &entries {
        if !entry.path.contains("/batches/") && !named.contains(&entry.path) && !young.contains(&entry.path) {
            done.freed_bytes += entry.size;
            done.removed.push(entry.path.clone());
        }
    }
    Ok(())
}

/// Rows of text for the inputs of one model.
#[derive(Debug, Clone, Default)]
pub struct CaseInput {
    /// The model.
    pub model: Option<TableName>,
    /// Rows by table; a cell that is not given is empty. Tables not given have no rows.
    pub given: BTreeMap<TableName, Vec<BTreeMap<String, Option<String>>>>,
    /// Parameters that differ from the project's.
    pub parameters: BTreeMap<String, String>,
}

/// Runs one model on the rows of a case, in memory, and gives its rows sorted by key.
///
/// # Errors
/// E015 if the case names a table or column that is not there, E011 if the model fails.
pub async fn run_case(graph: &Graph, landed: &[LandedTable], case: &CaseInput) -> Result<Answer> {
    let name = case.model.as_ref().ok_or_else(|| Fault::new(E015, "the case names no model"))?;
    let model = graph.model(name).ok_or_else(|| Fault::new(E015, format!("there is no model `{name}`")))?;
    let declared = graph::landed_columns(landed)?;
    let runtime = Runtime::new(&SessionSettings::default(), None)?;
    let session = runtime.session();
    let failed = |error: DataFusionError| {
        Fault::new(E011, format!("`{name}` failed on the case"))
            .place(Place::file(&model.sql_file))
            .cause(words(&error))
    };
    for given in case.given.keys() {
        if !model.inputs.contains(given) {
            return Err(Fault::new(E015, format!("the case gives `{given}`, which `{name}` does not read")));
        }
    }
    for input in &model.inputs {
        let columns = match graph.model(input) {
            Some(model) => model.sidecar.columns(),
            None => declared.get(input).cloned().unwrap_or_default(),
        };
        let rows = case.given.get(input).map(Vec::as_slice).unwrap_or_default();
        let batch = case_batch(input, &columns, rows)?;
        let table = session::memory_table(batch.schema(), vec![batch]).map_err(failed)?;
        session::register(&session, input, table).map_err(failed)?;
    }
    let mut values = graph.parameter_values()?;
    for (parameter, text) in &case.parameters {
        let known = graph.parameters().get(parameter);
        let known = known.ok_or_else(|| Fault::new(E015, format!("there is no parameter `{parameter}`")))?;
        let value = session::scalar(known.column_type, text).map_err(|words| Fault::new(E015, words))?;
        values.insert(parameter.clone(), value);
    }
    let batches = case_rows(&session, model, &values).await.map_err(failed)?;
    Ok(Answer { schema: session::arrow_schema(&model.sidecar.columns()), batches })
}

async fn case_rows(
    session: &SessionContext,
    model: &Model,
    values: &session::Parameters,
) -> std::result::Result<Vec<RecordBatch>, DataFusionError> {
    let plan = planning::bind(session.state().create_logical_plan(&model.sql).await?, values)?;
    let columns: Vec<Expr> = plan
        .schema()
        .iter()
        .zip(&model.sidecar.columns)
        .map(|((qualifier, field), column)| {
            let found = Expr::Column(datafusion::common::Column::new(qualifier.cloned(), field.name()));
            cast(found, session::arrow_type(column.column_type)).alias(&column.name)
        })
        .collect();
    let key = model.sidecar.key.iter().map(|name| ident(name.as_str()).sort(true, true)).collect();
    datafusion::dataframe::DataFrame::new(session.state(), plan).select(columns)?.sort(key)?.collect().await
}

/// Rows of text as a batch of the declared types.
fn case_batch(table: &TableName, columns: &[Column], rows: &[BTreeMap<String, Option<String>>]) -> Result<RecordBatch> {
    for row in rows {
        if let Some(unknown) = row.keys().find(|name| !columns.iter().any(|column| &column.name == *name)) {
            return Err(Fault::new(E015, format!("`{table}` has no column `{unknown}`")));
        }
    }
    let schema = session::arrow_schema(columns);
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for column in columns {
        let texts: StringArray =
            rows.iter().map(|row| row.get(&column.name).and_then(|cell| cell.as_deref())).collect();
        let options = CastOptions { safe: false, ..CastOptions::default() };
        let array = cast_with_options(&texts, &session::arrow_type(column.column_type), &options).map_err(|error| {
            Fault::new(E015, format!("a value of `{table}.{}` is not a {}", column.name, column.column_type))
                .cause(error)
        })?;
        arrays.push(array);
    }
    RecordBatch::try_new(schema, arrays).map_err(|error| Fault::new(E015, format!("rows of `{table}`")).cause(error))
}
