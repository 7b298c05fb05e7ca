//! The command line on the starter project: what a user types, sees and gets back.

use std::io::{Read, Write};
use std::process::Stdio;

use crate::support::{Place, repository};

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let place = Place::empty();
    let help = place.tantieme(&["--help"]).fine().out;
    for command in [
        "init",
        "check",
        "run",
        "show",
        "query",
        "releases",
        "diff",
        "rollback",
        "reproduce",
        "quarantine",
        "plan",
        "explain",
        "lineage",
        "test",
        "export",
        "maintain",
        "doctor",
        "demo",
        "completions",
        "man",
    ] {
        assert!(help.contains(&format!("\n  {command}")), "{command} is not in\n{help}");
    }
    assert!(help.contains("130 interrupted"), "{help}");
    assert!(place.tantieme(&["completions", "bash"]).fine().out.contains("_tantieme"));
    assert!(place.tantieme(&["man"]).fine().out.contains(".TH tantieme"));
    place.tantieme(&["frobnicate"]).fails(2, &["frobnicate"]);
}

#[test]
fn a_first_run_releases_and_a_second_has_nothing_to_publish() {
    let place = Place::starter();
    let first = place.tantieme(&["run"]).fine();
    assert!(first.out.contains("release 1"), "{}", first.out);
    assert!(first.out.contains("delivered = landed + repeated + quarantined + refused"), "{}", first.out);
    let second = place.tantieme(&["run"]).fine();
    assert!(second.out.contains("nothing to publish"), "{}", second.out);
    assert_eq!(place.last_release(), 1);
    let log = place.tantieme(&["show", "run_log", "--json"]).fine().json();
    assert_eq!(log.as_array().map(Vec::len), Some(2), "{log}");
    assert_eq!((&log[0]["outcome"], &log[1]["outcome"]), (&"released".into(), &"nothing_new".into()));
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let place = Place::starter();
    let told = place.tantieme(&["run", "--dry-run"]).fails(5, &[]);
    for word in ["landed.crm_sales", "would land", "nothing was changed", "`reporting.statement`"] {
        assert!(told.out.contains(word), "`{word}` is not in\n{}", told.out);
    }
    assert_eq!(told.err, "", "a dry run that found something has not failed");
    assert_eq!(place.last_release(), 0);
    assert!(!place.project.join("warehouse/runs").exists());
    place.tantieme(&["run"]).fine();
    place.tantieme(&["run", "--dry-run"]).fine();
    place.edit("plans/representatives.yml", "150%: 200%", "150%: 220%");
    let told = place.tantieme(&["run", "--dry-run", "--json"]).fails(5, &[]).json();
    let reached = |table: &str| {
        let models = told["models"].as_array().expect("models").iter();
        models.clone().any(|model| model["table"] == table && model["computed"].as_u64() > Some(0))
    };
    assert!(reached("incentives.incentives") && !reached("credits.credits"), "{told}");
}

#[test]
fn a_dry_run_does_not_wait_for_another_run() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let warehouse = place.project.join("warehouse").display().to_string();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let opened = runtime.block_on(engine::Warehouse::open(&warehouse, &Default::default())).expect("a warehouse");
    let lease = opened.lease("another").expect("a lease");
    place.tantieme(&["run", "--dry-run"]).fine();
    drop(lease);
}

#[test]
fn tables_are_shown_as_text_csv_and_json() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let names = place.tantieme(&["show"]).fine().out;
    assert!(names.contains("reporting.statement"), "{names}");
    let sql = "select 'x' as word, cast('-1.50' as decimal(9, 2)) as amount, cast(null as varchar) as nothing";
    let csv = place.tantieme(&["query", sql, "--format", "csv"]).fine().out;
    assert_eq!(csv, "word,amount,nothing\nx,-1.50,\n");
    let json = place.query(sql);
    assert_eq!(json, serde_json::json!([{"word": "x", "amount": "-1.50", "nothing": null}]));
    let text = place.tantieme(&["query", sql]).fine().out;
    assert!(text.contains("word  amount  nothing"), "{text}");
    place.tantieme(&["show", "reporting.statment"]).fails(2, &["statment"]);
    place.tantieme(&["query", "delete from reporting.statement"]).fails(2, &["E016"]);
    place.tantieme(&["show", "reporting.statement", "--as-of", "9"]).fails(2, &["there is no release 9"]);
}

