//! The languages the product speaks, a row each. Another one is a folder of translation files and a row here.

use super::Area;

/// The plural forms of a language: the form of a number by the name that CLDR has for it.
mod plural {
    pub fn one_and_other(number: u64) -> &'static str {
        if number == 1 { "one" } else { "other" }
    }
}

macro_rules! languages {
    ($($(#[$attribute:meta])* $name:ident = $tag:literal, $direction:literal, $plural:ident;)+) => {
        /// A language the product speaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
        pub enum Language {
            $($(#[$attribute])* $name),+
        }

        impl Language {
            /// Every language, in the order of its values.
            pub const ALL: [Self; [$($tag),+].len()] = [$(Self::$name),+];

            /// The tag for `lang` attributes, and the name of the folder with the text.
            pub fn tag(self) -> &'static str {
                match self {
                    $(Self::$name => $tag),+
                }
            }

            /// The direction for `dir` attributes: `ltr` or `rtl`.
            pub fn direction(self) -> &'static str {
                match self {
                    $(Self::$name => $direction),+
                }
            }

            /// The plural form of a number, by the name that CLDR has for it.
            pub(super) fn plural(self, number: u64) -> &'static str {
                match self {
                    $(Self::$name => plural::$plural(number)),+
                }
            }
        }

        pub(super) static PRODUCT: Area = Area::new([$(include_str!(concat!("../", $tag, "/product.ftl"))),+]);
        /// The sentences of the editor.
        pub static EDITOR: Area = Area::new([$(include_str!(concat!("../", $tag, "/editor.ftl"))),+]);
    };
}

languages! {
    #[default]
    English = "en", "ltr", one_and_other;
}
