//! All finished pictures of a batch as one ZIP.

use std::collections::HashMap;

use domain::BatchId;

use super::queries::pictures;
use crate::{
    BlobKind, Studio,
    zip_stream::{Entry, ZipFile, stream},
};
use platform::{
    Result, ServiceError,
    access::{Can, LibraryRead},
};

/// # Errors
/// [`ServiceError::NotFound`] where the batch is not there or nothing of it is done; a refusal where too many downloads
/// are under way.
pub async fn zip(studio: &mut Studio, can: &Can<LibraryRead>, batch: BatchId) -> Result<ZipFile> {
    // Asked first: who has too many under way costs nothing more.
    let download = studio.downloads.begin(can.tenant())?;
    let mut names = UniqueNames::default();
    let done: Vec<_> = pictures(studio, can, batch)
        .await?
        .into_iter()
        .filter_map(|(render, hash)| Some((render.file_name(), hash?)))
        .map(|(name, hash)| (names.unique(name), Entry::Stored(BlobKind::Render, hash)))
        .collect();
    let template = super::batch(studio, can, batch).await?.template_name;
    if done.is_empty() {
        return Err(ServiceError::NotFound);
    }
    Ok(stream(studio.blobs.clone(), can.tenant(), download, format!("{template}.zip"), done))
}

/// Gives equal names a number.
#[derive(Default)]
struct UniqueNames(HashMap<String, u32>);

impl UniqueNames {
    fn unique(&mut self, name: String) -> String {
        let count = self.0.entry(name.to_lowercase()).or_default();
        *count += 1;
        match (*count, name.rsplit_once('.')) {
            (1, _) | (_, None) => name,
            (number, Some((stem, ending))) => format!("{stem} ({number}).{ending}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_get_numbers() {
        let mut names = UniqueNames::default();
        let named: Vec<_> = ["a.jpg", "A.jpg", "b.jpg", "a.jpg"].map(|name| names.unique(name.into())).into();
        assert_eq!(named, ["a.jpg", "A (2).jpg", "b.jpg", "a (3).jpg"]);
    }
}
