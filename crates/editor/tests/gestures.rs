//! Scripted gestures, as a hand would make them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use domain::{
    ContentHash,
    geometry::Point,
    template::{BlendMode, Figure, Opacity, Scale, Size, Template},
};
use editor::{Editor, Event, HandleId, Key, Notice, Outcome, Pointer, Step, Tool};

fn editor() -> Editor {
    Editor::new(Template::over_photo("Mug", Size::new(1000, 800).unwrap(), ContentHash([0; 32])))
}

fn down(x: f64, y: f64) -> Event {
    Event::Down(Pointer::at(Point::new(x, y)))
}

fn to(x: f64, y: f64) -> Event {
    Event::Move(Pointer::at(Point::new(x, y)))
}

fn up(x: f64, y: f64) -> Event {
    Event::Up(Pointer::at(Point::new(x, y)))
}

fn play(editor: &mut Editor, events: impl IntoIterator<Item = Event>) -> Outcome {
    events.into_iter().fold(Outcome::Ignored, |_, event| editor.handle(event))
}

fn click(editor: &mut Editor, x: f64, y: f64) -> Outcome {
    play(editor, [down(x, y)]);
    play(editor, [to(x, y), up(x, y)])
}

fn draw(editor: &mut Editor, points: &[(f64, f64)]) -> Outcome {
    editor.choose(Tool::Polygon);
    for &(x, y) in points {
        click(editor, x, y);
    }
    editor.handle(Event::Key(Key::Enter))
}

fn outline(editor: &Editor) -> Vec<[f64; 2]> {
    let mask = editor.mask().expect("a mask");
    let Figure::Path { outline, .. } = &mask.shapes[0].figure else { panic!("no path") };
    outline.points().map(|p| [p.x, p.y]).collect()
}

#[test]
fn a_corner_follows_the_pointer_and_is_one_step() {
    let mut editor = editor();
    let [first, ..] = editor.quad().unwrap().corners();
    // Taken hold of a little beside its centre, it does not jump.
    let outcome = play(&mut editor, [down(303.0, 242.0), to(250.0, 200.0), to(203.0, 152.0), up(203.0, 152.0)]);
    assert_eq!(outcome, Outcome::Committed);
    assert_eq!(editor.quad().unwrap().corners()[0], Point::new(first.x - 100.0, first.y - 90.0));
    assert_eq!(editor.undoable(), Some(Step::MoveCorner));
    editor.undo();
    assert_eq!(editor.quad().unwrap().corners()[0], first);
    assert_eq!(editor.undoable(), None);
    editor.redo();
    assert_eq!(editor.quad().unwrap().corners()[0], Point::new(200.0, 150.0));
}

#[test]
fn a_quad_cannot_be_folded_and_keeps_its_last_good_shape() {
    let mut editor = editor();
    play(&mut editor, [down(300.0, 240.0), to(450.0, 350.0)]);
    let good = editor.quad().unwrap();
    let outcome = play(&mut editor, [to(800.0, 700.0)]);
    assert_eq!((outcome, editor.notice()), (Outcome::Overlay, Some(Notice::FoldedQuad)));
    assert_eq!(editor.quad(), Some(good));
    play(&mut editor, [to(350.0, 260.0)]);
    assert_eq!(editor.notice(), None);
    play(&mut editor, [up(350.0, 260.0)]);
    assert_eq!(editor.quad().unwrap().corners()[0], Point::new(350.0, 260.0));
}

#[test]
fn the_area_moves_by_its_inside_and_a_cancelled_drag_leaves_nothing() {
    let mut editor = editor();
    let before = editor.quad().unwrap();
    play(&mut editor, [down(500.0, 400.0), to(540.0, 410.0), Event::Cancel]);
    assert_eq!(editor.quad().unwrap(), before);
    assert_eq!(editor.undoable(), None);
    play(&mut editor, [down(500.0, 400.0), to(540.0, 410.0), up(540.0, 410.0)]);
    assert_eq!(editor.quad().unwrap(), before.moved_by(40.0, 10.0).unwrap());
}

#[test]
fn keys_nudge_what_is_selected() {
    let mut editor = editor();
    editor.select(Some(HandleId::Corner(2)));
    let before = editor.quad().unwrap().corners()[2];
    editor.handle(Event::Key(Key::Arrow { dx: 10.0, dy: 0.0 }));
    assert_eq!(editor.quad().unwrap().corners()[2], Point::new(before.x + 10.0, before.y));
    editor.select(None);
    editor.handle(Event::Key(Key::Arrow { dx: 0.0, dy: -1.0 }));
    assert_eq!(editor.quad().unwrap().corners()[2], Point::new(before.x + 10.0, before.y - 1.0));
}

