//! Where and how a design lies: fit, size, turn, offset, folds, print area, corners.

use document::{Cylinder, Displacement, Feather, Fit, Measure, Placement, PrintArea, Ranged, Scale, geometry::Point};
use leptos::prelude::*;

use super::super::{
    bench::Bench,
    control::{check, number_field, number_slider, segments},
};
use ui::{icons, t};

#[component]
pub fn PlacementSettings(bench: Bench) -> impl IntoView {
    let placed = move |number: fn(&Placement) -> f32, without: f32| {
        bench.editor.with(|editor| editor.placement().map_or(without, number))
    };
    let fit = Signal::derive(move || bench.editor.with(|editor| editor.placement().map(|p| p.fit).unwrap_or_default()));
    let fits = vec![
        (Fit::Contain, t!("fit-contain")),
        (Fit::Cover, t!("fit-cover")),
        (Fit::Stretch, t!("fit-stretch")),
        (Fit::Tile, t!("fit-tile")),
    ];
    let offset = move |axis: usize, percent: f32| {
        let now = bench.editor.with_untracked(|editor| editor.placement().map(|placement| placement.offset));
        if let (Some(mut offset), Ok(percent)) = (now, Measure::try_from(percent)) {
            offset[axis] = percent;
            bench.act(|editor| editor.set_offset(offset));
        }
    };
    view! {
        {segments(t!("editor-fit"), fits, fit, move |fit| bench.act(|editor| editor.set_fit(fit)))}
        {number_slider(t!("editor-scale"), 1..=400, move || placed(|p| p.scale.0.get(), 100.0), move |percent| {
            if let Ok(percent) = Measure::try_from(percent) {
                bench.act(|editor| editor.set_scale(Scale(percent)));
            }
        })}
        {number_slider(t!("editor-rotation"), -180..=180, move || placed(|p| p.rotation.get(), 0.0), move |degrees| {
            if let Ok(degrees) = Measure::try_from(degrees) {
                bench.act(|editor| editor.set_rotation(degrees));
            }
        })}
        {number_slider(t!("editor-offset-x"), -100..=100, move || placed(|p| p.offset[0].get(), 0.0), move |x| offset(0, x))}
        {number_slider(t!("editor-offset-y"), -100..=100, move || placed(|p| p.offset[1].get(), 0.0), move |y| offset(1, y))}
        <RoundSettings bench />
        <Folds bench />
        <Print bench />
        <Corners bench />
    }
}

#[component]
fn RoundSettings(bench: Bench) -> impl IntoView {
    let cylinder = move || bench.editor.with(|editor| editor.placement().and_then(|placement| placement.cylinder));
    let on = Memo::new(move |_| cylinder().is_some());
    let set = move |change: &dyn Fn(Cylinder) -> Cylinder| {
        let half = Cylinder { arc: Ranged::try_from(120).unwrap_or_default(), bend: Ranged::default() };
        let changed = change(cylinder().unwrap_or(half));
        bench.act(|editor| editor.set_cylinder(Some(changed)));
    };
    view! {
        {check(t!("cylinder-on"), move || on.get(), move |on| match on {
            true => set(&|cylinder| cylinder),
            false => bench.act(|editor| editor.set_cylinder(None)),
        })}
        <Show when=move || on.get()>
            {number_slider(t!("cylinder-arc"), 1..=180, move || cylinder().map_or(0.0, |c| f32::from(c.arc.get())), move |arc| {
                if let Ok(arc) = Ranged::try_from(arc as i16) {
                    set(&|cylinder| Cylinder { arc, ..cylinder });
                }
            })}
            {number_slider(t!("cylinder-bend"), -100..=100, move || cylinder().map_or(0.0, |c| f32::from(c.bend.get())), move |bend| {
                if let Ok(bend) = Ranged::try_from(bend as i16) {
                    set(&|cylinder| Cylinder { bend, ..cylinder });
                }
            })}
        </Show>
    }
}

/// The design follows the photo's own folds.
#[component]
fn Folds(bench: Bench) -> impl IntoView {
    let folds = move || bench.editor.with(|editor| editor.placement().and_then(|placement| placement.displacement));
    let on = Memo::new(move |_| folds().is_some());
    let begin = move || {
        let Some(image) = bench.editor.with_untracked(editor::Editor::photo) else { return };
        let measure = |value: f32| Measure::try_from(value).unwrap_or_default();
        let blur = Feather::try_from(4.0).unwrap_or_default();
        let displacement = Displacement { image, x: measure(12.0), y: measure(12.0), blur, neutral: 128 };
        bench.act(|editor| editor.set_displacement(Some(displacement)));
    };
    let set = move |change: &dyn Fn(Displacement) -> Displacement| {
        if let Some(folds) = folds() {
            bench.act(|editor| editor.set_displacement(Some(change(folds))));
        }
    };
    view! {
        {check(t!("folds-on"), move || on.get(), move |on| match on {
            true => begin(),
            false => bench.act(|editor| editor.set_displacement(None)),
        })}
        <Show when=move || on.get()>
            {number_slider(t!("folds-x"), -100..=100, move || folds().map_or(0.0, |f| f.x.get()), move |x| {
                if let Ok(x) = Measure::try_from(x) {
                    set(&|folds| Displacement { x, ..folds });
                }
            })}
            {number_slider(t!("folds-y"), -100..=100, move || folds().map_or(0.0, |f| f.y.get()), move |y| {
                if let Ok(y) = Measure::try_from(y) {
                    set(&|folds| Displacement { y, ..folds });
                }
            })}
            {number_slider(t!("folds-blur"), 0..=100, move || folds().map_or(0.0, |f| f.blur.get()), move |blur| {
                if let Ok(blur) = Measure::try_from(blur) {
                    set(&|folds| Displacement { blur, ..folds });
                }
            })}
            {number_slider(t!("folds-neutral"), 0..=255, move || folds().map_or(0.0, |f| f32::from(f.neutral)), move |neutral| {
                set(&|folds| Displacement { neutral: neutral as u8, ..folds });
            })}
        </Show>
    }
}

