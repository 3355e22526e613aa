//! The guards of `hybrid-relay`. Those of the modules are tested with `cci-lite`.

use super::{Edit, Stack};

pub(super) const STACK: Stack = Stack("hybrid-relay");

pub(super) const DENY_OTHER_ENCRYPTION: Edit =
    ("storage.tf", "require_encryption_header = true", "require_encryption_header = false");

// Packages, and the key that they are under.
guards! { STACK;
    the_deny_of_no_encryption:
        [DENY_OTHER_ENCRYPTION],
        "A package that says nothing of encryption is denied", "happened   it was allowed";
    the_deny_of_other_encryption:
        [("modules/s3/policy.tf", "test     = \"StringNotEquals\"\n      variable = \"s3:x-amz-server-side-encryption\"\n      values   = [\"aws:kms\"]", "test     = \"StringNotEquals\"\n      variable = \"s3:x-amz-server-side-encryption\"\n      values   = [\"aws:kms\", \"AES256\"]")],
        "A package that asks for AES256 is denied", "happened   it was allowed";
    the_deny_of_other_keys:
        [("modules/s3/policy.tf", "test     = \"StringNotEquals\"\n      variable = \"s3:x-amz-server-side-encryption-aws-kms-key-id\"", "test     = \"StringEquals\"\n      variable = \"s3:x-amz-server-side-encryption-aws-kms-key-id\"")],
        "A package under another key is denied", "happened   it was allowed";
    the_deny_of_plain_http:
        [("modules/s3/policy.tf", "variable = \"aws:SecureTransport\"\n      values   = [\"false\"]", "variable = \"aws:SecureTransport\"\n      values   = [\"never\"]")],
        "Nobody uploads or downloads over plain HTTP", "happened   no policy refused it";
    the_key_that_reading_takes:
        [("keys.tf", "identifiers = [\"arn:aws:iam::${local.account_id}:root\"]", "identifiers = [\"*\"]")],
        "Whoever may not use the key reads nothing, even when S3 allows it", "happened   it was allowed";
    the_key_s_one_service:
        [("iam.tf", "resources = [module.ingress_key.arn]\n\n    condition {\n      test     = \"StringEquals\"", "resources = [module.ingress_key.arn]\n\n    condition {\n      test     = \"StringEqualsIfExists\"")],
        "The lambda role decrypts through S3 alone", "`DecryptPackages` of inline policy packages";
    the_keys_rotation:
        [("modules/kms/main.tf", "enable_key_rotation     = true", "enable_key_rotation     = false")],
        "The audit key is the account's own, and rotated", "it is `disabled`";
}

