//! What happens when something is wrong: a message with place and cure, the right exit code, the last release untouched.

use std::{collections::BTreeMap, fs, path::Path};

use kernel::Digest;

use crate::support::{Answer, Place, binary};

/// Every file that readers of the first release see.
type Seen = BTreeMap<String, Digest>;

/// A project with a release, and what readers see of it.
fn released() -> (Place, Seen) {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let seen = seen(&place);
    assert!(seen.len() > 50, "{seen:?}");
    (place, seen)
}

fn seen(place: &Place) -> Seen {
    let mut seen = Seen::new();
    for folder in ["warehouse/releases", "warehouse/tables", "published"] {
        collect(&place.project.join(folder), &mut seen);
    }
    seen
}

fn collect(folder: &Path, seen: &mut Seen) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, seen);
        } else if path.is_file() {
            seen.insert(path.display().to_string(), Digest::of(&fs::read(&path).expect("a file")));
        }
    }
}

/// The command ends with that code, says that, and says what to do; readers see what they saw.
fn refuses(place: &Place, before: &Seen, command: &[&str], code: u8, words: &[&str]) -> Answer {
    let answer = place.tantieme(command).fails(code, words);
    assert!(answer.err.contains("hint: "), "no cure in\n{}", answer.err);
    assert_eq!(place.last_release(), 1, "a release was made\n{}", answer.err);
    unchanged(place, before);
    answer
}

/// Whatever the first release was made of is there as it was.
fn unchanged(place: &Place, before: &Seen) {
    let after = seen(place);
    for (path, hash) in before.iter().filter(|(path, _)| !path.ends_with("latest.json")) {
        assert_eq!(after.get(path), Some(hash), "{path}");
    }
}

#[test]
fn a_misspelt_column_of_a_contract_is_found_in_the_file() {
    let (place, before) = released();
    place.edit("sources/crm_sales.yml", "from: booked", "from: boked");
    refuses(&place, &before, &["run"], 2, &["boked", "sources/crm_sales.yml", "booked"]);
}

#[test]
fn a_misspelt_column_of_a_model_is_found_before_anything_runs() {
    let (place, before) = released();
    place.edit("sql/conformed/transactions.sql", "sales.quantity,", "sales.quantty,");
    refuses(&place, &before, &["run"], 2, &["quantty", "sql/conformed/transactions.sql:"]);
    place.tantieme(&["check"]).fails(2, &["quantty"]);
    unchanged(&place, &before);
}

#[test]
fn a_misspelt_key_is_found_with_line_and_column() {
    let (place, before) = released();
    place.edit("tantieme.yml", "time_zone:", "timezone:");
    let refused = place.tantieme(&["run"]).fails(2, &["timezone", "tantieme.yml:4:1"]);
    assert!(refused.err.starts_with("error[K001]"), "{}", refused.err);
    place.edit("tantieme.yml", "timezone:", "time_zone:");
    unchanged(&place, &before);
}

#[test]
fn overlapping_tiers_are_named_both() {
    let (place, before) = released();
    place.edit("plans/representatives.yml", "lookup: interpolated", "lookup: flat");
    place.edit(
        "plans/representatives.yml",
        "points: {50%: 0%, 100%: 100%, 150%: 200%}",
        "tiers: [{from: 0%, to: 60%, output: 0%}, {from: 50%, output: 100%}]",
    );
    refuses(&place, &before, &["run"], 2, &["plans/representatives.yml:", "both claim `0.5`"]);
    place.tantieme(&["plan", "check", "plans/representatives.yml"]).fails(2, &["plans/representatives.yml:"]);
    unchanged(&place, &before);
}

#[test]
fn a_missing_file_is_named() {
    let (place, before) = released();
    fs::remove_file(place.project.join("data/people.csv")).expect("a file");
    refuses(&place, &before, &["run"], 2, &["people.csv", "sources/hr_people.yml"]);
}

#[test]
fn a_file_of_another_encoding_is_not_landed_as_rubbish() {
    let (place, before) = released();
    let people = place.read("data/people.csv").replace("Ada Kern", "Ad\u{e9} K\u{f6}rn");
    let latin: Vec<u8> = people.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    place.write("data/people.csv", latin);
    let answer = place.tantieme(&["run"]);
    assert_ne!(answer.code, 0, "{}", answer.out);
    assert!(answer.err.contains("people"), "{}", answer.err);
    assert!(answer.err.contains("utf-8") || answer.err.contains("UTF-8"), "{}", answer.err);
    assert_eq!(place.last_release(), 1);
    unchanged(&place, &before);
}

#[test]
fn a_document_of_another_encoding_is_named_with_its_line() {
    let (place, before) = released();
    let mut plan = place.read("plans/team.yml").into_bytes();
    plan.extend(b"# caf\xe9\n");
    place.write("plans/team.yml", plan);
    refuses(&place, &before, &["run"], 2, &["J004", "plans/team.yml:"]);
}

