//! What planning expects: the baseline of each pharmacy, and targets by seat, brand and month cut from it.

use std::{io, path::Path};

use jiff::civil::{Date, Weekday};

use crate::{
    company::{BRANDS, Company, Role, YEAR, day},
    text::{Sheet, german_money},
};

/// Season and growth by month, in thousandths of an average month.
pub const SEASON: [i64; 12] = [1_030, 960, 1_020, 985, 950, 965, 945, 915, 1_030, 1_075, 1_085, 1_040];

/// The target that planning forgot: territory, brand, month.
pub const FORGOTTEN: (usize, usize, usize) = (8, 1, 12);

/// Targets are cut to this.
const STEP_CENTS: i128 = 10_000;

/// Holidays of the whole country in 2025, as month and day; pharmacies do not order on them.
const HOLIDAYS: [(i8, i8); 9] = [(1, 1), (4, 18), (4, 21), (5, 1), (5, 29), (6, 9), (10, 3), (12, 25), (12, 26)];

/// The days of a month, counted from one, on which pharmacies order.
pub fn working_days(month: usize) -> Vec<Date> {
    let month = i8::try_from(month).unwrap_or(1);
    let last = day(month, 1).days_in_month();
    (1..=last)
        .map(|number| day(month, number))
        .filter(|date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday))
        .filter(|date| !HOLIDAYS.contains(&(date.month(), date.day())))
        .collect()
}

/// For each pharmacy and brand, what an average representative sells there on a working day of an average month,
/// in thousandths of a cent.
fn daily(company: &Company) -> Vec<[i128; 2]> {
    let mut basket = [0_i128; 2];
    for pack in &company.packs {
        basket[pack.brand] += i128::from(pack.chance * pack.packs) * i128::from(pack.price_cents);
    }
    let of_day = |chance: i64, potential: i64| i128::from(chance * potential);
    company
        .pharmacies
        .iter()
        .map(|one| basket.map(|basket| basket * of_day(one.order_chance, one.potential) / 1_000_000_000))
        .collect()
}

/// Targets in cents: `targets[position][brand][month - 1]`; a manager's is the sum below.
pub fn targets(company: &Company) -> Vec<[[i64; 12]; 2]> {
    let daily = daily(company);
    let owners = company.owners();
    let mut sums = vec![[[0_i128; 12]; 2]; company.positions.len()];
    for month in 1..=12_usize {
        let days = i128::try_from(working_days(month).len()).unwrap_or_default();
        let first = day(i8::try_from(month).unwrap_or(1), 1);
        let factor = days * i128::from(SEASON[month - 1]);
        for (pharmacy, owners) in owners.iter().enumerate() {
            for owner in owners.iter().filter(|owner| owner.holds(first)) {
                for brand in 0..BRANDS.len() {
                    sums[owner.position][brand][month - 1] +=
                        daily[pharmacy][brand] * factor * i128::from(owner.percent);
                }
            }
        }
    }
    let mut targets = vec![[[0_i64; 12]; 2]; company.positions.len()];
    for position in 0..company.territory_count {
        for brand in 0..BRANDS.len() {
            for month in 0..12 {
                let planned = i128::from(company.planned[position][brand]);
                // Thousandths of cents, of the season and of planning's view, and hundredths of the share.
                let cents = sums[position][brand][month] * planned / 100_000_000_000;
                let cut = (cents + STEP_CENTS / 2) / STEP_CENTS * STEP_CENTS;
                let cut = i64::try_from(cut).unwrap_or_default();
                let mut above = Some(position);
                while let Some(seat) = above {
                    targets[seat][brand][month] += cut;
                    above = company.positions[seat].manager;
                }
            }
        }
    }
    targets
}

/// Writes the target file of the planning department; one cell is missing.
pub fn write(folder: &Path, company: &Company) -> io::Result<u64> {
    let mut sheet = Sheet::office(&folder.join("planung/Ziele.csv"), &["Positionsnr", "Marke", "Monat", "Zielwert"])?;
    for (index, targets) in targets(company).iter().enumerate() {
        let position = &company.positions[index];
        for (brand, months) in targets.iter().enumerate() {
            for (month, cents) in (1_usize..).zip(months) {
                if position.role == Role::Representative && (index, brand, month) == FORGOTTEN {
                    continue;
                }
                let month = format!("{month:02}.{YEAR}");
                sheet.row(&[position.id.as_str(), BRANDS[brand], &month, &german_money(*cents)])?;
            }
        }
    }
    let count = sheet.row_count();
    sheet.finish()?;
    Ok(count)
}
