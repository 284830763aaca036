//! The tools, and how the one in hand works.

use document::{Combine, Measure, Ranged, geometry::Point};
use editor::{Editor, Event, Key, Reach, Tool};
use leptos::prelude::*;

use super::{
    bench::Bench,
    commands::{Command, show_mask},
    control::{number_field, number_slider, segments},
    picture::MaskView,
    tools::{Face, face},
};
use ui::{i18n, icons, t};

#[component]
pub fn Palette(bench: Bench) -> impl IntoView {
    let tool = Memo::new(move |_| bench.editor.with(Editor::tool));
    let button = move |own: Tool| {
        let name = i18n::text(&format!("tool-{}", own.as_str()));
        let Face { key, icon } = face(own);
        let title = format!("{name} ({key})");
        view! {
            <button
                class="button tool"
                class:tool-first=matches!(own, Tool::Pen | Tool::Crop)
                aria-pressed=move || if tool.get() == own { "true" } else { "false" }
                aria-keyshortcuts=key
                on:click=move |_| Command::Tool(own).run(bench)
                title=title
            >
                {icon()}
                <span class="visually-hidden">{name}</span>
            </button>
        }
    };
    view! {
        <div class="palette" role="toolbar" aria-label=t!("editor-tools") aria-orientation="vertical">
            {Tool::ALL.map(button).into_iter().collect_view()}
        </div>
    }
}

/// What the tool in hand can be told.
#[component]
pub fn Options(bench: Bench) -> impl IntoView {
    let tool = Memo::new(move |_| bench.editor.with(Editor::tool));
    view! {
        <div class="options" role="group" aria-label=t!("editor-options")>
            {move || match tool.get() {
                Tool::Move | Tool::Perspective => ().into_any(),
                Tool::Crop => view! { <CropOptions bench /> }.into_any(),
                Tool::Cylinder => view! { <CylinderOptions bench /> }.into_any(),
                Tool::Mesh => view! { <MeshOptions bench /> }.into_any(),
                Tool::Brush | Tool::Eraser => view! { <BrushOptions bench /> }.into_any(),
                Tool::Wand => view! { <JoinOptions bench /><WandOptions bench /> }.into_any(),
                Tool::Object => view! { <JoinOptions bench /><ObjectOptions bench /> }.into_any(),
                Tool::Pen | Tool::Polygon | Tool::Rectangle | Tool::Ellipse | Tool::Lasso | Tool::Magnetic => {
                    view! { <JoinOptions bench /> }.into_any()
                }
            }}
            <SelectedPoint bench />
            <MaskViews bench />
        </div>
    }
}

/// The selected handle as numbers, for exact places and for those who use no pointer.
#[component]
fn SelectedPoint(bench: Bench) -> impl IntoView {
    let point = Memo::new(move |_| {
        bench.editor.with(|editor| editor.selected().and_then(|id| Some((id, editor.handle_at(id)?))))
    });
    let set = move |x: Option<f64>, y: Option<f64>| {
        if let Some((id, at)) = point.get_untracked() {
            bench.act(|editor| editor.nudge(id, Point::new(x.unwrap_or(at.x), y.unwrap_or(at.y))));
        }
    };
    let number = move |of: fn(Point) -> f64| point.get().map(|(_, at)| format!("{:.1}", of(at)));
    view! {
        <Show when=move || point.with(Option::is_some)>
            <div class="point-fields" role="group" aria-label=t!("editor-selected")>
                <label>{t!("point-x")} {number_field(None, None, move || number(|at| at.x), move |x| set(Some(x), None))}</label>
                <label>{t!("point-y")} {number_field(None, None, move || number(|at| at.y), move |y| set(None, Some(y)))}</label>
            </div>
        </Show>
    }
}

#[component]
fn JoinOptions(bench: Bench) -> impl IntoView {
    let now = Signal::derive(move || bench.editor.with(|editor| editor.manner().combine));
    let choices = vec![
        (Combine::Add, t!("join-add")),
        (Combine::Subtract, t!("join-subtract")),
        (Combine::Intersect, t!("join-intersect")),
    ];
    segments(t!("editor-join"), choices, now, move |combine| {
        bench.act(|editor| editor.set_manner(|manner| manner.combine = combine));
    })
}

