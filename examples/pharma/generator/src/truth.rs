//! What was planted, kept beside the project for tests; a run never reads it.

use std::{collections::BTreeMap, io, path::Path};

use crate::{
    calendar::{HALVES, period},
    company::Company,
    people::Payee,
    text::{Office, Sheet, plain_parts},
    units::{BRANDS, BRANDS_OF_UNIT, COUNTRIES, UNITS},
};

/// Where a line comes from, for sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Wholesalers by pharmacy.
    Sellout,
    /// Wholesalers by brick.
    BrickSellout,
    /// Hospitals.
    Hospital,
    /// Returns.
    Returns,
    /// Credit notes.
    CreditNotes,
}

const SOURCES: [(Source, &str); 5] = [
    (Source::Sellout, "sellout"),
    (Source::BrickSellout, "brick_sellout"),
    (Source::Hospital, "hospital_orders"),
    (Source::Returns, "returns"),
    (Source::CreditNotes, "credit_notes"),
];

/// Sums of one source, brand and month; a line counts as it stands in the end.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    lines: u64,
    amount: i64,
    hundredths: i64,
}

/// What the sales add up to; tallies of parts of the year add up to that of the whole.
#[derive(Debug)]
pub struct Tally {
    /// By source, brand and month.
    sums: Vec<Sums>,
    /// By brand, cell and half of a month.
    cells: Vec<i64>,
    /// Sales of customers on no map, by brand and month.
    lost: Vec<i64>,
    cell_count: usize,
}

impl Tally {
    /// Nothing sold yet.
    pub fn new(company: &Company) -> Self {
        let cell_count = company.places.cell_count;
        Self {
            sums: vec![Sums::default(); SOURCES.len() * BRANDS.len() * 12],
            cells: vec![0; BRANDS.len() * cell_count * HALVES],
            lost: vec![0; BRANDS.len() * 12],
            cell_count,
        }
    }

    /// Counts a line; what takes back is below zero.
    pub fn count(
        &mut self,
        source: Source,
        brand: usize,
        cell: Option<usize>,
        half: usize,
        hundredths: i64,
        amount: i64,
    ) {
        let month = half / 2;
        let sums = &mut self.sums[(source as usize * BRANDS.len() + brand) * 12 + month];
        sums.lines += 1;
        sums.amount += amount;
        sums.hundredths += hundredths;
        match cell {
            Some(cell) => self.cells[(brand * self.cell_count + cell) * HALVES + half] += amount,
            None => self.lost[brand * 12 + month] += amount,
        }
    }

    /// Both together.
    pub fn add(&mut self, other: &Self) {
        for (sum, add) in self.sums.iter_mut().zip(&other.sums) {
            sum.lines += add.lines;
            sum.amount += add.amount;
            sum.hundredths += add.hundredths;
        }
        for (sum, add) in self.cells.iter_mut().zip(&other.cells).chain(self.lost.iter_mut().zip(&other.lost)) {
            *sum += add;
        }
    }
}

/// Rows of a stream.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Rows in its files.
    pub delivered: u64,
    /// Rows that break the contract.
    pub broken: u64,
    /// Rows delivered before with the same values.
    pub repeated: u64,
    /// Rows delivered before with other values.
    pub changed: u64,
    /// Rows in the file of a later month than they were booked in.
    pub late: u64,
}

impl Counts {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.broken += other.broken;
        self.repeated += other.repeated;
        self.changed += other.changed;
        self.late += other.late;
    }
}

/// A row that breaks its contract.
#[derive(Debug)]
pub struct Broken {
    /// In which way.
    pub kind: &'static str,
    /// File below the folder of the stream.
    pub file: String,
    /// Line of the file.
    pub line: u64,
}

/// Rows by stream.
#[derive(Debug, Default)]
pub struct Streams {
    /// Counts.
    pub counts: BTreeMap<String, Counts>,
    /// Broken rows.
    pub broken: Vec<(String, Broken)>,
}

impl Streams {
    /// Adds the rows of a file.
    pub fn add(&mut self, stream: &str, counts: Counts, broken: Vec<Broken>) {
        self.counts.entry(stream.to_owned()).or_default().add(counts);
        self.broken.extend(broken.into_iter().map(|one| (stream.to_owned(), one)));
    }

    /// Adds the rows of a file in which all is well.
    pub fn plain(&mut self, stream: &str, delivered: u64) {
        self.add(stream, Counts { delivered, ..Counts::default() }, Vec::new());
    }
}

fn sheet(folder: &Path, name: &str, header: &[&str]) -> io::Result<Sheet> {
    Sheet::create(&folder.join(name), Office::Global, header)
}

/// Writes everything.
pub fn write(folder: &Path, company: &Company, streams: &Streams, tally: &Tally) -> io::Result<()> {
    write_streams(folder, streams)?;
    write_sums(folder, tally)?;
    write_credits(folder, company, tally)?;
    write_effects(folder, company)
}

