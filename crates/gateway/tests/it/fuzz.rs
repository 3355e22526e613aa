//! Expressions and statements of DynamoDB under mutation, decided by the gateway and carried out by an engine that reads
//! them on its own: whoever may reach the items of one tenant reaches no other's. `just fuzz` runs this for longer.

use serde_json::{Value, json};
use stackproof_aws::Credentials;

use crate::near_misses::Sent;
use crate::world::World;

const TABLE: &str = "arn:aws:dynamodb:eu-west-2:111111111111:table/calls";

/// A call of DynamoDB's, signed by that user.
fn call(who: &Credentials, operation: &str, members: &Value) -> Sent {
    let headers = [
        ("host", "localhost".to_owned()),
        ("content-type", "application/x-amz-json-1.0".to_owned()),
        ("x-amz-target", format!("DynamoDB_20120810.{operation}")),
    ];
    let mut sent = Sent {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
        body: members.to_string(),
    };
    sent.sign(who, "dynamodb", &[]);
    sent
}

/// A table of two tenants, and a user who may reach the items of one.
async fn world() -> (World, Credentials) {
    let world = World::new().await;
    let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    let table = json!({
        "TableName": "calls", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("pk"), attribute("sk")],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
    });
    world.set("dynamodb:CreateTable", table).await;
    for tenant in ["acme", "globex"] {
        for number in ["1", "2"] {
            let item = json!({ "pk": { "S": tenant }, "sk": { "S": number }, "a": { "N": "1" }, "b": { "S": tenant } });
            world.set("dynamodb:PutItem", json!({ "TableName": "calls", "Item": item })).await;
        }
    }
    let statement = json!({
        "Effect": "Allow", "Action": "dynamodb:*", "Resource": [TABLE, format!("{TABLE}/index/*")],
        "Condition": {
            "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "acme" },
            "Null": { "dynamodb:LeadingKeys": "false" },
        },
    });
    let who = world.user("alice", json!([statement])).await;
    (world, who)
}

/// Every item of the other tenant, as the operator finds them.
async fn of_the_other(world: &World) -> Value {
    let members = json!({
        "TableName": "calls", "KeyConditionExpression": "pk = :g", "ExpressionAttributeValues": { ":g": { "S": "globex" } },
    });
    world.set("dynamodb:Query", members).await["Items"].clone()
}

