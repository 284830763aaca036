//! Templates as `.vitrine` files, out and in.

use std::{collections::BTreeMap, fs::File, path::Path};

use document::{ArchiveError, ArchiveReader, ContentHash, Template, TemplateArchive};
use domain::{Problem, TemplateId, TenantId};

use super::{check_sizes, insert, open};
use crate::{
    BlobKind, Studio,
    images::{self, Received, Upload},
    zip_stream::{Entry, ZipFile, stream},
};
use platform::{
    Result, ServiceError,
    access::{Can, LibraryRead, TemplateEdit},
    heavy::Waiting,
};

/// How a ZIP file begins, as a `.vitrine` file is one: APPNOTE.TXT 4.3.7.
const ZIP: &[u8] = b"PK\x03\x04";

pub(super) fn is_vitrine(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP)
}

/// The bytes that reading an archive's document takes at most: its 16 MB of text, parsed.
const OPENING: u64 = 128 << 20;
/// The bytes that unpacking an image to a file takes.
const UNPACKING: u64 = 1 << 20;

/// Makes a template of a `.vitrine` file.
///
/// # Errors
/// Refusals at the field `file`: what is wrong with the file, its document or one of its images.
pub(super) async fn import(studio: &mut Studio, can: &Can<TemplateEdit>, file: Received) -> Result<TemplateId> {
    let tenant = can.tenant();
    let folder = file.folder().to_owned();
    let open = move || ArchiveReader::open(file.into_file()?).map_err(refusal);
    let mut archive = studio.heavy.run(tenant, OPENING, Waiting::Person, open).await?;
    super::check(&archive.template)?;
    let names: Vec<ContentHash> = archive.images().map(|(name, _)| name).collect();
    // By their headers, before the first is decoded. They are unpacked again afterwards: all at once would be as many open files.
    let mut sizes = BTreeMap::new();
    for name in &names {
        let image;
        (archive, image) = unpack(studio, tenant, archive, *name, &folder).await?;
        let content = image.hash;
        sizes.insert(content, images::size(studio, tenant, image, Waiting::Person).await?);
    }
    check_sizes(sizes.into_values())?;
    let (mut photos, mut hashes) = (Vec::new(), BTreeMap::new());
    // One after the other and by way of a file: of an archive's images never two are decoded at once.
    for name in names {
        let image;
        (archive, image) = unpack(studio, tenant, archive, name, &folder).await?;
        let photo = images::store(studio, tenant, image, Waiting::Person).await?;
        hashes.insert(name, photo.image.hash);
        photos.push(photo);
    }
    // Other programs name images as they like; here each goes by its content.
    let mut template = archive.template;
    template.rename_images(|name| hashes.get(&name).copied().unwrap_or(name));
    insert(studio, can.actor(), &template, &photos).await
}

/// An image of the archive, as if it had been sent by itself.
async fn unpack(
    studio: &Studio,
    tenant: TenantId,
    mut archive: ArchiveReader<File>,
    name: ContentHash,
    folder: &Path,
) -> Result<(ArchiveReader<File>, Received)> {
    let mut image = Upload::begin(folder, None)?;
    let unpack = move || {
        archive.image_into(name, &mut image).map_err(refusal)?;
        Ok((archive, image.finish()?))
    };
    studio.heavy.run(tenant, UNPACKING, Waiting::Person, unpack).await
}

fn refusal(error: ArchiveError) -> ServiceError {
    Problem::invalid("template-file-broken").with("reason", error).at("file").into()
}

/// Another template with this document, as when two people have changed one apart.
///
/// # Errors
/// A refusal where the document breaks a rule or names an image the tenant does not have.
pub async fn create_from(studio: &mut Studio, can: &Can<TemplateEdit>, template: &Template) -> Result<TemplateId> {
    super::check(template)?;
    insert(studio, can.actor(), template, &[]).await
}

/// The template as a `.vitrine` file, written while it is sent.
///
/// # Errors
/// [`ServiceError::NotFound`]; a refusal where too many downloads are under way.
pub async fn export(studio: &mut Studio, can: &Can<LibraryRead>, id: TemplateId) -> Result<ZipFile> {
    let download = studio.downloads.begin(can.tenant())?;
    let (template, _) = open(studio, can, id).await?;
    let mut entries = vec![(TemplateArchive::DOCUMENT.to_owned(), Entry::Bytes(template.to_json().into()))];
    for hash in template.images() {
        entries.push((TemplateArchive::image_name(hash), Entry::Stored(BlobKind::Original, hash)));
    }
    Ok(stream(studio.blobs.clone(), can.tenant(), download, format!("{}.vitrine", template.name), entries))
}
