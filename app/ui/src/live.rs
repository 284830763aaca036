//! Live events: open pages ask again for what changed, and say so when the server or its database is away. A page that
//! finds no place among those that are told asks by itself from time to time.

use std::time::Duration;

use domain::{
    Problem, ProblemKind,
    change::{Area, Topic},
};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, EventSource, MessageEvent, RequestInit, Response};

use crate::{error::Fault, page, scope::Scope};

const EVENTS: &str = "/files/events";

/// The first pause after a refusal; each further one is twice as long, up to the longest.
const PAUSE_MIN: Duration = Duration::from_secs(2);
const PAUSE_MAX: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, PartialEq)]
pub enum Connection {
    Good,
    /// The server cannot be reached.
    ServerAway,
    /// The server answers, its database does not.
    DatabaseAway,
    /// The server tells other pages of changes and has no place for this one; it says why.
    Unheard(Fault),
}

/// Things of an area that are counted one by one; of any beyond it is as if the whole area had changed.
const THINGS_MAX: usize = 100;

/// How often something of an area was told to have changed.
#[derive(Default)]
struct Told {
    any: u32,
    /// The area as a whole.
    whole: u32,
    things: Vec<(Uuid, u32)>,
}

impl Told {
    fn hear(&mut self, id: Option<Uuid>) {
        self.any += 1;
        let Some(id) = id else {
            self.whole += 1;
            return;
        };
        match self.things.iter().position(|(known, _)| *known == id) {
            Some(place) => self.things[place].1 += 1,
            None if self.things.len() < THINGS_MAX => self.things.push((id, 1)),
            None => self.whole += 1,
        }
    }

    fn of(&self, id: Uuid) -> u32 {
        self.whole + self.things.iter().find(|(known, _)| *known == id).map_or(0, |(_, count)| *count)
    }
}

/// Numbers that grow when something changed; resources take them as their source.
#[derive(Clone, Copy)]
pub struct Live {
    areas: [RwSignal<Told>; Area::ALL.len()],
    pub connection: RwSignal<Connection>,
    /// Refusals since events last came.
    refusals: StoredValue<u32>,
    source: StoredValue<Option<SendWrapper<Source>>>,
    scope: Scope,
}

impl Live {
    pub fn provide() -> Self {
        let live = Self {
            areas: Area::ALL.map(|_| RwSignal::default()),
            connection: RwSignal::new(Connection::Good),
            refusals: StoredValue::new(0),
            source: StoredValue::new(None),
            scope: Scope::here(),
        };
        provide_context(live);
        // Effects run in the browser only.
        Effect::new(move |_| {
            live.watch();
            live.listen();
        });
        live
    }

    /// Grows when something of the area changed.
    pub fn area(&self, area: Area) -> u32 {
        self.areas[area as usize].with(|told| told.any)
    }

    /// Grows when this thing of the area changed.
    pub fn thing(self, area: Area, id: impl Fn() -> Option<Uuid> + Send + Sync + 'static) -> Memo<u32> {
        Memo::new(move |_| {
            let id = id();
            self.areas[area as usize].with(|told| id.map_or(told.any, |id| told.of(id)))
        })
    }

    fn changed(&self, topic: Topic) {
        self.areas[topic.area as usize].update(|told| told.hear(topic.id));
    }

    pub fn everything_changed(&self) {
        for area in Area::ALL {
            self.changed(area.into());
        }
    }

    /// A page that nobody sees listens to nothing: browsers have few connections to a server, and all tabs share them.
    /// Once it is seen again it asks for what it shows.
    fn watch(self) {
        let changed = window_event_listener_untyped("visibilitychange", move |_| {
            if document().hidden() {
                self.source.set_value(None);
            } else if self.source.with_value(Option::is_none) {
                self.listen();
                self.everything_changed();
            }
        });
        on_cleanup(move || changed.remove());
    }

    fn listen(self) {
        if document().hidden() {
            return;
        }
        let Ok(mut source) = Source::open(EVENTS) else { return };
        source.on("changed", move |data| {
            // What a newer server tells of, this page does not show.
            let topics = serde_json::from_str::<Vec<String>>(&data).unwrap_or_default();
            for topic in topics.iter().filter_map(|topic| topic.parse().ok()) {
                self.changed(topic);
            }
        });
        // The session has gone on to another workspace, in another tab: what is asked for anew says so.
        source.on("workspace", move |now| {
            if page::shown().is_some_and(|shown| shown != now) {
                self.changed(Area::Members.into());
            }
        });
        source.on("resync", move |_| self.everything_changed());
        source.on("database", move |data| match data.as_str() {
            "lost" => self.connection.set(Connection::DatabaseAway),
            _ => self.recovered(),
        });
        source.on("open", move |_| {
            self.refusals.set_value(0);
            if self.connection.get_untracked() != Connection::Good {
                self.recovered();
            }
        });
        // The browser itself connects again after an interruption; after a refusal it gives up.
        let events = source.events.clone();
        source.on("error", move |_| match events.ready_state() {
            EventSource::CLOSED => self.scope.spawn(self.refused()),
            _ if self.connection.get_untracked() == Connection::Good => self.connection.set(Connection::ServerAway),
            _ => {}
        });
        self.source.set_value(Some(SendWrapper::new(source)));
    }