#[test]
fn csv_holds_nothing_that_a_spreadsheet_would_run() {
    let place = Place::starter();
    place.edit("data/people.csv", "Ada Kern", "=HYPERLINK(1)");
    place.tantieme(&["run", "--quiet"]).fine();
    place.tantieme(&["export", "conformed.payees", "--to", "payees.csv"]).fine();
    let csv = place.read("payees.csv");
    assert!(csv.contains(",'=HYPERLINK(1),"), "{csv}");
    let sql = "select cast('-2.00' as decimal(9, 2)) as number, '-2.00' as text, '@x' as at";
    assert_eq!(place.tantieme(&["query", sql, "--format", "csv"]).fine().out, "number,text,at\n-2.00,'-2.00,'@x\n");
    place.tantieme(&["export", "reporting.statement", "--to", "statement.parquet", "--format", "parquet"]).fine();
    assert!(std::fs::read(place.project.join("statement.parquet")).expect("a file").starts_with(b"PAR1"));
}

#[test]
fn releases_can_be_compared_gone_back_to_and_made_again() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    place.edit("plans/representatives.yml", "150%: 200%", "150%: 220%");
    place.tantieme(&["run", "--quiet"]).fine();
    let diff = place.tantieme(&["diff", "1", "2"]).fine().out;
    assert!(diff.contains("reporting.statement"), "{diff}");
    let before = place.tantieme(&["show", "reporting.payments", "--as-of", "1", "--json"]).fine().out;
    place.tantieme(&["rollback", "1"]).fine();
    assert_eq!(place.tantieme(&["show", "reporting.payments", "--json"]).fine().out, before);
    let log = place.tantieme(&["show", "run_log", "--json"]).fine().json();
    assert_eq!((&log[2]["outcome"], &log[2]["release"]), (&"rolled_back".into(), &3.into()), "{log}");
    let sums = place.tantieme(&["diff", "1", "2", "--json"]).fine().json();
    for column in sums["tables"].as_array().expect("tables").iter().filter_map(|one| one["sums"].as_object()) {
        let adds_up = |name: &String| name.ends_with("amount") || name.ends_with("quantity");
        assert!(column.keys().all(adds_up), "{column:?}");
    }
    assert_eq!(place.tantieme(&["diff", "1", "3"]).fine().out, "releases 1 and 3 hold the same rows\n");
    place.tantieme(&["reproduce", "2"]).fine();
    place.tantieme(&["run", "--quiet"]).fine();
    assert_eq!(place.tantieme(&["diff", "2", "4"]).fine().out, "releases 2 and 4 hold the same rows\n");
    place.tantieme(&["maintain", "--keep", "0"]).fails(2, &["J015", "--keep 1"]);
    let kept = place.tantieme(&["maintain", "--keep", "1"]).fine().out;
    assert!(kept.contains("removed releases: 1, 2, 3"), "{kept}");
    place.tantieme(&["show", "reporting.payments"]).fine();
    place.tantieme(&["doctor"]).fine();
}

#[test]
fn a_bad_row_is_shown_fixed_and_paid() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let list = place.tantieme(&["quarantine", "list", "--json"]).fine().json();
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
    let of = |word: &str| {
        let rows = list.as_array().expect("rows").iter();
        let row = rows.clone().find(|row| row["reasons"].as_str().is_some_and(|text| text.contains(word)));
        row.unwrap_or_else(|| panic!("{word} is not in {list}"))["id"].as_str().expect("an id").to_owned()
    };
    let (date, product) = (of("2026-03-32"), of("grinder"));
    let shown = place.tantieme(&["quarantine", "show", &date]).fine().out;
    assert!(shown.contains("sales-2026-03.csv"), "{shown}");
    place.tantieme(&["quarantine", "fix", &date, "--set", "booking_date=2026-03-31"]).fine();
    place.tantieme(&["quarantine", "accept", "crm_sales", &product, "--reason", "sold by another company"]).fine();
    place.tantieme(&["run", "--quiet"]).fine();
    assert!(place.tantieme(&["quarantine", "list"]).fine().out.contains("nothing is in quarantine"));
    let rows = place.query("select net_amount from reporting.transactions where transaction_id = '1998'");
    assert_eq!(rows, serde_json::json!([{"net_amount": "990.0000"}]));
}

