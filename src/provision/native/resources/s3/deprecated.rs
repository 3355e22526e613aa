//! What `aws_s3_bucket` says of a bucket's configuration itself, though it has resources of its own: it is made as they
//! make it.

mod replication;

use serde_json::{Map, Value, json};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::regions;
use crate::provision::native::resources::{name, named};

/// Gives the bucket the configurations that its own arguments say.
///
/// # Errors
/// The call that failed.
pub async fn configure(operator: &Operator, bucket: &Attributes) -> Result<(), ResourceError> {
    let mut configurations = configurations(bucket);
    if let Some(grants) = set(bucket, "grant") {
        let acl = operator.call("s3", "GetBucketAcl", json!({ "Bucket": bucket.at("/id") })).await?;
        let owner = json!([{ "id": acl.at("/Owner/ID") }]);
        let policy = json!([{ "grant": written_grants(grants), "owner": owner }]);
        configurations.push(("aws_s3_bucket_acl", json!({ "access_control_policy": policy })));
    }
    for (kind, arguments) in configurations {
        let Some(resource) = named(kind) else { continue };
        let arguments = Attributes::from(arguments).with(json!({ "bucket": bucket.at("/id") }));
        let made = resource.create(operator, arguments).await?;
        resource.complete(operator, made).await?;
    }
    Ok(())
}

/// The attributes with those that the provider gives where nothing is said of them.
pub fn exported(bucket: Attributes) -> Attributes {
    let region = bucket.text("/region").unwrap_or_default();
    let website = set(&bucket, "website").map(|_| {
        let domain = regions::website_domain(region);
        let endpoint = format!("{}.{domain}", bucket.text("/id").unwrap_or_default());
        json!({ "website_domain": domain, "website_endpoint": endpoint })
    });
    // Nothing is read of these where they are not given.
    let unread = ["grant", "server_side_encryption_configuration"].into_iter();
    let unread = unread.filter(|name| set(&bucket, name).is_none());
    let unread: Map<String, Value> = unread.map(|name| (name.to_owned(), Value::Null)).collect();
    let versioning = set(&bucket, "versioning")
        .is_none()
        .then(|| json!({ "versioning": [{ "enabled": false, "mfa_delete": false }] }));
    bucket
        .with(website.unwrap_or_default())
        .with(Value::Object(unread))
        .with(versioning.unwrap_or_default())
        .with_defaults(json!({ "acceleration_status": "", "policy": "", "request_payer": "BucketOwner" }))
}

/// Blocks that are given.
fn set<'a>(bucket: &'a Attributes, name: &str) -> Option<&'a [Value]> {
    Some(bucket.list(&format!("/{name}"))).filter(|blocks| !blocks.is_empty())
}

/// The resource types that say the same, with their arguments.
fn configurations(bucket: &Attributes) -> Vec<(&'static str, Value)> {
    let first = |name: &str| set(bucket, name)?.first().cloned().map(Attributes::from);
    let mut all = Vec::new();
    if let Some(versioning) = first("versioning") {
        // A new bucket is as `enabled = false` says.
        let status = if versioning.flag("/enabled") { "Enabled" } else { "Disabled" };
        let delete = versioning.flag("/mfa_delete").then_some("Enabled");
        let configuration = json!([{ "status": status, "mfa_delete": delete }]);
        all.push(("aws_s3_bucket_versioning", json!({ "versioning_configuration": configuration })));
    }
    if let Some(encryption) = first("server_side_encryption_configuration") {
        let rule = encryption.at("/rule");
        all.push(("aws_s3_bucket_server_side_encryption_configuration", json!({ "rule": rule })));
    }
    if let Some(lock) = first("object_lock_configuration").filter(|lock| !lock.list("/rule").is_empty()) {
        all.push(("aws_s3_bucket_object_lock_configuration", lock.as_json().clone()));
    }
    if let Some(rules) = set(bucket, "lifecycle_rule") {
        let rules: Vec<Value> =
            rules.iter().map(|rule| lifecycle_rule(&Attributes::from(rule.clone()))).collect();
        all.push(("aws_s3_bucket_lifecycle_configuration", json!({ "rule": rules })));
    }
    if let Some(rules) = set(bucket, "cors_rule") {
        all.push(("aws_s3_bucket_cors_configuration", json!({ "cors_rule": rules })));
    }
    if let Some(logging) = first("logging") {
        let prefix = logging.text("/target_prefix").unwrap_or_default();
        let logging = json!({ "target_bucket": logging.at("/target_bucket"), "target_prefix": prefix });
        all.push(("aws_s3_bucket_logging", logging));
    }
    if let Some(website) = first("website") {
        all.push(("aws_s3_bucket_website_configuration", written_website(&website)));
    }
    if let Some(status) = bucket.text("/acceleration_status") {
        all.push(("aws_s3_bucket_accelerate_configuration", json!({ "status": status })));
    }
    if let Some(payer) = bucket.text("/request_payer") {
        all.push(("aws_s3_bucket_request_payment_configuration", json!({ "payer": payer })));
    }
    if let Some(policy) = bucket.text("/policy") {
        all.push(("aws_s3_bucket_policy", json!({ "policy": policy })));
    }
    if let Some(configuration) = first("replication_configuration") {
        all.push(("aws_s3_bucket_replication_configuration", replication::written(&configuration)));
    }
    all
}