/// The members of a call in which an expression stands: the first byte says which.
fn members(input: &str) -> (&'static str, Value) {
    let (kind, text) = input.split_at_checked(1).unwrap_or(("", input));
    let key = json!({ "pk": { "S": "acme" }, "sk": { "S": "1" } });
    let values =
        json!({ ":a": { "S": "acme" }, ":g": { "S": "globex" }, ":s": { "S": "1" }, ":n": { "N": "2" } });
    // The engine refuses names and values that an expression has no use for.
    let used = |all: Value| -> Value {
        let used = |name: &&String| text.contains(name.as_str());
        let all = all.as_object().unwrap();
        all.iter().filter(|(name, _)| used(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let names = json!({ "#p": "pk", "#s": "sk", "#b": "b" });
    let mut members = json!({ "TableName": "calls" });
    let mut put = |name: &str, value: Value| {
        if value != json!({}) {
            members[name] = value;
        }
    };
    let operation = match kind {
        "K" => {
            put("KeyConditionExpression", json!(text));
            "Query"
        }
        "F" => {
            put("KeyConditionExpression", json!("pk = :a"));
            put("FilterExpression", json!(text));
            "Query"
        }
        "U" => {
            put("Key", key);
            put("UpdateExpression", json!(text));
            put("ReturnValues", json!("ALL_NEW"));
            "UpdateItem"
        }
        "P" => {
            put("Key", key);
            put("ProjectionExpression", json!(text));
            "GetItem"
        }
        _ => return ("ExecuteStatement", json!({ "Statement": text })),
    };
    put("ExpressionAttributeNames", used(names));
    let mut values = used(values);
    if kind == "F" {
        values[":a"] = json!({ "S": "acme" });
    }
    put("ExpressionAttributeValues", values);
    (operation, members)
}

/// Every item in an answer.
fn items(answer: &Value) -> Vec<&Value> {
    let listed = answer["Items"].as_array().into_iter().flatten();
    listed.chain(["Item", "Attributes"].iter().filter_map(|name| answer.get(name))).collect()
}

#[test]
fn expressions_and_statements() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (world, who) = runtime.block_on(world());
    let others = runtime.block_on(of_the_other(&world));
    assert_eq!(others.as_array().unwrap().len(), 2);
    let seeds: Vec<Vec<u8>> = [
        "Kpk = :a",
        "K#p = :a AND begins_with(#s, :s)",
        "Kpk = :a and sk BETWEEN :s AND :s",
        "Kpk = :g",
        "Fb = :a OR (size(b) > :n AND NOT contains(#b, :g))",
        "Fattribute_exists(a) AND a IN (:n, :s)",
        "USET a = :n, b = if_not_exists(b, :a)",
        "USET #b = :s REMOVE c ADD a :n",
        "Ppk, #s, a.b[0].c",
        "SSELECT * FROM \"calls\" WHERE \"pk\" = 'acme'",
        "SSELECT a, b FROM calls WHERE pk IN ['acme'] AND sk > '1'",
        "SSELECT * FROM calls WHERE pk = 'acme' OR pk = 'globex'",
        "SSELECT * FROM calls WHERE pk = 'globex' AND sk = '1'",
        "SSELECT * FROM calls WHERE NOT pk = 'acme'",
        "SINSERT INTO \"calls\" VALUE {'pk': 'acme', 'sk': '9', 'a': 1}",
        "SINSERT INTO calls VALUE {'pk': 'globex', 'sk': '9'}",
        "SUPDATE \"calls\" SET a = 2 REMOVE b WHERE pk = 'acme' AND sk = '1'",
        "SUPDATE calls SET a = 2 WHERE pk = 'globex' AND sk = '1'",
        "SDELETE FROM \"calls\" WHERE pk = 'acme' AND sk = '2' RETURNING ALL OLD *",
        "SDELETE FROM calls WHERE pk = 'globex' AND sk = '2'",
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .into();
    let words = [
        "SELECT",
        "FROM",
        "WHERE",
        "INSERT INTO",
        "VALUE",
        "UPDATE",
        "SET",
        "REMOVE",
        "DELETE FROM",
        "AND",
        "OR",
        "NOT",
        "IN",
        "BETWEEN",
        "IS MISSING",
        "begins_with(",
        "contains(",
        "size(",
        "attribute_exists(",
        "EXISTS(",
        "RETURNING",
        "pk",
        "sk",
        "\"pk\"",
        "'acme'",
        "'globex'",
        "''",
        "\"calls\"",
        "calls",
        "\"calls\".\"i\"",
        ":a",
        ":g",
        ":s",
        ":n",
        "#p",
        "#s",
        "#b",
        "=",
        "<>",
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        "--",
        "/*",
        "*/",
        ";",
        "?",
        "*",
        "1",
        "1e3",
        "`",
        "if_not_exists(",
        "list_append(",
        "ADD",
        "ORDER BY",
        "TRUE",
    ];
    stackproof_fuzz::run("expressions_and_statements", &seeds, &words, |input| {
        let text = String::from_utf8_lossy(input);
        let (operation, members) = members(&text);
        let (status, body, decision) = runtime.block_on(call(&who, operation, &members).answer(&world));
        assert_ne!(status, 500, "{decision:?}");
        if status == 200 {
            let answer: Value = serde_json::from_str(&body).unwrap();
            for item in items(&answer) {
                let foreign =
                    item.to_string().contains("globex") && !text.contains("globex") && !text.contains(":g");
                let tenant = item["pk"]["S"].as_str().unwrap_or("acme");
                assert!(!foreign && tenant == "acme", "{item} of {members}");
            }
            if !["Query", "GetItem"].contains(&operation) {
                assert_eq!(runtime.block_on(of_the_other(&world)), others, "{members}");
            }
        }
        world.gateway.decisions().drain();
        let kind = text.chars().next().unwrap_or_default();
        format!(
            "{kind} {status} {:?} {} {}",
            decision.outcome,
            decision.error.as_deref().unwrap_or_default(),
            decision.reason.as_deref().unwrap_or_default()
        )
    });
}
