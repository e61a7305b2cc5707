//! `dossier completions` and `dossier man`: made from the one definition of the command line.

use clap::CommandFactory;

use crate::cli::args::{Arguments, CompletionsCommand};
use crate::cli::{DONE, output};

pub(super) fn completions(command: &CompletionsCommand) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Arguments::command(), "dossier", &mut script);
    output::write(&String::from_utf8(script)?)?;
    Ok(DONE)
}

pub(super) fn man() -> anyhow::Result<u8> {
    let mut page = Vec::new();
    let mut root = Arguments::command();
    root.build();
    clap_mangen::Man::new(root.clone()).render(&mut page)?;
    for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
        clap_mangen::Man::new(command.clone()).render(&mut page)?;
    }
    output::write(&String::from_utf8(page)?)?;
    Ok(DONE)
}
