//! Countries, business units, brands and packs: what does not depend on the seed.

/// Where an affiliate works, and so how its files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Country {
    /// Windows-1252, `1.234,56`.
    Germany,
    /// Windows-1250, `1 234,56`.
    Poland,
}

/// Both, in the order of every figure by country.
pub const COUNTRIES: [Country; 2] = [Country::Germany, Country::Poland];

impl Country {
    /// Position in [`COUNTRIES`].
    pub fn index(self) -> usize {
        match self {
            Self::Germany => 0,
            Self::Poland => 1,
        }
    }

    /// `de` or `pl`, as files and streams are named.
    pub fn word(self) -> &'static str {
        ["de", "pl"][self.index()]
    }

    /// Currency of its sales.
    pub fn currency(self) -> &'static str {
        ["EUR", "PLN"][self.index()]
    }
}

/// A business unit: a sales force with its own brands.
#[derive(Debug)]
pub struct Unit {
    /// `HK-DE`.
    pub id: &'static str,
    /// Begins the number of each of its seats.
    pub prefix: &'static str,
    /// Where it sells.
    pub country: Country,
    /// Therapeutic area, in the language of the country.
    pub area: &'static str,
    /// Representatives at scale one.
    pub representatives: usize,
}

/// The six units.
pub const UNITS: [Unit; 6] = [
    unit("HK-DE", "HK", Country::Germany, "Herz-Kreislauf", 42),
    unit("SW-DE", "SW", Country::Germany, "Stoffwechsel", 40),
    unit("AW-DE", "AW", Country::Germany, "Atemwege", 36),
    unit("ON-DE", "ON", Country::Germany, "Onkologie", 30),
    unit("KA-PL", "KA", Country::Poland, "Kardiologia", 36),
    unit("DI-PL", "DI", Country::Poland, "Diabetologia", 30),
];

const fn unit(
    id: &'static str,
    prefix: &'static str,
    country: Country,
    area: &'static str,
    representatives: usize,
) -> Unit {
    Unit { id, prefix, country, area, representatives }
}

/// Brands of a unit.
pub const BRANDS_OF_UNIT: usize = 3;

/// How a brand sells through the year.
#[derive(Debug, Clone, Copy)]
pub enum Season {
    /// Chronic illness: a little more before quarters end.
    Steady,
    /// Colds and cough.
    Winter,
    /// Hay fever.
    Spring,
}

/// Where a brand stands in its life.
#[derive(Debug, Clone, Copy)]
pub enum Life {
    /// New since January.
    Launch,
    /// Grows.
    Growth,
    /// Stays.
    Mature,
    /// Lost its patent in September.
    Generic,
}

/// A brand.
#[derive(Debug)]
pub struct Brand {
    /// Name on the box.
    pub name: &'static str,
    /// Class in which the vendor counts it.
    pub class: &'static str,
    /// Position in [`UNITS`].
    pub unit: usize,
    /// Season.
    pub season: Season,
    /// Life cycle.
    pub life: Life,
    /// Price of the smallest pack in cents.
    pub price: i64,
    /// How often pharmacies ask for it.
    pub retail: i64,
    /// How often hospitals do.
    pub hospital: i64,
    /// Its part of its class in percent.
    pub share: i64,
}

macro_rules! brand {
    ($name:literal, $class:literal, $unit:literal, $season:ident, $life:ident, $price:literal, $retail:literal,
     $hospital:literal, $share:literal) => {
        Brand {
            name: $name,
            class: $class,
            unit: $unit,
            season: Season::$season,
            life: Life::$life,
            price: $price,
            retail: $retail,
            hospital: $hospital,
            share: $share,
        }
    };
}

/// Three brands of each unit, in the order of the units.
pub const BRANDS: [Brand; 18] = [
    brand!("Corvasol", "C07A-DE", 0, Steady, Growth, 1_420, 34, 9, 31),
    brand!("Lipanor", "C10A-DE", 0, Steady, Mature, 1_640, 29, 6, 24),
    brand!("Tensiva", "C09C-DE", 0, Steady, Launch, 2_190, 14, 4, 9),
    brand!("Glucoran", "A10B-DE", 1, Steady, Mature, 1_185, 31, 6, 27),
    brand!("Insuvia", "A10C-DE", 1, Steady, Growth, 5_240, 17, 9, 18),
    brand!("Metabrin", "A08A-DE", 1, Spring, Generic, 3_890, 10, 1, 36),
    brand!("Pulmarel", "R03A-DE", 2, Winter, Mature, 2_960, 24, 8, 22),
    brand!("Bronchiva", "R03D-DE", 2, Winter, Growth, 3_430, 16, 5, 14),
    brand!("Allerfin", "R06A-DE", 2, Spring, Mature, 890, 21, 1, 33),
    brand!("Oncavir", "L01E-DE", 3, Steady, Growth, 148_500, 3, 14, 17),
    brand!("Leukoprim", "L03A-DE", 3, Steady, Generic, 61_200, 3, 16, 41),
    brand!("Emezar", "A04A-DE", 3, Steady, Mature, 7_350, 6, 22, 29),
    brand!("Korwasol", "C07A-PL", 4, Steady, Growth, 2_240, 36, 9, 19),
    brand!("Tensylan", "C09C-PL", 4, Steady, Mature, 2_890, 28, 7, 26),
    brand!("Arytmil", "C01B-PL", 4, Winter, Generic, 3_410, 13, 8, 34),
    brand!("Glukoran", "A10B-PL", 5, Steady, Mature, 1_760, 33, 6, 21),
    brand!("Insuwia", "A10C-PL", 5, Steady, Launch, 11_900, 12, 7, 8),
    brand!("Metforal", "A10A-PL", 5, Spring, Growth, 1_320, 25, 4, 23),
];

