//! A year of orders and returns, made day by day and written as they are made.
//!
//! Among them, as in life: rows that break the contract, rows sent twice, and orders that reach the file a month late.

use std::{io, mem, path::Path};

use jiff::{ToSpan, civil::Date};

use crate::{
    company::{Alignment, Company, Seat, YEAR},
    dice::Dice,
    planning::{SEASON, working_days},
    text::{Sheet, german_date, german_money},
    truth::{Planted, Stream, Truth},
};

/// Sales of a seat that nobody holds, in thousandths of an average representative's.
const VACANT: i64 = 780;

/// Ways to break a row, taken in turn.
const BREAKAGES: [&str; 11] = [
    "date_impossible",
    "date_missing",
    "quantity_in_words",
    "amount_in_english",
    "quantity_negative",
    "article_unknown",
    "pharmacy_unknown",
    "field_missing",
    "field_too_many",
    "channel_unknown",
    "order_number_missing",
];

/// One line of an order.
#[derive(Debug, Clone)]
struct Line {
    order: u64,
    item: usize,
    date: Date,
    is_direct: bool,
    pharmacy: usize,
    pack: usize,
    quantity: i64,
    cents: i64,
}

/// What the year brought.
#[derive(Debug)]
pub struct Year {
    /// Order lines.
    pub orders: Stream,
    /// Returned lines.
    pub returns: Stream,
    /// Broken rows by kind.
    pub planted: Vec<Planted>,
}

/// A month's file with the totals that its sender states.
struct MonthFile {
    name: String,
    sheet: Sheet,
    quantity: i64,
    cents: i64,
}

struct Maker<'a> {
    company: &'a Company,
    owners: Vec<Vec<&'a Alignment>>,
    sitters: Vec<Vec<&'a Seat>>,
    dice: Dice,
    truth: &'a mut Truth,
    returns: Sheet,
    carried: Vec<Line>,
    next_order: u64,
    year: Year,
}

/// Writes `erp/Umsatz_*.csv`, `erp/Retouren.csv` and the control file.
pub fn write(folder: &Path, seed: u64, company: &Company, truth: &mut Truth) -> io::Result<Year> {
    let header = ["Retourennr", "Datum", "Apothekennr", "PZN", "Menge", "Gutschrift", "Grund", "Auftragsnr"];
    let mut maker = Maker {
        company,
        owners: company.owners(),
        sitters: company.sitters(),
        dice: Dice::new(seed, "sales"),
        truth,
        returns: Sheet::office(&folder.join("erp/Retouren.csv"), &header)?,
        carried: Vec::new(),
        next_order: 4_100_001,
        year: Year {
            orders: Stream::default(),
            returns: Stream::default(),
            planted: BREAKAGES.iter().map(|kind| (*kind, 0)).collect(),
        },
    };
    let header = ["Datei", "Zeilen", "Menge", "Nettowert"];
    let mut control = Sheet::office(&folder.join("erp/Kontrollsummen.csv"), &header)?;
    for month in 1..=12 {
        let file = maker.month(folder, month)?;
        let (rows, quantity) = (file.sheet.row_count(), file.quantity.to_string());
        maker.year.orders.delivered += rows;
        control.row(&[&file.name, &rows.to_string(), &quantity, &german_money(file.cents)])?;
        file.sheet.finish()?;
    }
    control.finish()?;
    maker.year.returns.delivered = maker.returns.row_count();
    maker.returns.finish()?;
    Ok(maker.year)
}

