//! How a container comes to be.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use testcontainers::bollard::errors::Error;
use testcontainers::bollard::models::PortBinding;
use testcontainers::core::client::ClientError;
use testcontainers::core::{IntoContainerPort, WaitFor};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerRequest, GenericImage, ImageExt, TestcontainersError};

use super::engine::{Condition, Engine};
use super::page::{Health, Pages};
use super::{ContainerError, Image, LABEL, TOKEN, logs, reset};
use crate::config::Enforcement;

/// LocalStack's one port, for HTTP and HTTPS.
const PORT: u16 = 4566;

/// How long the engine may take at least to start a container.
const STARTED: Duration = Duration::from_secs(60);

/// How long one look at the health page may take meanwhile.
const LOOK: Duration = Duration::from_secs(2);

/// A container to be.
pub(super) struct Launch {
    pub(super) image: Image,
    pub(super) enforcement: Enforcement,
    /// The container's name, and the run that it is labelled with.
    pub(super) name: String,
    pub(super) run: String,
    /// How long it may take until it is ready.
    pub(super) limit: Duration,
}

/// A container that is ready.
#[derive(Clone)]
pub(super) struct Ready {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) endpoint: String,
    pub(super) health: Health,
}

impl Launch {
    /// Sees to the image, which is pulled where it is not here.
    pub(super) async fn fetch(&self, engine: &Engine) -> Result<(), ContainerError> {
        if engine.image(&self.image).await?.is_some() {
            return Ok(());
        }
        let (name, tag) = self.image.parts();
        let pulled = GenericImage::new(name, tag).pull_image().await;
        pulled.map(drop).map_err(|error| self.not_started(&error))
    }

    /// Makes the container and starts it. It may be there even where this fails, and must not be dropped in the middle,
    /// or the engine makes it when nobody looks any more.
    pub(super) async fn create(&self, engine: &Engine) -> Result<(), ContainerError> {
        let container = self.request(engine).await.start().await.map_err(|error| self.not_started(&error))?;
        // Its own end needs a runtime around it and keeps to itself when it fails: the keeper ends it.
        std::mem::forget(container);
        Ok(())
    }

    async fn request(&self, engine: &Engine) -> ContainerRequest<GenericImage> {
        let (name, tag) = self.image.parts();
        let hosts = hosts(engine).await;
        let mut request = GenericImage::new(name, tag)
            .with_exposed_port(PORT.tcp())
            .with_wait_for(WaitFor::Nothing)
            .with_startup_timeout(self.limit.max(STARTED))
            .with_container_name(&self.name)
            .with_label(LABEL, &self.run)
            // It tells nobody that it runs, and waits for no certificate of its maker's.
            .with_env_var("DISABLE_EVENTS", "1")
            .with_env_var("SKIP_SSL_CERT_DOWNLOAD", "1")
            .with_host_config_modifier(move |host| {
                let binding =
                    |ip: &String| PortBinding { host_ip: Some(ip.clone()), host_port: Some(String::new()) };
                let bindings = hosts.iter().map(binding).collect();
                host.port_bindings = Some(HashMap::from([(format!("{PORT}/tcp"), Some(bindings))]));
                // `testcontainers` would open it to the network.
                host.publish_all_ports = Some(false);
            });
        if self.image.is_free() {
            request = request.with_copy_to(reset::HOOK_PATH, reset::HOOK.as_bytes().to_vec());
        }
        if let Some(token) = self.image.token() {
            request = request.with_env_var(TOKEN, token);
        }
        if self.enforcement == Enforcement::Native {
            request = request.with_env_var("ENFORCE_IAM", "1");
        }
        request
    }

    fn not_started(&self, error: &TestcontainersError) -> ContainerError {
        let image = self.image.to_string();
        match error {
            TestcontainersError::Client(ClientError::PullImage { err, .. }) => {
                ContainerError::NoImage { image, reason: said(err), advice: self.image.advice() }
            }
            TestcontainersError::Client(ClientError::StartContainer(error)) if is_of_ports(error) => {
                ContainerError::Port { reason: said(error) }
            }
            TestcontainersError::Client(
                ClientError::StartContainer(error) | ClientError::CreateContainer(error),
            ) => ContainerError::failed("the container cannot be started", said(error)),
            error => ContainerError::failed("the container cannot be started", error),
        }
    }

