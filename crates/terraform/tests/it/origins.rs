//! Statements are found where they are written, whichever way a policy was put together.

use std::collections::BTreeMap;

use crate::support::module;
use stackproof_terraform::{Configuration, Inputs, Run, Step, Value, policy_statements};

/// `file:line` of each statement of each `policy` by resource address; the bucket's ARN is `arn:aws:s3:::b`.
fn places(files: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
    let directory = module(files);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let mut run = Run::new(&configuration);
    let mut places = BTreeMap::new();
    while let Some(step) = run.next_step().unwrap() {
        let (Step::Create(instance) | Step::Read(instance)) = step;
        if let Some(policy) = instance.argument("policy") {
            let statements = policy_statements(policy);
            let shown = statements.iter().map(|statement| match &statement.origin {
                // Places have the path as the module's folder was named; below it is what a test is about.
                Some(origin) => origin.to_string().replace(&format!("{}/", directory.path().display()), ""),
                None => "nowhere".to_owned(),
            });
            places.insert(instance.address.to_string(), shown.collect());
        }
        run.record(&instance, Value::object([("arn", "arn:aws:s3:::b".into()), ("id", "b".into())])).unwrap();
    }
    places
}

/// The places of the statements of a module's only policy.
fn only(files: &[(&str, &str)]) -> Vec<String> {
    let places = places(files);
    assert_eq!(places.len(), 1);
    places.into_values().next().unwrap()
}

const POLICY: &str = "resource \"aws_iam_policy\" \"p\" {\n  policy = ";

#[test]
fn jsonencode_gives_the_statements_braces() {
    let main = format!(
        "{POLICY}jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = [\n      {{ Effect = \"Allow\", Action = \"s3:*\", Resource = \"*\" }},\n\n      {{\n        Effect = \"Deny\"\n      }},\n    ]\n  }})\n}}\n"
    );
    assert_eq!(only(&[("main.tf", &main)]), ["main.tf:5", "main.tf:7"]);
}

/// Each statement stands where its braces do.
#[test]
fn statements_in_json() {
    let main = "{\n  \"data\": { \"aws_iam_policy_document\": { \"d\": {\n    \"statement\": [\n      { \"actions\": [\"s3:GetObject\"], \"resources\": [\"*\"] },\n\n      { \
                \"effect\": \"Deny\", \"actions\": [\"s3:*\"], \"resources\": [\"*\"] }\n    ] } } },\n  \"resource\": { \"aws_iam_policy\": { \"p\": { \"policy\": \
                \"${data.aws_iam_policy_document.d.json}\" } } }\n}\n";
    assert_eq!(only(&[("main.tf.json", main)]), ["main.tf.json:4", "main.tf.json:6"]);
}

/// What an override file says stands there.
#[test]
fn statements_in_override_files() {
    let main = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = [\"s3:*\"]\n    resources = [\"*\"]\n  }}\n}}\n\n\
         {POLICY}data.aws_iam_policy_document.d.json\n}}\n"
    );
    let over = "data \"aws_iam_policy_document\" \"d\" {\n\n  statement {\n    actions   = [\"s3:GetObject\"]\n    resources = [\"*\"]\n  }\n}\n";
    assert_eq!(only(&[("main.tf", &main), ("override.tf", over)]), ["override.tf:3"]);
}

#[test]
fn a_single_statement_needs_no_list() {
    let main =
        format!("{POLICY}jsonencode({{\n    Statement = {{\n      Effect = \"Allow\"\n    }}\n  }})\n}}\n");
    assert_eq!(only(&[("main.tf", &main)]), ["main.tf:3"]);
}

#[test]
fn statements_made_by_for_and_concat_keep_their_place() {
    let main = format!(
        "locals {{\n  extra = [\n    {{ Effect = \"Deny\", Action = \"s3:*\", Resource = \"*\" }},\n  ]\n}}\n\n{POLICY}jsonencode({{\n    Statement = concat(local.extra, [\n      for name in [\"a\", \"b\"] : {{\n        Effect = \"Allow\"\n        Action = name\n      }}\n    ])\n  }})\n}}\n"
    );
    assert_eq!(only(&[("main.tf", &main)]), ["main.tf:3", "main.tf:10", "main.tf:10"]);
}

#[test]
fn merge_keeps_the_place_of_an_argument() {
    let main = format!(
        "locals {{\n  base = {{\n    Effect = \"Allow\"\n  }}\n}}\n\n{POLICY}jsonencode({{\n    Statement = [merge(local.base, var.more)]\n  }})\n}}\n\nvariable \"more\" {{\n  default = {{}}\n}}\n"
    );
    assert_eq!(only(&[("main.tf", &main)]), ["main.tf:2"]);
}

