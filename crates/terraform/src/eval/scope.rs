//! What an expression can see.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::eval::{Moment, Reference};
use crate::source::{Place, Source};
use crate::value::Value;

/// Levels of nested evaluation; the parser allows 64 levels of nesting and 128 chained operators.
const MAX_DEPTH: usize = 256;

/// Gives references their values.
pub(crate) trait Names {
    /// The value that `reference`, written at `place`, stands for.
    ///
    /// # Errors
    ///
    /// That there is no such thing, or that it may not be used here.
    fn value(&self, reference: &Reference, place: &Place) -> Result<Value, Diagnostic>;

    /// The directory that `file` and its like start from: the root module's.
    fn directory(&self) -> &Path;

    /// The moment of applying; `None` where there is none yet.
    fn moment(&self) -> Option<&Moment>;
}

/// A name bound by a `for`, a `dynamic` block or a template.
struct Binding<'a> {
    name: &'a str,
    value: Value,
    outer: Option<&'a Binding<'a>>,
}

/// What an expression can see, and where it stands.
pub(crate) struct Scope<'a> {
    /// The file that the expression stands in.
    pub(crate) source: &'a Arc<Source>,
    /// The address of what is being evaluated.
    pub(crate) within: &'a Arc<str>,
    names: &'a dyn Names,
    bindings: Option<&'a Binding<'a>>,
    extra: Option<Binding<'a>>,
    depth: usize,
    /// The variables of a file rendered by `templatefile`, which sees nothing else.
    template: Option<&'a BTreeMap<String, Value>>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(source: &'a Arc<Source>, within: &'a Arc<str>, names: &'a dyn Names) -> Scope<'a> {
        Scope { source, within, names, bindings: None, extra: None, depth: 0, template: None }
    }

    /// The scope one level further down.
    pub(super) fn deeper(&self, range: Range<usize>) -> Result<Scope<'_>, Diagnostic> {
        if self.depth >= MAX_DEPTH {
            return Err(Diagnostic::new("expression too deep", self.place(range), "nests too many levels"));
        }
        Ok(Scope { depth: self.depth + 1, ..self.inner() })
    }

    fn inner(&self) -> Scope<'_> {
        Scope {
            source: self.source,
            within: self.within,
            names: self.names,
            bindings: self.extra.as_ref().or(self.bindings),
            extra: None,
            depth: self.depth,
            template: self.template,
        }
    }

    /// The scope with one more name bound.
    pub(crate) fn with<'b>(&'b self, name: &'b str, value: Value) -> Scope<'b> {
        let mut scope: Scope<'b> = self.inner();
        scope.extra = Some(Binding { name, value, outer: scope.bindings });
        scope
    }

    /// The scope of a template file: `source` is the file, and only `variables` can be seen.
    pub(super) fn template_file<'b>(
        &'b self,
        source: &'b Arc<Source>,
        variables: &'b BTreeMap<String, Value>,
    ) -> Scope<'b> {
        Scope { source, bindings: None, template: Some(variables), ..self.inner() }
    }

    pub(super) fn is_template_file(&self) -> bool {
        self.template.is_some()
    }

    pub(crate) fn place(&self, range: Range<usize>) -> Place {
        Place { source: Arc::clone(self.source), range }
    }

    /// The value bound to a plain name.
    pub(super) fn bound(&self, name: &str) -> Option<&Value> {
        let mut binding = self.extra.as_ref().or(self.bindings);
        while let Some(current) = binding {
            if current.name == name {
                return Some(&current.value);
            }
            binding = current.outer;
        }
        self.template.and_then(|variables| variables.get(name))
    }

    pub(super) fn bound_names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut binding = self.extra.as_ref().or(self.bindings);
        while let Some(current) = binding {
            names.push(current.name);
            binding = current.outer;
        }
        names.extend(self.template.iter().flat_map(|variables| variables.keys()).map(String::as_str));
        names
    }

    pub(super) fn names(&self) -> &'a dyn Names {
        self.names
    }
}

/// The scope of constants such as variables' defaults.
pub(super) struct Nothing;

impl Names for Nothing {
    fn value(&self, reference: &Reference, place: &Place) -> Result<Value, Diagnostic> {
        Err(Diagnostic::new(
            format!("`{reference}` in a constant"),
            place.clone(),
            "nothing can be referred to here",
        ))
    }

    fn directory(&self) -> &Path {
        Path::new("")
    }

    fn moment(&self) -> Option<&Moment> {
        None
    }
}
