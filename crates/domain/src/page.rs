//! Lists in pages. A list is never cut without a word: what does not fit into a page is behind its cursor.
//!
//! A cursor is the place of a page's last row in the order of its list, so that rows which come and go meanwhile neither
//! repeat nor hide another. It gives no right: whoever brings one sees what they may see.

use std::ops::RangeInclusive;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Problem, ProblemKind};

/// How many rows a page has.
pub const PAGE: usize = 60;

/// How many rows a query asks for: one more shows that the list goes on.
pub const ROWS: i64 = PAGE as i64 + 1;

/// Some rows of a list, and where it goes on, unless these were the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Of the rows that a query has found, at most [`ROWS`].
    ///
    /// # Errors
    /// Those of reading a row.
    pub fn of<R, E>(
        mut rows: Vec<R>,
        place: impl Fn(&R) -> Cursor,
        read: impl FnMut(R) -> Result<T, E>,
    ) -> Result<Self, E> {
        let goes_on = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| goes_on).map(place);
        Ok(Self { items: rows.into_iter().map(read).collect::<Result<_, E>>()?, next })
    }

    pub fn map<U>(self, read: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(read).collect(), next: self.next }
    }
}

/// Where a list goes on, as pages hand it back: a text that only [`List::after`] reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

/// The list, the key that orders it, the row's id.
const CURSOR_BYTES: usize = 1 + 8 + 16;
/// The same in base64.
const CURSOR_CHARS: usize = (CURSOR_BYTES * 4).div_ceil(3);

/// Every list that has pages. A cursor leads on in its own list only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum List {
    Designs = 1,
    Templates,
    Batches,
    Renders,
    Members,
    Invitations,
    Sessions,
    AuditLog,
    Mails,
}

/// What a list is ordered by, before the ids.
enum Key {
    /// Microseconds since 1970, as exact as the database has them.
    Moment,
    /// A number that each row has for itself, so that there are no ids.
    Number(RangeInclusive<i64>),
}

/// The last microsecond that a moment can have, in the year 9999.
const LAST_MOMENT: i64 = 253_402_300_799_999_999;

impl List {
    fn key(self) -> Key {
        match self {
            Self::AuditLog => Key::Number(0..=i64::MAX),
            // They count from 0; one before that is where a list begins that goes up.
            Self::Renders => Key::Number(-1..=i32::MAX.into()),
            _ => Key::Moment,
        }
    }

    fn keys(self) -> RangeInclusive<i64> {
        match self.key() {
            Key::Moment => 0..=LAST_MOMENT,
            Key::Number(range) => range,
        }
    }

    /// The first joined and the first asked for come first; of all else the newest.
    fn goes_up(self) -> bool {
        matches!(self, Self::Members | Self::Renders)
    }

    /// The place of a row in a list by moments.
    pub fn at_moment(self, moment: OffsetDateTime, id: Uuid) -> Cursor {
        let microseconds = i64::try_from(moment.unix_timestamp_nanos() / 1_000).unwrap_or(LAST_MOMENT);
        self.cursor(microseconds, id)
    }

    /// The place of a row in a list by numbers.
    pub fn at_number(self, number: i64) -> Cursor {
        self.cursor(number, Uuid::nil())
    }

