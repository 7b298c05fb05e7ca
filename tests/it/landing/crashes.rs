//! A warehouse that breaks at any moment, and two that land at once.

use std::{sync::atomic::Ordering, task::Poll};

use kernel::{Digest, landing};

use super::{Bench, Memory, ORDERS, block, read};

fn deliver(bench: &Bench, number: usize) {
    let rows = ["Order;Amount;Day\n1;10;\n2;x;\n3;30;\n", "Order;Amount;Day\n1;11;\n2;20;\n4;y;\n"];
    bench.write("a.csv", rows[number]);
}

#[test]
fn a_break_at_any_put_loses_nothing_and_repeats_nothing() {
    let whole = Bench::new();
    deliver(&whole, 0);
    whole.land(ORDERS);
    deliver(&whole, 1);
    whole.land(ORDERS);
    let puts = whole.store.puts();
    assert!(puts >= 7, "data, superseded, quarantine, settled and manifests: {puts}");
    for breaks_at in 1..=puts {
        let bench = Bench::new();
        bench.store.breaks_at.store(breaks_at, Ordering::SeqCst);
        let mut broken = 0;
        for number in 0..2 {
            deliver(&bench, number);
            while bench.try_land(ORDERS).is_err() {
                broken += 1;
                assert!(broken < 3);
            }
        }
        assert_eq!(broken, 1, "put {breaks_at}");
        assert_eq!(bench.rows(ORDERS), whole.rows(ORDERS), "put {breaks_at}");
        assert_eq!(bench.open(ORDERS), whole.open(ORDERS), "put {breaks_at}");
        assert_eq!(bench.total(ORDERS), whole.total(ORDERS), "put {breaks_at}");
    }
}

#[test]
fn a_put_that_was_ours_though_it_answers_exists_is_recognised() {
    let plain = Bench::new();
    deliver(&plain, 0);
    plain.land(ORDERS);
    let last = plain.store.puts();
    let bench = Bench { store: Memory::that_stores_though(), ..Bench::new() };
    bench.store.breaks_at.store(last, Ordering::SeqCst);
    deliver(&bench, 0);
    assert_eq!(bench.land(ORDERS).batch, Some(1));
}

#[test]
fn of_two_that_land_at_once_one_is_told_so() {
    let bench = Bench::new();
    deliver(&bench, 0);
    let contract = read(ORDERS);
    let (one, other) = (bench.options("one"), bench.options("other"));
    let answers = block(async {
        let mut first = Box::pin(connectors::land(&bench.store, &contract, &one));
        let mut second = Box::pin(connectors::land(&bench.store, &contract, &other));
        let (mut left, mut right) = (None, None);
        std::future::poll_fn(|context| {
            for (future, answer) in [(&mut first, &mut left), (&mut second, &mut right)] {
                if answer.is_none()
                    && let Poll::Ready(ready) = future.as_mut().poll(context)
                {
                    *answer = Some(ready);
                }
            }
            if left.is_some() && right.is_some() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        [left.unwrap(), right.unwrap()]
    });
    // A warehouse in memory never waits, so the second reads what the first wrote; the race itself is told below.
    assert!(answers[0].is_ok());
    assert_eq!(answers[1].as_ref().map(|landed| landed.batch).unwrap(), None);
    assert_eq!(bench.rows(ORDERS), ["1|10.00|", "3|30.00|"]);
}

#[test]
fn a_manifest_that_came_first_wins() {
    let bench = Bench::new();
    deliver(&bench, 0);
    bench.land(ORDERS);
    let raced = super::store::Raced::new(&bench.store);
    deliver(&bench, 1);
    let fault = block(connectors::land(&raced, &read(ORDERS), &bench.options("late"))).unwrap_err();
    assert_eq!((fault.code().id, fault.kind().exit_code()), ("C009", 3));
    assert!(fault.message().contains("run `run` landed batch 2"), "{fault}");
}

#[test]
fn the_doctor_finds_a_file_that_is_gone_or_changed() {
    let bench = Bench::new();
    deliver(&bench, 0);
    bench.land(ORDERS);
    let table = read(ORDERS).table().clone();
    assert!(block(connectors::verify(&bench.store, &table)).unwrap().is_empty());
    let (_, batch) = block(landing::batches(&bench.store, &table)).unwrap().remove(0);
    let file = &batch.files[0];
    assert_eq!(Digest::of(&bench.store.bytes(&file.path)), file.hash);
    bench.store.overwrite(&file.path, b"rot");
    let faults = block(connectors::verify(&bench.store, &table)).unwrap();
    assert_eq!((faults.len(), faults[0].code().id), (1, "C013"));
}

#[test]
fn a_landed_row_can_be_found_in_its_file() {
    let bench = Bench::new();
    deliver(&bench, 0);
    bench.land(ORDERS);
    let table = read(ORDERS).table().clone();
    let ids = super::current(&bench.store, &table, &["_row_version_id"]);
    let wanted: Vec<[u8; 16]> = ids
        .iter()
        .rev()
        .map(|hex| std::array::from_fn(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()))
        .collect();
    let found = block(connectors::locate(&bench.store, &table, &wanted)).unwrap();
    let lines: Vec<(&str, u64)> = found.iter().map(|one| (one.file.as_str(), one.line)).collect();
    assert_eq!(lines, [("a.csv", 4), ("a.csv", 2)]);
}

#[test]
fn the_bytes_that_stand_for_a_row_are_for_ever() {
    let bench = Bench::new();
    bench.write("a.csv", "Order;Amount;Day\n1;10.50;2026-11-30\n2;x;\n");
    bench.land(ORDERS);
    let table = read(ORDERS).table().clone();
    let hashes = super::current(&bench.store, &table, &["_key_hash", "_row_hash", "_row_version_id"]);
    let golden = "264146f9f3bdd39a7df851e1f4c5ba0e|919d0ded000c5a0d6b6bd47f6a872113|72647a2e0bebdd5879a63f8248d9155e";
    assert_eq!((hashes[0].as_str(), bench.open(ORDERS)[0].id.as_str()), (golden, "dca4cfbf3dcd5e43"));
}
