//! Publishing, told as stories with a release made by hand: what a reader of the target sees, whatever happens.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use arrow::{
    array::{ArrayRef, Float64Array, RecordBatch, StringArray},
    datatypes::Schema,
};
use bytes::Bytes;
use kernel::{
    Digest, Kind,
    columns::{Column, ColumnType},
    names::TableName,
};
use object_store::{ObjectStore, memory::InMemory};
use publish::{Place, TargetKind, publish_at};
use serde_json::Value;

pub mod failing;
pub mod made;
pub mod seen;
mod taken;

use failing::{Failing, Fails};
use made::{Made, credit_columns, credits, parquet};
use seen::{all_seen, delta_files, everything, latest, seen, sum_of, tree, version_of};

const BOTH: [TargetKind; 2] = [TargetKind::Delta, TargetKind::Parquet];

async fn open(folder: &Path) -> Place {
    Place::open(folder.to_str().unwrap(), &BTreeMap::new()).await.unwrap()
}

async fn send(folder: &Path, kind: TargetKind, made: &Made) -> kernel::Result<publish::Published> {
    publish_at(&open(folder).await, kind, 3, made, &format!("run-{}", made.number)).await
}

#[tokio::test]
async fn a_release_is_published_whole_and_then_left_alone() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let made = Made::usual(7, 2);
        let first = send(folder.path(), kind, &made).await.unwrap();
        assert_eq!((first.release, first.tables_written, first.tables_unchanged), (7, 2, 0));
        assert_eq!((first.files_written, first.completed_earlier), (3, false));
        assert_eq!(all_seen(folder.path(), kind, &made), made.sums());
        let shown = latest(folder.path()).unwrap();
        assert_eq!(shown.release, 7);
        let credits = &shown.tables[&TableName::parse("reporting.credits").unwrap()];
        assert_eq!((credits.row_count, credits.control_sums["credited_amount"].as_str()), (5, "1.0000000000"));

        let before = tree(folder.path());
        let again = send(folder.path(), kind, &made).await.unwrap();
        assert!(again.completed_earlier, "{again:?}");
        assert_eq!((again.tables_written, again.files_written), (0, 0));
        assert_eq!(tree(folder.path()), before);
    }
}

#[tokio::test]
async fn only_the_changed_partition_is_written() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        send(folder.path(), kind, &Made::usual(1, 2)).await.unwrap();
        let mut made = Made::usual(2, 4);
        made.tables.truncate(1);
        let done = send(folder.path(), kind, &made).await.unwrap();
        assert_eq!((done.tables_written, done.files_written), (1, 1), "{kind:?}");
        assert_eq!(all_seen(folder.path(), kind, &made), made.sums());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_unchanged_file_of_a_parquet_tree_is_on_the_disk_once() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    for (number, count) in [(1, 2), (2, 4)] {
        send(folder.path(), TargetKind::Parquet, &Made::usual(number, count)).await.unwrap();
    }
    let links: Vec<u64> = tree(folder.path())
        .into_keys()
        .filter(|path| path.contains("period_id=2026-01/") && !path.starts_with("latest/"))
        .map(|path| fs::metadata(folder.path().join(path)).unwrap().nlink())
        .collect();
    assert_eq!(links, [2, 2]);
}

#[tokio::test]
async fn a_partition_that_is_gone_is_removed() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        send(folder.path(), kind, &Made::usual(1, 2)).await.unwrap();
        let made = Made::usual(2, 0);
        send(folder.path(), kind, &made).await.unwrap();
        assert_eq!(seen(folder.path(), kind, "reporting.credits"), Some((3, 30)));
        assert_eq!(seen(folder.path(), kind, "reporting.totals"), Some((0, 0)), "a table without rows can be read");
    }
}

#[tokio::test]
async fn a_release_that_goes_back_is_published_like_any_other() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        for (number, count) in [(1, 2), (2, 4), (3, 2)] {
            let made = Made::usual(number, count);
            send(folder.path(), kind, &made).await.unwrap();
            assert_eq!(all_seen(folder.path(), kind, &made), made.sums());
        }
    }
}

