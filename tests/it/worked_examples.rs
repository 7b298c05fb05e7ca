//! Calculations that others published, as rows and plans of ours: what they say comes out of the real models.
//!
//! All fixtures of `tests/worked_examples`, the published cases and the elements of the guide, stand side by side in
//! one project, which runs once.

pub mod choices;
mod company;
mod elements;
mod fixture;
mod published;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::OnceLock,
};

use elements::elements;
use fixture::{Fixture, fixtures, waiting};
use published::{joined, published, same, shown};

use crate::support::Place;

/// How many published cases there are.
const CASE_COUNT: usize = 95;

/// The figures of a case by query and name, or what went wrong.
type Figures = Result<BTreeMap<(usize, String), String>, String>;

/// The figures of all cases, from one run.
fn results() -> &'static BTreeMap<String, Figures> {
    static RESULTS: OnceLock<BTreeMap<String, Figures>> = OnceLock::new();
    RESULTS.get_or_init(|| {
        let mut fixtures = fixtures();
        fixtures.extend(elements());
        let place = company::company(&fixtures);
        place.tantieme(&["run"]).fine();
        fixtures.iter().map(|(number, fixture)| (number.clone(), figures(&place, fixture))).collect()
    })
}

/// What the queries of a fixture give, asked as one.
fn figures(place: &Place, fixture: &Fixture) -> Figures {
    let parts = fixture.expect.iter().enumerate().map(|(number, expectation)| {
        format!(
            "select {number} as number, cast(figure as varchar) as figure, cast(value as varchar) as value from ({})",
            expectation.sql
        )
    });
    let sql = parts.collect::<Vec<_>>().join(" union all ");
    let answer = place.tantieme(&["query", &sql, "--json"]);
    if answer.code != 0 {
        return Err(answer.err);
    }
    let json = answer.json();
    let rows = json.as_array().or_else(|| json["rows"].as_array()).expect("rows");
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut figures = BTreeMap::new();
    for row in rows {
        let number: usize = text(&row["number"]).parse().expect("a number");
        if figures.insert((number, text(&row["figure"])), text(&row["value"])).is_some() {
            return Err(format!("the figure {} stands twice in query {number}", row["figure"]));
        }
    }
    Ok(figures)
}

/// Every figure of a case is the one expected, and none beside them.
fn check(number: &str) {
    let faults = faults(&fixtures()[number]);
    assert!(faults.is_empty(), "{faults}");
}

/// What of a fixture does not come out as it is expected; empty if all does.
fn faults(fixture: &Fixture) -> String {
    let found = match &results()[&fixture.case] {
        Ok(found) => found,
        Err(error) => return format!("{}\n{error}\n", fixture.title),
    };
    let mut faults = String::new();
    for (query, expectation) in fixture.expect.iter().enumerate() {
        for (name, value) in &expectation.are {
            let got = found.get(&(query, name.clone())).map_or("missing", String::as_str);
            if !same(got, value) {
                let place = joined(expectation.of.as_deref().unwrap_or_default(), name);
                let _ = writeln!(faults, "{place} is {got}, expected {value}");
            }
        }
        let names = found.keys().filter(|(of, _)| *of == query).map(|(_, name)| name);
        for name in names.filter(|name| !expectation.are.contains_key(*name)) {
            let got = &found[&(query, name.clone())];
            let _ = writeln!(faults, "{name} is {got}, not expected of\n{}", expectation.sql);
        }
    }
    if faults.is_empty() { faults } else { format!("{}: {}\n{faults}", fixture.case, fixture.title) }
}

/// Numbers of cases, each with the test that shows it.
macro_rules! worked_examples {
    ($($test:ident $number:literal)*) => {
        /// The cases that have a test.
        const TESTED: &[&str] = &[$($number),*];

        $(
            #[test]
            fn $test() {
                check($number);
            }
        )*
    };
}

worked_examples! {
    case_001 "001"
    case_002 "002"
    case_004 "004"
    case_005 "005"
    case_007 "007"
    case_008 "008"
    case_009 "009"
    case_010 "010"
    case_012 "012"
    case_014 "014"
    case_015 "015"
    case_016 "016"
    case_017 "017"
    case_018 "018"
    case_019 "019"
    case_020 "020"
    case_022 "022"
    case_023 "023"
    case_025 "025"
    case_027 "027"
    case_028 "028"
    case_029 "029"
    case_030 "030"
    case_031 "031"
    case_032 "032"
    case_035 "035"
    case_036 "036"
    case_038 "038"
    case_039 "039"
    case_040 "040"
    case_041 "041"
    case_044 "044"
    case_045 "045"
    case_047 "047"
    case_048 "048"
    case_049 "049"
    case_050 "050"
    case_051 "051"
    case_052 "052"
    case_053 "053"
    case_054 "054"
    case_055 "055"
    case_056 "056"
    case_058 "058"
    case_060 "060"
    case_061 "061"
    case_063 "063"
    case_064 "064"
    case_066 "066"
    case_067 "067"
    case_069 "069"
    case_071 "071"
    case_072 "072"
    case_073 "073"
    case_075 "075"
    case_076 "076"
    case_078 "078"
    case_081 "081"
    case_082 "082"
    case_084 "084"
    case_086 "086"
    case_088 "088"
    case_090 "090"
    case_091 "091"
    case_093 "093"
    case_094 "094"
    case_096 "096"
    case_097 "097"
    case_098 "098"
    case_100 "100"
    case_102 "102"
    case_104 "104"
    case_105 "105"
    case_106 "106"
    case_107 "107"
    case_108 "108"
    case_109 "109"
    case_111 "111"
    case_112 "112"
    case_115 "115"
    case_117 "117"
    case_118 "118"
    case_120 "120"
    case_121 "121"
    case_122 "122"
    case_124 "124"
    case_125 "125"
    case_127 "127"
    case_136 "136"
    case_137 "137"
    case_138 "138"
    case_139 "139"
    case_140 "140"
    case_141 "141"
    case_142 "142"
}

