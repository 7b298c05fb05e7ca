//! What somebody takes away from a target is noticed and put back.

use std::{fs, path::Path};

use publish::{Inspection, Target, TargetKind, inspect};

use crate::support::Place;

use super::{
    BOTH,
    made::Made,
    seen::{all_seen, latest, tree, version_of},
    send,
};

async fn look(folder: &Path, kind: TargetKind) -> Inspection {
    let to = folder.to_str().unwrap().to_owned();
    inspect(&Target { kind, to, settings: Default::default() }).await.unwrap()
}

fn told(inspection: &Inspection) -> Vec<(&'static str, String)> {
    inspection.faults.iter().map(|fault| (fault.code().id, fault.message().to_owned())).collect()
}

/// Data files of the release that is shown, by their path below the target.
fn data_files(folder: &Path) -> Vec<String> {
    let all = tree(folder).into_keys();
    all.filter(|path| path.ends_with(".parquet") && !path.starts_with("latest/")).collect()
}

#[tokio::test]
async fn a_data_file_that_was_taken_away_is_noticed_and_put_back() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let made = Made::usual(1, 2);
        send(folder.path(), kind, &made).await.unwrap();
        assert_eq!(
            (look(folder.path(), kind).await.release, told(&look(folder.path(), kind).await)),
            (Some(1), vec![])
        );
        let before = tree(folder.path());
        for file in data_files(folder.path()) {
            fs::remove_file(folder.path().join(&file)).unwrap();
            let found = told(&look(folder.path(), kind).await);
            assert_eq!(found.len(), 1, "{kind:?} {found:?}");
            assert!(found[0].0 == "U009" && found[0].1.contains(&format!("`{file}` is gone")), "{found:?}");
            let done = send(folder.path(), kind, &made).await.unwrap();
            assert_eq!((done.tables_written, done.files_restored, done.completed_earlier), (0, 1, false), "{kind:?}");
            assert!(tree(folder.path()) == before, "{kind:?}: {file} is as it was, and nothing else has changed");
            assert!(look(folder.path(), kind).await.faults.is_empty());
            assert!(send(folder.path(), kind, &made).await.unwrap().completed_earlier);
        }
    }
}

#[tokio::test]
async fn a_data_file_that_was_cut_short_is_put_back_whole() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        for number in [1, 2] {
            // The first period is one file in both releases, in a Parquet tree under two names.
            send(folder.path(), kind, &Made::usual(number, 1 + number as usize)).await.unwrap();
        }
        let made = Made::usual(2, 3);
        let before = tree(folder.path());
        let shared = data_files(folder.path()).into_iter().rfind(|path| path.contains("2026-01/")).unwrap();
        fs::write(folder.path().join(&shared), b"PAR1").unwrap();
        let found = told(&look(folder.path(), kind).await);
        assert!(found[0].1.contains("has 4 bytes and not"), "{found:?}");
        let done = send(folder.path(), kind, &made).await.unwrap();
        assert_eq!((done.files_restored, done.files_written), (1, 1), "{kind:?}");
        assert_eq!(all_seen(folder.path(), kind, &made), made.sums());
        assert_eq!(tree(folder.path())[&shared], before[&shared]);
        // A damaged file of an old release is not taken for one of a new release.
        fs::write(folder.path().join(&shared), b"PAR1").unwrap();
        let made = Made::usual(3, 4);
        send(folder.path(), kind, &made).await.unwrap();
        assert_eq!(all_seen(folder.path(), kind, &made), made.sums(), "{kind:?}");
    }
}

#[tokio::test]
async fn what_a_target_says_of_itself_is_written_again() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        let made = Made::usual(4, 2);
        assert_eq!(look(folder.path(), kind).await.release, None);
        assert!(look(&folder.path().join("nowhere"), kind).await.faults.is_empty());
        send(folder.path(), kind, &made).await.unwrap();
        let before = latest(folder.path());
        let mut names = vec!["latest.json"];
        if kind == TargetKind::Parquet {
            names.push("releases/0000000004/release.json");
            names.extend(cfg!(unix).then_some("latest"));
        }
        for name in names {
            fs::remove_file(folder.path().join(name)).unwrap();
            let found = told(&look(folder.path(), kind).await);
            assert!(found[0].0 == "U009" && found[0].1.contains(&format!("`{name}` is gone")), "{found:?}");
            let done = send(folder.path(), kind, &made).await.unwrap();
            assert_eq!((done.tables_written, done.files_written, done.files_restored), (0, 0, 1), "{kind:?} {name}");
            assert!(look(folder.path(), kind).await.faults.is_empty(), "{kind:?} {name}");
            assert_eq!(all_seen(folder.path(), kind, &made), made.sums());
        }
        assert_eq!(latest(folder.path()).unwrap().tables, before.unwrap().tables);
    }
}

#[tokio::test]
async fn an_entry_gone_from_a_delta_log_is_named_and_nothing_is_built_upon_the_rest() {
    let kind = TargetKind::Delta;
    for gone in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        for number in 1..=3 {
            send(folder.path(), kind, &Made::usual(number, 1 + number as usize)).await.unwrap();
        }
        let entry = format!("reporting/credits/_delta_log/{gone:020}.json");
        fs::remove_file(folder.path().join(&entry)).unwrap();
        let found = look(folder.path(), kind).await;
        assert_eq!((found.faults.len(), found.faults[0].code().id), (1, "U010"), "{found:?}");
        assert!(found.faults[0].places()[0].file.ends_with(&entry), "{found:?}");
        let before = tree(folder.path());
        let fault = send(folder.path(), kind, &Made::usual(3, 4)).await.unwrap_err();
        assert_eq!((fault.code().id, fault.kind().exit_code()), ("U010", 1));
        assert!(tree(folder.path()) == before);
        // As the hint says: without the folder the table is made anew.
        fs::remove_dir_all(folder.path().join("reporting/credits")).unwrap();
        let made = Made::usual(3, 4);
        send(folder.path(), kind, &made).await.unwrap();
        assert_eq!(all_seen(folder.path(), kind, &made), made.sums());
        assert_eq!(version_of(folder.path(), "reporting/credits"), 1);
        assert!(look(folder.path(), kind).await.faults.is_empty());
    }
}