#[tokio::test]
async fn a_new_column_replaces_the_table_in_one_commit() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        send(folder.path(), kind, &Made::usual(1, 2)).await.unwrap();
        let wider = |period: &str| {
            let batch = credits(period, 2, 5);
            let mut columns: Vec<(String, ArrayRef, bool)> = Vec::new();
            for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
                columns.push((field.name().clone(), column.clone(), field.is_nullable()));
            }
            columns.push(("remark".to_owned(), Arc::new(StringArray::from(vec![None, Some("ß")])), true));
            RecordBatch::try_from_iter_with_nullable(columns).unwrap()
        };
        let mut columns = credit_columns();
        columns.push(Column::new("remark", ColumnType::Text).nullable());
        let made = Made::release(2).cut("reporting.credits", columns, &[("2026-01", wider("2026-01"))]);
        send(folder.path(), kind, &made).await.unwrap();
        assert_eq!(all_seen(folder.path(), kind, &made), made.sums());
        if kind == TargetKind::Delta {
            let (_, columns) = delta_files(&tree(&folder.path().join("reporting/credits")));
            assert_eq!(columns.last().map(String::as_str), Some("remark"));
            assert_eq!(version_of(folder.path(), "reporting/credits"), 2);
        }
    }
}

#[tokio::test]
async fn every_commit_names_its_release() {
    let folder = tempfile::tempdir().unwrap();
    for (number, count) in [(1, 2), (5, 4)] {
        send(folder.path(), TargetKind::Delta, &Made::usual(number, count)).await.unwrap();
    }
    let log = tree(&folder.path().join("reporting/credits/_delta_log"));
    let releases: Vec<u64> = log
        .values()
        .map(|bytes| {
            let first = bytes.split(|byte| *byte == b'\n').next().unwrap();
            let action: Value = serde_json::from_slice(first).unwrap();
            assert!(!action["commitInfo"]["tantieme_partitions"].as_object().unwrap().is_empty());
            action["commitInfo"]["tantieme_release"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(releases, [1, 5]);
}

/// Publishes the second release through a store that fails, looks at what readers see, then publishes it again.
async fn cut_off_and_completed(kind: TargetKind, fails: Fails) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (Made::usual(1, 2), Made::usual(2, 4));
    send(folder.path(), kind, &old).await.unwrap();
    let place = open(folder.path()).await.through(|inner| Failing::around(inner, fails));
    let cut_off = publish_at(&place, kind, 1, &new, "run-2").await.is_err();
    let between = all_seen(folder.path(), kind, &new);
    for (name, rows) in &between {
        assert!(*rows == old.sums()[name] || *rows == new.sums()[name], "{kind:?} {fails:?}: {name} shows {rows:?}");
    }
    let shown = latest(folder.path()).unwrap();
    if kind == TargetKind::Parquet {
        assert!(between == old.sums() || between == new.sums(), "{fails:?}: tables of two releases side by side");
        for file in shown.tables.values().flat_map(|table| &table.files) {
            let bytes = fs::read(folder.path().join(&file.path)).unwrap();
            assert_eq!(Digest::of(&bytes), file.hash, "{fails:?}: `latest.json` names a file that is not whole");
        }
    } else {
        assert!(shown.release == 1 || between == new.sums(), "{fails:?}: `latest.json` is ahead of the tables");
    }
    publish_at(&open(folder.path()).await, kind, 1, &new, "run-3").await.unwrap();
    assert_eq!(all_seen(folder.path(), kind, &new), new.sums(), "{kind:?} {fails:?}");
    assert_eq!(latest(folder.path()).unwrap().release, 2);
    if kind == TargetKind::Delta {
        assert_eq!(version_of(folder.path(), "reporting/credits"), 2, "{fails:?}: done once, and never twice");
    } else {
        let left: BTreeSet<String> =
            tree(&folder.path().join("releases")).into_keys().map(|path| path[..10].to_owned()).collect();
        assert_eq!(left, BTreeSet::from(["0000000002".to_owned()]), "{fails:?}: only the releases to be kept are left");
    }
    let again = publish_at(&open(folder.path()).await, kind, 1, &new, "run-4").await.unwrap();
    assert!(again.completed_earlier, "{kind:?} {fails:?}: {again:?}");
    cut_off
}

#[tokio::test]
async fn a_publication_cut_off_at_any_write_is_completed_by_the_next() {
    for kind in BOTH {
        let mut number = 0;
        while cut_off_and_completed(kind, Fails::From(number)).await {
            number += 1;
        }
        assert!(number >= 5, "{kind:?}: only {number} writes were counted");
    }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_done_twice() {
    for kind in BOTH {
        for number in 0..12 {
            cut_off_and_completed(kind, Fails::AnswerOf(number)).await;
        }
    }
}

#[tokio::test]
async fn an_error_reported_after_a_commit_that_stands_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let made = Made::release(1).whole("reporting.totals", credit_columns(), credits("2026-01", 2, 1));
    // The first write is the data file, the second the commit.
    let place = open(folder.path()).await.through(|inner| Failing::around(inner, Fails::AnswerOf(1)));
    let done = publish_at(&place, TargetKind::Delta, 3, &made, "run-1").await.unwrap();
    assert_eq!((done.tables_written, version_of(folder.path(), "reporting/totals")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_publishers_on_one_machine_the_second_is_told_to_wait() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let meeting = Arc::new(tokio::sync::Barrier::new(2));
        let slow = Made { meeting: Some(meeting.clone()), ..Made::usual(1, 2) };
        let path = folder.path().to_owned();
        let first = tokio::spawn(async move { send(&path, kind, &slow).await });
        // The first holds the lock when it reads its first file.
        meeting.wait().await;
        let fault = send(folder.path(), kind, &Made::usual(1, 2)).await.unwrap_err();
        assert_eq!((fault.code().id, fault.kind()), ("U003", Kind::Locked));
        for _ in 0..2 {
            meeting.wait().await;
        }
        first.await.unwrap().unwrap();
        let made = Made::usual(1, 2);
        assert_eq!(all_seen(folder.path(), kind, &made), made.sums());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_publishers_without_a_common_lock_one_wins_and_no_row_doubles() {
    for round in 0..10 {
        // No table yet, a table without rows (where the library sees no conflict), a table with rows to replace.
        for before in [None, Some(0), Some(3)] {
            let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
            let place = Place::over(store.clone(), "memory:///published".parse().unwrap());
            let totals = |number: u64, count: usize| {
                let rows = credits("2026-01", count, i128::from(number));
                Made::release(number).whole("reporting.totals", credit_columns(), rows)
            };
            if let Some(count) = before {
                publish_at(&place, TargetKind::Delta, 3, &totals(1, count), "run-0").await.unwrap();
            }
            let meeting = Some(Arc::new(tokio::sync::Barrier::new(2)));
            let made = Made { meeting, ..totals(2, 5) };
            let (one, other) = tokio::join!(
                publish_at(&place, TargetKind::Delta, 3, &made, "run-1"),
                publish_at(&place, TargetKind::Delta, 3, &made, "run-2")
            );
            let faults: Vec<_> = [&one, &other].into_iter().filter_map(|done| done.as_ref().err()).collect();
            assert_eq!(faults.len(), 1, "round {round}: {one:?} {other:?}");
            assert_eq!((faults[0].code().id, faults[0].kind()), ("U003", Kind::Locked));
            let log = everything(&store).await;
            let rows = delta_files(&log).0.len();
            assert_eq!(rows, 1, "round {round}: the rows stand once");
            let again = publish_at(&place, TargetKind::Delta, 3, &totals(2, 5), "run-3").await.unwrap();
            assert_eq!(again.tables_written, 0);
        }
    }
}

#[tokio::test]
async fn a_target_that_is_ahead_of_the_warehouse_is_left_alone() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        send(folder.path(), kind, &Made::usual(7, 2)).await.unwrap();
        let before = tree(folder.path());
        let fault = send(folder.path(), kind, &Made::usual(2, 4)).await.unwrap_err();
        assert_eq!(fault.code().id, "U004");
        assert!(fault.message().contains("release 7"), "{fault}");
        assert_eq!(tree(folder.path()), before);
    }
}

#[tokio::test]
async fn what_another_warehouse_published_is_not_touched() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        send(folder.path(), kind, &Made::usual(1, 2)).await.unwrap();
        let before = tree(folder.path());
        let other = Made { warehouse: 1, ..Made::usual(1, 4) };
        let fault = send(folder.path(), kind, &other).await.unwrap_err();
        assert_eq!((fault.code().id, fault.kind().exit_code()), ("U004", 2));
        fs::remove_file(folder.path().join("latest.json")).unwrap();
        if kind == TargetKind::Parquet {
            let fault = send(folder.path(), kind, &other).await.unwrap_err();
            assert_eq!(fault.code().id, "U004", "the release's folder speaks for itself");
            fs::write(folder.path().join("latest.json"), &before["latest.json"]).unwrap();
            assert_eq!(tree(folder.path()), before);
        }
    }
}

#[tokio::test]
async fn other_tables_of_the_same_release_can_be_asked_for_later() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let all = Made::usual(1, 2);
        let mut fewer = all.clone();
        fewer.tables.truncate(1);
        for made in [&fewer, &all, &fewer] {
            let done = send(folder.path(), kind, made).await.unwrap();
            assert!(!done.completed_earlier);
            assert_eq!(all_seen(folder.path(), kind, made), made.sums());
            assert_eq!(latest(folder.path()).unwrap().tables.len(), made.tables.len());
            assert!(send(folder.path(), kind, made).await.unwrap().completed_earlier);
        }
    }
}

