//! Undo and redo without limit: what each named step has changed.

use document::{Layer, LayerContent, Template};

/// What a step did, for the menu and for screen readers. Those of one slider are one until the hand lets go of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The design area moved as a whole.
    MoveArea,
    /// The design area made larger or smaller.
    ScaleArea,
    /// The design area turned.
    TurnArea,
    /// A corner of the design area moved.
    MoveCorner,
    /// The cylinder that the area is bent around, or its end.
    Cylinder,
    /// The mesh that the area is bent by, or its end.
    Mesh,
    /// The folds that move the design, or their end.
    Displacement,
    /// The size in print, or its end.
    PrintArea,
    /// A figure joined to the mask.
    DrawMask,
    /// A stroke of the brush.
    Paint,
    /// A stroke of the eraser.
    Erase,
    /// A point of a path moved, or one of its handles.
    MovePoint,
    /// A point added to a path.
    AddPoint,
    /// A point taken from a path.
    DeletePoint,
    /// A corner made round, or a round point a corner.
    ConvertPoint,
    /// The mask removed: the layer shows everywhere.
    RemoveMask,
    /// The mask's softness.
    Feather,
    /// The way that the mask's edge moved.
    Grow,
    /// The mask inverted, or no longer.
    InvertMask,
    /// The mask attached to the design area, or no longer.
    AttachMask,
    /// The mask made of paths around what it showed.
    SmoothMask,
    /// The mask taken from the clipboard.
    PasteMask,
    /// The blend mode.
    Blend,
    /// The opacity.
    Opacity,
    /// The fit of the design in its area.
    Fit,
    /// The scale of the design in its area.
    Scale,
    /// The turn of the design in its area.
    Rotate,
    /// The place of the design in its area.
    Offset,
    /// The numbers of a light layer.
    Light,
    /// The colour of a fill layer.
    Fill,
    /// The numbers of an adjustment.
    Adjust,
    /// The template's name.
    Rename,
    /// A layer's name.
    RenameLayer,
    /// A layer added.
    AddLayer,
    /// The chosen layers deleted.
    DeleteLayers,
    /// The chosen layers copied.
    DuplicateLayers,
    /// Layers taken from the clipboard.
    PasteLayers,
    /// Layers put to another place in the tree.
    MoveLayers,
    /// Layers put into a new group.
    GroupLayers,
    /// A group dissolved.
    UngroupLayers,
    /// A layer shown or hidden.
    Show,
    /// A layer locked or unlocked.
    Lock,
    /// Layers clipped to what is below, or no longer.
    Clip,
    /// The guides.
    Guides,
    /// The canvas cropped, perhaps straightened.
    Crop,
    /// Another document in place of this one.
    Restore,
    /// The document as it had become elsewhere.
    Follow,
}

impl Step {
    /// The name in the translation files.
    pub fn key(self) -> &'static str {
        match self {
            Self::MoveArea => "step-move-area",
            Self::ScaleArea => "step-scale-area",
            Self::TurnArea => "step-turn-area",
            Self::MoveCorner => "step-move-corner",
            Self::Cylinder => "step-cylinder",
            Self::Mesh => "step-mesh",
            Self::Displacement => "step-displacement",
            Self::PrintArea => "step-print-area",
            Self::DrawMask => "step-draw-mask",
            Self::Paint => "step-paint",
            Self::Erase => "step-erase",
            Self::MovePoint => "step-move-point",
            Self::AddPoint => "step-add-point",
            Self::DeletePoint => "step-delete-point",
            Self::ConvertPoint => "step-convert-point",
            Self::RemoveMask => "step-remove-mask",
            Self::Feather => "step-feather",
            Self::Grow => "step-grow",
            Self::InvertMask => "step-invert-mask",
            Self::AttachMask => "step-attach-mask",
            Self::SmoothMask => "step-smooth-mask",
            Self::PasteMask => "step-paste-mask",
            Self::Blend => "step-blend",
            Self::Opacity => "step-opacity",
            Self::Fit => "step-fit",
            Self::Scale => "step-scale",
            Self::Rotate => "step-rotate",
            Self::Offset => "step-offset",
            Self::Light => "step-light",
            Self::Fill => "step-fill",
            Self::Adjust => "step-adjust",
            Self::Rename => "step-rename",
            Self::RenameLayer => "step-rename-layer",
            Self::AddLayer => "step-add-layer",
            Self::DeleteLayers => "step-delete-layers",
            Self::DuplicateLayers => "step-duplicate-layers",
            Self::PasteLayers => "step-paste-layers",
            Self::MoveLayers => "step-move-layers",
            Self::GroupLayers => "step-group-layers",
            Self::UngroupLayers => "step-ungroup-layers",
            Self::Show => "step-show",
            Self::Lock => "step-lock",
            Self::Clip => "step-clip",
            Self::Guides => "step-guides",
            Self::Crop => "step-crop",
            Self::Restore => "step-restore",
            Self::Follow => "step-follow",
        }
    }

    /// Steps of a slider that follow each other while a hand holds it are taken back together.
    fn continues(self) -> bool {
        matches!(
            self,
            Self::Feather
                | Self::Grow
                | Self::Opacity
                | Self::Scale
                | Self::Rotate
                | Self::Offset
                | Self::Displacement
                | Self::Light
                | Self::Fill
                | Self::Adjust
                | Self::Rename
                | Self::Follow
        )
    }
}

