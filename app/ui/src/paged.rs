//! A list that comes in pages: the first with the page around it, a further one whenever somebody asks for it. Where something may have
//! changed, all that is shown is asked for anew; where it is as before it stays as it is on the screen, with what was
//! typed into it, and the place that the page is scrolled to stays in any case.
//!
//! Of this only reading a kind of row and drawing it is compiled anew for each kind: the rest knows rows as [`Row`]s.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use domain::{Cursor, Page, page::PAGE};
use futures::future::BoxFuture;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::Fault,
    feedback::{ErrorNote, failed},
    scope::Scope,
    t,
};

/// Something of a list, ready to be drawn.
#[derive(Clone)]
pub struct Row {
    /// Of all that the row shows: another key is another row on the screen.
    key: u64,
    view: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

impl Row {
    pub fn of<T: Clone + Hash + Send + Sync + 'static>(
        item: T,
        draw: impl Fn(T) -> AnyView + Send + Sync + 'static,
    ) -> Self {
        let mut hasher = DefaultHasher::new();
        item.hash(&mut hasher);
        Self { key: hasher.finish(), view: Arc::new(move || draw(item.clone())) }
    }
}

/// Draws rows, one after the other: a keyed list would be some 13 kB of each such page's first load.
#[component]
pub fn Rows(#[prop(into)] rows: Signal<Vec<Row>>) -> impl IntoView {
    move || rows.get().into_iter().map(|row| (row.view)()).collect_view()
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
        Self { rows: page.items.into_iter().map(|item| Row::of(item, draw)).collect(), next: page.next }
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
}

type Asked = BoxFuture<'static, Result<Found, Fault>>;
type Ask = Arc<dyn Fn(Option<Cursor>) -> Asked + Send + Sync>;

/// What of a list is shown.
#[derive(Clone, Copy)]
pub struct Pages {
    rows: RwSignal<Vec<Row>>,
    next: RwSignal<Option<Cursor>>,
    fault: RwSignal<Option<Fault>>,
    /// The first page has come, with the page or by asking.
    begun: StoredValue<bool>,
    asking: StoredValue<bool>,
    anew_is_due: StoredValue<bool>,
    more_is_due: StoredValue<bool>,
    first: StoredValue<Arc<dyn Fn() -> Asked + Send + Sync>>,
    ask: StoredValue<Ask>,
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
        Self::begin(Arc::new(first), Arc::new(ask))
    }

    fn begin(first: Arc<dyn Fn() -> Asked + Send + Sync>, ask: Ask) -> Self {
        Self {
            rows: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            fault: RwSignal::new(None),
            begun: StoredValue::new(false),
            asking: StoredValue::new(false),
            anew_is_due: StoredValue::new(false),
            more_is_due: StoredValue::new(false),
            first: StoredValue::new(first),
            ask: StoredValue::new(ask),
            scope: Scope::here(),
        }
    }

    /// Asks anew whenever `changed` changes. What came with the page is good until then.
    pub fn follow(self, changed: impl Fn() -> u32 + Send + Sync + 'static) -> Self {
        let changed = Signal::derive(changed);
        Effect::new(move |seen: Option<()>| {
            changed.track();
            if seen.is_some() {
                self.anew();
            }
        });
        self
    }

    /// Asks anew for as many pages as are shown.
    pub fn anew(self) {
        self.anew_is_due.set_value(true);
        self.work();
    }

    fn more(self) {
        self.more_is_due.set_value(true);
        self.work();
    }

    /// Does what is due, one after the other: however often something changes, one answer is awaited at a time.
    fn work(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        self.scope.spawn(async move {
            loop {
                let outcome = if self.anew_is_due.get_value() {
                    self.anew_is_due.set_value(false);
                    self.ask_anew().await
                } else if self.more_is_due.get_value() {
                    let outcome = self.ask_more().await;
                    self.more_is_due.set_value(false);
                    outcome
                } else {
                    break;
                };
                match outcome {
                    Ok(found) => self.show(found),
                    Err(fault) => self.fault.set(Some(fault)),
                }
            }
            self.asking.set_value(false);
        });
    }

    async fn ask_anew(self) -> Result<Found, Fault> {
        let (ask, shown) = (self.ask.get_value(), self.rows.with_untracked(Vec::len));
        let mut found = ask(None).await?;
        while found.rows.len() < shown
            && let Some(after) = found.next.take()
        {
            found.go_on(ask(Some(after)).await?);
        }
        Ok(found)
    }

    async fn ask_more(self) -> Result<Found, Fault> {
        let mut found = Found { rows: self.rows.get_untracked(), next: None };
        if let Some(after) = self.next.get_untracked() {
            found.go_on(self.ask.get_value()(Some(after)).await?);
        }
        Ok(found)
    }

    fn show(self, found: Found) {
        self.begun.set_value(true);
        self.fault.set(None);
        // What is as before stays as it is on the screen, with what was typed into it.
        let keys = |rows: &[Row]| rows.iter().map(|row| row.key).collect::<Vec<_>>();
        if self.rows.with_untracked(|rows| keys(rows) != keys(&found.rows)) {
            self.rows.set(found.rows);
        }
        self.next.set(found.next);
    }

    /// Awaits the first page, unless a later answer was there before.
    async fn begun(self) {
        let first = self.first.get_value()().await;
        if self.begun.get_value() {
            return;
        }
        match first {
            Ok(found) => self.show(found),
            Err(fault) => self.fault.set(Some(fault)),
        }
    }

    fn state(self) -> State {
        let none = self.rows.with(Vec::is_empty);
        match self.fault.get().filter(|fault| none || !fault.is_passing()) {
            Some(fault) => State::Failed(fault),
            None if none => State::Empty,
            None => State::Listed,
        }
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Failed(Fault),
    Empty,
    Listed,
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
    let state = Memo::new(move |_| pages.state());
    let shown = move || match state.get() {
        State::Failed(fault) => failed(fault),
        State::Empty => empty.map(|empty| empty()).into_any(),
        State::Listed => view! {
            <ErrorNote fault=pages.fault />
            {around(view! { <Rows rows=pages.rows /> }.into_any())}
            <More
                shown=Signal::derive(move || pages.rows.with(Vec::len))
                goes_on=Signal::derive(move || pages.next.with(Option::is_some))
                on_more=move |()| pages.more()
            />
        }
        .into_any(),
    };
    view! {
        <Suspense fallback=|| view! { <div class="skeleton"></div> }>
            {move || Suspend::new(async move {
                pages.begun().await;
                shown
            })}
        </Suspense>
    }
}

/// Says how many of a list are shown, where it is longer than a page, and shows more of it.
#[component]
pub fn More(
    shown: Signal<usize>,
    /// There is more.
    goes_on: Signal<bool>,
    #[prop(into)] on_more: Callback<()>,
) -> impl IntoView {
    let words = move || match (goes_on.get(), shown.get()) {
        (true, count) => t!("list-some", count = count),
        (false, count) if count > PAGE => t!("list-all", count = count),
        (false, _) => String::new(),
    };
    let is_short = move || !goes_on.get() && shown.get() <= PAGE;
    view! {
        <div class="list-more" class:list-short=is_short>
            <p class="muted" role="status">{words}</p>
            <Show when=move || goes_on.get()>
                <button type="button" class="button" on:click=move |_| on_more.run(())>{t!("list-more")}</button>
            </Show>
        </div>
    }
}
