//! A company as a project: one file, one contract and two plain models for each relation.

mod credited;
mod payout;

use std::fmt::Write as _;

use super::{
    calendar::{FIRST_YEAR, text},
    company::{Cell, Company},
    documents,
};
use crate::support::Place;

/// A relation that the project provides: its columns, the first ones its key.
struct Relation {
    name: &'static str,
    keys: usize,
    /// `name type`, with `?` where it may be empty.
    columns: &'static [&'static str],
    rows: fn(&Company, &Cell, &mut Rows),
}

type Rows = Vec<Vec<String>>;

const RELATIONS: &[Relation] = &[
    Relation {
        name: "positions",
        keys: 1,
        columns: &["position_id text", "position_title text", "role_id text", "unit_id text", "team_id text"],
        rows: |_, cell, rows| {
            for position in &cell.positions {
                let (unit, team) = cell.group(position);
                rows.push([position, position, &cell.plan.role, unit, team].map(ToString::to_string).into());
            }
        },
    },
    Relation {
        name: "payees",
        keys: 1,
        columns: &["payee_id text", "payee_name text", "currency_code text"],
        rows: |_, cell, rows| {
            let mut payees: Vec<&String> = cell.holdings.iter().map(|one| &one.payee).collect();
            payees.sort_unstable();
            payees.dedup();
            rows.extend(payees.into_iter().map(|payee| vec![payee.clone(), payee.clone(), pays(cell).to_owned()]));
        },
    },
    Relation {
        name: "occupancies",
        keys: 3,
        columns: &["position_id text", "payee_id text", "from_date date", "to_date date", "share_rate decimal(18,6)"],
        rows: |_, cell, rows| {
            for one in &cell.holdings {
                let days = [text(one.from), text(one.to), one.share.to_string()];
                rows.push([vec![one.position.clone(), one.payee.clone()], days.to_vec()].concat());
            }
        },
    },
    Relation {
        name: "pay_terms",
        keys: 2,
        columns: &[
            "payee_id text",
            "from_date date",
            "to_date date",
            "target_incentive_amount decimal(19,4)?",
            "commission_rate decimal(18,6)?",
            "currency_code text",
        ],
        rows: |_, cell, rows| {
            for one in &cell.terms {
                let amount = one.incentive.map_or(String::new(), |amount| amount.to_string());
                let rate = one.commission.map_or(String::new(), |rate| rate.to_string());
                let currency = cell.plan.currency.0.to_owned();
                rows.push(vec![one.payee.clone(), text(one.from), text(one.to), amount, rate, currency]);
            }
        },
    },
    Relation {
        name: "hierarchies",
        keys: 3,
        columns: &[
            "hierarchy_id text",
            "position_id text",
            "from_date date",
            "manager_position_id text",
            "to_date date",
        ],
        rows: |_, cell, rows| {
            for one in &cell.reports {
                let (position, manager) = (one.position.clone(), one.manager.clone());
                rows.push(vec![one.hierarchy.to_owned(), position, text(one.from), manager, text(one.to)]);
            }
        },
    },
    Relation {
        name: "accounts",
        keys: 1,
        columns: &["account_id text", "account_name text", "account_kind text", "place_id text?"],
        rows: |_, cell, rows| {
            for one in &cell.accounts {
                let place = one.place.clone().unwrap_or_default();
                rows.push(vec![one.id.clone(), one.id.clone(), one.kind.clone(), place]);
            }
        },
    },
    Relation {
        name: "places",
        keys: 1,
        columns: &["place_id text", "place_name text"],
        rows: |_, cell, rows| {
            let mut places: Vec<&String> = cell.accounts.iter().filter_map(|one| one.place.as_ref()).collect();
            places.sort_unstable();
            places.dedup();
            rows.extend(places.into_iter().map(|place| vec![place.clone(), place.clone()]));
        },
    },
    Relation {
        name: "alignments",
        keys: 7,
        columns: &[
            "alignment_id text",
            "place_kind text",
            "place_key text",
            "product_scope_kind text",
            "product_scope_key text",
            "position_id text",
            "from_date date",
            "to_date date",
            "share_rate decimal(18,6)",
        ],
        rows: |_, cell, rows| {
            for one in &cell.alignments {
                let kind = if one.is_account { "account" } else { "place" };
                let (scope_kind, scope_key) = one.products.parts();
                let keys = [one.id, kind, &one.key, scope_kind, scope_key, &one.position].map(ToString::to_string);
                rows.push([keys.to_vec(), vec![text(one.from), text(one.to), one.share.to_string()]].concat());
            }
        },
    },
    Relation {
        name: "targets",
        keys: 6,
        columns: &[
            "target_set_id text",
            "position_id text",
            "product_scope_kind text",
            "product_scope_key text",
            "measure_unit text",
            "period_id text",
            "target_amount decimal(19,4)",
        ],
        rows: |_, cell, rows| {
            for one in &cell.targets {
                let (kind, key) = one.products.parts();
                let keys =
                    ["official", &one.position, kind, key, one.unit.word(), &one.period].map(ToString::to_string);
                rows.push([keys.to_vec(), vec![one.amount.to_string()]].concat());
            }
        },
    },
    Relation {
        name: "transactions",
        keys: 1,
        columns: &[
            "line_id text",
            "booking_date date",
            "document_type text",
            "account_id text",
            "place_id text?",
            "product_id text",
            "channel_id text?",
            "named_position_id text?",
            "quantity decimal(19,4)",
            "net_amount decimal(19,4)",
            "cost_amount decimal(19,4)?",
            "currency_code text",
        ],
        rows: |company, cell, rows| {
            for line in &cell.lines {
                let account = &cell.accounts[line.account];
                rows.push(vec![
                    line.id.clone(),
                    text(line.day),
                    line.document.word().to_owned(),
                    account.id.clone(),
                    account.place.clone().unwrap_or_default(),
                    company.products[line.product].id.to_owned(),
                    line.channel.unwrap_or_default().to_owned(),
                    line.named.clone().unwrap_or_default(),
                    line.quantity.to_string(),
                    line.amount.to_string(),
                    line.cost.map_or(String::new(), |cost| cost.to_string()),
                    line.currency.unwrap_or(cell.plan.currency.0).to_owned(),
                ]);
            }
        },
    },
    Relation {
        name: "transaction_positions",
        keys: 2,
        columns: &["line_id text", "position_id text", "share_rate decimal(18,6)", "booking_date date"],
        rows: |_, cell, rows| {
            for line in &cell.lines {
                for (position, share) in &line.shares {
                    rows.push(vec![line.id.clone(), position.clone(), share.to_string(), text(line.day)]);
                }
            }
        },
    },
];

