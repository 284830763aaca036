//! The numbers of the active layer, each change one step.

use document::{
    Adjustment, Color, ContentHash, Cylinder, Displacement, Feather, Fit, LayerContent, Light, Mask, Measure, Mesh,
    Placement, PrintArea, Scale, Template, geometry::Point,
};

use crate::{Editor, HandleId, Notice, Outcome, Part, Step, combine, frame};

impl Editor {
    /// Lays a design of other proportions than the area's into it that way, as one step.
    pub fn set_fit(&mut self, fit: Fit) -> Outcome {
        self.lay(Step::Fit, |placement| placement.fit = fit)
    }

    /// How large the design is in its area.
    pub fn set_scale(&mut self, scale: Scale) -> Outcome {
        self.lay(Step::Scale, |placement| placement.scale = scale)
    }

    /// How the design is turned in its area, in degrees clockwise.
    pub fn set_rotation(&mut self, rotation: Measure<-180, 180>) -> Outcome {
        self.lay(Step::Rotate, |placement| placement.rotation = rotation)
    }

    /// How far the design is from the middle of its area, in per cent of its width and height.
    pub fn set_offset(&mut self, offset: [Measure<-200, 200>; 2]) -> Outcome {
        self.lay(Step::Offset, |placement| placement.offset = offset)
    }

    /// Bends the area around a cylinder, or lays it flat again.
    pub fn set_cylinder(&mut self, cylinder: Option<Cylinder>) -> Outcome {
        self.lay(Step::Cylinder, |placement| placement.cylinder = cylinder)
    }

    /// Moves the design by folds, or lets it lie.
    pub fn set_displacement(&mut self, displacement: Option<Displacement>) -> Outcome {
        self.lay(Step::Displacement, |placement| placement.displacement = displacement)
    }

    /// Says how large the area is in print, or no longer; no pixel changes.
    pub fn set_print(&mut self, print: Option<PrintArea>) -> Outcome {
        self.lay(Step::PrintArea, |placement| placement.print = print)
    }

    /// Lays the design flat again.
    pub fn remove_mesh(&mut self) -> Outcome {
        self.core.selected = None;
        self.lay(Step::Mesh, |placement| placement.mesh = None)
    }

    /// Twice as many columns or rows of patches, in the same form.
    pub fn refine_mesh(&mut self, across: bool, down: bool) -> Outcome {
        let mesh = self.placement().and_then(|placement| placement.mesh.clone()).or_else(|| Mesh::flat(1, 1).ok());
        match mesh.map(|mesh| mesh.refined(across, down)) {
            Some(Ok(mesh)) => {
                self.core.selected = None;
                self.lay(Step::Mesh, |placement| placement.mesh = Some(mesh))
            }
            Some(Err(_)) => self.core.warn(Notice::MeshFull),
            None => Outcome::Ignored,
        }
    }

    /// Changes the light of the active layer, as one step; a layer of another kind stays as it is.
    pub fn set_light(&mut self, change: impl FnOnce(&mut Light)) -> Outcome {
        self.core.change_layer(Step::Light, |layer| {
            if let LayerContent::Light(light) = &mut layer.content {
                change(light);
            }
        })
    }

    /// Changes the colour of the active layer, as one step; a layer that is no fill stays as it is.
    pub fn set_fill(&mut self, color: Color) -> Outcome {
        self.core.change_layer(Step::Fill, |layer| {
            if let LayerContent::Fill { color: own } = &mut layer.content {
                *own = color;
            }
        })
    }

    /// Changes the adjustment of the active layer, as one step; a layer that has none stays as it is.
    pub fn set_adjustment(&mut self, adjustment: Adjustment) -> Outcome {
        self.core.change_layer(Step::Adjust, |layer| {
            if let LayerContent::Adjustment { adjustment: own } = &mut layer.content {
                *own = adjustment;
            }
        })
    }

    /// How far the mask's edge moves outwards.
    pub fn set_grow(&mut self, grow: Measure<-100, 100>) -> Outcome {
        self.change_mask(Step::Grow, |mask| mask.grow = grow)
    }

    /// Softens the mask's edge by a Gaussian of that standard deviation, in canvas pixels.
    pub fn set_feather(&mut self, feather: Feather) -> Outcome {
        self.change_mask(Step::Feather, |mask| mask.feather = feather)
    }

