//! Parameter Store: names and paths, its own condition keys, and the keys of secrets.

use serde_json::{Value, json};
use stackproof_aws::Credentials;
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, REGION, World, account_statement, allow};

fn arn(key: &str) -> String {
    format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{key}")
}

fn deny(actions: &[&str], resource: &str, condition: Value) -> Value {
    let mut statement = allow(actions, &[resource]);
    statement["Effect"] = json!("Deny");
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    statement
}

async fn put(world: &World, name: &str, more: Value) {
    let mut members = json!({ "Name": name, "Value": "1", "Type": "String" });
    for (name, value) in more.as_object().unwrap() {
        members[name] = value.clone();
    }
    world.set("ssm:PutParameter", members).await;
}

async fn outcome(world: &World, who: &Credentials, operation: &str, members: Value) -> Outcome {
    world.call(who, operation, members).await.1.outcome
}

#[tokio::test]
async fn a_name_is_its_resource_without_its_slash() {
    let world = World::new().await;
    put(&world, "/shop/a", json!({})).await;
    put(&world, "b", json!({})).await;
    let named = arn("shop/a");
    let who =
        world.user("reader", json!([allow(&["ssm:GetParameter", "ssm:GetParameters"], &[&named])])).await;
    let read = |name: &str| json!({ "Name": name });
    for (name, expected) in [
        ("/shop/a", Outcome::Allowed),
        ("/shop/a:1", Outcome::Allowed),
        (named.as_str(), Outcome::Allowed),
        ("b", Outcome::ImplicitDeny),
        ("/shop/a/c", Outcome::ImplicitDeny),
    ] {
        assert_eq!(outcome(&world, &who, "ssm:GetParameter", read(name)).await, expected, "{name}");
    }
    let both = json!({ "Names": ["/shop/a", "b"] });
    assert_eq!(outcome(&world, &who, "ssm:GetParameters", both).await, Outcome::ImplicitDeny);
    // What AWS keeps for all is of no account, and not held here.
    let everyone = allow(&["ssm:GetParameter"], &[&format!("arn:aws:ssm:{REGION}::parameter/aws/service/*")]);
    let public = world.user("public", json!([everyone])).await;
    let ami = read("/aws/service/ami");
    assert_eq!(outcome(&world, &public, "ssm:GetParameter", ami.clone()).await, Outcome::Undetermined);
    assert_eq!(outcome(&world, &who, "ssm:GetParameter", ami).await, Outcome::ImplicitDeny);
}

#[tokio::test]
async fn a_path_is_asked_for_and_not_what_is_below_it() {
    let world = World::new().await;
    put(&world, "/shop/a", json!({})).await;
    put(&world, "/shop/secret/b", json!({})).await;
    let reads = allow(&["ssm:GetParametersByPath"], &[&arn("shop")]);
    let hidden = deny(&["ssm:GetParametersByPath"], &arn("shop/secret*"), Value::Null);
    let levels = deny(&["ssm:*"], "*", json!({ "StringEquals": { "ssm:Recursive": "true" } }));
    let deep = world.user("deep", json!([reads, hidden])).await;
    let flat = world.user("flat", json!([reads, levels])).await;
    let path = |path: &str, recursive: bool| json!({ "Path": path, "Recursive": recursive });
    for (who, members, expected) in [
        (&deep, path("/shop", true), Outcome::Allowed),
        (&deep, path("/shop/secret", false), Outcome::ExplicitDeny),
        (&deep, path("/", true), Outcome::ImplicitDeny),
        (&flat, path("/shop", true), Outcome::ExplicitDeny),
        (&flat, path("/shop", false), Outcome::Allowed),
        (&flat, json!({ "Path": "/shop" }), Outcome::Allowed),
    ] {
        let found = outcome(&world, who, "ssm:GetParametersByPath", members.clone()).await;
        assert_eq!(found, expected, "{members}");
    }
}

