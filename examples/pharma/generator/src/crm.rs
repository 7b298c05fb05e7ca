//! What the CRM holds, one for all countries: seats and maps, physicians, call plans and calls, scores.

use std::{collections::BTreeMap, io, path::Path};

use crate::{
    calendar::{HALVES, YEAR, before, day, first_of, period, working_days},
    company::{Company, Owner},
    dice::Key,
    places::typed,
    seats::Role,
    text::{Office, Sheet, plain_parts},
    truth::Streams,
    units::{BRANDS, BRANDS_OF_UNIT, Country, UNITS},
};

/// How the CRM writes "until further notice".
const NO_END: &str = "9999-12-31";
/// Since when the maps hold that hold all year.
const LONG_AGO: &str = "2024-01-01";

struct Group<'a> {
    folder: &'a Path,
    truth: &'a Path,
    company: &'a Company,
    streams: &'a mut Streams,
}

/// Writes every file of the CRM.
pub fn write(folder: &Path, truth: &Path, company: &Company, streams: &mut Streams) -> io::Result<()> {
    let mut group = Group { folder, truth, company, streams };
    group.seats()?;
    group.brick_alignments()?;
    group.account_alignments()?;
    group.physicians()?;
    group.calls()?;
    group.scores()
}

fn from_day(half: usize) -> String {
    if half == 0 { LONG_AGO.to_owned() } else { first_of(half).to_string() }
}

fn last_day(half: usize) -> String {
    if half >= HALVES { NO_END.to_owned() } else { before(half).to_string() }
}

