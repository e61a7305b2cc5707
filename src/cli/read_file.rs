//! `dossier read-file`: the other end of `ingest::isolation`, one file in a process of its own.

use std::io::{Write, stdin, stdout};

use crate::cli::DONE;
use crate::cli::args::ReadFileCommand;
use crate::ingest::isolation::child;

pub(super) fn run(command: &ReadFileCommand) -> anyhow::Result<u8> {
    let answer = child::answer(&command.path, stdin().lock())?;
    let mut out = stdout().lock();
    out.write_all(&answer)?;
    out.flush()?;
    Ok(DONE)
}
