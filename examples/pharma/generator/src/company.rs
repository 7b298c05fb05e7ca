//! The company as it is: units, packs, places, seats, people, and who serves whom and when.
//!
//! Built once and held in memory; everything else is streamed. Knows nothing of files.

use crate::{
    calendar::{HALVES, first_of},
    dice::Key,
    people::{People, VACANT},
    places::{Places, SPECIALS},
    scale::Scale,
    seats::{self, Position, UnitSeats},
    units::{self, BRANDS, BRANDS_OF_UNIT, Pack, UNITS},
};

/// A cell in the care of a seat, from a half of a month to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Which seat.
    pub position: usize,
    /// First half.
    pub from: usize,
    /// First half after.
    pub to: usize,
    /// Its part.
    pub percent: i64,
}

impl Owner {
    /// Whether it holds in that half.
    pub fn holds(&self, half: usize) -> bool {
        (self.from..self.to).contains(&half)
    }
}

/// Everything that is held in memory.
#[derive(Debug)]
pub struct Company {
    /// Decides every roll of the dice.
    pub seed: u64,
    /// How large it is.
    pub scale: Scale,
    /// Packs.
    pub packs: Vec<Pack>,
    /// Bricks, customers, physicians.
    pub places: Places,
    /// Seats.
    pub positions: Vec<Position>,
    /// Seats by unit.
    pub seats: Vec<UnitSeats>,
    /// People.
    pub people: People,
    /// By unit and cell, who serves it; bricks, hospitals, and pharmacies with a seat of their own.
    pub owners: Vec<Vec<Vec<Owner>>>,
    /// Pharmacies with a seat of their own: unit, customer, cell.
    pub specials: Vec<(usize, usize, usize)>,
    /// By brand, cell and half, what those who serve it add, in thousandths.
    effects: Vec<i64>,
    /// What planning thinks a seat will sell of a brand of its unit against its baseline, in thousandths.
    pub planned: Vec<[i64; BRANDS_OF_UNIT]>,
}

impl Company {
    /// The company of a seed.
    pub fn new(seed: u64, scale: Scale) -> Self {
        let mut places = Places::new(seed, scale);
        let (positions, seats) = seats::make(scale);
        let people = People::new(seed, &positions, &seats);
        let mut specials = Vec::new();
        let mut copies = Vec::new();
        for (unit, one) in UNITS.iter().enumerate() {
            for number in 0..SPECIALS {
                let count = places.pharmacies[one.country.index()].len();
                let index = (unit * 37 + number * 101 + 13) % count;
                if let Some((brick, cell)) = places.make_special(one.country, index) {
                    specials.push((unit, index, cell));
                    copies.push((brick, cell));
                }
            }
        }
        let mut company = Self {
            seed,
            scale,
            packs: units::packs(),
            owners: vec![vec![Vec::new(); places.cell_count]; UNITS.len()],
            places,
            positions,
            seats,
            people,
            specials,
            effects: Vec::new(),
            planned: Vec::new(),
        };
        for unit in 0..UNITS.len() {
            company.give_bricks(unit);
            company.give_hospitals(unit);
        }
        company.give_specials(&copies);
        let key = Key::new(seed, "planning");
        company.planned = (0..company.positions.len())
            .map(|position| {
                let mut dice = key.at(position).dice();
                [0; BRANDS_OF_UNIT].map(|_| dice.bell(860, 1_110))
            })
            .collect();
        company.effects = company.make_effects();
        company
    }

    /// Gives each brick to a territory, and then makes the exceptions that every map has.
    fn give_bricks(&mut self, unit: usize) {
        let at = UNITS[unit].country.index();
        let (bricks, recut) = (self.places.first_bricks[at].clone(), &self.places.recuts[at]);
        let seats = &self.seats[unit];
        let (first, count) = (seats.representatives.start, seats.representatives.len());
        let one = |position, from, to, percent| Owner { position, from, to, percent };
        let territory_of = |brick: usize| (brick - bricks.start) * count / bricks.len();
        let first_brick = |territory: usize| bricks.start + (territory * bricks.len()).div_ceil(count);
        let owners = &mut self.owners[unit];
        for brick in bricks.clone() {
            let to = if recut.old.contains(&brick) { recut.half } else { HALVES };
            owners[brick] = vec![one(first + territory_of(brick), 0, to, 100)];
        }
        let mut taken: Vec<usize> = recut.old.clone().collect();
        let mut free = |brick: usize| {
            !taken.contains(&brick) && {
                taken.push(brick);
                true
            }
        };
        for number in 0..(count / 5).max(2) {
            let territory = (number * 5 + unit * 2 + 1) % (count - 1);
            let brick = first_brick(territory + 1) - 1;
            let half = [6, 9, 12, 18][number % 4];
            if free(brick) {
                let (before, after) = (first + territory, first + territory + 1);
                owners[brick] = vec![one(before, 0, half, 100), one(after, half, HALVES, 100)];
            }
        }
        // One brick is shared with a neighbour; one is new, and nobody had it before May.
        let shared = first_brick(count / 2);
        if free(shared) {
            let seat = first + count / 2;
            owners[shared] = vec![one(seat, 0, HALVES, 60), one(seat - 1, 0, HALVES, 40)];
        }
        let unclaimed = first_brick(count - 1);
        if free(unclaimed) {
            owners[unclaimed] = vec![one(first + count - 1, 8, HALVES, 100)];
        }
        // A new brick goes to the seat of the old one that it has most of.
        for new in recut.new.clone() {
            let most = recut.weights.iter().filter(|weight| weight.1 == new).max_by_key(|weight| (weight.2, weight.0));
            let seat = most.map_or(first, |weight| first + territory_of(weight.0));
            owners[new] = vec![one(seat, recut.half, HALVES, 100)];
        }
    }

