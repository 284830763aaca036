//! The designs that a template can be tried with, as they come and go.

use domain::{ContentHash, DesignId, design::Design};
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use super::bench::Bench;
use crate::{api, live::Live};

/// A design that the template can be tried with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestDesign {
    pub id: DesignId,
    pub name: String,
    pub image: ContentHash,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl From<Design> for TestDesign {
    fn from(Design { id, name, image, .. }: Design) -> Self {
        Self { id, name, image: image.hash, width: image.width, height: image.height }
    }
}

/// Keeps the list as the workspace has it. The design in use stays in use, even from the trash.
pub fn follow(bench: Bench, designs: RwSignal<Vec<TestDesign>>) {
    let live = expect_context::<Live>();
    Effect::new(move |seen: Option<()>| {
        live.designs.track();
        // The list that came with the page is good until the first event.
        if seen.is_some() {
            spawn_local(async move {
                // What fails here is said by the page's frame, and asked again once the server is back.
                let Ok(present) = api::list_designs().await else { return };
                let present: Vec<TestDesign> = present.into_iter().map(TestDesign::from).collect();
                if bench.design.try_with_untracked(Option::is_none) == Some(true) {
                    bench.design.set(present.first().cloned());
                }
                designs.try_set(present);
            });
        }
    });
}
