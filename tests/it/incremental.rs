//! Incremental equals full: after any sequence of changes, a build that reuses what it can gives the bytes of a build
//! that computes everything.

use std::collections::{BTreeMap, BTreeSet};

use connectors::{LandOptions, Rows};
use engine::{
    Build, BuildOptions, Graph, LandedTable, ModelSource, Outcome, PeriodSpan, ProjectInput, Release, Silent, Warehouse,
};
use kernel::{
    Timestamp,
    clock::Fixed,
    columns::{Column, ColumnType},
    names::TableName,
    periods::{CalendarKind, days_since_epoch},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

const NOW: Fixed = Fixed(Timestamp(1_790_000_000_000_000));

/// A model of the small graph below.
pub fn model(name: &str, sql: &str, sidecar: &str) -> ModelSource {
    let (layer, table) = name.split_once('.').unwrap();
    ModelSource {
        name: TableName::parse(name).unwrap(),
        sql: sql.to_owned(),
        sidecar: sidecar.to_owned(),
        sql_file: format!("sql/{layer}/{table}.sql"),
        sidecar_file: format!("sql/{layer}/{table}.yml"),
        is_built_in: false,
    }
}

/// Staging, a cut fact, a window over it, a table whose partitions follow from nothing aligned, and a summary.
pub fn models() -> Vec<ModelSource> {
    let period = "{name: period_id, type: text, meaning: Period}";
    let sale = "{name: sale_id, type: text, meaning: Sale}";
    let amount = |column: &str| format!("{{name: {column}, type: \"decimal(38,4)\", meaning: Amount}}");
    vec![
        model(
            "staging.sales",
            "-- One row per sale as it stands\nselect sale_id, period_id, position_id, net_amount from landed.test_sales",
            &format!(
                "description: Sales\nkey: [sale_id]\ncolumns:\n  - {sale}\n  - {period}\n  - {{name: position_id, type: text, meaning: Seat}}\n  - {{name: net_amount, type: \"decimal(19,4)\", meaning: Amount}}\n"
            ),
        ),
        model(
            "conformed.sales",
            "-- One row per sale\nselect sale_id, period_id, position_id, net_amount from staging.sales",
            &format!(
                "description: Sales\nkey: [sale_id]\npartition: [period_id]\ncolumns:\n  - {sale}\n  - {period}\n  - {{name: position_id, type: text, meaning: Seat}}\n  - {{name: net_amount, type: \"decimal(19,4)\", meaning: Amount}}\nchecks:\n  - same_sum: {{column: net_amount, as: staging.sales.net_amount}}\n  - same_rows: {{as: staging.sales}}\n"
            ),
        ),
        model(
            "credits.sums",
            "-- One row per position and period\nselect period_id, position_id, sum(net_amount) as net_amount, count(*) as sale_count from conformed.sales group by period_id, position_id",
            &format!(
                "description: Sums\nkey: [period_id, position_id]\npartition: [period_id]\ncolumns:\n  - {period}\n  - {{name: position_id, type: text, meaning: Seat}}\n  - {}\n  - {{name: sale_count, type: integer, meaning: Sales}}\n",
                amount("net_amount")
            ),
        ),
        model(
            "attainment.year_to_date",
            "-- One row per position and period\nselect ours.period_id, theirs.position_id, sum(theirs.net_amount) as net_amount\nfrom staging.windows as ours join credits.sums as theirs on theirs.period_id = ours.base_period_id\ngroup by ours.period_id, theirs.position_id",
            &format!(
                "description: Running sums\nkey: [period_id, position_id]\npartition: [period_id]\nreads: {{credits.sums: year_to_date}}\ncolumns:\n  - {period}\n  - {{name: position_id, type: text, meaning: Seat}}\n  - {}\n",
                amount("net_amount")
            ),
        ),
        model(
            "staging.windows",
            "-- One row per period and period of its window\nselect period_id, base_period_id from landed.test_windows",
            &format!(
                "description: Windows\nkey: [period_id, base_period_id]\ncolumns:\n  - {period}\n  - {{name: base_period_id, type: text, meaning: Period}}\n"
            ),
        ),
        model(
            "incentives.silent",
            "-- One row per period without a sale\nselect distinct_periods.period_id, count(sales.sale_id) as sale_count\nfrom (select period_id from staging.windows group by period_id) as distinct_periods\nleft join conformed.sales as sales on sales.period_id = distinct_periods.period_id\ngroup by distinct_periods.period_id having count(sales.sale_id) < 2",
            &format!(
                "description: Silence\nkey: [period_id]\npartition: [period_id]\ncolumns:\n  - {period}\n  - {{name: sale_count, type: integer, meaning: Sales}}\n"
            ),
        ),
        model(
            "reporting.summary",
            "-- One row per position\nselect position_id, sum(net_amount) as net_amount from credits.sums group by position_id",
            &format!(
                "description: Summary\nkey: [position_id]\ncolumns:\n  - {{name: position_id, type: text, meaning: Seat}}\n  - {}\n",
                amount("net_amount")
            ),
        ),
    ]
}

pub fn sales_columns() -> Vec<Column> {
    vec![
        Column::new("sale_id", ColumnType::Text),
        Column::new("period_id", ColumnType::Text),
        Column::new("position_id", ColumnType::Text),
        Column::new("net_amount", ColumnType::Decimal { precision: 19, scale: 4 }),
    ]
}

fn windows_columns() -> Vec<Column> {
    vec![Column::new("period_id", ColumnType::Text), Column::new("base_period_id", ColumnType::Text)]
}

pub async fn graph(models: Vec<ModelSource>) -> Graph {
    compiled(models, sales_columns())
        .await
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// The graph over sales with these columns, or what is wrong with it.
pub async fn compiled(models: Vec<ModelSource>, sales: Vec<Column>) -> Result<Graph, Vec<kernel::Fault>> {
    let periods = CalendarKind::default().periods(2025, 2026).unwrap();
    let year = |date: kernel::periods::Date| {
        days_since_epoch(kernel::periods::parse_date(&format!("{:04}-01-01", date.year())).unwrap())
    };
    let spans = periods
        .iter()
        .map(|p| PeriodSpan {
            period_id: p.period_id.clone(),
            from_day: days_since_epoch(p.from_date),
            to_day: days_since_epoch(p.to_date),
            quarter_from_day: year(p.from_date),
            year_from_day: year(p.from_date),
        })
        .collect();
    let landed = vec![
        LandedTable { name: TableName::parse("landed.test_sales").unwrap(), columns: sales },
        LandedTable { name: TableName::parse("landed.test_windows").unwrap(), columns: windows_columns() },
    ];
    Graph::compile(ProjectInput { models, landed, parameters: Vec::new(), periods: spans }).await
}

pub fn land_options(run_id: &str) -> LandOptions {
    LandOptions {
        run_id: run_id.to_owned(),
        extracted_at: NOW.0,
        project_folder: std::path::PathBuf::from("."),
        dry_run: false,
        batch_rows: 8192,
    }
}

/// A sale: its period, its seat, its amount in ten-thousandths.
pub type Sales = BTreeMap<u8, (u8, u8, i32)>;

pub async fn land(warehouse: &Warehouse, run_id: &str, sales: &Sales) {
    let rows = sales
        .iter()
        .map(|(id, (period, position, amount))| {
            vec![
                Some(format!("S{id}")),
                Some(format!("{}-{:02}", 2025 + i32::from(*period) / 12, period % 12 + 1)),
                Some(format!("P{position}")),
                Some(format!(
                    "{}{}.{:04}",
                    if *amount < 0 { "-" } else { "" },
                    amount.abs() / 10_000,
                    amount.abs() % 10_000
                )),
            ]
        })
        .collect();
    let table = |name: &str, columns, key: &[&str], rows| Rows {
        table: TableName::parse(name).unwrap(),
        columns,
        key: key.iter().map(|k| (*k).to_owned()).collect(),
        rows,
        file: "rows".to_owned(),
    };
    let store = warehouse.store();
    connectors::land_rows(
        &*store,
        &table("landed.test_sales", sales_columns(), &["sale_id"], rows),
        &land_options(run_id),
    )
    .await
    .unwrap();
    let mut windows = Vec::new();
    for year in [2025, 2026] {
        for month in 1..=12 {
            for base in 1..=month {
                windows.push(vec![Some(format!("{year}-{month:02}")), Some(format!("{year}-{base:02}"))]);
            }
        }
    }
    let windows = table("landed.test_windows", windows_columns(), &["period_id", "base_period_id"], windows);
    connectors::land_rows(&*store, &windows, &land_options(run_id)).await.unwrap();
}

/// Eight sales of eight periods and three seats.
pub async fn land_some(warehouse: &Warehouse, run_id: &str) {
    let sales: Sales = (0..8).map(|id| (id, (id, id % 3, 10_000 * i32::from(id)))).collect();
    land(warehouse, run_id, &sales).await;
}

/// Many sales with long names.
pub async fn land_many(warehouse: &Warehouse, run_id: &str, count: u32) {
    let rows = (0..count)
        .map(|id| {
            vec![
                Some(format!("sale-with-a-long-name-{id:030}")),
                Some(format!("2025-{:02}", id % 12 + 1)),
                Some(format!("P{}", id % 500)),
                Some(format!("{id}.25")),
            ]
        })
        .collect();
    let rows = Rows {
        table: TableName::parse("landed.test_sales").unwrap(),
        columns: sales_columns(),
        key: vec!["sale_id".to_owned()],
        rows,
        file: "rows".to_owned(),
    };
    connectors::land_rows(&*warehouse.store(), &rows, &land_options(run_id)).await.unwrap();
}

/// Staging, and every sale joined with itself.
pub fn joining_models() -> Vec<ModelSource> {
    let mut models: Vec<ModelSource> = models()
        .into_iter()
        .filter(|model| ["staging.sales", "staging.windows"].contains(&model.name.to_string().as_str()))
        .collect();
    models.push(model(
        "conformed.pairs",
        "-- One row per sale and its like\nselect ours.sale_id, theirs.sale_id as other_id, ours.net_amount from staging.sales as ours join staging.sales as theirs on ours.sale_id = theirs.sale_id and ours.net_amount = theirs.net_amount",
        "description: Pairs\nkey: [sale_id]\ncolumns:\n  - {name: sale_id, type: text, meaning: Sale}\n  - {name: other_id, type: text, meaning: Sale}\n  - {name: net_amount, type: \"decimal(19,4)\", meaning: Amount}\n",
    ));
    models
}

pub async fn build(warehouse: &Warehouse, graph: &Graph, run_id: &str, full: bool) -> (Build, usize) {
    let options = BuildOptions { full, ..BuildOptions::new(run_id, "test", NOW.0) };
    let build = Build::run(warehouse, graph, &options, &NOW, &Silent).await.unwrap_or_else(|fault| panic!("{fault}"));
    let computed = build.reports().iter().map(|report| report.partitions_computed.len()).sum();
    (build, computed)
}

/// Every table's files, by name and partition.
pub fn bytes(tables: &BTreeMap<TableName, engine::TableVersion>) -> BTreeSet<String> {
    tables
        .iter()
        .flat_map(|(name, table)| {
            table
                .partitions
                .iter()
                .filter(|p| !p.files.is_empty())
                .map(move |p| format!("{name} {:?} {}", p.value, p.content()))
        })
        .collect()
}

fn change() -> impl Strategy<Value = (u8, Option<(u8, u8, i32)>)> {
    (0..12_u8, prop::option::weighted(0.8, (0..24_u8, 0..4_u8, -50_000..1_000_000_i32)))
}

#[test]
fn incremental_equals_full_after_any_changes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let graph = runtime.block_on(graph(models()));
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 12, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &[7; 32]),
    );
    let steps = prop::collection::vec(prop::collection::vec(change(), 1..4), 2..5);
    let reused = std::cell::Cell::new(0);
    runner
        .run(&steps, |steps| {
            let folder = tempfile::tempdir().unwrap();
            let saved: usize = runtime.block_on(async {
                let warehouse =
                    Warehouse::open(&folder.path().join("w").display().to_string(), &BTreeMap::new()).await.unwrap();
                let mut sales = Sales::new();
                let mut saved = 0;
                for (step, changes) in steps.into_iter().enumerate() {
                    for (id, change) in changes {
                        match change {
                            Some(sale) => sales.insert(id, sale),
                            None => sales.remove(&id),
                        };
                    }
                    let run_id = format!("r{step}");
                    land(&warehouse, &run_id, &sales).await;
                    let (incremental, few) = build(&warehouse, &graph, &run_id, false).await;
                    let (full, all) = build(&warehouse, &graph, &run_id, true).await;
                    assert_eq!(bytes(incremental.tables()), bytes(full.tables()), "step {step}: {sales:?}");
                    saved += all.saturating_sub(few);
                    match incremental.publish(&warehouse).await.unwrap() {
                        Outcome::Released(_) | Outcome::NothingNew(_) => {}
                    }
                    let (again, computed) = build(&warehouse, &graph, "again", false).await;
                    assert_eq!(computed, 0, "a second build with nothing new computes nothing: {:?}", again.reports());
                    assert!(matches!(again.publish(&warehouse).await.unwrap(), Outcome::NothingNew(_)));
                }
                saved
            });
            reused.set(reused.get() + saved);
            Ok(())
        })
        .unwrap();
    assert!(reused.get() > 0, "some partitions must have been reused");
}

