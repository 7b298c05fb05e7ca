//! Delta tables, one for each table of the release, one commit for each table that changed.
//!
//! Promises that a commit replaces the changed partitions whole, that nobody's commit is overwritten, and that an error
//! after a commit that stands is not mistaken for one before it. What is known of the library (`deltalake`) and guarded
//! against here: two writers may both succeed unless retries are off, so they are off; application transactions are stored
//! but not enforced, so the last is read and compared; an error may be reported though the commit stands, so it is read
//! back; floats and decimals are cast silently, so nothing is left to be cast.
//!
//! A data file is named by what it holds (the release's file and the table's columns), so what a table lacks and what it
//! should lose is the difference of two sets of names. That also replaces what a stranger has added or rewritten. The name
//! begins with the release that brought it: a file that was removed once is never taken up again, for its deletion may be
//! due. It does not know SQL, nor how the release's files were made.

use std::collections::{BTreeMap, HashMap};

use deltalake::{
    DeltaTable, DeltaTableError,
    kernel::{
        Action, Add, DataType, Metadata, MetadataExt, Remove, StructField, StructType, Transaction, new_metadata,
        transaction::{CommitBuilder, CommitProperties, TransactionError},
    },
    logstore::LogStoreRef,
    operations::create::CreateBuilder,
    protocol::{DeltaOperation, SaveMode},
};
use kernel::{
    Fault, Fingerprint, Place as Where, Result,
    columns::{Column, ColumnType},
    landing::FileRef,
};

use crate::{
    Published, Source, TableToPublish, TargetKind,
    delta_file::{read_whole, rewrite, schema_of},
    fault::{U003, U006, U008, unreachable},
    partition_folder,
    place::Place,
    publication::{LATEST, Publication, PublishedTable, newer},
};

/// The name under which a table's log keeps the last release.
const APPLICATION: &str = "tantieme";
const RELEASE: &str = "tantieme_release";
const RUN: &str = "tantieme_run";
const PARTITIONS: &str = "tantieme_partitions";

/// The version of the way that files are written; a new one writes every file anew.
const FILE_FORMAT: u32 = 1;

pub(crate) async fn publish(place: &Place, source: &dyn Source, run_id: &str) -> Result<Published> {
    let release = source.release_number();
    let mut publication = Publication::of(TargetKind::Delta, source, run_id);
    let latest = Publication::latest(place, &publication).await?;
    let mut done = Published {
        target: place.shown().to_owned(),
        release,
        tables_written: 0,
        tables_unchanged: 0,
        files_written: 0,
        completed_earlier: false,
    };
    for table in source.tables() {
        let work =
            Work { place, source, run_id, path: table.folder(), log: place.delta_log(&table.folder())?, table: &table };
        let (version, files_written) = work.publish().await?;
        match files_written {
            Some(count) => {
                done.tables_written += 1;
                done.files_written += count;
            }
            None => done.tables_unchanged += 1,
        }
        let published = PublishedTable {
            path: table.folder(),
            version: Some(version),
            row_count: table.row_count(),
            control_sums: table.control_sums.clone(),
            files: Vec::new(),
        };
        publication.tables.insert(table.name.clone(), published);
    }
    done.completed_earlier = latest.as_ref().is_some_and(|latest| latest.is_same(&publication));
    if !done.completed_earlier {
        Publication::latest(place, &publication).await?;
        place.replace(LATEST, publication.bytes()?).await?;
    }
    Ok(done)
}

/// One table on its way.
struct Work<'a> {
    place: &'a Place,
    source: &'a dyn Source,
    run_id: &'a str,
    table: &'a TableToPublish,
    path: String,
    log: LogStoreRef,
}

/// What makes two files of a table the same: partition and name, without the release that brought it.
type Name = (Option<String>, String);

