//! Parameter Store of Systems Manager: the parameters of each account and region.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html>

mod delete;
mod describe;
mod error;
mod filter;
mod label;
mod name;
mod page;
mod parameter;
mod path;
mod put;
mod read;
mod tag;

use std::collections::BTreeMap;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::input::not_implemented;
use crate::kms::Kms;
use crate::place::{Place, Stores};
use parameter::Parameter;

/// Every account's parameters in every region.
#[derive(Clone, Default)]
pub(crate) struct Ssm {
    stores: Stores<Store>,
}

/// What one account has in one region, by name without the slash that it may begin with: ARNs do not tell the two apart.
#[derive(Clone, Default)]
struct Store {
    parameters: BTreeMap<String, Parameter>,
}

impl Ssm {
    /// Every parameter of a place.
    fn all(&self, place: &Place) -> impl Iterator<Item = &Parameter> {
        self.stores.get(place).into_iter().flat_map(|store| store.parameters.values())
    }

    /// Finds the parameter of a key.
    fn find(&self, place: &Place, key: &str) -> Result<&Parameter, ApiError> {
        let found = self.stores.get(place).and_then(|store| store.parameters.get(key));
        found.ok_or_else(error::no_such_parameter)
    }

    /// Finds the parameter of a key, to be written to.
    fn change(&mut self, place: &Place, key: &str) -> Result<&mut Parameter, ApiError> {
        self.find(place, key)?;
        self.stores.get_mut(place).parameters.get_mut(key).ok_or_else(error::no_such_parameter)
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        match operation {
            "PutParameter" => put::put(self, kms, call),
            "GetParameter" => read::one(self, kms, call),
            "GetParameters" => read::several(self, kms, call),
            "GetParametersByPath" => path::get(self, kms, call),
            "GetParameterHistory" => read::history(self, kms, call),
            "DescribeParameters" => describe::describe(self, call),
            "DeleteParameter" => delete::one(self, call),
            "DeleteParameters" => delete::several(self, call),
            "LabelParameterVersion" => label::add(self, call),
            "UnlabelParameterVersion" => label::remove(self, call),
            "AddTagsToResource" => tag::add(self, call),
            "RemoveTagsFromResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::list(self, call),
            _ => Err(not_implemented(&format!("ssm {operation}"))),
        }
    }
}
