//! All fixtures as one project: their rows as CSV files with contracts, staging and conformed models of their own.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use super::fixture::{Fixture, Relation, folder, relations, table};
use crate::support::{Place, copy};

type Row = BTreeMap<String, String>;

/// Relations that have a model of their own between staging and the rules.
const SHAPED: &[&str] = &["deals", "deal_shares"];

/// Relations whose conformed table a project must bring; the others replace an empty one.
const REQUIRED: &[&str] = &[
    "positions",
    "payees",
    "occupancies",
    "pay_terms",
    "hierarchies",
    "alignments",
    "products",
    "accounts",
    "places",
    "targets",
];

/// A project with the rows and plans of all fixtures.
pub fn company(fixtures: &BTreeMap<String, Fixture>) -> Place {
    let place = Place::empty();
    copy(&folder().join("project"), &place.project);
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let thing = Row::from([("product_id".to_owned(), "thing".to_owned())]);
    rows.entry("products".to_owned()).or_default().push(thing);
    for (number, fixture) in fixtures {
        for (relation, text) in &fixture.rows {
            match relation.as_str() {
                "seats" => seats(number, text, &mut rows),
                other => rows.entry(other.to_owned()).or_default().extend(table(text)),
            }
        }
        for (ordinal, document) in fixture.plans.split("---\n").enumerate() {
            if !document.trim().is_empty() {
                place.write(&format!("plans/e{number}-{ordinal}.yml"), document);
            }
        }
    }
    let relations = relations();
    for name in rows.keys() {
        assert!(relations.contains_key(name), "`{name}` is no relation of relations.yml");
    }
    for (name, relation) in &relations {
        land(&place, name, relation, rows.get(name).map_or(&[], Vec::as_slice));
    }
    place
}

/// Seats in short: a position with whoever holds it, what he is due at 100 %, his rate and his manager.
fn seats(number: &str, text: &str, rows: &mut BTreeMap<String, Vec<Row>>) {
    let case = format!("e{number}");
    let (mut positions, mut payees) = (BTreeSet::new(), BTreeSet::new());
    for seat in table(text) {
        let or = |name: &str, otherwise: &str| {
            seat.get(name).filter(|value| !value.is_empty()).map_or(otherwise, String::as_str).to_owned()
        };
        let position = seat["position"].clone();
        let payee = or("payee", &position);
        let (from, to) = (or("from", "2025-01-01"), or("to", "9999-12-31"));
        let currency = or("currency", "USD");
        let mut add = |relation: &str, values: &[(&str, &str)]| {
            let row = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            rows.entry(relation.to_owned()).or_default().push(row);
        };
        if positions.insert(position.clone()) {
            let (role, unit, team) = (or("role", &case), or("unit", &case), or("team", &case));
            let values = [("position_id", &*position), ("role_id", &role), ("unit_id", &unit), ("team_id", &team)];
            add("positions", &values);
        }
        if payees.insert(payee.clone()) {
            add("payees", &[("payee_id", &payee), ("currency_code", &or("pay_currency", &currency))]);
        }
        let stay = [("payee_id", &*payee), ("from_date", &from), ("to_date", &to)];
        add("occupancies", &[&stay[..], &[("position_id", &position)]].concat());
        let (incentive, rate) = (or("incentive", ""), or("rate", ""));
        if !(incentive.is_empty() && rate.is_empty()) {
            let pay =
                [("target_incentive_amount", &*incentive), ("commission_rate", &*rate), ("currency_code", &*currency)];
            add("pay_terms", &[&stay[..], &pay[..]].concat());
        }
        let manager = or("manager", "");
        if !manager.is_empty() {
            add("hierarchies", &[("position_id", &*position), ("manager_position_id", &*manager)]);
        }
    }
}

/// Writes a relation's file, contract and models.
fn land(place: &Place, name: &str, relation: &Relation, rows: &[Row]) {
    let columns: Vec<&str> = relation.columns().map(|(column, _)| column).collect();
    let (listed, key) = (columns.join(", "), relation.key.join(", "));
    let mut csv = columns.join(",") + "\n";
    for row in rows {
        let unknown: Vec<_> = row.keys().filter(|column| !relation.columns.contains_key(*column)).collect();
        assert!(unknown.is_empty(), "`{name}` has no columns {unknown:?}");
        let values: Vec<&str> = relation
            .columns()
            .map(|(column, is)| row.get(column).filter(|value| !value.is_empty()).map_or(is.otherwise, String::as_str))
            .collect();
        csv += &(values.join(",") + "\n");
    }
    place.write(&format!("data/{name}.csv"), csv);
    let mut contract = format!(
        "source: example\nstream: {name}\ndescription: Rows of the worked examples\nfiles: {{path: \"data/{name}.csv\", \
         format: csv, delimiter: \",\", header: true, quote: none, encoding: utf-8, date_format: yyyy-mm-dd}}\n\
         delivery: full\nkey: [{key}]\ncolumns:\n"
    );
    let mut sidecar = format!("description: Rows of the worked examples\nkey: [{key}]\ncolumns:\n");
    for (column, is) in relation.columns() {
        let empty = if is.is_optional { ", nullable: true" } else { "" };
        let shared = format!("type: \"{}\"{empty}, meaning: As the example says}}\n", is.kind);
        let _ = write!(contract, "  - {{name: {column}, from: {column}, {shared}");
        let _ = write!(sidecar, "  - {{name: {column}, {shared}");
    }
    place.write(&format!("sources/example_{name}.yml"), contract);
    let grain = format!("-- One row per {}.\n", relation.key.join(" and "));
    let version = if name == "deals" { ", _row_version_id" } else { "" };
    let renamed = if name == "deals" { ", _row_version_id as row_version_id" } else { "" };
    let staged = format!(
        "{grain}with landed_rows as (\n    select {listed}{version}\n    from landed.example_{name}\n)\n\n\
         select {listed}{renamed}\nfrom landed_rows\n"
    );
    place.write(&format!("sql/staging/{name}.sql"), staged);
    let version = if name == "deals" {
        "  - {name: row_version_id, type: binary, meaning: Version of the landed row}\n"
    } else {
        ""
    };
    place.write(&format!("sql/staging/{name}.yml"), format!("{sidecar}{version}tags: [examples]\n"));
    if !SHAPED.contains(&name) {
        let replaces = if REQUIRED.contains(&name) { "" } else { "replaces: built-in\n" };
        let conformed = format!(
            "{grain}with staged as (\n    select {listed}\n    from staging.{name}\n)\n\nselect {listed}\nfrom staged\n"
        );
        place.write(&format!("sql/conformed/{name}.sql"), conformed);
        place.write(&format!("sql/conformed/{name}.yml"), format!("{sidecar}tags: [examples]\n{replaces}"));
    }
}