    /// Hospitals belong to account managers; the third changes hands in July.
    fn give_hospitals(&mut self, unit: usize) {
        let hospitals = &self.places.hospitals[UNITS[unit].country.index()];
        let seats = &self.seats[unit].accounts;
        for (index, hospital) in hospitals.iter().enumerate() {
            let Some(cell) = hospital.own_cell else { continue };
            let seat = seats.start + index * seats.len() / hospitals.len();
            let next = seats.start + (seat - seats.start + 1) % seats.len();
            let one = |position, from, to| Owner { position, from, to, percent: 100 };
            self.owners[unit][cell] = match index {
                2 if next != seat => vec![one(seat, 0, 12), one(next, 12, HALVES)],
                _ => vec![one(seat, 0, HALVES)],
            };
        }
    }

    /// The pharmacies with a seat of their own: in their unit the neighbour's, in the others that of the brick.
    fn give_specials(&mut self, copies: &[(usize, usize)]) {
        for ((special, _, cell), (brick, _)) in self.specials.iter().zip(copies) {
            for (unit, owners) in self.owners.iter_mut().enumerate() {
                owners[*cell] = owners[*brick].clone();
                if unit == *special {
                    let seats = &self.seats[unit].representatives;
                    let last = owners[*brick].last().map_or(seats.start, |owner| owner.position);
                    let position = if last + 1 < seats.end { last + 1 } else { last - 1 };
                    owners[*cell] = vec![Owner { position, from: 0, to: HALVES, percent: 100 }];
                }
            }
        }
    }

    fn make_effects(&self) -> Vec<i64> {
        let sitters = self.people.sitters(self.positions.len());
        let of_seat: Vec<[[i64; BRANDS_OF_UNIT]; HALVES]> = sitters
            .iter()
            .map(|sitters| {
                let mut effects = [[0; BRANDS_OF_UNIT]; HALVES];
                for (half, effect) in effects.iter_mut().enumerate() {
                    *effect = self.people.effect(sitters, first_of(half));
                }
                effects
            })
            .collect();
        let mut effects = vec![VACANT; BRANDS.len() * self.places.cell_count * HALVES];
        for (brand, one) in BRANDS.iter().enumerate() {
            for (cell, owners) in self.owners[one.unit].iter().enumerate() {
                for half in 0..HALVES {
                    let mut sum = 0;
                    let mut covered = 0;
                    for owner in owners.iter().filter(|owner| owner.holds(half)) {
                        sum += of_seat[owner.position][half][brand % BRANDS_OF_UNIT] * owner.percent;
                        covered += owner.percent;
                    }
                    let at = (brand * self.places.cell_count + cell) * HALVES + half;
                    effects[at] = (sum + VACANT * (100 - covered)) / 100;
                }
            }
        }
        effects
    }

    /// What those who serve a cell add to its sales of a brand, in thousandths; without a cell, as if it were vacant.
    pub fn effect(&self, brand: usize, cell: Option<usize>, half: usize) -> i64 {
        cell.map_or(VACANT, |cell| self.effects[(brand * self.places.cell_count + cell) * HALVES + half])
    }

    /// The specialist who helps in each brick in a half of a month, with the brick.
    pub fn specialists(&self, unit: usize, half: usize) -> Vec<(usize, usize)> {
        let seats = &self.seats[unit];
        let mut found = Vec::new();
        for (brick, one) in self.places.bricks.iter().enumerate() {
            if one.country != UNITS[unit].country || half < one.from || half >= one.to {
                continue;
            }
            // Who will have an unclaimed brick decides where it belongs.
            let owner =
                self.owners[unit][brick].iter().find(|owner| owner.holds(half)).or(self.owners[unit][brick].first());
            if let Some(owner) = owner {
                found.push((
                    seats.specialists.start + seats.region_of(owner.position - seats.representatives.start),
                    brick,
                ));
            }
        }
        found
    }
}
