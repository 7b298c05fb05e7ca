use super::*;

const ONE: i128 = 10_000_000_000;

fn value(text: &str, terms: &[&str]) -> Option<String> {
    let terms: Vec<Option<i128>> =
        terms.iter().map(|text| Fixed::parse(text).map(|x| x.units * 10_i128.pow(u32::from(10 - x.scale)))).collect();
    let formula = Formula::read(text, terms.len()).unwrap_or_else(|misread| panic!("{text}: {misread}"));
    let units = formula.value(&terms).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    units.map(|units| {
        let text = Fixed::new(units, STAGE_SCALE).to_string();
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    })
}

fn misread(text: &str) -> Misread {
    match Formula::parse(text, &["a", "b"]) {
        Err(misread) => misread,
        Ok(formula) => panic!("{text} was read as {formula}"),
    }
}

#[test]
fn kinds_of_measures_give_what_the_contract_says() {
    for (text, terms, expected) in [
        ("#1", vec!["12.5"], "12.5"),
        ("#1 / #2 - 1", vec!["120", "100"], "0.2"),
        ("#1 / #2", vec!["1", "3"], "0.3333333333"),
        ("#1 / #2 - #3 / #4", vec!["30", "100", "20", "100"], "0.1"),
        ("(100 + (#1 / #2 - 1) * 100) / (100 + (#3 / #4 - 1) * 100) * 100", vec!["110", "100", "110", "100"], "100"),
        ("0.6 * #1 + 40% * #2", vec!["1.1", "0.5"], "0.86"),
        ("if(#1 > 0 and not #2 = 0, #1 / #2, 0)", vec!["5", "0"], "0"),
        ("max(0, min(#1, 1)) + abs(-#2)", vec!["1.5", "-2"], "3"),
        ("round(#1, 2) + round(#1, -1) + round(-#1, 0)", vec!["15.125"], "20.13"),
        ("1 - 2 - 3 * 4 / 8", vec![], "-2.5"),
        ("-(1 - 2) * 1_000.5", vec![], "1000.5"),
    ] {
        assert_eq!(value(text, &terms).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn products_and_quotients_round_half_away_from_zero_at_the_tenth_decimal() {
    assert_eq!(value("#1 * #2", &["0.00001", "0.000005"]).as_deref(), Some("0.0000000001"));
    assert_eq!(value("-#1 * #2", &["0.00001", "0.000005"]).as_deref(), Some("-0.0000000001"));
    assert_eq!(value("#1 / #2 * #2", &["1", "3"]).as_deref(), Some("0.9999999999"));
    assert_eq!(value("2 / 3", &[]).as_deref(), Some("0.6666666667"));
}

#[test]
fn what_has_no_value_gives_none_to_all_that_is_made_of_it() {
    for text in ["#1 / 0", "#1 / (1 - 1) * 0", "min(1, 1 / 0)", "if(1 / 0 > 0, 1, 2)", "if(1 > 0 or 1 / 0 > 0, 1, 2)"] {
        assert_eq!(value(text, &["1"]), None, "{text}");
    }
    let formula = Formula::read("if(#1 > 0, #1, #2)", 2).unwrap();
    assert_eq!(formula.value(&[Some(ONE), None]), Ok(Some(ONE)), "what is not chosen is not computed");
    assert_eq!(formula.value(&[None, Some(ONE)]), Ok(None));
}

#[test]
fn what_leaves_its_range_is_a_fault() {
    let largest = Some(crate::exact::MAX_UNITS);
    for text in ["#1 + #1", "#1 * 2", "-#1 - #1", "#1 / 0.1"] {
        let fault = Formula::read(text, 1).unwrap().value(&[largest]).unwrap_err();
        assert_eq!(fault.code().id, "K005", "{text}");
    }
    let fault = Formula::read("#2", 2).unwrap().value(&[largest]).unwrap_err();
    assert_eq!(fault.message(), "term `#2` has no value: 1 are given");
}

#[test]
fn written_out_it_names_its_terms_by_number_and_reads_back() {
    for (text, expected) in [
        ("a/b-1", "#1 / #2 - 1"),
        ("((a)) + (b)", "#1 + #2"),
        ("a - (b - 1)", "#1 - (#2 - 1)"),
        ("a * (b / 2)", "#1 * (#2 / 2)"),
        ("(a + 5%) * -b", "(#1 + 0.05) * -#2"),
        ("-(a*b) + --a", "-(#1 * #2) + --#1"),
        (
            "if((a>b or b>=1_0.50) and not (a<>1 and a=b),a,max(b,a,1))",
            "if((#1 > #2 or #2 >= 10.5) and not (#1 <> 1 and #1 = #2), #1, max(#2, #1, 1))",
        ),
        ("round(abs(a), -2)", "round(abs(#1), -2)"),
        ("if(not a < b, 0, min(a))", "if(not #1 < #2, 0, min(#1))"),
    ] {
        let formula = Formula::parse(text, &["a", "b"]).unwrap_or_else(|misread| panic!("{text}: {misread}"));
        assert_eq!(formula.to_string(), expected);
        assert_eq!(Formula::read(expected, 2), Ok(formula));
    }
    let formula = Formula::parse("b * b", &["a", "b"]).unwrap();
    assert_eq!(formula.terms().into_iter().collect::<Vec<_>>(), [2]);
}

#[test]
fn every_refusal_says_where_and_why() {
    for (text, column, words) in [
        ("", 1, "wanted here, not the end"),
        ("a +", 4, "wanted here, not the end"),
        ("a b", 3, "`b` follows where the formula ends"),
        ("a + c", 5, "`c` is no term"),
        ("#1", 1, "`#1` is how tables name a term"),
        ("a $ b", 3, "`$` means nothing"),
        ("(a", 3, "`)` is wanted here, not the end"),
        ("sqrt(a)", 1, "`sqrt` is no function"),
        ("if(a, b, 1)", 4, "a number stands where a condition belongs"),
        ("a > b", 1, "a condition stands where a number belongs"),
        ("a + (b > 1)", 5, "a condition stands where a number belongs"),
        ("if(1 < a < b, 1, 2)", 10, "two comparisons stand in a row"),
        ("round(a, b)", 10, "`round` takes whole digits"),
        ("round(a, 11)", 10, "`round` takes whole digits"),
        ("round(a, 0.5)", 10, "`round` takes whole digits"),
        ("abs(a, b)", 6, "`)` is wanted here, not `,`"),
        ("1.23456789012", 1, "more than 10 decimals"),
        ("0.000000001%", 1, "more than 10 decimals"),
        ("1234567890123456789", 1, "more than 18 digits"),
        ("1.2.3", 1, "`1.2.3` is no number"),
        ("a and b", 1, "a number stands where a condition belongs"),
        ("ü + 1", 1, "`ü` is no term"),
        ("a + and", 5, "`and` stands where a number or a term belongs"),
    ] {
        let found = misread(text);
        assert_eq!(found.column, column, "{text}: {found}");
        assert!(found.message.contains(words), "{text}: {found}");
        assert!(!found.hint.is_empty(), "{text}");
    }
    let found = Formula::read("#1 + a", 1).unwrap_err();
    assert_eq!((found.column, found.message.as_str()), (6, "`a` is no term"));
    let found = Formula::read("#1 + #2", 1).unwrap_err();
    assert_eq!((found.column, found.message.as_str()), (6, "there is no term `#2`"));
    assert_eq!(Formula::parse("min", &["min"]).unwrap_err().message, "`min` cannot name a term");
}

#[test]
fn its_size_is_bounded() {
    let sum = |count: usize| vec!["1"; count].join(" + ");
    assert!(Formula::read(&sum(100), 0).is_ok());
    assert!(misread(&sum(101)).message.contains("at most 200 parts"));
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Formula::parse(&nested(20), &["a"]).is_ok());
    assert!(misread(&nested(21)).message.contains("at most 20 levels"));
    assert!(misread(&"-".repeat(100_000)).message.contains("at most 20 levels"));
    assert!(Formula::read("#40", 40).is_ok());
    assert!(Formula::read("#1", 41).unwrap_err().message.contains("at most 40 terms"));
}
