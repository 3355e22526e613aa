//! Which scenarios a run plays.

use std::path::PathBuf;

use gherkin::tagexpr::TagOperation;
use regex::Regex;

use super::feature::{self, FeatureError, Scenario};

/// Which scenarios a run plays.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Files and folders, each with a line or none. A line means the scenario that it stands in.
    pub paths: Vec<Place>,
    /// Tags that a scenario must have.
    pub tags: Option<TagOperation>,
    /// What a scenario's name must match.
    pub name: Option<Regex>,
    /// Which part of the scenarios.
    pub shard: Option<Shard>,
}

/// A file or folder, and a line in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file or folder.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: Option<usize>,
}

/// Part `index` (from 1) of `total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    pub index: usize,
    /// Of how many.
    pub total: usize,
}

/// A choice that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SelectionError {
    /// A feature that cannot be read.
    #[error(transparent)]
    Feature(#[from] FeatureError),
    /// A tag expression that is none.
    #[error("`{0}` is no tag expression")]
    Tags(String),
    /// A regular expression that is none.
    #[error("`{0}` is no regular expression")]
    Name(String),
    /// A shard that is none.
    #[error("`{0}` is no shard")]
    Shard(String),
    /// There is no scenario at all.
    #[error("there is no scenario in {0}")]
    NoScenarios(String),
    /// Everything was left out.
    #[error("no scenario was selected")]
    Nothing,
}

impl SelectionError {
    /// What to do about it.
    pub fn advice(&self) -> String {
        let advice = match self {
            Self::Feature(error) => return error.advice(),
            Self::Tags(_) => "combine tags with `and`, `or`, `not` and parentheses: `@writes and not @clock`",
            Self::Name(_) => "write it as a regular expression; `\\(` stands for a parenthesis",
            Self::Shard(_) => "write it as I/N, I from 1 to N: `2/3`",
            Self::NoScenarios(_) => "write one: `stackproof steps` has the sentences",
            Self::Nothing => {
                "--tags, --name, --shard, --rerun-failed and PATH:LINE leave scenarios out; `--dry-run` shows which are left"
            }
        };
        advice.to_owned()
    }
}

impl From<&str> for Place {
    /// `PATH` or `PATH:LINE`.
    fn from(text: &str) -> Self {
        match text.rsplit_once(':').map(|(path, line)| (path, line.parse().ok())) {
            Some((path, Some(line))) => Self { path: path.into(), line: Some(line) },
            _ => Self { path: text.into(), line: None },
        }
    }
}

impl Shard {
    /// Its part, in order: of neighbours, which often take alike long, each goes into another shard.
    fn of<T>(self, all: Vec<T>) -> Vec<T> {
        let mine = |at: usize| at % self.total == self.index - 1;
        all.into_iter().enumerate().filter(|(at, _)| mine(*at)).map(|(_, it)| it).collect()
    }
}

impl std::str::FromStr for Shard {
    type Err = SelectionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((index, total)) if (1..=total).contains(&index) => Ok(Self { index, total }),
            _ => Err(SelectionError::Shard(text.to_owned())),
        }
    }
}

/// Reads a tag expression: `@fast and not @aws`.
///
/// # Errors
/// It is none.
pub fn tags(text: &str) -> Result<TagOperation, SelectionError> {
    text.parse().map_err(|_| SelectionError::Tags(text.to_owned()))
}

/// Reads what scenarios' names must match.
///
/// # Errors
/// It is no regular expression.
pub fn name(text: &str) -> Result<Regex, SelectionError> {
    Regex::new(text).map_err(|_| SelectionError::Name(text.to_owned()))
}

