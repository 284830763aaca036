use document::{
    BlendMode, Combine, Figure, Opacity,
    geometry::{Outline, Point},
};
use editor::{Answer, Ask, Editor, HandleId, Hint, Key, LineKind, Notice, Outcome, Part, PathPoint, Side, Step, Tool};

use super::*;

fn draw(editor: &mut Editor, corners: &[(f64, f64)]) -> Outcome {
    for &(x, y) in corners {
        click(editor, x, y);
    }
    key(editor, Key::Enter)
}

fn first_outline(editor: &Editor) -> Vec<[f64; 2]> {
    points(&outlines(editor)[0])
}

fn draft(editor: &Editor) -> Vec<Point> {
    let line = editor.overlay().lines.into_iter().find(|line| line.kind == LineKind::Draft);
    line.map(|line| line.points).unwrap_or_default()
}

fn combines(editor: &Editor) -> Vec<Combine> {
    editor.mask().unwrap().shapes.iter().map(|shape| shape.combine).collect()
}

#[test]
fn a_path_is_drawn_by_clicks_and_closed_on_its_first_point() {
    let mut editor = editor_with(Tool::Polygon);
    for (x, y) in [(100.0, 100.0), (400.0, 120.0), (380.0, 400.0)] {
        click(&mut editor, x, y);
    }
    play(&mut editor, [to(200.0, 300.0)]);
    assert_eq!(draft(&editor).len(), 4);
    assert!(editor.mask().is_none());
    play(&mut editor, [down(104.0, 97.0), up(104.0, 97.0)]);
    assert_eq!(first_outline(&editor), [[100.0, 100.0], [400.0, 120.0], [380.0, 400.0]]);
    assert_eq!(editor.undoable(), Some(Step::DrawMask));
}

#[test]
fn two_points_are_not_closed_and_are_not_lost() {
    let mut editor = editor_with(Tool::Polygon);
    draw(&mut editor, &[(100.0, 100.0), (400.0, 120.0)]);
    assert_eq!(editor.notice(), Some(Notice::TooFewPoints));
    assert_eq!(editor.overlay().handles.len(), 2);
    click(&mut editor, 300.0, 400.0);
    assert_eq!(key(&mut editor, Key::Enter), Outcome::Committed);
    assert_eq!(first_outline(&editor).len(), 3);
}

#[test]
fn points_are_moved_added_on_edges_and_deleted_to_the_last() {
    let mut editor = editor_with(Tool::Polygon);
    draw(&mut editor, &[(100.0, 100.0), (400.0, 100.0), (400.0, 400.0), (100.0, 400.0)]);
    pull(&mut editor, (402.0, 399.0), (502.0, 449.0));
    assert_eq!(first_outline(&editor)[2], [500.0, 450.0]);
    pull(&mut editor, (250.0, 103.0), (250.0, 53.0));
    assert_eq!(first_outline(&editor)[1], [250.0, 50.0]);
    assert_eq!(editor.undoable(), Some(Step::AddPoint));
    key(&mut editor, Key::Delete);
    assert_eq!(first_outline(&editor).len(), 4);
    key(&mut editor, Key::Delete);
    assert_eq!(key(&mut editor, Key::Delete), Outcome::Committed);
    // Of three points none can go without the path.
    assert!(editor.mask().is_none());
    editor.undo();
    assert_eq!(first_outline(&editor).len(), 3);
}

#[test]
fn escape_drops_what_is_half_drawn_and_delete_and_undo_take_its_last_point() {
    let mut editor = editor_with(Tool::Polygon);
    for x in [100.0, 200.0, 300.0] {
        click(&mut editor, x, 100.0);
    }
    key(&mut editor, Key::Delete);
    editor.undo();
    assert_eq!(editor.overlay().handles.len(), 1);
    key(&mut editor, Key::Escape);
    assert!(draft(&editor).is_empty() && editor.mask().is_none());
}

