//! Upstreams that are not in this process: the canonical request over HTTP, signed anew, its answer passed on.
//!
//! [`Http`] speaks with one endpoint and [`Routed`] with one for each service. [`Defaults`], [`Copies`], [`Versions`], [`Uploads`],
//! [`Notifications`] and [`Policies`] stand before an S3 or KMS and do what AWS does and emulators do not. Whether an endpoint still answers
//! is kept in a [`Health`], which ends a run once it does not.

mod answer;
mod body;
mod copies;
mod defaults;
mod dialect;
mod digests;
mod health;
mod http;
mod notifications;
mod origin;
mod policies;
mod probe;
mod routed;
mod uploads;
mod versions;

pub use self::copies::Copies;
pub use self::defaults::Defaults;
pub use self::http::{Http, Identity};
pub use crate::directory::is_read;
pub use crate::directory::upstream::as_operator;
pub use crate::rules::services as tabled_services;
pub use health::Health;
pub use notifications::Notifications;
pub use policies::Policies;
pub use probe::{probe, services};
pub use routed::Routed;
pub use uploads::Uploads;
pub use versions::Versions;
