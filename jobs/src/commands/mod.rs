//! What every command shares: where it reads, where it writes, how it tells a fault.

pub mod documents;
pub mod making;
pub mod plans;
pub mod quarantine;
pub mod reading;
pub mod releases;
pub mod running;
pub mod testing;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use engine::{Answer, Release, Warehouse};
use kernel::{Fault, Place};
use serde::Serialize;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;

use crate::{
    command_line::{Global, LogFormat},
    environment::Environment,
    fault::{J005, J011, Stop},
    progress::Line,
    project::{self, Project},
    run,
    settings::PROJECT_FILE,
};

/// A command's surroundings.
pub struct Console<'a> {
    /// Clock, variables, terminal.
    pub environment: &'a Environment,
    /// Options of every command.
    pub global: &'a Global,
    /// Results.
    pub out: &'a mut (dyn Write + Send),
    /// Everything else.
    pub err: &'a mut (dyn Write + Send),
}

impl Console<'_> {
    /// A path of the command line, seen from where the user stands.
    pub fn path(&self, path: &std::path::Path) -> PathBuf {
        self.environment.current_folder.join(path)
    }

    /// The project's folder.
    ///
    /// # Errors
    /// J001.
    pub fn project_folder(&self) -> Result<PathBuf, Stop> {
        match &self.global.project {
            Some(stated) => {
                let path = self.path(stated);
                // The file of a project stands for its folder.
                let is_file = path.is_file() && path.file_name().is_some_and(|name| name == PROJECT_FILE);
                Ok(path.parent().filter(|_| is_file).map_or(path.clone(), Path::to_path_buf))
            }
            None => Ok(project::find(&self.environment.current_folder)?),
        }
    }

    /// The project, read whole.
    ///
    /// # Errors
    /// Every fault of every document.
    pub fn project(&self) -> Result<Project, Stop> {
        Ok(Project::load(&self.project_folder()?, &self.global.variables, self.environment)?)
    }

    /// The project's warehouse.
    ///
    /// # Errors
    /// The engine's.
    pub async fn warehouse(&self, project: &Project) -> Result<Warehouse, Stop> {
        Ok(run::open_warehouse(project, self.environment).await?)
    }

    /// A release by number, or the last one.
    ///
    /// # Errors
    /// J005 if there is none yet, E014 if there is none of that number.
    pub async fn release(&self, warehouse: &Warehouse, number: Option<u64>) -> Result<Release, Stop> {
        let store = warehouse.store();
        let found = match number {
            Some(number) => return Ok(Release::load(store.as_ref(), number).await?),
            None => Release::latest(store.as_ref()).await?,
        };
        Ok(found.ok_or_else(|| {
            Fault::new(J005, "there is no release yet")
                .place(Place::file(warehouse.uri()))
                .hint("`tantieme run` makes the first")
        })?)
    }

    /// The answer to a question about one release.
    ///
    /// # Errors
    /// E016 if it cannot be answered.
    pub async fn ask(
        &self,
        project: &Project,
        warehouse: &Warehouse,
        release: &Release,
        sql: &str,
    ) -> Result<Answer, Stop> {
        let settings = run::session_settings(self.environment);
        Ok(engine::read::query(warehouse, &project.landed_tables()?, release, sql, &settings).await?)
    }

    /// A line of progress on standard error, if somebody looks.
    pub fn line(&self) -> Line {
        Line::new(self.environment.owns_process && self.environment.stderr_is_terminal && !self.global.quiet)
    }

    /// One JSON value on standard output.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Stop> {
        serde_json::to_writer_pretty(&mut *self.out, value).map_err(io::Error::from)?;
        writeln!(self.out)?;
        Ok(())
    }

    /// A remark on standard error, unless the user wants quiet.
    pub fn remark(&mut self, text: &str) {
        if !self.global.quiet {
            let _ = writeln!(self.err, "{text}");
        }
    }

    /// What went well and yet has to be known; on standard error, quiet or not. Programs find it in the result.
    pub fn warn(&mut self, warnings: &[Fault]) {
        if self.global.json {
            return;
        }
        for warning in warnings {
            let text = warning.to_string();
            let _ = writeln!(self.err, "{}", text.replacen("error[", "warning[", 1));
        }
    }

    /// Faults on standard error: for people, or as one JSON object.
    pub fn tell(&mut self, faults: &[Fault]) {
        if self.global.json {
            let value = json!({ "faults": faults.iter().map(fault_json).collect::<Vec<_>>() });
            let _ = writeln!(self.err, "{value}");
            return;
        }
        for fault in faults {
            let text = fault.to_string();
            let shown = match text.split_once(':') {
                Some((head, tail)) if self.environment.colours() => format!("\x1b[1;31m{head}\x1b[0m:{tail}"),
                _ => text,
            };
            let _ = writeln!(self.err, "{shown}");
        }
    }
}

/// A fault for programs.
pub fn fault_json(fault: &Fault) -> Value {
    let places: Vec<_> = fault
        .places()
        .iter()
        .map(|place| json!({"file": place.file, "line": place.line, "column": place.column, "detail": place.detail}))
        .collect();
    json!({
        "code": fault.code().id,
        "kind": fault.kind().word(),
        "retry_helps": fault.kind().retry_helps(),
        "message": fault.message(),
        "places": places,
        "kept": fault.kept_words(),
        "causes": fault.causes(),
        "hints": fault.hints(),
    })
}

/// A fault of ours that no input should be able to cause.
pub fn bug(what: &str) -> Fault {
    Fault::new(J011, what.to_owned())
}

/// Sends the log to standard error.
pub fn logging(global: &Global, environment: &Environment) {
    let level = match (global.quiet, global.verbose) {
        (true, 0) => "error",
        (false, 0) => "warn",
        (_, 1) => "warn,jobs=info,engine=info,connectors=info,publish=info",
        (_, 2) => "info,jobs=debug,engine=debug,connectors=debug,publish=debug",
        _ => "debug",
    };
    let level = environment.variables.get("TANTIEME_LOG").map_or(level, String::as_str);
    let base = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_ansi(environment.colours())
        .with_writer(std::io::stderr);
    // Somebody who installed a log before us keeps it.
    let _ = match global.log_format {
        LogFormat::Text => base.with_target(false).try_init(),
        LogFormat::Json => base.json().try_init(),
    };
}