    fn cursor(self, key: i64, id: Uuid) -> Cursor {
        let mut bytes = vec![self as u8];
        bytes.extend(key.to_be_bytes());
        bytes.extend(id.as_bytes());
        Cursor(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Behind which place the page begins: the cursor's, or the one before the list's first row.
    ///
    /// # Errors
    /// A refusal at `after` of what is no cursor of this list.
    pub fn after(self, cursor: Option<&Cursor>) -> Result<Place, Problem> {
        let Some(Cursor(text)) = cursor else { return Ok(self.start()) };
        self.read(text).ok_or_else(|| Problem::new(ProblemKind::Malformed, "list-after-wrong").at("after"))
    }

    fn start(self) -> Place {
        let keys = self.keys();
        match self.goes_up() {
            true => Place { key: *keys.start(), id: Uuid::nil() },
            false => Place { key: *keys.end(), id: Uuid::max() },
        }
    }

    fn read(self, text: &str) -> Option<Place> {
        if text.len() != CURSOR_CHARS {
            return None;
        }
        let bytes: [u8; CURSOR_BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let [list, rest @ ..] = bytes;
        let (key, id) = rest.split_first_chunk()?;
        let (key, id) = (i64::from_be_bytes(*key), Uuid::from_slice(id).ok()?);
        let has_id = matches!(self.key(), Key::Moment);
        (list == self as u8 && self.keys().contains(&key) && (has_id || id.is_nil())).then_some(Place { key, id })
    }
}

/// A place between two rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    key: i64,
    pub id: Uuid,
}

impl Place {
    /// In a list by numbers.
    pub fn number(&self) -> i64 {
        self.key
    }

    /// In a list by moments.
    pub fn moment(&self) -> OffsetDateTime {
        let nanoseconds = i128::from(self.key) * 1_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [List; 9] = [
        List::Designs,
        List::Templates,
        List::Batches,
        List::Renders,
        List::Members,
        List::Invitations,
        List::Sessions,
        List::AuditLog,
        List::Mails,
    ];

    fn is_refused(list: List, text: &str) -> bool {
        let Err(problem) = list.after(Some(&Cursor(text.to_owned()))) else { return false };
        assert_eq!((problem.kind, problem.field.as_deref()), (ProblemKind::Malformed, Some("after")));
        true
    }

    proptest! {
        #[test]
        fn a_cursor_leads_to_its_place_to_the_microsecond(key in 0..=LAST_MOMENT, id in any::<u128>()) {
            let place = Place { key, id: Uuid::from_u128(id) };
            let cursor = List::Designs.at_moment(place.moment(), place.id);
            prop_assert_eq!(List::Designs.after(Some(&cursor)).unwrap(), place);
        }

        #[test]
        fn a_number_s_cursor_leads_to_its_number(number in 0..=i64::MAX) {
            let cursor = List::AuditLog.at_number(number);
            prop_assert_eq!(List::AuditLog.after(Some(&cursor)).unwrap().number(), number);
        }

        #[test]
        fn what_is_no_cursor_is_refused(text in ".{0,60}") {
            prop_assert!(ALL.into_iter().all(|list| is_refused(list, &text)));
        }

        #[test]
        fn a_cursor_with_one_letter_changed_is_refused_or_another_place(at in 0..CURSOR_CHARS, letter in "[A-Za-z0-9_-]") {
            let Cursor(text) = List::Designs.at_moment(OffsetDateTime::UNIX_EPOCH, Uuid::from_u128(7));
            let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
            if let Ok(place) = List::Designs.after(Some(&Cursor(changed.clone()))) {
                // No place has two texts.
                prop_assert_eq!(List::Designs.cursor(place.key, place.id), Cursor(changed));
            }
        }
    }

    #[test]
    fn a_cursor_leads_on_in_its_own_list_only() {
        for list in ALL {
            let Cursor(text) = list.cursor(3, Uuid::nil());
            assert_eq!(text.len(), CURSOR_CHARS);
            for other in ALL {
                assert_eq!(is_refused(other, &text), other != list, "{list:?} in {other:?}");
            }
        }
    }

    #[test]
    fn hostile_cursors_are_refused() {
        let Cursor(text) = List::Designs.at_moment(OffsetDateTime::UNIX_EPOCH, Uuid::max());
        assert!(text.ends_with('w'), "the last letter holds two bits that count and four that do not: {text}");
        let with_unused_bits = format!("{}x", &text[..text.len() - 1]);
        for wrong in ["", "null", "0", &text[1..], &format!("{text}="), &with_unused_bits, &"A".repeat(1 << 20)] {
            assert!(is_refused(List::Designs, wrong), "{wrong:.40}");
        }
        // Before 1970 and after 9999 the database, or the type, has no moment.
        for key in [i64::MIN, -1, LAST_MOMENT + 1, i64::MAX] {
            assert!(is_refused(List::Designs, &List::Designs.cursor(key, Uuid::nil()).0), "{key}");
        }
        for key in [i64::MIN, -2, i64::from(i32::MAX) + 1] {
            assert!(is_refused(List::Renders, &List::Renders.at_number(key).0), "{key}");
        }
        assert!(is_refused(List::AuditLog, &List::AuditLog.cursor(3, Uuid::max()).0), "an id where there are none");
    }

    #[test]
    fn a_list_begins_before_every_row_it_can_have() {
        assert_eq!(List::Designs.after(None).unwrap().moment().unix_timestamp_nanos() / 1_000, i128::from(LAST_MOMENT));
        assert_eq!(List::Members.after(None).unwrap().moment(), OffsetDateTime::UNIX_EPOCH);
        assert_eq!(List::AuditLog.after(None).unwrap().number(), i64::MAX);
        assert_eq!(List::Renders.after(None).unwrap().number(), -1);
    }

    #[test]
    fn a_page_says_where_the_list_goes_on_and_only_if_it_does() {
        let page = |found: i64| {
            let place = |number: &i64| List::AuditLog.at_number(*number);
            Page::of((0..found).collect(), place, Ok::<_, Problem>).unwrap()
        };
        let (full, more) = (page(PAGE as i64), page(ROWS));
        assert_eq!((full.items.len(), full.next), (PAGE, None));
        assert_eq!((more.items.len(), more.next), (PAGE, Some(List::AuditLog.at_number(PAGE as i64 - 1))));
        assert_eq!(page(0), Page { items: vec![], next: None });
    }

    #[test]
    fn a_cursor_is_a_plain_text_of_an_address() {
        let cursor = List::Batches.at_moment(OffsetDateTime::UNIX_EPOCH, Uuid::max());
        let json = serde_json::to_string(&cursor).unwrap();
        assert!(json.trim_matches('"').bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_'), "{json}");
        assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), cursor);
    }
}
