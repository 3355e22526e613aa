//! Removes what a run made, as operator through the gateway.

use serde_json::{Value, json};

use super::contents::{self, Stored, What};
use super::journal::Journal;
use super::made::{Kind, Made};
use crate::provision::{Operator, Operators, ResourceError, versions};

/// What is gone already.
const GONE: [&str; 4] =
    ["NoSuchBucket", "NoSuchEntity", "NotFoundException", "NoSuchPublicAccessBlockConfiguration"];

/// So often lists are emptied that do not become empty.
const MOST_ROUNDS: usize = 100;

/// Something that is still there.
pub(super) struct Remaining {
    pub made: Made,
    pub reason: String,
}

/// Removes those things, and strikes out what is gone. What could not be removed is returned.
pub(super) async fn remove(operators: &Operators, journal: &Journal, things: Vec<Made>) -> Vec<Remaining> {
    let mut remaining = Vec::new();
    for made in things {
        let Some(operator) = operators.of_account(&made.account) else {
            let reason = format!("the target has no account `{}`", made.account);
            remaining.push(Remaining { made, reason });
            continue;
        };
        let operator = operator.in_region(Some(&made.region));
        match one(&operator, &made).await {
            Err(error) if !GONE.iter().any(|code| error.is(code)) => {
                remaining.push(Remaining { made, reason: error.to_string() });
            }
            _ => journal.strike(&made),
        }
    }
    remaining
}

/// Removes something from a bucket, also what is locked as far as it may be unlocked.
///
/// # Errors
/// The call that failed.
pub(super) async fn unstore(operator: &Operator, bucket: &str, stored: &Stored) -> Result<(), ResourceError> {
    let removed = match &stored.what {
        What::Version(id) => {
            let version = json!({ "Key": stored.key, "VersionId": id });
            versions::delete(operator, bucket, &version, true).await
        }
        What::Upload(id) => {
            let members = json!({ "Bucket": bucket, "Key": stored.key, "UploadId": id });
            operator.call("s3", "AbortMultipartUpload", members).await.map(|_| ())
        }
    };
    match removed {
        Err(error) if !error.is("NoSuchUpload") && !error.is("NoSuchVersion") => Err(error),
        _ => Ok(()),
    }
}

async fn one(operator: &Operator, made: &Made) -> Result<(), ResourceError> {
    let name = made.name.as_str();
    match made.kind {
        Kind::Bucket => {
            // It may deny everyone what follows, as long as it stands. What keeps it standing shows below.
            drop(call(operator, "s3", "DeleteBucketPolicy", json!({ "Bucket": name })).await);
            for stored in contents::stored(operator, name).await? {
                unstore(operator, name, &stored).await?;
            }
            call(operator, "s3", "DeleteBucket", json!({ "Bucket": name })).await
        }
        Kind::Grant => {
            let (key, grant) = name.split_once('/').unwrap_or((name, ""));
            call(operator, "kms", "RevokeGrant", json!({ "KeyId": key, "GrantId": grant })).await
        }
        Kind::Alias => call(operator, "kms", "DeleteAlias", json!({ "AliasName": name })).await,
        Kind::Key => {
            let members = json!({ "KeyId": name, "PendingWindowInDays": 7 });
            match call(operator, "kms", "ScheduleKeyDeletion", members).await {
                // It is to be deleted already.
                Err(error) if error.is("KMSInvalidStateException") => Ok(()),
                result => result,
            }
        }
        Kind::Inline | Kind::Attached => {
            let Some((word, holder, policy)) = made.part() else { return Ok(()) };
            let (operation, member) = match made.kind {
                Kind::Inline => (format!("Delete{word}Policy"), "PolicyName"),
                _ => (format!("Detach{word}Policy"), "PolicyArn"),
            };
            let members = json!({ format!("{word}Name"): holder, member: policy });
            call(operator, "iam", &operation, members).await
        }
        Kind::User => user(operator, name).await,
        Kind::Group => group(operator, name).await,
        Kind::Role => {
            policies(operator, "Role", name).await?;
            call(operator, "iam", "DeleteRole", json!({ "RoleName": name })).await
        }
        Kind::Policy => policy(operator, name).await,
        Kind::AccountBlock => {
            let members = json!({ "AccountId": name });
            call(operator, "s3control", "DeletePublicAccessBlock", members).await
        }
    }
}

