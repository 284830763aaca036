//! What the page and the worker say to each other.

use document::{ContentHash, LayerId, Template};
use editor::Ask;
use js_sys::{Array, Object, Reflect, Uint8ClampedArray};
use render::{Image, Region};
use wasm_bindgen::JsValue;
use web_sys::DedicatedWorkerGlobalScope;

use crate::Trouble;

pub enum Request {
    /// A picture of the document.
    Show(Wished),
    /// What the editor asks about the picture without designs.
    Find { template: Template, ask: Ask },
    /// Paths around what a layer's mask shows, its corners rounded so many times.
    Outline { template: Template, layer: LayerId, smoothing: u32 },
    /// What a layer's mask shows, as a PNG file of the canvas' size.
    MaskFile { template: Template, layer: LayerId },
}

pub struct Wished {
    /// What the page shows it on; the worker remembers a picture for each.
    pub surface: String,
    pub template: Template,
    pub design: Option<ContentHash>,
    /// The picture's longest side, in pixels.
    pub side: u32,
    /// The part of the picture that is shown, if not all of it.
    pub window: Option<Region>,
    /// It is made ahead, and not shown.
    pub ahead: bool,
}

impl Request {
    pub fn read(message: &JsValue) -> Result<Self, Trouble> {
        let get = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let text = |name: &str| get(name).as_string().unwrap_or_default();
        let template = Template::from_json(text("document").as_bytes()).map_err(|_| Trouble("template-broken"))?;
        let layer = LayerId(get("layer").as_f64().unwrap_or(0.0) as u32);
        match text("kind").as_str() {
            "show" => Ok(Self::Show(Wished {
                surface: text("surface"),
                template,
                design: get("design").as_string().and_then(|hash| hash.parse().ok()),
                side: get("side").as_f64().unwrap_or(1.0) as u32,
                window: window(&get("window")),
                ahead: get("ahead").is_truthy(),
            })),
            "find" => {
                let ask = serde_json::from_str(&text("ask")).map_err(|_| Trouble("error-internal"))?;
                Ok(Self::Find { template, ask })
            }
            "outline" => {
                let smoothing = get("smoothing").as_f64().unwrap_or(0.0) as u32;
                Ok(Self::Outline { template, layer, smoothing })
            }
            "mask-file" => Ok(Self::MaskFile { template, layer }),
            _ => Err(Trouble("error-internal")),
        }
    }
}

/// `[left, top, right, bottom]` in pixels of the picture.
fn window(sides: &JsValue) -> Option<Region> {
    let sides = Array::is_array(sides).then(|| Array::from(sides))?;
    let side = |index: u32| sides.get(index).as_f64().map_or(0, |value| value.max(0.0) as usize);
    Some(Region { columns: side(0)..side(2), rows: side(1)..side(3) })
}

pub struct Answer {
    fields: Object,
    carried: Array,
}

impl Answer {
    pub fn new(kind: &str) -> Self {
        Self { fields: Object::new(), carried: Array::new() }.with("kind", kind)
    }

    pub fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&self.fields, &name.into(), &value.into());
        self
    }

    /// The part of the picture that changed: its pixels, where it lies, and the whole picture's size.
    pub fn with_part(mut self, image: &Image, changed: &Region) -> Self {
        let stride = image.width() as usize * 4;
        let rows = image.pixels().chunks_exact(stride).skip(changed.rows.start).take(changed.rows.len());
        let part: Vec<u8> = rows.fold(Vec::with_capacity(changed.pixels() * 4), |mut part, row| {
            part.extend_from_slice(&row[changed.columns.start * 4..changed.columns.end * 4]);
            part
        });
        let pixels = Uint8ClampedArray::from(part.as_slice());
        self.carried.push(&pixels.buffer());
        self = self.with("pixels", pixels);
        self.with("left", changed.columns.start as u32)
            .with("top", changed.rows.start as u32)
            .with("columns", changed.columns.len() as u32)
            .with("width", image.width())
            .with("height", image.height())
    }

    pub fn post(self, scope: &DedicatedWorkerGlobalScope) -> Result<(), Trouble> {
        Ok(scope.post_message_with_transfer(&self.fields, &self.carried)?)
    }
}
