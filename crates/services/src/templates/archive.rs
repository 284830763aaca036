//! Templates as `.vitrine` files, out and in.

use std::collections::BTreeMap;

use domain::{
    Problem, TemplateId,
    template::{ArchiveError, Template, TemplateArchive},
};

use super::{insert, open};
use crate::{
    Result, ServiceError, Services,
    access::{Can, LibraryRead, TemplateEdit},
    blobs::{BlobKind, content_hash},
    heavy::Waiting,
    images::{self, Received},
};

/// How a ZIP file begins, as a `.vitrine` file is one: APPNOTE.TXT 4.3.7.
const ZIP: &[u8] = b"PK\x03\x04";

pub(super) fn is_vitrine(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP)
}

/// Makes a template of a `.vitrine` file.
///
/// # Errors
/// Refusals at the field `file`: what is wrong with the file, its document or one of its images.
pub(super) async fn import(services: &Services, can: &Can<TemplateEdit>, file: Received) -> Result<TemplateId> {
    let bytes = file.bytes() + TemplateArchive::BYTES_MAX;
    let read = move || TemplateArchive::read(&file.read()?).map_err(refusal);
    let archive = services.heavy.run(can.tenant(), bytes, Waiting::Person, read).await?;
    super::check(&archive.template)?;
    let mut photos = Vec::new();
    for (hash, file) in archive.images {
        if content_hash(&file) != hash {
            return Err(refusal(ArchiveError::Damaged(format!("the image {hash} is not the one it is named for"))));
        }
        photos.push(images::store_bytes(services, can.tenant(), file.into()).await?);
    }
    insert(services, can.actor(), &archive.template, &photos).await
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