#[test]
fn the_pen_pulls_symmetric_handles_and_alt_breaks_them() {
    let mut editor = editor_with(Tool::Pen);
    click(&mut editor, 100.0, 100.0);
    pull(&mut editor, (400.0, 100.0), (450.0, 150.0));
    click(&mut editor, 400.0, 400.0);
    key(&mut editor, Key::Enter);
    let handles = |editor: &Editor| outlines(editor)[0].anchors()[1].handles.unwrap();
    assert_eq!(handles(&editor), [Point::new(350.0, 50.0), Point::new(450.0, 150.0)]);
    // The selected point shows its handles; one moved turns the other.
    let point = PathPoint { shape: 0, ring: 0, index: 1 };
    editor.select(Some(HandleId::Point(point)));
    pull(&mut editor, (450.0, 150.0), (400.0, 200.0));
    assert!(handles(&editor)[0].distance(Point::new(400.0, 100.0 - 50.0 * 2f64.sqrt())) < 1e-9);
    let before = handles(&editor)[0];
    drag(&mut editor, ALT, (400.0, 200.0), (480.0, 180.0));
    assert_eq!(handles(&editor), [before, Point::new(480.0, 180.0)]);
    // Broken handles stay broken.
    editor.select(Some(HandleId::Curve(point, Side::After)));
    key(&mut editor, Key::Arrow { dx: 1.0, dy: 0.0 });
    assert_eq!(handles(&editor), [before, Point::new(481.0, 180.0)]);
}

#[test]
fn alt_on_a_point_or_enter_makes_it_smooth_and_a_corner_again() {
    let mut editor = editor_with(Tool::Pen);
    draw(&mut editor, &[(100.0, 100.0), (400.0, 100.0), (400.0, 400.0)]);
    let is_smooth = |editor: &Editor| outlines(editor)[0].anchors()[1].handles.is_some();
    play(&mut editor, [down(400.0, 100.0), up(400.0, 100.0)].map(|event| held(ALT, event)));
    assert!(is_smooth(&editor));
    assert_eq!(editor.undoable(), Some(Step::ConvertPoint));
    key(&mut editor, Key::Enter);
    assert!(!is_smooth(&editor));
}

#[test]
fn rectangles_and_ellipses_follow_the_keys() {
    let mut editor = editor_with(Tool::Rectangle);
    drag(&mut editor, SHIFT, (100.0, 100.0), (300.0, 220.0));
    assert_eq!(outlines(&editor)[0].bounds(), [Point::new(100.0, 100.0), Point::new(300.0, 300.0)]);
    editor.undo();
    editor.choose(Tool::Ellipse);
    pull(&mut editor, (100.0, 100.0), (300.0, 220.0));
    assert_eq!(outlines(&editor)[0].bounds(), [Point::new(100.0, 100.0), Point::new(300.0, 220.0)]);
    assert_eq!(click(&mut editor, 600.0, 600.0), Outcome::Overlay);
    assert_eq!(editor.mask().unwrap().shapes.len(), 1);
}

#[test]
fn shift_adds_alt_cuts_and_both_limit() {
    let mut editor = editor_with(Tool::Rectangle);
    pull(&mut editor, (100.0, 100.0), (300.0, 300.0));
    drag(&mut editor, ALT, (400.0, 400.0), (450.0, 450.0));
    drag(&mut editor, Modifiers { alt: true, ..SHIFT }, (200.0, 200.0), (300.0, 300.0));
    assert_eq!(combines(&editor), [Combine::Add, Combine::Subtract, Combine::Intersect]);
    editor.set_manner(|manner| manner.combine = Combine::Subtract);
    pull(&mut editor, (500.0, 500.0), (520.0, 520.0));
    assert_eq!(combines(&editor)[3], Combine::Subtract);
    // On an inverted mask, adding means cutting from what is then inverted.
    editor.set_inverted(true);
    drag(&mut editor, SHIFT, (500.0, 500.0), (520.0, 520.0));
    assert_eq!(combines(&editor)[4], Combine::Subtract);
}

#[test]
fn the_first_cut_leaves_everything_else() {
    let mut editor = editor_with(Tool::Rectangle);
    drag(&mut editor, ALT, (100.0, 100.0), (300.0, 300.0));
    let mask = editor.mask().unwrap();
    assert!(mask.inverted && mask.shapes.len() == 1);
}

