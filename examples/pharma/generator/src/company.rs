//! The company as it is: products, bricks, pharmacies, seats, people, who serves whom and when.
//!
//! Built once and held in memory; everything else is streamed. Knows nothing of files.
//! Twelve territories in two teams are a block; `scale` is the number of blocks.

use jiff::{ToSpan, civil::Date};

use crate::{dice::Dice, names};

/// The year that is generated.
pub const YEAR: i16 = 2025;
/// Territories of a block.
pub const BLOCK: usize = 12;
/// Territories of a team.
pub const TEAM: usize = 6;
/// Pharmacies of a territory.
const PHARMACIES: usize = 50;
/// The brands, in the order of every figure by brand.
pub const BRANDS: [&str; 2] = ["Corvasol", "Lipanor"];

/// A day of the generated year; a day that does not exist becomes the first of January.
pub fn day(month: i8, day: i8) -> Date {
    Date::new(YEAR, month, day).unwrap_or(Date::constant(YEAR, 1, 1))
}

/// A pack on the market.
#[derive(Debug)]
pub struct Pack {
    /// Pharmacy product number, eight digits, the last a check digit.
    pub pzn: String,
    /// Name on the box.
    pub name: String,
    /// Position in [`BRANDS`].
    pub brand: usize,
    /// Price of the manufacturer.
    pub price_cents: i64,
    /// Cost of goods.
    pub cost_cents: i64,
    /// Thousandths of orders that hold it.
    pub chance: i64,
    /// Packs in such an order at an average pharmacy, in thousandths.
    pub packs: i64,
}

/// The smallest sales area.
#[derive(Debug)]
pub struct Brick {
    /// `BR0101`.
    pub id: String,
    /// Town and part.
    pub name: String,
}

/// A customer.
#[derive(Debug)]
pub struct Pharmacy {
    /// `A00001`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Where it lies; unknown for a few.
    pub brick: Option<usize>,
    /// Whether it serves a hospital.
    pub is_hospital: bool,
    /// Size against an average pharmacy, in thousandths.
    pub potential: i64,
    /// Thousandths of days on which it orders.
    pub order_chance: i64,
}

/// What a seat does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Visits.
    Representative,
    /// Leads a team.
    Manager,
    /// Leads them all.
    Head,
}

/// A seat; territories come first and keep their number.
#[derive(Debug)]
pub struct Position {
    /// `AD-0101`.
    pub id: String,
    /// What stands on the door.
    pub title: String,
    /// What it does.
    pub role: Role,
    /// Number of the team, from zero; none for the head.
    pub team: Option<usize>,
    /// The seat above.
    pub manager: Option<usize>,
}

/// A person.
#[derive(Debug)]
pub struct Payee {
    /// Number of the payroll.
    pub id: String,
    /// Name.
    pub name: String,
    /// First day in the company.
    pub hired: Date,
    /// Sales against an average representative by brand, in thousandths.
    pub effect: [i64; 2],
}

/// A person in a seat; days are inclusive, as the back office writes them.
#[derive(Debug)]
pub struct Seat {
    /// Which seat.
    pub position: usize,
    /// Who.
    pub payee: usize,
    /// First day.
    pub from: Date,
    /// Last day, if known.
    pub to: Option<Date>,
    /// Part of full time.
    pub percent: i64,
}

/// What pays for 100 %.
#[derive(Debug)]
pub struct PayTerm {
    /// Who.
    pub payee: usize,
    /// First day.
    pub from: Date,
    /// Last day, if known.
    pub to: Option<Date>,
    /// Target incentive of a month at full time.
    pub month_cents: i64,
}

/// A brick or a pharmacy in the care of a seat; days are inclusive.
#[derive(Debug)]
pub struct Alignment {
    /// Number of the brick or pharmacy.
    pub place: usize,
    /// Which seat.
    pub position: usize,
    /// First day.
    pub from: Date,
    /// Last day, if known.
    pub to: Option<Date>,
    /// Its part.
    pub percent: i64,
}

