//! Attacks that more than one guard stops: as long as one of them stands, the scenario passes; without all of them it
//! fails. Features declare them by a tag, and the report lists them.

use super::call_centre_data::{
    self, BLOCK_PUBLIC_ACLS, BLOCK_PUBLIC_POLICY, BLOCKED_ENCRYPTION, DENY_CUSTOMER_KEYS, DENY_KMS,
    DENY_PLAIN_HTTP, IGNORE_PUBLIC_ACLS, OWNERSHIP, RESTRICT_PUBLIC_BUCKETS, archive_objects,
};
use super::{Edit, Stack, cci_lite, data_platform, hybrid_relay};
use crate::project::Project;

const ARCHIVE_BUCKET: Edit = (
    "fixtures/bucket.tf",
    r#"resources = ["${aws_s3_bucket.source.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = [local.main_account]
    }

    condition {
      test     = "ArnEquals""#,
    r#"resources = ["${aws_s3_bucket.source.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = [local.main_account]
    }

    condition {
      test     = "ArnNotEquals""#,
);
const ARCHIVE_KEY: Edit = (
    "fixtures/key.tf",
    r#"actions   = ["kms:Decrypt"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.main_account]
    }

    condition {
      test     = "ArnEquals""#,
    r#"actions   = ["kms:Decrypt"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.main_account]
    }

    condition {
      test     = "ArnNotEquals""#,
);

/// An attack that several guards stop: as long as one of them stands, its scenario passes; without all of them it
/// fails. The scenario's tag lists the guards by these names.
#[track_caller]
fn each_suffices(stack: Stack, scenario: &str, guards: &[(&str, Edit)], evidence: &str) {
    for (kept, _) in guards {
        let project = stack.project();
        let others: Vec<_> = guards.iter().filter(|(name, _)| name != kept).map(|(_, edit)| *edit).collect();
        let ended = stack.play(stack.weakened(&project, &others), scenario).exits(0);
        let names: Vec<_> = guards.iter().map(|(name, _)| *name).collect();
        // Behind its name a scenario has the environment that it was played in.
        let told = |line: &str| line.contains(scenario) && line.ends_with(&format!(": {}", names.join(", ")));
        assert!(ended.stdout.lines().any(told), "`{scenario}` is not listed:\n{}", ended.stdout);
    }
    let all: Vec<_> = guards.iter().map(|(_, edit)| *edit).collect();
    stack.matters(&all, scenario, evidence);
}

macro_rules! redundant_guards {
    ($($name:ident: $stack:expr, $scenario:literal, $guards:expr, $evidence:literal;)*) => {
        /// The tags of the scenarios whose guards are tested.
        fn tested() -> Vec<String> {
            let tag = |guards: &[(&str, Edit)]| {
                let names: Vec<_> = guards.iter().map(|(name, _)| *name).collect();
                format!("@guarded-twice:{}", names.join(","))
            };
            vec![$(tag(&$guards)),*]
        }

        $(#[test]
        fn $name() {
            each_suffices($stack, $scenario, &$guards, $evidence);
        })*
    };
}

