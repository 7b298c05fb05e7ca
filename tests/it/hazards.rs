//! What the libraries below get wrong unless they are guarded, each with a test that fails without its guard.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use engine::{Build, BuildOptions, SessionSettings, Silent, Warehouse, read};
use kernel::{Kind, Put, Timestamp, clock::Fixed};

use crate::incremental;

const NOW: Fixed = Fixed(Timestamp(1_790_000_000_000_000));

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}

#[test]
fn a_query_can_neither_write_nor_read_a_file() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret.csv");
        std::fs::write(&secret, "a,b\n1,2\n").unwrap();
        let stolen = folder.path().join("stolen.csv");
        let warehouse =
            Warehouse::open(&folder.path().join("w").display().to_string(), &BTreeMap::new()).await.unwrap();
        let graph = incremental::graph(incremental::models()).await;
        incremental::land_some(&warehouse, "r1").await;
        let build =
            Build::run(&warehouse, &graph, &BuildOptions::new("r1", "test", NOW.0), &NOW, &Silent).await.unwrap();
        build.publish(&warehouse).await.unwrap();
        let release = engine::Release::latest(&*warehouse.store()).await.unwrap().unwrap();
        let settings = SessionSettings::default();
        for sql in [
            format!("copy (select 1 as a) to '{}'", stolen.display()),
            format!("create external table t stored as csv location '{}'", secret.display()),
            format!("select * from '{}'", secret.display()),
            "create table t as select 1 as a".to_owned(),
            "insert into reporting.summary select position_id, net_amount from reporting.summary".to_owned(),
            "set datafusion.execution.batch_size = 1".to_owned(),
        ] {
            let fault = read::query(&warehouse, graph.landed(), &release, &sql, &settings).await.unwrap_err();
            assert_eq!(fault.code().id, "E016", "{sql}: {fault}");
        }
        assert!(!stolen.exists());
        let answer =
            read::query(&warehouse, graph.landed(), &release, "select count(*) as n from reporting.summary", &settings)
                .await
                .unwrap();
        assert_eq!(answer.rows().unwrap(), [[Some("3".to_owned())]]);
    });
}

#[test]
fn a_put_is_whole_and_happens_once() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let warehouse = Warehouse::open(&folder.path().display().to_string(), &BTreeMap::new()).await.unwrap();
        let store = warehouse.store();
        let writers: Vec<_> = (0..8_u8)
            .map(|writer| {
                let store = Arc::clone(&store);
                tokio::spawn(
                    async move { store.put_new("releases/0000000001.json", Bytes::from(vec![writer; 4096])).await },
                )
            })
            .collect();
        let mut created = 0;
        for writer in writers {
            created += usize::from(writer.await.unwrap().unwrap() == Put::Created);
        }
        assert_eq!(created, 1, "exactly one of eight writers is told that it wrote");
        let found = store.get("releases/0000000001.json").await.unwrap().unwrap();
        assert!(found.len() == 4096 && found.iter().all(|byte| *byte == found[0]), "the object is one writer's, whole");
        assert_eq!(warehouse.clear_staging().unwrap(), 0, "nothing is left under staging names");
    });
}

#[test]
fn what_a_killed_writer_left_behind_hides_nothing() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let uri = folder.path().display().to_string();
        let warehouse = Warehouse::open(&uri, &BTreeMap::new()).await.unwrap();
        // A writer that died between staging and linking.
        std::fs::write(folder.path().join("_staging/0000000000"), b"half a manif").unwrap();
        let again = Warehouse::open(&uri, &BTreeMap::new()).await.unwrap();
        assert_eq!(
            again.store().put_new("releases/0000000001.json", Bytes::from_static(b"{}")).await.unwrap(),
            Put::Created
        );
        assert_eq!(again.store().list("releases").await.unwrap().len(), 1);
        assert_eq!(warehouse.clear_staging().unwrap(), 1);
    });
}

#[test]
fn a_warehouse_of_another_format_is_refused() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("format.json"), b"{\"format\": 99}\n").unwrap();
        let fault = Warehouse::open(&folder.path().display().to_string(), &BTreeMap::new()).await.unwrap_err();
        assert_eq!((fault.code().id, fault.kind()), ("E008", Kind::Configuration));
        assert!(fault.to_string().contains("99"), "{fault}");
    });
}

#[test]
fn a_second_run_is_kept_out() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let uri = folder.path().display().to_string();
        let warehouse = Warehouse::open(&uri, &BTreeMap::new()).await.unwrap();
        let lease = warehouse.lease("first").unwrap();
        let fault = Warehouse::open(&uri, &BTreeMap::new()).await.unwrap().lease("second").unwrap_err();
        assert_eq!((fault.code().id, fault.kind().exit_code()), ("E010", 3));
        assert!(fault.message().contains("first"), "{fault}");
        drop(lease);
        warehouse.lease("third").unwrap();
    });
}

