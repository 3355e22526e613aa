//! What a command ends with when it could not do its work.

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, Report, ReportHandler};

use crate::advice::Unadvised;
use crate::config::ConfigError;
use crate::exit::Exit;
use crate::provision::StackFailure;

/// An error for the user, and the exit code that goes with it.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    reports: Vec<Report>,
}

impl Failure {
    /// The command line or the configuration is wrong.
    pub(crate) fn usage(report: impl Into<Report>) -> Self {
        Self { exit: Exit::Usage, reports: vec![report.into()] }
    }

    /// The command line is wrong, for each of these reasons.
    pub(crate) fn given<D: Diagnostic + Send + Sync + 'static>(reasons: impl IntoIterator<Item = D>) -> Self {
        Self { exit: Exit::Usage, ..Self::provisioning(reasons) }
    }

    /// The target could not be had.
    pub(crate) fn target(report: impl Into<Report>) -> Self {
        Self { exit: Exit::Target, reports: vec![report.into()] }
    }

    /// Provisioning failed, for each of these reasons.
    pub(crate) fn provisioning<D: Diagnostic + Send + Sync + 'static>(
        reasons: impl IntoIterator<Item = D>,
    ) -> Self {
        Self { exit: Exit::Provisioning, reports: reasons.into_iter().map(Report::new).collect() }
    }

    /// Provisioning failed, for this reason.
    pub(crate) fn unprovisioned(report: impl Into<Report>) -> Self {
        Self { exit: Exit::Provisioning, reports: vec![report.into()] }
    }

    /// Prints every reason to stderr and gives the exit code.
    pub(crate) fn report(self) -> Exit {
        for report in self.reports {
            eprint!("{report:?}");
        }
        self.exit
    }
}

impl From<StackFailure> for Failure {
    fn from(failure: StackFailure) -> Self {
        match failure {
            StackFailure::Configuration(error) => Self::usage(error),
            StackFailure::Given(reasons) => Self::given(reasons),
            StackFailure::Provisioning(reasons) => Self::provisioning(reasons),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(error)
    }
}

/// Sets how errors are drawn: with source lines underlined, coloured or not, and the advice as a `hint:` below.
pub(super) fn install(colour: bool) {
    let hook = miette::set_hook(Box::new(move |_| {
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        Box::new(Hinting(GraphicalReportHandler::new_themed(theme).with_width(110).with_context_lines(1)))
    }));
    // Only a second call can fail, and the first one stands.
    drop(hook);
}

struct Hinting(GraphicalReportHandler);

impl ReportHandler for Hinting {
    fn debug(&self, error: &dyn Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.render_report(f, &Unadvised(error))?;
        match error.help() {
            Some(advice) => writeln!(f, "hint: {advice}"),
            None => Ok(()),
        }
    }
}
