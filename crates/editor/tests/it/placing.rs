use document::{
    LayerContent, Measure, Scale,
    geometry::{Outline, Point},
};
use editor::{Editor, HandleId, Key, LineKind, NewLayer, Notice, Outcome, Part, Step, Tool};

use super::*;

fn corners(editor: &Editor) -> [Point; 4] {
    editor.quad().unwrap().corners()
}

fn near(a: Point, b: (f64, f64)) -> bool {
    a.distance(Point::new(b.0, b.1)) < 1e-6
}

#[test]
fn a_corner_follows_the_pointer_and_is_one_step() {
    let mut editor = editor_with(Tool::Perspective);
    let [first, ..] = corners(&editor);
    // Taken hold of a little beside its centre, it does not jump.
    let outcome = play(&mut editor, [down(303.0, 242.0), to(250.0, 200.0), to(203.0, 152.0), up(203.0, 152.0)]);
    assert_eq!(outcome, Outcome::Committed);
    assert_eq!(corners(&editor)[0], Point::new(first.x - 100.0, first.y - 90.0));
    assert_eq!(editor.undoable(), Some(Step::MoveCorner));
    editor.undo();
    assert_eq!((corners(&editor)[0], editor.undoable()), (first, None));
    editor.redo();
    assert_eq!(corners(&editor)[0], Point::new(200.0, 150.0));
}

#[test]
fn a_quad_cannot_be_folded_and_keeps_its_last_good_shape() {
    let mut editor = editor_with(Tool::Perspective);
    play(&mut editor, [down(300.0, 240.0), to(450.0, 350.0)]);
    let good = editor.quad();
    let outcome = play(&mut editor, [to(800.0, 700.0)]);
    assert_eq!((outcome, editor.notice()), (Outcome::Overlay, Some(Notice::FoldedQuad)));
    assert_eq!(editor.quad(), good);
    play(&mut editor, [to(350.0, 260.0)]);
    assert_eq!(editor.notice(), None);
    play(&mut editor, [up(350.0, 260.0)]);
    assert_eq!(corners(&editor)[0], Point::new(350.0, 260.0));
}

#[test]
fn the_area_moves_by_its_inside_and_a_cancelled_drag_leaves_nothing() {
    for tool in [Tool::Move, Tool::Perspective] {
        let mut editor = editor_with(tool);
        let before = editor.quad().unwrap();
        play(&mut editor, [down(500.0, 420.0), to(540.0, 430.0), Event::Cancel]);
        assert_eq!((editor.quad().unwrap(), editor.undoable()), (before, None));
        pull(&mut editor, (500.0, 420.0), (540.0, 430.0));
        assert_eq!(editor.quad().unwrap(), before.moved_by(40.0, 10.0).unwrap());
        drag(&mut editor, SHIFT, (540.0, 430.0), (640.0, 440.0));
        assert_eq!(editor.quad().unwrap(), before.moved_by(140.0, 10.0).unwrap());
    }
}

#[test]
fn keys_nudge_what_is_selected() {
    let mut editor = editor_with(Tool::Perspective);
    editor.select(Some(HandleId::Corner(2)));
    let before = corners(&editor)[2];
    key(&mut editor, Key::Arrow { dx: 10.0, dy: 0.0 });
    assert_eq!(corners(&editor)[2], Point::new(before.x + 10.0, before.y));
    key(&mut editor, Key::Escape);
    key(&mut editor, Key::Arrow { dx: 0.0, dy: -1.0 });
    assert_eq!(corners(&editor)[2], Point::new(before.x + 10.0, before.y - 1.0));
}

#[test]
fn corners_scale_in_proportion_or_freely_and_about_the_middle() {
    let mut editor = editor_with(Tool::Move);
    pull(&mut editor, (700.0, 560.0), (500.0, 400.0));
    assert!(near(corners(&editor)[2], (500.0, 400.0)) && near(corners(&editor)[0], (300.0, 240.0)));
    editor.undo();
    drag(&mut editor, SHIFT, (700.0, 560.0), (800.0, 560.0));
    assert!(near(corners(&editor)[2], (800.0, 560.0)) && near(corners(&editor)[3], (300.0, 560.0)));
    editor.undo();
    drag(&mut editor, ALT, (700.0, 560.0), (900.0, 720.0));
    assert!(near(corners(&editor)[0], (100.0, 80.0)) && near(corners(&editor)[2], (900.0, 720.0)));
    assert_eq!(editor.undoable(), Some(Step::ScaleArea));
}

