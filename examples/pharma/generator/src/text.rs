//! Text as the back office writes it: `;` between fields, Windows-1252, `1.234,56`, `31.12.2025`, CRLF.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use jiff::civil::Date;

/// A delimited file that is written row by row.
#[derive(Debug)]
pub struct Sheet {
    file: BufWriter<File>,
    line: u64,
    delimiter: u8,
    is_western: bool,
    bytes: Vec<u8>,
}

impl Sheet {
    /// A file for the back office: `;`, Windows-1252, CRLF.
    pub fn office(path: &Path, header: &[&str]) -> io::Result<Self> {
        Self::create(path, b';', true, header)
    }

    /// A file for tests: `,`, UTF-8, LF.
    pub fn plain(path: &Path, header: &[&str]) -> io::Result<Self> {
        Self::create(path, b',', false, header)
    }

    fn create(path: &Path, delimiter: u8, is_western: bool, header: &[&str]) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = BufWriter::new(File::create(path)?);
        let mut sheet = Self { file, line: 0, delimiter, is_western, bytes: Vec::new() };
        sheet.row(header)?;
        Ok(sheet)
    }

    /// Writes one row and gives its line in the file, counted from one.
    pub fn row<T: AsRef<str>>(&mut self, fields: &[T]) -> io::Result<u64> {
        self.bytes.clear();
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.bytes.push(self.delimiter);
            }
            if self.is_western {
                self.bytes.extend(field.as_ref().chars().map(western));
            } else {
                self.bytes.extend_from_slice(field.as_ref().as_bytes());
            }
        }
        self.bytes.extend_from_slice(if self.is_western { b"\r\n" } else { b"\n" });
        self.file.write_all(&self.bytes)?;
        self.line += 1;
        Ok(self.line)
    }

    /// Rows below the header so far.
    pub fn row_count(&self) -> u64 {
        self.line.saturating_sub(1)
    }

    /// Hands everything to the system.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The Windows-1252 byte of a character; what it lacks becomes `?`.
fn western(character: char) -> u8 {
    match character {
        '€' => 0x80,
        '–' => 0x96,
        _ => u8::try_from(u32::from(character)).unwrap_or(b'?'),
    }
}

/// `31.12.2025`.
pub fn german_date(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// `1.234,56` from cents.
pub fn german_money(cents: i64) -> String {
    let whole = (cents / 100).unsigned_abs().to_string();
    let mut text = String::from(if cents < 0 { "-" } else { "" });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text.push_str(&format!(",{:02}", (cents % 100).unsigned_abs()));
    text
}

/// `1234.56` from cents.
pub fn plain_money(cents: i64) -> String {
    plain_parts(i128::from(cents), 2)
}

/// A whole number of `10^-digits` parts as a plain decimal.
pub fn plain_parts(parts: i128, digits: u32) -> String {
    let unit = 10_u128.pow(digits);
    let sign = if parts < 0 { "-" } else { "" };
    let size = parts.unsigned_abs();
    format!("{sign}{}.{:0width$}", size / unit, size % unit, width = digits as usize)
}
