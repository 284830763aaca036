//! The web worker that computes what the editor shows: previews by the same crate as the server's, and what is found in a photo.
//!
//! The page sends messages with a `kind`; each gets a last answer with `done` or `error`, and perhaps coarser pictures before.

mod finder;
mod library;
mod message;
mod previewer;

use std::{cell::RefCell, rc::Rc, sync::Arc};

use document::{ContentHash, Template};
use js_sys::Uint8Array;
use render::{Pyramid, Sources, compose};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use finder::Finder;
use library::Library;
use message::{Answer, Request};
use previewer::Previewer;

/// Something that cannot be done: the key of the sentence that says why.
pub(crate) struct Trouble(&'static str);

impl From<JsValue> for Trouble {
    fn from(_: JsValue) -> Self {
        Self("error-offline")
    }
}

#[derive(Default)]
struct Desk {
    library: Library,
    previewer: Previewer,
    finder: Finder,
}

/// Begins to answer messages.
#[wasm_bindgen]
pub fn start() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let desk = Rc::new(RefCell::new(Some(Desk::default())));
    let answering = scope.clone();
    let handle = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let (scope, desk) = (answering.clone(), desk.clone());
        spawn_local(async move {
            // The page sends the next request after the last answer, so the desk is always here.
            let Some(mut present) = desk.borrow_mut().take() else { return };
            let outcome = present.answer(&scope, &event.data()).await;
            desk.borrow_mut().replace(present);
            if let Err(Trouble(key)) = outcome {
                let _ = Answer::new("error").with("error", key).post(&scope);
            }
        });
    });
    scope.set_onmessage(Some(handle.into_js_value().unchecked_ref()));
}

impl Desk {
    async fn answer(&mut self, scope: &DedicatedWorkerGlobalScope, message: &JsValue) -> Result<(), Trouble> {
        match Request::read(message)? {
            Request::Show(picture) => self.previewer.show(scope, &mut self.library, picture).await,
            Request::Find { template, ask } => self.finder.find(scope, &mut self.library, &template, &ask).await,
            Request::Outline { template, layer, smoothing } => {
                finder::outline(scope, &mut self.library, &template, layer, smoothing).await
            }
            Request::MaskFile { template, layer } => {
                finder::mask_file(scope, &mut self.library, &template, layer).await
            }
        }
    }
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
