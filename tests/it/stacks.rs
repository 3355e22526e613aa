//! What a stack of `stackproof.toml` may rest on: fixtures, a matrix.

use crate::project::Project;

const TOML: &str = "[stacks.small]\npath = \"infra\"\nfixtures = \"features/small/fixtures\"\n\
    matrix = { environment = [\"dev\", \"live\"] }\nvar-files = [\"environments/${matrix:environment}.tfvars\"]\n\
    vars-from = { archive = \"fixtures.outputs.archive_name\" }\n\n\
    [targets.embedded]\nkind = \"embedded\"\naccounts = { other = \"222222222222\" }\n";

const MAIN: &str = r#"
variable "environment" {}
variable "owner" {}
variable "archive" {}

resource "aws_s3_bucket" "data" {
  bucket = "${var.environment}-${var.owner}-data"
}

output "archive" {
  value = var.archive
}
"#;

const FIXTURES: &str = r#"
variable "environment" {}

provider "aws" {
  alias = "other"
  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/any"
  }
}

resource "aws_s3_bucket" "archive" {
  provider = aws.other
  bucket   = "${var.environment}-archive"
}

output "archive_name" {
  value = aws_s3_bucket.archive.id
}
"#;

const FEATURE: &str = r#"Feature: F
  Scenario: Both buckets are there
    Given the stack "small"
    When the operator lists "data"
    Then it succeeds
    When the operator lists "{archive}"
    Then it is denied
    When operator of "other" lists "aws_s3_bucket.archive"
    Then it succeeds

  Scenario: The live one alone
    Given the stack "small" with
      | environment | live |
    When the operator calls "s3:HeadBucket" with
      | Bucket | live-ops-data |
    Then it succeeds
"#;

fn project() -> Project {
    Project::of(&[
        ("stackproof.toml", TOML),
        ("infra/main.tf", MAIN),
        ("infra/environments/dev.tfvars", "owner = \"team\"\n"),
        ("infra/environments/live.tfvars", "owner = \"ops\"\n"),
        ("features/small/fixtures/main.tf", FIXTURES),
        ("features/small/a.feature", FEATURE),
    ])
}

#[test]
fn each_scenario_is_played_under_each_combination_with_its_fixtures() {
    let ended = project().run(&["test"]).exits(0);
    for name in [
        "passed  Both buckets are there [environment = dev] ",
        "passed  Both buckets are there [environment = live] ",
        "passed  The live one alone ",
    ] {
        assert!(ended.stdout.contains(name), "`{name}` is not in:\n{}", ended.stdout);
    }
    assert!(ended.stdout.contains("3 scenarios: 3 passed"), "{}", ended.stdout);
}

#[test]
fn doctor_checks_each_combination_and_the_fixtures() {
    let project = project();
    let ended = project.run(&["doctor"]).exits(0);
    for line in [
        "ok stack small [environment = dev]: 2 resources",
        "ok stack small [environment = live]: 2 resources",
    ] {
        assert!(ended.stdout.contains(line), "`{line}` is not in:\n{}", ended.stdout);
    }
    project.edit("features/small/fixtures/main.tf", "\"aws_s3_bucket\"", "\"vault_mount\"");
    let ended = project.run(&["doctor"]).exits(2);
    assert!(ended.stdout.contains("unknown resource type `vault_mount`"), "{}", ended.stdout);
    project.edit(
        "infra/main.tf",
        "resource \"aws_s3_bucket\" \"data\" {",
        "resource \"aws_s3_bucket\" \"data\"",
    );
    let ended = project.run(&["doctor"]).exits(2);
    // Once for each combination.
    assert_eq!(ended.stdout.matches("infra/main.tf").count(), 2, "{}", ended.stdout);
}