#[test]
fn a_mask_is_drawn_by_clicks_and_closed_on_its_first_point() {
    let mut editor = editor();
    editor.choose(Tool::Polygon);
    for (x, y) in [(100.0, 100.0), (400.0, 120.0), (380.0, 400.0)] {
        click(&mut editor, x, y);
    }
    assert_eq!(editor.overlay().draft.len(), 4);
    assert!(editor.mask().is_none());
    play(&mut editor, [down(104.0, 97.0)]);
    assert_eq!(outline(&editor), [[100.0, 100.0], [400.0, 120.0], [380.0, 400.0]]);
    assert_eq!(editor.undoable(), Some(Step::DrawMask));
}

#[test]
fn a_mask_with_two_points_is_not_closed_and_loses_nothing() {
    let mut editor = editor();
    draw(&mut editor, &[(100.0, 100.0), (400.0, 120.0)]);
    assert_eq!(editor.notice(), Some(Notice::TooFewPoints));
    assert_eq!(editor.overlay().handles.len(), 2);
    click(&mut editor, 300.0, 400.0);
    assert_eq!(editor.handle(Event::Key(Key::Enter)), Outcome::Committed);
    assert_eq!(outline(&editor).len(), 3);
}

#[test]
fn points_are_moved_added_on_edges_and_deleted() {
    let mut editor = editor();
    draw(&mut editor, &[(100.0, 100.0), (400.0, 100.0), (400.0, 400.0), (100.0, 400.0)]);
    play(&mut editor, [down(402.0, 399.0), to(502.0, 449.0), up(502.0, 449.0)]);
    assert_eq!(outline(&editor)[2], [500.0, 450.0]);
    play(&mut editor, [down(250.0, 103.0), to(250.0, 53.0), up(250.0, 53.0)]);
    assert_eq!(outline(&editor)[1], [250.0, 50.0]);
    assert_eq!(editor.undoable(), Some(Step::AddPoint));
    editor.handle(Event::Key(Key::Delete));
    assert_eq!(outline(&editor).len(), 4);
    editor.handle(Event::Key(Key::Delete));
    assert_eq!(editor.handle(Event::Key(Key::Delete)), Outcome::Overlay);
    assert_eq!((outline(&editor).len(), editor.notice()), (3, Some(Notice::TooFewPoints)));
}

#[test]
fn escape_drops_an_unfinished_outline_and_delete_takes_its_last_point() {
    let mut editor = editor();
    editor.choose(Tool::Polygon);
    click(&mut editor, 100.0, 100.0);
    click(&mut editor, 200.0, 100.0);
    editor.handle(Event::Key(Key::Delete));
    assert_eq!(editor.overlay().handles.len(), 1);
    editor.handle(Event::Key(Key::Escape));
    assert!(editor.overlay().draft.is_empty() && editor.mask().is_none());
}

#[test]
fn a_slider_s_many_values_are_one_step_and_every_step_comes_back() {
    let mut editor = editor();
    let start = editor.template().clone();
    editor.set_blend(BlendMode::Multiply);
    for percent in (10..100).rev() {
        editor.set_opacity(Opacity::from_percent(percent));
    }
    draw(&mut editor, &[(0.0, 0.0), (90.0, 0.0), (0.0, 90.0)]);
    editor.remove_mask();
    let end = editor.template().clone();
    let steps: Vec<Step> = std::iter::from_fn(|| {
        let step = editor.undoable()?;
        editor.undo();
        Some(step)
    })
    .collect();
    assert_eq!(steps, [Step::RemoveMask, Step::DrawMask, Step::Opacity, Step::Blend]);
    assert_eq!(editor.template(), &start);
    while editor.redo() == Outcome::Committed {}
    assert_eq!(editor.template(), &end);
}

#[test]
fn a_slider_s_steps_are_taken_back_together_and_leave_the_area_alone() {
    let mut editor = editor();
    let before = editor.template().clone();
    for percent in [110.0, 130.0, 160.0] {
        assert_eq!(editor.set_scale(Scale(percent.try_into().unwrap())), Outcome::Committed);
    }
    for degrees in [5.0, 20.0] {
        editor.set_rotation(degrees.try_into().unwrap());
    }
    let placement = editor.placement().unwrap();
    assert_eq!((placement.scale.factor(), placement.rotation.get()), (1.6, 20.0));
    assert_eq!(Some(placement.quad), before.first_placement().map(|(_, placement)| placement.quad));
    assert_eq!(editor.undoable(), Some(Step::Rotate));
    editor.undo();
    editor.undo();
    assert_eq!(editor.template(), &before);
}
