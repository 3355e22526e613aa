//! The command line of stackproof.

use std::process::ExitCode;

fn main() -> ExitCode {
    stackproof::cli::run(std::env::args_os()).into()
}
