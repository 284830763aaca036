//! Files into the product: by button, drag and drop, or paste; with progress, cancel, and a clear word when one is refused.

use domain::{Problem, ProblemKind, design::UPLOAD_BYTES_MAX};
use leptos::{ev, prelude::*};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{DragEvent, File, FileList, HtmlInputElement, ProgressEvent, XmlHttpRequest};

use super::icons;
use crate::{error::Fault, page, t};

#[derive(Clone, Debug, PartialEq)]
enum State {
    Sending(u32),
    /// All bytes are there; the server looks at the picture.
    Checking,
    Done,
    Refused(String),
}

#[derive(Clone, Copy)]
struct Item {
    id: usize,
    name: StoredValue<String>,
    state: RwSignal<State>,
    /// What waits for its turn.
    file: StoredValue<Option<SendWrapper<File>>>,
    request: StoredValue<Option<SendWrapper<XmlHttpRequest>>>,
}

/// How many files are on their way at once; a browser whose connection carries many requests would send all.
const AT_ONCE: u32 = 4;

/// The files in the order in which they are sent.
#[derive(Clone, Copy)]
struct Queue {
    items: RwSignal<Vec<Item>>,
    on_their_way: StoredValue<u32>,
    url: &'static str,
    on_done: Callback<String>,
}

impl Queue {
    fn add(self, file: File) {
        let item = Item {
            id: self.items.with_untracked(|items| items.last().map_or(0, |last| last.id + 1)),
            name: StoredValue::new(file.name()),
            state: RwSignal::new(State::Sending(0)),
            file: StoredValue::new(Some(SendWrapper::new(file))),
            request: StoredValue::new(None),
        };
        self.items.update(|items| items.push(item));
    }

    fn go_on(self) {
        while self.on_their_way.try_get_value().is_some_and(|count| count < AT_ONCE) {
            let waiting = |item: &&Item| item.file.with_value(Option::is_some);
            let next = self.items.with_untracked(|items| items.iter().find(waiting).copied());
            let Some(item) = next else { return };
            if let Some(file) = item.file.try_update_value(Option::take).flatten() {
                self.send(&file, item);
            }
        }
    }
}

/// Sends each file to `url`; `on_done` gets the server's answer as JSON text.
#[component]
pub fn Uploader(
    url: &'static str,
    label: String,
    hint: String,
    #[prop(optional)] single: bool,
    /// Endings of files that are taken beside pictures, each after a comma.
    #[prop(optional)]
    also: &'static str,
    #[prop(into)] on_done: Callback<String>,
) -> impl IntoView {
    let items = RwSignal::new(Vec::<Item>::new());
    let queue = Queue { items, on_their_way: StoredValue::new(0), url, on_done };
    let over = RwSignal::new(false);
    let input = NodeRef::<leptos::html::Input>::new();
    let take = move |files: Option<FileList>| {
        let files = files.into_iter().flat_map(|list| (0..list.length()).filter_map(move |i| list.get(i)));
        for file in files.take(if single { 1 } else { usize::MAX }) {
            queue.add(file);
        }
        queue.go_on();
    };
    let pasting =
        window_event_listener(ev::paste, move |event| take(event.clipboard_data().and_then(|data| data.files())));
    // The whole window is where files are dropped: beside the frame the browser would open them instead.
    let hovering = window_event_listener(ev::dragover, move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    });
    let left = window_event_listener(ev::dragleave, move |event: DragEvent| {
        // Leaving the window itself goes to no other element.
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    let dropped = window_event_listener(ev::drop, move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    });
    on_cleanup(move || {
        pasting.remove();
        hovering.remove();
        left.remove();
        dropped.remove();
    });

    view! {
        <div class="dropzone" class:dropzone-over=move || over.get()>
            <label class="button button-primary">
                <icons::Upload />
                {label}
                <input
                    node_ref=input
                    class="visually-hidden"
                    type="file"
                    accept=format!("image/png,image/jpeg,image/webp{also}")
                    multiple=!single
                    on:change=move |event| {
                        let input: HtmlInputElement = event_target(&event);
                        take(input.files());
                        // The same file may be chosen again.
                        input.set_value("");
                    }
                />
            </label>
            <p class="muted">{hint}</p>
        </div>
        <ul class="uploads" aria-live="polite">
            {move || items.get().into_iter().map(|item| view! { <UploadLine item items /> }).collect_view()}
        </ul>
    }
}

