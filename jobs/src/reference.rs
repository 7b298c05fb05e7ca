//! The reference of settings, contract keys and variables, from which docs/generated is written.
//!
//! A test compares every section with the keys that the reader accepts, so that none is missing and none is invented.

use clap::CommandFactory;

use crate::command_line::Arguments;

/// One key of a document, or one variable.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The part of the document it stands in; empty at the top.
    pub section: &'static str,
    /// As it is written.
    pub key: &'static str,
    /// What may be written, and what holds if nothing is.
    pub form: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

const fn entry(section: &'static str, key: &'static str, form: &'static str, meaning: &'static str) -> Entry {
    Entry { section, key, form, meaning }
}

/// Keys of `tantieme.yml`.
pub const SETTINGS: &[Entry] = &[
    entry("", "name", "text, required", "name of the project, shown in reports"),
    entry(
        "",
        "warehouse",
        "folder or `s3://bucket/prefix`, required",
        "where everything landed, computed and released lies; folders are relative to the project",
    ),
    entry("", "time_zone", "IANA name; `UTC`", "only for showing times"),
    entry("", "calendar", "section, required", "the fiscal calendar"),
    entry(
        "",
        "variables",
        "name: text",
        "`${var:name}` in contracts, plans and these settings; `--var NAME=VALUE` overrides",
    ),
    entry("", "parameters", "name: section", "typed values, `$name` in SQL; changing one recomputes what uses it"),
    entry("", "publish", "list of sections", "where every release is sent"),
    entry("calendar", "name", "identifier", "what plans call it that are written for this calendar alone"),
    entry("calendar", "kind", "`months`, `weeks_445` or `dated`, required", "how the year is cut"),
    entry("calendar", "from_year", "year, required", "first year for which periods are made"),
    entry("calendar", "to_year", "year, required", "last year for which periods are made"),
    entry("calendar", "year_begins", "1 to 12; `1`", "`months`: the month with which the fiscal year begins"),
    entry("calendar", "begins", "date", "`weeks_445`: first day of the first year"),
    entry("calendar", "year", "year", "`weeks_445`: number of the first year"),
    entry(
        "calendar",
        "long_years",
        "list of years",
        "`weeks_445`: years with a fifty-third week, which their last period gets",
    ),
    entry(
        "calendar",
        "periods",
        "list of `{id, from, to, quarter, year}`",
        "`dated`: every period, both days included, without gap or overlap",
    ),
    entry("parameters", "type", "column type, required", "its type in SQL"),
    entry("parameters", "value", "text, required", "its value"),
    entry("publish", "kind", "`parquet` or `delta`, required", "the format"),
    entry("publish", "to", "folder or `s3://bucket/prefix`, required", "where to; folders are relative to the project"),
    entry("publish", "tables", "names and `layer.*`, with commas; `reporting.*`", "which tables"),
    entry("publish", "keep_releases", "number; 3", "`parquet`: how many release folders stay"),
];

