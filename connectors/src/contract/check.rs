//! From a contract as written to one that can be followed; every contradiction is found here, with its place.

use std::{collections::BTreeMap, path::Path};

use kernel::{
    Digest, Fault, Result,
    columns::ColumnType,
    documents::{Spanned, place_of},
    names::{self, TableName},
};
use rust_decimal::Decimal;

use super::{
    Contract, Control, Freshness, Reference,
    document::{ColumnSpec, Control as ControlSpec, Delivery, Document, FileFormat, Files},
};
use crate::{
    csv::Dialect,
    dates::DateFormat,
    fault::C001,
    files,
    shape::{RowNumbers, Shape, Spec},
    text::nearest,
    values::{self, NumberFormat, Value},
};

/// The share of bad rows above which a stream fails when its contract does not say.
const MOST_QUARANTINED: (i64, u32) = (1, 1);

struct Checker<'a> {
    file: &'a str,
    stem: &'a str,
}

impl Checker<'_> {
    fn fault<T>(&self, at: &Spanned<T>, words: &str) -> Fault {
        Fault::new(C001, format!("contract `{}`: {words}", self.stem)).place(place_of(self.file, at))
    }
}

pub(super) fn check(file: &str, document: Document) -> Result<Contract> {
    let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or(file);
    let checker = Checker { file, stem };
    let table = checker.table(&document)?;
    let (dialect, numbers) = checker.dialect(&document.files)?;
    let dates = checker.dates(document.files.date_format.as_ref())?;
    let columns =
        document.columns.iter().map(|column| checker.column(column, numbers, &dates)).collect::<Result<Vec<Spec>>>()?;
    checker.no_duplicates(&document, dialect.has_header)?;
    let shape = Shape {
        table,
        source: document.source.value.clone(),
        stream: document.stream.value.clone(),
        key: Vec::new(),
        numbers: None,
        null_values: match &document.files.null_values {
            Some(values) => values.iter().map(|value| value.clone().into_bytes()).collect(),
            None => vec![Vec::new()],
        },
        delivery: document.delivery,
        columns,
    };
    let shape = checker.key(&document, shape)?;
    let most_quarantined = match document.most_quarantined_rate {
        Some(rate) if rate.0 < Decimal::ZERO || rate.0 > Decimal::ONE => {
            return Err(
                checker.fault(&document.stream, &format!("`most_quarantined_rate: {}` is not between 0 and 1", rate.0))
            );
        }
        Some(rate) => rate.0,
        None => Decimal::new(MOST_QUARANTINED.0, MOST_QUARANTINED.1),
    };
    let control = match &document.control_totals {
        Some(control) => Some(checker.control(control, &shape, &dialect, numbers)?),
        None => None,
    };
    checker.totals_of_all(&document, control.as_ref())?;
    Ok(Contract {
        file: file.to_owned(),
        description: document.description.clone(),
        path: document.files.path.value.clone(),
        unknown: document.unknown_columns,
        missing: document.missing_columns,
        most_quarantined,
        control,
        freshness: checker.freshness(&document, &shape)?,
        references: checker.references(&document, &shape)?,
        dialect,
        shape,
        text_hash: Digest([0; 32]),
        reading_hash: Digest([0; 32]),
    })
}

