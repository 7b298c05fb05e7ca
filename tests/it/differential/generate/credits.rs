//! Rules of every type, and what in a cell makes them differ: who is named on accounts, who works beside others and in
//! teams, which return takes back which sale.

use super::some_day;
use crate::differential::{
    calendar::{NEVER, SECOND_YEAR},
    company::{
        AccountShare, AlignedAt, Alignment, Asks, Cell, Document, Kind, Member, Report, Rollup, Rule, RuleSet, Scope,
        Way,
    },
    numbers::Decimal,
    random::Random,
};

/// Every so many cells one has a team.
const CREWS: usize = 8;

const ROLLED_UP: [Rollup; 1] = [Rollup { id: "managers", hierarchy: "sales", levels: None }];

/// The rule set whose credits stay with who has them; no component looks at a team of it.
pub const NOT_PASSED_UP: &str = "sold";

/// The rule sets of a company of so many cells.
pub fn rule_sets(cells: usize) -> Vec<RuleSet> {
    let aligned = |alignment| Way::Aligned { alignment, at: AlignedAt::BookingDate };
    let direct =
        |id, rules, rollups: &[Rollup]| RuleSet { id, credit_type: "direct", rules, rollups: rollups.to_vec() };
    let sales = [Document::Sale];
    vec![
        direct("aligned", vec![Rule::new("all", aligned("map"), Scope::All)], &ROLLED_UP),
        direct(
            "brands",
            vec![
                Rule::new("nova", aligned("key"), Scope::Brand("nova")),
                Rule::new("care", aligned("map"), Scope::Product("care")).of(&sales),
                Rule::new("machines", aligned("map"), Scope::Category("machine")),
            ],
            &ROLLED_UP,
        ),
        RuleSet {
            id: "named",
            credit_type: "split",
            rules: vec![Rule::new("line", Way::Named, Scope::All)],
            rollups: vec![Rollup { id: "first", hierarchy: "sales", levels: Some(1) }],
        },
        RuleSet {
            id: NOT_PASSED_UP,
            credit_type: "split",
            rules: vec![Rule::new("line", Way::Named, Scope::Category("service")).of(&sales)],
            rollups: Vec::new(),
        },
        direct("kinds", kinds(), &ROLLED_UP),
        direct("followed", followed(), &two_ways()),
        beside(cells),
        teams(cells),
    ]
}

/// Rules that ask more of a line than its products.
fn kinds() -> Vec<Rule> {
    let clinic = Some("clinic".to_owned());
    let map = |at| Way::Aligned { alignment: "map", at };
    let key = Way::Aligned { alignment: "key", at: AlignedAt::BookingDate };
    let both = Asks { account_kind: clinic.clone(), channel: Some("web"), ..Asks::default() };
    let large = Asks { amount: Some(Decimal::new(5_000, 0)), ..Asks::default() };
    let rich = Asks { margin: Some(Decimal::new(25, 2)), ..large.clone() };
    vec![
        Rule::new("both", map(AlignedAt::Fixed(SECOND_YEAR + 59)), Scope::All).asking(both),
        Rule::new("clinic", map(AlignedAt::PeriodEnd), Scope::All)
            .asking(Asks { account_kind: clinic, ..Asks::default() }),
        Rule::new("web", key.clone(), Scope::Category("machine"))
            .asking(Asks { channel: Some("web"), ..Asks::default() }),
        Rule::new("large", map(AlignedAt::BookingDate), Scope::Brand("iron")).asking(large),
        Rule::new("rich", key, Scope::Brand("iron")).asking(rich),
        Rule::new("rest", map(AlignedAt::BookingDate), Scope::All).of(&[Document::Sale]),
    ]
}