impl Group<'_> {
    fn sheet(&self, name: &str, header: &[&str]) -> io::Result<Sheet> {
        Sheet::create(&self.folder.join("crm").join(name), Office::Global, header)
    }

    fn end(&mut self, stream: &str, sheet: Sheet) -> io::Result<()> {
        self.streams.plain(stream, sheet.finish()?);
        Ok(())
    }

    fn seats(&mut self) -> io::Result<()> {
        let mut sheet = self.sheet("units.csv", &["unit_id", "country", "therapeutic_area", "currency"])?;
        for unit in &UNITS {
            let country = unit.country.word().to_uppercase();
            sheet.row(&[unit.id, &country, unit.area, unit.country.currency()])?;
        }
        self.end("crm_units", sheet)?;
        let mut sheet = self.sheet("positions.csv", &["position_id", "title", "role", "unit_id", "team"])?;
        for one in &self.company.positions {
            let unit = one.unit.map_or_else(|| one.country.word().to_uppercase(), |unit| UNITS[unit].id.to_owned());
            sheet.row(&[one.id.as_str(), &one.title, one.role.word(), &unit, &one.team])?;
        }
        self.end("crm_positions", sheet)?;
        let header = ["position_id", "manager_position_id", "valid_from", "valid_to"];
        let mut sheet = self.sheet("reporting_lines.csv", &header)?;
        for one in &self.company.positions {
            let name = |seat: usize| self.company.positions[seat].id.as_str();
            let Some(manager) = one.manager else { continue };
            let october = 18;
            let to = if one.later_manager.is_some() { last_day(october) } else { NO_END.to_owned() };
            sheet.row(&[one.id.as_str(), name(manager), LONG_AGO, &to])?;
            if let Some(later) = one.later_manager {
                sheet.row(&[one.id.as_str(), name(later), &from_day(october), NO_END])?;
            }
        }
        self.end("crm_reporting_lines", sheet)
    }

    /// The bricks of the forces, and those in which a specialist helps.
    fn brick_alignments(&mut self) -> io::Result<()> {
        let header =
            ["unit_id", "force", "brick_id", "position_id", "valid_from", "valid_to", "share_percent", "brand"];
        let mut sheet = self.sheet("brick_alignments.csv", &header)?;
        for (index, unit) in UNITS.iter().enumerate() {
            for (brick, owners) in self.company.owners[index].iter().enumerate().take(self.company.places.bricks.len())
            {
                for owner in owners {
                    let (seat, percent) = (&self.company.positions[owner.position].id, owner.percent.to_string());
                    // Some numbers were copied with a blank behind them.
                    let brick = typed(self.company.places.bricks[brick].id.clone(), brick % 23 + 1);
                    let (from, to) = (from_day(owner.from), last_day(owner.to));
                    sheet.row(&[unit.id, "territory", &brick, seat, &from, &to, &percent, ""])?;
                }
            }
            let first = BRANDS[index * BRANDS_OF_UNIT].name;
            for (seat, brick) in self.company.specialists(index, 0) {
                let brick = &self.company.places.bricks[brick];
                let seat = &self.company.positions[seat].id;
                sheet.row(&[unit.id, "specialist", &brick.id, seat, LONG_AGO, &last_day(brick.to), "100", first])?;
            }
            let recut = &self.company.places.recuts[unit.country.index()];
            for (seat, brick) in self.company.specialists(index, recut.half) {
                if recut.new.contains(&brick) {
                    let (brick, from) = (&self.company.places.bricks[brick].id, from_day(recut.half));
                    let seat = &self.company.positions[seat].id;
                    sheet.row(&[unit.id, "specialist", brick, seat, &from, NO_END, "100", first])?;
                }
            }
        }
        self.end("crm_brick_alignments", sheet)
    }

    /// Hospitals, pharmacies with a seat of their own, and hospitals that two account managers share.
    fn account_alignments(&mut self) -> io::Result<()> {
        let header = ["unit_id", "account_id", "position_id", "valid_from", "valid_to"];
        let mut sheet = self.sheet("account_alignments.csv", &header)?;
        let header = ["account_id", "position_id", "valid_from", "valid_to", "share_percent"];
        let mut teams = self.sheet("account_teams.csv", &header)?;
        for (index, unit) in UNITS.iter().enumerate() {
            let put = |sheet: &mut Sheet, account: &str, owner: &Owner| {
                let seat = &self.company.positions[owner.position].id;
                sheet.row(&[unit.id, account, seat, &from_day(owner.from), &last_day(owner.to)])
            };
            let at = unit.country.index();
            let accounts = &self.company.seats[index].accounts;
            for (number, hospital) in self.company.places.hospitals[at].iter().enumerate() {
                let Some(cell) = hospital.own_cell else { continue };
                for owner in &self.company.owners[index][cell] {
                    put(&mut sheet, &hospital.id, owner)?;
                }
                if number % 7 == 3 && index % 2 == 0 {
                    let first = accounts.start + number % accounts.len();
                    let second = accounts.start + (number + 1) % accounts.len();
                    let shares =
                        if first == second { vec![(first, "100")] } else { vec![(first, "60"), (second, "40")] };
                    for (seat, share) in shares {
                        let seat = &self.company.positions[seat].id;
                        teams.row(&[hospital.id.as_str(), seat, LONG_AGO, NO_END, share])?;
                    }
                }
            }
            for (_, customer, cell) in self.company.specials.iter().filter(|special| special.0 == index) {
                for owner in &self.company.owners[index][*cell] {
                    put(&mut sheet, &self.company.places.pharmacies[at][*customer].id, owner)?;
                }
            }
        }
        self.end("crm_account_alignments", sheet)?;
        self.end("crm_account_teams", teams)
    }

    fn physicians(&mut self) -> io::Result<()> {
        let mut sheet = self.sheet("physicians.csv", &["hcp_id", "name", "brick_id", "specialty"])?;
        for one in &self.company.places.physicians {
            let brick = &self.company.places.bricks[one.brick];
            let units: Vec<_> = UNITS.iter().filter(|unit| unit.country == brick.country).collect();
            sheet.row(&[one.id.as_str(), &one.name, &brick.id, units[one.specialty].area])?;
        }
        self.end("crm_physicians", sheet)
    }

    /// The plan of every territory and month, and what was done of it; who makes few calls makes them all year.
    fn calls(&mut self) -> io::Result<()> {
        let mut plan = self.sheet("call_plan.csv", &["position_id", "hcp_id", "month", "planned_calls"])?;
        let mut truth = Sheet::create(
            &self.truth.join("calls.csv"),
            Office::Global,
            &["position_id", "period_id", "planned_count", "on_plan_count"],
        )?;
        let mut counts: BTreeMap<(usize, usize), (i64, i64)> = BTreeMap::new();
        let mut total = 0;
        for month in 1..=12 {
            let name = format!("calls_{YEAR}-{month:02}.csv");
            let mut sheet = self.sheet(&name, &["call_id", "position_id", "hcp_id", "called_at", "channel"])?;
            let mut number = 0;
            for (physician, one) in self.company.places.physicians.iter().enumerate() {
                let Some(position) = self.visitor(one.brick, one.specialty, month) else { continue };
                let count = counts.entry((position, month)).or_default();
                let mut dice = Key::new(self.company.seed, "calls").at(month * 1_000_000 + physician).dice();
                let planned = [2, 1, 1, usize::from(!month.is_multiple_of(2))][physician % 4] as i64;
                let seat = self.company.positions[position].id.as_str();
                if planned > 0 {
                    plan.row(&[seat, &one.id, &period(month), &planned.to_string()])?;
                }
                let diligence = self.diligence(position, month);
                let made = (0..planned).filter(|_| dice.chance(diligence, 1_000)).count() as i64;
                let extra = i64::from(dice.chance(diligence, 15_000));
                count.0 += planned;
                count.1 += (made + extra).min(planned);
                for _ in 0..made + extra {
                    number += 1;
                    let id = format!("C{month:02}{number:06}");
                    let country = self.company.positions[position].country;
                    let hcp = typed(one.id.clone(), 1 + dice.below(60));
                    sheet.row(&[&id, seat, &hcp, &moment(country, month, &mut dice), channel(&mut dice)])?;
                }
            }
            total += sheet.finish()?;
        }
        for ((position, month), (planned, made)) in counts {
            let seat = &self.company.positions[position].id;
            truth.row(&[seat.as_str(), &period(month), &planned.to_string(), &made.to_string()])?;
        }
        truth.finish()?;
        self.streams.plain("crm_calls", total);
        self.end("crm_call_plan", plan)
    }

    /// The seat that visits a physician: whoever has most of the brick as the month begins.
    fn visitor(&self, brick: usize, specialty: usize, month: usize) -> Option<usize> {
        let country = self.company.places.bricks[brick].country;
        let half = (month - 1) * 2;
        let recut = &self.company.places.recuts[country.index()];
        let now = if half >= recut.half && recut.old.contains(&brick) {
            recut.weights.iter().find(|weight| weight.0 == brick).map_or(brick, |weight| weight.1)
        } else {
            brick
        };
        let unit = UNITS.iter().enumerate().filter(|(_, unit)| unit.country == country).nth(specialty)?.0;
        let owners = self.company.owners[unit][now].iter().filter(|owner| owner.holds(half));
        owners.max_by_key(|owner| owner.percent).map(|owner| owner.position)
    }

    /// Thousandths of planned calls that are made.
    fn diligence(&self, position: usize, month: usize) -> i64 {
        let people = &self.company.people;
        let held = people.seats.iter().find(|seat| seat.position == position && seat.holds(day(month, 15)));
        held.map_or(120, |seat| people.payees[seat.payee].diligence)
    }

    /// Objectives of managers and specialists by quarter, and pharmacies that listed a new product by month.
    fn scores(&mut self) -> io::Result<()> {
        let key = Key::new(self.company.seed, "scores");
        let mut sheet = self.sheet("objectives.csv", &["objective", "position_id", "quarter", "score"])?;
        let mut listings = self.sheet("listings.csv", &["position_id", "month", "new_listings"])?;
        for (index, position) in self.company.positions.iter().enumerate() {
            let mut dice = key.at(index).dice();
            if matches!(position.role, Role::Regional | Role::Unit | Role::Specialist) {
                for quarter in 1..=4 {
                    let score = plain_parts(i128::from(dice.bell(10, 26)) * 5, 2);
                    sheet.row(&["mbo", &position.id, &format!("{YEAR}-Q{quarter}"), &score])?;
                }
            }
            if position.role == Role::Representative {
                for month in 1..=12 {
                    listings.row(&[position.id.as_str(), &period(month), &dice.bell(0, 6).to_string()])?;
                }
            }
        }
        self.end("crm_objectives", sheet)?;
        self.end("crm_listings", listings)
    }
}

/// A working hour of a working day, in local time with its offset.
fn moment(country: Country, month: usize, dice: &mut crate::dice::Dice) -> String {
    let days = working_days(country, month);
    let date = *dice.pick(&days);
    let minute = dice.between(8 * 60, 18 * 60);
    let is_summer = date >= day(3, 30) && date < day(10, 26);
    let offset = if is_summer { "+02:00" } else { "+01:00" };
    format!("{date}T{:02}:{:02}:00{offset}", minute / 60, minute % 60)
}

fn channel(dice: &mut crate::dice::Dice) -> &'static str {
    match dice.below(10) {
        0 => "remote",
        1 => "phone",
        _ => "visit",
    }
}
