//! `dossier show`.

use crate::cli::args::{Common, ShowCommand, ShowFormat};
use crate::cli::search::open;
use crate::cli::{DONE, NOTHING, output};
use crate::render::address::article_page;
use crate::render::citation::{Citation, CitationForm, citation};
use crate::render::{json, markdown, terminal};
use crate::search::parameters::Parameters;
use crate::search::{article, dimensions};

pub(super) fn run(common: &Common, command: &ShowCommand) -> anyhow::Result<u8> {
    let searcher = open(common)?;
    let Some(article) = article(&*searcher, &command.id, &Parameters::of_text(&command.highlight))? else {
        output::complain(&format!("there is no article `{}`; `dossier search --format ids` lists the ids", command.id));
        return Ok(NOTHING);
    };
    let dimensions = dimensions(&*searcher);
    let page = command.public_url.as_ref().map(|public| public.absolute(&article_page(&command.id)));
    let cited = Citation { document: &article.document, page: page.as_deref(), accessed: command.accessed };
    match command.format {
        ShowFormat::Text => output::write(&terminal::article(&article, &dimensions, output::style(common)))?,
        ShowFormat::Json => output::write_json(&json::article(&article, &command.highlight, &dimensions))?,
        ShowFormat::Bibtex => output::write(&citation(&cited, CitationForm::Bibtex))?,
        ShowFormat::Ris => output::write(&citation(&cited, CitationForm::Ris))?,
        ShowFormat::CslJson => output::write(&citation(&cited, CitationForm::CslJson))?,
        ShowFormat::Markdown => output::write(&markdown::article(&article.document, &dimensions)?)?,
    }
    Ok(DONE)
}
