//! What would be changed and destroyed, beside what would be made.

use serde_json::Value as Json;
use stackproof_terraform::{Instance, Schema};

use super::{named, shown_statement, write_made};
use crate::provision::{Changed, Changes, Difference, Replaced, What};

/// All of it, with the count that Terraform ends with.
pub(super) fn text(changes: &Changes, schema: &Schema) -> String {
    let mut text = String::new();
    changes.made.iter().for_each(|instance| write_made(instance, schema, &mut text));
    changes.changed.iter().for_each(|changed| write_changed(changed, &mut text));
    changes.destroyed.iter().for_each(|address| text.push_str(&format!("- {address}\n\n")));
    let replaced = changes.changed.iter().filter(|it| it.replaced.is_some()).count();
    let counts =
        [changes.made.len() + replaced, changes.changed.len() - replaced, changes.destroyed.len() + replaced];
    match counts {
        [0, 0, 0] => text + "No changes.\n",
        [made, changed, destroyed] => {
            text + &format!("Plan: {made} to add, {changed} to change, {destroyed} to destroy.\n")
        }
    }
}

fn write_changed(changed: &Changed, text: &mut String) {
    let (sign, said) = match changed.replaced {
        None => ("~", ""),
        Some(Replaced { creates_first, is_triggered }) => (
            if creates_first { "+/-" } else { "-/+" },
            if is_triggered {
                " will be replaced due to changes in replace_triggered_by"
            } else {
                " must be replaced"
            },
        ),
    };
    let Instance { address, origin, .. } = &changed.instance;
    text.push_str(&format!("{sign} {address}{said}  {}:{}\n", origin.file().display(), origin.line));
    let width = changed.differences.iter().map(|it| it.path.len()).max().unwrap_or(0);
    for Difference { path, what, replaces } in &changed.differences {
        let forces = if *replaces { "  # forces replacement" } else { "" };
        match what {
            What::Value { sensitive: true, .. } => {
                text.push_str(&format!("    {path:width$} = (sensitive value){forces}\n"));
            }
            What::Value { before, after, .. } => {
                let after = after.as_ref().map_or_else(|| "(known after apply)".to_owned(), Json::to_string);
                text.push_str(&format!("    {path:width$} = {before} -> {after}{forces}\n"));
            }
            What::Policy { added, removed } => {
                text.push_str(&format!("    {path}{forces}\n"));
                added.iter().for_each(|it| text.push_str(&format!("        + {}\n", shown_statement(it))));
                removed.iter().for_each(|it| text.push_str(&format!("        - {}\n", named(it))));
            }
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::provision::{Request, changes};

    const MODULE: &str = r#"
resource "aws_s3_bucket" "data" {
  bucket = "calls"
  tags   = { Team = "calls", Stage = "live" }
}

resource "aws_s3_bucket_ownership_controls" "data" {
  bucket = aws_s3_bucket.data.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_iam_policy" "read" {
  name = "read"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Read", Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.data.arn}/*" },
      { Sid = "List", Effect = "Allow", Action = "s3:ListBucket", Resource = aws_s3_bucket.data.arn },
    ]
  })
}

resource "aws_iam_user" "same" {
  name = "same"
}