#[component]
fn UploadLine(item: Item, items: RwSignal<Vec<Item>>) -> impl IntoView {
    let dismiss = move |_| {
        item.request.with_value(|request| request.as_ref().map(|request| request.abort()));
        items.update(|items| items.retain(|other| other.id != item.id));
    };
    let busy = move || matches!(item.state.get(), State::Sending(_) | State::Checking);
    view! {
        <li class="upload" class:upload-refused=move || matches!(item.state.get(), State::Refused(_))>
            <span class="upload-name">{item.name.get_value()}</span>
            {move || match item.state.get() {
                State::Sending(percent) => {
                    view! { <progress max="100" value=percent aria-label=t!("upload-progress")></progress> }.into_any()
                }
                State::Checking => {
                    view! {
                        <progress aria-label=t!("upload-checking")></progress>
                        <span class="muted">{t!("upload-checking")}</span>
                    }
                        .into_any()
                }
                State::Done => view! { <span class="good"><icons::Check />{t!("upload-done")}</span> }.into_any(),
                State::Refused(why) => view! { <span class="bad">{why}</span> }.into_any(),
            }}
            <button type="button" class="button button-quiet" on:click=dismiss>
                <icons::Close />
                <span class="visually-hidden">
                    {move || if busy() { t!("upload-cancel") } else { t!("upload-dismiss") }}
                </span>
            </button>
        </li>
    }
}

impl Queue {
    /// With XMLHttpRequest, the only interface of browsers that tells how much of a request has been sent.
    fn send(self, file: &File, item: Item) {
        let Self { url, on_done, .. } = self;
        let refuse = move |problem: Problem| item.state.set(State::Refused(Fault(problem).text()));
        if file.size() > UPLOAD_BYTES_MAX as f64 {
            let problem = Problem::new(ProblemKind::TooLarge, "upload-too-large");
            return refuse(problem.with("limit", UPLOAD_BYTES_MAX >> 20));
        }
        let offline = move || refuse(Problem::new(ProblemKind::Unavailable, "error-offline"));
        let Ok(request) = XmlHttpRequest::new() else { return offline() };

        let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            let percent = (event.loaded() / event.total().max(1.0) * 100.0) as u32;
            item.state.set(if percent >= 100 { State::Checking } else { State::Sending(percent) });
        });
        if let Ok(upload) = request.upload() {
            upload.set_onprogress(Some(progress.into_js_value().unchecked_ref()));
        }
        let answered = request.clone();
        let load = Closure::once_into_js(move || {
            let body = answered.response_text().ok().flatten().unwrap_or_default();
            if matches!(answered.status(), Ok(200..300)) {
                item.state.set(State::Done);
                return on_done.run(body);
            }
            let unreadable = |_| Problem::new(ProblemKind::Internal, "error-internal");
            refuse(serde_json::from_str(&body).unwrap_or_else(unreadable));
        });
        request.set_onload(Some(load.unchecked_ref()));
        request.set_onerror(Some(Closure::once_into_js(offline).unchecked_ref()));

        let name = String::from(js_sys::encode_uri_component(&file.name()));
        let sent = request
            .open("POST", url)
            .and_then(|()| request.set_request_header("x-file-name", &name))
            .and_then(|()| match page::shown() {
                Some(workspace) => request.set_request_header(page::WORKSPACE, &workspace),
                None => Ok(()),
            })
            .and_then(|()| request.send_with_opt_blob(Some(file)));
        if sent.is_err() {
            return offline();
        }
        // Comes after an answer, a failure and a cancel alike.
        self.on_their_way.update_value(|count| *count += 1);
        let ended = Closure::once_into_js(move || {
            self.on_their_way.try_update_value(|count| *count -= 1);
            self.go_on();
        });
        request.set_onloadend(Some(ended.unchecked_ref()));
        item.request.set_value(Some(SendWrapper::new(request)));
    }
}
