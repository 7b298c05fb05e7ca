//! The functions as SQL calls them.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BinaryArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray},
    util::display::{ArrayFormatter, FormatOptions},
};
use engine::{functions, session::SessionSettings};
use kernel::{
    Fault,
    exact::{self, Fixed, MAX_UNITS, RoundingMode},
    names::TableName,
};
use proptest::prelude::*;

use super::{modes, reference::Rational, units};

pub(super) type Rows = Vec<Vec<Option<String>>>;

pub(super) fn name(text: &str) -> TableName {
    TableName::parse(text).unwrap()
}

pub(super) async fn ask_of(
    sql: &str,
    tables: Vec<(TableName, Vec<RecordBatch>)>,
    partitions: usize,
) -> Result<Rows, Fault> {
    let settings = SessionSettings { target_partitions: partitions, batch_rows: 7, ..SessionSettings::default() };
    Ok(texts(&functions::evaluate(sql, tables, &settings).await?))
}

fn texts(batches: &[RecordBatch]) -> Rows {
    let options = FormatOptions::default();
    let mut rows = Vec::new();
    for batch in batches {
        let columns: Vec<_> =
            batch.columns().iter().map(|c| (c, ArrayFormatter::try_new(c, &options).unwrap())).collect();
        for row in 0..batch.num_rows() {
            rows.push(columns.iter().map(|(c, text)| c.is_valid(row).then(|| text.value(row).to_string())).collect());
        }
    }
    rows
}

pub(super) async fn ask(sql: &str) -> Result<Rows, Fault> {
    ask_of(sql, Vec::new(), 2).await
}

/// The one value of a query's one row.
pub(super) async fn value(sql: &str) -> Option<String> {
    ask(sql).await.unwrap_or_else(|fault| panic!("{sql}: {fault}")).remove(0).remove(0)
}

pub(super) async fn refusal(sql: &str) -> String {
    match ask(sql).await {
        Err(fault) => fault.message().to_owned(),
        Ok(rows) => panic!("{sql} gave {rows:?}"),
    }
}

pub(super) fn decimals(values: Vec<Option<i128>>, scale: i8) -> ArrayRef {
    Arc::new(Decimal128Array::from(values).with_precision_and_scale(38, scale).unwrap())
}

pub(super) fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

