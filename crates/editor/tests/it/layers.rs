use document::{BlendMode, Color, LAYERS_MAX, LayerId, Slot};
use editor::{Choosing, Editor, Look, NewLayer, Notice, Outcome, Shift, Step, Tool};
use proptest::prelude::*;

use super::*;

fn names(editor: &Editor) -> Vec<String> {
    editor.template().walk().map(|(layer, depth)| format!("{}{}", "-".repeat(depth), layer.name)).collect()
}

fn fill(editor: &mut Editor, name: &str) -> LayerId {
    editor.add_layer(name, NewLayer::Fill(Color { r: 1, g: 2, b: 3 }));
    editor.active().unwrap()
}

/// Photo, Design, A, B, C from the bottom up.
fn stacked() -> (Editor, [LayerId; 3]) {
    let mut editor = editor_with(Tool::Move);
    let layers = ["A", "B", "C"].map(|name| fill(&mut editor, name));
    (editor, layers)
}

#[test]
fn a_new_layer_lies_above_the_active_one() {
    let (mut editor, [a, ..]) = stacked();
    editor.choose_layer(a, Choosing::Only);
    fill(&mut editor, "Between");
    assert_eq!(names(&editor), ["Photo", "Design", "A", "Between", "B", "C"]);
    assert_eq!(editor.undoable(), Some(Step::AddLayer));
    editor.undo();
    assert_eq!(names(&editor), ["Photo", "Design", "A", "B", "C"]);
}

#[test]
fn a_look_is_a_group_of_adjustments() {
    let (mut editor, _) = stacked();
    editor.add_layer("Punchy", NewLayer::Look(Look::Punchy));
    assert_eq!(names(&editor)[5..], ["Punchy", "-Punchy", "-Punchy"]);
    assert_eq!(editor.template().check(), Ok(()));
}

#[test]
fn several_layers_are_chosen_grouped_and_ungrouped() {
    let (mut editor, [a, b, c]) = stacked();
    editor.choose_layer(a, Choosing::Only);
    editor.choose_layer(c, Choosing::Through);
    assert_eq!(editor.chosen(), [a, b, c]);
    editor.choose_layer(b, Choosing::Toggle);
    assert_eq!(editor.chosen(), [a, c]);
    editor.group_layers("Both");
    assert_eq!(names(&editor), ["Photo", "Design", "B", "Both", "-A", "-C"]);
    editor.ungroup_layers();
    assert_eq!(names(&editor), ["Photo", "Design", "B", "A", "C"]);
    assert_eq!(editor.chosen(), [a, c]);
    editor.set_blend(BlendMode::Screen);
    let screened = editor.template().walk().filter(|(layer, _)| layer.blend == BlendMode::Screen).count();
    assert_eq!(screened, 2);
}

#[test]
fn layers_are_dragged_to_a_place_and_never_into_themselves() {
    let (mut editor, [a, _, c]) = stacked();
    editor.choose_layer(a, Choosing::Only);
    editor.group_layers("Group");
    let group = editor.active().unwrap();
    editor.choose_layer(c, Choosing::Only);
    editor.move_layers(Slot { group: Some(group), index: 0 });
    assert_eq!(names(&editor), ["Photo", "Design", "Group", "-C", "-A", "B"]);
    editor.choose_layer(group, Choosing::Only);
    assert_eq!(editor.move_layers(Slot { group: Some(group), index: 0 }), Outcome::Ignored);
    editor.move_layers(Slot { group: None, index: 0 });
    assert_eq!(names(&editor), ["Group", "-C", "-A", "Photo", "Design", "B"]);
    // Right behind itself is where it is.
    assert_eq!(editor.move_layers(Slot { group: None, index: 1 }), Outcome::Overlay);
    editor.shift_layer(Shift::Up);
    assert_eq!(names(&editor), ["Photo", "Group", "-C", "-A", "Design", "B"]);
}

