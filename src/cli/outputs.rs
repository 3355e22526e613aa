//! `stackproof outputs`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, variable};
use crate::config::TargetConfig;
use crate::exit::Exit;
use crate::provision::{self, Provisioned, Request};
use crate::target::embedded::Embedded;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A root module
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// A variable; wins over files
    #[arg(long = "var", value_name = "K=V", value_parser = variable)]
    vars: Vec<(String, String)>,
    /// A variable file; later ones win
    #[arg(long = "var-file", value_name = "F")]
    var_files: Vec<PathBuf>,
}

impl Arguments {
    /// Applies the root module to a fresh embedded target, which ends with this process.
    ///
    /// # Errors
    /// The target could not be had, or provisioning failed.
    pub(super) async fn apply(self) -> Result<Provisioned, Failure> {
        let request = Request::of_directory(&self.directory, self.vars, self.var_files)?;
        request.check_given().map_err(Failure::given)?;
        let embedded = Embedded::new("embedded", &TargetConfig::embedded()).map_err(Failure::target)?;
        let environment = embedded.open(None).await.map_err(Failure::target)?;
        let provisioned = provision::apply(&environment, &request).await.map_err(Failure::provisioning)?;
        provisioned.notes().for_each(|note| eprintln!("{note}"));
        Ok(provisioned)
    }
}

/// Prints the outputs as `terraform output -json` does.
pub(crate) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let provisioned = arguments.apply().await?;
    // A reader that has seen enough is no error.
    drop(writeln!(std::io::stdout(), "{}", provisioned.outputs_text()));
    Ok(Exit::Passed)
}
