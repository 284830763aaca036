//! The web worker that computes previews: fetches the image levels a picture needs and renders with the same
//! crate as the server.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use domain::{
    ContentHash,
    design::{StoredImage, coarsest_level},
    template::Template,
};
use js_sys::{Object, Reflect, Uint8Array, Uint8ClampedArray};
use render::{Frame, Image, Pyramid, Region, Sources, compose};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Response};

/// A picture that cannot be made: the key of the sentence that says why.
struct Trouble(&'static str);

impl From<JsValue> for Trouble {
    fn from(_: JsValue) -> Self {
        Self("error-offline")
    }
}

#[derive(Default)]
struct Previewer {
    images: HashMap<ContentHash, StoredImage>,
    pyramids: HashMap<ContentHash, Arc<Pyramid>>,
    sources: Sources,
    frame: Frame,
}

struct Request {
    template: Template,
    design: Option<ContentHash>,
    side: u32,
}

/// Begins to answer messages `{ document, design, side }`. Each gets a last answer with `exact` or `error`, and
/// perhaps a quick coarse picture before.
#[wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let previewer = Rc::new(RefCell::new(Some(Previewer::default())));
    let answering = scope.clone();
    let handle = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let (scope, previewer) = (answering.clone(), previewer.clone());
        spawn_local(async move {
            // The page sends the next request after the last answer, so the previewer is always here.
            let Some(mut present) = previewer.borrow_mut().take() else { return };
            let outcome = match read(&event.data()) {
                Ok(request) => present.answer(&scope, request).await,
                Err(trouble) => Err(trouble),
            };
            previewer.borrow_mut().replace(present);
            if let Err(Trouble(key)) = outcome {
                let answer = Object::new();
                let _ = Reflect::set(&answer, &"error".into(), &key.into());
                let _ = scope.post_message(&answer);
            }
        });
    });
    scope.set_onmessage(Some(handle.into_js_value().unchecked_ref()));
}

/// The picture of a document and images at hand, for comparing this build's pixels with the server's:
/// `images` is an array of `[hash, file]`, files are PNG.
#[wasm_bindgen]
pub fn render_pixels(
    document: &str,
    images: js_sys::Array,
    design: Option<Vec<u8>>,
    side: u32,
) -> Result<Vec<u8>, JsError> {
    let template = Template::from_json(document.as_bytes())?;
    let mut sources = Sources::default();
    for pair in images.iter() {
        let pair: js_sys::Array = pair.unchecked_into();
        let hash = pair.get(0).as_string().unwrap_or_default().parse::<ContentHash>()?;
        let file = Uint8Array::new(&pair.get(1)).to_vec();
        sources.images.insert(hash, Arc::new(Pyramid::of(render::decode::decode(&file)?)));
    }
    if let Some(file) = design {
        sources.design = Some(Arc::new(Pyramid::of(render::decode::decode(&file)?)));
    }
    Ok(compose(&template, &mut sources, template.canvas.scaled_to(side))?.image.into_pixels())
}

fn read(message: &JsValue) -> Result<Request, Trouble> {
    let get = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let document = get("document").as_string().unwrap_or_default();
    Ok(Request {
        template: Template::from_json(document.as_bytes()).map_err(|_| Trouble("template-broken"))?,
        design: get("design").as_string().and_then(|hash| hash.parse().ok()),
        side: get("side").as_f64().unwrap_or(1.0) as u32,
    })
}

impl Previewer {
    async fn answer(&mut self, scope: &DedicatedWorkerGlobalScope, request: Request) -> Result<(), Trouble> {
        let photos = request.template.images();
        // Only what this document shows is kept.
        self.pyramids.retain(|hash, _| photos.contains(hash) || request.design == Some(*hash));
        for &hash in photos.iter().chain(&request.design) {
            if !self.pyramids.contains_key(&hash) {
                self.load(hash, u32::MAX).await?;
            }
        }
        loop {
            self.sources.images =
                photos.iter().filter_map(|hash| Some((*hash, self.pyramids.get(hash)?.clone()))).collect();
            self.sources.design = request.design.and_then(|hash| self.pyramids.get(&hash).cloned());
            let size = request.template.canvas.scaled_to(request.side);
            let update = self.frame.update(&request.template, &mut self.sources, size);
            let update = update.map_err(|_| Trouble("editor-image-missing"))?;
            if let Some(image) = self.frame.image() {
                post(scope, image, &update.changed, update.wanted.is_empty())?;
            }
            if update.wanted.is_empty() {
                return Ok(());
            }
            for finer in update.wanted {
                if let Some(hash) = finer.image.or(request.design) {
                    self.load(hash, finer.level).await?;
                }
            }
        }
    }

    /// Fetches a level, or the coarsest there is of those at least as fine.
    async fn load(&mut self, hash: ContentHash, level: u32) -> Result<(), Trouble> {
        let image = match self.images.get(&hash) {
            Some(image) => image.clone(),
            None => {
                let bytes = fetch(&format!("/api/images/{hash}")).await?;
                let image: StoredImage = serde_json::from_slice(&bytes).map_err(|_| Trouble("error-internal"))?;
                self.images.insert(hash, image.clone());
                image
            }
        };
        let level = level.min(coarsest_level(image.width, image.height));
        let png = fetch(&format!("/api/images/{hash}/levels/{level}")).await?;
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

/// Sends the changed part of the picture: its pixels, where it lies, and the whole picture's size.
fn post(scope: &DedicatedWorkerGlobalScope, image: &Image, changed: &Region, exact: bool) -> Result<(), Trouble> {
    let stride = image.width() as usize * 4;
    let rows = image.pixels().chunks_exact(stride).skip(changed.rows.start).take(changed.rows.len());
    let part: Vec<u8> = rows.fold(Vec::with_capacity(changed.pixels() * 4), |mut part, row| {
        part.extend_from_slice(&row[changed.columns.start * 4..changed.columns.end * 4]);
        part
    });
    let pixels = Uint8ClampedArray::from(part.as_slice());
    let answer = Object::new();
    for (name, value) in [
        ("pixels", pixels.clone().into()),
        ("left", (changed.columns.start as u32).into()),
        ("top", (changed.rows.start as u32).into()),
        ("columns", (changed.columns.len() as u32).into()),
        ("width", image.width().into()),
        ("height", image.height().into()),
        ("exact", exact.into()),
    ] {
        Reflect::set(&answer, &name.into(), &value)?;
    }
    Ok(scope.post_message_with_transfer(&answer, &js_sys::Array::of1(&pixels.buffer()))?)
}