resource "aws_iam_user" "new" {
  name = "new"
}
"#;

    fn planned(edit: impl FnOnce(&mut Json)) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.tf"), MODULE).unwrap();
        let resource = |address: &str, values: Json| json!({ "address": address, "values": values });
        let policy = json!({ "Version": "2012-10-17", "Statement": [
            { "Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::calls/*" },
            { "Sid": "Write", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/*" } ] });
        let mut state = json!({ "format_version": "1.0", "values": { "root_module": { "resources": [
            resource("aws_s3_bucket.data", json!({ "bucket": "calls", "id": "calls", "arn": "arn:aws:s3:::calls",
                "force_destroy": false, "tags": { "Team": "calls" }, "tags_all": { "Team": "calls" } })),
            resource("aws_s3_bucket_ownership_controls.data",
                json!({ "bucket": "calls", "id": "calls", "rule": [{ "object_ownership": "ObjectWriter" }] })),
            resource("aws_iam_policy.read", json!({ "name": "read", "path": "/", "description": "", "policy": policy.to_string(),
                "tags": null, "tags_all": {} })),
            resource("aws_iam_user.same", json!({ "name": "same", "path": "/", "tags": {}, "tags_all": {} })),
            resource("aws_iam_user.gone", json!({ "name": "gone" })),
            resource("data.aws_region.gone", json!({ "name": "eu-west-2" })),
        ] } } });
        edit(&mut state);
        let file = folder.path().join("state.json");
        std::fs::write(&file, state.to_string()).unwrap();
        let request = Request::of_directory(folder.path(), Vec::new(), Vec::new()).unwrap();
        let changes = changes(&request, &file).unwrap();
        text(&changes, Schema::aws().unwrap()).replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn what_differs_is_shown_with_the_places_of_statements() {
        insta::assert_snapshot!(planned(|_| ()), @r#"
        + aws_iam_user.new  main.tf:29
            arn           = (known after apply)
            force_destroy = false
            id            = (known after apply)
            name          = "new"
            path          = "/"
            tags_all      = {}
            unique_id     = (known after apply)

        ~ aws_s3_bucket.data  main.tf:2
            tags     = {"Team":"calls"} -> {"Stage":"live","Team":"calls"}
            tags_all = {"Team":"calls"} -> {"Stage":"live","Team":"calls"}

        ~ aws_s3_bucket_ownership_controls.data  main.tf:7
            rule[0].object_ownership = "ObjectWriter" -> "BucketOwnerEnforced"

        ~ aws_iam_policy.read  main.tf:14
            policy
                + Allow List  main.tf:20
                - Allow Write

        - aws_iam_user.gone

        Plan: 1 to add, 3 to change, 1 to destroy.
        "#);
    }

    #[test]
    fn a_state_that_is_what_the_module_says_has_no_changes() {
        let folder = tempfile::tempdir().unwrap();
        let module = "resource \"aws_iam_user\" \"same\" {\n  name = \"same\"\n  tags = {}\n}\nresource \"terraform_data\" \"d\" {\n  input = [\"a\"]\n}\n";
        std::fs::write(folder.path().join("main.tf"), module).unwrap();
        let file = folder.path().join("state.json");
        let state = json!({ "version": 4, "lineage": "x", "resources": [{ "mode": "managed", "type": "aws_iam_user",
            "name": "same", "instances": [{ "attributes": { "name": "same", "path": "/", "tags": null, "id": "same",
            "force_destroy": false, "permissions_boundary": "" } }] }, { "mode": "managed", "type": "terraform_data", "name": "d",
            "instances": [{ "attributes": { "id": "1", "input": { "value": ["a"], "type": ["tuple", ["string"]] },
            "output": { "value": ["a"], "type": ["tuple", ["string"]] }, "triggers_replace": null } }] }] });
        std::fs::write(&file, state.to_string()).unwrap();
        let request = Request::of_directory(folder.path(), Vec::new(), Vec::new()).unwrap();
        let changes = changes(&request, &file).unwrap();
        assert_eq!(text(&changes, Schema::aws().unwrap()), "No changes.\n");
    }

    /// The plan of `module`, whose resources are in the state with these attributes.
    fn plan_of(module: &str, resources: &[(&str, Json)]) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("main.tf"), module).unwrap();
        let resources: Vec<Json> = resources
            .iter()
            .map(|(address, values)| json!({ "address": address, "values": values }))
            .collect();
        let state =
            json!({ "format_version": "1.0", "values": { "root_module": { "resources": resources } } });
        let file = folder.path().join("state.json");
        std::fs::write(&file, state.to_string()).unwrap();
        let request = Request::of_directory(folder.path(), Vec::new(), Vec::new()).unwrap();
        let changes = changes(&request, &file).map_err(|wrong| wrong.to_string())?;
        let text = text(&changes, Schema::aws().unwrap());
        Ok(text.replace(&format!("{}/", folder.path().display()), ""))
    }

    fn there_already() -> [(&'static str, Json); 3] {
        let bucket = json!({ "bucket": "old", "id": "old", "arn": "arn:aws:s3:::old", "force_destroy": false, "tags": null, "tags_all": {} });
        let ecr = json!({ "name": "r", "id": "r", "force_delete": false, "encryption_configuration": [{ "encryption_type": "AES256", "kms_key": "" }], "image_tag_mutability": "MUTABLE", "tags_all": {} });
        [
            ("aws_s3_bucket.data", bucket),
            (
                "aws_s3_bucket_public_access_block.data",
                json!({ "bucket": "old", "id": "old", "block_public_acls": true, "block_public_policy": false, "ignore_public_acls": false, "restrict_public_buckets": false }),
            ),
            ("aws_ecr_repository.r", ecr),
        ]
    }

    const RENAMED: &str = r#"
resource "aws_s3_bucket" "data" {
  bucket = "new"
}

resource "aws_s3_bucket_public_access_block" "data" {
  bucket            = aws_s3_bucket.data.id
  block_public_acls = true
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_ecr_repository" "r" {
  name                 = "r"
  image_tag_mutability = "IMMUTABLE"
  encryption_configuration {
    encryption_type = "KMS"
  }
}
"#;

    #[test]
    fn what_cannot_be_changed_in_place_is_replaced_and_so_is_what_rests_on_it() {
        insta::assert_snapshot!(plan_of(RENAMED, &there_already()).unwrap(), @r#"
        +/- aws_s3_bucket.data must be replaced  main.tf:2
            bucket = "old" -> "new"  # forces replacement

        +/- aws_s3_bucket_public_access_block.data must be replaced  main.tf:6
            bucket = "old" -> (known after apply)  # forces replacement

        -/+ aws_ecr_repository.r must be replaced  main.tf:14
            image_tag_mutability                        = "MUTABLE" -> "IMMUTABLE"
            encryption_configuration[0].encryption_type = "AES256" -> "KMS"  # forces replacement

        Plan: 3 to add, 0 to change, 3 to destroy.
        "#);
    }

    #[test]
    fn what_must_not_be_destroyed_is_not_replaced() {
        let module = RENAMED
            .replace("bucket = \"new\"", "bucket = \"new\"\n  lifecycle {\n    prevent_destroy = true\n  }");
        let wrong = plan_of(&module, &there_already()).unwrap_err();
        assert!(
            wrong.contains(
                "main.tf:2:1: `aws_s3_bucket.data` would be replaced, which `prevent_destroy` forbids"
            ),
            "{wrong}"
        );
    }

    /// The state is what Terraform 1.11 made of it, and so are the signs and counts.
    #[test]
    fn replacements_are_those_of_terraform() {
        const MODULE: &str = r#"
variable "t" {
  default = "x"
}
variable "i" {
  default = "in"
}
resource "terraform_data" "base" {
  input            = var.i
  triggers_replace = [var.t]
}
resource "terraform_data" "user" {
  input = terraform_data.base.id
}
resource "terraform_data" "follower" {
  input = "same"
  lifecycle {
    replace_triggered_by = [terraform_data.base.output]
  }
}
resource "terraform_data" "whole" {
  for_each = toset(["a"])
  input    = "same"
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.base]
  }
}
resource "terraform_data" "dep" {
  triggers_replace = var.t
}
resource "terraform_data" "cbd" {
  input            = terraform_data.dep.id
  triggers_replace = var.t
  lifecycle {
    create_before_destroy = true
  }
}
"#;
        let one = |id: &str, input: Json, triggers: Json| json!({ "id": id, "input": input, "output": input, "triggers_replace": triggers });
        let state = [
            ("terraform_data.base", one("1", json!("in"), json!(["x"]))),
            ("terraform_data.user", one("2", json!("1"), Json::Null)),
            ("terraform_data.follower", one("3", json!("same"), Json::Null)),
            ("terraform_data.whole[\"a\"]", one("4", json!("same"), Json::Null)),
            ("terraform_data.dep", one("5", Json::Null, json!("x"))),
            ("terraform_data.cbd", one("6", json!("5"), json!("x"))),
        ];
        assert_eq!(plan_of(MODULE, &state).unwrap(), "No changes.\n");
        let signs = |module: &str| {
            let plan = plan_of(module, &state).unwrap();
            let mut lines: Vec<String> = plan
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with(' '))
                .map(|line| line.split("  ").next().unwrap_or_default().to_owned())
                .collect();
            lines.sort();
            lines
        };
        assert_eq!(
            signs(&MODULE.replace("default = \"x\"", "default = \"y\"")),
            [
                "+/- terraform_data.base must be replaced",
                "+/- terraform_data.cbd must be replaced",
                "+/- terraform_data.dep must be replaced",
                "+/- terraform_data.whole[\"a\"] will be replaced due to changes in replace_triggered_by",
                "-/+ terraform_data.follower will be replaced due to changes in replace_triggered_by",
                "Plan: 5 to add, 1 to change, 5 to destroy.",
                "~ terraform_data.user",
            ]
        );
        assert_eq!(
            signs(&MODULE.replace("default = \"in\"", "default = \"other\"")),
            [
                "+/- terraform_data.whole[\"a\"] will be replaced due to changes in replace_triggered_by",
                "-/+ terraform_data.follower will be replaced due to changes in replace_triggered_by",
                "Plan: 2 to add, 1 to change, 2 to destroy.",
                "~ terraform_data.base",
            ]
        );
    }
}
