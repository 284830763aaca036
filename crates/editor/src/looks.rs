//! Looks for a photo: adjustments that go well together, as layers that can be changed afterwards.

use document::{Adjustment, Curve, Levels, Ranged};

/// The looks that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Look {
    /// More red and less blue.
    Warm,
    /// More blue and less red.
    Cool,
    /// The middle tones lifted.
    Bright,
    /// More contrast and stronger colours.
    Punchy,
    /// The darkest tones lifted, the lightest lowered, and weaker colours.
    Faded,
    /// No colour, and more contrast.
    BlackAndWhite,
}

impl Look {
    /// The looks in the order of the menu.
    pub const ALL: [Look; 6] = [Self::Warm, Self::Cool, Self::Bright, Self::Punchy, Self::Faded, Self::BlackAndWhite];

    /// The name in the translation files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warm => "warm",
            Self::Cool => "cool",
            Self::Bright => "bright",
            Self::Punchy => "punchy",
            Self::Faded => "faded",
            Self::BlackAndWhite => "black-and-white",
        }
    }

    /// The lowest first.
    pub fn adjustments(self) -> Vec<Adjustment> {
        match self {
            Self::Warm => vec![balance(1.1, 0.9)],
            Self::Cool => vec![balance(0.92, 1.1)],
            Self::Bright => vec![curve(&[[0, 4], [110, 134], [255, 255]])],
            Self::Punchy => vec![curve(&[[0, 0], [64, 52], [190, 204], [255, 255]]), saturation(18)],
            Self::Faded => vec![curve(&[[0, 28], [128, 132], [255, 240]]), saturation(-22)],
            Self::BlackAndWhite => vec![saturation(-100), curve(&[[0, 0], [70, 60], [185, 198], [255, 255]])],
        }
    }
}

/// Red and blue by their gammas: above 1 lighter.
fn balance(red: f32, blue: f32) -> Adjustment {
    let levels = |gamma| Levels::new(0, 255, gamma, [0, 255]).unwrap_or_default();
    Adjustment::Levels { all: Levels::default(), red: levels(red), green: Levels::default(), blue: levels(blue) }
}

fn curve(points: &[[u8; 2]]) -> Adjustment {
    let (red, green, blue) = Default::default();
    Adjustment::Curves { all: Curve::new(points.to_vec()).unwrap_or_default(), red, green, blue }
}

fn saturation(percent: i16) -> Adjustment {
    let (hue, lightness) = Default::default();
    Adjustment::HueSaturation { hue, saturation: Ranged::try_from(percent).unwrap_or_default(), lightness }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_look_changes_something() {
        let plain = |adjustment: &Adjustment| match adjustment {
            Adjustment::Levels { all, red, green, blue } => {
                [all, red, green, blue].iter().all(|l| **l == Levels::default())
            }
            Adjustment::Curves { all, .. } => *all == Curve::default(),
            Adjustment::HueSaturation { saturation, .. } => saturation.get() == 0,
            _ => true,
        };
        for look in Look::ALL {
            assert!(look.adjustments().iter().all(|adjustment| !plain(adjustment)), "{look:?}");
        }
    }
}