/// Season and life cycle of a brand in a month, counted from one, in thousandths of an average month.
pub fn factor(brand: &Brand, month: usize) -> i64 {
    let at = month - 1;
    let season = match brand.season {
        Season::Steady => [1_010, 970, 1_040, 985, 970, 1_020, 960, 930, 1_030, 1_020, 1_015, 1_050],
        Season::Winter => [1_380, 1_320, 1_180, 980, 810, 690, 640, 660, 850, 1_060, 1_160, 1_270],
        Season::Spring => [720, 790, 1_120, 1_410, 1_520, 1_330, 1_060, 910, 850, 790, 750, 750],
    }[at];
    let life = match brand.life {
        Life::Launch => [380, 450, 530, 640, 760, 870, 980, 1_100, 1_230, 1_360, 1_480, 1_590],
        Life::Growth => [920, 934, 949, 964, 978, 993, 1_008, 1_022, 1_037, 1_052, 1_066, 1_080],
        Life::Mature => [1_010, 1_008, 1_006, 1_004, 1_002, 1_000, 1_000, 998, 996, 994, 992, 990],
        Life::Generic => [1_130, 1_130, 1_125, 1_125, 1_120, 1_120, 1_115, 1_110, 960, 820, 740, 690],
    }[at];
    season * life / 1_000
}

/// The same a year before: brands that are new now were not there, the others stood where their life began.
pub fn factor_before(brand: &Brand, month: usize) -> i64 {
    let now = factor(brand, month);
    match brand.life {
        Life::Launch => 0,
        Life::Growth => now * 880 / 1_000,
        Life::Mature => now * 1_005 / 1_000,
        Life::Generic => factor(&Brand { life: Life::Mature, ..*brand }, month) * 1_120 / 1_000,
    }
}

/// A pack on the market.
#[derive(Debug)]
pub struct Pack {
    /// Pharmacy product number with its check digit, or the number of the bar code.
    pub code: String,
    /// Name on the box.
    pub name: String,
    /// Position in [`BRANDS`].
    pub brand: usize,
    /// Price of the manufacturer in the smallest unit of the currency.
    pub price: i64,
    /// Cost of goods.
    pub cost: i64,
    /// How often pharmacies order it.
    pub retail: i64,
    /// How often hospitals do.
    pub hospital: i64,
    /// Packs of an average line, in thousandths.
    pub size: i64,
}

/// Strength, contents, price in hundredths of the smallest pack's, part of the orders in percent, packs of a line.
const FORMS: [(&str, &str, i64, i64, i64); 4] = [
    ("5 mg", "28", 100, 35, 3_400),
    ("10 mg", "28", 135, 27, 3_000),
    ("10 mg", "98", 330, 25, 2_300),
    ("20 mg", "98", 420, 13, 1_900),
];

/// Sixty packs: four of the first brand of a unit, three of the others.
pub fn packs() -> Vec<Pack> {
    let mut packs = Vec::new();
    for (index, brand) in BRANDS.iter().enumerate() {
        let unit = &UNITS[brand.unit];
        let kinds = if index % BRANDS_OF_UNIT == 0 { 4 } else { 3 };
        for (number, (strength, contents, price, part, size)) in FORMS.iter().take(kinds).enumerate() {
            let (code, form) = match unit.country {
                Country::Germany => (pzn(1_204_500 + (index * 137 + number * 11) as u32), "Filmtabletten"),
                Country::Poland => (ean(590_120_300_000 + (index * 137 + number * 11) as u64), "tabl. powl."),
            };
            let price = brand.price * price / 100;
            packs.push(Pack {
                code,
                name: format!("{} {strength} {contents} {form}", brand.name),
                brand: index,
                price,
                cost: price * 18 / 100,
                retail: brand.retail * part,
                hospital: brand.hospital * part,
                size: *size,
            });
        }
    }
    packs
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

/// A European article number: twelve digits and their check digit.
fn ean(base: u64) -> String {
    let digits = format!("{base:012}");
    let weights = [1, 3].iter().cycle();
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
