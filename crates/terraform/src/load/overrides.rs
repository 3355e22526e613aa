//! Override files: what they say is written over what the other files of the module say, as Terraform merges them. The
//! merged files are read as any other; every part of them knows its file.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::structure::{Attribute, Block, Body, Structure};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::eval::span;
use crate::load::parse_body;
use crate::load::reader::header;
use crate::source::{Composer, Place, Source};

/// Blocks that an override file must not hold.
const NEVER: [&str; 4] = ["check", "import", "moved", "removed"];
/// Blocks of conditions, which stay as they are.
const CONDITIONS: [&str; 3] = ["postcondition", "precondition", "validation"];

/// The files of a module with what its override files say, one after another.
///
/// # Errors
///
/// Files that cannot be parsed, and overrides of what is not there or cannot be overridden.
pub(super) fn merged(
    mut files: Vec<Arc<Source>>,
    overrides: &[Arc<Source>],
    wrong: &mut Diagnostics,
) -> Vec<Arc<Source>> {
    for source in overrides {
        let Some(body) = wrong.keep(parse_body(source)) else { continue };
        // A file that cannot be parsed is complained about where it is read.
        let mut bases: Vec<Base> = files
            .iter()
            .map(|file| Base {
                source: Arc::clone(file),
                body: parse_body(file).unwrap_or_default(),
                edits: Vec::new(),
            })
            .collect();
        for structure in &body {
            match structure {
                Structure::Block(block) => Override { source, block, wrong }.apply(&mut bases),
                Structure::Attribute(attribute) => {
                    let place = Place { source: Arc::clone(source), range: span(&attribute.key) };
                    let message = format!("argument `{}` outside of a block", attribute.key.as_str());
                    wrong.push(Diagnostic::new(message, place, "only blocks stand at the top of a file"));
                }
            }
        }
        files = bases.into_iter().map(Base::finish).collect();
    }
    files
}

/// A file that is overridden.
struct Base {
    source: Arc<Source>,
    body: Body,
    edits: Vec<Edit>,
}

/// What stands instead of a part of a file: lines, each a part of the override file.
struct Edit {
    range: Range<usize>,
    source: Arc<Source>,
    parts: Vec<Range<usize>>,
    /// Whether the parts stand on lines of their own.
    lines: bool,
}

impl Base {
    fn finish(mut self) -> Arc<Source> {
        if self.edits.is_empty() {
            return self.source;
        }
        self.edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let mut out = Composer::new();
        let mut rest = 0;
        for edit in &self.edits {
            out.keep(&self.source, rest..edit.range.start);
            for part in &edit.parts {
                if edit.lines {
                    out.write("\n", &edit.source, part.start..part.start);
                }
                out.keep(&edit.source, part.clone());
            }
            if edit.lines {
                out.write("\n", &self.source, edit.range.end..edit.range.end);
            }
            rest = edit.range.end;
        }
        out.keep(&self.source, rest..self.source.text().len());
        out.finish(&self.source)
    }
}

/// One block of an override file.
struct Override<'o, 'w> {
    source: &'o Arc<Source>,
    block: &'o Block,
    wrong: &'w mut Diagnostics,
}

impl Override<'_, '_> {
    fn refuse(&mut self, range: Range<usize>, message: String, label: &str, hint: &str) {
        let place = Place { source: Arc::clone(self.source), range };
        self.wrong.push(Diagnostic::new(message, place, label).with_hint(hint));
    }

    fn apply(&mut self, bases: &mut [Base]) {
        let kind = self.block.ident.as_str();
        match kind {
            _ if NEVER.contains(&kind) => {
                let message = format!("`{kind}` in an override file");
                let hint = "move it to a file that is no override";
                self.refuse(span(&self.block.ident), message, "cannot be overridden", hint);
            }
            "locals" => {
                for attribute in self.block.body.attributes() {
                    self.local(attribute, bases);
                }
            }
            "terraform" => self.append(bases),
            _ => {
                let wanted = identity(self.block);
                let found = bases.iter_mut().find_map(|base| {
                    let block = base.body.blocks().find(|block| identity(block) == wanted)?.clone();
                    Some((base, block))
                });
                match found {
                    Some((base, block)) => self.merge(self.block, &block, base),
                    // A provider that nothing configured so far is configured here.
                    None if kind == "provider" => self.append(bases),
                    None => self.nothing_to_override(),
                }
            }
        }
    }

