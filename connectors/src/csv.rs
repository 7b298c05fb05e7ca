//! Delimited text as a stream of records, each with the physical line on which it begins and its text as it stood.
//!
//! Promises constant memory (a window of the file), that every byte of the file belongs to a record, a blank line or a
//! line end, and that a quote which never closes spoils one line and not the rest of the file. Bytes that are not of the
//! declared encoding reach the record as [`INVALID`]. Values mean nothing here.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use kernel::{Digest, Fault, Fingerprint, Place, Result};

use crate::fault::{C012, unreadable};

/// Stands where the source's bytes were no text; it occurs in no UTF-8.
pub(crate) const INVALID: u8 = 0xFF;

const BLOCK: usize = 256 * 1024;
/// A field longer than this has lost its closing quote.
const LONGEST_QUOTED: usize = 1024 * 1024;
const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// Why a quoted field has no end.
enum Open {
    AtTheEnd,
    TooLong,
}

/// How a sender writes delimited text.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    /// One character.
    pub delimiter: String,
    pub quote: Option<u8>,
    pub has_header: bool,
    pub encoding: &'static Encoding,
}

impl Dialect {
    pub(crate) fn add_to(&self, print: &mut Fingerprint) {
        print.add(&self.delimiter);
        print.add(self.quote.map_or(Vec::new(), |quote| vec![quote]));
        print.add([u8::from(self.has_header)]);
        print.add(self.encoding.name());
    }
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    from: usize,
    to: usize,
    is_unescaped: bool,
}

/// One record, borrowed from the reader's window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    /// Counted from one; the header is line 1.
    pub line: u64,
    /// The text as it stood, without its line end.
    pub text: &'a [u8],
    bounds: &'a [Bound],
    scratch: &'a [u8],
    /// What is wrong with its quotes.
    pub flaw: Option<&'static str>,
}

impl<'a> Record<'a> {
    /// How many fields it has.
    pub(crate) fn len(&self) -> usize {
        self.bounds.len()
    }

    /// A field without its quotes.
    pub(crate) fn field(&self, at: usize) -> Option<&'a [u8]> {
        let bound = self.bounds.get(at)?;
        if bound.is_unescaped { self.scratch.get(bound.from..bound.to) } else { self.text.get(bound.from..bound.to) }
    }

    /// Whether all of it is text.
    pub(crate) fn is_text(&self) -> bool {
        std::str::from_utf8(self.text).is_ok()
    }
}

/// Splits one record at a time; what a file and a single row kept as text have in common.
#[derive(Debug)]
pub(crate) struct Splitter {
    delimiter: Vec<u8>,
    quote: Option<u8>,
    bounds: Vec<Bound>,
    scratch: Vec<u8>,
    flaw: Option<&'static str>,
}

/// Where a record ends and the next begins; none if the window holds only a part.
#[derive(Debug, Clone, Copy)]
struct End {
    text: usize,
    next: usize,
    lines: u64,
}

impl Splitter {
    pub(crate) fn new(dialect: &Dialect) -> Self {
        Self {
            delimiter: dialect.delimiter.clone().into_bytes(),
            quote: dialect.quote,
            bounds: Vec::new(),
            scratch: Vec::new(),
            flaw: None,
        }
    }

    /// The fields of a row kept as text.
    pub(crate) fn row<'a>(&'a mut self, text: &'a [u8]) -> Record<'a> {
        self.split(text, true);
        Record { line: 1, text, bounds: &self.bounds, scratch: &self.scratch, flaw: self.flaw }
    }