redundant_guards! {
    public_policies:
        call_centre_data::STACK,
        "No policy opens the recordings to everyone",
        [("block_public_policy", BLOCK_PUBLIC_POLICY), ("restrict_public_buckets", RESTRICT_PUBLIC_BUCKETS)],
        "happened   it was allowed";
    public_acls:
        call_centre_data::STACK,
        "No ACL opens a recording to everyone",
        [("object_ownership", OWNERSHIP), ("block_public_acls", BLOCK_PUBLIC_ACLS), ("ignore_public_acls", IGNORE_PUBLIC_ACLS)],
        "happened   it was allowed";
    customer_keys:
        call_centre_data::STACK,
        "Nothing is stored under a key of the customer's own",
        [("DenyCustomerKeyHeaders", DENY_CUSTOMER_KEYS), ("blocked_encryption_types", BLOCKED_ENCRYPTION)],
        "expected   nothing to be stored";
    the_archive_of_another_account:
        call_centre_data::STACK,
        "Nobody else of this account reads the archive",
        [("source_bucket_policy", ARCHIVE_BUCKET), ("source_key_policy", ARCHIVE_KEY)],
        "principal  arn:aws:iam::111111111111:user/stackproof/operator";
    uploads_to_the_archive:
        call_centre_data::STACK,
        "The archive takes no upload from the role, whatever the role's own policies say",
        [
            ("source_bucket_policy", archive_objects(r#""s3:PutObject","#)),
            ("source_key_policy", ("fixtures/key.tf", r#"["kms:Decrypt"]"#, r#"["kms:Decrypt", "kms:GenerateDataKey"]"#)),
        ],
        "happened   it was allowed";
    customer_keys_of_calls:
        cci_lite::STACK,
        "Nothing is stored under a key of the customer's own",
        [("DenyCustomerKeyHeaders", cci_lite::DENY_CUSTOMER_KEYS), ("blocked_encryption_types", cci_lite::BLOCKED_ENCRYPTION)],
        "expected   nothing to be stored";
    scans_of_a_tenant:
        cci_lite::STACK,
        "It scans nothing",
        [("no-scan", cci_lite::NO_SCAN), ("a-leading-key", cci_lite::A_LEADING_KEY)],
        "`ReadAndWriteOwnItems` of inline policy tenant-items";
    sessions_without_a_tenant:
        cci_lite::STACK,
        "No session is opened without the tag",
        [("a-tenant", cci_lite::A_TENANT), ("a-transitive-tag", cci_lite::A_TRANSITIVE_TAG)],
        "`LambdaRoleForOneTenant` of trust policy of role cci-lite-tenant-role";
    writes_to_the_stream:
        data_platform::STACK,
        "It writes nothing to the stream",
        [
            ("no-put", ("iam.tf", r#""kinesis:ListShards","#, r#""kinesis:ListShards", "kinesis:PutRecord","#)),
            (
                "no-data-key",
                (
                    "iam.tf",
                    "sid       = \"DecryptRecords\"\n    actions   = [\"kms:Decrypt\"]",
                    "sid       = \"DecryptRecords\"\n    actions   = [\"kms:Decrypt\", \"kms:GenerateDataKey\"]",
                ),
            ),
        ],
        "`ReadStream` of inline policy data";
    writes_of_packages:
        hybrid_relay::STACK,
        "The task role writes no package",
        [
            (
                "no-put",
                (
                    "iam.tf",
                    "sid = \"ReadPackages\"\n    actions = [",
                    "sid = \"ReadPackages\"\n    actions = [\n      \"s3:PutObject\",",
                ),
            ),
            (
                "no-data-key",
                (
                    "iam.tf",
                    "sid       = \"DecryptPackages\"\n    actions   = [\"kms:Decrypt\"]",
                    "sid       = \"DecryptPackages\"\n    actions   = [\"kms:Decrypt\", \"kms:GenerateDataKey\"]",
                ),
            ),
        ],
        "`ReadPackages` of inline policy packages";
    customer_keys_of_packages:
        hybrid_relay::STACK,
        "Nothing is stored under a key of the customer's own",
        [
            ("DenyCustomerKeyHeaders", cci_lite::DENY_CUSTOMER_KEYS),
            ("DenyOtherEncryption", hybrid_relay::DENY_OTHER_ENCRYPTION),
            ("blocked_encryption_types", cci_lite::BLOCKED_ENCRYPTION),
        ],
        "expected   nothing to be stored";
}

/// S3 itself refuses SSE-KMS over plain HTTP, so that this attack fails without any guard of the stack.
#[test]
fn what_s3_refuses_by_itself_needs_no_guard() {
    let stack = call_centre_data::STACK;
    let project = stack.project();
    let weakened = stack.weakened(&project, &[DENY_KMS, DENY_PLAIN_HTTP]);
    let ended = stack.play(weakened, "Nothing is stored under a KMS key over plain HTTP").exits(0);
    assert!(
        ended.stdout.contains("DenyPlainHttp, DenyKmsHeader, S3-refuses-KMS-over-HTTP"),
        "{}",
        ended.stdout
    );
}

/// What features declare is what is tested above.
#[test]
fn attacks_that_are_stopped_twice_are_tested() {
    let project = Project::shipped();
    let mut declared: Vec<String> = Vec::new();
    for stack in std::fs::read_dir(project.path("features")).unwrap() {
        for entry in std::fs::read_dir(stack.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "feature") {
                let text = std::fs::read_to_string(path).unwrap();
                let tags = text.split_whitespace().filter(|word| word.starts_with("@guarded-twice:"));
                declared.extend(tags.map(str::to_owned));
            }
        }
    }
    let mut tested = tested();
    tested.push("@guarded-twice:DenyPlainHttp,DenyKmsHeader,S3-refuses-KMS-over-HTTP".to_owned());
    declared.sort();
    tested.sort();
    assert_eq!(declared, tested);
}
