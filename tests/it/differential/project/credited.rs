//! What decides who is credited, beside alignments, as relations of the project.

use super::Relation;
use crate::differential::{calendar::text, company::volume};

/// The program has empty ones of these.
pub const RELATIONS: &[Relation] = &[
    Relation {
        name: "account_positions",
        keys: 3,
        columns: &["account_id text", "position_id text", "from_date date", "to_date date", "share_rate decimal(18,6)"],
        rows: |_, cell, rows| {
            for account in &cell.accounts {
                for one in &account.shares {
                    let days = [text(one.from), text(one.to), one.share.to_string()];
                    rows.push([vec![account.id.clone(), one.position.clone()], days.to_vec()].concat());
                }
            }
        },
    },
    Relation {
        name: "team_members",
        keys: 3,
        columns: &["team_id text", "position_id text", "from_date date", "to_date date"],
        rows: |_, cell, rows| {
            for one in &cell.crew {
                rows.push(vec![cell.crew_id(), one.position.clone(), text(one.from), text(one.to)]);
            }
        },
    },
    Relation {
        name: "transaction_links",
        keys: 3,
        columns: &[
            "source_id text",
            "transaction_id text",
            "line_id text",
            "original_transaction_id text",
            "original_line_id text",
        ],
        rows: |_, cell, rows| {
            for line in &cell.lines {
                if let Some(sold) = line.takes_back {
                    let sold = &cell.lines[sold].id;
                    rows.push(["company", &line.id, "1", sold, "1"].map(ToString::to_string).into());
                }
            }
        },
    },
    Relation {
        name: "leaves",
        keys: 2,
        columns: &["payee_id text", "from_date date", "to_date date", "leave_kind text"],
        rows: |_, cell, rows| {
            for one in &cell.leaves {
                rows.push(vec![one.payee.clone(), text(one.from), text(one.to), one.kind.to_owned()]);
            }
        },
    },
    Relation {
        name: "product_volumes",
        keys: 1,
        columns: &["product_id text", "volume_unit text", "volume_factor decimal(28,12)"],
        rows: |company, cell, rows| {
            if std::ptr::eq(cell, &company.cells[0]) {
                let litres = |one| vec!["litre".to_owned(), volume(one).to_string()];
                rows.extend(company.products.iter().map(|one| [vec![one.id.to_owned()], litres(one)].concat()));
            }
        },
    },
];
