//! Icons as inline SVG, drawn on a 24-pixel grid with the text's colour. They carry no name: the control around
//! them is named.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident = $path:literal),+ $(,)?) => {$(
        #[component]
        pub fn $name() -> impl IntoView {
            view! {
                <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
                    <path d=$path />
                </svg>
            }
        }
    )+};
}

icons! {
    Home = "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-5v-6h-4v6H5a1 1 0 0 1-1-1z",
    Picture = "M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9.2a.8.8 0 1 0 0-.01",
    Layers = "m12 4 9 5-9 5-9-5zM3.5 13 12 17.7 20.5 13M3.5 16.7 12 21.4l8.5-4.7",
    Grid = "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
    People = "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-4 3-6 6.500-6s6.100 2 6.500 6M16 4.500a3.300 3.300 0 0 1 0 6.300M18 14.500c2 .8 3.200 2.600 3.500 5.500",
    Person = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.6-4.400 3.500-6.500 7.500-6.500s6.900 2.100 7.500 6.500",
    Upload = "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
    Download = "M12 4v12M7 11l5 5 5-5M4 16v4h16v-4",
    Trash = "M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10 11v5M14 11v5",
    Undo = "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3",
    Redo = "m16 5 4 4-4 4M20 9H10a6 6 0 0 0 0 12h3",
    Corners = "M5 7 18 4l2 14-14 2zM5 7h.01M18 4h.01M20 18h.01M6 20h.01",
    Outline = "M6 18 4 8l8-5 8 6-4 10zM6 18h.01M4 8h.01M12 3h.01M20 9h.01M16 19h.01",
    Check = "m5 12.500 4.500 4.500L19 7",
    Close = "M6 6l12 12M18 6 6 18",
    Mail = "M3.500 6h17v12h-17zM4 7l8 6 8-6",
    Warning = "M12 4 2.500 20h19zM12 10v4.500M12 17.300v.2",
    Play = "M7 4.500 19 12 7 19.500z",
    SignOut = "M14 4H5v16h9M10 12h10M16.500 8.500 20 12l-3.500 3.500",
}
