//! The studio on a real PostgreSQL and a real folder.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod files;
mod library;
mod memory;
mod pages;
mod pictures;
mod renders;

/// All of a ZIP that is written while it is sent.
async fn whole(mut file: studio::ZipFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(piece) = file.pieces.recv().await {
        bytes.extend(piece.unwrap());
    }
    bytes
}
