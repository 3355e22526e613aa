//! Users, roles, policies and identity providers that are there already.

use percent_encoding::percent_decode_str;
use regex::Regex;
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
    let policies = all(operator, "ListPolicies", arguments.text("/path_prefix"), "/Policies").await?;
    let found = policies.iter().find(|policy| policy.get("PolicyName") == Some(wanted));
    let arn = found.and_then(|policy| policy.get("Arn")).and_then(Value::as_str).map(str::to_owned);
    arn.ok_or_else(|| ResourceError::Impossible(format!("there is no policy of the name {wanted}")))
}

/// What a list has on all of its pages.
async fn all(
    operator: &Operator,
    list: &str,
    path_prefix: Option<&str>,
    pointer: &str,
) -> Result<Vec<Value>, ResourceError> {
    let mut rows = Vec::new();
    let mut marker = Value::Null;
    loop {
        let members = json!({ "PathPrefix": path_prefix, "Marker": marker });
        let page = operator.call("iam", list, members).await?;
        rows.extend_from_slice(page.list(pointer));
        marker = page.at("/Marker").clone();
        if marker.is_null() {
            return Ok(rows);
        }
    }
}

/// `aws_iam_roles`: those under a path whose names match.
pub(super) async fn roles(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let pattern = arguments.text("/name_regex").map(Regex::new).transpose();
    let pattern = pattern.map_err(|error| ResourceError::Unreadable {
        argument: "name_regex".to_owned(),
        reason: error.to_string(),
    })?;
    let mut roles = all(operator, "ListRoles", arguments.text("/path_prefix"), "/Roles").await?;
    let text = |role: &Value, member: &str| role.get(member).and_then(Value::as_str).map(str::to_owned);
    roles.retain(|role| {
        let name = text(role, "RoleName").unwrap_or_default();
        pattern.as_ref().is_none_or(|pattern| pattern.is_match(&name))
    });
    let column = |member: &str| roles.iter().filter_map(|role| text(role, member)).collect::<Value>();
    Ok(json!({ "id": operator.region, "arns": column("Arn"), "names": column("RoleName") }))
}

/// `aws_iam_openid_connect_provider`, by its ARN or its URL.
pub(super) async fn openid_connect_provider(
    operator: &Operator,
    arguments: &Attributes,
) -> Result<Value, ResourceError> {
    let arn = match (arguments.text("/arn"), arguments.text("/url")) {
        (Some(arn), _) => arn.to_owned(),
        (None, url) => {
            let url = url.unwrap_or_default();
            let url = url.strip_prefix("https://").unwrap_or(url);
            format!("arn:aws:iam::{}:oidc-provider/{url}", operator.account)
        }
    };
    let members = json!({ "OpenIDConnectProviderArn": arn });
    let read = operator.call("iam", "GetOpenIDConnectProvider", members).await?;
    Ok(json!({
        "id": arn,
        "arn": arn,
        "url": read.text("/Url")?,
        "client_id_list": read.list("/ClientIDList"),
        "thumbprint_list": read.list("/ThumbprintList"),
        "tags": tags(read.list("/Tags")),
    }))
}

/// `aws_iam_session_context`: the role behind a session, and whatever else an ARN is as it stands.
pub(super) async fn session_context(
    operator: &Operator,
    arguments: &Attributes,
) -> Result<Value, ResourceError> {
    let arn = arguments.text("/arn").unwrap_or_default();
    let session = arn.split_once(":assumed-role/").and_then(|(_, session)| session.split_once('/'));
    let Some((role, session)) = session.filter(|_| arn.contains(":sts::")) else {
        return Ok(json!({
            "id": arn, "issuer_arn": arn, "issuer_id": "", "issuer_name": "", "session_name": "",
        }));
    };
    let read = operator.call("iam", "GetRole", json!({ "RoleName": role })).await?;
    Ok(json!({
        "id": arn,
        "issuer_arn": read.text("/Role/Arn")?,
        "issuer_id": read.text("/Role/RoleId")?,
        "issuer_name": role,
        "session_name": session,
    }))
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
