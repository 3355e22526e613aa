//! Users, roles and policies that are there already.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Answer, Operator, ResourceError};

/// `aws_iam_user`.
pub(super) async fn user(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let read = operator.call("iam", "GetUser", json!({ "UserName": arguments.at("/user_name") })).await?;
    Ok(json!({
        "id": read.text("/User/UserId")?,
        "arn": read.text("/User/Arn")?,
        "path": read.text("/User/Path")?,
        "permissions_boundary": boundary(&read, "/User"),
        "user_id": read.text("/User/UserId")?,
        "tags": tags(read.list("/User/Tags")),
    }))
}

/// `aws_iam_role`.
pub(super) async fn role(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let read = operator.call("iam", "GetRole", json!({ "RoleName": arguments.at("/name") })).await?;
    Ok(json!({
        "id": read.text("/Role/RoleName")?,
        "arn": read.text("/Role/Arn")?,
        "assume_role_policy": document(&read, "/Role/AssumeRolePolicyDocument")?,
        "create_date": read.text("/Role/CreateDate")?,
        "description": read.at("/Role/Description").as_str().unwrap_or_default(),
        "max_session_duration": read.at("/Role/MaxSessionDuration"),
        "path": read.text("/Role/Path")?,
        "permissions_boundary": boundary(&read, "/Role"),
        "unique_id": read.text("/Role/RoleId")?,
        "tags": tags(read.list("/Role/Tags")),
    }))
}

/// `aws_iam_policy`, by its ARN or its name.
pub(super) async fn policy(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let arn = match arguments.text("/arn") {
        Some(arn) => arn.to_owned(),
        None => arn_of(operator, arguments).await?,
    };
    let read = operator.call("iam", "GetPolicy", json!({ "PolicyArn": arn })).await?;
    let version = json!({ "PolicyArn": arn, "VersionId": read.text("/Policy/DefaultVersionId")? });
    let version = operator.call("iam", "GetPolicyVersion", version).await?;
    Ok(json!({
        "id": arn,
        "arn": arn,
        "attachment_count": read.at("/Policy/AttachmentCount").as_i64().unwrap_or(0),
        "description": read.at("/Policy/Description").as_str().unwrap_or_default(),
        "name": read.text("/Policy/PolicyName")?,
        "path": read.text("/Policy/Path")?,
        "policy": document(&version, "/PolicyVersion/Document")?,
        "policy_id": read.text("/Policy/PolicyId")?,
        "tags": tags(read.list("/Policy/Tags")),
    }))
}

/// The ARN of the policy of that name: names are an account's own, policies of AWS among them.
async fn arn_of(operator: &Operator, arguments: &Attributes) -> Result<String, ResourceError> {
    let wanted = arguments.at("/name");
    let mut marker = Value::Null;
    loop {
        let members = json!({ "PathPrefix": arguments.text("/path_prefix"), "Marker": marker });
        let page = operator.call("iam", "ListPolicies", members).await?;
        let mut policies = page.list("/Policies").iter();
        if let Some(found) = policies.find(|policy| policy.get("PolicyName") == Some(wanted)) {
            return Ok(found.get("Arn").and_then(Value::as_str).unwrap_or_default().to_owned());
        }
        marker = page.at("/Marker").clone();
        if marker.is_null() {
            return Err(ResourceError::Impossible(format!("there is no policy of the name {wanted}")));
        }
    }
}

/// IAM gives documents percent-encoded (IAM API reference, GetRole).
fn document(read: &Answer, pointer: &str) -> Result<Value, ResourceError> {
    let decoded = percent_decode_str(read.text(pointer)?).decode_utf8_lossy().into_owned();
    Ok(json!(decoded))
}

fn boundary(read: &Answer, of: &str) -> Value {
    let arn = read.at(&format!("{of}/PermissionsBoundary/PermissionsBoundaryArn"));
    json!(arn.as_str().unwrap_or_default())
}

fn tags(list: &[Value]) -> Value {
    let pair = |tag: &Value| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone()));
    Value::Object(list.iter().filter_map(pair).collect::<Map<_, _>>())
}
