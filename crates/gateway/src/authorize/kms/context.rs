//! The condition keys of KMS (KMS developer guide, "Condition keys for AWS KMS"; service authorization reference).

use serde_json::Value;
use stackproof_aws::Members;
use stackproof_policy::{Context, KeyGrant};

use crate::authorize::insert_tags;
use crate::authorize::s3::request_tags;
use crate::directory::kms::{Key, key_tags};
use crate::directory::principals::Tags;
use crate::directory::upstream::text;

pub(super) const CONTEXT: &str = "kms:EncryptionContext:";
const KEYS: &str = "kms:EncryptionContextKeys";
const ALGORITHM: &str = "kms:EncryptionAlgorithm";
const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";
/// Of what a grant's two constraints on the context are called.
const CONSTRAINTS: [&str; 2] = ["EncryptionContextEquals", "EncryptionContextSubset"];

/// A member that a condition key shows.
struct Parameter {
    /// How the operations that it is of begin.
    operations: &'static str,
    member: &'static str,
    key: &'static str,
    unsent: Unsent,
}

/// What the key is where the member is not sent.
enum Unsent {
    /// KMS acts as if this had been sent, and the key shows it.
    Default(&'static str),
    /// Whether the key shows what KMS takes instead stands on no page.
    Unknown,
    /// Absent, by our reading.
    PresumedAbsent,
    /// Absent.
    Absent,
}

const fn shown(
    operations: &'static str,
    member: &'static str,
    key: &'static str,
    unsent: Unsent,
) -> Parameter {
    Parameter { operations, member, key, unsent }
}

use Unsent::{Absent, Default, PresumedAbsent};

const PARAMETERS: [Parameter; 26] = [
    shown("CreateGrant", "GranteePrincipal", "kms:GranteePrincipal", Absent),
    shown("CreateGrant", "GranteeServicePrincipal", "kms:GranteeServicePrincipal", Absent),
    shown("CreateGrant", "RetiringPrincipal", "kms:RetiringPrincipal", Absent),
    shown("CreateGrant", "RetiringServicePrincipal", "kms:RetiringServicePrincipal", Absent),
    shown(
        "CreateKey",
        "BypassPolicyLockoutSafetyCheck",
        "kms:BypassPolicyLockoutSafetyCheck",
        PresumedAbsent,
    ),
    shown("CreateKey", "KeyUsage", "kms:KeyUsage", Default("ENCRYPT_DECRYPT")),
    shown("CreateKey", "MultiRegion", "kms:MultiRegion", Default("false")),
    shown("CreateKey", "Origin", "kms:KeyOrigin", Default("AWS_KMS")),
    shown("Decrypt", "EncryptionAlgorithm", ALGORITHM, Default(SYMMETRIC)),
    shown("DeriveSharedSecret", "KeyAgreementAlgorithm", "kms:KeyAgreementAlgorithm", Absent),
    shown("EnableKeyRotation", "RotationPeriodInDays", "kms:RotationPeriodInDays", Unsent::Unknown),
    shown("Encrypt", "EncryptionAlgorithm", ALGORITHM, Default(SYMMETRIC)),
    shown("GenerateDataKeyPair", "KeyPairSpec", "kms:DataKeyPairSpec", Absent),
    shown("GenerateMac", "MacAlgorithm", "kms:MacAlgorithm", Absent),
    shown("GetParametersForImport", "WrappingAlgorithm", "kms:WrappingAlgorithm", Absent),
    shown("GetParametersForImport", "WrappingKeySpec", "kms:WrappingKeySpec", Absent),
    shown("ImportKeyMaterial", "ExpirationModel", "kms:ExpirationModel", Unsent::Unknown),
    shown(
        "PutKeyPolicy",
        "BypassPolicyLockoutSafetyCheck",
        "kms:BypassPolicyLockoutSafetyCheck",
        PresumedAbsent,
    ),
    shown("ReplicateKey", "ReplicaRegion", "kms:ReplicaRegion", Absent),
    shown(
        "ScheduleKeyDeletion",
        "PendingWindowInDays",
        "kms:ScheduleKeyDeletionPendingWindowInDays",
        Unsent::Unknown,
    ),
    shown("Sign", "MessageType", "kms:MessageType", Default("RAW")),
    shown("Sign", "SigningAlgorithm", "kms:SigningAlgorithm", Absent),
    shown("UpdatePrimaryRegion", "PrimaryRegion", "kms:PrimaryRegion", Absent),
    shown("Verify", "MessageType", "kms:MessageType", Default("RAW")),
    shown("Verify", "SigningAlgorithm", "kms:SigningAlgorithm", Absent),
    shown("VerifyMac", "MacAlgorithm", "kms:MacAlgorithm", Absent),
];

/// The keys that the members of an operation show.
pub(super) fn parameters(context: &mut Context, operation: &str, members: &Members) {
    let of = |parameter: &&Parameter| match parameter.operations {
        "GenerateDataKeyPair" => operation.starts_with("GenerateDataKeyPair"),
        one => operation == one,
    };
    for Parameter { member, key, unsent, .. } in PARAMETERS.iter().filter(of) {
        match (members.get(*member).and_then(scalar), unsent) {
            (Some(value), _) => context.insert(key, value),
            (None, Default(value)) => context.insert(key, *value),
            (None, Unsent::Unknown) => context.insert_unknown(key),
            (None, PresumedAbsent) => context.presume_absent(key),
            (None, Absent) => {}
        }
    }
    if operation.starts_with("GenerateDataKey") {
        context.insert(ALGORITHM, SYMMETRIC);
    }
    match operation {
        "CreateKey" => {
            let spec = text(members, "KeySpec").or_else(|| text(members, "CustomerMasterKeySpec"));
            context.insert("kms:KeySpec", spec.unwrap_or(SYMMETRIC));
        }
        "CreateGrant" => granting(context, members),
        "ImportKeyMaterial" if members.contains_key("ValidTo") => context.insert_unknown("kms:ValidTo"),
        // Newer than what describes it.
        "DisableKey" | "ScheduleKeyDeletion" => context.insert_unknown("kms:TrailingDaysWithoutKeyUsage"),
        _ => {}
    }
    if matches!(operation, "CreateGrant" | "ListGrants" | "RevokeGrant") {
        context.insert("kms:GrantIsForAWSResource", "false");
    }
    if let Some(Value::Array(tags)) = members.get("Tags") {
        request_tags(context, &key_tags(tags));
    }
    if let Some(Value::Array(keys)) = members.get("TagKeys") {
        context.insert_many("aws:TagKeys", keys.iter().filter_map(Value::as_str));
    }
}

/// What a grant is made with.
fn granting(context: &mut Context, members: &Members) {
    let operations = members.get("Operations").and_then(Value::as_array).into_iter().flatten();
    context.insert_many("kms:GrantOperations", operations.filter_map(Value::as_str));
    let Some(constraints) = members.get("Constraints") else { return };
    let given = |kind: &&str| constraints.get(kind).is_some_and(Value::is_object);
    let kinds: Vec<_> = CONSTRAINTS.iter().copied().filter(given).collect();
    constrained(context, &kinds);
    let pairs = kinds.iter().filter_map(|kind| constraints.get(*kind)).filter_map(Value::as_object);
    insert_context(context, &pairs.flat_map(pairs_of).collect());
    if let Some(source) = constraints.get("SourceArn").and_then(scalar) {
        context.insert("kms:GrantConstraintSourceArn", source);
    }
}

/// What a grant that is retired was made with.
pub(super) fn granted(context: &mut Context, grant: &KeyGrant) {
    let constraints = &grant.constraints;
    let both = [&constraints.encryption_context_equals, &constraints.encryption_context_subset];
    let given = CONSTRAINTS.iter().zip(both).filter(|(_, pairs)| pairs.is_some());
    constrained(context, &given.map(|(kind, _)| *kind).collect::<Vec<_>>());
    let pairs = both.into_iter().flatten().flatten();
    insert_context(context, &pairs.map(|(key, value)| (key.clone(), value.clone())).collect());
}

fn constrained(context: &mut Context, kinds: &[&str]) {
    match kinds {
        [] => {}
        [kind] => context.insert("kms:GrantConstraintType", *kind),
        // The key has one value, and which of the two it is nobody says.
        _ => context.insert_unknown("kms:GrantConstraintType"),
    }
}

/// The pairs of an encryption context as they were sent.
pub(super) fn pairs_of(pairs: &Members) -> Tags {
    pairs.iter().filter_map(|(key, value)| Some((key.clone(), scalar(value)?))).collect()
}

/// The keys of an encryption context; a context without pairs is none.
pub(crate) fn insert_context(context: &mut Context, pairs: &Tags) {
    if !pairs.is_empty() {
        insert_tags(context, CONTEXT, pairs);
        context.insert_many(KEYS, pairs.keys());
    }
}

/// An encryption context of which only these pairs are known.
pub(crate) fn insert_some_context(context: &mut Context, pairs: &Tags) {
    context.insert_unknown(CONTEXT);
    insert_tags(context, CONTEXT, pairs);
    context.insert_unknown(KEYS);
}

/// What every call on a key shows of the key.
pub(crate) fn key_facts(context: &mut Context, key: &Key) {
    context.insert("kms:KeySpec", &key.spec);
    context.insert("kms:KeyUsage", &key.usage);
    context.insert("kms:KeyOrigin", &key.origin);
    context.insert("kms:MultiRegion", key.multi_region.is_some().to_string());
    if let Some(kind) = &key.multi_region {
        context.insert("kms:MultiRegionKeyType", kind);
    }
    if !key.aliases.is_empty() {
        context.insert_many("kms:ResourceAliases", &key.aliases);
    }
    insert_tags(context, "aws:ResourceTag/", &key.tags);
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
