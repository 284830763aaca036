//! What the parts of the page share: the editor, and what follows from its changes.

use document::{Size, Template, geometry::Point};
use domain::design::Design;
use editor::{Editor, Outcome, View};
use leptos::prelude::*;

use super::{
    download,
    helper::{Found, Helper, Purpose},
    picture::MaskView,
    preview::Preview,
};
use crate::saving::Saving;
use ui::{scope::Scope, t};

/// What lies over the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dialog {
    Commands,
    Keys,
    History,
    /// At a place of the window, in CSS pixels.
    Menu(f64, f64),
}

/// Which part of the panel a phone shows; on a desk both are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    None,
    Settings,
    Layers,
}

#[derive(Clone, Copy)]
pub struct Bench {
    pub editor: RwSignal<Editor>,
    pub preview: Preview,
    pub helper: Helper,
    pub saving: Saving,
    /// Later work of the page.
    pub scope: Scope,
    /// What an earlier visit left behind was looked for; until then nobody works on a document that may not be the last one.
    pub ready: RwSignal<bool>,
    /// Changes of an earlier visit were brought back.
    pub recovered: RwSignal<bool>,
    pub view: RwSignal<View>,
    /// The stage's width and height in CSS pixels.
    pub stage: RwSignal<(f64, f64)>,
    /// The design that the template is tried with.
    pub design: RwSignal<Option<Design>>,
    pub dialog: RwSignal<Option<Dialog>>,
    pub sheet: RwSignal<Sheet>,
    pub rulers: RwSignal<bool>,
    /// Paths that march around the active layer's mask.
    pub ants: RwSignal<Vec<Vec<Point>>>,
    /// The hand moves the picture, not what is on it.
    pub panning: RwSignal<bool>,
    looking: StoredValue<Option<TimeoutHandle>>,
    /// The size that the view was made for.
    canvas: StoredValue<Size>,
}

impl Bench {
    pub fn new(template: Template, saving: Saving, design: Option<Design>) -> Self {
        let canvas = template.canvas;
        let preview = Preview::new(canvas);
        let bench = Self {
            editor: RwSignal::new(Editor::new(template)),
            preview,
            helper: Helper::new(),
            saving,
            scope: Scope::here(),
            ready: RwSignal::new(false),
            recovered: RwSignal::new(false),
            view: RwSignal::new(View::fitted(canvas, (800.0, 600.0))),
            stage: RwSignal::new((0.0, 0.0)),
            design: RwSignal::new(design),
            dialog: RwSignal::new(None),
            sheet: RwSignal::new(Sheet::None),
            rulers: RwSignal::new(true),
            ants: RwSignal::new(Vec::new()),
            panning: RwSignal::new(false),
            looking: StoredValue::new(None),
            canvas: StoredValue::new(canvas),
        };
        Effect::new(move |_| {
            if let Some(found) = bench.helper.found.get() {
                bench.take_in(found);
            }
        });
        bench
    }

    /// Lets the editor do something, and the page follow.
    pub fn act(self, action: impl FnOnce(&mut Editor) -> Outcome) {
        let Some((outcome, asked)) = self.editor.try_maybe_update(|editor| {
            let outcome = action(editor);
            let asked = editor.take_ask();
            (outcome != Outcome::Ignored, (outcome, asked))
        }) else {
            return;
        };
        if let Some((ticket, ask)) = asked {
            self.editor.with_untracked(|editor| self.helper.ask(ticket, ask, editor.template()));
        }
        if matches!(outcome, Outcome::Preview | Outcome::Committed) {
            let document = self.editor.with_untracked(|editor| editor.template().to_json());
            if outcome == Outcome::Committed {
                self.saving.changed(document.clone());
            }
            self.editor.with_untracked(|editor| self.preview.show(editor, document));
        }
        self.follow_canvas();
        if matches!(outcome, Outcome::Committed) || (outcome == Outcome::Preview && !self.is_dragging()) {
            self.march();
        }
    }

