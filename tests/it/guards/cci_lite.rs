//! The guards of `cci-lite`, and of the modules that it is made with.

use super::{Edit, Stack};

pub(super) const STACK: Stack = Stack("cci-lite");

pub(super) const DENY_CUSTOMER_KEYS: Edit = (
    "modules/s3/policy.tf",
    "test     = \"Null\"\n      variable = \"s3:x-amz-server-side-encryption-customer-algorithm\"\n      values   = [\"false\"]",
    "test     = \"StringEquals\"\n      variable = \"s3:x-amz-server-side-encryption-customer-algorithm\"\n      values   = [\"none\"]",
);
pub(super) const BLOCKED_ENCRYPTION: Edit = (
    "modules/s3/main.tf",
    "bucket_key_enabled = true\n",
    "bucket_key_enabled = true\n    blocked_encryption_types = [\"NONE\"]\n",
);
pub(super) const NO_SCAN: Edit =
    ("tenants.tf", r#""dynamodb:Query","#, r#""dynamodb:Query", "dynamodb:Scan","#);
pub(super) const A_LEADING_KEY: Edit = (
    "tenants.tf",
    "variable = \"dynamodb:LeadingKeys\"\n      values   = [\"false\"]",
    "variable = \"dynamodb:LeadingKeys\"\n      values   = [\"false\", \"true\"]",
);
pub(super) const A_TENANT: Edit = (
    "tenants.tf",
    "test     = \"StringLike\"\n      variable = \"aws:RequestTag/tenant_id\"",
    "test     = \"StringLikeIfExists\"\n      variable = \"aws:RequestTag/tenant_id\"",
);
pub(super) const A_TRANSITIVE_TAG: Edit = (
    "tenants.tf",
    "test     = \"ForAnyValue:StringEquals\"\n      variable = \"sts:TransitiveTagKeys\"",
    "test     = \"ForAllValues:StringEquals\"\n      variable = \"sts:TransitiveTagKeys\"",
);

const OWN_CALLS: &str = r#""${module.input.arn}/$${aws:PrincipalTag/tenant_id}/*","#;
const OWN_RESULTS: &str = r#""${module.results.arn}/$${aws:PrincipalTag/tenant_id}/*","#;
const OWN_LISTS: &str = r#"values   = ["$${aws:PrincipalTag/tenant_id}/*"]"#;

// The tenant guard: objects.
guards! { STACK;
    a_tenant_s_prefix_of_calls:
        [("tenants.tf", OWN_CALLS, r#""${module.input.arn}/*","#)],
        "It reads no object of another tenant in input", "`ReadAndWriteOwnObjects` of inline policy tenant-objects";
    a_tenant_s_prefix_of_results:
        [("tenants.tf", OWN_RESULTS, r#""${module.results.arn}/*","#)],
        "It writes nothing under another tenant's prefix in results", "`ReadAndWriteOwnObjects` of inline policy tenant-objects";
    a_tenant_s_prefix_of_versions:
        [("tenants.tf", OWN_CALLS, r#""${module.input.arn}/*","#)],
        "It reads no version of another tenant's object", "s3:GetObjectVersion on arn:aws:s3:::cci-lite-input";
    a_tenant_s_prefix_of_copies:
        [("tenants.tf", OWN_CALLS, r#""${module.input.arn}/*","#)],
        "It copies nothing from another tenant, and nothing to it", "happened   it was allowed";
    the_slash_behind_a_tenant:
        [("tenants.tf", OWN_CALLS, r#""${module.input.arn}/$${aws:PrincipalTag/tenant_id}*","#)],
        "A tenant whose name begins with another's reaches nothing of it", "`ReadAndWriteOwnObjects` of inline policy tenant-objects";
    the_slash_behind_a_tenant_s_lists:
        [("tenants.tf", OWN_LISTS, r#"values   = ["$${aws:PrincipalTag/tenant_id}*"]"#)],
        "It lists input under its own prefix alone", "`ListOwnPrefix` of inline policy tenant-objects";
    a_tenant_s_prefix_of_lists:
        [("tenants.tf", OWN_LISTS, r#"values   = ["*"]"#)],
        "It lists results under its own prefix alone", "`ListOwnPrefix` of inline policy tenant-objects";
    a_tenant_s_lists_without_a_prefix:
        [("tenants.tf", "test     = \"StringLike\"\n      variable = \"s3:prefix\"", "test     = \"StringLikeIfExists\"\n      variable = \"s3:prefix\"")],
        "It lists input under its own prefix alone", "`ListOwnPrefix` of inline policy tenant-objects";
    a_tenant_s_lack_of_deletion:
        [("tenants.tf", r#""s3:ListMultipartUploadParts","#, r#""s3:ListMultipartUploadParts", "s3:DeleteObject","#)],
        "It deletes nothing, and has no part of the bucket of query results", "`ReadAndWriteOwnObjects` of inline policy tenant-objects";
    a_tenant_s_two_buckets:
        [("tenants.tf", OWN_RESULTS, r#""${module.results.arn}/$${aws:PrincipalTag/tenant_id}/*", "${module.staging.arn}/$${aws:PrincipalTag/tenant_id}/*","#)],
        "It deletes nothing, and has no part of the bucket of query results", "`ReadAndWriteOwnObjects` of inline policy tenant-objects";
}

const OWN_ITEMS: &str = "test     = \"ForAllValues:StringEquals\"\n      variable = \"dynamodb:LeadingKeys\"\n      values   = [\"TENANT#$${aws:PrincipalTag/tenant_id}\"]";
const ANY_ITEMS: &str = "test     = \"ForAllValues:StringLike\"\n      variable = \"dynamodb:LeadingKeys\"\n      values   = [\"TENANT#*\"]";
const SOME_ITEMS: &str = "test     = \"ForAnyValue:StringEquals\"\n      variable = \"dynamodb:LeadingKeys\"\n      values   = [\"TENANT#$${aws:PrincipalTag/tenant_id}\"]";
const ITEMS_THAT_BEGIN: &str = "test     = \"ForAllValues:StringLike\"\n      variable = \"dynamodb:LeadingKeys\"\n      values   = [\"TENANT#$${aws:PrincipalTag/tenant_id}*\"]";

// The tenant guard: items.
guards! { STACK;
    a_tenant_s_partition:
        [("tenants.tf", OWN_ITEMS, ANY_ITEMS)],
        "GetItem reaches the tenant's own partition alone: an item", "`ReadAndWriteOwnItems` of inline policy tenant-items";
    a_tenant_s_partition_of_writes:
        [("tenants.tf", OWN_ITEMS, ANY_ITEMS)],
        "TransactWriteItems reaches the tenant's own partition alone: writes at once", "`ReadAndWriteOwnItems` of inline policy tenant-items";
    a_tenant_s_partition_of_statements:
        [("tenants.tf", OWN_ITEMS, ANY_ITEMS)],
        "A statement reaches the tenant's own partition alone: a select", "`ReadAndWriteOwnItems` of inline policy tenant-items";
    a_tenant_s_partition_of_every_item:
        [("tenants.tf", OWN_ITEMS, SOME_ITEMS)],
        "One item of another tenant among its own is enough to be denied: BatchGetItem", "`ReadAndWriteOwnItems` of inline policy tenant-items";
    a_tenant_s_partition_to_its_end:
        [("tenants.tf", OWN_ITEMS, ITEMS_THAT_BEGIN)],
        "A partition whose name begins with the tenant's is not the tenant's", "`ReadAndWriteOwnItems` of inline policy tenant-items";
    a_leading_key_of_statements:
        [A_LEADING_KEY],
        "A statement that names no partition reads the whole table, and is denied: ExecuteStatement", "`ReadAndWriteOwnItems` of inline policy tenant-items";
    a_pair_s_partitions:
        [("tenants.tf", OWN_ITEMS, ANY_ITEMS)],
        "No pair of tenants reads the other's items: initech reads acme's", "`ReadAndWriteOwnItems` of inline policy tenant-items";
}

const OTHER_CONTEXT: &str =
    "test     = \"StringNotEquals\"\n      variable = \"kms:EncryptionContext:tenant_id\"";
const DIRECT_USE: &str = "test     = \"StringNotEquals\"\n      variable = \"kms:ViaService\"";
const NO_ADMINISTRATION: &str = "sid    = \"DenyTenantsAdministration\"\n    effect = \"Deny\"";

// The tenant guard: the key.
guards! { STACK;
    the_deny_of_another_tenant_s_context:
        [("kms.tf", r#"values   = ["$${aws:PrincipalTag/tenant_id}"]"#, r#"values   = ["$${aws:PrincipalTag/tenant_id}", "globex"]"#)],
        "No permission of its own opens another tenant's context", "happened   it was allowed";
    the_deny_of_no_context:
        [("kms.tf", OTHER_CONTEXT, "test     = \"ForAnyValue:StringNotEquals\"\n      variable = \"kms:EncryptionContext:tenant_id\"")],
        "No grant opens another tenant's context", "happened   it was allowed";
    the_deny_of_direct_use:
        [("kms.tf", DIRECT_USE, "test     = \"StringEquals\"\n      variable = \"kms:ViaService\"")],
        "No grant opens another tenant's context", "happened   it was allowed";
    the_deny_of_another_context_to_encrypt_anew:
        [("kms.tf", "effect = \"Deny\"\n    actions = [\n      \"kms:Decrypt\",\n      \"kms:Encrypt\",\n      \"kms:GenerateDataKey*\",\n      \"kms:ReEncrypt*\",\n    ]", "effect = \"Deny\"\n    actions = [\n      \"kms:Decrypt\",\n      \"kms:Encrypt\",\n      \"kms:GenerateDataKey*\",\n    ]")],
        "It moves nothing from one context to another", "happened   it was allowed";
    the_deny_of_administration:
        [("kms.tf", NO_ADMINISTRATION, "sid    = \"DenyTenantsAdministration\"\n    effect = \"Allow\"")],
        "It administers nothing, even if it were allowed to: CreateGrant", "happened   it was allowed";
    a_tenant_s_own_context:
        [("tenants.tf", "variable = \"kms:EncryptionContext:tenant_id\"\n      values   = [\"$${aws:PrincipalTag/tenant_id}\"]", "variable = \"kms:EncryptionContext:tenant_id\"\n      values   = [\"acme\", \"globex\"]"),
         ("kms.tf", OTHER_CONTEXT, "test     = \"StringEquals\"\n      variable = \"kms:EncryptionContext:tenant_id\"")],
        "No pair of tenants reaches what is the other's", "encrypts in the context of";
    the_tag_that_stays:
        [A_TRANSITIVE_TAG],
        "No session is opened whose tag the next role would not have", "`LambdaRoleForOneTenant` of trust policy of role cci-lite-tenant-role";
    the_services_own_account:
        [("kms.tf", "test     = \"StringEquals\"\n      variable = \"aws:SourceAccount\"\n      values   = [local.account_id]", "test     = \"StringLike\"\n      variable = \"aws:SourceAccount\"\n      values   = [\"*\"]")],
        "sns.amazonaws.com does not use the key for another account, or for nobody", "`AllowServiceAccess` of key policy";
    the_services_own_account_in_what_they_ask_for:
        [("kms.tf", "test     = \"StringEquals\"\n      variable = \"aws:SourceAccount\"\n      values   = [local.account_id]", "test     = \"StringLike\"\n      variable = \"aws:SourceAccount\"\n      values   = [\"*\"]")],
        "CloudWatch Logs uses the key for this account, and for no other", "happened   it succeeded";
    the_services_use_alone:
        [("kms.tf", "sid = \"AllowServiceAccess\"\n    actions = [\n", "sid = \"AllowServiceAccess\"\n    actions = [\n      \"kms:DisableKey\",\n")],
        "No service manages the key", "`AllowServiceAccess` of key policy";
    the_key_s_rotation:
        [("modules/kms/main.tf", "enable_key_rotation     = true", "enable_key_rotation     = false")],
        "The key is rotated", "it is `disabled`";
}

// A tenant's session, and who opens it.
guards! { STACK;
    the_one_role_that_opens_sessions:
        [("tenants.tf", "identifiers = [module.lambda_role.arn]", "identifiers = [local.account_id]")],
        "An administrator of the account opens none", "happened   it was allowed";
    the_one_role_among_roles:
        [("tenants.tf", "identifiers = [module.lambda_role.arn]", "identifiers = [module.lambda_role.arn, module.glue_role.arn]")],
        "The glue role opens none, even if it were allowed to", "`LambdaRoleForOneTenant` of trust policy of role cci-lite-tenant-role";
    the_one_tag:
        [("tenants.tf", "variable = \"aws:TagKeys\"\n      values   = [\"tenant_id\"]", "variable = \"aws:TagKeys\"\n      values   = [\"tenant_id\", \"role\"]")],
        "No session is opened with a second tag", "`LambdaRoleForOneTenant` of trust policy of role cci-lite-tenant-role";
    a_tenant_that_is_not_empty:
        [("tenants.tf", r#"values   = ["?*"]"#, r#"values   = ["*"]"#)],
        "No session is opened with an empty tenant", "`LambdaRoleForOneTenant` of trust policy of role cci-lite-tenant-role";
    a_tenant_without_a_slash:
        [("tenants.tf", r#"values   = ["*/*"]"#, r#"values   = ["none"]"#)],
        "No session is opened with a slash in the tenant", "`LambdaRoleForOneTenant` of trust policy of role cci-lite-tenant-role";
    the_role_that_is_a_service_s_alone:
        [("iam.tf", "      identifiers = [\"${each.key}.amazonaws.com\"]\n    }\n", "      identifiers = [\"${each.key}.amazonaws.com\"]\n    }\n    principals {\n      type = \"AWS\"\n      identifiers = [local.account_id]\n    }\n")],
        "The glue role is its service's alone", "happened   it was allowed";
    the_lambda_role_s_one_role:
        [("iam.tf", "resources = [module.tenant_role.arn]", r#"resources = ["*"]"#),
         ("iam.tf", "      identifiers = [\"${each.key}.amazonaws.com\"]\n    }\n", "      identifiers = [\"${each.key}.amazonaws.com\"]\n    }\n    principals {\n      type = \"AWS\"\n      identifiers = [local.account_id]\n    }\n")],
        "The lambda role opens no session of another role", "happened   it was allowed";
}

// The core roles.
guards! { STACK;
    the_glue_role_s_lack_of_writing:
        [("iam.tf", "actions   = [\"s3:GetObject\"]\n    resources = [\"${module.results.arn}/*\"]", "actions   = [\"s3:GetObject\", \"s3:PutObject\"]\n    resources = [\"${module.results.arn}/*\"]")],
        "The glue role writes and deletes nothing in results", "`ReadResults` of inline policy read-results of role cci-lite-glue-role";
    the_quicksight_role_s_lack_of_writing:
        [("iam.tf", "actions   = [\"s3:GetObject\"]\n    resources = [\"${module.results.arn}/*\"]", "actions   = [\"s3:GetObject\", \"s3:PutObject\"]\n    resources = [\"*\"]")],
        "The quicksight role writes and deletes nothing in input", "`ReadResults` of inline policy read-results of role cci-lite-quicksight-role";
    the_glue_role_s_one_bucket:
        [("iam.tf", "actions   = [\"s3:GetObject\"]\n    resources = [\"${module.results.arn}/*\"]", "actions   = [\"s3:GetObject\"]\n    resources = [\"*\"]")],
        "The glue role reads nothing in input", "`ReadResults` of inline policy read-results of role cci-lite-glue-role";
    the_quicksight_role_s_lack_of_deletion:
        [("iam.tf", "\"s3:ListMultipartUploadParts\",\n      \"s3:PutObject\",", "\"s3:ListMultipartUploadParts\",\n      \"s3:PutObject\", \"s3:DeleteObject\",")],
        "The quicksight role writes what comes of its queries to the staging bucket, and deletes nothing there", "`WriteStaging` of inline policy queries";
    the_quicksight_role_s_one_workgroup:
        [("iam.tf", "resources = [aws_athena_workgroup.this.arn]", r#"resources = ["*"]"#)],
        "The quicksight role uses its own workgroup and no other", "`QueryInOwnWorkgroup` of inline policy queries";
    the_glue_role_s_one_database:
        [("iam.tf", "\"glue:UpdateTable\",\n    ]\n    resources = local.catalog_arns", "\"glue:UpdateTable\",\n    ]\n    resources = [\"*\"]")],
        "The glue role reads the catalog's database, and no other", "`DescribeResults` of inline policy catalog";
    the_quicksight_role_s_hands_off_the_catalog:
        [("iam.tf", "\"glue:GetTables\",\n    ]", "\"glue:GetTables\", \"glue:CreateTable\",\n    ]")],
        "The glue role describes results in the catalog, which the quicksight role may not", "`ReadCatalog` of inline policy queries";
    the_lambda_role_s_calls:
        [("iam.tf", r#"["${module.input.arn}/*/calls/*"]"#, r#"["${module.input.arn}/*"]"#)],
        "The lambda role reads nothing of the input bucket but calls, and writes nothing to it", "`ReadCalls` of inline policy jobs";
    the_lambda_role_s_lack_of_scans:
        [("iam.tf", r#"["dynamodb:GetItem", "dynamodb:Query"]"#, r#"["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]"#)],
        "The lambda role reads tenants and records jobs, and neither scans nor deletes", "`ReadConfig` of inline policy jobs";
    the_lambda_role_s_partitions:
        [("iam.tf", r#"values   = ["TENANT#?*"]"#, r#"values   = ["*"]"#)],
        "The lambda role reads tenants and records jobs, and neither scans nor deletes", "`RecordJobs` of inline policy jobs";
    the_lambda_role_s_one_log:
        [("iam.tf", r#"["${module.job_init.log_group_arn}:*"]"#, r#"["*"]"#)],
        "The lambda role writes its one log", "`WriteLog` of inline policy jobs";
}

// What the buckets take, and how.
guards! { STACK;
    the_deny_of_other_encryption:
        [("modules/s3/policy.tf", "test     = \"StringNotEquals\"\n      variable = \"s3:x-amz-server-side-encryption\"\n      values   = [\"aws:kms\"]", "test     = \"StringNotEquals\"\n      variable = \"s3:x-amz-server-side-encryption\"\n      values   = [\"aws:kms\", \"AES256\"]")],
        "A put to input that asks for AES256 is denied", "happened   it was allowed";
    the_deny_of_other_keys:
        [("modules/s3/policy.tf", "test     = \"StringNotEquals\"\n      variable = \"s3:x-amz-server-side-encryption-aws-kms-key-id\"", "test     = \"StringEquals\"\n      variable = \"s3:x-amz-server-side-encryption-aws-kms-key-id\"")],
        "A put to results with another key is denied", "happened   it was allowed";
    the_deny_of_no_key:
        [("modules/s3/policy.tf", "test     = \"StringNotEquals\"\n      variable = \"s3:x-amz-server-side-encryption-aws-kms-key-id\"", "test     = \"ForAnyValue:StringNotEquals\"\n      variable = \"s3:x-amz-server-side-encryption-aws-kms-key-id\"")],
        "A put to staging that asks for aws:kms is denied", "happened   it was allowed";
    the_deny_of_customer_keys:
        [DENY_CUSTOMER_KEYS],
        "A put with a key of the customer's own is denied", "happened   it was denied by blocked encryption types";
    the_deny_of_plain_http:
        [("modules/s3/policy.tf", "variable = \"aws:SecureTransport\"\n      values   = [\"false\"]", "variable = \"aws:SecureTransport\"\n      values   = [\"never\"]")],
        "Nobody reads or writes input over plain HTTP", "happened   it was allowed";
    the_default_key:
        [("modules/s3/main.tf", "sse_algorithm     = \"aws:kms\"\n      kms_master_key_id = var.kms_key_arn", "sse_algorithm     = \"AES256\"")],
        "A put to input that asks for nothing is encrypted with the key", "to be `aws:kms`";
    versioning:
        [("modules/s3/main.tf", "    status = \"Enabled\"\n  }\n}\n\nresource \"aws_s3_bucket_server_side", "    status = \"Suspended\"\n  }\n}\n\nresource \"aws_s3_bucket_server_side")],
        "input is versioned, without ACLs, and closed to the public", "`Suspended`";
    the_block_of_public_acls:
        [("modules/s3/main.tf", "block_public_acls       = true", "block_public_acls       = false")],
        "results is versioned, without ACLs, and closed to the public", "`PublicAccessBlockConfiguration.BlockPublicAcls` to be `true`";
    the_block_of_public_policies:
        [("modules/s3/main.tf", "block_public_policy     = true", "block_public_policy     = false")],
        "results is versioned, without ACLs, and closed to the public", "`PublicAccessBlockConfiguration.BlockPublicPolicy` to be `true`";
    the_ignorance_of_public_acls:
        [("modules/s3/main.tf", "ignore_public_acls      = true", "ignore_public_acls      = false")],
        "results is versioned, without ACLs, and closed to the public", "`PublicAccessBlockConfiguration.IgnorePublicAcls` to be `true`";
    the_restriction_of_public_buckets:
        [("modules/s3/main.tf", "restrict_public_buckets = true", "restrict_public_buckets = false")],
        "results is versioned, without ACLs, and closed to the public", "`PublicAccessBlockConfiguration.RestrictPublicBuckets` to be `true`";
    ownership:
        [("modules/s3/main.tf", r#""BucketOwnerEnforced""#, r#""ObjectWriter""#)],
        "staging is versioned, without ACLs, and closed to the public", "to be `BucketOwnerEnforced`";
}

// What is kept, and for how long.
guards! { STACK;
    the_table_s_key:
        [("modules/dynamodb/main.tf", "enabled     = true\n    kms_key_arn = var.kms_key_arn", "enabled = false")],
        "The table is under the key, and can be restored", "`Table.SSEDescription";
    the_table_s_recovery:
        [("modules/dynamodb/main.tf", "  point_in_time_recovery {\n    enabled = true", "  point_in_time_recovery {\n    enabled = false")],
        "The table is under the key, and can be restored", "PointInTimeRecoveryStatus` to be `ENABLED`";
    the_expiry_of_calls:
        [("storage.tf", "expiration_days = var.input_retention_days", "expiration_days = 2")],
        "The lifecycle rule of input is enforced", "`Rules.0.Expiration.Days` to be `1`";
    the_end_of_what_is_left_behind:
        [("storage.tf", "expiration_days = var.results_retention_days\n    noncurrent_days = 1", "expiration_days = var.results_retention_days")],
        "An object in results goes after 30 days, and not a day early", "happened   it succeeded";
    the_rule_s_calls:
        [("events.tf", r#"wildcard = "*/calls/*""#, r#"wildcard = "*""#)],
        "The rule's pattern: what is no call", "`Result` to be `false`";
    the_rule_s_one_bucket:
        [("events.tf", "bucket = { name = [module.input.name] }", "bucket = { name = [module.input.name, module.results.name] }")],
        "The rule's pattern: a result", "`Result` to be `false`";
    the_workgroup_s_own_word:
        [("analytics.tf", "enforce_workgroup_configuration    = true", "enforce_workgroup_configuration    = false")],
        "The workgroup's results go to the staging bucket under the key, whatever a query asks for", "EnforceWorkGroupConfiguration` to be `true`";
    the_bucket_s_events:
        [("storage.tf", "eventbridge   = true", "eventbridge   = false")],
        "EventBridge stays on", "`EventBridgeConfiguration` to be `{}`";
    the_function_s_one_caller:
        [("events.tf", "source_arn     = aws_cloudwatch_event_rule.calls.arn\n", "")],
        "EventBridge invokes the function for the rule, and for no other", "`CallUploaded` of";
    the_table_s_protection:
        [("modules/dynamodb/main.tf", "deletion_protection_enabled = var.deletion_protection", "deletion_protection_enabled = false")],
        "The live environment is tagged as the production that it is, and keeps what it has", "happened   it succeeded";
}
