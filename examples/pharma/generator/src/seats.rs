//! The seats of the company: three hundred at scale one, and who reports to whom.

use std::ops::Range;

use crate::{
    scale::Scale,
    units::{COUNTRIES, Country, UNITS},
};

/// What a seat does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Visits physicians and pharmacies of a territory.
    Representative,
    /// Helps with one brand in a region.
    Specialist,
    /// Looks after hospitals.
    Account,
    /// Looks after wholesalers and chains.
    Channel,
    /// Leads a region.
    Regional,
    /// Leads a unit.
    Unit,
    /// Leads a country.
    Head,
}

impl Role {
    /// As the CRM writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Representative => "Sales Representative",
            Self::Specialist => "Product Specialist",
            Self::Account => "Key Account Manager",
            Self::Channel => "Channel Manager",
            Self::Regional => "Regional Manager",
            Self::Unit => "Business Unit Manager",
            Self::Head => "Head of Sales",
        }
    }
}

/// A seat.
#[derive(Debug)]
pub struct Position {
    /// `HK-AD-0101`.
    pub id: String,
    /// What stands on the door.
    pub title: String,
    /// What it does.
    pub role: Role,
    /// Where.
    pub country: Country,
    /// Position in [`UNITS`]; none for heads.
    pub unit: Option<usize>,
    /// Region within the unit, counted from zero.
    pub region: Option<usize>,
    /// Team.
    pub team: String,
    /// The seat above.
    pub manager: Option<usize>,
    /// The seat above from October on, where it changes.
    pub later_manager: Option<usize>,
}

/// The seats of a unit, by role.
#[derive(Debug, Default, Clone)]
pub struct UnitSeats {
    /// In the order of their territories.
    pub representatives: Range<usize>,
    /// One for each region.
    pub specialists: Range<usize>,
    /// Account managers.
    pub accounts: Range<usize>,
    /// Wholesalers, chains.
    pub channels: Range<usize>,
    /// One for each region.
    pub regional: Range<usize>,
    /// The unit manager.
    pub leader: usize,
}

impl UnitSeats {
    /// The region of a territory, both counted from zero.
    pub fn region_of(&self, territory: usize) -> usize {
        territory * self.regional.len() / self.representatives.len()
    }
}

/// Every seat, and those of each unit.
pub fn make(scale: Scale) -> (Vec<Position>, Vec<UnitSeats>) {
    let mut positions = Vec::new();
    let mut units = Vec::new();
    for (index, unit) in UNITS.iter().enumerate() {
        let territories = scale.shrunk(unit.representatives, 4);
        let regions = (territories / 4).clamp(2, 4);
        let accounts = scale.shrunk(3, 1);
        let mut next = positions.len();
        let mut take = |count: usize| {
            next += count;
            next - count..next
        };
        let seats = UnitSeats {
            representatives: take(territories),
            specialists: take(regions),
            accounts: take(accounts),
            channels: take(2),
            regional: take(regions),
            leader: take(1).start,
        };
        add(&mut positions, index, &seats);
        units.push(seats);
    }
    for country in COUNTRIES {
        let head = positions.len();
        let name = ["Germany", "Poland"][country.index()];
        let code = country.word().to_uppercase();
        positions.push(Position {
            id: format!("{code}-VL-01"),
            title: format!("Head of Sales {name}"),
            role: Role::Head,
            country,
            unit: None,
            region: None,
            team: format!("{code} Leadership"),
            manager: None,
            later_manager: None,
        });
        for (unit, seats) in UNITS.iter().zip(&units) {
            if unit.country == country {
                positions[seats.leader].manager = Some(head);
            }
        }
    }
    (positions, units)
}

fn add(positions: &mut Vec<Position>, index: usize, seats: &UnitSeats) {
    let unit = &UNITS[index];
    let mut push = |number: String, title: String, role, region: Option<usize>, team: &str, manager| {
        positions.push(Position {
            id: format!("{}-{number}", unit.prefix),
            title: format!("{title} {}", unit.area),
            role,
            country: unit.country,
            unit: Some(index),
            region,
            team: format!("{} {team}", unit.id),
            manager,
            later_manager: None,
        });
    };
    let leader = Some(seats.leader);
    let mut number = 0;
    for territory in 0..seats.representatives.len() {
        let region = seats.region_of(territory);
        number = if territory > 0 && seats.region_of(territory - 1) == region { number + 1 } else { 1 };
        let manager = Some(seats.regional.start + region);
        let (id, team) = (format!("AD-{:02}{number:02}", region + 1), format!("Region {}", region + 1));
        push(id, "Representative".to_owned(), Role::Representative, Some(region), &team, manager);
    }
    for region in 0..seats.specialists.len() {
        let id = format!("PS-{:02}", region + 1);
        push(id, format!("Specialist {}", region + 1), Role::Specialist, Some(region), "Specialists", leader);
    }
    for number in 1..=seats.accounts.len() {
        push(format!("KM-{number:02}"), format!("Key accounts {number}"), Role::Account, None, "Hospitals", leader);
    }
    for (number, title) in [(1, "Wholesalers"), (2, "Chains")] {
        push(format!("CM-{number:02}"), title.to_owned(), Role::Channel, None, "Trade", leader);
    }
    for region in 0..seats.regional.len() {
        let (id, team) = (format!("RL-{:02}", region + 1), format!("Region {}", region + 1));
        push(id, format!("Region {}", region + 1), Role::Regional, Some(region), &team, leader);
    }
    push("BL-01".to_owned(), "Business unit".to_owned(), Role::Unit, None, "Leadership", None);
    // The last territory of the first region goes to the second in October.
    let last = seats.representatives.clone().rfind(|seat| positions[*seat].region == Some(0));
    if let Some(last) = last {
        positions[last].later_manager = Some(seats.regional.start + 1);
    }
}