impl Checker<'_> {
    fn table(&self, document: &Document) -> Result<TableName> {
        for name in [&document.source, &document.stream] {
            if !names::is_identifier(&name.value) {
                return Err(self.fault(name, &format!("`{}` is not a lower-case identifier", name.value)));
            }
        }
        let table = format!("{}_{}", document.source.value, document.stream.value);
        if table != self.stem {
            return Err(self
                .fault(&document.source, &format!("source and stream make `{table}`, but the file is `{}`", self.stem))
                .hint(format!("rename the file to `{table}.yml`, or correct `source` and `stream`")));
        }
        TableName::new("landed", &table)
    }

    fn dialect(&self, files: &Files) -> Result<(Dialect, NumberFormat)> {
        let FileFormat::Csv = files.format;
        let dialect = Dialect {
            delimiter: self.delimiter(files.delimiter.as_ref())?.unwrap_or_else(|| ",".to_owned()),
            quote: self.quote(files.quote.as_ref())?.unwrap_or(Some(b'"')),
            has_header: files.header.unwrap_or(true),
            encoding: self.encoding(files.encoding.as_ref())?.unwrap_or(encoding_rs::UTF_8),
        };
        if dialect.quote.is_some_and(|quote| dialect.delimiter.as_bytes() == [quote]) {
            return Err(self.fault(&files.path, &format!("`{}` is both delimiter and quote", dialect.delimiter)));
        }
        let numbers = self.numbers(files.decimal_mark.as_ref(), files.thousands_mark.as_ref(), NumberFormat::PLAIN)?;
        Ok((dialect, numbers))
    }

    fn delimiter(&self, written: Option<&Spanned<String>>) -> Result<Option<String>> {
        let Some(written) = written else { return Ok(None) };
        let delimiter = match written.value.as_str() {
            "tab" | "\\t" => "\t",
            other => other,
        };
        if delimiter.chars().count() != 1 || delimiter == "\n" || delimiter == "\r" {
            return Err(self
                .fault(written, &format!("delimiter `{delimiter}` is not one character"))
                .hint("write one character in quotes, such as \";\", or the word tab"));
        }
        Ok(Some(delimiter.to_owned()))
    }

    fn quote(&self, written: Option<&Spanned<String>>) -> Result<Option<Option<u8>>> {
        let Some(written) = written else { return Ok(None) };
        match written.value.as_bytes() {
            b"none" => Ok(Some(None)),
            [byte] if byte.is_ascii_punctuation() => Ok(Some(Some(*byte))),
            _ => Err(self
                .fault(written, &format!("quote `{}` is not one sign", written.value))
                .hint("write '\"' for a double quote, \"'\" for a single one, or none")),
        }
    }

    fn encoding(&self, written: Option<&Spanned<String>>) -> Result<Option<&'static encoding_rs::Encoding>> {
        let Some(written) = written else { return Ok(None) };
        encoding_rs::Encoding::for_label_no_replacement(written.value.as_bytes()).map(Some).ok_or_else(|| {
            self.fault(written, &format!("`{}` is not the name of an encoding", written.value))
                .hint("write utf-8, utf-16le, windows-1252, windows-1250, iso-8859-1, iso-8859-2, …")
        })
    }

    fn numbers(
        &self,
        decimal: Option<&Spanned<String>>,
        thousands: Option<&Spanned<String>>,
        otherwise: NumberFormat,
    ) -> Result<NumberFormat> {
        let mut numbers = otherwise;
        if let Some(written) = decimal {
            numbers.decimal_mark = match written.value.as_bytes() {
                [byte @ (b'.' | b',')] => *byte,
                _ => return Err(self.fault(written, "`decimal_mark` is \".\" or \",\"")),
            };
        }
        if let Some(written) = thousands {
            numbers.thousands_mark = match written.value.as_bytes() {
                b"none" => None,
                [byte @ (b'.' | b',' | b' ' | b'\'')] => Some(*byte),
                _ => return Err(self.fault(written, "`thousands_mark` is none, \".\", \",\", \" \" or \"'\"")),
            };
        }
        if numbers.thousands_mark == Some(numbers.decimal_mark) {
            let at = thousands.or(decimal);
            let words = format!("`{}` is both decimal and thousands mark", char::from(numbers.decimal_mark));
            return Err(match at {
                Some(at) => self.fault(at, &words),
                None => Fault::new(C001, words),
            });
        }
        Ok(numbers)
    }

    fn dates(&self, written: Option<&Spanned<String>>) -> Result<DateFormat> {
        match written {
            None => Ok(DateFormat::iso()),
            Some(written) => DateFormat::compile(&written.value).map_err(|words| {
                self.fault(written, &format!("date format {words}"))
                    .hint("write day, month and year once each as d dd m mm yy yyyy, times as hh mi ss f, separators as they stand")
            }),
        }
    }

    fn column(&self, column: &ColumnSpec, numbers: NumberFormat, dates: &DateFormat) -> Result<Spec> {
        let name = &column.name;
        if !names::is_identifier(&name.value) || name.value.starts_with('_') {
            return Err(self
                .fault(name, &format!("column `{}` is not a lower-case identifier", name.value))
                .hint("use letters a to z, digits and `_`; a leading `_` is kept for system columns"));
        }
        let kind = column.column_type.value;
        let is_dated = matches!(kind, ColumnType::Date | ColumnType::Timestamp);
        if kind == ColumnType::Binary {
            return Err(
                self.fault(&column.column_type, &format!("column `{}`: a file of text holds no binary", name.value))
            );
        }
        if let Some(format) = column.format.as_ref().filter(|_| !is_dated) {
            return Err(self
                .fault(format, &format!("column `{}` is {kind}, and `format` is for dates", name.value))
                .hint("how numbers are written stands in `files.decimal_mark` and `files.thousands_mark`"));
        }
        if let Some(round) = column.round.as_ref().filter(|_| !matches!(kind, ColumnType::Decimal { .. })) {
            return Err(self.fault(round, &format!("column `{}` is {kind}, and `round` is for decimals", name.value)));
        }
        let own_dates = match &column.format {
            Some(format) => self.dates(Some(format))?,
            None if kind == ColumnType::Timestamp && !dates.has_time() && *dates != DateFormat::iso() => {
                dates.with_time()
            }
            None => dates.clone(),
        };
        if let Some(format) = column.format.as_ref().filter(|_| kind == ColumnType::Timestamp && !own_dates.has_time())
        {
            return Err(
                self.fault(format, &format!("column `{}` is a timestamp, but its format has no `hh`", name.value))
            );
        }
        let mut spec = Spec {
            from: column.from.clone().unwrap_or_else(|| name.value.clone()),
            trim: column.trim,
            round_half_up: column.round.is_some(),
            numbers,
            dates: own_dates,
            unit: column.unit.clone(),
            meaning: column.meaning.clone(),
            ..Spec::plain(&name.value, kind, column.nullable)
        };
        spec.at_least = self.bound(&spec, column.at_least.as_ref())?;
        spec.at_most = self.bound(&spec, column.at_most.as_ref())?;
        if let Some(accepted) = &column.accepted {
            if !matches!(kind, ColumnType::Text | ColumnType::Integer) {
                return Err(self
                    .fault(accepted, &format!("column `{}` is {kind}; `accepted` is for text and integer", name.value))
                    .hint("use `at_least` and `at_most`"));
            }
            spec.accepted = Some(accepted.value.iter().map(|value| value.clone().into_bytes()).collect());
        }
        Ok(spec)
    }

    /// A bound is written plainly, whatever the source's own number and date formats.
    fn bound(&self, spec: &Spec, written: Option<&Spanned<String>>) -> Result<Option<i128>> {
        let Some(written) = written else { return Ok(None) };
        let plain = Spec::plain(&spec.name, spec.column_type, false);
        let value = match values::parse(&plain, written.value.as_bytes()) {
            Ok(Value::Integer(value) | Value::Timestamp(value)) => i128::from(value),
            Ok(Value::Decimal(value, _)) => value,
            Ok(Value::Date(days)) => i128::from(days),
            _ => {
                let words =
                    format!("column `{}`: bound `{}` is not a value of {}", spec.name, written.value, spec.column_type);
                return Err(self
                    .fault(written, &words)
                    .hint("bounds are for numbers and dates, written 0.01 and 2026-11-30"));
            }
        };
        Ok(Some(value))
    }

    fn no_duplicates(&self, document: &Document, has_header: bool) -> Result<()> {
        let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
        for column in &document.columns {
            if seen.insert(&column.name.value, ()).is_some() {
                return Err(self.fault(&column.name, &format!("column `{}` is listed twice", column.name.value)));
            }
        }
        if let Some(numbers) = &document.row_number_within
            && seen.contains_key(numbers.column.value.as_str())
        {
            let words = format!("`{}` is numbered by row_number_within and also listed", numbers.column.value);
            return Err(self.fault(&numbers.column, &words).hint("take it out of `columns`; the landing makes it"));
        }
        if document.columns.is_empty() {
            return Err(self.fault(&document.stream, "`columns` is empty"));
        }
        if !has_header && let Some(column) = document.columns.iter().find(|column| column.from.is_some()) {
            return Err(self
                .fault(&column.name, &format!("column `{}` has `from`, but the file has no header", column.name.value))
                .hint("without a header columns are taken in the order listed; take `from` away"));
        }
        Ok(())
    }

    fn find(&self, shape: &Shape, name: &Spanned<String>, what: &str) -> Result<usize> {
        shape.position(&name.value).ok_or_else(|| {
            let known: Vec<&str> = shape.columns.iter().map(|spec| spec.name.as_str()).collect();
            let fault = self.fault(name, &format!("{what} names `{}`, which is no column of the contract", name.value));
            match nearest(&name.value, known.iter().copied()) {
                Some(near) => fault.hint(format!("did you mean `{near}`? The columns are {}", known.join(", "))),
                None => fault.hint(format!("the columns are {}", known.join(", "))),
            }
        })
    }

    fn key(&self, document: &Document, mut shape: Shape) -> Result<Shape> {
        let number = document.row_number_within.as_ref();
        if document.key.is_empty() {
            return Err(self
                .fault(&document.stream, "`key` is empty")
                .hint("list the columns that tell one row from another; where there are none, use row_number_within"));
        }
        for name in &document.key {
            if number.is_some_and(|number| number.column.value == name.value) {
                continue;
            }
            let at = self.find(&shape, name, "`key`")?;
            if shape.key.contains(&at) {
                return Err(self.fault(name, &format!("`key` names `{}` twice", name.value)));
            }
            if shape.columns.get(at).is_some_and(|spec| spec.nullable) {
                return Err(self
                    .fault(name, &format!("key column `{}` is nullable", name.value))
                    .hint("a row without its key cannot be told from another; take `nullable` away"));
            }
            shape.key.push(at);
        }
        let Some(number) = number else { return Ok(shape) };
        if !names::is_identifier(&number.column.value) {
            return Err(
                self.fault(&number.column, &format!("`{}` is not a lower-case identifier", number.column.value))
            );
        }
        let by = number
            .by
            .iter()
            .map(|name| self.find(&shape, name, "`row_number_within`"))
            .collect::<Result<Vec<usize>>>()?;
        let ends_with_it = document.key.last().is_some_and(|name| name.value == number.column.value);
        if by != shape.key || !ends_with_it {
            return Err(self
                .fault(&number.column, "`key` is not the columns of `row_number_within.by` and then its column")
                .hint("write key: [the columns of by, the numbered column], in that order"));
        }
        if document.delivery == Delivery::Incremental {
            return Err(self
                .fault(
                    &number.column,
                    "`row_number_within` numbers the rows of a whole delivery, and this is incremental",
                )
                .hint(
                    "a second delivery would number its rows from one again and replace those of the first: have the \
                       sender number the lines, or deliver everything (`delivery: full`)",
                ));
        }
        shape.numbers = Some(RowNumbers { column: number.column.value.clone(), by });
        Ok(shape)
    }

    fn freshness(&self, document: &Document, shape: &Shape) -> Result<Option<Freshness>> {
        let Some(fresh) = &document.freshness else { return Ok(None) };
        let column = self.find(shape, &fresh.column, "`freshness`")?;
        let is_dated = shape
            .columns
            .get(column)
            .is_some_and(|spec| matches!(spec.column_type, ColumnType::Date | ColumnType::Timestamp));
        if !is_dated {
            return Err(
                self.fault(&fresh.column, &format!("`freshness` needs a date, and `{}` is none", fresh.column.value))
            );
        }
        Ok(Some(Freshness { column, at_most_days: fresh.at_most_days }))
    }

    fn references(&self, document: &Document, shape: &Shape) -> Result<Vec<Reference>> {
        let mut references = Vec::new();
        for written in &document.references {
            let to =
                TableName::parse(&written.to.value).map_err(|fault| fault.place(place_of(self.file, &written.to)))?;
            if to.layer() != "landed" || to == shape.table {
                return Err(self
                    .fault(&written.to, &format!("a reference to `{to}` is not one to another landed table"))
                    .hint("check rows of one stream against each other with `refers` in a model's sidecar"));
            }
            if written.columns.len() != written.key.len() || written.columns.is_empty() {
                return Err(self.fault(&written.to, "a reference's `columns` and `key` differ in number"));
            }
            let columns = written
                .columns
                .iter()
                .map(|name| self.find(shape, name, "`references`"))
                .collect::<Result<Vec<usize>>>()?;
            references.push(Reference { columns, to, key: written.key.clone() });
        }
        Ok(references)
    }

    /// Totals of all files together can be compared only where all files are read together.
    fn totals_of_all(&self, document: &Document, control: Option<&Control>) -> Result<()> {
        let (Some(control), Some(written)) = (control, &document.control_totals) else { return Ok(()) };
        let is_of_one = !files::is_pattern(&document.files.path.value);
        if control.is_by_file() || is_of_one || document.delivery == Delivery::Full {
            return Ok(());
        }
        Err(self
            .fault(
                &written.path,
                "`control_totals` speaks of all files together, and an incremental delivery reads some",
            )
            .hint("name the column that says which file is meant (`file_column`), or put {stem} or {name} into `path`"))
    }

    fn control(
        &self,
        written: &ControlSpec,
        shape: &Shape,
        dialect: &Dialect,
        numbers: NumberFormat,
    ) -> Result<Control> {
        if written.row_count_column.is_none() && written.sums.is_empty() {
            return Err(self
                .fault(&written.path, "`control_totals` states neither `row_count_column` nor `sums`")
                .hint("for example row_count_column: rows and sums: {net_amount: total}"));
        }
        let mut sums = Vec::new();
        for (column, stated) in &written.sums {
            let at = shape.position(column).filter(|at| {
                shape
                    .columns
                    .get(*at)
                    .is_some_and(|spec| matches!(spec.column_type, ColumnType::Decimal { .. } | ColumnType::Integer))
            });
            let at = at.ok_or_else(|| {
                self.fault(
                    &written.path,
                    &format!("`control_totals.sums` names `{column}`, which is no number of the contract"),
                )
            })?;
            sums.push((at, stated.clone()));
        }
        Ok(Control {
            path: written.path.value.clone(),
            is_required: written.required,
            file_column: written.file_column.clone(),
            row_count_column: written.row_count_column.clone(),
            sums,
            dialect: Dialect {
                delimiter: self.delimiter(written.delimiter.as_ref())?.unwrap_or_else(|| dialect.delimiter.clone()),
                quote: self.quote(written.quote.as_ref())?.unwrap_or(dialect.quote),
                has_header: true,
                encoding: self.encoding(written.encoding.as_ref())?.unwrap_or(dialect.encoding),
            },
            numbers: self.numbers(written.decimal_mark.as_ref(), written.thousands_mark.as_ref(), numbers)?,
        })
    }
}
