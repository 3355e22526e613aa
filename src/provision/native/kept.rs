//! Types that the target has no behaviour for: they are stored as they are given, with an id and an ARN made up where the
//! form of these is known, so that others can refer to them. Nothing of them is proved.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use stackproof_terraform::{Instance, Schema, policy_statements};

use super::Made;
use super::attributes::Attributes;
use super::operator::{Operator, ResourceError};
use super::resources::{self, Resource};

/// Of the types of these prefixes, some decide what others may do.
const GUARDING: [&str; 3] = ["aws_iam_", "aws_kms_", "aws_s3"];

/// Types of those prefixes that allow and deny nothing.
const HARMLESS: [&str; 14] = [
    "aws_iam_account_alias",
    "aws_iam_account_password_policy",
    "aws_iam_openid_connect_provider",
    "aws_iam_saml_provider",
    "aws_iam_server_certificate",
    "aws_iam_service_linked_role",
    "aws_iam_service_specific_credential",
    "aws_iam_signing_certificate",
    "aws_iam_user_login_profile",
    "aws_iam_user_ssh_key",
    "aws_iam_virtual_mfa_device",
    "aws_s3_bucket_analytics_configuration",
    "aws_s3_bucket_inventory",
    "aws_s3_bucket_metric",
];

/// Whether resources of that type are stored and nothing else.
pub fn is_kept(kind: &str) -> bool {
    resources::named(kind).is_none() && Schema::aws().is_ok_and(|schema| schema.kept(kind).is_some())
}

/// Whether what is stored might allow or deny what others do, if it were more than that.
pub(super) fn guards(instance: &Instance) -> bool {
    let kind = instance.type_name.as_str();
    let by_name = GUARDING.iter().any(|prefix| kind.starts_with(prefix)) && !HARMLESS.contains(&kind);
    by_name || ["_grant", "_permission"].iter().any(|suffix| kind.ends_with(suffix)) || has_policy(instance)
}

fn has_policy(instance: &Instance) -> bool {
    let arguments = instance.arguments.as_entries();
    arguments.is_some_and(|arguments| arguments.values().any(|it| !policy_statements(it).is_empty()))
}

/// Stores an instance.
pub(super) fn store(
    operator: Operator,
    instance: &Instance,
    arguments: &Attributes,
    made: &mut Vec<Made>,
) -> Attributes {
    let attributes = attributes(&operator, instance, arguments);
    let instance = instance.clone();
    made.push(Made { instance, attributes: attributes.clone(), kind: &Stored, operator });
    attributes
}

fn attributes(operator: &Operator, instance: &Instance, arguments: &Attributes) -> Attributes {
    let kept = Schema::aws().ok().and_then(|schema| schema.kept(&instance.type_name));
    let is_unknown = |name: &str| instance.arguments.get(name).is_some_and(|value| value.is_unknown());
    let mut own: Map<String, Value> = arguments.as_json().as_object().cloned().unwrap_or_default();
    // What the provider alone decides stays unknown, and so does what rests on it.
    own.retain(|name, _| !is_unknown(name));
    let has = |name: &str| instance.arguments.get(name).is_some();
    let address = instance.address.to_string();
    let mut fill = |form: &str, id: Option<&str>| {
        let mut filled = String::new();
        let mut rest = form;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, inner)| Some((before, inner.split_once('}')?)))
        {
            filled.push_str(before);
            let given = own.get(name).and_then(text);
            filled.push_str(&match name {
                "region" => operator.region.clone(),
                "account" => operator.account.clone(),
                "hex" => hex(&address, 16),
                "uuid" => uuid(&address),
                "id" => id.map_or_else(|| hex(&address, 17), str::to_owned),
                "catalog_id" => given.unwrap_or_else(|| operator.account.clone()),
                _ => given.unwrap_or_else(|| {
                    let prefix = own.get(&format!("{name}_prefix")).and_then(text).unwrap_or_default();
                    let made_up = format!("{prefix}{}", hex(&address, 26));
                    own.insert(name.to_owned(), made_up.clone().into());
                    made_up
                }),
            });
            rest = after;
        }
        filled + rest
    };
    let id = kept.filter(|kept| !kept.id_is_arn).and_then(|kept| kept.id);
    let id = id.map(|form| match form.strip_prefix('=') {
        Some(argument) => fill(&format!("{{{argument}}}"), None),
        None => fill(form, None),
    });
    let id = id.unwrap_or_else(|| hex(&address, 17));
    let arn = kept.and_then(|kept| kept.arn).map(|form| fill(form, Some(&id)));
    let id = match (&arn, kept.is_some_and(|kept| kept.id_is_arn)) {
        (Some(arn), true) => arn.clone(),
        _ => id,
    };
    own.insert("id".to_owned(), id.into());
    if let Some(arn) = arn.filter(|_| has("arn")) {
        own.insert("arn".to_owned(), arn.into());
    }
    if has("region") {
        own.entry("region").or_insert_with(|| operator.region.clone().into());
    }
    Attributes::from(Value::Object(own))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// So many hexadecimal digits, the same for one address in every run.
fn hex(address: &str, digits: usize) -> String {
    let hash = hex::encode(Sha256::digest(address));
    hash.get(..digits).unwrap_or(&hash).to_owned()
}

fn uuid(address: &str) -> String {
    let digits = hex(address, 32);
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

/// The lines that name what is stored, a block each.
pub(super) fn notes(made: &[Made]) -> Vec<String> {
    let kept = made.iter().filter(|made| is_kept(&made.instance.type_name));
    let blocks: BTreeSet<String> = kept.map(|made| made.instance.address.block()).collect();
    blocks
        .iter()
        .map(|block| format!("kept: {block}: accepted and stored, nothing of it is proved"))
        .collect()
}

/// What is stored is in no service.
struct Stored;

#[async_trait]
impl Resource for Stored {
    async fn create(&self, _operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        Ok(arguments)
    }

    async fn complete(&self, _operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        Ok(made)
    }

    async fn destroy(&self, _operator: &Operator, _attributes: &Attributes) -> Result<(), ResourceError> {
        Ok(())
    }
}