#[tokio::test]
async fn secrets_are_opened_with_their_keys() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let secure = json!({ "Type": "SecureString", "KeyId": key });
    put(&world, "/shop/a", secure.clone()).await;
    put(&world, "/shop/b", secure).await;
    put(&world, "/shop/own", json!({ "Type": "SecureString" })).await;
    let reads = allow(&["ssm:Get*"], &["*"]);
    let mut opens = allow(&["kms:Decrypt"], &[&key]);
    opens["Condition"] = json!({ "StringEquals": {
        "kms:EncryptionContext:PARAMETER_ARN": arn("shop/a"), "kms:ViaService": format!("ssm.{REGION}.amazonaws.com"),
    } });
    let keyless = world.user("keyless", json!([reads])).await;
    let keyed = world.user("keyed", json!([reads, opens])).await;
    let one = |name: &str, decrypted: bool| json!({ "Name": name, "WithDecryption": decrypted });
    for (who, operation, members, expected) in [
        (&keyed, "ssm:GetParameter", one("/shop/a", true), Outcome::Allowed),
        (&keyed, "ssm:GetParameter", one("/shop/b", true), Outcome::ImplicitDeny),
        (&keyless, "ssm:GetParameter", one("/shop/a", true), Outcome::ImplicitDeny),
        (&keyless, "ssm:GetParameter", one("/shop/a", false), Outcome::Allowed),
        (&keyless, "ssm:GetParameter", one("/shop/own", true), Outcome::Allowed),
        (&keyed, "ssm:GetParameterHistory", one("/shop/a", true), Outcome::Allowed),
        (
            &keyed,
            "ssm:GetParametersByPath",
            json!({ "Path": "/shop", "WithDecryption": true }),
            Outcome::ImplicitDeny,
        ),
        (
            &keyed,
            "ssm:GetParameters",
            json!({ "Names": ["/shop/a", "/shop/own"], "WithDecryption": true }),
            Outcome::Allowed,
        ),
    ] {
        assert_eq!(outcome(&world, who, operation, members.clone()).await, expected, "{operation} {members}");
    }
}

#[tokio::test]
async fn secrets_are_sealed_with_their_keys() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let writes = allow(&["ssm:PutParameter"], &["*"]);
    let standard = world.user("standard", json!([writes, allow(&["kms:Encrypt"], &[&key])])).await;
    let advanced = world.user("advanced", json!([writes, allow(&["kms:GenerateDataKey"], &[&key])])).await;
    let secure = |name: &str, tier: &str| json!({ "Name": name, "Value": "1", "Type": "SecureString", "KeyId": key, "Tier": tier });
    for (who, tier, expected) in [
        (&standard, "Standard", Outcome::Allowed),
        (&standard, "Advanced", Outcome::ImplicitDeny),
        (&advanced, "Standard", Outcome::ImplicitDeny),
        (&advanced, "Advanced", Outcome::Allowed),
    ] {
        let found = outcome(&world, who, "ssm:PutParameter", secure(&format!("/{tier}"), tier)).await;
        assert_eq!(found, expected, "{tier}");
    }
    // One that is written over without its type stays under its key.
    let over = json!({ "Name": "/Standard", "Value": "2", "Overwrite": true });
    assert_eq!(outcome(&world, &standard, "ssm:PutParameter", over.clone()).await, Outcome::Allowed);
    assert_eq!(outcome(&world, &advanced, "ssm:PutParameter", over).await, Outcome::ImplicitDeny);
}

#[tokio::test]
async fn overwriting_and_tags_are_conditions() {
    let world = World::new().await;
    put(&world, "/red", json!({ "Tags": [{ "Key": "team", "Value": "red" }] })).await;
    put(&world, "/blue", json!({})).await;
    let once = deny(&["ssm:PutParameter"], "*", json!({ "StringEquals": { "ssm:Overwrite": "true" } }));
    let writer = world.user("writer", json!([allow(&["ssm:PutParameter"], &["*"]), once])).await;
    let write = |name: &str, more: Value| {
        let mut members = json!({ "Name": name, "Value": "2", "Type": "String" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let tagged = json!({ "Tags": [{ "Key": "team", "Value": "red" }] });
    for (members, expected) in [
        (write("/new", json!({})), Outcome::Allowed),
        (write("/new", json!({ "Overwrite": true })), Outcome::ExplicitDeny),
        (write("/tagged", tagged), Outcome::ImplicitDeny),
    ] {
        let found = outcome(&world, &writer, "ssm:PutParameter", members.clone()).await;
        assert_eq!(found, expected, "{members}");
    }
    for key in ["aws:ResourceTag/team", "ssm:resourceTag/team"] {
        let mut reads = allow(&["ssm:GetParameter"], &["*"]);
        reads["Condition"] = json!({ "StringEquals": { key: "red" } });
        let reader = world.user(&key.replace([':', '/'], "-"), json!([reads])).await;
        for (name, expected) in [("/red", Outcome::Allowed), ("/blue", Outcome::ImplicitDeny)] {
            let found = outcome(&world, &reader, "ssm:GetParameter", json!({ "Name": name })).await;
            assert_eq!(found, expected, "{key} {name}");
        }
    }
}
