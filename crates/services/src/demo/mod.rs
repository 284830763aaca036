//! The demonstration set: product photos, designs and templates that the project draws itself.

use bytes::Bytes;
use domain::{AccountId, TenantId, tenancy::Role};
use render::encode::{self, Jpeg, PngEffort};
use serde::{Deserialize, Serialize};

use crate::{
    Process, Result, ServiceError, Services,
    access::{Actor, Can, DesignCreate},
    accounts::ClientAddress,
    db::TenantTx,
    designs,
    events::{self, Topic},
    heavy::Waiting,
    images,
    jobs::{self, Claimed, Job, JobError, Lane, Outcome, Priority},
    templates,
};

/// The bytes that drawing one of the pictures takes at most.
const DRAWING: u64 = 256 << 20;

/// Fills a workspace with the set, as the member who asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FillWithDemo {
    account: AccountId,
    role: Role,
    session: domain::SessionId,
    address: ClientAddress,
}

impl Job for FillWithDemo {
    const KIND: &'static str = "demo";
    const LANE: Lane = Lane::Render;
    type Context = Process;

    /// As much as two dozen pictures of a camera's size.
    fn cost(&self) -> u32 {
        500
    }

    /// One at a time in a workspace.
    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, process: &Process, job: &Claimed) -> Result<Outcome, JobError> {
        let Self { account, role, session, address } = self;
        let actor = Actor { account, session, tenant: job.tenant, role, address };
        let mut services = process.services();
        fill(&mut services, &actor).await?;
        let mut tx = services.db.tenant(job.tenant).await?;
        let held = job.hold(&mut tx).await?;
        events::announce(&mut tx, Topic::Designs).await?;
        held.commit(tx).await
    }
}

/// Asks for the set; it arrives piece by piece within seconds. While it does, asking again changes nothing.
pub async fn request(services: &mut Services, can: &Can<DesignCreate>) -> Result<()> {
    let actor = can.actor();
    let job = FillWithDemo { account: actor.account, role: actor.role, session: actor.session, address: actor.address };
    let mut tx = services.db.tenant(actor.tenant).await?;
    jobs::enqueue(&mut tx, &[job], Priority::High).await?;
    tx.commit().await
}

/// One at a time in a workspace, until the transaction ends: what another has added before is seen.
async fn turn(services: &mut Services, tenant: TenantId) -> Result<TenantTx<'_>> {
    let mut tx = services.db.tenant(tenant).await?;
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", format!("demo {tenant}"))
        .fetch_one(tx.conn())
        .await?;
    Ok(tx)
}

/// A turn at adding a design, unless there is one of this name.
async fn turn_for_design<'a>(services: &'a mut Services, tenant: TenantId, name: &str) -> Result<Option<TenantTx<'a>>> {
    let mut tx = turn(services, tenant).await?;
    let there = sqlx::query_scalar!(
        r#"select exists (select from designs where name = $1 and deleted_at is null) as "exists!""#,
        name
    );
    Ok(if there.fetch_one(tx.conn()).await? { None } else { Some(tx) })
}

/// The same for a template.
async fn turn_for_template<'a>(
    services: &'a mut Services,
    tenant: TenantId,
    name: &str,
) -> Result<Option<TenantTx<'a>>> {
    let mut tx = turn(services, tenant).await?;
    let there = sqlx::query_scalar!(
        r#"select exists (select from templates where name = $1 and deleted_at is null) as "exists!""#,
        name
    );
    Ok(if there.fetch_one(tx.conn()).await? { None } else { Some(tx) })
}

/// Adds what of the set the workspace does not have yet, so that asking twice gives nothing twice, even at once.
pub async fn fill(services: &mut Services, actor: &Actor) -> Result<()> {
    let tenant = actor.tenant;
    for (name, draw) in showcase::DESIGNS {
        if turn_for_design(services, tenant, name).await?.is_none() {
            continue;
        }
        // Drawn beside the lock, so looked for again with it.
        let png = services.heavy.run(tenant, DRAWING, Waiting::Job, move || encode_png(&draw())).await?;
        let image = images::store_bytes(services, tenant, png).await?;
        if let Some(tx) = turn_for_design(services, tenant, name).await? {
            designs::insert_in(tx, actor, name, image).await?;
        }
    }
    for (name, product) in showcase::PRODUCTS {
        if turn_for_template(services, tenant, name).await?.is_none() {
            continue;
        }
        let photo = services.heavy.run(tenant, DRAWING, Waiting::Job, move || encode_jpeg(&(product.photo)())).await?;
        let image = images::store_bytes(services, tenant, photo).await?;
        let template = (product.template)(name, image.image.hash);
        if let Some(tx) = turn_for_template(services, tenant, name).await? {
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
