//! The generated company: the same seed gives the same bytes, and a run finds exactly what was planted.
//!
//! `TANTIEME_PHARMA_SCALES=1,10` runs it at those sizes as well; the small one is always run. `TANTIEME_MEMORY_MB` bounds
//! what queries hold meanwhile.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jobs::{command_line::main_with, environment::Environment};
use kernel::{Timestamp, clock::Fixed};
use pharma::{Options, Scale};

/// Rows by their key columns; the last column is the value.
type Values = BTreeMap<Vec<String>, String>;

struct Company {
    folder: PathBuf,
    environment: Environment,
}

impl Company {
    fn new(folder: &Path) -> Self {
        let mut environment = Environment::fixed(folder, Arc::new(Fixed(Timestamp(1_767_225_600_000_000))));
        let bound = "TANTIEME_MEMORY_MB".to_owned();
        environment.variables.extend(std::env::var(&bound).ok().map(|value| (bound, value)));
        Self { folder: folder.to_owned(), environment }
    }

    fn tantieme(&self, arguments: &[&str]) -> (u8, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let all = ["tantieme"].iter().chain(arguments);
        let code = main_with(all, &self.environment, &mut out, &mut err);
        (code, String::from_utf8_lossy(&out).into_owned(), String::from_utf8_lossy(&err).into_owned())
    }

    /// The rows of a query, the first columns as key and the last as value.
    fn query(&self, sql: &str) -> Values {
        let (code, out, err) = self.tantieme(&["query", sql, "--format", "csv"]);
        assert_eq!(code, 0, "{sql}\n{err}");
        keyed(&out)
    }

    fn truth(&self, file: &str, key: usize, value: usize) -> Values {
        let text = fs::read_to_string(self.folder.join("truth").join(file)).unwrap();
        let mut values = Values::new();
        for line in text.lines().skip(1) {
            let fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            values.insert(fields[..key].to_vec(), fields[value].clone());
        }
        values
    }
}

fn keyed(csv: &str) -> Values {
    let mut values = Values::new();
    for line in csv.lines().skip(1) {
        let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        let value = fields.pop().unwrap();
        values.insert(fields, value);
    }
    values
}

/// A decimal of at most ten places as parts of 10^-10, so that `1.5` and `1.5000` are equal.
fn parts(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<10}").parse().unwrap()
}

fn sums(values: &Values) -> BTreeMap<Vec<String>, i128> {
    values.iter().map(|(key, value)| (key.clone(), parts(value))).filter(|(_, value)| *value != 0).collect()
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Makes and runs the company, and compares what came out with what was planted.
fn agrees(scale: Scale) -> (tempfile::TempDir, Company) {
    let folder = tempfile::tempdir().unwrap();
    pharma::generate(folder.path(), &Options::at(scale)).unwrap();
    let company = Company::new(folder.path());
    let (code, out, err) = company.tantieme(&["run"]);
    assert_eq!(code, 0, "{out}\n{err}");
    landing_agrees(&company);
    sales_agree(&company);
    credits_agree(&company);
    calls_agree(&company);
    (folder, company)
}

#[test]
fn the_same_seed_makes_the_same_company_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, seed| {
        let folder = folder.path().join(name);
        pharma::generate(&folder, &Options { seed, scale: Scale::SMALL }).unwrap();
        files(&folder)
    };
    let first = make("first", 7);
    assert!(first == make("second", 7), "two runs of seed 7 differ");
    let other = make("other", 8);
    assert!(first.keys().eq(other.keys()));
    let sales = Path::new("data/de/grosshandel/Abverkauf_2025-01.csv");
    assert!(first[sales] != other[sales], "seeds 7 and 8 sell the same");
}

#[test]
fn the_project_that_is_copied_is_the_one_in_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    pharma::generate(folder.path(), &Options::at(Scale::SMALL)).unwrap();
    let copied = files(folder.path());
    let template = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/pharma/project"));
    assert!(template.len() > 100);
    for (path, bytes) in &template {
        assert!(copied.get(path) == Some(bytes), "{} is not as in the repository; build again", path.display());
    }
}

