//! Live events to an open page.

use std::{convert::Infallible, time::Duration};

use accounts::{Accounts, Session};
use axum::{
    Router,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use domain::change::Area;
use futures::{Stream, StreamExt, stream};
use platform::events::{self, Hub, Subscription};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};

use crate::http::{
    self,
    error::ApiResult,
    session::{Member, SignedIn},
};

/// How often a stream makes sure of its session when nothing else makes it: sessions also end by time.
const CHECK: Duration = Duration::from_secs(60);

pub fn router() -> Router<http::State> {
    Router::new().route("/events", get(stream))
}

/// `workspace` with whose events these are, first; `changed` with topics; `database` with `lost` or `back`; `resync`
/// after events were missed. Ends with the session and the membership it was opened with; its place is free with its end.
async fn stream(
    Member(actor): Member,
    SignedIn(session): SignedIn,
    State(accounts): State<Accounts>,
    State(hub): State<Hub>,
    State(mut stopped): State<watch::Receiver<bool>>,
) -> ApiResult<Response> {
    let events = hub.subscribe(&actor)?;
    let mut checks = interval(CHECK);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // An interval ticks at once; the session has just been read.
    checks.reset();
    let hello = Event::default().event("workspace").data(actor.tenant().to_string()).retry(Duration::from_secs(1));
    let watcher = Watcher { accounts, session, events, checks };
    let until_stopped = async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let stream = stream::iter([Ok(hello)]).chain(watcher.stream()).take_until(Box::pin(until_stopped));
    // Whoever stands between must hand each event on as it comes.
    let as_they_come = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    let stream = Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    Ok((as_they_come, stream).into_response())
}

struct Watcher {
    accounts: Accounts,
    session: Session,
    events: Subscription,
    checks: Interval,
}

impl Watcher {
    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut watcher| async move { Some((Ok(watcher.next().await?), watcher)) })
    }

    /// `None` where this stream is not for its reader any more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let event = tokio::select! {
                event = self.events.next() => event?,
                _ = self.checks.tick() => {
                    self.stands().await?;
                    continue;
                }
            };
            match event {
                events::Event::Changed(topics) => {
                    // Members may have been removed: the reader is told nothing before that is clear.
                    if topics.iter().any(|topic| topic.area == Area::Members) {
                        self.stands().await?;
                    }
                    return Event::default().event("changed").json_data(topics).ok();
                }
                events::Event::Sessions(account) if account == self.session.account() => self.stands().await?,
                events::Event::Sessions(_) => {}
                events::Event::DatabaseLost => return Some(Event::default().event("database").data("lost")),
                events::Event::DatabaseBack => {
                    self.stands().await?;
                    return Some(Event::default().event("database").data("back"));
                }
                // The end of its session is perhaps among what this page was too slow to take.
                events::Event::Missed => {
                    self.stands().await?;
                    return Some(Event::default().event("resync").data(""));
                }
            }
        }
    }

    /// A database that does not answer ends no stream: the page says that it is away, and the next check decides.
    async fn stands(&mut self) -> Option<()> {
        accounts::stands(&mut self.accounts, &self.session).await.unwrap_or(true).then_some(())
    }
}
