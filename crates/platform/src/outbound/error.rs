//! What can happen to a call.

use std::{error::Error, time::Duration};

use super::guard::Refusal;

/// Where a call was when its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was sent.
    Connecting,
    /// The request may have been carried out.
    Answering,
}

/// A call that brought no answer. An answer with whatever status is none of these.
///
/// No text or cause has an address in it, because parts of addresses can be secret.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    #[error("{service}: no client can be made")]
    Client {
        service: &'static str,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("{service}: the request cannot be sent as it is")]
    Request {
        service: &'static str,
        #[source]
        source: reqwest::Error,
    },
    #[error("{service}: the address is not called: {reason}")]
    Forbidden { service: &'static str, reason: Refusal },
    #[error("{service} cannot be reached")]
    Unreachable {
        service: &'static str,
        #[source]
        source: reqwest::Error,
    },
    #[error("{service}: {} within {after:?}", match stage {
        Stage::Connecting => "no connection",
        Stage::Answering => "no whole answer",
    })]
    TimedOut { service: &'static str, stage: Stage, after: Duration },
    #[error("{service} broke off or garbled its answer")]
    BrokenOff {
        service: &'static str,
        #[source]
        source: reqwest::Error,
    },
    #[error("{service}: the answer has {size} bytes or more, and {limit} are taken")]
    TooLarge { service: &'static str, size: u64, limit: u64 },
    #[error("{service}: more than {limit} redirects, or one that leads nowhere")]
    Redirects { service: &'static str, limit: u8 },
}

impl OutboundError {
    pub fn service(&self) -> &'static str {
        match self {
            Self::Client { service, .. }
            | Self::Request { service, .. }
            | Self::Forbidden { service, .. }
            | Self::Unreachable { service, .. }
            | Self::TimedOut { service, .. }
            | Self::BrokenOff { service, .. }
            | Self::TooLarge { service, .. }
            | Self::Redirects { service, .. } => service,
        }
    }

    /// Whether the same call may succeed later. Whether it may be made twice depends on the request.
    pub fn may_be_tried_again(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. } | Self::BrokenOff { .. })
    }

    /// The time of the whole try was over.
    pub(super) fn of_time(service: &'static str, times: Times) -> Self {
        Self::TimedOut { service, stage: Stage::Answering, after: times.total }
    }

    pub(super) fn of(service: &'static str, source: reqwest::Error, times: Times) -> Self {
        let source = source.without_url();
        if let Some(reason) = refusal(&source) {
            return Self::Forbidden { service, reason };
        }
        match (source.is_connect(), source.is_timeout()) {
            (true, true) => Self::TimedOut { service, stage: Stage::Connecting, after: times.connect },
            (true, false) => Self::Unreachable { service, source },
            (false, true) => Self::of_time(service, times),
            (false, false) if source.is_builder() => Self::Request { service, source },
            (false, false) => Self::BrokenOff { service, source },
        }
    }
}

/// The times that one try has.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) connect: Duration,
    pub(super) total: Duration,
}

/// What the resolver said, somewhere below.
fn refusal(error: &reqwest::Error) -> Option<Refusal> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(refusal) = cause.downcast_ref::<Refusal>() {
            return Some(*refusal);
        }
        source = cause.source();
    }
    None
}