/// Returns that go the way of their sales, and maps of another day.
fn followed() -> Vec<Rule> {
    let map = |at| Way::Aligned { alignment: "map", at };
    vec![
        Rule::new("machines", map(AlignedAt::PeriodEnd), Scope::Category("machine")).following(),
        Rule::new("services", map(AlignedAt::Fixed(SECOND_YEAR)), Scope::Category("service")),
        Rule::new("nova", map(AlignedAt::BookingDate), Scope::Brand("nova")).following(),
    ]
}

/// By two hierarchies, which bring some the same credit.
fn two_ways() -> [Rollup; 2] {
    [
        Rollup { id: "bosses", hierarchy: "sales", levels: Some(2) },
        Rollup { id: "lines", hierarchy: "lines", levels: None },
    ]
}

/// The kind of the accounts that a cell's own rules take.
fn kind(cell: usize) -> String {
    format!("crew{cell:05}")
}

fn crewed(cells: usize) -> impl Iterator<Item = usize> {
    (0..cells).filter(|cell| cell % CREWS == 3)
}

fn of_cell(cell: usize) -> Asks {
    Asks { account_kind: Some(kind(cell)), ..Asks::default() }
}

fn beside(cells: usize) -> RuleSet {
    let spec = Way::Aligned { alignment: "spec", at: AlignedAt::BookingDate };
    let mut rules = vec![
        Rule::new("spec", spec.clone(), Scope::All),
        Rule::new("late", Way::Aligned { alignment: "spec", at: AlignedAt::PeriodEnd }, Scope::Brand("nova"))
            .following(),
    ];
    rules.extend(crewed(cells).map(|cell| {
        let seat = Way::Seat { position: format!("s{cell:05}a"), share: Decimal::new(125_001, 6) };
        Rule::new(&kind(cell), seat, Scope::All).asking(of_cell(cell))
    }));
    RuleSet { id: "beside", credit_type: "overlay", rules, rollups: ROLLED_UP.to_vec() }
}

fn teams(cells: usize) -> RuleSet {
    let team = |cell: usize, is_equal| Way::Team { team: kind(cell), is_equal };
    let mut rules = vec![Rule::new("nobody", team(99_999, true), Scope::Product("audit")).asking(of_cell(99_999))];
    for cell in crewed(cells) {
        let id = kind(cell);
        rules.push(Rule::new(&id, team(cell, true), Scope::All).asking(of_cell(cell)).following());
        rules.push(Rule::new(&format!("{id}m"), team(cell, false), Scope::Brand("iron")).asking(of_cell(cell)));
    }
    RuleSet { id: "crew", credit_type: "team", rules, rollups: ROLLED_UP.to_vec() }
}

/// Gives a cell what those rules look at, and some components their credits.
pub fn enrich(random: &mut Random, cell: &mut Cell) {
    let is_crewed = crewed(cell.number + 1).last() == Some(cell.number);
    named(random, cell);
    for account in &mut cell.accounts {
        account.kind = match is_crewed {
            true if random.chance(70) => kind(cell.number),
            _ => random.pick(&["customer", "clinic", "clinic"]).to_owned(),
        };
    }
    if is_crewed {
        crew(random, cell);
    }
    specialists(random, cell);
    lines(random, cell);
    let [a, b, c] = [0, 1, 2].map(|at| cell.positions[at].clone());
    let report = |position: &String, manager: &String, from, to| Report {
        hierarchy: "lines",
        position: position.clone(),
        manager: manager.clone(),
        from,
        to,
    };
    let day = some_day(random);
    let others = match random.below(3) {
        0 => vec![report(&c, &a, 0, NEVER)],
        1 => vec![report(&c, &b, 0, NEVER), report(&b, &a, day, NEVER)],
        // In a circle, which ends where it would meet itself.
        _ => vec![report(&c, &b, 0, day), report(&b, &c, 0, NEVER), report(&c, &a, day, NEVER)],
    };
    cell.reports.extend(others);
    for component in &mut cell.plan.components {
        let credits = !matches!(component.kind, Kind::Attainments(_) | Kind::Sum(..) | Kind::Rank(_));
        if credits && is_crewed && random.chance(70) {
            component.rule_set = random.pick(&["crew", "crew", "beside"]);
        } else if credits && random.chance(50) {
            component.rule_set = random.pick(&["kinds", "followed", "followed", "beside"]);
        }
    }
}

