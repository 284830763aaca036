//! The page around the page, which the server alone writes.

use std::{collections::HashMap, io, path::Path, sync::Arc};

use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;
use serde::Deserialize;
use ui::i18n;

use crate::{App, parts::Part};

/// Scripts and styles only of our own, inline ones only with this answer's nonce.
fn set_content_security_policy() {
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
        img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'self'; \
        form-action 'self'; frame-ancestors 'none'"
    );
    if let (Some(options), Ok(policy)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&policy)) {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        options.insert_header(HeaderName::from_static("cache-control"), HeaderValue::from_static("no-store"));
    }
}

/// The files of the parts, as tools/bundle lists them. Without a list the browser asks for them later, when it has come so far.
#[derive(Clone, Default)]
pub struct PartFiles(Arc<HashMap<String, Files>>);

#[derive(Clone, Deserialize)]
struct Files {
    code: String,
    style: Option<String>,
}

impl PartFiles {
    /// Reads the list of a site.
    ///
    /// # Errors
    /// There is a list that cannot be read.
    pub fn read(site: &Path) -> io::Result<Self> {
        match std::fs::read(site.join("pkg/parts.json")) {
            Ok(list) => Ok(Self(Arc::new(serde_json::from_slice(&list)?))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// What the page of this request is made of, with the addresses.
    fn of_this_page(&self) -> Option<Files> {
        let part = Part::at(use_context::<Parts>()?.uri.path())?;
        let Files { code, style } = self.0.get(part.name())?;
        let address = |file: &String| format!("/pkg/{file}");
        Some(Files { code: address(code), style: style.as_ref().map(address) })
    }
}

pub fn shell(options: LeptosOptions, parts: &PartFiles) -> impl IntoView + use<> {
    set_content_security_policy();
    let language = i18n::language();
    let (code, style) = parts.of_this_page().map_or((None, None), |Files { code, style }| (Some(code), style));
    view! {
        <!DOCTYPE html>
        <html lang=language.tag() dir=language.direction()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/icons/vitrine.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <HydrationScripts options />
                <link rel="modulepreload" href="/pkg/parts.js" />
                {code.map(|code| view! { <link rel="preload" r#as="fetch" crossorigin="" href=code /> })}
                <MetaTags />
                {style.map(|style| view! { <link rel="stylesheet" href=style /> })}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
