//! `stackproof outputs`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, Shared, variable};
use crate::config::{Config, TargetConfig};
use crate::exit::Exit;
use crate::provision::{self, Facts, Provisioned, Request};
use crate::target::embedded::Embedded;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A root module; where one stack of stackproof.toml has it as its `path`, with that stack's settings
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// A variable; wins over files and the stack's own
    #[arg(long = "var", value_name = "K=V", value_parser = variable)]
    vars: Vec<(String, String)>,
    /// A variable file; later ones win, and all of them over the stack's
    #[arg(long = "var-file", value_name = "F")]
    var_files: Vec<PathBuf>,
}

impl Arguments {
    /// The root module that is asked for, with the settings of the one stack of the configuration whose `path` it is.
    ///
    /// # Errors
    /// A folder or file is not there, or a variable is not declared.
    pub(super) fn request(self, config: &Config, target: &TargetConfig) -> Result<Request, Failure> {
        let facts = Facts { accounts: target.accounts.clone(), run_id: super::run_id()? };
        let Self { directory, vars, var_files } = self;
        let request = match provision::of_directory(config, &facts, &directory, &vars, &var_files)? {
            Some(request) => request,
            None => Request::of_directory(&directory, vars, var_files)?,
        };
        request.check_given().map_err(Failure::given)?;
        Ok(request)
    }

    /// Applies the root module to a fresh embedded target, with the accounts and the region that the configuration
    /// gives it. The target ends with this process.
    ///
    /// # Errors
    /// The configuration is wrong, the target could not be had, or provisioning failed.
    pub(super) async fn apply(self, shared: &Shared) -> Result<Provisioned, Failure> {
        let config = Config::load(shared.config.as_deref())?;
        let (name, target) = config.target(Some(shared.target.as_deref().unwrap_or("embedded")))?;
        let request = self.request(&config, &target)?;
        let embedded = Embedded::new(&name, &target).map_err(Failure::target)?;
        let environment = embedded.open(None).await.map_err(Failure::target)?;
        let provisioned = provision::apply(&environment, &request).await.map_err(Failure::provisioning)?;
        provisioned.notes().for_each(|note| eprintln!("{note}"));
        for left in environment.standing.destroy_all().await {
            left.wrong.iter().for_each(|wrong| eprintln!("note: {wrong}"));
        }
        Ok(provisioned)
    }
}

/// Prints the outputs as `terraform output -json` does.
pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Exit, Failure> {
    let provisioned = arguments.apply(shared).await?;
    // A reader that has seen enough is no error.
    drop(writeln!(std::io::stdout(), "{}", provisioned.outputs_text()));
    Ok(Exit::Passed)
}
