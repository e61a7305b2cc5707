//! `dossier serve`: the index if there is none, then the server until it is told to stop.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;

use crate::cli::args::{Common, ServeCommand};
use crate::cli::{DONE, index, output};
use crate::engine::embedded::EmbeddedEngines;
use crate::engine::{EngineError, Engines};
use crate::reindex::Order;
use crate::reindex::tasks::Tasks;
use crate::reindex::watch::keep_up;
use crate::server::{Reindexing, Settings, Token, exposed};

/// How long a reindex under way may take to stop when the server ends.
const STOP_AFTER: Duration = Duration::from_secs(10);

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
    let engines = Arc::new(EmbeddedEngines::new(common.index.clone()));
    let settings = common.settings(command.taxonomy.as_ref());
    if let Err(EngineError::Missing(_)) = engines.searcher() {
        output::complain(&format!("building the index of {} ...", settings.corpus.display()));
        let (report, _) = index::build(&settings, Order::update(false), &*engines)?;
        output::complain(&format!(
            "{} articles, {} in quarantine (`dossier status` lists them)",
            report.documents,
            report.quarantined.len()
        ));
    }
    let searcher = engines.searcher()?;
    output::write(&format!("{} articles on http://{address}/ (Ctrl-C stops)", searcher.stats()?.documents))?;
    drop(searcher);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let tasks = Tasks::new(settings.clone(), Arc::clone(&engines) as Arc<dyn Engines>);
    let stop = Arc::new(AtomicBool::new(false));
    if command.watch {
        let (tasks, stop) = (tasks.clone(), Arc::clone(&stop));
        std::thread::Builder::new().name("watch".into()).spawn(move || keep_up(&tasks, &settings, &stop))?;
    }
    let reindexing = token.map(|token| Reindexing { token, tasks: tasks.clone() });
    let ended = runtime.block_on(crate::server::run(listener, engines, Settings { public_url, reindexing }));
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
