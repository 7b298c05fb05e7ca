//! That an expression comes to what its tree comes to by hand, step by step, and reads back as it is written out.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use kernel::{
    exact::{Fixed, RoundingMode},
    formula::Formula,
};
use proptest::prelude::*;

use super::{
    reference::{Rational, fits},
    sql::{ask, ask_of, batch, decimals, name, refusal, value},
};

/// An expression of the test's own.
#[derive(Debug, Clone)]
enum Tree {
    Number(u32, u8),
    Term(usize),
    Minus(Box<Tree>),
    Of(char, Box<Tree>, Box<Tree>),
    Pick(&'static str, Box<Tree>, Box<Tree>),
    Absolute(Box<Tree>),
    Rounded(Box<Tree>, i8),
    If(Box<Tree>, &'static str, Box<Tree>, Box<Tree>, Box<Tree>),
}

const TERMS: usize = 4;

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        (0_u32..100_000, 0_u8..=4).prop_map(|(units, scale)| Tree::Number(units, scale)),
        (1..=TERMS).prop_map(Tree::Term),
        (1..=TERMS).prop_map(Tree::Term),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let one = || inner.clone().prop_map(Box::new);
        prop_oneof![
            4 => (prop::sample::select(vec!['+', '-', '*', '/']), one(), one()).prop_map(|(o, a, b)| Tree::Of(o, a, b)),
            1 => one().prop_map(Tree::Minus),
            1 => one().prop_map(Tree::Absolute),
            1 => (one(), -2_i8..=10).prop_map(|(a, digits)| Tree::Rounded(a, digits)),
            1 => (prop::sample::select(vec!["min", "max"]), one(), one()).prop_map(|(f, a, b)| Tree::Pick(f, a, b)),
            1 => (one(), prop::sample::select(vec!["<", "<=", ">", ">=", "=", "<>"]), one(), one(), one())
                .prop_map(|(a, c, b, yes, no)| Tree::If(a, c, b, yes, no)),
        ]
    })
}

impl Tree {
    /// Everything in parentheses, so that no rule of precedence is needed.
    fn text(&self) -> String {
        match self {
            Self::Number(units, scale) => Fixed::new(i128::from(*units), *scale).to_string(),
            Self::Term(number) => format!("#{number}"),
            Self::Minus(a) => format!("(-{})", a.text()),
            Self::Of(sign, a, b) => format!("({} {sign} {})", a.text(), b.text()),
            Self::Pick(function, a, b) => format!("{function}({}, {})", a.text(), b.text()),
            Self::Absolute(a) => format!("abs({})", a.text()),
            Self::Rounded(a, digits) => format!("round({}, {digits})", a.text()),
            Self::If(a, sign, b, yes, no) => {
                format!("if({} {sign} {}, {}, {})", a.text(), b.text(), yes.text(), no.text())
            }
        }
    }

    /// Units of scale 10, by long division; an error where they leave 38 digits.
    fn units(&self, terms: &[Option<i128>]) -> Result<Option<i128>, ()> {
        let number = |units: i128| Rational::of(Fixed::new(units, 10));
        match self {
            Self::Number(units, scale) => Ok(Some(i128::from(*units) * 10_i128.pow(u32::from(10 - *scale)))),
            Self::Term(at) => Ok(terms[at - 1]),
            Self::Minus(a) => Ok(a.units(terms)?.map(|a| -a)),
            Self::Absolute(a) => Ok(a.units(terms)?.map(i128::abs)),
            Self::Rounded(a, digits) => match a.units(terms)? {
                Some(a) if *digits < 0 => {
                    let tens = 10_i128.pow(u32::from(digits.unsigned_abs()));
                    let whole = number(a).over(&Rational::of(Fixed::new(tens, 0)));
                    settled(
                        &Rational::of(Fixed::new(settled(&whole, 0)?, 0)).times(&Rational::of(Fixed::new(tens, 0))),
                        10,
                    )
                    .map(Some)
                }
                Some(a) => {
                    let scale = digits.unsigned_abs();
                    settled(&Rational::of(Fixed::new(settled(&number(a), scale)?, scale)), 10).map(Some)
                }
                None => Ok(None),
            },
            Self::Of(sign, a, b) => {
                let (Some(a), Some(b)) = (a.units(terms)?, b.units(terms)?) else { return Ok(None) };
                let (x, y) = (number(a), number(b));
                let exact = match sign {
                    '+' => x.plus(&y),
                    '-' => x.minus(&y),
                    '*' => x.times(&y),
                    _ if b == 0 => return Ok(None),
                    _ => x.over(&y),
                };
                settled(&exact, 10).map(Some)
            }
            Self::Pick(function, a, b) => {
                let (a, b) = (a.units(terms)?, b.units(terms)?);
                Ok(a.zip(b).map(|(a, b)| if *function == "min" { a.min(b) } else { a.max(b) }))
            }
            Self::If(a, sign, b, yes, no) => {
                let (Some(a), Some(b)) = (a.units(terms)?, b.units(terms)?) else { return Ok(None) };
                let holds = match *sign {
                    "<" => a < b,
                    "<=" => a <= b,
                    ">" => a > b,
                    ">=" => a >= b,
                    "=" => a == b,
                    _ => a != b,
                };
                if holds { yes.units(terms) } else { no.units(terms) }
            }
        }
    }
}

