//! The text of the interface and of mails: a folder of Fluent files per language beside this file's folder.
//!
//! A key names the place a sentence stands in (`designs-upload-too-large`). English is complete;
//! a key another language lacks falls back to it. Syntax: <https://projectfluent.org>.
//!
//! The sentences of an [`Area`] are known once it is opened: a browser has them only with the code that opens it.

use std::{
    borrow::Cow,
    sync::{Once, OnceLock, PoisonError, RwLock},
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// A language the product speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
}

impl Language {
    pub const ALL: [Language; 1] = [Language::English];

    /// The tag for `lang` attributes.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }

    /// The direction for `dir` attributes.
    pub fn direction(self) -> &'static str {
        match self {
            Self::English => "ltr",
        }
    }

    fn bundle(self) -> &'static RwLock<FluentBundle<FluentResource>> {
        static ENGLISH: OnceLock<RwLock<FluentBundle<FluentResource>>> = OnceLock::new();
        match self {
            Self::English => ENGLISH.get_or_init(|| RwLock::new(build(self, PRODUCT.source(self)))),
        }
    }
}

/// The sentences of a part of the product.
pub struct Area {
    english: &'static str,
    opened: Once,
}

static PRODUCT: Area = Area::new(include_str!("../en/product.ftl"));
/// The sentences of the editor.
pub static EDITOR: Area = Area::new(include_str!("../en/editor.ftl"));

impl Area {
    const fn new(english: &'static str) -> Self {
        Self { english, opened: Once::new() }
    }

    fn source(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
        }
    }

    /// From now on the sentences are known.
    pub fn open(&self) {
        self.opened.call_once(|| {
            for language in Language::ALL {
                let mut bundle = language.bundle().write().unwrap_or_else(PoisonError::into_inner);
                bundle.add_resource_overriding(read(self.source(language)));
            }
        });
    }
}

fn build(language: Language, source: &'static str) -> FluentBundle<FluentResource> {
    let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Direction marks around arguments would stand in file names and in tests; the page isolates text by element.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(read(source));
    bundle
}

/// A faulty entry is left out and shows as its key; the tests refuse a file with one.
fn read(source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partial, _)| partial)
}

/// The sentence `key` names, or the key itself where no language has it.
pub fn text(language: Language, key: &str) -> String {
    format(language, key, &[])
}

/// The sentence with its placeholders filled. Numbers choose plural forms.
pub fn format(language: Language, key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in arguments {
        args.set(Cow::Owned((*name).to_owned()), FluentValue::from(value));
    }
    for bundle in [language.bundle(), Language::English.bundle()] {
        let bundle = bundle.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) {
            return bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned();
        }
    }
    key.to_owned()
}

/// What fills a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

impl<'a> From<&'a str> for Argument<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Argument<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.as_str().into())
    }
}

impl From<String> for Argument<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<u32> for Argument<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Argument<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl<'a> From<&Argument<'a>> for FluentValue<'a> {
    fn from(argument: &Argument<'a>) -> Self {
        match argument {
            Argument::Text(text) => FluentValue::String(text.clone()),
            Argument::Number(number) => FluentValue::from(*number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_file_reads_without_a_fault() {
        for language in Language::ALL {
            for area in [&PRODUCT, &EDITOR] {
                assert!(FluentResource::try_new(area.source(language).to_owned()).is_ok(), "{}", language.tag());
            }
        }
    }

    #[test]
    fn an_area_is_known_once_it_is_opened() {
        EDITOR.open();
        EDITOR.open();
        assert_eq!(text(Language::English, "editor-saved"), "Saved");
        assert_eq!(text(Language::English, "undo"), "Undo");
    }

    #[test]
    fn numbers_choose_the_plural_and_unknown_keys_show_themselves() {
        assert_eq!(format(Language::English, "renders-count", &[("count", 1u32.into())]), "1 picture");
        assert_eq!(format(Language::English, "renders-count", &[("count", 7u32.into())]), "7 pictures");
        assert_eq!(text(Language::English, "no-such-key"), "no-such-key");
    }
}