/// What brings a document back to how it was.
enum Change {
    /// The layers that differ, by their numbers; groups without what they hold. Everything else is as it was.
    Layers(Vec<Layer>),
    Whole(Box<Template>),
}

impl Change {
    /// What leads from `to` back to `from`.
    fn between(from: &Template, to: &Template) -> Self {
        let tree = |template: &Template| template.walk().map(|(layer, depth)| (layer.id, depth)).collect::<Vec<_>>();
        let around = |template: &Template| {
            (template.name.clone(), template.canvas, template.photo_area, template.guides.clone())
        };
        if around(from) != around(to) || tree(from) != tree(to) {
            return Self::Whole(Box::new(from.clone()));
        }
        let pairs = from.walk().zip(to.walk()).map(|((before, _), (after, _))| (itself(before), itself(after)));
        Self::Layers(pairs.filter(|(before, after)| before != after).map(|(before, _)| before).collect())
    }

    /// Does it, and returns what takes it back.
    fn apply(self, template: &mut Template) -> Self {
        match self {
            Self::Whole(other) => {
                let back = std::mem::replace(template, *other);
                Self::Whole(Box::new(back))
            }
            Self::Layers(layers) => {
                let back = layers.into_iter().filter_map(|layer| {
                    let place = template.layer_mut(layer.id)?;
                    let back = itself(place);
                    let held = match &mut place.content {
                        LayerContent::Group { layers, .. } => std::mem::take(layers),
                        _ => Vec::new(),
                    };
                    *place = layer;
                    if let LayerContent::Group { layers, .. } = &mut place.content {
                        *layers = held;
                    }
                    Some(back)
                });
                Self::Layers(back.collect())
            }
        }
    }
}

/// The layer without what it holds.
fn itself(layer: &Layer) -> Layer {
    let content = match &layer.content {
        LayerContent::Group { pass_through, .. } => {
            LayerContent::Group { layers: Vec::new(), pass_through: *pass_through }
        }
        other => other.clone(),
    };
    Layer {
        content,
        mask: layer.mask.clone(),
        name: layer.name.clone(),
        visible: layer.visible,
        locked: layer.locked,
        blend: layer.blend,
        opacity: layer.opacity,
        fill_opacity: layer.fill_opacity,
        clipped: layer.clipped,
        id: layer.id,
    }
}

#[derive(Default)]
pub(crate) struct History {
    done: Vec<(Step, Change)>,
    undone: Vec<(Step, Change)>,
    /// What comes next is a step of its own, even one of the same slider.
    settled: bool,
}

impl History {
    pub fn push(&mut self, step: Step, before: &Template, after: &Template) {
        let goes_on = !std::mem::take(&mut self.settled) && self.undone.is_empty();
        let continued = goes_on && step.continues() && self.undoable() == Some(step);
        let change = Change::between(before, after);
        // The same slider of another layer is another step.
        let same_layers = match (self.done.last(), &change) {
            (Some((_, Change::Layers(last))), Change::Layers(now)) => {
                last.iter().map(|layer| layer.id).eq(now.iter().map(|layer| layer.id))
            }
            (Some((_, Change::Whole(_))), Change::Whole(_)) => true,
            _ => false,
        };
        if !(continued && same_layers) {
            self.done.push((step, change));
        }
        self.undone.clear();
    }

    /// A hand has let go of what it was changing.
    pub fn settle(&mut self) {
        self.settled = true;
    }

    pub fn undo(&mut self, template: &mut Template) -> bool {
        let Some((step, change)) = self.done.pop() else { return false };
        self.undone.push((step, change.apply(template)));
        true
    }

    pub fn redo(&mut self, template: &mut Template) -> bool {
        let Some((step, change)) = self.undone.pop() else { return false };
        self.done.push((step, change.apply(template)));
        true
    }

    pub fn undoable(&self) -> Option<Step> {
        self.done.last().map(|(step, _)| *step)
    }

    pub fn redoable(&self) -> Option<Step> {
        self.undone.last().map(|(step, _)| *step)
    }

    /// The steps from the first on, and how many of them are done.
    pub fn steps(&self) -> (Vec<Step>, usize) {
        let undone = self.undone.iter().rev();
        (self.done.iter().chain(undone).map(|(step, _)| *step).collect(), self.done.len())
    }
}
