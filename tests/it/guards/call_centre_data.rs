//! The guards of `call-centre-data`.

use super::{Edit, Stack};

pub(super) const STACK: Stack = Stack("call-centre-data");

pub(super) const DENY_CUSTOMER_KEYS: Edit = (
    "storage.tf",
    "test     = \"Null\"\n      variable = \"s3:x-amz-server-side-encryption-customer-algorithm\"\n      values   = [\"false\"]",
    "test     = \"StringEquals\"\n      variable = \"s3:x-amz-server-side-encryption-customer-algorithm\"\n      values   = [\"none\"]",
);
pub(super) const BLOCKED_ENCRYPTION: Edit = (
    "storage.tf",
    "  rule {\n    apply_server_side_encryption_by_default",
    "  rule {\n    blocked_encryption_types = [\"NONE\"]\n\n    apply_server_side_encryption_by_default",
);
pub(super) const DENY_KMS: Edit =
    ("storage.tf", r#"values   = ["aws:kms", "aws:kms:dsse"]"#, r#"values   = ["none"]"#);
pub(super) const DENY_PLAIN_HTTP: Edit = (
    "storage.tf",
    "variable = \"aws:SecureTransport\"\n      values   = [\"false\"]",
    "variable = \"aws:SecureTransport\"\n      values   = [\"never\"]",
);
pub(super) const OWNERSHIP: Edit = ("storage.tf", r#""BucketOwnerEnforced""#, r#""ObjectWriter""#);
pub(super) const BLOCK_PUBLIC_ACLS: Edit =
    ("storage.tf", "block_public_acls       = true", "block_public_acls       = false");
pub(super) const IGNORE_PUBLIC_ACLS: Edit =
    ("storage.tf", "ignore_public_acls      = true", "ignore_public_acls      = false");
pub(super) const BLOCK_PUBLIC_POLICY: Edit =
    ("storage.tf", "block_public_policy     = true", "block_public_policy     = false");
pub(super) const RESTRICT_PUBLIC_BUCKETS: Edit =
    ("storage.tf", "restrict_public_buckets = true", "restrict_public_buckets = false");

const fn accessor_bucket(more: &'static str) -> Edit {
    ("iam.tf", r#""s3:GetBucketLocation","#, more)
}

const fn accessor_objects(more: &'static str) -> Edit {
    ("iam.tf", r#""s3:AbortMultipartUpload","#, more)
}

pub(super) const fn archive_objects(more: &'static str) -> Edit {
    ("fixtures/bucket.tf", r#""s3:GetObjectTagging","#, more)
}

const fn role_source(more: &'static str) -> Edit {
    ("migration.tf", r#""s3:GetObjectTagging","#, more)
}

const fn role_destination(more: &'static str) -> Edit {
    ("migration.tf", r#""s3:AbortMultipartUpload","#, more)
}

// The bucket policy, statement by statement.
guards! { STACK;
    the_deny_of_kms_headers:
        [DENY_KMS],
        "A put that asks for aws:kms is denied", "`ReadAndWriteObjects` of arn:aws:iam::111111111111:policy/dev-call-centre-data-accessor, STACK/iam.tf:33";
    the_deny_of_both_kms_headers:
        [("storage.tf", r#"values   = ["aws:kms", "aws:kms:dsse"]"#, r#"values   = ["aws:kms"]"#)],
        "An upload in parts that asks for aws:kms:dsse is denied", "STACK/iam.tf:33";
    the_deny_of_customer_keys:
        [DENY_CUSTOMER_KEYS],
        "A put with a key of the customer's own is denied", "happened   it was denied by blocked encryption types";
    the_bucket_s_own_refusal_of_customer_keys:
        [BLOCKED_ENCRYPTION],
        "The bucket refuses keys of the customer's own by itself, too", "STACK/iam.tf:33";
    the_deny_of_customer_keys_for_parts:
        [DENY_CUSTOMER_KEYS],
        "An upload in parts with a key of the customer's own is denied", "happened   it was denied by blocked encryption types";
    the_deny_of_plain_http:
        [DENY_PLAIN_HTTP],
        "Nobody uploads over plain HTTP", "STACK/iam.tf:33";
    the_deny_of_plain_http_for_reads:
        [("storage.tf", r#"actions   = ["s3:*"]"#, r#"actions   = ["s3:PutObject"]"#)],
        "Nobody downloads over plain HTTP", "STACK/iam.tf:33";
    the_deny_of_plain_http_for_objects:
        [("storage.tf", r#"resources = [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]"#, "resources = [aws_s3_bucket.data.arn]")],
        "Nobody uploads over plain HTTP", "STACK/iam.tf:33";
    the_deny_of_plain_http_for_the_bucket_itself:
        [("storage.tf", r#"resources = [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]"#, r#"resources = ["${aws_s3_bucket.data.arn}/*"]"#)],
        "Not even the operator lists over plain HTTP", "of user operator";
}

// The bucket's configuration.
guards! { STACK;
    versioning:
        [("storage.tf", r#"status = "Enabled""#, r#"status = "Suspended""#)],
        "An overwrite keeps the earlier version", "versions.feature:";
    default_encryption:
        [("storage.tf", r#"sse_algorithm = "AES256""#, r#"sse_algorithm = "aws:kms""#)],
        "A put that asks for nothing is encrypted all the same", "to be `AES256`";
    ownership:
        [OWNERSHIP],
        "An object with the ACL public-read is refused", "block public access";
    the_block_of_public_acls:
        [BLOCK_PUBLIC_ACLS],
        "Every public access block is on", "`PublicAccessBlockConfiguration.BlockPublicAcls` to be `true`";
    the_ignorance_of_public_acls:
        [IGNORE_PUBLIC_ACLS],
        "Every public access block is on", "`PublicAccessBlockConfiguration.IgnorePublicAcls` to be `true`";
    the_block_of_public_policies:
        [BLOCK_PUBLIC_POLICY],
        "A policy that admits everyone is refused", "happened   it succeeded";
    the_restriction_of_public_buckets:
        [RESTRICT_PUBLIC_BUCKETS],
        "Every public access block is on", "`PublicAccessBlockConfiguration.RestrictPublicBuckets` to be `true`";
}

// The accessor's policy.
guards! { STACK;
    the_accessor_s_lack_of_deletion:
        [accessor_objects(r#""s3:AbortMultipartUpload", "s3:DeleteObject","#)],
        "It deletes no object", "STACK/iam.tf:33";
    the_accessor_s_lack_of_deletion_of_versions:
        [accessor_objects(r#""s3:AbortMultipartUpload", "s3:DeleteObjectVersion","#)],
        "It deletes no version", "STACK/iam.tf:33";
    the_accessor_s_one_bucket:
        [("iam.tf", r#"Resource = "${aws_s3_bucket.data.arn}/*""#, r#"Resource = "*""#)],
        "It reaches no other bucket", "STACK/iam.tf:33";
    the_accessor_s_hands_off_the_bucket_policy:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:PutBucketPolicy","#)],
        "It may not replace the bucket policy", "STACK/iam.tf:22";
    the_accessor_s_inability_to_remove_the_bucket_policy:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:DeleteBucketPolicy","#)],
        "It may not remove the bucket policy", "STACK/iam.tf:22";
    the_accessor_s_inability_to_delete_the_bucket:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:DeleteBucket","#)],
        "It may not delete the bucket, which is not empty besides", "STACK/iam.tf:22";
    the_accessor_s_hands_off_the_bucket_s_acl:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:PutBucketAcl","#)],
        "It may not grant the bucket by an ACL, which the bucket does not take besides", "STACK/iam.tf:22";
    the_accessor_s_hands_off_versioning:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:PutBucketVersioning","#)],
        "It may not turn versioning off", "STACK/iam.tf:22";
    the_accessor_s_one_bucket_to_list:
        [("iam.tf", "Resource = aws_s3_bucket.data.arn\n", "Resource = \"*\"\n")],
        "It reaches no other bucket", "`ListBucket` of arn:aws:iam::111111111111:policy/dev-call-centre-data-accessor, STACK/iam.tf:22";
    the_accessor_s_ignorance_of_other_buckets:
        [("iam.tf", "    Statement = [\n", "    Statement = [\n      { Sid = \"Look\", Effect = \"Allow\", Action = \"s3:ListAllMyBuckets\", Resource = \"*\" },\n")],
        "WinSCP without a root path lists all buckets, which the accessor may not", "`Look` of arn:aws:iam::111111111111:policy/dev-call-centre-data-accessor, STACK/iam.tf:22";
    the_accessor_s_lack_of_buckets_of_its_own:
        [("iam.tf", "    Statement = [\n", "    Statement = [\n      { Sid = \"Make\", Effect = \"Allow\", Action = \"s3:CreateBucket\", Resource = \"*\" },\n")],
        "It may not create a bucket", "`Make` of arn:aws:iam::111111111111:policy/dev-call-centre-data-accessor, STACK/iam.tf:22";
    the_accessor_s_renames_that_fail:
        [accessor_objects(r#""s3:AbortMultipartUpload", "s3:DeleteObject","#)],
        "WinSCP renames by a copy, which is allowed, and a delete, which is denied", "STACK/iam.tf:33";
    the_accessor_s_deletion_of_several_at_once:
        [accessor_objects(r#""s3:AbortMultipartUpload", "s3:DeleteObject","#)],
        "Cyberduck deletes several files at once, and each is denied", "there is none";
    the_accessor_s_ignorance_of_tags:
        [accessor_objects(r#""s3:AbortMultipartUpload", "s3:GetObjectTagging","#)],
        "Cyberduck reads the attributes and the owner of a file, but not its tags", "STACK/iam.tf:33";
    the_accessor_s_hands_off_tags:
        [accessor_objects(r#""s3:AbortMultipartUpload", "s3:PutObjectTagging","#)],
        "It may not tag objects", "STACK/iam.tf:33";
    the_accessor_s_ignorance_of_the_bucket_policy:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:GetBucketPolicy","#)],
        "It may not read the bucket policy", "STACK/iam.tf:22";
    the_accessor_s_hands_off_public_access:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:PutBucketPublicAccessBlock","#)],
        "It may not open the bucket to the public", "STACK/iam.tf:22";
    the_accessor_s_hands_off_ownership:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:PutBucketOwnershipControls","#)],
        "It may not bring ACLs back", "STACK/iam.tf:22";
    the_accessor_s_hands_off_encryption:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:PutEncryptionConfiguration","#)],
        "It may not change the encryption", "STACK/iam.tf:22";
    the_accessor_s_hands_off_lifecycle:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:PutLifecycleConfiguration","#)],
        "It may not empty the bucket by a rule", "STACK/iam.tf:22";
    the_accessor_s_hands_off_iam:
        [("iam.tf", "    Statement = [\n", "    Statement = [\n      { Sid = \"Iam\", Effect = \"Allow\", Action = \"iam:*\", Resource = \"*\" },\n")],
        "It may not list users", "`Iam` of arn:aws:iam::111111111111:policy/dev-call-centre-data-accessor, STACK/iam.tf:22";
}

// The migrator.
guards! { STACK;
    the_narrow_trust_of_the_migrator_role:
        [("migration.tf", "Principal = { AWS = aws_iam_user.data_migration[0].arn }", "Principal = { AWS = \"*\" }")],
        "The accessor cannot assume the role", "`MigratorUserAlone` of trust policy of role dev-call-centre-data-migrator, STACK/migration.tf:24";
    the_role_s_distrust_of_its_own_account:
        [("migration.tf", "Principal = { AWS = aws_iam_user.data_migration[0].arn }", "Principal = { AWS = data.aws_caller_identity.current.account_id }")],
        "A user who may assume every role cannot assume this one", "happened   it was allowed";
    the_role_s_distrust_of_the_source_s_account:
        [("migration.tf", "Principal = { AWS = aws_iam_user.data_migration[0].arn }", "Principal = { AWS = [aws_iam_user.data_migration[0].arn, \"222222222222\"] }")],
        "An administrator of the source's account cannot assume the role", "happened   it was allowed";
    the_migrator_user_s_lack_of_policies:
        [("migration.tf", "# The trust policy is all", "resource \"aws_iam_user_policy\" \"extra\" {\n  count = var.data_migration_enabled ? 1 : 0\n  name = \"extra\"\n  user = aws_iam_user.data_migration[0].name\n  policy = jsonencode({ Version = \"2012-10-17\", Statement = { Sid = \"Extra\", Effect = \"Allow\", Action = \"s3:List*\", Resource = \"*\" } })\n}\n\n# The trust policy is all")],
        "The migrator user reads and writes nothing itself", "`Extra` of inline policy extra of user dev-call-centre-data-migrator";
    the_role_s_lack_of_reading_from_the_destination:
        [role_destination(r#""s3:AbortMultipartUpload", "s3:GetObject","#)],
        "The role lists the bucket, but reads and deletes nothing in it", "STACK/migration.tf:93";
    the_role_s_lack_of_deletion_of_objects:
        [role_destination(r#""s3:AbortMultipartUpload", "s3:DeleteObject","#)],
        "The role lists the bucket, but reads and deletes nothing in it", "STACK/migration.tf:93";
    the_role_s_one_destination:
        [("migration.tf", r#"resources = ["${aws_s3_bucket.data.arn}/*"]"#, r#"resources = ["*"]"#)],
        "The role reaches no other bucket", "`WriteDestination` of inline policy write-destination";
    the_role_s_distrust_of_services:
        [("migration.tf", "Principal = { AWS = aws_iam_user.data_migration[0].arn }", "Principal = { AWS = aws_iam_user.data_migration[0].arn, Service = \"ec2.amazonaws.com\" }")],
        "The role trusts the migrator user, and no service or account besides", "ec2.amazonaws.com";
    the_longest_session:
        [("migration.tf", "max_session_duration = 8 * 60 * 60", "max_session_duration = 12 * 60 * 60")],
        "A session longer than eight hours is refused", "STACK/migration.tf:24";
    the_role_s_lack_of_deletion:
        [role_destination(r#""s3:AbortMultipartUpload", "s3:DeleteObjectVersion","#)],
        "The role deletes no version", "STACK/migration.tf:93";
    the_role_s_lack_of_writing_to_the_source:
        [role_source(r#""s3:GetObjectTagging", "s3:PutObject","#)],
        "The role writes nothing to the source, even where its bucket policy would let it", "STACK/migration.tf:58";
    the_role_s_lack_of_deletion_from_the_source:
        [role_source(r#""s3:GetObjectTagging", "s3:DeleteObject","#)],
        "The role deletes nothing from the source, even where its bucket policy would let it", "STACK/migration.tf:58";
    the_role_s_two_buckets:
        [("migration.tf", "resources = [aws_s3_bucket.data.arn]", r#"resources = ["*"]"#)],
        "The role reaches no other bucket", "`ListDestination` of inline policy write-destination";
    the_role_s_one_source:
        [("migration.tf", r#"resources = ["${var.data_migration_source_bucket_arn}/*"]"#, r#"resources = ["*"]"#)],
        "The role reaches no other bucket", "`ReadSource` of inline policy read-source";
    the_role_s_one_source_to_list:
        [("migration.tf", "resources = [var.data_migration_source_bucket_arn]", r#"resources = ["*"]"#)],
        "The role reaches no other bucket", "`ListSource` of inline policy read-source";
    the_role_s_hands_off_the_source_s_tags:
        [role_source(r#""s3:GetObjectTagging", "s3:PutObjectTagging","#)],
        "The role writes nothing to the source, even where its bucket policy would let it", "STACK/migration.tf:58";
    the_role_s_one_key:
        [("migration.tf", "resources = [statement.value]", r#"resources = ["*"]"#)],
        "The role uses no other key, even one whose policy would let it", "`DecryptSource` of inline policy read-source";
    migration_off_by_default:
        [("variables.tf", "migrator user and its role exist\"\n  default     = false", "migrator user and its role exist\"\n  default     = true")],
        "It is off unless it is asked for", "migration-off.feature:";
}

const ARCHIVE_LISTS: &str = r#"resources = [aws_s3_bucket.source.arn]

    principals {
      type        = "AWS"
      identifiers = [local.main_account]
    }

    condition {
      test     = "ArnEquals""#;
const ARCHIVE_LISTS_FOR_ALL: &str = r#"resources = [aws_s3_bucket.source.arn]

    principals {
      type        = "AWS"
      identifiers = [local.main_account]
    }

    condition {
      test     = "ArnNotEquals""#;
const KEY_DESCRIBES: &str = r#"actions   = ["kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.main_account]
    }

    condition {
      test     = "ArnEquals""#;
const KEY_DESCRIBES_FOR_ALL: &str = r#"actions   = ["kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.main_account]
    }

    condition {
      test     = "ArnNotEquals""#;

// The archive in the source's account, beside the stack, and the role's use of its key.
guards! { STACK;
    the_role_s_permission_to_decrypt:
        [("migration.tf", r#"actions   = ["kms:Decrypt", "kms:DescribeKey"]"#, r#"actions   = ["kms:DescribeKey"]"#)],
        "An object is copied with its tags, and encrypted as the bucket does", "kms:Decrypt on arn:aws:kms:eu-west-2:222222222222:key/";
    the_key_s_refusal_of_direct_use:
        [("fixtures/key.tf", r#"test     = "StringEquals""#, r#"test     = "StringEqualsIfExists""#)],
        "The key is of no use but through S3", "happened   it was allowed";
    the_key_s_rotation:
        [("fixtures/key.tf", "enable_key_rotation     = true", "enable_key_rotation     = false")],
        "The archive is encrypted with its own key, which is rotated", "it is `disabled`";
    the_archive_s_own_encryption:
        [("fixtures/bucket.tf", "sse_algorithm     = \"aws:kms\"\n      kms_master_key_id = aws_kms_key.source.arn", "sse_algorithm = \"AES256\"")],
        "The archive is encrypted with its own key, which is rotated", "to be `aws:kms`";
    the_archive_s_refusal_to_be_listed:
        [("fixtures/bucket.tf", ARCHIVE_LISTS, ARCHIVE_LISTS_FOR_ALL)],
        "Nobody else of this account sees what is in the archive, or its key", "arn:aws:s3:::dev-call-centre-data-source-222222222222";
    the_key_s_refusal_to_be_described:
        [("fixtures/key.tf", KEY_DESCRIBES, KEY_DESCRIBES_FOR_ALL)],
        "Nobody else of this account sees what is in the archive, or its key", "kms:DescribeKey on arn:aws:kms:eu-west-2:222222222222:key/";
    the_archive_s_refusal_of_deletes:
        [archive_objects(r#""s3:DeleteObject","#)],
        "The role deletes and changes nothing in the archive, whatever its own policies say", "happened   it was allowed";
}
