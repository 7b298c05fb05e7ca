//! The command line: one definition, from which help, completions and the man page come.
//!
//! Results go to standard output, progress and logs to standard error. Exit codes come from the kind of the fault and
//! from nowhere else. [`main_with`] is the whole program as a function, so that a test needs no process.

use std::{
    ffi::OsString,
    io::{BufWriter, Write},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand};
use kernel::{Fault, Kind};
use pharma::Scale;

use crate::{
    commands::{
        self, Console,
        plans::{Plan, PlanLanguage},
    },
    demo, doctor,
    environment::Environment,
    explain::{self, Form, Request, Sale},
    fault::{J011, J015, Stop},
    output::Format,
    run::{self, exit_code},
};

/// Sales performance and incentive pay out of the warehouse, exact to the cent and explained to the row.
#[derive(Debug, Parser)]
#[command(name = "tantieme", version, propagate_version = true, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 fine, 1 a node or test failed, 2 usage or configuration, 3 locked by another run, \
4 a check stopped the publication, 5 the dry run found changes, 6 stale source, 7 the surroundings failed (disk, \
permission, network), 70 a bug of ours, 130 interrupted.";

/// Options that every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// The project's folder; without it the current one, or the nearest above that holds a tantieme.yml
    #[arg(long, global = true, value_name = "DIR", help_heading = "Options of every command")]
    pub project: Option<PathBuf>,
    /// Sets a variable of the project for this command
    #[arg(long = "var", global = true, value_name = "NAME=VALUE", help_heading = "Options of every command")]
    pub variables: Vec<String>,
    /// Writes results as JSON, for programs
    #[arg(long, global = true, help_heading = "Options of every command")]
    pub json: bool,
    /// No progress and no summary, only results and faults
    #[arg(long, short, global = true, help_heading = "Options of every command")]
    pub quiet: bool,
    /// More of the log on standard error; twice for everything
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = "Options of every command")]
    pub verbose: u8,
    /// How the log is written
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Options of every command"
    )]
    pub log_format: LogFormat,
}

/// How the log on standard error is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line, for programs.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a project to begin with
    Init {
        /// The folder to make
        dir: PathBuf,
        /// What to begin with: starter, pharma or adventureworks
        #[arg(long, value_name = "NAME", default_value = "starter")]
        example: String,
        /// How large the company of `pharma` is: 1 is 300 seats and a million lines, 0.03 a few dozen and 70 000
        #[arg(long, value_name = "NUMBER", default_value_t = demo::SCALE)]
        scale: Scale,
    },
    /// Reads the project, its contracts, plans and models, and says everything that is wrong; runs nothing
    Check,
    /// Lands what is new, computes what changed, checks it, releases and publishes it
    Run(RunArguments),
    /// Shows a table of a release; without a name, the tables there are; `run_log` shows the runs
    Show {
        /// `reporting.statement`, `landed.…`, `quarantine.…`, or `run_log`
        table: Option<String>,
        /// At most so many rows; 0 for all
        #[arg(long, value_name = "ROWS", default_value_t = 50)]
        limit: u64,
        /// Which release, and how to write it.
        #[command(flatten)]
        reading: Reading,
    },
    /// Answers a question in SQL over the tables of a release
    Query {
        /// One `select`
        sql: String,
        /// Which release, and how to write it.
        #[command(flatten)]
        reading: Reading,
    },
    /// Lists the releases
    Releases,
    /// Compares two releases: rows and money, table by table
    Diff {
        /// The earlier release
        from: u64,
        /// The later release
        to: u64,
    },
    /// Makes a new release that holds what an old one held
    Rollback {
        /// The release to go back to
        release: u64,
    },
    /// Recomputes a release from its inputs and compares byte for byte
    Reproduce {
        /// The release
        release: u64,
    },
    /// Rows that broke their contract
    #[command(subcommand)]
    Quarantine(Quarantine),
    /// Plan documents
    #[command(subcommand)]
    Plan(Plan),
    /// Explains what somebody earned in a period, step by step, down to the source file and line
    Explain {
        /// The payee, as `reporting.statement` names them
        payee: String,
        /// The period, such as 2026-03 or 2026-Q1
        period: String,
        /// At most so many credits
        #[arg(long, value_name = "ROWS", default_value_t = 20)]
        credits: usize,
        /// As lines, or as a page to send or print
        #[arg(long, value_enum, default_value = "text")]
        format: Form,
        /// The language
        #[arg(long, value_enum, default_value_t)]
        language: PlanLanguage,
        /// Of which release; the last one if not said
        #[arg(long, value_name = "RELEASE")]
        as_of: Option<u64>,
    },
    /// Says whom a sale counts for, by which rule, and why not for others
    Why {
        /// The transaction, as `conformed.transactions` names it
        transaction: String,
        /// One of its lines; all of them if not said
        #[arg(long)]
        line: Option<String>,
        /// The source, where several name a transaction alike
        #[arg(long)]
        source: Option<String>,
        /// Of which release; the last one if not said
        #[arg(long, value_name = "RELEASE")]
        as_of: Option<u64>,
    },
    /// Shows what a table or a column is made from
    Lineage {
        /// `layer.table` or `layer.table.column`; without it, every table of the project
        of: Option<String>,
        /// What is made from it, instead
        #[arg(long, requires = "of")]
        downstream: bool,
        /// OpenLineage events of the last release, one a line, for a catalogue of data
        #[arg(long, conflicts_with_all = ["of", "downstream"])]
        open_lineage: bool,
    },
    /// Runs the cases of models: rows in, rows out
    Test {
        /// Only cases whose file or name contains this
        filter: Option<String>,
        /// Writes what came out as the expectation
        #[arg(long)]
        update: bool,
    },
    /// Writes a table of a release to a file
    Export {
        /// `layer.table`
        table: String,
        /// The file; `-` for standard output
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
        /// What kind of file; without it, what the file's ending says
        #[arg(long, value_enum)]
        format: Option<ExportFormat>,
        /// Of which release; the last one if not said
        #[arg(long, value_name = "RELEASE")]
        as_of: Option<u64>,
    },
    /// Removes files that no kept release names
    Maintain {
        /// How many releases to keep
        #[arg(long, value_name = "RELEASES", default_value_t = 30)]
        keep: usize,
        /// Says what would go, and removes nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Says what is wrong with this installation, if anything
    Doctor,
    /// Makes a pharma company, runs it and shows what came out; needs nothing
    Demo {
        /// The folder to make, or to use again
        #[arg(long, value_name = "DIR", default_value = "tantieme-demo")]
        dir: PathBuf,
        /// How large the company is, where it is made: 1 is 300 seats and a million lines, 0.03 a few dozen and 70 000
        #[arg(long, value_name = "NUMBER", default_value_t = demo::SCALE)]
        scale: Scale,
    },
    /// Prints completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the man page, or that of a command
    Man {
        /// The command, such as `run` or `quarantine fix`; the whole program if not said
        command: Vec<String>,
    },
}

