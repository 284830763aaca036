//! What lies over the picture: areas, paths, handles, guides, the grid between pixels. Drawn in the stage's own pixels, so that lines
//! and handles keep their size.

use document::{Guides, geometry::Point};
use editor::{Handle, HandleId, LineKind, Side, View};
use leptos::prelude::*;
use web_sys::{MouseEvent, PointerEvent};

use super::bench::Bench;
use ui::{i18n, t};

/// Between the pixels of a canvas that is shown this large lies a grid.
const GRID: f64 = 8.0;
/// With more handles than this only the selected one is reached by Tab; keys step through them.
const TAB_STOPS_MAX: usize = 24;

const KINDS: [(LineKind, &str); 7] = [
    (LineKind::Area, "line-area"),
    (LineKind::Mesh, "line-mesh"),
    (LineKind::Mask, "line-mask"),
    (LineKind::Draft, "line-draft"),
    (LineKind::Lever, "line-lever"),
    (LineKind::Snap, "line-snap"),
    (LineKind::Brush, "line-brush"),
];

#[component]
pub fn Overlay(
    bench: Bench,
    #[prop(into)] down: Callback<PointerEvent>,
    #[prop(into)] moved: Callback<PointerEvent>,
    #[prop(into)] up: Callback<PointerEvent>,
    #[prop(into)] cancelled: Callback<PointerEvent>,
    #[prop(into)] menu: Callback<MouseEvent>,
) -> impl IntoView {
    let shapes = Memo::new(move |_| bench.editor.with(|editor| editor.overlay()));
    let handles = Memo::new(move |_| shapes.with(|shapes| shapes.handles.clone()));
    let ids = Memo::new(move |_| handles.with(|handles| handles.iter().map(|handle| handle.id).collect::<Vec<_>>()));
    let many = Memo::new(move |_| ids.with(Vec::len) > TAB_STOPS_MAX);
    let line = move |(kind, class): (LineKind, &'static str)| {
        let data = move || {
            let view = bench.view.get();
            shapes.with(|shapes| {
                let own = shapes.lines.iter().filter(|line| line.kind == kind);
                own.map(|line| path(view, &line.points, line.closed)).collect::<String>()
            })
        };
        view! { <path class=class d=data /> }
    };
    let ants = move || {
        let view = bench.view.get();
        bench.ants.with(|rings| rings.iter().map(|ring| path(view, ring, true)).collect::<String>())
    };
    let tool = move || bench.editor.with(|editor| editor.tool());
    let view = move || bench.view.get();
    view! {
        <svg
            class="overlay"
            translate="no"
            class:overlay-drawing=move || !tool().is_placing()
            data-tool=move || tool().as_str()
            data-zoom=move || view().zoom()
            data-x=move || view().origin().x
            data-y=move || view().origin().y
            tabindex="0"
            role="application"
            aria-label=move || t!("editor-canvas", tool = i18n::text(&format!("tool-{}", tool().as_str())))
            on:pointerdown=move |event| down.run(event)
            on:pointermove=move |event| moved.run(event)
            on:pointerup=move |event| up.run(event)
            on:pointercancel=move |event| cancelled.run(event)
            on:contextmenu=move |event| menu.run(event)
        >
            <Grid bench />
            <GuideLines bench />
            {KINDS.map(line).into_iter().collect_view()}
            // A line that marches is painted all the time, even where there is none.
            <Show when=move || bench.ants.with(|rings| !rings.is_empty())>
                <path class="line-ants-ground" d=ants />
                <path class="line-ants" d=ants />
            </Show>
            <For each=move || ids.get() key=|id| *id let:id>
                <HandleMark id bench handles many />
            </For>
        </svg>
    }
}

