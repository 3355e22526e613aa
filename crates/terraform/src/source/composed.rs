//! Texts that are put together from pieces of files: configuration in JSON as it reads in HCL, files with what overrides
//! parts of them.

use std::ops::Range;
use std::sync::Arc;

use super::Source;

/// What stands from `start` on in a composed text.
pub(super) struct Piece {
    start: usize,
    source: Arc<Source>,
    /// The bytes that it comes from.
    range: Range<usize>,
    /// Whether it is those bytes as they are.
    verbatim: bool,
}

/// Where `range` was written: pieces of composed sources are followed to their files.
pub(super) fn written(mut source: Arc<Source>, mut range: Range<usize>) -> (Arc<Source>, Range<usize>) {
    while !source.pieces.is_empty() {
        let Some(first) = source.piece_at(range.start) else { break };
        let start = first.bytes(range.start).start;
        // An end lies in the piece that the last byte is of.
        let last = source.piece_at(range.end.saturating_sub(1).max(range.start));
        let end = match last.filter(|last| Arc::ptr_eq(&last.source, &first.source)) {
            Some(last) if range.end > range.start => last.bytes(range.end - 1).end,
            _ => start,
        };
        let next = Arc::clone(&first.source);
        range = start..end.max(start);
        source = next;
    }
    (source, range)
}

impl Source {
    fn piece_at(&self, offset: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        self.pieces.get(after.checked_sub(1)?)
    }
}

impl Piece {
    /// What the byte at `offset` of the composed text comes from.
    fn bytes(&self, offset: usize) -> Range<usize> {
        if !self.verbatim {
            return self.range.clone();
        }
        let start = (self.range.start + offset.saturating_sub(self.start)).min(self.range.end);
        start..(start + 1).min(self.range.end).max(start)
    }
}

/// Puts a text together.
pub(crate) struct Composer {
    text: String,
    pieces: Vec<Piece>,
}

impl Composer {
    pub(crate) fn new() -> Composer {
        Composer { text: String::new(), pieces: Vec::new() }
    }

    /// Appends a part of a source as it is.
    pub(crate) fn keep(&mut self, source: &Arc<Source>, range: Range<usize>) {
        let text = source.slice(&range).to_owned();
        if !text.is_empty() {
            self.piece(source, range, true);
            self.text.push_str(&text);
        }
    }

    /// Appends text that stands for a part of a source.
    pub(crate) fn write(&mut self, text: &str, source: &Arc<Source>, range: Range<usize>) {
        let verbatim = source.slice(&range) == text;
        self.piece(source, range, verbatim);
        self.text.push_str(text);
    }

    fn piece(&mut self, source: &Arc<Source>, range: Range<usize>, verbatim: bool) {
        let source = Arc::clone(source);
        self.pieces.push(Piece { start: self.text.len(), source, range, verbatim });
    }

    /// The text as a source of its own, which goes by the path and name of `main`.
    pub(crate) fn finish(self, main: &Arc<Source>) -> Arc<Source> {
        let Composer { text, pieces } = self;
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(offset, _)| offset + 1)).collect();
        let (path, name) = (main.path.clone(), main.name.clone());
        Arc::new(Source { path, name, text, line_starts, pieces })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Place;

    #[test]
    fn places_are_those_of_the_files() {
        let a = Source::new("a".into(), "a".into(), "one\ntwo\n".into());
        let b = Source::new("b".into(), "b".into(), "three\n".into());
        let mut composer = Composer::new();
        composer.keep(&a, 0..4);
        composer.write("3", &b, 0..5);
        composer.keep(&a, 4..8);
        let once = composer.finish(&a);
        assert_eq!(once.text(), "one\n3two\n");
        let mut composer = Composer::new();
        composer.write("  ", &b, 0..0);
        composer.keep(&once, 0..9);
        let twice = composer.finish(&a);
        let shown = |range| Place { source: Arc::clone(&twice), range }.to_string();
        assert_eq!(shown(2..5), "a:1:1");
        assert_eq!(shown(6..7), "b:1:1");
        assert_eq!(shown(8..10), "a:2:2");
        let place = Place { source: Arc::clone(&twice), range: 7..10 }.written();
        assert_eq!((place.source.name(), place.range), ("a", 4..7));
    }
}
