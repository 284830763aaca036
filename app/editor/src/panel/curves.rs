//! The curves of an adjustment: points on a square, dragged, added and moved by keys.

use document::{Adjustment, Curve, LayerContent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::super::{
    bench::Bench,
    control::{number_field, segments},
};
use ui::t;

/// Around the square of 255 x 255 lies room for half a point.
const MARGIN: f64 = 8.0;
/// How near a pointer must come to a point, in steps of 255.
const REACH: f64 = 14.0;

#[derive(Clone, Copy, PartialEq)]
enum Channel {
    All,
    Red,
    Green,
    Blue,
}

impl Channel {
    fn class(self) -> &'static str {
        match self {
            Self::All => "curve-line",
            Self::Red => "curve-line curve-red",
            Self::Green => "curve-line curve-green",
            Self::Blue => "curve-line curve-blue",
        }
    }
}

/// All channels' curve, then red's, green's and blue's.
fn curves(bench: Bench) -> [Curve; 4] {
    bench.editor.with(|editor| match editor.layer().map(|layer| &layer.content) {
        Some(LayerContent::Adjustment { adjustment: Adjustment::Curves { all, red, green, blue } }) => {
            [all, red, green, blue].map(Clone::clone)
        }
        _ => Default::default(),
    })
}

#[component]
pub fn CurvesSettings(bench: Bench) -> impl IntoView {
    let channel = RwSignal::new(Channel::All);
    let chosen = RwSignal::new(0_usize);
    let curve = Memo::new(move |_| curves(bench)[channel.get() as usize].clone());
    let set = move |changed: Curve| {
        let mut curves = untrack(|| curves(bench));
        curves[channel.get_untracked() as usize] = changed;
        let [all, red, green, blue] = curves;
        bench.act(|editor| editor.set_adjustment(Adjustment::Curves { all, red, green, blue }));
    };
    let place = move |index: usize, to: [u8; 2]| set(curve.get_untracked().with_point_moved(index, to));
    let remove = move |index: usize| {
        if let Some(fewer) = curve.get_untracked().without_point(index) {
            chosen.set(index.min(fewer.points().len() - 1));
            set(fewer);
        }
    };
    let channels = vec![
        (Channel::All, t!("curve-all")),
        (Channel::Red, t!("curve-red")),
        (Channel::Green, t!("curve-green")),
        (Channel::Blue, t!("curve-blue")),
    ];
    let choose = move |own| {
        chosen.set(0);
        channel.set(own);
    };
    let point = move || curve.with(|curve| curve.points().get(chosen.get()).copied().unwrap_or_default());
    let field = move |axis: usize, name: String| {
        let set = move |value: f64| {
            let mut to = untrack(point);
            to[axis] = step(value);
            place(chosen.get_untracked(), to);
        };
        view! { <label>{name} {number_field(None, Some(0..=255), move || Some(point()[axis].to_string()), set)}</label> }
    };
    let removable = move || curve.with(|curve| curve.points().len() > 2);
    view! {
        {segments(t!("curve-channel"), channels, channel.into(), choose)}
        <Square curve chosen class=Signal::derive(move || channel.get().class()) set=Callback::new(set) remove=Callback::new(remove) />
        <div class="curve-fields">
            {field(0, t!("curve-input"))}
            {field(1, t!("curve-output"))}
            <button class="button" disabled=move || !removable() on:click=move |_| remove(chosen.get_untracked())>
                {t!("curve-remove")}
            </button>
        </div>
        <p class="muted">{t!("curve-text")}</p>
    }
}