#[test]
fn copied_layers_come_into_another_template_with_numbers_of_their_own() {
    let (mut editor, [a, b, _]) = stacked();
    editor.choose_layer(a, Choosing::Only);
    editor.choose_layer(b, Choosing::Toggle);
    let text = editor.copy_layers().unwrap();
    let mut other = editor_with(Tool::Move);
    assert_eq!(other.paste(&text), Outcome::Committed);
    assert_eq!(names(&other), ["Photo", "Design", "A", "B"]);
    assert_eq!(other.template().check(), Ok(()));
    other.paste("a letter to somebody");
    assert_eq!(other.notice(), Some(Notice::NotLayers));
    assert_eq!(other.paste(r#"{"format":"vitrine/layers","layers":[{"id":1}]}"#), Outcome::Overlay);
}

#[test]
fn a_mask_is_copied_onto_another_layer() {
    let (mut editor, [a, ..]) = stacked();
    editor.choose(Tool::Rectangle);
    pull(&mut editor, (10.0, 10.0), (50.0, 50.0));
    let text = editor.copy_mask().unwrap();
    let mask = editor.mask().cloned();
    editor.choose_layer(a, Choosing::Only);
    editor.paste(&text);
    assert_eq!(editor.mask().cloned(), mask);
    assert_eq!(editor.undoable(), Some(Step::PasteMask));
}

#[test]
fn deleting_chooses_what_is_left_and_locked_layers_stay() {
    let (mut editor, [a, b, c]) = stacked();
    editor.set_locked(b, true);
    editor.choose_layer(a, Choosing::Only);
    editor.choose_layer(b, Choosing::Toggle);
    editor.delete_layers();
    assert_eq!((editor.notice(), names(&editor).len()), (Some(Notice::Locked), 5));
    editor.choose_layer(c, Choosing::Only);
    editor.delete_layers();
    assert_eq!(editor.layer().unwrap().name, "Design");
    editor.undo();
    assert_eq!(names(&editor).len(), 5);
}

#[test]
fn too_many_layers_are_refused_and_nothing_is_lost() {
    let mut editor = editor_with(Tool::Move);
    let mut last = Outcome::Committed;
    // Each time twice as many, until the limit.
    for _ in 0..12 {
        let all: Vec<LayerId> = editor.template().layers.iter().map(|layer| layer.id).collect();
        editor.choose_layer(all[0], Choosing::Only);
        editor.choose_layer(all[all.len() - 1], Choosing::Through);
        last = editor.duplicate_layers();
    }
    assert_eq!((last, editor.notice()), (Outcome::Overlay, Some(Notice::TooManyLayers)));
    assert!(editor.template().walk().count() <= LAYERS_MAX);
    assert_eq!(editor.template().check(), Ok(()));
}

#[derive(Clone, Debug)]
enum Act {
    Choose(usize, Choosing),
    Add,
    Group,
    Ungroup,
    Delete,
    Duplicate,
    Move(usize, usize),
    Shift(Shift),
    Undo,
    Redo,
}

fn act() -> impl Strategy<Value = Act> {
    let choosing = prop::sample::select(vec![Choosing::Only, Choosing::Toggle, Choosing::Through]);
    prop_oneof![
        (0..12usize, choosing).prop_map(|(at, how)| Act::Choose(at, how)),
        Just(Act::Add),
        Just(Act::Group),
        Just(Act::Ungroup),
        Just(Act::Delete),
        Just(Act::Duplicate),
        (0..12usize, 0..6usize).prop_map(|(group, index)| Act::Move(group, index)),
        prop::sample::select(vec![Shift::Up, Shift::Down]).prop_map(Act::Shift),
        Just(Act::Undo),
        Just(Act::Redo),
    ]
}

proptest! {
    #[test]
    fn whatever_is_done_to_layers_comes_back(acts in prop::collection::vec(act(), 1..40)) {
        let mut editor = editor_with(Tool::Move);
        let start = editor.template().clone();
        for act in acts {
            let ids: Vec<LayerId> = editor.template().walk().map(|(layer, _)| layer.id).collect();
            let nth = |at: usize| ids.get(at % ids.len().max(1)).copied();
            match act {
                Act::Choose(at, how) => { nth(at).map(|id| editor.choose_layer(id, how)); }
                Act::Add => { fill(&mut editor, "Fill"); }
                Act::Group => { editor.group_layers("Group"); }
                Act::Ungroup => { editor.ungroup_layers(); }
                Act::Delete => { editor.delete_layers(); }
                Act::Duplicate => { editor.duplicate_layers(); }
                Act::Move(group, index) => {
                    let group = nth(group).filter(|id| !editor.template().layer(*id).unwrap().children().is_empty());
                    editor.move_layers(Slot { group, index });
                }
                Act::Shift(way) => { editor.shift_layer(way); }
                Act::Undo => { editor.undo(); }
                Act::Redo => { editor.redo(); }
            }
            prop_assert_eq!(editor.template().check(), Ok(()));
            prop_assert!(editor.chosen().iter().all(|id| editor.template().layer(*id).is_some()));
            prop_assert_eq!(editor.active().is_none(), editor.template().layers.is_empty());
        }
        let end = editor.template().clone();
        let (_, done) = editor.steps();
        editor.go_to(0);
        prop_assert_eq!(editor.template(), &start);
        editor.go_to(done);
        prop_assert_eq!(editor.template(), &end);
    }
}