    /// Waits until LocalStack answers.
    pub(super) async fn ready(&self, engine: &Engine) -> Result<Ready, ContainerError> {
        match tokio::time::timeout(self.limit, self.answering(engine)).await {
            Ok(ready) => ready,
            Err(_) => Err(ContainerError::Slow {
                image: self.image.to_string(),
                seconds: self.limit.as_secs(),
                words: logs::last(engine, &self.name).await,
            }),
        }
    }

    async fn answering(&self, engine: &Engine) -> Result<Ready, ContainerError> {
        loop {
            let found = engine.find(&self.name).await?;
            let found = found.ok_or_else(|| ContainerError::Gone { name: self.name.clone() })?;
            match found.condition {
                Condition::Running => {}
                Condition::Paused => return Err(ContainerError::Paused { name: self.name.clone() }),
                Condition::Ended(code) => {
                    let words = logs::last(engine, &self.name).await;
                    return Err(ContainerError::Ended { image: self.image.to_string(), code, words });
                }
            }
            if found.ports.is_empty() {
                let reason = format!("the engine has given `{}` none", self.name);
                return Err(ContainerError::Port { reason });
            }
            for (host, port) in &found.ports {
                let endpoint = format!("http://{}:{port}", reached(host));
                if let Ok(health) = Pages::of(&endpoint, LOOK).health().await {
                    let name = self.name.clone();
                    return Ok(Ready { id: found.id, name, endpoint, health });
                }
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

/// The addresses that the port is given on: the loopback. Where this process runs in a container, or the engine on
/// another machine, the loopback may be another one's, and the port is given where it can be reached, too.
async fn hosts(engine: &Engine) -> Vec<String> {
    if remote().is_some() {
        return vec![String::new()];
    }
    let mut hosts = vec!["127.0.0.1".to_owned()];
    if Path::new("/.dockerenv").exists() {
        hosts.extend(engine.bridge().await);
    }
    hosts
}

/// The host of an engine that is asked over the network.
fn remote() -> Option<String> {
    let asked = std::env::var("DOCKER_HOST").ok()?;
    let uri = asked.strip_prefix("tcp://").map_or(asked.clone(), |rest| format!("http://{rest}"));
    let uri: http::Uri = uri.parse().ok()?;
    matches!(uri.scheme_str(), Some("http" | "https")).then(|| uri.host().map(str::to_owned))?
}

/// Where a port is reached that the engine has bound so.
fn reached(bound: &str) -> String {
    match bound {
        "" | "0.0.0.0" | "::" => remote().unwrap_or_else(|| "127.0.0.1".to_owned()),
        bound if bound.contains(':') => format!("[{bound}]"),
        bound => bound.to_owned(),
    }
}

fn is_of_ports(error: &Error) -> bool {
    let said = error.to_string();
    ["port is already allocated", "address already in use", "expose port", "external connectivity"]
        .iter()
        .any(|words| said.contains(words))
}

/// What the engine itself says, without how it was asked.
fn said(error: &Error) -> String {
    match error {
        Error::DockerResponseServerError { message, .. } => message.clone(),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_cannot_be_had_is_told_from_other_refusals() {
        let launch = Launch {
            image: Image::new("a:1"),
            enforcement: Enforcement::Gateway,
            name: "stackproof-0000abcd-1".to_owned(),
            run: "0000abcd".to_owned(),
            limit: STARTED,
        };
        let told = |message: &str| {
            let error = Error::DockerResponseServerError { status_code: 500, message: message.to_owned() };
            launch.not_started(&ClientError::StartContainer(error).into())
        };
        let taken = "driver failed programming external connectivity: Bind for 127.0.0.1:4566 failed: port is already allocated";
        assert!(matches!(told(taken), ContainerError::Port { reason } if reason == taken));
        assert!(matches!(told("no space left on device"), ContainerError::Failed { .. }));
    }
}