#[test]
fn a_lasso_keeps_its_turns() {
    let mut editor = editor_with(Tool::Lasso);
    editor.handle(down(100.0, 100.0));
    let way = (0..100)
        .map(|i| (100.0 + f64::from(i) * 3.0, 100.0))
        .chain((0..100).map(|i| (400.0, 100.0 + f64::from(i) * 3.0)));
    for (x, y) in way {
        editor.handle(to(x, y));
    }
    assert_eq!(editor.handle(up(400.0, 400.0)), Outcome::Committed);
    assert_eq!(first_outline(&editor).len(), 3);
}

#[test]
fn the_brush_paints_as_it_goes_with_pressure_and_the_eraser_cuts() {
    let mut editor = editor_with(Tool::Brush);
    editor.set_manner(|manner| manner.brush.size = 40.0.try_into().unwrap());
    let light = |event: Event| match event {
        Event::Down(pointer) => Event::Down(Pointer { pressure: 0.25, ..pointer }),
        Event::Move(pointer) => Event::Move(Pointer { pressure: 0.5, ..pointer }),
        other => other,
    };
    assert_eq!(play(&mut editor, [light(down(100.0, 100.0)), light(to(150.0, 100.0))]), Outcome::Preview);
    assert!(editor.mask().is_some(), "seen before the pointer is up");
    editor.handle(up(150.0, 100.0));
    let Figure::Stroke(stroke) = &editor.mask().unwrap().shapes[0].figure else { panic!("no stroke") };
    assert_eq!(stroke.points.iter().map(|point| point.pressure()).collect::<Vec<_>>(), [0.25, 0.5]);
    // With Shift, straight on from where the last stroke ended.
    play(&mut editor, [down(150.0, 300.0), up(150.0, 300.0)].map(|event| held(SHIFT, event)));
    let Figure::Stroke(stroke) = &editor.mask().unwrap().shapes[1].figure else { panic!("no stroke") };
    assert_eq!(stroke.points[0].at(), Point::new(150.0, 100.0));
    assert_eq!(editor.undoable(), Some(Step::Paint));
    editor.choose(Tool::Eraser);
    pull(&mut editor, (120.0, 100.0), (130.0, 100.0));
    assert_eq!(combines(&editor)[2], Combine::Subtract);
    assert_eq!(editor.undoable(), Some(Step::Erase));
    play(&mut editor, [down(300.0, 300.0), to(400.0, 300.0), Event::Cancel]);
    assert_eq!(editor.mask().unwrap().shapes.len(), 3);
}

fn part(at: f64) -> Part {
    let outline = Outline::rectangle(Point::new(at, at), Point::new(at + 50.0, at + 50.0)).unwrap();
    Part { outline, holes: Vec::new() }
}

#[test]
fn the_wand_asks_and_its_answer_joins_the_mask() {
    let mut editor = editor_with(Tool::Wand);
    click(&mut editor, 200.0, 200.0);
    let (late, _) = editor.take_ask().unwrap();
    play(&mut editor, [held(ALT, down(250.0, 200.0)), up(250.0, 200.0)]);
    let (ticket, ask) = editor.take_ask().unwrap();
    assert!(matches!(ask, Ask::Wand { at, tolerance: 32, .. } if at == Point::new(250.0, 200.0)));
    assert_eq!(editor.answer(late, Answer::Parts(vec![part(0.0)])), Outcome::Ignored);
    assert_eq!(editor.answer(ticket, Answer::Parts(Vec::new())), Outcome::Overlay);
    assert_eq!(editor.notice(), Some(Notice::NothingFound));
    assert_eq!(editor.answer(ticket, Answer::Parts(vec![part(0.0), part(100.0)])), Outcome::Committed);
    assert!(editor.mask().unwrap().inverted);
}

#[test]
fn the_object_tool_takes_a_rectangle_or_a_line() {
    let mut editor = editor_with(Tool::Object);
    pull(&mut editor, (100.0, 120.0), (500.0, 600.0));
    let (_, ask) = editor.take_ask().unwrap();
    assert_eq!(ask, Ask::Object(Hint::Box(Point::new(100.0, 120.0), Point::new(500.0, 600.0))));
    click(&mut editor, 100.0, 100.0);
    assert_eq!(editor.take_ask(), None);
    editor.set_manner(|manner| manner.scribble = true);
    pull(&mut editor, (100.0, 120.0), (500.0, 600.0));
    assert!(matches!(editor.take_ask(), Some((_, Ask::Object(Hint::Scribble(line)))) if line.len() == 3));
}

