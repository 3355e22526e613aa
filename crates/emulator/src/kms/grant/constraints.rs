//! Constraints of grants, kept as they are given.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use crate::input::Input;
use crate::kms::error;
use crate::kms::member::{self, Length};
use crate::structure::Structure;

const SOURCE_ARN: Length = Length(20, 512);
const MAX_PAIRS: usize = 8;
const MAX_CHARS: usize = 384;

/// What a request under a grant must show besides.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Constraints {
    subset: Option<Members>,
    equals: Option<Members>,
    source_arn: Option<String>,
}

impl Constraints {
    /// Takes the member `Constraints`.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let Some(mut given) = input.structure("Constraints")? else { return Ok(Self::default()) };
        let constraints = Self {
            subset: read_context(&mut given, "EncryptionContextSubset")?,
            equals: read_context(&mut given, "EncryptionContextEquals")?,
            source_arn: member::text(&mut given, "SourceArn", SOURCE_ARN)?,
        };
        given.finish()?;
        match constraints.subset.is_some() && constraints.equals.is_some() {
            true => Err(error::validation("More than one constraint supplied")),
            false => Ok(constraints),
        }
    }

    /// Whether calls must come from one resource.
    pub fn has_source(&self) -> bool {
        self.source_arn.is_some()
    }

    /// The structure, where there is any constraint.
    pub fn value(&self) -> Option<Value> {
        let members = Structure::new()
            .with_some("EncryptionContextSubset", self.subset.clone())
            .with_some("EncryptionContextEquals", self.equals.clone())
            .with_some("SourceArn", self.source_arn.as_deref())
            .members();
        (!members.is_empty()).then_some(Value::Object(members))
    }
}

fn read_context(given: &mut Input, member: &str) -> Result<Option<Members>, ApiError> {
    if !given.has(member) {
        return Ok(None);
    }
    let pairs = given.map(member)?;
    let chars: usize = pairs
        .iter()
        .map(|(key, value)| key.chars().count() + value.as_str().map_or(0, |value| value.chars().count()))
        .sum();
    if pairs.len() > MAX_PAIRS || chars > MAX_CHARS {
        return Err(error::validation(format!(
            "{member} can have at most {MAX_PAIRS} pairs and {MAX_CHARS} characters."
        )));
    }
    Ok(Some(pairs))
}
