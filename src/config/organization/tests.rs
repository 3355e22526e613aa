//! What `[organization]` may say, and what it is told where it may not.

use std::path::Path;

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::*;
use crate::config::FILE_NAME;

const DENY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Deny", "Action": "ec2:*", "Resource": "*" }
  ]
}
"#;
const PERIMETER: &str = r#"{ "Version": "2012-10-17", "Statement": { "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*" } }"#;
const TARGET: &str = "[targets.embedded]\nkind = \"embedded\"\naccounts = { source = \"222222222222\" }\n";

/// A project with that organization, and files beside it.
fn load(
    organization: &str,
    files: &[(&str, &str)],
) -> (tempfile::TempDir, Result<TargetConfig, ConfigError>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    std::fs::write(&path, format!("{organization}\n{TARGET}")).unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    for (name, text) in
        files.iter().chain(&[("policies/deny.json", DENY), ("policies/perimeter.json", PERIMETER)])
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let target = Config::load(Some(&path)).and_then(|config| config.target(None));
    (folder, target.map(|(_, target)| target))
}

fn organization(text: &str) -> Organization {
    let (_folder, target) = load(text, &[]);
    Organization::clone(&target.unwrap().organization.unwrap())
}

/// The error as it is printed, with the folder left out.
fn error(text: &str, files: &[(&str, &str)]) -> String {
    let (folder, target) = load(text, files);
    let error = target.unwrap_err();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(400);
    let mut drawn = String::new();
    handler.render_report(&mut drawn, &error).unwrap();
    let folder = format!("{}/", Path::display(folder.path()));
    drawn.replace(&folder, "").lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_account_has_a_place_and_its_levels() {
    let organization = organization(
        r#"[organization]
        id = "o-exampleorgid"
        root-id = "r-ab12"
        management-account = "333333333333"
        service-control-policies = ["policies/deny.json"]
        [organization.units.workloads]
        id = "ou-ab12-11111111"
        full-aws-access = false
        service-control-policies = ["policies/deny.json"]
        [organization.units."workloads/prod"]
        id = "ou-ab12-22222222"
        accounts = ["source"]
        resource-control-policies = ["policies/perimeter.json"]
        [organization.accounts.source]
        resource-control-policies = ["policies/perimeter.json"]
        "#,
    );
    let levels = |levels: &[Vec<ControlPolicy>]| levels.iter().map(Vec::len).collect::<Vec<_>>();
    let source = &organization.members["222222222222"];
    assert_eq!(source.path.as_deref(), Some("o-exampleorgid/r-ab12/ou-ab12-11111111/ou-ab12-22222222/"));
    assert_eq!(levels(&source.service_control), [2, 1, 1, 1]);
    assert_eq!(levels(&source.resource_control), [0, 0, 1, 1]);
    let main = &organization.members["111111111111"];
    assert_eq!(main.path.as_deref(), Some("o-exampleorgid/r-ab12/"));
    assert_eq!(levels(&main.service_control), [2, 1]);
    assert!(organization.members.contains_key("333333333333"));
    assert_eq!(organization.management_account.as_deref(), Some("333333333333"));
}

#[test]
fn what_is_not_said_is_not_known() {
    let unnamed =
        organization("[organization]\noutside = [\"source\"]\n[organization.units.a]\naccounts = [\"main\"]");
    assert_eq!((unnamed.id, &unnamed.members["111111111111"].path), (None, &None));
    assert!(unnamed.outside.contains("222222222222") && !unnamed.members.contains_key("222222222222"));
    let (_folder, target) = load("", &[]);
    assert!(target.unwrap().organization.is_none());
}

#[test]
fn an_account_that_only_another_target_has_is_left_out_here() {
    let text = "[organization.units.a]\naccounts = [\"lab\"]\n[targets.other]\nkind = \"embedded\"\naccounts = { lab = \"444444444444\" }";
    assert_eq!(organization(text).members.len(), 2);
}

#[test]
fn a_target_that_decides_by_itself_cannot_be_told() {
    let text = "[organization]\n[targets.native]\nkind = \"endpoint\"\nendpoint = \"http://a\"\nenforcement = \"native\"";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    std::fs::write(&path, text).unwrap();
    let config = Config::load(Some(&path)).unwrap();
    let error = config.target(Some("native")).unwrap_err().to_string();
    assert_eq!(error, "the target `native` decides by itself, and cannot be told of `[organization]`");
    assert!(config.target(None).is_ok());
}

#[test]
fn an_unknown_account() {
    insta::assert_snapshot!(error("[organization.units.workloads]\naccounts = [\"main\", \"sauce\"]", &[]), @r#"
     × there is no account `sauce`
      ╭─[stackproof.toml:2:21]
    1 │ [organization.units.workloads]
    2 │ accounts = ["main", "sauce"]
      ·                     ───┬───
      ·                        ╰── here
    3 │ [targets.embedded]
      ╰────
     help: there is `main`, `source`; an account that no target has is named by its 12 digits
    "#);
}

#[test]
fn a_file_that_is_not_there() {
    insta::assert_snapshot!(error("[organization]\nservice-control-policies = [\"policies/regions.json\"]", &[]), @r#"
     × the service control policy `policies/regions.json` cannot be read: No such file or directory (os error 2)
      ╭─[stackproof.toml:2:29]
    1 │ [organization]
    2 │ service-control-policies = ["policies/regions.json"]
      ·                             ───────────┬───────────
      ·                                        ╰── here
    3 │ [targets.embedded]
      ╰────
     help: files are looked for beside stackproof.toml
    "#);
}

#[test]
fn a_policy_that_is_no_json() {
    let text = "{\n  \"Version\": \"2012-10-17\"\n  \"Statement\": []\n}\n";
    let files = [("policies/broken.json", text)];
    insta::assert_snapshot!(error("[organization]\nservice-control-policies = [\"policies/broken.json\"]", &files), @r#"
     × `policies/broken.json` is no service control policy: expected `,` or `}` at line 3 column 3
      ╭─[policies/broken.json:3:3]
    2 │   "Version": "2012-10-17"
    3 │   "Statement": []
      ·   ┬
      ·   ╰── here
    4 │ }
      ╰────
     help: what may stand in it is in AWS's page "SCP syntax"
    "#);
}

#[test]
fn a_principal_in_a_service_control_policy() {
    let text = DENY.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    let files = [("policies/deny.json", ""), ("policies/named.json", text.as_str())];
    insta::assert_snapshot!(error("[organization]\nservice-control-policies = [\"policies/named.json\"]", &files), @r#"
     × `policies/named.json` is no service control policy: statement 0: a service control policy has no `Principal`: it binds whoever is below where it is attached
      ╭─[policies/named.json:4:5]
    3 │   "Statement": [
    4 │     { "Principal": "*", "Effect": "Deny", "Action": "ec2:*", "Resource": "*" }
      ·     ┬
      ·     ╰── here
    5 │   ]
      ╰────
     help: what may stand in it is in AWS's page "SCP syntax"
    "#);
}

#[test]
fn a_service_control_policy_as_a_resource_control_policy() {
    insta::assert_snapshot!(error("[organization]\nresource-control-policies = [\"policies/deny.json\"]", &[]), @r#"
     × `policies/deny.json` is no resource control policy: statement 0: a resource control policy needs the `Principal` "*"
      ╭─[policies/deny.json:4:5]
    3 │   "Statement": [
    4 │     { "Effect": "Deny", "Action": "ec2:*", "Resource": "*" }
      ·     ┬
      ·     ╰── here
    5 │   ]
      ╰────
     help: what may stand in it is in AWS's page "RCP syntax"
    "#);
}

#[test]
fn a_resource_control_policy_that_allows() {
    let text = PERIMETER.replace("Deny", "Allow");
    let files = [("policies/open.json", text.as_str())];
    insta::assert_snapshot!(error("[organization]\nresource-control-policies = [\"policies/open.json\"]", &files), @r#"
     × `policies/open.json` is no resource control policy: statement 0: a resource control policy can only deny: what allows is RCPFullAWSAccess, which is always there
      ╭─[policies/open.json:1:41]
    1 │ { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*" } }
      ·                                         ┬
      ·                                         ╰── here
      ╰────
     help: what may stand in it is in AWS's page "RCP syntax"
    "#);
}

#[test]
fn a_policy_that_is_too_long() {
    let text = PERIMETER.replace(" }", &" ".repeat(5120)) + "}}";
    let files = [("policies/long.json", text.as_str())];
    let told = error("[organization]\nresource-control-policies = [\"policies/long.json\"]", &files);
    assert!(told.contains("is no resource control policy: the policy has "), "{told}");
    assert!(told.contains("characters, and 5120 are the most"), "{told}");
}

#[test]
fn what_contradicts_itself_is_told_with_its_place() {
    let cases = [
        ("[organization]\nid = \"o-short\"", "`o-short` is no id that AWS Organizations gives"),
        (
            "[organization.units.a]\nid = \"o-exampleorgid\"",
            "`o-exampleorgid` is no id that AWS Organizations gives",
        ),
        ("[organization.units.\"a/b\"]", "there is no unit `a` for `a/b` to be in"),
        ("[organization.units.\"a//b\"]", "`a//b` is no path of a unit"),
        ("[organization.units.\"a/b/c/d/e/f\"]", "the unit `a/b/c/d/e/f` is 6 levels deep"),
        (
            "[organization]\noutside = [\"source\"]\nmanagement-account = \"source\"",
            "the account `source` is outside of the organization",
        ),
        (
            "[organization.units.a]\naccounts = [\"main\"]\n[organization.units.b]\naccounts = [\"111111111111\"]",
            "the account `111111111111` is in the unit `a` already",
        ),
        (
            "[organization.accounts.main]\n[organization.accounts.111111111111]",
            "the account `main` is named twice",
        ),
        ("[organization]\nfull-aws-access = false", "no service control policy is attached to the root"),
        (
            "[organization.accounts.main]\nresource-control-policies = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]",
            "6 resource control policies are attached to the account main",
        ),
    ];
    for (text, message) in cases {
        let told = error(text, &[]);
        assert!(told.contains(message) && told.contains("here"), "{told}");
    }
}

#[test]
fn the_emulator_is_told_of_it_where_all_of_it_is_said() {
    let seed = |text: &str| {
        let (_folder, target) = load(text, &[]);
        Seed::clone(&target.unwrap().seed.unwrap())
    };
    let whole = "[organization]\nid = \"o-exampleorgid\"\nroot-id = \"r-ab12\"\nmanagement-account = \"main\"\n\
                 service-control-policies = [\"policies/deny.json\"]\n\
                 [organization.units.a]\nid = \"ou-ab12-11111111\"\naccounts = [\"source\"]\nfull-aws-access = false\n\
                 service-control-policies = [\"policies/deny.json\"]\n[organization.units.b]\n";
    let Seed::Whole(told) = seed(whole) else { panic!("it is whole") };
    let places: Vec<_> = told.accounts.iter().map(|it| (it.name.as_str(), it.parent.as_str())).collect();
    assert_eq!(places, [("main", "r-ab12"), ("source", "ou-ab12-11111111")]);
    assert_eq!(told.units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(), ["a"]);
    let [policy] = told.policies.as_slice() else { panic!("{:?}", told.policies) };
    assert_eq!(policy.name, "policies/deny.json");
    assert_eq!(policy.targets.iter().collect::<Vec<_>>(), ["ou-ab12-11111111", "r-ab12"]);
    assert_eq!(told.without_full_access.iter().collect::<Vec<_>>(), ["ou-ab12-11111111"]);
    for (line, lacking) in [
        ("id = \"o-exampleorgid\"\n", "which organization it is"),
        ("root-id = \"r-ab12\"\n", "which root"),
        ("management-account = \"main\"\n", "which account manages"),
        ("id = \"ou-ab12-11111111\"\n", "which unit"),
    ] {
        let Seed::Lacking(what) = seed(&whole.replacen(line, "", 1)) else { panic!("{line} is lacking") };
        assert!(what.starts_with(lacking), "{what}");
    }
}
