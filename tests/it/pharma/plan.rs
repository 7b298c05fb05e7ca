//! The plan of the representatives of one unit, computed a second time.

use std::{collections::BTreeMap, fs};

use super::{Company, parts, sums};

/// The representatives' plan computed a second time, in whole numbers, from the source files and the planted credits.
struct Plan {
    credits: BTreeMap<Vec<String>, i128>,
    /// Cents, by seat, brand and month.
    targets: BTreeMap<(String, String, usize), i128>,
    /// Seat, person, first and last day of the year, percent.
    seats: Vec<(String, String, usize, usize, i128)>,
    /// Person, first and last day of the year, cents a month.
    pay: Vec<(String, usize, usize, i128)>,
    /// Planned calls, and those made on plan, by seat and month.
    calls: BTreeMap<Vec<String>, (i128, i128)>,
}

const MONTH_DAYS: [usize; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/// A number that the days of every month divide.
const DAY_PARTS: i128 = 28 * 30 * 31;
/// Attainment and output, both with ten digits behind the point.
const POINTS: [(i128, i128); 5] = [
    (7_000_000_000, 0),
    (9_000_000_000, 7_000_000_000),
    (10_000_000_000, 10_000_000_000),
    (11_000_000_000, 15_000_000_000),
    (12_500_000_000, 22_000_000_000),
];

fn halves_up(above: i128, below: i128) -> i128 {
    (above * 2 + below).div_euclid(below * 2)
}

/// Days since the year began, not before it and not after it.
fn day_of_year(text: &str) -> usize {
    let part = |from: usize, to: usize| text[from..to].parse::<usize>().unwrap();
    match part(6, 10) {
        0..2025 => 0,
        2025 => MONTH_DAYS[..part(3, 5) - 1].iter().sum::<usize>() + part(0, 2) - 1,
        _ => 364,
    }
}

fn curve(attainment: i128) -> i128 {
    for pair in POINTS.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if attainment < x1 {
            return if attainment < x0 { 0 } else { y0 + halves_up((attainment - x0) * (y1 - y0), x1 - x0) };
        }
    }
    POINTS[4].1
}

impl Plan {
    fn read(company: &Company) -> Self {
        let rows = |file: &str| -> Vec<Vec<String>> {
            let bytes = fs::read(company.folder.join("data/de").join(file)).unwrap();
            let text: String = bytes.iter().copied().map(char::from).collect();
            text.lines().skip(1).map(|line| line.split(';').map(str::to_owned).collect()).collect()
        };
        let cents = |text: &str| text.replace(['.', ','], "").parse::<i128>().unwrap();
        let mut targets = BTreeMap::new();
        for row in rows("planung/Ziele.csv") {
            let month = row[2][..2].parse().unwrap();
            let brand = ["Corvasol", "Lipanor"].into_iter().find(|brand| row[1].trim().eq_ignore_ascii_case(brand));
            let Some(brand) = brand else { continue };
            targets.insert((row[0].clone(), brand.to_owned(), month), cents(&row[3]));
        }
        let seats = rows("hr/Besetzung.csv").into_iter().map(|row| {
            let (from, to) = (day_of_year(&row[2]), day_of_year(&row[3]));
            (row[0].clone(), row[1].clone(), from, to, cents(&row[4]) / 100)
        });
        let pay = rows("hr/Zielprämien.csv")
            .into_iter()
            .map(|row| (row[0].clone(), day_of_year(&row[1]), day_of_year(&row[2]), cents(&row[3])));
        let credits = sums(&company.truth("credits.csv", 3, 3));
        let made = company.truth("calls.csv", 2, 3);
        let mut calls = BTreeMap::new();
        for (key, planned) in company.truth("calls.csv", 2, 2) {
            let count = (planned.parse().unwrap(), made[&key].parse().unwrap());
            calls.insert(key, count);
        }
        Self { credits, targets, seats: seats.collect(), pay: pay.collect(), calls }
    }

    /// Six digits behind the point; none if a target is missing.
    fn attainment(&self, seat: &str, brand: &str, month: usize) -> Option<i128> {
        let (mut sold, mut target) = (0, 0);
        for month in 1..=month {
            let key = vec![seat.to_owned(), brand.to_owned(), format!("2025-{month:02}")];
            sold += self.credits.get(&key).copied().unwrap_or_default();
            target += self.targets.get(&(seat.to_owned(), brand.to_owned(), month))?;
        }
        Some(halves_up(sold * 1_000_000, target * 100_000_000))
    }

    /// Whether four of five calls that were planned so far were made.
    fn keeps_to_the_call_plan(&self, seat: &str, month: usize) -> bool {
        let of_seat = self.calls.iter().filter(|(key, _)| key[0] == seat);
        let so_far = of_seat.filter(|(key, _)| key[1][5..].parse::<usize>().unwrap() <= month);
        let (planned, made) = so_far.fold((0, 0), |sum, (_, one)| (sum.0 + one.0, sum.1 + one.1));
        halves_up(made * 1_000_000, planned) >= 800_000
    }

    /// Target incentive of the days held until the end of a month: cents × percent × [`DAY_PARTS`].
    fn promised(&self, seat: &str, payee: &str, month: usize) -> i128 {
        let (mut promised, mut day) = (0, 0);
        for days in MONTH_DAYS.into_iter().take(month) {
            for day in day..day + days {
                let held =
                    self.seats.iter().find(|one| one.0 == seat && one.1 == payee && (one.2..=one.3).contains(&day));
                let paid = self.pay.iter().find(|one| one.0 == payee && (one.1..=one.2).contains(&day));
                if let (Some(held), Some(paid)) = (held, paid) {
                    promised += paid.3 * held.4 * DAY_PARTS / days as i128;
                }
            }
            day += days;
        }
        promised
    }

    /// Cents earned from January to the end of a month.
    fn earned(&self, seat: &str, payee: &str, brand: &str, month: usize) -> Option<i128> {
        let output = curve(self.attainment(seat, brand, month)? * 10_000).min(20_000_000_000);
        let weight = if brand == "Corvasol" { 6 } else { 4 };
        // Tenths of what the gates leave.
        let of_calls = if self.keeps_to_the_call_plan(seat, month) { 10 } else { 8 };
        let is_shut = brand == "Lipanor" && self.attainment(seat, "Corvasol", month)? < 800_000;
        let left = of_calls * if is_shut { 5 } else { 10 };
        let parts = output * weight * left * self.promised(seat, payee, month);
        Some(halves_up(parts, 10_000_000_000 * 10 * 100 * 100 * DAY_PARTS))
    }
}

pub fn representatives_earn_what_the_plan_says(company: &Company) {
    let plan = Plan::read(company);
    let found = company.query(
        "select position_id, payee_id, component_id, period_id, incentive_amount from reporting.statement \
         where plan_id = 'representatives-hk-de-2025' and component_id <> 'call-plan' and payee_id is not null",
    );
    assert!(found.len() > 150, "{} statements", found.len());
    for (key, amount) in &found {
        let brand = if key[2] == "corvasol" { "Corvasol" } else { "Lipanor" };
        let month: usize = key[3][5..].parse().unwrap();
        let earned = |month| plan.earned(&key[0], &key[1], brand, month);
        let before = if month == 1 { Some(0) } else { earned(month - 1) };
        let expected = earned(month).zip(before).map_or(0, |(now, before)| now - before);
        assert_eq!(parts(amount), expected * 100_000_000, "{key:?}");
    }
}