#[test]
fn a_payment_is_explained_down_to_the_source_line() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let told = place.tantieme(&["explain", "101", "2026-01"]).fine().out;
    for word in ["Ada Kern", "Revenue", "46,000.00", "40,000.00", "sales-2026-01.csv:"] {
        assert!(told.contains(word), "`{word}` is not in\n{told}");
    }
    let none = place.tantieme(&["explain", "101", "2026-01", "--credits", "0"]).fine().out;
    assert!(none.contains("from 5 credits; `--credits` shows them\n"), "{none}");
    place.tantieme(&["explain", "999", "2026-01"]).fails(2, &["999"]);
    place.tantieme(&["explain", "101", "2031-01"]).fails(2, &["2031-01"]);
    // The same on a page of its own, which loads nothing, and says what is missing to the next tier.
    let page = place.tantieme(&["explain", "101", "2026-03", "--format", "html"]).fine().out;
    for word in ["<!doctype html>", "Ada Kern", "1,363.64", "each unit more brings 0.0454545 EUR", "sales-2026-03.csv:"]
    {
        assert!(page.contains(word), "`{word}` is not in\n{page}");
    }
    for word in ["<script", "http:", "https:"] {
        assert!(!page.contains(word), "`{word}` is in\n{page}");
    }
}

#[test]
fn an_explanation_tells_the_target_and_the_payment_in_both_languages() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let english = place.tantieme(&["explain", "102", "2026-02"]).fine().out;
    for word in ["target set `official`, 2026-02", "14 ÷ 28", "38,000.00 × 50 %", "3,828.38 more reaches 50 %"] {
        assert!(english.contains(word), "`{word}` is not in\n{english}");
    }
    let german = place.tantieme(&["explain", "102", "2026-02", "--language", "de"]).fine().out;
    for word in ["Zielsatz `official`, 2026-02", "38.000,00 × 50 %", "3.828,38 mehr erreicht 50 %", "gezahlt 0,00 EUR"]
    {
        assert!(german.contains(word), "`{word}` is not in\n{german}");
    }
    let page = place.tantieme(&["explain", "102", "2026-02", "--language", "de", "--format", "html"]).fine().out;
    assert!(page.contains("<html lang=\"de\">") && page.contains("Zielvorgabe"), "{page}");
    let paid = "select step_name, value_out from reporting.explanations where payee_id = '101' \
        and period_id = '2026-02' and step_number >= 5000 order by step_number";
    let steps = place.query(paid);
    let names: Vec<&str> = steps.as_array().expect("rows").iter().filter_map(|row| row["step_name"].as_str()).collect();
    assert_eq!(names, ["entry", "due", "all_due", "payment"], "{steps}");
    assert_eq!(steps[3]["value_out"], "797.6200000000", "{steps}");
}

/// In ten-thousandths.
fn exact(text: &serde_json::Value) -> i128 {
    let text = text.as_str().expect("a decimal");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{:0<10.10}", fraction).parse().expect("digits")
}

#[test]
fn the_credits_of_an_explanation_add_up_to_its_measure() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let rows = place.query("select payee_id, period_id from reporting.statement group by payee_id, period_id");
    let rows = rows.as_array().expect("rows");
    assert!(rows.len() > 10, "{rows:?}");
    for row in rows {
        let of = |name: &str| row[name].as_str().expect("text");
        let told = place.tantieme(&["explain", of("payee_id"), of("period_id"), "--json"]).fine().json();
        for component in told["statement"].as_array().expect("components") {
            let is_own = |credit: &&serde_json::Value| {
                ["plan_id", "component_id", "position_id"].iter().all(|key| credit[*key] == component[*key])
            };
            let credits = told["credits"].as_array().expect("credits").iter().filter(is_own);
            let sum: i128 = credits.map(|credit| exact(&credit["credited_amount"])).sum();
            assert_eq!(sum, exact(&component["measured_value"]), "{row}: {component}");
        }
    }
    let told = place.tantieme(&["explain", "102", "2026-02"]).fine().out;
    assert!(told.contains("from 1 credit:"), "{told}");
}

#[test]
fn an_export_replaces_files_only_and_takes_the_format_from_the_ending() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let export = |more: &[&str]| place.tantieme(&[&["export", "reporting.statement", "--to"], more].concat());
    export(&["a.parquet"]).fine();
    assert!(std::fs::read(place.project.join("a.parquet")).expect("a file").starts_with(b"PAR1"));
    export(&["a.parquet", "--format", "csv"]).fails(2, &["J015", "a.parquet"]);
    export(&["plans"]).fails(2, &["J018", "plans"]);
    export(&["nowhere/a.csv"]).fails(2, &["J018", "nowhere"]);
    #[cfg(unix)]
    export(&["/dev/full"]).fails(2, &["J018", "/dev/full"]);
    let csv = export(&["-"]).fine().out;
    assert!(csv.starts_with("payee_id,"), "{csv}");
    let parts = std::fs::read_dir(&place.project).expect("a folder").flatten();
    assert!(!parts.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().ends_with(".part")));
}