    /// A canvas of another size is fitted anew.
    fn follow_canvas(self) {
        let canvas = self.editor.with_untracked(|editor| editor.template().canvas);
        if canvas != self.canvas.get_value() {
            self.canvas.set_value(canvas);
            self.fit();
        }
    }

    fn is_dragging(self) -> bool {
        self.editor.with_untracked(Editor::is_dragging)
    }

    /// Lets the editor take in what the server has already.
    pub fn show_theirs(self, action: impl FnOnce(&mut Editor) -> Outcome) {
        self.editor.update(|editor| {
            action(editor);
        });
        self.follow_canvas();
        self.show();
        self.march();
    }

    /// Shows the document as it is now.
    pub fn show(self) {
        self.editor.with_untracked(|editor| self.preview.show(editor, editor.template().to_json()));
    }

    /// Traces the mask anew, if it is shown as a marching line.
    pub fn march(self) {
        if self.preview.mask_view.get_untracked() != MaskView::Ants {
            return self.ants.set(Vec::new());
        }
        self.editor.with_untracked(|editor| match editor.layer() {
            Some(layer) if layer.mask.is_some() => self.helper.outline(layer.id, Purpose::Ants, editor.template()),
            _ => self.ants.set(Vec::new()),
        });
    }

    fn take_in(self, found: Found) {
        match found {
            Found::Answer(ticket, answer) => self.act(|editor| editor.answer(ticket, answer)),
            // The strip of colours takes it in.
            Found::Small(..) => {}
            Found::Outline(layer, purpose, parts) => match purpose {
                Purpose::Ants => {
                    let rings = parts.iter().flat_map(|part| std::iter::once(&part.outline).chain(&part.holes));
                    self.ants.set(rings.map(|outline| outline.flattened(1.0)).collect());
                }
                Purpose::Convert | Purpose::Smooth => {
                    // Another layer may have been chosen meanwhile.
                    if self.editor.with_untracked(Editor::active) == Some(layer) {
                        self.act(|editor| editor.replace_mask(parts));
                    }
                }
                Purpose::Svg => {
                    let (name, file) = self.editor.with_untracked(|editor| {
                        let template = editor.template();
                        (template.name.clone(), download::mask_svg(template.canvas, &parts))
                    });
                    download::offer(&t!("editor-mask-file", name = name), "svg", "image/svg+xml", file.as_bytes());
                }
            },
            Found::MaskFile(file) => {
                let name = self.editor.with_untracked(|editor| editor.template().name.clone());
                download::offer(&t!("editor-mask-file", name = name), "png", "image/png", &file);
            }
        }
    }

    /// Changes how the canvas lies on the stage.
    pub fn move_view(self, change: impl FnOnce(View) -> View) {
        self.view.update(|view| *view = change(*view));
        self.settle_view();
    }

    /// The whole canvas on the stage.
    pub fn fit(self) {
        let canvas = self.editor.with_untracked(|editor| editor.template().canvas);
        self.move_view(|_| View::fitted(canvas, self.stage.get_untracked()));
    }

    pub fn middle(self) -> Point {
        let (width, height) = self.stage.get_untracked();
        Point::new(width / 2.0, height / 2.0)
    }

    /// Once the view has come to rest, the editor and the pictures hear of it.
    fn settle_view(self) {
        const REST: std::time::Duration = std::time::Duration::from_millis(90);
        let view = self.view.get_untracked();
        self.editor.update_untracked(|editor| {
            editor.set_unit(1.0 / view.zoom());
        });
        if let Some(timer) = self.looking.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let look = move || {
            self.preview.look(self.view.get_untracked(), self.stage.get_untracked());
            // Handles that stand off by CSS pixels have moved.
            self.act(|_| Outcome::Overlay);
        };
        self.looking.set_value(self.scope.later(REST, look));
    }
}
