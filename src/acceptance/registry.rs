//! Which sentence a step means.

use super::arguments::Arguments;
use super::feature::Step;
use super::options::OptionError;
use super::sentence::{Captures, Keyword, NoWithin, Pattern, Sentence, Within};
use super::similarity::likeness;
use super::steps;

/// The compiled sentences.
pub struct Registry {
    sentences: Vec<(Pattern, &'static Sentence)>,
}

/// A step that means no sentence, or too many.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatchError {
    /// No sentence fits.
    #[error("no sentence says `{text}`")]
    Undefined {
        /// The step.
        text: String,
        /// Examples of the three likest sentences.
        nearest: Vec<&'static str>,
        /// Whether a sentence would fit if the principal's name had its article.
        lacks_article: bool,
    },
    /// Several sentences fit.
    #[error("`{text}` may mean {}", examples.iter().map(|e| format!("`{e}`")).collect::<Vec<_>>().join(" or "))]
    Ambiguous {
        /// The step.
        text: String,
        /// Examples of those that fit.
        examples: Vec<&'static str>,
    },
    /// `within …` stands before a sentence that reads no fact.
    #[error("`within {within}` awaits a fact, and `{text}` is none")]
    NotAwaited {
        /// How long it should be awaited, as written.
        within: String,
        /// The step without it.
        text: String,
    },
    /// What stands behind `within` is no time.
    #[error(transparent)]
    Within(#[from] NoWithin),
    /// What stands under the step does not fit its sentence.
    #[error(transparent)]
    Attachment(#[from] OptionError),
}

/// A step with the sentence that it means.
pub(crate) struct Matched {
    pub(crate) sentence: &'static Sentence,
    pub(crate) arguments: Arguments,
    /// How long the sentence is awaited, which is a fact then.
    pub(crate) within: Option<Within>,
}

impl Registry {
    /// The language.
    pub fn new() -> Self {
        Self::of(steps::ALL.iter().flat_map(|(_, sentences)| *sentences))
    }

    fn of(sentences: impl Iterator<Item = &'static Sentence>) -> Self {
        // A pattern that does not compile would leave its sentence unknown; a test shows that all do.
        let compiled =
            sentences.filter_map(|sentence| Some((Pattern::new(sentence.pattern).ok()?, sentence)));
        Self { sentences: compiled.collect() }
    }

    /// The sentence that the step means. Of several readings, the one whose plain names are all known is meant, and of
    /// those the one with the longest names; where none are known, the one with the shortest.
    ///
    /// # Errors
    /// No sentence fits, or several do, or what stands before it or under it does not fit.
    pub(crate) fn find(&self, step: &Step, knows: impl Fn(&str) -> bool) -> Result<Matched, MatchError> {
        let (within, text) = Within::before(&step.text)?;
        let mut readings: Vec<(bool, isize, &'static Sentence, Captures)> = Vec::new();
        for (pattern, sentence) in &self.sentences {
            for captures in pattern.readings(text) {
                let known = Arguments::bare_names(&captures).all(&knows);
                let length: usize = Arguments::bare_names(&captures).map(str::len).sum();
                let length = isize::try_from(length).unwrap_or(isize::MAX);
                readings.push((known, if known { length } else { -length }, sentence, captures));
            }
        }
        let Some((known, length, sentence, captures)) =
            readings.iter().max_by_key(|(known, length, ..)| (*known, *length)).cloned()
        else {
            let with_article = format!("the {text}");
            let mut acts =
                self.sentences.iter().filter(|(_, sentence)| sentence.pattern.starts_with("{who}"));
            let lacks_article = acts.any(|(pattern, _)| !pattern.readings(&with_article).is_empty());
            let nearest = self.nearest(text);
            return Err(MatchError::Undefined { text: step.text.clone(), nearest, lacks_article });
        };
        let mut examples: Vec<_> = readings
            .iter()
            .filter(|(k, l, other, _)| (*k, *l) == (known, length) && other.pattern != sentence.pattern)
            .map(|(.., other, _)| other.example)
            .collect();
        if !examples.is_empty() {
            examples.push(sentence.example);
            examples.sort_unstable();
            examples.dedup();
            return Err(MatchError::Ambiguous { text: step.text.clone(), examples });
        }
        if let Some(within) = within.as_ref().filter(|_| sentence.keyword != Keyword::Fact) {
            return Err(MatchError::NotAwaited { within: within.to_string(), text: text.to_owned() });
        }
        let arguments = Arguments::new(captures, step.table.clone(), step.docstring.clone());
        arguments.check(sentence.attachment, &step.text)?;
        Ok(Matched { sentence, arguments, within })
    }

    fn nearest(&self, text: &str) -> Vec<&'static str> {
        let bare = without_quotes(text);
        let mut ranked: Vec<_> = self
            .sentences
            .iter()
            .map(|(_, sentence)| (likeness(&bare, &without_quotes(sentence.example)), sentence.example))
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        ranked.into_iter().take(3).map(|(_, example)| example).collect()
    }

    /// The stack that a step takes.
    pub(crate) fn stack(matched: &Matched) -> Option<&str> {
        matched.arguments.given("stack")
    }

    /// What a step would name, so that later steps of a dry run know it.
    pub(crate) fn declared(matched: &Matched) -> Option<&str> {
        matched.arguments.given("new")
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

/// What stands in quotes is the author's own and says nothing about the sentence.
fn without_quotes(text: &str) -> String {
    text.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

impl MatchError {
    /// What to do about it.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Undefined { lacks_article: true, text, .. } => {
                let name = text.split([' ', ',']).next().unwrap_or_default();
                Some(format!("write `the {name}` or `\"{name}\"`: a name has an article or quotes"))
            }
            Self::Undefined { nearest, .. } => {
                let lines: Vec<_> = nearest.iter().map(|example| format!("  {example}")).collect();
                Some(format!("the nearest sentences are\n{}", lines.join("\n")))
            }
            Self::Ambiguous { .. } => Some("put names in quotes".to_owned()),
            Self::NotAwaited { .. } => Some(
                "acts, and judgements of the last call, are made once: take `within …` away; \
                 `stackproof steps within` prints the facts"
                    .to_owned(),
            ),
            Self::Within(_) => {
                Some("write `within 30 seconds` or `within 2 minutes` before the fact".to_owned())
            }
            Self::Attachment(error) => error.advice(),
        }
    }
}

#[cfg(test)]
mod tests;
