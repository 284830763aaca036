//! Parts of the application, a page each, whose code the browser loads when the page is opened.
//!
//! A page is a row of the table below: a name, which is its file's too, a path, and what it shows. tools/bundle takes the compiled module
//! apart by these rows. The part of the page that the server has rendered is loaded before the page is taken over, every other when it is
//! opened or a link to it is pointed at.

mod coming;

use std::sync::Arc;

use futures::{FutureExt, future::LocalBoxFuture};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use leptos_router::{ParamSegment, PossibleRouteMatch, StaticSegment};

use crate::pages::*;
use coming::Coming;

type Path = Arc<dyn PossibleRouteMatch + Send + Sync>;
type Loading<T> = LocalBoxFuture<'static, Result<T, SplitLoaderError>>;

/// A page whose code is a file of its own.
pub struct Part {
    name: &'static str,
    path: fn() -> Path,
    load: fn() -> Loading<()>,
    view: fn() -> Loading<AnyView>,
}

macro_rules! parts {
    ($($part:ident = $name:ident at $path:expr => $page:path;)+) => {
        $(
            pub static $part: Part = {
                #[wasm_split($name, wasm_split_path = ::leptos::wasm_split, preload(load), fallible)]
                fn $name() -> Result<AnyView, SplitLoaderError> {
                    Ok($page().into_any())
                }
                Part {
                    name: stringify!($name),
                    path: || Arc::new($path),
                    load: || Box::pin(load()),
                    view: || Box::pin($name()),
                }
            };
        )+
        static ALL: &[&Part] = &[$(&$part),+];
    };
}

parts! {
    SIGN_IN = sign_in at StaticSegment("login") => sign_in::SignIn;
    SIGN_UP = sign_up at StaticSegment("signup") => sign_up::SignUp;
    FORGOT = forgot at StaticSegment("forgot") => recovery::Forgot;
    RESET = reset at StaticSegment("reset") => recovery::Reset;
    VERIFY = verify at StaticSegment("verify") => recovery::Verify;
    INVITE = invite at (StaticSegment("invite"), ParamSegment("token")) => invite::Invite;
    OUTBOX = outbox at (StaticSegment("dev"), StaticSegment("outbox")) => outbox::Outbox;
    HOME = home at StaticSegment("") => home::Home;
    DESIGNS = designs at StaticSegment("designs") => designs::Designs;
    TEMPLATES = templates at StaticSegment("templates") => templates::Templates;
    EDITOR = editor at (StaticSegment("templates"), ParamSegment("id")) => editor_page::EditorPage;
    ORDER = order at (StaticSegment("templates"), ParamSegment("id"), StaticSegment("render")) => order::Order;
    RENDERS = renders at StaticSegment("renders") => renders::Renders;
    BATCH = batch at (StaticSegment("renders"), ParamSegment("id")) => batch::BatchPage;
    MEMBERS = members at StaticSegment("members") => members::Members;
    ACCOUNT = account at StaticSegment("account") => account::Account;
    AUDIT = audit at StaticSegment("audit") => audit::Audit;
}

impl Part {
    /// The part of the page at this path.
    pub fn at(path: &str) -> Option<&'static Self> {
        let is_at = |part: &Part| part.path().test(path).is_some_and(|matched| matches!(matched.remaining(), "" | "/"));
        ALL.iter().copied().find(|part| is_at(part))
    }

    /// The file's name without what tells one build's from another's.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What the route matches.
    pub fn path(&self) -> Path {
        (self.path)()
    }

    /// What the route shows: the page, or that it is coming.
    pub fn view(&'static self) -> impl Fn() -> AnyView + Clone + Send + 'static {
        || self.show()
    }

    fn show(&'static self) -> AnyView {
        match (self.view)().now_or_never() {
            Some(Ok(view)) => view,
            _ => view! { <Coming part=self /> }.into_any(),
        }
    }

    /// Loads the code, unless it is there.
    ///
    /// # Errors
    /// The file cannot be had; it may be tried again.
    pub async fn load(&self) -> Result<(), SplitLoaderError> {
        (self.load)().await
    }

    /// Loads the code of a page that the server has rendered, so that it can be taken over, however often that takes.
    pub async fn load_for_this_page(&self) {
        while self.load().await.is_err() {
            coming::asked_again().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_part_as_the_router_does() {
        let part = |path| Part::at(path).map(Part::name);
        assert_eq!(part("/"), Some("home"));
        assert_eq!(part("/templates"), Some("templates"));
        assert_eq!(part("/templates/"), Some("templates"));
        assert_eq!(part("/templates/0190"), Some("editor"));
        assert_eq!(part("/templates/0190/render"), Some("order"));
        assert_eq!(part("/dev/outbox"), Some("outbox"));
        for none in ["/nowhere", "/templates/0190/render/more", "/designsx", "/dev"] {
            assert_eq!(part(none), None, "{none}");
        }
    }
}