#[test]
fn a_whole_company_has_three_hundred_seats_and_a_million_lines() {
    let folder = tempfile::tempdir().unwrap();
    let summary = pharma::generate(folder.path(), &Options::default()).unwrap();
    assert_eq!(
        (summary.unit_count, summary.position_count, summary.brick_count, summary.product_count),
        (6, 300, 400, 60)
    );
    assert!((1_000_000..1_300_000).contains(&summary.line_count), "{}", summary.line_count);
    let sold = summary.line_count * 7 / 10;
    assert!((sold / 1_200..sold / 800).contains(&summary.broken_count), "{} of {sold}", summary.broken_count);
    assert!(summary.repeated_count > 500 && summary.changed_count > 500 && summary.late_count > 1_000, "{summary:?}");
}

#[test]
fn a_scale_is_a_number_within_bounds() {
    for (text, shown) in [("1", "1"), ("0.03", "0.03"), ("10.0", "10"), ("100", "100"), ("2.5", "2.5")] {
        assert_eq!(text.parse::<Scale>().unwrap().to_string(), shown);
    }
    for text in ["", ".", "-1", "0", "0.001", "1001", "1.2345", "1e3", "1,5", " 1"] {
        assert!(text.parse::<Scale>().is_err(), "`{text}` is a scale");
    }
}

#[test]
fn a_run_of_the_company_finds_exactly_what_was_planted() {
    let (_folder, company) = agrees(Scale::SMALL);
    every_kind_of_broken_row_is_there(&company);
    exceptions_are_told(&company);
    pay_is_plausible(&company);
    representatives_earn_what_the_plan_says(&company);
    let (code, out, err) = company.tantieme(&["run"]);
    assert_eq!(code, 0, "a second run with nothing new\n{out}\n{err}");
}

#[test]
fn larger_companies_agree_as_well() {
    let Ok(scales) = std::env::var("TANTIEME_PHARMA_SCALES") else {
        eprintln!("left out: set TANTIEME_PHARMA_SCALES to sizes such as 1,10");
        return;
    };
    for scale in scales.split(',') {
        agrees(scale.parse().unwrap());
    }
}

fn landing_agrees(company: &Company) {
    for (column, value) in ["delivered", "landed", "quarantined", "repeated", "changed"].into_iter().zip(1..) {
        let mut found = company
            .query(&format!("select stream, sum({column}_count) as row_count from landed.batches group by stream"));
        let planted = company.truth("streams.csv", 1, value);
        found.retain(|stream, _| planted.contains_key(stream));
        assert_eq!(found, planted, "rows {column}");
    }
    for (table, planted) in broken_rows(company) {
        let found = company.query(&format!(
            "select _file, _line, replace(min(reasons), ',', ' ') as reasons from quarantine.{table} group by _file, _line"
        ));
        assert!(found.keys().eq(planted.keys()), "file and line of the broken rows of {table}");
        for (row, reasons) in &found {
            let expected = reason_of(&planted[row]);
            assert!(
                reasons.contains(expected),
                "{row:?} is planted as {}, and is in quarantine for {reasons}",
                planted[row]
            );
        }
    }
}

/// The planted rows of each table: file and line, and in which way they are broken.
fn broken_rows(company: &Company) -> BTreeMap<String, Values> {
    let mut tables: BTreeMap<String, Values> = BTreeMap::new();
    for key in company.truth("broken_rows.csv", 4, 0).into_keys() {
        let rows = tables.entry(key[1].clone()).or_default();
        rows.insert(vec![key[2].clone(), key[3].clone()], key[0].clone());
    }
    tables
}

/// What the quarantine says of a row that was broken in one of the fifteen ways.
fn reason_of(kind: &str) -> &'static str {
    match kind {
        "date_impossible" | "date_as_elsewhere" => "is not a date",
        "date_missing" | "note_number_missing" => "is empty",
        "quantity_in_words" | "amount_in_english" => "is not a value of type",
        "quantity_negative" => "is less than",
        "quantity_absurd" => "is more than",
        "amount_too_fine" => "digits behind the point",
        "article_unknown" => "is not in landed.",
        "pharmacy_unknown" => "_customers",
        "delivery_kind_unknown" => "is none of",
        "field_missing" | "field_too_many" => "are expected",
        "one_key_two_values" => "key",
        other => panic!("`{other}` is no way to break a row"),
    }
}