impl Selection {
    /// The scenarios, in the order of paths and lines.
    ///
    /// # Errors
    /// A path that cannot be read, a feature that is no Gherkin, or no scenario at all.
    pub fn load(&self) -> Result<Vec<Scenario>, SelectionError> {
        let mut scenarios = Vec::new();
        for place in &self.paths {
            for path in feature::find(&place.path)? {
                scenarios.extend(place.of(feature::load(&path)?));
            }
        }
        if scenarios.is_empty() && self.paths.iter().all(|place| place.line.is_none()) {
            let paths: Vec<_> =
                self.paths.iter().map(|place| format!("`{}`", place.path.display())).collect();
            return Err(SelectionError::NoScenarios(paths.join(", ")));
        }
        scenarios.sort_by(|a, b| (&a.feature.path, a.line).cmp(&(&b.feature.path, b.line)));
        scenarios.dedup_by(|a, b| a.feature.path == b.feature.path && a.line == b.line);
        scenarios.retain(|scenario| self.wants(scenario));
        Ok(match self.shard {
            None => scenarios,
            Some(shard) => shard.of(scenarios),
        })
    }

    fn wants(&self, scenario: &Scenario) -> bool {
        self.tags.as_ref().is_none_or(|tags| holds(tags, &scenario.tags))
            && self.name.as_ref().is_none_or(|name| name.is_match(&scenario.name))
    }
}

impl Place {
    /// Of a file's scenarios, the one at that line: a row of examples, else whatever stands around the line.
    fn of(&self, mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
        if let Some(line) = self.line {
            let exact = scenarios.iter().any(|it| it.line == line);
            scenarios
                .retain(|it| if exact { it.line == line } else { (it.lines.0..=it.lines.1).contains(&line) });
        }
        scenarios
    }
}

fn holds(tags: &TagOperation, of: &[String]) -> bool {
    match tags {
        TagOperation::And(a, b) => holds(a, of) && holds(b, of),
        TagOperation::Or(a, b) => holds(a, of) || holds(b, of),
        TagOperation::Not(a) => !holds(a, of),
        TagOperation::Tag(tag) => of.contains(tag),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_combined() {
        let of = ["a".to_owned(), "b".to_owned()];
        for (expression, expected) in [
            ("@a", true),
            ("@a and @b", true),
            ("@a and not @b", false),
            ("@c or @b", true),
            ("not (@a or @c)", false),
        ] {
            assert_eq!(holds(&tags(expression).unwrap(), &of), expected, "{expression}");
        }
        assert_eq!(tags("@a and").unwrap_err().to_string(), "`@a and` is no tag expression");
    }

    #[test]
    fn a_place_may_have_a_line() {
        assert_eq!(Place::from("a/b.feature:12"), Place { path: "a/b.feature".into(), line: Some(12) });
        assert_eq!(Place::from("a/b.feature"), Place { path: "a/b.feature".into(), line: None });
    }

    #[test]
    fn a_shard_is_a_part_of_a_whole() {
        assert_eq!("2/3".parse::<Shard>().unwrap(), Shard { index: 2, total: 3 });
        for text in ["0/3", "4/3", "x", "1/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn shards_are_the_whole_in_parts_that_differ_by_one_at_most() {
        for (count, total) in (0..20_usize).flat_map(|count| (1..=9).map(move |total| (count, total))) {
            let all: Vec<usize> = (0..count).collect();
            let parts: Vec<Vec<usize>> =
                (1..=total).map(|index| Shard { index, total }.of(all.clone())).collect();
            let sizes = || parts.iter().map(Vec::len);
            assert!(sizes().max().unwrap() - sizes().min().unwrap() <= 1, "{count} in {total}: {parts:?}");
            let mut together = parts.concat();
            together.sort_unstable();
            assert_eq!(together, all, "{count} in {total}");
        }
    }

    #[test]
    fn a_line_means_the_scenario_it_stands_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.feature");
        let source = "Feature: F\n  Scenario: A\n    Given a\n\n  Scenario Outline: B <x>\n    Given <x>\n\n    \
                      Examples:\n      | x |\n      | 1 |\n      | 2 |\n";
        std::fs::write(&path, source).unwrap();
        let names = |line: Option<usize>| -> Vec<String> {
            let selection =
                Selection { paths: vec![Place { path: path.clone(), line }], ..Selection::default() };
            selection.load().unwrap().into_iter().map(|it| it.name).collect()
        };
        assert_eq!(names(None), ["A", "B 1", "B 2"]);
        assert_eq!(names(Some(3)), ["A"]);
        assert_eq!(names(Some(6)), ["B 1", "B 2"]);
        assert_eq!(names(Some(11)), ["B 2"]);
    }
}
