//! `[organization]`: control policies decide scenarios, a policy that is taken out lets them fail, and what decided is
//! told with its file and line.

use crate::project::{Ended, Project};

fn project() -> Project {
    Project::copy_of("tests/data/organization")
}

fn play(project: &Project, scenario: &str) -> Ended {
    project.run(&["test", "--name", scenario])
}

#[test]
fn control_policies_decide_and_canaries_show_it() {
    let ended = project().run(&["test"]).exits(0);
    for text in [", service control policy, resource control policy\n", "2 scenarios: 2 passed"] {
        assert!(ended.stdout.contains(text), "`{text}` is not in\n{}", ended.stdout);
    }
}

#[test]
fn without_its_policy_each_scenario_fails() {
    for (line, scenario, happened) in [
        ("service-control-policies = [\"policies/storage.json\"]", "keeper", "happened   it was allowed"),
        ("resource-control-policies = [\"policies/perimeter.json\"]", "partner", "happened   it was allowed"),
    ] {
        let project = project();
        project.edit("stackproof.toml", line, "");
        let ended = play(&project, scenario).exits(1);
        assert!(ended.stdout.contains(happened), "{}", ended.stdout);
    }
}

#[test]
fn what_decided_is_told_with_its_place_in_the_file() {
    let project = project();
    let then = "    Then it is denied by the statement \"KeepVersioning\"";
    project.edit("features/small/a.feature", then, "    Then it succeeds");
    let report = play(&project, "keeper").exits(1).stdout;
    let told = crate::explain::explained(&project, &report);
    for text in [
        "statement  `KeepVersioning` of policies/storage.json of the unit workloads, policies/storage.json:4",
        "layer      service control policy",
        "4 │ ╭─▶ {",
        "  service control policy  denies it            policies/storage.json of the unit workloads",
        "  service control policy  allows it            FullAWSAccess of the root",
        "  service control policy  allows it            FullAWSAccess of the unit workloads",
        "  service control policy  allows it            FullAWSAccess of the account main",
        "  resource control policy says nothing         policies/perimeter.json of the unit workloads",
        "  identity-based policy   allows it            inline policy all of user keeper",
    ] {
        assert!(told.contains(text), "`{text}` is not in\n{told}");
        // The same stands under the failed step.
        let lines: Vec<&str> = report.lines().map(str::trim).collect();
        assert!(lines.contains(&text.trim()), "`{text}` is not in\n{report}");
    }
}

/// What the organization denies to everybody it denies to who provisions, and canaries do not mind.
#[test]
fn the_organization_binds_who_provisions_as_aws_does() {
    let project = project();
    let condition = r#"{ "ArnNotLike": { "aws:PrincipalArn": "arn:aws:iam::*:user/stackproof/operator" } }"#;
    project.edit("policies/storage.json", condition, "{}");
    project.edit("policies/storage.json", "s3:PutBucketVersioning", "s3:*");
    let ended = project.run(&["test"]).exits(4);
    let printed = format!("{}{}", ended.stdout, ended.stderr);
    for text in ["enforced: ", "with an explicit deny in a service control policy", "infra/main.tf:9"] {
        assert!(printed.contains(text), "`{text}` is not in\n{printed}");
    }
}

#[test]
fn a_unit_without_full_access_allows_what_its_own_policies_allow() {
    let project = project();
    project.edit(
        "stackproof.toml",
        "accounts = [\"main\"]",
        "accounts = [\"main\"]\nfull-aws-access = false",
    );
    project.edit("policies/storage.json", "\"Statement\": [", "\"Statement\": [\n    { \"Sid\": \"Storage\", \"Effect\": \"Allow\", \"Action\": [\"s3:*\", \"iam:*\"], \"Resource\": \"*\" },");
    project.run(&["test"]).exits(0);
    project.edit("policies/storage.json", "[\"s3:*\", \"iam:*\"]", "[\"s3:*Bucket*\", \"iam:*\"]");
    project.edit(
        "features/small/a.feature",
        "    When the partner lists",
        "    When the keeper uploads \"a\" to \"data\"\n    Then it is denied because no service control policy allows it\n    When the partner lists",
    );
    project.run(&["test"]).exits(0);
}
