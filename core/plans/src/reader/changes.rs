//! What changed between two versions of a plan, in the words in which both are told, and what it does to pay.

use kernel::exact::Fixed;
use serde::Serialize;

use super::{
    page::{Page, Section, Sentence, Step},
    payout::Curve,
    picture::{height_words, place_words},
    quantity::{Language, ZERO, minus, same, times},
    sentences::{page, up},
    view::{PlanView, Row},
};

/// One thing that a reader would find different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The component, or the part of the plan.
    pub section: String,
    /// The step of the calculation.
    pub step: String,
    /// The choice, such as `curve.lookup`.
    pub key: String,
    /// What was said before; none if it is new.
    pub was: Option<String>,
    /// What is said now; none if it is gone.
    pub now: Option<String>,
}

/// What one curve pays before and after, place by place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The component.
    pub component_id: String,
    /// What is compared, and in which unit.
    pub title: String,
    /// Place, before, now, difference.
    pub rows: Vec<[String; 4]>,
}

/// Everything that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The language it is told in.
    pub language: Language,
    /// The plan.
    pub plan_id: String,
    /// The version before.
    pub old_version: String,
    /// The version now.
    pub new_version: String,
    /// In the order of the calculation.
    pub changes: Vec<Change>,
    /// For each curve that changed.
    pub effects: Vec<Effect>,
}

/// Compares two versions of a plan.
pub fn changes(old: &PlanView, new: &PlanView, language: Language) -> Changes {
    let (old, new) = (&old.titled(language), &new.titled(language));
    let (before, now) = (page(old, language), page(new, language));
    let mut changes = Vec::new();
    if before.title != now.title || before.plan_id != now.plan_id {
        let named = |page: &Page| Some(format!("{} ({})", page.title, page.plan_id));
        changes.push(Change {
            section: language.word("section.plan"),
            step: language.word("step.whom"),
            key: "plan.title".to_owned(),
            was: named(&before),
            now: named(&now),
        });
    }
    for section in &now.sections {
        let earlier = before.sections.iter().find(|one| one.key == section.key);
        sections(earlier, Some(section), language, &mut changes);
    }
    for section in before.sections.iter().filter(|one| now.sections.iter().all(|other| other.key != one.key)) {
        sections(Some(section), None, language, &mut changes);
    }
    Changes {
        language,
        plan_id: now.plan_id,
        old_version: before.plan_version,
        new_version: now.plan_version,
        changes,
        effects: effects(old, new, language),
    }
}

fn sections(old: Option<&Section>, new: Option<&Section>, language: Language, changes: &mut Vec<Change>) {
    let Some(known) = new.or(old) else { return };
    if old.is_none() || new.is_none() {
        let said = |part: Option<&Section>| part.map(|part| whole(part));
        let key = known.key.clone();
        changes.push(Change { section: known.title.clone(), step: String::new(), key, was: said(old), now: said(new) });
        return;
    }
    let name = |section: &Section| section.title.split_once(": ").map(|(_, name)| name.to_owned());
    if let (Some(old), Some(new)) = (old, new)
        && name(old) != name(new)
    {
        changes.push(Change {
            section: new.title.clone(),
            step: String::new(),
            key: format!("{} title", new.key),
            was: name(old),
            now: name(new),
        });
    }
    let steps = |section: Option<&Section>| section.map(|one| one.steps.clone()).unwrap_or_default();
    let (before, now) = (steps(old), steps(new));
    let gone = before.iter().filter(|one| now.iter().all(|other| other.key != one.key)).cloned();
    for step in now.iter().cloned().chain(gone) {
        let empty = Step { key: step.key.clone(), ..Step::new(language, "measure") };
        let of = |steps: &[Step]| steps.iter().find(|one| one.key == step.key).cloned().unwrap_or(empty.clone());
        compare(&known.title, &step.title, &told(&of(&before)), &told(&of(&now)), changes);
    }
}

/// A part of the plan in one line, for one that is new or gone.
fn whole(section: &Section) -> String {
    let sentences = section.steps.iter().flat_map(|step| &step.sentences);
    sentences.map(|sentence| sentence.text.clone()).collect::<Vec<_>>().join(" ")
}

