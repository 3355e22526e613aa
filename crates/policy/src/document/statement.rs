//! One statement of a policy document, read for evaluation.

use super::{StatementError, Version, strings};
use crate::condition::Condition;
use crate::pattern::{ActionPattern, ResourcePattern};
use crate::principal::PrincipalElement;
use serde_json::{Map, Value};

/// What a statement does to the requests it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Grants them, as far as no other rule denies them.
    Allow,
    /// Denies them, whatever else grants them.
    Deny,
}

/// A statement of a policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    sid: Option<String>,
    effect: Effect,
    principal: Option<Clause<PrincipalElement>>,
    action: Clause<Vec<ActionPattern>>,
    resource: Option<Clause<Vec<ResourcePattern>>>,
    condition: Condition,
    json: Value,
}

/// An element, or its `Not…` twin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Clause<T> {
    /// `Action`, `Resource`, `Principal`.
    Is(T),
    /// `NotAction`, `NotResource`, `NotPrincipal`.
    Not(T),
}

/// The members that a statement may have (IAM, "Grammar of the IAM JSON policy language").
pub(crate) const STATEMENT_ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

impl Statement {
    /// Reads a statement of a document of the given version.
    pub(super) fn from_value(value: &Value, version: Version) -> Result<Self, StatementError> {
        let members = value.as_object().ok_or(StatementError::NotAnObject)?;
        if let Some(unknown) = members.keys().find(|key| !STATEMENT_ELEMENTS.contains(&key.as_str())) {
            return Err(StatementError::UnknownElement(unknown.clone()));
        }
        let variables = version == Version::V2012;
        let sid = match members.get("Sid") {
            None => None,
            Some(sid) => Some(sid.as_str().ok_or(StatementError::Invalid("Sid"))?.to_owned()),
        };
        let effect = match members.get("Effect").map(|effect| effect.as_str()) {
            Some(Some("Allow")) => Effect::Allow,
            Some(Some("Deny")) => Effect::Deny,
            Some(_) => return Err(StatementError::Invalid("Effect")),
            None => return Err(StatementError::Missing("Effect")),
        };
        let principal = clause(members, "Principal", "NotPrincipal", PrincipalElement::from_value)?;
        let action = clause(members, "Action", "NotAction", |items| {
            Some(strings(items)?.into_iter().map(ActionPattern::new).collect())
        })?
        .ok_or(StatementError::Missing("Action"))?;
        let resource = clause(members, "Resource", "NotResource", |items| {
            Some(strings(items)?.into_iter().map(|item| ResourcePattern::new(item, variables)).collect())
        })?;
        let condition = match members.get("Condition") {
            None => Condition::default(),
            Some(condition) => Condition::from_value(condition, variables)?,
        };
        Ok(Self { sid, effect, principal, action, resource, condition, json: value.clone() })
    }

    /// The `Sid` element.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// Whether the statement allows or denies.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The statement as the document writes it; [`crate::statement_hash()`] finds where it comes from.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The condition block; empty when the statement has none.
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// What the `Principal` element names; `None` when the statement has none or has `NotPrincipal`.
    pub fn principal_element(&self) -> Option<&PrincipalElement> {
        match &self.principal {
            Some(Clause::Is(element)) => Some(element),
            Some(Clause::Not(_)) | None => None,
        }
    }

    /// Whom the `Principal` or `NotPrincipal` element names.
    pub fn named_principals(&self) -> Option<&PrincipalElement> {
        match &self.principal {
            Some(Clause::Is(element) | Clause::Not(element)) => Some(element),
            None => None,
        }
    }

    pub(crate) fn principal(&self) -> Option<&Clause<PrincipalElement>> {
        self.principal.as_ref()
    }

    pub(crate) fn action(&self) -> &Clause<Vec<ActionPattern>> {
        &self.action
    }

    pub(crate) fn resource(&self) -> Option<&Clause<Vec<ResourcePattern>>> {
        self.resource.as_ref()
    }
}

fn clause<T>(
    members: &Map<String, Value>,
    is: &'static str,
    not: &'static str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Option<Clause<T>>, StatementError> {
    match (members.get(is), members.get(not)) {
        (Some(_), Some(_)) => Err(StatementError::Both(is, not)),
        (Some(value), None) => Ok(Some(Clause::Is(read(value).ok_or(StatementError::Invalid(is))?))),
        (None, Some(value)) => Ok(Some(Clause::Not(read(value).ok_or(StatementError::Invalid(not))?))),
        (None, None) => Ok(None),
    }
}
