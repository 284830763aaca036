//! The picture and, over it, what can be taken hold of.

use domain::geometry::Point;
use editor::{Event, Handle, HandleId, Key, Outcome, Pointer, Tool};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, PointerEvent, SvgElement};

use super::{Bench, notice_text};
use crate::t;

/// How near a pointer must come to a handle, in CSS pixels.
const REACH_MOUSE: f64 = 12.0;
const REACH_TOUCH: f64 = 24.0;

#[component]
pub fn Stage(bench: Bench) -> impl IntoView {
    let canvas = bench.editor.with_untracked(|editor| editor.template().canvas);
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let shown = canvas.scaled_to(bench.preview.side);
    let overlay = NodeRef::<leptos::svg::Svg>::new();
    // Canvas pixels per CSS pixel; handles keep their size on the screen.
    let unit = RwSignal::new(width / 800.0);
    let measure = move || {
        if let Some(svg) = overlay.get_untracked() {
            let shown = svg.get_bounding_client_rect().width();
            if shown > 0.0 {
                unit.set(width / shown);
            }
        }
    };
    Effect::new(move |_| {
        overlay.track();
        request_animation_frame(measure);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());

    let pointer = move |event: &PointerEvent| -> Option<Pointer> {
        let shown = overlay.get_untracked()?.get_bounding_client_rect();
        let per_css = width / shown.width();
        let at = Point::new(
            (f64::from(event.client_x()) - shown.left()) * per_css,
            (f64::from(event.client_y()) - shown.top()) * (height / shown.height()),
        );
        let reach = if event.pointer_type() == "mouse" { REACH_MOUSE } else { REACH_TOUCH };
        Some(Pointer { at, reach: reach * per_css })
    };
    let feed = move |event: &PointerEvent, make: fn(Pointer) -> Event| {
        if let Some(pointer) = pointer(event) {
            bench.act(|editor| editor.handle(make(pointer)));
        }
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        measure();
        if let Some(svg) = overlay.get_untracked() {
            // Without capture a fast hand would leave the picture and lose the corner.
            let _ = svg.unchecked_ref::<SvgElement>().set_pointer_capture(event.pointer_id());
        }
        feed(&event, Event::Down);
    };
    let key = move |event: KeyboardEvent| {
        if let Some(key) = key_of(&event) {
            event.prevent_default();
            bench.act(|editor| editor.handle(Event::Key(key)));
        }
    };
    let shapes = Memo::new(move |_| bench.editor.with(|editor| editor.overlay()));
    let drawing = move || bench.editor.with(|editor| editor.tool() == Tool::Polygon);
    view! {
        <section class="stage" aria-label=t!("editor-stage")>
            <div class="stage-fit">
                <div class="stage-picture" class:stage-wide={width >= height}>
                    <canvas node_ref=bench.preview.canvas class="stage-canvas" width=shown.width()
                        height=shown.height()>
                    </canvas>
                    <svg
                        node_ref=overlay
                        class="overlay"
                        class:overlay-drawing=drawing
                        viewBox=format!("0 0 {width} {height}")
                        tabindex="0"
                        role="application"
                        aria-label=move || if drawing() { t!("editor-canvas-polygon") } else { t!("editor-canvas-place") }
                        on:pointerdown=down
                        on:pointermove=move |event| feed(&event, Event::Move)
                        on:pointerup=move |event| feed(&event, Event::Up)
                        on:pointercancel=move |_| bench.act(|editor| editor.handle(Event::Cancel))
                        on:keydown=key
                    >
                        <polygon
                            class="overlay-quad"
                            points=move || shapes.with(|shapes| shapes.quad.map(|quad| points(&quad.corners())).unwrap_or_default())
                        />
                        <polygon class="overlay-outline" points=move || shapes.with(|shapes| points(&shapes.outline)) />
                        <polyline class="overlay-outline" points=move || shapes.with(|shapes| points(&shapes.draft)) />
                        <For
                            each=move || shapes.with(|shapes| shapes.handles.iter().map(|handle| handle.id).collect::<Vec<_>>())
                            key=|id| *id
                            let:id
                        >
                            <HandleMark id bench unit />
                        </For>
                    </svg>
                </div>
            </div>
            <p class="stage-note" class:bad=move || bench.editor.with(|editor| editor.notice().is_some())>
                {move || match bench.editor.with(editor::Editor::notice) {
                    Some(notice) => notice_text(notice),
                    None if drawing() && bench.editor.with(|editor| editor.mask().is_none()) => t!("editor-hint-draw"),
                    None if drawing() => t!("editor-hint-points"),
                    None => t!("editor-hint-place"),
                }}
            </p>
            <p class="stage-note bad" role="alert">{move || bench.preview.trouble.get()}</p>
        </section>
    }
}

/// One handle: seen, dragged through the overlay below it, and moved with arrow keys once it has the focus.
#[component]
fn HandleMark(id: HandleId, bench: Bench, unit: RwSignal<f64>) -> impl IntoView {
    let handle = Memo::new(move |_| {
        let find = |handles: &[Handle]| handles.iter().find(|handle| handle.id == id).copied();
        bench.editor.with(|editor| find(&editor.overlay().handles))
    });
    let at = move || handle.get().map_or(Point::new(0.0, 0.0), |handle| handle.at);
    let label = move || {
        let (x, y) = (format!("{:.0}", at().x), format!("{:.0}", at().y));
        match id {
            HandleId::Corner(0) => t!("editor-corner-top-left", x = x, y = y),
            HandleId::Corner(1) => t!("editor-corner-top-right", x = x, y = y),
            HandleId::Corner(2) => t!("editor-corner-bottom-right", x = x, y = y),
            HandleId::Corner(_) => t!("editor-corner-bottom-left", x = x, y = y),
            HandleId::Point(index) => t!("editor-point", number = index + 1, x = x, y = y),
        }
    };
    let select = move |_| {
        bench.act(|editor| {
            editor.select(Some(id));
            Outcome::Overlay
        });
    };
    view! {
        <circle
            class="handle"
            class:handle-selected=move || handle.get().is_some_and(|handle| handle.selected)
            cx=move || at().x
            cy=move || at().y
            r=move || 7.0 * unit.get()
            tabindex="0"
            role="button"
            aria-label=label
            on:focus=select
        />
    }
}

fn points(points: &[Point]) -> String {
    points.iter().map(|p| format!("{:.2},{:.2}", p.x, p.y)).collect::<Vec<_>>().join(" ")
}

fn key_of(event: &KeyboardEvent) -> Option<Key> {
    let step = if event.shift_key() { 10.0 } else { 1.0 };
    Some(match event.key().as_str() {
        "ArrowLeft" => Key::Arrow { dx: -step, dy: 0.0 },
        "ArrowRight" => Key::Arrow { dx: step, dy: 0.0 },
        "ArrowUp" => Key::Arrow { dx: 0.0, dy: -step },
        "ArrowDown" => Key::Arrow { dx: 0.0, dy: step },
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Delete" | "Backspace" => Key::Delete,
        _ => return None,
    })
}
