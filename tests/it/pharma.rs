//! The generated affiliate: the same seed gives the same bytes, and a run finds exactly what was planted.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jobs::{command_line::main_with, environment::Environment};
use kernel::{Timestamp, clock::Fixed};
use pharma::Options;

/// Rows by their key columns; the last column is the value.
type Values = BTreeMap<Vec<String>, String>;

struct Affiliate {
    folder: PathBuf,
    environment: Environment,
}

impl Affiliate {
    fn new(folder: &Path) -> Self {
        let environment = Environment::fixed(folder, Arc::new(Fixed(Timestamp(1_767_225_600_000_000))));
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

#[test]
fn the_same_seed_makes_the_same_affiliate_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, seed| {
        let folder = folder.path().join(name);
        pharma::generate(&folder, &Options { seed, scale: 1 }).unwrap();
        files(&folder)
    };
    let first = make("first", 7);
    assert!(first == make("second", 7), "two runs of seed 7 differ");
    let other = make("other", 8);
    assert!(first.keys().eq(other.keys()));
    let sales = Path::new("data/erp/Umsatz_2025-01.csv");
    assert!(first[sales] != other[sales], "seeds 7 and 8 sell the same");
}

#[test]
fn the_project_that_is_copied_is_the_one_in_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    pharma::generate(folder.path(), &Options::default()).unwrap();
    let copied = files(folder.path());
    let template = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/pharma/project"));
    assert!(template.len() > 50);
    for (path, bytes) in &template {
        assert!(copied.get(path) == Some(bytes), "{} is not as in the repository; build again", path.display());
    }
}

#[test]
fn a_larger_affiliate_is_the_same_company_with_more_territories() {
    let folder = tempfile::tempdir().unwrap();
    let summary = pharma::generate(folder.path(), &Options { seed: 2025, scale: 2 }).unwrap();
    assert_eq!((summary.territory_count, summary.team_count, summary.pharmacy_count), (24, 4, 1200));
    assert!((50_000..70_000).contains(&summary.order_line_count), "{}", summary.order_line_count);
}

#[test]
fn a_run_of_the_affiliate_finds_exactly_what_was_planted() {
    let folder = tempfile::tempdir().unwrap();
    pharma::generate(folder.path(), &Options::default()).unwrap();
    let affiliate = Affiliate::new(folder.path());
    let (code, out, err) = affiliate.tantieme(&["run"]);
    assert_eq!(code, 0, "{out}\n{err}");
    landing_agrees(&affiliate);
    sales_agree(&affiliate);
    credits_agree(&affiliate);
    exceptions_are_told(&affiliate);
    pay_is_plausible(&affiliate);
    representatives_earn_what_the_plan_says(&affiliate);
    let (code, out, err) = affiliate.tantieme(&["run"]);
    assert_eq!(code, 0, "a second run with nothing new\n{out}\n{err}");
}

fn landing_agrees(affiliate: &Affiliate) {
    for (column, value) in ["delivered", "landed", "quarantined", "repeated"].into_iter().zip(1..) {
        let found = affiliate.query(&format!(
            "select stream, sum({column}_count) as row_count from landed.batches \
             where stream in ('erp_order_lines', 'erp_returns') group by stream"
        ));
        assert_eq!(found, affiliate.truth("streams.csv", 1, value), "rows {column}");
    }
    let found = affiliate.query("select _file, _line, 1 as row_count from quarantine.erp_order_lines");
    let found: Vec<(String, String)> = found.into_keys().map(|key| (key[0].clone(), key[1].clone())).collect();
    let mut planted: Vec<(String, String)> = affiliate
        .truth("broken_rows.csv", 3, 0)
        .into_keys()
        .map(|key| (key[1].trim_start_matches("erp/").to_owned(), key[2].clone()))
        .collect();
    planted.sort();
    assert_eq!(found, planted, "file and line of the broken rows");
}

fn sales_agree(affiliate: &Affiliate) {
    for (document_type, value) in [("sale", 3), ("return", 5)] {
        let found = affiliate.query(&format!(
            "select products.brand_id, transactions.period_id, sum(transactions.net_amount) as net_amount \
             from conformed.transactions as transactions \
             inner join conformed.products as products on transactions.product_id = products.product_id \
             where transactions.document_type = '{document_type}' group by products.brand_id, transactions.period_id"
        ));
        assert_eq!(sums(&found), sums(&affiliate.truth("sums.csv", 2, value)), "{document_type}s by brand and month");
    }
}

const CREDITS: &str = "from credits.credits as credits \
    inner join conformed.transactions as transactions on credits.source_id = transactions.source_id \
    and credits.transaction_id = transactions.transaction_id and credits.line_id = transactions.line_id \
    inner join conformed.products as products on transactions.product_id = products.product_id";

