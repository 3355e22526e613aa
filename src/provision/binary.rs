//! Applies a root module with the real `terraform` or `tofu`, in a temporary copy that speaks with the gateway.

mod mirror;
mod overrides;
mod process;
mod standing;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use stackproof_gateway::Server;
use stackproof_terraform::{Diagnostic, Diagnostics, VarValue};
use tempfile::TempDir;

use self::mirror::Mirror;
use self::overrides::{Keys, Settings};
use self::process::{Ended, Output, run};
pub use self::standing::{Standing, Undestroyed};
use super::provisioned::Provisioned;
use super::request::{Inputs, Request};
use super::state::State;
use crate::progress::Progress;
use crate::target::Environment;

/// Generated values of variables, which no module of its own has.
const VARIABLES: &str = "stackproof.generated.tfvars.json";

/// The certificate authority of the gateway.
const AUTHORITY: &str = "ca.pem";

/// Variables of the environment that would lead the program, or the AWS provider, elsewhere.
const NOT_PASSED_ON: [&str; 2] = ["TF_DATA_DIR", "TF_WORKSPACE"];

/// A copy of a root module that a program applies and destroys.
pub struct Workdir {
    folder: TempDir,
    root: PathBuf,
    program: PathBuf,
    /// The stack's name.
    stack: String,
    variables: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
    progress: Progress,
    begun: AtomicBool,
    #[expect(dead_code, reason = "held so that the endpoint answers until all is destroyed")]
    server: Arc<Server>,
}

/// Applies the root module that is asked for with that program. What it made is destroyed by [`Standing::destroy_all`].
///
/// # Errors
/// The copy could not be made, or what the program said. Then what was made before is destroyed again.
pub(super) async fn apply(
    environment: &Environment,
    request: &Request,
    program: &Path,
) -> Result<Provisioned, Diagnostics> {
    let workdir = Arc::new(Workdir::prepare(environment, request, program)?);
    environment.standing.add(Arc::clone(&workdir));
    match workdir.apply().await {
        Ok(state) => {
            let mut provisioned = state.provisioned(environment, request);
            if !request.inputs.ignore.is_empty() {
                let name = workdir.name();
                let message = format!("`ignore` is not used: `{name}` applies all of the root module");
                provisioned.notes.push(Diagnostic::nowhere(message));
            }
            Ok(provisioned)
        }
        Err(wrong) => {
            let mut all = Diagnostics::from(wrong);
            all.extend(environment.standing.destroy(&workdir).await.err().into_iter().flatten());
            Err(all)
        }
    }
}

impl Workdir {
    fn prepare(environment: &Environment, request: &Request, program: &Path) -> Result<Self, Diagnostics> {
        let unwritable = |error: io::Error| {
            Diagnostic::nowhere(format!(
                "the root module `{}` cannot be copied: {error}",
                request.directory.display()
            ))
        };
        let folder = tempfile::Builder::new().prefix("stackproof-").tempdir().map_err(unwritable)?;
        let mirror = Mirror::of(&request.directory, &folder.path().join("copy"))?;
        let authority = folder.path().join(AUTHORITY);
        let endpoint = environment.client.endpoint();
        std::fs::write(&authority, &endpoint.ca_pem).map_err(unwritable)?;
        let settings = Settings {
            endpoint: endpoint.https.clone(),
            authority: authority.display().to_string(),
            keys: keys(environment),
            main: environment.accounts.get("main").cloned().unwrap_or_default(),
        };
        for module in &mirror.modules {
            let is_root = module.copy == mirror.root;
            let needs_default = is_root && mirror.modules.iter().any(|module| module.outline.is_of_aws);
            let text = overrides::text(&module.outline, &settings, is_root, needs_default);
            if let Some(text) = text {
                std::fs::write(module.copy.join(overrides::FILE), text).map_err(unwritable)?;
            }
        }
        let variables = variables(&request.inputs, &mirror.root).map_err(unwritable)?;
        let nothing = folder.path().join("no-configuration");
        std::fs::write(&nothing, "").map_err(unwritable)?;
        Ok(Self {
            root: mirror.root,
            program: program.to_owned(),
            stack: request.stack.clone(),
            variables,
            environment: surroundings(environment, &settings, &nothing, request.inputs.workspace_name()),
            progress: environment.progress.clone(),
            begun: AtomicBool::new(false),
            server: Arc::clone(&environment.server),
            folder,
        })
    }

    /// Initializes, applies, and reads what came of it.
    async fn apply(&self) -> Result<State, Diagnostic> {
        self.run("init", &["-input=false"], false).await?;
        self.begun.store(true, Ordering::Relaxed);
        self.run("apply", &["-input=false", "-auto-approve"], true).await?;
        let mut command = self.command("show");
        command.arg("-json");
        let shown = run(command, Output::Kept, &self.progress).await.map_err(|error| self.missing(&error))?;
        if !shown.status.success() {
            return Err(self.failed("show", &shown));
        }
        State::parse(&shown.stdout, "what `show -json` printed")
    }

    /// Destroys all that was applied, if anything was.
    ///
    /// # Errors
    /// What the program said.
    async fn destroy(&self) -> Result<(), Diagnostics> {
        if !self.begun.load(Ordering::Relaxed) {
            return Ok(());
        }
        // A lock that is there was left by an apply that was killed: the folder is nobody else's.
        let options = ["-input=false", "-auto-approve", "-lock=false"];
        Ok(self.run("destroy", &options, true).await?)
    }

