//! The HTTP server: the page and the API over whatever index it is handed. The only room that names warp.
//!
//! Takes a listener and the engines, so that it needs no fixed port and cannot name an engine. Searches block, so
//! they run off the async threads, no more at a time than there is room for.

mod access;
mod asked;
mod body;
mod caching;
mod connections;
mod cors;
mod exchange;
mod guard;
mod handlers;
mod headers;
mod limits;
mod openapi;
mod operation;
mod pool;
mod problem;
mod rate;
mod reply;
mod routes;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::Engines;
use crate::render::public_url::PublicUrl;
use crate::search;

pub use access::{Access, Network, NetworkError};
pub use asked::Peer;
pub use cors::{Origin, OriginError};
pub use exchange::routes;
pub use guard::Guard;
pub use limits::Limits;
pub use rate::Rate;

/// What the operator set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where people reach the server: for links that leave it, as in a feed.
    pub public_url: PublicUrl,
    /// Who may ask, and how often.
    pub access: Access,
    /// How much is taken from clients.
    pub limits: Limits,
}

impl Settings {
    /// The usual limits; anybody may ask.
    pub fn new(public_url: PublicUrl) -> Self {
        Self { public_url, access: Access::default(), limits: Limits::default() }
    }
}

/// How often a running server looks for a new generation.
const REOPEN_EVERY: Duration = Duration::from_millis(500);

/// Serves until the process is told to stop (Ctrl-C or SIGTERM), then lets requests in flight end.
pub async fn run(listener: TcpListener, engines: Arc<dyn Engines>, settings: Settings) -> std::io::Result<()> {
    serve(listener, engines, settings, async {
        stop_signal().await;
        tracing::info!("stopping");
    })
    .await
}

/// Serves until `stopping` is done, then lets requests in flight end.
pub async fn serve(
    listener: TcpListener,
    engines: Arc<dyn Engines>,
    settings: Settings,
    stopping: impl Future<Output = ()>,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    warm(Arc::clone(&engines));
    let follower = tokio::spawn(follow(Arc::clone(&engines)));
    let routes = routes(engines, Guard::of(&settings.limits), settings.clone());
    connections::serve(listener, routes, &settings, stopping).await;
    follower.abort();
    Ok(())
}

/// Opens each new generation as it goes live.
async fn follow(engines: Arc<dyn Engines>) {
    let mut failing = false;
    loop {
        tokio::time::sleep(REOPEN_EVERY).await;
        let (engines, following) = (Arc::clone(&engines), Arc::clone(&engines));
        match tokio::task::spawn_blocking(move || engines.reopen()).await {
            Ok(Ok(changed)) => {
                failing = false;
                if changed {
                    tracing::info!("a new generation is live");
                    warm(following);
                }
            }
            Ok(Err(error)) if !failing => {
                failing = true;
                tracing::error!(%error, "the new generation cannot be opened; the old one goes on answering");
            }
            _ => {}
        }
    }
}

/// Makes a generation ready beside the first requests, which need not wait for it.
fn warm(engines: Arc<dyn Engines>) {
    tokio::task::spawn_blocking(move || {
        if let Err(error) = engines.searcher().and_then(|searcher| search::warm(&*searcher)) {
            tracing::warn!(%error, "the index could not be made ready ahead of the first question");
        }
    });
}

async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without a handler there is nothing to wait for but the end of the process.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