fn path(view: View, points: &[Point], closed: bool) -> String {
    let mut data = String::with_capacity(points.len() * 14);
    for (i, point) in points.iter().enumerate() {
        let Point { x, y } = view.to_stage(*point);
        data.push_str(&format!("{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' }));
    }
    if closed && !points.is_empty() {
        data.push('Z');
    }
    data
}

/// One handle: seen, dragged through the overlay below it, and moved with arrow keys once it is selected.
#[component]
fn HandleMark(id: HandleId, bench: Bench, handles: Memo<Vec<Handle>>, many: Memo<bool>) -> impl IntoView {
    let own = Memo::new(move |_| handles.with(|handles| handles.iter().find(|handle| handle.id == id).copied()));
    let at = move || own.get().map_or(Point::new(0.0, 0.0), |handle| handle.at);
    let shown = move || bench.view.get().to_stage(at());
    let selected = move || own.get().is_some_and(|handle| handle.selected);
    let label = move || {
        let (x, y) = (format!("{:.0}", at().x), format!("{:.0}", at().y));
        t!("editor-handle", name = handle_name(id), x = x, y = y)
    };
    let (class, size) = match id {
        HandleId::Corner(_) | HandleId::Side(_) | HandleId::Draft(_) => ("handle", 6.0),
        HandleId::Turn | HandleId::Arc | HandleId::Bend => ("handle handle-round", 7.0),
        HandleId::Point(_) => ("handle handle-mask", 5.0),
        HandleId::Curve(..) => ("handle handle-round handle-curve", 4.5),
        HandleId::Mesh(_) => ("handle handle-round", 5.0),
    };
    let round = if class.contains("round") { size } else { 1.5 };
    let tab = move || if many.get() && !selected() { "-1" } else { "0" };
    view! {
        <rect
            class=class
            class:handle-selected=selected
            x=move || shown().x - size
            y=move || shown().y - size
            width=2.0 * size
            height=2.0 * size
            rx=round
            tabindex=tab
            role="button"
            aria-label=label
            on:focus=move |_| bench.act(|editor| editor.select(Some(id)))
        />
    }
}

fn handle_name(id: HandleId) -> String {
    match id {
        HandleId::Corner(0) => t!("handle-corner-top-left"),
        HandleId::Corner(1) => t!("handle-corner-top-right"),
        HandleId::Corner(2) => t!("handle-corner-bottom-right"),
        HandleId::Corner(_) => t!("handle-corner-bottom-left"),
        HandleId::Side(0) => t!("handle-side-top"),
        HandleId::Side(1) => t!("handle-side-right"),
        HandleId::Side(2) => t!("handle-side-bottom"),
        HandleId::Side(_) => t!("handle-side-left"),
        HandleId::Turn => t!("handle-turn"),
        HandleId::Arc => t!("handle-arc"),
        HandleId::Bend => t!("handle-bend"),
        HandleId::Mesh(index) => t!("handle-mesh", number = index + 1),
        HandleId::Point(point) => t!("handle-point", path = point.shape + 1, number = point.index + 1),
        HandleId::Curve(point, Side::Before) => t!("handle-before", number = point.index + 1),
        HandleId::Curve(point, Side::After) => t!("handle-after", number = point.index + 1),
        HandleId::Draft(index) => t!("handle-draft", number = index + 1),
    }
}

#[component]
fn GuideLines(bench: Bench) -> impl IntoView {
    let guides = Memo::new(move |_| bench.editor.with(|editor| editor.template().guides.clone()));
    let data = move || {
        let (view, (width, height)) = (bench.view.get(), bench.stage.get());
        // From border to border of the stage, however the canvas lies.
        let far = (width + height) / view.zoom();
        guides.with(|Guides { x, y }| {
            let middle = view.to_canvas(Point::new(width / 2.0, height / 2.0));
            let upright = x.iter().map(|x| [Point::new(*x, middle.y - far), Point::new(*x, middle.y + far)]);
            let level = y.iter().map(|y| [Point::new(middle.x - far, *y), Point::new(middle.x + far, *y)]);
            upright.chain(level).map(|ends| path(view, &ends, false)).collect::<String>()
        })
    };
    view! { <path class="line-guide" d=data /> }
}

#[component]
fn Grid(bench: Bench) -> impl IntoView {
    let shown = Memo::new(move |_| bench.view.get().zoom() >= GRID);
    let lies = move || {
        let view = bench.view.get();
        let Point { x, y } = view.origin();
        format!("translate({x} {y}) rotate({}) scale({})", view.turn_degrees(), view.zoom())
    };
    let thin = move || 1.0 / bench.view.get().zoom();
    view! {
        <Show when=move || shown.get()>
            <defs>
                <pattern id="pixel-grid" width="1" height="1" patternUnits="userSpaceOnUse" patternTransform=lies>
                    <path class="line-grid" d="M1 0H0V1" stroke-width=thin />
                </pattern>
            </defs>
            <rect width="100%" height="100%" fill="url(#pixel-grid)" />
        </Show>
    }
}