/// Sentences and rows of tables, each with a key that stays when its words change.
fn told(step: &Step) -> Vec<Sentence> {
    let mut told: Vec<Sentence> = Vec::new();
    let rows = step.tables.iter().flat_map(|table| {
        table.rows.iter().map(|row| {
            let key = format!("{} {}", table.key, row.first().map(String::as_str).unwrap_or_default());
            Sentence { key, text: format!("{}: {}", table.title, row.join(" · ")) }
        })
    });
    for mut sentence in step.sentences.iter().cloned().chain(rows) {
        let count = told.iter().filter(|one| one.key.split('#').next() == Some(&sentence.key)).count();
        if count > 0 {
            sentence.key = format!("{}#{count}", sentence.key);
        }
        told.push(sentence);
    }
    told
}

fn compare(section: &str, step: &str, before: &[Sentence], now: &[Sentence], changes: &mut Vec<Change>) {
    let find = |list: &[Sentence], key: &str| list.iter().find(|one| one.key == key).map(|one| one.text.clone());
    let gone = before.iter().filter(|one| now.iter().all(|other| other.key != one.key));
    for sentence in now.iter().chain(gone) {
        let (was, now) = (find(before, &sentence.key), find(now, &sentence.key));
        if was != now {
            let (section, step) = (section.to_owned(), step.to_owned());
            changes.push(Change { section, step, key: sentence.key.clone(), was, now });
        }
    }
}

/// A curve with all that turns what it gives into pay, as far as the plan alone says it.
struct Paying {
    curve: Curve,
    weight: Option<Fixed>,
    target: Option<Fixed>,
    unit: &'static str,
}

impl Paying {
    fn of(view: &PlanView, component: &Row, curve_id: &str) -> Option<Self> {
        let curve = Curve::of_component(view, component, curve_id);
        if curve.tiers.is_empty() || curve.is_matrix || component.text("pay_kind") == "none" {
            return None;
        }
        let unit = up(component, &curve);
        let target = component.number("target_amount");
        Some(Self { curve, weight: component.number("weight_rate"), target, unit })
    }

    fn pay(&self, at: Fixed) -> Option<Fixed> {
        let given = self.curve.limited(at)?;
        self.weight.map_or(Some(given), |weight| times(given, weight))
    }
}

/// Attainments at which versions are compared.
pub(crate) const ATTAINMENTS: [i128; 5] = [80, 90, 100, 110, 120];

/// Where two curves are compared: at attainments, or without a target at their borders.
fn places(old: Option<&Paying>, new: Option<&Paying>) -> Vec<Fixed> {
    let known: Vec<&Paying> = [old, new].into_iter().flatten().collect();
    let Some(last) = known.last() else { return Vec::new() };
    let at = ATTAINMENTS.map(|percent| Fixed::new(percent, 2));
    if last.curve.axis == "attainment" && last.curve.basis.is_some() {
        return at.into_iter().filter_map(|share| last.curve.place_of(share)).collect();
    }
    if let (Some(target), "value") = (last.target, last.curve.axis.as_str()) {
        return at.into_iter().filter_map(|share| times(share, target)).collect();
    }
    let mut places: Vec<Fixed> = known.iter().flat_map(|one| one.curve.bends()).collect();
    places.sort_by(|a, b| a.compare(*b));
    places.dedup_by(|a, b| same(*a, *b));
    places
}

fn effects(old: &PlanView, new: &PlanView, language: Language) -> Vec<Effect> {
    let mut names: Vec<(String, String, Row)> = Vec::new();
    for row in [new, old].into_iter().flat_map(|view| view.rows("plan_curves")) {
        let name = (row.text("component_id").to_owned(), row.text("curve_id").to_owned());
        let is_payout = row.text("curve_kind") == "payout";
        if is_payout && names.iter().all(|(component, curve, _)| (component, curve) != (&name.0, &name.1)) {
            names.push((name.0, name.1, row.clone()));
        }
    }
    let mut effects = Vec::new();
    for (component, curve, row) in names {
        let of = |view: &PlanView| {
            let is_there = view.rows("plan_curves").iter().any(|row| row.text("curve_id") == curve);
            // Where an override is missing, the general curve applies.
            Paying::of(view, view.component(&component)?, if is_there { &curve } else { &component })
        };
        let (before, now) = (of(old), of(new));
        if before.as_ref().map(inputs) == now.as_ref().map(inputs) {
            continue;
        }
        effects.extend(effect(new, &component, &row, before.as_ref(), now.as_ref(), language));
    }
    effects
}

