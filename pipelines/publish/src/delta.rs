//! Delta tables, one for each table of the release, one commit for each table that changed.
//!
//! Promises that a commit replaces the changed partitions whole, that nobody's commit is overwritten, and that an error
//! after a commit that stands is not mistaken for one before it. What is known of the library (`deltalake`) and guarded
//! against here: two writers may both succeed unless retries are off, so they are off; application transactions are stored
//! but not enforced, so the last is read and compared; an error may be reported though the commit stands, so it is read
//! back; floats and decimals are cast silently, so nothing is left to be cast.
//!
//! A data file is named by what it holds (the release's file and the table's columns), so what a table lacks and what it
//! should lose is the difference of two sets of names. That also replaces what a stranger has added or rewritten, and one
//! listing of the folder finds what was taken away, which is written again under the name that the log knows. The name
//! begins with the release that brought it: a file that was removed once is never taken up again, for its deletion may be
//! due. It does not know SQL, nor how the release's files were made.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use deltalake::{
    DeltaTable, DeltaTableError,
    kernel::{
        Action, Add, DataType, Metadata, MetadataExt, Remove, StructField, StructType, Transaction, new_metadata,
        transaction::{CommitBuilder, CommitProperties},
    },
    operations::create::CreateBuilder,
    protocol::{DeltaOperation, SaveMode},
};
use kernel::{
    Fault, Fingerprint, Place as Where, Put, Result,
    columns::{Column, ColumnType},
    landing::FileRef,
};

use crate::{
    Published, Source, TableToPublish, TargetKind,
    delta_file::{read_whole, rewrite, schema_of},
    delta_log::DeltaFolder,
    fault::{U005, U006},
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
    let mut done = Published::nothing(place.shown(), release);
    for table in source.tables() {
        let folder = DeltaFolder::new(place, &table.name, table.folder())?;
        let shown = latest.as_ref().and_then(|latest| latest.tables.get(&table.name)?.version);
        let sent = Work { folder, source, run_id, table: &table, there: BTreeMap::new() }.publish(shown).await?;
        if sent.is_changed {
            done.tables_written += 1;
        } else {
            done.tables_unchanged += 1;
        }
        done.files_written += sent.files_written;
        done.files_restored += sent.files_restored;
        let published = PublishedTable {
            path: table.folder(),
            version: Some(sent.version),
            row_count: table.row_count(),
            control_sums: table.control_sums.clone(),
            files: Vec::new(),
        };
        publication.tables.insert(table.name.clone(), published);
    }
    let is_shown = latest.as_ref().is_some_and(|latest| latest.is_same(&publication));
    if !is_shown {
        if latest.is_none() && done.tables_written == 0 && done.tables_unchanged > 0 {
            done.files_restored += 1;
        }
        Publication::latest(place, &publication).await?;
        place.replace(LATEST, publication.bytes()?).await?;
    }
    done.completed_earlier = is_shown && done.files_restored == 0;
    Ok(done)
}

/// One table on its way.
struct Work<'a> {
    folder: DeltaFolder<'a>,
    source: &'a dyn Source,
    run_id: &'a str,
    table: &'a TableToPublish,
    /// What lies in the table's folder at the beginning, with sizes.
    there: BTreeMap<String, u64>,
}

/// What became of one table.
struct Sent {
    /// The version that is this release's.
    version: u64,
    /// Whether there was anything to commit.
    is_changed: bool,
    files_written: usize,
    /// Files that the table had already and somebody took away or cut short.
    files_restored: usize,
}

/// What makes two files of a table the same: partition and name, without the release that brought it.
type Name = (Option<String>, String);

/// A file that the log names and that is not there, or not as long as the log says.
struct Lost<'a> {
    name: Name,
    path: String,
    size: i64,
    file: &'a FileRef,
    remove: Remove,
}

/// The difference between the table and the release.
struct Difference<'a> {
    missing: BTreeMap<Name, &'a FileRef>,
    removes: Vec<Remove>,
    lost: Vec<Lost<'a>>,
}

