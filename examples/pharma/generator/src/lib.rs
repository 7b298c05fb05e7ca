//! A pharma company from a seed: a project that could be a customer's, its source files, and what was planted.
//!
//! Two affiliates, six business units, a year of sales. The same seed and scale give the same bytes on every machine:
//! integers only, no clock, no outside randomness. Files are streamed, each made for itself; only the company (packs,
//! bricks, customers, seats, people) is held in memory. This crate knows nothing of contracts, models or plans: the
//! project's own documents stand in `examples/pharma/project` and are copied.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use include_dir::{Dir, DirEntry, include_dir};

mod breakage;
mod calendar;
mod company;
mod credit_notes;
mod crm;
mod dice;
mod finance;
mod master;
mod names;
mod notes;
mod people;
mod places;
mod planning;
mod returns;
mod sales;
mod scale;
mod seats;
mod text;
mod truth;
mod units;
mod vendor;
mod xlsx;

use company::Company;
pub use scale::Scale;
use truth::{Counts, Streams};

static PROJECT: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../project");

/// Which company to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Decides every roll of the dice.
    pub seed: u64,
    /// How large it is.
    pub scale: Scale,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 5, scale: Scale::WHOLE }
    }
}

impl Options {
    /// The usual seed at another scale.
    pub fn at(scale: Scale) -> Self {
        Self { scale, ..Self::default() }
    }
}

/// What was made, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The project's folder.
    pub folder: PathBuf,
    /// The calendar year of the sales.
    pub year: i16,
    /// Business units.
    pub unit_count: usize,
    /// Seats.
    pub position_count: usize,
    /// Bricks as the year begins.
    pub brick_count: usize,
    /// Packs on the market.
    pub product_count: usize,
    /// Pharmacies.
    pub pharmacy_count: usize,
    /// Lines of sales, returns, credit notes, market volumes and the year before, broken and repeated ones included.
    pub line_count: u64,
    /// Rows of all files.
    pub row_count: u64,
    /// Rows that break their contract.
    pub broken_count: u64,
    /// Rows delivered twice.
    pub repeated_count: u64,
    /// Rows delivered again with other values.
    pub changed_count: u64,
    /// Rows that stand in a later month's file.
    pub late_count: u64,
}

/// Writes a project into `folder`: its documents, the source files under `data/`, and what was planted under `truth/`.
///
/// # Errors
/// Whatever the file system says.
pub fn generate(folder: &Path, options: &Options) -> io::Result<Summary> {
    copy(&PROJECT, folder)?;
    let company = Company::new(options.seed, options.scale);
    let (data, planted) = (folder.join("data"), folder.join("truth"));
    let mut streams = Streams::default();
    master::write(&data, &company, &mut streams)?;
    crm::write(&data, &planted, &company, &mut streams)?;
    finance::write(&data, &company, &mut streams)?;
    planning::write(&data, &company, &mut streams)?;
    let mut tally = sales::write(&data, &company, &mut streams)?;
    vendor::write(&data, &company, &mut tally, &mut streams)?;
    truth::write(&planted, &company, &streams, &tally)?;
    let mut all = Counts::default();
    let mut line_count = 0;
    for (stream, counts) in &streams.counts {
        all.add(*counts);
        if LINES.iter().any(|ending| stream.ends_with(ending)) {
            line_count += counts.delivered;
        }
    }
    Ok(Summary {
        folder: folder.to_owned(),
        year: calendar::YEAR,
        unit_count: units::UNITS.len(),
        position_count: company.positions.len(),
        brick_count: company.places.first_bricks.iter().map(ExactSizeIterator::len).sum(),
        product_count: company.packs.len(),
        pharmacy_count: company.places.pharmacies.iter().map(Vec::len).sum(),
        line_count,
        row_count: all.delivered,
        broken_count: all.broken,
        repeated_count: all.repeated,
        changed_count: all.changed,
        late_count: all.late,
    })
}

/// Streams whose rows are lines of sales or of the market.
const LINES: [&str; 7] =
    ["_sellout", "_brick_sellout", "_hospital_orders", "_returns", "_credit_notes", "_market", "_history"];

fn copy(dir: &Dir<'_>, folder: &Path) -> io::Result<()> {
    for entry in dir.entries() {
        let path = folder.join(entry.path());
        match entry {
            DirEntry::Dir(inner) => copy(inner, folder)?,
            DirEntry::File(file) => {
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::write(path, file.contents())?;
            }
        }
    }
    Ok(())
}
