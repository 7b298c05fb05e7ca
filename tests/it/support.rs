//! What the journeys share: a project in a folder of its own, a clock that stands still, the program as a function.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
};

use jobs::{Environment, command_line};
use kernel::{Timestamp, clock::Fixed};

/// 2026-04-01 06:00 UTC.
pub const NOW: Timestamp = Timestamp(1_775_023_200_000_000);

/// What a command answered.
#[derive(Debug)]
pub struct Answer {
    /// The exit code.
    pub code: u8,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Answer {
    /// The same answer, if the command ended well.
    pub fn fine(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }

    /// The same answer, if the command ended with that code and said that.
    pub fn fails(self, code: u8, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not in\n{}", self.err);
        }
        self
    }

    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}:\n{}\n{}", self.out, self.err))
    }
}

/// A folder that a test may do anything in; removed at the end.
pub struct Place {
    folder: tempfile::TempDir,
    /// Where the project is.
    pub project: PathBuf,
    /// What the program is told of its surroundings.
    pub environment: Environment,
}

impl Place {
    /// An empty folder.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let project = folder.path().to_path_buf();
        let environment = Environment::fixed(&project, Arc::new(Fixed(NOW)));
        Self { folder, project, environment }
    }

    /// A copy of an example of the repository.
    pub fn example(name: &str) -> Self {
        let mut place = Self::empty();
        place.project = place.folder.path().join(name);
        copy(&repository().join("examples").join(name), &place.project);
        place.environment.current_folder = place.project.clone();
        place
    }

    /// A copy of the starter project.
    pub fn starter() -> Self {
        Self::example("starter")
    }

    /// The folder around the project.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command in the project.
    pub fn tantieme(&self, arguments: &[&str]) -> Answer {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let all = std::iter::once("tantieme").chain(arguments.iter().copied());
        let code = command_line::main_with(all, &self.environment, &mut out, &mut err);
        Answer { code, out: text(out), err: text(err) }
    }

    /// The program as a process of its own, in the project.
    pub fn process(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(&self.project);
        command
    }

    /// The rows of a query.
    pub fn query(&self, sql: &str) -> serde_json::Value {
        self.tantieme(&["query", sql, "--json"]).fine().json()
    }

    /// The number of the last release; zero if there is none.
    pub fn last_release(&self) -> u64 {
        fs::read_dir(self.project.join("warehouse/releases")).map_or(0, |entries| entries.count() as u64)
    }

    /// The text of a file of the project.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.project.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Writes a file of the project.
    pub fn write(&self, file: &str, contents: impl AsRef<[u8]>) {
        let path = self.project.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, contents).expect("a file");
    }

    /// Replaces a text of a file that must be there.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let before = self.read(file);
        assert!(before.contains(from), "`{from}` is not in {file}");
        self.write(file, before.replacen(from, to, 1));
    }
}

/// The repository's root.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a root").to_path_buf()
}

/// The program's file; built if it is not there, which takes a moment, since everything it needs is.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("this test's file");
        let beside = test.parent().and_then(Path::parent).expect("the target folder").join("tantieme");
        if !beside.exists() {
            let target = beside.parent().and_then(Path::parent).expect("the target folder");
            let built = Command::new(env!("CARGO"))
                .args(["build", "--workspace", "--offline", "--target-dir"])
                .arg(target)
                .current_dir(repository())
                .status();
            assert!(built.is_ok_and(|status| status.success()), "the program cannot be built");
        }
        beside
    })
}

/// Copies a folder, leaving out what runs leave behind.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        if name == "warehouse" || name == "published" {
            continue;
        }
        let (inner, target) = (entry.path(), to.join(&name));
        if inner.is_dir() {
            copy(&inner, &target);
        } else {
            fs::copy(&inner, &target).expect("a copy");
        }
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}
