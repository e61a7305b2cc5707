//! Which engine keeps the index of a command: the folder of `--index`, or the cluster of `--engine`. Built here and nowhere else.

use std::sync::Arc;

use anyhow::{Context, bail};

use crate::cli::args::{Common, Given};
use crate::cli::{credentials, output};
use crate::engine::embedded::EmbeddedEngines;
use crate::engine::keeper::Keeper;
use crate::engine::opensearch::OpenSearchEngines;
use crate::engine::opensearch::address::Address;
use crate::engine::opensearch::mapping::Layout;

/// The index that was meant, for those who make no new generation.
pub(super) fn engines(common: &Common) -> anyhow::Result<Arc<dyn Keeper>> {
    engines_laid_out(common, Layout::default())
}

/// The index that was meant: of two that were named, the flag wins over the environment, and two in the same way are wrong use. On
/// a cluster new generations are spread as `layout` says.
pub(super) fn engines_laid_out(common: &Common, layout: Layout) -> anyhow::Result<Arc<dyn Keeper>> {
    let Some(address) = &common.engine else { return Ok(folder(common)) };
    match (common.given.engine, common.given.index) {
        (Given::Flag, Given::Flag) => bail!("--engine and --index name two places for one index; keep one of them"),
        (Given::Environment, Given::Environment) => {
            bail!(
                "DOSSIER_ENGINE and DOSSIER_INDEX name two places for one index; keep one of them, or say --engine or --index"
            )
        }
        (Given::Environment, Given::Flag) => Ok(folder(common)),
        _ => cluster(address, layout),
    }
}

/// Both: the index in the folder, and the one on the cluster.
pub(super) fn both(common: &Common) -> anyhow::Result<[Arc<dyn Keeper>; 2]> {
    let address = common.engine.as_ref();
    let address =
        address.context("two engines are compared: name the cluster with --engine, as https://host:9200/name")?;
    Ok([folder(common), cluster(address, Layout::default())?])
}

fn folder(common: &Common) -> Arc<dyn Keeper> {
    Arc::new(EmbeddedEngines::new(common.index.clone()))
}

fn cluster(address: &str, layout: Layout) -> anyhow::Result<Arc<dyn Keeper>> {
    let (credentials, warning) = credentials::read(&|name| std::env::var_os(name))?;
    if let Some(warning) = warning {
        output::complain(&warning);
    }
    let signed = credentials.user.is_some();
    let address = Address::parse(address, credentials)?;
    if signed && address.nodes.iter().any(|node| node.scheme() == "http") {
        let user = credentials::USER;
        output::complain(&format!(
            "warning: the address of the engine begins with http://, so the password of {user} is sent in clear"
        ));
    }
    Ok(Arc::new(OpenSearchEngines::new(address, layout)?))
}
