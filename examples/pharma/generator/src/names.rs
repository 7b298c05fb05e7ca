//! Names that people, places and customers bear; all invented or common.

use crate::units::Country;

/// First names of the field force.
const FIRST: [&str; 24] = [
    "Anke",
    "Jörg",
    "Sabine",
    "Thomas",
    "Meike",
    "Stefan",
    "Ulrike",
    "Björn",
    "Katharina",
    "Andreas",
    "Heike",
    "Jürgen",
    "Nadine",
    "Matthias",
    "Silke",
    "Günter",
    "Bärbel",
    "Oliver",
    "Petra",
    "Sören",
    "Claudia",
    "Frank",
    "Käthe",
    "Ralf",
];

/// Family names; as many as are not divided by the first names' number, so that pairs repeat late.
const FAMILY: [&str; 29] = [
    "Ahrens",
    "Böhm",
    "Claasen",
    "Dürr",
    "Ebert",
    "Franke",
    "Gößling",
    "Hansen",
    "Imhoff",
    "Jäger",
    "Köhler",
    "Lorenz",
    "Müller",
    "Nowak",
    "Ostermann",
    "Petersen",
    "Quandt",
    "Röder",
    "Schäfer",
    "Thiele",
    "Uhlig",
    "Vogt",
    "Weiß",
    "Xander",
    "Yildiz",
    "Zöllner",
    "Brandt",
    "Krüger",
    "Förster",
];

/// Names of German pharmacies.
const PHARMACIES: [&str; 18] = [
    "Löwen-Apotheke",
    "Rathaus-Apotheke",
    "Bären-Apotheke",
    "St.-Georgs-Apotheke",
    "Hirsch-Apotheke",
    "Markt-Apotheke",
    "Rosen-Apotheke",
    "Engel-Apotheke",
    "Schloß-Apotheke",
    "Linden-Apotheke",
    "Stern-Apotheke",
    "Mühlen-Apotheke",
    "Sonnen-Apotheke",
    "Adler-Apotheke",
    "Brücken-Apotheke",
    "Storchen-Apotheke",
    "Park-Apotheke",
    "Neue Apotheke",
];

/// First names of the Polish field force.
const POLISH_FIRST: [&str; 16] = [
    "Agnieszka",
    "Łukasz",
    "Małgorzata",
    "Paweł",
    "Żaneta",
    "Grzegorz",
    "Bożena",
    "Michał",
    "Elżbieta",
    "Stanisław",
    "Róża",
    "Wojciech",
    "Joanna",
    "Sławomir",
    "Ewelina",
    "Błażej",
];

/// Family names that do not change with the bearer.
const POLISH_FAMILY: [&str; 19] = [
    "Wójcik",
    "Woźniak",
    "Mazur",
    "Krawczyk",
    "Zając",
    "Król",
    "Wróbel",
    "Stępień",
    "Dudek",
    "Pająk",
    "Sikora",
    "Bąk",
    "Głowacz",
    "Kołodziej",
    "Gołąb",
    "Szczepaniak",
    "Żak",
    "Świątek",
    "Kęska",
];

const POLISH_PHARMACIES: [&str; 14] = [
    "Apteka Pod Lwem",
    "Apteka Świętej Anny",
    "Apteka Na Rynku",
    "Apteka Słoneczna",
    "Apteka Zdrowie",
    "Apteka Różana",
    "Apteka Centrum",
    "Apteka Przy Moście",
    "Apteka Lipowa",
    "Apteka Pod Orłem",
    "Apteka Gwiazda",
    "Apteka Łąkowa",
    "Apteka Dębowa",
    "Apteka Nowa",
];

const TOWNS: [&str; 26] = [
    "Hamburg",
    "Lüneburg",
    "Bremen",
    "Oldenburg",
    "Hannover",
    "Göttingen",
    "Kiel",
    "Lübeck",
    "Berlin",
    "Potsdam",
    "Rostock",
    "Schwerin",
    "Leipzig",
    "Köln",
    "Düsseldorf",
    "Münster",
    "Frankfurt",
    "Gießen",
    "Stuttgart",
    "Tübingen",
    "Karlsruhe",
    "Freiburg",
    "Nürnberg",
    "Würzburg",
    "München",
    "Augsburg",
];

const POLISH_TOWNS: [&str; 14] = [
    "Gdańsk",
    "Szczecin",
    "Bydgoszcz",
    "Poznań",
    "Łódź",
    "Warszawa",
    "Białystok",
    "Lublin",
    "Kielce",
    "Częstochowa",
    "Wrocław",
    "Katowice",
    "Kraków",
    "Rzeszów",
];

const PARTS: [&str; 5] = ["Nord", "Mitte", "Süd", "West", "Umland"];
const POLISH_PARTS: [&str; 5] = ["Północ", "Śródmieście", "Południe", "Zachód", "Okolice"];

/// Groups to which pharmacies belong: three German cooperations, four Polish chains.
pub const CHAINS: [&[&str]; 2] =
    [&["Grünkreuz Verbund", "Gesund+Nah", "Avalia Plus"], &["Apteki Zdrój", "Ziołowa Sieć", "Dobra Apteka", "Słonik"]];

/// Wholesalers.
pub const WHOLESALERS: [&[&str]; 2] =
    [&["Alliantia", "Nordpharma", "Gehring & Söhne", "Sanavita", "Medilog"], &["Hurtpol", "Farmalux", "Neucor"]];

/// The name of the `index`-th person of a country.
pub fn person(country: Country, index: usize) -> String {
    match country {
        Country::Germany => format!("{} {}", FIRST[index % FIRST.len()], FAMILY[(index * 7) % FAMILY.len()]),
        Country::Poland => {
            format!("{} {}", POLISH_FIRST[index % POLISH_FIRST.len()], POLISH_FAMILY[(index * 7) % POLISH_FAMILY.len()])
        }
    }
}

/// The name of the `index`-th brick of `count`.
pub fn brick(country: Country, index: usize, count: usize) -> String {
    let (towns, parts): (&[&str], &[&str]) = match country {
        Country::Germany => (&TOWNS, &PARTS),
        Country::Poland => (&POLISH_TOWNS, &POLISH_PARTS),
    };
    let town = index * towns.len() / count;
    let number = index - (town * count).div_ceil(towns.len());
    let part = parts[number % parts.len()];
    match number / parts.len() {
        0 => format!("{} {part}", towns[town]),
        round => format!("{} {part} {}", towns[town], round + 1),
    }
}

/// The town of the `index`-th of `count` customers.
pub fn town(country: Country, index: usize, count: usize) -> &'static str {
    match country {
        Country::Germany => TOWNS[index * TOWNS.len() / count],
        Country::Poland => POLISH_TOWNS[index * POLISH_TOWNS.len() / count],
    }
}

/// Names over the doors of pharmacies.
pub fn pharmacies(country: Country) -> &'static [&'static str] {
    match country {
        Country::Germany => &PHARMACIES,
        Country::Poland => &POLISH_PHARMACIES,
    }
}
