//! What a page asks the server to do, and what has come of it. Leptos' own actions and forms are compiled anew for each server function; of these
//! there is one for each kind of answer, mostly none.

use std::future::Future;

use futures::future::LocalBoxFuture;
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

use crate::{error::Fault, page};

/// Something asked of the server. It goes on when its page has been left; the answer is nobody's then.
pub struct Task<T: Send + Sync + 'static = ()> {
    answer: RwSignal<Option<Result<T, Fault>>>,
    pending: RwSignal<bool>,
    times: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Copy for Task<T> {}

impl<T: Send + Sync + 'static> Clone for Task<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Clone + Send + Sync + 'static> Default for Task<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Clone + Send + Sync + 'static> Task<T> {
    pub fn new() -> Self {
        Self { answer: RwSignal::new(None), pending: RwSignal::new(false), times: RwSignal::new(0) }
    }

    /// A form's. One that was sent before the page was alive has left its error in the address.
    pub fn of_form<F: ServerFn>() -> Self {
        let task = Self::new();
        if let Some(error) = use_context::<ServerActionError>().filter(|error| error.path() == F::PATH) {
            task.answer.set(Some(Err(ServerFnUrlError::decode_err(error.err()))));
        }
        task
    }

    pub fn run(self, work: impl Future<Output = Result<T, Fault>> + 'static) {
        self.begin(Box::pin(work));
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "what was asked for is done, and what is left of it minds no page that is gone"
    )]
    fn begin(self, work: LocalBoxFuture<'static, Result<T, Fault>>) {
        self.pending.set(true);
        leptos::task::spawn_local(async move {
            let answer = work.await;
            self.pending.try_set(false);
            self.answer.try_set(Some(answer));
            self.times.try_update(|times| *times = times.wrapping_add(1));
        });
    }

    pub fn is_pending(self) -> bool {
        self.pending.get()
    }

    /// How often there has been an answer.
    pub fn times(self) -> u32 {
        self.times.get()
    }

    /// What the last answer was, if it was good.
    pub fn answer(self) -> Option<T> {
        self.answer.get().and_then(Result::ok)
    }

    pub fn is_done(self) -> bool {
        self.answer.with(|answer| matches!(answer, Some(Ok(_))))
    }

    pub fn fault(self) -> Option<Fault> {
        self.answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()))
    }
}

/// A form that goes to a server function as it stands, also before the page is alive: then as every form of the web.
#[component]
pub fn TaskForm<T: Clone + DeserializeOwned + Send + Sync + 'static>(
    task: Task<T>,
    to: &'static str,
    children: Children,
) -> impl IntoView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let fields = fields(&event);
        task.run(async move { page::read(&page::call(to.to_owned(), fields).await?) });
    };
    view! { <form method="post" action=to on:submit=submit>{children()}</form> }
}

/// The fields of a form as a browser encodes them.
fn fields(event: &SubmitEvent) -> String {
    let form = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let data = form.and_then(|form| FormData::new_with_form(&form).ok());
    let fields = data.and_then(|data| UrlSearchParams::new_with_str_sequence_sequence(&data).ok());
    fields.map(|fields| String::from(fields.to_string())).unwrap_or_default()
}
