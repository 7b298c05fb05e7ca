//! What planning expects: the baseline of each cell, targets by seat, brand and month cut from it, and budgets.

use std::{io, path::Path};

use crate::{
    calendar::{HALVES, YEAR, working_days},
    company::Company,
    notes::{HOSPITAL_PRICE, HOSPITAL_SIZE, Orders},
    places::typed,
    seats::Role,
    text::{Office, Sheet},
    truth::Streams,
    units::{BRANDS, BRANDS_OF_UNIT, COUNTRIES, Country, UNITS, factor},
    xlsx,
};

/// Sales that wholesalers tell by brick only, in percent of those they tell by pharmacy; in Germany.
pub const BY_BRICK: [i64; 2] = [35, 0];
/// Targets are cut to this.
const STEP: i128 = 10_000;
/// The target that planning forgot: unit, territory, brand, month.
const FORGOTTEN: (usize, usize, usize, usize) = (0, 2, 1, 12);
/// A seat that planning gave nothing to sell of a brand in the first quarter: unit, territory, brand.
const ZERO: (usize, usize, usize) = (2, 1, 2);

/// What a customer of average size buys on a working day of an average month, by pack: packs in millionths.
#[derive(Debug)]
pub struct Baseline {
    packs: Vec<i128>,
    is_hospital: bool,
}

impl Baseline {
    /// Of the pharmacies or hospitals of a country.
    pub fn new(company: &Company, country: Country, is_hospital: bool) -> Self {
        let orders = Orders::new(company, country, is_hospital);
        let total = i128::from(orders.weights.last().map_or(1, |weight| weight.1));
        let mut packs = vec![0; company.packs.len()];
        let mut before = 0;
        for (pack, sum) in &orders.weights {
            let size = company.packs[*pack].size * if is_hospital { HOSPITAL_SIZE } else { 1 };
            let a_day = i128::from(orders.chance * orders.lines * size);
            packs[*pack] = a_day * i128::from(sum - before) / total;
            before = *sum;
        }
        Self { packs, is_hospital }
    }

    /// Packs in millionths that an average customer buys of a pack on a day.
    pub fn packs(&self, pack: usize) -> i128 {
        self.packs[pack]
    }

    /// Hundredths of the currency, in millionths, that an average customer spends on a brand on a day.
    pub fn amount(&self, company: &Company, brand: usize) -> i128 {
        let price = |price: i64| i128::from(price * if self.is_hospital { HOSPITAL_PRICE } else { 100 }) / 100;
        let of_brand = company.packs.iter().enumerate().filter(|(_, pack)| pack.brand == brand);
        of_brand.map(|(index, pack)| self.packs[index] * price(pack.price)).sum()
    }
}

/// Size of the customers of every cell in a half of a month, in thousandths.
pub fn sizes(company: &Company, half: usize) -> Vec<i64> {
    let places = &company.places;
    let mut sizes = vec![0; places.cell_count];
    for country in COUNTRIES {
        let at = country.index();
        for customer in places.pharmacies[at].iter().chain(&places.hospitals[at]) {
            if let Some(cell) = customer.cell(&places.recuts[at], half) {
                sizes[cell] += customer.potential;
            }
        }
    }
    sizes
}

/// Size of the customers of every seat as the year begins, in hundred-thousandths.
pub fn potentials(company: &Company) -> Vec<i128> {
    let sizes = sizes(company, 0);
    let mut potentials = vec![0; company.positions.len()];
    for cells in &company.owners {
        for (owners, size) in cells.iter().zip(&sizes) {
            for owner in owners.iter().filter(|owner| owner.holds(0)) {
                potentials[owner.position] += i128::from(size * owner.percent);
            }
        }
    }
    potentials
}

/// Targets in hundredths of the currency, by seat, brand and month: `(position, brand) → [month - 1]`.
type Targets = Vec<Vec<[i64; 12]>>;

