//! The language on a stack that is not the repository's own, so that nothing rests on what the shipped features do.

use crate::project::Project;

#[test]
fn every_sentence_holds_on_another_stack() {
    let project = Project::copy_of("tests/data/media");
    let ended = project.run(&["test", "--strict"]).exits(0);
    assert!(ended.stdout.contains("25 scenarios: 25 passed"), "{}", ended.stdout);
}

#[test]
fn buckets_are_called_in_their_own_regions() {
    let infra = r#"
        provider "aws" {
          region = "us-west-2"
        }
        provider "aws" {
          alias  = "far"
          region = "ap-southeast-2"
        }
        resource "aws_s3_bucket" "near" {
          bucket = "is-near"
        }
        resource "aws_s3_bucket" "far" {
          provider = aws.far
          bucket   = "is-far"
        }
    "#;
    let feature = r#"
        Feature: Regions
          Scenario Outline: A bucket in <region>
            Given the stack "regions"
            When the operator uploads "a" to "<bucket>"
            Then it succeeds
            When the operator calls "s3:GetBucketLocation" with
              """json
              { "Bucket": "is-<bucket>" }
              """
            Then the answer has
              | LocationConstraint | <region> |

            Examples:
              | bucket | region         |
              | near   | us-west-2      |
              | far    | ap-southeast-2 |
    "#;
    let config = "[stacks.regions]\npath = \"infra\"\n";
    let project = Project::of(&[
        ("stackproof.toml", config),
        ("infra/main.tf", infra),
        ("features/regions/a.feature", feature),
    ]);
    project.run(&["test"]).exits(0);
}
