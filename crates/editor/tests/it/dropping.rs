//! What is taken back, dropped or put aside, and what of it comes back.

use document::geometry::Point;
use editor::{Answer, Ask, Choosing, HandleId, Key, LineKind, Outcome, Step, Tool};

use super::*;

fn draft(editor: &Editor) -> Vec<Point> {
    let line = editor.overlay().lines.into_iter().find(|line| line.kind == LineKind::Draft);
    line.map(|line| line.points).unwrap_or_default()
}

/// The document, what is done and what is selected.
fn state(editor: &Editor) -> (String, usize, Option<HandleId>) {
    (editor.template().to_json(), editor.steps().1, editor.selected())
}

const DRAWING: [Tool; 3] = [Tool::Pen, Tool::Polygon, Tool::Magnetic];

#[test]
fn undo_in_the_middle_of_a_drag_drops_the_drag_and_nothing_else() {
    for (tool, from) in [
        (Tool::Move, (500.0, 400.0)),
        (Tool::Perspective, (300.0, 240.0)),
        (Tool::Mesh, (300.0, 240.0)),
        (Tool::Cylinder, (500.0, 240.0)),
        (Tool::Brush, (500.0, 400.0)),
        (Tool::Rectangle, (500.0, 400.0)),
        (Tool::Lasso, (500.0, 400.0)),
        (Tool::Object, (500.0, 400.0)),
        (Tool::Polygon, (100.0, 100.0)),
        (Tool::Polygon, (250.0, 103.0)),
    ] {
        for again in [Editor::undo, Editor::redo] {
            let mut editor = editor_with(Tool::Polygon);
            editor.rename("A step before");
            if matches!(tool, Tool::Polygon) {
                for (x, y) in [(100.0, 100.0), (400.0, 100.0), (400.0, 400.0)] {
                    click(&mut editor, x, y);
                }
                key(&mut editor, Key::Enter);
            }
            editor.rename("Another");
            editor.undo();
            editor.choose(tool);
            let before = state(&editor);
            play(
                &mut editor,
                [down(from.0, from.1), to(from.0 + 20.0, from.1 + 15.0), to(from.0 + 60.0, from.1 + 50.0)],
            );
            assert!(editor.is_dragging(), "{tool:?}");
            assert_eq!(again(&mut editor), Outcome::Preview, "{tool:?}");
            assert_eq!(state(&editor), before, "{tool:?}");
            // The hand still moves, and lets go.
            play(&mut editor, [to(from.0 + 70.0, from.1 + 70.0), up(from.0 + 70.0, from.1 + 70.0)]);
            assert_eq!(state(&editor), before, "{tool:?}");
            assert!(draft(&editor).is_empty(), "{tool:?}");
            assert_eq!(editor.redo(), Outcome::Committed, "{tool:?}: what could be done again still can");
        }
    }
}

#[test]
fn undo_while_a_point_is_set_drops_that_point_and_keeps_the_path() {
    let mut editor = editor_with(Tool::Pen);
    click(&mut editor, 100.0, 100.0);
    pull(&mut editor, (400.0, 100.0), (450.0, 150.0));
    let before = draft(&editor);
    play(&mut editor, [down(400.0, 400.0), to(500.0, 500.0)]);
    editor.undo();
    play(&mut editor, [up(500.0, 500.0), to(450.0, 150.0)]);
    assert_eq!(editor.overlay().handles.len(), 2);
    play(&mut editor, [to(400.0, 100.0)]);
    assert_eq!(draft(&editor).first(), before.first());
    click(&mut editor, 400.0, 400.0);
    key(&mut editor, Key::Enter);
    let anchors = outlines(&editor)[0].anchors().to_vec();
    assert_eq!(anchors[1].handles, Some([Point::new(350.0, 50.0), Point::new(450.0, 150.0)]), "pulled out before");
    assert_eq!(anchors[2].handles, None, "the drag that was dropped has left nothing");
}

