//! What is wrong with a configuration, and where.

use std::fmt;

use miette::{LabeledSpan, SourceCode};
use thiserror::Error;

use crate::source::Place;

/// One thing that is wrong, with its place, what was expected there and how to mend it.
#[derive(Clone, Debug, Error)]
#[error("{message}")]
pub struct Diagnostic {
    message: String,
    label: String,
    place: Option<Place>,
    others: Vec<(Place, String)>,
    hint: Option<String>,
}

impl Diagnostic {
    /// A diagnostic at `place`; `label` stands under the underlined source.
    pub fn new(message: impl Into<String>, place: Place, label: impl Into<String>) -> Diagnostic {
        Diagnostic {
            message: message.into(),
            label: label.into(),
            place: Some(place.written()),
            others: Vec::new(),
            hint: None,
        }
    }

    /// A diagnostic that no file holds the cause of, such as a missing directory.
    pub fn nowhere(message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            message: message.into(),
            label: String::new(),
            place: None,
            others: Vec::new(),
            hint: None,
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the advice where there is some.
    #[must_use]
    pub fn with_hint_if(mut self, hint: Option<String>) -> Diagnostic {
        self.hint = hint.or(self.hint);
        self
    }

    /// Adds a further place; it is underlined too where it is in the same file, else named in the hint.
    #[must_use]
    pub fn with_place(mut self, place: Place, label: impl Into<String>) -> Diagnostic {
        self.others.push((place.written(), label.into()));
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What stands under the underlined source.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Where it is wrong.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    fn in_same_file(&self, place: &Place) -> bool {
        self.place.as_ref().is_some_and(|own| own.source.path() == place.source.path())
    }
}

impl miette::Diagnostic for Diagnostic {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| place.source.as_ref() as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        let own = LabeledSpan::new_primary_with_span(Some(self.label.clone()), place.range.clone());
        let others = self
            .others
            .iter()
            .filter(|(other, _)| self.in_same_file(other))
            .map(|(other, label)| LabeledSpan::new_with_span(Some(label.clone()), other.range.clone()));
        Some(Box::new(std::iter::once(own).chain(others)))
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        let elsewhere = self
            .others
            .iter()
            .filter(|(place, _)| !self.in_same_file(place))
            .map(|(place, label)| format!("{label}: {place}"));
        let lines: Vec<String> = self.hint.iter().cloned().chain(elsewhere).collect();
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
    }
}

/// Everything that was found wrong in one pass; never empty where it is an error.
#[derive(Clone, Debug, Default, Error)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No complaint yet.
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds one complaint.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another pass's complaints.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(others);
    }

    /// Keeps the complaint of a failed result and gives the value of a good one.
    pub fn keep<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    /// Keeps the complaints of a failed pass and gives the value of a good one.
    pub fn keep_all<T>(&mut self, result: Result<T, Diagnostics>) -> Option<T> {
        result.map_err(|diagnostics| self.extend(diagnostics)).ok()
    }

    /// `value`, unless there are complaints.
    pub fn into_result<T>(self, value: T) -> Result<T, Diagnostics> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Whether there is no complaint.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The complaints in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Diagnostics {
        Diagnostics(vec![diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// One line a complaint: `file:line:column: message`.
impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            match &diagnostic.place {
                Some(place) => write!(formatter, "{place}: {diagnostic}")?,
                None => write!(formatter, "{diagnostic}")?,
            }
        }
        Ok(())
    }
}

/// The known name nearest to `unknown`, if one is near enough to be a slip of the hand.
pub(crate) fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = unknown.chars().count().div_ceil(3).max(1);
    known
        .into_iter()
        .map(|name| (distance(unknown, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// The advice that names the nearest known name.
pub(crate) fn did_you_mean<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(unknown, known).map(|name| format!("did you mean `{name}`?"))
}

/// A number of things in words: `1 label`, `2 labels`.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("{count} {thing}") } else { format!("{count} {thing}s") }
}

/// How many known names are told.
const MAX_CHOICES: usize = 12;

/// The advice on an unknown name: the nearest known one, else what there is, else what to do where there is nothing.
pub(crate) fn choices<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>, nothing: &str) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(hint) = did_you_mean(unknown, known.iter().copied()) {
        return hint;
    }
    let names: Vec<String> = known.iter().take(MAX_CHOICES).map(|name| format!("`{name}`")).collect();
    match known.len().saturating_sub(MAX_CHOICES) {
        _ if names.is_empty() => nothing.to_owned(),
        0 => format!("there is {}", names.join(", ")),
        more => format!("there is {} and {more} more", names.join(", ")),
    }
}

/// Edits (insertion, removal, replacement of a character) between two names.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, from) in left.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&right) {
            let above = *cell;
            before = (diagonal + usize::from(from != *to)).min(above + 1).min(before + 1);
            diagonal = above;
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn suggests_only_what_is_near() {
        assert_eq!(nearest("jsonencod", ["jsonencode", "jsondecode", "max"]), Some("jsonencode"));
        assert_eq!(nearest("zzz", ["jsonencode"]), None);
    }

    #[test]
    fn tells_what_there_is_where_nothing_is_near() {
        assert_eq!(choices("bucke", ["bucket", "acl"], "-"), "did you mean `bucket`?");
        assert_eq!(choices("zzzzzz", ["bucket", "acl"], "-"), "there is `bucket`, `acl`");
        assert_eq!(choices("zzzzzz", [], "declare it"), "declare it");
        let many = ["a"; MAX_CHOICES + 2];
        assert!(choices("zzzzzz", many, "-").ends_with("`a` and 2 more"));
    }
}
