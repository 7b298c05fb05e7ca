//! What comes back: a line of a note or order, in whole or in part, on a later day.

use std::{io, path::Path};

use crate::{
    calendar::{YEAR, half_of, working_days},
    dice::Key,
    notes::{Note, Orders},
    sales::{FILES, Made, NOTE, ORDER, put_day},
    text::{Office, Sheet},
    truth::{Counts, Source, Tally},
};

const HEADER: [[&str; 9]; 2] = [
    ["Retourennr", "Datum", "Kundennr", "PZN", "Menge", "Gutschrift", "Grund", "Belegnr", "Belegpos"],
    ["Nr zwrotu", "Data", "Klient", "EAN", "Ilość", "Wartość netto", "Powód", "Nr dokumentu", "Poz dokumentu"],
];
const REASONS: [[&str; 4]; 2] = [
    ["Transportschaden", "Verfall", "Falschlieferung", "Rückruf"],
    ["Uszkodzenie", "Przeterminowanie", "Pomyłka", "Wycofanie"],
];

/// The returns that were booked in a month; each names its note, but for one in twelve.
pub fn write(folder: &Path, orders: &[Orders<'_>; 2], month: usize, tally: &mut Tally) -> io::Result<Made> {
    let country = orders[0].country;
    let path = folder.join(format!("{}_{YEAR}-{month:02}.csv", FILES[country.index()].returns));
    let mut sheet = Sheet::create(&path, Office::of(country), &HEADER[country.index()])?;
    for kind in orders {
        // A return comes no later than forty days after its note.
        for earlier in month.saturating_sub(2).max(1)..=month {
            for date in working_days(country, earlier) {
                for customer in 0..kind.customers.len() {
                    let Some(note) = kind.note(date, customer) else { continue };
                    let booked = note.fate.returned.filter(|date| date.month() as usize == month);
                    if booked.is_some() && !note.fate.is_restated {
                        send_back(&mut sheet, kind, &note, tally)?;
                    }
                }
            }
        }
    }
    let delivered = sheet.finish()?;
    let stream = format!("{}_returns", country.word());
    Ok(Made { stream, counts: Counts { delivered, ..Counts::default() }, broken: Vec::new(), control: None })
}

fn send_back(sheet: &mut Sheet, orders: &Orders<'_>, note: &Note, tally: &mut Tally) -> io::Result<()> {
    let mut lines = Vec::new();
    orders.lines(note, &mut lines);
    let Some(date) = note.fate.returned.filter(|_| !lines.is_empty()) else { return Ok(()) };
    let at = orders.country.index();
    let purpose = if orders.is_hospital { "hospital returns" } else { "returns" };
    let key = Key::new(orders.company.seed, purpose).at(at);
    let mut dice = key.at(note.date.day_of_year() as usize * 1_000_000 + note.customer).dice();
    let number = dice.below(lines.len());
    let line = lines[number];
    let packs = line.hundredths / 100;
    let is_whole = line.hundredths % 100 != 0 || packs == 1 || dice.chance(1, 2);
    let hundredths = if is_whole { line.hundredths } else { dice.between(1, packs) * 100 };
    let amount = (line.amount * hundredths * 2 + line.hundredths) / (line.hundredths * 2);
    let prefix = if orders.is_hospital { ORDER[at] } else { NOTE[at] };
    sheet.document(&format!("R{prefix}"), note.date.day_of_year(), note.customer);
    put_day(sheet, date);
    sheet.text(&orders.customer(note).id);
    sheet.text(&orders.company.packs[line.pack].code);
    sheet.hundredths(hundredths);
    sheet.hundredths(amount);
    sheet.text(*dice.pick(&REASONS[at]));
    if dice.chance(1, 12) {
        sheet.text("");
        sheet.text("");
    } else {
        sheet.document(prefix, note.date.day_of_year(), note.customer);
        match (orders.is_hospital, at) {
            (false, _) => sheet.whole(number as i64 + 1),
            (true, 0) => sheet.whole((number as i64 + 1) * 10),
            // Polish hospital orders have no line numbers.
            _ => sheet.text(""),
        }
    }
    sheet.end()?;
    let brand = orders.company.packs[line.pack].brand;
    tally.count(Source::Returns, brand, orders.cell(note.customer, date), half_of(date), -hundredths, -amount);
    Ok(())
}
