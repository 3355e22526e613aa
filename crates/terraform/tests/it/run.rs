//! Steps, providers, ignored resources and recorded attributes.

use std::path::Path;

use crate::support::module;
use stackproof_terraform::{Configuration, Inputs, Instance, Run, Step, Value, VarValue, plan};

fn planned(files: &[(&str, &str)], inputs: &Inputs) -> Vec<Instance> {
    let directory = module(files);
    plan(&Configuration::load(directory.path(), inputs).unwrap()).unwrap().creates
}

#[test]
fn resources_come_after_what_they_need() {
    let inputs = Inputs {
        vars: vec![
            ("environment".to_owned(), VarValue::Text("dev".to_owned())),
            ("migration".to_owned(), VarValue::Value(true.into())),
        ],
        ..Inputs::default()
    };
    let configuration = Configuration::load(Path::new("tests/data/modules/accessor"), &inputs).unwrap();
    let mut run = Run::new(&configuration);
    let mut order = Vec::new();
    while let Some(step) = run.next_step().unwrap() {
        let (instance, attributes) = match step {
            Step::Read(instance) => (instance, Value::object([("account_id", "111111111111".into())])),
            Step::Create(instance) => (instance, Value::object([("arn", "arn".into()), ("id", "id".into())])),
        };
        order.push(instance.address.to_string());
        run.record(&instance, attributes).unwrap();
    }
    let expected = [
        "data.aws_caller_identity.current",
        "aws_s3_bucket.data",
        "aws_s3_bucket_policy.data",
        "aws_iam_user.accessor",
        "aws_iam_policy.accessor",
        "aws_iam_user.migrator[0]",
    ];
    assert_eq!(order, expected);
    let outputs = run.outputs();
    assert_eq!(outputs.get("bucket_name").unwrap().value, "dev-data-111111111111".into());
}

#[test]
fn computed_attributes_are_unknown_until_they_are_recorded() {
    let main = "resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n}\n\nresource \"aws_iam_access_key\" \"k\" {\n  user = aws_iam_user.u.arn\n}\n";
    let instances = planned(&[("main.tf", main)], &Inputs::default());
    let user = instances.first().unwrap();
    assert!(user.arguments.get("arn").unwrap().is_unknown());
    assert_eq!(user.argument("path"), Some(&"/".into()));
    assert_eq!(user.argument("force_destroy"), Some(&false.into()));
    let key = instances.last().unwrap();
    assert!(key.arguments.get("user").unwrap().is_unknown());
    assert!(key.arguments.get("secret").unwrap().is_sensitive());
    assert_eq!(key.dependencies, ["aws_iam_user.u"]);
}

#[test]
fn what_is_ignored_is_unknown() {
    let main = "resource \"aws_cloudfront_distribution\" \"d\" {\n  anything {\n  }\n}\n\nmodule \"cdn\" {\n  source = \"./cdn\"\n}\n\nresource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n  tags = { id = aws_cloudfront_distribution.d.id, name = module.cdn.name }\n}\n";
    let cdn = "resource \"aws_waf\" \"w\" {\n}\n\noutput \"name\" {\n  value = aws_waf.w.name\n}\n";
    let inputs =
        Inputs { ignore: vec!["aws_cloudfront_*".to_owned(), "module.cdn".to_owned()], ..Inputs::default() };
    let instances = planned(&[("main.tf", main), ("cdn/main.tf", cdn)], &inputs);
    let tags = instances.first().unwrap().arguments.get("tags").unwrap();
    assert_eq!(instances.len(), 1);
    assert!(tags.get("id").unwrap().is_unknown() && tags.get("name").unwrap().is_unknown());
}

#[test]
fn providers_are_passed_down_to_modules() {
    let main = "locals {\n  tags = { Team = \"a\" }\n}\n\nprovider \"aws\" {\n  region = \"eu-west-2\"\n  default_tags {\n    tags = local.tags\n  }\n}\n\nprovider \"aws\" {\n  alias  = \"source\"\n  region = \"eu-west-1\"\n  assume_role {\n    role_arn = \"arn:aws:iam::222222222222:role/r\"\n  }\n}\n\nmodule \"m\" {\n  source    = \"./m\"\n  providers = { aws.from = aws.source }\n}\n";
    let inner = "terraform {\n  required_providers {\n    aws = {\n      source                = \"hashicorp/aws\"\n      configuration_aliases = [aws.from]\n    }\n  }\n}\n\nresource \"aws_s3_bucket\" \"inherited\" {\n  tags = { Own = \"b\" }\n}\n\nresource \"aws_s3_bucket\" \"passed\" {\n  provider = aws.from\n}\n";
    let instances = planned(&[("main.tf", main), ("m/main.tf", inner)], &Inputs::default());
    let [inherited, passed] = instances.as_slice() else { unreachable!("{instances:?}") };
    assert_eq!(inherited.provider.region.as_deref(), Some("eu-west-2"));
    let tags = inherited.argument("tags_all").unwrap();
    assert_eq!(tags.to_json(), serde_json::json!({ "Own": "b", "Team": "a" }));
    assert_eq!(passed.provider.alias.as_deref(), Some("source"));
    assert_eq!(passed.provider.assume_role.as_deref(), Some("arn:aws:iam::222222222222:role/r"));
}

