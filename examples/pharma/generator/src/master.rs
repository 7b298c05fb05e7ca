//! The master data of the back offices: packs, customers, bricks, people and pay; each country in its own words.

use std::{io, path::Path};

use jiff::civil::Date;

use crate::{
    calendar::first_of,
    company::Company,
    names::CHAINS,
    places::Kind,
    text::{Office, Sheet},
    truth::Streams,
    units::{BRANDS, COUNTRIES, Country, UNITS},
};

/// Words of one file by country.
type Words<const N: usize> = [[&'static str; N]; 2];

const PRODUCTS: Words<7> = [
    ["PZN", "Artikel", "Marke", "Indikation", "Klasse", "Herstellerpreis", "Herstellkosten"],
    ["EAN", "Nazwa", "Marka", "Obszar", "Klasa", "Cena producenta", "Koszt wytworzenia"],
];
const CUSTOMERS: Words<6> = [
    ["Kundennr", "Name", "Art", "Verbund", "Bricknr", "Bricknr ab Umstellung"],
    ["Nr klienta", "Nazwa", "Rodzaj", "Sieć", "Nr bricku", "Nr bricku po zmianie"],
];
const BRICKS: Words<2> = [["Bricknr", "Brickname"], ["Nr bricku", "Nazwa bricku"]];
const MAP: Words<4> =
    [["Bricknr alt", "Bricknr neu", "Anteil %", "Gültig ab"], ["Nr stary", "Nr nowy", "Udział %", "Ważne od"]];
const EMPLOYEES: Words<3> =
    [["Personalnr", "Name", "Eintritt"], ["Nr kadrowy", "Nazwisko i imię", "Data zatrudnienia"]];
const SEATS: Words<5> = [
    ["Positionsnr", "Personalnr", "Gültig ab", "Gültig bis", "Anteil %"],
    ["Stanowisko", "Nr kadrowy", "Od", "Do", "Etat %"],
];
const PAY: Words<6> = [
    ["Personalnr", "Gültig ab", "Gültig bis", "Zielprämie Monat", "Provision %", "Währung"],
    ["Nr kadrowy", "Od", "Do", "Premia miesięczna", "Prowizja %", "Waluta"],
];
const LEAVES: Words<4> = [["Personalnr", "Von", "Bis", "Art"], ["Nr kadrowy", "Od", "Do", "Rodzaj"]];

struct Back<'a> {
    folder: &'a Path,
    company: &'a Company,
    country: Country,
    streams: &'a mut Streams,
}

/// Writes every master file.
pub fn write(folder: &Path, company: &Company, streams: &mut Streams) -> io::Result<()> {
    for country in COUNTRIES {
        let mut back = Back { folder, company, country, streams };
        back.products()?;
        back.customers()?;
        back.bricks()?;
        back.people()?;
        back.pay()?;
    }
    Ok(())
}

impl Back<'_> {
    fn sheet(&self, paths: [&str; 2], header: &[&str]) -> io::Result<Sheet> {
        let path = self.folder.join(self.country.word()).join(paths[self.country.index()]);
        Sheet::create(&path, Office::of(self.country), header)
    }

    fn end(&mut self, stream: &str, sheet: Sheet) -> io::Result<()> {
        self.streams.plain(&format!("{}_{stream}", self.country.word()), sheet.finish()?);
        Ok(())
    }

    fn money(&self, hundredths: i64) -> String {
        Office::of(self.country).money(hundredths)
    }

    /// A day in the words of the personnel department: the Polish one writes the year first.
    fn personnel_day(&self, date: Date) -> String {
        match self.country {
            Country::Germany => Office::German.day(date),
            Country::Poland => date.to_string(),
        }
    }

    /// The last day of something, or how the office writes that it has none.
    fn until(&self, date: Option<Date>) -> String {
        date.map_or_else(
            || ["31.12.9999", "9999-12-31"][self.country.index()].to_owned(),
            |date| self.personnel_day(date),
        )
    }

    fn products(&mut self) -> io::Result<()> {
        let mut sheet = self.sheet(["erp/Artikelstamm.csv", "erp/Produkty.csv"], &PRODUCTS[self.country.index()])?;
        for pack in &self.company.packs {
            let brand = &BRANDS[pack.brand];
            let unit = &UNITS[brand.unit];
            if unit.country == self.country {
                let (price, cost) = (self.money(pack.price), self.money(pack.cost));
                sheet.row(&[pack.code.as_str(), &pack.name, brand.name, unit.area, brand.class, &price, &cost])?;
            }
        }
        self.end("products", sheet)
    }

    fn customers(&mut self) -> io::Result<()> {
        let at = self.country.index();
        let mut sheet = self.sheet(["erp/Kundenstamm.csv", "erp/Klienci.csv"], &CUSTOMERS[at])?;
        let places = &self.company.places;
        let brick = |brick: Option<usize>| brick.map_or("", |brick| places.bricks[brick].id.as_str());
        for customer in places.pharmacies[at].iter().chain(&places.hospitals[at]) {
            let (kind, chain) = match customer.kind {
                Kind::Pharmacy => (["Apotheke", "Apteka"][at], ""),
                Kind::Chain(number) => (["Apotheke", "Apteka"][at], CHAINS[at][number]),
                Kind::Hospital => (["Klinik", "Szpital"][at], ""),
            };
            let (now, later) = (brick(customer.brick), brick(customer.later_brick));
            sheet.row(&[customer.id.as_str(), &customer.name, kind, chain, now, later])?;
        }
        self.end("customers", sheet)
    }

    fn bricks(&mut self) -> io::Result<()> {
        let at = self.country.index();
        let places = &self.company.places;
        let mut sheet = self.sheet(["erp/Bricks.csv", "erp/Bricki.csv"], &BRICKS[at])?;
        for brick in places.bricks.iter().filter(|brick| brick.country == self.country) {
            sheet.row(&[&brick.id, &brick.name])?;
        }
        self.end("bricks", sheet)?;
        let mut sheet = self.sheet(["erp/Brickumstellung.csv", "erp/ZmianaBrickow.csv"], &MAP[at])?;
        let recut = &places.recuts[at];
        let day = Office::of(self.country).day(first_of(recut.half));
        for (old, new, percent) in &recut.weights {
            let percent = self.money(percent * 100);
            sheet.row(&[places.bricks[*old].id.as_str(), &places.bricks[*new].id, &percent, &day])?;
        }
        self.end("brick_map", sheet)
    }

    fn people(&mut self) -> io::Result<()> {
        let at = self.country.index();
        let people = &self.company.people;
        let mut sheet = self.sheet(["hr/Mitarbeiter.csv", "hr/Pracownicy.csv"], &EMPLOYEES[at])?;
        for payee in people.payees.iter().filter(|payee| payee.country == self.country) {
            sheet.row(&[payee.id.as_str(), &payee.name, &self.personnel_day(payee.hired)])?;
        }
        self.end("employees", sheet)?;
        let mut sheet = self.sheet(["hr/Besetzung.csv", "hr/Obsada.csv"], &SEATS[at])?;
        for seat in &people.seats {
            let position = &self.company.positions[seat.position];
            if position.country == self.country {
                let payee = &people.payees[seat.payee].id;
                let (from, to) = (self.personnel_day(seat.from), self.until(seat.to));
                sheet.row(&[position.id.as_str(), payee, &from, &to, &self.money(seat.percent * 100)])?;
            }
        }
        self.end("occupancies", sheet)
    }

    fn pay(&mut self) -> io::Result<()> {
        let at = self.country.index();
        let people = &self.company.people;
        let mut sheet = self.sheet(["hr/Zielprämien.csv", "hr/Premie.csv"], &PAY[at])?;
        for term in &people.pay_terms {
            let payee = &people.payees[term.payee];
            if payee.country == self.country {
                let (from, to) = (self.personnel_day(term.from), self.until(term.to));
                let commission = term.commission.map_or_else(String::new, |hundredths| self.money(hundredths));
                let amount = self.money(term.month_amount);
                sheet.row(&[payee.id.as_str(), &from, &to, &amount, &commission, term.currency])?;
            }
        }
        self.end("pay_terms", sheet)?;
        let mut sheet = self.sheet(["hr/Abwesenheiten.csv", "hr/Nieobecności.csv"], &LEAVES[at])?;
        for leave in &people.leaves {
            let payee = &people.payees[leave.payee];
            if payee.country == self.country {
                let words: Words<2> = [["Krankheit", "Elternzeit"], ["Choroba", "Urlop rodzicielski"]];
                let kind = words[at][usize::from(leave.is_parental)];
                let (from, to) = (self.personnel_day(leave.from), self.personnel_day(leave.to));
                sheet.row(&[payee.id.as_str(), &from, &to, kind])?;
            }
        }
        self.end("leaves", sheet)
    }
}
