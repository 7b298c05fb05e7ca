//! What others tell of the market by brick and month: volumes of each class, the own brands of the year before, and the
//! sales of pharmacies that want to be known by their brick only.

use std::{io, path::Path};

use crate::{
    calendar::{YEAR, half_of, last_of, working_days},
    company::Company,
    dice::Key,
    planning::{BY_BRICK, Baseline, sizes},
    sales::put_day,
    text::{Office, Sheet},
    truth::{Counts, Source, Streams, Tally},
    units::{BRANDS, Brand, COUNTRIES, Country, Life, UNITS, factor, factor_before},
};

const BRICK_SALES: [&str; 5] = ["Monatsende", "Bricknr", "PZN", "Packungen", "Wert"];
const MARKET: [[&str; 5]; 2] = [
    ["Monatsende", "Bricknr", "Klasse", "Packungen", "Umsatz"],
    ["Koniec miesiąca", "Nr bricku", "Klasa", "Opakowania", "Wartość"],
];
const HISTORY: [[&str; 5]; 2] = [
    ["Monatsende", "Bricknr", "Marke", "Packungen", "Umsatz"],
    ["Koniec miesiąca", "Nr bricku", "Marka", "Opakowania", "Wartość"],
];
const FOLDERS: [&str; 2] = ["de/markt", "pl/rynek"];
const NAMES: [[&str; 2]; 2] = [["Markt", "Vorjahr"], ["Rynek", "Poprzedni_rok"]];

/// Writes the files of the vendors.
pub fn write(folder: &Path, company: &Company, tally: &mut Tally, streams: &mut Streams) -> io::Result<()> {
    for country in COUNTRIES {
        let baseline = Baseline::new(company, country, false);
        let vendor = Vendor { folder, company, country, baseline };
        if BY_BRICK[country.index()] > 0 {
            for month in 1..=12 {
                vendor.brick_sales(month, false, tally, streams)?;
            }
            vendor.brick_sales(5, true, tally, streams)?;
        }
        vendor.market_before(streams)?;
        for month in 1..=12 {
            vendor.market(month, streams)?;
        }
        vendor.history(streams)?;
    }
    Ok(())
}

struct Vendor<'a> {
    folder: &'a Path,
    company: &'a Company,
    country: Country,
    baseline: Baseline,
}