/// The currency that a cell's payees are paid in.
fn pays(cell: &Cell) -> &'static str {
    cell.plan.payout.conversion.as_ref().map_or(cell.plan.currency, |conversion| conversion.currency).0
}

fn relations() -> impl Iterator<Item = &'static Relation> {
    RELATIONS.iter().chain(credited::RELATIONS).chain(payout::RELATIONS)
}

/// Writes the whole project.
pub fn write(place: &Place, company: &Company) {
    let from = FIRST_YEAR;
    place.write(
        "tantieme.yml",
        format!(
            "name: company\nwarehouse: ./warehouse\ntime_zone: UTC\n\
             calendar: {{kind: months, year_begins: 1, from_year: {from}, to_year: {}}}\n",
            from + 1
        ),
    );
    for relation in relations() {
        contract(place, relation);
        staging(place, relation);
        conformed(place, relation);
    }
    products(place, company);
    place.write("sql/conformed/exceptions.sql", EXCEPTIONS);
    place.write(
        "sql/conformed/exceptions.yml",
        sidecar(
            4,
            &[
                "exception_kind text",
                "subject_kind text",
                "subject_id text",
                "period_id text",
                "detail text",
                "cure text",
            ],
            None,
        ),
    );
    for set in &company.rule_sets {
        place.write(&format!("plans/rules-{}.yml", set.id), documents::rule_set(set));
    }
    for cell in &company.cells {
        place.write(&format!("plans/{}.yml", cell.plan.id), documents::plan(&cell.plan));
    }
    data(place, company, |_| ());
}

/// Writes the rows of every relation, in whatever order `arrange` leaves them.
pub fn data(place: &Place, company: &Company, mut arrange: impl FnMut(&mut Rows)) {
    for relation in relations() {
        let mut rows = Rows::new();
        for cell in &company.cells {
            (relation.rows)(company, cell, &mut rows);
        }
        arrange(&mut rows);
        let names: Vec<&str> = relation.columns.iter().map(|column| parts(column).0).collect();
        let mut out = names.join(",") + "\n";
        for row in rows {
            let _ = writeln!(out, "{}", row.join(","));
        }
        place.write(&format!("data/{}.csv", relation.name), out);
    }
}

/// Name, type, whether it may be empty.
fn parts(column: &str) -> (&str, &str, bool) {
    let (name, kind) = column.split_once(' ').expect("a name and a type");
    (name, kind.trim_end_matches('?'), kind.ends_with('?'))
}

fn column(column: &str, more: &str) -> String {
    let (name, kind, is_nullable) = parts(column);
    let nullable = if is_nullable { ", nullable: true" } else { "" };
    format!("  - {{name: {name}{more}, type: \"{kind}\"{nullable}, meaning: \"As the source has it\"}}\n")
}

fn contract(place: &Place, relation: &Relation) {
    let key: Vec<&str> = relation.columns[..relation.keys].iter().map(|column| parts(column).0).collect();
    let columns: String = relation.columns.iter().map(|one| column(one, "")).collect();
    place.write(
        &format!("sources/company_{}.yml", relation.name),
        format!(
            "source: company\nstream: {}\ndescription: Generated\n\
             files: {{path: ./data/{}.csv, format: csv, delimiter: \",\", header: true, quote: '\"', encoding: utf-8, \
             date_format: yyyy-mm-dd, null_values: [\"\"]}}\n\
             delivery: full\nkey: [{}]\ncolumns:\n{columns}unknown_columns: fail\nmissing_columns: fail\n\
             most_quarantined_rate: 0\n",
            relation.name,
            relation.name,
            key.join(", ")
        ),
    );
}

