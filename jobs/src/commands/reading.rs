//! `show`, `query` and `export`: a release, read.

use std::path::Path;

use engine::Release;
use kernel::{Fault, Place, names::TableName};
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};
use serde_json::json;

use crate::{
    command_line::{ExportFormat, Reading},
    commands::Console,
    fault::{J006, J015, J018, Stop, on_file},
    output::{Format, Table, counted},
    run_log::RunLog,
};

/// `show [TABLE]`
///
/// # Errors
/// J006 if there is no such table, and what reading says.
pub async fn show(console: &mut Console<'_>, table: Option<&str>, limit: u64, reading: &Reading) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let format = format(console, reading);
    let width = console.environment.width();
    if table == Some("run_log") {
        let logs = RunLog::all(warehouse.store().as_ref()).await?;
        if format == Format::Json {
            console.json(&logs)?;
        } else {
            RunLog::table(&logs, &project.settings.time_zone).write(console.out, format, width)?;
        }
        return Ok(0);
    }
    let release = console.release(&warehouse, reading.as_of).await?;
    let Some(table) = table else {
        list(&release).write(console.out, format, width)?;
        return Ok(0);
    };
    let name = TableName::parse(table).map_err(|fault| fault.hint(near(&release, table)))?;
    let sql = select_all(&release, &name, limit_for(limit, format))?;
    let answer = console.ask(&project, &warehouse, &release, &sql).await?;
    let shown = Table::of(&answer.schema, &answer.batches)?;
    shown.write(console.out, format, width)?;
    let all = release.tables.get(&name).map_or(0, engine::TableVersion::row_count);
    if format == Format::Text && (shown.rows.len() as u64) < all {
        console.remark(&format!("{} of {all} rows; `--limit 0` shows all", shown.rows.len()));
    }
    Ok(0)
}

/// Programs get every row; people get a screenful.
fn limit_for(limit: u64, format: Format) -> Option<u64> {
    (limit > 0 && format == Format::Text).then_some(limit)
}

/// The query that gives a table in the order of its key.
fn select_all(release: &Release, name: &TableName, limit: Option<u64>) -> Result<String, Stop> {
    let limit = limit.map(|rows| format!(" limit {rows}")).unwrap_or_default();
    if matches!(name.layer(), "landed" | "quarantine") {
        return Ok(format!("select * from {name} order by _file, _line{limit}"));
    }
    let Some(version) = release.tables.get(name) else {
        return Err(Fault::new(J006, format!("release {} has no table `{name}`", release.number))
            .hint(near(release, &name.to_string()))
            .into());
    };
    Ok(format!("select * from {name} order by {}{limit}", version.key.join(", ")))
}

fn near(release: &Release, wanted: &str) -> String {
    let wanted = wanted.rsplit('.').next().unwrap_or(wanted);
    let names: Vec<_> = release.tables.keys().map(ToString::to_string).collect();
    let alike: Vec<_> = names.iter().filter(|name| name.contains(wanted)).map(|name| format!("`{name}`")).collect();
    if alike.is_empty() {
        "`tantieme show` without a name lists the tables of the release".to_owned()
    } else {
        format!("there is {}", alike.join(", "))
    }
}

fn list(release: &Release) -> Table {
    let mut table = Table::new(&["table", "#rows", "#files", "key"]);
    for (name, version) in release.tables.iter().filter(|(name, _)| !name.is_private()) {
        table.push([
            name.to_string(),
            version.row_count().to_string(),
            version.files().count().to_string(),
            version.key.join(", "),
        ]);
    }
    table
}

fn format(console: &Console<'_>, reading: &Reading) -> Format {
    reading.format.unwrap_or(if console.global.json { Format::Json } else { Format::Text })
}

/// `query SQL`
///
/// # Errors
/// E016 for SQL that cannot be answered.
pub async fn query(console: &mut Console<'_>, sql: &str, reading: &Reading) -> Result<u8, Stop> {
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let release = console.release(&warehouse, reading.as_of).await?;
    let answer = console.ask(&project, &warehouse, &release, sql).await?;
    let format = format(console, reading);
    let width = console.environment.width();
    Table::of(&answer.schema, &answer.batches)?.write(console.out, format, width)?;
    Ok(0)
}