fn every_kind_of_broken_row_is_there(company: &Company) {
    assert_eq!(company.truth("broken_kinds.csv", 1, 1).len(), 15);
}

const SOURCES: &str = "case when transactions.transaction_id like 'R%' \
    then concat(substr(transactions.source_id, 1, 2), '_returns') else transactions.source_id end";

fn sales_agree(company: &Company) {
    for (column, value) in [("net_amount", 4), ("quantity", 5)] {
        let found = company.query(&format!(
            "select {SOURCES} as source_id, products.brand_id, transactions.period_id, \
             sum(transactions.{column}) as total \
             from conformed.transactions as transactions \
             inner join conformed.products as products on transactions.product_id = products.product_id \
             where transactions.source_id not like '%market' and transactions.source_id not like '%history' \
             group by {SOURCES}, products.brand_id, transactions.period_id"
        ));
        assert_eq!(sums(&found), sums(&company.truth("sums.csv", 3, value)), "{column} by source, brand and month");
    }
}

fn credits_agree(company: &Company) {
    let credits = |credit_type: &str| {
        let found = company.query(&format!(
            "select credits.position_id, products.brand_id, credits.period_id, sum(credits.credited_amount) as amount \
             from credits.credits as credits \
             inner join conformed.transactions as transactions on credits.source_id = transactions.source_id \
             and credits.transaction_id = transactions.transaction_id and credits.line_id = transactions.line_id \
             inner join conformed.products as products on transactions.product_id = products.product_id \
             where credits.credit_type = '{credit_type}' and credits.rule_id like 'territory.%' \
             and credits.period_id >= '2025' \
             group by credits.position_id, products.brand_id, credits.period_id"
        ));
        sums(&found)
    };
    let planted = sums(&company.truth("credits.csv", 3, 3));
    assert_eq!(credits("direct"), planted, "credits by seat, brand and month");
    assert_eq!(credits("rollup"), passed_up(company, &planted), "credits of managers");
    let orphaned = company.query(
        "select currency_code, period_id, sum(orphaned_amount) as orphaned_amount from reporting.conservation \
         where rule_set_id = 'territory' and period_id >= '2025' group by currency_code, period_id",
    );
    let polish = ["Korwasol", "Tensylan", "Arytmil", "Glukoran", "Insuwia", "Metforal"];
    let mut expected: BTreeMap<Vec<String>, i128> = BTreeMap::new();
    for (key, amount) in sums(&company.truth("orphans.csv", 2, 2)) {
        let currency = if polish.contains(&key[0].as_str()) { "PLN" } else { "EUR" };
        *expected.entry(vec![currency.to_owned(), key[1].clone()]).or_default() += amount;
    }
    assert_eq!(sums(&orphaned), expected, "orphaned sales by currency and month");
}

/// What every manager is credited, from the seats below and the file of reporting lines; days are those of months.
fn passed_up(company: &Company, planted: &BTreeMap<Vec<String>, i128>) -> BTreeMap<Vec<String>, i128> {
    let text = fs::read_to_string(company.folder.join("data/crm/reporting_lines.csv")).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let mut above: BTreeMap<Vec<String>, i128> = BTreeMap::new();
    for (key, amount) in planted {
        let first = format!("{}-01", key[2]);
        let mut seat = key[0].as_str();
        while let Some(line) =
            lines.iter().find(|line| line[0] == seat && line[2] <= first.as_str() && line[3] >= first.as_str())
        {
            seat = line[1];
            *above.entry(vec![seat.to_owned(), key[1].clone(), key[2].clone()]).or_default() += amount;
        }
    }
    above.retain(|_, amount| *amount != 0);
    above
}

