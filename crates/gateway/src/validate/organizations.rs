//! Policies that AWS Organizations is about to store ("SCP syntax", "RCP syntax").

use serde_json::json;
use stackproof_aws::ApiError;
use stackproof_policy::Document;
use stackproof_policy::validate::{ControlPolicyFault, ControlPolicyKind, validate_control_policy};

use crate::directory::Directory;
use crate::directory::upstream::{field, text};
use crate::identify::Identified;
use crate::refusal::Unknown;

/// Checks the policy that a call stores, if it stores one. Of types that decide no call nothing is checked.
pub(super) async fn organizations(
    directory: &Directory,
    identified: &Identified,
    account: &str,
) -> Result<Result<(), ApiError>, Unknown> {
    let members = &identified.members;
    let Some(content) = text(members, "Content") else { return Ok(Ok(())) };
    let kind = match identified.operation.name.as_str() {
        "CreatePolicy" => text(members, "Type").map(str::to_owned),
        "UpdatePolicy" => {
            let id = text(members, "PolicyId").unwrap_or_default();
            let absent =
                &["AWSOrganizationsNotInUseException", "AccessDeniedException", "PolicyNotFoundException"];
            let call = ("organizations", "DescribePolicy");
            let found = directory.ask(account, call, json!({ "PolicyId": id }), absent).await?;
            let policy = found.and_then(|mut found| found.remove("Policy")).unwrap_or_default();
            policy.get("PolicySummary").and_then(|summary| field(summary, "Type")).map(str::to_owned)
        }
        "PutResourcePolicy" => return Ok(resource_policy(content)),
        _ => return Ok(Ok(())),
    };
    let kind = match kind.as_deref() {
        Some("SERVICE_CONTROL_POLICY") => ControlPolicyKind::Service,
        Some("RESOURCE_CONTROL_POLICY") => ControlPolicyKind::Resource,
        _ => return Ok(Ok(())),
    };
    Ok(validate_control_policy(kind, content).map_err(|fault| error(&fault)))
}

fn error(fault: &ControlPolicyFault) -> ApiError {
    match fault {
        ControlPolicyFault::Size { .. } => {
            let message = format!("You have exceeded the policy content size limit: {fault}");
            ApiError::new(400, "ConstraintViolationException", message)
                .detail("Reason", "POLICY_CONTENT_LIMIT_EXCEEDED")
        }
        _ => {
            let message =
                "The provided policy document does not meet the requirements of the specified policy type";
            ApiError::new(400, "MalformedPolicyDocumentException", format!("{message}: {fault}"))
        }
    }
}

fn resource_policy(content: &str) -> Result<(), ApiError> {
    Document::parse(content).map(|_| ()).map_err(|fault| {
        ApiError::new(400, "InvalidInputException", format!("The resource policy is not valid: {fault}"))
            .detail("Reason", "INVALID_RESOURCE_POLICY_JSON")
    })
}