/// How large the area is in print, and whether the design has enough pixels for it.
#[component]
fn Print(bench: Bench) -> impl IntoView {
    let print = move || bench.editor.with(|editor| editor.placement().and_then(|placement| placement.print));
    let on = Memo::new(move |_| print().is_some());
    let begin = move || {
        // In the area's proportions, as wide as a hand.
        let (width, height) =
            bench.editor.with_untracked(|editor| editor.quad().map_or((1.0, 1.0), |quad| quad.mean_size()));
        let measure = |value: f64| Measure::try_from(value.clamp(1.0, 5000.0).round() as f32).unwrap_or_default();
        let area = PrintArea {
            width: measure(200.0),
            height: measure(200.0 * height / width),
            dpi: Ranged::try_from(150).unwrap_or_default(),
        };
        bench.act(|editor| editor.set_print(Some(area)));
    };
    let set = move |change: &dyn Fn(PrintArea) -> PrintArea| {
        if let Some(area) = print() {
            bench.act(|editor| editor.set_print(Some(change(area))));
        }
    };
    let resolution = Memo::new(move |_| {
        let design = bench.design.get()?;
        bench.editor.with(|editor| {
            let placement = editor.placement()?;
            let area = placement.print?;
            // In whole dots, as they are shown.
            Some((area.dpi_of((design.image.width, design.image.height), placement).round(), f64::from(area.dpi.get())))
        })
    });
    view! {
        {check(t!("print-on"), move || on.get(), move |on| match on {
            true => begin(),
            false => bench.act(|editor| editor.set_print(None)),
        })}
        <Show when=move || on.get()>
            {number_slider(t!("print-width"), 1..=1000, move || print().map_or(0.0, |p| p.width.get()), move |width| {
                if let Ok(width) = Measure::try_from(width) {
                    set(&|area| PrintArea { width, ..area });
                }
            })}
            {number_slider(t!("print-height"), 1..=1000, move || print().map_or(0.0, |p| p.height.get()), move |height| {
                if let Ok(height) = Measure::try_from(height) {
                    set(&|area| PrintArea { height, ..area });
                }
            })}
            {number_slider(t!("print-dpi"), 50..=600, move || print().map_or(0.0, |p| f32::from(p.dpi.get())), move |dpi| {
                if let Ok(dpi) = Ranged::try_from(dpi as i16) {
                    set(&|area| PrintArea { dpi, ..area });
                }
            })}
            <div role="status">
                {move || resolution.get().map(|(has, wanted)| {
                    let (has_text, wanted_text) = (format!("{has:.0}"), format!("{wanted:.0}"));
                    if has < wanted {
                        view! { <p class="note note-warning"><icons::Warning />{t!("print-too-low", dpi = has_text, wanted = wanted_text)}</p> }.into_any()
                    } else {
                        view! { <p class="muted">{t!("print-enough", dpi = has_text)}</p> }.into_any()
                    }
                })}
            </div>
        </Show>
    }
}

/// The corners as numbers, for exact places and for those who use no pointer.
#[component]
fn Corners(bench: Bench) -> impl IntoView {
    let coordinate = move |index: usize, of: fn(Point) -> f64| {
        bench.editor.with(|editor| editor.quad().map(|quad| format!("{:.0}", of(quad.corners()[index]))))
    };
    let names = [
        t!("handle-corner-top-left"),
        t!("handle-corner-top-right"),
        t!("handle-corner-bottom-right"),
        t!("handle-corner-bottom-left"),
    ];
    let row = move |(index, name): (usize, String)| {
        let label = name.clone();
        let set = move |x: Option<f64>, y: Option<f64>| {
            let Some(at) = bench.editor.with_untracked(|editor| editor.quad().map(|quad| quad.corners()[index])) else {
                return;
            };
            bench.act(|editor| editor.set_corner(index, Point::new(x.unwrap_or(at.x), y.unwrap_or(at.y))));
        };
        view! {
            <div class="corner" role="group" aria-label=label>
                <span aria-hidden="true">{name}</span>
                {number_field(Some("x".to_owned()), None, move || coordinate(index, |at| at.x), move |x| set(Some(x), None))}
                {number_field(Some("y".to_owned()), None, move || coordinate(index, |at| at.y), move |y| set(None, Some(y)))}
            </div>
        }
    };
    view! {
        <details>
            <summary>{t!("editor-corners")}</summary>
            {names.into_iter().enumerate().map(row).collect_view()}
        </details>
    }
}
