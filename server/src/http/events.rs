//! Live events to an open page.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, StreamExt};
use services::events::{self, Hub};
use tokio::sync::watch;
use tokio_stream::wrappers::BroadcastStream;

use super::session::Member;

/// `changed` with a topic; `database` with `lost` or `back`; `resync` after events were missed.
pub async fn stream(
    Member(actor): Member,
    State(hub): State<Hub>,
    State(mut stopped): State<watch::Receiver<bool>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let tenant = actor.tenant();
    let stream = BroadcastStream::new(hub.subscribe()).filter_map(move |event| async move {
        match event {
            Ok(events::Event::Changed(of, topic)) if of == tenant => {
                Event::default().event("changed").json_data(topic).ok()
            }
            Ok(events::Event::Changed(..)) => None,
            Ok(events::Event::DatabaseLost) => Some(Event::default().event("database").data("lost")),
            Ok(events::Event::DatabaseBack) => Some(Event::default().event("database").data("back")),
            // This page was too slow to take all that happened.
            Err(_) => Some(Event::default().event("resync").data("")),
        }
    });
    let until_stopped = async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let stream = stream.map(Ok).take_until(Box::pin(until_stopped));
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
