//! Two cells that differ in one thing, and what that does to pay: many pairs at once in one project.

use std::collections::BTreeMap;

use proptest::{
    prelude::*,
    strategy::{BoxedStrategy, ValueTree},
    test_runner::TestRunner,
};

use super::{
    ROUNDS, SEED,
    drafts::{self, FOLLOWED, Sale, base},
    plans::{Shape, shapes},
    seeded, setting, sums, told,
};
use crate::{
    differential::{
        calendar::{Paid, Period, month_of},
        company::{At, Below, Cell, Company, Line, Lookup, Output, Timing, Window},
        documents,
        numbers::{Q, fixed, rounded, zero},
        project,
    },
    support::Place,
};

/// Pairs of each property in one project.
const PAIRS: usize = 24;

/// What holds of two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    /// Some lines more, each with its return on the same day: nothing changes, whatever the plan.
    Reversal,
    /// Some lines more, each taken back later by a line that follows it: nothing is left at the end of the year.
    Followed,
    /// Paid by true-up each month, or computed once for the quarter or year: the months add up to it.
    TrueUp,
    /// Some sales more: nobody is paid less, where the curve never falls.
    Rising,
    /// Pay by slices is the integral of the flat rate over the value.
    Slices,
}

impl Property {
    const ALL: [Self; 5] = [Self::Reversal, Self::Followed, Self::TrueUp, Self::Rising, Self::Slices];

    const fn name(self) -> &'static str {
        match self {
            Self::Reversal => "a reversal on the same date cancels exactly",
            Self::Followed => "a reversal with `follow_original` cancels exactly",
            Self::TrueUp => "a window paid with true-up equals the window computed at once",
            Self::Rising => "monotone curves give monotone pay",
            Self::Slices => "step equals the integral of flat rates",
        }
    }

    fn drafts(self) -> BoxedStrategy<Draft> {
        let sales = prop::collection::vec(drafts::lines(), 0..14);
        let more = prop::collection::vec(drafts::sales(), 1..4);
        let people = any::<u64>().no_shrink();
        let shape = if self == Self::Reversal {
            prop::option::weighted(0.4, shapes()).boxed()
        } else {
            shapes().prop_map(Some).boxed()
        };
        (people, sales, more, shape)
            .prop_map(move |(people, sales, more, shape)| {
                let shape = shape.map(|shape| self.fitted(shape));
                Draft { property: self, people, sales, more, shape }
            })
            .boxed()
    }

    /// A plan that the property holds of.
    fn fitted(self, mut shape: Shape) -> Shape {
        match self {
            Self::Rising => {}
            Self::Reversal => {
                // Line by line only a mirrored curve gives back what it gave, and only what nothing cuts off.
                if shape.per_line {
                    shape.below = Below::Mirror;
                }
            }
            Self::Followed => (shape.rule_set, shape.window) = (FOLLOWED, Window::YearToDate),
            Self::TrueUp if shape.window == Window::Period => shape.window = Window::QuarterToDate,
            Self::TrueUp => {}
            Self::Slices => {
                (shape.lookup, shape.output, shape.by_attainment) = (Lookup::Step, Output::Rate, false);
                (shape.cap, shape.floor, shape.per_line) = (None, None, false);
            }
        }
        shape.agree();
        shape
    }
}

/// What a pair is drawn from.
#[derive(Debug, Clone)]
struct Draft {
    property: Property,
    people: u64,
    sales: Vec<Sale>,
    more: Vec<Sale>,
    /// None: the plan that comes with the people.
    shape: Option<Shape>,
}

impl Draft {
    /// How much there is to read.
    fn size(&self) -> usize {
        self.sales.len() + self.more.len() + self.shape.as_ref().map_or(0, Shape::size)
    }

    /// Drafts with less in them.
    fn simpler(&self) -> Vec<Self> {
        let (half, count) = (self.sales.len() / 2, self.sales.len());
        let cuts = [(0, half), (half, count)].into_iter().chain((0..count).map(|at| (at, at + 1)));
        let without = |lines: &[Sale], (from, to): (usize, usize)| [&lines[..from], &lines[to..]].concat();
        let fewer = cuts.filter(|(from, to)| from < to);
        let mut found: Vec<Self> = fewer.map(|cut| Self { sales: without(&self.sales, cut), ..self.clone() }).collect();
        if self.more.len() > 1 {
            let each = 0..self.more.len();
            found.extend(each.map(|at| Self { more: without(&self.more, (at, at + 1)), ..self.clone() }));
        }
        let shapes = self.shape.iter().flat_map(Shape::simpler);
        found.extend(shapes.map(|shape| Self { shape: Some(self.property.fitted(shape)), ..self.clone() }));
        found.retain(|draft| draft.size() < self.size());
        found
    }

