//! An expression's text, cut into words.

use super::{Comparison, Misread, Operator};
use crate::exact::{Fixed, RoundingMode, STAGE_SCALE, rescale};

/// One word of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Units of scale 10.
    Number(i128),
    /// `#n`.
    Ordinal(usize),
    Name(String),
    Sign(Operator),
    Compare(Comparison),
    Open,
    Close,
    Comma,
    End,
}

/// A word and the character at which it begins, from one.
pub(super) type Placed = (Token, usize);

/// The digits that a number may have before its point.
const WHOLE_DIGITS: usize = 18;

/// Cuts a text; the last word is the end.
pub(super) fn words(text: &str) -> Result<Vec<Placed>, Misread> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let rest = letters.get(at..).unwrap_or_default();
        if letter.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, length) = match (letter, rest.get(1)) {
            ('+', _) => (Token::Sign(Operator::Plus), 1),
            ('-', _) => (Token::Sign(Operator::Less), 1),
            ('*', _) => (Token::Sign(Operator::Times), 1),
            ('/', _) => (Token::Sign(Operator::Over), 1),
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            (',', _) => (Token::Comma, 1),
            ('<', Some('=')) => (Token::Compare(Comparison::AtMost), 2),
            ('<', Some('>')) => (Token::Compare(Comparison::Unequal), 2),
            ('<', _) => (Token::Compare(Comparison::Below), 1),
            ('>', Some('=')) => (Token::Compare(Comparison::AtLeast), 2),
            ('>', _) => (Token::Compare(Comparison::Above), 1),
            ('=', _) => (Token::Compare(Comparison::Equal), 1),
            ('#', _) => ordinal(rest, at)?,
            ('0'..='9', _) => number(rest, at)?,
            (letter, _) if letter.is_alphabetic() || letter == '_' => {
                let name = run(rest, |letter| letter.is_alphanumeric() || *letter == '_');
                let length = name.chars().count();
                (Token::Name(name), length)
            }
            (letter, _) => {
                return Err(Misread {
                    column: at + 1,
                    message: format!("`{letter}` means nothing in a formula"),
                    hint: "write numbers, terms, + - * / ( ), comparisons, and, or, not, if, min, max, abs, round"
                        .to_owned(),
                });
            }
        };
        words.push((token, at + 1));
        at += length;
    }
    words.push((Token::End, letters.len() + 1));
    Ok(words)
}

fn run(rest: &[char], belongs: impl Fn(&char) -> bool) -> String {
    rest.iter().take_while(|letter| belongs(letter)).collect()
}

fn ordinal(rest: &[char], at: usize) -> Result<(Token, usize), Misread> {
    let digits = run(rest.get(1..).unwrap_or_default(), char::is_ascii_digit);
    match digits.parse() {
        Ok(number) => Ok((Token::Ordinal(number), digits.len() + 1)),
        Err(_) => Err(Misread {
            column: at + 1,
            message: "`#` is followed by no number of a term".to_owned(),
            hint: "write `#1` for the first term".to_owned(),
        }),
    }
}

/// `12`, `1_000.5` or `5%`.
fn number(rest: &[char], at: usize) -> Result<(Token, usize), Misread> {
    let written = run(rest, |letter| letter.is_ascii_digit() || matches!(letter, '.' | '_'));
    let is_percent = rest.get(written.len()) == Some(&'%');
    let length = written.len() + usize::from(is_percent);
    let shown: String = rest.iter().take(length).collect();
    let wrong = |message: String, hint: &str| Misread { column: at + 1, message, hint: hint.to_owned() };
    let plain: String = written.chars().filter(|letter| *letter != '_').collect();
    let Some(read) = Fixed::parse(&plain) else {
        return Err(wrong(format!("`{shown}` is no number"), "write 12, 1_000.50 or 5%"));
    };
    let exact = Fixed::new(read.units, read.scale.saturating_add(if is_percent { 2 } else { 0 }));
    let whole = plain.split('.').next().unwrap_or_default().trim_start_matches('0');
    let too_fine = || wrong(format!("`{shown}` has more than {STAGE_SCALE} decimals"), "leave digits out");
    if whole.len() > WHOLE_DIGITS {
        return Err(wrong(
            format!("`{shown}` has more than {WHOLE_DIGITS} digits before its point"),
            "use a smaller one",
        ));
    }
    let staged = rescale(exact, STAGE_SCALE, RoundingMode::Down).map_err(|_| too_fine())?;
    if staged.compare(exact).is_ne() {
        return Err(too_fine());
    }
    Ok((Token::Number(staged.units), length))
}
