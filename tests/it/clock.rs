//! What happens in its own time: lifecycle rules, retention, and what Terraform says of them.

use crate::project::Project;

const CONFIG: &str = "[stacks.archive]\npath = \"infra\"\n";

const INFRA: &str = r#"
    resource "aws_s3_bucket" "results" {
      bucket        = "results"
      force_destroy = true
    }

    resource "aws_s3_bucket_versioning" "results" {
      bucket = aws_s3_bucket.results.id
      versioning_configuration {
        status = "Enabled"
      }
    }

    resource "aws_s3_bucket_lifecycle_configuration" "results" {
      bucket = aws_s3_bucket_versioning.results.bucket
      rule {
        id     = "one-day"
        status = "Enabled"
        filter {
          prefix = "results/"
        }
        expiration {
          days = 1
        }
        noncurrent_version_expiration {
          noncurrent_days = 1
        }
        abort_incomplete_multipart_upload {
          days_after_initiation = 7
        }
      }
      rule {
        id     = "tidy"
        status = "Enabled"
        filter {
          and {
            prefix = "logs/"
            tags   = { keep = "no" }
          }
        }
        transition {
          days          = 30
          storage_class = "STANDARD_IA"
        }
        expiration {
          days = 90
        }
      }
    }

    resource "aws_s3_bucket_cors_configuration" "results" {
      bucket = aws_s3_bucket.results.id
      cors_rule {
        allowed_methods = ["GET", "PUT"]
        allowed_origins = ["https://app.example.com"]
        allowed_headers = ["*"]
        max_age_seconds = 300
      }
    }

    resource "aws_s3_bucket" "ledger" {
      bucket              = "ledger"
      force_destroy       = true
      object_lock_enabled = true
    }

    resource "aws_s3_bucket_object_lock_configuration" "ledger" {
      bucket = aws_s3_bucket.ledger.id
      rule {
        default_retention {
          mode = "GOVERNANCE"
          days = 5
        }
      }
    }

    resource "aws_s3_object" "greeting" {
      bucket        = aws_s3_bucket.ledger.id
      key           = "/greetings//hello.txt"
      source        = "${path.module}/hello.txt"
      content_type  = "text/plain"
      storage_class = "STANDARD_IA"
      metadata      = { origin = "test" }
      tags          = { Team = "a b" }
      force_destroy = true
      depends_on    = [aws_s3_bucket_object_lock_configuration.ledger]
    }

    data "aws_s3_bucket" "results" {
      bucket = aws_s3_bucket.results.id
    }

    output "arn" {
      value = data.aws_s3_bucket.results.arn
    }

    output "rules" {
      value = aws_s3_bucket_lifecycle_configuration.results.rule
    }

    output "smallest" {
      value = aws_s3_bucket_lifecycle_configuration.results.transition_default_minimum_object_size
    }

    output "cors" {
      value = aws_s3_bucket_cors_configuration.results.cors_rule
    }

    output "lock" {
      value = aws_s3_bucket_object_lock_configuration.ledger.rule
    }

    output "greeting" {
      value = {
        for name in ["arn", "etag", "key", "content_type", "metadata", "object_lock_mode", "server_side_encryption", "storage_class"] :
        name => try(tostring(aws_s3_object.greeting[name]), jsonencode(aws_s3_object.greeting[name]))
      }
    }
"#;

const FEATURE: &str = r#"
@clock
Feature: Results last a day

      Scenario: A day is rounded up to the next midnight
        Given the stack "archive"
        And the clock stands at "2026-01-15T10:30:00Z"
        When the operator uploads "results/a" to "results"
        Then it succeeds
        And the object "results/a" in "results" has
          | expires | 2026-01-17 |
        When the clock stands at "2026-01-16T23:59:59Z"
        Then the object "results/a" in "results" has
          | versions | 1 |
        When 1 second passes
        Then there is no object "results/a" in "results"

      Scenario: Nothing is left of a result in the end
        Given the stack "archive"
        When the operator uploads "results/a" to "results"
        Then it succeeds
        When 5 days pass
        Then there is no object "results/a" in "results"
        When the operator calls "s3:DeleteBucketPolicy" with
          | Bucket | results |
        Then it succeeds

      Scenario: What is retained cannot be removed until its time
        Given the stack "archive"
        When the operator uploads "a" to "ledger" with
          | checksum | CRC32 |
        Then it succeeds
        And its "VersionId" is remembered as "version"
        And the object "a" in "ledger" has
          | lock mode | GOVERNANCE |
        When the operator calls "s3:DeleteObject" with
          | Bucket    | ledger    |
          | Key       | a         |
          | VersionId | {version} |
        Then it fails with "AccessDenied"
        When 120 hours pass
        And the operator calls "s3:DeleteObject" with
          | Bucket    | ledger    |
          | Key       | a         |
          | VersionId | {version} |
        Then it succeeds
"#;

fn project() -> Project {
    Project::of(&[
        ("stackproof.toml", CONFIG),
        ("infra/main.tf", INFRA),
        ("infra/hello.txt", "hello"),
        ("features/archive/clock.feature", FEATURE),
    ])
}

#[test]
fn scenarios_move_their_own_clock() {
    let ended = project().run(&["test"]).exits(0);
    assert!(ended.stdout.contains("3 scenarios: 3 passed"), "{}", ended.stdout);
}

#[test]
fn attributes_are_those_of_the_provider() {
    let ended = project().run(&["outputs", "infra"]).exits(0);
    let outputs: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let values: serde_json::Map<_, _> =
        outputs.as_object().unwrap().iter().map(|(name, it)| (name.clone(), it["value"].clone())).collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&values).unwrap());
}
