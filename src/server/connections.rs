//! Connections: taken from the socket, kept within limits of number and time, and let go when the server stops.
//!
//! warp's own server has no time-outs and no bound on connections, so its service is run here on hyper. HTTP/1.1 only:
//! whoever wants more puts a proxy in front, which has to be there for TLS anyway. Knows nothing of what is asked.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use warp::filters::BoxedFilter;

use crate::server::Settings;
use crate::server::asked::Peer;
use crate::server::metrics::Metrics;

/// How long to wait before the next try when no connection could be taken, for want of file handles say.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// How long requests in flight may take after the server was told to stop.
const STOP_AFTER: Duration = Duration::from_secs(10);

/// Serves until `stopping` is done, then lets requests in flight end.
pub(super) async fn serve(
    listener: TcpListener,
    routes: BoxedFilter<(warp::reply::Response,)>,
    settings: &Settings,
    metrics: &Metrics,
    stopping: impl Future<Output = ()>,
) {
    let limits = &settings.limits;
    let places = Arc::new(Semaphore::new(limits.connections));
    let addresses = Addresses::default();
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.head_bytes())
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
                metrics.connection_failed("untaken");
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            }
        };
        let address = address.ip().to_canonical();
        let is_free =
            limits.connections_per_address == 0 || address.is_loopback() || settings.access.is_trusted(address);
        let most = if is_free { usize::MAX } else { limits.connections_per_address };
        let Some(seat) = addresses.seat(address, most) else {
            metrics.connection_failed("crowded");
            tracing::debug!("too many connections of one address");
            continue;
        };
        let routes = TowerToHyperService::new(warp::service(routes.clone()));
        let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Peer(address));
            hyper::service::Service::call(&routes, request)
        });
        let stream = Box::pin(timed(stream, limits.stalled_time));
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        let (metrics, open) = (metrics.clone(), metrics.connection());
        tokio::spawn(async move {
            let _taken = (place, seat, open);
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

/// A connection that is cut when the other end takes nothing for so long.
fn timed(stream: TcpStream, stalled: Duration) -> TimeoutStream<TcpStream> {
    // An answer is written in one go: to wait for more of it only makes it late.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(stalled));
    stream
}

/// How many connections each address has open; those that have none are not in it.
#[derive(Debug, Clone, Default)]
struct Addresses(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Addresses {
    /// One more connection of an address, if it has fewer than `most`.
    fn seat(&self, address: IpAddr, most: usize) -> Option<Seat> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { addresses: self.clone(), address })
    }
}

/// A connection of an address, counted until it is dropped.
#[derive(Debug)]
struct Seat {
    addresses: Addresses,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = open.get_mut(&self.address).map_or(0, |count| {
            *count -= 1;
            *count
        });
        if left == 0 {
            open.remove(&self.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_connections_and_gives_them_back() {
        let addresses = Addresses::default();
        let [one, other]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse().unwrap());
        let seats: Vec<_> = (0..3).map(|_| addresses.seat(one, 3)).collect();
        assert!(seats.iter().all(Option::is_some));
        assert!(addresses.seat(one, 3).is_none() && addresses.seat(other, 3).is_some());
        drop(seats);
        assert!(addresses.seat(one, 3).is_some());
        assert!(addresses.0.lock().unwrap().is_empty());
    }
}
