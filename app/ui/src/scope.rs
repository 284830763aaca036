//! Work that ends with what began it: nothing that comes later, after a pause or with an answer, finds the page's signals gone.

use std::{
    future::{Future, poll_fn},
    task::Poll,
    time::Duration,
};

use leptos::prelude::*;

/// Lives as long as the component that made it. Pages begin later work with it alone: `clippy.toml` forbids the bare ways.
#[derive(Clone, Copy)]
pub struct Scope(StoredValue<()>);

impl Scope {
    /// Ends with the present component.
    pub fn here() -> Self {
        Self(StoredValue::new(()))
    }

    fn is_alive(self) -> bool {
        self.0.try_get_value().is_some()
    }

    /// Does the work unless the scope ends before; what it still awaits then is given up.
    #[expect(clippy::disallowed_methods, reason = "this is the guarded way")]
    pub fn spawn(self, work: impl Future<Output = ()> + 'static) {
        let mut work = Box::pin(work);
        leptos::task::spawn_local(poll_fn(move |context| match self.is_alive() {
            true => work.as_mut().poll(context),
            false => Poll::Ready(()),
        }));
    }

    /// Does something after a pause, unless the scope ends before.
    #[expect(clippy::disallowed_methods, reason = "this is the guarded way")]
    pub fn later(self, pause: Duration, run: impl FnOnce() + 'static) -> Option<TimeoutHandle> {
        let guarded = move || {
            if self.is_alive() {
                run();
            }
        };
        set_timeout_with_handle(guarded, pause).ok()
    }
}
