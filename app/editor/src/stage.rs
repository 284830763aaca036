//! The picture, and the hands on it: mouse, pen and fingers become events of the editor or move the view.

use document::geometry::Point;
use editor::{Event, Modifiers, Pointer, Tool, View};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, MouseEvent, PointerEvent, ResizeObserver, WheelEvent};

use super::{
    bench::{Bench, Dialog},
    notice_text,
    overlay::Overlay,
    picture::{MaskView, Window},
    rulers::Rulers,
};
use ui::{i18n, styled::styled, t};

/// How near a pointer must come to a handle, in CSS pixels.
const REACH_MOUSE: f64 = 12.0;
const REACH_TOUCH: f64 = 24.0;
/// From this many CSS pixels per canvas pixel on the pixels are shown as they are, and a grid between them.
const PIXELS: f64 = 2.0;

/// What the hands do.
#[derive(Clone, Default)]
struct Hands {
    /// The pointers that are down, and where.
    down: Vec<(i32, Point)>,
    doing: Doing,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Doing {
    #[default]
    Nothing,
    /// A gesture of the tool.
    Tool,
    /// The picture follows.
    Pan,
    /// Two fingers zoom, turn and move the picture.
    Pinch,
}

#[component]
pub fn Stage(bench: Bench) -> impl IntoView {
    let stage = NodeRef::<leptos::html::Div>::new();
    measure(bench, stage);
    let hands = StoredValue::new(Hands::default());
    let place = move |event: &MouseEvent| -> Option<Point> {
        let shown = stage.get_untracked()?.get_bounding_client_rect();
        Some(Point::new(f64::from(event.client_x()) - shown.left(), f64::from(event.client_y()) - shown.top()))
    };
    let feed = move |event: &PointerEvent, make: fn(Pointer) -> Event| {
        if let Some(at) = place(event) {
            let pointer = pointer(bench, event, at);
            bench.act(|editor| editor.handle(make(pointer)));
        }
    };
    let down = move |event: PointerEvent| {
        let Some(at) = place(&event) else { return };
        // Without capture a fast hand would leave the picture and lose what it holds.
        if let Some(target) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
            let _ = target.set_pointer_capture(event.pointer_id());
            focus(&target);
        }
        let doing = hands.try_update_value(|hands| {
            hands.down.retain(|(id, _)| *id != event.pointer_id());
            hands.down.push((event.pointer_id(), at));
            hands.doing = match (hands.down.len(), event.button()) {
                (2, _) => Doing::Pinch,
                (1, 1) => Doing::Pan,
                (1, 0) if bench.panning.get_untracked() => Doing::Pan,
                (1, 0) => Doing::Tool,
                _ => Doing::Nothing,
            };
            hands.doing
        });
        match doing {
            Some(Doing::Tool) => feed(&event, Event::Down),
            // What the first finger began was not meant.
            Some(Doing::Pinch) => bench.act(|editor| editor.handle(Event::Cancel)),
            _ => {}
        }
    };
    let moved = move |event: PointerEvent| {
        let Some(at) = place(&event) else { return };
        let (doing, before, after) = hands
            .try_update_value(|hands| {
                let before: Vec<Point> = hands.down.iter().map(|(_, at)| *at).collect();
                if let Some(own) = hands.down.iter_mut().find(|(id, _)| *id == event.pointer_id()) {
                    own.1 = at;
                }
                (hands.doing, before, hands.down.iter().map(|(_, at)| *at).collect::<Vec<_>>())
            })
            .unwrap_or_default();
        match (doing, before.as_slice(), after.as_slice()) {
            (Doing::Pan, [from, ..], [to, ..]) => bench.move_view(|view| view.moved_by(to.x - from.x, to.y - from.y)),
            (Doing::Pinch, &[a, b, ..], &[c, d, ..]) => bench.move_view(|view| view.pinched([a, b], [c, d])),
            (Doing::Tool | Doing::Nothing, ..) => feed(&event, Event::Move),
            _ => {}
        }
    };
    let up_to_date = follow_closely(hands, moved);
    // What has been taken as it came is not taken again with the frame.
    let moved_with_frame = move |event: PointerEvent| {
        if !(up_to_date.get_value() && hands.with_value(|hands| hands.doing == Doing::Tool)) {
            moved(event);
        }
    };
    let up = move |event: PointerEvent| {
        let doing = hands.try_update_value(|hands| {
            hands.down.retain(|(id, _)| *id != event.pointer_id());
            let doing = hands.doing;
            // The finger that is left over does nothing until it is lifted too.
            hands.doing = Doing::Nothing;
            doing
        });
        if doing == Some(Doing::Tool) {
            // The last move may have come too soon after the one before to be taken.
            feed(&event, Event::Move);
            feed(&event, Event::Up);
        }
    };
    let cancelled = move |event: PointerEvent| {
        hands.update_value(|hands| {
            hands.down.retain(|(id, _)| *id != event.pointer_id());
            hands.doing = Doing::Nothing;
        });
        bench.act(|editor| editor.handle(Event::Cancel));
    };
    let wheel = move |event: WheelEvent| {
        event.prevent_default();
        let Some(at) = place(&event) else { return };
        // Lines and pages as pixels.
        let unit = [1.0, 16.0, 400.0][event.delta_mode().min(2) as usize];
        let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
        match (event.shift_key(), event.alt_key()) {
            (true, _) => bench.move_view(|view| view.moved_by(-(dx + dy), 0.0)),
            (_, true) => bench.move_view(|view| view.moved_by(0.0, -dy)),
            // Browsers tell of a pinch on a touchpad as small turns of the wheel with Ctrl.
            _ => {
                let speed = if event.ctrl_key() { 0.01 } else { 0.0018 };
                bench.move_view(|view| view.zoomed_at(at, (-dy * speed).exp()));
            }
        }
    };
    let menu = move |event: MouseEvent| {
        event.prevent_default();
        bench.dialog.set(Some(Dialog::Menu(event.client_x().into(), event.client_y().into())));
    };
    let tool = move || bench.editor.with(|editor| editor.tool());
    view! {
        <section class="stage" aria-label=t!("editor-stage")>
            <div class="stage-field" class:with-rulers=move || bench.rulers.get()>
                <Rulers bench />
                <div
                    node_ref=stage
                    class="stage-view"
                    class:panning=move || bench.panning.get()
                    on:wheel=wheel
                >
                    <Sheet bench />
                    <Overlay bench down moved=moved_with_frame up cancelled menu />
                </div>
            </div>
            <Compare bench />
            <p class="stage-note" class:bad=move || bench.editor.with(|editor| editor.notice().is_some())>
                {move || match bench.editor.with(editor::Editor::notice) {
                    Some(notice) => notice_text(notice),
                    None => hint(tool()),
                }}
            </p>
            <p class="stage-note bad" role="alert">
                {move || bench.preview.trouble.get().or(bench.helper.trouble.get())}
            </p>
            <Show when=move || bench.helper.busy.get()>
                <p class="stage-busy" role="status">
                    {t!("editor-looking")}
                    <button class="button" on:click=move |_| bench.helper.cancel()>{t!("cancel")}</button>
                </p>
            </Show>
        </section>
    }
}

