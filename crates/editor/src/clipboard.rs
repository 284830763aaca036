//! Layers and masks as text, to carry them from one template to another.

use document::{Layer, Mask, Slot};
use serde::{Deserialize, Serialize};

use crate::{Editor, Notice, Outcome, Step};

/// What the clipboard holds.
#[derive(Serialize, Deserialize)]
struct Copied {
    format: String,
    layers: Vec<Layer>,
}

const COPIED: &str = "vitrine/layers";

/// What the clipboard holds of a mask.
#[derive(Serialize, Deserialize)]
struct CopiedMask {
    format: String,
    mask: Mask,
}

const COPIED_MASK: &str = "vitrine/mask";

impl Editor {
    /// The chosen layers as text, for the clipboard.
    pub fn copy_layers(&self) -> Option<String> {
        let layers: Vec<Layer> =
            self.core.roots().iter().filter_map(|id| self.core.template.layer(*id)).cloned().collect();
        let copied = Copied { format: COPIED.into(), layers };
        (!copied.layers.is_empty()).then(|| serde_json::to_string(&copied).ok()).flatten()
    }

    /// The active layer's mask as text, for the clipboard.
    pub fn copy_mask(&self) -> Option<String> {
        let copied = CopiedMask { format: COPIED_MASK.into(), mask: self.mask()?.clone() };
        serde_json::to_string(&copied).ok()
    }

    /// Puts in what was copied here or in another template: layers above the active one, a mask onto it.
    pub fn paste(&mut self, text: &str) -> Outcome {
        if let Ok(CopiedMask { format, mask }) = serde_json::from_str(text)
            && format == COPIED_MASK
        {
            return self.core.change_layer(Step::PasteMask, |layer| layer.mask = Some(mask));
        }
        let layers = match serde_json::from_str(text) {
            Ok(Copied { format, layers }) if format == COPIED => layers,
            _ => return self.core.warn(Notice::NotLayers),
        };
        self.drop_gesture();
        let slot = self.core.slot_above();
        self.core.rearrange(Step::PasteLayers, |core| {
            let mut pasted = Vec::new();
            for (above, layer) in layers.into_iter().enumerate() {
                let layer = core.template.with_unused_ids(layer);
                pasted.push(layer.id);
                core.template.insert(Slot { index: slot.index.saturating_add(above), ..slot }, layer);
            }
            core.chosen = pasted;
            core.active = core.chosen.last().copied();
        })
    }
}