/// What an average seat would sell of a brand in a cell, in hundredths of the currency times a thousand millions.
fn expected(company: &Company, brand: usize, month: usize, sizes: &[i64], baselines: &[[Baseline; 2]; 2]) -> Vec<i128> {
    let country = UNITS[BRANDS[brand].unit].country;
    let days = working_days(country, month).len() as i128 * i128::from(factor(&BRANDS[brand], month));
    let bricks = company.places.bricks.len();
    let [retail, hospital] = [0, 1].map(|kind| baselines[country.index()][kind].amount(company, brand) * days);
    let hospitals = &company.places.hospitals[country.index()];
    let first = hospitals.first().and_then(|one| one.own_cell).unwrap_or(bricks);
    let by_brick = i128::from(100 + BY_BRICK[country.index()]);
    sizes
        .iter()
        .enumerate()
        .map(|(cell, size)| {
            let size = i128::from(*size);
            match cell {
                cell if cell < bricks => size * retail / 100 * by_brick,
                cell if (first..first + hospitals.len()).contains(&cell) => size * hospital,
                _ => size * retail,
            }
        })
        .collect()
}

fn targets(company: &Company) -> Targets {
    let baselines = COUNTRIES.map(|country| [false, true].map(|kind| Baseline::new(company, country, kind)));
    let mut targets = vec![vec![[0_i64; 12]; BRANDS.len()]; company.positions.len()];
    for month in 1..=12 {
        let half = (month - 1) * 2;
        let sizes = sizes(company, half);
        for (brand, one) in BRANDS.iter().enumerate() {
            let expected = expected(company, brand, month, &sizes, &baselines);
            let mut sums = vec![0_i128; company.positions.len()];
            for (owners, amount) in company.owners[one.unit].iter().zip(&expected) {
                for owner in owners.iter().filter(|owner| owner.holds(half)) {
                    sums[owner.position] += amount * i128::from(owner.percent) / 100;
                }
            }
            for (position, sum) in sums.iter().enumerate().filter(|(_, sum)| **sum > 0) {
                let planned = i128::from(company.planned[position][brand % BRANDS_OF_UNIT]);
                let cut = cut(sum / 1_000_000 * planned / 1_000_000_000);
                let mut above = Some(position);
                while let Some(seat) = above {
                    targets[seat][brand][month - 1] += cut;
                    let one = &company.positions[seat];
                    above = if half >= 18 { one.later_manager.or(one.manager) } else { one.manager };
                }
            }
            add_specialists(company, &mut targets, brand, month, &expected);
        }
    }
    targets
}

/// The specialists' targets of the first brand of a unit, from the bricks of their region.
fn add_specialists(company: &Company, targets: &mut Targets, brand: usize, month: usize, expected: &[i128]) {
    if !brand.is_multiple_of(BRANDS_OF_UNIT) {
        return;
    }
    for (position, cell) in company.specialists(BRANDS[brand].unit, (month - 1) * 2) {
        let planned = i128::from(company.planned[position][0]);
        targets[position][brand][month - 1] += (expected[cell] / 1_000_000 * planned / 1_000_000_000) as i64;
    }
    for seat in company.seats[BRANDS[brand].unit].specialists.clone() {
        let target = &mut targets[seat][brand][month - 1];
        *target = cut(i128::from(*target));
    }
}

fn cut(amount: i128) -> i64 {
    ((amount + STEP / 2) / STEP * STEP) as i64
}

const TARGETS: [[&str; 4]; 2] =
    [["Positionsnr", "Marke", "Monat", "Zielwert"], ["Stanowisko", "Marka", "Miesiąc", "Cel"]];
const BUDGETS: [[&str; 5]; 2] = [
    ["Einheit", "Marke", "Monat", "Umsatzbudget", "Prämienbudget"],
    ["Jednostka", "Marka", "Miesiąc", "Budżet sprzedaży", "Budżet premii"],
];

