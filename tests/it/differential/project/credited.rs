//! What decides who is credited, beside alignments, as relations of the project.

use super::Relation;
use crate::differential::calendar::text;

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
];
