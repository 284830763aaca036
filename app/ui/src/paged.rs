//! A list that comes in pages: the first with the page around it, a further one whenever somebody asks for it. Where something may have
//! changed, all that is shown is asked for anew; where it is as before it stays as it is on the screen, and while somebody
//! types into it nothing moves under their hands.
//!
//! Of this only reading a kind of row and drawing it is compiled anew for each kind. What there is lies in one value with
//! one signal: each further kind of signal is some kilobytes of every such page's first load.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use domain::{Cursor, Page, page::PAGE};
use futures::future::BoxFuture;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{error::Fault, feedback::failed, scope::Scope, t};

/// Something of a list, ready to be drawn.
#[derive(Clone)]
struct Row {
    /// The hash of all that the row shows.
    key: u64,
    view: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

struct Found {
    rows: Vec<Row>,
    next: Option<Cursor>,
}

impl Found {
    fn of<T: Clone + Hash + Send + Sync + 'static>(
        page: Page<T>,
        draw: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
    ) -> Self {
        let row = |item: T| {
            let mut hasher = DefaultHasher::new();
            item.hash(&mut hasher);
            Row { key: hasher.finish(), view: Arc::new(move || draw(item.clone())) }
        };
        Self { rows: page.items.into_iter().map(row).collect(), next: page.next }
    }

    /// What has changed its place in the list meanwhile is not shown twice.
    fn go_on(&mut self, further: Self) {
        let known = self.rows.len();
        for row in further.rows {
            if !self.rows[..known].iter().any(|known| known.key == row.key) {
                self.rows.push(row);
            }
        }
        self.next = further.next;
    }

    fn is_as(&self, other: &Self) -> bool {
        let keys = |found: &Self| found.rows.iter().map(|row| row.key).collect::<Vec<_>>();
        keys(self) == keys(other) && self.next == other.next
    }
}

type Asked = BoxFuture<'static, Result<Found, Fault>>;

/// What there is of a list, and what is due.
struct State {
    found: Found,
    fault: Option<Fault>,
    /// The first page has come, with the page or by asking.
    begun: bool,
    asking: bool,
    anew_is_due: bool,
    more_is_due: bool,
    first: Arc<dyn Fn() -> Asked + Send + Sync>,
    ask: Arc<dyn Fn(Option<Cursor>) -> Asked + Send + Sync>,
}

/// A list, as far as it is shown.
#[derive(Clone, Copy)]
pub struct Pages {
    state: StoredValue<State>,
    /// How often something else was to be shown.
    changes: RwSignal<u32>,
    scope: Scope,
}

impl Pages {
    /// `ask` gets the page after a cursor, or the first.
    pub fn new<T, F>(
        ask: impl Fn(Option<Cursor>) -> F + Copy + Send + Sync + 'static,
        draw: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
    ) -> Self
    where
        T: Clone + Hash + Serialize + DeserializeOwned + Send + Sync + 'static,
        F: Future<Output = Result<Page<T>, Fault>> + Send + 'static,
    {
        let first = Resource::new(|| (), move |()| ask(None));
        let first = move || -> Asked { Box::pin(async move { first.await.map(|page| Found::of(page, draw)) }) };
        let ask = move |after| -> Asked {
            let page = ask(after);
            Box::pin(async move { page.await.map(|page| Found::of(page, draw)) })
        };
        Self::of(State {
            found: Found { rows: Vec::new(), next: None },
            fault: None,
            begun: false,
            asking: false,
            anew_is_due: false,
            more_is_due: false,
            first: Arc::new(first),
            ask: Arc::new(ask),
        })
    }

    fn of(state: State) -> Self {
        Self { state: StoredValue::new(state), changes: RwSignal::new(0), scope: Scope::here() }
    }

    /// Asks anew whenever `changed` changes. What came with the page is good until then.
    pub fn follow(self, changed: impl Fn() -> u32 + Send + Sync + 'static) -> Self {
        Effect::new(move |seen: Option<()>| {
            changed();
            if seen.is_some() {
                self.anew();
            }
        });
        self
    }

    /// Asks anew for as many pages as are shown.
    pub fn anew(self) {
        self.state.update_value(|state| state.anew_is_due = true);
        self.work();
    }

    fn more(self) {
        self.state.update_value(|state| state.more_is_due = true);
        self.work();
    }

