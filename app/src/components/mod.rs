//! Parts that pages are made of.

pub mod feedback;
pub mod frame;
pub mod icons;
pub mod pages;
pub mod scope;
pub mod styled;
pub mod task;
pub mod uploader;
