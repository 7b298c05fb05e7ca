//! The warehouse and its publications in a bucket: on a store that honours conditional writes, and on one that does not.
//!
//! The servers are started by `tests/run`, or by hand: `eval "export $(tests/servers/s3.sh FOLDER)"`.

use std::{
    collections::BTreeMap,
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

use engine::Warehouse;
use kernel::Kind;
use object_store::ObjectStore;
use publish::{Place as Target, TargetKind, publish_at};

use crate::{
    publishing::{
        failing::{Failing, Fails},
        made::Made,
        seen::{delta_files, everything},
    },
    support::Place,
};

const LEFT_OUT: &str =
    "no object store: run tests/run, or start one with tests/servers/s3.sh and export what it prints";

/// What the program has to be told to reach a server, of which both accept the same key.
fn settings(variable: &str) -> BTreeMap<String, String> {
    let endpoint = std::env::var(variable).unwrap_or_else(|_| panic!("{LEFT_OUT} (`{variable}` is not set)"));
    [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ACCESS_KEY_ID", "S3RVER"),
        ("AWS_SECRET_ACCESS_KEY", "S3RVER"),
        ("AWS_REGION", "us-east-1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn good() -> BTreeMap<String, String> {
    settings("TANTIEME_TEST_S3")
}

fn careless() -> BTreeMap<String, String> {
    settings("TANTIEME_TEST_S3_CARELESS")
}

/// A prefix of the servers' bucket that no other test has used.
fn prefix(name: &str) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    format!("s3://tantieme/{name}-{}-{now}", std::process::id())
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}

/// The starter project with its warehouse and both kinds of publication in a bucket.
fn starter(name: &str, settings: BTreeMap<String, String>) -> (Place, String) {
    let mut place = Place::starter();
    let to = prefix(name);
    place.edit("tantieme.yml", "warehouse: ./warehouse", &format!("warehouse: {to}/warehouse"));
    place.edit("tantieme.yml", "./published/parquet", &format!("{to}/parquet"));
    let more = format!("\n  - {{kind: delta, to: {to}/delta, tables: \"reporting.*\"}}\n");
    let text = place.read("tantieme.yml");
    place.write("tantieme.yml", format!("{}{more}", text.trim_end()));
    place.environment.variables.extend(settings);
    (place, to)
}

/// Exact sums of every table of the last release, as `releases --json` prints them.
fn last_release(place: &Place) -> serde_json::Value {
    let list = place.tantieme(&["releases", "--json"]).fine().json();
    let list = list.as_array().or_else(|| list["releases"].as_array()).expect("a list of releases").clone();
    list.into_iter()
        .max_by_key(|release| release["number"].as_u64().or(release["release"].as_u64()))
        .expect("a release")
}

fn number(release: &serde_json::Value) -> u64 {
    release["number"].as_u64().or(release["release"].as_u64()).unwrap()
}

#[test]
#[ignore = "needs an S3 server: tests/run"]
fn a_project_runs_and_publishes_in_a_bucket_as_on_a_disk() {
    let (bucket, to) = starter("journey", good());
    bucket.tantieme(&["run"]).fine();
    let disk = Place::starter();
    disk.tantieme(&["run"]).fine();
    for table in ["reporting.statement", "reporting.reconciliation", "reporting.team_summary"] {
        let show = |place: &Place| place.tantieme(&["show", table, "--format", "csv"]).fine().out;
        assert_eq!(show(&bucket), show(&disk), "{table}");
    }
    assert_eq!(number(&last_release(&bucket)), 1);
    bucket.tantieme(&["run"]).fine();
    assert_eq!(number(&last_release(&bucket)), 1, "nothing new, no release");
    for kind in ["parquet", "delta"] {
        let latest = run(async {
            let target = Target::open(&format!("{to}/{kind}"), &good()).await.unwrap();
            target.publication().await.unwrap().unwrap()
        });
        assert_eq!(latest.release, 1);
        assert!(latest.tables.keys().any(|name| name.to_string() == "reporting.statement"));
    }
    bucket.tantieme(&["doctor"]).fine();
}

#[test]
#[ignore = "needs an S3 server: tests/run"]
fn a_run_that_is_killed_is_completed_by_the_next_in_a_bucket_too() {
    let disk = Place::starter();
    disk.tantieme(&["run"]).fine();
    let expected = disk.tantieme(&["show", "reporting.statement", "--format", "csv"]).fine().out;
    let (bucket, _) = starter("killed", good());
    let start = Instant::now();
    let mut delay = Duration::from_millis(200);
    // Each life is a quarter longer than the one before, so that every part of the run is cut off.
    for life in 0.. {
        assert!(start.elapsed() < Duration::from_secs(240), "no run came to its end in {life} lives");
        let mut process = bucket.process(&["run", "--quiet"]).envs(&bucket.environment.variables).spawn().unwrap();
        let born = Instant::now();
        let ended = loop {
            if let Some(status) = process.try_wait().unwrap() {
                break Some(status);
            }
            if born.elapsed() >= delay {
                process.kill().unwrap();
                process.wait().unwrap();
                break None;
            }
            sleep(Duration::from_millis(5));
        };
        match ended {
            Some(status) => {
                assert!(status.success(), "{status}");
                break;
            }
            None => delay = delay * 5 / 4,
        }
    }
    assert_eq!(bucket.tantieme(&["show", "reporting.statement", "--format", "csv"]).fine().out, expected);
    assert!(bucket.tantieme(&["run"]).fine().code == 0);
    assert_eq!(number(&last_release(&bucket)), 1, "however often it was killed, the release was made once");
}

#[test]
#[ignore = "needs an S3 server: tests/run"]
fn a_store_that_ignores_conditional_writes_is_refused() {
    let (place, to) = starter("careless", careless());
    let fault = run(Warehouse::open(&format!("{to}/warehouse"), &careless())).unwrap_err();
    assert_eq!(fault.kind(), Kind::Configuration, "{fault}");
    let code = fault.code().id;
    let fault = run(Target::open(&format!("{to}/delta"), &careless())).unwrap_err();
    assert_eq!((fault.code().id, fault.kind()), ("U007", Kind::Configuration), "{fault}");
    place.tantieme(&["run"]).fails(2, &[code, "overw"]);
    place.tantieme(&["doctor"]).fails(2, &[code]);
}

async fn target(name: &str) -> Target {
    Target::open(&prefix(name), &good()).await.unwrap()
}

#[test]
#[ignore = "needs an S3 server: tests/run"]
fn a_publication_cut_off_in_a_bucket_is_completed_by_the_next() {
    run(async {
        for kind in [TargetKind::Delta, TargetKind::Parquet] {
            let mut number = 0;
            loop {
                let place = target("cut-off").await;
                publish_at(&place, kind, 1, &Made::usual(1, 2), "run-1").await.unwrap();
                let made = Made::usual(2, 4);
                let failing = place.clone().through(|inner| Failing::around(inner, Fails::From(number)));
                let cut_off = publish_at(&failing, kind, 1, &made, "run-2").await.is_err();
                publish_at(&place, kind, 1, &made, "run-3").await.unwrap();
                assert_eq!(place.publication().await.unwrap().unwrap().release, 2);
                assert!(publish_at(&place, kind, 1, &made, "run-4").await.unwrap().completed_earlier);
                if !cut_off {
                    break;
                }
                number += 1;
            }
            assert!(number >= 4, "{kind:?}: only {number} writes were counted");
        }
    });
}

#[test]
#[ignore = "needs an S3 server: tests/run"]
fn of_two_publishers_to_a_bucket_one_wins() {
    run(async {
        for round in 0..5 {
            let to = prefix(&format!("race-{round}"));
            let place = Target::open(&to, &good()).await.unwrap();
            let meeting = Some(Arc::new(tokio::sync::Barrier::new(2)));
            let mut made = Made::usual(1, 2);
            made.meeting = meeting;
            made.tables.truncate(1);
            made.tables[0].partitions.truncate(1);
            let (one, other) = tokio::join!(
                publish_at(&place, TargetKind::Delta, 3, &made, "run-1"),
                publish_at(&place, TargetKind::Delta, 3, &made, "run-2")
            );
            let faults: Vec<_> = [&one, &other].into_iter().filter_map(|done| done.as_ref().err()).collect();
            assert_eq!(faults.len(), 1, "round {round}: {one:?} {other:?}");
            assert_eq!((faults[0].code().id, faults[0].kind()), ("U003", Kind::Locked), "{}", faults[0]);
            let (files, _) = delta_files(&objects(&to).await);
            assert_eq!(files.len(), 1, "round {round}: the rows stand once");
        }
    });
}

/// Every object below a prefix.
async fn objects(to: &str) -> BTreeMap<String, bytes::Bytes> {
    let url: url::Url = to.parse().unwrap();
    let options = good().into_iter().map(|(name, value)| (name.to_lowercase(), value));
    let (store, path) = object_store::parse_url_opts(&url, options).unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(object_store::prefix::PrefixStore::new(store, path));
    everything(&store).await
}
