//! Authorization cases as JSON lines: one case in, one decision out.

use crate::acl::Acl;
use crate::context::Context;
use crate::document::JsonError;
use crate::evaluate::{Decision, Evaluation, evaluate};
use crate::explain::explain;
use crate::grant::KeyGrant;
use crate::policies::{Layer, Policies, Policy, Request};
use crate::principal::Principal;
use crate::truth::Certainty;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// One case: a request, and the policies it is decided under.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Names the case in its decision.
    pub id: String,
    /// The caller: an ARN as GetCallerIdentity gives it, a service principal, or `anonymous`.
    pub principal: String,
    /// `vendor:Name`.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The account that owns the resource.
    pub resource_account: String,
    /// The request context: a string for single-valued keys, a list for multivalued ones.
    #[serde(default)]
    pub context: CaseContext,
    /// Policies attached to the caller.
    #[serde(default)]
    pub identity_policies: Vec<Box<RawValue>>,
    /// The resource's own policy.
    pub resource_policy: Option<Box<RawValue>>,
    /// The account that the resource's policy is of, where it is not the resource's own.
    pub resource_policy_account: Option<String>,
    /// S3's access control list of the bucket or object.
    pub access_control_list: Option<Acl>,
    /// S3's IgnorePublicAcls.
    #[serde(default)]
    pub ignore_public_acls: bool,
    /// The grants of the KMS key that is the resource, in the members of `ListGrants`.
    #[serde(default)]
    pub grants: Vec<KeyGrant>,
    /// The caller's permissions boundary.
    pub permissions_boundary: Option<Box<RawValue>>,
    /// Policies passed when the session was made.
    pub session_policies: Option<Vec<Box<RawValue>>>,
    /// Levels from the organization's root to the caller's account.
    pub service_control_policies: Option<Vec<Vec<Box<RawValue>>>>,
    /// Levels from the organization's root to the resource's account.
    pub resource_control_policies: Option<Vec<Vec<Box<RawValue>>>>,
    /// The policy of the VPC endpoint that the request comes through.
    pub vpc_endpoint_policy: Option<Box<RawValue>>,
    /// S3's RestrictPublicBuckets.
    #[serde(default)]
    pub restrict_public_buckets: bool,
    /// What the case's author expects; deciding does not look at it.
    pub expected: Option<Decision>,
}

/// The context of a case.
#[derive(Debug, Default)]
pub struct CaseContext(pub Context);

/// Why a line is no case. Malformed policies are not among the reasons: they make the decision undetermined.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The line is no JSON object of a case's fields.
    #[error("not an authorization case: {0}")]
    Case(#[source] JsonError),
    /// The decision cannot be written, which the types exclude.
    #[error("the decision cannot be written: {0}")]
    Output(#[source] JsonError),
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    decision: Decision,
    statements: Vec<LineStatement<'a>>,
    layer: Option<Layer>,
    certainty: Certainty,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<String>,
}

#[derive(Serialize)]
struct LineStatement<'a> {
    policy: &'a str,
    index: usize,
    sid: Option<&'a str>,
}

/// Decides the case on one line and writes the decision as one line, without a line break.
///
/// Policies are named by their field: `identity_policies[0]`, `service_control_policies[1][0]`, `resource_policy`.
///
/// # Errors
/// When the line is no case; the error names the field.
pub fn decide_line(line: &str, with_explanation: bool) -> Result<String, DecideError> {
    let case = Case::parse(line)?;
    let request = match case.request() {
        Ok(request) => request,
        Err(error) => return write(&case.id, &undecidable(error.to_string()), None),
    };
    let policies = case.policies();
    let explanation = with_explanation.then(|| explain(&request, &policies).to_string());
    write(&case.id, &evaluate(&request, &policies), explanation)
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// When a field is missing, unknown, given twice, or of the wrong kind.
    pub fn parse(line: &str) -> Result<Self, DecideError> {
        serde_json::from_str(line).map_err(|error| DecideError::Case(error.into()))
    }

    /// The request of the case.
    ///
    /// # Errors
    /// When the principal is none that AWS has.
    pub fn request(&self) -> Result<Request, crate::principal::PrincipalError> {
        Ok(Request {
            principal: self.caller()?,
            action: self.action.clone(),
            resource: self.resource.clone(),
            resource_account: self.resource_account.clone(),
            context: self.context.0.clone(),
        })
    }

    /// The policies of the case, named by their fields. Those that cannot be read are kept as unreadable.
    pub fn policies(&self) -> Policies {
        let one = |field: &str, raw: &Option<Box<RawValue>>| {
            raw.as_ref().map(|raw| Policy::parse(field, raw.get()))
        };
        Policies {
            identity: list("identity_policies", &self.identity_policies),
            resource: one("resource_policy", &self.resource_policy),
            resource_policy_account: self.resource_policy_account.clone(),
            acl: self.access_control_list.clone(),
            ignore_public_acls: self.ignore_public_acls,
            grants: self.grants.clone(),
            boundary: one("permissions_boundary", &self.permissions_boundary),
            session: self.session_policies.as_ref().map(|passed| list("session_policies", passed)),
            service_control: levels("service_control_policies", self.service_control_policies.as_deref()),
            resource_control: levels("resource_control_policies", self.resource_control_policies.as_deref()),
            vpc_endpoint: one("vpc_endpoint_policy", &self.vpc_endpoint_policy),
            restrict_public_buckets: self.restrict_public_buckets,
        }
    }

    /// The caller. A session's ARN hides the path of its role; `aws:PrincipalArn` shows it, if it names that role.
    fn caller(&self) -> Result<Principal, crate::principal::PrincipalError> {
        let plain = Principal::parse(&self.principal)?;
        let role = self.context.0.get("aws:PrincipalArn").and_then(<[String]>::first);
        match role.map(|role| Principal::role_session(&self.principal, role)) {
            Some(Ok(session)) => Ok(session),
            Some(Err(_)) | None => Ok(plain),
        }
    }
}