    fn split(&mut self, window: &[u8], is_last: bool) -> Option<End> {
        self.bounds.clear();
        self.scratch.clear();
        self.flaw = None;
        let mut at = 0;
        let mut lines = 1;
        loop {
            at = match self.quote {
                Some(quote) if window.get(at) == Some(&quote) => {
                    match self.quoted_field(window, at, quote, &mut lines) {
                        Ok(after) => after,
                        Err(Open::TooLong) => return self.unclosed(window),
                        Err(Open::AtTheEnd) if is_last => return self.unclosed(window),
                        Err(Open::AtTheEnd) => return None,
                    }
                }
                _ => self.plain_field(window, at),
            };
            match window.get(at) {
                None if is_last || at > LONGEST_LINE => {
                    self.flaw = self.flaw.or((!is_last).then_some("the line is longer than 16 MiB"));
                    let end = self.end_at(window, at, lines);
                    return Some(End { next: at, ..end });
                }
                None => return None,
                Some(b'\n') => return Some(self.end_at(window, at, lines)),
                Some(_) => at += self.delimiter.len(),
            }
        }
    }

    /// A line end at `at`; the carriage return before it belongs to it.
    fn end_at(&mut self, window: &[u8], at: usize, lines: u64) -> End {
        let has_return = at.checked_sub(1).and_then(|before| window.get(before)) == Some(&b'\r');
        let text = if has_return { at - 1 } else { at };
        if let Some(last) = self.bounds.last_mut().filter(|last| !last.is_unescaped && last.to > text) {
            last.to = text;
        }
        End { text, next: at + 1, lines }
    }

    /// The end of a field that begins without a quote.
    fn plain_field(&mut self, window: &[u8], from: usize) -> usize {
        let first = self.delimiter.first().copied().unwrap_or(b',');
        let mut at = from;
        let rest = window.get(from..).unwrap_or_default();
        if self.delimiter.len() == 1 {
            at += rest.iter().position(|byte| *byte == first || *byte == b'\n').unwrap_or(rest.len());
        } else {
            while let Some(byte) = window.get(at) {
                if *byte == b'\n' || window.get(at..).is_some_and(|rest| rest.starts_with(&self.delimiter)) {
                    break;
                }
                at += 1;
            }
        }
        self.bounds.push(Bound { from, to: at, is_unescaped: false });
        at
    }

    /// The end of a field that begins with a quote, or why there is none in the window.
    fn quoted_field(&mut self, window: &[u8], from: usize, quote: u8, lines: &mut u64) -> Result<usize, Open> {
        let mut at = from + 1;
        let scratch_from = self.scratch.len();
        let mut piece = at;
        let mut newlines = 0;
        loop {
            match window.get(at) {
                None => return Err(Open::AtTheEnd),
                Some(_) if at - from > LONGEST_QUOTED => return Err(Open::TooLong),
                Some(byte) if *byte == quote => {
                    if window.get(at + 1) == Some(&quote) {
                        self.scratch.extend_from_slice(window.get(piece..=at).unwrap_or_default());
                        at += 2;
                        piece = at;
                    } else {
                        break;
                    }
                }
                Some(byte) => {
                    newlines += u64::from(*byte == b'\n');
                    at += 1;
                }
            }
        }
        *lines += newlines;
        let is_unescaped = self.scratch.len() > scratch_from;
        if is_unescaped {
            self.scratch.extend_from_slice(window.get(piece..at).unwrap_or_default());
            self.bounds.push(Bound { from: scratch_from, to: self.scratch.len(), is_unescaped });
        } else {
            self.bounds.push(Bound { from: from + 1, to: at, is_unescaped });
        }
        at += 1;
        while let Some(byte) = window.get(at) {
            let rest = window.get(at..).unwrap_or_default();
            if *byte == b'\n' || rest.starts_with(b"\r\n") || rest.starts_with(&self.delimiter) {
                break;
            }
            self.flaw = Some("text stands behind a closing quote");
            at += 1;
        }
        if window.get(at) == Some(&b'\r') {
            at += 1;
        }
        Ok(at)
    }

    /// A quote that never closes: its line alone is the record.
    fn unclosed(&mut self, window: &[u8]) -> Option<End> {
        self.flaw = Some("a quote opens and never closes");
        self.bounds.clear();
        let at = window.iter().position(|byte| *byte == b'\n');
        let end = match at {
            Some(at) => self.end_at(window, at, 1),
            None => End { text: window.len(), next: window.len(), lines: 1 },
        };
        self.bounds.push(Bound { from: 0, to: end.text, is_unescaped: false });
        Some(end)
    }
}

