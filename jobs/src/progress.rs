//! What a person sees while a run works: one line on standard error, and only on a terminal.

use std::time::Duration;

use engine::{NodeReport, Progress};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::names::TableName;

/// A line that says what is being done; silent when nobody looks.
pub struct Line {
    bar: ProgressBar,
}

impl Line {
    /// A line on the terminal if `is_shown`, else nothing at all.
    pub fn new(is_shown: bool) -> Self {
        if !is_shown {
            return Self { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    /// Says what is being done now.
    pub fn say(&self, what: impl Into<String>) {
        let what = what.into();
        tracing::debug!(step = %what);
        self.bar.set_message(what);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Line {
    fn node_started(&self, name: &TableName, index: usize, count: usize) {
        self.say(format!("computing {name} ({} of {count})", index + 1));
    }

    fn node_done(&self, report: &NodeReport) {
        tracing::info!(
            table = %report.name,
            rows = report.row_count,
            partitions_computed = report.partitions_computed.len(),
            partitions_reused = report.partitions_reused,
            run_ms = report.run_ms,
            "built"
        );
    }
}
