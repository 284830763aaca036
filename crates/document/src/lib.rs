//! The template document: a tree of layers over a product photo, and where designs go.
//!
//! The same document drives the editor, the preview, the final render, the command line and
//! the `.vitrine` file. `docs/template-format.md` describes its JSON for other programs.
//!
//! No I/O, no clock, no randomness. A value that exists is valid: constructors and
//! deserialisation refuse what a document cannot hold, and say which field and why.

#![warn(missing_docs)]

mod adjustment;
mod archive;
mod curve;
pub mod geometry;
mod hash;
mod image_format;
mod layer;
mod mask;
mod pictures;
mod placement;
mod ranged;
mod size;
mod template;
mod tree;
pub mod words;

pub use adjustment::{Adjustment, AdjustmentError, Levels, ProductColor};
pub use archive::{ArchiveError, ArchiveReader, TemplateArchive};
pub use curve::Curve;
pub use hash::{ContentHash, NotAContentHash};
pub use image_format::ImageFormat;
pub use layer::{BlendMode, Color, Layer, LayerContent, LayerId, Light, Opacity, OpacityOutOfRange};
pub use mask::{Area, Combine, Feather, Figure, Mask, MaskShape, Raster, Stroke, StrokePoint, StrokePointError};
pub use pictures::{SOURCE_PIXELS_MAX, TooManySourcePixels, check_source_pixels};
pub use placement::{Cylinder, Displacement, Fit, Mesh, MeshError, Placement, PrintArea, Round, Scale};
pub use ranged::{Measure, OutOfRange, Ranged};
pub use size::Size;
pub use template::{
    DEPTH_MAX, FORMAT_VERSION, GUIDES_MAX, Guides, LAYERS_MAX, MASK_POINTS_MAX, SIDE_MAX, Template, TemplateError,
};
pub use tree::{Slot, clipping_runs};
