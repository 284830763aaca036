//! Adjustments: what changes the colours of everything below.

use serde::{Deserialize, Serialize};

use crate::{Color, Curve, Ranged};

/// Colours change, alpha does not. Values are sRGB-encoded, as image editors have them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Adjustment {
    /// First each channel's own levels, then those of all.
    Levels {
        /// The levels that every channel goes through after its own.
        #[serde(default)]
        all: Levels,
        /// The levels of red alone.
        #[serde(default)]
        red: Levels,
        /// The levels of green alone.
        #[serde(default)]
        green: Levels,
        /// The levels of blue alone.
        #[serde(default)]
        blue: Levels,
    },
    /// First each channel's own curve, then that of all.
    Curves {
        /// The curve that every channel goes through after its own.
        #[serde(default)]
        all: Curve,
        /// The curve of red alone.
        #[serde(default)]
        red: Curve,
        /// The curve of green alone.
        #[serde(default)]
        green: Curve,
        /// The curve of blue alone.
        #[serde(default)]
        blue: Curve,
    },
    /// Degrees around the colour circle, then per cent.
    HueSaturation {
        /// The turn around the colour circle, in degrees: by 120 red becomes green, by -120 blue.
        #[serde(default)]
        hue: Ranged<-180, 180>,
        /// The strength of colours, in per cent: -100 leaves only grey, 50 doubles, and 100 leaves no grey in what has
        /// a colour at all.
        #[serde(default)]
        saturation: Ranged<-100, 100>,
        /// The way that colours go towards black (below 0) or white (above 0), in per cent.
        #[serde(default)]
        lightness: Ranged<-100, 100>,
    },
    /// Steps of 255, then per cent.
    BrightnessContrast {
        /// The steps of 255 that are added to each channel, before the contrast.
        #[serde(default)]
        brightness: Ranged<-150, 150>,
        /// The steepness about middle grey, in per cent: -100 makes everything that grey, 100 only black or white.
        #[serde(default)]
        contrast: Ranged<-100, 100>,
    },
    /// Each channel becomes what it lacks: black white, red cyan.
    Invert,
    /// A product of colour `from` in colour `to`, with its own folds and lights.
    Recolor {
        /// The product's colour in the photo, in even light. Only its brightness counts.
        from: Color,
        /// The colour that stands where the photo is as bright as `from`; what is darker is multiplied onto it, what is
        /// brighter screened.
        to: Color,
        /// The colours that the product comes in.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<ProductColor>,
    },
}

/// A colour that a product comes in, by the name its maker gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductColor {
    /// The name that the maker gives the colour, or a person.
    pub name: String,
    /// The colour that `to` gets where this one is chosen.
    pub color: Color,
}

/// The reason why numbers make no levels and no curve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AdjustmentError {
    /// The black of levels is not below their white.
    #[error("black (0 to 254) must be below white (1 to 255)")]
    BlackAboveWhite,
    /// The gamma of levels is not a number from 0.1 to 10.
    #[error("gamma goes from 0.1 to 10, not {0}")]
    Gamma(f32),
    /// The points of a curve are fewer than 2 or more than 16, or one is not further right than the one before.
    #[error("a curve has 2 to 16 points, each further right than the one before")]
    Points,
}

/// Input between `black` and `white` is bent by `gamma` (above 1: lighter) and laid between the two outputs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawLevels", into = "RawLevels")]
pub struct Levels {
    black: u8,
    white: u8,
    gamma: f32,
    output: [u8; 2],
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawLevels {
    black: u8,
    white: u8,
    gamma: f32,
    output: [u8; 2],
}

impl Default for RawLevels {
    fn default() -> Self {
        Self { black: 0, white: 255, gamma: 1.0, output: [0, 255] }
    }
}

impl Levels {
    /// `output`: what black and white become.
    ///
    /// # Errors
    /// Where black is not below white, or gamma not 0.1 to 10.
    pub fn new(black: u8, white: u8, gamma: f32, output: [u8; 2]) -> Result<Self, AdjustmentError> {
        if black >= white {
            return Err(AdjustmentError::BlackAboveWhite);
        }
        if !(0.1..=10.0).contains(&gamma) {
            return Err(AdjustmentError::Gamma(gamma));
        }
        Ok(Self { black, white, gamma, output })
    }

    /// The input, 0 to 254, that becomes the first output, as everything below it does.
    pub fn black(&self) -> u8 {
        self.black
    }

    /// The input, 1 to 255, that becomes the second output, as everything above it does.
    pub fn white(&self) -> u8 {
        self.white
    }

    /// The bend between black and white, 0.1 to 10: what lies there, counted from 0 to 1, is raised to the power of 1 /
    /// gamma.
    pub fn gamma(&self) -> f32 {
        self.gamma
    }

    /// The values that black and white become. Where the first is the higher one, dark and bright change places.
    pub fn output(&self) -> [u8; 2] {
        self.output
    }
}

impl Default for Levels {
    fn default() -> Self {
        Self { black: 0, white: 255, gamma: 1.0, output: [0, 255] }
    }
}

impl TryFrom<RawLevels> for Levels {
    type Error = AdjustmentError;
    fn try_from(raw: RawLevels) -> Result<Self, AdjustmentError> {
        Self::new(raw.black, raw.white, raw.gamma, raw.output)
    }
}

impl From<Levels> for RawLevels {
    fn from(levels: Levels) -> Self {
        Self { black: levels.black, white: levels.white, gamma: levels.gamma, output: levels.output }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adjustment_reads_what_it_writes_and_needs_only_what_differs() {
        let json = r#"{"kind":"levels","red":{"black":10,"gamma":1.5}}"#;
        let levels: Adjustment = serde_json::from_str(json).unwrap();
        let red = Levels::new(10, 255, 1.5, [0, 255]).unwrap();
        let [all, green, blue] = [Levels::default(); 3];
        assert_eq!(levels, Adjustment::Levels { all, red, green, blue });
        let written = serde_json::to_string(&levels).unwrap();
        assert_eq!(serde_json::from_str::<Adjustment>(&written).unwrap(), levels);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_is_allowed() {
        for (json, word) in [
            (r#"{"kind":"levels","all":{"black":200,"white":100}}"#, "black (0 to 254) must be below white"),
            (r#"{"kind":"levels","all":{"gamma":0}}"#, "gamma goes from 0.1 to 10"),
            (r#"{"kind":"curves","all":[[5,5]]}"#, "2 to 16 points"),
            (r#"{"kind":"curves","all":[[9,0],[5,255]]}"#, "further right"),
            (r#"{"kind":"hue-saturation","hue":181}"#, "from -180 to 180, not 181"),
            (r#"{"kind":"sepia"}"#, "unknown variant"),
        ] {
            let error = serde_json::from_str::<Adjustment>(json).unwrap_err().to_string();
            assert!(error.contains(word), "{json}: {error}");
        }
    }
}