#[tokio::test]
async fn two_kinds_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    send(folder.path(), TargetKind::Parquet, &Made::usual(1, 2)).await.unwrap();
    let fault = send(folder.path(), TargetKind::Delta, &Made::usual(1, 2)).await.unwrap_err();
    assert_eq!(fault.code().id, "U001");
    assert!(fault.message().contains("holds a publication of kind `parquet`, not `delta`"), "{fault}");
}

#[tokio::test]
async fn what_a_stranger_did_to_a_delta_table_is_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let made = Made::usual(1, 2);
    send(folder.path(), TargetKind::Delta, &made).await.unwrap();
    let table = folder.path().join("reporting/totals");
    let bytes = parquet(&credits("2026-01", 9, 100));
    fs::write(table.join("part-stranger.parquet"), &bytes).unwrap();
    let action = serde_json::json!({"add": {"path": "part-stranger.parquet", "partitionValues": {}, "size": bytes.len(),
        "modificationTime": 1_790_000_000_000_u64, "dataChange": true, "stats": "{\"numRecords\":9}"}});
    fs::write(table.join("_delta_log/00000000000000000001.json"), action.to_string()).unwrap();
    assert_eq!(seen(folder.path(), TargetKind::Delta, "reporting.totals").unwrap().0, 11);
    let done = send(folder.path(), TargetKind::Delta, &made).await.unwrap();
    assert_eq!((done.tables_written, done.files_written), (1, 0));
    assert_eq!(all_seen(folder.path(), TargetKind::Delta, &made), made.sums());
}

