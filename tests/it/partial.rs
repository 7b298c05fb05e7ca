//! What a run that looks at part of a project leaves behind, and what the engine refuses to take on trust.

use std::collections::{BTreeMap, BTreeSet};

use engine::{Build, BuildOptions, Graph, ModelSource, Outcome, Release, Silent, Warehouse, read};
use kernel::{
    Fault, Timestamp,
    clock::Fixed,
    columns::{Column, ColumnType},
    names::TableName,
};

use crate::incremental::{Sales, bytes, compiled, graph, land, model, models, sales_columns};

const NOW: Fixed = Fixed(Timestamp(1_790_000_000_000_000));

async fn open(folder: &tempfile::TempDir) -> Warehouse {
    Warehouse::open(&folder.path().display().to_string(), &BTreeMap::new()).await.unwrap()
}

async fn build(warehouse: &Warehouse, graph: &Graph, options: BuildOptions) -> Result<Build, Fault> {
    Build::run(warehouse, graph, &options, &NOW, &Silent).await
}

fn plain(run_id: &str) -> BuildOptions {
    BuildOptions::new(run_id, "test", NOW.0)
}

async fn released(warehouse: &Warehouse, graph: &Graph, options: BuildOptions) -> Release {
    match build(warehouse, graph, options).await.unwrap().publish(warehouse).await.unwrap() {
        Outcome::Released(release) | Outcome::NothingNew(release) => *release,
    }
}

/// Sales of the first `periods` months.
fn sales(periods: u8) -> Sales {
    (0..periods * 2).map(|id| (id, (id / 2, id % 3, 10_000 * (i32::from(id) + 1)))).collect()
}

fn rows(release: &Release, table: &str) -> u64 {
    release.tables[&TableName::parse(table).unwrap()].row_count()
}

#[tokio::test]
async fn a_run_of_some_periods_loses_none_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let warehouse = open(&folder).await;
    let graph = graph(models()).await;
    land(&warehouse, "r1", &sales(2)).await;
    released(&warehouse, &graph, plain("r1")).await;
    land(&warehouse, "r2", &sales(5)).await;
    let narrow = BuildOptions { periods: Some(("2025-03".into(), "2025-03".into())), ..plain("r2") };
    let part = released(&warehouse, &graph, narrow).await;
    assert_eq!(
        (rows(&part, "conformed.sales"), rows(&part, "credits.sums")),
        (10, 6),
        "March entered, April and May wait"
    );
    assert!(part.stale_tables.contains(&TableName::parse("credits.sums").unwrap()));
    let whole = released(&warehouse, &graph, plain("r3")).await;
    assert!(whole.stale_tables.is_empty());
    let full = build(&warehouse, &graph, BuildOptions { full: true, ..plain("r4") }).await.unwrap();
    assert_eq!(bytes(&whole.tables), bytes(full.tables()));
}

#[tokio::test]
async fn a_run_of_some_models_says_what_it_left_and_is_reproduced_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let warehouse = open(&folder).await;
    let mut graph = graph(models()).await;
    land(&warehouse, "r1", &sales(2)).await;
    released(&warehouse, &graph, plain("r1")).await;
    land(&warehouse, "r2", &sales(3)).await;
    let selected = graph.select(&["staging.*".to_owned()], &BTreeSet::new()).unwrap();
    let release = released(&warehouse, &graph, BuildOptions { selected: Some(selected), ..plain("r2") }).await;
    let stale: Vec<String> = release.stale_tables.iter().map(TableName::to_string).collect();
    assert_eq!(
        stale,
        ["attainment.year_to_date", "conformed.sales", "credits.sums", "incentives.silent", "reporting.summary"]
    );
    let compared = read::reproduce(&warehouse, &mut graph, &release, plain("r3"), &NOW).await.unwrap();
    assert!(compared.len() == 2 && compared.iter().all(|(_, same)| *same), "{compared:?}");
}

/// The running sum over periods, which reads more than its own partition.
fn running(reads: &str) -> ModelSource {
    model(
        "incentives.running",
        "-- One row per period\nselect period_id, sum(net_amount) over (order by period_id) as net_amount from (select period_id, sum(net_amount) as net_amount from credits.sums group by period_id) as sums",
        &format!(
            "description: Running\nkey: [period_id]\npartition: [period_id]\n{reads}columns:\n  - {{name: period_id, type: text, meaning: Period}}\n  - {{name: net_amount, type: \"decimal(38,4)\", meaning: Amount}}\n"
        ),
    )
}

