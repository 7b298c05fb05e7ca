//! Dates and times as a source writes them: a pattern of `yyyy yy mm m dd d hh mi ss f` and separators.
//!
//! Promises that a text fits its pattern whole or not at all, and that the day exists. It knows no time zones: a time
//! without a zone is UTC.

const MICROS_OF_DAY: i64 = 86_400_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year4,
    Year2,
    Month { padded: bool },
    Day { padded: bool },
    Hour,
    Minute,
    Second,
    Fraction,
    Literal(u8),
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateFormat {
    text: String,
    parts: Vec<Part>,
}

/// A civil day and the microseconds passed in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub days: i32,
    pub micros: i64,
}

impl Moment {
    /// Microseconds since the epoch.
    pub(crate) fn timestamp(self) -> i64 {
        i64::from(self.days) * MICROS_OF_DAY + self.micros
    }
}

const WORDS: [(&str, Part); 10] = [
    ("yyyy", Part::Year4),
    ("yy", Part::Year2),
    ("mm", Part::Month { padded: true }),
    ("mi", Part::Minute),
    ("m", Part::Month { padded: false }),
    ("dd", Part::Day { padded: true }),
    ("d", Part::Day { padded: false }),
    ("hh", Part::Hour),
    ("ss", Part::Second),
    ("f", Part::Fraction),
];

impl DateFormat {
    /// Compiles a pattern; the error says what is wrong with it.
    pub(crate) fn compile(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.bytes().next() {
            if let Some((word, part)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
                rest = rest.get(word.len()..).unwrap_or_default();
                if *part == Part::Fraction {
                    rest = rest.trim_start_matches('f');
                }
                parts.push(*part);
            } else if first.is_ascii_digit() || first == b'y' || first == b'h' || first == b's' {
                return Err(format!("`{text}` holds `{}`, which stands for nothing", char::from(first)));
            } else {
                parts.push(Part::Literal(first));
                rest = rest.get(1..).ok_or_else(|| format!("`{text}` holds a separator that is not ASCII"))?;
            }
        }
        let count = |wanted: fn(&Part) -> bool| parts.iter().filter(|part| wanted(part)).count();
        let once = [
            ("year", count(|part| matches!(part, Part::Year4 | Part::Year2))),
            ("month", count(|part| matches!(part, Part::Month { .. }))),
            ("day", count(|part| matches!(part, Part::Day { .. }))),
        ];
        if let Some((word, found)) = once.iter().find(|(_, found)| *found != 1) {
            return Err(format!("`{text}` names the {word} {found} times"));
        }
        for pair in parts.windows(2) {
            let unpadded = |part: &Part| matches!(part, Part::Month { padded: false } | Part::Day { padded: false });
            if pair.first().is_some_and(unpadded) && !matches!(pair.get(1), Some(Part::Literal(_))) {
                return Err(format!("`{text}` has a day or month of one or two digits right before other digits"));
            }
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// `yyyy-mm-dd`.
    pub(crate) fn iso() -> Self {
        Self {
            text: "yyyy-mm-dd".to_owned(),
            parts: vec![
                Part::Year4,
                Part::Literal(b'-'),
                Part::Month { padded: true },
                Part::Literal(b'-'),
                Part::Day { padded: true },
            ],
        }
    }

    /// The same days with the time of day behind them, `hh:mi:ss` and a fraction.
    pub(crate) fn with_time(&self) -> Self {
        let mut parts = self.parts.clone();
        let colon = Part::Literal(b':');
        parts.extend([Part::Literal(b' '), Part::Hour, colon, Part::Minute, colon, Part::Second, Part::Fraction]);
        Self { text: format!("{} hh:mi:ss", self.text), parts }
    }

    /// As the contract writes it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it tells the time of day.
    pub(crate) fn has_time(&self) -> bool {
        self.parts.contains(&Part::Hour)
    }

    /// The day and time, or none if the text does not fit or the day does not exist.
    pub(crate) fn parse(&self, text: &[u8]) -> Option<Moment> {
        let (mut year, mut month, mut day) = (0_i32, 0_i32, 0_i32);
        let (mut hour, mut minute, mut second, mut fraction) = (0_i64, 0_i64, 0_i64, 0_i64);
        let mut rest = text;
        let last = self.parts.len().saturating_sub(1);
        for (at, part) in self.parts.iter().enumerate() {
            match part {
                Part::Year4 => year = digits(&mut rest, 4, 4)?,
                Part::Year2 => {
                    let short = digits(&mut rest, 2, 2)?;
                    year = if short < 69 { 2000 + short } else { 1900 + short };
                }
                Part::Month { padded } => month = digits(&mut rest, if *padded { 2 } else { 1 }, 2)?,
                Part::Day { padded } => day = digits(&mut rest, if *padded { 2 } else { 1 }, 2)?,
                Part::Hour => hour = i64::from(digits(&mut rest, 2, 2)?),
                Part::Minute => minute = i64::from(digits(&mut rest, 2, 2)?),
                Part::Second => second = i64::from(digits(&mut rest, 2, 2)?),
                Part::Fraction => {
                    // A fraction that ends a format of ours (`with_time`) brings its own point and may be absent.
                    if at == last && !matches!(self.parts.get(at.wrapping_sub(1)), Some(Part::Literal(_))) {
                        if rest.is_empty() {
                            continue;
                        }
                        rest = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b","))?;
                    }
                    fraction = micros(&mut rest)?;
                }
                Part::Literal(byte) => rest = rest.strip_prefix(&[*byte])?,
            }
        }
        if !rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = days_from_civil(year, month, day)?;
        Some(Moment { days, micros: ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction })
    }
}

