//! Rulers along the stage. Guides are pulled out of them, and moved and thrown away by their marks.

use document::{GUIDES_MAX, Guides, geometry::Point};
use editor::ruler_step;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::bench::Bench;
use ui::t;

/// About as many CSS pixels are between two numbers.
const ROOM: f64 = 64.0;
/// How wide a ruler is, in CSS pixels; as in the styles.
const WIDTH: f64 = 20.0;

#[derive(Clone, Copy, PartialEq)]
enum Axis {
    /// The ruler above: places from left to right, guides upright.
    X,
    /// The ruler beside: places from top to bottom, guides level.
    Y,
}

impl Axis {
    fn lines(self, guides: &Guides) -> &Vec<f64> {
        match self {
            Self::X => &guides.x,
            Self::Y => &guides.y,
        }
    }

    fn lines_mut(self, guides: &mut Guides) -> &mut Vec<f64> {
        match self {
            Self::X => &mut guides.x,
            Self::Y => &mut guides.y,
        }
    }

    fn of(self, p: Point) -> f64 {
        match self {
            Self::X => p.x,
            Self::Y => p.y,
        }
    }
}

#[component]
pub fn Rulers(bench: Bench) -> impl IntoView {
    // A turned canvas has no rulers that would be true.
    let shown = move || bench.rulers.get() && bench.view.get().turn_degrees() == 0.0;
    view! {
        <Show when=shown>
            <div class="ruler-corner"></div>
            <Ruler bench axis=Axis::X />
            <Ruler bench axis=Axis::Y />
        </Show>
    }
}

#[component]
fn Ruler(bench: Bench, axis: Axis) -> impl IntoView {
    let ruler = NodeRef::<leptos::svg::Svg>::new();
    // The guide in the hand: which one, unless it is new, and where it is.
    let held = RwSignal::new(None::<(Option<usize>, f64)>);
    let side = move || {
        let (width, height) = bench.stage.get();
        if axis == Axis::X { width } else { height }
    };
    let on_stage = move |at: f64| {
        let (zoom, origin) = (bench.view.get().zoom(), axis.of(bench.view.get().origin()));
        origin + at * zoom
    };
    let ticks = move || {
        let view = bench.view.get();
        let step = ruler_step(view.zoom(), ROOM);
        let first = ((-axis.of(view.origin())) / view.zoom() / step).floor() * step;
        let count = (side() / (step * view.zoom())).ceil() as usize + 2;
        (0..count.min(200)).map(|i| first + i as f64 * step).collect::<Vec<_>>()
    };
    let tick = move |at: f64| {
        let place = on_stage(at);
        let number = format!("{at:.0}");
        match axis {
            Axis::X => view! {
                <path d=format!("M{place:.1} 8V20") />
                <text x=place + 3.0 y="9">{number}</text>
            }
            .into_any(),
            Axis::Y => view! {
                <path d=format!("M8 {place:.1}H20") />
                <text x="9" y=place + 3.0 transform=format!("rotate(-90 9 {})", place + 3.0) text-anchor="end">{number}</text>
            }
            .into_any(),
        }
    };
    // Where on the canvas a pointer is, and whether it is back over the rulers.
    let place = move |event: &PointerEvent| -> Option<(f64, bool)> {
        let shown = ruler.get_untracked()?.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - shown.left(), f64::from(event.client_y()) - shown.top());
        let (along, across) = if axis == Axis::X { (x, y) } else { (y, x) };
        let view = bench.view.get_untracked();
        Some((((along - axis.of(view.origin())) / view.zoom()).round(), across < WIDTH))
    };
    let take = move |event: &PointerEvent, index: Option<usize>| {
        event.prevent_default();
        event.stop_propagation();
        if let Some(svg) = ruler.get_untracked() {
            let _ = svg.unchecked_ref::<Element>().set_pointer_capture(event.pointer_id());
        }
        if let Some((at, _)) = place(event) {
            held.set(Some((index, at)));
        }
    };
    let moved = move |event: PointerEvent| {
        if let (Some((index, _)), Some((at, _))) = (held.get_untracked(), place(&event)) {
            held.set(Some((index, at)));
        }
    };
    let put = move |index: Option<usize>, at: Option<f64>| {
        bench.act(|editor| {
            editor.set_guides(|guides| {
                let lines = axis.lines_mut(guides);
                match (index.filter(|index| *index < lines.len()), at) {
                    (Some(index), Some(at)) => lines[index] = at,
                    (Some(index), None) => drop(lines.remove(index)),
                    (None, Some(at)) if lines.len() < GUIDES_MAX => lines.push(at),
                    (None, _) => {}
                }
            })
        });
    };
    let released = move |event: PointerEvent| {
        if let (Some((index, _)), Some((at, back))) = (held.get_untracked(), place(&event)) {
            held.set(None);
            put(index, (!back).then_some(at));
        }
    };
    let guides = Memo::new(move |_| bench.editor.with(|editor| axis.lines(&editor.template().guides).clone()));
    let mark = move |(index, at): (usize, f64)| {
        let shape = move || {
            let place = on_stage(match held.get() {
                Some((Some(own), to)) if own == index => to,
                _ => at,
            });
            match axis {
                Axis::X => format!("M{} 8h10l-5 11z", place - 5.0),
                Axis::Y => format!("M8 {}v10l11 -5z", place - 5.0),
            }
        };
        let keys = move |event: KeyboardEvent| {
            let by = if event.shift_key() { 10.0 } else { 1.0 };
            let to = match event.key().as_str() {
                "ArrowLeft" | "ArrowUp" => Some(at - by),
                "ArrowRight" | "ArrowDown" => Some(at + by),
                "Delete" | "Backspace" => None,
                _ => return,
            };
            event.prevent_default();
            put(Some(index), to);
        };
        let label = move || match axis {
            Axis::X => t!("editor-guide-upright", at = format!("{at:.0}")),
            Axis::Y => t!("editor-guide-level", at = format!("{at:.0}")),
        };
        view! {
            <path
                class="guide-mark"
                d=shape
                tabindex="0"
                role="button"
                aria-label=label
                on:pointerdown=move |event| take(&event, Some(index))
                on:keydown=keys
            />
        }
    };
    let line = move || {
        let (_, at) = held.get()?;
        let (place, (width, height)) = (on_stage(at), bench.stage.get());
        Some(match axis {
            Axis::X => format!("M{place} 0V{}", height + WIDTH),
            Axis::Y => format!("M0 {place}H{}", width + WIDTH),
        })
    };
    view! {
        <svg
            node_ref=ruler
            translate="no"
            class=if axis == Axis::X { "ruler ruler-x" } else { "ruler ruler-y" }
            role="group"
            aria-label=if axis == Axis::X { t!("editor-ruler-x") } else { t!("editor-ruler-y") }
            on:pointerdown=move |event| take(&event, None)
            on:pointermove=moved
            on:pointerup=released
            on:pointercancel=move |_| held.set(None)
        >
            <g aria-hidden="true">{move || ticks().into_iter().map(tick).collect_view()}</g>
            {move || guides.get().into_iter().enumerate().map(mark).collect_view()}
            <path class="line-guide" d=move || line().unwrap_or_default() />
        </svg>
    }
}
