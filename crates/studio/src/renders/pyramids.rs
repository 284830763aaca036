//! Decoded images last used: a batch decodes its photo once, not for each design.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use document::ContentHash;
use domain::{TenantId, design::StoredImage};
use render::{Pyramid, pyramid::level_size};

use crate::images;
use platform::{Result, blobs::Blobs, heavy::Share};

type Kept = (TenantId, ContentHash, Arc<Pyramid>);

/// The images that are kept, the last used first.
#[derive(Clone)]
pub(crate) struct PyramidCache {
    /// The most bytes of pixels that are kept.
    capacity: u64,
    recent: Arc<Mutex<VecDeque<Kept>>>,
}

impl PyramidCache {
    pub fn new(capacity: u64) -> Self {
        Self { capacity, recent: Arc::default() }
    }

    /// The image from `level` on, or from a finer one where that is what is kept; covered by `share` for as long as its
    /// work goes on.
    pub(super) async fn get(
        &self,
        blobs: &Blobs,
        share: &Share,
        tenant: TenantId,
        image: &StoredImage,
        level: u32,
    ) -> Result<Arc<Pyramid>> {
        if let Some(found) = self.take_up(tenant, image.hash, level) {
            return Ok(found);
        }
        let pyramid = Arc::new(images::pyramid(blobs, share, tenant, image, level).await?);
        self.keep(tenant, image.hash, &pyramid);
        Ok(pyramid)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        // Only pushes and removals happen under the lock, so even a poisoned one holds a usable list.
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_up(&self, tenant: TenantId, hash: ContentHash, level: u32) -> Option<Arc<Pyramid>> {
        let mut recent = self.lock();
        let serves = |(t, h, kept): &Kept| *t == tenant && *h == hash && kept.first_level() <= level;
        let index = recent.iter().position(serves)?;
        let entry = recent.remove(index)?;
        let found = entry.2.clone();
        recent.push_front(entry);
        Some(found)
    }

    fn keep(&self, tenant: TenantId, hash: ContentHash, pyramid: &Arc<Pyramid>) {
        let bytes = |pyramid: &Pyramid| {
            let (width, height) = pyramid.size();
            let (width, height) = level_size(width, height, pyramid.first_level());
            u64::from(width) * u64::from(height) * 4 * 4 / 3
        };
        let mut recent = self.lock();
        // What was kept from a coarser level on is part of it.
        recent.retain(|(t, h, _)| !(*t == tenant && *h == hash));
        recent.push_front((tenant, hash, pyramid.clone()));
        let mut total = 0;
        recent.retain(|(_, _, kept)| {
            total += bytes(kept);
            total <= self.capacity
        });
    }
}
