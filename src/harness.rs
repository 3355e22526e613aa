//! Features as a test binary of somebody's own crate.
//!
//! `Cargo.toml` of the crate has `[[test]] name = "acceptance"` with `harness = false`, and `tests/acceptance.rs` is
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     stackproof::harness::main()
//! }
//! ```

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli;

/// Plays the features of every stack of `stackproof.toml`, strictly. A word on the command line, as in `cargo test
/// WORD`, leaves out the scenarios whose name does not have it; the flags of Rust's own test binaries are ignored.
pub fn main() -> ExitCode {
    let filter = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    cli::run(command_line(filter.as_deref()).into_iter().map(OsString::from)).into()
}

fn command_line(filter: Option<&str>) -> Vec<String> {
    let mut words = ["stackproof", "test", "--strict"].map(str::to_owned).to_vec();
    if let Some(filter) = filter {
        words.extend(["--allow-none".to_owned(), "--name".to_owned(), regex::escape(filter)]);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_part_of_a_name() {
        assert_eq!(command_line(None), ["stackproof", "test", "--strict"]);
        assert_eq!(command_line(Some("a.b")).last().map(String::as_str), Some(r"a\.b"));
    }
}
