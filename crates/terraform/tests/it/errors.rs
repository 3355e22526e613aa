//! What people read when a configuration is wrong.

use std::path::Path;

use crate::support::module;
use miette::{GraphicalReportHandler, GraphicalTheme};
use stackproof_terraform::{Configuration, Diagnostics, Inputs, plan};

/// Loads and plans a module of one file and shows all that is wrong with it.
fn complaints(main: &str) -> String {
    complaints_with(&[("main.tf", main)], &Inputs::default())
}

fn complaints_with(files: &[(&str, &str)], inputs: &Inputs) -> String {
    let directory = module(files);
    let shown = rendered(&check(directory.path(), inputs).unwrap_err());
    shown.replace(&directory.path().display().to_string(), "DIR")
}

fn check(directory: &Path, inputs: &Inputs) -> Result<(), Diagnostics> {
    let configuration = Configuration::load(directory, inputs)?;
    plan(&configuration).map(drop)
}

fn rendered(diagnostics: &Diagnostics) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    let mut out = String::new();
    for diagnostic in diagnostics.iter() {
        handler.render_report(&mut out, diagnostic).unwrap();
    }
    out
}

/// Wrong configurations with what the real Terraform 1.11 says of them (`terraform.txt`: the places and messages of
/// `terraform plan -json`); the snapshots hold both.
#[test]
fn wrong_configurations_beside_what_terraform_says() {
    /// Ours names another line: the rule itself, the value, the template.
    const ELSEWHERE: [&str; 3] = ["failed-validation", "sensitive-output", "template-file-without-variable"];
    let mut names: Vec<String> = std::fs::read_dir("tests/data/errors")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 20, "{}", names.len());
    for name in names {
        let directory = Path::new("tests/data/errors").join(&name);
        let wrong = check(&directory, &Inputs::default()).expect_err(&name);
        let terraform = std::fs::read_to_string(directory.join("terraform.txt")).unwrap();
        let root = format!("{}/", directory.display());
        let theirs = terraform.split(": ").next().unwrap();
        let lines =
            wrong.iter().filter_map(|it| it.place()).map(|place| place.to_string().replace(&root, ""));
        let named = lines.into_iter().any(|line| line.starts_with(&format!("{theirs}:")));
        assert!(named || theirs == "-" || ELSEWHERE.contains(&name.as_str()), "{name}: {theirs}\n{wrong}");
        let beside = format!("{}\nterraform:\n{terraform}", rendered(&wrong).replace(&root, ""));
        insta::with_settings!({ snapshot_path => "snapshots/beside", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, beside);
        });
    }
}

macro_rules! snapshot {
    ($name:ident, $main:expr) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(complaints($main));
        }
    };
}

snapshot!(broken_hcl, "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"x\n}\n");

snapshot!(
    unknown_resource_type,
    "resource \"aws_s3_buckett\" \"a\" {\n  bucket = \"x\"\n}\n\ndata \"vault_generic_secret\" \"b\" {}\n"
);

snapshot!(
    unknown_arguments,
    "resource \"aws_s3_bucket\" \"a\" {\n  buckt = \"x\"\n  arn = \"y\"\n  tags {\n  }\n}\n\nresource \"aws_s3_bucket_versioning\" \"a\" {\n  bucket = \"x\"\n}\n"
);

snapshot!(unknown_function, "output \"a\" {\n  value = jsonencod({ a = 1 })\n}\n");

snapshot!(
    unknown_references,
    "variable \"name\" {\n  default = \"x\"\n}\n\nresource \"aws_iam_user\" \"u\" {\n  name = var.nmae\n}\n\noutput \"a\" {\n  value = [local.x, aws_iam_user.v.arn, aws_iam_user.u.arm, module.m.out, each.key, data.aws_region.r.name]\n}\n"
);

snapshot!(cycle, "locals {\n  a = local.b\n  b = \"x${local.c}\"\n  c = upper(local.a)\n}\n");

snapshot!(
    missing_variable,
    "variable \"environment\" {\n  type = string\n}\n\noutput \"a\" {\n  value = var.environment\n}\n"
);