fn sidecar(keys: usize, columns: &[&str], partition: Option<&str>) -> String {
    let key: Vec<&str> = columns[..keys].iter().map(|column| parts(column).0).collect();
    let partition = partition.map_or(String::new(), |partition| format!("partition: [{partition}]\n"));
    let columns: String = columns.iter().map(|one| column(one, "")).collect();
    format!("description: Generated\nkey: [{}]\n{partition}columns:\n{columns}tags: [generated]\n", key.join(", "))
}

fn names(columns: &[&str]) -> String {
    columns.iter().map(|column| parts(column).0).collect::<Vec<_>>().join(", ")
}

fn staging(place: &Place, relation: &Relation) {
    let all = names(relation.columns);
    let (version, mut columns) = (", _row_version_id as row_version_id", relation.columns.to_vec());
    columns.push("row_version_id binary");
    place.write(
        &format!("sql/staging/{}.sql", relation.name),
        format!("-- One row per row of the source.\nselect {all}{version}\nfrom landed.company_{}\n", relation.name),
    );
    place.write(&format!("sql/staging/{}.yml", relation.name), sidecar(relation.keys, &columns, None));
}

const EXCEPTIONS: &str = "-- One row per contradiction of the sources; there are none.
select
    '' as exception_kind,
    '' as subject_kind,
    '' as subject_id,
    '' as period_id,
    '' as detail,
    '' as cure
where false
";

const TRANSACTIONS: &[&str] = &[
    "source_id text",
    "transaction_id text",
    "line_id text",
    "row_version_id binary",
    "booking_date date",
    "period_id text",
    "document_type text",
    "account_id text?",
    "place_id text?",
    "product_id text",
    "channel_id text?",
    "named_position_id text?",
    "quantity decimal(19,4)",
    "net_amount decimal(19,4)",
    "cost_amount decimal(19,4)?",
    "currency_code text",
];

const SHARES: &[&str] = &[
    "source_id text",
    "transaction_id text",
    "line_id text",
    "position_id text",
    "share_rate decimal(18,6)",
    "period_id text",
];

fn conformed(place: &Place, relation: &Relation) {
    let name = relation.name;
    let (sql, columns, keys, partition) = match name {
        "transactions" => (
            "-- One row per line of an order.\nselect\n    'company' as source_id, lines.line_id as transaction_id, \
             '1' as line_id, lines.row_version_id, lines.booking_date, days.period_id, lines.document_type, \
             lines.account_id, lines.place_id, lines.product_id, lines.channel_id, \
             lines.named_position_id, lines.quantity, lines.net_amount, lines.cost_amount, \
             lines.currency_code\nfrom staging.transactions as lines\n\
             inner join conformed.days as days on lines.booking_date = days.day_date\n"
                .to_owned(),
            TRANSACTIONS,
            3,
            Some("period_id"),
        ),
        "transaction_positions" => (
            "-- One row per line and position that it names.\nselect\n    'company' as source_id, \
             lines.line_id as transaction_id, '1' as line_id, lines.position_id, lines.share_rate, days.period_id\n\
             from staging.transaction_positions as lines\n\
             inner join conformed.days as days on lines.booking_date = days.day_date\n"
                .to_owned(),
            SHARES,
            4,
            Some("period_id"),
        ),
        _ => (
            format!("-- One row per row of the source.\nselect {}\nfrom staging.{name}\n", names(relation.columns)),
            relation.columns,
            relation.keys,
            None,
        ),
    };
    place.write(&format!("sql/conformed/{name}.sql"), sql);
    // The program has empty ones of what befalls sales and pay.
    let is_replaced = credited::RELATIONS.iter().chain(payout::RELATIONS).any(|one| one.name == name);
    let replaces = if is_replaced { "replaces: built-in\n" } else { "" };
    place.write(&format!("sql/conformed/{name}.yml"), sidecar(keys, columns, partition) + replaces);
}

fn products(place: &Place, company: &Company) {
    let rows: Vec<String> = company
        .products
        .iter()
        .map(|one| format!("('{}', '{}', '{}', '{}')", one.id, one.id, one.brand, one.category))
        .collect();
    place.write(
        "sql/conformed/products.sql",
        format!(
            "-- One row per product.\nselect product_id, product_name, brand_id, category_id\nfrom (values {}) \
             as products (product_id, product_name, brand_id, category_id)\n",
            rows.join(", ")
        ),
    );
    let columns = ["product_id text", "product_name text", "brand_id text", "category_id text"];
    place.write("sql/conformed/products.yml", sidecar(1, &columns, None));
}
