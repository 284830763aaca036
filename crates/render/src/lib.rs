//! Pixels: what a template document and its images look like at a given size.
//!
//! The same code runs in the browser and on the server and gives the same bytes: arithmetic is
//! whole numbers or strictly ordered `f32`/`f64` without fused multiply-add, the only functions used
//! beyond `+ - * / sqrt floor` come from `libm`, and nothing depends on a lane count, a thread or a clock.
//!
//! ```
//! use document::{ContentHash, Color, Layer, LayerContent, LayerId, Size, Template};
//!
//! let blue = Color { r: 20, g: 60, b: 200 };
//! let layers = vec![Layer::new(LayerId(1), "Background", LayerContent::Fill { color: blue })];
//! let template = Template::new("One colour", Size::new(64, 48)?, layers);
//! let picture = render::compose(&template, &mut render::Sources::default(), template.canvas)?;
//! assert_eq!(&picture.image.pixels()[..4], [20, 60, 200, 255]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

mod adjust;
mod affine;
mod alpha;
mod blend;
mod compositor;
mod cylinder;
pub mod decode;
mod displacement;
pub mod encode;
mod footprint;
mod frame;
mod framed;
mod homography;
pub mod image;
mod kernel;
mod light;
mod luma;
mod mask;
mod mesh;
mod needs;
mod placing;
mod prepared;
pub mod pyramid;
mod region;
mod resize;
mod row;
mod sampler;
mod sources;
mod stop;
mod surface;
mod weigh;

pub use compositor::{Composed, RenderError, Wanted, compose};
pub use frame::{Frame, Update};
pub use image::Image;
pub use mask::Nanos;
pub use needs::{needed_level, source_bytes};
pub use pyramid::Pyramid;
pub use region::Region;
pub use resize::resize;
pub use sources::{MASK_WORK_MAX, MaskWork, Sources, mask_work};
pub use stop::{Stop, StopWhenDropped};

/// Changes whenever the same document and images could give other pixels than before, so that
/// stored renders are not taken for new ones.
pub const RENDER_VERSION: u32 = 4;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
