//! Connections: taken from the socket, kept within limits of number and time, and let go when the server stops.
//!
//! warp's own server has no time-outs and no bound on connections, so its service is run here on hyper. HTTP/1.1 only:
//! whoever wants more puts a proxy in front, which has to be there for TLS anyway. Knows nothing of what is asked.

use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use warp::filters::BoxedFilter;

use crate::server::exchange::Peer;
use crate::server::metrics::Metrics;

/// How many connections may be open and how long each may take over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections open at once; the next one waits to be taken.
    pub connections_max: usize,
    /// For how long a client may take over the head of a request, and a kept connection may stay silent.
    pub header_time_max: Duration,
    /// Longest head of a request, in bytes.
    pub header_bytes_max: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { connections_max: 1024, header_time_max: Duration::from_secs(10), header_bytes_max: 16 * 1024 }
    }
}

/// How long to wait before the next try when no connection could be taken, for want of file handles say.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// How long requests in flight may take after the server was told to stop.
const STOP_AFTER: Duration = Duration::from_secs(10);

/// Serves until `stopping` is done, then lets requests in flight end.
pub(super) async fn serve(
    listener: TcpListener,
    routes: BoxedFilter<(warp::reply::Response,)>,
    limits: ConnectionLimits,
    metrics: &Metrics,
    stopping: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_time_max)
        .max_buf_size(limits.header_bytes_max)
        .keep_alive(true);
    let mut stopping = std::pin::pin!(stopping);
    loop {
        let accepted = async {
            // Never closed.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stopping => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            }
        };
        // An answer is written in one go: to wait for more of it only makes it late.
        let _ = stream.set_nodelay(true);
        let routes = TowerToHyperService::new(warp::service(routes.clone()));
        let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Peer(address.ip()));
            hyper::service::Service::call(&routes, request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        let (metrics, open) = (metrics.clone(), metrics.connection());
        tokio::spawn(async move {
            let (_place, _open) = (place, open);
            if let Err(error) = connection.await {
                metrics.connection_failed(reason(&error));
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(STOP_AFTER, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still in flight and were cut off");
    }
}

/// Why a connection failed, in a word.
fn reason(error: &hyper::Error) -> &'static str {
    match error {
        error if error.is_timeout() => "timeout",
        error if error.is_parse_too_large() => "headers",
        error if error.is_parse() => "malformed",
        error if error.is_incomplete_message() || error.is_canceled() || error.is_closed() => "closed",
        _ => "other",
    }
}