/// While a hand uses the tool, moves are taken as they come and not with the next frame: the picture is then ready a frame earlier.
/// Says whether the last one was taken; if not, as in browsers without this event, that of the next frame is.
fn follow_closely(hands: StoredValue<Hands>, moved: impl Fn(PointerEvent) + Copy + 'static) -> StoredValue<bool> {
    /// Some mice tell a thousand times a second, in milliseconds.
    const APART: f64 = 4.0;
    let (last, up_to_date) = (StoredValue::new(0.0), StoredValue::new(false));
    let raw = window_event_listener_untyped("pointerrawupdate", move |event| {
        if hands.try_with_value(|hands| hands.doing == Doing::Tool) != Some(true) {
            return;
        }
        let due = event.time_stamp() - last.get_value() >= APART;
        up_to_date.set_value(due);
        if due {
            last.set_value(event.time_stamp());
            if let Ok(event) = event.dyn_into() {
                moved(event);
            }
        }
    });
    on_cleanup(move || raw.remove());
    up_to_date
}

fn hint(tool: Tool) -> String {
    i18n::text(&format!("hint-{}", tool.as_str()))
}

fn focus(target: &Element) {
    if let Some(svg) = target.dyn_ref::<web_sys::SvgElement>() {
        let _ = svg.focus();
    }
}

fn pointer(bench: Bench, event: &PointerEvent, at: Point) -> Pointer {
    let view = bench.view.get_untracked();
    let pen = event.pointer_type() == "pen";
    let reach = if event.pointer_type() == "touch" { REACH_TOUCH } else { REACH_MOUSE };
    Pointer {
        at: view.to_canvas(at),
        reach: reach / view.zoom(),
        // What knows no pressure says a half.
        pressure: if pen && event.pressure() > 0.0 { f64::from(event.pressure()) } else { 1.0 },
        modifiers: Modifiers {
            shift: event.shift_key(),
            alt: event.alt_key(),
            command: event.ctrl_key() || event.meta_key(),
        },
    }
}

