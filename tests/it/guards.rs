//! Every guard of a stack is there for a reason: weakened in a copy of the Terraform, a named scenario fails, and the
//! report says where what decided is written.

use crate::project::Project;

const STACK: &str = "infra/stacks/call-centre-data";

struct Guard {
    /// The file of the stack, the text that guards, and the value that lets the attack through.
    weaken: &'static [(&'static str, &'static str, &'static str)],
    /// The scenario that notices.
    scenario: &'static str,
    /// What the report says of it.
    evidence: &'static str,
}

/// Runs the scenario twice: with the guard it passes, without it fails.
fn matters(guard: &Guard) {
    let name = format!("^{}", guard.scenario);
    let arguments = ["test", "--stack", "call-centre-data", "--name", name.as_str()];
    let project = Project::shipped();
    project.run(&arguments).exits(0);
    for (file, from, to) in guard.weaken {
        project.edit(&format!("{STACK}/{file}"), from, to);
    }
    let ended = project.run(&arguments).exits(1);
    for text in [guard.scenario, guard.evidence] {
        assert!(ended.stdout.contains(text), "`{text}` is not in the report:\n{}", ended.stdout);
    }
}

#[test]
fn the_deny_of_kms_headers() {
    matters(&Guard {
        weaken: &[("storage.tf", r#"values   = ["aws:kms", "aws:kms:dsse"]"#, r#"values   = ["none"]"#)],
        scenario: "A put that asks for aws:kms is denied",
        evidence: "iam.tf:",
    });
}

#[test]
fn the_deny_of_customer_keys_and_the_bucket_setting_behind_it() {
    matters(&Guard {
        weaken: &[(
            "storage.tf",
            "variable = \"s3:x-amz-server-side-encryption-customer-algorithm\"\n      values   = [\"false\"]",
            "variable = \"s3:x-amz-server-side-encryption-customer-algorithm\"\n      values   = [\"true\"]",
        )],
        scenario: "A put with a key of the customer's own is denied",
        evidence: "expected",
    });
}

#[test]
fn the_deny_of_plain_http() {
    matters(&Guard {
        weaken: &[(
            "storage.tf",
            "variable = \"aws:SecureTransport\"\n      values   = [\"false\"]",
            "variable = \"aws:SecureTransport\"\n      values   = [\"never\"]",
        )],
        scenario: "Nobody uploads over plain HTTP",
        evidence: "iam.tf:",
    });
}

#[test]
fn versioning() {
    matters(&Guard {
        weaken: &[("storage.tf", r#"status = "Enabled""#, r#"status = "Suspended""#)],
        scenario: "An overwrite keeps the earlier version",
        evidence: "versions.feature:",
    });
}

#[test]
fn the_narrow_trust_of_the_migrator_role() {
    matters(&Guard {
        weaken: &[(
            "migration.tf",
            "Principal = { AWS = aws_iam_user.data_migration[0].arn }",
            "Principal = { AWS = \"*\" }",
        )],
        scenario: "The accessor cannot assume the role",
        evidence: "migration.tf:",
    });
}

#[test]
fn the_accessor_s_lack_of_deletion() {
    matters(&Guard {
        weaken: &[(
            "iam.tf",
            "\"s3:AbortMultipartUpload\",",
            "\"s3:AbortMultipartUpload\", \"s3:DeleteObject\",",
        )],
        scenario: "It deletes no object",
        evidence: "iam.tf:",
    });
}
