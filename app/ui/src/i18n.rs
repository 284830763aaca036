//! The text of the page, from the translation files.

use domain::Problem;
use leptos::prelude::use_context;
pub use locales::Argument;
use locales::Language;

pub fn language() -> Language {
    use_context().unwrap_or_default()
}

pub fn text(key: &str) -> String {
    locales::text(language(), key)
}

pub fn format(key: &str, arguments: &[(&str, Argument<'_>)]) -> String {
    locales::format(language(), key, arguments)
}

/// What fills a problem's sentence; whole numbers count as numbers, for plural forms.
pub fn arguments(problem: &Problem) -> Vec<(&str, Argument<'_>)> {
    let argument = |value| str::parse::<u32>(value).map_or_else(|_| Argument::from(value), Argument::from);
    problem.arguments.iter().map(|(name, value)| (name.as_str(), argument(value.as_str()))).collect()
}

/// A sentence by its key, with what fills it: `t!("renders-count", count = 3u32)`.
#[macro_export]
macro_rules! t {
    ($key:literal) => { $crate::i18n::text($key) };
    ($key:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::format($key, &[$((stringify!($name), $crate::i18n::Argument::from($value))),+])
    };
}

/// A number of bytes as people read it, in whole numbers: writing fractions is some kilobytes of a page's first load.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => t!("bytes", count = bytes.to_string()),
        1_000..1_000_000 => t!("kilobytes", count = ((bytes + 500) / 1_000).to_string()),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            t!("megabytes", count = format!("{}.{}", tenths / 10, tenths % 10))
        }
    }
}

/// A day and a time, in UTC until a member's zone is known.
pub fn moment(at: time::OffsetDateTime) -> String {
    let parts = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    at.format(parts).unwrap_or_default()
}
