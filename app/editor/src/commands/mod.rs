//! Everything that can be done by a key, the command list or a menu, in one place.

mod actions;

use editor::{Editor, Look, NewLayer, Shift, Tool};
use leptos::prelude::*;
use ui::{i18n, t};

use super::{
    bench::{Bench, Dialog},
    clipboard,
    helper::Purpose,
    tools::face,
};
pub use actions::show_mask;
use actions::*;

/// A command's row: the key of its name, what is pressed for it, and what it does.
struct Row {
    name: &'static str,
    /// As it is written on keys, `Ctrl` standing for Command too.
    shortcut: Option<&'static str>,
    run: fn(Bench),
}

macro_rules! commands {
    ($($command:ident = $name:literal, $shortcut:expr, $run:expr;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Command {
            Tool(Tool),
            AddLook(Look),
            $($command),+
        }

        /// All but the tools and looks.
        const OTHERS: [Command; [$($name),+].len()] = [$(Command::$command),+];

        impl Command {
            fn row(self) -> Option<Row> {
                Some(match self {
                    Self::Tool(_) | Self::AddLook(_) => return None,
                    $(Self::$command => Row { name: $name, shortcut: $shortcut, run: $run }),+
                })
            }
        }
    };
}

commands! {
    Undo = "undo", Some("Ctrl+Z"), |bench| bench.act(Editor::undo);
    Redo = "redo", Some("Ctrl+Shift+Z"), |bench| bench.act(Editor::redo);
    Fit = "command-fit", Some("0"), |bench| bench.fit();
    ActualSize = "command-actual-size", Some("1"), |bench| bench.move_view(|view| view.zoomed_to(bench.middle(), 1.0));
    ZoomIn = "command-zoom-in", Some("+"), |bench| bench.move_view(|view| view.zoomed_at(bench.middle(), 1.25));
    ZoomOut = "command-zoom-out", Some("-"), |bench| bench.move_view(|view| view.zoomed_at(bench.middle(), 0.8));
    Upright = "command-upright", Some("Shift+U"), |bench| bench.move_view(|view| view.upright(bench.middle()));
    Rulers = "command-rulers", Some("Shift+R"), |bench| bench.rulers.update(|shown| *shown = !*shown);
    Compare = "command-compare", Some("\\"), compare;
    ShowMask = "command-show-mask", Some("Q"), show_mask_next;
    Copy = "command-copy", Some("Ctrl+C"), |bench| clipboard::copy(bench.editor.with_untracked(Editor::copy_layers));
    CopyMask = "command-copy-mask", None, |bench| clipboard::copy(bench.editor.with_untracked(Editor::copy_mask));
    Paste = "command-paste", Some("Ctrl+V"), |bench| clipboard::paste(bench, None);
    Duplicate = "command-duplicate", Some("Ctrl+J"), |bench| bench.act(Editor::duplicate_layers);
    Group = "command-group", Some("Ctrl+G"), |bench| bench.act(|editor| editor.group_layers(&t!("layer-group")));
    Ungroup = "command-ungroup", Some("Ctrl+Shift+G"), |bench| bench.act(Editor::ungroup_layers);
    DeleteLayers = "command-delete-layers", Some("Ctrl+Delete"), |bench| bench.act(Editor::delete_layers);
    LayerUp = "command-layer-up", Some("Ctrl+]"), |bench| bench.act(|editor| editor.shift_layer(Shift::Up));
    LayerDown = "command-layer-down", Some("Ctrl+["), |bench| bench.act(|editor| editor.shift_layer(Shift::Down));
    AddPlacement = "command-add-placement", None, |bench| add(bench, t!("layer-placement"), NewLayer::Placement);
    AddFill = "command-add-fill", None, add_fill;
    AddLight = "command-add-light", None, add_light;
    AddBrightness = "command-add-brightness", None, add_brightness;
    AddLevels = "command-add-levels", None, add_levels;
    AddCurves = "command-add-curves", None, add_curves;
    AddHue = "command-add-hue", None, add_hue;
    AddRecolor = "command-add-recolor", None, add_recolor;
    InvertMask = "command-invert-mask", Some("Ctrl+I"), invert_mask;
    ConvertMask = "command-convert-mask", None, |bench| outline(bench, Purpose::Convert);
    SmoothMask = "command-smooth-mask", None, |bench| outline(bench, Purpose::Smooth);
    RemoveMask = "editor-remove-mask", None, |bench| bench.act(Editor::remove_mask);
    MaskPng = "command-mask-png", None, mask_file;
    MaskSvg = "command-mask-svg", None, |bench| outline(bench, Purpose::Svg);
    GuideUpright = "command-guide-upright", None, guide_upright;
    GuideLevel = "command-guide-level", None, guide_level;
    ClearGuides = "command-clear-guides", None, |bench| bench.act(|editor| editor.set_guides(|guides| *guides = Default::default()));
    NextPoint = "command-next-point", Some("."), |bench| step_through(bench, 1);
    PreviousPoint = "command-previous-point", Some(","), |bench| step_through(bench, -1);
    BrushLarger = "command-brush-larger", Some("]"), |bench| resize_brush(bench, 1.2);
    BrushSmaller = "command-brush-smaller", Some("["), |bench| resize_brush(bench, 1.0 / 1.2);
    History = "command-history", Some("Shift+H"), |bench| toggle(bench, Dialog::History);
    Commands = "command-commands", Some("Ctrl+K"), |bench| toggle(bench, Dialog::Commands);
    Keys = "command-keys", Some("?"), |bench| toggle(bench, Dialog::Keys);
}

impl Command {
    pub fn all() -> impl Iterator<Item = Self> {
        Tool::ALL.into_iter().map(Self::Tool).chain(Look::ALL.into_iter().map(Self::AddLook)).chain(OTHERS)
    }

    /// What people read.
    pub fn name(self) -> String {
        match self {
            Self::Tool(tool) => i18n::text(&format!("tool-{}", tool.as_str())),
            Self::AddLook(look) => t!("command-add-look", look = look_name(look)),
            other => other.row().map(|row| i18n::text(row.name)).unwrap_or_default(),
        }
    }

    /// As it is written on keys, `Ctrl` standing for Command too.
    pub fn shortcut(self) -> Option<&'static str> {
        match self {
            Self::Tool(tool) => Some(face(tool).key),
            other => other.row()?.shortcut,
        }
    }

    pub fn run(self, bench: Bench) {
        match self {
            Self::Tool(tool) => bench.act(|editor| editor.choose(tool)),
            Self::AddLook(look) => add(bench, look_name(look), NewLayer::Look(look)),
            other => {
                if let Some(row) = other.row() {
                    (row.run)(bench);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_have_one_shortcut() {
        let mut shortcuts: Vec<_> = Command::all().filter_map(Command::shortcut).collect();
        let all = shortcuts.len();
        shortcuts.sort_unstable();
        shortcuts.dedup();
        assert_eq!((shortcuts.len(), all), (all, 15 + 26));
    }
}
