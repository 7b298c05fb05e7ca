//! Rows that break the contract of the deliveries, in fifteen ways taken in turn.

use crate::{
    calendar::YEAR,
    dice::{Dice, Key},
    notes::{Line, Note, Orders},
    text::Office,
};

/// The fifteen ways.
pub const KINDS: [&str; 15] = [
    "date_impossible",
    "date_missing",
    "date_as_elsewhere",
    "quantity_in_words",
    "quantity_negative",
    "quantity_absurd",
    "amount_in_english",
    "amount_too_fine",
    "article_unknown",
    "pharmacy_unknown",
    "delivery_kind_unknown",
    "note_number_missing",
    "field_missing",
    "field_too_many",
    "one_key_two_values",
];

/// Rows to write, with what the sender adds up of them.
#[derive(Debug)]
pub struct Rows {
    /// In which way they are broken.
    pub kind: &'static str,
    /// One row, or two that contradict each other.
    pub fields: Vec<Vec<String>>,
    /// Of what can be read as a number.
    pub hundredths: i64,
    /// Of what can be read as a number.
    pub thousandths: i64,
}

/// Breaks one line of a thousand.
#[derive(Debug)]
pub struct Faulty {
    month: usize,
    turn: usize,
    count: usize,
    dice: Dice,
}

impl Faulty {
    /// For one file; where its turn begins goes by month and country, so that a small company has every kind as well.
    pub fn new(orders: &Orders<'_>, month: usize) -> Self {
        let country = orders.country.index();
        let dice = Key::new(orders.company.seed, "breakages").at(month * 2 + country).dice();
        Self { month, turn: month - 1 + country * 8, count: 0, dice }
    }

    /// How many rows to break beside the lines of a note.
    pub fn rolls(&mut self, _note: &Note, lines: usize) -> usize {
        (0..lines).filter(|_| self.dice.chance(1, 1_000)).count()
    }

    /// The broken rows, under a note number of their own.
    pub fn rows(&mut self, orders: &Orders<'_>, note: &Note, line: Line) -> Rows {
        let kind = KINDS[(self.turn + self.count) % KINDS.len()];
        self.count += 1;
        let office = Office::of(orders.country);
        let number = format!("99{:02}{:07}", self.month, self.count);
        let (mut hundredths, mut thousandths) = (line.hundredths, line.amount * 10);
        let mut fields: Vec<String> = [
            crate::names::WHOLESALERS[orders.country.index()][0],
            &number,
            "1",
            &office.day(note.date),
            &orders.customer(note).id,
            &orders.company.packs[line.pack].code,
            &office.money(line.hundredths),
            &office.money(line.amount),
            "GH",
        ]
        .map(str::to_owned)
        .to_vec();
        let mut second = None;
        match kind {
            "date_impossible" => fields[3] = format!("31.02.{YEAR}"),
            "date_missing" => fields[3].clear(),
            "date_as_elsewhere" => fields[3] = note.date.to_string(),
            "quantity_in_words" => {
                fields[6] = ["zwei", "dwa"][orders.country.index()].to_owned();
                hundredths = 0;
            }
            "quantity_negative" => {
                fields[6].insert(0, '-');
                hundredths = -hundredths;
            }
            "quantity_absurd" => {
                hundredths = 9_999_900;
                fields[6] = office.money(hundredths);
            }
            "amount_in_english" => {
                "1,234.50".clone_into(&mut fields[7]);
                thousandths = 0;
            }
            "amount_too_fine" => {
                fields[7].push('5');
                thousandths += 5;
            }
            "article_unknown" => "00000017".clone_into(&mut fields[5]),
            "pharmacy_unknown" => "X999999".clone_into(&mut fields[4]),
            "delivery_kind_unknown" => "POST".clone_into(&mut fields[8]),
            "note_number_missing" => fields[1].clear(),
            "field_missing" => fields.truncate(8),
            "field_too_many" => fields.push("X".to_owned()),
            _ => {
                let mut other = fields.clone();
                other[6] = office.money(line.hundredths + 100);
                hundredths += line.hundredths + 100;
                thousandths *= 2;
                second = Some(other);
            }
        }
        Rows { kind, fields: std::iter::once(fields).chain(second).collect(), hundredths, thousandths }
    }
}