// The roles.
guards! { STACK;
    the_lack_of_deleting_packages:
        [("storage.tf", "sid = \"AllowRolesToRead\"\n    actions = [", "sid = \"AllowRolesToRead\"\n    actions = [\n      \"s3:DeleteObject\",")],
        "The task role reads packages and their tags, and lists, tags and deletes none", "`AllowRolesToRead` of bucket policy";
    the_lack_of_changing_tags:
        [("iam.tf", "sid = \"ReadPackages\"\n    actions = [", "sid = \"ReadPackages\"\n    actions = [\n      \"s3:PutObjectTagging\",")],
        "The lambda role reads packages and their tags, and lists, tags and deletes none", "`ReadPackages` of inline policy packages";
    the_lack_of_reading_the_trail:
        [("iam.tf", r#"["dynamodb:PutItem"]"#, r#"["dynamodb:PutItem", "dynamodb:GetItem"]"#)],
        "The lambda role neither reads nor changes the audit trail: GetItem", "`AddEvents` of inline policy audit";
    the_lack_of_deleting_from_the_trail:
        [("iam.tf", r#"["dynamodb:PutItem"]"#, r#"["dynamodb:PutItem", "dynamodb:DeleteItem"]"#)],
        "The task role neither reads nor changes the audit trail: DeleteItem", "`AddEvents` of inline policy audit";
    the_lack_of_indexes:
        [("iam.tf", "actions   = [\"dynamodb:PutItem\"]\n    resources = [module.audit.arn]", "actions   = [\"dynamodb:PutItem\", \"dynamodb:Query\"]\n    resources = [\"${module.audit.arn}/index/*\"]")],
        "The task role does not read the audit trail by its indexes", "`AddEvents` of inline policy audit";
    the_one_repository:
        [("iam.tf", "resources = [aws_ecr_repository.processing.arn]", r#"resources = ["*"]"#)],
        "The execution role pulls from its one repository", "`PullImage` of inline policy image";
    the_lack_of_pushing:
        [("iam.tf", r#""ecr:BatchGetImage","#, r#""ecr:BatchGetImage", "ecr:InitiateLayerUpload","#)],
        "The execution role pushes nothing: InitiateLayerUpload", "`PullImage` of inline policy image";
    the_function_s_one_log:
        [("iam.tf", r#"["${module.validation.log_group_arn}:*"]"#, r#"["*"]"#)],
        "The lambda role writes its one log", "`WriteLog` of inline policy log";
    the_task_s_one_log:
        [("iam.tf", r#"["${aws_cloudwatch_log_group.processing.arn}:*"]"#, r#"["*"]"#)],
        "The execution role writes its one log", "`WriteLog` of inline policy log";
    the_one_cluster:
        [("iam.tf", "values   = [aws_ecs_cluster.this.arn]", r#"values   = ["*"]"#),
         ("iam.tf", "test     = \"ArnEquals\"", "test     = \"ArnLike\"")],
        "The lambda role runs no other task, and none on another cluster", "`RunProcessing` of inline policy task";
    the_one_task:
        [("iam.tf", r#"resources = ["${aws_ecs_task_definition.processing.arn_without_revision}:*"]"#, r#"resources = ["*"]"#)],
        "The lambda role runs no other task, and none on another cluster", "`RunProcessing` of inline policy task";
    the_two_roles_that_are_passed:
        [("iam.tf", "resources = [module.task_role.arn, module.execution_role.arn]", r#"resources = ["*"]"#)],
        "The lambda role passes the two task roles and no other", "`RunProcessing` of inline policy task";
    the_service_that_roles_are_passed_to:
        [("iam.tf", "variable = \"iam:PassedToService\"\n      values   = [\"ecs-tasks.amazonaws.com\"]", "variable = \"iam:PassedToService\"\n      values   = [\"ecs-tasks.amazonaws.com\", \"lambda.amazonaws.com\"]")],
        "The lambda role passes the task roles to tasks, and to no function", "happened   it was allowed";
    the_service_that_takes_the_role:
        [("iam.tf", "\"task_trust\" {\n", "\"task_trust\" {\n  statement {\n    actions = [\"sts:AssumeRole\"]\n    principals {\n      type = \"AWS\"\n      identifiers = [local.account_id]\n    }\n  }\n")],
        "The execution role is its service's alone", "happened   it was allowed";
}

// The trail, the tasks and what starts them.
guards! { STACK;
    the_trail_s_recovery:
        [("modules/dynamodb/main.tf", "  point_in_time_recovery {\n    enabled = true", "  point_in_time_recovery {\n    enabled = false")],
        "The audit trail can be restored to any point in time", "PointInTimeRecoveryStatus` to be `ENABLED`";
    the_trail_s_own_key:
        [("database.tf", "module.audit_key.arn", "module.ingress_key.arn")],
        "The audit table has its keys, its indexes and its own customer key", "`Table.SSEDescription.KMSMasterKeyArn` to be";
    the_logs_retention:
        [("variables.tf", "How long logs are kept\"\n  default     = 30", "How long logs are kept\"\n  default     = 365")],
        "The log of the task is kept for 30 days", "`logGroups.0.retentionInDays` to be `30`";
    what_goes_out:
        [("network.tf", "from_port         = 443", "from_port         = 80")],
        "The security group lets nothing in, and HTTPS out", "IpPermissionsEgress.0.FromPort` to be `443`";
    what_comes_in:
        [("network.tf", "resource \"aws_vpc_security_group_egress_rule\" \"https\"", "resource \"aws_vpc_security_group_ingress_rule\" \"open\" {\n  security_group_id = aws_security_group.task.id\n  cidr_ipv4         = \"0.0.0.0/0\"\n  ip_protocol       = \"tcp\"\n  from_port         = 22\n  to_port           = 22\n}\n\nresource \"aws_vpc_security_group_egress_rule\" \"https\"")],
        "The security group lets nothing in, and HTTPS out", "`SecurityGroups` to be `[]`";
    the_scan_of_images:
        [("compute.tf", "scan_on_push = true", "scan_on_push = false")],
        "The repository scans what is pushed, encrypts it, and keeps ten images", "scanOnPush` to be `true`";
    the_images_that_are_kept:
        [("compute.tf", "countNumber = 10", "countNumber = 100")],
        "The repository scans what is pushed, encrypts it, and keeps ten images", "countNumber` to be `10`";
    the_account_whose_tasks_take_the_roles:
        [("iam.tf", "      values   = [local.account_id]\n    }\n\n    condition {\n      test     = \"ArnLike\"\n      variable = \"aws:SourceArn\"\n      values   = [\"arn:aws:ecs:${var.aws_region}:${local.account_id}:*\"]", "      values   = [local.account_id, \"222222222222\"]\n    }\n\n    condition {\n      test     = \"ArnLike\"\n      variable = \"aws:SourceArn\"\n      values   = [\"arn:aws:ecs:*:*:*\"]")],
        "The task role is taken for tasks of this account, and for no other's", "`TasksAlone` of trust policy";
    the_bucket_that_starts_the_function:
        [("lambda.tf", "source_arn     = module.ingress.arn\n", "")],
        "S3 invokes the function for packages of the bucket, and for no other bucket's", "`PackageUploaded` of";
    the_account_of_the_bucket_that_starts_the_function:
        [("lambda.tf", "  source_account = local.account_id\n", "")],
        "S3 invokes the function for packages of the bucket, and for no other bucket's", "`PackageUploaded` of";
    the_packages_that_start_the_function:
        [("storage.tf", "    filter_suffix       = \".zip\"\n", "")],
        "New packages start the function, and only S3 for this bucket may", "FilterRules.0.Value` to be `.zip`";
}