#[test]
fn the_magnetic_lasso_goes_the_ways_it_is_told() {
    let mut editor = editor_with(Tool::Magnetic);
    let way = |editor: &mut Editor, points: &[(f64, f64)]| {
        let (ticket, ask) = editor.take_ask().unwrap();
        assert!(matches!(ask, Ask::Wire { .. }));
        editor.answer(ticket, Answer::Way(points.iter().map(|&(x, y)| Point::new(x, y)).collect()))
    };
    click(&mut editor, 100.0, 100.0);
    way(&mut editor, &[(100.0, 100.0)]);
    editor.handle(to(300.0, 100.0));
    way(&mut editor, &[(100.0, 100.0), (200.0, 60.0), (300.0, 100.0)]);
    play(&mut editor, [down(300.0, 100.0), up(300.0, 100.0)]);
    click(&mut editor, 300.0, 300.0);
    editor.undo();
    play(&mut editor, [down(300.0, 300.0), up(300.0, 300.0)]);
    key(&mut editor, Key::Enter);
    assert_eq!(way(&mut editor, &[(300.0, 300.0), (180.0, 220.0), (100.0, 100.0)]), Outcome::Committed);
    let drawn = first_outline(&editor);
    assert!(drawn.contains(&[200.0, 60.0]) && drawn.contains(&[180.0, 220.0]) && drawn.len() >= 5, "{drawn:?}");
}

#[test]
fn a_mask_is_made_without_a_pointer() {
    for tool in [Tool::Pen, Tool::Rectangle, Tool::Ellipse, Tool::Brush] {
        let mut editor = editor_with(tool);
        assert_eq!(key(&mut editor, Key::Enter), Outcome::Committed, "{tool:?}");
        assert!(editor.mask().is_some());
    }
    for tool in [Tool::Wand, Tool::Object] {
        let mut editor = editor_with(tool);
        key(&mut editor, Key::Enter);
        assert!(editor.take_ask().is_some());
    }
    let mut editor = editor_with(Tool::Pen);
    key(&mut editor, Key::Enter);
    key(&mut editor, Key::Arrow { dx: 5.0, dy: 0.0 });
    assert_eq!(first_outline(&editor)[0], [305.0, 240.0]);
}

#[test]
fn a_locked_layer_stays_as_it_is_and_says_so() {
    for tool in Tool::ALL {
        let mut editor = editor_with(tool);
        let id = editor.active().unwrap();
        editor.set_locked(id, true);
        let before = editor.template().clone();
        let at = editor.overlay().handles.first().map_or(Point::new(300.0, 240.0), |handle| handle.at);
        pull(&mut editor, (at.x, at.y), (280.0, 200.0));
        assert_eq!((editor.notice(), editor.template()), (Some(Notice::Locked), &before), "{tool:?}");
        assert_eq!(editor.take_ask(), None);
    }
}

#[test]
fn a_slider_s_many_values_are_one_step_and_every_step_comes_back() {
    let mut editor = editor_with(Tool::Polygon);
    let start = editor.template().clone();
    editor.set_blend(BlendMode::Multiply);
    for percent in (10..100).rev() {
        editor.set_opacity(Opacity::from_percent(percent));
    }
    draw(&mut editor, &[(0.0, 0.0), (90.0, 0.0), (0.0, 90.0)]);
    editor.remove_mask();
    let end = editor.template().clone();
    assert_eq!(editor.steps(), (vec![Step::Blend, Step::Opacity, Step::DrawMask, Step::RemoveMask], 4));
    editor.go_to(1);
    assert_eq!((editor.undoable(), editor.redoable()), (Some(Step::Blend), Some(Step::Opacity)));
    editor.go_to(0);
    assert_eq!(editor.template(), &start);
    while editor.redo() == Outcome::Committed {}
    assert_eq!(editor.template(), &end);
}