snapshot!(
    failed_validation,
    "variable \"environment\" {\n  type    = string\n  default = \"test\"\n\n  validation {\n    condition     = contains([\"dev\", \"prod\"], var.environment)\n    error_message = \"environment is dev or prod, not ${var.environment}\"\n  }\n}\n"
);

snapshot!(
    duplicates,
    "variable \"a\" {\n  default = 1\n}\n\nvariable \"a\" {\n  default = 2\n}\n\nlocals {\n  b = 1\n}\n\nlocals {\n  b = 2\n}\n"
);

snapshot!(
    type_mismatches,
    "variable \"ports\" {\n  type    = list(number)\n  default = [80, \"x\"]\n}\n\nresource \"aws_iam_role\" \"r\" {\n  name = [\"a\"]\n  assume_role_policy = \"{}\"\n  max_session_duration = \"long\"\n}\n\noutput \"a\" {\n  value = 1 + \"a\"\n}\n"
);

snapshot!(
    bad_repetition,
    "resource \"aws_iam_user\" \"a\" {\n  for_each = [\"a\"]\n  name     = each.key\n}\n\nresource \"aws_iam_user\" \"b\" {\n  count = 1.5\n  name  = \"b\"\n}\n\nresource \"aws_iam_user\" \"c\" {\n  for_each = toset([aws_iam_user.d.unique_id])\n  name     = each.key\n}\n\nresource \"aws_iam_user\" \"d\" {\n  name = \"d\"\n}\n\nresource \"aws_iam_user\" \"e\" {\n  for_each = sensitive(toset([\"x\"]))\n  name     = each.key\n}\n"
);

snapshot!(
    unknown_blocks,
    "resorce \"aws_s3_bucket\" \"a\" {\n}\n\nvariable {\n}\n\nimport {\n  to = x.y\n  id = \"z\"\n}\n\na = 1\n"
);

snapshot!(
    missing_instance_key,
    "resource \"aws_iam_user\" \"u\" {\n  count = 2\n  name  = \"u${count.index}\"\n}\n\noutput \"a\" {\n  value = aws_iam_user.u.arn\n}\n"
);

snapshot!(
    sensitive_output,
    "resource \"aws_iam_access_key\" \"k\" {\n  user = \"u\"\n}\n\noutput \"secret\" {\n  value = aws_iam_access_key.k.secret\n}\n"
);

snapshot!(
    module_sources,
    "module \"registry\" {\n  source = \"terraform-aws-modules/s3-bucket/aws\"\n}\n\nmodule \"gone\" {\n  source = \"./gone\"\n}\n"
);

snapshot!(
    conditions,
    "locals {\n  name = \"root\"\n}\n\nresource \"aws_iam_user\" \"u\" {\n  name = \"root\"\n\n  lifecycle {\n    precondition {\n      condition     = length(local.name) > 4\n      error_message = \"too short\"\n    }\n    postcondition {\n      condition     = self.name != \"root\"\n      error_message = \"never root\"\n    }\n  }\n}\n\ncheck \"sane\" {\n  assert {\n    condition     = aws_iam_user.u.path == \"/x/\"\n    error_message = \"wrong path\"\n  }\n}\n"
);

snapshot!(
    policy_document_that_the_provider_refuses,
    "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    sid     = \"A\"\n    effect  = \"Permit\"\n    actions = [\"s3:*\"]\n  }\n}\n\ndata \"aws_iam_policy_document\" \"e\" {\n  source_policy_documents = [\"{\"]\n}\n"
);

snapshot!(
    policy_documents_with_a_repeated_sid,
    "locals {\n  a = jsonencode({ Statement = [{ Sid = \"A\" }] })\n  twice = jsonencode({ Statement = [{ Sid = \"B\" }, {}, {}, { Sid = \"B\" }] })\n}\n\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    sid = \"A\"\n  }\n  statement {\n    sid = \"A\"\n  }\n}\n\ndata \"aws_iam_policy_document\" \"e\" {\n  source_policy_documents = [local.a, local.a]\n}\n\ndata \"aws_iam_policy_document\" \"f\" {\n  source_policy_documents = [local.twice]\n}\n"
);

