//! Everything that can be done by a key, the command list or a menu, in one place.

use document::{Adjustment, Color, Measure};
use editor::{Editor, Look, NewLayer, Outcome, Shift, Tool};
use leptos::prelude::*;

use super::{
    bench::{Bench, Dialog},
    clipboard,
    helper::Purpose,
    picture::MaskView,
};
use ui::{i18n, t};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Undo,
    Redo,
    Tool(Tool),
    Fit,
    ActualSize,
    ZoomIn,
    ZoomOut,
    Upright,
    Rulers,
    Compare,
    ShowMask,
    Copy,
    CopyMask,
    Paste,
    Duplicate,
    Group,
    Ungroup,
    DeleteLayers,
    LayerUp,
    LayerDown,
    AddPlacement,
    AddFill,
    AddLight,
    AddBrightness,
    AddLevels,
    AddCurves,
    AddHue,
    AddRecolor,
    AddLook(Look),
    InvertMask,
    ConvertMask,
    SmoothMask,
    RemoveMask,
    MaskPng,
    MaskSvg,
    GuideUpright,
    GuideLevel,
    ClearGuides,
    NextPoint,
    PreviousPoint,
    BrushLarger,
    BrushSmaller,
    History,
    Commands,
    Keys,
}

/// All but the tools and looks.
const OTHERS: [Command; 43] = [
    Command::Undo,
    Command::Redo,
    Command::Fit,
    Command::ActualSize,
    Command::ZoomIn,
    Command::ZoomOut,
    Command::Upright,
    Command::Rulers,
    Command::Compare,
    Command::ShowMask,
    Command::Copy,
    Command::CopyMask,
    Command::Paste,
    Command::Duplicate,
    Command::Group,
    Command::Ungroup,
    Command::DeleteLayers,
    Command::LayerUp,
    Command::LayerDown,
    Command::AddPlacement,
    Command::AddFill,
    Command::AddLight,
    Command::AddBrightness,
    Command::AddLevels,
    Command::AddCurves,
    Command::AddHue,
    Command::AddRecolor,
    Command::InvertMask,
    Command::ConvertMask,
    Command::SmoothMask,
    Command::RemoveMask,
    Command::MaskPng,
    Command::MaskSvg,
    Command::GuideUpright,
    Command::GuideLevel,
    Command::ClearGuides,
    Command::NextPoint,
    Command::PreviousPoint,
    Command::BrushLarger,
    Command::BrushSmaller,
    Command::History,
    Command::Commands,
    Command::Keys,
];

impl Command {
    pub fn all() -> impl Iterator<Item = Self> {
        Tool::ALL.into_iter().map(Self::Tool).chain(Look::ALL.into_iter().map(Self::AddLook)).chain(OTHERS)
    }

    /// What people read.
    pub fn name(self) -> String {
        match self {
            Self::Tool(tool) => i18n::text(&format!("tool-{}", tool.as_str())),
            Self::AddLook(look) => t!("command-add-look", look = look_name(look)),
            other => i18n::text(other.key()),
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Tool(_) => "editor-tools",
            Self::AddLook(_) => "command-add-look",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Fit => "command-fit",
            Self::ActualSize => "command-actual-size",
            Self::ZoomIn => "command-zoom-in",
            Self::ZoomOut => "command-zoom-out",
            Self::Upright => "command-upright",
            Self::Rulers => "command-rulers",
            Self::Compare => "command-compare",
            Self::ShowMask => "command-show-mask",
            Self::Copy => "command-copy",
            Self::CopyMask => "command-copy-mask",
            Self::Paste => "command-paste",
            Self::Duplicate => "command-duplicate",
            Self::Group => "command-group",
            Self::Ungroup => "command-ungroup",
            Self::DeleteLayers => "command-delete-layers",
            Self::LayerUp => "command-layer-up",
            Self::LayerDown => "command-layer-down",
            Self::AddPlacement => "command-add-placement",
            Self::AddFill => "command-add-fill",
            Self::AddLight => "command-add-light",
            Self::AddBrightness => "command-add-brightness",
            Self::AddLevels => "command-add-levels",
            Self::AddCurves => "command-add-curves",
            Self::AddHue => "command-add-hue",
            Self::AddRecolor => "command-add-recolor",
            Self::InvertMask => "command-invert-mask",
            Self::ConvertMask => "command-convert-mask",
            Self::SmoothMask => "command-smooth-mask",
            Self::RemoveMask => "editor-remove-mask",
            Self::MaskPng => "command-mask-png",
            Self::MaskSvg => "command-mask-svg",
            Self::GuideUpright => "command-guide-upright",
            Self::GuideLevel => "command-guide-level",
            Self::ClearGuides => "command-clear-guides",
            Self::NextPoint => "command-next-point",
            Self::PreviousPoint => "command-previous-point",
            Self::BrushLarger => "command-brush-larger",
            Self::BrushSmaller => "command-brush-smaller",
            Self::History => "command-history",
            Self::Commands => "command-commands",
            Self::Keys => "command-keys",
        }
    }

