//! Where and to whom is sold: bricks, pharmacies, hospitals, physicians.
//!
//! Two areas are cut anew within the year.

use std::ops::Range;

use crate::{
    dice::Key,
    names,
    scale::Scale,
    units::{COUNTRIES, Country},
};

/// The smallest sales area.
#[derive(Debug)]
pub struct Brick {
    /// `BR0101`, `PL0001`.
    pub id: String,
    /// Town and part.
    pub name: String,
    /// Where.
    pub country: Country,
    /// Sales of its pharmacies against the average, in thousandths.
    pub wealth: i64,
    /// First half of a month in which it is there.
    pub from: usize,
    /// First half in which it is there no more.
    pub to: usize,
}

/// Old bricks that new ones replace.
#[derive(Debug)]
pub struct Recut {
    /// First half of a month with the new bricks.
    pub half: usize,
    /// Bricks before.
    pub old: Range<usize>,
    /// Bricks after.
    pub new: Range<usize>,
    /// Old, new, percent of the old that becomes the new.
    pub weights: Vec<(usize, usize, i64)>,
}

/// What a customer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On its own.
    Pharmacy,
    /// One of a group: its number in [`names::CHAINS`].
    Chain(usize),
    /// Orders from us.
    Hospital,
}

/// A customer.
#[derive(Debug)]
pub struct Customer {
    /// `1000042`, `P000042`.
    pub id: String,
    /// Name, as somebody typed it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it lies; unknown for a few.
    pub brick: Option<usize>,
    /// Where it lies after its area was cut anew.
    pub later_brick: Option<usize>,
    /// Cell of its own, if a seat cares for it whatever its brick.
    pub own_cell: Option<usize>,
    /// Size against the average, in thousandths.
    pub potential: i64,
}

/// Somebody who prescribes.
#[derive(Debug)]
pub struct Physician {
    /// `HCP000042`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Brick of the practice.
    pub brick: usize,
    /// Which unit of the country visits, counted from zero.
    pub specialty: usize,
}

/// All of them.
#[derive(Debug)]
pub struct Places {
    /// Bricks of both countries as the year begins, then the new ones.
    pub bricks: Vec<Brick>,
    /// One area of each country.
    pub recuts: [Recut; 2],
    /// Pharmacies by country.
    pub pharmacies: [Vec<Customer>; 2],
    /// Hospitals by country.
    pub hospitals: [Vec<Customer>; 2],
    /// Physicians of both.
    pub physicians: Vec<Physician>,
    /// Bricks of a country as the year begins.
    pub first_bricks: [Range<usize>; 2],
    /// Cells of credit: the bricks, and behind them customers with a seat of their own.
    pub cell_count: usize,
}

/// Pharmacies that a seat cares for whatever their brick, by unit.
pub const SPECIALS: usize = 3;
const PHYSICIANS_OF_BRICK: usize = 10;

impl Customer {
    /// Its cell in a half of a month, if it lies anywhere.
    pub fn cell(&self, recut: &Recut, half: usize) -> Option<usize> {
        self.own_cell.or(if half >= recut.half { self.later_brick.or(self.brick) } else { self.brick })
    }
}

impl Recut {
    fn new(half: usize, old: Range<usize>, new: Range<usize>) -> Self {
        let mut weights = Vec::new();
        for (left, one) in old.clone().enumerate() {
            for (right, other) in new.clone().enumerate() {
                // Both rows of bricks cover the same stretch; a part of it is shared.
                let from = (left * new.len()).max(right * old.len());
                let to = ((left + 1) * new.len()).min((right + 1) * old.len());
                if from < to {
                    weights.push((one, other, ((to - from) * 100 / new.len()) as i64));
                }
            }
        }
        Self { half, old, new, weights }
    }
}

impl Places {
    /// The places of a seed.
    pub fn new(seed: u64, scale: Scale) -> Self {
        let count = [scale.shrunk(260, 26), scale.shrunk(140, 14)];
        let first_bricks = [0..count[0], count[0]..count[0] + count[1]];
        let all = count[0] + count[1];
        let recut = |country: usize, half, share: usize, old: usize, new: Range<usize>| {
            let first = first_bricks[country].start + count[country] * share / 5;
            Recut::new(half, first..first + old, new)
        };
        let recuts = [recut(0, 12, 2, 6, all..all + 8), recut(1, 18, 3, 4, all + 8..all + 13)];
        let mut places = Self {
            bricks: bricks(seed, &first_bricks, &recuts),
            recuts,
            pharmacies: [Vec::new(), Vec::new()],
            hospitals: [Vec::new(), Vec::new()],
            physicians: Vec::new(),
            first_bricks,
            cell_count: all + 13,
        };
        for country in COUNTRIES {
            let at = country.index();
            places.pharmacies[at] = places.make_pharmacies(seed, country, scale.grown([4_000, 2_000][at]));
            places.hospitals[at] = places.make_hospitals(seed, country, scale.shrunk([160, 60][at], 8));
        }
        places.add_physicians(seed);
        places
    }

