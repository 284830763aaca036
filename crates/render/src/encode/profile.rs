//! The colour profile of the files that are written.

use moxcms::{ColorProfile, LocalizableString, ProfileText};

use super::EncodeError;

/// The profile that tells a reader these are sRGB values, as ICC.1 wants it: the library writes an illuminant that is a little off,
/// texts that push what follows off its 4-byte step, and the present time, by which equal pictures would be files that differ.
pub fn srgb_profile() -> Result<Vec<u8>, EncodeError> {
    let text =
        |text: &str| ProfileText::Localizable(vec![LocalizableString::new("en".into(), "US".into(), text.into())]);
    let mut profile = ColorProfile::new_srgb();
    // Even numbers of letters, of two bytes each.
    profile.description = Some(text("sRGB IEC 61966-2.1"));
    profile.copyright = Some(text("Public domain."));
    let mut bytes = profile.encode().map_err(|error| EncodeError::Failed(error.to_string()))?;
    let header: [(usize, Vec<u8>); 2] = [
        // 7.2.8: when it was made.
        (24, [1994_u16, 1, 1, 0, 0, 0].map(u16::to_be_bytes).concat()),
        // 7.2.16: D50.
        (68, [0xF6D6_u32, 0x10000, 0xD32D].map(u32::to_be_bytes).concat()),
    ];
    for (at, field) in header {
        if let Some(place) = bytes.get_mut(at..at + field.len()) {
            place.copy_from_slice(&field);
        }
    }
    Ok(bytes)
}
