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
mod journal;
mod limits;
mod metrics;
mod openapi;
mod operation;
mod pool;
mod problem;
mod rate;
mod reply;
mod request_id;
mod routes;
mod token;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::engine::{EngineError, Engines};
use crate::reindex::tasks::Tasks;
use crate::render::public_url::PublicUrl;
use crate::search;
use crate::server::routes::Context;

pub use access::{Access, Network, NetworkError};
pub use asked::Peer;
pub use cors::{Origin, OriginError};
pub use exchange::routes;
pub use guard::Guard;
pub use journal::LogSettings;
pub use limits::Limits;
pub use rate::Rate;
pub use token::{Token, TokenError, exposed};

/// What the operator set.
#[derive(Clone)]
pub struct Settings {
    /// Where people reach the server: for links that leave it, as in a feed.
    pub public_url: PublicUrl,
    /// Who may ask, and how often.
    pub access: Access,
    /// How much is taken from clients.
    pub limits: Limits,
    /// What is logged of requests.
    pub log: LogSettings,
    /// What the server needs to write the index; `None` where it never does.
    pub reindexing: Option<Reindexing>,
}

impl Settings {
    /// The usual limits; anybody may ask, and nobody may write.
    pub fn new(public_url: PublicUrl) -> Self {
        let (access, limits, log) = (Access::default(), Limits::default(), LogSettings::default());
        Self { public_url, access, limits, log, reindexing: None }
    }
}

/// What a server needs to write the index when it is asked to.
#[derive(Clone)]
pub struct Reindexing {
    /// Who brings this may ask over HTTP; without one nobody may.
    pub token: Option<Arc<Token>>,
    /// What was asked, by requests or by a watch.
    pub tasks: Tasks,
}

/// How often a running server looks for a new generation.
const REOPEN_EVERY: Duration = Duration::from_millis(500);

/// Serves until the process is told to stop (Ctrl-C or SIGTERM), then lets requests in flight end.
pub async fn run(listener: TcpListener, engines: Arc<dyn Engines>, settings: Settings) -> std::io::Result<()> {
    serve(listener, engines, settings, stop_signal()).await
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
    let context = Context::new(engines, settings.clone());
    let (journal, stopping_said) = (Arc::clone(&context.journal), Arc::clone(&context.stopping));
    // Whoever starts a server has opened the index already.
    let live = context.engines.searcher().ok().map(|searcher| searcher.generation().to_owned());
    if live.is_some() {
        journal.metrics.opened();
    }
    warm(Arc::clone(&context.engines));
    let follower = tokio::spawn(follow(context.clone(), live));
    let routes = exchange::routes_in(context, Guard::of(&settings.limits));
    connections::serve(listener, routes, &settings, &journal.metrics, async {
        stopping.await;
        stopping_said.store(true, Ordering::Relaxed);
        tracing::info!("stopping");
    })
    .await;
    follower.abort();
    journal.tell_last_refusals();
    tracing::info!("stopped");
    Ok(())
}

/// Opens each new generation as it goes live, and tells what was turned away.
async fn follow(context: Context, live: Option<String>) {
    let Context { engines, journal, .. } = context;
    let mut failing = false;
    let mut live = live;
    loop {
        tokio::time::sleep(REOPEN_EVERY).await;
        journal.tell_refusals();
        let engines = Arc::clone(&engines);
        // A task of this server opens what it made itself, so that what changed is told by the name.
        let reopened = move || {
            engines.reopen(&search::make_ready)?;
            Ok::<_, EngineError>(engines.searcher()?.generation().to_owned())
        };
        match tokio::task::spawn_blocking(reopened).await {
            Ok(Ok(generation)) => {
                if std::mem::take(&mut failing) {
                    tracing::info!(generation, "the live generation can be opened again");
                }
                if live.as_ref() != Some(&generation) {
                    journal.metrics.opened();
                    tracing::info!(generation, "a new generation is live");
                    live = Some(generation);
                }
            }
            Ok(Err(error)) => {
                journal.metrics.not_opened();
                if !failing {
                    failing = true;
                    tracing::error!(%error, "the live generation cannot be opened; the one opened before goes on answering, as far as it can be reached");
                }
            }
            // A panic, of which its own message tells.
            Err(_) => journal.metrics.not_opened(),
        }
    }
}

/// Makes a generation ready beside the first requests, which need not wait for it.
fn warm(engines: Arc<dyn Engines>) {
    tokio::task::spawn_blocking(move || match engines.searcher() {
        Ok(searcher) => search::make_ready(&*searcher),
        Err(error) => tracing::warn!(%error, "there is no index to be made ready"),
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
