//! The kinds of files that the studio keeps.

use platform::blobs::Kind;

/// What a blob is to its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobKind {
    /// An uploaded file, named by its own hash.
    Original,
    /// A pyramid level as PNG, named by the hash of the original it comes from.
    Level(u32),
    /// An uploaded picture small, for lists, named by the hash of the original.
    Thumbnail,
    /// A finished file, named by its own hash.
    Render,
    /// A finished picture small, for the gallery, named by the hash of the file it shows.
    Preview,
    /// A template by itself, small, named by the hash of its document.
    TemplateThumbnail,
}

impl Kind for BlobKind {
    fn folder(self) -> String {
        match self {
            Self::Original => "original".into(),
            Self::Level(level) => format!("level-{level}"),
            Self::Thumbnail => "thumbnail".into(),
            Self::Render => "render".into(),
            Self::Preview => "preview".into(),
            Self::TemplateThumbnail => "template-thumbnail".into(),
        }
    }
}

impl BlobKind {
    pub(crate) fn of_folder(name: &str) -> Option<Self> {
        let named = [Self::Original, Self::Thumbnail, Self::Render, Self::Preview, Self::TemplateThumbnail];
        let level = || name.strip_prefix("level-")?.parse().ok().map(Self::Level);
        named.into_iter().find(|kind| kind.folder() == name).or_else(level)
    }
}