    /// The two cells, the first by that name.
    fn cells(&self, name: usize) -> [Cell; 2] {
        let mut cells = [base(self.people, name, &self.sales), base(self.people, name + 1, &self.sales)];
        for (at, cell) in cells.iter_mut().enumerate() {
            let is_other = at == 1;
            match &self.shape {
                None => added_up(cell),
                Some(shape) => {
                    let paid = match (self.property, shape.window) {
                        (Property::TrueUp, Window::QuarterToDate) if is_other => Paid::Quarterly,
                        (Property::TrueUp, _) if is_other => Paid::Yearly,
                        _ => Paid::Monthly,
                    };
                    shape.plan(cell, paid);
                }
            }
            if is_other {
                self.add(cell);
            }
        }
        cells
    }

    /// What the other cell has more.
    fn add(&self, cell: &mut Cell) {
        for (number, sale) in self.more.iter().enumerate() {
            let id = format!("l{:05}-more{number}", cell.number);
            match self.property {
                Property::Reversal => {
                    let [there, back] = Sale { delay: 0, ..sale.clone() }.and_back(cell, &id);
                    let (named, shares) = (there.named.clone(), there.shares.clone());
                    let back = Line { document: there.document, takes_back: None, named, shares, ..back };
                    cell.lines.extend([there, back]);
                }
                Property::Followed => cell.lines.extend(sale.and_back(cell, &id)),
                Property::Rising => cell.lines.push(sale.line(cell, id)),
                Property::TrueUp | Property::Slices => {}
            }
        }
    }
}

/// Components that add their lines up before they pay: the plan of chance pays some of them one by one, where the
/// order of a sale and its return decides.
fn added_up(cell: &mut Cell) {
    if cell.plan.rounding_at == At::Transaction {
        cell.plan.rounding_at = At::Component;
    }
    for component in &mut cell.plan.components {
        component.curve.per_line = false;
        if component.curve.timing == Some(Timing::RunningLine) {
            component.curve.timing = Some(Timing::TrueUp);
            component.gates = Vec::new();
        }
        for limit in [&mut component.cap, &mut component.floor].into_iter().flatten() {
            limit.per_line = false;
        }
    }
}

/// Component, seat and payee (without the name of the cell), and period.
type Place4 = (String, String, String, String);
/// What was paid, and what was measured for it.
type Pay = BTreeMap<Place4, (Q, Option<Q>)>;

/// What the program made of a company, by plan.
struct Found {
    pay: BTreeMap<String, Pay>,
    /// What credits of lines beside those of both cells add up to, where that is not zero: plan's number, then what.
    left: Vec<(String, String)>,
}

fn found(place: &Place, company: &Company) -> Found {
    let rows = place.query(
        "select plan_id, component_id, position_id, payee_id, period_id, cast(incentive_amount as varchar) as v, \
         cast(measured_value as varchar) as m from incentives.incentives",
    );
    let mut pay: BTreeMap<String, Pay> = BTreeMap::new();
    let names: BTreeMap<&str, String> =
        company.cells.iter().map(|cell| (cell.plan.id.as_str(), format!("{:05}", cell.number))).collect();
    for row in rows.as_array().expect("rows") {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let plan = text("plan_id");
        let plain = |name: &str| text(name).replacen(&names[plan.as_str()], "", 1);
        let key = (text("component_id"), plain("position_id"), plain("payee_id"), text("period_id"));
        let figures = (Q::read(&text("v")), row["m"].as_str().map(Q::read));
        pay.entry(plan).or_default().insert(key, figures);
    }
    let rows = place.query(
        "select substr(transaction_id, 2, 5) as cell, position_id, credit_type, cast(sum(credited_amount) as varchar) \
         as v from credits.credits where rule_set_id = 'returned' and transaction_id like '%-more%' \
         group by substr(transaction_id, 2, 5), position_id, credit_type having sum(credited_amount) <> 0.0",
    );
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let left = rows.as_array().expect("rows").iter();
    let left = left.map(|row| (text(row, "cell"), format!("{row} is left"))).collect();
    Found { pay, left }
}

