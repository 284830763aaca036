//! Which page this is, and which others are still open.

use std::{pin::pin, time::Duration};

use futures::future::{Either, select};
use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// A number that nobody else has.
pub fn unique() -> Uuid {
    let mut bytes = [0; 16];
    // Every browser has it, also without a secure connection.
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

thread_local! {
    static OWN: String = {
        let own = unique().to_string();
        hold(&own);
        own
    };
}

/// This page until it is loaded anew.
pub fn own() -> String {
    OWN.with(Clone::clone)
}

fn name(page: &str) -> String {
    format!("vitrine-page-{page}")
}

/// Web Locks, a lock of which ends with its page. Browsers have them on secure connections.
fn locks() -> Option<JsValue> {
    Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object)
}

fn call(locks: &JsValue, method: &str, arguments: &Array) -> Option<Promise> {
    let method = Reflect::get(locks, &method.into()).ok()?.dyn_into::<Function>().ok()?;
    method.apply(locks, arguments).ok()?.dyn_into().ok()
}

/// Holds the page's lock for as long as there is a page.
fn hold(page: &str) {
    let Some(locks) = locks() else { return };
    let for_ever = Closure::once_into_js(|_: JsValue| Promise::new(&mut |_, _| {}));
    let _ = call(&locks, "request", &Array::of2(&name(page).into(), &for_ever));
}

pub async fn pause(length: Duration) {
    let milliseconds = i32::try_from(length.as_millis()).unwrap_or(i32::MAX);
    let over = Promise::new(&mut |over, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&over, milliseconds);
    });
    let _ = JsFuture::from(over).await;
}

/// How long somebody waits for what a page asks before they may begin. Storage that never answers is a known fault of browsers.
const PATIENCE: Duration = Duration::from_secs(3);

/// The work's result; `None` where it takes longer than somebody waits.
pub async fn in_time<T>(work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(pause(PATIENCE))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Which of the pages are open; without locks none is known to be.
pub async fn open(pages: &[String]) -> Vec<String> {
    let Some(asked) = locks().and_then(|locks| call(&locks, "query", &Array::new())) else { return Vec::new() };
    let Ok(answer) = JsFuture::from(asked).await else { return Vec::new() };
    let held = Reflect::get(&answer, &"held".into()).unwrap_or_default();
    let names: Vec<String> =
        Array::from(&held).iter().filter_map(|lock| Reflect::get(&lock, &"name".into()).ok()?.as_string()).collect();
    pages.iter().filter(|page| names.contains(&name(page))).cloned().collect()
}
