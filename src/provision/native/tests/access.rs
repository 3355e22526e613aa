//! Access control lists, and the public access settings of an account.

use super::*;

const STACK: &str = r#"
data "aws_canonical_user_id" "current" {}

resource "aws_s3_account_public_access_block" "account" {
  block_public_policy     = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket" "canned" {
  bucket = "canned-lists"
}

resource "aws_s3_bucket" "written" {
  bucket = "written-lists"
}

resource "aws_s3_bucket_ownership_controls" "lists" {
  for_each = toset([aws_s3_bucket.canned.id, aws_s3_bucket.written.id])
  bucket   = each.value
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_acl" "canned" {
  depends_on = [aws_s3_bucket_ownership_controls.lists]
  bucket     = aws_s3_bucket.canned.id
  acl        = "log-delivery-write"
}

resource "aws_s3_bucket_acl" "written" {
  depends_on = [aws_s3_bucket_ownership_controls.lists]
  bucket     = aws_s3_bucket.written.id
  access_control_policy {
    grant {
      permission = "FULL_CONTROL"
      grantee {
        type = "CanonicalUser"
        id   = data.aws_canonical_user_id.current.id
      }
    }
    grant {
      permission = "READ_ACP"
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"
      }
    }
    owner {
      id = data.aws_canonical_user_id.current.id
    }
  }
}
"#;

#[tokio::test]
async fn lists_and_settings_of_an_account_are_made_and_unmade() {
    let (_embedded, environment) = target().await;
    let (_folder, request) = module(STACK);
    let provisioned = apply(&environment, &request).await.unwrap();
    let stack = provisioned.stack();
    let operator = Operators::of(&environment).unwrap().main;
    let owner = operator.call("s3", "ListBuckets", json!({})).await.unwrap().at("/Owner/ID").clone();
    let block = stack.resources.get("aws_s3_account_public_access_block.account").unwrap();
    assert_eq!(
        *block,
        json!({
            "id": "111111111111",
            "account_id": "111111111111",
            "block_public_acls": false,
            "block_public_policy": true,
            "ignore_public_acls": false,
            "restrict_public_buckets": true,
        })
    );
    let grantee = |kind: &str, id: &serde_json::Value, uri: &str| json!([{ "type": kind, "id": id, "uri": uri, "email_address": "", "display_name": "" }]);
    let logs = "http://acs.amazonaws.com/groups/s3/LogDelivery";
    let written = stack.resources.get("aws_s3_bucket_acl.written").unwrap();
    assert_eq!(
        *written,
        json!({
            "id": "written-lists",
            "bucket": "written-lists",
            "acl": null,
            "expected_bucket_owner": "",
            "region": "eu-west-2",
            "access_control_policy": [{
                "grant": [
                    { "grantee": grantee("CanonicalUser", &owner, ""), "permission": "FULL_CONTROL" },
                    { "grantee": grantee("Group", &json!(""), logs), "permission": "READ_ACP" },
                ],
                "owner": [{ "id": owner, "display_name": "" }],
            }],
        })
    );
    let canned = stack.resources.get("aws_s3_bucket_acl.canned").unwrap();
    assert_eq!(canned["id"], "canned-lists,log-delivery-write");
    let granted = operator.call("s3", "GetBucketAcl", json!({ "Bucket": "canned-lists" })).await.unwrap();
    let permissions: Vec<_> = granted.list("/Grants").iter().map(|grant| &grant["Permission"]).collect();
    assert_eq!(permissions, ["FULL_CONTROL", "WRITE", "READ_ACP"]);
    provisioned.destroy().await.unwrap();
    let account = json!({ "AccountId": "111111111111" });
    let Err(gone) = operator.call("s3control", "GetPublicAccessBlock", account).await else {
        panic!("the settings are still there")
    };
    assert!(gone.is("NoSuchPublicAccessBlockConfiguration"));
}