/// Everything that is held in memory.
#[derive(Debug)]
pub struct Company {
    /// Packs.
    pub packs: Vec<Pack>,
    /// Bricks, eight to a territory.
    pub bricks: Vec<Brick>,
    /// Pharmacies.
    pub pharmacies: Vec<Pharmacy>,
    /// Seats: territories, then managers, then the head.
    pub positions: Vec<Position>,
    /// People.
    pub payees: Vec<Payee>,
    /// Who sits where.
    pub seats: Vec<Seat>,
    /// Who is promised what.
    pub pay_terms: Vec<PayTerm>,
    /// Bricks to seats.
    pub brick_alignments: Vec<Alignment>,
    /// Pharmacies to seats; they go before bricks.
    pub pharmacy_alignments: Vec<Alignment>,
    /// Territories.
    pub territory_count: usize,
    /// What planning thinks a territory will sell of a brand against its baseline, in thousandths.
    pub planned: Vec<[i64; 2]>,
}

fn covers(from: Date, to: Option<Date>, date: Date) -> bool {
    from <= date && to.is_none_or(|to| date <= to)
}

impl Company {
    /// The company of a seed; `scale` blocks of twelve territories.
    pub fn new(seed: u64, scale: u32) -> Self {
        let blocks = usize::try_from(scale.max(1)).unwrap_or(1);
        let territory_count = blocks * BLOCK;
        let mut company = Self {
            packs: packs(),
            bricks: Vec::new(),
            pharmacies: Vec::new(),
            positions: positions(territory_count),
            payees: Vec::new(),
            seats: Vec::new(),
            pay_terms: Vec::new(),
            brick_alignments: Vec::new(),
            pharmacy_alignments: Vec::new(),
            territory_count,
            planned: Vec::new(),
        };
        let mut dice = Dice::new(seed, "places");
        for territory in 0..territory_count {
            company.add_territory(&mut dice, territory);
        }
        let mut dice = Dice::new(seed, "planning");
        company.planned = (0..territory_count).map(|_| [dice.bell(860, 1090), dice.bell(860, 1090)]).collect();
        let mut dice = Dice::new(seed, "people");
        for block in 0..blocks {
            company.add_people(&mut dice, block);
            company.align(block);
        }
        let head = company.positions.len() - 1;
        company.add_person(&mut dice, head, None, 160_000);
        company
    }

    fn add_territory(&mut self, dice: &mut Dice, territory: usize) {
        let round = territory / BLOCK;
        for number in 0..names::PARTS.len() * 2 {
            let town = names::TOWNS[territory % BLOCK][number / names::PARTS.len()];
            let suffix = if round == 0 { String::new() } else { format!(" {}", round + 1) };
            let part = names::PARTS[number % names::PARTS.len()];
            let id = format!("BR{:02}{:02}", territory + 1, number + 1);
            self.bricks.push(Brick { id, name: format!("{town} {part}{suffix}") });
        }
        let first_brick = territory * names::PARTS.len() * 2;
        let wealth = dice.bell(700, 1350);
        for number in 0..PHARMACIES {
            let brick = first_brick + number % (names::PARTS.len() * 2);
            let is_hospital = number == PHARMACIES - 1;
            let size = dice.between(500, 1500) * dice.between(500, 1500) / 1000;
            self.pharmacies.push(Pharmacy {
                id: format!("A{:05}", territory * PHARMACIES + number + 1),
                name: if is_hospital {
                    format!("Klinikapotheke {}", names::TOWNS[territory % BLOCK][1])
                } else {
                    (*dice.pick(&names::PHARMACIES)).to_owned()
                },
                // Two territories of each block have a pharmacy that nobody has put on the map.
                brick: (!(number == 17 && matches!(territory % BLOCK, 3 | 8))).then_some(brick),
                is_hospital,
                potential: size * wealth / 1000 * if is_hospital { 2 } else { 1 },
                order_chance: dice.between(45, 125),
            });
        }
    }

