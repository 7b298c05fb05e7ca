//! Programs that others wrote read what was published, and agree to the last digit.
//!
//! DuckDB, Polars and the `deltalake` package come from the virtual environment that `tests/run` makes; the sums they are
//! held against come from the release's manifest in the warehouse, which publishing does not write.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use engine::{Release, Warehouse};
use kernel::exact::{self, Fixed};
use serde_json::{Value, json};

use crate::support::{Place, repository};

/// The Python of the virtual environment.
fn python() -> PathBuf {
    let cache = std::env::var("TANTIEME_TEST_CACHE").map(PathBuf::from).unwrap_or_else(|_| {
        let home = std::env::var("HOME").expect("a home folder");
        Path::new(&home).join(".cache/tantieme-tests")
    });
    let python = cache.join("venv/bin/python");
    assert!(python.exists(), "{} is not there; `tests/run` makes it", python.display());
    python
}

/// Rows and exact sums of the reporting tables, from the last release's manifest.
fn stated(place: &Place) -> Value {
    let folder = place.project.join("warehouse").display().to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let release = runtime.block_on(async {
        let warehouse = Warehouse::open(&folder, &BTreeMap::new()).await.unwrap();
        Release::latest(&*warehouse.store()).await.unwrap().unwrap()
    });
    let tables = release.tables.iter().filter(|(name, _)| name.layer() == "reporting" && !name.is_private());
    let tables = tables.map(|(name, version)| {
        let mut sums: BTreeMap<&str, Fixed> = BTreeMap::new();
        for (column, text) in version.partitions.iter().flat_map(|partition| &partition.control_sums) {
            let more = Fixed::parse(text).unwrap_or_else(|| panic!("`{text}` is no sum"));
            let sum = sums.remove(column.as_str()).map_or(more, |sum| exact::add(sum, more).unwrap());
            sums.insert(column, sum);
        }
        let sums: BTreeMap<&str, String> = sums.into_iter().map(|(column, sum)| (column, sum.to_string())).collect();
        (name.to_string(), json!({"row_count": version.row_count(), "control_sums": sums}))
    });
    Value::Object(tables.collect())
}

fn agree(place: &Place) {
    let expected = place.around().join("expected.json");
    std::fs::write(&expected, stated(place).to_string()).unwrap();
    let told = Command::new(python())
        .arg(repository().join("tests/readers/check.py"))
        .arg("--delta")
        .arg(place.project.join("published/delta"))
        .arg("--parquet")
        .arg(place.project.join("published/parquet"))
        .arg("--expected")
        .arg(expected)
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(told.status.success(), "{out}\n{err}");
    println!("{out}");
}

#[test]
#[ignore = "needs DuckDB, Polars and deltalake: tests/run"]
fn duckdb_polars_and_deltalake_agree_on_the_starter_project() {
    let place = Place::starter();
    if !place.read("tantieme.yml").contains("kind: delta") {
        let text = place.read("tantieme.yml");
        let more = "  - {kind: delta, to: ./published/delta, tables: \"reporting.*\"}\n";
        place.write("tantieme.yml", format!("{}\n{more}", text.trim_end()));
    }
    place.tantieme(&["run"]).fine();
    agree(&place);
    // A second release, of which most is linked or left alone.
    let sales = place.read("data/sales-2026-03.csv");
    let last = sales.trim_end().lines().last().unwrap().to_owned();
    place.write("data/sales-2026-03.csv", sales.replace(&format!("{last}\n"), ""));
    place.tantieme(&["run"]).fine();
    assert_eq!(place.last_release(), 2);
    agree(&place);
}

#[test]
#[ignore = "needs DuckDB, Polars and deltalake: tests/run"]
fn duckdb_polars_and_deltalake_agree_on_adventureworks() {
    let Ok(data) = repository().join("../shared/data/adventureworks").canonicalize() else {
        eprintln!("left out: the files of ../shared/data/adventureworks are not there");
        return;
    };
    let place = Place::example("adventureworks");
    place.tantieme(&["run", "--var", &format!("data={}", data.display())]).fine();
    agree(&place);
}