fn credits_agree(affiliate: &Affiliate) {
    let own = affiliate.query(&format!(
        "select credits.position_id, products.brand_id, credits.period_id, sum(credits.credited_amount) as amount \
         {CREDITS} where credits.credit_type = 'direct' \
         group by credits.position_id, products.brand_id, credits.period_id"
    ));
    let truth = affiliate.truth("credits.csv", 3, 3);
    assert_eq!(sums(&own), sums(&truth), "credits by seat, brand and month");
    let above = affiliate.query(&format!(
        "select credits.position_id, products.brand_id, credits.period_id, sum(credits.credited_amount) as amount \
         {CREDITS} where credits.credit_type = 'rollup' \
         group by credits.position_id, products.brand_id, credits.period_id"
    ));
    let mut expected: BTreeMap<Vec<String>, i128> = BTreeMap::new();
    for (key, amount) in sums(&truth) {
        for manager in [format!("RL-{}", &key[0][3..5]), "VL-01".to_owned()] {
            *expected.entry(vec![manager, key[1].clone(), key[2].clone()]).or_default() += amount;
        }
    }
    assert_eq!(sums(&above), expected, "credits of managers");
    let orphaned = affiliate.query(
        "select period_id, sum(orphaned_amount) as orphaned_amount from reporting.conservation group by period_id",
    );
    let mut expected: BTreeMap<Vec<String>, i128> = BTreeMap::new();
    for (key, amount) in sums(&affiliate.truth("sums.csv", 2, 7)) {
        *expected.entry(vec![key[1].clone()]).or_default() += amount;
    }
    assert_eq!(sums(&orphaned), expected, "orphaned sales by month");
}

fn exceptions_are_told(affiliate: &Affiliate) {
    let counts = affiliate
        .query("select exception_kind, count(*) as row_count from reporting.exceptions group by exception_kind");
    let count = |kind: &str| counts.get(&vec![kind.to_owned()]).map_or(0, |count| count.parse().unwrap());
    assert_eq!(count("seat_vacant"), 12, "{counts:?}");
    assert_eq!(count("place_without_position"), 4, "{counts:?}");
    assert!(count("account_without_place") > 10, "{counts:?}");
    assert!(count("missing_target") > 0, "{counts:?}");
}

fn pay_is_plausible(affiliate: &Affiliate) {
    let attainments = affiliate.query(
        "select position_id, component_id, attainment_rate from attainment.measures \
         where period_id = '2025-12' and attainment_rate is not null",
    );
    let rates: Vec<i128> = attainments
        .iter()
        .filter(|(key, _)| key[0].starts_with("AD-"))
        .map(|(_, rate)| parts(rate) / 100_000_000)
        .collect();
    assert_eq!(rates.len(), 23, "every seat and brand but the forgotten one: {attainments:?}");
    assert!(rates.iter().all(|percent| (55..=150).contains(percent)), "{rates:?}");
    let mean = rates.iter().sum::<i128>() / 23;
    assert!((95..=105).contains(&mean), "mean {mean}");
    let paid = affiliate
        .query("select payee_id, sum(payment_amount) as payment_amount from reporting.payments group by payee_id");
    assert!(paid.len() >= 14, "{paid:?}");
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
    fn read(affiliate: &Affiliate) -> Self {
        let rows = |file: &str| -> Vec<Vec<String>> {
            let bytes = fs::read(affiliate.folder.join("data").join(file)).unwrap();
            let text: String = bytes.iter().copied().map(char::from).collect();
            text.lines().skip(1).map(|line| line.split(';').map(str::to_owned).collect()).collect()
        };
        let cents = |text: &str| text.replace(['.', ','], "").parse::<i128>().unwrap();
        let mut targets = BTreeMap::new();
        for row in rows("planung/Ziele.csv") {
            let month = row[2][..2].parse().unwrap();
            targets.insert((row[0].clone(), row[1].clone(), month), cents(&row[3]));
        }
        let seats = rows("hr/Besetzung.csv").into_iter().map(|row| {
            let (from, to) = (day_of_year(&row[2]), day_of_year(&row[3]));
            (row[0].clone(), row[1].clone(), from, to, cents(&row[4]) / 100)
        });
        let pay = rows("hr/Zielprämien.csv")
            .into_iter()
            .map(|row| (row[0].clone(), day_of_year(&row[1]), day_of_year(&row[2]), cents(&row[3])));
        let credits = sums(&affiliate.truth("credits.csv", 3, 3));
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

fn representatives_earn_what_the_plan_says(affiliate: &Affiliate) {
    let plan = Plan::read(affiliate);
    let found = affiliate.query(
        "select position_id, payee_id, component_id, period_id, incentive_amount from reporting.statement \
         where plan_id = 'representatives-2025' and payee_id is not null",
    );
    assert!(found.len() > 250, "{} statements", found.len());
    for (key, amount) in &found {
        let brand = if key[2] == "corvasol" { "Corvasol" } else { "Lipanor" };
        let month: usize = key[3][5..].parse().unwrap();
        let earned = |month| plan.earned(&key[0], &key[1], brand, month);
        let before = if month == 1 { Some(0) } else { earned(month - 1) };
        let expected = earned(month).zip(before).map_or(0, |(now, before)| now - before);
        assert_eq!(parts(amount), expected * 100_000_000, "{key:?}");
    }
}
