//! A small pharma affiliate from a seed: a project that could be a customer's, its source files, and what was planted.
//!
//! The same seed and scale give the same bytes on every machine: integers only, no clock, no outside randomness. Files
//! are streamed; only the company itself (products, bricks, pharmacies, seats, people) is held in memory. This crate knows
//! nothing of contracts, models or plans: the project's own documents stand in `examples/pharma/project` and are copied.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use include_dir::{Dir, DirEntry, include_dir};

mod company;
mod dice;
mod master;
mod names;
mod planning;
mod sales;
mod text;
mod truth;

use company::Company;
use truth::{Stream, Truth};

static PROJECT: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../project");

/// Which company to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Decides every roll of the dice; the default makes a year in which six seats of ten reach their targets.
    pub seed: u64,
    /// Blocks of twelve territories; one makes about 30 000 order lines.
    pub scale: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 5, scale: 1 }
    }
}

/// What was made, for whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The project's folder.
    pub folder: PathBuf,
    /// The calendar year of the sales.
    pub year: i16,
    /// Seats of representatives.
    pub territory_count: usize,
    /// Teams.
    pub team_count: usize,
    /// Pharmacies.
    pub pharmacy_count: usize,
    /// Order lines delivered, broken and repeated ones included.
    pub order_line_count: u64,
    /// Returned lines delivered.
    pub return_count: u64,
    /// Rows of all other files.
    pub master_row_count: u64,
    /// Order lines that break the contract.
    pub broken_count: u64,
    /// Order lines delivered twice.
    pub repeated_count: u64,
    /// Order lines that stand in a later month's file.
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
    let mut truth = Truth::new(&planted, &company)?;
    let master_row_count = master::write(&data, &company)? + planning::write(&data, &company)?;
    let year = sales::write(&data, options.seed, &company, &mut truth)?;
    let streams: [(&str, Stream); 2] = [("erp_order_lines", year.orders), ("erp_returns", year.returns)];
    truth.write(&planted, &company, &streams, &year.planted)?;
    Ok(Summary {
        folder: folder.to_owned(),
        year: company::YEAR,
        territory_count: company.territory_count,
        team_count: company.territory_count / company::TEAM,
        pharmacy_count: company.pharmacies.len(),
        order_line_count: year.orders.delivered,
        return_count: year.returns.delivered,
        master_row_count,
        broken_count: year.orders.broken,
        repeated_count: year.orders.repeated,
        late_count: year.orders.late,
    })
}

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