#[test]
fn a_changed_model_recomputes_only_what_reads_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let warehouse = Warehouse::open(&folder.path().display().to_string(), &BTreeMap::new()).await.unwrap();
        let sales: Sales = (0..8).map(|id| (id, (id, id % 3, 10_000 * i32::from(id)))).collect();
        land(&warehouse, "r1", &sales).await;
        let before = graph(models()).await;
        build(&warehouse, &before, "r1", false).await.0.publish(&warehouse).await.unwrap();
        let mut changed = models();
        for model in &mut changed {
            if model.name.to_string() == "credits.sums" {
                model.sql = model.sql.replace("count(*) as sale_count", "count(*) + 1 as sale_count");
            }
        }
        let after = graph(changed).await;
        let (build, _) = build(&warehouse, &after, "r2", false).await;
        let computed: Vec<String> =
            build.reports().iter().filter(|r| !r.partitions_computed.is_empty()).map(|r| r.name.to_string()).collect();
        assert_eq!(computed, ["credits.sums", "attainment.year_to_date", "reporting.summary"]);
        let Outcome::Released(release) = build.publish(&warehouse).await.unwrap() else { panic!("a new release") };
        let first = Release::load(&*warehouse.store(), 1).await.unwrap();
        let same = |name: &str| {
            let name = TableName::parse(name).unwrap();
            first.tables[&name].same_content(&release.tables[&name])
        };
        assert!(same("reporting.summary") && same("conformed.sales") && !same("credits.sums"));
    });
}