#[test]
fn a_side_stretches_across_itself() {
    let mut editor = editor_with(Tool::Move);
    pull(&mut editor, (700.0, 400.0), (760.0, 470.0));
    assert!(near(corners(&editor)[1], (760.0, 240.0)) && near(corners(&editor)[2], (760.0, 560.0)));
    assert!(near(corners(&editor)[0], (300.0, 240.0)));
}

#[test]
fn the_stalk_turns_and_shift_keeps_to_fifteen_degrees() {
    let mut editor = editor_with(Tool::Move);
    let stalk = editor.handle_at(HandleId::Turn).unwrap();
    assert_eq!(stalk, Point::new(500.0, 210.0));
    pull(&mut editor, (500.0, 210.0), (690.0, 400.0));
    assert!(near(corners(&editor)[0], (660.0, 200.0)), "{:?}", corners(&editor));
    editor.undo();
    drag(&mut editor, SHIFT, (500.0, 210.0), (604.0, 238.0));
    let [a, b, ..] = corners(&editor);
    assert!((((b.y - a.y).atan2(b.x - a.x)).to_degrees() - 30.0).abs() < 1e-9);
    assert_eq!(editor.undoable(), Some(Step::TurnArea));
}

#[test]
fn an_edge_snaps_to_the_canvas_middle_unless_ctrl_is_held() {
    let mut editor = editor_with(Tool::Move);
    editor.set_manner(|manner| manner.snap = true);
    pull(&mut editor, (500.0, 420.0), (700.0, 420.0));
    pull(&mut editor, (700.0, 420.0), (503.0, 420.0));
    assert!(near(editor.quad().unwrap().middle(), (500.0, 400.0)));
    let free = Modifiers { command: true, ..Modifiers::default() };
    drag(&mut editor, free, (500.0, 420.0), (504.0, 423.0));
    assert!(near(editor.quad().unwrap().middle(), (504.0, 403.0)));
}

#[test]
fn a_guide_is_shown_while_it_holds() {
    let mut editor = editor_with(Tool::Perspective);
    editor.set_manner(|manner| manner.snap = true);
    editor.set_guides(|guides| guides.x.push(120.0));
    play(&mut editor, [down(300.0, 240.0), to(123.0, 300.0)]);
    assert_eq!(corners(&editor)[0], Point::new(120.0, 300.0));
    assert!(editor.overlay().lines.iter().any(|line| line.kind == LineKind::Snap));
    play(&mut editor, [up(123.0, 300.0)]);
    assert!(editor.overlay().lines.iter().all(|line| line.kind != LineKind::Snap));
}

#[test]
fn a_cylinder_begins_with_its_handles() {
    let mut editor = editor_with(Tool::Cylinder);
    let arc = editor.handle_at(HandleId::Arc).unwrap();
    pull(&mut editor, (arc.x, arc.y), (600.0, 250.0));
    let bend = editor.handle_at(HandleId::Bend).unwrap();
    pull(&mut editor, (bend.x, bend.y), (500.0, 592.0));
    let cylinder = editor.placement().unwrap().cylinder.unwrap();
    assert_eq!((cylinder.arc.get(), cylinder.bend.get()), (90, 10));
    assert_eq!(editor.undoable(), Some(Step::Cylinder));
    editor.set_cylinder(None);
    assert_eq!(editor.placement().unwrap().cylinder, None);
}

#[test]
fn a_mesh_begins_with_a_pulled_point_and_becomes_finer_in_the_same_form() {
    let mut editor = editor_with(Tool::Mesh);
    assert_eq!(editor.overlay().handles.len(), 16);
    pull(&mut editor, (300.0, 240.0), (280.0, 200.0));
    let mesh = editor.placement().unwrap().mesh.clone().unwrap();
    assert!(mesh.points()[0].distance(Point::new(-0.05, -0.125)) < 1e-9);
    // The points around a patch's corner go with it.
    assert!((mesh.points()[1].x - (1.0 / 3.0 - 0.05)).abs() < 1e-9);
    editor.refine_mesh(true, true);
    let finer = editor.placement().unwrap().mesh.clone().unwrap();
    assert_eq!((finer.columns(), finer.at(0.3, 0.2).distance(mesh.at(0.3, 0.2)) < 1e-12), (2, true));
    editor.remove_mesh();
    assert_eq!(editor.placement().unwrap().mesh, None);
    for _ in 0..4 {
        editor.refine_mesh(true, false);
    }
    assert_eq!(editor.refine_mesh(true, false), Outcome::Overlay);
    assert_eq!(editor.notice(), Some(Notice::MeshFull));
}