fn settled(exact: &Rational, scale: u8) -> Result<i128, ()> {
    let units = exact.rounded(usize::from(scale), RoundingMode::HalfUp);
    if fits(&units) { units.parse().map_err(|_| ()) } else { Err(()) }
}

fn terms() -> impl Strategy<Value = Vec<Option<i128>>> {
    let term = prop_oneof![
        8 => (-10_i128.pow(19)..10_i128.pow(19)).prop_map(Some),
        2 => (-3_i128..=3).prop_map(|whole| Some(whole * 10_i128.pow(10))),
        1 => Just(None),
    ];
    prop::collection::vec(term, TERMS)
}

proptest! {
    #![proptest_config(crate::properties::config(3000))]

    #[test]
    fn an_expression_comes_to_what_its_tree_comes_to_by_hand(tree in trees(), terms in terms()) {
        let formula = Formula::read(&tree.text(), TERMS).unwrap();
        prop_assert_eq!(formula.value(&terms).map_err(|_| ()), tree.units(&terms));
        let written = formula.to_string();
        let again = Formula::read(&written, TERMS);
        prop_assert_eq!(again.as_ref(), Ok(&formula), "{}", written);
    }

    #[test]
    fn no_text_makes_the_reader_fail_otherwise_than_with_a_place(text in "[#a-c0-9+*/()<>=,.%_ -]{0,60}") {
        if let Err(misread) = Formula::parse(&text, &["a", "b"]) {
            prop_assert!((1..=text.chars().count() + 1).contains(&misread.column), "{}: {}", text, misread);
        }
    }
}

proptest! {
    #![proptest_config(crate::properties::config(25))]

    #[test]
    fn sql_computes_it_for_each_row_over_the_values_in_their_order(rows in prop::collection::vec((trees(), terms()), 1..20)) {
        let rows: Vec<_> = rows.into_iter().filter(|(tree, terms)| tree.units(terms).is_ok()).collect();
        let (mut keys, mut numbers, mut values, mut texts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (key, (tree, terms)) in (0_i64..).zip(&rows) {
            // Backwards, so that only the declared order makes the first the first.
            for (at, value) in terms.iter().enumerate().rev() {
                keys.push(key);
                numbers.push(i64::try_from(at + 1).unwrap());
                values.push(*value);
                texts.push(tree.text());
            }
        }
        prop_assume!(!keys.is_empty());
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("k", Arc::new(Int64Array::from(keys))),
            ("n", Arc::new(Int64Array::from(numbers))),
            ("v", decimals(values, 10)),
            ("f", Arc::new(StringArray::from(texts))),
        ];
        let sql = "select formula(max(f), array_agg(v order by n)) from t.t group by k order by k";
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let found = runtime.block_on(ask_of(sql, vec![(name("t.t"), vec![batch(columns)])], 3)).unwrap();
        let expected: Vec<_> = rows
            .iter()
            .map(|(tree, terms)| vec![tree.units(terms).unwrap().map(|units| Fixed::new(units, 10).to_string())])
            .collect();
        prop_assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_formula_takes_a_list_in_its_order_and_refuses_what_it_cannot_read() {
    let rows = "(values (1, 120.5), (2, 100)) as t (n, x)";
    let of = |expression: &str| format!("select formula({expression}, array_agg(x order by n)) from {rows}");
    assert_eq!(value(&of("'#1 / #2 - 1'")).await.as_deref(), Some("0.2050000000"));
    assert_eq!(value(&of("'#1 / (#2 - 100)'")).await, None);
    assert_eq!(value(&of("''")).await, None);
    assert_eq!(value(&of("null")).await, None);
    let types = format!("select arrow_typeof(formula('#1', array_agg(x order by n))) from {rows}");
    assert_eq!(value(&types).await.as_deref(), Some("Decimal128(38, 10)"));
    let whole = "select formula('#1 + #2', array_agg(n order by n)) from (values (1), (2)) as t (n)";
    assert_eq!(value(whole).await.as_deref(), Some("3.0000000000"));
    for (expression, words) in [
        (
            "'#1 +'",
            "`formula('#1 +', …)`: a number, a term, a function or `(` is wanted here, not the end, at character 5",
        ),
        ("'#3'", "`formula('#3', …)`: term `#3` has no value: 2 are given"),
        ("'#1 * 9999999999999999 * 9999999999999999'", "does not fit `decimal(38,10)`"),
        ("1", "`formula` takes an expression as text as argument 1"),
    ] {
        let found = refusal(&of(expression)).await;
        assert!(found.contains(words), "{expression}: {found}");
    }
    let fine = "select formula('#1', array_agg(x order by x)) from (values (0.00000000001)) as t (x)";
    assert!(refusal(fine).await.contains("a list of decimals with at most 10 decimals"), "digits would be lost");
    assert!(ask("select formula('#1', 1.5)").await.is_err());
}
