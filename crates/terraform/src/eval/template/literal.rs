//! Literal text of templates: escapes, stripping and the indentation of `<<-` heredocs.

use std::collections::BTreeSet;
use std::sync::Arc;

use hcl_edit::Spanned;
use hcl_edit::template::{Element, Template};

use super::{Stripping, branches, strippings};
use crate::eval::{Scope, span};
use crate::source::{Origin, Source};
use crate::value::TextBuilder;

/// How literals stand in the source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// In quotes, with backslash escapes; one piece.
    Quoted,
    /// As they are, in a heredoc or a file; Terraform's scanner takes such text line by line, and what it strips
    /// or unindents ends with the line.
    Lines,
}

/// How a template's literals are written out.
pub(super) struct Literals {
    writing: Writing,
    /// Spaces taken off the lines that begin at `unindented` (bytes from the file's beginning).
    indentation: usize,
    unindented: BTreeSet<usize>,
}

/// One line, or what is left of it.
struct Piece {
    /// Where the line begins in the file, before stripping.
    start: usize,
    /// Where what is left begins in the file.
    kept: usize,
    text: String,
    verbatim: bool,
}

impl Literals {
    pub(super) fn new(writing: Writing) -> Literals {
        Literals { writing, indentation: 0, unindented: BTreeSet::new() }
    }

    /// The literals of a `<<-` heredoc: the least indentation of its lines is taken off all of them.
    pub(super) fn flush(template: &Template, source: &Arc<Source>) -> Literals {
        let mut lines = Lines { source, at_start: true, least: usize::MAX, indented: BTreeSet::new() };
        lines.visit(template, Stripping::default());
        let indentation = if lines.least == usize::MAX { 0 } else { lines.least };
        Literals { writing: Writing::Lines, indentation, unindented: lines.indented }
    }

    /// Appends a literal, each line with its place.
    pub(super) fn write(
        &self,
        literal: &Spanned<String>,
        strip: Stripping,
        scope: &Scope<'_>,
        out: &mut TextBuilder,
    ) {
        for piece in pieces(self.writing, literal, strip, scope.source) {
            let mut text = piece.text.as_str();
            let mut start = piece.kept;
            if self.unindented.contains(&piece.start) {
                let removed: usize = text.chars().take(self.indentation).map(char::len_utf8).sum();
                text = text.get(removed..).unwrap_or_default();
                start += removed;
            }
            if !text.is_empty() {
                let origin = Origin::new(scope.source, start..start + text.len(), scope.within);
                out.mark(Some(Arc::new(origin)), piece.verbatim);
                out.push_str(text);
            }
        }
    }
}

fn pieces(writing: Writing, literal: &Spanned<String>, strip: Stripping, source: &Arc<Source>) -> Vec<Piece> {
    let range = span(literal);
    let raw = source.slice(&range);
    let mut pieces = Vec::new();
    match writing {
        Writing::Quoted => {
            let text = unescaped(raw).unwrap_or_else(|| literal.value().clone());
            pieces.push(Piece { start: range.start, kept: range.start, verbatim: text == raw, text });
        }
        Writing::Lines => {
            let mut start = range.start;
            for line in raw.split_inclusive('\n') {
                let text = line.replace("$${", "${").replace("%%{", "%{");
                pieces.push(Piece { start, kept: start, verbatim: text == line, text });
                start += line.len();
            }
        }
    }
    if let Some(first) = pieces.first_mut().filter(|_| strip.start) {
        let stripped = first.text.trim_start().to_owned();
        first.kept += first.text.len() - stripped.len();
        first.text = stripped;
    }
    if let Some(last) = pieces.last_mut().filter(|_| strip.end) {
        last.text.truncate(last.text.trim_end().len());
    }
    pieces
}

/// What quoted text stands for. The parser does the same, but not within directives.
fn unescaped(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['\\', '$', '%']) {
        let (before, special) = rest.split_at_checked(at)?;
        out.push_str(before);
        if let Some(after) = special.strip_prefix("$${").or_else(|| special.strip_prefix("%%{")) {
            out.push_str(special.get(1..3)?);
            rest = after;
            continue;
        }
        let Some(escape) = special.strip_prefix('\\') else {
            out.push_str(special.get(..1)?);
            rest = special.get(1..)?;
            continue;
        };
        let (character, digits) = match escape.chars().next()? {
            'n' => (Some('\n'), 0),
            'r' => (Some('\r'), 0),
            't' => (Some('\t'), 0),
            plain @ ('"' | '\\') => (Some(plain), 0),
            'u' => (None, 4),
            'U' => (None, 8),
            _ => return None,
        };
        let code = || u32::from_str_radix(escape.get(1..=digits)?, 16).ok().and_then(char::from_u32);
        out.push(character.or_else(code)?);
        rest = escape.get(1 + digits..)?;
    }
    out.push_str(rest);
    Some(out)
}

/// Looks through a heredoc's lines in the order in which they stand.
struct Lines<'s> {
    source: &'s Arc<Source>,
    at_start: bool,
    least: usize,
    indented: BTreeSet<usize>,
}

impl Lines<'_> {
    fn visit(&mut self, template: &Template, around: Stripping) {
        for (element, strip) in strippings(template, around) {
            match element {
                Element::Literal(literal) => {
                    for piece in pieces(Writing::Lines, literal, strip, self.source) {
                        self.line(&piece);
                    }
                }
                Element::Interpolation(_) => self.control(),
                Element::Directive(directive) => {
                    for (template, strip) in branches(directive) {
                        self.control();
                        self.visit(template, strip);
                    }
                    self.control();
                }
            }
        }
    }

    fn control(&mut self) {
        if std::mem::take(&mut self.at_start) {
            self.least = 0;
        }
    }

    fn line(&mut self, piece: &Piece) {
        if std::mem::take(&mut self.at_start) {
            let content = piece.text.trim_start();
            // A line of nothing but space is blank: it neither counts nor is it changed.
            if !(content.is_empty() && piece.text.ends_with('\n')) {
                let spaces = piece.text.chars().count() - content.chars().count();
                self.least = self.least.min(spaces);
                self.indented.insert(piece.start);
            }
        }
        self.at_start |= piece.text.ends_with('\n');
    }
}
