//! Finds parts and edges of a photo, and draws paths around what is found.
//!
//! Everything works on a picture of any size and speaks of its pixels; who asks brings places to and from the canvas. No I/O, no clock,
//! no chance: the same picture and hint give the same path.
//!
//! ```
//! use segment::{Picture, Spread, trace, wand};
//!
//! // A white square of 20 pixels a side on black.
//! let inside = |x: usize, y: usize| (10..30).contains(&x) && (10..30).contains(&y);
//! let pixels: Vec<u8> = (0..40 * 40)
//!     .flat_map(|i| if inside(i % 40, i / 40) { [255; 4] } else { [0, 0, 0, 255] })
//!     .collect();
//! let picture = Picture::new(40, 40, pixels).unwrap();
//! let found = wand(&picture, (20, 20), 32, Spread::Connected);
//! let parts = trace(&found, 0.7);
//! assert_eq!(parts.len(), 1);
//! let [low, high] = parts[0].outline.bounds();
//! assert!((low.x - 10.0).abs() < 1.0 && (high.y - 30.0).abs() < 1.0);
//! ```

mod cut;
mod fit;
mod picture;
mod trace;
mod wand;
mod wire;

pub use cut::{Hint, object};
pub use picture::{Matte, Picture};
pub use trace::trace;
pub use wand::{Spread, wand};
pub use wire::Wire;
