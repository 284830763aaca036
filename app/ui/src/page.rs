//! The workspace that this page shows. Sessions move from one workspace to another, in another tab too; a page says
//! with everything it asks for which one it shows, and the server refuses what was meant for another.

use std::{future::Future, pin::Pin};

use domain::{Problem, ProblemKind, TenantId};
use http::Method;
use leptos::{
    prelude::*,
    server_fn::{
        Bytes, ContentType, Protocol,
        client::{Client, browser::BrowserClient},
        codec::{Encoding, FromReq, IntoRes, Json, PostUrl},
        error::ServerFnErrorErr,
        redirect::call_redirect_hook,
        request::{ClientReq, browser::BrowserRequest},
        response::{ClientRes, browser::BrowserResponse},
        server::Server,
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::Fault;

/// The header of requests, and the field of forms that are sent before the page is alive.
pub const WORKSPACE: &str = "x-workspace";

thread_local! {
    /// One to a document: another workspace is another document.
    static SHOWN: std::cell::Cell<Option<TenantId>> = const { std::cell::Cell::new(None) };
}

/// The page begins to show a workspace, or none.
pub fn show(tenant: Option<TenantId>) {
    SHOWN.set(tenant);
}

/// What a request of this page says, where it shows a workspace.
pub fn shown() -> Option<String> {
    SHOWN.get().map(|tenant| tenant.to_string())
}

/// Sends every server function's request, with the workspace that the page shows.
pub struct PageClient;

impl Client<Fault> for PageClient {
    type Request = BrowserRequest;
    type Response = BrowserResponse;

    fn send(request: BrowserRequest) -> impl Future<Output = Result<BrowserResponse, Fault>> + Send {
        if let Some(tenant) = shown() {
            request.headers().set(WORKSPACE, &tenant);
        }
        <BrowserClient as Client<Fault>>::send(request)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (
                impl futures::Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                impl futures::Sink<Bytes> + Send + 'static,
            ),
            Fault,
        >,
    > + Send {
        <BrowserClient as Client<Fault>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<Fault>>::spawn(future);
    }
}

/// How server functions are called: with a form, or with JSON, and answered as JSON. It does what Leptos' own protocol does, but what is the same
/// for all functions is one function here, where that is compiled anew for each.
pub struct Rpc<In = PostUrl>(std::marker::PhantomData<In>);

/// The arguments of a server function in writing.
pub trait Writing: Encoding {
    fn write(arguments: &impl Serialize) -> Result<String, Fault>;
}

impl Writing for PostUrl {
    fn write(arguments: &impl Serialize) -> Result<String, Fault> {
        serde_qs::to_string(arguments).map_err(|error| unreadable(&error))
    }
}

impl Writing for Json {
    fn write(arguments: &impl Serialize) -> Result<String, Fault> {
        serde_json::to_string(arguments).map_err(|error| unreadable(&error))
    }
}

impl<In, Input, Output, S> Protocol<Input, Output, PageClient, S, Fault> for Rpc<In>
where
    In: Writing,
    Input: Serialize + FromReq<In, S::Request, Fault> + Send,
    Output: DeserializeOwned + IntoRes<Json, S::Response, Fault> + Send,
    S: Server<Fault>,
{
    const METHOD: Method = In::METHOD;

    async fn run_server<F, Fut>(request: S::Request, function: F) -> Result<S::Response, Fault>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, Fault>> + Send,
    {
        // Whatever it is that cannot be read, whoever sent it has to send it otherwise.
        let input =
            Input::from_req(request).await.map_err(|_| Fault(Problem::new(ProblemKind::Malformed, "error-form")))?;
        let output = function(input).await?;
        output.into_res().await
    }

    async fn run_client(path: &str, input: Input) -> Result<Output, Fault> {
        read(&send(path.to_owned(), In::CONTENT_TYPE, In::write(&input)?).await?)
    }
}

/// Calls a server function with the fields of a form.
pub async fn call(path: String, fields: String) -> Result<String, Fault> {
    send(path, PostUrl::CONTENT_TYPE, fields).await
}

/// Reads an answer; from text, as what the server has put into the page is read, so that it is the same code.
pub fn read<T: DeserializeOwned>(answer: &str) -> Result<T, Fault> {
    serde_json::from_str(answer).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::fmt::Display) -> Fault {
    Fault::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string()))
}

/// Sends arguments to a server function and returns the text of its answer.
fn send(
    path: String,
    content_type: &'static str,
    body: String,
) -> Pin<Box<dyn Future<Output = Result<String, Fault>> + Send>> {
    Box::pin(async move {
        let request: BrowserRequest = ClientReq::<Fault>::try_new_post(&path, content_type, Json::CONTENT_TYPE, body)?;
        let response = PageClient::send(request).await?;
        let status = ClientRes::<Fault>::status(&response);
        let redirect = (ClientRes::<Fault>::has_redirect(&response) || (300..400).contains(&status))
            .then(|| ClientRes::<Fault>::location(&response));
        let text: String = ClientRes::<Fault>::try_into_string(response).await?;
        if (400..600).contains(&status) {
            return Err(serde_json::from_str(&text).unwrap_or_else(|error| unreadable(&error)));
        }
        if let Some(address) = redirect {
            call_redirect_hook(&address);
        }
        Ok(text)
    })
}
