//! What is not saved yet, kept by the browser: a reload, a crash or hours without a network lose nothing. Each page has drafts of its
//! own; what a page has left behind, the next one takes over.

use std::{cell::RefCell, rc::Rc, time::Duration};

use domain::{TemplateId, template::Save};
use idb::{Database, DatabaseEvent, Factory, KeyRange, ObjectStoreParams, Query, TransactionMode};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::present;

const DATABASE: &str = "vitrine";
const STORE: &str = "drafts";
/// How long a page that is being left may still count as open.
const LEAVING: Duration = Duration::from_millis(500);

/// A document that the server does not have yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub document: String,
    #[serde(flatten)]
    pub save: Save,
    /// When it was kept, in milliseconds since 1970.
    #[serde(default)]
    pub at: f64,
}

/// A draft of this page or of one that is gone, and the key that it has.
pub struct Found {
    pub draft: Draft,
    pub key: String,
}

thread_local! {
    /// Stays open, so that a draft is on its way within the very task that changed something.
    static OPEN: RefCell<Option<Rc<Database>>> = const { RefCell::new(None) };
}

async fn open() -> Result<Rc<Database>, idb::Error> {
    if let Some(database) = OPEN.with_borrow(Clone::clone) {
        return Ok(database);
    }
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // A store that is there already is the one that is wanted.
            let _ = database.create_object_store(STORE, ObjectStoreParams::new());
        }
    });
    let mut database = request.await?;
    // The browser closes it, or a later version of this program wants another form.
    database.on_close(|_| OPEN.set(None));
    database.on_version_change(|_| {
        if let Some(database) = OPEN.take() {
            database.close();
        }
    });
    let database = Rc::new(database);
    OPEN.set(Some(database.clone()));
    Ok(database)
}

/// Opens the store, so that the first change need not wait for it.
pub async fn prepare() {
    // Where it cannot be opened, keeping a draft says so.
    let _ = open().await;
}

/// This page's key for a template.
pub fn own_key(id: TemplateId) -> String {
    format!("{id}/{}", present::own())
}

/// # Errors
/// Where the browser keeps nothing, or its storage is full.
pub async fn keep(id: TemplateId, draft: &Draft) -> Result<(), idb::Error> {
    let text = serde_json::to_string(draft).unwrap_or_default();
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
    let put = transaction.object_store(STORE)?.put(&JsValue::from(text), Some(&JsValue::from(own_key(id))))?;
    // Said at once: a page that is being left sends nothing later.
    let committed = transaction.commit()?;
    put.await?;
    committed.await?;
    Ok(())
}

pub async fn forget(key: &str) {
    let done = async {
        let database = open().await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
        transaction.object_store(STORE)?.delete(JsValue::from(key))?.await?;
        transaction.commit()?.await
    };
    // A draft that stays is compared with the server's document when it is found again.
    let _ = done.await;
}

/// The newest draft of the template that no other open page works on. Storage that does not answer has none.
pub async fn find(id: TemplateId) -> Option<Found> {
    present::in_time(look(id)).await.flatten()
}

async fn look(id: TemplateId) -> Option<Found> {
    let all = all(id).await.ok()?;
    let pages: Vec<String> =
        all.iter().filter_map(|found| found.page()).filter(|page| *page != present::own()).collect();
    let mut open = present::open(&pages).await;
    if !open.is_empty() {
        present::pause(LEAVING).await;
        open = present::open(&open).await;
    }
    let free = all.into_iter().filter(|found| found.page().is_none_or(|page| !open.contains(&page)));
    free.max_by(|a, b| a.draft.at.total_cmp(&b.draft.at))
}

impl Found {
    /// The server has it.
    pub async fn forget(self) {
        forget(&self.key).await;
    }

    /// The page that has kept it; a version of this program before had none.
    fn page(&self) -> Option<String> {
        self.key.split_once('/').map(|(_, page)| page.to_owned())
    }
}

async fn all(id: TemplateId) -> Result<Vec<Found>, idb::Error> {
    let database = open().await?;
    let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
    let store = transaction.object_store(STORE)?;
    // From the bare id over all that go on with a slash, which "0" follows.
    let (low, high) = (JsValue::from(id.to_string()), JsValue::from(format!("{id}0")));
    let range = || KeyRange::bound(&low, &high, None, Some(true)).map(Query::KeyRange);
    let keys = store.get_all_keys(Some(range()?), None)?.await?;
    let values = store.get_all(Some(range()?), None)?.await?;
    let pairs = keys.into_iter().zip(values);
    let read = |(key, value): (JsValue, JsValue)| {
        Some(Found { draft: serde_json::from_str(&value.as_string()?).ok()?, key: key.as_string()? })
    };
    Ok(pairs.filter_map(read).collect())
}
