//! The generated company: the same seed gives the same bytes, and a run finds exactly what was planted.
//!
//! `TANTIEME_PHARMA_SCALES=1,10` runs it at those sizes as well; the small one is always run. `TANTIEME_MEMORY_MB` bounds
//! what queries hold meanwhile.

mod elements;
mod plan;

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
    plan::representatives_earn_what_the_plan_says(&company);
    every_plan_pays(&company);
    reports_add_up(&company);
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
         where period_id = '2025-12' and plan_id = 'representatives-hk-de-2025' and component_id <> 'call-plan' \
         and attainment_rate is not null",
    );
    let rates: Vec<i128> = attainments.values().map(|rate| parts(rate) / 100_000_000).collect();
    assert_eq!(rates.len(), 2 * 7 + 1, "a row for each who shares a seat, but the forgotten one: {attainments:?}");
    assert!(rates.iter().all(|percent| (55..=160).contains(percent)), "{rates:?}");
    let paid = company
        .query("select payee_id, sum(payment_amount) as payment_amount from reporting.payments group by payee_id");
    assert!(paid.len() >= 10, "{paid:?}");
    assert!(sums(&paid).values().all(|amount| *amount > 0), "{paid:?}");
}

/// Every plan and every way of paying comes to something.
fn every_plan_pays(company: &Company) {
    let paid = company.query(
        "select plans.plan_id, coalesce(sum(earnings.earned_amount), 0) as amount from conformed.plan_plans as plans \
         left join incentives.earnings as earnings on plans.plan_id = earnings.plan_id group by plans.plan_id",
    );
    assert!(paid.len() >= 25, "{paid:?}");
    assert!(sums(&paid).len() == paid.len() && sums(&paid).values().all(|amount| *amount > 0), "{paid:?}");
    let causes = company.query("select cause, count(*) as row_count from reporting.deposits group by cause");
    for cause in
        ["earned", "plan_adjustment", "deferred", "held", "released", "guarantee", "draw", "draw_recovery", "clawback"]
    {
        assert!(causes.contains_key(&vec![cause.to_owned()]), "{cause}: {causes:?}");
    }
    let zloty = company.query(
        "select plan_id, count(*) as row_count from reporting.deposit_lines \
         where plan_currency_code = 'EUR' and currency_code = 'PLN' and exchange_rate_id is not null group by plan_id",
    );
    assert!(zloty.len() >= 4, "euros that are paid in zloty: {zloty:?}");
    let tied = company.query(
        "select period_id, count(*) as row_count from attainment.measures \
         where plan_id = 'contest-2025' and component_id = 'place' and measured_value = 1 group by period_id",
    );
    assert!(sums(&tied).values().any(|count| *count > parts("6")), "nobody ties for the first of six places: {tied:?}");
    let missing = company.query(
        "select subject_id, count(*) as row_count from reporting.exceptions \
         where exception_kind in ('missing_target', 'unknown_team', 'unknown_product', 'unknown_products') \
         group by subject_id",
    );
    assert_eq!(missing.len(), 1, "the forgotten target alone: {missing:?}");
}

/// The reports of the project agree with what they are made of, and plans cost about what was set aside for them.
fn reports_add_up(company: &Company) {
    let lines = company.query(
        "select payee_id, pay_run_id, currency_code, opening_balance_amount + earned_amount + advanced_amount \
         + taken_back_amount + put_off_amount + released_amount - payment_amount - closing_balance_amount as rest \
         from reporting.payslips",
    );
    assert!(lines.len() > 500 && sums(&lines).is_empty(), "{:?}", sums(&lines));
    let sold =
        |table: &str| {
            sums(&company.query(&format!(
                "select unit_id, sum(net_amount) as net_amount from reporting.{table} group by unit_id"
            )))
        };
    assert_eq!(sold("unit_summary"), sold("product_performance"));
    let used = company.query(
        "select unit_id, ratio(sum(earned_amount), sum(budget_amount), 6) as used_rate from reporting.plan_cost \
         where budget_amount is not null group by unit_id",
    );
    assert_eq!(used.len(), 6);
    assert!(sums(&used).values().all(|rate| (parts("0.6")..parts("1.5")).contains(rate)), "{used:?}");
    let bricks = company
        .query("select brand_id, sum(own_quantity) as quantity from reporting.brick_performance group by brand_id");
    let market = company
        .query("select brand_id, sum(own_quantity) as quantity from reporting.market_position group by brand_id");
    let (bricks, market) = (sums(&bricks), sums(&market));
    assert!(bricks.len() == 18 && bricks.keys().eq(market.keys()));
    // The market knows pharmacies without a brick as well.
    assert!(bricks.iter().all(|(brand, packs)| *packs <= market[brand] && *packs * 10 > market[brand] * 9));
}