/// What decides a curve's pay, without its place in the document.
fn inputs(paying: &Paying) -> (Curve, Option<Fixed>) {
    let mut curve = paying.curve.clone();
    curve.id.clear();
    curve.tiers.iter_mut().for_each(|tier| tier.line_number = 0);
    (curve, paying.weight)
}

fn effect(
    view: &PlanView,
    component: &str,
    row: &Row,
    before: Option<&Paying>,
    now: Option<&Paying>,
    language: Language,
) -> Option<Effect> {
    let known = now.or(before)?;
    let currency = view.plan.text("currency_code");
    let unit = language.say(&format!("effect.unit.{}", known.unit), &[("currency", currency)]);
    let title = match row.text("scope_kind") {
        "all" | "" => language.word("change.effect"),
        kind => {
            let scope = language.say(&format!("scope.{kind}"), &[("key", row.text("scope_key"))]);
            language.say("change.effect_for", &[("scope", &scope)])
        }
    };
    let words = |of: Option<&Paying>, value: Option<Fixed>| match (of, value) {
        (Some(of), Some(value)) => height_words(&of.curve, value, language),
        (Some(_), None) => language.word("effect.not_paid"),
        (None, _) => "–".to_owned(),
    };
    let is_alike = before.zip(now).is_some_and(|(before, now)| before.unit == now.unit);
    let rows = places(before, now).into_iter().map(|at| {
        let (was, is) = (before.and_then(|one| one.pay(at)), now.and_then(|one| one.pay(at)));
        let difference = was.zip(is).filter(|_| is_alike).and_then(|(was, is)| minus(is, was));
        let difference = difference.map(|difference| {
            let sign = if difference.compare(ZERO).is_gt() { "+" } else { "" };
            format!("{sign}{}", height_words(&known.curve, difference, language))
        });
        let place = place_words(&known.curve, at, language);
        [place, words(before, was), words(now, is), difference.unwrap_or_default()]
    });
    let rows = rows.collect();
    let named = view.title_of(component);
    Some(Effect { component_id: component.to_owned(), title: format!("{named}: {title} ({unit})"), rows })
}

impl Changes {
    /// Whether nothing that decides pay is different.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.effects.is_empty()
    }

    /// For people.
    pub fn text(&self) -> String {
        let versions = [("plan", self.plan_id.as_str()), ("old", &self.old_version), ("new", &self.new_version)];
        let mut text = self.language.say("change.title", &versions) + "\n";
        if self.is_empty() {
            return text + &self.language.word("change.none") + "\n";
        }
        let (was, is) = (self.language.word("change.was"), self.language.word("change.now"));
        let width = was.chars().count().max(is.chars().count());
        let mut place = (String::new(), String::new());
        for change in &self.changes {
            if place.0 != change.section {
                text.push_str(&format!("\n{}\n", change.section));
            }
            let here = (change.section.clone(), change.step.clone());
            if place != here && !change.step.is_empty() {
                text.push_str(&format!("  {}\n", change.step));
            }
            place = here;
            for (word, said) in [(&was, &change.was), (&is, &change.now)] {
                let said = said.clone().unwrap_or_else(|| "–".to_owned());
                text.push_str(&format!("    {word:<width$}  {said}\n"));
            }
        }
        for effect in &self.effects {
            text.push_str(&format!("\n{}\n", effect.title));
            let head = ["at", "was", "now", "difference"].map(|name| self.language.word(&format!("column.{name}")));
            for row in std::iter::once(&head).chain(&effect.rows) {
                text.push_str(&format!("  {:>12}  {:>16}  {:>16}  {:>16}\n", row[0], row[1], row[2], row[3]));
            }
        }
        text
    }
}