#[tokio::test]
async fn readers_of_a_release_keep_its_tables_while_others_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let all = Made::usual(1, 2);
    let mut fewer = all.clone();
    fewer.tables.truncate(1);
    for number in 0.. {
        send(folder.path(), TargetKind::Parquet, &all).await.unwrap();
        let place = super::open(folder.path()).await;
        let place = place.through(|inner| super::Failing::around(inner, super::Fails::From(number)));
        let cut_off = publish::publish_at(&place, TargetKind::Parquet, 3, &fewer, "run-2").await.is_err();
        for file in latest(folder.path()).unwrap().tables.values().flat_map(|table| &table.files) {
            assert!(folder.path().join(&file.path).exists(), "write {number}: {} is named and gone", file.path);
        }
        if !cut_off {
            break;
        }
    }
}

#[tokio::test]
async fn a_newer_release_is_not_hidden_where_latest_is_gone() {
    for kind in BOTH {
        let folder = tempfile::tempdir().unwrap();
        send(folder.path(), kind, &Made::usual(7, 2)).await.unwrap();
        fs::remove_file(folder.path().join("latest.json")).unwrap();
        let fault = send(folder.path(), kind, &Made::usual(2, 4)).await.unwrap_err();
        assert_eq!(fault.code().id, "U004", "{kind:?}");
    }
}

#[tokio::test]
async fn an_empty_partition_value_is_not_turned_into_none() {
    let folder = tempfile::tempdir().unwrap();
    let rows = super::credits("", 2, 3);
    let made = Made::release(1).cut("reporting.credits", super::credit_columns(), &[("", rows)]);
    let fault = send(folder.path(), TargetKind::Delta, &made).await.unwrap_err();
    assert_eq!(fault.code().id, "U005", "{fault}");
    send(&folder.path().join("tree"), TargetKind::Parquet, &made).await.unwrap();
}

#[test]
fn the_doctor_names_what_readers_would_miss_and_the_next_run_puts_it_back() {
    let place = Place::starter();
    let settings = place.read("tantieme.yml");
    let delta = "publish:\n  - {kind: delta, to: ./published/delta, tables: \"reporting.*\"}";
    place.write("tantieme.yml", settings.replacen("publish:", delta, 1));
    place.tantieme(&["doctor"]).fine();
    place.tantieme(&["run", "--quiet"]).fine();
    let told = place.tantieme(&["doctor"]).fine().out;
    assert!(told.contains("shows release 1 with all its") && told.contains("MB free"), "{told}");
    let published = place.project.join("published");
    let first = |folder: &str| {
        let folder = published.join(folder);
        let inside = data_files(&folder).into_iter().find(|path| path.contains("reporting/statement")).unwrap();
        folder.join(inside)
    };
    let (tree, delta) = (first("parquet"), first("delta"));
    let before = [fs::read(&tree).unwrap(), fs::read(&delta).unwrap()];
    fs::remove_file(&tree).unwrap();
    fs::remove_file(&delta).unwrap();
    let name = |file: &Path| file.file_name().unwrap().to_str().unwrap().to_owned();
    place.tantieme(&["doctor"]).fails(7, &["U009", &name(&tree), &name(&delta), "tantieme run"]);
    let run = place.tantieme(&["run"]).fine().out;
    assert_eq!(run.matches("0 tables written").count(), 2, "{run}");
    assert_eq!(run.matches("1 file that had gone missing put back").count(), 2, "{run}");
    assert!([fs::read(&tree).unwrap(), fs::read(&delta).unwrap()] == before);
    place.tantieme(&["doctor"]).fine();
}

#[test]
fn a_lock_that_cannot_be_opened_is_not_taken_for_another_run() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let lock = place.project.join("warehouse/_lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let answer = place.tantieme(&["doctor"]);
    assert!(answer.out.contains("WRONG  the warehouse can be locked"), "{}", answer.out);
}

#[tokio::test]
async fn a_log_that_states_another_length_is_corrected_by_a_commit() {
    let kind = TargetKind::Delta;
    for number in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        send(folder.path(), kind, &Made::usual(1, 2)).await.unwrap();
        let entry = folder.path().join("reporting/totals/_delta_log/00000000000000000000.json");
        let text = fs::read_to_string(&entry).unwrap();
        let size = text.split("\"size\":").nth(1).unwrap().split(',').next().unwrap().to_owned();
        fs::write(&entry, text.replace(&format!("\"size\":{size}"), "\"size\":5")).unwrap();
        assert_eq!(look(folder.path(), kind).await.faults.len(), 1);
        // The same release puts the file under its old name, a later one under a new name.
        let made = Made::usual(number, 2);
        let done = send(folder.path(), kind, &made).await.unwrap();
        assert_eq!((done.tables_written, done.files_written, done.files_restored), (1, 1, 1), "{number}");
        assert!(look(folder.path(), kind).await.faults.is_empty());
        assert!(send(folder.path(), kind, &made).await.unwrap().completed_earlier);
    }
}
