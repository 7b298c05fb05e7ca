//! The totals a sender states, beside those its file has; a file that does not agree is refused whole.

use std::{fs, path::Path};

use kernel::{Digest, Fault, Place, Result, landing::ControlTotal};

use crate::{
    contract::{Contract, Control},
    csv::{Reader, Record},
    fault::{C011, unreadable},
    files::SourceFile,
    layout::Layout,
    shape::Spec,
    text::nearest,
    values::{self, Exact},
};

/// What is stated of one file, or of all of them together.
#[derive(Debug, Clone, Default)]
struct Stated {
    file: Option<String>,
    rows: Option<i128>,
    sums: Vec<Exact>,
}

/// What a file has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub rows: u64,
    sums: Vec<Exact>,
    unreadable: u64,
}

/// The verdict on one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict {
    pub refusal: Option<String>,
    pub totals: Vec<ControlTotal>,
}

/// The digits behind the point of a column.
fn scale(spec: &Spec) -> u8 {
    match spec.column_type {
        kernel::columns::ColumnType::Decimal { scale, .. } => scale,
        _ => 0,
    }
}

fn path_for(control: &Control, project: &Path, file: &SourceFile) -> std::path::PathBuf {
    let name = Path::new(&file.name);
    let part =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default();
    let path = control.path.replace("{stem}", &part(name.file_stem())).replace("{name}", &part(name.file_name()));
    project.join(path)
}

/// Stands for the control files that speak of a file, so that new totals give a refused file another chance.
pub(crate) fn hash(contract: &Contract, project: &Path, file: &SourceFile) -> Option<Digest> {
    let control = contract.control.as_ref()?;
    let bytes = fs::read(path_for(control, project, file)).unwrap_or_default();
    Some(Digest::of(&bytes))
}

/// Compares every file with what is stated of it, in the order of the files.
pub(crate) fn compare(
    contract: &Contract,
    project: &Path,
    files: &[(SourceFile, Layout)],
) -> Result<Vec<(Verdict, Found)>> {
    let Some(control) = &contract.control else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (file, layout) in files {
        found.push(count(contract, control, file, layout)?);
    }
    let is_by_file = control.is_by_file();
    let mut verdicts = Vec::new();
    for ((file, _), own) in files.iter().zip(&found) {
        let path = path_for(control, project, file);
        if !path.exists() {
            let words = format!("there is no control file `{}`", control_name(&path));
            verdicts.push(Verdict { refusal: control.is_required.then_some(words), totals: Vec::new() });
            continue;
        }
        let all = stated(contract, control, &path)?;
        let is_meant = |stated: &&Stated| match &stated.file {
            Some(name) => *name == file.name || file.name.ends_with(&format!("/{name}")),
            None => true,
        };
        let meant: Vec<&Stated> = all.iter().filter(is_meant).collect();
        let verdict = match (meant.as_slice(), is_by_file) {
            ([stated], true) => judge(contract, control, stated, own),
            ([stated], false) => judge(contract, control, stated, &total(&found)),
            ([], _) => {
                let words = format!("`{}` states nothing of this file", control_name(&path));
                Verdict { refusal: control.is_required.then_some(words), totals: Vec::new() }
            }
            (many, _) => {
                let words =
                    format!("`{}` has {} rows for this file where one is expected", control_name(&path), many.len());
                Verdict { refusal: Some(words), totals: Vec::new() }
            }
        };
        verdicts.push(verdict);
    }
    Ok(verdicts.into_iter().zip(found).collect())
}

fn control_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn total(found: &[Found]) -> Found {
    let mut total = Found::default();
    for one in found {
        total.rows += one.rows;
        total.unreadable += one.unreadable;
        total.sums.resize(one.sums.len(), Exact::default());
        for (sum, add) in total.sums.iter_mut().zip(&one.sums) {
            match sum.plus(*add) {
                Some(both) => *sum = both,
                None => total.unreadable += 1,
            }
        }
    }
    total
}

fn judge(contract: &Contract, control: &Control, stated: &Stated, found: &Found) -> Verdict {
    let mut totals = Vec::new();
    let mut wrong = Vec::new();
    if let Some(rows) = stated.rows {
        let is = i128::from(found.rows);
        totals.push(ControlTotal { name: "rows".to_owned(), stated: rows.to_string(), found: is.to_string() });
        if rows != is {
            wrong.push(format!("rows: {rows} stated, {is} found, difference {}", is.saturating_sub(rows)));
        }
    }
    for (((at, _), stated), is) in control.sums.iter().zip(&stated.sums).zip(&found.sums) {
        let Some(spec) = contract.shape.columns.get(*at) else { continue };
        let show = |number: Exact| number.show(scale(spec));
        totals.push(ControlTotal { name: spec.name.clone(), stated: show(*stated), found: show(*is) });
        // Where values are rounded, the sender may have rounded the sum as well.
        let compared = if spec.round_half_up { is.rounded_as(*stated, scale(spec)) } else { *is };
        if *stated != compared {
            let difference = is.minus(*stated).map_or_else(String::new, show);
            wrong.push(format!(
                "`{}`: {} stated, {} found, difference {difference}",
                spec.name,
                show(*stated),
                show(*is)
            ));
        }
    }
    if !wrong.is_empty() && found.unreadable > 0 {
        wrong.push(format!("{} values of the summed columns could not be read", found.unreadable));
    }
    Verdict { refusal: (!wrong.is_empty()).then(|| wrong.join("; ")), totals }
}

