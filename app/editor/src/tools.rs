//! How the tools look, and by which key each is taken up.

use editor::Tool;
use leptos::prelude::*;
use ui::icons;

/// A tool's row.
pub struct Face {
    pub key: &'static str,
    pub icon: fn() -> AnyView,
}

macro_rules! faces {
    ($($tool:ident = $key:literal, $icon:ident;)+) => {
        pub fn face(tool: Tool) -> Face {
            match tool {
                $(Tool::$tool => Face { key: $key, icon: || view! { <icons::$icon /> }.into_any() }),+
            }
        }
    };
}

faces! {
    Move = "V", Move;
    Perspective = "C", Corners;
    Cylinder = "U", Cylinder;
    Mesh = "G", Mesh;
    Pen = "P", Pen;
    Polygon = "N", Outline;
    Rectangle = "M", Rectangle;
    Ellipse = "O", Ellipse;
    Lasso = "L", Lasso;
    Magnetic = "K", Magnet;
    Brush = "B", Brush;
    Eraser = "E", Eraser;
    Wand = "W", Wand;
    Object = "A", Object;
    Crop = "T", Crop;
}
