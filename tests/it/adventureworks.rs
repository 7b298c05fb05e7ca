//! The example `adventureworks` on the files that others made: every control total to the cent, every contradiction shown.
//!
//! The project is run once, by the command line, and every story here looks at that one release. Where the files are
//! absent the stories say what they left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use jobs::{Environment, Project, command_line, run};
use kernel::{Timestamp, clock::Fixed};

/// The names of a line's fields to their texts.
type Line = BTreeMap<String, String>;

/// One run of the example, with all that a story may ask about.
struct Told {
    folder: tempfile::TempDir,
    data: PathBuf,
    environment: Environment,
    printed: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The run, or none where the files are not.
fn told(story: &str) -> Option<&'static Told> {
    static TOLD: OnceLock<Option<Told>> = OnceLock::new();
    let told = TOLD.get_or_init(|| {
        let data = root().join("../shared/data/adventureworks").canonicalize().ok()?;
        Some(tell(data))
    });
    if told.is_none() {
        eprintln!("left out: `{story}` needs the files of ../shared/data/adventureworks, which are not there");
    }
    told.as_ref()
}

fn tell(data: PathBuf) -> Told {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("examples/adventureworks"), folder.path());
    let environment = Environment::fixed(folder.path(), Arc::new(Fixed(Timestamp(1_790_000_000_000_000))));
    let mut told = Told { folder, data, environment, printed: String::new() };
    let (code, printed, complaints) = told.command(&["run"]);
    assert_eq!(code, 0, "{printed}\n{complaints}");
    told.printed = printed;
    told
}

/// Copies the documents of a project; a warehouse or publication that a user made there stays behind.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_owned();
        if path.is_dir() {
            if name != "warehouse" && name != "published" {
                copy(&path, &to.join(name));
            }
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

impl Told {
    /// A command of the program on this project: exit code, results, complaints.
    fn command(&self, words: &[&str]) -> (u8, String, String) {
        let mut arguments = vec!["tantieme".to_owned()];
        arguments.extend(words.iter().map(|word| (*word).to_owned()));
        if words.first() == Some(&"run") {
            arguments.extend(["--var".to_owned(), format!("data={}", self.data.display())]);
        }
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = command_line::main_with(arguments, &self.environment, &mut out, &mut err);
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    /// The rows of a query on the release, every cell as text; an empty one is none.
    fn ask(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let variables = [format!("data={}", self.data.display())];
        let project = Project::load(self.folder.path(), &variables, &self.environment).ok().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let warehouse = run::open_warehouse(&project, &self.environment).await.unwrap();
            let release = engine::Release::latest(warehouse.store().as_ref()).await.unwrap().unwrap();
            let settings = run::session_settings(&self.environment);
            let landed = project.landed_tables().unwrap();
            let answer = engine::read::query(&warehouse, &landed, &release, sql, &settings).await.unwrap();
            answer.rows().unwrap()
        })
    }

    /// The first cell of the first row.
    fn one(&self, sql: &str) -> String {
        self.ask(sql)[0][0].clone().unwrap()
    }

    /// The lines of a control file, by the names of its first line.
    fn control(&self, file: &str) -> Vec<Line> {
        let text = fs::read_to_string(self.data.join("control_totals").join(file)).unwrap();
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().unwrap().split(',').collect();
        lines
            .map(|line| names.iter().map(|name| (*name).to_owned()).zip(line.split(',').map(str::to_owned)).collect())
            .collect()
    }

    /// Every row of a control file against every row of a table, by key; no row more, no row less.
    fn reproduces(&self, file: &str, columns: &[&str], sql: &str) {
        let stated: BTreeSet<Vec<String>> = self
            .control(file)
            .iter()
            .map(|line| columns.iter().map(|column| plain(&line[*column])).collect())
            .collect();
        let found: BTreeSet<Vec<String>> = self
            .ask(sql)
            .into_iter()
            .map(|row| row.into_iter().map(|cell| plain(&cell.unwrap_or_default())).collect())
            .collect();
        let missing: Vec<_> = stated.difference(&found).collect();
        let surplus: Vec<_> = found.difference(&stated).collect();
        assert!(missing.is_empty() && surplus.is_empty(), "{file}: stated only {missing:?}, found only {surplus:?}");
        assert_eq!(stated.len(), self.control(file).len(), "{file} states a row twice");
    }
}

