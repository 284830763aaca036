//! The designs that a template can be tried with, as they come and go.

use domain::{change::Area, design::Design};
use leptos::prelude::*;

use super::bench::Bench;
use ui::live::Live;

/// Keeps the list as the workspace has it. The design in use stays in use, even from the trash.
pub fn follow(bench: Bench, designs: RwSignal<Vec<Design>>) {
    let live = expect_context::<Live>();
    Effect::new(move |seen: Option<()>| {
        live.area(Area::Designs);
        // The list that came with the page is good until the first event.
        if seen.is_some() {
            bench.scope.spawn(async move {
                // What fails here is said by the page's frame, and asked again once the server is back.
                let Ok(present) = rpc::designs::list().await else { return };
                if bench.design.with_untracked(Option::is_none) {
                    bench.design.set(present.first().cloned());
                }
                designs.set(present);
            });
        }
    });
}
