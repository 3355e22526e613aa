//! AWS Organizations: the organization, its accounts, and who administers services for it.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Resource, unless_gone};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Answer, Operator, ResourceError};

const SERVICE: &str = "organizations";
const NOT_IN_USE: &str = "AWSOrganizationsNotInUseException";

/// All rows of a list, on all its pages.
///
/// # Errors
/// The call that failed.
pub async fn rows(
    operator: &Operator,
    operation: &str,
    members: Value,
    list: &str,
) -> Result<Vec<Value>, ResourceError> {
    let (mut rows, mut members) = (Vec::new(), members);
    loop {
        let page = operator.call(SERVICE, operation, members.clone()).await?;
        rows.extend_from_slice(page.list(list));
        match (page.at("/NextToken"), members.as_object_mut()) {
            (Value::String(token), Some(members)) => members.insert("NextToken".to_owned(), json!(token)),
            _ => return Ok(rows),
        };
    }
}

/// An account as the provider exports it among others.
pub fn account(account: &Value) -> Value {
    json!({
        "arn": account.get("Arn"),
        "email": account.get("Email"),
        "id": account.get("Id"),
        "joined_method": account.get("JoinedMethod"),
        "joined_timestamp": account.get("JoinedTimestamp"),
        "name": account.get("Name"),
        "state": account.get("State"),
        "status": account.get("Status"),
    })
}

fn root(root: &Value) -> Value {
    let types = root.get("PolicyTypes").and_then(Value::as_array).into_iter().flatten();
    let types = types.map(|kind| json!({ "status": kind.get("Status"), "type": kind.get("Type") }));
    json!({
        "arn": root.get("Arn"),
        "id": root.get("Id"),
        "name": root.get("Name"),
        "policy_types": types.collect::<Value>(),
    })
}

/// What every member sees of its organization.
///
/// # Errors
/// The call that failed.
pub async fn described(operator: &Operator) -> Result<Value, ResourceError> {
    let read = operator.call(SERVICE, "DescribeOrganization", json!({})).await?;
    let fact = |name: &str| read.at(&format!("/Organization/{name}"));
    Ok(json!({
        "id": read.text("/Organization/Id")?,
        "arn": fact("Arn"),
        "feature_set": fact("FeatureSet"),
        "master_account_arn": fact("MasterAccountArn"),
        "master_account_email": fact("MasterAccountEmail"),
        "master_account_id": fact("MasterAccountId"),
    }))
}

/// What the management account and delegated administrators see besides.
///
/// # Errors
/// The call that failed.
pub async fn members(operator: &Operator, management: &Value) -> Result<Value, ResourceError> {
    let accounts = rows(operator, "ListAccounts", json!({}), "/Accounts").await?;
    let roots = rows(operator, "ListRoots", json!({}), "/Roots").await?;
    let services =
        rows(operator, "ListAWSServiceAccessForOrganization", json!({}), "/EnabledServicePrincipals").await?;
    let is_management = |it: &&Value| it.get("Id") == Some(management);
    let enabled = roots.iter().filter_map(|root| root.pointer("/PolicyTypes")?.as_array()).flatten();
    Ok(json!({
        "accounts": accounts.iter().map(account).collect::<Value>(),
        "non_master_accounts": accounts.iter().filter(|it| !is_management(it)).map(account).collect::<Value>(),
        "master_account_name": accounts.iter().find(is_management).and_then(|it| it.get("Name")),
        "roots": roots.iter().map(root).collect::<Value>(),
        "enabled_policy_types": enabled.filter_map(|kind| kind.get("Type").cloned()).collect::<Value>(),
        "aws_service_access_principals":
            services.iter().filter_map(|it| it.get("ServicePrincipal").cloned()).collect::<Value>(),
    }))
}

/// `aws_organizations_organization`
pub struct Organization;

#[async_trait]
impl Resource for Organization {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({ "FeatureSet": arguments.at("/feature_set") });
        let made = operator.call(SERVICE, "CreateOrganization", members).await?;
        let id = made.text("/Organization/Id")?;
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        for service in made.list("/aws_service_access_principals") {
            let members = json!({ "ServicePrincipal": service });
            operator.call(SERVICE, "EnableAWSServiceAccess", members).await?;
        }
        let roots = operator.call(SERVICE, "ListRoots", json!({})).await?;
        for kind in made.list("/enabled_policy_types") {
            let members = json!({ "RootId": roots.text("/Roots/0/Id")?, "PolicyType": kind });
            operator.call(SERVICE, "EnablePolicyType", members).await?;
        }
        let described = Attributes::from(described(operator).await?);
        let members = match made.flag("/return_organization_only") {
            true => {
                json!({ "accounts": [], "non_master_accounts": [], "roots": [], "master_account_name": "" })
            }
            false => members(operator, described.at("/master_account_id")).await?,
        };
        let given = made.as_json().clone();
        // What was given stays as it was given.
        let read = described.with(members).as_json().clone();
        Ok(made.with(read).with(set(&given)).with_defaults(json!({ "region": operator.region })))
    }

    async fn destroy(&self, operator: &Operator, _attributes: &Attributes) -> Result<(), ResourceError> {
        unless_gone(operator.call(SERVICE, "DeleteOrganization", json!({})).await, &[NOT_IN_USE])
    }
}