/// A number without zeros at its end, so that `200000.0` and `200000.0000` are one; any other text as it is.
fn plain(text: &str) -> String {
    let is_number = text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    if is_number { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// A decimal as an integer of so many digits behind the point; more digits than that must be zeros.
fn scaled(text: &str, scale: usize) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (kept, rest) = fraction.split_at(fraction.len().min(scale));
    assert!(rest.bytes().all(|byte| byte == b'0'), "`{text}` has more than {scale} digits");
    format!("{whole}{kept:0<scale$}").parse().unwrap()
}

const SUMS: &str = "line_count, quantity, net_amount, cost_amount";

#[test]
fn every_control_total_of_sales_is_reproduced_to_the_cent() {
    let Some(told) = told("every_control_total_of_sales_is_reproduced_to_the_cent") else { return };
    told.reproduces(
        "by_month.csv",
        &["ym", "rows", "quantity", "sales", "cost"],
        &format!("select period_id, {SUMS} from reporting.sales_by_month"),
    );
    told.reproduces(
        "by_rep.csv",
        &["EmployeeKey", "Salesperson", "rows", "quantity", "sales", "cost"],
        &format!("select employee_key, salesperson_name, {SUMS} from reporting.sales_by_rep"),
    );
    told.reproduces(
        "by_territory.csv",
        &["SalesTerritoryKey", "Region", "Country", "rows", "quantity", "sales", "cost"],
        &format!("select place_id, place_name, country, {SUMS} from reporting.sales_by_territory"),
    );
    told.reproduces(
        "by_category.csv",
        &["Category", "rows", "quantity", "sales", "cost"],
        &format!("select category_id, {SUMS} from reporting.sales_by_category"),
    );
    told.reproduces(
        "by_month_rep.csv",
        &["ym", "EmployeeKey", "Salesperson", "rows", "quantity", "sales", "cost"],
        &format!("select period_id, employee_key, salesperson_name, {SUMS} from reporting.sales_by_month_and_rep"),
    );
}

#[test]
fn every_year_and_the_whole_add_up_to_what_is_stated() {
    let Some(told) = told("every_year_and_the_whole_add_up_to_what_is_stated") else { return };
    let years = told.ask("select year_id, net_amount from reporting.sales_by_year order by year_id");
    let years: Vec<(String, String)> =
        years.into_iter().map(|row| (row[0].clone().unwrap(), plain(&row[1].clone().unwrap()))).collect();
    let stated = [("2017", "8069755.58"), ("2018", "24328786.25"), ("2019", "32500005.58"), ("2020", "12650022.79")];
    assert_eq!(years, stated.map(|(year, amount)| (year.to_owned(), amount.to_owned())));
    let whole =
        told.ask("select count(*), sum(net_amount), sum(quantity), sum(cost_amount) from conformed.transactions");
    let whole: Vec<String> = whole[0].iter().map(|cell| plain(&cell.clone().unwrap())).collect();
    assert_eq!(whole, ["57851", "77548570.2", "204114", "76549075.63"]);
}

/// Sales and targets agree in every row. Attainment is rounded half away from zero by contract; at the five rep-months
/// whose quotient ends exactly on the half the file has the lower neighbour.
#[test]
fn attainment_by_rep_and_month_is_reproduced() {
    let Some(told) = told("attainment_by_rep_and_month_is_reproduced") else { return };
    let table = "reporting.attainment_by_rep_month";
    told.reproduces(
        "attainment_by_rep_month.csv",
        &["Salesperson", "EmployeeID", "ym", "TargetAmount", "sales"],
        &format!("select salesperson_name, employee_id, period_id, target_amount, net_amount from {table}"),
    );
    let found: BTreeMap<(String, String), Option<String>> = told
        .ask(&format!("select employee_id, period_id, attainment_rate from {table}"))
        .into_iter()
        .map(|row| ((row[0].clone().unwrap(), row[1].clone().unwrap()), row[2].clone()))
        .collect();
    let mut halves = 0;
    for line in told.control("attainment_by_rep_month.csv") {
        let ours = found[&(line["EmployeeID"].clone(), line["ym"].clone())].as_deref().unwrap_or_default();
        let stated = &line["attainment"];
        if plain(ours) == plain(stated) {
            continue;
        }
        let (sales, target) = (scaled(&line["sales"], 2), scaled(&line["TargetAmount"], 2));
        assert_eq!((sales * 2_000_000) % target, 0, "{line:?} is no exact half, but {ours} was found");
        assert_eq!((sales * 2_000_000 / target) % 2, 1, "{line:?} is no exact half, but {ours} was found");
        assert_eq!(scaled(ours, 6), scaled(stated, 6) + 1, "{line:?}");
        halves += 1;
    }
    assert_eq!(halves, 5);
}

#[test]
fn attainment_of_all_163_rep_quarters_is_reproduced() {
    let Some(told) = told("attainment_of_all_163_rep_quarters_is_reproduced") else { return };
    told.reproduces(
        "attainment_quarter_quota_dw.csv",
        &["EmployeeKey", "q", "Quota", "sales", "Salesperson", "attainment"],
        "select employee_key, replace(period_id, '-', ''), target_amount, net_amount, salesperson_name, attainment_rate \
         from reporting.attainment_by_rep_quarter",
    );
    assert_eq!(told.one("select count(*) from reporting.attainment_by_rep_quarter"), "163");
}

#[test]
fn every_delivered_row_is_accounted_for() {
    let Some(told) = told("every_delivered_row_is_accounted_for") else { return };
    let broken = told.ask(
        "select stream from landed.batches \
         where delivered_count <> landed_count + quarantined_count + repeated_count + refused_count",
    );
    assert!(broken.is_empty(), "{broken:?}");
    let delivered =
        told.ask("select stream, landed_count from landed.batches where quarantined_count + refused_count = 0");
    let delivered: BTreeMap<String, String> =
        delivered.into_iter().map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap())).collect();
    let stated = [
        ("erp_order_lines", "57851"),
        ("erp_targets", "809"),
        ("quota_sales_quotas", "163"),
        ("quota_currency_rates", "14264"),
        ("hr_currency_rates", "13532"),
        ("hr_employees", "290"),
        ("hr_territory_history", "17"),
    ];
    for (stream, count) in stated {
        assert_eq!(delivered.get(stream).map(String::as_str), Some(count), "{stream}");
    }
}

