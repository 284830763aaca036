//! The layers as a list: choosing, adding, moving, grouping, copying them.

use std::collections::HashSet;

use document::{
    Adjustment, BlendMode, Color, ContentHash, Layer, LayerContent, LayerId, Light, Opacity, Placement, Slot, Template,
};

use crate::{Editor, Look, Notice, Outcome, Step, core::Core};

/// How choosing a layer treats those chosen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choosing {
    /// The layer alone.
    Only,
    /// Ctrl: joins or leaves them.
    Toggle,
    /// Shift: all from the active one to this one.
    Through,
}

/// What a new layer is to be.
#[derive(Clone, Debug, PartialEq)]
pub enum NewLayer {
    /// The area for a design: in the middle of the canvas, two fifths of its sides.
    Placement,
    /// The colour over the whole canvas.
    Fill(Color),
    /// The change of what is below.
    Adjustment(Adjustment),
    /// Shadows and highlights of a photo.
    Light(ContentHash),
    /// The group that holds nothing yet and is passed through.
    Group,
    /// Adjustments that go well together.
    Look(Look),
}

impl Core {
    /// Makes a layer the one that tools work on.
    pub fn activate(&mut self, id: LayerId) {
        self.active = Some(id);
        self.chosen = vec![id];
        self.selected = None;
    }

    /// After the document has changed under what is chosen.
    pub fn forget_missing_layers(&mut self) {
        let template = &self.template;
        self.chosen.retain(|id| template.layer(*id).is_some());
        if self.active.is_none_or(|id| template.layer(id).is_none()) {
            let first = template.first_placement().map(|(id, _)| id);
            self.active = self.chosen.last().copied().or(first).or(template.layers.last().map(|layer| layer.id));
            self.chosen = self.active.into_iter().collect();
        }
    }

    /// The chosen layers from the bottom up, without those that lie in another chosen one.
    pub(crate) fn roots(&self) -> Vec<LayerId> {
        let chosen: HashSet<LayerId> = self.chosen.iter().copied().collect();
        // The depth of the chosen layer whose inside is passed.
        let mut inside: Option<usize> = None;
        let mut roots = Vec::new();
        for (layer, depth) in self.template.walk() {
            inside = inside.filter(|outer| depth > *outer);
            if inside.is_none() && chosen.contains(&layer.id) {
                inside = Some(depth);
                roots.push(layer.id);
            }
        }
        roots
    }

    /// Above the active layer, or above all.
    pub(crate) fn slot_above(&self) -> Slot {
        let above =
            self.active.and_then(|id| self.template.slot_of(id)).map(|slot| Slot { index: slot.index + 1, ..slot });
        above.unwrap_or(Slot { group: None, index: usize::MAX })
    }

    /// Does what may break the document's rules: then it says so, and all is as before.
    pub(crate) fn rearrange(&mut self, step: Step, change: impl FnOnce(&mut Self)) -> Outcome {
        self.revert();
        self.notice = None;
        self.begin();
        change(self);
        if self.template.check().is_err() {
            self.revert();
            self.forget_missing_layers();
            return self.warn(Notice::TooManyLayers);
        }
        self.forget_missing_layers();
        self.commit(step)
    }

    fn is_any_locked(&self) -> bool {
        self.template.walk().any(|(layer, _)| layer.locked && self.chosen.contains(&layer.id))
    }

    /// Changes all chosen layers as one step, unless one is locked.
    fn change_chosen(&mut self, step: Step, change: impl Fn(&mut Layer)) -> Outcome {
        if self.is_any_locked() {
            return self.warn(Notice::Locked);
        }
        let chosen = self.chosen.clone();
        self.change(step, |template| {
            for id in chosen {
                if let Some(layer) = template.layer_mut(id) {
                    change(layer);
                }
            }
        })
    }
}

impl Editor {
    /// The chosen layers.
    pub fn chosen(&self) -> &[LayerId] {
        &self.core.chosen
    }

    /// The layer that tools work on, one of the chosen ones; none in a document without layers.
    pub fn active(&self) -> Option<LayerId> {
        self.core.active
    }

