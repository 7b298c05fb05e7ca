//! The typed expressions that a measure may be computed by: terms, decimals and a closed list of functions.
//!
//! Promises that reading and computing end: an expression has at most [`MAX_TERMS`] terms, [`MAX_NODES`] parts and
//! [`MAX_DEPTH`] levels, and nothing in it loops or calls. Numbers are decimals of scale 10; `*` and `/` round once,
//! half-up; a division by zero has no value, and what has no value gives none to what is made of it. It does not know
//! measures, plans or SQL.
//!
//! ```text
//! value      = product { ("+" | "-") product }
//! product    = signed { ("*" | "/") signed }
//! signed     = "-" signed | number | term | function | "(" value ")"
//! function   = "if" "(" condition "," value "," value ")" | "min" "(" value { "," value } ")" | "max" …
//!            | "abs" "(" value ")" | "round" "(" value "," digits ")"
//! condition  = both { "or" both }          both = judged { "and" judged }
//! judged     = "not" judged | value ("<" | "<=" | ">" | ">=" | "=" | "<>") value | "(" condition ")"
//! number     = 12 | 1_000.5 | 5%           term = "#1" | a name
//! ```

mod evaluate;
mod lexer;
mod parser;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt};

use crate::exact::{Fixed, STAGE_SCALE};

/// The most terms an expression may name.
pub const MAX_TERMS: usize = 40;
/// The most parts an expression may have: numbers, terms, operators and functions.
pub const MAX_NODES: usize = 200;
/// How deep parentheses, functions and signs may be nested.
pub const MAX_DEPTH: usize = 20;
/// Words that mean something in an expression and so cannot name a term.
pub const WORDS: [&str; 8] = ["and", "or", "not", "if", "min", "max", "abs", "round"];

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// Where in the text, in characters counted from one.
    pub column: usize,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at character {}", self.message, self.column)
    }
}

impl std::error::Error for Misread {}

/// A checked expression that gives a number.
///
/// Written out ([`fmt::Display`]) it names its terms by number, with no more spaces and parentheses than it needs; read
/// again it is the same expression.
///
/// # Example
/// ```
/// let growth = kernel::formula::Formula::parse("now / before - 1", &["now", "before"]).unwrap();
/// assert_eq!(growth.to_string(), "#1 / #2 - 1");
/// assert_eq!(growth.value(&[Some(120_0000000000), Some(100_0000000000)]), Ok(Some(2000000000)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Formula {
    root: Value,
}

impl Formula {
    /// Reads an expression over named terms: the first name is term 1.
    ///
    /// # Errors
    /// The place and the reason, when the text is none, is too large, or names a term that is not in the list.
    pub fn parse(text: &str, names: &[&str]) -> Result<Self, Misread> {
        parser::parse(text, parser::Terms::Named(names)).map(|root| Self { root })
    }

    /// Reads an expression over numbered terms, `#1` to `#count`, as plan tables hold it.
    ///
    /// # Errors
    /// As [`Formula::parse`].
    pub fn read(text: &str, count: usize) -> Result<Self, Misread> {
        parser::parse(text, parser::Terms::Numbered(count)).map(|root| Self { root })
    }

    /// The numbers of the terms it names, from one.
    pub fn terms(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        self.root.visit(&mut |number| {
            found.insert(number);
        });
        found
    }

    /// The number it gives, in units of scale 10; the first value is that of term 1.
    ///
    /// # Errors
    /// K005 if a step would need more than 38 digits, or a term has no value in the list.
    pub fn value(&self, terms: &[Option<i128>]) -> crate::Result<Option<i128>> {
        self.root.evaluate(terms)
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.write(f, 0)
    }
}

/// A part that gives a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Value {
    /// Units of scale 10, never below zero.
    Number(i128),
    /// Its number, from one.
    Term(usize),
    Minus(Box<Value>),
    Of(Operator, Box<Value>, Box<Value>),
    If(Box<Condition>, Box<Value>, Box<Value>),
    Least(Vec<Value>),
    Greatest(Vec<Value>),
    Absolute(Box<Value>),
    Rounded(Box<Value>, i8),
}