#[test]
fn the_contradictions_of_the_sources_are_exceptions_and_nothing_is_dropped() {
    let Some(told) = told("the_contradictions_of_the_sources_are_exceptions_and_nothing_is_dropped") else { return };
    let subjects = |kind: &str| -> Vec<String> {
        told.ask(&format!(
            "select subject_id from reporting.exceptions where exception_kind = '{kind}' group by 1 order by 1"
        ))
        .into_iter()
        .map(|row| row[0].clone().unwrap())
        .collect()
    };
    assert_eq!(subjects("master_territory_disagrees"), ["275", "277", "282", "289"]);
    assert_eq!(subjects("territory_shared"), ["1", "4", "6"]);
    assert_eq!(subjects("sales_without_seat"), ["seat-272", "seat-286", "seat-290", "seat-294"]);
    assert_eq!(subjects("sales_without_monthly_target"), ["seat-283"]);
    assert!(!subjects("sales_outside_seat").is_empty());
    let first = told.one(
        "select min(period_id) from reporting.exceptions \
         where exception_kind = 'sales_without_seat' and subject_id = 'seat-286'",
    );
    assert_eq!(first, "2018-12", "the seat is empty from 2018-11-01, and November has no sales");
    let in_seat = told.one(
        "select count(*) from conformed.transactions as lines \
         inner join conformed.seats as seats on seats.position_id = lines.named_position_id \
         and seats.territory_id = lines.place_id \
         and lines.booking_date >= seats.from_date and lines.booking_date < seats.to_date",
    );
    assert_eq!(in_seat, "46056");
    assert_eq!(told.one("select count(*) from reporting.transactions"), "57851");
}

#[test]
fn both_views_credit_every_sale_and_their_difference_is_listed() {
    let Some(told) = told("both_views_credit_every_sale_and_their_difference_is_listed") else { return };
    let views = told.ask("select sum(by_rep_amount), sum(by_region_amount) from reporting.credit_views");
    let views: Vec<String> = views[0].iter().map(|cell| plain(&cell.clone().unwrap())).collect();
    assert_eq!(views, ["77548570.2", "77548570.2"]);
    assert_eq!(told.one("select count(*) from reporting.lines_outside_region"), "19169");
    let thirds = told.ask("select share_rate from conformed.alignments where place_key = '1' order by position_id");
    let thirds: Vec<String> = thirds.into_iter().map(|row| row[0].clone().unwrap()).collect();
    assert_eq!(thirds, ["0.333334", "0.333333", "0.333333"]);
}

