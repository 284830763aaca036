//! Logs and metrics.

use std::{io::IsTerminal, sync::OnceLock};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::Logs;

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Seconds: from what a static file takes to what an upload of 100 MB may.
const DURATIONS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

pub fn start(logs: Logs) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx::postgres::notice=warn"));
    let logger = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match logs {
        Logs::Json => logger.json().flatten_event(true).init(),
        Logs::Pretty => logger.compact().with_target(false).with_ansi(std::io::stderr().is_terminal()).init(),
    }
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("seconds".into()), &DURATIONS);
    match builder.and_then(PrometheusBuilder::install_recorder) {
        Ok(handle) => {
            metrics::describe_gauge!("vitrine_jobs", "Jobs of all tenants by state, each counted to 10,000 at most.");
            drop(METRICS.set(handle));
        }
        Err(error) => tracing::error!(%error, "no metrics"),
    }
}

/// The metrics in Prometheus' text form.
pub fn metrics() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}