#[test]
fn a_partial_release_says_what_it_left() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    place.edit("plans/representatives.yml", "150%: 200%", "150%: 220%");
    place.tantieme(&["run", "--select", "+incentives.incentives", "--quiet"]).fine();
    let list = place.tantieme(&["releases"]).fine().out;
    assert!(list.contains("not brought up to date"), "{list}");
    let told = place.tantieme(&["reproduce", "2"]).fine();
    assert!(told.err.contains("--select") && told.err.contains("reporting.statement"), "{}", told.err);
}

#[test]
fn programs_read_json_where_something_is_made_or_mistyped() {
    let place = Place::empty();
    let made = place.tantieme(&["init", "mine", "--json"]).fine().json();
    assert_eq!(made["example"], "starter");
    let told = place.tantieme(&["run", "--json", "--fulll"]).fails(2, &["--fulll"]);
    let told: serde_json::Value = serde_json::from_str(&told.err).expect("one value");
    assert_eq!((&told["faults"][0]["code"], &told["faults"][0]["kind"]), (&"J015".into(), &"configuration".into()));
    for (command, word) in [(vec!["man", "run"], "dry\\-run"), (vec!["man", "quarantine", "fix"], "COLUMN=VALUE")] {
        let page = place.tantieme(&command).fine().out;
        assert!(page.contains(word), "`{word}` is not in\n{page}");
    }
    place.tantieme(&["man", "nosuch"]).fails(2, &["nosuch", "`run`"]);
}

#[test]
fn lineage_leads_back_to_landed_columns() {
    let place = Place::starter();
    let told = place.tantieme(&["lineage", "conformed.transactions.net_amount"]).fine().out;
    assert!(told.contains("landed.crm_sales.net_amount"), "{told}");
    let down = place.tantieme(&["lineage", "landed.crm_sales.net_amount", "--downstream", "--json"]).fine().json();
    assert!(down.to_string().contains("reporting."), "{down}");
    place.tantieme(&["lineage", "conformed.transactions.net"]).fails(2, &["net"]);
    let all = place.tantieme(&["lineage"]).fine().out;
    assert!(all.contains("reporting.statement") && all.contains("staging."), "{all}");
    place.tantieme(&["lineage", "--open-lineage"]).fails(2, &["J005"]);
    place.tantieme(&["run"]).fine();
    let events = place.tantieme(&["lineage", "--open-lineage"]).fine().out;
    for line in events.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["eventType"], "COMPLETE");
    }
    assert!(events.contains("columnLineage") && events.contains("conformed.transactions"), "{events}");
}

#[test]
fn cases_of_the_project_are_run_and_written() {
    let place = Place::starter();
    place.tantieme(&["test"]).fine();
    place.tantieme(&["test", "nosuch"]).fails(2, &["nosuch", "cases/returns.yml"]);
    place.edit("cases/returns.yml", "document_type: return", "document_type: sale");
    place.tantieme(&["test"]).fails(1, &["J008", "`document_type` is `return`, expected `sale`"]);
    place.tantieme(&["test", "--update"]).fine();
    place.tantieme(&["test"]).fine();
}

#[test]
fn a_project_is_found_from_within_and_named_from_outside() {
    let mut place = Place::starter();
    place.environment.current_folder = place.project.join("plans");
    place.tantieme(&["check"]).fine();
    place.environment.current_folder = place.around().to_path_buf();
    place.tantieme(&["check"]).fails(2, &["J001", "tantieme init"]);
    place.tantieme(&["check", "--project", "starter"]).fine();
    place.tantieme(&["check", "--project", "starter/tantieme.yml"]).fine();
    place.tantieme(&["plan", "check", "plans/team.yml", "--project", "starter"]).fine();
    place.tantieme(&["plan", "check", "nope.yml", "--project", "starter"]).fails(2, &["J019", "plans/team.yml"]);
    place.tantieme(&["init", "mine", "--example", "starter"]).fine();
    place.tantieme(&["check", "--project", "mine"]).fine();
    place.tantieme(&["init", "mine"]).fails(2, &["J009"]);
    place.tantieme(&["init", "other", "--example", "nothing"]).fails(2, &["there is no example", "adventureworks"]);
}

