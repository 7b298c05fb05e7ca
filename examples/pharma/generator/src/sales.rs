//! The files of the sales: wholesalers' deliveries, hospital orders, returns and credit notes, each made for itself.
//!
//! Among them, as in life: rows that break the contract, notes sent twice, a month late, or corrected.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use jiff::civil::Date;

use crate::{
    breakage::Faulty,
    calendar::{YEAR, half_of, working_days},
    company::Company,
    credit_notes,
    names::WHOLESALERS,
    notes::{Again, Line, Note, Orders, RESTATED},
    returns,
    text::{Office, Sheet},
    truth::{Broken, Counts, Source, Streams, Tally},
    units::{COUNTRIES, Country},
};

/// A file that was made.
#[derive(Debug)]
pub struct Made {
    /// Its stream.
    pub stream: String,
    /// Its rows.
    pub counts: Counts,
    /// Those that break the contract.
    pub broken: Vec<Broken>,
    /// What the sender states of it: name, rows, hundredths of packs, thousandths of the amount.
    pub control: Option<(String, u64, i64, i64)>,
}

/// Which file to make.
#[derive(Debug, Clone, Copy)]
enum Job {
    Sellout(usize),
    Correction(usize),
    Hospital(usize),
    Returns(usize),
    CreditNotes,
}

const JOBS: fn() -> Vec<Job> = || {
    let months = || 1..=12;
    let large = months().map(Job::Sellout).chain(RESTATED.into_iter().map(Job::Correction));
    large.chain(months().map(Job::Hospital)).chain(months().map(Job::Returns)).chain([Job::CreditNotes]).collect()
};

/// Names of folders and files by country.
pub struct Files {
    /// Deliveries of wholesalers.
    pub sellout: &'static str,
    /// Hospital orders.
    pub hospital: &'static str,
    /// Returns.
    pub returns: &'static str,
    /// Credit notes.
    pub credit_notes: &'static str,
}

/// The files of both countries.
pub const FILES: [Files; 2] = [
    Files {
        sellout: "de/grosshandel/Abverkauf",
        hospital: "de/erp/Klinikauftraege",
        returns: "de/erp/Retouren",
        credit_notes: "de/erp/Gutschriften.csv",
    },
    Files {
        sellout: "pl/hurt/Sprzedaz",
        hospital: "pl/erp/Szpitale",
        returns: "pl/erp/Zwroty",
        credit_notes: "pl/erp/Korekty.csv",
    },
];

