//! Names that people, places and pharmacies bear; all invented or common.

/// First names of the field force.
pub const FIRST: [&str; 24] = [
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
pub const FAMILY: [&str; 29] = [
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

/// Two towns for each of twelve territories, six in the north and six in the south.
pub const TOWNS: [[&str; 2]; 12] = [
    ["Hamburg", "Lüneburg"],
    ["Bremen", "Oldenburg"],
    ["Hannover", "Göttingen"],
    ["Kiel", "Lübeck"],
    ["Berlin", "Potsdam"],
    ["Rostock", "Schwerin"],
    ["München", "Augsburg"],
    ["Nürnberg", "Würzburg"],
    ["Stuttgart", "Tübingen"],
    ["Karlsruhe", "Freiburg"],
    ["Köln", "Düsseldorf"],
    ["Frankfurt", "Gießen"],
];

/// Parts of a town, each a brick.
pub const PARTS: [&str; 4] = ["Nord", "Mitte", "Süd", "Umland"];

/// Names of pharmacies.
pub const PHARMACIES: [&str; 18] = [
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

/// The name of the `index`-th person.
pub fn person(index: usize) -> String {
    format!("{} {}", FIRST[index % FIRST.len()], FAMILY[(index * 7) % FAMILY.len()])
}