impl Work<'_> {
    async fn publish(mut self, shown: Option<u64>) -> Result<Sent> {
        self.there = self.folder.files().await?;
        self.folder.refuse_gaps(&self.there, shown)?;
        self.refuse_unwritable()?;
        let current = self.folder.load(None).await?;
        self.refuse_older(current.as_ref()).await?;
        let schema = self.schema()?;
        let metadata = self.changed_metadata(current.as_ref(), &schema)?;
        let Difference { mut missing, removes, lost } = self.difference(current.as_ref());
        let mut actions: Vec<Action> = metadata.into_iter().map(Action::Metadata).collect();
        actions.extend(removes.into_iter().map(Action::Remove));
        let files_restored = lost.len();
        let files_written = missing.len() + lost.len();
        for one in lost {
            let bytes = self.bytes_of(one.file).await?;
            if i64::try_from(bytes.len()) == Ok(one.size) {
                self.folder.place.replace(&one.path, bytes).await?;
                continue;
            }
            // This program writes the rows otherwise than the one that committed the file: the log has to say so. An `add`
            // of the same path takes the place of the one before.
            if one.path != self.path_below(&one.name) {
                actions.push(Action::Remove(one.remove));
            }
            missing.insert(one.name, one.file);
        }
        if let (Some(table), true, true) = (&current, actions.is_empty(), missing.is_empty()) {
            let version = table.version().unwrap_or_default();
            return Ok(Sent { version, is_changed: false, files_written, files_restored });
        }
        let hashes: BTreeMap<String, String> = missing
            .iter()
            .map(|((partition, _), file)| (partition.clone().unwrap_or_default(), file.hash.hex()))
            .collect();
        for (name, file) in missing {
            actions.push(Action::Add(self.write(name, file).await?));
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
        Ok(Sent { version, is_changed: true, files_written, files_restored })
    }

    /// Delta reads an empty partition value as none, which would be another row.
    fn refuse_unwritable(&self) -> Result<()> {
        match self.table.files().find(|(value, _)| *value == Some("") && self.table.partition_column.is_some()) {
            Some((_, file)) => Err(Fault::new(
                U005,
                format!("a partition of `{}` has an empty value, which Delta reads as none", self.table.name),
            )
            .place(Where::file(&file.path))
            .hint("give the partition column another value, or publish the table as Parquet")),
            None => Ok(()),
        }
    }

    fn difference(&self, current: Option<&DeltaTable>) -> Difference<'_> {
        let mut difference = Difference { missing: self.wanted(), removes: Vec::new(), lost: Vec::new() };
        for view in current.iter().filter_map(|table| table.snapshot().ok()).flat_map(|state| state.log_data()) {
            let remove = view.remove_action(true);
            let name = self.name_of(&remove);
            let Some(file) = difference.missing.remove(&name) else {
                difference.removes.push(remove);
                continue;
            };
            let path = format!("{}/{}", self.folder.path, view.object_store_path());
            let size = view.size();
            if self.there.get(&path).copied() != u64::try_from(size).ok() {
                difference.lost.push(Lost { name, path, size, file, remove });
            }
        }
        difference
    }

    /// A table that shows a newer release is another warehouse's, or a slow publisher is too late.
    async fn refuse_older(&self, current: Option<&DeltaTable>) -> Result<()> {
        let Some(state) = current.and_then(|table| table.snapshot().ok()) else { return Ok(()) };
        let last = state.transaction_version(self.folder.log.as_ref(), APPLICATION).await;
        match last.map_err(|error| self.folder.fault(error, "read"))? {
            Some(last) if last > self.release_as_signed() => {
                Err(newer(self.folder.place, last.unsigned_abs(), self.source.release_number()))
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
            let data_type = delta_type(column.column_type).map_err(|error| self.folder.fault(error, "declared"))?;
            Ok(StructField::new(column.name.clone(), data_type, column.nullable))
        });
        StructType::try_new(fields.collect::<Result<Vec<_>>>()?)
            .map_err(|error| self.folder.fault(error.into(), "declared"))
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
        changed.map(Some).map_err(|error| self.folder.fault(error.into(), "declared"))
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

    /// The rows of a release's file as the table has them.
    async fn bytes_of(&self, file: &FileRef) -> Result<Bytes> {
        let is_kept = |column: &&Column| Some(&column.name) != self.table.partition_column.as_ref();
        let kept: Vec<&Column> = self.table.columns.iter().filter(is_kept).collect();
        rewrite(file, read_whole(self.source, file).await?, &schema_of(kept))
    }

    /// Where this release puts a file, below the table's folder.
    fn path_inside(&self, (partition, name): &Name) -> String {
        let path = format!("r{:010}-{name}.parquet", self.source.release_number());
        match (&self.table.partition_column, partition) {
            (Some(column), Some(value)) => format!("{}/{path}", partition_folder(column, value)),
            _ => path,
        }
    }

    /// Where this release puts a file, below the place.
    fn path_below(&self, name: &Name) -> String {
        format!("{}/{}", self.folder.path, self.path_inside(name))
    }

    async fn write(&self, name: Name, file: &FileRef) -> Result<Add> {
        let bytes = self.bytes_of(file).await?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let below = self.path_below(&name);
        // Of a file that is there already, the name says that it holds these rows; the log has to name its size, too.
        let is_as_long = self.there.get(&below).copied() == u64::try_from(size).ok();
        if self.folder.place.put_new(&below, bytes.clone()).await? == Put::Exists && !is_as_long {
            self.folder.place.replace(&below, bytes).await?;
        }
        let path = self.path_inside(&name);
        let column = self.table.partition_column.iter().cloned();
        let partition_values: HashMap<String, Option<String>> = column.map(|column| (column, name.0.clone())).collect();
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
                    .with_log_store(self.folder.log.clone())
                    .with_table_name(self.table.name.to_string())
                    .with_columns(schema.fields().cloned())
                    .with_partition_columns(self.partition_columns())
                    .with_save_mode(SaveMode::ErrorIfExists)
                    .with_actions(actions)
                    .with_commit_properties(properties);
                (0, create.await.map(|table| table.version().unwrap_or_default()))
            }
            Some(table) => {
                let state = table.snapshot().map_err(|error| self.folder.fault(error, "read"))?;
                let operation = DeltaOperation::Write {
                    mode: SaveMode::Overwrite,
                    partition_by: Some(self.partition_columns()),
                    predicate: None,
                };
                let commit = CommitBuilder::from(properties).with_actions(actions);
                let done = commit.build(Some(state), self.folder.log.clone(), operation).await;
                (state.version() + 1, done.map(|done| done.version()))
            }
        };
        match committed {
            Ok(version) => Ok(version),
            // Said to have failed; it may stand all the same, or another's may stand in its place.
            Err(error) => match self.folder.log.read_commit_entry(expected).await {
                Ok(Some(entry)) if self.is_ours(&entry) => Ok(expected),
                Ok(Some(_)) => Err(self.folder.lost(error)),
                _ => Err(self.folder.fault(error, "written")),
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
        let table = self.folder.load(None).await?;
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
        .place(Where::file(self.folder.shown())))
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