#[component]
fn Square(
    curve: Memo<Curve>,
    chosen: RwSignal<usize>,
    class: Signal<&'static str>,
    set: Callback<Curve>,
    remove: Callback<usize>,
) -> impl IntoView {
    let dragging = RwSignal::new(false);
    let down = move |event: PointerEvent| {
        let Some((square, at)) = place(&event).filter(|_| event.button() == 0) else { return };
        let points = curve.with_untracked(|curve| curve.points().to_vec());
        let near = points.iter().position(|[x, y]| (f64::from(*x) - at[0]).hypot(f64::from(*y) - at[1]) < REACH);
        let index = match near {
            Some(index) => index,
            None => {
                let Some((more, index)) = curve.get_untracked().with_point_at(step(at[0])) else { return };
                set.run(more.with_point_moved(index, at.map(step)));
                index
            }
        };
        let _ = square.set_pointer_capture(event.pointer_id());
        chosen.set(index);
        dragging.set(true);
    };
    let moved = move |event: PointerEvent| {
        if let Some((_, at)) = place(&event).filter(|_| dragging.get_untracked()) {
            set.run(curve.get_untracked().with_point_moved(chosen.get_untracked(), at.map(step)));
        }
    };
    let line = move || {
        let outputs = curve.with(Curve::table);
        let points = outputs.iter().enumerate().map(|(x, y)| format!("{x},{:.1} ", 255.0 - y * 255.0));
        points.collect::<String>()
    };
    let count = Memo::new(move |_| curve.with(|curve| curve.points().len()));
    view! {
        <svg
            class="curve"
            viewBox=format!("{0} {0} {1} {1}", -MARGIN, 255.0 + 2.0 * MARGIN)
            role="group"
            aria-label=t!("adjustment-curves")
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| dragging.set(false)
            on:pointercancel=move |_| dragging.set(false)
        >
            <path class="curve-grid" d="M0 0H255V255H0ZM0 64H255M0 128H255M0 191H255M64 0V255M128 0V255M191 0V255M0 255L255 0" />
            <polyline class=move || class.get() points=line />
            <For each=move || 0..count.get() key=|index| *index let:index>
                <CurvePoint index curve chosen set remove />
            </For>
        </svg>
    }
}

#[component]
fn CurvePoint(
    index: usize,
    curve: Memo<Curve>,
    chosen: RwSignal<usize>,
    set: Callback<Curve>,
    remove: Callback<usize>,
) -> impl IntoView {
    let at = move || curve.with(|curve| curve.points().get(index).copied().unwrap_or_default());
    let pressed = move |event: KeyboardEvent| {
        let (by, [x, y]) = (if event.shift_key() { 10 } else { 1 }, untrack(at));
        let to = match event.key().as_str() {
            "ArrowLeft" => [x.saturating_sub(by), y],
            "ArrowRight" => [x.saturating_add(by), y],
            "ArrowUp" => [x, y.saturating_add(by)],
            "ArrowDown" => [x, y.saturating_sub(by)],
            "Delete" | "Backspace" => {
                event.prevent_default();
                return remove.run(index);
            }
            _ => return,
        };
        // The page's own keys would move what is on the picture.
        event.prevent_default();
        set.run(curve.get_untracked().with_point_moved(index, to));
    };
    let label = move || {
        let [input, output] = at();
        t!("curve-point", number = index + 1, input = u32::from(input), output = u32::from(output))
    };
    view! {
        <circle
            class="curve-point"
            class:curve-chosen=move || chosen.get() == index
            cx=move || at()[0]
            cy=move || 255 - at()[1]
            r="5"
            tabindex="0"
            role="button"
            aria-label=label
            on:focus=move |_| chosen.set(index)
            on:keydown=pressed
        />
    }
}

/// The square, and where on it the pointer is: to the right and upwards, 0 to 255.
fn place(event: &PointerEvent) -> Option<(Element, [f64; 2])> {
    let square = event.current_target()?.dyn_into::<Element>().ok()?;
    let shown = square.get_bounding_client_rect();
    let unit = (255.0 + 2.0 * MARGIN) / shown.width().max(1.0);
    let x = (f64::from(event.client_x()) - shown.left()) * unit - MARGIN;
    let y = (f64::from(event.client_y()) - shown.top()) * unit - MARGIN;
    Some((square, [x, 255.0 - y]))
}

fn step(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
