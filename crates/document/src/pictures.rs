//! How large the pictures of a document are together.

use crate::SIDE_MAX;

/// The most pixels that the distinct pictures of a document may have together: ten of the largest that are taken in, or forty of a
/// camera's 24 million. A photo with its lights, folds and masks, each as large as the photo, has some hundred million; and a document
/// with all that is allowed, read in full for a render of the largest size, takes 5.3 GB. It depends on no machine, so that a document
/// that one server takes another takes too; what a server can make of it depends on its memory and on the size that is ordered.
pub const SOURCE_PIXELS_MAX: u64 = 10 * (SIDE_MAX as u64).pow(2);

/// The pictures of a document are too large together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document's pictures have {pixels} pixels together; at most {SOURCE_PIXELS_MAX} are allowed")]
pub struct TooManySourcePixels {
    /// The pixels that they have, each picture counted once.
    pub pixels: u64,
}

/// Checks the sizes of a document's pictures, each counted once.
///
/// # Errors
/// They have more pixels together than [`SOURCE_PIXELS_MAX`].
pub fn check_source_pixels(sizes: impl IntoIterator<Item = (u32, u32)>) -> Result<(), TooManySourcePixels> {
    let pixels = sizes.into_iter().map(|(width, height)| u64::from(width) * u64::from(height)).sum();
    if pixels > SOURCE_PIXELS_MAX { Err(TooManySourcePixels { pixels }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_of_the_largest_pictures_are_allowed_and_not_a_pixel_more() {
        let largest = (SIDE_MAX, SIDE_MAX);
        assert_eq!(check_source_pixels([largest; 10]), Ok(()));
        let error = check_source_pixels([largest; 10].into_iter().chain([(1, 1)])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the document's pictures have 1000000001 pixels together; at most 1000000000 are allowed"
        );
    }
}
