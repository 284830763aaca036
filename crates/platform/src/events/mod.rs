//! Live events: what changed, told to every process through PostgreSQL's NOTIFY and from there to open pages.
//! An event says only that something changed; the page asks for the new state as the member it is.

mod hub;
pub(crate) mod notice;

use std::{collections::BTreeSet, time::Duration};

use domain::{AccountId, change::Topic};

pub use hub::{Hub, Subscription};
pub use notice::sessions_changed;
use notice::{CHANNEL, Notice};

use crate::db::Database;

/// What an open page's stream has to act upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// What changed in the page's workspace since it was last told.
    Changed(BTreeSet<Topic>),
    /// Sessions of this person were ended or moved.
    Sessions(AccountId),
    /// The database stopped answering.
    DatabaseLost,
    /// It answers again; whatever changed meanwhile was not told.
    DatabaseBack,
    /// More happened than this page has taken; what, is not known any more.
    Missed,
}

async fn listen(database: Database, hub: Hub) {
    let mut lost = false;
    loop {
        match database.listen(CHANNEL).await {
            Err(error) => tracing::warn!(%error, "event listener cannot connect"),
            Ok(mut listener) => {
                if std::mem::take(&mut lost) {
                    hub.tell_all(&Event::DatabaseBack);
                }
                // `try_recv` gives None when the connection is lost, and the loop above opens another.
                while let Ok(Some(notification)) = listener.try_recv().await {
                    match serde_json::from_str::<Notice>(notification.payload()) {
                        Ok(Notice::Changed { tenant, topic }) => hub.changed(tenant, topic),
                        Ok(Notice::Sessions { account }) => hub.tell_all(&Event::Sessions(account)),
                        Err(error) => tracing::warn!(%error, "event not understood"),
                    }
                }
            }
        }
        if !std::mem::replace(&mut lost, true) {
            hub.tell_all(&Event::DatabaseLost);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
