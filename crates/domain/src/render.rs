//! Asking for renders, and what is known of them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use document::SIDE_MAX;

use crate::{BatchId, DesignId, RenderId, TemplateId};

/// The longest side of the editor's preview, in pixels. A final render of this size is the preview, byte for byte.
pub const PREVIEW_SIDE: u32 = 1_200;
/// The most renders one batch may hold.
pub const BATCH_RENDERS_MAX: usize = 500;

/// The file a final render becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    Jpeg,
    Png,
    Webp,
}

document::words!(OutputFormat { Jpeg => "jpeg", Png => "png", Webp => "webp" });

impl OutputFormat {
    /// What a file name's ending asks for, in small letters or capital ones.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "png" => Some(Self::Png),
            "webp" => Some(Self::Webp),
            _ => None,
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// The longest side of a final render, 16 to 10,000 px.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct OutputSide(u32);

#[derive(Debug, thiserror::Error)]
#[error("the longest side of a render goes from 16 to {SIDE_MAX} px, not {0}")]
pub struct OutputSideOutOfRange(u32);

impl TryFrom<u32> for OutputSide {
    type Error = OutputSideOutOfRange;
    fn try_from(side: u32) -> Result<Self, OutputSideOutOfRange> {
        if (16..=SIDE_MAX).contains(&side) { Ok(Self(side)) } else { Err(OutputSideOutOfRange(side)) }
    }
}

impl From<OutputSide> for u32 {
    fn from(side: OutputSide) -> Self {
        side.0
    }
}

/// How many days a batch and its pictures are kept.
pub const BATCH_DAYS: u32 = 90;

/// What a merchant asks for: every design on the template, at one size, as one kind of file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchOrder {
    pub template: TemplateId,
    pub designs: Vec<DesignId>,
    pub side: OutputSide,
    pub format: OutputFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RenderState {
    Queued,
    Done,
    Failed,
    Cancelled,
}

document::words!(RenderState { Queued => "queued", Done => "done", Failed => "failed", Cancelled => "cancelled" });

/// One picture of a batch.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct Render {
    pub id: RenderId,
    pub template_name: String,
    pub design_name: String,
    pub format: OutputFormat,
    pub state: RenderState,
    /// Width, height and bytes of the finished file.
    pub output: Option<RenderOutput>,
    /// Why it failed: a key of the translation files.
    pub failure: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RenderOutput {
    pub width: u32,
    pub height: u32,
    pub bytes: u64,
}

impl Render {
    /// The name under which the file is offered: `<design> on <template>.<ending>`, with nothing a file system minds.
    pub fn file_name(&self) -> String {
        let plain = |text: &str| -> String {
            let kept = text.chars().map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '-' } else { c });
            kept.take(80).collect::<String>().trim_matches([' ', '.']).to_owned()
        };
        format!("{} on {}.{}", plain(&self.design_name), plain(&self.template_name), self.format.extension())
    }
}

/// A batch as the gallery lists it.
#[derive(Clone, Debug, PartialEq, Hash, Serialize, Deserialize)]
pub struct Batch {
    pub id: BatchId,
    pub template_name: String,
    pub format: OutputFormat,
    pub side: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    pub counts: BatchCounts,
}

/// How far a batch has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BatchCounts {
    pub queued: u32,
    pub done: u32,
    pub failed: u32,
    pub cancelled: u32,
}

impl BatchCounts {
    pub fn total(self) -> u32 {
        self.queued + self.done + self.failed + self.cancelled
    }

    pub fn settled(self) -> u32 {
        self.total() - self.queued
    }

    pub fn is_settled(self) -> bool {
        self.queued == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_has_nothing_a_file_system_minds() {
        let render = Render {
            id: RenderId(uuid::Uuid::nil()),
            template_name: "Mug: 11oz/white".into(),
            design_name: "../\"Fern\"\n".into(),
            format: OutputFormat::Jpeg,
            state: RenderState::Done,
            output: None,
            failure: None,
        };
        assert_eq!(render.file_name(), "--Fern-- on Mug- 11oz-white.jpg");
    }
}
