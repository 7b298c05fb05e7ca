//! The master data: products, pharmacies, bricks, seats, people, pay and the map, as files of the back office.

use std::{io, path::Path};

use jiff::civil::Date;

use crate::{
    company::{Alignment, BRANDS, Company, Role, team_name},
    text::{Sheet, german_date, german_money},
};

/// How the back office writes "until further notice".
const NO_END: &str = "31.12.9999";

fn until(date: Option<Date>) -> String {
    date.map_or_else(|| NO_END.to_owned(), german_date)
}

/// Writes every master file and gives the number of their rows.
pub fn write(folder: &Path, company: &Company) -> io::Result<u64> {
    Ok(products(folder, company)?
        + bricks(folder, company)?
        + pharmacies(folder, company)?
        + positions(folder, company)?
        + hierarchy(folder, company)?
        + people(folder, company)?
        + seats(folder, company)?
        + pay(folder, company)?
        + alignments(folder, company)?)
}

fn end(sheet: Sheet) -> io::Result<u64> {
    let count = sheet.row_count();
    sheet.finish()?;
    Ok(count)
}

fn products(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["PZN", "Artikel", "Marke", "Indikation", "Herstellerpreis", "Herstellkosten"];
    let mut sheet = Sheet::office(&folder.join("erp/Artikelstamm.csv"), &header)?;
    for pack in &company.packs {
        let (price, cost) = (german_money(pack.price_cents), german_money(pack.cost_cents));
        sheet.row(&[pack.pzn.as_str(), &pack.name, BRANDS[pack.brand], "Herz-Kreislauf", &price, &cost])?;
    }
    end(sheet)
}

fn bricks(folder: &Path, company: &Company) -> io::Result<u64> {
    let mut sheet = Sheet::office(&folder.join("erp/Bricks.csv"), &["Bricknr", "Brickname"])?;
    for brick in &company.bricks {
        sheet.row(&[&brick.id, &brick.name])?;
    }
    end(sheet)
}

fn pharmacies(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["Apothekennr", "Name", "Art", "Bricknr"];
    let mut sheet = Sheet::office(&folder.join("erp/Apotheken.csv"), &header)?;
    for pharmacy in &company.pharmacies {
        let kind = if pharmacy.is_hospital { "Klinik" } else { "Öffentlich" };
        let brick = pharmacy.brick.map_or("", |brick| company.bricks[brick].id.as_str());
        sheet.row(&[pharmacy.id.as_str(), &pharmacy.name, kind, brick])?;
    }
    end(sheet)
}

fn positions(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["Positionsnr", "Bezeichnung", "Rolle", "Einheit", "Team"];
    let mut sheet = Sheet::office(&folder.join("orga/Positionen.csv"), &header)?;
    for position in &company.positions {
        let role = match position.role {
            Role::Representative => "Außendienst",
            Role::Manager => "Regionalleitung",
            Role::Head => "Vertriebsleitung",
        };
        let team = position.team.map_or_else(|| "Leitung".to_owned(), team_name);
        sheet.row(&[position.id.as_str(), &position.title, role, "HK-DE", &team])?;
    }
    end(sheet)
}

fn hierarchy(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["Positionsnr", "Vorgesetzte Position", "Gültig ab", "Gültig bis"];
    let mut sheet = Sheet::office(&folder.join("orga/Hierarchie.csv"), &header)?;
    for position in &company.positions {
        if let Some(manager) = position.manager {
            sheet.row(&[position.id.as_str(), &company.positions[manager].id, "01.01.2020", NO_END])?;
        }
    }
    end(sheet)
}

fn people(folder: &Path, company: &Company) -> io::Result<u64> {
    let mut sheet = Sheet::office(&folder.join("hr/Mitarbeiter.csv"), &["Personalnr", "Name", "Eintritt"])?;
    for payee in &company.payees {
        sheet.row(&[payee.id.as_str(), &payee.name, &german_date(payee.hired)])?;
    }
    end(sheet)
}

fn seats(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["Positionsnr", "Personalnr", "Gültig ab", "Gültig bis", "Anteil %"];
    let mut sheet = Sheet::office(&folder.join("hr/Besetzung.csv"), &header)?;
    for seat in &company.seats {
        let (position, payee) = (&company.positions[seat.position].id, &company.payees[seat.payee].id);
        let percent = format!("{},00", seat.percent);
        sheet.row(&[position.as_str(), payee, &german_date(seat.from), &until(seat.to), &percent])?;
    }
    end(sheet)
}

fn pay(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["Personalnr", "Gültig ab", "Gültig bis", "Zielprämie Monat", "Währung"];
    let mut sheet = Sheet::office(&folder.join("hr/Zielprämien.csv"), &header)?;
    for term in &company.pay_terms {
        let payee = &company.payees[term.payee].id;
        let amount = german_money(term.month_cents);
        sheet.row(&[payee.as_str(), &german_date(term.from), &until(term.to), &amount, "EUR"])?;
    }
    end(sheet)
}

fn alignments(folder: &Path, company: &Company) -> io::Result<u64> {
    let header = ["Bricknr", "Positionsnr", "Gültig ab", "Gültig bis", "Anteil %"];
    let mut sheet = Sheet::office(&folder.join("orga/Gebietszuordnung.csv"), &header)?;
    for alignment in &company.brick_alignments {
        align(&mut sheet, company, &company.bricks[alignment.place].id, alignment)?;
    }
    let count = end(sheet)?;
    let header = ["Apothekennr", "Positionsnr", "Gültig ab", "Gültig bis", "Anteil %"];
    let mut sheet = Sheet::office(&folder.join("orga/Kundenzuordnung.csv"), &header)?;
    for alignment in &company.pharmacy_alignments {
        align(&mut sheet, company, &company.pharmacies[alignment.place].id, alignment)?;
    }
    Ok(count + end(sheet)?)
}

fn align(sheet: &mut Sheet, company: &Company, place: &str, alignment: &Alignment) -> io::Result<u64> {
    let position = &company.positions[alignment.position].id;
    let percent = format!("{},00", alignment.percent);
    sheet.row(&[place, position, &german_date(alignment.from), &until(alignment.to), &percent])
}
