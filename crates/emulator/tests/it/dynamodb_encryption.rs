//! The key of a table.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::dynamodb::{definition, item, key, orders, parts, put, table, with};

fn encrypted(key: Value) -> Value {
    let specification = json!({ "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key });
    with(definition("orders"), json!({ "SSESpecification": specification }))
}

fn new_key(cloud: &Cloud) -> String {
    cloud.ok("CreateKey", json!({})).members["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_is_described_by_its_arn_whatever_it_was_named_by() {
    let cloud = Cloud::new();
    let arn = new_key(&cloud);
    cloud.ok("CreateAlias", json!({ "AliasName": "alias/data", "TargetKeyId": arn }));
    let id = arn.rsplit('/').next().unwrap();
    let alias = format!("arn:aws:kms:eu-west-2:{ACCOUNT}:alias/data");
    for named in [arn.as_str(), id, "alias/data", alias.as_str()] {
        cloud.ok("CreateTable", encrypted(json!(named)));
        let wanted = json!({ "Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn });
        assert_eq!(table(&cloud, "orders")["SSEDescription"], wanted, "{named}");
        cloud.ok("DeleteTable", json!({ "TableName": "orders" }));
    }
}

#[test]
fn a_table_can_be_under_the_key_that_aws_manages() {
    let cloud = Cloud::new();
    cloud.ok("CreateTable", with(definition("orders"), json!({ "SSESpecification": { "Enabled": true } })));
    let arn = table(&cloud, "orders")["SSEDescription"]["KMSMasterKeyArn"].clone();
    let managed =
        cloud.ok("DescribeKey", json!({ "KeyId": "alias/aws/dynamodb" })).members["KeyMetadata"].clone();
    assert_eq!((&managed["Arn"], managed["KeyManager"].as_str()), (&arn, Some("AWS")));
    let policy = cloud.ok("GetKeyPolicy", json!({ "KeyId": arn, "PolicyName": "default" }));
    let policy: Value = serde_json::from_str(policy.text("Policy")).unwrap();
    let via = &policy["Statement"][0]["Condition"]["StringEquals"]["kms:ViaService"];
    assert_eq!(
        (policy["Id"].as_str(), via.as_str()),
        (Some("auto-dynamodb-1"), Some("dynamodb.eu-west-2.amazonaws.com"))
    );
}

#[test]
fn the_key_is_changed_and_given_back() {
    let cloud = orders();
    let arn = new_key(&cloud);
    let update = |specification: Value| json!({ "TableName": "orders", "SSESpecification": specification });
    cloud.ok("UpdateTable", update(json!({ "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": arn })));
    assert_eq!(table(&cloud, "orders")["SSEDescription"]["KMSMasterKeyArn"], arn);
    cloud.ok("UpdateTable", update(json!({ "Enabled": false })));
    assert_eq!(table(&cloud, "orders")["SSEDescription"], Value::Null);
}

#[test]
fn keys_that_cannot_be_used_are_refused() {
    let cloud = Cloud::new();
    let disabled = new_key(&cloud);
    cloud.ok("DisableKey", json!({ "KeyId": disabled }));
    let signing = cloud.ok("CreateKey", json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" }));
    let signing = signing.members["KeyMetadata"]["Arn"].clone();
    for named in
        [json!("alias/none"), json!("00000000-0000-0000-0000-000000000000"), json!(disabled), signing]
    {
        assert_eq!(
            cloud.refused("CreateTable", encrypted(named.clone())).1,
            "ValidationException",
            "{named}"
        );
    }
    let error = cloud.err("CreateTable", encrypted(json!("alias/none")));
    let text = format!(
        "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: Alias arn:aws:kms:eu-west-2:{ACCOUNT}:alias/none is not found. (Service: AWSKMS; Status Code: 400; Error Code: NotFoundException)"
    );
    assert_eq!(parts(&error), (400, "ValidationException", text.as_str()));
    for wrong in [
        json!({ "Enabled": true, "SSEType": "AES256" }),
        json!({ "Enabled": true, "KMSMasterKeyId": "alias/aws/dynamodb" }),
        json!({ "Enabled": false, "SSEType": "KMS", "KMSMasterKeyId": "alias/aws/dynamodb" }),
    ] {
        let members = with(definition("orders"), json!({ "SSESpecification": wrong }));
        assert_eq!(cloud.refused("CreateTable", members).1, "ValidationException");
    }
    assert_eq!(cloud.ok("ListTables", json!({})).members["TableNames"], json!([]));
}

#[test]
fn items_under_a_key_that_was_disabled_are_out_of_reach() {
    let cloud = Cloud::new();
    let arn = new_key(&cloud);
    cloud.ok("CreateTable", encrypted(json!(arn)));
    put(&cloud, item("a", 1, json!({})));
    cloud.ok("DisableKey", json!({ "KeyId": arn }));
    let get = json!({ "TableName": "orders", "Key": key("a", 1) });
    let error = cloud.err("GetItem", get.clone());
    assert_eq!((error.status, error.code.as_ref()), (501, "NotImplemented"));
    assert!(error.message.contains(&arn) && error.message.contains("DisabledException"), "{error}");
    for statement in
        ["SELECT * FROM orders", "SELECT * FROM \"orders\"", "SELECT * FROM orders WHERE id = 'a'"]
    {
        assert_eq!(
            cloud.refused("ExecuteStatement", json!({ "Statement": statement })).1,
            "NotImplemented",
            "{statement}"
        );
    }
    cloud.ok("EnableKey", json!({ "KeyId": arn }));
    assert_eq!(cloud.ok("GetItem", get).members["Item"], key("a", 1));
}
