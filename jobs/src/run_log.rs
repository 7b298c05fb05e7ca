//! What every run did, one JSON object for each in the warehouse's `runs/`, beside the releases and never in one.

use bytes::Bytes;
use engine::NodeReport;
use kernel::{
    Fault, Result, Store, Timestamp,
    landing::{ControlTotal, Counts},
    names::TableName,
};
use serde::{Deserialize, Serialize};

use crate::{
    fault::J011,
    output::{Table, counted},
};

/// The version of the run log that this program writes.
pub const RUN_LOG_FORMAT: u32 = 1;

/// One run, from its beginning to its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunLog {
    /// [`RUN_LOG_FORMAT`].
    pub format: u32,
    /// The run's name.
    pub run_id: String,
    /// The program's version.
    pub program_version: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// `released`, `nothing_new`, `rolled_back`, `interrupted`, or the word of the fault's kind.
    pub outcome: String,
    /// The release it made, or found to be still true.
    pub release: Option<u64>,
    /// Stream by stream.
    pub landed: Vec<LandedLog>,
    /// Model by model, in the order they were computed.
    pub models: Vec<ModelLog>,
    /// Target by target.
    pub published: Vec<PublishedLog>,
    /// What went wrong, as the user was told.
    pub faults: Vec<String>,
    /// What is missing in spite of the release, as the user was told.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// How long each part took.
    pub timings: Timings,
}

/// One stream of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LandedLog {
    /// `landed.erp_order_lines`
    pub table: String,
    /// The batch it committed, or none if there was nothing new.
    pub batch: Option<u64>,
    /// Where every delivered row went.
    pub counts: Counts,
    /// What a person is told of it.
    pub why: String,
    /// Whether the program landed it by itself: the calendar, a plan.
    pub is_own: bool,
    /// Of a dry run: nobody can judge its rows before a table that they refer to has landed.
    #[serde(default)]
    pub is_waiting: bool,
    /// Files of which nothing counts, because they do not hold what their sender states.
    #[serde(default)]
    pub refused: Vec<RefusedLog>,
}

/// A file that was refused whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedLog {
    /// The source's own name for it.
    pub file: String,
    /// What does not agree, with what was stated, found, and the difference.
    pub refusal: String,
    /// Rows in it.
    pub row_count: u64,
    /// Whether this run refused it first; later runs only name it.
    pub is_new: bool,
    /// What its sender states, beside what was found.
    pub control_totals: Vec<ControlTotal>,
}

impl LandedLog {
    /// A stream that can be looked at only when the tables it refers to have landed.
    pub fn after_others(table: &TableName) -> Self {
        Self {
            table: table.to_string(),
            batch: None,
            counts: Counts::default(),
            why: "would land once the tables it refers to have landed".to_owned(),
            is_own: false,
            is_waiting: true,
            refused: Vec::new(),
        }
    }

    /// Whether anything came that was not there before.
    pub fn is_news(&self) -> bool {
        self.is_waiting || self.counts.delivered + self.counts.withdrawn > 0
    }

    /// What a person is told beside the counts.
    pub fn remark(&self) -> String {
        let mut remarks = Vec::new();
        if self.batch.is_none() && self.refused.iter().all(|file| !file.is_new) {
            remarks.push(self.why.clone());
        }
        if self.counts.withdrawn > 0 {
            remarks.push(format!("{} no longer delivered and withdrawn", counted(self.counts.withdrawn, "row")));
        }
        for file in &self.refused {
            let how = if file.is_new { "refused" } else { "stays refused" };
            remarks.push(format!("`{}` {how}: {}", file.file, file.refusal));
        }
        remarks.join("; ")
    }
}

/// One model of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ModelLog {
    /// `credits.credits`
    pub table: String,
    /// Why it was computed or not.
    pub reason: String,
    /// Partitions that were computed.
    pub computed: usize,
    /// Partitions that were taken from the release before.
    pub reused: usize,
    /// Rows in the whole table.
    pub row_count: u64,
    /// Whether any byte of the table differs from the release before.
    pub is_changed: bool,
    /// Milliseconds of computing and writing.
    pub run_ms: u64,
    /// Milliseconds of checking.
    pub check_ms: u64,
}

