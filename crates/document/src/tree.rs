//! Taking layers out of a document's tree and putting them in.

use crate::{Layer, LayerContent, LayerId, Template};

/// A place in the tree: before the layer that is number `index` of the group, or of the document itself. Layers are
/// counted bottom first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The group whose layer it is before; none at the top of the tree.
    pub group: Option<LayerId>,
    /// The number of layers below the place. One that is too high stands for above all.
    pub index: usize,
}

/// Layers side by side as each unclipped one with those that are clipped to it, bottom first. The lowest has nothing to be clipped to: it
/// counts as unclipped. What is clipped to what follows from the tree alone, never from what is visible.
pub fn clipping_runs(layers: &[Layer]) -> impl Iterator<Item = (&Layer, &[Layer])> {
    layers.chunk_by(|_, above| above.clipped).filter_map(<[Layer]>::split_first)
}

impl Template {
    /// A number that no layer of the document has.
    pub fn unused_id(&self) -> LayerId {
        let highest = self.walk().map(|(layer, _)| layer.id.0).max().unwrap_or(0);
        if highest < u32::MAX {
            return LayerId(highest + 1);
        }
        let taken: std::collections::HashSet<u32> = self.walk().map(|(layer, _)| layer.id.0).collect();
        LayerId((0..=u32::MAX).find(|id| !taken.contains(id)).unwrap_or(u32::MAX))
    }

    /// The place of a layer: taken out and inserted there, it lies as before. None where there is no such layer.
    pub fn slot_of(&self, id: LayerId) -> Option<Slot> {
        fn find(layers: &[Layer], group: Option<LayerId>, id: LayerId) -> Option<Slot> {
            layers.iter().enumerate().find_map(|(index, layer)| match layer.id == id {
                true => Some(Slot { group, index }),
                false => find(layer.children(), Some(layer.id), id),
            })
        }
        find(&self.layers, None, id)
    }

    /// The layers that lie side by side in a group, or at the top of the tree; none for what is no group.
    pub fn siblings(&self, group: Option<LayerId>) -> &[Layer] {
        match group {
            None => &self.layers,
            Some(id) => self.layer(id).map_or(&[], Layer::children),
        }
    }

    fn siblings_mut(&mut self, group: Option<LayerId>) -> Option<&mut Vec<Layer>> {
        match group {
            None => Some(&mut self.layers),
            Some(id) => match &mut self.layer_mut(id)?.content {
                LayerContent::Group { layers, .. } => Some(layers),
                _ => None,
            },
        }
    }

    /// Takes a layer, with all that it holds, out of the tree.
    pub fn take(&mut self, id: LayerId) -> Option<Layer> {
        let slot = self.slot_of(id)?;
        Some(self.siblings_mut(slot.group)?.remove(slot.index))
    }

    /// Puts a layer into the tree; above all others where the slot's index is too high, at the top of the tree where its group is none.
    pub fn insert(&mut self, slot: Slot, layer: Layer) {
        let group = slot
            .group
            .filter(|&id| matches!(self.layer(id).map(|group| &group.content), Some(LayerContent::Group { .. })));
        if let Some(siblings) = self.siblings_mut(group) {
            siblings.insert(slot.index.min(siblings.len()), layer);
        }
    }

    /// Gives a layer, and all it holds, numbers that no layer of the document has.
    pub fn with_unused_ids(&self, mut layer: Layer) -> Layer {
        fn renumber(layer: &mut Layer, next: &mut u32) {
            layer.id = LayerId(*next);
            *next = next.saturating_add(1);
            layer.children_mut().iter_mut().for_each(|child| renumber(child, next));
        }
        let LayerId(mut next) = self.unused_id();
        renumber(&mut layer, &mut next);
        layer
    }

    /// The document as it is before a design is placed.
    pub fn without_designs(&self) -> Self {
        fn hide(layers: &mut [Layer]) {
            for layer in layers {
                layer.visible &= !matches!(layer.content, LayerContent::Placement(_));
                hide(layer.children_mut());
            }
        }
        let mut bare = self.clone();
        hide(&mut bare.layers);
        bare
    }

    /// True where `inner` is `outer` or lies in it.
    pub fn is_within(&self, inner: LayerId, outer: LayerId) -> bool {
        fn holds(layer: &Layer, id: LayerId) -> bool {
            layer.id == id || layer.children().iter().any(|child| holds(child, id))
        }
        self.layer(outer).is_some_and(|layer| holds(layer, inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContentHash, Size};

    fn nested() -> Template {
        let mut template = Template::over_photo("Mug", Size::new(100, 100).unwrap(), ContentHash([0; 32]));
        let inner = template.take(LayerId(2)).unwrap();
        let group = LayerContent::Group { layers: vec![inner], pass_through: false };
        template.insert(Slot { group: None, index: 9 }, Layer::new(LayerId(3), "Group", group));
        template
    }

    #[test]
    fn a_layer_is_found_taken_and_put_back() {
        let mut template = nested();
        let before = template.clone();
        let slot = template.slot_of(LayerId(2)).unwrap();
        assert_eq!(slot, Slot { group: Some(LayerId(3)), index: 0 });
        assert!(template.is_within(LayerId(2), LayerId(3)) && !template.is_within(LayerId(3), LayerId(2)));
        let layer = template.take(LayerId(2)).unwrap();
        assert!(template.layer(LayerId(2)).is_none() && template.take(LayerId(2)).is_none());
        template.insert(slot, layer);
        assert_eq!(template, before);
    }

    #[test]
    fn a_layer_is_clipped_to_the_next_unclipped_one_below_or_to_the_lowest() {
        let canvas = Size::new(10, 10).unwrap();
        let layer = |(id, clipped)| {
            let photo = LayerContent::Photo { image: ContentHash([0; 32]) };
            Layer { clipped, ..Layer::new(LayerId(id), "Layer", photo) }
        };
        let clipped = [true, true, false, false, true];
        let template = Template::new("Clipped", canvas, (1..).zip(clipped).map(layer).collect());
        let runs = clipping_runs(&template.layers).map(|(base, above)| (base.id.0, above.len()));
        assert_eq!(runs.collect::<Vec<_>>(), [(1, 1), (3, 0), (4, 1)]);
        assert_eq!(clipping_runs(&[]).count(), 0);
    }

    #[test]
    fn without_designs_no_placement_shows() {
        let bare = nested().without_designs();
        let visible: Vec<_> = bare.walk().map(|(layer, _)| layer.visible).collect();
        assert_eq!(visible, [true, true, false]);
    }

    #[test]
    fn a_copy_of_a_group_has_numbers_of_its_own() {
        let mut template = nested();
        let copy = template.with_unused_ids(template.layer(LayerId(3)).unwrap().clone());
        template.insert(Slot { group: Some(LayerId(3)), index: 0 }, copy);
        assert_eq!(template.check(), Ok(()));
        assert_eq!(template.walk().count(), 5);
    }

    #[test]
    fn what_is_put_into_a_layer_that_is_no_group_lies_at_the_top_of_the_tree() {
        let mut template = nested();
        let copy = template.with_unused_ids(template.layer(LayerId(1)).unwrap().clone());
        template.insert(Slot { group: Some(LayerId(1)), index: 0 }, copy);
        assert_eq!(template.layers.len(), 3);
    }
}