/// The attributes that are set.
fn set(attributes: &Value) -> Value {
    let set = attributes.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    set.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// `aws_organizations_account`
pub struct Account;

#[async_trait]
impl Resource for Account {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        if arguments.flag("/create_govcloud") {
            return Err(ResourceError::Unsupported("an account of AWS GovCloud"));
        }
        let members = json!({
            "AccountName": arguments.at("/name"),
            "Email": arguments.at("/email"),
            "RoleName": arguments.at("/role_name"),
            "IamUserAccessToBilling": arguments.at("/iam_user_access_to_billing"),
            "Tags": arguments.tag_set(),
        });
        let made = operator.call(SERVICE, "CreateAccount", members).await?;
        if let Some(reason) = made.at("/CreateAccountStatus/FailureReason").as_str() {
            let failed = format!("`organizations:CreateAccount` made no account: {reason}");
            return Err(ResourceError::Impossible(failed));
        }
        let id = made.text("/CreateAccountStatus/AccountId")?;
        Ok(arguments.with(json!({ "id": id, "govcloud_id": "" })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let id = made.at("/id");
        let parent = parent(operator, id).await?;
        let wanted = made.at("/parent_id").clone();
        if !wanted.is_null() && wanted != *parent.at("/Parents/0/Id") {
            let members = json!({
                "AccountId": id,
                "SourceParentId": parent.text("/Parents/0/Id")?,
                "DestinationParentId": wanted,
            });
            operator.call(SERVICE, "MoveAccount", members).await?;
        }
        let parent = self::parent(operator, id).await?;
        let read = operator.call(SERVICE, "DescribeAccount", json!({ "AccountId": id })).await?;
        let exported = account(read.at("/Account"));
        let more = json!({ "parent_id": parent.text("/Parents/0/Id")?, "region": operator.region });
        Ok(made.with(exported).with(more))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let operation = match attributes.flag("/close_on_deletion") {
            true => "CloseAccount",
            false => "RemoveAccountFromOrganization",
        };
        let members = json!({ "AccountId": attributes.at("/id") });
        let gone = [NOT_IN_USE, "AccountNotFoundException", "AccountAlreadyClosedException"];
        unless_gone(operator.call(SERVICE, operation, members).await, &gone)
    }
}

async fn parent(operator: &Operator, id: &Value) -> Result<Answer, ResourceError> {
    operator.call(SERVICE, "ListParents", json!({ "ChildId": id })).await
}

/// `aws_organizations_delegated_administrator`
pub struct DelegatedAdministrator;

fn delegation(attributes: &Attributes) -> Value {
    json!({
        "AccountId": attributes.at("/account_id"),
        "ServicePrincipal": attributes.at("/service_principal"),
    })
}

#[async_trait]
impl Resource for DelegatedAdministrator {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        operator.call(SERVICE, "RegisterDelegatedAdministrator", delegation(&arguments)).await?;
        let part = |name: &str| arguments.text(name).unwrap_or_default().to_owned();
        let id = format!("{}/{}", part("/account_id"), part("/service_principal"));
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let of_service = json!({ "ServicePrincipal": made.at("/service_principal") });
        let all =
            rows(operator, "ListDelegatedAdministrators", of_service, "/DelegatedAdministrators").await?;
        let found = all.iter().find(|it| it.get("Id") == Some(made.at("/account_id")));
        let count = all.len();
        let operation = "ListDelegatedAdministrators".to_owned();
        let found = found.ok_or(ResourceError::NotOne { operation, count })?;
        let (id, exported) = (made.at("/id").clone(), administrator(found));
        Ok(made.with(exported).with(json!({ "id": id, "region": operator.region })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let gone = [NOT_IN_USE, "AccountNotFoundException", "AccountNotRegisteredException"];
        let members = delegation(attributes);
        unless_gone(operator.call(SERVICE, "DeregisterDelegatedAdministrator", members).await, &gone)
    }
}

/// A delegated administrator as the provider exports it.
pub fn administrator(found: &Value) -> Value {
    Attributes::from(account(found))
        .with(json!({ "delegation_enabled_date": found.get("DelegationEnabledDate") }))
        .as_json()
        .clone()
}
