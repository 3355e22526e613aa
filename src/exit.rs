//! Exit codes, the contract with CI.

/// How the process ends. The highest of provisioning, target and failed wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All passed, or was skipped for a declared reason.
    Passed = 0,
    /// A scenario failed.
    Failed = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// The target could not be had.
    Target = 3,
    /// Provisioning failed.
    Provisioning = 4,
    /// Ctrl-C or SIGTERM.
    Interrupted = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
