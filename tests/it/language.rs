//! The language on a stack that is not the repository's own, so that nothing rests on what the shipped features do.

use serde_json::Value;

use crate::project::Project;

#[test]
fn every_sentence_holds_on_another_stack() {
    let project = Project::copy_of("tests/data/media");
    let ended = project.run(&["test", "--strict", "--tags", "not @unproved"]).exits(0);
    assert!(ended.stdout.contains("49 scenarios: 49 passed"), "{}", ended.stdout);
}

#[test]
fn what_rests_on_what_is_not_provisioned_is_unproved_and_never_passes() {
    let project = Project::copy_of("tests/data/media");
    let ended = project.run(&["test", "--tags", "@unproved", "--report-dir", "report"]).exits(0);
    assert!(ended.stdout.contains("6 scenarios: 0 passed, 6 unproved"), "{}", ended.stdout);
    let policy = "`aws_s3_bucket_policy.site` (infra/cdn.tf:32:1) is not made: its `policy` rests on what is not provisioned";
    let denied = format!(
        "unproved A reader is denied, but for all that is known by the policy that is not there ({policy})"
    );
    assert!(ended.stdout.contains(&denied), "{}", ended.stdout);
    let distribution = "`aws_cloudfront_distribution.site` (infra/cdn.tf:2:1) is not provisioned";
    assert!(
        ended.stdout.contains(&format!("unproved The distribution itself ({distribution})")),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stderr.contains("infra/cdn.tf:32:1: `aws_s3_bucket_policy.site` is not made"),
        "{}",
        ended.stderr
    );
    let read = |name: &str| std::fs::read_to_string(project.path("report").join(name)).unwrap();
    let junit = read("junit.xml");
    assert_eq!(junit.matches("<skipped message=\"unproved: ").count(), 6, "{junit}");
    let cucumber: Value = serde_json::from_str(&read("cucumber.json")).unwrap();
    let statuses: Vec<&str> = cucumber[0]["elements"].as_array().unwrap().iter().map(last_status).collect();
    assert_eq!(statuses, ["pending", "pending", "pending", "pending", "pending", "pending"]);
    project.run(&["test", "--tags", "@unproved", "--strict"]).exits(1);
}

/// The status of the last step that was tried.
fn last_status(element: &Value) -> &str {
    let steps = element.get("steps").and_then(Value::as_array).into_iter().flatten();
    let mut statuses = steps.filter_map(|step| step.pointer("/result/status").and_then(Value::as_str));
    statuses.rfind(|status| *status != "skipped").unwrap_or_default()
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

/// `features/call-centre-data/README.md` says what is proved where; a feature that it forgets is told.
#[test]
fn every_feature_of_call_centre_data_stands_in_its_list() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("features/call-centre-data");
    let page = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(feature) = name.strip_suffix(".feature") {
            let listed = [format!("{feature}: "), format!("{feature}.feature")];
            assert!(listed.iter().any(|text| page.contains(text)), "`{feature}` is not in the list");
        }
    }
}
