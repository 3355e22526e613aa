//! Resources of providers that make nothing at AWS: `terraform_data`, `null_resource`, `random_*`, files, times, keys.

pub mod file;
mod random;
mod time;
mod tls;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Resource;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
pub use file::File;
pub use random::{Id, Integer, Pet, Text, Uuid, password};
pub use time::{Rotating, Shifted, Sleep, Static};
pub use tls::PrivateKey;

/// `terraform_data`: a value that is kept.
pub struct Data;
/// `null_resource`: nothing at all.
pub struct Null;

/// What only says what it is: nothing is made, nothing is unmade.
trait Computed: Send + Sync {
    /// The attributes that follow from the arguments.
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError>;
}

#[async_trait]
impl<C: Computed> Resource for C {
    async fn create(&self, _: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let computed = self.computed(&arguments)?;
        Ok(arguments.with(computed))
    }

    async fn complete(&self, _: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        Ok(made)
    }

    async fn destroy(&self, _: &Operator, _: &Attributes) -> Result<(), ResourceError> {
        Ok(())
    }
}

impl Computed for Data {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        Ok(json!({ "id": random::uuid()?, "output": arguments.at("/input") }))
    }
}

impl Computed for Null {
    fn computed(&self, _: &Attributes) -> Result<Value, ResourceError> {
        let [id] = random::numbers()?;
        Ok(json!({ "id": id.to_string() }))
    }
}