/// Reads the one ISO form that timestamps have without a format: `2026-11-30T08:00:00.5Z`, with a blank or `T`, with an
/// offset or without.
pub(crate) fn parse_iso_timestamp(text: &[u8]) -> Option<i64> {
    let day = DateFormat::iso().parse(text.get(..10)?)?;
    let mut rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(day.timestamp());
    }
    rest = rest.strip_prefix(b"T").or_else(|| rest.strip_prefix(b" "))?;
    let hour = i64::from(digits(&mut rest, 2, 2)?);
    rest = rest.strip_prefix(b":")?;
    let minute = i64::from(digits(&mut rest, 2, 2)?);
    let mut second = 0;
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix(b":") {
        rest = after;
        second = i64::from(digits(&mut rest, 2, 2)?);
        if let Some(after) = rest.strip_prefix(b".") {
            rest = after;
            fraction = micros(&mut rest)?;
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = offset_minutes(rest)?;
    Some(day.timestamp() + ((hour * 60 + minute - offset) * 60 + second) * 1_000_000 + fraction)
}

fn offset_minutes(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text == b"Z" {
        return Some(0);
    }
    let (sign, mut rest) = match text.split_first()? {
        (b'+', rest) => (1, rest),
        (b'-', rest) => (-1, rest),
        _ => return None,
    };
    let hours = i64::from(digits(&mut rest, 2, 2)?);
    rest = rest.strip_prefix(b":").unwrap_or(rest);
    let minutes = if rest.is_empty() { 0 } else { i64::from(digits(&mut rest, 2, 2)?) };
    (rest.is_empty() && hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn digits(rest: &mut &[u8], least: usize, most: usize) -> Option<i32> {
    let count = rest.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    if count < least {
        return None;
    }
    let (taken, after) = rest.split_at(count);
    *rest = after;
    Some(taken.iter().fold(0, |value, byte| value * 10 + i32::from(byte - b'0')))
}

/// A fraction of a second in microseconds; finer digits must be zeros, since they would be lost.
fn micros(rest: &mut &[u8]) -> Option<i64> {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (taken, after) = rest.split_at(count);
    *rest = after;
    if count == 0 || taken.iter().skip(6).any(|digit| *digit != b'0') {
        return None;
    }
    Some((0..6).fold(0, |value, at| value * 10 + taken.get(at).map_or(0, |digit| i64::from(digit - b'0'))))
}

fn days_from_civil(year: i32, month: i32, day: i32) -> Option<i32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day < 1 || day > length || year < 1 {
        return None;
    }
    // Years are counted from March, so that the leap day is the last of its year.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// A day as `2026-11-30`.
pub(crate) fn show_day(days: i32) -> String {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The civil day, in UTC, of a moment in microseconds.
pub(crate) fn day_of(timestamp: i64) -> i32 {
    i32::try_from(timestamp.div_euclid(MICROS_OF_DAY)).unwrap_or(i32::MAX)
}
