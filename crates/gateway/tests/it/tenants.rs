//! Two tenants by session tag: every way from one to the other is shut, in S3, DynamoDB and KMS.

use std::time::Duration;

use serde_json::{Value, json};
use stackproof_aws::Credentials;
use stackproof_aws::client::Signing;
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, REGION, World, account_statement, allow, call, code, credentials};

const BUCKET: &str = "input";
const TABLE: &str = "records";

struct Tenants {
    world: World,
    /// The key that tenants use by name.
    key: String,
    acme: Credentials,
    globex: Credentials,
}

/// What a tenant may do: its own prefix, its own partition, its own encryption context.
fn guard(key: &str) -> Value {
    let table = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}");
    json!([
        allow(
            &["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
            &["arn:aws:s3:::input/${aws:PrincipalTag/tenant_id}/*"],
        ),
        {
            "Effect": "Allow", "Action": ["s3:ListBucket", "s3:ListBucketVersions"], "Resource": "arn:aws:s3:::input",
            "Condition": { "StringLike": { "s3:prefix": "${aws:PrincipalTag/tenant_id}/*" } },
        },
        {
            "Effect": "Allow",
            "Action": [
                "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:Query",
                "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:PartiQL*",
            ],
            "Resource": [table, format!("{table}/index/*")],
            "Condition": {
                "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "TENANT#${aws:PrincipalTag/tenant_id}" },
                "Null": { "dynamodb:LeadingKeys": "false" },
            },
        },
        {
            "Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            "Resource": key,
            "Condition": { "StringEquals": { "kms:EncryptionContext:tenant_id": "${aws:PrincipalTag/tenant_id}" } },
        },
    ])
}