    /// Shows what lies outside of the mask instead, or inside again.
    pub fn set_inverted(&mut self, inverted: bool) -> Outcome {
        self.change_mask(Step::InvertMask, |mask| mask.inverted = inverted)
    }

    /// Whether the mask goes along when the design area moves.
    pub fn set_attached(&mut self, attached: bool) -> Outcome {
        self.change_mask(Step::AttachMask, |mask| mask.attached = attached)
    }

    /// Makes the mask of paths that enclose what it shows now: what strokes and pictures were, and how it was grown, joined and
    /// inverted, is in their form. Its softness stays.
    pub fn replace_mask(&mut self, parts: Vec<Part>) -> Outcome {
        if parts.is_empty() {
            return self.core.warn(Notice::NothingFound);
        }
        let (feather, attached) = self.mask().map_or(Default::default(), |mask| (mask.feather, mask.attached));
        let figures = parts.into_iter().map(|part| document::Figure::Path { outline: part.outline, holes: part.holes });
        let shapes = figures.flat_map(|figure| Mask::of(figure).shapes).collect();
        self.core.selected = None;
        self.core.change_layer(Step::SmoothMask, |layer| {
            layer.mask = Some(Mask { shapes, feather, attached, ..combine::empty() });
        })
    }

    /// Removes the active layer's mask, so that it shows everywhere, as one step.
    pub fn remove_mask(&mut self) -> Outcome {
        self.drop_gesture();
        self.core.selected = None;
        self.core.change_layer(Step::RemoveMask, |layer| layer.mask = None)
    }

    /// The template's name is part of the document.
    pub fn rename(&mut self, name: &str) -> Outcome {
        self.core.change(Step::Rename, |template| name.clone_into(&mut template.name))
    }

    /// Moves one corner to where numbers say.
    pub fn set_corner(&mut self, index: usize, to: Point) -> Outcome {
        if self.core.is_locked() {
            return self.core.warn(Notice::Locked);
        }
        let Some(quad) = self.quad() else { return self.core.warn(Notice::NoPlacement) };
        self.drop_gesture();
        self.core.notice = None;
        self.core.attempt(Step::MoveCorner, |core| {
            core.move_area(quad.with_corner(index, to))?;
            core.selected = Some(HandleId::Corner(index));
            Ok(())
        })
    }

    /// Another document in place of this one, as one step: an earlier version, or somebody else's.
    pub fn restore(&mut self, template: Template) -> Outcome {
        self.replace(Step::Restore, template)
    }

    /// The document as it is elsewhere by now; such changes that follow each other are one step.
    pub fn follow(&mut self, template: Template) -> Outcome {
        self.replace(Step::Follow, template)
    }

    fn replace(&mut self, step: Step, template: Template) -> Outcome {
        self.drop_gesture();
        let before = frame(&self.core.template);
        let outcome = self.core.change(step, |own| *own = template);
        self.core.forget_missing_layers();
        self.keep_in_frame(before);
        outcome
    }

    /// Changes the guides as one step.
    pub fn set_guides(&mut self, change: impl FnOnce(&mut document::Guides)) -> Outcome {
        self.core.change(Step::Guides, |template| change(&mut template.guides))
    }

    /// The image that is the product's photo: the lowest there is.
    pub fn photo(&self) -> Option<ContentHash> {
        self.core.template.walk().find_map(|(layer, _)| match layer.content {
            LayerContent::Photo { image } => Some(image),
            _ => None,
        })
    }

    /// Changes how the design lies in its area.
    fn lay(&mut self, step: Step, change: impl FnOnce(&mut Placement)) -> Outcome {
        if self.placement().is_none() {
            return self.core.warn(Notice::NoPlacement);
        }
        self.core.change_layer(step, |layer| {
            if let LayerContent::Placement(placement) = &mut layer.content {
                change(placement);
            }
        })
    }

    fn change_mask(&mut self, step: Step, change: impl FnOnce(&mut Mask)) -> Outcome {
        self.core.change_layer(step, |layer| {
            if let Some(mask) = &mut layer.mask {
                change(mask);
            }
        })
    }
}