#[test]
fn every_element_of_the_guide_gives_the_figures_it_shows() {
    let faults: String = elements().values().map(faults).collect();
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_case_is_shown_or_waits_for_a_reason() {
    let shown: BTreeSet<String> = fixtures().into_keys().collect();
    let tested: BTreeSet<String> = TESTED.iter().map(|number| (*number).to_owned()).collect();
    assert_eq!(tested, shown, "every fixture has one test");
    let waiting: BTreeSet<String> = waiting().into_keys().collect();
    assert_eq!(shown.intersection(&waiting).count(), 0, "a case that is shown does not wait");
    let all: BTreeSet<String> = shown.union(&waiting).cloned().collect();
    assert_eq!(all.len(), CASE_COUNT, "{} shown and {} waiting", shown.len(), waiting.len());
    let published: BTreeSet<String> = published().into_keys().collect();
    assert!(published.is_empty() || published == all, "the published cases are others");
}

#[test]
fn the_figures_are_those_that_were_published() {
    let fixtures = fixtures();
    let mut faults = String::new();
    for (number, case) in published() {
        if let Some(fixture) = fixtures.get(&number) {
            let right = case.recomputed.map(|node| node.leaves()).unwrap_or_default();
            compare(fixture, &case.expected.leaves(), &right, &mut faults);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Every published figure is shown or left out with a reason; each one that is not ours is named with the source's.
fn compare(
    fixture: &Fixture,
    expected: &BTreeMap<String, String>,
    right: &BTreeMap<String, String>,
    faults: &mut String,
) {
    let number = &fixture.case;
    let ours = shown(fixture);
    let is_below = |name: &str, above: &str| name == above || name.starts_with(&format!("{above}."));
    for (name, value) in expected {
        if fixture.left_out.keys().any(|left| is_below(name, left)) {
            continue;
        }
        let Some(our) = ours.get(name) else {
            let _ = writeln!(faults, "{number}: `{name}` is neither shown nor left out");
            continue;
        };
        let truth = right.get(name).unwrap_or(value);
        match fixture.differs.get(name) {
            Some(difference) if !same(&difference.source, value) => {
                let _ = writeln!(faults, "{number}: the source says {value} for `{name}`");
            }
            Some(_) if same(our, value) || (right.contains_key(name) && !same(our, truth)) => {
                let _ = writeln!(faults, "{number}: `{name}` is {our}, not other than the source as it should be");
            }
            None if !same(our, truth) => {
                let _ = writeln!(faults, "{number}: `{name}` is {our}, published {truth}");
            }
            _ => {}
        }
    }
    let unknown = ours.keys().chain(fixture.left_out.keys()).chain(fixture.differs.keys());
    for name in unknown.filter(|name| !expected.keys().any(|known| is_below(known, name))) {
        let _ = writeln!(faults, "{number}: `{name}` is no figure of the published case");
    }
}

/// The guide's page of elements.
pub fn plan_elements() -> String {
    elements::page()
}

/// The table of all cases for docs/generated.
pub fn conformance() -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    let (fixtures, waiting) = (fixtures(), waiting());
    let mut text = format!(
        "\n{} of {CASE_COUNT} published calculations come out of the real models; {} wait.\n\n\
         | case | what happens | proves | result | reading |\n|---|---|---|---|---|\n",
        fixtures.len(),
        waiting.len()
    );
    for (number, fixture) in &fixtures {
        let ours = shown(fixture);
        let mut result = "holds".to_owned();
        for (name, difference) in &fixture.differs {
            let our = ours.get(name).map_or("", String::as_str);
            let _ = write!(result, "; `{name}` is {our}, the source has {}: {}", difference.source, difference.why);
        }
        for (name, reason) in &fixture.left_out {
            let _ = write!(result, "; `{name}` is left out: {reason}");
        }
        let moved = fixture.moved.as_ref().map(|moved| format!(" {moved}")).unwrap_or_default();
        let (title, reading) = (cell(&fixture.title), cell(&fixture.reading));
        let proves = fixture.proves.join(", ");
        let _ = writeln!(
            text,
            "| {number} | {title} | {} | {} | {reading}{} |",
            cell(&proves),
            cell(&result),
            cell(&moved)
        );
    }
    if !waiting.is_empty() {
        text.push_str("\n## Waiting\n\n| case | for what |\n|---|---|\n");
        for (number, reason) in &waiting {
            let _ = writeln!(text, "| {number} | {} |", cell(reason));
        }
    }
    text
}
