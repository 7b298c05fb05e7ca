//! Text as each office writes it: encodings, decimal commas, days and line ends.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

use jiff::civil::Date;

use crate::units::Country;

/// Bytes that are collected before they go to the system.
const FULL: usize = 1 << 20;

/// How an office writes its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// `;`, Windows-1252, `1.234,56`, `31.12.2025`, CRLF.
    German,
    /// `;`, Windows-1250, `1 234,56`, `31.12.2025`, CRLF.
    Polish,
    /// `,`, UTF-8, `1234.56`, `2025-12-31`, LF.
    Global,
}

impl Office {
    /// The back office of a country.
    pub fn of(country: Country) -> Self {
        [Self::German, Self::Polish][country.index()]
    }

    /// A day as it writes it.
    pub fn day(self, date: Date) -> String {
        match self {
            Self::Global => date.to_string(),
            _ => format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year()),
        }
    }

    /// A number of hundredths as it writes it.
    pub fn money(self, hundredths: i64) -> String {
        let mut bytes = Vec::new();
        put_hundredths(&mut bytes, self, hundredths);
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// A delimited file that is written row by row.
#[derive(Debug)]
pub struct Sheet {
    file: File,
    line: u64,
    office: Office,
    is_begun: bool,
    bytes: Vec<u8>,
}

impl Sheet {
    /// A new file with its header.
    pub fn create(path: &Path, office: Office, header: &[&str]) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let bytes = Vec::with_capacity(FULL + 4_096);
        let mut sheet = Self { file: File::create(path)?, line: 0, office, is_begun: false, bytes };
        sheet.row(header)?;
        Ok(sheet)
    }

    /// Writes one row and gives its line in the file, counted from one.
    pub fn row<T: AsRef<str>>(&mut self, fields: &[T]) -> io::Result<u64> {
        for field in fields {
            self.text(field.as_ref());
        }
        self.end()
    }

    fn next(&mut self) {
        if self.is_begun {
            self.bytes.push(if self.office == Office::Global { b',' } else { b';' });
        }
        self.is_begun = true;
    }

    /// A field of any text.
    pub fn text(&mut self, text: &str) {
        self.next();
        match self.office {
            Office::Global => self.bytes.extend_from_slice(text.as_bytes()),
            _ if text.is_ascii() => self.bytes.extend_from_slice(text.as_bytes()),
            Office::German => self.bytes.extend(text.chars().map(western)),
            Office::Polish => self.bytes.extend(text.chars().map(central)),
        }
    }

    /// A whole number.
    pub fn whole(&mut self, number: i64) {
        self.next();
        if number < 0 {
            self.bytes.push(b'-');
        }
        put_digits(&mut self.bytes, number.unsigned_abs(), 1, None);
    }

    /// A number of hundredths with two decimals.
    pub fn hundredths(&mut self, number: i64) {
        self.next();
        put_hundredths(&mut self.bytes, self.office, number);
    }

    /// The number of a document: its prefix, the day of the year, and whose it is.
    pub fn document(&mut self, prefix: &str, day: i16, customer: usize) {
        self.next();
        self.bytes.extend_from_slice(prefix.as_bytes());
        put_digits(&mut self.bytes, day.unsigned_abs().into(), 3, None);
        put_digits(&mut self.bytes, customer as u64, 6, None);
    }

    /// Ends the row and gives its line in the file, counted from one.
    pub fn end(&mut self) -> io::Result<u64> {
        self.bytes.extend_from_slice(if self.office == Office::Global { b"\n" } else { b"\r\n" });
        self.is_begun = false;
        self.line += 1;
        if self.bytes.len() >= FULL {
            self.file.write_all(&self.bytes)?;
            self.bytes.clear();
        }
        Ok(self.line)
    }

    /// Rows below the header so far.
    pub fn row_count(&self) -> u64 {
        self.line.saturating_sub(1)
    }

    /// Hands everything to the system and gives the number of rows below the header.
    pub fn finish(mut self) -> io::Result<u64> {
        self.file.write_all(&self.bytes)?;
        Ok(self.row_count())
    }
}

/// At least `width` digits, with a mark before every three if there is one.
fn put_digits(bytes: &mut Vec<u8>, number: u64, width: usize, mark: Option<u8>) {
    let mut digits = [0_u8; 28];
    let mut at = digits.len();
    let (mut rest, mut count) = (number, 0);
    while rest > 0 || count < width {
        if let Some(mark) = mark.filter(|_| count > 0 && count.is_multiple_of(3)) {
            at -= 1;
            digits[at] = mark;
        }
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
    }
    bytes.extend_from_slice(&digits[at..]);
}

fn put_hundredths(bytes: &mut Vec<u8>, office: Office, number: i64) {
    let (mark, point) = match office {
        Office::German => (Some(b'.'), b','),
        Office::Polish => (Some(b' '), b','),
        Office::Global => (None, b'.'),
    };
    if number < 0 {
        bytes.push(b'-');
    }
    let size = number.unsigned_abs();
    put_digits(bytes, size / 100, 1, mark);
    bytes.push(point);
    put_digits(bytes, size % 100, 2, None);
}

/// The Windows-1252 byte of a character; what it lacks becomes `?`.
fn western(character: char) -> u8 {
    match character {
        '€' => 0x80,
        '–' => 0x96,
        _ => u8::try_from(u32::from(character)).unwrap_or(b'?'),
    }
}

/// The Windows-1250 byte of a character; what it lacks becomes `?`.
fn central(character: char) -> u8 {
    const POLISH: [(char, u8); 18] = [
        ('Ą', 0xa5),
        ('ą', 0xb9),
        ('Ć', 0xc6),
        ('ć', 0xe6),
        ('Ę', 0xca),
        ('ę', 0xea),
        ('Ł', 0xa3),
        ('ł', 0xb3),
        ('Ń', 0xd1),
        ('ń', 0xf1),
        ('Ó', 0xd3),
        ('ó', 0xf3),
        ('Ś', 0x8c),
        ('ś', 0x9c),
        ('Ź', 0x8f),
        ('ź', 0x9f),
        ('Ż', 0xaf),
        ('ż', 0xbf),
    ];
    let found = POLISH.iter().find(|(known, _)| *known == character);
    match found {
        Some((_, byte)) => *byte,
        None => u8::try_from(u32::from(character)).ok().filter(u8::is_ascii).unwrap_or(b'?'),
    }
}

/// A whole number of `10^-digits` parts as a plain decimal.
pub fn plain_parts(parts: i128, digits: u32) -> String {
    let unit = 10_u128.pow(digits);
    let sign = if parts < 0 { "-" } else { "" };
    let size = parts.unsigned_abs();
    format!("{sign}{}.{:0width$}", size / unit, size % unit, width = digits as usize)
}
