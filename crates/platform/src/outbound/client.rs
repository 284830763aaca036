//! The two kinds of client.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{
    Url,
    header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, TRANSFER_ENCODING, USER_AGENT},
};

use super::{
    Base, OutboundError, Refusal, Request, Resolver, Response, Retry, SystemResolver, Trusted,
    answer::{read_body, redirect},
    error::Times,
    guard::{Guard, Others, Way, leads_on},
    resolver::Connectable,
    watch,
};
use crate::http;

/// Headers that the client alone writes.
const OWN_HEADERS: [HeaderName; 5] = [HOST, USER_AGENT, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];

#[derive(Clone)]
pub struct Settings {
    /// To look a name up, connect and agree on TLS.
    pub connect_timeout: Duration,
    /// For one try, from the name to the last byte of the answer, with redirects.
    pub timeout: Duration,
    /// Bytes that the body of an answer may have.
    pub body_max: u64,
    pub retry: Retry,
    pub resolver: Arc<dyn Resolver>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            body_max: 8 * 1024 * 1024,
            retry: Retry::default(),
            resolver: Arc::new(SystemResolver),
        }
    }
}

/// A client for one service, which calls that service's addresses only. Its copies share connections.
#[derive(Clone)]
pub struct Known(Arc<Client>);

impl Known {
    /// `service` names it in errors and figures.
    ///
    /// # Errors
    /// [`OutboundError::Client`]
    pub fn new(
        service: &'static str,
        bases: Vec<Base>,
        trusted: Vec<Trusted>,
        settings: Settings,
    ) -> Result<Self, OutboundError> {
        Client::new(service, Guard { trusted, others: Others::Bases(bases) }, settings)
            .map(|client| Self(Arc::new(client)))
    }

    /// The service's answer, whatever its status: the last where the request was tried again.
    ///
    /// # Errors
    /// [`OutboundError`] of the last try.
    pub async fn send(&self, request: Request) -> Result<Response, OutboundError> {
        self.0.send(&request).await
    }
}

/// A client for addresses that users typed: names on the Internet, by HTTPS at port 443. Its copies share connections.
#[derive(Clone)]
pub struct Stranger(Arc<Client>);

impl Stranger {
    /// `service` names what is called in errors and figures, for instance `webhook`.
    ///
    /// # Errors
    /// [`OutboundError::Client`]
    pub fn new(service: &'static str, trusted: Vec<Trusted>, settings: Settings) -> Result<Self, OutboundError> {
        let guard = Guard { trusted, others: Others::AnyOnTheInternet };
        Client::new(service, guard, settings).map(|client| Self(Arc::new(client)))
    }

    /// Whether an address may be called as it stands, for a form that takes one. Where its name leads shows at each call.
    ///
    /// # Errors
    /// [`Refusal`]
    pub fn check(&self, url: &Url) -> Result<(), Refusal> {
        self.0.guard.way(url).map(|_| ())
    }

    /// As [`Known::send`].
    ///
    /// # Errors
    /// [`OutboundError`] of the last try.
    pub async fn send(&self, request: Request) -> Result<Response, OutboundError> {
        self.0.send(&request).await
    }
}

struct Client {
    service: &'static str,
    guard: Guard,
    settings: Settings,
    public: reqwest::Client,
    trusted: reqwest::Client,
}

impl Client {
    fn new(service: &'static str, guard: Guard, settings: Settings) -> Result<Self, OutboundError> {
        let build = |public_only| {
            let resolver = Connectable { resolver: Arc::clone(&settings.resolver), public_only };
            http_client(resolver, settings.connect_timeout).map_err(|source| OutboundError::Client { service, source })
        };
        Ok(Self { service, guard, public: build(true)?, trusted: build(false)?, settings })
    }

    async fn send(&self, request: &Request) -> Result<Response, OutboundError> {
        let retry = &self.settings.retry;
        let first = Instant::now();
        let left = || retry.deadline.saturating_sub(first.elapsed());
        let mut tries = 1;
        loop {
            let began = Instant::now();
            let total = self.settings.timeout.min(left());
            let result = self.try_once(request, total).await.map(|answer| Response { tries, ..answer });
            watch::record(self.service, request.method.as_str(), &result, began.elapsed());
            let Some(pause) = retry.next(request, tries, &result, left()) else { return result };
            tokio::time::sleep(pause).await;
            tries += 1;
        }
    }

    async fn try_once(&self, request: &Request, total: Duration) -> Result<Response, OutboundError> {
        let times = Times { connect: self.settings.connect_timeout, total };
        let over = |_| Err(OutboundError::of_time(self.service, times));
        tokio::time::timeout(total, self.walk(request, times)).await.unwrap_or_else(over)
    }

    /// One try, from redirect to redirect.
    async fn walk(&self, request: &Request, times: Times) -> Result<Response, OutboundError> {
        let mut url = request.url.clone();
        let mut at_home = true;
        let mut from = None;
        for hop in 0..=request.redirects {
            at_home &= url.origin() == request.url.origin();
            let forbidden = |reason| OutboundError::Forbidden { service: self.service, reason };
            let way = self.guard.way(&url).and_then(|way| leads_on(from.unwrap_or(way), way)).map_err(forbidden)?;
            from = Some(way);
            let mut answer = self.exchange(request, (&url, way), at_home, times).await?;
            if request.follows()
                && let Some(next) = redirect(&url, &answer)
            {
                let lost = OutboundError::Redirects { service: self.service, limit: request.redirects };
                url = next.ok().filter(|_| hop < request.redirects).ok_or(lost)?;
                continue;
            }
            let body = read_body(self.service, &mut answer, self.settings.body_max, times).await?;
            let headers = std::mem::take(answer.headers_mut());
            return Ok(Response { status: answer.status(), headers, body, tries: 1 });
        }
        Err(OutboundError::Redirects { service: self.service, limit: request.redirects })
    }

    /// Headers and body go along `at_home` only: before a redirect has led to another origin.
    async fn exchange(
        &self,
        request: &Request,
        (url, way): (&Url, Way),
        at_home: bool,
        times: Times,
    ) -> Result<reqwest::Response, OutboundError> {
        let client = match way {
            Way::Public => &self.public,
            Way::Trusted => &self.trusted,
        };
        let mut sending = client.request(request.method.clone(), url.clone());
        if at_home {
            sending = sending.headers(sendable(&request.headers));
        }
        if at_home && !request.body.is_empty() {
            sending = sending.body(request.body.clone());
        }
        sending.send().await.map_err(|error| OutboundError::of(self.service, error, times))
    }
}

fn sendable(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for own in OWN_HEADERS {
        headers.remove(own);
    }
    headers
}

fn http_client(resolver: Connectable, connect_timeout: Duration) -> Result<reqwest::Client, http::BuildError> {
    Ok(http::client()?.dns_resolver(Arc::new(resolver)).connect_timeout(connect_timeout).build()?)
}
