//! Which sentence a step means.

use super::arguments::Arguments;
use super::feature::Step;
use super::options::OptionError;
use super::sentence::{Captures, Pattern, Sentence};
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
    },
    /// Several sentences fit.
    #[error("`{text}` may mean {}", examples.iter().map(|e| format!("`{e}`")).collect::<Vec<_>>().join(" or "))]
    Ambiguous {
        /// The step.
        text: String,
        /// Examples of those that fit.
        examples: Vec<&'static str>,
    },
    /// What stands under the step does not fit its sentence.
    #[error(transparent)]
    Attachment(#[from] OptionError),
}

/// A step with the sentence that it means.
pub(crate) struct Matched {
    pub(crate) sentence: &'static Sentence,
    pub(crate) arguments: Arguments,
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
    /// No sentence fits, or several do, or what stands under the step does not fit.
    pub(crate) fn find(&self, step: &Step, knows: impl Fn(&str) -> bool) -> Result<Matched, MatchError> {
        let mut readings: Vec<(bool, isize, &'static Sentence, Captures)> = Vec::new();
        for (pattern, sentence) in &self.sentences {
            for captures in pattern.readings(&step.text) {
                let known = Arguments::bare_names(&captures).all(&knows);
                let length: usize = Arguments::bare_names(&captures).map(str::len).sum();
                let length = isize::try_from(length).unwrap_or(isize::MAX);
                readings.push((known, if known { length } else { -length }, sentence, captures));
            }
        }
        let Some((known, length, sentence, captures)) =
            readings.iter().max_by_key(|(known, length, ..)| (*known, *length)).cloned()
        else {
            return Err(MatchError::Undefined { text: step.text.clone(), nearest: self.nearest(&step.text) });
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
        let arguments = Arguments::new(captures, step.table.clone(), step.docstring.clone());
        arguments.check(sentence.attachment, &step.text)?;
        Ok(Matched { sentence, arguments })
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
            Self::Undefined { nearest, .. } => {
                let lines: Vec<_> = nearest.iter().map(|example| format!("  {example}")).collect();
                Some(format!("the nearest sentences are\n{}", lines.join("\n")))
            }
            Self::Ambiguous { .. } => Some("put names in quotes".to_owned()),
            Self::Attachment(error) => error.advice(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::sentence::Attachment;

    fn step(text: &str) -> Step {
        Step { keyword: "When".into(), text: text.into(), line: 1, table: None, docstring: None }
    }

    fn find(text: &str, known: &[&str]) -> Result<Matched, MatchError> {
        Registry::new().find(&step(text), |name| known.contains(&name))
    }

    #[test]
    fn every_pattern_compiles_and_every_example_means_its_own_sentence() {
        for sentence in steps::ALL.iter().flat_map(|(_, sentences)| *sentences) {
            Pattern::new(sentence.pattern).unwrap();
            let mut step = step(sentence.example);
            match sentence.attachment {
                Attachment::Nothing => {}
                Attachment::Options(words) => {
                    let rows =
                        words.iter().copied().flatten().map(|it| vec![it.word.into(), it.example.into()]);
                    step.table = Some(rows.collect());
                }
                Attachment::Table(_) | Attachment::Each(_) => {
                    step.table = Some(vec![vec!["a".into(), "b".into()]])
                }
                Attachment::Text(sample) | Attachment::Either(sample) => {
                    step.docstring = Some(sample.example.into())
                }
            }
            let matched = Registry::new().find(&step, |_| false);
            let matched = matched.unwrap_or_else(|e| panic!("{}: {e}", sentence.example));
            assert_eq!(matched.sentence.pattern, sentence.pattern);
        }
    }

    #[test]
    fn the_longest_known_name_is_meant() {
        let text = r#"the migrator in the depot downloads "a" from the archive"#;
        let matched = find(text, &["migrator in the depot", "archive"]).unwrap();
        assert_eq!(matched.arguments.who("who").to_string(), "migrator in the depot");
        assert_eq!(matched.arguments.get("bucket"), "archive");
    }

    #[test]
    fn a_name_that_may_be_a_sentence_is_the_longest_known() {
        let text = "the accessor lists the versions of the calls";
        let found = |known: &[&str]| find(text, known).unwrap().arguments.get("bucket").to_owned();
        assert_eq!(found(&["accessor", "calls"]), "calls");
        assert_eq!(found(&["accessor", "calls", "versions of the calls"]), "versions of the calls");
        assert_eq!(found(&[]), "calls");
    }

    #[test]
    fn a_step_that_fits_two_sentences_is_ambiguous() {
        static TWO: [Sentence; 2] =
            [sentence("it {how:words}", "it one"), sentence("it {what:words}", "it two")];
        const fn sentence(pattern: &'static str, example: &'static str) -> Sentence {
            Sentence {
                keyword: crate::acceptance::sentence::Keyword::Then,
                pattern,
                example,
                docs: "",
                attachment: Attachment::Nothing,
                handler: |_, _| Box::pin(async { Ok(()) }),
            }
        }
        let Err(error) = Registry::of(TWO.iter()).find(&step("it dances"), |_| false) else {
            panic!("it matched")
        };
        insta::assert_snapshot!(error, @"`it dances` may mean `it one` or `it two`");
    }

    #[test]
    fn an_undefined_step_is_told_the_nearest_three() {
        let Err(error) = find(r#"the accessor upload "x" to "calls""#, &[]) else { panic!("it matched") };
        insta::assert_snapshot!(error, @r#"no sentence says `the accessor upload "x" to "calls"`"#);
        insta::assert_snapshot!(error.advice().unwrap(), @r#"
        the nearest sentences are
          the accessor uploads "calls/a.wav" to "calls"
          the accessor downloads "calls/a.wav" from "calls"
          the accessor lists the uploads of "calls"
        "#);
    }

    #[test]
    fn what_stands_under_a_step_must_fit() {
        let mut step = step(r#"the accessor uploads "x" to "calls" with"#);
        step.table = Some(vec![vec!["colour".into(), "red".into()]]);
        let Err(error) = Registry::new().find(&step, |_| true) else { panic!("it matched") };
        assert_eq!(error.to_string(), "this sentence has no option `colour`");
        assert!(error.advice().unwrap().starts_with("the options are `"), "{:?}", error.advice());
        step.table = None;
        step.docstring = Some("{}".into());
        let Err(error) = Registry::new().find(&step, |_| true) else { panic!("it matched") };
        assert_eq!(error.to_string(), "this sentence takes no text");
        step.docstring = None;
        let Err(error) = Registry::new().find(&step, |_| true) else { panic!("it matched") };
        assert_eq!(error.to_string(), "a table is missing under this sentence");
    }

    #[test]
    fn captures_are_given_by_label() {
        let matched = find(r#"nobody lists "calls" under "a/""#, &[]).unwrap();
        assert_eq!(matched.arguments.given("prefix"), Some("a/"));
    }
}