/// `export TABLE --to PATH`
///
/// # Errors
/// J006 if there is no such table, J015 if the file's ending and `--format` disagree, J018 if the place is none for a file,
/// J003 if it cannot be written.
pub async fn export(
    console: &mut Console<'_>,
    table: &str,
    to: &Path,
    format: Option<ExportFormat>,
    as_of: Option<u64>,
) -> Result<u8, Stop> {
    let is_stdout = to == Path::new("-");
    let format = export_format(to, format)?;
    let path = console.path(to);
    if !is_stdout {
        refuse_what_is_no_file(&path)?;
    }
    let project = console.project()?;
    let warehouse = console.warehouse(&project).await?;
    let release = console.release(&warehouse, as_of).await?;
    let name = TableName::parse(table)?;
    let sql = select_all(&release, &name, None)?;
    let answer = console.ask(&project, &warehouse, &release, &sql).await?;
    let mut bytes = Vec::new();
    match format {
        ExportFormat::Csv => Table::of(&answer.schema, &answer.batches)?.write(&mut bytes, Format::Csv, None)?,
        ExportFormat::Parquet => {
            let unwritten = |error| on_file("written", &path, &std::io::Error::other(error));
            let properties = WriterProperties::builder().set_compression(Compression::ZSTD(Default::default())).build();
            let mut writer =
                ArrowWriter::try_new(&mut bytes, answer.schema.clone(), Some(properties)).map_err(unwritten)?;
            for batch in &answer.batches {
                writer.write(batch).map_err(unwritten)?;
            }
            writer.close().map_err(unwritten)?;
        }
    }
    if is_stdout {
        console.out.write_all(&bytes)?;
        return Ok(0);
    }
    write_whole(&path, &bytes)?;
    let rows = answer.row_count() as u64;
    if console.global.json {
        let value = json!({"table": name, "release": release.number, "rows": rows, "to": path.display().to_string()});
        console.json(&value)?;
    } else if !console.global.quiet {
        let rows = counted(rows, "row");
        writeln!(console.out, "{rows} of {name}, release {}, written to {}", release.number, to.display())?;
    }
    Ok(0)
}

/// The format that was asked for, or the one that the file's ending means; CSV where neither says.
fn export_format(to: &Path, stated: Option<ExportFormat>) -> Result<ExportFormat, Fault> {
    let ending = to.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let meant = match ending.as_deref() {
        Some("csv") => Some(ExportFormat::Csv),
        Some("parquet") => Some(ExportFormat::Parquet),
        _ => None,
    };
    match (stated, meant) {
        (Some(stated), Some(meant)) if stated != meant => {
            Err(Fault::new(J015, format!("`{}` does not end as a file of the format asked for does", to.display()))
                .hint("leave `--format` out, or give the file the ending `.csv` or `.parquet` that belongs to it"))
        }
        (stated, meant) => Ok(stated.or(meant).unwrap_or(ExportFormat::Csv)),
    }
}

/// A device, a folder or a link to one is never replaced by a file, and no folder is made.
fn refuse_what_is_no_file(path: &Path) -> Result<(), Fault> {
    let place = Place::file(path.display().to_string());
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => return Ok(()),
        Ok(found) => {
            let what = if found.is_dir() { "a folder" } else { "no regular file" };
            return Err(Fault::new(J018, format!("`{}` is {what} and would not be a table", path.display()))
                .place(place)
                .hint("name a file; `--to -` writes to standard output"));
        }
        Err(_) => {}
    }
    let folder = path.parent().unwrap_or(path);
    if folder.is_dir() {
        return Ok(());
    }
    Err(Fault::new(J018, format!("there is no folder `{}`", folder.display()))
        .place(place)
        .hint("make the folder, or name a file in one that is there"))
}

/// Nobody sees half a file: written beside, then renamed; nothing is left beside if it cannot be.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    // What a link points to is replaced, and the link stays.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".{}.part", std::process::id()));
    let aside = std::path::PathBuf::from(aside);
    std::fs::write(&aside, bytes).and_then(|()| std::fs::rename(&aside, &path)).map_err(|error| {
        let _ = std::fs::remove_file(&aside);
        on_file("written", &path, &error).into()
    })
}
