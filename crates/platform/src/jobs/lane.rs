//! Lanes: each sort of work has its own line and its own slots, so that a storm in one holds up no other.

use std::time::Duration;

/// A sort of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Pictures. As many at once as the worker has slots.
    Render,
    /// Upkeep that nobody waits for, one at a time.
    Maintenance,
}

// The names in the database; they are never changed.
document::words!(Lane { Render => "render", Maintenance => "maintenance" });

impl Lane {
    /// How many of its jobs one process runs at once, where it renders `slots` pictures at once.
    pub(super) fn slots(self, slots: usize) -> usize {
        match self {
            Self::Render => slots,
            Self::Maintenance => slots.min(1),
        }
    }

    /// How long one job may take.
    pub(super) fn time_limit(self) -> Duration {
        match self {
            // Waiting for memory that others hold counts too, and what may be ordered takes minutes at most.
            Self::Render | Self::Maintenance => Duration::from_secs(30 * 60),
        }
    }
}
