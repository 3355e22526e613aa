//! LocalStack in a container of the run's own.
//!
//! The container's engine is asked through its socket, the way `testcontainers` finds it; no `docker` command is needed.

mod container;
mod engine;
mod error;
mod image;
mod keeper;
mod launch;
mod logs;
mod page;
mod reset;
mod warm;

pub use container::{Container, Run};
pub(crate) use engine::{Engine, apart};
pub use error::ContainerError;
pub(crate) use image::{Image, token};
pub(crate) use warm::clean as clean_warm;

/// The label of every container that a run makes; its value is the run's id.
pub const LABEL: &str = "stackproof.run";

/// The variable that holds the token of an account with LocalStack.
pub(crate) const TOKEN: &str = "LOCALSTACK_AUTH_TOKEN";
