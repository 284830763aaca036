//! What commands do that takes more than a word.

use document::{Adjustment, Color, Measure};
use editor::{Editor, Look, NewLayer, Outcome};
use leptos::prelude::*;
use ui::{i18n, t};

use crate::{
    bench::{Bench, Dialog},
    helper::Purpose,
    picture::MaskView,
};

pub fn look_name(look: Look) -> String {
    i18n::text(&format!("look-{}", look.as_str()))
}

pub fn add(bench: Bench, name: String, new: NewLayer) {
    bench.act(|editor| editor.add_layer(&name, new));
}

pub fn toggle(bench: Bench, dialog: Dialog) {
    bench.dialog.update(|open| *open = if *open == Some(dialog) { None } else { Some(dialog) });
}

pub fn outline(bench: Bench, purpose: Purpose) {
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
pub fn step_through(bench: Bench, by: isize) {
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

pub fn resize_brush(bench: Bench, factor: f32) {
    bench.act(|editor| {
        editor.set_manner(|manner| {
            let size = (manner.brush.size.get() * factor).clamp(1.0, 5000.0);
            manner.brush.size = Measure::try_from(size).unwrap_or(manner.brush.size);
        })
    });
}

/// Shows the mask in the next of its views.
pub fn show_mask_next(bench: Bench) {
    show_mask(bench, next_view(bench.preview.mask_view.get_untracked()));
}

pub fn compare(bench: Bench) {
    bench.preview.comparing.update(|on| *on = !*on);
    bench.show();
}

pub fn mask_file(bench: Bench) {
    bench.editor.with_untracked(|editor| {
        if let Some(layer) = editor.layer().filter(|layer| layer.mask.is_some()) {
            bench.helper.mask_file(layer.id, editor.template());
        }
    });
}

pub fn invert_mask(bench: Bench) {
    bench.act(|editor| {
        let inverted = editor.mask().is_some_and(|mask| mask.inverted);
        editor.set_inverted(!inverted)
    });
}

pub fn add_light(bench: Bench) {
    if let Some(photo) = bench.editor.with_untracked(Editor::photo) {
        add(bench, t!("layer-light"), NewLayer::Light(photo));
    }
}

/// Adds an adjustment that changes nothing yet, but for the one that puts a colour for another.
pub fn adjust(bench: Bench, name: String, adjustment: Adjustment) {
    add(bench, name, NewLayer::Adjustment(adjustment));
}

pub fn add_brightness(bench: Bench) {
    let (brightness, contrast) = Default::default();
    adjust(bench, t!("adjustment-brightness-contrast"), Adjustment::BrightnessContrast { brightness, contrast });
}

pub fn add_levels(bench: Bench) {
    let (all, red, green, blue) = Default::default();
    adjust(bench, t!("adjustment-levels"), Adjustment::Levels { all, red, green, blue });
}

pub fn add_curves(bench: Bench) {
    let (all, red, green, blue) = Default::default();
    adjust(bench, t!("adjustment-curves"), Adjustment::Curves { all, red, green, blue });
}

pub fn add_hue(bench: Bench) {
    let (hue, saturation, lightness) = Default::default();
    adjust(bench, t!("adjustment-hue-saturation"), Adjustment::HueSaturation { hue, saturation, lightness });
}

pub fn add_recolor(bench: Bench) {
    let (from, to) = (Color { r: 230, g: 230, b: 230 }, Color { r: 60, g: 90, b: 150 });
    adjust(bench, t!("adjustment-recolor"), Adjustment::Recolor { from, to, choices: Vec::new() });
}

pub fn add_fill(bench: Bench) {
    add(bench, t!("layer-fill"), NewLayer::Fill(Color { r: 200, g: 200, b: 200 }));
}

pub fn guide_upright(bench: Bench) {
    bench.act(|editor| {
        let middle = f64::from(editor.template().canvas.width()) / 2.0;
        editor.set_guides(|guides| guides.x.push(middle))
    });
}

pub fn guide_level(bench: Bench) {
    bench.act(|editor| {
        let middle = f64::from(editor.template().canvas.height()) / 2.0;
        editor.set_guides(|guides| guides.y.push(middle))
    });
}