fn written_website(website: &Attributes) -> Value {
    let redirect = website.text("/redirect_all_requests_to").map(|to| match to.split_once("://") {
        Some((protocol, host)) => json!([{ "host_name": host, "protocol": protocol }]),
        None => json!([{ "host_name": to }]),
    });
    json!({
        "index_document": website.text("/index_document").map(|suffix| json!([{ "suffix": suffix }])),
        "error_document": website.text("/error_document").map(|key| json!([{ "key": key }])),
        "redirect_all_requests_to": redirect,
        "routing_rules": website.text("/routing_rules"),
    })
}

/// Each of a grantee's permissions is a grant.
fn written_grants(grants: &[Value]) -> Vec<Value> {
    let of_grantee = |grant: &Value| {
        let grant = Attributes::from(grant.clone());
        let permissions = grant.list("/permissions").iter();
        let grantee = json!([{ "type": grant.at("/type"), "id": grant.at("/id"), "uri": grant.at("/uri") }]);
        permissions
            .map(|permission| json!({ "permission": permission, "grantee": grantee }))
            .collect::<Vec<_>>()
    };
    grants.iter().flat_map(of_grantee).collect()
}

fn lifecycle_rule(rule: &Attributes) -> Value {
    let prefix = rule.text("/prefix").unwrap_or_default();
    let tags = rule.at("/tags").as_object().filter(|tags| !tags.is_empty());
    let filter = match tags {
        Some(tags) => json!({ "and": [{ "prefix": prefix, "tags": tags }] }),
        None => json!({ "prefix": prefix }),
    };
    let noncurrent = |name: &str| {
        let renamed = |block: &Value| {
            let mut block = block.as_object().cloned().unwrap_or_default();
            let days = block.remove("days");
            block.extend(Map::from_iter([("noncurrent_days".to_owned(), days.unwrap_or_default())]));
            Value::Object(block)
        };
        rule.list(&format!("/{name}")).iter().map(renamed).collect::<Vec<_>>()
    };
    let id = name::given_or_made(
        &rule.clone().with_defaults(json!({ "id_prefix": "tf-s3-lifecycle-" })),
        "/id",
        "/id_prefix",
    );
    let abort = rule.at("/abort_incomplete_multipart_upload_days").as_i64().filter(|days| *days > 0);
    json!({
        "id": id,
        "status": if rule.flag("/enabled") { "Enabled" } else { "Disabled" },
        "filter": [filter],
        "expiration": rule.list("/expiration"),
        "transition": rule.list("/transition"),
        "noncurrent_version_expiration": noncurrent("noncurrent_version_expiration"),
        "noncurrent_version_transition": noncurrent("noncurrent_version_transition"),
        "abort_incomplete_multipart_upload":
            abort.map(|days| json!([{ "days_after_initiation": days }])).unwrap_or_default(),
    })
}