#[tokio::test]
async fn a_model_that_reads_more_than_it_declares_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let warehouse = open(&folder).await;
    land(&warehouse, "r1", &sales(4)).await;
    let with = |extra: ModelSource| {
        let mut all = models();
        all.push(extra);
        all
    };
    let hidden = graph(with(running(""))).await;
    let fault = build(&warehouse, &hidden, plain("r1")).await.unwrap_err();
    assert_eq!(fault.code().id, "E020", "{fault}");
    assert!(fault.to_string().contains("`2025-04`") && fault.to_string().contains("reads:"), "{fault}");
    let declared = graph(with(running("reads: {credits.sums: until}\n"))).await;
    released(&warehouse, &declared, plain("r2")).await;
    land(&warehouse, "r3", &sales(6)).await;
    let incremental = build(&warehouse, &declared, plain("r3")).await.unwrap();
    let full = build(&warehouse, &declared, BuildOptions { full: true, ..plain("r4") }).await.unwrap();
    assert_eq!(bytes(incremental.tables()), bytes(full.tables()));
}

#[tokio::test]
async fn digits_are_not_dropped_when_a_contract_is_narrowed() {
    let folder = tempfile::tempdir().unwrap();
    let warehouse = open(&folder).await;
    land(&warehouse, "r1", &sales(2)).await;
    let with = |precision, scale| {
        let mut columns = sales_columns();
        columns.retain(|column| column.name != "net_amount");
        columns.push(Column::new("net_amount", ColumnType::Decimal { precision, scale }));
        columns
    };
    let staging = |kind: &str| {
        let mut all = models();
        all.retain(|model| model.name.layer() == "staging");
        for model in &mut all {
            model.sidecar = model.sidecar.replace("decimal(19,4)", kind);
        }
        all
    };
    let first = graph(staging("decimal(19,4)")).await;
    let first = released(&warehouse, &first, plain("r1")).await;
    let narrower = compiled(staging("decimal(19,2)"), with(19, 2)).await.unwrap();
    let fault = build(&warehouse, &narrower, plain("r2")).await.unwrap_err();
    assert_eq!(fault.code().id, "E021", "{fault}");
    assert!(fault.message().contains("decimal(19,4)") && fault.message().contains("decimal(19,2)"), "{fault}");
    let wider = compiled(staging("decimal(22,6)"), with(22, 6)).await.unwrap();
    let wider = released(&warehouse, &wider, plain("r3")).await;
    assert_eq!(rows(&wider, "staging.sales"), rows(&first, "staging.sales"));
}

/// A table that never changes, with a check on one that does.
fn guarded(check: &str) -> ModelSource {
    model(
        "reporting.guarded",
        "-- One row per period\nselect period_id from staging.windows group by period_id",
        &format!(
            "description: Guarded\nkey: [period_id]\ncolumns:\n  - {{name: period_id, type: text, meaning: Period}}\nchecks:\n  - {check}\n"
        ),
    )
}

#[tokio::test]
async fn a_check_runs_again_when_what_it_looks_at_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    let warehouse = open(&folder).await;
    let mut all = models();
    all.push(guarded("no_rows: \"select sale_id from conformed.sales where period_id = '2025-03'\""));
    let graph = graph(all).await;
    land(&warehouse, "r1", &sales(2)).await;
    released(&warehouse, &graph, plain("r1")).await;
    land(&warehouse, "r2", &sales(3)).await;
    let fault = build(&warehouse, &graph, plain("r2")).await.unwrap_err();
    assert_eq!((fault.code().id, fault.kind().exit_code()), ("E012", 4), "{fault}");
}

#[tokio::test]
async fn a_check_that_cannot_run_is_found_before_anything_runs() {
    for (check, words) in [
        ("no_rows: \"copy (select 1 as a) to 'stolen.csv'\"", "cannot be checked"),
        ("no_rows: \"select sale from conformed.sales\"", "sale"),
        ("no_rows: \"select net_amount / 3 from conformed.sales\"", "a division"),
        ("unique: {columns: [nonesuch]}", "nonesuch"),
        ("range: {column: period_id}", "no bound"),
        ("refers: {columns: [period_id], to: staging.windows, key: [period_id, base_period_id]}", "1 and 2 columns"),
        ("same_sum: {column: nonesuch, as: conformed.sales.net_amount}", "nonesuch"),
    ] {
        let mut all = models();
        all.push(guarded(check));
        let faults = compiled(all, sales_columns()).await.err().unwrap_or_default();
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|fault| fault.contains(words)), "{check}: {said:?}");
    }
}
