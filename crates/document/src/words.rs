//! Enums whose values have a word each: what stands for them in columns and in JSON, and is read back from there.

/// No value has that word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is none of {}", .known.join(", "))]
pub struct UnknownWord {
    /// The text that was read.
    pub word: String,
    /// The words that there are.
    pub known: Vec<&'static str>,
}

/// Gives an enum's values their words, and the way back. A value that is left out does not compile.
///
/// ```
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// pub enum Side { Left, Right }
/// document::words!(Side { Left => "left", Right => "right" });
///
/// assert_eq!((Side::Left.as_str(), "right".parse()), ("left", Ok(Side::Right)));
/// assert_eq!("up".parse::<Side>().unwrap_err().to_string(), "\"up\" is none of left, right");
/// ```
#[macro_export]
macro_rules! words {
    ($name:ident { $($value:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            /// The values, in the order in which their words are listed.
            pub const ALL: [$name; [$($word),+].len()] = [$(Self::$value),+];

            /// The value's word, as columns and JSON have it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$value),)+
                    _ => Err($crate::words::UnknownWord { word: word.to_owned(), known: vec![$($word),+] }),
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::ImageFormat;

    #[test]
    fn a_word_reads_back_and_is_the_one_in_json() {
        for format in ImageFormat::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
            assert_eq!(serde_json::to_value(format).unwrap(), format.as_str());
        }
        assert!("".parse::<ImageFormat>().is_err() && "PNG".parse::<ImageFormat>().is_err());
    }
}
