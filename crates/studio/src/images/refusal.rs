//! Why a file is not taken, in the words of the person who uploaded it.

use document::SIDE_MAX;
use domain::{Problem, ProblemKind};
use render::decode::{DecodeError, Foreign, Unsupported};

use platform::ServiceError;

pub(super) fn refusal(error: DecodeError) -> ServiceError {
    let problem = match error {
        DecodeError::Empty => Problem::invalid("upload-empty"),
        DecodeError::NotAnImage => Problem::invalid("upload-not-an-image"),
        DecodeError::Foreign(Foreign::Heic) => Problem::invalid("upload-heic"),
        DecodeError::Foreign(other) => Problem::invalid("upload-foreign").with("format", other.name()),
        DecodeError::TooManyPixels { width, height } => Problem::new(ProblemKind::TooLarge, "upload-too-many-pixels")
            .with("width", width)
            .with("height", height)
            .with("limit", SIDE_MAX),
        DecodeError::Cmyk => Problem::invalid("upload-cmyk"),
        DecodeError::Unsupported(what) => unsupported(what),
        DecodeError::ProfileTooLarge => Problem::new(ProblemKind::TooLarge, "upload-profile-too-large"),
        DecodeError::OutOfMemory => Problem::new(ProblemKind::TooLarge, "upload-out-of-memory"),
        DecodeError::Damaged(_) => Problem::invalid("upload-damaged"),
    };
    problem.at("file").into()
}

fn unsupported(what: Unsupported) -> Problem {
    match what {
        Unsupported::Arithmetic => Problem::invalid("upload-jpeg-arithmetic"),
        Unsupported::Lossless => Problem::invalid("upload-jpeg-lossless"),
        Unsupported::Hierarchical => Problem::invalid("upload-jpeg-hierarchical"),
        Unsupported::Precision(bits) => Problem::invalid("upload-jpeg-precision").with("bits", bits),
        Unsupported::Components(count) => Problem::invalid("upload-jpeg-components").with("count", count),
        Unsupported::NoHeight => Problem::invalid("upload-jpeg-no-height"),
        Unsupported::TooManyScans => Problem::invalid("upload-jpeg-too-many-scans"),
        Unsupported::InBrowser => Problem::invalid("upload-not-an-image"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_takes_too_much_memory_is_not_called_damaged() {
        let problem = refusal(DecodeError::OutOfMemory).problem();
        assert_eq!((problem.kind, problem.key.as_str()), (ProblemKind::TooLarge, "upload-out-of-memory"));
        assert_eq!(problem.field.as_deref(), Some("file"));
    }
}
