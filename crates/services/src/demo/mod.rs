//! The demonstration set: product photos, designs and templates that the project draws itself.

use bytes::Bytes;
use domain::{AccountId, tenancy::Role};
use render::encode::{self, Jpeg, PngEffort};
use serde::{Deserialize, Serialize};

use crate::{
    Result, ServiceError, Services,
    access::{Actor, Can, DesignCreate},
    designs,
    events::{self, Topic},
    heavy::Waiting,
    images,
    jobs::{self, Claimed, JobError, Priority, Task},
    templates,
};

/// The bytes that drawing one of the pictures takes at most.
const DRAWING: u64 = 256 << 20;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct DemoTask {
    account: AccountId,
    role: Role,
    session: domain::SessionId,
    address: String,
}

/// Asks for the set; it arrives piece by piece within seconds.
pub async fn request(services: &Services, can: &Can<DesignCreate>) -> Result<()> {
    let actor = can.actor();
    let task =
        DemoTask { account: actor.account, role: actor.role, session: actor.session, address: actor.address.clone() };
    let mut tx = services.db.tenant(actor.tenant).await?;
    jobs::enqueue(&mut tx, &[Task::Demo(task)], None, Priority::High).await?;
    tx.commit().await
}

pub(crate) async fn run(services: &Services, job: &Claimed, task: &DemoTask) -> Result<(), JobError> {
    let actor = Actor {
        account: task.account,
        session: task.session,
        tenant: job.tenant,
        role: task.role,
        address: task.address.clone(),
    };
    fill(services, &actor).await?;
    let mut tx = services.db.tenant(job.tenant).await?;
    job.finish(&mut tx).await?;
    events::announce(&mut tx, Topic::Designs).await?;
    Ok(tx.commit().await?)
}

/// Adds what of the set the workspace does not have yet, so that asking twice gives nothing twice.
pub async fn fill(services: &Services, actor: &Actor) -> Result<()> {
    let read = actor.can()?;
    let have: Vec<String> = designs::list(services, &read).await?.into_iter().map(|design| design.name).collect();
    for (name, draw) in showcase::DESIGNS {
        if !have.iter().any(|other| other == name) {
            let png = services.heavy.run(actor.tenant, DRAWING, Waiting::Job, move || encode_png(&draw())).await?;
            let image = images::store_bytes(services, actor.tenant, png).await?;
            designs::insert(services, actor, name, image).await?;
        }
    }
    let have: Vec<String> = templates::list(services, &read).await?.into_iter().map(|t| t.name).collect();
    for (name, product) in showcase::PRODUCTS {
        if !have.iter().any(|other| other == name) {
            let photo = services
                .heavy
                .run(actor.tenant, DRAWING, Waiting::Job, move || encode_jpeg(&(product.photo)()))
                .await?;
            let image = images::store_bytes(services, actor.tenant, photo).await?;
            let template = (product.template)(name, image.hash);
            templates::insert(services, actor, &template, &[image]).await?;
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
