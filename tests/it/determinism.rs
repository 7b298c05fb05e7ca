//! Same input, same bytes: whatever the order of rows, the size of batches, the number of partitions, and whether a run
//! reuses or computes.

use std::{fs, path::Path};

use crate::affiliate::{command, contents, data_files, generate, latest};

fn released(folder: &Path) -> engine::Release {
    tokio::runtime::Runtime::new().unwrap().block_on(latest(folder)).unwrap()
}

/// Puts the lines of every order file behind its header in another order.
fn shuffle(folder: &Path) -> usize {
    let mut shuffled = 0;
    for path in data_files(folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".csv") || name.contains("control") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        // A quoted field may hold a line's end; such a file is left as it is.
        if bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1 {
            continue;
        }
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        if lines.len() < 3 || !bytes.ends_with(b"\n") {
            continue;
        }
        let header = lines.remove(0);
        // A fixed scramble: a stride that has no divisor in common with the number of lines.
        let count = lines.len();
        let stride = (count / 2 + 1..).find(|stride| gcd(*stride, count) == 1).unwrap();
        let scrambled: Vec<u8> =
            std::iter::once(header).chain((0..count).map(|at| lines[at * stride % count])).flatten().copied().collect();
        assert_eq!(scrambled.len(), bytes.len());
        fs::write(&path, scrambled).unwrap();
        shuffled += 1;
    }
    shuffled
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let plain = tempfile::tempdir().unwrap();
    generate(plain.path());
    command(plain.path(), &[("TANTIEME_PARTITIONS", "1"), ("TANTIEME_BATCH_ROWS", "777")], &["run"]).well();
    let first = released(plain.path());

    let other = tempfile::tempdir().unwrap();
    generate(other.path());
    assert!(shuffle(other.path()) > 3, "several source files are shuffled");
    command(other.path(), &[("TANTIEME_PARTITIONS", "8"), ("TANTIEME_BATCH_ROWS", "8192")], &["run"]).well();
    let second = released(other.path());
    let (ours, theirs) = (contents(&first), contents(&second));
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (name, bytes) in &ours {
        assert_eq!(bytes, &theirs[name], "`{name}` differs between plain and shuffled input");
    }

    let again = command(plain.path(), &[], &["run"]).well();
    assert_eq!(released(plain.path()).number, first.number, "nothing new publishes nothing");
    let said = format!("{}{}", again.out, again.err).to_lowercase();
    assert!(said.contains("nothing"), "a run that publishes nothing says so: {said}");

    command(plain.path(), &[("TANTIEME_PARTITIONS", "3")], &["run", "--full"]).well();
    let full = released(plain.path());
    assert_eq!(contents(&full), ours, "`--full` gives the identical tables");
    assert_eq!(full.number, first.number, "and so there is nothing to release");

    let reproduced = command(plain.path(), &[], &["reproduce", &first.number.to_string()]).well();
    assert!(!reproduced.out.to_lowercase().contains("differ"), "{}", reproduced.out);
    crate::properties::adds_up("pharma", &|sql| {
        let answer = command(plain.path(), &[], &["query", sql, "--json"]).well();
        serde_json::from_str(&answer.out).unwrap()
    });
}
