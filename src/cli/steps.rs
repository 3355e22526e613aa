//! `stackproof steps`.

use std::io::Write;

use clap::Args;
use miette::miette;

use super::Failure;
use crate::acceptance::vocabulary;
use crate::exit::Exit;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only what mentions this word
    #[arg(value_name = "WORD")]
    word: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Prints the vocabulary.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let word = arguments.word.as_deref();
    let (introduction, entries) = (vocabulary::introduction(word), vocabulary::entries(word));
    if let (true, true, Some(word)) = (introduction.is_empty(), entries.is_empty(), word) {
        let hint = "`stackproof steps` prints all of them";
        return Err(Failure::usage(miette!(help = hint, "no sentence mentions `{word}`")));
    }
    let text = match arguments.json {
        true => serde_json::to_string_pretty(&entries).map_err(|e| Failure::usage(miette!("{e}")))? + "\n",
        false => {
            let paragraphs: String =
                introduction.iter().map(|paragraph| format!("{paragraph}\n\n")).collect();
            paragraphs + &vocabulary::text(&entries)
        }
    };
    // A reader that has seen enough is no error.
    drop(std::io::stdout().write_all(text.as_bytes()));
    Ok(Exit::Passed)
}