/// Arguments of `run`.
#[derive(Debug, Default, Args)]
pub struct RunArguments {
    /// Only these models: `name`, `+name` with what it reads, `name+` with what reads it, `path:`, `tag:`, `state:modified`
    #[arg(long, value_name = "SELECTOR")]
    pub select: Vec<String>,
    /// Only these periods: `2026-01..2026-03`, one period, a quarter or a year
    #[arg(long, value_name = "FROM..TO")]
    pub period: Option<String>,
    /// Recomputes what has not changed, too; the result is the same to the bit
    #[arg(long)]
    pub full: bool,
    /// Says what a run would do and changes nothing; exit code 5 if there is something to do
    #[arg(long)]
    pub dry_run: bool,
    /// Shows how long each model took
    #[arg(long)]
    pub timings: bool,
}

/// Which release to read and how to write what was read.
#[derive(Debug, Default, Args)]
pub struct Reading {
    /// Of which release; the last one if not said
    #[arg(long, value_name = "RELEASE")]
    pub as_of: Option<u64>,
    /// How to write the rows
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// Kinds of file to export to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// One Parquet file, types and digits as they are.
    Parquet,
    /// For spreadsheets.
    Csv,
}

/// What to do with rows in quarantine.
#[derive(Debug, Subcommand)]
pub enum Quarantine {
    /// Lists the open rows
    List {
        /// `landed.erp_order_lines` or `erp_order_lines`; every stream if not said
        table: Option<String>,
    },
    /// Shows one row with every reason and its text
    Show {
        /// The row's id, as `list` shows it
        id: String,
    },
    /// Lands a row with corrected values
    Fix {
        /// The row's id
        id: String,
        /// A corrected value
        #[arg(long = "set", value_name = "COLUMN=VALUE", required = true)]
        values: Vec<String>,
    },
    /// Holds the open rows to today's contract again
    Replay {
        /// The stream
        table: String,
    },
    /// Settles rows that are to stay out, and says why
    Accept {
        /// The stream
        table: String,
        /// The rows' ids; all open ones if none is named
        ids: Vec<String>,
        /// Why; kept with the settlement
        #[arg(long)]
        reason: String,
    },
}

/// The program with the real surroundings; for `main`.
pub fn main() -> u8 {
    let environment = Environment::real();
    let mut out = BufWriter::new(std::io::stdout());
    let mut err = std::io::stderr();
    main_with(std::env::args_os(), &environment, &mut out, &mut err)
}