    /// As it is written on keys, `Ctrl` standing for Command too.
    pub fn shortcut(self) -> Option<&'static str> {
        Some(match self {
            Self::Tool(tool) => match tool {
                Tool::Move => "V",
                Tool::Perspective => "C",
                Tool::Cylinder => "U",
                Tool::Mesh => "G",
                Tool::Pen => "P",
                Tool::Polygon => "N",
                Tool::Rectangle => "M",
                Tool::Ellipse => "O",
                Tool::Lasso => "L",
                Tool::Magnetic => "K",
                Tool::Brush => "B",
                Tool::Eraser => "E",
                Tool::Wand => "W",
                Tool::Object => "A",
                Tool::Crop => "T",
            },
            Self::Undo => "Ctrl+Z",
            Self::Redo => "Ctrl+Shift+Z",
            Self::Fit => "0",
            Self::ActualSize => "1",
            Self::ZoomIn => "+",
            Self::ZoomOut => "-",
            Self::Upright => "Shift+U",
            Self::Rulers => "Shift+R",
            Self::Compare => "\\",
            Self::ShowMask => "Q",
            Self::Copy => "Ctrl+C",
            Self::Paste => "Ctrl+V",
            Self::Duplicate => "Ctrl+J",
            Self::Group => "Ctrl+G",
            Self::Ungroup => "Ctrl+Shift+G",
            Self::DeleteLayers => "Ctrl+Delete",
            Self::LayerUp => "Ctrl+]",
            Self::LayerDown => "Ctrl+[",
            Self::InvertMask => "Ctrl+I",
            Self::NextPoint => ".",
            Self::PreviousPoint => ",",
            Self::BrushLarger => "]",
            Self::BrushSmaller => "[",
            Self::History => "Shift+H",
            Self::Commands => "Ctrl+K",
            Self::Keys => "?",
            Self::CopyMask
            | Self::AddPlacement
            | Self::AddFill
            | Self::AddLight
            | Self::AddBrightness
            | Self::AddLevels
            | Self::AddCurves
            | Self::AddHue
            | Self::AddRecolor
            | Self::AddLook(_)
            | Self::ConvertMask
            | Self::SmoothMask
            | Self::RemoveMask
            | Self::MaskPng
            | Self::MaskSvg
            | Self::GuideUpright
            | Self::GuideLevel
            | Self::ClearGuides => return None,
        })
    }

    pub fn run(self, bench: Bench) {
        match self {
            Self::Tool(tool) => bench.act(|editor| editor.choose(tool)),
            Self::Undo => bench.act(Editor::undo),
            Self::Redo => bench.act(Editor::redo),
            Self::Fit => bench.fit(),
            Self::ActualSize => bench.move_view(|view| view.zoomed_to(bench.middle(), 1.0)),
            Self::ZoomIn => bench.move_view(|view| view.zoomed_at(bench.middle(), 1.25)),
            Self::ZoomOut => bench.move_view(|view| view.zoomed_at(bench.middle(), 0.8)),
            Self::Upright => bench.move_view(|view| view.upright(bench.middle())),
            Self::Rulers => bench.rulers.update(|shown| *shown = !*shown),
            Self::Compare => {
                bench.preview.comparing.update(|on| *on = !*on);
                bench.show();
            }
            Self::ShowMask => show_mask(bench, next_view(bench.preview.mask_view.get_untracked())),
            Self::Copy => clipboard::copy(bench.editor.with_untracked(Editor::copy_layers)),
            Self::CopyMask => clipboard::copy(bench.editor.with_untracked(Editor::copy_mask)),
            Self::Paste => clipboard::paste(bench, None),
            Self::Duplicate => bench.act(Editor::duplicate_layers),
            Self::Group => bench.act(|editor| editor.group_layers(&t!("layer-group"))),
            Self::Ungroup => bench.act(Editor::ungroup_layers),
            Self::DeleteLayers => bench.act(Editor::delete_layers),
            Self::LayerUp => bench.act(|editor| editor.shift_layer(Shift::Up)),
            Self::LayerDown => bench.act(|editor| editor.shift_layer(Shift::Down)),
            Self::AddPlacement => add(bench, t!("layer-placement"), NewLayer::Placement),
            Self::AddFill => add(bench, t!("layer-fill"), NewLayer::Fill(Color { r: 200, g: 200, b: 200 })),
            Self::AddLight => {
                if let Some(photo) = bench.editor.with_untracked(Editor::photo) {
                    add(bench, t!("layer-light"), NewLayer::Light(photo));
                }
            }
            Self::AddBrightness => {
                let (brightness, contrast) = Default::default();
                let adjustment = Adjustment::BrightnessContrast { brightness, contrast };
                add(bench, t!("adjustment-brightness-contrast"), NewLayer::Adjustment(adjustment));
            }
            Self::AddLevels => {
                let (all, red, green, blue) = Default::default();
                add(bench, t!("adjustment-levels"), NewLayer::Adjustment(Adjustment::Levels { all, red, green, blue }));
            }
            Self::AddCurves => {
                let (all, red, green, blue) = Default::default();
                add(bench, t!("adjustment-curves"), NewLayer::Adjustment(Adjustment::Curves { all, red, green, blue }));
            }
            Self::AddHue => {
                let (hue, saturation, lightness) = Default::default();
                let adjustment = Adjustment::HueSaturation { hue, saturation, lightness };
                add(bench, t!("adjustment-hue-saturation"), NewLayer::Adjustment(adjustment));
            }
            Self::AddRecolor => {
                let (from, to) = (Color { r: 230, g: 230, b: 230 }, Color { r: 60, g: 90, b: 150 });
                let adjustment = Adjustment::Recolor { from, to, choices: Vec::new() };
                add(bench, t!("adjustment-recolor"), NewLayer::Adjustment(adjustment));
            }
            Self::AddLook(look) => add(bench, look_name(look), NewLayer::Look(look)),
            Self::InvertMask => bench.act(|editor| {
                let inverted = editor.mask().is_some_and(|mask| mask.inverted);
                editor.set_inverted(!inverted)
            }),
            Self::ConvertMask => outline(bench, Purpose::Convert),
            Self::SmoothMask => outline(bench, Purpose::Smooth),
            Self::RemoveMask => bench.act(Editor::remove_mask),
            Self::MaskPng => bench.editor.with_untracked(|editor| {
                if let Some(layer) = editor.layer().filter(|layer| layer.mask.is_some()) {
                    bench.helper.mask_file(layer.id, editor.template());
                }
            }),
            Self::MaskSvg => outline(bench, Purpose::Svg),
            Self::GuideUpright => bench.act(|editor| {
                let middle = f64::from(editor.template().canvas.width()) / 2.0;
                editor.set_guides(|guides| guides.x.push(middle))
            }),
            Self::GuideLevel => bench.act(|editor| {
                let middle = f64::from(editor.template().canvas.height()) / 2.0;
                editor.set_guides(|guides| guides.y.push(middle))
            }),
            Self::ClearGuides => bench.act(|editor| editor.set_guides(|guides| *guides = Default::default())),
            Self::NextPoint => step_through(bench, 1),
            Self::PreviousPoint => step_through(bench, -1),
            Self::BrushLarger => resize_brush(bench, 1.2),
            Self::BrushSmaller => resize_brush(bench, 1.0 / 1.2),
            Self::History => toggle(bench, Dialog::History),
            Self::Commands => toggle(bench, Dialog::Commands),
            Self::Keys => toggle(bench, Dialog::Keys),
        }
    }
}

