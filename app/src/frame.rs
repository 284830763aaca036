//! What stands around every page of a workspace: navigation, the workspace and account menus, the state of the connection.

use domain::{
    TenantId,
    access::Permission,
    account::{Membership, Viewer},
    change::Area,
    tenancy::Role,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::components::{A, Outlet};

use editor_page::saving::Saves;
use rpc::people::{SendVerification, SignOut};
use ui::{
    error::Fault,
    icons,
    live::{Connection, Live},
    page, t,
    task::{Task, TaskForm},
};

/// The present member's role, for pages that offer less to some. The server decides all the same.
#[derive(Clone, Copy)]
pub struct Allowed(Signal<Option<Role>>);

impl Allowed {
    pub fn to(self, permission: Permission) -> bool {
        self.0.get().is_some_and(|role| role.allows(permission))
    }
}

#[component]
pub fn Frame() -> impl IntoView {
    let live = Live::provide();
    Saves::provide();
    let viewer = Resource::new_blocking(move || live.area(Area::Members), |_| rpc::people::who_am_i());
    // Known only after hydration: what the server renders must not depend on when the answer arrives.
    let role = RwSignal::new(None);
    page::show(None);
    Effect::new(move |_| {
        if let Some(Ok(viewer)) = viewer.get() {
            page::show(Some(viewer.tenant));
            role.set(Some(viewer.role));
        }
    });
    provide_context(Allowed(role.into()));
    view! {
        <a class="skip" href="#content">{t!("frame-skip")}</a>
        <div class="frame">
            <header class="bar">
                <a class="brand" href="/" translate="no"><img src="/icons/vitrine.svg" alt="" width="28" height="28" />"Vitrine"</a>
                <Suspense>
                    {move || Suspend::new(async move {
                        match viewer.await {
                            Ok(viewer) => view! { <Menus viewer /> }.into_any(),
                            Err(fault) => homeless(fault),
                        }
                    })}
                </Suspense>
            </header>
            <Navigation />
            <main id="content" class="content" tabindex="-1">
                <ConnectionNote connection=live.connection />
                <Suspense>
                    {move || Suspend::new(async move {
                        viewer.await.ok().filter(|viewer| !viewer.email_verified).map(|_| view! { <VerifyNote /> })
                    })}
                </Suspense>
                <Outlet />
            </main>
        </div>
    }
}

/// Not in the workspace that the page shows: no member of it any more, or the session has gone on to another. What is
/// left is to open one of one's own, or to sign out.
fn homeless(fault: Fault) -> AnyView {
    let workspaces = Resource::new(|| (), |()| rpc::people::list_workspaces());
    let switching = Task::<()>::new();
    view! {
        <span class="bad" role="alert">{fault.text()}</span>
        <Suspense>
            {move || Suspend::new(async move {
                let open = |membership: Membership| {
                    let tenant = membership.tenant;
                    view! {
                        <button class="button" on:click=move |_| switch(switching, tenant)>
                            {t!("frame-open-workspace", workspace = membership.tenant_name)}
                        </button>
                    }
                };
                workspaces.await.unwrap_or_default().into_iter().map(open).collect_view()
            })}
        </Suspense>
        <form method="post" action={SignOut::PATH}>
            <button class="button">{t!("frame-sign-out")}</button>
        </form>
    }
    .into_any()
}

/// Opens another workspace. Everything on the page belongs to one, so the whole page is loaded anew.
fn switch(task: Task, tenant: TenantId) {
    task.run(async move {
        rpc::people::switch_tenant(tenant).await?;
        let _ = window().location().set_href("/");
        Ok(())
    });
}

#[component]
fn Menus(viewer: Viewer) -> impl IntoView {
    let switching = Task::<()>::new();
    let here = viewer.tenant;
    let several = viewer.memberships.len() > 1;
    let options = viewer.memberships.into_iter().map(move |membership| {
        view! {
            <option value=membership.tenant.to_string() selected=membership.tenant == here>
                {membership.tenant_name}
            </option>
        }
    });
    view! {
        <div class="menus">
            {if several {
                view! {
                    <select
                        class="workspace"
                        translate="no"
                        aria-label=t!("frame-workspace")
                        on:change:target=move |event| {
                            if let Ok(tenant) = event.target().value().parse() {
                                switch(switching, tenant);
                            }
                        }
                    >
                        {options.collect_view()}
                    </select>
                }
                    .into_any()
            } else {
                view! { <span class="workspace" translate="no">{viewer.tenant_name}</span> }.into_any()
            }}
            <details class="menu">
                <summary class="button button-quiet">
                    <icons::Person />
                    <span class="visually-hidden">{t!("nav-account")}</span>
                    <span class="menu-email" translate="no">{viewer.email}</span>
                </summary>
                <div class="menu-items">
                    <A href="/account">{t!("nav-account")}</A>
                    <A href="/members">{t!("nav-members")}</A>
                    {viewer.role.allows(Permission::AuditRead).then(|| view! { <A href="/audit">{t!("nav-audit")}</A> })}
                    <form method="post" action={SignOut::PATH}>
                        <button class="menu-item"><icons::SignOut />{t!("frame-sign-out")}</button>
                    </form>
                </div>
            </details>
        </div>
    }
}

#[component]
fn Navigation() -> impl IntoView {
    view! {
        <nav class="nav" aria-label=t!("frame-navigation")>
            <A href="/" exact=true><icons::Home /><span>{t!("nav-home")}</span></A>
            <A href="/designs"><icons::Picture /><span>{t!("nav-designs")}</span></A>
            <A href="/templates"><icons::Layers /><span>{t!("nav-templates")}</span></A>
            <A href="/renders"><icons::Grid /><span>{t!("nav-renders")}</span></A>
            <A href="/members"><icons::People /><span>{t!("nav-members")}</span></A>
        </nav>
    }
}

#[component]
fn ConnectionNote(connection: RwSignal<Connection>) -> impl IntoView {
    view! {
        <div role="status">
            {move || {
                let text = match connection.get() {
                    Connection::Good => return None,
                    Connection::ServerAway => t!("connection-server-away"),
                    Connection::DatabaseAway => t!("connection-database-away"),
                    Connection::Unheard(fault) => fault.text(),
                };
                Some(view! { <p class="note note-warning"><icons::Warning />{text}</p> })
            }}
        </div>
    }
}

#[component]
fn VerifyNote() -> impl IntoView {
    let send = Task::<()>::of_form::<SendVerification>();
    view! {
        <div class="note">
            <icons::Mail />
            <span>{t!("verify-note")}</span>
            <TaskForm task=send to=SendVerification::PATH>
                <button class="link">{t!("verify-again")}</button>
            </TaskForm>
            <span role="status">
                {move || send.fault().map(|fault| fault.text()).or_else(|| send.is_done().then(|| t!("verify-sent")))}
            </span>
        </div>
    }
}