/// How many rows a file has.
pub(crate) fn row_count(contract: &Contract, file: &SourceFile) -> Result<u64> {
    let mut reader = Reader::open(&file.path, &contract.dialect, Some(file.hash))?;
    let mut rows: u64 = 0;
    while reader.advance()? {
        rows += 1;
    }
    Ok(rows.saturating_sub(u64::from(contract.dialect.has_header)))
}

/// Counts the rows of a file and sums its columns at the digits as written; rows that will not land count as well, since
/// the sender counted them.
fn count(contract: &Contract, control: &Control, file: &SourceFile, layout: &Layout) -> Result<Found> {
    let mut found = Found { sums: vec![Exact::default(); control.sums.len()], ..Found::default() };
    let mut reader = Reader::open(&file.path, &contract.dialect, Some(file.hash))?;
    let mut is_header = contract.dialect.has_header;
    while reader.advance()? {
        if std::mem::take(&mut is_header) {
            continue;
        }
        found.rows += 1;
        let record = reader.record();
        for ((at, _), sum) in control.sums.iter().zip(&mut found.sums) {
            match number(contract, *at, &record, layout).and_then(|number| sum.plus(number)) {
                Some(both) => *sum = both,
                None => found.unreadable += 1,
            }
        }
    }
    Ok(found)
}

fn number(contract: &Contract, column: usize, record: &Record<'_>, layout: &Layout) -> Option<Exact> {
    let spec = contract.shape.columns.get(column)?;
    let text = record.field((*layout.fields.get(column)?)?)?;
    if contract.shape.null_values.iter().any(|null| null.as_slice() == text.trim_ascii()) {
        return Some(Exact::default());
    }
    values::written(text.trim_ascii(), spec.numbers)
}

fn stated(contract: &Contract, control: &Control, path: &Path) -> Result<Vec<Stated>> {
    fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = Reader::open(path, &control.dialect, None)?;
    let shown = path.display().to_string();
    let fault = |words: String, line: u64| Fault::new(C011, words).place(Place::at(&shown, line, 1));
    if !reader.advance()? {
        return Err(fault(format!("control file `{}` is empty", control_name(path)), 1));
    }
    let names: Vec<String> = {
        let record = reader.record();
        (0..record.len())
            .map(|at| String::from_utf8_lossy(record.field(at).unwrap_or_default()).trim().to_owned())
            .collect()
    };
    let find = |wanted: &String| {
        names.iter().position(|name| name == wanted).ok_or_else(|| {
            let fault = fault(format!("control file `{}` has no column `{wanted}`", control_name(path)), 1);
            match nearest(wanted, names.iter().map(String::as_str)) {
                Some(near) => fault.hint(format!("did you mean `{near}`? It has {}", names.join(", "))),
                None => {
                    fault.hint(format!("it has {}; correct `control_totals` in {}", names.join(", "), contract.file))
                }
            }
        })
    };
    let file_at = control.file_column.as_ref().map(find).transpose()?;
    let rows_at = control.row_count_column.as_ref().map(find).transpose()?;
    let sums_at = control.sums.iter().map(|(_, name)| find(name)).collect::<Result<Vec<usize>>>()?;
    let mut all = Vec::new();
    while reader.advance()? {
        let record = reader.record();
        let unfit = |at: usize| {
            let column = names.get(at).map_or("", String::as_str);
            let text = values::quoted(record.field(at).unwrap_or_default());
            let words = format!(
                "`{column}` of control file `{}` is {text}, which is no number of its kind",
                control_name(path)
            );
            fault(words, record.line)
        };
        let text = |at: usize| record.field(at).unwrap_or_default().trim_ascii();
        let read = |at: usize| values::written(text(at), control.numbers).ok_or_else(|| unfit(at));
        let count = |at: usize| values::decimal(text(at), control.numbers, 38, 0, false).map_err(|_| unfit(at));
        let sums = sums_at.iter().map(|at| read(*at)).collect::<Result<Vec<Exact>>>()?;
        all.push(Stated {
            file: file_at.map(|at| String::from_utf8_lossy(record.field(at).unwrap_or_default()).trim().to_owned()),
            rows: rows_at.map(count).transpose()?,
            sums,
        });
    }
    Ok(all)
}
