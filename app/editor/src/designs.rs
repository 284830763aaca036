//! The designs that a template can be tried with, as they come and go.

use domain::{Cursor, Page, change::Area, design::Design};
use leptos::prelude::*;

use super::bench::Bench;
use ui::{error::Fault, live::Live};

/// The newest designs of the workspace: a page, and as many more as were asked for.
#[derive(Clone, Copy)]
pub struct Designs {
    pub listed: RwSignal<Vec<Design>>,
    next: RwSignal<Option<Cursor>>,
    /// Why there are no more yet.
    pub fault: RwSignal<Option<Fault>>,
}

impl Designs {
    pub fn new(page: Page<Design>) -> Self {
        Self { listed: RwSignal::new(page.items), next: RwSignal::new(page.next), fault: RwSignal::new(None) }
    }

    /// There are older ones.
    pub fn go_on(self) -> bool {
        self.next.with(Option::is_some)
    }

    /// Whether a design that is known is in the library no more. One that is older than all that are listed may be.
    pub fn lack(self, design: &Design) -> bool {
        self.listed.with(|listed| {
            let is_newer = |last: &Design| (design.created_at, design.id) > (last.created_at, last.id);
            let would_be_listed = !self.go_on() || listed.last().is_some_and(is_newer);
            would_be_listed && !listed.iter().any(|other| other.id == design.id)
        })
    }

    /// Keeps the list as the workspace has it. The design in use stays in use, even from the trash.
    pub fn follow(self, bench: Bench) {
        let live = expect_context::<Live>();
        Effect::new(move |seen: Option<()>| {
            live.area(Area::Designs);
            // The list that came with the page is good until the first event.
            if seen.is_some() {
                bench.scope.spawn(async move {
                    // What fails here is said by the page's frame, and asked again once the server is back.
                    let Ok(present) = newest(self.listed.with_untracked(Vec::len)).await else { return };
                    if bench.design.with_untracked(Option::is_none) {
                        bench.design.set(present.items.first().cloned());
                    }
                    self.listed.set(present.items);
                    self.next.set(present.next);
                });
            }
        });
    }

    pub fn more(self, bench: Bench) {
        bench.scope.spawn(async move {
            let Some(after) = self.next.get_untracked() else { return };
            match rpc::designs::list(Some(after.clone())).await {
                // Asked for twice, or listed anew meanwhile, it is not this page that comes next.
                Ok(page) if self.next.get_untracked() == Some(after) => {
                    self.fault.set(None);
                    self.listed.update(|listed| listed.extend(page.items));
                    self.next.set(page.next);
                }
                Ok(_) => {}
                Err(fault) => self.fault.set(Some(fault)),
            }
        });
    }
}

/// As many pages as it takes to have so many designs, where there are so many.
async fn newest(count: usize) -> Result<Page<Design>, Fault> {
    let mut found = rpc::designs::list(None).await?;
    while found.items.len() < count
        && let Some(after) = found.next.take()
    {
        let further = rpc::designs::list(Some(after)).await?;
        found.items.extend(further.items);
        found.next = further.next;
    }
    Ok(found)
}
