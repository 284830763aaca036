//! The images that pictures are made of: their levels, fetched when they are needed.

use std::{collections::HashMap, sync::Arc};

use document::ContentHash;
use domain::design::StoredImage;
use js_sys::Uint8Array;
use render::Pyramid;
use render::pyramid::coarsest_level;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, Response};

use crate::Trouble;

#[derive(Default)]
pub struct Library {
    images: HashMap<ContentHash, StoredImage>,
    pyramids: HashMap<ContentHash, Arc<Pyramid>>,
}

impl Library {
    /// Keeps only these images.
    pub fn keep(&mut self, wanted: impl Fn(&ContentHash) -> bool) {
        self.pyramids.retain(|hash, _| wanted(hash));
    }

    pub fn get(&self, hash: &ContentHash) -> Option<Arc<Pyramid>> {
        self.pyramids.get(hash).cloned()
    }

    /// At least the coarsest level of each.
    pub async fn have(&mut self, images: impl IntoIterator<Item = ContentHash>) -> Result<(), Trouble> {
        for hash in images {
            if !self.pyramids.contains_key(&hash) {
                self.load(hash, u32::MAX).await?;
            }
        }
        Ok(())
    }

    /// Fetches a level, or the coarsest there is of those at least as fine.
    pub async fn load(&mut self, hash: ContentHash, level: u32) -> Result<(), Trouble> {
        let image = match self.images.get(&hash) {
            Some(image) => image.clone(),
            None => {
                let bytes = fetch(&format!("/files/images/{hash}")).await?;
                let image: StoredImage = serde_json::from_slice(&bytes).map_err(|_| Trouble("error-internal"))?;
                self.images.insert(hash, image.clone());
                image
            }
        };
        let level = level.min(coarsest_level(image.width, image.height));
        let png = fetch(&format!("/files/images/{hash}/levels/{level}")).await?;
        let pixels = render::decode::decode(&png).map_err(|_| Trouble("editor-image-missing"))?;
        let pyramid = Pyramid::from_level(image.width, image.height, level, pixels)
            .map_err(|_| Trouble("editor-image-missing"))?;
        self.pyramids.insert(hash, Arc::new(pyramid));
        Ok(())
    }
}

async fn fetch(path: &str) -> Result<Vec<u8>, Trouble> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let response: Response = JsFuture::from(scope.fetch_with_str(path)).await?.unchecked_into();
    if !response.ok() {
        return Err(Trouble(if response.status() == 404 { "editor-image-missing" } else { "error-unavailable" }));
    }
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
