//! A step of the language, as data: its sentence, what it is for, and what it does.

pub(crate) mod pattern;
pub(crate) mod who;
mod within;

use futures_util::future::BoxFuture;

use super::arguments::Arguments;
use super::error::StepError;
use super::options::OptionWord;
use super::world::World;
pub(crate) use pattern::{Capture, Captures, Pattern};
pub use who::{Modifier, Who, WhoName};
pub(crate) use within::{NoWithin, Within};

/// What a sentence is for. Gherkin's own keyword does not choose among sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keyword {
    /// It says what there is.
    Given,
    /// It makes a call.
    When,
    /// It says what came of it.
    Then,
    /// It says what there is, whenever it is asked and without changing anything: a `Then` that may be awaited.
    Fact,
}

impl Keyword {
    /// The word in a feature.
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "Given",
            Self::When => "When",
            Self::Then | Self::Fact => "Then",
        }
    }
}

/// What may stand under a sentence.
#[derive(Clone, Copy, Debug)]
pub enum Attachment {
    /// Nothing.
    Nothing,
    /// A table of two columns: words of a fixed list, and their values.
    Options(&'static [&'static [OptionWord]]),
    /// A table of two columns with words of the author's own.
    Table(Sample),
    /// A table of two columns in which `{…}` means another thing for each of the principals that the sentence names.
    Each(Sample),
    /// A docstring.
    Text(Sample),
    /// A docstring or a table of two columns.
    Either(Sample),
}

/// What stands under a sentence, in words and as an example.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// What it is.
    pub docs: &'static str,
    /// A row of the table, or the text between `"""`.
    pub example: &'static str,
    /// The media type of the text.
    pub media: &'static str,
}

impl Sample {
    /// What stands under a sentence, in words and as an example.
    pub const fn new(docs: &'static str, example: &'static str) -> Self {
        Self { docs, example, media: "json" }
    }

    /// The same of a text that is an HTTP request.
    pub const fn http(docs: &'static str, example: &'static str) -> Self {
        Self { docs, example, media: "http" }
    }
}

/// What a sentence does.
pub type Handler = for<'a> fn(&'a mut World, &'a Arguments) -> BoxFuture<'a, Result<(), StepError>>;

/// One sentence of the language.
#[derive(Debug)]
pub struct Sentence {
    /// What it is for.
    pub keyword: Keyword,
    /// The sentence in the notation of `sentence/pattern.rs`.
    pub pattern: &'static str,
    /// The sentence as a feature has it.
    pub example: &'static str,
    /// What it does, in a sentence or two.
    pub docs: &'static str,
    /// What may stand under it.
    pub attachment: Attachment,
    /// What it does.
    pub handler: Handler,
}
