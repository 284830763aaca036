//! Undo and redo without limit: the documents before and after each named step.

use domain::template::Template;

/// What a step did, for the menu and for screen readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    MoveArea,
    MoveCorner,
    DrawMask,
    MovePoint,
    AddPoint,
    DeletePoint,
    RemoveMask,
    Feather,
    InvertMask,
    Blend,
    Opacity,
    Fit,
    Scale,
    Rotate,
    Grow,
    Rename,
}

impl Step {
    /// Steps of a slider or a nudge that follow each other are taken back together.
    fn continues(self) -> bool {
        matches!(self, Self::Feather | Self::Grow | Self::Opacity | Self::Scale | Self::Rotate | Self::Rename)
    }
}

#[derive(Default)]
pub(crate) struct History {
    done: Vec<(Step, Template)>,
    undone: Vec<(Step, Template)>,
}

impl History {
    pub fn push(&mut self, step: Step, before: Template) {
        let continued = step.continues() && self.undone.is_empty() && self.undoable() == Some(step);
        if !continued {
            self.done.push((step, before));
        }
        self.undone.clear();
    }

    pub fn undo(&mut self, template: &mut Template) -> bool {
        let Some((step, before)) = self.done.pop() else { return false };
        self.undone.push((step, std::mem::replace(template, before)));
        true
    }

    pub fn redo(&mut self, template: &mut Template) -> bool {
        let Some((step, after)) = self.undone.pop() else { return false };
        self.done.push((step, std::mem::replace(template, after)));
        true
    }

    pub fn undoable(&self) -> Option<Step> {
        self.done.last().map(|(step, _)| *step)
    }

    pub fn redoable(&self) -> Option<Step> {
        self.undone.last().map(|(step, _)| *step)
    }
}
