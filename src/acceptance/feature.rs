//! Features as the runner plays them: backgrounds joined, outlines written out.

mod diagnose;
mod outline;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnose::Wrong;
use gherkin::GherkinEnv;

use super::matrix::Combination;

/// One feature file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its path, as it was given.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// Its line, from 1.
    pub line: usize,
    /// Its tags, without `@`.
    pub tags: Vec<String>,
}

/// One scenario, ready to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The feature it stands in.
    pub feature: Arc<Feature>,
    /// The rule it stands in.
    pub rule: Option<String>,
    /// Its keyword.
    pub keyword: String,
    /// Its name, with the values of its row.
    pub name: String,
    /// The line of the scenario, or of its row of examples.
    pub line: usize,
    /// Lines from the first of the scenario to its last.
    pub lines: (usize, usize),
    /// Its tags and those of everything it stands in, without `@`.
    pub tags: Vec<String>,
    /// Its steps, those of backgrounds first.
    pub steps: Vec<Step>,
    /// The values of its stack's matrix that it is played under.
    pub combination: Combination,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `Given`, `And`, …
    pub keyword: String,
    /// What it says.
    pub text: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its table.
    pub table: Option<Vec<Vec<String>>>,
    /// Its docstring, without the media type and the indentation.
    pub docstring: Option<String>,
}

/// A feature that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FeatureError {
    /// The file or folder cannot be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no Gherkin.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Parse {
        /// Which.
        path: PathBuf,
        /// Where, from 1.
        line: usize,
        /// Where, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A scenario without steps would pass without showing anything.
    #[error("{}:{line}: the scenario `{name}` has no steps", path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
        /// The scenario's line.
        line: usize,
        /// The scenario.
        name: String,
    },
    /// An outline that makes no scenario would go unnoticed.
    #[error("{}:{line}: the outline `{name}` has no examples", path.display())]
    NoExamples {
        /// Which file.
        path: PathBuf,
        /// The outline's line.
        line: usize,
        /// The outline.
        name: String,
    },
    /// An outline uses a placeholder that its examples do not have.
    #[error("{}:{line}: the examples have no column `{column}`", path.display())]
    Column {
        /// Which file.
        path: PathBuf,
        /// The line of the examples.
        line: usize,
        /// The placeholder.
        column: String,
    },
}

impl FeatureError {
    /// What to do about it.
    pub fn advice(&self) -> String {
        let advice = match self {
            Self::Read { .. } => {
                "name a feature file, `FILE:LINE` or a folder; a stack's folder is `features/NAME`, or what its \
                 `features` says"
            }
            Self::Parse { .. } => "features are written in Gherkin; docs/steps.md has the sentences",
            Self::Empty { .. } => "a step begins with Given, When, Then, And, But or *",
            Self::Column { .. } => "add the column to the examples, or mend the name between < and >",
            Self::NoExamples { .. } => "add `Examples:` with a row of columns and a row for each scenario",
        };
        advice.to_owned()
    }
}

/// Every feature file at that path: the file itself, or all below a folder in the order of their names.
///
/// # Errors
/// The path cannot be read.
pub fn find(path: &Path) -> Result<Vec<PathBuf>, FeatureError> {
    let read = |source| FeatureError::Read { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(read)?.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries: Result<Vec<_>, _> = std::fs::read_dir(path).map_err(read)?.collect();
    let mut entries: Vec<PathBuf> = entries.map_err(read)?.into_iter().map(|entry| entry.path()).collect();
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            found.extend(find(&entry)?);
        } else if entry.extension().is_some_and(|extension| extension == "feature") {
            found.push(entry);
        }
    }
    Ok(found)
}

/// The scenarios of a feature file, in order.
///
/// # Errors
/// The file cannot be read, or is no Gherkin.
pub fn load(path: &Path) -> Result<Vec<Scenario>, FeatureError> {
    let source = std::fs::read_to_string(path)
        .map_err(|source| FeatureError::Read { path: path.to_owned(), source })?;
    parse(path, &source)
}

/// The scenarios of a feature's text.
///
/// # Errors
/// The text is no Gherkin.
pub fn parse(path: &Path, source: &str) -> Result<Vec<Scenario>, FeatureError> {
    let wrong = |Wrong { line, column, message }| FeatureError::Parse {
        path: path.to_owned(),
        line,
        column,
        message,
    };
    diagnose::tables(source).map_err(wrong)?;
    let parsed = gherkin::Feature::parse(source, GherkinEnv::default())
        .map_err(|error| wrong(diagnose::place(source, &error.to_string())))?;
    let feature = Arc::new(Feature {
        path: path.to_owned(),
        name: parsed.name,
        description: parsed.description,
        line: parsed.position.line,
        tags: parsed.tags.clone(),
    });
    let background = steps(parsed.background.as_ref());
    let mut scenarios = Vec::new();
    let within = |rule: Option<&gherkin::Rule>, background: &[Step], scenario: &gherkin::Scenario| {
        let mut tags = parsed.tags.clone();
        tags.extend(rule.iter().flat_map(|rule| rule.tags.iter().cloned()));
        tags.extend(scenario.tags.iter().cloned());
        let lines: Vec<&str> = source.get(..scenario.span.end).unwrap_or(source).lines().collect();
        Scenario {
            feature: feature.clone(),
            rule: rule.map(|rule| rule.name.clone()),
            keyword: scenario.keyword.clone(),
            name: scenario.name.clone(),
            line: scenario.position.line,
            lines: (scenario.position.line, lines.len()),
            tags,
            steps: background.iter().cloned().chain(scenario.steps.iter().map(Step::from)).collect(),
            combination: Combination::new(),
        }
    };
    for scenario in &parsed.scenarios {
        outline::write_out(within(None, &background, scenario), scenario, source, &mut scenarios)?;
    }
    for rule in &parsed.rules {
        let background = [background.as_slice(), &steps(rule.background.as_ref())].concat();
        for scenario in &rule.scenarios {
            outline::write_out(within(Some(rule), &background, scenario), scenario, source, &mut scenarios)?;
        }
    }
    let mut all = parsed.scenarios.iter().chain(parsed.rules.iter().flat_map(|rule| &rule.scenarios));
    if let Some(empty) = all.find(|scenario| scenario.steps.is_empty()) {
        let (line, name) = (empty.position.line, empty.name.clone());
        return Err(FeatureError::Empty { path: path.to_owned(), line, name });
    }
    scenarios.sort_by_key(|scenario| scenario.line);
    Ok(scenarios)
}

fn steps(background: Option<&gherkin::Background>) -> Vec<Step> {
    background.iter().flat_map(|background| background.steps.iter().map(Step::from)).collect()
}

impl From<&gherkin::Step> for Step {
    fn from(step: &gherkin::Step) -> Self {
        Self {
            keyword: step.keyword.trim().to_owned(),
            text: step.value.clone(),
            line: step.position.line,
            table: step.table.as_ref().map(|table| table.rows.clone()),
            docstring: step.docstring.as_deref().map(docstring),
        }
    }
}

/// The parser leaves the media type (`"""json`) and the line break after it at the beginning.
fn docstring(raw: &str) -> String {
    let body = raw.split_once('\n').map_or(raw, |(_, body)| body);
    let indent = body.lines().filter(|line| !line.trim().is_empty()).map(indentation).min().unwrap_or(0);
    let lines: Vec<&str> = body.lines().map(|line| line.get(indent..).unwrap_or_default()).collect();
    lines.join("\n").trim_end().to_owned()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
mod tests;