    fn add_person(&mut self, dice: &mut Dice, position: usize, to: Option<Date>, month_cents: i64) -> usize {
        let payee = self.payees.len();
        let hired = day(1, 1) - dice.between(1, 9).years();
        self.payees.push(Payee {
            id: (1001 + payee).to_string(),
            name: names::person(payee),
            hired,
            effect: [dice.bell(520, 1540), dice.bell(520, 1540)],
        });
        self.seats.push(Seat { position, payee, from: hired, to, percent: 100 });
        self.pay_terms.push(PayTerm { payee, from: hired, to: None, month_cents });
        payee
    }

    /// Twelve representatives, one of them hired in July, and two managers; with what happens to a field force in a year.
    fn add_people(&mut self, dice: &mut Dice, block: usize) {
        let first = block * BLOCK;
        let mut people = Vec::new();
        for number in 0..BLOCK {
            let to = match number {
                2 => Some(day(4, 30)),
                7 => Some(day(5, 14)),
                10 => Some(day(3, 31)),
                _ => None,
            };
            let month_cents = dice.between(16, 24) * 5_000;
            people.push(self.add_person(dice, first + number, to, month_cents));
        }
        // The one from territory 8 moves to territory 3, and a new hire follows in July.
        self.seats.push(Seat { position: first + 2, payee: people[7], from: day(5, 15), to: None, percent: 100 });
        let hire = self.add_person(dice, first + 7, None, 75_000);
        let july = day(7, 1);
        self.payees[hire].hired = july;
        for seat in self.seats.iter_mut().filter(|seat| seat.payee == hire) {
            seat.from = july;
        }
        for term in self.pay_terms.iter_mut().filter(|term| term.payee == hire) {
            term.from = july;
        }
        // One works four days of five.
        for seat in self.seats.iter_mut().filter(|seat| seat.payee == people[5]) {
            seat.percent = 80;
        }
        // One gets a rise in September.
        if let Some(term) = self.pay_terms.iter_mut().find(|term| term.payee == people[8]) {
            let month_cents = term.month_cents + 12_000;
            term.to = Some(day(8, 31));
            self.pay_terms.push(PayTerm { payee: people[8], from: day(9, 1), to: None, month_cents });
        }
        for team in 0..BLOCK / TEAM {
            let manager = self.territory_count + block * (BLOCK / TEAM) + team;
            self.add_person(dice, manager, None, 130_000);
        }
    }

    /// Gives each brick to its territory, and then makes the exceptions that every map has.
    fn align(&mut self, block: usize) {
        let long_ago = day(1, 1) - 1.year();
        let size = names::PARTS.len() * 2;
        for territory in block * BLOCK..(block + 1) * BLOCK {
            for number in 0..size {
                let place = territory * size + number;
                let other = match (territory % BLOCK, number) {
                    (1, 6 | 7) => Some(territory + 2),
                    (8, 3) => Some(territory + 1),
                    _ => None,
                };
                let mut one = |position, from, to, percent| {
                    self.brick_alignments.push(Alignment { place, position, from, to, percent });
                };
                match (territory % BLOCK, number, other) {
                    // Moves on the first of July.
                    (_, _, Some(other)) => {
                        one(territory, long_ago, Some(day(6, 30)), 100);
                        one(other, day(7, 1), None, 100);
                    }
                    // Is shared with the colleague who works part-time.
                    (4, 0, None) => {
                        one(territory, long_ago, None, 60);
                        one(territory + 1, long_ago, None, 40);
                    }
                    // Is new: nobody had it before May.
                    (11, 7, None) => one(territory, day(5, 1), None, 100),
                    _ => one(territory, long_ago, None, 100),
                }
            }
        }
        // Three hospitals are served by a specialist of another territory.
        for (territory, specialist) in [(0, 3), (1, 3), (6, 9)] {
            self.pharmacy_alignments.push(Alignment {
                place: (block * BLOCK + territory) * PHARMACIES + PHARMACIES - 1,
                position: block * BLOCK + specialist,
                from: long_ago,
                to: None,
                percent: 100,
            });
        }
    }

