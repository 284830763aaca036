//! What happened, what to do: errors, notes, empty places.

use leptos::prelude::*;

use crate::error::Fault;

/// An error by itself, announced to screen readers.
#[component]
pub fn ErrorNote(#[prop(into)] fault: Signal<Option<Fault>>) -> impl IntoView {
    view! {
        <div role="alert" class="note-place">
            {move || fault.get().map(|fault| view! { <p class="note note-error">{fault.text()}</p> })}
        </div>
    }
}

/// Whatever a resource could not bring.
pub fn failed(fault: Fault) -> AnyView {
    view! { <p class="note note-error" role="alert">{fault.text()}</p> }.into_any()
}

/// A place with nothing in it yet: what it is for and how to begin.
#[component]
pub fn Empty(title: String, text: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

/// A labelled input with its own error below it.
#[component]
pub fn Field(
    label: String,
    name: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(optional)] hint: Option<String>,
    #[prop(into, optional)] value: Signal<String>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    #[prop(into, optional)] fault: Signal<Option<Fault>>,
) -> impl IntoView {
    let own = move || fault.get().filter(|fault| fault.is_at(name));
    let described = format!("{name}-note");
    let input = NodeRef::<leptos::html::Input>::new();
    // What was typed before the page came alive is taken over; from then on the input follows the signal. A `prop:value`
    // would write the signal's empty text over it.
    Effect::new(move |was_alive: Option<()>| {
        let (wanted, Some(input)) = (value.get(), input.get_untracked()) else { return };
        let typed = input.value();
        if was_alive.is_none() && !typed.is_empty() && typed != wanted {
            if let Some(on_input) = on_input {
                on_input.run(typed);
            }
        } else if typed != wanted {
            input.set_value(&wanted);
        }
    });
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                name=name
                type=kind
                required
                autocomplete=autocomplete
                autocapitalize="none"
                node_ref=input
                value=value.get_untracked()
                aria-describedby=described.clone()
                aria-invalid=move || own().map(|_| "true")
                on:input:target=move |event| {
                    if let Some(on_input) = on_input {
                        on_input.run(event.target().value());
                    }
                }
            />
            <span id=described class="field-note" class:field-error=move || own().is_some() aria-live="polite">
                {move || own().map(|fault| fault.text()).or_else(|| hint.clone())}
            </span>
        </label>
    }
}

/// A form's error, where it is about no particular input.
pub fn general(fault: Signal<Option<Fault>>, fields: &'static [&'static str]) -> Signal<Option<Fault>> {
    Signal::derive(move || fault.get().filter(|fault| !fields.iter().any(|field| fault.is_at(field))))
}
