//! The changes of one template on their way to the server.

use std::{future::poll_fn, task::Poll, task::Waker, time::Duration};

use domain::{SaveId, TemplateId, template::Save};
use js_sys::{Object, Reflect};
use leptos::{prelude::*, server_fn::ServerFn};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, UrlSearchParams};

use super::{
    drafts::{self, Draft, Found},
    present,
};
use ui::{error::Fault, page, scope::Scope};

/// How long after the last change a save begins, and how long after a failure the next.
const SOON: Duration = Duration::from_millis(700);
const AGAIN: Duration = Duration::from_secs(3);
/// Browsers take no longer request from a page that is gone, in bytes: Fetch, 4.6, "inflight keepalive bytes".
const LAST_BYTES_MAX: u32 = 64_000;
/// How many saves without an answer are told of; more have not failed in between.
const UNANSWERED_MAX: usize = 32;

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Saved,
    /// Changes wait or are on their way.
    Unsaved,
    /// It did not work and will be tried again.
    Failing(String),
    /// Somebody else saved meanwhile: what now is a person's choice.
    Conflict,
}

#[derive(Clone, Copy)]
pub struct Saving {
    id: TemplateId,
    scope: Scope,
    revision: StoredValue<u32>,
    /// The newest document, until the server has it, and the id of its save.
    waiting: StoredValue<Option<(String, SaveId)>>,
    /// Saves of which it is not known whether they have succeeded.
    unanswered: StoredValue<Vec<SaveId>>,
    under_way: StoredValue<bool>,
    /// Somebody waits for the end.
    hurried: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// What the browser's draft is of: the save, and how many are unanswered.
    kept: StoredValue<Option<(SaveId, usize)>>,
    keeping: StoredValue<bool>,
    waiters: StoredValue<Vec<Waker>>,
    pub state: RwSignal<State>,
    /// How often saving has come to another end, good or bad.
    pub ends: RwSignal<u32>,
    /// The browser keeps no draft.
    pub draftless: RwSignal<bool>,
}

impl Saving {
    pub(super) fn new(id: TemplateId) -> Self {
        Self {
            id,
            scope: Scope::here(),
            revision: StoredValue::new(0),
            waiting: StoredValue::new(None),
            unanswered: StoredValue::new(Vec::new()),
            under_way: StoredValue::new(false),
            hurried: StoredValue::new(false),
            timer: StoredValue::new(None),
            kept: StoredValue::new(None),
            keeping: StoredValue::new(false),
            waiters: StoredValue::new(Vec::new()),
            state: RwSignal::new(State::Saved),
            ends: RwSignal::new(0),
            draftless: RwSignal::new(false),
        }
    }

    pub fn id(self) -> TemplateId {
        self.id
    }

    pub fn revision(self) -> u32 {
        self.revision.get_value()
    }

    pub fn is_unsaved(self) -> bool {
        self.state.get_untracked() != State::Saved
    }

    /// The document that the server does not have yet.
    pub fn waiting(self) -> Option<String> {
        self.waiting.with_value(|waiting| waiting.as_ref().map(|(document, _)| document.clone()))
    }

    /// The template has been opened, or is followed, at a revision. What still waits goes on from its own.
    pub fn opened(self, revision: u32) {
        if !self.is_unsaved() {
            self.revision.set_value(revision);
        }
    }

    /// Makes ready to keep drafts.
    pub fn prepare(self) {
        self.scope.spawn(drafts::prepare());
    }

    /// The document, as JSON, differs from what the server has.
    pub fn changed(self, document: String) {
        if self.waiting.with_value(|waiting| waiting.as_ref().is_some_and(|(own, _)| *own == document)) {
            return;
        }
        self.waiting.set_value(Some((document, SaveId(present::unique()))));
        self.keep_draft();
        if self.state.get_untracked() != State::Conflict {
            self.state.set(State::Unsaved);
            self.schedule(SOON);
        }
    }

    /// What tells the server of the waiting document.
    fn save_of(self, id: SaveId) -> Save {
        Save { revision: self.revision(), id: Some(id), unanswered: self.unanswered.get_value() }
    }

    /// The draft, where the browser has not been given it.
    fn unkept(self) -> Option<Draft> {
        let (document, id) = self.waiting.get_value()?;
        let save = self.save_of(id);
        let now = Some((id, save.unanswered.len()));
        (self.kept.get_value() != now).then(|| {
            self.kept.set_value(now);
            Draft { document, save, at: js_sys::Date::now() }
        })
    }

    /// Keeps a draft, one at a time: of those that come meanwhile the last.
    fn keep_draft(self) {
        if self.keeping.get_value() {
            return;
        }
        self.keeping.set_value(true);
        self.scope.spawn(async move {
            while let Some(draft) = self.unkept() {
                let kept = drafts::keep(self.id, &draft).await;
                self.draftless.set(kept.is_err());
            }
            self.keeping.set_value(false);
        });
    }