fn calls_agree(company: &Company) {
    let found = company.query(
        "with made as (select position_id, account_id, period_id, count(call_id) as made_count from conformed.calls \
         group by position_id, account_id, period_id) \
         select targets.position_id, targets.period_id, \
         sum(least(coalesce(made.made_count, 0), targets.planned_count)) as calls \
         from conformed.call_targets as targets left join made on targets.position_id = made.position_id \
         and targets.account_id = made.account_id and targets.period_id = made.period_id \
         group by targets.position_id, targets.period_id",
    );
    assert_eq!(sums(&found), sums(&company.truth("calls.csv", 2, 3)), "calls on plan by seat and month");
}

fn exceptions_are_told(company: &Company) {
    let counts =
        company.query("select exception_kind, count(*) as row_count from reporting.exceptions group by exception_kind");
    let count = |kind: &str| counts.get(&vec![kind.to_owned()]).map_or(0, |count| count.parse().unwrap());
    for kind in
        ["seat_vacant", "place_without_position", "account_without_place", "missing_target", "pay_terms_missing"]
    {
        assert!(count(kind) > 0, "{kind}: {counts:?}");
    }
}

fn pay_is_plausible(company: &Company) {
    let attainments = company.query(
        "select position_id, component_id, attainment_rate from attainment.measures \
         where period_id = '2025-12' and plan_id = 'representatives-2025' and attainment_rate is not null",
    );
    let rates: Vec<i128> = attainments.values().map(|rate| parts(rate) / 100_000_000).collect();
    assert_eq!(rates.len(), 2 * 7 + 1, "a row for each who shares a seat, but the forgotten one: {attainments:?}");
    assert!(rates.iter().all(|percent| (55..=160).contains(percent)), "{rates:?}");
    let paid = company
        .query("select payee_id, sum(payment_amount) as payment_amount from reporting.payments group by payee_id");
    assert!(paid.len() >= 10, "{paid:?}");
    assert!(sums(&paid).values().all(|amount| *amount > 0), "{paid:?}");
}

/// The representatives' plan computed a second time, in whole numbers, from the source files and the planted credits.
struct Plan {
    credits: BTreeMap<Vec<String>, i128>,
    /// Cents, by seat, brand and month.
    targets: BTreeMap<(String, String, usize), i128>,
    /// Seat, person, first and last day of the year, percent.
    seats: Vec<(String, String, usize, usize, i128)>,
    /// Person, first and last day of the year, cents a month.
    pay: Vec<(String, usize, usize, i128)>,
}

const MONTH_DAYS: [usize; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/// A number that the days of every month divide.
const DAY_PARTS: i128 = 28 * 30 * 31;
/// Attainment and output, both with ten digits behind the point.
const POINTS: [(i128, i128); 5] = [
    (7_000_000_000, 0),
    (9_000_000_000, 7_000_000_000),
    (10_000_000_000, 10_000_000_000),
    (11_000_000_000, 15_000_000_000),
    (12_500_000_000, 22_000_000_000),
];

fn halves_up(above: i128, below: i128) -> i128 {
    (above * 2 + below).div_euclid(below * 2)
}

/// Days since the year began, not before it and not after it.
fn day_of_year(text: &str) -> usize {
    let part = |from: usize, to: usize| text[from..to].parse::<usize>().unwrap();
    match part(6, 10) {
        0..2025 => 0,
        2025 => MONTH_DAYS[..part(3, 5) - 1].iter().sum::<usize>() + part(0, 2) - 1,
        _ => 364,
    }
}

fn curve(attainment: i128) -> i128 {
    for pair in POINTS.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if attainment < x1 {
            return if attainment < x0 { 0 } else { y0 + halves_up((attainment - x0) * (y1 - y0), x1 - x0) };
        }
    }
    POINTS[4].1
}

