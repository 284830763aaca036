//! Templates: documents over product photos, saved with a revision so that no save overwrites another unseen.

mod archive;
mod saves;
mod versions;

pub use archive::{create_from, export};
pub use versions::{version, versions};

use std::sync::Arc;

use bytes::Bytes;
use document::{SOURCE_PIXELS_MAX, Size, Template, TooManySourcePixels, check_source_pixels};
use domain::{
    Problem, ProblemKind, TemplateId,
    change::Object,
    design::{StoredImage, title_of_file},
    template::{Save, TemplateSummary},
};
use render::pyramid::coarsest_level;
use render::{Image, Pyramid, Sources, Stop, compose};
use serde_json::json;
use uuid::Uuid;

use crate::{
    BlobKind, Studio,
    effort::Effort,
    files::{self, FileKind},
    images::{self, NewImage},
};
use platform::{
    Change, Result, ServiceError,
    access::{Actor, Can, LibraryRead, TemplateEdit},
    blobs::content_hash,
    db::TenantTx,
    heavy::Waiting,
};

/// The longest side of a template's small picture, in pixels.
const THUMBNAIL_SIDE: u32 = 480;
/// The most that drawing a small picture may be: two seconds of one core.
const THUMBNAIL_EFFORT_MAX: u64 = 100;
/// The longest side of the pictures that an editor shows while it is worked on.
const PREVIEW_SIDE: u32 = 1600;

/// Makes a template of an uploaded file: of a `.vitrine` file the one in it, of a product photo one with the photo and one centred
/// placement.
///
/// # Errors
/// Refusals at the field `file`, as for designs.
pub async fn create(
    studio: &mut Studio,
    can: &Can<TemplateEdit>,
    name: &str,
    file: images::Received,
) -> Result<TemplateId> {
    if archive::is_vitrine(&file.head(16)?) {
        return archive::import(studio, can, file).await;
    }
    let new = images::store(studio, can.tenant(), file, Waiting::Person).await?;
    let image = &new.image;
    let canvas = Size::new(image.width, image.height).map_err(ServiceError::internal)?;
    let template = Template::over_photo(title_of_file(name), canvas, image.hash);
    insert(studio, can.actor(), &template, &[new]).await
}

pub(crate) async fn insert(
    studio: &mut Studio,
    actor: &Actor,
    template: &Template,
    photos: &[NewImage],
) -> Result<TemplateId> {
    insert_in(studio.db.tenant(actor.tenant()).await?, actor, template, photos).await
}

/// Ends the transaction, so that what was looked up in it still holds.
pub(crate) async fn insert_in(
    mut tx: TenantTx<'_>,
    actor: &Actor,
    template: &Template,
    photos: &[NewImage],
) -> Result<TemplateId> {
    let id = TemplateId(Uuid::now_v7());
    let hashes: Vec<_> = photos.iter().map(|photo| photo.image.hash).collect();
    files::lock_images(&mut tx, &hashes).await?;
    for photo in photos {
        images::insert(&mut tx, photo).await?;
    }
    sqlx::query!(
        "insert into templates (id, tenant_id, name, document, created_by, updated_by) values ($1, $2, $3, $4, $5, $5)",
        id.0,
        actor.tenant().0,
        template.name,
        document_column(template)?,
        actor.account().0
    )
    .execute(tx.conn())
    .await?;
    link_images(&mut tx, id, template).await?;
    let created = Change::new("template.created", Object::Template(id));
    tx.changed(actor, created.after(json!({ "name": template.name })));
    tx.commit().await?;
    Ok(id)
}

fn document_column(template: &Template) -> Result<serde_json::Value> {
    serde_json::to_value(template).map_err(ServiceError::internal)
}

pub(crate) fn read_document(document: serde_json::Value) -> Result<Template> {
    serde_json::from_value(document).map_err(ServiceError::internal)
}

/// The rule of how large a document's pictures may be together, by what is known of them.
///
/// # Errors
/// A refusal that says how large they are, and how large they may be.
pub(crate) fn check_pictures(template: &Template, known: &[StoredImage]) -> Result<()> {
    let shown = template.images();
    let sizes = known.iter().filter(|image| shown.contains(&image.hash)).map(|image| (image.width, image.height));
    check_source_pixels(sizes).map_err(|TooManySourcePixels { pixels }| {
        let problem = Problem::new(ProblemKind::TooLarge, "template-too-many-pixels").at("layers");
        problem.with("millions", pixels.div_ceil(1_000_000)).with("limit", SOURCE_PIXELS_MAX / 1_000_000).into()
    })
}