/// Positions that accounts name, for lines that name nobody.
fn named(random: &mut Random, cell: &mut Cell) {
    for account in &mut cell.accounts {
        if !random.chance(60) {
            continue;
        }
        let day = some_day(random);
        let share = |position: &String, from, to, units| AccountShare {
            position: position.clone(),
            from,
            to,
            share: Decimal::new(units, 6),
        };
        let at = random.below(3);
        let (first, second) = (&cell.positions[at], &cell.positions[(at + 1) % 3]);
        account.shares = match random.below(4) {
            0 => vec![share(first, 0, NEVER, 1_000_000)],
            1 => vec![share(first, 0, day, 1_000_000), share(second, day, NEVER, 850_000)],
            2 => vec![share(first, 0, NEVER, 333_333), share(second, 0, NEVER, 666_667)],
            // Intervals of one position that meet add up.
            _ => vec![share(first, 0, NEVER, 600_000), share(first, day, NEVER, 250_000)],
        };
    }
}

fn crew(random: &mut Random, cell: &mut Cell) {
    let day = some_day(random);
    cell.crew = cell.positions.iter().map(|position| Member::always(position)).collect();
    match random.below(3) {
        0 => cell.crew[1].to = day,
        1 => (cell.crew[2].from, cell.crew[0].to) = (day, day + 40),
        _ => {}
    }
}

/// Whoever works beside the others: one for a product line, dated, and sometimes one for an account.
fn specialists(random: &mut Random, cell: &mut Cell) {
    let mut rows = Vec::new();
    let mut add = |is_account, key: &String, products, position: &String, from, to, units| {
        let (key, position, share) = (key.clone(), position.clone(), Decimal::new(units, 6));
        rows.push(Alignment { id: "spec", is_account, key, products, position, from, to, share });
    };
    let day = some_day(random);
    for account in &cell.accounts {
        let [first, second] = [0, 1].map(|_| &cell.positions[random.below(3)]);
        if random.chance(60) {
            let narrow = random.pick(&[Scope::All, Scope::Brand("nova"), Scope::Category("machine")]);
            add(true, &account.id, narrow, first, 0, day, random.pick(&[1_000_000, 500_000]));
            add(true, &account.id, Scope::Product("robot"), second, day - 30, NEVER, 666_667);
        }
    }
    let mut places: Vec<&String> = cell.accounts.iter().filter_map(|account| account.place.as_ref()).collect();
    places.dedup();
    for place in places.into_iter().take(2) {
        add(false, place, Scope::All, &cell.positions[random.below(3)], 0, NEVER, 300_000);
    }
    cell.alignments.extend(rows);
}

/// Channels, costs, and which sale a return takes back.
fn lines(random: &mut Random, cell: &mut Cell) {
    for at in 0..cell.lines.len() {
        let sold = random.below(cell.lines.len());
        let line = &mut cell.lines[at];
        line.channel = random.pick(&[None, Some("web"), Some("web"), Some("shop")]);
        line.cost = random.chance(96).then(|| {
            let part = random.pick(&[40, 75, 75, 90, 110]);
            Decimal::new(line.amount.units * part / 100, line.amount.scale)
        });
        if line.document == Document::Return && random.chance(80) {
            // Mostly a sale before it; some take back another return, themselves, or what comes later.
            let day = line.day;
            let before: Vec<usize> = (0..cell.lines.len())
                .filter(|one| cell.lines[*one].day <= day && cell.lines[*one].document == Document::Sale)
                .collect();
            let takes = if before.is_empty() || random.chance(20) { sold } else { random.pick(&before) };
            cell.lines[at].takes_back = Some(takes);
        }
    }
}
