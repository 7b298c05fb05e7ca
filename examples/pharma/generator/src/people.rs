//! Who sits where, since when and for how much; with what happens to a field force within a year.

use jiff::{ToSpan, civil::Date};

use crate::{
    calendar::day,
    dice::{Dice, Key},
    names,
    seats::{Position, Role, UnitSeats},
    units::{BRANDS_OF_UNIT, Country},
};

/// A person.
#[derive(Debug)]
pub struct Payee {
    /// Number of the payroll.
    pub id: String,
    /// Name.
    pub name: String,
    /// Which payroll.
    pub country: Country,
    /// First day in the company.
    pub hired: Date,
    /// Sales against an average representative by brand of the unit, in thousandths.
    pub effect: [i64; BRANDS_OF_UNIT],
    /// Planned calls that are made, in thousandths.
    pub diligence: i64,
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
    /// Target incentive of a month at full time, in hundredths of the currency.
    pub month_amount: i64,
    /// Commission in hundredths of a percent, for account managers.
    pub commission: Option<i64>,
    /// Currency.
    pub currency: &'static str,
}

/// Days on which somebody is away.
#[derive(Debug)]
pub struct Leave {
    /// Who.
    pub payee: usize,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Parental, or else long sickness.
    pub is_parental: bool,
}

/// The people of the company.
#[derive(Debug, Default)]
pub struct People {
    /// All of them.
    pub payees: Vec<Payee>,
    /// Who sits where.
    pub seats: Vec<Seat>,
    /// Who is promised what.
    pub pay_terms: Vec<PayTerm>,
    /// Who is away.
    pub leaves: Vec<Leave>,
}

fn covers(from: Date, to: Option<Date>, date: Date) -> bool {
    from <= date && to.is_none_or(|to| date <= to)
}

impl Seat {
    /// Whether it is taken on that day.
    pub fn holds(&self, date: Date) -> bool {
        covers(self.from, self.to, date)
    }
}

impl People {
    /// The people of a seed.
    pub fn new(seed: u64, positions: &[Position], units: &[UnitSeats]) -> Self {
        let mut people = Self::default();
        let key = Key::new(seed, "people");
        for (index, seats) in units.iter().enumerate() {
            let mut dice = key.at(index).dice();
            for territory in 0..seats.representatives.len() {
                people.fill_territory(&mut dice, positions, index, seats, territory);
            }
            let others = [&seats.specialists, &seats.accounts, &seats.channels, &seats.regional];
            for position in others.into_iter().flat_map(Clone::clone).chain([seats.leader]) {
                people.add(&mut dice, positions, position, long_ago(), None);
            }
        }
        let mut dice = key.at(units.len()).dice();
        for position in positions.len() - 2..positions.len() {
            people.add(&mut dice, positions, position, long_ago(), None);
        }
        people
    }

    /// Somebody new; without a first day, hired years ago.
    fn add(
        &mut self,
        dice: &mut Dice,
        positions: &[Position],
        position: usize,
        from: Option<Date>,
        to: Option<Date>,
    ) -> usize {
        let payee = self.payees.len();
        let seat = &positions[position];
        let old = day(1, 1) - dice.between(1, 9).years() - dice.between(0, 11).months();
        let hired = from.unwrap_or(old);
        let first_number = [1_001, 5_001][seat.country.index()];
        self.payees.push(Payee {
            id: (first_number + payee).to_string(),
            name: names::person(seat.country, payee),
            country: seat.country,
            hired,
            effect: [dice.bell(560, 1500), dice.bell(560, 1500), dice.bell(560, 1500)],
            diligence: dice.bell(640, 1130).min(1_000),
        });
        self.seats.push(Seat { position, payee, from: hired, to, percent: 100 });
        let (euros, commission) = match seat.role {
            Role::Representative => (dice.between(16, 24) * 50, None),
            Role::Specialist => (900, None),
            // Hospitals order so much in oncology that a hundredth of a percent is as good as more than half of one elsewhere.
            Role::Account => (700, Some(if seat.unit == Some(ONCOLOGY) { 1 } else { 60 })),
            Role::Channel => (1_000, None),
            Role::Regional => (1_300, None),
            Role::Unit => (1_900, None),
            Role::Head => (3_000, None),
        };
        // In Poland the head and the channel managers have contracts in euros; all are paid in zloty.
        let is_in_zloty = seat.country == Country::Poland && !matches!(seat.role, Role::Head | Role::Channel);
        let (month_amount, currency) = if is_in_zloty { (euros * 300, "PLN") } else { (euros * 100, "EUR") };
        self.pay_terms.push(PayTerm { payee, from: hired, to: None, month_amount, commission, currency });
        payee
    }

