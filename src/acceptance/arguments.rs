//! What a step hands to its sentence: the slots of the text, the table, the docstring.

use super::options::{OptionError, Options};
use super::sentence::{Attachment, Capture, Captures, Who, WhoName};

/// What a step hands to its sentence.
#[derive(Clone, Debug)]
pub struct Arguments {
    captures: Captures,
    /// The table, row by row.
    pub(crate) table: Option<Vec<Vec<String>>>,
    /// The docstring, without its media type.
    pub(crate) text: Option<String>,
}

impl Arguments {
    pub(crate) fn new(captures: Captures, table: Option<Vec<Vec<String>>>, text: Option<String>) -> Self {
        Self { captures, table, text }
    }

    /// What the slot of that label took; empty where the sentence left it out.
    pub fn get(&self, label: &str) -> &str {
        self.given(label).unwrap_or_default()
    }

    /// What the slot of that label took, if the sentence had it.
    pub fn given(&self, label: &str) -> Option<&str> {
        self.captures.iter().find(|(name, _)| name == label).and_then(|(_, capture)| match capture {
            Capture::Quoted(text) | Capture::Bare(text) | Capture::Filled(text) => Some(text.as_str()),
            Capture::Who(_) | Capture::List(_) => None,
        })
    }

    /// The names in the slot of that label; none where the sentence has no such slot.
    pub fn list(&self, label: &str) -> &[String] {
        let found = self.captures.iter().find_map(|(name, capture)| match capture {
            Capture::List(names) if name == label => Some(names.as_slice()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// Whether the slot of that label took a text with `{…}` in it, which is a value and names nothing.
    pub fn is_value(&self, label: &str) -> bool {
        self.captures.iter().any(|(name, capture)| name == label && matches!(capture, Capture::Filled(_)))
    }

    /// The principal in the slot of that label; nobody where the sentence has no such slot.
    pub fn who(&self, label: &str) -> Who {
        let found = self.captures.iter().find_map(|(name, capture)| match capture {
            Capture::Who(who) if name == label => Some(who.clone()),
            _ => None,
        });
        found.unwrap_or(Who::plain(WhoName::Nobody))
    }

    /// The table as options.
    ///
    /// # Errors
    /// A table that has not two columns.
    pub fn options(&self) -> Result<Options, OptionError> {
        let rows = self.table.iter().flatten().map(|row| match row.as_slice() {
            [word, value] => Ok((word.clone(), value.clone())),
            row => Err(OptionError::Columns(row.len())),
        });
        rows.collect::<Result<_, _>>().map(Options)
    }

    /// The docstring.
    ///
    /// # Errors
    /// There is none.
    pub fn text(&self) -> Result<&str, OptionError> {
        self.text.as_deref().ok_or(OptionError::Missing("a text between `\"\"\"`"))
    }

    /// Whether what stands under the step is what its sentence takes. A step that announces a table or a text must
    /// have one: `the answer has` over nothing would hold for every answer.
    pub(crate) fn check(&self, attachment: Attachment, step: &str) -> Result<(), OptionError> {
        let (table, text) = match attachment {
            Attachment::Nothing => (false, false),
            Attachment::Options(_) | Attachment::Table(_) | Attachment::Each(_) => (true, false),
            Attachment::Text(_) => (false, true),
            Attachment::Either(_) => (true, true),
        };
        if self.table.is_some() && !table {
            return Err(OptionError::Superfluous("table"));
        }
        if self.text.is_some() && !text {
            return Err(OptionError::Superfluous("text"));
        }
        let announced = [" with", " has", " policy", " in the context", " reaches the other's"]
            .iter()
            .any(|end| step.ends_with(end));
        if announced && (table || text) && self.table.is_none() && self.text.is_none() {
            return Err(OptionError::Missing(if table { "a table" } else { "a text between `\"\"\"`" }));
        }
        match attachment {
            Attachment::Options(known) => self.options()?.check(known),
            _ => Ok(()),
        }
    }

    /// The same with another text for every text that was taken.
    pub(crate) fn map<E>(mut self, fill: impl Fn(&str) -> Result<String, E>) -> Result<Self, E> {
        for (_, capture) in &mut self.captures {
            match capture {
                Capture::Quoted(text) => {
                    let filled = fill(text)?;
                    if filled != *text {
                        *capture = Capture::Filled(filled);
                    }
                }
                Capture::Who(Who { name: WhoName::Named(text, true), .. }) => *text = fill(text)?,
                Capture::Bare(_) | Capture::Filled(_) | Capture::List(_) | Capture::Who(_) => {}
            }
        }
        for cell in self.table.iter_mut().flatten().flatten() {
            *cell = fill(cell)?;
        }
        Ok(self)
    }

    /// Names in plain words, for choosing among readings.
    pub(crate) fn bare_names(captures: &Captures) -> impl Iterator<Item = &str> {
        captures.iter().filter_map(|(_, capture)| match capture {
            Capture::Bare(name) => Some(name.as_str()),
            Capture::Who(Who { name: WhoName::Named(name, false), .. }) => Some(name.as_str()),
            _ => None,
        })
    }
}
