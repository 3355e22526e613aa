//! Hostile requests through a gateway, and what its upstream did, as seen from behind the gateway's back.
//!
//! A round makes buckets with objects that each bear a mark of their own, sends requests, and lists the upstream before
//! and after each of them. What a decision names (operation, bucket, key, version) has to be what came into being, went
//! away or was read, and nothing else. The tests of the gateway play rounds before the embedded upstream, those of the
//! root package before LocalStack and moto.

mod behind;
mod buckets;
mod exchange;
mod judge;
mod keys;
mod listing;
mod requests;
pub mod round;
mod sent;
mod signature;
mod twists;

pub use behind::Behind;
pub use round::{Rounds, Through};