#[test]
fn every_commission_and_bonus_follows_from_the_files_by_hand() {
    let Some(told) = told("every_commission_and_bonus_follows_from_the_files_by_hand") else { return };
    let terms = terms(told);
    let months: BTreeMap<(String, String), i128> = told
        .control("by_month_rep.csv")
        .iter()
        .map(|line| ((line["EmployeeKey"].clone(), line["ym"].clone()), scaled(&line["sales"], 2)))
        .collect();
    let mut expected: BTreeMap<(String, String), (i128, i128)> = BTreeMap::new();
    for line in told.control("attainment_quarter_quota_dw.csv") {
        let (key, quarter) = (line["EmployeeKey"].as_str(), line["q"].as_str());
        let Some((payee, rate, bonus)) = terms.get(key) else { continue };
        let (sales, quota) = (scaled(&line["sales"], 2), scaled(&line["Quota"], 2));
        // Seat 286 is empty from 2018-11-01; seat 293 is taken that day.
        let (held_sales, days) = match (key, quarter) {
            ("286", "2018Q4") => (months[&("286".to_owned(), "2018-10".to_owned())], 31),
            ("293", "2018Q4") => (sales, 61),
            ("286", later) if later > "2018Q4" => continue,
            _ => (sales, 92),
        };
        // Rate and bonus have four digits behind the point, sales two; half of what lies above the quota comes on top.
        let commission = halves_up(rate * (2 * held_sales + (held_sales - quota).max(0)), 20_000);
        let bonus = if sales >= quota { halves_up(bonus * days, 9_200) } else { 0 };
        expected.insert((payee.clone(), quarter.replace('Q', "-Q")), (commission, bonus));
    }
    let paid = "select payee_id, period_id, component_id, incentive_amount from reporting.incentives \
                where plan_id in ('rep-commission', 'rep-bonus')";
    let mut found: BTreeMap<(String, String), (i128, i128)> = BTreeMap::new();
    for row in told.ask(paid) {
        let cell = |at: usize| row[at].clone().unwrap();
        let entry = found.entry((cell(0), cell(1))).or_default();
        let amount = scaled(&cell(3), 2);
        if cell(2) == "commission" { entry.0 += amount } else { entry.1 += amount }
    }
    assert_eq!(found, expected);
    assert!(expected.values().any(|(_, bonus)| *bonus > 0));
}

/// By ERP key of every rep: the number of HR, the commission rate in ten-thousandths, the bonus in ten-thousandths.
fn terms(told: &Told) -> BTreeMap<String, (String, i128, i128)> {
    let read = |file: &str| fs::read_to_string(told.data.join(file)).unwrap().replace('\r', "");
    let fields = |text: &str, mark: char| -> Vec<Vec<String>> {
        text.lines().map(|line| line.split(mark).map(str::to_owned).collect()).collect()
    };
    let numbers: BTreeMap<String, String> =
        fields(&read("hr/Employee.csv"), '\t').into_iter().map(|row| (row[1].clone(), row[0].clone())).collect();
    let pay: BTreeMap<String, (i128, i128)> = fields(&read("hr/SalesPerson.csv"), '\t')
        .into_iter()
        .map(|row| (row[0].clone(), (scaled(&row[4], 4), scaled(&row[3], 4))))
        .collect();
    fields(&read("erp/Salesperson.csv"), '|')
        .into_iter()
        .filter(|row| row[2] == "Sales Representative")
        .map(|row| {
            let number = numbers[&row[1]].clone();
            let (rate, bonus) = pay[&number];
            (row[0].clone(), (number, rate, bonus))
        })
        .collect()
}

/// A quotient of positive numbers, rounded half up.
fn halves_up(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator) / (2 * denominator)
}

#[test]
fn managers_are_paid_on_what_rolls_up_to_them() {
    let Some(told) = told("managers_are_paid_on_what_rolls_up_to_them") else { return };
    let totals = "select position_id, sum(measured_value), sum(target_value) from attainment.measures \
                  where component_id = 'team-sales' and target_value is not null group by position_id order by position_id";
    let by_rep: BTreeMap<String, i128> = told
        .control("by_rep.csv")
        .iter()
        .map(|line| (line["EmployeeKey"].clone(), scaled(&line["sales"], 2)))
        .collect();
    let team = |keys: &[&str]| keys.iter().map(|key| by_rep[*key]).sum::<i128>();
    let north_america = team(&["272", "281", "282", "283", "284", "285", "286", "287", "288", "289", "293"]);
    let expected = [
        ("seat-272", north_america),
        ("seat-277", by_rep.values().sum()),
        ("seat-290", team(&["290", "291", "292", "295"])),
        ("seat-294", team(&["294", "296"])),
    ];
    let found: Vec<(String, i128)> = told
        .ask(totals)
        .into_iter()
        .map(|row| (row[0].clone().unwrap(), scaled(row[1].as_deref().unwrap(), 2)))
        .collect();
    assert_eq!(found, expected.map(|(seat, amount)| (seat.to_owned(), amount)));
    let rolled_up = told.one(
        "select count(*) from credits.credits \
         where rule_set_id = 'by-rep' and credit_type = 'rollup' and position_id = 'seat-277'",
    );
    assert_eq!(rolled_up, "57851");
}