/// A part that holds or does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Condition {
    Compare(Comparison, Box<Value>, Box<Value>),
    Both(Box<Condition>, Box<Condition>),
    Either(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Operator {
    Plus,
    Less,
    Times,
    Over,
}

impl Operator {
    const fn sign(self) -> char {
        match self {
            Self::Plus => '+',
            Self::Less => '-',
            Self::Times => '*',
            Self::Over => '/',
        }
    }

    /// How tightly it binds.
    const fn rank(self) -> u8 {
        match self {
            Self::Plus | Self::Less => 1,
            Self::Times | Self::Over => 2,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Comparison {
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
    Unequal,
}

impl Comparison {
    const fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Equal => "=",
            Self::Unequal => "<>",
        }
    }
}

impl Value {
    /// Writes it where what stands around binds with `rank`.
    fn write(&self, f: &mut fmt::Formatter<'_>, rank: u8) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, name: &str, parts: &[Value]| {
            write!(f, "{name}(")?;
            for (at, part) in parts.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { ", " })?;
                part.write(f, 0)?;
            }
            f.write_str(")")
        };
        match self {
            Self::Number(units) => {
                let text = Fixed::new(*units, STAGE_SCALE).to_string();
                f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
            }
            Self::Term(number) => write!(f, "#{number}"),
            Self::Minus(inner) => {
                f.write_str("-")?;
                inner.write(f, 3)
            }
            Self::Of(operator, left, right) => {
                let needs = operator.rank() < rank;
                f.write_str(if needs { "(" } else { "" })?;
                left.write(f, operator.rank())?;
                write!(f, " {} ", operator.sign())?;
                // What stands on the right and binds alike was in parentheses: the order of rounding is kept.
                right.write(f, operator.rank() + 1)?;
                f.write_str(if needs { ")" } else { "" })
            }
            Self::If(condition, yes, no) => {
                f.write_str("if(")?;
                condition.write(f, 0)?;
                f.write_str(", ")?;
                yes.write(f, 0)?;
                f.write_str(", ")?;
                no.write(f, 0)?;
                f.write_str(")")
            }
            Self::Least(parts) => list(f, "min", parts),
            Self::Greatest(parts) => list(f, "max", parts),
            Self::Absolute(inner) => {
                f.write_str("abs(")?;
                inner.write(f, 0)?;
                f.write_str(")")
            }
            Self::Rounded(inner, digits) => {
                f.write_str("round(")?;
                inner.write(f, 0)?;
                write!(f, ", {digits})")
            }
        }
    }

    /// Calls `each` with the number of every term.
    fn visit(&self, each: &mut impl FnMut(usize)) {
        match self {
            Self::Number(_) => {}
            Self::Term(number) => each(*number),
            Self::Minus(inner) | Self::Absolute(inner) | Self::Rounded(inner, _) => inner.visit(each),
            Self::Of(_, left, right) => {
                left.visit(each);
                right.visit(each);
            }
            Self::If(condition, yes, no) => {
                condition.visit(each);
                yes.visit(each);
                no.visit(each);
            }
            Self::Least(parts) | Self::Greatest(parts) => parts.iter().for_each(|part| part.visit(each)),
        }
    }
}

impl Condition {
    const fn rank(&self) -> u8 {
        match self {
            Self::Either(..) => 1,
            Self::Both(..) => 2,
            Self::Not(_) => 3,
            Self::Compare(..) => 4,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, rank: u8) -> fmt::Result {
        let needs = self.rank() < rank;
        f.write_str(if needs { "(" } else { "" })?;
        match self {
            Self::Compare(comparison, left, right) => {
                left.write(f, 0)?;
                write!(f, " {} ", comparison.sign())?;
                right.write(f, 0)?;
            }
            Self::Both(left, right) => {
                left.write(f, 2)?;
                f.write_str(" and ")?;
                right.write(f, 3)?;
            }
            Self::Either(left, right) => {
                left.write(f, 1)?;
                f.write_str(" or ")?;
                right.write(f, 2)?;
            }
            Self::Not(inner) => {
                f.write_str("not ")?;
                inner.write(f, 3)?;
            }
        }
        f.write_str(if needs { ")" } else { "" })
    }

    fn visit(&self, each: &mut impl FnMut(usize)) {
        match self {
            Self::Compare(_, left, right) => {
                left.visit(each);
                right.visit(each);
            }
            Self::Both(left, right) | Self::Either(left, right) => {
                left.visit(each);
                right.visit(each);
            }
            Self::Not(inner) => inner.visit(each),
        }
    }
}
