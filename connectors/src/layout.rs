//! Which field of a file is which column of its contract.

use std::collections::BTreeSet;

use kernel::{Fault, Place, Result, columns::ColumnType, names};

use crate::{
    contract::{Contract, Missing, Unknown},
    csv::Reader,
    fault::{C006, C007},
    files::SourceFile,
    shape::{Shape, Spec},
    text::nearest,
};

/// The fields of one file.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// The field of each column of the shape; none where the file lacks it.
    pub fields: Vec<Option<usize>>,
    /// Fields that a whole row has.
    pub count: usize,
    pub header: Option<Vec<String>>,
    /// What sends every row of the file to quarantine.
    pub flaws: Vec<String>,
}

/// The names in the first record of a file; none if the contract says there are none.
pub(crate) fn header(contract: &Contract, file: &SourceFile) -> Result<Option<Vec<String>>> {
    if !contract.dialect.has_header {
        return Ok(None);
    }
    let mut reader = Reader::open(&file.path, &contract.dialect, None)?;
    let place = Place::at(file.path.display().to_string(), 1, 1);
    if !reader.advance()? {
        return Err(Fault::new(C007, format!("`{}` is empty: it has not even a header", file.name)).place(place));
    }
    let record = reader.record();
    if !record.is_text() || record.flaw.is_some() {
        let what = record.flaw.unwrap_or("it is no text in the encoding of the contract");
        return Err(Fault::new(C007, format!("the header of `{}` cannot be read: {what}", file.name)).place(place));
    }
    let names: Vec<String> = (0..record.len())
        .map(|at| String::from_utf8_lossy(record.field(at).unwrap_or_default()).trim().to_owned())
        .collect();
    for (at, name) in names.iter().enumerate() {
        if names.iter().take(at).any(|before| before == name)
            && contract.shape.columns.iter().any(|spec| spec.from == *name)
        {
            return Err(Fault::new(C007, format!("the header of `{}` names `{name}` twice", file.name)).place(place));
        }
    }
    Ok(Some(names))
}

/// The contract's shape with the columns that the files have beyond it, if it accepts such.
pub(crate) fn extended(contract: &Contract, headers: &[Option<Vec<String>>]) -> Shape {
    let mut shape = contract.shape.clone();
    if contract.unknown != Unknown::AcceptNewColumns {
        return shape;
    }
    let known = shape.columns.len();
    // In order, so that of two headers that make one name the same gets it, whichever file was read first.
    let added: BTreeSet<&String> = headers
        .iter()
        .flatten()
        .flatten()
        .filter(|from| !contract.shape.columns.iter().any(|spec| spec.from == **from))
        .collect();
    for from in added {
        let mut name = identifier(from);
        let is_taken = |name: &str, shape: &Shape| {
            shape.position(name).is_some() || shape.numbers.as_ref().is_some_and(|numbers| numbers.column == *name)
        };
        while is_taken(&name, &shape) {
            name.push_str("_2");
        }
        let spec = Spec { from: from.clone(), ..Spec::plain(&name, ColumnType::Text, true) };
        shape.columns.push(spec);
    }
    if let Some(added) = shape.columns.get_mut(known..) {
        added.sort_by(|one, other| one.name.cmp(&other.name));
    }
    shape
}

fn identifier(text: &str) -> String {
    let mut name: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    if !names::is_identifier(&name) || name.starts_with('_') {
        name.insert_str(0, "column_");
    }
    name
}

/// Lays the shape over the header of a file.
pub(crate) fn lay(contract: &Contract, shape: &Shape, file: &str, header: Option<Vec<String>>) -> Result<Layout> {
    let names = header.clone().unwrap_or_default();
    let layout = lay_kept(contract, shape, header);
    let lacking = contract.shape.columns.iter().zip(&layout.fields).find(|(_, field)| field.is_none());
    if let (Some((spec, _)), Missing::Fail) = (lacking, contract.missing) {
        return Err(missing(contract, file, &names, spec));
    }
    let beyond = names.iter().find(|name| !shape.columns.iter().any(|spec| spec.from == **name));
    if let (Some(name), Unknown::Fail) = (beyond, contract.unknown) {
        return Err(unknown(contract, file, name));
    }
    Ok(layout)
}

/// Lays the shape over the header that a row in quarantine came under; what does not fit is a flaw of that row.
pub(crate) fn lay_kept(contract: &Contract, shape: &Shape, header: Option<Vec<String>>) -> Layout {
    let Some(header) = header else {
        let count = shape.columns.len();
        return Layout { fields: (0..count).map(Some).collect(), count, header: None, flaws: Vec::new() };
    };
    let fields: Vec<Option<usize>> =
        shape.columns.iter().map(|spec| header.iter().position(|name| *name == spec.from)).collect();
    let mut flaws = Vec::new();
    for (spec, _) in contract.shape.columns.iter().zip(&fields).filter(|(_, field)| field.is_none()) {
        flaws.push(format!("the file has no column `{}` for `{}`", spec.from, spec.name));
    }
    for name in header.iter().filter(|name| !shape.columns.iter().any(|spec| spec.from == **name)) {
        flaws.push(format!("the file has a column `{name}` that the contract does not know"));
    }
    Layout { fields, count: header.len(), header: Some(header), flaws }
}

fn missing(contract: &Contract, file: &str, header: &[String], spec: &Spec) -> Fault {
    let named: Vec<String> = header.iter().map(|name| format!("`{name}`")).collect();
    let fault = Fault::new(
        C006,
        format!(
            "contract `{}`: column `{}` is not in `{file}` as `{}`",
            contract.table().table(),
            spec.name,
            spec.from
        ),
    )
    .place(Place::file(&contract.file))
    .place(Place::at(file, 1, 1).detail(format!("the file has {}", named.join(", "))));
    if let ([only], true) = (header, contract.shape.columns.len() > 1)
        && let Some(sign) = [';', ',', '|', '\t'].into_iter().max_by_key(|sign| only.matches(*sign).count())
        && only.contains(sign)
    {
        let shown = if sign == '\t' { "tab".to_owned() } else { format!("\"{sign}\"") };
        return fault
            .hint(format!("the header looks delimited otherwise; set `delimiter: {shown}` in {}", contract.file));
    }
    let free = header.iter().filter(|name| !contract.shape.columns.iter().any(|other| other.from == **name));
    match nearest(&spec.from, free.map(String::as_str)) {
        Some(near) => fault.hint(format!("did you mean `from: {near}`?")),
        None => fault,
    }
}

fn unknown(contract: &Contract, file: &str, name: &str) -> Fault {
    let fault = Fault::new(
        C006,
        format!(
            "contract `{}`: `{file}` has a column `{name}` that the contract does not know",
            contract.table().table()
        ),
    )
    .place(Place::at(file, 1, 1));
    fault.hint(format!(
        "list it under `columns` in {}, or set `unknown_columns: accept_new_columns` (lands as text) or `quarantine`",
        contract.file
    ))
}
