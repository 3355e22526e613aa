//! The container engine, asked through its socket.

use std::future::Future;
use std::time::Duration;

use testcontainers::bollard::Docker;
use testcontainers::bollard::errors::Error;
use testcontainers::bollard::models::ContainerInspectResponse;
use testcontainers::bollard::query_parameters::{
    InspectContainerOptions, InspectNetworkOptions, RemoveContainerOptions,
};
use testcontainers::core::client::{ClientError, docker_client_instance};

use super::{ContainerError, Image, LABEL};

/// How long the engine may take to say that it is there.
const GREETING: Duration = Duration::from_secs(10);

/// How long a removal may take that somebody else has begun.
const REMOVAL: Duration = Duration::from_secs(30);

/// An engine that answers.
pub(crate) struct Engine {
    pub(super) docker: Docker,
    version: String,
}

/// A container as the engine has it.
pub(super) struct Found {
    pub(super) id: String,
    /// The run that made it, by its label.
    pub(super) run: Option<String>,
    pub(super) condition: Condition,
    /// The image that it was made of, by its id.
    pub(super) image: Option<String>,
    pub(super) ports: Vec<(String, u16)>,
}

/// How a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Running,
    Paused,
    Ended(Option<i64>),
}

impl Engine {
    /// The engine that `testcontainers` would use: `DOCKER_HOST`, else the system's socket.
    ///
    /// # Errors
    /// There is none, or it does not answer.
    pub(crate) async fn connect() -> Result<Self, ContainerError> {
        let docker = match docker_client_instance().await {
            Ok(docker) => docker,
            Err(ClientError::Init(error)) => return Err(unreachable(&error)),
            Err(error) => return Err(ContainerError::Unanswered { reason: error.to_string() }),
        };
        match tokio::time::timeout(GREETING, docker.version()).await {
            Ok(Ok(version)) => {
                Ok(Self { docker, version: version.version.unwrap_or_else(|| "unknown".to_owned()) })
            }
            Ok(Err(error)) => Err(unreachable(&error)),
            Err(_) => {
                let reason = format!("no answer within {} s", GREETING.as_secs());
                Err(ContainerError::Unanswered { reason })
            }
        }
    }

    /// Its version.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The id of that image, where it is here.
    ///
    /// # Errors
    /// The engine does not say.
    pub(crate) async fn image(&self, image: &Image) -> Result<Option<String>, ContainerError> {
        let found = absent_or(self.docker.inspect_image(&image.to_string()).await);
        let found = found.map_err(|e| ContainerError::failed("the image cannot be looked for", e))?;
        Ok(found.map(|found| found.id.unwrap_or_default()))
    }

    /// The container of that name or id, where it is here.
    ///
    /// # Errors
    /// The engine does not say.
    pub(super) async fn find(&self, name: &str) -> Result<Option<Found>, ContainerError> {
        let found = absent_or(self.docker.inspect_container(name, None::<InspectContainerOptions>).await);
        let found = found.map_err(|e| ContainerError::failed("the container cannot be looked for", e))?;
        Ok(found.map(Found::from))
    }

    /// Removes the container of that name if that run made it, with its volumes; it is gone afterwards. Says whether it
    /// was here.
    ///
    /// # Errors
    /// The engine refuses.
    pub(crate) async fn remove(&self, name: &str, run: &str) -> Result<bool, ContainerError> {
        let left = |reason| ContainerError::Left { name: name.to_owned(), reason };
        let Some(found) = self.find(name).await? else { return Ok(false) };
        if found.run.as_deref() != Some(run) {
            return Ok(false);
        }
        let options = RemoveContainerOptions { force: true, v: true, link: false };
        match absent_or(self.docker.remove_container(&found.id, Some(options)).await) {
            Ok(_) => Ok(true),
            // Somebody else is at it.
            Err(Error::DockerResponseServerError { status_code: 409, message }) => {
                let gone = tokio::time::timeout(REMOVAL, self.gone(&found.id)).await;
                gone.map_err(|_| left(message))?.map(|()| true)
            }
            Err(error) => Err(left(error.to_string())),
        }
    }

    async fn gone(&self, id: &str) -> Result<(), ContainerError> {
        while self.find(id).await?.is_some() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// The address by which containers reach the machine that the engine runs on.
    pub(super) async fn bridge(&self) -> Option<String> {
        let bridge = self.docker.inspect_network("bridge", None::<InspectNetworkOptions>).await.ok()?;
        let addresses = bridge.ipam?.config?;
        addresses.into_iter().find_map(|address| address.gateway.filter(|gateway| !gateway.is_empty()))
    }
}

impl From<ContainerInspectResponse> for Found {
    fn from(seen: ContainerInspectResponse) -> Self {
        let state = seen.state.unwrap_or_default();
        let condition = match (state.running, state.paused) {
            (_, Some(true)) => Condition::Paused,
            (Some(true), _) => Condition::Running,
            _ => Condition::Ended(state.exit_code),
        };
        let ports = seen.network_settings.and_then(|network| network.ports).unwrap_or_default();
        let bound = ports.into_values().flatten().flatten();
        let bound = bound.filter_map(|port| Some((port.host_ip?, port.host_port?.parse().ok()?)));
        Self {
            id: seen.id.unwrap_or_default(),
            run: seen.config.and_then(|config| config.labels?.remove(LABEL)),
            condition,
            image: seen.image,
            ports: bound.collect(),
        }
    }
}

/// What is there, or nothing where the engine knows no such thing.
fn absent_or<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Nothing there, or something that does not let us in: the remedies differ.
fn unreachable(error: &Error) -> ContainerError {
    let mut said = error.to_string();
    let mut absent = matches!(error, Error::SocketNotFoundError(_));
    let mut under: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(error) = under {
        said = error.to_string();
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        absent |= kind == Some(std::io::ErrorKind::NotFound);
        under = error.source();
    }
    match absent {
        true => ContainerError::NoEngine { reason: said },
        false => ContainerError::Unanswered { reason: said },
    }
}

/// Runs it in a thread and a runtime of its own, and waits: for what must be done wherever the caller stands, within a
/// runtime of whatever kind or in none.
///
/// # Errors
/// The system has no thread left, or it panicked.
pub(crate) fn apart<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T, ContainerError>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let failed = |reason| ContainerError::Failed { task: "the engine cannot be asked", reason };
    let thread = std::thread::Builder::new().name("container engine".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(work()))
    });
    let ended = thread.map_err(|e| failed(e.to_string()))?.join();
    let ended: std::io::Result<T> = ended.map_err(|_| failed("the asking thread panicked".to_owned()))?;
    ended.map_err(|e| failed(e.to_string()))
}
