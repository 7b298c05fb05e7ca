//! The bytes that stand for a row for ever: what its key, its values and its versions are known by.
//!
//! Promises that the bytes of a value do not depend on how the source wrote it, on the scale of its column, or on the
//! order of columns; that an empty value adds nothing, so that a new column that is empty changes no row.

use kernel::{Digest, Fingerprint, names::TableName};

use crate::values::Value;

/// Sixteen bytes that stand for a key, a row or a version.
pub(crate) type Short = [u8; 16];

/// Hashes the values of some columns, always the same ones, row after row.
#[derive(Debug)]
pub(crate) struct Hasher {
    prefix: Vec<u8>,
    /// Position of the column and eight bytes that stand for its name, in the order of names.
    columns: Vec<(usize, [u8; 8])>,
    buffer: Vec<u8>,
}

impl Hasher {
    /// For columns given by position and name; `domain` keeps keys and rows apart.
    pub(crate) fn new<'a>(domain: &str, columns: impl IntoIterator<Item = (usize, &'a str)>) -> Self {
        let mut named: Vec<(&str, usize)> = columns.into_iter().map(|(at, name)| (name, at)).collect();
        named.sort_unstable();
        let columns = named
            .into_iter()
            .map(|(name, at)| {
                let mut stands_for = [0; 8];
                stands_for.copy_from_slice(&Digest::of(name.as_bytes()).0[..8]);
                (at, stands_for)
            })
            .collect();
        let prefix = Fingerprint::new(domain, 1).finish().short().to_vec();
        Self { prefix, columns, buffer: Vec::new() }
    }

    /// For columns that are compared with those of another table, so by place and not by name.
    pub(crate) fn by_place(domain: &str, columns: &[usize]) -> Self {
        let prefix = Fingerprint::new(domain, 1).finish().short().to_vec();
        let place = |(place, at): (usize, &usize)| (*at, (place as u64).to_le_bytes());
        Self { prefix, columns: columns.iter().enumerate().map(place).collect(), buffer: Vec::new() }
    }

    /// The hash of one row.
    pub(crate) fn hash<'v>(&mut self, value: impl Fn(usize) -> Value<'v>) -> Short {
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.prefix);
        for (at, name) in &self.columns {
            let value = value(*at);
            if value != Value::Null {
                self.buffer.extend_from_slice(name);
                encode(&mut self.buffer, value);
            }
        }
        Digest::of(&self.buffer).short()
    }
}

fn encode(buffer: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Null => {}
        Value::Text(text) => {
            buffer.push(1);
            buffer.extend_from_slice(&(text.len() as u64).to_le_bytes());
            buffer.extend_from_slice(text);
        }
        Value::Integer(number) => {
            buffer.push(2);
            buffer.extend_from_slice(&number.to_le_bytes());
        }
        Value::Decimal(number, scale) => {
            let (number, scale) = shortest(number, scale);
            buffer.push(3);
            buffer.push(scale);
            buffer.extend_from_slice(&number.to_le_bytes());
        }
        Value::Date(days) => {
            buffer.push(4);
            buffer.extend_from_slice(&days.to_le_bytes());
        }
        Value::Timestamp(micros) => {
            buffer.push(5);
            buffer.extend_from_slice(&micros.to_le_bytes());
        }
        Value::Boolean(truth) => {
            buffer.push(6);
            buffer.push(u8::from(truth));
        }
    }
}

/// Without zeros at the end, so that 1.50 and 1.5 are one value.
fn shortest(mut number: i128, mut scale: u8) -> (i128, u8) {
    if let Ok(mut small) = i64::try_from(number) {
        while scale > 0 && small % 10 == 0 {
            small /= 10;
            scale -= 1;
        }
        return (i128::from(small), scale);
    }
    while scale > 0 && number % 10 == 0 {
        number /= 10;
        scale -= 1;
    }
    (number, scale)
}

/// Stands for one version of one row; `before` counts the versions of that key that came before it.
pub(crate) fn version_id(table: &TableName, key: &Short, row: &Short, before: u32) -> Short {
    Fingerprint::new("row_version", 1)
        .field(table.to_string())
        .field(key)
        .field(row)
        .field(u64::from(before).to_le_bytes())
        .finish()
        .short()
}

/// Stands for one row in quarantine; `again` counts how often the same row was sent well in between.
pub(crate) fn quarantine_id(table: &TableName, file: &str, line: u64, text: &[u8], again: u32) -> String {
    let mut print =
        Fingerprint::new("quarantine", 1).field(table.to_string()).field(file).field(line.to_le_bytes()).field(text);
    if again > 0 {
        print.add(again.to_le_bytes());
    }
    kernel::fingerprint::hex(&print.finish().0[..8])
}
