//! Parts of the output.

use std::ops::Range;

use document::Size;

use crate::weigh::RUN;

/// A rectangle of output pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The columns, counted from 0 at the left edge of the output.
    pub columns: Range<usize>,
    /// The rows, counted from 0 at its upper edge.
    pub rows: Range<usize>,
}

impl Region {
    /// The region that is all of an output.
    pub fn whole(size: Size) -> Self {
        Self { columns: 0..size.width() as usize, rows: 0..size.height() as usize }
    }

    /// The number of pixels in it.
    pub fn pixels(&self) -> usize {
        self.columns.len() * self.rows.len()
    }

    /// Whether it has no pixel, because it has no column or no row.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty() || self.rows.is_empty()
    }

    /// The pixels that both have. Where that is nothing, it is nothing at a side of both, so that its ends index what
    /// either indexes.
    pub fn within(&self, other: &Self) -> Self {
        let both = |a: &Range<usize>, b: &Range<usize>| {
            let end = a.end.min(b.end);
            a.start.max(b.start).min(end)..end
        };
        Self { columns: both(&self.columns, &other.columns), rows: both(&self.rows, &other.rows) }
    }

    /// The region with columns from the beginning of a run to the end of one.
    pub(crate) fn in_whole_runs(&self) -> Self {
        let columns = self.columns.start / RUN * RUN..self.columns.end.next_multiple_of(RUN);
        Self { columns, rows: self.rows.clone() }
    }

    /// The smallest region that has both.
    pub(crate) fn around(&self, other: &Self) -> Self {
        let both = |a: &Range<usize>, b: &Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other.clone(),
            (_, true) => self.clone(),
            _ => Self { columns: both(&self.columns, &other.columns), rows: both(&self.rows, &other.rows) },
        }
    }
}