    fn nothing_to_override(&mut self) {
        let place = header(self.block, self.source);
        let message = format!("nothing to override: no {}", self.source.slice(&place.range));
        let hint = "an override file changes what another file of the module declares; declare it there";
        self.wrong.push(Diagnostic::new(message, place, "declared in no other file").with_hint(hint));
    }

    fn local(&mut self, attribute: &Attribute, bases: &mut [Base]) {
        let name = attribute.key.as_str();
        let found = bases.iter_mut().find_map(|base| {
            let locals = base.body.blocks().filter(|block| block.ident.as_str() == "locals");
            let range =
                locals.filter_map(|block| block.body.get_attribute(name)).map(|it| span(&it.value)).next();
            range.map(|range| (base, range))
        });
        match found {
            Some((base, range)) => self.replace(range, span(&attribute.value), base),
            None => {
                let message = format!("nothing to override: no local value `{name}`");
                let hint =
                    "an override file changes what another file of the module declares; declare it there";
                self.refuse(span(&attribute.key), message, "declared in no other file", hint);
            }
        }
    }

    fn append(&mut self, bases: &mut [Base]) {
        let Some(base) = bases.first_mut() else { return };
        let end = base.source.text().len();
        self.insert(end..end, vec![span(self.block)], base);
    }

    fn replace(&self, range: Range<usize>, with: Range<usize>, base: &mut Base) {
        base.edits.push(Edit { range, source: Arc::clone(self.source), parts: vec![with], lines: false });
    }

    fn insert(&self, range: Range<usize>, parts: Vec<Range<usize>>, base: &mut Base) {
        base.edits.push(Edit { range, source: Arc::clone(self.source), parts, lines: true });
    }

    /// Writes one block over another: its arguments over those of the same name, its nested blocks over all of the same
    /// type.
    fn merge(&mut self, over: &Block, block: &Block, base: &mut Base) {
        let mut added = Vec::new();
        for structure in &over.body {
            match structure {
                Structure::Attribute(attribute) if attribute.key.as_str() == "depends_on" => {
                    let hint = "what depends on what is said where the block is declared";
                    let message = "`depends_on` in an override file".to_owned();
                    self.refuse(span(&attribute.key), message, "cannot be overridden", hint);
                }
                Structure::Attribute(attribute) => match block.body.get_attribute(attribute.key.as_str()) {
                    Some(own) => self.replace(span(&own.value), span(&attribute.value), base),
                    None => added.push(span(&attribute.key).start..span(&attribute.value).end),
                },
                Structure::Block(nested) if CONDITIONS.contains(&nested.ident.as_str()) => {
                    let message = format!("`{}` in an override file", nested.ident.as_str());
                    let hint = "change it where the block is declared";
                    self.refuse(span(&nested.ident), message, "conditions cannot be overridden", hint);
                }
                Structure::Block(nested) if nested.ident.as_str() == "lifecycle" => {
                    let own = block.body.blocks().find(|own| own.ident.as_str() == "lifecycle");
                    match own {
                        Some(own) => self.merge(nested, own, base),
                        None => added.push(span(nested)),
                    }
                }
                Structure::Block(nested) => added.push(span(nested)),
            }
        }
        let types: Vec<&str> =
            over.body.blocks().map(made_type).filter(|made| *made != "lifecycle").collect();
        for own in block.body.blocks().filter(|own| types.contains(&made_type(own))) {
            base.edits.push(Edit {
                range: span(own),
                source: Arc::clone(self.source),
                parts: Vec::new(),
                lines: false,
            });
        }
        let whole = span(block);
        if !added.is_empty() {
            // What stood on one line with its braces needs lines of its own now.
            let end = header(block, &base.source).range.end;
            let open = base.source.slice(&(end..whole.end)).find('{').map(|brace| end + brace + 1);
            self.insert(open.unwrap_or(end)..open.unwrap_or(end), Vec::new(), base);
            let close = whole.end.saturating_sub(1);
            self.insert(close..close, added, base);
        }
    }
}

/// The type of the blocks that a block is or makes.
fn made_type(block: &Block) -> &str {
    let made = block.labels.first().filter(|_| block.ident.as_str() == "dynamic");
    made.map_or(block.ident.as_str(), |label| label.as_str())
}

/// What tells one block of a module from another: its type, its labels, and a provider's alias.
fn identity(block: &Block) -> Vec<String> {
    let alias = block.body.get_attribute("alias").filter(|_| block.ident.as_str() == "provider");
    std::iter::once(block.ident.as_str().to_owned())
        .chain(block.labels.iter().map(|label| label.as_str().to_owned()))
        .chain(alias.map(|alias| alias.value.to_string().trim().to_owned()))
        .collect()
}