impl Draft {
    /// How many amounts that are not zero are as the property says, or which is not.
    fn check(&self, cells: [&Cell; 2], found: &Found) -> Result<usize, String> {
        let none = Pay::new();
        let [ours, theirs] = cells.map(|cell| found.pay.get(&cell.plan.id).unwrap_or(&none));
        match self.property {
            Property::Reversal => same(ours, theirs),
            Property::Followed => {
                let name = format!("{:05}", cells[1].number);
                match found.left.iter().find(|(cell, _)| *cell == name) {
                    Some((_, told)) => Err(told.clone()),
                    None => self.nothing_left(cells, ours, theirs),
                }
            }
            Property::TrueUp => {
                let sums = summed(self.window(), ours);
                let wrong = theirs.iter().find(|(key, year)| sums.get(*key).is_none_or(|sum| *sum != year.0));
                match wrong {
                    Some((key, year)) => {
                        Err(format!("{key:?} pays {:?} at once, {:?} by true-up", year.0, sums.get(key)))
                    }
                    None => Ok(told_of(theirs.values().map(|figures| figures.0))),
                }
            }
            Property::Rising => self.rises(ours, theirs),
            Property::Slices => self.integrates(ours),
        }
    }

    fn window(&self) -> Window {
        self.shape.as_ref().map_or(Window::Period, |shape| shape.window)
    }

    /// What a window has paid so far is never less with the further sales than without.
    fn rises(&self, ours: &Pay, theirs: &Pay) -> Result<usize, String> {
        let (without, with) = (so_far(self.window(), ours), so_far(self.window(), theirs));
        for (key, amount) in &without {
            match with.get(key) {
                Some(more) if more >= amount => {}
                other => return Err(format!("{key:?}: {amount:?} became {other:?}")),
            }
        }
        Ok(told_of(with.into_values()))
    }

    /// What a window has paid so far is the integral of the rates up to its value, rounded once.
    fn integrates(&self, ours: &Pay) -> Result<usize, String> {
        let Some(shape) = &self.shape else { return Ok(0) };
        let tiers = shape.tiers();
        for (key, amount) in so_far(shape.window, ours) {
            let Some(value) = ours[&key].1 else { continue };
            let size = if value < zero() { -value } else { value };
            let is_paid = value >= zero() || shape.below == Below::Mirror;
            let mut integral = zero();
            for (at, tier) in tiers.iter().enumerate() {
                let to = tiers.get(at + 1).map_or(size, |next| next.from.q().min(size));
                if is_paid && to > tier.from.q() {
                    // The flat rate is the same everywhere between two borders.
                    integral += (to - tier.from.q()) * tier.output.q();
                }
            }
            let integral = if value < zero() { -integral } else { integral };
            let expected = rounded(integral, shape.currency.1, shape.mode);
            if amount != expected {
                return Err(format!("{key:?}: {value:?} paid {amount:?}, the integral is {}", fixed(expected, 4)));
            }
        }
        Ok(told_of(ours.values().map(|figures| figures.0)))
    }

    /// From the month on in which the last line is taken back, the year has paid what it pays without them.
    fn nothing_left(&self, cells: [&Cell; 2], ours: &Pay, theirs: &Pay) -> Result<usize, String> {
        let back = cells[1].lines.iter().filter(|line| line.takes_back.is_some());
        let month = back.map(|line| month_of(line.day)).max().expect("a line that takes back");
        let month = Period { paid: Paid::Monthly, number: month }.id();
        let [ours, theirs] = [ours, theirs].map(|pay| {
            let years = so_far(Window::YearToDate, pay).into_iter();
            years.filter(|(key, _)| key.3 >= month).map(|(key, amount)| (key, (amount, None))).collect::<Pay>()
        });
        same(&ours, &theirs)
    }
}

/// How many of the amounts say something.
fn told_of(amounts: impl Iterator<Item = Q>) -> usize {
    amounts.filter(|amount| !amount.is_zero()).count()
}

fn same(ours: &Pay, theirs: &Pay) -> Result<usize, String> {
    let differs = ours.iter().find(|(key, figures)| theirs.get(*key).map(|found| found.0) != Some(figures.0));
    match differs {
        Some((key, figures)) => Err(format!("{key:?}: {:?} became {:?}", figures.0, theirs.get(key))),
        None if ours.len() != theirs.len() => Err("something is paid only after it".to_owned()),
        None => Ok(told_of(ours.values().map(|figures| figures.0))),
    }
}

