//! What rests on what is not provisioned.

use super::*;
use crate::acceptance::{Touches, Unproved};

const CDN: &str = r#"
resource "aws_cloudfront_distribution" "cdn" {
  origin {
    domain_name = aws_s3_bucket.media.bucket_regional_domain_name
  }
}

resource "aws_s3_bucket" "media" {
  bucket = "unproved-media"
}

resource "aws_s3_bucket" "logs" {
  bucket = "unproved-logs"
}

data "aws_iam_policy_document" "media" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.media.arn}/*"]
    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "AWS:SourceArn"
      values   = [aws_cloudfront_distribution.cdn.arn]
    }
  }
}

resource "aws_s3_bucket_policy" "media" {
  bucket = "unproved-media"
  policy = data.aws_iam_policy_document.media.json
}

resource "aws_iam_user" "reader" {
  name = aws_cloudfront_distribution.cdn.id
}

resource "aws_iam_user_policy" "reader" {
  user   = aws_iam_user.reader.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

output "domain" {
  value = aws_cloudfront_distribution.cdn.domain_name
}
"#;

#[tokio::test]
async fn what_rests_on_an_ignored_resource_is_not_made_and_taints_what_it_is_about() {
    let (_embedded, environment) = target().await;
    let (folder, mut request) = module(CDN);
    request.inputs.ignore.push("aws_cloudfront_*".to_owned());
    let provisioned = apply(&environment, &request).await.unwrap();
    let stack = provisioned.stack();
    assert_eq!(stack.resources.keys().collect::<Vec<_>>(), ["aws_s3_bucket.media", "aws_s3_bucket.logs"]);
    assert!(stack.outputs.is_empty());
    let told = |it: &Unproved| format!("{}: {:?}: {}", it.address, it.touches, it.reason);
    let all: Vec<String> = stack.unproved.iter().map(told).collect();
    let shown = all.join("\n").replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(shown, @r#"
    aws_s3_bucket_policy.media: These(["arn:aws:s3:::unproved-media"]): `aws_s3_bucket_policy.media` (main.tf:32:1) is not made: its `policy` rests on what is not provisioned
    aws_iam_user.reader: Nothing: `aws_iam_user.reader` (main.tf:37:1) is not made: its `name` rests on what is not provisioned
    aws_iam_user_policy.reader: Nothing: `aws_iam_user_policy.reader` (main.tf:41:1) is not made: its `user` rests on what is not provisioned
    aws_cloudfront_distribution.cdn: Nothing: `aws_cloudfront_distribution.cdn` (main.tf:2:1) is not provisioned
    domain: Nothing: the output `domain` rests on what is not provisioned
    "#);
    assert_eq!(provisioned.notes().count(), 3);
}

#[tokio::test]
async fn a_policy_that_is_left_out_taints_what_it_is_about_and_everything_where_that_is_not_known() {
    let (_embedded, environment) = target().await;
    for (bucket, expected) in [
        ("aws_s3_bucket.logs.id", Touches::These(vec!["arn:aws:s3:::left-out-logs".to_owned()])),
        ("\"left-out-logs\"", Touches::Everything),
    ] {
        let (_folder, mut request) = module(&format!(
            "resource \"aws_s3_bucket\" \"logs\" {{\n  bucket = \"left-out-logs\"\n}}\n\
             resource \"aws_s3_bucket_policy\" \"logs\" {{\n  bucket = {bucket}\n  policy = \"{{}}\"\n}}\n"
        ));
        request.inputs.ignore.push("aws_s3_bucket_policy".to_owned());
        let provisioned = apply(&environment, &request).await.unwrap();
        let touched: Vec<Touches> = provisioned.stack().unproved.into_iter().map(|it| it.touches).collect();
        assert_eq!(touched, [expected], "{bucket}");
        provisioned.destroy().await.unwrap();
    }
}

#[tokio::test]
async fn what_a_provider_that_is_not_known_would_make_is_not_made_elsewhere() {
    let (_embedded, environment) = target().await;
    let role = "role_arn = aws_cloudfront_distribution.cdn.arn";
    for (provider, cause) in [
        ("region = aws_cloudfront_distribution.cdn.id".to_owned(), "region"),
        (format!("assume_role {{\n    {role}\n  }}"), "assume_role"),
        (
            format!(
                "dynamic \"assume_role\" {{\n    for_each = [1]\n    content {{\n      {role}\n    }}\n  }}"
            ),
            "assume_role",
        ),
        (format!("assume_role_with_web_identity {{\n    {role}\n  }}"), "assume_role_with_web_identity"),
        (
            "default_tags {\n    tags = { Cdn = aws_cloudfront_distribution.cdn.id }\n  }".to_owned(),
            "default_tags",
        ),
    ] {
        let (_folder, mut request) = module(&format!(
            "provider \"aws\" {{\n  alias = \"other\"\n  {provider}\n}}\n\
             resource \"aws_cloudfront_distribution\" \"cdn\" {{}}\n\
             resource \"aws_s3_bucket\" \"b\" {{\n  provider = aws.other\n  bucket = \"elsewhere\"\n}}\n"
        ));
        request.inputs.ignore.push("aws_cloudfront_*".to_owned());
        assert_eq!(check(&request).unwrap(), 1, "{provider}");
        let stack = apply(&environment, &request).await.unwrap().stack();
        assert!(stack.resources.is_empty(), "{provider}");
        let reason = format!("the `{cause}` of its provider rests on what is not provisioned");
        assert!(stack.unproved.iter().any(|it| it.reason.ends_with(&reason)), "{provider}");
    }
}

#[tokio::test]
async fn a_role_of_another_account_in_a_dynamic_block_or_of_a_web_identity_is_assumed() {
    let (_embedded, environment) = target().await;
    let role = "role_arn = \"arn:aws:iam::222222222222:role/r\"";
    for provider in [
        format!("dynamic \"assume_role\" {{\n    for_each = [1]\n    content {{\n      {role}\n    }}\n  }}"),
        format!("assume_role_with_web_identity {{\n    {role}\n  }}"),
    ] {
        let (_folder, request) = module(&format!(
            "provider \"aws\" {{\n  {provider}\n}}\nresource \"aws_s3_bucket\" \"b\" {{}}\n"
        ));
        let Err(wrong) = apply(&environment, &request).await else { panic!("{provider}") };
        assert!(wrong.to_string().contains("the target has no account `222222222222`"), "{wrong}");
    }
}

#[tokio::test]
async fn what_is_made_nobody_knows_how_often_is_not_made_and_taints_what_it_is_about() {
    let (_embedded, environment) = target().await;
    let (folder, mut request) = module(
        r#"
resource "aws_cloudfront_distribution" "cdn" {}

resource "aws_s3_bucket" "logs" {
  bucket = "unexpanded-logs"
}

locals {
  distributions = toset([aws_cloudfront_distribution.cdn.id])
}

resource "aws_s3_bucket_policy" "logs" {
  count  = aws_cloudfront_distribution.cdn.enabled ? 1 : 0
  bucket = aws_s3_bucket.logs.id
  policy = "{}"
}

resource "aws_iam_user" "readers" {
  for_each = local.distributions
  name     = each.key
}

module "more" {
  source   = "./more"
  for_each = local.distributions
  bucket   = aws_s3_bucket.logs.id
}

output "readers" {
  value = [for it in aws_iam_user.readers : it.name]
}
"#,
    );
    std::fs::create_dir(folder.path().join("more")).unwrap();
    let more = "variable \"bucket\" {}\nresource \"aws_s3_bucket_acl\" \"a\" {\n  bucket = var.bucket\n  acl = \"private\"\n}\n";
    std::fs::write(folder.path().join("more/main.tf"), more).unwrap();
    request.inputs.ignore.push("aws_cloudfront_*".to_owned());
    assert_eq!(check(&request).unwrap(), 1);
    let stack = apply(&environment, &request).await.unwrap().stack();
    assert_eq!(stack.resources.keys().collect::<Vec<_>>(), ["aws_s3_bucket.logs"]);
    let told = |it: &Unproved| format!("{}: {:?}: {}", it.address, it.touches, it.reason);
    let all: Vec<String> = stack.unproved.iter().map(told).collect();
    let shown = all.join("\n").replace(&format!("{}/", folder.path().display()), "");
    insta::assert_snapshot!(shown, @r#"
    module.more.aws_s3_bucket_acl.a: These(["arn:aws:s3:::unexpanded-logs"]): `module.more.aws_s3_bucket_acl.a` (more/main.tf:2:1) is not made: its `for_each` rests on what is not provisioned
    aws_s3_bucket_policy.logs: These(["arn:aws:s3:::unexpanded-logs"]): `aws_s3_bucket_policy.logs` (main.tf:12:1) is not made: its `count` rests on what is not provisioned
    aws_iam_user.readers: Nothing: `aws_iam_user.readers` (main.tf:18:1) is not made: its `for_each` rests on what is not provisioned
    aws_cloudfront_distribution.cdn: Nothing: `aws_cloudfront_distribution.cdn` (main.tf:2:1) is not provisioned
    readers: Nothing: the output `readers` rests on what is not provisioned
    "#);
}

/// Modules that are made for everybody have blocks of which hardly any is used.
#[tokio::test]
async fn an_ignored_block_that_makes_no_instance_is_missed_by_nobody() {
    const MODULE: &str = r#"
variable "logged" {
  type = bool
}

resource "aws_s3_bucket_logging" "logs" {
  count  = var.logged ? 1 : 0
  bucket = aws_s3_bucket.logs.id
}

resource "aws_s3_bucket_metric" "logs" {
  for_each = var.logged ? { all = "*" } : {}
  bucket   = "some-other"
}

resource "aws_s3_bucket" "logs" {
  bucket = "missed-logs"
}

resource "aws_iam_user" "reader" {
  name = "reader"
  tags = { logging = try(aws_s3_bucket_logging.logs[0].id, "none"), metrics = length(aws_s3_bucket_metric.logs) }
}
"#;
    let (_embedded, environment) = target().await;
    for (logged, missing, made) in [("false", 0, 2), ("true", 3, 1)] {
        let (_folder, mut request) = module(MODULE);
        request.inputs.vars.push(("logged".to_owned(), logged.to_owned()));
        request.inputs.ignore.extend(["aws_s3_bucket_logging".to_owned(), "aws_s3_bucket_metric".to_owned()]);
        let provisioned = apply(&environment, &request).await.unwrap();
        let stack = provisioned.stack();
        assert_eq!((stack.unproved.len(), stack.resources.len()), (missing, made));
        provisioned.destroy().await.unwrap();
    }
}

#[tokio::test]
async fn what_is_ignored_in_a_module_that_nobody_can_count_is_missed() {
    let (_embedded, environment) = target().await;
    let (folder, mut request) = module(
        "resource \"aws_cloudfront_distribution\" \"cdn\" {}\n\
         module \"m\" {\n  source = \"./m\"\n  count = aws_cloudfront_distribution.cdn.enabled ? 1 : 0\n}\n",
    );
    std::fs::create_dir(folder.path().join("m")).unwrap();
    std::fs::write(
        folder.path().join("m/main.tf"),
        "resource \"aws_s3_bucket_policy\" \"p\" {\n  bucket = \"some-bucket\"\n  policy = \"{}\"\n}\n",
    )
    .unwrap();
    request.inputs.ignore.extend(["aws_cloudfront_*".to_owned(), "aws_s3_bucket_policy".to_owned()]);
    let stack = apply(&environment, &request).await.unwrap().stack();
    let everything = stack.unproved.iter().find(|it| it.touches == Touches::Everything);
    assert!(
        everything.is_some_and(|it| it.address == "module.m.aws_s3_bucket_policy.p"),
        "{:?}",
        stack.unproved
    );
}