impl Work<'_> {
    /// The version that is this release's, and the number of files written; none if the table was right already.
    async fn publish(&self) -> Result<(u64, Option<usize>)> {
        let current = self.load().await?;
        self.refuse_older(current.as_ref()).await?;
        let schema = self.schema()?;
        let metadata = self.changed_metadata(current.as_ref(), &schema)?;
        let mut missing = self.wanted();
        let mut removes = Vec::new();
        for view in current.iter().filter_map(|table| table.snapshot().ok()).flat_map(|state| state.log_data()) {
            let remove = view.remove_action(true);
            if missing.remove(&self.name_of(&remove)).is_none() {
                removes.push(remove);
            }
        }
        if let (Some(table), None, true, true) = (&current, &metadata, missing.is_empty(), removes.is_empty()) {
            return Ok((table.version().unwrap_or_default(), None));
        }
        let mut actions: Vec<Action> = metadata.into_iter().map(Action::Metadata).collect();
        actions.extend(removes.into_iter().map(Action::Remove));
        let files_written = missing.len();
        let hashes: BTreeMap<String, String> = missing
            .iter()
            .map(|((partition, _), file)| (partition.clone().unwrap_or_default(), file.hash.hex()))
            .collect();
        for ((partition, name), file) in missing {
            actions.push(Action::Add(self.write(partition, &name, file).await?));
        }
        let properties = CommitProperties::default()
            .with_max_retries(0)
            .with_application_transaction(Transaction::new(APPLICATION, self.release_as_signed()))
            .with_metadata([
                (RELEASE.to_owned(), self.source.release_number().into()),
                (RUN.to_owned(), self.run_id.into()),
                (PARTITIONS.to_owned(), serde_json::json!(hashes)),
            ]);
        let version = self.commit(current.as_ref(), schema, actions, properties).await?;
        self.verify(version).await?;
        Ok((version, Some(files_written)))
    }

    async fn load(&self) -> Result<Option<DeltaTable>> {
        let exists = self.log.is_delta_table_location().await.map_err(|error| self.fault(error, "read"))?;
        if !exists {
            return Ok(None);
        }
        let mut table = DeltaTable::new(self.log.clone());
        table.load().await.map_err(|error| self.fault(error, "read"))?;
        Ok(Some(table))
    }

    /// A table that shows a newer release is another warehouse's, or a slow publisher is too late.
    async fn refuse_older(&self, current: Option<&DeltaTable>) -> Result<()> {
        let Some(state) = current.and_then(|table| table.snapshot().ok()) else { return Ok(()) };
        let last = state.transaction_version(self.log.as_ref(), APPLICATION).await;
        match last.map_err(|error| self.fault(error, "read"))? {
            Some(last) if last > self.release_as_signed() => {
                Err(newer(self.place, last.unsigned_abs(), self.source.release_number()))
            }
            _ => Ok(()),
        }
    }

    fn release_as_signed(&self) -> i64 {
        i64::try_from(self.source.release_number()).unwrap_or(i64::MAX)
    }

    fn partition_columns(&self) -> Vec<String> {
        self.table.partition_column.iter().cloned().collect()
    }

    fn schema(&self) -> Result<StructType> {
        let fields = self.table.columns.iter().map(|column| {
            let data_type = delta_type(column.column_type).map_err(|error| self.fault(error, "declared"))?;
            Ok(StructField::new(column.name.clone(), data_type, column.nullable))
        });
        StructType::try_new(fields.collect::<Result<Vec<_>>>()?).map_err(|error| self.fault(error.into(), "declared"))
    }

    /// The table's description if its columns are not what they were; every file is then replaced with it.
    fn changed_metadata(&self, current: Option<&DeltaTable>, schema: &StructType) -> Result<Option<Metadata>> {
        let Some(state) = current.and_then(|table| table.snapshot().ok()) else { return Ok(None) };
        let before = state.metadata();
        let same_partition = before.partition_columns().iter().eq(self.table.partition_column.iter());
        if same_partition && state.schema().as_ref() == schema {
            return Ok(None);
        }
        let changed = if same_partition {
            before.clone().with_schema(schema)
        } else {
            new_metadata(schema, self.partition_columns(), before.configuration())
                .and_then(|fresh| fresh.with_table_id(before.id().to_owned()))
                .and_then(|fresh| fresh.with_name(self.table.name.to_string()))
        };
        changed.map(Some).map_err(|error| self.fault(error.into(), "declared"))
    }

    /// Every file that the table is to have.
    fn wanted(&self) -> BTreeMap<Name, &FileRef> {
        let columns = serde_json::to_string(&self.table.columns).unwrap_or_default();
        let partition = self.table.partition_column.as_deref().unwrap_or_default();
        let name = |file: &FileRef| {
            let print =
                Fingerprint::new("publish.delta", FILE_FORMAT).field(file.hash.0).field(&columns).field(partition);
            print.finish().hex()[..32].to_owned()
        };
        self.table
            .files()
            .map(|(value, file)| {
                let value = value.filter(|_| self.table.partition_column.is_some());
                ((value.map(str::to_owned), name(file)), file)
            })
            .collect()
    }

    /// The name of a file that the table has; a stranger's file has one that is never wanted.
    fn name_of(&self, file: &Remove) -> Name {
        let values = file.partition_values.clone().unwrap_or_default();
        let partition = self.table.partition_column.as_ref().and_then(|column| values.get(column).cloned().flatten());
        let stem = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".parquet"));
        let name = stem.and_then(|stem| stem.strip_prefix("r")).and_then(|stem| stem.split_once('-'));
        (partition, name.map_or_else(|| file.path.clone(), |(_, name)| name.to_owned()))
    }

    async fn write(&self, partition: Option<String>, name: &str, file: &FileRef) -> Result<Add> {
        let kept: Vec<&Column> = self
            .table
            .columns
            .iter()
            .filter(|column| Some(&column.name) != self.table.partition_column.as_ref())
            .collect();
        let bytes = rewrite(file, read_whole(self.source, file).await?, &schema_of(kept))?;
        let mut path = format!("r{:010}-{name}.parquet", self.source.release_number());
        let mut partition_values = HashMap::new();
        if let Some(column) = &self.table.partition_column {
            if let Some(value) = &partition {
                path = format!("{}/{path}", partition_folder(column, value));
            }
            partition_values.insert(column.clone(), partition);
        }
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        // Of a file that is there already, the name says that it is this one.
        self.place.put_new(&format!("{}/{path}", self.path), bytes).await?;
        Ok(Add {
            path,
            partition_values,
            size,
            modification_time: self.source.released_at().0.div_euclid(1000),
            data_change: true,
            stats: Some(serde_json::json!({ "numRecords": file.row_count }).to_string()),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        })
    }

    /// One commit, without a second try: the first commit makes the table and fills it.
    async fn commit(
        &self,
        current: Option<&DeltaTable>,
        schema: StructType,
        actions: Vec<Action>,
        properties: CommitProperties,
    ) -> Result<u64> {
        let (expected, committed) = match current {
            None => {
                let create = CreateBuilder::new()
                    .with_log_store(self.log.clone())
                    .with_table_name(self.table.name.to_string())
                    .with_columns(schema.fields().cloned())
                    .with_partition_columns(self.partition_columns())
                    .with_save_mode(SaveMode::ErrorIfExists)
                    .with_actions(actions)
                    .with_commit_properties(properties);
                (0, create.await.map(|table| table.version().unwrap_or_default()))
            }
            Some(table) => {
                let state = table.snapshot().map_err(|error| self.fault(error, "read"))?;
                let operation = DeltaOperation::Write {
                    mode: SaveMode::Overwrite,
                    partition_by: Some(self.partition_columns()),
                    predicate: None,
                };
                let commit = CommitBuilder::from(properties).with_actions(actions);
                let done = commit.build(Some(state), self.log.clone(), operation).await;
                (state.version() + 1, done.map(|done| done.version()))
            }
        };
        match committed {
            Ok(version) => Ok(version),
            // Said to have failed; it may stand all the same, or another's may stand in its place.
            Err(error) => match self.log.read_commit_entry(expected).await {
                Ok(Some(entry)) if self.is_ours(&entry) => Ok(expected),
                Ok(Some(_)) => Err(self.lost(error)),
                _ => Err(self.fault(error, "written")),
            },
        }
    }

    /// Whether a commit is this run's.
    fn is_ours(&self, entry: &[u8]) -> bool {
        entry.split(|byte| *byte == b'\n').any(|line| {
            let action: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
            action["commitInfo"][RUN] == self.run_id && action["commitInfo"][RELEASE] == self.source.release_number()
        })
    }

    /// Reads the table anew and holds it against the release.
    async fn verify(&self, version: u64) -> Result<()> {
        let table = self.load().await?;
        let wanted = self.wanted();
        let mut names = Vec::new();
        let mut rows = 0_u64;
        for view in table.iter().filter_map(|table| table.snapshot().ok()).flat_map(|state| state.log_data()) {
            names.push(self.name_of(&view.remove_action(true)));
            rows += view.num_records().unwrap_or_default() as u64;
        }
        names.sort();
        let found = table.as_ref().and_then(DeltaTable::version);
        if found == Some(version) && rows == self.table.row_count() && names.iter().eq(wanted.keys()) {
            return Ok(());
        }
        let shown = found.map_or_else(|| "none".to_owned(), |found| found.to_string());
        Err(Fault::new(
            U006,
            format!(
                "`{}` is at version {shown} with {rows} rows in {} files, and not at version {version} with {} rows in {}",
                self.table.name,
                names.len(),
                self.table.row_count(),
                wanted.len()
            ),
        )
        .place(Where::file(format!("{}/{}", self.place.shown().trim_end_matches('/'), self.path))))
    }

    fn lost(&self, error: DeltaTableError) -> Fault {
        let shown = self.place.shown();
        Fault::new(U003, format!("another writer has changed `{}` at `{shown}` meanwhile", self.table.name))
            .place(Where::file(format!("{}/{}", shown.trim_end_matches('/'), self.path)))
            .cause(error)
    }

    fn fault(&self, error: DeltaTableError, doing: &str) -> Fault {
        let shown = self.place.shown();
        match error {
            DeltaTableError::VersionAlreadyExists(_) => self.lost(error),
            DeltaTableError::Transaction {
                source:
                    TransactionError::VersionAlreadyExists(_)
                    | TransactionError::MaxCommitAttempts(_)
                    | TransactionError::CommitConflict(_),
            } => self.lost(error),
            DeltaTableError::ObjectStore { .. } | DeltaTableError::Io { .. } => {
                unreachable(shown, &self.path, doing, error)
            }
            _ => Fault::new(U008, format!("`{}` at `{shown}` cannot be {doing} as a Delta table", self.table.name))
                .place(Where::file(format!("{}/{}", shown.trim_end_matches('/'), self.path)))
                .cause(error),
        }
    }
}

fn delta_type(column_type: ColumnType) -> Result<DataType, DeltaTableError> {
    Ok(match column_type {
        ColumnType::Text => DataType::STRING,
        ColumnType::Integer => DataType::LONG,
        ColumnType::Decimal { precision, scale } => DataType::decimal(precision, scale)?,
        ColumnType::Date => DataType::DATE,
        ColumnType::Timestamp => DataType::TIMESTAMP,
        ColumnType::Boolean => DataType::BOOLEAN,
        ColumnType::Binary => DataType::BINARY,
    })
}
