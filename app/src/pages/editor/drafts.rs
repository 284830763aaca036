//! What is not saved yet, kept by the browser: a reload, a crash or hours without a network lose nothing.

use domain::TemplateId;
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

const DATABASE: &str = "vitrine";
const STORE: &str = "drafts";

/// A document that the server does not have yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub document: String,
    /// The revision that it was changed from.
    pub revision: u32,
}

async fn open() -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // A store that is there already is the one that is wanted.
            let _ = database.create_object_store(STORE, ObjectStoreParams::new());
        }
    });
    request.await
}

fn key(id: TemplateId) -> JsValue {
    JsValue::from(id.to_string())
}

/// # Errors
/// Where the browser keeps nothing, or its storage is full.
pub async fn keep(id: TemplateId, draft: &Draft) -> Result<(), idb::Error> {
    let text = serde_json::to_string(draft).unwrap_or_default();
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    transaction.object_store(STORE)?.put(&JsValue::from(text), Some(&key(id)))?.await?;
    transaction.commit()?.await?;
    Ok(())
}

/// `None` where there is none, or none that can be read.
pub async fn find(id: TemplateId) -> Option<Draft> {
    let database = open().await.ok()?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly).ok()?;
    let kept = transaction.object_store(STORE).ok()?.get(key(id)).ok()?.await.ok()?;
    serde_json::from_str(&kept?.as_string()?).ok()
}

pub async fn forget(id: TemplateId) {
    let done = async {
        let database = open().await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
        transaction.object_store(STORE)?.delete(key(id))?.await?;
        transaction.commit()?.await
    };
    // A draft that stays is compared with the server's document when it is found again.
    let _ = done.await;
}
