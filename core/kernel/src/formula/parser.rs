//! Words to a checked expression, by descent; every refusal has its place.

use super::{
    Comparison, Condition, MAX_DEPTH, MAX_NODES, MAX_TERMS, Misread, Operator, Value, WORDS,
    lexer::{Placed, Token, words},
};
use crate::{exact::STAGE_SCALE, names::is_identifier};

/// How the text names its terms.
#[derive(Debug, Clone, Copy)]
pub(super) enum Terms<'a> {
    /// The first name is term 1.
    Named(&'a [&'a str]),
    /// `#1` to `#count`.
    Numbered(usize),
}

/// What an expression turned out to be, until its place says what it has to be.
enum Part {
    Value(Value),
    Condition(Condition),
}

type Read<T> = Result<T, Misread>;

struct Parser<'a> {
    words: Vec<Placed>,
    at: usize,
    terms: Terms<'a>,
    depth: usize,
    nodes: usize,
}

/// Tens, hundreds and so on to which `round` may go.
const MOST_TENS: i8 = 14;

pub(super) fn parse(text: &str, terms: Terms<'_>) -> Read<Value> {
    check_names(terms)?;
    let mut parser = Parser { words: words(text)?, at: 0, terms, depth: 0, nodes: 0 };
    let start = parser.column();
    let part = parser.either()?;
    let value = value(part, start)?;
    match parser.peek() {
        Token::End => Ok(value),
        token => {
            let found = shown(token);
            Err(parser.wrong(format!("{found} follows where the formula ends"), "join the two by an operator"))
        }
    }
}

fn check_names(terms: Terms<'_>) -> Read<()> {
    let wrong = |message: String, hint: String| Err(Misread { column: 1, message, hint });
    match terms {
        Terms::Named(names) => {
            for name in names {
                if WORDS.contains(name) || !is_identifier(name) {
                    let hint = format!("use a lower-case name other than {}", WORDS.join(", "));
                    return wrong(format!("`{name}` cannot name a term"), hint);
                }
            }
            count(names.len(), wrong)
        }
        Terms::Numbered(number) => count(number, wrong),
    }
}

fn count(found: usize, wrong: impl Fn(String, String) -> Read<()>) -> Read<()> {
    if found > MAX_TERMS {
        return wrong(format!("a formula has at most {MAX_TERMS} terms, not {found}"), "add some up first".to_owned());
    }
    Ok(())
}

fn value(part: Part, column: usize) -> Read<Value> {
    match part {
        Part::Value(value) => Ok(value),
        Part::Condition(_) => Err(Misread {
            column,
            message: "a condition stands where a number belongs".to_owned(),
            hint: "write `if(condition, one number, another)`".to_owned(),
        }),
    }
}

fn condition(part: Part, column: usize) -> Read<Condition> {
    match part {
        Part::Condition(condition) => Ok(condition),
        Part::Value(_) => Err(Misread {
            column,
            message: "a number stands where a condition belongs".to_owned(),
            hint: "compare it with another number, such as `#1 > 0`".to_owned(),
        }),
    }
}