#[tokio::test]
async fn a_changed_byte_in_the_warehouse_is_not_published() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let mut made = Made::usual(1, 2);
        for bytes in made.files.values_mut() {
            let mut changed = bytes.to_vec();
            changed[10] ^= 1;
            *bytes = Bytes::from(changed);
        }
        let fault = send(folder.path(), kind, &made).await.unwrap_err();
        assert_eq!(fault.code().id, "U005", "{fault}");
        assert!(latest(folder.path()).is_none());
    }
}

#[tokio::test]
async fn a_float_is_not_cast_into_a_decimal_column() {
    let folder = tempfile::tempdir().unwrap();
    let batch = credits("2026-01", 1, 1);
    let at = batch.schema().index_of("credited_amount").unwrap();
    let mut columns = batch.columns().to_vec();
    columns[at] = Arc::new(Float64Array::from(vec![0.1]));
    let fields: Vec<_> = batch
        .schema()
        .fields()
        .iter()
        .zip(&columns)
        .map(|(field, column)| field.as_ref().clone().with_data_type(column.data_type().clone()))
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    let made = Made::release(1).whole("reporting.totals", credit_columns(), batch);
    let fault = send(folder.path(), TargetKind::Delta, &made).await.unwrap_err();
    assert_eq!(fault.code().id, "U005");
    assert!(fault.message().contains("`credited_amount` is Float64 and not Decimal128(38, 10)"), "{fault}");
}

