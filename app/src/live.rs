//! Live events: open pages ask again for what changed, and say so when the server or its database is away.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::{components::scope::Scope, page};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    Good,
    /// The server cannot be reached.
    ServerAway,
    /// The server answers, its database does not.
    DatabaseAway,
}

/// Numbers that grow when something changed; resources take them as their source.
#[derive(Clone, Copy)]
pub struct Live {
    pub designs: RwSignal<u32>,
    pub templates: RwSignal<u32>,
    pub renders: RwSignal<u32>,
    pub members: RwSignal<u32>,
    pub connection: RwSignal<Connection>,
    scope: Scope,
}

impl Live {
    pub fn provide() -> Self {
        let live = Self {
            designs: RwSignal::new(0),
            templates: RwSignal::new(0),
            renders: RwSignal::new(0),
            members: RwSignal::new(0),
            connection: RwSignal::new(Connection::Good),
            scope: Scope::here(),
        };
        provide_context(live);
        // Effects run in the browser only.
        Effect::new(move |_| live.listen());
        live
    }

    fn changed(&self, topic: &str) {
        let signal = match topic {
            "designs" => self.designs,
            "templates" => self.templates,
            "renders" => self.renders,
            "members" => self.members,
            _ => return,
        };
        signal.update(|n| *n += 1);
    }

    pub fn everything_changed(&self) {
        for signal in [self.designs, self.templates, self.renders, self.members] {
            signal.update(|n| *n += 1);
        }
    }

    fn listen(self) {
        let Ok(source) = EventSource::new("/api/events") else { return };
        on(&source, "changed", move |data| {
            for topic in serde_json::from_str::<Vec<String>>(&data).unwrap_or_default() {
                self.changed(&topic);
            }
        });
        // The session has gone on to another workspace, in another tab: what is asked for anew says so.
        on(&source, "workspace", move |now| {
            if page::shown().is_some_and(|shown| shown != now) {
                self.members.update(|n| *n += 1);
            }
        });
        on(&source, "resync", move |_| self.everything_changed());
        on(&source, "database", move |data| match data.as_str() {
            "lost" => self.connection.set(Connection::DatabaseAway),
            _ => self.recovered(),
        });
        on(&source, "open", move |_| {
            if self.connection.get_untracked() != Connection::Good {
                self.recovered();
            }
        });
        // The browser itself connects again after an interruption; after a refusal (503 while the database is
        // away) it gives up, so then a new source takes over.
        let retry = source.clone();
        on(&source, "error", move |_| {
            if self.connection.get_untracked() == Connection::Good {
                self.connection.set(Connection::ServerAway);
            }
            if retry.ready_state() == EventSource::CLOSED {
                self.scope.later(std::time::Duration::from_secs(2), move || self.listen());
            }
        });
    }

    fn recovered(&self) {
        self.connection.set(Connection::Good);
        self.everything_changed();
    }
}

fn on(source: &EventSource, event: &str, mut handle: impl FnMut(String) + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        let data = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
        handle(data.unwrap_or_default());
    });
    // Lives as long as the page, like the source itself.
    let _ = source.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    closure.forget();
}
