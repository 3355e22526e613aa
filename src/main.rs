//! The command line of stackproof.

use std::process::ExitCode;

fn main() -> ExitCode {
    stackproof::cli::main().into()
}