    /// Chooses a layer, and makes it the active one unless it leaves the chosen ones. A number that no layer has
    /// changes nothing.
    pub fn choose_layer(&mut self, id: LayerId, how: Choosing) -> Outcome {
        if self.core.template.layer(id).is_none() {
            return Outcome::Ignored;
        }
        self.drop_gesture();
        let core = &mut self.core;
        core.selected = None;
        core.notice = None;
        match (how, core.active) {
            (Choosing::Toggle, _) if core.chosen.contains(&id) && core.chosen.len() > 1 => {
                core.chosen.retain(|own| *own != id);
                core.active = core.chosen.last().copied();
            }
            (Choosing::Toggle, _) => {
                if !core.chosen.contains(&id) {
                    core.chosen.push(id);
                }
                core.active = Some(id);
            }
            (Choosing::Through, Some(from)) => {
                let order: Vec<LayerId> = core.template.walk().map(|(layer, _)| layer.id).collect();
                let at = |id: LayerId| order.iter().position(|own| *own == id).unwrap_or(0);
                let (low, high) = (at(from).min(at(id)), at(from).max(at(id)));
                core.chosen = order[low..=high].to_vec();
                core.active = Some(id);
            }
            _ => core.activate(id),
        }
        Outcome::Preview
    }

    /// Puts a new layer above the active one and makes it the active one.
    pub fn add_layer(&mut self, name: &str, new: NewLayer) -> Outcome {
        let core = &mut self.core;
        let content = match new {
            NewLayer::Placement => LayerContent::Placement(Placement::centred(core.template.canvas)),
            NewLayer::Fill(color) => LayerContent::Fill { color },
            NewLayer::Adjustment(adjustment) => LayerContent::Adjustment { adjustment },
            NewLayer::Light(image) => {
                let whole = 100.try_into().unwrap_or_default();
                LayerContent::Light(Light { image, base: None, shadows: whole, highlights: whole })
            }
            NewLayer::Group => LayerContent::Group { layers: Vec::new(), pass_through: true },
            NewLayer::Look(look) => {
                let adjustments = look.adjustments().into_iter();
                // They get numbers of their own below.
                let layers =
                    adjustments.map(|adjustment| Layer::new(LayerId(0), name, LayerContent::Adjustment { adjustment }));
                LayerContent::Group { layers: layers.collect(), pass_through: true }
            }
        };
        let slot = core.slot_above();
        let layer = core.template.with_unused_ids(Layer::new(LayerId(0), name, content));
        let id = layer.id;
        core.rearrange(Step::AddLayer, |core| {
            core.template.insert(slot, layer);
            core.activate(id);
        })
    }

    /// Deletes the chosen layers with all they hold, as one step; none where one of them is locked.
    pub fn delete_layers(&mut self) -> Outcome {
        if self.core.is_any_locked() {
            return self.core.warn(Notice::Locked);
        }
        self.drop_gesture();
        let roots = self.core.roots();
        self.core.rearrange(Step::DeleteLayers, |core| {
            for id in roots {
                core.template.take(id);
            }
        })
    }

    /// A copy of each chosen layer above it.
    pub fn duplicate_layers(&mut self) -> Outcome {
        let roots = self.core.roots();
        self.core.rearrange(Step::DuplicateLayers, |core| {
            let copies = roots.iter().filter_map(|id| {
                let copy = core.template.with_unused_ids(core.template.layer(*id)?.clone());
                let slot = core.template.slot_of(*id)?;
                let own = copy.id;
                core.template.insert(Slot { index: slot.index + 1, ..slot }, copy);
                Some(own)
            });
            core.chosen = copies.collect();
            core.active = core.chosen.last().copied();
        })
    }

    /// Puts the chosen layers, in their order, to a place in the tree.
    pub fn move_layers(&mut self, to: Slot) -> Outcome {
        let roots = self.core.roots();
        // A group cannot lie in itself.
        if to.group.is_some_and(|group| roots.iter().any(|id| self.core.template.is_within(group, *id))) {
            return Outcome::Ignored;
        }
        self.core.rearrange(Step::MoveLayers, |core| {
            // The layer that the place is before, so that taking others out does not shift it.
            let after = core.template.siblings(to.group).iter().skip(to.index).map(|layer| layer.id);
            let after = after.into_iter().find(|id| !roots.contains(id));
            let taken: Vec<Layer> = roots.iter().filter_map(|id| core.template.take(*id)).collect();
            let index = after.and_then(|id| core.template.slot_of(id)).map_or(usize::MAX, |slot| slot.index);
            put(&mut core.template, Slot { index, ..to }, taken);
        })
    }

