//! `dossier serve`: the index if there is none, then the server until it is told to stop.

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Context;

use crate::cli::args::{Common, ServeCommand};
use crate::cli::{DONE, index, output};
use crate::engine::embedded::EmbeddedEngines;
use crate::engine::{EngineError, Engines};
use crate::server::Settings;

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
    let engines = Arc::new(EmbeddedEngines::new(common.index.clone()));
    if let Err(EngineError::Missing(_)) = engines.searcher() {
        let settings = common.settings(command.taxonomy.as_ref());
        output::note(&format!("building the index of {} ...", settings.corpus.display()));
        let (report, _) = index::build(&settings, false)?;
        output::note(&format!(
            "{} articles, {} in quarantine (`dossier status` lists them)",
            report.documents,
            report.quarantined.len()
        ));
    }
    let searcher = engines.searcher()?;
    output::write(&format!("{} articles on http://{address}/ (Ctrl-C stops)", searcher.stats()?.documents))?;
    drop(searcher);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(crate::server::run(listener, engines, Settings { public_url, log: command.log() }));
    // A search that is still at work must not hold up the end.
    runtime.shutdown_background();
    ended?;
    Ok(DONE)
}