/// A word as messages name it.
fn shown(token: &Token) -> String {
    match token {
        Token::Number(_) => "a number".to_owned(),
        Token::Ordinal(number) => format!("`#{number}`"),
        Token::Name(name) => format!("`{name}`"),
        Token::Sign(operator) => format!("`{}`", operator.sign()),
        Token::Compare(comparison) => format!("`{}`", comparison.sign()),
        Token::Open => "`(`".to_owned(),
        Token::Close => "`)`".to_owned(),
        Token::Comma => "`,`".to_owned(),
        Token::End => "the end".to_owned(),
    }
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        self.words.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    /// Where the next word stands.
    fn column(&self) -> usize {
        self.words.get(self.at).or(self.words.last()).map_or(1, |(_, column)| *column)
    }

    fn wrong(&self, message: String, hint: &str) -> Misread {
        Misread { column: self.column(), message, hint: hint.to_owned() }
    }

    fn takes(&mut self, wanted: &Token) -> bool {
        let is_next = self.peek() == wanted;
        self.at += usize::from(is_next);
        is_next
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Token::Name(name) if name == word);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, wanted: &Token) -> Read<()> {
        if self.takes(wanted) {
            return Ok(());
        }
        let message = format!("{} is wanted here, not {}", shown(wanted), shown(self.peek()));
        Err(self.wrong(message, "count the parentheses and the arguments"))
    }

    /// One part more.
    fn node<T>(&mut self, part: T) -> Read<T> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!("a formula has at most {MAX_NODES} parts");
            return Err(self.wrong(message, "measure some of it as a component of its own"));
        }
        Ok(part)
    }

    /// Reads what lies one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("a formula is nested at most {MAX_DEPTH} levels deep");
            return Err(self.wrong(message, "measure some of it as a component of its own"));
        }
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn a_value(&mut self) -> Read<Value> {
        let column = self.column();
        value(self.either()?, column)
    }

    /// A number or a condition: the loosest.
    fn either(&mut self) -> Read<Part> {
        let column = self.column();
        let mut left = self.both()?;
        while self.takes_word("or") {
            let (one, other) = (condition(left, column)?, self.column());
            let right = condition(self.both()?, other)?;
            left = Part::Condition(self.node(Condition::Either(Box::new(one), Box::new(right)))?);
        }
        Ok(left)
    }

    fn both(&mut self) -> Read<Part> {
        let column = self.column();
        let mut left = self.judged()?;
        while self.takes_word("and") {
            let (one, other) = (condition(left, column)?, self.column());
            let right = condition(self.judged()?, other)?;
            left = Part::Condition(self.node(Condition::Both(Box::new(one), Box::new(right)))?);
        }
        Ok(left)
    }

    fn judged(&mut self) -> Read<Part> {
        if self.takes_word("not") {
            let column = self.column();
            let inner = condition(self.deeper(Self::judged)?, column)?;
            return Ok(Part::Condition(self.node(Condition::Not(Box::new(inner)))?));
        }
        let column = self.column();
        let left = self.added()?;
        let Some(comparison) = self.comparison() else {
            return Ok(left);
        };
        let (left, other) = (value(left, column)?, self.column());
        let right = value(self.added()?, other)?;
        if self.comparison().is_some() {
            self.at -= 1;
            return Err(self.wrong("two comparisons stand in a row".to_owned(), "join them by `and`"));
        }
        Ok(Part::Condition(self.node(Condition::Compare(comparison, Box::new(left), Box::new(right)))?))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let Token::Compare(comparison) = *self.peek() else {
            return None;
        };
        self.at += 1;
        Some(comparison)
    }

    fn added(&mut self) -> Read<Part> {
        self.chain(&[Operator::Plus, Operator::Less], Self::multiplied)
    }

    fn multiplied(&mut self) -> Read<Part> {
        self.chain(&[Operator::Times, Operator::Over], Self::signed)
    }

    /// Operators that bind alike, from left to right.
    fn chain(&mut self, operators: &[Operator], next: impl Fn(&mut Self) -> Read<Part>) -> Read<Part> {
        let column = self.column();
        let mut left = next(self)?;
        while let Token::Sign(operator) = *self.peek()
            && operators.contains(&operator)
        {
            self.at += 1;
            let (one, other) = (value(left, column)?, self.column());
            let right = value(next(self)?, other)?;
            left = Part::Value(self.node(Value::Of(operator, Box::new(one), Box::new(right)))?);
        }
        Ok(left)
    }

    fn signed(&mut self) -> Read<Part> {
        if self.takes(&Token::Sign(Operator::Less)) {
            let column = self.column();
            let inner = value(self.deeper(Self::signed)?, column)?;
            return Ok(Part::Value(self.node(Value::Minus(Box::new(inner)))?));
        }
        self.single()
    }

    fn single(&mut self) -> Read<Part> {
        let found = self.peek().clone();
        match found {
            Token::Number(units) => {
                self.at += 1;
                Ok(Part::Value(self.node(Value::Number(units))?))
            }
            Token::Open => {
                self.at += 1;
                let inner = self.deeper(Self::either)?;
                self.expect(&Token::Close)?;
                Ok(inner)
            }
            Token::Ordinal(number) => {
                let term = self.ordinal(number)?;
                self.at += 1;
                Ok(Part::Value(self.node(term)?))
            }
            Token::Name(name) if self.words.get(self.at + 1).is_some_and(|(next, _)| *next == Token::Open) => {
                self.function(&name).map(Part::Value)
            }
            Token::Name(name) => {
                let term = self.named(&name)?;
                self.at += 1;
                Ok(Part::Value(self.node(term)?))
            }
            other => Err(self.wrong(
                format!("a number, a term, a function or `(` is wanted here, not {}", shown(&other)),
                "write the missing part",
            )),
        }
    }

    fn ordinal(&self, number: usize) -> Read<Value> {
        match self.terms {
            Terms::Numbered(count) if (1..=count).contains(&number) => Ok(Value::Term(number)),
            Terms::Numbered(count) => {
                Err(self.wrong(format!("there is no term `#{number}`"), &format!("the terms are `#1` to `#{count}`")))
            }
            Terms::Named(_) => {
                Err(self.wrong(format!("`#{number}` is how tables name a term"), "name the term as the plan does"))
            }
        }
    }

    fn named(&self, name: &str) -> Read<Value> {
        match self.terms {
            Terms::Named(names) => match names.iter().position(|known| *known == name) {
                Some(at) => Ok(Value::Term(at + 1)),
                None if WORDS.contains(&name) => Err(self.wrong(
                    format!("`{name}` stands where a number or a term belongs"),
                    "functions are written with parentheses; `and`, `or` and `not` join conditions",
                )),
                None => {
                    let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                    let hint = match known.as_slice() {
                        [] => "declare it among the terms".to_owned(),
                        known => format!("the terms are {}", known.join(", ")),
                    };
                    Err(self.wrong(format!("`{name}` is no term"), &hint))
                }
            },
            Terms::Numbered(_) => Err(self.wrong(format!("`{name}` is no term"), "terms are written `#1`, `#2`")),
        }
    }

    fn function(&mut self, name: &str) -> Read<Value> {
        if !matches!(name, "if" | "min" | "max" | "abs" | "round") {
            return Err(self.wrong(format!("`{name}` is no function"), "the functions are if, min, max, abs, round"));
        }
        self.at += 2;
        let name = name.to_owned();
        let found = self.deeper(|parser| parser.arguments(&name))?;
        self.expect(&Token::Close)?;
        self.node(found)
    }

    fn arguments(&mut self, name: &str) -> Read<Value> {
        match name {
            "if" => {
                let column = self.column();
                let chosen = condition(self.either()?, column)?;
                self.expect(&Token::Comma)?;
                let yes = self.a_value()?;
                self.expect(&Token::Comma)?;
                Ok(Value::If(Box::new(chosen), Box::new(yes), Box::new(self.a_value()?)))
            }
            "abs" => Ok(Value::Absolute(Box::new(self.a_value()?))),
            "round" => {
                let inner = self.a_value()?;
                self.expect(&Token::Comma)?;
                Ok(Value::Rounded(Box::new(inner), self.digits()?))
            }
            name => {
                let mut parts = vec![self.a_value()?];
                while self.takes(&Token::Comma) {
                    parts.push(self.a_value()?);
                }
                Ok(if name == "min" { Value::Least(parts) } else { Value::Greatest(parts) })
            }
        }
    }

    /// The literal digits of `round`.
    fn digits(&mut self) -> Read<i8> {
        let column = self.column();
        let is_negative = self.takes(&Token::Sign(Operator::Less));
        let one = 10_i128.pow(u32::from(STAGE_SCALE));
        let digits = match *self.peek() {
            Token::Number(units) if units % one == 0 => i8::try_from(units / one).ok(),
            _ => None,
        };
        let digits = digits.map(|digits| if is_negative { -digits } else { digits });
        match digits.filter(|digits| (-MOST_TENS..=STAGE_SCALE.cast_signed()).contains(digits)) {
            Some(digits) => {
                self.at += 1;
                Ok(digits)
            }
            None => Err(Misread {
                column,
                message: format!("`round` takes whole digits from −{MOST_TENS} to {STAGE_SCALE}, written as a number"),
                hint: "write `round(x, 2)`".to_owned(),
            }),
        }
    }
}