#[test]
fn nested_blocks_are_lists_of_objects() {
    let main = "resource \"aws_s3_bucket_versioning\" \"v\" {\n  bucket = \"b\"\n  versioning_configuration {\n    status = \"Enabled\"\n  }\n}\n\noutput \"status\" {\n  value = aws_s3_bucket_versioning.v.versioning_configuration[0].status\n}\n";
    let directory = module(&[("main.tf", main)]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let plan = plan(&configuration).unwrap();
    assert_eq!(plan.outputs.get("status").unwrap().value, "Enabled".into());
}

#[test]
fn conditions_are_checked_against_what_was_recorded() {
    let main = "resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n  lifecycle {\n    postcondition {\n      condition     = self.arn != \"bad\"\n      error_message = \"the ARN is ${self.arn}\"\n    }\n  }\n}\n";
    let directory = module(&[("main.tf", main)]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let mut run = Run::new(&configuration);
    let Some(Step::Create(instance)) = run.next_step().unwrap() else { unreachable!("a user is created") };
    let wrong = run.record(&instance, Value::object([("arn", "bad".into())])).unwrap_err();
    assert!(wrong.to_string().ends_with("`aws_iam_user.u`: the ARN is bad"), "{wrong}");
}

#[test]
fn notes_name_what_is_not_used() {
    let main = "terraform {\n  backend \"s3\" {}\n}\n\nmoved {\n  from = a.b\n  to   = a.c\n}\n";
    let directory = module(&[("main.tf", main)]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let notes: Vec<&str> = configuration.notes().iter().map(|note| note.message()).collect();
    assert_eq!(notes, ["`backend` is not used", "`moved` is not used"]);
}

#[test]
fn what_rests_on_the_time_is_unknown_without_one() {
    let text = "output \"t\" { value = timestamp() }\noutput \"u\" { value = uuid() != uuid() }\n\
                output \"p\" { value = plantimestamp() == timestamp() }\noutput \"i\" { value = uuid() }\n";
    let directory = module(&[("main.tf", text)]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let mut timeless = Run::new(&configuration);
    assert!(timeless.next_step().unwrap().is_none());
    assert!(timeless.outputs().values().all(|output| output.value.is_unknown()));
    let mut run = Run::new(&configuration).at("2026-01-15T10:00:00.5Z".parse().unwrap());
    assert!(run.next_step().unwrap().is_none());
    let outputs = run.outputs();
    assert_eq!(outputs["t"].value.as_str(), Some("2026-01-15T10:00:00Z"));
    assert_eq!(outputs["u"].value.as_bool(), Some(true));
    assert_eq!(outputs["p"].value.as_bool(), Some(true));
    assert_eq!(outputs["i"].value.as_str().unwrap().as_bytes()[14], b'4');
}

#[test]
fn checks_that_do_not_hold_are_noted() {
    let text = "variable \"x\" { default = 1 }\ncheck \"c\" {\n  assert {\n    condition     = var.x == 2\n    \
                error_message = \"x is ${var.x}.\"\n  }\n}\n";
    let directory = module(&[("main.tf", text)]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let mut run = Run::new(&configuration);
    assert!(run.next_step().unwrap().is_none());
    let notes: Vec<&str> = run.notes().iter().map(|note| note.message()).collect();
    assert_eq!(notes, ["`check.c`: x is 1."]);
}

/// Terraform reads data sources while it plans, and refuses what only creating something would tell.
#[test]
fn a_plan_leaves_open_what_data_sources_decide() {
    let data = "data \"aws_caller_identity\" \"me\" {\n}\n\nlocals {\n  ids = [data.aws_caller_identity.me.account_id]\n}\n\n\
                resource \"aws_iam_user\" \"u\" {\n  for_each = toset(local.ids)\n  name     = each.key\n}\n";
    let made = "resource \"aws_iam_user\" \"u\" {\n  name = \"u\"\n}\n\n\
                resource \"aws_iam_user\" \"v\" {\n  for_each = toset([aws_iam_user.u.unique_id])\n  name     = each.key\n}\n";
    let planned = |main: &str| {
        let directory = module(&[("main.tf", main)]);
        plan(&Configuration::load(directory.path(), &Inputs::default()).unwrap())
            .map(|plan| plan.creates.len())
    };
    assert_eq!(planned(data).unwrap(), 0);
    assert!(planned(made).unwrap_err().to_string().contains("`for_each`"));
}
