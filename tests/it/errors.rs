//! What a user reads when something is wrong: the place, what was expected, and what to do.

use std::net::TcpListener;

use crate::project::Project;

const CONFIG: &str = "[stacks.small]\npath = \"infra\"\n";
const FEATURE: &str = "Feature: F\n  Scenario: S\n    Given the stack \"small\"\n    When the operator lists \"data\"\n    Then it succeeds\n";

fn module(text: &str) -> String {
    let project = Project::of(&[("infra/main.tf", text)]);
    project.run(&["outputs", "infra"]).seen()
}

fn feature(text: &str) -> String {
    let module = "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"small-data\"\n}\n";
    let files = [("stackproof.toml", CONFIG), ("infra/main.tf", module), ("features/small/a.feature", text)];
    Project::of(&files).run(&["test"]).seen()
}

/// Compares with `snapshots/`; what differs from run to run is left out.
macro_rules! snapshot {
    ($seen:expr) => {
        insta::with_settings!({omit_expression => true, filters => vec![
            (r"\d+\.\d{3}s", "[time]"),
            (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[request id]"),
            (r"127\.0\.0\.1:\d+", "[address]"),
        ]}, { insta::assert_snapshot!($seen) })
    };
}

#[test]
fn broken_hcl() {
    snapshot!(module("resource \"aws_s3_bucket\" \"data\" {\n  bucket = \n}\n"));
}

#[test]
fn unknown_resource_type() {
    snapshot!(module("resource \"aws_s3_buckett\" \"data\" {\n  bucket = \"x\"\n}\n"));
}

#[test]
fn unknown_argument() {
    snapshot!(module("resource \"aws_s3_bucket\" \"data\" {\n  buckets = \"x\"\n}\n"));
}

#[test]
fn unknown_function_and_reference() {
    snapshot!(module("locals {\n  a = jsonencod({})\n  b = var.nothing\n}\n"));
}

#[test]
fn a_cycle() {
    snapshot!(module("locals {\n  a = local.b\n  b = local.a\n}\n"));
}

#[test]
fn a_policy_that_is_no_json() {
    let text = "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"small-data\"\n}\n\nresource \"aws_s3_bucket_policy\" \"data\" {\n  \
                bucket = aws_s3_bucket.data.id\n  policy = \"{ not json\"\n}\n";
    snapshot!(module(text));
}

#[test]
fn an_unknown_target() {
    let project = Project::of(&[("stackproof.toml", CONFIG)]);
    snapshot!(project.run(&["test", "--target", "localstack"]).seen());
}

#[test]
fn a_misspelt_key_of_the_configuration() {
    let project =
        Project::of(&[("stackproof.toml", "[stacks.small]\npath = \"infra\"\nvar-file = [\"x\"]\n")]);
    snapshot!(project.run(&["test"]).seen());
}

#[test]
fn an_undefined_step() {
    snapshot!(feature(&FEATURE.replace("lists \"data\"", "uplods \"a\" to \"data\"")));
}

#[test]
fn an_unresolved_name() {
    snapshot!(feature(&FEATURE.replace("\"data\"", "\"date\"")));
}

#[test]
fn a_feature_that_is_no_gherkin() {
    snapshot!(feature("Feature F\n  Scenario: S\n"));
}

#[test]
fn a_wrong_argument() {
    snapshot!(Project::empty().run(&["test", "--stak", "x"]).seen());
}

#[test]
fn a_misspelt_option() {
    snapshot!(feature(
        &FEATURE.replace("lists \"data\"", "uploads \"a\" to \"data\" with\n      | encrypton | AES256 |")
    ));
}

#[test]
fn an_operation_that_the_tables_do_not_have() {
    snapshot!(feature(&FEATURE.replace("lists \"data\"", "calls \"s3:GetObjet\"")));
}

#[test]
fn an_outline_without_examples() {
    snapshot!(feature(&FEATURE.replace("Scenario:", "Scenario Outline:")));
}

#[test]
fn a_folder_without_features() {
    let project = Project::of(&[("stackproof.toml", CONFIG)]);
    snapshot!(project.run(&["test"]).seen());
}

#[test]
fn a_variable_of_another_type() {
    let text = "variable \"size\" {\n  type = number\n}\n";
    let project = Project::of(&[
        ("stackproof.toml", CONFIG),
        ("infra/main.tf", text),
        ("features/small/a.feature", FEATURE),
    ]);
    snapshot!(project.run(&["test", "--var", "size=big"]).seen());
}

#[test]
fn words_of_the_command_line_that_mean_nothing() {
    let project = Project::of(&[
        ("stackproof.toml", CONFIG),
        ("infra/main.tf", ""),
        ("features/small/a.feature", FEATURE),
    ]);
    for (name, words) in [
        ("tags", ["--tags", "@a and"]),
        ("name", ["--name", "("]),
        ("shard", ["--shard", "4/3"]),
        ("stack", ["--stack", "smal"]),
        ("config", ["--config", "nowhere.toml"]),
        ("variable_file", ["--var-file", "nowhere.tfvars"]),
    ] {
        insta::with_settings!({snapshot_suffix => name}, {
            snapshot!(project.run(&["test", words[0], words[1]]).seen());
        });
    }
}

#[test]
fn words_of_other_commands_that_mean_nothing() {
    let project = Project::of(&[
        ("stackproof.toml", CONFIG),
        ("infra/main.tf", "variable \"size\" {\n  type    = number\n  default = 1\n}\n"),
        ("features/small/a.feature", FEATURE),
    ]);
    let cases: &[(&str, &[&str])] = &[
        ("test_of_what_failed_before_any_run", &["test", "--rerun-failed"]),
        ("explain_before_any_run", &["explain", "0000"]),
        ("test_with_a_variable_that_is_not_declared", &["test", "--var", "sise=1"]),
        ("test_with_a_variable_that_is_none", &["test", "--var", "size"]),
        ("test_with_no_job", &["test", "--jobs", "0"]),
        ("test_of_a_folder_that_is_not_there", &["test", "features/smal"]),
        ("test_into_a_file", &["test", "--report-dir", "stackproof.toml"]),
        ("test_that_keeps", &["test", "--keep"]),
        ("outputs_of_a_folder_that_is_not_there", &["outputs", "infa"]),
        ("outputs_with_a_variable_that_is_not_declared", &["outputs", "infra", "--var", "sise=1"]),
        ("outputs_with_a_variable_of_another_type", &["outputs", "infra", "--var", "size=big"]),
        ("plan_of_a_folder_that_is_not_there", &["plan", "infa"]),
        ("init_of_a_folder_that_is_not_there", &["init", "infa"]),
        ("init_over_what_is_there", &["init", "features"]),
        ("explain_without_an_id", &["explain"]),
        ("explain_in_two_places", &["explain", "0", "--report-dir", "a", "--decisions", "b"]),
        ("up_with_an_environment_file_nowhere", &["up", "--env-file", "nowhere/some.env"]),
        ("up_with_an_environment_file_that_is_a_folder", &["up", "--env-file", "infra"]),
        ("up_with_decisions_nowhere", &["up", "--decisions", "nowhere/made.jsonl"]),
        ("up_with_no_address", &["up", "--listen", "here"]),
        ("up_of_an_unknown_stack", &["up", "--stack", "smal"]),
        ("doctor_of_an_unknown_stack", &["doctor", "--stack", "smal"]),
        ("steps_of_an_unknown_word", &["steps", "xyzzy"]),
        ("clean_of_something", &["clean", "all"]),
        ("a_colour_that_is_none", &["steps", "--color", "red"]),
    ];
    for (name, words) in cases {
        let ended = project.run(words).exits(2);
        insta::with_settings!({snapshot_suffix => *name}, { snapshot!(ended.seen()) });
    }
}

#[test]
fn a_port_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    snapshot!(Project::empty().run(&["up", "--listen", &address]).seen());
}
