//! `dossier serve`: the index if there is none, then the server until it is told to stop.

use std::net::TcpListener;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;

use crate::cli::args::{Common, ServeCommand};
use crate::cli::engines::engines_laid_out;
use crate::cli::{DONE, index, output};
use crate::engine::{EngineError, Engines};
use crate::reindex::Order;
use crate::reindex::tasks::Tasks;
use crate::reindex::watch::keep_up;
use crate::render::public_url::PublicUrl;
use crate::server::{Access, Limits, Rate, Reindexing, Settings, Token, exposed};

/// How long a reindex under way may take to stop when the server ends.
const STOP_AFTER: Duration = Duration::from_secs(10);
/// Requests a second that one address may make when nobody says.
const RATE_DEFAULT: u32 = 20;
/// How many seconds' worth of requests may come at once when nobody says.
const BURST_SECONDS: u32 = 5;
/// File handles that are kept for others than clients: the files of two generations, the log, what the runtime needs.
const FILES_BESIDE: usize = 256;

pub(super) fn run(common: &Common, command: &ServeCommand) -> anyhow::Result<u8> {
    // The port first: nobody wants to wait for an index to learn that the port is taken.
    let listener = TcpListener::bind(command.listen).with_context(|| {
        format!("cannot listen on {}; name a free address with --listen, such as 127.0.0.1:7272", command.listen)
    })?;
    let address = listener.local_addr()?;
    let public_url = match &command.public_url {
        Some(url) => url.clone(),
        None => format!("http://{address}").parse()?,
    };
    let token = command.token_file.as_deref().map(token).transpose()?;
    let engines: Arc<dyn Engines> = engines_laid_out(common, command.layout.layout())?;
    let folders = common.settings(command.taxonomy.as_ref());
    if let Err(EngineError::Missing(_)) = engines.searcher() {
        output::note(&format!("building the index of {} ...", folders.corpus.display()));
        let (report, _) = index::build(&folders, Order::update(false), &*engines)?;
        output::note(&format!(
            "{} articles, {} in quarantine (`dossier status` lists them)",
            report.documents,
            report.quarantined.len()
        ));
    }
    let searcher = engines.searcher()?;
    output::write(&format!("{} articles on http://{address}/ (Ctrl-C stops)", searcher.stats()?.documents))?;
    drop(searcher);
    if !address.ip().is_loopback() {
        output::note(&format!(
            "note: other machines can reach {address}; there is no TLS and no login here, so let nobody but a proxy that has \
             them reach it (docs/operations.md)"
        ));
    }
    let settings = settings(command, public_url, address.ip().is_loopback());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let tasks = Tasks::new(folders.clone(), Arc::clone(&engines));
    let stop = Arc::new(AtomicBool::new(false));
    if command.watch {
        let (tasks, stop) = (tasks.clone(), Arc::clone(&stop));
        std::thread::Builder::new().name("watch".into()).spawn(move || keep_up(&tasks, &folders, &stop))?;
    }
    let reindexing = Some(Reindexing { token, tasks: tasks.clone() });
    let ended = runtime.block_on(crate::server::run(listener, engines, Settings { reindexing, ..settings }));
    stop.store(true, Ordering::Relaxed);
    tasks.end(STOP_AFTER);
    // A search that is still at work must not hold up the end.
    runtime.shutdown_background();
    ended?;
    Ok(DONE)
}

/// The token in a file; says so when others may read it too.
fn token(file: &Path) -> anyhow::Result<Arc<Token>> {
    let token = Token::read(file)?;
    if let Some(warning) = exposed(file) {
        output::complain(&format!("warning: {warning}"));
    }
    Ok(Arc::new(token))
}

/// What the flags say; `only_local` if no other machine can reach the listener.
fn settings(command: &ServeCommand, public_url: PublicUrl, only_local: bool) -> Settings {
    let per_second = NonZeroU32::new(command.rate_limit.unwrap_or(RATE_DEFAULT));
    let rate = per_second.map(|per_second| Rate {
        per_second,
        burst: command
            .rate_burst
            .or(NonZeroU32::new(per_second.get().saturating_mul(BURST_SECONDS)))
            .unwrap_or(per_second),
        spares_loopback: command.rate_limit.is_none(),
    });
    let access =
        Access { only_local, rate, trusted_proxies: command.trusted_proxy.clone(), origins: command.cors.clone() };
    let limits = Limits { connections_per_address: command.connections_per_address, ..Limits::default() };
    let connections = connections(limits.connections);
    let limits = Limits { connections, ..limits };
    Settings { access, limits, log: command.log(), ..Settings::new(public_url) }
}

/// As many connections as are wanted, or as the system has file handles for: a server that has used up all of them can neither take
/// a connection nor open a new generation.
fn connections(wanted: usize) -> usize {
    let files = rlimit::increase_nofile_limit((wanted + FILES_BESIDE) as u64);
    // Where the system does not say, it is not asked for more either.
    let files = files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    let connections = wanted.min(files.saturating_sub(FILES_BESIDE)).max(1);
    if connections < wanted {
        tracing::warn!(
            files,
            connections,
            "few file handles are allowed (ulimit -n); fewer connections are taken at once"
        );
    }
    connections
}
