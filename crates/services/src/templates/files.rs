//! Templates as `.vitrine` files, out and in.

use std::collections::BTreeMap;

use bytes::Bytes;
use domain::{
    ContentHash, Problem, TemplateId,
    template::{ArchiveError, ArchiveReader, Template, TemplateArchive},
};

use super::{insert, open};
use crate::{
    Result, ServiceError, Services,
    access::{Can, LibraryRead, TemplateEdit},
    blobs::BlobKind,
    images,
};

/// How a ZIP file begins, as a `.vitrine` file is one: APPNOTE.TXT 4.3.7.
const ZIP: &[u8] = b"PK\x03\x04";

pub(super) fn is_vitrine(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP)
}

/// Makes a template of a `.vitrine` file's bytes.
///
/// # Errors
/// Refusals at the field `file`: what is wrong with the file, its document or one of its images.
pub(super) async fn import(services: &Services, can: &Can<TemplateEdit>, bytes: Bytes) -> Result<TemplateId> {
    let mut file = services.decoder.run(move || ArchiveReader::open(bytes).map_err(refusal)).await?;
    super::check(&file.template)?;
    let names: Vec<ContentHash> = file.images().map(|(name, _)| name).collect();
    let (mut photos, mut hashes) = (Vec::new(), BTreeMap::new());
    // One after the other: of a file's images never two are unpacked or decoded at once.
    for name in names {
        let (same, image) = services
            .decoder
            .run(move || {
                let image = file.image(name).map_err(refusal)?;
                Ok((file, Bytes::from(image)))
            })
            .await?;
        file = same;
        let photo = images::store_bytes(services, can.tenant(), image).await?;
        hashes.insert(name, photo.hash);
        photos.push(photo);
    }
    // Other programs name images as they like; here each goes by its content.
    let mut template = file.template;
    template.rename_images(|name| hashes.get(&name).copied().unwrap_or(name));
    insert(services, can.actor(), &template, &photos).await
}

fn refusal(error: ArchiveError) -> ServiceError {
    Problem::invalid("template-file-broken").with("reason", error).at("file").into()
}

/// Another template with this document, as when two people have changed one apart.
///
/// # Errors
/// A refusal where the document breaks a rule or names an image the tenant does not have.
pub async fn create_from(services: &Services, can: &Can<TemplateEdit>, template: &Template) -> Result<TemplateId> {
    super::check(template)?;
    insert(services, can.actor(), template, &[]).await
}

/// The template as a `.vitrine` file, with its name.
pub async fn export(services: &Services, can: &Can<LibraryRead>, id: TemplateId) -> Result<(String, Vec<u8>)> {
    let (template, _) = open(services, can, id).await?;
    let mut files = BTreeMap::new();
    for hash in template.images() {
        files.insert(hash, services.blobs.get(can.tenant(), BlobKind::Original, hash).await?.to_vec());
    }
    let name = template.name.clone();
    let archive = TemplateArchive { template, images: files };
    let bytes = tokio::task::spawn_blocking(move || archive.write()).await?.map_err(ServiceError::internal)?;
    Ok((name, bytes))
}