    /// For each pharmacy, every alignment that can credit its sales.
    pub fn owners(&self) -> Vec<Vec<&Alignment>> {
        let mut of_bricks: Vec<Vec<&Alignment>> = vec![Vec::new(); self.bricks.len()];
        for alignment in &self.brick_alignments {
            of_bricks[alignment.place].push(alignment);
        }
        let mut owners: Vec<Vec<&Alignment>> = self
            .pharmacies
            .iter()
            .map(|pharmacy| pharmacy.brick.map(|brick| of_bricks[brick].clone()).unwrap_or_default())
            .collect();
        for alignment in &self.pharmacy_alignments {
            owners[alignment.place] = vec![alignment];
        }
        owners
    }

    /// For each seat, everyone who sits on it in turn.
    pub fn sitters(&self) -> Vec<Vec<&Seat>> {
        let mut sitters: Vec<Vec<&Seat>> = vec![Vec::new(); self.positions.len()];
        for seat in &self.seats {
            sitters[seat.position].push(seat);
        }
        sitters
    }
}

impl Alignment {
    /// Whether it holds on that day.
    pub fn holds(&self, date: Date) -> bool {
        covers(self.from, self.to, date)
    }
}

impl Seat {
    /// Whether it is taken on that day.
    pub fn holds(&self, date: Date) -> bool {
        covers(self.from, self.to, date)
    }
}

fn positions(territory_count: usize) -> Vec<Position> {
    let team_count = territory_count / TEAM;
    let head = territory_count + team_count;
    let mut positions = Vec::new();
    for territory in 0..territory_count {
        let team = territory / TEAM;
        let [town, other] = names::TOWNS[territory % BLOCK];
        positions.push(Position {
            id: format!("AD-{:02}{:02}", team + 1, territory % TEAM + 1),
            title: format!("Außendienst {town}/{other}"),
            role: Role::Representative,
            team: Some(team),
            manager: Some(territory_count + team),
        });
    }
    for team in 0..team_count {
        positions.push(Position {
            id: format!("RL-{:02}", team + 1),
            title: format!("Regionalleitung {}", team_name(team)),
            role: Role::Manager,
            team: Some(team),
            manager: Some(head),
        });
    }
    positions.push(Position {
        id: "VL-01".to_owned(),
        title: "Vertriebsleitung Herz-Kreislauf".to_owned(),
        role: Role::Head,
        team: None,
        manager: None,
    });
    positions
}

/// `Nord`, `Süd`, `Nord 2` …
pub fn team_name(team: usize) -> String {
    let name = if team.is_multiple_of(2) { "Nord" } else { "Süd" };
    if team < 2 { name.to_owned() } else { format!("{name} {}", team / 2 + 1) }
}

fn packs() -> Vec<Pack> {
    let one = |base: u32, name: &str, brand, price_cents, chance, packs| Pack {
        pzn: pzn(base),
        name: format!("{} {name}", BRANDS[brand]),
        brand,
        price_cents,
        cost_cents: price_cents * 18 / 100,
        chance,
        packs,
    };
    vec![
        one(1_204_511, "5 mg 28 Filmtabletten", 0, 1_420, 260, 7_000),
        one(1_204_528, "5 mg 98 Filmtabletten", 0, 3_890, 420, 6_000),
        one(1_204_534, "10 mg 28 Filmtabletten", 0, 1_875, 200, 6_000),
        one(1_204_540, "10 mg 98 Filmtabletten", 0, 4_960, 330, 5_000),
        one(1_204_557, "20 mg 98 Filmtabletten", 0, 6_230, 120, 4_000),
        one(3_377_102, "10 mg 30 Filmtabletten", 1, 1_640, 230, 6_000),
        one(3_377_119, "10 mg 100 Filmtabletten", 1, 4_485, 410, 6_000),
        one(3_377_125, "20 mg 100 Filmtabletten", 1, 5_820, 240, 4_000),
    ]
}

/// A pharmacy product number: seven digits and their check digit; the next number that has one.
fn pzn(base: u32) -> String {
    let digits = format!("{base:07}");
    let sum: u32 = digits.bytes().zip(1..).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match sum % 11 {
        10 => pzn(base + 1),
        check => format!("{digits}{check}"),
    }
}
