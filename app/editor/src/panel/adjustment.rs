//! What an adjustment layer changes, and looks to begin with.

use document::{Adjustment, Color, LayerContent, Levels, Ranged};
use leptos::prelude::*;

use super::{
    super::{
        bench::Bench,
        control::{color, number_slider},
    },
    curves::CurvesSettings,
};
use ui::t;

fn adjustment(bench: Bench) -> Option<Adjustment> {
    bench.editor.with(|editor| match editor.layer().map(|layer| &layer.content) {
        Some(LayerContent::Adjustment { adjustment }) => Some(adjustment.clone()),
        _ => None,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Levels,
    Curves,
    Brightness,
    Hue,
    Recolor,
    /// What has no numbers to set.
    Plain,
}

#[component]
pub fn AdjustmentSettings(bench: Bench) -> impl IntoView {
    let kind = Memo::new(move |_| match adjustment(bench) {
        Some(Adjustment::Levels { .. }) => Kind::Levels,
        Some(Adjustment::BrightnessContrast { .. }) => Kind::Brightness,
        Some(Adjustment::HueSaturation { .. }) => Kind::Hue,
        Some(Adjustment::Recolor { .. }) => Kind::Recolor,
        Some(Adjustment::Curves { .. }) => Kind::Curves,
        Some(Adjustment::Invert) | None => Kind::Plain,
    });
    move || match kind.get() {
        Kind::Levels => view! { <LevelsSettings bench /> }.into_any(),
        Kind::Curves => view! { <CurvesSettings bench /> }.into_any(),
        Kind::Brightness => view! { <Brightness bench /> }.into_any(),
        Kind::Hue => view! { <Hue bench /> }.into_any(),
        Kind::Recolor => view! { <Recolor bench /> }.into_any(),
        Kind::Plain => ().into_any(),
    }
}

fn whole<const LOW: i16, const HIGH: i16>(value: f32) -> Ranged<LOW, HIGH> {
    Ranged::try_from((value.round() as i16).clamp(LOW, HIGH)).unwrap_or_default()
}

#[component]
fn Brightness(bench: Bench) -> impl IntoView {
    let numbers = move || match adjustment(bench) {
        Some(Adjustment::BrightnessContrast { brightness, contrast }) => (brightness, contrast),
        _ => Default::default(),
    };
    let set = move |brightness, contrast| {
        bench.act(|editor| editor.set_adjustment(Adjustment::BrightnessContrast { brightness, contrast }));
    };
    view! {
        {number_slider(t!("adjust-brightness"), -150..=150, move || f32::from(numbers().0.get()), move |value| set(whole(value), numbers().1))}
        {number_slider(t!("adjust-contrast"), -100..=100, move || f32::from(numbers().1.get()), move |value| set(numbers().0, whole(value)))}
    }
}

#[component]
fn Hue(bench: Bench) -> impl IntoView {
    let numbers = move || match adjustment(bench) {
        Some(Adjustment::HueSaturation { hue, saturation, lightness }) => (hue, saturation, lightness),
        _ => Default::default(),
    };
    let set = move |hue, saturation, lightness| {
        bench.act(|editor| editor.set_adjustment(Adjustment::HueSaturation { hue, saturation, lightness }));
    };
    view! {
        {number_slider(t!("adjust-hue"), -180..=180, move || f32::from(numbers().0.get()), move |value| {
            let (_, saturation, lightness) = numbers();
            set(whole(value), saturation, lightness);
        })}
        {number_slider(t!("adjust-saturation"), -100..=100, move || f32::from(numbers().1.get()), move |value| {
            let (hue, _, lightness) = numbers();
            set(hue, whole(value), lightness);
        })}
        {number_slider(t!("adjust-lightness"), -100..=100, move || f32::from(numbers().2.get()), move |value| {
            let (hue, saturation, _) = numbers();
            set(hue, saturation, whole(value));
        })}
    }
}

/// Exposure and temperature as a photographer says them: the white point and gamma of all channels, and the balance of red and blue.
#[component]
fn LevelsSettings(bench: Bench) -> impl IntoView {
    let all = move || match adjustment(bench) {
        Some(Adjustment::Levels { all, red, green, blue }) => (all, red, green, blue),
        _ => Default::default(),
    };
    let set = move |all: Levels, red: Levels, green: Levels, blue: Levels| {
        bench.act(|editor| editor.set_adjustment(Adjustment::Levels { all, red, green, blue }));
    };
    let gamma = |percent: f32| 2f32.powf(percent / 50.0);
    let percent = |gamma: f32| gamma.log2() * 50.0;
    let levels = move |black: u8, white: u8, bend: f32| Levels::new(black, white, bend.clamp(0.1, 10.0), [0, 255]).ok();
    let change = move |black: Option<u8>, white: Option<u8>, bend: Option<f32>| {
        let (now, red, green, blue) = all();
        let made = levels(black.unwrap_or(now.black()), white.unwrap_or(now.white()), bend.unwrap_or(now.gamma()));
        if let Some(made) = made {
            set(made, red, green, blue);
        }
    };
    // Warm: red lighter, blue darker by the same step.
    let temperature = move || percent(all().1.gamma());
    let warm = move |value: f32| {
        let (now, _, green, _) = all();
        if let (Some(red), Some(blue)) = (levels(0, 255, gamma(value)), levels(0, 255, gamma(-value))) {
            set(now, red, green, blue);
        }
    };
    view! {
        {number_slider(t!("adjust-exposure"), -100..=100, move || percent(all().0.gamma()), move |value| change(None, None, Some(gamma(value))))}
        {number_slider(t!("adjust-temperature"), -50..=50, temperature, warm)}
        {number_slider(t!("adjust-black"), 0..=254, move || f32::from(all().0.black()), move |value| change(Some(value as u8), None, None))}
        {number_slider(t!("adjust-white"), 1..=255, move || f32::from(all().0.white()), move |value| change(None, Some(value as u8), None))}
    }
}

#[component]
fn Recolor(bench: Bench) -> impl IntoView {
    let parts = move || match adjustment(bench) {
        Some(Adjustment::Recolor { from, to, choices }) => (from, to, choices),
        _ => (Color { r: 0, g: 0, b: 0 }, Color { r: 0, g: 0, b: 0 }, Vec::new()),
    };
    let set = move |from, to, choices| {
        bench.act(|editor| editor.set_adjustment(Adjustment::Recolor { from, to, choices }));
    };
    view! {
        <p class="muted">{t!("recolor-text")}</p>
        {color(t!("recolor-from"), move || parts().0, move |from| {
            let (_, to, choices) = parts();
            set(from, to, choices);
        })}
        {color(t!("recolor-to"), move || parts().1, move |to| {
            let (from, _, choices) = parts();
            set(from, to, choices);
        })}
    }
}