fn list(field: &str, raw: &[Box<RawValue>]) -> Vec<Policy> {
    raw.iter().enumerate().map(|(at, raw)| Policy::parse(format!("{field}[{at}]"), raw.get())).collect()
}

fn levels(field: &str, levels: Option<&[Vec<Box<RawValue>>]>) -> Option<Vec<Vec<Policy>>> {
    let named = |(at, level): (usize, &Vec<Box<RawValue>>)| list(&format!("{field}[{at}]"), level);
    levels.map(|levels| levels.iter().enumerate().map(named).collect())
}

fn undecidable(reason: String) -> Evaluation {
    Evaluation {
        decision: Decision::Undetermined,
        layer: None,
        statements: Vec::new(),
        certainty: Certainty::Documented,
        reason,
    }
}

fn write(id: &str, evaluation: &Evaluation, explain: Option<String>) -> Result<String, DecideError> {
    let statements = evaluation
        .statements
        .iter()
        .map(|statement| LineStatement {
            policy: &statement.policy,
            index: statement.index,
            sid: statement.sid.as_deref(),
        })
        .collect();
    let undetermined = evaluation.decision == Decision::Undetermined;
    let line = Line {
        id,
        decision: evaluation.decision,
        statements,
        layer: evaluation.layer,
        certainty: evaluation.certainty,
        reason: undetermined.then_some(evaluation.reason.as_str()),
        explain,
    };
    serde_json::to_string(&line).map_err(|error| DecideError::Output(error.into()))
}

impl<'de> Deserialize<'de> for CaseContext {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ContextVisitor)
    }
}

/// Reads a context in which no key stands twice, not even in different case.
struct ContextVisitor;

impl<'de> Visitor<'de> for ContextVisitor {
    type Value = CaseContext;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("context keys with their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CaseContext, A::Error> {
        let mut seen = BTreeMap::new();
        let mut context = Context::new();
        while let Some((key, value)) = map.next_entry::<String, serde_json::Value>()? {
            if let Some(earlier) = seen.insert(key.to_lowercase(), key.clone()) {
                return Err(de::Error::custom(format!("context key `{key}` repeats `{earlier}`")));
            }
            let invalid =
                || de::Error::custom(format!("context key `{key}` must be a string or a list of strings"));
            match &value {
                serde_json::Value::Array(items) => {
                    let values: Option<Vec<String>> = items.iter().map(crate::condition::scalar).collect();
                    context.insert_many(&key, values.ok_or_else(invalid)?);
                }
                one => context.insert(&key, crate::condition::scalar(one).ok_or_else(invalid)?),
            }
        }
        Ok(CaseContext(context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(fields: &str) -> String {
        format!(
            r#"{{"id":"1","principal":"arn:aws:iam::111122223333:user/a","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","resource_account":"111122223333","context":{{}}{fields}}}"#
        )
    }

    #[test]
    fn one_line_gives_one_line() {
        let line = case(
            r#","identity_policies":[{"Version":"2012-10-17","Statement":{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"}}]"#,
        );
        assert_eq!(
            decide_line(&line, false).unwrap(),
            r#"{"id":"1","decision":"allowed","statements":[{"policy":"identity_policies[0]","index":0,"sid":"A"}],"layer":"identity","certainty":"documented"}"#
        );
    }

    #[test]
    fn a_malformed_policy_is_undetermined() {
        for policy in [
            r#"{"Version":"2012-10-17"}"#,
            r#"{"Statement":{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Codition":{}}}"#,
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Arnlike":{"aws:PrincipalArn":"x"}}}}"#,
            "7",
        ] {
            let decided = decide_line(&case(&format!(r#","identity_policies":[{policy}]"#)), false).unwrap();
            assert!(decided.contains(r#""decision":"undetermined""#), "{decided}");
            assert!(decided.contains(r#""reason":""#), "{decided}");
        }
    }

    #[test]
    fn a_malformed_case_is_an_error_that_names_the_field() {
        for (line, named) in [
            (case(r#","boundary":{}"#), "`boundary`"),
            (case(r#","id":"2""#), "`id`"),
            (case(r#","identity_policies":{}"#), "expected a sequence"),
            (case("").replace("{}", r#"{"aws:SourceIp":{}}"#), "`aws:SourceIp`"),
            (case("").replace("{}", r#"{"a:b":"1","A:B":"2"}"#), "`A:B` repeats `a:b`"),
            ("{}".to_owned(), "`id`"),
            ("".to_owned(), "EOF"),
        ] {
            let error = decide_line(&line, false).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn the_role_path_comes_from_the_context_if_it_fits() {
        let session = case("").replace("iam::111122223333:user/a", "sts::111122223333:assumed-role/app/s");
        let fits = session.replace("{}", r#"{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/team/app"}"#);
        let other =
            session.replace("{}", r#"{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/team/web"}"#);
        for (line, role) in [(session, "role/app"), (fits, "role/team/app"), (other, "role/app")] {
            let expected = Principal::role_session(
                "arn:aws:sts::111122223333:assumed-role/app/s",
                format!("arn:aws:iam::111122223333:{role}"),
            );
            assert_eq!(Case::parse(&line).unwrap().request().unwrap().principal, expected.unwrap());
        }
        let nobody = case("").replace("user/a", "group/a");
        assert!(decide_line(&nobody, false).unwrap().contains("is no principal"));
    }
}
