//! The one place that builds a DataFusion session, and the tables that sessions read.
//!
//! Promises that literals are decimals, that sums are checked, that statements other than a query are refused, and that a
//! session sees exactly the files it is given, never a folder's listing.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use arrow::{
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    record_batch::RecordBatch,
};
use datafusion::{
    catalog::{MemorySchemaProvider, SchemaProvider, Session, TableProvider},
    common::{ScalarValue, Statistics, stats::Precision},
    datasource::{
        MemTable,
        listing::PartitionedFile,
        object_store::ObjectStoreUrl,
        physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource},
        source::DataSourceExec,
    },
    error::{DataFusionError, Result as DfResult},
    execution::{
        SessionStateBuilder,
        context::{SQLOptions, SessionContext},
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::{FairSpillPool, MemoryPool, UnboundedMemoryPool},
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    logical_expr::{Expr, TableProviderFilterPushDown, TableType},
    physical_plan::ExecutionPlan,
    prelude::SessionConfig,
};
use kernel::{
    Fault, Result,
    columns::{Column, ColumnType},
    landing::FileRef,
    names::TableName,
};
use object_store::ObjectStore;
use url::Url;

use crate::{fault::E007, functions};

/// The catalog under which every layer is a schema.
const CATALOG: &str = "tantieme";
/// The address under which sessions know the warehouse.
const WAREHOUSE_URL: &str = "warehouse://w";

/// How much of the machine a session may use.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// Threads a query is spread over; results do not depend on it.
    pub target_partitions: usize,
    /// Rows in a batch; results do not depend on it.
    pub batch_rows: usize,
    /// Memory for sorts, joins and aggregates before they spill; unbounded if none.
    pub memory_bytes: Option<usize>,
    /// Where to spill; the system's folder for temporary files if none.
    pub spill_folder: Option<PathBuf>,
    /// Whether joins sort instead of hash, which spills.
    pub prefers_sorted_joins: bool,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            target_partitions: 2,
            batch_rows: 8192,
            memory_bytes: None,
            spill_folder: None,
            prefers_sorted_joins: false,
        }
    }
}

/// What sessions of one build share: memory, spill files, and the way to the warehouse.
#[derive(Debug, Clone)]
pub struct Runtime {
    environment: Arc<RuntimeEnv>,
    settings: SessionSettings,
}

impl Runtime {
    /// Prepares memory and spilling; `store` is the warehouse's, none where only tables in memory are read.
    ///
    /// # Errors
    /// E007 if the spill folder cannot be used.
    pub fn new(settings: &SessionSettings, store: Option<Arc<dyn ObjectStore>>) -> Result<Self> {
        let pool: Arc<dyn MemoryPool> = match settings.memory_bytes {
            Some(bytes) => Arc::new(FairSpillPool::new(bytes)),
            None => Arc::new(UnboundedMemoryPool::default()),
        };
        let mut disk = DiskManagerBuilder::default();
        if let Some(folder) = &settings.spill_folder {
            disk = disk.with_mode(DiskManagerMode::Directories(vec![folder.clone()]));
        }
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(pool)
            .with_disk_manager_builder(disk)
            .build_arc()
            .map_err(|error| Fault::new(E007, "cannot prepare memory and spill files").cause(error))?;
        if let (Some(store), Ok(url)) = (store, Url::parse(WAREHOUSE_URL)) {
            environment.register_object_store(&url, store);
        }
        Ok(Self { environment, settings: settings.clone() })
    }

    /// The same, with joins that spill and half the threads; for a model that ran out of memory.
    #[must_use]
    pub fn thriftier(&self) -> Self {
        let mut settings = self.settings.clone();
        settings.prefers_sorted_joins = true;
        settings.target_partitions = (settings.target_partitions / 2).max(1);
        Self { environment: Arc::clone(&self.environment), settings }
    }