    /// Finds out why, has the page ask for what it shows where somebody answers, and listens again after a pause.
    async fn refused(self) {
        let refusal = refusal().await;
        let refusals = self.refusals.get_value();
        self.refusals.set_value(refusals + 1);
        self.scope.later(pause(refusals, refusal.as_ref(), js_sys::Math::random()), move || self.listen());
        let connection = match refusal.map(|problem| (problem.kind, problem)) {
            Some((ProblemKind::Throttled | ProblemKind::Busy, problem)) => Connection::Unheard(Fault(problem)),
            Some((ProblemKind::Unavailable, _)) => Connection::DatabaseAway,
            Some((ProblemKind::Internal | ProblemKind::StorageFull, _)) | None => Connection::ServerAway,
            // Signed out, or no member any more: what is asked for anew says so.
            Some(_) => Connection::Good,
        };
        if matches!(connection, Connection::Unheard(_) | Connection::Good) {
            self.everything_changed();
        }
        self.connection.set(connection);
    }

    fn recovered(&self) {
        self.connection.set(Connection::Good);
        self.everything_changed();
    }
}

/// No shorter than the server asks for. `random`, 0 to 1, keeps pages that were refused together from coming back together.
fn pause(refusals: u32, refusal: Option<&Problem>, random: f64) -> Duration {
    let grown = PAUSE_MIN.saturating_mul(2u32.saturating_pow(refusals)).min(PAUSE_MAX);
    let asked =
        refusal.and_then(|problem| problem.retry_after).map_or(Duration::ZERO, |s| Duration::from_secs(s.into()));
    grown.max(asked).mul_f64(1.0 + random / 2.0)
}

/// Why there are no events, which an event source does not tell. `None` where no server of ours answers.
async fn refusal() -> Option<Problem> {
    let ask = async || -> Result<Option<Problem>, JsValue> {
        let (request, end) = (RequestInit::new(), AbortController::new()?);
        request.set_signal(Some(&end.signal()));
        let answer = JsFuture::from(window().fetch_with_str_and_init(EVENTS, &request)).await?;
        let answer: Response = answer.dyn_into()?;
        if answer.ok() {
            // A place is free by now; it is for the source that comes after the pause.
            end.abort();
            return Ok(Some(Problem::new(ProblemKind::Busy, "error-busy")));
        }
        let text = JsFuture::from(answer.text()?).await?.as_string();
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    };
    ask().await.ok().flatten()
}

/// The browser's source of events; closed when this is dropped.
struct Source {
    events: EventSource,
    handlers: Vec<Closure<dyn FnMut(web_sys::Event)>>,
}

impl Source {
    fn open(address: &str) -> Result<Self, JsValue> {
        Ok(Self { events: EventSource::new(address)?, handlers: Vec::new() })
    }

    fn on(&mut self, event: &str, mut handle: impl FnMut(String) + 'static) {
        let handler = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let data = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
            handle(data.unwrap_or_default());
        });
        let _ = self.events.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
        self.handlers.push(handler);
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.events.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_hears_of_itself_and_of_its_whole_area() {
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut told = Told::default();
        told.hear(Some(other));
        assert_eq!((told.any, told.of(mine), told.of(other)), (1, 0, 1));
        told.hear(Some(mine));
        told.hear(None);
        assert_eq!((told.any, told.of(mine), told.of(other)), (3, 2, 2));
    }

    #[test]
    fn pauses_grow_to_half_a_minute_and_are_never_shorter_than_the_server_asks() {
        let seconds = |refusals, random| pause(refusals, None, random).as_secs_f64();
        assert_eq!([0, 1, 2, 3, 4, 90].map(|refusals| seconds(refusals, 0.0)), [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]);
        assert_eq!(seconds(0, 1.0), 3.0);
        let full = Problem::new(ProblemKind::Throttled, "events-browser-full").after(40);
        assert_eq!(pause(0, Some(&full), 0.0), Duration::from_secs(40));
    }
}
