//! Parts of the output.

use std::ops::Range;

use document::Size;

use crate::weigh::RUN;

/// A rectangle of output pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub columns: Range<usize>,
    pub rows: Range<usize>,
}

impl Region {
    pub fn whole(size: Size) -> Self {
        Self { columns: 0..size.width() as usize, rows: 0..size.height() as usize }
    }

    pub fn pixels(&self) -> usize {
        self.columns.len() * self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.columns.is_empty() || self.rows.is_empty()
    }

    /// What both have. Where that is nothing, it is nothing at a side of both, so that its ends index what either indexes.
    pub fn within(&self, other: &Self) -> Self {
        let both = |a: &Range<usize>, b: &Range<usize>| {
            let end = a.end.min(b.end);
            a.start.max(b.start).min(end)..end
        };
        Self { columns: both(&self.columns, &other.columns), rows: both(&self.rows, &other.rows) }
    }

    /// With columns from the beginning of a run to the end of one.
    pub fn in_whole_runs(&self) -> Self {
        let columns = self.columns.start / RUN * RUN..self.columns.end.next_multiple_of(RUN);
        Self { columns, rows: self.rows.clone() }
    }

    /// The smallest that has both.
    pub fn around(&self, other: &Self) -> Self {
        let both = |a: &Range<usize>, b: &Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other.clone(),
            (_, true) => self.clone(),
            _ => Self { columns: both(&self.columns, &other.columns), rows: both(&self.rows, &other.rows) },
        }
    }
}
