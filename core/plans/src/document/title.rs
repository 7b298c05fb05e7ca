//! What people call something, in one language or in several.

use std::fmt;

use kernel::documents::Spanned;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

use crate::words::TitleLanguage;

/// A title: one text for everyone, or one for each language that it is written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// By language, in the order of the document; one text for everyone has none.
    texts: Vec<(Option<TitleLanguage>, String)>,
}

impl Title {
    /// The text for whoever asks for no language: the one for everyone, else English, else the first.
    pub fn text(&self) -> &str {
        let written = |language| self.texts.iter().find(|(known, _)| *known == language);
        let text = written(None).or(written(Some(TitleLanguage::En))).or(self.texts.first());
        text.map_or("", |(_, text)| text)
    }

    /// The texts that are for one language.
    pub fn languages(&self) -> impl Iterator<Item = (TitleLanguage, &str)> {
        self.texts.iter().filter_map(|(language, text)| Some(((*language)?, text.as_str())))
    }
}

impl<'de> Deserialize<'de> for Title {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Title;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a title, or one for each language such as `{en: Sales, de: Umsatz}`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Title, E> {
                Ok(Title { texts: vec![(None, text.to_owned())] })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Title, A::Error> {
                let mut texts = Vec::new();
                while let Some((language, text)) = map.next_entry::<Spanned<TitleLanguage>, String>()? {
                    texts.push((Some(language.value), text));
                }
                if texts.is_empty() {
                    return Err(serde::de::Error::custom("the title has no language; write `{en: …, de: …}`"));
                }
                Ok(Title { texts })
            }
        }
        deserializer.deserialize_any(Either)
    }
}