snapshot!(
    words_without_quotes,
    "variable \"a\" {\n  default = eu-west-2\n}\n\nvariable \"b\" {\n  default = [\"x\", var.a]\n}\n"
);

snapshot!(
    inconsistent_values,
    "locals {\n  a = true ? { b = 1 } : \"x\"\n  c = [1, 2][5]\n  d = { e = 1 }.f\n  g = \"${[1]}\"\n  h = 0 / 0\n  i = file(\"none.txt\")\n  j = regex(\"(\", \"x\")\n  k = format(\"%d\", \"x\")\n  l = upper(\"a\", \"b\")\n  m = { for x in [1, 2] : \"k\" => x }\n}\n"
);

#[test]
fn wrong_calls_of_a_module() {
    let files = [
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  nmae   = \"x\"\n}\n\noutput \"o\" {\n  value = module.m.ouput\n}\n",
        ),
        (
            "m/main.tf",
            "variable \"name\" {\n  type = string\n}\n\noutput \"output\" {\n  value = var.name\n}\n",
        ),
    ];
    insta::assert_snapshot!(complaints_with(&files, &Inputs::default()));
}

#[test]
fn overrides_of_what_is_not_there() {
    let files = [
        ("main.tf", "variable \"a\" {}\n\nresource \"terraform_data\" \"a\" {}\n"),
        (
            "x_override.tf",
            "locals {\n  b = 1\n}\n\nresource \"terraform_data\" \"b\" {}\n\nvariable \"a\" {\n  validation {\n    condition     = var.a > 1\n    \
             error_message = \"m\"\n  }\n}\n\nresource \"terraform_data\" \"a\" {\n  depends_on = [terraform_data.c]\n}\n\nmoved {\n  from = \
             terraform_data.y\n  to   = terraform_data.a\n}\n",
        ),
    ];
    insta::assert_snapshot!(complaints_with(&files, &Inputs::default()));
}

/// Places are those of the file that says it, also within what is overridden.
#[test]
fn mistakes_in_overrides() {
    let files = [
        (
            "main.tf",
            "variable \"a\" {\n  type = number\n}\n\nresource \"terraform_data\" \"a\" {\n  input = local.x\n}\n",
        ),
        (
            "override.tf",
            "variable \"a\" {\n  default = \"text\"\n}\n\nresource \"terraform_data\" \"a\" {\n  inptu = 1\n}\n",
        ),
    ];
    insta::assert_snapshot!(complaints_with(&files, &Inputs::default()));
}

#[test]
fn mistakes_in_json() {
    let json = "{\n  \"resource\": {\n    \"terraform_data\": {\n      \"a\": { \"inptu\": 1, \"input\": \"${local.nothing} and ${upper(\\\"a\\\", 1)}\" }\n    }\n  },\n  \
                \"output\": {\n    \"o\": { \"value\": [1, \"${jsonencod(1)}\"] }\n  }\n}\n";
    insta::assert_snapshot!(complaints_with(&[("main.tf.json", json)], &Inputs::default()));
    let broken = [
        ("a.tf.json", "{\n  \"output\": { \"o\": { \"value\": 1, } }\n}\n"),
        ("b.tf.json", "{ \"output\": 1 }\n"),
        ("c.tf.json", "{ \"locals\": { \"a\": \"${\" } }\n"),
    ];
    insta::assert_snapshot!("broken_json", complaints_with(&broken, &Inputs::default()));
}

snapshot!(
    ephemeral_values,
    "variable \"t\" {\n  ephemeral = true\n  default   = \"x\"\n}\n\noutput \"marked\" {\n  value     = 1\n  ephemeral = true\n}\n\noutput \"kept\" {\n  value = \
     \"a${var.t}\"\n}\n\nresource \"terraform_data\" \"a\" {\n  input = { a = [var.t] }\n}\n\nresource \"terraform_data\" \"c\" {\n  count = length(var.t)\n}\n"
);

