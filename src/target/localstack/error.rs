//! Why a container could not be had, or was lost.

use miette::Diagnostic;

use crate::config::LOCALSTACK_IMAGE;

/// Why a container could not be had, or was lost; each says what to do.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ContainerError {
    /// There is nothing where the engine is looked for.
    #[error("no container engine is here: {reason}")]
    #[diagnostic(help(
        "install Docker and start it, or name another target with `--target`; `DOCKER_HOST` says where it is asked"
    ))]
    NoEngine {
        /// What the system says.
        reason: String,
    },
    /// It is there and cannot be spoken with.
    #[error("the container engine does not answer: {reason}")]
    #[diagnostic(help(
        "start the docker service, and see that this user may use it; `DOCKER_HOST` says where it is asked"
    ))]
    Unanswered {
        /// What the system says.
        reason: String,
    },
    /// The image is neither here nor to be had.
    #[error("the image `{image}` is not here and cannot be pulled: {reason}")]
    #[diagnostic(help("{advice}"))]
    NoImage {
        /// The image.
        image: String,
        /// What the engine says.
        reason: String,
        /// How it is had.
        advice: String,
    },
    /// The image needs an account, and no token is set.
    #[error("the image `{image}` needs an account with LocalStack: {reason}")]
    #[diagnostic(help(
        "set `LOCALSTACK_AUTH_TOKEN`, or use `{LOCALSTACK_IMAGE}`, the last release that needs none"
    ))]
    NeedsAccount {
        /// The image.
        image: String,
        /// Why.
        reason: &'static str,
    },
    /// The image enforces nothing.
    #[error("`enforcement = \"native\"` needs an image that enforces, and `{image}` is free: it does not")]
    #[diagnostic(help(
        "leave `enforcement` out, the gateway enforces then; or name a newer image and set `LOCALSTACK_AUTH_TOKEN`"
    ))]
    EnforcesNothing {
        /// The image.
        image: String,
    },
    /// No port can be had, or the one that was given cannot be reached.
    #[error("no port of this machine leads to the container: {reason}")]
    #[diagnostic(help(
        "see that a firewall leaves the loopback alone and that ports are free: `docker ps` tells who has them"
    ))]
    Port {
        /// What the engine says.
        reason: String,
    },
    /// The container has ended by itself.
    #[error("the container of `{image}` ended by itself{}: {words}", code.map(|code| format!(" with code {code}")).unwrap_or_default())]
    #[diagnostic(help(
        "code 137 means that memory ran out or that somebody killed it; with `--report-dir DIR` all it said is in `DIR/localstack.log`"
    ))]
    Ended {
        /// The image.
        image: String,
        /// Its exit code.
        code: Option<i64>,
        /// The last that it said.
        words: String,
    },
    /// Somebody has removed the container.
    #[error("the container `{name}` is gone: somebody has removed it")]
    #[diagnostic(help("run it again; containers labelled `stackproof.run` go by themselves"))]
    Gone {
        /// The container.
        name: String,
    },
    /// Somebody has paused the container.
    #[error("the container `{name}` is paused")]
    #[diagnostic(help("find out who paused it, and run it again"))]
    Paused {
        /// The container.
        name: String,
    },
    /// LocalStack did not become ready in time.
    #[error("LocalStack in `{image}` is not ready after {seconds} s: {words}")]
    #[diagnostic(help(
        "give it more time with `start-timeout` in the target's table, or more memory: it wants 1 GiB; with `--report-dir DIR` all it said is in `DIR/localstack.log`"
    ))]
    Slow {
        /// The image.
        image: String,
        /// How long it was waited for.
        seconds: u64,
        /// The last that it said.
        words: String,
    },
    /// LocalStack was ready and does not answer any more.
    #[error("LocalStack at `{endpoint}` does not answer any more: {reason}")]
    #[diagnostic(help(
        "a longer `timeout` in the target's table gives it more time; with `--report-dir DIR` all it said is in `DIR/localstack.log`"
    ))]
    Silent {
        /// Where.
        endpoint: String,
        /// What happened instead.
        reason: String,
    },
    /// Its state could not be reset.
    #[error("the state of LocalStack at `{endpoint}` could not be reset: {reason}")]
    #[diagnostic(help("leave `reuse` out: every run then has a container of its own"))]
    Reset {
        /// Where.
        endpoint: String,
        /// What happened instead.
        reason: String,
    },
    /// It is still there.
    #[error("the container `{name}` could not be removed: {reason}")]
    #[diagnostic(help("`stackproof clean` removes it when this run has ended, or `docker rm -f -v {name}`"))]
    Left {
        /// The container.
        name: String,
        /// What the engine says.
        reason: String,
    },
    /// Something else did not work.
    #[error("{task}: {reason}")]
    #[diagnostic(help("`docker info` tells whether the engine is well"))]
    Failed {
        /// What was tried.
        task: &'static str,
        /// What came of it.
        reason: String,
    },
}

impl ContainerError {
    pub(super) fn failed(task: &'static str, error: impl std::fmt::Display) -> Self {
        Self::Failed { task, reason: error.to_string() }
    }
}
