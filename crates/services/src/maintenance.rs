//! Clean-up of what nothing refers to any more.

use crate::{Result, Services};

/// Ends expired sessions and links, forgets old attempts, sent mail and finished jobs. Safe to run at any time
/// and by several processes at once.
pub async fn clean_up(services: &Services) -> Result<()> {
    let db = services.db.global();
    sqlx::query!("delete from sessions where expires_at < now()").execute(db).await?;
    sqlx::query!("delete from account_tokens where expires_at < now()").execute(db).await?;
    sqlx::query!("delete from attempts where window_started_at < now() - interval '1 day'").execute(db).await?;
    sqlx::query!("delete from mails where sent_at < now() - interval '7 days'").execute(db).await?;
    let tenants = sqlx::query_scalar!("select tenant_id from subdomains").fetch_all(db).await?;
    for tenant in tenants {
        clean_up_tenant(services, domain::TenantId(tenant)).await?;
    }
    Ok(())
}

/// Finished jobs are kept for a week, dead ones for a month. An image goes, with its files, a day after the last
/// design, template and render that used it; designs and templates leave the trash after 30 days.
async fn clean_up_tenant(services: &Services, tenant: domain::TenantId) -> Result<()> {
    let mut tx = services.db.tenant(tenant).await?;
    sqlx::query!(
        "delete from jobs where finished_at < now() - case when state = 'dead' then interval '30 days' else interval '7 days' end"
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from designs where deleted_at < now() - interval '30 days'").execute(tx.conn()).await?;
    sqlx::query!("delete from templates where deleted_at < now() - interval '30 days'").execute(tx.conn()).await?;
    let unused = sqlx::query!(
        "delete from images i where created_at < now() - interval '1 day'
            and not exists (select from designs d where d.tenant_id = i.tenant_id and d.image_hash = i.hash)
            and not exists (select from template_images t where t.tenant_id = i.tenant_id and t.image_hash = i.hash)
            and not exists (select from renders r where r.tenant_id = i.tenant_id and r.image_hash = i.hash)
        returning hash, width, height"
    )
    .fetch_all(tx.conn())
    .await?;
    // Rows first: a file without a row is only wasted space, a row without its file would be a broken picture.
    tx.commit().await?;
    for image in unused {
        let hash = crate::blobs::hash_column(image.hash)?;
        let levels = domain::design::coarsest_level(image.width as u32, image.height as u32);
        let levels = (0..=levels).map(crate::blobs::BlobKind::Level);
        for kind in levels.chain([crate::blobs::BlobKind::Thumbnail, crate::blobs::BlobKind::Original]) {
            services.blobs.delete(tenant, kind, hash).await?;
        }
    }
    Ok(())
}
