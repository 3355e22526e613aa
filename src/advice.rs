//! Advice stands below an error as `hint:`, wherever the error is told.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

/// A diagnostic without its advice, which miette would call `help:`.
#[derive(Debug)]
pub(crate) struct Unadvised<'a>(pub(crate) &'a dyn Diagnostic);

impl fmt::Display for Unadvised<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0, f)
    }
}

impl std::error::Error for Unadvised<'_> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Diagnostic for Unadvised<'_> {
    fn severity(&self) -> Option<Severity> {
        self.0.severity()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.0.labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        self.0.related()
    }
}