/// Reads the records of one file.
pub(crate) struct Reader {
    path: PathBuf,
    file: File,
    decoder: Option<Decoder>,
    expected: Option<Digest>,
    hasher: blake3::Hasher,
    block: Vec<u8>,
    window: Vec<u8>,
    at: usize,
    record: std::ops::Range<usize>,
    line: u64,
    next_line: u64,
    is_ended: bool,
    is_begun: bool,
    encoding: &'static Encoding,
    splitter: Splitter,
}

impl Reader {
    /// Opens a file; if `expected` is given, reaching the end makes sure that the bytes were those.
    pub(crate) fn open(path: &Path, dialect: &Dialect, expected: Option<Digest>) -> Result<Self> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            decoder: None,
            expected,
            hasher: blake3::Hasher::new(),
            block: vec![0; BLOCK],
            window: Vec::with_capacity(BLOCK * 2),
            at: 0,
            record: 0..0,
            line: 1,
            next_line: 1,
            is_ended: false,
            is_begun: false,
            encoding: dialect.encoding,
            splitter: Splitter::new(dialect),
        })
    }

    /// Moves to the next record that is not a blank line; false at the end.
    pub(crate) fn advance(&mut self) -> Result<bool> {
        loop {
            let window = self.window.get(self.at..).unwrap_or_default();
            if window.is_empty() && self.is_ended {
                return Ok(false);
            }
            let split = if window.is_empty() { None } else { self.splitter.split(window, self.is_ended) };
            let Some(end) = split else {
                self.fill()?;
                continue;
            };
            self.record = self.at..self.at + end.text;
            self.at += end.next;
            self.line = self.next_line;
            self.next_line += end.lines;
            if !self.record.is_empty() {
                return Ok(true);
            }
        }
    }

    /// The record to which [`Reader::advance`] moved.
    pub(crate) fn record(&self) -> Record<'_> {
        Record {
            line: self.line,
            text: self.window.get(self.record.clone()).unwrap_or_default(),
            bounds: &self.splitter.bounds,
            scratch: &self.splitter.scratch,
            flaw: self.splitter.flaw,
        }
    }

    fn fill(&mut self) -> Result<()> {
        self.window.drain(..self.at);
        self.at = 0;
        let mut filled = 0;
        while filled < self.block.len() {
            let free = self.block.get_mut(filled..).unwrap_or_default();
            match self.file.read(free) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(&self.path, &error)),
            }
        }
        self.is_ended = filled < self.block.len();
        let mut bytes = self.block.get(..filled).unwrap_or_default();
        self.hasher.update(bytes);
        if !self.is_begun {
            self.is_begun = true;
            if let Some((marked, length)) = Encoding::for_bom(bytes) {
                self.encoding = marked;
                bytes = bytes.get(length..).unwrap_or_default();
            }
            if self.encoding != UTF_8 {
                self.decoder = Some(self.encoding.new_decoder_without_bom_handling());
            }
        }
        match &mut self.decoder {
            None => self.window.extend_from_slice(bytes),
            Some(decoder) => decode(decoder, bytes, self.is_ended, &mut self.window),
        }
        if self.is_ended
            && let Some(expected) = self.expected
            && *self.hasher.finalize().as_bytes() != expected.0
        {
            let name = self.path.display().to_string();
            return Err(Fault::new(C012, format!("`{name}` changed while it was read")).place(Place::file(name)));
        }
        Ok(())
    }
}

fn decode(decoder: &mut Decoder, bytes: &[u8], is_last: bool, window: &mut Vec<u8>) {
    let mut rest = bytes;
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len() * 3 + 16);
        let from = window.len();
        window.resize(from + room, 0);
        let target = window.get_mut(from..).unwrap_or_default();
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, target, is_last);
        window.truncate(from + written);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => window.push(INVALID),
        }
    }
}