    /// Does what is due, one after the other: however often something changes, one answer is awaited at a time.
    fn work(self) {
        let asking = self.state.try_update_value(|state| std::mem::replace(&mut state.asking, true));
        if asking == Some(false) {
            self.scope.spawn(async move {
                while let Some(asked) = self.next_asked() {
                    self.show(asked.await);
                }
                self.state.update_value(|state| state.asking = false);
            });
        }
    }

    fn next_asked(self) -> Option<Asked> {
        let (ask, found, anew) = self.state.try_update_value(|state| {
            let anew = state.anew_is_due && !is_in_use();
            let due = anew || std::mem::take(&mut state.more_is_due);
            if anew {
                state.anew_is_due = false;
            }
            let found = Found { rows: state.found.rows.clone(), next: state.found.next.clone() };
            due.then(|| (state.ask.clone(), found, anew))
        })??;
        Some(Box::pin(async move {
            let (mut found, shown) = if anew { (ask(None).await?, found.rows.len()) } else { (found, usize::MAX) };
            while found.rows.len() < shown
                && let Some(after) = found.next.take()
            {
                found.go_on(ask(Some(after)).await?);
                if !anew {
                    break;
                }
            }
            Ok(found)
        }))
    }

    fn show(self, answer: Result<Found, Fault>) {
        let changed = self.state.try_update_value(|state| {
            state.begun = true;
            match answer {
                Ok(found) => {
                    let is_same = state.fault.is_none() && state.found.is_as(&found) && !found.rows.is_empty();
                    (state.found, state.fault) = (found, None);
                    !is_same
                }
                Err(fault) => {
                    state.fault = Some(fault);
                    true
                }
            }
        });
        if changed == Some(true) {
            self.changes.update(|changes| *changes += 1);
        }
    }

    /// Awaits the first page, unless a later answer was there before.
    async fn begun(self) {
        let first = self.state.with_value(|state| state.first.clone());
        let first = first().await;
        if self.state.try_with_value(|state| state.begun) == Some(false) {
            self.show(first);
        }
    }

    fn draw(self, around: fn(AnyView) -> AnyView, empty: Option<fn() -> AnyView>) -> AnyView {
        self.changes.track();
        let (rows, goes_on, fault) =
            self.state.with_value(|state| (state.found.rows.clone(), state.found.next.is_some(), state.fault.clone()));
        match fault {
            Some(fault) if rows.is_empty() || !fault.is_passing() => return failed(fault),
            None if rows.is_empty() => return empty.map(|empty| empty()).into_any(),
            _ => {}
        }
        let shown = rows.len();
        let rows = rows.into_iter().map(|row| (row.view)()).collect_view();
        view! {
            <div role="alert" class="note-place">{fault.map(failed)}</div>
            // Whoever leaves a field lets in what has changed meanwhile.
            <div class="listed" on:focusout=move |_| self.work()>{around(rows.into_any())}</div>
            {more(shown, goes_on, Callback::new(move |()| self.more()))}
        }
        .into_any()
    }
}

/// Somebody is at a field of a list: with the rows' places what they type would become another row's.
fn is_in_use() -> bool {
    let within = |element: web_sys::Element| element.closest(".listed input, .listed select").ok().flatten().is_some();
    document().active_element().is_some_and(within)
}

/// The list, and below it how much of it is shown and a button for more.
#[component]
pub fn Listed(
    pages: Pages,
    /// What stands around the rows.
    around: fn(AnyView) -> AnyView,
    /// What stands there where there are none.
    #[prop(optional)]
    empty: Option<fn() -> AnyView>,
) -> impl IntoView {
    view! {
        <Suspense fallback=|| view! { <div class="skeleton"></div> }>
            {move || Suspend::new(async move {
                pages.begun().await;
                move || pages.draw(around, empty)
            })}
        </Suspense>
    }
}

/// Says how many of a list are shown, where it is longer than a page, and shows more of it.
pub fn more(shown: usize, goes_on: bool, on_more: Callback<()>) -> AnyView {
    let words = match goes_on {
        true => t!("list-some", count = shown),
        false if shown > PAGE => t!("list-all", count = shown),
        false => String::new(),
    };
    let is_short = !goes_on && shown <= PAGE;
    view! {
        <div class="list-more" class:list-short=is_short>
            <p class="muted" role="status">{words}</p>
            {goes_on.then(|| view! {
                <button type="button" class="button" on:click=move |_| on_more.run(())>{t!("list-more")}</button>
            })}
        </div>
    }
    .into_any()
}