    /// A session without tables.
    pub fn session(&self) -> SessionContext {
        let mut config = SessionConfig::new()
            .with_target_partitions(self.settings.target_partitions.max(1))
            .with_batch_size(self.settings.batch_rows.max(1))
            .with_information_schema(false)
            .with_default_catalog_and_schema(CATALOG, "public")
            .set_bool("datafusion.sql_parser.parse_float_as_decimal", true)
            .set_bool("datafusion.sql_parser.collect_spans", true)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false)
            .set_bool("datafusion.optimizer.prefer_hash_join", !self.settings.prefers_sorted_joins);
        if let Some(bytes) = self.settings.memory_bytes {
            // What a sort sets aside for merging has to leave room for the sorts beside it.
            config = config.with_sort_spill_reservation_bytes((bytes / 32).min(10 << 20));
        }
        // Small tables are read by one thread: splitting them costs more than it saves.
        config = config.with_repartition_file_min_size(1 << 22);
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::clone(&self.environment))
            .with_default_features()
            .build();
        let session = SessionContext::new_with_state(state);
        functions::register(&session);
        session
    }
}

/// Nothing but a query: no statement that makes, changes, sets or writes anything.
pub fn only_queries() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

/// Puts a table into a session under `layer.table`.
///
/// # Errors
/// The session's, if the name is taken.
pub fn register(session: &SessionContext, name: &TableName, table: Arc<dyn TableProvider>) -> DfResult<()> {
    let catalog = session
        .catalog(CATALOG)
        .ok_or_else(|| DataFusionError::Internal(format!("the session has no catalog `{CATALOG}`")))?;
    let schema: Arc<dyn SchemaProvider> = match catalog.schema(name.layer()) {
        Some(schema) => schema,
        None => {
            let schema: Arc<dyn SchemaProvider> = Arc::new(MemorySchemaProvider::new());
            catalog.register_schema(name.layer(), Arc::clone(&schema))?;
            schema
        }
    };
    schema.register_table(name.table().to_owned(), table)?;
    Ok(())
}

/// The Arrow type of a column type.
pub fn arrow_type(column_type: ColumnType) -> DataType {
    match column_type {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        // Our scales are at most 38, which fits.
        ColumnType::Decimal { precision, scale } => DataType::Decimal128(precision, scale.cast_signed()),
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Binary => DataType::Binary,
    }
}

/// The Arrow schema of a table; every field may be null, because presence is checked and not assumed.
pub fn arrow_schema(columns: &[Column]) -> SchemaRef {
    let fields: Vec<Field> = columns.iter().map(|c| Field::new(&c.name, arrow_type(c.column_type), true)).collect();
    Arc::new(Schema::new(fields))
}

/// A table without rows.
///
/// # Errors
/// The session's.
pub fn empty_table(columns: &[Column]) -> DfResult<Arc<dyn TableProvider>> {
    memory_table(arrow_schema(columns), Vec::new())
}

/// A table in memory.
///
/// # Errors
/// The session's, if a batch does not match the schema.
pub fn memory_table(schema: SchemaRef, batches: Vec<RecordBatch>) -> DfResult<Arc<dyn TableProvider>> {
    Ok(Arc::new(MemTable::try_new(schema, vec![batches])?))
}

/// Exactly these Parquet files of the warehouse as one table; columns that a file lacks are empty.
#[derive(Debug)]
pub struct FilesTable {
    schema: SchemaRef,
    files: Vec<FileRef>,
}

impl FilesTable {
    /// A table of these files.
    pub fn new(columns: &[Column], files: Vec<FileRef>) -> Self {
        Self { schema: arrow_schema(columns), files }
    }
}

#[async_trait::async_trait]
impl TableProvider for FilesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> DfResult<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        let files: Vec<PartitionedFile> =
            self.files.iter().map(|file| PartitionedFile::new(file.path.clone(), file.byte_count)).collect();
        let rows = self
            .files
            .iter()
            .fold(0_usize, |sum, file| sum.saturating_add(usize::try_from(file.row_count).unwrap_or(usize::MAX)));
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(rows);
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let source = Arc::new(ParquetSource::new(Arc::clone(&self.schema)));
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::parse(WAREHOUSE_URL)?, source)
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// Reads a parameter's text as a value of its type.
///
/// # Errors
/// Words for a message, if the text is not of that type.
pub fn scalar(column_type: ColumnType, text: &str) -> std::result::Result<ScalarValue, String> {
    ScalarValue::try_from_string(text.to_owned(), &arrow_type(column_type))
        .map_err(|_| format!("`{text}` is not a {column_type}"))
}

/// Values of parameters by name.
pub type Parameters = BTreeMap<String, ScalarValue>;
