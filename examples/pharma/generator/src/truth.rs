//! What was planted, kept beside the project for tests; a run never reads it.

use std::{io, path::Path};

use jiff::civil::Date;

use crate::{
    company::{BRANDS, Company, YEAR},
    text::{Sheet, plain_money, plain_parts},
};

/// Sums of one brand and month.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    sale_count: u64,
    sale_cents: i64,
    return_count: u64,
    return_cents: i64,
    quantity: i64,
    orphaned_parts: i128,
}

/// Rows of a stream that are not simply new.
#[derive(Debug, Default, Clone, Copy)]
pub struct Stream {
    /// Rows in its files.
    pub delivered: u64,
    /// Rows that break the contract.
    pub broken: u64,
    /// Rows delivered before with the same values.
    pub repeated: u64,
    /// Rows in the file of a later month than they were booked in.
    pub late: u64,
}

/// One way to break a row, and how often it was done.
pub type Planted = (&'static str, u64);

/// The sums, as the sales are made.
#[derive(Debug)]
pub struct Truth {
    sums: [[Sums; 12]; 2],
    /// Parts of a ten-thousandth, by seat, brand and month.
    credits: Vec<[[i128; 12]; 2]>,
    broken: Sheet,
}

impl Truth {
    /// Nothing sold yet.
    pub fn new(folder: &Path, company: &Company) -> io::Result<Self> {
        Ok(Self {
            sums: [[Sums::default(); 12]; 2],
            credits: vec![[[0; 12]; 2]; company.positions.len()],
            broken: Sheet::plain(&folder.join("broken_rows.csv"), &["kind", "file", "line"])?,
        })
    }

    /// Counts a sale or, below zero, a return; `shares` are the seats' percents on its day.
    pub fn sold(&mut self, brand: usize, date: Date, quantity: i64, cents: i64, shares: &[(usize, i64)]) {
        let month = usize::try_from(date.month()).unwrap_or(1) - 1;
        let sums = &mut self.sums[brand][month];
        if cents < 0 {
            sums.return_count += 1;
            sums.return_cents += cents;
        } else {
            sums.sale_count += 1;
            sums.sale_cents += cents;
        }
        sums.quantity += quantity;
        let mut left = 100;
        for (position, percent) in shares {
            self.credits[*position][brand][month] += i128::from(cents) * i128::from(*percent);
            left -= percent;
        }
        sums.orphaned_parts += i128::from(cents) * i128::from(left);
    }

    /// Notes a row that breaks its contract.
    pub fn broke(&mut self, kind: &str, file: &str, line: u64) -> io::Result<()> {
        self.broken.row(&[kind, file, &line.to_string()]).map(|_| ())
    }

    /// Writes everything.
    pub fn write(
        self,
        folder: &Path,
        company: &Company,
        streams: &[(&str, Stream)],
        planted: &[Planted],
    ) -> io::Result<()> {
        self.broken.finish()?;
        let mut sheet = Sheet::plain(&folder.join("broken_kinds.csv"), &["kind", "row_count"])?;
        for (kind, count) in planted {
            sheet.row(&[*kind, &count.to_string()])?;
        }
        sheet.finish()?;
        let header = ["table", "delivered_count", "landed_count", "quarantined_count", "repeated_count", "late_count"];
        let mut sheet = Sheet::plain(&folder.join("streams.csv"), &header)?;
        for (table, stream) in streams {
            let landed = stream.delivered - stream.broken - stream.repeated;
            let counts = [stream.delivered, landed, stream.broken, stream.repeated, stream.late].map(|n| n.to_string());
            sheet.row(&[&[(*table).to_owned()], &counts[..]].concat())?;
        }
        sheet.finish()?;
        write_sums(&folder.join("sums.csv"), &self.sums)?;
        write_credits(&folder.join("credits.csv"), company, &self.credits)
    }
}

fn write_sums(path: &Path, sums: &[[Sums; 12]; 2]) -> io::Result<()> {
    let header = [
        "brand_id",
        "period_id",
        "sale_count",
        "sale_amount",
        "return_count",
        "return_amount",
        "quantity",
        "orphaned_amount",
    ];
    let mut sheet = Sheet::plain(path, &header)?;
    for (brand, months) in sums.iter().enumerate() {
        for (month, one) in (1..).zip(months) {
            sheet.row(&[
                BRANDS[brand].to_owned(),
                period(month),
                one.sale_count.to_string(),
                plain_money(one.sale_cents),
                one.return_count.to_string(),
                plain_money(one.return_cents),
                one.quantity.to_string(),
                plain_parts(one.orphaned_parts, 4),
            ])?;
        }
    }
    sheet.finish()
}

fn write_credits(path: &Path, company: &Company, credits: &[[[i128; 12]; 2]]) -> io::Result<()> {
    let mut sheet = Sheet::plain(path, &["position_id", "brand_id", "period_id", "credited_amount"])?;
    for (position, brands) in credits.iter().enumerate().take(company.territory_count) {
        for (brand, months) in brands.iter().enumerate() {
            for (month, parts) in (1..).zip(months) {
                let id = company.positions[position].id.clone();
                sheet.row(&[id, BRANDS[brand].to_owned(), period(month), plain_parts(*parts, 4)])?;
            }
        }
    }
    sheet.finish()
}

fn period(month: usize) -> String {
    format!("{YEAR}-{month:02}")
}
