//! Designs, product photos and templates that the project draws itself, pixel by pixel from formulas: the
//! demonstration set, and material for tests. All of it is free to use under the project's licence.

mod artwork;
mod products;
mod shapes;

pub use artwork::{DESIGNS, Draw};
pub use products::{PRODUCTS, Product};
