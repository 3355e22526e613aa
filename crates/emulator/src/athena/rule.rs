//! The bounds of Athena's API reference.

use crate::bounds::{Bound, Rule};

const WORKGROUP: Bound = Bound::Pattern(is_workgroup, "[a-zA-Z0-9._-]{1,128}");
const STATEMENT: Bound = Bound::Pattern(is_statement, "[a-zA-Z_][a-zA-Z0-9_@:]{1,256}");
const ENCRYPTION: Bound = Bound::OneOf(&["SSE_S3", "SSE_KMS", "CSE_KMS"]);
const OWNER: Bound = Bound::Length(12, 12);

fn is_workgroup(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn is_statement(text: &str) -> bool {
    let mut letters = text.chars();
    let first = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    first
        && (2..=256).contains(&text.len())
        && letters.all(|c| c.is_ascii_alphanumeric() || "_@:".contains(c))
}

/// A member means the same in every operation that has it.
pub(crate) const RULES: &[Rule] = &[
    Rule("WorkGroup", WORKGROUP),
    Rule("Description", Bound::Length(0, 1024)),
    Rule("State", Bound::OneOf(&["ENABLED", "DISABLED"])),
    Rule("Configuration.BytesScannedCutoffPerQuery", Bound::Range(10_000_000, i64::MAX)),
    Rule("Configuration.ResultConfiguration.EncryptionConfiguration.EncryptionOption", ENCRYPTION),
    Rule("Configuration.ResultConfiguration.ExpectedBucketOwner", OWNER),
    Rule("Configuration.ExecutionRole", Bound::Length(20, 2048)),
    Rule("Configuration.AdditionalConfiguration", Bound::Length(1, 128)),
    Rule("ConfigurationUpdates.BytesScannedCutoffPerQuery", Bound::Range(10_000_000, i64::MAX)),
    Rule(
        "ConfigurationUpdates.ResultConfigurationUpdates.EncryptionConfiguration.EncryptionOption",
        ENCRYPTION,
    ),
    Rule("ConfigurationUpdates.ResultConfigurationUpdates.ExpectedBucketOwner", OWNER),
    Rule("Type", Bound::OneOf(&["LAMBDA", "GLUE", "HIVE", "FEDERATED"])),
    Rule("Name", Bound::Length(1, 256)),
    Rule("Database", Bound::Length(1, 255)),
    Rule("QueryString", Bound::Length(1, 262_144)),
    Rule("QueryStatement", Bound::Length(1, 262_144)),
    Rule("ClientRequestToken", Bound::Length(32, 128)),
    Rule("StatementName", STATEMENT),
    Rule("NamedQueryIds", Bound::Length(1, 50)),
    Rule("QueryExecutionIds", Bound::Length(1, 50)),
    Rule("ResourceARN", Bound::Length(1, 1011)),
];