async fn user(operator: &Operator, name: &str) -> Result<(), ResourceError> {
    let of = json!({ "UserName": name });
    empty(
        operator,
        ("ListAccessKeys", &of, "/AccessKeyMetadata"),
        "DeleteAccessKey",
        |key| json!({ "UserName": name, "AccessKeyId": key.get("AccessKeyId") }),
    )
    .await?;
    policies(operator, "User", name).await?;
    empty(
        operator,
        ("ListGroupsForUser", &of, "/Groups"),
        "RemoveUserFromGroup",
        |group| json!({ "UserName": name, "GroupName": group.get("GroupName") }),
    )
    .await?;
    call(operator, "iam", "DeleteUser", of).await
}

async fn group(operator: &Operator, name: &str) -> Result<(), ResourceError> {
    let of = json!({ "GroupName": name });
    empty(
        operator,
        ("GetGroup", &of, "/Users"),
        "RemoveUserFromGroup",
        |user| json!({ "GroupName": name, "UserName": user.get("UserName") }),
    )
    .await?;
    policies(operator, "Group", name).await?;
    call(operator, "iam", "DeleteGroup", of).await
}

/// The policies of a user, a group or a role, as `word` says.
async fn policies(operator: &Operator, word: &str, name: &str) -> Result<(), ResourceError> {
    let of = |more: Value| {
        let mut members = more;
        if let Some(members) = members.as_object_mut() {
            members.insert(format!("{word}Name"), json!(name));
        }
        members
    };
    let whose = of(json!({}));
    let (list, delete) = (format!("List{word}Policies"), format!("Delete{word}Policy"));
    let inline = |policy: &Value| of(json!({ "PolicyName": policy }));
    empty(operator, (&list, &whose, "/PolicyNames"), &delete, inline).await?;
    let (list, detach) = (format!("ListAttached{word}Policies"), format!("Detach{word}Policy"));
    let attached = |policy: &Value| of(json!({ "PolicyArn": policy.get("PolicyArn") }));
    empty(operator, (&list, &whose, "/AttachedPolicies"), &detach, attached).await
}

async fn policy(operator: &Operator, arn: &str) -> Result<(), ResourceError> {
    let of = json!({ "PolicyArn": arn });
    for word in ["User", "Group", "Role"] {
        let (list, detach) = (format!("/Policy{word}s"), format!("Detach{word}Policy"));
        let name = format!("{word}Name");
        empty(operator, ("ListEntitiesForPolicy", &of, &list), &detach, |entity| {
            let mut members = of.clone();
            if let Some(members) = members.as_object_mut() {
                members.insert(name.clone(), entity.get(&name).cloned().unwrap_or_default());
            }
            members
        })
        .await?;
    }
    let versions = operator.call("iam", "ListPolicyVersions", of.clone()).await?;
    for version in versions.list("/Versions") {
        if version.get("IsDefaultVersion") != Some(&json!(true)) {
            let members = json!({ "PolicyArn": arn, "VersionId": version.get("VersionId") });
            call(operator, "iam", "DeletePolicyVersion", members).await?;
        }
    }
    call(operator, "iam", "DeletePolicy", of).await
}

/// Lists, and removes what is listed, until nothing is.
async fn empty(
    operator: &Operator,
    (list, of, entries): (&str, &Value, &str),
    delete: &str,
    members: impl Fn(&Value) -> Value,
) -> Result<(), ResourceError> {
    for _ in 0..MOST_ROUNDS {
        let listed = operator.call("iam", list, of.clone()).await?;
        let listed = listed.list(entries);
        if listed.is_empty() {
            return Ok(());
        }
        for entry in listed {
            match call(operator, "iam", delete, members(entry)).await {
                Err(error) if !error.is("NoSuchEntity") => return Err(error),
                _ => {}
            }
        }
    }
    Err(ResourceError::Impossible(format!("`iam:{list}` still lists what `iam:{delete}` removed")))
}

async fn call(
    operator: &Operator,
    service: &str,
    operation: &str,
    members: Value,
) -> Result<(), ResourceError> {
    operator.call(service, operation, members).await.map(|_| ())
}
