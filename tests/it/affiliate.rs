//! The small pharma company in a folder of its own, and the program as a test calls it: in this process, or in one that can
//! be killed.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use engine::{Release, Warehouse};
use jobs::{Environment, command_line};
use kernel::{Timestamp, clock::Fixed, names::TableName};

/// The variable that turns this test binary into the program; it holds the arguments, one a line.
const AS_THE_PROGRAM: &str = "TANTIEME_TEST_ARGUMENTS";

/// What a command came to.
#[derive(Debug)]
pub struct Answer {
    /// Exit code.
    pub code: u8,
    /// Results.
    pub out: String,
    /// Progress and complaints.
    pub err: String,
}

impl Answer {
    /// The same, if the command succeeded.
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }
}

/// Generates the company into a folder.
pub fn generate(folder: &Path) {
    pharma::generate(folder, &pharma::Options::at(pharma::Scale::SMALL)).unwrap();
}

/// Runs a command in this process, with a clock that stands still.
pub fn command(folder: &Path, variables: &[(&str, &str)], words: &[&str]) -> Answer {
    let mut environment = Environment::fixed(folder, Arc::new(Fixed(Timestamp(1_790_000_000_000_000))));
    environment.variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = std::iter::once("tantieme").chain(words.iter().copied());
    let code = command_line::main_with(arguments, &environment, &mut out, &mut err);
    Answer { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// Starts a command in a process of its own.
pub fn start(folder: &Path, words: &[&str]) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["affiliate::as_the_program", "--exact", "--nocapture"])
        .env(AS_THE_PROGRAM, words.join("\n"))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Not a test of its own: what [`start`] runs.
#[test]
fn as_the_program() {
    let Ok(arguments) = std::env::var(AS_THE_PROGRAM) else { return };
    let environment = Environment::real();
    let words = std::iter::once("tantieme").chain(arguments.lines());
    let code = command_line::main_with(words, &environment, &mut std::io::sink(), &mut std::io::sink());
    std::process::exit(i32::from(code));
}

/// The warehouse of a project's folder.
pub async fn warehouse(folder: &Path) -> Warehouse {
    Warehouse::open(&folder.join("warehouse").display().to_string(), &BTreeMap::new()).await.unwrap()
}

/// The release that readers see, if there is one.
pub async fn latest(folder: &Path) -> Option<Release> {
    Release::latest(&*warehouse(folder).await.store()).await.unwrap()
}

/// Every table's bytes by name: the hashes of its files in order.
pub fn contents(release: &Release) -> BTreeMap<TableName, String> {
    release
        .tables
        .iter()
        .map(|(name, table)| (name.clone(), table.files().map(|file| file.hash.hex()).collect::<Vec<_>>().join("+")))
        .collect()
}

/// The files of the project's sources, sorted.
pub fn data_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.join("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