#[test]
fn the_demo_is_made_once_and_shown_again() {
    let place = Place::empty();
    let first = place.tantieme(&["demo"]).fine().out;
    for word in
        ["Attainment and payout by team", "Exceptions", "Reconciliation", "Where it lies", "Try next", "release 1"]
    {
        assert!(first.contains(word), "`{word}` is not in\n{first}");
    }
    for word in ["DOES NOT ADD UP", "BROKEN"] {
        assert!(!first.contains(word), "{first}");
    }
    let suggested = first.lines().find(|line| line.contains(" explain ")).expect("a suggestion");
    let words: Vec<&str> = suggested.split_whitespace().collect();
    place.tantieme(&words[1..6]).fine();
    let second = place.tantieme(&["demo"]).fine().out;
    assert!(second.contains("used again") && second.contains("release 1"), "{second}");
    place.write("mine/notes.txt", "not yours");
    place.tantieme(&["demo", "--dir", "mine"]).fails(2, &["J009", "nothing was written"]);
}

#[test]
fn whoever_stops_reading_hears_no_complaint() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    let mut child = place
        .process(&[
            "query",
            "select a.* from landed.calendar_days a cross join landed.calendar_days b",
            "--format",
            "csv",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut one = [0; 1];
    child.stdout.take().expect("a pipe").read_exact(&mut one).expect("a byte");
    let ended = child.wait_with_output().expect("an end");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_the_release_as_it_was() {
    let place = Place::starter();
    place.tantieme(&["run", "--quiet"]).fine();
    for signal in ["TERM", "INT"] {
        let mut child = place
            .process(&["run", "--full", "-v"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("a process");
        // The first line of the log says that it is at work.
        let mut first = [0; 1];
        child.stderr.as_mut().expect("a pipe").read_exact(&mut first).expect("a log");
        let killed = std::process::Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(killed.is_ok());
        let ended = child.wait_with_output().expect("an end");
        // A machine that is fast enough has ended before the signal.
        assert!(matches!(ended.status.code(), Some(0 | 130)), "{:?}", String::from_utf8_lossy(&ended.stderr));
    }
    place.tantieme(&["run", "--quiet"]).fine();
    assert_eq!(place.last_release(), 1);
    let log = place.tantieme(&["show", "run_log", "--json"]).fine().json();
    assert_eq!(log.as_array().map(Vec::len), Some(4), "every run stands in the log: {log}");
}

#[test]
fn the_log_is_json_where_a_program_reads_it() {
    let place = Place::starter();
    let ended = place.process(&["run", "--json", "--log-format", "json", "-v"]).output().expect("a process");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let log: serde_json::Value = serde_json::from_slice(&ended.stdout).expect("one value");
    assert_eq!(log["outcome"], "released");
    for line in String::from_utf8_lossy(&ended.stderr).lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    place.write("tantieme.yml", "name: [\n");
    let failed = place.process(&["check", "--json"]).output().expect("a process");
    let told: serde_json::Value = serde_json::from_slice(&failed.stderr).expect("one value");
    assert_eq!(told["faults"][0]["kind"], "configuration");
    assert_eq!(failed.status.code(), Some(2));
}

/// Every command of the guide is typed as it stands there.
#[test]
fn the_guide_can_be_followed() {
    let guide = std::fs::read_to_string(repository().join("docs/guide/first-plan.md")).expect("the guide");
    let mut place = Place::empty();
    let mut blocks = 0;
    for block in guide.split("```").skip(1).step_by(2) {
        let (kind, body) = block.split_once('\n').expect("a first line");
        match kind.split_once(' ').unwrap_or((kind, "")) {
            ("sh", _) => {
                blocks += 1;
                for line in body.lines().filter(|line| !line.trim().is_empty()) {
                    follow(&mut place, line);
                }
            }
            ("yaml", file) | ("csv", file) if !file.is_empty() => {
                let path = place.environment.current_folder.join(file);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                std::fs::File::create(path).and_then(|mut out| out.write_all(body.as_bytes())).expect("a file");
            }
            _ => {}
        }
    }
    assert!(blocks > 5, "the guide has {blocks} blocks of commands");
}

fn follow(place: &mut Place, line: &str) {
    let (command, code) = match line.split_once("  # exit ") {
        Some((command, code)) => (command, code.split([',', ' ']).next().and_then(|code| code.parse().ok())),
        None => (line.split("  #").next().unwrap_or(line), None),
    };
    let words = shell_words(command.trim());
    match words.first().map(String::as_str) {
        Some("cd") => place.environment.current_folder = place.environment.current_folder.join(&words[1]),
        Some("tantieme") => {
            let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
            let answer = place.tantieme(&arguments);
            assert_eq!(answer.code, code.unwrap_or(0), "{line}\n{}\n{}", answer.out, answer.err);
        }
        other => panic!("the guide types {other:?}: {line}"),
    }
}

fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
