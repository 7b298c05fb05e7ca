//! A run that is killed at any moment harms nothing: the next one completes by itself, no row is lost or doubled, and a
//! reader that polls all the while sees only whole releases.
//!
//! `TANTIEME_CRASHES` sets how many runs are killed in the middle, `TANTIEME_CRASH_SEED` when.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use engine::Release;
use kernel::Digest;

use crate::affiliate::{command, contents, data_files, generate, latest, start, warehouse};

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A small generator of moments: the seed says when every kill falls.
struct Moments(u64);

impl Moments {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }
}

/// Whether every file that a release names is there with its bytes; `seen` spares files checked before.
async fn is_whole(folder: &Path, release: &Release, seen: &mut std::collections::BTreeSet<Digest>) -> bool {
    let store = warehouse(folder).await.store();
    for file in release.tables.values().flat_map(engine::TableVersion::files) {
        if seen.insert(file.hash) {
            let bytes = store.get(&file.path).await.unwrap();
            if bytes.is_none_or(|bytes| Digest::of(&bytes) != file.hash) {
                return false;
            }
        }
    }
    true
}

/// Reads the latest release over and over until told to stop; gives how many different ones it saw.
fn poll(folder: PathBuf, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<usize> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut seen = std::collections::BTreeSet::new();
        let mut last = 0;
        let mut releases = 0;
        while !stop.load(Ordering::Relaxed) {
            if let Some(release) = runtime.block_on(latest(&folder)) {
                assert!(release.number >= last, "releases never go back");
                if release.number > last {
                    last = release.number;
                    releases += 1;
                }
                assert!(runtime.block_on(is_whole(&folder, &release, &mut seen)), "release {last} is whole");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        releases
    })
}

#[test]
fn a_killed_run_is_completed_by_the_next() {
    let kills = number("TANTIEME_CRASHES", 3);
    let seed = number("TANTIEME_CRASH_SEED", 1);
    let mut moments = Moments(seed);
    let folder = tempfile::tempdir().unwrap();
    generate(folder.path());
    // Monthly files arrive one after another; the first run has the first month only.
    let later: Vec<PathBuf> = data_files(folder.path()).into_iter().filter(|path| is_monthly(path)).skip(1).collect();
    let aside = tempfile::tempdir().unwrap();
    for (at, path) in later.iter().enumerate() {
        fs::rename(path, aside.path().join(at.to_string())).unwrap();
    }
    let stop = Arc::new(AtomicBool::new(false));
    let reader = poll(folder.path().to_owned(), Arc::clone(&stop));
    let started = Instant::now();
    command(folder.path(), &[], &["run"]).well();
    // How long a run takes once most is reused: kills are spread over that, so that nearly all fall into the middle.
    let mut usual = started.elapsed() / 4;
    let (mut killed, mut round) = (0, 0);
    let mut waiting = (0..later.len()).collect::<Vec<_>>();
    waiting.reverse();
    while killed < kills {
        assert!(round < 10 + kills * 4, "only {killed} of {round} runs were still at work when they were killed");
        if let Some(at) = waiting.pop() {
            fs::rename(aside.path().join(at.to_string()), &later[at]).unwrap();
        } else {
            restate(folder.path(), round);
        }
        let mut child = start(folder.path(), &["run", "--quiet"]);
        std::thread::sleep(Duration::from_millis(moments.next(u64::try_from(usual.as_millis()).unwrap())));
        if child.try_wait().unwrap().is_none() {
            killed += 1;
        }
        child.kill().ok();
        child.wait().unwrap();
        let started = Instant::now();
        let next = command(folder.path(), &[], &["run"]);
        assert_eq!(next.code, 0, "round {round}, seed {seed}: {}\n{}", next.out, next.err);
        usual = (usual * 3 + started.elapsed()) / 4;
        round += 1;
    }
    for at in waiting {
        fs::rename(aside.path().join(at.to_string()), &later[at]).unwrap();
    }
    command(folder.path(), &[], &["run"]).well();
    stop.store(true, Ordering::Relaxed);
    let releases = reader.join().unwrap();
    eprintln!(
        "{killed} runs were killed in the middle, of {round} that were started, seed {seed}; the reader saw {releases} releases, all whole"
    );

    // The same deliveries to a warehouse that nobody disturbed.
    let calm = tempfile::tempdir().unwrap();
    generate(calm.path());
    copy(&folder.path().join("data"), &calm.path().join("data"));
    command(calm.path(), &[], &["run"]).well();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (disturbed, calm) =
        runtime.block_on(async { (latest(folder.path()).await.unwrap(), latest(calm.path()).await.unwrap()) });
    let (ours, theirs) = (contents(&disturbed), contents(&calm));
    for (name, bytes) in &theirs {
        // What was delivered how often differs, because here it was; what is true of the rows does not.
        if !name.table().contains("reconciliation") && !name.table().contains("batches") && name.layer() != "staging" {
            assert_eq!(bytes, &ours[name], "`{name}` differs from that of an undisturbed warehouse, seed {seed}");
        }
    }
}

/// Whether a source file is one of a series of months.
fn is_monthly(path: &Path) -> bool {
    path.file_name().unwrap().to_string_lossy().starts_with("Abverkauf_2")
}

/// Raises every target of one line of the targets' file, as a planner does who sends it again.
fn restate(folder: &Path, round: u64) {
    let path = data_files(folder).into_iter().find(|path| path.to_string_lossy().contains("Ziele")).unwrap();
    let mut text = fs::read(&path).unwrap();
    let ends: Vec<usize> = (0..text.len()).filter(|at| text[*at] == b'\n').collect();
    let line = usize::try_from(round).unwrap() % (ends.len() - 1);
    let digit = (ends[line] + 1..ends[line + 1]).rev().find(|at| text[*at].is_ascii_digit()).unwrap();
    text[digit] = if text[digit] == b'9' { b'0' } else { text[digit] + 1 };
    fs::write(&path, text).unwrap();
}

/// Copies the files of one folder into another.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}
