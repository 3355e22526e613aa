//! Every guard of a stack is there for a reason: weakened in a copy of the Terraform to the value that lets the attack
//! through, a named scenario fails, and the report says which statement decided and where it is written. Where two
//! guards stop one attack, each is weakened alone and both together.

use crate::project::Project;

const STACK: &str = "infra/stacks/call-centre-data";

/// A text of a file of the stack that guards, and what it is weakened to.
type Edit = (&'static str, &'static str, &'static str);

/// Runs the scenario twice: with the guard it passes; without it fails, and the report has the evidence.
#[track_caller]
fn matters(weaken: &[Edit], scenario: &str, evidence: &str) {
    let name = format!("^{}$", regex::escape(scenario));
    let arguments = ["test", "--stack", "call-centre-data", "--name", name.as_str()];
    let project = Project::shipped();
    project.run(&arguments).exits(0);
    for (file, from, to) in weaken {
        project.edit(&format!("{STACK}/{file}"), from, to);
    }
    let ended = project.run(&arguments).exits(1);
    let place = evidence.replace("STACK", STACK);
    for text in [format!("FAILED  {scenario}"), place] {
        assert!(ended.stdout.contains(&text), "`{text}` is not in the report:\n{}", ended.stdout);
    }
}

macro_rules! guards {
    ($($name:ident: $weaken:expr, $scenario:literal, $evidence:literal;)*) => {
        $(#[test]
        fn $name() {
            matters(&$weaken, $scenario, $evidence);
        })*
    };
}

const DENY_CUSTOMER_KEYS: Edit = (
    "storage.tf",
    "test     = \"Null\"\n      variable = \"s3:x-amz-server-side-encryption-customer-algorithm\"\n      values   = [\"false\"]",
    "test     = \"StringEquals\"\n      variable = \"s3:x-amz-server-side-encryption-customer-algorithm\"\n      values   = [\"none\"]",
);
const BLOCKED_ENCRYPTION: Edit = (
    "storage.tf",
    "  rule {\n    apply_server_side_encryption_by_default",
    "  rule {\n    blocked_encryption_types = [\"NONE\"]\n\n    apply_server_side_encryption_by_default",
);
const OWNERSHIP: Edit = ("storage.tf", r#""BucketOwnerEnforced""#, r#""ObjectWriter""#);
const BLOCK_PUBLIC_ACLS: Edit =
    ("storage.tf", "block_public_acls       = true", "block_public_acls       = false");

const fn accessor_bucket(more: &'static str) -> Edit {
    ("iam.tf", r#""s3:GetBucketLocation","#, more)
}

const fn accessor_objects(more: &'static str) -> Edit {
    ("iam.tf", r#""s3:AbortMultipartUpload","#, more)
}

const fn role_source(more: &'static str) -> Edit {
    ("migration.tf", r#""s3:GetObjectTagging","#, more)
}

const fn role_destination(more: &'static str) -> Edit {
    ("migration.tf", r#""s3:AbortMultipartUpload","#, more)
}

// The bucket policy, statement by statement.
guards! {
    the_deny_of_kms_headers:
        [("storage.tf", r#"values   = ["aws:kms", "aws:kms:dsse"]"#, r#"values   = ["none"]"#)],
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
    both_guards_against_customer_keys:
        [DENY_CUSTOMER_KEYS, BLOCKED_ENCRYPTION],
        "A put with a key of the customer's own is denied", "STACK/iam.tf:33";
    the_deny_of_plain_http:
        [("storage.tf", "variable = \"aws:SecureTransport\"\n      values   = [\"false\"]", "variable = \"aws:SecureTransport\"\n      values   = [\"never\"]")],
        "Nobody uploads over plain HTTP", "STACK/iam.tf:33";
    the_deny_of_plain_http_for_reads:
        [("storage.tf", r#"actions   = ["s3:*"]"#, r#"actions   = ["s3:PutObject"]"#)],
        "Nobody downloads over plain HTTP", "STACK/iam.tf:33";
    the_deny_of_plain_http_for_the_bucket_itself:
        [("storage.tf", r#"resources = [aws_s3_bucket.data.arn, "${aws_s3_bucket.data.arn}/*"]"#, r#"resources = ["${aws_s3_bucket.data.arn}/*"]"#)],
        "Not even the operator lists over plain HTTP", "of user operator";
}

// The bucket's configuration.
guards! {
    versioning:
        [("storage.tf", r#"status = "Enabled""#, r#"status = "Suspended""#)],
        "An overwrite keeps the earlier version", "versions.feature:";
    default_encryption:
        [("storage.tf", r#"sse_algorithm = "AES256""#, r#"sse_algorithm = "aws:kms""#)],
        "A put that asks for nothing is encrypted all the same", "to be `AES256`";
    ownership:
        [OWNERSHIP],
        "An object with a public ACL is refused", "block public access";
    ownership_and_the_block_of_public_acls:
        [OWNERSHIP, BLOCK_PUBLIC_ACLS],
        "An object with a public ACL is refused", "STACK/iam.tf:33";
    the_block_of_public_acls:
        [BLOCK_PUBLIC_ACLS],
        "Every public access block is on", "`PublicAccessBlockConfiguration.BlockPublicAcls` to be `true`";
    the_block_of_public_policies:
        [("storage.tf", "block_public_policy     = true", "block_public_policy     = false")],
        "A policy that admits everyone is refused", "happened   it succeeded";
    the_restriction_of_public_buckets:
        [("storage.tf", "restrict_public_buckets = true", "restrict_public_buckets = false")],
        "Every public access block is on", "`PublicAccessBlockConfiguration.RestrictPublicBuckets` to be `true`";
}

// The accessor's policy.
guards! {
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
    the_accessor_s_hands_off_versioning:
        [accessor_bucket(r#""s3:GetBucketLocation", "s3:PutBucketVersioning","#)],
        "It may not turn versioning off", "STACK/iam.tf:22";
    the_accessor_s_hands_off_iam:
        [("iam.tf", "    Statement = [\n", "    Statement = [\n      { Sid = \"Iam\", Effect = \"Allow\", Action = \"iam:*\", Resource = \"*\" },\n")],
        "It does not touch IAM: iam:ListUsers", "`Iam` of arn:aws:iam::111111111111:policy/dev-call-centre-data-accessor, STACK/iam.tf:22";
}

// The migrator.
guards! {
    the_narrow_trust_of_the_migrator_role:
        [("migration.tf", "Principal = { AWS = aws_iam_user.data_migration[0].arn }", "Principal = { AWS = \"*\" }")],
        "The accessor cannot assume the role", "`MigratorUserAlone` of trust policy of role dev-call-centre-data-migrator, STACK/migration.tf:24";
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
    migration_off_by_default:
        [("variables.tf", "migrator user and its role exist\"\n  default     = false", "migrator user and its role exist\"\n  default     = true")],
        "No migrator user exists", "migration-off.feature:";
}
