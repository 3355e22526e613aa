//! Text that knows where its characters were written.

use std::ops::Range;
use std::sync::Arc;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::source::Origin;

/// From `offset` on, text was written at `origin`.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Bytes from the text's beginning.
    pub offset: usize,
    /// Where it was written.
    pub origin: Arc<Origin>,
    /// Whether the text stands in the file as it is, so that places within it can be counted on.
    pub verbatim: bool,
}

/// Text, and the places that its parts come from.
#[derive(Clone, Debug, Default)]
pub struct Text {
    text: Arc<str>,
    segments: Arc<[Segment]>,
}

impl Text {
    /// Text whose parts were written at `segments`, which are in the order of their offsets.
    pub fn new(text: impl Into<Arc<str>>, segments: impl Into<Arc<[Segment]>>) -> Text {
        let text: Arc<str> = text.into();
        // Terraform keeps all text in normalization form C.
        let text = if is_nfc(&text) { text } else { Arc::from(text.nfc().collect::<String>()) };
        Text { text, segments: segments.into() }
    }

    /// Text that was computed from what stands at `origin`.
    pub(crate) fn computed(text: impl Into<Arc<str>>, origin: Option<Arc<Origin>>) -> Text {
        let segments: Vec<Segment> =
            origin.map(|origin| Segment { offset: 0, origin, verbatim: false }).into_iter().collect();
        Text::new(text, segments)
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The places of the parts, in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Where the first part with a known place was written.
    pub fn origin(&self) -> Option<&Origin> {
        self.segments.first().map(|segment| segment.origin.as_ref())
    }

    pub(crate) fn shared_origin(&self) -> Option<Arc<Origin>> {
        self.segments.first().map(|segment| Arc::clone(&segment.origin))
    }

    /// The part between two byte offsets, with its places.
    pub(crate) fn part(&self, range: Range<usize>) -> Text {
        let first = self.origin_at(range.start).map(|origin| {
            let before = self.segments.partition_point(|segment| segment.offset <= range.start);
            let verbatim = before.checked_sub(1).and_then(|index| self.segments.get(index));
            Segment { offset: 0, origin, verbatim: verbatim.is_some_and(|segment| segment.verbatim) }
        });
        let within =
            self.segments.iter().filter(|segment| segment.offset > range.start && segment.offset < range.end);
        let moved = within.map(|segment| Segment { offset: segment.offset - range.start, ..segment.clone() });
        let segments: Vec<Segment> = first.into_iter().chain(moved).collect();
        Text::new(self.text.get(range).unwrap_or_default(), segments)
    }

    /// The part that `kept`, a slice of this text, is.
    pub(crate) fn kept(&self, kept: &str) -> Text {
        let start = kept.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        self.part(start..start + kept.len())
    }

    /// Where the character at byte `offset` was written.
    pub fn origin_at(&self, offset: usize) -> Option<Arc<Origin>> {
        let before = self.segments.partition_point(|segment| segment.offset <= offset);
        let segment = self.segments.get(before.checked_sub(1)?)?;
        if segment.verbatim && segment.offset < offset {
            return Some(Arc::new(segment.origin.advanced(offset - segment.offset)));
        }
        Some(Arc::clone(&segment.origin))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.text == other.text
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::new(text, Vec::new())
    }
}

/// Text that is being put together from parts with places.
#[derive(Default)]
pub(crate) struct TextBuilder {
    text: String,
    segments: Vec<Segment>,
}

impl TextBuilder {
    /// Marks that what follows was written at `origin`.
    pub(crate) fn mark(&mut self, origin: Option<Arc<Origin>>, verbatim: bool) {
        if let Some(origin) = origin {
            self.segments.push(Segment { offset: self.text.len(), origin, verbatim });
        }
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends text together with its places.
    pub(crate) fn push_text(&mut self, text: &Text) {
        let start = self.text.len();
        self.segments.extend(
            text.segments.iter().map(|segment| Segment { offset: segment.offset + start, ..segment.clone() }),
        );
        self.text.push_str(&text.text);
    }

    pub(crate) fn finish(self) -> Text {
        Text::new(self.text, self.segments)
    }
}
