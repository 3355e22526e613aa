//! Data sources that are read from AWS; those that are computed (`aws_iam_policy_document`) are the evaluator's.

mod archive;
mod iam;
mod kms;
mod organizations;
mod s3;
mod ssm;
mod state;

use serde_json::{Value, json};
use stackproof_policy::arn::Arn;

use super::attributes::Attributes;
use super::operator::{Operator, ResourceError};
use super::regions;
use super::resources::s3::bucket::identity;
use super::resources::{declared, local};

/// Reads the data source of that type, or gives none for a type that is not known here.
///
/// # Errors
/// The call that failed.
pub async fn read(
    operator: &Operator,
    kind: &str,
    arguments: Attributes,
) -> Result<Option<Attributes>, ResourceError> {
    let read = match kind {
        "archive_file" => archive::file(operator, &arguments)?,
        "aws_arn" => arn(&arguments)?,
        "aws_caller_identity" => caller_identity(operator).await?,
        "aws_canonical_user_id" => canonical_user_id(operator).await?,
        "aws_iam_openid_connect_provider" => iam::openid_connect_provider(operator, &arguments).await?,
        "aws_iam_policy" => iam::policy(operator, &arguments).await?,
        "aws_iam_role" => iam::role(operator, &arguments).await?,
        "aws_iam_roles" => iam::roles(operator, &arguments).await?,
        "aws_iam_session_context" => iam::session_context(operator, &arguments).await?,
        "aws_iam_user" => iam::user(operator, &arguments).await?,
        "aws_kms_alias" => kms::alias(operator, &arguments).await?,
        "aws_kms_ciphertext" => kms::ciphertext(operator, &arguments).await?,
        "aws_kms_key" => kms::key(operator, &arguments).await?,
        "aws_organizations_delegated_administrators" => {
            organizations::administrators(operator, &arguments).await?
        }
        "aws_organizations_delegated_services" => organizations::services(operator, &arguments).await?,
        "aws_organizations_organization" => organizations::organization(operator, &arguments).await?,
        "aws_organizations_organizational_unit" => organizations::unit(operator, &arguments).await?,
        "aws_organizations_organizational_unit_child_accounts" => {
            organizations::accounts(operator, &arguments, false).await?
        }
        "aws_organizations_organizational_unit_descendant_accounts" => {
            organizations::accounts(operator, &arguments, true).await?
        }
        "aws_organizations_organizational_unit_descendant_organizational_units" => {
            organizations::units(operator, &arguments, true).await?
        }
        "aws_organizations_organizational_units" => organizations::units(operator, &arguments, false).await?,
        "aws_organizations_policies" => organizations::policies(operator, &arguments).await?,
        "aws_organizations_policies_for_target" => {
            organizations::policies_for_target(operator, &arguments).await?
        }
        "aws_organizations_resource_tags" => organizations::tags(operator, &arguments).await?,
        "aws_partition" => json!({
            "id": "aws",
            "partition": "aws",
            "dns_suffix": "amazonaws.com",
            "reverse_dns_prefix": "com.amazonaws",
        }),
        "aws_s3_bucket" => bucket(operator, &arguments).await?,
        "aws_s3_bucket_object" | "aws_s3_object" => s3::object(operator, &arguments).await?,
        "aws_s3_bucket_objects" | "aws_s3_objects" => s3::objects(operator, &arguments).await?,
        "aws_ssm_parameters_by_path" => ssm::by_path(operator, &arguments).await?,
        "aws_region" => region(asked_region(&arguments).unwrap_or(&operator.region)),
        "local_file" | "local_sensitive_file" => local::file::read(operator, &arguments)?,
        "random_password" => local::password(&arguments)?,
        "terraform_remote_state" => state::remote(operator, &arguments)?,
        _ => {
            return match declared::named(&format!("data.{kind}")) {
                Some(source) => source.read(operator, arguments).await.map(Some),
                None => Ok(None),
            };
        }
    };
    Ok(Some(arguments.with(read)))
}

fn arn(arguments: &Attributes) -> Result<Value, ResourceError> {
    let text = arguments.text("/arn").unwrap_or_default();
    let no_arn = || ResourceError::Impossible(format!("`{text}` is no ARN"));
    let Arn { partition, service, region, account, resource } = Arn::parse(text).ok_or_else(no_arn)?;
    Ok(json!({
        "id": text,
        "account": account,
        "partition": partition,
        "region": region,
        "resource": resource,
        "service": service,
    }))
}

async fn caller_identity(operator: &Operator) -> Result<Value, ResourceError> {
    let identity = operator.call("sts", "GetCallerIdentity", json!({})).await?;
    Ok(json!({
        "id": identity.text("/Account")?,
        "account_id": identity.text("/Account")?,
        "arn": identity.text("/Arn")?,
        "user_id": identity.text("/UserId")?,
    }))
}

async fn canonical_user_id(operator: &Operator) -> Result<Value, ResourceError> {
    let buckets = operator.call("s3", "ListBuckets", json!({ "MaxBuckets": 1 })).await?;
    let name = buckets.at("/Owner/DisplayName").as_str().unwrap_or_default();
    Ok(json!({ "id": buckets.text("/Owner/ID")?, "display_name": name }))
}

async fn bucket(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let name = arguments.text("/bucket").unwrap_or_default();
    let head = operator.call("s3", "HeadBucket", json!({ "Bucket": name })).await?;
    Ok(identity(name, head.text("/BucketRegion")?))
}

/// The region that is asked for by its code, as versions 6 and 5 of the provider have it, or by EC2's endpoint in it.
fn asked_region(arguments: &Attributes) -> Option<&str> {
    let of_endpoint = || arguments.text("/endpoint")?.strip_prefix("ec2.")?.strip_suffix(".amazonaws.com");
    arguments.text("/region").or_else(|| arguments.text("/name")).or_else(of_endpoint)
}

fn region(name: &str) -> Value {
    json!({
        "id": name,
        "name": name,
        "region": name,
        "description": regions::named(name).map(|region| region.description),
        "endpoint": format!("ec2.{name}.amazonaws.com"),
    })
}
