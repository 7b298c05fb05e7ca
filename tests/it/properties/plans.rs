//! One plan of one component, drawn so that a property holds of it and borders, signs and shares still hurt.

use proptest::prelude::*;

use super::drafts::held_whole;
use crate::differential::{
    calendar::{MONTHS, Paid, Period, SECOND_YEAR, month_begin},
    company::{
        At, AttainmentKind, Below, Border, Cell, Component, Credit, Curve, Kind, Limit, Lookup, Output, Payout, Plan,
        Presence, Proration, Scope, Target, TargetIncentive, Tier, Timing, Unit, Wider, Window, ZeroTarget,
    },
    generate::{NOT_PASSED_UP, SCOPES},
    numbers::{Decimal, Mode},
};

/// What a plan of one component chooses.
#[derive(Debug, Clone)]
pub struct Shape {
    pub rule_set: &'static str,
    pub is_team: bool,
    pub products: Scope,
    pub unit: Unit,
    pub window: Window,
    /// The target of the first month, and how much more each further month has.
    pub target: Option<(i64, i64)>,
    pub lookup: Lookup,
    pub by_attainment: bool,
    pub per_line: bool,
    pub output: Output,
    pub below: Below,
    pub border: Border,
    pub extends: bool,
    /// The first border, then steps and rises from tier to tier.
    pub begin: i64,
    pub tiers: Vec<(i64, i64)>,
    pub cap: Option<(bool, i64)>,
    pub floor: Option<i64>,
    pub mode: Mode,
    pub currency: (&'static str, i32),
}

const EURO: (&str, i32) = ("EUR", 2);

type Measured = (&'static str, bool, Scope, Unit, Window, Option<(i64, i64)>);

fn measured() -> impl Strategy<Value = Measured> {
    (
        prop::sample::select(vec!["aligned", "brands", "named", "sold"]),
        prop::bool::weighted(0.3),
        prop::sample::select(SCOPES.to_vec()),
        prop::sample::select(vec![Unit::Value, Unit::Value, Unit::Quantity]),
        prop::sample::select(vec![Window::Period, Window::QuarterToDate, Window::YearToDate]),
        prop::option::weighted(0.6, (1_i64..9, -1_i64..3).prop_map(|(first, more)| (first * 1_000, more * 50))),
    )
}

type Given = (Lookup, bool, bool, Output);

fn given() -> impl Strategy<Value = Given> {
    let last = Decimal::new(50_000, 0);
    let lookups =
        vec![Lookup::Flat, Lookup::Step, Lookup::Interpolated, Lookup::Excess, Lookup::Prorated(last), Lookup::Step];
    (
        prop::sample::select(lookups),
        any::<bool>(),
        prop::bool::weighted(0.2),
        prop::sample::select(vec![Output::Rate, Output::Percent, Output::Amount]),
    )
}

/// Plans whose curve never falls.
pub fn shapes() -> impl Strategy<Value = Shape> {
    let rest = (
        prop::sample::select(vec![Below::Zero, Below::Mirror]),
        prop::sample::select(vec![Border::LowerInclusive, Border::UpperInclusive]),
        any::<bool>(),
        prop_oneof![2 => Just(0_i64), 1 => 1_i64..6],
        prop::collection::vec((1_i64..6, 0_i64..5), 1..6),
    );
    let limits = (
        prop::option::weighted(0.25, (any::<bool>(), 1_i64..20)),
        prop::option::weighted(0.15, 1_i64..20),
        prop::sample::select(Mode::ALL.to_vec()),
        prop::sample::select(vec![EURO, EURO, ("JPY", 0), ("KWD", 3)]),
    );
    (measured(), given(), rest, limits).prop_map(|(measured, given, rest, (cap, floor, mode, currency))| {
        let (rule_set, is_team, products, unit, window, target) = measured;
        let (lookup, by_attainment, per_line, output) = given;
        let (below, border, extends, begin, tiers) = rest;
        let mut shape = Shape {
            rule_set,
            is_team,
            products,
            unit,
            window,
            target,
            lookup,
            by_attainment: by_attainment && target.is_some(),
            per_line,
            output,
            below,
            border,
            extends,
            begin,
            tiers,
            cap,
            floor,
            mode,
            currency,
        };
        shape.agree();
        shape
    })
}

impl Shape {
    /// Leaves out what contradicts another choice.
    pub fn agree(&mut self) {
        self.is_team &= self.rule_set != NOT_PASSED_UP;
        self.per_line &= self.window == Window::Period;
        if self.per_line {
            (self.by_attainment, self.output) = (false, Output::Rate);
        }
        if self.lookup == Lookup::Excess && !self.by_attainment {
            self.lookup = Lookup::Step;
        }
        if matches!(self.lookup, Lookup::Prorated(_)) {
            (self.by_attainment, self.output) = (false, Output::Amount);
        } else if self.output == Output::Amount && matches!(self.lookup, Lookup::Step | Lookup::Excess) {
            self.lookup = Lookup::Flat;
        }
        if self.lookup == Lookup::Interpolated && self.tiers.len() < 2 {
            self.tiers.push((2, 1));
        }
        self.extends &= matches!(self.lookup, Lookup::Interpolated | Lookup::Prorated(_));
        if self.output != Output::Percent {
            self.cap = self.cap.map(|(_, at)| (false, at));
        }
        if let Some((false, at)) = self.cap {
            self.floor = self.floor.filter(|floor| *floor < at);
        }
        if self.by_attainment {
            // Attainment of almost nothing is nothing, where the value itself still is something.
            self.mode = Mode::HalfUp;
        }
    }

    /// How many choices are not the plainest.
    pub fn size(&self) -> usize {
        let others = [
            self.is_team,
            self.products != Scope::All,
            self.unit != Unit::Value,
            self.extends,
            self.begin != 0,
            self.cap.is_some(),
            self.floor.is_some(),
            self.mode != Mode::HalfUp,
            self.currency != EURO,
            self.target.is_some(),
        ];
        others.into_iter().filter(|is_other| *is_other).count() + self.tiers.len()
    }

    /// Plans with one choice plainer.
    pub fn simpler(&self) -> Vec<Self> {
        let changes: [fn(&mut Self); 11] = [
            |one| one.is_team = false,
            |one| one.products = Scope::All,
            |one| one.unit = Unit::Value,
            |one| one.extends = false,
            |one| one.begin = 0,
            |one| one.cap = None,
            |one| one.floor = None,
            |one| one.mode = Mode::HalfUp,
            |one| one.currency = EURO,
            |one| (one.target, one.by_attainment) = (None, false),
            |one| one.tiers.truncate(one.tiers.len().saturating_sub(1).max(1)),
        ];
        let changed = changes.into_iter().map(|change| {
            let mut shape = self.clone();
            change(&mut shape);
            shape.agree();
            shape
        });
        changed.collect()
    }

    /// How the window is paid.
    const fn timing(&self) -> Option<Timing> {
        match self.window {
            Window::Period => None,
            _ => Some(Timing::TrueUp),
        }
    }

    pub fn tiers(&self) -> Vec<Tier> {
        let mut from = self.begin;
        let mut height = 0;
        let mut rows = Vec::new();
        for (at, (step, rise)) in self.tiers.iter().enumerate() {
            (from, height) = (if at == 0 { from } else { from + step }, height + rise);
            let from = match (self.by_attainment, self.unit) {
                (true, _) => Decimal::new(from * 25, 2),
                (false, Unit::Value | Unit::Margin) => Decimal::new(from * 500, 0),
                (false, Unit::Quantity | Unit::Volume) => Decimal::new(from * 5, 0),
            };
            let output = match self.output {
                Output::Percent if self.lookup == Lookup::Step && !self.by_attainment => Decimal::new(height, 5),
                Output::Percent => Decimal::new(height * 15 + 1, 2),
                Output::Rate => Decimal::new(height * 75 + 1, 4),
                Output::Amount | Output::Points => Decimal::new(height * 1_234 + 1, 2),
            };
            rows.push(Tier { from, output, border: None });
        }
        rows
    }

    /// The months that a period of a plan of this kind has.
    const fn months(paid: Paid) -> usize {
        match paid {
            Paid::Monthly => 1,
            Paid::Quarterly => 3,
            Paid::Yearly => 12,
        }
    }

    /// Replaces the plan of a cell; a longer period has the targets and the target incentive of its months.
    pub fn plan(&self, cell: &mut Cell, paid: Paid) {
        held_whole(cell);
        let months = Self::months(paid) as i64;
        let is_once = paid != Paid::Monthly;
        cell.plan = Plan {
            id: cell.plan.id.clone(),
            role: cell.plan.role.clone(),
            from: SECOND_YEAR,
            to: month_begin(MONTHS),
            paid,
            incentive: TargetIncentive::Amount(Decimal::new(100_003 * months, 2)),
            components: vec![self.component(is_once)],
            pay: Proration::None,
            target: Proration::None,
            credit: Credit::Position,
            presence: Presence::default(),
            measure_rate: None,
            rounding: self.mode,
            rounding_at: At::Component,
            unit_digits: None,
            currency: self.currency,
            cap: None,
            floor: None,
            span: Window::Period,
            multipliers: Vec::new(),
            payout: Payout::default(),
        };
        cell.targets = Vec::new();
        let Some((first, more)) = self.target else { return };
        for period in Period::all(paid).filter(|period| period.from() >= SECOND_YEAR) {
            let begin = period.first_month() - 12;
            let amount = (begin..begin + Self::months(paid)).map(|month| first + more * month as i64).sum();
            cell.targets.extend(cell.positions.iter().map(|position| Target {
                position: position.clone(),
                products: self.products,
                unit: self.unit,
                period: period.id(),
                amount: Decimal::new(amount, 0),
            }));
        }
    }

    fn component(&self, is_once: bool) -> Component {
        let limit = |of_incentive: bool, at: i64| Limit {
            of_incentive,
            at: if of_incentive { Decimal::new(at, 1) } else { Decimal::new(at * 100, 0) },
            per_line: false,
            defers: false,
        };
        Component {
            id: "c1".to_owned(),
            weight: (self.output == Output::Percent).then_some(Decimal::new(1, 0)),
            rule_set: self.rule_set,
            is_team: self.is_team,
            wider: Wider::default(),
            products: self.products,
            unit: self.unit,
            window: if is_once { Window::Period } else { self.window },
            zero_target: self.target.map(|_| ZeroTarget::NotPayable),
            target_amount: None,
            attainment_kind: AttainmentKind::Ratio,
            attainment: (6, Mode::HalfUp),
            kind: Kind::Sales,
            curve: Curve {
                by_attainment: self.by_attainment,
                timing: if is_once { None } else { self.timing() },
                lookup: self.lookup,
                output: self.output,
                own_rate: false,
                per_target: false,
                product_rates: Vec::new(),
                second: None,
                per_line: self.per_line,
                below: self.below,
                extends: self.extends,
                border: self.border,
                tiers: self.tiers(),
            },
            overrides: Vec::new(),
            multipliers: Vec::new(),
            gates: Vec::new(),
            cap: self.cap.map(|(of_incentive, at)| limit(of_incentive, at)),
            floor: self.floor.map(|at| limit(false, at)),
            pot: None,
        }
    }
}