#[component]
fn MaskViews(bench: Bench) -> impl IntoView {
    let choices = vec![
        (MaskView::Off, t!("mask-view-off")),
        (MaskView::Overlay, t!("mask-view-overlay")),
        (MaskView::Ants, t!("mask-view-ants")),
        (MaskView::BlackWhite, t!("mask-view-black-white")),
    ];
    let has_mask = Memo::new(move |_| bench.editor.with(|editor| editor.mask().is_some()));
    let choices = StoredValue::new(choices);
    view! {
        <Show when=move || has_mask.get()>
            {segments(t!("editor-mask-view"), choices.get_value(), bench.preview.mask_view.into(), move |view| show_mask(bench, view))}
        </Show>
    }
}

#[component]
fn BrushOptions(bench: Bench) -> impl IntoView {
    let brush = move || bench.editor.with(|editor| editor.manner().brush);
    view! {
        {number_slider(
            t!("brush-size"),
            1..=1000,
            move || brush().size.get(),
            move |size| {
                if let Ok(size) = Measure::try_from(size) {
                    bench.act(|editor| editor.set_manner(|manner| manner.brush.size = size));
                }
            },
        )}
        {number_slider(
            t!("brush-hardness"),
            0..=100,
            move || f32::from(brush().hardness.get()),
            move |hardness| {
                if let Ok(hardness) = Ranged::try_from(hardness as i16) {
                    bench.act(|editor| editor.set_manner(|manner| manner.brush.hardness = hardness));
                }
            },
        )}
    }
}

#[component]
fn WandOptions(bench: Bench) -> impl IntoView {
    let reach = Signal::derive(move || bench.editor.with(|editor| editor.manner().reach));
    let choices = vec![(Reach::Connected, t!("wand-connected")), (Reach::Everywhere, t!("wand-everywhere"))];
    view! {
        {number_slider(
            t!("wand-tolerance"),
            0..=255,
            move || f32::from(bench.editor.with(|editor| editor.manner().tolerance)),
            move |tolerance| {
                bench.act(|editor| editor.set_manner(|manner| manner.tolerance = tolerance.clamp(0.0, 255.0) as u8));
            },
        )}
        {segments(t!("wand-reach"), choices, reach, move |reach| {
            bench.act(|editor| editor.set_manner(|manner| manner.reach = reach));
        })}
    }
}

#[component]
fn ObjectOptions(bench: Bench) -> impl IntoView {
    let scribble = Signal::derive(move || bench.editor.with(|editor| editor.manner().scribble));
    let choices = vec![(false, t!("object-box")), (true, t!("object-scribble"))];
    segments(t!("object-hint"), choices, scribble, move |scribble| {
        bench.act(|editor| editor.set_manner(|manner| manner.scribble = scribble));
    })
}

#[component]
fn CropOptions(bench: Bench) -> impl IntoView {
    view! {
        {number_slider(
            t!("crop-straighten"),
            -45..=45,
            move || bench.editor.with(|editor| editor.manner().straighten.get()),
            move |degrees| {
                if let Ok(degrees) = Measure::try_from(degrees) {
                    bench.act(|editor| editor.set_manner(|manner| manner.straighten = degrees));
                }
            },
        )}
        <button class="button" on:click=move |_| bench.act(|editor| editor.handle(Event::Key(Key::Enter)))>
            <icons::Check />
            {t!("crop-apply")}
        </button>
        <button
            class="button"
            on:click=move |_| bench.act(|editor| {
                editor.set_manner(|manner| manner.straighten = Measure::default());
                editor.start_over()
            })
        >
            {t!("crop-reset")}
        </button>
    }
}

#[component]
fn CylinderOptions(bench: Bench) -> impl IntoView {
    let round = move || bench.editor.with(|editor| editor.placement().is_some_and(|p| p.cylinder.is_some()));
    view! {
        <button class="button" disabled=move || !round() on:click=move |_| bench.act(|editor| editor.set_cylinder(None))>
            {t!("cylinder-flat")}
        </button>
    }
}

#[component]
fn MeshOptions(bench: Bench) -> impl IntoView {
    let bent = move || bench.editor.with(|editor| editor.placement().is_some_and(|p| p.mesh.is_some()));
    view! {
        <button class="button" on:click=move |_| bench.act(|editor| editor.refine_mesh(true, false))>{t!("mesh-columns")}</button>
        <button class="button" on:click=move |_| bench.act(|editor| editor.refine_mesh(false, true))>{t!("mesh-rows")}</button>
        <button class="button" disabled=move || !bent() on:click=move |_| bench.act(Editor::remove_mesh)>{t!("mesh-flat")}</button>
    }
}
