//! All hits of a search, streamed as they are made, and the manifest of that.

use crate::render::address::Address;
use crate::search::export::Export;
use crate::search::export::parameters::ExportParameters;
use crate::server::handlers::{Outcome, named, open};
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::{Context, Request};

/// `GET /api/v1/export`
pub(in crate::server) fn export(context: &Context, request: &Request) -> Outcome {
    let export = prepare(context, request)?;
    let form = export.parameters().form;
    let (articles, generation) = (export.articles().to_string(), export.generation().to_owned());
    let manifest = format!("<{}>; rel=\"describedby\"", address("/api/v1/export/manifest", &export.address()));
    let name = format!("dossier-{generation}");
    // What is made after the head has gone out can only be broken off, which the error does.
    let reply = Reply::stream(form.media_type(), Box::new(move |send| export.write(send).map(drop)));
    let reply = reply.with("dossier-articles", articles).with("dossier-generation", generation).with("link", manifest);
    Ok(named(reply, "attachment", &name, form.file_ending()))
}

/// `GET /api/v1/export/manifest`
pub(in crate::server) fn manifest(context: &Context, request: &Request) -> Outcome {
    let export = prepare(context, request)?;
    let made_by = context.settings.public_url.absolute(&address("/api/v1/export", &export.address()));
    let written = export.write(&mut |_| true).map_err(|error| Problem::engine(&error))?;
    Reply::json(&export.manifest(&written, &made_by))
}

fn prepare(context: &Context, request: &Request) -> Result<Export, Problem> {
    let searcher = open(context)?;
    let parameters = ExportParameters::read(&*searcher, &request.pairs).map_err(Problem::export)?;
    let public_url = Some(context.settings.public_url.clone());
    Export::new(searcher, parameters, public_url).map_err(|error| Problem::engine(&error))
}

fn address(path: &str, parameters: &Address) -> String {
    path.to_owned() + &parameters.link()
}
