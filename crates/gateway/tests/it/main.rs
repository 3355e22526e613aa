//! The gateway before the embedded upstream, as clients meet it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod access_control_lists;
mod authentication;
mod authorization;
mod context;
mod cors;
mod customer_keys;
mod destinations;
mod differential;
mod evasion;
mod fixtures;
mod forms;
mod fuzz;
#[path = "../differential/mod.rs"]
mod harness;
mod hostile;
mod hostile_s3;
mod iam;
mod kms;
mod kms_grants;
mod kms_policies;
mod kms_under_s3;
mod near_misses;
mod object_lock;
mod older;
mod organization;
mod organizations;
mod parameters;
mod public_access;
mod service;
mod services;
mod settings;
mod sts;
mod tenants;
mod transport;
mod upstreams;
mod wire;
mod world;
