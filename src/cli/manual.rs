//! `dossier completions` and `dossier man`: made from the one definition of the command line.

use clap::{Command, CommandFactory};

use crate::cli::args::{Arguments, CompletionsCommand};
use crate::cli::{DONE, output};

pub(super) fn completions(command: &CompletionsCommand) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut for_people(), "dossier", &mut script);
    output::write(&String::from_utf8(script)?)?;
    Ok(DONE)
}

pub(super) fn man() -> anyhow::Result<u8> {
    let mut root = for_people();
    root.build();
    let source = format!("dossier {}", root.get_version().unwrap_or_default());
    let everywhere: Vec<String> = root
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .map(|argument| argument.get_id().to_string())
        .collect();
    let mut page = Vec::new();
    clap_mangen::Man::new(root.clone()).source(&source).render(&mut page)?;
    for command in root.get_subcommands() {
        // The first page says what holds everywhere.
        let own = everywhere.iter().fold(command.clone(), |own, flag| own.mut_arg(flag, |flag| flag.hide(true)));
        clap_mangen::Man::new(own).source(&source).render(&mut page)?;
    }
    output::write(&String::from_utf8(page)?)?;
    Ok(DONE)
}

/// The command line without the commands that only the program itself uses: neither a page nor a shell should offer them.
fn for_people() -> Command {
    let all = Arguments::command();
    let shown: Vec<Command> = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect();
    Command::new("dossier")
        .version(all.get_version().unwrap_or_default().to_owned())
        .about(all.get_about().cloned().unwrap_or_default())
        .before_help(all.get_before_help().cloned().unwrap_or_default())
        .args(all.get_arguments().cloned())
        .subcommands(shown)
        .subcommand_required(true)
        .disable_help_subcommand(true)
}
