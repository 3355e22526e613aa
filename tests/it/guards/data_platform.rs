//! The guards of `data-platform`. Those of the modules are tested with `cci-lite`.

use super::{Edit, Stack};

pub(super) const STACK: Stack = Stack("data-platform");

const THROUGH_SERVICE: Edit = (
    "keys.tf",
    "test     = \"StringEquals\"\n      variable = \"kms:ViaService\"\n      values   = [\"${each.value.service}",
    "test     = \"StringEqualsIfExists\"\n      variable = \"kms:ViaService\"\n      values   = [\"${each.value.service}",
);
const OWN_RESOURCE: Edit = ("keys.tf", "values   = each.value.resources", "values   = [\"*\"]");

// The keys.
guards! { STACK;
    the_service_of_a_key:
        [THROUGH_SERVICE],
        "Nobody uses the s3 key directly, not even an administrator", "happened   it was allowed";
    the_service_of_the_secret_s_key:
        [THROUGH_SERVICE],
        "Nobody uses the secretsmanager key directly, not even an administrator", "happened   it was allowed";
    the_bucket_of_a_key:
        [OWN_RESOURCE],
        "The s3 key encrypts no other bucket", "happened   it was allowed";
    the_secret_of_a_key:
        [OWN_RESOURCE],
        "The secretsmanager key encrypts no other secret", "happened   it was allowed";
    the_table_of_a_key:
        [OWN_RESOURCE],
        "The dynamodb key encrypts no other table", "happened   it was allowed";
    the_stream_of_a_key:
        [OWN_RESOURCE],
        "The kinesis key encrypts no other stream", "happened   it was allowed";
    the_grants_that_nobody_gives:
        [("keys.tf", r#""kms:CreateAlias","#, r#""kms:CreateAlias", "kms:CreateGrant","#)],
        "Nobody is granted the dynamodb key by hand", "happened   it was allowed";
    the_keys_rotation:
        [("modules/kms/main.tf", "enable_key_rotation     = true", "enable_key_rotation     = false")],
        "The kinesis key is the account's own, and rotated", "it is `disabled`";
}

// The function's role.
guards! { STACK;
    the_one_stream:
        [("iam.tf", "resources = [module.stream.arn]", r#"resources = ["*"]"#)],
        "It reaches no other bucket, table, stream or secret", "`ReadStream` of inline policy data";
    the_one_table:
        [("iam.tf", "resources = [module.table.arn]", r#"resources = ["*"]"#)],
        "It reaches no other bucket, table, stream or secret", "`WriteItems` of inline policy data";
    the_one_bucket:
        [("iam.tf", r#"resources = ["${module.bucket.arn}/*"]"#, r#"resources = ["*"]"#)],
        "It reaches no other bucket, table, stream or secret", "`WriteObjects` of inline policy data";
    the_one_secret:
        [("iam.tf", "resources = [module.secret.arn]", r#"resources = ["*"]"#)],
        "It reaches no other bucket, table, stream or secret", "`ReadSecret` of inline policy data";
    the_one_environment:
        [("iam.tf", "resources = [module.table.arn]", r#"resources = ["*"]"#),
         ("iam.tf", "resources = [module.key[\"dynamodb\"].arn]", r#"resources = ["*"]"#)],
        "Each function's role writes to its own table alone", "`WriteItems` of inline policy data";
    the_lack_of_reading_items:
        [("iam.tf", r#"["dynamodb:PutItem", "dynamodb:UpdateItem"]"#, r#"["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:GetItem"]"#)],
        "It writes items, and neither reads nor deletes any", "`WriteItems` of inline policy data";
    the_lack_of_reading_objects:
        [("iam.tf", r#"["s3:PutObject"]"#, r#"["s3:PutObject", "s3:GetObject"]"#)],
        "It writes objects under the bucket's key, and neither reads, lists nor deletes any", "`WriteObjects` of inline policy data";
    the_lack_of_changing_the_secret:
        [("iam.tf", r#"["secretsmanager:GetSecretValue"]"#, r#"["secretsmanager:GetSecretValue", "secretsmanager:DeleteSecret"]"#)],
        "It reads the secret, and does not change it", "`ReadSecret` of inline policy data";
    the_one_log:
        [("iam.tf", r#"["${module.ingest.log_group_arn}:*"]"#, r#"["*"]"#)],
        "It writes its one log", "`WriteLog` of inline policy log";
    the_one_service_that_takes_the_role:
        [("iam.tf", "identifiers = [\"lambda.amazonaws.com\"]\n    }\n", "identifiers = [\"lambda.amazonaws.com\"]\n    }\n    principals {\n      type = \"AWS\"\n      identifiers = [local.account_id]\n    }\n")],
        "The role is Lambda's alone", "happened   it was allowed";
}

// What each resource is.
guards! { STACK;
    the_stream_s_encryption:
        [("modules/kinesis/main.tf", "encryption_type  = \"KMS\"\n  kms_key_id       = var.kms_key_arn", "encryption_type  = \"NONE\"")],
        "The stream is encrypted with its key", "`StreamDescriptionSummary.EncryptionType` to be `KMS`";
    the_secret_s_key:
        [("modules/secrets-manager/main.tf", "kms_key_id              = var.kms_key_arn\n", "")],
        "The secret is encrypted with its key", "`KmsKeyId` to be";
    the_secret_s_deny_of_plain_http:
        [("modules/secrets-manager/main.tf", "values   = [\"false\"]", "values   = [\"never\"]")],
        "Nobody reaches the secret over plain HTTP", "happened   it was allowed";
    the_bucket_s_deny_of_plain_http:
        [("modules/s3/policy.tf", "variable = \"aws:SecureTransport\"\n      values   = [\"false\"]", "variable = \"aws:SecureTransport\"\n      values   = [\"never\"]")],
        "Nobody reaches the bucket over plain HTTP", "happened   it was allowed";
    the_table_s_recovery:
        [("modules/dynamodb/main.tf", "  point_in_time_recovery {\n    enabled = true", "  point_in_time_recovery {\n    enabled = false")],
        "The table can be restored to any point in time", "PointInTimeRecoveryStatus` to be `ENABLED`";
    the_log_s_retention:
        [("variables.tf", "How long the function's log is kept\"\n  default     = 30", "How long the function's log is kept\"\n  default     = 365")],
        "The log is kept for 30 days", "`logGroups.0.retentionInDays` to be `30`";
    the_tags:
        [("locals.tf", "    Provisioner = \"Terraform\"\n", "")],
        "The function is tagged", "`Tags.Provisioner` to be `Terraform`";
    production_s_shards:
        [("environments/prod.tfvars", "kinesis_shard_count = 3", "kinesis_shard_count = 2")],
        "prod has 3 shards and 512 MB", "`StreamDescriptionSummary.OpenShardCount` to be `3`";
}