/// Writes the files of the planning departments: targets, and budgets as a spreadsheet and as its export.
pub fn write(folder: &Path, company: &Company, streams: &mut Streams) -> io::Result<()> {
    let targets = targets(company);
    for country in COUNTRIES {
        let at = country.index();
        let office = Office::of(country);
        let path = folder.join(["de/planung/Ziele.csv", "pl/planowanie/Cele.csv"][at]);
        let mut sheet = Sheet::create(&path, office, &TARGETS[at])?;
        for (index, position) in company.positions.iter().enumerate().filter(|(_, one)| one.country == country) {
            for (brand, months) in targets[index].iter().enumerate() {
                for (month, amount) in (1..).zip(months) {
                    let place = place_of(company, index, brand);
                    let is_zero = place.is_some_and(|(unit, seat, brand)| (unit, seat, brand) == ZERO) && month <= 3;
                    let is_forgotten = place.is_some_and(|(u, seat, brand)| (u, seat, brand, month) == FORGOTTEN);
                    if (*amount == 0 && !is_zero) || is_forgotten || position.role == Role::Channel {
                        continue;
                    }
                    let name = typed(BRANDS[brand].name.to_owned(), (index + month) % 17);
                    let amount = office.money(if is_zero { 0 } else { *amount });
                    sheet.row(&[position.id.as_str(), &name, &format!("{month:02}.{YEAR}"), &amount])?;
                }
            }
        }
        streams.plain(&format!("{}_targets", country.word()), sheet.finish()?);
        write_budgets(folder, company, country, &targets, streams)?;
    }
    Ok(())
}

/// Unit, territory and brand of the unit of a representative's cell.
fn place_of(company: &Company, position: usize, brand: usize) -> Option<(usize, usize, usize)> {
    let unit = company.positions[position].unit?;
    let seats = &company.seats[unit].representatives;
    (seats.contains(&position) && BRANDS[brand].unit == unit)
        .then(|| (unit, position - seats.start, brand % BRANDS_OF_UNIT))
}

/// Budgets by unit, brand and month; what is promised to the unit's people is budgeted with its first brand.
fn write_budgets(
    folder: &Path,
    company: &Company,
    country: Country,
    targets: &Targets,
    streams: &mut Streams,
) -> io::Result<()> {
    let at = country.index();
    let base = folder.join(["de/planung/Budget_2025", "pl/planowanie/Budzet_2025"][at]);
    let mut sheet = Sheet::create(&base.with_extension("csv"), Office::of(country), &BUDGETS[at])?;
    let mut cells: Vec<Vec<xlsx::Cell>> = vec![BUDGETS[at].map(|text| xlsx::Cell::Text(text.to_owned())).to_vec()];
    for (index, unit) in UNITS.iter().enumerate().filter(|(_, unit)| unit.country == country) {
        let promised: i64 = company.people.pay_terms.iter().map(|term| monthly(company, index, term.payee, term)).sum();
        for brand in index * BRANDS_OF_UNIT..(index + 1) * BRANDS_OF_UNIT {
            for month in 1..=12 {
                let sales = targets[company.seats[index].leader][brand][month - 1] * 102 / 100;
                let incentive = if brand.is_multiple_of(BRANDS_OF_UNIT) { promised * 105 / 100 } else { 0 };
                let (name, when) = (BRANDS[brand].name.to_owned(), format!("{month:02}.{YEAR}"));
                let money = |amount| Office::of(country).money(amount);
                sheet.row(&[unit.id, &name, &when, &money(sales), &money(incentive)])?;
                let texts = [unit.id.to_owned(), name, when].map(xlsx::Cell::Text);
                let numbers = [sales, incentive].map(xlsx::Cell::Hundredths);
                cells.push(texts.into_iter().chain(numbers).collect());
            }
        }
    }
    streams.plain(&format!("{}_budgets", country.word()), sheet.finish()?);
    xlsx::write(&base.with_extension("xlsx"), ["Budget", "Budżet"][at], &cells)
}

/// What the last term of a person of a unit promises for a month, in the unit's currency.
fn monthly(company: &Company, unit: usize, payee: usize, term: &crate::people::PayTerm) -> i64 {
    let mut seats = company.people.seats.iter().filter(|seat| seat.payee == payee);
    let is_there = seats.any(|seat| company.positions[seat.position].unit == Some(unit) && seat.to.is_none());
    let in_currency = if term.currency == UNITS[unit].country.currency() { 100 } else { 425 };
    if is_there && term.to.is_none() { term.month_amount * in_currency / 100 } else { 0 }
}

/// Halves must be whole months here.
const _: () = assert!(HALVES == 24);