impl Maker<'_> {
    fn month(&mut self, folder: &Path, month: usize) -> io::Result<MonthFile> {
        let name = format!("Umsatz_{YEAR}-{month:02}.csv");
        let header = ["Auftragsnr", "Pos", "Buchungsdatum", "Vertriebsweg", "Apothekennr", "PZN", "Menge", "Nettowert"];
        let sheet = Sheet::office(&folder.join("erp").join(&name), &header)?;
        let mut file = MonthFile { name, sheet, quantity: 0, cents: 0 };
        for line in mem::take(&mut self.carried) {
            self.put(&mut file, &line)?;
        }
        for date in working_days(month) {
            for pharmacy in 0..self.company.pharmacies.len() {
                if self.dice.chance(self.company.pharmacies[pharmacy].order_chance, 1000) {
                    self.order(&mut file, date, pharmacy, month)?;
                }
            }
        }
        Ok(file)
    }

    /// One order; its lines are written at once, or carried into the next month's file.
    fn order(&mut self, file: &mut MonthFile, date: Date, pharmacy: usize, month: usize) -> io::Result<()> {
        let effect = self.effect(pharmacy, date);
        let is_direct = self.dice.chance(3, 10);
        let is_late = month < 12 && self.dice.chance(3, 1000);
        let order = self.next_order;
        let mut item = 0;
        for (pack, one) in self.company.packs.iter().enumerate() {
            if !self.dice.chance(one.chance, 1000) {
                continue;
            }
            let factors = [self.company.pharmacies[pharmacy].potential, SEASON[month - 1], effect[one.brand]];
            let wanted = factors.iter().fold(one.packs * self.dice.between(500, 1500) / 1000, |n, f| n * f / 1000);
            let quantity = self.dice.whole(wanted, 1000);
            if quantity == 0 {
                continue;
            }
            item += 10;
            let gross = one.price_cents * quantity;
            let cents = if is_direct { (gross * 97 + 50) / 100 } else { gross };
            let line = Line { order, item, date, is_direct, pharmacy, pack, quantity, cents };
            self.count(&line);
            if is_late {
                self.year.orders.late += 1;
                self.carried.push(line);
            } else {
                self.put(file, &line)?;
                self.mishap(file, &line, month)?;
            }
        }
        self.next_order += u64::from(item > 0);
        Ok(())
    }

    /// Counts a line as truth, and sometimes sends a part of it back.
    fn count(&mut self, line: &Line) {
        let brand = self.company.packs[line.pack].brand;
        let shares = self.shares(line.pharmacy, line.date);
        self.truth.sold(brand, line.date, line.quantity, line.cents, &shares);
    }

    fn put(&mut self, file: &mut MonthFile, line: &Line) -> io::Result<()> {
        file.sheet.row(&self.fields(line))?;
        file.quantity += line.quantity;
        file.cents += line.cents;
        Ok(())
    }

    fn fields(&self, line: &Line) -> Vec<String> {
        vec![
            line.order.to_string(),
            line.item.to_string(),
            german_date(line.date),
            if line.is_direct { "Direkt" } else { "Großhandel" }.to_owned(),
            self.company.pharmacies[line.pharmacy].id.clone(),
            self.company.packs[line.pack].pzn.clone(),
            line.quantity.to_string(),
            german_money(line.cents),
        ]
    }

    /// Returns, double deliveries and broken rows.
    fn mishap(&mut self, file: &mut MonthFile, line: &Line, month: usize) -> io::Result<()> {
        if self.dice.chance(18, 1000) {
            self.send_back(line)?;
        }
        if self.dice.chance(1, 1000) {
            self.year.orders.repeated += 1;
            if month < 12 && self.dice.chance(1, 2) {
                self.carried.push(line.clone());
            } else {
                self.put(file, line)?;
            }
        }
        if self.dice.chance(14, 10_000) {
            self.break_row(file, line)?;
        }
        Ok(())
    }

    fn send_back(&mut self, line: &Line) -> io::Result<()> {
        let date = line.date + self.dice.between(5, 40).days();
        let quantity = self.dice.between(1, line.quantity);
        let reason = *self.dice.pick(&["Transportschaden", "Verfall", "Falschlieferung", "Rückruf"]);
        if date.year() != YEAR {
            return Ok(());
        }
        let cents = (line.cents * quantity * 2 + line.quantity) / (line.quantity * 2);
        let pack = &self.company.packs[line.pack];
        let number = 8_800_001 + self.returns.row_count();
        self.returns.row(&[
            number.to_string(),
            german_date(date),
            self.company.pharmacies[line.pharmacy].id.clone(),
            pack.pzn.clone(),
            quantity.to_string(),
            german_money(cents),
            reason.to_owned(),
            line.order.to_string(),
        ])?;
        let shares = self.shares(line.pharmacy, date);
        self.truth.sold(pack.brand, date, -quantity, -cents, &shares);
        Ok(())
    }

    /// Writes a row beside the good one that breaks the contract in one way.
    fn break_row(&mut self, file: &mut MonthFile, line: &Line) -> io::Result<()> {
        let index = usize::try_from(self.year.orders.broken).unwrap_or_default() % BREAKAGES.len();
        let mut fields = self.fields(line);
        fields[0] = (9_900_001 + self.year.orders.broken).to_string();
        match BREAKAGES[index] {
            "date_impossible" => fields[2] = format!("31.02.{YEAR}"),
            "date_missing" => fields[2].clear(),
            "quantity_in_words" => "zwei".clone_into(&mut fields[6]),
            "amount_in_english" => "1,234.50".clone_into(&mut fields[7]),
            "quantity_negative" => fields[6].insert(0, '-'),
            "article_unknown" => "00000017".clone_into(&mut fields[5]),
            "pharmacy_unknown" => "A99999".clone_into(&mut fields[4]),
            "field_missing" => fields.truncate(7),
            "field_too_many" => fields.push("X".to_owned()),
            "channel_unknown" => "Versand".clone_into(&mut fields[3]),
            _ => fields[0].clear(),
        }
        let number = file.sheet.row(&fields)?;
        // The sender adds up whatever can be read as a number.
        file.quantity += fields.get(6).and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
        file.cents += fields.get(7).filter(|text| **text == german_money(line.cents)).map_or(0, |_| line.cents);
        self.year.orders.broken += 1;
        self.year.planted[index].1 += 1;
        self.truth.broke(BREAKAGES[index], &format!("erp/{}", file.name), number)
    }

    /// Seats that are credited for a pharmacy on a day, with their percents.
    fn shares(&self, pharmacy: usize, date: Date) -> Vec<(usize, i64)> {
        self.owners[pharmacy].iter().filter(|one| one.holds(date)).map(|one| (one.position, one.percent)).collect()
    }

    /// What those who serve a pharmacy add to its sales by brand, in thousandths.
    fn effect(&self, pharmacy: usize, date: Date) -> [i64; 2] {
        let shares = self.shares(pharmacy, date);
        if shares.is_empty() {
            return [VACANT; 2];
        }
        let mut effect = [0; 2];
        for (position, percent) in shares {
            let sitter = self.sitters[position].iter().find(|seat| seat.holds(date));
            let own = sitter.map_or([VACANT; 2], |seat| self.company.payees[seat.payee].effect);
            for (sum, own) in effect.iter_mut().zip(own) {
                *sum += own * percent / 100;
            }
        }
        effect
    }
}
