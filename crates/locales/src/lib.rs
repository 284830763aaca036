//! The text of the interface and of mails: a folder of Fluent files per language beside this file's folder, and a row in `languages.rs`.
//!
//! A key names the place a sentence stands in (`designs-upload-too-large`). English is complete;
//! a key another language lacks falls back to it. Syntax: <https://projectfluent.org>.
//!
//! What the files may hold of it is text, arguments, and a choice by an argument: its word, its number or its number's plural form.
//!
//! The sentences of an [`Area`] are known once it is opened: a browser has them only with the code that opens it.

mod languages;

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt::{self, Display},
    sync::{Once, OnceLock, PoisonError, RwLock},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, VariantKey},
    parser::parse_runtime,
};
use languages::PRODUCT;
pub use languages::{EDITOR, Language};

type Sentences = HashMap<&'static str, Pattern<&'static str>>;

/// The sentences of a part of the product, in every language.
pub struct Area {
    sources: [&'static str; Language::ALL.len()],
    opened: Once,
}

impl Area {
    const fn new(sources: [&'static str; Language::ALL.len()]) -> Self {
        Self { sources, opened: Once::new() }
    }

    fn source(&self, language: Language) -> &'static str {
        self.sources[language as usize]
    }

    /// From now on the sentences are known.
    pub fn open(&self) {
        self.opened.call_once(|| {
            for language in Language::ALL {
                let mut sentences = sentences(language).write().unwrap_or_else(PoisonError::into_inner);
                sentences.extend(read(self.source(language)));
            }
        });
    }
}

/// What is known of a language: the product's own sentences, and those of the areas that were opened.
fn sentences(language: Language) -> &'static RwLock<Sentences> {
    static SENTENCES: [OnceLock<RwLock<Sentences>>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    SENTENCES[language as usize].get_or_init(|| RwLock::new(read(PRODUCT.source(language)).collect()))
}

/// A faulty entry is left out and shows as its key; the tests refuse a file with one.
fn read(source: &'static str) -> impl Iterator<Item = (&'static str, Pattern<&'static str>)> {
    let Resource { body } = parse_runtime(source).unwrap_or_else(|(partial, _)| partial);
    body.into_iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some((message.id.name, message.value?)),
        _ => None,
    })
}

/// The sentence `key` names, or the key itself where no language has it.
pub fn text(language: Language, key: &str) -> String {
    format(language, key, &[])
}

/// The sentence with its placeholders filled. Numbers choose plural forms.
pub fn format(language: Language, key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
    for language in [language, Language::default()] {
        let sentences = sentences(language).read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pattern) = sentences.get(key) {
            return Filled { language, pattern, arguments }.to_string();
        }
    }
    key.to_owned()
}

/// A pattern of a language with what fills it. An argument that is missing shows its name, and chooses what any other would.
struct Filled<'a> {
    language: Language,
    pattern: &'a Pattern<&'static str>,
    arguments: &'a [(&'a str, Argument<'a>)],
}

impl Filled<'_> {
    fn argument(&self, name: &str) -> Option<&Argument<'_>> {
        self.arguments.iter().find(|(known, _)| *known == name).map(|(_, argument)| argument)
    }

    fn is(&self, argument: &Argument<'_>, key: &VariantKey<&str>) -> bool {
        match (argument, key) {
            (Argument::Text(text), VariantKey::Identifier { name }) => text == name,
            (Argument::Number(number), VariantKey::Identifier { name }) => self.language.plural(*number) == *name,
            (Argument::Number(number), VariantKey::NumberLiteral { value }) => value.parse() == Ok(*number),
            (Argument::Text(_), VariantKey::NumberLiteral { .. }) => false,
        }
    }
}

impl Display for Filled<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for element in &self.pattern.elements {
            match element {
                PatternElement::TextElement { value } => out.write_str(value)?,
                PatternElement::Placeable { expression } => match expression {
                    Expression::Inline(InlineExpression::VariableReference { id }) => match self.argument(id.name) {
                        Some(Argument::Text(text)) => out.write_str(text)?,
                        Some(Argument::Number(number)) => number.fmt(out)?,
                        None => write!(out, "{{${}}}", id.name)?,
                    },
                    Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
                        let argument = self.argument(id.name);
                        let fits = variants.iter().find(|variant| argument.is_some_and(|it| self.is(it, &variant.key)));
                        if let Some(chosen) = fits.or_else(|| variants.iter().find(|variant| variant.default)) {
                            Filled { pattern: &chosen.value, ..*self }.fmt(out)?;
                        }
                    }
                    // The tests refuse a file with anything else.
                    _ => {}
                },
            }
        }
        Ok(())
    }
}

/// What fills a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument<'a> {
    Text(Cow<'a, str>),
    Number(u64),
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
        Self::Number(number as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether it holds nothing but what [`Filled`] writes, and chooses by forms that some number of the language has.
    fn is_understood(language: Language, pattern: &Pattern<&str>) -> bool {
        let forms: Vec<_> = (0..1000).map(|number| language.plural(number)).collect();
        pattern.elements.iter().all(|element| match element {
            PatternElement::TextElement { .. }
            | PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { .. }),
            } => true,
            PatternElement::Placeable {
                expression: Expression::Select { selector: InlineExpression::VariableReference { .. }, variants },
            } => variants.iter().all(|variant| {
                let is_known = match variant.key {
                    VariantKey::Identifier { name } => forms.contains(&name),
                    VariantKey::NumberLiteral { value } => value.parse::<u64>().is_ok(),
                };
                is_known && is_understood(language, &variant.value)
            }),
            PatternElement::Placeable { .. } => false,
        })
    }

    #[test]
    fn every_language_file_reads_without_a_fault_and_is_understood() {
        for language in Language::ALL {
            for area in [&PRODUCT, &EDITOR] {
                let resource = parse_runtime(area.source(language)).unwrap();
                for entry in resource.body {
                    let Entry::Message(message) = entry else { panic!("{entry:?}") };
                    assert!(message.attributes.is_empty(), "{}", message.id.name);
                    assert!(is_understood(language, &message.value.unwrap()), "{}", message.id.name);
                }
            }
        }
    }

    fn filled(source: &'static str, arguments: &[(&str, Argument<'_>)]) -> String {
        let (_, pattern) = read(source).next().unwrap();
        Filled { language: Language::English, pattern: &pattern, arguments }.to_string()
    }

    #[test]
    fn a_choice_takes_the_first_that_fits_and_else_the_default() {
        let source = "a = { $n ->\n    [0] none\n    [one] { $n } by { $who }\n   *[other] { $n } of { $who }\n}";
        let who = |who| ("who", Argument::from(who));
        let numbers = [0u32, 1, 2, 1_000_000].map(|n| filled(source, &[("n", n.into()), who("Ann")]));
        assert_eq!(numbers, ["none", "1 by Ann", "2 of Ann", "1000000 of Ann"]);
        assert_eq!(filled(source, &[("n", "one".into()), who("Ann")]), "one by Ann");
        assert_eq!(filled(source, &[("n", "0".into()), who("Ann")]), "0 of Ann");
        assert_eq!(filled(source, &[who("Ann")]), "{$n} of Ann");
        assert_eq!(filled("a = { $n } and more", &[]), "{$n} and more");
    }

    #[test]
    fn lines_of_a_sentence_stay_lines() {
        assert_eq!(
            filled("a =\n    One { $n }\n      two\n\n    three", &[("n", 7usize.into())]),
            "One 7\n  two\n\nthree"
        );
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
