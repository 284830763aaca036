//! What pages are made of: fields and notes, tasks, icons, translations, live events, calls to the server. It knows no page.

pub mod error;
pub mod feedback;
pub mod i18n;
pub mod icons;
pub mod live;
pub mod page;
pub mod paged;
pub mod scope;
pub mod styled;
pub mod task;
pub mod uploader;