proptest! {
    #![proptest_config(crate::properties::config(40))]

    #[test]
    fn sql_gives_what_the_formulas_give(
        rows in prop::collection::vec(
            (proptest::option::of(-1_000_000_000_i128..1_000_000_000), proptest::option::of(-5_000_000_i128..5_000_000)), 1..60),
        mode in modes(),
    ) {
        let (a, b): (Vec<_>, Vec<_>) = rows.iter().copied().unzip();
        let row: Int64Array = (0..).take(rows.len()).map(Some).collect();
        let table = batch(vec![("row", Arc::new(row)), ("a", decimals(a, 4)), ("b", decimals(b, 6))]);
        let sql = format!(
            "select ratio(a, b, 6, '{mode}'), times(a, b), round_to(a, 1, '{mode}'), round_money(a, 2, '{mode}'), \
             slice(a, b, null), slice(a, 0, b), interpolate(a, 0, 1, b, 2.5), hex(null) from t.t order by row"
        );
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let found = runtime.block_on(ask_of(&sql, vec![(name("t.t"), vec![table])], 2)).unwrap();
        prop_assert_eq!(found.len(), rows.len());
        for ((a, b), found) in rows.iter().zip(found) {
            let (a, b) = (a.map(|a| Fixed::new(a, 4)), b.map(|b| Fixed::new(b, 6)));
            let both = |f: &dyn Fn(Fixed, Fixed) -> Option<i128>, scale| {
                a.zip(b).and_then(|(a, b)| f(a, b)).map(|units| Fixed::new(units, scale).to_string())
            };
            let zero = Fixed::new(0, 0);
            let wanted = vec![
                both(&|a, b| exact::ratio(a, b, 6, mode).unwrap(), 6),
                both(&|a, b| exact::times(a, b).ok(), 10),
                a.map(|a| exact::rescale(a, 1, mode).unwrap().to_string()),
                a.map(|a| exact::round_money(a, 2, mode).unwrap().to_string()),
                both(&|a, b| exact::slice(a, b, None).ok(), 10),
                a.map(|a| Fixed::new(exact::slice(a, zero, b).unwrap(), 10).to_string()),
                both(&|a, b| exact::interpolate(a, zero, Fixed::new(1, 0), b, Fixed::new(25, 1)).unwrap(), 10),
                None,
            ];
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn a_sum_does_not_depend_on_order_or_partitions(
        rows in prop::collection::vec((0_i64..5, proptest::option::of(units())), 1..80).prop_shuffle(),
        cut in 1_usize..9,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let sum = |rows: &[(i64, Option<i128>)], partitions: usize| {
            let batches = rows.chunks(rows.len().div_ceil(cut)).map(|rows| {
                let groups: Int64Array = rows.iter().map(|(group, _)| Some(*group)).collect();
                batch(vec![("g", Arc::new(groups)), ("x", decimals(rows.iter().map(|(_, x)| *x).collect(), 10))])
            });
            let sql = "select g, sum(x), count(*) from t.t group by g order by g";
            runtime.block_on(ask_of(sql, vec![(name("t.t"), batches.collect())], partitions))
        };
        let mut sorted = rows.clone();
        sorted.sort();
        let expected: Option<Rows> = (0..5).filter(|group| rows.iter().any(|row| row.0 == *group)).map(|group| {
            let values: Vec<i128> = rows.iter().filter(|row| row.0 == group).filter_map(|row| row.1).collect();
            let count = rows.iter().filter(|row| row.0 == group).count();
            let total = values.iter().fold(Rational::of(Fixed::new(0, 0)), |total, x| total.plus(&Rational::of(Fixed::new(*x, 0))));
            let units = super::expected(&total, 0, RoundingMode::HalfUp)?;
            let text = (!values.is_empty()).then(|| Fixed::new(units, 10).to_string());
            Some(vec![Some(group.to_string()), text, Some(count.to_string())])
        }).collect();
        for found in [sum(&rows, 1), sum(&rows, 8), sum(&sorted, 1), sum(&sorted, 8)] {
            match (found, &expected) {
                (Ok(found), Some(expected)) => prop_assert_eq!(&found, expected),
                (Err(fault), None) => prop_assert!(fault.message().contains("does not fit `decimal(38,10)`"), "{}", fault),
                (found, expected) => prop_assert!(false, "{found:?} is not {expected:?}"),
            }
        }
    }
}

#[tokio::test]
async fn results_have_the_types_that_the_formats_list() {
    let types = "select arrow_typeof(ratio(1, 3, 6)), arrow_typeof(times(1.5, 2)), arrow_typeof(round_to(1.55, 1)), \
                 arrow_typeof(round_money(1.55, 1, 'half_up')), arrow_typeof(interpolate(1, 0, 0, 2, 2)), \
                 arrow_typeof(slice(1, 0, 2)), arrow_typeof(equal_share(3, 1)), arrow_typeof(0.05)";
    let found: Vec<String> = ask(types).await.unwrap().remove(0).into_iter().flatten().collect();
    assert_eq!(
        found,
        [
            "Decimal128(38, 6)",
            "Decimal128(38, 10)",
            "Decimal128(38, 1)",
            "Decimal128(19, 4)",
            "Decimal128(38, 10)",
            "Decimal128(38, 10)",
            "Decimal128(18, 6)",
            "Decimal128(2, 2)",
        ]
    );
    let sums = "select arrow_typeof(sum(x)), arrow_typeof(sum(n)) from (values (1.25, 1)) as t (x, n)";
    assert_eq!(ask(sums).await.unwrap(), [[Some("Decimal128(38, 2)".to_owned()), Some("Int64".to_owned())]]);
}

#[tokio::test]
async fn golden_values_of_each_function() {
    for (sql, expected) in [
        ("ratio(1, 3, 6)", "0.333333"),
        ("ratio(-2.5, 1, 0)", "-3"),
        ("ratio(-2.5, 1, 0, 'half_even')", "-2"),
        ("times(19.99, 0.333333)", "6.6633266700"),
        ("times(0.00001, 0.000005)", "0.0000000001"),
        ("round_to(2.675, 2)", "2.68"),
        ("round_to(2, 3)", "2.000"),
        ("round_money(12.345, 2, 'down')", "12.3400"),
        ("interpolate(0.95, 0.9, 0.5, 1, 1)", "0.7500000000"),
        ("slice(4500, 3000, 8000)", "1500.0000000000"),
        ("slice(4500, 3000, null)", "1500.0000000000"),
        ("slice(200, 3000, null)", "0.0000000000"),
        ("equal_share(3, 1)", "0.333334"),
        ("equal_share(3, 3)", "0.333333"),
        ("hex(x'00ff10')", "00ff10"),
    ] {
        assert_eq!(value(&format!("select {sql}")).await.as_deref(), Some(expected), "{sql}");
    }
}

#[tokio::test]
async fn what_cannot_be_computed_is_null_and_never_zero() {
    for sql in [
        "ratio(1, 0, 6)",
        "ratio(null, 1, 6)",
        "ratio(1, null, 6)",
        "times(null, 2)",
        "round_to(null, 2)",
        "round_money(1, null, 'up')",
        "round_money(1, 2, null)",
        "interpolate(1, 2, 0, 2, 5)",
        "interpolate(1, 2, null, 3, 5)",
        "slice(null, 0, 1)",
        "slice(1, null, 1)",
        "equal_share(null, 1)",
        "hex(null)",
    ] {
        assert_eq!(value(&format!("select {sql}")).await, None, "{sql}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_an_error_that_names_function_and_values() {
    let large = "9999999999999999999999999999.9999999999";
    for (sql, words) in [
        (format!("times({large}, 10)"), format!("the result of `times({large}, 10)` does not fit `decimal(38,10)`")),
        (format!("ratio({large}, 0.1, 10)"), format!("the result of `ratio({large}, 0.1, 10)` does not fit")),
        (format!("round_to({large}, 11)"), format!("`round_to({large}, 11)`")),
        (format!("round_money({large}, 2, 'up')"), format!("`round_money({large}, 2)` does not fit `decimal(19,4)`")),
        ("round_money(1, 5, 'up')".to_owned(), "money is rounded to −14 to 4 digits".to_owned()),
        ("equal_share(3, 4)".to_owned(), "`equal_share(3, 4)`: there is no such share".to_owned()),
        ("equal_share(0, 1)".to_owned(), "there is no such share".to_owned()),
        (format!("{large} + {large} * 10"), "verflow".to_owned()),
    ] {
        let found = refusal(&format!("select {sql}")).await;
        assert!(found.contains(&words), "{sql}: {found}");
    }
}

#[tokio::test]
async fn what_a_function_cannot_take_is_refused_before_it_runs() {
    let floats =
        batch(vec![("f", Arc::new(Float64Array::from(vec![0.1]))), ("s", Arc::new(StringArray::from(vec!["1"])))]);
    for (sql, words) in [
        ("ratio(f, 2, 6)", "`ratio` takes a decimal or an integer as argument 1, not a binary float"),
        ("times(2, s)", "`times` takes a decimal or an integer as argument 2, not text"),
        ("sum(f)", "`sum` adds decimals and integers, not a binary float"),
        ("sum(s)", "`sum` adds decimals and integers, not text"),
        ("sum(distinct 1)", "`sum(distinct …)` is refused"),
        ("sum(distinct length(s)), count(distinct length(s))", "`sum(distinct …)` is refused"),
        ("ratio(1, 2)", "`ratio` takes 3 or 4 arguments, not 2"),
        ("ratio(1, 2, length(s))", "`ratio` needs its scale as a literal from 0 to 38"),
        ("ratio(1, 2, 39)", "`ratio` needs its scale as a literal from 0 to 38"),
        ("round_to(1, 2, 'nearest')", "`nearest` is not a rounding mode; the modes are half_up, half_even"),
        ("round_money(1, 2, s)", "`1` is not a rounding mode"),
        ("hex(s)", "`hex` takes bytes, not text"),
    ] {
        let sql = format!("select {sql} from t.t");
        let found = ask_of(&sql, vec![(name("t.t"), vec![floats.clone()])], 1).await;
        let found = found.expect_err(&sql);
        assert!(found.message().contains(words), "{sql}: {found}");
    }
}

#[tokio::test]
async fn a_sum_of_many_groups_is_whole_when_partial_sums_are_skipped() {
    let batches = (0..8_i64).map(|part| {
        let keys: Int64Array = (0..40_000).map(|row| Some(row * 8 + part)).collect();
        let amounts = (0..40_000).map(|row| (row % 3 > 0).then_some(i128::from(row * 8 + part)));
        batch(vec![("k", Arc::new(keys)), ("x", decimals(amounts.collect(), 2))])
    });
    let sql = "select count(*), count(x), sum(x), sum(k), sum(y) from \
               (select k, sum(x) as x, sum(k) filter (where k > 100) as y from t.t group by k)";
    let settings = SessionSettings { target_partitions: 8, ..SessionSettings::default() };
    let found = texts(&functions::evaluate(sql, vec![(name("t.t"), batches.collect())], &settings).await.unwrap());
    let all: i64 = (0..320_000).sum();
    let kept: i64 = (0..320_000).filter(|key| key / 8 % 3 > 0).sum();
    let expected =
        ["320000", "213328", &Fixed::new(kept.into(), 2).to_string(), &all.to_string(), &(all - 5050).to_string()];
    assert_eq!(found, [expected.map(|text| Some(text.to_owned()))]);
}

#[tokio::test]
async fn a_sum_of_nothing_is_null() {
    let rows = ask("select g, sum(x), sum(x) filter (where x > 1), sum(n) from \
         (values (1, cast(null as decimal(19,4)), 1), (2, 1.5, null), (2, 2.5, 3), (3, 0.5, null)) as t (g, x, n) \
         group by g order by g");
    let text = |row: [&str; 4]| row.map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).to_vec();
    assert_eq!(
        rows.await.unwrap(),
        [text(["1", "", "", "1"]), text(["2", "4.0000", "4.0000", "3"]), text(["3", "0.5000", "", ""])]
    );
    assert_eq!(value("select sum(x) from (values (1.5)) as t (x) where x > 2").await, None);
    assert_eq!(value("select sum(null)").await, None);
}

#[tokio::test]
async fn a_sum_slides_over_a_window() {
    let sql = "select sum(x) over (order by n rows between 1 preceding and current row), sum(x) over (order by n), \
               sum(x) over () from (values (1, 1.5), (2, null), (3, null), (4, 2.5)) as t (n, x) order by n";
    let found: Vec<Vec<String>> = ask(sql)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.into_iter().map(Option::unwrap_or_default).collect())
        .collect();
    assert_eq!(found, [["1.5", "1.5", "4.0"], ["1.5", "1.5", "4.0"], ["", "1.5", "4.0"], ["2.5", "4.0", "4.0"]]);
}

#[tokio::test]
async fn a_sum_beyond_its_type_is_an_error_that_names_the_column() {
    let large = format!("{}", Fixed::new(MAX_UNITS, 10));
    let found = refusal(&format!("select sum(net_amount) from (values ({large}), ({large})) as t (net_amount)")).await;
    assert_eq!(
        found,
        "`sum(t.net_amount)`: the total `19999999999999999999999999999.9999999998` does not fit `decimal(38,10)`"
    );
    // On the way it may: what counts is the total.
    let back = format!("select sum(x) from (values ({large}), ({large}), (-{large})) as t (x)");
    assert_eq!(value(&back).await, Some(large));
    let found = refusal("select sum(n) from (values (9223372036854775807), (1)) as t (n)").await;
    assert!(found.ends_with("the total `9223372036854775808` does not fit `integer`"), "{found}");
}

#[tokio::test]
async fn a_sum_beside_a_distinct_count_is_whole() {
    let sql = "select count(distinct a), sum(b) from (values (1, 1.5), (1, 2.5), (2, 3.5)) as t (a, b)";
    assert_eq!(ask(sql).await.unwrap(), [[Some("2".to_owned()), Some("7.5".to_owned())]]);
}

#[tokio::test]
async fn integer_arithmetic_does_not_wrap() {
    let table = || batch(vec![("n", Arc::new(Int64Array::from(vec![Some(i64::MAX), None])))]);
    for sql in ["n + 1", "n * 2", "-2 - n", "(n + 1) - 1", "case when n + 1 > 0 then 1 else 0 end"] {
        let found = ask_of(&format!("select {sql} from t.t"), vec![(name("t.t"), vec![table()])], 1).await;
        let found = found.expect_err(sql);
        assert!(found.message().contains("integer arithmetic left 64 bits"), "{sql}: {found}");
    }
    let sums = "select n - 1 as less, (select max(n) - 2 from t.t) as least from t.t where n - 1 > 0 group by n - 1";
    let found = ask_of(sums, vec![(name("t.t"), vec![table()])], 2).await.unwrap();
    assert_eq!(found, [[Some((i64::MAX - 1).to_string()), Some((i64::MAX - 2).to_string())]]);
}

#[tokio::test]
async fn every_function_is_in_the_reference() {
    for doc in functions::catalogue() {
        assert!(doc.signature.starts_with(&format!("{}(", doc.name)), "{doc:?}");
        let over = if doc.signature.contains(" over (") { " over (order by 1)" } else { "" };
        let found = refusal(&format!("select {}(){over}", doc.name)).await;
        assert!(!found.contains("Invalid function"), "{}: {found}", doc.name);
    }
}

#[tokio::test]
async fn rounding_may_follow_a_column() {
    let table = batch(vec![
        ("x", decimals(vec![Some(12_345), Some(12_355), Some(-12_345), Some(12_345)], 3)),
        ("digits", Arc::new(Int64Array::from(vec![2, 2, 2, 0]))),
        ("mode", Arc::new(StringArray::from(vec!["half_even", "half_up", "floor", "up"]))),
        ("key", Arc::new(BinaryArray::from_vec(vec![&[1], &[2], &[3], &[255]]))),
    ]);
    let sql = "select round_money(x, digits, mode), hex(key) from t.t order by key";
    let found = ask_of(sql, vec![(name("t.t"), vec![table])], 2).await.unwrap();
    let found: Vec<String> = found.into_iter().flatten().flatten().collect();
    assert_eq!(found, ["12.3400", "01", "12.3600", "02", "-12.3500", "03", "13.0000", "ff"]);
}
