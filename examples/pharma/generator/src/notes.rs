//! Delivery notes and hospital orders: what a customer bought on a day, decided by the day and the customer alone.
//!
//! Nothing is remembered between notes, so every file can be made for itself, and a note can be made again for the file
//! that sends it late, twice, corrected or back.

use jiff::{ToSpan, civil::Date};

use crate::{
    calendar::{YEAR, half_of},
    company::Company,
    dice::{Dice, Key},
    places::Customer,
    units::{BRANDS, Country, factor},
};

/// One line of a note.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Position among the packs.
    pub pack: usize,
    /// Packs, in hundredths.
    pub hundredths: i64,
    /// Net value in hundredths of the currency.
    pub amount: i64,
}

/// Where a note is delivered a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Nowhere.
    Never,
    /// In the same file.
    Here,
    /// In the file of the next month.
    Later,
}

/// What becomes of a note besides being delivered.
#[derive(Debug, Clone, Copy)]
pub struct Fate {
    /// Stands in the file of the next month only.
    pub is_late: bool,
    /// Delivered twice.
    pub again: Again,
    /// Corrected in a file of its own: every line has a pack more.
    pub is_restated: bool,
    /// A line of it comes back on that day.
    pub returned: Option<Date>,
}

/// A customer's note on a day.
#[derive(Debug)]
pub struct Note {
    /// The day.
    pub date: Date,
    /// Position among the customers.
    pub customer: usize,
    /// What becomes of it.
    pub fate: Fate,
    dice: Dice,
}

/// Who orders, how often, and what.
#[derive(Debug)]
pub struct Orders<'a> {
    /// The company.
    pub company: &'a Company,
    /// Where.
    pub country: Country,
    /// Hospitals order from us, pharmacies from wholesalers.
    pub is_hospital: bool,
    /// Who orders.
    pub customers: &'a [Customer],
    key: Key,
    /// Thousandths of days on which a customer orders.
    pub chance: i64,
    /// Lines of an average note.
    pub lines: i64,
    /// Packs with the sum of the weights up to and with them.
    pub weights: Vec<(usize, i64)>,
    factors: Vec<i64>,
}

/// Months in which corrections are delivered.
pub const RESTATED: [usize; 3] = [3, 6, 9];
/// Hospitals buy for so much of the price, in percent.
pub const HOSPITAL_PRICE: i64 = 82;
/// Packs of a hospital's line against a pharmacy's.
pub const HOSPITAL_SIZE: i64 = 6;

impl<'a> Orders<'a> {
    /// The orders of the pharmacies or the hospitals of a country.
    pub fn new(company: &'a Company, country: Country, is_hospital: bool) -> Self {
        let at = country.index();
        let customers = if is_hospital { &company.places.hospitals[at] } else { &company.places.pharmacies[at] };
        // Lines of a customer on a day, in thousandths.
        let lines = if is_hospital { 800 } else { 620 } * company.scale.root() / 1_000;
        // Notes have three lines, and more where nobody can order more often.
        let mean = lines.div_euclid(900).max(2) + 1;
        let chance = (lines / mean).max(1);
        let mut weights = Vec::new();
        let mut sum = 0;
        for (index, pack) in company.packs.iter().enumerate() {
            if crate::units::UNITS[BRANDS[pack.brand].unit].country == country {
                sum += if is_hospital { pack.hospital } else { pack.retail };
                weights.push((index, sum));
            }
        }
        let factors = (1..=12).flat_map(|month| BRANDS.iter().map(move |brand| factor(brand, month))).collect();
        let purpose = if is_hospital { "hospital orders" } else { "delivery notes" };
        Self {
            company,
            country,
            is_hospital,
            customers,
            key: Key::new(company.seed, purpose).at(at),
            chance,
            lines: mean,
            weights,
            factors,
        }
    }

    /// The note of a customer on a day, if there is one.
    pub fn note(&self, date: Date, customer: usize) -> Option<Note> {
        let mut dice = self.key.at(date.day_of_year() as usize * 1_000_000 + customer).dice();
        if !dice.chance(self.chance, 1_000) {
            return None;
        }
        let roll = dice.between(0, 99_999);
        let is_last = date.month() == 12;
        let is_restated = RESTATED.contains(&(date.month() as usize)) && (40_000..40_350).contains(&roll);
        let again = match roll {
            0..60 => Again::Here,
            60..120 if !is_last => Again::Later,
            _ => Again::Never,
        };
        let is_late = !is_last && !self.is_hospital && (1_000..1_300).contains(&roll);
        let is_returned = (60_000..[61_300, 63_000][usize::from(self.is_hospital)]).contains(&roll);
        let returned = is_returned.then(|| date + dice.between(5, 40).days()).filter(|date| date.year() == YEAR);
        let is_plain = self.is_hospital;
        let fate = Fate {
            is_late,
            again: if is_plain { Again::Never } else { again },
            is_restated: is_restated && !is_plain,
            returned,
        };
        Some(Note { date, customer, fate, dice })
    }

    /// The customer of a note.
    pub fn customer(&self, note: &Note) -> &'a Customer {
        &self.customers[note.customer]
    }

    /// The cell of a customer on a day.
    pub fn cell(&self, customer: usize, date: Date) -> Option<usize> {
        self.customers[customer].cell(&self.company.places.recuts[self.country.index()], half_of(date))
    }

    /// The lines of a note; a pack that is hardly asked for may come to none.
    pub fn lines(&self, note: &Note, lines: &mut Vec<Line>) {
        lines.clear();
        let mut dice = note.dice.clone();
        let (half, month) = (half_of(note.date), note.date.month() as usize);
        let cell = self.cell(note.customer, note.date);
        let potential = self.customers[note.customer].potential;
        let total = self.weights.last().map_or(1, |weight| weight.1);
        for _ in 0..dice.between(1, self.lines * 2 - 1) {
            let roll = dice.between(1, total);
            let (index, _) = self.weights[self.weights.partition_point(|weight| weight.1 < roll)];
            let pack = &self.company.packs[index];
            let size = pack.size * if self.is_hospital { HOSPITAL_SIZE } else { 1 };
            let season = self.factors[(month - 1) * BRANDS.len() + pack.brand];
            let effect = self.company.effect(pack.brand, cell, half);
            let noise = dice.between(500, 1_500);
            let wanted = (size * noise / 1_000) * potential / 1_000 * season / 1_000 * effect / 1_000;
            let mut hundredths = dice.whole(wanted, 1_000) * 100;
            if hundredths == 0 {
                continue;
            }
            if dice.chance(5, 1_000) {
                hundredths -= *dice.pick(&[50, 25, 75]);
            }
            lines.push(Line { pack: index, hundredths, amount: self.amount(index, hundredths) });
        }
    }

    /// Net value of so many hundredths of a pack.
    pub fn amount(&self, pack: usize, hundredths: i64) -> i64 {
        let price = self.company.packs[pack].price * if self.is_hospital { HOSPITAL_PRICE } else { 100 } / 100;
        (price * hundredths + 50) / 100
    }

    /// The lines as they are corrected: a pack more of each.
    pub fn restate(&self, lines: &mut [Line]) {
        for line in lines {
            line.hundredths += 100;
            line.amount = self.amount(line.pack, line.hundredths);
        }
    }
}
