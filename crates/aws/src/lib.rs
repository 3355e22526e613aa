//! AWS as data: the tables of operations and shapes, the wire codec made from them, AWS's errors, and one small
//! signed client.
//!
//! Everything that travels between the gateway, an upstream and a client is described by the tables: a request is an
//! [`Operation`] and its [`Members`], named as AWS's API reference names them, whatever the protocol on the wire.

pub mod client;
pub mod clock;
pub mod codec;
pub mod error;
pub mod model;
pub mod names;
pub mod reference;
pub mod secret;
pub mod wire;
pub mod xml;

pub use clock::Clock;
pub use error::ApiError;
pub use model::{Member, Operation, Protocol, ResourceTemplate, Service, Shape};
pub use secret::{Credentials, Secret};
pub use wire::{Answer, Body, BodyError, Caller, CanonicalRequest, Members, Output, Upstream};
