//! What tests of the areas above the studio need beside people: uploads, designs, templates, workers.

use std::time::Duration;

use domain::{DesignId, TemplateId};
use platform::{
    access::Actor,
    jobs::{Worker, WorkerSettings},
    mail::Mailer,
};
use product::Product;
use studio::{
    Studio, designs,
    images::{Received, Upload},
    templates,
};

use crate::{World, picture};

impl World {
    /// The studio as one request has it.
    pub fn studio(&self) -> Studio {
        self.product.studio()
    }

    /// The same product with another bound of memory, in bytes.
    pub fn with_memory(&self, bytes: u64) -> Product {
        let (database, blobs) = (self.process.database.clone(), self.process.blobs.clone());
        Product::new(database, blobs, Mailer::Outbox, &self.process.public_url, bytes)
    }

    /// A worker of everything that the product registers, whose jobs nobody takes from it within a test.
    pub fn worker(&self, slots: usize) -> Worker {
        let settings = WorkerSettings { slots, lease: Duration::from_secs(30) };
        Worker::start(&self.process, &self.product.registry(), settings)
    }

    /// A file as it arrives from a browser.
    pub fn upload(&self, bytes: &[u8]) -> Received {
        let mut upload = Upload::begin(self.files.path(), None).unwrap();
        upload.write(bytes).unwrap();
        upload.finish().unwrap()
    }

    pub async fn design(&self, actor: &Actor, name: &str) -> DesignId {
        let file = self.upload(&picture(64, 80, name.len() as u8, name.as_bytes()));
        designs::add(&mut self.studio(), &actor.can().unwrap(), name, file).await.unwrap().id
    }

    pub async fn template(&self, actor: &Actor, name: &str) -> TemplateId {
        let file = self.upload(&picture(160, 120, 200, name.as_bytes()));
        templates::create(&mut self.studio(), &actor.can().unwrap(), name, file).await.unwrap()
    }
}
