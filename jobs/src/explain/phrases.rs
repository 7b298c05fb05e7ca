//! The words of an explanation in German; in English they are as the tables and pages have them.
//!
//! A phrase is matched whole; `{}` stands for a name or a number, `{a}` for a number of the curve's axis, `{o}` for one of its
//! output, `{p}` for a rate, `{m}` for money, and `{w}` for a word that has a name of its own. What has no phrase stays as it is.

use plans::reader::Language;

use super::numbers::{Unit, is_number, written};

mod german;

/// How the numbers of a component's curve are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    /// What the curve looks up.
    pub(super) axis: Unit,
    /// What the curve gives.
    pub(super) output: Unit,
    /// Whether that is a part of the pay at 100 %, and no money before it.
    pub(super) is_paid_at_100: bool,
}

impl Scale {
    /// What comes out of the tiers.
    pub(super) fn given(self) -> Unit {
        if self.is_paid_at_100 { Unit::Percent } else { Unit::Amount }
    }
}

/// The name of a step, a cause or a reason.
pub(super) fn named(language: Language, name: &str) -> String {
    let german = german::NAMES.iter().find(|(known, _)| *known == name).map(|(_, german)| *german);
    match (language, german) {
        (Language::De, Some(german)) => german.to_owned(),
        _ => name.replace('_', " "),
    }
}

/// Numbers that belong to no curve.
pub(super) const PLAIN: Scale = Scale { axis: Unit::Plain, output: Unit::Plain, is_paid_at_100: false };

/// A sentence of the tables or pages in a language, its numbers written as the language does.
pub(super) fn said(language: Language, sentence: &str, scale: Scale) -> String {
    told(language, sentence, Some(scale))
}

/// A sentence whose numbers are written already.
pub(super) fn worded(language: Language, sentence: &str) -> String {
    told(language, sentence, None)
}

fn told(language: Language, sentence: &str, scale: Option<Scale>) -> String {
    for (english, german) in german::PHRASES {
        if let Some(found) = matched(english, sentence) {
            let template = if language == Language::De { german } else { english };
            return filled(template, &found, (language, scale));
        }
    }
    match scale {
        Some(_) => sentence.split(' ').map(|word| number(word, (language, Unit::Plain))).collect::<Vec<_>>().join(" "),
        None => sentence.to_owned(),
    }
}

/// What stands for the places of a template, with the kind of each place.
fn matched<'a>(template: &'a str, sentence: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (before, mut template) = template.split_once('{').unwrap_or((template, ""));
    let mut rest = sentence.strip_prefix(before)?;
    let mut found = Vec::new();
    while let Some((kind, after)) = template.split_once('}') {
        let (literal, next) = after.split_once('{').unwrap_or((after, ""));
        let end =
            if next.is_empty() && literal.is_empty() { rest.len() } else { place(rest, literal, next.is_empty())? };
        found.push((kind, &rest[..end]));
        rest = &rest[end + literal.len()..];
        template = next;
    }
    rest.is_empty().then_some(found)
}

/// Where the literal that follows a place begins; the last one ends the sentence.
fn place(rest: &str, literal: &str, is_last: bool) -> Option<usize> {
    if is_last { rest.ends_with(literal).then(|| rest.len() - literal.len()) } else { rest.find(literal) }
}

fn filled(template: &str, found: &[(&str, &str)], (language, scale): (Language, Option<Scale>)) -> String {
    let mut made = String::new();
    let mut found = found.iter();
    let mut template = template;
    while let Some((literal, after)) = template.split_once('{') {
        made.push_str(literal);
        let Some((kind, next)) = after.split_once('}') else { break };
        if let Some((_, text)) = found.next() {
            made.push_str(&match (kind, scale) {
                ("w", _) => named(language, text),
                (_, None) => (*text).to_owned(),
                ("a", Some(scale)) => number(text, (language, scale.axis)),
                ("o", Some(scale)) => number(text, (language, scale.output)),
                ("p", _) => number(text, (language, Unit::Percent)),
                ("m", _) => number(text, (language, Unit::Amount)),
                _ => number(text, (language, Unit::Plain)),
            });
        }
        template = next;
    }
    made.push_str(template);
    made
}

/// A number as the language writes it; anything else as it is.
fn number(word: &str, (language, unit): (Language, Unit)) -> String {
    let is_written = is_number(word) && (unit != Unit::Plain || word.contains('.'));
    if is_written { written(language, word, unit) } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use plans::reader::Language;

    use super::{Scale, Unit, german, said};

    const SCALE: Scale = Scale { axis: Unit::Percent, output: Unit::Percent, is_paid_at_100: true };

    #[test]
    fn a_sentence_is_said_in_both_languages_with_its_numbers() {
        let english = said(Language::En, "tier from 0.5000000000 to 1.0000000000", SCALE);
        assert_eq!(english, "tier from 50 % to 100 %");
        let german = said(Language::De, "tier from 0.5000000000 to 1.0000000000", SCALE);
        assert_eq!(german, "Stufe von 50 % bis 100 %");
        let cap = "over its span the plan pays at most 1000.0000000000; the rest is forfeited";
        assert_eq!(
            said(Language::En, cap, SCALE),
            "over its span the plan pays at most 1,000.00; the rest is forfeited"
        );
        assert_eq!(said(Language::De, "gate on visits at 0.790000", SCALE), "Bedingung auf visits, dort 79 %");
        assert_eq!(said(Language::De, "of nobody 1.50", SCALE), "of nobody 1,5");
    }

    #[test]
    fn a_phrase_has_the_same_places_in_both_languages() {
        for (english, german) in german::PHRASES {
            let places = |text: &str| -> Vec<String> {
                text.split('{')
                    .skip(1)
                    .filter_map(|part| part.split_once('}'))
                    .map(|(kind, _)| kind.to_owned())
                    .collect()
            };
            assert_eq!(places(english), places(german), "{english}");
            assert!(!german.is_empty(), "{english}");
        }
    }
}
