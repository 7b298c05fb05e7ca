//! The project's calendar as rows to land and as spans for the engine; pure functions of the settings.

use connectors::Rows;
use engine::graph::PeriodSpan;
use jiff::civil::Weekday;
use kernel::{
    Result,
    columns::{Column, ColumnType},
    names::TableName,
    periods::{Date, Period, days_since_epoch},
};

type Row = Vec<Option<String>>;

/// A period of any kind: the calendar's own, or the quarters and years that they add up to.
struct Span<'a> {
    id: &'a str,
    kind: &'static str,
    base: &'a [Period],
    quarter: &'a [Period],
    year: &'a [Period],
    number_in_year: i64,
}

/// Every base period, quarter and year, in that order, each with the base periods it is made of.
fn spans(periods: &[Period]) -> Vec<Span<'_>> {
    let quarters: Vec<&[Period]> = periods.chunk_by(|a, b| a.quarter_id == b.quarter_id).collect();
    let years: Vec<&[Period]> = periods.chunk_by(|a, b| a.year_id == b.year_id).collect();
    let year_of = |period: &Period| years.iter().find(|year| year[0].year_id == period.year_id).copied().unwrap_or(&[]);
    let quarter_of = |period: &Period| {
        quarters.iter().find(|quarter| quarter[0].quarter_id == period.quarter_id).copied().unwrap_or(&[])
    };
    let mut all = Vec::new();
    for base in periods.chunks(1) {
        let one = &base[0];
        let (quarter, year) = (quarter_of(one), year_of(one));
        all.push(Span { id: &one.period_id, kind: "base", base, quarter, year, number_in_year: one.number_in_year });
    }
    for &quarter in &quarters {
        let year = year_of(&quarter[0]);
        let before =
            quarters.iter().filter(|q| q[0].year_id == quarter[0].year_id && q[0].from_date < quarter[0].from_date);
        let number_in_year = i64::try_from(before.count()).unwrap_or_default() + 1;
        all.push(Span { id: &quarter[0].quarter_id, kind: "quarter", base: quarter, quarter, year, number_in_year });
    }
    for &year in &years {
        let quarter = year.last().map_or(year, quarter_of);
        all.push(Span { id: &year[0].year_id, kind: "year", base: year, quarter, year, number_in_year: 1 });
    }
    all
}

fn first_day(periods: &[Period]) -> Option<Date> {
    periods.first().map(|period| period.from_date)
}

fn end_day(periods: &[Period]) -> Option<Date> {
    periods.last().map(|period| period.to_date)
}

/// What the engine has to know to find the partitions that a window reads.
pub fn period_spans(periods: &[Period]) -> Vec<PeriodSpan> {
    let day = |date: Option<Date>| date.map(days_since_epoch).unwrap_or_default();
    spans(periods)
        .iter()
        .map(|span| PeriodSpan {
            period_id: span.id.to_owned(),
            from_day: day(first_day(span.base)),
            to_day: day(end_day(span.base)),
            quarter_from_day: day(first_day(span.quarter)),
            year_from_day: day(first_day(span.year)),
        })
        .collect()
}

fn days(periods: &[Period]) -> impl Iterator<Item = (&Period, Date)> {
    periods.iter().flat_map(|period| {
        std::iter::successors(Some(period.from_date), |day| day.tomorrow().ok())
            .take_while(|day| *day < period.to_date)
            .map(move |day| (period, day))
    })
}

fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The columns and keys of the calendar's three tables, known before any row is.
///
/// # Errors
/// None in practice; the names are constants.
pub fn shapes() -> Result<Vec<(TableName, Vec<Column>, Vec<String>)>> {
    let text = |name: &str| Column::new(name, ColumnType::Text);
    let date = |name: &str| Column::new(name, ColumnType::Date);
    let count = |name: &str| Column::new(name, ColumnType::Integer);
    let flag = |name: &str| Column::new(name, ColumnType::Boolean);
    let table = |name: &str, columns: Vec<Column>, key: &[&str]| {
        let key = key.iter().map(|&column| column.to_owned()).collect();
        TableName::new("landed", name).map(|name| (name, columns, key))
    };
    Ok(vec![
        table(
            "calendar_days",
            vec![date("day_date"), text("period_id"), text("quarter_id"), text("year_id"), flag("is_working_day")],
            &["day_date"],
        )?,
        table(
            "calendar_periods",
            vec![
                text("period_id"),
                text("period_kind"),
                date("from_date"),
                date("to_date"),
                text("quarter_id"),
                text("year_id"),
                count("number_in_year"),
                count("day_count"),
                count("working_day_count"),
            ],
            &["period_id"],
        )?,
        table(
            "calendar_windows",
            vec![text("period_id"), text("window_kind"), text("base_period_id"), flag("is_last")],
            &["period_id", "window_kind", "base_period_id"],
        )?,
    ])
}

/// The calendar's three tables with their rows.
///
/// # Errors
/// None in practice; the names are constants.
pub fn rows(periods: &[Period]) -> Result<Vec<Rows>> {
    let some = |text: &str| Some(text.to_owned());
    let day_rows = days(periods)
        .map(|(period, day)| {
            vec![
                Some(day.to_string()),
                some(&period.period_id),
                some(&period.quarter_id),
                some(&period.year_id),
                Some(is_working_day(day).to_string()),
            ]
        })
        .collect();
    let spans = spans(periods);
    let period_rows = spans.iter().filter_map(period_row).collect();
    let window_rows = spans.iter().flat_map(window_rows).collect();
    let all_rows: [Vec<Row>; 3] = [day_rows, period_rows, window_rows];
    Ok(shapes()?
        .into_iter()
        .zip(all_rows)
        .map(|((table, columns, key), rows)| Rows { table, columns, key, rows, file: "tantieme.yml".to_owned() })
        .collect())
}

fn period_row(span: &Span<'_>) -> Option<Row> {
    let last = span.base.last()?;
    let day_count = days(span.base).count();
    let working_day_count = days(span.base).filter(|(_, day)| is_working_day(*day)).count();
    Some(vec![
        Some(span.id.to_owned()),
        Some(span.kind.to_owned()),
        Some(first_day(span.base)?.to_string()),
        Some(last.to_date.to_string()),
        Some(last.quarter_id.clone()),
        Some(last.year_id.clone()),
        Some(span.number_in_year.to_string()),
        Some(day_count.to_string()),
        Some(working_day_count.to_string()),
    ])
}

fn window_rows(span: &Span<'_>) -> Vec<Row> {
    let Some(end) = end_day(span.base) else { return Vec::new() };
    let mut rows = Vec::new();
    for (kind, window) in [("period", span.base), ("quarter_to_date", span.quarter), ("year_to_date", span.year)] {
        for base in window.iter().filter(|base| base.to_date <= end) {
            rows.push(vec![
                Some(span.id.to_owned()),
                Some(kind.to_owned()),
                Some(base.period_id.clone()),
                Some((base.to_date == end).to_string()),
            ]);
        }
    }
    rows
}