impl Vendor<'_> {
    /// Bricks that are there in a month, with the size of their customers in thousandths.
    fn bricks(&self, month: usize) -> Vec<(usize, i64)> {
        let half = (month - 1) * 2;
        let sizes = sizes(self.company, half);
        let bricks = self.company.places.bricks.iter().enumerate();
        bricks
            .filter(|(_, brick)| brick.country == self.country && brick.from <= half && half < brick.to)
            .map(|(index, _)| (index, sizes[index]))
            .collect()
    }

    /// Brands of the country with their number.
    fn brands(&self) -> impl Iterator<Item = (usize, &'static Brand)> {
        let country = self.country;
        BRANDS.iter().enumerate().filter(move |(_, brand)| UNITS[brand.unit].country == country)
    }

    /// Packs of a brand, in thousandths, and their mean price, that customers of a size buy in a month of an average
    /// season.
    fn packs(&self, brand: usize, size: i64, month: usize) -> (i128, i128) {
        let days = working_days(self.country, month).len() as i128;
        let of_brand = self.company.packs.iter().enumerate().filter(|(_, pack)| pack.brand == brand);
        let (mut packs, mut amount) = (0, 0);
        for (index, pack) in of_brand {
            packs += self.baseline.packs(index);
            amount += self.baseline.packs(index) * i128::from(pack.price);
        }
        let all = i128::from(100 + BY_BRICK[self.country.index()]);
        (packs * days * i128::from(size) * all / 100_000_000, amount / packs.max(1))
    }

    fn sheet(&self, name: &str, header: &[&str]) -> io::Result<Sheet> {
        let path = self.folder.join(FOLDERS[self.country.index()]).join(name);
        Sheet::create(&path, Office::of(self.country), header)
    }

    /// Pharmacies that are known by their brick: a row for each brick and pack; a correction has one row in fifty.
    fn brick_sales(
        &self,
        month: usize,
        is_correction: bool,
        tally: &mut Tally,
        streams: &mut Streams,
    ) -> io::Result<()> {
        let ending = if is_correction { "_K1" } else { "" };
        let path = format!("de/grosshandel/Brickabverkauf_{YEAR}-{month:02}{ending}.csv");
        let mut sheet = Sheet::create(&self.folder.join(path), Office::of(self.country), &BRICK_SALES)?;
        let days = working_days(self.country, month).len() as i128;
        let key = Key::new(self.company.seed, "sales by brick").at(month);
        let last = last_of(month);
        for (brick, size) in self.bricks(month) {
            for (index, pack) in self.company.packs.iter().enumerate() {
                if self.baseline.packs(index) == 0 {
                    continue;
                }
                let mut dice = key.at(brick * self.company.packs.len() + index).dice();
                let size = i128::from(size * BY_BRICK[0]);
                let mean = self.baseline.packs(index) * days * size / 100_000_000;
                let season = i128::from(factor(&BRANDS[pack.brand], month));
                let effect = i128::from(self.company.effect(pack.brand, Some(brick), half_of(last)));
                let wanted = mean * season / 1_000 * effect / 1_000 * i128::from(dice.between(850, 1_150)) / 1_000;
                let mut packs = dice.whole(wanted as i64, 1_000);
                let is_wrong = month == 5 && dice.chance(1, 50);
                if packs == 0 || (is_correction && !is_wrong) {
                    continue;
                }
                let right = packs + i64::from(is_wrong);
                if is_correction {
                    packs = right;
                }
                put_day(&mut sheet, last);
                sheet.text(&self.company.places.bricks[brick].id);
                sheet.text(&pack.code);
                sheet.hundredths(packs * 100);
                sheet.hundredths(packs * pack.price);
                sheet.end()?;
                if !is_correction {
                    let (half, amount) = (half_of(last), right * pack.price);
                    tally.count(Source::BrickSellout, pack.brand, Some(brick), half, right * 100, amount);
                }
            }
        }
        let delivered = sheet.finish()?;
        let changed = if is_correction { delivered } else { 0 };
        streams.add("de_brick_sellout", Counts { delivered, changed, ..Counts::default() }, Vec::new());
        Ok(())
    }

    /// Volumes of every class, own brands included.
    fn market(&self, month: usize, streams: &mut Streams) -> io::Result<()> {
        let at = self.country.index();
        let mut sheet = self.sheet(&format!("{}_{YEAR}-{month:02}.csv", NAMES[at][0]), &MARKET[at])?;
        self.market_rows(&mut sheet, month, YEAR, 985 + month as i64 * 5)?;
        streams.plain(&format!("{}_market", self.country.word()), sheet.finish()?);
        Ok(())
    }

    /// The same of the year before, in one file and by the old bricks.
    fn market_before(&self, streams: &mut Streams) -> io::Result<()> {
        let at = self.country.index();
        let mut sheet = self.sheet(&format!("{}_{}.csv", NAMES[at][0], YEAR - 1), &MARKET[at])?;
        for month in 1..=12 {
            self.market_rows(&mut sheet, month, YEAR - 1, 955 + month as i64 * 2)?;
        }
        streams.plain(&format!("{}_market", self.country.word()), sheet.finish()?);
        Ok(())
    }

    fn market_rows(&self, sheet: &mut Sheet, month: usize, year: i16, growth: i64) -> io::Result<()> {
        let key = Key::new(self.company.seed, "market").at(year as usize * 100 + month);
        let day = Office::of(self.country).day(last_day(year, month));
        for (brick, size) in self.bricks(if year == YEAR { month } else { 1 }) {
            for (brand, one) in self.brands() {
                let mut dice = key.at(brick * BRANDS.len() + brand).dice();
                let (packs, price) = self.packs(brand, size, month);
                let season = i128::from(factor(&Brand { life: Life::Mature, ..*one }, month));
                let noise = i128::from(dice.between(880, 1_120) * growth);
                let wanted = packs * 100 / i128::from(one.share) * season / 1_000 * noise / 1_000_000;
                let packs = dice.whole(wanted as i64, 1_000);
                sheet.text(&day);
                sheet.text(&self.company.places.bricks[brick].id);
                sheet.text(one.class);
                sheet.hundredths(packs * 100);
                sheet.hundredths((i128::from(packs) * price * 91 / 100) as i64);
                sheet.end()?;
            }
        }
        Ok(())
    }

    /// Own brands in the year before.
    fn history(&self, streams: &mut Streams) -> io::Result<()> {
        let at = self.country.index();
        let mut sheet = self.sheet(&format!("{}_{}.csv", NAMES[at][1], YEAR - 1), &HISTORY[at])?;
        let key = Key::new(self.company.seed, "history");
        for month in 1..=12 {
            let day = Office::of(self.country).day(last_day(YEAR - 1, month));
            for (brick, size) in self.bricks(1) {
                for (brand, one) in self.brands() {
                    let mut dice = key.at((month * 10_000 + brick) * BRANDS.len() + brand).dice();
                    let (packs, price) = self.packs(brand, size, month);
                    let season = i128::from(factor_before(one, month));
                    let wanted = packs * season / 1_000 * i128::from(dice.between(900, 1_100)) / 1_000;
                    let packs = dice.whole(wanted as i64, 1_000);
                    if packs == 0 {
                        continue;
                    }
                    sheet.text(&day);
                    sheet.text(&self.company.places.bricks[brick].id);
                    sheet.text(one.name);
                    sheet.hundredths(packs * 100);
                    sheet.hundredths((i128::from(packs) * price) as i64);
                    sheet.end()?;
                }
            }
        }
        streams.plain(&format!("{}_history", self.country.word()), sheet.finish()?);
        Ok(())
    }
}

fn last_day(year: i16, month: usize) -> jiff::civil::Date {
    let last = last_of(month);
    jiff::civil::Date::new(year, last.month(), 1).map_or(last, |first| first.last_of_month())
}