/// The period by which the plan of the whole window names a month.
fn window_of(window: Window, month: &str) -> String {
    let period = Period::all(Paid::Monthly).find(|period| period.id() == month).expect("a month");
    match window {
        Window::QuarterToDate => Period { paid: Paid::Quarterly, number: period.quarter() }.id(),
        Window::YearToDate => Period { paid: Paid::Yearly, number: period.year() }.id(),
        _ => month.to_owned(),
    }
}

fn summed(window: Window, pay: &Pay) -> BTreeMap<Place4, Q> {
    let mut sums = BTreeMap::new();
    for ((component, position, payee, month), (amount, _)) in pay {
        let key = (component.clone(), position.clone(), payee.clone(), window_of(window, month));
        *sums.entry(key).or_insert(zero()) += *amount;
    }
    sums
}

/// What the window of each month has paid up to it.
fn so_far(window: Window, pay: &Pay) -> BTreeMap<Place4, Q> {
    let mut sums = BTreeMap::new();
    let mut found = BTreeMap::new();
    for (key, (amount, _)) in pay {
        let whole = (key.0.clone(), key.1.clone(), key.2.clone(), window_of(window, &key.3));
        let sum = sums.entry(whole).or_insert(zero());
        *sum += *amount;
        found.insert(key.clone(), *sum);
    }
    found
}

/// Runs the program on all pairs at once; what each came to, and what was paid at all.
fn run(drafts: &[Draft]) -> (Place, Company, Vec<Result<usize, String>>) {
    let cells = drafts.iter().enumerate().flat_map(|(at, draft)| draft.cells(2 * at)).collect();
    // What is in scope of rules that ask for more than products and documents is not added up by hand.
    let mut rule_sets = drafts::rule_sets(0);
    rule_sets.retain(|set| set.is_conserving() && set.rules.iter().all(|rule| rule.asks.is_nothing()));
    let company = drafts::company(cells, rule_sets);
    let place = Place::empty();
    project::write(&place, &company);
    place.tantieme(&["run"]).fine();
    let found = found(&place, &company);
    let checked = drafts.iter().enumerate();
    let checked =
        checked.map(|(at, draft)| draft.check([&company.cells[2 * at], &company.cells[2 * at + 1]], &found)).collect();
    (place, company, checked)
}

/// The simplest draft found that is still wrong, and why: each round runs many simpler ones at once.
fn simplest(mut draft: Draft, mut why: String) -> (Draft, String) {
    for _ in 0..ROUNDS {
        let simpler = draft.simpler();
        let (_, _, checked) = run(&simpler);
        let wrong = simpler.into_iter().zip(checked).filter_map(|(draft, checked)| Some((draft, checked.err()?)));
        match wrong.min_by_key(|(draft, _)| draft.size()) {
            Some(found) => (draft, why) = found,
            None => break,
        }
    }
    (draft, why)
}

#[test]
fn what_holds_of_every_plan_holds_of_drawn_ones() {
    let (seed, cases) = (setting("TANTIEME_SEED", SEED), setting("TANTIEME_CASES", 1) as u32);
    let mut runner = TestRunner::new(seeded(seed, cases));
    let mut figures = [0; Property::ALL.len()];
    let (mut lines, mut amounts) = (0, 0);
    for _ in 0..cases {
        let mut drafts = Vec::new();
        for property in Property::ALL {
            let drawn = property.drafts();
            drafts.extend((0..PAIRS).map(|_| drawn.new_tree(&mut runner).expect("a draft").current()));
        }
        let (place, company, checked) = run(&drafts);
        for (at, result) in checked.into_iter().enumerate() {
            match result {
                Ok(count) => figures[at / PAIRS] += count,
                Err(why) => {
                    println!("{}: {why}; it is made smaller", drafts[at].property.name());
                    let (draft, why) = simplest(drafts[at].clone(), why);
                    let cells = draft.cells(0);
                    let plans = cells.each_ref().map(|cell| documents::plan(&cell.plan));
                    let name = draft.property.name();
                    panic!("{name}, seed {seed}: {why}\n{draft:#?}\n{}\n{}", plans[0], plans[1]);
                }
            }
        }
        lines += sums::conserved(&place, &company);
        amounts += sums::parts(&|sql| place.query(sql)) + sums::totals(&place);
    }
    for (property, count) in Property::ALL.into_iter().zip(figures) {
        assert!(count > PAIRS * cases as usize, "{}: only {count} amounts", property.name());
        told(&format!("{} ({} pairs)", property.name(), PAIRS), seed, cases, count);
    }
    told("credited + orphaned = in scope", seed, cases, lines);
    told("parts add up to the whole", seed, cases, amounts);
}