/// # Errors
/// A refusal where the document names an image the tenant does not have, or images that are too large together.
async fn link_images(tx: &mut TenantTx<'_>, id: TemplateId, template: &Template) -> Result<()> {
    let hashes: Vec<Vec<u8>> = template.images().iter().map(|hash| hash.0.to_vec()).collect();
    // Those of earlier versions stay linked.
    sqlx::query!(
        "insert into template_images (tenant_id, template_id, image_hash)
        select tenant_id, $1, hash from files where kind = 'image' and state = 'stored' and hash = any($2)
        on conflict do nothing",
        id.0,
        &hashes
    )
    .execute(tx.conn())
    .await?;
    let linked = sqlx::query_scalar!(
        r#"select count(*) as "count!" from template_images where template_id = $1 and image_hash = any($2)"#,
        id.0,
        &hashes
    )
    .fetch_one(tx.conn())
    .await?;
    if linked != hashes.len() as i64 {
        return Err(Problem::invalid("template-image-missing").at("layers").into());
    }
    check_pictures(template, &images::infos(tx, &template.images()).await?)
}

/// The templates last changed first, at most 500.
pub async fn list(studio: &mut Studio, can: &Can<LibraryRead>) -> Result<Vec<TemplateSummary>> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        r#"select id, name, revision, updated_at, (document -> 'canvas' ->> 'width')::integer as "width!",
            (document -> 'canvas' ->> 'height')::integer as "height!"
        from templates where deleted_at is null order by updated_at desc, id desc limit 500"#
    )
    .fetch_all(tx.conn())
    .await?;
    let templates = rows.into_iter().map(|row| TemplateSummary {
        id: TemplateId(row.id),
        name: row.name,
        revision: row.revision as u32,
        width: row.width as u32,
        height: row.height as u32,
        updated_at: row.updated_at,
    });
    Ok(templates.collect())
}

/// The document with its revision.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn open(studio: &mut Studio, can: &Can<LibraryRead>, id: TemplateId) -> Result<(Template, u32)> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let row = sqlx::query!("select document, revision from templates where id = $1 and deleted_at is null", id.0)
        .fetch_one(tx.conn())
        .await?;
    Ok((read_document(row.document)?, row.revision as u32))
}

/// The revision alone, for a page that has the document of an earlier one.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn revision(studio: &mut Studio, can: &Can<LibraryRead>, id: TemplateId) -> Result<u32> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let revision = sqlx::query_scalar!("select revision from templates where id = $1 and deleted_at is null", id.0)
        .fetch_one(tx.conn())
        .await?;
    Ok(revision as u32)
}

/// The rules of a document that is saved.
fn check(template: &Template) -> Result<()> {
    template.check().map_err(|error| Problem::invalid("template-broken").with("reason", error))?;
    if !(1..=120).contains(&template.name.trim().chars().count()) {
        return Err(Problem::invalid("name-length").at("name").into());
    }
    // What no editor could show is not kept. What has been kept before opens still, without a picture.
    let preview = template.canvas.scaled_to(template.canvas.longest().min(PREVIEW_SIDE));
    Effort::of(template, preview).check_masks("template-mask-too-laborious", "layers")
}

/// Saves a document and returns its revision. A save that is repeated with its id returns the one that it has made.
///
/// # Errors
/// A conflict where somebody else saved since; refusals of the document's own rules.
pub async fn save(
    studio: &mut Studio,
    can: &Can<TemplateEdit>,
    id: TemplateId,
    template: &Template,
    save: impl Into<Save>,
) -> Result<u32> {
    check(template)?;
    let (name, save) = (template.name.trim(), save.into());
    let mut tx = studio.db.tenant(can.tenant()).await?;
    // Held until the end, so that saves of one template see each other's ends.
    let present =
        sqlx::query_scalar!("select revision from templates where id = $1 and deleted_at is null for update", id.0)
            .fetch_one(tx.conn())
            .await?;
    if let Some(made) = saves::made(&mut tx, id, save.id).await? {
        return Ok(made);
    }
    let revision = saves::base(&mut tx, id, &save).await?;
    if revision != present as u32 {
        return Err(Problem::new(ProblemKind::Conflict, "template-changed-elsewhere").into());
    }
    versions::keep(&mut tx, can.actor(), id, revision).await?;
    let saved = sqlx::query_scalar!(
        "update templates set document = $2, name = $3, revision = revision + 1, updated_at = now(), updated_by = $4
        where id = $1 returning revision",
        id.0,
        document_column(template)?,
        name,
        can.actor().account().0
    )
    .fetch_one(tx.conn())
    .await?;
    saves::remember(&mut tx, id, save.id, saved as u32).await?;
    link_images(&mut tx, id, template).await?;
    let change = Change::new("template.saved", Object::Template(id));
    tx.changed(can.actor(), change.before(json!({ "revision": revision })).after(json!({ "revision": saved })));
    tx.commit().await?;
    Ok(saved as u32)
}

