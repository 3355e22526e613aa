//! Where packages are processed: on ECS, or by a container runtime beside this program.

use std::process::Stdio;

use aws_config::SdkConfig;
use aws_sdk_ecs::operation::run_task::RunTaskOutput;
use aws_sdk_ecs::types::{
    AssignPublicIp, AwsVpcConfiguration, ContainerOverride, KeyValuePair, LaunchType, NetworkConfiguration,
    TaskOverride,
};
use stackproof_functions::package::Task;
use stackproof_functions::{Error, Settings};
use tokio::process::Command;

use crate::validate::Start;

/// What a container of a local runtime is handed on from this program's environment, by name, so that no credential stands
/// on a command line.
const HANDED_ON: &[&str] = &[
    "AUDIT_TABLE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB",
    "AWS_ENDPOINT_URL_S3",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "STORAGE_ACCESS_KEY_ID",
    "STORAGE_ENDPOINT",
    "STORAGE_SECRET_ACCESS_KEY",
];

/// The switch of the stack's variable `compute_mode`.
pub enum Compute {
    /// A Fargate task for each package.
    Ecs(Box<Ecs>),
    /// A container for each package.
    Local(Local),
}

/// A cluster, and how a task is run on it.
pub struct Ecs {
    client: aws_sdk_ecs::Client,
    cluster: String,
    task_definition: String,
    container: String,
    network: AwsVpcConfiguration,
}

/// A container runtime with Docker's command line, as Podman and nerdctl have it too.
pub struct Local {
    runtime: String,
    image: String,
    network: Option<String>,
    handed_on: Vec<&'static str>,
}

#[derive(Clone, Copy)]
enum Mode {
    Ecs,
    Local,
}

impl Compute {
    /// As `COMPUTE_MODE` says.
    pub fn of_settings(settings: &Settings, config: &SdkConfig) -> Result<Self, Error> {
        match settings.choice("COMPUTE_MODE", &[("ecs", Mode::Ecs), ("local", Mode::Local)])? {
            Mode::Ecs => Ecs::of_settings(settings, config).map(Box::new).map(Self::Ecs),
            Mode::Local => Local::of_settings(settings).map(Self::Local),
        }
    }
}

impl Start for Compute {
    async fn start(&self, task: &Task) -> Result<String, Error> {
        match self {
            Self::Ecs(ecs) => ecs.start(task).await,
            Self::Local(local) => local.start(task).await,
        }
    }
}

impl Ecs {
    fn of_settings(settings: &Settings, config: &SdkConfig) -> Result<Self, Error> {
        let is_public = settings.choice("ASSIGN_PUBLIC_IP", &[("DISABLED", false), ("ENABLED", true)])?;
        let network = AwsVpcConfiguration::builder()
            .set_subnets(Some(settings.list("SUBNET_IDS")?))
            .security_groups(settings.required("SECURITY_GROUP_ID")?)
            .assign_public_ip(if is_public { AssignPublicIp::Enabled } else { AssignPublicIp::Disabled })
            .build()
            .map_err(|error| Error::new(format!("the tasks' network is incomplete: {error}")))?;
        Ok(Self {
            client: aws_sdk_ecs::Client::new(config),
            cluster: settings.required("CLUSTER_ARN")?,
            task_definition: settings.required("TASK_DEFINITION")?,
            container: settings.required("CONTAINER_NAME")?,
            network,
        })
    }

    async fn start(&self, task: &Task) -> Result<String, Error> {
        let variables = task
            .variables()
            .into_iter()
            .map(|(name, value)| KeyValuePair::builder().name(name).value(value).build());
        let container = ContainerOverride::builder()
            .name(&self.container)
            .set_environment(Some(variables.collect()))
            .build();
        let answer = self
            .client
            .run_task()
            .cluster(&self.cluster)
            .task_definition(&self.task_definition)
            .launch_type(LaunchType::Fargate)
            .network_configuration(
                NetworkConfiguration::builder().awsvpc_configuration(self.network.clone()).build(),
            )
            .overrides(TaskOverride::builder().container_overrides(container).build())
            // Asked for a package's task again, ECS answers with the one that there is.
            .client_token(&task.package.id)
            .send()
            .await
            .map_err(|error| Error::call(&format!("run `{}`", self.task_definition), &error))?;
        started_by_ecs(&answer)
    }
}

/// The task that was started. ECS answers with success, too, when it has no room for one.
fn started_by_ecs(answer: &RunTaskOutput) -> Result<String, Error> {
    if let Some(arn) = answer.tasks().iter().find_map(|task| task.task_arn()) {
        return Ok(arn.to_owned());
    }
    let reasons: Vec<_> = answer.failures().iter().filter_map(|failure| failure.reason()).collect();
    let reasons = if reasons.is_empty() { "it does not say why".to_owned() } else { reasons.join(", ") };
    Err(Error::new(format!("ECS started no task: {reasons}")))
}

impl Local {
    fn of_settings(settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            runtime: settings.optional("CONTAINER_RUNTIME").unwrap_or_else(|| "docker".to_owned()),
            image: settings.required("CONTAINER_IMAGE")?,
            network: settings.optional("CONTAINER_NETWORK"),
            handed_on: HANDED_ON.iter().copied().filter(|name| settings.optional(name).is_some()).collect(),
        })
    }

    async fn start(&self, task: &Task) -> Result<String, Error> {
        let name = name(task);
        let run =
            Command::new(&self.runtime).args(self.arguments(&name, task)).stdin(Stdio::null()).output().await;
        let output = run.map_err(|error| Error::new(format!("`{}` cannot be run: {error}", self.runtime)))?;
        let said = String::from_utf8_lossy(&output.stderr);
        // The name is the package's: who has it is its container, which stays when it has ended.
        if output.status.success() || said.contains("already in use") {
            return Ok(name);
        }
        let said = said.lines().next_back().unwrap_or("it does not say why");
        Err(Error::new(format!("`{}` started no container, {}: {said}", self.runtime, output.status)))
    }

    fn arguments(&self, name: &str, task: &Task) -> Vec<String> {
        let mut arguments: Vec<_> =
            ["run", "--detach", "--read-only", "--name", name].map(str::to_owned).to_vec();
        if let Some(network) = &self.network {
            arguments.extend(["--network".to_owned(), network.clone()]);
        }
        for name in &self.handed_on {
            arguments.extend(["--env".to_owned(), (*name).to_owned()]);
        }
        for (name, value) in task.variables() {
            arguments.extend(["--env".to_owned(), format!("{name}={value}")]);
        }
        arguments.push(self.image.clone());
        arguments
    }
}

fn name(task: &Task) -> String {
    format!("processing-{}", task.package.id.get(..32).unwrap_or(&task.package.id))
}

#[cfg(test)]
mod tests;