/// Writes every file of the sales; on as many threads as there are processors, with the same bytes on any number.
pub fn write(folder: &Path, company: &Company, streams: &mut Streams) -> io::Result<Tally> {
    let orders: Vec<[Orders<'_>; 2]> = COUNTRIES
        .into_iter()
        .map(|country| [Orders::new(company, country, false), Orders::new(company, country, true)])
        .collect();
    let jobs: Vec<(Country, Job)> =
        COUNTRIES.into_iter().flat_map(|country| JOBS().into_iter().map(move |job| (country, job))).collect();
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, io::Result<Made>)>> = Mutex::new(Vec::new());
    let total = Mutex::new(Tally::new(company));
    let work = || {
        let mut tally = Tally::new(company);
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((country, job)) = jobs.get(index) else { break };
            let made = make(folder, &orders[country.index()], *job, &mut tally);
            results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, made));
        }
        total.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(&tally);
    };
    thread::scope(|scope| {
        for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
        work();
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    let mut controls: [Vec<(String, u64, i64, i64)>; 2] = [Vec::new(), Vec::new()];
    for (index, made) in results {
        let made = made?;
        controls[jobs[index].0.index()].extend(made.control);
        streams.add(&made.stream, made.counts, made.broken);
    }
    write_controls(folder, &controls)?;
    Ok(total.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn make(folder: &Path, orders: &[Orders<'_>; 2], job: Job, tally: &mut Tally) -> io::Result<Made> {
    match job {
        Job::Sellout(month) => sellout(folder, &orders[0], month, tally),
        Job::Correction(month) => correction(folder, &orders[0], month),
        Job::Hospital(month) => hospital(folder, &orders[1], month, tally),
        Job::Returns(month) => returns::write(folder, orders, month, tally),
        Job::CreditNotes => credit_notes::write(folder, &orders[0], tally),
    }
}

/// German totals stand in one file, Polish ones in a file for each.
fn write_controls(folder: &Path, controls: &[Vec<(String, u64, i64, i64)>; 2]) -> io::Result<()> {
    let fields = |office: Office, (name, rows, hundredths, thousandths): &(String, u64, i64, i64)| {
        // What was written with three digits behind the comma adds up to three.
        let mut amount = office.money(thousandths / 10);
        if thousandths % 10 != 0 {
            amount.push_str(&(thousandths % 10).to_string());
        }
        [name.clone(), rows.to_string(), office.money(*hundredths), amount]
    };
    let path = folder.join("de/grosshandel/Kontrollsummen.csv");
    let mut sheet = Sheet::create(&path, Office::German, &["Datei", "Zeilen", "Packungen", "Wert"])?;
    for control in &controls[0] {
        sheet.row(&fields(Office::German, control))?;
    }
    sheet.finish()?;
    for control in &controls[1] {
        let path = folder.join("pl/hurt").join(&control.0).with_extension("ctl");
        let mut sheet = Sheet::create(&path, Office::Polish, &["Plik", "Wiersze", "Opakowania", "Wartość"])?;
        sheet.row(&fields(Office::Polish, control))?;
        sheet.finish()?;
    }
    Ok(())
}

/// The begin of the number of every note of a country's wholesalers.
pub const NOTE: [&str; 2] = ["25", "WZ25"];
/// The begin of the number of every hospital order of a country.
pub const ORDER: [&str; 2] = ["4", "ZS25"];

const SELLOUT: [[&str; 9]; 2] = [
    ["Großhändler", "Belegnr", "Pos", "Lieferdatum", "IDF", "PZN", "Packungen", "Wert", "Lieferart"],
    ["Hurtownia", "Nr dokumentu", "Poz", "Data dostawy", "Apteka", "EAN", "Opakowania", "Wartość netto", "Rodzaj"],
];

/// A file of wholesalers' deliveries while it is written.
pub struct Deliveries<'a> {
    orders: &'a Orders<'a>,
    name: String,
    sheet: Sheet,
    counts: Counts,
    broken: Vec<Broken>,
    faulty: Faulty,
    hundredths: i64,
    thousandths: i64,
    lines: Vec<Line>,
}

impl<'a> Deliveries<'a> {
    fn create(folder: &Path, orders: &'a Orders<'a>, month: usize, ending: &str) -> io::Result<Self> {
        let at = orders.country.index();
        let path = format!("{}_{YEAR}-{month:02}{ending}.csv", FILES[at].sellout);
        let name = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self {
            orders,
            name,
            sheet: Sheet::create(&folder.join(&path), Office::of(orders.country), &SELLOUT[at])?,
            counts: Counts::default(),
            broken: Vec::new(),
            faulty: Faulty::new(orders, month),
            hundredths: 0,
            thousandths: 0,
            lines: Vec::new(),
        })
    }

    fn finish(self) -> io::Result<Made> {
        let delivered = self.sheet.finish()?;
        Ok(Made {
            stream: format!("{}_sellout", self.orders.country.word()),
            counts: Counts { delivered, ..self.counts },
            broken: self.broken,
            control: Some((self.name, delivered, self.hundredths, self.thousandths)),
        })
    }

    /// Writes the lines of a note that were made last.
    fn put(&mut self, note: &Note) -> io::Result<()> {
        let wholesaler = note.customer % 97;
        for at in 0..self.lines.len() {
            let line = self.lines[at];
            self.put_line(note, wholesaler, at + 1, line)?;
        }
        Ok(())
    }

    fn put_line(&mut self, note: &Note, wholesaler: usize, number: usize, line: Line) -> io::Result<()> {
        let at = self.orders.country.index();
        let sheet = &mut self.sheet;
        sheet.text(wholesaler_name(self.orders.country, wholesaler, number));
        sheet.document(NOTE[at], note.date.day_of_year(), note.customer);
        sheet.whole(number as i64);
        put_day(sheet, note.date);
        sheet.text(&self.orders.customers[note.customer].id);
        sheet.text(&self.orders.company.packs[line.pack].code);
        sheet.hundredths(line.hundredths);
        sheet.hundredths(line.amount);
        sheet.text(if note.customer.is_multiple_of(11) { "UEW" } else { "GH" });
        sheet.end()?;
        self.hundredths += line.hundredths;
        self.thousandths += line.amount * 10;
        Ok(())
    }

    /// Sometimes a row that breaks the contract beside the good ones of a note.
    fn mishap(&mut self, note: &Note) -> io::Result<()> {
        let rolls = self.faulty.rolls(note, self.lines.len());
        for _ in 0..rolls {
            let Some(line) = self.lines.first().copied() else { return Ok(()) };
            let rows = self.faulty.rows(self.orders, note, line);
            for row in &rows.fields {
                let line = self.sheet.row(row)?;
                self.broken.push(Broken { kind: rows.kind, file: self.name.clone(), line });
                self.counts.broken += 1;
            }
            self.hundredths += rows.hundredths;
            self.thousandths += rows.thousandths;
        }
        Ok(())
    }
}

/// The wholesaler of a pharmacy, as whoever keyed it in wrote the name.
fn wholesaler_name(country: Country, customer: usize, number: usize) -> &'static str {
    const TYPED: [&[&str]; 2] = [
        &["ALLIANTIA", "nordpharma", "Gehring & Söhne  ", " Sanavita", "MEDILOG "],
        &["HURTPOL", "farmalux ", " Neucor"],
    ];
    let names = WHOLESALERS[country.index()];
    let of = customer % names.len();
    if customer % 31 == 7 && number == 1 { TYPED[country.index()][of] } else { names[of] }
}

/// `31.12.2025`, without a detour.
pub fn put_day(sheet: &mut Sheet, date: Date) {
    let two = |number: i8| [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
    let ([a, b], [c, d]) = (two(date.day()), two(date.month()));
    let bytes = [a, b, b'.', c, d, b'.', b'2', b'0', b'2', b'5'];
    sheet.text(std::str::from_utf8(&bytes).unwrap_or_default());
}

fn each_note(orders: &Orders<'_>, month: usize, mut act: impl FnMut(&Note) -> io::Result<()>) -> io::Result<()> {
    for date in working_days(orders.country, month) {
        for customer in 0..orders.customers.len() {
            if let Some(note) = orders.note(date, customer) {
                act(&note)?;
            }
        }
    }
    Ok(())
}

fn sellout(folder: &Path, orders: &Orders<'_>, month: usize, tally: &mut Tally) -> io::Result<Made> {
    let mut file = Deliveries::create(folder, orders, month, "")?;
    if month > 1 {
        each_note(orders, month - 1, |note| {
            if note.fate.is_late || note.fate.again == Again::Later {
                orders.lines(note, &mut file.lines);
                file.put(note)?;
                let count = file.lines.len() as u64;
                *(if note.fate.is_late { &mut file.counts.late } else { &mut file.counts.repeated }) += count;
            }
            Ok(())
        })?;
    }
    each_note(orders, month, |note| {
        orders.lines(note, &mut file.lines);
        if !note.fate.is_late {
            file.put(note)?;
        }
        if note.fate.again == Again::Here {
            file.put(note)?;
            file.counts.repeated += file.lines.len() as u64;
        }
        file.mishap(note)?;
        if note.fate.is_restated {
            orders.restate(&mut file.lines);
        }
        let (cell, half) = (orders.cell(note.customer, note.date), half_of(note.date));
        for line in &file.lines {
            let brand = orders.company.packs[line.pack].brand;
            tally.count(Source::Sellout, brand, cell, half, line.hundredths, line.amount);
        }
        Ok(())
    })?;
    file.finish()
}

/// The notes of a month that were wrong, as they should have been.
fn correction(folder: &Path, orders: &Orders<'_>, month: usize) -> io::Result<Made> {
    let mut file = Deliveries::create(folder, orders, month, "_K1")?;
    each_note(orders, month, |note| {
        if note.fate.is_restated {
            orders.lines(note, &mut file.lines);
            orders.restate(&mut file.lines);
            file.put(note)?;
            file.counts.changed += file.lines.len() as u64;
        }
        Ok(())
    })?;
    file.finish()
}

const HOSPITAL: [&[&str]; 2] = [
    &["Auftragsnr", "Pos", "Buchungsdatum", "Kundennr", "PZN", "Menge", "Nettowert"],
    &["Nr zamówienia", "Data", "Klient", "EAN", "Ilość", "Wartość netto"],
];

/// Hospital orders; the Polish ones have no line numbers, and the same line twice is two lines.
fn hospital(folder: &Path, orders: &Orders<'_>, month: usize, tally: &mut Tally) -> io::Result<Made> {
    let at = orders.country.index();
    let path: PathBuf = folder.join(format!("{}_{YEAR}-{month:02}.csv", FILES[at].hospital));
    let mut sheet = Sheet::create(&path, Office::of(orders.country), HOSPITAL[at])?;
    let mut lines = Vec::new();
    each_note(orders, month, |note| {
        orders.lines(note, &mut lines);
        if at == 1 && note.fate.returned.is_none() && note.date.day() == 12 {
            lines.extend(lines.first().copied());
        }
        let (cell, half) = (orders.cell(note.customer, note.date), half_of(note.date));
        for (number, line) in lines.iter().enumerate() {
            let pack = &orders.company.packs[line.pack];
            sheet.document(ORDER[at], note.date.day_of_year(), note.customer);
            if at == 0 {
                sheet.whole((number as i64 + 1) * 10);
            }
            put_day(&mut sheet, note.date);
            sheet.text(&orders.customers[note.customer].id);
            sheet.text(&pack.code);
            sheet.hundredths(line.hundredths);
            sheet.hundredths(line.amount);
            sheet.end()?;
            tally.count(Source::Hospital, pack.brand, cell, half, line.hundredths, line.amount);
        }
        Ok(())
    })?;
    let delivered = sheet.finish()?;
    let stream = format!("{}_hospital_orders", orders.country.word());
    Ok(Made { stream, counts: Counts { delivered, ..Counts::default() }, broken: Vec::new(), control: None })
}