fn write_streams(folder: &Path, streams: &Streams) -> io::Result<()> {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut rows = sheet(folder, "broken_rows.csv", &["kind", "table", "file", "line"])?;
    for (stream, broken) in &streams.broken {
        *kinds.entry(broken.kind).or_default() += 1;
        rows.row(&[broken.kind, stream, &broken.file, &broken.line.to_string()])?;
    }
    rows.finish()?;
    let mut rows = sheet(folder, "broken_kinds.csv", &["kind", "row_count"])?;
    for (kind, count) in kinds {
        rows.row(&[kind, &count.to_string()])?;
    }
    rows.finish()?;
    let header = [
        "table",
        "delivered_count",
        "landed_count",
        "quarantined_count",
        "repeated_count",
        "changed_count",
        "late_count",
    ];
    let mut rows = sheet(folder, "streams.csv", &header)?;
    for (stream, counts) in &streams.counts {
        let landed = counts.delivered - counts.broken - counts.repeated;
        let numbers = [counts.delivered, landed, counts.broken, counts.repeated, counts.changed, counts.late];
        rows.row(&[&[stream.clone()], &numbers.map(|number| number.to_string())[..]].concat())?;
    }
    rows.finish().map(|_| ())
}

fn write_sums(folder: &Path, tally: &Tally) -> io::Result<()> {
    let header = ["source", "brand_id", "period_id", "line_count", "net_amount", "quantity"];
    let mut rows = sheet(folder, "sums.csv", &header)?;
    for (source, name) in SOURCES {
        for (brand, one) in BRANDS.iter().enumerate() {
            for month in 0..12 {
                let sums = tally.sums[(source as usize * BRANDS.len() + brand) * 12 + month];
                if sums.lines == 0 {
                    continue;
                }
                let country = UNITS[one.unit].country.word();
                rows.row(&[
                    format!("{country}_{name}"),
                    one.name.to_owned(),
                    period(month + 1),
                    sums.lines.to_string(),
                    plain_parts(sums.amount.into(), 2),
                    plain_parts(sums.hundredths.into(), 2),
                ])?;
            }
        }
    }
    rows.finish().map(|_| ())
}

/// Direct credits of the six forces: of representatives for bricks, of account managers for hospitals.
fn write_credits(folder: &Path, company: &Company, tally: &Tally) -> io::Result<()> {
    let mut credits = vec![[[0_i128; 12]; BRANDS_OF_UNIT]; company.positions.len()];
    let mut orphans = vec![[0_i128; 12]; BRANDS.len()];
    for (brand, one) in BRANDS.iter().enumerate() {
        for (month, orphan) in orphans[brand].iter_mut().enumerate() {
            *orphan += i128::from(tally.lost[brand * 12 + month]) * 100;
        }
        for (cell, owners) in company.owners[one.unit].iter().enumerate() {
            for half in 0..HALVES {
                let amount = i128::from(tally.cells[(brand * tally.cell_count + cell) * HALVES + half]);
                let mut left = 100;
                for owner in owners.iter().filter(|owner| owner.holds(half)) {
                    let percent = i128::from(owner.percent);
                    credits[owner.position][brand % BRANDS_OF_UNIT][half / 2] += amount * percent;
                    left -= percent;
                }
                orphans[brand][half / 2] += amount * left;
            }
        }
    }
    let mut rows = sheet(folder, "credits.csv", &["position_id", "brand_id", "period_id", "credited_amount"])?;
    for (position, brands) in company.positions.iter().zip(&credits) {
        let Some(unit) = position.unit else { continue };
        for (brand, months) in brands.iter().enumerate() {
            for (month, parts) in months.iter().enumerate().filter(|(_, parts)| **parts != 0) {
                let brand = BRANDS[unit * BRANDS_OF_UNIT + brand].name;
                rows.row(&[position.id.as_str(), brand, &period(month + 1), &plain_parts(*parts, 4)])?;
            }
        }
    }
    rows.finish()?;
    let mut rows = sheet(folder, "orphans.csv", &["brand_id", "period_id", "orphaned_amount"])?;
    for (brand, months) in BRANDS.iter().zip(&orphans) {
        for (month, parts) in months.iter().enumerate().filter(|(_, parts)| **parts != 0) {
            rows.row(&[brand.name, &period(month + 1), &plain_parts(*parts, 4)])?;
        }
    }
    rows.finish().map(|_| ())
}

/// What a person adds to the sales of a brand, and what planning guessed of a seat.
fn write_effects(folder: &Path, company: &Company) -> io::Result<()> {
    let mut rows = sheet(folder, "effects.csv", &["payee_id", "brand_id", "effect_rate"])?;
    let mut written: Vec<(&Payee, usize)> = Vec::new();
    for seat in &company.people.seats {
        let payee = &company.people.payees[seat.payee];
        let Some(unit) = company.positions[seat.position].unit else { continue };
        if written.iter().any(|(one, _)| one.id == payee.id) {
            continue;
        }
        written.push((payee, unit));
        for (brand, effect) in payee.effect.iter().enumerate() {
            let brand = BRANDS[unit * BRANDS_OF_UNIT + brand].name;
            rows.row(&[payee.id.as_str(), brand, &plain_parts((*effect).into(), 3)])?;
        }
    }
    rows.finish()?;
    let mut rows = sheet(folder, "territories.csv", &["position_id", "brand_id", "potential", "planned_rate"])?;
    let potentials = crate::planning::potentials(company);
    for (position, one) in company.positions.iter().enumerate() {
        let Some(unit) = one.unit else { continue };
        for brand in 0..BRANDS_OF_UNIT {
            rows.row(&[
                one.id.clone(),
                BRANDS[unit * BRANDS_OF_UNIT + brand].name.to_owned(),
                plain_parts(potentials[position], 5),
                plain_parts(company.planned[position][brand].into(), 3),
            ])?;
        }
    }
    rows.finish()?;
    let _ = COUNTRIES;
    Ok(())
}
