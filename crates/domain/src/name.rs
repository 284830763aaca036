//! Names that people give: what they call a design, a template, a workspace.

use crate::Problem;

/// A name as it is kept, of a field of a form: `name` without the space around it.
///
/// # Errors
/// A refusal at `field`; `length` is the key of the sentence about too many characters, or none.
pub fn checked<'a>(text: &'a str, most: usize, field: &'static str, length: &'static str) -> Result<&'a str, Problem> {
    name(text, most).map_err(|error| {
        let key = match error {
            NameError::Length => length,
            NameError::Characters => "error-text",
        };
        Problem::invalid(key).at(field)
    })
}

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("a name has at least one character that is seen, and no more than its limit")]
    Length,
    #[error("a name has no control characters and none that turn the direction of what follows")]
    Characters,
}

/// The text without the space around it.
///
/// # Errors
/// Nothing to be seen in it, more than `most` characters, or one that may not stand in a name.
pub fn name(text: &str, most: usize) -> Result<&str, NameError> {
    let name = text.trim();
    if name.chars().all(is_unseen) || name.chars().count() > most {
        return Err(NameError::Length);
    }
    if name.chars().any(is_forbidden) {
        return Err(NameError::Characters);
    }
    Ok(name)
}

/// Control characters, ends of lines, and overrides and isolates of direction, with which one name passes for another
/// (Unicode Technical Report 36, 3.1; UAX 9, 2.1 to 2.5). The joiners of Persian and of emoji are none of them.
pub fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Space, and what has no width.
fn is_unseen(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_seen_and_reads_in_its_own_direction() {
        for good in ["Fern", "  Fern ", "می\u{200c}خواهم", "👩\u{200d}🎨", "שלום\u{200f}", "a\u{301}"] {
            assert_eq!(name(good, 10), Ok(good.trim()), "{good:?}");
        }
        for unseen in ["", "  ", "\u{200b}", "\u{feff}", "\u{200d}\u{ad}", "12345678901"] {
            assert_eq!(name(unseen, 10), Err(NameError::Length), "{unseen:?}");
        }
        for other in ["a\u{1}", "a\0", "a\nb", "a\u{202e}gpj", "a\u{2066}b", "a\u{feff}b", "a\u{2028}b"] {
            assert_eq!(name(other, 10), Err(NameError::Characters), "{other:?}");
        }
    }
}