#[test]
fn two_runs_at_once_are_one_run() {
    let (place, before) = released();
    let run = std::sync::Mutex::new(());
    let warehouse = place.project.join("warehouse");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let opened = runtime.block_on(engine::Warehouse::open(&warehouse.display().to_string(), &Default::default()));
    let opened = opened.expect("a warehouse");
    let guard = run.lock();
    let lease = opened.lease("another").expect("a lease");
    refuses(&place, &before, &["run"], 3, &["E010", "another"]);
    drop(lease);
    drop(guard);
    place.tantieme(&["run"]).fine();
    unchanged(&place, &before);
}

#[test]
fn a_warehouse_that_cannot_be_made_is_the_surroundings_fault() {
    let place = Place::starter();
    // A folder below a plain file: whoever runs the test, root too, is not permitted.
    place.edit("tantieme.yml", "warehouse: ./warehouse", "warehouse: ./README.md/warehouse");
    place.tantieme(&["run"]).fails(7, &["README.md"]);
}

#[test]
fn a_target_that_cannot_be_written_leaves_the_release_standing() {
    let (place, before) = released();
    place.edit("tantieme.yml", "to: ./published/parquet", "to: ./README.md/published");
    place.edit("plans/representatives.yml", "150%: 200%", "150%: 210%");
    place.tantieme(&["run"]).fails(7, &["README.md", "release 2 stands"]);
    assert_eq!(place.last_release(), 2);
    place.edit("tantieme.yml", "to: ./README.md/published", "to: ./published/parquet");
    place.tantieme(&["run"]).fine();
    assert!(place.project.join("published/parquet/releases/0000000002").exists());
    unchanged(&place, &before);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_the_next_run_goes_on() {
    let (place, before) = released();
    place.edit("data/sales-2026-01.csv", "north", "south");
    // The system refuses files above a few kilobytes, as a full disk does, once the signal is ignored.
    let script = format!("trap '' XFSZ; ulimit -f 2; exec {} run", binary().display());
    let ended =
        std::process::Command::new("sh").args(["-c", &script]).current_dir(&place.project).output().expect("sh");
    let err = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(7), "{err}");
    assert!(err.contains("hint: "), "{err}");
    assert_eq!(place.last_release(), 1);
    unchanged(&place, &before);
    place.tantieme(&["run"]).fine();
    assert_eq!(place.last_release(), 2);
    place.tantieme(&["doctor"]).fine();
}

#[test]
fn a_failed_check_keeps_the_release_before() {
    let (place, before) = released();
    place.edit(
        "sql/conformed/occupancies.yml",
        "tags: [starter]",
        "checks:\n  - range: {column: share_rate, from: \"2\"}\ntags: [starter]",
    );
    refuses(&place, &before, &["run"], 4, &["E012", "conformed.occupancies", "share_rate"]);
}

#[test]
fn too_many_bad_rows_stop_the_stream() {
    let (place, before) = released();
    place.edit("sources/crm_sales.yml", "most_quarantined_rate: 0.2", "most_quarantined_rate: 0.001");
    place.edit("data/sales-2026-02.csv", "order,line", "order,line");
    place.write(
        "data/sales-2026-04.csv",
        "order,line,booked,seat,customer,product,quantity,amount\n1,1,never,a,b,c,d,e\n",
    );
    refuses(&place, &before, &["run"], 4, &["crm_sales"]);
}

#[test]
fn unknown_projects_variables_periods_and_selectors_are_named() {
    let (place, before) = released();
    place.tantieme(&["run", "--project", "/nowhere/at/all"]).fails(2, &["J001", "/nowhere/at/all"]);
    refuses(&place, &before, &["run", "--var", "dta=x"], 2, &["`dta`", "data"]);
    refuses(&place, &before, &["run", "--period", "2026-13"], 2, &["2026-13", "2026-01 to 2026-12"]);
    refuses(&place, &before, &["run", "--period", "2026-03..2026-01"], 2, &["backwards"]);
    refuses(&place, &before, &["run", "--select", "credits.credts"], 2, &["credits.credits"]);
}

#[test]
fn a_stale_source_stops_the_run() {
    let (place, before) = released();
    place.edit(
        "sources/crm_sales.yml",
        "unknown_columns: fail",
        "freshness: {column: booking_date, at_most_days: 1}\nunknown_columns: fail",
    );
    refuses(&place, &before, &["run"], 6, &["crm_sales"]);
}

#[test]
fn a_damaged_file_is_found_by_the_doctor() {
    let (place, _) = released();
    let tables = place.project.join("warehouse/tables/reporting.statement");
    let file = fs::read_dir(&tables).expect("a folder").next().expect("a file").expect("an entry").path();
    fs::write(&file, b"PAR1 damaged").expect("a file");
    place.tantieme(&["doctor"]).fails(7, &["is damaged", "reporting.statement"]);
}

#[test]
fn contracts_that_refer_in_a_circle_are_named() {
    let (place, before) = released();
    place.edit(
        "sources/crm_products.yml",
        "delivery: full",
        "delivery: full\nreferences:\n  - {columns: [product_id], to: landed.crm_sales, key: [product_id]}",
    );
    refuses(&place, &before, &["run"], 2, &["J013", "landed.crm_sales", "landed.crm_products"]);
}