/// A bucket over HTTP that keeps objects and, if told so, answers the first put of each with 503 after having kept it.
fn bucket(forgetful: bool, overwrites: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let objects = Arc::clone(&objects);
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 {
                        return;
                    }
                    let mut words = line.split(' ').map(str::to_owned);
                    let (method, path) = (words.next().unwrap(), words.next().unwrap_or_default());
                    let (mut length, mut is_conditional) = (0, false);
                    loop {
                        let mut header = String::new();
                        reader.read_line(&mut header).unwrap();
                        let header = header.trim().to_lowercase();
                        if header.is_empty() {
                            break;
                        }
                        if let Some(value) = header.strip_prefix("content-length: ") {
                            length = value.parse().unwrap();
                        }
                        is_conditional |= header.starts_with("if-none-match");
                    }
                    let mut body = vec![0; length];
                    reader.read_exact(&mut body).unwrap();
                    let mut objects = objects.lock().unwrap();
                    let known = objects.contains_key(&path);
                    let (status, reply) = match method.as_str() {
                        "PUT" if known && is_conditional && !overwrites => ("412 Precondition Failed", Vec::new()),
                        "PUT" => {
                            objects.insert(path, body);
                            (if forgetful && !known { "503 Slow Down" } else { "200 OK" }, Vec::new())
                        }
                        _ => {
                            objects.get(&path).map_or(("404 Not Found", Vec::new()), |found| ("200 OK", found.clone()))
                        }
                    };
                    let head = format!(
                        "HTTP/1.1 {status}\r\ncontent-length: {}\r\netag: \"1\"\r\nlast-modified: Mon, 23 Nov 2026 12:00:00 GMT\r\n\r\n",
                        reply.len()
                    );
                    stream.write_all(head.as_bytes()).unwrap();
                    if method != "HEAD" {
                        stream.write_all(&reply).unwrap();
                    }
                }
            });
        }
    });
    address
}

fn bucket_settings(endpoint: &str) -> BTreeMap<String, String> {
    [
        ("aws_endpoint", endpoint),
        ("aws_allow_http", "true"),
        ("aws_region", "eu-central-1"),
        ("aws_access_key_id", "key"),
        ("aws_secret_access_key", "secret"),
        ("aws_virtual_hosted_style_request", "false"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

#[test]
fn a_put_that_was_retried_recognises_itself() {
    run(async {
        let endpoint = bucket(true, false);
        let warehouse = Warehouse::open("s3://bucket/w", &bucket_settings(&endpoint)).await.unwrap();
        let store = warehouse.store();
        // The first attempt is kept and answered with 503; the retry meets it and is told that it exists.
        assert_eq!(store.put_new("releases/0000000001.json", Bytes::from_static(b"ours")).await.unwrap(), Put::Created);
        assert_eq!(
            store.put_new("releases/0000000001.json", Bytes::from_static(b"theirs")).await.unwrap(),
            Put::Exists
        );
        assert_eq!(store.get("releases/0000000001.json").await.unwrap().unwrap(), "ours");
    });
}

#[test]
fn a_store_that_overwrites_is_refused() {
    run(async {
        let endpoint = bucket(false, true);
        let fault = Warehouse::open("s3://bucket/w", &bucket_settings(&endpoint)).await.unwrap_err();
        assert_eq!((fault.code().id, fault.kind()), ("E009", Kind::Configuration), "{fault}");
        assert!(fault.hints().concat().contains("conditional"), "{fault}");
    });
}

#[test]
fn a_join_that_does_not_fit_into_memory_is_done_by_sorting() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let warehouse = Warehouse::open(&folder.path().display().to_string(), &BTreeMap::new()).await.unwrap();
        incremental::land_many(&warehouse, "r1", 200_000).await;
        let graph = incremental::graph(incremental::joining_models()).await;
        let build = |memory_bytes| {
            let mut options = BuildOptions::new("r1", "test", NOW.0);
            options.session = SessionSettings { memory_bytes, target_partitions: 2, ..SessionSettings::default() };
            options
        };
        let plenty = Build::run(&warehouse, &graph, &build(None), &NOW, &Silent).await.unwrap();
        let scarce = Build::run(&warehouse, &graph, &build(Some(24 << 20)), &NOW, &Silent)
            .await
            .unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(incremental::bytes(plenty.tables()), incremental::bytes(scarce.tables()));
    });
}
