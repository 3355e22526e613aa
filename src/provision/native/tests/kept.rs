//! Types that the embedded target has no behaviour for.

use super::*;
use crate::acceptance::Touches;

const STACK: &str = r#"
resource "aws_s3_bucket" "site" {
  bucket = "site"
}

resource "aws_acm_certificate" "site" {
  domain_name       = "example.org"
  validation_method = "DNS"
  timeouts {
    create = "5m"
  }
}

resource "aws_cloudfront_distribution" "site" {
  enabled = true
  origin {
    domain_name = aws_s3_bucket.site.bucket_regional_domain_name
    origin_id   = "site"
  }
  default_cache_behavior {
    allowed_methods        = ["GET"]
    cached_methods         = ["GET"]
    target_origin_id       = "site"
    viewer_protocol_policy = "https-only"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    acm_certificate_arn = aws_acm_certificate.site.arn
  }
}

resource "aws_sfn_state_machine" "runs" {
  for_each   = toset(["a", "b"])
  name       = "runs-${each.key}"
  definition = "{}"
  role_arn   = "arn:aws:iam::111111111111:role/x"
}

output "machines" {
  value = [for it in aws_sfn_state_machine.runs : it.arn]
}

output "origin" {
  value = aws_cloudfront_distribution.site.origin[0].origin_id
}

output "certificate" {
  value = aws_cloudfront_distribution.site.viewer_certificate[0].acm_certificate_arn
}

output "domain" {
  value = aws_cloudfront_distribution.site.domain_name
}
"#;

#[tokio::test]
async fn they_are_stored_and_can_be_referred_to() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(STACK);
    let provisioned = apply(&environment, &request).await.unwrap();
    let outputs = provisioned.outputs_json();
    let value = |name: &str| outputs.pointer(&format!("/{name}/value")).unwrap().clone();
    let machine = |name: &str| format!("arn:aws:states:eu-west-2:111111111111:stateMachine:runs-{name}");
    assert_eq!(value("machines"), json!([machine("a"), machine("b")]));
    assert_eq!(value("origin"), json!("site"));
    let certificate = value("certificate").as_str().unwrap().to_owned();
    assert!(certificate.starts_with("arn:aws:acm:eu-west-2:111111111111:certificate/"), "{certificate}");
    // What only AWS would decide is not made up.
    assert_eq!(value("domain"), serde_json::Value::Null);
    let stack = provisioned.stack();
    let distribution = &stack.resources["aws_cloudfront_distribution.site"];
    let arn = distribution["arn"].as_str().unwrap();
    assert_eq!(
        arn,
        format!("arn:aws:cloudfront::111111111111:distribution/{}", distribution["id"].as_str().unwrap())
    );
    let notes: Vec<_> = provisioned.notes().collect();
    assert_eq!(
        notes,
        [
            "kept: aws_acm_certificate.site: accepted and stored, nothing of it is proved",
            "kept: aws_cloudfront_distribution.site: accepted and stored, nothing of it is proved",
            "kept: aws_sfn_state_machine.runs: accepted and stored, nothing of it is proved",
        ]
    );
    // None of them decides what others may do.
    assert!(stack.unproved.iter().all(|it| it.touches == Touches::Nothing));
    // The same address has the same id in another run.
    let (_embedded, environment) = target().await;
    let again = apply(&environment, &request).await.unwrap().outputs_json();
    assert_eq!(again, outputs);
    provisioned.destroy().await.unwrap();
}

#[tokio::test]
async fn one_with_a_policy_leaves_verdicts_unproved() {
    let (_embedded, environment) = target().await;
    let text = r#"
resource "aws_s3_bucket" "site" {
  bucket = "site"
}

resource "aws_efs_file_system_policy" "shared" {
  file_system_id = "fs-1"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "*", Resource = "${aws_s3_bucket.site.arn}/*" }]
  })
}
"#;
    let (_folder, request) = module(text);
    let stack = apply(&environment, &request).await.unwrap().stack();
    let [unproved] = stack.unproved.as_slice() else { panic!("{:?}", stack.unproved) };
    assert_eq!(unproved.touches, Touches::These(vec!["arn:aws:s3:::site".to_owned()]));
    assert!(
        unproved.reason.ends_with("is kept: what it allows or denies is not known"),
        "{}",
        unproved.reason
    );
}

#[tokio::test]
async fn arguments_are_checked_against_what_the_provider_takes() {
    let (_embedded, environment) = target().await;
    let (folder, request) =
        module("resource \"aws_sfn_state_machine\" \"x\" {\n  defintion = \"{}\"\n  arn = \"x\"\n}\n");
    let wrong = apply(&environment, &request).await.err().unwrap();
    insta::assert_snapshot!(shown(&wrong, folder.path()), @r"
    main.tf:2:3: unknown argument `defintion`
    hint: did you mean `definition`?
    main.tf:3:3: argument `arn` cannot be set
    hint: -
    main.tf:1:1: missing argument `definition`
    hint: -
    ");
}