/// Moves a template to the trash or back.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn shelve(
    studio: &mut Studio,
    can: &Can<TemplateEdit>,
    id: TemplateId,
    shelf: crate::designs::Shelf,
) -> Result<()> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let in_trash = shelf == crate::designs::Shelf::Trash;
    let moved = sqlx::query!(
        "update templates set deleted_at = case when $2 then now() end where id = $1 and (deleted_at is null) = $2",
        id.0,
        in_trash
    )
    .execute(tx.conn())
    .await?;
    if moved.rows_affected() == 0 {
        return Err(ServiceError::NotFound);
    }
    let action = if in_trash { "template.trashed" } else { "template.restored" };
    tx.changed(can.actor(), Change::new(action, Object::Template(id)));
    tx.commit().await
}

/// The size of a template's small picture: a half or a quarter of the usual where it would take too long to draw, and nothing where that does too.
fn thumbnail_size(template: &Template) -> Option<Size> {
    let sizes = (0..3).map(|halved| template.canvas.scaled_to(THUMBNAIL_SIDE >> halved));
    sizes.into_iter().find(|size| Effort::of(template, *size).units() <= THUMBNAIL_EFFORT_MAX)
}

/// The template by itself as a small picture, made when first asked for after a change; an empty one where that would take too long.
pub async fn thumbnail(studio: &mut Studio, can: &Can<LibraryRead>, id: TemplateId) -> Result<Bytes> {
    let tenant = can.tenant();
    let mut tx = studio.db.tenant(tenant).await?;
    let row = sqlx::query!("select document, thumbnail_hash from templates where id = $1 and deleted_at is null", id.0)
        .fetch_one(tx.conn())
        .await?;
    let template = read_document(row.document)?;
    let photos = images::infos(&mut tx, &template.images()).await?;
    drop(tx);
    let key = content_hash(format!("{} {}", render::RENDER_VERSION, template.to_json()).as_bytes());
    if row.thumbnail_hash.is_some_and(|hash| hash == key.0)
        && let Some(stored) = studio.blobs.find(tenant, BlobKind::TemplateThumbnail, key).await?
    {
        return Ok(stored);
    }
    let Some(size) = thumbnail_size(&template) else {
        let size = template.canvas.scaled_to(THUMBNAIL_SIDE);
        return images::picture(&Image::from_fn(size.width(), size.height(), |_, _| [0; 4]));
    };
    let mut levels = Vec::new();
    for image in photos {
        let level = coarsest_level(image.width, image.height);
        let png = images::level(studio, can, image.hash, level).await?.whole().await?;
        levels.push((image, level, png));
    }
    // The coarsest levels are at most 1023 px a side.
    let bytes = (levels.len() as u64 + 2) * (8 << 20);
    let stop = Stop::default();
    let _waiting = stop.when_dropped();
    let picture = studio
        .heavy
        .run(tenant, bytes, Waiting::Person, move || {
            let mut sources = Sources::default();
            sources.stop = stop;
            for (image, level, png) in levels {
                let pixels = render::decode::decode(&png).map_err(ServiceError::internal)?;
                let pyramid = Pyramid::from_level(image.width, image.height, level, pixels);
                sources.images.insert(image.hash, Arc::new(pyramid.map_err(ServiceError::internal)?));
            }
            let composed = compose(&template, &mut sources, size).map_err(ServiceError::internal)?;
            images::picture(&composed.image)
        })
        .await?;
    let objects = [(BlobKind::TemplateThumbnail, picture.len() as u64)];
    let claim = files::claim(studio, tenant, FileKind::Thumbnail, key, &objects).await?;
    studio.blobs.put(tenant, BlobKind::TemplateThumbnail, key, picture.clone()).await?;
    let mut tx = studio.db.tenant(tenant).await?;
    files::settle(&mut tx, &claim).await?;
    sqlx::query!("update templates set thumbnail_hash = $2 where id = $1", id.0, key.0.as_slice())
        .execute(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(picture)
}