#[test]
fn pressing_another_area_takes_it_up() {
    let mut editor = editor_with(Tool::Move);
    let first = editor.active();
    editor.add_layer("Sleeve", NewLayer::Placement);
    let second = editor.active();
    pull(&mut editor, (500.0, 420.0), (860.0, 420.0));
    assert_eq!(editor.active(), second);
    pull(&mut editor, (320.0, 420.0), (330.0, 420.0));
    assert_eq!(editor.active(), first);
    assert_eq!(corners(&editor)[0], Point::new(310.0, 240.0));
}

#[test]
fn an_attached_mask_goes_with_its_area() {
    let mut editor = editor_with(Tool::Move);
    let outline = Outline::rectangle(Point::new(300.0, 240.0), Point::new(500.0, 400.0)).unwrap();
    editor.replace_mask(vec![Part { outline, holes: Vec::new() }]);
    pull(&mut editor, (500.0, 480.0), (550.0, 480.0));
    assert_eq!(outlines(&editor)[0].points().next().unwrap(), Point::new(300.0, 240.0));
    editor.undo();
    editor.set_attached(true);
    pull(&mut editor, (500.0, 480.0), (550.0, 480.0));
    pull(&mut editor, (750.0, 560.0), (950.0, 720.0));
    let points: Vec<Point> = outlines(&editor)[0].points().collect();
    assert!(near(points[0], (350.0, 240.0)) && near(points[2], (650.0, 480.0)), "{points:?}");
}

#[test]
fn a_slider_s_steps_are_taken_back_together_and_leave_the_area_alone() {
    let mut editor = editor_with(Tool::Move);
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

#[test]
fn a_slider_that_was_let_go_begins_another_step() {
    let mut editor = editor_with(Tool::Move);
    let scale = |percent: f32| Scale(percent.try_into().unwrap());
    for (percent, let_go) in [(110.0, false), (130.0, true), (140.0, false), (160.0, true)] {
        editor.set_scale(scale(percent));
        if let_go {
            editor.settle();
        }
    }
    editor.undo();
    assert_eq!(editor.placement().unwrap().scale, scale(130.0));
    editor.undo();
    assert_eq!(editor.placement().unwrap().scale, scale(100.0));
}

#[test]
fn tools_of_the_design_area_say_so_on_other_layers() {
    let mut editor = editor_with(Tool::Move);
    let photo = editor.template().layers[0].id;
    editor.choose_layer(photo, editor::Choosing::Only);
    assert!(editor.overlay().handles.is_empty());
    assert_eq!(editor.set_offset([Measure::default(); 2]), Outcome::Overlay);
    assert_eq!(editor.notice(), Some(Notice::NoPlacement));
    assert!(matches!(editor.layer().unwrap().content, LayerContent::Photo { .. }));
}

#[test]
fn a_crop_takes_everything_along_and_keeps_the_photo() {
    let mut editor = editor_with(Tool::Rectangle);
    pull(&mut editor, (320.0, 260.0), (400.0, 300.0));
    editor.set_guides(|guides| guides.x.push(500.0));
    let before = editor.template().clone();
    editor.choose(Tool::Crop);
    // From (0, 0) to (1000, 800): the left and upper sides come in by 100 and 40.
    pull(&mut editor, (0.0, 0.0), (100.0, 40.0));
    assert_eq!(editor.template(), &before);
    assert_eq!(key(&mut editor, Key::Enter), Outcome::Committed);
    let template = editor.template();
    assert_eq!((template.canvas.width(), template.canvas.height()), (900, 760));
    assert!(near(template.photo_area.unwrap().corners()[0], (-100.0, -40.0)));
    assert!(near(corners(&editor)[0], (200.0, 200.0)));
    assert_eq!(outlines(&editor)[0].bounds()[0], Point::new(220.0, 220.0));
    assert_eq!(template.guides.x, [400.0]);
    assert_eq!(template.check(), Ok(()));
    editor.undo();
    assert_eq!(editor.template(), &before);
}

#[test]
fn straightening_turns_everything_the_other_way() {
    let mut editor = editor_with(Tool::Crop);
    editor.set_manner(|manner| manner.straighten = 10.0.try_into().unwrap());
    key(&mut editor, Key::Enter);
    let [a, b, ..] = corners(&editor);
    assert!(((b.y - a.y).atan2(b.x - a.x).to_degrees() + 10.0).abs() < 1e-9);
    assert!(near(editor.template().photo_area.unwrap().middle(), (500.0, 400.0)));
    assert_eq!(editor.manner().straighten.get(), 0.0);
}
