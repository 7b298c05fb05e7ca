//! Two years of months, quarters and years; days are counted from the first of the first.

/// Days since 2025-01-01, a Wednesday.
pub type Day = i32;

/// Open to the right.
pub const NEVER: Day = 1_000_000;

const LENGTHS: [Day; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
pub const FIRST_YEAR: i32 = 2025;
pub const MONTHS: usize = 24;
/// The first day of the second year.
pub const SECOND_YEAR: Day = 365;

/// The first day of a month, the months counted from zero.
pub fn month_begin(month: usize) -> Day {
    let years = Day::try_from(month / 12).expect("few years");
    years * 365 + LENGTHS[..month % 12].iter().sum::<Day>()
}

pub fn month_of(day: Day) -> usize {
    (0..MONTHS).rev().find(|month| month_begin(*month) <= day).expect("a day of the two years")
}

pub fn is_working_day(day: Day) -> bool {
    (day + 2).rem_euclid(7) < 5
}

pub fn text(day: Day) -> String {
    if day >= NEVER {
        return "9999-12-31".to_owned();
    }
    // The day after the last is the first of a third year.
    if day == month_begin(MONTHS) {
        return format!("{}-01-01", FIRST_YEAR + 2);
    }
    let month = month_of(day);
    format!("{}-{:02}-{:02}", FIRST_YEAR + month as i32 / 12, month % 12 + 1, day - month_begin(month) + 1)
}

/// The period a plan pays by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paid {
    Monthly,
    Quarterly,
    Yearly,
}

impl Paid {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }

    const fn months(self) -> usize {
        match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        }
    }
}

/// One period of a kind, counted from the first of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    pub paid: Paid,
    pub number: usize,
}

impl Period {
    pub fn all(paid: Paid) -> impl Iterator<Item = Self> {
        (0..MONTHS / paid.months()).map(move |number| Self { paid, number })
    }

    pub fn first_month(self) -> usize {
        self.number * self.paid.months()
    }

    pub fn from(self) -> Day {
        month_begin(self.first_month())
    }

    pub fn to(self) -> Day {
        month_begin(self.first_month() + self.paid.months())
    }

    pub fn year(self) -> usize {
        self.first_month() / 12
    }

    pub fn quarter(self) -> usize {
        self.first_month() / 3
    }

    pub fn days(self) -> impl Iterator<Item = Day> {
        self.from()..self.to()
    }

    pub fn id(self) -> String {
        let year = FIRST_YEAR + self.year() as i32;
        match self.paid {
            Paid::Monthly => format!("{year}-{:02}", self.number % 12 + 1),
            Paid::Quarterly => format!("{year}-Q{}", self.number % 4 + 1),
            Paid::Yearly => format!("{year}"),
        }
    }
}