snapshot!(
    wrong_refactorings,
    "removed {\n  from = terraform_data.a\n}\n\nimport {\n  to = terraform_data.b\n  id = \"x\"\n}\n\nresource \"terraform_data\" \"a\" {}\n"
);

snapshot!(
    incomplete_refactorings,
    "moved {\n  to = terraform_data.a\n}\n\nimport {\n  to = \"x\"\n}\n\nremoved {\n  from = terraform_data.b\n  lifecycle {\n    destroy = 1\n  }\n}\n\nresource \
     \"terraform_data\" \"a\" {}\n"
);

#[test]
fn wrong_values_of_variables() {
    let files = [
        (
            "main.tf",
            "variable \"size\" {\n  type = number\n}\n\nvariable \"rules\" {\n  type = list(object({ port = number }))\n}\n",
        ),
        ("x.tfvars", "size  = \"big\"\nrules = [{ prt = 1 }]\nsizee = 1\n"),
    ];
    let inputs = Inputs {
        var_files: vec!["x.tfvars".into(), "missing.tfvars".into()],
        vars: vec![("other".to_owned(), stackproof_terraform::VarValue::Text("1".to_owned()))],
        ..Inputs::default()
    };
    insta::assert_snapshot!(complaints_with(&files, &inputs));
}

#[test]
fn a_module_that_calls_itself() {
    insta::assert_snapshot!(complaints("module \"again\" {\n  source = \"./.\"\n}\n"));
}

#[test]
fn hostile_input_is_refused_without_exhausting_the_stack() {
    let chain: String = (1..4_000).map(|n| format!("  v{n} = [local.v{}]\n", n - 1)).collect();
    let nested = |open: &str, close: &str| {
        format!("locals {{\n  a = {}{}\n}}\n", open.repeat(5_000), close.repeat(5_000))
    };
    let doubling: String =
        (1..2_000).map(|n| format!("  n{n} = local.n{} * local.n{}\n", n - 1, n - 1)).collect();
    let cases = [
        format!("locals {{\n  v0 = 1\n{chain}}}\n"),
        nested("[", "]"),
        nested("(", ")"),
        nested("upper(", "\"\")"),
        nested("\"${", "}\""),
        nested("!", "true"),
        format!("locals {{\n  n0 = 10\n{doubling}}}\n"),
        "locals {\n  a = jsondecode(join(\"\", [for i in range(1000) : \"[\"]))\n}\n".to_owned(),
        "locals {\n  a = 1e999999999\n}\n".to_owned(),
        "locals {\n  a = format(\"%999999999d\", 1)\n}\n".to_owned(),
        "locals {\n  a = regex(\"((a{100}){100}){100}\", \"\")\n}\n".to_owned(),
    ];
    for case in cases {
        let shown = complaints(&case);
        assert!(!shown.is_empty());
    }
}

snapshot!(
    conditions_about_nothing,
    "output \"a\" {\n  value = 1\n  precondition {\n    condition     = 1 > 0\n    error_message = \"never\"\n  }\n}\n"
);

snapshot!(
    constants,
    "variable \"a\" {\n  default = upper(\"x\")\n}\n\nvariable \"b\" {\n  type = \"string\"\n}\n\nvariable \"count\" {}\n"
);

snapshot!(
    functions_that_are_not_evaluated,
    "output \"a\" {\n  value = bcrypt(\"x\", 40)\n}\n\noutput \"b\" {\n  value = provider::aws::user_agent(\"arn:aws:s3:::b\")\n}\n"
);

snapshot!(a_plain_name, "variable \"name\" {\n  default = 1\n}\n\noutput \"a\" {\n  value = name\n}\n");

snapshot!(single_quotes, "output \"a\" {\n  value = 'x'\n}\n");

snapshot!(
    an_impossible_version,
    "terraform {\n  required_version = \"=> 1\"\n}\n\noutput \"a\" {\n  value = 1\n}\n"
);