    fn schedule(self, pause: Duration) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        self.timer.set_value(self.scope.later(pause, move || self.save()));
    }

    fn save(self) {
        // The save under way looks for what waits when it ends.
        if self.under_way.get_value() {
            return;
        }
        let Some((document, id)) = self.waiting.get_value() else { return };
        self.under_way.set_value(true);
        self.scope.spawn(async move {
            let Save { revision, id: save, unanswered } = self.save_of(id);
            let saved = rpc::templates::save(self.id, document, revision, save, unanswered).await;
            self.under_way.set_value(false);
            self.settle(saved, id).await;
        });
    }

    async fn settle(self, saved: Result<u32, Fault>, id: SaveId) {
        let is_last = self.waiting.with_value(|waiting| waiting.as_ref().is_none_or(|(_, last)| *last == id));
        match saved {
            Ok(revision) => {
                self.revision.set_value(revision);
                self.unanswered.set_value(Vec::new());
                match is_last {
                    true => self.finish().await,
                    false => self.schedule(if self.hurried.get_value() { Duration::ZERO } else { SOON }),
                }
            }
            Err(fault) if fault.is_conflict() => self.end(State::Conflict),
            Err(fault) => {
                self.unanswered.update_value(|unanswered| {
                    if !unanswered.contains(&id) && unanswered.len() < UNANSWERED_MAX {
                        unanswered.push(id);
                    }
                });
                self.keep_draft();
                self.end(State::Failing(fault.text()));
                self.schedule(AGAIN);
            }
        }
    }

    async fn finish(self) {
        self.waiting.set_value(None);
        self.kept.set_value(None);
        self.end(State::Saved);
        drafts::forget(&drafts::own_key(self.id)).await;
    }

    fn end(self, state: State) {
        self.hurried.set_value(false);
        // Another try that fails as the one before is no news.
        if self.state.get_untracked() != state {
            self.state.set(state);
            self.ends.update(|ends| *ends = ends.wrapping_add(1));
        }
        self.waiters.try_update_value(std::mem::take).into_iter().flatten().for_each(Waker::wake);
    }

    /// Saves what waits now. What has failed is tried again in its own time.
    pub fn hurry(self) {
        if self.state.get_untracked() == State::Unsaved {
            self.hurried.set_value(true);
            self.schedule(Duration::ZERO);
        }
    }

    /// Saves what waits, and waits until that is done or has failed.
    pub async fn settled(self) {
        self.hurry();
        poll_fn(|context| match self.state.get_untracked() {
            State::Unsaved => {
                self.waiters.update_value(|waiters| waiters.push(context.waker().clone()));
                Poll::Pending
            }
            _ => Poll::Ready(()),
        })
        .await;
    }

    /// Saves also what a page that is gone has left behind. On the server there is nothing to do.
    pub async fn finished(self) {
        if cfg!(feature = "ssr") {
            return;
        }
        if !self.is_unsaved()
            && let Some(found) = drafts::find(self.id).await
        {
            self.adopt(found);
        }
        self.settled().await;
    }

    /// What an earlier page could not save, if it is not known here.
    pub async fn left_behind(self) -> Option<Found> {
        drafts::find(self.id).await
    }

    /// Goes on where an earlier page has stopped: its save may have succeeded after all, or somebody else's come before.
    pub fn adopt(self, Found { draft, key }: Found) {
        let Draft { document, save, .. } = draft;
        self.revision.set_value(save.revision);
        self.unanswered.set_value(save.unanswered);
        self.waiting.set_value(Some((document, save.id.unwrap_or_else(|| SaveId(present::unique())))));
        self.state.set(State::Unsaved);
        self.keep_draft();
        self.schedule(SOON);
        if key != drafts::own_key(self.id) {
            self.scope.spawn(async move { drafts::forget(&key).await });
        }
    }

    /// Saves over what others saved, which stays among the versions.
    pub fn keep_mine(self) {
        self.scope.spawn(async move {
            match rpc::templates::revision(self.id).await {
                Ok(revision) => {
                    self.revision.set_value(revision);
                    self.state.set(State::Unsaved);
                    self.save();
                }
                Err(fault) => self.state.set(State::Failing(fault.text())),
            }
        });
    }

    /// What others saved takes the place of what waits.
    pub async fn give_up(self, revision: u32) {
        self.revision.set_value(revision);
        self.unanswered.set_value(Vec::new());
        self.finish().await;
    }

    pub fn failed(self, fault: &Fault) {
        self.state.set(State::Failing(fault.text()));
    }

    /// The page is being left for good: what waits goes out as a request that outlives it. Where it is too long, or lost, the draft
    /// is there; and where both arrive, they are one save.
    pub(super) fn send_last(self) {
        if !matches!(self.state.get_untracked(), State::Unsaved | State::Failing(_)) {
            return;
        }
        let Some((document, id)) = self.waiting.get_value() else { return };
        if let Some(draft) = self.unkept() {
            self.scope.spawn(async move { drop(drafts::keep(self.id, &draft).await) });
        }
        let save = self.save_of(id);
        let Ok(form) = UrlSearchParams::new() else { return };
        form.append("id", &self.id.to_string());
        form.append("document", &document);
        form.append("revision", &save.revision.to_string());
        form.append("save", &id.to_string());
        for (number, save) in save.unanswered.iter().enumerate() {
            form.append(&format!("unanswered[{number}]"), &save.to_string());
        }
        let body = form.to_string();
        if body.length() > LAST_BYTES_MAX {
            return;
        }
        let (request, headers) = (RequestInit::new(), Object::new());
        let _ = Reflect::set(&headers, &"Accept".into(), &"application/json".into());
        if let Some(shown) = page::shown() {
            let _ = Reflect::set(&headers, &page::WORKSPACE.into(), &shown.into());
        }
        let _ = Reflect::set(&request, &"keepalive".into(), &true.into());
        request.set_method("POST");
        request.set_headers(&headers);
        request.set_body(&form);
        let sent = window().fetch_with_str_and_init(<rpc::templates::Save as ServerFn>::PATH, &request);
        // Mostly nobody is left to hear the answer; a page that comes back asks again.
        self.scope.spawn(async move { drop(JsFuture::from(sent).await) });
    }
}