/// Follows the stage's size; at first the whole canvas is fitted into it.
fn measure(bench: Bench, stage: NodeRef<leptos::html::Div>) {
    let observer = StoredValue::new(None::<SendWrapper<ResizeObserver>>);
    Effect::new(move |_| {
        let Some(stage) = stage.get() else { return };
        let observed = stage.clone();
        let resized = Closure::<dyn FnMut()>::new(move || {
            let size = (f64::from(observed.client_width()), f64::from(observed.client_height()));
            let Some(before) = bench.stage.try_get_untracked() else { return };
            if size == before || size.0 < 1.0 {
                return;
            }
            bench.stage.set(size);
            let canvas = bench.editor.with_untracked(|editor| editor.template().canvas);
            if before.0 < 1.0 || bench.view.get_untracked() == View::fitted(canvas, before) {
                return bench.fit();
            }
            // What is in the middle stays there.
            let (dx, dy) = ((size.0 - before.0) / 2.0, (size.1 - before.1) / 2.0);
            bench.move_view(|view| view.moved_by(dx, dy));
        });
        if let Ok(made) = ResizeObserver::new(resized.into_js_value().unchecked_ref()) {
            made.observe(&stage);
            observer.set_value(Some(SendWrapper::new(made)));
        }
    });
    on_cleanup(move || {
        observer.try_update_value(|observer| observer.take().map(|observer| observer.disconnect()));
    });
}

/// The canvas with its pictures, placed as the view says.
#[component]
fn Sheet(bench: Bench) -> impl IntoView {
    let canvas = move || bench.editor.with(|editor| editor.template().canvas);
    let lies = move || {
        let view = bench.view.get();
        let (origin, size) = (view.origin(), canvas());
        format!(
            "inline-size:{}px;block-size:{}px;transform:translate({}px,{}px) rotate({}deg) scale({})",
            size.width(),
            size.height(),
            origin.x,
            origin.y,
            view.turn_degrees(),
            view.zoom()
        )
    };
    let detail = move || match bench.preview.detail_shown.get() {
        Some(Window { on_canvas: [left, top, width, height], .. }) => {
            format!("left:{left}px;top:{top}px;inline-size:{width}px;block-size:{height}px")
        }
        None => "display:none".to_owned(),
    };
    // What nobody sees is not painted either.
    let covered = Memo::new(move |_| {
        let shown = bench.view.get().shown(canvas(), bench.stage.get());
        bench.preview.detail_shown.get().is_some_and(|detail| Some(detail.shown) == shown)
    });
    let mask_view = move || bench.preview.mask_view.get();
    let has_mask = move || bench.editor.with(|editor| editor.mask().is_some());
    let mask_class = move || match mask_view() {
        MaskView::Overlay if has_mask() => "stage-layer stage-mask",
        MaskView::BlackWhite if has_mask() => "stage-layer",
        _ => "stage-layer stage-hidden",
    };
    view! {
        <div
            class="sheet"
            class:checkered=move || !bench.preview.opaque.get()
            class:sheet-pixels=move || { bench.view.get().zoom() >= PIXELS } use:styled=Signal::derive(lies)>
            <canvas
                node_ref=bench.preview.base
                class="stage-layer stage-canvas"
                class:stage-covered=move || covered.get()
            ></canvas>
            <canvas node_ref=bench.preview.detail class="stage-detail" use:styled=Signal::derive(detail)></canvas>
            <canvas
                node_ref=bench.preview.before
                class="stage-layer stage-before"
                class:stage-hidden=move || !bench.preview.comparing.get()
                use:styled=Signal::derive(move || format!("clip-path:inset(0 {}% 0 0)", 100.0 - bench.preview.compared.get()))
            ></canvas>
            <canvas node_ref=bench.preview.mask class=mask_class></canvas>
        </div>
    }
}

/// The slider between before and after.
#[component]
fn Compare(bench: Bench) -> impl IntoView {
    let shown = bench.preview.compared;
    view! {
        <Show when=move || bench.preview.comparing.get()>
            <label class="compare">
                <span>{t!("editor-before")}</span>
                <input
                    type="range"
                    min="0"
                    max="100"
                    aria-label=t!("editor-compare")
                    prop:value=move || shown.get()
                    on:input:target=move |event| shown.set(event.target().value().parse().unwrap_or(50.0))
                />
                <span>{t!("editor-after")}</span>
            </label>
        </Show>
    }
}
