//! `aws_iam_policy_document` renders as the AWS provider does.

use crate::support::module;
use stackproof_terraform::{Configuration, Inputs, Run};

/// The `json` of the data source `d` of a module.
fn rendered(main: &str) -> String {
    let output = "\noutput \"json\" {\n  value = data.aws_iam_policy_document.d.json\n}\n";
    let directory = module(&[("main.tf", &format!("{main}{output}"))]);
    let configuration = Configuration::load(directory.path(), &Inputs::default()).unwrap();
    let mut run = Run::new(&configuration);
    assert!(run.next_step().unwrap().is_none());
    run.outputs().get("json").unwrap().value.as_str().unwrap().to_owned()
}

#[test]
fn every_block_and_argument() {
    let json = rendered(
        r#"
data "aws_iam_policy_document" "d" {
  policy_id = "everything"
  statement {
    sid           = "First"
    actions       = ["s3:GetObject", "s3:PutObject", "s3:GetObject"]
    not_resources = ["arn:aws:s3:::b/&{aws:username}/*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111111111111:root"]
    }
    principals {
      type        = "AWS"
      identifiers = ["222222222222"]
    }
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com", "ec2.amazonaws.com"]
    }
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["", "home/", "home/&{aws:username}/"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [true]
    }
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["<more>"]
    }
  }
  statement {
    effect      = "Deny"
    not_actions = ["iam:*"]
    resources   = ["*"]
    not_principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
"#,
    );
    let expected = r#"{
  "Version": "2012-10-17",
  "Id": "everything",
  "Statement": [
    {
      "Sid": "First",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject",
        "s3:GetObject"
      ],
      "NotResource": "arn:aws:s3:::b/${aws:username}/*",
      "Principal": {
        "AWS": [
          "arn:aws:iam::111111111111:root",
          "222222222222"
        ],
        "Service": [
          "lambda.amazonaws.com",
          "ec2.amazonaws.com"
        ]
      },
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "true"
        },
        "StringLike": {
          "s3:prefix": [
            "",
            "home/",
            "home/${aws:username}/",
            "\u003cmore\u003e"
          ]
        }
      }
    },
    {
      "Effect": "Deny",
      "NotAction": "iam:*",
      "Resource": "*",
      "NotPrincipal": "*"
    }
  ]
}"#;
    assert_eq!(json, expected);
}

#[test]
fn documents_merge_by_sid() {
    let json = rendered(
        r#"
data "aws_iam_policy_document" "d" {
  source_policy_documents = [
    jsonencode({ Version = "2008-10-17", Statement = [{ Sid = "A", Effect = "Allow", Action = ["s3:a"] }] }),
    jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:b", Principal = { AWS = ["b", "c"] } }] }),
  ]
  statement {
    sid     = "A"
    effect  = "Deny"
    actions = ["s3:c"]
  }
  override_policy_documents = [
    jsonencode({ Statement = [{ Sid = "B", Effect = "Allow", Condition = { Bool = { "aws:x" = ["true"] } } }] }),
  ]
}
"#,
    );
    let expected = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "A",
      "Effect": "Deny",
      "Action": "s3:c"
    },
    {
      "Effect": "Allow",
      "Action": "s3:b",
      "Principal": {
        "AWS": [
          "c",
          "b"
        ]
      }
    },
    {
      "Sid": "B",
      "Effect": "Allow",
      "Condition": {
        "Bool": {
          "aws:x": "true"
        }
      }
    }
  ]
}"#;
    assert_eq!(json, expected);
}

/// The provider goes over blocks of the same kind by the checksum of what they say, and keeps lists of one that are
/// read from JSON.
#[test]
fn blocks_of_one_kind_come_in_the_order_of_a_set() {
    let json = rendered(
        r#"
data "aws_iam_policy_document" "d" {
  source_policy_documents = [jsonencode({
    Statement = [{ Principal = { AWS = ["111111111111"], Service = "s3.amazonaws.com" } }]
  })]
  statement {
    principals {
      type        = "AWS"
      identifiers = ["222222222222"]
    }
    principals {
      type        = "AWS"
      identifiers = ["333333333333"]
    }
    principals {
      type        = "AWS"
      identifiers = ["111111111111"]
    }
    principals {
      type        = "AWS"
      identifiers = ["222222222222"]
    }
  }
}
"#,
    );
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let principals: Vec<String> = document["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement["Principal"].to_string())
        .collect();
    assert_eq!(
        principals,
        [
            r#"{"AWS":["111111111111"],"Service":"s3.amazonaws.com"}"#,
            r#"{"AWS":["111111111111","333333333333","222222222222"]}"#,
        ]
    );
}

#[test]
fn dynamic_blocks_nest_and_name_their_iterators() {
    let json = rendered(
        r#"
locals {
  tenants = { acme = ["a/*", "b/*"], globex = ["c/*"] }
}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = local.tenants
    iterator = tenant
    content {
      sid       = title(tenant.key)
      actions   = ["s3:ListBucket"]
      resources = ["*"]
      dynamic "condition" {
        for_each = toset(tenant.value)
        content {
          test     = "StringLike"
          variable = "s3:prefix"
          values   = ["${tenant.key}/${condition.value}"]
        }
      }
    }
  }
}
"#,
    );
    let condition = |prefixes: &str| {
        format!("\"Condition\": {{\n        \"StringLike\": {{\n          \"s3:prefix\": {prefixes}")
    };
    assert!(
        json.contains(&condition("[\n            \"acme/b/*\",\n            \"acme/a/*\"\n          ]")),
        "{json}"
    );
    assert!(json.contains(&condition("\"globex/c/*\"")), "{json}");
    assert!(json.find("\"Acme\"") < json.find("\"Globex\""), "{json}");
}
