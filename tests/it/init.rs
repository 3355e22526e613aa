//! `stackproof init`: what it writes passes at once, and says what the policies decide.

use crate::project::Project;

fn read(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.path(name)).unwrap()
}

#[test]
fn a_foreign_stack_has_a_feature_that_passes_strictly() {
    let project = Project::copy_of("tests/data/media");
    std::fs::remove_file(project.path("stackproof.toml")).unwrap();
    std::fs::rename(project.path("infra"), project.path("archive")).unwrap();
    let told = project.run(&["init", "./archive/"]).exits(0).stdout;
    assert!(told.ends_with("next: stackproof test --strict\n"), "{told}");
    insta::assert_snapshot!(read(&project, "stackproof.toml"));
    insta::assert_snapshot!(read(&project, "features/archive/first.feature"));
    let played = project.run(&["test", "--strict"]).exits(0).stdout;
    assert!(played.contains("42 scenarios: 42 passed"), "{played}");
}

#[test]
fn a_role_and_a_user_of_one_stack_are_told_apart() {
    let project = Project::copy_of("infra/stacks");
    project.run(&["init", "call-centre-data"]).exits(0);
    let feature = read(&project, "features/call-centre-data/first.feature");
    for line in [
        "And \"accessor\" is the user of \"aws_iam_access_key.data\"",
        "And \"data\" is the bucket \"aws_s3_bucket.data\"",
        "Scenario: The accessor may upload to data, but not delete from it",
    ] {
        assert!(feature.contains(line), "`{line}` is not in\n{feature}");
    }
    project.run(&["test", "--strict"]).exits(0);
}

#[test]
fn nothing_is_written_over_unless_it_is_asked_for() {
    let project = Project::of(&[
        ("infra/main.tf", include_str!("../data/explain/main.tf")),
        ("stackproof.toml", "[stacks.other]\npath = \"elsewhere\"\n"),
    ]);
    let refused = project.run(&["init", "infra"]).exits(2).stderr;
    assert!(refused.contains("`stackproof.toml` exists already"), "{refused}");
    project.run(&["init", "infra", "--force"]).exits(0);
    assert!(read(&project, "stackproof.toml").contains("[stacks.infra]"));
    std::fs::write(project.path("features/infra/first.feature"), "mine").unwrap();
    let refused = project.run(&["init", "infra"]).exits(2).stderr;
    assert!(refused.contains("first.feature` exists already"), "{refused}");
    assert_eq!(read(&project, "features/infra/first.feature"), "mine");
}

#[test]
fn what_is_missing_is_left_to_be_filled_in_and_taken_up_again() {
    let project = Project::of(&[
        ("infra/main.tf", include_str!("../data/explain/main.tf")),
        (
            "infra/more.tf",
            "variable \"tags\" {\n  type = map(string)\n}\nresource \"vault_mount\" \"x\" {}\n",
        ),
    ]);
    let told = project.run(&["init", "infra"]).exits(2);
    assert!(told.stderr.contains("nothing gives a value for `tags`"), "{}", told.stderr);
    let written = read(&project, "stackproof.toml");
    assert!(written.contains("  \"vault_mount\",\n"), "{written}");
    assert!(written.ends_with("# [stacks.infra.vars]\n# tags = {}  # map(string)\n"), "{written}");
    project.edit("stackproof.toml", "# [stacks.infra.vars]\n# tags", "[stacks.infra.vars]\ntags");
    project.run(&["init", "infra"]).exits(0);
    project.run(&["test", "--strict"]).exits(0);
}

#[test]
fn a_stack_that_cannot_be_provisioned_has_its_configuration_and_a_hint() {
    let project = Project::of(&[(
        "infra/main.tf",
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"Wrong_Name\"\n}\n",
    )]);
    let told = project.run(&["init", "infra"]).exits(4);
    assert!(told.stderr.contains("infra/main.tf:1") && told.stderr.contains("hint: "), "{}", told.stderr);
    assert!(project.path("stackproof.toml").exists() && !project.path("features").exists());
    let nobody = Project::of(&[(
        "infra/main.tf",
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"small-data\"\n}\n",
    )]);
    let told = nobody.run(&["init", "infra"]).exits(0).stdout;
    assert!(told.contains("next: write one"), "{told}");
}
