//! What can be wrong with `stackproof.toml`.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};

/// A configuration that cannot be used. The place is shown where there is one.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("`{file}` cannot be read: {reason}")]
    #[diagnostic(help("name the file with `--config FILE`, or run in a folder below it"))]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// It is no TOML, or no configuration.
    #[error("{reason}")]
    #[diagnostic(help(
        "the keys of stackproof.toml are in README.md, under \"stackproof.toml\" and \"Targets\""
    ))]
    Malformed {
        /// What is expected.
        reason: String,
        /// The file.
        #[source_code]
        source_code: NamedSource<String>,
        /// The place in it.
        #[label("here")]
        place: SourceSpan,
    },
    /// A name that is not in it.
    #[error("there is no {what} `{name}`")]
    #[diagnostic(help("{known}"))]
    Unknown {
        /// `stack` or `target`.
        what: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A folder or file that is named, but is not there.
    #[error("{what} `{path}` cannot be read: {reason}")]
    #[diagnostic(help("{advice}"))]
    Missing {
        /// Whose it is.
        what: String,
        /// As it was given, from the working directory.
        path: String,
        /// What the system says.
        reason: String,
        /// What to name instead.
        advice: &'static str,
    },
    /// An account id that is none.
    #[error("{file}: the target `{target}` has the account id `{id}`")]
    #[diagnostic(help("an account id is a string of 12 digits"))]
    Account {
        /// The file.
        file: String,
        /// The target.
        target: String,
        /// The id.
        id: String,
    },
    /// What a stack says contradicts itself or the rest of the file.
    #[error("the stack `{stack}` {reason}")]
    #[diagnostic(help("{advice}"))]
    Stack {
        /// The stack.
        stack: String,
        /// What is wrong, as a verb with its objects.
        reason: String,
        /// What to write instead.
        advice: &'static str,
    },
    /// A variable's value is asked of an output that is not there.
    #[error("the variable `{variable}` of the stack `{stack}` has no value: {owner} no output `{output}`")]
    #[diagnostic(help("{known}"))]
    Output {
        /// The stack.
        stack: String,
        /// The variable.
        variable: String,
        /// Whose output it would be, with `has` or `have`.
        owner: String,
        /// The output.
        output: String,
        /// The outputs there are.
        known: String,
    },
    /// `${account:NAME}` of an account, or `${matrix:NAME}` of a variable, that is not there.
    #[error("the stack `{stack}` refers to `${{{written}}}`, but there is no {what} of that name")]
    #[diagnostic(help("{known}"))]
    Placeholder {
        /// The stack.
        stack: String,
        /// As it stands between the braces.
        written: String,
        /// What it would be.
        what: &'static str,
        /// What there is.
        known: String,
    },
    /// What `[organization]`, or a policy that it names, says cannot be.
    #[error("{reason}")]
    #[diagnostic(help("{advice}"))]
    Organization {
        /// What is wrong.
        reason: String,
        /// The file.
        #[source_code]
        source_code: Arc<NamedSource<String>>,
        /// The place in it.
        #[label("here")]
        place: SourceSpan,
        /// What to write instead.
        advice: String,
    },
    /// An organization of a target that decides by itself.
    #[error("the target `{target}` decides by itself, and cannot be told of `[organization]`")]
    #[diagnostic(help(
        "leave `enforcement = \"native\"` out for the gateway to decide, or play it without `[organization]`"
    ))]
    Undirected {
        /// The target.
        target: String,
    },
    /// An endpoint that is none.
    #[error("the target `{target}` is at `{url}`, which is no URL")]
    #[diagnostic(help("a URL is `http://HOST:PORT` or `https://HOST:PORT`"))]
    Url {
        /// The target.
        target: String,
        /// What stands in its place.
        url: String,
    },
    /// `${env:NAME}` of a variable that is not set.
    #[error("{owner} needs the environment variable `{variable}`")]
    #[diagnostic(help("{advice}"))]
    Environment {
        /// The stack or target, with its kind.
        owner: String,
        /// The environment variable.
        variable: String,
        /// What to do.
        advice: &'static str,
    },
}

impl ConfigError {
    pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { file: file.display().to_string(), reason: error.to_string() }
    }

    pub(super) fn malformed(file: &Path, text: String, error: &toml::de::Error) -> Self {
        let place = error.span().unwrap_or(0..0);
        Self::Malformed {
            reason: error.message().replace('\n', "; "),
            source_code: NamedSource::new(file.display().to_string(), text).with_language("TOML"),
            place: place.into(),
        }
    }

    pub(super) fn organization(
        file: &Path,
        text: String,
        place: Range<usize>,
        reason: String,
        advice: String,
    ) -> Self {
        let source_code = Arc::new(NamedSource::new(file.display().to_string(), text));
        Self::Organization { reason, source_code, place: place.into(), advice }
    }

    pub(super) fn unknown<'a>(
        what: &'static str,
        name: &str,
        known: impl Iterator<Item = &'a String>,
    ) -> Self {
        let known = choices(known, &format!("stackproof.toml names no {what}"));
        Self::Unknown { what, name: name.to_owned(), known }
    }

    pub(crate) fn missing(what: &str, path: &Path, error: &std::io::Error, advice: &'static str) -> Self {
        let (what, path, reason) = (what.to_owned(), path.display().to_string(), error.to_string());
        Self::Missing { what, path, reason, advice }
    }

    pub(super) fn account(file: &Path, target: &str, id: &str) -> Self {
        Self::Account { file: file.display().to_string(), target: target.to_owned(), id: id.to_owned() }
    }
}

/// The names there are, as advice; `nothing` where there are none.
pub(crate) fn choices<'a>(known: impl Iterator<Item = &'a String>, nothing: &str) -> String {
    let mut names: Vec<_> = known.map(|name| format!("`{name}`")).collect();
    names.sort();
    names.dedup();
    match names.is_empty() {
        true => nothing.to_owned(),
        false => format!("there is {}", names.join(", ")),
    }
}
