//! Layers.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::lambda_functions::{minimal, zip};

fn publish(cloud: &Cloud, more: &Value) -> Value {
    let mut members = json!({ "LayerName": "tools", "Content": { "ZipFile": zip("x") } });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    cloud.ok("PublishLayerVersion", members).members
}

#[test]
fn every_member_is_kept() {
    let cloud = Cloud::new().of("lambda");
    let given = json!({
        "Description": "Tools", "CompatibleArchitectures": ["arm64"], "CompatibleRuntimes": ["python3.13"],
        "LicenseInfo": "MIT",
    });
    let made = publish(&cloud, &given);
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    let arn = format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:layer:tools");
    assert_eq!((made["LayerArn"].as_str(), &made["Version"]), (Some(arn.as_str()), &json!(1)));
    assert_eq!(made["LayerVersionArn"], format!("{arn}:1"));
    assert_eq!(made["Content"]["CodeSize"], 27);
    for named in ["tools", arn.as_str()] {
        let read = cloud.ok("GetLayerVersion", json!({ "LayerName": named, "VersionNumber": 1 }));
        assert_eq!(read.members, made);
    }
    assert_eq!(cloud.ok("GetLayerVersionByArn", json!({ "Arn": format!("{arn}:1") })).members, made);
}

#[test]
fn versions_are_listed_and_go() {
    let cloud = Cloud::new().of("lambda");
    publish(&cloud, &json!({ "CompatibleRuntimes": ["python3.13"] }));
    publish(&cloud, &json!({ "CompatibleRuntimes": ["nodejs22.x"] }));
    let versions = |more: Value| {
        let mut members = json!({ "LayerName": "tools" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let listed = cloud.ok("ListLayerVersions", members).members;
        listed["LayerVersions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["Version"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(versions(json!({})), [2, 1]);
    assert_eq!(versions(json!({ "CompatibleRuntime": "python3.13" })), [1]);
    let layers = cloud.ok("ListLayers", json!({ "CompatibleRuntime": "python3.13" })).members;
    assert_eq!(layers["Layers"][0]["LatestMatchingVersion"]["Version"], 1);
    let one = json!({ "LayerName": "tools", "VersionNumber": 2 });
    for _ in 0..2 {
        cloud.ok("DeleteLayerVersion", one.clone());
    }
    assert_eq!(cloud.refused("GetLayerVersion", one), (404, "ResourceNotFoundException".into()));
    assert_eq!(publish(&cloud, &json!({}))["Version"], 3);
}

#[test]
fn layers_have_policies() {
    let cloud = Cloud::new().of("lambda");
    publish(&cloud, &json!({}));
    let add = |sid: &str, principal: &str, organization: Option<&str>| {
        json!({
            "LayerName": "tools", "VersionNumber": 1, "StatementId": sid, "Action": "lambda:GetLayerVersion",
            "Principal": principal, "OrganizationId": organization,
        })
    };
    let arn = format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:layer:tools:1");
    let added = cloud.ok("AddLayerVersionPermission", add("all", "*", Some("o-1234567890")));
    assert_eq!(
        added.text("Statement"),
        format!(
            r#"{{"Sid":"all","Effect":"Allow","Principal":"*","Action":"lambda:GetLayerVersion","Resource":"{arn}","Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-1234567890"}}}}}}"#
        )
    );
    let of = json!({ "LayerName": "tools", "VersionNumber": 1 });
    let policy = cloud.ok("GetLayerVersionPolicy", of.clone());
    assert_eq!(policy.members["RevisionId"], added.members["RevisionId"]);
    assert_eq!(cloud.refused("AddLayerVersionPermission", add("all", "*", None)).0, 409);
    assert_eq!(
        cloud.refused("AddLayerVersionPermission", add("s", "s3.amazonaws.com", None)).1,
        "ValidationException"
    );
    let remove = json!({ "LayerName": "tools", "VersionNumber": 1, "StatementId": "all" });
    cloud.ok("RemoveLayerVersionPermission", remove.clone());
    assert_eq!(cloud.refused("RemoveLayerVersionPermission", remove).0, 404);
    assert_eq!(cloud.refused("GetLayerVersionPolicy", of).0, 404);
}

#[test]
fn functions_take_layers_of_others() {
    let cloud = Cloud::new().of("lambda");
    publish(&cloud, &json!({}));
    let mut members = minimal(&cloud, "f");
    let own = format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:layer:tools:1");
    let theirs = "arn:aws:lambda:eu-west-2:580247275435:layer:LambdaInsightsExtension:53";
    members["Layers"] = json!([theirs, own]);
    let made = cloud.ok("CreateFunction", members.clone()).members;
    assert_eq!(made["Layers"], json!([{ "Arn": theirs }, { "Arn": own, "CodeSize": 27 }]));
    members["FunctionName"] = json!("g");
    members["Layers"] = json!([own, own]);
    let twice = cloud.err("CreateFunction", members);
    assert!(twice.message.starts_with("Two different versions of the same layer"), "{}", twice.message);
}
