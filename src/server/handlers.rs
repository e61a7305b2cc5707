//! What each address answers: plain functions from a searcher and parameters to a reply, a room for each kind of
//! question. They block.

pub(super) mod article;
pub(super) mod citation;
pub(super) mod export;
pub(super) mod following;
pub(super) mod operations;
pub(super) mod overview;
pub(super) mod search;
pub(super) mod suggest;
pub(super) mod tasks;

use std::sync::Arc;

use crate::engine::Searcher;
use crate::search::parameters::Parameters;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Pairs};

type Outcome = Result<Reply, Problem>;

/// The searcher that an answer is made from: one alone.
fn open(context: &Context) -> Result<Arc<dyn Searcher>, Problem> {
    if let Some(pinned) = &context.pinned {
        return Ok(Arc::clone(pinned));
    }
    context.engines.searcher().map_err(|error| Problem::engine(&error))
}

/// With the name under which a browser is to keep what it gets. Ids and names of generations hold no character that a
/// header or a file's name could not.
fn named(reply: Reply, how: &str, name: &str, ending: &str) -> Reply {
    reply.with("content-disposition", format!("{how}; filename=\"{name}.{ending}\""))
}

fn read(searcher: &dyn Searcher, pairs: &Pairs) -> Result<Parameters, Problem> {
    Parameters::read(searcher, pairs).map_err(Problem::parameters)
}
