//! The demonstration set: product photos, designs and templates that the project draws itself.

use bytes::Bytes;
use domain::{AccountId, TenantId, change::Area};
use render::encode::{self, Jpeg, PngEffort};
use serde::{Deserialize, Serialize};

use crate::{Shared, Studio, designs, images, templates};
use platform::{
    ClientAddress, Result, ServiceError,
    access::{Actor, DesignCreate, InPerson, Member},
    db::TenantTx,
    heavy::Waiting,
    jobs::{self, Claimed, Job, JobError, Lane, Outcome, Priority},
};

/// The bytes that drawing one of the pictures takes at most.
const DRAWING: u64 = 256 << 20;

/// Fills a workspace with the set, as the member who asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FillWithDemo {
    account: AccountId,
    session: domain::SessionId,
    address: ClientAddress,
}

impl Job for FillWithDemo {
    const KIND: &'static str = "demo";
    const LANE: Lane = Lane::Render;
    type Context = Shared;

    /// As much as two dozen pictures of a camera's size.
    fn cost(&self) -> u32 {
        500
    }

    /// One at a time in a workspace.
    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, shared: &Shared, job: &Claimed) -> Result<Outcome, JobError> {
        let Self { account, session, address } = self;
        let mut studio = shared.studio();
        // Who has been removed since, or may not any more, adds nothing.
        if let Some(role) = studio.db.role(account, job.tenant).await? {
            let member = Member::signed_in(account, session, (job.tenant, role), address);
            if member.can::<DesignCreate>().is_ok() {
                fill(&mut studio, &member).await?;
            }
        }
        let mut tx = studio.db.tenant(job.tenant).await?;
        let held = job.hold(&mut tx).await?;
        tx.tell(Area::Designs);
        held.commit(tx).await
    }
}

/// Asks for the set; it arrives piece by piece within seconds. While it does, asking again changes nothing.
pub async fn request(studio: &mut Studio, can: &InPerson<DesignCreate>) -> Result<()> {
    let job = FillWithDemo { account: can.account(), session: can.session(), address: can.actor().address() };
    let mut tx = studio.db.tenant(can.tenant()).await?;
    jobs::enqueue(&mut tx, &[job], Priority::High).await?;
    tx.commit().await
}

/// One at a time in a workspace, until the transaction ends: what another has added before is seen.
async fn turn(studio: &mut Studio, tenant: TenantId) -> Result<TenantTx<'_>> {
    let mut tx = studio.db.tenant(tenant).await?;
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("demo {tenant}"))
        .fetch_one(tx.conn())
        .await?;
    Ok(tx)
}

/// A turn at adding a design, unless there is one of this name.
async fn turn_for_design<'a>(studio: &'a mut Studio, tenant: TenantId, name: &str) -> Result<Option<TenantTx<'a>>> {
    let mut tx = turn(studio, tenant).await?;
    let there = sqlx::query_scalar!(
        r#"select exists (select from designs where name = $1 and deleted_at is null) as "exists!""#,
        name
    );
    Ok(if there.fetch_one(tx.conn()).await? { None } else { Some(tx) })
}

/// The same for a template.
async fn turn_for_template<'a>(studio: &'a mut Studio, tenant: TenantId, name: &str) -> Result<Option<TenantTx<'a>>> {
    let mut tx = turn(studio, tenant).await?;
    let there = sqlx::query_scalar!(
        r#"select exists (select from templates where name = $1 and deleted_at is null) as "exists!""#,
        name
    );
    Ok(if there.fetch_one(tx.conn()).await? { None } else { Some(tx) })
}

/// Adds what of the set the workspace does not have yet, so that asking twice gives nothing twice, even at once.
pub async fn fill(studio: &mut Studio, actor: &Actor) -> Result<()> {
    let tenant = actor.tenant();
    for (name, draw) in showcase::DESIGNS {
        if turn_for_design(studio, tenant, name).await?.is_none() {
            continue;
        }
        // Drawn beside the lock, so looked for again with it.
        let png = studio.heavy.run(tenant, DRAWING, Waiting::Job, move || encode_png(&draw())).await?;
        let image = images::store_bytes(studio, tenant, png).await?;
        if let Some(tx) = turn_for_design(studio, tenant, name).await? {
            designs::insert_in(tx, actor, name, image).await?;
        }
    }
    for (name, product) in showcase::PRODUCTS {
        if turn_for_template(studio, tenant, name).await?.is_none() {
            continue;
        }
        let photo = studio.heavy.run(tenant, DRAWING, Waiting::Job, move || encode_jpeg(&(product.photo)())).await?;
        let image = images::store_bytes(studio, tenant, photo).await?;
        let template = (product.template)(name, image.image.hash);
        if let Some(tx) = turn_for_template(studio, tenant, name).await? {
            templates::insert_in(tx, actor, &template, &[image]).await?;
        }
    }
    Ok(())
}

fn encode_png(image: &render::Image) -> Result<Bytes> {
    Ok(encode::png(image, PngEffort::Fast).map_err(ServiceError::internal)?.into())
}

fn encode_jpeg(image: &render::Image) -> Result<Bytes> {
    Ok(encode::jpeg(image, Jpeg::of_quality(93)).map_err(ServiceError::internal)?.into())
}
