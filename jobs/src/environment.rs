//! The one place that reads the clock, the environment, the terminal and signals; everything else is told.

use std::{
    collections::BTreeMap,
    io::IsTerminal,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use kernel::{Clock, Digest, Timestamp};

/// Everything outside the command's arguments that may change what a command does.
#[derive(Clone)]
pub struct Environment {
    /// Variables that the program knows: `AWS_*`, `TANTIEME_*`, `NO_COLOR`, `COLUMNS`, `CARGO`.
    pub variables: BTreeMap<String, String>,
    /// Where relative paths on the command line begin.
    pub current_folder: PathBuf,
    /// Whether results go to a person's screen.
    pub stdout_is_terminal: bool,
    /// Whether progress would be seen.
    pub stderr_is_terminal: bool,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Whether the program owns its process: installs the log subscriber and listens for signals.
    pub owns_process: bool,
}

impl Environment {
    /// As the operating system tells it.
    pub fn real() -> Self {
        Self {
            variables: known_variables(),
            current_folder: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            clock: Arc::new(SystemClock),
            owns_process: true,
        }
    }

    /// For a test: a folder, a clock that stands still, no terminal, no variables.
    pub fn fixed(current_folder: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            variables: BTreeMap::new(),
            current_folder: current_folder.into(),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            clock,
            owns_process: false,
        }
    }

    /// Settings of the object store: every `AWS_*` variable.
    pub fn store_settings(&self) -> BTreeMap<String, String> {
        self.variables
            .iter()
            .filter(|(name, _)| name.starts_with("AWS_"))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect()
    }

    /// Ends when the user or the system asks the process to stop; never, where the process is not ours.
    pub async fn asked_to_stop(&self) {
        if !self.owns_process {
            return std::future::pending().await;
        }
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            if let Ok(mut terminate) = signal(SignalKind::terminate()) {
                tokio::select! {
                    _ = tokio::signal::ctrl_c() => {}
                    _ = terminate.recv() => {}
                }
                return;
            }
        }
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether colours may be used on standard error.
    pub fn colours(&self) -> bool {
        self.stderr_is_terminal && !self.variables.contains_key("NO_COLOR")
    }

    /// How many characters fit on a line of the screen; none if nobody looks.
    pub fn width(&self) -> Option<usize> {
        if !self.stdout_is_terminal {
            return None;
        }
        let stated = self.variables.get("COLUMNS").and_then(|text| text.parse().ok());
        let found = || terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
        Some(stated.unwrap_or_else(found).max(40))
    }

    /// A new name for a run: its moment, and digits that tell two runs of one moment apart.
    pub fn new_run_id(&self) -> String {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let now = self.clock.now();
        let counter = COUNTER.fetch_add(1, Ordering::Relaxed);
        let salt = Digest::of(format!("{} {} {counter}", now.0, std::process::id()).as_bytes()).hex();
        let moment = jiff::Timestamp::from_microsecond(now.0).unwrap_or_default();
        // The counter first, so that runs of one process sort in their order even if the clock stands still.
        format!("{}-{counter:02}{}", moment.strftime("%Y%m%d-%H%M%S"), salt.get(..6).unwrap_or_default())
    }

    /// Processors to use; `TANTIEME_PARTITIONS` overrides.
    pub fn partitions(&self) -> usize {
        let stated = self.variables.get("TANTIEME_PARTITIONS").and_then(|text| text.parse().ok());
        let found = || std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        stated.unwrap_or_else(found).clamp(1, 256)
    }

    /// Rows in a batch; `TANTIEME_BATCH_ROWS` overrides.
    pub fn batch_rows(&self) -> usize {
        self.variables.get("TANTIEME_BATCH_ROWS").and_then(|text| text.parse().ok()).unwrap_or(8192).clamp(1, 1 << 20)
    }

    /// Bytes that queries may hold before they spill; `TANTIEME_MEMORY_MB` sets them.
    pub fn memory_bytes(&self) -> Option<usize> {
        let stated: usize = self.variables.get("TANTIEME_MEMORY_MB").and_then(|text| text.parse().ok())?;
        stated.checked_mul(1 << 20)
    }
}

/// The computer's clock.
struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that owns the real clock")]
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn known_variables() -> BTreeMap<String, String> {
    let known = |name: &str| {
        name.starts_with("AWS_") || name.starts_with("TANTIEME_") || matches!(name, "NO_COLOR" | "COLUMNS" | "CARGO")
    };
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| known(name))
        .collect()
}