fn look_name(look: Look) -> String {
    i18n::text(&format!("look-{}", look.as_str()))
}

fn add(bench: Bench, name: String, new: NewLayer) {
    bench.act(|editor| editor.add_layer(&name, new));
}

fn toggle(bench: Bench, dialog: Dialog) {
    bench.dialog.update(|open| *open = if *open == Some(dialog) { None } else { Some(dialog) });
}

fn outline(bench: Bench, purpose: Purpose) {
    bench.editor.with_untracked(|editor| {
        if let Some(layer) = editor.layer().filter(|layer| layer.mask.is_some()) {
            bench.helper.outline(layer.id, purpose, editor.template());
        }
    });
}

fn next_view(view: MaskView) -> MaskView {
    match view {
        MaskView::Off => MaskView::Overlay,
        MaskView::Overlay => MaskView::Ants,
        MaskView::Ants => MaskView::BlackWhite,
        MaskView::BlackWhite => MaskView::Off,
    }
}

pub fn show_mask(bench: Bench, view: MaskView) {
    bench.preview.mask_view.set(view);
    bench.show();
    bench.march();
}

/// Selects the next handle, so that arrow keys move it.
fn step_through(bench: Bench, by: isize) {
    bench.act(|editor| {
        let handles = editor.overlay().handles;
        if handles.is_empty() {
            return Outcome::Ignored;
        }
        let count = handles.len() as isize;
        let now = handles.iter().position(|handle| handle.selected);
        let next = now.map_or(if by > 0 { 0 } else { count - 1 }, |now| (now as isize + by).rem_euclid(count));
        editor.select(Some(handles[next as usize].id))
    });
}

fn resize_brush(bench: Bench, factor: f32) {
    bench.act(|editor| {
        editor.set_manner(|manner| {
            let size = (manner.brush.size.get() * factor).clamp(1.0, 5000.0);
            manner.brush.size = Measure::try_from(size).unwrap_or(manner.brush.size);
        })
    });
}