impl Plan {
    fn read(company: &Company) -> Self {
        let rows = |file: &str| -> Vec<Vec<String>> {
            let bytes = fs::read(company.folder.join("data/de").join(file)).unwrap();
            let text: String = bytes.iter().copied().map(char::from).collect();
            text.lines().skip(1).map(|line| line.split(';').map(str::to_owned).collect()).collect()
        };
        let cents = |text: &str| text.replace(['.', ','], "").parse::<i128>().unwrap();
        let mut targets = BTreeMap::new();
        for row in rows("planung/Ziele.csv") {
            let month = row[2][..2].parse().unwrap();
            let brand = ["Corvasol", "Lipanor"].into_iter().find(|brand| row[1].trim().eq_ignore_ascii_case(brand));
            let Some(brand) = brand else { continue };
            targets.insert((row[0].clone(), brand.to_owned(), month), cents(&row[3]));
        }
        let seats = rows("hr/Besetzung.csv").into_iter().map(|row| {
            let (from, to) = (day_of_year(&row[2]), day_of_year(&row[3]));
            (row[0].clone(), row[1].clone(), from, to, cents(&row[4]) / 100)
        });
        let pay = rows("hr/Zielprämien.csv")
            .into_iter()
            .map(|row| (row[0].clone(), day_of_year(&row[1]), day_of_year(&row[2]), cents(&row[3])));
        let credits = sums(&company.truth("credits.csv", 3, 3));
        Self { credits, targets, seats: seats.collect(), pay: pay.collect() }
    }

    /// Six digits behind the point; none if a target is missing.
    fn attainment(&self, seat: &str, brand: &str, month: usize) -> Option<i128> {
        let (mut sold, mut target) = (0, 0);
        for month in 1..=month {
            let key = vec![seat.to_owned(), brand.to_owned(), format!("2025-{month:02}")];
            sold += self.credits.get(&key).copied().unwrap_or_default();
            target += self.targets.get(&(seat.to_owned(), brand.to_owned(), month))?;
        }
        Some(halves_up(sold * 1_000_000, target * 100_000_000))
    }

    /// Target incentive of the days held until the end of a month: cents × percent × [`DAY_PARTS`].
    fn promised(&self, seat: &str, payee: &str, month: usize) -> i128 {
        let (mut promised, mut day) = (0, 0);
        for days in MONTH_DAYS.into_iter().take(month) {
            for day in day..day + days {
                let held =
                    self.seats.iter().find(|one| one.0 == seat && one.1 == payee && (one.2..=one.3).contains(&day));
                let paid = self.pay.iter().find(|one| one.0 == payee && (one.1..=one.2).contains(&day));
                if let (Some(held), Some(paid)) = (held, paid) {
                    promised += paid.3 * held.4 * DAY_PARTS / days as i128;
                }
            }
            day += days;
        }
        promised
    }

    /// Cents earned from January to the end of a month.
    fn earned(&self, seat: &str, payee: &str, brand: &str, month: usize) -> Option<i128> {
        let output = curve(self.attainment(seat, brand, month)? * 10_000).min(20_000_000_000);
        let weight = if brand == "Corvasol" { 6 } else { 4 };
        let is_shut = brand == "Lipanor" && self.attainment(seat, "Corvasol", month)? < 800_000;
        let parts = output * weight * self.promised(seat, payee, month);
        Some(halves_up(parts, 10_000_000_000 * 10 * 100 * DAY_PARTS * if is_shut { 2 } else { 1 }))
    }
}

fn representatives_earn_what_the_plan_says(company: &Company) {
    let plan = Plan::read(company);
    let found = company.query(
        "select position_id, payee_id, component_id, period_id, incentive_amount from reporting.statement \
         where plan_id = 'representatives-2025' and payee_id is not null",
    );
    assert!(found.len() > 150, "{} statements", found.len());
    for (key, amount) in &found {
        let brand = if key[2] == "corvasol" { "Corvasol" } else { "Lipanor" };
        let month: usize = key[3][5..].parse().unwrap();
        let earned = |month| plan.earned(&key[0], &key[1], brand, month);
        let before = if month == 1 { Some(0) } else { earned(month - 1) };
        let expected = earned(month).zip(before).map_or(0, |(now, before)| now - before);
        assert_eq!(parts(amount), expected * 100_000_000, "{key:?}");
    }
}
