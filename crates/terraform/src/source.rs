//! Files as they were read, and places in them.

mod composed;

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

pub(crate) use self::composed::Composer;
use self::composed::Piece;

/// One file of configuration, kept whole so that places in it can be shown.
pub struct Source {
    path: PathBuf,
    name: String,
    text: String,
    line_starts: Vec<usize>,
    /// The pieces of other files that the text was put together from; none for a file.
    pieces: Vec<Piece>,
}

impl Source {
    /// A file read from `path`, shown to people as `name`.
    pub fn new(path: PathBuf, name: String, text: String) -> Arc<Source> {
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(offset, _)| offset + 1)).collect();
        Arc::new(Source { path, name, text, line_starts, pieces: Vec::new() })
    }

    /// The path that the file was read from, as the caller gave it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's path, as the caller gave the root module's; a description of a text that is in no file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text in `range`, empty where the range is not in the file.
    pub fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Line and column, both from 1, of a byte offset; columns count characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        (line.max(1), column + 1)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Source({})", self.name)
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, lines_before, lines_after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            contents.column(),
            contents.line_count(),
        )))
    }
}

/// A range of one file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// Bytes from the file's beginning.
    pub range: Range<usize>,
}

impl Place {
    /// The place in the file that people wrote, where the source was put together from files.
    pub(crate) fn written(self) -> Place {
        let (source, range) = composed::written(self.source, self.range);
        Place { source, range }
    }
}

/// `file:line:column`, as compilers write it.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (source, range) = composed::written(Arc::clone(&self.source), self.range.clone());
        let (line, column) = source.position(range.start);
        write!(formatter, "{}:{line}:{column}", source.name)
    }
}

/// Where a value was written.
#[derive(Clone)]
pub struct Origin {
    source: Arc<Source>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// Bytes from the file's beginning.
    pub range: Range<usize>,
    /// The address of what was being evaluated: module path, resource and instance key,
    /// such as `module.logs["a"].aws_s3_bucket_policy.this`.
    pub within: Arc<str>,
}

impl Origin {
    /// The origin of a value written at `range` and evaluated for `within`.
    pub fn new(source: &Arc<Source>, range: Range<usize>, within: &Arc<str>) -> Origin {
        let (source, range) = composed::written(Arc::clone(source), range);
        let (line, column) = source.position(range.start);
        Origin { source, line, column, range, within: Arc::clone(within) }
    }

    /// The place of the value.
    pub fn place(&self) -> Place {
        Place { source: Arc::clone(&self.source), range: self.range.clone() }
    }

    /// The file's path, as the caller gave the root module's.
    pub fn file(&self) -> &Path {
        self.source.path()
    }

    /// The file's path, as the caller gave the root module's; a description of a text that is in no file.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// The place that this one begins `bytes` further on.
    pub(crate) fn advanced(&self, bytes: usize) -> Origin {
        let start = self.range.start.saturating_add(bytes).min(self.source.text.len());
        Origin::new(&self.source, start..self.range.end.max(start), &self.within)
    }
}

/// `file:line`, the file relative to the root module.
impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.source.name, self.line)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.source.name, self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("a/x.tf".into(), "x.tf".into(), "é = 1\nb = 2\n".into());
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(3), (1, 3));
        assert_eq!(source.position(7), (2, 1));
        assert_eq!(source.position(999), (3, 1));
    }
}