/// A contract whose files come with totals, and a file that does not hold them.
fn short_of_its_totals(place: &Place) {
    place.edit(
        "sources/crm_sales.yml",
        "unknown_columns: fail",
        "control_totals: {path: data/totals.csv, delimiter: \",\", file_column: file, row_count_column: rows, required: false}\n\
         unknown_columns: fail",
    );
    place.write(
        "data/sales-2026-04.csv",
        "order,line,booked,seat,customer,product,quantity,amount\n2001,1,2026-04-02,north,Dorn AG,lathe,1,100.00\n",
    );
    place.write("data/totals.csv", "file,rows\nsales-2026-04.csv,2\n");
}

#[test]
fn a_file_short_of_its_totals_stops_the_run_once_and_is_named_ever_after() {
    let (place, before) = released();
    short_of_its_totals(&place);
    let words = ["error[J017]", "sales-2026-04.csv", "2 stated, 1 found, difference -1", "run the same command again"];
    let told = refuses(&place, &before, &["run"], 4, &words);
    assert!(told.out.contains("`sales-2026-04.csv` refused: "), "{}", told.out);
    let again = place.tantieme(&["run"]).fine();
    assert!(again.err.contains("warning[J017]") && again.err.contains("stays refused"), "{}", again.err);
    assert!(place.tantieme(&["run", "--quiet"]).fine().err.contains("warning[J017]"));
    let log = place.tantieme(&["run", "--json"]).fine().json();
    assert!(log["warnings"][0].as_str().is_some_and(|text| text.contains("sales-2026-04.csv")), "{log}");
    assert!(log["landed"].to_string().contains("\"stated\":\"2\""), "{log}");
    place.write("data/totals.csv", "file,rows\nsales-2026-04.csv,1\n");
    let mended = place.tantieme(&["run"]).fine();
    assert!(!mended.err.contains("J017"), "{}", mended.err);
    let rows = place.query("select net_amount from reporting.transactions where transaction_id = '2001'");
    assert_eq!(rows, serde_json::json!([{"net_amount": "100.0000"}]));
}

#[test]
fn rows_that_a_run_withdraws_are_remarked() {
    let (place, _) = released();
    let people = place.read("data/people.csv");
    let without: Vec<_> = people.lines().filter(|line| !line.starts_with("104,")).collect();
    place.write("data/people.csv", without.join("\n") + "\n");
    let told = place.tantieme(&["run"]);
    assert!(told.out.contains("1 row no longer delivered and withdrawn"), "{}\n{}", told.out, told.err);
}

#[test]
fn a_query_that_meets_a_missing_or_damaged_file_says_so() {
    let (place, _) = released();
    place.tantieme(&["query", "select measurd_value from reporting.statement"]).fails(2, &["`measured_value`"]);
    place.tantieme(&["query", "select 1 as a from reporting.statment"]).fails(2, &["`reporting.statement`"]);
    let tables = place.project.join("warehouse/tables/reporting.statement");
    let file = fs::read_dir(&tables).expect("a folder").next().expect("a file").expect("an entry").path();
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    fs::write(&file, vec![0; fs::metadata(&file).expect("a file").len() as usize]).expect("a file");
    place.tantieme(&["show", "reporting.statement"]).fails(7, &["E013", "is damaged", "roll back"]);
    fs::remove_file(&file).expect("a file");
    place.tantieme(&["show", "reporting.statement"]).fails(7, &["E013", &name, "is missing", "roll back"]);
}

#[test]
fn addresses_selectors_and_keys_that_cannot_be_are_told_with_their_cure() {
    let (place, before) = released();
    refuses(&place, &before, &["run", "--select", "tag:foo"], 2, &["tag:foo", "`tag:starter`"]);
    let original = place.read("tantieme.yml");
    place.edit("tantieme.yml", "warehouse: ./warehouse", "warehouse: ftp://somewhere/x");
    place.tantieme(&["check"]).fails(2, &["J002", "ftp://somewhere/x", "tantieme.yml:", "s3://"]);
    place.write("tantieme.yml", original);
    place.edit("plans/representatives.yml", "100%: 100%, 150%: 200%", "100%: 100%, 100%: 120%");
    let told = place.tantieme(&["check"]).fails(2, &["key `100%` stands twice", "plans/representatives.yml:"]);
    assert!(!told.err.contains("DuplicateKeyPolicy"), "{}", told.err);
}

#[test]
fn a_misspelt_column_of_a_sidecar_is_told_once_with_its_line() {
    let (place, before) = released();
    place.edit("sql/conformed/transactions.yml", "name: quantity", "name: quantty");
    let told = refuses(&place, &before, &["check"], 2, &["quantty", "sql/conformed/transactions.yml:"]);
    assert_eq!(told.err.matches("error[").count(), 1, "{}", told.err);
}