    /// Runs a subcommand, its output to stderr.
    async fn run(&self, subcommand: &str, options: &[&str], takes_variables: bool) -> Result<(), Diagnostic> {
        let mut command = self.command(subcommand);
        command.args(options);
        if takes_variables {
            command.args(&self.variables);
        }
        let ended = run(command, Output::Told, &self.progress).await.map_err(|error| self.missing(&error))?;
        match ended.status.success() {
            true => Ok(()),
            false => Err(self.failed(subcommand, &ended)),
        }
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.root).args([subcommand, "-no-color"]);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("AWS_") || NOT_PASSED_ON.contains(&&*text) {
                command.env_remove(&name);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The program as a person calls it.
    fn name(&self) -> String {
        self.program.display().to_string()
    }

    fn missing(&self, error: &io::Error) -> Diagnostic {
        let program = self.name();
        let wrong = Diagnostic::nowhere(format!("`{program}` cannot be run: {error}"));
        wrong.with_hint("install it, or name its path on the target: provisioner = \"/path/to/terraform\"")
    }

    fn failed(&self, subcommand: &str, ended: &Ended) -> Diagnostic {
        let program = self.program.file_name().unwrap_or_default().to_string_lossy();
        let message =
            format!("`{program} {subcommand}` of the stack `{}` failed ({})", self.stack, ended.status);
        match ended.error() {
            Some(error) => Diagnostic::nowhere(format!("{message}: {error}")),
            None => Diagnostic::nowhere(message),
        }
    }

    /// Leaves the folder where it is, and gives the command that goes on with it.
    fn left(self) -> String {
        let root = crate::shell::quoted(&self.root.display().to_string());
        let command = format!("{} -chdir={root} destroy", self.name());
        drop(self.folder.keep());
        command
    }
}

/// The operators' keys by account.
fn keys(environment: &Environment) -> BTreeMap<String, Keys> {
    let keys = environment.operators.iter().map(|(account, operator)| {
        let id = operator.access_key_id.clone();
        (account.clone(), Keys { id, secret: operator.secret_access_key.expose().to_owned() })
    });
    keys.collect()
}

/// The options that give the variables their values, in the order in which later ones win.
fn variables(inputs: &Inputs, root: &Path) -> io::Result<Vec<OsString>> {
    let mut options = Vec::new();
    for file in &inputs.var_files {
        let mut option = OsString::from("-var-file=");
        option.push(std::path::absolute(file)?);
        options.push(option);
    }
    let mut values = serde_json::Map::new();
    let mut words = Vec::new();
    for (name, value) in &inputs.values {
        match value {
            VarValue::Value(value) => {
                values.insert(name.clone(), value.to_json());
            }
            VarValue::Text(text) | VarValue::Word(text) => words.push((name, text)),
        }
    }
    if !values.is_empty() {
        std::fs::write(root.join(VARIABLES), serde_json::Value::Object(values).to_string())?;
        options.push(format!("-var-file={VARIABLES}").into());
    }
    let words = words.into_iter().chain(inputs.vars.iter().map(|(name, text)| (name, text)));
    options.extend(words.map(|(name, text)| format!("-var={name}={text}").into()));
    Ok(options)
}

/// What the program and its providers find in their environment.
fn surroundings(
    environment: &Environment,
    settings: &Settings,
    nothing: &Path,
    workspace: Option<String>,
) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<(&'static str, OsString)> = vec![
        ("AWS_CA_BUNDLE", settings.authority.clone().into()),
        // Whatever stands in the files of whoever runs this is not meant for the target.
        ("AWS_CONFIG_FILE", nothing.into()),
        ("AWS_SHARED_CREDENTIALS_FILE", nothing.into()),
        ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ("AWS_ENDPOINT_URL", settings.endpoint.clone().into()),
        ("AWS_REGION", environment.region.clone().into()),
        ("AWS_DEFAULT_REGION", environment.region.clone().into()),
        ("CHECKPOINT_DISABLE", "1".into()),
        ("TF_IN_AUTOMATION", "1".into()),
        ("TF_INPUT", "0".into()),
    ];
    // A workspace that is not there is made by `init`.
    variables.extend(workspace.map(|name| ("TF_WORKSPACE", name.into())));
    if let Some(keys) = settings.keys.get(&settings.main) {
        variables.push(("AWS_ACCESS_KEY_ID", keys.id.clone().into()));
        variables.push(("AWS_SECRET_ACCESS_KEY", keys.secret.clone().into()));
    }
    // Providers weigh hundreds of megabytes: they are had once. A cache of the user's own stays.
    if std::env::var_os("TF_PLUGIN_CACHE_DIR").is_none()
        && let Some(cache) = plugin_cache()
    {
        variables.push(("TF_PLUGIN_CACHE_DIR", cache.into()));
        variables.push(("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "1".into()));
    }
    variables
}

/// A folder for providers that outlives the run, made if need be.
fn plugin_cache() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let caches = named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")))?;
    let folder = caches.join("stackproof").join("terraform-plugins");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder)
}
