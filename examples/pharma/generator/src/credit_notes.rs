//! Credit notes without packs: a price that was wrong, a bonus that was forgotten.
//!
//! They have no number of their own, and two that are alike are two.

use std::{io, path::Path};

use crate::{
    calendar::{half_of, working_days},
    dice::Key,
    notes::Orders,
    sales::{FILES, Made, put_day},
    text::{Office, Sheet},
    truth::{Counts, Source, Tally},
};

const HEADER: [[&str; 5]; 2] =
    [["Datum", "Kundennr", "PZN", "Gutschrift", "Anlass"], ["Data", "Klient", "EAN", "Kwota", "Powód"]];
const REASONS: [[&str; 3]; 2] = [["Preis", "Bonus", "Kulanz"], ["Cena", "Bonus", "Reklamacja"]];

/// The credit notes of the year, as they were written.
pub fn write(folder: &Path, orders: &Orders<'_>, tally: &mut Tally) -> io::Result<Made> {
    let at = orders.country.index();
    let mut sheet = Sheet::create(&folder.join(FILES[at].credit_notes), Office::of(orders.country), &HEADER[at])?;
    let key = Key::new(orders.company.seed, "credit notes").at(at);
    let count = orders.company.scale.grown([1_500, 800][at]);
    for month in 1..=12 {
        let days = working_days(orders.country, month);
        for number in 0..count.div_ceil(12) {
            let mut dice = key.at(month * 10_000_000 + number).dice();
            let date = days[dice.below(days.len())];
            let customer = dice.below(orders.customers.len());
            let (pack, _) = *dice.pick(&orders.weights);
            let pack = &orders.company.packs[pack];
            let amount = dice.between(200, 6_000);
            let reason = *dice.pick(&REASONS[at]);
            for _ in 0..if dice.chance(1, 50) { 2 } else { 1 } {
                put_day(&mut sheet, date);
                sheet.text(&orders.customers[customer].id);
                sheet.text(&pack.code);
                sheet.hundredths(amount);
                sheet.text(reason);
                sheet.end()?;
                let cell = orders.cell(customer, date);
                tally.count(Source::CreditNotes, pack.brand, cell, half_of(date), 0, -amount);
            }
        }
    }
    let delivered = sheet.finish()?;
    let stream = format!("{}_credit_notes", orders.country.word());
    Ok(Made { stream, counts: Counts { delivered, ..Counts::default() }, broken: Vec::new(), control: None })
}
