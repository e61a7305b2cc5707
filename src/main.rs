//! The binary: hands the command line to the library and its exit code to the system. Nothing else lives here.

fn main() -> std::process::ExitCode {
    dossier::cli::run(std::env::args_os())
}
