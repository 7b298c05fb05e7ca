//! A spreadsheet of one page: a zip of five small files, stored without compression, so that its bytes are simple.

use std::{fs, io, path::Path};

/// What stands in a cell.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number of hundredths.
    Hundredths(i64),
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// Writes a workbook with one page.
pub fn write(path: &Path, page: &str, rows: &[Vec<Cell>]) -> io::Result<()> {
    let types = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{KIND}.worksheet+xml\"/></Types>"
    );
    let workbook = format!(
        "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>\
         <sheet name=\"{page}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let files = [
        ("[Content_Types].xml", types),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", sheet(rows)),
    ];
    fs::write(path, zip(&files))
}

fn relation(kind: &str, target: &str) -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>"
    )
}

fn sheet(rows: &[Vec<Cell>]) -> String {
    let mut text = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData>");
    for (number, row) in (1..).zip(rows) {
        text.push_str(&format!("<row r=\"{number}\">"));
        for (column, cell) in ('A'..='Z').zip(row) {
            text.push_str(&match cell {
                Cell::Text(words) => {
                    format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{words}</t></is></c>")
                }
                Cell::Hundredths(parts) => {
                    let value = crate::text::plain_parts((*parts).into(), 2);
                    format!("<c r=\"{column}{number}\"><v>{value}</v></c>")
                }
            });
        }
        text.push_str("</row>");
    }
    text.push_str("</sheetData></worksheet>");
    text
}

/// A zip archive of stored files, dated the first of January 1980.
fn zip(files: &[(&str, String)]) -> Vec<u8> {
    const FIRST_DAY: u16 = 0x0021;
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let (size, offset) = ((text.len() as u32).to_le_bytes(), (bytes.len() as u32).to_le_bytes());
        let mut common = Vec::new();
        // Version 2.0, names in UTF-8, stored.
        for number in [20, 0x0800, 0, 0, FIRST_DAY] {
            common.extend(u16::to_le_bytes(number));
        }
        common.extend(checksum(text.as_bytes()).to_le_bytes());
        common.extend(size);
        common.extend(size);
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02");
        directory.extend(20_u16.to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset);
        directory.extend(name.as_bytes());
    }
    let (start, size) = (bytes.len() as u32, directory.len() as u32);
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    let count = (files.len() as u16).to_le_bytes();
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// The CRC-32 of ISO 3309, bit by bit: the files are small.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}
