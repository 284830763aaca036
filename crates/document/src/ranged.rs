//! Numbers that know their bounds.

use serde::{Deserialize, Serialize};

/// The number that is outside of the bounds of a [`Ranged`] or a [`Measure`], or not a number. Its message names the
/// bounds.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("this value goes from {low} to {high}, not {value}")]
pub struct OutOfRange {
    value: f32,
    low: i16,
    high: i16,
}

/// A whole number from `LOW` to `HIGH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub struct Ranged<const LOW: i16, const HIGH: i16>(i16);

impl<const LOW: i16, const HIGH: i16> Ranged<LOW, HIGH> {
    /// The number, from `LOW` to `HIGH`.
    pub fn get(self) -> i16 {
        self.0
    }
}

/// The value nearest to 0.
impl<const LOW: i16, const HIGH: i16> Default for Ranged<LOW, HIGH> {
    fn default() -> Self {
        Self(0.clamp(LOW, HIGH))
    }
}

impl<const LOW: i16, const HIGH: i16> TryFrom<i16> for Ranged<LOW, HIGH> {
    type Error = OutOfRange;
    fn try_from(value: i16) -> Result<Self, OutOfRange> {
        match (LOW..=HIGH).contains(&value) {
            true => Ok(Self(value)),
            false => Err(OutOfRange { value: value.into(), low: LOW, high: HIGH }),
        }
    }
}

impl<const LOW: i16, const HIGH: i16> From<Ranged<LOW, HIGH>> for i16 {
    fn from(ranged: Ranged<LOW, HIGH>) -> Self {
        ranged.0
    }
}

/// A number from `LOW` to `HIGH`, with fractions.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f32", into = "f32")]
pub struct Measure<const LOW: i16, const HIGH: i16>(f32);

impl<const LOW: i16, const HIGH: i16> Measure<LOW, HIGH> {
    /// The number, from `LOW` to `HIGH`; never NaN.
    pub fn get(self) -> f32 {
        self.0
    }

    /// Whether it is 0. Most fields that are, and then change nothing, are left out of the JSON.
    pub fn is_zero(&self) -> bool {
        self.0 == 0.0
    }
}

/// The value nearest to 0.
impl<const LOW: i16, const HIGH: i16> Default for Measure<LOW, HIGH> {
    fn default() -> Self {
        Self(f32::from(0.clamp(LOW, HIGH)))
    }
}

impl<const LOW: i16, const HIGH: i16> TryFrom<f32> for Measure<LOW, HIGH> {
    type Error = OutOfRange;
    fn try_from(value: f32) -> Result<Self, OutOfRange> {
        // NaN is in no range.
        match (f32::from(LOW)..=f32::from(HIGH)).contains(&value) {
            true => Ok(Self(value)),
            false => Err(OutOfRange { value, low: LOW, high: HIGH }),
        }
    }
}

impl<const LOW: i16, const HIGH: i16> From<Measure<LOW, HIGH>> for f32 {
    fn from(measure: Measure<LOW, HIGH>) -> Self {
        measure.0
    }
}