/// One target of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishedLog {
    /// Where it went.
    pub target: String,
    /// Tables that were written.
    pub tables_written: usize,
    /// Tables that were the same as before.
    pub tables_unchanged: usize,
    /// Files that had been taken away from the target and are there again.
    #[serde(default)]
    pub files_restored: usize,
    /// Whether the release was there already.
    pub completed_earlier: bool,
}

impl From<publish::Published> for PublishedLog {
    fn from(done: publish::Published) -> Self {
        Self {
            target: done.target,
            tables_written: done.tables_written,
            tables_unchanged: done.tables_unchanged,
            files_restored: done.files_restored,
            completed_earlier: done.completed_earlier,
        }
    }
}

/// Milliseconds of each part of a run.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Timings {
    /// Reading the project and compiling its models.
    pub compile_ms: u64,
    /// Landing.
    pub land_ms: u64,
    /// Computing and checking.
    pub build_ms: u64,
    /// Sending the release to its targets.
    pub publish_ms: u64,
    /// All of it.
    pub total_ms: u64,
}

impl ModelLog {
    /// From the engine's report.
    pub fn of(report: &NodeReport) -> Self {
        Self {
            table: report.name.to_string(),
            reason: report.reason.words(),
            computed: report.partitions_computed.len(),
            reused: report.partitions_reused,
            row_count: report.row_count,
            is_changed: report.is_changed,
            run_ms: report.run_ms,
            check_ms: report.check_ms,
        }
    }
}

impl RunLog {
    /// Delivered, landed and the rest over the project's own streams.
    pub fn counts(&self) -> Counts {
        self.landed.iter().filter(|one| !one.is_own).fold(Counts::default(), |sum, one| sum.plus(one.counts))
    }

    /// Writes it beside the releases.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn write(&self, store: &dyn Store) -> Result<()> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| Fault::new(J011, "the run log cannot be written").cause(error))?;
        bytes.push(b'\n');
        store.put_new(&format!("runs/{}.json", self.run_id), Bytes::from(bytes)).await.map(|_| ())
    }

    /// Every run of the warehouse, oldest first; an entry of a later program that cannot be read is left out.
    ///
    /// # Errors
    /// Whatever the store says.
    pub async fn all(store: &dyn Store) -> Result<Vec<Self>> {
        let mut logs: Vec<Self> = Vec::new();
        for entry in store.list("runs").await? {
            if let Some(bytes) = store.get(&entry.path).await?
                && let Ok(log) = serde_json::from_slice(&bytes)
            {
                logs.push(log);
            }
        }
        logs.sort_by(|a, b| (a.started_at, &a.run_id).cmp(&(b.started_at, &b.run_id)));
        Ok(logs)
    }

    /// The runs as the table `run_log`.
    pub fn table(logs: &[Self], time_zone: &str) -> Table {
        let mut table = Table::new(&[
            "run_id",
            "started_at",
            "#total_ms",
            "outcome",
            "#release",
            "#delivered_count",
            "#landed_count",
            "#repeated_count",
            "#quarantined_count",
            "#refused_count",
            "faults",
            "warnings",
        ]);
        for log in logs {
            let counts = log.counts();
            table.push([
                log.run_id.clone(),
                local_time(log.started_at, time_zone),
                log.timings.total_ms.to_string(),
                log.outcome.clone(),
                log.release.map(|number| number.to_string()).unwrap_or_default(),
                counts.delivered.to_string(),
                counts.landed.to_string(),
                counts.repeated.to_string(),
                counts.quarantined.to_string(),
                counts.refused.to_string(),
                first_lines(&log.faults),
                first_lines(&log.warnings),
            ]);
        }
        table
    }
}

fn first_lines(texts: &[String]) -> String {
    texts.iter().map(|text| text.lines().next().unwrap_or_default()).collect::<Vec<_>>().join(" | ")
}

/// A moment in the project's time zone.
pub fn local_time(moment: Timestamp, time_zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let moment = jiff::Timestamp::from_microsecond(moment.0).unwrap_or_default();
    moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}
