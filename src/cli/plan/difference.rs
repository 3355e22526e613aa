//! What would be changed and destroyed, beside what would be made.

use serde_json::Value as Json;
use stackproof_terraform::Schema;

use super::{header, named, shown_statement, write_made};
use crate::provision::{Changed, Changes, Difference, What};

/// All of it, with the count that Terraform ends with.
pub(super) fn text(changes: &Changes, schema: &Schema) -> String {
    let mut text = String::new();
    changes.made.iter().for_each(|instance| write_made(instance, schema, &mut text));
    changes.changed.iter().for_each(|changed| write_changed(changed, &mut text));
    changes.destroyed.iter().for_each(|address| text.push_str(&format!("- {address}\n\n")));
    let counts = [changes.made.len(), changes.changed.len(), changes.destroyed.len()];
    match counts {
        [0, 0, 0] => text + "No changes.\n",
        [made, changed, destroyed] => {
            text + &format!("Plan: {made} to add, {changed} to change, {destroyed} to destroy.\n")
        }
    }
}

fn write_changed(changed: &Changed, text: &mut String) {
    text.push_str(&format!("~ {}\n", header(&changed.instance)));
    let width = changed.differences.iter().map(|it| it.path.len()).max().unwrap_or(0);
    for Difference { path, what } in &changed.differences {
        match what {
            What::Value { sensitive: true, .. } => {
                text.push_str(&format!("    {path:width$} = (sensitive value)\n"));
            }
            What::Value { before, after, .. } => {
                let after = after.as_ref().map_or_else(|| "(known after apply)".to_owned(), Json::to_string);
                text.push_str(&format!("    {path:width$} = {before} -> {after}\n"));
            }
            What::Policy { added, removed } => {
                text.push_str(&format!("    {path}\n"));
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
        let module = "resource \"aws_iam_user\" \"same\" {\n  name = \"same\"\n  tags = {}\n}\n";
        std::fs::write(folder.path().join("main.tf"), module).unwrap();
        let file = folder.path().join("state.json");
        let state = json!({ "version": 4, "lineage": "x", "resources": [{ "mode": "managed", "type": "aws_iam_user",
            "name": "same", "instances": [{ "attributes": { "name": "same", "path": "/", "tags": null, "id": "same",
            "force_destroy": false, "permissions_boundary": "" } }] }] });
        std::fs::write(&file, state.to_string()).unwrap();
        let request = Request::of_directory(folder.path(), Vec::new(), Vec::new()).unwrap();
        let changes = changes(&request, &file).unwrap();
        assert_eq!(text(&changes, Schema::aws().unwrap()), "No changes.\n");
    }
}
