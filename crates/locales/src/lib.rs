//! The text of the interface and of mails: one Fluent file per language beside this file's folder.
//!
//! A key names the place a sentence stands in (`designs-upload-too-large`). English is complete;
//! a key another language lacks falls back to it. Syntax: <https://projectfluent.org>.

use std::{borrow::Cow, sync::OnceLock};

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

    fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("../en.ftl"),
        }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static ENGLISH: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
        match self {
            Self::English => ENGLISH.get_or_init(|| build(Self::English)),
        }
    }
}

fn build(language: Language) -> FluentBundle<FluentResource> {
    let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Direction marks around arguments would stand in file names and in tests; the page isolates text by element.
    bundle.set_use_isolating(false);
    // A faulty entry is left out and shows as its key; the tests refuse a file with one.
    let resource = FluentResource::try_new(language.source().to_owned()).unwrap_or_else(|(partial, _)| partial);
    bundle.add_resource_overriding(resource);
    bundle
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
            assert!(FluentResource::try_new(language.source().to_owned()).is_ok(), "{}", language.tag());
        }
    }

    #[test]
    fn numbers_choose_the_plural_and_unknown_keys_show_themselves() {
        assert_eq!(format(Language::English, "renders-count", &[("count", 1u32.into())]), "1 picture");
        assert_eq!(format(Language::English, "renders-count", &[("count", 7u32.into())]), "7 pictures");
        assert_eq!(text(Language::English, "no-such-key"), "no-such-key");
    }
}