/// Keys of a contract, `sources/<source>_<stream>.yml`.
pub const CONTRACT_KEYS: &[Entry] = &[
    entry("", "source", "identifier, required", "the system that delivers"),
    entry("", "stream", "identifier, required", "what it delivers; the table is `landed.<source>_<stream>`"),
    entry("", "description", "text", "what the stream is"),
    entry("", "files", "section, required", "which files, and how they are written"),
    entry(
        "",
        "delivery",
        "`full` or `incremental`, required",
        "`full`: what is absent is withdrawn; `incremental`: it stays",
    ),
    entry("", "key", "list of columns, required", "what identifies a row"),
    entry("", "row_number_within", "section", "numbers rows that have no key of their own, by content"),
    entry("", "columns", "list of sections, required", "the columns that land"),
    entry(
        "",
        "unknown_columns",
        "`fail`, `quarantine` or `accept_new_columns`; `fail`",
        "what to do with a column that the contract does not know",
    ),
    entry("", "missing_columns", "`fail` or `quarantine`; `fail`", "what to do when a column is not delivered"),
    entry(
        "",
        "most_quarantined_rate",
        "rate, such as `0.01`",
        "a larger share of bad rows fails the stream, and nothing of it is committed",
    ),
    entry(
        "",
        "control_totals",
        "section",
        "a file of the sender's that states totals; a file that differs is refused whole",
    ),
    entry("", "freshness", "section", "how old the newest row may be"),
    entry("", "references", "list of sections", "columns whose values must be known in another stream"),
    entry("files", "path", "path or glob, required", "relative to the project"),
    entry("files", "format", "`csv`", "how the files are built"),
    entry("files", "delimiter", "one character or `tab`; `,`", "between fields"),
    entry("files", "header", "true or false; `true`", "`false`: columns are taken in the order of the contract"),
    entry("files", "quote", "one character or `none`; `\"`", "around fields that hold a delimiter"),
    entry("files", "encoding", "WHATWG label; `utf-8`", "of the files' text"),
    entry("files", "decimal_mark", "one character; `.`", "in numbers"),
    entry("files", "thousands_mark", "one character or `none`; `none`", "in numbers"),
    entry(
        "files",
        "date_format",
        "such as `dd.mm.yyyy`; `yyyy-mm-dd`",
        "of dates and times: d dd m mm yy yyyy hh mi ss f",
    ),
    entry("files", "null_values", "list of texts; the empty one", "what counts as empty"),
    entry("row_number_within", "column", "identifier, required", "the column that is added"),
    entry("row_number_within", "by", "list of columns, required", "rows that share these are numbered"),
    entry("columns", "name", "identifier, required", "its name in the landed table"),
    entry("columns", "from", "text; the name", "its name in the file"),
    entry(
        "columns",
        "type",
        "column type, required",
        "`text`, `integer`, `decimal(p,s)`, `date`, `timestamp`, `boolean`",
    ),
    entry("columns", "nullable", "true or false; `false`", "whether it may be empty"),
    entry("columns", "trim", "true or false; `false`", "whether spaces around it go"),
    entry("columns", "format", "date format", "where it differs from that of the file"),
    entry("columns", "round", "`half_up`", "allows more digits than the type has, and rounds them"),
    entry("columns", "at_least", "value", "smallest value, itself allowed"),
    entry("columns", "at_most", "value", "largest value, itself allowed"),
    entry("columns", "accepted", "list of values", "the only values allowed"),
    entry("columns", "unit", "text", "currency or unit"),
    entry("columns", "meaning", "text", "what it means"),
    entry("control_totals", "path", "path, required", "the sender's file"),
    entry("control_totals", "required", "true or false; `true`", "whether a delivery without it is refused"),
    entry("control_totals", "file_column", "column", "where it names the file it speaks of"),
    entry("control_totals", "row_count_column", "column", "where it states how many rows"),
    entry("control_totals", "sums", "column: column", "column of the stream, and where its sum is stated"),
    entry("control_totals", "delimiter", "one character or `tab`", "as in `files`"),
    entry("control_totals", "quote", "one character or `none`", "as in `files`"),
    entry("control_totals", "encoding", "WHATWG label", "as in `files`"),
    entry("control_totals", "decimal_mark", "one character", "as in `files`"),
    entry("control_totals", "thousands_mark", "one character or `none`", "as in `files`"),
    entry("freshness", "column", "column, required", "the date that is looked at"),
    entry("freshness", "at_most_days", "number, required", "older than this and the run stops as stale"),
    entry("references", "columns", "list of columns, required", "the columns here"),
    entry("references", "to", "landed table, required", "the table there; it lands first"),
    entry("references", "key", "list of columns, required", "the columns there"),
];

/// Variables of the environment that the program reads.
pub const VARIABLES: &[Entry] = &[
    entry(
        "",
        "AWS_*",
        "as the AWS tools know them",
        "`AWS_ENDPOINT`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ALLOW_HTTP`: how object stores are reached",
    ),
    entry("", "NO_COLOR", "anything", "no colours on standard error"),
    entry("", "COLUMNS", "number", "width of text tables on a terminal"),
    entry("", "CARGO", "set by cargo", "`demo` then writes its suggestions as `cargo run -- …`"),
    entry("", "TANTIEME_LOG", "filter of tracing, such as `engine=debug`", "what is logged, in place of `--verbose`"),
    entry(
        "",
        "TANTIEME_PARTITIONS",
        "number; the processors",
        "how many partitions a query uses; the result is the same to the bit",
    ),
    entry("", "TANTIEME_BATCH_ROWS", "number; 8192", "rows in a batch; the result is the same to the bit"),
    entry("", "TANTIEME_MEMORY_MB", "number; no bound", "memory of queries before they spill to disk"),
    entry("", "TANTIEME_SQL", "folder", "read in place of the built-in models, for whoever works on them"),
];

/// The help of every command, as Markdown.
pub fn commands() -> String {
    let mut text = String::new();
    let mut root = Arguments::command();
    root.build();
    describe(&mut root, &mut text);
    text
}

fn describe(command: &mut clap::Command, text: &mut String) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    text.push_str(&format!("\n## `{name}`\n\n```text\n{}\n```\n", lines.join("\n").trim_end()));
    for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
        describe(inner, text);
    }
}