/// The whole program: arguments in, exit code out.
pub fn main_with<I, T>(
    arguments: I,
    environment: &Environment,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> u8
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let given: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let is_json = given.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json");
    let arguments = match Arguments::try_parse_from(given) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            let global = Global { json: is_json, ..Global::default() };
            if is_json {
                Console { environment, global: &global, out, err }.tell(&[argument_fault(&error)]);
            } else {
                let _ = write!(err, "{}", error.render());
            }
            return Kind::Configuration.exit_code();
        }
        Err(error) => {
            let _ = write!(out, "{}", error.render());
            let _ = out.flush();
            return 0;
        }
    };
    if environment.owns_process {
        commands::logging(&arguments.global, environment);
    }
    // Planning a deep query needs more stack than the main thread of some systems has.
    const STACK_BYTES: usize = 64 << 20;
    std::thread::scope(|scope| {
        let work = || with_runtime(&arguments, environment, out, err);
        match std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work) {
            Ok(thread) => thread.join().unwrap_or_else(|_| Kind::Bug.exit_code()),
            Err(_) => Kind::Surroundings.exit_code(),
        }
    })
}

/// What clap says, for programs.
fn argument_fault(error: &clap::Error) -> Fault {
    let text = error.render().to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let rest = lines.filter(|line| !line.starts_with("For more information"));
    rest.fold(Fault::new(J015, first.trim_start_matches("error: ")), |fault, line| fault.cause(line))
}

fn with_runtime(
    arguments: &Arguments,
    environment: &Environment,
    out: &mut (dyn Write + Send),
    err: &mut (dyn Write + Send),
) -> u8 {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build();
    let runtime = match built {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = writeln!(err, "{}", Fault::new(J011, "the runtime cannot begin").cause(error));
            return Kind::Surroundings.exit_code();
        }
    };
    let mut console = Console { environment, global: &arguments.global, out, err };
    let ended = runtime.block_on(async {
        // A run knows better what stands when it is cut off, and puts it into the run log.
        if matches!(arguments.command, Command::Run(_) | Command::Rollback { .. } | Command::Demo { .. }) {
            return dispatch(&arguments.command, &mut console).await;
        }
        tokio::select! {
            ended = dispatch(&arguments.command, &mut console) => ended,
            () = environment.asked_to_stop() => Err(run::interrupted().into()),
        }
    });
    let code = finish(ended, &mut console);
    runtime.shutdown_background();
    code
}

/// Tells the user how it ended and turns it into the exit code.
fn finish(ended: Result<u8, Stop>, console: &mut Console<'_>) -> u8 {
    let flushed = console.out.flush().map_err(Stop::from);
    match ended.and_then(|code| flushed.map(|()| code)) {
        Ok(code) => code,
        Err(Stop::Pipe) => 0,
        Err(Stop::Faults(faults)) => {
            console.tell(&faults);
            exit_code(&faults)
        }
    }
}

async fn dispatch(command: &Command, console: &mut Console<'_>) -> Result<u8, Stop> {
    match command {
        Command::Init { dir, example, scale } => commands::making::init(console, dir, example, *scale),
        Command::Check => commands::running::check(console).await,
        Command::Run(arguments) => commands::running::run(console, arguments).await,
        Command::Show { table, limit, reading } => {
            commands::reading::show(console, table.as_deref(), *limit, reading).await
        }
        Command::Query { sql, reading } => commands::reading::query(console, sql, reading).await,
        Command::Releases => commands::releases::list(console).await,
        Command::Diff { from, to } => commands::releases::diff(console, *from, *to).await,
        Command::Rollback { release } => commands::releases::roll_back(console, *release).await,
        Command::Reproduce { release } => commands::releases::reproduce(console, *release).await,
        Command::Quarantine(what) => commands::quarantine::quarantine(console, what).await,
        Command::Plan(what) => commands::plans::plan(what, console).await,
        Command::Explain { payee, period, credits, format, language, as_of } => {
            let language = (*language).into();
            let request = Request { payee, period, most_credits: *credits, as_of: *as_of, form: *format, language };
            explain::explain(console, &request).await
        }
        Command::Why { transaction, line, source, as_of } => {
            let sale = Sale { transaction, line: line.as_deref(), source: source.as_deref(), as_of: *as_of };
            explain::why(console, &sale).await
        }
        Command::Lineage { open_lineage: true, .. } => commands::documents::open_lineage(console).await,
        Command::Lineage { of, downstream, .. } => {
            commands::documents::lineage(console, of.as_deref(), *downstream).await
        }
        Command::Test { filter, update } => commands::testing::test(console, filter.as_deref(), *update).await,
        Command::Export { table, to, format, as_of } => {
            commands::reading::export(console, table, to, *format, *as_of).await
        }
        Command::Maintain { keep, dry_run } => commands::releases::maintain(console, *keep, *dry_run).await,
        Command::Doctor => doctor::doctor(console).await,
        Command::Demo { dir, scale } => demo::demo(console, dir, *scale).await,
        Command::Completions { shell } => commands::making::completions(console, *shell),
        Command::Man { command } => commands::making::man(console, command),
    }
}