    /// What happens in a territory goes by its number: of ten, eight have a story.
    fn fill_territory(
        &mut self,
        dice: &mut Dice,
        positions: &[Position],
        unit: usize,
        seats: &UnitSeats,
        territory: usize,
    ) {
        let position = seats.representatives.start + territory;
        let mut add = |from, to| self.add(dice, positions, position, from, to);
        match territory % 10 {
            // Two share the seat.
            1 => {
                let pair = [add(None, None), add(None, None)];
                for seat in self.seats.iter_mut().filter(|seat| pair.contains(&seat.payee)) {
                    seat.percent = 50;
                }
            }
            // Leaves in April; whoever moves in comes from number 7, or else a new hire in July.
            2 => {
                add(None, Some(day(4, 30)));
                if territory + 5 >= seats.representatives.len() {
                    add(Some(day(7, 1)), None);
                }
            }
            // Vacant from April on, in every other unit.
            3 => {
                add(None, unit.is_multiple_of(2).then(|| day(3, 31)));
            }
            4 => {
                let payee = add(None, None);
                self.leaves.push(Leave { payee, from: day(9, 8), to: day(10, 31), is_parental: false });
            }
            // Works four days of five.
            5 => {
                let payee = add(None, None);
                for seat in self.seats.iter_mut().filter(|seat| seat.payee == payee) {
                    seat.percent = 80;
                }
            }
            6 => {
                let payee = add(None, None);
                self.leaves.push(Leave { payee, from: day(3, 1), to: day(8, 31), is_parental: true });
            }
            // Moves five seats down in the middle of May; a new hire follows in July.
            7 => {
                let payee = add(None, Some(day(5, 14)));
                add(Some(day(7, 1)), None);
                let seat = Seat { position: position - 5, payee, from: day(5, 15), to: None, percent: 100 };
                self.seats.push(seat);
            }
            8 => {
                let payee = add(None, None);
                self.raise(payee);
            }
            // New in February.
            9 => {
                add(Some(day(2, 1)), None);
            }
            _ => {
                add(None, None);
            }
        }
        // Payroll forgot the promise to one.
        if (unit, territory) == FORGOTTEN_PAY {
            self.pay_terms.pop();
        }
    }

    /// A rise in September.
    fn raise(&mut self, payee: usize) {
        if let Some(term) = self.pay_terms.iter_mut().find(|term| term.payee == payee) {
            let (month_amount, currency) = (term.month_amount + 12_000, term.currency);
            term.to = Some(day(8, 31));
            let from = day(9, 1);
            self.pay_terms.push(PayTerm { payee, from, to: None, month_amount, commission: None, currency });
        }
    }

    /// What those who sit there add to the sales of each brand, in thousandths; a vacant seat sells less.
    pub fn effect(&self, sitters: &[usize], date: Date) -> [i64; BRANDS_OF_UNIT] {
        let mut effect = [0; BRANDS_OF_UNIT];
        let mut filled = 0;
        for seat in sitters.iter().map(|seat| &self.seats[*seat]).filter(|seat| seat.holds(date)) {
            let is_away = |leave: &&Leave| leave.payee == seat.payee && leave.from <= date && date <= leave.to;
            let own = match self.leaves.iter().find(is_away) {
                Some(_) => [VACANT; BRANDS_OF_UNIT],
                None => self.payees[seat.payee].effect,
            };
            filled += seat.percent;
            for (sum, own) in effect.iter_mut().zip(own) {
                *sum += own * seat.percent / 100;
            }
        }
        let vacant = VACANT * (100 - filled).max(0) / 100;
        effect.map(|sum| sum + vacant)
    }

    /// For each seat, the numbers of the entries of who sits on it.
    pub fn sitters(&self, position_count: usize) -> Vec<Vec<usize>> {
        let mut sitters = vec![Vec::new(); position_count];
        for (index, seat) in self.seats.iter().enumerate() {
            sitters[seat.position].push(index);
        }
        sitters
    }
}

/// Sales of a seat that nobody holds, in thousandths of an average representative's.
pub const VACANT: i64 = 780;

/// The unit of oncology.
const ONCOLOGY: usize = 3;

/// Unit and territory of somebody without pay terms.
const FORGOTTEN_PAY: (usize, usize) = (5, 0);

const fn long_ago() -> Option<Date> {
    None
}
