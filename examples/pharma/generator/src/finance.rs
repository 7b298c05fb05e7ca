//! What the group's finance department holds: exchange rates, pay groups, holds, and when customers paid.

use std::{io, path::Path};

use jiff::{ToSpan, civil::Date};

use crate::{
    calendar::{YEAR, day, last_of, period},
    company::Company,
    dice::Key,
    seats::Role,
    text::{Office, Sheet, plain_parts},
    truth::Streams,
};

/// Writes every file of the finance department.
pub fn write(folder: &Path, company: &Company, streams: &mut Streams) -> io::Result<()> {
    let folder = folder.join("finance");
    streams.plain("finance_exchange_rates", rates(&folder, company)?);
    streams.plain("finance_pay_groups", pay_groups(&folder, company)?);
    streams.plain("finance_holds", holds(&folder, company)?);
    streams.plain("finance_collections", collections(&folder, company)?);
    Ok(())
}

/// Euro and zloty, both ways: of the budget, of the months, and of the days.
fn rates(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["rate_id", "rate_type", "from_currency", "to_currency", "valid_from", "valid_to", "rate"];
    let mut sheet = Sheet::create(&folder.join("exchange_rates.csv"), Office::Global, &header)?;
    let mut put = |kind: &str, name: &str, from: Date, to: Date, zloty: i64| {
        let back = (1_000_000_000_000 + zloty / 2) / zloty;
        let (from, to) = (from.to_string(), to.to_string());
        for (one, other, rate) in [("EUR", "PLN", zloty), ("PLN", "EUR", back)] {
            let id = format!("{kind}-{name}-{one}{other}");
            sheet.row(&[id.as_str(), kind, one, other, &from, &to, &plain_parts(rate.into(), 6)])?;
        }
        io::Result::Ok(())
    };
    put("budget", &YEAR.to_string(), day(1, 1), day(12, 31), 4_300_000)?;
    let mut rate = 4_262_000;
    let mut dice = Key::new(company.seed, "rates").dice();
    for month in 1..=12 {
        let (mut sum, mut count) = (0, 0);
        let mut date = day(month, 1);
        while date <= last_of(month) {
            rate = (rate + dice.between(-6_000, 6_000)).clamp(4_150_000, 4_380_000) / 100 * 100;
            put("spot", &date.to_string(), date, date, rate)?;
            sum += rate;
            count += 1;
            date += 1.day();
        }
        put("month_average", &period(month), day(month, 1), last_of(month), sum / count)?;
    }
    sheet.finish()
}

/// How a balance is recovered: slowly of most, at once of those who lead a country.
fn pay_groups(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["payee_id", "pay_group", "valid_from", "valid_to", "may_be_negative", "recovery_limit"];
    let mut sheet = Sheet::create(&folder.join("pay_groups.csv"), Office::Global, &header)?;
    let people = &company.people;
    for (index, payee) in people.payees.iter().enumerate() {
        let mut seats = people.seats.iter().filter(|seat| seat.payee == index);
        let leads = seats.any(|seat| company.positions[seat.position].role == Role::Head);
        let (group, is_free) = if leads { ("heads", "yes") } else { (payee.country.word(), "no") };
        let limit = ["500.00", "2000.00"][payee.country.index()];
        let limit = if leads { "" } else { limit };
        sheet.row(&[payee.id.as_str(), group, "2024-01-01", "9999-12-31", is_free, limit])?;
    }
    sheet.finish()
}

/// Two payments that somebody stopped; one of them was let go.
fn holds(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["hold_id", "payee_id", "earning_code", "from_month", "reason", "release_month"];
    let mut sheet = Sheet::create(&folder.join("holds.csv"), Office::Global, &header)?;
    let first = |unit: usize, at: usize| {
        let position = company.seats[unit].representatives.start + at;
        let seat = company.people.seats.iter().find(|seat| seat.position == position);
        seat.map_or("", |seat| company.people.payees[seat.payee].id.as_str())
    };
    sheet.row(&["H1", first(0, 0), "incentive", "2025-05", "expense report is open", "2025-08"])?;
    sheet.row(&["H2", first(4, 0), "incentive", "2025-10", "leaves at the end of the year", ""])?;
    sheet.finish()
}

/// When the hospitals of an account manager had paid the orders of a month: up to three months later.
fn collections(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["collection_id", "payee_id", "order_month", "collected_on"];
    let mut sheet = Sheet::create(&folder.join("collections.csv"), Office::Global, &header)?;
    let key = Key::new(company.seed, "collections");
    for seat in &company.people.seats {
        if company.positions[seat.position].role != Role::Account {
            continue;
        }
        let mut dice = key.at(seat.payee).dice();
        let payee = &company.people.payees[seat.payee].id;
        for month in 1..=12 {
            let date = last_of(month) + dice.between(12, 80).days();
            if date.year() == YEAR {
                let id = format!("{payee}-{month:02}");
                sheet.row(&[id.as_str(), payee, &period(month), &date.to_string()])?;
            }
        }
    }
    sheet.finish()
}
