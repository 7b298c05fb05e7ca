//! `tantieme.yml`: the settings of a project, its calendar, its variables and where its releases go.
//!
//! Promises that a wrong setting is found with its place before anything runs. Knows nothing of the project's other files.

use std::collections::BTreeMap;

use kernel::{
    Fault, Place, Result,
    columns::ColumnType,
    periods::{CalendarKind, Date, DatedPeriod, Period},
};
use serde::Deserialize;

use crate::fault::{J002, J015};

/// The name of the file that makes a folder a project.
pub const PROJECT_FILE: &str = "tantieme.yml";

/// `tantieme.yml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the project.
    pub name: String,
    /// A folder, relative to the project, or `s3://bucket/prefix`.
    pub warehouse: String,
    /// IANA name; only for showing times.
    #[serde(default = "utc")]
    pub time_zone: String,
    /// The fiscal calendar and how many years of it are made.
    pub calendar: CalendarSettings,
    /// Text for `${var:name}` in any file of the project.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// Typed values, `$name` in SQL.
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterSettings>,
    /// Where every release is sent.
    #[serde(default)]
    pub publish: Vec<PublishSettings>,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// The calendar's section.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSettings {
    /// What plans call it.
    pub name: Option<String>,
    /// `months`, `weeks_445` or `dated`.
    pub kind: CalendarWord,
    /// First year for which periods are made.
    pub from_year: i16,
    /// Last year for which periods are made.
    pub to_year: i16,
    /// `months`: the month with which the fiscal year begins; 1 if not said.
    pub year_begins: Option<i8>,
    /// `weeks_445`: first day of the first year.
    pub begins: Option<Date>,
    /// `weeks_445`: number of the first year.
    pub year: Option<i16>,
    /// `weeks_445`: years with a fifty-third week.
    #[serde(default)]
    pub long_years: Vec<i16>,
    /// `dated`: every period.
    #[serde(default)]
    pub periods: Vec<DatedPeriod>,
}

/// The kinds of calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarWord {
    /// Calendar months.
    Months,
    /// Quarters of four, four and five weeks.
    #[serde(rename = "weeks_445")]
    Weeks445,
    /// Every period written out.
    Dated,
}

/// A typed value for SQL.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterSettings {
    /// Its type, as a contract writes types.
    #[serde(rename = "type")]
    pub column_type: ColumnType,
    /// Its value, as text.
    pub value: String,
}

/// A place that every release is sent to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishSettings {
    /// `parquet` or `delta`.
    pub kind: PublishKind,
    /// A folder, relative to the project, or `s3://bucket/prefix`.
    pub to: String,
    /// Which tables: `reporting.*`, `reporting.statement`, or several with commas.
    #[serde(default = "reporting")]
    pub tables: String,
    /// `parquet`: how many release folders are kept; 3 if not said.
    pub keep_releases: Option<u32>,
}

fn reporting() -> String {
    "reporting.*".to_owned()
}

/// The formats a release is sent out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishKind {
    /// A tree of Parquet files, one folder for each release.
    Parquet,
    /// Delta Lake tables.
    Delta,
}

impl CalendarSettings {
    /// The periods of its years.
    ///
    /// # Errors
    /// J002 or K003 with the key that is wrong.
    pub fn periods(&self) -> Result<Vec<Period>> {
        let wrong = |key: &str| {
            Fault::new(J002, format!("the calendar lacks `{key}`"))
                .place(Place::file(PROJECT_FILE))
                .hint("`weeks_445` needs `begins` and `year`, `dated` needs `periods`")
        };
        if self.to_year < self.from_year || i32::from(self.to_year) - i32::from(self.from_year) > 200 {
            return Err(Fault::new(J002, format!("the calendar runs from `{}` to `{}`", self.from_year, self.to_year))
                .place(Place::file(PROJECT_FILE))
                .hint("`from_year` is the first year, `to_year` the last, at most 200 years later"));
        }
        let kind = match self.kind {
            CalendarWord::Months => CalendarKind::Months { year_begins: self.year_begins.unwrap_or(1) },
            CalendarWord::Weeks445 => CalendarKind::Weeks445 {
                begins: self.begins.ok_or_else(|| wrong("begins"))?,
                year: self.year.ok_or_else(|| wrong("year"))?,
                long_years: self.long_years.clone(),
            },
            CalendarWord::Dated if self.periods.is_empty() => return Err(wrong("periods")),
            CalendarWord::Dated => CalendarKind::Dated { periods: self.periods.clone() },
        };
        kind.periods(self.from_year, self.to_year).map_err(|fault| fault.place(Place::file(PROJECT_FILE)))
    }
}

/// The settings' variables with those of the command line put over them.
///
/// # Errors
/// J015 for one that the project does not have, or without `=`.
pub fn variables(settings: &Settings, stated: &[String]) -> Result<BTreeMap<String, String>> {
    let mut variables = settings.variables.clone();
    for text in stated {
        let Some((name, value)) = text.split_once('=') else {
            return Err(Fault::new(J015, format!("`--var {text}` has no `=`")).hint("write `--var data=../data`"));
        };
        if !variables.contains_key(name) {
            let known: Vec<_> = variables.keys().map(String::as_str).collect();
            return Err(Fault::new(J015, format!("the project has no variable `{name}`"))
                .place(Place::file(PROJECT_FILE))
                .hint(format!(
                    "its variables: {}",
                    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
                )));
        }
        variables.insert(name.to_owned(), value.to_owned());
    }
    Ok(variables)
}

/// Puts variables in wherever a setting may hold one.
pub fn put_variables(settings: &mut Settings, variables: &BTreeMap<String, String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let texts = std::iter::once(&mut settings.warehouse)
        .chain(settings.publish.iter_mut().map(|publish| &mut publish.to))
        .chain(settings.parameters.values_mut().map(|parameter| &mut parameter.value));
    for text in texts {
        match substitute(text, variables, PROJECT_FILE) {
            Ok(put) => *text = put,
            Err(fault) => faults.push(fault),
        }
    }
    faults
}

/// Puts variables in for `${var:name}`.
///
/// # Errors
/// J002 with the line if a variable is not known or a brace is not closed.
pub fn substitute(text: &str, variables: &BTreeMap<String, String>, file: &str) -> Result<String> {
    const OPEN: &str = "${var:";
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        made.push_str(before);
        let line = text.len().checked_sub(after.len()).map_or(1, |at| text[..at].lines().count().max(1));
        let place = Place { line: Some(line as u64), ..Place::file(file) };
        let Some((name, tail)) = after.split_once('}') else {
            return Err(Fault::new(J002, "a `${var:` is not closed by `}`").place(place));
        };
        let Some(value) = variables.get(name) else {
            return Err(Fault::new(J002, format!("there is no variable `{name}`"))
                .place(place)
                .hint(format!("add it under `variables:` in {PROJECT_FILE}")));
        };
        made.push_str(value);
        rest = tail;
    }
    made.push_str(rest);
    Ok(made)
}
