//! What the programs that the stacks deploy have in common: how they are told what to do, how they call AWS, how they are
//! invoked, and how they say what they did.
//!
//! A program's decisions are functions over plain values and small traits, [`Insert`] and [`Lookup`] among them; AWS stands
//! behind the traits, so that every way that a call can fail is a test.

pub mod audit;
pub mod aws;
pub mod digest;
pub mod error;
pub mod log;
pub mod package;
pub mod runtime;
pub mod settings;
pub mod table;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use digest::digest;
pub use error::Error;
pub use settings::Settings;
pub use table::{Insert, Item, Lookup};