impl Tenants {
    async fn new() -> Self {
        let world = World::new().await;
        world.bucket(BUCKET).await;
        let versions = json!({ "Bucket": BUCKET, "VersioningConfiguration": { "Status": "Enabled" } });
        world.set("s3:PutBucketVersioning", versions).await;
        let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
        let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
        world
            .set(
                "dynamodb:CreateTable",
                json!({
                    "TableName": TABLE,
                    "AttributeDefinitions": [attribute("pk"), attribute("sk"), attribute("owner")],
                    "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
                    "BillingMode": "PAY_PER_REQUEST",
                    "GlobalSecondaryIndexes": [{
                        "IndexName": "by-owner", "KeySchema": [key("owner", "HASH")],
                        "Projection": { "ProjectionType": "ALL" },
                    }],
                }),
            )
            .await;
        let key = world.key(json!([account_statement(ACCOUNT)])).await;
        let trust = json!([{
            "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }]);
        let role = world.role("tenant", trust, guard(&key)).await;
        let acme = session(&world, &role, "acme").await.unwrap();
        let globex = session(&world, &role, "globex").await.unwrap();
        for (who, tenant) in [(&acme, "acme"), (&globex, "globex")] {
            let (put, _) = world.put(who, object(&format!("{tenant}/calls/1")), tenant).await;
            assert_eq!(code(&put), "Ok");
            let item = json!({ "TableName": TABLE, "Item": item(tenant) });
            world.set_as(who, "dynamodb:PutItem", item).await;
        }
        Self { world, key, acme, globex }
    }

    /// A call of acme's that has to be denied, and by a policy.
    async fn denied(&self, operation: &str, members: Value) {
        let (reply, decision) = self.world.call(&self.acme, operation, members.clone()).await;
        assert!(
            matches!(decision.outcome, Outcome::ImplicitDeny | Outcome::ExplicitDeny),
            "{operation} {members}: {} {:?} {:?}",
            reply.status,
            decision.outcome,
            decision.reason
        );
    }

    /// The same call of its own that has to be allowed.
    async fn allowed(&self, operation: &str, members: Value) -> Value {
        Value::Object(self.world.set_as(&self.acme, operation, members).await)
    }
}

async fn session(world: &World, role: &str, tenant: &str) -> Result<Credentials, String> {
    let tags = json!([{ "Key": "tenant_id", "Value": tenant }]);
    let members = json!({ "RoleArn": role, "RoleSessionName": "tenant", "Tags": tags });
    let (reply, _) = world.call(&world.operator(), "sts:AssumeRole", members).await;
    reply.result.map(|made| credentials(&made["Credentials"])).map_err(|error| error.code.to_string())
}

fn object(key: &str) -> Value {
    json!({ "Bucket": BUCKET, "Key": key })
}

fn with(mut members: Value, name: &str, value: impl Into<Value>) -> Value {
    members[name] = value.into();
    members
}

fn key_of(tenant: &str) -> Value {
    json!({ "pk": { "S": format!("TENANT#{tenant}") }, "sk": { "S": "config" } })
}

fn item(tenant: &str) -> Value {
    with(key_of(tenant), "owner", json!({ "S": format!("TENANT#{tenant}") }))
}

#[tokio::test]
async fn objects_of_another_tenant_are_out_of_reach() {
    let tenants = Tenants::new().await;
    let theirs = object("globex/calls/1");
    let (head, _) = tenants.world.call(&tenants.globex, "s3:HeadObject", theirs.clone()).await;
    let version = head.result.unwrap()["VersionId"].as_str().unwrap().to_owned();
    for operation in [
        "s3:GetObject",
        "s3:HeadObject",
        "s3:DeleteObject",
        "s3:GetObjectTagging",
        "s3:GetObjectAcl",
        "s3:GetObjectAttributes",
        "s3:CreateMultipartUpload",
        "s3:DeleteObjectTagging",
    ] {
        let of = |members: Value| match operation {
            "s3:GetObjectAttributes" => with(members, "ObjectAttributes", json!(["ETag"])),
            _ => members,
        };
        tenants.denied(operation, of(theirs.clone())).await;
        tenants.allowed(operation, of(object("acme/calls/1"))).await;
        if operation == "s3:DeleteObject" {
            let (put, _) = tenants.world.put(&tenants.acme, object("acme/calls/1"), "again").await;
            assert_eq!(code(&put), "Ok");
        }
    }
    for operation in ["s3:GetObject", "s3:HeadObject", "s3:DeleteObject", "s3:GetObjectTagging"] {
        tenants.denied(operation, with(theirs.clone(), "VersionId", version.as_str())).await;
    }
    // Copies are reads of their source, whole or in part.
    let source = |key: &str| with(object("acme/calls/copy"), "CopySource", format!("{BUCKET}/{key}"));
    tenants.denied("s3:CopyObject", source("globex/calls/1")).await;
    tenants.denied("s3:CopyObject", source(&format!("globex/calls/1?versionId={version}"))).await;
    tenants.denied("s3:CopyObject", source("globex%2Fcalls%2F1")).await;
    tenants.allowed("s3:CopyObject", source("acme/calls/1")).await;
    tenants
        .denied("s3:CopyObject", with(theirs.clone(), "CopySource", format!("{BUCKET}/acme/calls/1")))
        .await;
    let upload = tenants.allowed("s3:CreateMultipartUpload", object("acme/calls/parts")).await;
    let part = |key: &str| {
        let part = with(object("acme/calls/parts"), "UploadId", upload["UploadId"].clone());
        with(with(part, "PartNumber", 1), "CopySource", format!("{BUCKET}/{key}"))
    };
    tenants.denied("s3:UploadPartCopy", part("globex/calls/1")).await;
    tenants.allowed("s3:UploadPartCopy", part("acme/calls/1")).await;
    // One of several deletes is refused inside the answer.
    let delete = json!({ "Objects": [{ "Key": "globex/calls/1" }, { "Key": "acme/calls/none" }] });
    let deleted = tenants.allowed("s3:DeleteObjects", json!({ "Bucket": BUCKET, "Delete": delete })).await;
    assert_eq!(deleted["Errors"][0]["Key"], "globex/calls/1");
    assert_eq!(deleted["Errors"][0]["Code"], "AccessDenied");
    assert_eq!(deleted["Deleted"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_presigned_url_is_its_signer_s() {
    let tenants = Tenants::new().await;
    for (operation, key, expected) in [
        ("s3:GetObject", "globex/calls/1", 403),
        ("s3:GetObject", "acme/calls/1", 200),
        ("s3:DeleteObject", "globex/calls/1", 403),
        ("s3:HeadObject", "globex/calls/1", 403),
    ] {
        let signing = Signing::Presigned(tenants.acme.clone(), Duration::from_secs(60));
        let (reply, _) = tenants.world.send(call(operation, object(key), signing)).await;
        assert_eq!(reply.status, expected, "{operation} {key}");
    }
}

#[tokio::test]
async fn lists_show_one_s_own_alone() {
    let tenants = Tenants::new().await;
    for operation in ["s3:ListObjectsV2", "s3:ListObjects", "s3:ListObjectVersions"] {
        let list = json!({ "Bucket": BUCKET });
        for (prefix, delimiter) in [
            ("globex/", None),
            ("globex/", Some("/")),
            ("", None),
            ("", Some("/")),
            ("acme", None),
            ("a", Some("/")),
        ] {
            let listed = with(list.clone(), "Prefix", prefix);
            let listed = delimiter.map_or(listed.clone(), |delimiter| with(listed, "Delimiter", delimiter));
            tenants.denied(operation, listed).await;
        }
        tenants.denied(operation, list.clone()).await;
        for delimiter in [None, Some("/")] {
            let listed = with(list.clone(), "Prefix", "acme/");
            let listed = delimiter.map_or(listed.clone(), |delimiter| with(listed, "Delimiter", delimiter));
            let found = tenants.allowed(operation, listed).await.to_string();
            assert!(!found.contains("globex"), "{found}");
        }
    }
}

#[tokio::test]
async fn keys_that_look_like_ways_out_are_names() {
    let tenants = Tenants::new().await;
    for key in [
        "globex/calls/1",
        "/globex/calls/1",
        "./globex/calls/1",
        "Acme/calls/1",
        "acme",
        "acmeglobex/calls/1",
        "",
    ] {
        if !key.is_empty() {
            tenants.denied("s3:GetObject", object(key)).await;
        }
    }
    // Within its own prefix a key is a name and no path: nothing of the other tenant is there.
    for key in [
        "acme/../globex/calls/1",
        "acme//calls/1",
        "acme/%2e%2e/globex/calls/1",
        "acme/%2Fglobex",
        "acme/./x",
    ] {
        let (reply, decision) = tenants.world.call(&tenants.acme, "s3:GetObject", object(key)).await;
        assert_ne!(reply.status, 200, "{key}");
        assert_eq!(decision.checks[0].resource, format!("arn:aws:s3:::{BUCKET}/{key}"));
        let (put, _) = tenants.world.put(&tenants.acme, object(key), "mine").await;
        assert_eq!(code(&put), "Ok", "{key}");
        let theirs = tenants.world.call(&tenants.globex, "s3:GetObject", object("globex/calls/1")).await.0;
        assert_eq!(theirs.status, 200);
    }
    let theirs = tenants
        .world
        .call(&tenants.globex, "s3:ListObjectsV2", json!({ "Bucket": BUCKET, "Prefix": "globex/" }))
        .await
        .0;
    assert_eq!(theirs.result.unwrap()["KeyCount"], 1);
}

#[tokio::test]
async fn items_of_another_tenant_are_out_of_reach() {
    let tenants = Tenants::new().await;
    let of = |tenant: &str| json!({ "TableName": TABLE, "Key": key_of(tenant) });
    let value = |tenant: &str| json!({ ":p": { "S": format!("TENANT#{tenant}") } });
    for operation in ["dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"] {
        tenants.denied(operation, of("globex")).await;
        tenants.allowed(operation, of("acme")).await;
    }
    tenants.denied("dynamodb:PutItem", json!({ "TableName": TABLE, "Item": item("globex") })).await;
    tenants.allowed("dynamodb:PutItem", json!({ "TableName": TABLE, "Item": item("acme") })).await;
    // By whatever spelling: a name for the attribute, the older form, a filter that pretends.
    for (query, values) in [
        (json!({ "KeyConditionExpression": "pk = :p" }), true),
        (json!({ "KeyConditionExpression": "#k = :p", "ExpressionAttributeNames": { "#k": "pk" } }), true),
        (json!({ "KeyConditionExpression": ":p = pk" }), true),
    ] {
        for (tenant, allowed) in [("globex", false), ("acme", true)] {
            let query = with(query.clone(), "TableName", TABLE);
            let query = if values { with(query, "ExpressionAttributeValues", value(tenant)) } else { query };
            match allowed {
                true => _ = tenants.allowed("dynamodb:Query", query).await,
                false => tenants.denied("dynamodb:Query", query).await,
            }
        }
    }
    let older = |tenant: &str| {
        json!({ "TableName": TABLE, "KeyConditions": { "pk": {
            "ComparisonOperator": "EQ", "AttributeValueList": [{ "S": format!("TENANT#{tenant}") }],
        } } })
    };
    tenants.denied("dynamodb:Query", older("globex")).await;
    let index = |tenant: &str| {
        json!({ "TableName": TABLE, "IndexName": "by-owner", "KeyConditionExpression": "#o = :p",
            "ExpressionAttributeNames": { "#o": "owner" }, "ExpressionAttributeValues": value(tenant) })
    };
    tenants.denied("dynamodb:Query", index("globex")).await;
    tenants.allowed("dynamodb:Query", index("acme")).await;
    tenants.denied("dynamodb:Scan", json!({ "TableName": TABLE })).await;
    tenants.denied("dynamodb:Scan", json!({ "TableName": TABLE, "IndexName": "by-owner" })).await;
}

#[tokio::test]
async fn batches_and_transactions_hide_no_item() {
    let tenants = Tenants::new().await;
    let keys = |names: &[&str]| json!({ "RequestItems": { TABLE: { "Keys": names.iter().map(|name| key_of(name)).collect::<Vec<_>>() } } });
    tenants.denied("dynamodb:BatchGetItem", keys(&["globex"])).await;
    tenants.denied("dynamodb:BatchGetItem", keys(&["acme", "globex"])).await;
    tenants.allowed("dynamodb:BatchGetItem", keys(&["acme"])).await;
    let put = |tenant: &str| json!({ "PutRequest": { "Item": item(tenant) } });
    let delete = |tenant: &str| json!({ "DeleteRequest": { "Key": key_of(tenant) } });
    for requests in
        [json!([put("globex")]), json!([put("acme"), delete("globex")]), json!([delete("globex")])]
    {
        tenants.denied("dynamodb:BatchWriteItem", json!({ "RequestItems": { TABLE: requests } })).await;
    }
    tenants.allowed("dynamodb:BatchWriteItem", json!({ "RequestItems": { TABLE: [put("acme")] } })).await;
    let of = |tenant: &str| json!({ "TableName": TABLE, "Key": key_of(tenant) });
    let check = |tenant: &str| json!({ "ConditionCheck": with(of(tenant), "ConditionExpression", "attribute_exists(pk)") });
    let update = |tenant: &str| {
        let update = with(of(tenant), "UpdateExpression", "SET note = :n");
        json!({ "Update": with(update, "ExpressionAttributeValues", json!({ ":n": { "S": "x" } })) })
    };
    for items in [
        json!([check("globex")]),
        json!([update("acme"), { "Delete": of("globex") }]),
        json!([{ "Put": { "TableName": TABLE, "Item": item("globex") } }]),
        json!([update("globex")]),
    ] {
        tenants.denied("dynamodb:TransactWriteItems", json!({ "TransactItems": items })).await;
    }
    tenants.allowed("dynamodb:TransactWriteItems", json!({ "TransactItems": [update("acme")] })).await;
    tenants
        .denied(
            "dynamodb:TransactGetItems",
            json!({ "TransactItems": [{ "Get": of("acme") }, { "Get": of("globex") }] }),
        )
        .await;
    tenants.allowed("dynamodb:TransactGetItems", json!({ "TransactItems": [{ "Get": of("acme") }] })).await;
}

#[tokio::test]
async fn statements_in_partiql_are_read_as_they_act() {
    let tenants = Tenants::new().await;
    let statement = |text: &str| json!({ "Statement": text });
    for text in [
        "SELECT * FROM records WHERE pk = 'TENANT#globex'",
        "SELECT * FROM \"records\" WHERE \"pk\" IN ['TENANT#acme', 'TENANT#globex']",
        "SELECT * FROM records",
        "SELECT * FROM records WHERE pk = 'TENANT#acme' OR pk = 'TENANT#globex'",
        "SELECT * FROM records WHERE NOT pk = 'TENANT#acme'",
        "SELECT * FROM records WHERE begins_with(pk, 'TENANT#')",
        "SELECT * FROM records.\"by-owner\" WHERE owner = 'TENANT#globex'",
        "DELETE FROM records WHERE pk = 'TENANT#globex' AND sk = 'config'",
        "UPDATE records SET note = 'x' WHERE pk = 'TENANT#globex' AND sk = 'config'",
        "INSERT INTO records VALUE {'pk': 'TENANT#globex', 'sk': 'new'}",
    ] {
        tenants.denied("dynamodb:ExecuteStatement", statement(text)).await;
    }
    tenants
        .allowed("dynamodb:ExecuteStatement", statement("SELECT * FROM records WHERE pk = 'TENANT#acme'"))
        .await;
    let bound = |tenant: &str| json!({ "Statement": "SELECT * FROM records WHERE pk = ?", "Parameters": [{ "S": format!("TENANT#{tenant}") }] });
    tenants.denied("dynamodb:ExecuteStatement", bound("globex")).await;
    tenants.allowed("dynamodb:ExecuteStatement", bound("acme")).await;
    let one = |tenant: &str| {
        statement(&format!("SELECT * FROM records WHERE pk = 'TENANT#{tenant}' AND sk = 'config'"))
    };
    tenants
        .denied("dynamodb:BatchExecuteStatement", json!({ "Statements": [one("acme"), one("globex")] }))
        .await;
    tenants
        .denied("dynamodb:ExecuteTransaction", json!({ "TransactStatements": [one("acme"), one("globex")] }))
        .await;
    tenants.allowed("dynamodb:ExecuteTransaction", json!({ "TransactStatements": [one("acme")] })).await;
}

#[tokio::test]
async fn another_tenant_s_context_opens_no_ciphertext() {
    let tenants = Tenants::new().await;
    let key = tenants.key.as_str();
    let of = |tenant: &str| json!({ "KeyId": key, "EncryptionContext": { "tenant_id": tenant } });
    let encrypted = with(of("globex"), "Plaintext", "Z2xvYmV4");
    let made = tenants.world.set_as(&tenants.globex, "kms:Encrypt", encrypted.clone()).await;
    tenants.denied("kms:Encrypt", encrypted).await;
    tenants.denied("kms:Decrypt", with(of("globex"), "CiphertextBlob", made["CiphertextBlob"].clone())).await;
    tenants.denied("kms:GenerateDataKey", with(of("globex"), "KeySpec", "AES_256")).await;
    for context in
        [json!({}), json!({ "Tenant": "acme" }), json!({ "tenant_id": "Acme" }), json!({ "tenant_id": "" })]
    {
        let members = json!({ "KeyId": key, "EncryptionContext": context, "KeySpec": "AES_256" });
        tenants.denied("kms:GenerateDataKey", members).await;
    }
    tenants.allowed("kms:GenerateDataKey", with(of("acme"), "KeySpec", "AES_256")).await;
    let from = json!({
        "CiphertextBlob": made["CiphertextBlob"], "SourceEncryptionContext": { "tenant_id": "globex" },
        "DestinationKeyId": key, "DestinationEncryptionContext": { "tenant_id": "acme" },
    });
    tenants.denied("kms:ReEncrypt", from).await;
    // Its own context does not open what was made under another: that is cryptography, and told as such.
    let blob = with(of("acme"), "CiphertextBlob", made["CiphertextBlob"].clone());
    let (reply, decision) = tenants.world.call(&tenants.acme, "kms:Decrypt", blob).await;
    assert_eq!((code(&reply), decision.outcome), ("InvalidCiphertextException", Outcome::Allowed));
}

#[tokio::test]
async fn tags_that_would_widen_a_guard_are_refused_or_harmless() {
    let tenants = Tenants::new().await;
    let role = format!("arn:aws:iam::{ACCOUNT}:role/tenant");
    for tenant in ["*", "?", "${aws:username}", "acme*", "a\\b", "<acme>"] {
        let refused = session(&tenants.world, &role, tenant).await;
        assert_eq!(refused.err().as_deref(), Some("ValidationError"), "{tenant}");
    }
    // What STS takes is a name like any other, and none of these is that of a tenant.
    for tenant in ["", "acme/../globex", "..", "acme/calls", "/", "acme "] {
        let odd = session(&tenants.world, &role, tenant).await.unwrap();
        for key in ["acme/calls/1", "globex/calls/1"] {
            let (reply, decision) = tenants.world.call(&odd, "s3:GetObject", object(key)).await;
            let deeper = tenant == "acme/calls" && key == "acme/calls/1";
            assert_eq!(reply.status == 200, deeper, "{tenant:?} {key} {:?}", decision.outcome);
        }
        let item = json!({ "TableName": TABLE, "Key": key_of("globex") });
        let (reply, _) = tenants.world.call(&odd, "dynamodb:GetItem", item).await;
        assert_ne!(reply.status, 200, "{tenant:?}");
    }
    let untagged = tenants.world.session(&role, None).await;
    for key in ["acme/calls/1", "/calls/1"] {
        let (reply, _) = tenants.world.call(&untagged, "s3:GetObject", object(key)).await;
        assert_eq!(reply.status, 403, "{key}");
    }
}