const DOCUMENTS: &str = r#"
data "aws_iam_policy_document" "base" {
  statement {
    sid     = "One"
    actions = ["s3:*"]
  }
  statement {
    sid     = "Two"
    actions = ["s3:*"]
  }
}

data "aws_iam_policy_document" "over" {
  statement {
    sid     = "Two"
    effect  = "Deny"
    actions = ["s3:*"]
  }
}

data "aws_iam_policy_document" "all" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [data.aws_iam_policy_document.over.minified_json]

  dynamic "statement" {
    for_each = ["x", "y"]
    content {
      actions = [statement.value]
    }
  }
}

resource "aws_iam_policy" "p" {
  policy = trimspace(data.aws_iam_policy_document.all.json)
}
"#;

#[test]
fn merged_documents_and_dynamic_blocks() {
    let direct = DOCUMENTS
        .replace("trimspace(data.aws_iam_policy_document.all.json)", "data.aws_iam_policy_document.all.json");
    assert_eq!(only(&[("main.tf", &direct)]), ["main.tf:3", "main.tf:14", "main.tf:27", "main.tf:27"]);
}

#[test]
fn space_functions_keep_the_places() {
    assert_eq!(only(&[("main.tf", DOCUMENTS)]), ["main.tf:3", "main.tf:14", "main.tf:27", "main.tf:27"]);
}

const JSON: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Resource\": \"${bucket}/*\"\n    },\n    { \"Effect\": \"Deny\" }\n  ]\n}\n";

#[test]
fn heredocs_files_and_templates_give_the_lines_of_the_text() {
    let indented: String = JSON
        .replace("${bucket}", "${aws_s3_bucket.b.arn}")
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let heredoc = format!("{POLICY}<<-EOT\n{indented}  EOT\n}}\n\nresource \"aws_s3_bucket\" \"b\" {{\n}}\n");
    assert_eq!(only(&[("main.tf", &heredoc)]), ["main.tf:6", "main.tf:10"]);

    let file = format!("{POLICY}file(\"policies/p.json\")\n}}\n");
    assert_eq!(
        only(&[("main.tf", &file), ("policies/p.json", JSON)]),
        ["policies/p.json:4", "policies/p.json:8"]
    );

    let template = format!("{POLICY}templatefile(\"p.tpl\", {{ bucket = \"arn\" }})\n}}\n");
    assert_eq!(only(&[("main.tf", &template), ("p.tpl", JSON)]), ["p.tpl:4", "p.tpl:8"]);
}

#[test]
fn statements_within_templates_keep_their_own_place() {
    let main = format!(
        "locals {{\n  statement = {{\n    Effect = \"Allow\"\n  }}\n}}\n\n{POLICY}<<EOT\n{{\"Statement\": [\n  ${{jsonencode(local.statement)}},\n  {{\"Effect\": \"Deny\"}}\n]}}\nEOT\n}}\n"
    );
    assert_eq!(only(&[("main.tf", &main)]), ["main.tf:2", "main.tf:11"]);
}

#[test]
fn reencoded_policies_keep_their_places() {
    let main = format!("{POLICY}jsonencode(jsondecode(file(\"p.json\")))\n}}\n");
    assert_eq!(only(&[("main.tf", &main), ("p.json", JSON)]), ["p.json:4", "p.json:8"]);
}

#[test]
fn modules_say_which_instance_a_statement_belongs_to() {
    let main =
        "module \"m\" {\n  source   = \"./m\"\n  for_each = toset([\"a\"])\n  name     = each.key\n}\n";
    let called = format!(
        "variable \"name\" {{}}\n\n{POLICY}jsonencode({{\n    Statement = [{{ Sid = var.name }}]\n  }})\n}}\n"
    );
    let directory = module(&[("main.tf", main), ("m/main.tf", &called)]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let plan = stackproof_terraform::plan(&configuration).unwrap();
    let instance = plan.creates.first().unwrap();
    let statements = policy_statements(instance.argument("policy").unwrap());
    let origin = statements.first().unwrap().origin.clone().unwrap();
    assert_eq!(instance.address.to_string(), "module.m[\"a\"].aws_iam_policy.p");
    assert_eq!(&*origin.within, "module.m[\"a\"].aws_iam_policy.p");
    assert_eq!(origin.file(), directory.path().join("m/main.tf"));
    assert_eq!((origin.line, origin.column), (5, 18));
}