    /// Puts the active layer one place up or down among its neighbours.
    pub fn shift_layer(&mut self, way: Shift) -> Outcome {
        let Some((id, slot)) = self.core.active.and_then(|id| Some((id, self.core.template.slot_of(id)?))) else {
            return Outcome::Ignored;
        };
        let top = self.core.template.siblings(slot.group).len().saturating_sub(1);
        let index = match way {
            Shift::Up if slot.index < top => slot.index + 1,
            Shift::Down if slot.index > 0 => slot.index - 1,
            _ => return Outcome::Ignored,
        };
        self.core.rearrange(Step::MoveLayers, |core| {
            if let Some(layer) = core.template.take(id) {
                core.template.insert(Slot { index, ..slot }, layer);
            }
        })
    }

    /// Puts the chosen layers into a new group where the highest of them was.
    pub fn group_layers(&mut self, name: &str) -> Outcome {
        let roots = self.core.roots();
        let Some(highest) = roots.last().and_then(|id| self.core.template.slot_of(*id)) else {
            return Outcome::Ignored;
        };
        let name = name.to_owned();
        self.core.rearrange(Step::GroupLayers, |core| {
            let id = core.template.unused_id();
            let siblings = core.template.siblings(highest.group);
            let below = siblings.iter().take(highest.index + 1).filter(|layer| roots.contains(&layer.id)).count();
            let layers: Vec<Layer> = roots.iter().filter_map(|id| core.template.take(*id)).collect();
            let group = Layer::new(id, name, LayerContent::Group { layers, pass_through: true });
            core.template.insert(Slot { index: highest.index + 1 - below, ..highest }, group);
            core.activate(id);
        })
    }

    /// Puts what the active group holds in its place.
    pub fn ungroup_layers(&mut self) -> Outcome {
        let core = &mut self.core;
        let Some((id, slot)) = core.active.and_then(|id| Some((id, core.template.slot_of(id)?))) else {
            return Outcome::Ignored;
        };
        if !matches!(core.layer().map(|layer| &layer.content), Some(LayerContent::Group { .. })) {
            return Outcome::Ignored;
        }
        core.rearrange(Step::UngroupLayers, |core| {
            if let Some(Layer { content: LayerContent::Group { layers, .. }, .. }) = core.template.take(id) {
                core.chosen = layers.iter().map(|layer| layer.id).collect();
                core.active = core.chosen.last().copied();
                put(&mut core.template, slot, layers);
            }
        })
    }

    /// Names a layer, with at most 120 characters and without blanks around them; an empty name changes nothing.
    pub fn rename_layer(&mut self, id: LayerId, name: &str) -> Outcome {
        let name: String = name.trim().chars().take(120).collect();
        if name.is_empty() {
            return Outcome::Ignored;
        }
        self.core.change(Step::RenameLayer, |template| {
            if let Some(layer) = template.layer_mut(id) {
                layer.name = name;
            }
        })
    }

    /// Shows or hides a layer, locked or not.
    pub fn set_visible(&mut self, id: LayerId, visible: bool) -> Outcome {
        self.core.change(Step::Show, |template| {
            if let Some(layer) = template.layer_mut(id) {
                layer.visible = visible;
            }
        })
    }

    /// Locks a layer against the tools, or unlocks it.
    pub fn set_locked(&mut self, id: LayerId, locked: bool) -> Outcome {
        self.core.change(Step::Lock, |template| {
            if let Some(layer) = template.layer_mut(id) {
                layer.locked = locked;
            }
        })
    }

    /// Shows the chosen layers only where the next one below them does.
    pub fn set_clipped(&mut self, clipped: bool) -> Outcome {
        self.core.change_chosen(Step::Clip, |layer| layer.clipped = clipped)
    }

    /// Gives all chosen layers a blend mode, as one step.
    pub fn set_blend(&mut self, blend: BlendMode) -> Outcome {
        self.core.change_chosen(Step::Blend, |layer| layer.blend = blend)
    }

    /// Gives all chosen layers an opacity, as one step.
    pub fn set_opacity(&mut self, opacity: Opacity) -> Outcome {
        self.core.change_chosen(Step::Opacity, |layer| layer.opacity = opacity)
    }
}

/// Which way a layer goes among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Up, over the next one.
    Up,
    /// Down, below the next one.
    Down,
}

/// Puts layers side by side from a place on.
fn put(template: &mut Template, slot: Slot, layers: Vec<Layer>) {
    let first = slot.index.min(template.siblings(slot.group).len());
    for (above, layer) in layers.into_iter().enumerate() {
        template.insert(Slot { index: first + above, ..slot }, layer);
    }
}