#[test]
fn a_half_drawn_path_survives_other_tools_layers_gestures_and_steps() {
    for tool in DRAWING {
        let mut editor = editor_with(tool);
        editor.rename("A step");
        editor.rename("Another");
        editor.undo();
        for (x, y) in [(100.0, 100.0), (400.0, 120.0), (380.0, 400.0)] {
            click(&mut editor, x, y);
        }
        let set = editor.overlay().handles.len();
        let line = draft(&editor).len();
        // Another tool is used in between, and steps are done and taken back.
        editor.choose(Tool::Move);
        assert!(draft(&editor).is_empty());
        pull(&mut editor, (500.0, 400.0), (520.0, 420.0));
        editor.undo();
        editor.choose(tool);
        // The tool in hand is chosen again, another layer, and a second finger comes.
        editor.choose(tool);
        let photo = editor.template().layers[0].id;
        let design = editor.template().layers[1].id;
        editor.choose_layer(photo, Choosing::Only);
        editor.choose_layer(design, Choosing::Only);
        play(&mut editor, [down(200.0, 300.0), Event::Cancel]);
        editor.redo();
        editor.go_to(1);
        assert_eq!(editor.overlay().handles.len(), set, "{tool:?}");
        assert!(draft(&editor).len() >= line.min(3), "{tool:?}");
        // It can be taken back point by point, by the same key as all else.
        assert_eq!(editor.undoable(), Some(Step::AddPoint), "{tool:?}");
        key(&mut editor, Key::Enter);
        if let Some((ticket, Ask::Wire { from, to })) = editor.take_ask() {
            editor.answer(ticket, Answer::Way(vec![from, to]));
        }
        assert_eq!(outlines(&editor).len(), 1, "{tool:?}");
        assert!(
            points(&outlines(&editor)[0]).starts_with(&[[100.0, 100.0], [400.0, 120.0], [380.0, 400.0]]),
            "{tool:?}"
        );
    }
}

#[test]
fn a_half_drawn_path_is_taken_back_point_by_point_and_escape_drops_it() {
    for tool in DRAWING {
        let mut editor = editor_with(tool);
        editor.rename("A step");
        click(&mut editor, 100.0, 100.0);
        click(&mut editor, 400.0, 120.0);
        editor.undo();
        editor.undo();
        assert_eq!(editor.undoable(), Some(Step::Rename), "{tool:?}");
        click(&mut editor, 100.0, 100.0);
        key(&mut editor, Key::Escape);
        assert!(draft(&editor).is_empty(), "{tool:?}");
        assert_eq!(editor.undoable(), Some(Step::Rename), "{tool:?}");
    }
}

#[test]
fn a_crop_that_is_dragged_is_dropped_to_where_it_was_and_waits_for_its_tool() {
    let mut editor = editor_with(Tool::Crop);
    pull(&mut editor, (0.0, 400.0), (200.0, 400.0));
    let frame = editor.overlay();
    play(&mut editor, [down(1000.0, 400.0), to(700.0, 400.0)]);
    assert_ne!(editor.overlay().lines, frame.lines);
    editor.undo();
    play(&mut editor, [up(700.0, 400.0)]);
    assert_eq!(editor.overlay().lines, frame.lines);
    editor.choose(Tool::Brush);
    editor.choose(Tool::Crop);
    assert_eq!(editor.overlay().lines, frame.lines);
    assert_eq!(key(&mut editor, Key::Enter), Outcome::Committed);
    assert_eq!(editor.template().canvas.width(), 800);
    // What was half drawn on the wide canvas means nothing on the narrow one.
    editor.undo();
    editor.choose(Tool::Polygon);
    click(&mut editor, 900.0, 100.0);
    click(&mut editor, 400.0, 120.0);
    editor.redo();
    assert!(draft(&editor).is_empty());
}

#[test]
fn what_changes_the_document_under_a_drag_takes_its_place() {
    for (tool, from) in
        [(Tool::Move, (500.0, 400.0)), (Tool::Perspective, (300.0, 240.0)), (Tool::Brush, (500.0, 400.0))]
    {
        let mut editor = editor_with(tool);
        play(&mut editor, [down(from.0, from.1), to(from.0 + 40.0, from.1)]);
        editor.rename("Named by somebody else");
        let before = state(&editor).0;
        play(&mut editor, [to(from.0 + 80.0, from.1), to(from.0 + 90.0, from.1), up(from.0 + 90.0, from.1)]);
        assert_eq!(state(&editor).0, before, "{tool:?}: nothing is changed beside the history");
        assert_eq!(editor.steps().0, [Step::Rename], "{tool:?}");
        editor.undo();
        assert_eq!(editor.template().name, "Mug");
        // The next gesture is one of its own.
        play(&mut editor, [down(from.0, from.1), to(from.0 + 40.0, from.1), up(from.0 + 40.0, from.1)]);
        assert_eq!(editor.steps().1, 1, "{tool:?}");
    }
}

#[test]
fn changes_from_elsewhere_that_follow_each_other_are_one_step() {
    let mut editor = editor_with(Tool::Polygon);
    click(&mut editor, 100.0, 100.0);
    for name in ["One", "Two", "Three"] {
        let theirs = Template { name: name.into(), ..editor.template().clone() };
        editor.follow(theirs);
    }
    assert_eq!(editor.template().name, "Three");
    assert_eq!(editor.overlay().handles.len(), 1, "what is half drawn stays");
    key(&mut editor, Key::Escape);
    editor.undo();
    assert_eq!(editor.template().name, "Mug");
}
