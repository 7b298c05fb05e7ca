//! What befalls pay after it is earned, as relations of the project.

use super::Relation;
use crate::differential::{
    calendar::{Paid, Period, month_of, text},
    generate::exchange_rates,
};

fn month(day: i32) -> String {
    Period { paid: Paid::Monthly, number: month_of(day) }.id()
}

pub const RELATIONS: &[Relation] = &[
    Relation {
        name: "exchange_rates",
        keys: 1,
        columns: &[
            "exchange_rate_id text",
            "rate_type text",
            "from_currency_code text",
            "to_currency_code text",
            "from_date date",
            "to_date date",
            "exchange_rate decimal(28,12)",
        ],
        rows: |company, cell, rows| {
            if !std::ptr::eq(cell, &company.cells[0]) {
                return;
            }
            for one in exchange_rates() {
                let days = [text(one.from_day), text(one.to_day), one.rate.to_string()];
                let words = [one.rate_type, one.of, one.to].map(str::to_owned);
                rows.push([vec![one.id], words.to_vec(), days.to_vec()].concat());
            }
        },
    },
    Relation {
        name: "pay_events",
        keys: 1,
        columns: &[
            "event_id text",
            "event_kind text",
            "payee_id text",
            "earning_code text",
            "origin_period_id text",
            "event_date date",
            "period_id text",
        ],
        rows: |_, cell, rows| {
            for one in &cell.events.released {
                let words = [&one.id, one.kind, &one.payee, "incentive", &one.origin].map(str::to_owned);
                rows.push([words.to_vec(), vec![text(one.day), month(one.day)]].concat());
            }
        },
    },
    Relation {
        name: "holds",
        keys: 1,
        columns: &[
            "hold_id text",
            "payee_id text",
            "earning_code text",
            "from_period_id text",
            "reason text",
            "release_period_id text?",
        ],
        rows: |_, cell, rows| {
            for one in &cell.events.holds {
                let release = one.release.clone().unwrap_or_default();
                rows.push([&one.id, &one.payee, "incentive", &one.from, "asked", &release].map(str::to_owned).into());
            }
        },
    },
    Relation {
        name: "clawback_events",
        keys: 1,
        columns: &[
            "clawback_id text",
            "payee_id text",
            "plan_id text",
            "cause text",
            "origin_period_id text",
            "event_date date",
            "period_id text",
            "elapsed_count integer",
            "clawback_amount decimal(19,4)?",
        ],
        rows: |_, cell, rows| {
            for one in &cell.events.taken {
                let amount = one.amount.map_or(String::new(), |amount| amount.to_string());
                let words = [&one.id, &one.payee, &cell.plan.id, one.cause, &one.origin].map(str::to_owned);
                let rest = vec![text(one.day), month(one.day), one.elapsed.to_string(), amount];
                rows.push([words.to_vec(), rest].concat());
            }
        },
    },
    Relation {
        name: "pay_groups",
        keys: 2,
        columns: &[
            "payee_id text",
            "from_date date",
            "to_date date",
            "pay_group_id text",
            "may_be_negative boolean",
            "recovery_limit_amount decimal(19,4)?",
        ],
        rows: |_, cell, rows| {
            for one in &cell.events.groups {
                let limit = one.limit.map_or(String::new(), |limit| limit.to_string());
                let negative = one.may_be_negative.to_string();
                rows.push(vec![one.payee.clone(), text(one.from), text(one.to), "group".to_owned(), negative, limit]);
            }
        },
    },
];
