//! The organization's own resource policy, by which the management account delegates.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::organization::{ALPHABET, Organization};
use super::{error, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::random;
use crate::structure::Structure;
use crate::tags::Tags;

const CONTENT: Length = Length(1, 40_000);

/// The resource policy.
#[derive(Clone)]
pub(crate) struct ResourcePolicy {
    pub id: String,
    content: String,
    pub tags: Tags,
}

impl Organization {
    fn shown_resource_policy(&self) -> Result<Value, ApiError> {
        let policy = self.resource_policy.as_ref().ok_or_else(error::no_such_resource_policy)?;
        let summary = Structure::new()
            .with("Id", policy.id.as_str())
            .with("Arn", self.arn("resourcepolicy", &format!("/{}", policy.id)));
        let shown = Structure::new()
            .with("ResourcePolicySummary", summary.value())
            .with("Content", policy.content.as_str());
        Ok(shown.value())
    }
}

/// Tags are those of a new one alone.
pub(crate) fn put(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let content = constraint::required(&mut call.input, "Content", CONTENT)?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    match &mut organization.resource_policy {
        Some(held) => held.content = content,
        None => {
            let id = format!("rp-{}", random::picks(ALPHABET, 8)?);
            organization.resource_policy = Some(ResourcePolicy { id, content, tags });
        }
    }
    Ok(Structure::new().with("ResourcePolicy", organization.shown_resource_policy()?).output())
}

pub(crate) fn describe(organization: &Organization, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    Ok(Structure::new().with("ResourcePolicy", organization.shown_resource_policy()?).output())
}

pub(crate) fn delete(organization: &mut Organization, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    organization.resource_policy.take().ok_or_else(error::no_such_resource_policy)?;
    Ok(Output::default())
}