#[tokio::test]
async fn partition_values_may_hold_any_character() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let odd = ["Süd/West 50%", "a=b&c", "..", "x'\"\\y"];
        let parts: Vec<(&str, RecordBatch)> = odd.iter().map(|value| (*value, credits(value, 2, 3))).collect();
        let made = Made::release(1).cut("reporting.credits", credit_columns(), &parts);
        send(folder.path(), kind, &made).await.unwrap();
        assert_eq!(all_seen(folder.path(), kind, &made), made.sums(), "{kind:?}");
        assert!(send(folder.path(), kind, &made).await.unwrap().completed_earlier);
    }
}

#[tokio::test]
async fn a_parquet_tree_keeps_the_last_releases_only() {
    let folder = tempfile::tempdir().unwrap();
    for number in 1..=6 {
        send(folder.path(), TargetKind::Parquet, &Made::usual(number, 2 + number as usize)).await.unwrap();
    }
    let left: BTreeSet<String> = fs::read_dir(folder.path().join("releases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left, ["0000000004", "0000000005", "0000000006"].map(str::to_owned).into());
}

#[tokio::test]
async fn a_reader_of_the_parquet_tree_sees_whole_releases_only() {
    let folder = tempfile::tempdir().unwrap();
    send(folder.path(), TargetKind::Parquet, &Made::usual(1, 1)).await.unwrap();
    let seen_rows = Arc::new(Mutex::new(BTreeSet::new()));
    let stop = Arc::new(AtomicUsize::new(0));
    let reader = {
        let (path, seen_rows, stop) = (folder.path().to_owned(), seen_rows.clone(), stop.clone());
        std::thread::spawn(move || {
            while stop.load(Ordering::SeqCst) == 0 {
                let release = fs::canonicalize(path.join("latest")).unwrap();
                let count = |table: &str| sum_of(tree(&release.join(table)).into_values().collect()).0;
                seen_rows.lock().unwrap().insert((count("reporting/credits"), count("reporting/totals")));
            }
        })
    };
    for number in 2..=12 {
        let made = Made::usual(number, number as usize);
        publish_at(&open(folder.path()).await, TargetKind::Parquet, 99, &made, "run").await.unwrap();
    }
    stop.store(1, Ordering::SeqCst);
    reader.join().unwrap();
    for (credits, totals) in seen_rows.lock().unwrap().iter() {
        assert_eq!(*credits, totals + 3, "both tables are of one release");
    }
}

#[tokio::test]
async fn an_address_that_is_no_place_is_named() {
    let fault = Place::open("ftp://somewhere/else", &BTreeMap::new()).await.unwrap_err();
    assert_eq!((fault.code().id, fault.kind().exit_code()), ("U001", 2));
    assert!(fault.message().contains("`ftp://`"), "{fault}");
}
