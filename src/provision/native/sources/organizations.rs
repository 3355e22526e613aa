//! AWS Organizations as it is there already.

use serde_json::{Value, json};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::organizations::{account, administrator, described, members, rows};

/// `aws_organizations_organization`: members that administer nothing see no more of it than whose it is.
///
/// # Errors
/// The call that failed.
pub async fn organization(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let found = Attributes::from(described(operator).await?);
    if arguments.flag("/return_organization_only") {
        return Ok(found.as_json().clone());
    }
    match members(operator, found.at("/master_account_id")).await {
        Err(error)
            if error.is("AccessDeniedException")
                && found.text("/master_account_id") != Some(&operator.account) =>
        {
            Ok(found.as_json().clone())
        }
        members => Ok(found.with(members?).as_json().clone()),
    }
}

/// `aws_organizations_organizational_unit`: the one of that name.
///
/// # Errors
/// The call that failed; [`ResourceError::NotOne`] where there is none.
pub async fn unit(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let units = units_of(operator, arguments.at("/parent_id")).await?;
    let found = units.iter().find(|unit| unit.get("Name") == Some(arguments.at("/name")));
    let operation = "ListOrganizationalUnitsForParent".to_owned();
    let found = found.ok_or(ResourceError::NotOne { operation, count: 0 })?;
    Ok(json!({ "id": found.get("Id"), "arn": found.get("Arn") }))
}

async fn units_of(operator: &Operator, parent: &Value) -> Result<Vec<Value>, ResourceError> {
    let members = json!({ "ParentId": parent });
    rows(operator, "ListOrganizationalUnitsForParent", members, "/OrganizationalUnits").await
}

/// The units below a parent, level by level: directly, or all.
async fn below(operator: &Operator, parent: &Value, deep: bool) -> Result<Vec<Value>, ResourceError> {
    let mut units = units_of(operator, parent).await?;
    let mut at = 0;
    while let Some(unit) = units.get(at).filter(|_| deep) {
        let children = units_of(operator, unit.get("Id").unwrap_or(&Value::Null)).await?;
        units.extend(children);
        at += 1;
    }
    Ok(units)
}

/// `aws_organizations_organizational_units` and, `deep`, those of all descendants.
///
/// # Errors
/// The call that failed.
pub async fn units(operator: &Operator, arguments: &Attributes, deep: bool) -> Result<Value, ResourceError> {
    let parent = arguments.at("/parent_id");
    let units = below(operator, parent, deep).await?;
    let shown =
        |unit: &Value| json!({ "arn": unit.get("Arn"), "id": unit.get("Id"), "name": unit.get("Name") });
    Ok(json!({ "id": parent, "children": units.iter().map(shown).collect::<Value>() }))
}

/// `aws_organizations_organizational_unit_child_accounts` and, `deep`, those of all descendants.
///
/// # Errors
/// The call that failed.
pub async fn accounts(
    operator: &Operator,
    arguments: &Attributes,
    deep: bool,
) -> Result<Value, ResourceError> {
    let parent = arguments.at("/parent_id");
    let mut parents = vec![parent.clone()];
    if deep {
        parents
            .extend(below(operator, parent, true).await?.iter().filter_map(|unit| unit.get("Id").cloned()));
    }
    let mut found = Vec::new();
    for parent in parents {
        let members = json!({ "ParentId": parent });
        found.extend(rows(operator, "ListAccountsForParent", members, "/Accounts").await?);
    }
    Ok(json!({ "id": parent, "accounts": found.iter().map(account).collect::<Value>() }))
}

/// `aws_organizations_policies`
///
/// # Errors
/// The call that failed.
pub async fn policies(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let found =
        rows(operator, "ListPolicies", json!({ "Filter": arguments.at("/filter") }), "/Policies").await?;
    Ok(json!({ "id": operator.account, "ids": column(&found, "Id") }))
}

/// `aws_organizations_policies_for_target`
///
/// # Errors
/// The call that failed.
pub async fn policies_for_target(
    operator: &Operator,
    arguments: &Attributes,
) -> Result<Value, ResourceError> {
    let target = arguments.at("/target_id");
    let members = json!({ "TargetId": target, "Filter": arguments.at("/filter") });
    let found = rows(operator, "ListPoliciesForTarget", members, "/Policies").await?;
    Ok(json!({ "id": target, "ids": column(&found, "Id") }))
}

fn column(rows: &[Value], member: &str) -> Value {
    rows.iter().filter_map(|row| row.get(member).cloned()).collect()
}

/// `aws_organizations_delegated_administrators`
///
/// # Errors
/// The call that failed.
pub async fn administrators(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let members = json!({ "ServicePrincipal": arguments.at("/service_principal") });
    let found = rows(operator, "ListDelegatedAdministrators", members, "/DelegatedAdministrators").await?;
    let shown: Value = found.iter().map(administrator).collect();
    Ok(json!({ "id": operator.account, "delegated_administrators": shown }))
}

/// `aws_organizations_delegated_services`
///
/// # Errors
/// The call that failed.
pub async fn services(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let account = arguments.at("/account_id");
    let members = json!({ "AccountId": account });
    let found = rows(operator, "ListDelegatedServicesForAccount", members, "/DelegatedServices").await?;
    let shown = |it: &Value| {
        json!({
            "delegation_enabled_date": it.get("DelegationEnabledDate"),
            "service_principal": it.get("ServicePrincipal"),
        })
    };
    Ok(json!({ "id": account, "delegated_services": found.iter().map(shown).collect::<Value>() }))
}

/// `aws_organizations_resource_tags`
///
/// # Errors
/// The call that failed.
pub async fn tags(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let id = arguments.at("/resource_id");
    let found = rows(operator, "ListTagsForResource", json!({ "ResourceId": id }), "/Tags").await?;
    let pair = |tag: &Value| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone()));
    let tags: serde_json::Map<String, Value> = found.iter().filter_map(pair).collect();
    Ok(json!({ "id": id, "tags": tags }))
}