    fn make_pharmacies(&self, seed: u64, country: Country, count: usize) -> Vec<Customer> {
        let at = country.index();
        let (bricks, recut) = (&self.first_bricks[at], &self.recuts[at]);
        let key = Key::new(seed, "pharmacies").at(at);
        let make = |index: usize| {
            let mut dice = key.at(index).dice();
            let (brick, rest) = (bricks.start + index * bricks.len() / count, index * bricks.len() % count);
            let later_brick = recut.old.contains(&brick).then(|| {
                let place = (brick - recut.old.start) * count + rest;
                recut.new.start + place * recut.new.len() / (recut.old.len() * count)
            });
            let size = dice.between(500, 1500) * dice.between(500, 1500) / 1000;
            let chains = names::CHAINS[at];
            let is_chain = dice.chance([25, 40][at], 100);
            let is_unknown = index % 300 == 117;
            Customer {
                id: [format!("{}", 1_000_001 + index), format!("P{:06}", index + 1)][at].clone(),
                name: typed((*dice.pick(names::pharmacies(country))).to_owned(), dice.below(40)),
                kind: if is_chain { Kind::Chain(dice.below(chains.len())) } else { Kind::Pharmacy },
                brick: (!is_unknown).then_some(brick),
                later_brick: if is_unknown { None } else { later_brick },
                own_cell: None,
                potential: size * self.bricks[brick].wealth / 1000,
            }
        };
        (0..count).map(make).collect()
    }

    fn make_hospitals(&mut self, seed: u64, country: Country, count: usize) -> Vec<Customer> {
        let at = country.index();
        let bricks = self.first_bricks[at].clone();
        let key = Key::new(seed, "hospitals").at(at);
        let mut hospitals = Vec::new();
        for index in 0..count {
            let mut dice = key.at(index).dice();
            let word = ["Klinikum", "Szpital"][at];
            hospitals.push(Customer {
                id: [format!("{}", 1_900_001 + index), format!("S{:05}", index + 1)][at].clone(),
                name: typed(format!("{word} {}", names::town(country, index, count)), dice.below(25)),
                kind: Kind::Hospital,
                brick: Some(bricks.start + index * bricks.len() / count),
                later_brick: None,
                own_cell: Some(self.cell_count),
                potential: dice.between(400, 2200),
            });
            self.cell_count += 1;
        }
        hospitals
    }

    fn add_physicians(&mut self, seed: u64) {
        let key = Key::new(seed, "physicians");
        for (at, country) in COUNTRIES.into_iter().enumerate() {
            for brick in self.first_bricks[at].clone() {
                for number in 0..PHYSICIANS_OF_BRICK {
                    let index = self.physicians.len();
                    let mut dice = key.at(index).dice();
                    self.physicians.push(Physician {
                        id: format!("HCP{:06}", index + 1),
                        name: format!("Dr. {}", names::person(country, dice.below(9_000))),
                        brick,
                        specialty: (number + brick) % [4, 2][at],
                    });
                }
            }
        }
    }

    /// A pharmacy that will have a seat of its own; none if it lies where that would be hard to follow.
    pub fn make_special(&mut self, country: Country, index: usize) -> Option<(usize, usize)> {
        let recut = &self.recuts[country.index()];
        let customer = self.pharmacies[country.index()].get_mut(index)?;
        let brick = customer.brick.filter(|brick| !recut.old.contains(brick) && customer.own_cell.is_none())?;
        let cell = self.cell_count;
        customer.own_cell = Some(cell);
        self.cell_count += 1;
        Some((brick, cell))
    }
}

/// A name as people type it: sometimes in capitals, sometimes with blanks around it.
pub fn typed(name: String, roll: usize) -> String {
    match roll {
        0 => name.to_uppercase(),
        1 => format!("{name}  "),
        2 => format!(" {name}"),
        _ => name,
    }
}

fn bricks(seed: u64, first: &[Range<usize>; 2], recuts: &[Recut; 2]) -> Vec<Brick> {
    let key = Key::new(seed, "bricks");
    let mut bricks = Vec::new();
    for (at, country) in COUNTRIES.into_iter().enumerate() {
        for (number, index) in first[at].clone().enumerate() {
            let is_old = recuts[at].old.contains(&index);
            bricks.push(Brick {
                id: format!("{}{:04}", ["BR", "PL"][at], number + 1),
                name: names::brick(country, number, first[at].len()),
                country,
                wealth: key.at(index).dice().bell(650, 1450),
                from: 0,
                to: if is_old { recuts[at].half } else { crate::calendar::HALVES },
            });
        }
    }
    for (at, country) in COUNTRIES.into_iter().enumerate() {
        for number in 0..recuts[at].new.len() {
            let old = recuts[at].old.start + number * recuts[at].old.len() / recuts[at].new.len();
            bricks.push(Brick {
                id: format!("{}{:04}", ["BR", "PL"][at], 9_001 + number),
                name: format!("{} {}", bricks[old].name, ["neu", "nowy"][at]),
                country,
                wealth: bricks[old].wealth,
                from: recuts[at].half,
                to: crate::calendar::HALVES,
            });
        }
    }
    bricks
}
