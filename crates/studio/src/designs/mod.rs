//! The library of designs.

use bytes::Bytes;
use domain::{
    Cursor, DesignId, Page,
    change::Object,
    design::{Design, StoredImage, title_of_file},
    page::{List, ROWS},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Studio, checked_name,
    images::{self, NewImage},
};
use platform::{
    Change, Result, ServiceError,
    access::{Actor, Can, DesignCreate, DesignDelete, LibraryRead},
    blobs::hash_column,
    db::{TenantTx, column},
    heavy::Waiting,
};

/// Adds an uploaded file to the library.
///
/// # Errors
/// Refusals at the field `file`: empty, not an image, damaged, too large, CMYK.
pub async fn add(studio: &mut Studio, can: &Can<DesignCreate>, name: &str, file: images::Received) -> Result<Design> {
    let image = images::store(studio, can.tenant(), file, Waiting::Person).await?;
    insert(studio, can.actor(), &title_of_file(name), image).await
}

pub(crate) async fn insert(studio: &mut Studio, actor: &Actor, name: &str, new: NewImage) -> Result<Design> {
    insert_in(studio.db.tenant(actor.tenant()).await?, actor, name, new).await
}

/// Ends the transaction, so that what was looked up in it still holds.
pub(crate) async fn insert_in(mut tx: TenantTx<'_>, actor: &Actor, name: &str, new: NewImage) -> Result<Design> {
    let id = DesignId(Uuid::now_v7());
    images::insert(&mut tx, &new).await?;
    let image = new.image;
    let created_at = sqlx::query_scalar!(
        "insert into designs (id, tenant_id, name, image_hash, created_by) values ($1, $2, $3, $4, $5)
        returning created_at",
        id.0,
        actor.tenant().0,
        name,
        image.hash.0.as_slice(),
        actor.person().map(Uuid::from)
    )
    .fetch_one(tx.conn())
    .await?;
    let created = Change::new("design.created", Object::Design(id));
    tx.changed(actor, created.after(json!({ "name": name, "image": image.hash })));
    tx.commit().await?;
    Ok(Design { id, name: name.to_owned(), image, created_at })
}

/// The newest designs first.
///
/// # Errors
/// A refusal at `after`.
pub async fn list(studio: &mut Studio, can: &Can<LibraryRead>, after: Option<&Cursor>) -> Result<Page<Design>> {
    let after = List::Designs.after(after)?;
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let rows = sqlx::query!(
        "select d.id, d.name, d.created_at, i.hash, i.format, i.width, i.height, i.has_alpha, i.bytes
        from designs d join images i on i.tenant_id = d.tenant_id and i.hash = d.image_hash
        where d.deleted_at is null and (d.created_at, d.id) < ($1, $2)
        order by d.created_at desc, d.id desc limit $3",
        after.moment(),
        after.id,
        ROWS
    )
    .fetch_all(tx.conn())
    .await?;
    Page::of(
        rows,
        |row| List::Designs.at_moment(row.created_at, row.id),
        |row| {
            let image = StoredImage {
                hash: hash_column(row.hash)?,
                format: column(&row.format)?,
                width: row.width as u32,
                height: row.height as u32,
                has_alpha: row.has_alpha,
                bytes: row.bytes as u64,
            };
            Ok(Design { id: DesignId(row.id), name: row.name, image, created_at: row.created_at })
        },
    )
}

/// The small picture of a design.
pub async fn thumbnail(studio: &mut Studio, can: &Can<LibraryRead>, id: DesignId) -> Result<Bytes> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let hash = sqlx::query_scalar!("select image_hash from designs where id = $1", id.0).fetch_one(tx.conn()).await?;
    drop(tx);
    images::thumbnail(studio, can, hash_column(hash)?).await
}

/// # Errors
/// [`ServiceError::NotFound`]; a refusal at the field `name`.
pub async fn rename(studio: &mut Studio, can: &Can<DesignCreate>, id: DesignId, name: &str) -> Result<()> {
    let name = checked_name(name)?;
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let before = sqlx::query_scalar!("select name from designs where id = $1 and deleted_at is null for update", id.0)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query!("update designs set name = $2 where id = $1", id.0, name).execute(tx.conn()).await?;
    let renamed = Change::new("design.renamed", Object::Design(id));
    tx.changed(can.actor(), renamed.before(json!({ "name": before })).after(json!({ "name": name })));
    tx.commit().await
}

/// Where a design is: in the library or in the trash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    Library,
    Trash,
}

/// Moves a design to the trash or back. Renders made from it stay.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn shelve(studio: &mut Studio, can: &Can<DesignDelete>, id: DesignId, shelf: Shelf) -> Result<()> {
    let mut tx = studio.db.tenant(can.tenant()).await?;
    let in_trash = shelf == Shelf::Trash;
    let moved = sqlx::query!(
        "update designs set deleted_at = case when $2 then now() end where id = $1 and (deleted_at is null) = $2",
        id.0,
        in_trash
    )
    .execute(tx.conn())
    .await?;
    if moved.rows_affected() == 0 {
        return Err(ServiceError::NotFound);
    }
    let action = if in_trash { "design.trashed" } else { "design.restored" };
    tx.changed(can.actor(), Change::new(action, Object::Design(id)));
    tx.commit().await
}
